"""Behind lesson 03: releases, relief and sanctions from 2006 to 2026, in the order of time."""

from textwrap import fill, shorten

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import DateFormatter, YearLocator
from matplotlib.figure import Figure

from casebook.charts import COLOURS, headline, scenery, show
from casebook.exercises import answer
from casebook.explorer import Explorer, choice, number
from casebook.ledger import register
from casebook.tables import CasebookError, read, source_line
from casebook.text import format_value

DEAL = pd.Timestamp("2025-12-13")
END = pd.Timestamp("2026-03-31")
"""The last day that the tables cover."""
FIRST_DRAWN = pd.Timestamp("2014-01-01")
"""Where the opening picture begins; what was blocked before is blocked there already."""
GREY, PALE_US = "#9AA5B4", "#9CC3DF"
OFFSET = {"textcoords": "offset points"}
HOLLOW = "Hollow: only the month or year is known"
COLUMNS = ["date", "date_precision", "category", "title", "source_ids"]

LANES = {
    "release": ("people freed", "Belarus"),
    "relief-US": ("US relief", "United States"),
    "sanction-US": ("US sanctions", "United States"),
    "sanction-EU": ("EU sanctions", "European Union"),
    "crackdown": ("arrests", "Belarus"),
    "court/prison": ("courts", "Belarus"),
    "election": ("elections", "Belarus"),
    "talks": ("talks", "unknown"),
    "trade/transit": ("trade, borders", "unknown"),
    "other": ("other", "unknown"),
}
"""Each kind of event: what its lane is called, and whose colour it has."""

PLAIN = {
    "E015": "US winds down the relief of 2015",
    "E017": "US lists people and the KGB",
    "E018": "EU limits trade in some potash",
    "E021": "US blocks the potash miner",
    "E024": "US blocks the potash sellers",
    "E026": "US: time to leave the miner ends",
    "E031": "US: time to leave the sellers ends",
    "E061": "US licenses dealings with the airline",
    "E066": "US takes the airline off its list",
    "E074": "US envoy announces potash relief",
    "E076": "Nobel committee welcomes the release",
    "E077": "Lithuania: no EU talk of potash relief",
    "E078": "Kalesnikava and Babaryka speak",
    "E079": "Coale: up to 1,000 more may go free",
    "E080": "US licenses dealings in potash",
    "E081": "EU adds a reason for sanctions",
    "E095": "EU freezes assets of miner and seller",
}
"""What the pictures call an event whose title has the number of a licence or an order."""

# --- facts: days and gaps -----------------------------------------------------------------------


def _day(date: str) -> pd.Timestamp:
    """Return a date that is known to the day. Raises CasebookError for a month or a year."""
    day = pd.to_datetime(date, format="%Y-%m-%d", errors="coerce")
    if pd.isna(day):
        raise CasebookError(f"{date} is not known to the day.")
    return day


@register
def days_after_round(step: str, round_id: str = "") -> int:
    """Return the days from a round of releases to a relief step; less than 0 means before.

    ``step`` is a row of ``relief_dates``. Without ``round_id``, a row of ``releases``, the round is
    the one that the table sets beside the step.
    """
    row = read("relief_dates").loc[step]
    day = _day(read("releases").date[round_id or row.people_round])
    return (row.legally_effective - day).days


@register
def steps_after_release(step: str, round_id: str) -> int:
    """Return how many relief steps came after their round, with ``step`` set beside another one.

    ``step`` is a row of ``relief_dates``, ``round_id`` one of ``releases``, or "" for its own.
    """
    steps = read("relief_dates").index
    return sum(days_after_round(name, round_id if name == step else "") > 0 for name in steps)


@register
def days_before_round(step: str) -> int:
    """Return the days from a relief step's legal act to the round that is set beside it."""
    return -days_after_round(step)


@register
def days_of_notice() -> int:
    """Return the days from the order to wind down the relief of 2015 to its last day."""
    return (read("relief_dates").ends_on["L-2015"] - _day(read("events").date["E015"])).days


@register
def months_between(first: str, second: str) -> int:
    """Return the whole months between two events, each known at least to the month."""
    date = read("events").date
    return (pd.Period(date[second], "M") - pd.Period(date[first], "M")).n


def span(events: pd.DataFrame) -> pd.DataFrame:
    """Return events with the columns ``earliest``, ``latest`` (days) and ``middle``.

    A date may be a day, a month or a year, and lies somewhere between the two ends. ``middle`` is
    a place to draw a sign; nothing is counted from it.
    """
    periods = [pd.Period(date) for date in events.date]
    earliest = pd.Series([period.start_time for period in periods], events.index)
    latest = pd.Series([period.end_time.normalize() for period in periods], events.index)
    middle = earliest + (latest - earliest) / 2
    return events.assign(earliest=earliest, latest=latest, middle=middle)


def apart(first: pd.Series, second: pd.Series) -> tuple[int, int]:
    """Return the least and the most days between two rows of `span`; below 0: order unknown."""
    return (second.earliest - first.latest).days, (second.latest - first.earliest).days


# --- facts: counts, from events and releases ----------------------------------------------------


@register
def events_known_to(precision: str) -> int:
    """Return how many events are known to the ``day``, the ``month`` or the ``year``."""
    return int((read("events").date_precision == precision).sum())


@register
def events_in(start: str, end: str, kinds: str = "") -> int:
    """Return how many events fall between two dates, both in; of ``kinds``, joined by ``,``."""
    events = read("events")
    wanted = events.category.isin(kinds.split(",")) if kinds else True
    return int((events.date.between(start, end) & wanted).sum())


@register
def filed_as_relief(kind: str) -> int:
    """Return how many events filed as US relief are ``w`` time to leave, ``a`` words, ``l`` acts.

    Told by their titles: a wind-down licence, what somebody announces, or else an act of law.
    """
    return _kinds_of_relief().count(kind)


def _kinds_of_relief() -> str:
    events = read("events")
    titles = events.title[events.category == "relief-US"]
    return "".join(
        "w" if "wind-down" in title else "a" if "announces" in title else "l" for title in titles
    )


@register
def acts_made_longer() -> int:
    """Return how many EU acts since 2021 only made the measures last longer, by their titles."""
    acts = _law()
    return int((acts.category.eq("sanction-EU") & _prolongs(acts)).sum())


@register
def acts_that_tighten() -> int:
    """Return how many EU acts since 2021 add to the measures: no renewal, and no court ruling."""
    acts = _law()
    adds = ~_prolongs(acts) & ~acts.title.str.contains("rules on")
    return int((acts.category.eq("sanction-EU") & adds).sum())


def _prolongs(acts: pd.DataFrame) -> pd.Series:
    """Say of each act, by its title, whether it only makes the measures last longer."""
    return acts.title.str.contains("exten") & acts.category.eq("sanction-EU")


@register
def dates_listed_in(lists: str) -> int:
    """Return the dates of one list, ``deal`` or ``potash``, or of both, ``deal,potash``."""
    events = read("events")
    return int(events.date[events.listed_in == lists.replace(",", ";")].nunique())


@register
def rounds_without_step() -> int:
    """Return how many rounds of releases have no relief step beside them."""
    return int((~read("releases").index.isin(read("relief_dates").people_round)).sum())


@register
def freed(year: str, us_part: bool) -> int:
    """Return the people freed in a year's rounds with, or without, a named US part."""
    releases = read("releases")
    rounds = releases[releases.date.str.startswith(year)]
    return int(rounds.total_released[rounds.us_counterpart.notna() == us_part].sum())


def _law() -> pd.DataFrame:
    """Return the acts of US and EU law since 2021, as `span` gives them."""
    events = read("events")
    law = events.category.isin(["relief-US", "sanction-US", "sanction-EU"])
    return span(events[law & (events.date >= "2021")])


# --- drawings -----------------------------------------------------------------------------------


def three_panels() -> None:
    """Show people held, people freed in rounds, and US and EU law, on one axis from 2014."""
    fig, (held, rounds, law) = plt.subplots(
        3, sharex=True, figsize=(6.8, 7), height_ratios=[1, 1, 1.5]
    )
    data = [_draw_held(held), _draw_rounds(rounds), _draw_law(law)]
    for ax, title in ((held, "People held"), (rounds, "People freed"), (law, "The rules")):
        ax.set_title(title)
        scenery(ax.axvline(DEAL, color="#595959", linestyle=":", linewidth=1, zorder=0))
    # Room at the right for the words of the last bars, so that none crosses the dotted line.
    law.set(xlabel="year", xlim=(FIRST_DRAWN, pd.Timestamp("2029-06-30")))
    law.set_xticks(pd.to_datetime([f"{year}-01-01" for year in range(2014, 2027, 2)]))
    law.xaxis.set_major_formatter(DateFormatter("%Y"))
    show(
        fig,
        finding="In 2015 and again in 2025, people were freed and US sanctions were eased",
        note="2014 to March 2026. Dotted line: 13 December 2025. The picture shows what came after "
        "what, not why",
        source=source_line(pd.concat(data)),
        alt=_panels_in_words(),
    )


def _panels_in_words() -> str:
    releases, relief, events = read("releases"), read("relief_dates"), read("events").date
    held = _counts_of_people_held()
    counts = [f"{n:,} in {day:%B %Y}" for n, day in zip(held["count"], held.day, strict=True)]
    most = held["count"].argmax()
    rounds = [
        f"{releases.total_released[row]} in {pd.Timestamp(releases.date[row]):%B %Y}"
        for row in ("R-2015-08", "R-2025-12-13", "R-2026-03-19")
    ]
    law = relief.legally_effective.dt.strftime("%B %Y")
    return (
        "Three panels on one axis of time, 2014 to March 2026. "
        f"People held: {counts[0]}, {counts[most]}, {counts[-1]}. "
        f"People freed: {rounds[0]}, then many rounds since 2024, with {' and '.join(rounds[1:])}. "
        f"The rules: nine oil firms were licensed by the US from {law['L-2015']} to "
        f"{relief.ends_on['L-2015']:%B %Y}; the airline was blocked from "
        f"{pd.Timestamp(events['E037']):%B %Y}, licensed from {law['GL11']} and off the list from "
        f"{law['GL12']}; the potash miner was blocked from "
        f"{pd.Timestamp(events['E021']):%B %Y} and licensed from {law['GL13']}; the EU banned "
        f"its potash from {pd.Timestamp(events['E029']):%B %Y} on."
    )


def _counts_of_people_held() -> pd.DataFrame:
    """Return the counts of a day by Viasna and its partners, by date, with ``day``."""
    counts = read("prisoner_counts")
    firm = counts.count_type.eq("snapshot") & counts.date_precision.eq("day")
    # PC054 fits neither side of the round and may be an old number printed again: conflict C06.
    counts = counts[firm & counts.counter.str.contains("Viasna|Belarusian")].drop("PC054")
    return counts.assign(day=pd.to_datetime(counts.date)).sort_values("day")


def _draw_held(ax: Axes) -> pd.Series:
    """Draw the counts of people held, and return the ids of their sources."""
    counts = _counts_of_people_held()
    days = counts.day
    ax.scatter(days, counts["count"], s=14, color=COLOURS["plain"])
    most = counts["count"].idxmax()
    top, people = days[most], counts["count"][most]
    ax.annotate(f"{people:,} in {top:%B %Y}", (top, people), (0, 8), ha="center", **OFFSET)
    begin = f"our counts begin\nin {days.min():%B %Y}"
    ax.text(pd.Timestamp("2014-04-01"), 150, begin, color="#595959")
    ax.set(ylim=(0, 1900), yticks=[0, 500, 1000, 1500])
    ax.yaxis.set_major_formatter("{x:,.0f}")
    return counts.source_ids


def _draw_rounds(ax: Axes) -> pd.Series:
    """Draw the people freed in each round, and return the ids of their sources."""
    releases = read("releases")
    days, people = span(releases).middle, releases.total_released
    ax.bar(days, people, width=40, color=GREY)
    # Each beside its bar, on the side where neither a bar nor the dotted line is.
    for row, ha in (("R-2015-08", "left"), ("R-2025-12-13", "right"), ("R-2026-03-19", "left")):
        words = f"{people[row]} in {days[row]:%B %Y}"
        shift = (0, 6) if row == "R-2015-08" else (-5 if ha == "right" else 5, -5)
        ax.annotate(words, (days[row], people[row]), shift, ha=ha, **OFFSET)
    ax.set(ylim=(0, 285), yticks=[0, 100, 200])
    return releases.source_ids


def _draw_law(ax: Axes) -> pd.Series:
    """Draw when firms were blocked and licensed, and return the ids of the sources."""
    events, relief = span(read("events")), read("relief_dates")
    start, law = events.earliest, relief.legally_effective
    eased, ended = law["L-2015"], relief.ends_on["L-2015"]
    us, eu = COLOURS["United States"], COLOURS["European Union"]
    oil, airline, potash = "US: nine oil firms", "US: the airline", "US: potash miner"
    bars = [
        (oil, start["E003"], eased, us, "blocked"),
        (oil, eased, ended, PALE_US, "licensed"),
        (oil, ended, END, us, "blocked"),
        (airline, start["E037"], law["GL11"], us, "blocked"),
        (airline, law["GL11"], law["GL12"], PALE_US, "licensed, then\noff the list"),
        (potash, start["E021"], law["GL13"], us, "blocked"),
        (potash, law["GL13"], law["MAR26"], PALE_US, "licensed, then\nan act we have\nnot read"),
        ("EU: potash", start["E029"], END, eu, "banned"),
    ]
    lanes = list(dict.fromkeys(bar[0] for bar in bars))
    for lane, begin, stop, colour, words in bars:
        begin, y = max(begin, FIRST_DRAWN), lanes.index(lane)
        if lane not in {text.get_text().strip() for text in ax.texts}:
            # The first bar begins at the frame, so that its name stands above it.
            at = {"va": "bottom"} if begin == FIRST_DRAWN else {"va": "center", "ha": "right"}
            above = 0.29 if begin == FIRST_DRAWN else 0
            ax.text(begin, y - above, f"{lane} " if not above else lane, **at)
        ax.barh(y, stop - begin, left=begin, color=colour, height=0.5)
        if (stop - begin).days > 365:
            ink = "white" if colour != PALE_US else "black"
            ax.text(begin + (stop - begin) / 2, y, words, ha="center", va="center", color=ink)
        else:  # the bar is too short for words: they stand at its end
            ax.annotate(words, (stop, y), (6, 0), va="center", linespacing=1, **OFFSET)
    ax.set(yticks=[], ylim=(len(lanes) - 0.5, -0.8))
    return pd.concat([events.source_ids[["E003", "E021", "E029", "E037"]], relief.source_ids])


def two_systems() -> None:
    """Show acts of US and EU law since 2021: up where they tighten, down where they ease."""
    law = _law()
    # Time to leave is part of a ban, words are no law yet, and a ruling moves neither way.
    law = law[~law.title.str.contains("wind-down|announces|rules on|reissued")]
    law["eased"], law["renewal"] = law.category == "relief-US", _prolongs(law)
    named = {  # the words, how many lines away from the arrow, and their end that is at it
        "E021": ("potash miner blocked", 1, "left"),
        "E061": ("airline licensed", 1, "right"),
        "E080": ("potash licensed", 2, "right"),
        "E029": ("potash banned", 1, "right"),
        "E095": ("miner's assets frozen", 2, "left"),
        "E081": ("new reason for sanctions", 1, "right"),
    }
    sides = {"US": COLOURS["United States"], "EU": COLOURS["European Union"]}
    both = law.middle["E080"]
    acts = law[~law.renewal]
    counts = acts.groupby([acts.category.str[-2:], "eased"]).size().unstack(fill_value=0)
    counts.columns = ["tightens", "eases"]
    fig, panels = plt.subplots(2, sharex=True, sharey=True, figsize=(6.8, 5.4))
    for ax, (side, colour) in zip(panels, sides.items(), strict=True):
        rows = law[law.category.str.endswith(side)]
        for (eased, renewal), some in rows.groupby(["eased", "renewal"]):
            end = -1 if eased else 1
            ax.vlines(some.middle, 0, end * 0.9, color=colour, linewidth=1.5)
            face, marker = "white" if renewal else colour, "v" if eased else "^"
            y = [end] * len(some)
            ax.scatter(some.middle, y, marker=marker, s=65, color=face, edgecolors=colour)
        for at in rows.index.intersection(list(named)):
            words, lines, ha = named[at]
            end = -1 if rows.eased[at] else 1
            shift = (-9 if ha == "right" else 9, end * (17 * lines + 3))
            tie = {"arrowstyle": "-", "color": "#595959", "shrinkA": 0, "shrinkB": 4}
            place = {"ha": ha, "va": "center", "arrowprops": tie | {"relpos": (ha == "right", 0.5)}}
            ax.annotate(words, (rows.middle[at], end), shift, **place, **OFFSET)
        scenery(ax.axhline(0, color="#595959", linewidth=1))
        scenery(ax.axvline(both, color="#595959", linestyle=":", linewidth=1, zorder=0))
        ax.set_title({"US": "United States", "EU": "European Union"}[side])
        ax.set(yticks=[-1, 1], yticklabels=["eases", "tightens"], ylim=(-2.7, 2.7))
        ax.tick_params(left=False)
    ax.set(xlabel="year", xlim=(pd.Timestamp("2020-08-15"), pd.Timestamp("2026-07-15")))
    ax.xaxis.set_major_locator(YearLocator())
    show(
        fig,
        finding=f"On {format_value(f'{both:%Y-%m-%d}')} the US eased and the EU tightened",
        note="Acts of law in our table, 2021 to March 2026; each arrow is one act. Hollow: an act "
        "that only prolongs. Time to leave, announcements and rulings are left out",
        source=source_line(law.source_ids),
        data=law[["date", "category", "renewal", "title"]],
        alt=f"Acts of law since 2021. The United States tightened {counts.tightens['US']} times "
        f"and eased {counts.eases['US']} times. The European Union tightened "
        f"{counts.tightens['EU']} times, eased {counts.eases['EU']} times and prolonged its "
        f"measures {law.renewal.sum()} times.",
    )


WAVE = ["E010", "E012", "E013", "E014", "E015", "E016", "E018", "E019", "E020", "E021", "E023"]
WAVE += ["E024", "E029", "E095"]
"""Events of the wave of arrests, verdicts and sanctions from 2020 to 2022, for a picture."""
AUTUMN = ["E060", "E061", "E062", "E063", "E066", "E068", "E070", "E071", "E074", "E075", "E080"]
"""Releases, US relief and borders in the autumn of 2025, for a picture."""


def autumn_of_2025() -> None:
    """Show releases, US relief and the shutting and opening of borders before the deal."""
    _staircase(
        AUTUMN,
        finding="While people were freed, borders were shut and opened",
        note="Some events of autumn 2025. Orange: people freed; triangle: US relief; grey: "
        "borders. Shaded: the days of the deal",
    )


def wave_after_2020() -> None:
    """Show arrests, verdicts and sanctions from 2020 to 2022."""
    _staircase(
        WAVE,
        finding="Arrests came first; then verdicts and sanctions took turns",
        note="Some events of 2020 to 2022. Orange: Belarus; dark blue: US; light blue: EU",
    )


def _staircase(ids: list[str], finding: str, note: str) -> None:
    """Show some events, one row for each in the order of time, named at the left.

    A hollow dot and a line stand for a month or a year. The day stands beside a dot where all lie
    within some months.
    """
    rows = read("events").loc[ids]
    rows = span(rows).sort_values("middle")
    rows["y"] = range(len(rows))
    fig, ax = plt.subplots(figsize=(6.8, 0.9 + 0.27 * len(rows)))
    _draw_dots(ax, rows, size=45)
    first, last = rows.earliest.min(), rows.latest.max()
    _write_left(ax, rows)
    if rows.middle.between("2025-12-13", "2025-12-15").any():
        scenery(ax.axvspan(DEAL, pd.Timestamp("2025-12-16"), color="#E8E8E8", zorder=0))
    is_long = last - first > pd.Timedelta(300, "D")
    # The names have the left three fifths of the panel.
    ax.set_xlim(first - 1.45 * (last - first), last + 0.04 * (last - first))
    months = pd.date_range(first.replace(day=1), last, freq="MS")
    if not is_long:
        for row in rows.itertuples():
            day = f"{row.middle.day} {row.middle:%b}"
            ax.annotate(day, (row.middle, row.y), (-8, 0), ha="right", va="center", **OFFSET)
    ax.set_xticks(months[months.month.isin([1, 7])] if is_long else months)
    ax.xaxis.set_major_formatter(DateFormatter("%b\n%Y" if is_long else "%b"))
    ax.set(yticks=[], ylim=(len(rows) - 0.3, -0.7), xlabel="month")
    ax.spines.left.set_visible(False)
    told = "; ".join(f"{format_value(row.date)} {name_of(row)}" for row in rows.itertuples())
    alt = f"{finding}. {len(rows)} events in the order of time: {told}."
    note += f". {HOLLOW}" if (rows.date_precision != "day").any() else ""
    show(fig, finding=finding, note=note, source=source_line(rows.source_ids), alt=alt)


def name_of(event: object) -> str:
    """Return what a picture calls an event, a row of ``events`` from ``itertuples``."""
    return PLAIN.get(event.Index, event.title)


def _write_left(ax: Axes, rows: pd.DataFrame, most: int = 48) -> None:
    """Write the name of each event at the left of its row, cut to ``most`` letters."""
    for row in rows.itertuples():
        name = shorten(name_of(row), most, placeholder=" …")
        ax.text(0.01, row.y, name, transform=ax.get_yaxis_transform(), va="center")


def levels(days: pd.Series, apart: pd.Timedelta) -> pd.Series:
    """Return for each of some sorted days a level, 0 and up, so that near ones do not meet."""
    last, found = [], []
    for day in days:
        free = (level for level, other in enumerate(last) if day - other >= apart)
        level = next(free, len(last))
        last[level : level + 1] = [day]
        found.append(level)
    return pd.Series(found, days.index)


def _draw_dots(ax: Axes, rows: pd.DataFrame, size: float) -> None:
    """Draw one dot for each event: hollow, on a line, where only a month or year is known.

    US relief is a triangle that points down, as in the picture of the two systems: US sanctions
    are as blue.
    """
    colour = rows.category.map({kind: COLOURS[side] for kind, (_, side) in LANES.items()})
    vague = rows.date_precision != "day"
    ax.hlines(
        rows.y[vague], rows.earliest[vague], rows.latest[vague], color=colour[vague], linewidth=3
    )
    fill, look = colour.mask(vague, "white"), {"linewidth": 1.5, "zorder": 3}
    eased = rows.category == "relief-US"
    for some, marker in ((~eased, "o"), (eased, "v")):
        points, edge = rows[some], colour[some]
        ax.scatter(
            points.middle, points.y, s=size, c=fill[some], edgecolors=edge, marker=marker, **look
        )


# --- explorers ----------------------------------------------------------------------------------


def timeline() -> Explorer:
    """Return the explorer of events in lanes, one lane a kind, in the years of a choice."""
    events = span(read("events"))
    years = events.date.str[:4].astype(int)
    law = ("release", "relief-US", "sanction-US", "sanction-EU")
    kinds = {
        "releases and law": law,
        "releases and US relief": law[:2],
        "US and EU law": law[1:],
        "arrests, courts, law": ("crackdown", "court/prison", *law[1:]),
        "talks, borders, other": ("election", "talks", "trade/transit", "other"),
        "all ten kinds": tuple(LANES),
    }
    opening = {"kinds": law, "from_year": 2020, "to_year": years.max(), "number": 1}
    deal = _select_events(events, opening).index.get_loc("E075") + 1
    around = range(deal - 2, deal + 4)
    return Explorer(
        "Timeline",
        events,
        {
            "kinds": choice("Kinds", kinds),
            "from_year": number("From year", years.min(), years.max(), 2020, grid=[years.min()]),
            "to_year": number("To year", years.min(), years.max(), years.max(), grid=[years.max()]),
            "number": number(
                "Name event number", 1, len(events), deal, grid=[1, 10, 20, 30, 40, *around, 60, 80]
            ),
        },
        _select_events,
        _draw_events,
        _describe_events,
        source=source_line(events.source_ids),
    )


def _select_events(events: pd.DataFrame, chosen: dict) -> pd.DataFrame:
    first, last = chosen["from_year"], chosen["to_year"]
    if first > last:
        raise CasebookError("“From year” is later than “To year”. Change one of them.")
    years = events.date.str[:4].astype(int)
    rows = events[events.category.isin(chosen["kinds"]) & years.between(first, last)]
    if rows.empty:
        raise CasebookError("Our table has no such event in these years. Widen them.")
    rows = rows.sort_values("middle")[COLUMNS]
    named = min(chosen["number"], len(rows)) - 1
    return rows.assign(named=[place == named for place in range(len(rows))])


def _draw_events(rows: pd.DataFrame) -> Figure:
    fig, ax = plt.subplots(figsize=(6.8, 3.6))
    lanes = [kind for kind in LANES if kind in set(rows.category)]
    is_vague = rows.date_precision != "day"
    rows = span(rows)
    width = rows.latest.max() - rows.earliest.min()
    up = pd.concat([levels(part.middle, width / 62) for _, part in rows.groupby("category")])
    rows["y"] = rows.category.map(lanes.index) - up * min(0.2, 0.75 / max(1, up.max()))
    _draw_dots(ax, rows, size=26)
    event = rows[rows.named].iloc[0]
    scenery(ax.axvline(event.middle, color="#595959", linestyle=":", linewidth=1, zorder=0))
    ax.scatter(event.middle, event.y, s=150, color="none", edgecolors="black", zorder=4)
    words = f"Ringed: {event.title}, {format_value(event.date)}"
    ax.set_title(fill(words, 72), fontsize=12, fontweight="normal")
    ax.set_yticks(range(len(lanes)), [LANES[kind][0] for kind in lanes])
    room = max(width, pd.Timedelta(days=30)) / 30  # one event alone has no width
    ax.set(ylim=(len(lanes) - 0.5, -0.9), xlabel="date")
    ax.set_xlim(rows.earliest.min() - room, rows.latest.max() + room)
    ax.tick_params(left=False)
    headline(
        fig,
        f"{len(rows)} events, {rows.date.iloc[0][:4]} to {rows.date.iloc[-1][:4]}",
        "; ".join(["One dot is one event", *([HOLLOW.lower()] if is_vague.any() else [])]),
    )
    return fig


def _describe_events(rows: pd.DataFrame) -> str:
    dates = " to ".join(dict.fromkeys(rows.date.iloc[[0, -1]].map(format_value)))
    per_year = rows.date.str[:4].value_counts().sort_index()
    top = " and ".join(per_year.index[per_year == per_year.max()])
    most = f"; most in {top} ({per_year.max()})" if per_year.max() > 1 else ""
    count = f"{len(rows)} event{'s' if len(rows) > 1 else ''}"
    kinds = rows.category.nunique()
    event = rows[rows.named].iloc[0]
    place = rows.index.get_loc(event.name) + 1
    return (
        f"{dates}: {count} of {kinds} kind{'s' if kinds > 1 else ''}{most}. Number {place} is of "
        f"{format_value(event.date)}: {event.title} ({event.name}; "
        f"{source_line(event.source_ids, most=2)})."
    )


MILESTONES = (
    *("E008", "E011", "E021", "E027", "E114", "E029"),
    *("E046", "E047", "E060", "E075", "E080", "E091"),
)
"""The events that the gap finder joins where there is no kernel to draw any two."""


def gap_finder() -> Explorer:
    """Return the explorer of the days between two events, given how exactly each is known."""
    events = span(read("events"))
    names = {f"{row.date} {row.title} ({row.Index})": row.Index for row in events.itertuples()}
    return Explorer(
        "Gap finder",
        events,
        {
            "one": choice("One event", names, default="E075", grid=MILESTONES),
            "other": choice("Other event", names, default="E080", grid=MILESTONES),
        },
        _select_pair,
        _draw_pair,
        _describe_pair,
        source=source_line(events.source_ids),
    )


def _select_pair(events: pd.DataFrame, chosen: dict) -> pd.DataFrame:
    if chosen["one"] == chosen["other"]:
        raise CasebookError("These are the same event. Choose another one in either box.")
    two = events.loc[[chosen["one"], chosen["other"]]].sort_values(["earliest", "latest"])
    rest = events.drop(two.index)
    inside = (rest.earliest >= two.earliest.iloc[0]) & (rest.latest <= two.latest.max())
    between = rest[inside].sort_values("middle")
    roles = ["first", "second"] + ["between"] * len(between)
    return pd.concat([two, between])[COLUMNS].assign(role=roles)


NAMED = 6
"""So many events on or between two others are named in the picture; more are dots alone."""


def _draw_pair(rows: pd.DataFrame) -> Figure:
    fig, ax = plt.subplots(figsize=(6.8, 4.9))
    rows = span(rows)
    two, between = rows.iloc[:2], rows.iloc[2:]
    start, width = two.earliest.iloc[0], two.latest.max() - two.earliest.iloc[0]
    is_named = len(between) <= NAMED
    if is_named:
        places = [2.2 + 0.6 * place for place in range(len(between))]
    else:
        up = levels(between.middle, width / 25)
        places = 4.6 - up * min(0.16, 2.2 / max(1, up.max()))
    rows["y"] = [0, 1.1, *places]
    _draw_dots(ax, rows, size=45)
    for row in rows.iloc[:2].itertuples():
        words = shorten(f"{format_value(row.date)}: {name_of(row)}", 56, placeholder=" …")
        ax.text(0.01, row.y - 0.45, words, transform=ax.get_yaxis_transform(), va="center")
    if is_named:
        _write_left(ax, rows.iloc[2:], most=38)
    else:
        words = f"{len(between)} events:\nthe table names them"
        ax.text(0.01, 4.6, words, transform=ax.get_yaxis_transform(), va="bottom")
    ax.set_yticks([0, 1.1, 2.2 if is_named else 4.6], ["first", "second", "on or\nbetween"])
    ax.set(ylim=(5.6, -0.9), xlabel="date")
    room = max(width / 20, pd.Timedelta(12, "h"))
    # The names have the left three fifths of the panel.
    ax.set_xlim(start - 1.6 * (width + room), two.latest.max() + room)
    days = pd.date_range(start, two.latest.max())
    days = days if len(days) <= 4 else days[[0, -1]]  # more would run into each other
    words = [format_value(f"{day:%Y-%m-%d}").rsplit(" ", 1) for day in days]
    ends = (days[0], days[-1])
    words = ["\n".join(w) if d in ends else f"{d.day}" for d, w in zip(days, words, strict=True)]
    ax.set_xticks(days, words)
    least, most = apart(*(row for _, row in two.iterrows()))
    names = (", then " if least > 0 else "; ").join(map(name_of, two.itertuples()))
    headline(fig, f"{length_of(least, most).capitalize()}: {names}", "; ".join(_key(rows)))
    return fig


def _key(rows: pd.DataFrame) -> list[str]:
    """Return what the colours and hollow dots mean that some events are drawn with."""
    words = {
        "orange: Belarus": ["release", "crackdown", "court/prison", "election"],
        "blue triangle: US relief": ["relief-US"],
        "dark blue: US sanctions": ["sanction-US"],
        "light blue: EU sanctions": ["sanction-EU"],
        "grey: other events": ["talks", "trade/transit", "other"],
    }
    told = [word for word, kinds in words.items() if rows.category.isin(kinds).any()]
    told += [HOLLOW.lower()] * bool((rows.date_precision != "day").any())
    return [told[0][0].upper() + told[0][1:], *told[1:]]


def length_of(least: int, most: int) -> str:
    """Return in words how far two events lie apart, from the least and the most days."""
    if least == most:
        return "the same day" if most == 0 else f"{most:,} day{'s' if most > 1 else ''}"
    if least < 0:
        return "which came first is not known"
    return f"between {least:,} and {most:,} days"


def _describe_pair(rows: pd.DataFrame) -> str:
    two = span(rows.iloc[:2])
    first, second = (f"{format_value(row.date)} ({row.Index})" for row in two.itertuples())
    vague = two.date_precision[two.date_precision != "day"]
    known = [f"{name} is known only to the {exact}" for name, exact in vague.items()]
    doubt = f"{' and '.join(known)}: " if known else ""
    others = f"Other events of our table on those days or between: {len(rows) - 2}"
    gap = length_of(*apart(*(row for _, row in two.iterrows())))
    return f"From {first} to {second}: {doubt}{gap}. {others}."


# --- exercises ----------------------------------------------------------------------------------


@answer("03.1", solution='(events.date_precision != "day").sum()')
def not_known_to_the_day() -> int:
    """Return how many events are known to the month or the year only."""
    return events_known_to("month") + events_known_to("year")


@answer(
    "03.2",
    solution="((second.start_time - first).days, (second.end_time.normalize() - first).days)",
)
def days_apart() -> tuple[int, int]:
    """Return the least and the most days from the sixth round of 2024 to the pardons after it."""
    two = span(read("events").loc[["E045", "E046"]])
    return apart(two.iloc[0], two.iloc[1])


@register
def days_apart_by_the_parser(day: int) -> tuple[int, int]:
    """Return the mistake of taking a month for one of its days: one gap, told twice."""
    date = read("events").date
    gap = (_day(f"{date['E046']}-{day:02}") - _day(date["E045"])).days
    return gap, gap


@register
def days_apart_turned() -> tuple[int, int]:
    """Return the right days in the wrong order."""
    least, most = days_apart()
    return most, least


@answer("03.3", solution='100 * events.date.str.startswith("2025").mean()')
def share_in_2025() -> float:
    """Return the share of all events that fall in 2025, in percent."""
    return 100 * float(read("events").date.str.startswith("2025").mean())


@register
def share_in_2025_of(rows: str) -> float:
    """Return that share, in percent, with one list's rows only (``deal``) or whole days only.

    ``rows`` is ``deal``, or ``day`` for dates read strictly: months drop out above the line.
    """
    events = read("events")
    if rows == "deal":
        events = events[events.listed_in.str.contains("deal")]
    in_year = events.date.str.startswith("2025")
    if rows == "day":
        in_year &= events.date_precision == "day"
    return 100 * float(in_year.mean())


FILED_AS_RELIEF = ["E022", "E061", "E074", "E080", "E092"]
"""The five events of exercise 03.4, in the order of its letters."""


@answer("03.4", solution='"bd"  # a gives time to leave; c and e are words of the envoy')
def acts_that_ease() -> str:
    """Return the letters of the events, of five that are filed as US relief, that ease the law."""
    events = read("events")
    filed = events.index[events.category == "relief-US"]
    kinds = dict(zip(filed, _kinds_of_relief(), strict=True))
    letters = zip("abcde", FILED_AS_RELIEF, strict=True)
    return "".join(letter for letter, event in letters if kinds[event] == "l")


@answer(
    "03.5",
    solution="""acts = law.groupby([acted_in, system]).size().unstack()
quiet = acts.index[acts.US.isna()][0]
dict(zip(["2022", "2023", "2024", "2025"], "abcd", strict=True))[quiet]""",
)
def year_without_us_acts() -> str:
    """Return the letter of the one year since 2021 with acts of the EU and none of the US."""
    law = _law()
    acts = law.groupby([law.date.str[:4], law.category.str[-2:]]).size().unstack()
    (year,) = acts.index[acts.US.isna()]
    return dict(zip(["2022", "2023", "2024", "2025"], "abcd", strict=True))[year]
