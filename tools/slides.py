"""Slides of the routes, a deck for each session, and the speaker's notes that go with them."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from casebook.ledger import render
from casebook.tables import read, split_ids
from tools import states, teaching
from tools.build import one_line, short_parts
from tools.export import TEMPLATES, rendered
from tools.pieces import (
    ACROSS,
    LINES,
    SHORT,
    SPOKEN,
    WORKING,
    Piece,
    markdown,
    opening,
    place,
    plain,
    shortened,
    whole,
)

CSS = (TEMPLATES / "slides.css").read_text(encoding="utf-8")
SCRIPT = (TEMPLATES / "slides.js").read_text(encoding="utf-8") + states.SCRIPT


@dataclass(frozen=True)
class Step:
    """One step of a route with its slides."""

    start: int  # minutes from the beginning of the session
    end: int
    doing: str
    say: str
    expected: str
    pieces: tuple[Piece, ...]

    @property
    def needed(self) -> float:
        """Return the minutes that the slides take when they are read aloud and looked at."""
        words = len(self.say.split())
        return words / SPOKEN + sum(piece.seconds for piece in self.pieces) / 60

    def minutes(self) -> list[float]:
        """Return the minutes of each slide: what is left over goes to those that set work."""
        own = [piece.seconds / 60 for piece in self.pieces]
        if not own:
            return []
        left = self.end - self.start - sum(own)
        pairs = zip(own, self.pieces, strict=True)
        weights = [minutes * (piece.kind in WORKING) for minutes, piece in pairs]
        if left < 0 or not any(weights):
            weights = own
        return [
            minutes + left * weight / sum(weights)
            for minutes, weight in zip(own, weights, strict=True)
        ]


def sessions(route_id: str) -> list[str]:
    """Return the names of the sessions of a route; one without a name where there is only one."""
    steps = read("route_steps")
    return list(dict.fromkeys(steps.session[steps.route_id == route_id].fillna("")))


def deck_name(route_id: str, session: str) -> str:
    """Return the name of the file of a session's slides, such as "R3_monday"."""
    return f"{route_id}_{session.lower().replace(' ', '_')}" if session else route_id


@cache
def steps_of(route_id: str, session: str, folder: str = "") -> tuple[Step, ...]:
    """Return the steps of a session with their slides."""
    known, rows = read("routes").loc[route_id], read("route_steps")
    with_code = known.slides == "with code"
    rows = rows[(rows.route_id == route_id) & (rows.session.fillna("") == session)]
    made, clock = [], 0
    for row in rows.sort_values("position").itertuples():
        start, clock = clock, clock + teaching.minutes_of(row)
        pieces = tuple(_of_step(row, with_code, folder))
        made.append(Step(start, clock, *map(_filled, (row.doing, row.say, row.expected)), pieces))
    made[0] = replace(made[0], pieces=(*first_slides(route_id, session), *made[0].pieces))
    return tuple(made)


def _of_step(row: object, with_code: bool, folder: str) -> Iterator[Piece]:
    """Yield the slides of a step: a vote is answered after the place that follows it."""
    names = split_ids([row.places]) if isinstance(row.places, str) else []
    wall = [Piece("wall", markdown(lines(_filled(row.wall))))] if isinstance(row.wall, str) else []
    if "wall" not in names:
        yield from wall
    path = teaching.lesson_path(row.lesson) if isinstance(row.lesson, str) else None
    if path and not names and with_code:
        yield from whole(path, with_code, folder, tuple(short_parts(path.stem)))
    answer: list[Piece] = []
    for name, following in pairwise([*names, ""]):
        if name == "wall":
            yield from wall
            wall = []
        elif name == "opening":
            shown = opening(path, with_code, folder)
            if following == "wall":  # decided before a picture tells
                yield from (piece for piece in shown if piece.kind != "picture")
                yield from wall
                yield from (piece for piece in shown if piece.kind == "picture")
                wall = []
            else:
                yield from shown
        elif name in read("polls").index:
            vote, *answer = poll(name)
            yield vote
            continue
        else:
            yield from place(path, name, with_code, folder)
        yield from answer
        answer = []
    yield from answer


def lines(text: str) -> str:
    """Return lines that a cell of a table joins by " / " as Markdown."""
    return re.sub(r"(?<=\n)(- .*)\n\n(?=- )", r"\1\n", "\n\n".join(text.split(" / ")))


def _filled(text: object) -> str:
    return render(text) if isinstance(text, str) else ""


def poll(poll_id: str) -> list[Piece]:
    """Return a vote: the question with its options, then the answer."""
    asked, options = read("polls").loc[poll_id], read("poll_options")
    own = options[options.poll_id == poll_id]
    items = "".join(f"<li>{html.escape(option)}</li>" for option in own.option)
    right = own[own.is_right].iloc[0]
    ideas = read("misconceptions").idea
    wrong = [
        f"Behind {row.letter.upper()}: “{ideas[row.misconception]}”"
        for row in own[~own.is_right].itertuples()
    ]
    return [
        Piece(
            "vote",
            f'{markdown(render(asked.question))}<ol type="A">{items}</ol>',
            ("Vote by cards or hands. Talk to a neighbour. Vote again.",),
        ),
        Piece(
            "answer",
            f"<p><b>{right.letter.upper()}.</b> {html.escape(right.option)}</p>"
            f"{markdown(render(asked.reveal))}",
            tuple(wrong),
            plain(markdown(render(asked.question))).strip(),
        ),
    ]


def content_notes(slugs: list[str]) -> list[Piece]:
    """Return the content notes of lessons, each once, as the first slides of a deck."""
    notes = dict.fromkeys(filter(None, map(teaching.content_note, slugs)))
    return [Piece("text", markdown(note), heading="Before we begin") for note in notes]


def lessons_of(route_id: str, session: str) -> list[str]:
    rows = read("route_steps")
    own = rows[(rows.route_id == route_id) & (rows.session.fillna("") == session)]
    return list(dict.fromkeys(own.lesson.dropna()))


def first_slides(route_id: str, session: str) -> list[Piece]:
    """Return the title and the content notes of a deck."""
    known = read("routes").loc[route_id]
    below = session or f"{known.session_minutes:.0f} minutes"
    title = Piece("title", f"<h1>{html.escape(known.title)}</h1><p>{html.escape(below)}</p>")
    return [title, *content_notes(lessons_of(route_id, session))]


def names(route_id: str) -> dict[str, str]:
    """Return the decks of a route, one for each session: name of the file to the session."""
    if not isinstance(read("routes").slides[route_id], str):
        return {}
    return {deck_name(route_id, session): session for session in sessions(route_id)}


def decks(route_id: str, folder: str) -> dict[str, str]:
    """Return the slides of a route and their notes: name of the file to page.

    ``folder`` leads to the states of the explorers.
    """
    made = {}
    for name, session in names(route_id).items():
        made[name] = deck(route_id, session, folder)
        made[f"{name}_notes"] = notes(route_id, session, folder)
    return made


def deck(route_id: str, session: str, folder: str = "") -> str:
    """Return the slides of a session as a page; ``folder`` leads to the explorers' states."""
    steps = steps_of(route_id, session, folder)
    shown = [piece for step in steps for piece in step.pieces]
    return _page(f"{read('routes').title[route_id]} · slides", shown)


def polls() -> str:
    """Return all polls as slides: a question with its options, on the next slide the answer."""
    asked = read("polls").index
    head = f"<h1>Polls</h1><p>{len(asked)} questions: vote, talk, vote again</p>"
    shown = [Piece("title", head), *(piece for poll_id in asked for piece in poll(poll_id))]
    return _page("Polls · slides", shown)


def _page(title: str, shown: list[Piece]) -> str:
    sections = map(_section, shown)
    page = new_code_cell(
        outputs=[new_output("display_data", {"text/html": "\n".join(sections)})], id="slides"
    )
    return rendered(
        new_notebook(cells=[page]), title, "slides", with_code=False, script=SCRIPT, css=CSS
    )


def _is_short(piece: Piece) -> bool:
    """Say whether a slide has room for larger letters."""
    if piece.kind != "table" or "<pre" in piece.body:
        return len(plain(piece.body).split()) <= SHORT
    rows = BeautifulSoup(piece.body, "html.parser").find_all("tr")
    widths = [sum(len(c.get_text()) + 2 for c in row(["td", "th"])) for row in rows]
    return max(widths) < ACROSS / 1.4 and len(rows) < LINES / 2


def _section(piece: Piece) -> str:
    running = ""
    if piece.heading and piece.kind not in ("picture", "explorer", "vote"):
        tag = "h2" if piece.kind in ("part", "text") else "p"
        running = f'<{tag} class="running">{html.escape(piece.heading)}</{tag}>'
    label = {"question": "Guess", "trap": "Is that so?", "answer": "Answer", "vote": "Vote"}
    small = f'<p class="label">{label[piece.kind]}</p>' if piece.kind in label else ""
    size = " short" if _is_short(piece) else ""
    return f'<section class="slide-{piece.kind}{size}">{running}{small}{piece.body}</section>'


def notes(route_id: str, session: str, folder: str = "") -> str:
    """Return the speaker's notes of a deck: for each slide its minute, and what to say."""
    lines, number = [], 0
    for step in steps_of(route_id, session, folder):
        lines += [f"## Minutes {step.start} to {step.end}", "", step.doing, ""]
        lines += [f"**Say.** {step.say}", ""] if step.say else []
        lines += [f"**Expect.** {step.expected}", ""] if step.expected else []
        if not step.pieces:
            continue
        lines += ["| slide | minute | on the wall | say |", "| --- | --- | --- | --- |"]
        clock = float(step.start)
        for piece, minutes in zip(step.pieces, step.minutes(), strict=True):
            number += 1
            said = one_line("<br>".join(piece.say))
            anchor = f'<span id="slide-{number}">{number}</span>'
            lines.append(f"| {anchor} | {_minute(clock)} | {one_line(_shown(piece))} | {said} |")
            clock += minutes
        lines.append("")
    name = deck_name(route_id, session)
    head = (
        f"# Speaker's notes · {read('routes').title[route_id]}\n\n{session}\n\n"
        f"For the slides [{name}]({name}.html), whose numbers stand in their corner: there the key "
        "S opens this page beside them, and it follows. Read the words aloud, or say them in "
        "your own. Minutes are planned: read at "
        f"{SPOKEN} words a minute, with time to look; what is left goes to guesses, votes and work."
    )
    page = new_markdown_cell("\n".join([head, "", *lines]), id="notes")
    return rendered(new_notebook(cells=[page]), f"{name}: speaker's notes", kind="notes")


def _minute(clock: float) -> str:
    return f"{int(clock)}:{int(clock % 1 * 60):02d}"


def _shown(piece: Piece) -> str:
    """Return in some words what a slide shows."""
    if picture := re.search(r'alt="([^"]*)"', piece.body):
        return shortened(f"{piece.kind}: {html.unescape(picture[1])}", 90)
    words = " ".join(plain(piece.body).split())
    return shortened(": ".join(filter(None, (piece.heading, words))), 90)
