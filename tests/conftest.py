"""Options and things that several tests share."""

import gc
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # a plain run, as on the conda route, has neither Playwright nor xdist
    from playwright.sync_api import Browser
    from xdist.scheduler import LoadScopeScheduling

    from browser.lab import Lab, Reader

# These take longest, so they start first; the rest fills the gaps. The first and the last of them
# draw the same explorers, and the later one finds them drawn.
FIRST = ("test_site.py", "test_browser.py", "test_explorers.py", "test_doors.py", "test_links.py")
SAYS = "says"  # what a test of `run.py test mine` tells a teacher
# What takes minutes to make: a test that asks for it is a long one.
LONG_TO_MAKE = {"packed", "whole"}
PACKED = ("test_links.py", "test_handouts.py", "test_slides.py", "test_editions.py")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--all",
        action="store_true",
        help="run the long tests too: every lesson by keys in a browser, many more wrong cells",
    )
    parser.addoption(
        "--pictures",
        action="store_true",
        help="leave pictures of charts and explorers, as seen in JupyterLab, in tests/artefacts/",
    )


def pytest_configure(config: pytest.Config) -> None:
    # nbval looks for this file from wherever pytest was called.
    found = config.getoption("nbval_sanitize_with", None)
    if found:
        config.option.nbval_sanitize_with = str(config.rootpath / found)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    parts = {True: [], False: []}
    for item in items:
        if LONG_TO_MAKE & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.long)
        if item.path.suffix == ".ipynb":
            item.add_marker(pytest.mark.mine)
            item.user_properties.append((SAYS, "This cell shows something else than is saved."))
        elif item.get_closest_marker("mine"):
            first = (item.function.__doc__ or item.name).partition("\n")[0]
            item.user_properties.append((SAYS, first))
        parts[item.get_closest_marker("long") is not None].append(item)
    if not config.getoption("--all"):
        items[:] = parts[False]
        config.hook.pytest_deselected(items=parts[True])
    place = {name: number for number, name in enumerate(FIRST)}
    items.sort(key=lambda item: place.get(item.path.name, len(place)))


def pytest_collection_finish() -> None:
    # What is imported by now stays: to look through it at each collection takes a twentieth of the
    # time of tests that draw.
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> "LoadScopeScheduling":
    """Keep on one processor what belongs together: a file, a notebook, one page in a browser."""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file, _, name = nodeid.partition("::")
            if file.endswith(PACKED):
                return "handouts"  # all read what takes long to make
            if file.endswith(("test_site.py", "test_states.py")):
                return "states"  # what one draws is kept for the other
            # The tests of one lesson share one page and follow each other.
            lesson = re.search(r"\[(\d\d_\w+)", name) if file.endswith("test_browser.py") else None
            return f"{file} {lesson[1]}" if lesson else file

    return Together(config, log)


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    from browser.lab import chromium, find_chromium

    path = find_chromium()
    if not path:
        message = "No Chromium, Chrome or Edge was found; install one, or name it in $CHROMIUM."
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with chromium(path) as started:
        yield started


@pytest.fixture(scope="module")
def reader(browser: "Browser") -> "Reader":
    from browser.lab import Reader

    return Reader(browser)


@pytest.fixture(scope="module")
def lab(browser: "Browser", tmp_path_factory: pytest.TempPathFactory) -> Iterator["Lab"]:
    from browser.lab import jupyterlab

    with jupyterlab(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture(scope="session")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the whole pack, of whose explorers few states are drawn."""
    from tools import handouts, states

    folder = tmp_path_factory.mktemp("pack")
    with states.draft():
        handouts.everything(folder)
    return folder


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository of the files as they are now."""
    root, home = Path(__file__).parents[1], tmp_path_factory.mktemp("clone") / "home"
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=root, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (root / name).exists():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / name, home / name)
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    commit = [*author, "commit", "--quiet", "--message", "All"]
    for words in (["init", "--quiet"], ["add", "--all"], commit):
        subprocess.run(["git", *words], cwd=home, check=True)
    return home


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what a test measured, also when it ran on another processor; and what is amiss."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name != SAYS:
                terminalreporter.write_line(f"{name}: {value}")
    if terminalreporter.config.option.markexpr == "mine":
        failed = [*terminalreporter.getreports("failed"), *terminalreporter.getreports("error")]
        for number, report in enumerate(failed, start=1):
            terminalreporter.write_line(f"{number}. {in_words(report)}")


def in_words(report: pytest.TestReport) -> str:
    """Return what failed as a person reads it: the place, what should be, what is amiss."""
    file, _, name = report.nodeid.partition("::")
    where = re.search(r"\[(.+)\]", name)
    where = f"{file}, {name}" if file.endswith(".ipynb") else where[1] if where else file
    crash = getattr(report.longrepr, "reprcrash", None)
    why = re.sub(r"^\w*Error: |\nassert .*", "", crash.message, flags=re.S) if crash else ""
    says = dict(report.user_properties).get(SAYS, "")
    return " ".join(f"{where}: {says} {why}".split())[:500]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> tuple:
    """A copy of all our tables, to be damaged, and what they hold while they are whole."""
    from casebook import tables

    root = tmp_path_factory.mktemp("copy")
    for folder in ("data", "seeds"):
        shutil.copytree(tables.ROOT / folder, root / folder)
    collection = tables.DataPackage(root)
    return collection, {name: collection.read(name) for name in collection.resources}
