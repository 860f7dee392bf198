"""Solving the programme of cooperation areas level by level, with a proven bound at each.

A level is one cost. Each is minimised with the earlier ones held at what was reached, from the best plan so far as a start, so that
first few residents are unassigned, and then few minutes are travelled, without a weight between the two. Contiguity in its exact form
and nested services are separated: rows are added where a solution breaks them and the programme is solved again; every bound on the way
holds, since rows only take solutions away.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from samvirke.planning._regions_model import INFINITE, Array, Formulation, Program

THREADS = 2
SEED = 1
GAP = 1e-3


@dataclass(frozen=True)
class Level:
    """What was reached at one level: cost, the bound proven on it, and the gap between them over the cost."""

    name: str
    objective: float
    bound: float

    @property
    def gap(self) -> float:
        """The gap as a share of the objective; 0 where both are 0."""
        apart = max(self.objective - self.bound, 0.0)
        return apart / abs(self.objective) if abs(self.objective) > 1e-9 else (0.0 if apart < 1e-6 else INFINITE)


@dataclass
class Clock:
    """How many seconds are left."""

    seconds: float
    started: float = field(default_factory=time.perf_counter)

    def left(self, share: float = 1.0) -> float:
        """Return a share of the seconds that are left, at least a tenth of one."""
        return max((self.seconds - (time.perf_counter() - self.started)) * share, 0.1)

    def spent(self) -> float:
        """Return the seconds since it was started."""
        return time.perf_counter() - self.started


@dataclass(frozen=True)
class Solved:
    """What HiGHS gave: values (None when it found no plan), the bound, and whether there can be none."""

    values: Array | None
    bound: float
    infeasible: bool


def run(program: Program, cost: Array, seconds: float, gap: float, *, start: Array | None = None) -> Solved:
    """Minimise a cost over a programme with HiGHS, on two threads and with a fixed seed."""
    import highspy

    matrix, low, high = program.matrix()
    problem = highspy.HighsLp()
    problem.num_col_, problem.num_row_ = program.columns, program.count
    problem.col_cost_, problem.col_lower_, problem.col_upper_ = cost, np.zeros(program.columns), np.ones(program.columns)
    problem.row_lower_, problem.row_upper_ = low, high
    problem.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    problem.a_matrix_.start_, problem.a_matrix_.index_, problem.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    problem.integrality_ = [highspy.HighsVarType.kInteger] * program.columns
    solver: Any = highspy._core._Highs()  # highspy.Highs prints a banner before it can be told not to
    options = {"output_flag": False, "time_limit": float(seconds), "threads": THREADS, "random_seed": SEED, "mip_rel_gap": gap}
    for name, value in options.items():
        solver.setOptionValue(name, value)
    solver.passModel(problem)
    if start is not None:
        given = highspy.HighsSolution()
        given.col_value = start.tolist()
        solver.setSolution(given)
    solver.run()
    info, status = solver.getInfo(), solver.getModelStatus()
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return Solved(None, INFINITE, infeasible=True)
    values = None
    if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        values = np.round(np.array(solver.getSolution().col_value))
        if start is not None and abs(cost @ values - info.objective_function_value) > 1e-6 * max(1.0, abs(info.objective_function_value)):
            return run(program, cost, seconds, gap)  # HiGHS 1.16 may give the start back although it found better
        reached, slack = matrix @ values, 1e-6 * np.maximum(1.0, np.abs(matrix) @ values)
        values = values if ((reached >= low - slack) & (reached <= high + slack)).all() else None
    return Solved(values, max(float(info.mip_dual_bound), float(np.minimum(cost, 0.0).sum())), infeasible=False)


Separate = Callable[[Array], int]
"""Adds the rows that values break to the programme, and returns how many."""
Repair = Callable[[Array], Array | None]
"""Makes a plan that keeps all rules of values that break some."""
Improve = Callable[[str, Array, float], Array]
"""Looks for a plan that has less of a cost, near one, for some seconds."""


@dataclass
class Search:
    """One search for the best plan: the programme, the seconds, the best plan so far and what breaks rules."""

    made: Formulation
    clock: Clock
    gap: float = GAP
    best: Array | None = None
    separate: Separate | None = None
    repair: Repair | None = None
    improve: Improve | None = None
    weighted_bound: float = -INFINITE
    apart: tuple[float, ...] = ()
    levels: list[Level] = field(default_factory=list)
    infeasible: bool = False

    def minimise(self, name: str, *, share: float = 1.0, bound: float = -INFINITE, step: float = 0.0) -> None:
        """Minimise one cost, hold it at what was reached, and write down the level.

        Parameters
        ----------
        name : str
            The cost.
        share : float
            Of the seconds left, how many it may take.
        bound : float
            A bound that is proven already.
        step : float
            What two plans differ by at least, so that the bound is rounded up to a multiple of it; 0 where any number is possible.
        """
        cost, constant = self.made.costs[name], self.made.constants[name]
        until = Clock(self.clock.left(share))
        bound = max(bound, float(np.minimum(cost, 0.0).sum()) + constant)
        while not (self.best is not None and self._closed(name, bound)):
            limit = until.left(0.5 if self.improve else 1.0)
            found = run(self.made.program, cost, limit, min(self.gap, 1e-4) if step else self.gap, start=self.best)
            if found.infeasible:
                self.infeasible = self.best is None
                break
            bound = max(bound, _rounded(found.bound + constant, step))
            broken = self.separate(found.values) if self.separate is not None and found.values is not None else 0
            if found.values is not None:
                self._consider(name, found.values if not broken else self.repair(found.values) if self.repair else None)
            if self.improve is not None and self.best is not None and not self._closed(name, bound):
                self._consider(name, self.improve(name, self.best, until.left(0.7)))
            if not broken or until.left() <= 0.2:
                break
        if self.best is None:
            return
        reached = self.made.value(name, self.best)
        self.levels.append(Level(name, reached, min(bound, reached)))
        at = np.flatnonzero(cost)
        if len(at):
            slack = 0.5 if step >= 1 else 1e-7 * max(abs(reached), 1.0)
            self.made.program.add_rows(1, [(np.zeros(len(at), dtype=int), at, cost[at])], -INFINITE, reached - constant + slack)

    def _closed(self, name: str, bound: float) -> bool:
        assert self.best is not None  # noqa: S101 - narrows the type
        reached = self.made.value(name, self.best)
        return Level(name, reached, bound).gap <= (self.gap if name == "minutes" else 0.0)

    def _consider(self, name: str, values: Array | None) -> None:
        """Keep a plan when it is better at this level, the earlier ones being rows."""
        if values is None:
            return
        if self.best is None or self.made.value(name, values) < self.made.value(name, self.best) - 1e-9:
            self.best = values


def _rounded(bound: float, step: float) -> float:
    """Round a bound up to what a plan can have."""
    return float(np.ceil(bound / step - 1e-6) * step) if step and np.isfinite(bound) else bound


def contiguity_separator(made: Formulation) -> Separate:
    """Return what adds, for a part of a region that is cut off from its host, a row for each municipality in it.

    x_ih <= the sum of x_jh over the neighbours j of the part that are not in it: who goes to h from a cut-off part needs one of them.
    """
    instance = made.instance

    def separate(values: Array) -> int:
        hosts, count = made.decode(values), 0
        for layer, own in zip(made.layers, hosts, strict=True):
            for h in np.unique(own[own >= 0]):
                for part in parts_cut_off(instance.neighbours, np.flatnonzero(own == h), int(h)):
                    around = np.setdiff1d(np.flatnonzero(instance.neighbours[part].any(axis=0)), part)  # type: ignore[index]
                    through = np.unique(layer.x[layer.units[around], h])
                    through = through[through >= 0]
                    for unit in np.unique(layer.units[part]):
                        at = np.zeros(1 + len(through), dtype=int)
                        made.program.add_rows(1, [(at, np.array([layer.x[unit, h], *through]), np.array([1.0] + [-1.0] * len(through)))], -INFINITE, 0)
                        count += 1
        return count

    return separate


def parts_cut_off(neighbours: Array | None, members: Array, host: int) -> list[Array]:
    """Return the connected parts of a region that the host is not in."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    if neighbours is None:
        return []
    count, labels = connected_components(csr_array(neighbours[np.ix_(members, members)]), directed=False)
    home = labels[np.flatnonzero(members == host)[0]]
    return [members[labels == one] for one in range(count) if one != home]


def nesting_separator(made: Formulation) -> Separate:
    """Return what adds the rows by which a member of a finer region lies in the same coarser region as its host."""
    triples = [_triples(made, place) for place in range(len(made.within))]

    def separate(values: Array) -> int:
        count = 0
        for member, v, y, coarser in triples:
            there = np.where(coarser >= 0, values[np.maximum(coarser, 0)], 0.0)
            broken = np.flatnonzero(values[member] + values[v] - values[y] - there > 0.01)
            if len(broken):
                worst = broken[np.argsort(-(values[member] + values[v] - values[y] - there)[broken], kind="stable")]
                worst = worst[np.unique(member[worst], return_index=True)[1]]
                at = np.arange(len(worst))
                made.program.add_rows(len(worst), [(at, member[worst], 1), (at, v[worst], 1), (at, y[worst], -1), (at, coarser[worst], -1)], -INFINITE, 0)
                count += len(worst)
        return count

    return separate


def nest_fully(made: Formulation) -> None:
    """Add all rows by which a member of a finer region lies in the same coarser region as its host."""
    for place in range(len(made.within)):
        member, v, y, coarser = _triples(made, place)
        at = np.arange(len(member))
        made.program.add_rows(len(at), [(at, member, 1), (at, v, 1), (at, y, -1), (at, coarser, -1)], -INFINITE, 0)


def _triples(made: Formulation, place: int) -> tuple[Array, Array, Array, Array]:
    """Return the columns of x_ua, v_ab, y_a and x'_ub (-1 where u cannot go to b) for all u, a and b."""
    finer, coarser, v = made.layers[place], made.layers[place + 1], made.within[place]
    unit, a = np.nonzero(finer.x >= 0)
    other = unit != finer.units[a]
    unit, a = unit[other], a[other]
    arc, b = np.nonzero(v[a] >= 0)
    beyond = np.column_stack([coarser.x, coarser.z])
    return finer.x[unit, a][arc], v[a[arc], b], finer.y[a[arc]], beyond[unit[arc], b]


def both(separators: Sequence[Separate]) -> Separate | None:
    """Return what runs all separators."""
    return (lambda values: sum(one(values) for one in separators)) if separators else None
