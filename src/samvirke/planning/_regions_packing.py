"""The most regions above the floor: a packing of minimal regions.

Taking members out of a region until none can be missed leaves a minimal region, and the others can still be assigned or not, so the most
regions are the most minimal regions with no municipality in common. A unit that is over the floor alone is a region by itself in some
best plan: put in the place of the region it was in, it leaves the number as it was. What is left is small enough to list, and the
packing (maximise the sum of w_S over minimal regions S, with sum over S that hold i of w_S <= 1) is far tighter than the assignment
programme. Parts of the country that share no minimal region are solved apart, and each bound is rounded down to whole regions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array
from scipy.sparse.csgraph import connected_components

from samvirke.planning._regions_model import INFINITE, Array, Formulation, Program, nearer_than
from samvirke.planning._regions_solving import Clock, parts_cut_off, run

MOST_COLUMNS = 60_000
"""More minimal regions than this are not listed; the assignment programme alone is used."""


@dataclass(frozen=True)
class Packing:
    """Regions found, each a host and its units, and the most there can be."""

    regions: tuple[tuple[int, frozenset[int]], ...]
    bound: int


def pack(made: Formulation, clock: Clock, share: float = 0.5) -> Packing | None:
    """Return the most regions of a single layer, or None where the minimal regions cannot be listed."""
    instance = made.instance
    together = len(instance.unit_population) < len(instance.population)
    if len(made.layers) != 1 or (together and instance.rules.contiguity != "none"):
        return None
    listed = minimal_regions(made)
    if listed is None:
        return None
    sets, must = list(listed), frozenset(instance.rules.hosts)
    held = [(host, units) for units, host in sets]
    units = np.concatenate([list(one) for _, one in held]) if held else np.empty(0, dtype=int)
    which = np.repeat(np.arange(len(held)), [len(one) for _, one in held])
    matrix = csc_array((np.ones(len(units)), (units, which)), shape=(len(instance.unit_population), len(held)))
    part = connected_components(matrix @ matrix.T, directed=False)[1] if held else np.empty(0, dtype=int)
    where = np.array([part[next(iter(one))] for _, one in held], dtype=int)
    if must:
        where[:] = 0
    until, chosen, bound = Clock(clock.left(share)), [], 0
    order = sorted(np.unique(where), key=lambda one: int((where == one).sum()))
    for one in order:
        columns = np.flatnonzero(where == one)
        found, most = _pack_part(matrix[:, columns], [held[column][0] for column in columns], must, until.left())
        if found is None:
            return None
        chosen += [held[column] for column in columns[found]]
        bound += most
    return Packing(tuple(chosen), bound)


def _pack_part(matrix: csc_array, hosts: list[int], must: frozenset[int], seconds: float) -> tuple[Array | None, int]:
    if matrix.shape[1] == 1 and not must:
        return np.array([0]), 1
    program = Program()
    columns = program.add_columns(matrix.shape[1])
    entries = matrix.tocoo()
    program.add_rows(matrix.shape[0], [(entries.row, columns[entries.col], 1)], -INFINITE, 1)
    for host in must:
        own = columns[np.array(hosts) == host]
        program.add_rows(1, [(np.zeros(len(own), dtype=int), own, 1)], 1, INFINITE)
    found = run(program, -np.ones(program.columns), seconds, 0.0)
    if found.infeasible or (found.values is None and must):
        return None, 0
    if found.values is None:
        taken, own = np.zeros(matrix.shape[0], dtype=bool), []
        for column in np.argsort(np.diff(matrix.indptr), kind="stable"):
            units = matrix.indices[matrix.indptr[column] : matrix.indptr[column + 1]]
            if not taken[units].any():
                taken[units] = True
                own.append(int(column))
        return np.array(own, dtype=int), int(np.floor(-found.bound + 1e-6))
    return np.flatnonzero(found.values > 0.5), int(np.floor(-found.bound + 1e-6))


def minimal_regions(made: Formulation) -> dict[tuple[frozenset[int], int], None] | None:
    """List minimal regions as units and host, each set of units once; None where there are too many.

    Of several hosts that could serve one set the first is kept, as the number of regions does not depend on it. A host that must be one
    keeps its own.
    """
    instance, layer = made.instance, made.layers[0]
    people, floor, must = instance.unit_population, instance.layers[0].floor, set(instance.rules.hosts)
    alone = {int(layer.units[h]) for h in np.flatnonzero(layer.y >= 0) if people[layer.units[h]] >= floor}
    found: dict[frozenset[int], int] = {}
    kept: dict[tuple[frozenset[int], int], None] = {}
    done: set[int] = set()  # units of hosts that all can reach, whose sets are listed already
    for h in np.flatnonzero(layer.y >= 0):
        inside = {int(unit) for unit in np.flatnonzero(layer.x[:, h] >= 0)} - {int(layer.units[h])}
        if h not in must:
            if int(layer.units[h]) in alone:
                found.setdefault(frozenset({int(layer.units[h])}), int(h))
                continue
            inside -= alone | (done if instance.rules.contiguity != "strong" else set())
        room = MOST_COLUMNS - len(found) - len(kept)
        own = _grown(made, int(h), inside, room) if instance.rules.contiguity != "none" else _covers(people, floor, int(layer.units[h]), inside, room)
        if own is None:
            return None
        for units in own:
            if _keeps(made, units):
                if h in must:
                    kept[units, int(h)] = None
                else:
                    found.setdefault(units, int(h))
        if h not in must and (layer.x[:, h] >= 0).all():
            done.add(int(layer.units[h]))
    smaller = [(units, host) for units, host in found.items() if not any(units - {one} in found for one in units)]
    return kept | dict.fromkeys(smaller)


def _keeps(made: Formulation, units: frozenset[int]) -> bool:
    """Say whether a region keeps the rules on size and on who is kept apart."""
    instance, rules = made.instance, made.instance.rules
    own = sorted(units)
    if instance.unit_population[own].sum() > rules.max_population:
        return False
    if rules.max_members is not None and np.isin(instance.units, own).sum() > rules.max_members:
        return False
    return all(len(units & {int(unit) for unit in instance.units[list(group)]}) <= 1 for group in rules.apart)


def _covers(people: Array, floor: float, host: int, inside: set[int], room: int) -> list[frozenset[int]] | None:
    """List the sets of units that lift a host's unit to the floor, and none of which can be left out."""
    order = sorted(inside, key=lambda unit: (-people[unit], unit))
    sizes = people[order]
    rest = np.append(np.cumsum(sizes[::-1])[::-1], 0.0)
    found: list[frozenset[int]] = []
    stack: list[tuple[int, tuple[int, ...], float]] = [(0, (host,), float(people[host]))]
    if people[host] >= floor:
        return [frozenset({host})]
    while stack:
        begin, chosen, total = stack.pop()
        if len(found) > room or len(stack) > room:
            return None
        for place in range(begin, len(order)):
            if total + rest[place] < floor:
                break
            reached = total + sizes[place]
            if reached >= floor:
                found.append(frozenset((*chosen, order[place])))
            else:
                stack.append((place + 1, (*chosen, order[place]), reached))
    return found


def _grown(made: Formulation, host: int, inside: set[int], room: int) -> list[frozenset[int]] | None:
    """List the connected sets that reach the floor with their last unit; units are municipalities here."""
    instance, layer = made.instance, made.layers[0]
    people, floor = instance.unit_population, instance.layers[0].floor
    place = {int(unit): int(np.flatnonzero(layer.units == unit)[0]) for unit in {*inside, int(layer.units[host])}}
    assert instance.neighbours is not None  # noqa: S101 - narrows the type
    nearer: dict[int, set[int]] = {}
    for unit, i in place.items():
        near = np.array([other for other in place.values() if instance.neighbours[i, other]], dtype=int)
        if instance.rules.contiguity == "strong" and len(near) and i != host:
            near = near[nearer_than(instance.minutes, near, i, host)]
        nearer[unit] = {int(layer.units[other]) for other in near}
    start = frozenset({int(layer.units[host])})
    if people[list(start)].sum() >= floor:
        return [start]
    found, seen, stack = set(), {start}, [start]
    while stack:
        units = stack.pop()
        total = people[list(units)].sum()
        for unit in inside - units:
            if not nearer[unit] & units:
                continue
            larger = units | {unit}
            if total + people[unit] >= floor:
                found.add(larger)
            elif larger not in seen:
                seen.add(larger)
                stack.append(larger)
        if len(found) > room or len(seen) > room:
            return None
    return sorted(found, key=sorted)


def spread(made: Formulation, packing: Packing) -> Array:
    """Return a plan with the packing's regions, the other units being taken to the nearest host that may have them."""
    instance, layer = made.instance, made.layers[0]
    hosts = np.full(len(instance.population), -1)
    for host, units in packing.regions:
        hosts[np.isin(layer.units, list(units))] = host
    return attach(made, hosts)


def attach(made: Formulation, hosts: Array) -> Array:
    """Return a single-layer plan with units that are unassigned taken to the nearest of its hosts that may have them."""
    instance, layer, rules = made.instance, made.layers[0], made.instance.rules
    hosts, again = hosts.copy(), True
    while again:
        again = False
        for unit in np.unique(layer.units[hosts < 0]):
            members = np.flatnonzero(layer.units == unit)
            open_hosts = [int(h) for h in np.unique(hosts[hosts >= 0]) if layer.x[unit, h] >= 0]
            for h in sorted(open_hosts, key=lambda h: (float(instance.population[members] @ instance.minutes[members, h]), h)):
                region = np.flatnonzero(hosts == h)
                joined = np.concatenate([region, members])
                if not _keeps(made, frozenset(int(one) for one in layer.units[joined])):
                    continue
                if rules.contiguity != "none" and not _reaches(made, region, members, h):
                    continue
                hosts[members], again = h, True
                break
        if rules.contiguity == "none":
            break
    return hosts


def greedy(made: Formulation) -> Array:
    """Return a single-layer plan made one region at a time: the host that has the floor within the fewest minutes takes its nearest.

    Hosts that must be come first; who is left is attached. The plan may fail them, or a rule that the rows hold: the caller looks.
    """
    instance, layer = made.instance, made.layers[0]
    floor, hosts = instance.layers[0].floor, np.full(len(instance.population), -1)
    waiting = sorted(np.flatnonzero(layer.y >= 0), key=lambda h: (h not in instance.rules.hosts, _radius(made, hosts, int(h))[0], h))
    for h in map(int, waiting):
        radius, order = _radius(made, hosts, h)
        if hosts[h] >= 0 or not np.isfinite(radius):
            continue
        plan, total = hosts.copy(), 0.0
        for unit in order:
            members, region = np.flatnonzero(layer.units == unit), np.flatnonzero(plan == h)
            if len(region) and not _keeps(made, frozenset(int(one) for one in layer.units[np.concatenate([region, members])])):
                continue
            if len(region) and instance.rules.contiguity != "none" and not _reaches(made, region, members, h):
                continue
            plan[members] = h
            total += float(instance.unit_population[unit])
            if total >= floor:
                hosts = plan
                break
    return attach(made, hosts)


def _radius(made: Formulation, hosts: Array, h: int) -> tuple[float, list[int]]:
    """Return the minutes within which a host has the floor among the unassigned, and their units, its own first, then the nearest."""
    instance, layer = made.instance, made.layers[0]
    free = np.flatnonzero((hosts < 0) & (layer.x[layer.units, h] >= 0))
    near = free[np.argsort(instance.minutes[free, h], kind="stable")]
    order = list(dict.fromkeys([int(layer.units[h]), *(int(unit) for unit in layer.units[near])]))
    enough = np.flatnonzero(np.cumsum(instance.population[near]) >= instance.layers[0].floor)
    return (float(instance.minutes[near[enough[0]], h]) if len(enough) else INFINITE), order


def _reaches(made: Formulation, region: Array, members: Array, host: int) -> bool:
    """Say whether municipalities can join a region under the contiguity asked for."""
    instance = made.instance
    assert instance.neighbours is not None  # noqa: S101 - narrows the type
    joined = np.concatenate([region, members])
    if instance.rules.contiguity == "exact":
        return not parts_cut_off(instance.neighbours, joined, host)
    for i in members:
        near = joined[instance.neighbours[i, joined]]
        if not (instance.neighbours[i, host] or nearer_than(instance.minutes, near, int(i), host).any()):
            return False
    return True
