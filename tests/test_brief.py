"""A brief refuses what is half done, holds all it needs, and reads and prints well anywhere."""

import re
from html.parser import HTMLParser
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from playwright.sync_api import Browser, Page
from tools.pages import ran

from browser.lab import AXE, SIZE
from casebook import Brief, CasebookError, data_card, read, sources_of, style
from casebook.brief import MARKER, PAGE_LIMITS, PROMPTS

LESSON = Path(__file__).resolve().parents[1] / "notebooks" / "11_capstone.ipynb"
ALT = "Bars of the people freed: 114 to Ukraine and 9 to Lithuania."


@pytest.fixture(autouse=True)
def no_figure_stays_open():
    yield
    plt.close("all")


def figure(label="people", title="People freed on one day", height=3.0):
    style()
    fig, ax = plt.subplots(figsize=(7.5, height))
    ax.bar(["to Ukraine", "to Lithuania"], [114, 9])
    ax.set(title=title, ylabel=label)
    return fig


def card():
    releases = read("releases")
    steps = {"rounds of the year of the deal": releases.date.str.startswith("2025")}
    return data_card("releases", steps, ["date", "total_released"], unit="people")


def parts(**changed) -> dict:
    """Return the parts of a brief that lacks nothing, in the order of work, with some changed."""
    whole = {
        "question": "Where were the people of one round taken?",
        "guess": "Half of them over each border.",
        "wrong_if": "More than two thirds over one border.",
        "cards": card(),
        "figure": figure(),
        "alt": ALT,
        "source_ids": "HRW-1215;UKRINF-114",
        "table": pd.DataFrame({"people": [114, 9]}, index=pd.Index(["Ukraine", "Lithuania"])),
        "caption": "People freed in one round, by the border they crossed",
        "findings": ["Most went to Ukraine.", "Nine went to Lithuania.", "The sum closes."],
        "rival": "The group was driven where the buses were.",
        "limits": ["One round is no rule.", "Two agencies may share one origin."],
        "refused": "The price per person: it can be divided, and should not be.",
        "title": "One round, two borders",
    }
    return whole | changed


def made(**changed) -> Brief:
    return Brief(**parts(**changed))


# --- what is refused --------------------------------------------------------------------


@pytest.mark.parametrize("name", list(PROMPTS))
def test_parts_are_asked_for_one_at_a_time_in_the_order_of_work(name):
    """Whatever else is missing too, the first part that is missing is asked for."""
    order = list(PROMPTS)
    before = {key: value for key, value in parts().items() if order.index(key) < order.index(name)}
    for untouched in ({}, {name: ...}, {name: None}):
        with pytest.raises(CasebookError) as refused:
            Brief(**before, **untouched).check()
        assert str(refused.value) == PROMPTS[name]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"question": "..."}, "Write your question"),
        ({"cards": "releases"}, "Say which rows"),
        ({"figure": "a picture"}, "Draw one chart"),
        ({"alt": "Image of people freed: 114 and 9 on one day."}, "start with what is drawn"),
        ({"alt": "A chart of people freed: 114 and 9 on one day."}, "start with what is drawn"),
        ({"alt": "  the Graph of 114 people and of 9 people more"}, "start with what is drawn"),
        ({"alt": "Bars: 114 and 9."}, "needs words"),
        ({"alt": "Bars of many people to one side and few to the other."}, "holds no number"),
        ({"figure": figure(label="")}, "label with the unit"),
        ({"figure": figure(title="")}, "needs a title"),
        ({"source_ids": ""}, "Name your sources"),
        ({"source_ids": []}, "Name your sources"),
        ({"source_ids": "HRW-1215;NOBODY"}, "no source 'NOBODY'"),
        ({"table": [[1, 2]]}, "small table"),
        ({"table": pd.DataFrame({"a": range(13)})}, "13 rows and the page takes 12"),
        ({"table": pd.DataFrame([range(7)])}, "7 columns and the page takes 6"),
        ({"findings": ["One.", "Two."]}, "three findings.* So far there are 2"),
        ({"findings": "Only one."}, "three findings.* So far there are 1"),
        ({"findings": ["One.", "...", ...]}, "three findings.* So far there are 1"),
        ({"findings": ["A.", "B.", "About 4 million dollars per person."]}, "lesson 09"),
        ({"findings": ["A.", "B.", "The cost per head was high."]}, "lesson 09"),
        ({"limits": ["One."]}, "two limits.* So far there are 1"),
        ({"refused": " "}, "did not compute"),
    ],
)
def test_half_done_briefs_are_refused(changed, message):
    with pytest.raises(CasebookError, match=message):
        made(**changed).check()
    with pytest.raises(CasebookError, match=message):
        made(**changed).html()


@pytest.mark.parametrize(
    "finding",
    [
        "Two rounds per month, 123 people.",
        "The price per tonne rose.",
        "Letters per person: none known.",
        "A person was freed at no announced price.",
    ],
)
def test_money_and_people_may_stand_in_one_brief(finding):
    made(findings=["One.", "Two.", finding]).check()


def test_a_brief_that_is_too_long_says_by_how_much():
    with pytest.raises(CasebookError, match=rf"two pages hold {PAGE_LIMITS['words']}: shorten"):
        made(rival="word " * PAGE_LIMITS["words"]).html()


def test_an_unfinished_brief_shows_what_comes_next():
    shown = Brief(question="Where to?")._repr_mimebundle_()
    assert set(shown) == {"text/markdown", "text/plain"}
    assert shown["text/plain"] == f"Next. {PROMPTS['guess']}"


# --- the data card ----------------------------------------------------------------------


def test_card_counts_what_each_step_drops():
    prices = read("prices")
    current = prices.series.str.contains("current series")
    arrival = prices.basis.str.startswith("CFR")
    made = data_card("prices", {"current": current, "CFR": arrival}, ["value"], unit="US$")
    lines = made.lines()
    assert lines["Rows in the table"] == f"{len(prices)}"
    assert lines["Rows kept"] == f"{(current & arrival).sum()}"
    first, second = (~current).sum(), (current & ~arrival).sum()
    assert lines["Rows dropped"] == f"{first} (not current); then {second} (not CFR)"
    assert lines["Filter"] == "only current; only CFR"
    pd.testing.assert_frame_equal(made.kept, prices[current & arrival])


def test_card_takes_edition_terms_and_flags_from_the_package():
    production = read("production")
    lines = data_card("production", {}, ["country", "value"], unit="kt K2O").lines()
    assert "facts as of 31 March 2026" in lines["Edition"]
    assert lines["Terms"] == "US-federal-public-domain"
    assert lines["Filter"] == lines["Rows dropped"] == "none"
    assert f"e: {(production.estimate_flag == 'e').sum()}" in lines["Kept, by estimate_flag"]
    assert f"empty: {production.estimate_flag.isna().sum()}" in lines["Kept, by estimate_flag"]
    assert "MCS 2026: " in lines["Kept, by source_edition"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"table": "price"}, "no table called 'price'"),
        ({"columns": ["dollars"]}, "releases has no column 'dollars'"),
        ({"unit": "..."}, "in which unit"),
        ({"steps": {"large": read("releases").head(3).date == "x"}}, "true or false for every row"),
        ({"steps": {"large": "total_released > 100"}}, "true or false for every row"),
        ({"steps": {"large": read("releases").total_released}}, "true or false for every row"),
        ({"steps": {"none": read("releases").date == "never"}}, "No row is left after"),
    ],
)
def test_odd_cards_are_refused(changed, message):
    given = {"table": "releases", "steps": {}, "columns": ["date"], "unit": "people"} | changed
    with pytest.raises(CasebookError, match=message):
        data_card(**given)


def test_a_test_that_does_not_know_drops_the_row():
    """An empty cell passes no test, and is counted among the rows that were dropped."""
    releases = read("releases")
    made = data_card("releases", {"known": releases.to_ukraine >= 0}, ["to_ukraine"], "people")
    assert len(made.kept) == releases.to_ukraine.notna().sum()


# --- the page ---------------------------------------------------------------------------


class Tags(HTMLParser):
    """Collect the tags of a page in order, and the words of its headings."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.append((tag, dict(attrs)))


def test_page_stands_alone():
    page = made().html()
    tags = Tags(page).tags
    names = [tag for tag, _ in tags]
    assert page.startswith("<!doctype html>") and MARKER in page
    assert ("html", {"lang": "en"}) in tags and ("meta", {"charset": "utf-8"}) in tags
    assert not {"script", "link", "iframe", "object", "form"} & set(names)
    for tag, attributes in tags:
        assert not any(name.startswith("on") for name in attributes)
        if "src" in attributes:
            assert tag == "img" and attributes["src"].startswith("data:image/png;base64,")
    assert "url(" not in page and "@import" not in page
    levels = [int(name[1]) for name in names if re.fullmatch(r"h\d", name)]
    assert levels[0] == 1 and levels.count(1) == 1 and set(levels[1:]) == {2}


def test_page_holds_every_part_with_sources_and_card():
    brief = made(author="A. Nickname", changes=["One line is new."])
    page = brief.html()
    for name, given in parts().items():
        for text in given if isinstance(given, list) else [given]:
            if isinstance(text, str) and name not in ("source_ids", "alt"):
                assert text in page, name
    assert page.count(ALT) == 2  # for those who hear it, and for those who see it
    for source in sources_of("HRW-1215;UKRINF-114").itertuples():
        for known in (source.title, source.publisher, source.published_on, source.address):
            assert known in page
    assert "A. Nickname" in page and "One line is new." in page
    assert f"<td>{len(brief.cards[0].kept)}</td>" in page
    assert page.count("<caption>") == page.count("<table") == 2
    assert '<th scope="col">people</th>' in page
    assert "By " not in made().html() and "What changed" not in made().html()


def test_all_that_is_typed_is_escaped():
    evil = '<script>alert("&")</script>'
    steps = {evil: read("releases").total_released > 0}
    texts = dict.fromkeys(("question", "guess", "wrong_if", "caption", "rival", "refused"), evil)
    page = made(
        **texts,
        title=evil,
        author=evil,
        alt=f"{ALT} {evil}",
        findings=[evil] * 3,
        limits=[evil] * 2,
        changes=[evil],
        table=pd.DataFrame({evil: [evil]}),
        cards=data_card("releases", steps, ["date"], unit=evil),
    )
    for shown in (page.html(), page._repr_mimebundle_()["text/html"]):
        assert "<script" not in shown
        assert shown.count("&lt;script&gt;") >= 18
    shown = page.cards[0]._repr_mimebundle_()["text/html"]
    assert "<script" not in shown and "&lt;script&gt;" in shown


def test_cells_show_what_is_not_known_and_numbers_unpadded():
    day = pd.Timestamp("2025-12-13")
    table = pd.DataFrame({"a": [1.5, None], "b": [2021, 7], "c": [day, day], "d": [0.0, 241.0725]})
    page = made(table=table).html()
    for cell in ("1.5", "not known", "13 December 2025", "241.07"):
        assert f">{cell}</t" in page
    assert "<td>2021</td>" in page and "<td>0</td>" in page


def test_same_bytes_twice():
    assert made().html() == made().html()
    brief = made()
    assert brief.html() == brief.html()


def test_notebook_shows_the_brief_with_picture_words_and_numbers():
    shown = made()._repr_mimebundle_()
    assert set(shown) == {"text/html", "image/png", "text/plain"}
    assert "<style" not in shown["text/html"] and "<h1" not in shown["text/html"]
    assert f'alt="{ALT}"' in shown["text/html"] and ALT in shown["text/plain"]
    assert "Drawn: " in shown["text/plain"]


def test_the_figure_is_not_shown_a_second_time():
    fig = figure()
    Brief(figure=fig)
    assert not plt.fignum_exists(fig.number)


# --- the file ---------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_save_writes_one_file_and_says_what_to_do(folder):
    said = made().save("my_brief.html").text
    assert (folder / "my_brief.html").read_text(encoding="utf-8") == made().html()
    assert [file.name for file in folder.iterdir()] == ["my_brief.html"]
    for words in ("my_brief.html", "Open in New Browser Tab", "Ctrl + P", "Download", "Binder"):
        assert words in said
    made(title="Another title").save("my_brief.html")
    assert "Another title" in (folder / "my_brief.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("nothing", [..., None, "...", ""])
def test_no_name_saves_nothing(folder, nothing):
    assert "Nothing is saved yet" in made().save(nothing).text
    assert "Nothing is saved yet" in Brief().save(nothing).text
    assert list(folder.iterdir()) == []


ELSEWHERE = ["../b.html", "a/b.html", "a\\b.html", "/b.html", "~/b.html", "C:b.html"]
OTHER_KINDS = [".html", ".b.html", "b", "b.htm", "b.html.exe", "b.py", "b..html"]


@pytest.mark.parametrize("name", [*ELSEWHERE, *OTHER_KINDS, "b.html\n", 7])
def test_only_a_plain_name_in_this_folder_is_taken(folder, name):
    with pytest.raises(CasebookError, match=r"plain name that ends with \.html"):
        made().save(name)
    assert list(folder.iterdir()) == []


def test_another_file_is_never_replaced(folder):
    (folder / "page.html").write_bytes(b"\xff not ours")
    (folder / "folder.html").mkdir()
    (folder / "link.html").symlink_to(folder / "elsewhere.txt")
    for name, message in (
        ("page.html", "not a brief"),
        ("link.html", "not a brief"),
        ("folder.html", "cannot be written here"),
    ):
        with pytest.raises(CasebookError, match=message):
            made().save(name)
    assert (folder / "page.html").read_bytes() == b"\xff not ours"
    assert not (folder / "elsewhere.txt").exists()


def test_an_unfinished_brief_is_not_saved(folder):
    with pytest.raises(CasebookError, match="Write your question"):
        Brief().save("my_brief.html")
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_written_gets_a_sentence(folder, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "write_text", refuse)
    with pytest.raises(CasebookError, match="cannot be written here: Permission denied"):
        made().save("my_brief.html")


# --- the house --------------------------------------------------------------------------


def test_modules_import_only_from_those_to_their_left():
    """As the docstring of the package says, from tables and text to the lessons."""
    stages = [
        ("tables", "text", "causes", "saving"),
        ("ledger", "market", "readings", "description", "frames"),
        ("charts",),
        ("maps", "explorer", "exercises"),
        ("brief",),
    ]
    rank = {module: stage for stage, modules in enumerate(stages) for module in modules}
    for file in LESSON.parent.glob("casebook/[a-z]*.py"):
        for name in re.findall(r"^from \.(\w+) import", file.read_text(encoding="utf-8"), re.M):
            assert rank[name] < rank[file.stem], (file.stem, name)


# --- read by a browser ------------------------------------------------------------------


def longest() -> Brief:
    """Return a brief that fills every limit: rows, columns, words, a tall chart, many sources."""
    table = pd.DataFrame({f"column number {n}": [f"{n} and words"] * 12 for n in range(6)})
    ids = list(read("sources").index[:8])
    full = parts(table=table, source_ids=ids, figure=figure(height=9), cards=[card(), card()])
    full |= {"changes": ["A line."] * 3, "author": "A. Nickname"}
    with pytest.raises(CasebookError, match="brief has") as refused:
        Brief(**full | {"rival": "wording " * PAGE_LIMITS["words"]}).html()
    too_many = int(re.search(r"has (\d+) words", str(refused.value))[1]) - PAGE_LIMITS["words"]
    return Brief(**full | {"rival": "wording " * (PAGE_LIMITS["words"] - too_many)})


@pytest.fixture(scope="module", params=["the example of the lesson", "at every limit"])
def page(request, tmp_path_factory) -> Path:
    is_ours = request.param == "the example of the lesson"
    brief = ran(LESSON)[0]["brief"] if is_ours else longest()
    file = tmp_path_factory.mktemp("brief") / "brief.html"
    file.write_text(brief.html(), encoding="utf-8")
    return file


def opened(browser: Browser, file: Path, **look) -> Page:
    context = browser.new_context(offline=True, **{"viewport": SIZE, **look})
    tab = context.new_page()
    tab.goto(file.as_uri())
    return tab


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser, page, scheme):
    tab = opened(browser, page, color_scheme=scheme)
    ground = tab.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(255, 255, 255)") is (scheme == "light")
    tab.evaluate(f"() => {{ {AXE} }}")
    found = tab.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    tab.context.close()
    assert [f"{rule['id']}: {rule['help']}" for rule in found["violations"]] == []


def test_prints_on_two_pages(browser, page):
    """On A4, also from the dark; the ground is white then, and the chart is on the page."""
    tab = opened(browser, page, color_scheme="dark")
    printed = tab.pdf(format="A4", prefer_css_page_size=True)
    tab.context.close()
    assert 1 <= len(re.findall(rb"/Type /Page\b", printed)) <= 2
    assert re.search(rb"/Subtype /Image\b", printed)


@pytest.mark.parametrize("width", [SIZE["width"] // 2, 320])
def test_nobody_scrolls_sideways_at_double_zoom(browser, page, width):
    """1280 points at 200 % are 640; 320 are a telephone, or 400 %."""
    tab = opened(browser, page, viewport={"width": width, "height": 450}, device_scale_factor=2)
    wide = tab.evaluate("() => document.documentElement.scrollWidth")
    tab.context.close()
    assert wide <= width


def test_keys_reach_every_link_and_nothing_is_folded(browser, page):
    tab = opened(browser, page)
    links = tab.locator("a").count()
    for place in range(links):
        tab.keyboard.press("Tab")
        assert tab.locator("a").nth(place).evaluate("e => e === document.activeElement")
    assert links and tab.locator("details").count() == 0
    tab.context.close()
