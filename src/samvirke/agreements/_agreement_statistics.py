"""How far coders agree beyond chance: Cohen's kappa and Krippendorff's alpha for nominal values, with bootstrap intervals.

Units of one text are not independent, so the bootstrap draws whole groups of units (with replacement, 2,000 times, the middle 95 %).
Where everyone agrees, draws from what was seen cannot differ: the interval then is a point and says nothing of how few units there were.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

Undefined = Literal["no_units", "one_value"]
Array = np.ndarray[Any, np.dtype[np.float64]]

DRAWS = 2000
BLOCK = 100
"""How many draws are held in memory; part of what a seed means."""


@dataclass(frozen=True)
class Coefficient:
    """A coefficient of agreement; NaN where it is not defined.

    Parameters
    ----------
    estimate, low, high : float
        The coefficient, and the middle 95 % of bootstrap draws in which it is defined; both ends NaN where there is one group of units,
        or where it is defined in fewer than half of the draws.
    units : int
        Units coded by two or more.
    undefined : {"no_units", "one_value"} or None
        Why it is not defined: nothing was coded by two, or all codings are one value, so that nothing but agreement could be expected.
    """

    estimate: float
    low: float
    high: float
    units: int
    undefined: Undefined | None = None


def cohen_kappa(first: Sequence[object], second: Sequence[object], *, groups: Sequence[Hashable] | None = None, seed: int = 1) -> Coefficient:
    """Return Cohen's kappa of two coders (Cohen, 1960, doi:10.1177/001316446002000104).

    Parameters
    ----------
    first, second : sequence of object
        What each coded, unit by unit; None or NaN is not coded, and the unit is left out.
    groups : sequence of hashable or None
        What the units belong to, such as the file; None: each stands for itself.
    seed : int
        Of the bootstrap.

    Returns
    -------
    Coefficient

    Raises
    ------
    ValueError
        When the sequences are not equally long.

    Examples
    --------
    >>> cohen_kappa(["a", "a", "b", "b"], ["a", "a", "b", "a"]).estimate
    0.5
    >>> cohen_kappa(["a", "a"], ["a", "a"]).undefined
    'one_value'
    """
    own = range(len(first)) if groups is None else groups
    both = [(one, other, group) for one, other, group in zip(first, second, own, strict=True) if not (_missing(one) or _missing(other))]
    if not both:
        return Coefficient(math.nan, math.nan, math.nan, 0, "no_units")
    values = {value: place for place, value in enumerate(dict.fromkeys(value for pair in both for value in pair[:2]))}
    places = {group: place for place, group in enumerate(dict.fromkeys(group for *_, group in both))}
    where = [places[group] for *_, group in both]
    agree = np.bincount(where, [one == other for one, other, _ in both], len(places))
    units = np.bincount(where, minlength=len(places)).astype(float)
    ones = _table(where, [values[one] for one, _, _ in both], len(places), len(values))
    others = _table(where, [values[other] for _, other, _ in both], len(places), len(values))

    def kappa(weights: Array) -> Array:
        total = weights @ units
        chance = ((weights @ ones) * (weights @ others)).sum(axis=1)
        return _divided(total * (weights @ agree) - chance, total**2 - chance)

    return _with_interval(kappa, len(places), len(both), seed)


def krippendorff_alpha(units: Sequence[Sequence[object]], *, groups: Sequence[Hashable] | None = None, seed: int = 1) -> Coefficient:
    """Return Krippendorff's alpha for nominal values (Krippendorff, 2011, Computing Krippendorff's alpha-reliability).

    Parameters
    ----------
    units : sequence of sequence of object
        A row for each unit, with what each coder said of it; None or NaN is not coded. A unit that fewer than two coded is left out.
    groups, seed
        As for `cohen_kappa`.

    Returns
    -------
    Coefficient

    Raises
    ------
    ValueError
        When there is not one group for each unit.

    Examples
    --------
    >>> round(krippendorff_alpha([("a", "a", None), ("b", "b", "b"), ("a", "b", "a")]).estimate, 3)
    0.562
    """
    own = range(len(units)) if groups is None else groups
    coded = [([value for value in unit if not _missing(value)], group) for unit, group in zip(units, own, strict=True)]
    coded = [(unit, group) for unit, group in coded if len(unit) > 1]
    if not coded:
        return Coefficient(math.nan, math.nan, math.nan, 0, "no_units")
    values = {value: place for place, value in enumerate(dict.fromkeys(value for unit, _ in coded for value in unit))}
    places = {group: place for place, group in enumerate(dict.fromkeys(group for _, group in coded))}
    differing = np.bincount([places[group] for _, group in coded], [_differing(unit) for unit, _ in coded], len(places))
    where = [places[group] for unit, group in coded for _ in unit]
    counts = _table(where, [values[value] for unit, _ in coded for value in unit], len(places), len(values))

    def alpha(weights: Array) -> Array:
        sums = weights @ counts
        total = sums.sum(axis=1)
        expected = total**2 - (sums**2).sum(axis=1)
        return _divided(expected - (total - 1) * (weights @ differing), expected)

    return _with_interval(alpha, len(places), len(coded), seed)


def _missing(value: object) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def _differing(unit: Sequence[object]) -> float:
    """Return how many ordered pairs of a unit's codings differ, for each coder but one."""
    same = sum(unit.count(value) for value in unit)
    return (len(unit) ** 2 - same) / (len(unit) - 1)


def _table(rows: Sequence[int], columns: Sequence[int], height: int, width: int) -> Any:
    """Count, sparsely, how often each group has each value."""
    from scipy.sparse import csr_array

    return csr_array((np.ones(len(rows)), (rows, columns)), shape=(height, width))


def _divided(above: Array, below: Array) -> Array:
    return np.asarray(np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0))


def _with_interval(coefficient: Callable[[Array], Array], groups: int, units: int, seed: int) -> Coefficient:
    """Compute a coefficient of all groups, each once, and of draws of as many groups."""
    estimate = float(coefficient(np.ones((1, groups)))[0])
    if math.isnan(estimate):
        return Coefficient(estimate, math.nan, math.nan, units, "one_value")
    rng, chances = np.random.default_rng(seed), np.full(groups, 1 / groups)
    drawn = np.concatenate([coefficient(rng.multinomial(groups, chances, size=BLOCK).astype(float)) for _ in range(DRAWS // BLOCK)])
    drawn = drawn[~np.isnan(drawn)]
    if groups < 2 or len(drawn) * 2 < DRAWS:
        return Coefficient(estimate, math.nan, math.nan, units)
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Coefficient(estimate, float(low), float(high), units)
