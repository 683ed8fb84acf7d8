"""Worksheets ask and leave room; what is answered or judged stands on another sheet."""

import re

import pytest
from bs4 import BeautifulSoup
from tools import paper_route, sheets, teaching
from tools.pages import load
from tools.pieces import plain, whole

from casebook import question, read

FIRST, *REST = teaching.taught()
NAMES = [path.stem[3:] for path in teaching.taught()]
TAUGHT = pytest.mark.parametrize(
    "path", [FIRST, *(pytest.param(path, marks=pytest.mark.long) for path in REST)]
)


@TAUGHT
def test_a_worksheet_asks_everything_and_answers_nothing(path):
    """Each guess and each exercise of the lesson, with lines to write on, and no answer of ours."""
    page = BeautifulSoup(sheets.worksheet(path), "html.parser").main
    shown = [p for p in whole(path, with_code=False) if p.kind in ("question", "answer")]
    asked = page.find_all("section", class_="question")
    assert len(asked) == sum(piece.kind == "question" for piece in shown)
    for number, piece in enumerate(shown):
        if piece.kind == "question":
            section, answer = asked.pop(0), shown[number + 1]
            assert section.find(class_="line")
            said = plain(answer.body).strip()
            assert section.get_text().count(said) == plain(piece.body).count(said)
    tasks = teaching.tasks(load(path))
    assert len(page.find_all("section", class_="exercise")) == len(tasks)
    for section, exercise_id in zip(page("section", class_="exercise"), tasks, strict=True):
        assert section.find(class_=re.compile("line|blank"))
        solved = question(exercise_id).solution().text
        assert teaching.without_links(solved.splitlines()[0]) not in section.get_text()
    assert not re.search(r"Run this cell|Answer:|(?<![yY])our verdict\b", page.get_text())


@TAUGHT
def test_the_other_sheet_answers_what_the_worksheet_asks(path):
    page = BeautifulSoup(sheets.answers(path), "html.parser").main
    shown = whole(path, with_code=False)
    count = {kind: sum(piece.kind == kind for piece in shown) for kind in ("answer", "picture")}
    assert len(page.find_all("p", class_="guess")) == count["answer"]
    assert len(page("figure")) == count["picture"]
    assert len(page.find_all("section", class_="exercise")) == len(teaching.tasks(load(path)))


@pytest.mark.skipif("reading_the_news" not in NAMES, reason="the lesson of the claims was dropped")
def test_claims_are_judged_with_evidence_and_without_our_verdict():
    page = BeautifulSoup(sheets.route_worksheet("R1", ""), "html.parser")
    text = page.main.get_text(" ")
    assert "your verdict" in text
    for row in read("claims").loc[read("evidence").claim_id.unique()].itertuples():
        assert row.claim in text
        assert row.why not in text
    for evidence in read("evidence").evidence:
        assert re.split("[{}]", evidence)[0] in text


@pytest.mark.long
def test_the_paper_route_can_be_done_and_checked():
    pack, key = paper_route.pack(), paper_route.key()
    text = BeautifulSoup(pack, "html.parser").main.get_text(" ")
    claims, slips = read("claims"), read("slip_cards")
    for claim_id in paper_route.CLAIMS:
        assert claims.claim[claim_id] in text
        assert claims.why[claim_id] not in text
        assert claims.why[claim_id] in BeautifulSoup(key, "html.parser").get_text()
    most = claims.verdict[paper_route.CLAIMS].value_counts().max()
    assert most <= paper_route.TOKENS, "a group may lay the same word on several claims"
    found = read("error_specimens").loc[slips.index]
    for row in slips.itertuples():
        card = text.partition(row.says[:12])[2][:200]
        assert found.check_that_finds_it[row.Index] not in card
    assert all(kind in text and kind in key for kind in found.error_type)
    assert len(paper_route.events()) >= 12
    assert set(paper_route.events().lane) == {"people", "sanctions"}
