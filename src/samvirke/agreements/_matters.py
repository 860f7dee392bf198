"""Which service an agreement is about, and which hours of the week it covers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from samvirke.agreements import _words
from samvirke.agreements.passages import Passage, Passages

HOURS = ("day", "evening", "night", "weekend")
_AROUND = re.compile(
    r"døgnet rundt|døgnet gjennom|hele døgnet|heile døgnet|heildøgn|døgnåp|døgnope|24 timer i døgnet|24 timar i døgnet|til enhver tid|til ei kvar tid|24/7|24 timer",
    re.IGNORECASE,
)
_WEEKEND = re.compile(
    r"\bhelg(?:e?n?|a|er|ar|evakt|ene|ane)?\b|lørdag|laurdag|søndag|sundag|fredag[^;]{0,25}(?:til|-|–)\s*(?:og med )?m[åa]ndag|weekend", re.IGNORECASE
)
_WORKDAYS = re.compile(
    r"hverdag|kvardag|virkedag|vyrkedag|yrkedag|m[åa]ndag\s*(?:til|t\.o\.m\.|-|–)\s*(?:og med\s+)?(?:fredag|torsdag)|arbeidsdag|\bukedag|vekedag", re.IGNORECASE
)
_CLOCK = re.compile(
    r"(?:kl\.?|klokken|klokka)?\s*(?P<from>\d{1,2})(?:[.:]?(?P<from_minutes>\d{2}))?\s*(?:til|-|–|og)\s*(?:kl\.?|klokken|klokka)?\s*(?P<to>\d{1,2})(?:[.:]?(?P<to_minutes>\d{2}))?(?!\s*(?:%|prosent|år|kommun|\d|kr))",
    re.IGNORECASE,
)
_SPOKEN = re.compile(
    r"\båp[en]\w*|\bop[en]\w*|i drift|dekk\w*|bemann\w*|gjelder tid|tidsrom|vakt\w*|beredskap|legevakt|tilgjengelig|tilgjengeleg|til stades|ordningen omfatter|ordninga omfattar|senger|sengene|driv\w*|tek imot|tar imot|kvardag|hverdag|ordninga gjeld|ordningen gjelder",
    re.IGNORECASE,
)
_NOT_COVERED = re.compile(
    r"ansvaret? (?:selv|sjølv)|inngår ikk|er regulert i|er holdt utenfor|er ikkje med|er ikke med|har (?:hver|kvar) kommune|har legen i hver|ikke en del|ikkje ein del|ordner kommunene|hver for seg|henvises|egen telefon|telefonvakt|turnus går|stilling|besøkstid|påfølgende klage|møte|"
    r"på dagtid (?:hverdager |kvardagar )?(?:tar|tek|har|hvert|kvar)|bakvakt hjemme|utenfor denne tid",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Matter:
    """A value with the passage that says it, and by which way of reading."""

    value: str | tuple[str, ...]
    passage: Passage
    route: str


def service(text: Passages) -> Matter | None:
    """Find the service: the one whose words stand in the title, else the one that headings and text speak of most."""
    points: dict[str, float] = {}
    first: dict[str, Passage] = {}
    title = (text.title or "").lower()
    for name, words in _words.services().items():
        found = [one for one in text.sentences if words.search(one.text)]
        headed = [one for one in text.headings if words.search(one.text) and one.text != text.title]
        count = sum((3.0 if one.place < 0.15 else 1.0) for one in found) + 3 * len(headed)
        titled = words.search(title)
        if titled:
            count += 60 - titled.start() / 20
        if count:
            points[name] = count
            first[name] = next((one for one in (*text.headings, *text.sentences) if words.search(one.text)), text.sentences[0])
    points = _without_the_wider(points, title)
    if not points:
        return None
    best = max(points, key=lambda name: points[name])
    if points[best] >= 40:
        return Matter(best, first[best], "title")
    others = sorted((value for name, value in points.items() if name != best), reverse=True)
    if points[best] >= 4 and points[best] > 1.5 * (others[0] if others else 0):
        return Matter(best, first[best], "text")
    return None


def _without_the_wider(points: dict[str, float], title: str) -> dict[str, float]:
    """A political council speaks of many services and provides none."""
    if re.search(r"politisk råd|regionråd|samarbeidsråd", title) and not any(value >= 40 for value in points.values()):
        return {}
    return points


def hours(text: Passages) -> Matter | None:
    """Find the hours of the week that the service covers, in the first passage that speaks of them."""
    candidates = []
    for one in text.sentences:
        if one.row or one.place > 0.75 or _NOT_COVERED.search(one.text):
            continue
        found = _covered(one.text)
        if found and (_SPOKEN.search(one.text) or re.search(r"åpning|opning|tid\b", one.heading, re.IGNORECASE)):
            candidates.append((found, one))
    if not candidates:
        return None
    value, passage = max(candidates, key=lambda one: (bool(_CLOCK.search(one[1].text)) or one[0] == ("all",), -one[1].place))
    return Matter(value, passage, "all" if value == ("all",) else "clock" if _CLOCK.search(passage.text) else "words")


def _covered(text: str) -> tuple[str, ...]:
    """Return the parts of the week that a sentence names."""
    around = _AROUND.search(text)
    workdays, weekend = _WORKDAYS.search(text), _WEEKEND.search(text)
    parts: set[str] = set()
    for match in _CLOCK.finditer(text):
        found = _by_clock(match, text)
        days = [one.start() for one in _WORKDAYS.finditer(text[: match.start()])]
        ends = [one.start() for one in _WEEKEND.finditer(text[: match.start()])]
        parts |= {"weekend"} if found and ends and (not days or ends[-1] > days[-1]) and "fredag" not in text[ends[-1] : ends[-1] + 8].lower() else found
    if around:
        limited = weekend and not re.search(r"alle (?:dager|dagar)|hele (?:året|uka|uken)|heile (?:året|veka)|sju dag", text, re.IGNORECASE)
        if not parts and not limited:
            return ("all",)
        parts.add("weekend")
    elif weekend and (parts or re.search(r"helg", text, re.IGNORECASE)):
        parts.add("weekend")
    for name, words in (
        ("evening", r"\bkveld(?:en|s|ar|er)?\b|ettermiddag"),
        ("night", r"\bnatt(?:en|a|evakt|legevakt)?\b|\bnetter\b"),
        ("day", r"\bdagtid\b|\bdagvakt\b|på dagen"),
    ):
        if re.search(words, text, re.IGNORECASE):
            parts.add(name)
    if not parts or (parts == {"weekend"} and not workdays and not around and not re.search(r"\bhelg", text, re.IGNORECASE)):
        return ()
    return ("all",) if parts == set(HOURS) else tuple(one for one in HOURS if one in parts)


def _by_clock(match: re.Match[str], text: str) -> set[str]:
    begin, end = int(match["from"]), int(match["to"])
    if begin > 24 or end > 24 or begin == end or "kl" not in text[max(0, match.start() - 1) : match.end()].lower():
        return set()
    covered = [(begin + hour) % 24 for hour in range((end - begin) % 24 or 24)]
    parts = set()
    if sum(8 <= hour < 15 for hour in covered) >= 4:
        parts.add("day")
    if sum(16 <= hour < 22 for hour in covered) >= 3:
        parts.add("evening")
    if sum(hour >= 23 or hour < 7 for hour in covered) >= 4:
        parts.add("night")
    return parts
