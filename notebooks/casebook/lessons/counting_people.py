"""Behind lesson 04: counts of political prisoners, the pardons, and what both together say."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.dates import YearLocator
from matplotlib.figure import Figure

from casebook.charts import COLOURS, headline, label_ends, scenery, show
from casebook.exercises import answer
from casebook.explorer import Explorer, choice, number
from casebook.ledger import register
from casebook.market import percent_change, stock_and_flow
from casebook.tables import read, source_line
from casebook.text import format_value

DAYS_A_MONTH = 365.25 / 12
JUNE_2024, NOVEMBER_2024, REVIEW_OF_2024, DECEMBER_2025 = "PC034", "PC042", "PC043", "PC056"
"""Rows of ``prisoner_counts``: ends of the stretches of time that the lesson balances."""
PARDONED_2025, PARDONED, SERVED = "N0401", "N0402", "N0403"
"""Rows of ``stated_numbers``: pardoned in 2025, and since July 2024; terms served in a month."""
EXCHANGE = "R-2024-08-01"
"""The exchange in Ankara, which was no pardon."""
DECEMBER_ROUNDS = ["R-2024-12-09", "R-2024-12b"]
ROUND, MARCH_ROUND, SEPTEMBER_ROUND = "R-2025-12-13", "R-2026-03-19", "R-2025-09-11"
OF_FOREIGNERS = ["1 US citizen", "31 Ukrainians"]
GREY, PALE, DARK, LIT = "#767676", "#B9C4D3", COLOURS["plain"], COLOURS["Belarus"]

# --- facts: people, from prisoner_counts, stated_numbers, releases and recognised_totals ----------


def _count(count_id: str) -> int:
    return int(read("prisoner_counts")["count"][count_id])


@register
def stated(stated_id: str) -> int:
    """Return a number that a source states in words, a row of ``stated_numbers`` (people)."""
    return int(read("stated_numbers").value[stated_id])


@register
def fall(start: str, end: str) -> int:
    """Return by how many people one count is below an earlier one, both by ``count_id``."""
    return _count(start) - _count(end)


@register
def days_between(start: str, end: str) -> int:
    """Return the days between two counts, both by ``count_id`` and known to the day."""
    first, last = pd.to_datetime(read("prisoner_counts").date[[start, end]])
    return (last - first).days


@register
def less_pardoned(count: str, pardoned: str) -> int:
    """Return a count less a number of pardons, a row of ``stated_numbers``: no count (people)."""
    return _count(count) - stated(pardoned)


@register
def less_round(count: str, release: str) -> int:
    """Return a count less the people of a round: no count (people)."""
    return _count(count) - int(read("releases").total_released[release])


@register
def other_changes(start: str, end: str, pardoned: str) -> int:
    """Return what all but the pardons added to the count, net: end - start + pardoned (people)."""
    return _count(end) - _count(start) + stated(pardoned)


@register
def other_changes_a_month(start: str, end: str, pardoned: str) -> float:
    """Return `other_changes` for a month of average length (people a month)."""
    return other_changes(start, end, pardoned) / (days_between(start, end) / DAYS_A_MONTH)


@register
def highest_snapshot() -> int:
    """Return the highest snapshot of Viasna, alone or with partners (people)."""
    return int(_snapshots()["count"].max())


@register
def above_viasna(other: str, viasna: str) -> int:
    """Return how many people more one counter has than Viasna, both by ``count_id``."""
    return _count(other) - _count(viasna)


@register
def percent_above_viasna(other: str, viasna: str) -> float:
    """Return the same in percent of Viasna's count."""
    return percent_change(_count(viasna), _count(other))


@register
def freed(start: str, end: str, without: str = "") -> int:
    """Return the people of all rounds from one date to another, both included.

    Dates are ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; ``without`` leaves out a round.
    """
    releases = read("releases")
    chosen = releases.date.between(start, end) & (releases.index != without)
    return int(releases.total_released[chosen].sum())


@register
def short_of_viasna(without: str = "") -> int:
    """Return how many people our rounds of 2025 lack, up to the day of Viasna's tally of them."""
    until = read("stated_numbers").as_of[PARDONED_2025]
    return stated(PARDONED_2025) - freed("2025", until, without)


@register
def pardoned_in_2024() -> int:
    """Return the pardons of 2024: Viasna's tally since July 2024 less that of 2025 (people)."""
    return stated(PARDONED) - stated(PARDONED_2025)


@register
def pardoned_in_december() -> int:
    """Return the people of both rounds of December 2024."""
    return int(read("releases").total_released[DECEMBER_ROUNDS].sum())


@register
def newly_listed() -> int:
    """Return how many people at least were put on the list in the last weeks of 2024.

    That is the change of the count, plus the pardoned, plus those who served their terms.
    """
    return -fall(NOVEMBER_2024, REVIEW_OF_2024) + pardoned_in_december() + stated(SERVED)


def _exact_totals() -> pd.DataFrame:
    """Return the two rows of ``recognised_totals`` in which both numbers are exact (people)."""
    totals = read("recognised_totals")
    totals["no_longer_held"] = totals.recognised_since_2020 - totals.held_same_day
    return totals[totals.qualifier == "count"]


@register
def growth(column: str) -> int:
    """Return by how much a running total grew between its two exact dates (people).

    ``column`` is ``recognised_since_2020``, ``held_same_day`` (it fell: negative) or
    ``no_longer_held``.
    """
    return int(_exact_totals()[column].diff().iloc[-1])


@register
def fall_of_held() -> int:
    """Return by how much the number held fell between the two exact dates (people)."""
    return -growth("held_same_day")


@register
def growth_a_month(column: str) -> float:
    """Return `growth` for a month of average length (people a month)."""
    first, last = _exact_totals().index
    return growth(column) / ((last - first).days / DAYS_A_MONTH)


@register
def left_by_other_doors() -> int:
    """Return about how many people a month leave the list other than by a pardon.

    That is the recognised less the net change by all but pardons, both rounded; the two stretches
    of time differ, so it is rough.
    """
    net = other_changes_a_month(JUNE_2024, DECEMBER_2025, PARDONED)
    return round(growth_a_month("recognised_since_2020")) - round(net)


@register
def versions_apart(first: str, second: str) -> int:
    """Return the first of two published versions less the second, rows of ``conflicts``."""
    value = read("conflicts").value
    return int(value[first]) - int(value[second])


@register
def share_freed(release: str, count: str) -> float:
    """Return the people of a round in percent of a count before it."""
    return 100 * int(read("releases").total_released[release]) / _count(count)


@register
def share_on_list(release: str, count: str) -> float:
    """Return the people of a round who were on the list, in percent of a base before it.

    The base is a count made after the round, with those people added again.
    """
    on_list = int(read("releases").political_prisoners[release])
    return 100 * on_list / (_count(count) + on_list)


# --- drawings -------------------------------------------------------------------------------------


def _dated() -> pd.DataFrame:
    """Return ``prisoner_counts`` with ``drawn_at``: the day, or the middle of a month."""
    counts = read("prisoner_counts")
    known = counts.date_precision == "day"
    counts["drawn_at"] = pd.to_datetime(counts.date.where(known, counts.date + "-15"))
    return counts.sort_values("drawn_at", kind="stable")


def _snapshots() -> pd.DataFrame:
    """Return the snapshots of Viasna, alone or with partners."""
    counts = _dated()
    is_viasna = counts.counter.str.contains("Viasna")
    return counts[is_viasna & (counts.count_type == "snapshot")]


def before_the_pardons() -> None:
    """Show Viasna's counts from the first one to June 2024; the denial is a note, and no point."""
    counts = _snapshots()
    counts = counts[counts.drawn_at <= counts.drawn_at[JUNE_2024]]
    first, last = counts.iloc[0], counts.iloc[-1]
    top = counts.loc[counts["count"].idxmax()]
    denial = _dated().loc["PC005"]
    fig, ax = plt.subplots()
    ax.scatter(counts.drawn_at, counts["count"], s=34, color=LIT)
    peaks = counts[counts["count"] == top["count"]]
    months = [f"{day:%B}\n{day:%Y}" for day in peaks.drawn_at]
    # One year is written once: the highest count stands twice.
    if peaks.drawn_at.dt.year.nunique() == 1:
        months = [f"{day:%B}" for day in peaks.drawn_at]
        months[-1] += f"\n{top.drawn_at:%Y}"
    middle = peaks.drawn_at.iloc[0] + (peaks.drawn_at.iloc[-1] - peaks.drawn_at.iloc[0]) / 2
    for people, day, place, ha, words in (
        (first["count"], first.drawn_at, (-7, -4), "right", ""),
        (top["count"], middle, (0, -52), "center", f" in\n{' and '.join(months)}"),
        (last["count"], last.drawn_at, (0, -18), "center", ""),
    ):
        look = {"textcoords": "offset points", "ha": ha, "weight": "bold"}
        ax.annotate(f"{people:,}{words}", (day, people), place, **look)
    scenery(ax.axvline(denial.drawn_at, color=GREY, linewidth=1, linestyle=":"))
    said = f"  {format_value(denial.date)}: Lukashenko\n  says that there are none.\n"
    ax.text(denial.drawn_at, 1760, said + "  A statement, no count", va="top", color="#595959")
    ax.set(ylim=(0, 1780), yticks=range(0, 1501, 500))
    ax.set_xlim(first.drawn_at - pd.Timedelta(120, "D"), last.drawn_at + pd.Timedelta(90, "D"))
    ax.yaxis.set_major_formatter("{x:,.0f}")
    ax.xaxis.set_major_locator(YearLocator())
    start, end = format_value(first.date[:7]), format_value(last.date[:7])
    show(
        fig,
        finding=f"From {first['count']} people in {start} up to {top['count']:,}, and "
        f"{last['count']:,} in {end}",
        note="Political prisoners in Belarus, as counted by Viasna. One dot is one count",
        source=source_line(counts.source_ids),
    )


def one_month() -> None:
    """Show the last weeks of 2024 as a balance: two counts, and what came in and went out."""
    start, end = _count(NOVEMBER_2024), _count(REVIEW_OF_2024)
    pardoned, served, listed = pardoned_in_december(), stated(SERVED), newly_listed()
    day = format_value(read("prisoner_counts").date[NOVEMBER_2024])
    bottom = 1180
    fig, ax = plt.subplots(figsize=(6.8, 4.2))
    levels = [start, start - pardoned, start - pardoned - served, end]
    flows = pd.Series({"pardoned": -pardoned, "term served": -served, "newly listed": listed})
    colours = [PALE, PALE, LIT]
    bars = ax.bar([1, 2, 3], flows, bottom=levels[:3], width=0.6, color=colours)
    words = [f"{flow:+}".replace("-", "\N{MINUS SIGN}") for flow in flows]
    words[1:] = [f"at least\n{word}" for word in words[1:]]
    ax.bar_label(bars, words, padding=4, weight="bold")
    ax.scatter([0, 4], [start, end], s=120, color=DARK)
    for at, level in ((0, start), (4, end)):
        above = {"xytext": (0, 10), "textcoords": "offset points", "ha": "center"}
        ax.annotate(f"{level:,}", (at, level), **above, weight="bold")
    for at, level in enumerate(levels):
        look = {"color": GREY, "linewidth": 1, "linestyle": ":", "zorder": 0}
        scenery(ax.plot([at, at + 1], [level, level], **look))
    review = format_value(read("prisoner_counts").date[REVIEW_OF_2024])
    ax.set_xticks(range(5), [f"held,\n{day}", *flows.index, f"held, review\nof {review}"])
    ax.set(ylim=(bottom, 1300), xlim=(-0.5, 4.5))
    ax.yaxis.set_major_formatter("{x:,.0f}")
    show(
        fig,
        finding=f"A fall of {start - end} in the count hides people who left and people who came",
        note=f"Viasna's count in the last weeks of 2024, in people. The axis begins at {bottom:,}: "
        "compare the lengths of the bars",
        source=source_line([*read("prisoner_counts").source_ids[[NOVEMBER_2024, REVIEW_OF_2024]]]),
    )


def four_totals() -> None:
    """Show the four totals that were published around the round of 13 December 2025."""
    conflicts, sources = read("conflicts"), read("sources")
    told = conflicts[conflicts.conflict_id == "C06"].copy()
    told["value"] = told.value.astype(int)
    told["publisher"] = sources.publisher[told.source_ids.str.split(";").str[0]].to_numpy()
    # The bare address says nothing; what that page has is a summary made by a machine.
    told["publisher"] = told.publisher.replace("tid-1.pages.dev", "A machine-made summary")
    before, after = int(told.value["C06-1"]), int(told.value["C06-3"])
    freed_then = int(read("releases").total_released[ROUND])
    fits = (told.value - before).abs().lt(20) | (told.value - before + freed_then).abs().lt(20)
    fig, ax = plt.subplots(figsize=(6.8, 4.2))
    ends = {before: "before", before - freed_then: "after"}
    for level, word in ends.items():
        look = {"color": GREY, "linewidth": 1, "linestyle": ":", "zorder": 0}
        scenery(ax.plot([level, level], [-0.85, len(told) - 0.5], **look))
        ax.text(level, -1.25, f"{level:,}\n{word}", ha="center", va="center", color="#595959")
    way = {"arrowstyle": "->", "color": "#595959"}
    ax.annotate("", (before - freed_then + 10, -1.25), (before - 10, -1.25), arrowprops=way)
    words = f"less the {freed_then} freed"
    ax.text(before - freed_then / 2, -1.32, words, ha="center", va="bottom", color="#595959")
    for lane, (row, fit) in enumerate(zip(told.itertuples(), fits, strict=True)):
        colour = DARK if fit else LIT
        fill = colour if row.version[0].isdigit() else "white"  # "about" and "more than" are hollow
        ax.scatter(row.value, lane, s=130, color=fill, edgecolors=colour, linewidths=2)
        is_left = row.value < (before + after) / 2
        ax.annotate(
            f"{row.publisher}:\n{row.version}",
            (row.value, lane),
            (22 if is_left else -14, 0),
            textcoords="offset points",
            ha="left" if is_left else "right",
            va="center",
            color="#1A1A1A" if fit else LIT,
        )
    ax.set(xlim=(1090, 1240), ylim=(len(told) - 0.5, -1.8), yticks=[])
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.spines["left"].set_visible(False)
    words = {0: "None", 1: "One", 2: "Two", 4: "four"}
    odd, all_told = (words.get(n, str(n)) for n in ((~fits).sum(), len(told)))
    show(
        fig,
        finding=f"{odd} of {all_told} totals fits neither the time before nor the time after",
        note=f"Political prisoners around {format_value(read('releases').date[ROUND])}, when "
        f"{freed_then} people were freed. Hollow: not an exact number",
        source=source_line(told.source_ids),
    )


def shares_freed() -> None:
    """Show three rounds as a share of those held: a range, a number, and an upper bound."""
    releases, counts = read("releases"), read("prisoner_counts")
    lowest = share_on_list(SEPTEMBER_ROUND, "PC061")
    shares = {
        SEPTEMBER_ROUND: share_freed(SEPTEMBER_ROUND, "PC052"),
        ROUND: share_freed(ROUND, "PC053"),
        MARCH_ROUND: share_freed(MARCH_ROUND, "PC059"),
    }
    words = [f"{lowest:.1f}% to {{:.1f}}%", "{:.1f}%", "at most {:.1f}%"]
    fig, ax = plt.subplots(figsize=(6.8, 3.2))
    ax.hlines(0, lowest, shares[SEPTEMBER_ROUND], color=LIT, linewidth=6)
    ax.scatter(shares[ROUND], 1, s=150, color=LIT)
    ax.scatter(shares[MARCH_ROUND], 2, s=150, color="white", edgecolors=LIT, linewidths=2.5)
    for lane, (share, word) in enumerate(zip(shares.values(), words, strict=True)):
        beside = {"xytext": (12, 0), "textcoords": "offset points", "va": "center"}
        ax.annotate(word.format(share), (share, lane), **beside, weight="bold")
    days = [format_value(releases.date[release]) for release in shares]
    people = [f"{releases.total_released[release]} freed" for release in shares]
    ax.set_yticks(range(3), [f"{day}\n{n}" for day, n in zip(days, people, strict=True)])
    ax.set(xlim=(0, 33), ylim=(2.5, -0.5), xlabel="percent")
    show(
        fig,
        finding=f"Of those held, at most {shares[SEPTEMBER_ROUND]:.1f} percent were freed in "
        f"September, {shares[ROUND]:.1f} in December, at most {shares[MARCH_ROUND]:.1f} in March",
        note="People freed in three rounds, in percent of the political prisoners counted before "
        "each",
        source=source_line(
            [*releases.source_ids[list(shares)], *counts.source_ids[["PC052", "PC053", "PC059"]]]
        ),
    )


# --- explorers ------------------------------------------------------------------------------------


def toy_of_stock_and_flow() -> Explorer:
    """Return the toy: a count to which people are added each month, and rounds take away from."""
    start = int(_exact_totals().held_same_day.iloc[-1])
    recognised, left = round(growth_a_month("recognised_since_2020")), left_by_other_doors()
    every = 3
    controls = {
        "start": number("People held at the start", 800, 1500, start, step=10, grid=[start]),
        "recognised": number(
            "Recognised a month",
            0,
            80,
            recognised,
            grid=[0, 80],
        ),
        "left": number("Leaving by other doors a month", 0, 60, left, grid=[0]),
        "freed": number(
            "Freed in a round",
            0,
            300,
            int(read("releases").total_released[ROUND]),
            step=3,
            grid=[0, every * (recognised - left), 300],  # with the second the count stays level
        ),
        "every": number("Months between rounds", 1, 12, every, grid=[1, 6, 12]),
        "horizon": number("Months to look at", 6, 36, 24, grid=[24]),
    }
    totals = read("recognised_totals")
    source = f"our toy; its start from {source_line(totals.source_ids.iloc[[2]])}"
    return Explorer(
        "Stock and flow: a toy", None, controls, _select_toy, _draw_toy, _describe_toy, source
    )


def _select_toy(_: None, chosen: dict) -> pd.DataFrame:
    flows = [chosen["start"], chosen["recognised"], chosen["left"]]
    rhythm = [chosen["every"], chosen["horizon"]]
    rows = pd.DataFrame({"month": range(chosen["horizon"] + 1)})
    rows["with_rounds"] = stock_and_flow(*flows, chosen["freed"], *rhythm)
    rows["without_rounds"] = stock_and_flow(*flows, 0, *rhythm)
    rows["freed"] = chosen["freed"] * ((rows.month % chosen["every"] == 0) & (rows.month > 0))
    rows["recognised"], rows["left"] = chosen["recognised"], chosen["left"]
    rows["months_between"] = chosen["every"]
    rows["net_a_month"] = chosen["recognised"] - chosen["left"]
    return rows.astype(int)


def _draw_toy(rows: pd.DataFrame) -> Figure:
    fig, ax = plt.subplots(figsize=(6.8, 3.2))
    first, end = rows.iloc[0], rows.iloc[-1]
    for column, colour, words in (
        ("without_rounds", GREY, "without\nrounds"),
        ("with_rounds", LIT, "with\nrounds"),
    ):
        ax.plot(rows.month, rows[column], color=colour, label=f"{end[column]:,} {words}")
    rounds = rows[rows.freed > 0]
    ax.plot(rounds.month, rounds.with_rounds, "v", color=LIT, label="_a round")
    label_ends(ax)
    ax.set(xlabel="months", ylabel="people held", ylim=(0, None), xticks=range(0, len(rows), 6))
    ax.yaxis.set_major_formatter("{x:,.0f}")
    every = first.months_between
    often = "every month" if every == 1 else f"every {every} months"
    freed = f"{rows.freed.max()} freed {often} (triangles)" if len(rounds) else "nobody freed"
    headline(
        fig,
        f"Toy model: {end.with_rounds:,} people held after {end.month} months",
        f"The setting: {first.with_rounds:,} held at first; each month {first.recognised} are "
        f"recognised and {first.left} leave in other ways; {freed}. Not a forecast",
    )
    return fig


def _describe_toy(rows: pd.DataFrame) -> str:
    end = rows.iloc[-1]
    # How many a round must free is the reader's question, so the toy says no number for it.
    gap = rows.freed.max() - end.net_a_month * end.months_between
    way = "stays level" if gap == 0 else "falls" if gap > 0 else "rises"
    trend = f"From round to round the count {way}."
    if not rows.freed.any():
        trend = "No round in these months frees anybody."
    floor = " The toy stops at zero." if rows.with_rounds.min() == 0 else ""
    without = f"without rounds {end.without_rounds:,}"
    return (
        f"Toy model: {end.with_rounds:,} after {end.month} months; {without}. {trend}{floor} "
        "Not a forecast."
    )


def whose_count() -> Explorer:
    """Return the explorer that sets the figures of one counter beside those of all others."""
    figures = _dated()
    figures["who"] = "others"
    for name in ("Viasna", "Dissidentby"):
        figures.loc[figures.counter.str.contains(name), "who"] = name
    viasna = _snapshots()[["drawn_at", "count"]].rename(columns={"count": "viasna"})
    viasna["viasna_at"] = viasna.drawn_at
    figures = pd.merge_asof(
        figures.reset_index(), viasna, on="drawn_at", direction="nearest"
    ).set_index("count_id")
    figures["days_apart"] = (figures.drawn_at - figures.viasna_at).dt.days.abs()
    return Explorer(
        "Whose count?",
        figures,
        {
            "who": choice(
                "Counter",
                {"Viasna and partners": "Viasna", "Dissidentby": "Dissidentby", "others": "others"},
                default="Dissidentby",  # the opening picture has Viasna's
            ),
            "weaker": choice("Weaker figures", {"show": True, "hide": False}),
        },
        _select_counter,
        _draw_counter,
        _describe_counter,
        source=source_line(figures.source_ids),
    )


def _select_counter(figures: pd.DataFrame, chosen: dict) -> pd.DataFrame:
    rows = figures.assign(chosen=figures.who == chosen["who"])
    rows["shown"] = (rows.count_type == "snapshot") | chosen["weaker"]
    columns = ["who", "counter", "count_type", "date", "drawn_at", "count", "viasna", "days_apart"]
    return rows[[*columns, "chosen", "shown"]]


def _draw_counter(rows: pd.DataFrame) -> Figure:
    fig, ax = plt.subplots(figsize=(6.8, 4.2))
    points = rows[rows.shown & (rows.count_type != "official denial")]
    rest, mine = points[~points.chosen], points[points.chosen]
    names = {"Viasna": "Viasna and partners", "others": "all others"}
    # Viasna has many dots, and the few of the others must not be buried below them.
    for who, colour, level in (("Viasna", PALE, 1), ("Dissidentby", DARK, 4), ("others", GREY, 3)):
        part = rest[rest.who == who]
        if len(part):
            label = names.get(who, who)
            ax.scatter(part.drawn_at, part["count"], s=20, color=colour, zorder=level, label=label)
    who = mine.who.iloc[0] if len(mine) else ""
    for firm, fill, level in ((True, LIT, 2), (False, "white", 5)):
        part = mine[(mine.count_type == "snapshot") == firm]
        exact = "exact count of a day" if firm else "about, at least, or said"
        label = f"{names.get(who, who)}: {exact}"
        look = {"s": 50, "color": fill, "edgecolors": LIT, "zorder": level, "label": label}
        if len(part):
            ax.scatter(part.drawn_at, part["count"], **look)
    for day in rows.drawn_at[rows.chosen & rows.shown & (rows.count_type == "official denial")]:
        scenery(ax.axvline(day, color=GREY, linestyle=":", linewidth=1))
        ax.text(day, 1720, "  a denial:\n  no count", va="top", color="#595959")
    ax.set(ylim=(0, 1900), yticks=range(0, 1501, 500))
    ax.yaxis.set_major_formatter("{x:,.0f}")
    fig.legend(loc="outside lower left", ncols=2)
    headline(fig, _finding(rows), "Political prisoners in Belarus. One dot is one published figure")
    return fig


def _finding(rows: pd.DataFrame) -> str:
    """Say how far the exact counts of a counter lie from those of Viasna, or how many there are."""
    firm = rows[rows.chosen & rows.shown & (rows.count_type == "snapshot")]
    gaps = sorted(int(gap) for gap in firm["count"] - firm.viasna)
    if (firm.who == "Viasna").any() or not gaps or gaps[0] <= 0:
        return _summary(rows)
    apart = f"{gaps[0]:,}" if gaps[0] == gaps[-1] else f"{gaps[0]:,} to {gaps[-1]:,}"
    return f"{firm.who.iloc[0]} counted {apart} people more than Viasna"


def _summary(rows: pd.DataFrame) -> str:
    """Say whose figures are chosen, and how many are shown."""
    mine = rows[rows.chosen & rows.shown]
    firm = int((mine.count_type == "snapshot").sum())
    weaker = len(mine) - firm - int((mine.count_type == "official denial").sum())
    who = {"Viasna": "Viasna and partners", "others": "Officials, politicians and the press"}
    name = rows.who[rows.chosen].iloc[0]
    parts = [_several(firm, "snapshot")] + [_several(weaker, "weaker figure")] * (weaker > 0)
    return f"{who.get(name, name)}: {' and '.join(parts)}"


def _describe_counter(rows: pd.DataFrame) -> str:
    mine = rows[rows.chosen & rows.shown]
    firm = mine[mine.count_type == "snapshot"]
    said = f"{_summary(rows)}."
    if not rows.shown.all():
        said += " Figures that are not exact are left out."
    if (mine.who == "Viasna").any():
        return f"{said} The highest snapshot is {firm['count'].max():,}."
    gaps = [
        f"{abs(gap)} {'above' if gap > 0 else 'below'} it on {format_value(day)}"
        for gap, day in zip(firm["count"] - firm.viasna, firm.date, strict=True)
    ]
    if gaps:
        said += f" Against Viasna's nearest snapshot: {', '.join(gaps)}."
    for day in mine.date[mine.count_type == "official denial"]:
        said += f" The denial of {format_value(day)} is a statement, and no count."
    return said


def _several(n: int, word: str) -> str:
    return f"{n or 'no'} {word}{'' if n == 1 else 's'}"


# --- exercises ------------------------------------------------------------------------------------


@answer("04.1", solution='"sffsffss"  # a day makes a stock, a period makes a flow')
def stock_or_flow() -> str:
    """Return one letter for each of the eight phrases: "s" for a stock, "f" for a flow."""
    return "sffsffss"


@answer("04.2", solution="end - start + pardoned_in_2025")
def other_changes_of_2025() -> int:
    """Return what all but the pardons added to the count in 2025, net (people)."""
    return other_changes(REVIEW_OF_2024, DECEMBER_2025, PARDONED_2025)


@answer(
    "04.3",
    solution="""
    of_2024 = releases[releases.date.str.startswith("2024")]
    of_2024.drop("R-2024-08-01").total_released.sum()
    """,
)
def people_in_pardon_rounds_of_2024() -> int:
    """Return the people in our rounds of 2024, without the exchange in Ankara."""
    return freed("2024", "2024-12-31", without=EXCHANGE)


@answer("04.4", solution="net / days * 365.25")
def pardons_that_hold_the_count_level() -> float:
    """Return how many pardons a year are as many as all other changes, net (people a year)."""
    return 12 * other_changes_a_month(JUNE_2024, DECEMBER_2025, PARDONED)


def _rounds_between_the_totals() -> pd.DataFrame:
    """Return the rounds after the first exact total and up to the second."""
    releases = read("releases")
    first, last = _exact_totals().index.strftime("%Y-%m-%d")
    return releases[(releases.date > first) & (releases.date <= last)]


@answer(
    "04.5",
    solution="""
    window = releases[(releases.date > "2024-09-30") & (releases.date <= "2025-12-31")]
    foreigners = window.nationality_or_category_breakdown.isin(["1 US citizen", "31 Ukrainians"])
    100 * window[~foreigners].total_released.sum() / left
    """,
)
def largest_share_of_those_who_left() -> float:
    """Return the largest part of those who left that our rounds can account for (percent)."""
    return 100 * people_of_rounds(foreigners=False) / growth("no_longer_held")


@register
def people_of_rounds(foreigners: bool) -> int:
    """Return the people of the rounds between the two exact totals, or without foreigners only."""
    window = _rounds_between_the_totals()
    of_foreigners = window.nationality_or_category_breakdown.isin(OF_FOREIGNERS)
    return int(window.total_released[~of_foreigners | foreigners].sum())


@register
def share_with_foreigners() -> float:
    """Return the same share with the rounds of foreigners left in: a mistake (percent)."""
    return 100 * people_of_rounds(foreigners=True) / growth("no_longer_held")


@register
def share_by_tally() -> float:
    """Return Viasna's tally over those who left: a mistake, as its window is another (percent)."""
    return 100 * stated(PARDONED) / growth("no_longer_held")


@register
def rounds_of_2024_known_to_the_day() -> int:
    """Return the people of the rounds of 2024 whose day is known: a mistake."""
    releases = read("releases").drop(EXCHANGE)
    known = releases.date.str.startswith("2024") & (releases.date_precision == "day")
    return int(releases.total_released[known].sum())


@register
def sum_less_change() -> int:
    """Return start less end plus pardons of 2025: a mistake in the sign."""
    return fall(REVIEW_OF_2024, DECEMBER_2025) + stated(PARDONED_2025)


@answer(
    "04.6",
    solution="""
    days = pd.to_datetime(snapshots.date).sort_values()
    days.diff().max().days
    """,
)
def longest_silence() -> int:
    """Return the most days between two snapshots of Viasna that follow each other."""
    snapshots = _snapshots()
    days = pd.to_datetime(snapshots.date[snapshots.date_precision == "day"]).sort_values()
    return int(days.diff().max().days)


@register
def average_silence() -> float:
    """Return the mean of the days between snapshots that follow each other: a mistake."""
    snapshots = _snapshots()
    days = pd.to_datetime(snapshots.date[snapshots.date_precision == "day"]).sort_values()
    return float(days.diff().dt.days.mean())
