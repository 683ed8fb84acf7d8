"""How a typed answer is read: any form that a person would call right is one.

Each reader takes whatever stands in an answer cell and returns its `Reading`s, the likeliest
first, or raises `Unread` with the rest of the sentence "I could not read this: …". Objects of
unknown kinds are never iterated, compared or printed, as they may do anything.
"""

import itertools
import math
import re
import unicodedata
from collections.abc import Callable, KeysView, Sequence, ValuesView
from dataclasses import dataclass
from datetime import timedelta
from numbers import Real

import numpy as np
import pandas as pd

from .text import escape, fold, normalise

CONTAINERS = (
    *(list, tuple, set, frozenset, range, KeysView, ValuesView),
    *(pd.Series, pd.Index, np.ndarray, pd.api.extensions.ExtensionArray),
)
MOST_ITEMS = 1000

IN_WORDS = "zero one two three four five six seven eight nine ten eleven twelve"
SMALL_NUMBERS = IN_WORDS.split()
NUMBER = re.compile(
    r"(?:[a-z_]\w* ?= ?|(?:about|approx\.?|approximately|roughly|circa|ca\.?|~|≈|=) ?)?"
    r"(?P<before>(?:us)? ?[$€] ?)?(?P<sign>[-+] ?|minus )?(?P<after>(?:us)?[$€] ?)?"
    rf"(?P<digits>\d[\d.,'_ ]*|\.\d+|(?:{'|'.join(SMALL_NUMBERS)})\b)(?P<power>e[-+]?\d+)?"
    r"(?P<unit>.*)"
)
GROUPED = re.compile(r"\d{1,3}(?:([,.' _])\d{3})(?:\1\d{3})*")
UNIT_WORD = re.compile(r"k2o|kcl|[^\W\d_]+|[%$€]")

SCALES = {"thousand": 1e3, "k": 1e3, "million": 1e6, "mn": 1e6, "mln": 1e6}
SCALES |= {"thousands": 1e3, "millions": 1e6, "billion": 1e9, "billions": 1e9, "bn": 1e9}
MEASURES = {
    "percent": "% percent percentage percents pct",
    "day": "day days d",
    "week": "week weeks",
    "month": "month months",
    "year": "year years yr yrs",
    "tonne": "t tonne tonnes ton tons kt mt",
    "dollar": "$ usd dollar dollars",
    "euro": "€ eur euro euros",
}
MEASURE = {word: measure for measure, words in MEASURES.items() for word in words.split()}
PREFIXED = {"kt": 1e3, "mt": 1e6}
"""Units that hold their scale: a kilotonne is a thousand tonnes."""

COUNTED = (
    "people persons person human humans men women prisoners nights rounds round events event rows "
    "row links link nodes node claims claim points point firms organisations sources ranks times "
    "a an per of the each in net all together about us product k2o kcl goods pure"
)
"""Words beside a number that say nothing against it."""

FILLERS = "and then answer answers option options letter letters sentence only und is"


class Unread(Exception):
    """An answer that cannot be read; the text says what it is."""


@dataclass(frozen=True)
class Reading:
    """One way to read an answer: ``value`` to compare, ``note`` where the way needs a word."""

    value: object
    note: str = ""


def describe(given: object) -> str:
    """Name, in words that can stand in a sentence, something that cannot be read."""
    if isinstance(given, str):
        text = " ".join(given[:200].split())
        return f"“{escape(text if len(text) <= 40 else text[:40] + '…')}”"
    if isinstance(given, bool | np.bool_):
        return "`True` or `False`: that says whether, and not how many or which"
    if isinstance(given, pd.DataFrame):
        return f"a table of {len(given)} rows and {len(given.columns)} columns"
    if given is pd.NaT or given is pd.NA:
        return "an empty cell"
    if isinstance(given, pd.Series | pd.Index | np.ndarray):
        return f"a column of {given.size} values"
    if isinstance(given, int | float | np.number):
        return _odd_number(given)
    if isinstance(given, CONTAINERS):
        return f"a collection of {len(given)} values"
    if isinstance(given, dict):
        return "a dictionary"
    if isinstance(given, type) or not callable(given):
        return f"an object of the kind `{escape(type(given).__name__[:40])}`"
    return "a function that was not called: put `()` behind its name"


def _odd_number(given: float) -> str:
    if isinstance(given, int | np.integer) and not -(10**300) < given < 10**300:
        return "a number too large to compare"
    if math.isnan(given):
        return "NaN, which stands for “no number”: was a cell empty?"
    if math.isinf(given):
        return "a number without end: did you divide by zero?"
    return f"the number {given:g}"


def unpack(given: object, depth: int = 4) -> object:
    """Return a plain value: a NumPy or pandas scalar, or what stands alone in its container."""
    if isinstance(given, pd.DataFrame):
        if given.size != 1:
            return given
        given = given.iloc[0, 0]
    if isinstance(given, pd.Series | pd.Index | pd.api.extensions.ExtensionArray):
        given = given[:1].tolist()[0] if len(given) == 1 else given
    if isinstance(given, np.ndarray) and given.size == 1:
        given = given.ravel()[0]
    if isinstance(given, np.generic) and not isinstance(given, np.timedelta64):
        given = given.item()
    single = isinstance(given, list | tuple | set | frozenset) and len(given) == 1
    return unpack(next(iter(given)), depth - 1) if single and depth else given


def items(given: object) -> list | None:
    """Return what a container holds, in its order; None for anything that is no container."""
    if isinstance(given, pd.DataFrame):
        if 1 not in given.shape:
            return None
        given = given.to_numpy().ravel()
    if not isinstance(given, CONTAINERS):
        return None
    if (given.size if isinstance(given, np.ndarray) else len(given)) > MOST_ITEMS:
        raise Unread(describe(given))
    if isinstance(given, np.ndarray):
        return given.ravel().tolist() if max(given.shape, default=1) == given.size else None
    return list(given)


# --- numbers ----------------------------------------------------------------------------


def read_number(given: object, unit: str = "") -> list[Reading]:
    """Return the numbers (floats) that an answer may stand for, in ``unit``."""
    if isinstance(given, tuple) and (meant := _split_by_comma(given)):
        return meant
    given = unpack(given)
    if isinstance(given, str):
        return _typed_number(given, unit)
    if isinstance(given, timedelta | np.timedelta64) and not pd.isna(given):
        if "day" in _measures(unit):
            return [Reading(pd.Timedelta(given) / pd.Timedelta(days=1))]
        raise Unread("a length of time")
    known = isinstance(given, Real) or type(given).__name__ == "Decimal"
    if isinstance(given, bool) or not known:
        raise Unread(describe(given))
    try:
        value = float(given)
    except OverflowError:
        raise Unread("a number too large to compare") from None
    if not math.isfinite(value):
        raise Unread(_odd_number(value))
    return [Reading(value)]


def _split_by_comma(given: tuple) -> list[Reading]:
    """Read ``12,604`` and ``28,6`` typed without quotes: Python makes a pair of each."""
    if not 2 <= len(given) <= 4 or not all(type(part) is int for part in given):
        return []
    first, *rest = given
    if min(rest) < 0:
        return []
    found = []
    if all(100 <= part <= 999 for part in rest) and abs(first) < 1000:
        found.append(",".join(map(str, given)))
    if len(rest) == 1:
        found.append(f"{first}.{rest[0]}")
    note = "In Python a comma keeps two numbers apart: I read yours as {}."
    return [Reading(float(text.replace(",", "")), note.format(text)) for text in found]


def _typed_number(given: str, unit: str) -> list[Reading]:
    text = normalise(given).lower().strip("'\"` .")
    match = NUMBER.fullmatch(text) if len(text) <= 200 else None
    if not match:
        raise Unread(f"{describe(given)}: I find no single number in it")
    factor = _factor(match["unit"] + (match["before"] or match["after"] or ""), unit, given)
    sign = "-" if (match["sign"] or "").strip() in ("-", "minus") else ""
    values = _readings_of_digits(match["digits"].strip(" .,'_"))
    if not values:
        raise Unread(f"{describe(given)}: I find no single number in it")
    found = []
    for number in values:
        value = float(f"{sign}{number}{match['power'] or ''}") * factor
        if not math.isfinite(value):
            raise Unread("a number too large to compare")
        whole = f"{float(number):,.0f}" if "." not in number else number
        unusual = len(values) > 1 or factor != 1 or "," in match["digits"].strip(" ,")
        scaled = f" times {factor:g}" if factor != 1 else ""
        found.append(Reading(value, f"Read as {sign}{whole}{scaled}." if unusual else ""))
    return found


def _readings_of_digits(text: str) -> list[str]:
    """Return the numbers that ``12,604`` and the like may be, as Python writes them.

    >>> _readings_of_digits("12,604"), _readings_of_digits("28,6"), _readings_of_digits("1.234,5")
    (['12604', '12.604'], ['28.6'], ['1234.5'])
    """
    if text in SMALL_NUMBERS:
        return [str(SMALL_NUMBERS.index(text))]
    if text.isdecimal():
        return [text]
    found = []
    if GROUPED.fullmatch(text) and not text.startswith("0"):
        found.append(re.sub(r"\D", "", text))
    whole, mark, decimals = re.fullmatch(r"(.*?)(?:([.,])(\d*))?", text).groups()
    if mark and (whole.isdecimal() or not whole):
        found.append(f"{whole or 0}.{decimals}")
    elif mark and GROUPED.fullmatch(whole) and mark not in whole:
        found.append(f"{re.sub(r'[^0-9]', '', whole)}.{decimals}")
    return sorted(found, key=lambda number: "." not in number) if "." in text else found


def _measures(unit: str) -> set[str]:
    return {MEASURE[word] for word in UNIT_WORD.findall(unit.lower()) if word in MEASURE}


def _scale(unit: str) -> float:
    words = UNIT_WORD.findall(unit.lower())
    return math.prod(SCALES.get(word, PREFIXED.get(word, 1)) for word in words)


def _factor(written: str, unit: str, given: str) -> float:
    """Return by what a number in the unit that was written is multiplied to be in ``unit``."""
    written = written.replace("per cent", "percent").strip()
    if not written:
        return 1
    words = UNIT_WORD.findall(written)
    harmless = {*UNIT_WORD.findall(unit.lower()), *COUNTED.split()}
    left = UNIT_WORD.sub("", written).strip(" ./,()-²³^")
    unknown = [w for w in words if not (w in harmless or w in SCALES or w in MEASURE)]
    if left or unknown:
        odd = unknown[0] if unknown else left
        raise Unread(f"{describe(given)}: give the number alone, without “{escape(odd[:40])}”")
    if other := _measures(written) - _measures(unit):
        what = f"the answer is in {unit}" if unit else "the answer has another unit"
        raise Unread(f"{describe(given)}: it says *{min(other)}*, and {what}")
    sized = _scale(written) != 1 or _measures(written) & {"tonne", "dollar", "euro"}
    return _scale(written) / _scale(unit) if sized else 1


def read_pair(given: object, unit: str = "") -> list[Reading]:
    """Return the pairs of numbers (tuples of two floats) that an answer may stand for."""
    if isinstance(given, dict):
        given = list(given.values())
    if isinstance(given, set | frozenset):
        raise Unread("a set, which has no order: use round brackets")
    parts = items(given)
    if parts and len(parts) == 1:  # a text or a pair in a list
        given = parts[0]
        parts = items(given)
    if isinstance(given, str):
        text = normalise(given).strip(" .'\"`()[]")
        for mark in (r"\s*;\s*", r"\s+and\s+|\s*&\s*", r"\s*/\s*", r",\s+", r"\s*,\s*", r"\s+"):
            parts = re.split(mark, text)
            if len(parts) == 2 and all(re.search(r"\d|^\w+$", part) for part in parts):
                break
    if isinstance(given, tuple) and len(given) == 4 and all(type(part) is int for part in given):
        return [
            Reading((a.value, b.value), "In Python a comma keeps two numbers apart: I read two.")
            for a, b in itertools.product(_split_by_comma(given[:2]), _split_by_comma(given[2:]))
        ]
    if not parts or len(parts) != 2:
        raise Unread(describe(given))
    pairs = itertools.product(*(read_number(part, unit) for part in parts))
    return [
        Reading((a.value, b.value), " ".join(dict.fromkeys(filter(None, (a.note, b.note)))))
        for a, b in pairs
    ]


# --- letters and names ------------------------------------------------------------------


def read_order(given: object) -> list[Reading]:
    """Return letters in the order given, as one word: ``"d, b and c"`` is ``"dbc"``."""
    if isinstance(given, set | frozenset) and len(given) > 1:
        raise Unread("a set, which has no order: write the letters in quotes")
    return [Reading(word) for word in _words_of_letters(given)]


def read_letters(given: object) -> list[Reading]:
    """Return letters whose order and number do not matter, as a sorted word."""
    return [Reading("".join(sorted(set(word)))) for word in _words_of_letters(given)]


def _words_of_letters(given: object) -> list[str]:
    given = unpack(given)
    parts = items(given)
    if parts is not None:
        parts = [unpack(part) for part in parts]
        if not parts or not all(isinstance(part, str) for part in parts):
            raise Unread(describe(given))
        given = ", ".join(parts)
    if not isinstance(given, str):
        raise Unread(describe(given))
    text = fold(given)[:2000]
    words = re.findall(r"[^\W\d_]+", text)
    if re.search(r"\d", text):
        raise Unread(f"{describe(given)}: it holds a digit")
    if odd := [word for word in words if not re.fullmatch("[a-z]+", word)]:
        raise Unread(f"{describe(given)}: “{escape(odd[0][:20])}” is no letter from a to z")
    kept = words if len(words) == 1 else [word for word in words if word not in FILLERS.split()]
    found = ["".join(kept)]
    # The letter with the words of its line: "c. Nothing yet." But not "c is wrong".
    line = re.match(r"([a-z])[.):] ?(\w.*)", text)
    if line and len(kept) > 2 and not re.search(r"\b(?:not|no|wrong|false|or)\b|n't", line[2]):
        found.append(line[1])
    return found


def read_names(given: object) -> list[Reading]:
    """Return names as a frozenset, without case, accents, or order."""
    if isinstance(given, dict):
        given = given.keys()
    if isinstance(given, pd.DataFrame | np.ndarray) and given.size == 1:
        given = [unpack(given)]
    if isinstance(given, str):
        whole = normalise(given).strip(" .[](){}")
        parts = [part.strip(" '\"`.") for part in re.split(r"[,;\n]", whole) if part.strip()]
        ways = [parts, [one for part in parts for one in re.split(r"(?:^| )(?:and|&) ", part)]]
        ways = [[name for name in way if name] for way in ways]
    else:
        ways = [items(given) or []]
    if not ways[-1] or not all(isinstance(name, str) for name in ways[-1]):
        raise Unread(describe(given))
    sets = dict.fromkeys(frozenset(_plain_name(name) for name in way) for way in ways)
    if not all(map(all, sets)):
        raise Unread(describe(given))
    return [Reading(names) for names in sets]


def _plain_name(name: str) -> str:
    parts = unicodedata.normalize("NFKD", fold(name[:200])).strip(" '\"`.")
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def read_boxes(given: object) -> list[Reading]:
    """Return sorted items as a frozenset of (letter, box), from a dict or ``"yes: ac; no: b"``."""
    if isinstance(given, pd.Series) and given.size <= MOST_ITEMS:
        given = given.to_dict()
    if isinstance(given, str):
        pairs = [part.partition(":") for part in re.split(r"[;\n]", given) if part.strip()]
        given = {box: letters for box, mark, letters in pairs if mark}
    if not isinstance(given, dict) or not given:
        raise Unread(describe(given))
    found = set()
    for box, inside in given.items():
        if not isinstance(box, str):
            raise Unread(f"a dictionary with the box {describe(box)}")
        if is_blank(inside) or (isinstance(inside, CONTAINERS) and not len(inside)):
            continue
        found |= {(letter, fold(box)) for letter in read_letters(inside)[0].value}
    return [Reading(frozenset(found))]


def read_text(given: object) -> list[Reading]:
    """Return a written answer as one text; a list is joined, its items kept apart by semicolons."""
    given = unpack(given)
    parts = items(given)
    if parts and all(isinstance(part, str) for part in parts):
        given = re.sub(r"([.?!,;:]); ", r"\1 ", "; ".join(parts))  # sentences have their own sign
    if not isinstance(given, str):
        raise Unread(describe(given))
    return [Reading(given)]


def is_blank(given: object) -> bool:
    """Say whether an answer is the starter of the page: three dots, nothing, or boxes of these."""
    if isinstance(given, dict) and given:
        return all(is_blank(letters) for letters in given.values())
    return given is ... or given is None or (isinstance(given, str) and given.strip(" \n.…") == "")


def missing_step(given: object, is_right: Callable[[object], bool]) -> str:
    """Say that a column or a table stands where one number is asked; "" for anything else.

    The step is named where ``is_right`` takes what it gives: whoever has the right column has
    done the work. A column of words alone says nothing about the step, and is left to `describe`.
    """
    known = isinstance(given, pd.DataFrame | pd.Series | pd.Index | np.ndarray)
    if not known or given.size < 2:
        return ""
    steps: dict[str, Callable[[], object]] = {"`len(...)`": lambda: len(given)}
    is_column = not isinstance(given, pd.DataFrame)
    is_numeric = is_column and pd.api.types.is_numeric_dtype(given.dtype)
    if is_numeric:
        column = pd.Series(np.asarray(given).ravel()) if given.ndim > 1 else pd.Series(given)
        steps = {"`.sum()`": column.sum, "`.max()`": column.max, "`.min()`": column.min} | steps
    fitting = [step for step, result in steps.items() if is_right(unpack(result()))]
    if not fitting and not is_numeric:
        return ""
    step = fitting[0] if fitting else "such as `.sum()`"
    return f"This is {describe(given)}: one step is missing, {step}."


READERS: dict[str, Callable[..., Sequence[Reading]]] = {
    "number": read_number,
    "pair": read_pair,
    "choice": read_order,
    "letters": read_letters,
    "names": read_names,
    "sort": read_boxes,
    "text": read_text,
}
