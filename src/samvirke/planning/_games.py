"""Cost games: what every group would pay alone, the Shapley value, and how content each group is with a division.

A game of n parties is an array of the costs of all 2^n groups. The place of a group is its mask: party i is in it where bit i of the
place is set, so place 0 is nobody (cost 0) and place 2^n - 1 is everybody. A group's *complaint* about a division x is x(S) - c(S): what
its members pay together beyond what they would pay as a group of their own. A division is in the *core* when nobody complains.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]

MOST_PARTIES = 20
"""More groups than 2^20 are not held in memory."""
TOLERANCE = 1e-9
"""Below this share of the largest cost, a complaint is rounding."""


class Complaint(NamedTuple):
    """A group and what it would save by going alone (negative: what it saves by staying)."""

    mask: int
    amount: float


def parties_of(costs: Array) -> int:
    """Return how many parties a game has.

    Raises
    ------
    ValueError
        When the array is not one of 2 to 2^20 costs whose length is a power of 2, with the cost of nobody 0 and every cost finite.

    Examples
    --------
    >>> parties_of(np.array([0.0, 3, 4, 5]))
    2
    """
    parties = len(costs).bit_length() - 1
    if costs.ndim != 1 or not 1 <= parties <= MOST_PARTIES or len(costs) != 1 << parties or costs[0] != 0 or not np.isfinite(costs).all():
        raise ValueError(f"a game needs 2^n finite costs, n from 1 to {MOST_PARTIES}, with that of nobody 0")
    return parties


def members(mask: int) -> tuple[int, ...]:
    """Return who is in a group.

    Examples
    --------
    >>> members(0b101)
    (0, 2)
    """
    return tuple(place for place in range(mask.bit_length()) if mask >> place & 1)


def sums(values: Sequence[float] | Array) -> Array:
    """Return the sum of the members' values of every group, in the order of the masks; whole numbers stay whole.

    Examples
    --------
    >>> sums([1.0, 10.0, 100.0]).tolist()
    [0.0, 1.0, 10.0, 11.0, 100.0, 101.0, 110.0, 111.0]
    """
    own = np.asarray(values)
    found = np.zeros(1 << len(own), dtype=own.dtype)
    for place in range(len(own)):
        np.add(found[: 1 << place], own[place], out=found[1 << place : 2 << place])
    return found


def shapley(costs: Array) -> Array:
    """Return the Shapley value: what each party adds to the cost, averaged over every order in which all could join.

    x_i = sum over S without i of |S|! (n - |S| - 1)! / n! (c(S + i) - c(S)) (Shapley, 1953, A value for n-person games,
    doi:10.1515/9781400881970-018). Every group is visited; nothing is drawn.

    Parameters
    ----------
    costs : numpy.ndarray
        2^n costs by mask, n from 1 to 20, in any unit; negative ones are gains.

    Returns
    -------
    numpy.ndarray
        One amount for each party; they sum to the cost of all.

    Examples
    --------
    Three aeroplanes whose runways cost 10, 20 and 40 (Littlechild & Owen, 1973: each part is shared by those who need it):

    >>> runway = np.maximum.reduce([np.where(sums(np.eye(3)[place]) > 0, cost, 0.0) for place, cost in enumerate([10.0, 20.0, 40.0])])
    >>> shapley(runway).round(4).tolist()
    [3.3333, 8.3333, 28.3333]
    """
    parties = parties_of(costs)
    size = sums(np.ones(parties - 1, dtype=np.int64))
    weights = np.array([1 / (parties * comb(parties - 1, others)) for others in range(parties)])[size]
    return np.array([float(weights @ (with_it - without).ravel()) for without, with_it in (_split(costs, place) for place in range(parties))])


def _split(values: Array, place: int) -> tuple[Array, Array]:
    """Return the values of the groups without a party, and of the same groups with it."""
    parts = values.reshape(-1, 2, 1 << place)
    return parts[:, 0, :], parts[:, 1, :]


def without(costs: Array, place: int) -> Array:
    """Return the game of the others when a party has left.

    Examples
    --------
    >>> without(np.array([0.0, 3, 4, 5]), 0).tolist()
    [0.0, 4.0]
    """
    return _split(costs, place)[0].ravel()


def complaints(costs: Array, division: Array) -> Array:
    """Return the complaint of every group, by mask: x(S) - c(S)."""
    return np.asarray(sums(np.asarray(division, dtype=float)) - costs)


def strongest(costs: Array, division: Array) -> tuple[Complaint, list[Complaint], int]:
    """Return the strongest complaint of any group but all, the strongest for each party among the groups it is in, and how many complain.

    With only one party there is no group but all: the complaint is of nobody, 0.

    Examples
    --------
    >>> worst, each, count = strongest(np.array([0.0, 3, 4, 5]), np.array([1.0, 4.5]))
    >>> worst, each[0], count
    (Complaint(mask=2, amount=0.5), Complaint(mask=1, amount=-2.0), 1)
    """
    parties = parties_of(costs)
    found = complaints(costs, division)
    found[[0, -1]] = -np.inf
    count = int((found > TOLERANCE * scale(costs)).sum())
    each = []
    for place in range(parties):
        with_it = _split(found, place)[1]
        top = int(np.argmax(with_it))
        high, low = divmod(top, 1 << place)
        each.append(Complaint(high << (place + 1) | 1 << place | low, float(with_it.flat[top])))
    worst = max(each, key=lambda one: one.amount)
    if not np.isfinite(worst.amount):
        worst, each = Complaint(0, 0.0), [Complaint(0, 0.0)] * parties
    return worst, each, count


def scale(costs: Array) -> float:
    """Return the largest cost in absolute value, by which rounding is judged; 1 where all are 0."""
    return float(np.abs(costs).max()) or 1.0


def concave(costs: Array) -> bool:
    """Say whether a newcomer never adds more to a larger group; then the Shapley value is in the core (Shapley, 1971, doi:10.1007/BF01753431).

    Examples
    --------
    >>> concave(np.array([0.0, 3, 4, 5])), concave(np.array([0.0, 3, 4, 8]))
    (True, False)
    """
    parties, slack = parties_of(costs), TOLERANCE * scale(costs)
    for place in range(parties):
        adds = np.subtract(*_split(costs, place)[::-1]).ravel()
        if any((np.subtract(*_split(adds, other)) < -slack).any() for other in range(place, parties - 1)):
            return False
    return True
