"""What several lessons state or draw, and the tables behind it."""

import pandas as pd

from casebook.ledger import register
from casebook.tables import CasebookError, read


@register
def count(table: str) -> int:
    """Return how many rows a table has."""
    return len(read(table))


@register
def days_between(table: str, row: str, start: str, end: str) -> int:
    """Return the days from one date to another in the same row; the first day counts as 0.

    Raises CasebookError when a date is empty or not known to the day: a day is never invented.
    """
    days = read(table).loc[row, [start, end]]
    known = pd.to_datetime(days, format="%Y-%m-%d", errors="coerce")
    if known.isna().any():
        raise CasebookError(f"{table}, {row}: {start} and {end} must both be known to the day.")
    return int((known[end] - known[start]).days)
