"""A brief: one question answered on two pages that stand alone.

`data_card` counts what each step of a filter leaves out, so that no filter stays silent. A
`Brief` asks for its parts one at a time, in the order of work, and becomes one HTML file that
needs neither network nor kernel. Its look stands in ``brief.html.jinja``.
"""

import base64
import re
from dataclasses import dataclass
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from matplotlib.figure import Figure

from .charts import figure_data, picture_html, png, validate_figure, with_index_columns
from .exercises import is_blank
from .tables import CasebookError, package, read, source_line, sources_of
from .text import Feedback, format_value

MARKER = '<meta name="generator" content="The Potash Deal casebook: brief">'
PAGE_LIMITS = {"rows": 12, "columns": 6, "words": 650}
"""What two A4 pages hold: rows and columns of the table, and words in all, long ones twice."""
PROMPTS = {
    "question": "Write your question: one sentence that ends with a question mark.",
    "guess": "Write down your guess before you look: guess=...",
    "wrong_if": "Say which result would prove your guess wrong: wrong_if=...",
    "cards": "Say which rows you use, and which you leave out: cards=data_card(...).",
    "figure": "Draw one chart and hand it over: figure=fig.",
    "alt": "The chart needs words for those who cannot see it: alt=...",
    "source_ids": "Name your sources by their ids: source_ids=card.kept.source_id.",
    "table": "Set a small table beside the chart: table=...",
    "caption": "Give the table a caption that says what is counted, where and when: caption=...",
    "findings": "Write three findings: findings=[...], each a sentence with its unit and time.",
    "rival": "Tell one other story that fits the same chart: rival=...",
    "limits": "Write two limits: limits=[...], each with the sentence that it weakens.",
    "refused": "Name one tempting number that you did not compute, and why: refused=...",
    "title": "Give the brief a title that claims no more than its findings: title=...",
}
"""The parts of a brief in the order of work, and what is said while one is missing."""
FEWEST = {"findings": 3, "limits": 2}
BAR_STYLES = {"figure": Figure, "alt": str, "table": pd.DataFrame}
NO_START = re.compile(r"\W*((an?|the) )?(image|picture|chart|graph|plot|figure) of\b", re.I)
PER_PERSON = re.compile(r"\b((per|for each|for every) (person|head|prisoner)|a head)\b", re.I)
MONEY = re.compile(r"[$€]|\b(dollars?|euros?|roubles?|USD|EUR|money|price|cost|worth)\b", re.I)
TEMPLATE = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
).get_template("brief.html.jinja")


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
        for column in {"vintage", "source_edition", "estimate_flag"} & set(self.kept):
            counted = self.kept[column].fillna("empty").value_counts().sort_index()
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


@dataclass(eq=False)
class Brief:
    """One question, answered on two pages; a cell that ends with it shows it.

    ``cards`` is a `DataCard` or a list of them, ``alt`` the description of the one chart, and
    ``source_ids`` whatever `cite` takes. ``author`` may be any name, or none, and ``changes``
    are the lines of a change log. The other parts stand in `PROMPTS`.
    """

    question: str = ...
    guess: str = ...
    wrong_if: str = ...
    cards: DataCard | list[DataCard] = ...
    figure: Figure = ...
    alt: str = ...
    source_ids: object = ...
    table: pd.DataFrame = ...
    caption: str = ...
    findings: list[str] = ...
    rival: str = ...
    limits: list[str] = ...
    refused: str = ...
    title: str = ...
    author: str = ...
    changes: list[str] = ...

    def __post_init__(self) -> None:
        for name in ("cards", "findings", "limits", "changes"):
            given = getattr(self, name)
            listed = given if isinstance(given, list | tuple) else [given]
            setattr(self, name, [one for one in listed if not is_blank(one)])
        if isinstance(self.figure, Figure):
            plt.close(self.figure)  # else the notebook shows it once more, without words

    def check(self) -> None:
        """Raise CasebookError with the first thing that is missing, in the order of work."""
        for name, sentence in PROMPTS.items():
            given = getattr(self, name)
            blank = is_blank(given) or (isinstance(given, list) and not given)
            if blank or not isinstance(given, BAR_STYLES.get(name, object)):
                raise CasebookError(sentence)
            if name in FEWEST and len(given) < FEWEST[name]:
                raise CasebookError(f"{sentence} So far there are {len(given)}.")
            getattr(self, f"_check_{name}", lambda: None)()

    def _check_cards(self) -> None:
        if not all(isinstance(card, DataCard) for card in self.cards):
            raise CasebookError(PROMPTS["cards"])

    def _check_alt(self) -> None:
        if NO_START.match(self.alt):
            raise CasebookError(
                "Let the description start with what is drawn, as in “Bars of …” or “A line of …”: "
                "that it is a picture is known."
            )
        validate_figure(self.figure, self.alt, source="comes next")
        if not re.search(r"\d", self.alt):
            raise CasebookError("The description holds no number: give the main ones, with units.")

    def _check_source_ids(self) -> None:
        sources_of(self.source_ids)

    def _check_table(self) -> None:
        for what, size in zip(
            ("rows", "columns"), with_index_columns(self.table).shape, strict=True
        ):
            if size > PAGE_LIMITS[what]:
                raise CasebookError(
                    f"The table has {size} {what} and the page takes "
                    f"{PAGE_LIMITS[what]}: keep those that "
                    "a finding names, with .loc or .head(), or group them."
                )

    def _check_findings(self) -> None:
        if any(PER_PERSON.search(said) and MONEY.search(said) for said in self.findings):
            raise CasebookError(
                "A finding sets money against people. The division can be done and should not be: "
                "lesson 09 gives four reasons, and a better number."
            )

    def html(self) -> str:
        """Return the brief as one whole HTML page. Raises CasebookError as `check` does."""
        return self._render(whole=True)

    def save(self, name: str = ...) -> Feedback:
        """Write the page into a file beside the notebook, and say what to do with it.

        Raises CasebookError when a part is missing, when ``name`` is no plain file name that
        ends with .html, or when a file of that name is not a brief.
        """
        if is_blank(name):
            return Feedback('Nothing is saved yet. Give a name: `save("my_brief.html")`.')
        if not isinstance(name, str) or not re.fullmatch(r"\w[\w -]*\.html", name):
            raise CasebookError('Give a plain name that ends with .html, such as "my_brief.html".')
        page, file = self.html(), Path(name)
        try:
            if file.is_symlink() or (file.exists() and MARKER.encode() not in file.read_bytes()):
                raise CasebookError(f"There is a {name} that is not a brief. Choose another name.")
            file.write_text(page, encoding="utf-8", newline="\n")
        except OSError as problem:
            raise CasebookError(f"{name} cannot be written here: {problem.strerror}.") from None
        return Feedback(
            f"Saved as `{name}` in the folder of this page. Right-click its name in the list of "
            "files: *Open in New Browser Tab* shows it, and there Ctrl + P (on a Mac Cmd + P) "
            "prints it; *Download* takes it with you. On Binder, download it before you leave."
        )

    def _repr_mimebundle_(self, **_kwargs: object) -> dict[str, str]:
        try:
            page = self._render(whole=False)
        except CasebookError as problem:
            return {"text/markdown": f"**Next.** {problem}", "text/plain": f"Next. {problem}"}
        told = [self.title, self.question, *self.findings, self.alt, figure_data(self.figure)]
        picture = base64.b64encode(png(self.figure)).decode()
        return {"text/html": page, "image/png": picture, "text/plain": "\n".join(map(str, told))}

    def _render(self, whole: bool) -> str:
        self.check()
        table = with_index_columns(self.table)
        page = TEMPLATE.render(
            brief=self,
            whole=whole,
            marker=Markup(MARKER),
            picture=Markup(picture_html(png(self.figure), self.figure, self.alt)),
            cards=[card.lines() for card in self.cards],
            columns=list(table),
            rows=[[_cell(value) for value in row] for row in table.itertuples(index=False)],
            credit=source_line(self.source_ids),
            sources=list(sources_of(self.source_ids).fillna("").itertuples()),
            author="" if is_blank(self.author) else self.author,
        )
        text = re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.S)
        words = sum(1 + len(word) // 12 for word in text.split())
        if words > PAGE_LIMITS["words"]:
            raise CasebookError(
                f"The brief has {words} words, sources and card included, and two pages hold "
                f"{PAGE_LIMITS['words']}: shorten it, or name fewer sources."
            )
        return page


def _cell(value: object) -> str:
    """Return what a cell of the table shows; an empty one is not known."""
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return "not known"
    if isinstance(value, pd.Timestamp):
        return format_value(value)
    return f"{round(value, 2):.12g}" if isinstance(value, float) else str(value)
