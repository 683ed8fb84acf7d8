"""Explorers: every value of every control, and whatever is typed, give picture and sentence."""

import ast
import copy
import html
import math
import random
import re
import types
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from tools import pages
from tools.pages import code, lesson_paths, load, ran

from casebook import CasebookError, Explorer, choice, lessons, number, style, text
from casebook.charts import figure_data
from casebook.explorer import BOARD, BUTTONS, Layouts, Panel, View, explorers
from casebook.saving import WIDGET_VIEW


def from_cell(path, place: int) -> Explorer:
    """Return the explorer that a cell ends with, as if it had just been made."""
    explorer = copy.copy(ran(path)[1][place])
    explorer._layouts = Layouts()
    return explorer


def every_explorer() -> list:
    """Return all explorers, none made yet: those of modules, and those that cells still make."""
    found = [pytest.param(make, id=name) for name, make in explorers(lessons).items()]
    for path in lesson_paths():
        for place, cell in enumerate(code(load(path))):
            last = ast.parse(cell.source).body[-1]
            call = last.value if isinstance(last, ast.Expr) else None
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Explorer":
                name = f"{path.stem[:2]}-{ast.literal_eval(call.args[0])}"
                make = lambda path=path, place=place: from_cell(path, place)  # noqa: E731
                found.append(pytest.param(make, id=name))
    return found


EACH = pytest.mark.parametrize("make", every_explorer())


@pytest.fixture(autouse=True)
def none_open() -> None:
    """Close what tests of other files left, as a figure left open here is a fault."""
    plt.close("all")


@pytest.fixture
def explorer(make: Callable[[], Explorer]) -> Explorer:
    return make()


@pytest.fixture
def unpainted() -> Iterator[None]:
    with pages.unpainted():
        yield


def answered(explorer: Explorer, setting: dict) -> tuple[pd.DataFrame | None, str]:
    """Return rows and words of a setting; one that asks for nothing says what to change."""
    rows = None
    try:
        rows = explorer.rows(setting)
        return rows, explorer.describe(rows)
    except CasebookError as problem:
        assert setting != explorer.default
        return rows, str(problem)


def check_setting(explorer: Explorer, setting: dict, is_drawn: bool = True) -> None:
    """A setting gives rows, a figure with numbers or a board with words, and a whole sentence."""
    rows, sentence = answered(explorer, setting)
    assert sentence.endswith((".", "?"))
    assert not re.search(r"\bnan\b|NaT|<NA>|None|\{|inf\b|\d\.\d{6}", sentence), sentence
    if not is_drawn or rows is None:
        return
    try:
        drawn = explorer.draw(rows)
    except CasebookError:
        return
    if isinstance(drawn, str):
        assert plain(drawn).strip()
        return
    numbers = figure_data(drawn)
    plt.close(drawn)
    assert re.search(r"\d", numbers)


CHECKED: defaultdict[Callable[[], Explorer], set[tuple]] = defaultdict(set)


@pytest.fixture
def check(make: Callable[[], Explorer]) -> Callable:
    """Return what checks a setting, once in a run: three in ten are those of an earlier test.

    That what is drawn twice is the same twice is for another test.
    """
    explorer, checked = make(), CHECKED[make]

    def once(setting: dict, is_drawn: bool = True) -> None:
        known = (*setting.items(), is_drawn)
        if known not in checked:
            check_setting(explorer, setting, is_drawn)
            checked.add(known)

    return once


def ends(control) -> set:
    """Return first, last and default value."""
    return {control.values[0], control.values[-1], control.default}


@EACH
def test_ends_and_five_random_settings(explorer, check, unpainted):
    for name, control in explorer.controls.items():
        for value in ends(control):
            check(explorer.default | {name: value})
    draw = random.Random(13)
    for _ in range(5):
        check({n: draw.choice(c.values) for n, c in explorer.controls.items()})
    assert plt.get_fignums() == []


@pytest.mark.long
@EACH
def test_every_value_of_every_control(explorer, check):
    """Each is answered by a sentence; all options, and twelve numbers of a box, are drawn too."""
    for name, control in explorer.controls.items():
        count = len(control.values)
        drawn_too = np.linspace(0, count - 1, count if control.words else min(count, 12)).round()
        for place, value in enumerate(control.values):
            check(explorer.default | {name: value}, place in drawn_too)


@pytest.mark.long
@EACH
def test_random_combinations(explorer, check):
    draw = random.Random(14)
    for _ in range(40):
        check({n: draw.choice(c.values) for n, c in explorer.controls.items()})


@EACH
def test_controls_matter(explorer):
    """Moving a control away from its default changes what is said."""
    start = explorer.describe(explorer.rows(explorer.default))
    for name, control in explorer.controls.items():
        others = (explorer.default | {name: value} for value in control.values)
        assert any(answered(explorer, other)[1] != start for other in others)


@EACH
def test_twice_gives_the_same_bundle_with_widget_and_stand_in(make):
    """A page without a kernel shows picture, words, sentence and table; one with it, all live."""
    explorer = make()
    sentence = explorer.describe(explorer.rows(explorer.default))
    first, again = explorer._repr_mimebundle_(), make()._repr_mimebundle_()
    live = first.pop(WIDGET_VIEW), again.pop(WIDGET_VIEW)
    assert first == again
    assert live[0]["model_id"] != live[1]["model_id"]
    page = first["text/html"]
    assert sentence in first["text/plain"]
    assert page.count("<summary>") == 1 and page.count("Source: ") == 1
    assert "Run this cell (click it, then Ctrl + Enter) to move the controls." in page
    live = explorer.render(explorer.default).picture
    if BOARD in live:
        assert live in page and page.count("<img") == 0
        return
    assert page.count("<table") == 1
    assert re.search(r'<img alt="[^"]{40,}"', page)
    # The live picture is laid out as the first one was: it does not jump when Reset is pressed.
    assert first["image/png"] in live


@EACH
def test_widgets_redraw_and_reset(explorer, unpainted):
    """Through the real widgets: a change swaps sentence, picture and table; Reset undoes it."""
    panel = opened(explorer)
    before = shown(panel)
    for name, control in explorer.controls.items():
        other = next(v for v in reversed(control.values) if v != control.default)
        panel.fields[name].value = control.word(other)
        assert shown(panel) != before or panel.problem.value
        panel.reset.click()
        assert shown(panel) == before and not panel.problem.value
        assert panel.fields[name].value == control.word(control.default)


HOSTILE = [
    None, math.nan, math.inf, -1, 0, 10**400, 1e308, True, "", " ", "\u200b", "\x00", "nan", "None",
    "-0", "1e5", "1,2,3", "1.2.3", ",", ".", "-", "--1", "+5", "5 %", "½", "٣", "１１４", "−3",
    "_1", "1_0", "0x10", "<script>alert(1)</script>", "'; drop table", "{name}", "%s",
    "\ud800", "🙂", "многих", "a" * 10_000, "9" * 5_000, "$5 and $6", "\n\n",
    "../..", "__import__('os')",
]  # fmt: skip


@EACH
def test_anything_typed_is_answered_and_what_is_shown_stays_true(explorer, unpainted):
    """Whatever a widget sends, nothing is raised, no figure is left, picture and words agree."""
    type_in(explorer, random.Random(15).sample(HOSTILE, 8))


@pytest.mark.long
@EACH
def test_everything_typed_is_answered_and_what_is_shown_stays_true(explorer, unpainted):
    type_in(explorer, HOSTILE)


def type_in(explorer: Explorer, values: list) -> None:
    """Send these values from each widget in turn."""
    panel = opened(explorer)
    # Most of what is typed is refused, and the setting shown stays as it was.
    said_of = cache(lambda *shown: explorer.describe(explorer.rows(dict(shown))))
    for name, box in list(panel.fields.items()):
        for value in values:
            panel.fields[name] = types.SimpleNamespace(value=value)
            panel._on_change(None)
            check_true(panel, said_of(*panel.shown.items()))
        panel.fields[name] = box
    assert plt.get_fignums() == []


def check_true(panel: Panel, sentence: str) -> None:
    """The sentence shown is that of the setting shown, and in the words of the picture."""
    assert plain(panel.sentence.value) == sentence
    if BOARD not in panel.picture.value:
        assert plain(re.search(r'alt="([^"]*)"', panel.picture.value)[1]).endswith(sentence)
    if panel.problem.value:
        assert re.fullmatch(r"(?s).+\.", plain(panel.problem.value))


def plain(page: str) -> str:
    """Return the words of a piece of a page."""
    return html.unescape(re.sub("<[^>]+>", "", page))


def opened(explorer: Explorer) -> Panel:
    return Panel(explorer, explorer.render(explorer.default))


def shown(panel: Panel) -> View:
    return View(panel.picture.value, panel.sentence.value, panel.table.value)


def test_live_explorer_names_its_source():
    """The source stands in the live view as in the saved one, below the picture."""
    said = [plain(part.value) for part in opened(tiny()).box.children if hasattr(part, "value")]
    assert said.count("Source: a test") == 1
    assert said.index("Source: a test") == len(said) - 2


def tiny(select=None, **controls) -> Explorer:
    style()

    def draw(rows):
        fig, ax = plt.subplots()
        ax.bar(rows.index, rows.people)
        ax.set(title="People", xlabel="row", ylabel="people")
        return fig

    return Explorer(
        "Tiny",
        pd.DataFrame({"people": [1, 2, 3]}),
        controls or {"least": number("At least", 0, 9, 2), "side": choice("Side", ["a", "b"])},
        select or (lambda data, setting: data[data.people >= setting["least"]]),
        draw,
        lambda rows: f"{len(rows)} rows have that many people or more.",
        "a test",
    )


def test_a_board_of_text_stands_in_the_place_of_a_picture():
    """Live and saved show the same HTML, and its words are plain text for readers without it."""
    explorer = tiny()
    items = "<li>{} people</li>".format
    explorer.draw = lambda rows: f"<ul>{''.join(map(items, rows.people))}</ul>"
    bundle = explorer._repr_mimebundle_()
    assert "<li>2 people</li><li>3 people</li>" in bundle["text/html"]
    assert bundle["text/plain"].endswith("Source: a test\n2 people 3 people")
    assert set(bundle) == {WIDGET_VIEW, "text/html", "text/plain"}
    panel = opened(explorer)
    panel.fields["least"].value = "3"
    assert plain(panel.picture.value) == "3 people" and "<table" in panel.table.value
    panel.fields["least"].value = "9"
    assert plain(panel.picture.value) == "3 people"
    assert "The list shows At least 3." in panel.problem.value


def test_a_control_that_follows_another_goes_back_when_that_moves():
    """What was answered to one question is not taken for an answer to the next."""
    explorer = tiny()
    explorer.follows = {"side": "least"}
    panel = opened(explorer)
    panel.fields["side"].value = "b"
    assert panel.shown == {"least": 2, "side": "b"}
    panel.fields["least"].value = "1"
    assert panel.shown == {"least": 1, "side": "a"} and panel.fields["side"].value == "a"
    panel.fields["side"].value = "b"  # it still answers
    assert panel.shown == {"least": 1, "side": "b"}


def test_what_asks_for_nothing_leaves_the_picture_and_names_its_setting():
    panel = opened(tiny())
    before = shown(panel)
    panel.fields["least"].value = "9"
    assert shown(panel) == before
    assert plain(panel.problem.value) == (
        "Nothing in the table matches At least 9, Side a. The picture shows At least 2."
    )
    panel.fields["least"].value = "1"
    assert "3 rows have" in panel.sentence.value and not panel.problem.value


def broken_draw(rows):
    plt.subplots()
    raise KeyError("column")


def broken_name(_):
    return undefined_name  # noqa: F821


@pytest.mark.parametrize(
    ("part", "fault", "name"),
    [
        ("draw", broken_draw, "KeyError"),
        ("draw", broken_name, "NameError"),
        ("describe", broken_name, "NameError"),
        ("select", lambda data, setting: data["no such column"], "KeyError"),
        ("select", lambda data, setting: None, "AttributeError"),
    ],
)
def test_any_error_gives_a_sentence_and_leaves_the_picture(part, fault, name):
    """Also one that is no CasebookError, and one that stops half-way through a drawing."""
    explorer = tiny()
    panel = opened(explorer)
    before = shown(panel)
    setattr(explorer, part, fault)
    panel.fields["least"].value = "3"
    assert shown(panel) == before
    assert name in panel.problem.value
    assert "The picture shows At least 2." in panel.problem.value
    assert plt.get_fignums() == []


def test_first_show_draws_once_and_leaves_no_figure():
    explorer = tiny()
    draw, drawn = explorer.draw, []
    explorer.draw = lambda rows: (drawn.append(rows), draw(rows))[1]
    explorer._repr_mimebundle_()
    assert len(drawn) == 1
    explorer.draw = broken_draw
    with pytest.raises(KeyError):
        explorer._repr_mimebundle_()
    assert plt.get_fignums() == []


def test_layout_is_kept_until_words_reach_the_rim():
    """A label that is longer than those before gets its room; nothing is cut off."""
    explorer = tiny(lambda data, setting: data.rename(index={0: setting["word"]}))
    explorer.controls = {"word": text("Word", "a", [])}

    def draw(rows):
        fig, ax = plt.subplots()
        ax.barh(rows.index.map(str), rows.people)
        ax.set(title="People", xlabel="people")
        return fig

    explorer.draw = draw
    explorer.render({"word": "a"})
    (first,) = explorer._layouts.kept.values()
    explorer.render({"word": "b"})
    assert [*explorer._layouts.kept.values()] == [first]
    long = {"word": "a very much longer word than that"}
    after_others = explorer.render(long)
    (wide,) = explorer._layouts.kept.values()
    assert wide[0][0, 0] > first[0][0, 0] + 0.1
    explorer._layouts = Layouts()
    assert after_others == explorer.render(long)


TYPED = [
    (number("N", 3.0, 13.0, 4.9, 0.1), "4,5", 4.5),
    (number("N", 0.55, 0.65, 0.6, 0.01), "0,6", 0.6),
    (number("N", 0.55, 0.65, 0.6, 0.01), " .605 ", 0.605),
    (number("N", 0, 50000, 15321, 500), "12,345", 12345),
    (number("N", 0, 50000, 15321, 500), "12 345", 12345),
    (number("N", 0, 50000, 15321, 500), "12.345", 12345),
    (number("N", -5, 5, 0), "−3", -3),
    (number("N", 100, 120, 114), "１１５", 115),
    (number("N", 100, 120, 114), "115.0", 115),
    (choice("C", [f"March {y}" for y in range(2010, 2024)]), " march  2012 ", "March 2012"),
    (choice("C", [f"March {y}" for y in range(2010, 2024)]), "2012", "March 2012"),
]


@pytest.mark.parametrize(("control", "typed", "meant"), TYPED)
def test_what_was_typed_is_read_as_a_person_means_it(control, typed, meant):
    assert control.read(typed) == meant
    assert type(control.read(typed)) is type(meant)


REFUSED = [
    (number("N", 3.0, 13.0, 4.9, 0.1), "45", "outside 3.0 to 13.0"),
    (number("N", 100, 120, 114), "999", "outside 100 to 120"),
    (number("N", 1, 6, 3), "4,5", "whole numbers"),
    (number("N", 1, 6, 3), "four", "not a number"),
    (number("N", 1, 6, 3), "", "empty: type a number from 1 to 6"),
    (number("N", 0, 5000.5, 3, 0.5), "1,234", "may be 1,234 or 1.234"),
    (choice("C", [f"March {y}" for y in range(2010, 2024)]), "may", "not in the list of C"),
    (choice("C", [f"March {y}" for y in range(2010, 2024)]), "march", "March 2012 and 11 more"),
    (choice("C", ["a", "b"]), None, "choose one"),
]


@pytest.mark.parametrize(("control", "typed", "says"), REFUSED)
def test_what_cannot_be_read_is_refused_with_a_word(control, typed, says):
    with pytest.raises(CasebookError, match=re.escape(says)):
        control.read(typed)


@pytest.mark.parametrize(
    ("arguments", "values"),
    [
        ((0, 11, 5, 3), (0, 3, 5, 6, 9, 11)),
        ((0, 10, 10, 3), (0, 3, 6, 9, 10)),
        ((np.int64(1), np.int64(3), np.int64(2)), (1, 2, 3)),
        ((0.55, 0.65, 0.6, 0.05), (0.55, 0.6, 0.65)),
        ((0.1, 0.4, 0.3, 0.1), (0.1, 0.2, 0.3, 0.4)),
        ((np.float64(1.5), 2, 2, 0.25), (1.5, 1.75, 2.0)),
        ((7, 7, 7), (7,)),
    ],
)
def test_steps_reach_both_ends_exactly(arguments, values, unpainted):
    """By the buttons, from the first value to the last and back, each value as it is written."""
    control = number("N", *arguments)
    assert control.values == values
    assert {type(value) for value in control.values} == {type(values[0])}
    panel = opened(tiny(lambda data, setting: data, n=control))
    less, more = panel.steps["n"]
    for button, way in ((less, reversed(values)), (more, values)):
        for _ in values:
            button.click()
        assert panel.shown["n"] == list(way)[-1]
        button.click()
        assert "value of N" in panel.problem.value
    seen = [panel.shown["n"]]
    for _ in values[1:]:
        less.click()
        seen.append(panel.shown["n"])
    assert tuple(reversed(seen)) == values


def test_a_step_from_what_cannot_be_read_starts_at_what_is_shown():
    panel = opened(tiny(lambda data, setting: data, n=number("N", 0, 10, 4, 2)))
    panel.fields["n"].value = "five"
    assert "The picture shows N 4." in panel.problem.value
    panel.steps["n"][1].click()
    assert panel.shown["n"] == 6 and not panel.problem.value
    panel.fields["n"].value = "7"
    panel.steps["n"][1].click()
    assert panel.shown["n"] == 8


def test_years_have_no_separator_and_large_numbers_do():
    assert number("Year", 1990, 2025, 2020).caption == "Year (1990 to 2025)"
    assert number("Amount", 0, 50000, 0, 500).caption == "Amount (0 to 50,000)"


@pytest.mark.parametrize("count", [2, BUTTONS, BUTTONS + 1, 60])
def test_short_lists_are_buttons_and_long_ones_a_box_with_a_list(count):
    """None is a drop-down: its arrow keys and letters go to the notebook."""
    options = [f"option {n}" for n in range(count)]
    widget = choice("Of many", options).widget()
    assert widget._model_name == ("ToggleButtonsModel" if count <= BUTTONS else "ComboboxModel")
    assert list(widget.options) == options
    assert widget.description == "Of many"
    if count > BUTTONS:
        assert not widget.continuous_update and not widget.ensure_option


def test_a_box_for_words_answers_and_asks_for_others():
    """Any text may be typed: one that fits nothing gets a sentence, Reset brings the first back."""

    def select(data, setting):
        return data[data.people >= 2] if setting["word"].strip() == "many" else data.head(0)

    panel = opened(tiny(select, word=text("Word", "many", ["many "])))
    box = panel.fields["word"]
    assert box.description == "Word, then Enter" and not box.continuous_update
    for odd in ("few", "", "<b>", "多"):
        box.value = odd
        assert "The picture shows Word many." in panel.problem.value
        assert "<b>" not in panel.problem.value
    panel.reset.click()
    assert box.value == "many" and "2 rows have" in panel.sentence.value


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: number("N", 0, 9, 12), "is not between"),
        (lambda: number("N", 9, 0, 5), "is not between"),
        (lambda: number("N", 0, 9, 5, 0), "not above 0"),
        (lambda: number("N", 0, 9, 5, -1), "not above 0"),
        (lambda: number("N", 0, math.nan, 5), "not a number"),
        (lambda: number("N", 0, "9", 5), "not a number"),
        (lambda: choice("C", ["a", "b"], default="c"), "not among the options"),
        (lambda: choice("C", []), "no options"),
    ],
)
def test_impossible_controls_are_refused(make, says):
    with pytest.raises(CasebookError, match=says):
        make()


def test_labels_are_escaped():
    explorer = tiny()
    explorer.describe = lambda rows: "1 < 2 & <b>3</b>."
    assert "1 &lt; 2 &amp; &lt;b&gt;" in opened(explorer).sentence.value


def test_explorers_are_found_by_what_they_return():
    package, module = types.ModuleType("course"), types.ModuleType("course.one")
    source = """
from casebook import Explorer
def window() -> Explorer: ...
def _own() -> Explorer: ...
def other() -> int: ...
"""
    exec(source, module.__dict__)
    package.one, package.re = module, re
    assert explorers(package) == {"one.window": module.window}
