"""The build: what is made is fresh, and one corrected cell of a table is right everywhere."""

import csv
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from tools import build, teaching
from tools.pages import PART, ROOT, generated, lesson_paths, load
from tools.prose import facts_in, stated

from casebook.readings import SMALL_NUMBERS
from casebook.tables import CasebookError, DataPackage, read

FILES = (".csv", ".ipynb", ".json", ".md", ".png")
NUMBER = re.compile(r"[\d,.−-]*\d")
PAGE = next(path for path in teaching.taught() if "F002" in build.stated_in(load(path)))


def run(folder: Path, *options: str) -> subprocess.CompletedProcess:
    """Run the build of a copy of the collection."""
    command = [sys.executable, "-m", "tools.build", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return what each file that a build may touch holds, byte for byte."""
    paths = [path for path in folder.rglob("*") if path.suffix in FILES]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the collection, freshly built."""
    folder = tmp_path_factory.mktemp("build") / "copy"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*build.NO_COPY))
    return folder


@pytest.mark.mine
def test_all_that_is_made_is_fresh(copy):
    """What is made from tables and pages is fresh: else readers meet an old number."""
    before = snapshot(copy)
    done = run(copy, "--keep-outputs")
    assert (done.returncode, done.stderr) == (0, "")
    after = snapshot(copy)
    stale = [name for name in after if after[name] != before.get(name)]
    assert stale == [], "run: python run.py build"


def correct(folder: Path, table: str, row: str, column: str, value: str) -> None:
    """Correct one cell of a table, as a person does."""
    path = folder / "data" / f"{table}.csv"
    rows = list(csv.reader(path.open(encoding="utf-8", newline="")))
    (found,) = (cells for cells in rows if cells[0] == row)
    found[rows[0].index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def items(files: dict[str, bytes]) -> dict[tuple[str, str], str]:
    """Return what each list of facts at the end of a page says: ``{(page, fact id): item}``."""
    found = re.compile(r'<a id=\\"(F\d{3})\\"></a>(.*)')
    pages = {name: text.decode() for name, text in files.items() if name.endswith(".ipynb")}
    return {(name, m[1]): m[2] for name, text in pages.items() for m in found.finditer(text)}


@pytest.mark.long
def test_one_corrected_cell_is_right_on_every_page_and_nothing_else_moves(copy):
    before = snapshot(copy)
    correct(copy, "releases", "R-2025-12-13", "total_released", "128")
    edited = snapshot(copy)

    said = run(copy, "--check", "--only", PAGE.stem[:2])
    assert snapshot(copy) == edited, "--check changes nothing"
    assert said.returncode == 1
    assert "data/datapackage.json, line" in said.stdout
    assert f"notebooks/{PAGE.name}, cell {PAGE.stem[:2]}-" in said.stdout
    assert "[123](#F002)" in said.stdout and "[128](#F002)" in said.stdout

    done = run(copy, "--keep-outputs")
    assert (done.returncode, done.stderr) == (0, "")
    was, now = (re.findall(rf"^  {sign} (.+)$", done.stdout, re.M) for sign in ("-", r"\+"))
    assert "123" in str(was)
    for told, corrected in zip(was, now, strict=True):
        if "123" in told:
            assert told.replace("123", "128") == corrected
        else:  # a sum or a difference with it
            same = (IN_WORDS.sub("#", without_numbers(line)) for line in (told, corrected))
            assert len(set(same)) == 1

    after, old, new = snapshot(copy), items(before), items(snapshot(copy))
    moved = {fact_id for page, fact_id in old if old[page, fact_id] != new[page, fact_id]}
    assert "F002" in moved
    changed = {name for name in after if after[name] != edited[name]}
    pages = {name for name in changed if name.endswith((".md", ".ipynb"))}
    assert {"README.md", f"notebooks/{PAGE.name}"} < pages
    assert changed - pages == {"data/datapackage.json"}
    for name in pages:
        lines = (text[name].decode().splitlines() for text in (before, after))
        for was, now in zip(*lines, strict=True):
            assert without_numbers(was) == without_numbers(now), "only numbers change"
        if name.endswith(".ipynb"):
            only_these_cells(before[name], copy / name, moved)


IN_WORDS = re.compile(rf"\b(?:{'|'.join(SMALL_NUMBERS)})\b")


def without_numbers(line: str) -> str:
    """Return a line with each linked number, in figures or in words, as the same sign."""
    return NUMBER.sub("#", re.sub(r"\[[^\[\]]*\](?=\([^()\s]*#F\d)", "[#]", line))


def only_these_cells(before: bytes, path: Path, moved: set[str]) -> None:
    """Assert that no cell changed but those that state, or list, a fact that moved."""
    old, new = nbformat.reads(before.decode(), as_version=4), load(path)
    assert [cell.id for cell in old.cells] == [cell.id for cell in new.cells]
    for was, now in zip(old.cells, new.cells, strict=True):
        if was != now:
            assert generated(now) == "sources" or moved & set(facts_in(was.source)), now.id
        else:
            assert generated(now) or not moved & set(facts_in(was.source)), now.id
    for page in (old, new):
        page.cells, page.metadata["casebook"]["answer"] = [], ""
    assert old == new


def test_a_number_that_cannot_be_written_stops_the_build_before_any_page_changes(copy):
    """The stamps come first, so that the rows that a person added can be read."""
    page = copy / "notebooks" / "teaching" / "plan_b.md"
    with page.open("a", encoding="utf-8") as file:
        file.write(f"\nAbout [half](../{PAGE.name}#F002) left.\n")
    errata = copy / "data" / "course" / "errata.csv"
    last = errata.read_text(encoding="utf-8").splitlines()[-1]
    with errata.open("a", encoding="utf-8") as file:
        file.write(last.replace(last.partition(",")[0], "ER99", 1) + "\n")
    correct(copy, "releases", "R-2025-12-13", "total_released", "131")
    before = snapshot(copy)
    with DataPackage(copy).in_use(), pytest.raises(CasebookError, match=r"python run\.py build"):
        read("errata")
    done = run(copy, "--keep-outputs", "--only", PAGE.stem[:2])
    assert done.returncode == 1
    assert "notebooks/teaching/plan_b.md: “[half](" in done.stderr
    assert "Traceback" not in done.stderr
    after = snapshot(copy)
    stamps = {"data/datapackage.json", "data/course/datapackage.json", "data/README.md"}
    assert {name for name in after if after[name] != before[name]} == stamps
    with DataPackage(copy).in_use():
        assert read("errata").index[-1] == "ER99"


# --- generated cells ------------------------------------------------------------------------------


def page(*cells: object) -> object:
    """Return a lesson of the present shape: the story first, what is generated after it."""
    notebook = load(lesson_paths()[1])
    own = {"header": new_markdown_cell(), "sources": new_markdown_cell()}
    for name, cell in own.items():
        cell.metadata["tags"] = [f"generated:{name}"]
    story = new_markdown_cell("# 01 · A story\n\nIn 2025 it began.")
    return new_notebook(
        cells=[story, own["header"], *cells, own["sources"]], metadata=notebook.metadata
    )


def test_a_page_that_opens_with_its_story_gets_aims_and_no_second_title():
    made = build.with_generated_cells(page())
    header = made.cells[1].source
    assert header.startswith("**After this lesson you can**\n\n1. ")
    assert "# " not in header and "minutes to read" in header
    assert header.count("<details>") == 1 and "(teaching/keep_your_work.md)" in header


def test_parts_are_counted_and_can_be_linked_to():
    cells = [new_markdown_cell("Before.\n\n## 1 · Who?\n\nText."), new_markdown_cell("## 2 · Why?")]
    made = build.with_generated_cells(page(*cells))
    first, second = made.cells[2].source, made.cells[3].source
    assert first == (
        'Before.\n\n<a id="part-1"></a>\n\n## 1 · Who?\n\n<small>Part 1 of 2</small>\n\nText.'
    )
    ids = [cell.id for cell in made.cells]
    made.cells.insert(3, new_markdown_cell("## 3 · How?", id="01-900"))
    again = build.with_generated_cells(made)
    assert again.cells[2].source == first.replace("1 of 2", "1 of 3")
    assert again.cells[4].source == second.replace("2 of 2", "2 of 3")
    assert [cell.id for cell in again.cells if cell.id != "01-900"] == ids


def test_facts_are_listed_with_the_way_back():
    made = build.with_generated_cells(
        page(
            new_markdown_cell("## 1 · Who?\n\n[123](#F002)", id="01-901"),
            new_markdown_cell("### Explorer · Sums\n\n[13 December](#F001)", id="01-902"),
            new_code_cell("'[9](#F004)'"),
            new_markdown_cell("## 2 · Why?\n\nText.", id="01-903"),
            new_markdown_cell("It was [123](#F002).", id="01-904"),
            new_markdown_cell("## The answer\n\n[123](#F002)", id="01-905"),
        )
    )
    items = [line for line in made.cells[-1].source.splitlines() if line.startswith("- ")]
    assert [item[: len('- <a id="F001"></a>')] for item in items] == [
        '- <a id="F001"></a>',
        '- <a id="F002"></a>',
    ]
    assert items[0].endswith("Stated in part [1](#cell-id=01-902).")
    assert items[1].endswith(
        "Stated in part [1](#cell-id=01-901), [2](#cell-id=01-904), [The answer](#cell-id=01-905)."
    )
    assert stated("F002").statement in items[1]
    assert items[1].count("](http") == build.PUBLISHERS and "and 1 more." in items[1]


def test_a_lesson_that_stops_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "ROOT", tmp_path)
    path = tmp_path / "99_x.ipynb"
    cells = [new_code_cell("1", id="99-001"), new_code_cell("1 / 0", id="99-002")]
    path.write_text(build.saved(new_notebook(cells=cells)))
    before = path.read_bytes()
    monkeypatch.setattr(build, "NOTEBOOKS", tmp_path)
    said = build.refresh(path)
    assert said == "99_x.ipynb, cell 99-002: ZeroDivisionError: division by zero"
    assert path.read_bytes() == before


def test_readme_shows_the_first_picture_of_the_start_page():
    picture, words, source = build.cover()
    assert build.COVER.read_bytes() == picture and len(picture) < 80_000
    readme = build.README.read_text(encoding="utf-8")
    assert f"![{words}](.github/people_map.png)" in readme and source in readme


def test_a_stale_picture_is_named(tmp_path):
    other = tmp_path / build.COVER.relative_to(ROOT)
    other.parent.mkdir()
    other.write_bytes(b"another picture")
    (said,) = build.differences(build.COVER.relative_to(ROOT), tmp_path)
    assert said == ".github/people_map.png: is not the first picture of the start page"


def test_a_class_of_45_minutes_is_told_parts_that_are_there():
    rows = read("teaching_notes").query("kind == 'short'")
    for row in rows.dropna(subset="place").itertuples():
        known = PART.findall(
            "\n".join(c.source for c in load(teaching.lesson_path(row.lesson)).cells)
        )
        assert set(row.place.split(";")) <= {number for number, _ in known}, row.lesson
    slug = rows.dropna(subset="place").lesson.iloc[0]
    assert re.fullmatch(r"parts \d(, \d)* and \d", build.in_45_minutes(slug))
    assert build.in_45_minutes("00_start_here") == ""


def test_launch_links_follow_the_one_address(monkeypatch, tmp_path):
    """A fork changes one line, and every link goes to the fork."""
    (tmp_path / "CITATION.cff").write_text("repository-code: https://github.com/me/my-fork\n")
    forms = ROOT / ".github" / "ISSUE_TEMPLATE"
    shutil.copytree(forms, tmp_path / ".github" / "ISSUE_TEMPLATE")
    monkeypatch.setattr(build, "ROOT", tmp_path)
    links = build.launch_links()
    assert links.index("https://me.github.io/my-fork/") < links.index("mybinder.org")
    assert "/v2/gh/me/my-fork/HEAD?urlpath=doc/tree/notebooks/00_start_here.ipynb" in links
    assert "colab.research.google.com/github/me/my-fork/blob/main/notebooks/00" in links
    assert "git clone --depth 1 https://github.com/me/my-fork " in build.fetch(new_notebook())
    assert "me%2Fmy-fork&branch=main" in build.hub_page(build.HUB.read_text(encoding="utf-8"))
    assert "https://github.com/me/my-fork/issues/new?template=wrong_fact.yml" in links
