"""Behind lesson 09: where people were taken, the refused division, and both sides' arguments."""

import html
from dataclasses import replace
from typing import NoReturn

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from casebook.charts import COLOURS, headline, label_ends, show
from casebook.exercises import answer
from casebook.explorer import Explorer, choice, number
from casebook.ledger import register
from casebook.lessons.counting_people import fall, toy_of_stock_and_flow
from casebook.maps import LAND as LAND_COLOUR
from casebook.maps import draw_land, draw_people
from casebook.market import stock_and_flow
from casebook.tables import CasebookError, read, source_line, split_ids
from casebook.text import format_value

NOVEMBER, DECEMBER, MARCH = "R-2025-11-22", "R-2025-12-13", "R-2026-03-19"
BEFORE, AFTER = "PC053", "PC058"
"""Counts of ``prisoner_counts`` of 12 December 2025 and of 31 January 2026."""
PLACES = {
    "to_lithuania": ("taken to Lithuania", 23.9, 55.25, "Lithuania"),
    "to_ukraine": ("taken to Ukraine", 27.2, 50.9, "Ukraine"),
    "stayed_in_belarus": ("stayed in Belarus", 28.0, 53.3, "Belarus"),
}
"""Columns of ``releases``: in words, where their dots stand (degrees east, north), whose."""
NEIGHBOURS = {"POLAND": (22.0, 52.3), "LATVIA": (26.0, 56.3), "RUSSIA": (32.0, 54.9)}
"""The countries round the map to which our table has nobody taken, and where their names stand."""
LINES = [0, 0.5, 1]
"""New arrests for each person freed that the toy draws for comparison; none is measured."""
DIRECTIONS = {
    "for": "For bargaining",
    "against": "Against it",
    "both ways": "Cuts both ways",
}
GREY, PALE, DARK, LIT = "#767676", "#C9CFD8", COLOURS["plain"], COLOURS["Belarus"]
LAND = "; land: Natural Earth"

# --- facts: counts of our rows, and percentages of literature_numbers -----------------------------


@register
def percent_of_cases(items: str) -> float:
    """Return the cases that count in percent of all cases looked at.

    ``items`` are rows of ``literature_numbers``; those of several, as in ``L7, L8``, are pooled.
    """
    rows = read("literature_numbers").loc[items.split(", ")]
    return 100 * rows.numerator.sum() / rows.denominator.sum()


def _talks() -> pd.DataFrame:
    """Return the links of ``relations`` that are meetings for talks."""
    relations = read("relations")
    return relations[relations.relation == "negotiated_with"]


@register
def meetings() -> int:
    """Return how many meetings for talks ``relations`` holds."""
    return len(_talks())


@register
def people_who_met() -> int:
    """Return how many different people met in these talks."""
    talks = _talks()
    return pd.concat([talks.from_id, talks.to_id]).nunique()


@register
def freed_between(after: str, until: str) -> int:
    """Return the people freed in rounds after one day and up to another, ``YYYY-MM-DD``."""
    releases = read("releases")
    return int(releases.total_released[(releases.date > after) & (releases.date <= until)].sum())


# --- maps -----------------------------------------------------------------------------------------


def two_rounds() -> None:
    """Show where people were taken in December 2025 and in March 2026: two maps, a dot a person."""
    rounds = read("releases").loc[[DECEMBER, MARCH]]
    fig, axes = plt.subplots(ncols=2, figsize=(6.8, 3.2))
    for ax, release in zip(axes, rounds.itertuples(), strict=True):
        _draw_round(ax, release, size=9)
        ax.set_title(format_value(release.date), loc="left", fontsize=plt.rcParams["font.size"])
    december, march = rounds.itertuples()
    nobody = _none(december.stayed_in_belarus).replace("none", "nobody")
    show(
        fig,
        finding=f"December: {nobody} stayed. March: {march.stayed_in_belarus:.0f} of "
        f"{march.total_released} stayed",
        note="People freed in two rounds, and the first country they came to. "
        "One dot is one person; no dot marks a place",
        source=source_line(rounds.source_ids) + LAND,
        data=rounds.set_index("date")[[*PLACES]],
    )


def _draw_round(ax: Axes, release: object, size: float) -> None:
    """Draw the map of one row of ``releases``, with what is known of where the people were taken.

    ``size`` is that of a dot, in points squared. A place of which nothing is known stays bare.
    """
    draw_land(ax, west=20.4, east=33.2, south=50, north=56.5)
    for column, (words, east, north, country) in PLACES.items():
        people, look = getattr(release, column), {"weight": "bold"}
        if pd.isna(people):
            words, look = country, {"color": "#595959"}
        else:
            words = f"{_none(people)} {words.removeprefix('taken ')}"
            colour = COLOURS[country]
            draw_people(ax, int(people), longitude=east, latitude=north, colour=colour, size=size)
        beside = 1.4 if country == "Ukraine" else 0  # its dots stand at the rim of the map
        above = 0 if beside else 0.4 if country == "Lithuania" else 1.45
        ax.text(
            east + beside,
            north + above,
            words.replace("to Ukraine", "to\nUkraine").replace(" in Belarus", "\nin Belarus"),
            ha="left" if beside else "center",
            va="center",
            # A pale edge, so that no border cuts the letters.
            path_effects=[withStroke(linewidth=3, foreground=LAND_COLOUR)],
            **look,
        )


def _none(people: float) -> str:
    return "none" if people == 0 else f"{people:.0f}"


def where_taken() -> Explorer:
    """Return the explorer of the rounds of which it is known where people were taken."""
    releases = read("releases")
    known = releases[releases[[*PLACES]].notna().any(axis=1)]
    return Explorer(
        "Where were they taken?",
        known,
        {
            "round": choice(
                "Round", {format_value(r.date): r.Index for r in known.itertuples()}, NOVEMBER
            )
        },
        lambda known, chosen: known.loc[[chosen["round"]], ["date", "total_released", *PLACES]],
        _draw_one_round,
        _describe_round,
        source=source_line(known.source_ids) + LAND,
    )


def _draw_one_round(rows: pd.DataFrame) -> Figure:
    (release,) = rows.itertuples()
    fig, ax = plt.subplots(figsize=(6.8, 4.4))
    _draw_round(ax, release, size=20)
    for name, (east, north) in NEIGHBOURS.items():
        ax.text(east, north, name.title(), ha="center", va="center", color="#595959")
    known = {words: getattr(release, column) for column, (words, *_) in PLACES.items()}
    told = [f"{people} {words}" for words, people in known.items() if pd.notna(people) and people]
    headline(
        fig,
        f"{format_value(release.date)}: {release.total_released} freed, {', '.join(told)}",
        "The first country they came to. One dot is one person; no dot marks a place",
    )
    return fig


def _describe_round(rows: pd.DataFrame) -> str:
    (release,) = rows.itertuples()
    people = {words: getattr(release, column) for column, (words, *_) in PLACES.items()}
    known = {words: int(n) for words, n in people.items() if pd.notna(n)}
    told = [f"{n or 'none'} {words}" for words, n in known.items()]
    rest = release.total_released - sum(known.values())
    unknown = f" Where {rest} more went is not in our table." if rest else ""
    return (
        f"On {format_value(release.date)}, of {release.total_released} freed: "
        f"{', '.join(told)}.{unknown}"
    )


# --- one list, two rates --------------------------------------------------------------------------


def two_rules() -> None:
    """Show how a critic came from the successes of a study to his own, over the same episodes."""
    rows = read("literature_numbers").loc[["L1", "L3", "L4", "L5", "L6", "L2"]]
    names = ["a success, says the study"]
    names += list(rows.quantity["L3":"L6"].str.split(": ").str[1])
    names += ["still a success, says the critic"]
    struck = rows.numerator["L3":"L6"]
    left = rows.numerator["L1"] - struck.cumsum()  # what remains once each reason is struck out
    fig, ax = plt.subplots(figsize=(6.8, 3.3))
    drawn = ax.barh(
        names,
        rows.numerator,
        left=[0, *left, 0],
        color=[DARK, *[PALE] * len(struck), COLOURS["United States"]],
    )
    ax.bar_label(drawn, labels=rows.numerator.astype(int).astype(str), padding=4)
    ax.invert_yaxis()
    ax.set(xlabel="episodes", xlim=(0, rows.numerator["L1"] + 5))
    show(
        fig,
        finding=f"The same {rows.denominator['L1']:.0f} episodes: "
        f"{rows.numerator['L1']:.0f} successes, or {rows.numerator['L2']:.0f}",
        note="Economic sanctions, 1914 to 1990. Study: Elliott and others; critic: Pape. Pale: "
        "struck out by the critic, with his reason",
        source=source_line(["ELLIOTT_1998", "PAPE_1997", "PAPE_1998"]),
    )


# --- the number that is not computed --------------------------------------------------------------

REASONS = {
    "(a) above the line": "That number is not known. Estimates of the gain in one year differ"
    " widely, and no source gives a value of the whole.",
    "(b) below the line": "That number adds up people whose standing in law differs, and some"
    " of them might have been freed anyway.",
    "(c) what it says": "The result asks to be read as too dear or as a bargain, about people.",
    "(d) what it does": "Once in print, it serves whoever offers the next such number.",
}
"""Why money is not divided by people here."""
BEST_AGAINST = (
    "such prices exist whether one prints them or not: whoever takes one step and leaves another "
    "undone has put a value on both, and to hide the number hides the choice (so economists argue)"
)
"""The best reason against refusing that we know; see TETLOCK_2017 in ``references``."""


def refuse() -> NoReturn:
    """Raise CasebookError with the four reasons: it is given no number, and makes none."""
    said = [f"{name}: {why}" for name, why in REASONS.items()]
    raise CasebookError("\n".join(["This page does not divide money by people.", *said]))


class NoNumber:
    """Something that holds no number, and refuses to stand above or below the line."""

    def __truediv__(self, other: object) -> NoReturn:
        refuse()

    __rtruediv__ = __truediv__


value_of_relief, people_freed = NoNumber(), NoNumber()


# --- the toy --------------------------------------------------------------------------------------


def revolving_door() -> Explorer:
    """Return the toy of lesson 04 with one control more: new arrests for each person freed."""
    toy = toy_of_stock_and_flow()
    # Pages without a kernel hold still what is not asked here, so that the rest has room.
    still = {
        name: replace(toy.controls[name], grid=(toy.controls[name].default,))
        for name in ("recognised", "left")
    }
    new = number(
        "New arrests for each person freed (not measured)", 0, 1, 0, step=0.1, grid=[0.2, 0.5, 1]
    )
    return Explorer(
        "Revolving door (toy)",
        None,
        {"new": new} | toy.controls | still,
        _select_door,
        _draw_door,
        _describe_door,
        toy.source,
    )


def _select_door(_: None, chosen: dict) -> pd.DataFrame:
    names = ["start", "recognised", "left", "freed", "every", "horizon"]
    flows = [chosen[name] for name in names]
    rows = pd.DataFrame({"month": range(chosen["horizon"] + 1)})
    for new in LINES:
        rows[f"held, with {new:g}"] = stock_and_flow(*flows, new)
    rows["held, as set"] = stock_and_flow(*flows, chosen["new"])
    return rows.round().astype(int).assign(new_for_each_freed=chosen["new"])


def _draw_door(rows: pd.DataFrame) -> Figure:
    mine, end = rows.new_for_each_freed.iloc[0], rows.iloc[-1]
    fig, ax = plt.subplots(figsize=(6.8, 2.55))
    for new in LINES:
        if new != mine:
            ax.plot(rows.month, rows[f"held, with {new:g}"], color=GREY, label=f"if {new:g} new")
    ax.plot(rows.month, rows["held, as set"], color=LIT, linewidth=2.5, label=f"set: {mine:g} new")
    label_ends(ax)
    ax.set(xlabel="months", ylim=(0, None), xticks=rows.month[::3])
    ax.yaxis.set_major_formatter("{x:,.0f}")
    fewest, most = (int(end[f"held, with {new:g}"]) for new in (LINES[0], LINES[-1]))
    headline(
        fig,
        f"Toy: between {fewest:,} and {most:,} held after {int(end.month)} months, and nobody has "
        "measured where",
        "People held, if arrests follow. On each line: new arrests for each person freed; "
        f"the setting: {mine:g}",
    )
    return fig


def _describe_door(rows: pd.DataFrame) -> str:
    end, new = rows.iloc[-1], rows.new_for_each_freed.iloc[0]
    none, half, one = (f"{int(end[f'held, with {line:g}']):,}" for line in LINES)
    mine = f"{int(end['held, as set']):,}"
    said = f"With {new:g} the count after {int(end.month)} months is {mine}"
    if new == 0:
        said += f"; with {LINES[1]} it is {half}, with {LINES[2]} it is {one}"
    else:
        said += " either way" if mine == none else f" and not {none}"
    floor = " The toy stops at zero." if rows["held, with 0"].min() == 0 else ""
    return f"{said}.{floor} Nobody has measured this setting."


# --- the board ------------------------------------------------------------------------------------


def argument_board() -> Explorer:
    """Return the board of arguments: filtered by who speaks and by what the point is about."""
    points = read("arguments")
    first = points.group["A22"]
    groups = [first, *sorted(set(points.group) - {first})]
    subjects = sorted(set(points.criterion))
    return Explorer(
        "Arguments",
        points,
        {
            "group": choice("Who says it", {name: name for name in groups} | {"everyone": ""}),
            "criterion": choice(
                "What it is about", {"all": ""} | {name: name for name in subjects}
            ),
        },
        _select_points,
        _draw_board,
        _describe_board,
        source=source_line(points.source_ids),
    )


def _select_points(points: pd.DataFrame, chosen: dict) -> pd.DataFrame:
    group, subject = chosen["group"], chosen["criterion"]
    own = points[points.group == group] if group else points
    points = own[own.criterion == subject] if subject else own
    if points.empty:
        others = ", ".join(sorted(set(own.criterion)))
        raise CasebookError(f"{group}: no point about {subject} here. There are some on {others}.")
    columns = ["speaker", "said_on", "direction", "kind", "criterion", "point", "source_ids"]
    return points.sort_values("said_on")[columns]


def _draw_board(rows: pd.DataFrame) -> str:
    """Return the points in lists, one for each side, beside each other where there is room."""
    pages, lists = read("sources"), ""
    for direction, heading in DIRECTIONS.items():
        items = ""
        for point in rows[rows.direction == direction].itertuples():
            who = f"<b>{html.escape(point.speaker)}</b>, {format_value(point.said_on)}"
            published = "; ".join(_link(pages.loc[one]) for one in split_ids(point.source_ids))
            small = f"{point.criterion} · {point.kind} · {published}"
            words = f"{who}. {html.escape(point.point)}<br><small>{small}</small>"
            items += f'<li style="margin-bottom: 6px">{words}</li>'
        if items:
            lists += f'<div style="flex: 1 1 15em"><p><b>{heading}</b></p><ul>{items}</ul></div>'
    look = "display: flex; flex-wrap: wrap; gap: 0 2em; line-height: 1.4"
    return f'<div style="{look}">{lists}</div>'


def _link(source: pd.Series) -> str:
    """Return a link to the page of a row of ``sources``, by the name of its publisher.

    JupyterLab takes the colour and the line from the links of widgets, so it brings its own line.
    """
    publisher, address = html.escape(source.publisher), html.escape(source.address)
    return f'<a href="{address}" style="text-decoration: underline">{publisher}</a>'


def _describe_board(rows: pd.DataFrame) -> str:
    first, last = (format_value(day) for day in (rows.said_on.iloc[0], rows.said_on.iloc[-1]))
    speakers = list(dict.fromkeys(rows.speaker))
    who = f"{len(speakers)} speakers" if len(speakers) > 3 else " and ".join(speakers)
    points = "1 point" if len(rows) == 1 else f"{len(rows)} points"
    when = first if first == last else f"{first} to {last}"
    return f"{points} by {who}, {when}. How many there are says nothing about who is right."


# --- exercises ------------------------------------------------------------------------------------


@answer(
    "09.1",
    solution="""
    study = 100 * numbers.numerator["L1"] / numbers.denominator["L1"]
    critic = 100 * numbers.numerator["L2"] / numbers.denominator["L2"]
    (study, critic)
    """,
)
def both_success_rates() -> tuple[float, float]:
    """Return the success rates of the study and of its critic (percent, one decimal)."""
    return round(percent_of_cases("L1"), 1), round(percent_of_cases("L2"), 1)


@register
def mistaken_rates(mistake: str) -> tuple[float, float]:
    """Return a wrong answer to exercise 09.1.

    ``mistake`` is ``as printed`` (the first from the source's text), ``cut down`` (both to whole
    numbers), ``other base`` (the second over the first study's successes), ``swapped`` or
    ``cases`` (in cases; all others in percent).
    """
    rows = read("literature_numbers").loc[["L1", "L2"]]
    study, critic = percent_of_cases("L1"), percent_of_cases("L2")
    printed = read("stated_numbers").value["N0905"]
    wrong = {
        "as printed": (printed, critic),
        "cut down": (printed, critic // 1),
        "other base": (study, 100 * rows.numerator["L2"] / rows.numerator["L1"]),
        "swapped": (critic, study),
        "cases": tuple(rows.numerator),
    }
    return tuple(float(part) for part in wrong[mistake])


def _boxes(exercise_id: str) -> dict[str, str]:
    """Return the letters in each box of a sorting exercise."""
    sorting = read("sorting").reset_index()
    return sorting[sorting.exercise_id == exercise_id].groupby("box").letter.sum().to_dict()


@answer(
    "09.2",
    solution='sorting[sorting.exercise_id == "09.2"].groupby("box").letter.sum().to_dict()',
)
def boxes_of_moves() -> dict[str, str]:
    """Return the letters of the moves in each box."""
    return _boxes("09.2")


@answer(
    "09.3",
    solution='sorting[sorting.exercise_id == "09.3"].groupby("box").letter.sum().to_dict()',
)
def boxes_of_ideas() -> dict[str, str]:
    """Return the letters of the sentences under each of three ideas."""
    return _boxes("09.3")


@answer("09.4", solution='"d"  # numbers.population names no government that holds people')
def sets_about_political_prisoners() -> str:
    """Return the letter: no row of ``literature_numbers`` is about political prisoners."""
    return "d"


def _freed_between_the_counts() -> int:
    first, last = read("prisoner_counts").date[[BEFORE, AFTER]]
    return freed_between(first, last)


@answer(
    "09.5",
    solution="""
    between = releases[(releases.date > "2025-12-12") & (releases.date <= "2026-01-31")]
    count_after - count_before + between.total_released.sum()
    """,
)
def added_in_other_ways() -> int:
    """Return what came onto the count besides the rounds, net, if all freed had been on it."""
    return _freed_between_the_counts() - fall(BEFORE, AFTER)


@register
def mistaken_balance(mistake: str) -> int:
    """Return a wrong answer to exercise 09.5 (people).

    ``mistake`` is ``fall`` (the fall of the count alone), ``rise`` (the same with its sign),
    ``one round`` (without the round of 30 December) or ``sum`` (fall and freed added up).
    """
    down = fall(BEFORE, AFTER)
    wrong = {
        "fall": down,
        "rise": -down,
        "one round": int(read("releases").total_released[DECEMBER]) - down,
        "sum": _freed_between_the_counts() + down,
    }
    return wrong[mistake]
