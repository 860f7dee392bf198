"""Dates as agreements write them, and which of them is the day of signing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from samvirke.agreements.passages import Passage, Passages

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar jan", "februar feb", "mars mar", "april apr", "mai", "juni jun", "juli jul", "august aug", "september sept sep", "oktober okt",
            "november nov", "desember des",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_ORDINALS = {
    name: number
    for number, names in enumerate(
        (
            "første fyrste", "andre annen", "tredje", "fjerde", "femte", "sjette", "sjuende syvende sjuande", "åttende åttande", "niende niande", "tiende tiande",
            "ellevte", "tolvte", "trettende trettande", "fjortende fjortande", "femtende femtande", "sekstende sekstande", "syttende sekttande syttande",
            "attende attande", "nittende nittande", "tjuende tjuande", "tjueførste tjuefyrste", "tjueandre", "tjuetredje", "tjuefjerde", "tjuefemte",
            "tjuesjette", "tjuesjuende tjuesjuande", "tjueåttende tjueåttande", "tjueniende tjueniande", "trettiende trettiande", "trettiførste trettifyrste",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\.?"
_DIGIT = r"[0-9lIO]"
_FORMS = (
    re.compile(rf"\b(?P<day>{_DIGIT}{{1,2}})\.?\s*{_MONTH}\s+(?P<year>\d{{4}})\b", re.IGNORECASE),
    re.compile(rf"\b(?P<ordinal>{'|'.join(sorted(_ORDINALS, key=len, reverse=True))})\s+{_MONTH}\s+(?P<year>\d{{4}})\b", re.IGNORECASE),
    re.compile(rf"(?<![\w.,/]){_DIGIT}{{1,2}}\s?\.\s?{_DIGIT}{{1,2}}\s?[.-]\s?(?:\d{{4}}|\d{{2}})(?!\d)"),
    re.compile(rf"(?<![\w.,/]){_DIGIT}{{1,2}}/\s?{_DIGIT}{{1,2}}\s?[-–/. ]\s?(?:\d{{4}}|\d{{2}})(?!\d)"),
    re.compile(r"(?<!\d)(?P<iso>(?:19|20)\d{2}-\d{2}-\d{2})(?!\d)"),
    re.compile(rf"(?<![\d.]\s)(?<!\d)\b{_MONTH}\s+(?P<year>\d{{4}})\b", re.IGNORECASE),
)
_YEAR = re.compile(r"(?<![\d/.-])(?P<year>(?:19[6-9]|20[0-4])\d)(?![\d/-])")
_SIGNED = re.compile(r"under(?:skriv|skrev|skrift|teikn|tegn)|signer|datert|inng[åa](?:tt|dd)|avtaledato", re.IGNORECASE)
_SIGNED_AFTER = re.compile(
    r"^\s*(?:(?:er|ble|vart|har|blei)\s+)?(?:det\s+)?(?:\w+\s+){0,2}?(?:inngått|inngådd|under(?:skriv|skrev|teikn|tegn)\w*|signert)", re.IGNORECASE
)
_OLDER = re.compile(r"erstatt|avløys|avløs|opprinnelig|opphavleg|tidligere|tidlegare|eldre|gammel|gamle|forrige|førre|\bav\s+$|opphev", re.IGNORECASE)
_NOT_SIGNED = re.compile(
    r"erstatt|avløys|avløs|trer i kraft|tek til å gjelde|gjelder fra|gjeld frå|ikraft|evaluer|varsel|innen\b|innan\b|gjeld(?:er)?\s+(?:ut|til)|lov\s+(?:om|av)|utredning|utgreiing|rapport",
    re.IGNORECASE,
)
_DECIDED = re.compile(r"vedt(?:att|eke|ak|ok)|(?:kommune|by|herads)styr|k-?sak|\bsak\b|handsama|behandla|godkjen|\bPS\b", re.IGNORECASE)
_PLACE = r"(?!Fra\b|Frå\b|Etter\b|Innan?\b|Innen\b|Ved\b|Per\b)[A-ZÆØÅ][\w-]+(?:[ /]+(?:i\s|og\s)?[A-ZÆØÅ][\w-]+)*(?:\s(?:kommune|herad|rådhus|kommunehus))?"
_SIGNATURE = re.compile(
    rf"^\W*(?i:(?:(?:sted|stad)\w*\s*(?:/|og|,)?\s*)?(?:og\s+)?(?:dato)?\s*:\s*)?(?:[Ff]or\s+)?(?:{_PLACE})?[\s,:|_.…]*(?:[Dd]en\s+|[Dd]ato:?\s*|i\s+)?$"
)

_LISTS_ON = re.compile(r"(?:kommune|by|herads)styre\w*$", re.IGNORECASE)


@dataclass(frozen=True)
class Written:
    """A date as a text has it, as YYYY-MM-DD, YYYY-MM or YYYY, and where in the text it stands."""

    value: str
    begin: int
    end: int


def dates(text: str) -> list[Written]:
    """Find the dates in a text, in its order; days that do not exist are none.

    Examples
    --------
    >>> [one.value for one in dates("Vedtatt 20/6-2013, i kraft fra 1. januar 2014 (jf. møte i mai 2012).")]
    ['2013-06-20', '2014-01-01', '2012-05']
    """
    found: list[Written] = []
    for form in _FORMS:
        for match in form.finditer(text):
            if any(one.begin < match.end() and match.start() < one.end for one in found):
                continue
            value = _value(match)
            if value:
                found.append(Written(value, match.start(), match.end()))
    return sorted(found, key=lambda one: one.begin)


def _value(match: re.Match[str]) -> str | None:
    parts = {name: value for name, value in match.groupdict().items() if value}
    if "iso" in parts:
        year, month, day = parts["iso"].split("-")
    elif "month" in parts:
        year, month = parts["year"], str(MONTHS[parts["month"].lower().rstrip(".")])
        day = _plain(parts["day"]) if "day" in parts else str(_ORDINALS[parts["ordinal"].lower()]) if "ordinal" in parts else ""
    else:
        day, month, year = (_plain(one) for one in re.findall(r"[0-9lIO]+", match.group()))
    full = int(year) if len(year) == 4 else (1900 if int(year) > 60 else 2000) + int(year)
    try:
        return date(full, int(month), int(day)).isoformat() if day else date(full, int(month), 1).isoformat()[:7]
    except ValueError:
        return None


def _plain(digits: str) -> str:
    return digits.replace("l", "1").replace("I", "1").replace("O", "0")


@dataclass(frozen=True)
class Signed:
    """When an agreement was entered into, which passage says so, and by which way of reading."""

    value: str
    passage: Passage
    route: str


def signed(text: Passages) -> Signed | None:
    """Find the day of signing: a place and date near the end, or a sentence that says so; else the last decision of a council; else a year."""
    placed, said, decided, years = [], [], [], []
    head, before_it = "", ""
    for one in text.sentences:
        listed = one.row or bool(re.match(r"[-–•·*]\s", one.text))
        head = one.text if (one.row and not dates(one.text)) or one.text.endswith(":") else head if listed else ""
        above = f"{head} {one.heading}" if listed else head
        above, before_it = (f"{above} {before_it}" if _LISTS_ON.search(before_it) and dates(before_it) else above), one.text
        for at in dates(one.text):
            before, after = one.text[: at.begin], one.text[at.end :]
            signs = _SIGNED.search(before) and not _NOT_SIGNED.search(before[-35:]) and not _DECIDED.search(before[-60:])
            if (signs or _SIGNED_AFTER.search(after)) and not _OLDER.search(before):
                said.append((at.value, one))
            elif one.place > 0.5 and _SIGNATURE.match(before) and len(after.strip(" .,|_")) < 40 and not _DECIDED.search(f"{above} {one.text}"):
                placed.append((at.value, one))
            elif (_DECIDED.search(one.text) or _DECIDED.search(one.heading) or _DECIDED.search(head)) and not _NOT_SIGNED.search(before[-40:]):
                decided.append((at.value, one))
    for route, found in (("place_and_date", placed), ("said_signed", said)):
        if found:
            value, passage = found[-1]
            return Signed(value, passage, route)
    late = [one for one in decided if one[1].place > 0.5] or decided
    if late:
        value, passage = max(late, key=lambda one: one[0])
        return Signed(value, passage, "council_decision")
    for one in text.sentences:
        if _DECIDED.search(one.text) or _SIGNED.search(one.text):
            years += [(match.group("year"), one) for match in _YEAR.finditer(one.text)]
    if years:
        value, passage = years[-1]
        return Signed(value, passage, "year")
    return None
