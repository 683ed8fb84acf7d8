"""Lesson 11: the example of a brief, from its rows to its other story."""

import pandas as pd
import pytest

from casebook import read
from casebook.lessons import capstone


def test_the_data_card_of_the_example_accounts_for_every_row():
    dropped = capstone.rows_dropped("series") + capstone.rows_dropped("basis")
    assert dropped + capstone.months_priced() == len(read("prices"))


def test_months_above_follow_each_other_without_a_gap():
    price = capstone.price_on_arrival()
    first, last = (capstone.month_above(2020, end) for end in ("first", "last"))
    assert len(price[first:last]) == capstone.months_above(2020)


def test_the_guess_of_the_example_is_broken_by_the_count():
    """The page says that it allowed for eighteen months at most."""
    assert capstone.months_above(2020) > 18


def test_the_dearer_the_year_the_fewer_the_months():
    years = [2020, 2025, 2022]
    means = [capstone.twice_the_mean(year) for year in years]
    assert means == sorted(means)
    counts = [capstone.months_above(year) for year in years]
    assert counts == sorted(counts, reverse=True)
    assert capstone.peak_in_means(2022) < 2 < capstone.peak_in_means(2020)


def test_rows_of_the_card_in_words_add_up():
    kept, rest = (capstone.production_rows(2024, which) for which in ("kept", "left out"))
    assert kept + rest == capstone.production_rows(2024)
    assert 0 < capstone.production_rows(2024, "estimates") < kept


def test_the_year_of_the_example_is_the_cheapest_of_the_whole_years():
    """The other story of the page says so."""
    price = capstone.price_on_arrival()
    means = price.groupby(price.index.str[:4]).agg(["mean", "size"])
    assert means[means["size"] == 12]["mean"].idxmin() == "2020"


# --- what the samples say in words ----------------------------------------------------------------


def test_nine_closes_the_sum_and_eight_does_not():
    people = read("conflicts").value[["C01-1", "C01-2"]].astype(int)
    deal = read("releases").loc["R-2025-12-13"]
    assert people.tolist() == [9, 8]
    assert (people + deal.to_ukraine).tolist() == [deal.total_released, deal.total_released - 1]


def test_one_sheet_hardly_moves_and_the_other_moves_every_month():
    prices = read("price_vintages").pivot(index="month", columns="vintage", values="price")
    year = prices["2020-12":"2021-12"].diff().dropna()
    assert (year.iloc[:, 0] != 0).sum() <= 2 and (year.iloc[:, 1] != 0).all()


def test_eighteen_months_pass_between_the_counts_and_fewer_leave_than_are_pardoned():
    counts = read("prisoner_counts").loc[["PC034", "PC056"]]
    assert counts.counter.tolist() == ["Viasna", "Viasna"]
    first, last = pd.to_datetime(counts.date)
    assert round((last - first).days / (365.25 / 12)) == 18
    pardoned = read("stated_numbers").loc["N0402"]
    assert pardoned.as_of == counts.date["PC056"]  # the tally ends on the day of the later count
    assert counts["count"].iloc[0] - counts["count"].iloc[1] < 0.9 * pardoned.value


@pytest.mark.parametrize("name", capstone.SAMPLES)
def test_a_sample_lacks_nothing_and_names_no_cause(name):
    sample = capstone.SAMPLES[name]()
    assert sample.missing() == [] and sample.name == name
    assert "Look again" not in sample._repr_mimebundle_()["text/plain"]


@pytest.mark.parametrize("letter", "abcdefghijkl")
def test_the_chosen_question_alone_leaves_the_row_of_those_waiting(letter):
    tester = capstone.question_tester()
    rows = tester.rows({"letter": letter})
    asked = rows[rows.box != capstone.WAITING]
    assert asked.letter.tolist() == [letter]
    assert asked.box.iloc[0] in capstone.BOXES
    assert (rows.why != "").sum() == 1


def test_the_tester_prints_all_questions_and_one_box():
    tester = capstone.question_tester()
    board = tester.draw(tester.rows({"letter": "g"}))
    assert board.count("<li>") == 12
    assert board.count("<b>") == 1 and "without the sanctions? No.</b>" in board
