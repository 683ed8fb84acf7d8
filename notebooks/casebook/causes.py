"""Find where a sentence names a cause, and leave alone where it denies, asks or reports one.

A help for learners and no parser: it looks at words, clause by clause, and what it finds is put
as a question.
"""

import re

CAUSE = re.compile(
    r"\b(?:caus(?:e|ed|es|ing)|because|(?:led|leads?|leading) (?:directly )?to"
    r"|(?:due|owing|thanks) to|as a (?:direct )?(?:result|consequence)"
    r"|result(?:s|ed|ing)? (?:in|from)|consequently"
    r"|therefore|thereby|hence|trigger(?:s|ed|ing)?|spark(?:s|ed|ing)?|spur(?:s|red|ring)?"
    r"|dr(?:ove|ive|iven|ives|iving)|push(?:es|ed|ing)?|brought (?:about|on)|brings? about"
    r"|set off|after which|on account of|boost(?:s|ed|ing)?|fuel+(?:s|ed|ing)?|provok(?:e[sd]?|ing)"
    r"|prompt(?:s|ed|ing)|responsible for|to blame for|in response to|(?:re(?:act|spond))ed to"
    r"|contributed to|explain(?:s|ed)?|affect(?:s|ed)|impact(?:s|ed)?|influenced|forced"
    r"|(?:is|was|are|were) (?:why|the reason|behind|the cause)|the (?:reason|cause) (?:for|of|why)"
    r"|made (?:\w+ ){0,4}(?:rise|fall|climb|jump|soar|double|treble|dearer|cheaper|expensive)"
    r"|(?:rais|increas|inflat|mov|chang)(?:ed|es|ing) (?:up )?(?:\w+ ){0,3}prices?"
    r"|(?:(?:lift|lower|depress)(?:ed|s|ing)|hik(?:ed|es|ing)|kept|sent|held|cut(?:s|ting)?)"
    r" (?:up )?(?:\w+ ){0,3}prices?"
    r"|prices? (?:was|were|been) (?:(?:rais|lift|mov|push|driv|sent|inflat)\w*|lowered))\b",
    re.I,
)
CLAUSE = re.compile(r"(?<=[.;!?])\s+|:\s+|,? (?=(?:but|yet|however|whereas)\b)", re.I)
QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|‘[^’]*’")

AFFIRMING = re.compile(
    r"\b(?:not (?:only|just|merely|least|until|surprisingly)|no (?:doubt|question|wonder|surprise)"
    r"|without (?:any |a )?(?:doubt|question)|beyond (?:any )?doubt|nothing (?:but|else|other)"
    r"|none other than|no other|if anything|(?:nobody|no one|none) (?:can |could |will )?"
    r"(?:den(?:y|ies)|doubts?)|(?:cannot|can't|can not) be (?:denied|doubted))\b",
    re.I,
)
"""Phrases with a *no* that deny nothing."""

DENIAL = re.compile(
    r"\b(?:no|not|never|nobody|none|nothing|neither|nor|cannot|without|whether|if|hardly|unclear"
    r"|unknown|unproven|avoids?|refus\w+|doubt\w*|wrong to|too (?:much|far|early|bold)|far from"
    r"|leaves? open|open question|the question|instead of|rather than|mistake to|\w+n['’]t)\b",
    re.I,
)
ABOUT_KNOWING = (
    r"(?:show|said|say|know|tell|told|prov|conclu|see|follow|establish|answer|claim|settle|eviden"
    r"|proof|test|certain|sure|decid|judg|learn|support|in (?:the|this|our|any) (?:table|data|row))"
)
DENIAL_AFTER = re.compile(
    rf"\b(?:cannot|not|never|nobody|none|nothing|neither|no|\w+n['’]t)\b[^;!?]{{0,60}}{ABOUT_KNOWING}"
    r"|\b(?:unknown|unclear|unproven|open|goes too far|go too far|more than (?:the|this|our|any)"
    r"|would be (?:wrong|too|a guess)|is (?:only |just )?(?:a|one) (?:guess|story|reading|claim)"
    r"|a question)\b",
    re.I,
)
DATA = r"(?:I|we|it|data|tables?|charts?|pictures?|figures?|graphs?|numbers?|maps?|rows|everybody)"
REPORTED = re.compile(
    rf"\baccording to\b|(?<!\w)(?!{DATA}\b)\w+ (?:says?|said|claims?|claimed|argues?|argued)\b"
    r"|\bargument\b",
    re.I,
)
REPORTED_AFTER = re.compile(r", (?:says?|said|claims?|claimed|argues?|argued)\b", re.I)
POSSIBLE = re.compile(r"\b(?:may|might|could|can|would|should|what if)(?: \w+){0,2} $", re.I)


def named_cause(text: str) -> str:
    """Return the first words that claim that one thing made another happen, or ""."""
    text = text.replace("’", "'").strip().strip("“”\"'")
    text = AFFIRMING.sub("indeed", QUOTED.sub(" ", text))
    for clause in CLAUSE.split(text):
        for match in CAUSE.finditer(clause):
            before, after = clause[: match.start()], clause[match.end() :]
            if not (
                clause.rstrip().endswith("?")
                or _denied(before)
                or DENIAL_AFTER.search(after)
                or REPORTED.search(before)
                or REPORTED_AFTER.search(after)
                or POSSIBLE.search(before)
            ):
                return match[0]
    return ""


def _denied(before: str) -> bool:
    """Say whether a denial reaches the end of these words: a comma ends it, unless *that* follows.

    "With no rain, sanctions caused …" denies nothing; "nobody can say, today, that …" does.
    """
    return any(
        "," not in before[found.end() :]
        or re.search(r"\b(?:that|whether|if|how|why)\b", before[found.start() :], re.I)
        for found in DENIAL.finditer(before)
    )
