"""Behind lesson 11: the example of a brief, its rows and counts, and the sample questions.

The example reads the World Bank's current monthly series of potash prices, in US dollars a tonne
of product, on the basis CFR Brazil (table ``prices``).
"""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from casebook.charts import COLOURS, headline
from casebook.exercises import answer
from casebook.explorer import Explorer, choice
from casebook.ledger import register
from casebook.tables import read

BOXES = ["yes", "partly", "no", "should not"]
"""Where a question may belong: whether the tables can answer it, and whether one should."""
WAITING = "not asked yet"

# --- facts: the rows of the example ---------------------------------------------------------------


def _steps() -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Return the table of prices, and which rows pass the first and the second filter."""
    prices = read("prices")
    is_series = prices.series.str.contains("current series")
    return prices, is_series, prices.basis.str.startswith("CFR Brazil")


def price_on_arrival() -> pd.Series:
    """Return the price of each month on arrival in Brazil, US dollars a tonne, by ``YYYY-MM``."""
    prices, is_series, is_on_arrival = _steps()
    return prices[is_series & is_on_arrival].set_index("period").value


@register
def rows_dropped(step: str) -> int:
    """Return how many rows of ``prices`` a filter drops: "series", and after it "basis"."""
    _, is_series, is_on_arrival = _steps()
    dropped = {"series": ~is_series, "basis": is_series & ~is_on_arrival}
    return int(dropped[step].sum())


@register
def months_priced() -> int:
    """Return how many months have a price on arrival in Brazil."""
    return len(price_on_arrival())


# --- facts: months above twice the mean of a year -------------------------------------------------


@register
def twice_the_mean(year: int) -> float:
    """Return twice the mean price of a year, US dollars a tonne on arrival in Brazil."""
    price = price_on_arrival()
    return 2 * price[price.index.str.startswith(str(year))].mean()


def _above(year: int) -> pd.Series:
    price = price_on_arrival()
    return price[price > twice_the_mean(year)]


@register
def months_above(year: int) -> int:
    """Return in how many months the price was above twice the mean of a year."""
    return len(_above(year))


@register
def month_above(year: int, end: str) -> str:
    """Return the first or last month (``end``) with a price above twice the mean of a year."""
    months = _above(year).index
    return {"first": months.min(), "last": months.max()}[end]


@register
def peak_in_means(year: int) -> float:
    """Return how many times the mean of a year the highest monthly price was."""
    return 2 * price_on_arrival().max() / twice_the_mean(year)


# --- facts: the rows of bank question c -----------------------------------------------------------


@register
def production_rows(year: int, which: str = "all") -> int:
    """Return how many rows of ``production`` speak of a year, by what the answer does with them.

    ``which`` is "all", "kept" (the two editions of the US sheet that the question compares),
    "left out" (the others) or "estimates" (of those kept, the ones flagged as estimates).
    """
    production = read("production")
    rows = production[production.year == year]
    is_kept = rows.source_edition.isin(["MCS 2025", "MCS 2026"])
    is_estimate = is_kept & (rows.estimate_flag == "e")
    fits = {"kept": is_kept, "left out": ~is_kept, "estimates": is_estimate}
    return len(rows) if which == "all" else int(fits[which].sum())


# --- explorer -------------------------------------------------------------------------------------


def question_tester() -> Explorer:
    """Return the explorer that puts one of twelve sample questions into its box, with a reason."""
    samples = _samples()
    return Explorer(
        "Question tester",
        samples,
        {
            "letter": choice(
                "Question", {f"{s.letter}. {s.item}": s.letter for s in samples.itertuples()}
            )
        },
        _select_box,
        _draw_box,
        _describe_box,
        source="our own reasons, table sorting",
    )


def _samples() -> pd.DataFrame:
    return read("sorting").query("exercise_id == '11.1'").reset_index(drop=True)


def _select_box(samples: pd.DataFrame, chosen: dict) -> pd.DataFrame:
    rows = samples[["letter", "item", "box", "why"]].copy()
    is_asked = rows.letter == chosen["letter"]
    rows["box"] = rows.box.where(is_asked, WAITING)
    rows["why"] = rows.why.where(is_asked, "")
    return rows.rename(columns={"item": "sample question"})


def _draw_box(rows: pd.DataFrame) -> Figure:
    fig, ax = plt.subplots(figsize=(6.8, 3.4))
    lanes = [*BOXES, WAITING]
    places = rows.box.map(lanes.index)
    fill = rows.box.eq(WAITING).map({True: "white", False: COLOURS["plain"]})
    ax.scatter(rows.index, places, s=330, color=fill, edgecolors=COLOURS["plain"])
    for column, letter, lane in zip(rows.index, rows.letter, places, strict=True):
        ink = "black" if lanes[lane] == WAITING else "white"
        ax.text(column, lane, letter, color=ink, ha="center", va="center_baseline")
    ax.set(xticks=[], ylim=(len(lanes) - 0.5, -0.5))
    ax.set_yticks(range(len(lanes)), lanes)
    ax.grid(axis="y")
    asked = rows[rows.box != WAITING].iloc[0]
    headline(
        fig,
        f"Question {asked.letter}: {asked.box}",
        f"{len(rows)} sample questions, the chosen one in the box where we put it",
    )
    return fig


def _describe_box(rows: pd.DataFrame) -> str:
    asked = rows[rows.box != WAITING].iloc[0]
    which = f"Question {asked.letter}, one of {len(rows)}: {asked['sample question']}"
    return f"{which} {asked.box.capitalize()}. {asked.why}"


# --- exercises ------------------------------------------------------------------------------------


@answer("11.1", solution='{"yes": "aehk", "partly": "cil", "no": "dg", "should not": "bfj"}')
def four_boxes() -> dict[str, str]:
    """Return the letters of the sample questions by box, as the table ``sorting`` has them."""
    return _samples().groupby("box").letter.sum().to_dict()


@answer("11.4", solution='"c"  # “after which” invites, and “kept” is a causal verb')
def caption_without_a_causal_word() -> str:
    """Return the letter of the caption that sets two things side by side in time, and no more."""
    return "c"
