"""Make all that is made and not typed: ``python run.py build [--only 06] [--check]``.

Stamps of the tables, the dictionary, the numbers in prose, the generated cells and the saved
outputs of lessons, the teacher's pages, README and its picture. Twice leaves no difference.
"""

import argparse
import base64
import csv
import hashlib
import html
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import nbformat
import yaml
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from casebook.language import tr
from casebook.saving import drop_live_views
from casebook.tables import CasebookError, read, sources_of
from casebook.text import format_value
from tools import catalogue, prose, starters
from tools.pages import (
    NOTEBOOKS,
    PACKAGES,
    PART,
    ROOT,
    WORD_LINK,
    about,
    code,
    generated,
    lesson_paths,
    load,
    resources,
)
from tools.pages import prose as written_cells

DICTIONARY = ROOT / "data" / "README.md"
README = ROOT / "README.md"
COVER = ROOT / ".github" / "people_map.png"
SEED = ROOT / "seeds" / "README.md"
COLAB_BADGE = "https://colab.research.google.com/assets/colab-badge.svg"
HUB = NOTEBOOKS / "teaching" / "class_hub.md"
SECONDS = 120  # the longest that one cell may take
TOGETHER = 2  # lessons that run at the same time
PUBLISHERS = 4  # named for one fact; the others are counted
COMMAND = "python run.py build"
MADE = f"<!-- made by {COMMAND}; do not edit -->"
KINDS = (
    ".gift",
    ".html",
    ".ipynb",
    ".json",
    ".md",
    ".png",
    ".pot",
)  # files that the build may change
NO_COPY = (".git", ".venv", ".*cache", "pack", "_site", "artefacts", "__pycache__", ".ipynb_*")
PIXELS = re.compile(r"base64,[\w+/=]+")
# A part of a page with the two lines that the build puts around its heading.
MARKED_PART = re.compile(
    rf'(?:<a id="part-\d+"></a>\n\n)?{PART.pattern}(?:\n\n<small>[^<]*</small>)?',
    re.M,
)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return 0 when all went well, 1 when something is stale or wrong."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--only", metavar="06", nargs="+", default=[], help="make the pages of these lessons alone"
    )
    parser.add_argument("--check", action="store_true", help="change nothing, name what is stale")
    parser.add_argument(
        "--keep-outputs", action="store_true", help="do not run the lessons: seconds, not minutes"
    )
    given = parser.parse_args(arguments)
    if catalogue.compile_all():  # the words were read before: begin anew
        return subprocess.call([sys.executable, "-m", "tools.build", *(arguments or sys.argv[1:])])
    unknown = [n for n in given.only if n not in {path.stem[:2] for path in lesson_paths()}]
    if unknown:
        parser.error(f"there is no lesson {unknown[0]!r}")
    if given.check:
        stale = check(given.only)
        print("\n".join([*stale, f"Stale: {len(stale)}. Run {COMMAND}."]) if stale else "Fresh.")
        return bool(stale)
    try:
        problems = build(given.only, run=not given.keep_outputs)
    except CasebookError as problem:
        problems = [str(problem)]
    print("\n".join(problems), end="\n" if problems else "", file=sys.stderr)
    return bool(problems)


def build(only: Iterable[str] = (), run: bool = True) -> list[str]:
    """Make everything, or the pages of some lessons; return what is wrong, in sentences.

    Tables come first, as nothing can be read while their stamps are old. When a number in prose
    cannot be written, no page is changed.
    """
    from tools import teaching  # it builds on this module

    paths = [path for path in lesson_paths() if not only or path.stem[:2] in only]
    for package in PACKAGES:
        write(package, stamped(package))
    write(DICTIONARY, dictionary())
    write(catalogue.TEMPLATE, catalogue.template())

    prose.stated.cache_clear()
    texts, changes, problems = {}, [], []
    for page in [*paths, *hand_written()]:
        texts[page], moved, wrong = with_numbers(page)
        changes, problems = changes + moved, problems + wrong
    if problems:
        return problems
    for page, text in texts.items():
        write(page, text)
    print(prose.report(changes), end="\n" if changes else "", flush=True)

    for path in paths:
        write(path, saved(with_generated_cells(load(path))))
    write(SEED, seed_page(SEED.read_text(encoding="utf-8")))
    write(HUB, hub_page(HUB.read_text(encoding="utf-8")))
    teaching.build_all()
    if run:
        with ThreadPoolExecutor(TOGETHER) as pool:
            problems = [said for said in pool.map(refresh, paths) if said]
    write(starters.STARTERS, starters.kept())
    picture, words, source = cover()
    if not COVER.exists() or COVER.read_bytes() != picture:
        COVER.write_bytes(picture)
    write(README, readme(README.read_text(encoding="utf-8"), words, source))
    return problems


def check(only: Iterable[str] = ()) -> list[str]:
    """Name what a build would change, by file, cell and line; outputs are left to nbval.

    The build is done in a copy of the collection, so that nothing here can change.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*NO_COPY))
        command = [sys.executable, "-m", "tools.build", "--keep-outputs"]
        command += ["--only", *only] if only else []
        done = subprocess.run(command, cwd=copy, capture_output=True, text=True)
        if done.returncode:
            return (done.stderr or done.stdout).strip().splitlines()
        made = {path.relative_to(copy) for path in copy.rglob("*") if path.suffix in KINDS}
        kept = {
            path.relative_to(ROOT)
            for path in (NOTEBOOKS / "teaching").rglob("*")
            if path.suffix in KINDS
        }
        return [line for page in sorted(made | kept) for line in differences(page, copy)]


def differences(page: Path, copy: Path) -> list[str]:
    """Return the lines in which a file, named from the root, differs from a fresh copy."""
    name, now, fresh = page.as_posix(), ROOT / page, copy / page
    if not now.exists() or not fresh.exists():
        return [f"{name}: is {'left over' if now.exists() else 'missing'}"]
    if now.read_bytes() == fresh.read_bytes():
        return []
    if now.suffix == ".png":
        return [f"{name}: is not the first picture of the start page"]
    if now.suffix != ".ipynb":
        # Other processors may round a pixel differently; words and numbers may not.
        texts = (PIXELS.sub("", page.read_text(encoding="utf-8")) for page in (now, fresh))
        return _lines(name, *texts)
    old, new, found = load(now), load(fresh), []
    for cell, made in zip(old.cells, new.cells, strict=True):
        found += _lines(f"{name}, cell {cell.id}", cell.source, made.source)
    if about(old) != about(new):
        shown = (json.dumps(about(n), indent=1, ensure_ascii=False) for n in (old, new))
        found += _lines(f"{name}, metadata", *shown)
    return found or [f"{name}: is not as nbformat writes it"]


def _lines(place: str, now: str, fresh: str) -> list[str]:
    old, new = now.splitlines(), fresh.splitlines()
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [
        f"{place}, line {a + 1}:"
        + "".join(f"\n  - {line}" for line in old[a:b])
        + "".join(f"\n  + {line}" for line in new[c:d])
        for step, a, b, c, d in steps
        if step != "equal"
    ]


def write(path: Path, text: str) -> None:
    """Write UTF-8 with Unix line ends on every system; a file that is right is left alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_bytes() != text.encode():
        path.write_text(text, encoding="utf-8", newline="\n")


# --- tables -------------------------------------------------------------------------------------


def stamped(package: Path) -> str:
    """Return a data package with rows, bytes and hash of each file as they are now."""
    content = json.loads(package.read_text(encoding="utf-8"))
    for entry in content["resources"]:
        raw = (package.parent / entry["path"]).read_bytes()
        rows = sum(1 for _ in csv.reader(io.StringIO(raw.decode()))) - 1
        for stamp in ("rows", "bytes", "hash"):
            entry.pop(stamp, None)
        entry |= {
            "rows": rows,
            "bytes": len(raw),
            "hash": f"sha256:{hashlib.sha256(raw).hexdigest()}",
        }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def dictionary() -> str:
    """Return the data dictionary for people, made from the data packages."""
    lines = [
        "# Data dictionary",
        "",
        "Made from `datapackage.json`; do not edit it here. One file is one table, one row is one",
        "observation, and an empty cell means *not known*: neither zero nor no.",
        "",
        "| table | rows | what one row is | as of | licence |",
        "| --- | --- | --- | --- | --- |",
    ]
    entries = resources()
    for e in entries:
        licence = e["licenses"][0]["name"]
        name = f"[{e['name']}](#{e['name']})"
        lines.append(f"| {name} | {e['rows']:,} | {e['title']} | {e['asOf']} | {licence} |")
    for e in entries:
        schema = e["schema"]
        key = schema.get("primaryKey", [])
        key = key if isinstance(key, list) else [key]
        file = e["file"].relative_to(ROOT).as_posix()
        lines += ["", f"## {e['name']}", "", f"{e['description']}", ""]
        lines += [f"File `{file}`; key: {', '.join(key) or 'none'}.", ""]
        lines += ["| column | type | meaning |", "| --- | --- | --- |"]
        for f in schema["fields"]:
            allowed = f.get("constraints", {}).get("enum", [])
            extra = f" One of: {', '.join(map(str, allowed))}." if allowed else ""
            lines.append(f"| {f['name']} | {f['type']} | {one_line(f['description'] + extra)} |")
    return "\n".join(lines) + "\n"


# --- numbers in prose ---------------------------------------------------------------------------


def hand_written() -> list[Path]:
    """Return the Markdown pages that people write: those of which the build makes no whole."""
    folders = [ROOT, SEED.parent, NOTEBOOKS / "teaching"]
    pages = [page for folder in folders for page in sorted(folder.glob("*.md"))]
    made = MADE.partition(" by ")[0]
    return [page for page in pages if not page.read_text(encoding="utf-8").startswith(made)]


def with_numbers(page: Path) -> tuple[str, list[prose.Change], list[str]]:
    """Return the text of a page's file with its numbers as the ledger has them now.

    With it come the sentences that changed, and what cannot be written; see `prose.updated`.
    """
    name = page.relative_to(ROOT).as_posix()
    if page.suffix == ".md":
        return prose.updated(page.read_text(encoding="utf-8"), name)
    notebook, changes, problems = load(page), [], []

    def update(text: str, place: str) -> str:
        new, moved, wrong = prose.updated(text, f"{name}, {place}")
        changes.extend(moved)
        problems.extend(wrong)
        return new

    about(notebook)["answer"] = update(about(notebook)["answer"], "metadata “answer”")
    for cell in written_cells(notebook):
        cell.source = update(cell.source, f"cell {cell.id}")
    return saved(notebook), changes, problems


# --- generated cells ----------------------------------------------------------------------------


def with_generated_cells(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a lesson with its part headings and all its generated cells made anew."""
    makers = {
        "fetch": fetch,
        "header": header,
        "map": lesson_map,
        "words": words,
        "sources": sources,
        "next": neighbours,
        "since": since,
    }
    cells = written_cells(notebook)
    parts = sum(len(PART.findall(cell.source)) for cell in cells)
    pause = about(notebook).get("pause")

    def marked(heading: re.Match) -> str:
        number, words = heading[1], heading[2]
        here = tr("Part {number} of {parts}").format(number=number, parts=parts)
        here += f" · {tr('a good place for a break')}" if int(number) == pause else ""
        return f'<a id="part-{number}"></a>\n\n## {number} · {words}\n\n<small>{here}</small>'

    for cell in cells:
        cell.source = MARKED_PART.sub(marked, cell.source)
    for cell in notebook.cells:
        if part := generated(cell):
            cell.source = makers[part](notebook)
    return notebook


def fetch(_notebook: nbformat.NotebookNode) -> str:
    """Return the first cell of code: it brings the collection to a page that is opened alone.

    Colab and Kaggle set the two names. Nothing of ours can be imported before it, and a folder
    called ``casebook`` beside the page would hide the package.
    """
    return f"""\
# On Colab and Kaggle this fetches the collection, once. Elsewhere it does nothing.
import os

if {{"COLAB_RELEASE_TAG", "KAGGLE_KERNEL_RUN_TYPE"}} & set(os.environ):
    collection = os.path.expanduser("~/potash-deal")
    if not os.path.exists(collection):
        os.system(f"git clone --depth 1 {address()} {{collection}}")
    os.chdir(f"{{collection}}/notebooks")"""


def header(notebook: nbformat.NotebookNode) -> str:
    """Return what a learner will be able to do and needs, from the metadata of a lesson.

    Where it is the very first cell it brings title, question and answer with it; a page that opens
    with a story of its own has it further down, without them.
    """
    a = about(notebook)
    goals = "\n".join(f"{n}. {goal}" for n, goal in enumerate(a["objectives"], start=1))
    minutes = prose.MINUTES.format(**a["minutes"])
    you_can, needs = tr("After this lesson you can"), f"**{tr('You need')}** {a['needs']}."
    time = f"**{tr('Time')}** {minutes}."
    if generated(notebook.cells[0]) == "header":
        return (
            f"# {a['title']}\n\n**{a['question']}**\n\n"
            f"<details><summary>The answer in one line</summary>\n\n{a['answer']}\n\n</details>\n\n"
            f"**{you_can}**\n\n{goals}\n\n{needs} {time} "
            f"**Tables** {', '.join(f'`{t}`' for t in a['tables'])}."
        )
    parts = in_45_minutes(a["slug"])
    how = tr(
        "Click on a cell and press `Shift` + `Enter` to run it; all results are also saved in the "
        "page, so you can just read. A number that is a link leads to its source."
    )
    short = f" {tr('**A class of 45 minutes** takes {}.').format(parts)}" if parts else ""
    return (
        f"**{you_can}**\n\n{goals}\n\n{needs} {time}{short}\n\n"
        f"<details><summary>{tr('New here? How to run this page and keep your work')}</summary>\n\n"
        f"{how} [{tr('How to keep your work')}](teaching/keep_your_work.md). "
        f"{elsewhere(a['slug'])}\n\n</details>"
    )


def elsewhere(slug: str) -> str:
    """Return the sentence that leads to a lesson on the services that run it in a browser."""
    from tools import doors  # it builds on this module

    links = [f"[{door.name}]({doors.link(door, slug)})" for door in doors.DOORS if door.is_hosted]
    words = tr("Without a computer of your own, run it on {} or {}.")
    return words.format(", ".join(links[:-1]), links[-1])


def short_parts(slug: str) -> list[str]:
    """Return the parts of a lesson that fit into 45 minutes, such as ["1", "2", "5"], or none.

    Source: the place of the row of ``teaching_notes`` of the kind "short", where it names parts.
    """
    rows = read("teaching_notes")
    named = rows.place[(rows.lesson == slug) & (rows.kind == "short")].dropna()
    return named.iloc[0].split(";") if len(named) else []


def in_45_minutes(slug: str) -> str:
    """Return the same in words, such as "parts 1, 2 and 5", or ""."""
    *parts, last = short_parts(slug) or [""]
    return tr("parts {} and {}").format(", ".join(parts), last) if last else ""


def lesson_map(_notebook: nbformat.NotebookNode) -> str:
    """Return the lessons with their minutes, and what can be walked in the time one has."""
    rows, read_all, do_all = [], 0, 0
    for path in lesson_paths():
        a = about(path)
        read_all, do_all = read_all + a["minutes"]["read"], do_all + a["minutes"]["do"]
        minutes = f"{a['minutes']['read']} | {a['minutes']['do']}"
        rows.append(f"| [{a['title']}]({path.name}) | {a['question']} | {a['needs']} | {minutes} |")
    return "\n".join(
        [
            "## The map",
            "",
            "| lesson | question | needs | minutes to read | minutes to do |",
            "| --- | --- | --- | --- | --- |",
            *rows,
            "",
            f"All together: {read_all} minutes to read and {do_all} minutes to do.",
        ]
    )


def words(notebook: nbformat.NotebookNode) -> str:
    """Return the glossary rows of the terms that a lesson links to, the field's term first."""
    concepts = read("concepts")
    text = "\n".join(cell.source for cell in written_cells(notebook))
    used = concepts.loc[list(dict.fromkeys(WORD_LINK.findall(text)))]
    lines = [f"## {tr('Words')}", ""]
    lines += [
        f'- <a id="{row.Index}"></a>{term(row.standard_term, row.word)}: {row.meaning}'
        for row in used.sort_values("standard_term", key=lambda t: t.str.lower()).itertuples()
    ]
    return "\n".join([*lines, "", tr("All words: the [glossary](teaching/glossary.md).")])


def term(standard: str, word: str) -> str:
    """Return a term in bold, and what else it is called."""
    return f"**{standard}**" + (f", also called *{word}*" if word != standard else "")


def sources(notebook: nbformat.NotebookNode) -> str:
    """Return the list of facts that a lesson states, with sources and links back to its parts."""
    places = stated_in(notebook)
    return "\n".join(
        [
            f"## {tr('Facts and sources')}",
            "",
            tr(
                "Each number that is a link leads here, and the last words of an item lead back. "
                '`fact("{}")` in a cell shows how a number is made.'
            ).format(min(places, default="F001")),
            "",
            *fact_items(places),
        ]
    )


def stated_in(notebook: nbformat.NotebookNode) -> dict[str, list[str]]:
    """Return ``{fact id: a link to the first cell of each section that states it}``.

    The link names the cell, which JupyterLab finds even where nothing is drawn yet.
    """
    found: dict[str, dict[str, str]] = {}
    section = tr("the top")
    for cell in notebook.cells:
        if cell.cell_type != "markdown" or generated(cell) not in ("", "header"):
            continue
        for piece in re.split(r"(?m)^(?=## )", cell.source):
            heading = re.match("## (.+)", piece)
            # An explorer belongs to the part that it stands in.
            if heading and not heading[1].startswith("Explorer"):
                part = PART.match(piece)
                section = f"part {part[1]}" if part else heading[1]
            for fact_id in prose.facts_in(piece):
                found.setdefault(fact_id, {}).setdefault(section, cell.id)
    return {
        fact_id: [_back_link(section, cell_id) for section, cell_id in places.items()]
        for fact_id, places in found.items()
    }


def _back_link(section: str, cell_id: str) -> str:
    before, _, number = section.rpartition(" ")
    if before == "part":
        return f"part [{number}](#cell-id={cell_id})"
    return f"[{section}](#cell-id={cell_id})"


def fact_items(places: dict[str, list[str]]) -> list[str]:
    """Return a list of facts that a phone can show: what each says, how sure, who published it."""
    items = []
    for fact_id in sorted(places):
        f = prose.stated(fact_id)
        sure = f.confidence + (f", accounts differ ({f.disputed})" if f.disputed else "")
        as_of = tr("As of {day}; {confidence}.").format(day=f.as_of, confidence=sure)
        said = f'- <a id="{fact_id}"></a>**{fact_id}** {f.statement} {as_of}'
        if f.confidence != "our count":
            said += f" {tr('Published by {}.').format(_links(f.source_ids))}"
        items.append(one_line(f"{said} {_back(places[fact_id])}"))
    return items


def _back(places: list[str]) -> str:
    """Return "Stated in part 2, 5, Exercises." with its links, or ""."""
    if not places:
        return ""
    parts = [place.removeprefix("part ") for place in places if place.startswith("part ")]
    rest = [place for place in places if not place.startswith("part ")]
    listed = [tr("part {}").format(", ".join(parts)), *rest] if parts else rest
    return tr("Stated in {}.").format(", ".join(listed))


def neighbours(notebook: nbformat.NotebookNode) -> str:
    """Return how to keep and hand in the page, and links to the lessons before and after it."""
    paths = lesson_paths()
    here = [p.stem for p in paths].index(about(notebook)["slug"])
    links = []
    for word, at in ((tr("Before"), here - 1), (tr("Next"), here + 1)):
        if 0 <= at < len(paths):
            title = about(paths[at])["title"]
            links.append(f"{word}: [{title}]({paths[at].name})")
    keep = tr("Save the page with Ctrl-S; [keep it or hand it in](teaching/keep_your_work.md).")
    return f"## {tr('Next')}\n\n{keep}\n\n{' · '.join(links)}"


def since(_notebook: nbformat.NotebookNode) -> str:
    """Return the box on what is known of the time after the tables end, from its own table."""
    lines = [
        "> **Since this edition.** The tables end before these days, and no lesson computes from",
        "> them. All of it is second-hand: no original was read.",
        ">",
    ]
    for row in read("since_this_edition").sort_values("date").itertuples():
        lines.append(
            f"> - {format_value(row.date)}: {row.what} {row.note} "
            f"([{row.publisher}]({row.address}); {row.access_method})"
        )
    return "\n".join(lines)


# --- outputs ------------------------------------------------------------------------------------


def refresh(path: Path) -> str:
    """Run a lesson and save what it shows; return what went wrong in a sentence, or ""."""
    notebook = load(path)
    try:
        write(path, saved(executed(notebook)))
    except CellExecutionError as problem:
        stopped = [c.id for c in code(notebook) if any(o.output_type == "error" for o in c.outputs)]
        name = path.relative_to(ROOT).as_posix()
        return f"{name}, cell {stopped[-1]}: {problem.ename}: {problem.evalue}"
    return ""


def executed(
    notebook: nbformat.NotebookNode, folder: Path = NOTEBOOKS, env: dict | None = None
) -> nbformat.NotebookNode:
    """Run a lesson in a fresh kernel and keep only what is the same on every run."""
    client = NotebookClient(
        notebook,
        timeout=SECONDS,
        kernel_name="python3",
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,  # a busy machine may send one print in two pieces
        resources={"metadata": {"path": str(folder)}},
    )
    if code(notebook):
        client.execute(env=env or dict(os.environ))
    notebook.metadata["kernelspec"] = {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    }
    notebook.metadata["language_info"] = {"name": "python"}
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    drop_live_views(notebook)
    return notebook


def saved(notebook: nbformat.NotebookNode) -> str:
    """Return the text of a lesson's file."""
    return nbformat.writes(notebook) + "\n"


# --- README and the page on the seed --------------------------------------------------------------


def cover() -> tuple[bytes, str, str]:
    """Return the first picture of the start page as it is saved: its PNG, words and source."""
    shown = (
        output.get("data", {}) for cell in code(load(lesson_paths()[0])) for output in cell.outputs
    )
    first = next((data for data in shown if "image/png" in data), None)
    if first is None:
        raise CasebookError("The saved start page has no picture for README: build it first.")
    words, source = first["text/plain"].splitlines()[:2]
    source = re.sub(r" and \d+ more", " and others", source)
    return base64.b64decode(first["image/png"]), words, source


def readme(text: str, words: str, source: str) -> str:
    """Return README with its picture, launch links and lesson table made anew.

    ``words`` describe the picture to people who cannot see it.
    """
    from tools import doors  # it builds on this module

    rows = ["| lesson | question | read + do, min | run |", "| --- | --- | --- | --- |"]
    for path in lesson_paths():
        a = about(path)
        title, minutes = f"[{a['title']}](notebooks/{path.name})", a["minutes"]
        badge = f"![Open lesson {path.stem[:2]} in Colab]({COLAB_BADGE})"
        badge = f"[{badge}]({doors.link(doors.COLAB, path.stem)})"
        rows.append(
            f"| {title} | {a['question']} | {minutes['read']} + {minutes['do']} | {badge} |"
        )
    picture = f"![{words}]({COVER.relative_to(ROOT).as_posix()})"
    linked = f"[{picture}](notebooks/{lesson_paths()[0].name})\n\n<sub>{source}</sub>"
    text = between(text, "picture", linked)
    text = between(text, "lessons", "\n".join(rows))
    return between(text, "launch", launch_links())


def seed_page(text: str) -> str:
    """Return the page on the article under test with the link of its appeal form made anew."""
    return between(text, "appeal", f"[Open the form for an appeal]({issue_form('appeal')})")


def hub_page(text: str) -> str:
    """Return the page on class hubs with the link that a teacher hands out made anew."""
    from tools import doors  # it builds on this module

    return between(text, "link", f"```\n{doors.link(doors.HUB, lesson_paths()[1].stem)}\n```")


def address() -> str:
    """Return the public address in CITATION.cff, the one line that a fork edits."""
    return _address_in((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


@cache
def _address_in(citation: str) -> str:
    return yaml.safe_load(citation)["repository-code"]


def issue_form(name: str) -> str:
    """Return the address that opens a form of ``.github/ISSUE_TEMPLATE``."""
    if not (ROOT / ".github" / "ISSUE_TEMPLATE" / f"{name}.yml").exists():
        raise CasebookError(f"There is no issue form called {name!r}.")
    return f"{address()}/issues/new?template={name}.yml"


def launch_links() -> str:
    """Return the ways to open the start page, the web site first, and to all that is beside it."""
    from tools import doors  # it builds on this module

    rows = ["| open it | you need | starts in | keeps |", "| --- | --- | --- | --- |"]
    for door in (doors.SITE, *doors.DOORS):
        way = f"[{door.name}]({doors.link(door, lesson_paths()[0].stem)})"
        way = f"**{way}**" if door is doors.SITE else way
        rows.append(f"| {way} | {door.needs} | {door.takes} | {door.keeps} |")
    return (
        "\n".join(rows) + "\n\n[Teach it](notebooks/teaching/README.md) ·\n"
        "[See the data](data/README.md) ·\n"
        f"[Report a wrong fact]({issue_form('wrong_fact')})"
    )


def between(text: str, name: str, inside: str) -> str:
    """Return a page with the part between two markers made anew; an error without markers."""
    start, end = f"<!-- {name}: made by {COMMAND} -->", f"<!-- end of {name} -->"
    pattern = re.compile(re.escape(start) + ".*?" + re.escape(end), re.S)
    if not pattern.search(text):
        raise CasebookError(f"The page has lost its markers for {name}: {start} … {end}")
    return pattern.sub(lambda _: f"{start}\n{inside}\n{end}", text)


def _links(source_ids: tuple[str, ...], most: int = PUBLISHERS) -> str:
    rows = sources_of(source_ids)
    shown = [f"[{html.escape(r.publisher)}]({r.address})" for r in rows.head(most).itertuples()]
    rest = f" {tr('and {} more').format(len(rows) - most)}" if len(rows) > most else ""
    return ", ".join(shown) + rest


def one_line(text: str) -> str:
    """Return a text as it fits into a cell of a Markdown table, or into one item of a list."""
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main())
