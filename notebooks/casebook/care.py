"""Find where a sentence sets money against single people, and leave prices of goods alone.

A help for learners and no judge: lesson 09 says why the collection prints no such number. It looks
for a price per prisoner, and for somebody who was held named beside a sum. Prices by the tonne,
fines of a court, income per head, and sentences that deny or refuse the number pass.
"""

import re

from .tables import read

CURRENCY = r"(?:US )?(?:dollars?|euros?|roubles?|USD|EUR)"
SIZE = r"(?:thousand|million|billion|k|m|bn)"
FIGURE = r"(?:\d[\d,.]*|half|an?|one|two|three|four|five|six|seven|eight|nine|ten)"
AMOUNT = re.compile(
    rf"(?:(?:US ?)?[$€£]|\b(?:USD|EUR) ?)\d[\d,.]*(?: ?{SIZE}\b)?"
    rf"|\b{FIGURE} ?(?:{SIZE} )*(?:a )?(?:{SIZE} )?{CURRENCY}\b",
    re.I,
)
RATE = re.compile(
    r"^\W*(?:(?:an?|per|for (?:each|every)) (?:metric )?|/ ?)"
    r"(?:t|tonnes?|tons?|kg|year|month|day)\b",
    re.I,
)
"""What follows an amount that is a price of goods or a sum in time."""
BY_WEIGHT = re.compile(
    r"(?:\b(?:an?|per|each|every) |/ ?)(?:metric )?(?:t|tonnes?|tons?|kg)\b", re.I
)
MONEY = re.compile(
    rf"[$€£]|\b(?:{CURRENCY}|money|prices?|priced|costs?|worth|value[sd]?)\b",
    re.I,
)
PRISONER = r"(?:(?:political|freed|released|single|pardoned) )*(?:prisoners?|detainees?|captives?)"
ONE = r"(?:person|people|head|man|woman|one|life|human being)"
LET_GO = r"(?:freed|released|pardoned|imprisoned|jailed|held|let go)"
WHOM = rf"(?:{PRISONER}|{LET_GO} {ONE}|{ONE} (?:who (?:was|is) )?{LET_GO})"
EACH = r"(?:per|each|every|for (?:one|a single))(?: of)?(?: the| those| all)?(?: \d[\d,]*)?"
WORTH = r"(?:price[sd]?|costs?|value[sd]?|worth|sold|bought)"
PER_PRISONER = re.compile(
    rf"\b{EACH} {WHOM}\b"
    rf"|\b{WORTH} (?:tag )?(?:of|on|for) (?:an?|one) {WHOM}\b"
    rf"|\b(?:an?|one) {WHOM} (?:(?:is|was|were|had|has|would be) )?(?:{WORTH}\b|for (?:[$€£]|\d))",
    re.I,
)
PER_PERSON = re.compile(
    r"\b(?:(?:per|for each|for every) (?:person|human being|life)|(?:a|per) head)\b", re.I
)
OF_THE_DEAL = re.compile(rf"\b(?:{LET_GO}|releas\w+|prisoners?|pardons?|relief|deal)\b", re.I)
"""Words that tell a person of the deal from a head of the population."""
PRICED = re.compile(
    r"\b(?:worth|pric(?:e|es|ed|ing)|costs?|value[sd]?|paid|pays?|sold|bought|sum|traded|swapped"
    r"|exchange[ds]?|in return)\b",
    re.I,
)
FINE = re.compile(r"\b(?:fine[sd]?|bail|prize|salary|damages|compensation)\b", re.I)
DENIED = re.compile(
    r"\b(?:(?:do|does|did|should|can|could|will|would|may|must|is|are|was|were) not|cannot|never"
    r"|nobody|no one|refus\w+|\w+n['’]t|without|no (?:\w+ )?(?:page|price|number|sum|table|source))"
    r"\b",
    re.I,
)
SENTENCE_ENDS = re.compile(r"(?<=[.;!?])\s+")


def prices_people(text: str) -> str:
    """Return the first sentence that sets money against single people, or ""."""
    return next((s for s in SENTENCE_ENDS.split(text) if _prices_people(s)), "")


def _prices_people(sentence: str) -> bool:
    if DENIED.search(sentence) or FINE.search(sentence):
        return False
    amounts = list(AMOUNT.finditer(sentence))
    sums = [m for m in amounts if not RATE.match(sentence[m.end() :])]
    is_one_of_the_deal = PER_PRISONER.search(sentence) or (
        PER_PERSON.search(sentence) and OF_THE_DEAL.search(sentence)
    )
    if is_one_of_the_deal:
        is_of_goods = BY_WEIGHT.search(sentence) or (amounts and not sums)
        return bool(sums or (MONEY.search(sentence) and not is_of_goods))
    is_priced = sums and PRICED.search(sentence)
    return bool(is_priced and _names_a_prisoner(sentence))


def _names_a_prisoner(sentence: str) -> bool:
    """Return whether a sentence names somebody of our table who is or was held."""
    people = read("people")
    held = people[people.last_known.notna()]
    names = [*held.name, *";".join(held.alternative_spellings.dropna()).split(";")]
    surnames = {name.split()[-1] for name in names if name.strip()}
    return any(re.search(rf"\b{re.escape(surname)}\b", sentence) for surname in surnames)
