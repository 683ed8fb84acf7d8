"""Make the handouts: ``python run.py handouts [folder]``.

It holds everything as plain pages that need no network, no server and no Python: the learner's and
the teacher's edition, sheets to print, the paper route, and slides; and the lessons of both as
notebooks. All is made from the lessons' saved cells and the tables; nothing is run.
"""

import argparse
from functools import cache
from pathlib import Path

import nbformat
from nbformat.v4 import new_markdown_cell, new_notebook

from casebook.tables import DataPackage, package, read
from tools import build, paper_route, sheets, slides, states, teaching
from tools.export import (
    as_notebook,
    copy_beside,
    made_in,
    make,
    page_path,
    relinked,
    rendered,
    title_of,
)
from tools.labs import write_lab
from tools.pages import ROOT, about, lesson_paths
from tools.sheets import read_as_of

EDITIONS = {"learner": "For learners", "teacher": "For teachers"}
EXPLORERS = {"learner": "explorers", "teacher": "../learner/explorers"}  # from an edition's root


def everything(folder: Path) -> None:
    """Write the whole pack into a folder; what an earlier run made there is replaced.

    Raises CasebookError, with nothing touched, for a folder that holds anything else.
    """
    with made_in(folder):
        # Whoever is given the learner's folder alone has the explorers as well.
        states.draw(folder / "learner" / "explorers", states.names())
        for edition in EDITIONS:
            write_edition(folder / edition, edition)
            write_lab(folder / edition / "lab", *lab(edition))
        printed = sheets.everything(teaching.taught(), sheets.ROUTES) | paper_route.everything()
        for name, text in printed.items():
            write(folder / "print" / f"{name}.html", text)
        for route_id in read("routes").index:
            for name, page in slides.decks(route_id, "../learner/explorers").items():
                write(folder / "slides" / f"{name}.html", page)
        write(folder / "slides" / "polls.html", slides.polls())
        write(folder / "index.html", index())


def write(path: Path, text: str) -> None:
    """Write a page, with the folders that it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    build.write(path, text)


def sources(edition: str) -> list[Path]:
    """Return the pages of an edition; the learner's has none that holds answers."""
    folders = [ROOT, ROOT / "data", ROOT / "seeds"]
    pages = [page for folder in folders for page in sorted(folder.glob("*.md"))]
    if edition == "teacher":
        return [*pages, *lesson_paths(), *sorted(teaching.TEACHING.rglob("*.md"))]
    for_all = ("glossary", "errata", "discussions", "voice_cards", "assessment")
    return [*pages, *lesson_paths(), *(teaching.TEACHING / f"{name}.md" for name in for_all)]


def write_edition(folder: Path, edition: str) -> None:
    """Write all pages of one edition, with links that stay inside it."""
    pages = sources(edition)
    for page in pages:
        notebook, where = as_notebook(page), page_path(page)
        title, up = title_of(notebook), "../" * (len(where.parts) - 1)
        alive = states.enliven(notebook, up + EXPLORERS[edition], states.names())
        if edition == "teacher" and page.suffix == ".ipynb":
            notebook = with_answers(notebook)
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = relinked(cell.source, page, pages)
        known = {"home": f"{up}../index.html", "edition": EDITIONS[edition]}
        known["script"] = states.SCRIPT if alive else ""
        text = rendered(notebook, title, **known)
        write(folder / where, text)
    copy_beside(folder)


def lab(edition: str) -> tuple:
    """Return the pages of an edition's notebooks, and what is done to its lessons."""
    if edition == "teacher":
        return sources(edition), with_answers
    return ([*sources(edition), teaching.TEACHING / "keep_your_work.md"],)


def with_answers(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return the teacher's edition of a lesson: timing on top, each answer under its exercise."""
    cells = list(notebook.cells)
    for cell in notebook.cells:
        if exercise_id := teaching.asked_in(cell):
            at = next(n for n, other in enumerate(cells) if other.id == cell.id)
            cells.insert(at + 1, for_teacher(_key(exercise_id, package()), f"key-{exercise_id}"))
    if not about(notebook)["slug"].startswith("00"):
        cells.insert(1, for_teacher(teaching.timing(notebook, up=""), "timing"))
    notebook.cells = cells
    return notebook


@cache
def _key(exercise_id: str, _tables: DataPackage) -> str:
    """Return the answer of an exercise: page and notebook of a lesson both have it."""
    return teaching.key(exercise_id)


def for_teacher(text: str, name: str) -> nbformat.NotebookNode:
    """Return a cell that only the teacher's edition has."""
    return new_markdown_cell(
        f'<div class="teacher">\n\n{text}\n\n</div>', id=name.replace(".", "-")
    )


def index() -> str:
    """Return the first page of the pack."""
    lessons = "\n".join(
        f"| {about(path)['title']} | [page](learner/notebooks/{path.stem}.html) | "
        f"[page with answers](teacher/notebooks/{path.stem}.html) | {paper(path)} |"
        for path in lesson_paths()
    )
    decks = [name for route_id in read("routes").index for name in slides.names(route_id)]
    shown = "\n".join(
        f"- {name.replace('_', ' ')}: [slides](slides/{name}.html), "
        f"[speaker's notes](slides/{name}_notes.html)"
        + (f", [worksheet](print/{name}_worksheet.html)" if name in sheets.ROUTES else "")
        for name in decks
    )
    text = (
        "# The Potash Deal: the pack\n\nEverything here works without network, server or Python. "
        f"Facts as of {read_as_of()}.\n\n"
        "- Teachers begin with [the teacher's folder](teacher/notebooks/teaching/index.html).\n"
        "- Learners begin with [the start page](learner/notebooks/00_start_here.html). Give them "
        "the folder `learner` alone: it holds no answers.\n"
        "- To run and change the lessons, open a terminal in `learner/lab` or `teacher/lab` and "
        "type `python run.py lab`. The teacher's notebooks have each answer below its exercise.\n"
        "- Nothing electric: [the paper route](print/paper_route.html), and "
        "[its key](print/paper_route_key.html) for the teacher.\n\n"
        f"## On the wall\n\n{shown}\n- [All polls](slides/polls.html), one on a slide, the answer "
        "on the next\n\n## Lessons\n\n"
        "| lesson | for learners | for teachers | to print |\n| --- | --- | --- | --- |\n"
        f"{lessons}"
    )
    cell = new_markdown_cell(text, id="index")
    return rendered(new_notebook(cells=[cell]), "The Potash Deal: the pack")


def paper(path: Path) -> str:
    """Return the links to a lesson's sheets; the start page has none."""
    if path not in teaching.taught():
        return ""
    start = f"print/{path.stem}"
    return f"[worksheet]({start}_worksheet.html), [pictures and answers]({start}_answers.html)"


def main() -> None:
    """Make the pack and say where it is."""
    parser = argparse.ArgumentParser(prog="run.py handouts", description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "pack")
    make(everything, parser.parse_args().folder)


if __name__ == "__main__":
    main()
