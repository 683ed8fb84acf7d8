"""Exercises that answer back: check, hint and solution; and guesses.

The texts stand in ``data/course/exercises.csv`` and ``exercise_mistakes.csv``; the right answer
is worked out from the tables by a function of the lesson's module, registered with `answer`, so a
corrected table corrects the exercise too. Nothing is stored, graded or sent.
"""

import html
import itertools
import math
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, wraps
from textwrap import dedent

import numpy as np
import pandas as pd

from .causes import named_cause
from .language import tr
from .ledger import call, fact, register, render
from .readings import READERS, Reading, Unread, is_blank, missing_step
from .tables import CasebookError, read
from .text import Feedback, escape, format_value

__all__ = ["ANSWERS", "FORMS", "Question", "answer", "is_blank", "question", "reveal"]

FORMS = {
    "number": "one number, for example `12`",
    "pair": "two numbers in brackets, for example `(3, 7)`",
    "choice": 'letters in quotes, for example `"a"`, or `"cab"` for an order',
    "letters": 'the letters of all that fit, in quotes, for example `"bd"`',
    "names": 'a list of names, for example `["Chile", "Spain"]`',
    "sort": 'the letters for each box, for example `{"yes": "ac", "no": "b"}`',
    "text": 'a sentence in quotes, for example `"..."`',
}
FOLD = f"<details><summary>{tr('See the answer')}</summary>{{}}</details>"
"""Where the answer to a question lies until a click; every saved page and export can open it."""

RIGHT, WRONG, LOOK = (f"**{word}**" for word in (tr("Yes."), tr("Not yet."), tr("Look again.")))
UNANSWERED = tr("No answer yet.")
IN_BRACES = re.compile(r"\{(answer|mistake)(?::\.(\d)f)?\}")
LONGEST_TEXT = 5000
"""Signs of a written answer that patterns look at: enough for a page, and never slow."""


@dataclass(frozen=True)
class Answer:
    """What a lesson registered: the function that gives the answer, and code for learners."""

    function: Callable[[], object]
    solution: str


ANSWERS: dict[str, Answer] = {}
"""The register: exercise id to its answer. See `answer`."""

_hints_given: Counter[str] = Counter()


def answer(exercise_id: str, solution: str) -> Callable:
    """Register the right answer of an exercise: a decorator for functions of lesson modules.

    The function takes no argument and returns a number, a pair, letters, a list of names or
    ``{box: letters}``. ``solution`` is code in the names of the lesson's page whose last line gives
    the same; `Question.solution` shows it.

    Raises CasebookError when another function is registered for the exercise.
    """

    def registered(function: Callable[[], object]) -> Callable[[], object]:
        known = ANSWERS.get(exercise_id)
        if known and known.function.__qualname__ != function.__qualname__:
            raise CasebookError(f"Two functions are registered for exercise {exercise_id}.")
        ANSWERS[exercise_id] = Answer(function, dedent(solution).strip())
        return function

    return registered


def _in_a_sentence(method: Callable[..., Feedback]) -> Callable[..., Feedback]:
    """Let a method return a fault of our own, such as a missing table, as words."""

    @wraps(method)
    def told(*given: object, **named: object) -> Feedback:
        try:
            return method(*given, **named)
        except CasebookError as problem:
            return Feedback(str(problem))

    return told


class Question:
    """One exercise of a lesson. Make it with `question`."""

    def __init__(self, exercise_id: str, row: Mapping, mistakes: pd.DataFrame) -> None:
        self.exercise_id, self._row, self._mistakes = exercise_id, row, mistakes
        self.form = row["form"]
        self._unit = row["unit"] if isinstance(row["unit"], str) else ""

    def __repr__(self) -> str:
        return f"Exercise {self.exercise_id}: .check(answer), .hint() or .solution()"

    @cached_property
    def answer(self) -> object:
        """Return the right answer in plain Python values; None for a written task.

        Raises CasebookError when it cannot be worked out from the tables.
        """
        known = ANSWERS.get(self.exercise_id)
        if known is None:
            return None
        try:
            return _plain(known.function())
        except CasebookError:
            raise
        except Exception as problem:
            message = f"Exercise {self.exercise_id} cannot be worked out: {problem!r}."
            raise CasebookError(message) from None

    @property
    def mistakes(self) -> list[tuple[str, str]]:
        """Return each expected mistake and what is said to it."""
        return [
            (self._shown(w, True), self._render(message, w)) for w, _, message in self._expected
        ]

    @cached_property
    def _expected(self) -> list[tuple[object, object, str]]:
        """Return each expected mistake: as it is, as it is compared, and its message."""
        rows = self._mistakes.to_dict("records")
        wrong = [self._mistake(row) for row in rows]
        return [(w, self._read_own(w), row["message"]) for w, row in zip(wrong, rows, strict=True)]

    @_in_a_sentence
    def check(self, *given: object, **named: object) -> Feedback:
        """Say whether an answer fits and, if not, what was probably done.

        It never raises, whatever it is given; an answer in another form gets the form.
        """
        given = given or tuple(named.values())
        given = given[0] if len(given) == 1 else given or ...
        try:
            if is_blank(given):
                return Feedback(
                    f"{UNANSWERED} {tr('Put yours in place of the dots, then run again.')}"
                )
            if self.form == "number" and (said := missing_step(given, self._is_right)):
                return Feedback(f"{WRONG} {said}", right=False)
            readings = self._read(given)
        except Unread as what:
            return self._unread(f"I could not read {what}.")
        except Exception:  # a foreign object may raise anything when looked at
            return self._unread("I could not look into this object.")
        if self.form == "text":
            return self._check_text(readings[0].value)
        return self._check_against(readings)

    @_in_a_sentence
    def hint(self, *_: object, **__: object) -> Feedback:
        """Return the next of three hints: where to look, what to do, the first line of code."""
        hints = self.hints
        _hints_given[self.exercise_id] = step = min(_hints_given[self.exercise_id] + 1, len(hints))
        place = tr("Hint {step} of {steps}.").format(step=step, steps=len(hints))
        return Feedback(f"**{place}** {hints[step - 1]}")

    @property
    def hints(self) -> list[str]:
        """Return the three hints."""
        return [self._render(self._row[f"hint_{step}"]) for step in (1, 2, 3)]

    @cached_property
    def correct(self) -> str:
        """Return what is said to a right answer, and in the solution."""
        return self._render(self._row["feedback_correct"])

    @property
    def default(self) -> str:
        """Return what is said to an answer that fits no known mistake."""
        return self._render(self._row["feedback_default"])

    @_in_a_sentence
    def solution(self, *_: object, **__: object) -> Feedback:
        """Return the answer with the code that gives it, or a model answer with its rubric."""
        said = self.correct
        if self.form == "text":
            return Feedback(f"**{tr('One good answer.')}** {said}{self._tick_list()}")
        shown, reasons = self._shown(self.answer), ""
        if self._unit not in ("", "year") and self.form == "number":
            shown += f" {self._unit}"
        if self.form == "sort":
            sorting = read("sorting")
            reasons = "".join(
                f"\n- {i.letter}. *{i.box}*: “{i.item}” {i.why}"
                for i in sorting[sorting.exercise_id == self.exercise_id].itertuples()
            )
        code = ANSWERS[self.exercise_id].solution
        shown = tr("Answer: {}.").format(shown)
        return Feedback(f"**{shown}** {said}\n{reasons}\n\n```python\n{code}\n```")

    def _read(self, given: object) -> list[Reading]:
        if self.form in ("number", "pair"):
            return READERS[self.form](given, self._unit)
        return READERS[self.form](given)

    def _read_own(self, value: object) -> object:
        """Return a right or wrong answer of ours in the form in which answers are compared."""
        try:
            return self._read(value)[0].value
        except Unread as what:
            raise CasebookError(f"Exercise {self.exercise_id} holds {what}.") from None

    def _mistake(self, row: Mapping) -> object:
        """Return the wrong answer that a row of ``exercise_mistakes`` names."""
        known = {name: value for name, value in row.items() if isinstance(value, str)}
        if "literal" in known:
            return known["literal"]
        if "fact_id" in known:
            return fact(known["fact_id"]).value
        if "function" in known:
            return _plain(call(known["function"], known.get("arguments", "")))
        raise CasebookError(f"A mistake of exercise {self.exercise_id} names no answer.")

    def _is_right(self, given: object) -> bool:
        try:
            wanted = self._read_own(self.answer)
            return any(self._same(reading.value, wanted) for reading in self._read(given))
        except Unread:
            return False

    def _unread(self, what: str) -> Feedback:
        form = f"This answer needs another form: {FORMS[self.form]}."
        return Feedback(f"{what} {form}", right=False)

    def _check_against(self, readings: list[Reading]) -> Feedback:
        wanted = self._read_own(self.answer)
        for reading in readings:
            if self._same(reading.value, wanted):
                parts = [RIGHT, reading.note, self.correct]
                return Feedback(" ".join(filter(None, parts)), right=True)
        for reading, (wrong, value, message) in itertools.product(readings, self._expected):
            held = self.form == "sort" and value <= reading.value
            if held or self._same(reading.value, value):
                said = self._render(message, wrong)
                return Feedback(f"{WRONG} {said}", right=False)
        near = self._near(readings[0].value, wanted)
        parts = [WRONG, readings[0].note, near, self.default]
        parts.append(tr("`hint()` helps in three steps."))
        return Feedback(" ".join(filter(None, parts)), right=False)

    def _near(self, given: object, wanted: object) -> str:
        """Say what is right already, where that gives nothing else away."""
        if self.form == "sort":
            return self._near_boxes(given, wanted)
        if self.form == "choice":
            return _near_order(given, wanted)
        places = self._row["decimals"]
        if self.form in ("number", "pair") and not pd.isna(places):
            for fewer in range(int(places)):
                rounded = np.round(wanted, fewer)
                if np.array_equal(np.asarray(given), rounded):
                    many = "one decimal" if places == 1 else f"{places} decimals"
                    return f"So far it is right: the exercise asks for {many}."
        return ""

    def _near_boxes(self, given: frozenset, wanted: frozenset) -> str:
        boxes = {box for _, box in wanted}
        if other := sorted({box for _, box in given} - boxes):
            return f"I know no box “{escape(other[0][:40])}”: take the boxes of the page."
        letters = Counter(letter for letter, _ in given)
        if twice := sorted(letter for letter, times in letters.items() if times > 1):
            return f"One letter stands in two boxes: {', '.join(twice)}."
        elsewhere = sorted({letter for letter, _ in given ^ wanted})
        return (
            f"{len(given & wanted)} of {len(wanted)} stand where we put them. "
            f"Look at: {escape(', '.join(elsewhere[:26]))}."
        )

    def _same(self, given: object, wanted: object) -> bool:
        if isinstance(wanted, tuple):
            return all(self._same(g, w) for g, w in zip(given, wanted, strict=True))
        if isinstance(wanted, str | frozenset):
            return given == wanted
        return math.isclose(given, wanted, rel_tol=1e-9, abs_tol=self._row["tolerance"])

    def _shown(self, value: object, is_mistake: bool = False) -> str:
        """Write an answer as a person would, so that `check` takes it for what it is."""
        if isinstance(value, str):
            return value
        if isinstance(value, dict):
            return "; ".join(f"{box}: {letters}" for box, letters in value.items())
        if self.form in ("names", "letters", "choice"):
            return ", ".join(value)
        if isinstance(value, tuple | list):
            return f"({', '.join(self._shown(part).replace(',', '') for part in value)})"
        if self._unit == "year":  # a name and not a quantity, as in the ledger
            return str(round(value))
        asked = self._row["decimals"]
        for places in range(0 if pd.isna(asked) else int(asked), 10):
            shown = round(value, places)
            # A mistake near the right answer must not be rounded into it.
            mistaken = is_mistake and self._same(shown, self.answer)
            if self._same(shown, value) and not mistaken:
                return format_value(float(value), places)
        return str(value)

    def _render(self, text: str, mistake: object = None) -> str:
        """Fill in ``{answer}``, ``{mistake}`` and the facts of the ledger."""

        def filled(match: re.Match) -> str:
            value = self.answer if match[1] == "answer" else mistake
            return format_value(value, int(match[2])) if match[2] else self._shown(value)

        return render(IN_BRACES.sub(filled, text))

    # --- written tasks ------------------------------------------------------------------

    @property
    def rubric(self) -> dict[str, str]:
        """Return ``{part of a good answer: pattern that finds it}`` of a written task."""
        cell = self._row["rubric_patterns"]
        lines = cell.split("\n") if isinstance(cell, str) else []
        return {name: pattern for name, _, pattern in (line.partition(": ") for line in lines)}

    def _check_text(self, given: str) -> Feedback:
        text = " ".join(given[:LONGEST_TEXT].split())
        for words, _, message in self._expected:
            if str(words).lower() in text.lower():
                return Feedback(f"{LOOK} {self._render(message, words)}", right=False)
        cause = "<cause>" in self.rubric.values() and named_cause(text)
        if cause:
            return Feedback(
                f"{LOOK} “{escape(cause)}” says that one thing made another happen. Can "
                "these data show that? They show what was before, after or at the same time: "
                "*while*, *before* and *after* say so.",
                right=False,
            )
        if len(text.split()) < 5 and len(re.findall(r"\w[^,;]*", text)) < 4:
            return Feedback("That is short. Write a whole sentence, then compare.", right=False)
        looked_for = {name: p for name, p in self.rubric.items() if p != "<cause>"}
        unseen = [name for name, pattern in looked_for.items() if not _found(pattern, text)]
        few = len(unseen) > len(looked_for) / 2
        said = f"{LOOK if few else tr('Thank you.')} "
        if unseen:
            asked = "Is it" if len(unseen) == 1 else "Are they"
            said += f"I do not see {_listed(unseen)}. {asked} there, in other words? "
        said += "No machine can mark this. Tick what your text has, then compare with `solution()`."
        return Feedback(said + (self._tick_list() or f" {self.default}"))

    def _tick_list(self) -> str:
        if not self.rubric:
            return ""
        boxes = "\n".join(
            f'<li><label><input type="checkbox"> {html.escape(name)}</label></li>'
            for name in self.rubric
        )
        return f'\n\n<ul style="list-style: none">\n{boxes}\n</ul>'


def question(exercise_id: object) -> Question:
    """Return an exercise by its id, such as ``"01.1"``. Raises CasebookError when unknown."""
    exercises, mistakes = read("exercises"), read("exercise_mistakes")
    written = str(exercise_id)[:40] if type(exercise_id) in (str, float) else ""
    parts = re.fullmatch(r"\D*(\d{1,2})[.,:·-](\d)\D*", written)
    known = f"{int(parts[1]):02}.{parts[2]}" if parts else ""
    if known not in exercises.index:
        shown = repr(written[:20]) if written else "like that"
        raise CasebookError(f'There is no exercise {shown}. Ids look like "01.1".')
    return Question(known, exercises.loc[known], mistakes[mistakes.exercise_id == known])


@register
def scaled(exercise_id: str, factor: float) -> float | tuple:
    """Return the right answer of an exercise times a factor: the mistake of a wrong unit."""
    right = question(exercise_id).answer
    return tuple(factor * part for part in right) if isinstance(right, tuple) else factor * right


@register
def shifted(exercise_id: str, by: float) -> float | tuple:
    """Return the right answer of an exercise plus a number: the mistake of counting both ends."""
    right = question(exercise_id).answer
    return tuple(part + by for part in right) if isinstance(right, tuple) else right + by


def reveal(guess: object, result: object, unit: str = "") -> Feedback:
    """Put a guess, exactly as it was typed, beside the result, without a mark.

    With an empty guess the result lies in a fold that a click opens, in saved pages too.
    """
    found = f"{_result(result)} {unit}".strip()
    yours, ours = tr("Your guess:"), tr("The answer:")
    try:
        blank = is_blank(guess)
        wrote = str(guess)[:1000]
    except Exception:  # a foreign object may raise anything when it is shown
        blank, wrote = False, "something that cannot be shown"
    if blank:
        return Feedback(f"{ours} {found}.", html=FOLD.format(f"<p>{escape(found)}</p>"))
    return Feedback(
        f"{yours} {wrote}. {ours} {found}.",
        html=f"<p>{yours} <b>{escape(wrote)}</b><br>{ours} <b>{escape(found)}</b></p>",
    )


def _result(value: object) -> str:
    """Write a result with three digits that count, or as prose writes dates and whole numbers."""
    value = _plain(value)
    if isinstance(value, float) and math.isfinite(value) and not value.is_integer():
        places = max(0, 2 - math.floor(math.log10(abs(value))))
        return f"{value:,.{min(places, 12)}f}"
    return format_value(value)


def _near_order(given: str, wanted: str) -> str:
    """Say how far an order of letters is right; nothing for a single letter."""
    if len(wanted) < 3:
        return ""
    if sorted(given) == sorted(wanted) and len(set(wanted)) == len(wanted):
        start = next(n for n, (g, w) in enumerate(zip(given, wanted, strict=True), 1) if g != w)
        return f"The first letter that stands out of place is number {start}: {given[start - 1]}."
    if len(given) == len(wanted) and set(given) <= set(wanted):
        fitting = sum(g == w for g, w in zip(given, wanted, strict=True))
        return f"{fitting} of {len(wanted)} letters stand where we put them."
    return f"I read {len(given)} letters, and the answer has {len(wanted)}."


def _found(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text, re.I) is not None
    except re.error:
        raise CasebookError(f"rubric_patterns holds {pattern!r}, which is no pattern.") from None


def _listed(names: list[str]) -> str:
    *most, last = (html.escape(name, quote=False) for name in names)
    return f"{', '.join(most)} or {last}" if most else last


def _plain(value: object) -> object:
    """Return NumPy and pandas values as plain Python ones, within tuples and lists too."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, pd.Series | pd.Index | np.ndarray):
        return value.tolist()
    if isinstance(value, tuple | list):
        return type(value)(_plain(part) for part in value)
    return value
