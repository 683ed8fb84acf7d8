"""The teacher's pages that are made and not typed: routes, notes, polls, glossary, errata."""

import re
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import nbformat
import pandas as pd

from casebook.charts import style
from casebook.exercises import FORMS, question
from casebook.ledger import fact, render
from casebook.lessons.capstone import SAMPLES
from casebook.tables import CasebookError, read, source_line, split_ids
from casebook.text import format_value
from tools.build import (
    MADE,
    between,
    fact_items,
    in_45_minutes,
    issue_form,
    one_line,
    term,
    write,
)
from tools.pages import (
    NOTEBOOKS,
    WORD_LINK,
    about,
    generated,
    lesson_paths,
    load,
    prose,
)

TEACHING = NOTEBOOKS / "teaching"
INDEX = TEACHING / "README.md"
BRIEFS = TEACHING / "briefs"
FACT_IN_BRACES = re.compile(r"\{(F\d{3})\}")
LINK = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")
NOTE_KINDS = {
    "idea": "If only one idea can stay",
    "short": "In 45 minutes",
    "stall": "Where it stalls",
    "care": "Care for people",
}


def build_all() -> None:
    """Rewrite the made pages and parts of pages; a page whose lesson or route is gone goes too."""
    made = pages()
    for path, text in made.items():
        write(path, text)
    for page in {*TEACHING.glob("*/*.md")} - set(made):
        if page.read_text(encoding="utf-8").startswith(MADE):
            page.unlink()
    made = briefs()
    for path, text in made.items():
        write(path, text)
    for page in {*BRIEFS.glob("*.html")} - set(made):
        page.unlink()
    write(INDEX, index(INDEX.read_text(encoding="utf-8")))


def index(text: str) -> str:
    """Return the teacher's first page with its tables of routes and lessons made anew."""
    return between(between(text, "routes", routes_table()), "notes", notes_table())


def briefs() -> dict[Path, str]:
    """Return the sample briefs of lesson 11: their places and their pages, made from the tables."""
    style()
    return {BRIEFS / f"{name}.html": sample().html() for name, sample in SAMPLES.items()}


def makers() -> dict[Path, Callable[[], str]]:
    """Return every made page of the teacher's folder: its place and what makes its text."""
    made = {
        TEACHING / f"routes/{route_id}.md": partial(route, route_id)
        for route_id in read("routes").index
    }
    made |= {TEACHING / f"notes/{path.stem}.md": partial(notes, path) for path in taught()}
    return made | {
        TEACHING / "polls.md": polls,
        TEACHING / "polls.gift": polls_as_gift,
        TEACHING / "voice_cards.md": voice_cards,
        TEACHING / "glossary.md": glossary,
        TEACHING / "errata.md": errata,
    }


def pages() -> dict[Path, str]:
    """Return the text of every made page of the teacher's folder."""
    return {path: make() for path, make in makers().items()}


def taught() -> list[Path]:
    """Return the lessons without the start page."""
    return [path for path in lesson_paths() if not path.stem.startswith("00")]


def lesson_path(slug: str) -> Path:
    """Return the notebook of a lesson. Raises CasebookError when there is none."""
    known = {path.stem: path for path in lesson_paths()}
    if slug not in known:
        raise CasebookError(
            f"A table of data/course names the lesson {slug!r}, and notebooks/{slug}.ipynb is not "
            "here: change or delete the row."
        )
    return known[slug]


@cache
def headings(path: Path) -> dict[str, str]:
    """Return ``{heading: id of its cell}``: JupyterLab and exported pages find a cell by its id."""
    found = {}
    for cell in load(path).cells:
        if cell.cell_type == "markdown":
            for heading in re.findall(r"^#{2,3} (.+)$", cell.source, re.M):
                found.setdefault(heading.strip(), cell.id)
    return found


def find(place: str, path: Path) -> tuple[str, str]:
    """Return the heading of a place, such as "4" or "Explorer · Timeline", and its cell id.

    Raises CasebookError when none, or more than one heading, begins like that.
    """
    start = f"{place} · " if place.isdigit() else place
    fits = [(h, cell) for h, cell in headings(path).items() if h.startswith(start)]
    if len(fits) != 1:
        raise CasebookError(
            f"notebooks/{path.name}: {len(fits)} headings begin with {start!r}. A row of "
            "route_steps, polls or teaching_notes in data/course names that place: write there "
            "how one heading of the page begins."
        )
    return fits[0]


def link(place: str, path: Path, up: str) -> str:
    """Return a Markdown link to a place in a lesson; ``up`` leads to the folder of lessons."""
    heading, cell = find(place, path)
    return f"[{heading}]({up}{path.name}#cell-id={cell})"


def minutes_of(step: object) -> int:
    """Return the minutes of a step of a route: its own, or those that its lesson gives."""
    if not pd.isna(step.minutes):
        return int(step.minutes)
    return sum(about(lesson_path(step.lesson))["minutes"].values())


def route(route_id: str) -> str:
    """Return the page of one route, with a link to each place that it uses."""
    known, steps = read("routes").loc[route_id], read("route_steps")
    steps = steps[steps.route_id == route_id].sort_values("position")
    lines = [MADE, f"# {route_id} · {known.title}", "", known.audience, ""]
    whole = sum(minutes_of(step) for step in steps.itertuples())
    lines += [f"**In class** {whole} minutes. **Before** {known.before}", ""]
    for session, part in steps.groupby(steps.session.fillna(""), sort=False):
        if session:
            lines += [f"## {session}", ""]
        lines += ["| minutes | do | where |", "| --- | --- | --- |"]
        clock = 0
        for step in part.itertuples():
            start, clock = clock, clock + minutes_of(step)
            lines.append(f"| {start}–{clock} | {step.doing} | {places(step)} |")
        lines.append("")
    lines += [_lessons_of(steps), f"**At home** {known.at_home} **Leave out** {known.skip}", ""]
    if not pd.isna(known.discussions):
        wanted = (f"[{d}](../discussions.md#{d})" for d in split_ids(known.discussions))
        lines += [f"**Discussions that fit** {', '.join(wanted)}", ""]
    lines += [
        "In JupyterLab a link may stop beside its place while a page is still being drawn: follow "
        "it once more. No network, no server or no computers? [Plan B](../plan_b.md). "
        "All routes: [the teacher's folder](../README.md)."
    ]
    return "\n".join(lines) + "\n"


def places(step: object) -> str:
    """Return the links of one step: the lesson, and the places in it."""
    if pd.isna(step.lesson):
        return ""
    path = lesson_path(step.lesson)
    whole = f"[{about(path)['title']}](../../{path.name})"
    if pd.isna(step.places):
        return whole
    return "<br>".join([whole, *(link(p, path, "../../") for p in split_ids(step.places))])


def _lessons_of(steps: pd.DataFrame) -> str:
    slugs = list(dict.fromkeys(steps.lesson.dropna()))
    minutes = [about(lesson_path(slug))["minutes"] for slug in slugs]
    read_all, do_all = (sum(m[kind] for m in minutes) for kind in ("read", "do"))
    names = ", ".join(slug[:2] for slug in slugs)
    return (
        f"**The lessons behind it** ({names}) take {read_all} minutes to read and {do_all} minutes "
        "to do when they are done whole, alone. What is not done in class can go home.\n"
    )


def notes(path: Path) -> str:
    """Return the teacher's page of one lesson: timing, care, and every exercise with its answer."""
    notebook = load(path)
    known = about(notebook)
    goals = "\n".join(f"{n}. {goal}" for n, goal in enumerate(known["objectives"], start=1))
    lines = [MADE, f"# For the teacher · {known['title']}", ""]
    lines += ["**This page holds the answers.** Learners use the "]
    lines[-1] += f"[lesson](../../{path.name}), where they are blank."
    lines += ["", f"**{known['question']}** {without_links(known['answer'])}", "", goals, ""]
    lines += [timing(notebook, "../../"), "", "## Exercises, answers and likely mistakes", ""]
    for exercise_id, task in tasks(notebook).items():
        text = "\n\n".join((task["text"], key(exercise_id)))
        lines += [f"### {task['heading']}", "", without_links(text), ""]
    return "\n".join(lines).rstrip() + "\n"


def timing(notebook: nbformat.NotebookNode, up: str) -> str:
    """Return the timing notes of a lesson, with links to the places where it stalls.

    ``up`` leads from the page that shows them to the folder of lessons.
    """
    known, rows = about(notebook), read("teaching_notes")
    path = lesson_path(known["slug"])
    lines = ["## Timing", ""]
    lines += [f"{known['minutes']['read']} minutes to read, {known['minutes']['do']} to do."]
    for kind, words in NOTE_KINDS.items():
        for row in rows[(rows.lesson == known["slug"]) & (rows.kind == kind)].itertuples():
            where = ""
            if not pd.isna(row.place):
                parts = in_45_minutes(known["slug"]) if kind == "short" else ""
                where = f" ({parts or link(row.place, path, up)})"
            lines += ["", f"**{words}.** {row.note}{where}"]
    return "\n".join(lines)


def tasks(notebook: nbformat.NotebookNode) -> dict[str, dict[str, str]]:
    """Return ``{exercise id: {heading, text}}`` of a lesson, in order, as its learners read it."""
    found, heading, text = {}, "", []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            start = re.search(r"^### (\D+ \d+ · .+)$", cell.source, re.M)
            if start:
                heading, text = start[1], [cell.source[start.end() :].strip()]
            elif text and not generated(cell):
                text.append(cell.source)
        elif exercise_id := asked_in(cell):
            found[exercise_id] = {"heading": heading, "text": "\n\n".join(text).strip()}
            text = []
    return found


def asked_in(cell: nbformat.NotebookNode) -> str:
    """Return the id of the exercise that a cell checks, or ""."""
    called = re.search(r'question\("([\d.]+)"\)\.check', cell.source)
    return called[1] if called else ""


def key(exercise_id: str) -> str:
    """Return the answer of an exercise, what each likely mistake is told, and the three hints."""
    asked, rows = question(exercise_id), read("exercise_mistakes")
    rows, ideas = rows[rows.exercise_id == exercise_id], read("misconceptions").idea
    lines = [asked.solution().text, "", f"Form of the answer: {FORMS[asked.form]}.", ""]
    if len(rows):
        lines += ["| a learner answers | we say | idea behind it |", "| --- | --- | --- |"]
    for (wrong, message), known in zip(asked.mistakes, rows.misconception, strict=True):
        idea = "" if pd.isna(known) else f"{known}: {ideas[known]}"
        lines.append(_row(wrong, message, idea))
    lines += ["", f"Any other answer: {asked.default}", ""]
    hints = " ".join(f"({number}) {hint}" for number, hint in enumerate(asked.hints, start=1))
    return "\n".join([*lines, f"Hints: {hints}"])


def polls() -> str:
    """Return the poll questions with their answers, ideas and the facts behind them."""
    asked, options, ideas = read("polls"), read("poll_options"), read("misconceptions").idea
    lines = [MADE, "# Polls", "", "Vote with cards A to D, talk to a neighbour, vote again. "]
    lines[-1] += "Discuss when between three and seven of ten are right. Each wrong answer is an "
    lines[-1] += "idea that learners bring; this page holds the answers, so project one question "
    lines[-1] += "at a time."
    used: dict[str, None] = {}
    for number, poll in enumerate(asked.itertuples(), start=1):
        path = lesson_path(poll.lesson)
        used |= dict.fromkeys(FACT_IN_BRACES.findall(poll.question + poll.reveal))
        lines += ["", f"## {number}. {render(poll.question)}", ""]
        own = options[options.poll_id == poll.Index]
        lines += [f"- **{o.letter.upper()}** {o.option}" for o in own.itertuples()]
        right = own.letter[own.is_right].item().upper()
        lines += ["", "<details><summary>Answer</summary>", ""]
        lines += [f"**{right}.** {_marked(poll.reveal)} See {link(poll.place, path, '../')}.", ""]
        for o in own[~own.is_right].itertuples():
            lines.append(f"- {o.letter.upper()}: {o.misconception}, {ideas[o.misconception]}")
        lines += ["", "</details>"]
    items = fact_items({fact_id: [] for fact_id in used})
    return "\n".join([*lines, "", "## Facts and sources", "", *items]) + "\n"


def polls_as_gift() -> str:
    """Return the polls in GIFT, the text format in which Moodle and others import questions.

    Each wrong answer brings the idea behind it, and the end of a question what is known.
    """
    asked, options, ideas = read("polls"), read("poll_options"), read("misconceptions").idea
    blocks = [f"// {MADE[5:-4]}", "$CATEGORY: The Potash Deal"]
    for poll in asked.itertuples():
        own = options[options.poll_id == poll.Index]
        lines = [f"::{poll.Index} · lesson {poll.lesson[:2]}::{as_gift(render(poll.question))} {{"]
        for o in own.itertuples():
            sign, more = "=", ""
            if not o.is_right:
                sign, more = "~", " # " + as_gift(f"Many think: “{ideas[o.misconception]}”")
            lines.append(f"{sign} {as_gift(o.option)}{more}")
        blocks.append("\n".join([*lines, f"#### {as_gift(render(poll.reveal))}", "}"]))
    return "\n\n".join(blocks) + "\n"


def as_gift(text: str) -> str:
    """Return a text on one line in which no sign means anything to GIFT."""
    return re.sub(r"([\\~=#{}:])", r"\\\1", " ".join(text.split()))


def voice_cards() -> str:
    """Return the cards for lesson 09: a voice each, with its points from the table `arguments`."""
    points, pages = read("arguments"), read("sources")
    parts = [
        "# Voice cards",
        "For [D4](discussions.md#D4). Print the page and cut it up. A card says what others have "
        "said; nobody has to share it. Which side a point serves is our reading. A few points are "
        "older than the round of December: mind the dates. The last sheet is for everybody.",
    ]
    by_group = points.sort_values("said_on").groupby("group")
    for group, own in by_group:
        if own.card.any():
            parts += [f"## {group[0].upper()}{group[1:]}", _card(own[own.card], pages)]
    for group, own in by_group:
        if not own.card.any():
            parts += [f"## For everybody: {group}", _card(own, pages)]
    return "\n\n".join([MADE, *parts]) + "\n"


def _card(points: pd.DataFrame, pages: pd.DataFrame) -> str:
    rows = [_row("side", "who, when", "point", "source"), _row("---", "---", "---", "---")]
    for point in points.itertuples():
        sources = [pages.loc[one] for one in split_ids(point.source_ids)]
        rows.append(
            _row(
                point.direction,
                f"{point.speaker}, {format_value(point.said_on)}",
                point.point,
                "; ".join(f"[{page.publisher}]({page.address})" for page in sources),
            )
        )
    return "\n".join(rows)


def glossary() -> str:
    """Return all words of the collection: the lessons that use each, and where it comes from."""
    words, works, uses = read("concepts"), read("references"), word_uses()
    lines = [
        MADE,
        "# Glossary",
        "",
        "One sentence each, in our words; first the term of textbooks ",
    ]
    lines[-1] += "and laws. Each lesson links a word at its first use."
    lines += [""]
    order = words.sort_values("standard_term", key=lambda name: name.str.lower())
    for word in order.itertuples():
        used = ", ".join(f"[{slug[:2]}](../{slug}.ipynb#{at})" for slug, at in uses[word.Index])
        keys = split_ids([word.reference_ids])
        origin = [source_line([s]) for s in split_ids([word.source_ids])]
        origin += [f"[{works.venue[k]}]({works.address[k]})" for k in keys]
        lines.append(
            f'- <a id="{word.Index}"></a>{term(word.standard_term, word.word)}: {word.meaning} '
            f"*Used in {used}. From {'; '.join(origin) or 'common usage'}.*"
        )
    return "\n".join([*lines, "", "Back to [the start](../00_start_here.ipynb)."]) + "\n"


def word_uses() -> dict[str, list[tuple[str, str]]]:
    """Return ``{word id: [(slug, anchor of its word list)]}`` of the lessons that link to it."""
    uses: dict[str, list[tuple[str, str]]] = {word: [] for word in read("concepts").index}
    for path in lesson_paths():
        notebook = load(path)
        text = "\n".join(cell.source for cell in prose(notebook))
        listed = next((c.id for c in notebook.cells if generated(c) == "words"), "")
        for word in dict.fromkeys(WORD_LINK.findall(text)):
            uses[word].append((path.stem, f"cell-id={listed}"))
    return uses


def errata() -> str:
    """Return the page of errors: how to report one, and every one that was mended."""
    found = read("errata").sort_values(["found_on", "erratum_id"], ascending=False)
    lines = [MADE, "# Errata", "", "What stood in an edition and was wrong, newest first. "]
    lines[-1] += "Learners with an older copy can see here what moved. Editions are listed in the "
    lines[-1] += "[changelog](../../CHANGELOG.md)."
    lines += ["", "## Report a wrong fact", "", _report_words(), ""]
    lines += ["## Mended", ""]
    lines += ["| id | day | since edition | where | it was | it is | why | published by |"]
    lines += ["| --- | --- | --- | --- | --- | --- | --- | --- |"]
    for row in found.itertuples():
        where = f"[{row.lesson[:2]}](../{row.lesson}.ipynb)" if not pd.isna(row.lesson) else ""
        where += "" if pd.isna(row.fact_id) else f" {', '.join(split_ids(row.fact_id))}"
        by = "" if pd.isna(row.source_ids) else source_line(row.source_ids, most=6)
        day = format_value(f"{row.found_on:%Y-%m-%d}")
        lines.append(_row(row.Index, day, row.edition, where, row.was, row.now, row.why, by))
    return "\n".join(lines) + "\n"


def _report_words() -> str:
    return (
        f"Open [the form for a wrong fact]({issue_form('wrong_fact')}). It asks for the lesson, "
        "the fact id (from the list at the end of a page, such as F002) and a source with a public "
        f"address. To ask for another verdict, use [the appeal form]({issue_form('appeal')}). "
        "A person who is named here and wants to be corrected or removed says so in the title and "
        "need not give a reason: the page is changed first and discussed later. How a fact is "
        "fixed: [CONTRIBUTING](../../CONTRIBUTING.md)."
    )


def routes_table() -> str:
    """Return the table of routes for the teacher's first page."""
    lines = ["| route | for whom | minutes in class | lessons |", "| --- | --- | --- | --- |"]
    steps = read("route_steps")
    for row in read("routes").itertuples():
        own = steps[steps.route_id == row.Index]
        whole = sum(minutes_of(step) for step in own.itertuples())
        used = ", ".join(dict.fromkeys(slug[:2] for slug in own.lesson.dropna()))
        name = f"[{row.Index} · {row.title}](routes/{row.Index}.md)"
        lines.append(f"| {name} | {row.audience} | {whole} | {used} |")
    return "\n".join(lines)


def notes_table() -> str:
    """Return the table of lessons with their notes and routes for the teacher's first page."""
    lines = ["| lesson | notes and answers | read + do | routes |", "| --- | --- | --- | --- |"]
    steps = read("route_steps")
    for path in taught():
        known = about(path)
        routes = ", ".join(
            f"[{r}](routes/{r}.md)" for r in sorted(set(steps.route_id[steps.lesson == path.stem]))
        )
        minutes = f"{known['minutes']['read']} + {known['minutes']['do']} min"
        names = f"[{known['title']}](../{path.name}) | [notes](notes/{path.stem}.md)"
        lines.append(f"| {names} | {minutes} | {routes} |")
    return "\n".join(lines)


def _row(*cells: str) -> str:
    return f"| {' | '.join(one_line(text) for text in cells)} |"


def _marked(text: str) -> str:
    def filled(match: re.Match) -> str:
        return f"[{fact(match[1]).text}](#{match[1]})"

    return FACT_IN_BRACES.sub(filled, text)


def without_links(text: str) -> str:
    """Return a text of a lesson as it reads elsewhere, where its links would lead astray."""
    return LINK.sub(r"\1", text)
