"""Lesson 10: what it says of claims, sources and the rule on labels."""

import pandas as pd

from casebook import read
from casebook.lessons import reading_the_news as news


def test_each_claim_has_one_of_the_five_verdicts():
    counts = [news.claims_with(verdict=verdict) for verdict in news.VERDICTS]
    assert sum(counts) == news.claims_with() == len(read("claims"))


def test_title_and_lead_are_the_best_part_and_the_closing_section_the_worst():
    claims = read("claims")
    holds = (claims.verdict == "supported").groupby(claims.section).mean()
    assert holds.idxmin() == news.CLOSING
    top = "title, lead"
    firm = [news.claims_with(top, verdict=v) for v in ("supported", "supported-with-nuance")]
    assert sum(firm) == news.claims_with(section=top)
    assert set(claims.section[claims.verdict == "disputed"]) == {news.CLOSING}


def test_the_correction_takes_one_broadcaster_out_of_the_relays_and_no_other():
    names = pd.Series(["RFE/RL", "Radio Svoboda (RFE/RL)", "A / B", "Xinhua via X", "Reuters"])
    assert news._is_relay(names, corrected=False).tolist() == [True, True, True, True, False]
    assert news._is_relay(names, corrected=True).tolist() == [False, False, True, True, False]


def test_claims_fall_into_those_with_relays_only_with_some_and_with_none():
    only, some = (set(news.claims_on_relays(how)) for how in ("all", "any"))
    none = set(news.claims_on_relays("none"))
    assert only < some
    assert some.isdisjoint(none) and some | none == set(read("claims").index)
    assert set(news.claims_on_relays("all", corrected=True)) == only - {"S20"}


def test_links_are_pairs_of_a_claim_and_a_known_source():
    links = news._links()
    assert not links.duplicated(["claim_id", "source_id"]).any()
    assert links.publisher.notna().all()
    assert news.link_count() > news.different_sources() > news.claims_with()


def test_an_agency_counts_once_for_each_claim():
    assert news.claims_citing("XINHUA") < news.different_sources(beside="XINHUA")
    assert news.claims_citing("no such source") == 0
