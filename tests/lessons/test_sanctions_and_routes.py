"""Lesson 07: its pictures claim what the tables hold, and its routes name ports alone."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from tools.pages import NOTEBOOKS, load

from casebook import CasebookError, read
from casebook.ledger import fact
from casebook.lessons import sanctions_and_routes as lesson

PAGE = NOTEBOOKS / "07_sanctions_and_routes.ipynb"


# --- what the pictures claim ----------------------------------------------------------------------


def test_exports_fell_steeply_in_2022_and_stayed_low():
    before, after = lesson.fao_exports_mt(2021), [lesson.fao_exports_mt(y) for y in (2022, 2023)]
    assert max(after) < before / 2


def test_nine_tenths_of_the_exports_took_the_road_that_closed():
    assert 87.5 <= lesson.klaipeda_share() < 92.5
    assert read("events").category["E028"] == "trade/transit"


def test_six_doors_closed_within_twelve_months():
    days = pd.to_datetime(read("events").date[list(lesson.DOORS)])
    assert len(days) == 6
    assert days.is_monotonic_increasing
    assert (days.max() - days.min()).days < 365


def test_each_door_is_named_as_its_event():
    events = read("events")
    for event, (side, _) in lesson.DOORS.items():
        word = {"European Union": "EU", "United States": "US", "Lithuania": "trade"}[side]
        assert word in events.category[event], event


def test_lithuania_was_by_far_the_widest_door():
    others = [lesson.eu_door("BTJ_2022"), lesson.eu_door("BBLV-1230"), lesson.us_door()]
    assert lesson.through_klaipeda() > 2 * max(others)


def test_new_roads_carried_less_than_half_of_what_the_old_one_had():
    assert lesson.new_routes(2022) < lesson.through_klaipeda() / 2
    assert lesson.new_routes(2022) == pytest.approx(lesson.fao_exports_mt(2022), rel=0.1)


def test_money_is_too_much_for_the_tonnes_in_2023_alone():
    above = {year: lesson.above_market(year) for year in range(2019, 2024)}
    assert above[2023] > 10
    assert 0 < above[2019] < 10  # a near miss, as the text says
    assert max(above[year] for year in (2020, 2021, 2022)) < 0


def test_market_reached_the_implied_price_of_2023_in_its_first_month_alone():
    prices = read("prices").query("series.str.contains('current') and period.str[:4] == '2023'")
    high = prices[prices.value >= lesson.implied_price(2023, "FAO")]
    assert list(high.period) == ["2023-01"]


def test_china_bought_less_and_paid_less_for_a_tonne():
    tonnes, dollars = (
        lesson.china_to_august_fall(c, "2024", "2025") for c in ("quantity", "value_musd")
    )
    assert dollars > tonnes > 0


def test_part_years_of_china_end_in_the_same_month():
    quarters = lesson._china().query("source_id == '24TV_2025'").index
    assert {p[5:] for p in quarters if p < "2025"} == {p[5:] for p in quarters if p > "2025"}


def test_belarus_fell_most_while_four_grew_by_a_million_tonnes():
    grew = read("production").query("source_edition == 'MCS 2026' and year == 2025").country
    growth = {c: lesson.growth(c) for c in grew if c not in ("World", "Other countries")}
    ranked = sorted(growth, key=growth.get)
    assert ranked[0] == "Belarus"
    assert ranked[:-5:-1] == ["Russia", "Laos", "Canada", "China"]
    assert [c for c in ranked if growth[c] >= 1] == ["China", "Canada", "Laos", "Russia"]


# --- numbers that came out of English sentences ---------------------------------------------------


def test_stated_numbers_stand_in_what_the_sources_wrote():
    notes, specimens = read("sources").reliability_note, read("error_specimens").what_it_says
    assert f"{fact('F600').text} percent" in specimens["X13"]
    assert f"-{fact('F567').text} for" in notes["24TV_2025"]
    prices = read("prices").set_index(["series", "period"]).note
    stated = read("stated_numbers").value
    assert (
        f"{stated['N0601']:.0f}-{stated['N0602']:.0f}" in prices["China annual contract", "2009-12"]
    )


def test_published_percentages_do_not_fit_their_amounts():
    assert abs(fact("F600").value - lesson.china_printed_fall()) > 5
    assert abs(fact("F567").value + lesson.second_quarter()) > 5


# --- explorers ------------------------------------------------------------------------------------


def test_smallest_figure_of_2021_is_a_part_of_a_year():
    explorer = lesson.how_much()
    rows = explorer.rows(explorer.default)
    assert rows.kind[rows.million_tonnes.idxmin()] == "part of a year"
    assert "Part of a year is no fall." in explorer.describe(rows)
    whole = explorer.rows({"year": 2021, "show": lesson.WHOLE_YEARS})
    assert list(whole.source) == ["FAO"]


@pytest.mark.parametrize(
    ("year", "title"),
    [
        (2020, "2020: between 11.8 and 12.0 million tonnes"),
        (2021, "2021: 11.6 million tonnes, 5.1 in part of a year"),
        (2023, "2023: 4.9 million tonnes, 8.0 planned"),
    ],
)
def test_neither_a_part_of_a_year_nor_a_plan_is_an_end_of_the_range(year, title):
    explorer = lesson.how_much()
    figure = explorer.draw(explorer.rows(explorer.default | {"year": year}))
    words = [text.get_text() for text in figure.texts]
    plt.close(figure)
    assert title in words


@pytest.mark.parametrize(
    ("year", "volume", "words"),
    [(2023, 4.9, "above the market"), (2023, 7, "it fits"), (2019, 10.5, "on the edge")],
)
def test_money_fits_where_the_price_was_paid(year, volume, words):
    explorer = lesson.does_the_money_fit()
    assert words in explorer.describe(explorer.rows({"year": year, "volume": volume}))


def test_tonnes_that_fit_give_back_their_price():
    explorer = lesson.does_the_money_fit()
    fits = round(lesson.tonnes_that_fit(2023, "market"), 1)
    rows = explorer.rows({"year": 2023, "volume": fits})
    assert rows.usd_a_tonne[rows.chosen].item() == pytest.approx(383.2, rel=0.01)


# --- the page -------------------------------------------------------------------------------------


def test_maps_name_ports_and_countries_and_nobody(monkeypatch):
    """No map of detours with names of firms, brokers or ships: routes stay at ports and years."""
    drawn = []
    monkeypatch.setattr(lesson, "show", lambda fig, **_: drawn.append(fig))
    lesson.old_road()
    lesson.new_roads()
    for fig in drawn:
        plt.close(fig)
    words = " ".join(text.get_text() for fig in drawn for text in fig.axes[0].texts)
    names = {word.strip(",:.()") for word in words.split() if word[0].isupper()}
    places = {"Klaipeda", "Soligorsk", "Bronka", "Baltic", "Sea", "Russian", "Brazil", "China"}
    assert names <= places | {"India", "February"} | set(lesson.COUNTRIES)


def test_pictures_before_a_guess_do_not_answer_it():
    """What a guess asks is shown after it: cells are in the order of the story."""
    source = "\n".join(cell.source for cell in load(PAGE).cells)
    assert source.index("did the US buy") < source.index("widest door")
    assert source.index("did FAO's figure for Belarus fall") < source.index("exports fell steeply")
    assert source.index("Whose output grew most") < source.index("two_editions()")


def test_a_route_that_is_not_there_is_named():
    with pytest.raises(CasebookError, match="Baikal"):
        lesson._route("Baikal")
