"""The fact ledger: each number that a lesson states, computed from the tables.

``data/facts.csv`` holds for each fact an id, a statement, and one pandas expression. The
expression is what a learner could type in a cell; here it is worked out, never copied.
"""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .tables import CasebookError, cite, credit, read_once, resources, split_ids

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


@dataclass(frozen=True)
class Words:
    """A text to read in the notebook; ``right`` says, for tests, whether an answer fitted."""

    text: str
    right: bool | None = None

    def _repr_markdown_(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Fact:
    """One stated number: what it says, what it is now, and which rows it comes from."""

    fact_id: str
    statement: str
    value: object
    text: str
    unit: str
    as_of: str
    expression: str
    confidence: str
    disputed: str
    source_ids: tuple[str, ...]

    def _repr_markdown_(self) -> str:
        dispute = f" Accounts differ: see conflict {self.disputed}." if self.disputed else ""
        return (
            f"**{self.fact_id}** {self.statement} *As of {self.as_of}; {self.confidence}.*{dispute}"
            f"\n\nComputed by `{self.expression}` from: {credit(self.source_ids, most=12)}."
        )

    def __repr__(self) -> str:
        return f"{self.fact_id}: {self.statement}"


def days(start: str, end: str) -> int:
    """Return the number of days from ``start`` to ``end``, both ``YYYY-MM-DD``; the start is day 0.

    Raises CasebookError when a date is not known to the day: a day is never invented.
    """
    try:
        first, last = (pd.to_datetime(day, format="%Y-%m-%d") for day in (start, end))
    except (ValueError, TypeError):
        raise CasebookError(f"{start!r} to {end!r}: both dates must be known to the day.") from None
    return (last - first).days


class _Names(dict):
    """Names that an expression may use: the tables, and a few plain functions."""

    def __missing__(self, name: str) -> pd.DataFrame:
        if name in resources():
            return read_once(name)
        raise CasebookError(f"There is no table or function called {name!r}.")


NAMES = _Names(days=days, int=int, len=len, pd=pd, sorted=sorted)


def compute(expression: str) -> object:
    """Work out one pandas expression from our own ledger over the tables.

    Raises CasebookError that names the expression when it cannot be worked out.
    """
    try:
        # Our own expressions, as trusted as our code; a test keeps them to tables.
        value = eval(expression, {"__builtins__": {}}, NAMES)
    except CasebookError:
        raise
    except Exception as problem:
        raise CasebookError(f"{expression!r} cannot be worked out: {problem!r}.") from None
    return value.item() if isinstance(value, np.generic) else value


def spell(value: object, decimals: int = 0) -> str:
    """Return a value as prose writes it: 1,135 or 10.0 or 13 December 2025."""
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, pd.Timestamp):
        return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d(-\d\d)?", value):
        year, month, *day = value.split("-")
        return " ".join([*(str(int(d)) for d in day), MONTHS[int(month) - 1], year])
    if isinstance(value, int | float):
        return f"{value:,.{decimals}f}"
    return str(value)


def fill(text: str) -> str:
    """Replace each ``{expression}`` by its value; ``{expression:.1f}`` has one decimal."""

    def filled(match: re.Match) -> str:
        return spell(compute(match[1]), int(match[2] or 0))

    return re.sub(r"\{([^{}]+?)(?::\.(\d)f)?\}", filled, text)


def fact(fact_id: str) -> Fact:
    """Return one fact of the ledger, worked out from the tables.

    Raises CasebookError for an unknown id.
    """
    ledger = read_once("facts")
    if fact_id not in ledger.index:
        raise CasebookError(f"The ledger has no fact {fact_id!r}. Fact ids look like F001.")
    row = ledger.loc[fact_id]
    value = compute(row.expression)
    text = spell(value, 0 if pd.isna(row.decimals) else row.decimals)
    return Fact(
        fact_id=fact_id,
        statement=fill(row.statement.replace("{}", text)),
        value=value,
        text=text,
        unit=row.unit,
        as_of=spell(row.as_of),
        expression=row.expression,
        confidence=row.confidence,
        disputed="" if pd.isna(row.conflict_id) else row.conflict_id,
        source_ids=tuple(_sources(row.from_rows)),
    )


def as_of() -> Words:
    """Return the line that says to which day the tables speak, and what they are known to lack."""
    window, edition = resources()["events"]["asOf"], resources()["events"]["edition"]
    last = read_once("events").date.max()
    return Words(
        f"*Facts as of {spell(window)} (edition {edition}). Last event in the tables: "
        f"{spell(last)}. Known gaps: see “What this data cannot say”.*"
    )


def _sources(rows: str) -> list[str]:
    """Return source ids behind ``table:key`` references; a bare ``table`` means all its rows."""
    found = []
    for reference in split_ids(rows):
        name, _, key = reference.partition(":")
        table = read_once(name)
        if name == "sources":
            found += [key]
            continue
        column = table["source_ids"] if "source_ids" in table else table["source_id"]
        if key and key not in table.index:
            raise CasebookError(f"The ledger points to {reference}, but {name} has no such row.")
        found += split_ids([column[key]] if key else column)
    cite(found)
    return split_ids(found)
