"""Exercises that answer back: check, hint and solution.

The texts stand in ``data/exercises.csv`` and ``data/exercise_mistakes.csv``. Right and
wrong answers are pandas expressions, worked out from the tables, so a corrected table
corrects the exercise too. Nothing is stored, graded or sent.
"""

import math
import re
from functools import cache

import numpy as np
import pandas as pd

from .ledger import evaluate, render
from .tables import CasebookError, read
from .text import Feedback, format_value

FORMS = {
    "number": "one number, for example `12`",
    "pair": "two numbers in brackets, for example `(3, 7)`",
    "choice": 'letters in quotes, for example `"a"`, or `"cab"` for an order',
    "letters": 'the letters of all that fit, in quotes, for example `"bd"`',
    "names": 'a list of names, for example `["Chile", "Spain"]`',
    "sort": 'the letters for each box, for example `{"yes": "ac", "no": "b"}`',
    "text": 'a sentence in quotes, for example `"..."`',
}

COLLECTIONS = (list, tuple, set, pd.Index, pd.Series, np.ndarray)


class Question:
    """One exercise of a lesson. Make it with `question`."""

    def __init__(self, exercise_id: str, row: pd.Series, mistakes: pd.DataFrame) -> None:
        self.exercise_id, self._row, self._mistakes = exercise_id, row, mistakes
        self._hints_given = 0

    @property
    def answer(self) -> object:
        """Return the right answer, computed from the tables; None for a written task."""
        return None if pd.isna(self._row.answer) else evaluate(self._row.answer)

    def check(self, given: object = ...) -> Feedback:
        """Say whether an answer fits and, if not, what was probably done. Never raises."""
        if is_blank(given):
            return Feedback("No answer yet. Put yours in place of the three dots, then run again.")
        form = self._row.form
        if form == "text":
            return self._check_text(given)
        tidy = _tidy(given, form)
        if tidy is None:
            return Feedback(f"This answer needs another form: {FORMS[form]}.", right=False)
        wanted = _tidy(self.answer, form)
        if self._same(tidy, wanted):
            return Feedback(f"**Yes.** {render(self._row.when_right)}", right=True)
        for mistake in self._mistakes.itertuples():
            slip = _tidy(evaluate(mistake.answer), form)
            if slip <= tidy if form == "sort" else self._same(tidy, slip):
                return Feedback(f"**Not yet.** {render(mistake.message)}", right=False)
        counted = f" {_count_sorted(tidy, wanted)}" if form == "sort" else ""
        return Feedback(
            f"**Not yet.**{counted} {render(self._row.when_other)} `hint()` helps in three steps.",
            right=False,
        )

    def hint(self) -> Feedback:
        """Return the next of three hints: where to look, what to do, the first line of code."""
        hints = [self._row[f"hint_{step}"] for step in (1, 2, 3)]
        self._hints_given = min(self._hints_given + 1, len(hints))
        step = self._hints_given
        return Feedback(f"**Hint {step} of {len(hints)}.** {render(hints[step - 1])}")

    def solution(self) -> Feedback:
        """Return the answer with the code that gives it, or a model answer with its rubric."""
        if self._row.form == "text":
            return Feedback(f"**One good answer.** {render(self._row.when_right)}")
        shown, reasons = self.answer, ""
        if self._row.form == "names":
            shown = ", ".join(shown)
        elif self._row.form == "sort":
            shown = "; ".join(f"{box}: {letters}" for box, letters in shown.items())
            items = read("sorting").query("exercise_id == @self.exercise_id")
            reasons = "".join(
                f"\n- {i.letter}. *{i.box}*: “{i.item}” {i.why}" for i in items.itertuples()
            )
        elif not isinstance(shown, tuple | list):
            whole = not isinstance(shown, float) or shown.is_integer()
            shown = format_value(shown, 0 if whole else 1)
        return Feedback(
            f"**Answer: {shown}.** {render(self._row.when_right)}\n{reasons}\n\n"
            f"```python\n{self._row.answer}\n```"
        )

    def _check_text(self, given: object) -> Feedback:
        if not isinstance(given, str):
            return Feedback(f"This answer needs another form: {FORMS['text']}.", right=False)
        for mistake in self._mistakes.itertuples():
            if evaluate(mistake.answer) in given.lower():
                return Feedback(f"**Look again.** {render(mistake.message)}", right=False)
        if len(given.split()) < 5:
            return Feedback("That is short. Write a whole sentence, then compare.", right=False)
        return Feedback(
            "Thank you. No machine can mark this. Compare with `solution()`: "
            f"{render(self._row.when_other)}{self._parts_in(given)}"
        )

    def _parts_in(self, given: str) -> str:
        """Say which parts of a good answer a text seems to hold, by the patterns of the table."""
        if pd.isna(self._row.looks_for):
            return ""
        parts = dict(part.split(": ", 1) for part in self._row.looks_for.split("\n"))
        found = [name for name, pattern in parts.items() if re.search(pattern, given, re.I)]
        missing = [name for name in parts if name not in found]
        said = f" Found in your text: {', '.join(found) or 'none of the parts we look for'}."
        return said + (f" Not found: {', '.join(missing)}." if missing else "")

    def _same(self, given: object, wanted: object) -> bool:
        if isinstance(given, tuple):
            return all(self._same(g, w) for g, w in zip(given, wanted, strict=True))
        if isinstance(given, str | frozenset):
            return given == wanted
        return math.isclose(given, wanted, rel_tol=1e-9, abs_tol=self._row.tolerance)


@cache
def question(exercise_id: str) -> Question:
    """Return an exercise by its id, such as ``"01.1"``. Raises CasebookError when unknown."""
    exercises, mistakes = read("exercises"), read("exercise_mistakes")
    if exercise_id not in exercises.index:
        raise CasebookError(f'There is no exercise {exercise_id!r}. Ids look like "01.1".')
    own = mistakes[mistakes.exercise_id == exercise_id]
    return Question(exercise_id, exercises.loc[exercise_id], own)


def reveal(guess: object, result: object, unit: str = "") -> Feedback:
    """Put a guess beside the result, without a mark. A guess helps even when it is far off."""
    found = f"{format_value(result)} {unit}".strip()
    if guess is ... or guess is None:
        return Feedback(f"No guess yet. The table says {found}.")
    wrote = format_value(guess) if isinstance(guess, int | float) else str(guess)
    return Feedback(f"You wrote {wrote}. The table says {found}.")


def is_blank(given: object) -> bool:
    """Say whether an answer is the starter of the page: three dots, nothing, or boxes of these."""
    if isinstance(given, dict) and given:
        return all(is_blank(letters) for letters in given.values())
    return given is ... or given is None or (isinstance(given, str) and given.strip(" .") == "")


def _count_sorted(given: frozenset, wanted: frozenset) -> str:
    """Say how many items stand in their box and which do not; never in which box they belong."""
    right = given & wanted
    elsewhere = sorted({letter for letter, _ in given ^ wanted})
    return (
        f"{len(right)} of {len(wanted)} stand where we put them. Look at: {', '.join(elsewhere)}."
    )


def _tidy(given: object, form: str) -> object:
    """Return an answer in the form that the exercise wants, or None when it cannot be."""
    if form == "sort":
        if not isinstance(given, dict) or not given:
            return None
        letters = {
            box: _tidy("" if inside is ... else inside, "letters") for box, inside in given.items()
        }
        if None in letters.values():
            return None
        return frozenset((letter, box) for box, inside in letters.items() for letter in inside)
    given = given.item() if getattr(given, "size", 0) == 1 else given
    if form == "choice":
        return given.strip().lower() if isinstance(given, str) else None
    if form == "letters":
        return "".join(sorted(set(given.lower()) - set(" ,;"))) if isinstance(given, str) else None
    if form == "names":
        given = list(given) if isinstance(given, COLLECTIONS) else None
        if not given or not all(isinstance(name, str) for name in given):
            return None
        return "; ".join(sorted({name.strip() for name in given}))
    if form == "pair":
        if not isinstance(given, tuple | list) or len(given) != 2:
            return None
        parts = tuple(_tidy(part, "number") for part in given)
        return None if None in parts else parts
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        return None
    return float(given)
