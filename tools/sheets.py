"""What a class prints: a worksheet and a sheet of pictures and answers for each lesson.

Worksheets ask and leave room to write; they give no answer and no verdict. All comes from the
lesson's own cells and the course tables. The pages have no paper of their own: they print on A4
and on Letter.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import takewhile
from pathlib import Path

import nbformat
from bs4 import BeautifulSoup, Tag
from nbformat.v4 import new_code_cell, new_notebook, new_output

from casebook.exercises import question
from casebook.ledger import render
from casebook.tables import package, read, source_line, split_ids
from casebook.text import format_value
from tools import slides, teaching
from tools.export import CSS, TEMPLATES, as_notebook, rendered
from tools.pages import about
from tools.pieces import Piece, markdown, plain, whole

SHEET_CSS = CSS + (TEMPLATES / "sheet.css").read_text(encoding="utf-8")
ROOM = {"number": 1, "pair": 1, "choice": 1, "letters": 1, "names": 2, "sort": 0, "text": 7}
"""Lines to write on, by the form of an exercise."""
OPENING = 6  # pieces that hold the story of a lesson's first cells, with title and content note
BOX = re.compile(r'"([^"]+)": \.\.\.')
READS = re.compile(r"\bread\(|import (?!question\b)")
NEEDS = "<p><small>This one needs the lesson: its page, or a computer.</small></p>"


def read_as_of() -> str:
    """Return the day to which the tables speak, as prose writes it."""
    return format_value(package().entry("events")["asOf"])


def page(title: str, question_line: str, parts: Iterable[str]) -> str:
    """Return a page to print."""
    head = (
        f'<h1>{html.escape(title)}</h1><p class="lead">{html.escape(question_line)} '
        f"<small>Facts as of {read_as_of()}.</small></p>"
    )
    cell = new_code_cell(
        outputs=[new_output("display_data", {"text/html": "\n".join([head, *parts])})], id="sheet"
    )
    notebook = new_notebook(cells=[cell])
    return rendered(notebook, title, "sheet", with_code=False, css=SHEET_CSS)


def room(lines: int) -> str:
    """Return lines to write on."""
    return '<p class="line"></p>' * lines


# --- worksheets -----------------------------------------------------------------------------------


def worksheet(path: Path) -> str:
    """Return the worksheet of a lesson: its guesses, then its exercises."""
    known = about(path)
    parts = [*asks(whole(path, with_code=False), ids=True), "<h2>Exercises</h2>", *exercises(path)]
    return page(f"{known['title']}: worksheet", known["question"], parts)


def route_worksheet(route_id: str, session: str) -> str:
    """Return the worksheet of a route: what its steps ask, in the order of the slides."""
    known = read("routes").loc[route_id]
    shown = [piece for step in slides.steps_of(route_id, session) for piece in step.pieces]
    return page(f"{known.title}: worksheet", session or "No names, please.", asks(shown))


def asks(shown: list[Piece], ids: bool = False) -> Iterator[str]:
    """Yield what a class writes on, of the pieces of a lesson or a route.

    Claims have numbers, as on slides, or their ``ids``, as in the lesson.
    """
    heading = ""
    for number, piece in enumerate(shown):
        title = "" if piece.heading in ("", heading) else f"<h2>{html.escape(piece.heading)}</h2>"
        if body := _asked(shown, number, ids):
            heading = piece.heading
            yield f'<section class="{piece.kind}">{title}{body}</section>'


def _asked(shown: list[Piece], number: int, ids: bool) -> str:
    """Return what a worksheet has of one piece, or ""."""
    piece, before, after = shown[number], shown[:number], shown[number + 1 :]
    if piece.kind == "question":
        given = takewhile(lambda later: later.kind != "answer", after)
        return piece.body + "".join(p.body for p in given if p.kind == "table") + room(1)
    if piece.kind == "vote":
        return piece.body.replace("<li>", "<li>☐ ")
    if piece.kind == "wall":
        last = 1 if after else 2  # an exit ticket
        return piece.body + room(last * piece.body.count("<li>"))
    if piece.kind == "table" and piece.blank:
        return _to_fill(piece, ids)
    if piece.of_text and any(p.blank for p in takewhile(lambda p: not p.of_text, after)):
        return in_a_line(piece)  # the words that the next table asks for
    story = piece.kind == "list" or "<blockquote>" in piece.body
    return piece.body if story and len(before) < OPENING else ""


def in_a_line(piece: Piece) -> str:
    """Return the rows of a table of two columns in one paragraph."""
    rows = BeautifulSoup(piece.body, "html.parser").tbody("tr")
    pairs = [[html.escape(cell.get_text()) for cell in row("td")] for row in rows]
    return f"<p>{'; '.join(f'<b>{word}</b>: {meaning}' for word, meaning in pairs)}.</p>"


def _to_fill(piece: Piece, ids: bool) -> str:
    """Return a table with its blank columns, and the evidence for its rows where there is any."""
    table = BeautifulSoup(piece.body, "html.parser")
    for row, claim_id in zip(table.tbody("tr"), piece.rows, strict=False) if ids else ():
        row.td.string = claim_id
    for name in piece.blank:
        _add_column(table, name)
    return str(table) + evidence(piece.rows, ids)


def _add_column(table: Tag, name: str) -> None:
    for number, row in enumerate(table("tr")):
        cell = "" if number else html.escape(name)
        row.append(BeautifulSoup(f'<td class="blank">{cell}</td>', "html.parser"))


def evidence(claims: Sequence[str], ids: bool = False) -> str:
    """Return what sources say on claims, a line each, or nothing."""
    rows, items = read("evidence"), []
    for number, claim_id in enumerate(claims, start=1):
        own = rows[rows.claim_id == claim_id]
        if own.empty:
            continue
        said = " ".join(render(text) for text in own.evidence)
        source = source_line(split_ids(own.source_ids), most=2)
        name = claim_id if ids else number
        items.append(f"<p><b>{name}</b> {html.escape(f'{said} ({source})')}</p>")
    return f"<h3>Evidence, claim by claim</h3>{''.join(items)}" if items else ""


def exercises(path: Path) -> Iterator[str]:
    """Yield each exercise of a lesson with room for its answer."""
    units, notebook = read("exercises").unit, as_notebook(path)
    given = _given(notebook)
    for exercise_id, task in teaching.tasks(notebook).items():
        form, starter, table = question(exercise_id).form, *given[exercise_id]
        unit = units[exercise_id] if isinstance(units[exercise_id], str) else ""
        needs = form in ("number", "pair", "names") and READS.search(starter) and not table
        boxes = ", ".join(BOX.findall(starter))
        lines = ROOM[form]
        if boxes and table:
            _add_column(table, "box")
        elif form == "sort":
            lines = 4
        yield (
            f'<section class="exercise"><h3>{html.escape(task["heading"])}</h3>'
            f"{markdown(teaching.without_links(task['text']))}"
            f"{f'<p>The boxes: {html.escape(boxes)}.</p>' if boxes else ''}{table}"
            f"{NEEDS if needs else ''}"
            f'<div class="answer">{room(lines)}<small>{html.escape(unit)}</small></div>'
            "</section>"
        )


def _given(notebook: nbformat.NotebookNode) -> dict[str, tuple[str, Tag | str]]:
    """Return the starter of each exercise, and the table that it is about, or ""."""
    given, shown = {}, ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and re.search("^### ", cell.source, re.M):
            shown = ""
        elif cell.cell_type == "code":
            if exercise_id := teaching.asked_in(cell):
                # Only here is it parsed: most tables of a lesson are not above an exercise.
                table = BeautifulSoup(shown, "html.parser").table or ""
                given.setdefault(exercise_id, (cell.source, table))
            for output in cell.outputs:
                page = output.get("data", {}).get("text/html", "")
                shown = page if "<table" in page else shown
    return given


def _joined(first: str, second: str) -> str:
    """Return two portions of one table as one, or "" where they are of two tables."""
    tables = [BeautifulSoup(page, "html.parser").table for page in (first, second)]
    if not all(tables) or not tables[0].thead or tables[0].thead != tables[1].thead:
        return ""
    tables[0].tbody.extend(tables[1].tbody("tr"))
    return str(tables[0])


# --- pictures and answers -------------------------------------------------------------------------


def answers(path: Path) -> str:
    """Return the sheet that is given out afterwards: pictures, and all answers."""
    known = about(path)
    shown = whole(path, with_code=False)
    parts, asked = [], ""
    for piece in shown:
        if piece.kind == "question":
            asked = plain(piece.body).strip()
        elif piece.kind == "answer":
            said = plain(piece.body).strip()
            asked, before = "", asked or piece.heading
            parts.append(f"<p class='guess'>{html.escape(before)} <b>{html.escape(said)}</b></p>")
        elif piece.kind == "picture":
            parts.append(f"<figure>{piece.body}</figure>")
        elif piece.kind in ("table", "record") and not piece.of_text and not piece.blank:
            parts.append(piece.body)
            if len(parts) > 1 and (joined := _joined(*parts[-2:])):
                parts[-2:] = [joined]
    parts.append("<h2>Answers to the exercises</h2>")
    for exercise_id, task in teaching.tasks(as_notebook(path)).items():
        solved = question(exercise_id).solution().text
        parts.append(
            f'<section class="exercise"><h3>{html.escape(task["heading"])}</h3>'
            f"{markdown(teaching.without_links(solved))}</section>"
        )
    parts.append(
        f"<p><b>{html.escape(known['question'])}</b></p>{markdown(teaching.without_links(known['answer']))}"
    )
    return page(f"{known['title']}: pictures and answers", known["question"], parts)


# --- all of them ----------------------------------------------------------------------------------

ROUTES = {"R1": "", "R2": ""}
"""Routes of one session: theirs is one worksheet, and that of a longer one is its lessons'."""


def everything(lessons: Iterable[Path], routes: Iterable[str]) -> dict[str, str]:
    """Return the sheets of lessons and of routes: name of the file to page."""
    made = {}
    for route_id in sorted(set(routes) & set(ROUTES)):
        made[f"{route_id}_worksheet"] = route_worksheet(route_id, ROUTES[route_id])
    for path in lessons:
        if path in teaching.taught():
            made |= _of_lesson(path)
    return made


@cache
def _of_lesson(path: Path) -> dict[str, str]:
    """Return both sheets of a lesson, which several routes hand out."""
    return {f"{path.stem}_worksheet": worksheet(path), f"{path.stem}_answers": answers(path)}
