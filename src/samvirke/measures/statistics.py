"""Exact intervals and tests for small numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb, exp, log, nan

import numpy as np


@dataclass(frozen=True)
class Interval:
    """An estimate with its lowest and highest value at 95 per cent."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True)
class Permuted:
    """A difference between two groups, the one expected by chance, and how often chance makes one as far from that."""

    difference: float
    expected: float
    p_value: float
    permutations: int
    exact: bool


UNKNOWN = Interval(float("nan"), float("nan"), float("nan"))


def share(count: int, of: int) -> Interval:
    """Return a share with its exact 95 % interval (Clopper and Pearson, 1934, doi:10.1093/biomet/26.4.404).

    A share of nothing is unknown.

    Examples
    --------
    >>> found = share(18, 46)
    >>> round(found.low, 3), round(found.high, 3)
    (0.251, 0.546)
    """
    if of == 0:
        return UNKNOWN
    from scipy.stats import binomtest

    interval = binomtest(count, of).proportion_ci(0.95, method="exact")
    return Interval(count / of, float(interval.low), float(interval.high))


def odds_ratio(table: Sequence[Sequence[int]]) -> tuple[Interval, float]:
    """Return the odds ratio of a two-by-two table with its exact interval, and Fisher's exact two-sided p-value.

    The estimate is the conditional maximum likelihood one (Fisher, 1935, doi:10.2307/2342435), as R's ``fisher.test`` gives
    it. Where a row or a column is empty all is unknown.

    Examples
    --------
    >>> found, p_value = odds_ratio([[7, 15], [10, 12]])
    >>> round(found.estimate, 3), round(p_value, 3)
    (0.568, 0.537)
    """
    counts = np.asarray(table, dtype=int)
    if 0 in counts.sum(axis=0) or 0 in counts.sum(axis=1):
        return UNKNOWN, float("nan")
    from scipy.stats import fisher_exact
    from scipy.stats.contingency import odds_ratio as conditional

    result = conditional(counts, kind="conditional")
    interval = result.confidence_interval(0.95)
    return Interval(float(result.statistic), float(interval.low), float(interval.high)), float(fisher_exact(counts).pvalue)


def effective_number(kinds: Sequence[str]) -> float:
    """Return how many equally common kinds would be as varied: exp of Shannon's entropy (Hill, 1973, doi:10.2307/1934352).

    Examples
    --------
    >>> effective_number(["a", "b"]), effective_number(["a", "a"])
    (2.0, 1.0)
    """
    total = len(kinds)
    if total == 0:
        return float("nan")
    return round(exp(-sum(n / total * log(n / total) for n in Counter(kinds).values())), 12)


def variety_test(before: Sequence[Sequence[str]], after: Sequence[Sequence[str]], seed: int, most: int = 50_000) -> Permuted:
    """Test whether the kinds mentioned are more varied in one group of agreements than in the other.

    The agreements are allocated to two groups of the same sizes in every possible way, or in `most` random ways when there are
    more. The larger group holds more kinds even then, so the difference is held against the mean over all ways; p is the share
    of ways that are at least as far from it, two-sided. Random ways count the observed one: (r + 1) / (n + 1).

    Parameters
    ----------
    before, after : sequence of sequence of str
        The kinds that each agreement mentions.
    seed : int
        Used only where not every way is tried.
    most : int
        The largest number of ways tried.
    """
    everyone, size = [*before, *after], len(before)
    if not before or not after:
        return Permuted(nan, nan, nan, 0, exact=False)

    def difference(chosen: frozenset[int]) -> float:
        first = [kind for place in chosen for kind in everyone[place]]
        second = [kind for place, kinds in enumerate(everyone) if place not in chosen for kind in kinds]
        return effective_number(second) - effective_number(first)

    observed = difference(frozenset(range(size)))
    ways = comb(len(everyone), size)
    exact = ways <= most
    if exact:
        differences = np.array([difference(frozenset(chosen)) for chosen in combinations(range(len(everyone)), size)])
    else:
        rng = np.random.default_rng(seed)
        differences = np.array([difference(frozenset(rng.choice(len(everyone), size, replace=False).tolist())) for _ in range(most)])
    expected = float(differences.mean())
    as_far = int((np.abs(differences - expected) >= abs(observed - expected) - 1e-9).sum())
    return Permuted(observed, expected, as_far / ways if exact else (as_far + 1) / (most + 1), len(differences), exact=exact)
