"""Drop a lesson: ``python run.py drop 07``.

Its page, its module, its tests and the rows that name it go; links to it become plain words. What
others borrow stays. What a person must decide is printed, with its place.
"""

import argparse
import csv
import io
import re
import sys
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path

from casebook.tables import CasebookError, split_ids
from tools.build import hand_written, saved, write
from tools.pages import (
    NOTEBOOKS,
    ROOT,
    START,
    WORD_LINK,
    about,
    code,
    lesson_paths,
    load,
    resources,
)
from tools.pages import prose as written_cells
from tools.prose import END_OF_SENTENCE, facts_in

CASEBOOK = NOTEBOOKS / "casebook"
FACT = re.compile(r'["{](F\d{3})["}:]')  # in code, and in the texts of tables
NAMED = re.compile(r"\b[Ll]essons? \d\d(?:(?:, | and | or | to |–)\d\d)*")
AFTER = """\
Lesson {} is dropped. Now: python run.py build, then python run.py test mine
To take it back, copy the collection anew, or with git: git restore ."""


class Table:
    """A table as its file has it: rows of texts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            self.rows, self.columns = list(reader), list(reader.fieldnames or [])

    def cut(self, goes: Callable[[dict[str, str]], bool]) -> None:
        """Remove rows."""
        self.rows = [row for row in self.rows if not goes(row)]

    def save(self) -> None:
        """Write the file, as all our tables are written."""
        text = io.StringIO()
        writer = csv.DictWriter(text, self.columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        write(self.path, text.getvalue())


class Drop:
    """One lesson on its way out, and in ``decide`` what it leaves to a person, in sentences."""

    def __init__(self, path: Path) -> None:
        self.path, self.slug, self.number = path, path.stem, path.stem[:2]
        self.name = self.slug[3:]
        self.module = CASEBOOK / "lessons" / f"{self.name}.py"
        self.tables = {entry["name"]: Table(entry["file"]) for entry in resources()}
        self.pages = {other: load(other) for other in lesson_paths() if other != path}
        self.texts = {page: page.read_text(encoding="utf-8") for page in hand_written()}
        self.decide: list[str] = []
        self.link = re.compile(
            rf"\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]*?){self.slug}\.ipynb(?:#([^)\s]+))?\)"
        )

    def run(self) -> None:
        """Change the files."""
        cited = self.cited()
        self.cut_rows()
        self.cut_links()
        self.cut_facts()
        gone = cited - self.cited()
        self.tables["sources"].cut(lambda row: row["source_id"] in gone)
        self.decide += self.mentions()
        self.path.unlink()
        (ROOT / "tests" / "lessons" / f"test_{self.name}.py").unlink(missing_ok=True)
        if not self.borrowed:
            self.module.unlink()
        for page, notebook in self.pages.items():
            write(page, saved(notebook))
        for page, text in self.texts.items():
            write(page, text)
        for table in self.tables.values():
            table.save()

    def cut_rows(self) -> None:
        """Take the lesson out of the tables of the course; the minutes of routes stay open."""
        polls = {row["poll_id"] for row in self.tables["polls"].rows if row["lesson"] == self.slug}
        for name in ("teaching_notes", "errata", "polls"):
            self.tables[name].cut(lambda row: row["lesson"] == self.slug)
        self.tables["poll_options"].cut(lambda row: row["poll_id"] in polls)
        for name in ("exercises", "exercise_mistakes", "sorting"):
            self.tables[name].cut(lambda row: row["exercise_id"].startswith(f"{self.number}."))
        for row in self.tables["concepts"].rows:
            lessons = row["lessons"].split(";")
            row["lessons"] = ";".join(one for one in lessons if one != self.number)
        cells = (cell.source for page in self.pages.values() for cell in written_cells(page))
        linked = {word for source in cells for word in WORD_LINK.findall(source)}
        self.tables["concepts"].cut(lambda row: row["word_id"] not in linked)
        self.open_steps(polls)

    def open_steps(self, polls: set[str]) -> None:
        """Empty what routes do with the lesson, and with the polls that go with it.

        A step that is left with nothing to show keeps its minutes: a person fills them.
        """
        minutes = sum(about(self.path)["minutes"].values())
        for row in self.tables["route_steps"].rows:
            places = row["places"].split(";")
            kept = [place for place in places if place not in polls]
            where = f"data/course/route_steps.csv, route {row['route_id']}, step {row['position']}"
            if row["lesson"] == self.slug:
                was = f"lesson {self.number}"
            elif kept == places:
                continue
            elif kept or row["lesson"]:
                row["places"] = ";".join(kept)
                self.decide.append(f"{where}: a vote on lesson {self.number} is gone. See “doing”.")
                continue
            else:
                was = f"a vote on lesson {self.number}"
            row["minutes"] = row["minutes"] or str(minutes)
            row |= dict.fromkeys(("lesson", "places", "wall", "say", "expected"), "")
            row["doing"] = f"Open: here was {was}."
            self.decide.append(
                f"{where}: {row['minutes']} minutes are open. Say in “doing” what fills them, or "
                "delete the row."
            )

    def cut_links(self) -> None:
        """Make links to the lesson plain words; a fact of another page is linked there."""
        for page, text in self.texts.items():
            self.texts[page] = self.without(text, page)
        for page, notebook in self.pages.items():
            for cell in written_cells(notebook):
                cell.source = self.without(cell.source, page)
            about(notebook)["answer"] = self.without(about(notebook)["answer"], page)
        for table in self.tables.values():
            for row in table.rows:
                for column, text in row.items():
                    if self.slug in text:
                        row[column] = self.link.sub(r"\1", text)

    def without(self, text: str, page: Path) -> str:
        """Return a text without links to the lesson.

        A sentence with a number that no other page states has lost its proof, and goes.
        """
        at = 0
        while link := self.link.search(text, at):
            words, up, anchor = link.groups()
            home = self.homes.get(anchor)
            if home or not re.fullmatch(r"F\d{3}", anchor or ""):
                new = f"[{words}]({up}{home}.ipynb#{anchor})" if home else words
                text = text[: link.start()] + new + text[link.end() :]
                at = link.start() + len(new)
                continue
            ends = [end.span() for end in END_OF_SENTENCE.finditer(text)]
            start = max((end for _, end in ends if end <= link.start()), default=0)
            stop = min((end for begin, end in ends if begin >= link.end()), default=len(text))
            self.decide.append(
                f"{page.relative_to(ROOT).as_posix()}: this sentence is cut, as its number was of "
                f"lesson {self.number}. Does the rest still read well? “{text[start:stop].strip()}”"
            )
            text, at = text[:start] + text[stop:], start
        return text

    @cached_property
    def homes(self) -> dict[str, str]:
        """Return ``{fact id: a lesson that states it}`` of the lessons that stay."""
        found = {}
        for path, notebook in self.pages.items():
            for cell in written_cells(notebook):
                found |= dict.fromkeys(facts_in(cell.source), path.stem)
        return found

    def cut_facts(self) -> None:
        """Remove the facts that nothing states any more."""
        used = set(self.used_facts)
        if self.borrowed:
            used = self.with_those_behind(
                used | set(FACT.findall(self.module.read_text(encoding="utf-8")))
            )
        self.tables["facts"].cut(lambda row: row["fact_id"] not in used)
        for row in self.tables["errata"].rows:
            row["fact_id"] = ";".join(one for one in split_ids([row["fact_id"]]) if one in used)

    @cached_property
    def used_facts(self) -> set[str]:
        """Return the facts that pages, tables and code other than the lesson's own state."""
        used = set(self.homes)
        for text in self.texts.values():
            used |= set(facts_in(text))
        for name, table in self.tables.items():
            if name not in ("facts", "errata"):
                cells = " ".join(f'"{cell}"' for row in table.rows for cell in row.values())
                used |= set(FACT.findall(cells))
        for _, source in self.code():
            used |= set(FACT.findall(source))
        return self.with_those_behind(used)

    def with_those_behind(self, used: set[str]) -> set[str]:
        """Return facts together with those by whose help they are stated."""
        rows = {row["fact_id"]: " ".join(row.values()) for row in self.tables["facts"].rows}
        found, waiting = set(used), set(used)
        while waiting:
            waiting = {other for one in waiting for other in FACT.findall(rows[one])} - found
            found |= waiting
        return found

    @cached_property
    def borrowed(self) -> list[str]:
        """Return who needs the lesson's module: it stays for these."""
        imported = re.compile(rf"\blessons(?:\.| import ){self.name}\b")
        found = [place for place, source in self.code() if imported.search(source)]
        for name, table in self.tables.items():
            for row in table.rows:
                stays = name != "facts" or row["fact_id"] in self.used_facts
                if stays and row.get("function", "").startswith(f"{self.name}."):
                    found.append(f"data/course/{name}.csv, {next(iter(row.values()))}")
        return found

    def code(self) -> Iterator[tuple[str, str]]:
        """Give each piece of code that stays, with its place."""
        for page, notebook in self.pages.items():
            for cell in code(notebook):
                yield f"notebooks/{page.name}, cell {cell.id}", cell.source
        for file in [*CASEBOOK.rglob("*.py"), *(ROOT / "tools").glob("*.py")]:
            if file != self.module:
                yield file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")

    def cited(self) -> set[str]:
        """Return the sources that a row of any table names."""
        found = set()
        for entry in resources():
            rows = self.tables[entry["name"]].rows
            for field in entry["schema"]["fields"]:
                rule = field.get("references", {})
                places = rule.get("any", [rule])
                if any(place.get("resource") == "sources" for place in places):
                    found |= set(split_ids(row[field["name"]] for row in rows))
            for rule in entry["schema"].get("foreignKeys", []):
                if rule["reference"]["resource"] == "sources":
                    found |= {row[column] for row in rows for column in rule["fields"]}
        of_facts = split_ids(row["derived_from"] for row in self.tables["facts"].rows)
        return found | {one.removeprefix("sources:") for one in of_facts}

    def mentions(self) -> Iterator[str]:
        """Give each place that still speaks of the lesson in words."""
        texts = {page: text for page, text in self.texts.items() if page.name != "CHANGELOG.md"}
        places = [(page.relative_to(ROOT).as_posix(), text) for page, text in texts.items()]
        for page, notebook in self.pages.items():
            name = f"notebooks/{page.name}"
            places.append((f"{name}, metadata “needs”", about(notebook)["needs"]))
            places += [(f"{name}, cell {cell.id}", cell.source) for cell in written_cells(notebook)]
        for entry in resources():
            table = self.tables[entry["name"]]
            name = table.path.relative_to(ROOT).as_posix()
            for row in table.rows:
                key = " ".join(row[column] for column in entry["schema"]["primaryKey"])
                places += [(f"{name}, {key}, column “{c}”", cell) for c, cell in row.items()]
        for place, text in places:
            for words in NAMED.finditer(text):
                numbers = [int(number) for number in re.findall(r"\d\d", words[0])]
                ranged = range(numbers[0], numbers[-1]) if re.search(" to |–", words[0]) else ()
                if int(self.number) in (*numbers, *ranged) and not text.startswith("Open: "):
                    yield f"{place}: says “{words[0]}”. Say it without, or cut the sentence."


def drop(number: str) -> list[str]:
    """Take a lesson out of the collection; return what a person must decide, in sentences.

    Raises CasebookError, with nothing touched, when there is no such lesson or it must stay.
    """
    lessons = {path.stem[:2]: path for path in lesson_paths()}
    if number not in lessons:
        raise CasebookError(f"There is no lesson {number!r}. There are: {', '.join(lessons)}.")
    if lessons[number].stem == START:
        raise CasebookError("The start page cannot be dropped: the others begin there.")
    lesson = Drop(lessons[number])
    lesson.run()
    if lesson.borrowed:
        print(f"{lesson.module.relative_to(ROOT).as_posix()} stays for {lesson.borrowed[0]}.")
    return lesson.decide


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return 0 when the lesson is gone."""
    parser = argparse.ArgumentParser(prog="run.py drop", description=__doc__.partition("\n")[0])
    parser.add_argument("number", help="the number of the lesson, such as 07")
    number = parser.parse_args(arguments).number
    try:
        decide = drop(number)
    except CasebookError as problem:
        print(problem, file=sys.stderr)
        return 1
    if decide:
        print("\n".join(["For you to decide:", *(f"- {line}" for line in decide)]))
    print(AFTER.format(number))
    return 0


if __name__ == "__main__":
    sys.exit(main())
