"""Lesson 06 asks a causal question of data that cannot answer it: its own words must not either.

No title, caption, sentence or message of the lesson says that an event moved a price. Two things
may hold such words. Text in “quotation marks” and code is shown as an example and talks *about*
causal language; outside prose and exercises even that is not allowed. And the question of the
lesson is the one exception by name. The glossary at its end defines such words and is left out.
"""

import itertools
import re
from functools import cache

import matplotlib.pyplot as plt
import pytest
from tools.pages import NOTEBOOKS, about, code, load, prose, ran
from tools.prose import facts_in, plain

from casebook import CasebookError, Explorer, question, read
from casebook.charts import figure_data
from casebook.ledger import fact

LESSON = NOTEBOOKS / "06_price_shock.ipynb"
QUESTION = "Did sanctions cause the price spike of 2021–22?"
"""The one sentence that may ask for a cause: it is what the lesson is about."""

PRICE = (
    r"(?: (?:up|down))?(?: (?:the|a|its|this|that|world|potash|market|spot)){1,3}(?: \w+)? prices?"
)
"""What a verb would act on: “… the price”, “… up the world market price”."""

FAMILIES = {
    "cause, because": r"(?:be)?caus\w*",
    "lead to": r"(?:lead|leads|leading|led) (?:up )?to",
    "result in": r"result(?:s|ed|ing)? (?:in|from)|as a result|consequen\w*",
    "therefore": r"therefore|hence|thereby",
    "trigger": r"trigger\w*",
    "drive": r"driv(?:e|es|en|ers?|ing)|drove",
    "push, pull": r"(?:push|pull)(?:es|s|ed|ing)?",
    "due to": r"(?:due|owing|thanks) to",
    "effect (a law may take effect)": r"(?<!take )(?<!takes )(?<!took )effect\w*|affect\w*",
    "impact, influence": r"impact\w*|influenc\w*",
    "boost, fuel": r"(?:boost|fuel)\w*",
    "spark, spur, prompt, provoke": r"(?:spark|spur|prompt)(?:s|ed|red|ring|ing)?|provok\w+",
    "bring about, set off": r"(?:bring|brings|bringing|brought) (?:about|on)|set(?:s|ting)? off",
    "after which": r"after which|in the wake of|on the back of|on account of",
    "react, respond": r"react(?:s|ed|ing|ions?)?|respond\w*|in response",
    "explain": r"expla(?:in|ins|ined|ining|nations?)",
    "blame, be responsible": (
        r"blam\w+|responsib\w+|attribut\w+|contribut\w+ to|account(?:s|ed)? for"
    ),
    "raise, lower, move a price": (
        rf"(?:rais(?:e[sd]?|ing)|(?:lift|lower|depress|drag)(?:s|ed|ing)?|hik(?:e[sd]?|ing)"
        rf"|(?:increas|reduc|mov|chang|inflat)(?:e[sd]?|ing)|cut(?:s|ting)?|hit(?:s|ting)?){PRICE}"
    ),
    "send, keep, hold, make a price": (
        rf"(?:sen(?:t|d|ds|ding)|(?:keep|hold)(?:s|ing)?|kept|held|mak(?:e|es|ing)|made){PRICE}"
    ),
    "a price was raised": r"prices? (?:was|were|is|been|be) (?:rais|lower|lift|mov|cut|hit)\w*",
    "make dearer": r"(?:mak(?:e|es|ing)|made)(?: \w+){1,3} (?:dearer|cheaper|more expensive)",
    "behind the rise": (
        r"(?:behind|reasons? for|origins? of) (?:the|this|that)(?: \w+)? (?:rise|fall|spike)"
    ),
}
"""Word families that say, or nearly say, that one thing made another happen."""

CAUSAL = {name: re.compile(rf"\b(?:{words})\b", re.I) for name, words in FAMILIES.items()}
QUOTED = re.compile(r"“[^”]*”")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.S)
ADDRESS_OR_TAG = re.compile(r"\]\([^)]*\)|<[^>]+>")


def causal(text: str) -> list[str]:
    """Return the causal words of a text, each with its family and its neighbours."""
    text = " ".join(ADDRESS_OR_TAG.sub(" ", plain(text)).split())
    return [
        f"{name}: …{text[max(0, m.start() - 40) : m.end() + 30]}…"
        for name, words in CAUSAL.items()
        for m in words.finditer(text)
    ]


def own_words(text: str) -> str:
    """Return a text without what it shows as an example: quotations and code."""
    return QUOTED.sub(" … ", CODE.sub(" … ", text))


@cache
def explorers() -> list[Explorer]:
    return [found for found in ran(LESSON)[1] if isinstance(found, Explorer)]


def settings(explorer: Explorer) -> list[dict]:
    """Return every combination of the values of all controls."""
    names, controls = zip(*explorer.controls.items(), strict=True)
    return [
        dict(zip(names, v, strict=True)) for v in itertools.product(*(c.values for c in controls))
    ]


# --- what the lesson makes --------------------------------------------------------------


def test_words_of_charts_and_tables():
    """Saved outputs: the words, titles, labels and notes of charts, tables and printed lines."""
    found = []
    for cell in code(load(LESSON)):
        for output in cell.outputs:
            kinds = output.get("data", {})
            said = [
                output.get("text", ""),
                kinds.get("text/plain", ""),
                kinds.get("text/markdown", ""),
            ]
            found += [(cell.id, words) for text in said for words in causal(text)]
    assert found == []


def test_sentences_of_explorers():
    """Every sentence over every combination of values, with the table that stands below it."""
    said = set()
    for explorer in explorers():
        said |= {explorer.title, *(control.label for control in explorer.controls.values())}
        for setting in settings(explorer):
            try:
                rows = explorer.rows(setting)
            except CasebookError as problem:
                said.add(str(problem))
                continue
            said |= {explorer.describe(rows), *rows.columns, *map(str, rows.to_numpy().flat)}
    assert len(said) > 250
    assert [words for text in sorted(said) for words in causal(text)] == []


def test_pictures_of_explorers():
    """Titles, labels and lists inside the picture, over every value of every control."""
    for explorer in explorers():
        for name, control in explorer.controls.items():
            for value in control.values:
                figure = explorer.draw(explorer.rows(explorer.default | {name: value}))
                text = figure_data(figure)
                plt.close(figure)
                assert causal(text) == []


def test_facts():
    used = {mark for cell in load(LESSON).cells for mark in facts_in(cell.source)}
    assert len(used) > 50
    assert [words for mark in sorted(used) for words in causal(fact(mark).statement)] == []


# --- what people wrote ------------------------------------------------------------------


def exercise_texts() -> list[str]:
    texts = []
    for exercise_id in read("exercises").index:
        if exercise_id.startswith(LESSON.stem[:2]):
            asked = question(exercise_id)
            texts += [asked.correct, asked.default, *asked.hints]
            texts += [message for _, message in asked.mistakes]
    return texts


def test_messages_hints_and_solutions():
    texts = exercise_texts()
    assert len(texts) > 40
    assert [words for text in texts for words in causal(own_words(text))] == []


def test_prose_and_headings():
    """Headings have no quotation to hide in; a quotation is a sentence or less."""
    for cell in prose(load(LESSON)):
        assert causal(own_words(cell.source)) == [], cell.id
        for heading in re.findall(r"^#+ (.+)$", cell.source, re.M):
            assert causal(heading) == []
        assert cell.source.count("“") == cell.source.count("”")
        assert all(len(plain(q).split()) <= 20 for q in QUOTED.findall(cell.source))


def test_the_question_is_the_only_exception():
    told = about(load(LESSON))
    assert told["question"] == QUESTION and causal(QUESTION)
    for text in (told["title"], told["answer"], told["needs"], *told["objectives"]):
        assert causal(text) == []


# --- the list itself --------------------------------------------------------------------

EXAMPLES = {
    "cause, because": ["The ban caused a spike.", "It rose because buyers were afraid."],
    "lead to": ["The listing led to a rise.", "This leads up to a peak."],
    "result in": ["It resulted in a fall.", "As a result it fell.", "One consequence was a rise."],
    "therefore": ["The route closed, and therefore the price rose."],
    "trigger": ["The step triggered a rise."],
    "drive": ["Sanctions drove it up.", "The main driver was the ban."],
    "push, pull": ["Fewer tonnes pushed the price up."],
    "due to": ["The fall was due to the licence.", "Thanks to relief it fell."],
    "effect (a law may take effect)": ["The effect of the ban was large.", "It affected prices."],
    "impact, influence": ["The impact was small.", "War influenced the market."],
    "boost, fuel": ["The war boosted prices.", "It was fuelled by fear."],
    "spark, spur, prompt, provoke": ["The ban sparked a rally.", "This prompted a rise."],
    "bring about, set off": ["Relief brought about a fall.", "The ban set off a rise."],
    "after which": ["Lithuania closed the route, after which the price rose."],
    "react, respond": ["The market reacted.", "In response the price fell."],
    "explain": ["The ban explains the rise."],
    "blame, be responsible": ["Sanctions were to blame.", "The ban accounts for half of it."],
    "raise, lower, move a price": [
        "The EU ban raised the price by a fifth.",
        "It moved the price.",
    ],
    "send, keep, hold, make a price": [
        "It sent the price up.",
        "This keeps the potash price high.",
    ],
    "a price was raised": ["The price was lifted by the ban."],
    "make dearer": ["The war made potash dearer."],
    "behind the rise": ["What is behind the rise?", "The reason for the spike was war."],
}

ALLOWED = [
    "In the same month the price was 0.8 percent above that of the month before.",
    "The price rose before the US listed Belaruskali, and again while a war began.",
    "It fell after the peak, at a time when every measure was in force.",
    "The licence took effect on that day.",
    "Other events of the list in this window: 7. The picture cannot tell them apart.",
    "EU raises duties on fertilisers from Russia and Belarus",
    "Coale announces lifting of potash sanctions",
    "The price changed by +0.8 percent; a lower price stands beside a higher price.",
]


def test_each_family_has_examples():
    assert set(EXAMPLES) == set(FAMILIES)


@pytest.mark.parametrize(("family", "text"), [(f, t) for f, ts in EXAMPLES.items() for t in ts])
def test_causal_words_are_caught(family, text):
    assert any(found.startswith(family) for found in causal(text))
    assert causal(own_words(f"They write: “{text}”")) == []


@pytest.mark.parametrize("text", ALLOWED)
def test_words_of_time_pass(text):
    assert causal(text) == []
