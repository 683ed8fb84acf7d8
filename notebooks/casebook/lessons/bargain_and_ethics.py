"""Behind lesson 09: what was exchanged, what studies count, and the arguments on both sides."""

import html

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from casebook.charts import COLOURS, headline, label_ends
from casebook.exercises import answer
from casebook.explorer import Explorer, choice, number
from casebook.ledger import register
from casebook.lessons.counting_people import share_freed, toy_of_stock_and_flow
from casebook.market import stock_and_flow
from casebook.tables import read, source_line

CASES = ["R-2015-08", "R-2024-08-01", "R-2025-02-12", "R-2025-06-21", "R-2025-12-13"]
"""Rounds that the page sets beside two definitions of hostage diplomacy."""
ROUND_AND_BASE = {"R-2025-09-11": "PC052", "R-2025-12-13": "PC053", "R-2026-03-19": "PC059"}
"""Three rounds, and the count of ``prisoner_counts`` before each."""
LINES = [0, 0.5, 1]
"""New arrests for each person freed that the toy draws for comparison; none is measured."""
DIRECTIONS = ["for the exchange", "caution", "open"]
GREY, DARK = "#767676", COLOURS["plain"]

# --- facts: counts of our rows, and percentages of literature_numbers -----------------------------


@register
def percent_of_cases(items: str) -> float:
    """Return the cases that count in percent of all cases looked at.

    ``items`` are rows of ``literature_numbers``; those of several, as in ``L7, L8``, are pooled.
    """
    rows = read("literature_numbers").loc[items.split(", ")]
    return 100 * rows.numerator.sum() / rows.denominator.sum()


@register
def criteria() -> int:
    """Return under how many criteria the points of ``arguments`` stand."""
    return read("arguments").criterion.nunique()


@register
def steps_with_end() -> int:
    """Return how many US steps have an end in ``relief_dates``."""
    return int(read("relief_dates").ends_on.notna().sum())


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
def pairs_with_people_out_first() -> int:
    """Return in how many pairs the people were out before the US act took effect."""
    relief = read("relief_dates")
    out = pd.to_datetime(read("releases").date[relief.people_round]).to_numpy()
    return int((relief.legally_effective > out).sum())


@register
def cases_with_us_step() -> int:
    """Return how many of our five cases have a US relief step beside them."""
    return int(read("relief_dates").people_round.isin(CASES).sum())


# --- explorers ------------------------------------------------------------------------------------


def revolving_door() -> Explorer:
    """Return the toy of lesson 04 with one control more: new arrests for each person freed."""
    toy = toy_of_stock_and_flow()
    new = number("New arrests for each person freed (not measured)", 0, 1, 0, step=0.1)
    return Explorer(
        "Revolving door (toy)",
        None,
        {"new": new} | toy.controls,
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
    rows["held, your setting"] = stock_and_flow(*flows, chosen["new"])
    return rows.round().astype(int).assign(new_for_each_freed=chosen["new"])


def _draw_door(rows: pd.DataFrame) -> Figure:
    mine, end = rows.new_for_each_freed.iloc[0], rows.iloc[-1]
    fig, ax = plt.subplots(figsize=(7.5, 3.4))
    for new in LINES:
        if new != mine:
            ax.plot(rows.month, rows[f"held, with {new:g}"], color=GREY, label=f"if {new:g} new")
    ax.plot(
        rows.month, rows["held, your setting"], color=DARK, linewidth=2.5, label=f"yours: {mine:g}"
    )
    label_ends(ax)
    ax.set(xlabel="months", ylim=(0, None), xticks=rows.month[::3])
    ax.yaxis.set_major_formatter("{x:,.0f}")
    held = f"{int(end['held, your setting']):,}"
    headline(
        fig,
        f"Toy, nobody has measured this: {held} held after {int(end.month)} months",
        "People held, if arrests follow. On each line: new arrests for each person freed",
    )
    return fig


def _describe_door(rows: pd.DataFrame) -> str:
    end, new = rows.iloc[-1], rows.new_for_each_freed.iloc[0]
    none, half, one = (f"{int(end[f'held, with {line:g}']):,}" for line in LINES)
    mine = f"{int(end['held, your setting']):,}"
    said = f"With {new:g} the count after {int(end.month)} months is {mine}"
    if new == 0:
        said += f"; with {LINES[1]} it is {half}, with {LINES[2]} it is {one}"
    else:
        said += " either way" if mine == none else f" and not {none}"
    floor = " The toy stops at zero." if rows["held, with 0"].min() == 0 else ""
    return f"{said}.{floor} Nobody has measured this setting."


def arguments_by_criterion() -> Explorer:
    """Return the board of arguments: the points under one criterion, by what they speak for."""
    points = read("arguments")
    points["published_by"] = [source_line(ids) for ids in points.source_ids]
    return Explorer(
        "Arguments by criterion",
        points,
        {
            "criterion": choice("Criterion", list(points.criterion.unique())),
            "sources": choice("Who published it", {"show": True, "hide": False}),
        },
        _select_points,
        _draw_board,
        _describe_board,
        source=source_line(points.source_ids),
    )


def _select_points(points: pd.DataFrame, chosen: dict) -> pd.DataFrame:
    rows = points[points.criterion == chosen["criterion"]]
    rows = rows[["criterion", "direction", "point", "published_by"]]
    return rows if chosen["sources"] else rows.assign(published_by="")


def _draw_board(rows: pd.DataFrame) -> str:
    """Return the points as three lists, beside each other where there is room."""
    lists = ""
    for direction in DIRECTIONS:
        items = ""
        for point in rows[rows.direction == direction].itertuples():
            source = f" <small>[{html.escape(point.published_by)}]</small>"
            words = html.escape(f"{point.Index}: {point.point}")
            items += f"<li>{words}{source if point.published_by else ''}</li>"
        told = f"<ul>{items}</ul>" if items else "<p>no point in our table</p>"
        lists += f'<div style="flex: 1 1 13em"><p><b>{direction}</b></p>{told}</div>'
    criterion = html.escape(rows.criterion.iloc[0])
    return (
        f"<p>Points under the criterion “{criterion}”. A count is no score.</p>"
        f'<div style="display: flex; flex-wrap: wrap; gap: 0 2em">{lists}</div>'
    )


def _describe_board(rows: pd.DataFrame) -> str:
    favour, caution, unsettled = ((rows.direction == side).sum() for side in DIRECTIONS)
    word = "point" if favour == 1 else "points"
    said = f"{favour} {word} for the exchange, {caution} of caution, {unsettled} open"
    publishers = dict.fromkeys("; ".join(rows.published_by[rows.published_by != ""]).split("; "))
    shown = ", ".join(filter(None, publishers))
    sources = f"Published by: {shown}" if shown else "The sources are not shown"
    return f"{rows.criterion.iloc[0].capitalize()}: {said}. No verdict. {sources}."


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


@answer(
    "09.2",
    solution='sorting[sorting.exercise_id == "09.2"].groupby("box").letter.sum().to_dict()',
)
def boxes_of_moves() -> dict[str, str]:
    """Return the letters of the moves in each box."""
    sorting = read("sorting").reset_index()
    return sorting[sorting.exercise_id == "09.2"].groupby("box").letter.sum().to_dict()


@answer(
    "09.3",
    solution="""
    freed_then = releases.total_released[["R-2025-09-11", "R-2025-12-13", "R-2026-03-19"]]
    held_before = counts["count"][["PC052", "PC053", "PC059"]]
    shares = 100 * freed_then.to_numpy() / held_before.to_numpy()
    (min(shares), max(shares))
    """,
)
def smallest_and_largest_share() -> tuple[float, float]:
    """Return the smallest and the largest share of those held, of three rounds (percent)."""
    shares = [share_freed(release, count) for release, count in ROUND_AND_BASE.items()]
    return round(min(shares), 1), round(max(shares), 1)


@register
def mistaken_shares(mistake: str) -> tuple[float, float]:
    """Return a wrong answer to exercise 09.3.

    ``mistake`` is ``ever recognised`` (over all who ever were), ``without March`` (only two
    rounds), ``swapped``, ``people`` (people freed; all others in percent) or ``freed added`` (to
    those held).
    """
    september, december, march = (share_freed(*pair) for pair in ROUND_AND_BASE.items())
    freed = read("releases").total_released[[*ROUND_AND_BASE]].to_numpy()[[0, 2]]
    held = read("prisoner_counts")["count"][[*ROUND_AND_BASE.values()]].to_numpy()[[0, 2]]
    recognised = read("recognised_totals").recognised_since_2020
    ever = recognised[pd.to_datetime(["2025-12-31", "2026-03-05"])].to_numpy()
    wrong = {
        "ever recognised": 100 * freed / ever,
        "without March": (september, december),
        "swapped": (march, september),
        "people": freed,
        "freed added": 100 * freed / (held + freed),
    }
    return tuple(float(part) for part in wrong[mistake])


@answer("09.4", solution='"d"  # numbers.population names no government that holds people')
def sets_about_political_prisoners() -> str:
    """Return the letter: no row of ``literature_numbers`` is about political prisoners."""
    return "d"
