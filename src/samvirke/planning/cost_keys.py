"""Cost keys as agreements write them: parts that divide a cost equally, by population, by use or by own cost, and a least amount.

Parts with a percentage each divide that share of the cost; one part without takes the rest. By own cost without a percentage beside parts
that make 100 means that each first pays what is traced to it, and the rest is divided by the others. A minimum lifts those who would pay
less up to it; what they pay more comes off the others in proportion to what these pay, again until nobody is below.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from samvirke.vocabulary.language import LANGUAGES, Language, Text, listing, number, percent

Array = np.ndarray[Any, Any]
Kind = Literal["equal", "per_inhabitant", "by_use", "by_own_cost", "minimum"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Part:
    """One part of a key.

    Parameters
    ----------
    kind : str
        equal, per_inhabitant, by_use, by_own_cost or minimum.
    percent : float or None
        Of the cost; of a minimum, of the cost for each party. None for by_own_cost: what is traced to each is paid first.
    nok : float or None
        A minimum in kroner for each party.
    """

    kind: Kind
    percent: float | None = None
    nok: float | None = None


@dataclass(frozen=True)
class Basis:
    """What a cost may be divided by, one number for each party; None where it is not known.

    `own_cost` is what is traced to each; `alone` what each would pay alone, which stands in where own costs are not given.
    """

    alone: Array
    population: Array | None = None
    use: Array | None = None
    own_cost: Array | None = None

    def of(self, kind: Kind) -> Array | None:
        """Return what a part divides by."""
        return {
            "equal": np.ones(len(self.alone)),
            "per_inhabitant": self.population,
            "by_use": self.use,
            "by_own_cost": self.alone if self.own_cost is None else self.own_cost,
            "minimum": None,
        }[kind]

    def can(self, kind: Kind) -> bool:
        """Say whether a part can divide: what it divides by is known, and is not 0 for all."""
        own = self.of(kind)
        return own is not None and float(own.sum()) > 0


def divide(parts: Sequence[Part], total: float, basis: Basis) -> Array:
    """Divide a cost by a key.

    Parameters
    ----------
    parts : sequence of Part
        Percentages of the dividing parts add to 100.
    total : float
        Kroner, 0 or more.
    basis : Basis
        What it is divided by.

    Returns
    -------
    numpy.ndarray
        Kroner for each party; they sum to the total. A minimum that all together cannot keep (one in kroner may be too much when a
        party has left) is cut to an equal part.

    Examples
    --------
    >>> people = np.array([1000.0, 3000.0, 6000.0])
    >>> parts = [Part("equal", 20), Part("per_inhabitant", 80)]
    >>> divide(parts, 900.0, Basis(alone=people, population=people)).tolist()
    [132.0, 276.0, 492.0]
    >>> divide([*parts, Part("minimum", 20)], 900.0, Basis(alone=people, population=people)).round(1).tolist()
    [180.0, 258.8, 461.2]
    """
    count = len(basis.alone)
    first = np.zeros(count)
    if any(part.kind == "by_own_cost" and part.percent is None for part in parts) and basis.own_cost is not None:
        first = np.asarray(basis.own_cost, dtype=float)
        first = first * min(1.0, total / first.sum()) if first.sum() > 0 else first
    found, rest = first.copy(), total - float(first.sum())
    for part in parts:
        own = basis.of(part.kind)
        if own is not None and part.percent is not None and part.kind != "minimum":
            whole = float(own.sum())
            found += rest * part.percent / 100 * (own / whole if whole > 0 else np.full(count, 1 / count))
    for part in parts:
        if part.kind == "minimum":
            found = lifted(found, part.nok if part.nok is not None else total * (part.percent or 0.0) / 100)
    return found


def lifted(amounts: Array, least: float) -> Array:
    """Lift everybody to a least amount; the others pay that much less, in proportion to what they pay, until nobody is below.

    Examples
    --------
    >>> lifted(np.array([1.0, 3.0, 6.0]), 2.0).round(3).tolist()
    [2.0, 2.667, 5.333]
    """
    total, count = float(amounts.sum()), len(amounts)
    if least * count >= total:
        return np.full(count, total / count)
    low = np.zeros(count, dtype=bool)
    found = amounts.astype(float)
    while (now := ~low & (found < least)).any():
        low |= now
        others = float(amounts[~low].sum())
        left = total - least * int(low.sum())
        found = np.where(low, least, amounts * (left / others) if others > 0 else left / max(int((~low).sum()), 1))
    return found


def written(parts: Sequence[Part]) -> str:
    """Write a key in the vocabulary of agreements.

    Examples
    --------
    >>> written([Part("equal", 20), Part("minimum", None, 5000)])
    'equal:20, minimum:5000 nok'
    """
    sizes = [f":{part.percent:g}" if part.percent is not None else f":{part.nok:g} nok" if part.nok is not None else "" for part in parts]
    return ", ".join(f"{part.kind}{size}" for part, size in zip(parts, sizes, strict=True))


def told(parts: Sequence[Part], words: dict[str, dict[str, str]]) -> Text:
    """Say a key in words, such as "20% equally and 80% by population"."""

    def one(part: Part, language: Language) -> str:
        if part.kind == "minimum":
            size = f"{number(part.nok, language)} kr" if part.nok is not None else _share(part.percent, language)
            return words["minimum"][language].format(size=size)
        if part.percent is None:
            return words["own_cost_first"][language]
        return f"{_share(part.percent, language)} {words[part.kind][language]}"

    return Text(**{language: listing([one(part, language) for part in parts], language) for language in LANGUAGES})


def _share(value: float | None, language: Language) -> str:
    return percent(value / 100 if value is not None else None, language, 0 if value is None or value == int(value) else 1)
