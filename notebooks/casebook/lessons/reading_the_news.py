"""Behind lesson 10: the claims of one news article, and the verdicts on them."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from casebook.charts import headline
from casebook.explorer import Explorer, choice
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
        fig, ax = plt.subplots(figsize=(6.8, 3.6))
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
