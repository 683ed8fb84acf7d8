"""The folder that handouts and site are made in: only what an earlier run made is ever removed."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tools.export import LIST, made_in
from tools.pages import ROOT

from casebook import CasebookError


def run(folder: Path, *names: str) -> None:
    """Make these files in a folder, as a command does."""
    with made_in(folder):
        for name in names:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("made", encoding="utf-8")


def files(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir()}


def test_a_new_an_empty_and_an_own_folder_are_taken(tmp_path):
    run(tmp_path / "new" / "deep", "index.html")
    (tmp_path / "empty").mkdir()
    run(tmp_path / "empty", "index.html", "slides/R1.html")
    run(tmp_path / "empty", "index.html")
    assert files(tmp_path / "empty") == {"index.html", LIST}, "what is no longer made goes"
    assert not (tmp_path / "empty" / "slides").exists()


def test_what_was_made_and_then_removed_is_not_missed(tmp_path):
    run(tmp_path, "a.html", "b/c.html")
    (tmp_path / "a.html").unlink()
    run(tmp_path, "b/c.html")
    assert files(tmp_path) == {"b/c.html", LIST}


@pytest.mark.parametrize("name", ["thesis.txt", "slides/mine.html", ".hidden", "index.html"])
def test_a_folder_with_files_of_a_person_is_refused_and_untouched(name, tmp_path):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine", encoding="utf-8")
    with pytest.raises(CasebookError, match=r"holds other files.*\.$"):
        run(tmp_path, "index.html")
    assert files(tmp_path) == {name}
    assert (tmp_path / name).read_text(encoding="utf-8") == "mine"


def test_a_persons_file_beside_ours_is_named_and_nothing_is_removed(tmp_path):
    run(tmp_path, "index.html", "slides/R1.html")
    (tmp_path / "slides" / "mine.html").write_text("mine", encoding="utf-8")
    before = files(tmp_path)
    with pytest.raises(CasebookError, match=r"mine\.html was not made here"):
        run(tmp_path, "index.html")
    assert files(tmp_path) == before


def test_what_a_person_changed_in_a_page_of_ours_is_kept(tmp_path):
    """A learner who does the exercises in the folder that was handed out works in our files."""
    run(tmp_path, "index.html", "learner/01.ipynb")
    (tmp_path / "learner" / "01.ipynb").write_text("answered", encoding="utf-8")
    before = files(tmp_path)
    with pytest.raises(CasebookError, match=r"01\.ipynb was changed since\. Move it"):
        run(tmp_path, "index.html")
    assert files(tmp_path) == before
    assert (tmp_path / "learner" / "01.ipynb").read_text(encoding="utf-8") == "answered"


def test_a_list_cannot_name_files_outside(tmp_path):
    outside, folder = tmp_path / "outside.txt", tmp_path / "made"
    outside.write_text("mine", encoding="utf-8")
    run(folder, "index.html")
    one = hashlib.sha256(b"mine").hexdigest()
    with (folder / LIST).open("a", encoding="utf-8") as file:
        file.write(f"{one}  ../outside.txt\n{one}  {outside}\n")
    run(folder, "index.html")
    assert outside.exists()


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "pack").write_text("mine", encoding="utf-8")
    with pytest.raises(CasebookError, match=r"is no folder"):
        run(tmp_path / "pack", "index.html")


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_are_not_followed(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    (home / "thesis.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "link").symlink_to(home)
    with pytest.raises(CasebookError, match=r"is no folder"):
        run(tmp_path / "link", "index.html")
    run(tmp_path / "made", "index.html")
    (tmp_path / "made" / "inside").symlink_to(home)
    with pytest.raises(CasebookError, match=r"was not made here"):
        run(tmp_path / "made", "index.html")
    assert files(home) == {"thesis.txt"}


def test_a_run_that_stops_can_be_run_again(tmp_path):
    with pytest.raises(KeyboardInterrupt), made_in(tmp_path):
        (tmp_path / "half.html").write_text("made", encoding="utf-8")
        raise KeyboardInterrupt
    run(tmp_path, "index.html")
    assert files(tmp_path) == {"index.html", LIST}


def test_a_terminal_that_lacks_a_sign_ends_no_command():
    """Sentences of ours have curly quotes, and a folder may have any name."""
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "COLUMNS": "20"}
    environment.pop("TERM", None)
    said = "import tools; print('“Mappe ü” ź−')"
    done = subprocess.run([sys.executable, "-c", said], cwd=ROOT, env=environment)
    assert done.returncode == 0
