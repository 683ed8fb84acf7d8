"""Exercises answer back: right, each expected slip, nonsense, nothing, and the untouched page."""

import re

import numpy as np
import pandas as pd
import pytest
from tools.pages import code, lesson_paths, load

from casebook import CasebookError, question, read, reveal
from casebook.exercises import Question
from casebook.ledger import evaluate, render

EXERCISES = read("exercises")
MISTAKES = read("exercise_mistakes")
MARKED = EXERCISES.index[EXERCISES.form != "text"]


@pytest.mark.parametrize("exercise_id", MARKED)
def test_right_answer_is_known(exercise_id):
    asked = question(exercise_id)
    said = asked.check(asked.answer)
    assert said.right is True
    assert said.text.startswith("**Yes.**")


@pytest.mark.parametrize("mistake_id", MISTAKES.index)
def test_each_expected_slip_has_its_own_words(mistake_id):
    """A known slip is met by its message, and is never the right answer by accident."""
    slip = MISTAKES.loc[mistake_id]
    said = question(slip.exercise_id).check(evaluate(slip.answer))
    assert said.right is False
    assert render(slip.message) in said.text


def test_slips_of_one_exercise_differ(mistakes=MISTAKES):
    """Two slips with one value would make the second message unreachable."""
    for exercise_id, slips in mistakes.groupby("exercise_id"):
        values = [repr(evaluate(answer)) for answer in slips.answer]
        assert len(set(values)) == len(values), exercise_id


@pytest.mark.parametrize("exercise_id", EXERCISES.index)
@pytest.mark.parametrize("nonsense", [object(), [], {}, b"x", float("nan"), True, (1, 2, 3)])
def test_nonsense_gets_help_with_the_form(exercise_id, nonsense):
    said = question(exercise_id).check(nonsense)
    assert said.right is False
    assert "another form" in said.text


@pytest.mark.parametrize("exercise_id", EXERCISES.index)
@pytest.mark.parametrize("nothing", [None, ..., "...", "", "  "])
def test_untouched_starter_is_no_mistake(exercise_id, nothing):
    said = question(exercise_id).check(nothing)
    assert said.right is None
    assert "No answer yet" in said.text


@pytest.mark.parametrize("exercise_id", MARKED)
def test_other_wrong_answers_get_a_way_on(exercise_id):
    other = {
        "number": -987654,
        "pair": (-1, -2),
        "choice": "z",
        "letters": "z",
        "names": ["?"],
        "sort": {"?": "a"},
    }[EXERCISES.form[exercise_id]]
    said = question(exercise_id).check(other)
    assert said.right is False
    assert "hint()" in said.text
    assert f"{question(exercise_id).answer}" not in said.text.split()


@pytest.mark.parametrize("exercise_id", EXERCISES.index)
def test_hints_come_in_three_steps_and_stay_at_the_last(exercise_id):
    asked = type(question(exercise_id))(exercise_id, EXERCISES.loc[exercise_id], MISTAKES.head(0))
    said = [asked.hint().text for _ in range(4)]
    assert len(set(said)) == 3
    assert said[2] == said[3]
    assert not any("{" in text for text in said)


@pytest.mark.parametrize("exercise_id", MARKED)
def test_solution_code_gives_the_answer(exercise_id):
    said = question(exercise_id).solution().text
    shown = re.search(r"```python\n(.*)\n```", said, re.S)[1]
    assert question(exercise_id).check(evaluate(shown)).right


def test_written_task_is_thanked_and_not_marked():
    written = EXERCISES.index[EXERCISES.form == "text"][0]
    assert "short" in question(written).check("Too short").text
    said = question(written).check("Belarus frees many people and takes them over two borders")
    assert said.right is None
    assert "Compare" in said.text
    assert "One good answer" in question(written).solution().text


def test_numbers_come_in_all_common_types():
    answer = question("01.1").answer
    for given in (int(answer), float(answer), np.int64(answer), pd.Series([answer]).sum()):
        assert question("01.1").check(given).right


def test_choice_forgives_case_and_space():
    letter = question("01.4").answer
    assert question("01.4").check(f" {letter.upper()} ").right


def tiny(form: str, answer: str) -> Question:
    row = EXERCISES.loc["01.1"].copy()
    row["form"], row["answer"], row["when_right"] = form, answer, "So it is."
    return Question("tiny", row, MISTAKES.head(0))


@pytest.mark.parametrize("given", ["ad", "DA", "a, d", "d a", "aad"])
def test_letters_may_come_in_any_order(given):
    assert tiny("letters", "'ad'").check(given).right


@pytest.mark.parametrize("given", ["a", "abd", "z", ""])
def test_too_few_or_too_many_letters_are_not_right(given):
    assert not tiny("letters", "'ad'").check(given).right


def test_names_come_in_all_common_collections():
    names = ["Belarus", "Canada"]
    asked = tiny("names", "['Canada', 'Belarus']")
    for given in (names, tuple(names), set(names), pd.Index(names), pd.Series(names)):
        assert asked.check(given).right
    assert not asked.check([*names, "Jordan"]).right
    assert "another form" in asked.check("Belarus").text
    assert "**Answer: Canada, Belarus.**" in asked.solution().text


SORTED = {"yes": "ac", "no": "b"}


@pytest.mark.parametrize("given", [SORTED, {"no": "B", "yes": "c, a"}, SORTED | {"perhaps": ...}])
def test_sorting_is_right_in_any_order(given):
    assert tiny("sort", f"{SORTED}").check(given).right


def test_sorting_says_which_items_to_look_at_and_not_where_they_belong():
    said = tiny("sort", f"{SORTED}").check({"yes": "a", "no": "bc"})
    assert said.right is False
    assert "2 of 3 stand where we put them. Look at: c." in said.text
    assert "1 of 3" in tiny("sort", f"{SORTED}").check({"yes": "a", "no": ...}).text


def test_sorting_meets_a_slip_in_one_item():
    asked = tiny("sort", f"{SORTED}")
    slip = MISTAKES.head(1).assign(answer="{'no': 'c'}", message="It is not.")
    asked._mistakes = slip
    assert "It is not." in asked.check({"yes": "a", "no": "cb"}).text
    assert "It is not." not in asked.check({"yes": "bc", "no": "a"}).text


def test_untouched_boxes_are_no_mistake():
    assert tiny("sort", f"{SORTED}").check({"yes": ..., "no": ...}).right is None


@pytest.mark.parametrize("given", [{}, {"yes": 1}, {1: None, 2: 3}, "ac", ["ac"]])
def test_sorting_in_another_form_gets_help(given):
    assert "letters for each box" in tiny("sort", f"{SORTED}").check(given).text


def test_written_task_is_told_which_parts_are_there():
    asked = tiny("text", "''")
    asked._row["looks_for"] = "a number: [0-9]\na source: source|published"
    said = asked.check("They freed many people and 123 of them left").text
    assert "Found in your text: a number. Not found: a source." in said
    assert "none of the parts" in asked.check("They freed many people on that day").text
    asked._mistakes = MISTAKES.head(1).assign(
        answer="'cleaned the'", message="Say what you dropped."
    )
    assert "Say what you dropped." in asked.check("I Cleaned the data before I began").text


@pytest.mark.parametrize("form", ["number", "pair", "choice", "letters", "names", "sort", "text"])
def test_whole_column_is_no_answer_and_no_traceback(form):
    """A forgotten `.sum()` leaves a column or a table."""
    for given in (pd.Series([1, 2]), pd.DataFrame({"a": [1, 2]}), pd.Series([], dtype=float)):
        assert "another form" in tiny(form, "'a'").check(given).text


def test_unknown_exercise_says_so():
    with pytest.raises(CasebookError, match=r"no exercise '99\.9'"):
        question("99.9")


def test_lessons_leave_answers_blank_and_ask_every_exercise():
    """A saved lesson holds no answer, and each of its exercises stands on the page."""
    asked = []
    for path in lesson_paths():
        for cell in code(load(path)):
            if "question(" in cell.source:
                asked += re.findall(r'question\("([\d.]+)"\)', cell.source)
                assert "No answer yet" in cell.outputs[0].data["text/markdown"]
    assert asked == list(EXERCISES.index)


def test_guess_is_put_beside_the_result():
    assert reveal(..., 1135, "people").text == "No guess yet. The table says 1,135 people."
    assert reveal(844, 1135, "people").text == "You wrote 844. The table says 1,135 people."
    assert reveal("many", 1135).text == "You wrote many. The table says 1,135."
