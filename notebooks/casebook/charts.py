"""One look for all charts, and one way to show them: with words, source and numbers.

`show` puts a picture on the page together with its description for people who cannot see
it, its source, and the numbers that were drawn, so that a test can compare them.
"""

import base64
import hashlib
import html
import io

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from .tables import CasebookError

COLOURS = {
    "United States": "#0072B2",
    "Belarus": "#D55E00",
    "European Union": "#56B4E9",
    "Lithuania": "#009E73",
    "Ukraine": "#E69F00",
    "Russia": "#7F3C8D",
    "Canada": "#CC79A7",
    "China": "#A6192E",
    "Laos": "#5B7F00",
    "India": "#8C510A",
    "Brazil": "#00665E",
    "Germany": "#3B3B3B",
    "Israel": "#3A6EA5",
    "Jordan": "#8467AD",
    "Indonesia": "#B3506B",
    "World": "#1A1A1A",
    "unknown": "#767676",
    "plain": "#44546A",
}
"""One colour for each country or side in all lessons, told apart by most colour-blind eyes."""

BAR_STYLES = {
    "measured": {},
    "estimate": {"hatch": "///"},
    "mirror": {"hatch": "---"},
    "mirror or estimate": {"hatch": "xxx"},
    "repeated": {"hatch": "..."},
    "plan": {"hatch": "|||"},
    "forecast": {"hatch": "\\\\\\"},
    "contract": {"hatch": "***"},
    "capacity": {"hatch": "OO"},
    "lower bound": {"hatch": "+++"},
    "part of a year": {"hatch": "ooo"},
    "our arithmetic": {},
}
"""How a number came about, as the hatch of its bar: all but *measured* are hollow."""

PIXELS = 100
"""Screen pixels for one inch of figure; pictures are stored at 1.5 times that, for zoom."""


def style() -> None:
    """Set fonts, lines and a white ground for all charts, and show table cells whole."""
    pd.set_option("display.max_colwidth", None)
    mpl.rcParams.update(
        {
            "figure.figsize": (7.5, 3.8),
            "figure.dpi": PIXELS,
            "figure.facecolor": "white",
            "figure.constrained_layout.use": True,
            "font.family": "DejaVu Sans",
            "font.size": 10.5,
            "axes.titlelocation": "left",
            "axes.titleweight": "bold",
            "axes.titlesize": 12,
            "axes.titlepad": 10,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.edgecolor": "#595959",
            "axes.axisbelow": True,
            "grid.color": "#D9D9D9",
            "legend.frameon": False,
            "patch.linewidth": 0.8,
            "hatch.linewidth": 0.6,
            # Pictures are stored at 1.5 times the pixels of the screen: letters need no grid, and
            # fitting them to one takes a tenth of the time of an explorer's picture.
            "text.hinting": "none",
        }
    )


def bars(
    ax: Axes,
    values: pd.Series,
    kinds: pd.Series | str = "measured",
    colours: dict[str, str] | str = COLOURS,
    form: str = "{:,.0f}",
) -> None:
    """Draw named horizontal bars, the first on top, each with its number at its end.

    ``values`` has the names as its index. ``kinds`` says how each number came about, in the
    words of `BAR_STYLES`; whatever is not measured is hollow, and `Figure.legend` names the kinds.
    ``colours`` maps names to colours (other names are slate), or is one colour for all.

    Raises CasebookError for a kind that has no look.
    """
    kinds = pd.Series(kinds, index=values.index) if isinstance(kinds, str) else kinds
    if unknown := set(kinds) - set(BAR_STYLES):
        raise CasebookError(f"No bar looks like {unknown.pop()!r}. Kinds: {', '.join(BAR_STYLES)}.")
    plain = COLOURS["plain"]
    edges = [colours if isinstance(colours, str) else colours.get(n, plain) for n in values.index]
    for kind in dict.fromkeys(kinds):
        rows = [row for row, own in enumerate(kinds) if own == kind]
        edge = [edges[row] for row in rows]
        look = {
            "color": edge if kind == "measured" else "white",
            "edgecolor": edge,
            **BAR_STYLES[kind],
        }
        look["linestyle"] = "-" if kind == "measured" else "--"
        drawn_bars = ax.barh(rows, values.iloc[rows], label=kind, **look)
        ax.bar_label(drawn_bars, [form.format(n) for n in values.iloc[rows]], padding=4)
    ax.set_yticks(range(len(values)), values.index)
    ax.set_ylim(len(values) - 0.4, -0.6)
    ax.margins(x=0.14)


def label_ends(ax: Axes) -> None:
    """Write the label of each line at its last point, in its colour, none over another."""
    lines = [line for line in ax.lines if not line.get_label().startswith("_")]
    ax.autoscale_view()
    ends = [line.get_xydata()[np.isfinite(line.get_ydata())][-1] for line in lines]
    # In points; the panel is taken as four fifths of the figure, which is near enough.
    height = 0.8 * 72 * ax.figure.get_figheight()
    wanted = [height * ax.transLimits.transform(end)[1] for end in ends]
    lowest = -np.inf
    for at in np.argsort(wanted):
        placed = max(wanted[at], lowest)
        lowest = placed + 1.2 * mpl.rcParams["font.size"]
        place = {"xytext": (6, placed - wanted[at]), "textcoords": "offset points"}
        text = ax.annotate(lines[at].get_label(), ends[at], va="center", **place)
        text.set_color(lines[at].get_color())


def show(fig: Figure, alt: str, source: str, table: pd.DataFrame | None = None) -> None:
    """Display a figure with its description, source and drawn numbers, then close it.

    ``alt`` says in a sentence or two what is drawn and its main numbers, computed from the
    data; ``source`` names who published them; ``table``, if given, folds out below.

    Raises CasebookError when the words, the source, a title or an axis label is missing.
    """
    display(mimebundle(fig, alt, source, table), raw=True)


def mimebundle(
    fig: Figure,
    alt: str,
    source: str,
    table: pd.DataFrame | None = None,
    before: str = "",
    after: str = "",
) -> dict[str, str]:
    """Return what `show` displays: ``text/html``, ``image/png`` and ``text/plain`` in one.

    Closes the figure, so that it is not shown a second time. ``before`` and
    ``after`` are HTML to add above and below.
    """
    try:
        validate_figure(fig, alt, source)
        picture = png(fig)
        page = picture_html(picture, fig, alt)
        page += f"<p><small>Source: {html.escape(source)}</small></p>"
        if table is not None:
            page += table_html(table)
        return {
            "text/html": f"<div>{before}{page}{after}</div>",
            "image/png": base64.b64encode(picture).decode(),
            "text/plain": f"{alt}\nSource: {source}\n{figure_data(fig)}",
        }
    finally:
        plt.close(fig)


def validate_figure(fig: Figure, alt: str, source: str) -> None:
    """Raise CasebookError when words, source, a title or an axis label is missing."""
    if len(str(alt or "").split()) < 8:
        raise CasebookError(
            "This chart needs words: say in alt= what it shows, with its main numbers."
        )
    if not str(source or "").strip():
        raise CasebookError("This chart needs a source: say in source= who published the numbers.")
    for ax in fig.axes:
        if not ax.axison:
            continue
        if not (ax.get_title(loc="left") or ax.get_title()):
            raise CasebookError(
                "This chart needs a title that says what is measured, where and when."
            )
        if not (ax.get_xlabel() or ax.get_ylabel()):
            raise CasebookError("This chart needs a label with the unit on an axis.")


def png(fig: Figure) -> bytes:
    """Return the figure as a PNG of at most 64 colours, the same bytes on every run."""
    fig.set_dpi(1.5 * PIXELS)
    canvas = FigureCanvasAgg(fig)
    canvas.draw()
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    picture = picture.quantize(64, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    # Few colours make the picture small; their averaging turns the white ground into grey.
    palette, ground = picture.getpalette(), picture.getpixel((0, 0))
    palette[3 * ground : 3 * ground + 3] = [255, 255, 255]
    picture.putpalette(palette)
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
    inside = with_index_columns(table).to_html(index=False, border=0, na_rep="", justify="left")
    return f"<details><summary>The numbers as a table</summary>{inside}</details>"


def with_index_columns(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose named row labels are columns, as readers see it."""
    return table.reset_index() if any(table.index.names) else table


def figure_data(fig: Figure) -> str:
    """Return the numbers that stand in the figure, read back from what was drawn.

    One line for each panel and each line, set of bars, points or words in it. A long
    series is given by its ends, extremes and a check sum over all its points.
    """
    return "\n".join(line for ax in fig.axes if ax.axison or ax.texts for line in _panel(ax))


def _panel(ax: Axes) -> list[str]:
    title = ax.get_title(loc="left") or ax.get_title()
    ticks = {a.axis_name: [t.get_text() for t in a.get_ticklabels()] for a in (ax.xaxis, ax.yaxis)}
    lines = [f"Drawn: {title} [{ax.get_xlabel()}; {ax.get_ylabel()}]"]
    for axis, words in ticks.items():
        if any(word and not _is_number(word) for word in words):
            lines.append(f"  {axis} labels: {', '.join(words)}")
    lines += [f"  line: {_points(line.get_xydata())}" for line in ax.lines]
    bars = [p for p in ax.patches if isinstance(p, Rectangle)]
    if bars:
        sizes = [(*bar.get_xy(), bar.get_width(), bar.get_height()) for bar in bars]
        lines.append(f"  bars (x, y, width, height): {_points(np.array(sizes))}")
    for collection in ax.collections:
        offsets = np.ma.filled(np.ma.asarray(collection.get_offsets(), float), np.nan)
        corners = [corner for path in collection.get_paths() for corner in path.vertices]
        is_scatter = isinstance(collection, PathCollection)
        line = f"  points: {_points(offsets if is_scatter else np.array(corners, float))}"
        fills = [mpl.colors.to_hex(fill) for fill in collection.get_facecolor()]
        lines.append(line + (f" filled {' '.join(fills)}" if len(set(fills)) > 1 else ""))
    words = [t.get_text().replace("\n", " ") for t in ax.texts if t.get_text()]
    if words:
        lines.append(f"  words: {' | '.join(words)}")
    return lines


def _points(points: np.ndarray) -> str:
    rows = ["(" + ", ".join(f"{value:.6g}" for value in row) + ")" for row in points]
    if len(rows) <= 40:
        return " ".join(rows)
    check = hashlib.sha256(" ".join(rows).encode()).hexdigest()[:8]
    heights = points[:, -1]
    low, high = rows[int(np.nanargmin(heights))], rows[int(np.nanargmax(heights))]
    return f"{len(rows)} from {rows[0]} to {rows[-1]}, lowest {low}, highest {high}, check {check}"


def _is_number(word: str) -> bool:
    return word.replace("\N{MINUS SIGN}", "").replace(",", "").replace(".", "").isdigit()
