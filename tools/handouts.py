"""Make the handouts: ``python run.py handouts [folder]``.

It holds everything as plain pages that need no network, no server and no Python: the learner's and
the teacher's edition, sheets to print, the paper route, and slides; and the lessons of both as
notebooks. All is made from the lessons' saved cells and the tables; nothing is run.
"""

import argparse
import html
import re
from itertools import accumulate
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import pandas as pd
from bs4 import BeautifulSoup
from nbconvert import SlidesExporter
from nbformat.v4 import new_markdown_cell, new_notebook

from casebook.charts import mimebundle, style
from casebook.exercises import FOLD
from casebook.ledger import fact
from casebook.tables import package, read, source_line, split_ids
from casebook.text import format_value
from tools import build, states, teaching
from tools.export import (
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
from tools.labs import write_lab
from tools.pages import ROOT, about, lesson_paths, load

FOLDED_ANSWER = re.compile(re.escape(FOLD).replace(re.escape("{}"), "(.*?)"), re.S)
HEADED = re.compile(r'(?:<a id="[^"]*"></a>\s*)?#{1,3} ')
"""The start of a cell that opens a part, with the anchor that the build puts before it, or not."""
GUESS_LINE = re.compile(r"^guess\b.*\n+", re.M)
ON_CODE = re.compile(r"<details><summary>What (each part|do these lines).*?</details>\s*", re.S)
SCRIPT = (TEMPLATES / "slides.js").read_text(encoding="utf-8") + states.SCRIPT
EDITIONS = {"learner": "For learners", "teacher": "For teachers"}
EXPLORERS = {"learner": "explorers", "teacher": "../learner/explorers"}  # from an edition's root
SLIDES = {"R1": False, "R2": True}  # with the code or without
# What fits on two printed pages of a lesson; the rest is in the lesson itself.
ROWS, COLUMNS, SIGNS, WORDS = 8, 6, 50, 60
ACROSS = 71  # letters beside each other in a table


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
        sheets, slides = folder / "print", folder / "slides"
        for path in teaching.taught():
            write(sheets / f"{path.stem}.html", sheet(path))
        write(sheets / "paper_route.html", paper_route())
        for route_id in SLIDES:
            write(slides / f"{route_id}.html", route_slides(route_id, "../learner/explorers"))
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
        up = "../" * (len(where.parts) - 1)
        alive = states.enliven(notebook, up + EXPLORERS[edition], states.names())
        if edition == "teacher" and page.suffix == ".ipynb":
            notebook = with_answers(notebook)
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = relinked(cell.source, page, pages)
        known = {"home": f"{up}../index.html", "edition": EDITIONS[edition]}
        known["script"] = states.SCRIPT if alive else ""
        text = rendered(notebook, title_of(page), **known)
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
            cells.insert(at + 1, for_teacher(teaching.key(exercise_id), f"key-{exercise_id}"))
    if not about(notebook)["slug"].startswith("00"):
        cells.insert(1, for_teacher(teaching.timing(notebook, up=""), "timing"))
    notebook.cells = cells
    return notebook


def for_teacher(text: str, name: str) -> nbformat.NotebookNode:
    """Return a cell that only the teacher's edition has."""
    return new_markdown_cell(
        f'<div class="teacher">\n\n{text}\n\n</div>', id=name.replace(".", "-")
    )


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
    picture, parts = output.img, []
    source = next(p.get_text() for p in output.find_all("p") if "Source:" in p.get_text())
    if output.table:
        rows = output.table.find_all("tr")
        shape = f"{len(rows) - 1} rows and {len(rows[0].find_all('th'))} columns"
        for cell in output.table.find_all(["td", "th"]):
            cell.string = shortened(cell.get_text(), SIGNS)
        columns = fitting([row(["td", "th"]) for row in rows[: ROWS + 1]])
        whole = len(rows) <= ROWS + 1 and len(rows[0].find_all("th")) <= columns
        for cut in [*rows[ROWS + 1 :], *(c for r in rows for c in r(["td", "th"])[columns:])]:
            cut.decompose()
        rest = "" if whole else f" In the lesson the table has {shape}."
        parts += [str(output.table), f"<p><small>{html.escape(source)}.{rest}</small></p>"]
    else:
        words = " ".join(picture["alt"].split()[:WORDS])
        words += "" if words == picture["alt"] else " … (the rest is in the lesson)"
        parts += [f"<p>{html.escape(words)}</p>", f"<p><small>{html.escape(source)}</small></p>"]
    return f"<figure><h2>{html.escape(heading)}</h2>{picture}{''.join(parts)}</figure>"


def fitting(rows: list[list]) -> int:
    """Return how many columns fit beside each other: paper does not scroll, and no word is cut."""
    columns = zip(*([re.split("[ -]", c.get_text()) for c in row] for row in rows), strict=True)
    longest = [max(len(word) for words in column for word in words) for column in columns]
    return sum(width <= ACROSS for width in accumulate(n + 2 for n in longest[:COLUMNS]))


def shortened(text: str, signs: int) -> str:
    """Return the beginning of a text, cut at a word."""
    return text if len(text) <= signs else text[:signs].rsplit(" ", 1)[0] + " …"


def route_slides(route_id: str, folder: str) -> str:
    """Return the slides of a route: for each step a title, then the lesson's own cells.

    ``folder`` leads to the states of the explorers.
    """
    with_code = SLIDES[route_id]
    keys = "Arrow keys, the space bar or a clicker move on. Nothing here needs a network."
    known, steps = read("routes").loc[route_id], read("route_steps")
    title = f"{route_id} · {known.title}"
    cells = [slide(f"# {title}\n\n{known.audience}\n\n*{keys}*", f"{route_id}-title")]
    clock = 0
    for step in steps[steps.route_id == route_id].itertuples():
        start, clock = clock, clock + teaching.minutes_of(step)
        text = f"# Minutes {start} to {clock}\n\n{step.doing}"
        cells.append(slide(text, f"{route_id}-step-{step.position}"))
        for place in split_ids([step.places]):
            cells += place_cells(teaching.lesson_path(step.lesson), place, with_code, folder)
    for number, cell in enumerate(cells):
        cell.id = f"slide-{number}"
        if cell.cell_type == "markdown":
            cell.source = teaching.without_links(cell.source)
    notebook = new_notebook(cells=cells)
    return rendered(notebook, title, "slides", "slides", SlidesExporter, with_code, script=SCRIPT)


def place_cells(path: Path, place: str, with_code: bool, folder: str = "") -> list:
    """Return the cells under a heading, told where a new slide begins."""
    _, first = teaching.find(place, path)
    notebook = as_notebook(path)
    states.enliven(notebook, folder, states.names() if folder else ())
    ids = [cell.id for cell in notebook.cells]
    found = []
    for cell in notebook.cells[ids.index(first) :]:
        if found and cell.cell_type == "markdown" and HEADED.match(cell.source):
            break
        outputs = cell.get("outputs", [])
        if cell.cell_type == "code" and cell.source.startswith("guess"):
            if not outputs:
                continue
            cell.source = GUESS_LINE.sub("", cell.source)  # a class guesses aloud
        for output in outputs:
            data = output.get("data", {})
            if "text/html" in data:
                data["text/html"] = FOLDED_ANSWER.sub(r"\1", data["text/html"])
        if not with_code:
            cell.source = ON_CODE.sub("", cell.source)
        if not (cell.source if cell.cell_type == "markdown" else with_code or outputs):
            continue
        # What comes after a guess is not yet seen while the class guesses.
        first_result = outputs and not any(c.get("outputs") for c in found)
        picture = any("<img" in str(o.get("data", {}).get("text/html")) for o in outputs)
        asks = cell.cell_type == "markdown" and "**Guess.**" in cell.source
        asked = bool(found) and "**Guess.**" in found[-1].source
        turns = first_result or picture or asks or asked
        kind = "slide" if not found else "subslide" if turns else "-"
        cell.metadata["slideshow"] = {"slide_type": kind}
        found.append(cell)
    return found


def slide(text: str, name: str) -> nbformat.NotebookNode:
    """Return a slide of one text."""
    return new_markdown_cell(text, id=name, metadata={"slideshow": {"slide_type": "slide"}})


def paper_route() -> str:
    """Return the six parts of the paper route, made from the tables."""
    deal = read("releases").loc["R-2025-12-13"]
    parts = {k: int(deal[k]) for k in ("total_released", "to_ukraine", "to_lithuania")}
    conflicts, relief = read("conflicts"), read("relief_dates")
    printed = conflicts[conflicts.conflict_id.isin(["C01", "C02", "C03", "C04"])]
    dates = relief[["step", "announced", "legally_effective", "published"]]
    road = read("events").sort_values("date")
    road = road[road.listed_in.str.contains("deal")].tail(30)
    errors, claims = read("error_specimens"), read("claims")
    picked = claims.loc[
        ["S01", "S06", "S10", "S11", "S15", "S22", "S25", "S27", "S38", "S40", "S42", "S43"]
    ]
    held, pardoned, left = (fact(name).text for name in ("F201", "F202", "F009"))
    parts_text = "; ".join(f"{name.replace('_', ' ')}: {number}" for name, number in parts.items())
    pages = [
        f"# The paper route\n\nFacts as of {read_as_of()}. One pack for each pair.",
        f"## A · One row, the numbers in print, the dates\n\n{parts_text}.\n\nSources: "
        f"{source_line(deal.source_ids)}.",
        table(printed[["topic", "version", "value", "unit"]]),
        table(dates),
        f"Sources: {source_line(relief.source_ids, most=8)}.",
        "## B · Thirty dated events: cut along the lines\n\n",
        table(road[["date", "title", "description", "source_ids"]]),
        "## C · The balance sheet\n\n"
        f"| people held, first count | came in | pardoned | people held, last count |\n"
        f"| --- | --- | --- | --- |\n| {held} | ? | {pardoned} | {left} |\n\n"
        f"Sources: {source_line(fact('F202').source_ids)}; Viasna's counts.",
        "## D · Two price lines for the same months",
        prices_on_paper(),
        "## E · Find the slip: cut along the lines",
        table(errors[["what_it_says", "source_id"]].head(8)),
        "## F · Twelve claims, and five verdict tokens\n\n"
        + " · ".join(claims.verdict.drop_duplicates()),
        table(picked[["claim"]].reset_index()),
    ]
    cells = [new_markdown_cell(text, id=f"part-{n}") for n, text in enumerate(pages)]
    return rendered(new_notebook(cells=cells), "The paper route", kind="paper")


def table(rows: pd.DataFrame) -> str:
    """Return rows as a table to cut or to read, columns named in words."""
    named = rows.rename(columns=lambda name: str(name).replace("_", " "))
    return named.to_html(index=False, border=0, na_rep="", justify="left")


def prices_on_paper() -> str:
    """Return two small charts on one scale, one for each edition, for thin paper."""
    rows = read("price_vintages").query("month >= '2020-01'")
    style()
    pages = []
    for vintage, line in rows.groupby("vintage"):
        fig, ax = plt.subplots(figsize=(7.5, 3.2))
        ax.plot(pd.to_datetime(line.month), line.price, color="black")
        ax.set(ylim=(0, rows.price.max() * 1.1), ylabel="US dollars a tonne, nominal")
        ax.set(xlim=(pd.Timestamp(rows.month.min()), pd.Timestamp(rows.month.max())))
        ax.set_title(f"Potassium chloride, monthly, as printed on {vintage:%Y-%m-%d}")
        first, last, top = line.price.iloc[0], line.price.iloc[-1], line.price.max()
        alt = (
            f"One line of monthly prices from {line.month.iloc[0]} to {line.month.iloc[-1]}: "
            f"it starts at {first:,.0f}, ends at {last:,.0f} and is {top:,.0f} at its highest."
        )
        pages.append(mimebundle(fig, alt, source_line(line.source_id))["text/html"])
    return "".join(pages)


def index() -> str:
    """Return the first page of the pack."""
    lessons = "\n".join(
        f"| {about(load(path))['title']} | [page](learner/notebooks/{path.stem}.html) | "
        f"[page with answers](teacher/notebooks/{path.stem}.html) | {sheet_link(path)} |"
        for path in lesson_paths()
    )
    slides = ", ".join(f"[{name}](slides/{name}.html)" for name in SLIDES)
    text = (
        "# The Potash Deal: the pack\n\nEverything here works without network, server or Python. "
        "Facts as of " + read_as_of() + ".\n\n"
        "- Teachers begin with [the teacher's folder](teacher/notebooks/teaching/index.html).\n"
        "- Learners begin with [the start page](learner/notebooks/00_start_here.html). Give them "
        "the folder `learner` alone: it holds no answers.\n"
        "- To run and change the lessons, open a terminal in `learner/lab` or `teacher/lab` and "
        "type `python run.py lab`. The teacher's notebooks have each answer below its exercise.\n"
        f"- Slides: {slides}. Paper: [the paper route](print/paper_route.html).\n\n"
        "| lesson | for learners | for teachers | two pages to print |\n| --- | --- | --- | --- |\n"
        f"{lessons}"
    )
    cell = new_markdown_cell(text, id="index")
    return rendered(new_notebook(cells=[cell]), "The Potash Deal: the pack")


def sheet_link(path: Path) -> str:
    """Return the link to a lesson's sheet; the start page has none."""
    return f"[sheet](print/{path.stem}.html)" if path in teaching.taught() else ""


def read_as_of() -> str:
    """Return the day to which the tables speak, as prose writes it."""
    return format_value(package().entry("events")["asOf"])


def main() -> None:
    """Make the pack and say where it is."""
    parser = argparse.ArgumentParser(prog="run.py handouts", description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "pack")
    make(everything, parser.parse_args().folder)


if __name__ == "__main__":
    main()
