"""Explorers: every value of every control, and random combinations, give picture and sentence."""

import ast
import random
import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from tools.pages import code, lesson_paths, load, ran

from casebook import CasebookError, Explorer, choice, number, style, text
from casebook.charts import figure_data
from casebook.saving import WIDGET_VIEW


def explorers() -> list:
    """Return, for each cell that ends with an explorer, its lesson and place; none is run yet."""
    found = []
    for path in lesson_paths():
        for place, cell in enumerate(code(load(path))):
            last = ast.parse(cell.source).body[-1]
            call = last.value if isinstance(last, ast.Expr) else None
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Explorer":
                name = f"{path.stem[:2]}-{ast.literal_eval(call.args[0])}"
                found.append(pytest.param(path, place, id=name))
    return found


EXPLORERS = explorers()
EACH = pytest.mark.parametrize(("path", "place"), EXPLORERS)


@pytest.fixture
def explorer(path, place) -> Explorer:
    return ran(path)[1][place]


def said(explorer: Explorer, setting: dict) -> str:
    """Return what a setting says; one that asks for nothing says what to change."""
    try:
        return explorer.describe(explorer.rows(setting))
    except CasebookError as problem:
        assert setting != explorer.default
        return str(problem)


def check_setting(explorer: Explorer, setting: dict, is_drawn: bool = True) -> None:
    """A setting gives rows, a figure with numbers, and a whole sentence without leftovers."""
    sentence = said(explorer, setting)
    assert sentence.endswith((".", "?"))
    assert not re.search(r"\bnan\b|NaT|<NA>|None|\{|inf\b", sentence)
    if not is_drawn:
        return
    try:
        figure = explorer.draw(explorer.rows(setting))
    except CasebookError:
        return
    numbers = figure_data(figure)
    plt.close(figure)
    assert re.search(r"\d", numbers)


@pytest.mark.parametrize("path", lesson_paths(), ids=lambda path: path.stem)
def test_every_explorer_is_tested(path):
    """None is made in a way that the tests below overlook; all lessons but the first have one."""
    here = [each.values[1] for each in EXPLORERS if each.values[0] == path]
    assert len(here) == sum(isinstance(result, Explorer) for result in ran(path)[1])
    assert here or path.stem.startswith("00")


@EACH
def test_every_value_of_every_control(explorer):
    """Each is answered by a sentence; all options, and twelve numbers of a box, are drawn too."""
    for name, control in explorer.controls.items():
        count = len(control.values)
        drawn_too = np.linspace(0, count - 1, count if control.words else min(count, 12)).round()
        for place, value in enumerate(control.values):
            check_setting(explorer, explorer.default | {name: value}, place in drawn_too)


@EACH
def test_random_combinations(explorer):
    draw = random.Random(13)
    for _ in range(40):
        check_setting(explorer, {n: draw.choice(c.values) for n, c in explorer.controls.items()})


@EACH
def test_controls_matter(explorer):
    """Moving a control away from its default changes what is said."""
    start = explorer.describe(explorer.rows(explorer.default))
    for name, control in explorer.controls.items():
        others = (explorer.default | {name: value} for value in control.values)
        assert any(said(explorer, other) != start for other in others)


@EACH
def test_page_without_kernel_shows_the_default(explorer, path, place):
    """The saved output holds picture, alt text, sentence and table, and no dead widget."""
    (output,) = [o for o in code(load(path))[place].outputs if "data" in o]
    sentence = explorer.describe(explorer.rows(explorer.default))
    page = output.data["text/html"]
    assert WIDGET_VIEW not in output.data
    assert "image/png" in output.data
    assert sentence in page and sentence in output.data["text/plain"]
    assert page.count("<table") == 1 and "<summary>" in page
    assert re.search(r'<img alt="[^"]{40,}"', page)


@EACH
def test_live_bundle_holds_widget_and_stand_in(explorer):
    live = explorer._repr_mimebundle_()
    assert {WIDGET_VIEW, "text/html", "image/png", "text/plain"} <= set(live)


@EACH
def test_widgets_redraw_and_reset(explorer):
    """Through the real widgets: a change swaps sentence, picture and table; Reset undoes it."""
    panel = explorer._panel()
    boxes = dict(zip(explorer.controls, panel.children[1:], strict=False))
    reset, sentence, picture, table = panel.children[-4:]
    before = sentence.value, picture.value, table.value
    for name, control in explorer.controls.items():
        boxes[name].value = next(v for v in reversed(control.values) if v != control.default)
        assert (sentence.value, picture.value, table.value) != before
        reset.click()
        assert (sentence.value, picture.value, table.value) == before
        assert boxes[name].description.startswith(control.label)


def tiny(select=None) -> Explorer:
    style()

    def draw(rows):
        fig, ax = plt.subplots()
        ax.bar(rows.index, rows.people)
        ax.set(title="People", ylabel="people")
        return fig

    return Explorer(
        "Tiny",
        pd.DataFrame({"people": [1, 2, 3]}),
        {"least": number("At least", 0, 9, 2), "side": choice("Side", ["a", "b"])},
        select or (lambda data, chosen: data[data.people >= chosen["least"]]),
        draw,
        lambda rows: f"{len(rows)} rows have that many people.",
        "a test",
    )


def test_empty_selection_says_what_to_change():
    explorer = tiny()
    with pytest.raises(CasebookError, match="Change one control, or press Reset"):
        explorer.rows({"least": 9, "side": "a"})
    panel = explorer._panel()
    panel.children[1].value = 9
    assert "Change one control" in panel.children[-3].value
    panel.children[1].value = 1
    assert "3 rows have" in panel.children[-3].value


def test_numbers_beyond_the_range_are_held_at_its_ends():
    panel = tiny()._panel()
    panel.children[1].value = 999
    assert panel.children[1].value == 9


def test_a_box_for_words_answers_and_asks_for_others():
    """Any text may be typed: one that fits nothing gets a sentence, Reset brings the first back."""

    def select(data, chosen):
        return data[data.people >= 2] if chosen["word"].strip() == "many" else data.head(0)

    explorer = tiny(select)
    explorer.controls = {"word": text("Word", "many", ["many "])}
    panel = explorer._panel()
    box, reset, sentence = panel.children[1], panel.children[2], panel.children[3]
    assert box.description == "Word, then Enter" and not box.continuous_update
    for odd in ("few", "", "<b>", "多"):
        box.value = odd
        assert "Change one control" in sentence.value
    reset.click()
    assert box.value == "many" and "2 rows have" in sentence.value


def test_a_slip_in_a_lesson_is_not_hidden():
    """Only sentences meant for learners are shown; any other error still stops the test."""

    def broken(data, chosen):
        raise KeyError("column")

    with pytest.raises(KeyError):
        tiny(broken).rows({"least": 1, "side": "a"})


def test_defaults_must_be_possible():
    with pytest.raises(CasebookError, match="is not between"):
        number("People", 0, 9, 12)
    with pytest.raises(CasebookError, match="not among the options"):
        choice("Side", ["a", "b"], default="c")


def test_labels_are_escaped():
    explorer = tiny()
    explorer.describe = lambda rows: "1 < 2 & <b>3</b>."
    assert "1 &lt; 2 &amp; &lt;b&gt;" in explorer._panel().children[-3].value


@pytest.mark.parametrize("path", lesson_paths(), ids=lambda path: path.stem)
def test_functions_of_explorers_are_folded(path):
    """Who came for the picture meets it first; a click on the dots opens the code."""
    cells = code(load(path))
    trees = [ast.parse(cell.source) for cell in cells]
    calls = [n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Call)]
    calls = [call for call in calls if getattr(call.func, "id", "") == "Explorer"]
    used = {n.id for call in calls for n in ast.walk(call) if isinstance(n, ast.Name)}
    for tree in trees:  # sums = select_sums, draw_sums, describe_sums
        for line in tree.body:
            if isinstance(line, ast.Assign) and getattr(line.targets[0], "id", "") in used:
                used |= {n.id for n in ast.walk(line.value) if isinstance(n, ast.Name)}
    folded = 0
    for cell in cells:
        made = {n.name for n in ast.parse(cell.source).body if isinstance(n, ast.FunctionDef)}
        if made & used:
            assert cell.metadata.get("jupyter", {}).get("source_hidden"), (cell.id, made)
            folded += 1
    assert folded >= 3 * bool(calls)
