"""Read what learners handed in: ``python run.py collect FOLDER``.

From all notebooks in a folder it makes one table, ``collected.csv``, and one page,
``collected.html``: a row for each file, a column for each exercise, and the written answers side by
side. It reads what is saved in the files and never runs a learner's code, so what a saved output
says is believed. It asks for no names and shows none but the file's own.
"""

import argparse
import ast
import csv
import html
import io
import json
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Template

from casebook.exercises import RIGHT, UNANSWERED, is_blank
from casebook.tables import CasebookError, read
from tools.pages import lesson_paths

STATES = {
    "right": "the saved output says yes",
    "tried": "answered and run, and not right yet",
    "written": "a written answer, to be read by a person",
    "not run": "an answer is there, and the cell was not run after it",
    "blank": "still the dots of the starter",
    "absent": "the exercise is not in the file",
}
TABLE, PAGE = "collected.csv", "collected.html"
MARK = "<!-- made by run.py collect -->"
ASKED = re.compile(r"""question\(\s*["']([\d.]+)["']\s*\)\s*\.check""")
LARGEST = 50_000_000  # bytes; a saved lesson has less than two million


@dataclass
class Work:
    """One file that was handed in: ``{exercise id: state}`` and ``{exercise id: what is written}``.

    ``problem`` is a sentence for a file that could not be read.
    """

    name: str
    lesson: str = ""
    states: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    guesses: tuple[int, int] = (0, 0)
    problem: str = ""


def collect(folder: Path) -> list[Work]:
    """Return what each notebook below a folder holds, sorted by lesson and by file name.

    Raises CasebookError when there is no such folder, or no notebook in it.
    """
    if not folder.is_dir():
        raise CasebookError(f"There is no folder {folder}.")
    paths = [
        path
        for path in folder.rglob("*.ipynb")
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    if not paths:
        raise CasebookError(f"No notebook (.ipynb) is in {folder} or in a folder inside it.")
    works = [work_in(path, path.relative_to(folder).as_posix()) for path in paths]
    return sorted(works, key=lambda work: (work.lesson or "~", work.name))


def work_in(path: Path, name: str) -> Work:
    """Return what one file holds; what is wrong with it is a sentence in ``problem``."""
    try:
        if path.stat().st_size > LARGEST:
            return Work(name, problem="The file is too large to be a lesson.")
        notebook = json.loads(path.read_bytes().decode("utf-8-sig"))
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        sources = ["".join(cell["source"]) for cell in cells]
        outputs = [texts_of(cell.get("outputs") or []) for cell in cells]
    except OSError as problem:
        return Work(name, problem=f"The file cannot be opened: {problem.strerror}.")
    except (ValueError, RecursionError):
        return Work(name, problem="The file is damaged, or it is no notebook.")
    except (KeyError, TypeError, AttributeError):
        return Work(name, problem="The file is no notebook of the form that Jupyter saves today.")
    found = Work(name)
    for cell, source, shown in zip(cells, sources, outputs, strict=True):
        if asked := ASKED.search(source):
            exercise_id = asked[1]
            given = answer_in(source)
            was_run = cell.get("execution_count") is not None and bool(shown)
            state = state_of(exercise_id, given, shown, was_run)
            found.states[exercise_id] = state
            if given is not None and form(exercise_id) == "text":
                found.written[exercise_id] = given
        elif re.match(r"guess\s*=", source):
            done, asked_for = found.guesses
            given = answer_in(source, "guess")
            found.guesses = done + (given is not None), asked_for + 1
    if not found.states:
        return Work(name, problem="No exercise of this collection is in the file.")
    first = next(iter(found.states))[:2]
    found.lesson = next((p.stem for p in lesson_paths() if p.stem.startswith(first)), first)
    return found


def texts_of(outputs: Iterable[dict]) -> str:
    """Return what the outputs of a cell say in words."""
    said = []
    for output in outputs:
        data = output.get("data", {})
        text = data.get("text/markdown") or data.get("text/plain") or output.get("text") or ""
        said.append("".join(text) if text else output.get("evalue", ""))
    return "\n".join(said)


def answer_in(source: str, name: str = "") -> str | None:
    """Return what a learner wrote in a cell, as text: a string's own words, or the code of it.

    None where only the starter is there. A cell that is no Python is returned as it is.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source.strip()
    given: dict[str, ast.expr] = {}
    for step in tree.body:
        if isinstance(step, ast.Assign):
            given |= {t.id: step.value for t in step.targets if isinstance(t, ast.Name)}
    checked = [
        call.args[0]
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "check" and call.args
    ]
    value = given.get(name) if name else (checked[0] if checked else None)
    if isinstance(value, ast.Name):
        value = given.get(value.id)
    if value is None:
        return None
    try:
        plain = ast.literal_eval(value)  # reads plain values, and runs nothing
    except (ValueError, TypeError, RecursionError, MemoryError):
        return ast.get_source_segment(source, value)
    if is_blank(plain):
        return None
    return plain if isinstance(plain, str) else ast.get_source_segment(source, value)


def state_of(exercise_id: str, given: str | None, shown: str, was_run: bool) -> str:
    """Return which of `STATES` an answer is in, from what is written and what was shown."""
    if given is None:
        return "blank"
    if not was_run or shown.startswith(UNANSWERED):
        return "not run"
    if form(exercise_id) == "text":
        return "written"
    return "right" if shown.startswith(RIGHT) else "tried"


@cache
def _forms() -> dict[str, str]:
    return read("exercises").form.to_dict()


def form(exercise_id: str) -> str:
    """Return the form of an exercise, or "" for one of another edition."""
    return _forms().get(exercise_id, "")


# --- the table and the page -----------------------------------------------------------------------


def columns(works: Iterable[Work]) -> list[str]:
    """Return all exercises that a file or its lesson has, in order."""
    works = list(works)
    lessons = {work.lesson[:2] for work in works if work.lesson}
    ids = {name for work in works for name in work.states}
    ids |= {name for name in _forms() if name[:2] in lessons}
    return sorted(ids, key=lambda name: [int(part) for part in name.split(".")])


def table(works: list[Work]) -> list[list[str]]:
    """Return the rows of the CSV: the file, its lesson, a state for each exercise, and problems."""
    ids = columns(works)
    rows = [["file", "lesson", *ids, "guesses", "problem"]]
    for work in works:
        own = [work.states.get(i, "absent" if i[:2] == work.lesson[:2] else "") for i in ids]
        guesses = "" if work.problem else "{} of {}".format(*work.guesses)
        rows.append([unformed(work.name), work.lesson, *own, guesses, work.problem])
    return rows


def unformed(name: str) -> str:
    """Return a name that no spreadsheet takes for a formula."""
    return f"'{name}" if name.startswith(("=", "+", "-", "@", "\t", "\r")) else name


def page(works: list[Work]) -> str:
    """Return one page that needs nothing else: a table a lesson, then the written answers."""
    parts = []
    for lesson in dict.fromkeys(work.lesson for work in works if work.lesson):
        own = [work for work in works if work.lesson == lesson]
        ids = columns(own)
        parts.append(f"<h2>{html.escape(lesson)}</h2>\n{states_table(own, ids)}")
        for exercise_id in ids:
            answers = [(w.name, w.written[exercise_id]) for w in own if exercise_id in w.written]
            if answers:
                items = "".join(
                    f"<tr><th scope='row'>{html.escape(name)}</th><td>{html.escape(text)}</td></tr>"
                    for name, text in answers
                )
                heading = f"Exercise {exercise_id}: {len(answers)} written answers"
                parts.append(f"<h3>{heading}</h3>\n<table class='words'>{items}</table>")
    broken = [work for work in works if work.problem]
    if broken:
        items = "".join(
            f"<li><b>{html.escape(work.name)}</b>: {html.escape(work.problem)}</li>"
            for work in broken
        )
        parts.append(f"<h2>Not read</h2>\n<ul>{items}</ul>")
    legend = "; ".join(f"<b>{state}</b>: {meaning}" for state, meaning in STATES.items())
    return PAGE_TEMPLATE.substitute(
        mark=MARK, count=len(works), legend=legend, body="\n".join(parts)
    )


def states_table(works: list[Work], ids: list[str]) -> str:
    """Return a table of states; colour only repeats the words."""
    head = "".join(f"<th scope='col'>{name}</th>" for name in ids)
    rows = []
    for work in works:
        cells = "".join(
            f"<td class='{state.replace(' ', '-')}'>{state}</td>"
            for state in (work.states.get(name, "absent") for name in ids)
        )
        guesses = "{} of {}".format(*work.guesses)
        name = html.escape(work.name)
        rows.append(f"<tr><th scope='row'>{name}</th>{cells}<td>{guesses}</td></tr>")
    counts = "".join(
        f"<td>{sum(work.states.get(name) in ('right', 'written') for work in works)}</td>"
        for name in ids
    )
    foot = f"<tfoot><tr><th scope='row'>right or written</th>{counts}<td></td></tr></tfoot>"
    return (
        "<div class='scroll' role='group' tabindex='0' aria-label='States'><table><thead><tr>"
        f"<th scope='col'>file</th>{head}<th scope='col'>guesses</th></tr></thead>"
        f"<tbody>{''.join(rows)}</tbody>{foot}</table></div>"
    )


PAGE_TEMPLATE = Template("""<!DOCTYPE html>
$mark
<html lang="en"><head><meta charset="utf-8"><title>What was handed in</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { margin: 2rem auto; max-width: 72rem; padding: 0 1rem }
table { border-collapse: collapse; font-size: .9rem } .scroll { overflow-x: auto }
th, td { border: 1px solid #8888; padding: .25rem .5rem; text-align: left; vertical-align: top }
.words td { white-space: pre-wrap; max-width: 45rem }
.right, .written { font-weight: bold } .right { background: #2a7f4f33 }
.written { background: #3b6fb633 } .tried { background: #c9870033 }
.not-run { font-style: italic } .blank, .absent { opacity: .75 }
@media print { body { margin: 0 } }
</style></head><body>
<h1>What was handed in</h1>
<p>Files: $count. No code was run: each state is read from what a file has saved, so a learner who
edits an output is believed. The answers are open to learners (<code>.solution()</code>), so
<i>right</i> shows that somebody got there, and not how.</p>
<p>$legend.</p>
$body
</body></html>
""")


def save(path: Path, text: str) -> None:
    """Write a file of ours. Raises CasebookError where another file has its name."""
    if path.exists():
        head = path.read_bytes()[:300].decode("utf-8", "replace")
        if MARK not in head and not head.lstrip("\ufeff").startswith("file,lesson"):
            raise CasebookError(f"{path} is not from an earlier run: move it or rename it.")
    path.write_text(text, encoding="utf-8", newline="")


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return 0 when the table and the page are written."""
    parser = argparse.ArgumentParser(prog="run.py collect", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the notebooks lie that were handed in")
    folder = parser.parse_args(arguments).folder
    try:
        works = collect(folder)
        save(folder / PAGE, page(works))
        save(folder / TABLE, csv_text(table(works)))
    except CasebookError as problem:
        print(problem, file=sys.stderr)
        return 1
    except OSError as problem:
        print(f"The folder cannot be written to: {problem.strerror}.", file=sys.stderr)
        return 1
    unread = [work for work in works if work.problem]
    for work in unread:
        print(f"{work.name}: {work.problem}")
    print(f"Read {len(works) - len(unread)} of {len(works)} files. Open {folder / PAGE}.")
    return 0


def csv_text(rows: list[list[str]]) -> str:
    """Return rows as CSV; the mark at the start lets spreadsheets read accents."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return "\ufeff" + text.getvalue()


if __name__ == "__main__":
    sys.exit(main())
