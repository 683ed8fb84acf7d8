"""How values are written in prose, and how a sentence is shown in the notebook."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

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
ISO_DATE = re.compile(r"(\d{4})-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?")


@dataclass(frozen=True)
class Feedback:
    """A text to read in the notebook; ``right`` says, for tests, whether an answer fitted."""

    text: str
    right: bool | None = None

    def _repr_markdown_(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text


def format_value(value: object, decimals: int = 0) -> str:
    """Return a value as prose writes it: 1,135 or 10.0 or 13 December 2025 or December 2025."""
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, pd.Timestamp):
        return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    if isinstance(value, pd.Period):
        value = str(value)
    if isinstance(value, str) and (date := ISO_DATE.fullmatch(value)):
        year, month, day = date.groups()
        return " ".join([*([str(int(day))] if day else []), MONTHS[int(month) - 1], year])
    if isinstance(value, int | float) and not isinstance(value, bool):
        written = f"{value:,.{decimals}f}"
        return written.removeprefix("-") if float(written.replace(",", "")) == 0 else written
    return str(value)
