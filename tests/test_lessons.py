"""Each lesson has the shape that its readers rely on, and what is made is fresh."""

import ast
import html
import importlib.util
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from tools.pages import (
    NOTEBOOKS,
    PART,
    ROOT,
    about,
    code,
    lesson_paths,
    load,
    prose,
    refuses,
)

from casebook.saving import WIDGET_VIEW

LESSONS = pytest.mark.parametrize("path", lesson_paths(), ids=lambda path: path.stem)
TAUGHT = pytest.mark.parametrize(
    "path",
    [p for p in lesson_paths() if not p.stem.startswith("00")],
    ids=lambda path: path.stem,
)


def markdown(path: Path) -> str:
    """Return all words of a page, lesson or Markdown file."""
    if path.suffix == ".md":
        return path.read_text(encoding="utf-8")
    return "\n\n".join(c.source for c in load(path).cells if c.cell_type == "markdown")


def outputs(path: Path) -> list[tuple]:
    return [(cell, output) for cell in code(load(path)) for output in cell.outputs]


@LESSONS
@pytest.mark.mine
def test_a_page_has_no_colour_of_its_own(path):
    """Colours come from the page around it, light or dark; a brief asks for the colours of its own.

    So contrast is right in every lesson where it is right in one.
    """
    shown = [o.data.get("text/html", "") for _, o in outputs(path) if "data" in o]
    dress = re.findall(r"style=\"[^\"]*|<style.*?</style>", "".join([markdown(path), *shown]), re.S)
    named = re.findall(r"(?:color|background)\s*:\s*([^;}\"]+)", " ".join(dress))
    fits = re.compile(r"inherit|none( !important)?|var\(--brief-.*|#fff")
    assert [colour for colour in named if not fits.fullmatch(colour.strip())] == []
    assert re.findall(r"\b(?:bgcolor|color)=", "".join(shown)) == []


@LESSONS
@pytest.mark.mine
def test_metadata_is_whole(path):
    """The notebook's metadata say of the lesson what the build and the start page show."""
    known = about(load(path))
    parts = len(PART.findall(markdown(path)))
    if parts:  # a page of half an hour says where to rest
        assert 2 < known.pop("pause") <= parts
    assert set(known) == {
        *("slug", "position", "title", "question", "answer", "objectives"),
        *("minutes", "needs", "tables"),
    }
    assert known["slug"] == path.stem
    assert path.stem.startswith(f"{known['position']:02d}_")
    assert known["title"].startswith(f"{known['position']:02d} · ")
    assert known["minutes"]["read"] > 0 and known["minutes"]["do"] > 0
    assert known["question"].endswith("?")


@LESSONS
def test_tables_named_are_tables_read(path):
    """The header tells a teacher which tables a lesson needs; code and facts must agree."""
    notebook = load(path)
    source = "\n".join(cell.source for cell in code(notebook))
    read = set(re.findall(r'read\("(\w+)"\)', source)) | (
        {"sources"} if "cite(" in source else set()
    )
    assert read <= set(about(notebook)["tables"])


@LESSONS
@pytest.mark.mine
def test_headings_step_down_one_at_a_time(path):
    """A page has one title, and no level of headings is left out."""
    levels = [len(h) for h in re.findall(r"^(#+) ", markdown(path), re.M)]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@TAUGHT
@pytest.mark.mine
def test_what_is_deeper_is_folded_whole(path):
    """A fold leaves what stands in the cell of its heading, so *Further* stands there alone."""
    folded = (c for c in load(path).cells if "jp-MarkdownHeadingCollapsed" in c.metadata)
    (further,) = (c for c in folded if c.source.startswith("## "))
    assert "\n" not in further.source and further.metadata["jp-MarkdownHeadingCollapsed"]


@LESSONS
@pytest.mark.mine
def test_saved_after_one_run_in_order(path):
    """Every cell has been run, from the top down: nbval compares no other."""
    counts = [cell.execution_count for cell in code(load(path))]
    assert counts == list(range(1, len(counts) + 1)), "run: python run.py build"


@LESSONS
def test_code_shows_nothing_by_accident(path):
    for cell in code(load(path)):
        assert not cell.source.rstrip().endswith(";")
        assert not re.search(
            r"\b(interact|interactive_output|Output)\s*\(|@\w*\.?interact\b", cell.source
        )
        assert not re.search(r"filterwarnings|plt\.show|nbval-", cell.source)
        assert not any(tag.startswith("nbval") for tag in cell.metadata.get("tags", []))


@LESSONS
@pytest.mark.mine
def test_outputs_are_clean(path):
    """No cell shows an error, a warning or a path of the machine it was run on."""
    for cell, output in outputs(path):
        assert (output.output_type == "error") == refuses(cell), cell.id
        assert output.get("name") != "stderr"
        text = str(
            {kind: body for kind, body in output.get("data", {}).items() if kind != "image/png"}
        )
        text = re.sub(r"base64,[\w+/=]+", "", text) + output.get("text", "")
        assert not re.search(
            r"(?<![\w/:.])/(?:home|root|Users|tmp|work)/|[A-Z]:\\\\|0x[0-9a-f]{6,}", text
        )
        assert WIDGET_VIEW not in output.get("data", {})


@LESSONS
@pytest.mark.mine
def test_a_cell_that_refuses_says_why_in_a_sentence(path):
    """Its one output is a sentence without a traceback, and JupyterLab runs on past it."""
    for cell in filter(refuses, code(load(path))):
        assert "raises-exception" in cell.metadata.tags
        (said,) = cell.outputs
        assert said.ename == "CasebookError"
        assert said.traceback == [f"CasebookError: {said.evalue}"]
        assert said.evalue.endswith(".")


@LESSONS
@pytest.mark.mine
def test_every_picture_has_words_with_numbers(path):
    """Who cannot see a picture is told what is on it."""
    for cell, output in outputs(path):
        data = output.get("data", {})
        if "image/png" in data or "<img" in data.get("text/html", ""):
            (alt,) = re.findall(r'<img alt="([^"]*)"', data["text/html"])
            assert len(alt.split()) >= 8 and re.search(r"\d", alt), cell.id
            assert html.unescape(alt) in data["text/plain"]
            assert "Drawn:" in data["text/plain"]


@LESSONS
def test_words_for_pictures_are_computed(path):
    """An alt text typed as a plain string would stay when the data changes."""
    for cell in code(load(path)):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.keyword) and node.arg == "alt":
                assert not isinstance(node.value, ast.Constant), cell.id


@LESSONS
@pytest.mark.mine
def test_words_about_people_are_neutral(path):
    """Words about people take no side."""
    words = " ".join(cell.source for cell in prose(load(path)))
    banned = (
        r"inmates?|convicts?|human cargo|bargaining chips?|regime|dictator|Belorussian|so-called"
        r"|special operation|Ukraine crisis|scrapped|terrorists?|extremists?|ransom|blackmail"
    )
    assert not re.search(rf"\b(?:{banned})\b", words, re.I)
    if "Lukashenko" in words:
        assert "did not recognise" in words and "Aliaksandr Lukashenka" in words


@LESSONS
@pytest.mark.mine
def test_facts_sources_and_words_are_linked_both_ways(path):
    """No item of the lists at the end without a place in the text that leads to it."""
    text = markdown(path)
    for anchor in re.findall(r'<a id="([FW]\d+)"', text):
        assert f"(#{anchor})" in text, anchor


@pytest.mark.parametrize("call", [["check"], ["format", "--check"]], ids=" ".join)
def test_ruff_is_content(call):
    """Modules, tests and lessons alike; a person's own pages are theirs."""
    own = [f"--exclude={p}" for p in NOTEBOOKS.glob("*.ipynb") if p not in lesson_paths()]
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *call, "--quiet", *own, "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_set_up_that_lacks_something_says_what(monkeypatch):
    """A package gone, or an old Python: the first line of any page says it in a sentence."""
    from casebook import requirements

    requirements.check()
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda n: None if n == "pandas" else found(n))
    with pytest.raises(ImportError, match=r"Not found: pandas\. Start with the command in README"):
        requirements.check()
    monkeypatch.setattr(sys, "version_info", (3, 9))
    with pytest.raises(ImportError, match="too old"):
        requirements.check()
