"""What several lessons state or draw, and the tables behind it."""

import pandas as pd

from casebook.ledger import cell, register
from casebook.market import netback, product_from_k2o
from casebook.tables import CasebookError, read

MONTHLY = "World Bank potassium chloride (current series)"
ANNUAL = "World Bank potassium chloride (annual)"


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


def monthly_price() -> pd.Series:
    """Return the World Bank's price of each month, US dollars a tonne, on both of its bases."""
    rows = read("prices").query("series == @MONTHLY")
    months = pd.DatetimeIndex(rows.period).to_period("M")  # ten times as fast as from texts
    return pd.Series(rows.value.to_numpy(), months, name="price")


def yearly_price(unit: str = "US$/t nominal") -> pd.Series:
    """Return the World Bank's mean price of each year, US dollars a tonne.

    ``unit`` is nominal, or ``US$/t real 2010`` for dollars of that year.
    """
    rows = read("prices").query("series == @ANNUAL and unit == @unit")
    return pd.Series(rows.value.to_numpy(), rows.period.astype(int), name=unit)


@register
def freight(on_board: str) -> float:
    """Return a freight from the Baltic to China in 2009, US dollars a tonne (ICIS).

    It is the contract price on arrival less the price on board, of which ``on_board``, a row of
    ``stated_numbers``, has one end.
    """
    arrived = cell("prices", "China annual contract; 2009-12; US$/t nominal", "value")
    return netback(arrived, cell("stated_numbers", on_board, "value"))


def belarusian_exports_kt(year: int) -> float:
    """Return FAO's Belarusian exports of a year as product, thousand tonnes: our arithmetic."""
    return product_from_k2o(cell("fao_exports", f"Belarus; {year}", "quantity"))
