"""Rewrite all that is made and not typed: ``pytest --regenerate``. Twice leaves no difference."""

import csv
import hashlib
import html
import io
import json
import os
import re
from pathlib import Path

import nbformat
import yaml
from nbclient import NotebookClient

from casebook.ledger import fact
from casebook.saving import drop_live_views
from casebook.tables import read, sources_of
from casebook.text import format_value
from tools.pages import (
    MARK,
    NOTEBOOKS,
    PACKAGES,
    ROOT,
    WORD_LINK,
    about,
    generated,
    lesson_paths,
    load,
    prose,
    resources,
)

DICTIONARY = ROOT / "data" / "README.md"
README = ROOT / "README.md"
SEED = ROOT / "seeds" / "README.md"
SECONDS = 120


def everything() -> None:
    """Rewrite table stamps, dictionary, the made cells and outputs of lessons, and README."""
    for package in PACKAGES:
        write(package, stamped(package))
    write(DICTIONARY, dictionary())
    for path in lesson_paths():
        write(path, saved(executed(with_generated_cells(load(path)))))
    write(README, readme(README.read_text(encoding="utf-8")))
    write(SEED, seed_page(SEED.read_text(encoding="utf-8")))


def write(path: Path, text: str) -> None:
    """Write UTF-8 with Unix line ends on every system."""
    path.write_text(text, encoding="utf-8", newline="\n")


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


def with_generated_cells(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a lesson with its header, words, sources and links to neighbours made anew."""
    makers = {
        "header": header,
        "map": lesson_map,
        "words": words,
        "sources": sources,
        "next": neighbours,
        "since": since,
    }
    for cell in notebook.cells:
        if part := generated(cell):
            cell.source = makers[part](notebook)
    return notebook


def header(notebook: nbformat.NotebookNode) -> str:
    """Return the first cell of a lesson, from its metadata."""
    a = about(notebook)
    goals = "\n".join(f"{n}. {goal}" for n, goal in enumerate(a["objectives"], start=1))
    return (
        f"# {a['title']}\n\n**{a['question']}**\n\n"
        f"<details><summary>The answer in one line</summary>\n\n{a['answer']}\n\n</details>\n\n"
        f"**After this you can**\n\n{goals}\n\n"
        f"**You need** {a['needs']}. **Time** {a['minutes']['read']} minutes to read, "
        f"{a['minutes']['do']} to do. **Tables** {', '.join(f'`{t}`' for t in a['tables'])}."
    )


def lesson_map(_notebook: nbformat.NotebookNode) -> str:
    """Return the lessons with their minutes, and what can be walked in the time one has."""
    rows, read_all, do_all = [], 0, 0
    for path in lesson_paths():
        a = about(load(path))
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
    """Return the glossary rows of the terms that a lesson links to."""
    concepts = read("concepts")
    used = dict.fromkeys(WORD_LINK.findall("\n".join(cell.source for cell in prose(notebook))))
    lines = ["## Feedback used", "", "| word | also called | meaning |", "| --- | --- | --- |"]
    for term in sorted(used):
        row = concepts.loc[term]
        lines.append(f'| <a id="{term}"></a>{row.word} | {row.standard_term} | {row.meaning} |')
    lines += ["", "All words of the collection: the [glossary](teaching/glossary.md)."]
    return "\n".join(lines)


def sources(notebook: nbformat.NotebookNode) -> str:
    """Return the table of facts that a lesson states, with sources and addresses."""
    text = "\n".join(cell.source for cell in notebook.cells)
    lines = [
        "## Facts and sources",
        "",
        'Each small mark leads here. `fact("F001")` in a cell shows how a number is made.',
        "",
        *fact_rows(text),
    ]
    return "\n".join(lines)


def fact_rows(text: str) -> list[str]:
    """Return a table of the facts that a text marks, with sources and addresses."""
    lines = [
        "| fact | what it says | as of | how sure | published by |",
        "| --- | --- | --- | --- | --- |",
    ]
    for fact_id in sorted(set(MARK.findall(text))):
        f = fact(fact_id)
        sure = f.confidence + (f"; accounts differ ({f.disputed})" if f.disputed else "")
        links = "our count over a table" if f.confidence == "our count" else _links(f.source_ids)
        said = one_line(f.statement)
        lines.append(f'| <a id="{fact_id}"></a>{fact_id} | {said} | {f.as_of} | {sure} | {links} |')
    return lines


def neighbours(notebook: nbformat.NotebookNode) -> str:
    """Return links to the lessons before and after this one."""
    paths = lesson_paths()
    here = [p.stem for p in paths].index(about(notebook)["slug"])
    links = []
    for word, at in (("Before", here - 1), ("Next", here + 1)):
        if 0 <= at < len(paths):
            title = about(load(paths[at]))["title"]
            links.append(f"{word}: [{title}]({paths[at].name})")
    return "## Next\n\n" + " · ".join(links)


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
            f"([{row.publisher}]({row.address}); {row.how_read})"
        )
    return "\n".join(lines)


def executed(
    notebook: nbformat.NotebookNode, folder: Path = NOTEBOOKS, env: dict | None = None
) -> nbformat.NotebookNode:
    """Run a lesson in a fresh kernel and keep only what is the same on every run."""
    client = NotebookClient(
        notebook,
        timeout=SECONDS,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=False,
        resources={"metadata": {"path": str(folder)}},
    )
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


def readme(text: str) -> str:
    """Return README with its lesson table and launch links made anew."""
    rows = ["| lesson | question | read + do | tables |", "| --- | --- | --- | --- |"]
    for path in lesson_paths():
        a = about(load(path))
        tables = ", ".join(a["tables"])
        minutes = f"{a['minutes']['read']} + {a['minutes']['do']} min"
        rows.append(
            f"| [{a['title']}](notebooks/{path.name}) | {a['question']} | {minutes} | {tables} |"
        )
    text = between(text, "lessons", "\n".join(rows))
    return between(text, "launch", launch_links())


def seed_page(text: str) -> str:
    """Return the page on the seed article with the link of its appeal form made anew."""
    return between(text, "appeal", f"[Open the form for an appeal]({issue_form('appeal')})")


def address() -> str:
    """Return the public address in CITATION.cff, the one line that a fork edits."""
    return yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))["repository-code"]


def issue_form(name: str) -> str:
    """Return the address that opens a form of ``.github/ISSUE_TEMPLATE``."""
    if not (ROOT / ".github" / "ISSUE_TEMPLATE" / f"{name}.yml").exists():
        raise ValueError(f"There is no issue form called {name!r}.")
    return f"{address()}/issues/new?template={name}.yml"


def launch_links() -> str:
    """Return the launch links for the one address."""
    repository = address().removeprefix("https://github.com/").removesuffix(".git").strip("/")
    start = "doc/tree/notebooks/00_start_here.ipynb"
    binder = f"https://mybinder.org/v2/gh/{repository}/HEAD?urlpath={start}"
    return (
        f"[![Launch on Binder](https://mybinder.org/badge_logo.svg)]({binder})\n"
        f"[Report a wrong fact]({issue_form('wrong_fact')})"
    )


def between(text: str, name: str, inside: str) -> str:
    """Return a page with the part between two markers made anew; ValueError without markers."""
    start, end = f"<!-- {name}: made by pytest --regenerate -->", f"<!-- end of {name} -->"
    pattern = re.compile(re.escape(start) + ".*?" + re.escape(end), re.S)
    if not pattern.search(text):
        raise ValueError(f"The page has lost its markers for {name}.")
    return pattern.sub(lambda _: f"{start}\n{inside}\n{end}", text)


def _links(source_ids: tuple[str, ...], most: int = 6) -> str:
    rows = sources_of(source_ids)
    shown = [f"[{html.escape(r.publisher)}]({r.address})" for r in rows.head(most).itertuples()]
    rest = f" and {len(rows) - most} more" if len(rows) > most else ""
    return one_line("; ".join(shown) + rest)


def one_line(text: str) -> str:
    """Return a text as it fits into a cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")
