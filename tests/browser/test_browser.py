"""The pages as a reader meets them: real JupyterLab in real Chromium, by keyboard alone.

Also the page that nbconvert makes, on screen and printed. With ``--pictures``, pictures of what was
seen are left in tests/artefacts/. Tests of one lesson share one page and follow each other in the
order of this file: as opened, trusted, run, moved.
"""

import base64
import html
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import Browser, Page, expect
from tools.pages import code, lesson_paths, load

from browser.lab import (
    COLOURS_ONLY,
    NO_COLOURS,
    PHONE,
    SIZE,
    WAIT,
    Explorer,
    Lab,
    LessonPage,
    axe,
)

expect.set_options(timeout=WAIT)
ARTEFACTS = Path(__file__).parents[1] / "artefacts"
# What the page template of nbconvert does, and no lesson can change: {rule: {where: why}}.
TEMPLATE = {
    "color-contrast": {
        ".jp-InputPrompt": "light grey numbers beside code",
        ".jp-OutputPrompt": "light grey numbers beside results",
        ".highlight": "colours of code",
    },
    "link-in-text-block": {
        ".jp-RenderedMarkdown a": "links in prose are told apart by colour and are not underlined",
    },
}
# Cells above take their real height only when they come near the window, and push others down.
STANDS_STILL = """async place => {
    const top = () => place.getBoundingClientRect().top;
    place.scrollIntoView({block: 'start', behavior: 'instant'});
    const before = top();
    for (let frame = 0; frame < 6; frame++) await new Promise(requestAnimationFrame);
    return top() === before && before < innerHeight / 2;
}"""


# The start page, lists and numbers with pictures, boards of text. What the themes of JupyterLab and
# the template of nbconvert do to colours is looked at here: lessons have none of their own.
PLAIN_RUN = ("00", "06", "10")
PATHS = [
    pytest.param(path, id=path.stem, marks=[] if path.stem[:2] in PLAIN_RUN else pytest.mark.long)
    for path in lesson_paths()
]
FEW = [path for path in lesson_paths() if path.stem[:2] in PLAIN_RUN]


@pytest.fixture(scope="module", params=PATHS)
def path(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture(scope="module")
def opened(browser: Browser, lab: Lab, path: Path) -> Iterator[LessonPage]:
    """Return a lesson that has just been opened: not trusted, nothing run."""
    lesson = LessonPage(browser, lab, path)
    yield lesson
    lesson.close()


@pytest.fixture(scope="module")
def trusted(opened: LessonPage) -> LessonPage:
    opened.trust()
    return opened


@pytest.fixture(scope="module")
def ran(trusted: LessonPage) -> LessonPage:
    trusted.run_all()
    return trusted


@pytest.fixture(scope="module", params=FEW, ids=lambda path: path.stem)
def exported(
    browser: Browser, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Page, Path]]:
    """Return the HTML page that nbconvert makes of a lesson, opened offline, and the lesson."""
    path = request.param
    text, _ = HTMLExporter(template_name="lab").from_filename(str(path))
    file = tmp_path_factory.mktemp("html") / f"{path.stem}.html"
    file.write_text(text, encoding="utf-8")
    context = browser.new_context(viewport=SIZE, offline=True)
    page = context.new_page()
    page.goto(file.as_uri(), wait_until="domcontentloaded")
    yield page, path
    context.close()


def check_defaults(lesson: LessonPage) -> None:
    """Each explorer shows picture, alt text, sentence and table, though no cell has been run."""
    for index in lesson.explorer_cells():
        (output,) = lesson.notebook.cells[index].outputs
        saved = output.data["text/html"]
        shown = lesson.page.locator(f"{lesson.cell(index)} .jp-OutputArea-output")
        board = shown.locator(".casebook-board")
        if board.count():
            expect(board).to_be_visible()
            check_fold(lesson, shown.locator("details"))
            continue
        picture = shown.locator("img")
        picture.scroll_into_view_if_needed()
        expect(picture).to_be_visible()
        alt = picture.get_attribute("alt")
        sentence = shown.locator("p").first.text_content()
        assert alt == html.unescape(re.search(r'<img alt="([^"]+)"', saved)[1])
        assert sentence and alt.endswith(sentence)
        assert picture.get_attribute("src") in saved
        assert picture.evaluate("e => e.naturalWidth") > 0
        check_fold(lesson, shown.locator("details"))
        assert shown.locator(".jupyter-widgets").count() == 0
    assert "Error displaying widget" not in lesson.page.locator(".jp-Notebook").text_content()
    assert without_alt(lesson.page, ".jp-OutputArea-output img") == 0


def check_fold(lesson: LessonPage, fold) -> None:
    """A table folds out, and in again, when Enter is pressed on its label."""
    fold.locator("summary").focus()
    lesson.page.keyboard.press("Enter")
    expect(fold.locator("tbody tr").first).to_be_visible()
    lesson.page.keyboard.press("Enter")
    expect(fold.locator("tbody tr").first).to_be_hidden()


def without_alt(page: Page, pictures: str) -> int:
    """Count pictures that say nothing; where words are missing, JupyterLab writes "Image"."""
    return page.eval_on_selector_all(pictures, "all => all.filter(e => e.alt.length < 20).length")


@pytest.fixture(scope="module")
def copied(lab: Lab) -> Path:
    """Return the path of a copy of lesson 01 that may be saved."""
    return Path(shutil.copy(lesson_paths()[1], lab.folder / "notebooks" / "copied.ipynb"))


def test_the_way_that_the_page_names_brings_an_explorer_to_life(browser, lab, copied):
    """Who came for one explorer clicks its cell, presses two keys, and stays with it."""
    lesson = LessonPage(browser, lab, copied)
    alone = [
        i for i in lesson.explorer_cells() if "casebook.lessons" in lesson.notebook.cells[i].source
    ]
    if not alone:
        pytest.skip("The explorers of this lesson still stand in its cells, which build on others.")
    cell = lesson.page.locator(lesson.cell(alone[0]))
    assert "Run this cell (click it, then Ctrl + Enter)" in cell.text_content()
    cell.locator(".jp-InputArea-editor").click()
    lesson.page.keyboard.press("Control+Enter")
    expect(cell.locator(".casebook").get_by_role("status")).to_have_text(re.compile(r"\w"))
    expect(cell).to_have_class(re.compile("jp-mod-active"))  # the page stays at this cell
    assert lesson.kernel_errors == []
    lesson.close()


@pytest.mark.long
def test_a_lesson_that_was_run_and_saved_is_whole_without_a_kernel(browser, lab, copied):
    """The student who comes back the next night finds pictures, words and tables, not errors."""
    lesson = LessonPage(browser, lab, copied)
    lesson.run_all()
    assert lesson.page.locator(".widget-vbox").count() == 2
    before = copied.read_bytes()
    with lesson.page.expect_response(lambda r: r.request.method == "PUT" and copied.name in r.url):
        lesson.page.keyboard.press("ControlOrMeta+s")
    assert copied.read_bytes() != before
    assert lesson.page.locator(".widget-vbox").count() == 2  # what is live stays so
    lesson.close()
    for kernel in psutil.Process(lab.server.pid).children(recursive=True):
        kernel.kill()
    lesson = LessonPage(browser, lab, copied)
    expect(lesson.page.locator('[title^="Notebook trusted"]')).to_be_attached()
    check_defaults(lesson)
    lesson.close()


def test_opened_page_shows_the_defaults(opened):
    """Not trusted, not run: what a visitor sees first."""
    expect(opened.page.locator('[title^="Notebook not trusted"]')).to_be_attached()
    check_defaults(opened)


def test_marks_lead_to_their_rows(opened):
    """Enter on a fact mark or a word scrolls to its row in the list at the end."""
    page = opened.page
    missing = page.evaluate(
        "() => [...document.querySelectorAll('.jp-Notebook a')]"
        ".map(a => a.getAttribute('href')).filter(href => /^#[FW]\\d+$/.test(href))"
        ".filter(href => !document.querySelector(`[data-jupyter-id=${href.slice(1)}]`))"
    )
    assert missing == []
    # One question to the page, and not one for each of its hundreds of marks.
    shown = page.evaluate(
        "() => [...document.querySelectorAll('.jp-Notebook a')]"
        ".map((a, place) => [place, a.getAttribute('href'), a.checkVisibility()])"
        ".filter(([, href, visible]) => visible && /^#[FW]\\d+$/.test(href))"
    )
    assert shown, "this lesson has no fact mark"
    words = [place for place, href, _ in shown if href.startswith("#W")]
    for place in [shown[0][0], shown[-1][0], *words[:1]]:
        mark = page.locator(".jp-Notebook a").nth(place)
        row = page.locator(f'[data-jupyter-id="{mark.get_attribute("href")[1:]}"]')
        mark.focus()
        if place == shown[0][0]:  # the last marks of a page may stand beside their rows
            expect(row).not_to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(row.locator("xpath=..")).to_be_in_viewport()


def test_trusted_page_shows_the_defaults(trusted):
    """Trusted, not run: no dead widget takes the place of a picture."""
    check_defaults(trusted)


def test_every_cell_runs(ran, lab):
    """Run All Cells reaches the last cell, in the kernel of this Python, without a complaint."""
    counts = [int(count) for count in ran.counts() if count]
    assert counts == sorted(counts)
    assert counts[-1] == len(code(ran.notebook))
    assert ran.kernel_errors == []
    kernels = [
        child.cmdline()
        for child in psutil.Process(lab.server.pid).children(recursive=True)
        if "ipykernel_launcher" in child.cmdline()
    ]
    assert kernels and all(command[0] == sys.executable for command in kernels)


def words_of(page: str) -> str:
    """Return the words of a piece of HTML, with one blank between them."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_running_shows_live_explorers(ran):
    """Each explorer is alive, and says and shows at first what the saved page said and showed."""
    explorers = ran.explorers()
    assert ran.page.locator(".widget-vbox").count() == len(explorers)
    for explorer, index in zip(explorers, ran.explorer_cells(), strict=True):
        saved = ran.notebook.cells[index].outputs[0].data["text/html"]
        if explorer.is_board:
            # A browser writes styles in its own way: what people read must be the same.
            assert words_of(explorer.board.inner_html()) in words_of(saved)
            continue
        assert explorer.state()["alt"] == html.unescape(re.search(r'alt="([^"]+)"', saved)[1])
    assert without_alt(ran.page, ".jp-OutputArea-output img") == 0


def test_tab_reaches_every_control(ran):
    """From the explorer's cell, Tab comes to its controls, and walks them in the order shown."""
    for explorer in ran.explorers():
        first, *others = [*explorer.stops(), explorer.panel.locator("summary")]
        ran.page.locator(explorer.cell).focus()
        # First come the buttons with which JupyterLab moves and copies the cell.
        for _ in range(12):
            ran.page.keyboard.press("Tab")
            if first.evaluate("e => e === document.activeElement"):
                break
        expect(first).to_be_focused()
        for stop in others:
            ran.page.keyboard.press("Tab")
            for _ in range(200):  # the links of a board come before its fold
                if not explorer.is_board or stop.evaluate("e => e === document.activeElement"):
                    break
                ran.page.keyboard.press("Tab")
            expect(stop).to_be_focused()
        check_fold(ran, explorer.panel.locator("details"))


def test_every_control_has_a_name(ran):
    """Boxes are named by their label, step buttons by what they step; none is a drop-down."""
    for explorer in ran.explorers():
        assert explorer.panel.locator("select").count() == 0
        for stop in explorer.stops():
            expect(stop).to_have_accessible_name(re.compile(r"\w"))
        for control in explorer.controls():
            if control.is_box:
                expect(control.box).to_have_accessible_name(control.label)
            for step, ways in zip(
                control.steps.all(), ("less|previous", "more|next"), strict=False
            ):
                name = re.compile(rf"^{re.escape(control.name())}: ({ways})$")
                expect(step).to_have_accessible_name(name)


def test_keys_move_every_control(ran):
    """A control moved by keys changes sentence, picture and alt text; Reset brings them back."""
    for explorer in ran.explorers():
        start, values = explorer.state(), explorer.values()
        assert explorer.controls()
        for position in range(len(values)):
            assert move_until_changed(explorer, position, start)
            now = explorer.state()
            if not explorer.is_board:
                assert now["sentence"] in now["alt"]
                letters = explorer.panel.locator("img").evaluate("e => e.src.length")
                assert letters > 3_000, "this picture is blank"
            explorer.press_reset("Enter" if position % 2 else "Space")
            assert explorer.changed(now)
            explorer.shows(start)
            assert explorer.values() == values
    assert ran.kernel_errors == []


def move_until_changed(explorer: Explorer, position: int, start: dict[str, str]) -> bool:
    """Step a control on until all three differ: two neighbouring values may look the same."""
    for _ in range(5):
        explorer.controls()[position].step()
        if explorer.changed(start):
            return True
    return False


def test_keys_on_a_control_stay_with_it(ran):
    """Arrow keys, letters and digits leave cells, their kinds and the focus as they are."""
    for explorer in ran.explorers()[:1]:
        before = ran.page.locator(".jp-Notebook .jp-CodeCell").count()
        boxes = [control for control in explorer.controls() if control.is_box]
        values = [control.value() for control in boxes]
        for control, value in zip(boxes, values, strict=True):
            control.box.focus()
            for key in ("ArrowUp", "ArrowLeft", "m", "y", "d", "d", "1"):
                ran.page.keyboard.press(key)
            expect(control.box).to_be_focused()
            assert len(control.value()) == len(value) + 5
        explorer.press_reset()
        for control, value in zip(boxes, values, strict=True):
            expect(control.box).to_have_value(value)
        assert ran.page.locator(".jp-Notebook .jp-CodeCell").count() == before


def test_whatever_is_typed_is_answered_by_a_sentence(ran):
    """Too large, negative, words or nothing: the box keeps it, and the line below says so."""
    for explorer in ran.explorers():
        start, values = explorer.state(), explorer.values()
        wrong = ["999999999", "-999999", "?", ""] if ran.path in FEW else ["999999999", "?"]
        for control in explorer.controls():
            if not control.steps.count():
                continue
            value = control.value()
            for text in wrong:
                explorer.type(control, text)
                line = explorer.panel.get_by_role("alert")
                expect(line).to_contain_text(f"shows {control.name()} {value}")
                assert control.value() == text
                assert explorer.state() == start
            explorer.press_reset()
            explorer.shows(start)
            expect(explorer.panel.get_by_role("alert")).to_have_count(0)
            wrong = ["?"]  # one way to be wrong shows that the other boxes answer as well
        assert explorer.values() == values
    assert ran.kernel_errors == []
    assert "Traceback" not in ran.page.locator(".jp-Notebook").text_content()


def test_controls_and_picture_fit_on_a_small_screen(ran):
    """On 1024×768 who moves a control sees the picture change, without scrolling."""
    ran.page.set_viewport_size({"width": 1024, "height": 768})
    for explorer in ran.explorers():
        ran.page.wait_for_function(STANDS_STILL, arg=explorer.panel.element_handle())
        if explorer.is_board:
            continue  # text is read on, and scrolls
        top = explorer.panel.bounding_box()["y"]
        picture = explorer.panel.locator("img").bounding_box()
        sees = ran.page.locator(".jp-WindowedPanel-outer").bounding_box()
        assert picture["y"] + picture["height"] - top <= sees["height"]
    ran.page.set_viewport_size(SIZE)


def use_theme(lesson: LessonPage, theme: str) -> None:
    light = str(theme == "Light").lower()
    if lesson.page.locator("body").get_attribute("data-jp-theme-light") != light:
        lesson.command(f"Use Theme: JupyterLab {theme}")
    expect(lesson.page.locator("body")).to_have_attribute("data-jp-theme-light", light)


@pytest.fixture
def take_pictures(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Return a way to leave pictures for people to look at, or to leave none."""
    return pictures if request.config.getoption("--pictures") else lambda *_, **__: None


def pictures(lesson: LessonPage, name: str, scale: int = 1) -> None:
    """Leave pictures of the top, each explorer and, in the light theme, each chart in artefacts/.

    A chart has a white ground of its own: it looks the same in the dark.
    """
    ARTEFACTS.mkdir(exist_ok=True)
    stem = f"{lesson.path.stem[:2]}-{name}"
    places = [(lesson.page.locator(lesson.cell(0)), "top")]
    what = ".jp-OutputArea-output:has(img)" if name == "light" else ".widget-vbox:has(img)"
    shown = lesson.page.locator(what).all()
    places += [(place, f"picture-{number}") for number, place in enumerate(shown, start=1)]
    # Not Playwright's own way to take a picture, which would undo the zoom.
    session = lesson.page.context.new_cdp_session(lesson.page)
    width, height = lesson.page.evaluate("() => [innerWidth, innerHeight]")
    window = {"x": 0, "y": 0, "width": width, "height": height, "scale": scale}
    for place, word in places:
        lesson.page.wait_for_function(STANDS_STILL, arg=place.element_handle())
        picture = session.send("Page.captureScreenshot", {"format": "png", "clip": window})
        (ARTEFACTS / f"{stem}-{word}.png").write_bytes(base64.b64decode(picture["data"]))
    session.detach()


def test_pictures_and_controls_fit_at_double_zoom(ran, take_pictures):
    """At 200 % zoom nothing reaches beyond its cell, so nobody scrolls sideways to read or set."""
    session = ran.page.context.new_cdp_session(ran.page)
    size = {side: length // 2 for side, length in SIZE.items()}
    zoom = {**size, "deviceScaleFactor": 2, "mobile": False}
    session.send("Emulation.setDeviceMetricsOverride", zoom)
    ran.page.wait_for_function("width => innerWidth === width", arg=size["width"])
    take_pictures(ran, "zoom", scale=2)
    wide = ran.page.eval_on_selector_all(
        ".jp-OutputArea-output img, .widget-vbox :is(input, select, button, label)",
        "all => all.filter(e => e.getBoundingClientRect().right >"
        " e.closest('.jp-OutputArea-output').getBoundingClientRect().right + 1)"
        ".map(e => e.alt || e.labels?.[0]?.textContent || e.textContent)",
    )
    assert ran.page.evaluate("() => innerWidth") == size["width"]
    session.detach()
    for usual in (PHONE, SIZE):  # Playwright sets a size again only after another
        ran.page.set_viewport_size(usual)
    ran.page.wait_for_function("width => innerWidth === width", arg=SIZE["width"])
    assert wide == []


def test_live_page_is_accessible(ran, take_pictures):
    """axe finds nothing serious in outputs and prose; colours are looked at in a few lessons."""
    places = {"include": [[".jp-OutputArea-output"], [".jp-RenderedMarkdown"]]}
    if ran.path not in FEW:
        assert axe(ran.page, places, NO_COLOURS) == []
        return
    use_theme(ran, "Dark")
    take_pictures(ran, "dark")
    assert axe(ran.page, places, COLOURS_ONLY) == []
    # JupyterLab keeps the theme for the next page: the light one comes last.
    use_theme(ran, "Light")
    take_pictures(ran, "light")
    assert axe(ran.page, places) == []


def test_console_is_clean(ran):
    """All that was done above left no error in the browser's console."""
    assert ran.console_errors == []


def test_exported_page_is_accessible(exported):
    """axe finds nothing serious in the HTML page, beyond what its template does."""
    off = {"rules": {rule: {"enabled": False} for rule in TEMPLATE}}
    page, _path = exported
    found = axe(page, "document", off)
    for rule, places in TEMPLATE.items():
        found += axe(page, {"exclude": [[place] for place in places]}, {"runOnly": [rule]})
    assert found == []
    assert without_alt(page, "img") == 0


def test_printed_page_holds_every_picture(exported):
    """The page prints to a PDF that has as many pictures as the lesson shows."""
    page, path = exported
    outputs = [o.get("data", {}) for cell in code(load(path)) for o in cell.outputs]
    saved = [data["image/png"] for data in outputs if "image/png" in data]
    printed = page.pdf()
    assert printed.startswith(b"%PDF")
    assert len(re.findall(rb"/Type /Page\b", printed)) > 1
    assert page.locator("img").count() == len(saved)
    # A picture that stands on the page twice is stored once.
    assert len(re.findall(rb"/Subtype /Image\b", printed)) >= len(set(saved))
