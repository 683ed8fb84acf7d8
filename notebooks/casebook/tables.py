"""Read the tables of the data packages, and look up where a row comes from.

A data package (``datapackage.json``) says which tables exist, what each column means, and what
may stand in it. `read` holds every table to these rules. Nothing here knows a number.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("data/datapackage.json", "data/course/datapackage.json", "seeds/datapackage.json")

# What a spreadsheet makes of a day, a month, a yes or a number when it saves a table.
SPREADSHEET = re.compile(
    r"\d{1,2}[./]\d{1,2}[./]\d{2,4}|[A-Z][a-z]{2}-\d{2}|\d{1,2}-[A-Z][a-z]{2}(-\d{2,4})?"
    r"|TRUE|FALSE|True|False|WAHR|FALSCH|-?\d+(,\d+)+|-?[\d.]+E[+-]?\d+"
    r"|\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?"
)
# Two dollar signs in a table are two prices and never a formula.
pd.set_option("display.html.use_mathjax", False)
pd.set_option("styler.html.mathjax", False)

EXACT = {"day": 10, "date": 10, "month": 7, "year": 4}
"""How long a date is that is known to the day, the month or the year."""
FRESH_COPY = " Saved by a spreadsheet? Take a fresh copy of the file."


class CasebookError(ValueError):
    """A mistake that we can explain in a sentence, so a learner meets no traceback."""

    def _render_traceback_(self) -> list[str]:
        """Tell IPython to print the sentence alone."""
        return [f"{type(self).__name__}: {self}"]


class DataPackage:
    """The tables below one folder: the one way to them, for lessons, tools and tests alike.

    ``root`` is a folder laid out as this collection is, with the files of `PACKAGES` (any of them
    may be missing but the first). Tables are read once and again when their file changes; what is
    returned is always a copy, so nobody can alter what the next reader gets.
    """

    def __init__(self, root: Path) -> None:
        self.root = Path(root)
        self._kept: dict[Path, tuple[tuple, object]] = {}

    @property
    def resources(self) -> dict[str, dict]:
        """Return ``{table name: its entry in a data package}``, with ``file`` and ``edition``.

        Raises CasebookError when a package is missing or is no data package.
        """
        found = {}
        for place in PACKAGES:
            file = self.root / place
            if file.exists() or place == PACKAGES[0]:
                found |= self._fresh(file, self._entries)
        return found

    def read(self, name: str) -> pd.DataFrame:
        """Read one table, typed, with its key as the row label.

        Whole numbers come as ``Int64`` (an empty cell stays ``<NA>``), other numbers as
        ``float64``, full days as ``datetime64``, everything else as text. Days that are known to
        the month or year only stay text, beside a column that says how exact they are. A table
        whose key is a single column has that column as its index.

        Raises CasebookError naming file, row and column, what was expected and what was found,
        wherever the file does not keep the rules of its data package.
        """
        entry = self.entry(name)
        return self._fresh(entry["file"], self._table, entry).copy()

    def entry(self, name: str) -> dict:
        """Return what the data package says of a table. Raises CasebookError when unknown."""
        entries = self.resources
        if name not in entries:
            raise CasebookError(
                f"There is no table called {name!r}. There are: {', '.join(sorted(entries))}."
            )
        return entries[name]

    def dictionary(self, name: str) -> pd.DataFrame:
        """Return what each column of a table means: one row a column, from the data package."""
        fields = self.entry(name)["schema"]["fields"]
        rows = [
            {"column": f["name"], "type": f["type"], "meaning": f["description"]} for f in fields
        ]
        return pd.DataFrame(rows).set_index("column")

    def check(self) -> str:
        """Read every table, follow every foreign key, and say so in a sentence.

        Raises CasebookError as `read` does.
        """
        for name, entry in self.resources.items():
            for link in entry["schema"].get("foreignKeys", []):
                (column,), target = link["fields"], link["reference"]
                known = self.read(target["resource"]).reset_index()[target["fields"][0]]
                cells = self.read(name).reset_index()[column]
                if (unknown := cells.notna() & ~cells.isin(known)).any():
                    row = int(unknown.idxmax())
                    raise CasebookError(
                        f"{self._short(entry['file'])}, row {row + 2}, column {column!r}: "
                        f"the table {target['resource']} has no {cells[row]!r}."
                    )
            self.read(name)
        return f"All {len(self.resources)} tables are here and can be read."

    @contextmanager
    def in_use(self) -> Iterator["DataPackage"]:
        """Let `read` and all that is built on it look at these tables while the block runs."""
        token = _in_use.set(self)
        try:
            yield self
        finally:
            _in_use.reset(token)

    def _fresh(self, file: Path, make: Callable, *rules: dict) -> object:
        """Return what ``make(file, *rules)`` gives, made again only when file or rules changed."""
        try:
            status = file.stat()
        except FileNotFoundError:
            raise CasebookError(
                f"{self._short(file)} is missing. Get a fresh copy of the collection."
            ) from None
        stamp = (status.st_mtime_ns, status.st_size, *rules)
        if self._kept.get(file, (None,))[0] != stamp:
            self._kept[file] = (stamp, make(file, *rules))
        return self._kept[file][1]

    def _entries(self, package: Path) -> dict[str, dict]:
        try:
            content = json.loads(package.read_text(encoding="utf-8"))
            edition = content["version"]
            return {
                entry["name"]: entry | {"file": package.parent / entry["path"], "edition": edition}
                for entry in content["resources"]
            }
        except (ValueError, KeyError, TypeError) as problem:
            raise CasebookError(f"{self._short(package)} cannot be read: {problem!r}.") from None

    def _table(self, file: Path, entry: dict) -> pd.DataFrame:
        short, fields = self._short(file), entry["schema"]["fields"]
        header, rows = _cells(file, short, [field["name"] for field in fields])
        if "rows" in entry and len(rows) != entry["rows"]:
            raise CasebookError(
                f"{short} has {len(rows)} rows, and the data package says {entry['rows']}. Is part "
                "of the file lost? Take a fresh copy. Did you add or drop a row? Run: python "
                "run.py build"
            )
        key = entry["schema"].get("primaryKey", [])
        key = [key] if isinstance(key, str) else key
        columns = {}
        for field in fields:
            place = header.index(field["name"])
            cells = pd.Series([row[place] or None for row in rows], dtype="str", name=field["name"])
            columns[field["name"]] = _typed(cells, field, field["name"] in key, short)
        table = pd.DataFrame(columns)
        _refuse_invented_days(table, short)
        if key and (twice := table.duplicated(key)).any():
            row = int(twice.idxmax())
            shown = ", ".join(str(value) for value in table.loc[row, key])
            raise CasebookError(f"{short}, row {row + 2}: the key {shown} stands twice.")
        return table.set_index(key[0]) if len(key) == 1 else table

    def _short(self, file: Path) -> str:
        return (
            file.relative_to(self.root).as_posix() if file.is_relative_to(self.root) else file.name
        )


_in_use: ContextVar[DataPackage] = ContextVar("package", default=DataPackage(ROOT))  # noqa: B039


def package() -> DataPackage:
    """Return the data package that `read` looks at: this collection, unless one is in use."""
    return _in_use.get()


def read(name: str) -> pd.DataFrame:
    """Read one table of the collection, typed, with its key as the row label.

    An empty cell means *not known*. Days that are known to the month only stay text.
    Raises CasebookError, in one sentence, when the table is unknown or its file is damaged.
    """
    return package().read(name)


def dictionary(name: str) -> pd.DataFrame:
    """Return what each column of a table means: one row a column, from the data package."""
    return package().dictionary(name)


def split_ids(ids: object) -> list[str]:
    """Return single ids, in order and once each, from ``"A; B"``, a list or a column of such."""
    if not isinstance(ids, str | Iterable):
        return []
    cells = [ids] if isinstance(ids, str) else list(ids)
    parts = [part.strip() for cell in cells if isinstance(cell, str) for part in cell.split(";")]
    return list(dict.fromkeys(part for part in parts if part))


def sources_of(ids: object) -> pd.DataFrame:
    """Return title, publisher, day and address of the sources behind some ids.

    ``ids`` may be ``"HRW-1215;KI-1213"``, a list of ids, or a ``source_ids`` column.
    Raises CasebookError for an id that is not in ``data/sources.csv``, or for none at all.
    """
    sources = read("sources")
    wanted = _spelled(ids, sources.index)
    return sources.loc[wanted, ["title", "publisher", "published_on", "address"]]


def check_sources(ids: object) -> None:
    """Raise CasebookError for ids that `sources_of` refuses, in half of its time."""
    _spelled(ids, read("sources").index)


def _spelled(ids: object, sources: pd.Index) -> list[str]:
    """Return single ids as the table of sources spells them."""
    known = {source.upper(): source for source in sources.tolist()}
    typed = [one for part in split_ids(ids) for one in re.split(r"[\s,]+", part)]
    wanted = [known.get(one.upper(), one) for one in typed]
    if not wanted:
        raise CasebookError('No source id was given. Try sources_of("HRW-1215").')
    if unknown := [source for source in wanted if source not in sources]:
        raise CasebookError(f"data/sources.csv has no source {unknown[0]!r}. Check the spelling.")
    return wanted


def source_line(ids: object, most: int = 4) -> str:
    """Return a short source line for a chart: publishers, at most ``most`` of them by name."""
    names = list(dict.fromkeys(sources_of(ids).publisher))
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return "; ".join(names[:most]) + rest


def check_tables() -> str:
    """Read every table once and say so in a sentence. Raises CasebookError as `read` does."""
    return package().check()


def _cells(file: Path, short: str, expected: list[str]) -> tuple[list[str], list[list[str]]]:
    """Return the header and the rows of a file as text, each row as long as the header."""
    try:
        # A spreadsheet puts a mark before the first letter; it does no harm.
        text = file.read_text(encoding="utf-8-sig")
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as problem:
        raise CasebookError(f"{short} is no readable table: {problem}.{FRESH_COPY}") from None
    if garbled := _garbled(text):
        raise CasebookError(
            f"{short} was read in another encoding and saved: it says {garbled!r}.{FRESH_COPY}"
        )
    if not lines:
        raise CasebookError(f"{short} is no readable table: it is empty. Take a fresh copy.")
    header, *rows = lines
    while rows and not rows[-1]:  # blank lines at the end do no harm
        rows.pop()
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        raise CasebookError(f"{short} has no commas between its columns.{FRESH_COPY}")
    if missing := [column for column in expected if column not in header]:
        raise CasebookError(
            f"{short} has no column {missing[0]!r}. Expected columns: {', '.join(expected)}."
        )
    if "" in header or len(set(header)) < len(header):
        raise CasebookError(f"{short} has a column without a name, or a name twice.{FRESH_COPY}")
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise CasebookError(
                f"{short}, row {number}: expected {len(header)} cells, one for each column, found "
                f"{len(row)}.{FRESH_COPY}"
            )
    return header, rows


def _garbled(text: str) -> str:
    """Return letters that UTF-8 turns into when a program takes it for Windows' own encoding."""
    for letters in set(re.findall(r"[^\x00-\x7f]{2,}", text)):
        with suppress(UnicodeError):
            letters.encode("cp1252").decode("utf-8")
            return letters
    return ""


def _refuse_invented_days(table: pd.DataFrame, short: str) -> None:
    """Raise CasebookError where a date is more or less exact than the column beside it says."""
    pairs = {stem: f"{stem.removesuffix('_on')}_precision" for stem in table} | {"value": "unit"}
    for column, beside in pairs.items():
        if column not in table or beside not in table or table[column].dtype != "str":
            continue
        wrong = table[beside].map(EXACT) != table[column].str.len()
        wrong &= table[beside].isin(EXACT) & table[column].notna()
        if wrong.any():
            row = int(wrong.idxmax())
            raise CasebookError(
                f"{short}, row {row + 2}, column {column!r}: {beside} says {table[beside][row]!r}, "
                f"found {table[column][row]!r}.{FRESH_COPY}"
            )


def _typed(cells: pd.Series, field: dict, is_key: bool, short: str) -> pd.Series:
    """Convert a column of text by the rules of its field; name the first cell that breaks one."""
    kind, rules = field["type"], field.get("constraints", {})

    def refuse(wrong: pd.Series, expected: str) -> None:
        if wrong.any():
            row = int(wrong.idxmax())
            found = "nothing" if pd.isna(cells[row]) else repr(cells[row])
            # "1.1" may be what a spreadsheet left of "01.1".
            changed = not pd.isna(cells[row]) and (
                SPREADSHEET.fullmatch(cells[row])
                or ("pattern" in rules and re.fullmatch(rules["pattern"], f"0{cells[row]}"))
            )
            raise CasebookError(
                f"{short}, row {row + 2}, column {cells.name!r}: expected {expected}, found "
                f"{found}.{FRESH_COPY if changed else ''}"
            )

    if rules.get("required") or is_key:
        refuse(cells.isna(), "a value")
    known = cells.dropna()
    if "pattern" in rules:
        fits = {cell: bool(re.fullmatch(rules["pattern"], cell)) for cell in known.unique()}
        refuse(cells.notna() & ~cells.map(fits).eq(True), f"the form {rules['pattern']}")
    if kind == "string":
        typed = cells
    elif kind == "date":
        typed = pd.to_datetime(cells, format="%Y-%m-%d", errors="coerce")
    elif kind == "boolean":
        typed = cells.map({"true": True, "false": False}).astype("boolean")
    else:
        typed = pd.to_numeric(
            cells.where(cells.str.fullmatch(r"-?[\d.]+(e-?\d+)?")), errors="coerce"
        )
        if kind == "integer":
            typed = typed.where(typed % 1 == 0).astype("Int64")
    refuse(typed.isna() & cells.notna(), kind)
    if "enum" in rules:
        allowed = [str(value) for value in rules["enum"]]
        refuse(cells.notna() & ~cells.isin(allowed), f"one of {', '.join(allowed)}")
    if "minimum" in rules:
        refuse((typed < rules["minimum"]).fillna(False).astype(bool), f"{rules['minimum']} or more")
    if "maximum" in rules:
        refuse((typed > rules["maximum"]).fillna(False).astype(bool), f"{rules['maximum']} or less")
    if rules.get("unique"):
        refuse(cells.notna() & cells.duplicated(), "a value that stands once")
    return typed
