"""Explorers: a few controls, a picture and a sentence that change together.

An explorer chains three plain functions, ``select -> draw -> describe``. They know nothing
of widgets, so they can be read, tested and reused without a browser. Without a running
kernel the saved page shows the default picture, its sentence and its table instead.
"""

import html
from collections.abc import Callable
from dataclasses import dataclass

import ipywidgets as widgets
import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from .charts import mimebundle, picture_html, png, table_html
from .tables import CasebookError

Choice = dict[str, object]

# In a narrow window, or at 200 % zoom, a label breaks and its box moves below it, in view.
CONTROL_CSS = """<style>
.casebook .widget-inline-hbox { flex-wrap: wrap; height: auto; }
.casebook .widget-label { white-space: normal; height: auto; max-width: 100%; text-align: left; }
.casebook .widget-inline-hbox > :is(input, select, .widget-text) { flex: 1 1 6em; }
</style>"""


@dataclass(frozen=True)
class Control:
    """One control: its label, its default, and all values (of typed text: examples), in order."""

    label: str
    default: object
    values: tuple
    words: tuple[str, ...] = ()

    def widget(self) -> widgets.ValueWidget:
        """Return a fresh widget that can be named, and moved by keys, in any browser."""
        shared = {"description": self.label, "style": {"description_width": "initial"}}
        shared["layout"] = {
            "width": "max-content",
            "min_width": "20em",
            "max_width": "calc(100% - 4px)",
        }
        if self.words:
            options = list(zip(self.words, self.values, strict=True))
            return widgets.Dropdown(options=options, value=self.default, **shared)
        if isinstance(self.default, str):
            return widgets.Text(value=self.default, continuous_update=False, **shared)
        low, high = self.values[0], self.values[-1]
        step = self.values[1] - low if len(self.values) > 1 else 1
        box = widgets.BoundedIntText if isinstance(low, int) else widgets.BoundedFloatText
        return box(value=self.default, min=low, max=high, step=step, **shared)


def number(label: str, low: float, high: float, default: float, step: float = 1) -> Control:
    """Return a number box from ``low`` to ``high``; arrow keys move it by ``step``.

    A number box and not a slider: a slider has no name for screen readers in JupyterLab.
    Raises CasebookError when the default lies outside the range.
    """
    if not low <= default <= high:
        raise CasebookError(f"{label}: the default {default} is not between {low} and {high}.")
    count = round((high - low) / step) + 1
    whole = all(isinstance(value, int) for value in (low, high, default, step))
    values = (low + position * step for position in range(count))
    values = tuple(value if whole else round(float(value), 10) for value in values)
    return Control(f"{label} ({low:,} to {high:,})", default, values)


def choice(label: str, options: dict[str, object] | list, default: object = None) -> Control:
    """Return a drop-down list of ``options``: a list of values, or ``{words shown: value}``.

    Raises CasebookError when the default is none of them.
    """
    named = options if isinstance(options, dict) else {str(option): option for option in options}
    default = next(iter(named.values())) if default is None else default
    if default not in named.values():
        raise CasebookError(f"{label}: the default {default!r} is not among the options.")
    return Control(label, default, tuple(named.values()), tuple(named))


def text(label: str, default: str, examples: list[str]) -> Control:
    """Return a box to type in, which answers when Enter is pressed.

    ``examples`` are texts that the explorer must answer; tests try each of them.
    """
    return Control(f"{label}, then Enter", default, tuple(dict.fromkeys([default, *examples])))


class Explorer:
    """Controls above a picture, its sentence and its table; shown when a cell ends with it.

    ``select(data, choice)`` returns the rows that a choice of the controls asks for,
    ``draw(rows)`` a figure, and ``describe(rows)`` one or two sentences with the numbers.
    ``choice`` maps each name in ``controls`` to a value. When a choice asks for nothing,
    `select` or `draw` may raise CasebookError with a sentence that says what to change.
    """

    def __init__(
        self,
        title: str,
        data: object,
        controls: dict[str, Control],
        select: Callable[[object, Choice], pd.DataFrame],
        draw: Callable[[pd.DataFrame], Figure],
        describe: Callable[[pd.DataFrame], str],
        source: str,
    ) -> None:
        self.title, self.data, self.controls, self.source = title, data, controls, source
        self.select, self.draw, self.describe = select, draw, describe

    @property
    def default(self) -> Choice:
        """Return the choice that the page opens with, and that Reset returns to."""
        return {name: control.default for name, control in self.controls.items()}

    def rows(self, choice: Choice) -> pd.DataFrame:
        """Return what a choice selects. Raises CasebookError when it selects nothing."""
        rows = self.select(self.data, choice)
        if rows.empty:
            raise CasebookError(
                "Nothing in the table fits this setting. Change one control, or press Reset."
            )
        return rows

    def render(self, choice: Choice) -> tuple[str, str, str]:
        """Return picture, sentence and table for a choice, as HTML. Raises CasebookError."""
        rows = self.rows(choice)
        figure, sentence = self.draw(rows), self.describe(rows)
        try:
            picture = picture_html(png(figure), figure, self._alt(sentence))
        finally:
            plt.close(figure)
        return picture, _status(sentence), table_html(rows)

    def _alt(self, sentence: str) -> str:
        return f"{self.title} {sentence}"

    def _panel(self) -> widgets.VBox:
        """Return controls, Reset, sentence, picture and table, wired together."""
        boxes = {name: control.widget() for name, control in self.controls.items()}
        reset = widgets.Button(description="Reset", tooltip="Back to the first setting")
        picture, sentence, table = widgets.HTML(), widgets.HTML(), widgets.HTML()

        def redraw(_change: object = None) -> None:
            try:
                shown = self.render({name: box.value for name, box in boxes.items()})
            except CasebookError as problem:
                sentence.value = _status(str(problem))
                return
            picture.value, sentence.value, table.value = shown

        def restore(_button: object) -> None:
            for name, box in boxes.items():
                box.unobserve(redraw, names="value")  # redraw once, not once a control
                box.value = self.controls[name].default
                box.observe(redraw, names="value")
            redraw()

        for box in boxes.values():
            box.observe(redraw, names="value")
        reset.on_click(restore)
        redraw()
        heading = widgets.HTML(f"{CONTROL_CSS}<b>{html.escape(self.title)}</b>")
        panel = widgets.VBox([heading, *boxes.values(), reset, sentence, picture, table])
        return panel.add_class("casebook")

    def _repr_mimebundle_(self, **_kwargs: object) -> dict[str, object]:
        """Return live widget and static default in one, so that one of them always shows.

        ``python run.py build`` drops the live view before a lesson is saved.
        """
        rows = self.rows(self.default)
        sentence = self.describe(rows)
        # Run alone, the cell lacks the names of those above it; Shift + Enter would leave it.
        note = (
            "<p><small>To move the controls, in JupyterLab: click into this cell, choose <em>Run "
            "All Above Selected Cell</em> in the menu <em>Run</em>, then press Ctrl + Enter."
            "</small></p>"
        )
        static = mimebundle(
            self.draw(rows),
            self._alt(sentence),
            self.source,
            table=rows,
            before=f"<p>{html.escape(sentence)}</p>",
            after=note,
        )
        return self._panel()._repr_mimebundle_() | static


def _status(sentence: str) -> str:
    """Return a sentence that screen readers speak when it changes."""
    return f'<p role="status">{html.escape(sentence)}</p>'
