"""Groups that a municipality could cooperate in: which are within reach, who would best be host, and which are dominated.

A group is the municipality with one or more others. It is within reach when one of its members can be host with no member farther from it
than a limit. All such groups up to a size are listed; where they are more than a cap, those farthest from the municipality are left out
until they are not. Group *a* dominates *b* when it is at least as good in every criterion and better in one (Pareto).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import comb
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]
MOST_GROUPS = 20_000
"""More groups are not weighed against each other; candidates are left out, the farthest first, until they are fewer."""


class Reach(NamedTuple):
    """Groups within reach, by the places of their members (the municipality's own first), and candidates left out because they were too many."""

    groups: list[tuple[int, ...]]
    candidates: list[int]
    left_out: list[int]


def reachable_groups(minutes: Array, start: int, most_minutes: float, at_most: int, most_groups: int = MOST_GROUPS) -> Reach:
    """List the groups within reach.

    Parameters
    ----------
    minutes : numpy.ndarray
        Minutes from the row's place to the column's; NaN unknown, 0 on the diagonal.
    start : int
        The place of the municipality.
    most_minutes : float
        The farthest that a member may be from the host, in minutes.
    at_most : int
        Members of the largest group, the municipality itself included; 2 or more.
    most_groups : int
        The cap.

    Returns
    -------
    Reach
        The smallest groups first, then by places.

    Examples
    --------
    >>> line = np.abs(np.subtract.outer([0.0, 40, 80], [0.0, 40, 80]))
    >>> reachable_groups(line, 0, 60, 3).groups
    [(0, 1), (0, 1, 2)]
    """
    near = minutes <= most_minutes  # false where unknown
    hosts = np.flatnonzero(near[start])
    within = {int(host): set(np.flatnonzero(near[:, host]).tolist()) - {start} for host in hosts}
    every = sorted(set().union(*within.values()) | set(within) - {start}, key=lambda place: (_apart(minutes, start, place), place))
    kept = _fitting(within, every, start, at_most, most_groups)
    chosen = set(kept)
    found: set[tuple[int, ...]] = set()
    for host, own in within.items():
        fixed = () if host == start else (host,)
        others = sorted((own & chosen) - {host})
        if host != start and host not in chosen:
            continue
        for size in range(max(1 - len(fixed), 0), at_most - len(fixed)):
            found.update((start, *sorted((*fixed, *rest))) for rest in combinations(others, size))
    return Reach(sorted(found, key=lambda group: (len(group), group)), kept, every[len(kept) :])


def _apart(minutes: Array, start: int, place: int) -> float:
    """Return the minutes between two places, the mean of both ways where both are known; infinite where neither is."""
    ways = [float(one) for one in (minutes[start, place], minutes[place, start]) if np.isfinite(one)]
    return sum(ways) / len(ways) if ways else float("inf")


def _fitting(within: dict[int, set[int]], every: list[int], start: int, at_most: int, most: int) -> list[int]:
    """Return the longest beginning of the candidates of which there surely are no more groups than the cap (a group with several hosts counts as often)."""

    def count(length: int) -> int:
        chosen = set(every[:length])
        total = 0
        for host, own in within.items():
            if host != start and host not in chosen:
                continue
            fixed, others = int(host != start), len((own & chosen) - {host})
            total += sum(comb(others, size) for size in range(max(1 - fixed, 0), at_most - fixed))
        return min(total, sum(comb(length, size) for size in range(1, at_most)))

    low, high = 0, len(every)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if count(middle) <= most else (low, middle - 1)
    return every[:low]


class Hosted(NamedTuple):
    """The best host of each group (its place), and the minutes to it: the mean over residents and of the member farthest away."""

    host: Array
    mean: Array
    worst: Array


def best_hosts(groups: Sequence[tuple[int, ...]], minutes: Array, people: Array, most_minutes: float) -> Hosted:
    """Return the host that the residents of each group are nearest to on average, among those that no member is too far from.

    mean(h) = sum over members i of people_i x minutes_ih / sum of people; ties go to the first member.

    Examples
    --------
    >>> line = np.abs(np.subtract.outer([0.0, 40, 80], [0.0, 40, 80]))
    >>> best_hosts([(0, 1, 2)], line, np.array([1.0, 1.0, 2.0]), 60)
    Hosted(host=array([1]), mean=array([30.]), worst=array([40.]))
    """
    host, mean, worst = np.zeros(len(groups), dtype=np.int64), np.zeros(len(groups)), np.zeros(len(groups))
    sizes = np.array([len(group) for group in groups])
    for size in np.unique(sizes):
        rows = np.flatnonzero(sizes == size)
        own = np.array([groups[row] for row in rows.tolist()])
        to = minutes[own[:, :, None], own[:, None, :]]  # group, member, host
        farthest = np.where(np.isnan(to).any(axis=1), np.inf, np.nan_to_num(to, nan=np.inf).max(axis=1))
        average = np.nan_to_num((people[own][:, :, None] * to).sum(axis=1) / people[own].sum(axis=1)[:, None], nan=np.inf)
        best = np.argmin(np.where(farthest <= most_minutes, average, np.inf), axis=1)
        line = np.arange(len(rows))
        host[rows], mean[rows], worst[rows] = own[line, best], average[line, best], farthest[line, best]
    return Hosted(host, mean, worst)


def dominated_by(values: Array) -> Array:
    """Return for each row one that dominates it and is itself not dominated; -1 where none does.

    Parameters
    ----------
    values : numpy.ndarray
        Option by criterion, lower is better; an option with an unknown criterion (NaN) neither dominates nor is dominated.

    Examples
    --------
    >>> dominated_by(np.array([[1.0, 2], [2, 1], [2, 2], [2, 1], [0, np.nan]])).tolist()
    [-1, -1, 0, -1, -1]
    """
    found = np.full(len(values), -1, dtype=np.int64)
    known = np.flatnonzero(np.isfinite(values).all(axis=1))
    if not len(known) or not values.shape[1]:
        return found
    own = values[known]
    places = np.column_stack([np.unique(column, return_inverse=True)[1] for column in own.T])
    order = np.lexsort((known, places.sum(axis=1)))  # who dominates comes before whom it dominates
    front, members = np.empty_like(places), np.empty(len(own), dtype=np.int64)
    length = 0
    for row in order:
        ahead = front[:length]
        better = (ahead <= places[row]).all(axis=1)
        better[better] = (ahead[better] < places[row]).any(axis=1)
        if better.any():
            found[known[row]] = members[int(np.argmax(better))]
        else:
            front[length], members[length] = places[row], known[row]
            length += 1
    return found


class Weighted(NamedTuple):
    """Each option's weighted value from 0 (worst in everything) to 1, and its place (1 is first; equal ones share it); NaN and 0 where unknown."""

    value: Array
    place: Array


def weighted_order(values: Array, weights: Array) -> Weighted:
    """Order options by a user's own weights.

    Each criterion is scaled from 0 (the worst of the options) to 1 (the best); value = sum of weight x scaled / sum of weights. A criterion
    in which all are equal says nothing and counts 0 for all.

    Parameters
    ----------
    values : numpy.ndarray
        Option by criterion, lower is better.
    weights : numpy.ndarray
        Above 0, one for each criterion.

    Examples
    --------
    >>> weighted_order(np.array([[10.0, 5], [20, 0], [30, 5]]), np.array([1.0, 1]))
    Weighted(value=array([0.5 , 0.75, 0.  ]), place=array([2, 1, 3]))
    """
    known = np.isfinite(values).all(axis=1)
    result, place = np.full(len(values), np.nan), np.zeros(len(values), dtype=np.int64)
    if known.any():
        own = values[known]
        low, high = own.min(axis=0), own.max(axis=0)
        scaled = np.divide(high - own, high - low, out=np.zeros_like(own), where=high > low)
        result[known] = (scaled @ weights / weights.sum()).round(12)
        place[known] = 1 + np.searchsorted(np.sort(-result[known]), -result[known])
    return Weighted(result, place)
