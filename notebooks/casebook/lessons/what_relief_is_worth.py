"""Behind lesson 08: a scenario of what the US step may be worth, and the road through Lithuania.

The arithmetic is in `casebook.market`. Here stand the inputs, the facts and the drawings.
"""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from casebook.charts import COLOURS, headline, scenery, show
from casebook.exercises import answer
from casebook.explorer import Explorer, number
from casebook.ledger import cell, register
from casebook.lessons.shared import belarusian_exports_kt, monthly_price, yearly_price
from casebook.market import (
    detour_cost,
    k2o_from_product,
    product_from_k2o,
    scenario_gain,
    swings,
    tonnage_that_fits,
    unit_value,
    volume_effect,
)
from casebook.readings import Unread, is_blank, read_number
from casebook.tables import read, source_line

NAMES = {
    "share_of_imports": "Share of US imports",
    "imports_kt_k2o": "All US imports",
    "net_price": "Net price",
    "diverted": "Sold elsewhere anyway",
    "premium": "Premium",
}
"""The five inputs of the scenario, in the order of the sum, and what they are called."""
MODEL_SOURCES = ["USGS_MCS2026", "WRP_2022", "WB_PINK_2026_06"]
LITHUANIA = ["LRT_2021", "REUTERS_2021_06", "NEWSBY_SNOPKOV"]

# --- the inputs -----------------------------------------------------------------------------------


def us_imports() -> pd.Series:
    """Return all US potash imports by year from 2021 on, thousand tonnes of K2O, by USGS."""
    rows = read("us_dependence")
    rows = rows[(rows.indicator == "Imports for consumption") & (rows.source_id == "USGS_MCS2026")]
    return rows.set_index("year").value.astype(float).sort_index()


def inputs() -> pd.DataFrame:
    """Return the five inputs, one row each: input, low, middle, high, unit, kind.

    ``kind`` is ``data``, ``choice`` (ours, near published numbers) or ``guess`` (nothing published
    behind it). Shares are percentages. Source: `assumptions`, and `us_dependence` for US imports
    and for the middle of the share.
    """
    rows = read("assumptions").reindex(NAMES)[["low", "middle", "high", "unit", "kind"]]
    rows = rows.astype({"low": float, "middle": float, "high": float})
    rows.insert(0, "input", pd.Series(NAMES))
    kt = us_imports()
    middle = kt.loc[kt.index.max()]
    rows.loc["imports_kt_k2o", ["low", "middle", "high"]] = [kt.min(), middle, kt.max()]
    rows.loc["imports_kt_k2o", ["unit", "kind"]] = ["kt K2O a year", "data"]
    rows.loc["share_of_imports", "middle"] = float(us_share("about 2021", "WRP_2022"))
    return rows.rename_axis("name")


def gain_of(values: pd.Series) -> float:
    """Return what five inputs give, million US dollars a year; the two shares in percent."""
    return scenario_gain(
        values.share_of_imports / 100,
        values.imports_kt_k2o,
        values.net_price,
        values.diverted / 100,
        values.premium,
    )


def _case(name: str) -> pd.Series:
    """Return a value for each input: ``unlucky``, ``middle``, ``lucky`` or ``far corner``.

    Lucky is the end that brings more, so for what is diverted it is the low one. The far corner is
    the lucky case with the highest net price that the scenario builder takes.
    """
    rows = inputs()
    if name == "middle":
        return rows.middle
    good, bad = rows.high.copy(), rows.low.copy()
    good["diverted"], bad["diverted"] = rows.low["diverted"], rows.high["diverted"]
    if name == "far corner":
        good["net_price"] = cell("assumptions", "net_price_desk", "high")
    return {"lucky": good, "far corner": good, "unlucky": bad}[name]


# --- facts: the US market -------------------------------------------------------------------------


@register
def us_share(period: str, source: str) -> float:
    """Return the share of US potash imports that came from Belarus, percent."""
    return cell("us_dependence", f"Import source share: Belarus; {period}; {source}", "value")


@register
def third_of_offshore() -> float:
    """Return Argus's third of what does not come from Canada, in percent of all US imports."""
    offshore = cell(
        "bilateral", "United States; Belarus; about 2021; import; ARGUS_2021_12", "share_pct"
    )
    row = "Import source share: Canada; 2017/2020; USGS_MCS2022_SCRIBD"
    return offshore * (100 - cell("us_dependence", row, "value")) / 100


@register
def input_value(name: str, end: str) -> float:
    """Return one input of the scenario at its ``low``, ``middle`` or ``high``, in its unit.

    Of US imports these are the smallest, the last and the largest year.
    """
    return inputs()[end][name]


@register
def product_kt(period: str, source: str) -> float:
    """Return a published share of the largest US imports, thousand tonnes of product."""
    return product_from_k2o(us_share(period, source) / 100 * input_value("imports_kt_k2o", "high"))


@register
def sales(price: str) -> float:
    """Return what the press's share of the largest imports sells for, million US dollars.

    ``price`` is the ``low`` or the ``high`` end of the net price.
    """
    return product_kt("about 2021", "WRP_2022") * inputs()[price]["net_price"] / 1000


@register
def gain(case: str = "middle", diverted: str = "") -> float:
    """Return the gain of one case of the scenario, million US dollars a year.

    ``case`` as in `_case`; ``diverted``, if given, is the ``low`` or ``high`` end of that input.
    """
    values = _case(case)
    if diverted:
        values["diverted"] = inputs()[diverted]["diverted"]
    return gain_of(values)


@register
def gain_in_percent(case: str, base: str, year: int = 2023) -> float:
    """Return the gain of one case in percent of a year's base; ``base`` as in `share_of`."""
    return 100 * gain(case) / _base(base)[year]


@register
def swing(name: str) -> float:
    """Return how far one input moves the middle of the scenario, million US dollars a year."""
    ends = _ends(inputs().middle)
    return abs(ends.high[name] - ends.low[name])


def _ends(values: pd.Series) -> pd.DataFrame:
    """Return the gain at both ends of each input, the others as in ``values``: low and high."""
    rows = inputs()
    ranges = {name: (rows.low[name], rows.high[name]) for name in NAMES}
    found = swings(lambda **one: gain_of(pd.Series(one)), values.to_dict(), ranges)
    return pd.DataFrame(found, index=["low", "high"]).T


@register
def half_a_billion_kt() -> float:
    """Return the product that the press's figure takes at the middle net price, kt a year."""
    return tonnage_that_fits(_press(), inputs().middle["net_price"])


@register
def half_a_billion_percent() -> float:
    """Return that tonnage in percent of all US imports of the last year."""
    return 100 * k2o_from_product(half_a_billion_kt()) / input_value("imports_kt_k2o", "middle")


def _press() -> float:
    """Return the gain that one outlet, quoting economists, calls possible, million US dollars."""
    return float(cell("stated_numbers", "N0804", "value"))


# --- facts: what it is measured against -----------------------------------------------------------

BASES = {
    "revenue": "Potash export revenue",
    "goods": "Merchandise exports (current US$)",
    "goods and services": "Exports of goods and services (current US$)",
    "GDP": "GDP (current US$)",
}


def _base(name: str) -> pd.Series:
    """Return a yearly series of Belarus, million US dollars of the day."""
    macro = read("belarus_macro")
    return macro[macro.indicator == BASES[name]].set_index("year").value.astype(float)


@register
def share_of(base: str, year: int) -> float:
    """Return the published potash revenue of a year in percent of a base: a key of `BASES`."""
    return 100 * _base("revenue")[year] / _base(base)[year]


# --- facts: the road through Lithuania ------------------------------------------------------------


@register
def old_road(part: str = "all") -> float:
    """Return what the old road cost, euro a tonne of product: ``all``, ``rail`` or ``port``.

    Rail is what the railways earned, port all the rest: a reading of ours.
    """
    everything = float(
        cell(
            "logistics",
            "Lithuanian logistics chain revenue lost per year; 2021; revenue; LRT_2021",
            "value",
        )
    )
    rail = float(cell("stated_numbers", "N0803", "value"))
    border = "Lithuanian border crossing by rail; 2020; volume; REUTERS_2021_06"
    million_eur = {"all": everything, "rail": rail, "port": everything - rail}[part]
    return unit_value(million_eur, 1000 * float(cell("logistics", border, "value")))


def _multiples() -> pd.DataFrame:
    """Return how many times the old cost the new road takes: rows rail and port, low and high."""
    routes = {
        "rail": "Rail leg cost via Russia vs Lithuania",
        "port": "Cost of transshipment via Russia vs Lithuania",
    }
    rows = read("logistics")
    rows = rows[rows.source_id == "NEWSBY_SNOPKOV"].set_index("route")
    found = rows.loc[list(routes.values()), ["value_low", "value_high"]].astype(float)
    return found.set_axis(list(routes)).set_axis(["low", "high"], axis=1)


@register
def detour_a_tonne(end: str) -> float:
    """Return what the road through Russia costs more at one end of the multiples, euro a tonne."""
    times = _multiples()[end]
    return detour_cost(1, old_road("port"), old_road("rail"), times["port"], times["rail"])


@register
def detour(tonnes: str, end: str) -> float:
    """Return the same for a year's tonnes, million euro: ``middle`` or ``high`` of our range."""
    return float(cell("assumptions", "route_mt", tonnes)) * detour_a_tonne(end)


# --- facts: the price -----------------------------------------------------------------------------


@register
def planned_mt(year: int = 2023) -> float:
    """Return what Minsk planned to sell abroad in a year, million tonnes; of 2023 it is known."""
    return cell("exports", f"Belarus; {year}; NASDAQ_2023_07; kt KCl product", "quantity") / 1000


@register
def price_step_worth() -> float:
    """Return what ten dollars a tonne, our step, bring on that plan, million US dollars a year."""
    return cell("assumptions", "price_step", "middle") * planned_mt()


@register
def price_rise_worth(start: str, end: str) -> float:
    """Return what the World Bank's rise between two months brings on that plan, million US$."""
    price = monthly_price()
    return (price[end] - price[start]) * planned_mt()


@register
def last_month_at_far_end() -> str:
    """Return the last month whose World Bank price, less freight, reached the builder's end."""
    price = monthly_price()
    enough = cell("assumptions", "net_price_desk", "high") + cell(
        "assumptions", "freight", "middle"
    )
    return str(price.index[price >= enough].max())


# --- facts: the year 2022 -------------------------------------------------------------------------


def dollars_a_tonne(year: int) -> float:
    """Return leaked revenue over FAO's tonnes, US dollars a tonne of product."""
    return unit_value(_base("revenue")[year], belarusian_exports_kt(year))


def price_at_home(which: str) -> float:
    """Return a price for 2022, US dollars a tonne: ``year before``, ``contract`` or ``spot``."""
    if which == "year before":
        return dollars_a_tonne(2021)
    contract = cell("prices", "India annual contract; 2022-02; US$/t nominal", "value")
    on_arrival = {"contract": contract, "spot": yearly_price()[2022]}[which]
    return on_arrival - cell("assumptions", "freight", "middle")


@register
def loss_2022(price: str, tonnes: str = "middle") -> float:
    """Return what a usual year would have brought more than 2022 did, billion US dollars."""
    usual = float(cell("assumptions", "usual_mt", tonnes)) * price_at_home(price)
    return (usual - _base("revenue")[2022]) / 1000


@register
def revenue_fall(start: int, end: int) -> float:
    """Return by how much the leaked revenue fell between two years, billion US dollars."""
    revenue = _base("revenue")
    return (revenue[start] - revenue[end]) / 1000


@register
def fewer_tonnes(at_price_of: int) -> float:
    """Return the fall in revenue that fewer tonnes make, billion US$, at the price of a year."""
    price = dollars_a_tonne(at_price_of)
    return -volume_effect(belarusian_exports_kt(2021), belarusian_exports_kt(2022), price) / 1000


@register
def higher_price(on_tonnes_of: int) -> float:
    """Return the rise in revenue that the higher price makes, billion US$, on a year's tonnes."""
    higher = dollars_a_tonne(2022) - dollars_a_tonne(2021)
    return higher * belarusian_exports_kt(on_tonnes_of) / 1e6


# --- drawings -------------------------------------------------------------------------------------


def your_number(typed: object) -> None:
    """Show a typed number beside a headline's figure and a year of all potash sales."""
    year = int(_base("revenue").index.max())
    parts = {5: "a fifth", 4: "a quarter", 6: "a sixth"}
    part = parts.get(round(_base("revenue")[year] / _press()), "a part")
    show(
        draw_your_number(typed),
        finding=f"A headline's “up to half a billion” is {part} of what potash earned in {year}",
        note="Million US dollars. The year's sales: a leak, second-hand; the headline, of "
        "30 December 2025, names no period",
        source=source_line(["BBLV-1230"]),
    )


def draw_your_number(typed: object) -> Figure:
    """Draw sales, headline and, once something is typed, its number, or words where none is."""
    try:
        mine = read_number(typed, "million US dollars")[0].value
    except Unread:
        mine = None
    revenue, press = _base("revenue"), _press()
    year, sold = int(revenue.index.max()), revenue[revenue.index.max()]
    everything, headline_says = f"All potash sold\nabroad, {year}", "The headline,\nBB.lv"
    beside = {"textcoords": "offset points", "va": "center"}
    fig, ax = plt.subplots(figsize=(6.8, 2.9))
    ax.barh(everything, sold, height=0.5, color="#9AA5B4")
    ax.annotate(f"{sold:,.0f}", (sold, everything), (6, 0), **beside)
    ax.barh(headline_says, press, height=0.5, color="white", edgecolor="#767676", linestyle="--")
    ax.annotate(f"“up to” {press:.0f}", (press, headline_says), (6, 0), **beside)
    if mine is not None and -1000 <= mine <= 100_000:
        ax.scatter(mine, "You", s=150, color=COLOURS["Belarus"], zorder=3)
        ax.annotate(f"{mine:,.4g}", (mine, "You"), (12, 0), weight="bold", **beside)
    elif not is_blank(typed):
        ax.barh("You", 0)  # a row for the words
        words = "no number found" if mine is None else "far off this chart"
        ax.text(40, "You", words, va="center", color="#595959")
        mine = 0
    mine = mine or 0
    ax.set(
        ylim=(len(ax.get_yticks()) - 0.4, -0.6),
        xlim=(min(0, 1.1 * mine), max(1.2 * sold, 1.25 * mine)),
    )
    ax.xaxis.set_major_formatter("{x:,.0f}")
    return fig


def luck_added_to_luck() -> None:
    """Show the scenario as one input after the other goes to its lucky end."""
    rows = inputs()
    far = _case("far corner")
    steps = {
        "diverted": "nothing sold elsewhere",
        "share_of_imports": f"and a share of {far.share_of_imports:.0f} percent",
        "imports_kt_k2o": "and the largest imports",
        "net_price": f"and a net price of\n{far.net_price:.0f} US$ a tonne",
    }
    case, stairs = rows.middle.copy(), {"all five inputs in\nthe middle": gain()}
    for name, words in steps.items():
        case[name] = far[name]
        stairs[words] = gain_of(case)
    fig, ax = plt.subplots(figsize=(6.8, 3.8))
    values = pd.Series(stairs)
    last = [COLOURS["Belarus"] if value == values.iloc[-1] else "#9AA5B4" for value in values]
    drawn = ax.barh(values.index, values, color=last, height=0.62)
    words = [f"{value:.0f}" for value in values]
    ax.bar_label(drawn, [*words[:-1], ""], padding=4)
    # The last bar ends so near the press's line that its number has to stand inside.
    ax.text(values.iloc[-1] - 8, len(values) - 1, words[-1], ha="right", va="center", color="white")
    press = _press()
    scenery(ax.axvline(press, color="black", linestyle="--", linewidth=1.2))
    ax.text(press + 8, 0, "“up to half\na billion”", va="center")
    ax.set(xlim=(0, 640), ylim=(len(values) - 0.5, -0.7), xlabel="million US dollars a year")
    show(
        fig,
        finding=f"Luck added to luck, and still short of half a billion: {values.iloc[-1]:.0f}",
        note="Gain from the US market, a scenario. Each bar has one lucky input more",
        source=source_line([*MODEL_SOURCES, "BBLV-1230"]),
    )


# --- explorers ------------------------------------------------------------------------------------


def scenario_builder() -> Explorer:
    """Return the explorer that works out the gain from five inputs."""
    rows = inputs()
    far = read("assumptions").loc["net_price_desk"]

    def control(name: str, label: str, grid: list[int], step: int = 1) -> object:
        low, high = rows.low[name], rows.high[name]
        if name == "net_price":
            low, high = far.low, far.high
        return number(label, int(low), int(high), int(rows.middle[name]), step, grid)

    return Explorer(
        "Scenario builder",
        rows,
        {
            "share_of_imports": control("share_of_imports", "Share of imports, percent", [0, 10]),
            "imports_kt_k2o": control("imports_kt_k2o", "US imports, kt K2O", [6480], 10),
            "net_price": control("net_price", "Net price, US$/t", [250, 450], 10),
            "premium": control("premium", "Premium, US$/t: a guess", [0], 5),
            "diverted": control("diverted", "Sold elsewhere anyway, percent: a guess", [0, 40], 5),
        },
        _select_scenario,
        _draw_scenario,
        _describe_scenario,
        source=source_line([*MODEL_SOURCES, "BBLV-1230"]),
    )


def _select_scenario(rows: pd.DataFrame, chosen: dict[str, object]) -> pd.DataFrame:
    """Return the five inputs with the setting, the gain there, and the gain at both ends of each.

    An end that was passed in the price box is moved to the setting, so that the range holds it.
    """
    setting = pd.Series(chosen, dtype=float)[list(NAMES)]
    rows = rows[["input", "kind", "unit", "low", "high"]].assign(setting=setting)
    rows["low"], rows["high"] = (
        rows[["low", "setting"]].min(axis=1),
        rows[["high", "setting"]].max(axis=1),
    )
    for end in ("low", "high"):
        rows[f"million_usd_at_{end}"] = [
            gain_of(setting.where(setting.index != name, rows.loc[name, end])) for name in NAMES
        ]
    rows["swing"] = (rows.million_usd_at_high - rows.million_usd_at_low).abs()
    rows["million_usd"] = gain_of(setting)
    return rows.sort_values("swing", ascending=False, kind="stable").round(1)


def _draw_scenario(rows: pd.DataFrame) -> Figure:
    mine, press = rows.setting, _press()
    percent = pd.Series(range(0, 101, 5))
    line = [gain_of(mine.where(mine.index != "diverted", one)) for one in percent]
    fig, ax = plt.subplots(figsize=(6.8, 3.1))
    ax.plot(percent, line, color="#9AA5B4", linewidth=3)
    here = rows.million_usd.iloc[0]
    ax.scatter(mine.diverted, here, s=150, color=COLOURS["Belarus"], zorder=3)
    ax.annotate(
        _million(here),
        (mine.diverted, here),
        (0, 11),
        textcoords="offset points",
        ha="center",
        weight="bold",
    )
    scenery(ax.axhline(press, color="black", linestyle="--", linewidth=1.2))
    ax.text(100, press - 12, "“up to half a billion”, in the press", ha="right", va="top")
    ax.set(xlim=(-4, 104), ylim=(0, 1.1 * press), ylabel="million US$ a year")
    ax.set_xlabel("percent of the tonnes that would have been sold elsewhere anyway")
    headline(
        fig,
        f"One scenario of the gain in the US market: {_million(here)} million dollars a year",
        f"The setting, as a dot: {mine.share_of_imports:.0f} percent of US imports of "
        f"{mine.imports_kt_k2o:,.0f} kt K2O, net price {mine.net_price:.0f} and premium "
        f"{mine.premium:.0f} US$ a tonne, {mine.diverted:.0f} percent sold elsewhere anyway. Line: "
        "other percentages",
    )
    return fig


def _million(value: float) -> str:
    return f"{value:.1f}" if 0 < value < 10 else f"{value:,.0f}"


def _describe_scenario(rows: pd.DataFrame) -> str:
    # Which input matters most is the reader's question, so no sentence says it here.
    here = rows.million_usd.iloc[0]
    year = int(_base("revenue").index.max())
    percent = 100 * here / _base("revenue")[year]
    if here == 0:
        return "No gain: nothing is sold in the US, or every tonne is only moved."
    return (
        f"About {_million(here)} million dollars a year, {percent:.1f} percent of the potash "
        f"revenue of {year} (one leaked series)."
    )


def route_calculator() -> Explorer:
    """Return the explorer of what the road through Russia costs more than the one that closed."""
    times = _multiples()
    tonnes = read("assumptions").loc["route_mt"]
    ends = pd.DataFrame(
        {
            "case": ["low", "high"],
            "mt_a_year": [float(tonnes.middle), float(tonnes.high)],
            "port_times": [times.low["port"], times.high["port"]],
            "rail_times": [times.low["rail"], times.high["rail"]],
        }
    )
    middle = times.mean(axis=1)
    minsk = "times the old cost"
    return Explorer(
        "Route calculator",
        (ends, old_road("rail"), old_road("port")),
        {
            "mt_a_year": number(
                "Million tonnes a year: your choice",
                *(int(tonnes[c]) for c in ("low", "high", "middle")),
                grid=[4, 6, 8, 10, 11],
            ),
            "port_times": number(
                f"Port, {minsk}", *times.loc["port"], middle["port"], step=0.5, grid=[2, 3, 4, 5]
            ),
            "rail_times": number(
                f"Rail, {minsk}", *times.loc["rail"], middle["rail"], step=0.05, grid=[2, 2.5]
            ),
        },
        _select_route,
        _draw_route,
        _describe_route,
        source=source_line(LITHUANIA),
    )


SETTING = "the setting"


def _select_route(
    known: tuple[pd.DataFrame, float, float], chosen: dict[str, object]
) -> pd.DataFrame:
    """Return low end, setting and high end with what rail and port cost more, million euro."""
    ends, rail, port = known
    mine = pd.DataFrame([{"case": SETTING, **chosen}])
    rows = pd.concat([ends.iloc[:1], mine, ends.iloc[1:]], ignore_index=True)
    for part, old in {"rail": (0, rail), "port": (port, 0)}.items():
        costs = rows[["mt_a_year", "port_times", "rail_times"]].to_numpy(float)
        rows[f"{part}_million_eur"] = [detour_cost(mt, *old, p, r) for mt, p, r in costs]
    rows["million_eur"] = rows.rail_million_eur + rows.port_million_eur
    return rows.round(2)


def _draw_route(rows: pd.DataFrame) -> Figure:
    fig, ax = plt.subplots(figsize=(6.8, 2.9))
    names = [f"{row.case}, {row.mt_a_year:.0f} Mt" for row in rows.itertuples()]
    for lane, row in enumerate(rows.itertuples()):
        colour = COLOURS["Lithuania"] if row.case == SETTING else "#9AA5B4"
        _stack(ax, lane, row.rail_million_eur, row.port_million_eur, colour)
    ax.set_yticks(range(len(rows)), names)
    ax.set(ylim=(2.6, -0.75), xlim=(0, 1.12 * rows.million_eur.max()))
    ax.set_xlabel("million euros a year")
    first = rows.iloc[0]
    ax.text(first.rail_million_eur / 2, -0.45, "rail", ha="center")
    ax.text(first.rail_million_eur + first.port_million_eur / 2, -0.45, "port", ha="center")
    mine = rows[rows.case == SETTING].iloc[0]
    headline(
        fig,
        f"The longer road costs {rows.million_eur.iloc[0]:.0f} to {rows.million_eur.iloc[-1]:.0f} "
        "million euros a year more",
        "Through Russia, not Klaipeda; our sum from three statements. The setting: "
        f"{mine.mt_a_year:.0f} million tonnes a year, port {mine.port_times:g} and rail "
        f"{mine.rail_times:g} times the old cost",
    )
    return fig


def _stack(ax: Axes, lane: int, rail: float, port: float, colour: str) -> None:
    ax.barh(lane, rail, height=0.55, color=colour)
    ax.barh(lane, port, left=rail, height=0.55, color="white", edgecolor=colour, linewidth=2)
    ax.text(rail + port + 3, lane, f"{rail + port:.0f}", va="center", weight="bold")


def _describe_route(rows: pd.DataFrame) -> str:
    mine, ends = rows[rows.case == SETTING].iloc[0], rows.million_eur.iloc[[0, -1]]
    return (
        f"About {mine.million_eur:.0f} million euros a year for {mine.mt_a_year:.0f} million "
        f"tonnes: rail {mine.rail_million_eur:.0f}, port {mine.port_million_eur:.0f}. The ends of "
        f"our range are {ends.iloc[0]:.0f} and {ends.iloc[1]:.0f}. The decision lies in Vilnius "
        "and Brussels."
    )


# --- exercises ------------------------------------------------------------------------------------

FOUR_PERCENT = {"period": "2020/2023", "source": "USGS_MCS2025"}


@answer("08.1", solution="imports_2024 * 5 / 100 / 0.60")
def five_percent_of_2024() -> float:
    """Return five percent of the US imports of 2024, thousand tonnes of product."""
    return product_from_k2o(0.05 * us_imports()[2024])


@answer(
    "08.2",
    solution="""tonnes = us_imports * 4 / 100 / 0.60  # thousand tonnes of product
moved = tonnes * diverted / 100
((tonnes - moved) * price + moved * premium) / 1000""",
)
@register
def gain_at_four_percent(part: str = "all") -> float:
    """Return the middle scenario at USGS's last share, million US dollars a year.

    ``part`` is ``all``, ``new``, ``moved``, or ``undiverted``: as if nothing were sold elsewhere.
    """
    values = inputs().middle
    values["share_of_imports"] = us_share(**FOUR_PERCENT)
    if part == "new":
        values["premium"] = 0
    if part == "moved":
        values["net_price"] = 0
    if part == "undiverted":
        values["diverted"] = 0
    return gain_of(values)


@answer(
    "08.3",
    solution="""nothing = 5600 * 6 / 100 / 0.60 * 320 / 1000  # million dollars, all tonnes new
everything = 5600 * 6 / 100 / 0.60 * 20 / 1000  # million dollars, all tonnes moved
100 * (nothing - 100) / (nothing - everything)""",
)
def diverted_at_a_hundred() -> float:
    """Return how much may be diverted so that 100 million US dollars are left, percent."""
    nothing, everything = gain(diverted="low"), gain(diverted="high")
    return 100 * (nothing - 100) / (nothing - everything)


@register
def not_diverted_at_a_hundred() -> float:
    """Return the rest of `diverted_at_a_hundred`, percent."""
    return 100 - diverted_at_a_hundred()


@register
def diverted_without_premium() -> float:
    """Return `diverted_at_a_hundred` as if a moved tonne earned nothing, percent."""
    nothing = gain(diverted="low")
    return 100 * (nothing - 100) / nothing


@answer(
    "08.4",
    solution="""nothing = inputs.middle.copy()
nothing["diverted"] = 0
swings = []
for name in ["imports_kt_k2o", "share_of_imports", "net_price", "premium"]:
    low, high = nothing.copy(), nothing.copy()
    low[name], high[name] = inputs.low[name], inputs.high[name]
    swings.append(gain(high) - gain(low))
"abcd"[swings.index(max(swings))]""",
)
def matters_most_at_zero() -> str:
    """Return the letter of the input with the longest swing if nothing is sold elsewhere anyway."""
    values = inputs().middle
    values["diverted"] = 0
    ends = _ends(values).drop("diverted")
    letters = {"imports_kt_k2o": "a", "share_of_imports": "b", "net_price": "c", "premium": "d"}
    return letters[(ends.high - ends.low).abs().idxmax()]


@answer(
    "08.5",
    solution="""is_base = macro.indicator == "Exports of goods and services (current US$)"
all_exports = macro[is_base].set_index("year").value[2023]
100 * lucky / all_exports""",
)
def lucky_over_exports() -> float:
    """Return the lucky case in percent of the exports of 2023, goods and services."""
    return gain_in_percent("lucky", "goods and services")


@answer("08.6", solution='"abc"  # d needs Vilnius and Brussels, e needs the EU')
def in_us_hands() -> str:
    """Return the letters of what US law alone forbids or allows."""
    return "abc"
