"""Every link leads somewhere: on a Git host, in JupyterLab, and in the exported pages."""

import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from tools import handouts, states, teaching
from tools.pages import ROOT, about, lesson_paths, load

from browser.lab import LessonPage
from casebook.exercises import UNANSWERED

PAGES = sorted(handouts.sources("teacher"))
AFAR = re.compile(r"[a-z]+:")


@cache
def words(page: Path) -> str:
    """Return the text of a page without its code."""
    if page.suffix == ".md":
        text = page.read_text(encoding="utf-8")
    else:
        text = "\n\n".join(c.source for c in load(page).cells if c.cell_type == "markdown")
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.S)


@cache
def anchors(page: Path) -> set[str]:
    """Return the places of a page that work on a Git host, in JupyterLab and in exported pages.

    A Git host turns a heading of a Markdown page into small letters and JupyterLab does not, so a
    heading counts where both agree; an explicit ``<a id=...>`` always does.
    """
    text = words(page)
    found = set(re.findall(r'<a id="([^"]+)"', text))
    titles = [title.strip() for title in re.findall(r"^#+ (.+)$", text, re.M)]
    if page.suffix == ".ipynb":
        found |= {title.replace(" ", "-") for title in titles}
        found |= {f"cell-id={cell.id}" for cell in load(page).cells}
    else:
        found |= {title for title in titles if re.fullmatch(r"[a-z0-9_-]+", title)}
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
@pytest.mark.mine
def test_links_inside_the_repository_resolve(page):
    """Each link leads to a page and a place that are here."""
    for target in re.findall(r"\]\(([^)\s]+)\)", words(page)):
        if AFAR.match(target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), target
        if anchor:
            assert unquote(anchor) in anchors(file), target


def test_a_link_into_a_lesson_names_a_cell():
    """JupyterLab finds a heading only where it is drawn already, and a cell wherever it is."""
    for page in PAGES:
        inside = r"|\]\((#[^)\s]+)\)" if page.suffix == ".ipynb" else ""
        for target in re.findall(rf"\]\([^)\s]+\.ipynb(#[^)\s]+)\){inside}", words(page)):
            anchor = "".join(target)
            assert re.match(r"#cell-id=|#[FW]\d+$", anchor), (page.name, anchor)


@pytest.mark.mine
def test_lessons_lead_to_their_neighbours_in_reading_order():
    """The end of a lesson leads to the lessons before and after it."""
    paths = lesson_paths()
    for place, path in enumerate(paths):
        last = load(path).cells[-1].source
        wanted = [paths[at].name for at in (place - 1, place + 1) if 0 <= at < len(paths)]
        assert re.findall(r"\]\(([^)]+)\)", last) == ["teaching/keep_your_work.md", *wanted]


@pytest.fixture(scope="module")
def pages(packed) -> dict[Path, BeautifulSoup]:
    """Return every page of the pack."""
    return {
        page: BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        for page in packed.rglob("*.html")
    }


def test_every_link_of_the_exported_pages_leads_to_a_place(packed, pages):
    places = {page: {tag["id"] for tag in soup.find_all(id=True)} for page, soup in pages.items()}
    assert len(pages) > 60
    for page, soup in pages.items():
        for link in soup.find_all("a", href=True):
            if AFAR.match(link["href"]):
                continue
            name, _, anchor = link["href"].partition("#")
            file = (page.parent / unquote(name)).resolve() if name else page
            assert file.exists() and packed in file.parents, (page, link["href"])
            assert file.suffix not in (".ipynb", ".md"), (page, link["href"])
            if anchor:
                # A browser takes the anchor as it is written first, and decoded next.
                assert {anchor, unquote(anchor)} & places[file], (page, link["href"])


def test_exported_pages_need_no_network(pages):
    """All is in the page but for the pictures of explorers, which lie beside it."""
    for page, soup in pages.items():
        loaded = [tag.get("src") or tag.get("href") for tag in soup(["img", "script", "link"])]
        for address in filter(None, loaded):
            assert address.startswith("data:") or (page.parent / address).exists(), (page, address)
        assert not re.search(r"@import|url\(", soup.style.string), page
        is_moved = bool(soup.select("body.slides, .explorer"))
        assert bool(soup("script")) == is_moved, page


def test_explorers_live_in_both_editions_and_in_slides(packed, pages):
    for edition in ("learner", "teacher"):
        alive = {
            tag["data-name"]
            for page, soup in pages.items()
            if packed / edition in page.parents
            for tag in soup.select(".explorer")
        }
        assert alive == set(states.names())
    assert any(soup.select("section .explorer") for soup in pages.values())
    for page, soup in pages.items():
        for tag in soup.select(".explorer"):
            assert (page.parent / tag["data-folder"] / "states.js").exists(), page


def test_the_learners_edition_holds_no_answer(packed):
    """Neither a teacher's cell, nor a page of notes or polls; the teacher's has every answer."""
    learner, teacher = (list((packed / name).rglob("*.html")) for name in ("learner", "teacher"))
    names = {page.relative_to(packed / "learner").as_posix() for page in learner}
    assert not any("/notes/" in name or name.endswith("polls.html") for name in names)
    assert not any('class="teacher"' in page.read_text(encoding="utf-8") for page in learner)
    keys = sum(page.read_text(encoding="utf-8").count('id="cell-id=key-') for page in teacher)
    asked = sum(
        page.read_text(encoding="utf-8").count(UNANSWERED)
        for page in learner
        if page.parent.name == "notebooks"
    )
    assert keys == asked > 60


def place_of(route_id: str) -> str:
    """Return the heading of the last place that a route links to by its name, not its number."""
    text = teaching.route(route_id)
    return re.findall(r"\[(\D[^\]]+)\]\(\.\./\.\./\w+\.ipynb#cell-id=", text)[-1]


START, FIRST, SECOND = (path.stem for path in lesson_paths()[:3])
TITLES = {path.stem: about(path)["title"] for path in lesson_paths()}
# The lesson that is open, the words of the links followed from there, what comes into view.
LIVE = [
    (START, ["a double lesson", place_of("R2")], place_of("R2")),
    ("10_reading_the_news", ["claim judge"], "Explorer · Claim judge"),
    (FIRST, ["glossary"], "Glossary"),
]
MORE = [
    (START, ["one lesson", place_of("R1")], place_of("R1")),
    (START, ["their own page", "Plan B"], "Plan B: no network"),
    (FIRST, [TITLES[SECOND]], TITLES[SECOND]),
    (FIRST, [TITLES[START]], TITLES[START]),
]
LIVE = [row for row in LIVE if row[0] in TITLES]
LIVE += [pytest.param(*more, marks=pytest.mark.long) for more in MORE]


@pytest.mark.parametrize(("lesson", "links", "seen"), LIVE, ids=lambda value: str(value)[:30])
def test_links_of_each_kind_open_in_jupyterlab(browser, lab, lesson, links, seen):
    """To a page of words, on to the very place in a lesson, and to the lessons beside one."""
    opened = LessonPage(browser, lab, teaching.lesson_path(lesson))
    page = opened.page
    for words_of_link in links:
        page.locator(
            ":is(.jp-Notebook, .jp-MarkdownViewer) a:visible", has_text=words_of_link
        ).last.click()
    page.wait_for_function(
        """seen => [...document.querySelectorAll('h1, h2, h3')].some(h => {
            const r = h.getBoundingClientRect();
            return r.width && r.top >= 0 && r.bottom <= innerHeight && h.textContent.includes(seen);
        })""",
        arg=seen,
    )
    opened.close()
