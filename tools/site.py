"""Make the web site: ``python run.py site [folder]``.

All lessons, the teacher's folder, the dictionary and the glossary as pages that read well on a
phone, on paper and without script, with explorers that live without a kernel, search without a
server, and the handouts of each route as one zip. It opens from a web host or from a stick: every
address inside is relative, and nothing is asked of another host.
"""

import argparse
import base64
import hashlib
import html
import io
import json
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbformat.v4 import new_markdown_cell, new_notebook, new_output
from PIL import Image

from casebook.tables import CasebookError, read
from tools import build, doors, handouts, lite, sheets, slides, states, teaching
from tools.export import (
    CSS,
    TEMPLATES,
    as_notebook,
    copy_beside,
    made_in,
    make,
    page_path,
    relinked,
    rendered,
    title_of,
)
from tools.handouts import read_as_of, write
from tools.pages import ROOT, about, generated, lesson_paths, load
from tools.slides import shortened

NAME = "The Potash Deal"
MENU = (
    ("Lessons", "index.html#Lessons"),
    ("For teachers", "notebooks/teaching/index.html"),
    ("Glossary", "notebooks/teaching/glossary.html"),
    ("Data", "data/index.html"),
)
# Pages that hold answers: nobody who searches for a word should land there.
ANSWERS = {teaching.TEACHING / "notes", teaching.TEACHING / "polls.md"}
CHECK = '<p class="later">To check an answer, <a href="#run">run this lesson</a>.</p>'
CARD = (1200, 630)
MOST = 40_000_000  # bytes of the whole site
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" '
    'rx="6" fill="#B75C0C"/><path d="M10 26V7h8a6 6 0 0 1 0 12h-8" fill="none" stroke="#fff" '
    'stroke-width="4"/></svg>'
)
PICTURE = re.compile(r'<img [^>]*?src="data:image/png;base64,([^"]+)"[^>]*>')
SETUP = re.compile(r"<details><summary>New here\?.*?</details>\s*", re.S)
HEADING = re.compile(r'(<a id="part-\d+">.{0,80})?<h([1-3]) id="([^"]+)">(.*?)</h\2>', re.S)
TAG = re.compile(r"<[^>]+>")
UNREAD = re.compile(
    r"<(pre|form|style|script)\b.*?</\1>|<small>Part \d+ of \d+[^<]*</small>"
    r"|<details><summary>The numbers as a table.*?</details>",
    re.S,
)


class Section(NamedTuple):
    """What search knows of a part of a page."""

    address: str
    page: str
    heading: str
    text: str


def everything(
    folder: Path, alive: Iterable[str] | None = None, zips: bool = True, run: bool = False
) -> None:
    """Write the whole site into a folder; what an earlier run made there is replaced.

    ``alive`` names the explorers that live (None: all), the others show their saved state;
    ``zips`` says whether the handouts of the routes are packed as well, ``run`` whether there are
    notebooks that run in the browser.

    Raises CasebookError, with nothing touched, for a folder that holds anything else; and for a
    site that is too large.
    """
    with made_in(folder):
        if run:
            lite.everything(folder / "run")
        living = tuple(states.names() if alive is None else alive)
        states.draw(folder / "explorers", living)
        with ProcessPoolExecutor(os.cpu_count()) as pool:
            # One process packs all routes: they share lessons, which it makes into pages once.
            packed = pool.submit(write_zips, folder / "handouts") if zips else None
            made = list(pool.map(partial(write_page, folder, living), site_pages()))
            if packed:
                packed.result()
        write_rest(folder, [section for page in made for section in page], zips)
    check_size(folder)


def check_size(folder: Path) -> None:
    """Raise CasebookError where the pages and all beside them need more than a class can take."""
    files = (file for file in folder.rglob("*") if file.is_file())
    size = sum(file.stat().st_size for file in files if folder / "run" not in file.parents)
    if size > MOST:
        raise CasebookError(
            f"The site has {size / 1e6:.1f} MB, and at most {MOST / 1e6:.0f} shall go over a slow "
            "network or on a stick: give an explorer with many states a thinner grid."
        )


def write_rest(folder: Path, sections: list[Section], zips: bool) -> None:
    """Write the first page, search, and what all pages share."""
    write_search(folder, sections + write_home(folder, zips))
    write(folder / "site.css", CSS + (TEMPLATES / "site.css").read_text(encoding="utf-8"))
    write(folder / "explorer.js", states.SCRIPT)
    write(folder / "icon.svg", ICON)
    copy_beside(folder)
    listed = [page_path(page).as_posix() for page in site_pages() if not holds_answers(page)]
    write(folder / "sitemap.xml", sitemap(["", *listed]))
    write(folder / "robots.txt", f"User-agent: *\nAllow: /\n\nSitemap: {home()}sitemap.xml\n")
    write(folder / ".nojekyll", "")  # a host that builds pages of its own leaves these alone


@cache
def home() -> str:
    """Return the public address of the site: the GitHub Pages of the repository."""
    return doors.link(doors.SITE)


@cache
def site_pages() -> tuple[Path, ...]:
    """Return the pages of the site but for the first, which has no file of its own here."""
    return tuple(page for page in handouts.sources("teacher") if page != build.README)


def holds_answers(page: Path) -> bool:
    """Say whether a page gives answers away."""
    return bool(ANSWERS & {page, page.parent})


# --- one page -------------------------------------------------------------------------------------


def write_page(folder: Path, living: tuple[str, ...], page: Path) -> list[Section]:
    """Write one page with its pictures and its card; return what search should find of it."""
    where = page_path(page)
    up = "../" * (len(where.parts) - 1)
    notebook = as_notebook(page)
    is_lesson = page.suffix == ".ipynb"
    title, known = title_of(notebook), {}
    if is_lesson:
        said = about(notebook)
        known["description"] = f"{said['question']} {lead(notebook)}"
        known |= neighbours(page)
        known["card"], known["card_alt"] = write_card(folder, notebook, page.stem)
        notebook = for_readers(notebook, page.stem, f"{up}explorers", living)
    if page.is_relative_to(teaching.TEACHING):
        notebook.cells[0].source = with_zips(notebook.cells[0].source, page, up)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = relinked(cell.source, page, (*site_pages(), build.README), on_the_host)
    text, sections = finished(folder, notebook, title, where.as_posix(), **known)
    if holds_answers(page):
        text = text.replace("<!-- robots -->", '<meta name="robots" content="noindex">')
        sections = []
    write(folder / where, text)
    return sections


def with_zips(text: str, page: Path, up: str) -> str:
    """Return a page for teachers that says what they have instead of ``run.py handouts``."""
    if page.stem == "README":
        before, said = "## Routes", "No Python? The page of each route has its handouts as a zip."
    elif page.stem in read("routes").index:
        link = f'<a href="{up}handouts/{page.stem}.zip" download>{page.stem}.zip</a>'
        words = "has its pages, sheets to print and answers, for a room without network or Python."
        before, said = "| minutes |", f"{link} {words}"
    else:
        return text
    return text.replace(before, f"{said}\n\n{before}", 1)


def on_the_host(file: Path) -> str:
    """Return the address of a file of the repository that is no page of the site."""
    kind = "tree" if file.is_dir() else "blob"
    return f"{build.address()}/{kind}/HEAD/{file.relative_to(ROOT).as_posix()}"


def finished(
    folder: Path, notebook: nbformat.NotebookNode, title: str, where: str, **known: object
) -> tuple[str, list[Section]]:
    """Return a page of the site, its pictures in files, and its sections for search."""
    up = "../" * where.count("/")
    known = {
        "up": up,
        "where": where,
        "canonical": home() + where.removesuffix("index.html"),
        "card": f"{home()}cards/{lesson_paths()[1].stem}.png",
        "card_alt": "The opening picture of the first lesson",
        "name": NAME,
        "menu": MENU,
        "lessons": [(about(path)["title"], page_path(path).as_posix()) for path in lesson_paths()],
        "as_of": read_as_of(),
        "wrong_fact": build.issue_form("wrong_fact"),
        "repository": build.address(),
        "fold_code": "Show the code",
        "description": lead(notebook),
        **known,
    }
    known["description"] = shortened(known["description"], 155)
    full = title if title == NAME else f"{title} · {NAME}"
    text = rendered(notebook, full, template="site", **{"kind": "site"} | known)
    text = with_files(text, folder, up)
    headings = [found.groups() for found in HEADING.finditer(text)]
    text = text.replace("<!-- contents -->", contents(headings))
    script = f'<script src="{up}explorer.js" defer></script>\n</body>'
    if 'class="explorer"' in text:
        text = text.replace("</body>", script)
    return text, sections_of(text, title, where)


def lead(notebook: nbformat.NotebookNode) -> str:
    """Return the first words of a page below its title, as plain text."""
    words = re.sub(r"<!--[^>]*-->|^[#>|!].*$|[*_`]", "", notebook.cells[0].source, flags=re.M)
    return " ".join(html.unescape(TAG.sub("", teaching.without_links(words))).split())


def anchor_of(part: str | None, ident: str) -> str:
    """Return the shorter name of a heading: that of its part, where it begins one."""
    return re.search(r"part-\d+", part)[0] if part else ident


def contents(headings: list[tuple]) -> str:
    """Return the list of a page's headings, for pages that have more than two."""
    items = "".join(
        f'<li class="d{depth}"><a href="#{anchor_of(part, ident)}">{TAG.sub("", words)}</a></li>'
        for part, depth, ident, words in headings
        if depth != "1"
    )
    if items.count("<li") < 3:
        return ""
    return (
        '<nav aria-label="On this page"><details><summary>On this page</summary>'
        f"<ul>{items}</ul></details></nav>"
    )


def sections_of(text: str, title: str, where: str) -> list[Section]:
    """Return the parts of a page, heading by heading, as search should find them."""
    main = UNREAD.sub(" ", text.partition("<main")[2].partition("</main>")[0])
    found = []
    for start, after in pairwise([*HEADING.finditer(main), None]):
        part, _, ident, words = start.groups()
        heading = html.unescape(TAG.sub("", words)).strip()
        if heading in ("Words", "Facts and sources"):
            continue  # the glossary has the words, and each fact stands in the text too
        body = main[start.end() : after.start() if after else None]
        plain = " ".join(html.unescape(TAG.sub(" ", body)).split())
        anchor = anchor_of(part, ident)
        found.append(Section(f"{where}#{anchor}" if found else where, title, heading, plain))
    return found


def with_files(text: str, folder: Path, up: str) -> str:
    """Return a page whose pictures are files, each once: WebP, or PNG where that is smaller."""

    def filed(match: re.Match) -> str:
        tag, png = match[0], base64.b64decode(match[1])
        picture = Image.open(io.BytesIO(png))
        smaller, name = _smaller(png)
        target = folder / "pictures" / name
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(smaller)
        width = int(re.search(r'width="(\d+)"', tag)[1])
        height = round(width * picture.height / picture.width)
        alt = re.search(r'alt="[^"]*"', tag)[0]
        # The first picture is what a reader waits for.
        when = 'loading="lazy"' if match.start() > first else 'fetchpriority="high"'
        src = f"{up}pictures/{target.name}"
        return f'<img {alt} src="{src}" width="{width}" height="{height}" {when}>'

    found = PICTURE.search(text)
    first = found.start() if found else 0
    return PICTURE.sub(filed, text)


@cache
def _smaller(png: bytes) -> tuple[bytes, str]:
    """Return a picture as a file and its name; pages, slides and sheets show the same ones."""
    file = io.BytesIO()
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.save(file, "WEBP", lossless=True, method=4, quality=50)
    webp, name = file.getvalue(), hashlib.sha256(png).hexdigest()[:12]
    return (webp, f"{name}.webp") if len(webp) <= len(png) else (png, f"{name}.png")


# --- lessons --------------------------------------------------------------------------------------


def for_readers(
    notebook: nbformat.NotebookNode, slug: str, folder: str, living: tuple[str, ...]
) -> nbformat.NotebookNode:
    """Return a lesson for those who read: explorers live, what only a kernel can do is said."""
    notebook.cells = [cell for cell in notebook.cells if generated(cell) != "next"]
    for cell in notebook.cells:
        if generated(cell) == "header":
            cell.source = SETUP.sub("", cell.source) + f"\n\n{doors_row(slug)}"
        if cell.cell_type == "code" and teaching.asked_in(cell):
            cell.metadata["open"] = True
            cell.outputs = [new_output("display_data", {"text/html": CHECK})]
    states.enliven(notebook, folder, living, '<a href="#run">run this lesson</a>')
    return notebook


def doors_row(slug: str, title: str = "Run this lesson") -> str:
    """Return the row of ways to run a lesson."""
    items = "".join(
        f'<li><a href="{html.escape(doors.link(door, slug))}">{door.name}</a> '
        f"<small>needs {door.needs}; {door.takes}; keeps {door.keeps}</small></li>"
        for door in (*doors.DOORS, doors.LITE)
    )
    return (
        f'<section class="doors" id="run" aria-label="{title}"><b>{title}</b>'
        f"<ul>{items}</ul></section>"
    )


def neighbours(page: Path) -> dict[str, tuple[str, str]]:
    """Return title and address of the lessons before and after one."""
    paths = lesson_paths()
    at = paths.index(page)
    beside = {"before": paths[at - 1 : at] if at else [], "after": paths[at + 1 : at + 2]}
    return {
        way: (about(path[0])["title"], f"{path[0].stem}.html")
        for way, path in beside.items()
        if path
    }


def first_picture(notebook: nbformat.NotebookNode) -> tuple[Image.Image, str]:
    """Return the opening picture of a lesson, and its words."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                picture = Image.open(io.BytesIO(base64.b64decode(output.data["image/png"])))
                alt = re.search(r'alt="([^"]*)"', output.data["text/html"])[1]
                return picture.convert("RGB"), html.unescape(alt)
    raise ValueError("There is no picture in this lesson.")


def write_card(folder: Path, notebook: nbformat.NotebookNode, slug: str) -> tuple[str, str]:
    """Write the card that is shown where somebody shares a lesson; return address and words."""
    picture, alt = first_picture(notebook)
    card = Image.new("RGB", CARD, "white")
    share = min((CARD[0] - 60) / picture.width, (CARD[1] - 40) / picture.height)
    size = round(picture.width * share), round(picture.height * share)
    at = (CARD[0] - size[0]) // 2, (CARD[1] - size[1]) // 2
    card.paste(picture.resize(size, Image.Resampling.LANCZOS), at)
    (folder / "cards").mkdir(parents=True, exist_ok=True)
    card.quantize(64).save(folder / "cards" / f"{slug}.png", optimize=True)
    return f"{home()}cards/{slug}.png", shortened(alt, 300)


# --- the first page, search, sitemap --------------------------------------------------------------


def write_home(folder: Path, zips: bool) -> list[Section]:
    """Write the first page: what it is about, the lessons, the ways in, the handouts."""
    pull = re.search(r"^# .+\n+(.+)$", build.README.read_text(encoding="utf-8"), re.M)[1]
    start = lesson_paths()[0]
    picture = load(lesson_paths()[1])
    opening = next(
        output.data["text/html"]
        for cell in picture.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    )
    rows = []
    for path in teaching.taught():
        said = about(path)
        image, _ = first_picture(load(path))
        thumb = picture_html(image.resize((480, round(480 * image.height / image.width))))
        number, _, words = said["title"].partition(" · ")
        rows.append(
            f'<li><a href="{page_path(path).as_posix()}">{thumb}'
            f'<span class="number">{number}</span><b>{html.escape(words)}</b></a>'
            f"<span>{html.escape(said['question'])}</span>"
            f"<small>{said['minutes']['read']} minutes to read</small></li>"
        )
    story = page_path(lesson_paths()[1]).as_posix()
    hero = [
        '<div class="hero"><div>',
        f"# {NAME}",
        f'<div class="lead">\n\n{pull}\n\n</div>',
        f'<p class="start"><a class="button" href="{page_path(start).as_posix()}">Start here</a> '
        f'<a href="{story}">or go straight to the story</a></p>',
        f"</div><div>{opening}</div></div>",
    ]
    lines = [
        "## Lessons",
        f'<ul class="cards">{"".join(rows)}</ul>',
        "## Run it yourself",
        "Every page can be read as it is, and its explorers move. To change the code, write your "
        "own and have exercises checked, open the same lesson as a notebook.",
        doors_row(start.stem, "Run the first page"),
        "## For teachers",
        "[The teacher's folder](notebooks/teaching/README.md) has routes, answers, discussions, "
        "polls and a plan for a room without network.",
        handouts_table() if zips else "",
    ]
    text = "\n\n".join([*hero, *lines])
    text = relinked(text, build.README, (*site_pages(), build.README), on_the_host)
    notebook = new_notebook(cells=[new_markdown_cell(text, id="home")])
    description = teaching.without_links(pull)
    page, sections = finished(
        folder, notebook, NAME, "index.html", description=description, kind="site home"
    )
    write(folder / "index.html", page)
    return sections


def picture_html(picture: Image.Image) -> str:
    """Return a small picture beside a link that names it, as HTML."""
    file = io.BytesIO()
    picture.quantize(64).save(file, "PNG")
    data = base64.b64encode(file.getvalue()).decode()
    return f'<img alt="" width="{picture.width // 2}" src="data:image/png;base64,{data}">'


def handouts_table() -> str:
    """Return the routes with a zip each: pages, sheets to print, slides, answers."""
    rows = [
        f"| [{row.Index} · {row.title}](notebooks/teaching/routes/{row.Index}.md) | {row.audience} "
        f'| <a href="handouts/{row.Index}.zip" download>{row.Index}.zip</a> |'
        for row in read("routes").itertuples()
    ]
    return "\n".join(["| route | for | handouts |", "| --- | --- | --- |", *rows])


def write_search(folder: Path, sections: list[Section]) -> None:
    """Write the page that searches, and the words that it searches."""
    text = json.dumps(sections, ensure_ascii=False, separators=(",", ":"))
    write(folder / "search-pages.js", f"window.casebookSections={text};\n")
    cell = new_markdown_cell((TEMPLATES / "search.html").read_text(encoding="utf-8"), id="search")
    page, _ = finished(folder, new_notebook(cells=[cell]), "Search", "search.html")
    page = page.replace("<!-- robots -->", '<meta name="robots" content="noindex">')
    write(folder / "search.html", page)
    for name in ("minisearch.js", "minisearch.LICENSE.txt", "search.js"):
        shutil.copy(TEMPLATES / name, folder / name)


def sitemap(places: list[str]) -> str:
    """Return the list of pages that search engines read."""
    urls = "".join(f"<url><loc>{home()}{place}</loc></url>\n" for place in places)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>\n'
    )


# --- the handouts of a route ----------------------------------------------------------------------


ALIVE_IN_ZIPS = ("R1", "R2")
"""Routes whose zips hold living explorers. Those of a week are ten megabytes: the site and the pack
of `run.py handouts` have them."""


def write_zips(folder: Path) -> None:
    """Pack the handouts of each route."""
    for route_id in read("routes").index:
        write_zip(folder, route_id)


def write_zip(folder: Path, route_id: str) -> None:
    """Pack what a class on one route needs without a kernel: pages, sheets, slides, answers."""
    steps = read("route_steps")
    slugs = dict.fromkeys(steps[steps.route_id == route_id].lesson.dropna())
    lessons = [teaching.lesson_path(slug) for slug in slugs]
    route = teaching.TEACHING / "routes" / f"{route_id}.md"
    notes = [teaching.TEACHING / "notes" / f"{slug}.md" for slug in slugs]
    pages = [route, *lessons, *(note for note in notes if note.exists())]
    pages += [teaching.TEACHING / f"{name}.md" for name in ("glossary", "discussions", "plan_b")]
    made: dict[str, str] = {}
    shown = "../explorers" if route_id in ALIVE_IN_ZIPS else ""
    for name, page in slides.decks(route_id, shown).items():
        made[f"slides/{name}.html"] = page
    # The explorers that are shown to a class live in its zip; with all of them it is far larger.
    living = set(re.findall(r'data-name="([\w.]+)"', "".join(made.values())))
    for page in pages:
        notebook, where = as_notebook(page), page_path(page)
        title, up = title_of(notebook), "../" * (len(where.parts) - 1)
        alive = states.enliven(notebook, f"{up}explorers", living)
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = relinked(cell.source, page, pages)
        known = {"home": f"{up}index.html", "edition": route_id}
        known["script"] = states.SCRIPT if alive else ""
        made[where.as_posix()] = rendered(notebook, title, **known)
    for name, text in sheets.everything(lessons, [route_id]).items():
        made[f"print/{name}.html"] = text
    made["index.html"] = zip_index(route_id, list(made))
    with tempfile.TemporaryDirectory() as name:
        packed = Path(name)
        states.draw(packed / "explorers", living)
        copy_beside(packed)
        for where, text in made.items():
            write(packed / where, with_files(text, packed, "../" * where.count("/")))
        folder.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(folder / f"{route_id}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(packed.rglob("*.*")):
                archive.write(file, f"{route_id}/{file.relative_to(packed).as_posix()}")


def zip_index(route_id: str, places: list[str]) -> str:
    """Return the first page of a route's handouts."""
    known = read("routes").loc[route_id]
    kinds = {
        "The route": [p for p in places if "/routes/" in p],
        "Lessons": [p for p in places if re.match(r"notebooks/\d\d_", p)],
        "To print": [p for p in places if p.startswith("print/")],
        "Slides": [p for p in places if p.startswith("slides/")],
        "Answers, for the teacher alone": [p for p in places if "/notes/" in p],
        "For all": [p for p in places if re.fullmatch(r"notebooks/teaching/\w+\.html", p)],
    }
    lines = [f"# {route_id} · {known.title}", f"{known.audience} Facts as of {read_as_of()}."]
    for kind, found in kinds.items():
        links = (f"- [{Path(p).stem.replace('_', ' ')}]({p})" for p in found)
        lines += [f"## {kind}", "\n".join(links)] if found else []
    cell = new_markdown_cell("\n\n".join(lines), id="index")
    return rendered(new_notebook(cells=[cell]), f"{route_id} · {known.title}")


def main() -> None:
    """Make the site and say where it is."""
    parser = argparse.ArgumentParser(prog="run.py site", description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "_site")
    parser.add_argument("--run", action="store_true", help="add notebooks that run in the browser")
    parser.add_argument("--draft", action="store_true", help="draw few states of each explorer")
    wanted = parser.parse_args()
    with states.draft() if wanted.draft else nullcontext():
        make(partial(everything, run=wanted.run), wanted.folder)


if __name__ == "__main__":
    main()
