"""The mixed-integer programme of cooperation areas: who is assigned to which host.

Sets and data: municipalities i with p_i inhabitants; units u (one municipality, or a group kept together) with P_u; hosts h; minutes d_ih;
layers s (services) with floor F_s and limit L_s. Variables, all 0 or 1: x_suh, unit u is assigned to host h (only where every member
has d_ih <= L_s); y_sh = x_s,u(h),h, h is a host (it belongs to its own region); z_su, unit u is unassigned.

    sum_h x_suh + z_su = 1                                        every unit once
    sum_u min(P_u, F_s) x_suh >= F_s y_sh                         the floor, with coefficients cut to it
    x_suh <= y_sh                                                 strong linking

The cut of the coefficients is valid since a unit over the floor fulfils it alone. Contiguity (strong): x_uh <= sum of x_jh over neighbours
j of i that are nearer to h, for every municipality i of u that is no neighbour of h. Nested services: v_ab = 1 when a hosts a region
of the finer layer that lies in region b of the coarser; x_ua + v_ab - y_a <= x'_ub, added when broken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
from scipy.sparse import coo_array

Array = np.ndarray[Any, Any]
Contiguity = Literal["none", "strong", "exact"]
INFINITE = float("inf")


@dataclass(frozen=True)
class Layer:
    """What one service asks of its regions."""

    service: str
    floor: float
    limit: float


@dataclass(frozen=True)
class Rules:
    """What is asked of all regions; municipalities by place."""

    max_population: float = INFINITE
    max_members: int | None = None
    hosts: tuple[int, ...] = ()
    not_hosts: tuple[int, ...] = ()
    together: tuple[tuple[int, ...], ...] = ()
    apart: tuple[tuple[int, ...], ...] = ()
    contiguity: Contiguity = "none"
    break_price: float = 0.0
    border_price: float = 0.0


@dataclass(frozen=True)
class Instance:
    """One problem: numbers only.

    Parameters
    ----------
    population : numpy.ndarray
        Inhabitants of each municipality, above 0.
    minutes : numpy.ndarray
        Minutes from the row's municipality to the column's; infinite where unknown, 0 on the diagonal.
    layers : tuple of Layer
        One for each service, the finest first; more than one are nested.
    rules : Rules
        What is asked of all regions.
    neighbours : numpy.ndarray or None
        Which municipalities are neighbours, for contiguity.
    ties : tuple of numpy.ndarray
        By layer, pairs of municipalities (two columns) that cooperate now.
    abroad : numpy.ndarray or None
        Whether the row's municipality and the column's are on different sides of a border that crossing has a price on.
    allowed : tuple of numpy.ndarray or None
        By layer, which assignments may be used at all.
    """

    population: Array
    minutes: Array
    layers: tuple[Layer, ...]
    rules: Rules = field(default_factory=Rules)
    neighbours: Array | None = None
    ties: tuple[Array, ...] = ()
    abroad: Array | None = None
    allowed: tuple[Array, ...] | None = None

    @cached_property
    def units(self) -> Array:
        """The unit of each municipality: groups kept together are one, also over a common member."""
        own = np.arange(len(self.population))
        for group in self.rules.together:
            for one in group[1:]:
                own[own == own[one]] = own[group[0]]
        return np.unique(own, return_inverse=True)[1]

    @cached_property
    def unit_population(self) -> Array:
        """Inhabitants of each unit."""
        return np.bincount(self.units, self.population)

    def arcs(self, layer: int) -> Array:
        """Return which unit (row) may be assigned to which host (column) in a layer, after hosts that can never be one are struck out."""
        n, units = len(self.population), self.units
        within = self.minutes <= self.layers[layer].limit
        if self.allowed is not None:
            within = within & self.allowed[layer]
        possible = np.ones((units.max() + 1, n), dtype=bool)
        np.logical_and.at(possible, units, within)
        possible[:, list(self.rules.not_hosts)] = False
        if self.rules.contiguity != "none" and self.neighbours is not None:
            possible &= self._reached(possible)
        people, floor = self.unit_population, self.layers[layer].floor
        possible[people > self.rules.max_population] = False
        if self.rules.max_members is not None:
            possible[np.bincount(units) > self.rules.max_members] = False
        hosts = possible[units, np.arange(n)] & (people @ possible >= floor)
        return possible & hosts

    def _reached(self, possible: Array) -> Array:
        """Say from which units a host is reached through municipalities that may be assigned to it."""
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import connected_components

        found = np.zeros_like(possible)
        assert self.neighbours is not None  # noqa: S101 - narrows the type
        for h in range(len(self.population)):
            inside = np.flatnonzero(possible[self.units, h])
            if h in inside:
                labels = connected_components(csr_array(self.neighbours[np.ix_(inside, inside)]), directed=False)[1]
                reached = inside[labels == labels[inside == h][0]]
                found[:, h] = np.bincount(self.units[reached], minlength=len(found)) == np.bincount(self.units, minlength=len(found))
        return found


class Program:
    """Columns from 0 to 1 and rows, gathered piece by piece."""

    def __init__(self) -> None:
        self.columns = 0
        self.count = 0
        self._pieces: list[tuple[Array, Array, Array]] = []
        self._low: list[Array] = []
        self._high: list[Array] = []

    def add_columns(self, many: int) -> Array:
        """Return the places of new columns."""
        self.columns += many
        return np.arange(self.columns - many, self.columns)

    def add_rows(self, many: int, parts: Sequence[tuple[Any, Any, Any]], low: float, high: float) -> None:
        """Add rows; each part holds places of rows (from 0), columns and coefficients, and columns below 0 are left out."""
        rows, columns, values = (
            np.concatenate([np.broadcast_to(np.asarray(part[at], dtype=float if at == 2 else np.int64), np.shape(part[1])).ravel() for part in parts])
            for at in range(3)
        )
        kept = columns >= 0
        self._pieces.append((rows[kept] + self.count, columns[kept], values[kept]))
        self._low.append(np.full(many, low))
        self._high.append(np.full(many, high))
        self.count += many

    def matrix(self) -> tuple[Any, Array, Array]:
        """Return the rows as a sparse matrix with their bounds."""
        rows, columns, values = (np.concatenate([piece[at] for piece in self._pieces]) for at in range(3))
        return coo_array((values, (rows, columns)), shape=(self.count, self.columns)).tocsr(), np.concatenate(self._low), np.concatenate(self._high)


@dataclass
class Assignment:
    """The columns of one layer: x by unit and host (-1 where there is none), z by unit."""

    x: Array
    z: Array
    units: Array

    @property
    def y(self) -> Array:
        """The column that says of each municipality whether it is a host; -1 where it can be none."""
        return self.x[self.units, np.arange(len(self.units))]


@dataclass
class Formulation:
    """The programme of an instance, and what its columns and costs mean."""

    instance: Instance
    program: Program
    layers: list[Assignment]
    costs: dict[str, Array]
    constants: dict[str, float]
    within: list[Array]
    ties: list[tuple[Array, Array, Array, Array]]

    def decode(self, values: Array) -> Array:
        """Return the host of each municipality, by layer; -1 where unassigned."""
        found = np.full((len(self.layers), len(self.instance.population)), -1)
        for place, layer in enumerate(self.layers):
            unit, host = np.nonzero(layer.x >= 0)
            chosen = values[layer.x[unit, host]] > 0.5
            by_unit = np.full(len(layer.z), -1)
            by_unit[unit[chosen]] = host[chosen]
            found[place] = by_unit[layer.units]
        return found

    def encode(self, hosts: Array) -> Array:
        """Return the values of all columns under a plan that keeps the rules."""
        values = np.zeros(self.program.columns)
        for own, layer in zip(hosts, self.layers, strict=True):
            by_unit = np.full(len(layer.z), -1)
            by_unit[layer.units] = own
            given = np.flatnonzero(by_unit >= 0)
            values[layer.x[given, by_unit[given]]] = 1
            values[layer.z[by_unit < 0]] = 1
        for finer, v in enumerate(self.within):
            for a in np.unique(hosts[finer][hosts[finer] >= 0]):
                values[v[a, hosts[finer + 1][a] if hosts[finer + 1][a] >= 0 else len(v)]] = 1
        for place, (pairs, row, host, column) in enumerate(self.ties):
            own = hosts[place][pairs]
            values[column] = (own[row, 0] == host) & (own[row, 1] == host)
        return values

    def value(self, name: str, values: Array) -> float:
        """Return a cost of a plan."""
        return float(self.costs[name] @ values) + self.constants[name]


def formulate(instance: Instance, *, with_ties: bool = False, fixed_unassigned: bool = False) -> Formulation:
    """Write an instance as a programme.

    Parameters
    ----------
    instance : Instance
        The numbers.
    with_ties : bool
        Whether ties between municipalities get columns: needed where they are counted or have a price.
    fixed_unassigned : bool
        Whether only units that can be assigned nowhere are unassigned, which is tighter than a row on their number.
    """
    program = Program()
    layers = [_assignment(instance, program, place, fixed=fixed_unassigned) for place in range(len(instance.layers))]
    within = [_nesting(program, layers[place], layers[place + 1]) for place in range(len(layers) - 1)]
    ties = [_tie_columns(program, layer, pairs) for layer, pairs in zip(layers, instance.ties, strict=True)] if with_ties else []
    made = Formulation(instance, program, layers, {}, {}, within, ties)
    _costs(made)
    return made


def _assignment(instance: Instance, program: Program, place: int, *, fixed: bool) -> Assignment:
    rules, spec = instance.rules, instance.layers[place]
    possible, people, n = instance.arcs(place), instance.unit_population, len(instance.population)
    unit, host = np.nonzero(possible)
    x = np.full(possible.shape, -1)
    x[unit, host] = program.add_columns(len(unit))
    made = Assignment(x, program.add_columns(len(people)), instance.units)
    y, each, every = made.y, np.arange(len(people)), np.arange(n)
    program.add_rows(len(people), [(unit, x[unit, host], 1), (each, made.z, 1)], 1, 1)
    size = np.minimum(people, spec.floor)
    program.add_rows(n, [(host, x[unit, host], size[unit]), (every, y, -spec.floor)], 0, INFINITE)
    other = x[unit, host] != y[host]
    at = np.arange(int(other.sum()))
    program.add_rows(len(at), [(at, x[unit, host][other], 1), (at, y[host][other], -1)], -INFINITE, 0)
    if np.isfinite(rules.max_population):
        program.add_rows(n, [(host, x[unit, host], people[unit]), (every, y, -rules.max_population)], -INFINITE, 0)
    if rules.max_members is not None:
        members = np.bincount(instance.units)
        program.add_rows(n, [(host, x[unit, host], members[unit]), (every, y, -rules.max_members)], -INFINITE, 0)
    for group in rules.apart:
        units = np.unique(instance.units[list(group)])
        rows, columns = np.tile(every, len(units)), x[units].ravel()
        program.add_rows(n, [(rows, columns, 1), (every, y, -1)], -INFINITE, 0)
    if rules.hosts:
        program.add_rows(len(rules.hosts), [(np.arange(len(rules.hosts)), y[list(rules.hosts)], 1)], 1, 1)
    if fixed:
        can = np.flatnonzero(possible.any(axis=1))
        program.add_rows(len(can), [(np.arange(len(can)), made.z[can], 1)], 0, 0)
    if rules.contiguity != "none" and instance.neighbours is not None:
        _contiguity(instance, program, made)
    return made


def _contiguity(instance: Instance, program: Program, made: Assignment) -> None:
    """A municipality goes to a host only with a neighbour: under strong contiguity one that is nearer to that host."""
    assert instance.neighbours is not None  # noqa: S101 - narrows the type
    rows, columns, values, count = [], [], [], 0
    for h in range(len(instance.population)):
        inside = np.flatnonzero(made.x[made.units, h] >= 0)
        for i in inside:
            if i == h or instance.neighbours[i, h]:
                continue
            near = inside[instance.neighbours[i, inside]]
            if instance.rules.contiguity == "strong":
                near = near[nearer_than(instance.minutes, near, int(i), h)]
            nearer = np.unique(made.units[near])
            if made.units[i] in nearer:
                continue
            rows += [count] * (1 + len(nearer))
            columns += [int(made.x[made.units[i], h]), *made.x[nearer, h].tolist()]
            values += [1.0] + [-1.0] * len(nearer)
            count += 1
    if count:
        program.add_rows(count, [(np.array(rows), np.array(columns), np.array(values))], -INFINITE, 0)


def nearer_than(minutes: Array, near: Array, i: int, h: int) -> Array:
    """Say which of some municipalities are nearer to a host than one is; of equally near ones, the first is."""
    return np.asarray((minutes[near, h] < minutes[i, h]) | ((minutes[near, h] == minutes[i, h]) & (near < i)) | (near == h))


def _nesting(program: Program, finer: Assignment, coarser: Assignment) -> Array:
    """Return the columns v by host of the finer layer and region of the coarser, the last one for no region."""
    n = len(finer.units)
    v = np.full((n, n + 1), -1)
    a, b = np.nonzero((coarser.x[coarser.units] >= 0) & (finer.y >= 0)[:, None])
    hosts = np.flatnonzero(finer.y >= 0)
    v[a, b] = program.add_columns(len(a))
    v[hosts, n] = program.add_columns(len(hosts))
    program.add_rows(n, [(a, v[a, b], 1), (hosts, v[hosts, n], 1), (hosts, finer.y[hosts], -1)], 0, 0)
    at = np.arange(len(a))
    program.add_rows(len(a), [(at, v[a, b], 1), (at, coarser.x[coarser.units[a], b], -1)], -INFINITE, 0)
    at = np.arange(len(hosts))
    program.add_rows(len(hosts), [(at, v[hosts, n], 1), (at, coarser.z[coarser.units[hosts]], -1)], -INFINITE, 0)
    return v


def _tie_columns(program: Program, layer: Assignment, pairs: Array) -> tuple[Array, Array, Array, Array]:
    """Give every tie and host that both ends may go to a column that is 1 only when both do."""
    first, second = layer.x[layer.units[pairs[:, 0]]], layer.x[layer.units[pairs[:, 1]]]
    row, host = np.nonzero((first >= 0) & (second >= 0))
    column, at = program.add_columns(len(row)), np.arange(len(row))
    for ends in (first, second):
        program.add_rows(len(row), [(at, column, 1), (at, ends[row, host], -1)], -INFINITE, 0)
    return pairs, row, host, column


def _costs(made: Formulation) -> None:
    """Write what is minimised: unassigned residents, resident-minutes with prices, regions and ties (both negative)."""
    instance, columns = made.instance, made.program.columns
    costs = {name: np.zeros(columns) for name in ("unassigned", "minutes", "regions", "ties")}
    minutes = np.where(np.isfinite(instance.minutes), instance.minutes, 0.0)
    weighted = instance.population[:, None] * (minutes if instance.abroad is None else minutes + instance.rules.border_price * instance.abroad)
    by_unit = np.zeros((len(instance.unit_population), len(instance.population)))
    np.add.at(by_unit, instance.units, weighted)
    for layer in made.layers:
        unit, host = np.nonzero(layer.x >= 0)
        costs["minutes"][layer.x[unit, host]] = by_unit[unit, host]
        costs["unassigned"][layer.z] = instance.unit_population
        costs["regions"][layer.y[layer.y >= 0]] = -1
    for _, _, _, column in made.ties:
        costs["ties"][column] = -1
        costs["minutes"][column] = -instance.rules.break_price
    made.costs = costs
    made.constants = dict.fromkeys(costs, 0.0)
    made.constants["minutes"] = instance.rules.break_price * sum(len(pairs) for pairs, *_ in made.ties)
