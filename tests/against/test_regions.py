"""Plans of cooperation areas against other formulations and other solvers: all regions listed (scipy's milp), and CBC by pulp."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from samvirke.planning._regions_model import Instance, Layer, Rules
from samvirke.planning._regions_search import find_plan

NO_TIES = np.empty((0, 2), dtype=int)
UNASSIGNED = 1e4
"""Minutes that an unassigned resident weighs; above what all others can save in these instances (at most 60 minutes each for 90 000)."""


def drawn(seed, n):
    rng = np.random.default_rng(seed)
    points = rng.random((n, 2)) * 110
    minutes = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)) * rng.uniform(0.9, 1.1, (n, n))
    np.fill_diagonal(minutes, 0)
    return rng.integers(5, 90, n) * 100.0, minutes.round(1)


def listed(population, minutes, floor, limit):
    """Every set of members that can be a region, with the fewest resident-minutes over its hosts."""
    found = {}
    for h in range(len(population)):
        near = [i for i in range(len(population)) if i != h and minutes[i, h] <= limit]
        for size in range(len(near) + 1):
            for members in itertools.combinations(near, size):
                own = tuple(sorted((h, *members)))
                if population[list(own)].sum() >= floor:
                    cost = population[list(own)] @ minutes[list(own), h]
                    found[own] = min(cost, found.get(own, np.inf))
    return found


@pytest.mark.parametrize("seed", range(4))
def test_all_regions_listed_give_the_same_minutes_and_the_same_number(seed):
    population, minutes = drawn(seed, 11)
    sets = listed(population, minutes, 12_000, 55)
    matrix = np.zeros((11, len(sets) + 11))
    for column, own in enumerate(sets):
        matrix[list(own), column] = 1
    matrix[np.arange(11), len(sets) + np.arange(11)] = 1
    whole = {"constraints": LinearConstraint(matrix, 1, 1), "integrality": np.ones(matrix.shape[1]), "bounds": Bounds(0, 1)}
    instance = Instance(population, minutes, (Layer("a", 12_000, 55),), Rules(), None, (NO_TIES,))

    fewest = milp(np.r_[np.zeros(len(sets)), population], **whole)
    tied = LinearConstraint(np.r_[np.zeros(len(sets)), population][None], 0, fewest.fun + 0.5)
    least = milp(np.r_[list(sets.values()), np.zeros(11)], **{**whole, "constraints": [whole["constraints"], tied]})
    found = find_plan(instance, "minutes", seconds=30, gap=0.0)
    assert found.level("unassigned").objective == pytest.approx(fewest.fun)
    assert found.level("minutes").objective == pytest.approx(least.fun, rel=1e-4)

    most = milp(np.r_[-np.ones(len(sets)), np.zeros(11)], **whole)
    plan = find_plan(instance, "regions", seconds=30, gap=0.0)
    assert plan.level("regions").objective == pytest.approx(most.fun)
    assert plan.level("regions").gap == 0.0


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("seed", range(3))
def test_cbc_gives_the_same_minutes_for_the_plain_programme(seed):
    pulp = pytest.importorskip("pulp")
    population, minutes = drawn(100 + seed, 18)
    problem = pulp.LpProblem("regions", pulp.LpMinimize)
    arcs = [(int(i), int(h)) for i, h in zip(*np.nonzero(minutes <= 50), strict=True)]
    x = {arc: pulp.LpVariable(f"x_{arc[0]}_{arc[1]}", cat="Binary") for arc in arcs}
    z = [pulp.LpVariable(f"z_{i}", cat="Binary") for i in range(18)]
    problem += pulp.lpSum(population[i] * minutes[i, h] * x[i, h] for i, h in arcs) + UNASSIGNED * pulp.lpSum(population[i] * z[i] for i in range(18))
    for i in range(18):
        problem += pulp.lpSum(x[arc] for arc in arcs if arc[0] == i) + z[i] == 1
        problem += pulp.lpSum(population[j] * x[j, h] for j, h in arcs if h == i) >= 10_000 * x[i, i]
    for i, h in arcs:
        problem += x[i, h] <= x[h, h]
    problem.solve(pulp.PULP_CBC_CMD(msg=False, gapRel=0, threads=1))
    instance = Instance(population, minutes, (Layer("a", 10_000, 50),), Rules(), None, (NO_TIES,))
    found = find_plan(instance, "minutes", seconds=30, gap=0.0)
    assert found.level("unassigned").objective * UNASSIGNED + found.level("minutes").objective == pytest.approx(pulp.value(problem.objective), rel=1e-6)
