"""Lesson 02: what its titles and sentences claim, and what its drawings may show of people."""

import re

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from casebook import CasebookError, read
from casebook.lessons import who_is_who
from casebook.lessons.who_is_who import CUSTODY, find_name, links_of, one_actor


@pytest.fixture(scope="module")
def relations() -> pd.DataFrame:
    return read("relations")


def test_washington_forbids_and_permits_the_others_only_forbid():
    kinds = who_is_who._acts_on_firms().reset_index().groupby("side").kind.agg(set)
    assert {"forbids", "permits"} <= kinds["United States"]
    assert kinds["European Union"] == kinds["Lithuania"] == {"forbids"}


def test_nearly_a_third_of_the_links_are_about_custody(relations):
    assert 0.28 < relations.relation.isin(CUSTODY).mean() < 1 / 3


def test_the_first_by_links_is_not_the_first_without_custody(relations):
    """The trap of part 3: who comes first is made by a choice of rows."""
    rest = relations[~relations.relation.isin(CUSTODY)]
    for rows, first in ((relations, "P-LUKASHENKO"), (rest, "O-OFAC")):
        assert pd.concat([rows.from_id, rows.to_id]).value_counts().idxmax() == first
    assert links_of("O-BY-STATE", custody=False) == 0
    assert links_of("O-OFAC", custody=True) == links_of("O-OFAC", custody=False)


def test_ofac_only_acts_and_without_custody_lukashenko_is_only_acted_on():
    assert who_is_who.acted_on("O-OFAC") == 0
    assert who_is_who.acts("P-LUKASHENKO") == 0


def test_no_row_makes_a_living_man_the_one_who_jails(relations):
    """Detentions stand under the courts and authorities."""
    jails = relations[relations.relation == "imprisoned"]
    assert set(jails.from_id) == {"O-BY-STATE"}


def test_a_bank_is_permitted_what_nobody_forbade_in_the_table():
    kinds = who_is_who._acts_on_firms().reset_index().groupby("firm").kind.agg(set)
    assert [firm for firm, own in kinds.items() if own == {"permits"}] == ["O-BELINVEST"]


def test_an_expulsion_refused_is_filed_as_a_release(relations):
    own = relations[(relations.to_id == "P-STATKEVICH") & (relations.relation == "released")]
    assert own.date.tolist() == ["2025-09-11"] and "refused" in own.note.iloc[0]


def test_custody_is_left_out_until_asked_for():
    explorer = one_actor()
    assert explorer.default["links"] == "but custody"
    for actor in explorer.controls["actor"].values:
        try:
            rows = explorer.rows(explorer.default | {"actor": actor})
        except CasebookError:
            continue
        assert not rows.relation.isin(CUSTODY).any() and rows.custody.isna().all()
    asked = explorer.rows({"actor": "P-KALESNIKAVA", "links": "all"})
    assert asked.relation.isin(CUSTODY).any()
    assert "Custody: freed on 13 December 2025." in explorer.describe(asked)


def drawn_words(setting: dict) -> tuple[list[str], str]:
    """Return what is written in the picture of one actor, and its title and key."""
    explorer = one_actor()
    figure = explorer.draw(explorer.rows(explorer.default | setting))
    inside = [text.get_text() for text in figure.axes[0].texts]
    above = " ".join(text.get_text().replace("\n", " ") for text in figure.texts)
    plt.close(figure)
    return inside, above


def test_picture_of_one_actor_names_the_actor_and_each_other_once():
    inside, above = drawn_words({})
    assert len(inside) == len(set(inside)) and "appointed, instructed" in inside
    rows = one_actor().rows(one_actor().default)
    others = rows.other.nunique()
    assert f"John Coale: {len(rows)} published links with {others} others" in above


def test_key_explains_the_looks_that_are_drawn_and_no_others():
    assert "bar" not in drawn_words({})[1] and "dashed" in drawn_words({})[1]
    ofac = drawn_words({"actor": "O-OFAC"})[1]
    assert "with a bar" in ofac and "blue" in ofac and "dashed" not in ofac


def test_no_arrow_from_the_right_stands_between_two_firms(monkeypatch):
    """Those of Vilnius and Brussels are level with the name of their firm."""
    drawn = []
    monkeypatch.setattr(who_is_who, "show", lambda fig, **_: drawn.append(fig))
    who_is_who.bargain()
    ax = drawn[0].axes[0]
    firms = {text.get_text(): text.get_position()[1] for text in ax.texts if text.get_weight()}
    ends = [line.get_ydata()[0] for line in ax.lines if line.get_xdata()[0] == 55]
    plt.close(drawn[0])
    belaruskali, seller = firms["Belaruskali"], firms["Potash Company\n(BPC)"]
    assert [min(abs(end - belaruskali), abs(end - seller)) < 0.3 for end in ends] == [True] * 3


def test_lists_of_people_are_alphabetical_by_surname():
    explorer = one_actor()
    surnames = [name.split()[-1] for name in explorer.controls["actor"].words[:20]]
    assert surnames == sorted(surnames)
    released = explorer.rows({"actor": "P-LUKASHENKO", "links": "all"})
    surnames = [name.split()[-1] for name in released.other[released.relation == "released"]]
    assert surnames == sorted(surnames)


@pytest.mark.parametrize(
    ("typed", "people"),
    [
        ("Tikhanovsk", ["Siarhei Tsikhanouski", "Sviatlana Tsikhanouskaya"]),
        ("  kolesnik ", ["Maria Kalesnikava"]),
        ("Ruginienė", ["Inga Ruginiene"]),
        ("ruginiene", ["Inga Ruginiene"]),
        ("Сoale", ["John Coale"]),  # with the Cyrillic letter that looks like a C
        ("Cole", ["John Coale"]),
    ],
)
def test_a_name_is_found_by_any_spelling(typed, people):
    explorer = find_name()
    rows = explorer.rows({"name": typed})
    assert list(rows.name.unique()) == people
    board = explorer.draw(rows)
    marked = re.findall(r"<mark>(.*?)</mark>", board)
    assert marked == rows.spelling[rows.fits == "yes"].tolist()


@pytest.mark.parametrize(
    ("typed", "says"), [("a", "at least two"), ("xyzzy", "No spelling"), ("an", "More letters")]
)
def test_a_search_that_shows_nothing_says_why(typed, says):
    with pytest.raises(CasebookError, match=f"(?i){says}"):
        find_name().rows({"name": typed})
