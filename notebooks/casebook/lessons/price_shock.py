"""What stands behind lesson 06, The price shock: its facts, pictures, explorers and exercises.

Prices are nominal US dollars for a tonne of product, as the World Bank publishes them by month
(table ``prices``; two earlier states of its sheet in ``price_vintages``). A month is a month here:
series have a ``PeriodIndex``, and an event is placed in its month, never on an invented day.
"""

import math

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..charts import COLOURS, headline, label_ends, scenery, show
from ..exercises import answer
from ..explorer import Explorer, choice, number
from ..ledger import fact, register
from ..market import percent_change, two_point_ratio
from ..tables import CasebookError, read, source_line
from ..text import format_value
from .shared import MONTHLY, monthly_price, yearly_price

OLD_BASIS, NEW_BASIS = "f.o.b. Vancouver", "CFR Brazil"
START = "2020-12"
"""Where our reading of the rise starts: the last month of the calm year before it."""

LABELS = {
    "E011": "Election and protests",
    "E018": "EU: some potash grades",
    "E112": "Belarus stops its figures",
    "E021": "US lists Belaruskali",
    "E024": "US lists BPC",
    "E026": "US grace for Belaruskali ends",
    "E113": "Yara to end purchases",
    "E028": "Lithuania ends transit",
    "E114": "Russia invades Ukraine",
    "E029": "EU bans all grades",
    "E031": "US grace for BPC ends",
    "E032": "EU: route via Russia",
    "E095": "EU freezes assets",
    "E038": "EU mirrors Russia rules",
    "E096": "EU court on listings",
    "E115": "US tariff on Canada cut",
    "E116": "EU raises duties",
    "E117": "US: critical mineral",
    "E074": "US announces relief",
    "E080": "US licenses potash",
    "E097": "Lithuania: no US request",
    "E088": "EU extends sanctions",
    "E098": "US Treasury eases",
}
"""Short names for pictures of the events in the potash list; `potash_list` has the full titles."""

MEASURES = ["E018", "E021", "E028", "E029", "E095"]
"""The steps of the EU, the US and Lithuania against potash that were in force in December 2023."""


# --- the tables as this lesson reads them ---------------------------------------------------------


def _monthly_rows() -> pd.DataFrame:
    prices = read("prices")
    return prices[prices.series == MONTHLY]


def spot_price() -> pd.Series:
    """Return the price of each month on the basis CFR Brazil, from January 2020."""
    return monthly_price()[month("first", NEW_BASIS) :]


def monthly_changes() -> pd.Series:
    """Return the change of the spot price on the month before, in percent.

    It begins in February 2020: the month before January 2020 is on the other basis.
    """
    return 100 * spot_price().pct_change().dropna()


def potash_list() -> pd.DataFrame:
    """Return the events of the list that was made for the potash market, by date, with `month`."""
    events = read("events")
    listed = events[events.listed_in.str.contains("potash")].sort_values("date")
    return listed.assign(month=pd.PeriodIndex(listed.date, freq="M"))


def two_vintages() -> pd.DataFrame:
    """Return the months that both kept sheets have, one column for each sheet's day."""
    return read("price_vintages").pivot(index="month", columns="vintage", values="price").dropna()


def price_source() -> str:
    """Return who published the monthly prices, for the line below a picture."""
    return source_line(_monthly_rows().source_id)


# --- facts: prices and their changes --------------------------------------------------------------


@register
def month(end: str, basis: str = "") -> str:
    """Return the first or last month (``end``) of the monthly series, on one basis or on both."""
    rows = _monthly_rows()
    months = rows.period[rows.basis.str.startswith(basis)]
    return {"first": months.min(), "last": months.max()}[end]


@register
def peak_month() -> str:
    """Return the month of the highest price of all."""
    return str(monthly_price().idxmax())


@register
def change(start: str, end: str) -> float:
    """Return the change of the monthly price from one month to another, in percent."""
    price = monthly_price()
    return percent_change(price[start], price[end])


@register
def fall(start: str, end: str) -> float:
    """Return by how many percent the monthly price fell: `change` with its sign turned."""
    return -change(start, end)


@register
def rise_to_peak(start: str) -> float:
    """Return by how many dollars a tonne the price rose from a month to its peak."""
    price = monthly_price()
    return price.max() - price[start]


@register
def share_of_rise(month: str) -> float:
    """Return how much of the rise from December 2020, in percent, was there in a month."""
    return 100 * (1 - rise_to_peak(month) / rise_to_peak(START))


@register
def months_between(start: str, end: str) -> int:
    """Return how many months after ``start`` the month ``end`` is."""
    return (pd.Period(end, "M") - pd.Period(start, "M")).n


@register
def whole_years(basis: str = "", one_price: bool = False) -> int:
    """Return how many years have twelve monthly prices, or of these one price all year."""
    price = monthly_price()[month("first", basis) : month("last", basis)]
    years = price.groupby(price.index.year).agg(["size", "nunique"])
    years = years[years["size"] == 12]
    return len(years[years["nunique"] == 1] if one_price else years)


@register
def one_price(year: int) -> float:
    """Return the price of a year in which it never changed. Raises CasebookError where it did."""
    prices = monthly_price()[str(year)].unique()
    if len(prices) != 1:
        raise CasebookError(f"The year {year} has {len(prices)} different prices.")
    return prices[0]


@register
def mean_price(year: int, july_as_june: bool = False) -> float:
    """Return the mean price of a year as published, or with July set to the price of June."""
    price = monthly_price()[str(year)]
    if july_as_june:
        price[f"{year}-07"] = price[f"{year}-06"]
    return price.mean()


@register
def one_month_spikes() -> int:
    """Return how many months lie a tenth or more from one same price before and after them."""
    price = monthly_price()
    before, after = price.shift(1), price.shift(-1)
    return ((before == after) & ((price / before - 1).abs() >= 0.1)).sum()


# --- facts: vintages, freight, contracts ----------------------------------------------------------


@register
def compared_months(which: str) -> int:
    """Return how many months of the sheets are ``rewritten``, the ``same``, or now ``lower``."""
    both = two_vintages()
    gap = both.iloc[:, 1] - both.iloc[:, 0]
    changed = gap.abs() > 0.005  # a cent is the last digit that the sheets print
    return {"rewritten": changed, "same": ~changed, "lower": changed & (gap < 0)}[which].sum()


@register
def vintage_ratio(month: str) -> float:
    """Return the later sheet's price of a month over the earlier sheet's."""
    early, late = two_vintages().loc[month]
    return late / early


@register
def vintage_gap(month: str) -> float:
    """Return the later sheet's price of a month less the earlier one's, US dollars a tonne."""
    early, late = two_vintages().loc[month]
    return late - early


@register
def vintage_rise(month: str) -> float:
    """Return by how many percent the later sheet's price of a month is above the earlier's."""
    return percent_change(*two_vintages().loc[month])


@register
def vintage_rise_on_later(month: str) -> float:
    """Return `vintage_rise` with the wrong base, the later sheet: a mistake of exercise 06.2."""
    early, late = two_vintages().loc[month]
    return 100 * (1 - early / late)


@register
def spot_over_contract(buyer: str, month: str) -> float:
    """Return by how many percent the spot price of a month lay above a contract of that month."""
    return percent_change(_contract(buyer, month), monthly_price()[month])


@register
def spot_below_contract(buyer: str, month: str) -> float:
    """Return by how many percent the spot price of a month lay below a contract of that month."""
    return -spot_over_contract(buyer, month)


def _contract(buyer: str, period: str) -> float:
    prices = read("prices")
    return prices[prices.series == f"{buyer} annual contract"].set_index("period").value[period]


# --- facts: months and events ---------------------------------------------------------------------


@register
def months_compared(without_event: bool = False) -> int:
    """Return how many monthly changes there are, or how many in months without a listed event."""
    changes = monthly_changes()
    return len(changes[~changes.index.isin(potash_list().month)] if without_event else changes)


@register
def months_that_moved(than: str, how: str = "more", without_event: bool = False) -> int:
    """Return in how many months the price changed by ``more`` or ``less`` than in one month.

    Up or down; or, for ``up more``, in how many it rose by more.
    """
    changes = monthly_changes()
    size = abs(changes[than])
    pool = changes[~changes.index.isin(potash_list().month)] if without_event else changes
    return {
        "more": pool.abs() > size,
        "less": pool.abs() < size,
        "up more": pool > size,
    }[how].sum()


@register
def share_that_moved_more(than: str) -> float:
    """Return in what share of all months, in percent, the price changed by more than in one."""
    return 100 * months_that_moved(than) / months_compared()


@register
def other_events(event_id: str, months: int) -> int:
    """Return how many other events of the list lie within so many months of an event's month."""
    return len(_window(event_id, months)) - 1


def _window(event_id: str, months: int) -> pd.DataFrame:
    listed = potash_list()
    at = listed.month[event_id]
    return listed[(listed.month >= at - months) & (listed.month <= at + months)]


# --- facts: yearly prices and use -----------------------------------------------------------------


@register
def yearly_price_change(before: int, after: int) -> float:
    """Return the change of the yearly mean price, nominal, in percent."""
    price = yearly_price()
    return percent_change(price[before], price[after])


def world_use() -> pd.Series:
    """Return the world's use of potash in agriculture by year, thousand tonnes of K2O (FAO)."""
    use = read("fertiliser_use").query("country == 'World'")
    return use.set_index("year").value


@register
def use_fell(before: int, after: int) -> float:
    """Return by how many percent the world's use fell from one year to another."""
    use = world_use()
    return -percent_change(use[before], use[after])


@register
def use_over_price(before: int, after: int) -> float:
    """Return percent change of use for one percent change of price: no elasticity (`market`)."""
    use, price = world_use(), yearly_price()
    return two_point_ratio(use[before], use[after], price[before], price[after])


@register
def repeated_use(unit: str) -> float:
    """Return how many ``countries`` repeat their figure of 2022 in 2023, or their ``percent``."""
    use = read("fertiliser_use").query("country != 'World' and year >= 2022")
    wide = use.pivot(index="country", columns="year", values="value").dropna()
    same = wide[(wide[2022] == wide[2023]) & (wide[2022] > 0)]
    return len(same) if unit == "countries" else 100 * same[2023].sum() / world_use()[2023]


# --- pictures -------------------------------------------------------------------------------------


def _month_axis(ax: Axes, months: pd.PeriodIndex, step: int) -> None:
    """Name every ``step``-th month of an axis with places 0, 1, 2 …, and its year where new."""
    shown = months[::step]
    words = [
        at.strftime("%b\n%Y" if n == 0 or at.year != shown[n - 1].year else "%b")
        for n, at in enumerate(shown)
    ]
    ax.set_xticks(range(0, len(months), step), words)
    ax.set_xlim(-0.5, len(months) - 0.5)


def _dollar_axis(ax: Axes, top: float) -> None:
    ax.set_ylim(0, top)
    ax.set_ylabel("US$ per tonne", loc="top")
    ax.yaxis.set_major_formatter("{x:,.0f}")


def price_and_measures() -> None:
    """Show the opening picture: the price to December 2023, and below it the five measures."""
    price, listed = monthly_price()[START:"2023-12"], potash_list().loc[MEASURES]
    place = pd.Series(range(len(price)), price.index)
    fig, (ax, below) = plt.subplots(
        2, 1, sharex=True, height_ratios=[3, 1.8], figsize=(6.5, 5.6), layout="constrained"
    )
    ax.plot(place, price, color=COLOURS["Brazil"], lw=2.5)
    bold = {"color": COLOURS["Brazil"], "weight": "bold"}
    peak = peak_month()
    for month, above, side, dated in (
        (START, -110, "left", ""),
        (peak, 40, "center", f", {format_value(peak)}"),
        ("2023-12", 50, "center", ""),
    ):
        ax.text(place[month], price[month] + above, f"{price[month]:,.0f}{dated}", ha=side, **bold)
    _dollar_axis(ax, 1350)
    for row, measure in enumerate(listed.itertuples()):
        begin = place[measure.month]
        below.barh(row, len(price) - 0.5 - begin, 0.76, begin, color="#D9D9D9")
        below.text(begin + 0.4, row, LABELS[measure.Index], va="center")
    below.set_title("In force from", size="medium")
    below.set_yticks([])
    below.invert_yaxis()
    below.spines["left"].set_visible(False)
    _month_axis(below, price.index, 6)
    began = (f"{LABELS[row.Index]}, from {format_value(row.month)}" for row in listed.itertuples())
    show(
        fig,
        finding="At the end of 2023 potash cost less than when any of the five measures began",
        note="Price of potash in Brazil, December 2020 to December 2023",
        source=f"{price_source()}; our table of events",
        alt=f"{_line_in_words(START, peak_month())}, and falls to {price['2023-12']:,.0f} in "
        f"December 2023. Below it five bars reach the end: {'; '.join(began)}.",
    )


def _line_in_words(start: str, end: str) -> str:
    price = monthly_price()
    return (
        f"The price rises from {price[start]:,.0f} dollars in {format_value(start)} to "
        f"{price[end]:,.0f} in {format_value(end)}"
    )


def line_with_events(
    price: pd.Series, events: pd.DataFrame, lit: str, layout: str = "constrained"
) -> Figure:
    """Return a figure of a few months of the price, with events hanging from the line by name.

    ``price`` has a monthly ``PeriodIndex``; ``events`` are rows of `potash_list` within it, drawn
    in grey but for the one with the id ``lit``. The names stand in the margin, where no line
    crosses them.
    """
    place = pd.Series(range(len(price)), price.index)
    top, rows = 1.15 * price.max(), len(events)
    lane = 0.11 * top  # height of one name below the axis, in dollars
    fig, ax = plt.subplots(figsize=(6.5, 3.3 + 0.26 * rows), layout=layout)
    ax.plot(place, price, "o-", color=COLOURS["Brazil"], lw=2, ms=4)
    for row, event in enumerate(events.itertuples(), start=1):
        x, y = place[event.month], -row * lane
        colour = "black" if event.Index == lit else "#6E6E6E"
        hanging = ([x, x], [price[event.month], y])
        ax.plot(*hanging, color=colour, lw=0.8, marker="o", ms=4, markevery=[1], zorder=1)
        scenery(ax.plot([-0.5, x], [y, y], color="#D9D9D9", lw=0.8, zorder=0))  # from its name
        ax.annotate(
            LABELS[event.Index],
            (-0.5, y),
            xytext=(-7, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            color=colour,
            weight="bold" if event.Index == lit else "normal",
        )
    _dollar_axis(ax, top)
    ax.set_yticks([tick for tick in ax.get_yticks() if 0 <= tick <= top])
    ax.set_ylim(-(rows + 0.5) * lane, top)
    ax.spines["left"].set_bounds(0, top)
    ax.spines["bottom"].set_position(("data", 0))
    _month_axis(ax, price.index, math.ceil(len(price) / 7))
    ax.xaxis.tick_top()
    return fig


def rise_and_events() -> None:
    """Show the rise from December 2020 to the peak, with the events of the list on the line."""
    price, listed = monthly_price()[START : peak_month()], potash_list()
    events = listed[listed.month.isin(price.index)]
    named = (f"{LABELS[row.Index]}, {format_value(row.month)}" for row in events.itertuples())
    show(
        line_with_events(price, events, lit="E018"),
        finding="The price was already rising when the first measure came",
        note="Price of potash on arrival in Brazil, December 2020 to April 2022",
        source=f"{price_source()}, sheet of {fact('F493').text}; our table of events",
        alt=f"{_line_in_words(START, peak_month())}. From it hang {len(events)} events: "
        f"{'; '.join(named)}.",
    )


# --- explorer: vintage switch ---------------------------------------------------------------------


def vintage_switch() -> Explorer:
    """Return the explorer that asks which price a reader of one sheet saw, and of the other."""
    both = two_vintages()["2020-01":]
    both.columns = both.columns.map(format_value)
    months = {format_value(month): month for month in both.index}
    controls = {
        "sheet": choice("Sheet of", list(both.columns)),
        "month": choice("Month", months, default="2022-03"),
    }
    return Explorer(
        "Vintage switch",
        both,
        controls,
        select_vintage,
        draw_vintage,
        describe_vintage,
        source=source_line(read("price_vintages").source_id),
    )


def select_vintage(both: pd.DataFrame, chosen: dict[str, object]) -> pd.DataFrame:
    """Return both prices of each month, the chosen sheet's first, and which month was chosen."""
    if chosen["month"] not in both.index:
        raise CasebookError("This month is not in both sheets. Choose another month.")
    other = both.columns.drop(chosen["sheet"])[0]
    rows = both[[chosen["sheet"], other]].round(2)
    rows["times"] = (rows[other] / rows[chosen["sheet"]]).round(2)
    return rows.assign(chosen=rows.index == chosen["month"])


def draw_vintage(rows: pd.DataFrame) -> Figure:
    """Draw both sheets: the chosen one in full colour, the other grey, the month by its prices."""
    seen, other = rows.columns[:2]
    fig, ax = plt.subplots(figsize=(6.5, 4))
    place = range(len(rows))
    ax.plot(place, rows[other], color="#8C8C8C", lw=1.5, label=other)
    ax.plot(place, rows[seen], color=COLOURS["Brazil"], lw=2.5, label=seen)
    label_ends(ax)
    at = list(rows.chosen).index(True)
    high, low = sorted([seen, other], key=lambda sheet: -rows[sheet].iloc[at])
    left = "right" if at > 4 else "left"  # before the month, where a rising line leaves room
    for sheet, ha, away in ((high, left, (-8 if at > 4 else 8, 6)), (low, "left", (4, -20))):
        price, colour = rows[sheet].iloc[at], COLOURS["Brazil"] if sheet == seen else "#595959"
        ax.plot(at, price, "o", ms=7, color=colour)
        words = {"textcoords": "offset points", "ha": ha, "weight": "bold"}
        ax.annotate(f"{price:,.2f}", (at, price), xytext=away, color=colour, **words)
    _month_axis(ax, pd.PeriodIndex(rows.index, freq="M"), 4)
    _dollar_axis(ax, 1350)
    headline(
        fig,
        f"{format_value(rows.index[at])}: {_in_dollars(rows.iloc[at, :2])}",
        f"Price of potash by month in two sheets of the World Bank, of {seen} and of {other}",
    )
    return fig


def _in_dollars(prices: pd.Series) -> str:
    """Say the prices of one month in two sheets, the lower one first."""
    low, high = (f"{price:,.2f}" for price in sorted(prices))
    return f"one price, {low} dollars" if low == high else f"two prices, {low} and {high} dollars"


def describe_vintage(rows: pd.DataFrame) -> str:
    """Say what both sheets print for the chosen month."""
    seen, other = rows.columns[:2]
    mine = rows[rows.chosen].iloc[0]
    return (
        f"{format_value(mine.name)} in the sheet of {seen}: {mine[seen]:,.2f} dollars a tonne. "
        f"The sheet of {other} has {mine[other]:,.2f} for the same month, {mine.times:.2f} times "
        "that."
    )


# --- explorer: event window -----------------------------------------------------------------------


def event_window() -> Explorer:
    """Return the explorer that asks what else happened around an event, and what the price did."""
    events = potash_list()
    names = {f"{format_value(row.date)}: {row.title}": row.Index for row in events.itertuples()}
    controls = {
        "event": choice("Event", names, default="E028"),
        "months": number("Months each side", 1, 6, 3, grid=[1, 6]),
    }
    return Explorer(
        "Event window",
        _months_with_events(events),
        controls,
        select_window,
        draw_window,
        describe_window,
        source=f"{price_source()}; our table of events",
    )


def _months_with_events(events: pd.DataFrame) -> pd.DataFrame:
    """Return each month with price and change; one row more for each further event in a month."""
    changes = monthly_changes()
    size = changes.abs()
    rows = pd.DataFrame({"price": spot_price(), "change_percent": changes.round(1)})
    rows["months_that_moved_more"] = [(size > own).sum() for own in size.reindex(rows.index)]
    listed = events[["month", "date", "title"]].reset_index()
    return rows.rename_axis("month").reset_index().merge(listed, on="month", how="left")


def select_window(months: pd.DataFrame, chosen: dict[str, object]) -> pd.DataFrame:
    """Return the rows of the months around an event, and which of them is the event's.

    Raises CasebookError for an event that is not in the list and a width of no months.
    """
    is_chosen = months.event_id == chosen["event"]
    if not is_chosen.any() or chosen["months"] < 1:
        raise CasebookError("Choose an event of the list, and one month or more on each side.")
    at, width = months.month[is_chosen].iloc[0], chosen["months"]
    return months.assign(chosen=is_chosen)[months.month.between(at - width, at + width)]


def draw_window(rows: pd.DataFrame) -> Figure:
    """Draw the months with their events, the chosen one lit."""
    price = rows.drop_duplicates("month").set_index("month").price
    price.index = pd.PeriodIndex(price.index, freq="M")
    events = rows.dropna(subset="event_id").set_index("event_id")
    lit = rows.event_id[rows.chosen].iloc[0]
    fig = line_with_events(price, events, lit, layout="none")
    # Room for the longest name at the left and two lines of months on top, in inches, in every
    # window: the line does not jump when the control moves, and nothing has to be laid out.
    height = fig.get_figheight()
    fig.subplots_adjust(3.0 / 6.5, 0.08 / height, 0.97, 1 - 0.55 / height)
    others = len(events) - 1
    near = f"{others or 'No'} other listed event{'' if others == 1 else 's'}"
    headline(
        fig,
        f"{near} in the {len(price)} months around “{LABELS[lit]}”",
        f"Price of potash on arrival in Brazil, {format_value(price.index[0])} to "
        f"{format_value(price.index[-1])}",
    )
    return fig


def describe_window(rows: pd.DataFrame) -> str:
    """Say what the price did in the window and the month, and how many other events lie there."""
    mine = rows[rows.chosen].iloc[0]
    first, last = rows.iloc[0], rows.iloc[-1]
    before, after = mine.month - first.month, last.month - mine.month
    cut = " The table ends here, so the window is cut." if after.n < before.n else ""
    others = rows.event_id.notna().sum() - 1
    beside = (
        f"Other events of the list in this window: {others}. The picture cannot tell them apart."
    )
    if others == 0:
        beside = (
            "No other event of the list is here, which does not say that nothing else happened."
        )
    return (
        f"{format_value(mine.date)}, {mine.title}. {format_value(first.month)} to "
        f"{format_value(last.month)}: from {first.price:,.2f} to {last.price:,.2f} dollars, "
        f"{percent_change(first.price, last.price):+.1f} percent.{cut} In the month of the event: "
        f"{mine.change_percent:+.1f} percent; {mine.months_that_moved_more} of "
        f"{months_compared()} months moved more. {beside}"
    )


# --- exercises ------------------------------------------------------------------------------------


@answer("06.1", solution='prices.value[prices.basis == "f.o.b. Vancouver, standard"].max()')
def highest_on_old_basis() -> float:
    """Return the highest monthly price on the basis f.o.b. Vancouver, US dollars a tonne."""
    return monthly_price()[: month("last", OLD_BASIS)].max()


@register
def highest_of(basis: str) -> float:
    """Return the highest price on one basis, US dollars a tonne: a mistake of exercise 06.1."""
    return read("prices").query("basis == @basis").value.max()


@answer(
    "06.2",
    solution="""
    early, late = both.loc["2021-06"]
    100 * (late / early - 1)
""",
)
def june_2021_in_two_sheets() -> float:
    """Return by how many percent the later sheet's price of June 2021 is above the earlier's."""
    return vintage_rise("2021-06")


@answer(
    "06.3",
    solution="""
    sizes = moves.abs()
    (sizes > sizes["2021-08"]).sum()
""",
)
def months_livelier_than_the_listing() -> int:
    """Return in how many months the price moved by more than in that of the US listing."""
    return months_that_moved("2021-08")


@answer("06.5", solution='{"shown": "adh", "compatible": "ce", "not identified": "bfg"}')
def three_strengths() -> dict[str, str]:
    """Return the letters of each strength, as the table ``sorting`` has them."""
    items = read("sorting").query("exercise_id == '06.5'")
    return items.groupby("box").letter.sum().to_dict()
