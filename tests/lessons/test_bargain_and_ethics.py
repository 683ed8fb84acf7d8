"""Lesson 09: the cell that refuses a price per person, the toy, and the board without a verdict."""

import ast
import html
import re

import matplotlib.pyplot as plt
import pytest
from tools.pages import NOTEBOOKS, about, code, load, ran, refuses

from casebook import CasebookError, Explorer, question, read
from casebook.lessons import bargain_and_ethics as module
from casebook.lessons.counting_people import toy_of_stock_and_flow
from casebook.market import stock_and_flow

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


@pytest.fixture(scope="module")
def lesson():
    """Return the names of the lesson, and what its cells end with."""
    return ran(LESSON)


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


# --- the number that is refused ---------------------------------------------------------


def test_one_cell_refuses_and_says_all_four_reasons(notebook, lesson):
    (cell,) = filter(refuses, code(notebook))
    assert re.fullmatch(r"\w+ / \w+", cell.source)
    (output,) = cell.outputs
    again = lesson[1][code(notebook).index(cell)]
    assert isinstance(again, CasebookError) and str(again) == output.evalue
    for reason, words in REASONS.items():
        assert re.search(words, output.evalue), reason
    assert not re.search(r"\d", output.evalue)


def test_the_refusal_is_given_no_number(notebook, lesson):
    """It takes nothing, and what is divided holds nothing that could be divided."""
    names = lesson[0]
    assert names["refuse"].__code__.co_argcount == 0
    (cell,) = filter(refuses, code(notebook))
    for name in re.findall(r"\w+", cell.source):
        assert vars(names[name]) == {}
        for number in (1, 2.5):
            with pytest.raises(CasebookError, match="does not divide money by people"):
                names[name] / number
            with pytest.raises(CasebookError, match="does not divide money by people"):
                number / names[name]


def test_the_lesson_goes_on_after_the_refusal(notebook, lesson):
    cells = code(notebook)
    place = next(i for i, cell in enumerate(cells) if refuses(cell))
    after = cells[place + 1 :]
    assert len(after) > 10
    assert all(cell.outputs[0].output_type != "error" for cell in after if cell.outputs)
    assert "No answer yet" in after[-1].outputs[0].data["text/markdown"]
    assert any(isinstance(result, Explorer) for result in lesson[1][place + 1 :])


def test_the_reasons_can_be_read_and_argued_with(notebook):
    """They stand as a table before the cell, and the reader is told what the cell is."""
    cells = notebook.cells
    at = next(i for i, cell in enumerate(cells) if refuses(cell))
    before = "\n".join(
        output.get("data", {}).get("text/html", "")
        for cell in cells[at - 4 : at]
        for output in cell.get("outputs", [])
    )
    for words in ("is not known", "freed anyway", "too dear", "next such number"):
        assert words in before
    after = "\n".join(cell.source for cell in cells[at : at + 6])
    for words in ("a lesson and not a lock", "argue with", "Tetlock, Mellers and Scoblic"):
        assert words in after
    for words in ("Share of those held who were freed", "Range of relief on its own base"):
        assert words in "\n".join(cell.source for cell in cells[at : at + 10])


def test_no_figure_per_person_stands_anywhere(notebook):
    for text in shown(notebook):
        for found in PER_PERSON.finditer(text):
            near = text[max(0, found.start() - 60) : found.end() + 60]
            assert not re.search(r"\d", near), near


def test_no_cell_could_make_one(notebook, lesson):
    """The lesson opens no table of money, and no division has money above and people below."""
    assert not MONEY & set(about(notebook)["tables"])
    for cell in code(notebook):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.FloorDiv):
                below = ast.unparse(node.right)
                people = re.search(r"released|freed|people|held_before|total", below)
                if people and not refuses(cell):
                    above = ast.unparse(node.left)
                    assert re.search(r"released|freed|stayed", above), ast.unparse(node)


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


# --- the two explorers ------------------------------------------------------------------


@pytest.fixture(scope="module")
def door() -> Explorer:
    return module.revolving_door()


@pytest.fixture(scope="module")
def board() -> Explorer:
    return module.arguments_by_criterion()


def test_toy_says_what_its_function_counts(door):
    names = ["start", "recognised", "left", "freed", "every", "horizon"]
    flows = [door.default[name] for name in names]
    half, none = (round(stock_and_flow(*flows, new)[-1]) for new in (0.5, 0))
    assert said(door, new=0.5) == (
        f"With 0.5 the count after 24 months is {half:,} and not {none:,}. "
        "Nobody has measured this setting."
    )
    assert f"{half:,}" == "1,023" and none == 531


def test_toy_is_the_toy_of_lesson_04_when_nobody_is_added(door):
    old = toy_of_stock_and_flow()
    assert {k: v for k, v in door.default.items() if k != "new"} == old.default
    rows = door.rows(door.default)
    assert list(rows["held, your setting"]) == list(old.rows(old.default).with_rounds)


def test_toy_carries_its_name_and_its_warning_on_its_face(door):
    for new in (0, 0.3, 1):
        figure = door.draw(door.rows(door.default | {"new": new}))
        title = " ".join(text.get_text() for text in figure.texts)
        plt.close(figure)
        assert "Toy" in title and "nobody has measured" in title.replace("\n", " ")
        assert said(door, new=new).endswith("Nobody has measured this setting.")


def test_board_holds_every_point_once_and_gives_no_verdict(board):
    arguments, seen = read("arguments"), []
    for criterion in board.controls["criterion"].values:
        rows = board.rows(board.default | {"criterion": criterion})
        seen += list(rows.index)
        words = html.unescape(board.draw(rows))
        assert words.count("<li>") == len(rows)
        assert all(f"{row.Index}: {row.point}" in words for row in rows.itertuples())
        assert "A count is no score" in words
        assert "No verdict." in said(board, criterion=criterion)
    assert sorted(seen) == sorted(arguments.index)
    assert said(board).startswith("People: 2 points for the exchange, 3 of caution, 1 open.")


def test_each_point_stands_under_its_own_side(board):
    for criterion in board.controls["criterion"].values:
        rows = board.rows(board.default | {"criterion": criterion})
        _, *lists = re.split(r"<p><b>", board.draw(rows))
        for side, words in zip(module.DIRECTIONS, lists, strict=True):
            assert words.startswith(side)
            own = set(rows.index[rows.direction == side])
            assert set(re.findall(r"<li>(A\d\d):", words)) == own


def test_sources_of_the_points_can_be_hidden(board):
    rows = board.rows(board.default | {"sources": False})
    assert "<small>" not in board.draw(rows) and "not shown" in board.describe(rows)
    assert "<small>" in board.draw(board.rows(board.default))


# --- numbers that stand in a sentence of a table and in a column of their own ---------------------


@pytest.mark.parametrize(
    ("stated_id", "sentence"),
    [
        ("N0901", ("references", "ATLANTIC_2025", "what_it_supports")),
        ("N0902", ("arguments", "A05", "point")),
        ("N0903", ("arguments", "A14", "point")),
        ("N0904", ("relief_dates", "L-2015", "covers")),
        ("N0905", ("literature_numbers", "L1", "caution")),
        ("N0906", ("references", "PEKSEN_2009", "what_it_supports")),
        ("N0906", ("references", "SSRN_2011", "what_it_supports")),
        ("N0907", ("references", "PEKSEN_2009", "what_it_supports")),
        ("N0907", ("references", "SSRN_2011", "what_it_supports")),
        ("N0908", ("references", "LEVINSON_LIST", "what_it_supports")),
        ("N0909", ("arguments", "A03", "point")),
    ],
)
def test_a_stated_number_is_the_one_of_its_sentence(stated_id, sentence):
    table, row, column = sentence
    value = int(read("stated_numbers").value[stated_id])
    words = {2: "two", 9: "nine", 11: "eleven"}
    assert re.search(rf"\b{words.get(value, value)}\b", read(table).loc[row, column])


def test_no_set_of_numbers_is_about_political_prisoners():
    """Exercise 09.4 says so: a new row of that kind would make its answer wrong."""
    population = read("literature_numbers").population
    assert not population.str.contains("critic of|prisoner|dissident|opponent").any()
    assert question("09.4").answer == "d"
