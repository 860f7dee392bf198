"""What the readings of hypotheses share: what is lacking, what a p-value points to, and how several tests are read together."""

from __future__ import annotations

from typing import Any

import numpy as np

from samvirke.edition import Edition
from samvirke.measures._verdicts import LIMIT
from samvirke.measures.hypotheses import UNSURE, Read
from samvirke.vocabulary.language import LANGUAGES, Text, listing

Array = np.ndarray[Any, Any]

LARGE_FROM, SMALL_BELOW = 10_000, 5_000
"""Inhabitants from which a municipality is large, and below which it is small: classes of NIBR-notat 2015:104 (table 3.1); those between are left out."""
FEWEST = 5
"""With fewer municipalities, cooperations, agreements or statements than this on either side nothing is compared."""
UNTESTED = Text(nb="Det kan ikke prøves.", nn="Det kan ikkje prøvast.", en="It cannot be tested.")


def lacks(read: Read, edition: Edition, *tables: str) -> bool:
    """Say whether the edition lacks one of the tables, and note which."""
    gone = [one for one in tables if one not in edition]
    if gone:
        read.lacking += [one for one in gone if one not in read.lacking]
        names = {language: listing(gone, language) for language in LANGUAGES}
        read.cannot_tell.append(
            Text(
                nb=f"Utgaven har ikke {'tabellen' if len(gone) == 1 else 'tabellene'} {names['nb']}.",
                nn=f"Utgåva har ikkje {'tabellen' if len(gone) == 1 else 'tabellane'} {names['nn']}.",
                en=f"The edition does not have the {'table' if len(gone) == 1 else 'tables'} {names['en']}.",
            )
        )
    return bool(gone)


def weigh(read: Read, sentence: Text, p_value: float, *, supports: bool) -> set[bool]:
    """Put a tested sentence where it belongs, and return which way it points; nothing where it may be chance or is not tested.

    Examples
    --------
    >>> read = Read()
    >>> weigh(read, UNTESTED, 0.01, supports=True), weigh(read, UNTESTED, 0.2, supports=True)
    ({True}, set())
    """
    if np.isnan(p_value):
        read.cannot_tell.append(sentence + UNTESTED)
        return set()
    if p_value >= LIMIT:
        read.cannot_tell.append(sentence + UNSURE)
        return set()
    read.sort(sentence, speaks_for=supports)
    return {supports}


def settle(read: Read, ways: set[bool]) -> None:
    """Set the reading from the ways that tests point, which are indications."""
    if ways:
        read.reading = "mixed" if len(ways) > 1 else "indicated_for" if True in ways else "indicated_against"


def too_few(read: Read, what: Text) -> None:
    """Note that there is too little to compare."""
    read.cannot_tell.append(
        Text(
            nb=f"For få til å sammenligne ({what.nb}; minst {FEWEST} på hver side).",
            nn=f"For få til å samanlikne ({what.nn}; minst {FEWEST} på kvar side).",
            en=f"Too few to compare ({what.en}; at least {FEWEST} on each side).",
        )
    )


def two_sided(observed: float, draws: Array) -> float:
    """Return twice the smaller of (r + 1) / (n + 1) over draws at least as high, or as low, at most 1.

    Examples
    --------
    >>> two_sided(9.0, np.array([1.0, 2.0, 3.0])), two_sided(2.0, np.array([1.0, 2.0, 3.0]))
    (0.5, 1.0)
    """
    above, below = int((draws >= observed - 1e-12).sum()), int((draws <= observed + 1e-12).sum())
    return min(1.0, 2 * (min(above, below) + 1) / (len(draws) + 1))
