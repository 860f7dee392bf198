"""A better plan near one that is known: the regions around one place are planned anew, the rest staying as it is.

Large neighbourhood search (Shaw, 1998, doi:10.1007/3-540-49481-2_30). What is planned anew holds whole regions, so it is a problem of its own
and costs add up. It gives no bound; the bound is from the whole programme.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from samvirke.planning._regions_model import INFINITE, Array, Formulation, Instance, formulate
from samvirke.planning._regions_solving import SEED, Clock, Search, contiguity_separator, nest_fully, run

AROUND = 16
"""How many municipalities nearest to the place are planned anew, together with the regions that they are in."""


def polish(search: Search, name: str, best: Array, seconds: float) -> Array:
    """Return a plan that has no more of a cost than the best known one, looked for in one place after another.

    Places with unassigned residents come first, then all in random order (seed 1); then larger surroundings.
    """
    made, clock = search.made, Clock(seconds)
    n, rng = len(made.instance.population), np.random.default_rng(SEED)
    hosts, around, held = made.decode(best), AROUND, tuple(level.name for level in search.levels)
    while clock.left() > 0.3:
        first = np.flatnonzero((hosts < 0).any(axis=0)) if name != "minutes" else np.empty(0, dtype=int)
        for place in np.concatenate([rng.permutation(first), rng.permutation(n)[: max(n // 4, 20)]]):
            if clock.left() <= 0.3:
                break
            hosts = _anew(made, name, held, hosts, _near(made, hosts, int(place), around), min(clock.left(), 5.0))
        if around >= n:
            break
        around = min(around * 3 // 2, n)
    return made.encode(hosts)


def _near(made: Formulation, hosts: Array, place: int, around: int) -> Array:
    """Return the municipalities that are planned anew: the nearest to a place, and all that share a region or a unit with them."""
    minutes, units = made.instance.minutes, made.instance.units
    free = np.zeros(len(minutes), dtype=bool)
    free[np.argsort(minutes[place] + minutes[:, place], kind="stable")[:around]] = True
    while True:
        wider = np.isin(units, units[free])
        for own in hosts:
            wider = wider | np.isin(own, own[wider & (own >= 0)])
        if (wider == free).all():
            return np.flatnonzero(free)
        free = wider


def restricted(instance: Instance, kept: Array) -> Instance:
    """Return the problem of some municipalities alone."""
    place = {int(i): at for at, i in enumerate(kept)}

    def moved(group: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(place[i] for i in group if i in place)

    rules = instance.rules
    own = np.ix_(kept, kept)
    where = np.full(len(instance.population), -1)
    where[kept] = np.arange(len(kept))
    ties = tuple(where[pairs][(where[pairs] >= 0).all(axis=1)] for pairs in instance.ties)
    return replace(
        instance,
        population=instance.population[kept],
        minutes=instance.minutes[own],
        rules=replace(
            rules,
            hosts=moved(rules.hosts),
            not_hosts=moved(rules.not_hosts),
            together=tuple(group for one in rules.together if (group := moved(one))),
            apart=tuple(group for one in rules.apart if (group := moved(one))),
        ),
        neighbours=None if instance.neighbours is None else instance.neighbours[own],
        ties=ties,
        abroad=None if instance.abroad is None else instance.abroad[own],
        allowed=None if instance.allowed is None else tuple(one[own] for one in instance.allowed),
    )


def _anew(whole: Formulation, name: str, held: tuple[str, ...], hosts: Array, kept: Array, seconds: float) -> Array:
    """Plan some municipalities anew with no more of the costs held, and return the plan if it has less of the cost."""
    made = formulate(restricted(whole.instance, kept), with_ties=bool(whole.ties))
    nest_fully(made)
    made.costs["weighted"] = 1000.0 * made.costs["unassigned"] + made.costs["minutes"]
    where = np.full(len(whole.instance.population) + 1, -1)
    where[kept] = np.arange(len(kept))
    start = made.encode(where[hosts[:, kept]])
    for one in held:
        at = np.flatnonzero(made.costs[one])
        if len(at):
            most = float(made.costs[one] @ start) + 1e-6
            made.program.add_rows(1, [(np.zeros(len(at), dtype=int), at, made.costs[one][at])], -INFINITE, most)
    separate = contiguity_separator(made) if whole.instance.rules.contiguity == "exact" else None
    cost, clock = made.costs[name], Clock(seconds)
    while clock.left() > 0.2:
        found = run(made.program, cost, clock.left(), 1e-3, start=start)
        if found.values is None or cost @ found.values >= cost @ start - 1e-6:
            return hosts
        if separate is None or not separate(found.values):
            better, own = hosts.copy(), made.decode(found.values)
            better[:, kept] = np.where(own >= 0, kept[np.maximum(own, 0)], -1)
            return better
    return hosts
