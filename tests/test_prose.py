"""Prose and data agree: each number on a page is a fact of the ledger, as the tables have it."""

import ast
import re

import pytest
from tools.pages import MARK, NOTEBOOKS, ROOT, code, generated, lesson_paths, load

from casebook.ledger import days, evaluate, fact, render
from casebook.tables import CasebookError, read
from casebook.text import MONTHS, format_value

TEACHING = NOTEBOOKS / "teaching"
# The page on assessment speaks of points and weights, and of no fact about the world.
WRITTEN = [ROOT / "README.md", *(TEACHING / f"{n}.md" for n in ("README", "discussions", "plan_b"))]
MONTH = "|".join(MONTHS)
NUMBER = re.compile(
    rf"\d{{1,2}} (?:{MONTH}) \d{{4}}|(?:{MONTH}) \d{{4}}|\d{{1,2}} (?:{MONTH})"
    r"|(?<![\w.])[\N{MINUS SIGN}-]?\d[\d,]*(?:\.\d+)?(?![\w-])"
)
COMMENT_MARK = re.compile(r"<!--(F\d{3})-->")
SENTENCE_END = re.compile(r"[.!?:;](?:\s|$)|\n\s*\n|\n\s*[-|*]")
TIME = re.compile(rf"(?:(?:{MONTH}) )?(?:19|20)\d\d")
SENTENCE = re.compile(r"[.!?](?:\s|$)|\n\s*\n|\n\s*[-|*>]")
# Names that hold a digit but state no quantity; minutes of the page are not about the world.
NAMES = re.compile(
    r"\b(?:GL|General License|EO|Executive Order|Regulation|[Ll]esson|[Ee]xercises?|CC BY|Python"
    r"|version|BSD|edition)[ -]\d[\d./]*(?:-Clause)?"
    r"|\bK2O\b|\b[Bb]eats? \d+(?:(?:,| to| and) \d+)*|\b\d+ \+ \d+ min\b|\b\d+ to do\b"
    r"|^\| \d+(?: \+ \d+)? \||\b\d+ \+ \d+ \||\| \d+ \| \d\d(?:, \d\d)* \|"
    r"|\bspike of \d{4}–\d\d\b|\b\d+ (?:minutes?|min|MB|or newer)\b|^\s*\d+\.\s|\[\d\d · ",
    re.M,
)
NOT_PROSE = re.compile(
    r"```.*?```|`[^`\n]*`|^#+ [^\n]*$|\]\([^)]*\)|<(?!!--F)[^>]*>|&#?\w+;", re.S | re.M
)


def blank(match: re.Match) -> str:
    return re.sub(r"\d", "_", match[0])


def loose_numbers(text: str) -> list[str]:
    """Return what is wrong with the numbers of one text: unmarked, or not as the ledger says."""
    text = MARK.sub(lambda m: f"<!--{m[1]}-->", text)
    text = NAMES.sub(blank, NOT_PROSE.sub(blank, text))
    numbers = [m for m in NUMBER.finditer(COMMENT_MARK.sub(blank, text))]
    wrong, unmarked, marked = [], [], set()
    for i, number in enumerate(numbers):
        end = numbers[i + 1].start() if i + 1 < len(numbers) else len(text)
        if stop := SENTENCE_END.search(text, number.end(), end):
            end = stop.start() + 1
        marks = COMMENT_MARK.findall(text[number.end() : end])
        shown = number[0].rstrip(",")
        if not marks and names_its_time(number, text):
            continue
        if not marks:
            near = text[max(0, number.start() - 30) : number.end() + 30]
            unmarked.append((shown, f"{shown!r} has no fact id (near {near!r})"))
            continue
        stated = fact(marks[0]).text
        if shown != stated and not part_of_date(shown, stated):
            wrong.append(f"{shown!r} is marked {marks[0]}, which now is {stated!r}")
        marked.add(shown)
    # A number that is marked once may be repeated within the same cell.
    return wrong + [words for shown, words in unmarked if shown not in marked]


def names_its_time(number: re.Match, text: str) -> bool:
    """Say whether a year or month is that of a fact which the same sentence marks.

    "In 2023 it was 383 dollars<!--F1-->" needs no second mark when F1 speaks of 2023.
    """
    start = max((m.end() for m in SENTENCE.finditer(text, 0, number.start())), default=0)
    end = m.start() if (m := SENTENCE.search(text, number.end())) else len(text)
    marked = COMMENT_MARK.findall(text[start:end])
    return bool(TIME.fullmatch(number[0])) and any(
        re.search(rf"(?<!\d){number[0]}(?!\d)", fact(mark).statement) for mark in marked
    )


def part_of_date(shown: str, stated: str) -> bool:
    """A day may be written without its year, or a year without its day."""
    words = stated.split()
    return len(words) == 3 and shown in {" ".join(words[:2]), " ".join(words[1:]), words[2]}


def texts() -> list:
    pages = {f"{page.parent.name}-{page.stem}": page.read_text("utf-8") for page in WRITTEN}
    found = [pytest.param(text, id=name) for name, text in pages.items()]
    for path in lesson_paths():
        for i, cell in enumerate(load(path).cells):
            if cell.cell_type == "markdown" and generated(cell) in ("", "header"):
                found.append(pytest.param(cell.source, id=f"{path.stem}-{i}"))
    return found


@pytest.mark.parametrize("text", texts())
def test_numbers_in_prose_are_facts(text):
    assert loose_numbers(text) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("They took 114 people<sup>[F002](#F002)</sup> over the border.", "is marked F002"),
        ("They took 114 people over the border.", "no fact id"),
        ("It was on 14 December 2025<sup>[F001](#F001)</sup>.", "is marked F001"),
        ("## A heading\n\nThey took 114 people over the border.", "no fact id"),
        ("In all 123. People<sup>[F002](#F002)</sup> left.", "no fact id"),
    ],
)
def test_a_wrong_or_unmarked_number_is_found(text, wrong):
    assert wrong in " ".join(loose_numbers(text))


def test_a_year_may_stand_bare_beside_the_fact_that_names_it():
    """F212 names 29 August 2023; a sentence further on, or another year, needs its own mark."""
    mark = "<sup>[F212](#F212)</sup>"
    assert loose_numbers(f"In August 2023 the list was long: 29 August 2023{mark}.") == []
    assert loose_numbers(f"In 2023 the list was long: 29 August 2023{mark}.") == []
    for wrong in ("In 2022 the list was long", "In August 2022 it was long", "In 202 it was long"):
        assert "no fact id" in " ".join(loose_numbers(f"{wrong}: 29 August 2023{mark}."))
    assert loose_numbers(f"In 2021 it was long. That was 29 August 2023{mark}.") != []


def test_a_right_number_passes():
    assert (
        loose_numbers(
            "In all 123 people<sup>[F002](#F002)</sup> left on 13 December<sup>[F001](#F001)</sup>."
        )
        == []
    )


@pytest.mark.parametrize("path", lesson_paths(), ids=lambda p: p.stem)
def test_words_in_code_hold_no_typed_numbers(path):
    """Titles, labels and sentences in cells take their numbers from the tables too."""
    for cell in code(load(path)):
        for node in ast.walk(ast.parse(cell.source)):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and " " in node.value.strip()
            ):
                left = NAMES.sub("", node.value)
                assert not re.search(r"\d", left), f"{node.value!r} types a number"


def test_every_fact_is_used_and_every_mark_is_known():
    pages = [
        cell.source
        for p in lesson_paths()
        for cell in load(p).cells
        if generated(cell) != "sources"
    ]
    pages += [page.read_text(encoding="utf-8") for page in (*WRITTEN, TEACHING / "polls.md")]
    used = {m for page in pages for m in MARK.findall(page) + COMMENT_MARK.findall(page)}
    assert used == set(read("facts").index)


@pytest.mark.parametrize("fact_id", read("facts").index)
def test_fact_is_whole(fact_id):
    """A fact has a value, a statement with that value in it, and sources or rows behind it."""
    found = fact(fact_id)
    assert found.text not in ("", "nan", "<NA>")
    assert found.text in found.statement
    assert "{" not in found.statement
    assert found.source_ids
    assert (found.confidence == "one source") == (len(found.source_ids) == 1)
    if found.disputed:
        assert found.disputed in set(read("conflicts").conflict_id)


def test_unknown_fact_and_broken_expression_say_so():
    with pytest.raises(CasebookError, match="no fact 'F999'"):
        fact("F999")
    with pytest.raises(CasebookError, match="cannot be worked out"):
        evaluate("releases.total_released['R-1900']")
    with pytest.raises(CasebookError, match="no table or function called 'open'"):
        evaluate("open('x')")


def test_days_never_invents_a_day():
    assert days("2025-12-13", "2025-12-15") == 2
    with pytest.raises(CasebookError, match="known to the day"):
        days("2020", "2025-06-21")


def test_fill_and_spell():
    assert render("{1 + 1} and {10 / 4:.1f}") == "2 and 2.5"
    assert format_value(1135) == "1,135"
    assert format_value("2025-12-13") == "13 December 2025"
    assert format_value("2024-12") == "December 2024"


def picks(expression: str, time: str) -> bool:
    """Say whether an expression holds a year or month, as in ``year == 2023`` or ``"2023-04"``."""
    *month, year = time.split()
    written = f"{year}-{MONTHS.index(month[0]) + 1:02d}" if month else year
    return bool(re.search(rf"(?<![\d-]){written}(?!\d)", expression))


def test_a_time_in_a_statement_is_one_that_its_expression_picks():
    assert picks('prices.value[prices.period == "2023-04"]', "April 2023")
    assert picks("exports.quantity[exports.year == 2023]", "2023")
    assert not picks("exports.quantity[exports.year == 2023]", "2022")
    assert not picks('prices.value[prices.period == "2023-04"]', "May 2023")
    assert not picks("exports.quantity[exports.quantity > 12023]", "2023")
