"""A brief: one question answered on two pages that stand alone.

`open_brief` gives a brief that takes its parts one step at a time, in any order, and shows what is
still missing. A step that is run again replaces its part. `data_card` counts what each step of a
filter leaves out, so that no filter stays silent. Whole, a brief becomes one HTML file that needs
neither network nor kernel; its look stands in ``brief.html.jinja``.
"""

import base64
import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .care import prices_people
from .causes import named_cause
from .charts import headline, picture_html, png, validate_figure, with_index_columns
from .description import describe, draws_nothing, figure_data
from .exercises import is_blank
from .frames import NO_FORMULAS, table_markup
from .tables import CasebookError, package, read, source_line, sources_of
from .text import Feedback, format_value

MARKER = '<meta name="generator" content="The Potash Deal casebook: brief">'
PAGE_LIMITS = {"rows": 12, "columns": 6, "words": 720, "headline": 90}
"""What two A4 pages hold: rows and columns of the table, words in all (long ones twice), and the
letters of a headline.
"""
PROMPTS = {
    "question": "Write your question: one sentence that ends with a question mark.",
    "claim": "Say what you expect to find, and which result would prove it wrong.",
    "evidence": "Say which rows you use, and which you leave out: hand over a data card.",
    "picture": "Draw one picture and hand it over, with its finding and its note.",
    "table": "Set one small table beside the picture, with a caption.",
    "findings": "Write three findings, each a sentence with its unit and its time.",
    "other_story": "Tell one other story that fits the same picture.",
    "limits": "Write two limits, each with the sentence that it weakens.",
    "not_computed": "Name one tempting number that you did not compute, and say why.",
    "sources": "Name your sources by their ids: they stand in the rows that you kept.",
    "headline": "Last, a headline that claims no more than the findings.",
}
"""The parts of a brief in the order of work, and what is said while one is missing."""
NAMES = {name: name.replace("_", " ") for name in [*PROMPTS, "changes"]}
NAMES["not_computed"] = "number not computed"
FEWEST = {"findings": 3, "limits": 2}
NO_START = re.compile(r"\W*((an?|the) )?(image|picture|chart|graph|plot|figure) of\b", re.I)
MINUS = re.compile(r"(?<![\w.,/)\]-])-(?=\.?\d)")
MINUS_NOTHING = re.compile(r"(?<![\w.,/)\]-])-(?=0(?:\.0+)?(?![\w.,]*\d))")
SOURCE_COLUMNS = ["source_id", "source_ids"]
KINDS_OF_ROW = ["vintage", "source_edition", "estimate_flag"]
TEMPLATE = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    # Named by the class that keeps formulas away: two prices in dollars are none.
).get_template("brief.html.jinja", globals={"no_formulas": NO_FORMULAS})


# --- the data card ------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class DataCard:
    """What was done to one table before anything was drawn. Make it with `data_card`."""

    table: str
    columns: list[str]
    unit: str
    dropped: dict[str, int]
    kept: pd.DataFrame

    def lines(self) -> dict[str, str]:
        """Return the card as ``{what: value}``; each number is counted, none is typed."""
        entry = package().entry(self.table)
        lost = [f"{rows:,} (not {words})" for words, rows in self.dropped.items()]
        lines = {
            "Table": f"{self.table}: {entry['title']}",
            "Edition": f"{entry['edition']}, facts as of {format_value(entry['asOf'])}",
            "Terms": entry["licenses"][0]["name"],
            "Columns used": ", ".join(self.columns),
            "Unit": self.unit,
            "Filter": "only " + "; only ".join(self.dropped) if self.dropped else "none",
            "Rows in the table": f"{len(read(self.table)):,}",
            "Rows dropped": "; then ".join(lost) or "none",
            "Rows kept": f"{len(self.kept):,}",
        }
        for column in KINDS_OF_ROW:
            if column in self.kept:
                named = self.kept[column].map(format_value, na_action="ignore").fillna("empty")
                counted = named.value_counts().sort_index()
                lines[f"Kept, by {column}"] = ", ".join(f"{v}: {n:,}" for v, n in counted.items())
        return lines

    def _repr_mimebundle_(self, **_kwargs: object) -> dict[str, str]:
        told = "\n".join(f"{what}: {value}" for what, value in self.lines().items())
        return {"text/html": str(TEMPLATE.module.card(self.lines())), "text/plain": told}


def data_card(table: str, steps: dict[str, pd.Series], columns: list[str], unit: str) -> DataCard:
    """Return the card of one table: which of its rows and columns are used, in which unit.

    ``steps`` says in words what is kept, each with a column that is true or false for every row
    of ``read(table)``; ``{}`` keeps all. The rows that are left are ``card.kept``.

    Raises CasebookError when a step or a column does not fit the table, or no row is left.
    """
    kept, dropped = read(table), {}
    if is_blank(unit):
        raise CasebookError('Say in which unit the numbers are, for example unit="people".')
    known = [*filter(None, kept.index.names), *kept]
    if unknown := [name for name in columns if name not in known]:
        raise CasebookError(f"{table} has no column {unknown[0]!r}. It has: {', '.join(known)}.")
    for words, test in steps.items():
        is_test = isinstance(test, pd.Series) and pd.api.types.is_bool_dtype(test)
        if not is_test or not test.index.equals(read(table).index):
            raise CasebookError(
                f"The step “{words}” must be true or false for every row of {table}, as in "
                f"{table}.{known[-1]} == ..., and not for a part of them."
            )
        before = len(kept)
        kept = kept[test.fillna(False)[kept.index].to_numpy(bool)]
        dropped[words] = before - len(kept)
        if kept.empty:
            raise CasebookError(f"No row is left after the step “{words}”. Check its spelling.")
    return DataCard(table, list(columns), unit, dropped, kept.copy())


# --- parts --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Claim:
    """What was expected before looking, and the result that would prove it wrong."""

    text: str
    wrong_if: str


@dataclass(frozen=True)
class Headline:
    """The headline of a brief, and under which name it is signed, if any."""

    text: str
    by: str


@dataclass(frozen=True)
class Picture:
    """A figure as it was when it was handed over; what happens to it later changes nothing."""

    finding: str
    note: str
    alt: str
    image: Markup
    png: str
    numbers: str
    credit: str = ""


@dataclass(frozen=True)
class Table:
    """A table as it was when it was handed over, as HTML and as plain text."""

    markup: Markup
    plain: str


@dataclass(frozen=True)
class Kept:
    """What a step shows: its part as the brief has it."""

    html: str
    plain: str
    png: str = ""

    def _repr_mimebundle_(self, **_kwargs: object) -> dict[str, str]:
        shown = {"text/html": self.html, "text/plain": self.plain}
        return shown | ({"image/png": self.png} if self.png else {})


def _step(method: Callable[..., object]) -> Callable[..., Kept | Feedback]:
    """Let a method that returns a part keep it, and say in words what is missing or wrong."""
    name = method.__name__

    @wraps(method)
    def kept(self: "Brief", *given: object, **named: object) -> Kept | Feedback:
        if all(_is_empty(one) for one in (*given, *named.values())):
            return Feedback(f"**{NAMES[name].capitalize()}: nothing yet.** {PROMPTS.get(name, '')}")
        try:
            self._parts[name] = part = method(self, *given, **named)
        except CasebookError as problem:
            stays = " What was kept before stays as it was." if name in self._parts else ""
            return Feedback(f"**Not kept.** {problem}{stays}", right=False)
        return self._shown(name, part)

    return kept


def _is_empty(given: object) -> bool:
    """Return whether nothing was written: dots, empty quotes, or a list of them."""
    if isinstance(given, list | tuple):
        return all(_is_empty(one) for one in given)
    return not isinstance(given, pd.DataFrame | pd.Series | pd.Index) and is_blank(given)


def _sentence(given: object, what: str) -> str:
    """Return what a person typed as one line of text that any file can hold.

    Raises CasebookError, in the words of ``what``, for anything that is no text, or empty.
    """
    if not isinstance(given, str) or is_blank(given):
        raise CasebookError(f"{what} is words in quotes.")
    # A lone surrogate or a control sign would stop the file from being written or read.
    text = given.encode("utf-8", "replace").decode()
    text = " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())
    return MINUS.sub("\N{MINUS SIGN}", MINUS_NOTHING.sub("", text))


def _sentences(given: tuple, name: str) -> list[str]:
    lines = given[0] if len(given) == 1 and isinstance(given[0], list | tuple) else given
    what = {"findings": "A finding", "limits": "A limit"}.get(name, "A line")
    told = [_sentence(line, what) for line in lines if not _is_empty(line)]
    if len(told) < (fewest := FEWEST.get(name, 1)):
        raise CasebookError(
            f"{PROMPTS[name]} So far there {'is' if len(told) == 1 else 'are'} {len(told)} "
            f"of {fewest}."
        )
    return told


def _refuse_prices_of_people(*texts: str) -> None:
    for text in texts:
        if sentence := prices_people(text):
            raise CasebookError(
                f"“{sentence}” sets money against people. The division can be done and should not "
                "be: lesson 09 gives the reasons, and a better number. A brief has a place for it, "
                "the number that you did not compute."
            )


# --- the brief ----------------------------------------------------------------------------------


class Brief:
    """One question, answered on two pages; a cell that ends with it shows it, or what is missing.

    Each method below keeps one part and shows it, and none of them raises: what is wrong is said
    in a sentence, and the part that was kept before stays. With dots or empty quotes nothing
    happens.
    """

    def __init__(self, name: str = "my_brief") -> None:
        self.name = name
        self._parts: dict[str, object] = {}

    @_step
    def question(self, text: str = ...) -> str:
        """Keep the question: a sentence that ends with a question mark."""
        said = _sentence(text, "A question")
        _refuse_prices_of_people(said)
        if not said.rstrip("”’\"')").endswith("?") or len(said.split()) < 4:
            raise CasebookError(PROMPTS["question"])
        return said

    @_step
    def claim(self, text: str = ..., wrong_if: str = ...) -> Claim:
        """Keep what is expected before looking, and the result that would prove it wrong."""
        said = _sentence(text, "A claim")
        if _is_empty(wrong_if):
            raise CasebookError("Say also which result would prove it wrong: wrong_if=....")
        broken = _sentence(wrong_if, "What would prove it wrong")
        _refuse_prices_of_people(said, broken)
        return Claim(said, broken)

    @_step
    def evidence(self, *cards: DataCard) -> list[DataCard]:
        """Keep the data cards of the rows that are used; one for each table."""
        listed = cards[0] if len(cards) == 1 and isinstance(cards[0], list | tuple) else cards
        if not all(isinstance(card, DataCard) for card in listed):
            raise CasebookError('Evidence is a data card: data_card("releases", {...}, ...).')
        return list(listed)

    @_step
    def picture(
        self, fig: Figure = ..., finding: str = ..., note: str = "", alt: str = ""
    ) -> Picture:
        """Keep the one picture; the figure is closed, so that it is not shown a second time.

        ``finding`` says in a sentence what it shows, ``note`` what, where, when and in which unit.
        The words for people who do not see it are made from both and from the numbers that were
        drawn; ``alt`` is for saying it better.
        """
        fig = fig.figure if isinstance(fig, Axes) else fig
        if not isinstance(fig, Figure):
            raise CasebookError("A picture is the fig of fig, ax = plt.subplots(...).")
        try:
            return _picture_of(fig, finding, note, alt)
        finally:
            plt.close(fig)

    @_step
    def table(self, frame: pd.DataFrame = ..., caption: str = "") -> Table:
        """Keep the one small table, with a caption that says what is counted, where and when."""
        if isinstance(frame, pd.Series):
            frame = frame.to_frame()
        if not isinstance(frame, pd.DataFrame):
            raise CasebookError("A table is a DataFrame, as in prices.head().")
        columns = with_index_columns(frame)
        if frame.empty or frame.isna().all(axis=None):
            raise CasebookError(
                "This table is empty: no cell has a value. Look at the filter that made it, "
                "for example with len(...) after each step."
            )
        for what, size in zip(("rows", "columns"), columns.shape, strict=True):
            if size > PAGE_LIMITS[what]:
                raise CasebookError(
                    f"The table has {size} {what} and the page takes {PAGE_LIMITS[what]}: keep "
                    "those that a finding names, with .loc or .head(), or group them."
                )
        if _is_empty(caption):
            raise CasebookError("A table needs a caption: what is counted, where and when.")
        said = _sentence(caption, "A caption")
        names = " ".join(str(name) for name in columns)
        _refuse_prices_of_people(said, names)
        shown = frame.copy()
        shown.attrs["caption"] = said
        return Table(Markup(table_markup(shown)), f"{said}\n{columns.to_string(index=False)}")

    @_step
    def findings(self, *sentences: str) -> list[str]:
        """Keep three findings or more, each a sentence with its unit and its time."""
        told = _sentences(sentences, "findings")
        _refuse_prices_of_people(*told)
        return told

    @_step
    def other_story(self, text: str = ...) -> str:
        """Keep one other story that fits the same picture."""
        said = _sentence(text, "A story")
        _refuse_prices_of_people(said)
        return said

    @_step
    def limits(self, *sentences: str) -> list[str]:
        """Keep two limits or more, each with the sentence that it weakens."""
        return _sentences(sentences, "limits")

    @_step
    def not_computed(self, text: str = ...) -> str:
        """Keep one tempting number that was not computed, and the reason."""
        return _sentence(text, "A reason")

    @_step
    def sources(self, ids: object = ...) -> list[dict[str, str]]:
        """Keep the sources; ``ids`` is whatever `sources_of` takes, such as a column of ids."""
        found = sources_of(ids)
        return [
            {
                "id": str(row.Index),
                "title": row.title,
                "publisher": row.publisher,
                "day": format_value(row.published_on) if row.published_on else "",
                "address": row.address,
                "credit": source_line(list(found.index)),
            }
            for row in found.fillna("").itertuples()
        ]

    @_step
    def headline(self, text: str = ..., by: str = "") -> Headline:
        """Keep the headline; ``by`` is any name, or none."""
        said = _sentence(text, "A headline").rstrip(".")
        if len(said) > (most := PAGE_LIMITS["headline"]):
            raise CasebookError(
                f"This headline has {len(said)} letters, and {most} fit: shorten it."
            )
        _refuse_prices_of_people(said)
        return Headline(said, "" if _is_empty(by) else _sentence(by, "A name"))

    @_step
    def changes(self, *lines: str) -> list[str]:
        """Keep what was changed after a review; a brief may go without."""
        return _sentences(lines, "changes")

    def missing(self) -> list[str]:
        """Return the names of the parts that are missing, in the order of work."""
        return [name for name in PROMPTS if name not in self._parts]

    def html(self) -> str:
        """Return the brief as one whole HTML page.

        Raises CasebookError while a part is missing, or when two pages cannot hold it.
        """
        return str(TEMPLATE.module.page(self._whole(), Markup(MARKER))).lstrip()

    def save(self, name: str = "") -> Feedback:
        """Write the page into a file beside the notebook, and say where it lies.

        The page is written to a file of its own first and takes its place when it is complete, so
        that there is never half a brief. A file that is not a brief is never replaced.
        """
        if _is_empty(name):
            name = f"{self.name}.html"
        try:
            file = _write(self.html(), name)
        except CasebookError as problem:
            return Feedback(f"**Nothing is saved.** {problem}", right=False)
        place = f"`{file.name}` in the folder of this page, `{file.parent}`"
        return Feedback(
            f"Saved as {place}. Right-click its name in the list of files: *Open in New Browser "
            "Tab* shows it, and there Ctrl + P (on a Mac Cmd + P) prints it; *Download* takes it "
            "with you. On Binder, download it before you leave."
        )

    def _whole(self) -> dict[str, object]:
        """Return all parts for the template, or say in a CasebookError what is wrong with them."""
        if missing := self.missing():
            count = "One part is" if len(missing) == 1 else f"{len(missing)} parts are"
            listed = ", ".join(NAMES[name] for name in missing)
            raise CasebookError(f"{count} missing: {listed}. {PROMPTS[missing[0]]}")
        parts = {"changes": [], **self._parts}
        credit = parts["sources"][0]["credit"]
        parts["picture"] = replace(parts["picture"], credit=credit)
        parts["as_of"] = format_value(max(_as_of(card) for card in parts["evidence"]))
        page = TEMPLATE.module.article(parts, True)
        text = re.sub(r"<[^>]*>", " ", str(page))
        words = sum(1 + len(word) // 12 for word in text.split())
        if words > (most := PAGE_LIMITS["words"]):
            raise CasebookError(
                f"The brief has {words} words, sources and cards included, and two pages hold "
                f"{most}: shorten it, or name fewer sources."
            )
        return parts

    def _shown(self, name: str, part: object) -> Kept:
        """Return what a step shows, the same whenever it is run."""
        order = [*PROMPTS]
        after = f"Kept as the {NAMES[name]} of this brief."
        if name in order[:-1]:
            after += f" Next: the {NAMES[order[order.index(name) + 1]]}."
        if cause := named_cause(_claims(name, part)):
            after += (
                f" Look again at “{cause}”: it says that one thing made another happen. Can these "
                "rows show that? Before, after and in the same month say less."
            )
        if name == "picture":
            part = replace(part, credit=_credit(self._parts.get("evidence", [])))
        html = str(TEMPLATE.module.step(name, part, after))
        return Kept(html, f"{_plain(part)}\n{after}", getattr(part, "png", ""))

    def _repr_mimebundle_(self, **_kwargs: object) -> dict[str, str]:
        try:
            parts = self._whole()
        except CasebookError as problem:
            missing = self.missing()
            items = [
                f"<b>{NAMES[name].capitalize()}.</b> {escape(PROMPTS[name])}" for name in missing
            ]
            told = f"This brief is not whole yet. {problem}"
            listed = f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>" if items else ""
            first = f"This brief lacks {len(missing)} of {len(PROMPTS)} parts:"
            return {
                "text/html": f"<p>{first if missing else escape(told)}</p>{listed}",
                "text/plain": told,
            }
        picture = parts["picture"]
        told = [parts["headline"].text, parts["question"], *parts["findings"]]
        return {
            "text/html": str(TEMPLATE.module.in_notebook(parts)),
            "image/png": picture.png,
            "text/plain": "\n".join([*told, picture.alt, picture.numbers, parts["table"].plain]),
        }


_OPENED: dict[str, Brief] = {}


def open_brief(name: str = "my_brief") -> Brief:
    """Return the brief of this name with all that it holds; a new one where there is none.

    The cell that opens a brief can be run again without losing a part of it. ``name`` is also the
    name of its file.
    """
    if not isinstance(name, str) or not re.fullmatch(r"\w[\w -]*", name):
        raise CasebookError('Give the brief a plain name in quotes, such as "my_brief".')
    return _OPENED.setdefault(name, Brief(name))


def _picture_of(fig: Figure, finding: str, note: str, alt: str) -> Picture:
    """Return a figure as a part of a brief: as it would be shown, its words outside of it."""
    if draws_nothing(fig):
        raise CasebookError(
            "Nothing is drawn in this picture: its rows may be empty or unknown, or lie outside "
            "the limits of its axes. Look at the table that it was drawn from."
        )
    if _is_empty(finding):
        raise CasebookError("A picture needs a finding: what does it show, in one sentence?")
    finding = _sentence(finding, "A finding")
    note = "" if _is_empty(note) else _sentence(note, "A note")
    alt = "" if _is_empty(alt) else _sentence(alt, "A description")
    _refuse_prices_of_people(finding, note)
    headline(fig, finding, note)
    alt = alt or describe(fig, finding, note)
    if NO_START.match(alt):
        raise CasebookError(
            "Let the description start with what is drawn, as in “Bars of …” or “A line of …”: "
            "that it is a picture is known."
        )
    validate_figure(fig, alt, source="the brief lists them")
    if not re.search(r"\d", alt):
        raise CasebookError("The description holds no number: give the main ones, with units.")
    alone = png(fig)  # for viewers that show the picture without the page
    headline(fig, "", "")  # on the page they are text of their own
    image, numbers = Markup(picture_html(png(fig), fig, alt)), figure_data(fig)
    return Picture(finding, note, alt, image, base64.b64encode(alone).decode(), numbers)


def _claims(name: str, part: object) -> str:
    """Return the words of a part that claim something."""
    if name == "picture":
        return part.finding
    if name in ("claim", "headline"):
        return part.text
    return " ".join(part) if name == "findings" else ""


def _plain(part: object) -> str:
    """Return a part as plain text."""
    match part:
        case Picture():
            return "\n".join(
                [part.alt, *([f"Source: {part.credit}"] if part.credit else []), part.numbers]
            )
        case Table():
            return part.plain
        case Claim():
            return f"{part.text} Wrong if {part.wrong_if}"
        case Headline():
            return part.text + (f" (by {part.by})" if part.by else "")
        case [DataCard(), *_]:
            return "\n".join(f"{what}: {v}" for card in part for what, v in card.lines().items())
        case [dict(), *_]:
            return "\n".join(f"{one['title']}. {one['publisher']} ({one['id']})" for one in part)
        case list():
            return "\n".join(part)
    return str(part)


def _credit(cards: list[DataCard]) -> str:
    """Return who published the rows of the cards, or "" where no column says so."""
    columns = [card.kept[name] for card in cards for name in SOURCE_COLUMNS if name in card.kept]
    ids = [one for column in columns for one in column.dropna()]
    return source_line(ids) if ids else ""


def _as_of(card: DataCard) -> str:
    return package().entry(card.table)["asOf"]


def _write(page: str, name: str) -> Path:
    """Write a page into this folder, whole or not at all, and return its place.

    Raises CasebookError when the name is no plain one, when it belongs to a file that is not a
    brief, or when the folder cannot be written.
    """
    if not isinstance(name, str) or not re.fullmatch(r"\w[\w -]*\.html", name):
        raise CasebookError('Give a plain name that ends with .html, such as "my_brief.html".')
    file = Path.cwd() / name
    beside = file.with_name(f".{name}.{os.getpid()}.part")
    try:
        if file.is_symlink() or (file.exists() and MARKER.encode() not in file.read_bytes()):
            raise CasebookError(f"There is a {name} that is not a brief. Choose another name.")
        beside.unlink(missing_ok=True)
        with open(beside, "xb") as half:
            half.write(page.encode())
            half.flush()
            os.fsync(half.fileno())
        beside.replace(file)
    except OSError as problem:
        raise CasebookError(f"{name} cannot be written here: {problem.strerror}.") from None
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
    return file
