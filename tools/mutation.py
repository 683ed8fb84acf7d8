"""Damage tables on purpose, to see what notices. Nothing here judges; the tests do.

`DAMAGES` are whole files as a spreadsheet, another program or a slip of the hand leaves them.
`cell_changes` makes single cells wrong that are still well formed.
"""

import csv
import io
import re
from collections.abc import Callable
from datetime import date

import pandas as pd

Rows = list[list[str]]
"""A file as lists of cells, its header first."""

DAMAGES: dict[str, Callable[[Rows, dict], Rows | str | bytes | None]] = {}
"""Name to function. It takes rows and the table's entry, and gives what then stands in the file."""

HARMLESS = {
    "a mark before the first letter",
    "Windows line ends",
    "a blank last line",
    "columns in another order",
}
"""Damages after which a table must be read as before."""


def rows_of(content: bytes) -> Rows:
    """Return a file as lists of cells, its header first."""
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))


def as_csv(rows: Rows) -> str:
    """Return rows as the text of a file, written as this collection writes its tables."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def damaged(name: str, content: bytes, entry: dict) -> bytes | None:
    """Return a file after the damage called ``name``, or None when it changes nothing there."""
    changed = DAMAGES[name](rows_of(content), entry)
    if isinstance(changed, list):
        changed = as_csv(changed)
    if isinstance(changed, str):
        changed = changed.encode("utf-8")
    return None if changed == content else changed


def damage(name: str) -> Callable:
    """Enter a function into `DAMAGES`: a decorator."""

    def entered(function: Callable) -> Callable:
        DAMAGES[name] = function
        return function

    return entered


# --- commas, quotes, line ends, letters -----------------------------------------------------


@damage("a comma at the end of each row but the header")
def _(rows: Rows, entry: dict) -> Rows:
    return [rows[0], *([*row, ""] for row in rows[1:])]


@damage("a comma at the end of each line")
def _(rows: Rows, entry: dict) -> Rows:
    return [[*row, ""] for row in rows]


def _separated_by(sign: str) -> Callable:
    def separated(rows: Rows, entry: dict) -> str:
        text = io.StringIO()
        csv.writer(text, delimiter=sign, lineterminator="\n").writerows(rows)
        return text.getvalue()

    return separated


DAMAGES["semicolons"] = _separated_by(";")
DAMAGES["tabs"] = _separated_by("\t")


@damage("quotes lost")
def _(rows: Rows, entry: dict) -> str:
    return "\n".join(",".join(row) for row in rows) + "\n"


@damage("a quotation mark too many")
def _(rows: Rows, entry: dict) -> str:
    return as_csv(rows[:-1]) + '"' + as_csv(rows[-1:])


@damage("a mark before the first letter")
def _(rows: Rows, entry: dict) -> bytes:
    return as_csv(rows).encode("utf-8-sig")


@damage("Windows line ends")
def _(rows: Rows, entry: dict) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


@damage("a blank last line")
def _(rows: Rows, entry: dict) -> str:
    return as_csv(rows) + "\n"


@damage("letters of another encoding")
def _(rows: Rows, entry: dict) -> bytes:
    return as_csv(rows).encode("cp1252", errors="replace")


@damage("letters read in another encoding")
def _(rows: Rows, entry: dict) -> str:
    return as_csv(rows).encode("utf-8").decode("cp1252", errors="replace")


@damage("two bytes a letter")
def _(rows: Rows, entry: dict) -> bytes:
    return as_csv(rows).encode("utf-16")


# --- rows and columns -----------------------------------------------------------------------


@damage("nothing in it")
def _(rows: Rows, entry: dict) -> str:
    return ""


@damage("cut after half of the rows")
def _(rows: Rows, entry: dict) -> Rows:
    return rows[: 1 + len(rows) // 2]


@damage("cut within a row")
def _(rows: Rows, entry: dict) -> str:
    text = as_csv(rows)
    return text[: len(text) // 2]


@damage("the last row lost")
def _(rows: Rows, entry: dict) -> Rows:
    return rows[:-1]


@damage("the header lost")
def _(rows: Rows, entry: dict) -> Rows:
    return rows[1:]


@damage("empty rows at the end")
def _(rows: Rows, entry: dict) -> Rows:
    return [*rows, [""] * len(rows[0])]


@damage("a row twice")
def _(rows: Rows, entry: dict) -> Rows:
    return [*rows[:-1], rows[1]]


@damage("a row one cell short")
def _(rows: Rows, entry: dict) -> Rows:
    rows[len(rows) // 2].pop()
    return rows


@damage("the first cell of a row deleted")
def _(rows: Rows, entry: dict) -> Rows:
    rows[len(rows) // 2] = [*rows[len(rows) // 2][1:], ""]
    return rows


@damage("a cell put in before a row")
def _(rows: Rows, entry: dict) -> Rows:
    rows[len(rows) // 2] = ["", *rows[len(rows) // 2][:-1]]
    return rows


@damage("all cells one column to the right")
def _(rows: Rows, entry: dict) -> Rows:
    return [rows[0], *([row[-1], *row[:-1]] for row in rows[1:])]


@damage("a column lost")
def _(rows: Rows, entry: dict) -> Rows:
    place = len(rows[0]) // 2
    return [row[:place] + row[place + 1 :] for row in rows]


@damage("columns in another order")
def _(rows: Rows, entry: dict) -> Rows:
    return [row[::-1] for row in rows]


@damage("the names of two columns changed about")
def _(rows: Rows, entry: dict) -> Rows:
    header = rows[0]
    return [[header[1], header[0], *header[2:]], *rows[1:]]


@damage("a key emptied")
def _(rows: Rows, entry: dict) -> Rows:
    key = entry["schema"]["primaryKey"]
    key = key if isinstance(key, str) else key[0]
    rows[len(rows) // 2][rows[0].index(key)] = ""
    return rows


# --- cells as a spreadsheet or another program writes them ----------------------------------


def _each_cell(form: str, new: str | Callable) -> Callable:
    """Return a damage that rewrites every cell of a form. Cells below the header, that is."""
    pattern = re.compile(form)

    def rewritten(rows: Rows, entry: dict) -> Rows:
        return [
            rows[0],
            *([pattern.sub(new, c) if pattern.fullmatch(c) else c for c in r] for r in rows[1:]),
        ]

    return rewritten


def _short_month(match: re.Match) -> str:
    return date(int(match[1]), int(match[2]), 1).strftime("%b-%y")


DAY, MONTH = r"(\d{4})-(\d\d)-(\d\d)", r"(\d{4})-(0[1-9]|1[0-2])"
DAMAGES |= {
    "days with points": _each_cell(DAY, r"\3.\2.\1"),
    "days with strokes": _each_cell(DAY, r"\2/\3/\1"),
    "days with an hour": _each_cell(DAY, r"\g<0> 00:00:00"),
    "months by name": _each_cell(MONTH, _short_month),
    "months as days": _each_cell(MONTH, r"\g<0>-01"),
    "TRUE and FALSE": _each_cell("true|false", lambda m: m[0].upper()),
    "true and false in German": _each_cell("true", "WAHR"),
    "decimal commas": _each_cell(r"-?\d+\.\d+", lambda m: m[0].replace(".", ",")),
    "decimal points taken for thousands": _each_cell(
        r"-?[1-9]\d{0,2}\.\d{3}", lambda m: m[0].replace(".", "")
    ),
    "commas between thousands": _each_cell(r"\d{4,}", lambda m: f"{int(m[0]):,}"),
    "large numbers by their powers": _each_cell(r"\d{5,}", lambda m: f"{int(m[0]):.0E}"),
    "zeros before a number lost": _each_cell(r"0+(\d[\d.]*)", r"\1"),
    "short names of months taken for days": _each_cell(
        r"(NOV|MAR|DEC|JAN|FEB|APR|MAY|JUN|JUL|AUG|SEP|OCT)-?(\d+)", r"01/\2/2000"
    ),
    "versions taken for days": _each_cell(r"(\d)\.(\d)\.(\d)", r"0\1/0\2/200\3"),
}


@damage("read and written by pandas")
def _(rows: Rows, entry: dict) -> str:
    return pd.read_csv(io.StringIO(as_csv(rows))).to_csv(index=False, lineterminator="\n")


@damage("saved with its row numbers")
def _(rows: Rows, entry: dict) -> str:
    return pd.read_csv(io.StringIO(as_csv(rows))).to_csv(lineterminator="\n")
