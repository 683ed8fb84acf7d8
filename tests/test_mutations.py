"""Does anything notice? Single wrong cells, made in a copy, against all our checks.

A wrong cell counts as caught when ``read`` refuses the table, a test of `test_data.py` turns red, a
fact says something else than the pages do, a generated list does, or a cell of a lesson shows
something else. The stamps of the data package, which notice everything, are left out.

The tests try cells that a page shows; ``python -m tools.benchmark cells`` tells the share of all.
"""

import contextlib
import csv
import html
import random
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from itertools import islice
from operator import ne
from pathlib import Path

import pytest
from tools import build
from tools.mutation import Change, Pages, Watched, cell_changes
from tools.pages import ROOT, about, code, generated, lesson_paths, load
from tools.shell import Shell, in_words

import test_data
from casebook.ledger import fact
from casebook.tables import CasebookError
from test_data import Book

STAMPS = (test_data.test_stamps_are_true, test_data.test_frictionless_finds_nothing_wrong)
CHECKS = [
    check
    for name, check in vars(test_data).items()
    if name.startswith("test_") and check not in STAMPS
]
LESSON_TABLES = sorted({name for path in lesson_paths() for name in about(load(path))["tables"]})
LISTED = {"sources", "concepts"}  # what generated lists are made of, beside facts
KINDS = ("number", "day", "text")
TRIED = 24  # changes of each kind

pytestmark = pytest.mark.long


class Workshop:
    """A copy of all tables to break, and what checks, facts and lessons say while it is whole."""

    def __init__(self, package: Watched, shell: Shell) -> None:
        self.package = package
        self.whole = {name: package.read(name) for name in package.resources}
        self.checks = {}
        for check in CHECKS:
            book = Book(package, self.whole)
            with contextlib.suppress(Exception):  # one that is red already proves nothing
                check(book)
                self.checks[check] = book.touched
        # What looks at few tables knows most about them, and is quick.
        self.checks = dict(sorted(self.checks.items(), key=lambda item: len(item[1])))
        self.facts = {}
        for name in self.whole["facts"].index:
            package.asked.clear()
            self.facts[name] = fact(name).statement, set(package.asked)
        self.lists = list(self.generated())
        self.pages = Pages(shell, package, lesson_paths())

    def generated(self) -> Iterator[str]:
        """Make the generated cells of all pages anew, one page after the other as asked for."""
        pages = (build.with_generated_cells(load(path)) for path in lesson_paths())
        return (cell.source for page in pages for cell in page.cells if generated(cell))

    def catch(self, change: Change) -> str:
        """Make a change, return what notices it, or "", and undo it."""
        file = self.package.entry(change.table)["file"]
        good = file.read_bytes()
        file.write_bytes(change.content(good))
        try:
            return self.noticed(change.table)
        except CasebookError as refusal:
            return f"clear error: {refusal}"
        finally:
            file.write_bytes(good)

    def noticed(self, name: str) -> str:
        self.package.read(name)
        rest = {other: table for other, table in self.whole.items() if other != name}
        book = Book(self.package, rest, [name])
        for check, touched in self.checks.items():
            if name in touched:
                try:
                    check(book)
                except Exception:
                    return f"contract: {check.__name__}"
        for fact_id, (statement, asked) in self.facts.items():
            if name in asked and fact(fact_id).statement != statement:
                return f"fact: {fact_id}"
        if name in LISTED and any(map(ne, self.generated(), self.lists)):
            return "generated list"
        cell = self.pages.change(name)
        return f"lesson: {cell}" if cell else ""

    def changes(self, kind: str) -> list[Change]:
        """Return every change of one kind in the tables that lessons read, well mixed."""
        entries = self.package.resources
        found = [c for name in LESSON_TABLES for c in cell_changes(name, entries[name], kind)]
        return random.Random(1).sample(found, len(found))

    def shows(self, change: Change, kind: str) -> bool:
        """Say whether a page shows a cell, and has that from no other cell and not by accident."""
        forms = in_forms(change.old, kind)
        if sum(self.cells[form] for form in forms) != 1:
            return False
        if kind == "text" and self.tables.count(forms[0]) > 1:
            return False
        # To look for the bare words first spares most searches, each of which takes a millisecond.
        return any(
            re.search(rf"(?<![\w.,]){re.escape(form)}(?!\w|[.,]\d)", self.text)
            for form in forms
            if form in self.text
        )

    @cached_property
    def cells(self) -> Counter:
        """Return how often each cell stands in all tables."""
        found = Counter()
        for entry in self.package.resources.values():
            rows = csv.reader(entry["file"].read_text(encoding="utf-8").splitlines(keepends=True))
            found.update(" ".join(cell.split()) for row in rows for cell in row)
        return found

    @cached_property
    def tables(self) -> str:
        """Return all that tables hold, as one text: what stands twice there has two ways out."""
        return "\n".join(self.cells.elements())

    @cached_property
    def text(self) -> str:
        """Return all that pages show, as one text."""
        shown = [word for page in self.pages.shown.values() for cell in page for word in cell]
        return " ".join(html.unescape("\n".join(self.lists + shown)).split())


def in_forms(cell: str, kind: str) -> list[str]:
    """Return the forms in which a page may show a cell; none of what many pages show by accident.

    A day comes as it is and in words, a number of four digits or more with and without commas.
    """
    cell = " ".join(cell.split())
    if kind == "day":
        day = date.fromisoformat(cell)
        return [cell, f"{day.day} {day:%B} {day.year}", f"{day.day} {day:%b} {day.year}"]
    if kind == "number":
        if len(re.sub(r"\D", "", cell).strip("0")) < 4:
            return []
        whole, dot, part = cell.partition(".")
        return list(dict.fromkeys([cell, f"{int(whole):,}{dot}{part}"]))
    return [cell] if len(cell) > 11 else []


@contextlib.contextmanager
def opened(root: Path) -> Iterator[Workshop]:
    """Return a workshop in an empty folder."""
    for folder in ("data", "seeds"):
        shutil.copytree(ROOT / folder, root / folder)
    package = Watched(root)
    with package.in_use(), Shell() as shell:
        yield Workshop(package, shell)


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    with opened(tmp_path_factory.mktemp("copy")) as workshop:
        yield workshop


@pytest.mark.parametrize("kind", KINDS)
def test_no_wrong_cell_that_a_page_shows_escapes(workshop, record_property, kind):
    shown = (change for change in workshop.changes(kind) if workshop.shows(change, kind))
    caught = {change: workshop.catch(change) for change in islice(shown, TRIED)}
    ways = Counter(way.partition(":")[0] for way in caught.values())
    record_property(f"wrong cells that a page shows, {kind}", dict(ways.most_common()))
    assert len(caught) >= 16
    assert [change for change, way in caught.items() if not way] == []


def test_lessons_run_here_show_what_the_pages_show(workshop):
    """The lessons run here without a kernel; if they showed other things, shares would be false."""
    for path, shown in workshop.pages.shown.items():
        for cell, words in zip(code(load(path)), shown, strict=True):
            saved = [o.text for o in cell.outputs if o.output_type == "stream"]
            saved += [w for o in cell.outputs if "data" in o for w in in_words(o.data)]
            saved += [f"{o.ename}: {o.evalue}" for o in cell.outputs if o.output_type == "error"]
            assert [w.strip() for w in words] == [w.strip() for w in saved], (path.stem, cell.id)
