"""Exercises answer back: right in any natural form, each expected mistake, nonsense, nothing."""

import ast
import itertools
import random
import re
from collections import deque
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from tools.pages import code, lesson_paths, load, ran

from casebook import CasebookError, question, read, reveal
from casebook.causes import named_cause
from casebook.exercises import ANSWERS, RIGHT, UNANSWERED, Question, answer, scaled, shifted
from casebook.language import tr
from casebook.readings import SMALL_NUMBERS
from casebook.text import escape

EXERCISES = read("exercises")
THANKS, MODEL = tr("Thank you."), f"**{tr('One good answer.')}**"
SOLUTION = re.escape(f"**{tr('Answer: {}.')}** ").replace(r"\{\}", "(.+?)")
MISTAKES = read("exercise_mistakes")
NONE = MISTAKES.head(0)
IDS = list(EXERCISES.index)
MARKED = list(EXERCISES.index[EXERCISES.form != "text"])
WRITTEN = list(EXERCISES.index[EXERCISES.form == "text"])
NUMBERS = list(EXERCISES.index[EXERCISES.form == "number"])
PAIRS = list(EXERCISES.index[EXERCISES.form == "pair"])


# --- every exercise of the lessons ------------------------------------------------------


@pytest.mark.parametrize("exercise_id", MARKED)
@pytest.mark.mine
def test_right_answer_is_known(exercise_id):
    """The right answer is worked out from the tables, and accepted."""
    asked = question(exercise_id)
    said = asked.check(asked.answer)
    assert said.right is True
    assert said.text.startswith(RIGHT)


@pytest.mark.parametrize("exercise_id", MARKED)
@pytest.mark.mine
def test_each_expected_mistake_has_its_own_words(exercise_id):
    """A known mistake is met by its message, and is never the right answer by accident."""
    asked = question(exercise_id)
    for wrong, message in asked.mistakes:
        said = asked.check(wrong)
        assert said.right is False, wrong
        assert message in said.text, wrong


def test_mistakes_of_one_exercise_differ():
    """Two mistakes with one value would make the second message unreachable."""
    for exercise_id in IDS:
        values = [wrong for wrong, _ in question(exercise_id).mistakes]
        assert len(set(values)) == len(values), exercise_id


@pytest.mark.parametrize("exercise_id", MARKED)
@pytest.mark.mine
def test_what_the_solution_prints_is_accepted(exercise_id):
    """Who types the answer that the solution shows is told that it is right."""
    said = question(exercise_id).solution().text
    shown = re.match(SOLUTION, said)[1]
    assert question(exercise_id).check(shown).right, shown
    assert "np." not in said.partition("```")[0]


@pytest.mark.parametrize("exercise_id", NUMBERS)
def test_solution_says_its_number_once(exercise_id):
    said = question(exercise_id).solution().text.partition("```")[0]
    shown = re.match(r"[−\d.,]*\d", re.match(SOLUTION, said)[1])[0]
    assert len(re.findall(rf"(?<![\d.,]){shown}(?!\d|[.,]\d)", said)) == 1, said


def test_solution_has_the_decimals_that_the_question_asks_for():
    for value, unit, decimals, shown in (
        (682.5, "US$ per tonne", 2, "682.50 US$ per tonne"),
        (43.66, "percent", 1, "43.7 percent"),
    ):
        asked = tiny("number", value, unit=unit, decimals=decimals, tolerance=0.5)
        assert asked.solution().text.startswith(f"**Answer: {shown}.**")
    assert (
        tiny("number", 1969, unit="year")
        .solution()
        .text.startswith(f"**{tr('Answer: {}.').format(1969)}**")
    )
    asked = tiny("number", 3.654, decimals=2, tolerance=0.01)
    assert "asks for 2 decimals" in asked.check(3.7).text


@pytest.mark.parametrize("exercise_id", MARKED)
@pytest.mark.mine
def test_solution_runs_on_its_page(exercise_id):
    """The code that a learner is shown runs in the names of the lesson and gives the answer."""
    page = next(path for path in lesson_paths() if path.name.startswith(exercise_id[:2]))
    names, tree = dict(ran(page)[0]), ast.parse(ANSWERS[exercise_id].solution)
    last = tree.body.pop()
    exec(compile(tree, exercise_id, "exec"), names)
    result = eval(compile(ast.Expression(last.value), exercise_id, "eval"), names)
    assert question(exercise_id).check(result).right, result


@pytest.mark.parametrize("exercise_id", IDS)
@pytest.mark.parametrize("nothing", [None, ..., "...", "", "  ", "…"])
def test_untouched_starter_is_no_mistake(exercise_id, nothing):
    said = question(exercise_id).check(nothing)
    assert said.right is None
    assert UNANSWERED in said.text


@pytest.mark.parametrize("exercise_id", IDS)
def test_hints_come_in_three_steps_and_stay_at_the_last(exercise_id):
    said = [question(exercise_id).hint("an answer").text for _ in range(4)]
    assert len(set(said[:3])) == 3 or said[0] == said[3]  # another test may have asked before
    assert said[2] == said[3]
    assert not any("{" in text for text in said)


@pytest.mark.mine
def test_lessons_leave_answers_blank_and_ask_every_exercise():
    """A saved lesson holds no answer, and each of its exercises stands on the page."""
    asked = []
    for path in lesson_paths():
        for cell in code(load(path)):
            if found := re.findall(r'question\("(\d[\d.]*)"\)', cell.source):
                asked += found
                assert UNANSWERED in cell.outputs[0].data["text/markdown"]
    assert asked == IDS


# --- whatever is given ------------------------------------------------------------------


class Hostile:
    """An object that raises at every touch."""

    def __getattribute__(self, name):
        raise RuntimeError(name)

    def _raise(self, *_):
        raise RuntimeError("touched")

    __eq__ = __str__ = __repr__ = __len__ = __iter__ = __hash__ = __bool__ = __float__ = _raise
    __lt__ = __getitem__ = __call__ = __index__ = __array__ = __format__ = _raise


class HostileText(str):
    """A text whose methods raise."""

    def strip(self, *_):
        raise RuntimeError("touched")

    translate = lower = split = __iter__ = strip


def hostile_answers(seed: int) -> list:
    """Return some 300 things that are no answer to any exercise, some of them made at random."""
    loop, box = [], {}
    loop.append(loop)
    box["a"] = box
    cell = np.empty(1, dtype=object)
    cell[0] = Hostile()
    given = [
        *(
            object(),
            Hostile(),
            HostileText("a"),
            type,
            print,
            len,
            lambda: 5,
            Question,
            NotImplemented,
        ),
        *([], (), {}, set(), loop, box, [[]], [[[[[[[1]]]]]]], {"?": 1}, {1: 2}, {None: None}),
        *(b"x", bytearray(b"5"), memoryview(b"5"), 1j, True, False, np.bool_(True)),
        *(10**400, -(10**400), 10**5000, float("nan"), float("inf"), -float("inf")),
        *(Decimal("NaN"), Decimal("1e999"), Decimal("Infinity"), np.float64("nan"), pd.NA, pd.NaT),
        *(np.datetime64("2025-12-13"), np.timedelta64("NaT"), pd.Timestamp("2025-12-13")),
        *(date(2025, 12, 13), pd.Timedelta(days=99999), pd.Period("2025-12"), pd.Interval(0, 1)),
        *(itertools.count(), iter([5]), (n for n in [5]), range(10**12), range(0), deque([5])),
        *(
            pd.Series([1, 2, 3]),
            pd.Series([], dtype=float),
            pd.Series(["q", None]),
            pd.Series([loop]),
        ),
        *(pd.DataFrame({"a": [1, 2]}), pd.DataFrame(), pd.DataFrame({"a": [1], "b": [2]})),
        *(pd.DataFrame({"a": [HostileText()]}), pd.DataFrame({"a": ["?"]}), read("releases")),
        *(np.array([]), np.zeros((3, 3)), np.array(None), cell),
        *(pd.Index([]), pd.MultiIndex.from_tuples([(1, 2)]), pd.Categorical(["q", "z"])),
        *(
            SimpleNamespace(a=1),
            Exception("no"),
            CasebookError("no"),
            re.compile("a"),
            pd,
            ...,
        ),
        *({"reversible": Hostile()}, {"yes": pd.DataFrame({"a": [1, 2]})}, {Hostile.__name__: [1]}),
        *((Hostile(), Hostile()), [Hostile()], (float("nan"), 1), (10**400, 1), (1, 2, 3, 4, 5)),
        *((True, False), (None, None), (None, 5), [None], ["?", 7], [["a", "b"], ["c"]]),
        *("?", "zz?", "\x00", "\ud800", "a" * 10**5, "1" * 10**5, "(" * 10**4, "1," * 10**4),
        *("1e999", "-", "+-3", "1.2.3.4", "1,2,3", "--5", "0x10", "1_", ",", ".", "%", "$", "∞"),
        *(
            "½",
            "10²",
            "٣٣٣٣٣٣",
            "NaN",
            "nan",
            "inf",
            "None",
            "five hundred",
            "x",
            "$$",
            "a" * 3000 + " ",
        ),
        *("$5 and $6", "<br>", "<script>alert(1)</script>", "**z**", "[z](z)", "```", "{answer}"),
        *("{F002}", "{0}", "%s", "\\", "'", '"', "“”", "\n\n", "no idea", "I do not know", "yes"),
        *(
            "not any of them",
            "neither",
            "none",
            "all",
            "a or b",
            "b or c or d or a",
            "???",
            "ä ö ü",
        ),
    ]
    numbers = random.Random(seed)
    for _ in range(300 - len(given)):
        number = round(
            10 ** numbers.uniform(7, 12) * numbers.choice((1, -1)), numbers.randint(0, 3)
        )
        text = "".join(chr(numbers.randint(32, 0x4FF)) for _ in range(numbers.randint(9, 40)))
        given.append(
            numbers.choice(
                [
                    number,
                    f"{number:,}",
                    text,
                    [text, text],
                    {text: text},
                    (number, number),
                    np.array([number, number, number]),
                    pd.Series([text]),
                    f"{text} {number}",
                    f"{number} {text}",
                ]
            )
        )
    return given


@pytest.mark.parametrize("exercise_id", IDS)
def test_no_exercise_raises_or_accepts_what_is_no_answer(exercise_id):
    asked = question(exercise_id)
    given = hostile_answers(seed=IDS.index(exercise_id))
    assert len(given) >= 300
    for number, nonsense in enumerate(given):
        said = asked.check(nonsense)
        assert said.right is not True, (number, said.text)
        assert said.text and "Traceback" not in said.text
        assert len(said.text) < 4000
    for said in (asked.hint(Hostile()), asked.solution(Hostile(), answer=5), asked.check(1, 2, 3)):
        assert said.text
        assert said.right is not True


def test_what_could_not_be_read_is_named():
    asked = tiny("number", 235, unit="people", decimals=0)
    for given, named in {
        "five hundred": "“five hundred”",
        "5 apples": "“apples”",
        "5 percent": "*percent*",
        "1 613 months": "*month*",
        "5 or 6": "“or”",
        "between $5 and $6": "<span>&#36;</span>5",
    }.items():
        assert named in asked.check(given).text, (given, asked.check(given).text)
    said = {
        "a column of 3 values": pd.Series(["a", "b", "c"]),
        "a table of 2 rows": pd.DataFrame({"a": [1, 2]}),
        "NaN": np.nan,
        "divide by zero": np.inf,
        "too large": 10**400,
        "`True` or `False`": True,
        "put `()` behind": pd.Series([5]).sum,
        "an empty cell": pd.NA,
    }
    for words, given in said.items():
        assert words in asked.check(given).text, asked.check(given).text
        assert "another form: one number" in asked.check(given).text
    assert "no order" in tiny("choice", "dbeac").check({"d", "b", "e", "a", "c"}).text
    assert "no order" in tiny("pair", (2, 4)).check({5, 836}).text


@pytest.mark.parametrize("kind", [pd.Series, pd.Index, np.array])
def test_a_column_in_place_of_a_number_lacks_one_step(kind):
    asked = tiny("number", 5.0)
    for column, step in {
        (2.0, 3.0, np.nan): "`.sum()`",
        (True, True, True, False, True, True): "`.sum()`",
        (5.0, 2.0): "`.max()`",
        (1, 1, 1, 1, 7): "`len(...)`",
        (1, 2, 3): "such as `.sum()`",
        (False, True): "such as `.sum()`",
    }.items():
        said = asked.check(kind(column))
        assert f"a column of {len(column)} values: one step is missing, {step}." in said.text
        assert said.right is False
    assert "`len(...)`" in asked.check(kind(list("abcde"))).text
    assert "`len(...)`" in asked.check(pd.DataFrame({"a": range(5), "b": range(5)})).text
    assert "could not read a column of 2 values" in asked.check(kind(["a", "b"])).text


@pytest.mark.parametrize("exercise_id", MARKED)
def test_other_wrong_answers_get_a_way_on(exercise_id):
    form = EXERCISES.form[exercise_id]
    other = {"number": -987654, "pair": (-1, -2), "choice": "z", "letters": "z", "names": ["?a"]}
    said = question(exercise_id).check(other.get(form, {"?": "a"}))
    assert said.right is False
    assert "hint()" in said.text
    assert f"{question(exercise_id).answer}" not in said.text.split()


# --- right answers in natural forms -----------------------------------------------------


def natural_numbers(value: float) -> list:
    """Return ways in which people type one number."""
    plain = f"{value:.6f}".rstrip("0").rstrip(".")
    grouped = f"{value:,.6f}".rstrip("0").rstrip(".")
    whole, _, decimals = plain.partition(".")
    ways = [value, np.float64(value), np.array(value), np.array([value]), [value], (value,)]
    ways += [pd.Series([value]), pd.Index([value]), pd.DataFrame({"a": [value]}), {value}]
    ways += [pd.Series([value]).unique(), pd.Series([value]).values, pd.Series([value]).array]
    ways += [Decimal(plain), pd.Series([value]).sum(), plain, f" {plain} ", grouped, f"{plain}."]
    ways += [grouped.replace(",", mark) for mark in (" ", "\u202f", "\u00a0", "'", "’", "_")]
    ways += [plain.replace("-", "−"), plain.replace("-", "–"), plain.replace(".", ",")]
    ways += [grouped.replace(",", "~").replace(".", ",").replace("~", ".")]
    ways += [f"about {plain}", f"≈ {plain}", f"n = {plain}", f"{plain} in all", f"“{plain}”"]
    ways += ["".join(chr(ord(s) + 0xFEE0) if s.isdigit() else s for s in plain), f"{plain}\u200b"]
    if float(plain).is_integer():
        ways += [int(value), np.int64(value), np.int32(value), f"{value:.1f}"]
        thousands = [int(part) for part in f"{abs(value):,.0f}".split(",")]
        if len(thousands) > 1 and min(thousands[1:]) > 99:
            ways.append((thousands[0] * (1 if value > 0 else -1), *thousands[1:]))
        if 0 <= value <= 12:
            ways.append(SMALL_NUMBERS[int(value)])
    elif not decimals.startswith("0") and int(whole):
        ways.append((int(whole), int(decimals)))
    return ways


@pytest.mark.parametrize("exercise_id", NUMBERS)
def test_numbers_come_in_all_natural_forms(exercise_id):
    asked = question(exercise_id)
    right = asked.answer
    places = int(EXERCISES.decimals[exercise_id])
    ways = [right, round(right, places + 1), *natural_numbers(float(round(right, places)))]
    for given in ways:
        assert asked.check(given).right, (given, asked.check(given).text)
    shown = f"{right:,.{places}f}"
    unit = asked._unit
    for given in (
        f"{shown} {unit}",
        f"{shown}{'%' if unit == 'percent' else ''}",
        f"{shown} {unit}.",
    ):
        assert asked.check(given).right, (given, asked.check(given).text)
    # A decimal comma or a comma of thousands that is not meant is no way to be right.
    assert not asked.check(f"{right * 1000 + 1:,.0f}".replace(",", "")).right


def test_units_are_read_and_not_ignored():
    tonnes = tiny("number", 497.5, unit="thousand tonnes of product", decimals=0, tolerance=1.0)
    for given in ("498 kt", "498,000 tonnes", "0.498 Mt", "0.498 million tonnes", "498 thousand t"):
        assert tonnes.check(given).right, tonnes.check(given).text
    for given in ("498 million tonnes", "498 tonnes", "498 percent", "498 days"):
        assert not tonnes.check(given).right, given
    gain = tiny("number", 29.87, unit="million dollars a year", decimals=1, tolerance=0.3)
    for given in ("29.9 million", "$29.9 million", "29.9 million US dollars", "US$ 29,900,000"):
        assert gain.check(given).right, gain.check(given).text
    assert not gain.check("29.9 dollars").right
    assert not gain.check("29.9 billion").right
    days = tiny("number", 101, unit="days", decimals=0)
    assert days.check(pd.Timedelta(days=101)).right
    assert days.check(np.timedelta64(101, "D")).right
    assert not tiny("number", 5, unit="people", decimals=0).check(pd.Timedelta(days=5)).right


def test_a_number_with_two_readings_is_accepted_and_the_reading_told():
    unit = "thousand tonnes of product"
    asked = tiny("number", 12603.59, unit=unit, decimals=0, tolerance=30.0)
    assert "Read as 12,604." in asked.check("12,604").text
    assert "I read yours as 12,604." in asked.check((12, 604)).text
    assert asked.check(12, 604).right  # typed straight into check
    assert not asked.check("12.604 tonnes").right
    asked = tiny("number", -28.5714, unit="percent", decimals=1, tolerance=0.5)
    assert "I read yours as -28.6." in asked.check((-28, 6)).text
    assert asked.check("−28,6 %").right


@pytest.mark.parametrize("exercise_id", PAIRS)
def test_pairs_come_in_all_natural_forms(exercise_id):
    asked, places = question(exercise_id), int(EXERCISES.decimals[exercise_id])
    first, second = (round(part, places) for part in asked.answer)
    ways = [(first, second), [first, second], np.array([first, second]), pd.Series([first, second])]
    ways += [
        pd.Index([first, second]),
        pd.DataFrame({"a": [first, second]}),
        {"x": first, "y": second},
    ]
    ways += [(np.float64(first), np.float32(second)), (str(first), str(second)), [[first, second]]]
    ways += [f"{first}{mark}{second}" for mark in (", ", " and ", "; ", " / ", ",", " & ", " ")]
    ways += [
        f"({first}, {second})",
        f"[{first}; {second}]",
        f"{first} and {second}.".replace(".", ","),
    ]
    if places:
        ways.append(tuple(int(n) for part in (first, second) for n in str(part).split(".")))
    for given in ways:
        assert asked.check(given).right, (given, asked.check(given).text)
    assert not asked.check((second, first)).right


@pytest.mark.parametrize("exercise_id", EXERCISES.index[EXERCISES.form.isin(["choice", "letters"])])
def test_letters_come_in_all_natural_forms(exercise_id):
    asked = question(exercise_id)
    right = asked.answer
    *most, last = right
    ways = [right.upper(), f" {right} ", f"{right}.", f"“{right}”", f"({right})", f"{right}\u200b"]
    ways += [mark.join(right) for mark in (" ", ",", ", ", "-", " - ", ";", " > ", "→", "\n", ".")]
    ways += [list(right), tuple(right), pd.Series(list(right)), np.array(list(right)), [right]]
    ways += [pd.Index(list(right)), pd.DataFrame({"a": list(right)}), f"answer {right}"]
    ways += [
        f"{', '.join(most)} and {last}" if most else f"the answer is {last}".replace("the ", "")
    ]
    ways += [right.translate(str.maketrans("ace", "асе")), f"{', then '.join(right)}"]
    ways += ["".join(chr(ord(letter) + 0xFEE0) for letter in right)]
    if asked.form == "letters":
        ways += [
            right[::-1],
            right + right[0],
            set(right),
            frozenset(right),
            dict.fromkeys(right).keys(),
        ]
    if len(right) == 1:
        ways += [f"{right}. Nothing of the kind.", f"{right}) all of it, and more"]
    for given in ways:
        assert asked.check(given).right, (given, asked.check(given).text)
    others = [f"not {right}", f"{right} is wrong", f"{right}?z", f"{right} or z", right + "z"]
    for given in [*others, right[:-1], f"{right}. is wrong, z is right"]:
        assert not asked.check(given).right, given


@pytest.mark.parametrize("exercise_id", EXERCISES.index[EXERCISES.form == "names"])
def test_names_come_as_pandas_gives_them_and_as_people_type_them(exercise_id):
    asked = question(exercise_id)
    right = asked.answer
    column = pd.Series(right)
    ways = [right, tuple(right), set(right), frozenset(right), right[::-1], column, pd.Index(right)]
    ways += [column.unique(), column.values, column.array, column.astype("category").unique()]
    ways += [dict.fromkeys(right, 1), dict.fromkeys(right).keys(), column.to_dict().values()]
    ways += [np.array(right), column.to_frame(), [name.lower() for name in right], right + right]
    ways += [", ".join(right), "; ".join(right), f"{', '.join(right[:-1])} and {right[-1]}"]
    ways += [[f" {name} " for name in right], f"[{', '.join(map(repr, right))}]"]
    for given in ways:
        assert asked.check(given).right, (given, asked.check(given).text)
    for given in (right[:-1], [*right, "Atlantis"], right[0], column[:1], column[:1].unique()):
        said = asked.check(given)
        assert said.right is False
        assert "another form" not in said.text


@pytest.mark.parametrize("exercise_id", EXERCISES.index[EXERCISES.form == "sort"])
def test_sorting_in_any_order_and_form(exercise_id):
    asked = question(exercise_id)
    right = asked.answer
    ways = [
        dict(reversed(right.items())),
        pd.Series(right),
        {b.upper(): x for b, x in right.items()},
    ]
    ways += [{box: mark.join(x) for box, x in right.items()} for mark in (", ", " ", " and ")]
    ways += [{box: kind(x) for box, x in right.items()} for kind in (list, set, tuple, str.upper)]
    ways += ["; ".join(f"{box}: {x}" for box, x in right.items()), right | {"perhaps": ...}]
    for given in ways:
        assert asked.check(given).right, (given, asked.check(given).text)
    for box in right:
        assert not asked.check(right | {box: ...}).right
    assert "no box “perhaps”" in asked.check(right | {"perhaps": "a"}).text


# --- what is said ------------------------------------------------------------------------


def tiny(form: str, right: object, mistakes: pd.DataFrame = NONE, **cells) -> Question:
    """Return an exercise of one's own; ``right`` is what its function returns."""
    row = EXERCISES.iloc[0].to_dict() | {"tolerance": 0.0}
    row |= {"form": form, "feedback_correct": "So it is.", "unit": None, "decimals": None, **cells}
    ANSWERS.pop("00.1", None)
    answer("00.1", solution="right")(lambda: right)
    return Question("00.1", row, mistakes)


@pytest.fixture(autouse=True)
def forget():
    yield
    ANSWERS.pop("00.1", None)


SORTED = {"yes": "ac", "no": "b"}


def test_sorting_says_which_items_to_look_at_and_not_where_they_belong():
    said = tiny("sort", SORTED).check({"yes": "a", "no": "bc"})
    assert said.right is False
    assert "2 of 3 stand where we put them. Look at: c." in said.text
    assert "1 of 3" in tiny("sort", SORTED).check({"yes": "a", "no": ...}).text
    assert "two boxes: c" in tiny("sort", SORTED).check({"yes": "ac", "no": "bc"}).text


def test_sorting_meets_a_mistake_in_one_item():
    mistake = MISTAKES.head(1).assign(literal="no: c", message="It is not.")
    asked = tiny("sort", SORTED, mistake)
    assert "It is not." in asked.check({"yes": "a", "no": "cb"}).text
    assert "It is not." not in asked.check({"yes": "bc", "no": "a"}).text
    assert asked.check({"yes": ..., "no": ...}).right is None


def test_an_order_says_how_far_it_is_right():
    mistake = MISTAKES.head(1).assign(literal="dbaec", message="The link has no key called so.")
    asked = tiny("choice", "dbeac", mistake)
    assert "out of place is number 3: a." in asked.check("d, b, a, c, e").text
    assert "I read 4 letters, and the answer has 5." in asked.check("dbea").text
    for given in ("d b a e c", "D, B, A, E and C", list("dbaec")):
        assert "has no key called" in asked.check(given).text  # a mistake that we expect
    assert "7 of 8 letters" in tiny("choice", "sffsffss").check("sffsffsf").text


@pytest.mark.parametrize("given", ["a", "abd", "z", "a or d", "not a, d"])
def test_too_few_or_too_many_letters_are_not_right(given):
    assert not tiny("letters", "ad").check(given).right


def test_a_registered_answer_is_used_and_shown_with_its_code():
    asked = tiny("pair", (np.int64(4), np.float64(2.5)))
    assert "**Answer: (4, 2.5).** So it is." in asked.solution().text
    assert "```python\nright\n```" in asked.solution().text
    assert asked.check("4 and 2,5").right
    with pytest.raises(CasebookError, match="Two functions"):

        @answer("00.1", solution="other")
        def other():
            return 5


def test_a_function_that_fails_is_a_sentence():
    asked = tiny("number", None)
    ANSWERS.pop("00.1")
    answer("00.1", solution="1 / 0")(lambda: 1 / 0)
    for said in (asked.check(5), asked.solution()):
        assert "cannot be worked out" in said.text


def test_mistakes_are_literals_facts_and_functions():
    number, pair = NUMBERS[0], PAIRS[0]
    table = pd.DataFrame(
        {
            "literal": ["7", None, None, None],
            "fact_id": [None, "F002", None, None],
            "function": [None, None, "exercises.scaled", "exercises.shifted"],
            "arguments": [
                *(None, None),
                *(f"exercise_id={number}; factor=100", f"exercise_id={number}; by=1"),
            ],
            "message": [
                "Not {mistake}.",
                "{mistake} is {F002}.",
                "Not {mistake:.1f} but {answer}.",
                "Both ends.",
            ],
        }
    )
    asked = tiny("number", 5, table)
    freed = read("releases").total_released["R-2025-12-13"]
    assert "Not 7." in asked.check(7).text
    assert f"{freed} is {freed}." in asked.check(freed).text
    other = question(number).answer
    assert f"Not {100 * other:,.1f} but 5." in asked.check(100 * other).text
    assert "Both ends." in asked.check(other + 1).text
    assert scaled(pair, 0.5) == tuple(part / 2 for part in question(pair).answer)
    assert shifted(number, 1) == other + 1


@pytest.mark.parametrize("form", ["{}", " {} ", "Exercise {}"])
def test_ids_are_read_forgivingly(form):
    for known in (IDS[0], IDS[-1]):
        assert question(form.format(known)).exercise_id == known
        assert question(form.format(known.lstrip("0")).replace(".", ",")).exercise_id == known
        assert question(float(known)).exercise_id == known


@pytest.mark.parametrize("given", ["99.9", [], None, "", 5, "1.1.1", True])
def test_unknown_exercise_says_so(given):
    with pytest.raises(CasebookError, match="There is no exercise"):
        question(given)


# --- written tasks ----------------------------------------------------------------------

CATS = "Cats are lovely and sleep on a warm sofa for most of their lives"


@pytest.mark.parametrize("exercise_id", WRITTEN)
@pytest.mark.mine
def test_written_task_shows_a_list_to_tick_and_asks(exercise_id):
    """A written answer is met by a list to tick, and the model answer has all of it."""
    asked = question(exercise_id)
    said = asked.check(CATS)
    assert said.right is None
    assert THANKS not in said.text
    assert "I do not see" in said.text
    assert said.text.count('type="checkbox"') == len(asked.rubric) >= 4
    assert asked.check("Too short").text.startswith("That is short")
    model = asked.solution().text
    assert model.startswith(MODEL)
    good = asked.check(model.partition("<ul")[0].removeprefix(MODEL))
    assert good.text.startswith(THANKS), good.text
    assert "another form: a sentence" in asked.check(5).text


def test_written_task_asks_about_what_it_does_not_see():
    asked = tiny("text", None, rubric_patterns="a number: [0-9]\na source: source|published")
    said = asked.check("They freed many people and 123 of them left").text
    assert said.startswith(f"{THANKS} I do not see a source. Is it there, in other words?")
    assert "a number or a source" in asked.check("They freed many people on that day").text
    mistake = MISTAKES.head(1).assign(literal="cleaned the", message="Say what you dropped.")
    asked = tiny("text", None, mistake)
    assert "Say what you dropped." in asked.check("I Cleaned the data before I began").text


CLAIMS = """\
Sanctions caused the price to rise.
The price rose because of sanctions.
The sanctions led to a higher potash price.
Due to the EU ban, the price doubled in 2022.
The US listing triggered the price spike of 2021.
As a result of the transit stop, potash became dearer.
Lithuania's stop drove the price to a record.
The ban pushed the price above 1,000 dollars.
The spike was caused by the sanctions of three powers.
Sanctions not only hurt Belarus, they caused the price to rise.
There is no doubt that sanctions caused the price to rise.
Nobody can deny that the ban caused the spike.
The listing came first, after which the price rose.
The end of the transit kept the price above the line.
The war raised the potash price by a half.
Thanks to the sanctions, Canada sold potash at a higher price.
The price was driven up by the EU ban.
Sanctions explain why the price doubled.
The table shows that the ban caused the rise.
The chart is not long, but sanctions caused the price to rise.
With no ship from Klaipeda, the ban caused the price to rise.
The sanctions are the reason for the spike.
The stop of the transit resulted in a price of 1,202 dollars.
The ban made the potash price rise.
""".strip().split("\n")

DENIALS = """\
Nobody can say that sanctions caused the price to rise.
The table does not show that sanctions caused the price to rise.
Nobody can say it caused the rise.
The price rose, but the data cannot tell whether sanctions caused it.
Sanctions did not cause the whole rise.
That sanctions caused the rise cannot be shown with these rows.
It is unknown what caused the price to rise.
What caused the spike the table does not say.
Did sanctions cause the price to rise?
No event here can be said to have led to the rise.
The rise began before the ban, so nothing here shows that it was caused by the ban.
The months do not prove that the price rose because of sanctions.
We don't know if the listing triggered the spike.
It would be wrong to say that the transit stop drove the price.
Whether the ban led to the rise is an open question.
The price rose without any proof that sanctions caused it.
Sanctions may have caused the price to rise, or the war, or neither.
No one can tell from this chart that the ban pushed the price up.
The picture leaves open what caused the rise.
The minister said that sanctions caused the price to rise.
According to the ministry, the price rose because of sanctions.
The word “caused” would say more than these data can.
The price rose while sanctions came; that one led to the other is not known.
We cannot conclude, from one series, that sanctions raised the price.
The data never show that one thing led to another.
Price rose from December 2020 to April 2022; sanctions came before, between and after.
The price was lower before the ban, and a lower price came after it.
""".strip().split("\n")


CAPTION = "a year: 20[0-9][0-9]\nno cause: <cause>"


@pytest.mark.parametrize("caption", CLAIMS)
def test_a_caption_that_names_a_cause_is_asked_about_it(caption):
    said = tiny("text", None, rubric_patterns=CAPTION).check(caption)
    assert "says that one thing made another happen" in said.text
    assert named_cause(f"“{caption}”")


@pytest.mark.parametrize("caption", DENIALS)
def test_a_caption_that_denies_a_cause_is_not(caption):
    assert not named_cause(caption)
    asked = tiny("text", None, rubric_patterns=CAPTION)
    assert "made another happen" not in asked.check(caption).text


def test_patterns_are_quick_whatever_is_written():
    """Every pattern is one, and none takes its time over a strange text."""
    for exercise_id in WRITTEN:
        for text in (
            "a " * 10**5,
            "1" * 10**5,
            "not " * 10**4 + "caused",
            "x, " * 10**4,
            "9 " * 10**5,
        ):
            assert question(exercise_id).check(text).text


# --- guesses ----------------------------------------------------------------------------


@pytest.mark.parametrize("blank", ["", "  ", ..., None, "..."])
def test_without_a_guess_the_answer_lies_in_a_fold(blank):
    said = reveal(blank, 1135, "people")
    assert said._repr_html_() == (
        "<details><summary>See the answer</summary><p>1,135 people</p></details>"
    )
    assert said._repr_markdown_() is None
    assert repr(said) == "The answer: 1,135 people."


@pytest.mark.parametrize(
    ("guess", "wrote"),
    [
        *((0.6, "0.6"), (0.5, "0.5"), (4.5, "4.5"), (0.001, "0.001"), (-0.17, "-0.17")),
        *((np.float64(2.5), "2.5"), (2021, "2021"), (1135, "1135"), (10**25, str(10**25))),
        *((12.6, "12.6"), ("35%", "35%"), ("many", "many"), ("12,6", "12,6"), (True, "True")),
        (["a", 1], "['a', 1]"),
    ],
)
def test_a_guess_is_given_back_as_it_was_typed(guess, wrote):
    said = reveal(guess, 0.6319, "of K2O")
    assert said.text == f"Your guess: {wrote}. The answer: 0.632 of K2O."


def test_a_guess_that_cannot_be_shown_is_no_traceback():
    for guess in (Hostile(), 10**5000):
        assert "Your guess: something that cannot be shown." in reveal(guess, 3).text


def test_what_a_learner_types_does_nothing():
    """Neither Markdown nor HTML nor a formula: each dollar sign stands in an element alone."""
    said = reveal("between $5 and $6 <b onclick=x>*so* [a](b) `c` & \\d", "$3", "a_b_c").html
    assert not re.search(r"[$*_`\[\]\\]|<b o|onclick=", said)
    assert said.count("<span>&#36;</span>") == 3
    assert escape("a\nb & <i>") == "a<br>b &amp; &lt;i&gt;"


@pytest.mark.parametrize(
    ("result", "shown"),
    [
        *((0.6319, "0.632"), (34.21, "34.2"), (1764.2, "1,764"), (3.0, "3"), (-0.17, "-0.170")),
        *((np.int64(1135), "1,135"), ("2025-12-13", "13 December 2025"), ("no two agree",) * 2),
        *((pd.Timestamp("2025-12-13"), "13 December 2025"), (np.float64(0), "0")),
    ],
)
def test_a_result_is_not_rounded_away(result, shown):
    assert reveal("x", result).text.endswith(f"The answer: {shown}.")
