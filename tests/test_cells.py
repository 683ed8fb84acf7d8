"""Each cell shows the same whenever it is run: in order, again after all others, on its own.

Learners go back: they run a cell a second time, or open the page the next day for one exercise.
What they then see must be what stood there the first time, also where there is no network.
"""

import re
import socket
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from unittest import mock

import pytest
from tools.pages import code, lesson_paths, load
from tools.shell import Shell

from casebook import Explorer

ASKS = re.compile(r"(?<!\.)\bquestion\(")  # an exercise; a method of that name asks none
LESSONS = pytest.mark.parametrize("path", lesson_paths(), ids=lambda path: path.stem)


def cells_of(path: Path) -> list[tuple[str, str]]:
    return [(cell.id, cell.source) for cell in code(load(path))]


def run_page(shell: Shell, path: Path) -> None:
    for _, source in cells_of(path):
        shell.run(source)


@dataclass
class Walk:
    """What cells show on one walk through a page, and when each is run once more after it."""

    first: dict[str, list[str]] = field(default_factory=dict)
    late: dict[str, list[str]] = field(default_factory=dict)
    alone: list[str] = field(default_factory=list)  # ends with an explorer, or asks an exercise


@cache
def walk(path: Path) -> Walk:
    seen = Walk()
    no_network = mock.patch.object(socket, "socket", side_effect=OSError("There is no network."))
    with no_network, Shell() as shell:
        for cell_id, source in cells_of(path):
            seen.first[cell_id] = shell.run(source)
            if isinstance(shell.value, Explorer) or ASKS.search(source):
                seen.alone.append(cell_id)
        names = shell.keep()
        for cell_id, source in cells_of(path):
            shell.restore(names)
            seen.late[cell_id] = shell.run(source)
    return seen


@LESSONS
def test_a_cell_run_again_after_the_page_shows_what_it_showed(path):
    """No name of the page stands for two things, and no cell changes what it or another one made.

    A cell that doubles a table, or counts up, shows something else the second time.
    """
    seen, changed = walk(path), set()
    for cell_id, source in cells_of(path):
        if seen.late[cell_id] != seen.first[cell_id]:
            with Shell() as shell:  # on the walk, cells before this one may have changed a table
                run_page(shell, path)
                if shell.run(source) != seen.first[cell_id]:
                    changed.add(cell_id)
    assert changed == set(), "these cells show something else when they are run again"


@LESSONS
def test_explorers_and_exercises_run_alone(path):
    """In a new kernel, with nothing run above: what a learner does who came for this one cell."""
    seen, needy = walk(path), set()
    with Shell() as shell:
        for cell_id, source in cells_of(path):
            if cell_id in seen.alone:
                shell.restart()
                if shell.run(source) != seen.first[cell_id]:
                    needy.add(cell_id)
    assert needy == set(), "these cells need others to be run before them"
