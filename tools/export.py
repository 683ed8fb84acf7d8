"""One builder of pages for the handouts and the web site: a lesson or a Markdown page as HTML."""

import hashlib
import json
import re
import shutil
import sys
from collections import defaultdict
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter
from nbformat.v4 import new_markdown_cell, new_notebook

from casebook.frames import TABLE_CSS
from casebook.tables import CasebookError
from tools import starters, teaching
from tools.pages import ROOT, generated

TEMPLATES = Path(__file__).parent / "templates"
CSS = (TEMPLATES / "page.css").read_text(encoding="utf-8") + re.sub("</?style>", "", TABLE_CSS)
PICTURE = re.compile(r"!\[([^\]]*)\]\([^)\s]+\)")
ANCHOR_LINK = re.compile(r'<a class="anchor-link".*?</a>')
TABLE = re.compile(r'(<div [^>]*class="casebook-table[^>]*>)?(<table.*?</table>)', re.S)
SCROLL = '<div class="scroll" role="group" aria-label="Table" tabindex="0">'
MAIN, END_OF_CELL = '<main id="main">', "<!-- end of cell -->"  # in the templates of pages
COPIED = ("LICENSE", "CITATION.cff")
LIST = "files_made_here.txt"  # only what it names, as it was made, is ever removed


@contextmanager
def made_in(folder: Path) -> Iterator[None]:
    """Remove what an earlier run made in a folder, and keep a list of what this one makes.

    Raises CasebookError, with nothing touched, for a folder that holds anything else, such as a
    notebook from here in which somebody has worked since.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise CasebookError(f"{folder} is no folder. Name a new or an empty one.")
    held = set(folder.rglob("*")) if folder.exists() else set()
    listed = folder / LIST
    if held and not listed.is_file():
        raise CasebookError(f"{folder} holds other files. Name a new or an empty folder.")
    lines = listed.read_text(encoding="utf-8").splitlines() if held else []
    known = {folder / name: made for made, _, name in (line.partition("  ") for line in lines)}
    ours = {path for path in known if ".." not in path.parts and path in held} | {listed}
    if others := sorted(path for path in held - ours if path.is_symlink() or not path.is_dir()):
        raise CasebookError(f"{others[0]} was not made here. Move it, or name another folder.")
    for path in sorted(ours - {listed}):
        if path.is_symlink() or not path.is_file() or _hash(path) != known[path]:
            raise CasebookError(f"{path} was changed since. Move it, or name another folder.")
    for path in held & ours:
        path.unlink()
    for path in sorted(held - ours, reverse=True):  # folders, the innermost first
        path.rmdir()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:  # also of a run that was stopped, so that the next one may go on
        made = sorted(p for p in folder.rglob("*") if p.is_file())
        lines = [f"{_hash(p)}  {p.relative_to(folder).as_posix()}\n" for p in made if p != listed]
        listed.write_text("".join(lines), encoding="utf-8")


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def make(everything: Callable[[Path], None], folder: Path) -> None:
    """Make all pages of a command in a folder and say where they are, or why not."""
    try:
        everything(folder)
    except CasebookError as problem:
        sys.exit(str(problem))
    except OSError as problem:
        sys.exit(f"{folder} cannot be written to: {problem.strerror}.")
    print(f"Made {folder}. Open {folder / 'index.html'} in any browser.")


def copy_beside(folder: Path) -> None:
    """Copy what pages link to and is no page of ours to make: licence, citation, sample briefs."""
    for name in COPIED:
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(teaching.BRIEFS, folder / teaching.BRIEFS.relative_to(ROOT))


def page_path(page: Path) -> Path:
    """Return where a page of the repository stands in the exported folder."""
    name = "index" if page.stem == "README" else page.stem
    return page.relative_to(ROOT).with_name(f"{name}.html")


def as_notebook(page: Path) -> nbformat.NotebookNode:
    """Return a lesson with nothing answered in it, or a Markdown page as one cell.

    The cell that fetches the collection is left out: a page to read has no kernel to fetch it for.
    """
    if page.suffix == ".ipynb":
        notebook = starters.as_it_came(page)
        notebook.cells = [cell for cell in notebook.cells if generated(cell) != "fetch"]
        return notebook
    text = PICTURE.sub(r"\1", page.read_text(encoding="utf-8"))
    return new_notebook(cells=[new_markdown_cell(text, id="page")])


def title_of(notebook: nbformat.NotebookNode) -> str:
    """Return the title of a page: its first heading."""
    return re.search(r"^# (.+)$", notebook.cells[0].source, re.M)[1]


def relinked(
    text: str, page: Path, pages: Container[Path], elsewhere: Callable[[Path], str] | None = None
) -> str:
    """Return a text whose links lead to pages of the same folder.

    A file that is not among them is named by ``elsewhere``; without it the link is plain words.
    """

    def relink(match: re.Match) -> str:
        words, target = match[1], match[2]
        if re.match(r"[a-z]+:|#", target):
            return match[0]
        name, hash_sign, anchor = target.partition("#")
        file = (page.parent / name).resolve()
        if file in pages:
            address = Path(name).with_name(page_path(file).name).as_posix()
            return f"[{words}]({address}{hash_sign}{anchor})"
        if file.name in COPIED or file.parent == teaching.BRIEFS:
            return match[0]
        return f"[{words}]({elsewhere(file)})" if elsewhere and file.exists() else words

    return teaching.LINK.sub(relink, text)


def rendered(
    notebook: nbformat.NotebookNode,
    title: str,
    kind: str = "page",
    template: str = "page",
    with_code: bool = True,
    **known: object,
) -> str:
    """Return a notebook as HTML; ``known`` is what else its template asks for."""
    known = {"css": CSS} | known | {"title": title, "kind": kind}
    around, _ = _maker(template, with_code).from_notebook_node(new_notebook(), known)
    before, main, after = around.partition(MAIN)
    cells = _rendered_cells(notebook.cells, with_code, known.get("fold_code", ""))
    return "".join([before, main, *cells, after])


def _rendered_cells(
    cells: list[nbformat.NotebookNode], with_code: bool, fold_code: object
) -> list[str]:
    """Return cells as HTML: each is made once, as the same ones stand on many pages.

    Both editions, the site and the zips of the routes show the same lessons, and nothing about a
    page takes longer than its cells.
    """
    made = _made[with_code, fold_code]
    names = [hashlib.sha256(json.dumps(cell).encode()).digest() for cell in cells]
    missing = {name: c for name, c in zip(names, cells, strict=True) if name not in made}
    if missing:
        notebook = new_notebook(cells=list(missing.values()))
        known = {"css": "", "fold_code": fold_code}
        page, _ = _maker("page", with_code).from_notebook_node(notebook, known)
        page = ANCHOR_LINK.sub("", page.replace(TABLE_CSS, ""))
        # A wide table scrolls by itself, also from the keyboard; the page does not.
        page = TABLE.sub(lambda found: found[0] if found[1] else f"{SCROLL}{found[2]}</div>", page)
        *parts, _ = page.partition(MAIN)[2].split(END_OF_CELL)
        made.update(zip(missing, parts, strict=True))
    return [made[name] for name in names]


_made: defaultdict[tuple, dict[bytes, str]] = defaultdict(dict)
"""The cells that were made: by all that they depend on beside themselves, then by their content."""


@cache
def _maker(template: str, with_code: bool) -> HTMLExporter:
    return HTMLExporter(
        template_name=template,
        extra_template_basedirs=[str(TEMPLATES)],
        extra_template_paths=[str(TEMPLATES)],
        exclude_input=not with_code,
        anchor_link_text=" ",  # headings keep their ids
        optimistic_validation=True,  # once, not after each of eleven steps
    )
