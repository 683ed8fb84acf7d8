"""Explorers: a few controls, a picture (or a board of text) and a sentence that change together.

An explorer chains three plain functions, ``select -> draw -> describe``. They know nothing
of widgets, so they can be read, tested and reused without a browser. Without a running
kernel the saved page shows the default picture, its sentence and its table instead.
"""

import base64
import contextlib
import gc
import html
import inspect
import io
import math
import numbers
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from types import ModuleType
from typing import NamedTuple

import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter
from PIL import Image

from .charts import (
    DRAWING,
    encoded,
    mimebundle,
    picture_html,
    pixels,
    source_html,
    style,
    table_html,
    with_source,
)
from .tables import CasebookError

Setting = dict[str, object]
"""The value of each control, by the control's name."""

BUTTONS = 8
"""Up to so many options are buttons; more are a box with a list of suggestions."""

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"

BOARD = "casebook-board"
"""The class of a board, by which pages and tests find it."""

RUN_ME = "<p><small>Run this cell (click it, then Ctrl + Enter) to move the controls.</small></p>"
TAG = re.compile("<[^>]+>")

# Controls stand in a row that wraps, and the picture keeps below the height of the window, so that
# who moves a control sees what it does. Where a window is narrow, a label breaks above its box.
# A step button shows a sign; its name for screen readers says what it steps.
CONTROL_CSS = r"""<style>
.casebook p { margin: 4px 0; }
.casebook .casebook-controls { display: flex; flex-flow: row wrap; align-items: center;
  gap: 0 14px; height: auto; overflow: visible; }
.casebook .casebook-controls * { max-width: 100%; overflow: visible; }
.casebook .casebook-controls .widget-hbox { flex-flow: row nowrap; align-items: end; }
.casebook .casebook-controls .widget-hbox > .widget-text { flex: 0 1 auto; min-width: 0; }
.casebook .widget-inline-hbox { display: flex; flex-flow: row wrap; width: auto; height: auto; }
.casebook .widget-label { width: auto; height: auto; white-space: normal; text-align: left; }
.casebook .widget-text input { flex: 0 1 auto; width: 18em; }
.casebook .casebook-number input { width: 7em; }
.casebook .casebook-short input { width: 4.4em; }
.casebook .casebook-step { width: 30px; padding: 0; font-size: 0; }
.casebook .casebook-step::before { font-size: 16px; }
.casebook .casebook-less::before { content: "\2212"; content: "\2212" / ""; }
.casebook .casebook-more::before { content: "+"; content: "+" / ""; }
.casebook .casebook-previous::before { content: "\2039"; content: "\2039" / ""; }
.casebook .casebook-next::before { content: "\203A"; content: "\203A" / ""; }
.casebook .casebook-controls .widget-toggle-buttons { display: flex; flex-flow: row nowrap;
  align-items: center; }
.casebook .widget-toggle-buttons > .widget-label { flex: none; max-width: 40%; }
.casebook .widget-toggle-buttons > div { display: flex; flex-flow: row wrap; }
.casebook .widget-toggle-button { width: auto; height: auto; min-height: 28px; line-height: 1.3;
  white-space: normal; }
.casebook .widget-toggle-button.mod-active { box-shadow: inset 0 0 0 2px currentColor; }
.casebook img { max-height: max(300px, 100vh - 370px); object-fit: contain;
  object-position: left top; }
@media (max-width: 500px) {
  .casebook .casebook-controls .widget-toggle-buttons { flex-flow: row wrap; }
}
</style>"""


@dataclass(frozen=True)
class Control:
    """One control: its label, its default, and all values (of typed text: examples), in order.

    ``words`` are what the options of a choice are called, and empty for the other kinds.
    ``grid`` are the values that a page without a kernel holds a picture of; empty: all.
    """

    label: str
    default: object
    values: tuple
    words: tuple[str, ...] = ()
    grid: tuple = ()

    @property
    def drawn(self) -> tuple:
        """Return the values that a page without a kernel holds, the default among them."""
        return self.grid or self.values

    @property
    def caption(self) -> str:
        """Return the label as it stands beside the control."""
        return self.label

    @property
    def can_step(self) -> bool:
        """Say whether two buttons beside the box step through the values."""
        return True

    def word(self, value: object) -> str:
        """Return what stands in the control for a value."""
        return str(value)

    def read(self, typed: object) -> object:
        """Return the value that is meant by what stands in the control.

        Raises CasebookError, with a sentence, where that is none.
        """
        return _tidy(typed)

    def widget(self) -> widgets.ValueWidget:
        """Return a fresh widget that can be named, and moved by keys, in any browser."""
        return widgets.Text(**self._shared, continuous_update=False)

    def next(self, value: object, by: int) -> object:
        """Return the value after ``value`` (``by`` 1) or before it (-1); at an end, itself."""
        place = self.values.index(value) + by
        return self.values[min(max(place, 0), len(self.values) - 1)]

    @property
    def _shared(self) -> dict[str, object]:
        return {
            "value": self.word(self.default),
            "description": self.caption,
            "style": {"description_width": "initial"},
            "layout": {"width": "auto"},
        }


class TextControl(Control):
    """A box to type any text in."""

    @property
    def caption(self) -> str:
        return f"{self.label}, then Enter"

    @property
    def can_step(self) -> bool:
        return False

    def read(self, typed: object) -> str:
        return "" if typed is None else str(typed)


class ChoiceControl(Control):
    """One of several options: buttons where they are few, else a box with suggestions."""

    @property
    def can_step(self) -> bool:
        return len(self.words) > BUTTONS

    def word(self, value: object) -> str:
        return self.words[self.values.index(value)]

    def read(self, typed: object) -> object:
        text = _tidy(typed).casefold()
        if not text:
            raise CasebookError(f"{self.label} is empty: choose one.")
        tidy = [_tidy(word).casefold() for word in self.words]
        found = [place for place, word in enumerate(tidy) if word == text]
        found = found or [place for place, word in enumerate(tidy) if text in word]
        if not found:
            raise CasebookError(f"“{_short(typed)}” is not in the list of {self.label}.")
        if len(found) > 1:
            some = "; ".join(self.words[place] for place in found[:3])
            rest = f" and {len(found) - 3} more" if len(found) > 3 else ""
            raise CasebookError(f"“{_short(typed)}” may be one of several: {some}{rest}.")
        return self.values[found[0]]

    def widget(self) -> widgets.ValueWidget:
        if self.can_step:
            # The list opens on what stands in the box: who empties it sees all.
            return widgets.Combobox(
                **self._shared,
                options=self.words,
                placeholder="type, or choose from the list",
                continuous_update=False,
            )
        shared = self._shared
        shared["style"] = {"description_width": "initial", "button_width": "auto"}
        tips = [f"{self.label}: {word}" for word in self.words]
        return widgets.ToggleButtons(**shared, options=self.words, tooltips=tips)


@dataclass(frozen=True)
class NumberControl(Control):
    """A box for numbers; ``places`` are the digits after the point, 0 for whole numbers."""

    places: int = 0

    @property
    def caption(self) -> str:
        return f"{self.label} ({self.word(self.values[0])} to {self.word(self.values[-1])})"

    def word(self, value: object) -> str:
        whole, _, rest = f"{value:.{self.places}f}".partition(".")
        # A year has no separator.
        whole = f"{int(whole):,}" if abs(value) >= 10_000 else whole
        return f"{whole}.{rest}" if rest else whole

    def read(self, typed: object) -> int | float:
        low, high = self.values[0], self.values[-1]
        span = f"{self.word(low)} to {self.word(high)}"
        text = _tidy(typed)
        if not text:
            raise CasebookError(f"{self.label} is empty: type a number from {span}.")
        found = _readings(text)
        if not found:
            raise CasebookError(f"“{_short(typed)}” is not a number.")
        inside = [number for number in found if low <= float(number) <= high]
        if not inside:
            raise CasebookError(f"“{_short(typed)}” is outside {span}.")
        if not self.places:
            inside = [number for number in inside if number == int(number)]
            if not inside:
                raise CasebookError(f"{self.label} takes whole numbers, not “{_short(typed)}”.")
        if len(inside) > 1:
            raise CasebookError(
                f"“{_short(typed)}” may be {inside[0]:,} or {inside[1]}: leave out the separator."
            )
        # There is no zero below zero: 0.0 in place of -0.0.
        return float(inside[0]) or 0.0 if self.places else int(inside[0])

    def next(self, value: object, by: int) -> object:
        # What was typed may stand between two steps.
        beyond = [other for other in self.values[::by] if (other - value) * by > 0]
        return beyond[0] if beyond else value

    def widget(self) -> widgets.ValueWidget:
        box = super().widget()
        is_short = max(len(self.word(value)) for value in self.values) <= 4
        return box.add_class("casebook-short" if is_short else "casebook-number")


def _tidy(typed: object) -> str:
    """Return text without what cannot be seen: odd blanks, forms of letters, no value at all."""
    text = "" if typed is None else unicodedata.normalize("NFKC", str(typed))
    return " ".join(text.split())


def _short(typed: object) -> str:
    text = _tidy(typed)
    return text if len(text) <= 40 else f"{text[:40]}…"


def _readings(text: str) -> list[Decimal]:
    """Return the numbers that a text may mean: "4,5" is one, "1,234" may be two."""
    text = text.replace("\N{MINUS SIGN}", "-").replace(" ", "").replace("'", "")
    last = max(text.rfind(","), text.rfind("."))
    whole, rest = text[:last], text[last + 1 :]
    forms = [text.replace(",", "")] if last < 0 else []
    if last >= 0:
        signs = {sign for sign in text if sign in ",."}
        groups = text.replace(",", ".").split(".")
        if len(signs) == 1 and all(len(group) == 3 for group in groups[1:]):
            forms.append("".join(groups))
        if text.count(text[last]) == 1:
            forms.append(f"{whole.replace(',', '').replace('.', '')}.{rest}")
    found = []
    for form in forms:
        # Decimal also takes words such as "nan" and signs such as "_".
        if set(form) <= set("0123456789.-+"):
            with contextlib.suppress(InvalidOperation):
                found.append(Decimal(form))
    return list(dict.fromkeys(found))


def _decimal(label: str, value: object) -> Decimal:
    """Return a number as it is written: 0.1 is a tenth. Raises CasebookError when it is none."""
    is_number = isinstance(value, numbers.Real) and math.isfinite(value)
    if not is_number or isinstance(value, bool):
        raise CasebookError(f"{label}: {value!r} is not a number.")
    return (
        Decimal(int(value)) if isinstance(value, numbers.Integral) else Decimal(repr(float(value)))
    )


def number(
    label: str, low: float, high: float, default: float, step: float = 1, grid: Iterable = ()
) -> Control:
    """Return a number box from ``low`` to ``high``, with two buttons that move it by ``step``.

    Steps count from ``low``; ``high`` and ``default`` are always among them. Any number between
    the ends may be typed, with a point or a comma; where all four are whole, any whole number.
    A box and not a slider: a slider has no name for screen readers in JupyterLab. ``grid`` are
    the few values, beside the default, that pages without a kernel hold; without it, each step.

    Raises CasebookError when one of the four is no number, ``step`` is not above 0, or the
    default or a value of the grid lies outside the range.
    """
    all_four = [_decimal(label, value) for value in (low, high, default, step)]
    start, end, first, by = all_four
    if by <= 0:
        raise CasebookError(f"{label}: the step {step} is not above 0.")
    if not start <= first <= end:
        raise CasebookError(f"{label}: the default {default} is not between {low} and {high}.")
    steps = {start + place * by for place in range(int((end - start) / by) + 1)}
    wanted = {_decimal(label, value) for value in grid}
    if outside := sorted(value for value in wanted if not start <= value <= end):
        raise CasebookError(f"{label}: {outside[0]} of the grid is not between {low} and {high}.")
    kind = int if all(value == int(value) for value in all_four) else float
    places = max(-value.normalize().as_tuple().exponent for value in all_four)
    return NumberControl(
        label,
        kind(first),
        tuple(kind(value) for value in sorted(steps | {first, end})),
        grid=tuple(kind(value) for value in sorted(wanted | {first})) if wanted else (),
        places=max(places, 1) if kind is float else 0,
    )


def choice(
    label: str, options: dict[str, object] | list, default: object = None, grid: Iterable = ()
) -> Control:
    """Return a choice among ``options``: a list of values, or ``{words shown: value}``.

    Up to eight are buttons in a row; more are a box that suggests them, with two buttons that
    step through them. ``grid`` are the options, beside the default, that pages without a kernel
    hold; without it, all. Raises CasebookError when there are no options, or the default or a
    value of the grid is none of them.
    """
    named = options if isinstance(options, dict) else {str(option): option for option in options}
    if not named:
        raise CasebookError(f"{label}: there are no options.")
    default = next(iter(named.values())) if default is None else default
    if default not in named.values():
        raise CasebookError(f"{label}: the default {default!r} is not among the options.")
    wanted, values = list(grid), tuple(named.values())
    if strange := [value for value in wanted if value not in values]:
        raise CasebookError(f"{label}: {strange[0]!r} of the grid is not among the options.")
    held = tuple(value for value in values if value in [*wanted, default]) if wanted else ()
    return ChoiceControl(label, default, values, tuple(map(str, named)), held)


def text(label: str, default: str, examples: list[str]) -> Control:
    """Return a box to type in, which answers when Enter is pressed.

    ``examples`` are texts that the explorer must answer; tests try each of them.
    """
    return TextControl(label, default, tuple(dict.fromkeys([default, *examples])))


class View(NamedTuple):
    """What an explorer shows for one setting, as HTML."""

    picture: str
    sentence: str
    table: str


@dataclass
class Layouts:
    """Where the panels of an explorer's figures stand: worked out once, then kept.

    Constrained layout takes a third of the time of a picture. It is kept for figures of one form;
    where words then reach the rim of the picture, it is worked out anew, and the panels keep the
    room that both need.
    """

    kept: dict[tuple, list[np.ndarray]] = field(default_factory=dict)
    bleeds: set[tuple] = field(default_factory=set)

    def draw(self, figure: Figure) -> bytes:
        """Return the picture as a PNG; the caller closes the figure."""
        form, engine = _form(figure), figure.get_layout_engine()
        places = self.kept.get(form)
        if places is not None:
            figure.set_layout_engine("none")
            for ax, place in zip(figure.axes, places, strict=True):
                ax.set_position([*place[0], *(place[1] - place[0])])
            drawn = pixels(figure)
            if form in self.bleeds or not _reaches_rim(drawn):
                return encoded(figure, drawn)
            figure.set_layout_engine(engine)
            for ax in figure.axes:
                ax.set_in_layout(True)  # which setting a place has ended
        drawn = pixels(figure)
        self.keep(form, figure, drawn)
        return encoded(figure, drawn)

    def keep(self, form: tuple | None, figure: Figure, drawn: object) -> None:
        """Remember where the panels stand of a figure that has been laid out, and its pixels."""
        if form is None:
            return
        places = [ax.get_position(original=True).get_points() for ax in figure.axes]
        if form in self.kept:
            pairs = zip(self.kept[form], places, strict=True)
            places = [
                np.array([np.maximum(old[0], new[0]), np.minimum(old[1], new[1])])
                for old, new in pairs
            ]
        self.kept[form] = places
        if _reaches_rim(drawn):
            self.bleeds.add(form)


def _form(figure: Figure) -> tuple | None:
    """Return all that the room for words hangs on, but for words at the rim of the picture.

    None where a layout cannot be kept: there is none, or a panel was placed by hand.
    """
    specs = [ax.get_subplotspec() for ax in figure.axes]
    if figure.get_layout_engine() is None or not specs or None in specs:
        return None
    form = [*figure.get_size_inches(), figure.get_suptitle().count("\n")]
    for legend in figure.legends:
        words = [word.get_text() for word in legend.get_texts()]
        form.append((len(words), max(map(len, words), default=0) // 8))
    for ax, spec in zip(figure.axes, specs, strict=True):
        form.append((spec.get_geometry(), ax.axison))
        if not spec.is_first_row():
            form += [len(ax.get_title(side)) for side in ("left", "center", "right")]
        if not spec.is_last_row():
            form.append(ax.get_xlabel().count("\n"))
        if not spec.is_first_col() and isinstance(
            formatter := ax.yaxis.get_major_formatter(), FixedFormatter
        ):
            form.append(max(map(len, formatter.seq), default=0))
    return tuple(form)


def _reaches_rim(drawn: object) -> bool:
    """Say whether something is drawn on the outermost pixels of a picture."""
    drawn = np.asarray(drawn)
    rim = np.concatenate([drawn[0], drawn[-1], drawn[:, 0], drawn[:, -1]])
    return bool((rim != rim[0]).any())


@contextlib.contextmanager
def _closing_figures() -> Iterator[None]:
    """Close all figures that are opened inside, also where drawing stops half-way."""
    before = set(plt.get_fignums())
    try:
        yield
    finally:
        for opened in set(plt.get_fignums()) - before:
            plt.close(opened)


@contextlib.contextmanager
def _collecting_later() -> Iterator[None]:
    """Keep the garbage collector from stopping a move half-way: it may run when that is shown.

    A figure leaves tens of thousands of objects, and a full collection takes as long as two.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Explorer:
    """Controls above a picture, its sentence and its table; shown when a cell ends with it.

    ``select(data, setting)`` returns the rows that a setting of the controls asks for,
    ``draw(rows)`` a figure, and ``describe(rows)`` one or two sentences with the numbers. Where
    the picture would be text, ``draw`` returns a board instead: a piece of HTML, such as a list
    or a table, that can be read aloud, enlarged and copied. It escapes, with `html.escape`, all
    that comes from a table or a control, and has no colours of its own, as pages may be dark.
    ``setting`` maps each name in ``controls`` to a value. Where a setting asks for nothing,
    `select` or `draw` may raise CasebookError with a sentence that says what to change.
    ``follows`` names controls that speak of another one, ``{"answer": "question"}``: when the
    question moves, the answer goes back to its default, so that it is not taken for the next one.
    """

    def __init__(
        self,
        title: str,
        data: object,
        controls: dict[str, Control],
        select: Callable[[object, Setting], pd.DataFrame],
        draw: Callable[[pd.DataFrame], Figure | str],
        describe: Callable[[pd.DataFrame], str],
        source: str,
        follows: Mapping[str, str] | None = None,
    ) -> None:
        self.title, self.data, self.controls, self.source = title, data, controls, source
        self.follows = dict(follows or {})
        self.select, self.draw, self.describe = select, draw, describe
        self._layouts = Layouts()
        style()  # its cell may be the first that is run

    @property
    def default(self) -> Setting:
        """Return the setting that the page opens with, and that Reset returns to."""
        return {name: control.default for name, control in self.controls.items()}

    def rows(self, setting: Setting) -> pd.DataFrame:
        """Return what a setting selects. Raises CasebookError when it selects nothing."""
        rows = self.select(self.data, setting)
        if rows.empty:
            raise CasebookError(f"Nothing in the table matches {self.named(setting)}.")
        return rows

    def named(self, setting: Setting) -> str:
        """Return a setting, or a part of one, in words: "To Ukraine 115, Total 123"."""
        return ", ".join(
            f"{self.controls[name].label} {self.controls[name].word(value)}"
            for name, value in setting.items()
        )

    def render(self, setting: Setting) -> View:
        """Return picture, sentence and table for a setting, and leave no figure open.

        Raises CasebookError where it asks for nothing, and whatever the three functions raise.
        """
        with DRAWING, _closing_figures():
            rows = self.rows(setting)
            sentence = self.describe(rows)
            drawn = self.draw(rows)
            if isinstance(drawn, str):
                shown = _board(drawn)
            else:
                shown = picture_html(self._layouts.draw(drawn), drawn, self._alt(sentence))
                plt.close(drawn)
        return View(shown, _status(sentence), table_html(rows))

    def _alt(self, sentence: str) -> str:
        return f"{self.title} {sentence}"

    def _repr_mimebundle_(self, **_kwargs: object) -> dict[str, object]:
        """Return live widget and static default in one, so that one of them always shows.

        The live view is dropped before a lesson is saved.
        """
        with DRAWING, _closing_figures():
            rows = self.rows(self.default)
            sentence = self.describe(rows)
            drawn = self.draw(rows)
            make = self._board_bundle if isinstance(drawn, str) else self._picture_bundle
            shown, static = make(drawn, rows, sentence)
        panel = Panel(self, View(shown, _status(sentence), table_html(rows)))
        # Old ipywidgets have no mimebundle of their own.
        view = {"version_major": 2, "version_minor": 0, "model_id": panel.box.model_id}
        return {WIDGET_VIEW: view} | static

    def _picture_bundle(
        self, figure: Figure, rows: pd.DataFrame, sentence: str
    ) -> tuple[str, dict[str, str]]:
        """Return the picture for the live view, and the static default."""
        form, alt = _form(figure), self._alt(sentence)
        static = mimebundle(
            figure, alt, self.source, table=rows, before=_first(sentence), after=RUN_ME
        )
        picture = base64.b64decode(static["image/png"])
        self._layouts.keep(form, figure, Image.open(io.BytesIO(picture)).convert("RGB"))
        return picture_html(picture, figure, alt), static

    def _board_bundle(
        self, board: str, rows: pd.DataFrame, sentence: str
    ) -> tuple[str, dict[str, str]]:
        """Return the board for the live view, and the static default; its words are plain text."""
        words = " ".join(html.unescape(TAG.sub(" ", board)).split())
        static = {
            "text/html": with_source(_first(sentence) + _board(board), self.source, rows, RUN_ME),
            "text/plain": f"{self._alt(sentence)}\nSource: {self.source}\n{words}",
        }
        return _board(board), static


class Panel:
    """The live explorer: controls, Reset, sentence, a line for problems, picture, source, table.

    What is shown is always true: where a setting cannot be drawn, the last view stays, and the
    line above the picture says why, and which setting the picture shows.
    """

    def __init__(self, explorer: Explorer, first: View) -> None:
        self.explorer, self.first, self.shown = explorer, first, explorer.default
        self.fields = {name: control.widget() for name, control in explorer.controls.items()}
        self.reset = widgets.Button(
            description="Reset", tooltip="Back to the first setting", layout={"width": "auto"}
        )
        self.sentence, self.picture, self.problem, self.table = (widgets.HTML() for _ in range(4))
        self.steps: dict[str, list[widgets.Button]] = {}
        row = []
        for name, box in self.fields.items():
            box.observe(self._on_change, names="value")
            if explorer.controls[name].can_step:
                self.steps[name] = [self._step_button(name, by) for by in (-1, 1)]
                box = widgets.HBox([box, *self.steps[name]], layout={"width": "auto"})
            row.append(box)
        self.reset.on_click(self._on_reset)
        heading = widgets.HTML(f"{CONTROL_CSS}<b>{html.escape(explorer.title)}</b>")
        controls = widgets.HBox([*row, self.reset]).add_class("casebook-controls")
        source = widgets.HTML(source_html(explorer.source))
        parts = [heading, controls, self.sentence, self.problem, self.picture, source, self.table]
        self.box = widgets.VBox(parts).add_class("casebook")
        self._show(first)

    def _step_button(self, name: str, by: int) -> widgets.Button:
        control = self.explorer.controls[name]
        less, more = ("previous", "next") if control.words else ("less", "more")
        way = less if by < 0 else more
        button = widgets.Button(description=f"{control.label}: {way}")
        button.add_class("casebook-step").add_class(f"casebook-{way}")
        button.on_click(lambda _: self._on_step(name, by))
        return button

    def _show(self, view: View, problem: str = "") -> None:
        self.picture.value, self.sentence.value, self.table.value = view
        self.problem.value = _alert(problem)

    def _on_change(self, change: Mapping | None) -> None:
        with _collecting_later():
            for name, leader in self.explorer.follows.items():
                if change and change["owner"] is self.fields[leader]:
                    self._set_default(name)
            self._move()

    def _move(self) -> None:
        """Show what the controls ask for, or say why not."""
        setting, notes = {}, []
        try:
            for name, control in self.explorer.controls.items():
                typed = self.fields[name].value
                setting[name] = value = control.read(typed)
                if control.words and control.word(value).casefold() != _tidy(typed).casefold():
                    notes.append(f"“{_short(typed)}” is read as {control.word(value)}.")
            is_first = setting == self.explorer.default
            view = self.first if is_first else self.explorer.render(setting)
        except CasebookError as problem:
            self._refuse(str(problem))
            return
        except Exception as error:
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            self._refuse(f"This setting cannot be drawn ({reason}). Run this cell again.")
            return
        self.shown = setting
        self._show(view, " ".join(notes))

    def _refuse(self, problem: str) -> None:
        """Say what is wrong, and which setting the picture shows, where a control shows another."""
        controls = self.explorer.controls
        differing = {
            name: value
            for name, value in self.shown.items()
            if self.fields[name].value != controls[name].word(value)
        }
        shows = self.explorer.named(differing) or "the last setting"
        what = "list" if BOARD in self.picture.value else "picture"
        self.problem.value = _alert(f"{problem} The {what} shows {shows}.")

    def _on_step(self, name: str, by: int) -> None:
        control, box = self.explorer.controls[name], self.fields[name]
        try:
            now = control.read(box.value)
        except CasebookError:
            now = self.shown[name]
        word = control.word(control.next(now, by))
        if word == box.value:
            end = "first" if by < 0 else "last"
            self.problem.value = _alert(f"{word} is the {end} value of {control.label}.")
        box.value = word

    def _on_reset(self, _button: object) -> None:
        for name in self.fields:
            self._set_default(name)
        self.shown = self.explorer.default
        self._show(self.first)

    def _set_default(self, name: str) -> None:
        """Put a control back, without an answer: the one who asks shows all controls at once."""
        box, control = self.fields[name], self.explorer.controls[name]
        box.unobserve(self._on_change, names="value")
        box.value = control.word(control.default)
        box.observe(self._on_change, names="value")


def _status(sentence: str) -> str:
    """Return a sentence that screen readers speak when it changes."""
    return f'<p role="status">{html.escape(sentence)}</p>'


def _first(sentence: str) -> str:
    """Return the sentence of the static default, which does not change."""
    return f"<p>{html.escape(sentence)}</p>"


def _board(board: str) -> str:
    """Return a board as it stands in the place of a picture."""
    return f'<div class="{BOARD}">{board}</div>'


def _alert(problem: str) -> str:
    """Return a sentence that screen readers speak at once, or nothing."""
    return f'<p role="alert">{html.escape(problem)}</p>' if problem else ""


def explorers(package: ModuleType) -> dict[str, Callable[[], Explorer]]:
    """Return the explorers in the modules of a package, as ``{"module.function": function}``.

    An explorer is a public function that takes nothing and is annotated to return an Explorer.
    """
    found = {}
    for module in vars(package).values():
        if not inspect.ismodule(module) or not module.__name__.startswith(f"{package.__name__}."):
            continue
        for name, function in inspect.getmembers(module, inspect.isfunction):
            is_here = function.__module__ == module.__name__ and not name.startswith("_")
            returns = inspect.get_annotations(function).get("return")
            if is_here and returns in (Explorer, "Explorer"):
                found[f"{module.__name__.rsplit('.', 1)[1]}.{name}"] = function
    return found
