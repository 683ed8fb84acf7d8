"""A lesson cut into pieces, in order: what it shows, what it asks, and what is said between.

A piece is a question, an answer, a picture, a table, an explorer, a list, a trap, or the opening of
a part. Slides have one on each; worksheets take those in which a class writes. The prose around a
piece is what the teacher says with it. Nothing is typed a second time.
"""

import html
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from pathlib import Path

import nbformat
from bs4 import BeautifulSoup, Tag
from nbconvert.filters import markdown2html

from casebook.exercises import FOLD
from casebook.text import format_value
from tools import states, teaching
from tools.export import as_notebook
from tools.pages import generated

GUESS = "**Guess.** "
TRAP = re.compile(r"\*\*Trap\.\*\*\s*\*(.+?)\*\s*(.*)", re.S)
SENTENCE = re.compile(r"(?<=[.?!”:])\s+(?=[“A-Z*])")
FOLDED = re.compile(r"<details>.*?</details>", re.S)
DRESS = re.compile(r'<a id="[^"]*"></a>|<small>Part \d+ of \d+.*?</small>')
NUMBERED = re.compile(r"^(\d+|Explorer|In class) · ")
ID = re.compile(r"[A-Z]{1,4}-?\d[\w-]*")
SPAN = re.compile(r" \([-−\d.,]+ to [-−\d.,]+\)$")  # of a slider, which shows it
CLAIM = re.compile(r"S\d\d")
# Words that make sense on the lesson's page alone: its parts, folds and cells, ids of claims.
OF_THE_PAGE = re.compile(
    r"\bS\d\d\b|\b(folds?|cells?|click|part \d|claim judge|table below)\b|below the|\*Further\*",
    re.I,
)
MINUTES = re.compile(r"\((\w+) minutes?\)")  # that a lesson gives to work in class
KINDS = {"n": re.compile(r"[-−+]?[\d,.]+|–"), "d": re.compile(r"[\d-]+|\d+ \w+ \d{4}|–")}
"""Columns that are set in another way: numbers at the right, days on one line."""
DAY = re.compile(r"\d{4}-\d\d-\d\d")
COUNTRIES = re.compile(r"\b(ukraine|lithuania|belarus)\b")
WRITTEN = re.compile(r'(?!guess)\w+ = ""')  # a line that a learner fills, with nothing to reveal
TASK = re.compile(r"question\([^)]*\)\.check")

# What fits on a slide of 1024 × 768, the smallest that is promised, at 28 pixels a letter.
ACROSS, LINES, CODE_ACROSS = 56, 18, 48
SOURCE = 110  # signs of the line below a picture
LEAD = 40  # words that open a part
ANSWER = 80  # words of a lesson's answer
SHORT = 24  # words that are written larger
RECORD = 150  # signs of a row from which on it has a slide of its own
MOST = {"table": 3, "record": 8}  # slides of one table; the rest is in the lesson
SPOKEN = 130  # words a minute, read aloud
# Seconds that a class looks, thinks or votes, beyond what is read aloud.
PAUSES = {
    "title": 10,
    "part": 5,
    "text": 10,
    "list": 30,
    "question": 40,
    "vote": 60,
    "answer": 10,
    "picture": 25,
    "table": 20,
    "record": 20,
    "code": 20,
    "explorer": 90,
    "trap": 10,
    "wall": 15,
}
LOOKED_AT = ("picture", "explorer", "code", "table", "record", "part", "trap")
"""Kinds of which the slide is looked at, or shows words that are said anyway."""
WORKING = ("question", "vote", "explorer", "wall")
"""Kinds of slides on which the class works: what a step has left of its minutes goes to them."""


NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Piece:
    """One slide, or one entry of a worksheet."""

    kind: str
    body: str  # HTML
    say: tuple[str, ...] = ()  # paragraphs of Markdown, for the teacher
    heading: str = ""  # of the part that it belongs to
    rows: tuple[str, ...] = ()  # ids of the rows of a table in which a class writes
    blank: tuple[str, ...] = ()  # names of its columns that the class fills; slides leave them out
    of_text: bool = False  # whether a table was typed in the lesson, and not made by its code

    @property
    def words(self) -> int:
        """Return how many words are read aloud: those of a picture are looked at."""
        looked_at = self.kind in LOOKED_AT and (self.say or self.kind != "part")
        shown = "" if looked_at else plain(self.body)
        return len(" ".join([shown, *self.say]).split())

    @property
    def seconds(self) -> float:
        """Return how long the slide takes at least."""
        named = MINUTES.findall(" ".join(self.say))
        return PAUSES[self.kind] + 60 * (self.words / SPOKEN + sum(map(NUMBERS.index, named)))


def shortened(text: str, signs: int) -> str:
    """Return the beginning of a text, cut at a word."""
    return text if len(text) <= signs else text[:signs].rsplit(" ", 1)[0] + " …"


def plain(page: str) -> str:
    """Return the words of a piece of HTML."""
    return html.unescape(re.sub(r"<[^>]+>", " ", page))


def markdown(text: str) -> str:
    return markdown2html(text) if text else ""


# --- from a lesson --------------------------------------------------------------------------------


@cache
def opening(path: Path, with_code: bool, folder: str) -> tuple[Piece, ...]:
    """Return the pieces of the first cells of a lesson, before its generated head."""
    cells = _cells(path, folder)
    end = next(n for n, cell in enumerate(cells) if generated(cell) == "header")
    return tuple(_pieces(cells[:end], with_code))


@cache
def place(path: Path, name: str, with_code: bool, folder: str = "") -> tuple[Piece, ...]:
    """Return the pieces under one heading of a lesson, up to the next heading of any level.

    ``folder`` leads to the states of the explorers; without it they show how they were saved.
    """
    heading, _ = teaching.find(name, path)
    found, inside = [], False
    for cell in _cells(path, folder):
        if cell.cell_type == "code":
            found += [cell] if inside else []
            continue
        parts = re.split(r"^(?=#{2,3} )", DRESS.sub("", cell.source), flags=re.M)
        for part in parts:
            if start := re.match(r"#{2,3} (.+)\n?", part):
                inside = start[1].strip() == heading
            if inside and part.strip():
                found.append(nbformat.from_dict(dict(cell) | {"source": part.strip()}))
    return tuple(_pieces(found, with_code))


def whole(path: Path, with_code: bool, folder: str = "", parts: tuple[str, ...] = ()) -> list:
    """Return the pieces of a lesson from its opening to its answer, with explorers.

    ``parts`` names those that are wanted, such as ("1", "3"); none means all.
    """
    found = [*opening(path, with_code, folder)]
    inside = False
    for heading in teaching.headings(path):
        if number := re.match(r"(\d+) · ", heading):
            inside = not parts or number[1] in parts
        elif heading == "The answer":
            inside = True
        elif heading in ("Exercises", "Further"):
            break
        if inside:
            found += place(path, heading, with_code, folder)
    return found


@cache
def _cells(path: Path, folder: str) -> list[nbformat.NotebookNode]:
    """Return the cells of a lesson, its explorers alive where a folder holds their states."""
    notebook = as_notebook(path)
    states.enliven(notebook, folder, states.names() if folder else ())
    return notebook.cells


def _pieces(cells: list[nbformat.NotebookNode], with_code: bool) -> Iterator[Piece]:
    """Cut cells into pieces; prose between two of them is said with the first."""
    made: list[Piece] = []
    heading = ""
    for cell in (cell for cell in cells if not generated(cell)):
        if cell.cell_type == "markdown":
            for piece in _of_text(cell.source, with_code):
                heading = piece.heading or heading
                if piece.kind != "said":
                    made.append(replace(piece, heading=heading))
                elif made and (made[-1].kind != "part" or made[-1].body):
                    made[-1] = replace(made[-1], say=made[-1].say + piece.say)
                else:  # the first words of a part are on the wall too
                    said = made.pop().say if made else ()
                    body = _lead(piece.say[0], ANSWER if heading == "The answer" else LEAD)
                    made.append(Piece("part", body, said + piece.say, heading))
        else:
            made += [replace(p, heading=heading) for p in _of_code(cell, with_code)]
            if made and made[-1].kind == "answer" and made[-2].kind == "question":
                made[-1] = replace(made[-1], heading=_question(made[-2]))
    yield from _opened(_at_work(made))


def _at_work(made: list[Piece]) -> list[Piece]:
    """Say how a class works where it has the table to fill before it, and not a slide earlier."""
    for number, piece in enumerate(made[1:]):
        told = made[number]
        if piece.blank and told.kind == "part" and MINUTES.search(" ".join(told.say)):
            made[number : number + 2] = [replace(told, say=()), replace(piece, say=told.say)]
    return made


def _opened(made: list[Piece]) -> list[Piece]:
    """Let a part without an opening sentence begin with its first question or text."""
    if len(made) > 1 and made[0].kind == "part" and not made[0].body:
        first, second, *rest = made
        if second.kind != "picture":
            return [replace(second, say=first.say + second.say), *rest]
    return made


def _question(asked: Piece) -> str:
    """Return what stands above an answer: the question, where it is short."""
    words = plain(asked.body).strip()
    return words if len(words.split()) <= SHORT else asked.heading


def _lead(text: str, most: int = LEAD) -> str:
    """Return the first sentences of a paragraph, as many as a class reads at a glance."""
    kept: list[str] = []
    for sentence in SENTENCE.split(text):
        long = len(" ".join([*kept, sentence]).split()) > most
        if long or OF_THE_PAGE.search(sentence):
            break
        kept.append(sentence)
    return markdown(" ".join(kept))


def _without_page(text: str) -> str:
    """Return the sentences of a paragraph that need no notebook beside them."""
    return " ".join(s for s in SENTENCE.split(text) if not OF_THE_PAGE.search(s))


def _of_text(source: str, with_code: bool) -> Iterator[Piece]:
    text = FOLDED.sub("", DRESS.sub("", source)).strip()
    for block in re.split(r"\n\s*\n", text):
        block = teaching.without_links(block.strip())
        if not block or block.startswith("> **Content note."):
            continue
        if start := re.match(r"#{1,3} (.+)", block):
            yield Piece("part", "", heading=NUMBERED.sub("", start[1].strip()))
        elif GUESS in block:
            before, _, asked = block.partition(GUESS)
            if before.strip():
                yield Piece("said", "", (before.strip(),))
            yield Piece("question", markdown(asked))
        elif block.startswith(">"):
            quoted = re.sub(r"^> ?", "", block, flags=re.M)
            trap = TRAP.match(quoted)
            if trap and (with_code or "`" not in quoted):
                yield Piece("trap", markdown(trap[1]) + _lead(trap[2]), (f"{trap[1]} {trap[2]}",))
            elif not trap:
                yield Piece("text", f"<blockquote>{markdown(quoted)}</blockquote>")
        elif re.match(r"(\d+\.|-|[a-d]\.) ", block):
            yield Piece("list", markdown(block))
        elif block.startswith("|"):
            for piece in _of_table(BeautifulSoup(markdown(block), "html.parser").table, with_code):
                yield replace(piece, of_text=True)
        elif with_code:
            yield Piece("said", "", (" ".join(block.split()),))
        elif "`" not in block and (said := _without_page(" ".join(block.split()))):
            yield Piece("said", "", (said,))


def _of_code(cell: nbformat.NotebookNode, with_code: bool) -> Iterator[Piece]:
    if TASK.search(cell.source):
        return
    for output in cell.outputs:
        page = output.get("data", {}).get("text/html", "")
        soup = BeautifulSoup(page, "html.parser")
        if states.CALLED.search(cell.source):
            yield _explorer(soup)
        elif soup.summary and f"{soup.summary}" in FOLD:
            yield Piece("answer", f"<p>{html.escape(soup.p.get_text())}</p>")
        elif output.output_type == "error":  # a cell that refuses: that it does is the lesson
            first, *reasons = output.evalue.splitlines()
            items = "".join(f"<li>{html.escape(reason)}</li>" for reason in reasons)
            yield Piece("list", f"<p><b>{html.escape(first)}</b></p><ul>{items}</ul>")
        elif picture := soup.img:
            yield _picture(picture, soup)
        elif soup.table:
            tables = list(_of_table(soup.table, with_code))
            yield from _with_code(cell, tables, with_code)
        elif output.output_type == "stream" and not WRITTEN.match(cell.source):
            tag, kind = ("pre", "code") if with_code else ("p", "text")
            shown = Piece(kind, f"<{tag}>{html.escape(output.text.strip())}</{tag}>")
            yield from _with_code(cell, [shown], with_code)


def _picture(picture: Tag, soup: BeautifulSoup) -> Piece:
    source = next((p.get_text(" ") for p in soup.find_all("p") if "Source:" in p.get_text()), "")
    del picture["style"]
    source = shortened(" ".join(source.split()), SOURCE)
    below = f'<p class="running">{html.escape(source)}</p>' if source else ""
    return Piece("picture", f"{picture}{below}")


def _explorer(soup: BeautifulSoup) -> Piece:
    """Return an explorer as it fits on one screen: controls, sentence, picture.

    Where its states were not drawn, it is the picture or the words with which it was saved.
    """
    box = soup.find(class_="explorer")
    if not box:
        return Piece("explorer", str(soup.img or soup.p))
    box.find(class_="numbers").clear()  # the script fills it; slides hide it
    for small in box.find_all("small"):
        small.decompose()
    for label in box.find_all(["label", "span"]):
        if label.string:
            label.string = SPAN.sub("", label.string)
    view = box.find(class_="view")
    if not view.img:  # a board of words scrolls by itself
        view.attrs |= {"tabindex": "0", "role": "group", "aria-label": "Result"}
    wide = view.img and int(view.img["width"]) > 1.3 * int(view.img["height"])
    if not wide or len(box.find_all(class_="field")) > 3:
        box["class"].append("beside")  # the picture stands at the right of the controls
    return Piece("explorer", str(box))


def _with_code(cell: nbformat.NotebookNode, shown: list[Piece], wanted: bool) -> Iterator[Piece]:
    """Yield a result with the code that made it: beside it, before it, or not at all."""
    source = re.sub(r"^(import|from) .*\n", "", cell.source, flags=re.M).strip()
    lines = sum(1 + (len(line) - 1) // CODE_ACROSS for line in source.splitlines())
    code = f'<pre class="input">{html.escape(source)}</pre>'
    if not wanted or not source or lines > LINES - 2:
        yield from shown
    elif len(shown) == 1 and lines + _lines(shown[0]) <= LINES:
        yield replace(shown[0], body=code + shown[0].body)
    else:
        yield Piece("code", code)
        yield from shown


def _lines(piece: Piece) -> float:
    """Return about how many lines a result takes."""
    rows = BeautifulSoup(piece.body, "html.parser").find_all("tr")
    cells = [[cell.get_text() for cell in row(["td", "th"])] for row in rows]
    return sum(_heights(cells)) + 1 if rows else piece.body.count("\n") + 1.5


# --- tables ---------------------------------------------------------------------------------------


def _of_table(table: Tag, with_code: bool) -> Iterator[Piece]:
    """Yield a table in as many slides as it needs: no ids, no empty columns, rows that fit.

    Days stay as they can be typed where code is shown, and are in words elsewhere.
    """
    rows = [[c.get_text(" ", strip=True) for c in row(["td", "th"])] for row in table("tr")]
    if len(rows) < 2:
        return
    head, *body = [[_cell(text, with_code) for text in row] for row in rows]
    ids = tuple(row[0] for row in rows[1:]) if rows[0][0].endswith("_id") else ()
    head = ["" if ID.fullmatch(raw) else text for raw, text in zip(rows[0], head, strict=True)]
    columns = [n for n in range(len(head)) if n or not ids]
    blank = [n for n in columns if not any(row[n].strip(" –") for row in body)]
    names = tuple(head[n].replace("_", " ") for n in blank)
    columns = [n for n in columns if n not in blank]
    columns = columns[: _fitting([[row[n] for n in columns] for row in [head, *body]])]
    head, body = [head[n] for n in columns], [[row[n] for n in columns] for row in body]
    if any(CLAIM.fullmatch(name) for name in ids):  # a class speaks of claim 1, 2 and 3
        head, body = ["", *head], [[f"{n}", *row] for n, row in enumerate(body, start=1)]
    if len(head) > 1 and sum(len(" ".join(row)) for row in body) / len(body) > RECORD:
        made = [Piece("record", _record(head, row)) for row in body]
    else:
        made = [Piece("table", _table(head, part)) for part in _portions(body)]
    for piece in made[: MOST[made[0].kind]]:
        yield replace(piece, rows=ids, blank=names) if blank else piece


def _cell(text: str, with_code: bool) -> str:
    if with_code:
        return text  # as it is typed
    if "_" in text:  # the name of a column
        text = COUNTRIES.sub(lambda found: found[1].capitalize(), text.replace("_", " "))
    text = text.replace("`", "").replace("-with-", " with ")
    return DAY.sub(lambda found: format_value(found[0]), text)


def _record(head: list[str], row: list[str]) -> str:
    """Return one long row: its first cell as a title, the others below their names."""
    if not head[0]:  # the number of a claim
        head, row = head[1:], [f"{row[0]}. {row[1]}", *row[2:]]
    first, *rest = zip(head, row, strict=True)
    below = "".join(
        f'<p><span class="running">{html.escape(name)}:</span> {html.escape(text)}</p>'
        for name, text in rest
    )
    return f"<p><b>{html.escape(first[1])}</b></p>{below}"


def _fitting(rows: list[list[str]]) -> int:
    """Return how many columns fit beside each other without a word being cut."""
    longest = map(_longest_word, zip(*rows, strict=True))
    return max(1, sum(width <= ACROSS for width in accumulate(n + 2 for n in longest)))


def _heights(body: list[list[str]]) -> list[float]:
    """Return about how many lines each row takes, the longest text of a row deciding.

    No column is narrower than its longest word; what is left goes where the texts are long.
    """
    columns = list(zip(*body, strict=True))
    widths = [max(map(len, column)) + 2 for column in columns]
    least = [_longest_word(column) + 2 for column in columns]
    left = max(0, ACROSS - sum(least))
    wanted = [width - low for width, low in zip(widths, least, strict=True)]
    share = [
        low + min(want, left * want / (sum(wanted) or 1))
        for low, want in zip(least, wanted, strict=True)
    ]
    return [
        max(math.ceil((len(text) + 1) / width) for text, width in zip(row, share, strict=True))
        + 0.3
        for row in body
    ]


def _longest_word(column: tuple[str, ...]) -> int:
    one_line = any(all(form.fullmatch(text) for text in column[1:]) for form in KINDS.values())
    return max(
        len(word) for text in column for word in ([text] if one_line else text.split() or [""])
    )


def _portions(body: list[list[str]]) -> Iterator[list[list[str]]]:
    """Yield rows in portions of about the same size that fit on a slide."""
    heights = _heights(body)
    room = LINES - 2.5  # the heading of the slide, and that of the table
    most = max(sum(heights) / math.ceil(sum(heights) / room) + 0.5, max(heights))
    part, used = [], 0.0
    for row, height in zip(body, heights, strict=True):
        if part and used + height > min(most + height / 2, room):
            yield part
            part, used = [], 0.0
        part.append(row)
        used += height
    yield part


def _table(head: list[str], body: list[list[str]]) -> str:
    kinds = [
        next((kind for kind, form in KINDS.items() if all(form.fullmatch(r[n]) for r in body)), "")
        for n in range(len(head))
    ]

    def row(cells: list[str], tag: str) -> str:
        return "".join(
            f'<{tag} class="{kind}">{html.escape(text)}</{tag}>'
            if kind
            else f"<{tag}>{html.escape(text)}</{tag}>"
            for kind, text in zip(kinds, cells, strict=True)
        )

    lines = "".join(f"<tr>{row(cells, 'td')}</tr>" for cells in body)
    top = f"<thead><tr>{row(head, 'th')}</tr></thead>" if any(head) else ""
    return f"<table>{top}<tbody>{lines}</tbody></table>"
