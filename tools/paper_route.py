"""The paper route: a lesson of 45 minutes with nothing electric, its cards and tokens, and its key.

Pairs have one sheet and the two price lines on thin paper; groups of six share cards and claims.
"""

import html
from collections.abc import Iterable

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.dates import YearLocator

from casebook.charts import mimebundle, style
from casebook.ledger import fact, render
from casebook.tables import read, source_line, split_ids
from casebook.text import format_value
from tools import sheets, teaching
from tools.pieces import place

CLAIMS = ["S01", "S06", "S10", "S11", "S15", "S22", "S25", "S27", "S38", "S40", "S42", "S43"]
LANES = {"release": "people", "relief-US": "sanctions", "sanction-EU": "sanctions"}
FROM = "2025-09"  # the road on the floor begins with the first month of the talks
ROW = "{F001}: {F002} people freed, {F003} of them to Ukraine, {F004} to Lithuania."
HELD = "{F201} people were held on {F200}. {F202} were pardoned. {F009} were held on {F010}."
BALANCE = "{F201} + in − {F202} − other ways out = {F009}"
KEY_A = (
    "{F003} and {F004} make {F002}. Eight were the first arrivals; {F023} has the five Ukrainians "
    "taken away twice, as we read it; {F003} as the total is a part taken for the whole. A sum "
    "shows that numbers agree, not that anybody counted. The licence took effect on {F006}: "
    "“announced” on the first day, “licensed” from that day on."
)
KEY_C = "{F215} people, net. More came in than that, as others left by other doors than a pardon."
KEY_D = "Two editions with two bases: {} and {} dollars for December 2021. Neither is a misprint."
TOKENS = 6  # of each verdict
LEARNERS, PAIR, GROUP = 30, 2, 6
PAGES = {"A and C": (1, PAIR), "D": (1, PAIR), "B": (1, GROUP), "E": (1, GROUP), "F": (2, GROUP)}
"""Pages of each part, and how many learners share a copy."""


def everything() -> dict[str, str]:
    """Return the pack for learners and the key for the teacher."""
    return {"paper_route": pack(), "paper_route_key": key()}


def pack() -> str:
    """Return the parts of the paper route, each on pages of its own."""
    parts = [balance_sheet(), price_lines(), road(), slips(), claims(), tokens()]
    return sheets.page("The paper route", "Cut where there are lines.", map(_own_page, parts))


def _own_page(part: str) -> str:
    return f'<div class="own-page">{part}</div>'


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    top = "".join(f"<th>{html.escape(name)}</th>" for name in head)
    lines = "".join(
        f"<tr>{''.join(f'<td>{html.escape(str(text))}</td>' for text in row)}</tr>" for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{lines}</tbody></table>"


def _said(text: str) -> str:
    return f"<p>{html.escape(render(text))}</p>"


def _source(source_ids: Iterable[str]) -> str:
    return f"<p><small>{html.escape(source_line(source_ids, most=3))}</small></p>"


def _day(value: object) -> str:
    return "not found" if pd.isna(value) else format_value(value)


def balance_sheet() -> str:
    """Return parts A and C: the numbers in print, the dates, and the balance to fill in."""
    relief, printed = read("relief_dates"), read("conflicts")
    printed = printed[printed.conflict_id.isin(["C01", "C02", "C04"])]
    return "".join(
        [
            "<h2>A · One day, the numbers in print, the dates</h2>",
            _said(ROW) + _source(fact("F002").source_ids),
            _table(["what", "number in print"], printed[["topic", "version"]].to_numpy()),
            "<p>Which of these can be true together?</p>",
            sheets.room(2),
            _table(
                ["step", "announced", "in force", "printed"],
                [
                    [
                        row.in_words,
                        _day(row.announced),
                        _day(row.legally_effective),
                        _day(row.published),
                    ]
                    for row in relief.itertuples()
                ],
            ),
            _source(relief.source_ids),
            "<p>Which date would you print, and with which verb?</p>",
            sheets.room(2),
            "<h2>C · The balance</h2>",
            _said(HELD),
            _said(BALANCE),
            "<p>In, less the other ways out:</p>",
            sheets.room(1),
            _source([*fact("F201").source_ids, *fact("F202").source_ids]),
        ]
    )


def price_lines() -> str:
    """Return part D: two charts on one scale, one for each edition, for thin paper."""
    rows = read("price_vintages").query("month >= '2020-01'")
    style()
    pages = ["<h2>D · Two price lines for the same months</h2>"]
    for vintage, line in rows.groupby("vintage"):
        fig, ax = plt.subplots(figsize=(6.2, 3.4))
        ax.plot(pd.to_datetime(line.month), line.price, color="black")
        ax.set(ylim=(0, rows.price.max() * 1.1), ylabel="US dollars a tonne, nominal")
        ax.set(xlim=(pd.Timestamp(rows.month.min()), pd.Timestamp(rows.month.max())))
        ax.xaxis.set_major_locator(YearLocator())
        ax.set_title(f"Potash by month, as printed on {format_value(vintage)}")
        alt = f"A line of monthly prices, as printed on {format_value(vintage)}."
        pages.append(mimebundle(fig, alt, source_line(line.source_id))["text/html"])
    return f"{pages[0]}<figure>{'</figure><figure>'.join(pages[1:])}</figure>"


def events() -> pd.DataFrame:
    """Return the events of the road, by date, with the lane of each."""
    rows = read("events").sort_values("date")
    rows = rows[rows.category.isin(LANES) & rows.listed_in.str.contains("deal")]
    return rows[rows.date >= FROM].assign(lane=rows.category.map(LANES))


def road() -> str:
    """Return part B: a card for each event."""
    cards = [
        f"<b>{html.escape(format_value(row.date))}</b><br>{html.escape(row.title)}"
        f"<br><small>{html.escape(source_line(split_ids([row.source_ids]), most=1))}</small>"
        for row in events().sample(frac=1, random_state=0).itertuples()
    ]
    return f"<h2>B · {len(cards)} dated events</h2>{_cards(cards)}"


def slips() -> str:
    """Return part E: cards with a slip on each, and the kinds of slip to choose from."""
    rows, found = read("slip_cards"), read("error_specimens")
    cards = [
        f"<b>{number}.</b> “{html.escape(render(row.says))}”<br><small>Beside it: "
        f"{html.escape(render(row.beside))}</small>"
        for number, row in enumerate(rows.itertuples(), start=1)
    ]
    kinds = "; ".join(sorted(set(found.error_type[rows.index])))
    return (
        f"<h2>E · Find the slip</h2><p>Each card has one. Which kind is it? {html.escape(kinds)}. "
        f"Each was in print, and can happen to anybody who copies in a hurry.</p>{_cards(cards)}"
    )


def _cards(texts: list[str]) -> str:
    return f'<div class="cards">{"".join(f"<div>{text}</div>" for text in texts)}</div>'


def claims() -> str:
    """Return the twelve claims of part F, with room for a token on each."""
    rows = [
        [n, f"{row.claim}: “{row.value}”" if row.kind == "attribution" else row.claim, ""]
        for n, row in enumerate(read("claims").loc[CLAIMS].itertuples(), start=1)
    ]
    return (
        "<h2>F · Twelve claims</h2><p>Lay one verdict on each, and say why in half a sentence.</p>"
        f'<div class="claims">{_table(["", "claim", "verdict"], rows)}</div>'
        f"{sheets.evidence(CLAIMS)}"
    )


def tokens() -> str:
    """Return the verdict tokens of part F, as many of each word, and what each word means."""
    words = sorted(read("claims").verdict.unique())
    cards = [word.replace("-", " ") for word in words for _ in range(TOKENS)]
    # Lesson 10 says what they mean; a collection without it leaves that to the teacher.
    lessons = [path for path in teaching.taught() if path.stem == "10_reading_the_news"]
    pieces = [piece for path in lessons for piece in place(path, "1", with_code=False)]
    meaning = next((sheets.in_a_line(piece) for piece in pieces if piece.of_text), "")
    return f'<h2>F · Verdicts</h2>{meaning}<div class="tokens">{_cards(cards)}</div>'


def copies() -> pd.DataFrame:
    """Return how many pages each part needs for a class of thirty."""
    rows = [
        (part, pages, f"each {share}", pages * LEARNERS // share)
        for part, (pages, share) in PAGES.items()
    ]
    return pd.DataFrame(rows, columns=["part", "pages", "for", "to print"])


def key() -> str:
    """Return the teacher's key: what to print, and what each part comes to."""
    needed, known = copies(), read("claims").loc[CLAIMS]
    slip, found = read("slip_cards"), read("error_specimens")
    both = read("price_vintages").pivot(index="month", columns="vintage", values="price")
    parts = [
        f"<p>{LEARNERS} learners need {needed['to print'].sum()} pages; D on thin paper.</p>",
        _table(needed.columns, needed.to_numpy()),
        "<h2>A</h2>",
        _said(KEY_A),
        "<h2>B</h2>",
        _table(
            ["day", "lane", "event"],
            [(format_value(e.date), e.lane, e.title) for e in events().itertuples()],
        ),
        "<p>Order in time is on the floor. No card says why anybody acted.</p>",
        "<h2>C</h2>",
        _said(KEY_C),
        "<h2>D</h2>",
        f"<p>{KEY_D.format(*both.loc['2021-12'].map('{:,.2f}'.format))}</p>",
        "<h2>E</h2>",
        _table(
            ["card", "kind of slip", "what stronger sources say", "the check"],
            [
                (
                    n,
                    found.error_type[i],
                    found.what_stronger_sources_say[i],
                    found.check_that_finds_it[i],
                )
                for n, i in enumerate(slip.index, start=1)
            ],
        ),
        "<h2>F</h2>",
        _table(
            ["", "claim", "our verdict", "our reason"],
            [
                (n, row.claim, row.verdict.replace("-", " "), row.why)
                for n, row in enumerate(known.itertuples(), start=1)
            ],
        ),
        "<p>Our verdicts can be contested: take the best objection of the room.</p>",
    ]
    return sheets.page("The paper route: key", "For the teacher.", parts)
