"""Behind lesson 11: the example of a brief, its rows and counts, and the sample questions.

The example reads the World Bank's current monthly series of potash prices, in US dollars a tonne
of product, on the basis CFR Brazil (table ``prices``).
"""

import html

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.dates import YearLocator

from casebook.brief import Brief, data_card
from casebook.charts import COLOURS, label_ends
from casebook.exercises import answer
from casebook.explorer import Explorer, choice
from casebook.ledger import register
from casebook.tables import read
from casebook.text import format_value

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


# --- sample briefs --------------------------------------------------------------------------------


NUMBERS = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]


def _in_words(number: int) -> str:
    """Return a small number as a newspaper writes it."""
    return NUMBERS[number] if number < len(NUMBERS) else str(number)


def eight_or_nine() -> Brief:
    """Return the sample that checks a number: how many people were taken to Lithuania."""
    conflicts = read("conflicts")
    deal = read("releases").loc["R-2025-12-13"]
    total, to_ukraine = int(deal.total_released), int(deal.to_ukraine)
    day = format_value(deal.date)
    card = data_card(
        "conflicts",
        {"people taken to Lithuania on that day": conflicts.conflict_id == "C01"},
        ["version", "value", "source_ids"],
        unit="people",
    )
    told = card.kept.assign(people=card.kept.value.astype(int))
    told["sources"] = told.source_ids.str.split(";").str.len()
    told["with Ukraine"] = told.people + to_ukraine
    nine, eight = told.loc["C01-1"], told.loc["C01-2"]
    reports = len(conflicts.source_ids["C04-1"].split(";"))

    fig, ax = plt.subplots(figsize=(6, 3.3))
    published = told.assign(source_id=told.source_ids.str.split(";")).explode("source_id")
    names = read("sources").publisher[published.source_id].str.split(" (", regex=False).str[0]
    is_closed = published["with Ukraine"] == total
    colours = is_closed.map({True: COLOURS["Lithuania"], False: COLOURS["Belarus"]})
    ax.scatter(published["with Ukraine"], range(len(names)), s=110, color=colours)
    ax.axvline(total, color=COLOURS["unknown"], linewidth=1, zorder=0)
    ax.text(total + 0.05, -0.9, f"total that day: {total}", color="#595959")
    ax.set_yticks(range(len(names)), names)
    sums = sorted(told["with Ukraine"])
    ax.set_xticks(sums, [f"{people}\nwith {_in_words(people - to_ukraine)}" for people in sums])
    ax.set(xlim=(sums[0] - 0.5, total + 1), ylim=(len(names) - 0.5, -1.4))
    ax.set(xlabel="people handed to Ukraine or taken to Lithuania")

    brief = Brief("eight_or_nine")
    brief.question(f"How many people were taken to Lithuania on {day}: eight or nine?")
    brief.claim(
        "Nine. An early report counts those who have arrived, and a later one everybody.",
        wrong_if=f"With nine, the two groups do not add up to the total of {total}.",
    )
    brief.evidence(card)
    brief.picture(
        fig,
        finding=f"{_in_words((~is_closed).sum()).capitalize()} of {_in_words(len(names))} sources "
        "come out one person short",
        note=f"{to_ukraine} people handed to Ukraine on {day}, with the eight or nine taken to "
        f"Lithuania: green, the total of {total}; orange, one short",
    )
    brief.table(
        told.set_index("version")[["people", "sources", "with Ukraine"]]
        .assign(missing=total - told["with Ukraine"].to_numpy())
        .rename(columns={"people": "taken to Lithuania"}),
        caption=f"Two versions of one number, and the total of {total}, people, {day}",
    )
    brief.findings(
        f"Nine. With {to_ukraine} people handed to Ukraine, nine make {nine['with Ukraine']}, the "
        f"total that {_in_words(reports)} of our sources give for {day}.",
        f"Eight was printed too, in {_in_words(eight.sources)} of our {_in_words(len(names))} "
        f"sources. It makes {eight['with Ukraine']}, one person too few. One of the two describes "
        "who had arrived so far: seven foreigners and Ales Bialiatski.",
        "The nine do not rest on the sum alone. A spokesman of Poland's foreign ministry said that "
        "nine people had entered the US embassy in Vilnius.",
    )
    brief.other_story(
        f"The {_in_words(nine.sources)} sources may be fewer witnesses than they look. If all of "
        "them had the number from the embassy, it was counted once and copied by the rest."
    )
    brief.limits(
        "A sum that closes compares numbers with each other, and not with the people at the "
        "border. If somebody found the nine by subtraction, the first finding is empty.",
        "We found no full list of names. The third finding says how many, and not who.",
    )
    brief.not_computed(
        f"The mean of both versions. {told.people.mean():.1f} people is a number that nobody "
        "published, and that cannot be true."
    )
    brief.sources([*told.source_ids, conflicts.source_ids["C04-1"]])
    brief.headline("Nine were taken to Lithuania; eight does not add up", by="the casebook")
    return brief


def two_prices() -> Brief:
    """Return the sample about a price: one month in two states of the same sheet."""
    vintages = read("price_vintages")
    card = data_card(
        "price_vintages",
        {"months that both sheets have": vintages.duplicated("month", keep=False)},
        ["month", "vintage", "price"],
        unit="US dollars a tonne, money of the day",
    )
    both = card.kept.pivot(index="month", columns="vintage", values="price")
    both.columns = ["early", "late"]
    days = [format_value(day) for day in sorted(card.kept.vintage.unique())]
    ratio = both.late / both.early
    month = ratio.idxmax()
    early, late = both.loc[month]
    shown = both["2020":]
    start = "2020-12"
    rises = 100 * (both.loc[month] / both.loc[start] - 1)
    is_rewritten = (both.late - both.early).abs() > 0.005  # a cent is the last digit printed

    fig, ax = plt.subplots(figsize=(6, 3.6))
    months = pd.to_datetime(shown.index)
    ax.plot(months, shown.early, color=COLOURS["unknown"], label="sheet of 2022")
    ax.plot(months, shown.late, color=COLOURS["Canada"], linewidth=3, label="sheet of 2023")
    label_ends(ax)
    at = pd.Timestamp(month)
    ax.vlines(at, early, late, color=COLOURS["World"], linestyle=":")
    ax.annotate(f"{late:,.0f}", (at, late), (0, 8), textcoords="offset points", ha="center")
    ax.annotate(f"{early:,.0f}", (at, early), (0, -18), textcoords="offset points", ha="center")
    ax.set(ylim=(0, 1300), ylabel="US$ a tonne")
    ax.set_xlim(months[0], months[-1] + pd.Timedelta(days=210))
    ax.xaxis.set_major_locator(YearLocator())
    ax.yaxis.set_major_formatter("{x:,.0f}")

    brief = Brief("two_prices")
    brief.question(f"What did a tonne of potash cost in {format_value(month)}?")
    brief.claim(
        "The World Bank has one answer, give or take a few percent.",
        wrong_if="Two sheets of the World Bank differ by more than a tenth.",
    )
    brief.evidence(card)
    brief.picture(
        fig,
        finding=f"One month, two prices: {early:,.0f} and {late:,.0f} dollars",
        note=f"Potash, monthly price in the World Bank's sheets of {days[0]} and {days[1]}",
    )
    table = both.loc[[start, "2021-06", month, both.index[-1]]]
    brief.table(
        table.assign(times=(table.late / table.early).round(1))
        .rename(columns={"early": f"sheet of {days[0]}", "late": f"sheet of {days[1]}"})
        .rename(index=format_value),
        caption="The same months in two sheets, US dollars a tonne",
    )
    brief.findings(
        f"It depends on the day of the sheet. For {format_value(month)} the sheet of {days[0]} has "
        f"{early:,.2f} dollars a tonne, that of {days[1]} has {late:,.2f}, or "
        f"{ratio[month]:.1f} times as much.",
        f"Of {len(both)} months that both sheets have, {is_rewritten.sum()} were rewritten.",
        f"From {format_value(start)} to {format_value(month)} the price rose by {rises.early:.0f} "
        f"percent in the first sheet and by {rises.late:.0f} percent in the second.",
    )
    brief.other_story(
        "Neither sheet need be wrong: they price potash at two places, the first on board in "
        "Vancouver, the second on arrival in Brazil. The first hardly moves for months, as the "
        "price in a long contract would; the second moves every month, as a spot price does."
    )
    brief.limits(
        "Both prices are the World Bank's, of one product. The first finding does not say what any "
        "buyer paid.",
        "We have the earlier sheet as a copy in a public repository, and no second copy to check "
        "it against. That weakens the second finding.",
    )
    brief.not_computed(
        "How much of the rise the sanctions made. No sheet has the price without them, and the two "
        "sheets do not even agree on how large the rise was."
    )
    brief.sources(card.kept.source_id)
    brief.headline(
        f"Potash at {early:,.0f} dollars or at {late:,.0f}: ask which sheet", by="the casebook"
    )
    return brief


def held_and_freed() -> Brief:
    """Return the sample that counts: people pardoned beside the number still held."""
    counts, stated = read("prisoner_counts"), read("stated_numbers")
    ends = data_card(
        "prisoner_counts",
        {
            "Viasna's counts at both ends": counts.index.isin(["PC034", "PC056"])
            & counts.date.notna()
        },
        ["date", "count", "source_ids"],
        unit="people",
    )
    tally = data_card(
        "stated_numbers",
        {"people pardoned since July 2024": pd.Series(stated.index == "N0402", stated.index)},
        ["value", "as_of"],
        unit="people",
    )
    before, after = ends.kept["count"].astype(int)
    first, last = (format_value(day) for day in ends.kept.date)
    pardoned = int(tally.kept.value.iloc[0])
    fall, others = before - after, after - before + pardoned
    months = (pd.Timestamp(ends.kept.date.iloc[1]) - pd.Timestamp(ends.kept.date.iloc[0])).days
    months /= 365.25 / 12

    fig, ax = plt.subplots(figsize=(6, 4))
    heights = [before, pardoned, others, after]
    bottoms = [0, before - pardoned, before - pardoned, 0]
    slate, lit, pale = COLOURS["plain"], COLOURS["Belarus"], "#B9C4D3"
    columns = ax.bar(range(4), heights, bottom=bottoms, color=[slate, pale, lit, slate], width=0.7)
    words = [f"{before:,}", f"\N{MINUS SIGN}{pardoned}", f"+{others}", f"{after:,}"]
    ax.bar_label(columns, words, padding=4, weight="bold")
    names = [f"held\n{first}", "pardoned", "all other\nchanges", f"held\n{last}"]
    ax.set_xticks(range(4), [name.replace(" 20", "\n20") for name in names])  # years below
    ax.set(ylim=(0, 1600), ylabel="people")
    ax.yaxis.set_major_formatter("{x:,.0f}")

    brief = Brief("held_and_freed")
    brief.question(
        f"{pardoned} people were pardoned in eighteen months. By how many did the count fall?"
    )
    brief.claim(
        "By about as many as were pardoned.",
        wrong_if="The fall is smaller than the pardons by more than a tenth.",
    )
    brief.evidence(ends, tally)
    brief.picture(
        fig,
        finding=f"{pardoned} pardoned, {fall} fewer held",
        note=f"Political prisoners in Belarus as counted by Viasna, {first} to {last}, in people",
    )
    brief.table(
        pd.DataFrame(
            {
                "people": [before, -pardoned, others, after],
                "who says so": ["Viasna's count", "Viasna's tally", "our sum", "Viasna's count"],
            },
            index=pd.Index([first, "pardoned", "all other changes", last], name="what"),
        ),
        caption="From one count to the next, people",
    )
    brief.findings(
        f"By {fall}. Viasna counted {before:,} political prisoners on {first} and {after:,} on "
        f"{last}.",
        f"According to the same group's tally, {pardoned} people were pardoned in these months.",
        f"So all other changes together added {others} people to the list, about "
        f"{others / months:.0f} a month: more people were added than left it in other ways.",
    )
    brief.other_story(
        "Not everybody added was newly arrested. Some had been in prison for long before the group "
        "heard of them or recognised them. The list then grows while the prisons may not."
    )
    brief.limits(
        "The group counts those whom it recognises by its own rules. The first finding is about "
        "its list, and not about everybody in prison.",
        "The pardons are a tally of the same group, and not everybody pardoned need have been on "
        "the list. The third finding is a remainder: it carries every error of the others.",
    )
    brief.not_computed(
        "When the count would reach nobody, if it went on like this. Two points make a line, and "
        "the next arrest is a decision and no trend."
    )
    brief.sources([*ends.kept.source_ids, *tally.kept.source_ids])
    brief.headline(
        f"{pardoned} pardoned, and {fall} fewer on the list of those held", by="the casebook"
    )
    return brief


SAMPLES = {
    "eight_or_nine": eight_or_nine,
    "two_prices": two_prices,
    "held_and_freed": held_and_freed,
}
"""The briefs that the collection ships, by the name of their file in ``teaching/briefs``."""


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


def _draw_box(rows: pd.DataFrame) -> str:
    """Return the questions as a list, the chosen one in bold with its box."""
    items = ""
    for question, box in zip(rows["sample question"], rows.box, strict=True):
        is_asked = box != WAITING
        words = html.escape(question)
        words = f"<b>{words} {box.capitalize()}.</b>" if is_asked else words
        items += f"<li>{words}</li>"
    return f'<ol type="a">{items}</ol>'


def _describe_box(rows: pd.DataFrame) -> str:
    asked = rows[rows.box != WAITING].iloc[0]
    which = f"Question {asked.letter}, one of {len(rows)}: {asked['sample question']}"
    return f"{which} {asked.box.capitalize()}. {asked.why}"


# --- exercises ------------------------------------------------------------------------------------


@answer("11.1", solution='{"yes": "aehk", "partly": "cil", "no": "dg", "should not": "bfj"}')
def four_boxes() -> dict[str, str]:
    """Return the letters of the sample questions by box, as the table ``sorting`` has them."""
    return _samples().groupby("box").letter.sum().to_dict()


@answer("11.2", solution='"bd"  # each names a time, and something that can be counted')
def claims_that_can_break() -> str:
    """Return the letters of the claims that some result would prove wrong."""
    return "bd"


@answer("11.5", solution='"c"  # “after which” invites, and “kept” is a causal verb')
def caption_without_a_causal_word() -> str:
    """Return the letter of the caption that sets two things side by side in time, and no more."""
    return "c"
