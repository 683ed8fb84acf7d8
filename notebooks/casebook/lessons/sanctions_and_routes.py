"""Behind lesson 07: the measures of 2021 and 2022, the exports, the money and the routes."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import DateFormatter, MonthLocator
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from casebook.charts import COLOURS, bars, headline, scenery, show, text_colour
from casebook.exercises import answer
from casebook.explorer import Explorer, choice, number
from casebook.ledger import cell, register
from casebook.lessons.shared import belarusian_exports_kt, freight, yearly_price
from casebook.maps import draw_land
from casebook.market import (
    netback,
    percent_change,
    product_from_k2o,
    tonnage_that_fits,
    unit_value,
)
from casebook.tables import read, source_line
from casebook.text import format_value

PLAN = "NASDAQ_2023_07"
"""The source of the official plan for 2023, which is no outcome."""

# --- facts: the doors ---------------------------------------------------------------------------


@register
def exports_mt(source: str, year: int) -> float:
    """Return Belarusian exports of a year by a source of ``exports``, million tonnes of product."""
    exports = read("exports")
    rows = exports[(exports.exporter == "Belarus") & (exports.source_id == source)]
    return float(rows.set_index("year").quantity[year]) / 1000


@register
def through_klaipeda() -> float:
    """Return what went through Klaipeda in 2020, million tonnes of product, by Reuters."""
    return float(cell("logistics", "Klaipeda (Lithuania); 2020; volume; REUTERS_2021_06", "value"))


@register
def klaipeda_share() -> float:
    """Return the tonnes through Klaipeda in percent of the exports of 2020 by ICIS."""
    return 100 * through_klaipeda() / exports_mt("ICIS_2022", 2020)


@register
def eu_door(source: str) -> float:
    """Return what went to the EU in a year, million tonnes: a published share of ICIS's 2020."""
    bilateral = read("bilateral")
    to_eu = bilateral[(bilateral.reporter == "Belarus") & (bilateral.partner == "EU")]
    return to_eu.set_index("source_id").share_pct[source] / 100 * exports_mt("ICIS_2022", 2020)


@register
def us_door() -> float:
    """Return US purchases from Belarus, million tonnes of product: a share of USGS's imports."""
    share = cell("bilateral", "United States; Belarus; about 2021; import; WRP_2022", "share_pct")
    imports = cell("us_dependence", "Imports for consumption; 2021; USGS_MCS2026", "value")
    return product_from_k2o(imports * share / 100) / 1000


@register
def us_share_of_exports() -> float:
    """Return US purchases in percent of the exports of 2020 by ICIS."""
    return 100 * us_door() / exports_mt("ICIS_2022", 2020)


# --- facts: exports -----------------------------------------------------------------------------


def _fao(country: str) -> pd.Series:
    """Return FAO's exports of a country by year, thousand tonnes of K2O."""
    exports = read("fao_exports")
    return exports[exports.exporter == country].set_index("year").quantity


@register
def fao_exports_mt(year: int) -> float:
    """Return FAO's Belarusian exports of a year as product, million tonnes: our arithmetic."""
    return belarusian_exports_kt(year) / 1000


@register
def fao_fall(country: str, start: int = 2021, end: int = 2022) -> float:
    """Return by how much FAO's exports of a country fell between two years, million t of K2O."""
    return (_fao(country)[start] - _fao(country)[end]) / 1000


@register
def fao_fall_percent(country: str, start: int, end: int) -> float:
    """Return by how many percent FAO's exports of a country fell between two years."""
    return -percent_change(_fao(country)[start], _fao(country)[end])


@register
def share_of_fall(countries: str) -> float:
    """Return the share of countries in the fall of world exports from 2021 to 2022, percent, FAO.

    ``countries`` are joined by a comma and a space: ``Belarus, Russia``.
    """
    return 100 * sum(fao_fall(country) for country in countries.split(", ")) / fao_fall("World")


@register
def incomplete_year_fall() -> float:
    """Return by how many percent ICIS's incomplete 2021 lies below its 2020."""
    return -percent_change(exports_mt("ICIS_2022", 2020), exports_mt("ICIS_2022", 2021))


# --- facts: money over tonnes -------------------------------------------------------------------


def _revenue() -> pd.DataFrame:
    macro = read("belarus_macro")
    is_ours = (macro.indicator == "Potash export revenue") & (macro.year >= 2019)
    return macro[is_ours].set_index("year")


@register
def revenue_billion(year: int) -> float:
    """Return the published potash revenue of a year, billion US dollars."""
    return _revenue().value[year] / 1000


@register
def implied_price(year: int, tonnes: str) -> float:
    """Return revenue over tonnes, US dollars a tonne of product.

    ``tonnes`` is ``FAO`` or a source of ``exports``.
    """
    mt = fao_exports_mt(year) if tonnes == "FAO" else exports_mt(tonnes, year)
    return unit_value(_revenue().value[year], 1000 * mt)


@register
def above_market(year: int) -> float:
    """Return by how many percent revenue over FAO's tonnes lies above the market price."""
    return percent_change(yearly_price()[year], implied_price(year, "FAO"))


@register
def contract_in_hundreds() -> int:
    """Return the price of 2023 between Canpotex and China, rounded down to hundreds."""
    price = cell("prices", "China annual contract; 2023-06; US$/t nominal", "value")
    return int(price // 100 * 100)


@register
def tonnes_that_fit(year: int, price: str) -> float:
    """Return the million tonnes that fit the revenue of a year.

    ``price`` is ``market`` or, of 2023, ``contract``, rounded down to hundreds.
    """
    dollars = yearly_price()[year] if price == "market" else contract_in_hundreds()
    return tonnage_that_fits(_revenue().value[year], dollars) / 1000


# --- facts: routes, China, India ----------------------------------------------------------------


def _route(name: str, year: int = 2022) -> float:
    return float(cell("logistics", f"{name}; {year}; volume; GM_2023_06", "value"))


@register
def new_routes(year: int) -> float:
    """Return what the two new routes carried at least, million tonnes of product; 2022 is known."""
    return _route("Russian ports", year) + _route("Rail to China", year)


def _china() -> pd.DataFrame:
    bilateral = read("bilateral")
    is_china = (bilateral.reporter == "China") & (bilateral.partner == "Belarus")
    return bilateral[is_china].set_index("period")


def _to_august() -> pd.DataFrame:
    """Return China's purchases of January to August by year, thousand tonnes and million US$."""
    china = _china()
    parts = china[china.source_id == "24TV_2025"]
    return parts.groupby(parts.index.str[:4])[["quantity", "value_musd"]].sum()


@register
def china_mt(year: str) -> float:
    """Return what China booked from Belarus in a year, million tonnes of product."""
    return _china().quantity[year] / 1000


@register
def china_billion(year: str) -> float:
    """Return what China booked from Belarus in a year, billion US dollars."""
    return _china().value_musd[year] / 1000


@register
def china_price(year: str, musd_more: float, kt_more: float) -> float:
    """Return China's dollars a tonne of a year, with rounded money and tonnes moved a little."""
    booked = _china().loc[year]
    return unit_value(booked.value_musd + musd_more, booked.quantity + kt_more)


@register
def china_to_august(column: str, year: str) -> float:
    """Return our sum of China's purchases from January to August of a year."""
    return float(_to_august()[column][year])


@register
def china_to_august_fall(column: str, start: str, end: str) -> float:
    """Return the fall of China's purchases, January to August, between two years, percent."""
    return -percent_change(china_to_august(column, start), china_to_august(column, end))


@register
def china_sums_differ(year: str) -> float:
    """Return by how many percent our sum of January to August lies below another source's."""
    other = _china().value_musd[f"{year}-01/08"]
    return -percent_change(other, china_to_august("value_musd", year))


@register
def china_printed_fall() -> float:
    """Return the fall from the dollars of 2024 to those of 2025 of one outlet, percent."""
    dollars = _china().value_musd
    return -percent_change(dollars["2024-01/08"], dollars["2025-01/08"])


@register
def china_quarter_change(column: str, before: str, after: str) -> float:
    """Return the change between two quarters of China's purchases, percent of the first."""
    return percent_change(_china()[column][before], _china()[column][after])


@register
def price_of_others(year: int, tonnes: str) -> float:
    """Return what all buyers but China would have paid in a year, US dollars a tonne.

    ``tonnes`` is ``FAO`` or a source of ``exports``.
    """
    mt = fao_exports_mt(year) if tonnes == "FAO" else exports_mt(tonnes, year)
    china = _china().loc[str(year)]
    return unit_value(_revenue().value[year] - china.value_musd, 1000 * mt - china.quantity)


@register
def india_price(year: int, unit: str) -> float:
    """Return what India paid, US dollars a tonne of ``K2O`` or of ``product``."""
    sale = f"Belarus; India; {year}; export; BKDP_2022"
    kt_k2o = cell("bilateral", sale, "quantity")
    kt = kt_k2o if unit == "K2O" else product_from_k2o(kt_k2o)
    return unit_value(cell("bilateral", sale, "value_musd"), kt)


# --- facts: the world ---------------------------------------------------------------------------


@register
def output_mt(country: str, edition: str, year: int) -> float:
    """Return the output of a year by one edition of USGS, million tonnes of K2O."""
    production = read("production")
    rows = production[(production.country == country) & (production.source_edition == edition)]
    return float(rows.set_index("year").value[year]) / 1000


@register
def growth(
    country: str, old: str = "MCS 2020", start: int = 2019, new: str = "MCS 2026", end: int = 2025
) -> float:
    """Return the output of a year by one edition less that of an earlier one, million t of K2O."""
    return output_mt(country, new, end) - output_mt(country, old, start)


@register
def decline(country: str, old: str, start: int, new: str, end: int) -> float:
    """Return the same as `growth`, as a fall."""
    return -growth(country, old, start, new, end)


@register
def exports_above_output(country: str, year: int) -> float:
    """Return FAO's exports less FAO's output of a year, thousand tonnes of K2O."""
    return float(_fao(country)[year]) - cell("fao_production", f"{country}; {year}", "value")


@register
def us_net_imports(source: str, year: int) -> float:
    """Return US imports less exports of a year, thousand tonnes of K2O, by ``FAO`` or ``USGS``."""
    if source == "FAO":
        imports = cell("fao_imports", f"United States; {year}", "quantity")
        return imports - float(_fao("United States")[year])
    imports = cell("us_dependence", f"Imports for consumption; {year}; USGS_MCS2026", "value")
    return imports - cell("us_dependence", f"Exports; {year}; USGS_MCS2026", "value")


# --- drawings -----------------------------------------------------------------------------------

# Longitude and latitude. A line joins places and is not the track.
SOLIGORSK, KLAIPEDA, BRONKA = (27.54, 52.79), (21.13, 55.70), (29.72, 59.93)
TO_KLAIPEDA = (SOLIGORSK, (25.0, 54.9), KLAIPEDA)
BORDER = (24.95, 54.39)
POINTS_A_MT = 2.2
"""Width of a road on the map, in points for each million tonnes a year."""
COUNTRIES = {
    "BELARUS": (30.0, 52.6),
    "LITHUANIA": (23.6, 55.85),
    "LATVIA": (25.6, 56.85),
    "ESTONIA": (25.8, 58.7),
    "POLAND": (20.6, 52.4),
    "UKRAINE": (32.4, 51.5),
    "RUSSIA": (32.0, 56.4),
}


def _map(north: float, height: float) -> tuple[Figure, Axes]:
    """Return a map from the mines to the Baltic, up to a latitude; ``height`` in inches."""
    fig, ax = plt.subplots(figsize=(6.8, height))
    draw_land(ax, west=17.2, east=33.6, south=51.1, north=north)
    for name, (east, up) in COUNTRIES.items():
        if up < north:
            ax.text(east, up, name, ha="center", va="center", color="#6E675D")
    sea = {"ha": "center", "va": "center", "color": "#4F7086", "style": "italic"}
    ax.text(19.9, 56.9, "Baltic Sea", **sea)
    return fig, ax


def _curve(start: tuple, bend: tuple, end: tuple) -> np.ndarray:
    """Return 60 points of a quadratic Bezier curve, one pair of degrees in each row."""
    t = np.linspace(0, 1, 60)[:, None]
    start, bend, end = (np.array(place) for place in (start, bend, end))
    return (1 - t) ** 2 * start + 2 * t * (1 - t) * bend + t**2 * end


def _road(ax: Axes, curve: np.ndarray, mt: float, colour: str) -> None:
    width = POINTS_A_MT * mt
    scenery(ax.plot(*curve.T, color=colour, lw=width, solid_capstyle="butt", zorder=2))


def _arrow(ax: Axes, curve: np.ndarray, colour: str) -> None:
    """Draw a thin line whose end is an arrow: the way goes on beyond the map."""
    scenery(ax.plot(*curve[:-5].T, color=colour, linestyle="--", zorder=2))
    head = {"arrowstyle": "-|>", "color": colour, "linewidth": 2, "mutation_scale": 16}
    scenery(ax.annotate("", curve[-1], curve[-6], arrowprops=head))


def _label(ax: Axes, east: float, north: float, words: str, **look: object) -> None:
    """Write on the map, with a thin pale edge so that borders do not cut the letters."""
    edge = [withStroke(linewidth=3, foreground="#FAF8F4")]
    ax.text(east, north, words, path_effects=edge, zorder=6, **{"va": "center"} | look)


def _places(ax: Axes, **places: tuple) -> None:
    for (east, north), _ in places.values():
        scenery(ax.plot(east, north, "s", ms=9, mfc="white", mec="black", mew=1.6, zorder=5))
    for name, (_, (east, north)) in places.items():
        _label(ax, east, north, name, weight="bold", ha="center")


def old_road() -> None:
    """Show the road of Belarusian potash to Klaipeda in 2020, and where it was closed."""
    mt, share = through_klaipeda(), klaipeda_share()
    closed = format_value(read("events").date["E028"])
    green, words = COLOURS["Lithuania"], text_colour(COLOURS["Lithuania"])
    fig, ax = _map(north=57.8, height=4.95)
    _road(ax, _curve(*TO_KLAIPEDA), mt, green)
    _arrow(ax, _curve((20.9, 55.72), (19.4, 55.75), (17.5, 55.1)), words)
    scenery(ax.plot(*BORDER, "x", ms=28, mew=7, color="black", zorder=4))
    _places(ax, Klaipeda=(KLAIPEDA, (20.0, 56.2)), Soligorsk=(SOLIGORSK, (27.6, 52.35)))
    _label(ax, 27.6, 51.95, "the mines", ha="center")
    _label(ax, 17.5, 54.5, "by ship to Brazil,\nChina, India", color=words)
    _label(ax, 23.8, 53.65, f"{mt} million tonnes\nin 2020", weight="bold", color=words, ha="right")
    _label(ax, 25.5, 54.75, f"closed on {closed}", weight="bold")
    whole = "Nine tenths" if 87.5 <= share < 92.5 else f"{share:.0f} percent"
    show(
        fig,
        finding=f"{whole} of Belarus's potash exports took one road, and it closed",
        note="Potash through Lithuania; width in proportion to tonnes. The line joins "
        "places and is not the track",
        source=f"{source_line(['REUTERS_2021_06', 'ICIS_2022', 'BBLV-1226'])}; land: Natural Earth",
        data=pd.DataFrame({"road": ["Klaipeda, 2020"], "million_tonnes": [mt]}),
        alt=f"Map of the eastern Baltic. A wide line runs from the mines of Soligorsk in Belarus "
        f"through Lithuania to the port of Klaipeda: {mt} million tonnes in 2020, {share:.0f} "
        f"percent of Belarusian potash exports. A cross marks the border: closed on {closed}.",
    )


def new_roads() -> None:
    """Show the roads of Belarusian potash in 2022, beside the closed one to Klaipeda."""
    old, ports, rail = through_klaipeda(), _route("Russian ports"), _route("Rail to China")
    russia, china = text_colour(COLOURS["Russia"]), text_colour(COLOURS["China"])
    fig, ax = _map(north=60.5, height=6.65)
    _road(ax, _curve(*TO_KLAIPEDA), old, "#C4C4C4")
    scenery(ax.plot(*_curve(*TO_KLAIPEDA).T, ":", color="black", lw=1.5, zorder=3))
    _road(ax, _curve(SOLIGORSK, (29.9, 55.9), BRONKA), ports, russia)
    _road(ax, _curve(SOLIGORSK, (30.6, 53.7), (33.0, 53.45)), rail, china)
    _arrow(ax, _curve((32.5, 53.5), (33.0, 53.45), (33.5, 53.4)), china)
    _arrow(ax, _curve((29.3, 59.95), (24.0, 59.8), (17.5, 58.3)), russia)
    _places(
        ax,
        Klaipeda=(KLAIPEDA, (20.0, 56.2)),
        Soligorsk=(SOLIGORSK, (27.6, 52.35)),
        Bronka=(BRONKA, (31.1, 60.1)),
    )
    _label(
        ax,
        23.8,
        53.65,
        f"closed in 2022\n(in 2020: {old}\nmillion tonnes)",
        color="#595959",
        ha="right",
    )
    _label(ax, 19.3, 58.15, "by ship to\nother buyers", color=russia, va="top")
    _label(
        ax, 30.0, 58.2, f"Russian ports:\n{ports:g} million\ntonnes", weight="bold", color=russia
    )
    rail_words = f"by rail to China:\nmore than {rail:g}\nmillion tonnes"
    _label(ax, 33.4, 54.45, rail_words, weight="bold", color=china, ha="right")
    fits = "less than half" if ports + rail < old / 2 else "only a part"
    show(
        fig,
        finding=f"The two new roads of 2022 carried {fits} of what the old one had",
        note="Belarusian potash, tonnes of product a year. Bronka is one of the Russian ports; "
        "lines join places and are not the track",
        source=f"{source_line(['GM_2023_06', 'REUTERS_2021_06'])}; land: Natural Earth",
        data=pd.DataFrame(
            {
                "road": ["Klaipeda, 2020", "Russian ports, 2022", "rail to China, 2022"],
                "million_tonnes": [old, ports, rail],
            }
        ),
        alt=f"Map of the eastern Baltic. From the mines of Soligorsk a line runs north to Russian "
        f"ports, {ports:g} million tonnes in 2022, and a thin one leaves the map to the east: more "
        f"than {rail:g} by rail to China. The wide road to Klaipeda, {old} in 2020, is empty.",
    )


DOORS = {
    "E018": ("European Union", "limits some grades of potash"),
    "E021": ("United States", "lists Belaruskali, the miner"),
    "E024": ("United States", "lists BPC, the seller"),
    "E028": ("Lithuania", "ends the transit by rail"),
    "E029": ("European Union", "bans all grades of potash"),
    "E095": ("European Union", "lists the miner and the seller"),
}
"""The measures against Belarusian potash: event, who took it, and what it did."""


def doors() -> None:
    """Show the six measures of 2021 and 2022, each from its day on, one below the other."""
    days = pd.to_datetime(read("events").date[list(DOORS)])
    begin, end = pd.Timestamp("2021-04-15"), pd.Timestamp("2022-07-31")
    said = []
    fig, ax = plt.subplots(figsize=(6.8, 5.2))
    for lane, (event, (side, did)) in enumerate(DOORS.items()):
        start = days[event]
        ax.barh(lane, (end - start).days, left=start, height=0.34, color=COLOURS[side])
        said.append(f"{format_value(start)}: {side} {did}")
        ax.text(begin, lane - 0.27, f"{side} {did}", va="bottom")
        day = {"textcoords": "offset points", "ha": "right", "va": "center", "weight": "bold"}
        ax.annotate(f"{start.day} {start:%b %Y}", (start, lane), (-5, 0), **day)
    ax.set(ylim=(5.4, -0.8), xlim=(begin, end), yticks=[])
    ax.xaxis.set_major_locator(MonthLocator(bymonth=(7, 10, 1, 4, 7)))
    ax.xaxis.set_major_formatter(DateFormatter("%b %Y"))
    ax.spines["left"].set_visible(False)
    count = {6: "Six"}.get(len(DOORS), str(len(DOORS)))
    span = (days.max() - days.min()).days
    within = "within twelve months" if span < 365 else f"within {span} days"
    finding = f"{count} doors closed {within}"
    ids = ["ICIS-2107", "REUTERS_2022_01", "TH-202112", "EURLEX-22-355", "BAILII-T534"]
    show(
        fig,
        finding=finding,
        note="Measures against Belarusian potash, each from its first day on",
        source=source_line(ids, most=5),
        alt=f"{finding}. Measures against Belarusian potash: {'; '.join(said)}.",
    )


def two_editions() -> None:
    """Show the potash output of 2019 and of 2025 by two editions of USGS, and the change."""
    production = read("production")
    wanted = {2019: "MCS 2020", 2025: "MCS 2026"}
    by_year = {
        year: production[(production.source_edition == edition) & (production.year == year)]
        for year, edition in wanted.items()
    }
    mt = pd.DataFrame({y: rows.set_index("country").value / 1000 for y, rows in by_year.items()})
    mt = mt.drop(index=["World", "Other countries"]).dropna()
    change = (mt[2025] - mt[2019]).sort_values(ascending=False)
    mt = mt.loc[change.index]
    words = change.map("{:+.1f}".format).str.replace("-", "−").replace({"+0.0": "0", "−0.0": "0"})
    fig, ax = plt.subplots(figsize=(6.8, 5.4))
    for lane, (country, (old, new)) in enumerate(mt.iterrows()):
        colour = COLOURS[country] if country == "Belarus" else "#767676"
        scenery(ax.plot([old, new], [lane, lane], color=colour))
        ax.scatter(old, lane, s=90, color="white", edgecolors=colour, linewidth=2, zorder=3)
        ax.scatter(new, lane, s=90, color=colour, zorder=3)
        place = max(old, new) + 0.4
        ax.text(place, lane, words[country], va="center", color=text_colour(colour))
    ax.set_yticks(range(len(mt)), mt.index)
    ax.set(ylim=(len(mt) - 0.4, -0.6), xlim=(-0.3, 16.8), xlabel="million tonnes of K2O")
    fell = change[change.round(1) < 0]
    grew = {4: "four"}.get((change >= 1).sum(), "some")
    finding = f"{fell.index[-1]} fell most, while {grew} others grew by a million tonnes or more"
    show(
        fig,
        finding=finding,
        note="Potash output, estimates of USGS, with the change. Open mark: 2019, edition 2020; "
        "full mark: 2025, edition 2026",
        source=source_line([*by_year[2019].source_id, *by_year[2025].source_id]),
        data=mt.round(3).reset_index(),
        alt=f"{finding}. Change of potash output from 2019 to 2025, in million tonnes of K2O: "
        f"{', '.join(f'{country} {word}' for country, word in words.items())}.",
    )


# --- explorers ----------------------------------------------------------------------------------

KINDS = {
    "truncated": "part of a year",
    "mirror/estimate": "mirror or estimate",
    "commentator": "estimate",
}
WHOLE_YEARS = "whole years that are over"
CAUTIONS = {
    "part of a year": "Part of a year is no fall.",
    "plan": "A plan is no outcome.",
    "lower bound": "A lower bound means: more than.",
}


def how_much() -> Explorer:
    """Return the explorer that lays the published export figures of one year side by side."""
    ours = read("exports").query("exporter == 'Belarus' and year >= 2019")
    fao = read("fao_exports").query("exporter == 'Belarus'")
    publisher = {
        "ICIS_2022": "ICIS",
        "GET-POTASH": "German Economic Team",
        "CHARTER_2023": "a commentator",
        PLAN: "official plan",
        "FAO_RFN": "FAO",
    }
    figures = pd.concat(
        [
            ours.assign(million_tonnes=ours.quantity / 1000),
            fao.assign(million_tonnes=product_from_k2o(fao.quantity) / 1000),
        ]
    )
    figures["source"] = figures.source_id.map(publisher)
    figures["kind"] = figures.estimate_flag.replace(KINDS).fillna("measured")
    columns = ["year", "source", "million_tonnes", "kind"]
    figures = figures.sort_values(["year", "million_tonnes"], ascending=[True, False])[columns]

    def select(figures: pd.DataFrame, chosen: dict) -> pd.DataFrame:
        rows = figures[figures.year == chosen["year"]]
        if chosen["show"] == WHOLE_YEARS:
            rows = rows[~rows.kind.isin(["part of a year", "plan"])]
        return rows.round({"million_tonnes": 2})

    return Explorer(
        "How much did Belarus export?",
        figures,
        {
            "year": choice("Year", sorted(figures.year.unique().tolist()), default=2021),
            "show": choice("Show", ["everything published", WHOLE_YEARS]),
        },
        select,
        _draw_figures,
        _describe_figures,
        source=source_line([*ours.source_id, "FAO_RFN"], most=6),
    )


def _draw_figures(rows: pd.DataFrame) -> Figure:
    fig, ax = plt.subplots(figsize=(6.8, 2.6))
    mt = rows.set_index("source").million_tonnes
    bars(ax, mt, rows.kind.tolist(), COLOURS["Belarus"], form="{:.1f}")
    ax.set(xlim=(0, 17), xlabel="million tonnes of product")
    note = "Belarusian potash exports of one year, by source"
    if rows.kind.str.contains("mirror").any():
        note += ". Mirror: from the records of the buyers"
    headline(fig, _range_of_figures(rows), note)
    return fig


def _range_of_figures(rows: pd.DataFrame) -> str:
    """Say how far the figures of a year lie apart; what is no whole fact is not one of them."""
    is_less = rows.kind.isin(["part of a year", "plan"])
    whole, year = rows.million_tonnes[~is_less], rows.year.iloc[0]
    said = []
    if len(whole):
        low, high = whole.min(), whole.max()
        is_apart = high - low >= 0.05
        said.append(f"{f'between {low:.1f} and ' if is_apart else ''}{high:.1f} million tonnes")
    for row in rows[is_less].itertuples():
        amount = f"{row.million_tonnes:.1f}" + ("" if said else " million tonnes")
        said.append(f"{amount} in {row.kind}" if "part" in row.kind else f"{amount} planned")
    return f"{year}: {', '.join(said)}"


def _describe_figures(rows: pd.DataFrame) -> str:
    year, low, high = rows.year.iloc[0], rows.million_tonnes.min(), rows.million_tonnes.max()
    if len(rows) == 1:
        words = f"{year}: one source, {rows.source.iloc[0]}, with {high:.1f} million tonnes."
    else:
        words = f"{year}: from {low:.1f} to {high:.1f} million tonnes, by {len(rows)} sources."
    cautions = [caution for kind, caution in CAUTIONS.items() if kind in set(rows.kind)]
    if "FAO" in set(rows.source):
        cautions.append("FAO counts in K2O; turned into product, it is our arithmetic.")
    return " ".join([words, *cautions])


def does_the_money_fit() -> Explorer:
    """Return the explorer that divides the revenue of a year by a tonnage that the reader sets."""
    revenue, market = _revenue(), yearly_price()
    contracts = read("prices").query("frequency == 'contract'")
    contract = contracts.groupby(contracts.period.str[:4].astype(int)).value.min()
    china = _china().dropna(subset=["year", "value_musd"]).set_index("year")
    booked = 1000 * china.value_musd / china.quantity
    lowest = pd.concat([contract, booked]).groupby(level=0).min()
    money = pd.DataFrame(
        {
            "revenue_musd": revenue.value,
            "revenue_is": revenue.estimate_flag.map({"leaked": "one leak"}).fillna(
                "press, rounded"
            ),
            "low_usd_t": netback(lowest, freight("N0601")),
            "market_usd_t": market,
        }
    ).loc[revenue.index]

    def select(money: pd.DataFrame, chosen: dict) -> pd.DataFrame:
        year = money.loc[chosen["year"]]
        volumes = sorted({chosen["volume"], *np.arange(3, 13.01, 0.25)})
        rows = pd.DataFrame({"volume_mt": volumes})
        rows["usd_a_tonne"] = [unit_value(year.revenue_musd, 1000 * mt) for mt in volumes]
        rows["fits"] = [_verdict(price, year) for price in rows.usd_a_tonne]
        rows["chosen"] = rows.volume_mt == chosen["volume"]
        return rows.assign(year=chosen["year"], **year).round({"usd_a_tonne": 1, "low_usd_t": 1})

    return Explorer(
        "Does the money fit?",
        money,
        {
            "year": choice("Year", money.index.tolist(), default=2023),
            "volume": number("Million tonnes", 3.0, 13.0, 4.9, step=0.1, grid=range(3, 14)),
        },
        select,
        _draw_money,
        _describe_money,
        source=source_line([*revenue.source_id, "WB_PINK_ANNUAL_2025_05", "ICIS_2009"], most=6),
    )


def _verdict(price: float, year: pd.Series) -> str:
    if price > 1.1 * year.market_usd_t:
        return "too high: more tonnes, or less money"
    if price > year.market_usd_t:
        return "on the edge, a little above the market"
    if price < year.low_usd_t:
        return "too low: fewer tonnes, or more money"
    return "it fits"


POINTS = {"textcoords": "offset points", "ha": "center", "va": "bottom"}


def _draw_money(rows: pd.DataFrame) -> Figure:
    fig, ax = plt.subplots(figsize=(6.8, 3.5))
    mine = rows[rows.chosen].iloc[0]
    ax.axhspan(mine.low_usd_t, mine.market_usd_t, color="#DCE3EC")
    ax.plot(rows.volume_mt, rows.usd_a_tonne, color=COLOURS["Belarus"], linestyle="--")
    ax.plot(mine.volume_mt, mine.usd_a_tonne, "o", ms=12, color=COLOURS["Belarus"])
    side = 1 if mine.volume_mt < 11 else -1
    ax.annotate(
        f"{mine.usd_a_tonne:.0f}",
        (mine.volume_mt, mine.usd_a_tonne),
        xytext=(10 * side, 8),
        textcoords="offset points",
        ha="left" if side > 0 else "right",
        weight="bold",
    )
    gap = mine.market_usd_t - mine.low_usd_t
    ax.text(13.2, mine.market_usd_t, f"market {mine.market_usd_t:.0f}", va="bottom", ha="right")
    if gap > 40:
        ax.text(2.8, mine.low_usd_t, f"lowest {mine.low_usd_t:.0f}", va="bottom")
    ax.set(xlabel="million tonnes of product", ylabel="US dollars a tonne", xlim=(2.7, 13.3))
    ax.set_ylim(0, max(1.15 * mine.market_usd_t, 1.1 * rows.usd_a_tonne.max()))
    fewest, most = (
        np.clip(mine.revenue_musd / price, 2.7, 13.3)
        for price in (mine.market_usd_t, mine.low_usd_t)
    )
    if most > fewest:
        scenery(ax.plot([fewest, most], [0, 0], color="black", lw=6, solid_capstyle="butt"))
        ax.annotate("these fit", ((fewest + most) / 2, 0), xytext=(0, 8), **POINTS)
    ax.set_xticks(range(3, 14))
    fits = "fit" if mine.fits == "it fits" else "just fit" if "edge" in mine.fits else "do not fit"
    headline(
        fig,
        f"{mine.volume_mt:.1f} million tonnes {fits} the money of {mine.year}",
        f"Dashed: {mine.revenue_musd / 1000:.2f} billion dollars over each tonnage. Grey: from the "
        "lowest price we know of the year, less freight, to the World Bank's",
    )
    return fig


def _describe_money(rows: pd.DataFrame) -> str:
    mine = rows[rows.chosen].iloc[0]
    verdicts = {
        "it fits": "within the range of prices: it fits.",
        "on the edge, a little above the market": f"a little above the market of "
        f"{mine.market_usd_t:.0f}: on the edge.",
        "too high: more tonnes, or less money": f"above the market of {mine.market_usd_t:.0f}: "
        "more tonnes, or other money.",
        "too low: fewer tonnes, or more money": f"below the lowest price of {mine.low_usd_t:.0f}: "
        "fewer tonnes, or other money.",
    }
    return (
        f"{mine.year}: {mine.revenue_musd / 1000:.2f} billion dollars ({mine.revenue_is}) over "
        f"{mine.volume_mt:.1f} million tonnes is {mine.usd_a_tonne:.0f} dollars a tonne, "
        f"{verdicts[mine.fits]}"
    )


# --- exercises ----------------------------------------------------------------------------------


@answer(
    "07.1",
    solution="""
    flagged = exports[(exports.exporter == "Belarus") & (exports.estimate_flag == "truncated")]
    print(flagged.source_id)  # truncated: months are missing
    "b"
    """,
)
def incomplete_year() -> str:
    """Return the letter of the figure that stands for a part of a year: "b", by ICIS."""
    exports = read("exports")
    rows = exports[(exports.exporter == "Belarus") & (exports.estimate_flag == "truncated")]
    return "b" if list(rows.source_id) == ["ICIS_2022"] else ""


@answer("07.2", solution="(revenue[2023] / 300, revenue[2023] / 383)")
def volumes_that_fit() -> tuple[float, float]:
    """Return the million tonnes that fit the money of 2023 at two prices, the lower price first."""
    return tonnes_that_fit(2023, "contract"), tonnes_that_fit(2023, "market")


@register
def volumes_turned_round() -> tuple[float, float]:
    """Return the same two tonnages in the other order: a mistake."""
    return volumes_that_fit()[::-1]


@register
def tested_twice() -> tuple[float, float]:
    """Return FAO's tonnage of 2023, twice: the mistake of giving the figure under test."""
    return fao_exports_mt(2023), fao_exports_mt(2023)


@answer(
    "07.3",
    solution='100 * (quarters.quantity["2025-Q2"] / quarters.quantity["2024-Q2"] - 1)',
)
def second_quarter() -> float:
    """Return the change of China's tonnes between the second quarters of two years, percent."""
    return china_quarter_change("quantity", "2024-Q2", "2025-Q2")


@register
def published_quarter_change() -> float:
    """Return the change that an outlet stated for that quarter, percent: a mistake."""
    return -float(cell("stated_numbers", "N0704", "value"))


@answer(
    "07.4",
    solution="""
    sale = india.loc["2020"]
    1000 * sale.value_musd / product_from_k2o(sale.quantity)
    """,
)
def india_2020() -> float:
    """Return what India paid in 2020, US dollars a tonne of product."""
    return india_price(2020, "product")


@register
def india_wrong_way() -> float:
    """Return the price of 2020 with the tonnes made fewer instead of more: a mistake."""
    return product_from_k2o(india_price(2020, "K2O"))


@answer(
    "07.5",
    solution="""
    fall = sent[2022] - sent[2021]
    100 * (fall["Belarus"] + fall["Russia"]) / fall["World"]
    """,
)
def two_of_many() -> float:
    """Return the share of Belarus and Russia in the fall of world exports, percent, by FAO."""
    return share_of_fall("Belarus, Russia")


@register
def rest_of_fall() -> float:
    """Return the share of all other countries in that fall, percent: a mistake."""
    return 100 - two_of_many()


@answer("07.6", solution='"ace"  # what one buyer wrote down, and nothing behind the name')
def what_customs_can_say() -> str:
    """Return the letters of the questions that a buyer's customs figures can answer."""
    return "ace"


@register
def impossible_rows(year: int, above: float) -> list[str]:
    """Return the countries that by FAO exported more K2O in a year than they made.

    ``above`` is the least production, in thousand tonnes of K2O, of the countries to look at.
    """
    made = read("fao_production").query("year == @year").set_index("country").value
    sent = read("fao_exports").query("year == @year").set_index("exporter").quantity
    odd = made[(sent.reindex(made.index) > made) & (made > above)]
    return sorted(odd.index)


@answer("07.7", solution="list(odd.index[odd.exported > odd.made])")
def impossible_in_2021() -> list[str]:
    """Return the countries that by FAO exported more in 2021 than they made."""
    return impossible_rows(2021, 0)
