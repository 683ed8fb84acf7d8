"""Damage tables on purpose, to see what notices. Nothing here judges; the tests do.

`DAMAGES` are whole files as a spreadsheet, another program or a slip of the hand leaves them.
`cell_changes` makes single cells wrong that are still well formed; `Pages` tells which cell of a
lesson then shows something else.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from casebook.tables import DataPackage
from tools.pages import code, load
from tools.shell import Shell

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


# --- one cell at a time ---------------------------------------------------------------------

NUMBER = re.compile(r"-?\d+(\.\d+)?")
FULL_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Change:
    """One cell made wrong: ``row`` counts as a spreadsheet does, the header being row 1."""

    table: str
    row: int
    column: str
    old: str
    new: str

    def content(self, file: bytes) -> bytes:
        """Return the file with this cell changed."""
        rows = rows_of(file)
        rows[self.row - 1][rows[0].index(self.column)] = self.new
        return as_csv(rows).encode("utf-8")


def cell_changes(name: str, entry: dict, kind: str) -> list[Change]:
    """Return every change of one kind that a table allows: "number", "day" or "text".

    A number becomes one more, ten times as much, and itself with two digits swapped; a day the
    next day; a text loses the last letter of a word. Keys, ids and rules stay as they are.
    """
    fields = {field["name"]: field for field in entry["schema"]["fields"]}
    header, *rows = rows_of(entry["file"].read_bytes())
    other = {"number": _other_numbers, "day": _other_day, "text": _other_text}[kind]
    return [
        Change(name, number, column, cell, new)
        for number, row in enumerate(rows, start=2)
        for column, cell in zip(header, row, strict=True)
        if column in fields and _kind(fields[column], cell, entry) == kind
        for new in other(cell)
    ]


def _kind(field: dict, cell: str, entry: dict) -> str:
    name, rules = field["name"], field.get("constraints", {})
    if name in entry["schema"]["primaryKey"] or "references" in field or "enum" in rules:
        return ""
    if FULL_DAY.fullmatch(cell):
        return "day"
    if NUMBER.fullmatch(cell):
        counted = field["type"] in ("integer", "number") and "year" not in name
        return "number" if counted or name == "value" else ""
    return "text" if field["type"] == "string" and re.search(r"[a-z]{3}", cell) else ""


def _other_numbers(cell: str) -> Iterator[str]:
    whole, dot, part = cell.partition(".")
    yield f"{int(whole) + 1}{dot}{part}"
    if cell.strip("0."):
        yield f"{whole}{part[:1] or '0'}{dot if part[1:] else ''}{part[1:]}"
    for at in range(len(whole) - 1, 0, -1):
        first, second = whole[at - 1], whole[at]
        if first != second and first != "-" and (second != "0" or at > 1):
            yield f"{whole[: at - 1]}{second}{first}{whole[at + 1 :]}{dot}{part}"
            return


def _other_day(cell: str) -> Iterator[str]:
    yield (date.fromisoformat(cell) + timedelta(days=1)).isoformat()


def _other_text(cell: str) -> Iterator[str]:
    words = list(re.finditer(r"[a-z]{3,}", cell))
    end = words[len(words) // 2].end()
    yield cell[: end - 1] + cell[end:]


class Watched(DataPackage):
    """A data package that remembers which tables were asked for."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.asked: set[str] = set()

    def read(self, name: str) -> pd.DataFrame:
        self.asked.add(name)
        return super().read(name)


class Pages:
    """The lessons, run once over whole tables, and again from where a changed table is read.

    That a page may go on in the middle rests on its cells: none changes what another one made.
    """

    def __init__(self, shell: Shell, package: Watched, paths: list[Path]) -> None:
        self._shell, self._package = shell, package
        self._cells = {path: [cell.source for cell in code(load(path))] for path in paths}
        self.shown: dict[Path, list[list[str]]] = {}
        self._names: dict[Path, list[dict]] = {}
        self._first: dict[tuple[Path, str], int] = {}
        for path, cells in self._cells.items():
            shell.restart()
            self.shown[path], self._names[path] = [], []
            for number, source in enumerate(cells):
                self._names[path].append(shell.keep())
                package.asked.clear()
                self.shown[path].append(shell.run(source))
                for name in package.asked:
                    self._first.setdefault((path, name), number)

    def change(self, name: str) -> str:
        """Return the first cell that shows something else now that a table has changed, or ""."""
        for (path, asked), first in self._first.items():
            if asked != name:
                continue
            self._shell.restore(self._names[path][first])
            for number in range(first, len(self._cells[path])):
                if self._shell.run(self._cells[path][number]) != self.shown[path][number]:
                    return f"{path.stem}, code cell {number + 1}"
        return ""
