"""Lesson 04: its pictures claim what the tables hold, and nothing counts a denial."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from tools.pages import NOTEBOOKS, load

from casebook import read
from casebook.exercises import question
from casebook.ledger import fact
from casebook.lessons import counting_people as lesson

PAGE = NOTEBOOKS / "04_counting_people.ipynb"


def chosen(who: str, weaker: bool = True) -> str:
    """Return what the explorer of counters says of one of them."""
    explorer = lesson.whose_count()
    return explorer.describe(explorer.rows({"who": who, "weaker": weaker}))


# --- what the pictures claim ----------------------------------------------------------------------


def test_opening_ends_in_june_2024_below_its_highest_count():
    counts = lesson._snapshots()
    until = counts[counts.drawn_at <= counts.drawn_at[lesson.JUNE_2024]]
    assert until["count"].iloc[0] == until["count"].min() == 74
    assert until["count"].max() == counts["count"].max() == lesson.highest_snapshot()
    assert until["count"].iloc[-1] < until["count"].max()


def test_denial_is_no_point_of_the_opening_or_of_the_explorer():
    assert "PC005" not in lesson._snapshots().index
    explorer = lesson.whose_count()
    figure = explorer.draw(explorer.rows({"who": "others", "weaker": True}))
    drawn = [point for dots in figure.axes[0].collections for point in dots.get_offsets()]
    plt.close(figure)
    assert min(people for _, people in drawn) > 0


def test_count_stays_above_what_the_rounds_alone_would_have_left():
    """The dots leave the steps after some months, and do not come back to them."""
    releases, counts = read("releases").drop(lesson.EXCHANGE), lesson._snapshots()
    start = counts["count"][lesson.JUNE_2024]
    for row in counts[counts.date.between("2024-12", "2025-12-31")].itertuples():
        before = releases[releases.date.between("2024-07", row.date)].total_released.sum()
        assert row[counts.columns.get_loc("count") + 1] > start - before + 30, row.date


def test_one_month_balances():
    left = lesson.pardoned_in_december() + lesson.stated(lesson.SERVED)
    assert 1275 - left + lesson.newly_listed() == 1258
    assert lesson.fall(lesson.NOVEMBER_2024, lesson.REVIEW_OF_2024) == 17


def test_odd_total_of_the_weekend_is_an_old_one():
    value = read("conflicts").value
    counts = read("prisoner_counts")
    first = counts[counts["count"] == int(value["C06-2"])].iloc[0]
    assert (first.date, first.counter) == ("2025-04-15", "Viasna")
    assert value["C23-4"] == value["C06-2"]  # printed once more in September
    assert abs(lesson.versions_apart("C06-1", "C06-3") - 123) < 10


def test_shares_of_the_three_rounds_rise_at_their_upper_ends():
    """That of March is an upper end alone, so no title says that it was the largest."""
    september = lesson.share_freed(lesson.SEPTEMBER_ROUND, "PC052")
    lowest = lesson.share_on_list(lesson.SEPTEMBER_ROUND, "PC061")
    december = lesson.share_freed(lesson.ROUND, "PC053")
    march = lesson.share_freed(lesson.MARCH_ROUND, "PC059")
    assert lowest < september < december < march


def test_running_totals_close():
    assert lesson.growth("recognised_since_2020") - lesson.growth("no_longer_held") == -186
    assert lesson.growth("held_same_day") == -lesson.fall_of_held() == -186


def test_no_count_is_younger_than_the_round_of_march():
    assert (read("prisoner_counts").date < read("releases").date[lesson.MARCH_ROUND]).all()


# --- numbers and explorers ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("worked_out", "expected"),
    [
        (fact("F203").value, 844),
        (fact("F215").value, 291),
        (fact("F217").value, 16.37),
        (fact("F236").value, 38),
        (fact("F244").value, 100 * 40 / 1241),
        (fact("F257").value, 4.45),
        (fact("F259").value, 21.93),
        (lesson.short_of_viasna(), 9),
        (lesson.pardoned_in_2024(), 227),
        (question("04.2").answer, 1135 - 1258 + 342),
        (question("04.3").answer, 227),
        (question("04.4").answer, 196.5),
        (question("04.5").answer, 43.66),
        (question("04.6").answer, 130),
    ],
)
def test_numbers_are_those_that_were_worked_out_by_hand(worked_out, expected):
    assert worked_out == pytest.approx(expected, abs=0.05)


def test_toy_says_what_must_hold_and_that_it_is_a_toy():
    toy = lesson.toy_of_stock_and_flow()
    said = toy.describe(toy.rows(toy.default))
    assert said.startswith("Toy model: 531 after 24 months; without rounds 1,515.")
    assert "count falls." in said and said.endswith("Not a forecast.")
    level = toy.rows(toy.default | {"freed": 48})
    assert level.with_rounds.iloc[-1] == level.with_rounds.iloc[0]
    assert "count stays level." in toy.describe(level)
    assert "count rises." in toy.describe(toy.rows(toy.default | {"freed": 45}))


def test_toy_does_not_answer_the_question_above_it():
    toy = lesson.toy_of_stock_and_flow()
    assert "48" not in toy.describe(toy.rows(toy.default))


def test_explorer_compares_a_counter_with_the_nearest_count_of_viasna():
    assert "135 above it on 30 September 2025" in chosen("Dissidentby")
    assert "257 above it on 17 July 2023" in chosen("Dissidentby")
    assert "is a statement, and no count" in chosen("others")
    assert "highest snapshot is 1,496" in chosen("Viasna")


def drawn(who: str) -> tuple[str, list[str]]:
    """Return the title and the key of the picture of one counter."""
    explorer = lesson.whose_count()
    figure = explorer.draw(explorer.rows({"who": who, "weaker": True}))
    words = " ".join(figure.texts[-1].get_text().split())
    key = [text.get_text() for text in figure.legends[0].get_texts()]
    plt.close(figure)
    return words, key


def test_title_says_how_far_a_counter_lies_from_viasna():
    """The exact counts only; of Viasna itself it says how many there are."""
    title, key = drawn("Dissidentby")
    assert title == "Dissidentby counted 135 to 257 people more than Viasna"
    assert "Dissidentby: exact count of a day" in key and "Viasna and partners" in key
    assert drawn("Viasna")[0].startswith("Viasna and partners: ")
    assert drawn("others")[0].startswith("Officials, politicians and the press: ")


def test_total_that_fits_is_near_what_the_round_would_have_left():
    """The picture sets each total beside 1,227 and 1,227 less the people freed."""
    value = read("conflicts").value.loc[["C06-1", "C06-2", "C06-3", "C06-4"]].astype(int)
    after = value["C06-1"] - int(read("releases").total_released[lesson.ROUND])
    near = [min(abs(people - after), abs(people - value["C06-1"])) < 20 for people in value]
    assert near == [True, False, True, True]


def test_picture_of_the_toy_says_its_setting():
    toy = lesson.toy_of_stock_and_flow()
    figure = toy.draw(toy.rows(toy.default | {"recognised": 61, "freed": 0}))
    note = " ".join(figure.texts[0].get_text().split())
    plt.close(figure)
    assert note.startswith("The setting: 1,131 held at first; each month 61 are recognised")
    assert "nobody freed" in note and "triangles" not in note


def test_explorer_without_weaker_figures_has_none():
    assert "weaker" not in chosen("Viasna", weaker=False)


# --- the page -------------------------------------------------------------------------------------


def test_content_note_stands_before_everything_else():
    first = load(PAGE).cells[0].source.split("\n\n")
    assert first[0].startswith("# ") and first[1].startswith("> **Content note.**")


def test_days_of_the_series_are_those_of_the_page():
    """Exercise 6 is about a silence of 2021, which no later count has filled."""
    counts = lesson._snapshots()
    days = pd.to_datetime(counts.date[counts.date_precision == "day"]).sort_values()
    assert days[days.diff() == days.diff().max()].dt.year.tolist() == [2021]
