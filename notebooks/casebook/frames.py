"""How a table is shown at the end of a cell: words left, numbers right, unknown as a dash.

`pandas` has no say in it: `style()` registers `frame_html` with IPython for every DataFrame and
Series, so that a learner writes plain pandas and reads a table that a newspaper could print.
"""

import html
import re
from collections.abc import Callable

import numpy as np
import pandas as pd
from IPython import get_ipython

MOST_ROWS = 200
"""Rows up to which a table is shown whole; of a longer one, both ends and how many are between."""
SHOWN_ABOVE, SHOWN_BELOW = 100, 10

UNKNOWN = "\N{EN DASH}"
YEAR_WORDS = re.compile(
    r"(?:^|[\W_])(?:year|years|edition|vintage|since)(?:$|[\W_])", re.IGNORECASE
)

NO_FORMULAS = "mathjax_ignore tex2jax_ignore"
"""The class that keeps MathJax away: two prices in dollars are no formula."""

# No colour of its own: a table is read on light and dark pages alike. Two classes in each rule,
# as JupyterLab's own rule, which sets all cells at the right, has as many.
TABLE_CSS = """<style>
div.casebook-table.mathjax_ignore { overflow-x: auto; max-width: 100%; }
div.casebook-table.mathjax_ignore table { border-collapse: collapse; margin: 0; }
div.casebook-table.mathjax_ignore caption { text-align: left; font-weight: bold;
  padding: 0.4em 0; }
div.casebook-table.mathjax_ignore :is(th, td) { text-align: left; vertical-align: top;
  white-space: normal; max-width: 24em; overflow-wrap: break-word;
  padding: 0.3em 0.7em; line-height: 1.35; }
div.casebook-table.mathjax_ignore thead :is(th, td) { vertical-align: bottom;
  border-bottom: 1px solid; }
div.casebook-table.mathjax_ignore tbody th { font-weight: normal; }
div.casebook-table.mathjax_ignore .n { text-align: right; white-space: nowrap;
  font-variant-numeric: tabular-nums; }
div.casebook-table.mathjax_ignore .s { white-space: nowrap; }
</style>"""


def register_tables() -> None:
    """Show every DataFrame and Series of this notebook with `frame_html`; elsewhere do nothing."""
    if shell := get_ipython():
        formatter = shell.display_formatter.formatters["text/html"]
        formatter.for_type(pd.DataFrame, frame_html)
        formatter.for_type(pd.Series, frame_html)


def frame_html(frame: pd.DataFrame | pd.Series) -> str:
    """Return a DataFrame or Series as an HTML table, the same on every run.

    Row labels are shown as row headers, but for the plain running numbers that pandas gives to a
    table without labels. Days are written 2025-12-13: what stands in the table is what can be
    typed into a filter. ``frame.attrs["caption"]``, where given, stands above the table.
    """
    table, width = _table(frame)
    # What may have to be scrolled sideways must be reachable by keys.
    named = html.escape(str(frame.attrs.get("caption", "")) or "Table")
    keys = f' tabindex="0" role="group" aria-label="{named}"' if width > 28 else ""
    return f'{TABLE_CSS}<div class="casebook-table {NO_FORMULAS}"{keys}>{table}</div>'


def table_markup(frame: pd.DataFrame | pd.Series) -> str:
    """Return the ``<table>`` of `frame_html` alone, for a page that brings its own look.

    Cells of class ``n`` are numbers and stand right; those of class ``s`` are not to be broken.
    """
    return _table(frame)[0]


def _table(frame: pd.DataFrame | pd.Series) -> tuple[str, int]:
    """Return a table as HTML, and about how many letters wide it is."""
    caption = str(frame.attrs.get("caption", ""))
    if isinstance(frame, pd.Series):
        frame = frame.to_frame("" if frame.name is None else frame.name)
    count = len(frame)
    cut = count > MOST_ROWS
    # Decimals are settled by the whole column, so that a cut table is the same at both ends.
    columns = [_Column(_header(name), frame.iloc[:, at]) for at, name in enumerate(frame.columns)]
    labels = _labels(frame.index)
    rows = [*range(SHOWN_ABOVE), *range(count - SHOWN_BELOW, count)] if cut else range(count)
    body = [_row(row, labels, columns) for row in rows]
    if cut:
        gap = f"… {count - SHOWN_ABOVE - SHOWN_BELOW:,} more rows are not shown: choose some with "
        gap += "a filter, .head() or .tail() …"
        wide = len(labels) + len(columns)
        body.insert(SHOWN_ABOVE, f'<tr><td colspan="{wide}">{gap}</td></tr>')
    if not count:
        body = [f'<tr><td colspan="{max(1, len(labels) + len(columns))}">No rows.</td></tr>']
    head = "".join(column.header() for column in (*labels, *columns))
    head = f"<thead><tr>{head}</tr></thead>" if any(c.name for c in (*labels, *columns)) else ""
    top = f"<caption>{html.escape(caption)}</caption>" if caption else ""
    table = f"<table>{top}{head}<tbody>{''.join(body)}</tbody></table>"
    return table, sum(column.width for column in (*labels, *columns))


class _Column:
    """One column: its name, and its cells as they are written."""

    def __init__(self, name: str, values: pd.Series) -> None:
        self.name = name
        write, self.is_right = _writer(name, values)
        self.cells = [UNKNOWN if _is_unknown(value) else write(value) for value in values]
        # Days and short names are not broken at their hyphens.
        is_short = all(len(cell) <= 16 for cell in self.cells)
        self.css = ' class="n"' if self.is_right else ' class="s"' if is_short else ""
        self.width = min(24, max(map(len, [*name.split(), *self.cells]), default=0)) + 2

    def header(self) -> str:
        if not self.name:
            return "<td></td>"
        kind = ' class="n"' if self.is_right else ""
        return f'<th scope="col"{kind}>{html.escape(self.name)}</th>'

    def cell(self, row: int) -> str:
        return f"<td{self.css}>{html.escape(self.cells[row])}</td>"

    def label(self, row: int) -> str:
        return f'<th scope="row"{self.css}>{html.escape(self.cells[row])}</th>'


def _row(row: int, labels: list[_Column], columns: list[_Column]) -> str:
    cells = [label.label(row) for label in labels] + [column.cell(row) for column in columns]
    return f"<tr>{''.join(cells)}</tr>"


def _labels(index: pd.Index) -> list[_Column]:
    """Return the row labels as columns; running numbers without a name are none."""
    if index.nlevels == 1 and index.name is None and pd.api.types.is_integer_dtype(index.dtype):
        return []
    levels = [index.get_level_values(level) for level in range(index.nlevels)]
    return [_Column(_header(level.name), pd.Series(list(level))) for level in levels]


def _header(name: object) -> str:
    if isinstance(name, tuple):
        return ", ".join(str(part) for part in name if part != "")
    if isinstance(name, pd.Timestamp):
        return _day(name)
    return "" if name is None else str(name)


def _is_unknown(value: object) -> bool:
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def _writer(name: str, values: pd.Series) -> tuple[Callable[[object], str], bool]:
    """Return how the values of a column are written, and whether they stand at the right."""
    known = [value for value in values if not _is_unknown(value)]
    if known and all(_is_real(value) for value in known):
        numbers = np.array(known, float)
        whole = bool((numbers == np.round(numbers)).all())
        in_years = whole and bool(((numbers >= 1900) & (numbers <= 2100)).all())
        if in_years and YEAR_WORDS.search(name):
            return (lambda value: f"{value:.0f}"), True
        decimals = _decimals(numbers)
        return (lambda value: _number(value, decimals)), True
    if known and all(isinstance(value, pd.Timestamp) for value in known):
        return _day, False
    is_number = pd.api.types.is_numeric_dtype(values.dtype) and values.dtype != bool
    return str, not known and is_number


def _is_real(value: object) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def _decimals(numbers: np.ndarray) -> int:
    """Return the decimals of a column: as printed up to three, else three figures of the middle."""
    sizes = np.abs(numbers[np.isfinite(numbers)])
    for decimals in range(4):
        if (np.abs(sizes - np.round(sizes, decimals)) <= 1e-9).all():
            return decimals
    sizes = sizes[sizes > 0]
    middle, least = np.floor(np.log10([np.median(sizes), sizes.min()]))
    return int(np.clip(max(2 - middle, -least), 1, 6))


def _number(value: float, decimals: int) -> str:
    written = f"{value:,.{decimals}f}"
    if not written.strip("-0.,"):
        # What is not nothing is not written as nothing.
        written = f"{value:.1g}" if value else written.removeprefix("-")
    return written.replace("-", "\N{MINUS SIGN}")


def _day(value: pd.Timestamp) -> str:
    return f"{value:%Y-%m-%d}" if value == value.normalize() else f"{value:%Y-%m-%d %H:%M}"
