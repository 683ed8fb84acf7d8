"""Lesson 08: its pictures claim what the tables hold, and its page does the sum of the market."""

import ast
import itertools

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from tools.pages import NOTEBOOKS, code, load

from casebook import read
from casebook.ledger import fact
from casebook.lessons import what_relief_is_worth as lesson

PAGE = NOTEBOOKS / "08_what_relief_is_worth.ipynb"


# --- what the pictures claim ----------------------------------------------------------------------


def test_the_headline_is_a_fifth_of_a_year_of_potash():
    assert round(lesson._base("revenue")[2023] / lesson._press()) == 5
    assert lesson._base("revenue").index.max() == 2023


def test_the_opening_picture_gives_the_range_of_the_page_to_nobody():
    fig = lesson.draw_your_number("")
    words = " ".join(text.get_text() for text in fig.axes[0].texts)
    plt.close(fig)
    assert f"{lesson.gain('lucky'):.0f}" not in words


def test_the_scenario_begins_at_nothing_and_ends_below_the_press():
    assert lesson.gain("unlucky") == 0
    assert lesson.gain("unlucky") < lesson.gain("middle") < lesson.gain("lucky") < lesson._press()


def test_the_longest_bar_is_a_guess():
    rows = lesson.inputs()
    longest = max(rows.index, key=lesson.swing)
    assert rows.kind[longest] == "guess"
    assert lesson.swing(longest) > 2 * max(lesson.swing(n) for n in rows.index if n != longest)


def test_the_one_input_that_is_data_has_one_of_the_two_shortest_bars():
    rows = lesson.inputs()
    data = rows.index[rows.kind == "data"]
    assert set(data) <= set(sorted(rows.index, key=lesson.swing)[:2])
    assert len(data) == 1


def test_the_share_of_potash_fell_in_2022_over_each_base():
    for base in ("goods", "goods and services", "GDP"):
        assert lesson.share_of(base, 2022) < lesson.share_of(base, 2021)


def test_luck_added_to_luck_stays_short_of_half_a_billion():
    assert lesson.gain("lucky") < lesson.gain("far corner") < lesson._press()


def test_both_press_figures_fit_a_base():
    """Eight percent fits goods, seven percent goods and services, in both years."""
    for year in (2019, 2020):
        assert round(lesson.share_of("goods", year)) == fact("F612").value
        assert 6 < lesson.share_of("goods and services", year) < 7
    assert round(lesson.share_of("goods and services", 2019)) == fact("F613").value


def test_goods_are_the_highest_share_in_every_year():
    for year in range(2018, 2024):
        shares = [lesson.share_of(base, year) for base in ("goods", "goods and services", "GDP")]
        assert shares == sorted(shares, reverse=True)


def test_half_a_billion_takes_twice_the_highest_share_in_print():
    shares = read("us_dependence").query("indicator == 'Import source share: Belarus'").value
    assert lesson.half_a_billion_percent() >= 2 * shares.max()


def test_the_middle_of_the_share_lies_between_the_two_averages():
    low, high = fact("F871").value, fact("F621").value
    assert low < lesson.input_value("share_of_imports", "middle") < high


def test_a_third_of_offshore_is_near_the_older_average():
    assert lesson.third_of_offshore() == pytest.approx(fact("F621").value, abs=0.5)


# --- the sum on the page --------------------------------------------------------------------------


def test_the_sum_of_the_page_is_that_of_the_market():
    """At every combination of low, middle and high."""
    source = next(cell.source for cell in code(load(PAGE)) if "def gain(" in cell.source)
    function = ast.parse(source).body[0]
    names: dict = {}
    exec(compile(ast.Module([function], []), "page", "exec"), names)
    rows = lesson.inputs()
    for values in itertools.product(*rows[["low", "middle", "high"]].to_numpy(float)):
        case = pd.Series(values, rows.index)
        assert names["gain"](case) == pytest.approx(lesson.gain_of(case))


# --- numbers that came out of English sentences ---------------------------------------------------


def test_stated_numbers_are_what_the_tables_wrote():
    readings, logistics = read("conflicts").assessment, read("logistics").set_index("route").note
    assert readings["C16-1"].startswith(f"{fact('F612').text} percent")
    assert readings["C16-2"].startswith(f"{fact('F613').text} percent")
    earned = logistics["Lithuanian logistics chain revenue lost per year"]
    assert earned.endswith(f"about {fact('F641').text}")
    assert fact("F678").value == 500
    assert "half a billion" in read("sources").title["BBLV-1230"]


# --- a number that a learner types ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("", "“up to” 500"),
        ("a lot", "no number found"),
        ("250", "250"),
        ("250 million", "250"),
        ("1,200", "1,200"),
        ("0,5", "0.5"),
        (-20, "-20"),
        ("999999999", "far off"),
        (None, "“up to” 500"),
        (..., "“up to” 500"),
        (10**400, "no number found"),
    ],
)
def test_any_typed_number_is_drawn_or_answered_in_words(typed, shown):
    fig = lesson.draw_your_number(typed)
    words = [text.get_text() for text in fig.axes[0].texts]
    plt.close(fig)
    assert words[-1].startswith(shown), words


# --- explorers ------------------------------------------------------------------------------------


def test_the_builder_begins_with_the_middle_and_leaves_the_question_open():
    said = _said(lesson.scenario_builder())
    assert said.startswith("About 45 million dollars a year, 1.8 percent")
    assert not any(name in said for name in lesson.NAMES.values())


def test_the_builder_gives_no_gain_where_nothing_is_sold():
    assert _said(lesson.scenario_builder(), share_of_imports=0).startswith("No gain")
    assert _said(lesson.scenario_builder(), diverted=100, premium=0).startswith("No gain")


def test_the_builder_reaches_its_far_corner_and_not_the_press():
    corner = {"share_of_imports": 10, "imports_kt_k2o": 6480, "net_price": 450, "diverted": 0}
    said = _said(lesson.scenario_builder(), **corner)
    assert said.startswith("About 486 million")


def test_the_calculator_stays_between_its_ends():
    assert "73 and 250" in _said(lesson.route_calculator())
    most = _said(lesson.route_calculator(), mt_a_year=11, port_times=5, rail_times=2.5)
    assert most.startswith("About 250 million euros")


def _said(explorer, **changed) -> str:
    setting = {name: control.default for name, control in explorer.controls.items()} | changed
    return explorer.describe(explorer.select(explorer.data, setting))
