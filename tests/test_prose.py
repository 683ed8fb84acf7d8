"""Prose and data agree: each number on a page is a fact of the ledger, as the tables have it."""

import json
import re

import pandas as pd
import pytest
from tools import prose
from tools.pages import NOTEBOOKS, ROOT, about, generated, lesson_paths, load
from tools.prose import FormError, facts_in, updated, written

from casebook.ledger import Fact, days, fact, render
from casebook.tables import CasebookError, read
from casebook.text import MONTHS, format_value

TEACHING = NOTEBOOKS / "teaching"
# The page on assessment speaks of points and weights, and of no fact about the world.
WRITTEN = [ROOT / "README.md", *(TEACHING / f"{n}.md" for n in ("README", "discussions", "plan_b"))]
MONTH = prose.MONTH
NUMBER = re.compile(
    rf"\d{{1,2}}\.? (?:{MONTH}) \d{{4}}|(?:{MONTH}) \d{{4}}|\d{{1,2}}\.? (?:{MONTH})"
    r"|(?<![\w.])[\N{MINUS SIGN}-]?\d[\d,]*(?:\.\d+)?(?![\w-])"
)
SENTENCE = re.compile(r"[.!?](?:\s|$)|\n\s*\n|\n\s*[-|*>]")
YEAR = re.compile(r"(?:19|20)\d\d")
TIME = re.compile(rf"(?:(?:{MONTH}) )?(?:19|20)\d\d")
STATED = re.compile(r"<!--(F\d{3})-->")
# Names that hold a digit but state no quantity, and what a page says of itself.
MINUTES = re.sub(r"\\{\w+\\}", r"\\d+", re.escape(prose.MINUTES))
NAMES = re.compile(
    r"\bPart \d+ of \d+|\b(?:GL|General License|EO|Executive Order|Regulation|CC BY|Python"
    r"|[Ll]essons?|[Ee]xercises?|[Aa]rticle|version|Notebook|BSD|edition|[Pp]arts?|[Bb]eats?"
    rf"|{'|'.join(prose.NUMBERED)})"
    r"[ -]\d[\d./]*(?:-Clause)?(?:(?:,| to| and) \d+)*"
    rf"|{MINUTES}"
    r"|\bproven up to 3\.\d+|\bK2O\b|\b\d+ \+ \d+ min\b|\b\d+ to do\b"
    r"|^\| \d+(?: \+ \d+)? \||\b\d+ \+ \d+ \||\| \d+ \| \d\d(?:, \d\d)* \|"
    r"|\b(?:19|20)\d\d–\d\d\b|\b\d+ (?:minutes?|min|MB|or newer)\b|^\s*\d+\.\s|\[\d\d · ",
    re.M,
)
NOT_PROSE = re.compile(
    r"<small>[^<]*</small>|```.*?```|`[^`\n]*`|^#+ [^\n]*$|\]\([^)]*\)|<(?!!--F)[^>]*>|&#?\w+;",
    re.S | re.M,
)


def blank(match: re.Match) -> str:
    return re.sub(r"\d", "_", match[0])


def loose_numbers(text: str) -> list[str]:
    """Return what is wrong with the numbers of a text: not as the ledger has them, or unsourced."""
    _, changes, problems = updated(text, "text")
    wrong = [f"{change.old!r} should be {change.new!r}" for change in changes] + problems
    linked = {n[0] for link in prose.links(text) for n in NUMBER.finditer(link[1])}
    text = prose.FACT_LINK.sub(lambda m: re.sub(r"\d", "_", m[1]) + f"<!--{m[3]}-->", text)
    text = NAMES.sub(blank, NOT_PROSE.sub(blank, text))
    for number in NUMBER.finditer(STATED.sub(blank, text)):
        shown = number[0].rstrip(",")
        # A number that is a link once may be repeated within the same cell.
        if not (YEAR.fullmatch(shown) or shown in linked or names_its_time(number, text)):
            near = text[max(0, number.start() - 30) : number.end() + 30]
            wrong.append(f"{shown!r} leads to no fact (near {near!r})")
    return wrong


def names_its_time(number: re.Match, text: str) -> bool:
    """Say whether a month is that of a fact which the same sentence states."""
    start = max((m.end() for m in SENTENCE.finditer(text, 0, number.start())), default=0)
    end = m.start() if (m := SENTENCE.search(text, number.end())) else len(text)
    return bool(re.fullmatch(rf"(?:{MONTH}) \d{{4}}", number[0])) and any(
        re.search(rf"(?<!\d){number[0]}(?!\d)", prose.stated(fact_id).statement)
        for fact_id in STATED.findall(text[start:end])
    )


def texts() -> list:
    """Return each text that people read and wrote, with its place."""
    found = [
        pytest.param(page.read_text("utf-8"), id=f"{page.parent.name}-{page.stem}")
        for page in WRITTEN
    ]
    for path in lesson_paths():
        notebook = load(path)
        found.append(pytest.param(about(notebook)["answer"], id=f"{path.stem}-answer"))
        for cell in notebook.cells:
            if cell.cell_type == "markdown" and generated(cell) in ("", "header"):
                found.append(pytest.param(cell.source, id=cell.id))
    return found


@pytest.mark.parametrize("text", texts())
@pytest.mark.mine
def test_numbers_in_prose_are_facts(text):
    """A reader who doubts a number can follow it home, and finds the same number there."""
    wrong = loose_numbers(text)
    assert wrong == [], "; ".join(wrong)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("They took [114](#F002) people over the border.", "should be"),
        ("They took 114 people over the border.", "'114' leads to no fact"),
        ("In 2025 there were 41 of them.", "'41' leads to no fact"),
        ("It was on [14 December 2025](#F001).", "should be"),
        ("It was on 14 December 2025.", "leads to no fact"),
        ("It was in July 2021.", "leads to no fact"),
        ("## A heading\n\nThey took 114 people over the border.", "leads to no fact"),
        ("They took [a dozen](#F002) people.", "states one number"),
        ("They took [123](#F999) people.", "no fact 'F999'"),
        ("It fell by -3 percent.", "'-3' leads to no fact"),
    ],
)
def test_a_wrong_or_unsourced_number_is_found(text, wrong):
    assert wrong in " ".join(loose_numbers(text))


@pytest.mark.parametrize(
    "text",
    [
        "In all [123](#F002) people left on [13 December](#F001).",
        "In 2025 there were [123](#F002).",
        "In all [123](#F002) people: 123 by our count.",
        "Nine of them are priests; read part 3 and exercise 2, 20 minutes.",
        "## 12 of them\n\nGeneral License 13 and K2O in the spike of 2021–22.",
        "On [13 December 2025](#F001) it was told that December 2025 would … in December 2025.",
        "[13 December 2025](#F001), in words: `x[123]`.",
    ],
)
def test_numbers_that_need_no_link_pass(text):
    assert loose_numbers(text) == []


# --- how the build writes a number ----------------------------------------------------------------


def known(value: object, decimals: int = 0) -> Fact:
    """Return a fact with a value of our choice."""
    text = format_value(value, decimals)
    origin = ("as_of", "origin", "several sources", "", ("HRW-1215",))
    return Fact("F900", f"It is {text}.", value, decimals, text, *origin)


@pytest.mark.parametrize(
    ("shown", "value", "decimals", "unit", "new"),
    [
        # plain numbers keep decimals and thousands separators
        ("123", 124, 0, "people", "124"),
        ("about 123 people", 1124, 0, "people", "about 1,124 people"),
        ("1,413", 978, 0, "people", "978"),
        ("2043", 12044, 0, "days", "12044"),
        ("2,043 days", 12044, 0, "days", "12,044 days"),
        ("10.0", 9.96, 1, "ratio", "10.0"),
        ("10.0", 12, 1, "ratio", "12.0"),
        ("64", 65.4321, 2, "percent", "65"),
        ("$157", 160.2, 0, "US$ a tonne", "$160"),
        (
            "0.60 tonnes of K2O",
            0.614,
            3,
            "tonnes of K2O in a tonne of product",
            "0.61 tonnes of K2O",
        ),
        # signs are those of the value, and a minus is a real one
        ("-0.17", -0.21, 2, "ratio", "−0.21"),
        ("−0.17", 0.21, 2, "ratio", "0.21"),
        ("57", -3, 0, "percent", "−3"),
        ("+3.2", 2.25, 1, "percent", "+2.2"),
        ("+3.2", -1.9, 1, "percent", "−1.9"),
        ("0.1", -0.04, 1, "ratio", "0.0"),
        # percent
        ("91 percent", 90.6, 1, "percent", "91 percent"),
        ("91.2%", 90.64, 1, "percent of exports", "90.6%"),
        ("91 per cent", 92, 0, "percent", "92 per cent"),
        # "million" and its like, whatever the unit of the fact
        ("2.4 billion", 2_513_000_000, 0, "US$", "2.5 billion"),
        ("2.4 billion dollars", 2513.0, 0, "million US$", "2.5 billion dollars"),
        ("2.44 billion", 2.5132, 2, "billion US dollars", "2.51 billion"),
        ("11.6 million tonnes", 11640.2, 0, "thousand tonnes of product", "11.6 million tonnes"),
        ("11.6 million", 12140.0, 0, "kt K2O", "12.1 million"),
        ("11.6", 12.14, 1, "million tonnes of product", "12.1"),
        ("786 thousand", 786400, 0, "tonnes", "786 thousand"),
        # words up to ten
        ("nine", 8, 0, "people", "eight"),
        ("Nine priests", 10, 0, "people", "Ten priests"),
        ("two million", 3, 0, "million tonnes", "three million"),
        ("zero", 1.0, 0, "people", "one"),
        # times, as exact as they were
        ("13 December 2025", "2025-11-03", 0, "day", "3 November 2025"),
        ("13 December", "2026-01-03", 0, "day", "3 January"),
        ("December 2025", "2026-01-03", 0, "day", "January 2026"),
        ("December", "2026-01-03", 0, "day", "January"),
        ("2025", "2026-01-03", 0, "day", "2026"),
        ("the spring of 2025", "2024-03-03", 0, "day", "the spring of 2024"),
        ("July 2021", "2021-08", 0, "month", "August 2021"),
        ("2021", "2021-08", 0, "month", "2021"),
        ("1994", "1996", 0, "year", "1996"),
        ("1994", 1996, 0, "year", "1996"),
        ("13 December 2025", pd.Timestamp("2025-11-03"), 0, "day", "3 November 2025"),
        ("July 2021", pd.Period("2021-08", "M"), 0, "month", "August 2021"),
        # words
        ("three quarters", "two thirds", 0, "part", "two thirds"),
        ("Three quarters", "two thirds", 0, "part", "Two thirds"),
        ("the port of Klaipeda", "Klaipeda", 0, "port", "the port of Klaipeda"),
    ],
)
def test_a_number_keeps_its_form(shown, value, decimals, unit, new):
    assert written(shown, known(value, decimals), unit) == new
    assert written(new, known(value, decimals), unit) == new  # twice leaves no difference


@pytest.mark.parametrize(
    ("shown", "value", "decimals", "unit", "why"),
    [
        ("a dozen", 12, 0, "people", "has none"),
        ("half", 50, 0, "percent", "has none"),
        ("", 50, 0, "percent", "has none"),
        ("12 to 14", 12, 0, "people", "has 2"),
        ("1960s", 1960, 0, "people", "has none"),
        ("1.234,5", 1234.5, 1, "people", "has none"),
        ("nine", 11, 0, "people", "write it in digits"),
        ("nine", 8.5, 1, "people", "write it in digits"),
        ("nine", -1, 0, "people", "write it in digits"),
        ("91 percent", 0.91, 2, "ratio", "not in percent"),
        ("64.3", 64.2871, 0, "percent", "more exact"),
        ("2.44 billion", 2.4, 1, "billion US$", "more exact"),
        ("2.4 billion", 31_000_000, 0, "US$", "would be written as 0.0"),
        ("13 December 2025", "2025-12", 0, "month", "not known to the day"),
        ("December 2025", "2025", 0, "year", "not known to the day or month"),
        ("that Saturday", "2025-12-13", 0, "day", "has none"),
        ("12/13/2025", "2025-12-13", 0, "day", "has none"),
    ],
)
def test_a_form_that_cannot_be_kept_is_an_error(shown, value, decimals, unit, why):
    with pytest.raises(FormError, match=why):
        written(shown, known(value, decimals), unit)


def test_only_the_words_of_the_link_change(monkeypatch):
    """The sentence is shown before and after; a link in code is an example and stays."""
    monkeypatch.setattr(
        prose, "stated", lambda fact_id: known({"F001": "2025-12-14"}.get(fact_id, 9))
    )
    text = (
        "Intro.\n\n- On [13 December](#F001) only [12](x/y.ipynb#F002) left. More.\n"
        "- `[12](#F002)` and [nine](#F003) and [W](#W01)\n"
    )
    new, changes, problems = updated(text, "page.md, cell 1")
    assert problems == []
    assert new == text.replace("13 December", "14 December").replace("[12](x", "[9](x")
    assert [(c.old, c.new) for c in changes] == [
        ("- On 13 December only 12 left.", "- On 14 December only 9 left.")
    ]
    assert "page.md, cell 1\n  - - On 13 December" in prose.report(changes)


def test_what_cannot_be_written_is_named_with_its_place():
    text = "Here [a dozen](#F002) left, [123](#F002) in all."
    new, changes, problems = updated(text, "page.md, cell 1")
    assert (new, changes) == (text, [])
    assert len(problems) == 1
    assert problems[0].startswith("page.md, cell 1: “[a dozen](#F002)”: ")


# --- the ledger -----------------------------------------------------------------------------------


def test_every_fact_is_stated_somewhere():
    """A row that nothing states is work for whoever keeps the tables, and for no reader."""
    pages = [cell.source for path in lesson_paths() for cell in load(path).cells]
    pages += [json.dumps(about(path)) for path in lesson_paths()]
    pages += [page.read_text("utf-8") for page in WRITTEN]
    pages += [page.read_text("utf-8") for page in (ROOT / "data" / "course").glob("*.csv")]
    for folder in (NOTEBOOKS / "casebook", ROOT / "tools"):
        pages += [page.read_text("utf-8") for page in folder.rglob("*.py")]
    used = {mark for page in pages for mark in facts_in(page)}
    used |= {mark for page in pages for mark in re.findall(r'["{](F\d{3})["}:]', page)}
    used |= set(read("exercise_mistakes").fact_id.dropna())
    assert set(read("facts").index) - used == set()


@pytest.mark.parametrize("fact_id", read("facts").index)
@pytest.mark.mine
def test_fact_is_whole(fact_id):
    """A fact has a value, a statement with that value in it, and sources or rows behind it."""
    found = prose.stated(fact_id)
    assert found.text not in ("", "nan", "<NA>")
    assert found.text in found.statement
    assert "{" not in found.statement
    assert found.source_ids
    assert (found.confidence == "one source") == (len(found.source_ids) == 1)
    if found.disputed:
        assert found.disputed in set(read("conflicts").conflict_id)


def test_unknown_fact_says_so():
    with pytest.raises(CasebookError, match="no fact 'F999'"):
        fact("F999")


def test_days_never_invents_a_day():
    assert days("2025-12-13", "2025-12-15") == 2
    with pytest.raises(CasebookError, match="known to the day"):
        days("2020", "2025-06-21")


def test_values_are_written_as_prose_writes_them():
    assert render("{F002} people") == "123 people"
    assert format_value(1135) == "1,135"
    assert format_value("2025-12-13") == "13 December 2025"
    assert format_value("2024-12") == "December 2024"


def picks(origin: str, time: str) -> bool:
    """Say whether a row key or an argument holds a year or month, as in ``start=2023-04``."""
    *month, year = time.split()
    written = f"{year}-{MONTHS.index(month[0]) + 1:02d}" if month else year
    return bool(re.search(rf"(?<![\d-]){written}(?!\d)", origin))


def test_a_time_in_a_statement_is_one_that_its_row_or_arguments_name():
    assert picks("month=2023-04", "April 2023")
    assert picks("Belarus; 2023", "2023")
    assert not picks("year=2023", "2022")
    assert not picks("month=2023-04", "May 2023")
    assert not picks("tonnes=12023", "2023")
