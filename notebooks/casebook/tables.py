"""Read the tables of the data package, and look up where a row comes from.

The data package (``data/datapackage.json``) says which tables exist, what each column
means, and which type it has. Nothing here knows a number.
"""

import json
from functools import cache
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (ROOT / "data" / "datapackage.json", ROOT / "seeds" / "datapackage.json")


class CasebookError(ValueError):
    """A mistake that we can explain in a sentence, so a learner meets no traceback."""

    def _render_traceback_(self) -> list[str]:
        """Tell IPython to print the sentence alone."""
        return [f"{type(self).__name__}: {self}"]


@cache
def resources() -> dict[str, dict]:
    """Return ``{table name: its entry in the data package}``, with full path and edition added.

    Raises CasebookError when a package file is missing or is not valid JSON.
    """
    found = {}
    for package in PACKAGES:
        try:
            content = json.loads(package.read_text(encoding="utf-8"))
            edition = content["version"]
            for entry in content["resources"]:
                place = {"file": package.parent / entry["path"], "edition": edition}
                found[entry["name"]] = entry | place
        except FileNotFoundError:
            raise _missing(package) from None
        except (ValueError, KeyError, TypeError) as problem:
            raise CasebookError(f"{_short(package)} cannot be read: {problem!r}.") from None
    return found


def read(name: str) -> pd.DataFrame:
    """Read one table of the data package, typed, with its key as the row label.

    Whole numbers come as ``Int64`` (an empty cell stays ``<NA>``), other numbers as
    ``float64``, full days as ``datetime64``, everything else as text. Days that are known
    to the month or year only stay text, beside a column that says how exact they are.
    A table whose key is a single column has that column as its index.

    Raises CasebookError naming the file, row and column when the table is unknown, the
    file or a column is missing, a value has the wrong type, or a key stands twice.
    """
    entry = _entry(name)
    file, schema = entry["file"], entry["schema"]
    try:
        table = pd.read_csv(file, dtype="str", keep_default_na=False, na_values=[""])
    except FileNotFoundError:
        raise _missing(file) from None
    except (pd.errors.EmptyDataError, pd.errors.ParserError, UnicodeDecodeError) as problem:
        raise CasebookError(f"{_short(file)} is no readable table: {problem}.") from None
    expected = [field["name"] for field in schema["fields"]]
    if missing := [column for column in expected if column not in table]:
        raise CasebookError(
            f"{_short(file)} has no column {missing[0]!r}. Expected columns: {', '.join(expected)}."
        )
    table = table[expected]
    for field in schema["fields"]:
        table[field["name"]] = _typed(table[field["name"]], field["type"], file)
    key = schema.get("primaryKey", [])
    key = [key] if isinstance(key, str) else key
    if key and (twice := table.duplicated(key)).any():
        row = int(twice.idxmax())
        shown = ", ".join(str(value) for value in table.loc[row, key])
        raise CasebookError(f"{_short(file)}, row {row + 2}: the key {shown} stands twice.")
    return table.set_index(key[0]) if len(key) == 1 else table


def dictionary(name: str) -> pd.DataFrame:
    """Return what each column of a table means: one row a column, from the data package."""
    fields = _entry(name)["schema"]["fields"]
    rows = [{"column": f["name"], "type": f["type"], "meaning": f["description"]} for f in fields]
    return pd.DataFrame(rows).set_index("column")


def split_ids(ids: object) -> list[str]:
    """Return single ids, in order and once each, from ``"A;B"``, a list or a column of such."""
    cells = [ids] if isinstance(ids, str) else list(ids)
    parts = [part for cell in cells if isinstance(cell, str) for part in cell.split(";") if part]
    return list(dict.fromkeys(parts))


def cite(ids: object) -> pd.DataFrame:
    """Return title, publisher, day and address of the sources behind some ids.

    ``ids`` may be ``"HRW-1215;KI-1213"``, a list of ids, or a ``source_ids`` column.
    Raises CasebookError for an id that is not in ``data/sources.csv``, or for none at all.
    """
    wanted, sources = split_ids(ids), read_once("sources")
    if not wanted:
        raise CasebookError('No source id was given. Try cite("HRW-1215").')
    if unknown := [source for source in wanted if source not in sources.index]:
        raise CasebookError(f"data/sources.csv has no source {unknown[0]!r}. Check the spelling.")
    return sources.loc[wanted, ["title", "publisher", "published_on", "address"]]


def credit(ids: object, most: int = 4) -> str:
    """Return a short source line for a chart: publishers, at most ``most`` of them by name."""
    names = list(dict.fromkeys(cite(ids).publisher))
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return "; ".join(names[:most]) + rest


def check_tables() -> str:
    """Read every table once and say so in a sentence. Raises CasebookError as `read` does."""
    for name in resources():
        read(name)
    return f"All {len(resources())} tables are here and can be read."


@cache
def read_once(name: str) -> pd.DataFrame:
    """Return the same table as `read`, kept in memory; only for reading, never for changing."""
    return read(name)


def _entry(name: str) -> dict:
    if name not in resources():
        raise CasebookError(
            f"There is no table called {name!r}. There are: {', '.join(sorted(resources()))}."
        )
    return resources()[name]


def _typed(cells: pd.Series, kind: str, file: Path) -> pd.Series:
    """Convert a column of text; on the first cell that does not fit, name its place."""
    if kind == "string":
        return cells
    if kind == "date":
        typed = pd.to_datetime(cells, format="%Y-%m-%d", errors="coerce")
    elif kind == "boolean":
        typed = cells.map({"true": True, "false": False}).astype("boolean")
    else:
        typed = pd.to_numeric(cells, errors="coerce")
        if kind == "integer":
            typed = typed.where(typed % 1 == 0).astype("Int64")
    if (wrong := typed.isna() & cells.notna()).any():
        row = int(wrong.idxmax())
        raise CasebookError(
            f"{_short(file)}, row {row + 2}, column {cells.name!r}: "
            f"expected {kind}, found {cells[row]!r}."
        )
    return typed


def _missing(file: Path) -> CasebookError:
    return CasebookError(f"{_short(file)} is missing. Get a fresh copy of the collection.")


def _short(file: Path) -> str:
    return file.relative_to(ROOT).as_posix() if file.is_relative_to(ROOT) else file.name
