"""The municipalities of Norway since 1998: code, name, other names, and the days each was so called.

``gazetteer_norway.csv`` has one row for each code and name of a municipality that existed on any day from 1998-01-01, and the
time it held: `valid_from` included, `valid_to` excluded, empty for what was so before 1998 or is so still. A new number without
a new municipality (Trøndelag in 2018, the counties of 2020 and 2024) is a row of its own. It covers the changes up to
1 January 2024; on 1 January 2025 and 2026 parallel names were added, but no code was. For a day before 1998 it gives the list
of 1998. Svalbard and the city districts are no municipalities and not here.

Codes, names and dates are from Statistics Norway's classification of municipalities (KLASS 131, NLOD / CC BY 4.0). The column
`other_names` (Sami, Kven and other parallel names with the forms used before "kommune", former spellings, short forms, and what
is added where two have the same name) is general knowledge that nobody has held against a register: ``verified: false``. They
stand for all the time of a row, also the years before the state made them official.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

_LETTERS = str.maketrans({"å": "aa", "ö": "ø", "đ": "d", "ŋ": "n", "ŧ": "t", "&": " og "})
_PLAIN = str.maketrans({"ø": "o", "æ": "ae"})
_DOUBLE = re.compile(r"aa|oe")
_BETWEEN = re.compile(r"\s+[-–—/]\s+|/")
# Shorter ones must have their letters: "ha" is a verb and "as" a company, not Hå and Ås.
_SHORTEST_PLAIN = 4


@dataclass(frozen=True)
class Place:
    """A municipality under one code and name, and the days it had them.

    Parameters
    ----------
    code : str
        Four digits.
    name : str
        The Norwegian name.
    other_names : tuple of str
        Parallel names, spellings and short forms.
    valid_from : datetime.date or None
        The first day; None is before the list begins.
    valid_to : datetime.date or None
        The first day no longer; None is still valid.
    """

    code: str
    name: str
    other_names: tuple[str, ...]
    valid_from: date | None
    valid_to: date | None

    def holds(self, day: date) -> bool:
        """Say whether it had this code and name on the day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


@cache
def places() -> tuple[Place, ...]:
    """Return every municipality under every code and name, by code and then by time."""
    lines = files("samvirke.vocabulary").joinpath("gazetteer_norway.csv").read_text(encoding="utf-8").splitlines()
    return tuple(
        Place(row["code"], row["name"], tuple(filter(None, row["other_names"].split(";"))), _day(row["valid_from"]), _day(row["valid_to"]))
        for row in csv.DictReader(lines)
    )


def on(day: date) -> tuple[Place, ...]:
    """Return the municipalities that existed on a day, by code.

    Parameters
    ----------
    day : datetime.date
        For a day before 1998, the list of 1998 is given.

    Returns
    -------
    tuple of Place
        One for each code.

    Examples
    --------
    >>> [len(on(date(year, 1, 1))) for year in (1998, 2013, 2020, 2024)]
    [435, 428, 356, 357]
    """
    return tuple(place for place in places() if place.holds(day))


def named(name: str, day: date | None) -> tuple[Place, ...]:
    """Return the places that have, or ever had, a name, those that had it on the day first.

    Parameters
    ----------
    name : str
        A name or other name, in any case, with or without accents and hyphens; or several names of the same place with
        ``-`` or ``/`` between, as ``"Guovdageaidnu - Kautokeino"``. Plain letters (``"Bodo"``) are taken where nothing is
        written just so and the name has four letters or more.
    day : datetime.date or None
        None is not known.

    Returns
    -------
    tuple of Place
        First those that hold on the day, then by time; empty where nothing was ever called so.

    Examples
    --------
    >>> [place.code for place in named("kárášjohka", date(2013, 1, 1))]
    ['2021', '5437', '5610']
    >>> [(place.code, place.name) for place in named("Våle", date(2013, 1, 1))]
    [('0716', 'Våle')]
    """
    found = _with_name(name)
    if not found and len(parts := [part for part in _BETWEEN.split(name) if part.strip()]) > 1:
        each = [_with_name(part) for part in parts]
        found = tuple(place for place in each[0] if all(place in others for others in each[1:]))
    return tuple(sorted(found, key=lambda place: (day is not None and not place.holds(day), place.valid_from or date.min, place.code)))


def _with_name(name: str) -> tuple[Place, ...]:
    exact, plain = _indices()
    folded = _fold(name)
    if folded in exact:
        return exact[folded]
    return plain.get(_plain(folded), ()) if len(folded) >= _SHORTEST_PLAIN else ()


@cache
def _indices() -> tuple[Mapping[str, tuple[Place, ...]], Mapping[str, tuple[Place, ...]]]:
    """Index the places by name as written, but for case and accents, and by name in plain letters."""
    exact, plain = defaultdict[str, dict[Place, None]](dict), defaultdict[str, dict[Place, None]](dict)
    for place in places():
        for name in (place.name, *place.other_names):
            folded = _fold(name)
            exact[folded][place] = None
            plain[_plain(folded)][place] = None
    return {name: tuple(found) for name, found in exact.items()}, {name: tuple(found) for name, found in plain.items()}


@cache
def _fold(name: str) -> str:
    """Fold case, accents, hyphens and points, and write å as aa; æ and ø are letters and stay."""
    letters = unicodedata.normalize("NFC", name).casefold().translate(_LETTERS)
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(sign))
    return " ".join(re.findall(r"\w+", bare))


def _plain(folded: str) -> str:
    return _DOUBLE.sub(lambda pair: pair.group()[0], folded.translate(_PLAIN))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
