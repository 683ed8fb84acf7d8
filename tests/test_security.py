"""Who changes a table changes words and numbers, and nothing else: no cell of a table is ever run.

Each row below is an attack. After it nothing must have been written, and every table must read as
before. An attack may be refused with a sentence of ours, or stay a harmless text.
"""

import ast
import contextlib
import csv
import re

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt
from tools.mutation import as_csv, rows_of
from tools.pages import NOTEBOOKS, ROOT, lesson_paths, load

from casebook import CasebookError, fact, ledger, tables
from casebook.charts import table_html
from casebook.text import inert

MARKDOWN = MarkdownIt("commonmark", {"html": True})
MARKDOWN.validateLink = lambda address: True  # else it would do the work for us

WRITE = "open('{mark}', 'w')"
COMMAND = "__import__('os').system('touch {mark}')"

EXPRESSIONS = [
    # through what pandas imports
    "pd.io.common.os.popen('touch {mark}').read()",
    "pd.io.common.os.system('touch {mark}')",
    "pd.ｉｏ.common.os.mkdir('{mark}')",
    "pd.compat.os.mkdir('{mark}')",
    "pd.core.common.builtins.open('{mark}', 'w')",
    "pd.Series(['{mark}']).map(pd.io.common.os.mkdir)",
    "pd.read_pickle('{mark}')",
    'pd.eval(\'__import__("os").mkdir("{mark}")\')',
    # through what a table can do
    "releases.to_csv('{mark}')",
    "releases.apply('to_csv', path_or_buf='{mark}')",
    "releases.total_released.apply('to_csv', args=('{mark}',))",
    "releases.groupby('date').apply('to_csv', '{mark}')",
    "releases.agg('to_csv', path_or_buf='{mark}')",
    "releases.transform('to_csv', path_or_buf='{mark}')",
    "releases.pipe(lambda rows: rows.to_csv('{mark}'))",
    "releases.eval('@pd.io.common.os.mkdir(\"{mark}\")')",
    "releases.query('@pd.io.common.os.mkdir(\"{mark}\")')",
    "releases.style.to_html('{mark}')",
    "releases.plot(backend='os')",
    # through Python itself
    COMMAND,
    WRITE,
    f'eval("{WRITE}")',
    f'exec("{WRITE}")',
    "import os; os.mkdir('{mark}')",
    "().__class__.__base__.__subclasses__()",
    "days.__globals__['pd'].io.common.os.mkdir('{mark}')",
    "days.__code__.co_consts",
    "len.__self__.open('{mark}', 'w')",
    "getattr(releases, 'to_' + 'csv')('{mark}')",
    "vars(releases)",
    "globals()['__builtins__']",
    "__builtins__['open']('{mark}', 'w')",
    "(lambda: releases.to_csv('{mark}'))()",
    "[rows.to_csv('{mark}') for rows in [releases]]",
    "sorted([releases], key=pd.io.common.os.mkdir)",
    "f\"{{releases.to_csv('{mark}')}}\"",
    "'{{0.__class__.__init__.__globals__}}'.format(releases)",
    "'%s' % releases.to_csv('{mark}')",
    # that alter a table
    "releases.insert(0, 'x', 1)",
    "releases.pop('note')",
    "releases.update(releases.head(0))",
    "releases.drop(columns='note', inplace=True)",
    "releases.replace(114, 0, inplace=True)",
    "releases.sort_values('date', inplace=True)",
    "releases.where(releases.isna(), 0, inplace=True)",
    "releases.set_index('date', inplace=True)",
    "releases.total_released.values.fill(0)",
    "releases.index.values.put(0, 'x')",
    "releases.loc.__setitem__('R-2025-12-13', 0)",
    "(releases := 1)",
]

FUNCTIONS = [
    "os.system",
    "os.path.join",
    "builtins.eval",
    "__builtins__.eval",
    "subprocess.run",
    "ledger.call",
    "ledger.evaluate",
    "ledger.register",
    "tables.read",
    "test_security.pd",
    "test_security.not_registered",
    "test_security.probe.__globals__",
    "test_security.__import__",
    "../test_security.probe",
    "eval",
    "print",
]

ARGUMENTS = [
    f"number={COMMAND}",
    f"number={WRITE}",
    "number=1e400; number=x",
    "number=0x10",
    "number=__class__",
    "word",
    "**{{'word': 1}}",
    "return=1",
    "self=1",
    "__class__=1",
    "__globals__=1",
    "yes=1",
    "yes=True",
]

CELLS = [
    ("releases.__class__", "R-2025-12-13", "total_released"),
    ("../../../etc/passwd", "root", "shell"),
    ("os", "system", "touch"),
    ("releases", "R-2025-12-13", "__class__"),
    ("releases", "R-2025-12-13", "to_csv"),
    ("releases", "R-2025-12-13", "values"),
    ("releases", "__class__", "total_released"),
    ("releases", "slice(None)", "total_released"),
]

TEXTS = [
    "{F001.__class__}",
    "{F001!r}",
    "{F001:{F002}}",
    "{F001[0]}",
    "{F001.value}",
    "{0.__class__.__init__.__globals__}",
    "{ledger.FUNCTIONS}",
    "{self._kept}",
    "{{F001}}",
    "{",
    "}",
    "{}{}{}",
    "%(F001)s %s %n",
    "$(touch %s)",
    "`touch %s`",
    "${F001}",
    "{{% import os %}}",
    "{F001:.99999999f}",
]

MARKUP = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<iframe src='https://example.org'></iframe>",
    "<a href='javascript:alert(1)'>a</a>",
    "</p><style>*[display:none]</style>",
    "<!-- <? <![CDATA[",
    "`<b>``<script>alert(1)</script>`",
    "\\`<script>alert(1)</script>\\`",
    "`\n\n<script>alert(1)</script>`",
    "[a](javascript:alert(1))",
    "[a](  JaVaScRiPt:alert(1))",
    "[a](javascript&#58;alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](javascript&colon;alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "![a](javascript:alert(1))",
    "[a]: javascript:alert(1)",
    "<javascript:alert(1)>",
]


def not_registered(word: str) -> str:
    raise AssertionError("this function was run, and no table may name it")


@pytest.fixture(scope="module")
def attacked(copy):
    """That copy; after all attacks no table that was read before has been altered."""
    collection, whole = copy
    yield collection
    assert all(collection.read(name).equals(table) for name, table in whole.items())


@pytest.fixture
def collection(attacked, monkeypatch):
    """That copy with one function registered; at the end nothing but the attack has changed."""

    def probe(word: str = "", number: int = 0, yes: bool = False) -> str:
        return f"{word}{number}{yes}"

    collection = attacked
    monkeypatch.setitem(ledger.FUNCTIONS, "test_security.probe", probe)
    registered = dict(ledger.FUNCTIONS)
    files = sorted(collection.root.rglob("*"))
    targets = [collection.entry(name)["file"] for name in ("facts", "releases")]
    good = [file.read_bytes() for file in targets]
    before = {name: collection.read(name) for name in ("facts", "releases")}
    with collection.in_use():
        stated = fact("F002")
        yield collection
    for file, content in zip(targets, good, strict=True):
        file.write_bytes(content)
    assert sorted(collection.root.rglob("*")) == files, "something was written"
    assert all(collection.read(name).equals(table) for name, table in before.items())
    assert registered == ledger.FUNCTIONS
    with collection.in_use():
        assert fact("F002") == stated


def put(collection, name: str, number: int, /, **cells: str) -> None:
    """Write cells into a row of a table as anybody may who has the file."""
    file = collection.entry(name)["file"]
    rows = rows_of(file.read_bytes())
    for column, cell in cells.items():
        rows[number][rows[0].index(column)] = cell
    file.write_bytes(as_csv(rows).encode("utf-8"))


NO_SOURCE = dict.fromkeys(("table", "row", "column", "function", "arguments"), "")


def put_source(collection, **cells: str) -> None:
    """Let the first fact of the ledger come from somewhere else."""
    header = rows_of(collection.entry("facts")["file"].read_bytes())[0]
    row = {name: cell for name, cell in (NO_SOURCE | cells).items() if name in header}
    put(collection, "facts", 1, **row)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_no_code_in_a_cell_is_run(collection, expression):
    """In whatever column it stands: it is refused, or shown as it is typed."""
    code = expression.format(mark=collection.root / "mark")
    with contextlib.suppress(CasebookError):
        ledger.render(f"They freed {{{code}}} people and {{F002}} more.")
    put_source(collection, table="releases", row="R-2025-12-13", column=code)
    with pytest.raises(CasebookError):
        fact("F001")
    put_source(collection, function="test_security.probe", arguments=f"word={code}")
    with contextlib.suppress(CasebookError):
        assert fact("F001").value == f"{code.partition(';')[0]}0False"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_only_registered_functions_can_be_named(collection, function):
    with pytest.raises(CasebookError):
        ledger.call(function, f"word=touch {collection.root / 'mark'}")
    put_source(collection, function=function, arguments="word=1")
    with pytest.raises(CasebookError):
        fact("F001")


@pytest.mark.parametrize("arguments", ARGUMENTS)
def test_arguments_are_plain_values(collection, arguments):
    """What is not of the declared type, or no parameter, is refused; nothing is worked out."""
    arguments = arguments.format(mark=collection.root / "mark")
    with pytest.raises(CasebookError):
        ledger.call("test_security.probe", arguments)


def test_a_registered_function_gets_its_arguments(collection):
    """The attacks above are refused for what they are, and not because nothing works."""
    assert ledger.call("test_security.probe", "word=a; number=2; yes=true") == "a2True"


@pytest.mark.parametrize(("table", "row", "column"), CELLS)
def test_a_cell_is_looked_up_and_nothing_else(collection, table, row, column):
    put_source(collection, table=table, row=row, column=column)
    with pytest.raises(CasebookError):
        fact("F001")


@pytest.mark.parametrize("text", TEXTS)
def test_braces_hold_facts_and_nothing_else(collection, text):
    """No attribute, index or format of Python can be reached from a text of a table."""
    put(collection, "facts", 1, statement=text)
    for show in (lambda: ledger.render(text), lambda: fact("F001").statement):
        with contextlib.suppress(CasebookError):
            assert not re.search(r"<class|<function|object at|\{'", show())


@pytest.mark.parametrize("markup", MARKUP)
def test_markup_in_a_table_is_shown_and_not_obeyed(collection, markup):
    """A browser that shows our outputs finds no tag and no address that could run something."""
    put(collection, "facts", 1, statement=markup)
    for text in (ledger.render(markup), fact("F001")._repr_markdown_()):
        page = BeautifulSoup(MARKDOWN.render(text), "html.parser")
        assert {tag.name for tag in page.find_all()} <= {"p", "em", "strong", "code", "a", "img"}
        for tag in page.find_all(["a", "img"]):
            address = tag.get("href", tag.get("src"))
            assert not re.match(r"\s*[a-z]+:", address, re.I), text
            assert set(tag.attrs) <= {"href", "src", "alt"}, text
    for show in (pd.DataFrame.to_html, table_html):
        put(collection, "releases", 1, note="a plain note")
        plain = tags_of(show(tables.read("releases").head(1)))
        put(collection, "releases", 1, note=markup)
        assert tags_of(show(tables.read("releases").head(1))) <= plain


def tags_of(page: str) -> set[str]:
    return {tag.name for tag in BeautifulSoup(page, "html.parser").find_all()}


@pytest.mark.parametrize("cell", ["=1+1", "=HYPERLINK(1)", "=cmd|'/c calc'!A1", "@SUM(1)", "+1+1"])
def test_a_formula_of_a_spreadsheet_stays_a_text(collection, cell):
    put(collection, "releases", 1, note=cell)
    assert tables.read("releases").note.iloc[0] == cell


# --- what we publish ourselves --------------------------------------------------------------


@pytest.mark.parametrize("name", tables.DataPackage(ROOT).resources)
def test_no_cell_of_ours_runs_in_a_spreadsheet_or_a_browser(name):
    """No cell starts like a formula, and none outside of code holds a tag or a script."""
    file = tables.DataPackage(ROOT).entry(name)["file"]
    with file.open(encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened):
            for column, cell in row.items():
                if column == "rubric_patterns":
                    continue
                assert not re.match(r"[=@+\t\r]|-[^\d]", cell), (column, cell)
                assert inert(cell) == cell, (column, cell)


@pytest.mark.parametrize("path", lesson_paths(), ids=lambda path: path.stem)
def test_links_of_a_page_lead_to_pages(path):
    for cell in load(path).cells:
        if cell.cell_type == "markdown":
            for address in re.findall(r"\]\(\s*<?([a-z][a-z0-9+.-]*):", cell.source, re.I):
                assert address in ("http", "https"), (cell.id, address)


RUNS_TEXT = {"eval", "exec", "compile", "__import__", "globals"}


def calls_of(source: str) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]


@pytest.mark.parametrize(
    "path", sorted((NOTEBOOKS / "casebook").rglob("*.py")), ids=lambda path: path.stem
)
def test_no_module_runs_a_text(path):
    """A registered function gets texts out of tables: it must not hand them to something that runs.

    Of pandas that is ``eval``, and ``query`` with anything but a text typed in the module.
    """
    for call in calls_of(path.read_text(encoding="utf-8")):
        name = getattr(call.func, "id", "")
        method = getattr(call.func, "attr", "")
        place = f"{path.name}, line {call.lineno}"
        assert name not in RUNS_TEXT, place
        assert method not in ("eval", "system", "popen", "to_pickle", "read_pickle"), place
        assert method != "query" or isinstance(call.args[0], ast.Constant), place
