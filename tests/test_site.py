"""The web site: every link lands, every page is light and asks nobody, every explorer lives."""

import re
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from tools import site, states, teaching

from browser.lab import COLOURS_ONLY, NO_COLOURS, PHONE, axe
from casebook.tables import CasebookError

NUMBERS = "what_relief_is_worth.route_calculator"  # the smallest with number boxes
BUTTONS, NAMES = "what_happened.three_dates", "who_is_who.find_name"
LESSON_OF = {path.stem[3:]: path for path in teaching.taught()}
FIRST, SECOND, *_, LAST = (path.stem for path in teaching.taught())
ALIVE = [name for name in (BUTTONS, NAMES, NUMBERS) if name.partition(".")[0] in LESSON_OF]
FEW = {teaching.lesson_path(FIRST), *(LESSON_OF[name.partition(".")[0]] for name in ALIVE)}
FEW = [*sorted(FEW), teaching.TEACHING / "README.md"]
HEAVIEST = 250_000  # bytes of a page without its pictures
SEEN = "e => [...e.querySelectorAll('[role]')].map(one => one.textContent).join('|')"
TOWARDS = """e => e.type === 'range' ? (+e.value < +e.max ? 'ArrowUp' : 'ArrowDown')
    : e.selectedIndex === e.length - 1 ? 'ArrowUp' : 'ArrowDown'"""


@pytest.fixture(scope="module", autouse=True)
def few_states() -> Iterator[None]:
    """Let explorers have few states: how they move, and what is around them, is tried here."""
    with states.draft():
        yield


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a few pages."""
    folder = tmp_path_factory.mktemp("few")
    states.draw(folder / "explorers", ALIVE)
    sections = [site.write_page(folder, ALIVE, page) for page in FEW]
    site.write_rest(folder, [one for page in sections for one in page], zips=False)
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the whole site."""
    folder = tmp_path_factory.mktemp("whole")
    site.everything(folder)
    return folder


@pytest.fixture
def show(reader):
    """Return a way to open a page from a file, without network."""
    return reader.show


def shown_in(name: str) -> str:
    """Return the page that shows an explorer; where its lesson was dropped, the test is skipped."""
    if name not in ALIVE:
        pytest.skip("the lesson of this explorer was dropped")
    return f"notebooks/{LESSON_OF[name.partition('.')[0]].stem}.html"


def files_of(folder: Path) -> list[Path]:
    """Return the pages of the site; the sample briefs beside them have tests of their own."""
    return [file for file in sorted(folder.rglob("*.html")) if file.parent.name != "briefs"]


@cache
def words(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def pages_of(folder: Path) -> dict[Path, BeautifulSoup]:
    return {file: BeautifulSoup(words(file), "html.parser") for file in files_of(folder)}


def check_page(file: Path, page: BeautifulSoup) -> None:
    """Assert what each page must have, and that it asks nothing of another host."""
    assert file.stat().st_size < HEAVIEST
    assert len(page.find_all("h1")) == 1
    assert len(page.find("meta", attrs={"name": "description"})["content"]) > 20
    assert page.find("link", rel="canonical")["href"].startswith(site.home())
    assert page.find("meta", property="og:image")["content"].startswith(site.home())
    loaded = [tag.get("src") or tag.get("href") for tag in page(["img", "script", "source"])]
    loaded += [tag["href"] for tag in page("link") if "canonical" not in tag["rel"]]
    for address in loaded:
        assert (file.parent / address).resolve().exists(), (file, address)
    for picture in page("img"):
        assert picture["width"] and picture["height"], "or the text jumps when it comes"
        assert picture["alt"] or picture.find_parent("a").text.strip()


def test_a_page_is_light_complete_and_asks_nobody(few):
    pages = pages_of(few)
    assert len(pages) == len(FEW) + 2
    for file, page in pages.items():
        check_page(file, page)
    assert not re.search(r"@import|url\(", (few / "site.css").read_text(encoding="utf-8"))
    assert len(states.SCRIPT) < 10_000


def test_a_lesson_has_its_doors_neighbours_contents_and_card(few):
    page = pages_of(few)[few / f"notebooks/{FIRST}.html"]
    beside = ["00_start_here.html", f"{SECOND}.html"]
    assert [a["href"] for a in page.select("nav.turn a")] == beside
    assert "mybinder.org" in page.select_one("#run a")["href"]
    assert page.select_one('nav[aria-label="On this page"] a[href="#part-3"]')
    assert (few / f"cards/{FIRST}.png").exists()
    assert "Ctrl + Enter" not in page.main.text and "No answer yet" not in page.main.text


def test_the_numbers_of_the_text_lead_to_their_sources(show, few):
    page = show(few / f"notebooks/{FIRST}.html")
    link = page.locator('main p a[href^="#F"]').first
    anchor = link.get_attribute("href")
    link.click()
    assert page.url.endswith(anchor)
    assert page.locator(anchor).evaluate("e => Math.abs(e.getBoundingClientRect().top) < 100")


@pytest.mark.parametrize("where", ["index.html", f"notebooks/{FIRST}.html", "search.html"])
def test_axe_finds_nothing_serious(show, few, where):
    page = show(few / where, size=PHONE)
    assert axe(page, "document") == []
    page.emulate_media(color_scheme="dark")
    assert axe(page, "document", COLOURS_ONLY) == []


def test_who_has_no_script_reads_all_and_sees_no_dead_controls(browser, few):
    page = browser.new_page(offline=True, java_script_enabled=False)
    page.goto((few / shown_in(NUMBERS)).as_uri())
    explorer = page.locator(f'[data-name="{NUMBERS}"]')
    assert not explorer.locator("form").is_visible()
    known = states.by_name(NUMBERS)
    assert known.describe(known.rows(known.default)) in explorer.inner_text()
    explorer.scroll_into_view_if_needed()
    assert explorer.locator("img").evaluate("e => e.decode().then(() => e.naturalWidth > 0)")
    page.close()


def test_search_finds_a_name_in_another_spelling(show, few):
    shown_in(NAMES)
    page = show(few / "search.html")
    page.get_by_role("searchbox").fill("Bialiatsky")
    page.get_by_role("searchbox").press("Enter")
    first = page.locator("#found a").first
    first.click()
    page.wait_for_url("**/notebooks/*.html*")
    assert "Bialiatski" in page.locator("main").inner_text()


def test_an_explorer_moves_by_keys_and_says_what_it_shows(show, few):
    """A slider, a number typed on and off the grid, what is no number, and Reset."""
    file = few / shown_in(NUMBERS)
    known = states.by_name(NUMBERS)
    name, control = next(iter(known.controls.items()))

    def sentence(value: int) -> str:
        return known.describe(known.rows(known.default | {name: value}))

    start, after = control.default, control.drawn[control.drawn.index(control.default) + 1]
    off = control.values[0]
    assert off not in control.drawn
    near = min(control.drawn, key=lambda value: abs(value - off))
    page = show(file, size=PHONE)
    explorer = page.locator(f'[data-name="{NUMBERS}"]')
    said, alert = explorer.get_by_role("status"), explorer.get_by_role("alert")
    picture = explorer.locator("img")
    before = picture.get_attribute("src")
    explorer.get_by_role("slider", name=control.label).focus()
    page.keyboard.press("ArrowRight")
    said.filter(has_text=sentence(after)).wait_for()
    assert picture.get_attribute("src") != before
    assert sentence(after) in picture.get_attribute("alt")
    assert str(after) in explorer.locator("table").text_content()

    page.keyboard.press("Tab")
    box = explorer.get_by_label(control.caption, exact=True)
    assert box.evaluate("e => e === document.activeElement")
    assert box.input_value() == control.word(after)
    page.keyboard.press("Control+a")
    page.keyboard.type(str(off))
    page.keyboard.press("Enter")
    alert.filter(has_text=f"“{off}” is not drawn on this page").wait_for()
    assert box.input_value() == control.word(near) and said.inner_text() == sentence(near)
    for typed, told in [("300", "is outside"), ("many", "not a number"), ("", "is empty")]:
        box.fill(typed)
        page.keyboard.press("Enter")
        alert.filter(has_text=told).wait_for()
        assert box.input_value() == typed and said.inner_text() == sentence(near)
    explorer.get_by_role("button", name="Reset").press("Enter")
    said.filter(has_text=sentence(start)).wait_for()
    assert box.input_value() == control.word(start) and not alert.inner_text()


def test_buttons_move_by_keys(show, few):
    page = show(few / shown_in(BUTTONS))
    known = states.by_name(BUTTONS)
    last = known.controls["step"].drawn[-1]
    explorer = page.locator(f'[data-name="{BUTTONS}"]')
    explorer.locator("input:checked").focus()
    page.keyboard.press("ArrowRight")
    sentence = known.describe(known.rows({"step": last}))
    explorer.get_by_role("status").filter(has_text=sentence).wait_for()


def test_a_list_of_names_moves_by_keys(show, few):
    page = show(few / shown_in(NAMES))
    explorer = page.locator(f'[data-name="{NAMES}"]')
    explorer.get_by_role("combobox").fill("Byalyatski")
    page.keyboard.press("Enter")
    explorer.locator(".view", has_text="Ales Bialiatski").wait_for()
    explorer.get_by_role("combobox").fill("zzz")
    page.keyboard.press("Enter")
    explorer.get_by_role("alert").filter(has_text="Nothing in the list").wait_for()


def test_a_site_too_large_for_a_stick_is_refused_as_it_is_made(tmp_path, monkeypatch):
    """This is where all states are drawn; notebooks that run in the browser are counted apart."""
    monkeypatch.setattr(site, "MOST", 3)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "large").write_bytes(b"12345")
    (tmp_path / "index.html").write_bytes(b"123")
    site.check_size(tmp_path)
    (tmp_path / "more.html").write_bytes(b"4")
    with pytest.raises(CasebookError, match="thinner grid"):
        site.check_size(tmp_path)


# --- the whole site -------------------------------------------------------------------------------


def test_every_link_of_the_whole_site_lands(whole):
    pages = pages_of(whole)
    places = {file: {tag["id"] for tag in page.find_all(id=True)} for file, page in pages.items()}
    assert len(pages) > 40
    for file, page in pages.items():
        check_page(file, page)
        for link in page.find_all("a", href=True):
            if re.match(r"[a-z]+:", link["href"]):
                assert not link["href"].startswith("file:")
                continue
            name, _, anchor = link["href"].partition("#")
            target = (file.parent / unquote(name)).resolve() if name else file
            assert target.exists() and whole in target.parents, (file, link["href"])
            if anchor:
                assert {anchor, unquote(anchor)} & places[target], (file, link["href"])
    listed = re.findall("<loc>(.*?)</loc>", (whole / "sitemap.xml").read_text(encoding="utf-8"))
    for address in listed:
        assert (whole / (address.removeprefix(site.home()) or "index.html")).exists(), address


def test_a_route_in_a_zip_opens_and_its_links_land(whole, tmp_path):
    for file in sorted((whole / "handouts").glob("*.zip")):
        with zipfile.ZipFile(file) as archive:
            archive.extractall(tmp_path)
        pages = pages_of(tmp_path / file.stem)
        assert len(pages) > 4
        for page_file, page in pages.items():
            for tag in [*page.find_all("a", href=True), *page("img")]:
                address = (tag.get("href") or tag.get("src")).partition("#")[0]
                if address and not re.match("[a-z]+:", address):
                    assert (page_file.parent / unquote(address)).exists(), (page_file, address)


def test_axe_finds_nothing_serious_on_any_page(show, whole):
    """Colours, which take longest, where a page has its own: the brief of the last lesson."""
    found = {}
    for file in files_of(whole):
        page = show(file, size=PHONE)
        wide = page.evaluate("() => document.documentElement.scrollWidth")
        found[file.name] = [f"{wide} px wide"] if wide > PHONE["width"] else []
        has_colours = file == whole / f"notebooks/{LAST}.html"
        found[file.name] += axe(page, "document", None if has_colours else NO_COLOURS)
        if has_colours:
            page.emulate_media(color_scheme="dark")
            found[file.name] += axe(page, "document", COLOURS_ONLY)
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize("name", states.names())
def test_every_explorer_lives(show, whole, name):
    """Each control, moved once by keys, changes what is seen, or says why not; Reset leads back."""
    page = show(next(file for file in files_of(whole) if f'data-name="{name}"' in words(file)))
    explorer = page.locator(f'[data-name="{name}"]')
    first = [f'[data-name="{name}"]', explorer.evaluate(SEEN)]
    sight = f"([name, first]) => ({SEEN})(document.querySelector(name))"
    for field in explorer.locator("form .field").all():
        control = field.locator("input[type=range], select, input:checked, input[list]").first
        control.focus()
        if control.get_attribute("list"):
            control.fill("Viktar Babaryka")
            page.keyboard.press("Enter")
        else:
            page.keyboard.press(control.evaluate(TOWARDS))
        page.wait_for_function(f"{sight} !== first", arg=first, timeout=5000)
        explorer.get_by_role("button", name="Reset").press("Enter")
        page.wait_for_function(f"{sight} === first", arg=first, timeout=5000)
