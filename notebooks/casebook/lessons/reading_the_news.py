"""Behind lesson 10: the claims of one news article, the verdicts on them, and their sources.

A *link* is one pair of a claim and a source behind it: a row of `links_to_sources`. How a source
knows (it was there, speaks for itself, or hands on what others said) is in ``source_origins``,
which was read from labels and notes, source by source, and is silent where these are.
"""

import html

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from casebook.charts import COLOURS, headline
from casebook.exercises import answer
from casebook.explorer import Explorer, choice
from casebook.frames import frame_html
from casebook.ledger import register
from casebook.tables import CasebookError, read, source_line, sources_of
from casebook.text import Feedback, format_value

EVERY = "all"
VERDICTS = {
    "supported": "#2F6B8F",
    "supported-with-nuance": "#A9C5D9",
    "imprecise": "#F0C987",
    "disputed": "#C65300",
    "unverifiable": "#FFFFFF",
}
"""The five verdicts, from firm to soft, and the colour of their tiles."""
CHECKED_BY = {
    "number": "a count",
    "date": "a calendar, an act or a record",
    "person": "a register or an announcement",
    "attribution": "whoever is said to have spoken, or a record of the words",
    "causal": "the reason that a party itself gives",
    "characterisation": "a definition that readers share",
    "prediction": "time, and nothing else",
}
"""The seven kinds of claim, and what could check each."""
CLOSING = "section 2 (reactions)"
NOT_YET, SOURCES_FIRST = "not yet", "first the sources"
HANDS_ON = "hands on"
EDGE, WHITE, INK, FAINT = "#44546A", "#FFFFFF", "#1A1A1A", "#8A8A8A"


# --- the tables as this lesson reads them ---------------------------------------------------------


def article() -> str:
    """Return the headline of the article under test."""
    return str(read("sources").title["SEED"])


def links_to_sources() -> pd.DataFrame:
    """Return one row for each claim and source behind it, with how that source knows.

    Columns ``claim_id``, ``claim``, ``source_id``, ``publisher``, ``published_on``, ``knows_by``
    and ``handed_on_from``; a claim of three sources has three rows.
    """
    links = read("claims")[["claim", "source_ids"]].reset_index()
    links["source_id"] = links.pop("source_ids").str.split(";")
    links = links.explode("source_id", ignore_index=True)
    named = read("sources")[["publisher", "published_on"]]
    links = links.merge(named, left_on="source_id", right_index=True, validate="m:1")
    return links.merge(read("source_origins").reset_index(), on="source_id", validate="m:1")


def sources_by_path() -> pd.Series:
    """Return by which path the words came, for each source behind the claims, as a short label.

    A source that hands on the words of several is counted at the first of them, the main one.
    """
    origins = read("source_origins")
    first = origins.handed_on_from.str.split(";").str[0]
    own = {"was there": "reporter at the scene", "own words": "own statement or study"}
    paths = origins.knows_by.map(own | {"not said": "our notes do not say"})
    named = "hands on " + first.where(first.isin(["Reuters", "Viasna"]), "another named source")
    paths = paths.fillna(named.where(first.notna(), "hands on, source not named"))
    order = [
        "reporter at the scene",
        "own statement or study",
        "hands on Reuters",
        "hands on Viasna",
        "hands on another named source",
        "hands on, source not named",
        "our notes do not say",
    ]
    return paths.astype(pd.CategoricalDtype(order, ordered=True)).rename("path").sort_values()


# --- facts: counts of claims and verdicts, our own table ------------------------------------------


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
    links = links_to_sources()
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
    """Return how many sources a claim has, on average."""
    return link_count() / claims_with()


@register
def sources_that(knows_by: str) -> int:
    """Return how many sources behind the claims know in one way, as ``source_origins`` has it."""
    return int((read("source_origins").knows_by == knows_by).sum())


@register
def sources_handing_on(origin: str) -> int:
    """Return how many of them hand on the words of one origin, alone or among others."""
    origins = read("source_origins").handed_on_from.str.split(";").explode()
    return origins.index[origins == origin].nunique()


@register
def sources_read_as(access_method: str) -> int:
    """Return how many of the sources behind the claims were read in one form."""
    behind = read("source_origins").index
    return int((read("sources").access_method[behind] == access_method).sum())


@register
def claims_on(how: str) -> list[str]:
    """Return the ids of the claims of which all, any or none (``how``) of the sources hand on."""
    links = links_to_sources()
    by_claim = (links.knows_by == HANDS_ON).groupby(links.claim_id)
    fits = {"all": by_claim.all(), "any": by_claim.any(), "none": ~by_claim.any()}[how]
    return list(fits.index[fits])


# --- facts: errors that were published ------------------------------------------------------------


@register
def cards_with(error_type: str) -> int:
    """Return how many cards show one type of error."""
    return int((read("error_specimens").error_type == error_type).sum())


# --- pictures: the claims as tiles ----------------------------------------------------------------


def _draw_tiles(
    claims: pd.DataFrame, colours: pd.Series, key: dict[str, str], lit: pd.Index
) -> Figure:
    """Draw one tile for each claim, in reading order, a row for each part of the article.

    ``colours`` has a colour for each claim, white for a hollow tile; ``key`` the words for them.
    Claims that are not ``lit`` are faint.
    """
    sections = list(claims.section.unique())
    fig, ax = plt.subplots(figsize=(6.8, 2.85))
    places = dict.fromkeys(sections, 0)
    for claim in claims.itertuples():
        lane, place = sections.index(claim.section), places[claim.section]
        places[claim.section] += 1
        is_lit = claim.Index in lit
        colour = colours[claim.Index] if is_lit else "#F2F2F2"
        edge = EDGE if is_lit else "#DDDDDD"
        # add_artist and not add_patch, which would work out the limits anew for each tile.
        ax.add_artist(Rectangle((place, lane), 0.9, 0.8, fc=colour, ec=edge, **_rim(colour)))
        ink = WHITE if _is_dark(colour) else INK if is_lit else FAINT
        ax.text(place + 0.45, lane + 0.4, claim.Index[1:], ha="center", va="center",
                color=ink, fontsize=11)  # fmt: skip
    ax.set(xlim=(-0.2, 15.2), ylim=(len(sections) + 1.1, -0.2), xticks=[])
    ax.set_yticks([lane + 0.4 for lane in range(len(sections))], sections)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    for number, (word, colour) in enumerate(key.items()):
        left, down = (0, 4, 11.2)[number % 3], len(sections) + 0.15 + 0.5 * (number // 3)
        ax.add_artist(Rectangle((left - 0.1, down), 0.4, 0.35, fc=colour, ec=EDGE, **_rim(colour)))
        ax.text(left + 0.45, down + 0.18, word, va="center", fontsize=11)
    return fig


def _rim(colour: str) -> dict[str, object]:
    """Return the rim of a tile: hollow ones are dashed; in grey, a heavy one tells two apart."""
    is_disputed = colour == VERDICTS["disputed"]
    return {"linestyle": "--" if colour == WHITE else "-", "linewidth": 3 if is_disputed else 1}


def _is_dark(colour: str) -> bool:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.3 * red + 0.59 * green + 0.11 * blue < 140


def tiles_by_verdict() -> Figure:
    """Return the 43 claims as tiles in the colour of our verdict; hollow: not checkable."""
    claims = read("claims")
    return _draw_tiles(claims, claims.verdict.map(VERDICTS), VERDICTS, claims.index)


def tiles_by_kind() -> Figure:
    """Return the 43 claims as tiles, those that describe and those that count lit."""
    claims = read("claims")
    key = {
        "a number": COLOURS["plain"],
        "a description": COLOURS["Belarus"],
        "another kind": "#DDE1E7",
    }
    kinds = {"number": "a number", "characterisation": "a description"}
    colours = claims.kind.map(kinds).fillna("another kind").map(key)
    return _draw_tiles(claims, colours, key, claims.index)


def tiles_in_words(column: str) -> str:
    """Return the tiles for people who cannot see them: counts of a column by part of the text."""
    claims = read("claims")
    told = []
    for section, own in claims.groupby("section", sort=False)[column]:
        # Of equal counts, what the text has first comes first, in pandas 2 as well.
        many = own.value_counts(sort=False).sort_values(ascending=False, kind="stable")
        counts = ", ".join(f"{count} {value}" for value, count in many.items())
        told.append(f"{section}: {counts}")
    return f"{len(claims)} tiles in reading order. {'; '.join(told)}."


# --- explorer: the claim browser of the start page ------------------------------------------------


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
        colours = claims.verdict.map(VERDICTS)
        fig = _draw_tiles(claims, colours, VERDICTS, rows.index)
        counts = rows.verdict.value_counts()
        told = [f"{counts[one]} {one.replace('-', ' ')}" for one in VERDICTS if one in counts]
        match = f"{len(rows)} of {len(claims)}" if len(rows) < len(claims) else f"All {len(claims)}"
        headline(
            fig,
            f"{match} claims: {', '.join(told)}",
            f"The article “{article()}”: one tile, one claim, in reading order, by our verdict",
        )
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


# --- explorer: judge a claim before our verdict is seen -------------------------------------------


def claim_judge() -> Explorer:
    """Return the board that shows a claim, and our verdict only to who has given one."""
    claims = read("claims")
    names = {f"{row.Index}: {row.claim}": row.Index for row in claims.itertuples()}
    return Explorer(
        "Claim judge",
        claims,
        {
            "claim": choice("Claim", names),
            "yours": choice("Your verdict", [NOT_YET, SOURCES_FIRST, *VERDICTS]),
        },
        _select_claim,
        _draw_claim,
        _describe_claim,
        source="our table of claims",
        follows={"yours": "claim"},
    )


def _select_claim(claims: pd.DataFrame, chosen: dict) -> pd.DataFrame:
    """Return all claims without verdicts, and beside the chosen one what its judge may see."""
    rows = claims[["section", "kind", "claim"]].assign(chosen=claims.index == chosen["claim"])
    if chosen["yours"] == NOT_YET:
        return rows
    rows["sources"] = claims.source_ids.where(rows.chosen, "")
    if chosen["yours"] == SOURCES_FIRST:
        return rows
    rows["your_verdict"] = rows.chosen.map({True: chosen["yours"], False: ""})
    rows["our_verdict"] = claims.verdict.where(rows.chosen, "")
    rows["our_reason"] = claims.why.where(rows.chosen, "")
    return rows


def _draw_claim(rows: pd.DataFrame) -> str:
    mine = rows[rows.chosen].iloc[0]
    claim = html.escape(mine.claim)
    board = f"<p>{mine.name} · {html.escape(mine.section)} · {mine.kind}</p>"
    board += f"<blockquote><p><b>{claim}</b></p></blockquote>"
    if "our_verdict" in rows:
        board += f"<p>You say <b>{mine.your_verdict}</b>, we say <b>{mine.our_verdict}</b>.</p>"
        board += f"<p>Our reason: {html.escape(mine.our_reason)}</p>"
    else:
        board += f"<p>What could check it: {CHECKED_BY[mine.kind]}.</p>"
    if "sources" in rows:
        return f"{board}<p>Sources:</p>{_source_list(mine.sources)}"
    return f"{board}<p>Is it so, as it is put? Choose one of the five words.</p>"


def _source_list(source_ids: str) -> str:
    items = ""
    for row in sources_of(source_ids).itertuples():
        # Widgets show a link as plain text: the line says that it is one.
        link = f'<a style="text-decoration: underline" href="{html.escape(row.address)}">'
        items += f"<li>{link}{html.escape(row.publisher)}</a>{_on(row.published_on)}</li>"
    return f"<ul>{items}</ul>"


def _on(day: object) -> str:
    return "" if pd.isna(day) else f", {format_value(day)}"


def _describe_claim(rows: pd.DataFrame) -> str:
    mine = rows[rows.chosen].iloc[0]
    if "our_verdict" in rows:
        same = "The same word" if mine.your_verdict == mine.our_verdict else "Two readings"
        return (
            f"{mine.name}: you say {mine.your_verdict}, we say {mine.our_verdict}. {same}: does "
            "our reason convince you? If not, part 7 shows how to contest it."
        )
    if "sources" in rows:
        return f"{mine.name}: published by {source_line(mine.sources, most=9)}. Now your verdict."
    return f"{mine.name}: no verdict is shown before you give yours."


def verdicts(claim_ids: list[str]) -> Feedback:
    """Return our verdicts and reasons on some claims, in a fold that a click opens."""
    rows = read("claims").loc[claim_ids, ["claim", "verdict", "why"]]
    rows = rows.rename(columns={"verdict": "our verdict", "why": "our reason"})
    told = "; ".join(f"{row.Index}: {row[2]}. {row[3]}" for row in rows.itertuples())
    fold = f"<details><summary>Our verdicts</summary>{frame_html(rows)}</details>"
    return Feedback(told, html=fold)


# --- explorer: sources and the voices behind them -------------------------------------------------


def witness_counter() -> Explorer:
    """Return the board of the sources of one claim, put together by whose words they hand on."""
    links = links_to_sources()
    names = {f"{id_}: {claim}": id_ for id_, claim in read("claims").claim.items()}
    return Explorer(
        "Witness counter",
        links,
        {"claim": choice("Claim", names, default="S14")},
        _select_sources,
        _draw_sources,
        _describe_sources,
        source="our tables of claims and sources",
    )


def _select_sources(links: pd.DataFrame, chosen: dict) -> pd.DataFrame:
    """Return the sources of a claim; ``voice`` is the same for those that hand on the same one."""
    rows = links[links.claim_id == chosen["claim"]].set_index("source_id")
    rows = rows.fillna({"handed_on_from": "", "published_on": ""})  # of some claims all are empty
    first = rows.handed_on_from.str.split(";").str[0]
    rows["voice"] = first.where(first != "", rows.publisher)
    columns = ["claim_id", "claim", "publisher", "published_on", "knows_by", "handed_on_from"]
    return rows[[*columns, "voice"]]


def _draw_sources(rows: pd.DataFrame) -> str:
    says = {
        "was there": "had a reporter at the scene",
        "own words": "speaks for itself",
        "not said": "our notes do not say how it knows",
    }
    items = ""
    for voice, own in rows.groupby("voice", sort=False):
        pages = "; ".join(html.escape(f"{row.publisher}{_on_day(row)}") for row in own.itertuples())
        one = own.iloc[0]
        if one.knows_by != HANDS_ON:
            items += f"<li><b>{html.escape(voice)}</b>{_on_day(one)}: {says[one.knows_by]}</li>"
        elif one.handed_on_from:
            items += f"<li><b>{html.escape(voice)}</b>, handed on by {pages}</li>"
        else:
            items += f"<li>{pages}: hands on, from whom our notes do not say</li>"
    claim = html.escape(rows.claim.iloc[0])
    return f"<p><b>{rows.claim_id.iloc[0]}</b>: {claim}</p><ul>{items}</ul>"


def _on_day(row: object) -> str:
    return f", {format_value(row.published_on)}" if row.published_on else ""


def _describe_sources(rows: pd.DataFrame) -> str:
    many, voices = len(rows), rows.voice.nunique()
    relays = (rows.knows_by == HANDS_ON).sum()
    nouns = ("source" if many == 1 else "sources", "voice" if voices == 1 else "voices")
    hands = "hands" if relays == 1 else "hand"
    return (
        f"{rows.claim_id.iloc[0]} rests on {many} {nouns[0]}; {relays} of them {hands} on what "
        f"others said. Put together by origin, that is at most {voices} {nouns[1]}."
    )


# --- board: errors that were published ------------------------------------------------------------


def error_cards() -> Feedback:
    """Return the errors as cards; what went wrong, and the check, are in a fold on each."""
    cards = read("error_specimens").join(
        read("sources")[["publisher", "published_on"]], on="source_id"
    )
    shown, told = "", []
    for card in cards.itertuples():
        # "Novyny Live / Reuters" is a page of the first with words of the second.
        where = f"{card.publisher.partition(' / ')[0]}{_on(card.published_on)}"
        says = f"{card.what_it_says[0].upper()}{card.what_it_says[1:]}."
        fold = f"{card.error_type}. The check that finds it: {card.check_that_finds_it}."
        told.append(
            f"{card.Index}, {where}: {says} Others: {card.what_stronger_sources_say}. {fold}"
        )
        shown += (
            '<div style="flex: 1 1 15em; border: 1px solid; border-radius: 6px; padding: 0.6em">'
            f"<p><small>{card.Index} · {html.escape(where)}</small></p>"
            f"<p><b>{html.escape(says)}</b></p>"
            f"<p>Other sources: {html.escape(card.what_stronger_sources_say)}.</p>"
            "<details><summary>What went wrong, and the check</summary>"
            f"<p>{html.escape(fold[0].upper() + fold[1:])}</p></details></div>"
        )
    board = f'<div style="display: flex; flex-wrap: wrap; gap: 0.8em">{shown}</div>'
    return Feedback("\n".join(told), html=board)


# --- exercises ------------------------------------------------------------------------------------


def _boxes(exercise_id: str) -> dict[str, str]:
    """Return the letters of each box of an exercise, as the table ``sorting`` has them."""
    items = read("sorting").query("exercise_id == @exercise_id")
    return items.groupby("box").letter.sum().to_dict()


@answer("10.1", solution='100 * (claims.verdict == "supported").mean()')
def supported_without_nuance() -> float:
    """Return the share of claims that are supported, those with a nuance left out, percent."""
    return supported()


@answer(
    "10.2",
    solution="""
    {"stop": "e", "investigate the source": "bg", "find better coverage": "ad", "trace": "cf"}
    """,
)
def moves() -> dict[str, str]:
    """Return the letters of each of the four moves."""
    return _boxes("10.2")


@answer(
    "10.3",
    solution="""
    only = (links.knows_by == "hands on").groupby(links.claim_id).all()
    list(only.index[only])
    """,
)
def claims_on_relays_only() -> list[str]:
    """Return the ids of the claims whose sources all hand on what others said."""
    return claims_on("all")


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
    """Return the letters of each kind of sentence."""
    return _boxes("10.5")


@answer(
    "10.6",
    solution='{"wrong": "be", "early": "ag", "unsupported": "cf", "framed": "dh"}',
)
def faults_of_sentences() -> dict[str, str]:
    """Return the letters of each fault."""
    return _boxes("10.6")
