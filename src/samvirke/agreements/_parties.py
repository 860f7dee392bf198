"""The municipalities that an agreement names, which of them are parties, and which one is host."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

from samvirke.agreements.passages import SIGNING, Passage, Passages
from samvirke.vocabulary import gazetteer
from samvirke.vocabulary.gazetteer import Place

_HEADING = re.compile(r"\bpart(?:er|ar|ane|ene|nere)\b|avtalepart|deltak|deltag|kven|hvem|^\W*mellom\b|medlem|eier|eigar|samarbeidskommun", re.IGNORECASE)
_LISTING = re.compile(
    r"\bmellom\b|kommun(?:ene|ane|er|ar)\b|\bpart(?:er|ar|ene|ane)\b|deltak|deltag|vertskommun|\(vert\)|eiere|eigarar|består av|omfatt|går saman|går sammen|seljar|selger|kjøp",
    re.IGNORECASE,
)
_OUTSIDE = re.compile(
    r"ikk(?:e|je)\s+(?:\w+\s+){0,3}(?:part|med\b|del av|omfatt|medlem|deltak|delta[rk]|tilslutt)|(?:deltar|deltek|omfatt\w+|betjenes|inngår|kjem|er)\s+(?:\w+\s+){0,1}ikk(?:e|je)\b|takk(?:et|a) nei|"
    r"\b(?:har|hev|bruker|brukar|benytter|nyttar)\s+(?:\w+\s+){0,2}(?:egne?|egen|eget|eig[ae]n?|sin[ea]?)\b|observatør|invitert|fått tilbud|fått tilbod|står uta?nfor|utenfor\b|utanfor\b|"
    r"møterett|talerett|arbeider med\b|ikk(?:e|je) tatt stilling|har valgt|har valt|har stilt|tidligere|tidlegare vert|kan (?:også |òg )?(?:kjøpe|kome|komme|slutte|opptas)|er orientert",
    re.IGNORECASE,
)
_DECIDED = re.compile(r"vedt(?:att|eke|ak)|(?:kommune|by|herads)styr|k-?sak|\bsak\b|handsama|behandla|godkjenn|votering|røysta|underskrift", re.IGNORECASE)
_NOT_HOST = re.compile(r"ikk(?:e|je)\s+(?:\w+\s+){0,2}vert|utan at|uten at|vertskapet", re.IGNORECASE)
_COMMUNE = r"(?:\s+(?:kommune|herad|bykommune|gielda|suohkan|tjïelte))?"


@dataclass
class Mention:
    """Where a name stands: how often in lists, headings and title, among the signatures, and in sentences that put it outside."""

    name: str
    first: Passage
    at: tuple[float, int]
    listed: int = 0
    titled: int = 0
    signed: int = 0
    outside: int = 0
    passages: list[Passage] = field(default_factory=list)


@dataclass(frozen=True)
class Read:
    """A party as it was read, and by which way of reading."""

    name: str
    place: Place
    host: bool
    passage: Passage
    route: str


@cache
def _names() -> re.Pattern[str]:
    """Match the name of any municipality, old or new, the longest first; a name within a longer word or double name is none."""
    names = {name for place in gazetteer.places() for name in (place.name, *place.other_names) if len(name) > 1}
    both = sorted(names | {name.upper() for name in names if len(name) > 2}, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, both))})(?![\w]|-\w)")


def names_in(text: str) -> list[re.Match[str]]:
    """Find the names of municipalities in a text, in their order.

    Examples
    --------
    >>> [one.group() for one in names_in("Mellom Nord-Aurdal, Øystre Slidre og Deanu gielda / Tana kommune")]
    ['Nord-Aurdal', 'Øystre Slidre', 'Deanu', 'Tana']
    """
    return list(_names().finditer(text))


def _place(name: str, day: date | None) -> list[Place]:
    found = gazetteer.named(name, day)
    holding = [one for one in found if day is not None and one.holds(day)]
    if holding or not found:
        return holding
    if day is None:
        return list(found[-1:])
    before = [one for one in found if one.valid_to is not None and one.valid_to <= day]
    return [max(before, key=lambda one: one.valid_to or date.min)] if before else list(found[:1])


def parties(text: Passages, day: date | None) -> list[Read]:
    """Find the parties, in the order in which the text lists them.

    Parameters
    ----------
    text : Passages
        The agreement.
    day : datetime.date or None
        When it was entered into, which decides what code a name stands for.
    """
    mentions = _mentions(text)
    signed = [one for one in mentions if one.signed and one.signed > one.outside]
    hosts = called_host(text)
    parties = [one for one in mentions if _is_party(one, signatures=len(signed) > 1) or (one.name in hosts and not one.outside and one.first.place < 0.5)]
    hosts = {name: passage for name, passage in hosts.items() if name in {one.name for one in parties}}
    hosts = dict(sorted(hosts.items(), key=lambda one: one[1].place)[:1])
    placed = _without_doubt([(one, _place(one.name, day)) for one in parties])
    found: dict[str, Read] = {}
    for one, place in placed:
        if place.code in found:
            if one.name in hosts and not found[place.code].host:
                found[place.code] = replace(found[place.code], host=True, passage=hosts[one.name])
            continue
        if day is not None and not place.holds(day) and not (one.listed or one.titled):
            continue
        route = "listed_and_signed" if one.signed and (one.listed or one.titled) else "listed" if one.listed else "titled" if one.titled else "signed"
        found[place.code] = Read(_title(place, one.name), place, one.name in hosts, hosts.get(one.name, one.first), route)
    return list(found.values())


def _title(place: Place, name: str) -> str:
    return place.name if name.isupper() or name in place.other_names else name


def _mentions(text: Passages) -> list[Mention]:
    found: dict[str, Mention] = {}
    for order, one in enumerate((*text.headings, *text.sentences)):
        names = list(dict.fromkeys(_spelt(match.group()) for match in names_in(one.text)))
        heading = order < len(text.headings)
        outside = bool(_OUTSIDE.search(one.text))
        for name in names:
            mention = found.setdefault(name, Mention(name, one, (9.0, 0)))
            mention.passages.append(one)
            if outside and not _in_list(one, name):
                mention.outside += 1
                continue
            listed = one.place < 0.45 and (
                (_LISTING.search(one.text) and len(names) > 1) or (_HEADING.search(one.heading) and not one.row) or _in_list(one, name)
            )
            titled = (heading or one.place < 0.06) and one.place < 0.1 and len(names) > 1
            signed = one.place > 0.75 and bool(
                SIGNING.search(one.text) or _DECIDED.search(one.text) or SIGNING.search(one.heading) or _DECIDED.search(one.heading) or _alone(one.text, names)
            )
            mention.listed += bool(listed)
            mention.titled += titled
            mention.signed += signed
            if (listed or titled) and (one.place, one.text.find(name)) < mention.at:
                mention.first, mention.at = one, (one.place, max(one.text.find(name), 0))
    return sorted(found.values(), key=lambda one: (one.at, text.sentences.index(one.first) if one.first in text.sentences else -1))


def _spelt(name: str) -> str:
    return name.title() if name.isupper() else name


def _in_list(one: Passage, name: str) -> bool:
    """Say whether a sentence names a municipality as host or participant in so many words."""
    return bool(re.search(rf"{re.escape(name)}{_COMMUNE},?\s*(?:\((?:som\s+)?vert|som vert|er vertskommune)", one.text))


def _alone(text: str, names: Sequence[str]) -> bool:
    """Say whether a line is nothing but names."""
    rest = _names().sub("", text)
    return len(re.sub(r"(?i)\b(?:kommune|herad|for|ordføraren|ordføreren|ordfører|ordførar|og|gielda)\b|[\W_\d]", "", rest)) < 4 + 2 * len(names)


def _is_party(one: Mention, *, signatures: bool) -> bool:
    if one.outside and one.listed + one.titled <= one.outside and not one.signed:
        return False
    if signatures and not one.signed:
        return one.listed + one.titled > 1 or (one.listed > 0 and bool(_HEADING.search(one.first.heading)))
    return bool(one.listed or one.titled or (one.signed and len(one.passages) > 1) or one.signed > 1 or (signatures and one.signed))


def _without_doubt(found: Sequence[tuple[Mention, list[Place]]]) -> list[tuple[Mention, Place]]:
    """Choose, of several municipalities of one name, the one in the county that most of the other parties are in."""
    sure = Counter(places[0].code[:2] for _, places in found if len(places) == 1)
    chosen = []
    for mention, places in found:
        if places:
            chosen.append((mention, max(places, key=lambda one: sure[one.code[:2]])))
    return chosen


def called_host(text: Passages) -> dict[str, Passage]:
    """Return every municipality that the text calls host, with the first passage that does."""
    found: dict[str, Passage] = {}
    for one in text.sentences:
        if not re.search(r"vert(?:s|en\b|\b)|\(vert\)", one.text, re.IGNORECASE) or _NOT_HOST.search(one.text):
            continue
        for match in names_in(one.text):
            name = _spelt(match.group())
            before, after = one.text[: match.start()], one.text[match.end() :]
            says = re.match(
                rf"{_COMMUNE}\s*,?\s*(?:\|\s*vert|\((?:heretter\s+|som\s+|administrativ\s+)?[«\"]?vert|som\s+(?:administrativ\s+)?vert|(?:kommune\s+)?(?:er|skal være|skal vere|vert vald til)\s+(?:\w+\s+)?vert|–\s*vert|- vert|, vert)",
                after,
                re.IGNORECASE,
            )
            said = re.search(r"vertskommune[nr]?(?:\s+\w+)?\s*(?:er|:|,|–|-)?\s*(?:kommunen\s+)?$", before, re.IGNORECASE) and not re.search(
                r"\bog\s*$", before
            )
            if says or said:
                found.setdefault(name, one)
    return found
