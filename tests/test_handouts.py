"""The pack is read, printed and shown: by keyboard, in both themes, on paper, on a wall."""

import re

import pytest
from tools import sheets, teaching
from tools.pages import code, generated, load

from browser.lab import COLOURS_ONLY, PHONE, SIZE, axe

SLUGS = [path.stem for path in teaching.taught()]
PAGES = [
    "index.html",
    f"learner/notebooks/{SLUGS[0]}.html",
    f"teacher/notebooks/{SLUGS[-3:][0]}.html",
    "teacher/notebooks/teaching/routes/R1.html",
    "teacher/notebooks/teaching/glossary.html",
    "teacher/notebooks/teaching/polls.html",
    f"print/{SLUGS[len(SLUGS) // 2 - 1]}_worksheet.html",
    "print/paper_route.html",
    f"slides/{min(sheets.ROUTES)}.html",
]


@pytest.fixture
def show(reader, packed):
    """Return a way to open a page of the pack without network."""

    def opened(name, **look):
        return reader.show(packed / name, **look)

    return opened


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(show, name):
    page = show(name)
    assert axe(page, "document") == []
    page.emulate_media(color_scheme="dark")
    assert axe(page, "document", COLOURS_ONLY) == []


@pytest.mark.parametrize("name", PAGES)
def test_nobody_scrolls_sideways_at_double_zoom(show, name):
    page = show(name, size={"width": SIZE["width"] // 2, "height": 450})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= SIZE["width"] // 2


def test_what_is_wider_than_a_phone_is_scrolled_by_keys(show):
    by_keys = {"runOnly": ["scrollable-region-focusable"]}
    for slug in SLUGS:
        page = show(f"learner/notebooks/{slug}.html", size=PHONE)
        assert axe(page, "document", by_keys) == []
        assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]


def test_sheets_print_in_type_that_can_be_read(show, packed):
    """On A4 and Letter: body 11 pt, tables 9 pt, charts 145 mm wide, nothing cut at the right."""
    points = "e => parseFloat(getComputedStyle(e).fontSize) * 0.75"
    for file in sorted((packed / "print").glob("*.html")):
        page = show(f"print/{file.name}")
        page.emulate_media(media="print")
        for paper in (210, 216):
            width = (paper - 26) * 96 / 25.4  # between the margins
            page.set_viewport_size({"width": round(width), "height": 900})
            assert page.evaluate("() => document.documentElement.scrollWidth") <= width + 1
            wide = page.eval_on_selector_all("figure img", "all => all.map(e => e.clientWidth)")
            assert all(pixels >= 145 * 96 / 25.4 for pixels in wide), file.name
        assert page.locator("p").first.evaluate(points) >= 11, file.name
        assert all(
            size >= 8.9 for size in page.eval_on_selector_all("td", f"all => all.map({points})")
        )


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_worksheet_of_one_lesson_is_one_sheet_of_paper(show, paper):
    printed = show("print/R1_worksheet.html").pdf(format=paper)
    assert len(re.findall(rb"/Type /Page\b", printed)) <= 2


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("route", sheets.ROUTES)
def test_the_plan_of_a_session_is_one_page(show, route, paper):
    page = show(f"teacher/notebooks/teaching/routes/{route}.html")
    assert len(re.findall(rb"/Type /Page\b", page.pdf(format=paper, print_background=True))) == 1


def test_code_that_a_lesson_folds_is_folded_in_the_pages(packed):
    """Who came for the picture meets it first; a click opens the code."""
    for path in teaching.taught():
        cells = [cell for cell in code(load(path)) if not generated(cell)]
        folded = [c for c in cells if c.metadata.get("jupyter", {}).get("source_hidden")]
        page = (packed / f"learner/notebooks/{path.stem}.html").read_text(encoding="utf-8")
        assert page.count("<summary>The code</summary><pre>") == len(folded)
        assert "git clone" not in page, "nothing is fetched for who reads"
