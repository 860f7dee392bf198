"""What the parts of a portrait share: the cooperation, a part, and how things are written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

import pandas as pd

from samvirke.edition import Edition
from samvirke.vocabulary.language import LANGUAGES, Language, Text, day, listing


@dataclass(frozen=True)
class Part:
    """One part of a portrait: its source tables, what is told (item and value), the rows behind it, and why nothing is told."""

    name: str
    table: str
    told: tuple[tuple[Text, Text], ...] = ()
    frame: pd.DataFrame | None = None
    why: Text | None = None


@dataclass(frozen=True)
class Subject:
    """One cooperation: the edition as it is seen (at its last day where it has ended), every row of all times, its row and its members."""

    id: str
    now: Edition
    whole: Edition
    row: pd.Series
    codes: tuple[str, ...]
    as_of: str | None

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.row["name"]) if isinstance(self.row["name"], str) else self.id

    @property
    def complete(self) -> bool:
        """Whether all its members are known."""
        return str(self.row["members_known"]) != "some"


def each(write: Callable[[Language], str]) -> Text:
    """Write a text in each language."""
    return Text(**{language: write(language) for language in LANGUAGES})


def when(written: str, language: Language) -> str:
    """Write a date as exactly as it is known."""
    return day(date.fromisoformat(written), language) if len(written) == 10 else written


def tally(values: Iterable[object], label: Callable[[str, Language], str], order: Iterable[str] = ()) -> Text:
    """Write how many there are of each value, in parentheses, the unknown last."""
    found = Counter(str(one) if isinstance(one, str) and one else "" for one in values)
    known = sorted((one for one in found if one), key=lambda one: (*((list(order).index(one),) if one in order else (99,)), one))
    rest = {"nb": "ukjent", "nn": "ukjend", "en": "unknown"}
    return each(lambda language: ", ".join([*(f"{label(one, language)} ({found[one]})" for one in known), *([f"{rest[language]} ({found['']})"] if found[""] else [])]))  # fmt: skip


def silent(name: str, table: str, subject: Subject) -> Part:
    """Return a part that nothing is known of, with the reason."""
    gone = [one for one in table.split(", ") if one not in subject.whole]
    names = {language: listing(gone, language) for language in LANGUAGES}
    if gone:
        one = len(gone) == 1
        why = Text(
            nb=f"Utgaven har ikke {'tabellen' if one else 'tabellene'} {names['nb']}.",
            nn=f"Utgåva har ikkje {'tabellen' if one else 'tabellane'} {names['nn']}.",
            en=f"The edition does not have the {'table' if one else 'tables'} {names['en']}.",
        )
    else:
        why = Text(
            nb="Utgaven har ingen rader om dette samarbeidet.",
            nn="Utgåva har ingen rader om dette samarbeidet.",
            en="The edition has no rows on this cooperation.",
        )
    return Part(name, table, why=why)


def only(edition: Edition, subject: str, *tables: str) -> Edition:
    """Return an edition with only one cooperation's rows in some tables."""
    kept = dict(edition.tables)
    for name in tables:
        if name in kept:
            column = "id" if name == "cooperation" else "cooperation"
            kept[name] = kept[name][kept[name][column].eq(subject)]
    return replace(edition, tables=MappingProxyType(kept))
