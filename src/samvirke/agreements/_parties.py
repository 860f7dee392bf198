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
    r"\bmellom\b|kommun(?:ene|ane|er|ar)\b|\bpart(?:er|ar|ene|ane)\b|deltak|deltag|vertskommun|\(vert\)|eiere|eigarar|består av|omfatt|går saman|går sammen|seljar|selger|kjøper\b|kjøpere\b|kjøpar\b|kjøparar\b",
    re.IGNORECASE,
)
_OUTSIDE = re.compile(
    r"ikk(?:e|je)\s+(?:\w+\s+){0,3}(?:part|med\b|del av|omfatt|medlem|deltak|delta[rk]|tilslutt)|(?:deltar|deltek|omfatt\w+|betjenes|inngår|kjem|er)\s+(?:\w+\s+){0,1}ikk(?:e|je)\b|takk(?:et|a) nei|"
    r"\b(?:har|hev|bruker|brukar|benytter|nyttar)\s+(?:\w+\s+){0,2}(?:egne?|egen|eget|eig[ae]n?|sin[ea]?)\b|observatør|invitert|fått tilbud|fått tilbod|står uta?nfor|utenfor\b|utanfor\b|"
    r"(?:trekt|trukket|trakk|trekte)\s+seg\b|møterett|talerett|reis\w+ til|nyttar\b|benytter\b|sokner\b|(?:held|holder) fram|fortset|har meldt|har kjøpt|vil vurdere|avslått|medei[eg]|(?:berre|bare|kun) nem?n|arbeider med\b|ikk(?:e|je) tatt stilling|har valgt|har valt|har stilt|tidligere|tidlegare vert|kan (?:også |òg )?(?:kjøpe|kome|komme|slutte|opptas)|er orientert",
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
    return re.compile(
        rf"(?<![\w-])(?<!Helse )(?:{'|'.join(map(re.escape, both))})(?![\w]|-\w|\s+(?:HF|tingrett|sorenskriv|politi|universitet|\w*sjukehus|\w*sykehus)\b)"
    )


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


def parties(text: Passages, day: date | None, *, needed: int = 3) -> list[Read]:
    """Find the parties, in the order in which the text lists them.

    Parameters
    ----------
    text : Passages
        The agreement.
    day : datetime.date or None
        When it was entered into, which decides what code a name stands for.
    needed : int
        Where the text calls none of them host: in how many sentences one must do what a host does, to be the host.
    """
    mentions = _mentions(text)
    signed = [one for one in mentions if one.signed and one.signed > one.outside]
    hosts = called_host(text)
    parties = [one for one in mentions if _is_party(one, signatures=len(signed) > 1) or (one.name in hosts and not one.outside and one.first.place < 0.5)]
    hosts = {name: passage for name, passage in hosts.items() if name in {one.name for one in parties}}
    hosts = dict(sorted(hosts.items(), key=lambda one: one[1].place)[:1]) or acting_host(text, {one.name for one in parties}, needed)
    placed = _without_doubt([(one, _place(one.name, day)) for one in parties])
    found: dict[str, Read] = {}
    for one, place in placed:
        if place.code in found:
            if one.name in hosts and not found[place.code].host:
                found[place.code] = replace(found[place.code], host=True, passage=hosts[one.name])
            continue
        if day is not None and not place.holds(day) and (not (one.listed or one.titled) or (place.valid_from and (place.valid_from - day).days > 730)):
            continue
        route = "listed_and_signed" if one.signed and (one.listed or one.titled) else "listed" if one.listed else "titled" if one.titled else "signed"
        found[place.code] = Read(_title(place, one.name), place, one.name in hosts, hosts.get(one.name, one.first), route)
    return list(found.values())


def _title(place: Place, name: str) -> str:
    return place.name if name.isupper() or name in place.other_names else name


def _mentions(text: Passages) -> list[Mention]:
    found: dict[str, Mention] = {}
    head = ""
    for order, one in enumerate((*text.headings, *text.sentences)):
        head = one.text if one.row and not names_in(one.text) else head if one.row else ""
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
                (_LISTING.search(one.text) and len(names) > 1)
                or (_HEADING.search(one.heading) and not one.row)
                or _in_list(one, name)
                or (head.lower().startswith(("kommun", "part", "deltak")) and one.text.startswith(name))
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


_OTHER_WORD = (
    r"(?:ansvars|drifts|administrasjons|leiar|leder)kommunen?|administrerende kommune|administrerande kommune|\w*ansvarlig kommune|\w*ansvarleg kommune"
)
_BARE_HOST = r"vert(?=\s+for\b|\s*[).,;|]|\s*$)"
_HOSTING = rf"(?:verts(?:kaps)?(?:kommune)?(?:ansvar\w*|funksjon\w*|oppg[aå]v\w*|rolle\w*|rolla)?|{_BARE_HOST}|{_OTHER_WORD})"
_TAKES = r"(?:er|var|blir|bli|vert|skal|har|tar|tek|påtar|påtok|fungerer|fungerar|opptrer|står|utpekes|utpeikast|velges|veljast|oppnevnes|oppnemnast|utgjør|utgjer|ivaretar|ivaretek)"
_SAID_OF = re.compile(
    rf"{_COMMUNE}(?:\s*\([^)]*\))?\s*(?:"
    rf"\|(?:[^|]{{0,30}}\|)?\s*vert|[,–-]?\s*\(?\s*(?:(?:heretter|nedenfor|nedanfor|i det følgende|i det fylgjande)\s+(?:(?:kalt|kalla|nemnd|nemnt|benevnt|omtalt|definert)\s+)?(?:som\s+)?|(?:som|til)\s+)?(?:administrativ\s+)?[«\"]?(?:\w+ og )?(?:vert(?:en|skommunen?|skapskommunen?)|{_BARE_HOST}|{_OTHER_WORD})(?!\w)(?![\s\w]*\bfor den enkelte)|"
    rf",\s*org[^;]{{0,40}}(?:heretter|som)\s+(?:kalt\s+)?vert|"
    rf",?\s*som\s+(?:\w+\s+){{0,5}}?{_HOSTING}\b|"
    rf"(?:som\s+)?{_TAKES}\s+(?!ikk)(?:(?!ikk)[\wæøå]+\s+){{0,5}}?{_HOSTING}\b)",
    re.IGNORECASE,
)
_SAID_BEFORE = re.compile(
    rf"(?:(?:vert(?:skommunen?|skapskommunen?|en)?|{_OTHER_WORD})\s*(?:for\s+(?:\w+\s+){{1,4}})?(?:(?:er|vert|blir|skal være|skal vere)\b|[:|(–-])?\s*(?:er\s+)?(?:kommunen\s+)?|"
    rf"{_HOSTING}\s+(?:(?:er|vert|blir|har|utpekes|utpeikast|velges|veljast)\s+)(?:\w+\s+){{0,5}}?(?:valt|vald|valgt|utpekt|utpeika|til|hos|av|ved|i)?\s*|"
    rf"{_HOSTING}\s+(?:ligg\w*|legg\w*|lagt|ivaretas|utøves)\s+(?:\w+\s+){{0,2}}?(?:til|hos|av|ved|i)\s+|"
    rf"vertskommune\s+er,[^,.;]{{0,60}},\s*)$",
    re.IGNORECASE,
)


def called_host(text: Passages) -> dict[str, Passage]:
    """Return every municipality that the text calls host, with the first passage that does."""
    found: dict[str, Passage] = {}
    for one in text.sentences:
        if not re.search(rf"vert(?:s|en\b|\b)|\(vert\)|{_OTHER_WORD}", one.text, re.IGNORECASE) or _NOT_HOST.search(one.text):
            continue
        names = names_in(one.text)
        for at, match in enumerate(names):
            before, after = (
                one.text[names[at - 1].end() if at else 0 : match.start()],
                one.text[match.end() : names[at + 1].start() if at + 1 < len(names) else None],
            )
            if _SAID_OF.match(after) or (_SAID_BEFORE.search(before) and not re.search(r"\bog\s*$", before)):
                found.setdefault(_spelt(match.group()), one)
    return found


_ACTS = re.compile(
    rf"{_COMMUNE}\s+(?:som\s+(?:\w+\s+){{0,4}}?driv\w*|"
    r"(?:(?:tek|tar) på seg|påtar seg|har påtatt seg|skal|har ansvar\w* for)?\s*(?:å\s+)?(?:driv(?:e|er)?|drifte\w*|st(?:år?|end) for (?:\w+\s+){0,2}drift\w*|t(?:ar|ek) seg av drift\w*|bemanne\w*|tilset\w*|ansett\w*|organiserer|utfør\w*\s+oppg\w*)\b|"
    r"(?:er|skal være|skal vere)\s+(?:\w+\s+)?arbeidsgi?j?[ei]v\w*|(?:har|får|skal ha)\s+(?:\w+\s+){0,2}(?:arbeidsgi?j?[ei]varansv|personalansv|driftsansv|driftsansvar|ansvaret? for (?:drift|å drive))\w*|"
    r"(?:\w+\s+){1,6}på vegner? av (?:de|dei|alle|partene|partane|kommun\w+)\b)",
    re.IGNORECASE,
)
_ACTED = re.compile(
    r"(?:\b(?:ansatt|tilsett|tilsatt|ansettes|tilsettes|tilsetjast)\w*\s+(?:\w+\s+)?(?:i|av|hos|ved)\s+|"
    r"\b(?:ansvaret|oppgav\w*|oppgåv\w*|tjeneste\w*|teneste\w*|tenesta|drift\w*|myndighet\w*|mynde\w*)\s+(?:\w+\s+){0,3}(?:legges|lagt|lagd|leggjast|overføres|overført|overførast|delegeres|delegert)\s+(?:\w+\s+)?til\s+|"
    r"\b(?:legger|legg|overfører|overlater|overlet|gir|gjev|gi|gje)\s+(?:\w+\s+){0,6}(?:til\s+)?(?:rådmannen|kommunedirektøren|administrasjonssjefen)\s+i\s+|"
    r"\bdeleger\w*\s+[^.;]{0,90}til\s+(?:(?:rådmannen|kommunedirektøren|administrasjonssjefen)\s+i\s+)?)$",
    re.IGNORECASE,
)


_RUNS = re.compile(r"\bdriv|\bst(?:år?|end) for (?:\w+\s+){0,2}drift|seg av drift|på vegner? av|for (?:dei?|alle) (?:andre|øvrige|kommun)", re.IGNORECASE)


def acting_host(text: Passages, names: set[str], needed: int) -> dict[str, Passage]:
    """Return the one party that does what a host does, with the first passage that says so; none where others do so too.

    To run the service, or to act for the others, counts twice what it does to employ or to be delegated to.
    """
    does: dict[str, list[Passage]] = {}
    for one in text.sentences:
        if one.row or _NOT_HOST.search(one.text):
            continue
        found = names_in(one.text)
        for at, match in enumerate(found):
            before, after = (
                one.text[found[at - 1].end() if at else 0 : match.start()],
                one.text[match.end() : found[at + 1].start() if at + 1 < len(found) else None],
            )
            if _spelt(match.group()) in names and (_ACTS.match(after) or _ACTED.search(before)) and not re.search(r"\b(?:og|eller)\s*$", before):
                does.setdefault(_spelt(match.group()), []).extend([one] * (2 if _RUNS.search(after.split(". ")[0]) else 1))
    ranked = sorted(does.items(), key=lambda one: -len(one[1]))
    if not ranked or len(ranked[0][1]) < needed or (len(ranked) > 1 and 2 * len(ranked[1][1]) > len(ranked[0][1])):
        return {}
    return {ranked[0][0]: ranked[0][1][0]}
