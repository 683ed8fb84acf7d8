"""A brief grows step by step, keeps its parts, and reads and prints well anywhere."""

import os
import re
import stat
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from tools import teaching
from tools.pages import NOTEBOOKS, load, run_cells

from browser.lab import AXE, SIZE
from casebook import Brief, CasebookError, data_card, open_brief, read, sources_of, style
from casebook.brief import MARKER, PAGE_LIMITS, PROMPTS
from casebook.care import prices_people

LESSON = NOTEBOOKS / "11_capstone.ipynb"
SAMPLES = sorted(teaching.BRIEFS.glob("*.html"))
FINDING = "Most people of the round went to Ukraine"


@pytest.fixture(autouse=True)
def no_figure_stays_open():
    yield
    plt.close("all")


def figure(label="people", height=3.0, values=(114, 9)):
    style()
    fig, ax = plt.subplots(figsize=(7.5, height))
    ax.bar(["to Ukraine", "to Lithuania"], values)
    ax.set(ylabel=label)
    return fig


def card(unit="people"):
    releases = read("releases")
    steps = {"rounds of the year of the deal": releases.date.str.startswith("2025")}
    return data_card("releases", steps, ["date", "total_released"], unit=unit)


PEOPLE = pd.DataFrame({"people": [114, 9]}, index=pd.Index(["Ukraine", "Lithuania"], name="to"))
STEPS = {
    "question": (["Where were the people of one round taken?"], {}),
    "claim": (["Half over each border."], {"wrong_if": "More than two thirds over one."}),
    "evidence": (None, {}),
    "picture": (None, {"finding": FINDING, "note": "People freed in one round"}),
    "table": ([PEOPLE], {"caption": "People freed in one round, by border"}),
    "findings": (["Most went to Ukraine.", "Nine went to Lithuania.", "The sum closes."], {}),
    "other_story": (["The group was driven where the buses were."], {}),
    "limits": (["One round is no rule.", "Two agencies may share one origin."], {}),
    "not_computed": (["A price per prisoner: it can be divided, and should not be."], {}),
    "sources": (["HRW-1215;UKRINF-114"], {}),
    "headline": (["One round, two borders"], {}),
}
"""One call for each part, in the order of work."""


def do(brief: Brief, name: str, *given: object, **named: object) -> object:
    """Run one step of a brief: as in `STEPS`, or with other values."""
    own, words = STEPS[name]
    if own is None:
        own = [] if given else [card() if name == "evidence" else figure()]
    return getattr(brief, name)(*(given or own), **{**words, **named})


@cache
def whole() -> Brief:
    """Return a brief that lacks nothing: drawn once, so take a copy with `made`."""
    brief = Brief()
    for name in STEPS:
        do(brief, name)
    return brief


def made(*without: str) -> Brief:
    """Return a brief that lacks nothing, but for the parts named."""
    brief = Brief()
    brief._parts = {n: part for n, part in whole()._parts.items() if n not in without}
    return brief


def said(answer: object) -> str:
    """Return what a step says in plain words."""
    bundle = getattr(answer, "_repr_mimebundle_", None)
    return bundle()["text/plain"] if bundle else answer.text


# --- step by step -----------------------------------------------------------------------


def test_steps_are_the_parts_in_the_order_of_work():
    assert list(STEPS) == list(PROMPTS)
    assert Brief().missing() == list(PROMPTS)
    assert made().missing() == []


@pytest.mark.parametrize("name", PROMPTS)
def test_a_missing_part_is_named_in_plain_words(name):
    brief = made(name)
    shown = brief._repr_mimebundle_()
    assert "lacks 1 of 11 parts" in shown["text/html"]
    assert PROMPTS[name].split(":")[0] in shown["text/plain"]
    assert "Nothing is saved" in brief.save().text
    with pytest.raises(CasebookError, match="One part is missing"):
        brief.html()


@pytest.mark.parametrize("name", PROMPTS)
@pytest.mark.parametrize("dots", [..., "...", "", None])
def test_dots_change_nothing(name, dots):
    for brief in (Brief(), made()):
        before = dict(brief._parts)
        assert "nothing yet" in getattr(brief, name)(dots).text
        assert brief._parts == before


@pytest.mark.parametrize("name", PROMPTS)
def test_a_step_run_again_replaces_its_part_and_no_other(name):
    brief = made()
    page, shown, others = brief.html(), said(do(brief, name)), dict(brief._parts)
    assert brief.html() == page
    assert said(do(brief, name)) == shown
    del others[name]
    assert others.items() <= brief._parts.items()


def test_steps_may_come_in_any_order():
    brief = Brief()
    for name in reversed(STEPS):
        do(brief, name)
    assert brief.html() == made().html()


def test_a_new_text_takes_the_place_of_the_old():
    brief = made()
    brief.findings("One.", "Two.", "Three.")
    brief.findings(["Four.", "Five.", "Six."])
    assert "Four." in brief.html() and "One." not in brief.html()


def test_an_opened_brief_keeps_its_parts():
    opened = open_brief("test_of_opening")
    do(opened, "question")
    assert open_brief("test_of_opening") is opened
    assert open_brief("test_of_another") is not opened
    assert open_brief("test_of_opening").missing() == list(PROMPTS)[1:]
    for name in ("../b", "", 7, "a/b", "b.html"):
        with pytest.raises(CasebookError, match="plain name"):
            open_brief(name)


def test_what_happens_to_table_or_figure_later_changes_nothing():
    brief, fig, table = made(), figure(), PEOPLE.copy()
    do(brief, "picture", fig)
    do(brief, "table", table)
    page = brief.html()
    fig.axes[0].clear()
    table.loc[:, "people"] = 0
    assert brief.html() == page


def test_the_figure_is_not_shown_a_second_time():
    fig = figure()
    do(Brief(), "picture", fig)
    assert not plt.fignum_exists(fig.number)


# --- what is refused --------------------------------------------------------------------


def blank(how: str):
    style()
    fig, ax = plt.subplots()
    ax.set(ylabel="people")
    if how == "unknown values":
        ax.plot([1, 2], [np.nan, np.nan])
    elif how == "no rows":
        ax.bar([], [])
    elif how == "out of view":
        ax.plot([2020, 2021], [1, 2])
        ax.set_xlim(1990, 2000)
    elif how == "words alone":
        ax.text(0.5, 0.5, "my chart")
    return fig


@pytest.mark.parametrize(
    "how", ["nothing", "unknown values", "no rows", "out of view", "words alone"]
)
def test_blank_pictures_are_refused_and_the_earlier_one_stays(how):
    brief = made()
    page = brief.html()
    assert re.search("Nothing is drawn.*stays as it was", do(brief, "picture", blank(how)).text)
    assert brief.html() == page


@pytest.mark.parametrize("values", [(0, 0), (114, np.nan), (-3, 2)])
def test_pictures_of_zeros_or_of_some_unknown_values_are_pictures(values):
    brief = Brief()
    do(brief, "picture", figure(values=values), alt="Bars of people to two borders, 0 and 0.")
    assert "picture" not in brief.missing()


@pytest.mark.parametrize(
    "table", [PEOPLE.iloc[:0], pd.DataFrame(), PEOPLE * np.nan, PEOPLE[[]], PEOPLE.people.iloc[:0]]
)
def test_empty_tables_are_refused(table):
    assert "This table is empty" in do(Brief(), "table", table).text


@pytest.mark.parametrize(
    ("name", "given", "named", "message"),
    [
        ("question", ["No question"], {}, "question mark"),
        ("question", ["Why?"], {}, "question mark"),
        ("question", [7], {}, "words in quotes"),
        ("claim", ["Half."], {"wrong_if": "..."}, "prove it wrong"),
        ("evidence", ["releases"], {}, "data card"),
        ("evidence", [card(), "releases"], {}, "data card"),
        ("picture", ["a picture"], {}, "fig of fig, ax"),
        ("picture", [figure()], {"finding": "..."}, "needs a finding"),
        ("picture", [figure(label="")], {"note": ""}, "label with the unit"),
        ("picture", [figure()], {"alt": "Image of people freed, 114 and 9."}, "what is drawn"),
        ("picture", [figure()], {"alt": "Bars: 114 and 9."}, "needs words"),
        (
            "picture",
            [figure()],
            {"alt": "Bars of many people to one side, few to another."},
            "no number",
        ),
        ("table", [[[1, 2]]], {}, "DataFrame"),
        ("table", [PEOPLE], {"caption": ""}, "needs a caption"),
        ("table", [pd.DataFrame({"a": range(13)})], {}, "13 rows and the page takes 12"),
        ("table", [pd.DataFrame([range(7)])], {}, "7 columns and the page takes 6"),
        ("findings", ["One.", "Two."], {}, "So far there are 2 of 3"),
        ("findings", [["Only one.", "...", ...]], {}, "So far there is 1 of 3"),
        ("findings", [1, 2, 3], {}, "words in quotes"),
        ("limits", ["One."], {}, "So far there is 1 of 2"),
        ("sources", ["HRW-1215;NOBODY"], {}, "no source 'NOBODY'"),
        ("headline", ["word " * 30], {}, "letters, and 90 fit"),
    ],
)
def test_half_done_parts_get_a_sentence(name, given, named, message):
    brief = Brief()
    answer = do(brief, name, *given, **named)
    assert answer.right is False and re.search(message, answer.text)
    assert "Traceback" not in answer.text and name in brief.missing()


def test_a_brief_that_is_too_long_says_by_how_much():
    brief = made()
    brief.other_story("word " * PAGE_LIMITS["words"])
    with pytest.raises(CasebookError, match=rf"two pages hold {PAGE_LIMITS['words']}: shorten"):
        brief.html()
    assert "shorten it" in brief._repr_mimebundle_()["text/plain"]


def test_a_cause_is_asked_about_and_the_sentence_kept():
    brief = Brief()
    assert "Look again at “caused”" in said(brief.headline("Sanctions caused the price to rise"))
    assert "headline" not in brief.missing()
    assert "Look again" not in said(brief.headline("The price rose after the sanctions"))


# --- care for people --------------------------------------------------------------------

PRICES = [
    "About 4 million dollars per person freed.",
    "Each prisoner cost $3.5 million.",
    "Relief of 2 million euros for each of the released prisoners: a lot.",
    "Dollars of relief per freed person",
    "How many dollars of relief were there for each person freed?",
    "The price of a prisoner fell in 2025.",
    "A prisoner was worth 2 million dollars.",
    "One prisoner for 2 million dollars.",
    "The relief comes to 400 million dollars, or 3.3 million a head for those freed.",
    "Ales Bialiatski was exchanged for relief worth 400 million dollars.",
    "Kalesnikava was worth $100 million to Minsk.",
    "Statkevich: a price of 5 million euros.",
]
NO_PRICES = [
    "Two rounds per month, 123 people.",
    "The price per tonne rose.",
    "Letters per person: none known.",
    "A person was freed at no announced price.",
    "In the month in which Bialiatski was freed, potash cost 358 dollars a tonne.",
    "Bialiatski was let out, and the price of potash rose to $358 per tonne.",
    "Income per head was 8,300 dollars in 2024.",
    "Potash use per person is 4 kg, worth 2 dollars.",
    "The court fined Babaryka 40,000 roubles.",
    "We do not compute dollars per prisoner.",
    "Nobody should put a price on a prisoner.",
    "The licence may be worth 400 million dollars a year to Belarus.",
    "123 people were freed, and the price of potash rose by a tenth.",
    "On the day of the release one tonne cost 350 dollars.",
    "A prisoner was freed in the month in which relief worth 400 million dollars was announced.",
    "One of the people freed said that potash costs 358 dollars.",
    "A prisoner was freed for every hundred who stayed; the licence is worth 400 million dollars.",
    "Each prisoner was fined 1,000 roubles.",
    "A released report puts the value at 2 million dollars.",
]


@pytest.mark.parametrize("text", PRICES)
@pytest.mark.parametrize("name", ["claim", "headline", "other_story"])
def test_a_price_of_people_is_not_kept(text, name):
    brief = Brief()
    named = {"wrong_if": "No."} if name == "claim" else {}
    assert "lesson 09" in getattr(brief, name)(text, **named).text
    assert brief.missing() == list(PROMPTS)


@pytest.mark.parametrize("text", NO_PRICES)
def test_prices_of_goods_and_refusals_are_left_alone(text):
    assert prices_people(text) == ""


def test_every_part_that_claims_is_read_for_it():
    priced = PRICES[0]
    for name, given, named in (
        ("question", ["How many dollars were paid per prisoner freed?"], {}),
        ("claim", ["Some."], {"wrong_if": priced}),
        ("picture", [figure()], {"finding": priced}),
        ("picture", [figure()], {"note": "Dollars per prisoner"}),
        ("table", [PEOPLE], {"caption": priced}),
        ("table", [PEOPLE.rename(columns={"people": "dollars per prisoner"})], {}),
        ("findings", ["One.", "Two.", priced], {}),
    ):
        assert "lesson 09" in do(Brief(), name, *given, **named).text, (name, named)
    for name in ("not_computed", "limits"):  # where the number may be named and left
        brief = Brief()
        getattr(brief, name)(priced, "One more limit.") if name == "limits" else brief.not_computed(
            priced
        )
        assert name not in brief.missing()


# --- the data card ----------------------------------------------------------------------


def test_card_counts_what_each_step_drops():
    prices = read("prices")
    current = prices.series.str.contains("current series")
    arrival = prices.basis.str.startswith("CFR")
    made = data_card("prices", {"current": current, "CFR": arrival}, ["value"], unit="US$")
    lines = made.lines()
    assert lines["Rows in the table"] == f"{len(prices)}"
    assert lines["Rows kept"] == f"{(current & arrival).sum()}"
    first, second = (~current).sum(), (current & ~arrival).sum()
    assert lines["Rows dropped"] == f"{first} (not current); then {second} (not CFR)"
    assert lines["Filter"] == "only current; only CFR"
    pd.testing.assert_frame_equal(made.kept, prices[current & arrival])


def test_card_takes_edition_terms_and_flags_from_the_package():
    production = read("production")
    lines = data_card("production", {}, ["country", "value"], unit="kt K2O").lines()
    assert "facts as of 31 March 2026" in lines["Edition"]
    assert lines["Terms"] == "US-federal-public-domain"
    assert lines["Filter"] == lines["Rows dropped"] == "none"
    assert f"e: {(production.estimate_flag == 'e').sum()}" in lines["Kept, by estimate_flag"]
    assert f"empty: {production.estimate_flag.isna().sum()}" in lines["Kept, by estimate_flag"]
    assert "MCS 2026: " in lines["Kept, by source_edition"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"table": "price"}, "no table called 'price'"),
        ({"columns": ["dollars"]}, "releases has no column 'dollars'"),
        ({"unit": "..."}, "in which unit"),
        ({"steps": {"large": read("releases").head(3).date == "x"}}, "true or false for every row"),
        ({"steps": {"large": "total_released > 100"}}, "true or false for every row"),
        ({"steps": {"large": read("releases").total_released}}, "true or false for every row"),
        ({"steps": {"none": read("releases").date == "never"}}, "No row is left after"),
    ],
)
def test_odd_cards_are_refused(changed, message):
    given = {"table": "releases", "steps": {}, "columns": ["date"], "unit": "people"} | changed
    with pytest.raises(CasebookError, match=message):
        data_card(**given)


def test_card_lists_kinds_of_rows_in_one_order():
    lines = data_card("production", {}, ["value"], unit="kt K2O").lines()
    assert [*lines][-2:] == ["Kept, by source_edition", "Kept, by estimate_flag"]


def test_a_test_that_does_not_know_drops_the_row():
    """An empty cell passes no test, and is counted among the rows that were dropped."""
    releases = read("releases")
    made = data_card("releases", {"known": releases.to_ukraine >= 0}, ["to_ukraine"], "people")
    assert len(made.kept) == releases.to_ukraine.notna().sum()


# --- the page ---------------------------------------------------------------------------


class Tags(HTMLParser):
    """Collect the tags of a page in order, and the words of its headings."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.append((tag, dict(attrs)))


def test_page_stands_alone():
    page = made().html()
    tags = Tags(page).tags
    names = [tag for tag, _ in tags]
    assert page.startswith("<!doctype html>") and MARKER in page
    assert ("html", {"lang": "en"}) in tags and ("meta", {"charset": "utf-8"}) in tags
    assert not {"script", "link", "iframe", "object", "form", "details"} & set(names)
    for tag, attributes in tags:
        assert not any(name.startswith("on") for name in attributes)
        if "src" in attributes:
            assert tag == "img" and attributes["src"].startswith("data:image/png;base64,")
    assert "url(" not in page and "@import" not in page
    levels = [int(name[1]) for name in names if re.fullmatch(r"h\d", name)]
    assert levels[0] == 1 and levels.count(1) == 1 and set(levels[1:]) == {2}


def test_page_holds_every_part_with_sources_and_card():
    brief = made()
    brief.headline("One round, two borders", by="A. Nickname")
    brief.changes("One line is new.")
    page = brief.html()
    for name, (given, named) in STEPS.items():
        texts = [*([] if name in ("table", "sources") else given or []), *named.values()]
        assert all(text in page for text in texts), name
    (alt,) = re.findall(r'<img alt="([^"]*)"', page)
    assert alt.startswith(FINDING) and "114" in alt
    for source in sources_of("HRW-1215;UKRINF-114").itertuples():
        for known in (source.title, source.publisher, source.address, f"({source.Index})"):
            assert known in page
    assert "By A. Nickname" in page and "One line is new." in page
    assert f"<td>{len(card().kept)}</td>" in page
    assert page.count("<caption>") == page.count("<table") == 2
    assert "By " not in made().html() and "What changed" not in made().html()
    assert "One source stands" not in page
    brief.sources("HRW-1215")
    assert "One source stands behind this brief" in brief.html()


def test_the_question_stands_under_the_headline_and_the_answer_comes_first():
    page = made().html()
    places = [page.index(f">{text}") for text in ("One round, two", "Where were", "Most went")]
    rest = [page.index(text) for text in ("<figure", "Another story", "cannot say", "Sources")]
    assert [*places, *rest] == sorted([*places, *rest])


def test_all_that_is_typed_is_escaped():
    evil = '<script>alert("&")</script>'
    steps = {evil: read("releases").total_released > 0}
    brief = made()
    brief.question(f"Is it {evil} or is it not?")
    brief.claim(evil, wrong_if=evil)
    brief.evidence(data_card("releases", steps, ["date"], unit=evil))
    do(brief, "picture", finding=evil, note=f"{evil} and 7", alt=f"Bars of 114 and of 9: {evil}")
    brief.table(pd.DataFrame({evil: [evil]}), caption=evil)
    brief.findings(evil, evil, evil)
    brief.limits(evil, evil)
    brief.other_story(evil)
    brief.not_computed(evil)
    brief.headline(evil, by=evil)
    brief.changes(evil)
    for shown in (brief.html(), brief._repr_mimebundle_()["text/html"]):
        assert "<script" not in shown
        assert shown.count("&lt;script&gt;") >= 18
    again = do(brief, "claim", evil, wrong_if=evil)._repr_mimebundle_()["text/html"]
    assert "<script" not in again and "&lt;script&gt;" in again


def test_numbers_are_written_as_a_newspaper_does():
    table = pd.DataFrame(
        {
            "small": [0.004, 0.5, -0.25],
            "nearly nothing": [-0.0, 1.0, 2.0],
            "change": [-569.0, 12604.0, None],
            "day": pd.to_datetime(["2025-12-13"] * 3),
            "year": [2021, 2022, 2023],
        }
    )
    brief = made()
    do(brief, "table", table)
    page = brief.html()
    for cell in ("0.004", "−0.250", "−569", "12,604", "–", "2025-12-13", "2021"):
        assert f">{cell}</t" in page, cell
    assert ">-0" not in page and ">−0<" not in page


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("It fell by -28.6 percent.", "It fell by −28.6 percent."),
        ("It changed by -0 percent, or -0.0.", "It changed by 0 percent, or 0.0."),
        ("It changed by -0.004 points (-3 in all).", "It changed by −0.004 points (−3 in all)."),
        ("In 2021-22 and on 2025-12-13, F-16 and COVID-19.", None),
        ("From 5-7 to 8 - 9, well-known, x-1.", None),
    ],
)
def test_a_minus_sign_is_a_minus_sign_and_nothing_has_none(typed, shown):
    brief = made()
    brief.other_story(typed)
    assert (shown or typed) in brief.html()


def test_same_bytes_twice():
    assert made().html() == made().html()


def test_notebook_shows_the_brief_with_picture_words_and_numbers():
    shown = made()._repr_mimebundle_()
    assert set(shown) == {"text/html", "image/png", "text/plain"}
    assert "<h1" not in shown["text/html"] and "mathjax_ignore" in shown["text/html"]
    (alt,) = re.findall(r'<img alt="([^"]*)"', shown["text/html"])
    assert alt in shown["text/plain"] and "Drawn: " in shown["text/plain"]


def test_a_picture_is_shown_with_the_words_that_people_hear():
    shown = do(Brief(), "picture")._repr_mimebundle_()
    assert {"text/html", "image/png", "text/plain"} == set(shown)
    assert "In words, for people who do not see it" in shown["text/html"]
    assert "Source:" not in shown["text/html"]  # nobody has said yet where the rows come from
    brief = Brief()
    do(brief, "evidence")
    publishers = sources_of(card().kept.source_ids).publisher
    assert f"Source: {publishers.iloc[0]}" in said(do(brief, "picture"))
    assert "Drawn: " in shown["text/plain"]


# --- the file ---------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_save_writes_one_file_and_says_where_it_lies(folder):
    text = made().save().text
    assert (folder / "my_brief.html").read_text(encoding="utf-8") == made().html()
    assert [file.name for file in folder.iterdir()] == ["my_brief.html"]
    for words in ("my_brief.html", str(folder), "Ctrl + P", "Download", "Binder"):
        assert words in text
    brief = made()
    brief.headline("Another headline")
    brief.save("my_brief.html")
    assert "Another headline" in (folder / "my_brief.html").read_text(encoding="utf-8")


@pytest.mark.skipif(os.name == "nt", reason="modes of files are a matter of Unix")
def test_others_may_read_a_saved_brief_as_any_new_file(folder):
    made().save()
    (folder / "plain.txt").write_text("as any new file")
    modes = {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    assert len(modes) == 1


ELSEWHERE = ["../b.html", "a/b.html", "a\\b.html", "/b.html", "~/b.html", "C:b.html"]
OTHER_KINDS = [".html", ".b.html", "b", "b.htm", "b.html.exe", "b.py", "b..html"]


@pytest.mark.parametrize("name", [*ELSEWHERE, *OTHER_KINDS, "b.html\n", 7])
def test_only_a_plain_name_in_this_folder_is_taken(folder, name):
    assert "plain name that ends with .html" in made().save(name).text
    assert list(folder.iterdir()) == []


def test_another_file_is_never_replaced(folder):
    (folder / "page.html").write_bytes(b"\xff not ours")
    (folder / "folder.html").mkdir()
    (folder / "link.html").symlink_to(folder / "elsewhere.txt")
    for name, message in (
        ("page.html", "not a brief"),
        ("link.html", "not a brief"),
        ("folder.html", "cannot be written here"),
    ):
        assert message in made().save(name).text
    assert (folder / "page.html").read_bytes() == b"\xff not ours"
    assert not (folder / "elsewhere.txt").exists()


def test_a_full_disk_leaves_the_earlier_brief_whole(folder, monkeypatch):
    made().save()
    before = (folder / "my_brief.html").read_bytes()

    def full(_file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    brief = made()
    brief.headline("Another headline")
    assert "No space left on device" in brief.save().text
    assert (folder / "my_brief.html").read_bytes() == before
    assert [file.name for file in folder.iterdir()] == ["my_brief.html"]


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be replaced there")
def test_who_reads_a_brief_while_it_is_saved_again_reads_a_whole_one(folder):
    made().save()
    before = (folder / "my_brief.html").read_bytes()
    with open(folder / "my_brief.html", "rb") as opened:
        start = opened.read(100)
        brief = made()
        brief.headline("Another headline")
        brief.save()
        assert start + opened.read() == before
    assert b"Another headline" in (folder / "my_brief.html").read_bytes()


@pytest.mark.parametrize("odd", ["\ud800", "\x00", "\x1b[31m", "\u202e"])
def test_signs_that_no_file_can_hold_are_left_out(folder, odd):
    brief = made()
    brief.headline(f"One{odd} round, two borders")
    brief.save()
    assert "borders" in (folder / "my_brief.html").read_text(encoding="utf-8")
    assert odd not in brief.html()


# --- the samples ------------------------------------------------------------------------


def test_samples_are_fresh():
    """Made anew from the tables they are the pages that ship, pixels apart."""
    made_now = teaching.briefs()
    assert sorted(made_now) == SAMPLES and len(SAMPLES) == 3
    for file, page in made_now.items():
        texts = [
            re.sub(r"base64,[\w+/=]+", "", text)
            for text in (page, file.read_text(encoding="utf-8"))
        ]
        assert texts[0] == texts[1], f"{file.name}: python run.py build makes it anew"


# --- the house --------------------------------------------------------------------------


def test_modules_import_only_from_those_to_their_left():
    """As the docstring of the package says, from tables and text to the lessons."""
    stages = [
        ("language",),
        ("tables", "text", "causes", "saving"),
        ("ledger", "market", "readings", "description", "frames", "care"),
        ("charts",),
        ("maps", "explorer", "exercises"),
        ("brief",),
    ]
    rank = {module: stage for stage, modules in enumerate(stages) for module in modules}
    for file in LESSON.parent.glob("casebook/[a-z]*.py"):
        for name in re.findall(r"^from \.(\w+) import", file.read_text(encoding="utf-8"), re.M):
            assert rank[name] < rank[file.stem], (file.stem, name)


# --- read by a browser ------------------------------------------------------------------


def longest() -> Brief:
    """Return a brief that fills every limit: rows, columns, words, a tall chart, many sources."""
    brief = made()
    brief.evidence(card(), card())
    do(brief, "picture", figure(height=9))
    do(
        brief,
        "table",
        pd.DataFrame({f"column number {n}": [f"{n} and words"] * 12 for n in range(6)}),
    )
    brief.sources(list(read("sources").index[:8]))
    brief.headline("A headline as long as it may be, which is about two lines of it", by="A. Name")
    brief.changes("A line.", "A line.", "A line.")
    brief.other_story("wording " * PAGE_LIMITS["words"])
    with pytest.raises(CasebookError, match="brief has") as refused:
        brief.html()
    too_many = int(re.search(r"has (\d+) words", str(refused.value))[1]) - PAGE_LIMITS["words"]
    brief.other_story("wording " * (PAGE_LIMITS["words"] - too_many))
    return brief


PAGES = ["at every limit", *(file.name for file in SAMPLES)]
PAGES += ["the example of the lesson"] if LESSON.exists() else []


@pytest.fixture(scope="module", params=PAGES)
def page(request, tmp_path_factory) -> Path:
    if request.param.endswith(".html"):
        return teaching.BRIEFS / request.param
    is_ours = request.param == "the example of the lesson"
    brief = run_cells(load(LESSON))[0]["example"] if is_ours else longest()
    file = tmp_path_factory.mktemp("brief") / "brief.html"
    file.write_text(brief.html(), encoding="utf-8")
    return file


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(reader, page, scheme):
    tab = reader.show(page, scheme=scheme)
    ground = tab.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(255, 255, 255)") is (scheme == "light")
    tab.evaluate(f"() => {{ {AXE} }}")
    found = tab.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    assert [f"{rule['id']}: {rule['help']}" for rule in found["violations"]] == []


def test_prints_on_two_pages(reader, page):
    """On A4, also from the dark; the ground is white then, and the chart is on the page."""
    tab = reader.show(page, scheme="dark")
    printed = tab.pdf(format="A4", prefer_css_page_size=True)
    assert 1 <= len(re.findall(rb"/Type /Page\b", printed)) <= 2
    assert re.search(rb"/Subtype /Image\b", printed)


@pytest.mark.parametrize("width", [SIZE["width"] // 2, 320])
def test_nobody_scrolls_sideways_at_double_zoom(browser, page, width):
    """1280 points at 200 % are 640; 320 are a telephone, or 400 %."""
    size = {"width": width, "height": 450}
    tab = browser.new_page(offline=True, viewport=size, device_scale_factor=2)
    tab.goto(page.as_uri())
    wide = tab.evaluate("() => document.documentElement.scrollWidth")
    tab.close()
    assert wide <= width


def test_keys_reach_every_link_and_nothing_is_folded(reader, page):
    tab = reader.show(page)
    links = tab.locator("a").count()
    for place in range(links):
        tab.keyboard.press("Tab")
        assert tab.locator("a").nth(place).evaluate("e => e === document.activeElement")
    assert links and tab.locator("details").count() == 0
