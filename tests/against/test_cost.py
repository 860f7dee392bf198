"""The Shapley value and the nucleolus held against programs written from the definitions, in fractions, and against Kohlberg's criterion."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, permutations
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

from samvirke.planning._games import complaints, shapley, sums
from samvirke.planning._nucleolus import _Span, nucleolus

Array = np.ndarray[Any, Any]


def by_orders(costs: list[Fraction], parties: int) -> list[Fraction]:
    """Add up what each party adds in every order, in fractions."""
    found, orders = [Fraction(0)] * parties, list(permutations(range(parties)))
    for order in orders:
        mask = 0
        for place in order:
            found[place] += costs[mask | 1 << place] - costs[mask]
            mask |= 1 << place
    return [one / len(orders) for one in found]


@pytest.mark.parametrize("seed", range(12))
def test_shapley_against_every_order_in_fractions(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parties = 2 + seed % 6
    costs = [Fraction(0), *(Fraction(int(one), 7) for one in rng.integers(-50, 500, (1 << parties) - 1))]
    assert shapley(np.array([float(one) for one in costs])) == pytest.approx([float(one) for one in by_orders(costs, parties)], rel=1e-12, abs=1e-12)


def least(rows: Array, right: Array, equal: Array, equal_right: Array, goal: Array, upper: Array) -> Any:
    bounds = [(None, one if np.isfinite(one) else None) for one in upper]
    return linprog(goal, A_ub=rows, b_ub=right, A_eq=equal, b_eq=equal_right, bounds=bounds, method="highs")


def by_definition(costs: Array, parties: int) -> Array:
    """Lexicographic programs over all groups at once; a group is settled when its complaint cannot fall below t at any optimum (no duals used)."""
    indicators = (np.arange(1 << parties)[:, None] >> np.arange(parties) & 1).astype(float)
    alone = costs[[1 << place for place in range(parties)]]
    upper = np.append(alone if alone.sum() >= costs[-1] else np.full(parties, np.inf), np.inf)
    settled: dict[int, float] = {len(costs) - 1: 0.0}
    while np.linalg.matrix_rank(indicators[list(settled)]) < parties:
        free = [mask for mask in range(1, len(costs) - 1) if mask not in settled]
        equal = np.column_stack([indicators[list(settled)], np.zeros(len(settled))])
        equal_right = np.array([costs[mask] + level for mask, level in settled.items()])
        rows = np.column_stack([indicators[free], -np.ones(len(free))])
        level = least(rows, costs[free], equal, equal_right, np.append(np.zeros(parties), 1.0), upper).x[-1]
        fixed = upper.copy()
        fixed[-1] = level + 1e-9
        for mask in free:
            lowest = least(rows, costs[free], equal, equal_right, np.append(indicators[mask], 0.0), fixed)
            if lowest.fun - costs[mask] > level - 1e-7:
                settled[mask] = level
    right = np.array([costs[mask] + level for mask, level in settled.items()])
    return np.asarray(np.linalg.lstsq(indicators[list(settled)], right, rcond=None)[0])


@pytest.mark.parametrize("seed", range(30))
def test_nucleolus_against_programs_over_all_groups(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parties = 3 + seed % 3
    kind = seed % 5
    size = sums(np.ones(parties))
    costs = {
        0: rng.integers(1, 30, 1 << parties) * 1.0,
        1: 20 * (size > 0) + sums(rng.integers(1, 20, parties)) ** 0.7,
        2: np.ceil(sums(rng.integers(1, 9, parties)) / 6) * 10.0,
        3: -np.maximum(25 - (sums(rng.integers(1, 20, parties)).max() - sums(rng.integers(1, 20, parties))), 0) * 1.0,
        4: -(sums(rng.integers(1, 6, parties)) > 7).astype(float),
    }[kind]
    costs[0] = 0.0
    assert nucleolus(costs).division == pytest.approx(by_definition(costs, parties), abs=1e-6)


def balanced(groups: Array, may: Array) -> bool:
    """Say whether weights above 0 on the groups, and 0 or more on those that may help, add to 1 for every party (one linear program)."""
    columns = np.column_stack([groups.T, may.T, np.zeros(groups.shape[1])])
    rows = np.column_stack([-np.eye(len(groups)), np.zeros((len(groups), len(may))), np.ones(len(groups))])
    goal = np.append(np.zeros(len(groups) + len(may)), -1.0)
    bounds = [(0, None)] * (len(groups) + len(may)) + [(None, 1.0)]
    found = linprog(goal, A_ub=rows, b_ub=np.zeros(len(groups)), A_eq=columns, b_eq=np.ones(groups.shape[1]), bounds=bounds, method="highs")
    return found.status == 0 and -found.fun > 1e-9


def kohlberg(costs: Array, division: Array, parties: int) -> bool:
    """Say whether the groups that complain at least so much are balanced at every level (Kohlberg, 1971, doi:10.1137/0120009).

    Of the nucleolus, single parties who pay just what they would alone may help.
    """
    indicators = (np.arange(1 << parties)[:, None] >> np.arange(parties) & 1).astype(float)
    found, unit = complaints(costs, division), np.abs(costs).max()
    alone = costs[[1 << place for place in range(parties)]]
    may = np.eye(parties)[np.abs(division - alone) < 1e-7 * unit] if alone.sum() >= costs[-1] - 1e-9 * unit else np.empty((0, parties))
    levels = np.unique(found[1:-1].round(7))[::-1]
    rank = 0
    for level in levels:
        groups = np.append(found[1:-1] >= level - 1e-6 * unit, True)
        own = indicators[1:][groups]
        if not balanced(own, may):
            return False
        rank = np.linalg.matrix_rank(own)
        if rank == parties:
            return True
    return rank == parties


@pytest.mark.parametrize("seed", range(24))
def test_nucleolus_against_kohlberg(seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    parties = 6 + seed % 4
    size = sums(np.ones(parties))
    weights = rng.integers(1, 20, parties)
    costs = [
        np.append(0.0, rng.integers(1, 40, (1 << parties) - 1)) * 1.0,
        np.ceil(sums(weights) / 15) * 10.0 + 2 * size,
        30.0 * (size > 0) + sums(weights) ** 0.6,
        -np.maximum(sums(weights) - 0.5 * weights.sum(), 0.0),
    ][seed % 4]
    division = nucleolus(costs).division
    assert kohlberg(costs, division, parties)
    moved = division + np.append([0.5, -0.5], np.zeros(parties - 2))
    assert not kohlberg(costs, moved, parties)


def test_airport_nucleolus_against_the_recursion_of_littlechild() -> None:
    """Littlechild, 1974, International Journal of Game Theory 3: 21-29: the smallest average over the first parties is paid next."""
    for seed in range(8):
        rng = np.random.default_rng(seed)
        parties = 4 + seed
        runway = np.sort(rng.integers(1, 60, parties)).astype(float)
        costs = np.max([np.where(np.arange(1 << parties) >> place & 1, own, 0.0) for place, own in enumerate(runway)], axis=0)
        paid, done, found = 0.0, 0, []
        while done < parties - 1:
            steps = [(runway[place] - paid) / (place - done + 2) for place in range(done, parties - 1)]
            level = min(steps)
            last = done + max(place for place, one in enumerate(steps) if one <= level + 1e-12)
            found += [level] * (last - done + 1)
            paid, done = sum(found), last + 1
        found.append(runway[-1] - sum(found))
        assert nucleolus(costs).division == pytest.approx(found)


@pytest.mark.parametrize("seed", range(20))
def test_the_span_against_ranks(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parties = 3 + seed % 5
    span, rows = _Span(parties), []
    for mask in rng.integers(1, 1 << parties, 4).tolist():
        grown = span.add(mask)
        row = [mask >> place & 1 for place in range(parties)]
        assert grown == (np.linalg.matrix_rank([*rows, row]) > (np.linalg.matrix_rank(rows) if rows else 0))
        rows.append(row)
    rank = np.linalg.matrix_rank(rows)
    every = [np.linalg.matrix_rank([*rows, [mask >> place & 1 for place in range(parties)]]) == rank for mask in range(1 << parties)]
    assert span.inside().tolist() == every


def test_groups_are_numbered_by_their_members() -> None:
    values = [3.0, 5.0, 11.0]
    found = sums(values)
    for count in range(4):
        for group in combinations(range(3), count):
            assert found[sum(1 << place for place in group)] == sum(values[place] for place in group)
