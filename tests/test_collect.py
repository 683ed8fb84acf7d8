"""What learners hand in is read and never run; files that are broken get a sentence."""

import csv
import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from tools import collect
from tools.pages import lesson_paths, load

from casebook import question, read
from casebook.tables import CasebookError

LESSON = lesson_paths()[1]
OWN = read("exercises").filter(regex=rf"^{LESSON.stem[:2]}\.", axis="index").form
ONE, TWO, *_ = OWN.index[OWN == "number"]
TEXT, *_ = OWN.index[OWN == "text"]


def asked(notebook: nbformat.NotebookNode) -> dict[str, nbformat.NotebookNode]:
    """Return ``{exercise id: its cell}``."""
    return {m[1]: c for c in notebook.cells if (m := collect.ASKED.search(c.source))}


def filled(path: Path, answers: dict[str, str], run: bool = True) -> Path:
    """Save a lesson with answers typed into its cells, and what the page says to them."""
    notebook = load(LESSON)
    cells = asked(notebook)
    for exercise_id, code in answers.items():
        cell = cells[exercise_id]
        cell.source = re.sub(r'= (?:\.\.\.|"\.\.\.").*', f"= {code}", cell.source, count=1)
        assert code in cell.source
        if run:
            said = question(exercise_id).check(eval(code)).text
            cell.outputs = [nbformat.v4.new_output("execute_result", {"text/markdown": said})]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def right(exercise_id: str) -> str:
    return repr(question(exercise_id).answer)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three learners' files and five that are no use, two of them deeper in the folder."""
    filled(tmp_path / "one" / LESSON.name, {ONE: right(ONE), TWO: "-9"})
    filled(tmp_path / "zwei.ipynb", {TEXT: '"Only <b>one</b> group went home."'})
    filled(tmp_path / "=three.ipynb", {ONE: "5"}, run=False)
    (tmp_path / "broken.ipynb").write_text('{"cells": [', encoding="utf-8")
    (tmp_path / "bytes.ipynb").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "list.ipynb").write_text("[1, 2]", encoding="utf-8")
    (tmp_path / "old.ipynb").write_text(json.dumps({"worksheets": []}), encoding="utf-8")
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "own.ipynb")
    hidden = tmp_path / ".ipynb_checkpoints"
    hidden.mkdir()
    shutil.copy(LESSON, hidden / "zwei-checkpoint.ipynb")
    return tmp_path


def test_each_state_is_told_apart(folder):
    works = {work.name: work for work in collect.collect(folder)}
    first, second = works[f"one/{LESSON.name}"].states, works["zwei.ipynb"].states
    assert (first[ONE], first[TWO], first[TEXT]) == ("right", "tried", "blank")
    assert (second[TEXT], second[ONE]) == ("written", "blank")
    assert works["=three.ipynb"].states[ONE] == "not run"
    assert len(works) == 8, "hidden copies are left out"


def test_broken_files_are_a_sentence_and_the_others_are_read(folder, capsys):
    assert collect.main([str(folder)]) == 0
    said = capsys.readouterr().out
    for name in ("broken", "bytes", "list", "old", "own"):
        assert re.search(rf"^{name}\.ipynb: [A-Z].+\.$", said, re.M), name
    assert "Read 3 of 8 files." in said
    assert collect.main([str(folder)]) == 0, "a second run replaces the first"


def test_table_and_page_are_safe_to_open(folder):
    collect.main([str(folder)])
    raw = (folder / collect.TABLE).read_bytes()
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
    by_name = {row["file"]: row for row in rows}
    assert "'=three.ipynb" in by_name, "no spreadsheet takes a file name for a formula"
    assert by_name["zwei.ipynb"][TEXT] == "written"
    page = (folder / collect.PAGE).read_text(encoding="utf-8")
    assert "Only &lt;b&gt;one&lt;/b&gt; group" in page and "<script" not in page
    assert not re.search(r"""(src|href)=["']""", page), "nothing is loaded from elsewhere"


def test_no_code_of_a_learner_is_run(folder):
    mark = folder / "ran"
    code = f"__import__('pathlib').Path({str(mark)!r}).touch()"
    filled(folder / "evil.ipynb", {ONE: code}, run=False)
    collect.main([str(folder)])
    assert not mark.exists()


def test_what_is_not_ours_is_left_alone(folder):
    mine = folder / collect.PAGE
    mine.write_text("my own page", encoding="utf-8")
    assert collect.main([str(folder)]) == 1
    assert mine.read_text(encoding="utf-8") == "my own page"


@pytest.mark.parametrize("make", [lambda path: path / "none", lambda path: path])
def test_no_folder_and_no_notebook_are_a_sentence(make, tmp_path, capsys):
    with pytest.raises(CasebookError, match=r"^(There is no folder|No notebook).*\.$"):
        collect.collect(make(tmp_path))
    assert collect.main([str(make(tmp_path))]) == 1
    assert "Traceback" not in capsys.readouterr().err


def test_the_pages_as_they_ship_are_all_blank(tmp_path):
    """A starter that this does not know would be counted as an answer."""
    for path in lesson_paths():
        shutil.copy(path, tmp_path)
    for work in collect.collect(tmp_path):
        assert set(work.states.values()) <= {"blank"} or work.problem, work.name
        assert work.guesses[0] == 0, work.name
