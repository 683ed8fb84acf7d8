"""How values are written in prose, how typed text is tidied, and how a sentence is shown."""

import html
import re
import unicodedata
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .language import tr

MONTHS = [
    tr("January"),
    tr("February"),
    tr("March"),
    tr("April"),
    tr("May"),
    tr("June"),
    tr("July"),
    tr("August"),
    tr("September"),
    tr("October"),
    tr("November"),
    tr("December"),
]
ISO_DATE = re.compile(r"(\d{4})-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?")

CODE = re.compile(r"((?<![\\`])`[^`\n]+`(?!`))")
OTHER_ADDRESS = re.compile(r"(\]\(\s*|\]:\s*)(?!https?:)([A-Za-z][\w+.-]*):")


SIGNS = str.maketrans(
    dict.fromkeys("‘’‚‛′`´ʼ", "'")
    | dict.fromkeys("“”„‟″«»", '"')
    | dict.fromkeys("‐‑‒–—―−﹣", "-")
    | dict.fromkeys("²", "^2")
    | dict.fromkeys("³", "^3")
)
"""Quotation marks, dashes and minus signs of many keyboards, and the plain sign for each."""

LOOK_ALIKES = str.maketrans(
    "асԁеһіјӏорԛѕухѵѡкАВЕЅІЈКМНОРСТУХαεικνορυΑΒΕΖΗΙΚΜΝΟΡΤΥΧѐёıɑɡ",
    "acdehijlopqsyxvwkABESIJKMHOPCTYXaeikvopuABEZHIKMNOPTYXeeiag",
)
"""Cyrillic, Greek and a few other letters, and the Latin letter that each looks like."""


@dataclass(frozen=True)
class Feedback:
    """A text to read in the notebook; ``right`` says, for tests, whether an answer fitted.

    ``text`` is Markdown. Where ``html`` is given, it is shown and ``text`` is for plain readers.
    """

    text: str
    right: bool | None = None
    html: str | None = None

    def _repr_markdown_(self) -> str | None:
        return None if self.html else self.text

    def _repr_html_(self) -> str | None:
        return self.html

    def __repr__(self) -> str:
        return self.text


def escape(text: str) -> str:
    """Return text that means nothing to Markdown, HTML or a reader of formulas.

    Each dollar sign gets an element of its own, as JupyterLab looks for formulas between two
    dollar signs of one text, in HTML too.
    """
    safe = html.escape(text, quote=False)
    safe = re.sub(r"[!\"'()*+\-.:=\[\\\]^_`{|}~]", lambda sign: f"&#{ord(sign[0])};", safe)
    return safe.replace("$", "<span>&#36;</span>").replace("\n", "<br>")


def normalise(text: str) -> str:
    """Return typed text with plain digits, blanks, quotation marks and minus signs.

    Full-width letters become plain ones (Unicode NFKC), invisible signs go, blanks become one.
    """
    text = text.translate(SIGNS)
    if text.isascii():
        return " ".join(text.split())
    text = unicodedata.normalize("NFKC", text).translate(SIGNS)
    plain = []
    for sign in text:
        if unicodedata.category(sign) == "Nd":
            plain.append(str(unicodedata.decimal(sign)))
        elif unicodedata.category(sign) != "Cf":
            plain.append(sign)
    return " ".join("".join(plain).split())


def fold(text: str) -> str:
    """Return typed text as above, in small letters, and look-alikes as the Latin letter."""
    return normalise(text).translate(LOOK_ALIKES).lower()


def inert(text: str) -> str:
    """Return Markdown from a table with nothing left in it that a browser would run.

    Tags, and addresses other than web pages, are shown as they are typed; code in backticks, where
    no tag counts, stays as it is.
    """
    parts = CODE.split(text)
    for place in range(0, len(parts), 2):
        part = re.sub(r"&(?!lt;|amp;)(?=#?\w+;)", "&amp;", parts[place])
        part = re.sub(r"<(?=[A-Za-z/!?])", "&lt;", part)
        parts[place] = OTHER_ADDRESS.sub(r"\1\2%3A", part)
    return "".join(parts)


def _day(day: int, month: int, year: int | str) -> str:
    return tr("{day} {month} {year}").format(day=day, month=MONTHS[month - 1], year=year)


def format_value(value: object, decimals: int = 0) -> str:
    """Return a value as prose writes it: 1,135 or −10.0 or 13 December 2025 or December 2025."""
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, pd.Timestamp):
        return _day(value.day, value.month, value.year)
    if isinstance(value, pd.Period):
        value = str(value)
    if isinstance(value, str) and (date := ISO_DATE.fullmatch(value)):
        year, month, day = date.groups()
        return _day(int(day), int(month), year) if day else f"{MONTHS[int(month) - 1]} {year}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        written = f"{value:,.{decimals}f}"
        sign = "" if float(written.replace(",", "")) == 0 else "−"  # never "−0"
        return written.replace("-", sign)
    return str(value)
