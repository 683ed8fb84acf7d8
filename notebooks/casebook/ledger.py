"""The fact ledger: each number that a lesson states, looked up or worked out, never typed twice.

``data/course/facts.csv`` says for each fact where its value comes from: a cell (columns table, row,
column), or a function with plain values as arguments. Only functions that a lesson registers here
can be named there; nothing in a table is ever run.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import get_type_hints

import numpy as np
import pandas as pd

from .tables import CasebookError, check_sources, package, read, source_line, split_ids
from .text import Feedback, format_value, inert

FUNCTIONS: dict[str, Callable] = {}
"""The register: ``"module.function"`` to the function. See `register`."""

WHOLE_OR_DECIMAL = re.compile(r"-?\d+(\.\d+)?")
IN_BRACES = re.compile(r"\{(F\d{3})(?::\.(\d)f)?\}")


def register(function: Callable) -> Callable:
    """Let the tables name a function, as ``module.function``: a decorator for lesson modules.

    Its parameters are typed ``str``, ``int``, ``float`` or ``bool``, as the tables give plain
    values; it reads the tables itself, with `read`, and returns a number, a text or a day (for
    exercises also a tuple, a list or a dict of these).
    """
    name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
    if FUNCTIONS.get(name, function).__code__ is not function.__code__ and name in FUNCTIONS:
        raise CasebookError(f"Two functions are registered as {name!r}.")
    FUNCTIONS[name] = function
    return function


@dataclass(frozen=True)
class Fact:
    """One stated number: what it says, what it is now, and which rows it comes from."""

    fact_id: str
    statement: str
    value: object
    decimals: int
    text: str
    as_of: str
    origin: str
    confidence: str
    disputed: str
    source_ids: tuple[str, ...]

    def _repr_markdown_(self) -> str:
        dispute = f" Accounts differ: see conflict {self.disputed}." if self.disputed else ""
        return (
            f"**{self.fact_id}** {self.statement} *As of {self.as_of}; {self.confidence}.*{dispute}"
            + inert(
                f"\n\nFrom {self.origin}. Published by: {source_line(self.source_ids, most=12)}."
            )
        )

    def __repr__(self) -> str:
        return f"{self.fact_id}: {self.statement}"


def cell(table: str, row: str, column: str) -> object:
    """Return one cell; ``row`` is the key, its parts joined by ``"; "`` where the key has several.

    A text that is a number, as in columns that also hold words, comes back as a number.
    Raises CasebookError when there is no such table, row or column, or the cell is empty.
    """
    rows = read(table)
    if rows.index.name is None:
        key = package().entry(table)["schema"]["primaryKey"]
        first, *others = (rows[column].astype("str") for column in key)
        rows = rows.set_index(first.str.cat(others, sep="; "))
    known = [column, rows.index.name]
    labels = rows.index.astype("str")
    if column not in rows or row not in labels:
        missing = f"column {column!r}" if column not in rows else f"row {row!r}"
        raise CasebookError(f"The table {table} has no {missing}. (Looked for {known[0]!r}.)")
    value = rows[column].iloc[labels.get_loc(row)]
    if pd.isna(value):
        raise CasebookError(f"The table {table} has nothing in row {row!r}, column {column!r}.")
    if isinstance(value, str) and WHOLE_OR_DECIMAL.fullmatch(value):
        value = float(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.item() if isinstance(value, np.generic) else value


def call(function: str, arguments: str = "") -> object:
    """Return what a registered function gives for arguments written ``name=value; name=value``.

    Raises CasebookError for a function that is not registered, and for arguments that it does not
    take or that are not of the type it declares.
    """
    if function not in FUNCTIONS:
        raise CasebookError(f"No lesson has registered a function called {function!r}.")
    target = FUNCTIONS[function]
    types = get_type_hints(target)
    given = {}
    for part in filter(None, (piece.strip() for piece in arguments.split(";"))):
        name, equals, value = part.partition("=")
        if not equals or name not in types or name == "return":
            raise CasebookError(f"The function {function} takes no argument {part!r}.")
        given[name] = _plain(value, types[name], function)
    try:
        value = target(**given)
    except CasebookError:
        raise
    except Exception as problem:
        raise CasebookError(f"{function}({arguments}) cannot be worked out: {problem!r}.") from None
    return value.item() if isinstance(value, np.generic) else value


def _plain(value: str, kind: type, function: str) -> object:
    try:
        if kind is bool:
            return {"true": True, "false": False}[value]
        return {str: str, int: int, float: float}[kind](value)
    except (KeyError, ValueError):
        raise CasebookError(f"{function}: {value!r} is no {kind.__name__}.") from None


def value_of(row: Mapping[str, object]) -> object:
    """Return the value that a row of a course table names: a cell, a function, or a fact.

    ``row`` has the columns ``table, row, column`` or ``function, arguments`` filled in, or, where
    the table has one, ``fact_id`` of the ledger.
    """
    known = {name: value for name, value in row.items() if isinstance(value, str)}
    if "function" in known:
        return call(known["function"], known.get("arguments", ""))
    if "table" in known:
        return cell(known["table"], known["row"], known["column"])
    raise CasebookError("This row names neither a cell nor a function.")


def fact(fact_id: str) -> Fact:
    """Return one fact of the ledger, worked out from the tables.

    Raises CasebookError for an unknown id.
    """
    row, value, decimals = _stated(str(fact_id).strip().upper())
    text = _written(row, value, decimals)
    return Fact(
        fact_id=row.name,
        statement=render(row.statement.replace("{}", text)),
        value=value,
        decimals=decimals,
        text=text,
        as_of=format_value(row.as_of),
        origin=origin(row),
        confidence=row.confidence,
        disputed="" if pd.isna(row.conflict_id) else row.conflict_id,
        source_ids=tuple(row_sources(row.derived_from)),
    )


def _stated(fact_id: str) -> tuple[pd.Series, object, int]:
    """Return the row of a fact, its value, and with how many decimals it is written."""
    ledger = read("facts")
    if fact_id not in ledger.index:
        raise CasebookError(f"The ledger has no fact {fact_id!r}. Fact ids look like F001.")
    row = ledger.loc[fact_id]
    return row, value_of(row), 0 if pd.isna(row.decimals) else int(row.decimals)


def _written(row: pd.Series, value: object, decimals: int) -> str:
    # A year is a name and not a quantity: no thousands separator, and of a day only the year.
    return str(value)[:4] if row.unit == "year" else format_value(value, decimals)


def origin(row: Mapping[str, object]) -> str:
    """Return in words where the value of a row of the ledger comes from."""
    if isinstance(row["function"], str):
        arguments = f" with {row['arguments']}" if isinstance(row["arguments"], str) else ""
        return f"the function `{row['function']}`{arguments}"
    return f"the table `{row['table']}`, row `{row['row']}`, column `{row['column']}`"


def render(text: str) -> str:
    """Replace each ``{F002}`` by what that fact says now; ``{F002:.1f}`` has one decimal.

    What comes back is Markdown, see `inert`.
    """

    def replaced(match: re.Match) -> str:
        row, value, decimals = _stated(match[1])
        return format_value(value, int(match[2])) if match[2] else _written(row, value, decimals)

    return inert(IN_BRACES.sub(replaced, text))


def days(start: str, end: str) -> int:
    """Return the number of days from ``start`` to ``end``, both ``YYYY-MM-DD``; the start is day 0.

    Raises CasebookError when a date is not known to the day: a day is never invented.
    """
    try:
        first, last = (pd.to_datetime(day, format="%Y-%m-%d") for day in (start, end))
    except (ValueError, TypeError):
        raise CasebookError(f"{start!r} to {end!r}: both dates must be known to the day.") from None
    return (last - first).days


def data_status() -> Feedback:
    """Return the line that says to which day the tables speak, and what they are known to lack."""
    events = package().entry("events")
    window, last = events["asOf"], read("events").date.max()
    return Feedback(
        f"*Facts as of {format_value(window)} (edition {events['edition']}). Last event in the "
        f"tables: {format_value(last)}. Known gaps: see “What this data cannot say”.*"
    )


def row_sources(rows: str) -> list[str]:
    """Return source ids behind ``table:key`` references; a bare ``table`` means all its rows.

    Raises CasebookError for a row that is not there.
    """
    found = []
    for reference in split_ids(rows):
        name, _, key = reference.partition(":")
        if name == "sources":
            found += [key]
            continue
        table = read(name)
        column = table["source_ids"] if "source_ids" in table else table["source_id"]
        if key and key not in table.index:
            raise CasebookError(f"The ledger points to {reference}, but {name} has no such row.")
        found += split_ids([column[key]] if key else column)
    check_sources(found)
    return split_ids(found)
