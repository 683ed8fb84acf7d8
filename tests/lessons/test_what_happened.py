"""Lesson 01: its pictures claim what the tables hold, and whose number is whose."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from casebook import read
from casebook.exercises import question
from casebook.lessons import what_happened as lesson

ADDER, DATES = lesson.does_it_add_up(), lesson.three_dates()


def title(explorer, **chosen) -> str:
    figure = explorer.draw(explorer.rows(explorer.default | chosen))
    words = next(text.get_text() for text in figure.texts if text.get_weight() == "bold")
    plt.close(figure)
    return " ".join(words.split())


def test_all_were_taken_abroad():
    deal = read("releases").loc[lesson.ROUND]
    assert (
        deal.to_ukraine + deal.to_lithuania == deal.total_released and deal.stayed_in_belarus == 0
    )


def test_three_rounds_add_up_to_the_number_that_minsk_gave():
    """One is a sum of rounds, the other was said by the press service: neither is made of both."""
    assert lesson.three_rounds() == lesson.minsk_total() == 156
    assert lesson.minsk_more() == 33
    assert "press service" in read("stated_numbers").what["N0003"]


def test_the_five_were_subtracted_twice():
    value = read("conflicts").value
    whole, five = read("releases").to_ukraine[lesson.ROUND], lesson.ukrainians("C02-1")
    assert (whole - five, whole - 2 * five) == (int(value["C02-1"]), int(value["C02-2"]))


def test_washington_licensed_and_brussels_kept_its_ban():
    """The order of the bars: blocked, banned, frozen, licensed, and no relief by the EU."""
    links = read("relations").query("to_id == 'O-BELARUSKALI'")
    eu = links[links.from_id == "O-EUC"]
    assert list(eu.relation) == ["sanctioned", "sanctioned"]
    us = links[(links.from_id == "O-OFAC") & (links.relation == "relieved")]
    assert list(us.date) == ["2025-12-15", "2026-03-26"]


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({}, "114 + 9 = 123: the total of most outlets"),
        ({"to_lithuania": 8}, "114 + 8 = 122: no published total"),
        ({"to_ukraine": 105}, "105 + 9 = 114: the total of Novyny Live"),
        ({"to_ukraine": 147}, "147 + 9 = 156: the total of Minsk"),
    ],
)
def test_the_title_says_which_published_total_fits(chosen, said):
    assert title(ADDER, **chosen) == said


def test_both_groups_are_seen_and_each_total_says_how_it_differs():
    figure = ADDER.draw(ADDER.rows(ADDER.default | {"to_lithuania": 8}))
    words = [text.get_text().strip() for text in figure.axes[0].texts]
    widths = [bar.get_width() for bar in figure.axes[0].patches]
    plt.close(figure)
    assert widths == [114, 8]
    assert words == ["114 to Ukraine", "8 to Lithuania", "1 more", "8 fewer", "34 more"]


def test_steps_stand_in_plain_words():
    assert title(DATES).startswith("Potash, December 2025: in force 2 days after")
    assert title(DATES, step="GL12").endswith("no announcement found")
    assert not read("relief_dates").in_words.str.contains("GL|licen").any()


def test_the_first_exercise_is_not_printed_on_the_page():
    spring = read("releases").loc["R-2026-03-19"]
    assert question("01.1").answer == spring.stayed_in_belarus == 235
    assert pd.notna(spring.to_lithuania)


def test_a_sum_that_meets_another_total_says_whose():
    explorer = lesson.does_it_add_up()
    said = explorer.describe(explorer.rows(explorer.default | {"to_ukraine": 147}))
    assert "make 156, the total of Minsk." in said and "33 more than the chosen total" in said
