"""Charts carry words, source and the numbers drawn; the same picture on every run."""

import base64
import io

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from PIL import Image

from casebook import CasebookError, bars, label_ends, show, style
from casebook.charts import BAR_STYLES, COLOURS, figure_data, mimebundle, png

WORDS = "Bars of the people freed: 114 to Ukraine and 9 to Lithuania."


def figure(values=(114, 9), title="People freed", label="people"):
    style()
    fig, ax = plt.subplots()
    ax.bar(["to Ukraine", "to Lithuania"], values)
    ax.set(title=title, ylabel=label)
    return fig


def test_bundle_holds_words_source_numbers_and_table():
    made = mimebundle(figure(), WORDS, "HRW", table=pd.DataFrame({"people": [114, 9]}))
    assert f'alt="{WORDS}"' in made["text/html"]
    assert "Source: HRW" in made["text/html"]
    assert "<details>" in made["text/html"] and "<td>114</td>" in made["text/html"]
    assert "114, 0.8" not in made["text/plain"] and "(-0.4, 0, 0.8, 114)" in made["text/plain"]


def test_a_chart_of_wrong_data_has_another_text():
    """The same words over other bars: the saved text differs, so the notebook test fails."""
    right = mimebundle(figure((114, 9)), WORDS, "HRW")["text/plain"]
    wrong = mimebundle(figure((9, 114)), WORDS, "HRW")["text/plain"]
    assert right != wrong


@pytest.mark.parametrize(
    "draw",
    [
        lambda ax, y: ax.plot([1, 2, 3], [1, y, 3]),
        lambda ax, y: ax.scatter([1, 2, 3], [1, y, 3]),
        lambda ax, y: ax.barh(["a", "b", "c"], [1, y, 3]),
        lambda ax, y: ax.hlines([1, y, 3], 0, 1),
        lambda ax, y: ax.fill_between([1, 2, 3], [1, y, 3]),
        lambda ax, y: ax.text(1, 1, f"{y} people"),
        lambda ax, y: ax.plot(range(900), [y, *range(899)]),
        lambda ax, y: ax.scatter([1, 2], [1, 1], color=["white", "black" if y == 2 else "white"]),
        lambda ax, y: ax.step([1, 2, 3], [1, y, 3]),
        lambda ax, y: ax.axhline(y),
    ],
)
def test_each_kind_of_mark_is_read_back(draw):
    """One other value in any kind of mark changes the text, however long the series is."""
    texts = []
    for y in (2, 2.5):
        fig, ax = plt.subplots()
        draw(ax, y)
        texts.append(figure_data(fig))
        plt.close(fig)
    assert texts[0] != texts[1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"alt": ""}, "needs words"),
        ({"alt": "A chart."}, "needs words"),
        ({"source": " "}, "needs a source"),
        ({"title": ""}, "needs a title"),
        ({"label": ""}, "needs a label with the unit"),
    ],
)
def test_half_done_charts_are_refused(change, message):
    drawn_with = {name: text for name, text in change.items() if name in ("title", "label")}
    words = {"alt": WORDS, "source": "HRW"} | change
    given = {"fig": figure(**drawn_with)} | {name: words[name] for name in ("alt", "source")}
    with pytest.raises(CasebookError, match=message):
        show(**given)
    assert not plt.fignum_exists(given["fig"].number)


def test_bars_show_how_each_number_came_about():
    """Estimates are hollow and hatched, in the colour of their country, and the key says so."""
    style()
    fig, ax = plt.subplots()
    values = pd.Series({"Canada": 15.0, "Belarus": 6.0, "Atlantis": 1.5})
    bars(ax, values, pd.Series(["measured", "estimate", "plan"], values.index), form="{:.1f}")
    canada, belarus, atlantis = ax.patches
    assert to_hex(canada.get_facecolor()) == COLOURS["Canada"].lower()
    assert to_hex(belarus.get_edgecolor()) == COLOURS["Belarus"].lower()
    assert to_hex(atlantis.get_edgecolor()) == COLOURS["plain"].lower()
    assert to_hex(belarus.get_facecolor()) == to_hex(atlantis.get_facecolor()) == "#ffffff"
    assert len({bar.get_hatch() for bar in ax.patches}) == 3
    assert ax.get_legend_handles_labels()[1] == ["measured", "estimate", "plan"]
    assert [t.get_text() for t in ax.texts] == ["15.0", "6.0", "1.5"]
    assert [t.get_text() for t in ax.get_yticklabels()] == list(values.index)
    assert canada.get_y() < belarus.get_y() and ax.yaxis_inverted()
    plt.close(fig)


def test_kinds_look_different_and_unknown_ones_are_refused():
    assert len({look.get("hatch") for look in BAR_STYLES.values()}) == len(BAR_STYLES) - 1
    assert {"mirror", "contract", "capacity", "lower bound"} <= set(BAR_STYLES)
    _, ax = plt.subplots()
    with pytest.raises(CasebookError, match="No bar looks like 'guess'"):
        bars(ax, pd.Series({"Canada": 15.0}), "guess")
    plt.close("all")


def test_lines_are_labelled_at_their_ends_and_apart():
    """Two lines that end together keep their labels apart; an empty last point is passed over."""
    style()
    fig, ax = plt.subplots()
    ax.plot([1, 2, 3], [5, 9, 9], label="one")
    ax.plot([1, 2, 3], [7, 9.01, float("nan")], label="two")
    ax.plot([1, 2], [2, 2])
    ax.set(title="Lines", ylabel="numbers")
    label_ends(ax)
    one, two = ax.texts
    assert (one.get_text(), one.xy) == ("one", (3, 9))
    assert (two.get_text(), two.xy) == ("two", (2, 9.01))
    assert two.get_color() == ax.lines[1].get_color()
    png(fig)
    boxes = [text.get_window_extent() for text in (one, two)]
    assert boxes[0].y1 <= boxes[1].y0 + 1
    plt.close(fig)


def test_picture_bytes_are_the_same_and_small():
    first, second = png(figure()), png(figure())
    plt.close("all")
    assert first == second
    assert len(first) < 30_000


def test_picture_has_a_white_ground_for_dark_pages():
    picture = Image.open(
        io.BytesIO(base64.b64decode(mimebundle(figure(), WORDS, "HRW")["image/png"]))
    )
    picture = picture.convert("RGB")
    assert {picture.getpixel(at) for at in ((0, 0), (picture.width - 1, 0))} == {(255, 255, 255)}


def test_words_are_escaped():
    made = mimebundle(figure(), 'Less < more & "quoted" words stand here for eight', "A & B")[
        "text/html"
    ]
    assert "Less &lt; more &amp; &quot;quoted&quot;" in made
    assert "A &amp; B" in made


def test_colours_stand_out_on_white():
    """At least 3 to 1 against white, as WCAG asks, but for three that always carry labels."""

    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), parts, strict=True))

    pale = {name for name, colour in COLOURS.items() if 1.05 / (luminance(colour) + 0.05) < 3}
    assert pale <= {"Ukraine", "European Union", "Canada"}
    assert len(set(COLOURS.values())) == len(COLOURS)
