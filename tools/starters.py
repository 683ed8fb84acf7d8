"""The starters of exercises and guesses, kept so that what a person saved is never published.

JupyterLab saves a page by itself, so whoever does an exercise in a lesson has the answer in its
file. The build keeps each cell that asks as it came, in ``tools/starters.json``; handouts and site
take it from there.
"""

import ast
import json
import re
from functools import cache
from pathlib import Path

import nbformat

from tools.collect import ASKED, answer_in
from tools.pages import ROOT, code, lesson_paths, load

STARTERS = ROOT / "tools" / "starters.json"
TYPED = re.compile(r"""\w+ = (?:(["']).*\1|[-+.,\d]+)\s*(?:#|$)""", re.M)
"""The first line of a cell that asks for a guess, once it has one; before it is ``guess = ""``."""
BRIEF = re.compile(r"^my_brief\b", re.M)
"""A cell of the brief that learners write in lesson 11."""


def asks(source: str) -> bool:
    """Say whether a code cell waits for something that a learner writes, or shows it."""
    return bool(TYPED.match(source) or ASKED.search(source) or BRIEF.search(source))


def is_starter(source: str) -> bool:
    """Say whether a cell that asks still has all its blanks."""
    if BRIEF.search(source):
        return not _written(source)
    if ASKED.search(source):
        return answer_in(source) is None
    return bool(re.match(r'\w+ = ""', source))


def _written(source: str) -> bool:
    """Say whether words or values stand where a starter of the brief has dots."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return True
    steps = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("my_brief.")
    ]
    given = [value for step in steps for value in [*step.args, *(k.value for k in step.keywords)]]
    return any(ast.unparse(value) not in ("...", "'...'", "''") for value in given)


def kept() -> str:
    """Return the text of the file of starters as the lessons have them now.

    A lesson in which something has been answered keeps the starters that were here before.
    """
    before = json.loads(STARTERS.read_text(encoding="utf-8")) if STARTERS.exists() else {}
    found = {}
    for path in lesson_paths():
        cells = [cell for cell in code(load(path)) if asks(cell.source)]
        if all(is_starter(cell.source) for cell in cells):
            found[path.stem] = {
                cell.id: {"source": cell.source, "outputs": [shown(o) for o in cell.outputs]}
                for cell in cells
            }
        else:
            found[path.stem] = before.get(path.stem, {})
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def shown(output: dict) -> dict:
    """Return an output without the number of its run, which each cell above it would change."""
    return {key: value for key, value in output.items() if key != "execution_count"}


@cache
def _starters(_changed: float) -> dict[str, dict[str, dict]]:
    return json.loads(STARTERS.read_text(encoding="utf-8"))


def as_it_came(path: Path) -> nbformat.NotebookNode:
    """Return a lesson in which nothing has been answered, whatever a person saved in it."""
    notebook = load(path)
    starters = _starters(STARTERS.stat().st_mtime).get(path.stem, {})
    for cell in code(notebook):
        if starter := starters.get(cell.id):
            cell.source = starter["source"]
            cell.outputs = nbformat.from_dict(starter["outputs"])
            for output in cell.outputs:
                if output.output_type == "execute_result":
                    output.execution_count = cell.execution_count
    return notebook
