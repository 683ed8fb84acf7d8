"""Does anything notice? Single wrong cells, made in a copy, against all our checks.

A wrong cell counts as caught when ``read`` refuses the table, a test of `test_data.py` turns red, a
fact says something else than the pages do, a generated list does, or a cell of a lesson shows
something else. The stamps of the data package, which notice everything, are left out.

All of it is long, as the workshop alone takes a third of a minute.
"""

import contextlib
import html
import shutil
from collections import Counter
from functools import cached_property

import pytest
from tools import build
from tools.mutation import Change, Pages, Watched, cell_changes, sample
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
KINDS = {"number": 24, "day": 24, "text": 24}  # how many changes of each kind are tried

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
        self.lists = self.generated()
        self.pages = Pages(shell, package, lesson_paths())

    def generated(self) -> list[str]:
        pages = (build.with_generated_cells(load(path)) for path in lesson_paths())
        return [cell.source for page in pages for cell in page.cells if generated(cell)]

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
        if name in LISTED and self.generated() != self.lists:
            return "generated list"
        cell = self.pages.change(name)
        return f"lesson: {cell}" if cell else ""

    def shows(self, change: Change) -> bool:
        """Say whether a page holds the old text of a cell word for word (never by accident)."""
        old = " ".join(change.old.split())
        return len(old) > 11 and self.tables.count(old) == 1 and old in self.text

    @cached_property
    def tables(self) -> str:
        """Return all that tables hold, as one text: what stands twice there has two ways out."""
        files = {entry["file"] for entry in self.package.resources.values()}
        return " ".join(" ".join(file.read_text(encoding="utf-8") for file in files).split())

    @cached_property
    def text(self) -> str:
        """Return all that pages show, as one text."""
        shown = [word for page in self.pages.shown.values() for cell in page for word in cell]
        return " ".join(html.unescape("\n".join(self.lists + shown)).split())


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    root = tmp_path_factory.mktemp("copy")
    for folder in ("data", "seeds"):
        shutil.copytree(ROOT / folder, root / folder)
    package = Watched(root)
    with package.in_use(), Shell() as shell:
        yield Workshop(package, shell)


def found(workshop: Workshop, kind: str, most: int) -> tuple[str, float, list[Change]]:
    """Make changes one by one; return the tally in words, the share caught, and what escaped."""
    entries = workshop.package.resources
    changes = [c for name in LESSON_TABLES for c in cell_changes(name, entries[name], kind)]
    tried = sample(changes, most)
    by, missed = Counter(), []
    for change in tried:
        way = workshop.catch(change).partition(":")[0]
        by[way or "nothing"] += 1
        if not way:
            missed.append(change)
    share = 1 - len(missed) / len(tried)
    ways = ", ".join(f"{way} {count}" for way, count in by.most_common())
    return f"{share:.1%} of {len(tried)} of {len(changes)} caught ({ways})", share, missed


@pytest.mark.parametrize(("kind", "most"), KINDS.items())
def test_wrong_cells_are_noticed(workshop, record_property, kind, most):
    """No cell that a page shows may escape; the share of all that is caught is printed.

    What no page shows is left to the stamps of the data package, which notice every change, and
    to the sentences that the build prints.
    """
    words, share, missed = found(workshop, kind, most)
    record_property(f"wrong cells, {kind}", words)
    assert [change for change in missed if workshop.shows(change)] == []
    assert share > 0


def test_lessons_run_here_show_what_the_pages_show(workshop):
    """The lessons run here without a kernel; if they showed other things, shares would be false."""
    for path, shown in workshop.pages.shown.items():
        for cell, words in zip(code(load(path)), shown, strict=True):
            saved = [o.text for o in cell.outputs if o.output_type == "stream"]
            saved += [w for o in cell.outputs if "data" in o for w in in_words(o.data)]
            saved += [f"{o.ename}: {o.evalue}" for o in cell.outputs if o.output_type == "error"]
            assert [w.strip() for w in words] == [w.strip() for w in saved], (path.stem, cell.id)
