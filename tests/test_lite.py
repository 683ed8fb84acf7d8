"""Lessons that run in the browser: all that they need is there, and Python is told of it."""

import ast
import hashlib
import html
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import requires
from pathlib import Path

import nbformat
import pytest
from packaging.requirements import Requirement
from tools import doors, lite, teaching
from tools.pages import NOTEBOOKS, ROOT, about, code, lesson_paths, load

from casebook import CasebookError

WAY_IN = doors.LITE.link.partition("/run/")[2]
LISTED = json.dumps({"packages": {"pandas": {"name": "pandas", "file_name": "pandas-3.whl"}}})


def imports_of(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module)
    return {name.partition(".")[0] for name in found}


def test_what_casebook_imports_is_there_before_the_first_cell():
    """Pyodide loads what a cell names; what a module of ours names must be loaded before."""
    wanted = set().union(*map(imports_of, (NOTEBOOKS / "casebook").rglob("*.py")))
    wanted -= set(sys.stdlib_module_names) | {"casebook"}
    assert {"numpy", "pandas", "jinja2"} < wanted
    loaded, todo = set(), [*lite.LOADED]
    while todo:
        name = todo.pop().lower().replace("_", "-")
        if name not in loaded:
            loaded.add(name)
            needed = map(Requirement, requires(name) or ())
            todo += [one.name for one in needed if not one.marker or one.marker.evaluate()]
    assert {"pillow" if name == "PIL" else name.lower() for name in wanted} <= loaded


def test_another_list_of_packages_is_refused(tmp_path):
    (tmp_path / "pyodide-lock.json").write_text(LISTED, encoding="utf-8")
    with pytest.raises(CasebookError, match="not the one that was tried"):
        lite.packages_of(tmp_path, ".")
    with pytest.raises(CasebookError, match="cannot be reached"):
        lite.packages_of(tmp_path / "nowhere", ".")


def test_what_makes_it_is_pinned_and_stays_out_of_jupyterlab():
    """Its extension, in the folder of a JupyterLab that a person starts, ends in an error there."""
    entries = lite.LOCK.read_text(encoding="utf-8").split("\n")[1:]
    assert all(
        "==" in line or line.strip().startswith("--hash=sha256:") for line in entries if line
    )
    assert "jupyterlite" not in (ROOT / "requirements.lock").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return JupyterLite as it is published, but for the list of Pyodide's packages."""
    folder = tmp_path_factory.mktemp("site") / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lite, "packages_of", lambda *_: LISTED.encode())
        lite.everything(folder)
    return folder


@pytest.mark.long
def test_it_holds_lessons_tables_and_modules_and_no_answers_for_teachers(run):
    held = {p.relative_to(run / "files") for p in (run / "files").rglob("*") if p.is_file()}
    wanted = {ROOT / "seeds/claims.csv", ROOT / "data/datapackage.json", ROOT / "LICENSE"}
    wanted |= {*lesson_paths(), *(NOTEBOOKS / "casebook").rglob("*.py")}
    assert {path.relative_to(ROOT) for path in wanted} <= held
    assert not [path for path in held if "teaching" in path.parts or "__pycache__" in path.parts]
    for path in lesson_paths():
        text = (run / "files" / path.relative_to(ROOT)).read_text(encoding="utf-8")
        assert all(isinstance(cell["source"], str) for cell in json.loads(text)["cells"])
        assert nbformat.reads(text, as_version=4) == nbformat.read(path, as_version=4)
    place, _, query = WAY_IN.partition("?path=")
    assert (run / place).exists()
    assert all((run / "files" / query.format(lesson=path.stem)).exists() for path in lesson_paths())


@pytest.mark.long
def test_python_is_told_where_its_packages_are(run, monkeypatch):
    monkeypatch.syspath_prepend(str(lite.makers()))
    from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL

    assert lite.PYODIDE == PYODIDE_CDN_URL, "the kernel is made for another Pyodide"
    known = json.loads((run / "jupyter-lite.json").read_text(encoding="utf-8"))
    kernel = known["jupyter-config-data"]["litePluginSettings"][lite.KERNEL]
    assert kernel["pyodideUrl"] == f"{PYODIDE_CDN_URL}/pyodide.mjs"
    told = kernel["loadPyodideOptions"]
    assert set(told["packages"]) == set(lite.LOADED)
    listed = json.loads((run / told["lockFileURL"]).read_text(encoding="utf-8"))["packages"]
    assert listed["pandas"]["file_name"] == f"{PYODIDE_CDN_URL}/pandas-3.whl"
    for name in lite.PACKED:
        wheel = run / "packages" / listed[name]["file_name"]
        assert hashlib.sha256(wheel.read_bytes()).hexdigest() == listed[name]["sha256"]
        code = (
            f"import sys; sys.path.insert(0, {str(wheel)!r}); import {name}; print({name}.__file__)"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert done.stdout.startswith(str(wheel)), done.stderr


@pytest.fixture
def address(run) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    handler = partial(Quiet, directory=run.parent)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.long
def test_a_lesson_opens_as_it_was_saved_and_asks_one_other_host(browser, address):
    context = browser.new_context(service_workers="block")
    asked, path = set(), teaching.taught()[0]

    def answer(route) -> None:
        asked.add(route.request.url)
        route.abort()

    context.route(lambda url: not url.startswith((address, "data:", "blob:")), answer)
    page = context.new_page()
    page.goto(f"{address}run/{WAY_IN}".format(lesson=path.stem))
    picture = page.locator(".jp-OutputArea img").first
    picture.wait_for(timeout=60_000)
    assert html.escape(picture.get_attribute("alt")) in str(code(load(path)))
    assert page.locator(".jp-Notebook h1").first.inner_text().startswith(about(path)["title"])
    context.close()
    assert {url for url in asked if not url.startswith(lite.PYODIDE)} == set()
