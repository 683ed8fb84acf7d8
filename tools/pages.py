"""What the build and the tests both need to know about lessons: cells, parts, links."""

import ast
import contextlib
import copy
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from unittest import mock

import nbformat
from matplotlib.backends.backend_agg import FigureCanvasAgg

from casebook import tables

ROOT = tables.ROOT
NOTEBOOKS = ROOT / "notebooks"
PACKAGES = tuple(ROOT / place for place in tables.PACKAGES)
START = "00_start_here"
PART = re.compile(r"^## (\d+) · (.+)$", re.M)
WORD_LINK = re.compile(r"\[[^\]]+\]\(#(W\d{2})\)")


def lesson_paths() -> list[Path]:
    """Return the lesson notebooks in reading order: the start page, and each that has a module.

    A page of a person's own beside them, or a copy such as ``01_what_happened-Copy1``, is none.
    """
    paths = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    modules = NOTEBOOKS / "casebook" / "lessons"
    return [p for p in paths if p.stem == START or (modules / f"{p.stem[3:]}.py").exists()]


def load(path: Path) -> nbformat.NotebookNode:
    """Return a lesson as nbformat version 4; it is the caller's own, to be changed at will."""
    return copy.deepcopy(_loaded(path, *_stamp(path)))


@cache
def _loaded(path: Path, *_stamp: int) -> nbformat.NotebookNode:
    """Return a lesson as it is in its file: to read and check it takes five times a copy."""
    return nbformat.read(path, as_version=4)


def _stamp(path: Path) -> tuple[int, int]:
    """Return what changes with a file, so that nothing is remembered of an older one."""
    status = path.stat()
    return status.st_mtime_ns, status.st_size


def about(lesson: nbformat.NotebookNode | Path) -> dict:
    """Return what a lesson says of itself: slug, question, objectives, minutes, tables and more."""
    if isinstance(lesson, Path):
        return copy.deepcopy(_loaded(lesson, *_stamp(lesson)).metadata["casebook"])
    return lesson.metadata["casebook"]


def code(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """Return the code cells that are not empty."""
    return [c for c in notebook.cells if c.cell_type == "code" and c.source.strip()]


def prose(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """Return the Markdown cells that people wrote; generated cells are left out."""
    return [c for c in notebook.cells if c.cell_type == "markdown" and not generated(c)]


def refuses(cell: nbformat.NotebookNode) -> bool:
    """Say whether a cell is there to stop with a sentence of ours: that it does is the lesson.

    Such a cell has the tag ``refuses`` beside ``raises-exception``, and must stop on every run.
    """
    return "refuses" in cell.metadata.get("tags", [])


def generated(cell: nbformat.NotebookNode) -> str:
    """Return which generated part a cell is, such as "header" or "sources", or ""."""
    return next(
        (t.split(":")[1] for t in cell.metadata.get("tags", []) if t.startswith("generated:")),
        "",
    )


def resources() -> list[dict]:
    """Return all table entries of the data packages, each with its full path as ``file``."""
    entries = []
    for package in PACKAGES:
        for entry in json.loads(package.read_text(encoding="utf-8"))["resources"]:
            entries.append(entry | {"file": package.parent / entry["path"]})
    return entries


def run_cells(notebook: nbformat.NotebookNode) -> tuple[dict, list]:
    """Run a lesson's code in this process; return its names and what each cell ends with.

    The second part holds one entry a code cell: the value of its last line, or None. Of a cell
    that refuses it is the error that the cell must end with.
    """
    names, results = {"__name__": "lesson"}, []
    for cell in code(notebook):
        tree = ast.parse(cell.source)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        try:
            exec(compile(tree, cell.id, "exec"), names)
            shown = last and eval(compile(ast.Expression(last.value), cell.id, "eval"), names)
        except ValueError as refusal:
            if not refuses(cell):
                raise
            shown = refusal
        else:
            assert not refuses(cell), f"{cell.id} should refuse, and did not"
        results.append(shown)
    return names, results


@contextlib.contextmanager
def unpainted() -> Iterator[None]:
    """Let charts be drawn but not painted: their pictures stay blank, at a third of the time."""
    with mock.patch.object(FigureCanvasAgg, "draw", lambda canvas: canvas.get_renderer()):
        yield


@cache
def ran(path: Path) -> tuple[dict, list]:
    """Return what `run_cells` makes of a saved lesson, its charts unpainted.

    It is run once for all tests, so leave it as it is.
    """
    with unpainted():
        return run_cells(load(path))
