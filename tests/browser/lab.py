"""Drive real JupyterLab in real Chromium by keyboard, for the browser tests and the benchmark."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    ElementHandle,
    Locator,
    Page,
    ViewportSize,
    WebSocket,
    sync_playwright,
)
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as TooLate
from tools.pages import ROOT, code, load, refuses

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
)
PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
ARGUMENTS = [
    # Only pages from this computer are opened, and containers rarely allow the sandbox.
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",  # containers have little shared memory
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
]
SIZE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
FAILING = ("serious", "critical")
# For a page seen before, now in the colours of the dark; and for all else, as colours take longest.
COLOURS_ONLY = {"runOnly": ["cat.color"]}
NO_COLOURS = {
    "rules": {"color-contrast": {"enabled": False}, "link-in-text-block": {"enabled": False}}
}
WAIT = 30_000  # milliseconds; far beyond what is seen, so that a slow machine does not fail
LEFT_OUT = ("PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONPATH", "JUPYTER_PATH")

COMPLAINT = re.compile(r'"msg_type":\s*"error"|"name":\s*"stderr"')
# JupyterLab asks each new kernel for widgets, before a lesson has imported ipywidgets.
HARMLESS = re.compile(r'"text": "No such comm(: | target registered: jupyter\.widget\.control)')
# When the kernel has dealt with a message from a widget, it says so.
ANSWERED = re.compile(r'"execution_state":\s*"idle"')
MOVED = re.compile(r'"msg_type":\s*"comm_msg"')
DONE = """() => ![...document.querySelectorAll('.jp-InputPrompt')]
    .some(prompt => prompt.textContent.includes('*'))
    && !document.querySelector('[data-saved]')"""
IDLE = """() => [...document.querySelectorAll('.jp-NotebookPanel')].every(lesson =>
    lesson.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status === 'idle')"""
# What a reader sees and hears of an explorer. A picture is known by its length and a sum over its
# letters: sent from the browser to here and back, it would take longer than to be drawn.
SEEN = """panel => {
    const picture = panel.querySelector('img'), board = panel.querySelector('.casebook-board');
    const text = board ? board.innerHTML : picture.src;
    let sum = 0;
    for (let place = 0; place < text.length; place++)
        sum = Math.imul(31, sum) + text.charCodeAt(place) | 0;
    return {
        sentence: panel.querySelector('[role=status]').textContent,
        picture: `${text.length} ${sum}`,
        alt: board ? board.textContent : picture.alt,
    };
}"""
CHANGED = f"""([cell, old, how]) => {{
    const now = ({SEEN})(document.querySelector(cell + ' .widget-vbox'));
    return Object.keys(now)[how](part => now[part] !== old[part]);
}}"""
SHOWN = f"([cell, state]) => !({CHANGED})([cell, state, 'some'])"
# Where JupyterLab asks whether to save, the button that does not, once the other has the focus;
# else the body, once nothing is open.
ASKED_OR_CLOSED = (
    ".jp-Dialog:has(.jp-mod-accept:focus) .jp-mod-warn,"
    " body:not(:has(.jp-Notebook, .jp-MarkdownViewer))"
)
RENDERED = """count => document.querySelectorAll('.jp-Notebook .jp-Cell').length === count
    && [...document.querySelectorAll('.jp-Notebook .jp-MarkdownCell')]
        .every(cell => cell.querySelector('.jp-MarkdownOutput')?.textContent.trim())"""


def find_chromium() -> str | None:
    """Return the path of a Chromium, Chrome or Edge, the one in $CHROMIUM first; None if none."""
    wanted = os.environ.get("CHROMIUM")
    candidates = [wanted] if wanted else [*NAMES, *PLACES]
    return next((found for name in candidates if (found := shutil.which(name))), None)


@contextlib.contextmanager
def chromium(path: str) -> Iterator[Browser]:
    """Start one headless browser, and close it at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


class Reader:
    """One window without network, in which files are opened one after another.

    A window of its own for each file would take longer than most tests do with it.
    """

    def __init__(self, browser: Browser) -> None:
        self._context = browser.new_context(offline=True)
        self._page = self._context.new_page()

    def show(self, file: Path, size: ViewportSize = SIZE, scheme: str = "light") -> Page:
        """Return the page with this file in it, on a screen of this size, in light or dark."""
        for other in self._context.pages:
            if other is not self._page:
                other.close()
        self._page.set_viewport_size(size)
        self._page.emulate_media(media="null", color_scheme=scheme)
        self._page.goto(file.as_uri())
        return self._page


def axe(page: Page, where: dict | str, options: dict | None = None) -> list[str]:
    """Return serious and critical findings: rule, element and what axe says of it."""
    page.evaluate(f"() => {{ if (!window.axe) {{ {AXE} }} }}")
    result = page.evaluate(
        "([where, options]) => axe.run(where === 'document' ? document : where, options)",
        [where, {"resultTypes": ["violations"], "preload": False, **(options or {})}],
    )
    return [
        f"{rule['id']}: {node['html'][:200]} ({node['failureSummary']})"
        for rule in result["violations"]
        if rule["impact"] in FAILING
        for node in rule["nodes"]
    ]


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab with a copy of the lessons: nothing in the checkout changes."""

    address: str
    folder: Path
    server: subprocess.Popen
    # The page as the last lesson left it, with nothing open: it takes the next lesson in less than
    # half of the time that JupyterLab needs to load.
    pages: list[Page] = field(default_factory=list)


@contextlib.contextmanager
def jupyterlab(folder: Path) -> Iterator[Lab]:
    """Start JupyterLab with this Python on a copy of the lessons in ``folder``; stop it at the end.

    It reads and writes no setting of the person who runs it.
    """
    for part in ("notebooks", "data", "seeds"):
        ignore = shutil.ignore_patterns("__pycache__", ".*")
        shutil.copytree(ROOT / part, folder / "home" / part, ignore=ignore)
    environment = {k: v for k, v in os.environ.items() if k not in LEFT_OUT}
    environment |= {
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_CONFIG_PATH": str(ROOT / ".jupyter"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTER_PREFER_ENV_PATH": "1",
    }
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.ip=127.0.0.1"]
    command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    command += ["--IdentityProvider.token=", f"--ServerApp.root_dir={folder / 'home'}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    log = folder / "log.txt"
    with log.open("w") as out:
        # Python also imports from the folder it starts in: let that be an empty one.
        server = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            lab = Lab(f"http://127.0.0.1:{port}", folder / "home", server)
            _wait_for(lab, log)
            yield lab
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait_for(lab: Lab, log: Path) -> None:
    end = time.monotonic() + WAIT / 1000
    while time.monotonic() < end and lab.server.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{lab.address}/api"):
            return
        time.sleep(0.05)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")


class Explorer:
    """One live explorer on the page, moved by keys alone."""

    def __init__(self, lesson: "LessonPage", cell: str) -> None:
        self.lesson, self.page, self.cell = lesson, lesson.page, cell
        # The light engine looks into no shadow trees, for which it would ask every element.
        self.panel = self.page.locator(f"css:light={cell} .widget-vbox")
        self._answers = lesson.answers

    @property
    def board(self) -> Locator:
        """Return the text that stands in the place of a picture, where there is one."""
        return self.panel.locator(".casebook-board")

    @property
    def is_board(self) -> bool:
        """Say whether this explorer shows text, and no picture."""
        return self.board.count() > 0

    def state(self) -> dict[str, str]:
        """Return what a reader sees and hears: sentence, picture and its alt text.

        A board of text is its own words.
        """
        return self.panel.evaluate(SEEN)

    def shows(self, state: dict[str, str]) -> None:
        """Wait until sentence, picture and alt text are these."""
        with contextlib.suppress(TooLate):
            self.page.wait_for_function(SHOWN, arg=[self.cell, state])
        assert self.state() == state

    def controls(self) -> list["Control"]:
        """Return boxes and rows of buttons, in the order shown."""
        found = self.panel.locator(".casebook-controls :is(.widget-text, .widget-toggle-buttons)")
        return [Control(self, place) for place in found.all()]

    def stops(self) -> list[Locator]:
        """Return all that the Tab key comes to among the controls, in order."""
        return self.panel.locator(".casebook-controls :is(input, button)").all()

    def problem(self) -> str:
        """Return what the line above the picture says, or "" where there is none."""
        return " ".join(self.panel.get_by_role("alert").all_text_contents())

    def reset(self) -> Locator:
        """Return the button that brings the default back."""
        return self.panel.get_by_role("button", name="Reset", exact=True)

    def press_reset(self, key: str = "Enter") -> None:
        """Bring the default back by a key."""
        self.press(self.reset(), key)

    def press(self, place: Locator, *keys: str) -> None:
        """Press keys on a part of the explorer, the last of which the kernel answers."""
        place.focus()
        for key in keys[:-1]:
            self.page.keyboard.press(key)
        self._answers = self.lesson.answers
        self.page.keyboard.press(keys[-1])

    def values(self) -> list[str]:
        """Return what stands in each control."""
        return [control.value() for control in self.controls()]

    def type(self, control: "Control", text: str) -> None:
        """Put ``text`` in place of what stands in a box, press Enter, await the answer."""
        if control.value() == text:
            return
        control.box.focus()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.press("Delete")
        self.page.keyboard.type(text)
        self._answers = self.lesson.answers
        self.page.keyboard.press("Enter")
        self.answered()

    def answered(self) -> None:
        """Wait until the kernel has dealt with the last key."""
        end = time.monotonic() + WAIT / 1000
        while self.lesson.answers <= self._answers:
            if time.monotonic() > end:
                raise TooLate("The kernel did not answer a moved control.")
            self.page.wait_for_timeout(20)

    def changed(self, old: dict[str, str], how: str = "every") -> bool:
        """Wait for a new sentence, picture and alt text (every or some); return whether they came.

        Two values may look the same: then the kernel answers, and nothing changes.
        """
        end = time.monotonic() + WAIT / 1000
        while time.monotonic() < end:
            answered = self.lesson.answers > self._answers
            # What the kernel sent before its answer is drawn a few frames later.
            with contextlib.suppress(TooLate):
                timeout = 500 if answered else 50
                self.page.wait_for_function(
                    CHANGED, arg=[self.cell, old, how], timeout=timeout, polling=10
                )
                return True
            if answered:
                return False
        raise TooLate("The kernel did not answer a moved control.")


class Control:
    """One control of an explorer: a box, perhaps with two step buttons, or a row of buttons."""

    def __init__(self, explorer: Explorer, place: Locator) -> None:
        self.explorer, self.place = explorer, place
        self.is_box, label = place.evaluate(
            "e => [e.classList.contains('widget-text'), e.querySelector('label').textContent]"
        )
        self.label = label.strip()
        self.box = place.locator("input")
        self.steps = place.locator("xpath=..").locator(":scope > .casebook-step")

    def name(self) -> str:
        """Return the label without the range or the key that follows it."""
        return re.sub(r" \([^()]*\)$|, then Enter$", "", self.label)

    def value(self) -> str:
        """Return what stands in the box, or on the button that is pressed."""
        if self.is_box:
            return self.box.input_value()
        return self.place.locator(".mod-active").text_content()

    def step(self) -> None:
        """Move to a neighbour of the value, by keys."""
        explorer, before = self.explorer, self.value()
        if not self.is_box:
            texts = self.place.get_by_role("button").all_text_contents()
            other = texts[(texts.index(before) + 1) % len(texts)]
            button = self.place.get_by_role("button", name=other, exact=True)
            explorer.press(button, "Space")
        elif self.steps.count():
            explorer.press(self.steps.last, "Space")
            explorer.answered()
            self.explorer.page.wait_for_timeout(100)
            if self.value() == before:  # the last value of all
                explorer.press(self.steps.first, "Enter")
        else:
            explorer.press(self.box, "End", "Backspace", "Enter")


class LessonPage:
    """A lesson that is open in JupyterLab. No method uses a mouse."""

    def __init__(self, browser: Browser, lab: Lab, path: Path) -> None:
        self.path, self.notebook, self.lab = path, load(path), lab
        self.console_errors: list[str] = []
        self.kernel_errors: list[str] = []
        # What cells say that are there to refuse, as it stands in a message of the kernel.
        refusing = filter(refuses, code(self.notebook))
        self.refusals = [json.dumps(c.outputs[0].evalue, ensure_ascii=False) for c in refusing]
        self.answers = 0
        is_new = not lab.pages
        self.page = browser.new_page(viewport=SIZE) if is_new else lab.pages.pop()
        self.page.set_default_timeout(WAIT)
        self._listeners = {
            "console": self._on_console,
            "pageerror": lambda error: self.console_errors.append(str(error)),
            "websocket": self._on_websocket,
        }
        for event, listener in self._listeners.items():
            self.page.on(event, listener)
        if is_new:
            self.page.goto(f"{lab.address}/lab/tree/notebooks/{path.name}?reset")
        else:
            self.command("Open from Path…")
            self.page.wait_for_selector(".jp-Dialog input:focus")
            self.page.keyboard.insert_text(f"notebooks/{path.name}")
            self.page.keyboard.press("Enter")
        # Cells come into the page one after another, also those further down.
        self.page.wait_for_function(RENDERED, arg=len(self.notebook.cells))
        self.page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]")
        # Keys pressed before the lesson has taken the focus would go astray.
        self.page.wait_for_selector(".jp-Notebook:focus-within")

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.console_errors.append(f"{message.text} ({message.location['url']})")

    def _on_websocket(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._on_frame)

    def _on_frame(self, frame: str | bytes) -> None:
        # A mistake in the answer to a moved control shows in no cell, only in this stream.
        text = frame if isinstance(frame, str) else frame.decode(errors="replace")
        refused = any(sentence in text for sentence in self.refusals)
        if COMPLAINT.search(text) and not HARMLESS.search(text) and not refused:
            self.kernel_errors.append(text)
        self.answers += bool(ANSWERED.search(text) and MOVED.search(text))

    def cell(self, index: int) -> str:
        """Return the selector of a cell by its place in the notebook file."""
        return f'.jp-Notebook .jp-Cell[data-windowed-list-index="{index}"]'

    def explorer_cells(self) -> list[int]:
        """Return the places of the cells that end with an explorer."""
        # A chart or a brief has a picture too; only an explorer says how to move its controls.
        return [
            i
            for i, cell in enumerate(self.notebook.cells)
            for output in cell.get("outputs", [])
            if "to move the controls" in output.get("data", {}).get("text/html", "").lower()
        ]

    def explorers(self) -> list[Explorer]:
        """Return the explorers of a lesson that has been run."""
        return [Explorer(self, self.cell(i)) for i in self.explorer_cells()]

    def command(self, name: str) -> None:
        """Carry out a command by its full name, through the command palette."""
        palette = self.page.locator(".lm-CommandPalette-input")
        chosen = self.page.locator(
            ".lm-CommandPalette .lm-mod-active .lm-CommandPalette-itemLabel",
            has_text=re.compile(f"^{re.escape(name)}$"),
        )
        # A page at work may miss a key, and one that has just opened take the focus: once more.
        for wait in (WAIT / 10, WAIT / 3, WAIT):
            self.page.keyboard.press("ControlOrMeta+Shift+c")
            with contextlib.suppress(TooLate):
                self.page.wait_for_selector(".lm-CommandPalette-input:focus", timeout=wait)
                self.page.keyboard.insert_text(name)
                chosen.wait_for(timeout=wait)
                palette.focus()
                self.page.keyboard.press("Enter")
                return
            self.page.keyboard.press("Escape")
        raise AssertionError(f"The command palette does not offer {name}.")

    def trust(self) -> None:
        """Trust the notebook, as a careful reader would after looking at it."""
        self.command("Trust Notebook")
        self.page.wait_for_selector(".jp-Dialog-button.jp-mod-warn:focus")
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector('[title^="Notebook trusted"]', state="attached")

    def run_all(self) -> None:
        """Run every cell in the fresh kernel and wait for the last."""
        self.page.evaluate(
            "() => document.querySelectorAll('.jp-OutputArea-output')"
            ".forEach(output => output.dataset.saved = 'yes')"
        )
        self.command("Run All Cells")
        self.page.wait_for_function(DONE)
        self.page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]")
        # JupyterLab then moves the focus to the last cell; keys pressed before that go astray.
        self.page.wait_for_selector(f"{self.cell(len(self.notebook.cells) - 1)}:focus")

    def counts(self) -> list[str]:
        """Return the numbers beside the code cells, in order; a cell that did not run has none."""
        prompts = self.page.locator(".jp-Notebook .jp-CodeCell .jp-InputPrompt").all_text_contents()
        return [prompt.strip("[]: ") for prompt in prompts]

    def close(self) -> None:
        """Close all that is open without saving, and leave the page to the next lesson."""
        for event, listener in self._listeners.items():
            self.page.remove_listener(event, listener)
        try:
            self.page.wait_for_function(IDLE)
            self._close_tabs()
        except (AssertionError, PlaywrightError):  # a test stopped in the middle
            self.page.close()
        else:
            self.page.set_viewport_size(SIZE)
            self.lab.pages.append(self.page)

    def _close_tabs(self) -> None:
        for _ in range(3):  # a lesson that has just been opened may take the last key for itself
            self.command("Close All Tabs")
            with contextlib.suppress(TooLate):
                while (discard := self._next_step()).evaluate("e => e !== document.body"):
                    discard.focus()
                    self.page.keyboard.press("Enter")
                    discard.wait_for_element_state("hidden")
                return
        raise AssertionError("What is open cannot be closed.")

    def _next_step(self) -> ElementHandle:
        return self.page.wait_for_selector(ASKED_OR_CLOSED, state="attached", timeout=WAIT / 10)
