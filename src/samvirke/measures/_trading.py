"""The inner loops of the null models, compiled: trades between cooperations, and holding two lists of members against each other.

A list of members is flat: the places of the members of one cooperation after the other, with `starts` saying where each begins.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

NEAR_SHARE = 0.9
"""Of the trades under the distance null, the share that is between cooperations near each other; in the rest any two trade."""
EARTH_KM = 6371.0088

compiled = njit(cache=True, nogil=True)


@compiled
def kilometres(point: Any, centre: Any) -> float:
    """Return the distance along the earth between two unit vectors."""
    across = (point[0] - centre[0]) ** 2 + (point[1] - centre[1]) ** 2 + (point[2] - centre[2]) ** 2
    return float(2 * EARTH_KM * np.arcsin(min(1.0, np.sqrt(across) / 2)))


@compiled
def log_weight(km: float, knots: Any, logs: Any) -> float:
    """Return the logarithm of the weight at a distance: straight between the knots, level before the first, falling on as before after the last."""
    last = len(knots) - 1
    if km <= knots[0]:
        return float(logs[0])
    if km >= knots[last]:
        if last == 0:
            return float(logs[0])
        slope = (logs[last] - logs[last - 1]) / (knots[last] - knots[last - 1])
        return float(logs[last] + min(slope, 0.0) * (km - knots[last]))
    place = 0
    while knots[place + 1] < km:
        place += 1
    way = (km - knots[place]) / (knots[place + 1] - knots[place])
    return float(logs[place] * (1.0 - way) + logs[place + 1] * way)


@compiled
def _shuffle(pool: Any, size: int, taken: int, rng: Any) -> None:
    """Bring `taken` of the first `size` of a pool to its front, every choice equally likely."""
    for place in range(taken):
        other = place + int(rng.random() * (size - place))
        pool[place], pool[other] = pool[other], pool[place]


@compiled
def _draw_by_odds(pool: Any, odds: Any, ordered: Any, size: int, taken: int, chances: Any, rng: Any) -> None:
    """Bring `taken` of the first `size` of a pool to its front, a choice being as likely as the product of its members' odds.

    The pool is gone through once; `chances[place, left]` is the chance that those from `place` on would make up exactly `left` if each
    were chosen by itself. A common factor in the odds changes nothing, so one is taken that keeps these chances far from 0.
    """
    for place in range(size):
        at = place
        while at > 0 and ordered[at - 1] > odds[place]:
            ordered[at] = ordered[at - 1]
            at -= 1
        ordered[at] = odds[place]
    middle = np.sqrt(ordered[size - taken - 1]) * np.sqrt(ordered[size - taken])
    chances[size, 0] = 1.0
    for left in range(1, taken + 1):
        chances[size, left] = 0.0
    for place in range(size - 1, -1, -1):
        own = odds[place] / (odds[place] + middle)
        chances[place, 0] = (1.0 - own) * chances[place + 1, 0]
        for left in range(1, taken + 1):
            chances[place, left] = (1.0 - own) * chances[place + 1, left] + own * chances[place + 1, left - 1]
    left = taken
    for place in range(size):
        if left == 0:
            break
        own = odds[place] / (odds[place] + middle)
        if rng.random() * chances[place, left] < own * chances[place + 1, left - 1]:
            chosen = taken - left
            pool[chosen], pool[place] = pool[place], pool[chosen]
            odds[chosen], odds[place] = odds[place], odds[chosen]
            left -= 1


@compiled
def trade(members: Any, starts: Any, columns: Any, near: Any, free: Any, points: Any, centres: Any, knots: Any, logs: Any, trades: int, rng: Any) -> None:
    """Make so many trades in a list of members, in place.

    In a trade two cooperations pool the members that only one of them has, and share them out anew, each keeping its size: every way
    equally likely where there are no weights (curveball), else as likely as the product of the weights of the memberships that come out.
    Both leave the distribution as it is and can be undone with the same chance.
    """
    if len(columns) < 2:
        return
    mark = np.zeros(len(points), dtype=np.int8)
    widest = 0
    for column in columns:
        widest = max(widest, starts[column + 1] - starts[column])
    pool, where = np.empty(2 * widest, dtype=members.dtype), np.empty(2 * widest, dtype=np.int64)
    odds, ordered = np.empty(2 * widest), np.empty(2 * widest)
    chances = np.empty((2 * widest + 1, widest + 1)) if len(logs) else np.empty((0, 0))
    for _ in range(trades):
        if len(near) and rng.random() < NEAR_SHARE:
            pair = int(rng.random() * len(near))
            first, second = near[pair, 0], near[pair, 1]
        else:
            one = int(rng.random() * len(columns))
            other = int(rng.random() * (len(columns) - 1))
            first, second = columns[one], columns[other + (other >= one)]
        for at in range(starts[first], starts[first + 1]):
            mark[members[at]] = 1
        for at in range(starts[second], starts[second + 1]):
            mark[members[at]] += 2
        size = 0
        for at in range(starts[first], starts[first + 1]):
            if mark[members[at]] == 1 and free[at]:
                pool[size], where[size] = members[at], at
                size += 1
        taken = size
        for at in range(starts[second], starts[second + 1]):
            if mark[members[at]] == 2 and free[at]:
                pool[size], where[size] = members[at], at
                size += 1
        for at in range(starts[first], starts[first + 1]):
            mark[members[at]] = 0
        for at in range(starts[second], starts[second + 1]):
            mark[members[at]] = 0
        if taken == 0 or taken == size:
            continue
        if len(logs):
            for place in range(size):
                point = points[pool[place]]
                here, there = kilometres(point, centres[first]), kilometres(point, centres[second])
                odds[place] = np.exp(log_weight(here, knots, logs) - log_weight(there, knots, logs))
            _draw_by_odds(pool, odds, ordered, size, taken, chances, rng)
        else:
            _shuffle(pool, size, taken, rng)
        for place in range(size):
            members[where[place]] = pool[place]


@compiled
def by_municipality(members: Any, starts: Any, n: int) -> Any:
    """Return the cooperations of each municipality, flat, and where each one's begin."""
    begins = np.zeros(n + 1, dtype=np.int64)
    for place in members:
        begins[place + 1] += 1
    for place in range(n):
        begins[place + 1] += begins[place]
    at, columns = begins[:-1].copy(), np.empty(len(members), dtype=np.int64)
    for column in range(len(starts) - 1):
        for position in range(starts[column], starts[column + 1]):
            columns[at[members[position]]] = column
            at[members[position]] += 1
    return columns, begins


@compiled
def hold_draws(members: Any, starts: Any, whole: Any, other: Any, other_starts: Any, other_whole: Any, n: int) -> Any:
    """Hold the members of one service against those of another, draw by draw (rows of `members` and `other`; one row is held fixed).

    Returns
    -------
    numpy.ndarray
        A row for each draw: municipalities that overlap by *any*, by *all* (the other's partners lie within the first's), by *all* the
        other way round, by *same*; pairs of municipalities that are partners in both.
    """
    draws = max(len(members), len(other))
    found = np.zeros((draws, 5), dtype=np.int64)
    in_one, in_other = np.full(n, -1, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    stamp = 0
    own, own_begins = by_municipality(members[0], starts, n)
    others, others_begins = by_municipality(other[0], other_starts, n)
    for draw in range(draws):
        row, other_row = members[min(draw, len(members) - 1)], other[min(draw, len(other) - 1)]
        if draw and len(members) > 1:
            own, own_begins = by_municipality(row, starts, n)
        if draw and len(other) > 1:
            others, others_begins = by_municipality(other_row, other_starts, n)
        for place in range(n):
            if own_begins[place] == own_begins[place + 1] or others_begins[place] == others_begins[place + 1]:
                continue
            stamp += 1
            size, other_size, common, sure, other_sure = -1, -1, -1, True, True
            for column in own[own_begins[place] : own_begins[place + 1]]:
                sure = sure and whole[column]
                for at in range(starts[column], starts[column + 1]):
                    if in_one[row[at]] != stamp:
                        in_one[row[at]] = stamp
                        size += 1
            for column in others[others_begins[place] : others_begins[place + 1]]:
                other_sure = other_sure and other_whole[column]
                for at in range(other_starts[column], other_starts[column + 1]):
                    if in_other[other_row[at]] != stamp:
                        in_other[other_row[at]] = stamp
                        other_size += 1
                        common += in_one[other_row[at]] == stamp
            within, around = common == other_size and other_sure, common == size and sure
            found[draw, 0] += common > 0
            found[draw, 1] += within
            found[draw, 2] += around
            found[draw, 3] += within and around
            found[draw, 4] += common
        found[draw, 4] //= 2
    return found
