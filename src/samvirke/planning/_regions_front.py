"""The Pareto front between two objectives: the best of one for each of several values of the other (epsilon-constraint method).

Haimes, Lasdon and Wismer (1971), doi:10.1109/TSMC.1971.4308298. The ends are the best plan of each objective; between them the one that is a
whole number (regions or ties) is asked to be at least so many, and the other is made as good as it can be. Each plan has its own bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from samvirke.planning._regions_model import Instance
from samvirke.planning._regions_search import Objective, Outcome, find_plan


@dataclass(frozen=True)
class Point:
    """One plan of the front: what was asked, and what it has."""

    name: str
    at_least: int
    outcome: Outcome
    objective: Objective

    def to_dict(self) -> dict[str, Any]:
        """Return the plan's values, with objective, bound and gap of what was made as good as it can be."""
        values, level = self.outcome.values, self.outcome.level(self.objective)
        return {
            "asked": self.name,
            "at_least": self.at_least,
            "status": self.outcome.status,
            "regions": round(-values["regions"]),
            "minutes": values["minutes"],
            "ties": round(-values["ties"]),
            "unassigned": values["unassigned"],
            "objective": abs(level.objective) if level else None,
            "bound": abs(level.bound) if level else None,
            "gap": level.gap if level else None,
        }


def front(instance: Instance, pair: tuple[str, ...], points: int, seconds: float, gap: float) -> list[Point]:
    """Return plans between two objectives, from the best of the second to the best of the first.

    Parameters
    ----------
    instance : Instance
        The numbers.
    pair : tuple of str
        Two of minutes, regions and ties.
    points : int
        How many plans at most; fewer where there are not so many whole numbers between the ends.
    seconds, gap : float
        For each plan.
    """
    counted: Objective = "regions" if "regions" in pair else "ties"
    other: Objective = next(name for name in ("minutes", "ties", "regions") if name in pair and name != counted)
    free = find_plan(instance, other, seconds=seconds, gap=gap, at_least={counted: 0, "ties": 0})
    most = find_plan(instance, counted, seconds=seconds, gap=gap, at_least={"ties": 0})
    if not (free.levels and most.levels):
        return []
    low, high = round(-free.values[counted]), round(-most.values[counted])
    steps = sorted({round(value) for value in np.linspace(low, high, points)})
    found = [Point(counted, low, free, other)]
    for step in steps[1:]:
        outcome = find_plan(instance, other, seconds=seconds, gap=gap, at_least={counted: step, "ties": 0})
        if not outcome.levels and step == high:
            outcome = most
        if outcome.levels:
            found.append(Point(counted, step, outcome, other))
    return [one for one in found if not any(_better(other_one, one) for other_one in found)]


def _better(one: Point, other: Point) -> bool:
    """Say whether a plan is as good in everything and better in something: fewer unassigned counts too."""
    names = ("unassigned", one.name, one.objective)
    mine, theirs = ([round(point.outcome.values[name], 6) for name in names] for point in (one, other))
    return all(a <= b for a, b in zip(mine, theirs, strict=True)) and mine != theirs
