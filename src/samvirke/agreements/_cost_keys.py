"""How costs are shared, as an agreement says it: parts of a key, with their percentages."""

from __future__ import annotations

import re

from samvirke.agreements import _words
from samvirke.agreements._clauses import EMPTY, Settled
from samvirke.agreements._parties import names_in
from samvirke.agreements.passages import Passage, Passages

_TENS = {"ti": 10, "tjue": 20, "tretti": 30, "førti": 40, "femti": 50, "seksti": 60, "sytti": 70, "åtti": 80, "nitti": 90, "hundre": 100}
_PERCENT = re.compile(
    rf"(?P<value>\d{{1,3}}(?:[,.]\d+)?|{'|'.join(_TENS)})\s*(?:%|prosent|pst\.?)|(?P<half>halvparten|halve)\b|(?P<rest>\bresten|resterende|resterande|det øvrige)",
    re.IGNORECASE,
)
_SHARES = re.compile(
    r"fordel|\bdel(?:es|ast|er|t|te|a)\b|dekk|betal|belast|yter|utgift|kostnad|driftstil|tilskot|tilskudd|\bpris|nøkkel|utlign|utlikn|svar(?:er|ar) for|finansier|andel|avrekn|avregn|bidrag|skal bere|bærer|faktur",
    re.IGNORECASE,
)
_OTHER_SUMS = re.compile(
    r"innskudd|innskot|eierandel|eigardel|ansvarsandel|lån\b|gjenværende|ved oppløsning|ved oppløys|(?:midler|midlar|konto|bok).{0,30}(?:står att|står igjen|igjen)|mindreforbruk|meirforbruk|merforbruk|overskot|overskudd|tilbakebetal|uttred|utmeld|formue|verdiar vert|"
    r"midlar på bok|fond\b|arkiv|taksert|kommune utenfor samarbeidet|kommune utanfor|som ikke er deltaker|andre kommunar|det som måtte ve?re igjen|samtidig, skal|opphør|godskriv",
    re.IGNORECASE,
)
_SMALLER = re.compile(
    r"stilling|årsverk|administrasjonspåslag|godtgjør|husleie|husleige|deflator|ferie|møteutgift|skyss|erstatning|gebyr|inventar|forsikring", re.IGNORECASE
)


def cost_key(text: Passages) -> list[Settled]:
    """Find the parts of the cost key, each kind once, in the order of the text."""
    heading = _words.kinds()["cost_key"].heading
    found: list[Settled] = []
    seen: set[str] = set()
    sections: set[int] = set()
    speaking = [
        one
        for one in text.sentences
        if not EMPTY.search(one.text) and (not one.row or (_PERCENT.search(one.text) and not names_in(one.text) and one.text.count(" | ") == 1))
    ]
    headed = [one for one in speaking if heading.search(one.heading)]
    for pool, route in ((headed, "heading"), ([one for one in speaking if one not in headed], "words")):
        if found:
            break
        for one in pool:
            follows = one.section in sections or route == "heading"
            for name, percent in _parts(one, follows=follows):
                if name not in seen:
                    seen.add(name)
                    sections.add(one.section)
                    found.append(Settled("cost_key", name if percent is None else f"{name}:{percent}", one, route))
    return [Settled("cost_key", one.value, one.passage, one.route, step) for step, one in enumerate(_completed(found), 1)]


def _parts(one: Passage, *, follows: bool) -> list[tuple[str, str | None]]:
    """Return the parts that a sentence names, with the percentage that stands nearest before (or just after) each."""
    text = one.text
    if _OTHER_SUMS.search(text) or not (_SHARES.search(text) or (follows and _PERCENT.search(text))):
        return []
    if _SMALLER.search(text) and not re.search(r"fordel|likt|innbyg|folketal|innb\.", text, re.IGNORECASE):
        return []
    spots = []
    for name, words in _words.costs().items():
        match = words.search(text)
        if match and not re.search(r"ikk(?:e|je)\s+(?:\w+\s+){0,2}$", text[: match.start()], re.IGNORECASE):
            spots.append((match.start(), match.end(), name))
    spots.sort()
    percentages = [
        match
        for match in _PERCENT.finditer(text)
        if not re.match(r"\s*(?:av (?:full )?)?(?:stilling|administrasjonsp|påslag|av løn)", text[match.end() :], re.IGNORECASE)
    ]
    used: set[int] = set()
    found = []
    for place, (begin, end, name) in enumerate(spots):
        previous = spots[place - 1][1] if place else 0
        following = spots[place + 1][0] if place + 1 < len(spots) else len(text)
        before = [match for match in percentages if previous <= match.start() < begin and match.start() not in used]
        after = [match for match in percentages if end <= match.start() < min(following, end + 25) and match.start() not in used]
        chosen = before[-1] if before else after[0] if after and not [m for m in percentages if m.start() < begin] else None
        if chosen is not None and name in ("per_inhabitant", "by_use", "equal", "by_own_cost", "minimum"):
            used.add(chosen.start())
            found.append((name, _figure(chosen)))
        else:
            found.append((name, None))
    return found


def _figure(match: re.Match[str]) -> str | None:
    if match["half"]:
        return "50"
    if match["rest"]:
        return "rest"
    word = match["value"].lower()
    value = float(_TENS[word]) if word in _TENS else float(word.replace(",", "."))
    return f"{value:g}"


def _completed(found: list[Settled]) -> list[Settled]:
    """Put a number to 'the rest', where the other parts have theirs; without it there is none."""
    told = [float(one.value.split(":")[1]) for one in found if one.value and ":" in one.value and not one.value.endswith(":rest")]
    rest = f"{100 - sum(told):g}" if told and sum(told) < 100 else None
    return [
        one
        if one.value is None or not one.value.endswith(":rest")
        else Settled(one.kind, one.value[:-5] + (f":{rest}" if rest else ""), one.passage, one.route)
        for one in found
    ]
