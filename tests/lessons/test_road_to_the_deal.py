"""What lesson 03 claims: its pictures' titles, its explorers' limits, and whose word is whose."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from casebook.exercises import question
from casebook.lessons import road_to_the_deal as lesson
from casebook.tables import CasebookError, read


def day(event: str) -> pd.Timestamp:
    return pd.Timestamp(read("events").date[event])


def test_freed_and_eased_in_2015_and_again_in_2025():
    """The title of the three panels: release, relief, its end, the election, then both again."""
    relief, releases = read("relief_dates"), read("releases")
    first = pd.Timestamp(releases.date["R-2015-08"])
    eased, ended = relief.loc["L-2015", ["legally_effective", "ends_on"]]
    assert first < eased < day("E011") < ended < day("E021") < relief.legally_effective["GL13"]
    after = releases[releases.date > "2020"].date.min()
    assert after > "2024", "rounds begin again in 2024"
    eased_again = relief.legally_effective[["GL11", "GL12", "GL13"]]
    assert (eased_again.dt.year == 2025).all()


def test_people_held_rise_from_2020_to_2023():
    counts = read("prisoner_counts").set_index("date")["count"]
    assert counts["2020-09-30"] < counts["2021-09-30"] < counts["2022-09-01"] < counts["2023-05-31"]


def test_from_2025_most_were_freed_with_a_named_us_role_not_all():
    for year in ("2025", "2026"):
        assert lesson.freed(year, us_part=True) > lesson.freed(year, us_part=False) > 0
    assert lesson.freed("2024", us_part=True) < lesson.freed("2024", us_part=False)


def test_us_and_eu_moved_in_opposite_ways_on_one_day():
    events = read("events")
    assert events.date["E080"] == events.date["E081"] == "2025-12-15"
    assert list(events.category[["E080", "E081"]]) == ["relief-US", "sanction-EU"]


def test_no_eu_act_made_the_measures_lighter():
    """Each title is read by a person: a new one that this list does not know asks for that."""
    titles = read("events").query("category == 'sanction-EU' and date >= '2021'").title
    tighter = "exten|sanctions incl|bans|closes|freezes|mirrors|adds|rules on"
    assert titles.str.contains(tighter).all()


def test_each_eu_row_is_drawn_solid_or_hollow_or_is_the_ruling():
    """The page counts 11 rows; the picture has ten arrows, four of them hollow."""
    eu = read("events").query("category == 'sanction-EU' and date >= '2021'")
    assert (lesson.acts_that_tighten(), lesson.acts_made_longer()) == (6, 4)
    assert len(eu) == 6 + 4 + eu.title.str.contains("rules on").sum()


def test_one_other_choice_of_a_round_turns_before_into_after():
    assert (lesson.days_before_round("GL12"), lesson.steps_after_release("GL12", "")) == (18, 3)
    assert lesson.days_after_round("GL12", "R-2025-09-11") == 54
    assert lesson.steps_after_release("GL12", "R-2025-09-11") == 4


def test_pictures_name_events_of_the_table_without_numbers_of_licences():
    events = read("events")
    drawn = events.loc[[*lesson.WAVE, *lesson.AUTUMN]]
    assert not any("License" in lesson.name_of(row) for row in drawn.itertuples())
    assert set(lesson.PLAIN) <= set(events.index)
    borders = drawn[drawn.category == "trade/transit"].title
    assert {"shuts", "closes", "reopens"} <= set(" ".join(borders).split())


def test_both_sides_tied_release_and_relief_in_december():
    """The sentence below the statements, and the speakers that it names."""
    said = read("statements")
    december = said[said.date.str.startswith("2025-12")]
    assert "press service" in december.speaker["ST06"] and "potash" in december.statement["ST06"]
    assert "Coale" in december.speaker["ST07"] and "fair trade" in december.statement["ST07"]
    assert said.statement["ST01"].startswith("The relief is in response")


def test_arrests_come_before_the_first_sanctions_of_the_wave():
    events = read("events")
    wave = events[events.date.between("2020", "2022-12")]
    first = wave.groupby("category").date.min()
    assert first["crackdown"] < min(first["sanction-US"], first["sanction-EU"])


def test_whose_word_it_is_stands_in_the_tables():
    """The page quotes parties in its own words; here are the rows that bear it out."""
    events, releases = read("events").description, read("releases").concession_or_link
    assert "in response to them by the word of the State Department" in events["E009"]
    assert "conditional on sustained improvements" in events["E080"]
    assert "politically motivated arrests" in events["E080"]
    assert "unilateral gesture" in releases["R-2025-02-12"]
    assert "family reunion" in releases["R-2025-06-21"]
    assert "linked by Minsk" in releases["R-2025-11-22"]
    assert "appealed to the Court of Justice (C-818/24 P)" in events["E096"]


def test_a_month_is_a_stretch_of_time_and_its_order_may_be_unknown():
    events = lesson.span(read("events"))
    least, most = lesson.apart(events.loc["E027"], events.loc["E114"])
    assert (least, most) == (-4, 23)
    assert lesson.length_of(least, most) == "which came first is not known"
    assert question("03.2").answer == (11, 41)


def test_a_day_is_never_invented():
    with pytest.raises(CasebookError, match="not known to the day"):
        lesson._day("2024-12")


def test_the_gap_finder_names_what_lies_on_or_between():
    explorer = lesson.gap_finder()
    figure = explorer.draw(explorer.rows(explorer.default))
    words = {text.get_text() for text in figure.axes[0].texts}
    title, key = (" ".join(text.get_text().split()) for text in reversed(figure.texts))
    plt.close(figure)
    assert "EU adds a reason for sanctions" in words and len(words) == 8
    gap = (day("E080") - day("E075")).days
    assert title.startswith(f"{gap} days: ") and ", then US licenses dealings in" in title
    assert "triangle: US relief" in key and "ollow" not in key


def test_an_unknown_order_has_no_then_in_the_title():
    explorer = lesson.gap_finder()
    figure = explorer.draw(explorer.rows({"one": "E027", "other": "E114"}))
    title, key = (" ".join(text.get_text().split()) for text in reversed(figure.texts))
    plt.close(figure)
    assert title.startswith("Which came first is not known: ") and ", then " not in title
    assert key.endswith(lesson.HOLLOW.lower())


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"from_year": 2026, "to_year": 2020}, "later than"),
        ({"kinds": ("crackdown",), "from_year": 2024}, "no such event"),
    ],
)
def test_the_timeline_says_what_to_change(setting, said):
    explorer = lesson.timeline()
    with pytest.raises(CasebookError, match=said):
        explorer.rows(explorer.default | setting)


def test_the_gap_finder_refuses_to_order_what_is_not_known():
    explorer = lesson.gap_finder()
    said = explorer.describe(explorer.rows({"one": "E027", "other": "E114"}))
    assert "E027 is known only to the month: which came first is not known" in said
