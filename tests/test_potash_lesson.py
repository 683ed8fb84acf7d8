"""Lesson 05: its two desks at their edges, and one answer in three places."""

import pandas as pd
import pytest
from tools.pages import NOTEBOOKS, ran

from casebook import CasebookError, Explorer, question


@pytest.fixture(scope="module")
def lesson() -> tuple[dict, dict[str, Explorer]]:
    """Return the names of the lesson, and its explorers by title."""
    names, results = ran(NOTEBOOKS / "05_potash.ipynb")
    return names, {found.title: found for found in results if isinstance(found, Explorer)}


def said(explorer: Explorer, **choice) -> str:
    return explorer.describe(explorer.rows(explorer.default | choice))


def test_nothing_in_the_ship_is_a_sentence(lesson):
    with pytest.raises(CasebookError, match="above zero"):
        said(lesson[1]["Unit desk"], amount=0)


@pytest.mark.parametrize("form", ["product", "pure KCl", "K2O"])
def test_the_same_unit_on_both_sides_still_shows_the_other_two(lesson, form):
    desk = lesson[1]["Unit desk"]
    choice = {"from": form, "to": form}
    assert said(desk, **choice).startswith("Both units are the same")
    assert said(desk, **choice).count("12,270 kt") == 1
    assert len(desk.rows(desk.default | choice)) == 3


@pytest.mark.parametrize("factor", [0.55, 0.6, 0.63, 0.65])
def test_there_and_back_is_the_same_cargo(lesson, factor):
    desk = lesson[1]["Unit desk"]
    there = desk.rows(desk.default | {"factor": factor}).set_index("form").kt
    back = {"from": "K2O", "to": "product", "amount": there["K2O"], "factor": factor}
    assert desk.rows(back).set_index("form").kt["product"] == pytest.approx(12270, abs=0.2)
    assert ("hold other salts too" in said(desk, factor=factor)) == (factor > 0.632)


@pytest.mark.parametrize(
    ("points", "word"),
    [(999, "below both"), (1000, "moderate"), (1800, "moderate"), (1801, "high")],
)
def test_words_change_at_the_lines(lesson, points, word):
    row = pd.Series({"lines": "2023", "moderate_from": 1000, "high_from": 1800})
    assert lesson[0]["word_for"](points, row).startswith(word)


def test_one_seller_changes_the_index_and_not_the_tonnes(lesson):
    desk = lesson[1]["Concentration desk"]
    for table in desk.controls["table"].values:
        two = desk.rows(desk.default | {"table": table})
        one = desk.rows(desk.default | {"table": table, "joint": "one seller"})
        assert len(two) - len(one) == 1
        assert two.kt_K2O.sum() == one.kt_K2O.sum()
        assert two.percent.sum() == pytest.approx(one.percent.sum(), abs=0.01)
        belarus, russia = two.set_index("seller").percent[["Belarus", "Russia"]]
        rise = one.squared.sum() - two.squared.sum()
        assert rise == pytest.approx(2 * belarus * russia, abs=0.5)


def test_without_lines_there_is_a_number_and_no_word(lesson):
    words = said(lesson[1]["Concentration desk"], lines="none")
    assert "HHI 1,764" in words and not any(word in words for word in ("moderate", "high"))


def test_index_is_the_same_in_beat_desk_and_exercise(lesson):
    names, explorers = lesson
    answer = question("05.2").answer
    assert names["hhi"](names["share"]) == pytest.approx(answer)
    assert f"HHI {answer:,.0f};" in said(explorers["Concentration desk"])
