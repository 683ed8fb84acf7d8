"""One look for all charts, and one way to show them: with a finding, words, source and numbers.

`show` puts a picture on the page together with its description for people who cannot see
it, its source, and the numbers that were drawn, so that a test can compare them.
"""

import base64
import html
import io
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from threading import RLock

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.ticker import LogFormatter
from PIL import Image

from .description import (
    FINDING,
    NOTE,
    Scale,
    describe,
    figure_data,
    scenery,  # noqa: F401 (a lesson marks its guides with it)
)
from .frames import NO_FORMULAS, frame_html, register_tables
from .tables import CasebookError

COLOURS = {
    "United States": "#1A70D2",
    "Belarus": "#B75C0C",
    "European Union": "#1A9ED7",
    "Lithuania": "#269361",
    "Ukraine": "#C58800",
    "Russia": "#87217E",
    "Canada": "#BE7B99",
    "China": "#A9183E",
    "Laos": "#67854B",
    "India": "#693C00",
    "Brazil": "#196A55",
    "Germany": "#2A2C33",
    "Israel": "#024AC1",
    "Jordan": "#9C82C0",
    "Indonesia": "#E26869",
    "World": "#1A1A1A",
    "unknown": "#767676",
    "plain": "#474E59",
}
"""One colour for each country or side in all lessons.

At least 3 to 1 against white, and any two that meet in a chart differ for eyes of all four kinds;
tests/test_charts.py names the sets that meet. Labels in such a colour: `text_colour`.
"""

SOLID, PALE, OUTLINED = "solid", "pale", "outlined"
BAR_STYLES = {
    "measured": SOLID,
    "estimate": PALE,
    "mirror": PALE,
    "mirror or estimate": PALE,
    "repeated": PALE,
    "lower bound": PALE,
    "our arithmetic": PALE,
    "plan": OUTLINED,
    "forecast": OUTLINED,
    "contract": OUTLINED,
    "capacity": OUTLINED,
    "part of a year": OUTLINED,
}
"""How a number came about, as the look of its bar.

Solid is what was measured, pale what was worked out or taken over, outlined what is not, or not
yet, a whole year's fact. The word itself is written at the bar.
"""

PIXELS = 100
"""Screen pixels for one inch of figure; pictures are stored at 1.5 times that, for zoom."""

DRAWING = RLock()
"""Held while a picture is drawn: JupyterLab may move a control in a thread of its own while a cell
still draws, and Matplotlib's pyplot is not made for two at once."""

STYLE_SHEET = Path(__file__).with_name("potash.mplstyle")
INK, GREY = "#1A1A1A", "#595959"


def style() -> None:
    """Load the style sheet of the charts over Matplotlib's defaults, and the look of tables.

    The defaults come first, so that a person's own matplotlibrc cannot make white words on white.
    """
    with DRAWING:
        plt.style.use(["default", STYLE_SHEET])
    register_tables()
    pd.set_option("display.max_colwidth", None)


def text_colour(colour: str, contrast: float = 4.5) -> str:
    """Return a colour darkened until words in it can be read on white, as WCAG asks of text."""
    darker = np.linspace(1, 0, 101)[:, None] * to_rgba(colour)[:3]
    linear = np.where(darker <= 0.04045, darker / 12.92, ((darker + 0.055) / 1.055) ** 2.4)
    can_be_read = 1.05 / (linear @ (0.2126, 0.7152, 0.0722) + 0.05) >= contrast
    # Where not even black has the contrast, black has the most.
    return mpl.colors.to_hex(darker[can_be_read.argmax() if can_be_read.any() else -1])


def bars(
    ax: Axes,
    values: pd.Series,
    kinds: pd.Series | Sequence[str] | str = "measured",
    colours: Mapping[str, str] | str = COLOURS,
    form: str = "{:,.0f}",
) -> None:
    """Draw named horizontal bars, the first on top, each with its number at its end.

    ``values`` has the names as its index. ``kinds`` says how each number came about, in the
    words of `BAR_STYLES`: one word for all, a list in the order of the bars, or a Series that is
    matched to ``values`` by its names. The word stands at each bar that is not measured; where
    all are of one kind, at the first. ``colours`` maps names to colours (other names are slate),
    or is one colour for all.

    Raises CasebookError for a kind that has no look, or a bar that has none.
    """
    kinds = _matched(kinds, values)
    if unknown := sorted(set(kinds) - set(BAR_STYLES)):
        raise CasebookError(f"No bar looks like {unknown[0]!r}. Kinds: {', '.join(BAR_STYLES)}.")
    is_one_kind = len(set(kinds)) == 1
    plain = COLOURS["plain"]
    # A letter is about 0.6 of the type size wide; the panel leaves a fifth to names and frame.
    letter = 0.6 * mpl.rcParams["font.size"] / 72
    panel = 0.8 * ax.get_position().width * ax.figure.get_figwidth()
    reach = longest = np.abs(np.nan_to_num(values.to_numpy(float))).max(initial=0)
    for kind in dict.fromkeys(kinds):
        rows = [row for row, own in enumerate(kinds) if own == kind]
        own = [
            colours if isinstance(colours, str) else colours.get(values.index[row], plain)
            for row in rows
        ]
        opacity = {SOLID: 1, PALE: 0.35, OUTLINED: 0}[BAR_STYLES[kind]]
        drawn = ax.barh(
            rows,
            values.iloc[rows],
            label=kind,
            # Mixed with white and not see-through, so that no grid line shows in the bar.
            color=[opacity * np.array(to_rgba(c)[:3]) + 1 - opacity for c in own],
            edgecolor=own,
            linestyle="--" if BAR_STYLES[kind] == OUTLINED else "-",
        )
        words = ["unknown" if pd.isna(n) else form.format(n) for n in values.iloc[rows]]
        if kind != "measured":
            words = [
                f"{word} {kind}" if row == 0 or not is_one_kind else word
                for row, word in zip(rows, words, strict=True)
            ]
        # The numbers are handed over: of a bar with left=, Matplotlib 3.10 writes its end.
        ax.bar_label(drawn, words, padding=4)
        for value, word in zip(values.iloc[rows], words, strict=True):
            taken = min(0.8, (len(word) + 1) * letter / panel)
            reach = max(reach, 0 if pd.isna(value) else abs(value) / (1 - taken))
    ax.set_yticks(range(len(values)), values.index)
    ax.set_ylim(len(values) - 0.4, -0.6)
    ax.margins(x=reach / longest - 1 if longest else 0.1)  # room for the words at the bars


def _matched(kinds: pd.Series | Sequence[str] | str, values: pd.Series) -> list[str]:
    if isinstance(kinds, str):
        return [kinds] * len(values)
    # A Series that shares no name with the bars says nothing but an order.
    if isinstance(kinds, pd.Series) and kinds.index.isin(values.index).any():
        if missing := [name for name in values.index if name not in kinds.index]:
            raise CasebookError(f"There is no kind for the bar {missing[0]!r}: give one for each.")
        kinds = kinds if kinds.index.equals(values.index) else kinds.loc[values.index]
    if len(kinds) != len(values):
        raise CasebookError(f"There are {len(values)} bars and {len(kinds)} kinds for them.")
    return list(kinds)


def label_ends(ax: Axes) -> None:
    """Write the label of each line at its last point, in its colour, none over another."""
    lines = [line for line in ax.lines if not line.get_label().startswith("_")]
    lines = [line for line in lines if np.isfinite(line.get_ydata()).any()]
    ax.autoscale_view()
    ends = [line.get_xydata()[np.isfinite(line.get_ydata())][-1] for line in lines]
    # In points; the panel is taken as four fifths of the figure, which is near enough.
    height = 0.8 * 72 * ax.figure.get_figheight()
    wanted = [height * ax.transLimits.transform(end)[1] for end in ends]
    lowest = -np.inf
    for at in np.argsort(wanted, kind="stable"):
        placed = max(wanted[at], lowest)
        lowest = placed + 1.2 * mpl.rcParams["font.size"]
        place = {"xytext": (6, placed - wanted[at]), "textcoords": "offset points"}
        text = ax.annotate(lines[at].get_label(), ends[at], va="center", **place)
        text.set_color(text_colour(lines[at].get_color()))


def headline(fig: Figure, finding: str, note: str = "") -> None:
    """Set a finding in bold at the top left of a figure, and a grey line below it.

    Both are wrapped to the width of the figure, which grows by the room that they take: the
    height given with ``figsize`` is that of the drawing, however long the words are. Called
    again, it replaces what it wrote; without words, the drawing stands alone again.
    """
    width, height = fig.get_size_inches()
    written = [text for text in fig.texts if text.get_gid() in (FINDING, NOTE)]
    # The lowest line stands where the drawing ends, so its place says how high the drawing is.
    share = min((text.get_position()[1] for text in written), default=1)
    for text in written:
        text.remove()
    drawing = height * share
    top = drawing
    pad, lines = 0.06, []
    note_look = {"size": mpl.rcParams["font.size"], "color": GREY}
    finding_look = {"size": mpl.rcParams["figure.titlesize"], "weight": "bold", "color": INK}
    for gid, words, look in ((NOTE, note, note_look), (FINDING, finding, finding_look)):
        if words.strip():
            text = fig.text(pad / width, 0, words, va="bottom", gid=gid, parse_math=False, **look)
            lines.append((text, top))
            top += _wrap(text, width - 2 * pad) + pad
    fig.set_size_inches(width, top)
    for text, bottom in lines:
        text.set_y(bottom / top)
    _keep_below(fig, drawing / top, before=share)


@lru_cache(4096)
def _measured(
    dpi: float, s: str, prop: FontProperties, ismath: bool | str
) -> tuple[float, float, float]:
    """Return width, height and descent of a line of text in pixels, as Matplotlib measures it.

    Kept from one picture to the next: an explorer says most of its words again.
    """
    return RendererAgg(1, 1, dpi).get_text_width_height_descent(s, prop, ismath)


def _wrap(text: Text, width: float) -> float:
    """Break a text into lines of at most ``width`` inches, and return its height in inches."""
    room, space = width * text.figure.dpi, _width(text, "n n") - 2 * _width(text, "n")
    lines: list[str] = []
    left = -1.0  # what is left of the line; the first word opens one
    for word in text.get_text().split():
        needed = _width(text, word)
        if space + needed <= left:
            lines[-1] += f" {word}"
            left -= space + needed
        else:
            lines.append(word)
            left = room - needed
    text.set_text("\n".join(lines))
    # Without this, a sheet as large as the figure would be made, and only to measure.
    sheet = RendererAgg(1, 1, text.figure.dpi)
    return text.get_window_extent(sheet).height / text.figure.dpi


def _width(text: Text, word: str) -> float:
    """Return the width of a word in the look of a text."""
    return _measured(text.figure.dpi, word, text.get_fontproperties(), False)[0]


def _keep_below(fig: Figure, share: float, before: float) -> None:
    """Keep panels and the suptitle of a figure in the lower ``share`` of its height."""
    if engine := fig.get_layout_engine():
        engine.set(rect=(0, 0, 1, share))
    else:
        for ax in fig.axes:
            x, y, wide, tall = ax.get_position(original=True).bounds
            scale = share / before
            ax.set_position((x, y * scale, wide, tall * scale), which="original")
    if title := fig.get_suptitle():
        x = next(text for text in fig.texts if text.get_text() == title).get_position()[0]
        fig.suptitle(title, x=x, y=share - 0.05 / fig.get_figheight())


def show(
    fig: Figure,
    finding: str = "",
    note: str = "",
    source: str = "",
    table: pd.DataFrame | None = None,
    data: pd.DataFrame | None = None,
    alt: str = "",
) -> None:
    """Display a figure with its finding, description, source and drawn numbers, then close it.

    ``finding`` says in a sentence what the picture shows and becomes its title, ``note`` stands
    below it in grey: what, where, when, in which unit. ``source`` names who published the
    numbers; ``table``, if given, folds out below. The description for people who do not see the
    picture is made from the finding and from what was drawn; ``alt`` is for saying it better.
    ``data`` holds the numbers of a drawing whose artists are no plain data.

    Raises CasebookError when the source, a title or the unit of an axis is missing, or when
    the numbers of an artist cannot be read.
    """
    if not isinstance(fig, Figure):
        raise CasebookError(
            "show() takes the figure: after ax = ….plot(), write show(ax.figure, …)."
        )
    try:
        if finding.strip():
            headline(fig, finding, note)
        described = alt or describe(fig, finding, note)
        display(mimebundle(fig, described, source, table, data=data), raw=True)
    finally:
        plt.close(fig)


def mimebundle(
    fig: Figure,
    alt: str,
    source: str,
    table: pd.DataFrame | None = None,
    before: str = "",
    after: str = "",
    data: pd.DataFrame | None = None,
) -> dict[str, str]:
    """Return what `show` displays: ``text/html``, ``image/png`` and ``text/plain`` in one.

    Closes the figure, so that it is not shown a second time. ``before`` and
    ``after`` are HTML to add above and below.
    """
    try:
        validate_figure(fig, alt, source)
        numbers = figure_data(fig) if data is None else _data_text(data)
        picture = png(fig)
        page = before + picture_html(picture, fig, alt)
        return {
            "text/html": with_source(page, source, table, after),
            "image/png": base64.b64encode(picture).decode(),
            "text/plain": f"{alt}\nSource: {source}\n{numbers}",
        }
    finally:
        plt.close(fig)


def source_html(source: str) -> str:
    """Return the line that says who published the numbers."""
    return f"<p><small>Source: {html.escape(source)}</small></p>"


def with_source(page: str, source: str, table: pd.DataFrame | None = None, after: str = "") -> str:
    """Return a picture or a board as HTML with its source and, in a fold, its table below it."""
    page += source_html(source)
    if table is not None:
        page += table_html(table)
    return f'<div class="{NO_FORMULAS}">{page}{after}</div>'


def _data_text(data: pd.DataFrame) -> str:
    return "Drawn:\n" + with_index_columns(data).to_csv(index=False, lineterminator="\n").rstrip()


def validate_figure(fig: Figure, alt: str, source: str) -> None:
    """Raise CasebookError when words, source, a title or the unit of an axis is missing."""
    if len(str(alt or "").split()) < 8:
        raise CasebookError(
            "This chart needs words: say in alt= what it shows, with its main numbers."
        )
    if not str(source or "").strip():
        raise CasebookError("This chart needs a source: say in source= who published the numbers.")
    panels = [ax for ax in fig.axes if ax.axison and ax.get_visible()]
    titles = [ax.get_title(at) for ax in panels for at in ("left", "center", "right")]
    written = {text.get_gid() for text in fig.texts}
    if panels and not (FINDING in written or fig.get_suptitle() or any(titles)):
        raise CasebookError(
            "This chart needs a title: say in finding= what it shows, or set one with ax.set()."
        )
    # The grey line may say the unit of the whole chart.
    for axis in () if NOTE in written else _bare_axes(panels):
        if not (fig.get_supxlabel() if axis.axis_name == "x" else fig.get_supylabel()):
            raise CasebookError(
                f"This chart needs a label with the unit on its {axis.axis_name} axis, "
                f'such as ax.set_{axis.axis_name}label("people").'
            )


def _bare_axes(panels: list[Axes]) -> Iterator[Axis]:
    """Yield each axis that shows numbers (no names, days or years) and has no label.

    A label in a panel beside it serves as well; one at the other side of the same panel does not.
    """
    sides = {"x": ("labelbottom", "labeltop"), "y": ("labelleft", "labelright")}
    for ax in panels:
        beside = [one for one in panels if one.get_position().bounds != ax.get_position().bounds]
        for name, axis in (("x", ax.xaxis), ("y", ax.yaxis)):
            shown = axis.get_tick_params()
            labels = [getattr(one, f"get_{name}label")() for one in (ax, *beside)]
            is_shown = axis.get_visible() and any(shown.get(side) for side in sides[name])
            if is_shown and not any(labels) and Scale.of(axis).kind == "numbers":
                yield axis


def _prepare(fig: Figure) -> None:
    """Let long titles and labels break into lines, and numbers on log axes be plain ones."""
    fig.set_dpi(1.5 * PIXELS)
    for ax in fig.axes:
        for text in ax.get_children():
            if isinstance(text, Text) and text not in ax.texts:
                text.set_wrap(True)
        for axis in (ax.xaxis, ax.yaxis):
            axis.label.set_wrap(True)
            if axis.get_scale() == "log" and axis.isDefault_majfmt:
                # Matplotlib writes 10³ as a formula, and formulas are off.
                axis.set_major_formatter("{x:,.10g}")
                axis.set_minor_formatter(LogFormatter())


def png(fig: Figure) -> bytes:
    """Return the figure as a PNG of at most 64 colours, the same bytes on every run."""
    return encoded(fig, pixels(fig))


class _Canvas(FigureCanvasAgg):
    """Measures a line of text once for all pictures; Matplotlib's own does so for each picture."""

    def get_renderer(self) -> RendererAgg:
        renderer = super().get_renderer()
        renderer.get_text_width_height_descent = partial(_measured, renderer.dpi)
        return renderer


def pixels(fig: Figure) -> np.ndarray:
    """Draw a figure and return its pixels: height × width × 4, red, green, blue and opacity."""
    _prepare(fig)
    canvas = _Canvas(fig)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())


def encoded(fig: Figure, drawn: np.ndarray) -> bytes:
    """Return the `pixels` of a figure as a PNG of at most 64 colours."""
    if to_rgba(fig.get_facecolor())[3] < 1:
        drawn = Image.fromarray(drawn)
        drawn = Image.alpha_composite(Image.new("RGBA", drawn.size, "white"), drawn)
        picture = drawn.convert("RGB")
    else:  # nothing shines through: the opacity is left out while reading, in a third of the time
        picture = Image.frombytes("RGB", drawn.shape[1::-1], drawn, "raw", "RGBX")
    # A quarter of the pixels has all the colours; to look among all takes a fifth of the drawing.
    sample = picture.resize([side // 2 for side in picture.size], Image.Resampling.NEAREST)
    few = sample.quantize(64, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    picture = picture.quantize(palette=few, dither=Image.Dither.NONE)
    # Few colours make the picture small; their averaging must not tint what lies below all.
    palette = np.array(picture.getpalette()).reshape(-1, 3)
    for ground in {fig.get_facecolor(), *(ax.get_facecolor() for ax in fig.axes)}:
        red, green, blue, opacity = to_rgba(ground)
        if opacity == 1:
            exact = np.round(255 * np.array([red, green, blue])).astype(int)
            palette[np.abs(palette - exact).sum(axis=1).argmin()] = exact
    picture.putpalette(palette.ravel().tolist())
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def picture_html(picture: bytes, fig: Figure, alt: str) -> str:
    """Return the picture as HTML; an image in HTML is what carries words in every viewer."""
    fits = f'width="{round(fig.get_figwidth() * PIXELS)}" style="max-width: 100%; height: auto"'
    data = base64.b64encode(picture).decode()
    return f'<img alt="{html.escape(alt)}" {fits} src="data:image/png;base64,{data}">'


def table_html(table: pd.DataFrame) -> str:
    """Return a table in a fold that opens with mouse or keyboard, a name above each column."""
    return f"<details><summary>The numbers as a table</summary>{frame_html(table)}</details>"


def with_index_columns(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose named row labels are columns, as readers see it."""
    return table.reset_index() if any(table.index.names) else table
