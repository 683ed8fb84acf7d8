"""Behind lesson 05: who uses and who mines potash, its units, shares, editions and reserves.

Tonnages are in thousand tonnes (kt) of K2O in the tables, and in million tonnes (Mt) where a
function says so. An *edition* is one year's issue of the US sheet, the Mineral Commodity Summaries
of the US Geological Survey (USGS): "2026" is the table's ``MCS 2026``.
"""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from casebook import market
from casebook.charts import COLOURS, bars, headline, scenery, show, text_colour
from casebook.exercises import answer
from casebook.explorer import Explorer, choice, number
from casebook.ledger import cell, register
from casebook.tables import CasebookError, read, source_line

NO_SELLERS = ["World", "Other countries"]
"""Rows of a sheet that are no country: the total, and a rest that is many."""

JOINT = "Belarus and Russia"
IN_K2O = "reserves, K2O equivalent"
GREY = "#8A919C"

# --- the tables as this lesson reads them -------------------------------------------------------


def sheet(year: int, edition: str) -> pd.DataFrame:
    """Return the rows of one edition for one year in kt K2O, by country, the row World included.

    Raises CasebookError when our copy of the edition has no row World for that year.
    """
    production = read("production")
    rows = production[(production.source_edition == f"MCS {edition}") & (production.year == year)]
    rows = rows[rows.unit == "kt K2O"].set_index("country")
    if "World" not in rows.index:
        raise CasebookError(f"Edition {edition} has no whole table for {year} in our copy.")
    return rows


def shares(year: int, edition: str) -> pd.Series:
    """Return each country's share of the world's production, percent, by one edition."""
    kt = sheet(year, edition).value
    return 100 * kt.drop(NO_SELLERS) / kt["World"]


def whole_tables() -> list[tuple[int, str]]:
    """Return the year and edition of each table of the US sheet that has a row World, in order."""
    production = read("production")
    worlds = production[(production.country == "World") & (production.unit == "kt K2O")]
    worlds = worlds[worlds.source_edition.str.fullmatch(r"MCS \d{4}")]
    editions = worlds.source_edition.str.removeprefix("MCS ")
    counts = read("production").groupby(["year", "source_edition"]).size()
    return sorted(
        (int(year), edition)
        for year, edition in zip(worlds.year, editions, strict=True)
        if counts[year, f"MCS {edition}"] > 10
    )


def _fao(table: str, year: int) -> pd.DataFrame:
    """Return FAO's rows of one year by country: its table of use or of production, kt K2O."""
    rows = read(table)
    return rows[rows.year == year].set_index("country")


# --- facts: production, shares and the index ----------------------------------------------------


@register
def mined_mt(country: str, year: int, edition: str) -> float:
    """Return what a country mined in a year by one edition of the US sheet, million t of K2O."""
    return sheet(year, edition).value[country] / 1000


@register
def share(country: str, year: int, edition: str) -> float:
    """Return a country's share of the world's production by one edition, percent."""
    return shares(year, edition)[country]


@register
def top_share(year: int, edition: str, countries: int) -> float:
    """Return the share of the largest few countries together by one edition, percent."""
    return shares(year, edition).nlargest(countries).sum()


@register
def countries(year: int, edition: str) -> int:
    """Return how many countries one edition names as miners of potash in a year."""
    return len(shares(year, edition))


@register
def rank(country: str, year: int, edition: str) -> int:
    """Return a country's rank by one edition; 1 is the largest."""
    return int(shares(year, edition).rank(ascending=False)[country])


@register
def hhi(year: int, edition: str, without: str = "") -> float:
    """Return the concentration index of mining by country: squared shares in percent, added up.

    ``without`` leaves one country out of the sum.
    """
    percent = shares(year, edition)
    return market.hhi(percent.drop(without) if without else percent)


@register
def hhi_as_one_seller(year: int, edition: str) -> float:
    """Return the same index with Belarus and Russia counted as one seller."""
    percent = shares(year, edition)
    return market.hhi(percent.rename({"Belarus": JOINT, "Russia": JOINT}).groupby(level=0).sum())


@register
def rise_as_one_seller(year: int, edition: str) -> float:
    """Return by how many points the index is higher with Belarus and Russia as one seller."""
    return hhi_as_one_seller(year, edition) - hhi(year, edition)


@register
def gap_mt(larger: str, smaller: str, year: int, edition: str) -> float:
    """Return by how many million tonnes of K2O one country is above another in one edition."""
    return mined_mt(larger, year, edition) - mined_mt(smaller, year, edition)


@register
def revision(country: str, year: int, old: str, new: str) -> float:
    """Return by how many percent a later edition changed an earlier one's figure of a year."""
    kt = [sheet(year, edition).value[country] for edition in (old, new)]
    return market.percent_change(*kt)


@register
def mean_of_rows(country: str, year: int) -> float:
    """Return the mean of all rows of a country and a year, kt: a number that nobody published."""
    production = read("production")
    return production.value[(production.country == country) & (production.year == year)].mean()


# --- facts: use and production by FAO -----------------------------------------------------------


@register
def used_mt(country: str, year: int) -> float:
    """Return what a country used in farming in a year by FAO, million tonnes of K2O."""
    return _fao("fertiliser_use", year).value[country] / 1000


@register
def top_users_mt(year: int, countries: int) -> float:
    """Return what the largest few users used together by FAO, million tonnes of K2O."""
    return _fao("fertiliser_use", year).value.drop("World").nlargest(countries).sum() / 1000


@register
def fao_mined_mt(countries: str, year: int) -> float:
    """Return what countries mined in a year, as far as FAO has figures, million tonnes of K2O.

    ``countries`` are joined by a comma and a space: ``Brazil, India``.
    """
    kt = _fao("fao_production", year).value
    return kt[kt.index.isin(countries.split(", "))].sum() / 1000


@register
def all_rows_over_world(year: int) -> float:
    """Return the sum of all rows of FAO's table of use, World included, over the world's use."""
    kt = _fao("fertiliser_use", year).value
    return kt.sum() / kt["World"]


# --- facts: units -------------------------------------------------------------------------------


@register
def k2o_in_product(year: int) -> float:
    """Return the K2O in one tonne of Belarusian product of a year: Belstat's two tonnages."""
    key = f"Belarus; {year}; Belstat via press; {{}}; BELSTAT_FD2020"
    units = [cell("production", key.format(unit), "value") for unit in ("kt K2O", "kt KCl product")]
    return units[0] / units[1]


@register
def k2o_in_pure_salt() -> float:
    """Return the K2O in one tonne of chemically pure potassium chloride, by molar masses."""
    return market.K2O_IN_PURE_KCL


@register
def k2o_over_customs(exporter: str, year: int) -> float:
    """Return FAO's exports of a year in K2O over customs tonnes of product (ICIS)."""
    k2o = cell("fao_exports", f"{exporter}; {year}", "quantity")
    product = cell("exports", f"{exporter}; {year}; ICIS_2022; kt KCl product", "quantity")
    return k2o / product


# --- facts: in the ground, and what could be made -----------------------------------------------


@register
def reserves_mt(country: str, edition: str, measure: str = IN_K2O) -> float:
    """Return reserves by one edition, million tonnes of K2O or of what ``measure`` names."""
    return cell("reserves", f"{country}; MCS {edition}; {measure}", "value") / 1000


@register
def years_left(country: str, year: int, edition: str, made_by: str = "") -> float:
    """Return reserves over the production of a year: a quotient in years, and no forecast.

    Both are by ``edition``, or the production by a later one, ``made_by``.
    """
    return reserves_mt(country, edition) / mined_mt(country, year, made_by or edition)


def years_of_reserves() -> pd.DataFrame:
    """Return the years that `years_left` gives for four countries, in two editions of the sheet."""
    countries = ["Belarus", "Canada", "Laos", "Russia"]
    return pd.DataFrame(
        {
            f"edition {edition}": [
                round(years_left(country, int(edition) - 1, edition)) for country in countries
            ]
            for edition in ("2024", "2025")
        },
        index=pd.Index(countries, name="years of reserves"),
    )


@register
def ore_over_k2o(country: str, ore_edition: str, k2o_edition: str) -> float:
    """Return the ore of one edition over the reserves in K2O of another."""
    ore = reserves_mt(country, ore_edition, "reserves, recoverable ore")
    return ore / reserves_mt(country, k2o_edition)


@register
def reserves_grew(country: str, old: str, new: str) -> float:
    """Return how many times as large the reserves are in a later edition."""
    return reserves_mt(country, new) / reserves_mt(country, old)


@register
def idle(year: int, edition: str) -> float:
    """Return what share of the world's capacity was not used in a year, percent."""
    row = f"World production capacity; {year}; USGS_MCS{edition}"
    return 100 * (1 - mined_mt("World", year, edition) / cell("us_dependence", row, "value"))


# --- drawings -----------------------------------------------------------------------------------

SLOPES = ["China", "Brazil", "United States", "Indonesia", "India", "Canada", "Russia", "Belarus"]
"""The countries of the opening picture: the five largest users, then the three largest miners."""


def use_and_mining(year: int = 2023) -> pd.DataFrame:
    """Return what each country of the opening picture used and mined, Mt K2O, by FAO.

    The columns ``used_flag`` and ``mined_flag`` say which values repeat the year before.
    """
    use, mined = _fao("fertiliser_use", year), _fao("fao_production", year)
    rows = pd.DataFrame({"used": use.value / 1000, "mined": mined.value / 1000})
    rows["used_flag"], rows["mined_flag"] = use.estimate_flag, mined.estimate_flag
    return rows.loc[SLOPES]


def who_uses_who_mines() -> None:
    """Show eight countries, one row each: a dot for what it used, one for what it mined."""
    rows = use_and_mining()
    fig, ax = plt.subplots(figsize=(6.8, 4.6))
    names = {"used": "used in farming", "mined": "mined"}
    for y, (country, row) in enumerate(rows.iterrows()):
        lit = row.mined > row.used
        colour = COLOURS[country] if lit else GREY
        # Without a figure for mining there is no line and no second dot: empty is not zero.
        ends = [end for end in names if pd.notna(row[end])]
        values = [row[end] for end in ends]
        scenery(ax.hlines(y, min(values), max(values), color=colour, linewidth=3, zorder=1))
        for end in ends:
            face = "white" if row[f"{end}_flag"] == "repeated" else colour
            ax.scatter(row[end], y, s=75, color=face, edgecolors=colour, linewidth=2, zorder=2)
            is_left = row[end] == min(values) and len(ends) == 2
            words = f"{row[end]:.1f} {end if y else names[end]}"
            words += "" if len(ends) == 2 else "; mined: no figure"
            place = {"xytext": (-8 if is_left else 8, 0), "textcoords": "offset points"}
            look = {"ha": "right" if is_left else "left", "va": "center"}
            look["color"] = text_colour(colour) if lit else "#595959"
            ax.annotate(words, (row[end], y), **place, **look)
    ax.set_yticks(range(len(rows)), rows.index)
    ax.set(xlim=(-4.5, 16.5), ylim=(len(rows) - 0.5, -0.6), xticks=[])
    ax.tick_params(left=False)
    ax.spines[["left", "bottom"]].set_visible(False)
    show(
        fig,
        finding="The largest users mine little, and the largest miners use little",
        note="Million tonnes of K2O, 2023, according to FAO. Open dot: FAO repeats its figure for "
        "2022",
        source=source_line("FAO_RFN"),
        data=rows.round(3).rename_axis("country"),
        alt="Eight countries, what each used in farming and what it mined, million tonnes of K2O "
        f"in 2023. {_slopes_in_words(rows)}",
    )


def _slopes_in_words(rows: pd.DataFrame) -> str:
    parts = []
    for country, row in rows.iterrows():
        mined = "no figure" if pd.isna(row.mined) else f"{row.mined:.1f} mined"
        repeated = [word for word in ("used", "mined") if row[f"{word}_flag"] == "repeated"]
        mark = f" ({' and '.join(repeated)}: repeated)" if repeated else ""
        parts.append(f"{country}: {row.used:.1f} used, {mined}{mark}")
    return "; ".join(parts) + "."


def one_number_four_times() -> None:
    """Show what FAO and the US sheet say of Belarus, year by year, on one axis."""
    fao = read("fao_production").query("country == 'Belarus'").set_index("year")
    production = read("production")
    usgs = production[(production.country == "Belarus") & (production.unit == "kt K2O")]
    usgs = usgs[(usgs.year >= 2019) & usgs.source_edition.str.startswith("MCS ")]
    usgs = usgs[~usgs.source_id.str.endswith("_INN")].sort_values(["year", "source_edition"])
    fig, ax = plt.subplots(figsize=(6.8, 4.3))
    colour, other = COLOURS["Belarus"], COLOURS["United States"]
    fresh = fao.estimate_flag != "repeated"
    ax.plot(fao.index, fao.value / 1000, color=colour, linewidth=2.5, label="FAO")
    repeats = fao.value[~fresh] / 1000
    ax.scatter(repeats.index, repeats, s=70, color="white", edgecolors=colour, zorder=3)
    ax.scatter(fao.index[fresh], fao.value[fresh] / 1000, s=70, color=colour, zorder=3)
    ax.scatter(usgs.year, usgs.value / 1000, s=80, marker="D", color=other, zorder=3)
    for row in usgs.itertuples():
        edition = row.source_edition.removeprefix("MCS ").removesuffix(" (quoted)")
        # Two editions have 2023, close to each other: their words stand at the side.
        beside = row.year == 2023
        ax.annotate(
            f"{row.value / 1000:.1f}{', ' if beside else chr(10)}ed. {edition}",
            (row.year, row.value / 1000),
            xytext=(-9, 0) if beside else (0, 9 if row.year == 2021 else -9),
            textcoords="offset points",
            ha="right" if beside else "center",
            va="center" if beside else "bottom" if row.year == 2021 else "top",
            color=text_colour(other),
        )
    words = {"color": text_colour(colour), "weight": "bold"}
    ax.text(2021.65, 7.85, "FAO: one number,\nfour times", **words)
    words = {"color": text_colour(other), "weight": "bold", "ha": "center"}
    ax.text(2020.2, 3, "US sheet: estimates,\nlater revised", **words)
    ax.set(ylim=(0, 9.8), xlim=(2018.5, 2025.6), ylabel="million tonnes of K2O")
    ax.set_xticks(range(2019, 2026))
    show(
        fig,
        finding="What FAO and the US sheet have for the mines of Belarus",
        note="Potash mined in Belarus. Open dot: FAO repeats its figure for the year before. "
        "US sheet: that of the US Geological Survey; ed.: edition",
        source=source_line(["FAO_RFN", *usgs.source_id], most=4),
    )


# --- explorer: converter ------------------------------------------------------------------------

FORMS = ["product", "pure KCl", "K2O"]


def converter() -> Explorer:
    """Return the explorer that weighs one cargo as product, as pure salt and as K2O."""
    return Explorer(
        "One cargo, three weights",
        None,
        {
            "amount": number(
                "Thousand tonnes", 0, 500, 50, step=5, grid=[5, 10, 25, 100, 250, 500]
            ),
            "unit": choice("of", FORMS),
            "factor": number(
                "K2O in a tonne of product",
                0.55,
                0.65,
                market.K2O_IN_PRODUCT,
                step=0.01,
                grid=[0.55, 0.65],
            ),
        },
        _select_cargo,
        _draw_cargo,
        _describe_cargo,
        source=f"our arithmetic; first factor from {source_line('BELSTAT_FD2020')}",
    )


def _select_cargo(_nothing: None, chosen: dict) -> pd.DataFrame:
    amount, unit, factor = chosen["amount"], chosen["unit"], chosen["factor"]
    if amount == 0:
        raise CasebookError("There is nothing in the ship. Choose an amount above zero.")
    k2o = {
        "product": market.k2o_from_product(amount, factor),
        "pure KCl": market.k2o_from_pure_kcl(amount),
        "K2O": amount,
    }[unit]
    kt = [market.product_from_k2o(k2o, factor), market.pure_kcl_from_k2o(k2o), k2o]
    rows = pd.DataFrame({"form": FORMS, "kt": kt}).round({"kt": 1})
    return rows.assign(given=rows.form == unit, factor=factor)


def _amounts(rows: pd.DataFrame) -> pd.Series:
    """Return the three amounts as words, by form."""
    form = "{:,.0f}" if rows.kt.min() > 100 else "{:,.1f}"
    return rows.set_index("form").kt.map(form.format).str.removesuffix(".0")


def _draw_cargo(rows: pd.DataFrame) -> Figure:
    fig, ax = plt.subplots(figsize=(6.8, 2.1))
    kinds = rows.given.map({True: "measured", False: "our arithmetic"}).tolist()
    form = "{:,.0f}" if rows.kt.min() > 100 else "{:,.1f}"
    bars(ax, rows.set_index("form").kt, kinds, COLOURS["Belarus"], form=form)
    # Room for the longest words at the longest bar; `bars` leaves more than these need.
    ax.set(xlabel="thousand tonnes (kt)", xlim=(0, 1.5 * rows.kt.max()))
    ax.xaxis.set_major_formatter("{x:,g}")
    said = _amounts(rows)
    finding = f"{said['product']} kt of product hold {said['K2O']} kt of K2O"
    headline(fig, finding, "One cargo. Full bar: the weight that is given; pale: worked out")
    return fig


def _describe_cargo(rows: pd.DataFrame) -> str:
    said, factor = _amounts(rows), rows.factor.iloc[0]
    words = {
        "product": "{product} kt of product hold about {K2O} kt of K2O. As pure salt, that much "
        "K2O would weigh {pure KCl} kt.",
        "pure KCl": "{pure KCl} kt of pure KCl hold {K2O} kt of K2O, as much as {product} kt of "
        "product.",
        "K2O": "{K2O} kt of K2O are in about {product} kt of product, or in {pure KCl} kt of pure "
        "KCl.",
    }[rows.form[rows.given].iloc[0]]
    words = words.format(**said)
    # 0.632 as typed is the rounded share of the pure salt, and not above it.
    if round(factor, 3) > round(market.K2O_IN_PURE_KCL, 3):
        words += f" With {factor:.2f} a tonne of product would hold more K2O than pure KCl can: "
        words += "other salts are in it, or it was counted in another way."
    return words


# --- explorer: concentration --------------------------------------------------------------------


def concentration() -> Explorer:
    """Return the explorer that draws each share as a square and adds up the areas."""
    production, lines = read("production"), read("concentration_lines")
    tables = {f"{year}, edition {edition}": (year, edition) for year, edition in whole_tables()}
    publishers = [sheet(*table).source_id["World"] for table in tables.values()]
    return Explorer(
        "How concentrated?",
        production,
        {
            "table": choice("Year and edition", tables, default=list(tables.values())[-1]),
            "joint": choice("Belarus and Russia as", ["two sellers", "one seller"]),
            "lines": choice("Lines of", [str(year) for year in sorted(lines.index, reverse=True)]),
        },
        _select_sellers,
        _draw_sellers,
        _describe_sellers,
        source=source_line([*publishers, *lines.source_ids], most=6),
    )


def _select_sellers(_production: pd.DataFrame, chosen: dict) -> pd.DataFrame:
    year, edition = chosen["table"]
    percent = shares(year, edition)
    if chosen["joint"] == "one seller":
        percent = percent.rename({"Belarus": JOINT, "Russia": JOINT}).groupby(level=0).sum()
    percent = percent.sort_values(ascending=False, kind="stable").round(3)
    rows = percent.rename_axis("seller").rename("percent").reset_index()
    rows["squared"] = (rows.percent**2).round(1)
    lines = read("concentration_lines").loc[int(chosen["lines"])]
    return rows.assign(
        table=f"{year}, edition {edition}",
        lines=chosen["lines"],
        moderate_from=lines.moderate_from,
        high_above=lines.high_from,
    )


def word_for(points: float, moderate_from: float, high_above: float) -> str:
    """Return the word that a set of guideline lines has for an index."""
    if points > high_above:
        return "high"
    return "moderate" if points >= moderate_from else "low"


def _draw_sellers(rows: pd.DataFrame) -> Figure:
    fig, ax = plt.subplots(figsize=(6.8, 3.2))
    right = 0.0
    for row in rows.itertuples():
        is_ours = row.seller in ("Belarus", JOINT)
        colour = COLOURS["Belarus"] if is_ours else GREY
        square = Rectangle(
            (right, 0), row.percent, row.percent, facecolor=colour, edgecolor="white"
        )
        ax.add_patch(square)
        middle = right + row.percent / 2
        if row.percent > 10:
            words = f"{row.seller.replace(' and ', chr(10) + 'and ')}\n{row.squared:,.0f}"
            ink = "white" if is_ours else "black"
            ax.text(middle, row.percent / 2, words, ha="center", va="center", color=ink)
        elif row.percent > 2.4:
            ax.text(middle, row.percent + 0.9, row.seller, ha="center", rotation=90)
        right += row.percent
    small = rows[rows.percent <= 2.4]
    if len(small):
        place = right - small.percent.sum() / 2, small.percent.max() + 0.9
        ax.text(*place, f"{len(small)} more", ha="center", rotation=90)
    ax.set(xlim=(0, 101), ylim=(0, 36), aspect="equal", yticks=[])
    ax.spines["left"].set_visible(False)
    ax.set_xlabel("share of the world's production, percent")
    first, points = rows.iloc[0], market.hhi(rows.percent)
    word = word_for(points, first.moderate_from, first.high_above)
    year = first.table.split(",")[0]
    top = rows.head(3)
    who = f"{top.seller[0]}, {top.seller[1]} and {top.seller[2]}"
    part = top.percent.sum()
    if JOINT in set(rows.seller):
        who, part = f"{JOINT}, as one seller,", rows.percent[rows.seller == JOINT].item()
    headline(
        fig,
        f"{who} mined {part:.0f} percent of the world's potash in {year}",
        f"{first.table}. The number in a square is its area. All areas: an index (HHI) of "
        f"{points:,.0f} points, {word} by the US merger guidelines of {first.lines}",
    )
    return fig


def _describe_sellers(rows: pd.DataFrame) -> str:
    points, first = market.hhi(rows.percent), rows.iloc[0]
    word = word_for(points, first.moderate_from, first.high_above)
    said = (
        f"{first.table}: HHI {points:,.0f}; the largest three have "
        f"{rows.percent.head(3).sum():.0f} percent. By the lines of {first.lines} that is {word}."
    )
    if JOINT in set(rows.seller):
        said += f" {JOINT} are counted as one seller, which they were not in that year."
    if "United States" not in set(rows.seller):
        said += " Our copy of this table has no row for the United States."
    return said


# --- exercises ----------------------------------------------------------------------------------


@answer("05.1", solution='"acf"  # b and d turn input and output round; e: nothing replaces it')
def what_potash_is() -> str:
    """Return the letters of what holds for potash: mined, tied to K2O by custom, dug elsewhere."""
    return "acf"


@answer("05.2", solution="k2o / 0.60")
def product_of_2020() -> float:
    """Return Belarus's production of 2020 by FAO as product, kt, with the factor of the goods."""
    return market.product_from_k2o(fao_2020())


@register
def fao_2020() -> float:
    """Return FAO's production of Belarus in 2020, kt of K2O: a mistake of exercise 05.2."""
    return cell("fao_production", "Belarus; 2020", "value")


@register
def product_taken_for_pure_salt() -> float:
    """Return the same as chemically pure salt, kt: a mistake of exercise 05.2."""
    return market.pure_kcl_from_k2o(fao_2020())


@register
def product_by_multiplying() -> float:
    """Return the same with the factor multiplied, kt: a mistake of exercise 05.2."""
    return market.k2o_from_product(fao_2020())


def _use_shares(base: str) -> pd.Series:
    """Return shares of the use of 2023 by FAO, percent, of the row World or of ``all`` rows."""
    kt = _fao("fertiliser_use", 2023).value
    return 100 * kt / (kt["World"] if base == "World" else kt.sum())


@answer(
    "05.3",
    solution="""
    shares = 100 * used.drop("World") / used["World"]
    (shares**2).sum()
    """,
)
def hhi_of_use() -> float:
    """Return the concentration index of potash use by country in 2023, by FAO."""
    return market.hhi(_use_shares("World").drop("World"))


@register
def use_squares(base: str, world: bool) -> float:
    """Return squared shares of use added up, with or without the row World: mistakes of 05.3."""
    percent = _use_shares(base)
    return (percent if world else percent.drop("World")).pow(2).sum()


@register
def use_shares_not_squared() -> float:
    """Return the shares of use added up without squaring: a mistake of exercise 05.3."""
    return _use_shares("World").drop("World").sum()


@answer(
    "05.4",
    solution="""
    first = old.set_index("country").value.rank(ascending=False)["Belarus"]
    second = new.set_index("country").value.rank(ascending=False)["Belarus"]
    (int(first), int(second))
    """,
)
def ranks_of_belarus() -> tuple[int, int]:
    """Return the rank of Belarus for 2019 in edition 2020, and for 2025 in edition 2026."""
    return rank("Belarus", 2019, "2020"), rank("Belarus", 2025, "2026")


@register
def ranks_in(first_year: int, first: str, second_year: int, second: str) -> tuple[int, int]:
    """Return two ranks of Belarus, of other years or editions: mistakes of exercise 05.4."""
    return rank("Belarus", first_year, first), rank("Belarus", second_year, second)


@register
def ranks_from_below() -> tuple[int, int]:
    """Return the two ranks counted from the smallest: a mistake of exercise 05.4."""
    return tuple(
        int(shares(year, edition).rank()["Belarus"])
        for year, edition in ((2019, "2020"), (2025, "2026"))
    )


@register
def ranks_with_world() -> tuple[int, int]:
    """Return the two ranks with the row World counted as a country: a mistake of 05.4."""
    return tuple(place + 1 for place in ranks_of_belarus())


@answer("05.5", solution='"ebdac"  # reserves, capacity, production, exports, use')
def five_amounts() -> str:
    """Return the letters of five news lines in the order reserves to use."""
    return "ebdac"


def _by_year(first: int) -> pd.DataFrame:
    """Return FAO's production from a year on, kt, one row a country and one column a year."""
    mined = read("fao_production")
    wide = mined[mined.year >= first].pivot(index="country", columns="year", values="value")
    return wide[wide[2023] > 100]


@answer(
    "05.6",
    solution="""
    one_value = by_year.nunique(axis="columns") == 1
    list(by_year.index[one_value & (by_year[2023] > 100)])
    """,
)
def repeated_four_times() -> list[str]:
    """Return the countries above 100 kt with one value for all four years from 2020, by FAO."""
    wide = _by_year(2020)
    return sorted(wide.index[wide.nunique(axis="columns") == 1])


@register
def repeated_once() -> list[str]:
    """Return those whose 2023 repeats 2022: a mistake of exercise 05.6."""
    wide = _by_year(2022)
    return sorted(wide.index[wide[2022] == wide[2023]])


@register
def repeated_and(country: str) -> list[str]:
    """Return the right names and one that is none of them: mistakes of exercise 05.6."""
    return sorted([*repeated_four_times(), country])


@answer("05.7", solution='100 * (figures["MCS 2026"] / figures["MCS 2025"] - 1)')
def revision_of_2024() -> float:
    """Return by how many percent edition 2026 changed Belarus's 2024 of edition 2025."""
    return revision("Belarus", 2024, "2025", "2026")


@register
def revision_on_new_base(sign: int) -> float:
    """Return the change in percent of the newer figure: mistakes of exercise 05.7."""
    return sign * revision("Belarus", 2024, "2026", "2025")


@register
def revision_in_kt() -> float:
    """Return the change in kt: a mistake of exercise 05.7."""
    return 1000 * (mined_mt("Belarus", 2024, "2026") - mined_mt("Belarus", 2024, "2025"))


@register
def revision_as_rest() -> float:
    """Return what was left of the old figure, percent: a mistake of exercise 05.7."""
    return 100 + revision_of_2024()
