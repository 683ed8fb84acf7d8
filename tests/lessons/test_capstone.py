"""Lesson 11: the example of a brief, from its rows to its other story."""

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


@pytest.mark.parametrize("letter", "abcdefghijkl")
def test_the_chosen_question_alone_leaves_the_row_of_those_waiting(letter):
    tester = capstone.question_tester()
    rows = tester.rows({"letter": letter})
    asked = rows[rows.box != capstone.WAITING]
    assert asked.letter.tolist() == [letter]
    assert asked.box.iloc[0] in capstone.BOXES
    assert (rows.why != "").sum() == 1
