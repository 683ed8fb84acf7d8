"""Learners get lessons without answers, teachers with them; what a person wrote stays at home."""

import re
import shutil
from functools import partial
from pathlib import Path

import nbformat
import pytest
from tools import export, handouts, labs, pages, pieces, sheets, site, starters, teaching
from tools.pages import NOTEBOOKS, ROOT, code, lesson_paths, load

from casebook.tables import DataPackage, check_tables

LESSON = teaching.taught()[0]
MINE = "unmistakably_mine"


def answered(path: Path, kinds: str = "guesses and exercises") -> nbformat.NotebookNode:
    """Return a lesson as JupyterLab saves it after a person guessed, computed and wrote."""
    notebook = load(path)
    for cell in code(notebook):
        if "guesses" in kinds and starters.TYPED.match(cell.source):
            cell.source = cell.source.replace('""', f'"{MINE}"', 1)
        elif (asked := starters.ASKED.search(cell.source)) and "exercises" in kinds:
            start, end = cell.source[: asked.start()], cell.source[asked.start() :]
            cell.source = f"{start}{MINE} = [1, 2]\nanswer = sum({MINE})\n{end}"
        else:
            continue
        text = {"text/html": MINE, "text/plain": MINE, "text/markdown": MINE}
        cell.outputs = [nbformat.v4.new_output("execute_result", text)]
    return notebook


@pytest.mark.parametrize("path", lesson_paths(), ids=lambda path: path.stem)
@pytest.mark.mine
def test_a_lesson_is_published_as_it_came_whatever_was_saved_in_it(path, monkeypatch):
    came = load(path)
    monkeypatch.setattr(starters, "load", answered)
    assert (MINE in str(answered(path))) == bool(path in teaching.taught())
    assert starters.as_it_came(path) == came, "run: python run.py build"


def test_saved_answers_are_on_no_page_slide_or_notebook_and_stay_in_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(starters, "load", answered)
    made = [
        str(pieces.place(LESSON, "1", with_code=True)),
        sheets.worksheet(LESSON),
        str(handouts.with_answers(export.as_notebook(LESSON))),
    ]
    site.write_page(tmp_path, (), LESSON)
    labs.write_lab(tmp_path / "lab", [LESSON])
    made += [page.read_text(encoding="utf-8") for page in tmp_path.rglob(f"{LESSON.stem}.*ml")]
    made += [page.read_text(encoding="utf-8") for page in tmp_path.rglob("*.ipynb")]
    assert len(made) == 5 and not any(MINE in text for text in made)


@pytest.mark.parametrize("kinds", ["guesses", "exercises"])
def test_a_build_after_somebody_worked_in_a_lesson_keeps_the_starters(kinds, monkeypatch):
    monkeypatch.setattr(starters, "load", partial(answered, kinds=kinds))
    assert starters.kept() == starters.STARTERS.read_text(encoding="utf-8")


def test_pages_of_ones_own_beside_the_lessons_are_no_lessons(tmp_path, monkeypatch):
    folder = tmp_path / "notebooks"
    shutil.copytree(NOTEBOOKS / "casebook" / "lessons", folder / "casebook" / "lessons")
    for path in lesson_paths():
        (folder / path.name).touch()
    own = (f"{LESSON.stem}-Copy1.ipynb", "12_mine.ipynb", f"my_{LESSON.name}", "Untitled.ipynb")
    for name in own:
        (folder / name).write_text("not even a notebook", encoding="utf-8")
    monkeypatch.setattr(pages, "NOTEBOOKS", folder)
    assert [p.name for p in pages.lesson_paths()] == [p.name for p in lesson_paths()]


def test_a_working_copy_for_learners_has_nothing_of_the_teachers(tmp_path):
    found = handouts.lab("learner")[0]
    labs.write_lab(tmp_path, [page for page in found if page.suffix == ".md" or page == LESSON])
    names = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")}
    assert {"run.py", "requirements.lock", "data/releases.csv", "notebooks/casebook"} <= names
    assert not {name for name in names if re.search(r"notes|polls|/routes|plan_b|^tests", name)}
    for page in tmp_path.rglob("*.md"):
        text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.S)
        for target in re.findall(r"\]\(([^)\s#]+)", text):
            here = re.match(r"[a-z]+:", target) or (page.parent / target).exists()
            assert here or target.endswith(".ipynb"), (page.name, target)
    with DataPackage(tmp_path).in_use():
        assert "tables are here" in check_tables()


def test_both_notebooks_of_every_lesson_agree(packed):
    """The teacher's has an answer below each exercise, and is else the learner's, cell by cell."""
    for path in lesson_paths():
        learner, teacher = (
            nbformat.read(packed / edition / "lab" / path.relative_to(ROOT), as_version=4)
            for edition in handouts.EDITIONS
        )
        added = [c for c in teacher.cells if 'class="teacher"' in c.source]
        rest = [c for c in teacher.cells if c not in added]
        assert [c.id for c in rest] == [c.id for c in learner.cells]
        assert [c for c in rest if c.cell_type == "code"] == code(learner)
        assert not any('class="teacher"' in c.source for c in learner.cells)
        asked = [teaching.asked_in(c) for c in code(learner) if teaching.asked_in(c)]
        assert [c.id for c in added if c.id.startswith("key-")] == [
            f"key-{exercise_id}".replace(".", "-") for exercise_id in asked
        ]
        for cell in code(learner):
            assert not starters.asks(cell.source) or starters.is_starter(cell.source), cell.id
