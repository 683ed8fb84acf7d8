"""Explorers without a kernel: each state of one is drawn once, and a page swaps what it shows.

`draw` leaves a folder an explorer: numbered pictures, equal ones once, and ``states.js`` with the
sentence, the table and the picture of each state. `alive` returns the HTML that shows it: the
default state for every reader, and its controls for those whose browser runs
``templates/explorer.js``. Nothing is fetched: it works from a file on a stick.
"""

import base64
import hashlib
import html
import io
import itertools
import json
import math
import os
import re
import shutil
import tempfile
import time
from collections.abc import Container, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from inspect import getsource
from pathlib import Path

import nbformat
from nbformat.v4 import new_output
from PIL import Image

import casebook.lessons
from casebook.explorer import (
    RUN_ME,
    ChoiceControl,
    Control,
    Explorer,
    NumberControl,
    Setting,
    TextControl,
    explorers,
)
from casebook.frames import TABLE_CSS
from casebook.tables import CasebookError
from tools.pages import NOTEBOOKS, PACKAGES, ROOT, code, lesson_paths, load

CACHE = ROOT / ".cache" / "explorers"
MOST = 400
"""States that an explorer may have here; a picture is about 20 kB, so name a thin ``grid``."""
DRAFT = "POTASH_DRAFT"  # in the environment, where the processes that draw find it
DRAWN_BY = ("matplotlib", "numpy", "pandas", "pillow")
KINDS = {NumberControl: "number", ChoiceControl: "choice", TextControl: "text"}
SCALE = 1.5  # pixels of a picture for one of the page
SCRIPT = (Path(__file__).parent / "templates" / "explorer.js").read_text(encoding="utf-8")
PICTURE = re.compile(r'<img [^>]*src="data:image/png;base64,([^"]+)"')
CALLED = re.compile(r"^from casebook\.lessons\.(\w+) import (\w+)\n\n\2\(\)$")
USED = re.compile(r"casebook\.lessons(?:\.| import )(\w+)")
START = "(window.casebookStates ??= {})"


@cache
def names() -> tuple[str, ...]:
    """Return the names of all explorers that a lesson shows, such as "price_shock.event_window"."""
    cells = (cell.source for path in lesson_paths() for cell in code(load(path)))
    shown = {".".join(called.groups()) for source in cells if (called := CALLED.search(source))}
    return tuple(name for name in explorers(casebook.lessons) if name in shown)


@contextmanager
def draft() -> Iterator[None]:
    """Let each control have but its default and a neighbour: a look at pages in little time."""

    def forget() -> None:
        for remembered in (by_name, _cached, _held):
            remembered.cache_clear()

    os.environ[DRAFT] = "yes"
    forget()
    try:
        yield
    finally:
        del os.environ[DRAFT]
        forget()


def settings(explorer: Explorer) -> list[Setting]:
    """Return the states of an explorer, the last control changing fastest.

    Raises CasebookError when there are too many: then a control needs a ``grid``.
    """
    count = math.prod(len(control.drawn) for control in explorer.controls.values())
    if count > MOST:
        raise CasebookError(
            f"{explorer.title} has {count:,} states, and {MOST} can be drawn for pages: name a "
            "grid of values in number() or choice()."
        )
    every = itertools.product(*(control.drawn for control in explorer.controls.values()))
    return [dict(zip(explorer.controls, values, strict=True)) for values in every]


def draw(folder: Path, wanted: Iterable[str]) -> None:
    """Write the states of the wanted explorers into ``folder/<name>/``.

    What was drawn from the same code and tables before is taken from the cache.
    """
    wanted = list(wanted)
    for left in CACHE.glob("tmp*"):  # by a run that was stopped; no explorer takes an hour
        with suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime > 3600:
                shutil.rmtree(left, ignore_errors=True)
    missing = [name for name in wanted if not _cached(name).exists()]
    # The longest first, so that no process is left alone with it at the end.
    missing.sort(key=lambda name: -len(settings(by_name(name))))
    if missing:
        with ProcessPoolExecutor(min(os.cpu_count() or 1, len(missing))) as pool:
            list(pool.map(_draw_one, missing))
    for name in wanted:
        shutil.rmtree(folder / name, ignore_errors=True)
        shutil.copytree(_cached(name), folder / name)


def _draw_one(name: str) -> None:
    """Draw all states of one explorer into the cache; an older drawing of it goes."""
    explorer = by_name(name)
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as made:
        folder = Path(made, "states")
        folder.mkdir()
        data = _states(explorer, folder)
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        page = f"{START}[{json.dumps(name)}]={text};\n"
        (folder / "states.js").write_text(page, encoding="utf-8", newline="\n")
        target = _cached(name)
        for old in set(CACHE.glob(f"{target.name.rpartition('-')[0]}-*")) - {target}:
            shutil.rmtree(old, ignore_errors=True)
        try:
            folder.rename(target)
        except OSError:
            if not target.exists():  # else another run was quicker
                raise


def _states(explorer: Explorer, folder: Path) -> dict[str, object]:
    """Draw the states of an explorer, and return what ``states.js`` holds."""
    pictures: dict[bytes, int] = {}
    sizes: list[tuple[int, int]] = []
    pieces: dict[str, int] = {}

    def stored(page: str) -> list[int]:
        # Rows and items that several states share are stored once.
        parts = re.split(r"(?<=</tr>)|(?<=</li>)", page.replace(TABLE_CSS, ""))
        return [pieces.setdefault(part, len(pieces)) for part in parts]

    def state(setting: Setting) -> list | str:
        try:
            view = first if setting == explorer.default else explorer.render(setting)
        except CasebookError as problem:
            return str(problem)
        sentence = html.unescape(re.sub("<[^>]+>", "", view.sentence))
        found = PICTURE.match(view.picture)
        if not found:
            return [stored(view.picture), sentence, stored(view.table)]
        picture = Image.open(io.BytesIO(base64.b64decode(found[1]))).convert("RGB")
        digest = hashlib.sha256(picture.tobytes()).digest()
        number = pictures.setdefault(digest, len(pictures))
        if number == len(sizes):
            sizes.append(tuple(round(pixels / SCALE) for pixels in picture.size))
            picture.save(folder / f"{number}.webp", lossless=True, method=4, quality=50)
        return [number, sentence, stored(view.table)]

    first = explorer.render(explorer.default)  # its layout is kept for the others, as on the page
    every = [state(setting) for setting in settings(explorer)]
    return {
        "title": explorer.title,
        "controls": [_control(control) for control in explorer.controls.values()],
        "sizes": sizes,
        "pieces": list(pieces),
        "states": every,
    }


def _control(control: Control) -> dict[str, object]:
    """Return what the script must know of a control."""
    known = {
        "kind": KINDS[type(control)],
        "label": control.label,
        "words": [control.word(value) for value in control.drawn],
        "start": control.drawn.index(control.default),
    }
    if isinstance(control, NumberControl):
        ends = (control.values[0], control.values[-1])
        known |= {
            "numbers": control.drawn,
            "ends": ends,
            "span": " to ".join(map(control.word, ends)),
            "places": control.places,
        }
    return known


@cache
def _cached(name: str) -> Path:
    """Return the place of an explorer's states: its name tells all that they are drawn from."""
    package = NOTEBOOKS / "casebook"
    sources = {*package.glob("*.py"), *package.glob("*.mplstyle")}
    wanted = {name.partition(".")[0], "__init__"}
    while wanted:  # a lesson may use parts of another
        lesson = package / "lessons" / f"{wanted.pop()}.py"
        if lesson not in sources and lesson.exists():
            sources.add(lesson)
            wanted |= set(USED.findall(lesson.read_text(encoding="utf-8")))
    tables = {path for described in PACKAGES for path in described.parent.glob("*.*")}
    makers = [version(name) for name in DRAWN_BY] + [
        getsource(f) for f in (_states, _control, _near)
    ]
    digest = hashlib.sha256("\0".join(makers).encode())
    for path in sorted(sources | tables):
        digest.update(f"{path.relative_to(ROOT).as_posix()}\0".encode() + path.read_bytes())
    kind = ".draft" if DRAFT in os.environ else ""
    return CACHE / f"{name}{kind}-{digest.hexdigest()[:16]}"


@cache
def _held(name: str) -> dict[str, object]:
    """Return what ``states.js`` of an explorer holds."""
    text = (_cached(name) / "states.js").read_text(encoding="utf-8")
    return json.loads(text.partition("]=")[2].rstrip(";\n"))


@cache
def by_name(name: str) -> Explorer:
    explorer = explorers(casebook.lessons)[name]()
    if DRAFT in os.environ:
        explorer.controls = {name: _near(control) for name, control in explorer.controls.items()}
    return explorer


def _near(control: Control) -> Control:
    """Return a control of which only the default and a neighbour are drawn; or typed text."""
    if isinstance(control, TextControl):
        return control
    at = min(control.drawn.index(control.default), max(len(control.drawn) - 2, 0))
    return replace(control, grid=control.drawn[at : at + 2])


def alive(name: str, folder: str, more: str = "") -> str:
    """Return an explorer as HTML: its default state, and controls for a browser with script.

    ``name`` is that of `explorers`, such as "price_shock.event_window"; ``folder`` leads from the
    page to the folder that `draw` filled; ``more`` is HTML that says where each value can be
    tried, for explorers of which the page holds only a grid. The page needs ``SCRIPT`` once.
    """
    explorer, held = by_name(name), _held(name)
    start = 0
    for control in held["controls"]:
        start = start * len(control["words"]) + control["start"]
    shown, sentence, table = held["states"][start]
    alt = html.escape(f"{explorer.title} {sentence}")
    if isinstance(shown, int):
        width, height = held["sizes"][shown]
        view = (
            f'<img alt="{alt}" src="{folder}/{name}/{shown}.webp" width="{width}" '
            f'height="{height}" loading="lazy">'
        )
    else:
        view = "".join(held["pieces"][piece] for piece in shown)
    fields = "".join(
        _field(control, held["controls"][place], f"{name}-{place}")
        for place, control in enumerate(explorer.controls.values())
        if len(control.drawn) > 1
    )
    return (
        f'<div class="explorer" data-name="{name}" data-folder="{folder}/{name}">'
        f'<p class="explorer-title">{html.escape(explorer.title)}</p>'
        f'<form autocomplete="off">{fields}<button type="reset">Reset</button></form>'
        f'<p role="status">{html.escape(sentence)}</p>'
        f'<div class="view">{view}</div><p role="alert"></p>'
        f"<p><small>Source: {html.escape(explorer.source)}</small></p>{_note(explorer, more)}"
        f'<div class="numbers">{"".join(held["pieces"][piece] for piece in table)}</div></div>'
    )


def enliven(
    notebook: nbformat.NotebookNode, folder: str, living: Container[str], more: str = ""
) -> bool:
    """Put living explorers into the cells of a lesson, in place, and say whether there are any.

    ``folder`` and ``more`` are those of `alive`. An explorer that is not among ``living`` keeps
    its saved state, without the words that ask to run its cell.
    """
    found = False
    for cell in notebook.cells:
        called = CALLED.search(cell.source) if cell.cell_type == "code" else None
        name = ".".join(called.groups()) if called else ""
        if name and name in living:
            page = alive(name, folder, more)
            cell.outputs, found = [new_output("display_data", {"text/html": page})], True
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text/html" in data:
                data["text/html"] = data["text/html"].replace(RUN_ME, "")
    return found


def _field(control: Control, held: dict[str, object], ident: str) -> str:
    """Return one control as HTML; the script finds it by its place in the form."""
    label, words, start = html.escape(control.caption), held["words"], held["start"]
    name = html.escape(ident, quote=True)
    if held["kind"] == "number":
        return (
            f'<div class="field number"><label for="{name}">{label}</label>'
            f'<input type="range" aria-label="{label}, slider" max="{len(words) - 1}" '
            f'value="{start}" aria-valuetext="{html.escape(words[start])}">'
            f'<input id="{name}" inputmode="decimal" value="{html.escape(words[start])}"></div>'
        )
    if held["kind"] == "text":
        offered = "".join(f"<option>{html.escape(word)}</option>" for word in words)
        return (
            f'<div class="field text"><label for="{name}">{label}</label><input id="{name}" '
            f'list="{name}-list" value="{html.escape(words[start])}">'
            f'<datalist id="{name}-list">{offered}</datalist></div>'
        )
    if control.can_step:
        options = "".join(
            f"<option{' selected' * (place == start)}>{html.escape(word)}</option>"
            for place, word in enumerate(words)
        )
        steps = (
            f'<button type="button" value="{by}" aria-label="{html.escape(control.label)}: {way}">'
            f"{sign}</button>"
            for by, way, sign in ((-1, "previous", "‹"), (1, "next", "›"))
        )
        return (
            f'<div class="field list"><label for="{name}">{label}</label>'
            f'<select id="{name}">{options}</select>{"".join(steps)}</div>'
        )
    buttons = "".join(
        f'<label><input type="radio" name="{name}-of"{" checked" * (place == start)}>'
        f"<span>{html.escape(word)}</span></label>"
        for place, word in enumerate(words)
    )
    return (
        f'<div class="field" role="radiogroup" aria-labelledby="{name}"><span id="{name}">{label}'
        f"</span><div>{buttons}</div></div>"
    )


def _note(explorer: Explorer, more: str) -> str:
    """Return in a sentence what a page leaves out of an explorer, or nothing."""
    partly = [
        control
        for control in explorer.controls.values()
        if len(control.drawn) < len(control.values) and not isinstance(control, TextControl)
    ]
    if not partly:
        return ""
    said = [f"This page holds {len(settings(explorer))} settings"]
    for control in partly:
        if len(control.drawn) == 1:
            said.append(f"{control.label} stays at {control.word(control.default)}")
        elif control.words:
            said.append(f"{len(control.drawn)} of {len(control.values)} in {control.label}")
    words = html.escape("; ".join(said))
    return f"<p><small>{words}. Any other: {more or 'in the notebook, with Python'}.</small></p>"
