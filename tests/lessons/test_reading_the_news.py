"""Lesson 10: what it says of claims, sources and errors; no verdict is seen too early."""

import html
import re

import matplotlib.pyplot as plt
import pytest
from tools.pages import NOTEBOOKS, code, load

from casebook import read
from casebook.exercises import question
from casebook.explorer import Panel
from casebook.ledger import fact
from casebook.lessons import reading_the_news as news

LESSON = NOTEBOOKS / "10_reading_the_news.ipynb"


# --- what the pictures claim ----------------------------------------------------------------------


def test_each_claim_has_one_of_the_five_verdicts_and_of_the_seven_kinds():
    counts = [news.claims_with(verdict=verdict) for verdict in news.VERDICTS]
    assert sum(counts) == news.claims_with() == len(read("claims"))
    assert set(read("claims").kind) == set(news.CHECKED_BY)


def test_claim_browser_says_the_tally_of_the_claims_that_it_lights():
    browser = news.claim_browser()
    for chosen, said in (
        ({}, "All 43 claims: 15 supported, 14 supported with nuance, 7 imprecise, 2 disputed, 5"),
        ({"section": "title"}, "2 of 43 claims: 2 supported"),
    ):
        figure = browser.draw(browser.rows(browser.default | chosen))
        words = " ".join(" ".join(text.get_text() for text in figure.texts).split())
        plt.close(figure)
        assert said in words


def test_article_begins_firm_and_ends_soft():
    claims = read("claims")
    holds = (claims.verdict == "supported").groupby(claims.section).mean()
    assert holds.idxmin() == news.CLOSING
    top = "title, lead"
    firm = [news.claims_with(top, verdict=v) for v in ("supported", "supported-with-nuance")]
    assert sum(firm) == news.claims_with(section=top)
    assert set(claims.section[claims.verdict == "disputed"]) == {news.CLOSING}


def test_descriptions_hold_least_often_forecasts_apart():
    claims = read("claims")
    holds = (claims.verdict == "supported").groupby(claims.kind).mean().drop("prediction")
    assert holds.idxmin() == "characterisation"
    assert holds["number"] > 0.5


def test_most_sources_hand_on_and_one_is_known_to_have_been_there():
    paths = news.sources_by_path()
    assert len(paths) == news.different_sources() == fact("F797").value
    assert paths.str.startswith("hands on").sum() == news.sources_that("hands on") > len(paths) / 2
    assert list(paths.index[paths == "reporter at the scene"]) == ["KI-1213"]
    counts = paths.value_counts()
    assert counts["hands on Reuters"] == news.sources_handing_on("Reuters") == fact("F815").value
    named = {"Reuters", "Viasna"}
    others = read("source_origins").handed_on_from.str.split(";").str[0].value_counts()
    assert set(others.index[:2]) == named  # no other origin is the main one more often


def test_claims_fall_into_those_that_all_some_and_no_sources_hand_on():
    all_, some, none = (set(news.claims_on(how)) for how in ("all", "any", "none"))
    assert all_ < some
    assert some.isdisjoint(none) and some | none == set(read("claims").index)


def test_links_are_pairs_of_a_claim_and_a_known_source():
    links = news.links_to_sources()
    assert not links.duplicated(["claim_id", "source_id"]).any()
    assert links[["publisher", "knows_by"]].notna().all(axis=None)
    assert news.link_count() > news.different_sources() > news.claims_with()


def test_an_agency_counts_once_for_each_claim():
    assert news.claims_citing("XINHUA") < news.different_sources(beside="XINHUA")
    assert news.claims_citing("no such source") == 0


# --- the judge ------------------------------------------------------------------------------------


def shown(panel: Panel) -> str:
    return html.unescape(f"{panel.sentence.value} {panel.picture.value} {panel.table.value}")


def opened() -> Panel:
    judge = news.claim_judge()
    return Panel(judge, judge.render(judge.default))


@pytest.mark.parametrize("yours", [news.NOT_YET, news.SOURCES_FIRST])
def test_no_verdict_and_no_reason_is_seen_before_the_learner_gives_one(yours):
    judge, claims = news.claim_judge(), read("claims")
    for claim in claims.itertuples():
        view = judge.render({"claim": claim.Index, "yours": yours})
        words = html.unescape(" ".join(view))
        assert claim.claim in words
        assert not any(reason in words for reason in claims.why)
        assert not re.search(r"\b(supported|imprecise|disputed|unverifiable)\b", words)


def test_saved_page_has_all_claims_and_no_verdict():
    bundle = news.claim_judge()._repr_mimebundle_()
    words = html.unescape(bundle["text/html"] + bundle["text/plain"])
    assert all(claim in words for claim in read("claims").claim)
    assert not any(reason in words for reason in read("claims").why)


def test_the_learners_word_stands_beside_ours_with_reason_and_sources():
    panel = opened()
    panel.fields["claim"].value = panel.explorer.controls["claim"].word("S38")
    panel.fields["yours"].value = "supported"
    words = shown(panel)
    assert "you say supported, we say disputed" in words
    claim = read("claims").loc["S38"]
    assert claim.why in words
    addresses = read("sources").address[claim.source_ids.split(";")]
    assert all(f'href="{html.escape(address)}"' in panel.picture.value for address in addresses)


def test_the_next_claim_is_judged_anew():
    """A word given to one claim must not open our verdict on the next."""
    panel = opened()
    panel.fields["yours"].value = "imprecise"
    assert "we say" in shown(panel)
    panel.steps["claim"][1].click()
    assert panel.fields["yours"].value == news.NOT_YET
    assert "S02" in shown(panel) and "we say" not in shown(panel)
    panel.fields["yours"].value = "supported"
    assert "S02: you say supported, we say supported" in shown(panel)
    panel.fields["claim"].value = "no such claim"
    assert "we say" not in panel.problem.value


def test_verdicts_lie_in_a_fold():
    folded = news.verdicts(["S10", "S43"]).html
    assert folded.startswith("<details><summary>") and folded.endswith("</details>")


def test_claims_of_the_room_are_judged_nowhere_before_their_fold():
    """Whoever reads from the top meets no verdict on the six before giving one."""
    reasons = read("claims").why
    for cell in code(load(LESSON)):
        if "news.verdicts(" in cell.source:
            break
        text = html.unescape(str(cell.outputs))
        assert not any(reason in text for reason in reasons), cell.id


# --- witnesses, cards, exercises ------------------------------------------------------------------


def test_pages_that_hand_on_one_report_are_one_voice():
    counter = news.witness_counter()
    rows = counter.rows({"claim": "S14"})
    reuters = rows[rows.handed_on_from.str.startswith("Reuters")]
    assert len(reuters) == 3 and reuters.voice.nunique() == 1
    assert counter.describe(rows).endswith(f"at most {len(rows) - 2} voices.")


def test_sources_of_unknown_origin_are_not_put_together():
    rows = news.witness_counter().rows({"claim": "S26"})
    assert rows.voice.nunique() == len(rows) == 3


def test_the_witness_counter_answers_for_each_claim():
    """Of three claims no source hands on another: a column that is empty throughout."""
    counter = news.witness_counter()
    for claim_id in counter.controls["claim"].values:
        assert counter.rows({"claim": claim_id}).voice.notna().all()


def test_every_card_has_its_check_its_day_and_its_outlet_in_a_neutral_line():
    board = html.unescape(news.error_cards().html)
    errors = read("error_specimens")
    assert all(check in board for check in errors.check_that_finds_it)
    assert board.count("<details>") == len(errors)
    assert board.count("<small>X") == len(re.findall(r"<small>X\d+ · [^<]+, [^<]*20\d\d<", board))
    # Words of an agency on the page of another: the card is that of the page.
    assert "Novyny Live, 14 December 2025" in board and "Novyny Live / Reuters" not in board


@pytest.mark.parametrize("exercise_id", ["10.2", "10.5", "10.6"])
def test_every_item_to_be_sorted_has_a_box_of_the_page(exercise_id):
    (cell,) = (c.source for c in code(load(LESSON)) if f'question("{exercise_id}")' in c.source)
    assert set(re.findall(r'"([a-z ]+)": \.\.\.', cell)) == set(question(exercise_id).answer)


def test_an_appeal_with_all_its_parts_is_thanked_and_one_by_headcount_is_not():
    appeal = question("10.8")
    whole = (
        "S24: supported in place of supported-with-nuance. Pozirk of 16 December 2025 calls all "
        "of them political prisoners. Your reason leaves out why they were held."
    )
    assert appeal.check(whole).text.startswith("Thank you.")
    assert "I do not see" not in appeal.check(whole).text
    assert appeal.check(f"{whole} And many outlets say so.").text.startswith("**Look again.**")
    assert "its day" in appeal.check("S24 should be supported, because Viasna says so.").text
