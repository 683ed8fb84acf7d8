"""Lesson 09: the cell that refuses a price per person, the maps, and a board without a verdict."""

import ast
import html
import re

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from tools import teaching
from tools.pages import NOTEBOOKS, about, code, load, ran, refuses

from casebook import CasebookError, Explorer, question, read
from casebook.lessons import bargain_and_ethics as module
from casebook.lessons.counting_people import toy_of_stock_and_flow
from casebook.market import stock_and_flow
from casebook.tables import split_ids

LESSON = NOTEBOOKS / "09_bargain_and_ethics.ipynb"
REASONS = {
    "the top is not known": r"\(a\) above the line: .*not known.*no source gives a value",
    "the bottom is mixed": r"\(b\) below the line: .*differs.*might have been freed anyway",
    "what it says of people": r"\(c\).*too dear or as a bargain",
    "whom it serves": r"\(d\).*serves whoever offers the next such",
}
MONEY = {"belarus_macro", "assumptions", "prices", "price_vintages", "exports", "bilateral"}
MONEY |= {"logistics", "us_dependence"}
PEOPLE = r"(?:persons?|people|heads?|prisoners?|human beings?|released?|freed)"
PER_PERSON = re.compile(
    rf"(?:dollars?|US\$|\$|euros?|million|billion|money)\W+(?:\w+\W+){{0,4}}?"
    rf"(?:per|a|each|for each|for every|for one)\W+{PEOPLE}\b"
    rf"|(?:per|a|each|for each)\W+{PEOPLE}\W+(?:\w+\W+){{0,4}}?(?:dollars?|US\$|\$|euros?|million)",
    re.I,
)


@pytest.fixture(scope="module")
def notebook():
    return load(LESSON)


def said(explorer: Explorer, **choice) -> str:
    return explorer.describe(explorer.rows(explorer.default | choice))


def shown(notebook) -> list[str]:
    """Return all that a reader can meet: prose, code, outputs and the words of exercises."""
    found = [cell.source for cell in notebook.cells]
    for cell in code(notebook):
        for output in cell.outputs:
            found += [output.get("text", ""), output.get("evalue", "")]
            for kind, body in output.get("data", {}).items():
                if kind.startswith("text/"):
                    found.append(re.sub(r"base64,[\w+/=]+", "", body))
    for exercise_id in read("exercises").index:
        if exercise_id.startswith("09."):
            asked = question(exercise_id)
            found += [asked.correct, asked.default, *asked.hints]
            found += [text for mistake in asked.mistakes for text in mistake]
    return found


# --- the number that is refused -------------------------------------------------------------------


def test_one_cell_refuses_and_says_all_four_reasons(notebook):
    (cell,) = filter(refuses, code(notebook))
    assert cell.source.endswith("\n\nvalue_of_relief / people_freed")
    (output,) = cell.outputs
    again = ran(LESSON)[1][code(notebook).index(cell)]
    assert isinstance(again, CasebookError) and str(again) == output.evalue
    for reason, words in REASONS.items():
        assert re.search(words, output.evalue), reason
    assert not re.search(r"\d", output.evalue)


@pytest.mark.parametrize("name", ["value_of_relief", "people_freed"])
def test_the_refusal_is_given_no_number(name):
    """What is divided holds nothing, and stands neither above nor below a number."""
    nothing = getattr(module, name)
    assert vars(nothing) == {}
    for divide in (lambda: nothing / 123, lambda: 4.5 / nothing, lambda: nothing / nothing):
        with pytest.raises(CasebookError, match="does not divide money by people"):
            divide()


def test_the_learner_is_asked_to_argue_against_the_refusal_and_the_page_goes_on(notebook):
    cells = notebook.cells
    place = next(i for i, cell in enumerate(cells) if refuses(cell))
    after = "\n".join(cell.source for cell in cells[place : place + 4])
    for words in ("a lesson and not a lock", "argue against us", "Tetlock, Mellers and Scoblic"):
        assert words in after
    assert "BEST_AGAINST" in cells[place + 2].source
    assert all(
        output.output_type != "error"
        for cell in cells[place + 1 :]
        for output in cell.get("outputs", [])
    )


def test_no_figure_per_person_stands_anywhere(notebook):
    for text in shown(notebook):
        for found in PER_PERSON.finditer(text):
            near = text[max(0, found.start() - 60) : found.end() + 60]
            assert not re.search(r"\d", near), near


def test_no_cell_could_make_one(notebook):
    """The lesson opens no table of money, and the one division is the refused one."""
    assert not MONEY & set(about(notebook)["tables"])
    for cell in code(notebook):
        divides = any(
            isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.FloorDiv)
            for node in ast.walk(ast.parse(cell.source))
        )
        assert divides == refuses(cell), cell.id


@pytest.mark.parametrize(
    "text",
    [
        "3 million dollars per person",
        "US$ 3,000,000 a head",
        "4 million euros for each freed",
        "per head 3 million dollars",
    ],
)
def test_a_figure_per_person_would_be_found(text):
    assert PER_PERSON.search(text)


# --- what the pictures claim ----------------------------------------------------------------------


def test_nobody_stayed_in_december_and_most_in_march():
    rounds = read("releases").loc[[module.DECEMBER, module.MARCH]]
    assert rounds.stayed_in_belarus[module.DECEMBER] == 0
    assert rounds.stayed_in_belarus[module.MARCH] > rounds.total_released[module.MARCH] / 2
    assert (rounds[[*module.PLACES]].sum(axis=1) == rounds.total_released).all()


def test_seven_weeks_lie_between_the_two_counts_and_fewer_left_than_were_freed():
    counts, releases = read("prisoner_counts"), read("releases")
    before, after = counts.loc[module.BEFORE], counts.loc[module.AFTER]
    assert (pd.Timestamp(after.date) - pd.Timestamp(before.date)).days // 7 == 7
    assert 0 < before["count"] - after["count"] < releases.total_released[module.DECEMBER]
    assert module.freed_between(before.date, after.date) > before["count"] - after["count"]


def test_the_critic_strikes_out_all_but_his_own():
    rows = read("literature_numbers").numerator
    assert rows["L1"] - rows["L3":"L6"].sum() == rows["L2"]


def test_four_rounds_followed_the_word_of_a_thousand():
    said_on = read("expectations").said_on["E3"].strftime("%Y-%m-%d")
    later = read("releases").query("date > @said_on")
    assert len(later) == 4 and later.total_released.max() == 250
    assert later.total_released.sum() == module.freed_between(said_on, "2026-03-31")


def surnames(release_id: str) -> set[str]:
    named = read("releases").named_people[release_id]
    return {name.split()[-1] for name in split_ids(named)}


def test_one_of_those_rounds_is_a_man_counted_in_september():
    assert read("releases").total_released["R-2026-02-19"] == 1
    assert surnames("R-2026-02-19") <= surnames("R-2025-09-11")


def test_two_of_the_six_of_2015_were_pardoned_again_in_september():
    assert len(surnames("R-2015-08")) == 6
    both = surnames("R-2015-08") & surnames("R-2025-09-11")
    assert len(both) == read("stated_numbers").value["N0903"]


def test_five_rounds_have_a_step_beside_them_and_no_table_sets_heads_beside_relief(notebook):
    assert read("relief_dates").people_round.nunique() == 5
    for cell in code(notebook):
        assert not ("relief_dates" in cell.source and "total_released" in cell.source), cell.id


# --- explorers ------------------------------------------------------------------------------------


def test_the_map_explorer_knows_as_many_rounds_as_the_page_says(notebook):
    rounds = module.where_taken().controls["round"].values
    assert len(rounds) == 7
    assert "For seven rounds our table knows it" in "".join(cell.source for cell in notebook.cells)


def test_the_map_says_what_the_table_holds():
    explorer = module.where_taken()
    assert said(explorer, round=module.DECEMBER) == (
        "On 13 December 2025, of 123 freed: 9 taken to Lithuania, 114 taken to Ukraine, "
        "none stayed in Belarus."
    )
    rows = explorer.rows({"round": module.MARCH}).assign(total_released=260)
    assert explorer.describe(rows).endswith("Where 10 more went is not in our table.")


def test_toy_says_what_its_function_counts():
    door = module.revolving_door()
    names = ["start", "recognised", "left", "freed", "every", "horizon"]
    flows = [door.default[name] for name in names]
    half, none = (round(stock_and_flow(*flows, new)[-1]) for new in (0.5, 0))
    assert said(door, new=0.5) == (
        f"With 0.5 the count after 24 months is {half:,} and not {none:,}. "
        "Nobody has measured this setting."
    )
    assert f"{half:,}" == "1,023" and none == 531


def test_toy_is_the_toy_of_lesson_04_when_nobody_is_added():
    door, old = module.revolving_door(), toy_of_stock_and_flow()
    assert {k: v for k, v in door.default.items() if k != "new"} == old.default
    rows = door.rows(door.default)
    assert list(rows["held, as set"]) == list(old.rows(old.default).with_rounds)


def test_toy_carries_its_name_and_its_warning_on_its_face():
    door = module.revolving_door()
    for new in (0, 0.3, 1):
        figure = door.draw(door.rows(door.default | {"new": new}))
        title = " ".join(text.get_text() for text in figure.texts)
        plt.close(figure)
        assert "Toy" in title and "nobody has measured" in title.replace("\n", " ")
        assert "between 531 and 1,515 held" in title.replace("\n", " ")
        assert said(door, new=new).endswith("Nobody has measured this setting.")


@pytest.fixture(scope="module")
def board() -> Explorer:
    return module.argument_board()


def test_board_opens_on_the_people_freed_and_both_sides_of_them(board):
    rows = board.rows(board.default)
    assert set(rows.speaker) == {"Ales Bialiatski", "Maria Kalesnikava"}
    assert {"for", "against"} <= set(rows.direction)


def test_every_group_shows_its_own_points_each_with_day_and_source(board):
    arguments, address, seen = read("arguments"), read("sources").address, []
    for group in filter(None, board.controls["group"].values):
        rows = board.rows(board.default | {"group": group})
        seen += list(rows.index)
        words = html.unescape(board.draw(rows))
        assert words.count("<li ") == words.count("<small>") == len(rows)
        for row in rows.itertuples():
            assert row.point in words
            assert all(f'href="{address[one]}"' in words for one in split_ids(row.source_ids))
    assert sorted(seen) == sorted(arguments.index)
    assert len(board.rows(board.default | {"group": ""})) == len(arguments)


def test_each_point_stands_under_its_own_side(board):
    rows = board.rows(board.default | {"group": ""})
    _, *lists = re.split(r"<p><b>(?=For bargaining|Against|Cuts)", board.draw(rows))
    for (side, title), words in zip(module.DIRECTIONS.items(), lists, strict=True):
        assert words.startswith(title)
        assert words.count("<li ") == (rows.direction == side).sum()


def test_filter_narrows_the_board_and_no_sentence_counts_sides(board):
    for subject in filter(None, board.controls["criterion"].values):
        rows = board.rows(board.default | {"group": "", "criterion": subject})
        assert set(rows.criterion) == {subject}
        told = board.describe(rows)
        assert told.endswith("says nothing about who is right.")
        assert not re.search(r"\bfor\b|against", told)


def test_a_setting_without_a_point_says_where_there_are_some(board):
    """Nobody is left before a blank board: the sentence names what the voice does speak about."""
    for group in filter(None, board.controls["group"].values):
        own = set(board.rows(board.default | {"group": group}).criterion)
        for subject in set(filter(None, board.controls["criterion"].values)) - own:
            with pytest.raises(CasebookError, match=", ".join(sorted(own))):
                board.rows({"group": group, "criterion": subject})


def test_both_sides_have_every_kind_of_claim_and_people_freed_speak_on_both():
    arguments = read("arguments")
    assert {"for", "against"} <= set(arguments.direction[arguments.group == "people freed"])
    for side in ("for", "against"):
        assert arguments[arguments.direction == side].kind.nunique() == 3
    assert set(split_ids(arguments.source_ids)) <= set(read("sources").index)


def test_six_voices_have_a_card_of_three_or_four_points():
    """Kyiv's fourth would be Zelensky's words against easing, of a day after the tables end."""
    arguments = read("arguments")
    cards = arguments[arguments.card].groupby("group").size()
    assert set(cards.index) == {*arguments.group} - {"analysts and reporters"}
    assert cards.drop("Kyiv").eq(4).all() and cards["Kyiv"] == 3
    page = teaching.voice_cards()
    for point in arguments[arguments.card | (arguments.group == "analysts and reporters")].point:
        assert point in page


def test_who_welcomed_the_release_is_no_mere_critic():
    arguments = read("arguments")
    for row in ("A28", "A29"):
        assert arguments.direction[row] == "both ways" and "welcomed" in arguments.point[row]


@pytest.mark.parametrize("row", ["A05", "A30"])
def test_added_is_not_arrested(row):
    assert "Added is not arrested" in read("arguments").point[row]


# --- exercises and stated numbers -----------------------------------------------------------------


def test_the_answer_by_the_other_door_is_not_printed_on_the_page(notebook):
    answer = str(question("09.5").answer)
    assert answer == "76"
    texts = [cell.source for cell in notebook.cells]
    texts += [
        str(o.get("data", {}).get("text/plain", "")) for c in code(notebook) for o in c.outputs
    ]
    assert not any(re.search(rf"(?<![\d.,]){answer}(?![\d.,])", text) for text in texts)


@pytest.mark.parametrize(
    ("stated_id", "sentence"),
    [
        ("N0901", ("references", "ATLANTIC_2025", "what_it_supports")),
        ("N0902", ("arguments", "A05", "point")),
        ("N0902", ("expectations", "E4", "by_end_of_march")),
        ("N0903", ("arguments", "A14", "point")),
        ("N0904", ("relief_dates", "L-2015", "covers")),
        ("N0905", ("literature_numbers", "L1", "caution")),
        ("N0906", ("references", "PEKSEN_2009", "what_it_supports")),
        ("N0906", ("references", "SSRN_2011", "what_it_supports")),
        ("N0907", ("references", "PEKSEN_2009", "what_it_supports")),
        ("N0907", ("references", "SSRN_2011", "what_it_supports")),
        ("N0908", ("references", "LEVINSON_LIST", "what_it_supports")),
        ("N0909", ("arguments", "A03", "point")),
        ("N0910", ("arguments", "A30", "point")),
    ],
)
def test_a_stated_number_is_the_one_of_its_sentence(stated_id, sentence):
    table, row, column = sentence
    value = int(read("stated_numbers").value[stated_id])
    words = {2: "two", 9: "nine", 11: "eleven"}
    assert re.search(rf"\b{words.get(value, value)}\b", read(table).loc[row, column], re.I)


def test_no_set_of_numbers_is_about_political_prisoners():
    """Exercise 09.4 says so: a new row of that kind would make its answer wrong."""
    population = read("literature_numbers").population
    assert not population.str.contains("critic of|prisoner|dissident|opponent").any()
    assert question("09.4").answer == "d"
