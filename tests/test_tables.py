"""Reading a table: typed columns, honest gaps, and one plain sentence when something is wrong."""

import json
import re
import subprocess
import sys

import pandas as pd
import pytest
from tools.mutation import DAMAGES, HARMLESS, damaged
from tools.pages import NOTEBOOKS

from casebook import CasebookError, read, sources_of, tables
from casebook.ledger import row_sources
from casebook.tables import check_tables, dictionary, source_line, split_ids

TABLE = "release_id,day,freed,share,open,said\nR1,2025-12-13,123,0.5,true,one\nR2,,,,,\n"
FIELDS = {
    "release_id": "string",
    "day": "date",
    "freed": "integer",
    "share": "number",
    "open": "boolean",
    "said": "string",
}
SOURCES = """\
source_id,title,publisher,published_on,address
A-1,First page,Agency,2025-12-13,https://example.org/1
B-2,Second page,Bureau,2025-12,https://example.org/2
C-3,Third page,Agency,,https://example.org/3
"""


def entry(name: str, fields: dict[str, str], key: str | list[str]) -> dict:
    columns = [
        {"name": n, "type": kind, "description": f"What {n} is."} for n, kind in fields.items()
    ]
    return {"name": name, "path": f"{name}.csv", "schema": {"fields": columns, "primaryKey": key}}


@pytest.fixture
def collection(tmp_path):
    """A small collection of two tables, on which everything can be broken."""
    data, seeds = tmp_path / "data", tmp_path / "seeds"
    data.mkdir(), seeds.mkdir()
    sources = dict.fromkeys(SOURCES.splitlines()[0].split(","), "string")
    entries = [entry("rounds", FIELDS, "release_id"), entry("sources", sources, "source_id")]
    package = {"version": "1.0.0", "resources": entries}
    (data / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    package = {"version": "1.0.0", "resources": []}
    (seeds / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    (data / "rounds.csv").write_text(TABLE, encoding="utf-8")
    (data / "sources.csv").write_text(SOURCES, encoding="utf-8")
    with tables.DataPackage(tmp_path).in_use():
        yield data


def change(file, old: str, new: str) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


# --- what comes back --------------------------------------------------------------------


def test_columns_are_typed(collection):
    rounds = read("rounds")
    assert rounds.freed.dtype == "Int64"
    assert rounds.share.dtype == "float64"
    assert rounds.open.dtype == "boolean"
    assert pd.api.types.is_datetime64_dtype(rounds.day)
    assert rounds.said["R1"] == "one"
    assert rounds.freed["R1"] == 123


def test_key_labels_the_rows(collection):
    assert read("rounds").index.name == "release_id"
    assert list(read("rounds").index) == ["R1", "R2"]


def test_key_of_several_columns_leaves_rows_numbered(collection):
    change(collection / "datapackage.json", '"release_id"}', '["release_id", "freed"]}')
    change(collection / "rounds.csv", "R2,,", "R2,,7")
    rounds = read("rounds")
    assert list(rounds.index) == [0, 1]
    assert "release_id" in rounds


def test_missing_stays_missing(collection):
    """An empty cell becomes neither zero nor an empty text."""
    assert read("rounds").loc["R2"].isna().all()
    assert read("rounds").freed.sum() == 123


def test_words_that_look_missing_stay_words(collection):
    """NA, nan or None in a cell is somebody's word, for example the country code of Namibia."""
    for word in ("NA", "nan", "None", "null"):
        change(collection / "rounds.csv", "one", word)
        assert read("rounds").said["R1"] == word
        change(collection / "rounds.csv", word, "one")


def test_columns_that_nobody_described_are_left_out(collection):
    (collection / "rounds.csv").write_text(
        "\n".join(line + ",x" for line in TABLE.splitlines()), encoding="utf-8"
    )
    assert list(read("rounds").columns) == list(FIELDS)[1:]


def test_every_reading_gives_a_fresh_table(collection):
    """A learner may change what was read; the next reading is untouched."""
    first = read("rounds")
    first.loc["R1", "freed"] = 0
    assert read("rounds").freed["R1"] == 123


def test_dates_known_to_the_month_stay_text():
    """No first day of the month is made up."""
    releases = read("releases")
    assert releases.date["R-2024-12b"] == "2024-12"
    relief = read("relief_dates")
    assert relief.legally_effective["GL13"] == pd.Timestamp("2025-12-15")


def test_all_tables_can_be_read():
    assert (
        check_tables() == f"All {len(tables.package().resources)} tables are here and can be read."
    )


def test_check_of_the_set_up_meets_a_broken_table(collection):
    assert check_tables() == "All 2 tables are here and can be read."
    change(collection / "rounds.csv", "123", "many")
    with pytest.raises(CasebookError, match="column 'freed'"):
        check_tables()


# --- what is said when something is wrong -----------------------------------------------


def test_package_missing(collection):
    (collection / "datapackage.json").unlink()
    with pytest.raises(CasebookError, match=r"^data/datapackage.json is missing"):
        read("rounds")


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"resources": []}', '{"version": "1"}', '{"version": "1", "resources": 3}']
)
def test_package_that_is_no_package(collection, text):
    (collection / "datapackage.json").write_text(text, encoding="utf-8")
    with pytest.raises(CasebookError, match=r"^data/datapackage.json cannot be read"):
        read("rounds")


def test_file_missing(collection):
    (collection / "rounds.csv").unlink()
    with pytest.raises(CasebookError, match=r"^data/rounds.csv is missing"):
        read("rounds")


def test_column_missing(collection):
    change(collection / "rounds.csv", "freed", "feed")
    with pytest.raises(CasebookError) as error:
        read("rounds")
    assert str(error.value).startswith("data/rounds.csv has no column 'freed'.")
    assert "release_id, day, freed" in str(error.value)


@pytest.mark.parametrize(
    ("good", "bad", "column", "kind"),
    [
        ("123", "many", "freed", "integer"),
        ("123", "123.5", "freed", "integer"),
        ("123", '"1,234"', "freed", "integer"),
        ("0.5", "half", "share", "number"),
        ("2025-12-13", "13.12.2025", "day", "date"),
        ("2025-12-13", "2025-12", "day", "date"),
        ("2025-12-13", "2025-02-30", "day", "date"),
        ("true", "yes", "open", "boolean"),
    ],
)
def test_wrong_type(collection, good, bad, column, kind):
    """The sentence names file, row, column, what was expected and what stands there."""
    change(collection / "rounds.csv", good, bad)
    found = bad.strip('"')
    with pytest.raises(CasebookError) as error:
        read("rounds")
    place = f"data/rounds.csv, row 2, column '{column}': expected {kind}, found '{found}'."
    assert str(error.value) in (
        place,
        f"{place} Saved by a spreadsheet? Take a fresh copy of the file.",
    )


def test_row_is_the_row_of_a_spreadsheet(collection):
    change(collection / "rounds.csv", "R2,,", "R2,,many")
    with pytest.raises(CasebookError, match="row 3, column 'freed'"):
        read("rounds")


def test_key_twice(collection):
    change(collection / "rounds.csv", "R2", "R1")
    with pytest.raises(CasebookError, match=r"^data/rounds.csv, row 3: the key R1 stands twice"):
        read("rounds")


def test_unknown_table(collection):
    with pytest.raises(CasebookError) as error:
        read("round")
    assert str(error.value) == "There is no table called 'round'. There are: rounds, sources."
    with pytest.raises(CasebookError):
        dictionary("round")


@pytest.mark.parametrize("ask", [sources_of, tables.check_sources])
def test_unknown_source(collection, ask):
    with pytest.raises(CasebookError, match=r"^data/sources.csv has no source 'A-9'"):
        ask("A-1;A-9")


def test_a_fact_that_rests_on_an_unknown_source_is_refused(collection):
    assert row_sources("sources:A-1") == ["A-1"]
    with pytest.raises(CasebookError, match=r"^data/sources.csv has no source 'A-9'"):
        row_sources("sources:A-1; sources:A-9")


@pytest.mark.parametrize("ask", [sources_of, tables.check_sources])
@pytest.mark.parametrize("nothing", ["", ";", [], [None], [float("nan")], pd.Series([pd.NA])])
def test_no_source_asked_for(collection, nothing, ask):
    with pytest.raises(CasebookError, match="No source id was given"):
        ask(nothing)


def test_learner_sees_one_sentence_and_no_traceback(tmp_path, monkeypatch):
    """As in a notebook: the shell of IPython prints the sentence and nothing else."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    cell = "from casebook import read; read('x')"
    shell = [sys.executable, "-m", "IPython", "--colors=NoColor", "-c", cell]
    done = subprocess.run(shell, cwd=NOTEBOOKS, capture_output=True, text=True)
    (line,) = (done.stdout + done.stderr).strip().splitlines()
    assert line.startswith("CasebookError: There is no table called 'x'. There are: arguments,")


# --- every table of ours, after whatever may happen to a file --------------------------------


SAYS_SPREADSHEET = {
    "a comma at the end of each row but the header",
    "a comma at the end of each line",
    "semicolons",
    "a row one cell short",
    "letters read in another encoding",
    "days with points",
    "days with strokes",
    "days with an hour",
    "months by name",
    "TRUE and FALSE",
    "true and false in German",
    "decimal commas",
    "commas between thousands",
    "large numbers by their powers",
    "zeros before a number lost",
}
NAMES_THE_ROW = {
    "a row one cell short",
    "the first cell of a row deleted",
    "a cell put in before a row",
    "a key emptied",
}


@pytest.mark.parametrize("name", DAMAGES)
def test_no_damaged_file_is_read_as_something_else(copy, name):
    """Whatever happened to a file: it is read as before, or a sentence says where it is wrong."""
    collection, whole = copy
    silent, tried = [], 0
    for table, entry in collection.resources.items():
        file = entry["file"]
        good = file.read_bytes()
        if (bad := damaged(name, good, entry)) is None:
            continue
        tried += 1
        file.write_bytes(bad)
        try:
            if not collection.read(table).equals(whole[table]):
                silent.append(table)
        except CasebookError as refusal:
            said = str(refusal)
            place = file.relative_to(collection.root).as_posix()
            assert name not in HARMLESS, said
            assert said.startswith(place), said
            assert name not in SAYS_SPREADSHEET or "spreadsheet" in said, said
            if name in NAMES_THE_ROW:
                row = 1 + (1 + len(whole[table])) // 2
                assert said.startswith(f"{place}, row {row}"), said
        finally:
            file.write_bytes(good)
    assert tried and silent == []


@pytest.mark.parametrize(
    ("table", "column", "good", "bad"),
    [
        ("releases", "date", "2024-12", "2024-12-01"),
        ("sources", "published_on", "2025-09", "2025"),
        ("conflicts", "value", "2020-07", "2020-07-01"),
    ],
)
def test_a_date_more_exact_than_known_is_refused(copy, table, column, good, bad):
    """A spreadsheet turns a month into its first day; the column beside it says otherwise."""
    collection, _ = copy
    file = collection.entry(table)["file"]
    text = file.read_bytes()
    try:
        file.write_bytes(re.sub(rf",{good},".encode(), f",{bad},".encode(), text, count=1))
        with pytest.raises(CasebookError, match=rf"row \d+, column '{column}': .* found '{bad}'"):
            collection.read(table)
    finally:
        file.write_bytes(text)


# --- where a row comes from -------------------------------------------------------------


def test_ids_are_split_once_each_and_in_order():
    assert split_ids("B;A;B") == ["B", "A"]
    assert split_ids(["B;A", None, float("nan"), "C"]) == ["B", "A", "C"]
    assert split_ids(pd.Series(["B", pd.NA, "A;B"])) == ["B", "A"]
    assert split_ids("") == []


def test_sources_are_cited_in_the_order_asked(collection):
    shown = sources_of("B-2;A-1")
    assert list(shown.index) == ["B-2", "A-1"]
    assert list(shown.columns) == ["title", "publisher", "published_on", "address"]
    assert shown.address["A-1"] == "https://example.org/1"
    assert list(sources_of(read("sources").index).index) == ["A-1", "B-2", "C-3"]


def test_credit_names_publishers_once_and_counts_the_rest(collection):
    assert source_line("A-1;C-3") == "Agency"
    assert source_line("A-1;B-2;C-3") == "Agency; Bureau"
    assert source_line("A-1;B-2", most=1) == "Agency and 1 more"


def test_columns_are_described(collection):
    words = dictionary("rounds")
    assert list(words.index) == list(FIELDS)
    assert words.loc["freed"].to_list() == ["integer", "What freed is."]
