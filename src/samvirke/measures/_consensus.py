"""Groups that come back in service after service: the partition that agrees best with all services' pairs of partners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from scipy.sparse import csr_array, triu
from scipy.sparse.csgraph import connected_components

from samvirke.measures.membership import Array

LARGEST_EXACT = 18
"""Components with more municipalities are divided step by step, and not proved best."""


@dataclass(frozen=True)
class Recurring:
    """Groups of municipalities whose pairs are partners in at least so many services.

    Parameters
    ----------
    group : numpy.ndarray
        By municipality, the number of its group; -1 where it has none.
    count : int
        How many groups there are.
    ties : scipy.sparse.csr_array
        1 where two municipalities are partners in at least so many services.
    proved : numpy.ndarray
        By group, whether no other division of its component agrees better.
    """

    group: Array
    count: int
    ties: Any
    proved: Array

    def members(self) -> list[frozenset[int]]:
        """Return the members of each group."""
        return [frozenset(np.flatnonzero(self.group == one).tolist()) for one in range(self.count)]


def shared_services(partners: Sequence[Any], n: int) -> Any:
    """Return in how many services each two municipalities are partners, from one matrix of 0 and 1 a service."""
    return sum(partners, start=csr_array((n, n), dtype=np.int32))


def recurring_groups(shared: Any, least: int, solved: dict[bytes, tuple[list[int], bool]]) -> Recurring:
    """Divide municipalities into the groups that agree best with who are partners in at least so many services.

    A pair within a group counts the services it shares less (least - 1/2): more than 0 when it recurs, less when it does not. The division
    with the largest sum is a median of the services' partner relations (Régnier 1965), found for each connected component of recurring pairs
    by itself: as a whole where all its pairs recur, else by integer programming (clique partitioning, Grötschel & Wakabayashi 1989,
    doi:10.1007/BF01589097).

    Parameters
    ----------
    shared : scipy.sparse array
        Municipality by municipality: services in which they are partners, 0 on the diagonal.
    least : int
        In how many services a pair must recur.
    solved : dict
        Components divided before, by their content; added to.
    """
    n = shared.shape[0]
    ties = shared.tocsr().copy()
    ties.data = (ties.data >= least).astype(np.int32)
    ties.eliminate_zeros()
    component = connected_components(ties, directed=False)[1]
    order = np.argsort(component, kind="stable")
    pieces = np.split(order, np.flatnonzero(np.diff(component[order])) + 1) if n else []
    group, proved, made = np.full(n, -1, dtype=np.int64), [], 0
    for places in sorted((np.sort(piece) for piece in pieces if len(piece) > 1), key=lambda piece: int(piece[0])):
        scores = shared[places][:, places].toarray() - (least - 0.5)
        key = scores.astype(np.float32).tobytes()
        if key not in solved:
            solved[key] = ([0] * len(places), True) if ties[places][:, places].nnz == len(places) * (len(places) - 1) else _divide(scores)
        own, best = solved[key]
        for one in dict.fromkeys(own):
            members = places[np.array(own) == one]
            if len(members) > 1:
                group[members] = made
                proved.append(best)
                made += 1
    return Recurring(group, made, ties, np.array(proved, dtype=bool))


def _divide(scores: Array) -> tuple[list[int], bool]:
    """Divide a component so that the sum of the scores within groups is largest; also say whether that is proved."""
    n = len(scores)
    if n > LARGEST_EXACT:
        return _step_by_step(scores), False
    from scipy.optimize import Bounds, LinearConstraint, milp

    pairs = {pair: place for place, pair in enumerate(combinations(range(n), 2))}
    rows, cols, values = [], [], []
    for number, triple in enumerate(combinations(range(n), 3)):
        three = [pairs[pair] for pair in combinations(triple, 2)]
        for turn in range(3):
            rows += [3 * number + turn] * 3
            cols += three
            values += [-1.0 if place == turn else 1.0 for place in range(3)]
    constraint = LinearConstraint(csr_array((values, (rows, cols)), shape=(len(values) // 3, len(pairs))), -np.inf, 1)
    gain = np.array([scores[pair] for pair in pairs])
    result = milp(-gain, integrality=np.ones(len(pairs), dtype=np.int64), bounds=Bounds(0, 1), constraints=[constraint] if n > 2 else [])
    chosen = np.zeros(len(pairs)) if result.x is None else result.x
    together = [pair for pair, place in pairs.items() if chosen[place] > 0.5]
    linked = csr_array((np.ones(len(together)), tuple(np.array(together).T) if together else ([], [])), shape=(n, n))
    return connected_components(linked, directed=False)[1].tolist(), bool(result.status == 0)


def _step_by_step(scores: Array) -> list[int]:
    """Join the two groups that gain most until none gains, then move single municipalities while that gains."""
    own = np.arange(len(scores))
    between = scores.copy()
    np.fill_diagonal(between, -np.inf)
    while len(between) > 1 and between.max() > 0:
        one, other = sorted(np.unravel_index(int(between.argmax()), between.shape))
        between[one] += between[other]
        between[:, one] = between[one]
        between[one, one] = -np.inf
        between = np.delete(np.delete(between, other, 0), other, 1)
        own = np.where(own == other, one, own - (own > other))
    moved = True
    while moved:
        moved = False
        for place in range(len(scores)):
            gains = np.bincount(own, np.where(np.arange(len(scores)) == place, 0.0, scores[place]), minlength=own.max() + 2)
            best = int(gains.argmax())
            if gains[best] > gains[own[place]] + 1e-9:
                own[place], moved = best, True
                own = np.unique(own, return_inverse=True)[1]
    return [int(one) for one in own]


def likeness(groups: Sequence[frozenset[int]], others: Sequence[frozenset[int]], kept: Array | None = None) -> Array:
    """Return of each group the largest Jaccard likeness to one of the others; 0 where none shares a member."""
    where: dict[int, list[int]] = {}
    for number, other in enumerate(others):
        for member in other:
            where.setdefault(member, []).append(number)
    found = np.zeros(len(groups))
    for place, group in enumerate(groups):
        own = group if kept is None else frozenset(member for member in group if kept[member])
        near = {number for member in own for number in where.get(member, ())}
        found[place] = max((len(own & others[number]) / len(own | others[number]) for number in near), default=0.0)
    return found


def partner_ties(matrix: Any) -> Any:
    """Return municipality by municipality, 1 where two share a cooperation."""
    upper = triu(matrix @ matrix.T, k=1).tocsr()
    upper.data[:] = 1
    return (upper + upper.T).astype(np.int32)
