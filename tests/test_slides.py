"""Slides: one idea each, read from the last row, in the minutes that a route gives them."""

import re

import pytest
from bs4 import BeautifulSoup
from tools import slides, states, teaching
from tools.pages import lesson_paths
from tools.pieces import place, plain

from casebook import read
from casebook.explorer import NumberControl

DECKS = [
    (route, session) for route in read("routes").index for session in slides.names(route).values()
]
NAMED = {slides.deck_name(*deck): deck for deck in DECKS}
DECK = next(iter(NAMED))  # where one will do
EACH = pytest.mark.parametrize(("route", "session"), DECKS, ids=lambda name: name or "-")
NUMBER = 'class="field number"'
SIZES = [(1024, 768), (1920, 1080)]
MEASURED = """() => [...document.querySelectorAll('section')].map((slide, place) => {
  const least = Math.max(28, 0.034 * innerHeight) - 0.5;
  const written = element => [...element.childNodes].some(
    node => node.nodeType === 3 && node.textContent.trim()) && element.getClientRects().length;
  return {
    place: place + 1,
    height: Math.max(slide.scrollHeight, slide.getBoundingClientRect().height),
    width: slide.scrollWidth,
    small: [...slide.querySelectorAll('*')].filter(
      e => written(e) && parseFloat(getComputedStyle(e).fontSize) < least).length,
    pictures: [...slide.querySelectorAll(':scope > img')].map(
      e => e.getBoundingClientRect().height),
  };
})"""


def pieces(route: str, session: str) -> list:
    return [piece for step in slides.steps_of(route, session) for piece in step.pieces]


@EACH
def test_slides_fit_the_minutes_of_their_step(route, session):
    """Read aloud and looked at, no step takes longer than its route says; the notes add up."""
    for step in slides.steps_of(route, session):
        planned = step.end - step.start
        assert step.needed <= planned, f"{step.doing}: {step.needed:.1f} of {planned} minutes"
        if step.pieces:
            assert sum(step.minutes()) == pytest.approx(planned)
            assert min(step.minutes()) > 0


@EACH
def test_no_slide_shows_an_answer_with_its_question(route, session):
    """The answer comes on a later slide; between them stands at most what the guess is about."""
    shown = pieces(route, session)
    for number, piece in enumerate(shown):
        if piece.kind == "vote":
            assert piece.body.count("<li>") >= 2, "a vote has its options on the same slide"
        if piece.kind in ("vote", "question"):
            assert not re.search("<img|<table|<b>|See the answer", piece.body)
        if piece.kind == "question":
            later = [following.kind for following in shown[number + 1 :]]
            assert set(later[: later.index("answer")]) <= {"table", "code"}


@EACH
def test_a_class_votes_before_anything_tells(route, session):
    """The part that a vote is about comes after it, and then the answer below its question."""
    shown = pieces(route, session)
    for number, piece in enumerate(shown):
        if piece.kind == "vote":
            later = shown[number + 1 :]
            answer = next(n for n, then in enumerate(later) if then.heading in plain(piece.body))
            assert later[answer].kind == "answer"
            assert "picture" in {then.kind for then in later[:answer]}
            told = {before.heading for before in shown[:number]}
            assert not told & {then.heading for then in later[:answer]}


def test_the_eight_lines_are_signed_before_the_map():
    kinds = [piece.kind for piece in slides.steps_of("R1", "")[0].pieces]
    assert kinds.index("list") < kinds.index("wall") < kinds.index("picture")


def test_right_answers_of_polls_stand_under_every_letter():
    """A class that sees the same letter win each time stops thinking."""
    right = read("poll_options").query("is_right").letter.value_counts()
    assert len(right) > 2
    assert right.max() <= (len(read("polls")) + 1) // 2


def test_every_poll_has_a_slide_and_its_answer_the_next():
    page = BeautifulSoup(slides.polls(), "html.parser")
    kinds = [section["class"][0] for section in page("section")]
    assert kinds == ["slide-title", *["slide-vote", "slide-answer"] * len(read("polls"))]


@EACH
def test_a_content_note_comes_before_everything_else(route, session):
    slugs = slides.lessons_of(route, session)
    wanted = [note for slug in slugs if (note := teaching.content_note(slug))]
    first = pieces(route, session)[1 : 1 + len(wanted)]
    assert [note.split("**")[1] for note in wanted] == ["Content note."] * len(first)
    assert all("Content note." in piece.body for piece in first)


def test_the_lessons_on_prison_have_a_content_note():
    of_prison = {"counting_people", "bargain_and_ethics"}
    of_prison = [path.stem for path in lesson_paths() if path.stem[3:] in of_prison]
    assert all(map(teaching.content_note, of_prison))


@EACH
def test_slides_show_no_bookkeeping(route, session):
    """No ids, no NaN, no empty columns; without code no code and no word on the program."""
    with_code = read("routes").slides[route] == "with code"
    for piece in pieces(route, session):
        text = plain(piece.body)
        assert not re.search(r"\bNaN\b|<NA>|\b[A-Z]+_id\b|See the answer|Run this cell", text), text
        if not with_code:
            ids = r"\b(?:S|F|C|R|PC|N)-?\d{2,}\b"
            assert not re.search(rf"{ids}|_|`|JupyterLab|notebook|\.loc|read\(", text), text
            assert "<pre" not in piece.body


@EACH
def test_notes_say_something_to_every_step(route, session):
    page = slides.notes(route, session)
    assert page.count('id="slide-') == len(pieces(route, session))
    steps = slides.steps_of(route, session)
    assert page.count("Minutes ") >= len(steps)
    assert all(step.doing for step in steps)


@pytest.fixture
def show(reader, packed):
    """Return a way to open slides on a wall of a size, without network."""

    def opened(name, size):
        wall = {"width": size[0], "height": size[1]}
        return reader.show(packed / "slides" / f"{name}.html", wall)

    return opened


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", [*NAMED, "polls"])
def test_every_slide_fits_the_wall_in_large_letters(show, name, size):
    """Nothing is cut, nothing is written smaller than 28 pixels or 3.4 % of the height."""
    page = show(name, size)
    found = page.evaluate(MEASURED)
    kinds = [piece.kind for piece in pieces(*NAMED[name])] if name in NAMED else []
    assert len(found) == (len(kinds) or 1 + 2 * len(read("polls")))
    wrong = [
        slide
        for slide in found
        if slide["height"] > size[1] + 1 or slide["width"] > size[0] or slide["small"]
    ]
    assert not wrong
    pictures = [height for slide in found for height in slide["pictures"]]
    assert "picture" not in kinds or max(pictures) == pytest.approx(0.75 * size[1], abs=1)


def test_explorers_live_on_slides(show, packed):
    """A setting that a person types changes picture and sentence, without a kernel."""
    made = {name: (packed / f"slides/{name}.html").read_text(encoding="utf-8") for name in NAMED}
    page = show(next(name for name, text in made.items() if NUMBER in text), SIZES[0])
    box = page.locator(".slide-explorer .explorer", has=page.locator(".field.number")).first
    box.scroll_into_view_if_needed()
    with states.draft():  # as the pack was made
        controls = states.by_name(box.get_attribute("data-name")).controls.values()
    control = next(one for one in controls if isinstance(one, NumberControl))
    other = next(value for value in control.drawn if value != control.default)
    before = box.locator(".view img").get_attribute("src"), box.get_by_role("status").inner_text()
    box.locator(".field.number input:not([type=range])").first.fill(control.word(other))
    page.keyboard.press("Enter")
    page.wait_for_function(
        "([box, said]) => box.querySelector('[role=status]').innerText !== said",
        arg=[box.element_handle(), before[1]],
    )
    assert box.locator(".view img").get_attribute("src") != before[0]


def test_notes_follow_the_slides(show):
    page = show(DECK, SIZES[0])
    with page.expect_popup() as opened:
        page.keyboard.press("s")
    notes = opened.value
    notes.wait_for_url(re.compile(rf"{DECK}_notes\.html#slide-1$"))
    page.bring_to_front()
    page.keyboard.press("PageDown")
    notes.wait_for_url(re.compile("#slide-2$"))


def test_slides_print_one_on_a_page(show):
    page = show(DECK, SIZES[0])
    for paper in ("A4", "Letter"):
        printed = page.pdf(format=paper, landscape=True)
        assert len(re.findall(rb"/Type /Page\b", printed)) == page.locator("section").count()


def test_slides_move_by_key(show):
    """A clicker sends Page keys; the arrows and the space bar do the same; back is back."""
    page = show(DECK, SIZES[0])
    top = "n => Math.round(document.querySelectorAll('section')[n].getBoundingClientRect().top)"
    for number, key in enumerate(["PageDown", "ArrowRight", " "], start=1):
        page.keyboard.press(key)
        assert abs(page.evaluate(top, number)) <= 2
    page.keyboard.press("PageUp")
    assert abs(page.evaluate(top, 2)) <= 2


def test_a_slide_on_a_small_screen_is_read_to_its_end(show):
    """A clicker alone brings every line of every slide into view."""
    page = show(DECK, (640, 400))
    boxes = "() => [...document.querySelectorAll('section')].map(e => e.getBoundingClientRect())"
    assert max(box["height"] for box in page.evaluate(boxes)) > 500
    count, seen = page.locator("section").count(), set()
    for _ in range(3 * count):
        shown = page.evaluate(boxes)
        seen |= {number for number, box in enumerate(shown) if 0 < box["bottom"] <= 402}
        page.keyboard.press("PageDown")
    assert seen == set(range(count))


@pytest.mark.parametrize("path", teaching.taught(), ids=lambda path: path.stem)
def test_a_place_ends_where_the_next_begins(path):
    """A step of ten minutes must not bring the rest of the lesson with it."""
    found = [piece for piece in place(path, "1", with_code=True) if piece.kind != "answer"]
    assert {piece.heading for piece in found} == {teaching.find("1", path)[0].partition(" · ")[2]}
