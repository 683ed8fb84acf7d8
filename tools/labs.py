"""Lessons as notebooks to hand out, each edition with what runs them.

Each folder is a collection of its own that ``python run.py lab`` opens: the learner's has no answer
in its lessons and no teacher's page or table beside them; the teacher's has each answer below its
exercise. Both are made from the same lessons.
"""

import json
import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import nbformat

from casebook.tables import PACKAGES
from tools import teaching
from tools.build import saved, write
from tools.export import as_notebook, copy_beside
from tools.pages import ROOT, resources

SETTINGS = ("jupyter_server_config.py", "labconfig/default_setting_overrides.json")
RUNS = (
    *("run.py", "requirements.lock", ".github/people_map.png"),
    *(f".jupyter/{name}" for name in SETTINGS),
)
FOR_TEACHERS = {"polls", "poll_options", "routes", "route_steps", "teaching_notes"}
"""Tables that no lesson reads."""
WITH_CACHES = shutil.ignore_patterns("__pycache__", ".*")


def write_lab(
    folder: Path,
    pages: Iterable[Path],
    changed: Callable[[nbformat.NotebookNode], nbformat.NotebookNode] | None = None,
) -> None:
    """Write a working copy of the collection that holds these pages.

    ``changed`` is what the teacher's edition makes of a lesson; without it nothing of the teacher's
    is in the folder.
    """
    for name in RUNS:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    copy_beside(folder)
    code = Path("notebooks") / "casebook"
    shutil.copytree(ROOT / code, folder / code, ignore=WITH_CACHES)
    left_out = set() if changed else FOR_TEACHERS
    for place in PACKAGES:
        package = json.loads((ROOT / place).read_text(encoding="utf-8"))
        package["resources"] = [r for r in package["resources"] if r["name"] not in left_out]
        write(folder / place, json.dumps(package, indent=2, ensure_ascii=False) + "\n")
    for entry in resources():
        if entry["name"] not in left_out:
            shutil.copy(entry["file"], folder / entry["file"].relative_to(ROOT))
    # Pages come last: a link is kept where its file is in the folder.
    there = {*pages, *(ROOT / p.relative_to(folder) for p in folder.rglob("*"))}
    for page in pages:
        if page.suffix == ".md":
            text = linked(page.read_text(encoding="utf-8"), page, there)
        else:
            lesson = as_notebook(page)
            lesson = changed(lesson) if changed else lesson
            for cell in lesson.cells:
                if cell.cell_type == "markdown":
                    cell.source = linked(cell.source, page, there)
            text = saved(lesson)
        write(folder / page.relative_to(ROOT), text)


def linked(text: str, page: Path, there: set[Path]) -> str:
    """Return a text in which a link to a file that is not there is plain words."""

    def kept(match: re.Match) -> str:
        words, target = match[1], match[2]
        name = target.partition("#")[0]
        if not name or re.match(r"[a-z]+:", target) or (page.parent / name).resolve() in there:
            return match[0]
        return words

    return teaching.LINK.sub(kept, text)
