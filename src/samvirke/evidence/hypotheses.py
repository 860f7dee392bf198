"""The note's twenty hypotheses, read against everything the edition can say of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pandas as pd

from samvirke.edition import Edition
from samvirke.evidence._hypothesis_words import BEAR_ON, CLAIMS, METHOD, QUESTION
from samvirke.evidence._readings_of_conflict import read_crossing, read_little, read_use
from samvirke.evidence._readings_of_models import read_disputes, read_experience, read_fields, read_formality, read_host, read_independence
from samvirke.evidence._readings_of_size import read_benefit, read_necessity, read_north, read_odds, read_swings
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.hypotheses import Read, Reading, borders
from samvirke.measures.membership import membership
from samvirke.vocabulary.labels import value_label
from samvirke.vocabulary.language import LANGUAGES, Language, Text, listing

__all__ = ["QUESTION", "hypotheses"]

PARTS = ("speaks_for", "speaks_against", "describes", "cannot_tell")
READINGS: tuple[Reading, ...] = ("for", "indicated_for", "against", "indicated_against", "mixed", "untold")


def hypotheses(edition: Edition, *, draws: int = 1000, seed: int = 1) -> Finding:
    """Read the note's hypotheses H1 to H20 against an edition.

    Parameters
    ----------
    edition : Edition
        What they are read against.
    draws, seed : int
        As in `consolidation`; the permutations of H9 and H13 are as many.

    Returns
    -------
    Finding
        Columns hypothesis, claim_text, hypothesis_reading (for, against, indicated_for, indicated_against, mixed, untold), speaks_for,
        speaks_against, describes, cannot_tell; each text in three columns that end in _nb, _nn and _en; findings (the ids of those that bear on
        it) and tables_missing (those of the edition without which it could not be tested, or not in full).
    """
    found = borders(edition, draws=draws, seed=seed)
    data = membership(edition)
    read: dict[str, Read] = {
        **found.read,
        "H3": read_swings(edition, data),
        "H4": read_odds(edition),
        "H6": read_north(edition, data),
        "H8": read_host(edition),
        "H9": read_experience(edition, draws=draws, seed=seed),
        "H10": read_independence(edition),
        "H11": read_necessity(edition, data),
        "H12": read_benefit(edition, data),
        "H13": read_crossing(edition, data, draws=draws, seed=seed),
        "H14": read_little(edition),
        "H16": read_fields(edition),
        "H18": read_disputes(edition, seed=seed),
        "H19": read_use(edition),
        "H20": read_formality(edition, data),
    }
    read = {name: read[name] for name in CLAIMS}
    table = pd.DataFrame([_row(name, one) for name, one in read.items()])
    told = int((table["hypothesis_reading"] != "untold").sum())
    return Finding(
        id="hypotheses",
        edition=edition.name,
        question=QUESTION,
        statement=_counted(read) + _statement(read),
        headline=_counted(read) + _lacking(read),
        method=METHOD,
        table=table,
        coverage=Coverage(told, {"hypotheses": len(table)}, (*_tables(read), *found.missing)),
        chart=Chart("table"),
        seed=seed,
    )


def _row(name: str, read: Read) -> dict[str, Any]:
    row: dict[str, Any] = {
        "hypothesis": name,
        **{f"claim_text_{language}": CLAIMS[name][language] for language in LANGUAGES},
        "hypothesis_reading": read.reading,
    }
    for part in PARTS:
        row |= {f"{part}_{language}": " ".join(text[language] for text in getattr(read, part)) or None for language in LANGUAGES}
    return row | {"findings": list(BEAR_ON[name]), "tables_missing": list(read.lacking)}


def _tables(read: Mapping[str, Read]) -> tuple[Missing, ...]:
    """Say of each table that the edition lacks which hypotheses wait for it."""
    waiting: dict[str, list[str]] = {}
    for name, one in read.items():
        for table in one.lacking:
            waiting.setdefault(table, []).append(name)
    return tuple(
        Missing(
            table,
            (),
            Text(
                nb=f"Utgaven har ikke tabellen {table}, som {listing(names, 'nb')} trenger.",
                nn=f"Utgåva har ikkje tabellen {table}, som {listing(names, 'nn')} treng.",
                en=f"The edition does not have the table {table}, which {listing(names, 'en')} {'needs' if len(names) == 1 else 'need'}.",
            ),
        )
        for table, names in waiting.items()
    )


def _counted(read: Mapping[str, Read]) -> Text:
    """Say how many hypotheses have each reading, with their numbers."""
    counts = Counter(one.reading for one in read.values())

    def one(reading: Reading, language: Language) -> str:
        names = listing([name for name, own in read.items() if own.reading == reading], language)
        return f"{value_label('hypothesis_reading', reading)[language]} {counts[reading]} ({names})"

    w = {language: "; ".join(one(reading, language) for reading in READINGS if counts[reading]) for language in LANGUAGES}
    return Text(
        nb=f"Av {len(read)} hypoteser: {w['nb']}.",
        nn=f"Av {len(read)} hypotesar: {w['nn']}.",
        en=f"Of {len(read)} hypotheses: {w['en']}.",
    )


def _lacking(read: Mapping[str, Read]) -> Text:
    """Say how many cannot be told for want of a table."""
    names = [name for name, one in read.items() if one.reading == "untold" and one.lacking]
    if not names:
        return Text(nb="", nn="", en="")
    return Text(
        nb=f"For {len(names)} av dem mangler en tabell som trengs ({listing(names, 'nb')}).",
        nn=f"For {len(names)} av dei manglar ein tabell som trengst ({listing(names, 'nn')}).",
        en=f"For {len(names)} of them a table that is needed is missing ({listing(names, 'en')}).",
    )


def _statement(read: Mapping[str, Read]) -> Text:
    def one(name: str, language: Language) -> str:
        claim = CLAIMS[name][language]
        return f"{name} ({claim[:1].lower()}{claim[1:]}): {value_label('hypothesis_reading', read[name].reading)[language]}"

    return Text(**{language: "; ".join(one(name, language) for name in read) + "." for language in LANGUAGES})
