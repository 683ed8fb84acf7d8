"""Explorers live without a kernel: every state is drawn, and the page says what it leaves out."""

import json
import math
import os
import time

import pytest
from bs4 import BeautifulSoup
from PIL import Image
from tools import states

from casebook.explorer import ChoiceControl, NumberControl, choice, number
from casebook.tables import CasebookError

SMALL = [
    name
    for name in ("what_happened.three_dates", "bargain_and_ethics.where_taken")
    if name in states.names()
]
# With number boxes; its pictures take ten seconds.
LARGER = [name for name in ("what_relief_is_worth.route_calculator",) if name in states.names()]
DRAWN = pytest.mark.parametrize(
    "name", [*SMALL, *(pytest.param(name, marks=pytest.mark.long) for name in LARGER)]
)


@pytest.mark.parametrize("name", states.names())
def test_the_states_of_an_explorer_are_few_enough_to_draw_and_hold_its_default(name):
    explorer = states.by_name(name)
    every = states.settings(explorer)
    assert explorer.default in every
    assert len(every) == math.prod(len(c.drawn) for c in explorer.controls.values())


def test_an_explorer_with_too_many_states_says_what_to_do():
    explorer = states.by_name(SMALL[0])
    wide = number("Many", 0, states.MOST, 0)
    crowded = type(explorer)("Crowd", None, {"many": wide}, None, None, None, "us")
    with pytest.raises(CasebookError, match=r"Crowd has 401 states.*grid"):
        states.settings(crowded)


def test_a_grid_holds_the_default_in_order_and_nothing_from_outside():
    assert number("N", 0, 10, 3, grid=[8, 0]).drawn == (0, 3, 8)
    assert number("N", 0, 10, 3).drawn == tuple(range(11))
    assert choice("C", list("abcd"), "b", grid=["d"]).drawn == ("b", "d")
    with pytest.raises(CasebookError, match="11 of the grid is not between"):
        number("N", 0, 10, 3, grid=[11])
    with pytest.raises(CasebookError, match="'x' of the grid is not among"):
        choice("C", list("abcd"), grid=["x"])


def test_a_draft_has_the_default_and_a_neighbour_and_leaves_no_trace():
    name = LARGER[0] if LARGER else SMALL[0]
    explorer, place = states.by_name(name), states._cached(name)
    with states.draft():
        few, drafted = states.by_name(name), states._cached(name)
    assert drafted != place == states._cached(name)
    for control, near in zip(explorer.controls.values(), few.controls.values(), strict=True):
        places = [control.drawn.index(value) for value in near.drawn]
        assert control.default in near.drawn and places[1] == places[0] + 1
    assert states.by_name(name).controls == explorer.controls


def test_what_a_stopped_run_left_goes_and_what_another_run_draws_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(states, "CACHE", tmp_path / "cache")
    for name, age in (("tmpold", 7200), ("tmpnew", 0), ("a.b-0123", 7200)):
        (tmp_path / "cache" / name).mkdir(parents=True)
        os.utime(tmp_path / "cache" / name, (time.time() - age,) * 2)
    states.draw(tmp_path, [])
    assert {path.name for path in (tmp_path / "cache").iterdir()} == {"tmpnew", "a.b-0123"}


@pytest.fixture
def drawn(tmp_path, name):
    states.draw(tmp_path, [name])
    return tmp_path


def held(folder, name):
    text = (folder / name / "states.js").read_text(encoding="utf-8")
    assert text.startswith(f'{states.START}["{name}"]=')
    return json.loads(text.partition("]=")[2].rstrip(";\n"))


@DRAWN
def test_each_state_is_what_the_explorer_shows_there(drawn, name):
    explorer, data = states.by_name(name), held(drawn, name)
    for setting, state in list(zip(states.settings(explorer), data["states"], strict=True))[::29]:
        view = explorer.render(setting)
        shown, sentence, table = state
        assert sentence in BeautifulSoup(view.sentence, "html.parser").text
        told = BeautifulSoup("".join(data["pieces"][n] for n in table), "html.parser")
        assert told.table.text == BeautifulSoup(view.table, "html.parser").table.text
        if isinstance(shown, int):
            with Image.open(drawn / name / f"{shown}.webp") as picture:
                assert [round(n / states.SCALE) for n in picture.size] == data["sizes"][shown]
        else:
            assert "".join(data["pieces"][n] for n in shown) == view.picture


@DRAWN
def test_a_page_without_script_has_the_default_with_its_words(drawn, name):
    explorer = states.by_name(name)
    page = BeautifulSoup(states.alive(name, "x"), "html.parser")
    assert page.select_one("[role=status]").text == explorer.describe(
        explorer.rows(explorer.default)
    )
    assert page.table and "Source: " in page.text
    if picture := page.img:
        assert picture["src"].startswith(f"x/{name}/") and picture["alt"].startswith(explorer.title)
        assert (drawn / picture["src"].removeprefix("x/")).exists()


@DRAWN
def test_controls_have_the_labels_and_options_of_the_live_ones(drawn, name):
    explorer = states.by_name(name)
    page = BeautifulSoup(states.alive(name, "x"), "html.parser")
    for control in explorer.controls.values():
        label = page.find(["label", "span"], string=control.caption)
        assert label, control.caption
        if isinstance(control, NumberControl):
            assert page.find(id=label["for"])["value"] == control.word(control.default)
        elif isinstance(control, ChoiceControl) and not control.can_step:
            assert [one.text for one in label.parent.find_all("label")] == list(control.words)


@DRAWN
def test_what_a_page_leaves_out_is_said(drawn, name):
    explorer = states.by_name(name)
    count = len(states.settings(explorer))
    is_thinned = any(control.grid for control in explorer.controls.values())
    said = f"This page holds {count} settings. Any other: ask." in states.alive(name, "x", "ask")
    assert said == is_thinned
