"""What stands in a figure, read back from its artists: as numbers for tests, as words for people.

`figure_data` gives the numbers that were drawn, so that a chart of other data has another
text. `describe` says them in a few sentences, for people who do not see the picture. Both read
the figure alone: nothing that a cell computed earlier can slip into them.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import collections, dates, image, lines, patches
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.category import StrCategoryFormatter
from matplotlib.container import BarContainer, ErrorbarContainer
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.quiver import Quiver
from matplotlib.spines import Spine
from matplotlib.table import Table
from matplotlib.text import Annotation, Text
from matplotlib.ticker import FixedLocator

from .tables import CasebookError
from .text import format_value

SCENERY = "scenery"
FINDING, NOTE = "finding", "note"
GRIDS = (collections.QuadMesh, collections.PolyQuadMesh, image.AxesImage)
BANDS = collections.FillBetweenPolyCollection
MOST_NAMED, MOST_WORDS = (6, 4, 2), 90
"""Bars, lines or points that a description names one by one; of more it names the ends.

The first number is tried first, the next ones where the description has over 90 words.
"""


def scenery(artists: Artist | Iterable[Artist]) -> Artist | Iterable[Artist]:
    """Mark coastlines, borders or guides, so that no test or description takes them for data.

    ``artists`` is one artist or several, as `Axes.plot` and `Axes.bar` return; returned as given.
    """
    for artist in [artists] if isinstance(artists, Artist) else artists:
        artist.set_gid(SCENERY)
    return artists


# -- Numbers, for tests ----------------------------------------------------------------------


def figure_data(fig: Figure) -> str:
    """Return the numbers that stand in a figure, one line for each artist that carries any.

    A long series is given by its ends, extremes and a check sum over all its points.
    Raises CasebookError for an artist whose numbers cannot be read.
    """
    told = [line for ax in _panels(fig) for line in _panel_data(ax)]
    own = [*fig.texts, *fig.lines, *fig.patches, *fig.images, *fig.artists]
    own = [artist for artist in own if artist.get_gid() not in (FINDING, NOTE)]
    return "\n".join([*told, *_artists_data(own)])


def draws_nothing(fig: Figure) -> bool:
    """Return whether a figure holds no mark that can be seen: all empty, unknown or out of view.

    Words, axes and scenery alone are no drawing.
    """
    if any(artist.get_visible() for artist in (*fig.lines, *fig.patches, *fig.images)):
        return False
    marks = ((ax, mark) for ax in _panels(fig) for mark in _marks(ax))
    return not any(_is_in_view(ax, mark) for ax, mark in marks if not isinstance(mark, Text))


def _is_in_view(ax: Axes, mark: Artist) -> bool:
    """Return whether any known point of a mark lies within the limits of its panel."""
    if isinstance(mark, Table):
        return True
    if isinstance(mark, image.AxesImage):
        values = np.ma.asarray(mark.get_array(), float)
        return bool(np.isfinite(np.ma.filled(values, np.nan)).any())
    view = ax.viewLim  # brings the limits up to date, which places in pixels depend on
    if isinstance(mark, collections.Collection):
        reach = mark.get_datalim(ax.transData)
    else:
        reach, view = mark.get_window_extent(), ax.bbox
    return bool(np.isfinite(reach.extents).all() and reach.overlaps(view))


def _panels(fig: Figure) -> list[Axes]:
    """Return the panels of a figure, insets after their own panel, without colour bars."""
    shown = [ax for ax in fig.axes if ax.get_visible() and getattr(ax, "_colorbar", None) is None]
    return [panel for ax in shown for panel in (ax, *_insets(ax))]


def _insets(ax: Axes) -> list[Axes]:
    return [child for child in ax.child_axes if type(child) is Axes and child.get_visible()]


def _panel_data(ax: Axes) -> list[str]:
    told = [f"Drawn: {_title(ax)} [{ax.get_xlabel()}; {ax.get_ylabel()}]"]
    for axis in (ax.xaxis, ax.yaxis) if ax.axison else ():
        if names := Scale.of(axis).names:
            told.append(f"  {axis.axis_name} labels: {', '.join(names.values())}")
    return [*told, *_artists_data(_marks(ax))]


def _marks(ax: Axes) -> list[Artist]:
    """Return what was drawn in a panel: no axis, frame, title, key, inset or scenery."""
    frame = (Axis, Spine, Legend)
    titles = {ax.get_title(loc) for loc in ("left", "center", "right")}
    marks = []
    for child in ax.get_children():
        is_title = isinstance(child, Text) and child not in ax.texts and child.get_text() in titles
        is_frame = isinstance(child, frame) or child is ax.patch or is_title
        # An inset is a panel of its own, and the lines that lead to it tell nothing.
        is_inset = child in ax.child_axes or type(child).__name__ == "InsetIndicator"
        if not (is_frame or is_inset) and child.get_visible() and child.get_gid() != SCENERY:
            marks.append(child)
    return marks


def _artists_data(artists: list[Artist]) -> Iterator[str]:
    boxes = [mark for mark in artists if type(mark) is patches.Rectangle]
    if boxes:
        sizes = np.array([(*box.get_xy(), box.get_width(), box.get_height()) for box in boxes])
        fills = _fills([box.get_facecolor() for box in boxes])
        yield f"  bars (x, y, width, height): {_points(sizes)}{fills}"
    for artist in artists:
        if type(artist) is not patches.Rectangle and not isinstance(artist, Text):
            yield f"  {_artist_data(artist)}"
    arrows = [a for a in artists if isinstance(a, Annotation) and a.arrow_patch is not None]
    if arrows:
        ends = [f"{arrow.get_position()} to {arrow.xy}" for arrow in arrows]
        yield f"  arrows: {', '.join(ends)}"
    words = [mark.get_text().replace("\n", " ") for mark in artists if isinstance(mark, Text)]
    if any(words):
        yield f"  words: {' | '.join(word for word in words if word)}"


def _artist_data(artist: Artist) -> str:
    match artist:
        case lines.AxLine():
            through = artist.get_xy1(), artist.get_xy2() or artist.get_slope()
            return f"line through: {through}"
        case lines.Line2D():
            return f"line: {_points(artist.get_xydata())}"
        case patches.Wedge():
            turn = (*artist.center, artist.r, artist.theta1, artist.theta2)
            return f"wedge {artist.get_label()}: {_points(np.array([turn]))}"
        case patches.StepPatch():
            values, edges, base = artist.get_data()
            return f"stairs: {_points(np.c_[edges[:-1], edges[1:], values])} from {base}"
        case patches.ConnectionPatch():
            return f"arrow: {_points(np.array([artist.xy1, artist.xy2], float))}"
        case patches.FancyArrowPatch() if artist._posA_posB is not None:
            return f"arrow: {_points(np.array(artist._posA_posB, float))}"
        case patches.Patch():
            corners = artist.get_patch_transform().transform_path(artist.get_path())
            return f"shape: {_points(corners.vertices)}"
        case ContourSet():
            heights = np.array([artist.levels], float)
            return f"contours at {_points(heights)}: {_points(_corners(artist))}"
        case collections.QuadMesh() | collections.PolyQuadMesh():
            grid = artist.get_coordinates().reshape(-1, 2)
            return f"grid: {_points(grid)}{_array(artist)}"
        case Quiver():
            return f"arrows: {_points(np.c_[artist.XY, artist.U, artist.V])}{_array(artist)}"
        case collections.PathCollection():
            sizes = _points(artist.get_sizes()[:, None])
            return f"points: {_points(_offsets(artist))}{_array(artist)} sizes {sizes}"
        case collections.Collection():
            return f"points: {_points(_corners(artist))}{_array(artist)}"
        case image.AxesImage() | image.FigureImage():
            reach = artist.get_extent() if isinstance(artist, image.AxesImage) else ()
            reach = " ".join(f"{end:.8g}" for end in reach)
            return f"image {np.shape(artist.get_array())} over {reach}:{_array(artist)}"
        case Table():
            cells = sorted(artist.get_celld().items())
            return f"table: {' | '.join(cell.get_text().get_text() for _, cell in cells)}"
    raise CasebookError(
        f"What the {type(artist).__name__} in this chart stands for cannot be read back: hand its "
        "numbers over with data=, or mark it with scenery() when it has none."
    )


def _offsets(artist: collections.Collection) -> np.ndarray:
    return np.ma.filled(np.ma.asarray(artist.get_offsets(), float), np.nan)


def _corners(artist: collections.Collection) -> np.ndarray:
    return np.array([corner for path in artist.get_paths() for corner in path.vertices], float)


def _array(artist: Artist) -> str:
    """Return the numbers that colours stand for, or the colours where several were given."""
    if (array := artist.get_array()) is not None:
        return (
            f" values {_points(np.ma.filled(np.ma.asarray(array, float), np.nan).reshape(-1, 1))}"
        )
    return _fills(artist.get_facecolor())


def _fills(colours: Iterable) -> str:
    fills = [mpl.colors.to_hex(fill, keep_alpha=False) for fill in colours]
    return f" filled {' '.join(fills)}" if len(set(fills)) > 1 else ""


def _points(points: np.ndarray) -> str:
    rows = ["(" + ", ".join(f"{value:.8g}" for value in row) + ")" for row in points]
    if len(rows) <= 40:
        return " ".join(rows)
    check = hashlib.sha256(" ".join(rows).encode()).hexdigest()[:8]
    told = f"{len(rows)} from {rows[0]} to {rows[-1]}"
    if np.isfinite(points[:, -1]).any():
        low, high = int(np.nanargmin(points[:, -1])), int(np.nanargmax(points[:, -1]))
        told += f", lowest {rows[low]}, highest {rows[high]}"
    return f"{told}, check {check}"


# -- Words, for people -----------------------------------------------------------------------


def describe(fig: Figure, finding: str = "", note: str = "") -> str:
    """Return two to four sentences that say what a figure shows, with its main numbers.

    They begin with ``finding`` and ``note`` or, without these, with the title in the figure.
    """
    for most in MOST_NAMED:
        told = _describe(fig, finding, note, most)
        if len(told.split()) <= MOST_WORDS:
            break
    return told


def _describe(fig: Figure, finding: str, note: str, most: int) -> str:
    panels = [ax for ax in _panels(fig) if ax.axison or _marks(ax)]
    heading = finding or fig.get_suptitle() or (_title(panels[0]) if len(panels) == 1 else "")
    told = [_sentence(text) for text in (heading, note) if text.strip()]
    if len(panels) > 4:
        titles = [_title(ax) for ax in panels if _title(ax)]
        told.append(_sentence(f"{len(panels)} panels: {_listed(titles)}" if titles else ""))
        panels = panels[:1]
    for ax in panels:
        title = _title(ax) if _title(ax) != heading else ""
        words = "; ".join(_panel_words(ax, most))
        if words:
            told.append(_sentence(f"{title}, {words}" if title else words[0].upper() + words[1:]))
    return " ".join(sentence for sentence in told if sentence)


@dataclass(frozen=True)
class Scale:
    """How the places along an axis are said.

    ``kind`` is "names", "dates", "years", "numbers" or, where no tick says anything, "none".
    """

    kind: str
    names: dict[float, str]
    unit: str
    freq: object = None

    @classmethod
    def of(cls, axis: Axis) -> "Scale":
        """Read the scale from an axis, its tick labels and its label."""
        label, formatter = axis.get_label_text(), axis.get_major_formatter()
        freq = getattr(axis.axes, "freq", None) if axis.axis_name == "x" else None
        days = (dates.DateFormatter, dates.AutoDateFormatter, dates.ConciseDateFormatter)
        if freq is not None or isinstance(formatter, days):
            return cls("dates", {}, "", freq)
        ticks = _ticks(axis)
        if axis.get_scale() != "linear" and axis.isDefault_majfmt:
            return cls("numbers", {}, label)  # its ticks are written as powers of ten
        written = isinstance(axis.get_major_locator(), FixedLocator)
        if isinstance(formatter, StrCategoryFormatter) or not all(
            is_number(word) and not (written and _is_another(word, at)) for at, word in ticks
        ):
            return cls("names", dict(ticks), "")
        is_year = ticks and all(1900 <= at <= 2100 for at, _ in ticks) and "," not in ticks[0][1]
        kind = "years" if is_year else "numbers" if ticks else "none"
        return cls(kind, {}, "" if is_year else label)

    def say(self, at: float, monthly: bool = False) -> str:
        """Return a place on the axis in words; ``monthly`` dates are said without the day."""
        if not np.isfinite(at):
            return "unknown"
        if self.freq is not None:
            return format_value(str(pd.Period(ordinal=int(at), freq=self.freq)))
        if self.kind == "dates":
            day = pd.Timestamp(dates.num2date(at).replace(tzinfo=None))
            return format_value(day.to_period("M") if monthly else day)
        if self.kind == "names":
            near = [name for place, name in self.names.items() if abs(place - at) <= 0.5]
            return min(near, key=lambda name: abs(self._place(name) - at), default="")
        return f"{at:.0f}" if self.kind == "years" else say(at)

    def _place(self, name: str) -> float:
        return next(place for place, own in self.names.items() if own == name)


def _ticks(axis: Axis) -> list[tuple[float, str]]:
    """Return place and word of each tick, of axes that share their labels with another too."""
    axis.get_ticklabels()  # brings the ticks up to date
    ticks = [
        (t.get_loc(), t.label1.get_text() or t.label2.get_text()) for t in axis.get_major_ticks()
    ]
    return [(at, " ".join(word.split())) for at, word in ticks if word.strip()]


def say(value: float) -> str:
    """Return a number as one would say it: four figures at most, whole from a thousand up."""
    if not np.isfinite(value):
        return "unknown"
    decimals = 0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2
    if 0 < abs(value) < 0.1:
        decimals = 1 - int(np.floor(np.log10(abs(value))))
    words = f"{value:,.{decimals}f}"
    words = words.rstrip("0").rstrip(".") if "." in words else words
    return "0" if words == "-0" else words.replace("-", "\N{MINUS SIGN}")


def is_number(word: str) -> bool:
    """Return whether a tick label is a number, with or without separators, sign or percent."""
    bare = word.strip().strip("$%").translate(dict.fromkeys(map(ord, ",.\N{MINUS SIGN}-+× ")))
    return bare.isdigit()


def _is_another(word: str, at: float) -> bool:
    """Return whether a tick says another number than its place, as a year at the third bar."""
    try:
        return not np.isclose(float(word.replace(",", "").replace("\N{MINUS SIGN}", "-")), at)
    except ValueError:
        return False


def _title(ax: Axes) -> str:
    titles = [ax.get_title(loc) for loc in ("left", "center", "right")]
    return next((title.replace("\n", " ") for title in titles if title), "")


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text if not text or text[-1] in ".?!" else f"{text}."


def _listed(items: list[str]) -> str:
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def _measure(label: str) -> tuple[str, str]:
    """Return how an axis label is said: before the numbers (" of ..."), or after the first."""
    label = " ".join(label.split(";")[0].split())
    after = label and len(label.split()) <= 7 and not set(label) & set(",:()")
    return ("", f" {label}") if after else (f" of {label}" if label else "", "")


def _panel_words(ax: Axes, most: int) -> list[str]:
    marks = _marks(ax)
    if not ax.axison and (board := _board_words(marks, 2 * most)):
        return [board]
    told = [
        _bar_words(ax, most),
        _wedge_words([mark for mark in marks if isinstance(mark, patches.Wedge)], most),
        *(_line_words(ax, marks, most)),
        _range_words(ax, marks, most),
        _point_words(ax, marks, most),
        *(_stairs_words(ax, mark) for mark in marks if isinstance(mark, patches.StepPatch)),
        *(_grid_words(ax, mark) for mark in marks if isinstance(mark, GRIDS)),
        *(_band_words(ax, mark) for mark in marks if isinstance(mark, BANDS)),
    ]
    return [words for words in told if words] or [_board_words(marks, 2 * most)]


@dataclass(frozen=True)
class Bar:
    """One bar: its name, the label of its set, where it begins and how long it is."""

    name: str
    label: str
    at: float
    base: float
    length: float
    wide: float


def _read_bars(ax: Axes) -> tuple[list[Bar], Axis]:
    """Return the bars of a panel in reading order, and the axis along which they are long."""
    sets = [c for c in ax.containers if isinstance(c, BarContainer) and len(c.patches)]
    sets = [own for own in sets if own.patches[0].get_gid() != SCENERY]
    if not sets:
        return [], ax.xaxis
    upright = sets[0].orientation != "horizontal"
    along, across = (ax.yaxis, ax.xaxis) if upright else (ax.xaxis, ax.yaxis)
    names, read = Scale.of(across), []
    for own in sets:
        label = "" if str(own.get_label()).startswith("_") else str(own.get_label())
        for box in own.patches:
            (x, y), wide, tall = box.get_xy(), box.get_width(), box.get_height()
            if upright:
                bar = Bar(names.say(x + wide / 2), label, x + wide / 2, y, tall, wide)
            else:
                bar = Bar(names.say(y + tall / 2), label, y + tall / 2, x, wide, tall)
            read.append(bar)
    # Rows are read from the top down, columns from the left.
    downwards = not upright and not ax.yaxis_inverted()
    return sorted(read, key=lambda bar: -bar.at if downwards else bar.at), along


def _bar_words(ax: Axes, most: int) -> str:
    bars, along = _read_bars(ax)
    if not bars:
        return ""
    scale = Scale.of(along)
    before, after = _measure(scale.unit)
    by_name: dict[str, list[Bar]] = {}
    for bar in bars:
        by_name.setdefault(bar.name, []).append(bar)
    if scale.kind in ("dates", "years"):
        spans = [
            f"{b.name} from {scale.say(b.base)} to {scale.say(b.base + b.length)}" for b in bars
        ]
        return f"bars over time: {_listed(spans[:most])}{_more(len(spans) - most)}"
    if max(map(len, by_name.values())) > 1:
        return _several_bars_words(by_name, before, after, most)
    across = Scale.of(ax.yaxis if along is ax.xaxis else ax.xaxis)
    if len(bars) > 4 and across.kind == "numbers" and _touch(bars):
        top = max(bars, key=lambda bar: bar.length)
        reach = f"from {say(top.at - top.wide / 2)} to {say(top.at + top.wide / 2)}"
        of = f" of {across.unit}" if across.unit else ""
        return f"a histogram{of}, {len(bars)} bars: the highest, {say(top.length)}{after}, {reach}"
    labels = {bar.label for bar in bars}
    known = [bar for bar in bars if np.isfinite(bar.length)]
    missing = [bar.name for bar in bars if not np.isfinite(bar.length)]
    # A name with a comma or a number in it must be kept apart from its own number.
    is_plain = not any("," in bar.name or any(map(str.isdigit, bar.name)) for bar in bars)

    def tell(bar: Bar, unit: str = "") -> str:
        kind = f" ({bar.label})" if len(labels) > 1 and bar.label not in ("", "measured") else ""
        start = f", beginning at {say(bar.base)}" if bar.base else ""
        number = f"{say(bar.length)}{unit}{start}{kind}"
        if across.kind == "none":
            return number
        if is_number(bar.name):
            is_year = across.kind == "years" or re.fullmatch(r"(19|20)\d\d", bar.name)
            return f"{number} {'in' if is_year else 'at'} {bar.name}"
        return f"{bar.name}{'' if is_plain else ':'} {number}"

    unknown = f"; {_listed(missing)} unknown" if 0 < len(missing) <= most else ""
    if len(known) <= most:
        listed = [tell(bar, "" if place else after) for place, bar in enumerate(known)]
        words = _listed(listed) if is_plain else "; ".join(listed)
        return f"bars{before}: {words}{unknown}" if known else f"bars{before}{unknown}"
    ranked = sorted(known, key=lambda bar: (-bar.length, bar.name))
    first, second, last = ranked[0], ranked[1], ranked[-1]
    return (
        f"{len(bars)} bars{before}: largest {tell(first, after)}, then {tell(second)}; "
        f"smallest {tell(last)}{unknown}"
    )


def _several_bars_words(by_name: dict[str, list[Bar]], before: str, after: str, most: int) -> str:
    stacked = any(bar.base for own in by_name.values() for bar in own)
    told = []
    for name, own in by_name.items():
        parts = [bar for bar in own if np.isfinite(bar.length) and bar.length]
        unit = "" if told else after
        if stacked:
            listed = [f"{say(bar.length)} {bar.label}".strip() for bar in parts]
            brief = f" ({_listed(listed)})" if len(by_name) <= most and len(parts) > 1 else ""
            told.append(f"{name} {say(sum(bar.length for bar in parts))}{unit}{brief}")
        else:
            listed = [
                f"{say(bar.length)}{'' if place else unit} ({bar.label})".replace(" ()", "")
                for place, bar in enumerate(parts)
            ]
            told.append(f"{name} {_listed(listed)}" if listed else f"{name} unknown")
    form = "stacked bars" if stacked else "groups of bars"
    if len(told) > most:
        kept = [told[0], told[-1]]
        return f"{len(told)} {form}{before}, from {kept[0]} to {kept[1]}"
    return f"{form}{before}: {'; '.join(told)}"


def _touch(bars: list[Bar]) -> bool:
    gaps = np.diff([bar.at for bar in bars])
    return np.allclose(np.abs(gaps), np.mean([bar.wide for bar in bars]))


def _wedge_words(wedges: list[patches.Wedge], most: int) -> str:
    shares = [(abs(w.theta2 - w.theta1) / 3.6, w.get_label()) for w in wedges]
    told = [f"{label} {say(round(share, 1))} percent" for share, label in shares]
    return (
        f"a circle cut into parts: {_listed(told[:most])}{_more(len(told) - most)}" if told else ""
    )


def _line_words(ax: Axes, marks: list[Artist], most: int) -> list[str]:
    drawn = [m for m in marks if isinstance(m, lines.Line2D) and _is_path(ax, m)]
    drawn = [
        line for line in drawn if np.ptp(line.get_xydata()[:, 0]) != 0
    ]  # an upright is a guide
    if not drawn:
        return []
    along, scale = Scale.of(ax.xaxis), Scale.of(ax.yaxis)
    before, after = _measure(scale.unit)
    right = "on the scale at the right, " if ax.yaxis.get_label_position() == "right" else ""
    told, ends, reach = [], [], None
    for line in drawn:
        name, points = _line_name(ax, line), line.get_xydata()
        points = points[np.isfinite(points).all(axis=1)]
        if not len(points):
            told.append(f"{name} without a known value".strip())
            continue
        xs, ys = points.T
        ends.append((ys[-1], name))
        # Where a line starts and ends as the one before it did, this need not be said again.
        course = _course(xs, ys, along, scale, "" if told else after, reach != (xs[0], xs[-1]))
        reach = xs[0], xs[-1]
        other = "" if len(drawn) == 1 else "another" if told else "one"
        told.append(f"{name or other} {course}".strip())
    if len(drawn) == 1:
        form = "the line of " if _line_name(ax, drawn[0]) else "a line "
        return [f"{right}{f'a line{before}: ' if before else form}{told[0]}"]
    form = f"{right}{len(drawn)} lines{before}"
    if len(drawn) <= min(most, 4):
        return [f"{form}: {'; '.join(told)}"]
    named = sorted((end for end in ends if end[1]), key=lambda end: (-end[0], end[1]))
    if not named:
        return [form]
    high, low = named[0], named[-1]
    words = f"at their ends highest {high[1]}, {scale.say(high[0])}{after}"
    return [f"{form}: {words}, lowest {low[1]}, {scale.say(low[0])}"]


def _course(
    xs: np.ndarray, ys: np.ndarray, along: Scale, scale: Scale, unit: str = "", full: bool = True
) -> str:
    """Return the start, the turning points that matter and the end of a line, in words."""
    # A month is often drawn at its first day, or in its middle.
    monthly = along.kind == "dates" and along.freq is None and len(xs) > 2 and _is_monthly(xs)

    def at(place: int, said: bool = True) -> str:
        where = along.say(xs[place], monthly)
        if not (said and where):
            return ""
        if along.kind == "numbers":
            label = along.unit.split(";")[0].strip()
            short = len(label.split()) == 1
            return f" ({label} {where})" if short else f" at {where} {label}".rstrip()
        return f" ({where})" if along.kind == "names" else _on(where)

    start, end = f"{scale.say(ys[0])}{unit}{at(0, full)}", f"{scale.say(ys[-1])}{at(-1, full)}"
    if len(ys) == 1:
        return f"is one point, {start}"
    high, low, ends = int(np.argmax(ys)), int(np.argmin(ys)), (ys[0], ys[-1])
    turns = [(high, "peaks at")] if ys[high] > max(ends) else []
    turns += [(low, "has its low at")] if ys[low] < min(ends) else []
    if not turns:
        verb = "rises" if ends[1] > ends[0] else "falls" if ends[1] < ends[0] else "stays level"
        return f"{verb} from {start} to {end}"
    course = [f"{verb} {scale.say(ys[turn])}{at(turn)}" for turn, verb in sorted(turns)]
    return f"starts at {start}, {', '.join(course)} and ends at {end}"


def _on(where: str) -> str:
    """Return a date after the word that it needs: on a day, in a month or a year."""
    return f" on {where}" if len(where.split()) == 3 else f" in {where}"


def _is_path(ax: Axes, line: lines.Line2D) -> bool:
    in_data = line.get_transform() == ax.transData
    return in_data and line.get_linestyle() not in ("None", "", " ") and len(line.get_xdata()) > 1


def _line_name(ax: Axes, line: lines.Line2D) -> str:
    if not str(line.get_label()).startswith("_"):
        return str(line.get_label())
    ends = line.get_xydata()[[0, -1]]
    for text in ax.texts:
        if isinstance(text, Annotation) and text.get_text():
            at = ax.convert_xunits(text.xy[0]), ax.convert_yunits(text.xy[1])
            if any(np.allclose(np.array(at, float), end) for end in ends if np.isfinite(end).all()):
                return text.get_text().replace("\n", " ")
    return ""


def _is_monthly(xs: np.ndarray) -> bool:
    return len({day.day for day in dates.num2date(xs)}) == 1


def _range_words(ax: Axes, marks: list[Artist], most: int) -> str:
    """Return in words the level or upright bars that `hlines` and `vlines` draw."""
    error_bars = [
        bar for c in ax.containers if isinstance(c, ErrorbarContainer) for bar in c.lines[2]
    ]
    ends = {point[1:] for point in _points_drawn(ax, marks)}
    told, spans = [], []
    for mark in marks:
        is_lines = isinstance(mark, collections.LineCollection) and mark not in error_bars
        if not is_lines or mark.get_transform() != ax.transData:
            continue
        for start, end in (piece[[0, -1]] for piece in mark.get_segments() if len(piece)):
            level = start[1] == end[1]
            if (not level and start[0] != end[0]) or {tuple(start), tuple(end)} <= ends:
                continue  # neither level nor upright, or told by the points at its ends
            along, across = (ax.xaxis, ax.yaxis) if level else (ax.yaxis, ax.xaxis)
            scale, names, at = Scale.of(along), Scale.of(across), 0 if level else 1
            after = _measure(scale.unit)[1] if not told else ""
            name = "" if names.kind in ("none", "numbers") else f"{names.say(start[1 - at])} "
            told.append(f"{name}{scale.say(start[at])} to {scale.say(end[at])}{after}")
            spans += [(scale, start[at]), (scale, end[at])]
            is_named = bool(name)
    if not told:
        return ""
    if is_named or len(told) == 1:
        return f"ranges: {_listed(told[:most])}{_more(len(told) - most)}"
    return f"{len(told)} ranges, {_span(spans[0][0], [value for _, value in spans])}"


def _points_drawn(ax: Axes, marks: list[Artist]) -> list[tuple[str, float, float]]:
    """Return label and place of each point that stands alone, not on a line."""
    found: list[tuple[str, float, float]] = []
    paths = [m for m in marks if isinstance(m, lines.Line2D) and _is_path(ax, m)]
    on_lines = {tuple(point) for line in paths for point in line.get_xydata()}
    for mark in marks:
        if isinstance(mark, collections.PathCollection):
            points = _offsets(mark)
        elif isinstance(mark, lines.Line2D) and mark not in paths:
            is_sign = mark.get_marker() not in ("None", "", None)
            points = mark.get_xydata() if is_sign and mark.get_transform() == ax.transData else []
        else:
            continue
        label = "" if str(mark.get_label()).startswith("_") else str(mark.get_label())
        found += [(label, *p) for p in points if np.isfinite(p).all() and tuple(p) not in on_lines]
    return found


def _point_words(ax: Axes, marks: list[Artist], most: int) -> str:
    along, scale = Scale.of(ax.xaxis), Scale.of(ax.yaxis)
    found = _points_drawn(ax, marks)
    if not found or not ax.axison:
        return f"{len(found)} points" if found else ""
    many = "a point" if len(found) == 1 else f"{len(found)} points"
    lines_of = {"names", "dates", "years"}
    if len(found) <= 2 * most and scale.kind == "names":
        after = _measure(along.unit)[1]
        by_name: dict[str, list[str]] = {}
        for label, x, y in sorted(found, key=lambda one: (one[2], one[1], one[0])):
            told = f"{label} {along.say(x)}".strip() + ("" if by_name else after)
            by_name.setdefault(scale.say(y), []).append(told)
        return f"{many}: {'; '.join(f'{name} {_listed(t)}' for name, t in by_name.items())}"
    if len(found) <= most and along.kind in lines_of:
        after = _measure(scale.unit)[1]
        told = [
            f"{label} {scale.say(y)}{after if not place else ''} ({along.say(x)})".strip()
            for place, (label, x, y) in enumerate(found)
        ]
        return f"{many}: {_listed(told)}"
    words = [_span(scale, [y for _, _, y in found]), _span(along, [x for _, x, _ in found])]
    words = [word for word in words if word]
    return f"{many}: {', '.join(words)}" if words else many


def _span(scale: Scale, values: list[float]) -> str:
    if scale.kind == "names":
        return f"in {len({scale.say(value) for value in values})} groups"
    if scale.kind == "none":
        return ""
    before, after = _measure(scale.unit)
    low, high = scale.say(min(values)), scale.say(max(values))
    reach = f"from {low} to {high}" if low != high else low
    return f"{before.removeprefix(' of ')} {reach}{after}".strip()


def _stairs_words(ax: Axes, stairs: patches.StepPatch) -> str:
    values, edges, _ = stairs.get_data()
    along, before = Scale.of(ax.xaxis), _measure(Scale.of(ax.yaxis).unit)
    at = int(np.nanargmax(values)) if np.isfinite(values).any() else 0
    where = f"from {along.say(edges[at])} to {along.say(edges[at + 1])}"
    return f"{len(values)} steps{before[0]}, highest {say(values[at])}{before[1]} {where}"


def _grid_words(ax: Axes, mark: Artist) -> str:
    """Return a heat map in words: its size, and where its ends stand."""
    array = np.ma.filled(np.ma.asarray(mark.get_array(), float), np.nan)
    if array.ndim != 2 or not np.isfinite(array).any():
        return "a picture" if array.ndim == 3 else "a grid without a known value"
    rows, columns = array.shape
    bar = getattr(mark, "colorbar", None)
    label = (bar.ax.get_ylabel() or bar.ax.get_xlabel()) if bar else ""
    before, after = _measure(label)
    if not isinstance(mark, image.AxesImage):
        corners = mark.get_coordinates()
        centres = (corners[:-1, :-1] + corners[1:, 1:]) / 2
    else:
        x0, x1, y0, y1 = mark.get_extent()
        y0, y1 = (y1, y0) if mark.origin == "upper" else (y0, y1)
        xs = x0 + (np.arange(columns) + 0.5) * (x1 - x0) / columns
        ys = y0 + (np.arange(rows) + 0.5) * (y1 - y0) / rows
        centres = np.stack(np.meshgrid(xs, ys), axis=-1)

    def at(flat: int) -> str:
        x, y = centres[np.unravel_index(flat, array.shape)]
        place = f"{Scale.of(ax.yaxis).say(y)}, {Scale.of(ax.xaxis).say(x)}"
        return f"{say(array.flat[flat])}{{}} ({place})"

    high, low = at(int(np.nanargmax(array))), at(int(np.nanargmin(array)))
    size = f"a grid of {rows} rows and {columns} columns{before}"
    return f"{size}: highest {high.format(after)}, lowest {low.format('')}"


def _band_words(ax: Axes, band: BANDS) -> str:
    """Return a filled area in words: the course of its upper edge, or of both its edges."""
    corners = _corners(band)
    corners = corners[np.isfinite(corners).all(axis=1)] if len(corners) else corners
    if not len(corners) or band.get_transform() != ax.transData:
        return ""
    edges = pd.DataFrame(corners, columns=["x", "y"]).groupby("x").y.agg(["min", "max"])
    along, scale = Scale.of(ax.xaxis), Scale.of(ax.yaxis)
    before, after = _measure(scale.unit)
    name = "" if str(band.get_label()).startswith("_") else f", {band.get_label()},"
    if edges["min"].nunique() == 1:
        course = _course(edges.index.to_numpy(), edges["max"].to_numpy(), along, scale, after)
        return f"a filled area{before}{name} {course}"
    ends = [
        f"{scale.say(low)} to {scale.say(high)}{{}} ({along.say(x)})"
        for x, low, high in edges.iloc[[0, -1]].itertuples()
    ]
    return f"a band{before}{name} from {ends[0].format(after)} to {ends[1].format('')}"


def _board_words(marks: list[Artist], most: int) -> str:
    words = [" ".join(m.get_text().split()) for m in marks if isinstance(m, Text)]
    words = [word for word in words if word]
    if words:
        return f"words on a board: {'; '.join(words[:most])}{_more(len(words) - most)}"
    shapes = len([m for m in marks if isinstance(m, patches.Patch | collections.Collection)])
    return "" if not shapes else "a shape" if shapes == 1 else f"{shapes} shapes"


def _more(count: int) -> str:
    return f", and {count} more" if count > 0 else ""
