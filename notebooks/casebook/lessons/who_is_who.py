"""Behind lesson 02: people, organisations, and the published links between them."""

import html
import unicodedata
from collections.abc import Iterable
from textwrap import shorten, wrap

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import DateFormatter
from matplotlib.figure import Figure

from casebook.charts import COLOURS, headline, scenery, show, text_colour
from casebook.exercises import answer
from casebook.explorer import Explorer, choice, text
from casebook.ledger import register
from casebook.tables import CasebookError, read, source_line
from casebook.text import fold, format_value

CUSTODY = ["released", "imprisoned"]
"""Kinds of link about custody: written down person by person, and never drawn unless asked for."""
FORBID = ["sanctioned", "stopped_transit_of", "upheld_listing_of"]
PERMIT = ["relieved"]
ANNOUNCE = ["announced_relief_for"]
ROUND = "2025-12-13"
SHORT = {
    "O-BELAVIA": "Belavia (airline)",
    "O-BPC": "Potash Company (BPC)",
    "O-BY-STATE": "Courts and authorities",
    "O-COORDHQ": "Coordination HQ (Kyiv)",
    "O-DEVBANK": "Development Bank",
    "O-EUC": "Council of the EU",
    "O-GENCOURT": "EU General Court",
    "O-HUR": "Intelligence (Kyiv)",
    "O-KGB-BY": "KGB of Belarus",
    "O-MINFIN": "Finance Ministry",
    "O-NOBEL": "Nobel Committee",
    "O-OFAC": "OFAC (US Treasury)",
    "O-TREASURY": "US Treasury",
    "O-USEMB": "US Embassy, Vilnius",
    "O-VIASNA": "Viasna",
}
"""Names that are too long for a drawing, in short."""

# Orange and blue are told apart by eyes of all kinds; a dashed line is a word and no law yet.
ORANGE, BLUE, SLATE = COLOURS["Belarus"], COLOURS["United States"], COLOURS["plain"]
LOOKS = {
    "forbids": {"color": ORANGE, "linewidth": 2.5},
    "permits": {"color": BLUE, "linewidth": 2.5},
    "announces relief": {"color": BLUE, "linewidth": 2, "linestyle": (0, (3, 1.5))},
    "other": {"color": SLATE, "linewidth": 1.5},
}

# --- facts: counts of links, people and spellings -----------------------------------------------


def _links(custody: bool = True) -> pd.DataFrame:
    relations = read("relations")
    return relations if custody else relations[~relations.relation.isin(CUSTODY)]


@register
def links_of_kinds(kinds: str, kept: bool) -> int:
    """Return how many links are left when some kinds are kept alone, or when they are dropped.

    ``kinds`` are values of ``relations.relation``, joined by a comma and a blank.
    """
    return int((_links().relation.isin(kinds.split(", ")) == kept).sum())


@register
def links_of(actor: str, custody: bool) -> int:
    """Return in how many links an actor acts or is acted on, custody counted in or left out."""
    rows = _links(custody)
    return int((rows.from_id == actor).sum() + (rows.to_id == actor).sum())


@register
def acts(actor: str) -> int:
    """Return in how many links without custody the actor is the one that acts."""
    return int((_links(custody=False).from_id == actor).sum())


@register
def acted_on(actor: str) -> int:
    """Return in how many links without custody the actor is the one acted on."""
    return int((_links(custody=False).to_id == actor).sum())


@register
def forbidden_by_europe() -> int:
    """Return how many links lead from the EU or Lithuania to a firm, each of them forbidding."""
    rows = _links()
    is_europe = rows.from_id.isin(["O-EUC", "O-LTGOV"])
    return int((is_europe & rows.relation.isin(["sanctioned", "stopped_transit_of"])).sum())


@register
def nodes() -> int:
    """Return how many people and organisations there are, each a possible end of a link."""
    return len(read("people")) + len(read("organisations"))


@register
def linked() -> int:
    """Return how many people and organisations stand in at least one link."""
    return int(pd.concat([_links().from_id, _links().to_id]).nunique())


@register
def unlinked() -> int:
    """Return how many people and organisations stand in no link."""
    return nodes() - linked()


@register
def people_filed(sides: str, held: bool) -> int:
    """Return how many people are filed under some sides, or of these how many have been held.

    ``sides`` are values of ``people.side``, joined by a comma and a blank; "all" means all.
    """
    people = read("people")
    is_side = people.side.isin(sides.split(", ")) | (sides == "all")
    return int((is_side & (people.last_known.notna() | (not held))).sum())


@register
def people_named_of_round(day: str) -> int:
    """Return how many people of our table were freed on one day, ``YYYY-MM-DD``."""
    return int((read("people").released_on == day).sum())


@register
def other_spellings() -> int:
    """Return how many spellings of people's names we met besides those that we use."""
    return int(read("people").alternative_spellings.str.split(";").explode().notna().sum())


@register
def people_with_other_spellings() -> int:
    """Return how many people have at least one spelling besides the one that we use."""
    return int(read("people").alternative_spellings.notna().sum())


@register
def days_listed_and_licensed(firm: str) -> int:
    """Return the days from the licence for a firm to the next US act that relieved it.

    On these days the firm was on the blocked list, and dealings with it were allowed.
    """
    licence, act = _relief_days(firm)[:2]
    return (act - licence).days


def _relief_days(firm: str) -> list[pd.Timestamp]:
    rows = _links()
    own = rows[(rows.from_id == "O-OFAC") & (rows.relation == "relieved") & (rows.to_id == firm)]
    return sorted(pd.to_datetime(own.date))


# --- drawings -----------------------------------------------------------------------------------


def bargain() -> None:
    """Show the bargain: who forbids and permits what to which firm, and who freed whom.

    One arrow stands for all acts of one side that do the same to a firm; its year is the first.
    """
    acts_of = _acts_on_firms()
    us, firms = acts_of.loc["United States"], acts_of.index.get_level_values("firm").unique()
    names = _short_names()
    first = ["O-BELARUSKALI", "O-BPC"]
    rows = first + sorted(set(firms) - set(first), key=lambda firm: names[firm])
    last = len(rows)
    fig, ax = plt.subplots(figsize=(6.8, 7))
    _box(ax, (0, -0.1), (14, last - 0.1), "Washington")
    _box(ax, (56, -0.3), (12, 0.62), "Vilnius")
    _box(ax, (56, 0.42), (12, 1.36), "Brussels\n(EU)")
    for row, firm in enumerate(rows):
        words = "\n".join(wrap(names[firm], 18))
        ax.text(37, row + 0.4, words, ha="center", va="center", weight="bold")
        kinds = us.loc[firm]
        places = [0.4] if len(kinds) == 1 else [0.18, 0.62]
        for at, (kind, year) in zip(places, sorted(kinds.items(), key=_order), strict=True):
            _arrow(ax, (15, 26.5), row + at, kind, str(year))
    # At the height of the firm's own arrows from the left, so that none stands between two firms.
    _arrow(ax, (55, 46.5), 0.18, "forbids", str(acts_of["Lithuania", "O-BELARUSKALI", "forbids"]))
    for at, firm in ((0.62, "O-BELARUSKALI"), (1.4, "O-BPC")):
        _arrow(ax, (55, 46.5), at, "forbids", str(acts_of["European Union", firm, "forbids"]))
    for row, kind in enumerate(("forbids", "permits", "announces relief")):
        _arrow(ax, (51, 67), 3.4 + 0.75 * row, kind, kind)
    _people_freed(ax, last + 0.7)
    ax.set(xlim=(-0.4, 68.4), ylim=(last + 2.9, -0.45))
    ax.set_axis_off()
    permits = {side for side, _, kind in acts_of.index if kind == "permits"}
    finding = "Washington forbids and permits; Brussels and Vilnius only forbid"
    if permits != {"United States"}:
        finding = f"Who forbids and who permits: relief came from {' and '.join(sorted(permits))}"
    relations = read("relations")
    shown = relations[relations.relation.isin(FORBID + PERMIT + ANNOUNCE)]
    ids = pd.concat([shown.source_ids, read("releases").source_ids[["R-2025-12-13"]]])
    show(
        fig,
        finding=finding,
        note=f"Published acts, {acts_of.min()} to March 2026; the year is that of the first",
        source=source_line(ids),
        data=acts_of.rename("first_year").reset_index(),
        alt=f"{finding}. {_told(acts_of, names)} Minsk pardons: a dot for each person freed on "
        f"{format_value(ROUND)}.",
    )


def _short_names() -> pd.Series:
    names = pd.concat([read("people").name, read("organisations").name])
    return pd.Series({actor: SHORT.get(actor, name) for actor, name in names.items()})


def _told(acts_of: pd.Series, names: pd.Series) -> str:
    """Return the arrows in words, one sentence for each side."""
    told = []
    for side, own in acts_of.groupby(level="side", sort=False):
        kinds = [
            f"{kind} {', '.join(names[firm] for firm in same.index.get_level_values('firm'))}"
            for kind, same in own.groupby(level="kind", sort=False)
        ]
        told.append(f"{side}: {'; '.join(kinds)}.")
    return " ".join(told)


def _order(item: tuple[str, int]) -> int:
    return list(LOOKS).index(item[0])


def _acts_on_firms() -> pd.Series:
    """Return the first year of each ``(side, firm, kind)``; firms are all bodies acted on.

    What is permitted by law is not told again as announced.
    """
    everyone = pd.concat([read("people").side, read("organisations").country])
    rows = read("relations")
    kind = pd.Series(index=rows.index, dtype="str")
    for word, kinds in (("forbids", FORBID), ("permits", PERMIT), ("announces relief", ANNOUNCE)):
        kind[rows.relation.isin(kinds)] = word
    side = rows.from_id.map(everyone).replace({"US": "United States", "EU": "European Union"})
    rows = rows.assign(kind=kind, side=side, firm=rows.to_id, year=rows.date.str[:4])
    rows = rows[rows.kind.notna() & rows.firm.str.startswith("O-")]
    first = rows.groupby(["side", "firm", "kind"]).year.min().astype(int)
    is_told = [
        kind == "announces relief" and (side, firm, "permits") in first.index
        for side, firm, kind in first.index
    ]
    return first[~np.array(is_told)]


def _people_freed(ax: Axes, top: float) -> None:
    """Draw Minsk, its talks with Washington, and one dot for each person of 13 December 2025."""
    freed = int(read("releases").total_released["R-2025-12-13"])
    _box(ax, (0, top), (14, 1.5), "Minsk")
    ax.annotate("", (7, top), (7, top - 0.8), arrowprops={"arrowstyle": "<->", "color": SLATE})
    ax.text(8.2, top - 0.4, "talks", va="center")
    _arrow(ax, (15, 26.5), top + 0.75, "other", "pardons")
    place = np.arange(freed)
    ax.scatter(28.5 + 1.6 * (place % 25), top + 0.32 * (place // 25) + 0.12, s=38, color=SLATE)
    words = f"{freed} people freed, {format_value(ROUND)}"
    ax.text(27.8, top + 1.75, words, va="top", weight="bold")


def _box(ax: Axes, corner: tuple, size: tuple, words: str) -> None:
    look = {"facecolor": "#F1F3F5", "edgecolor": SLATE}
    scenery(ax.add_patch(plt.Rectangle(corner, *size, **look)))
    middle = corner[0] + size[0] / 2, corner[1] + size[1] / 2
    ax.text(*middle, words, ha="center", va="center", weight="bold")


def _arrow(ax: Axes, x: tuple, y: float, kind: str, words: str) -> None:
    """Draw a level arrow from ``x[0]`` to ``x[1]`` in the look of its kind, its words above it.

    What forbids ends in a bar, as a road that is shut: the two kinds differ in grey too.
    """
    look = LOOKS[kind]
    ax.plot(x, [y, y], **look, solid_capstyle="butt")
    if kind == "forbids":
        ax.plot(x[1], y, "|", color=look["color"], markersize=14, markeredgewidth=4)
    else:
        ax.plot(x[1], y, ">" if x[0] < x[1] else "<", color=look["color"], markersize=9)
    colour = text_colour(look["color"])
    ax.text(sum(x) / 2, y - 0.02, words, ha="center", va="bottom", color=colour)


def listed_and_licensed() -> None:
    """Show for two firms on which days they were on the US list, and on which also licensed."""
    rows = _links()
    fig, ax = plt.subplots(figsize=(6.8, 4.4))
    told = []
    for at, (firm, name, end) in enumerate(
        (
            ("O-BELAVIA", "Belavia, the state airline", "off the list"),
            ("O-BELARUSKALI", "Belaruskali, a potash firm", "a new act; we\n have not read it"),
        )
    ):
        is_listing = (rows.from_id == "O-OFAC") & (rows.relation == "sanctioned")
        listed = pd.to_datetime(rows.date[is_listing & (rows.to_id == firm)].iloc[0])
        licence, act = _relief_days(firm)[:2]
        listing, licensing, next_act = map(format_value, (listed, licence, act))
        told.append(f"{name}: on the list from {listing}, licensed too from {licensing}, ")
        told[-1] += f"next act on {next_act}."
        ax.barh(at, (act - listed).days, left=listed, color=SLATE, height=0.3)
        ax.barh(at + 0.32, (act - licence).days, left=licence, color=BLUE, height=0.3)
        ax.text(listed, at - 0.19, name, va="bottom", weight="bold")
        words = f" on the list from\n {listing}"
        ax.text(listed, at, words, va="center", color="white", linespacing=1)
        words = f"licensed too, from {licensing} "
        ax.text(licence, at + 0.32, words, ha="right", va="center", color=text_colour(BLUE))
        ax.text(act, at, f" {next_act}:\n {end}", va="center", linespacing=1)
    ax.set(ylim=(1.6, -0.45), yticks=[])
    ax.set_xlim(pd.Timestamp("2021-01-01"), pd.Timestamp("2027-09-30"))
    ax.spines["left"].set_visible(False)
    ax.set_xticks(pd.to_datetime([f"{year}-01-01" for year in range(2021, 2027)]))
    ax.xaxis.set_major_formatter(DateFormatter("%Y"))
    ids = rows.source_ids[rows.to_id.isin(["O-BELAVIA", "O-BELARUSKALI"])]
    finding = "An airline, then a potash firm: listed and licensed at the same time"
    note = f"US rules on two Belarusian firms, to {format_value('2026-03-31')}"
    show(
        fig,
        finding=finding,
        note=note,
        alt=f"{finding}. {note}. {' '.join(told)}",
        source=source_line(ids),
    )


def people_by_side() -> None:
    """Show our table of people, one dot a person, by side; a full dot has been held."""
    people = read("people")
    held = people.last_known.notna()
    fig, ax = plt.subplots(figsize=(6.8, 5.4))
    # The sides with most held come first; the people in them have neither names nor order.
    sides = sorted(people.side.unique(), key=lambda side: (-held[people.side == side].sum(), side))
    for row, side in enumerate(sides):
        # The dots have no names, and those who have been held come first: there is no order.
        own = held[people.side == side].sort_values(ascending=False)
        fills = [SLATE if one else "white" for one in own]
        ax.scatter(range(len(own)), [row] * len(own), s=190, c=fills, edgecolors=SLATE, linewidth=2)
        words = "" if not own.any() else " all held" if own.all() else f" {own.sum()} held"
        ax.text(len(own) - 0.4, row, words, va="center")
    ax.set_yticks(range(len(sides)), sides)
    ax.set(xlim=(-0.6, 11.2), ylim=(len(sides) - 0.4, -0.6), xticks=[])
    ax.tick_params(left=False)
    ax.spines[["left", "bottom"]].set_visible(False)
    show(
        fig,
        finding=f"Of the {len(people)} people in our table, {held.sum()} have been held in Belarus",
        note="One dot is one person, by the side under which we file them; full: has been held. "
        f"To {format_value('2026-03-31')}",
        source=source_line(people.source_ids),
    )


# --- explorers ----------------------------------------------------------------------------------


def one_actor() -> Explorer:
    """Return the explorer of one actor's links: on whom the actor acts, and who acts on it."""
    relations, people = read("relations"), read("people")
    names = pd.concat([people.name, read("organisations").name])
    short = _short_names()
    ends = set(relations.from_id) | set(relations.to_id)
    ordered = sorted(ends, key=lambda one: (one[0] == "O", _by_name(one, names[one])))
    place = {one: at for at, one in enumerate(ordered)}
    last_known = people.last_known

    def select(relations: pd.DataFrame, chosen: dict) -> pd.DataFrame:
        actor, kinds = chosen["actor"], chosen["links"]
        rows = relations[(relations.from_id == actor) | (relations.to_id == actor)]
        is_custody = rows.relation.isin(CUSTODY)
        is_shown = {
            "but custody": ~is_custody,
            "relief": rows.relation.isin(FORBID + PERMIT + ANNOUNCE),
            "all": is_custody | ~is_custody,
        }[kinds]
        other = rows.to_id.where(rows.from_id == actor, rows.from_id)
        rows = rows.assign(
            actor=names[actor],
            way=np.where(rows.from_id == actor, "acts", "is acted on"),
            other=other.map(short),
            key=other.map(place),
            published_by=rows.source_ids.map(source_line),
            left_out=int((~is_shown).sum()),
            custody=last_known.get(actor) if kinds == "all" else pd.NA,
        )[is_shown]
        if rows.empty:
            raise CasebookError(f"The table has no such link of {names[actor]}.")
        rows = rows.sort_values(["way", "relation", "key", "date"])
        columns = ["actor", "way", "relation", "other", "date", "left_out", "custody"]
        return rows[[*columns, "published_by"]].reset_index(drop=True)

    return Explorer(
        "One actor",
        relations,
        {
            "actor": choice("Actor", {names[one]: one for one in ordered}, "P-COALE"),
            "links": choice(
                "Links",
                {
                    "all but custody": "but custody",
                    "sanctions and relief": "relief",
                    "custody too": "all",
                },
            ),
        },
        select,
        _draw_actor,
        _describe_actor,
        source=source_line(relations.source_ids),
    )


def _by_name(actor: str, name: str) -> str:
    """Return what a list is sorted by: the surname of a person, the whole name of a body."""
    return name.split()[-1] if actor.startswith("P-") else name


def _draw_actor(rows: pd.DataFrame) -> Figure:
    """Draw one arrow for each kind of link, to or from the names that it joins to the actor."""
    name = rows.actor.iloc[0]
    groups = _arrows_of(rows)
    lines = sum(len(listed) for _, _, listed, _ in groups) + 0.8 * len(groups)
    fig, ax = plt.subplots(figsize=(6.8, 0.3 + 0.24 * max(lines, 6)))
    top = 0.0
    for way, look, listed, words in groups:
        ends = (14.5, 38.5) if way == "acts" else (38.5, 14.5)
        _arrow(ax, ends, top + len(listed) / 2, look, words)
        for line, other in enumerate(listed):
            ax.text(39.7, top + line + 0.5, other, va="center")
        top += len(listed) + 0.8
    words = "\n".join(wrap(shorten(name, 40, placeholder=" …"), 13))
    ax.text(13.5, (top - 0.8) / 2, words, ha="right", va="center", weight="bold")
    ax.set(xlim=(0, 68), ylim=(max(top - 0.4, 6), -0.6))
    ax.set_axis_off()
    joined = rows.other.nunique()
    headline(
        fig,
        f"{name}: {_several(len(rows), 'published link')} with {_several(joined, 'other')}",
        "; ".join(["Arrows lead from the one who acts", *_key(look for _, look, _, _ in groups)]),
    )
    return fig


def _several(n: int, word: str) -> str:
    return f"{n} {word}{'' if n == 1 else 's'}"


def _key(looks: Iterable[str]) -> list[str]:
    """Return what the looks mean that a picture has, and no others."""
    told = {
        "forbids": "orange, with a bar at its end: forbids",
        "permits": "blue: permits",
        "announces relief": "dashed: announced, not yet law",
    }
    drawn = set(looks)
    return [words for look, words in told.items() if look in drawn]


def _arrows_of(rows: pd.DataFrame) -> list[tuple[str, str, list[str], str]]:
    """Return way, look, names with years and words of each arrow.

    Kinds of one look that join the actor to the same names share an arrow, if its words fit.
    """
    arrows: list[tuple[str, str, list[str], str]] = []
    for (way, kind), links in rows.groupby(["way", "relation"], sort=False):
        look = "forbids" if kind in FORBID else "permits" if kind in PERMIT else "other"
        look = "announces relief" if kind in ANNOUNCE else look
        listed, words = _names_with_years(links), kind.replace("_", " ")
        same = (one for one in arrows if one[:3] == (way, look, listed))
        if (before := next(same, None)) and len(before[3]) + len(words) < 26:
            arrows[arrows.index(before)] = (way, look, listed, f"{before[3]}, {words}")
        else:
            arrows.append((way, look, listed, words))
    return arrows


def _names_with_years(links: pd.DataFrame) -> list[str]:
    """Return each name once, with the years in which it was joined by one kind of link."""
    listed = []
    for other, own in links.groupby("other", sort=False):
        years = sorted(set(own.date.dropna().str[:4]))
        listed.append(
            ", ".join([shorten(other, 28 - 6 * (len(years) - 1), placeholder=" …"), *years])
        )
    return listed


def _describe_actor(rows: pd.DataFrame) -> str:
    said = [f"{rows.actor.iloc[0]}."]
    for way, own in rows.groupby("way"):
        kinds = own.relation.str.replace("_", " ").value_counts(sort=False)
        said.append(f"{way.capitalize()}: {', '.join(f'{n} × {k}' for k, n in kinds.items())}.")
    if left_out := rows.left_out.iloc[0]:
        said.append(f"Left out by this setting: {left_out}.")
    if pd.notna(known := rows.custody.iloc[0]):
        said.append(f"Custody: {known}.")
    return " ".join(said)


def find_name() -> Explorer:
    """Return the explorer that finds people and organisations by any spelling of their names."""
    everyone = pd.concat([read("people"), read("organisations")]).rename_axis("id")
    listed = everyone.name + ";" + everyone.alternative_spellings.fillna("")
    spellings = listed.str.strip(";").str.split(";").explode().rename("spelling").to_frame()
    spellings.insert(0, "name", everyone.name)
    spellings["plain"] = spellings.spelling.map(_plain)

    def select(spellings: pd.DataFrame, chosen: dict) -> pd.DataFrame:
        typed = " ".join(chosen["name"].split())
        if len(typed) < 2:
            raise CasebookError("Type at least two letters of a name, then press Enter.")
        if len(typed) > 60:
            raise CasebookError("That is longer than any name here.")
        fits = spellings.plain.str.contains(_plain(typed), regex=False)
        found = spellings.index[fits].unique()
        if len(found) == 0:
            raise CasebookError(f"No spelling here has “{typed}” in it. Try fewer letters.")
        if len(found) > 8:
            raise CasebookError(f"{len(found)} names have “{typed}” in them. Type more letters.")
        rows = spellings.assign(fits=np.where(fits, "yes", "no"), typed=typed)
        return rows.loc[rows.index.isin(found), ["name", "spelling", "fits", "typed"]]

    return Explorer(
        "Find a name",
        spellings,
        {"name": text("Name", "Kolesnik", [*spellings.spelling, *spellings.plain])},
        select,
        _list_names,
        _describe_names,
        source=source_line(everyone.source_ids),
    )


def _plain(typed: str) -> str:
    """Return a name in small letters, without accents, each look-alike as the Latin letter."""
    letters = unicodedata.normalize("NFKD", fold(typed))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _list_names(rows: pd.DataFrame) -> str:
    """Return each name that was found, with all its spellings; those that fit are marked."""
    items = ""
    for name, own in rows.groupby("name", sort=False):
        words = [html.escape(spelling) for spelling in own.spelling]
        shown = [
            f"<mark>{w}</mark>" if f == "yes" else w for w, f in zip(words, own.fits, strict=True)
        ]
        items += f"<li><b>{html.escape(name)}</b>: {', '.join(shown)}</li>"
    return f"<p>Marked: the spellings that have these letters</p><ul>{items}</ul>"


def _describe_names(rows: pd.DataFrame) -> str:
    fits = rows[rows.fits == "yes"]
    by_name = list(fits.name[fits.name == fits.spelling].unique())
    by_other = [name for name in fits.name.unique() if name not in by_name]
    used = (
        f"in the name that we use for {', '.join(by_name)}" if by_name else "in no name that we use"
    )
    said = f"“{rows.typed.iloc[0]}” is {used}"
    said += f", and in another spelling of {', '.join(by_other)}" if by_other else ""
    return f"{said}."


# --- exercises ----------------------------------------------------------------------------------


@answer("02.1", solution="len(people) + len(organisations)")
def all_nodes() -> int:
    """Return how many people and organisations can stand at the end of a link."""
    return nodes()


@answer(
    "02.2",
    solution="""
    people.loc[eight, ["name", "role", "released_on"]]
    {"Washington": "ce", "Vilnius": "bd", "Kyiv": "af", "freed": "gh"}
    """,
)
def who_is_where() -> dict[str, str]:
    """Return the letters of eight people by box."""
    sorting = read("sorting")
    own = sorting[sorting.exercise_id == "02.2"]
    return own.groupby("box", sort=False).letter.sum().to_dict()


@answer(
    "02.3",
    solution='dropped = ["released", "imprisoned", "sanctioned", "relieved"]\n'
    "(~relations.relation.isin(dropped)).sum()",
)
def links_without_custody_and_law() -> int:
    """Return how many links are neither about custody nor about sanctions and relief."""
    return links_of_kinds("released, imprisoned, sanctioned, relieved", kept=False)


@answer(
    "02.4",
    solution='relieved = relations[relations.relation == "relieved"]\n'
    "relieved.to_id.value_counts()  # look for the firms with two rows\n"
    '"bce"',
)
def relieved_twice() -> str:
    """Return the letters of the firms that OFAC relieved in two acts."""
    letters = {
        "O-AGROROZKVIT": "a",
        "O-BELARUSKALI": "b",
        "O-BELAVIA": "c",
        "O-BELINVEST": "d",
        "O-BPC": "e",
    }
    relations = read("relations")
    is_relief = (relations.from_id == "O-OFAC") & (relations.relation == "relieved")
    acts_on = relations.to_id[is_relief].value_counts()
    return "".join(sorted(letters[firm] for firm in acts_on.index[acts_on == 2]))


@answer("02.5", solution='"b"  # it speaks of the table, and says how its rows were made')
def supported_sentence() -> str:
    """Return the letter of the sentence that the table supports, while it holds."""
    everyone = pd.concat([_links().from_id, _links().to_id])
    return "b" if everyone.value_counts().idxmax() == "P-LUKASHENKO" else ""


@answer("02.6", solution='"dbeac"  # read, put together, name the key, join, check')
def order_of_lines() -> str:
    """Return the order in which five lines of a join can run."""
    return "dbeac"


@answer("02.7", solution='people.alternative_spellings.str.contains("Tikhanovsk", na=False).sum()')
def spelt_tikhanovsk() -> int:
    """Return how many people some source spells with this stem."""
    return int(read("people").alternative_spellings.str.contains("Tikhanovsk", na=False).sum())
