"""How much likelier a membership is the nearer the seat lies: f, estimated from the data with the margins held fixed.

The logarithm of f is straight between knots at quantiles of the distances, and falls on beyond the last as it did before it. What is estimated is the maximum of the likelihood given both
margins, less a penalty on how sharply log f bends (Eilers & Marx 1996, doi:10.1214/ss/1038425655) and a small one on its size. The first
guess comes from pairs of memberships that could change places (tetrad logit, Graham 2017, doi:10.3982/ECTA12679); it is then moved, by the
method of moments with draws (Snijders 2002, Journal of Social Structure 3:2), until draws lie as near their seats as the data do.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_array

from samvirke.measures import _trading
from samvirke.measures.membership import Array

KNOTS, MEMBERSHIPS_PER_KNOT, SWAPS = 7, 10, 200_000
APART_KM = 0.01
"""Knots nearer each other than this are one."""
BEND, SIZE = 1.0, 0.001
"""The penalties: on how sharply log f bends, and on how far it is from level."""
ROUNDS, CHAINS = 8, 16
"""How often the guess is moved, and how many draws tell where to."""


def kilometres(points: Array, centres: Array) -> Array:
    """Return the distance along the earth between unit vectors, row by row."""
    return np.asarray(2 * _trading.EARTH_KM * np.arcsin(np.minimum(1, np.linalg.norm(points - centres, axis=1) / 2)))


def place_knots(km: Array) -> Array:
    """Return the distances at which f is held: quantiles of those that are, more of them the more memberships there are."""
    found = np.unique(np.quantile(km, np.linspace(0, 1, int(np.clip(len(km) // MEMBERSHIPS_PER_KNOT, 2, KNOTS)))))
    return np.asarray(found[np.append(True, np.diff(found) > APART_KM)])


def spread(km: Array, knots: Array) -> Array:
    """Spread each distance over the two knots it lies between; before the first it counts to that, after the last the line goes on."""
    if len(knots) == 1:
        return np.ones((len(km), 1))
    before = np.clip(np.searchsorted(knots, km) - 1, 0, len(knots) - 2)
    way = np.maximum((km - knots[before]) / (knots[before + 1] - knots[before]), 0)
    found = np.zeros((len(km), len(knots)))
    found[np.arange(len(km)), before] = 1 - way
    found[np.arange(len(km)), before + 1] = way
    return found


def _penalty(knots: Array, bend: float = BEND) -> Array:
    """Return the matrix of a penalty on log f: bends between pieces, in units of the usual width of a piece, and size."""
    found = SIZE * np.eye(len(knots))
    if len(knots) > 2:
        across = np.median(np.diff(knots)) / np.diff(knots)
        bends = np.zeros((len(knots) - 2, len(knots)))
        for row in range(len(knots) - 2):
            bends[row, row : row + 3] = across[row], -across[row] - across[row + 1], across[row + 1]
        found += bend * bends.T @ bends
    return found


def first_guess(members: Array, column: Array, free: Array, points: Array, centres: Array, knots: Array, rng: np.random.Generator) -> Array | None:
    """Estimate log f at the knots from pairs of memberships (i, a) and (j, b) that could change places; None where there are none.

    Given that such a pair is either as it is or changed, the chance that it is as it is does not depend on the margins:
    1 / (1 + exp(-(x_ia + x_jb - x_ib - x_ja) log f)).
    """
    rows, cols = members[free], column[free]
    count = len(rows)
    one, other = np.triu_indices(count, 1) if count * (count - 1) // 2 <= SWAPS else rng.integers(count, size=(2, SWAPS))
    present = csr_array((np.ones(len(members), dtype=bool), (members, column)), shape=(len(points), len(centres)))
    first, second, third, fourth = rows[one], cols[one], rows[other], cols[other]
    able = (first != third) & (second != fourth)
    able[able] = ~(np.asarray(present[first[able], fourth[able]]).ravel() | np.asarray(present[third[able], second[able]]).ravel())
    if not able.any():
        return None

    def away(municipality: Array, cooperation: Array) -> Array:
        return spread(kilometres(points[municipality[able]], centres[cooperation[able]]), knots)

    gain = away(first, second) + away(third, fourth) - away(first, fourth) - away(third, second)
    logs, penalty = np.zeros(len(knots)), _penalty(knots)
    for _ in range(100):
        chance = 1 / (1 + np.exp(-np.clip(gain @ logs, -500, 500)))
        slope = gain.T @ (1 - chance) - penalty @ logs
        curve = (gain * (chance * (1 - chance))[:, None]).T @ gain + penalty
        step = np.linalg.solve(curve, slope)
        logs += step * min(1.0, 3 / max(np.abs(step).max(), 1e-12))
        if np.abs(step).max() < 1e-8:
            break
    return np.asarray(logs - logs.max())


def match_draws(logs: Array, knots: Array, observed_km: Array, draw_km: Callable[[Array], Array]) -> Array:
    """Move log f until draws lie as near their seats as the data do, in the mean and over the knots; the second half of the rounds is averaged.

    Parameters
    ----------
    logs, knots : numpy.ndarray
        The guess, and where it is held (km).
    observed_km : numpy.ndarray
        The distances of the memberships that may move.
    draw_km : callable
        Returns the distances of the same memberships in one draw, for a log f at the knots.
    """
    observed, penalty = spread(observed_km, knots).sum(axis=0), _penalty(knots, BEND / 20)
    late = []
    for number in range(ROUNDS):
        drawn = np.array([spread(draw_km(logs), knots).sum(axis=0) for _ in range(CHAINS)])
        curve = np.atleast_2d(np.cov(drawn.T)) + penalty + 0.2 * np.eye(len(knots))
        step = np.linalg.solve(curve, observed - drawn.mean(axis=0) - penalty @ logs)
        logs = logs + np.clip(step, -2, 2) * (1.0 if number < ROUNDS // 2 else 0.5)
        logs = logs - logs.max()
        if number >= ROUNDS // 2:
            late.append(logs)
    return np.asarray(np.mean(late, axis=0) - np.mean(late, axis=0).max())
