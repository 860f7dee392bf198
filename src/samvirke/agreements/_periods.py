"""Numbers and lengths of time as agreements write them: in figures and words, whole and half, in months, quarters and years."""

from __future__ import annotations

import re
from dataclasses import dataclass

NUMBERS = {
    "en": 1, "én": 1, "ein": 1, "éin": 1, "éi": 1, "ei": 1, "ett": 1, "eitt": 1, "éitt": 1, "étt": 1, "eit": 1, "et": 1, "to": 2, "tre": 3, "fire": 4, "fem": 5,
    "seks": 6, "sju": 7, "syv": 7, "åtte": 8, "ni": 9, "ti": 10, "elleve": 11, "tolv": 12, "tretten": 13, "fjorten": 14, "femten": 15, "seksten": 16,
    "atten": 18, "tjue": 20, "tjuefire": 24, "tretti": 30, "trettiseks": 36,
}  # fmt: skip
_WORDS = "|".join(sorted(map(re.escape, NUMBERS), key=len, reverse=True))
NUMBER = rf"(?P<number>\d{{1,2}}|{_WORDS})"
_HALF = r"(?:(?:et|eit|ett|eitt|1)\s+og\s+(?:et|eit)\s+halvt|halvannet|halvtanna|halvtanne|halvanna|1\s?½|1[.,]5)"
_AGAIN = r"(?:\s*\(\s*\w+\s*\)|\s*[–-]\s*\w+\s*[–-](?=\s))?"
_PERIOD = re.compile(
    rf"(?<![\w.,/§])(?:(?P<more>{_HALF})|(?P<half>(?:(?:et|eit|ett|eitt)\s+)?halvt?|½|1/2)|{NUMBER}){_AGAIN}\s*-?\s*"
    r"(?P<unit>års?\b|årig\w*|(?:kalender)?m[åa]ned\w*|(?:kalender)?månad\w*|mndr?s?\b\.?|mdr?\b\.?|kvartals?\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Period:
    """A length of time in months, and where in the text it stands."""

    months: int
    begin: int
    end: int
    whole_years: bool


def number_of(word: str) -> int | None:
    """Turn a number in figures or words into an integer."""
    return int(word) if word.isdigit() else NUMBERS.get(word.lower())


def periods(text: str) -> list[Period]:
    """Find the lengths of time in a text, in its order.

    Examples
    --------
    >>> [one.months for one in periods("fireårig, 12 (tolv) måneder, et halvt år, halvannet års varsel, 3 mnd., eit kvartal")]
    [48, 12, 6, 18, 3, 3]
    """
    found = []
    for match in _PERIOD.finditer(text):
        unit = match["unit"].lower()
        size = 12 if "år" in unit[:11] and not unit.startswith("kvart") else 3 if unit.startswith("kvart") else 1
        number = 1.5 if match["more"] else 0.5 if match["half"] else number_of(match["number"])
        length = (number or 0) * size
        if length and length == int(length):
            found.append(Period(int(length), match.start(), match.end(), int(length) % 12 == 0))
    return found


def months(text: str) -> int | None:
    """Read the first length of time as months; None where there is none.

    Examples
    --------
    >>> months("med eitt års skriftleg varsel"), months("seks mnd."), months("et halvt år"), months("tolv månaders frist"), months("to år og")
    (12, 6, 6, 12, 24)
    """
    return next((one.months for one in periods(text)), None)
