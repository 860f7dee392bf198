"""Which matters an agreement settles, and what it says of them: the kinds of clause, but for disputes and costs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from samvirke.agreements import _bodies, _names, _terms, _words
from samvirke.agreements.passages import Passage, Passages

_NOT_SETTLED = r"ikk(?:e|je)\s+(?:\w+\s+)?(?:regulert|avtalt|fastsatt|fastsett|avklart|avklara|tatt inn|teke inn|omtalt)|\buregulert"
_LEFT = (
    r"\b(?:kommer|kjem) (?:partene |partane )?tilbake|går fram av (?:eget )?vedlegg|\bfr(?:e|a)mgår av vedlegg|^\W*(?:se|sjå)\s+(?:eget|eige|eigen|egen|vedlegg|reglement)|ikkje ferdig|ikke ferdig|"
    r"regulert i (?:vedlegg|eigen|egen)|\bsjå vedlegg\b.{0,20}$|f(?:ø|y)l[gj]+er av vedlegg|^\W*vedlegg\w*\s*:|:\s*(?:se|sjå) vedlegg|avtales (?:nærmere|senere)|avtalast (?:nærare|seinare)"
)
_REJECTED = (
    r"forkastet|forkasta|nedstemt|røysta ned|stemmer og falt|røyster og fall|vart trekt|ble trukket|punktet utgår|(?:vært|vore|vart|ble) (?:vurdert|drøfta|drøftet)\b|vurdert om|lagd bort|lagt bort|"
    r"burde vært|burde vore|ikke fylt ut|ikkje fylt ut"
)
EMPTY = re.compile(f"{_NOT_SETTLED}|{_LEFT}|{_REJECTED}", re.IGNORECASE)
LEFT_TO_ANNEX = re.compile(_LEFT, re.IGNORECASE)
_ROUTES = ("heading_and_words", "words", "heading_and_weak", "heading")
_ENOUGH_WORDS = 7


@dataclass(frozen=True)
class Settled:
    """A matter that the text settles: kind, value, passage, and by which way of reading."""

    kind: str
    value: str | None
    passage: Passage
    route: str
    step: int = 1


def settled(text: Passages) -> list[Settled]:
    """Find the kinds of clause, each once, at the passage that says it most plainly."""
    called = _names.name(text)
    found = [Settled("name", *called)] if called else []
    settles = {one for one in text.sentences if not EMPTY.search(one.text)}
    for kind, words in _words.kinds().items():
        if kind in ("cost_key", "dispute", "name"):
            continue
        best = _plainest(text, words)
        said = _VALUES[kind](text, settles) if kind in _VALUES else None
        if best:
            passage, route = best
            found.append(Settled(kind, said.value if said else None, said.passage if said else passage, "words" if said and route == "heading" else route))
        elif said:
            found.append(Settled(kind, said.value, said.passage, "words"))
    return [one for one in found if _stands(one)]


def _says(one: Passage, words: _words.KindWords) -> bool:
    return bool(words.words.search(one.text)) and not words.other.search(one.text) and not EMPTY.search(one.text)


def _plainest(text: Passages, words: _words.KindWords) -> tuple[Passage, str] | None:
    candidates: list[tuple[int, Passage]] = []
    for one in text.sentences:
        headed = bool(words.heading.search(one.heading))
        if _says(one, words):
            candidates.append((0 if headed else 1, one))
        elif headed and words.weak.search(one.text) and not words.other.search(one.text) and not EMPTY.search(one.text):
            candidates.append((2, one))
    if candidates:
        rank, passage = min(candidates, key=lambda one: (one[0], one[1].place))
        return passage, _ROUTES[rank]
    for heading in text.headings:
        if not words.heading.search(heading.text):
            continue
        body = [one for one in text.under(heading.section) if not words.other.search(one.text)]
        told = [one for one in body if not EMPTY.search(one.text)]
        if told and len(told) == len(body) and sum(len(one.text.split()) for one in told) >= _ENOUGH_WORDS:
            return told[0], _ROUTES[3]
    return None


def left_open(text: Passages) -> list[tuple[str, Passage]]:
    """Return the kinds that the text names only to leave them to an annex or for later, with the passage."""
    found: dict[str, Passage] = {}
    for kind, words in _words.kinds().items():
        for one in text.sentences:
            if LEFT_TO_ANNEX.search(one.text) and (words.heading.search(one.heading) or words.words.search(one.text)):
                found.setdefault(kind, one)
    return list(found.items())


def _stands(one: Settled) -> bool:
    """Drop what only looks like a clause: a heading alone says too little of some matters."""
    if one.kind in (
        "ownership",
        "liability",
        "contributions",
        "legal_person",
        "borrowing",
        "seat",
        "duration",
        "board",
        "representatives",
        "notification",
        "archives",
    ):
        return one.route != "heading"
    return True


_VALUES = {
    "withdrawal": _terms.notice,
    "duration": _terms.lasting,
    "transfer": _terms.handed_over,
    "legal_person": _bodies.legal_person,
    "borrowing": _bodies.borrowing,
    "representatives": _bodies.members_each,
}
