"""Lesson 05: its pictures claim what the tables hold, and its explorers hold at their edges."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.collections import PathCollection

from casebook import CasebookError, market, read
from casebook.exercises import question
from casebook.lessons import potash

CONVERTER, CONCENTRATION = potash.converter(), potash.concentration()


def said(explorer, **chosen) -> str:
    return explorer.describe(explorer.rows(explorer.default | chosen))


# --- what the pictures claim --------------------------------------------------------------------


def test_who_uses_more_than_it_mines_and_who_mines_more_than_it_uses():
    rows = potash.use_and_mining()
    more_used = rows.used > rows.mined.fillna(0)
    users, miners = rows.index[more_used], rows.index[~more_used]
    assert list(users) == ["China", "Brazil", "United States", "Indonesia", "India"]
    # "Little" is less than a quarter of what they use, or of what they mine.
    assert (rows.mined[users].fillna(0) < rows.used[users] / 4).all()
    assert (rows.used[miners] < rows.mined[miners] / 4).all()
    # Each side has the largest of its table.
    used, mined = (read(t).query("year == 2023") for t in ("fertiliser_use", "fao_production"))
    top = used.nlargest(6, "value").country.drop_duplicates()
    assert list(top) == ["World", "China", "Brazil", "United States", "Indonesia", "India"]
    assert list(mined.nlargest(4, "value").country) == ["World", "Canada", "Russia", "Belarus"]


def test_a_country_without_a_figure_has_no_dot(monkeypatch):
    """Empty is not zero: India and Indonesia have one dot each, for what they used."""
    rows = potash.use_and_mining()
    assert list(rows.index[rows.mined.isna()]) == ["Indonesia", "India"]
    drawn = []
    monkeypatch.setattr(potash, "show", lambda fig, **_: drawn.append(fig))
    potash.who_uses_who_mines()
    groups = drawn[0].axes[0].collections
    dots = sum(len(group.get_offsets()) for group in groups if isinstance(group, PathCollection))
    plt.close(drawn[0])
    assert dots == 2 * len(rows) - 2


def test_open_dots_are_the_repeated_figures():
    rows = potash.use_and_mining()
    assert list(rows.index[rows.mined_flag == "repeated"]) == ["United States", "Canada", "Belarus"]
    assert list(rows.index[rows.used_flag == "repeated"]) == ["United States", "Indonesia"]


def test_no_two_countries_share_a_row_and_each_dot_has_its_number(monkeypatch):
    rows, drawn = potash.use_and_mining(), []
    monkeypatch.setattr(potash, "show", lambda fig, **_: drawn.append(fig))
    potash.who_uses_who_mines()
    words = {(text.xy[1], text.get_text()) for text in drawn[0].axes[0].texts}
    plt.close(drawn[0])
    for y, (country, row) in enumerate(rows.iterrows()):
        own = " ".join(text for at, text in words if at == y)
        assert f"{row.used:.1f} used" in own, country
        is_told = f"{row.mined:.1f} mined" in own
        assert is_told or (pd.isna(row.mined) and "mined: no figure" in own), country


def test_no_whole_table_has_the_years_that_the_picture_of_the_index_says_are_missing():
    years = {year for year, _ in potash.whole_tables()}
    assert {2019, 2023} <= years and not years & {2020, 2021, 2022}


def test_index_is_moderate_by_the_old_lines_and_mostly_high_by_the_new():
    points = pd.Series({table: potash.hhi(*table) for table in potash.whole_tables()})
    lines = read("concentration_lines")
    assert points.between(lines.moderate_from[2010], lines.high_from[2010]).all()
    assert (points > lines.high_from[2023]).sum() == 5 and len(points) == 9
    # The fall from 2023 to 2024 is there with the old figures alone.
    assert points[2023, "2024"] - points[2024, "2025"] > 30
    assert abs(points[2023, "2025"] - points[2024, "2025"]) < 5


def test_belarus_lost_most_and_russia_gained_most_in_one_edition():
    change = potash.sheet(2024, "2026").value - potash.sheet(2024, "2025").value
    change = change.drop("World")
    assert change.idxmin() == "Belarus" and change["Belarus"] == -2000
    assert list(change.nlargest(2).index) == ["Russia", "Laos"]


def test_fao_has_one_number_for_four_years_and_the_sheet_moves():
    fao = read("fao_production").query("country == 'Belarus' and year >= 2020")
    assert fao.value.nunique() == 1 and len(fao) == 4
    for year, editions in ((2023, ("2024", "2025")), (2024, ("2025", "2026"))):
        first, second = (potash.mined_mt("Belarus", year, edition) for edition in editions)
        assert first != second


@pytest.mark.parametrize(
    ("worked_out", "expected"),
    [
        (potash.hhi(2019, "2020"), 1868),
        (potash.hhi(2023, "2024"), 1840),
        (potash.hhi(2023, "2025"), 1803),
        (potash.hhi(2025, "2026"), 1764),
        (potash.hhi_as_one_seller(2025, "2026"), 2264),
        (potash.years_left("Belarus", 2024, "2025"), 107),
        (potash.years_left("Belarus", 2024, "2025", made_by="2026"), 150),
        (100 * potash.k2o_in_product(2019), 59.9),
        (10 * potash.ore_over_k2o("Belarus", "2026", "2025"), 44),
        (10 * potash.used_mt("World", 2023), 376),
        (potash.idle(2025, "2026"), 26),
    ],
)
def test_numbers_are_those_that_were_worked_out_by_hand(worked_out, expected):
    assert worked_out == pytest.approx(expected, abs=0.5)


def test_an_edition_without_the_world_is_a_sentence():
    with pytest.raises(CasebookError, match="no whole table for 2014"):
        potash.hhi(2014, "2015")


# --- converter ----------------------------------------------------------------------------------


def test_nothing_in_the_ship_is_a_sentence():
    with pytest.raises(CasebookError, match="above zero"):
        said(CONVERTER, amount=0)


@pytest.mark.parametrize("unit", potash.FORMS)
def test_what_was_given_stays_and_product_weighs_most(unit):
    rows = CONVERTER.rows(CONVERTER.default | {"unit": unit})
    assert rows.kt[rows.given].item() == 50
    assert list(rows.kt.sort_values(ascending=False).index) == [0, 1, 2]


@pytest.mark.parametrize("factor", [0.55, 0.6, 0.632, 0.633, 0.65])
def test_there_and_back_is_the_same_cargo(factor):
    there = CONVERTER.rows(CONVERTER.default | {"factor": factor}).set_index("form").kt
    back = CONVERTER.rows({"unit": "K2O", "amount": there["K2O"], "factor": factor})
    assert back.kt[0] == pytest.approx(50, abs=0.2)
    # 0.632 is what a reader types for pure salt, and not more than it.
    assert ("than pure KCl can" in said(CONVERTER, factor=factor)) == (factor > 0.632)


# --- concentration ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "word"), [(999, "low"), (1000, "moderate"), (1800, "moderate"), (1801, "high")]
)
def test_words_change_at_the_lines(points, word):
    assert potash.word_for(points, moderate_from=1000, high_above=1800) == word


@pytest.mark.parametrize("table", potash.whole_tables())
def test_one_seller_changes_the_index_and_not_the_shares(table):
    two = CONCENTRATION.rows(CONCENTRATION.default | {"table": table})
    one = CONCENTRATION.rows(CONCENTRATION.default | {"table": table, "joint": "one seller"})
    assert len(two) - len(one) == 1
    assert two.percent.sum() == pytest.approx(one.percent.sum(), abs=0.01)
    belarus, russia = two.set_index("seller").percent[["Belarus", "Russia"]]
    assert one.squared.sum() - two.squared.sum() == pytest.approx(2 * belarus * russia, abs=0.5)


def test_area_of_the_squares_is_the_index():
    rows = CONCENTRATION.rows(CONCENTRATION.default)
    figure = CONCENTRATION.draw(rows)
    squares = figure.axes[0].patches
    plt.close(figure)
    assert all(square.get_width() == square.get_height() for square in squares)
    area = sum(square.get_width() * square.get_height() for square in squares)
    assert (
        area
        == pytest.approx(market.hhi(rows.percent))
        == pytest.approx(potash.hhi(2025, "2026"), abs=0.1)
    )


def titled(**chosen) -> tuple[str, str, list[str]]:
    """Return title, note and the words in the squares of a setting."""
    figure = CONCENTRATION.draw(CONCENTRATION.rows(CONCENTRATION.default | chosen))
    note, title = (" ".join(text.get_text().split()) for text in figure.texts)
    inside = [text.get_text() for text in figure.axes[0].texts]
    plt.close(figure)
    return title, note, inside


def test_title_names_the_largest_three_and_no_square_is_nameless():
    """The index stands in the note, with the name of what it is and whose lines it is read by."""
    title, note, inside = titled()
    top = potash.top_share(2025, "2026", 3)
    assert (
        title == f"Canada, Russia and China mined {top:.0f} percent of the world's potash in 2025"
    )
    assert f"(HHI) of {potash.hhi(2025, '2026'):,.0f} points, moderate" in note
    named = sum(not words.endswith("more") for words in inside)
    rest = next(int(words.split()[0]) for words in inside if words.endswith("more"))
    assert named + rest == potash.countries(2025, "2026")
    title, note, _ = titled(joint="one seller", table=(2019, "2020"))
    both = potash.share("Belarus", 2019, "2020") + potash.share("Russia", 2019, "2020")
    assert title.startswith("Belarus and Russia, as one seller, mined") and "in 2019" in title
    assert f" {both:.0f} percent" in title


def test_sentence_names_one_seller_and_a_missing_row():
    assert "which they were not" in said(CONCENTRATION, joint="one seller")
    assert "no row for the United States" in said(CONCENTRATION, table=(2023, "2024"))
    assert "no row" not in said(CONCENTRATION)


# --- exercises ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exercise_id", "expected"),
    [
        ("05.2", 12604),
        ("05.4", (2, 4)),
        ("05.6", frozenset({"belarus", "canada", "jordan"})),
        ("05.7", -28.6),
    ],
)
def test_answers_are_those_that_were_worked_out_by_hand(exercise_id, expected):
    answer = question(exercise_id).answer
    if isinstance(expected, float | int):
        assert answer == pytest.approx(expected, abs=0.5)
    elif isinstance(expected, frozenset):
        assert {str(name).lower() for name in answer} == expected
    else:
        assert tuple(answer) == expected


def test_five_amounts_are_five_letters():
    assert sorted(question("05.5").answer) == list("abcde")


def test_a_rank_alone_does_not_last():
    for bare in ("Belarus was fourth in 2025.", "In 2025 Belarus was the third largest producer."):
        assert question("05.8").check(bare).text.startswith("**Look again.**")
