"""Lesson 06: its pictures claim what the tables hold, and its own words name no cause."""

import itertools
import random
import re

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from tools.pages import NOTEBOOKS, about, code, load, prose
from tools.prose import facts_in, plain

from casebook import CasebookError, charts, read
from casebook.causes import named_cause
from casebook.exercises import question
from casebook.ledger import fact
from casebook.lessons import price_shock

LESSON = NOTEBOOKS / "06_price_shock.ipynb"
EXPLORERS = (price_shock.vintage_switch, price_shock.event_window)


# --- what the pictures claim ----------------------------------------------------------------------


def test_price_of_2023_is_below_that_of_the_month_in_which_any_measure_began():
    price, events = price_shock.monthly_price(), price_shock.potash_list()
    began = events.month[price_shock.MEASURES]
    assert (price[began] > price["2023-12"]).all()
    assert (events.month[events.category == "relief-US"] > "2023-12").all()


def test_peak_is_that_of_april_2022():
    assert price_shock.peak_month() == "2022-04"
    assert price_shock.monthly_price().max() == fact("F403").value


def test_price_stood_still_in_many_old_years_and_in_no_new_month():
    assert price_shock.whole_years(price_shock.OLD_BASIS) == 60
    assert price_shock.whole_years(price_shock.OLD_BASIS, one_price=True) == 27
    assert (price_shock.monthly_changes() != 0).all()


def test_two_fifths_of_the_rise_came_before_the_listing():
    events = price_shock.potash_list()
    assert events.month["E021"] == pd.Period("2021-08")
    assert price_shock.share_of_rise("2021-07") == pytest.approx(40, abs=1)


def test_price_was_already_rising_when_the_first_measure_came():
    price, first = price_shock.monthly_price(), price_shock.potash_list().month["E018"]
    assert (price["2020-12" : first - 1].diff().dropna() > 0).all()


def test_vintage_switch_does_not_answer_the_guess_above_it():
    """Part 3 asks for the later price of December 2021; the start page shows the switch too."""
    switch = price_shock.vintage_switch()
    assert switch.default["month"] != "2021-12"
    assert "807.50" not in switch.describe(switch.rows(switch.default))


def test_titles_of_the_explorers_hold_the_numbers_of_their_rows():
    """The frozen pictures are read without their controls, so their titles say month and prices."""
    switch = price_shock.vintage_switch()
    (drawn,) = titles(switch.draw(switch.rows(switch.default)))
    assert drawn == "March 2022: two prices, 562.50 and 977.50 dollars"

    window = price_shock.event_window()
    (drawn,) = titles(window.draw(window.rows(window.default)))
    others = price_shock.other_events("E028", 3)
    assert drawn == f"{others} other listed events in the 7 months around “Lithuania ends transit”"


def titles(figure) -> list[str]:
    """Return the bold line of a figure as it was written, before it broke into lines."""
    words = [text.get_text() for text in figure.texts if text.get_gid() == charts.FINDING]
    plt.close(figure)
    return [" ".join(text.split()) for text in words]


def test_india_signed_below_the_price_of_a_cargo_in_that_month():
    assert price_shock.monthly_price()["2022-02"] == pytest.approx(792, abs=0.5)
    assert price_shock.spot_over_contract("India", "2022-02") > 0


def test_four_months_in_five_moved_more_than_that_of_the_announcement():
    assert price_shock.potash_list().month["E074"] == pd.Period("2025-12")
    assert price_shock.share_that_moved_more("2025-12") == pytest.approx(80, abs=1)


def test_largest_changes_are_those_that_the_text_names():
    largest = price_shock.monthly_changes().abs().nlargest(4)
    assert list(largest.index.astype(str)) == ["2021-07", "2022-03", "2022-04", "2021-06"]


def test_only_listed_event_of_july_2021_is_the_end_of_figures():
    events = price_shock.potash_list()
    assert list(events.index[events.month == "2021-07"]) == ["E112"]


def test_real_price_was_highest_in_2022_and_next_in_2009():
    real = price_shock.yearly_price("US$/t real 2010")
    assert list(real.nlargest(2).index) == [2022, 2009]


def test_every_listed_event_has_a_short_name():
    assert set(price_shock.LABELS) == set(price_shock.potash_list().index)


@pytest.mark.parametrize(
    ("worked_out", "expected"),
    [
        (price_shock.change("2020-12", "2021-07"), 157.0),
        (price_shock.vintage_ratio("2021-12"), 3.65),
        (price_shock.vintage_rise("2021-06"), 128.4),
        (price_shock.other_events("E028", 3), 7),
        (price_shock.spot_over_contract("India", "2022-02"), 34.2),
        (price_shock.fall("2022-04", "2023-12"), 74.1),
        (price_shock.use_over_price(2021, 2022), -0.17),
    ],
)
def test_numbers_are_those_that_were_worked_out_by_hand(worked_out, expected):
    assert worked_out == pytest.approx(expected, abs=0.05)


def test_a_year_of_several_prices_has_no_one_price():
    with pytest.raises(CasebookError):
        price_shock.one_price(2012)


# --- no causal verb for an event and a price ------------------------------------------------------

EXAMPLE = re.compile(r"“[^”]*”|\"[^\"]*\"")
"""A sentence in quotation marks is shown as an example; it may say more than the table."""


def causes(texts) -> list[str]:
    """Return the sentences of our own that say that one thing made another happen."""
    own = (EXAMPLE.sub("…", text) for text in texts)
    return [
        said for text in own for said in re.split(r"(?<=[.!?])\s|\n", text) if named_cause(said)
    ]


def sentences_of(explorer) -> set[str]:
    """Return what an explorer says in 100 of its settings: the same words with other numbers."""
    names, controls = zip(*explorer.controls.items(), strict=True)
    settings = list(itertools.product(*(control.values for control in controls)))
    picked = random.Random(6).sample(settings, min(len(settings), 100))
    rows = [explorer.rows(dict(zip(names, values, strict=True))) for values in picked]
    return {explorer.describe(found) for found in rows}


@pytest.mark.parametrize("make", EXPLORERS, ids=lambda make: make.__name__)
def test_explorers_name_no_cause(make):
    said = sentences_of(make())
    assert len(said) > 50
    assert causes(said) == []


def test_page_names_no_cause():
    notebook = load(LESSON)
    written = [plain(cell.source) for cell in prose(notebook)]
    shown = [
        output.data["text/plain"]
        for cell in code(notebook)
        for output in cell.outputs
        if "text/plain" in output.get("data", {})
    ]
    asked = f"**{about(notebook)['question']}**"
    assert asked in written[0]  # the one sentence that may ask for a cause
    assert causes(text.replace(asked, "") for text in [*written, *shown]) == []


def test_facts_and_messages_name_no_cause():
    ids = {name for cell in prose(load(LESSON)) for name in facts_in(cell.source)}
    said = [fact(name).statement for name in ids]
    for number in read("exercises").index[read("exercises").index.str.startswith("06.")]:
        own = question(number)
        said += [own.default, own.solution().text, *own.hints, *(text for _, text in own.mistakes)]
    assert len(said) > 80
    assert causes(said) == []


@pytest.mark.parametrize("kind", ["; ".join, ", ".join, list, tuple, pd.Series])
def test_four_things_come_as_a_text_or_as_items(kind):
    asked = question("06.4")
    for four in (
        ["war", "Lithuania", "Yara", "gas"],
        ["invasion", "US listing of BPC", "gas", "oil"],
    ):
        assert asked.check(kind(four)).text.startswith("Thank you. No machine"), four
    three = asked.check(kind(["the war in Ukraine", "Lithuania", "the price of gas"])).text
    assert "four things" in three.partition("<ul")[0]
    assert asked.check(kind(["war", "gas"])).text.startswith("That is short")
