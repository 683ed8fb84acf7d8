"""The ways to open a lesson: what a page does on Colab and Kaggle, in the versions of Colab."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from tools import build, doors
from tools.pages import code, generated, lesson_paths, load, refuses
from tools.shell import in_words

from casebook import lessons
from casebook.explorer import explorers
from casebook.saving import WIDGET_VIEW

LESSONS = pytest.mark.parametrize("path", lesson_paths(), ids=lambda path: path.stem)
LOCK = Path(__file__).parent / "colab.lock"
SERVICES = ("COLAB_RELEASE_TAG", "KAGGLE_KERNEL_RUN_TYPE")
# Cells that show something else on Colab, each with its reason: {cell id: reason}.
ELSE = {
    "10-216": "pandas 2 keeps an unknown text as None, pandas 3 as NaN",
    "10-225": "pandas 2 keeps an unknown text as None, pandas 3 as NaN",
}
MOVE = """
from casebook import lessons
from casebook.explorer import Panel, explorers

for name, function in explorers(lessons).items():
    explorer = function()
    panel = Panel(explorer, explorer.render(explorer.default))
    for key, control in explorer.controls.items():
        near = [control.next(control.default, by) for by in (1, -1)] if control.can_step else []
        value = next(v for v in [*near, *control.values] if v != control.default)
        panel.fields[key].value = control.word(value)
        print(name, key, panel.problem.value or panel.shown[key] == value)
        panel.reset.click()
"""


@LESSONS
def test_the_first_code_of_a_page_fetches_the_collection_and_is_folded(path):
    first = code(load(path))[0]
    assert generated(first) == "fetch" and first.metadata.jupyter.source_hidden


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what the first cell asks the system for, in an environment of no service."""
    asked = []
    for name in SERVICES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/nobody")
    monkeypatch.setattr(os, "system", asked.append)
    monkeypatch.setattr(os, "chdir", asked.append)
    return asked


def test_at_home_the_first_cell_does_nothing(fetched):
    exec(build.fetch(new_notebook()), {})
    assert fetched == []


@pytest.mark.skipif(os.name == "nt", reason="both services run Linux")
@pytest.mark.parametrize("service", SERVICES)
def test_on_a_service_the_first_cell_fetches_the_collection(service, fetched, monkeypatch):
    monkeypatch.setenv(service, "any")
    exec(build.fetch(new_notebook()), {})
    clone, enter = fetched
    assert clone == f"git clone --depth 1 {build.address()} /nobody/potash-deal"
    assert enter == "/nobody/potash-deal/notebooks"


def test_each_hosted_door_opens_the_lesson_itself():
    for door in doors.DOORS:
        assert doors.link(door, "06_price_shock").endswith("06_price_shock.ipynb") == door.is_hosted


def test_the_lock_of_colab_names_no_address_and_hashes_every_pin():
    text = LOCK.read_text(encoding="utf-8")
    assert "://" not in text
    entries = re.split(r"\n(?=\w)", text)[1:]
    assert all(re.match(r"[\w.-]+==[\w.]+.* \\\n    --hash=sha256:\w{64}", one) for one in entries)


@pytest.fixture(scope="module")
def colab() -> Path:
    """Return a Python with what Colab has; it is kept among the temporary files for the next run.

    Colab itself has Python 3.13.
    """
    if not (3, 11) <= sys.version_info < (3, 14):
        pytest.skip("what Colab has cannot be installed for this Python")
    known = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"potash-colab-{known}"
    if not (folder / "ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        outer = getattr(sys, "_base_executable", sys.executable)
        subprocess.run([outer, "-m", "venv", folder], check=True)
        pip = [folder / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "install"]
        words = ["--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", LOCK]
        # Most of what comes is never imported: Python compiles the rest when it is.
        subprocess.run([*pip, "--no-compile", *words], check=True)
        (folder / "ready").touch()
    return folder / "bin" / "python"


@pytest.fixture
def run_on_colab(colab: Path, clone: Path, tmp_path: Path):
    """Return what runs a notebook alone in an empty folder, where git finds us on this computer."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "MPL"))}
    environment |= {
        SERVICES[0]: "a test",
        "HOME": str(tmp_path / "home"),
        "MPLCONFIGDIR": str(colab.parents[1] / "matplotlib"),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{clone.as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": build.address(),
    }
    for name in ("content", "home"):
        (tmp_path / name).mkdir()

    def run(notebook: NotebookNode) -> list[NotebookNode]:
        manager = AsyncKernelManager(kernel_name="python3")
        manager.kernel_spec.argv[0] = str(colab)
        where = {"metadata": {"path": str(tmp_path / "content")}}
        client = NotebookClient(
            notebook,
            km=manager,
            timeout=120,
            store_widget_state=False,
            coalesce_streams=True,
            resources=where,
        )
        client.owns_km = True  # so that the kernel ends with its lesson
        client.execute(env=environment)
        assert not any((tmp_path / "content").iterdir())
        return code(notebook)

    return run


def shown(cell: NotebookNode) -> list[list[str]]:
    """Return what a cell shows, in words. Debuggers and git speak on the stream of errors."""
    return [
        in_words(output.data) if "data" in output else [output.get("text", output.get("evalue"))]
        for output in cell.outputs
        if output.get("name") != "stderr"
    ]


@pytest.mark.long
@LESSONS
def test_a_lesson_alone_runs_on_colab_and_shows_what_is_saved(path, run_on_colab):
    saved = {cell.id: shown(cell) for cell in code(load(path))}
    first, *cells = run_on_colab(load(path))
    assert saved[first.id] == []
    differing = {cell.id for cell in cells if shown(cell) != saved[cell.id]}
    assert differing == {cell_id for cell_id in ELSE if cell_id.startswith(path.stem[:2])}
    live = [o for cell in cells for o in cell.outputs if WIDGET_VIEW in o.get("data", {})]
    calls = [cell for cell in cells if "Run this cell" in str(shown(cell))]
    assert len(live) == len(calls)
    assert not any(o.output_type == "error" for c in cells if not refuses(c) for o in c.outputs)


@pytest.mark.long
def test_every_control_moves_its_explorer_on_colab(run_on_colab):
    cells = [new_code_cell(build.fetch(new_notebook())), new_code_cell(MOVE)]
    _, moved = run_on_colab(new_notebook(cells=cells))
    lines = "".join(o.text for o in moved.outputs if o.get("name") == "stdout").splitlines()
    controls = sum(len(function().controls) for function in explorers(lessons).values())
    assert len(lines) == controls
    assert [line for line in lines if not line.endswith(" True")] == []


@pytest.mark.long
def test_an_update_by_nbgitpuller_keeps_guesses_and_brings_corrections(clone, tmp_path):
    """On a class hub the link of the teacher is opened again, after lessons were run and saved."""
    from nbgitpuller.pull import GitPuller

    ours = shutil.copytree(clone, tmp_path / "ours")
    name = lesson_paths()[1].relative_to(build.ROOT)

    def pull() -> Path:
        folder = tmp_path / "learner"
        for _line in GitPuller(ours.as_uri(), str(folder)).pull():
            pass
        return folder / name

    page = pull()
    mine = load(page)
    guesses = [cell for cell in code(mine) if cell.source.startswith("guess =")]
    for number, cell in enumerate(guesses):
        cell.source = cell.source.replace('guess = ""', f'guess = "mine {number}"')
        cell.outputs[-1].data["text/html"] = f"<p>You wrote: mine {number}</p>"
    for cell in code(mine):
        cell.execution_count += 60  # run once more without a restart
    assert len(guesses) >= 4 and "mine 3" in str(mine)
    page.write_text(build.saved(mine), encoding="utf-8")

    corrected = load(ours / name)
    corrected.cells[0].source += "\n\nCorrected at the top."
    corrected.cells.insert(len(corrected.cells) // 2, new_markdown_cell("A new cell.", id="new"))
    corrected.cells[-1].source += "\n\nCorrected at the end."
    same = next(cell for cell in corrected.cells if cell.id == guesses[0].id)
    same.source = same.source.replace('""', '""  # in words')  # where both wrote, the learner stays
    (ours / name).write_text(build.saved(corrected), encoding="utf-8")
    table = "data/releases.csv"
    (ours / table).write_text((ours / table).read_text(encoding="utf-8") + "corrected\n")
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *author, "commit", "-qam", "Correct"], cwd=ours, check=True)

    now = load(pull())
    sources = {cell.id: cell.source for cell in now.cells}
    assert list(sources) == [cell.id for cell in corrected.cells]
    kept = {cell.id: cell.source for cell in guesses}
    assert sources == {cell.id: cell.source for cell in corrected.cells} | kept
    assert (tmp_path / "learner" / table).read_bytes() == (ours / table).read_bytes()
