from __future__ import annotations

import itertools
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samvirke.edition import Edition
from samvirke.planning._regions_explaining import limit_needed
from samvirke.planning._regions_model import Instance, Layer, Rules
from samvirke.planning._regions_search import find_plan
from samvirke.planning._travel import PlanInputError, travel_minutes
from samvirke.planning.regions import regions

NO_TIES = np.empty((0, 2), dtype=int)


def made(population, minutes, floor, limit, ties=NO_TIES, neighbours=None, layers=None, abroad=None, **rules):
    own = layers or (Layer("a", floor, limit),)
    return Instance(np.array(population, dtype=float), np.array(minutes, dtype=float), own, Rules(**rules), neighbours, (ties,) * len(own), abroad)


def drawn(seed, n, *, symmetric=False):
    rng = np.random.default_rng(seed)
    points = rng.random((n, 2)) * 100
    minutes = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    minutes = minutes if symmetric else minutes * rng.uniform(0.8, 1.2, (n, n))
    np.fill_diagonal(minutes, 0)
    pairs = np.array([pair for pair in itertools.combinations(range(n), 2) if rng.random() < 0.4], dtype=int).reshape(-1, 2)
    return rng.integers(500, 9000, n).astype(float), minutes, pairs


def connected(neighbours, members, host):
    reached, front = {host}, [host]
    while front:
        here = front.pop()
        for other in members:
            if neighbours[here, other] and other not in reached:
                reached.add(other)
                front.append(other)
    return set(members) <= reached


def keeps(instance, hosts, layer=0, *, exact=False):
    spec, rules = instance.layers[layer], instance.rules
    used = set(hosts) - {-1}
    if any(hosts[h] != h for h in used) or not set(rules.hosts) <= used or used & set(rules.not_hosts):
        return False
    for h in used:
        members = [i for i in range(len(hosts)) if hosts[i] == h]
        people = instance.population[members].sum()
        if people < spec.floor or people > rules.max_population or (rules.max_members and len(members) > rules.max_members):
            return False
        if any(instance.minutes[i, h] > spec.limit for i in members):
            return False
        if any(len(set(members) & set(group)) > 1 for group in rules.apart):
            return False
        if (rules.contiguity == "exact" or exact) and not connected(instance.neighbours, members, h):
            return False
        if rules.contiguity == "strong" and not exact:
            for i in members:
                near = [j for j in members if instance.neighbours[i, j]]
                if i != h and not instance.neighbours[i, h] and not any(instance.minutes[j, h] < instance.minutes[i, h] for j in near):
                    return False
    return all(len({hosts[i] for i in group}) == 1 for group in rules.together)


def values(instance, hosts):
    given_ = [i for i in range(len(hosts)) if hosts[i] >= 0]
    kept = sum(hosts[i] == hosts[j] >= 0 for i, j in instance.ties[0])
    crossing = sum(instance.population[i] * instance.abroad[i, hosts[i]] for i in given_) if instance.abroad is not None else 0
    minutes = sum(instance.population[i] * instance.minutes[i, hosts[i]] for i in given_)
    return {
        "unassigned": sum(instance.population) - sum(instance.population[i] for i in given_),
        "minutes": minutes + instance.rules.border_price * crossing + instance.rules.break_price * (len(instance.ties[0]) - kept),
        "regions": -len({hosts[i] for i in given_}),
        "ties": -kept,
    }


def brute(instance, levels):
    n, best = len(instance.population), None
    for hosts in itertools.product(range(-1, n), repeat=n):
        if keeps(instance, hosts):
            own = values(instance, hosts)
            order = tuple(round(own[name], 5) for name in levels)
            best = order if best is None or order < best else best
    return best


LEVELS = {"minutes": ("unassigned", "minutes"), "regions": ("regions", "unassigned", "minutes"), "ties": ("ties", "unassigned", "minutes")}
CASES = [
    {},
    {"max_population": 16_000},
    {"max_members": 2},
    {"not_hosts": (0, 1)},
    {"together": ((0, 1), (1, 2))},
    {"apart": ((0, 1, 2),)},
    {"border_price": 15.0},
    {"break_price": 40_000.0},
    {"contiguity": "strong"},
    {"contiguity": "exact"},
]


@pytest.mark.parametrize("objective", ["minutes", "regions", "ties"])
@pytest.mark.parametrize("case", range(len(CASES)), ids=[str(next(iter(case), "none")) for case in CASES])
def test_small_instances_are_as_good_as_every_plan_tried(objective, case):
    for seed in (1, 2):
        population, minutes, pairs = drawn(10 * case + seed, 5)
        symmetric = (minutes + minutes.T) / 2
        abroad = (np.arange(5)[:, None] < 2) != (np.arange(5)[None] < 2)
        instance = made(population, minutes, 7000, 60, pairs, neighbours=(symmetric < 45) & ~np.eye(5, dtype=bool), abroad=abroad, **CASES[case])
        found = find_plan(instance, objective, seconds=20, gap=0.0)
        assert keeps(instance, tuple(found.hosts[0]))
        expected = brute(instance, LEVELS[objective])
        assert tuple(level.objective for level in found.levels) == pytest.approx(expected, rel=1e-6, abs=1e-3)
        assert found.status == "optimal"
        assert all(level.bound <= level.objective + 1e-6 for level in found.levels)


def test_hosts_that_must_be_are_and_when_they_cannot_it_is_said():
    population, minutes, pairs = drawn(3, 5)
    for host in range(5):
        instance = made(population, minutes, 7000, 60, pairs, hosts=(host,))
        expected = brute(instance, LEVELS["regions"])
        found = find_plan(instance, "regions", seconds=20, gap=0.0)
        if expected is None:
            assert found.status == "infeasible"
        else:
            assert tuple(level.objective for level in found.levels) == pytest.approx(expected, rel=1e-6)
            assert host in found.hosts[0]


def test_nested_regions_are_as_good_as_every_pair_of_plans_tried():
    for seed in (4, 5):
        population, minutes, _ = drawn(seed, 4)
        layers = (Layer("a", 5000, 50), Layer("b", 10_000, 90))
        instance = made(population, minutes, 0, 0, layers=layers)
        plans = [[hosts for hosts in itertools.product(range(-1, 4), repeat=4) if keeps(instance, hosts, layer)] for layer in (0, 1)]
        best = None
        for fine, coarse in itertools.product(*plans):
            if all(len({coarse[i] for i in range(4) if fine[i] == h}) == 1 for h in set(fine) - {-1}):
                costs = [values(instance, hosts) for hosts in (fine, coarse)]
                order = tuple(round(costs[0][name] + costs[1][name], 5) for name in LEVELS["minutes"])
                best = order if best is None or order < best else best
        found = find_plan(instance, "minutes", seconds=30, gap=0.0)
        assert tuple(level.objective for level in found.levels) == pytest.approx(best, rel=1e-6)
        for h in set(found.hosts[0]) - {-1}:
            assert len(set(found.hosts[1][found.hosts[0] == h])) == 1


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(1, 9),
    floor=st.floats(0, 30_000),
    limit=st.floats(0, 120),
    contiguity=st.sampled_from(["none", "strong", "exact"]),
    objective=st.sampled_from(["minutes", "regions", "ties"]),
    holes=st.floats(0, 0.5),
)
def test_no_region_is_below_the_floor_and_no_member_beyond_the_limit(seed, n, floor, limit, contiguity, objective, holes):
    population, minutes, pairs = drawn(seed, n)
    minutes[np.random.default_rng(seed).random((n, n)) < holes] = np.inf
    np.fill_diagonal(minutes, 0)
    near = (np.minimum(minutes, minutes.T) < 40) & ~np.eye(n, dtype=bool)
    instance = made(population, minutes, floor, limit, pairs, neighbours=near, contiguity=contiguity)
    found = find_plan(instance, objective, seconds=10)
    assert keeps(instance, tuple(found.hosts[0]))
    for level in found.levels:
        assert level.objective == pytest.approx(values(instance, tuple(found.hosts[0]))[level.name], rel=1e-6, abs=1e-3)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), contiguity=st.sampled_from(["none", "strong", "exact"]))
def test_a_larger_floor_never_gives_more_regions(seed, contiguity):
    population, minutes, pairs = drawn(seed, 12)
    near = (np.minimum(minutes, minutes.T) < 40) & ~np.eye(12, dtype=bool)
    counts = []
    for floor in (3000, 6000, 9000, 14_000):
        found = find_plan(made(population, minutes, floor, 60, pairs, neighbours=near, contiguity=contiguity), "regions", seconds=20, gap=0.0)
        assert found.level("regions").gap == 0.0
        counts.append(-found.level("regions").objective)
    assert counts == sorted(counts, reverse=True)


def toy(n=8, **tables):
    rng = np.random.default_rng(7)
    codes = [f"{100 + i}" for i in range(n)]
    municipality = pd.DataFrame({"code": codes, "name": [f"By{i}" for i in range(n)], "county": ["A"] * (n // 2) + ["B"] * (n - n // 2)})
    municipality = municipality.assign(valid_from=None, valid_to=None, lon=10 + 0.2 * np.arange(n), lat=60 + 0.05 * rng.random(n))
    figure = pd.DataFrame({"municipality": codes, "year": 2020, "figure": "population", "value": rng.integers(2000, 9000, n).astype(float)})
    cooperation = pd.DataFrame({"id": ["c1"], "service": ["legevakt"], "name": ["C"], "hours": [None], "members_known": [None]})
    member = pd.DataFrame({"cooperation": "c1", "municipality": codes[:3]}).assign(role=None)
    own = {"municipality": municipality, "figure": figure, "cooperation": cooperation, "member": member, **tables}
    return Edition("constructed", {name: frame for name, frame in own.items() if frame is not None}, {"constructed": True})


def test_the_finding_says_what_the_plan_is():
    finding = regions(toy(), travel="straight-line", min_population="10000", max_minutes="40")
    result = json.loads(finding.to_json())["result"]
    assert {"status", "objective", "bound", "gap", "regions", "unassigned", "fragmentation"} <= result.keys()
    assert result["status"] == "optimal"
    assert result["gap"] <= 0.001
    members = [code for row in result["regions"] for code in row["members"]]
    assert len(members) == len(set(members))
    assert all(row["host"] in row["members"] and row["population"] >= 10_000 and row["max_minutes"] <= 40 for row in result["regions"])
    assert {*members, *(row["municipality"] for row in result["unassigned"])} == {str(100 + i) for i in range(8)}
    assert sum(row["ties_kept"] for row in result["regions"]) <= 3
    assert result["fragmentation"]["before"]["regions"] == 1
    assert finding.constructed


def test_parts_are_solved_apart_and_no_region_crosses_them():
    finding = regions(toy(), travel="straight-line", by="county", min_population=8000, objective="regions")
    county = toy()["municipality"].set_index("code")["county"]
    assert all(county[list(row["members"])].nunique() == 1 for row in finding.result["regions"])


def test_a_front_gets_no_better_in_both():
    finding = regions(toy(), travel="straight-line", min_population=8000, pareto="minutes,regions", points=4, gap=0)
    rows = finding.result["front"]
    counts, minutes = [row["regions"] for row in rows], [row["minutes"] for row in rows]
    assert rows
    assert counts == sorted(counts)
    assert all(row["gap"] == pytest.approx(0, abs=1e-6) for row in rows)
    for one, other in itertools.combinations(rows, 2):
        assert not (one["regions"] == other["regions"] and one["unassigned"] == other["unassigned"])
    assert len(set(zip(counts, minutes, strict=True))) == len(rows)


def test_why_a_municipality_is_left_out_names_what_would_free_it():
    instance = made([100, 5000, 5000], [[0, 70, 90], [70, 0, 10], [90, 10, 0]], 8000, 60)
    assert limit_needed(instance, 0, 0) == 70
    assert limit_needed(replace(instance, layers=(Layer("a", 10_100, 60),)), 0, 0) == 70
    far = toy(6)
    far.tables["municipality"].loc[5, "lon"] = 20.0
    finding = regions(far, travel="straight-line", min_population=8000, max_minutes=40)
    row = next(row for row in finding.result["unassigned"] if row["municipality"] == "105")
    assert row["why"] == "beyond_limit"
    nearest = travel_minutes(far, "straight-line").between("105", "104")
    assert f"{np.ceil(nearest):.0f} minutter" in row["explanation"]["nb"]
    freed = regions(far, travel="straight-line", min_population=8000, max_minutes=float(np.ceil(nearest)))
    assert "105" not in {row["municipality"] for row in freed.result["unassigned"]}


def test_a_rule_that_keeps_a_municipality_out_is_named():
    finding = regions(toy(2), travel="straight-line", min_population=9000, not_hosts="100,101")
    assert {row["why"] for row in finding.result["unassigned"]} == {"rule"}
    assert "--not-hosts" in finding.result["unassigned"][0]["explanation"]["en"]


def test_a_host_that_cannot_reach_the_floor_is_told():
    finding = regions(toy(), travel="straight-line", min_population=30_000, max_minutes=5, hosts="By1")
    assert finding.result["status"] == "infeasible"
    assert [(row["municipality"], row["why"]) for row in finding.result["unassigned"]] == [("101", "host_below_floor")]
    assert finding.result["objective"] is None


def test_every_problem_is_told_at_once():
    travel = pd.DataFrame({"from_code": ["100", "101", "100"], "to_code": ["101", "100", "102"], "minutes": ["ten", None, -3]})
    with pytest.raises(PlanInputError) as caught:
        regions(toy(figure=None, travel=travel), objective="best", max_minutes="x", hosts="Nowhere", pareto="minutes", min_population=10)
    fields = [problem.field for problem in caught.value.problems]
    assert {"objective", "max-minutes", "pareto", "hosts", "figure.population", "travel.minutes 100–101", "travel.minutes 101–100"} <= set(fields)
    assert all(problem.remedy.nb and problem.remedy.nn and problem.remedy.en for problem in caught.value.problems)


def test_a_floor_above_the_country_and_a_missing_table_are_refused():
    with pytest.raises(PlanInputError) as caught:
        regions(toy(), min_population=1e8, max_minutes="60,30")
    assert {problem.field for problem in caught.value.problems} == {"travel", "min-population", "max-minutes"}


def test_municipalities_without_any_travel_time_are_refused_and_named():
    travel = pd.DataFrame({"from_code": ["100"], "to_code": ["101"], "minutes": [10.0]})
    with pytest.raises(PlanInputError) as caught:
        travel_minutes(toy(4, travel=travel))
    assert caught.value.problems[0].value == "102, 103"


def test_impossible_travel_times_are_told_and_not_used():
    codes = [str(100 + i) for i in range(3)]
    rows = [(one, other, 12.0) for one in codes for other in codes if one != other]
    travel = pd.DataFrame(rows, columns=["from_code", "to_code", "minutes"])
    travel.loc[0, "minutes"] = 1.0
    travel.loc[5, "minutes"] = 306.0
    travel.loc[2, "minutes"] = 15.0
    times = travel_minutes(toy(3, travel=travel))
    told = times.doubtful.set_index(["from_code", "to_code"])["doubt"].to_dict()
    assert told[("100", "101")] == "too_fast"
    assert told[("102", "101")] == "out_of_proportion"
    assert np.isnan(times.between("100", "101"))
    assert times.between("102", "101") == 306.0
    assert times.between("101", "100") == 15.0
    assert times.pairs_unknown == 1 + sum(doubt == "too_fast" for pair, doubt in told.items() if pair != ("100", "101"))


def test_the_straight_line_is_distance_times_detour_over_speed():
    times = travel_minutes(toy(), "straight-line", 60, 1.3)
    assert times.minutes == pytest.approx(times.kilometres * 1.3)
    assert travel_minutes(toy(), "straight-line", 30, 1.3).minutes == pytest.approx(2 * times.minutes)
    assert (np.diag(times.minutes) == 0).all()
