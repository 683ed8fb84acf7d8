"""Behind lesson 01: the round of 13 December 2025, its totals, and the dates of the relief."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.dates import DateFormatter
from matplotlib.figure import Figure

from casebook.charts import COLOURS, headline, scenery, show, text_colour
from casebook.exercises import answer
from casebook.explorer import Explorer, choice, number
from casebook.ledger import register
from casebook.maps import draw_land, draw_people
from casebook.tables import read, source_line
from casebook.text import format_value

ROUND = "R-2025-12-13"
MINSK = [ROUND, "R-2025-11-22", "R-2025-11-20"]
"""The rounds that add up to the total of Lukashenko's press service; that it means them is ours."""
DATES = ["announced", "legally_effective", "published"]

# --- facts: counts of people, from releases and conflicts ---------------------------------------


@register
def sum_of_groups(version: str) -> int:
    """Return the people handed to Ukraine plus those taken to Lithuania by one published version.

    ``version`` is a row of ``conflicts``, such as "C01-2".
    """
    return int(read("releases").to_ukraine[ROUND]) + int(read("conflicts").value[version])


@register
def ukrainians(version: str) -> int:
    """Return how many of those handed to Ukraine were not Belarusian, by one published version."""
    return int(read("releases").to_ukraine[ROUND]) - int(read("conflicts").value[version])


@register
def publishers(version: str) -> int:
    """Return how many of our sources give one published version, a row of ``conflicts``."""
    return len(read("conflicts").source_ids[version].split(";"))


@register
def three_rounds() -> int:
    """Return the people freed in three rounds of November and December 2025 together."""
    return int(read("releases").total_released[MINSK].sum())


def minsk_total() -> int:
    """Return the total of people pardoned of late that Lukashenko's press service gave."""
    return int(read("stated_numbers").value["N0003"])


@register
def minsk_more() -> int:
    """Return by how many people Minsk's total is above that of the round of 13 December alone."""
    return minsk_total() - int(read("releases").total_released[ROUND])


@register
def taken_to_ukraine() -> int:
    """Return the sum of all known numbers of people taken to Ukraine; empty cells are left out."""
    return int(read("releases").to_ukraine.sum())


@register
def rounds_known(column: str) -> int:
    """Return in how many rounds a column of ``releases`` is known."""
    return int(read("releases")[column].notna().sum())


@register
def rounds_unknown(column: str) -> int:
    """Return in how many rounds a column of ``releases`` is empty."""
    return int(read("releases")[column].isna().sum())


@register
def detained_and_not_freed_that_day() -> int:
    """Return how many people of our table had been detained and were not freed that day."""
    people = read("people")
    day = read("releases").date[ROUND]
    return int((people.last_known.notna() & ~(people.released_on <= day)).sum())


@register
def firms_relieved(day: str) -> int:
    """Return how many firms US relief named on one day, ``YYYY-MM-DD``."""
    relations = read("relations")
    return int(((relations.relation == "relieved") & (relations.date == day)).sum())


@register
def days_between_announcements() -> int:
    """Return the days from the announcement of December 2025 to that of March 2026."""
    said = read("relief_dates").announced
    return (said["MAR26"] - said["GL13"]).days


# --- drawings -----------------------------------------------------------------------------------


def people_map() -> None:
    """Show where the 123 people of 13 December 2025 were taken: a map, one dot for each person."""
    deal = read("releases").loc[ROUND]
    fig, ax = plt.subplots(figsize=(6.8, 4.75))
    draw_land(ax, west=17.6, east=33.4, south=50, north=56.6)
    groups = {
        "to Lithuania": (deal.to_lithuania, 23.9, 55.2, COLOURS["Lithuania"]),
        "to Ukraine": (deal.to_ukraine, 26.6, 50.85, COLOURS["Ukraine"]),
    }
    for people, east, north, colour in groups.values():
        draw_people(ax, people, longitude=east, latitude=north, colour=colour, size=22)
    ax.text(23.9, 55.6, f"{deal.to_lithuania} to Lithuania", ha="center", weight="bold")
    ax.text(28.0, 50.8, f"{deal.to_ukraine} to Ukraine", va="center", weight="bold")
    stayed = "none" if deal.stayed_in_belarus == 0 else deal.stayed_in_belarus
    ax.text(27.9, 53.6, f"Belarus:\n{stayed} of them stayed", ha="center", va="center")
    places = {"Poland": (20.6, 52.2), "Latvia": (26.9, 56.15), "Russia": (32.3, 55.3)}
    for country, place in places.items():  # Lithuania and Ukraine are in the bold words
        ax.text(*place, country, ha="center", va="center", color="#595959")
    finding = f"Freed, and all {deal.total_released} taken abroad"
    if deal.to_ukraine + deal.to_lithuania != deal.total_released:
        finding = f"Freed: {deal.total_released} people, most of them taken abroad"
    show(
        fig,
        finding=finding,
        note=f"{format_value(deal.date)}. One dot is one person; no dot marks a place",
        source=f"{source_line(deal.source_ids)}; land: Natural Earth",
        data=pd.DataFrame({w: [n] for w, (n, *_) in groups.items()}),
    )


def versions() -> None:
    """Show the three numbers of 13 December on which publishers differ, with their publishers."""
    conflicts, publisher = read("conflicts"), read("sources").publisher
    told = {
        "C01": "Taken to Lithuania",
        "C02": "Belarusians among those handed to Ukraine",
        "C04": "Freed in all",
    }
    fig, ax = plt.subplots(figsize=(6.8, 5.2))
    shown = conflicts[conflicts.conflict_id.isin(told)]
    # All names begin where the longest row of dots has ended.
    names_at = 2.1 + shown.source_ids.str.split(";").str.len().max()
    line = 0.0
    for conflict, words in told.items():
        ax.text(0, line, words, color="#595959")
        for row in conflicts[conflicts.conflict_id == conflict].itertuples():
            line += 1
            ids = row.source_ids.split(";")
            colour = COLOURS["Lithuania"] if row.Index.endswith("-1") else "#9AA5B4"
            rest = f" and {len(ids) - 1} more" if len(ids) > 1 else ""
            ax.text(0, line, row.value, weight="bold", fontsize=17, va="center")
            ax.scatter(range(2, 2 + len(ids)), [line] * len(ids), s=110, color=colour)
            ax.text(names_at, line, publisher[ids[0]].split(" (")[0] + rest, va="center")
        line += 1.5
    ax.set(xlim=(-0.1, 15), ylim=(line - 0.8, -0.6))
    ax.set_axis_off()
    show(
        fig,
        finding="Three numbers, each published in two versions",
        note="Round of 13 December 2025. One dot, one of our sources; green: the version we use",
        source=source_line(shown.source_ids),
        data=shown[["version", "value"]],
    )


def belaruskali_status() -> None:
    """Show under which US and EU rules Belaruskali stood on each day from 2021 to March 2026."""
    relations = read("relations")
    firm = relations[relations.to_id == "O-BELARUSKALI"].sort_values("date")
    dates = pd.to_datetime(firm.date, errors="coerce")

    def day(giver: str, act: str, position: int) -> pd.Timestamp:
        return dates[(firm.from_id == giver) & (firm.relation == act)].iloc[position]

    listed, licensed = day("O-OFAC", "sanctioned", 0), day("O-OFAC", "relieved", 0)
    act = day("O-OFAC", "relieved", 1)
    banned, frozen = day("O-EUC", "sanctioned", 0), day("O-EUC", "sanctioned", 1)
    end = pd.Timestamp("2026-03-31")
    us, eu = COLOURS["United States"], COLOURS["European Union"]
    fig, ax = plt.subplots(figsize=(6.8, 3.9))
    bars = [
        ("US: the firm", listed, licensed, us, "on the blocked list"),
        ("US: the firm", licensed, act, "#9CC3DF", ""),
        ("EU: its potash", banned, end, eu, "may not be bought"),
        ("EU: the firm", frozen, end, eu, "assets frozen"),
    ]
    for lane, start, stop, colour, words in bars:
        ax.barh(lane, (stop - start).days, left=start, color=colour, height=0.5)
        at = start + (stop - start) / 2
        ax.text(at, lane, words, ha="center", va="center", color="white", weight="bold")
    steps = [
        (licensed, f"{format_value(licensed)}: still listed, dealings licensed", -0.42),
        (act, f"{format_value(act)}: new act; we have not read it", -0.78),
    ]
    ax.text(end, 0, " pale:\n licensed", va="center")
    for day_of_act, words, up in steps:
        ax.text(day_of_act, up, f"{words} ", ha="right", va="center")
        ax.plot([day_of_act, day_of_act], [up, 0.25], color="black", linewidth=1)
    ax.set(ylim=(2.5, -1.1), xlabel="year", xlim=(listed, pd.Timestamp("2027-03-31")))
    ax.set_xticks(pd.to_datetime([f"{year}-01-01" for year in range(2022, 2027)]))
    ax.xaxis.set_major_formatter(DateFormatter("%Y"))
    show(
        fig,
        finding="Washington licensed dealings in the potash; Brussels kept its ban",
        note=f"Rules on the miner Belaruskali, 2021 to {format_value(end)}",
        source=source_line(firm.source_ids),
    )


# --- explorers ----------------------------------------------------------------------------------


def does_it_add_up() -> Explorer:
    """Return the explorer that adds two groups and compares the sum with published totals."""
    releases, value = read("releases"), read("conflicts").value
    deal = releases.loc[ROUND]
    totals = {
        "most outlets": int(value["C04-1"]),
        "Novyny Live": int(value["C04-2"]),
        "Minsk": minsk_total(),
    }
    published = pd.DataFrame(
        {"account": [f"{n}, {who}" for who, n in totals.items()], "total": list(totals.values())}
    )

    def select(published: pd.DataFrame, chosen: dict) -> pd.DataFrame:
        rows = published.copy()
        rows["to_ukraine"], rows["to_lithuania"] = chosen["to_ukraine"], chosen["to_lithuania"]
        rows["sum"] = rows.to_ukraine + rows.to_lithuania
        rows["sum_less_total"] = rows["sum"] - rows.total
        rows["chosen"] = rows.total == chosen["total"]
        return rows

    ids = [*read("conflicts").query("conflict_id in ['C01', 'C04']").source_ids]
    return Explorer(
        "Does it add up?",
        published,
        {
            "to_ukraine": number(
                "To Ukraine",
                100,
                150,
                int(deal.to_ukraine),
                grid=[104, 109, 113, 115, 147],
            ),
            "to_lithuania": number("To Lithuania", 5, 15, int(deal.to_lithuania), grid=[8, 10]),
            "total": choice("Total", {f"{n} ({who})": n for who, n in totals.items()}),
        },
        select,
        _draw_sums,
        _describe_sums,
        source=source_line([*ids, read("stated_numbers").source_ids["N0003"]]),
    )


def _draw_sums(rows: pd.DataFrame) -> Figure:
    """Draw the two groups as one bar, and below it each published total beside their sum."""
    fig, ax = plt.subplots(figsize=(6.8, 2.95))
    one = rows.iloc[0]
    ukraine, lithuania = COLOURS["Ukraine"], COLOURS["Lithuania"]
    ax.barh(0, one.to_ukraine, color=ukraine, height=0.6)
    ax.barh(0, one.to_lithuania, left=one.to_ukraine, color=lithuania, height=0.6)
    middle = {"ha": "center", "va": "center"}
    ax.text(one.to_ukraine / 2, 0, f"{one.to_ukraine} to Ukraine", **middle)
    words = f" {one.to_lithuania} to Lithuania"
    ax.text(one["sum"], 0, words, va="center", color=text_colour(lithuania))
    look = {"color": "#595959", "linestyle": ":", "linewidth": 1, "zorder": 0}
    scenery(ax.plot([one["sum"]] * 2, [0.3, len(rows) + 0.5], **look))
    for lane, row in enumerate(rows.itertuples(), start=1):
        weight = "bold" if row.chosen else "normal"
        ax.plot([row.sum, row.total], [lane, lane], color="#9AA5B4", linewidth=3, zorder=1)
        ax.scatter(row.total, lane, s=320, marker="|", color="black", linewidth=3, zorder=3)
        gap = -row.sum_less_total
        words = f"{abs(gap)} {'more' if gap > 0 else 'fewer'}" if gap else "fits"
        ax.text(max(row.sum, row.total) + 3, lane, words, va="center", weight=weight)
    ax.set_yticks(range(len(rows) + 1), ["the two groups", *rows.account])
    ax.set(xlabel="people", xlim=(0, 212), ylim=(len(rows) + 0.5, -0.6), xticks=range(0, 151, 50))
    first = rows.iloc[0]
    fits = rows.account[rows.sum_less_total == 0]
    verdict = f"the total of {fits.iloc[0].split(', ')[1]}" if len(fits) else "no published total"
    headline(
        fig,
        f"{first.to_ukraine} + {first.to_lithuania} = {first['sum']}: {verdict}",
        "Black mark: a published total. Dotted line: the two groups together. Bold: the total "
        "of the setting",
    )
    return fig


def _describe_sums(rows: pd.DataFrame) -> str:
    mine = rows[rows.chosen].iloc[0]
    gap = mine.sum_less_total
    verdict = (
        "This is the chosen total."
        if gap == 0
        else (
            f"This is {abs(gap)} {'less' if gap < 0 else 'more'} than the chosen total of "
            f"{mine.total}."
        )
    )
    parts = f"{mine.to_ukraine} to Ukraine and {mine.to_lithuania} to Lithuania"
    fits = rows.account[(rows.sum_less_total == 0) & ~rows.chosen]
    named = f", the total of {fits.iloc[0].partition(', ')[2]}" if len(fits) else ""
    return f"{parts} make {mine['sum']}{named}. {verdict}"


def three_dates() -> Explorer:
    """Return the explorer of the three days of a step of relief: announced, in force, printed."""
    relief = read("relief_dates")

    def select(relief: pd.DataFrame, chosen: dict) -> pd.DataFrame:
        rows = relief[["in_words", *DATES]].copy()
        rows["days_to_law"] = (rows.legally_effective - rows.announced).dt.days.astype("Int64")
        rows["days_to_print"] = (rows.published - rows.legally_effective).dt.days.astype("Int64")
        rows["chosen"] = rows.index == chosen["step"]
        return rows

    return Explorer(
        "Three dates",
        relief,
        {
            "step": choice(
                "Step", {r.in_words: r.Index for r in relief.itertuples()}, default="GL13"
            )
        },
        select,
        _draw_dates,
        _describe_dates,
        source=source_line(relief.source_ids),
    )


def _draw_dates(rows: pd.DataFrame) -> Figure:
    fig, ax = plt.subplots(figsize=(6.8, 3.6))
    for lane, row in enumerate(rows.itertuples()):
        colour = COLOURS["United States"] if row.chosen else "#9AA5B4"
        wait = row.days_to_law
        if pd.isna(wait):
            words, right = "in force; no announcement found", -0.4
        else:
            words = {0: "the same day", 1: "1 day"}.get(wait, f"{wait} days")
            right = wait
            ax.plot([0, wait], [lane, lane], color=colour, linewidth=4, zorder=1)
            ax.scatter(0, lane, s=100, color="white", edgecolors=colour, linewidth=2.5)
            ax.scatter(wait, lane, s=100, color=colour)
        ax.text(right + 0.4, lane, words, va="center", weight="bold" if row.chosen else "normal")
    ax.set_yticks(range(len(rows)), rows.in_words)
    ax.set_xticks(range(8))
    ax.set(xlabel="days since the announcement", xlim=(-0.5, 11), ylim=(len(rows) - 0.4, -0.6))
    chosen = rows[rows.chosen].iloc[0]
    wait = chosen.days_to_law
    name = _at_the_start(chosen.in_words)
    finding = f"{name}: in force {wait} days after the announcement"
    if pd.isna(wait):
        finding = f"{name}: in force, and no announcement found"
    elif wait == 0:
        finding = f"{name}: announced and in force on the same day"
    elif wait == 1:
        finding = f"{name}: in force one day after the announcement"
    headline(fig, finding, "Open dot: announced. Full dot: in force. Blue: the step of the setting")
    return fig


def _at_the_start(words: str) -> str:
    return words[0].upper() + words[1:]


def _describe_dates(rows: pd.DataFrame) -> str:
    step = rows[rows.chosen].iloc[0]
    said, law, print_day = step[DATES].map(format_value, na_action="ignore").fillna("not found")
    wait = step.days_to_law
    later = "" if pd.isna(wait) else " (the same day)" if wait == 0 else f" ({wait} days later)"
    later = later.replace("(1 days", "(1 day")
    name = _at_the_start(step.in_words)
    return f"{name}: announced {said}, in force {law}{later}, printed {print_day}."


# --- exercises ----------------------------------------------------------------------------------


@answer("01.1", solution="spring.total_released - spring.to_lithuania")
def not_taken_to_lithuania() -> int:
    """Return how many of those freed on 19 March 2026 were not taken to Lithuania."""
    spring = read("releases").loc["R-2026-03-19"]
    return int(spring.total_released - spring.to_lithuania)


@answer("01.2", solution="releases.to_lithuania.notna().sum()")
def rounds_with_lithuania_known() -> int:
    """Return in how many rounds the number of people taken to Lithuania is known."""
    return rounds_known("to_lithuania")


@answer(
    "01.3",
    solution='(relief.loc["MAR26", "legally_effective"] - relief.loc["GL13", "legally_effective"])'
    ".days",
)
def days_from_licence_to_act() -> int:
    """Return the days from the licence of December 2025 to the Treasury act of March 2026."""
    law = read("relief_dates").legally_effective
    return (law["MAR26"] - law["GL13"]).days


@answer("01.4", solution='"c" if relief[relief.legally_effective == "2025-12-13"].empty else "a"')
def changed_in_law_that_day() -> str:
    """Return the letter of what changed in US law on 13 December 2025: "c", nothing yet."""
    day = read("releases").date[ROUND]
    return "c" if (read("relief_dates").legally_effective != day).all() else "a"


@answer("01.5", solution='"ad"  # a sum compares numbers with each other, not with the world')
def what_a_sum_shows() -> str:
    """Return the letters of the sentences that 114 + 9 = 123 supports."""
    return "ad"
