"""Possible partners: groups within reach, hosts, dominance and the user's own order, against plain loops; and every bad input at once."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import samvirke
from samvirke.edition import Edition
from samvirke.planning._partner_criteria import CRITERIA, swing
from samvirke.planning._partner_groups import best_hosts, dominated_by, reachable_groups, weighted_order
from samvirke.planning._travel import PlanInputError
from samvirke.planning.beds import beds
from samvirke.planning.partners import plan_partners
from tests.conftest import write_country

MINUTES = arrays(float, (5, 5), elements=st.one_of(st.integers(1, 90).map(float), st.just(float("nan"))))
LINE = "straight-line"


@settings(max_examples=150, deadline=None)
@given(MINUTES, st.integers(2, 5), st.integers(10, 80))
def test_groups_are_all_within_reach_and_no_others(minutes: np.ndarray, at_most: int, limit: int) -> None:  # type: ignore[type-arg]
    np.fill_diagonal(minutes, 0)
    expected = {
        (0, *others)
        for size in range(1, at_most)
        for others in combinations(range(1, 5), size)
        if any(all(minutes[member, host] <= limit for member in (0, *others)) for host in (0, *others))
    }
    assert set(reachable_groups(minutes, 0, limit, at_most).groups) == expected


@settings(max_examples=100, deadline=None)
@given(MINUTES, arrays(float, 5, elements=st.integers(1, 9).map(float)))
def test_the_best_host_is_nearest_to_residents(minutes: np.ndarray, people: np.ndarray) -> None:  # type: ignore[type-arg]
    np.fill_diagonal(minutes, 0)
    groups = reachable_groups(minutes, 0, 50, 4).groups
    found = best_hosts(groups, minutes, people, 50)
    for place, group in enumerate(groups):
        means = {
            host: sum(people[one] * minutes[one, host] for one in group) / sum(people[one] for one in group)
            for host in group
            if all(minutes[one, host] <= 50 for one in group)
        }
        assert found.mean[place] == pytest.approx(min(means.values()))
        assert means[int(found.host[place])] == pytest.approx(found.mean[place])
        assert found.worst[place] == max(minutes[one, found.host[place]] for one in group)


@settings(max_examples=200, deadline=None)
@given(arrays(float, st.tuples(st.integers(1, 25), st.integers(1, 4)), elements=st.one_of(st.integers(0, 3).map(float), st.just(float("nan")))))
def test_dominance_is_as_two_loops_find_it(values: np.ndarray) -> None:  # type: ignore[type-arg]
    found = dominated_by(values)
    for one, row in enumerate(values):
        above = [other for other, rival in enumerate(values) if (rival <= row).all() and (rival < row).any()]
        assert (found[one] >= 0) == bool(above)
        if above:
            assert found[one] in above
            assert found[found[one]] == -1


@settings(max_examples=100, deadline=None)
@given(arrays(float, (6, 2), elements=st.integers(0, 50).map(float)), st.floats(0.1, 50), st.floats(0.1, 50))
def test_own_order_is_free_of_units_and_never_puts_a_dominated_group_first(values: np.ndarray, first: float, second: float) -> None:  # type: ignore[type-arg]
    weights = np.array([first, second])
    found = weighted_order(values, weights)
    assert (weighted_order(values * [60, 1000] + [5, 7], weights).place == found.place).all()
    assert all(found.value[place] <= found.value[above] + 1e-9 for place, above in enumerate(dominated_by(values)) if above >= 0)


def test_too_many_groups_leave_out_the_farthest() -> None:
    apart = np.abs(np.subtract.outer(np.arange(12.0), np.arange(12.0)))
    found = reachable_groups(apart, 0, 60, 4, most_groups=100)
    assert found.left_out
    assert found.candidates + found.left_out == list(range(1, 12))
    assert len(found.groups) <= 100
    assert reachable_groups(apart, 0, 60, 4).left_out == []


def test_the_swing_is_that_of_counts_drawn() -> None:
    drawn = np.random.default_rng(3).poisson(40, 200_000)
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert swing(np.array([40.0]))[0] == pytest.approx((high - low) / 2 / 40, abs=0.5 / 40)


def test_criteria_of_a_pair_by_hand(country: Edition) -> None:
    found = plan_partners(country, municipality="Kommune B", travel=LINE, max_minutes=16, at_most=2, service="legevakt", rows=0)
    row = found.table.set_index("group").loc["Kommune B + Kommune A"]
    assert (row["population"], row["host_name"], row["services_shared_mean"], row["counties"], row["health_trusts"]) == (5000, "Kommune B", 2, 1, 1)
    assert row["minutes_own"] == 0
    assert row["minutes_mean"] == pytest.approx(row["minutes_worst"] * 900 / 5000)
    assert (row["already_partners"], row["bound_elsewhere"]) == (1, 0)
    assert found.table.set_index("group").loc["Kommune B + Kommune C", "bound_elsewhere"] == 1
    assert found.constructed
    assert len(set(found.statement.to_dict().values())) == 3


def test_beds_saved_are_what_the_plan_of_beds_says(country: Edition) -> None:
    rate, stay = 9.0, 4.0
    found = plan_partners(country, municipality="1102", travel=LINE, max_minutes=16, at_most=3, admissions_per_1000=rate, mean_stay_days=stay, rows=0)
    people = {str(code): value for code, value in zip(country["figure"]["municipality"], country["figure"]["value"], strict=True)}
    for row in found.result["groups"][:6]:
        planned = beds(load=[float(people[code]) * rate / 1000 / 365 * stay for code in row["codes"]], max_refusal=0.05).result
        assert (row["beds_pooled"], row["beds_saved"]) == (planned["pooled"], planned["apart"] - planned["pooled"])


def test_needs_are_met_by_larger_groups_and_smaller_ones_can_be_left_out(country: Edition) -> None:
    asked = {"admissions_per_1000": "6", "mean_stay_days": "3", "beds_per_1000": "0.2", "doctors_per_1000": "1", "least_duty": "6", "most_swing": "0.2"}
    found = plan_partners(country, municipality="1102", travel=LINE, max_minutes=20, at_most=3, rows=0, **asked)
    for row in found.table.to_dict("records"):
        assert ("roster" in row["needs_met"]) == (row["population"] >= 6000)
        assert ("beds" in row["needs_met"]) == (row["share_refused"] <= 0.05)
    assert found.result["alone"][0]["needs_met"] == []
    fewer = plan_partners(country, municipality="1102", travel=LINE, max_minutes=20, at_most=3, rows=0, min_population=20_000, **asked)
    assert len(fewer.table) == (found.table["population"] >= 20_000).sum() > 0


def test_without_weights_there_is_no_rank_and_with_them_it_is_called_the_users_own(country: Edition) -> None:
    plain = plan_partners(country, municipality="1102", travel=LINE, max_minutes=20, rows=0)
    assert not {"rank_own_weights", "weighted_own"} & set(plain.table)
    found = plan_partners(country, municipality="1102", travel=LINE, max_minutes=20, weights="travel=2,ties=1", rows=0)
    assert found.table["rank_own_weights"].is_monotonic_increasing
    assert "your own weights" in found.statement.en
    assert "own weights" in found.method.en
    assert found.supporting["criteria"].set_index("criterion").loc["travel", "weight_own"] == 2
    first, last = found.table.iloc[0], found.table.iloc[-1]
    spread = {column: found.table[column].max() - found.table[column].min() for column in ("minutes_mean", "services_shared_mean")}
    better = (
        2 * (last["minutes_mean"] - first["minutes_mean"]) / spread["minutes_mean"]
        + (first["services_shared_mean"] - last["services_shared_mean"]) / spread["services_shared_mean"]
    )
    assert better / 3 == pytest.approx(first["weighted_own"] - last["weighted_own"])


def test_dominated_groups_name_one_that_is_better(country: Edition) -> None:
    found = plan_partners(country, municipality="1102", travel=LINE, max_minutes=20, rows=0)
    table = found.table.set_index("group")
    dominated = table[table["dominated_by"].notna()]
    assert 0 < len(dominated) < len(table)
    assert found.coverage.numerator == len(table) - len(dominated)
    for _, row in dominated.iterrows():
        above = table.loc[row["dominated_by"]]
        signs = [1 if better == "lower" else -1 for column, better in CRITERIA.values() if column in table]
        gaps = [sign * (above[column] - row[column]) for sign, (column, _) in zip(signs, [one for one in CRITERIA.values() if one[0] in table], strict=True)]
        assert max(gaps) <= 1e-9
        assert min(gaps) < 0


def test_json_holds_all_groups_and_the_table_says_how_many_it_shows(country: Edition) -> None:
    found = plan_partners(country, municipality="1102", travel=LINE, max_minutes=20, rows="5")
    data = json.loads(found.to_json("nn"))
    assert len(data["table"]) == 5
    assert len(data["result"]["groups"]) == data["coverage"]["denominators"]["groups"] > 5
    assert any("--rows 0" in gap["why"] for gap in data["coverage"]["missing"])


def test_a_hole_in_the_travel_table_within_reach_is_named(tmp_path: Path) -> None:
    folder = write_country(tmp_path / "land")
    codes = [f"{1101 + place}" for place in range(12)]
    pairs = [(a, b) for a in codes for b in codes if a != b and {a, b} != {"1102", "1103"}]
    (folder / "travel.csv").write_text("from_code,to_code,minutes\n" + "".join(f"{a},{b},15\n" for a, b in pairs), encoding="utf-8")
    found = plan_partners(samvirke.open_edition(folder), municipality="1102", max_minutes=20, at_most=2)
    (gap,) = [gap for gap in found.coverage.missing if gap.source == "travel"]
    assert gap.municipalities == ("1103",)
    assert "1103" not in {code for row in found.result["groups"] for code in row["codes"]}


def test_every_bad_input_is_told_at_once(note: Edition) -> None:
    with pytest.raises(PlanInputError) as raised:
        plan_partners(note, municipality="Mosss", weights="trvel=2,ties=0", mean_stay_days="400", at_most=9, service="x")
    fields = [one.field for one in raised.value.problems]
    assert fields == ["travel", "at-most", "mean-stay-days", "mean-stay-days", "weights", "weights ties", "service", "municipality", "figure.population"]
    assert "Moss" in raised.value.text["nb"]
    assert len(set(raised.value.text.to_dict().values())) == 3


def test_a_travel_table_without_a_municipality_is_refused(tmp_path: Path) -> None:
    folder = write_country(tmp_path / "land")
    (folder / "travel.csv").write_text("from_code,to_code,minutes\n1101,1102,15\n1102,1101,15\n", encoding="utf-8")
    with pytest.raises(PlanInputError, match="1103"):
        plan_partners(samvirke.open_edition(folder), municipality="1102")


def test_weights_of_what_is_not_measured_are_refused(country: Edition) -> None:
    with pytest.raises(PlanInputError, match="refusal"):
        plan_partners(country, municipality="1102", travel=LINE, weights={"refusal": 1})


def test_a_municipality_with_nobody_within_reach_still_has_an_answer(tmp_path: Path) -> None:
    tables = {
        "municipality": "code,name,lon,lat\n1111,A,10,60\n2222,B,20,70\n",
        "cooperation": "id,service\nx,legevakt\n",
        "member": "cooperation,municipality,role\nx,1111,host\nx,2222,participant\n",
        "figure": "municipality,year,figure,value\n1111,2014,population,900\n2222,2014,population,900\n",
    }
    for name, content in tables.items():
        (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
    edition = samvirke.open_edition(str(tmp_path))
    found = plan_partners(edition, municipality="1111", travel=LINE)
    assert found.table.empty
    assert "0 possible groups" in found.statement.en
    with pytest.raises(PlanInputError, match="speed-km-per-hour"):
        plan_partners(edition, municipality="1111", travel=LINE, speed_km_per_hour="1e-300")
    one = plan_partners(edition, municipality="1111", travel=LINE, max_minutes="600", speed_km_per_hour="150", detour="1").statement
    assert "1 mulig gruppe " not in one.nb or "1 av dem" in one.nb
