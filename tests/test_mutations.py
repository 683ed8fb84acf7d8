"""Does anything notice? Wrong cells and broken files, made in a copy, against all our checks.

Each fault is made in a copy of the tables, with rows, bytes and hash made anew, so that the
stamps of the data package do not do the work. A fault counts as caught when

* ``read`` refuses the table with a clear error,
* a test of `test_data.py` turns red,
* a number in prose is no longer what its fact says (`test_facts.py`),
* an exercise no longer keeps right and wrong apart (`test_practice.py`), or
* a cell of a lesson shows something else than the saved page does.

The plain run tries the numbers of the tables that the lessons use. With
``CASEBOOK_MUTATIONS=all`` it also tells the shares for their days and for all other tables.
"""

import ast
import contextlib
import csv
import io
import os
import random
import re
import shutil
import symtable
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from types import CodeType

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import pytest
import test_facts
import test_practice
from IPython.core.formatters import DisplayFormatter
from tools import build
from tools.pages import PACKAGES, ROOT, about, code, lesson_paths, load, refuses
from tools.prose import facts_in

import casebook
import test_data
from casebook import brief, charts, explore, facts, practice, tables
from test_data import Book, targets

EVERYTHING = os.environ.get("CASEBOOK_MUTATIONS") == "all"
ENTRIES = tables.resources()
LESSON_TABLES = sorted({name for path in lesson_paths() for name in about(load(path))["tables"]})
# Stamps would notice any change; frictionless reads them too, and is slow.
STAMPS = (test_data.test_stamps_are_true, test_data.test_frictionless_finds_nothing_wrong)
CHECKS = [
    check
    for name, check in vars(test_data).items()
    if name.startswith("test_") and check not in STAMPS
]
NUMBER = re.compile(r"-?\d+(\.\d+)?")
PAGE_LIMITS = 600  # changes in a plain run; now it tries them all


class NoPanel:
    """The live half of an explorer, which is dropped when a lesson is saved."""

    def _repr_mimebundle_(self) -> dict:
        return {}


class Workshop:
    """A copy of all tables to break, and what checks, facts and lessons say while it is whole."""

    def __init__(self, root: Path, patch: pytest.MonkeyPatch) -> None:
        self.root, self.patch = root, patch
        for package in PACKAGES:
            folder = package.parent.relative_to(ROOT)
            shutil.copytree(ROOT / folder, root / folder)
        patch.setattr(tables, "ROOT", root)
        patch.setattr(tables, "PACKAGES", [root / p.relative_to(ROOT) for p in PACKAGES])
        tables.resources.cache_clear()
        self.book = Book(root)
        self.whole = {name: self.book[name] for name in tables.resources()}
        for module in (tables, facts, practice, brief):
            patch.setattr(module, "read_once", lambda name: self.book[name])
        patch.setattr(casebook, "read", self.read)
        # What a chart says is compared, and not its pixels: painting them takes most of the time.
        for module in (charts, explore, brief):
            patch.setattr(module, "png", lambda fig: b"")
        patch.setattr(explore.Explorer, "_panel", lambda explorer: NoPanel())
        self.checks = {}
        for check in CHECKS:
            book = Book(root, self.whole)
            # A check that is red already would be red for every fault.
            with contextlib.suppress(AssertionError):
                check(book)
                self.checks[check] = book.touched
        # What looks at few tables knows most about them, and is quick.
        self.checks = dict(sorted(self.checks.items(), key=lambda item: len(item[1])))
        self.texts = [parameter.values[0] for parameter in test_facts.texts()]
        self.facts = self.fact_texts()
        self.red_prose = set(self.prose(self.texts))
        self.format = DisplayFormatter().format
        # A cell that refuses reads no table: it shows the same, whatever is damaged.
        self.sources = {
            p: [halves("None" if refuses(c) else c.source) for c in code(load(p))]
            for p in lesson_paths()
        }
        self.lessons = {}
        for path in lesson_paths():
            self.asked = {"sources"}
            shown = [words for _, words in self.play(path)]
            self.lessons[path] = shown, self.asked

    def read(self, name: str) -> pd.DataFrame:
        """Stand in for `read` in the cells of a lesson, and remember what was asked for."""
        self.asked.add(name)
        return self.book[name].copy()

    @contextlib.contextmanager
    def damaged(self, name: str, content: str | None, form: bool = True) -> Iterator[None]:
        """Let a table have other content, or no file at all, until the end of the block.

        Without ``form``, checks of form look at this table alone.
        """
        file = self.file_of(name)
        good = file.read_bytes()
        try:
            if content is None:
                file.unlink()
            else:
                file.write_text(content, encoding="utf-8", newline="")
            rest = {other: table for other, table in self.whole.items() if other != name}
            self.book = Book(self.root, rest, None if form else [name])
            yield
        finally:
            file.write_bytes(good)
            self.book = Book(self.root, self.whole)

    def file_of(self, name: str) -> Path:
        """Return where a table of the copy lies."""
        return tables.resources()[name]["file"]

    def rows(self, name: str) -> list[list[str]]:
        """Return a file as lists of cells, its header first."""
        with self.file_of(name).open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file))

    def restamp(self) -> None:
        """Make rows, bytes and hash of the copy true again."""
        for package in tables.PACKAGES:
            build.write(package, build.stamped(package))
        tables.resources.cache_clear()

    # --- what can notice ---

    def catch(self, name: str) -> str:
        """Return what notices that a table is damaged, or nothing."""
        try:
            self.book[name]
        except tables.CasebookError as error:
            return f"clear error: {error}"
        return (
            self.red_check(name)
            or self.red_fact(name)
            or self.red_exercise(name)
            or self.red_lesson(name)
        )

    def red_check(self, name: str) -> str:
        """Return the first test of test_data.py that looks at a table and is red now."""
        for check, touched in self.checks.items():
            if name in touched:
                try:
                    check(self.book)
                except Exception:
                    return f"contract: {check.__name__}"
        return ""

    def red_fact(self, name: str) -> str:
        """Return a place in prose that no longer says what its fact says."""
        try:
            changed = {
                fact_id
                for fact_id, text in self.fact_texts(name).items()
                if text != self.facts[fact_id]
            }
        except tables.CasebookError as error:
            return f"fact: {error}"
        marked = [text for text in self.texts if changed & set(facts_in(text))]
        found = set(self.prose(marked)) - self.red_prose
        return f"prose: {min(found)}" if found else ""

    def red_exercise(self, name: str) -> str:
        """Return what the tests of the exercises find, where one is worked out from a table."""
        exercises, slips = self.book["exercises"], self.book["exercise_mistakes"]
        asked = set(exercises.index[mentions(exercises.answer, name)])
        asked |= set(slips.exercise_id[mentions(slips.answer, name)])
        if name in ("exercises", "exercise_mistakes"):
            asked = set(exercises.index)
        own = slips[slips.exercise_id.isin(asked)]
        try:
            for exercise_id in asked & set(test_practice.MARKED):
                test_practice.test_right_answer_is_known(exercise_id)
            for mistake_id in own.index:
                test_practice.test_each_expected_slip_has_its_own_words(mistake_id)
            test_practice.test_slips_of_one_exercise_differ(own)
        except Exception as problem:
            return f"exercise: {problem!r}"
        return ""

    def red_lesson(self, name: str) -> str:
        """Return the first cell of a lesson that shows something else, where it reads a table."""
        for path, (shown, asked) in self.lessons.items():
            if name in asked:
                try:
                    for cell, now in self.play(path, reach(path, name)):
                        if now != shown[cell]:
                            return f"lesson: {path.stem}, cell {cell}"
                except Exception as problem:
                    return f"lesson: {path.stem} stops: {problem!r}"
        return ""

    def fact_texts(self, name: str = "") -> dict[str, str]:
        """Return what each fact says, or each that a table has a part in."""
        ledger = self.book["facts"]
        if name and name != "facts":
            ledger = ledger[mentions(ledger.expression, name)]
        return {fact_id: facts.fact(fact_id).text for fact_id in ledger.index}

    def prose(self, texts: list[str]) -> list[str]:
        """Return the numbers in some texts that are not as the ledger has them."""
        return [problem for text in texts for problem in test_facts.loose_numbers(text)]

    def play(self, path: Path, cells: list[int] | None = None) -> Iterator[tuple[int, list[str]]]:
        """Run cells of a lesson here (all of them), and yield what each shows on the saved page."""
        bundles: list[dict] = []
        self.patch.setattr(charts, "display", lambda bundle, raw: bundles.append(bundle))
        names, places = {"__name__": "__main__"}, sys.path[:]
        try:
            for cell, (body, last) in enumerate(self.sources[path]):
                if cells is not None and cell not in cells:
                    continue
                bundles.clear()
                with contextlib.redirect_stdout(io.StringIO()) as printed:
                    exec(body, names)
                    if (value := eval(last, names)) is not None:
                        bundles.append(self.format(value)[0])
                yield cell, in_words(printed.getvalue(), bundles)
        finally:
            plt.close("all")
            sys.path[:] = places


@dataclass
class Parts:
    """Names in a cell: used now, or later in a function; given a value, changed, or imported."""

    used: set[str]
    later: set[str]
    made: set[str]
    changed: set[str]
    imported: set[str]


def parts_of(source: str) -> Parts:
    """Return the names of a cell."""
    top = symtable.symtable(source, "cell", "exec")
    used = _used_before_made(ast.parse(source).body)
    made = {
        s.get_name()
        for s in top.get_symbols()
        if s.is_assigned() or s.is_imported() or s.is_namespace()
    }
    later, scopes = set(), list(top.get_children())
    while scopes:
        scope = scopes.pop()
        later |= {s.get_name() for s in scope.get_symbols() if s.is_global() and s.is_referenced()}
        scopes += scope.get_children()
    imported = {s.get_name() for s in top.get_symbols() if s.is_imported()}
    changed = set()
    for node in ast.walk(ast.parse(source)):
        # x["y"] = ..., x.y = ..., x += ... and x.method(...) may all change what x holds.
        stored = isinstance(getattr(node, "ctx", None), ast.Store)
        method = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        node = node.func if method else node.target if isinstance(node, ast.AugAssign) else node
        if stored or method:
            while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
                node = node.func if isinstance(node, ast.Call) else node.value
        if isinstance(node, ast.Name) and (stored or method):
            changed.add(node.id)
    return Parts(used, later, made, changed - made, imported)


def _used_before_made(body: list[ast.stmt]) -> set[str]:
    """Return the names that statements take from cells before them."""
    used, made = set(), set()
    for statement in body:
        if isinstance(statement, ast.FunctionDef):
            made.add(statement.name)
            continue
        names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        inside = {n.id for n in names if isinstance(n.ctx, ast.Store)}
        if isinstance(statement, ast.Assign | ast.Expr):
            # The right side runs first; names of comprehensions are their own.
            own = {
                n.id
                for part in ast.walk(statement)
                if isinstance(part, ast.comprehension)
                for n in ast.walk(part.target)
                if isinstance(n, ast.Name)
            }
            used |= {n.id for n in names if isinstance(n.ctx, ast.Load)} - made - own
        else:
            used |= {n.id for n in names if isinstance(n.ctx, ast.Load)} - made - inside
            used |= {n.id for n in names if isinstance(statement, ast.AugAssign)} - made
        made |= inside
    return used


def reached(sources: list[str], table: str) -> list[int]:
    """Return the cells that a table can reach through names, and those that they build upon."""
    parts = [parts_of(source) for source in sources]
    modules = set().union(*(names.imported for names in parts))
    hit, known, tainted = [], None, set()
    while tainted != known:  # a function may use a name that is given only after it
        known, tainted, hit = tainted, set(), []
        for cell, names in enumerate(parts):
            if f'"{table}"' in sources[cell] or names.used & tainted or names.later & known:
                hit.append(cell)
                tainted |= (names.made | names.changed) - modules
            else:
                tainted -= names.made
    needed, waiting = {0, 1, *hit}, list(hit)  # the first two cells set paths and looks
    while waiting:
        cell = waiting.pop()
        builders = {other for other, n in enumerate(parts) if n.made & parts[cell].later}
        for name in parts[cell].used | parts[cell].changed:
            for before in range(cell - 1, -1, -1):
                if name in parts[before].made | (parts[before].changed - modules):
                    builders.add(before)
                if name in parts[before].made:
                    break
        waiting += builders - needed
        needed |= builders
    return sorted(needed)


@cache
def reach(path: Path, table: str) -> list[int]:
    """Return the cells of a lesson that a table reaches, and those that they build upon."""
    return reached([cell.source for cell in code(load(path))], table)


def halves(source: str) -> tuple[CodeType, CodeType]:
    """Return a cell as what is run, and the last line whose value is shown."""
    body, last = ast.parse(source), ast.parse("None", mode="eval")
    if isinstance(body.body[-1], ast.Expr):
        last = ast.Expression(body.body.pop().value)
    return compile(body, "cell", "exec"), compile(last, "cell", "eval")


def mentions(expressions: pd.Series, name: str) -> pd.Series:
    return expressions.str.contains(rf"\b{name}\b", na=False)


def in_words(printed: str, bundles: list[dict]) -> list[str]:
    """Return what a cell shows without its pictures."""
    words = [printed] if printed else []
    for bundle in bundles:
        for kind in sorted(bundle):
            if kind.startswith("text/"):
                words.append(re.sub(r"base64,[\w+/=]*", "", bundle[kind]))
    return words


def as_csv(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    # As in a kernel: pandas knows no width of a terminal, and style() stays within this module.
    wide = pd.option_context("display.max_columns", 20, "display.max_colwidth", 50)
    with pytest.MonkeyPatch.context() as patch, mpl.rc_context(), wide:
        try:
            yield Workshop(tmp_path_factory.mktemp("copy"), patch)
        finally:
            tables.resources.cache_clear()


@pytest.fixture(scope="module")
def tally() -> Counter:
    return Counter()


# --- six faults for each table ----------------------------------------------------------


def fields(name: str, *kinds: str) -> list[int]:
    """Return the positions of the columns of some types."""
    columns = ENTRIES[name]["schema"]["fields"]
    return [position for position, field in enumerate(columns) if field["type"] in kinds]


def links(name: str) -> list[int]:
    """Return the positions of the columns that point to a source or, without one, to any row.

    A column that holds no id yet, such as that for facts in the errata, is left out.
    """
    columns = [field["name"] for field in ENTRIES[name]["schema"]["fields"]]
    book = Book()
    found = [c for c, _, _ in targets(book, name) if book[name][c].notna().any()]
    found += ["from_rows"] if name == "facts" else []
    found.sort(key=lambda column: not column.startswith("source_id"))
    return [columns.index(column) for column in found]


def filled(rows: list[list[str]], column: int) -> list[int]:
    return [row for row in range(1, len(rows)) if rows[row][column]]


def numeric(name: str, column: str, cell: str) -> bool:
    """Say whether a cell holds an amount; conflicts and claims keep theirs as text."""
    kind = next(f["type"] for f in ENTRIES[name]["schema"]["fields"] if f["name"] == column)
    counted = (kind in ("integer", "number") and "year" not in column) or column == "value"
    return counted and bool(NUMBER.fullmatch(cell))


def file_missing(rows: list, name: str) -> None:
    return None


def column_dropped(rows: list, name: str) -> list:
    last = len(rows[0]) // 2
    return [row[:last] + row[last + 1 :] for row in rows]


def wrong_type(rows: list, name: str) -> list:
    column = next(c for c in fields(name, "integer", "number", "date") if filled(rows, c))
    rows[filled(rows, column)[-1]][column] = "many"
    return rows


def key_twice(rows: list, name: str) -> list:
    return [*rows, rows[1]]


def unknown_source(rows: list, name: str) -> list:
    column = links(name)[0]
    row = filled(rows, column)[0]
    rows[row][column] += "-UNKNOWN"
    return rows


def number_changed(rows: list, name: str) -> list:
    """Put a digit too many into one number, chosen by the name of the table."""
    places = [
        (row, column)
        for row, values in enumerate(rows[1:], start=1)
        for column, cell in enumerate(values)
        if numeric(name, rows[0][column], cell)
    ]
    row, column = random.Random(name).choice(places)
    rows[row][column] = longer(rows[row][column]) if float(rows[row][column]) else "1"
    return rows


def has_numbers(name: str) -> bool:
    rows = Book().cells(name)
    return any(numeric(name, column, cell) for row in rows for column, cell in row.items())


def longer(cell: str) -> str:
    whole, dot, part = cell.partition(".")
    return f"{whole}{part[:1] or '0'}{dot if part[1:] else ''}{part[1:]}"


FAULTS = {
    file_missing: lambda name: True,
    column_dropped: lambda name: True,
    wrong_type: lambda name: fields(name, "integer", "number", "date"),
    key_twice: lambda name: True,
    unknown_source: links,
    number_changed: has_numbers,
}
CASES = [
    pytest.param(name, fault, id=f"{name}-{fault.__name__}")
    for name in ENTRIES
    for fault, possible in FAULTS.items()
    if possible(name)
]


@pytest.mark.parametrize(("name", "fault"), CASES)
def test_fault_is_caught(workshop, tally, name, fault: Callable):
    """Each table: whatever breaks in it is named by an error or turns a test red."""
    rows = fault(workshop.rows(name), name)
    with workshop.damaged(name, rows and as_csv(rows)):
        by = workshop.catch(name)
        if not by and stamps_are_wrong(workshop.book):
            by = "stamp alone"
            workshop.restamp()
            if not frictionless_is_content(workshop.book):
                by = "frictionless"
    if by in ("stamp alone", "frictionless"):
        workshop.restamp()
    assert by, f"{name}: {fault.__name__} went unnoticed"
    tally[fault.__name__, by.partition(":")[0]] += 1


def frictionless_is_content(book: Book) -> bool:
    try:
        test_data.test_frictionless_finds_nothing_wrong(book)
    except Exception:
        return False
    return True


def stamps_are_wrong(book: Book) -> bool:
    with contextlib.suppress(AssertionError):
        test_data.test_stamps_are_true(book)
        return False
    return True


def test_errors_name_the_place(workshop):
    """A learner who broke a table reads which file, row and column to look at."""
    said = {}
    for fault in (file_missing, column_dropped, wrong_type, key_twice):
        rows = fault(workshop.rows("releases"), "releases")
        with workshop.damaged("releases", rows and as_csv(rows)):
            said[fault] = workshop.catch("releases")
    assert all("data/releases.csv" in sentence for sentence in said.values())
    assert "is missing" in said[file_missing]
    assert "has no column 'to_ukraine'" in said[column_dropped]
    assert "row 26, column 'total_released': expected integer, found 'many'" in said[wrong_type]
    assert "row 27: the key R-2015-08 stands twice" in said[key_twice]


def test_faults_were_caught_without_the_stamps(tally, record_property):
    """Of the six faults for each table, few may be left to the hash alone."""
    if sum(tally.values()) < len(CASES):
        pytest.skip("runs after all faults")
    stamped = sum(count for (_, by), count in tally.items() if by == "stamp alone")
    told = f"{len(CASES)} of {len(CASES)} caught, {len(CASES) - stamped} without help of stamps"
    record_property("faults of tables", told)
    assert stamped / len(CASES) < 0.05


# --- one cell at a time -----------------------------------------------------------------


def other_numbers(cell: str) -> list[str]:
    """Return the number plus one, ten times the number, and the number with two digits swapped."""
    whole, dot, part = cell.partition(".")
    changed = [f"{int(whole) + 1}{dot}{part}"]
    if cell.strip("0."):
        changed.append(longer(cell))
    for at in range(len(whole) - 1, 0, -1):
        first, second = whole[at - 1], whole[at]
        swapped = whole[: at - 1] + second + first + whole[at + 1 :]
        if first != second and first != "-" and (second != "0" or at > 1):
            changed.append(f"{swapped}{dot}{part}")
            break
    return changed


def other_day(cell: str) -> list[str]:
    return [(date.fromisoformat(cell) + timedelta(days=1)).isoformat()]


def cells(workshop: Workshop, names: list[str], fits: Callable, change: Callable) -> list[tuple]:
    """Return (table, row, column, new cell) for every change of every cell that fits."""
    found = []
    for name in names:
        header, *rows = workshop.rows(name)
        for row, values in enumerate(rows, start=1):
            for column, cell in enumerate(values):
                if fits(name, header[column], cell):
                    found += [(name, row, column, new) for new in change(cell)]
    return found


@dataclass
class Shares:
    """How many single-cell changes were tried and noticed, by column and by what noticed."""

    tried: Counter
    caught: Counter
    by: Counter

    @property
    def part(self) -> float:
        return self.caught.total() / self.tried.total()

    def __str__(self) -> str:
        columns = f"\n{self.columns()}" if EVERYTHING else ""
        stamped = self.part + self.by["the stamps alone"] / self.tried.total()
        ways = ", ".join(f"{what} {count}" for what, count in self.by.most_common())
        return (
            f"{self.part:.1%} of {self.tried.total()} caught ({ways}), {stamped:.0%} with stamps"
            f"{columns}"
        )

    def columns(self) -> str:
        return "\n".join(f"  {p}: {self.caught[p]} of {self.tried[p]}" for p in self.tried)


def shares(workshop: Workshop, changes: list[tuple]) -> Shares:
    """Make each change by itself, and see what notices it."""
    found = Shares(Counter(), Counter(), Counter())
    for name, row, column, new in changes:
        rows = workshop.rows(name)
        place = f"{name}.{rows[0][column]}"
        rows[row][column] = new
        with workshop.damaged(name, as_csv(rows), form=False):
            by = workshop.catch(name).partition(":")[0]
            found.caught[place] += bool(by)
            if not by:
                by = "the stamps alone" if stamps_are_wrong(workshop.book) else "nothing"
        found.tried[place] += 1
        found.by[by] += 1
    return found


def test_wrong_numbers_in_tables_of_the_lessons_are_caught(workshop, record_property):
    """At least 95 of 100 wrong numbers turn something red, even when the hash is made anew.

    A column that escapes is one that no lesson shows and no other table repeats: show it in a
    chart or a table, or compare it in test_data.py with a place where the same number stands.
    """
    changes = cells(workshop, LESSON_TABLES, numeric, other_numbers)
    if not EVERYTHING:
        changes = random.Random(1).sample(changes, min(PAGE_LIMITS, len(changes)))
    found = shares(workshop, changes)
    record_property("wrong numbers in tables of the lessons", str(found))
    assert found.by["nothing"] == 0
    assert found.part >= 0.95, found.columns()


def is_day(name: str, column: str, cell: str) -> bool:
    reading = column in ("accessed_on", "published_on", "as_of")
    return not reading and bool(re.fullmatch(r"\d{4}-\d\d-\d\d", cell))


@pytest.mark.skipif(not EVERYTHING, reason="for information: CASEBOOK_MUTATIONS=all tells")
def test_share_of_wrong_days_and_of_other_tables_is_told(workshop, record_property):
    """Days one off in the tables of the lessons, and numbers of tables that no lesson uses yet."""
    days = cells(workshop, LESSON_TABLES, is_day, other_day)
    record_property("wrong days in tables of the lessons", str(shares(workshop, days)))
    others = []
    for name in sorted(set(ENTRIES) - set(LESSON_TABLES)):
        found = cells(workshop, [name], numeric, other_numbers)
        others += random.Random(name).sample(found, min(300, len(found)))
    record_property("wrong numbers in other tables", str(shares(workshop, others)))


def test_a_part_of_a_lesson_shows_what_the_whole_shows(workshop):
    """Only the cells that a table reaches are played again; left to themselves they do not change.

    Cells shown without the table's touch would make a wrong number look as if it were noticed.
    """
    shorter = 0
    for path, (shown, asked) in workshop.lessons.items():
        for name in asked & set(LESSON_TABLES):
            part = reach(path, name)
            shorter += len(part) < len(shown)
            for cell, words in workshop.play(path, part):
                assert words == shown[cell], (path.stem, name, cell)
    assert shorter


def test_cells_that_a_table_reaches_are_found():
    cells = [
        "import pandas as pd",
        "from casebook import read",
        'prices = read("prices")',
        'events = read("events")',
        "def dear(rows):\n    return rows[rows.value > limit]",
        "limit = 5",
        "top = dear(prices)",
        "events['day'] = 1",
        "len(top)",
        "len(top), len(events)",
        "print(len(events))",
    ]
    assert reached(cells, "prices") == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert reached(cells, "events") == [0, 1, 2, 3, 4, 5, 6, 7, 9, 10]
    assert reached(cells, "people") == [0, 1]
    cells[5] = 'limit = read("lines").top.max()'
    assert reached(cells, "lines") == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]


def test_lessons_played_here_show_what_the_pages_show(workshop):
    """The lessons run here without a kernel; if they showed other things, shares would be false."""
    for path, (shown, _) in workshop.lessons.items():
        for cell, words in zip(code(load(path)), shown, strict=True):
            printed = "".join(o.text for o in cell.outputs if o.output_type == "stream")
            saved = [o.data for o in cell.outputs if o.output_type not in ("stream", "error")]
            assert in_words(printed, saved) == words, (path.stem, cell.source)
