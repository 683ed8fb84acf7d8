"""The teacher's folder: fresh, in step with the lessons, and with minutes that add up."""

import re
import subprocess
import sys

import pytest
import yaml
from tools import teaching
from tools.pages import ROOT, WORD_LINK, about, code, lesson_paths, load, prose

from casebook import question, read
from casebook.exercises import UNANSWERED
from casebook.tables import split_ids

FORMS = ROOT / ".github" / "ISSUE_TEMPLATE"
STEPS = read("route_steps")
MADE = teaching.makers()
TAUGHT = pytest.mark.parametrize("path", teaching.taught(), ids=lambda path: path.stem)


@pytest.mark.parametrize("page", MADE, ids=lambda page: page.stem)
def test_made_pages_are_fresh(page):
    assert page.read_text(encoding="utf-8") == MADE[page](), "run: python run.py build"


def test_first_page_is_fresh_and_no_page_is_left_over():
    text = teaching.INDEX.read_text(encoding="utf-8")
    assert teaching.index(text) == text
    made = {page for page in MADE if page.parent != teaching.TEACHING}
    assert {*teaching.TEACHING.glob("*/*.md")} == made


@pytest.mark.parametrize("route_id", read("routes").index)
@pytest.mark.mine
def test_minutes_of_a_session_add_up(route_id):
    """Each session fills the minutes its route promises; free routes take the hours they say."""
    promised = read("routes").session_minutes.fillna(0)[route_id]
    own = STEPS[STEPS.route_id == route_id]
    if not promised:
        said = re.search(r"about (\w+)( and a half)? hours", read("routes").audience[route_id])
        hours = ["zero", "one", "two", "three", "four", "five", "six", "seven"].index(said[1])
        minutes = 60 * hours + (30 if said[2] else 0)
        assert abs(sum(map(teaching.minutes_of, own.itertuples())) - minutes) <= 30
        return
    for name, part in own.groupby(own.session.fillna("")):
        assert sum(map(teaching.minutes_of, part.itertuples())) == promised, name


def test_minutes_of_a_whole_lesson_are_those_of_its_metadata(monkeypatch):
    """A lesson that grows makes its routes longer, with nothing to retype."""
    step, *_ = STEPS[STEPS.minutes.isna() & STEPS.lesson.notna()].itertuples()
    before = teaching.minutes_of(step)
    longer = about(teaching.lesson_path(step.lesson))
    longer["minutes"]["read"] += 7
    monkeypatch.setattr(teaching, "about", lambda path: longer)
    assert teaching.minutes_of(step) == before + 7


@pytest.mark.parametrize("route_id", ["R1", "R2", "R8"])
def test_route_links_lead_to_the_heading_that_they_name(route_id):
    text = teaching.route(route_id)
    links = re.findall(r"\[([^\]]+)\]\(\.\./\.\./(\w+)\.ipynb#cell-id=([\w-]+)\)", text)
    assert links
    for heading, slug, cell_id in links:
        cells = {cell.id: cell.source for cell in load(teaching.lesson_path(slug)).cells}
        assert heading in cells[cell_id]


@TAUGHT
@pytest.mark.mine
def test_two_editions_agree(path):
    """The teacher's page has each task as the learner reads it, in order, with its true answer."""
    notebook, page = load(path), teaching.notes(path)
    tasks = teaching.tasks(notebook)
    own = [i for i in read("exercises").index if i.startswith(f"{path.stem[:2]}.")]
    assert list(tasks) == own
    parts = re.split(r"^### ", page.partition("## Exercises")[2], flags=re.M)[1:]
    assert len(parts) == len(own)
    for part, (exercise_id, task) in zip(parts, tasks.items(), strict=True):
        shown = teaching.without_links(task["text"])
        assert part.startswith(f"{task['heading']}\n\n{shown}\n\n")
        assert len(task["text"].split()) > 5
        assert teaching.without_links(question(exercise_id).solution().text) in part
        for _, message in question(exercise_id).mistakes:
            message = " ".join(message.split()).replace("|", "\\|")
            assert teaching.without_links(message) in part


@TAUGHT
def test_the_learners_edition_gives_no_answer_away(path):
    """Each answer cell is a starter of three dots, and its saved reply says so."""
    for cell in code(load(path)):
        if ".check(" in cell.source and "question(" in cell.source:
            assert "..." in cell.source
            assert UNANSWERED in str(cell.outputs)


@TAUGHT
def test_every_lesson_has_its_one_idea(path):
    rows = read("teaching_notes")
    assert (rows.lesson[rows.kind == "idea"] == path.stem).sum() == 1


@pytest.mark.mine
def test_polls_have_one_right_answer_and_an_idea_behind_each_wrong_one():
    options = read("poll_options")
    for _, own in options.groupby("poll_id"):
        assert own.is_right.sum() == 1
        assert own.misconception.isna().equals(own.is_right.astype(bool))


@pytest.mark.mine
def test_every_word_is_linked_in_the_lessons_that_it_is_listed_for():
    """No dead word in the glossary, and none missing from a lesson that needs it."""
    listed, uses = read("concepts").lessons, teaching.word_uses()
    for word, lessons in listed.items():
        used = [slug[:2] for slug, _ in uses[word]]
        assert used, f"{word} is in no lesson"
        if lessons != "all":
            assert used == lessons.split(";"), word


@pytest.mark.parametrize("path", lesson_paths(), ids=lambda path: path.stem)
@pytest.mark.mine
def test_words_are_known_and_linked_at_first_use(path):
    text = "\n\n".join(cell.source for cell in prose(load(path)))
    text = text[text.find("\n## 1 · ") :]  # recall questions come before, on other lessons
    text = re.sub(r"```.*?```|`[^`\n]*`|^#+ [^\n]*", "", text, flags=re.S | re.M)
    assert set(WORD_LINK.findall(text)) <= set(read("concepts").index)
    names = read("concepts")[["word", "standard_term"]].agg(", ".join, axis=1).str.lower()
    names = names.str.split(", ")
    seen = set()
    for link in re.finditer(r"\[([^\]]+)\]\(#(W\d{2})\)", text):
        # Other words that lead to a term, such as "moved" to diversion, are everyday words too.
        if link[2] not in seen and link[1].lower() in names[link[2]]:
            earlier = rf"(?<![\w-]){re.escape(link[1])}(?![\w-])"
            assert not re.search(earlier, text[: link.start()], re.I), link[0]
        seen.add(link[2])


@pytest.mark.parametrize("form", sorted(FORMS.glob("*.yml")), ids=lambda form: form.stem)
def test_issue_forms_are_valid(form):
    kind = "config" if form.stem == "config" else "forms"
    schema = ["--builtin-schema", f"vendor.github-issue-{kind}"]
    command = [sys.executable, "-m", "check_jsonschema", *schema, form]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def asked(form: str) -> dict[str, dict]:
    content = yaml.safe_load((FORMS / f"{form}.yml").read_text(encoding="utf-8"))
    return {part["id"]: part for part in content["body"] if "id" in part}


def test_forms_ask_for_what_we_need_to_mend_a_fact():
    for name in ("lesson", "fact", "source"):
        assert asked("wrong_fact")[name]["validations"]["required"]


def test_an_appeal_can_ask_for_every_verdict_and_no_other():
    options = asked("appeal")["verdict"]["attributes"]["options"]
    assert set(options) == set(read("claims").verdict)


def test_errata_name_known_facts_and_lessons():
    found = read("errata")
    assert set(found.lesson.dropna()) <= {path.stem for path in lesson_paths()}
    assert set(split_ids(found.fact_id)) <= set(read("facts").index)


TEXT = r"(?:[^\\~=#{}:\n]|\\[\\~=#{}:])+"
# A question with one right answer, as the public grammar of the GIFT format writes it.
GIFT = re.compile(
    rf"::{TEXT}::{TEXT} \{{\n(?P<options>(?:[=~] {TEXT}(?: # {TEXT})?\n){{2,}})#### {TEXT}\n\}}"
)


def test_polls_can_be_imported_into_a_learning_platform():
    """A sign of the format that a text brings along would break the import of the whole file."""
    first, *blocks = teaching.polls_as_gift().strip().split("\n\n")
    assert first.startswith("// ") and blocks.pop(0).startswith("$CATEGORY: ")
    assert len(blocks) == len(read("polls"))
    for block in blocks:
        question = GIFT.fullmatch(block)
        assert question, block
        assert len(re.findall("^=", question["options"], re.M)) == 1
    assert teaching.as_gift("a = {b}: 1 ~ 2 # \\") == r"a \= \{b\}\: 1 \~ 2 \# \\"
