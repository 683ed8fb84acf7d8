"""Numbers in prose: the text of each link to a fact is written from the ledger, in its own form.

A number on a page is a link, ``[2.4 billion](#F613)``. What stands between the brackets is the
author's way of writing it; the build keeps that form and puts in what the fact is now.
"""

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

import pandas as pd

from casebook.language import tr
from casebook.ledger import Fact, fact
from casebook.tables import CasebookError, read
from casebook.text import MONTHS

FACT_LINK = re.compile(r"(?<!!)\[([^\[\]]*)\]\(([^()\s#]*)#(F\d{3})\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.S)
NUMBER = re.compile(r"(?<![\w.,/])([−+-]?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?!\w|[.,/]\d)")
# While a collection is translated, pages in English and in its own language stand side by side; a
# number keeps the words of the one that it is written in.
ENGLISH = "zero one two three four five six seven eight nine ten"
WORDS = (ENGLISH.split(), tr("zero one two three four five six seven eight nine ten").split())
MONTH_NAMES = (list(calendar.month_name)[1:], MONTHS)
WORD = re.compile(rf"\b(?:{'|'.join([*WORDS[0], *WORDS[1]])})\b", re.I)
SCALES = {"thousand": 1e3, "kt": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
SCALES |= {tr("thousand"): 1e3, tr("million"): 1e6, tr("billion"): 1e9, tr("trillion"): 1e12}
SCALE = re.compile(rf"[\s\N{{NO-BREAK SPACE}}]+({'|'.join(SCALES.keys() - {'kt'})})\b")
PERCENT = re.compile(rf"\s*(?:%|per ?cent\b|{tr('percent')}\b)")
MONTH = "|".join([*MONTH_NAMES[0], *MONTH_NAMES[1]])
DAY = re.compile(rf"(?:(?<!\d)(\d{{1,2}}\.?) )?\b({MONTH})\b(?: (\d{{4}})(?!\d))?")
NUMBERED = (tr("Lesson"), tr("lesson"), tr("Exercise"), tr("exercise"), tr("Part"), tr("part"))
"""Words before a number that a page says of itself."""
MINUTES = tr("{read} minutes to read, {do} to do")
YEAR = re.compile(r"(?<![\w.,/-])\d{4}(?!\w|[.,]\d)")
ISO = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
END_OF_SENTENCE = re.compile(
    r"(?<=[.!?])[”’\"')*_]*\s+|\n\s*\n|\n(?=\s*(?:[-*>|#]|\d+\.) ?)|\s*\|\s*"
)


class FormError(ValueError):
    """A number is written in a form that the build cannot keep; the text says which and why."""


@dataclass(frozen=True)
class Change:
    """A number that was brought up to date: where, and its sentence before and after."""

    place: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.place}\n  - {self.old}\n  + {self.new}"


@cache
def stated(fact_id: str) -> Fact:
    """Return a fact as `fact` does, once worked out: for one build, or one run of the tests."""
    return fact(fact_id)


def facts_in(text: str) -> list[str]:
    """Return the ids of the facts that a text states, in order and once each."""
    return list(dict.fromkeys(link[3] for link in links(text)))


def links(text: str) -> list[re.Match]:
    """Return the links to facts in a text: words, page and id. What is code is no link."""
    code = [span.span() for span in CODE.finditer(text)]
    found = FACT_LINK.finditer(text)
    return [m for m in found if not any(start < m.start() < end for start, end in code)]


def plain(text: str) -> str:
    """Return a text with its numbers as mere words, without their links."""
    return FACT_LINK.sub(r"\1", text)


def updated(text: str, place: str) -> tuple[str, list[Change], list[str]]:
    """Write each number of a text as the ledger has it now.

    Returns the text, its changed sentences for a person to read, and what could not be written,
    each with its place. Nothing but the words of the links can change.
    """
    pieces, moved, problems, last = [], [], [], 0
    for link in links(text):
        shown = link[1]
        try:
            shown = written(link[1], stated(link[3]), unit(link[3]))
        except (FormError, CasebookError) as problem:
            problems.append(f"{place}: “{link[0]}”: {problem}")
        pieces += [text[last : link.start(1)], shown]
        last = link.end(1)
        if shown != link[1]:
            moved.append((link.start(1), sum(map(len, pieces)) - len(shown)))
    new = "".join([*pieces, text[last:]])
    changes = [Change(place, _sentence(text, old), _sentence(new, at)) for old, at in moved]
    return new, list(dict.fromkeys(changes)), problems


def unit(fact_id: str) -> str:
    """Return the unit of a fact, or "" for a fact that the ledger does not have."""
    units = read("facts").unit
    return units[fact_id] if fact_id in units.index else ""


def written(shown: str, known: Fact, in_unit: str = "") -> str:
    """Return a fact in the form of ``shown``, such as "2.4 billion", "13 December" or "nine".

    ``in_unit`` is the unit of the fact: "million US$" tells how a value stands to "2.4 billion".
    What stands before and after the number is kept. Raises FormError when ``shown`` holds no
    number or more than one, or when the fact cannot be written like that.
    """
    when = _when(known.value)
    if when:
        return _written_day(shown, *when)
    if isinstance(known.value, int | float) and not isinstance(known.value, bool):
        return _written_number(shown, known, in_unit)
    if re.search(rf"(?<!\w){re.escape(known.text)}(?!\w)", shown):
        return shown
    at_start = shown[:1].isupper() and known.text[:1].islower()
    return known.text[:1].upper() + known.text[1:] if at_start else known.text


def _written_number(shown: str, known: Fact, in_unit: str) -> str:
    found = list(NUMBER.finditer(shown)) or list(WORD.finditer(shown))
    if len(found) != 1:
        raise FormError(f"a link states one number, and this has {len(found) or 'none'}.")
    (number,) = found
    value, (scale, rest) = known.value, _scale(shown[number.end() :])
    own = SCALES.get(in_unit.partition(" ")[0], 1)
    if PERCENT.match(rest) and not in_unit.startswith("percent"):
        raise FormError(f"{known.fact_id} is in {in_unit}, not in percent.")
    ratio = own / (scale or own)
    if number.re is WORD:
        words = next(list_ for list_ in WORDS if number[0].lower() in list_)
        if value not in range(len(words)) or ratio != 1:
            raise FormError(f"{known.text} has no word of its own; write it in digits.")
        word = words[int(value)]
        new = word.capitalize() if number[0][0].isupper() else word
    else:
        new = _digits(number, known, value * ratio, ratio)
    return shown[: number.start()] + new + shown[number.end() :]


def _digits(number: re.Match, known: Fact, value: float, ratio: float) -> str:
    sign, whole, decimals = number[1], number[2], len(number[3] or ".") - 1
    if 10.0**-decimals < 0.999 * ratio * 10.0**-known.decimals:
        raise FormError(f"this is more exact than {known.fact_id} is known: {known.text}.")
    separator = "" if len(whole) > 3 and "," not in whole else ","
    digits = f"{abs(value):{separator}.{decimals}f}"
    is_zero = not re.search("[1-9]", digits)
    if is_zero and re.search("[1-9]", known.text):
        raise FormError(f"{known.text} would be written as {digits}.")
    if value < 0 and not is_zero:
        return f"−{digits}"
    return f"+{digits}" if sign == "+" and not is_zero else digits


def _scale(after: str) -> tuple[float | None, str]:
    """Return what "million" and its like multiply by (None: no such word), and the words after."""
    word = SCALE.match(after)
    return (SCALES[word[1]], after[word.end() :]) if word else (None, after)


def _when(value: object) -> tuple[int, int | None, int | None] | None:
    """Return year, month and day, as far as they are known, of a value that is a time."""
    if isinstance(value, date) and not pd.isna(value):
        return value.year, value.month, value.day
    parts = ISO.fullmatch(str(value)) if isinstance(value, str | pd.Period) else None
    return tuple(part and int(part) for part in parts.groups()) if parts else None


def _written_day(shown: str, year: int, month: int | None, day: int | None) -> str:
    found = list(DAY.finditer(shown)) or list(YEAR.finditer(shown))
    if len(found) != 1:
        raise FormError(f"a link states one time, and this has {len(found) or 'none'}.")
    (old,) = found
    with_day, with_month, with_year = old.groups() if old.re is DAY else (None, None, old[0])
    if (with_day and not day) or (with_month and not month):
        raise FormError("the fact is not known to the day or month that is written here.")
    words = [f"{day}{'.' * with_day.endswith('.')}"] if with_day else []
    if with_month:
        words.append(next(names for names in MONTH_NAMES if with_month in names)[month - 1])
    words += [str(year)] if with_year else []
    return shown[: old.start()] + " ".join(words) + shown[old.end() :]


def _sentence(text: str, at: int) -> str:
    """Return the sentence around a place, as it reads: without links."""
    ends = [m.span() for m in END_OF_SENTENCE.finditer(text)]
    start = max((end for _, end in ends if end <= at), default=0)
    stop = min((begin for begin, _ in ends if begin > at), default=len(text))
    return " ".join(plain(text[start:stop]).split())


def report(changes: Iterable[Change]) -> str:
    """Return what a person must read after numbers moved, or "" when none did."""
    lines = [str(change) for change in changes]
    if not lines:
        return ""
    asked = (
        "These sentences have new numbers. Read each: “half”, “only”, “fell” or a plural may have "
        "become false."
    )
    return "\n".join([asked, *lines])
