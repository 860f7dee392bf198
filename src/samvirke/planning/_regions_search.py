"""From an instance and an objective to the best plan found in the time given, with what was proven at each level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from samvirke.planning._regions_model import INFINITE, Array, Formulation, Instance, formulate
from samvirke.planning._regions_packing import attach, greedy, pack, spread
from samvirke.planning._regions_polishing import polish
from samvirke.planning._regions_solving import GAP, Clock, Level, Search, both, contiguity_separator, nesting_separator, parts_cut_off, run

Objective = Literal["minutes", "regions", "ties"]
Status = Literal["optimal", "gap", "infeasible", "none"]
LEVELS: dict[Objective, tuple[str, ...]] = {
    "minutes": ("unassigned", "minutes"),
    "regions": ("regions", "unassigned", "minutes"),
    "ties": ("ties", "unassigned", "minutes"),
}
STEPS = {"unassigned": 1.0, "regions": 1.0, "ties": 1.0, "minutes": 0.0}
PROVEN: dict[Objective, tuple[str, ...]] = {"minutes": ("unassigned", "minutes"), "regions": ("regions",), "ties": ("ties",)}
"""The levels that have to be proven for a plan to be called optimal; what is told of the others is what was reached."""
UNASSIGNED_MINUTES = 1000.0
"""What an unassigned resident weighs while a first plan is looked for."""


@dataclass(frozen=True)
class Outcome:
    """The best plan found: hosts by layer and municipality (-1 unassigned), the levels, and how it ended.

    ``optimal``: every level within the gap asked for (whole numbers: exactly); ``gap``: the time ran out with a plan; ``infeasible``: proven
    that no plan keeps the rules; ``none``: no plan was found in the time, nor proven that there is none.
    """

    hosts: Array
    levels: tuple[Level, ...]
    status: Status
    seconds: float
    values: Mapping[str, float]

    def level(self, name: str) -> Level | None:
        """Return what was reached at a level."""
        return next((one for one in self.levels if one.name == name), None)


def find_plan(instance: Instance, objective: Objective, *, seconds: float = 60.0, gap: float = GAP, at_least: Mapping[str, int] | None = None) -> Outcome:
    """Find the best plan in the time given.

    Parameters
    ----------
    instance : Instance
        The numbers.
    objective : str
        ``minutes``, ``regions`` or ``ties``: what comes first; see `LEVELS` for what comes after.
    seconds : float
        Limit on the time.
    gap : float
        A share, 0 or more: minutes are optimal when proven within it. Numbers of regions, ties and residents are always to be exact.
    at_least : Mapping[str, int] or None
        Regions or ties that a plan must have at least, for a Pareto front.
    """
    clock = Clock(seconds)
    with_ties = objective == "ties" or instance.rules.break_price > 0 or "ties" in (at_least or {})
    made = formulate(instance, with_ties=with_ties)
    for name, least in (at_least or {}).items():
        at = np.flatnonzero(made.costs[name])
        made.program.add_rows(1, [(np.zeros(len(at), dtype=int), at, made.costs[name][at])], -INFINITE, -float(least))
    search = Search(made, clock, gap)
    _prepare(search, objective, free=not at_least)
    for name in () if search.infeasible else LEVELS[objective]:
        bound = -INFINITE
        if name == "regions" and not at_least:
            bound = _packed(search)
        if search.apart:
            bound = _apart_bound(search, name)
        elif name == "minutes" and search.levels:
            bound = search.weighted_bound - UNASSIGNED_MINUTES * search.levels[-1].objective
        last = name == LEVELS[objective][-1]
        search.minimise(name, share=1.0 if last else 0.5, bound=bound, step=STEPS[name])
        if search.infeasible or search.best is None:
            break
    return _outcome(search, PROVEN[objective])


def _outcome(search: Search, names: tuple[str, ...]) -> Outcome:
    made, n = search.made, len(search.made.instance.population)
    if search.best is None:
        empty = np.full((len(made.layers), n), -1)
        return Outcome(empty, (), "infeasible" if search.infeasible else "none", search.clock.spent(), {})
    proven = {one.name: one.gap <= (search.gap if one.name == "minutes" else 0.0) + 1e-9 for one in search.levels}
    closed = all(proven.get(name, False) for name in names)
    values = {name: made.value(name, search.best) for name in made.costs}
    return Outcome(made.decode(search.best), tuple(search.levels), "optimal" if closed else "gap", search.clock.spent(), values)


def _prepare(search: Search, objective: Objective, *, free: bool) -> None:
    """Set what breaks rules that are no rows yet, and find a first plan that keeps them."""
    made, separators = search.made, []
    instance = made.instance
    if instance.rules.contiguity == "exact":
        separators.append(contiguity_separator(made))
    if len(made.layers) > 1:
        separators.append(nesting_separator(made))
    search.separate = both(separators)
    if len(made.layers) == 1 and instance.rules.contiguity != "exact" and objective == "minutes":
        search.weighted_bound = _start(search)
    elif len(made.layers) == 1 and free and not _broken(made, first := greedy(made)[None, :]):
        search.best = made.encode(first)
    if len(made.layers) > 1 or objective != "minutes" or instance.rules.contiguity != "exact":
        search.improve = lambda name, best, seconds: polish(search, name, best, seconds)
    if not separators:
        return
    search.repair = lambda values: _repaired(made, values, search.clock)
    if not free:
        return
    if len(made.layers) == 1:
        strong = find_plan(replace(instance, rules=replace(instance.rules, contiguity="strong")), objective, seconds=search.clock.left(0.3), gap=search.gap)
        plans = [strong.hosts] if strong.levels else []
    else:
        plans = _one_after_the_other(instance, search)
    for hosts in plans:
        values = made.encode(hosts)
        if search.best is None or _order(made, objective, values) < _order(made, objective, search.best):
            search.best = values
    if len(made.layers) > 1 and search.best is not None:
        _weigh(made)
        search.best = polish(search, "weighted", search.best, search.clock.left(0.4))


def _weigh(made: Formulation) -> float:
    """Write a cost under which an unassigned resident is dear; return the residents who are unassigned in every plan, who are not in it."""
    cost, forced = made.costs["unassigned"].copy(), 0.0
    for layer in made.layers:
        never = (layer.x < 0).all(axis=1)
        forced += float(made.instance.unit_population[never].sum())
        cost[layer.z[never]] = 0.0
    made.costs["weighted"], made.constants["weighted"] = UNASSIGNED_MINUTES * cost + made.costs["minutes"], made.constants["minutes"]
    return forced


def _start(search: Search) -> float:
    """Find a first plan under a weight; return the bound that it proves on minutes for plans without more unassigned than is forced.

    With a weight w, a bound b and forced residents f, every plan with at most U unassigned has at least b - w (U - f) minutes.
    """
    made = search.made
    forced = _weigh(made)
    found = run(made.program, made.costs["weighted"], search.clock.left(0.4), search.gap)
    search.best, search.infeasible = found.values, found.infeasible
    first = greedy(made)[None, :]
    if not found.infeasible and not _broken(made, first):
        values = made.encode(first)
        if search.best is None or made.costs["weighted"] @ values < made.costs["weighted"] @ search.best:
            search.best = polish(search, "weighted", values, search.clock.left(0.3))
    return found.bound + made.constants["minutes"] + UNASSIGNED_MINUTES * forced


def _order(made: Formulation, objective: Objective, values: Array) -> tuple[float, ...]:
    return tuple(round(made.value(name, values), 6) for name in LEVELS[objective])


def _one_after_the_other(instance: Instance, search: Search) -> list[Array]:
    """Plan nested services apart, which proves bounds, and then one within another, which gives plans."""
    last, alone = len(instance.layers) - 1, []
    for place in range(last + 1):
        found = find_plan(within(instance, place, np.empty((0, 0)), []), "minutes", seconds=search.clock.left(0.15), gap=search.gap)
        if found.status == "infeasible":
            search.infeasible = True
            return []
        alone.append(found)
    levels = [one.level("unassigned") for one in alone]
    search.apart = tuple(level.bound if level else 0.0 for level in levels)
    plans = []
    for order in (range(last + 1), range(last, -1, -1)):
        hosts = np.full((last + 1, len(instance.population)), -1)
        done: list[int] = []
        for place in order:
            found = alone[place] if not done else find_plan(within(instance, place, hosts, done), "minutes", seconds=search.clock.left(0.15), gap=search.gap)
            if not found.levels:
                break
            hosts[place] = found.hosts[0]
            done.append(place)
        if len(done) == last + 1:
            plans.append(hosts)
    return plans


def _apart_bound(search: Search, name: str) -> float:
    """Return the bound on a level of nested services that planning them apart proves.

    For minutes each service may leave as many residents unassigned as the joint plan does, less what the others have to.
    """
    if name == "unassigned":
        return sum(search.apart)
    held = next((level.objective for level in search.levels if level.name == "unassigned"), None)
    if name != "minutes" or held is None:
        return -INFINITE
    total = 0.0
    for place, own in enumerate(search.apart):
        made = formulate(within(search.made.instance, place, np.empty((0, 0)), []), with_ties=search.made.instance.rules.break_price > 0)
        at = np.flatnonzero(made.costs["unassigned"])
        most = held - sum(search.apart) + own + 0.5
        made.program.add_rows(1, [(np.zeros(len(at), dtype=int), at, made.costs["unassigned"][at])], -INFINITE, most)
        total += run(made.program, made.costs["minutes"], search.clock.left(0.25), search.gap).bound + made.constants["minutes"]
    return total


def within(instance: Instance, place: int, hosts: Array, done: list[int]) -> Instance:
    """Return one layer as a problem of its own: finer regions stay together, coarser ones are not crossed."""
    rules, n = instance.rules, len(instance.population)
    allowed = instance.allowed[place] if instance.allowed is not None else np.ones((n, n), dtype=bool)
    together = list(rules.together)
    for other in done:
        own = hosts[other]
        if other < place:
            together += [tuple(np.flatnonzero(own == h).tolist()) for h in np.unique(own[own >= 0])]
        else:
            allowed = allowed & (own[:, None] == own[None, :])
    ties = instance.ties[place : place + 1]
    return replace(instance, layers=(instance.layers[place],), rules=replace(rules, together=tuple(together)), ties=ties, allowed=(allowed,))


def _repaired(made: Formulation, values: Array, clock: Clock) -> Array | None:
    """Return a plan that keeps all rules, near one that does not."""
    hosts = made.decode(values)
    instance = made.instance
    if len(made.layers) > 1:
        for place in range(len(made.layers)):
            if place:
                found = find_plan(within(instance, place, hosts, [place - 1]), "minutes", seconds=clock.left(0.1))
                if not found.levels:
                    return None
                hosts[place] = found.hosts[0]
        return made.encode(hosts) if not _broken(made, hosts) else None
    own = hosts[0]
    for h in np.unique(own[own >= 0]):
        for part in parts_cut_off(instance.neighbours, np.flatnonzero(own == h), int(h)):
            own[np.isin(made.layers[0].units, made.layers[0].units[part])] = -1
    attached = attach(made, own)
    return made.encode(attached[None, :]) if not _broken(made, attached[None, :]) else None


def _broken(made: Formulation, hosts: Array) -> bool:
    """Say whether a plan breaks a row of the programme, or is not connected where it must be."""
    matrix, low, high = made.program.matrix()
    try:
        reached = matrix @ made.encode(hosts)
    except IndexError:
        return True
    scale = np.maximum(np.abs(np.where(np.isfinite(low), low, high)), 1.0)
    if ((reached < low - 1e-7 * scale) | (reached > high + 1e-7 * scale)).any():
        return True
    if made.instance.rules.contiguity != "exact":
        return False
    return any(parts_cut_off(made.instance.neighbours, np.flatnonzero(own == h), int(h)) for own in hosts for h in np.unique(own[own >= 0]))


def _packed(search: Search) -> float:
    """Return the bound that the packing of minimal regions proves, and take its plan as the start."""
    packing = pack(search.made, search.clock)
    if packing is None:
        return -INFINITE
    hosts = spread(search.made, packing)[None, :]
    if not _broken(search.made, hosts):
        values = search.made.encode(hosts)
        if search.best is None or search.made.value("regions", values) < search.made.value("regions", search.best):
            search.best = values
    return -float(packing.bound)
