"""The contract of the data: what anybody who opens a table may rely on.

Each test takes a `Book`, the tables below one folder. `test_mutations.py` gives the same
tests a damaged copy, to see whether they notice. Numbers that stand twice, once in a column
and once in a sentence or in another table, are compared here: that is what finds a wrong cell.
"""

import csv
import hashlib
import io
import json
import re
from functools import cached_property

import frictionless
import numpy as np
import pandas as pd
import pytest
from tools.pages import ROOT

from casebook.ledger import days
from casebook.tables import DataPackage, split_ids
from casebook.text import format_value
from test_prose import NAMES, TIME, picks

NUMBER_WORDS = ["zero", "one", "two", "three", "four", "five", "six"]
NUMBER_WORDS += ["seven", "eight", "nine", "ten", "eleven", "twelve"]
CODE_OR_BRACES = re.compile(r"`[^`]*`|\{[^{}]*\}")
BRACES = re.compile(r"\{([^{}]+?)(?::\.\df)?\}")
SEED = "SEED"  # the seed article: cited by no row, and without an address
# Lists of readings, whose years are years of print and may lie after the window, and the one
# table that is about the time after it.
READINGS = {"sources", "references", "errata", "since_this_edition"}


class Book:
    """The tables below a folder, each read once, by the `read` that the lessons use.

    ``known`` are tables that need no new reading, and ``names`` those whose form is in question;
    without them, all are read and looked at.
    """

    def __init__(
        self,
        package: DataPackage | None = None,
        known: dict[str, pd.DataFrame] | None = None,
        names: list[str] | None = None,
    ) -> None:
        self._package, self._tables = package or DataPackage(ROOT), dict(known or {})
        self.root = self._package.root
        self.names = list(names or self.entries)
        self.touched: set[str] = set()

    def __getitem__(self, name: str) -> pd.DataFrame:
        self.touched.add(name)
        if name not in self._tables:
            self._tables[name] = self._package.read(name)
        return self._tables[name]

    @cached_property
    def entries(self) -> dict[str, dict]:
        """Return the entry of each table in the data packages."""
        return self._package.resources

    def bytes(self, name: str) -> bytes:
        self.touched.add(name)
        return self.entries[name]["file"].read_bytes()

    def cells(self, name: str) -> list[dict[str, str]]:
        """Return the rows of a file as text, just as they are written."""
        return list(csv.DictReader(io.StringIO(self.bytes(name).decode("utf-8"), newline="")))

    def fields(self, name: str) -> list[dict]:
        return self.entries[name]["schema"]["fields"]

    def key(self, name: str) -> list[str]:
        key = self.entries[name]["schema"]["primaryKey"]
        return [key] if isinstance(key, str) else key

    def column(self, name: str, column: str) -> pd.Series:
        """Return one column, even where it has become the label of the rows."""
        return self[name].reset_index()[column]


@pytest.fixture(scope="module")
def book() -> Book:
    return Book()


def numbers(text: object) -> list[int]:
    """Return the whole numbers of a text, up to twelve also as words: "Two of 1,135": 2, 1135."""
    if not isinstance(text, str):
        return []
    found = re.findall(r"(?<![\w.,])\d+(?:,\d{3})*(?![\w.]*\d)|[a-z]+", text.lower())
    return [
        NUMBER_WORDS.index(word) if word in NUMBER_WORDS else int(word.replace(",", ""))
        for word in found
        if word in NUMBER_WORDS or word[0].isdigit()
    ]


def parts(breakdown: object) -> list[int]:
    """Return the numbers of a plain list of parts, as in "14 women, 16 men"; else nothing."""
    if not isinstance(breakdown, str):
        return []
    items = re.sub(r" \([^)]*\)$", "", breakdown).split(", ")
    found = [re.fullmatch(r"(\d+) [A-Za-z ]+", item) for item in items]
    return [int(item[1]) for item in found] if all(found) else []


def in_order(text: str) -> list:
    """Return a key that sorts X2 before X10."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", text)]


def single(table: pd.DataFrame, column: str, *keys: str) -> pd.Series:
    """Return a column with ``keys`` as label, rows with an empty cell left out."""
    return table.reset_index().dropna(subset=column).set_index(list(keys))[column].astype(float)


# --- form: files, stamps, columns -------------------------------------------------------


def test_frictionless_finds_nothing_wrong(book):
    """Any tool that knows the Data Package standard can open the tables."""
    for folder in ("data", "seeds"):
        package = frictionless.Package(str(book.root / folder / "datapackage.json"))
        assert package.validate().flatten(["type", "message"]) == []


def test_stamps_are_true(book):
    """Rows, bytes and hash in the package are those of the files: the copy is complete."""
    for name, entry in book.entries.items():
        raw = book.bytes(name)
        assert entry["bytes"] == len(raw), name
        assert entry["hash"] == f"sha256:{hashlib.sha256(raw).hexdigest()}", name
        assert entry["rows"] == len(book.cells(name)), name


def test_every_file_is_a_table_and_every_table_a_file(book):
    """No table lies about without a description, and none is described that is not there."""
    files = {p for folder in ("data", "seeds") for p in (book.root / folder).rglob("*.csv")}
    assert files == {entry["file"] for entry in book.entries.values()}


def test_files_are_plain_text_with_unix_line_ends(book):
    """UTF-8 without a mark at the start, and no stray spaces: a plain editor shows all there is."""
    for name in book.names:
        raw = book.bytes(name)
        assert not raw.startswith(b"\xef\xbb\xbf") and b"\r" not in raw, name
        assert raw.endswith(b"\n") and not raw.endswith(b"\n\n"), name
        for row, cells in enumerate(book.cells(name), start=2):
            for column, cell in cells.items():
                lines = cell.split("\n") if column == "rubric_patterns" else [cell]
                assert lines == [" ".join(line.split()) for line in lines], (name, row, column)


def test_columns_stand_in_the_order_of_the_package(book):
    """The data dictionary can be read beside the file, column by column."""
    for name in book.names:
        header = next(csv.reader(io.StringIO(book.bytes(name).decode("utf-8"))))
        assert header == [field["name"] for field in book.fields(name)], name


def test_every_table_and_column_is_described(book):
    """One row is something, and each column means something, in a sentence."""
    for name in book.names:
        entry = book.entries[name]
        assert entry["title"] and len(entry["description"].split()) >= 8, name
        for field in book.fields(name):
            assert len(field.get("description", "").split()) >= 2, (name, field["name"])
            assert field["description"].endswith("."), (name, field["name"])


def test_every_amount_has_a_unit(book):
    """A measured column stands beside a unit, or names its unit in the description."""
    counted = re.compile(
        r"\([^)]*(people|cases|dollars|percent|US\$)|unit of|decimals|degrees|year|as a number"
    )
    for name in book.names:
        for field in book.fields(name):
            if field["type"] in ("integer", "number"):
                beside = field["name"] == "value" and "unit" in {
                    f["name"] for f in book.fields(name)
                }
                named = counted.search(field["description"].lower()) or field["name"] == "year"
                assert beside or named, (name, field["name"])


def test_rows_are_sorted(book):
    """Logs stand in order of time, all else in order of its key: a change shows as one line."""
    time = {"events": "date", "releases": "date", "prisoner_counts": "date"}
    time["relief_dates"] = "legally_effective"
    for name in book.names:
        rows = book.cells(name)
        keys = [[row[part] for part in book.key(name)] for row in rows]
        if name in time:
            keys = [[row[time[name]], *key] for row, key in zip(rows, keys, strict=True)]
        by_number = sorted(keys, key=lambda key: [in_order(part) for part in key])
        assert keys in (sorted(keys), by_number), name


def test_numbers_are_written_one_way(book):
    """114 and not 114.0, 1135 and not 1,135, 0.5 and not .50."""
    forms = {
        "integer": r"-?(0|[1-9]\d*)",
        "number": r"-?(0|[1-9]\d*)(\.\d*[1-9])?",
        "boolean": "true|false",
    }
    for name in book.names:
        for field in book.fields(name):
            if form := forms.get(field["type"]):
                for row, cells in enumerate(book.cells(name), start=2):
                    cell = cells[field["name"]]
                    assert not cell or re.fullmatch(form, cell), (name, row, field["name"], cell)


def test_nothing_rests_on_memory(book):
    """No row and no source says that somebody remembered it; an empty cell is left empty."""
    for name in book.names:
        for row, cells in enumerate(book.cells(name), start=2):
            for column, cell in cells.items():
                assert not re.search(r"\bMEMORY\b", cell), (name, row, column)
                assert cell.lower() not in ("nan", "none", "null", "n/a", "na", "-", "?", "tbd")


# --- links: ids, sources, licences ------------------------------------------------------


def targets(book: Book, name: str) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return (column, separator, [(table, column), ...]) for each column of ids in a table."""
    found = []
    for field in book.fields(name):
        if rule := field.get("references"):
            places = rule.get("any", [rule])
            places = [(place["resource"], place["field"]) for place in places]
            found.append((field["name"], rule.get("separator", ""), places))
    for rule in book.entries[name]["schema"].get("foreignKeys", []):
        place = rule["reference"]
        for column, there in zip(rule["fields"], place["fields"], strict=True):
            found.append((column, "", [(place["resource"], there)]))
    return found


def test_every_column_of_ids_says_what_it_points_to(book):
    """A column whose name says that it holds ids has a rule, so that the next test reads it."""
    for name in book.names:
        ruled = {column for column, _, _ in targets(book, name)} | set(book.key(name))
        for field in book.fields(name):
            if re.search(r"_ids?$|_keys$", field["name"]) and field["name"] != "conflict_id":
                assert field["name"] in ruled, (name, field["name"])


def test_every_id_is_known(book):
    """From each row one can walk to its sources, people, rounds and works."""
    for name in book.names:
        for column, separator, places in targets(book, name):
            known = {one for place in places for one in book.column(*place)}
            for label, cell in book.column(name, column).dropna().items():
                unknown = set(cell.split(separator) if separator else [cell]) - known
                assert not unknown, (name, label, column, unknown)
    assert set(book["facts"].conflict_id.dropna()) <= set(book["conflicts"].conflict_id)
    for fact_id, cell in book["facts"].derived_from.items():
        for one in split_ids(cell):
            name, _, key = one.partition(":")
            assert name in book.entries, (fact_id, one)
            assert not key or key in book[name].index, (fact_id, one)


def test_lists_of_ids_have_no_twice_and_no_gap(book):
    """Who counts the ids of a cell counts sources, each once."""
    for name in book.names:
        for column, separator, _ in targets(book, name):
            if separator:
                for label, cell in book[name][column].dropna().items():
                    ids = cell.split(separator)
                    assert all(ids) and len(set(ids)) == len(ids), (name, label, cell)


def test_every_source_is_cited_and_has_an_address(book):
    """No source is listed for show, and each but the seed article can be opened."""
    sources = book["sources"]
    cited = {one[8:] for one in split_ids(book["facts"].derived_from) if one.startswith("sources:")}
    for name in book.entries:
        for column, _, places in targets(book, name):
            if places[0][0] == "sources":
                cited |= set(split_ids(book.column(name, column)))
    assert set(sources.index) - cited == {SEED}
    assert list(sources.index[~sources.address.str.match(r"https?://\w", na=False)]) == [SEED]


def test_one_page_is_one_source(book):
    """Two ids for one page would make one witness look like two."""
    pages = book["sources"].address.dropna().str.replace(r"^https?://(www\.)?|/$", "", regex=True)
    assert list(pages[pages.str.lower().duplicated(keep=False)].index) == []


def test_each_table_names_its_terms(book):
    """Every table has a licence with a page to read it on; one licence has one wording."""
    wording = {}
    for name, entry in book.entries.items():
        assert entry["licenses"] and entry["sources"], name
        for licence in entry["licenses"]:
            assert re.match(r"https?://\S+$", licence["path"]), name
            told = wording.setdefault((licence["name"], licence["path"]), licence["title"])
            assert told == licence["title"], name
    assert len(set(wording.values())) == len(wording)


def test_main_sources_of_a_table_are_those_of_the_list(book):
    """The package repeats the main sources of a table; title and address are the list's own."""
    listed = {row.address: f"{row.title} ({row.publisher})" for row in book["sources"].itertuples()}
    for name, entry in book.entries.items():
        cites = {"source_id", "source_ids"} & {field["name"] for field in book.fields(name)}
        for source in entry["sources"]:
            own = re.search("our own work|itself|row by row", source["title"]) or not cites
            assert own or listed.get(source.get("path")) == source["title"], (name, source)


# --- time: window, precision, order -----------------------------------------------------


def test_no_row_lies_after_the_window(book):
    """The tables speak up to one day; only a row that calls itself a projection looks further."""
    pattern = r"^\d{4}(-\d{2}(-\d{2})?)?$"
    window = book.entries["events"]["asOf"]
    for name in sorted(set(book.names) - READINGS):
        dated = [
            field["name"]
            for field in book.fields(name)
            if field["type"] == "date"
            or field.get("constraints", {}).get("pattern") == pattern
            or field["name"] in ("month", "year", "period", "reference_year")
        ]
        for row, cells in enumerate(book.cells(name), start=2):
            if cells.get("estimate_flag") == "projection":
                continue
            for column in dated:
                for day in re.findall(r"\d{4}(?:-\d\d)*", cells[column]):
                    assert day <= window[: len(day)], (name, row, column, day)


def test_window_is_one_day_everywhere(book):
    """The two packages and the tables name the same last day."""
    packages = (book.root / folder / "datapackage.json" for folder in ("data", "seeds"))
    last, *others = {json.loads(file.read_bytes())["coreWindowEnds"] for file in packages}
    assert not others
    assert book.entries["events"]["asOf"] == last
    assert all(e["asOf"] <= last for n, e in book.entries.items() if n not in READINGS)


def test_dates_are_as_exact_as_they_say(book):
    """A day that is known to the month only is written as a month: nothing is filled in."""
    size = {"day": 10, "month": 7, "year": 4}
    for name in book.names:
        for field in book.fields(name):
            if not field["name"].endswith("_precision"):
                continue
            stem = field["name"].removesuffix("_precision")
            (date,) = (c for c in (stem, f"{stem}_on") if c in book.cells(name)[0])
            for row, cells in enumerate(book.cells(name), start=2):
                assert bool(cells[date]) == bool(cells[field["name"]]), (name, row)
                assert len(cells[date]) == size.get(cells[field["name"]], 0), (name, row)


def test_a_source_is_of_the_day_in_its_address(book):
    """Many addresses hold the day of the page: it is the day in the list."""
    sources = book["sources"]
    for source, row in sources[sources.published_on.notna()].iterrows():
        day = re.search(r"[/_-](20\d\d)([/-]?)(\d\d)\2(\d\d)(?!\d)", str(row.address))
        if day and (day[2] or day[0][0] == "/"):
            assert f"{day[1]}-{day[3]}-{day[4]}".startswith(row.published_on), source


def test_law_and_print_never_come_before_the_word(book):
    """Announced, in force, printed: three days that can fall together, in this order."""
    relief = book["relief_dates"]
    for later in ("legally_effective", "published", "ends_on"):
        assert not (relief[later] < relief.announced).any(), later
        assert not (relief[later] < relief.legally_effective).any(), later


def test_period_and_year_agree(book):
    """``year`` is the period as a number where the period is a year, and empty elsewhere."""
    for name in book.names:
        if {"period", "year"} <= set(book.cells(name)[0]):
            for row, cells in enumerate(book.cells(name), start=2):
                whole = cells["period"] if re.fullmatch(r"\d{4}", cells["period"]) else ""
                assert cells["year"] == whole, (name, row)


# --- people and words -------------------------------------------------------------------


def test_people_are_listed_by_id_and_not_by_weight(book):
    """The order ranks nobody."""
    people = list(book["people"].index)
    assert people == sorted(people)


def test_nothing_is_said_about_health(book):
    """Of people in or out of prison the tables say nothing about body or mind."""
    health = re.compile(
        r"\b(health(?!care)\w*|ill(ness)?|sick\w*|hospital\w*|diseases?|cancer|surger\w+|medic\w+"
        r"|injur\w+|disab\w+|diabet\w+|psychiatr\w+|hunger|doctors?|pregnan\w+|suicid\w+)\b",
        re.I,
    )
    for name in ("people", "releases", "relations", "events", "conflicts"):
        for row, cells in enumerate(book.cells(name), start=2):
            assert not health.search(" ".join(cells.values())), (name, row)


def test_last_known_is_given_for_people_with_custody_and_for_nobody_else(book):
    people = book["people"]
    custody = people.detained_from.notna() | people.released_on.notna()
    assert list(people.index[custody != people.last_known.notna()]) == []
    assert people.last_known.dropna().str.contains(r"\d{1,2} \w+ \d{4}").all()


def test_all_43_claims_have_a_verdict(book):
    """The count is a promise of the first page: all 43 claims, each judged, each with sources."""
    claims = book["claims"]
    assert list(claims.index) == [f"S{number:02d}" for number in range(1, 44)]
    verdicts = next(f for f in book.fields("claims") if f["name"] == "verdict")
    assert set(claims.verdict) == set(verdicts["constraints"]["enum"])
    assert claims.why.notna().all() and claims.source_ids.notna().all()


def test_origins_of_sources_are_those_of_labels_and_notes(book):
    """Whose words a page hands on is read and not guessed: title, label or our note names it."""
    sources, origins = book["sources"], book["source_origins"]
    assert set(origins.index) == set(split_ids(book["claims"].source_ids))
    for source, row in origins.iterrows():
        note = sources.reliability_note[source]
        said = f"{sources.title[source]} {sources.publisher[source]} {note}"
        names = split_ids(row.handed_on_from)
        assert all(word in said for name in names for word in name.split()), source
        assert row.knows_by == "hands on" or not names, source
        assert (row.knows_by == "was there") == ("at the scene" in note), source
        hands_on = re.search(r"relay|copy|aggregator|digest|rewr|secondary", note, re.I)
        assert row.knows_by == "hands on" or not hands_on, source


def test_every_conflict_keeps_at_least_two_versions(book):
    """Versions that disagree stand side by side: one matter, numbered versions, no two alike."""
    conflicts = book["conflicts"].reset_index()
    for conflict_id, versions in conflicts.groupby("conflict_id"):
        assert len(versions) >= 2, conflict_id
        assert versions.topic.nunique() == 1, conflict_id
        wanted = [f"{conflict_id}-{number}" for number in range(1, len(versions) + 1)]
        assert list(versions.version_id) == wanted
        assert not versions[["version", "value"]].duplicated().any(), conflict_id
        assert versions.value.dropna().is_unique, conflict_id


# --- texts: facts and exercises ---------------------------------------------------------


def test_messages_and_statements_type_no_numbers(book):
    """A number in what a learner reads is worked out in braces, so that it cannot grow stale.

    A statement may name the year or month by which its own row or arguments pick the value. What
    is said to an answer may name any: the question named it first.
    """
    told = {
        "facts": ["statement"],
        "exercises": ["feedback_correct", "feedback_default"],
        "exercise_mistakes": ["message"],
    }
    for name, columns in told.items():
        for row, cells in enumerate(book.cells(name), start=2):
            for column in columns:
                text = NAMES.sub("", CODE_OR_BRACES.sub("", cells[column]))
                for time in TIME.findall(text):
                    by = [cells.get(c, "") for c in ("row", "arguments")]
                    if name != "facts" or any(picks(one, time) for one in by):
                        text = text.replace(time, "")
                assert not re.search(r"\d", text), (name, row, column)


# --- the same number in two places: the deal --------------------------------------------


def test_groups_of_a_round_make_the_whole(book):
    """Where it is known where people went, and how a round was made up, the parts add up."""
    places = ["to_lithuania", "to_ukraine", "to_poland", "stayed_in_belarus"]
    for round_id, row in book["releases"].iterrows():
        if row[places].notna().any():
            assert row[places].dropna().sum() == row.total_released, round_id
        if found := parts(row.nationality_or_category_breakdown):
            assert sum(found) == row.total_released, round_id


def test_prisoners_of_a_round_are_all_unless_words_say_so(book):
    """Nobody counts more political prisoners than people; a smaller number is named in a note."""
    for round_id, row in book["releases"].dropna(subset="political_prisoners").iterrows():
        if row.political_prisoners != row.total_released:
            assert row.political_prisoners < row.total_released, round_id
            assert row.political_prisoners in numbers(f"{row.note} {row.counted_by}"), round_id


def test_every_round_is_an_event_with_the_same_number(book):
    """The list of events tells each round of its own accord: same day, same number of people."""
    events = book["events"]
    for round_id, row in book["releases"].iterrows():
        told = events[(events.date == row.date) & (events.category == "release")]
        assert len(told) == 1, round_id
        titled = [n for n in numbers(told.title.iloc[0]) if n < 1990]
        # A title without a number names one person, or leaves the number to the description.
        found = titled[:1] or [1, *numbers(told.description.iloc[0])]
        assert row.total_released in found, round_id


def test_running_totals_of_others_fit_the_rounds(book):
    """Sums that outlets and monitors printed: ours must meet them."""
    releases = book["releases"]
    pardons = releases.drop("R-2024-08-01")  # an exchange of prisoners, and no pardon
    for round_id, note in releases.note.dropna().items():
        if tally := re.search(r"running tally (\d+)", note):
            since = pardons[(pardons.date >= "2024") & (pardons.index <= round_id)]
            assert since.total_released.sum() == int(tally[1]), round_id
    december = releases[releases.date.str.startswith("2024-12")]
    for printed in december.counted_by.str.extract(r"(\d+) in December")[0]:
        assert december.political_prisoners.sum() == int(printed)
    viasna = " ".join(book["events"].loc[["E084"], "description"])
    year, since = (int(re.search(rf"(\d+) {w}", viasna)[1]) for w in ("pardoned in", "since July"))
    assert pardons[pardons.date.str[:4] == "2024"].total_released.sum() == since - year


def test_round_of_the_case_is_told_alike_everywhere(book):
    """Claims, conflicts and the table of rounds give one account of 13 December 2025."""
    deal = book["releases"].loc["R-2025-12-13"]
    claims, value = book["claims"].value, book["conflicts"].value
    assert claims["S06"] == deal.date
    assert claims["S01"] == value["C04-1"] == str(deal.total_released)
    assert claims["S10"] == value["C04-2"] == str(deal.to_ukraine)
    assert claims["S11"] == value["C01-1"] == str(deal.to_lithuania)
    assert claims["S12"] == f"{deal.to_ukraine}+{deal.to_lithuania}={deal.total_released}"
    belarusians, ukrainians, *_ = numbers(deal.nationality_or_category_breakdown)
    assert belarusians == int(value["C02-1"])
    assert belarusians + ukrainians == deal.to_ukraine


def test_numbers_of_claims_stand_in_their_words(book):
    """The value of a claim is the number that its sentence says."""
    claims = book["claims"]
    for claim_id, row in claims[claims.value.str.fullmatch(r"\d+", na=False)].iterrows():
        assert int(row.value) in (numbers(row.claim) or numbers(row.why)), claim_id


def test_versions_of_a_conflict_say_their_number(book):
    """The words of a version and its value agree, wherever the words hold a number."""
    for version_id, row in book["conflicts"].dropna(subset="value").iterrows():
        if row.unit in ("people", "years"):
            words = re.sub(r"[Yy]ear \d{4}|\d+ \w+ember", "", row.version)
            if found := numbers(words):
                assert sum(found) == int(row.value), version_id
        assert row.unit != "percent" or float(row.value) <= 100, version_id


def test_conflicts_agree_with_the_tables_they_quote(book):
    """A version that another table holds too has the same number or day there."""
    conflicts, people = book["conflicts"], book["people"]
    value, reading = conflicts.value, conflicts.assessment
    counts = book["prisoner_counts"].set_index("date")["count"]
    held = {"C06-1": "2025-12-12", "C06-2": "2025-12-13", "C06-3": "2025-12-14"}
    held |= {"C07-1": "2025-12-23", "C17-1": "2025-12-23", "C17-2": "2025-12-31"}
    for version, day in held.items():
        assert int(value[version]) == counts[day], version
    assert value["C06-4"] in [str(n) for n in numbers(conflicts.version["C06-4"])]
    september, june = (book["releases"].loc[f"R-2025-{day}"] for day in ("09-11", "06-21"))
    assert int(value["C08-1"]) == september.total_released
    assert {int(value[f"C08-{n}"]) for n in (1, 2, 3)} <= set(numbers(september.note))
    assert int(value["C10-2"]) == june.total_released
    assert int(value["C10-1"]) in numbers(june.note)
    assert int(value["C11-1"]) in numbers(book["events"].description["E067"])
    assert int(value["C11-2"]) == sum(numbers(reading["C11-2"].replace("+", " ")))
    made = book["production"].query("source_edition == 'MCS 2026' and year == 2025")
    made = made.set_index("country").value
    assert round(100 * made["Belarus"] / made["World"]) in numbers(reading["C15-2"])
    assert f"{value['C12-1']} years" in people.sentence["P-STEFANOVICH"]
    assert value["C13-1"] == people.detained_from["P-BABARYKA"]
    assert value["C03-1"] == book["releases"].date["R-2025-12-13"]
    assert value["C14-1"] == book["events"].date["E038"]
    assert value["C22-1"] == book["events"].date["E002"]
    licence = book["relief_dates"].loc["L-2015"]
    assert pd.Timestamp(value["C21-1"]) == licence.announced
    assert pd.Timestamp(value["C21-2"]) == licence.legally_effective


def test_counts_agree_with_the_running_totals(book):
    """Recognised less held is right only if both tables hold the same day's number."""
    counts = book["prisoner_counts"]
    for day, row in book["recognised_totals"].iterrows():
        same = counts[counts.date == day.strftime("%Y-%m-%d")]
        assert list(same["count"]) == [row.held_same_day], day
        told = [n for n in numbers(same.note.iloc[0]) if n > 2000]
        gone = row.recognised_since_2020 - row.held_same_day
        assert set(told) - {2020} <= {row.recognised_since_2020, gone}, day
        if pd.notna(row.pardoned_since_2020):
            round_text = book["events"].description["E090"]
            assert row.pardoned_since_2020 in numbers(round_text), day
    assert book["recognised_totals"].recognised_since_2020.is_monotonic_increasing


def test_counts_fit_what_their_notes_say(book):
    """Men and women add up, and so do recognised less former; a quoted word repeats the number."""
    counts = book["prisoner_counts"]
    for count_id, row in counts.dropna(subset="note").iterrows():
        quoted = re.search(r'source writes "\D*([\d,]+)"', row.note)
        assert not quoted or int(quoted[1].replace(",", "")) == row["count"], count_id
        sexes = re.search(r"([\d,]+) men and (\d+) women, which (adds up|is ([\d,]+))", row.note)
        if sexes:
            both = sum(int(n.replace(",", "")) for n in sexes.groups()[:2])
            stated = int((sexes[4] or "0").replace(",", "")) or row["count"]
            assert both == stated, count_id
            assert abs(both - row["count"]) <= 1, count_id
        if left := re.search(r"([\d,]+) recognised .* ([\d,]+) of them former", row.note):
            recognised, former = (int(n.replace(",", "")) for n in left.groups())
            assert recognised - former == row["count"], count_id
    repeated = counts.note.str.contains("the same figure as", na=False).to_numpy()
    assert (counts["count"].diff()[repeated] == 0).all()
    less = counts.note.str.contains("one less than", na=False).to_numpy()
    assert (counts["count"].diff()[less] == -1).all()


def test_counts_agree_with_the_words_about_their_sources(book):
    """Where the title of a source, or our remark on it, holds an exact count, so does the row."""
    sources = book["sources"]
    for count_id, row in book["prisoner_counts"].iterrows():
        for source in split_ids(row.source_ids):
            words = f"{sources.title[source]}; {sources.reliability_note[source]}"
            # Whole hundreds are thresholds ("more than 1,000"); from 1990 on come years and totals.
            told = [n for n in numbers(words) if 300 < n < 1990 and n % 100]
            assert not told or row["count"] in told, count_id


def test_counts_move_in_steps_that_people_can_take(book):
    """Nobody is freed or jailed by the thousand in a week: a jump is a slip of a digit."""
    counts = book["prisoner_counts"]
    denied = counts.count_type == "official denial"
    assert (counts["count"][denied] == 0).all()
    # Another counter has another level: a step from one to the other is none.
    counts = counts[~denied & (counts.counter != "Dissidentby")]
    # A month stands in the middle of its days; here it is only about the size of a step.
    time = pd.to_datetime(counts.date.where(counts.date_precision == "day", counts.date + "-15"))
    steps = counts["count"].astype(float).diff().abs()
    allowed = 60 + 3 * time.diff().dt.days.abs()
    # Two counters or a stale copy around the round of the case are kept as conflict C06.
    disputed = counts.date.between("2025-12-12", "2025-12-23")
    assert list(counts.index[(steps > allowed) & ~disputed]) == []


def test_law_relief_and_events_tell_the_same_days(book):
    """A relief step, the link in the network and the event are one day in three tables."""
    relief, events, links_ = book["relief_dates"], book["events"], book["relations"]
    dated = relief.select_dtypes("datetime")
    days_ = {name: set(dated[name].dropna().dt.strftime("%Y-%m-%d")) for name in dated}
    happened = set(events.date) | set(book["conflicts"].value.dropna())
    for name in ("announced", "legally_effective", "published"):
        assert days_[name] <= happened, name
    assert set(links_[links_.relation == "relieved"].date) == days_["legally_effective"]
    assert set(links_[links_.relation == "announced_relief_for"].date) <= days_["announced"]
    for day in days_["ends_on"] - set(events.date):  # then the event that foresaw it names it
        assert events.description.str.contains(f"until {format_value(day)[:-5]}").any(), day


def test_days_between_are_as_the_notes_count_them(book):
    """A note that counts days counts those between the dates of its row."""
    relief, rounds = book["relief_dates"], book["releases"].date
    step = relief.loc["GL12"]
    printed = (step.published - step.legally_effective).days
    freed = (pd.Timestamp(rounds[step.people_round]) - step.legally_effective).days
    assert {printed, freed} <= set(numbers(step.note))
    for step_id, words in (("L-2015", "announced"), ("MAR26", "announced")):
        step = relief.loc[step_id]
        told = numbers(step.note[step.note.index(words) :])[0]
        assert (step.legally_effective - step.announced).days == told, step_id


def test_custody_is_told_alike_of_a_person_in_all_tables(book):
    """People, links and rounds agree on the day somebody was detained and the day of release."""
    people, links_, rounds = book["people"], book["relations"], book["releases"]
    for relation, column in (("imprisoned", "detained_from"), ("released", "released_on")):
        for link_id, row in links_[links_.relation == relation].iterrows():
            # One man was pardoned, refused to leave and was held again: his note says so.
            again = "jailed again" in str(row.note)
            assert again or people[column][row.to_id] == row.date, link_id
    freed = people[people.released_on.notna()]
    assert set(freed.index) == set(links_[links_.relation == "released"].to_id)
    assert set(freed.released_on) <= set(rounds.date)
    for person_id, row in freed.iterrows():
        assert format_value(row.released_on) in row.last_known, person_id
        names = {row["name"], *split_ids([row.alternative_spellings])}
        listed = rounds[rounds.named_people.map(lambda c, n=names: bool(n & set(split_ids([c]))))]
        named_again = "jailed again" in row.what_they_did_in_the_deal
        assert named_again or set(listed.date) <= {row.released_on}, person_id
        if told := re.search(r"after ([\d,]+) days", row.what_they_did_in_the_deal):
            held = days(row.detained_from, row.released_on)
            assert held == int(told[1].replace(",", "")), person_id
    assert not (people.detained_from > people.released_on).any()


def test_acts_between_states_are_events_too(book):
    """A listing, a talk or a transfer in the network has its day in the list of events."""
    acts = ("sanctioned", "relieved", "negotiated_with", "released", "received", "awarded")
    links_ = book["relations"]
    links_ = links_[links_.relation.isin(acts) & links_.date.notna()]
    assert list(links_.index[~links_.date.isin(book["events"].date)]) == []


def test_ids_of_rounds_hold_their_day(book):
    """R-2025-12-13 is the round of that day; an exception is explained in its note."""
    for round_id, row in book["releases"].iterrows():
        held = re.match(r"R-(\d{4}(-\d\d){1,2})", round_id)[1]
        assert row.date.startswith(held) or "Id kept" in str(row.note), round_id


# --- the same number in two places: potash ----------------------------------------------


def test_world_is_about_the_sum_of_its_countries(book):
    """The row World is a total: the countries of one edition add up to it, roundings aside."""
    edition = ["source_edition", "year", "unit"]
    worlds = {
        # US Geological Survey rounds World to two or three digits.
        "production": (book["production"], "country", edition, 0.97, 1.03),
        "reserves": (book["reserves"], "country", ["edition", "measure"], 0.97, 1.03),
        "fao_production": (book["fao_production"], "country", ["year"], 1 - 1e-7, 1 + 1e-7),
        "fertiliser_use": (book["fertiliser_use"], "country", ["year"], 0.999, 1.004),
        # Only the seventeen main exporters are kept, and fewer of the importers.
        "fao_exports": (book["fao_exports"], "exporter", ["year"], 0.92, 0.97),
        "exports": (book["exports"], "exporter", ["period", "source_id", "unit"], 0, 1),
        "imports": (book["imports"], "importer", ["year", "source_id", "unit"], 0, 1),
        "fao_imports": (book["fao_imports"], "importer", ["year"], 0, 1),
    }
    for name, (table, country, keys, low, high) in worlds.items():
        table = table.reset_index()
        amount = "quantity" if "quantity" in table else "value"
        world = table[table[country] == "World"].set_index(keys)[amount]
        rest = table[table[country] != "World"].groupby(keys)[amount].agg(["sum", "size"])
        # One edition is known for two or three countries only, beside its World.
        rest = rest[rest["size"] > 4] if low else rest
        share = (rest["sum"] / world).dropna()
        assert share.between(low, high).all(), (name, share[~share.between(low, high)])


def test_world_exports_are_world_imports(book):
    """What one source counts as shipped out of all countries is shipped into all countries."""
    out = single(book["exports"].query("exporter == 'World'"), "quantity", "year", "source_id")
    into = single(book["imports"].query("importer == 'World'"), "quantity", "year", "source_id")
    both = out.index.intersection(into.index)
    assert len(both) and (out[both] == into[both]).all()
    fao = [
        single(book[name].query(f"{who} == 'World'"), "quantity", "year")
        for name, who in (("fao_exports", "exporter"), ("fao_imports", "importer"))
    ]
    assert ((fao[0] / fao[1]) - 1).abs().max() < 0.04


def test_editions_quote_each_other_rightly(book):
    """A note that tells what another edition had is true of the row of that edition."""
    made = book["production"]
    made = made[made.unit == "kt K2O"]
    quote = re.compile(
        r"(MCS \d{4}) (?:had|raised \d{4} to) ([\d,]+)e?|revised to ([\d,]+) in (MCS \d{4})"
    )
    seen = 0
    for row in made.dropna(subset="note").itertuples():
        for found in quote.finditer(row.note):
            edition, amount = found[1] or found[4], found[2] or found[3]
            year = int(y[1]) if (y := re.search(r"(?:for|raised) (\d{4})", row.note)) else row.year
            there = made[(made.country == row.country) & (made.year == year)]
            there = there[there.source_edition == edition].value
            assert set(there) == {float(amount.replace(",", ""))}, (row.country, row.note)
            seen += 1
    assert seen
    whole = single(made, "value", "country", "year", "source_edition")
    for (country, year, edition), value in whole.items():
        if edition.endswith("(quoted)"):
            printed = (country, year, edition.removesuffix(" (quoted)"))
            assert printed not in whole.index or whole[printed] == value, printed


def test_product_and_k2o_of_one_year_fit(book):
    """Muriate as sold holds about 60 percent K2O: a factor far off is a wrong unit or digit."""
    made = book["production"]
    belstat = made[(made.source_id == "BELSTAT_FD2020") & (made.year == 2019)]
    amount = belstat.set_index("unit").value
    assert 0.595 < amount["kt K2O"] / amount["kt KCl product"] < 0.605
    fao = book["fao_production"].set_index(["country", "year"]).value[("Belarus", 2019)]
    assert round(fao) == amount["kt K2O"]


def test_repeated_values_are_flagged(book):
    """A copy of the year before is no observation, and is called a repeat."""
    for name in ("fao_production", "fertiliser_use"):
        table = book[name].reset_index().sort_values(["country", "year"])
        before = table.groupby("country")[["value", "year"]].diff()
        follows, same = before.year == 1, (before.value == 0) & (table.value > 0)
        flagged = table.estimate_flag == "repeated"
        wrong = table[follows & (same != flagged)]
        assert list(zip(wrong.country, wrong.year, strict=True)) == [], name


def test_american_balance_closes(book):
    """Sales plus imports less exports is consumption; imports less exports over it, reliance."""
    table = book["us_dependence"]
    flows = table[table.unit == "kt K2O"]
    flows = flows.pivot(index=["source_id", "year"], columns="indicator", values="value")
    used = flows["Consumption, apparent"]
    net = flows["Imports for consumption"] - flows["Exports"]
    # Consumption is printed to two digits.
    assert (flows["Sales by producers"] + net - used).abs().max() <= 50
    reliance = table[table.indicator == "Net import reliance"]
    reliance = single(reliance, "value", "source_id", "year")
    assert (100 * net / used - reliance).abs().max() < 1
    for _, same in reliance.groupby(level="year"):
        assert same.max() - same.min() <= 1


def test_american_output_is_the_same_in_both_tables(book):
    """One edition has one number for a year; two editions differ by a revision at most."""
    made = book["production"]
    made = made[(made.country == "United States") & (made.unit == "kt K2O")]
    table = book["us_dependence"]
    table = table[table.indicator == "Production, marketable"]
    here, there = (single(t, "value", "year", "source_id") for t in (made, table))
    both = here.index.intersection(there.index)
    assert len(both) == len(there)
    assert (here[both] == there[both]).all()
    for year, values in here.groupby(level="year"):
        assert values.max() / values.min() < 1.2, year


def test_shares_of_american_imports_make_a_whole(book):
    """The countries of one edition make 100 percent, and both tables give the same shares."""
    table = book["us_dependence"].reset_index()
    table = table[table.indicator.str.startswith("Import source share: ")]
    table = table.assign(partner=table.indicator.str.split(": ").str[1])
    for _, edition in table.groupby(["period", "source_id"]):
        assert len(edition) == 1 or edition.value.sum() == 100
    two = book["bilateral"].reset_index()
    two = two[(two.reporter == "United States") & (two.source_id != "ARGUS_2021_12")]
    here = single(two, "share_pct", "partner", "period", "source_id")
    there = single(table, "value", "partner", "period", "source_id")
    assert len(here) and (here == there[here.index]).all()


def test_parts_of_a_period_fit_the_whole(book):
    """Quarters of one source add up to what another gives for the same months."""
    china = book["bilateral"].reset_index()
    china = china[(china.reporter == "China") & (china.partner == "Belarus")]
    paid = china.set_index("period").value_musd
    months = paid["2024-Q1"] + paid["2024-Q2"] + paid["2024-07/08"]
    assert abs(months / paid["2024-01/08"] - 1) < 0.005
    flow = book["bilateral"].reset_index()
    flow = flow[flow.quantity.notna() & (flow.unit != "kt K2O")]
    tonnes = flow.set_index(["reporter", "partner", "period"]).quantity
    for (*flow, period), quantity in tonnes.items():
        if period.endswith("-Q1") and (whole := (*flow, f"{period[:4]}-01/04")) in tonnes:
            assert 0.5 < quantity / tonnes[whole] < 1, whole
    priced = book["bilateral"].dropna(subset=["quantity", "value_musd"])
    product = priced.quantity.where(priced.unit != "kt K2O", priced.quantity / 0.6)
    assert (1000 * priced.value_musd / product).between(150, 900).all()


def test_sums_of_a_sentence_hold(book):
    """Tonnes, shares and yields that a note spells out in figures come out as the cell says."""
    exports = book["exports"]
    world = exports[(exports.exporter == "World") & (exports.source_id == "NRCAN_SDMB")]
    assert sum(numbers(world.note.iloc[0])) <= world.quantity.iloc[0] / 1000
    prices = book["prices"].reset_index()
    contract = prices[prices.frequency == "contract"]
    implied = contract.note.str.extract(r"(\d+) is \$(\d+) (higher|lower|below)").dropna()
    for row, (base, step, word) in implied.iterrows():
        sign = -1 if word == "higher" else 1
        assert contract.value[row] == int(base) + sign * int(step)
        assert int(base) in set(contract.value), base
    above = contract.note.str.extract(r"(?:\$(\d+) above|\+(\d+) on year)").dropna(how="all")
    for row, step in above.bfill(axis="columns")[0].items():
        series = contract[contract.series == contract.series[row]]
        before = series.value.shift()[row]
        assert contract.value[row] - before == int(step), contract.period[row]
    assert (prices.value > 0).all() and (prices.value < 1500).all()


def test_yearly_price_is_the_mean_of_its_months(book):
    """The World Bank prints both; a wrong month would pull its year away."""
    prices = book["prices"].reset_index()
    current = prices[prices.series.str.contains("current series")]
    monthly = current.groupby(current.period.str[:4]).value.agg(["mean", "size"])
    annual = prices[prices.series.str.contains("annual\\)")]
    nominal, real = (
        single(annual[annual.unit.str.contains(u)], "value", "period") for u in ("nominal", "real")
    )
    whole = monthly[monthly["size"] == 12]["mean"]
    assert set(nominal.index) <= set(whole.index)
    assert (nominal - whole).abs().max() < 0.01
    level = nominal / real
    assert level["2010"] == 1
    assert level.pct_change().abs().max() < 0.25
    old = current.set_index("period").value
    assert old.pct_change().abs().max() < 1.2


def test_both_vintages_are_the_series_of_their_time(book):
    """The table of vintages and the table of prices are two copies of the same sheets."""
    prices = book["prices"].reset_index()
    prices = prices[prices.frequency == "monthly"]
    vintages = book["price_vintages"]
    first, second = (group.set_index("month").price for _, group in vintages.groupby("vintage"))
    current = prices[prices.series.str.contains("current")].set_index("period").value
    old = prices[prices.series.str.contains("old")].set_index("period").value
    assert (second - current[second.index]).abs().max() < 0.0051
    before = first.index < "2020"
    assert (first[before] == second[first.index[before]]).all()
    both = first.index.intersection(old.index)
    assert len(both) == len(old) and (first[both] == old[both]).all()


def test_trade_of_belarus_fits_its_output(book):
    """Goods are a part of goods and services, these a part of the economy; no year leaps away."""
    macro = book["belarus_macro"]
    get = {name: single(part, "value", "year") for name, part in macro.groupby("indicator")}
    goods = get["Merchandise exports (current US$)"]
    both = get["Exports of goods and services (current US$)"]
    output = get["GDP (current US$)"]
    # The first years of a new currency are left out.
    assert (goods / both).loc[1995:].between(0.65, 0.92).all()
    assert (both / output).dropna().loc[1995:].between(0.45, 0.85).all()
    printed = get["Exports of goods"]
    assert (printed / goods[printed.index]).between(0.98, 1.02).all()
    for series in (goods, both, output):
        assert series.loc[1995:].pct_change().dropna().between(-0.4, 0.75).all()


def test_potash_income_is_told_alike_everywhere(book):
    """The same dollars in the tables of trade and output, in a conflict and in its reading."""
    macro = book["belarus_macro"]
    income = single(macro[macro.indicator == "Potash export revenue"], "value", "year")
    goods = single(macro[macro.indicator.str.startswith("Merchandise")], "value", "year")
    both = single(macro[macro.indicator.str.contains("goods and services")], "value", "year")
    conflicts = book["conflicts"]
    for version, base in (("C16-1", goods), ("C16-2", both)):
        year = int(re.search(r"\d{4}", conflicts.version[version])[0])
        assert float(conflicts.value[version]) == income[year] / 1000
        percent = int(re.search(r"(\d+) percent", conflicts.assessment[version])[1])
        assert round(100 * income[year] / base[year]) == percent
        assert f"{income[year] / 1000:.1f}" in book["claims"].why["S39"]
    trade = book["exports"]
    trade = single(trade[trade.exporter == "Belarus"], "value_musd", "period")
    assert trade["2019"] == income[2019]
    assert income.between(1500, 3500).all()


def test_percentages_come_from_their_cases(book):
    """Where cases are known, the percentage is worked out from them; ranges run upwards."""
    table = book["literature_numbers"]
    known = table.dropna(subset=["numerator", "denominator", "value"])
    percent = 100 * known.numerator.astype(float) / known.denominator.astype(float)
    assert (percent - known.value).abs().max() < 0.051
    for note in table.caution.dropna():
        if found := re.fullmatch(r"([\d+]+) = (\d+)", note):
            assert sum(map(int, found[1].split("+"))) == int(found[2])
            counted = table[table.population.eq("the 40 successes") | table.index.isin(["L2"])]
            assert counted.numerator.sum() == int(found[2])
    assert (table.value_low.dropna() < table.value_high.dropna()).all()


def test_no_amount_is_ten_times_its_neighbours(book):
    """A slipped decimal point: a value far from the one before it and from the one after it."""
    series = {
        "production": ("value", ["country", "unit"]),
        "fao_production": ("value", ["country"]),
        "fao_exports": ("quantity", ["exporter"]),
        "fao_imports": ("quantity", ["importer"]),
        "fertiliser_use": ("value", ["country"]),
        "exports": ("quantity", ["exporter", "unit"]),
        "imports": ("quantity", ["importer", "unit"]),
        "us_dependence": ("value", ["indicator"]),
        "belarus_macro": ("value", ["indicator"]),
    }
    for name, (column, keys) in series.items():
        table = book[name].reset_index()
        # Small amounts can start, stop and multiply within a year; the oldest edition stands alone.
        table = table[(table[column] > 20) & (table.year > 2000)]
        table = table.sort_values("year")
        size = np.log10(table[column].astype(float)).groupby([table[key] for key in keys])
        steps = pd.concat([size.diff().abs(), size.diff(-1).abs()], axis="columns")
        # At either end of a series there is one neighbour only, and a new mine can grow fast.
        most = steps.isna().any(axis="columns").map({True: 0.9, False: 0.6})
        far = steps.min(axis="columns") > most
        assert not far.any(), (name, table[far])
