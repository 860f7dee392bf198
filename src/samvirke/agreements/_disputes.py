"""How disagreement between the parties is to be settled: the mechanisms that an agreement names, in their order."""

from __future__ import annotations

import re

from samvirke.agreements import _words
from samvirke.agreements._clauses import EMPTY, Settled
from samvirke.agreements.passages import Passage, Passages

_NEGATED_BEFORE = re.compile(r"(?:ikk(?:e|je)|verken|korkje|heller ikk(?:e|je)|uten|utan|ingen|inga)\s+(?:\w+\s+){0,7}$", re.IGNORECASE)
_NEGATED_AFTER = re.compile(r"^\w*\s*(?:\w+\s+){0,3}?(?:skal|kan|er|blir|vert|bør|har)?\s*(?:\w+\s+){0,2}?(?:ikk(?:e|je)\b|utelukk|uaktuel)", re.IGNORECASE)
_IF_NOT = re.compile(
    r"(?:^\W*(?:\d[\d.-]*\s+)?(?:når|om|fører|førar|blir|vert|kjem|kommer|går|lykkes|lukkast|har|er|løses|lar|vil|finner|finn|greier|klarar|klarer|oppnår|oppnås)\b|\b(?:dersom|hvis|såfremt|med mindre|der)\b)[^;]*ikk(?:e|je)\b",
    re.IGNORECASE,
)
_SET_ASIDE = re.compile(r"\b(?:vore|vært|vart|ble) (?:drøfta|drøftet|vurdert|foreslått|foreslege)|fikk ikke tilslutning|fekk ikkje tilslutning", re.IGNORECASE)
_CONTINUES = re.compile(
    r"\b(?:dersom|hvis|om|når|fører|førar|blir|vert|går|kommer|kjem|lykkes|løses|løysast|er)\b[^.]{0,70}\b(?:ikk(?:e|je)|heller)\b|deretter|dernest|så\b|i siste instans|til slutt|endelig|endeleg|saka?e?n?\b|partene|partane|nemnda|avgjør|avgjer|verneting|voldgift|valdgift|domstol|tingrett",
    re.IGNORECASE,
)


def disputes(text: Passages) -> list[Settled]:
    """Find the steps of the dispute clause, each mechanism once, in the order in which they follow.

    A mechanism that the text rules out is none. Where the text only points to a statute that is the one step.
    """
    own = _passages(text)
    found: list[Settled] = []
    seen: set[str] = set()
    for one, route in own:
        for name in _named(one.text):
            if name not in seen:
                seen.add(name)
                found.append(Settled("dispute", name, one, route))
    kept = [one for one in found if one.value != "statutory_reference"]
    if not kept:
        kept = found[:1]
    elif "negotiation" in seen and "forum_of_chief_executives" in seen:
        kept = _without_talks_within(kept)
    return [Settled("dispute", one.value, one.passage, one.route, step) for step, one in enumerate(kept, 1)]


def _passages(text: Passages) -> list[tuple[Passage, str]]:
    """Return the sentences on disagreement between the parties: those under such a heading, and those that say so and what follows them."""
    about, other = _words.dispute_about()
    heading = _words.kinds()["dispute"].heading
    found: list[tuple[Passage, str]] = []
    following = None
    for one in text.sentences:
        if EMPTY.search(one.text):
            following = None
            continue
        headed = bool(heading.search(one.heading))
        speaks = bool(about.search(one.text)) and not other.search(one.text)
        continues = following is not None and following.section == one.section and bool(_CONTINUES.search(one.text)) and not other.search(one.text)
        alone = bool(re.search(r"^\W*(?:tvist|voldgift|valdgift|verneting|domstol)", one.text, re.IGNORECASE))
        if headed and not other.search(one.text):
            found.append((one, "heading"))
            following = one
        elif (speaks and (_named(one.text) or re.search(r"tvist|usemje|uenighet|ueinig|konflikt", one.text, re.IGNORECASE))) or alone or continues:
            found.append((one, "words" if speaks or alone else "following"))
            following = one
        else:
            following = None
    return [pair for pair in found if _of_parties(pair[0])]


def _of_parties(one: Passage) -> bool:
    """Say whether a sentence may be about disagreement between the parties at all."""
    return not re.search(r"^\W*(?:pasient)?klag|klagerett|klageinstans|klagenemnd", one.text, re.IGNORECASE)


def _named(text: str) -> list[str]:
    """Return the mechanisms in a sentence, in the order of their words, without those that it rules out."""
    at: list[tuple[int, int, str]] = []
    taken: list[tuple[int, int]] = []
    for rank, (name, words) in enumerate(_words.dispute_steps().items()):
        for match in words.finditer(text):
            if name != "statutory_reference" and any(begin < match.end() and match.start() < end for begin, end in taken):
                continue
            if _ruled_out(text, match.start(), match.end()):
                taken.append((match.start(), match.end()))
                continue
            at.append((match.start(), rank, name))
            taken.append((match.start(), match.end()))
            break
    return [name for _, _, name in sorted(at)]


def _ruled_out(text: str, begin: int, end: int) -> bool:
    """Say whether a mechanism is named only to say that it is not to be used."""
    part = re.split(r"[;,]|\bmen\b", text[:begin])[-1]
    if re.search(r"\bsom\s+$", text[:begin]) and re.search(r"utval", text[:begin], re.IGNORECASE):
        return True
    if _NEGATED_BEFORE.search(part[-75:]) and not _IF_NOT.search(part):
        return True
    within = text[begin:end]
    if re.search(r"\bikk(?:e|je)\b", within) and not _IF_NOT.search(f"{part} {within}"):
        return True
    after = re.split(r"[;.]|\bmen\b", text[end : end + 60])[0]
    return bool(_NEGATED_AFTER.search(after) or _SET_ASIDE.search(after))


def _without_talks_within(found: list[Settled]) -> list[Settled]:
    """Chief executives who are to talk together are one mechanism, not two, where one passage says both."""
    forum = next(one for one in found if one.value == "forum_of_chief_executives")
    return [
        one
        for one in found
        if not (one.value == "negotiation" and one.passage == forum.passage and not re.search(r"forhandl", one.passage.text, re.IGNORECASE))
    ]
