"""Charts carry finding, words, source and the numbers drawn; tables are fit to be read."""

import io
import itertools

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from matplotlib.colors import to_hex, to_rgb
from matplotlib.offsetbox import AnnotationBbox, TextArea
from PIL import Image

from casebook import CasebookError, bars, charts, frames, label_ends, show, style
from casebook.charts import (
    BAR_STYLES,
    COLOURS,
    figure_data,
    headline,
    mimebundle,
    png,
    scenery,
    text_colour,
)
from casebook.description import describe
from casebook.frames import frame_html

WORDS = "Bars of the people freed: 114 to Ukraine and 9 to Lithuania."


@pytest.fixture(autouse=True)
def own_style():
    style()
    yield
    plt.close("all")


def figure(values=(114, 9), title="People freed", label="people"):
    fig, ax = plt.subplots()
    ax.bar(["to Ukraine", "to Lithuania"], values)
    ax.set(title=title, ylabel=label)
    return fig


@pytest.fixture
def shown(monkeypatch):
    """Return the bundles that `show` displays."""
    bundles = []
    monkeypatch.setattr(charts, "display", lambda bundle, raw: bundles.append(bundle))
    return bundles


# -- What stands on the page -----------------------------------------------------------------


def test_show_makes_title_description_source_and_numbers(shown):
    fig = figure(title="")
    show(fig, "Most went to Ukraine", "13 December 2025", "A & B", pd.DataFrame({"people": [114]}))
    page, text = shown[0]["text/html"], shown[0]["text/plain"]
    words = (
        "Most went to Ukraine. 13 December 2025. Bars: to Ukraine 114 people and to Lithuania 9."
    )
    assert f'alt="{words}"' in page and text.startswith(words)
    assert "Source: A &amp; B" in page and "<details>" in page and ">114</td>" in page
    assert "(-0.4, 0, 0.8, 114)" in text
    assert not plt.fignum_exists(fig.number)


def test_words_of_the_author_come_before_ours(shown):
    show(figure(), alt='Less < more & "quoted" words stand here for eight', source="HRW")
    assert 'alt="Less &lt; more &amp; &quot;quoted&quot; words' in shown[0]["text/html"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"alt": "A chart."}, "needs words"),
        ({"source": " "}, "needs a source"),
        ({"title": ""}, "needs a title"),
        ({"label": ""}, "needs a label with the unit on its y axis"),
    ],
)
def test_half_done_charts_are_refused_and_closed(change, message):
    given = {"title": "People freed", "label": "people", "alt": WORDS, "source": "HRW"} | change
    fig = figure(title=given["title"], label=given["label"])
    with pytest.raises(CasebookError, match=message):
        show(fig, alt=given["alt"], source=given["source"])
    assert not plt.fignum_exists(fig.number)


def test_second_scale_needs_its_own_unit_but_names_and_years_need_none(shown):
    fig, ax = plt.subplots()
    ax.plot([2019, 2020, 2021], [1, 2, 3])
    ax.set_ylabel("people")
    show(fig, "The number of people tripled in two years", source="HRW")
    fig, ax = plt.subplots()
    ax.plot([2019, 2020, 2021], [1, 2, 3])
    ax.set_ylabel("people")
    ax.twinx().plot([2019, 2020, 2021], [5, 6, 7])
    with pytest.raises(CasebookError, match="unit on its y axis"):
        show(fig, "The number of people tripled in two years", source="HRW")


def test_colour_bars_twins_and_suptitles_are_shown(shown):
    fig, (left, right) = plt.subplots(1, 2)
    fig.colorbar(left.imshow([[1, 2], [3, 9]]), label="events")
    left.set(xticks=[0, 1], xticklabels=[2020, 2021], yticks=[0, 1], yticklabels=["law", "talks"])
    right.plot(["a", "b"], [1, 2])
    right.set_ylabel("people")
    right.twinx().set_ylabel("tonnes")
    fig.suptitle("Two panels")
    show(fig, source="HRW")
    assert "highest 9 events (talks, 2021), lowest 1 (law, 2020)" in shown[0]["text/plain"]


def test_picture_is_stable_small_and_keeps_its_grounds():
    first, second = png(figure()), png(figure())
    assert first == second and len(first) < 30_000
    fig = figure()
    fig.set_facecolor("#FFF1E5")
    fig.axes[0].set_facecolor("#112233")
    picture = Image.open(io.BytesIO(png(fig))).convert("RGB")
    found = {to_hex(np.array(rgb) / 255) for _, rgb in picture.getcolors(10_000)}
    assert {"#fff1e5", "#112233"} <= found
    assert to_hex(np.array(picture.getpixel((0, 0))) / 255) == "#fff1e5"
    white = Image.open(io.BytesIO(first)).convert("RGB")
    assert white.getpixel((0, 0)) == (255, 255, 255)


# -- The look --------------------------------------------------------------------------------


def test_style_undoes_what_the_person_has_set():
    plt.style.use("dark_background")
    style()
    fig, ax = plt.subplots()
    words = [ax.title.get_color(), ax.xaxis.label.get_color(), ax.get_xticklabels()[0].get_color()]
    assert all(sum(to_rgb(colour)) < 1.5 for colour in words)
    assert to_hex(ax.get_facecolor()) == to_hex(fig.get_facecolor()) == "#ffffff"


def test_two_dollar_signs_stay_money():
    fig = figure(title="From $210 to $1,100")
    png(fig)
    assert not fig.axes[0].title.get_parse_math()
    assert "mathjax_ignore" in mimebundle(fig, WORDS, "US$ 5 to US$ 6")["text/html"]


def test_type_can_be_read_on_a_desktop_and_a_phone():
    fig = figure()
    headline(fig, "Most went to Ukraine", "13 December 2025")
    ax = fig.axes[0]
    texts = [*fig.texts, ax.title, ax.xaxis.label, *ax.get_xticklabels(), *ax.get_yticklabels()]
    pixels = min(text.get_size() for text in texts) / 72 * charts.PIXELS
    assert pixels >= 14
    assert pixels * 390 / (fig.get_figwidth() * charts.PIXELS) >= 9.5


@pytest.mark.parametrize("panels", [1, 2])
def test_headline_takes_its_own_room_however_long_and_however_often(panels):
    fig, _ = plt.subplots(1, panels, squeeze=False)
    height = fig.get_figheight()
    headline(fig, "Short", "note")
    headline(fig, "A finding that is long enough to fill more than one line " * 3, "A note " * 30)
    fig.canvas.draw()
    note, finding = (text.get_window_extent() for text in fig.texts)
    assert max(note.x1, finding.x1) <= fig.bbox.width and finding.y1 <= fig.bbox.height
    assert finding.y0 >= note.y1
    assert max(ax.get_tightbbox().y1 for ax in fig.axes) <= note.y0
    headline(fig, "Short")
    assert len(fig.texts) == 1 and height < fig.get_figheight() < height + 0.5


def test_bars_show_how_each_number_came_about():
    """Solid, pale or outlined, in the colour of the country, with the word at the bar."""
    _, ax = plt.subplots()
    values = pd.Series({"Belarus": 6.0, "Canada": 15.0, "Atlantis": 1.5})
    kinds = pd.Series({"Canada": "measured", "Atlantis": "plan", "Belarus": "estimate"})
    bars(ax, values.sort_values(ascending=False), kinds, form="{:.1f}")
    looks = dict(zip((t.get_text() for t in ax.get_yticklabels()), ax.patches, strict=True))
    assert list(looks) == ["Canada", "Belarus", "Atlantis"] and ax.yaxis_inverted()
    assert to_hex(looks["Canada"].get_facecolor()) == COLOURS["Canada"].lower()
    assert to_hex(looks["Belarus"].get_edgecolor()) == COLOURS["Belarus"].lower()
    assert to_hex(looks["Atlantis"].get_edgecolor()) == COLOURS["plain"].lower()
    pale = sum(to_rgb(looks["Belarus"].get_facecolor()))
    assert sum(to_rgb(COLOURS["Belarus"])) < pale < 3
    assert to_hex(looks["Atlantis"].get_facecolor()) == "#ffffff"
    assert [t.get_text() for t in ax.texts] == ["15.0", "6.0 estimate", "1.5 plan"]
    assert len({BAR_STYLES[kind] for kind in kinds}) == 3
    with pytest.raises(CasebookError, match="No bar looks like 'guess'"):
        bars(ax, values, "guess")
    with pytest.raises(CasebookError, match="no kind for the bar 'Atlantis'"):
        bars(ax, values, kinds.drop("Atlantis"))


def test_lines_are_labelled_at_their_ends_and_apart():
    """Two lines that end together keep their labels apart; an empty last point is passed over."""
    fig, ax = plt.subplots()
    ax.plot([1, 2, 3], [5, 9, 9], label="one")
    ax.plot([1, 2, 3], [7, 9.01, float("nan")], label="two")
    ax.plot([1, 2, 3], [float("nan")] * 3, label="never known")
    ax.plot([1, 2], [2, 2])
    label_ends(ax)
    one, two = ax.texts
    assert (one.get_text(), one.xy) == ("one", (3, 9))
    assert (two.get_text(), two.xy) == ("two", (2, 9.01))
    png(fig)
    boxes = [text.get_window_extent() for text in (one, two)]
    assert boxes[0].y1 <= boxes[1].y0 + 1


# -- Colours ---------------------------------------------------------------------------------

# Colours that meet in one chart; "plain" and "unknown" may stand beside any of them.
MEET = {
    "who mines potash": "Belarus, Russia, Canada, China, Laos, Israel, Jordan, Germany, "
    "United States, Brazil, plain, unknown",
    "who uses it and who mines it": "Belarus, Russia, Canada, China, India, Brazil, Indonesia, "
    "United States, European Union, plain, unknown",
    "releases, sanctions and routes": "Belarus, United States, European Union, Lithuania, "
    "Ukraine, Russia, China, Germany, plain, unknown",
    "prices and the world": "World, Belarus, Russia, Canada, China, India, Brazil, "
    "United States, Laos, plain, unknown",
}
# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
EYES = {
    "all cones": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.119192, 0.9503041],
    ]
)


def linear(colour):
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(colour, eye):
    """Return CIE L*a*b* (D65) of a colour as an eye sees it."""
    seen = np.clip(np.array(eye) @ linear(colour), 0, 1)
    share = TO_XYZ @ seen / TO_XYZ.sum(axis=1)
    bend = share / (3 * (6 / 29) ** 2) + 4 / 29
    x, y, z = np.where(share > (6 / 29) ** 3, np.cbrt(share), bend)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def ciede2000(one, two):
    """Return the colour difference of two L*a*b* colours, after Sharma, Wu and Dalal 2005."""
    (l1, a1, b1), (l2, a2, b2) = one, two
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    stretch = 1.5 - 0.5 * np.sqrt(mean**7 / (mean**7 + 25**7))
    a1, a2 = a1 * stretch, a2 * stretch
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0
    hue = h1 + h2 if not c1 * c2 else (h1 + turn / 2) % 360
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    cos = lambda factor, shift: np.cos(np.radians(factor * hue + shift))  # noqa: E731
    t = 1 - 0.17 * cos(1, -30) + 0.24 * cos(2, 0) + 0.32 * cos(3, 6) - 0.2 * cos(4, -63)
    s_l = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)
    d_l = (l2 - l1) / s_l
    d_c = (c2 - c1) / (1 + 0.045 * chroma)
    d_h = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2)) / (1 + 0.015 * chroma * t)
    bend = 60 * np.exp(-(((hue - 275) / 25) ** 2))
    r_t = -2 * np.sqrt(chroma**7 / (chroma**7 + 25**7)) * np.sin(np.radians(bend))
    return np.sqrt(d_l**2 + d_c**2 + d_h**2 + r_t * d_c * d_h)


def contrast_on_white(colour):
    return 1.05 / (TO_XYZ[1] @ linear(colour) + 0.05)


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [  # pairs 1, 7, 9, 17, 20 and 34 of the published test data
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((50, 2.5, 0), (58, 24, 15), 19.4535),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_colour_difference_agrees_with_the_published_data(one, two, expected):
    assert ciede2000(one, two) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("chart", MEET)
def test_colours_that_meet_are_told_apart_by_all_eyes(chart):
    near = [
        (eye, one, two, round(difference, 1))
        for one, two in itertools.combinations(MEET[chart].split(", "), 2)
        for eye, matrix in EYES.items()
        if (difference := ciede2000(lab(COLOURS[one], matrix), lab(COLOURS[two], matrix))) < 10
    ]
    assert not near
    assert set(COLOURS) == {name for names in MEET.values() for name in names.split(", ")}


def test_colours_stand_out_on_white_and_words_in_them_can_be_read():
    assert min(contrast_on_white(colour) for colour in COLOURS.values()) >= 3
    assert min(contrast_on_white(text_colour(colour)) for colour in COLOURS.values()) >= 4.5
    assert text_colour(COLOURS["Belarus"]) == COLOURS["Belarus"].lower()


# -- What was drawn, read back ---------------------------------------------------------------


@pytest.mark.parametrize(
    "draw",
    [
        lambda ax, y: ax.plot([1, 2, 3], [1, y, 3]),
        lambda ax, y: ax.plot([1, 2], [1_234_567, 1_234_565 + y]),
        lambda ax, y: ax.plot(range(900), [y, *range(899)]),
        lambda ax, y: ax.step([1, 2, 3], [1, y, 3]),
        lambda ax, y: ax.axhline(y),
        lambda ax, y: ax.axline((0, 0), slope=y),
        lambda ax, y: ax.scatter([1, 2, 3], [1, y, 3]),
        lambda ax, y: ax.scatter([1, 2], [1, 1], color=["white", "black" if y == 2 else "white"]),
        lambda ax, y: ax.scatter([1, 2], [1, 1], c=[1, y]),
        lambda ax, y: ax.scatter([1, 2], [1, 1], s=[10, y]),
        lambda ax, y: ax.bar(["a", "b"], [1, 2], color=["white", "black" if y == 2 else "white"]),
        lambda ax, y: ax.barh(["a", "b", "c"], [1, y, 3]),
        lambda ax, y: ax.hlines([1, y, 3], 0, 1),
        lambda ax, y: ax.errorbar([1, 2], [1, 2], yerr=[1, y]),
        lambda ax, y: ax.fill_between([1, 2, 3], [1, y, 3]),
        lambda ax, y: ax.fill([1, 2, 3], [1, y, 3]),
        lambda ax, y: ax.stairs([1, y, 3]),
        lambda ax, y: ax.pie([1, y, 3]),
        lambda ax, y: ax.imshow([[1, y], [3, 4]]),
        lambda ax, y: ax.pcolormesh([[1, y], [3, 4]]),
        lambda ax, y: ax.contour([[1, y, 4], [3, 4, 5], [3, 4, 9]]),
        lambda ax, y: ax.quiver([1, 2], [1, 2], [1, y], [1, 1]),
        lambda ax, y: ax.annotate("", (0, y), (1, 1), arrowprops={"arrowstyle": "->"}),
        lambda ax, y: ax.inset_axes([0.5, 0.5, 0.4, 0.4]).plot([1, y]),
        lambda ax, y: ax.twinx().plot([1, y]),
        lambda ax, y: ax.text(1, 1, f"{y} people"),
        lambda ax, y: ax.figure.text(0, 0, f"{y} people"),
    ],
)
def test_each_kind_of_mark_is_read_back(draw):
    """One other value in any kind of mark changes the text, however long the series is."""
    texts = []
    for y in (2, 2.5):
        fig, ax = plt.subplots()
        draw(ax, y)
        texts.append(figure_data(fig))
        describe(fig)  # and none of them stops the description
    assert texts[0] != texts[1]


def test_a_line_of_nothing_but_unknowns_is_read():
    fig, ax = plt.subplots()
    ax.plot(range(50), [float("nan")] * 50)
    assert "50 from (0, nan)" in figure_data(fig)
    assert "without a known value" in describe(fig)


def test_scenery_is_left_out_and_what_cannot_be_read_is_refused_by_name(shown):
    fig, ax = plt.subplots()
    ax.scatter([27.6], [53.9])
    ax.set_axis_off()
    plain = figure_data(fig), describe(fig)
    scenery(ax.plot([20, 30], [50, 55]))
    scenery(ax.axvline(25))
    assert (figure_data(fig), describe(fig)) == plain
    label = ax.add_artist(AnnotationBbox(TextArea("Minsk"), (27.6, 53.9)))
    with pytest.raises(CasebookError, match="AnnotationBbox") as problem:
        show(fig, "All of the people were taken out of Minsk", source="HRW")
    assert "\n" not in str(problem.value) and not plt.fignum_exists(fig.number)
    label.set_gid("scenery")
    figure_data(fig)


def test_a_set_piece_hands_its_numbers_over(shown):
    for people in (114, 115):
        fig, ax = plt.subplots()
        ax.add_artist(AnnotationBbox(TextArea("dots"), (0, 0)))
        ax.set_axis_off()
        data = pd.DataFrame({"place": ["Ukraine"], "people": [people]})
        show(fig, "In December all who left prison were taken abroad", source="HRW", data=data)
    assert "Ukraine,114" in shown[0]["text/plain"]
    assert shown[0]["text/plain"] != shown[1]["text/plain"]


# -- What was drawn, in words ----------------------------------------------------------------


def told(draw, **labels):
    fig, ax = plt.subplots()
    draw(ax)
    ax.set(**labels)
    return describe(fig, "Finding")


def test_bars_are_told_by_name_and_many_by_their_ends():
    kinds = ["measured", "estimate"]
    words = told(
        lambda ax: bars(ax, pd.Series({"Canada": 15, "Laos": 2}), kinds), xlabel="tonnes of K2O"
    )
    assert words == "Finding. Bars: Canada 15 tonnes of K2O and Laos 2 (estimate)."
    words = told(lambda ax: ax.bar(list("abcdefgh"), [5, 9, 2, 2, 5, 6, 7, 8]), ylabel="people")
    assert words == "Finding. 8 bars: largest b 9 people, then h 8; smallest d 2."

    def stack(ax):
        ax.barh(["HRW", "Minsk"], [114, 114], label="to Ukraine")
        ax.barh(["HRW", "Minsk"], [9, 8], left=[114, 114], label="to Lithuania")
        ax.invert_yaxis()

    assert told(stack, xlabel="people") == (
        "Finding. Stacked bars: HRW 123 people (114 to Ukraine and 9 to Lithuania); "
        "Minsk 122 (114 to Ukraine and 8 to Lithuania)."
    )


def test_lines_are_told_by_their_course():
    months = pd.date_range("2020-01-01", periods=4, freq="MS")
    words = told(lambda ax: ax.plot(months, [221, 1202.4, 500, 349]), ylabel="US$ a tonne")
    assert words == (
        "Finding. A line starts at 221 US$ a tonne in January 2020, peaks at 1,202 in February "
        "2020 and ends at 349 in April 2020."
    )

    def slope(ax):
        ax.plot(["used", "mined"], [0.5, 7.6], label="Belarus")
        ax.plot(["used", "mined"], [8.9, 2.0], label="China")
        ax.set_yticks([])

    assert told(slope) == (
        "Finding. 2 lines: Belarus rises from 0.5 (used) to 7.6 (mined); China falls from 8.9 to 2."
    )


def test_points_and_boards_are_told():
    dates = pd.to_datetime(["2025-12-13", "2026-03-19"])
    words = told(lambda ax: ax.scatter(dates, [123, 250]), ylabel="people")
    assert words == ("Finding. 2 points: 123 people (13 December 2025) and 250 (19 March 2026).")

    def board(ax):
        ax.set_axis_off()
        ax.text(0, 0, "13 December:\nannounced")

    assert told(board) == "Finding. Words on a board: 13 December: announced."


def test_a_description_stays_short():
    fig, axes = plt.subplots(2, 2)
    for ax in axes.flat:
        for name in ("Belarus", "Russia", "Canada", "China"):
            ax.plot([2020, 2021, 2022, 2023], [1, 9, 0, 3], label=name)
        ax.set(title="A panel", ylabel="million tonnes of K2O")
    assert len(describe(fig, "Finding", "Note").split()) <= 150


# -- Tables ----------------------------------------------------------------------------------


def test_table_cells_are_written_for_readers():
    frame = pd.DataFrame(
        {
            "place": ["Minsk <capital>", None],
            "people": pd.array([1135, None], "Int64"),
            "share": [0.5, 12.25],
            "year": [2025, 2026],
            "day": pd.to_datetime(["2025-12-13", None]),
            "price": ["US$ 210 to US$ 1,100", ""],
        }
    )
    frame.attrs["caption"] = "People & places"
    page = frame_html(frame)
    assert page == frame_html(frame.copy())
    assert "<caption>People &amp; places</caption>" in page
    assert "Minsk &lt;capital&gt;" in page and "mathjax_ignore" in page
    for cell in ("1,135", "0.50", "12.25", "2025", "2026"):
        assert f'<td class="n">{cell}</td>' in page
    assert ">2025-12-13</td>" in page and page.count(">–</td>") == 3
    assert page.count('scope="col"') == len(frame.columns) and 'scope="row"' not in page


def test_small_numbers_are_not_shown_as_nothing():
    page = frame_html(pd.Series([1e-9, 0.0, -0.25, 1234.5], name="tonnes"))
    assert ">1e−09<" in page and ">−0.25<" in page and ">1,234.50<" in page


def test_row_labels_are_shown_and_running_numbers_are_not():
    counts = pd.Series({"HRW": 123, "Minsk": 156}, name="people")
    assert '<th scope="row" class="s">HRW</th><td class="n">123</td>' in frame_html(counts)
    by_year = pd.DataFrame({"Belarus": [6.0], 2025: [1]}, pd.Index([2024], name="year"))
    assert '<th scope="row" class="n">2024</th>' in frame_html(by_year)
    assert '<th scope="col" class="n">2025</th>' in frame_html(by_year)


def test_long_tables_say_how_many_rows_are_not_shown():
    whole, cut = (frame_html(pd.DataFrame({"n": range(size)})) for size in (200, 1200))
    assert whole.count("<tr>") == 201 and "not shown" not in whole
    assert "1,090 more rows are not shown" in cut and ">1,199</td>" in cut
    assert "No rows." in frame_html(pd.DataFrame({"n": []}))


def test_style_shows_frames_of_the_notebook_so(monkeypatch):
    shell = InteractiveShell.instance()
    monkeypatch.setattr(frames, "get_ipython", lambda: shell)
    style()
    form = shell.display_formatter.format
    assert "casebook-table" in form(pd.DataFrame({"n": [1]}))[0]["text/html"]
    assert "casebook-table" in form(pd.Series([1]))[0]["text/html"]
    shell.clear_instance()
