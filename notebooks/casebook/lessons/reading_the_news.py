"""Behind lesson 10: the claims of one news article, the verdicts on them, and their sources.

A *link* is one pair of a claim and a source behind it: a row of `_links`. A *relay* is a source
that hands on what another outlet wrote. No table says so source by source; `RELAY` reads the
publisher's label, as the page does, and is a stand-in.
"""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from casebook.charts import COLOURS, headline
from casebook.exercises import answer
from casebook.explorer import Explorer, choice
from casebook.ledger import register
from casebook.tables import CasebookError, read

EVERY = "all"
VERDICTS = {
    "supported": "#2F6B8F",
    "supported-with-nuance": "#A9C5D9",
    "imprecise": "#F0C987",
    "disputed": "#C65300",
    "unverifiable": "#FFFFFF",
}
"""The five verdicts, from firm to soft, and the colour of their tiles."""
CLOSING = "section 2 (reactions)"
RELAY = r" via |/|-based|digest|mirror|citing|quoting| on "
"""The rule on labels: a pattern (regular expression) that the publisher of a relay fits."""
OWN_SLASH = "RFE/RL"
"""One broadcaster, whose name the rule takes for two."""
NOTED = "relay|copy|aggregator|summary"
"""Words by which our own notes on the sources tell a relay."""


def _is_relay(publisher: pd.Series, corrected: bool) -> pd.Series:
    if corrected:
        publisher = publisher.str.replace(OWN_SLASH, OWN_SLASH.split("/")[0])
    return publisher.str.contains(RELAY, case=False)


def _links() -> pd.DataFrame:
    """Return one row for each claim and source behind it, with the label and the rule on it."""
    links = read("claims")[["claim", "source_ids"]].reset_index()
    links["source_id"] = links.pop("source_ids").str.split(";")
    links = links.explode("source_id", ignore_index=True)
    links["publisher"] = links.source_id.map(read("sources").publisher)
    links["relay"] = _is_relay(links.publisher, corrected=False)
    links["relay_corrected"] = _is_relay(links.publisher, corrected=True)
    return links


# --- facts: counts of claims and verdicts, our own table ----------------------------------------


@register
def claims_with(section: str = "", kind: str = "", verdict: str = "") -> int:
    """Return how many claims have a section, a kind and a verdict; "" stands for any.

    Several sections are joined by a comma: "title, lead".
    """
    claims = read("claims")
    fits = pd.Series(True, claims.index)
    for column, wanted in {"section": section, "kind": kind, "verdict": verdict}.items():
        if wanted:
            fits &= claims[column].isin(wanted.split(", "))
    return int(fits.sum())


@register
def supported(with_nuance: bool = False) -> float:
    """Return the share of claims that are supported, those with a nuance added or not, percent."""
    count = claims_with(verdict="supported")
    if with_nuance:
        count += claims_with(verdict="supported-with-nuance")
    return 100 * count / claims_with()


# --- facts: claims and their sources --------------------------------------------------------------


def _links_of_claims_citing(source: str) -> pd.DataFrame:
    """Return the links of all claims that have a source among theirs; of all claims for ""."""
    links = _links()
    citing = links.claim_id[links.source_id.eq(source) | (source == "")]
    return links[links.claim_id.isin(citing)]


@register
def claims_citing(source: str) -> int:
    """Return how many claims have a source, a row of ``sources``, among theirs."""
    return _links_of_claims_citing(source).claim_id.nunique()


@register
def link_count(beside: str = "") -> int:
    """Return how many links there are, of all claims or of those that cite one source."""
    return len(_links_of_claims_citing(beside))


@register
def different_sources(beside: str = "") -> int:
    """Return how many sources stand behind all claims, or behind those that cite one source."""
    return _links_of_claims_citing(beside).source_id.nunique()


@register
def sources_a_claim() -> float:
    """Return how many sources a claim has, in the mean."""
    return link_count() / claims_with()


@register
def claims_with_sources(number: int) -> int:
    """Return how many claims rest on so many sources."""
    return int((_links().groupby("claim_id").size() == number).sum())


@register
def sources_with(column: str, value: str) -> int:
    """Return how many of our sources have a value in a column of ``sources``."""
    return int((read("sources")[column] == value).sum())


# --- facts: relays by the rule on labels ----------------------------------------------------------


@register
def relays() -> int:
    """Return how many of our sources are relays by the rule as it stands."""
    return int(_is_relay(read("sources").publisher, corrected=False).sum())


@register
def links_to_relays(corrected: bool) -> float:
    """Return the share of links that lead to a relay, percent, by the rule or the corrected one."""
    return 100 * float(_links()["relay_corrected" if corrected else "relay"].mean())


@register
def missed_relays() -> int:
    """Return how many sources pass the rule although our notes on them speak of a relay."""
    links = _links()
    passed = read("sources").loc[links.source_id[~links.relay].unique()]
    return int(passed.reliability_note.str.contains(NOTED, case=False, na=False).sum())


@register
def claims_on_relays(how: str, corrected: bool = False) -> list[str]:
    """Return the ids of the claims of which all, any or none (``how``) of the sources are relays.

    By the rule as it stands, or with one name corrected.
    """
    links = _links()
    by_claim = links["relay_corrected" if corrected else "relay"].groupby(links.claim_id)
    fits = {"all": by_claim.all(), "any": by_claim.any(), "none": ~by_claim.any()}[how]
    return list(fits.index[fits])


@register
def claims_on_relays_only(corrected: bool) -> int:
    """Return how many claims rest on relays only, by the rule or by the corrected one."""
    return len(claims_on_relays("all", corrected))


# --- facts: errors in print -----------------------------------------------------------------------


@register
def kinds_of_slip() -> int:
    """Return how many kinds of slip the cards hold."""
    return read("error_specimens").error_type.nunique()


@register
def cards_with(slip: str) -> int:
    """Return how many cards hold one kind of slip."""
    return int((read("error_specimens").error_type == slip).sum())


# --- explorers ------------------------------------------------------------------------------------


def claim_browser() -> Explorer:
    """Return the explorer of the 43 claims: tiles in reading order, filtered by three columns."""
    claims = read("claims")
    sections = list(claims.section.unique())

    def select(claims: pd.DataFrame, chosen: dict) -> pd.DataFrame:
        rows = claims[["claim", "section", "kind", "verdict", "why", "source_ids"]]
        for column, wanted in chosen.items():
            if wanted != EVERY:
                rows = rows[rows[column] == wanted]
        if rows.empty:
            asked = ", ".join(f"{column}: {wanted}" for column, wanted in chosen.items())
            raise CasebookError(f"No claim has all of this: {asked}. Change one control.")
        return rows

    def draw(rows: pd.DataFrame) -> Figure:
        fig, ax = plt.subplots(figsize=(6.8, 3.35))
        places = {section: 0 for section in sections}
        for claim in claims.itertuples():
            lane, place = sections.index(claim.section), places[claim.section]
            places[claim.section] += 1
            is_chosen = claim.Index in rows.index
            colour = VERDICTS[claim.verdict] if is_chosen else "#F2F2F2"
            edge = "#44546A" if is_chosen else "#DDDDDD"
            look = "--" if claim.verdict == "unverifiable" else "-"
            ax.add_patch(Rectangle((place, lane), 0.9, 0.8, fc=colour, ec=edge, linestyle=look))
            dark = claim.verdict in ("supported", "disputed")
            ink = "white" if dark and is_chosen else "#1A1A1A" if is_chosen else "#8A8A8A"
            ax.text(place + 0.45, lane + 0.4, claim.Index[1:], ha="center", va="center",
                    color=ink, fontsize=11)  # fmt: skip
        ax.set(xlim=(-0.2, 15.2), ylim=(len(sections) + 1.1, -0.2), xticks=[])
        ax.set_yticks([lane + 0.4 for lane in range(len(sections))], sections)
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        for number, (verdict, colour) in enumerate(VERDICTS.items()):
            left, down = (0, 4, 11.2)[number % 3], len(sections) + 0.15 + 0.5 * (number // 3)
            ax.add_patch(Rectangle((left - 0.1, down), 0.4, 0.35, fc=colour, ec="#44546A"))
            ax.text(left + 0.45, down + 0.18, verdict, va="center", fontsize=11)
        match = f"{len(rows)} of {len(claims)} claims match"
        finding = match if len(rows) < len(claims) else f"All {len(claims)} claims of one article"
        headline(fig, finding, "One tile, one claim, in reading order, by our verdict")
        return fig

    return Explorer(
        "Claim browser",
        claims,
        {
            "section": choice("Part of the article", [*sections, EVERY], default=EVERY),
            "kind": choice("Kind of claim", [EVERY, *sorted(claims.kind.unique())]),
            "verdict": choice("Verdict", [EVERY, *VERDICTS]),
        },
        select,
        draw,
        _describe_claims,
        source="our table of claims",
    )


def _describe_claims(rows: pd.DataFrame) -> str:
    counts = rows.verdict.value_counts()
    parts = [f"{counts[verdict]} {verdict}" for verdict in VERDICTS if verdict in counts]
    noun = "claim" if len(rows) == 1 else "claims"
    where = "in one section" if rows.section.nunique() == 1 else "in several sections"
    return f"{len(rows)} {noun} {where}: {', '.join(parts)}."


def witness_counter() -> Explorer:
    """Return the explorer of how many sources each claim has, and how many relays among them."""
    links = _links()
    rules = {"as it stands": "relay", "with RFE/RL taken as one name": "relay_corrected"}
    return Explorer(
        "Witness counter",
        links,
        {
            "claim": choice("Claim", list(links.claim_id.unique()), default="S22"),
            "rule": choice("Rule on labels", rules),
        },
        _select_sources,
        _draw_sources,
        _describe_sources,
        source="our tables of claims and sources",
    )


def _select_sources(links: pd.DataFrame, chosen: dict) -> pd.DataFrame:
    rows = links.groupby("claim_id").agg(
        claim=("claim", "first"),
        sources=("source_id", "nunique"),
        relays_by_label=(chosen["rule"], "sum"),
        published_by=("publisher", "; ".join),
    )
    return rows.assign(chosen=rows.index == chosen["claim"])


def _draw_sources(rows: pd.DataFrame) -> Figure:
    fig, ax = plt.subplots(figsize=(6.8, 3.35))
    places = range(len(rows))
    colours = rows.chosen.map({True: COLOURS["plain"], False: "#9AA5B4"})
    others = rows.sources - rows.relays_by_label
    ax.bar(places, others, color=colours)
    ax.bar(places, rows.relays_by_label, bottom=others, color="white", edgecolor=colours)
    mine, top = rows[rows.chosen].iloc[0], rows.sources.max() + 1
    ax.annotate(
        mine.name,
        (rows.index.get_loc(mine.name), mine.sources),
        (rows.index.get_loc(mine.name), top),
        ha="center",
        weight="bold",
        arrowprops={"arrowstyle": "-|>", "color": "black"},
    )
    ax.set_xticks(places[::6], rows.index[::6])
    ax.set(xlabel="claim", ylabel="sources", ylim=(0, top + 1))
    noun = "source" if mine.sources == 1 else "sources"
    headline(
        fig,
        f"{mine.name}: {mine.sources} {noun}, relays by the label: {mine.relays_by_label}",
        "One bar, one claim. Hollow: sources that the rule on labels calls relays",
    )
    return fig


def _describe_sources(rows: pd.DataFrame) -> str:
    mine = rows[rows.chosen].iloc[0]
    many, relays = mine.sources, mine.relays_by_label
    noun = "source" if many == 1 else "sources"
    every_one = {1: "it is a relay", 2: "both are relays"}.get(many, "all are relays")
    some = {0: "none is a relay", 1: "one is a relay"}.get(relays, f"{relays} are relays")
    alone = (rows.relays_by_label == rows.sources).sum()
    return (
        f"{mine.name} rests on {many} {noun}; by the label "
        f"{every_one if relays == many else some}: {mine.published_by}. "
        f"Ask where each got the words. By this rule {alone} claims rest on relays only."
    )


# --- exercises ------------------------------------------------------------------------------------


@answer("10.1", solution='100 * (claims.verdict == "supported").mean()')
def supported_without_nuance() -> float:
    """Return the share of claims that are supported, those with a nuance left out, percent."""
    return supported()


@answer(
    "10.2",
    solution='pd.crosstab(claims.section, claims.verdict).loc[SECTIONS[-1], "unverifiable"]',
)
def unverifiable_in_closing_section() -> int:
    """Return how many claims of the closing section cannot be checked as they are put."""
    return claims_with(section=CLOSING, verdict="unverifiable")


@answer(
    "10.3",
    solution="""
    only_relays = links.relay.groupby(links.claim_id).all()
    list(only_relays.index[only_relays])
    """,
)
def relays_only() -> list[str]:
    """Return the ids of the claims that rest on relays only, by the rule as it stands."""
    return claims_on_relays("all")


@answer("10.4", solution='links.claim_id[links.source_id == "XINHUA"].nunique()')
def claims_citing_one_copy() -> int:
    """Return how many claims cite the copy of a report by the agency Xinhua."""
    return claims_citing("XINHUA")


@answer(
    "10.5",
    solution="""
    {"number": "b", "date": "e", "person": "h", "attribution": "ag", "cause": "f",
     "description": "d", "forecast": "c"}
    """,
)
def kinds_of_sentence() -> dict[str, str]:
    """Return the letters of each kind, as the table ``sorting`` has them."""
    items = read("sorting").query("exercise_id == '10.5'")
    return items.groupby("box").letter.sum().to_dict()
