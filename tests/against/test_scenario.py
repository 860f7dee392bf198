"""Scenarios against another way to the same numbers: the swing by simulation, the share paid by the plan of costs, beds by the plan of beds."""

from __future__ import annotations

import numpy as np
import pytest

from samvirke.planning._cost_reading import check_cost_specification
from samvirke.planning._scenario_measures import Reading, Worked
from samvirke.planning.beds import beds
from samvirke.planning.cost import cost
from samvirke.planning.scenario import Prepared, check_scenario, scenario
from tests.planning.test_scenario import EXAMPLES, small, values


def _prepared(key: str, variation: float) -> Prepared:
    given = small()
    given["options"][1]["key"] = key
    given["figures"]["cost_variation"] = variation
    given["figures"]["admissions_per_1000"] = 12
    return check_scenario(given)


@pytest.mark.parametrize(
    "key", ["per_inhabitant:100", "equal:30, by_use:70", "by_use:100", "equal:20, per_inhabitant:60, by_own_cost:20", "by_use:100, minimum:20"]
)
@pytest.mark.parametrize("variation", [0.0, 1.0])
def test_the_swing_is_that_of_years_drawn(key: str, variation: float) -> None:
    prepared = _prepared(key, variation)
    worked = Worked(prepared, prepared.scenario.options[1])
    read = Reading(prepared.held)
    rng = np.random.default_rng(7)
    expected = np.array([72.0, 27.6])
    paid = []
    for _ in range(4000):
        counts = rng.poisson(expected).astype(float)
        base = worked._paid(read, counts)
        if variation:  # what single admissions cost, beside their mean
            off = 4_000 * sum((rng.gamma(1 / variation**2, variation**2, int(count)) - 1).sum() for count in counts)
            base += off * worked._of_one_krone(read, counts)
        paid.append(base)
    found = worked.swing_per_inhabitant(read)
    assert found is not None
    assert found == pytest.approx(1.96 * np.std(paid) / 6000, rel=0.06)


def test_the_municipality_pays_what_the_plan_of_costs_divides() -> None:
    prepared = check_scenario(small())
    found = scenario(prepared)
    for option in prepared.scenario.options[1:]:
        worked = Worked(prepared, option)
        total = worked._total(Reading(prepared.held), np.array([36.0, 13.8]))
        parties = [{"name": "Sel", "population": 6000, "use": 36}, {"name": "Lom", "population": 2300, "use": 13.8}]
        divided = cost(check_cost_specification({"parties": parties, "key": option.key, "cost": {"fixed_nok": total}}))
        assert values(found, "cost_own")[option.name] == pytest.approx(float(divided.table["key_nok"].iloc[0]))


def test_planned_beds_are_those_of_the_plan_of_beds() -> None:
    found = values(scenario(EXAMPLES[0]), "beds")
    people = {"Alene": [4000], "Med kommune 3": [4000, 14000], "Alle fire, vertskommune": [32000, 7500, 14000, 4000]}
    for option, own in people.items():
        assert found[option] == beds(load=[one * 6 / 1000 / 365 * 3 for one in own], max_refusal=0.05).result["pooled"]
