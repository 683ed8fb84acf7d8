"""Each cell shows the same whenever it is run: in order, twice, after all others, on its own.

Learners go back: they run a cell again after the whole page, press Shift + Enter twice, or open the
page the next day for one exercise. What they then see must be what stood there the first time.
"""

from functools import cache
from pathlib import Path

import pytest
from tools.pages import code, lesson_paths, load
from tools.shell import Shell

from casebook import Explorer

LESSONS = pytest.mark.parametrize("path", lesson_paths(), ids=lambda path: path.stem)


def cells_of(path: Path) -> list[tuple[str, str]]:
    return [(cell.id, cell.source) for cell in code(load(path))]


def run_page(shell: Shell, path: Path) -> dict[str, list[str]]:
    return {cell_id: shell.run(source) for cell_id, source in cells_of(path)}


@cache
def first_shown(path: Path) -> tuple[dict[str, list[str]], set[str]]:
    """Return what each cell shows when a page is run from top to bottom, and which stand alone.

    The second part holds the cells that end with an explorer or ask an exercise.
    """
    shown, alone = {}, set()
    with Shell() as shell:
        for cell_id, source in cells_of(path):
            shown[cell_id] = shell.run(source)
            if isinstance(shell.value, Explorer) or "question(" in source:
                alone.add(cell_id)
    return shown, alone


@LESSONS
def test_a_cell_run_alone_after_the_page_shows_what_it_showed(path):
    """No name of the page stands for two things, and no cell changes what another one made."""
    shown, _ = first_shown(path)
    with Shell() as shell:
        run_page(shell, path)
        names = shell.keep()
        changed = set()
        for cell_id, source in cells_of(path):
            shell.restore(names)
            if shell.run(source) != shown[cell_id]:
                changed.add(cell_id)
        for cell_id, source in cells_of(path):
            if cell_id in changed:  # the cells before it here may have changed a table
                shell.restart()
                run_page(shell, path)
                if shell.run(source) == shown[cell_id]:
                    changed.remove(cell_id)
    assert changed == set(), "these cells show something else when they are run again"


@LESSONS
def test_a_cell_run_twice_shows_the_same_twice(path):
    shown, _ = first_shown(path)
    with Shell() as shell:
        changed = {
            cell_id
            for cell_id, source in cells_of(path)
            if [shell.run(source), shell.run(source)] != [shown[cell_id]] * 2
        }
    assert changed == set(), "these cells show something else the second time"


@LESSONS
def test_explorers_and_exercises_run_alone(path):
    """In a new kernel, with nothing run above: what a learner does who came for this one cell."""
    shown, alone = first_shown(path)
    needy = set()
    with Shell() as shell:
        for cell_id, source in cells_of(path):
            if cell_id in alone:
                shell.restart()
                if shell.run(source) != shown[cell_id]:
                    needy.add(cell_id)
    assert needy == set(), "these cells need others to be run before them"
