"""Groups that come back in service after service: the partition that agrees best with all services' pairs of partners."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy.sparse import csr_array, triu
from scipy.sparse.csgraph import connected_components

from samvirke.measures._trading import compiled
from samvirke.measures.membership import Array

LARGEST_EXACT = 18
"""Components with more municipalities are divided step by step, and not proved best."""

Unique = Literal["yes", "no", "unknown"]
Solved = dict[bytes, tuple[list[int], bool, list[Unique]]]
"""Components divided before, by their content: the group of each municipality, whether that is proved best, and by group whether every best division has it."""


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
    unique : numpy.ndarray
        By group, whether every division of its component that agrees as well has it too: yes, no, or unknown where that is not proved.
    """

    group: Array
    count: int
    ties: Any
    proved: Array
    unique: Array

    def members(self) -> list[frozenset[int]]:
        """Return the members of each group."""
        return [frozenset(np.flatnonzero(self.group == one).tolist()) for one in range(self.count)]


def shared_services(partners: Sequence[Any], n: int) -> Any:
    """Return in how many services each two municipalities are partners, from one matrix of 0 and 1 a service."""
    return sum(partners, start=csr_array((n, n), dtype=np.int32))


def recurring_groups(shared: Any, least: int, solved: Solved, population: Array | None = None) -> Recurring:
    """Divide municipalities into the groups that agree best with who are partners in at least so many services.

    A pair within a group counts the services it shares less (least - 1/2): more than 0 when it recurs, less when it does not. The division
    with the largest sum is a median of the services' partner relations (Régnier 1965; clique partitioning, Grötschel & Wakabayashi 1989,
    doi:10.1007/BF01589097), found for each connected component of recurring pairs by itself: as a whole where all its pairs recur, else by
    dynamic programming over the subsets of its municipalities. Of divisions that agree equally well, it is the one with most pairs of
    residents in one group; of those, the one that puts the municipality that stands first with those that stand first.

    Parameters
    ----------
    shared : scipy.sparse array
        Municipality by municipality: services in which they are partners, 0 on the diagonal.
    least : int
        In how many services a pair must recur.
    solved : dict
        Components divided before, by their content; added to.
    population : numpy.ndarray or None
        By municipality; unknown counts as 0.
    """
    n = shared.shape[0]
    people = np.zeros(n, dtype=np.int64) if population is None else np.rint(np.nan_to_num(population)).astype(np.int64)
    ties = shared.tocsr().copy()
    ties.data = (ties.data >= least).astype(np.int32)
    ties.eliminate_zeros()
    component = connected_components(ties, directed=False)[1]
    order = np.argsort(component, kind="stable")
    pieces = np.split(order, np.flatnonzero(np.diff(component[order])) + 1) if n else []
    group, made = np.full(n, -1, dtype=np.int64), 0
    proved: list[bool] = []
    unique: list[Unique] = []
    for places in sorted((np.sort(piece) for piece in pieces if len(piece) > 1), key=lambda piece: int(piece[0])):
        scores = 2 * shared[places][:, places].toarray().astype(np.int64) - (2 * least - 1)
        key = scores.tobytes() + people[places].tobytes()
        if key not in solved:
            whole = ties[places][:, places].nnz == len(places) * (len(places) - 1)
            solved[key] = ([0] * len(places), True, ["yes"]) if whole else divide(scores, people[places])
        own, best, alone = solved[key]
        for one in range(max(own) + 1):
            members = places[np.array(own) == one]
            if len(members) > 1:
                group[members] = made
                proved.append(best)
                unique.append(alone[one])
                made += 1
    return Recurring(group, made, ties, np.array(proved, dtype=bool), np.array(unique, dtype=object))


def divide(scores: Array, people: Array) -> tuple[list[int], bool, list[Unique]]:
    """Divide a component so that the sum of the scores within groups is largest.

    Parameters
    ----------
    scores : numpy.ndarray
        Whole numbers, pair by pair; the diagonal does not count.
    people : numpy.ndarray
        Whole numbers; of equally good divisions that with the largest sum of their products over pairs in one group is taken.

    Returns
    -------
    list of int, bool, list of str
        The group of each, whether that is proved best, and by group whether all best divisions have it.

    Examples
    --------
    The second goes as well with the first as with the third, which is larger:

    >>> divide(np.array([[0, 1, -3], [1, 0, 1], [-3, 1, 0]]), np.array([10, 10, 20]))
    ([0, 1, 1], True, ['no', 'no'])
    """
    n = len(scores)
    if n > LARGEST_EXACT:
        own = _step_by_step(scores, people)
        return own, False, ["unknown"] * (max(own) + 1)
    backwards = np.arange(n)[::-1]  # so that the first municipality is the highest bit of a subset
    gain, crowd = _within(scores[np.ix_(backwards, backwards)], people[backwards])
    groups, unique = _best(gain, crowd, n)
    own = [0] * n
    for number, subset in enumerate(groups):
        for place in range(n):
            if int(subset) >> (n - 1 - place) & 1:
                own[place] = number
    order = list(dict.fromkeys(own))
    return [order.index(one) for one in own], True, ["yes" if unique[one] else "no" for one in order]


@compiled
def _within(scores: Any, people: Any) -> Any:
    """Return of each subset the sum of the scores, and of the products of people, over its pairs."""
    n = len(scores)
    gain, crowd = np.zeros(1 << n, np.int64), np.zeros(1 << n, np.int64)
    for subset in range(1, 1 << n):
        low = 0
        while not (subset >> low) & 1:
            low += 1
        rest = subset ^ (1 << low)
        gain[subset], crowd[subset] = gain[rest], crowd[rest]
        for other in range(low + 1, n):
            if (subset >> other) & 1:
                gain[subset] += scores[low, other]
                crowd[subset] += people[low] * people[other]
    return gain, crowd


@compiled
def _extend(subset: int, gain: Any, crowd: Any, best: Any, most: Any, ways: Any) -> Any:
    """Return the best division of a subset when smaller ones are divided: its gain, its crowd, in how many ways, and the group of the highest bit."""
    top = 1
    while 2 * top <= subset:
        top *= 2
    rest = subset ^ top
    part = rest
    found_gain, found_crowd, found_ways, found = gain[top] + best[rest] - 1, 0, 0, top
    while True:
        group, left = part | top, rest ^ part
        total = gain[group] + best[left]
        if total >= found_gain:
            full = crowd[group] + most[left]
            if total > found_gain:
                found_gain, found_crowd, found_ways, found = total, full, ways[left], group
            else:
                found_ways += ways[left]
                if full > found_crowd:
                    found_crowd, found = full, group
        if part == 0:
            return found_gain, found_crowd, found_ways, found
        part = (part - 1) & rest


@compiled
def _best(gain: Any, crowd: Any, n: int) -> Any:
    """Return the groups of the best division of all as subsets, and of each whether every best division has it."""
    half, everyone = 1 << (n - 1), (1 << n) - 1
    best, most, picked = np.zeros(half, np.int64), np.zeros(half, np.int64), np.zeros(half, np.int64)
    ways = np.ones(half, np.int64)
    for subset in range(1, half):
        best[subset], most[subset], ways[subset], picked[subset] = _extend(subset, gain, crowd, best, most, ways)
    all_ways, group = _extend(everyone, gain, crowd, best, most, ways)[2:]
    groups = np.zeros(n, np.int64)
    count, left = 0, everyone
    while True:
        groups[count] = group
        count += 1
        left ^= group
        if left == 0:
            break
        group = picked[left]
    unique = np.zeros(count, np.bool_)
    for place in range(count):
        left = everyone ^ groups[place]
        unique[place] = (ways[left] if left < half else _extend(left, gain, crowd, best, most, ways)[2]) == all_ways
    return groups[:count], unique


def _step_by_step(scores: Array, people: Array) -> list[int]:
    """Join the two groups that gain most until none gains, then make the move of one municipality that gains most, while one gains.

    Of equal gains, the one that puts most pairs of residents in one group comes first.
    """
    n = len(scores)
    own = np.arange(n)
    between, crowd = scores.astype(np.int64), people.astype(np.int64)
    between[np.arange(n), np.arange(n)] = _NEVER
    while len(between) > 1 and between.max() > 0:
        one, other = _first(between, np.multiply.outer(crowd, crowd))
        one, other = min(one, other), max(one, other)
        between[one] += between[other]
        between[:, one] = between[one]
        between[one, one] = _NEVER
        crowd[one] += crowd[other]
        between, crowd = np.delete(np.delete(between, other, 0), other, 1), np.delete(crowd, other)
        own = np.where(own == other, one, own - (own > other))
    pairs = scores.astype(np.int64)
    pairs[np.arange(n), np.arange(n)] = 0
    while True:
        groups = np.eye(int(own.max()) + 2, dtype=np.int64)[own]
        to, with_people = pairs @ groups, people[:, None] * ((people @ groups)[None] - groups * people[:, None])
        gains, more = to - to[np.arange(n), own][:, None], with_people - with_people[np.arange(n), own][:, None]
        if gains.max() <= 0:
            return [int(one) for one in own]
        place, best = _first(gains, more)
        own[place] = best
        own = np.unique(own, return_inverse=True)[1]


_NEVER = -(1 << 40)


def _first(values: Array, then: Array) -> tuple[int, int]:
    """Return where the highest value is; of several, where the other is highest; of those, the first."""
    row, column = np.unravel_index(int(np.argmax(np.where(values == values.max(), then, np.iinfo(np.int64).min))), values.shape)
    return int(row), int(column)


@dataclass(frozen=True)
class Stability:
    """How like each group is to the nearest one in data that are changed a little; NaN where that cannot be tried."""

    left_out: Array
    resampled: Array
    memberships: Array


@dataclass(frozen=True)
class Standings:
    """How each municipality stands to the groups (group, torn, tied, none, few), and the other groups it has ties to, the nearest first."""

    standing: Array
    others: list[list[int]]


def standings(found: Recurring, several: Array, population: Array) -> Standings:
    """Say how each municipality stands to the groups, by its recurring ties.

    Parameters
    ----------
    found : Recurring
        The groups.
    several : numpy.ndarray
        By municipality, whether it is in enough services.
    population : numpy.ndarray
        By municipality; of groups that it has as many ties to, the most populous is nearest.
    """
    standing = np.where(found.group >= 0, "group", np.where(several, "none", "few")).astype(object)
    people = [float(np.nan_to_num(population[sorted(own)]).sum()) for own in found.members()]
    others: list[list[int]] = [[] for _ in found.group]
    for place in np.flatnonzero(np.diff(found.ties.indptr) > 0):
        near = found.group[found.ties.indices[found.ties.indptr[place] : found.ties.indptr[place + 1]]]
        counts = Counter(int(one) for one in near if one >= 0 and one != found.group[place])
        others[place] = sorted(counts, key=lambda one: (-counts[one], -people[one], one))
        if len(counts) + (found.group[place] >= 0) > 1:
            standing[place] = "torn"
        elif counts:
            standing[place] = "tied"
    return Standings(standing, others)


def likeness(groups: Sequence[frozenset[int]], others: Sequence[frozenset[int]]) -> Array:
    """Return of each group the largest Jaccard likeness to one of the others; 0 where none shares a member."""
    where: dict[int, list[int]] = {}
    for number, other in enumerate(others):
        for member in other:
            where.setdefault(member, []).append(number)
    found = np.zeros(len(groups))
    for place, group in enumerate(groups):
        near = {number for member in group for number in where.get(member, ())}
        found[place] = max((len(group & others[number]) / len(group | others[number]) for number in near), default=0.0)
    return found


def partner_ties(matrix: Any) -> Any:
    """Return municipality by municipality, 1 where two share a cooperation."""
    upper = triu(matrix @ matrix.T, k=1).tocsr()
    upper.data[:] = 1
    return (upper + upper.T).astype(np.int32)
