"""Cooperation areas of Norway 2013, beside the plain programme in HiGHS and beside spopt's MaxP.

Run ``python benchmarks/planning_regions.py EDITION [NAME ...]`` with an edition that `samvirke import norway-2013` made (428 municipalities,
their points and boundaries). Straight line at 60 km/h with detour 1.3; contiguity: a common border, or at most 20 minutes. Each target is
solved twice in turn, in the plain programme (weighted objective, floors with whole populations, nested services tied by one row for each
member, host and region, all at once) and by samvirke, with the same seconds and two threads each. MaxP has no travel limit: both get the
floor and border contiguity only. The load of the machine is printed: seconds taken under load say little.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

FLOOR, LIMIT, NEAR, WEIGHT = 10_000.0, 60.0, 20.0, 1000.0
TARGETS = {
    "minutes": ("minutes", "none", ((FLOOR, LIMIT),), 20.0, 0.001),
    "regions": ("regions", "none", ((FLOOR, LIMIT),), 60.0, 0.005),
    "contiguous-minutes": ("minutes", "strong", ((FLOOR, LIMIT),), 60.0, 0.005),
    "contiguous-regions": ("regions", "strong", ((FLOOR, LIMIT),), 60.0, 0.005),
    "two-equal": ("minutes", "none", ((20_000.0, LIMIT),), 60.0, 0.005),
    "two-nested": ("minutes", "none", ((FLOOR, LIMIT), (30_000.0, 90.0)), 60.0, 0.005),
}
"""Objective, contiguity, (floor, limit) by service, seconds, gap wanted. Two services in equal areas have the higher floor."""


def instance_of(edition: str, contiguity: str, layers: tuple[tuple[float, float], ...], near: float = NEAR) -> Any:
    import numpy as np

    from samvirke.edition import boundaries, open_edition
    from samvirke.measures.membership import populations
    from samvirke.planning._regions_model import Instance, Layer, Rules
    from samvirke.planning._travel import travel_minutes

    opened = open_edition(edition).on(None)
    times = travel_minutes(opened, "straight-line")
    people = populations(opened, times.codes)[0]
    neighbours = None
    if contiguity != "none":
        from shapely import STRtree

        drawn = boundaries(opened)
        assert drawn is not None  # noqa: S101
        shapes = drawn.polygons.set_index("code").geometry.reindex(times.codes).values
        first, second = STRtree(shapes).query(shapes, predicate="intersects")
        neighbours = times.minutes <= near
        neighbours[first, second] = True
        np.fill_diagonal(neighbours, val=False)
    own = tuple(Layer(str(place), *one) for place, one in enumerate(layers))
    return Instance(people, times.minutes, own, Rules(contiguity=contiguity), neighbours, (np.empty((0, 2), dtype=int),) * len(own))  # type: ignore[arg-type]


def plain(instance: Any, objective: str, seconds: float, gap: float) -> tuple[float, float]:
    """Solve the programme as one writes it down; return objective and bound, without the weight of who is unassigned in any plan."""
    import numpy as np

    from samvirke.planning._regions_model import INFINITE, Program, _contiguity, formulate
    from samvirke.planning._regions_solving import run

    layers = formulate(instance).layers
    program, n = Program(), len(instance.population)
    cost = [np.zeros(0)]
    for place, layer in enumerate(layers):
        spec, x = instance.layers[place], np.full((n, n), -1)
        i, h = np.nonzero(instance.minutes <= spec.limit)
        x[i, h] = program.add_columns(len(i))
        z, each = program.add_columns(n), np.arange(n)
        y = x[each, each]
        program.add_rows(n, [(i, x[i, h], 1), (each, z, 1)], 1, 1)
        program.add_rows(n, [(h, x[i, h], instance.population[i]), (each, y, -spec.floor)], 0, INFINITE)
        other = i != h
        at = np.arange(int(other.sum()))
        program.add_rows(len(at), [(at, x[i, h][other], 1), (at, y[h][other], -1)], -INFINITE, 0)
        layer.x, layer.z = x, z
        if instance.rules.contiguity == "strong":
            _contiguity(instance, program, layer)
        minutes = objective == "minutes"
        cost.append(instance.population[i] * instance.minutes[i, h] if minutes else np.where(other, 0.0, -1.0))
        cost.append(WEIGHT * instance.population if minutes else np.zeros(n))
    if len(layers) == 2:
        _tie(program, layers[0].x, layers[1].x)
    found = run(program, np.concatenate(cost), seconds, gap)
    return (float(np.concatenate(cost) @ found.values) if found.values is not None else INFINITE), found.bound


def _tie(program: Any, finer: Any, coarser: Any) -> None:
    """Who is in a finer region is in the coarser region of its host: x_ia + x'_ab - x'_ib <= 1 for all i, a and b."""
    import numpy as np

    i, a = np.nonzero(finer >= 0)
    i, a = i[i != a], a[i != a]
    arc, b = np.nonzero(coarser[a] >= 0)
    at = np.arange(len(arc))
    program.add_rows(len(at), [(at, finer[i, a][arc], 1), (at, coarser[a[arc], b], 1), (at, coarser[i[arc], b], -1)], -np.inf, 1)


def target(edition: str, name: str) -> bool:
    from samvirke.planning._regions_search import find_plan

    objective, contiguity, layers, seconds, wanted = TARGETS[name]
    instance = instance_of(edition, contiguity, layers)
    start = time.perf_counter()
    reached, bound = plain(instance, objective, seconds, wanted)
    spent = time.perf_counter() - start
    plan = find_plan(instance, objective, seconds=seconds, gap=wanted)  # type: ignore[arg-type]
    fewest, level = plan.level("unassigned"), plan.level(objective)
    assert fewest is not None  # noqa: S101
    assert level is not None  # noqa: S101
    weight = WEIGHT * fewest.objective if objective == "minutes" else 0.0
    apart = (reached - bound) / max(abs(reached - weight), 1.0)
    met = level.gap <= wanted and (objective != "minutes" or fewest.gap == 0)
    print(f"{name:18}  plain     {reached - weight:14,.0f}  bound {bound - weight:14,.0f}  gap {apart:8.3%}  {spent:5.1f} s  (unassigned weighted)")
    print(
        f"{'':18}  samvirke  {level.objective:14,.0f}  bound {level.bound:14,.0f}  gap {level.gap:8.3%}  {plan.seconds:5.1f} s  "
        f"unassigned {fewest.objective:,.0f} (bound {fewest.bound:,.0f})  {'met' if met else 'MISSED'}: {wanted:.1%} in {seconds:g} s; load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    return met


def maxp(edition: str) -> bool:
    """Hold the packing against MaxP under border contiguity, without a travel limit, in MaxP's own time or 60 seconds."""
    import numpy as np
    from libpysal.weights import W
    from spopt.region import MaxPHeuristic

    from samvirke.edition import boundaries, open_edition
    from samvirke.planning._regions_model import formulate
    from samvirke.planning._regions_packing import pack
    from samvirke.planning._regions_solving import Clock

    instance = instance_of(edition, "exact", ((FLOOR, 1e9),), near=-1.0)
    drawn = boundaries(open_edition(edition))
    assert drawn is not None  # noqa: S101
    frame = drawn.polygons.sort_values("code", ignore_index=True).assign(people=instance.population, one=1.0)
    weights = W({int(i): np.flatnonzero(row).tolist() for i, row in enumerate(instance.neighbours)}, silence_warnings=True)
    np.random.seed(1)  # noqa: NPY002 - spopt draws from the global generator
    start = time.perf_counter()
    model = MaxPHeuristic(frame, weights, ["one"], "people", int(FLOOR), 1, max_iterations_construction=20, max_iterations_sa=3)
    model.solve()
    spent = time.perf_counter() - start
    start = time.perf_counter()
    packing = pack(formulate(instance), Clock(max(spent, 60.0)), 1.0)
    assert packing is not None  # noqa: S101
    print(f"{'MaxP, borders':18}  spopt     {model.p:14,}  bound {'none':>14}  {spent:5.1f} s")
    print(
        f"{'':18}  samvirke  {len(packing.regions):14,}  bound {packing.bound:14,}  {time.perf_counter() - start:5.1f} s; load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    return len(packing.regions) >= model.p


def main() -> None:
    """Run the targets that are named, or all, and MaxP."""
    edition, names = sys.argv[1], sys.argv[2:] or [*TARGETS, "maxp"]
    missed = [name for name in names if not (maxp(edition) if name == "maxp" else target(edition, name))]
    print(f"targets: {'MISSED ' + ', '.join(missed) if missed else 'met'}")
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
