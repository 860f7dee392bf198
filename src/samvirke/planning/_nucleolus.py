"""The nucleolus: the division that makes the strongest complaint as small as can be, then the next, and so on.

Formulation (Maschler, Peleg & Shapley, 1979, doi:10.1287/moor.4.4.303; constraint generation as in Hallefjord, Helming & Jørnsten, 1995,
International Journal of Game Theory 24: 351-372). Stage k minimises t subject to x(N) = c(N), x(S) - c(S) = t_j for the groups settled at
stage j < k, and x(S) - c(S) <= t for all other groups. A group whose constraint has a positive dual is as dissatisfied as t at *every*
optimum, and is settled there. Groups whose indicator is a linear combination of settled ones have a complaint that no longer can change,
and drop out. Each stage raises the rank by one or more, so there are at most n - 1. Of up to 2^20 constraints only those are held that a
division proposed so far has broken; all the others are looked through after each linear program, and the most broken ones added.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog

from samvirke.planning._games import TOLERANCE, Array, parties_of, scale, sums

PRIME = 2_147_483_647
"""Ranks of up to 20 rows of zeros and ones are the same modulo this prime: their determinants are below 21^10.5 / 2^20 (Hadamard)."""
BLOCKS = 64
"""At most so many broken constraints are added at a time, the most broken one of each block of masks."""
ROUNDS = 500


@dataclass(frozen=True)
class Nucleolus:
    """The nucleolus of a cost game, and how it was found.

    Parameters
    ----------
    division : numpy.ndarray
        What each party pays.
    least_core : float
        The smallest possible strongest complaint of a group; at most 0 when the core has a division in it.
    imputation : bool
        Whether divisions were held to those where nobody pays more than alone; False where there are none, since alone is cheaper in sum.
    stages, programs, constraints : int
        Stages, linear programs solved, and the most constraints that one of them held.
    """

    division: Array
    least_core: float
    imputation: bool
    stages: int
    programs: int
    constraints: int


class NotSolvedError(ArithmeticError):
    """The linear programs did not end, for instance because the costs differ by too many orders of magnitude."""


@dataclass
class _Search:
    """What is settled so far, and the constraints held."""

    costs: Array
    imputation: bool
    settled: list[int]
    levels: list[float]
    stage_of: list[int]
    held: list[int]
    basis: _Span = field(init=False)
    programs: int = 0
    most: int = 0

    def __post_init__(self) -> None:
        """Begin with everybody, whose payment is the cost."""
        self.basis = _Span(self.parties)
        self.basis.add(self.settled[0])

    @property
    def parties(self) -> int:
        return len(self.costs).bit_length() - 1

    def rows(self, masks: list[int]) -> Array:
        return (np.array(masks, dtype=np.int64)[:, None] >> np.arange(self.parties) & 1).astype(float)

    def solve(self) -> tuple[Array, float, Array, Array]:
        """Solve one linear program; return the division, its level t, and the duals of the constraints held and of the upper bounds."""
        rows = np.column_stack([self.rows(self.held), -np.ones(len(self.held))])
        fixed = [place for place, mask in enumerate(self.settled) if mask in self.basis.kept]
        equal = np.column_stack([self.rows([self.settled[place] for place in fixed]), np.zeros(len(fixed))])
        right = self.costs[[self.settled[place] for place in fixed]] + np.array([self.levels[place] for place in fixed])
        most = [(None, self.costs[1 << place] if self.imputation else None) for place in range(self.parties)]
        found = linprog(
            np.append(np.zeros(self.parties), 1.0),
            A_ub=rows,
            b_ub=self.costs[self.held],
            A_eq=equal,
            b_eq=right,
            bounds=[*most, (None, None)],
            method="highs-ds",
            options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
        )
        self.programs, self.most = self.programs + 1, max(self.most, len(self.held))
        if found.status != 0 or found.x is None:
            raise NotSolvedError(found.message)
        return found.x[:-1], float(found.x[-1]), -found.ineqlin.marginals, -found.upper.marginals[:-1]


class _Span:
    """The linear span of indicators, in exact arithmetic modulo a prime."""

    def __init__(self, parties: int) -> None:
        self.parties = parties
        self.pivots: dict[int, list[int]] = {}
        self.kept: set[int] = set()

    def add(self, mask: int) -> bool:
        """Take an indicator in; say whether it was outside."""
        row = [mask >> place & 1 for place in range(self.parties)]
        for pivot, own in self.pivots.items():
            if row[pivot]:
                row = [(one - row[pivot] * other) % PRIME for one, other in zip(row, own, strict=True)]
        first = next((place for place, value in enumerate(row) if value), None)
        if first is None:
            return False
        inverse = pow(row[first], -1, PRIME)
        row = [value * inverse % PRIME for value in row]
        for pivot, own in self.pivots.items():
            if own[first]:
                self.pivots[pivot] = [(one - own[first] * other) % PRIME for one, other in zip(own, row, strict=True)]
        self.pivots[first] = row
        self.kept.add(mask)
        return True

    @property
    def full(self) -> bool:
        return len(self.pivots) == self.parties

    def inside(self) -> Array:
        """Say of every group whether its indicator is in the span.

        Two vectors that are orthogonal to the span, and otherwise random, are orthogonal to an indicator outside it with a chance of
        2^-62. They are drawn from a fixed seed: the answer does not depend on it.
        """
        rng = np.random.default_rng(1969)
        free = [place for place in range(self.parties) if place not in self.pivots]
        found = np.ones(1 << self.parties, dtype=bool)
        for _ in range(2):
            vector = np.zeros(self.parties, dtype=np.int64)
            vector[free] = rng.integers(1, PRIME, len(free))
            for pivot, own in self.pivots.items():
                vector[pivot] = -sum(own[place] * int(vector[place]) for place in free) % PRIME
            found &= sums(vector) % PRIME == 0
        return found


def nucleolus(costs: Array) -> Nucleolus:
    """Return the nucleolus of a cost game (Schmeidler, 1969, doi:10.1137/0117107).

    Parameters
    ----------
    costs : numpy.ndarray
        2^n costs by mask, n from 1 to 20, in any unit; negative ones are gains.

    Returns
    -------
    Nucleolus
        The division, unique; where no division leaves everybody at most at the cost of alone, the prenucleolus.

    Raises
    ------
    NotSolvedError
        When the linear programs do not end.

    Examples
    --------
    An estate of 200 for claims of 100, 200 and 300, the gains as negative costs (Aumann & Maschler, 1985, gives 50, 75, 75):

    >>> claims = np.array([100.0, 200.0, 300.0])
    >>> gains = np.maximum(200 - (claims.sum() - sums(claims)), 0)
    >>> (-nucleolus(-gains).division).round(6).tolist()
    [50.0, 75.0, 75.0]
    """
    parties, unit = parties_of(costs), scale(costs)
    whole, scaled = len(costs) - 1, costs / unit
    alone = scaled[[1 << place for place in range(parties)]]
    imputation = bool(alone.sum() >= scaled[whole] - TOLERANCE)
    if parties == 1:
        return Nucleolus(costs[1:].copy(), 0.0, imputation, 0, 0, 0)
    singles = [1 << place for place in range(parties)]
    search = _Search(scaled, imputation, [whole], [0.0], [-1], list(dict.fromkeys([*singles, *(whole - one for one in singles)])))
    stages, least = 0, 0.0
    while not search.basis.full:
        level = _stage(search, stages)
        least = level if stages == 0 else least
        stages += 1
    return Nucleolus(_polished(search, stages) * unit, least * unit, imputation, stages, search.programs, search.most)


def _stage(search: _Search, stage: int) -> float:
    """Make the strongest complaint that is not settled as small as can be, and settle the groups that have it at every optimum."""
    inside = search.basis.inside()
    search.held = [mask for mask in search.held if not inside[mask]] or [int(np.argmin(inside))]
    for _ in range(ROUNDS):
        division, level, duals, bounds = search.solve()
        broken = sums(division) - search.costs
        broken[inside] = -np.inf
        blocks = broken.reshape(min(BLOCKS, len(broken)), -1)
        tops = blocks.argmax(axis=1)
        amounts = blocks[np.arange(len(blocks)), tops]
        worse = np.flatnonzero(amounts > level + TOLERANCE)
        fresh = [one for one in (worse * blocks.shape[1] + tops[worse]).tolist() if one not in set(search.held)]
        if not fresh:
            break
        search.held += fresh
    else:
        raise NotSolvedError("no end of broken constraints")
    tight = [(mask, level) for mask, dual in zip(search.held, duals, strict=True) if dual > 1e-7]
    at_bound = [(1 << place, 0.0) for place, dual in enumerate(bounds) if search.imputation and dual > 1e-7]
    grown = False
    for place, (mask, height) in enumerate([*tight, *at_bound]):
        search.settled.append(mask)
        search.levels.append(height)
        search.stage_of.append(stage if place < len(tight) else -1)
        grown |= search.basis.add(mask)
    if not grown:
        raise NotSolvedError("no group could be settled")
    return level


def _polished(search: _Search, stages: int) -> Array:
    """Solve the division and the levels of all stages again as one linear system, free of what the programs left as rounding."""
    rows = search.rows(search.settled)
    levels = np.zeros((len(rows), stages))
    for place, stage in enumerate(search.stage_of):
        if stage >= 0:
            levels[place, stage] = -1.0
    right = search.costs[search.settled]
    return np.asarray(np.linalg.lstsq(np.column_stack([rows, levels]), right, rcond=None)[0][: search.parties])
