"""Make the folder ``pack``: ``python run.py pack [folder]``.

It holds everything as plain pages that need no network, no server and no Python: the learner's and
the teacher's edition, sheets to print, the paper route, and slides. All is made from the lessons'
saved cells and the tables; nothing is run.
"""

import argparse
import html
import re
import shutil
from pathlib import Path

import nbformat
import pandas as pd
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter, SlidesExporter
from nbformat.v4 import new_markdown_cell, new_notebook

import teaching
from casebook.facts import fact
from casebook.tables import credit, read, split_ids
from lessons import ROOT, about, code, lesson_paths, load

TEMPLATES = Path(__file__).parent / "templates"
CSS = (TEMPLATES / "page.css").read_text(encoding="utf-8")
SCRIPT = (TEMPLATES / "slides.js").read_text(encoding="utf-8")
LINK = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")
PICTURE_FROM_AFAR = re.compile(r"!\[([^\]]*)\]\(https?:[^)\s]+\)")
EDITIONS = {"learner": "For learners", "teacher": "For teachers"}
SLIDES = {"R1": False, "R2": True}  # with the code or without
ROWS = 12


def everything(folder: Path) -> None:
    """Write the whole pack into a folder; what an earlier run left there is replaced."""
    for edition in EDITIONS:
        fresh(folder / edition)
        write_edition(folder / edition, edition)
    sheets, slides = fresh(folder / "print"), fresh(folder / "slides")
    for path in teaching.taught():
        write(sheets / f"{path.stem}.html", sheet(path))
    write(sheets / "paper_route.html", paper_route())
    for route_id, with_code in SLIDES.items():
        write(slides / f"{route_id}.html", route_slides(route_id, with_code))
    write(folder / "index.html", index())


def fresh(folder: Path) -> Path:
    """Return an empty folder of this name."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def write(path: Path, text: str) -> None:
    """Write a page, with the folders that it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def sources(edition: str) -> list[Path]:
    """Return the pages of an edition; the learner's has none that holds answers."""
    folders = [ROOT, ROOT / "data", ROOT / "data/fao", ROOT / "seeds"]
    pages = [page for folder in folders for page in sorted(folder.glob("*.md"))]
    if edition == "teacher":
        return [*pages, *lesson_paths(), *sorted(teaching.TEACHING.rglob("*.md"))]
    for_all = ("glossary", "errata", "discussions", "assessment")
    return [*pages, *lesson_paths(), *(teaching.TEACHING / f"{name}.md" for name in for_all)]


def write_edition(folder: Path, edition: str) -> None:
    """Write all pages of one edition, with links that stay inside it."""
    pages = sources(edition)
    for page in pages:
        notebook = as_notebook(page)
        if edition == "teacher" and page.suffix == ".ipynb":
            notebook = with_answers(notebook)
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = relinked(cell.source, page, pages)
        place = page.relative_to(ROOT).with_suffix(".html")
        home = "../" * len(place.parts) + "index.html"
        write(folder / place, rendered(notebook, title_of(page), home, EDITIONS[edition]))
    for name in ("LICENSE", "CITATION.cff"):
        shutil.copy(ROOT / name, folder / name)


def as_notebook(page: Path) -> nbformat.NotebookNode:
    """Return a lesson, or a Markdown page as a notebook of one cell."""
    if page.suffix == ".ipynb":
        return load(page)
    text = PICTURE_FROM_AFAR.sub(r"\1", page.read_text(encoding="utf-8"))
    return new_notebook(cells=[new_markdown_cell(text, id="page")])


def title_of(page: Path) -> str:
    """Return the title of a page: its first heading."""
    text = as_notebook(page).cells[0].source
    return re.search(r"^# (.+)$", text, re.M)[1]


def with_answers(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return the teacher's edition of a lesson: timing on top, each answer under its exercise."""
    cells = list(notebook.cells)
    for cell in notebook.cells:
        if called := re.search(r'question\("([\d.]+)"\)\.check', cell.source):
            at = next(n for n, other in enumerate(cells) if other.id == cell.id)
            cells.insert(at + 1, for_teacher(teaching.key(called[1]), f"key-{called[1]}"))
    if not about(notebook)["slug"].startswith("00"):
        timing = teaching.timing(notebook).replace("../../", "")
        cells.insert(1, for_teacher(timing, "timing"))
    notebook.cells = cells
    return notebook


def for_teacher(text: str, name: str) -> nbformat.NotebookNode:
    """Return a cell that only the teacher's edition has."""
    return new_markdown_cell(f'<div class="teacher">\n\n{text}\n\n</div>', id=name.replace(".", "-"))


def relinked(text: str, page: Path, pages: list[Path]) -> str:
    """Return a text whose links lead to pages of the same edition; others become plain words."""

    def relink(match: re.Match) -> str:
        words, target = match[1], match[2]
        if re.match(r"[a-z]+:|#", target):
            return match[0]
        name, hash_sign, anchor = target.partition("#")
        file = (page.parent / name).resolve()
        if file in pages:
            return f"[{words}]({Path(name).with_suffix('.html').as_posix()}{hash_sign}{anchor})"
        if file.name in ("LICENSE", "CITATION.cff"):
            return match[0]
        return words

    return LINK.sub(relink, text)


def rendered(
    notebook: nbformat.NotebookNode,
    title: str,
    home: str = "",
    edition: str = "",
    kind: str = "page",
    exporter: type[HTMLExporter] = HTMLExporter,
    with_code: bool = True,
) -> str:
    """Return one page as HTML that needs nothing else."""
    template = "slides" if exporter is SlidesExporter else "page"
    maker = exporter(
        template_name=template,
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_input=not with_code,
        exclude_anchor_links=True,
    )
    known = {"title": title, "home": home, "edition": edition, "kind": kind}
    page, _ = maker.from_notebook_node(notebook, {**known, "css": CSS, "script": SCRIPT})
    # A wide table scrolls by itself, also from the keyboard; the page does not.
    page = page.replace("<table", '<div class="scroll" role="group" tabindex="0"><table')
    return page.replace("</table>", "</table></div>")


def pictures(notebook: nbformat.NotebookNode) -> list[tuple[str, BeautifulSoup]]:
    """Return (heading above, output) for each picture of a lesson, in order."""
    found, heading = [], ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for text in re.findall(r"^##+ (.+)$", cell.source, re.M):
                heading = text
        for output in cell.get("outputs", []):
            page = output.get("data", {}).get("text/html", "")
            if "<img" in page:
                found.append((heading, BeautifulSoup(page, "html.parser")))
    return found


def sheet(path: Path) -> str:
    """Return two printed pages of a lesson: its pictures, their words and their tables."""
    notebook = load(path)
    known = about(notebook)
    parts = [
        f"<h1>{html.escape(known['title'])}</h1>",
        f'<p class="lead"><b>{html.escape(known["question"])}</b> '
        f"Facts as of {read_as_of()}. Pictures, words and tables are those of the lesson.</p>",
    ]
    for heading, output in pictures(notebook):
        parts.append(figure(heading, output))
    cell = new_markdown_cell("\n".join(parts).replace("\n\n", "\n"), id="sheet")
    return rendered(new_notebook(cells=[cell]), f"{known['title']}: sheet", kind="sheet")


def figure(heading: str, output: BeautifulSoup) -> str:
    """Return one picture with its words, its source, and the first rows of its table."""
    picture = output.img
    source = next(p.get_text() for p in output.find_all("p") if "Source:" in p.get_text())
    words = [f"<p>{html.escape(picture['alt'])}</p>", f"<p><small>{html.escape(source)}</small></p>"]
    if output.table:
        rows = output.table.find_all("tr")
        for row in rows[ROWS + 1 :]:
            row.decompose()
        more = len(rows) - 1 - ROWS
        words.append(str(output.table))
        if more > 0:
            words.append(f"<p><small>{more} more rows are in the lesson.</small></p>")
    picture["alt"] = ""  # the same words stand below it
    return f"<figure><h2>{html.escape(heading)}</h2>{picture}{''.join(words)}</figure>"


def read_as_of() -> str:
    """Return the day to which the tables speak, as prose writes it."""
    from casebook.facts import spell
    from casebook.tables import resources

    return spell(resources()["events"]["asOf"])
