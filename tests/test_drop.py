"""A lesson can be dropped: what is left builds, and readers meet no gap."""

import csv
import shutil
import subprocess
import sys
from operator import itemgetter

import pytest
from tools import build, drop, teaching
from tools.pages import ROOT, START, lesson_paths

from casebook.tables import CasebookError

# What a reader of the rest would notice, and what a class would.
READERS = ("links", "prose", "teaching", "lessons", "editions")
CLASS = ("slides", "sheets")
OF_A_LESSON = itemgetter("lesson", "places", "wall", "say", "expected")
# Others borrow from the first; its number is in hand-written pages. The last has samples.
LESSONS = [path.stem for path in (teaching.taught()[3], teaching.taught()[-1])]


@pytest.mark.parametrize(("number", "says"), [("99", "There are: 00, "), (START[:2], "start page")])
def test_what_cannot_be_dropped_is_said_and_nothing_is_touched(number, says):
    before = lesson_paths()
    with pytest.raises(CasebookError, match=says):
        drop.drop(number)
    assert lesson_paths() == before


@pytest.mark.long
def test_the_rest_builds_and_readers_meet_no_gap(tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*build.NO_COPY))

    def run(*words: str) -> str:
        command = [sys.executable, "-m", *words]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    for slug in LESSONS:
        said = run("tools.drop", slug[:2])
        assert f"Lesson {slug[:2]} is dropped." in said and "route_steps.csv, route R" in said
    with (folder / "data/course/route_steps.csv").open(encoding="utf-8", newline="") as file:
        steps = [row for row in csv.DictReader(file) if row["doing"].startswith("Open: ")]
    assert steps and not any(any(OF_A_LESSON(step)) for step in steps)
    run("tools.build", "--keep-outputs")
    rest = [p for p in folder.rglob("*") if p.suffix in (".md", ".csv", ".ipynb", ".gift")]
    left = " ".join(p.read_text(encoding="utf-8") for p in rest)
    assert not any(f"{slug}.ipynb" in left for slug in LESSONS)
    for names, more in ((READERS, ["-m", "mine"]), (CLASS, [])):
        files = (f"tests/test_{name}.py" for name in names)
        run("pytest", "-p", "no:cacheprovider", "-q", *more, *files)
