"""Beds: reference values, properties of pooling, what fractions mean, intervals, and every bad input at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import samvirke
from samvirke.edition import Edition
from samvirke.planning._admissions import interval
from samvirke.planning._erlang import beds_needed, refusal, refusal_interpolated, refusal_part_time
from samvirke.planning._travel import PlanInputError
from samvirke.planning._ward import Ward, beds_simulated, day_factors, simulate
from samvirke.planning.beds import beds
from tests.conftest import write_country

LOADS = st.floats(0.01, 60)


def test_reference_values() -> None:
    assert [round(refusal(0.6, count), 4) for count in (1, 2, 3)] == [0.3750, 0.1011, 0.0198]
    assert beds_needed(np.array([0.3, 0.6, 1.2, 2.4, 4.8]), 0.05).tolist() == [2, 3, 4, 6, 9]


def test_four_municipalities_need_half_the_beds_together() -> None:
    found = beds(load="0.6,0.6,0.6,0.6", max_refusal="0.05")
    assert (found.result["apart"], found.result["pooled"]) == (12, 6)
    assert "12 beds are needed apart and 6 together" in found.statement.en
    assert len({*found.statement.to_dict().values()}) == 3
    assert json.loads(found.to_json())["result"]["apart"] == 12


def test_pooling_can_harm_one_party_and_the_answer_says_so() -> None:
    found = beds(load=[0.1, 3], beds=[3, 1])
    kept = found.supporting["beds_kept"]
    assert kept["refusal_alone"].round(4).tolist() == [0.0002, 0.75, 0.7258]
    assert kept["refusal_together"].round(2).tolist() == [0.22] * 3
    assert "1 of 2 parties is worse off; most party 1, from 0.015% to 21.7%" in found.statement.en


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(LOADS, st.floats(0, 40)), min_size=2, max_size=6))
def test_pooling_never_raises_the_weighted_mean_refusal(parties: list[tuple[float, float]]) -> None:
    for pairs in (parties, [(load, float(round(capacity))) for load, capacity in parties]):
        loads = np.array([load for load, _ in pairs])
        alone = np.average([refusal_part_time(load, capacity) for load, capacity in pairs], weights=loads)
        together = refusal_part_time(float(loads.sum()), sum(capacity for _, capacity in pairs))
        assert together <= alone + 1e-9


@settings(max_examples=200, deadline=None)
@given(LOADS, st.floats(0.001, 0.5))
def test_beds_needed_are_the_fewest(load: float, limit: float) -> None:
    (count,) = beds_needed(np.array([load]), limit).tolist()
    assert refusal(load, count) <= limit * (1 + 1e-12)
    assert refusal(load, count - 1) > limit * (1 - 1e-12)


@settings(max_examples=100, deadline=None)
@given(LOADS, st.floats(0, 40))
def test_a_fraction_lies_between_whole_beds_and_the_interpolation_below_part_time(load: float, capacity: float) -> None:
    below, above = refusal(load, int(capacity)), refusal(load, int(capacity) + 1)
    smooth, part_time = refusal_interpolated(load, capacity), refusal_part_time(load, capacity)
    assert above - 1e-9 <= smooth <= part_time + 1e-9 <= below + 2e-9


def test_extreme_loads_lose_nothing() -> None:
    assert refusal(0.0, 0) == 1.0
    assert refusal(0.0, 3) == 0.0
    assert refusal(1e-6, 60) == 0.0 or refusal(1e-6, 60) < 1e-300
    assert refusal(10_000.0, 10_000) == pytest.approx(0.00793, abs=1e-5)
    assert beds_needed(np.array([0.0]), 0.05).tolist() == [0]


def test_a_funded_fraction_is_not_a_bed() -> None:
    found = beds(load="0.6", beds="0.6")
    row = found.supporting["funded_places"].iloc[0]
    assert (row["refusal_below"], row["refusal_above"]) == (1.0, pytest.approx(0.375))
    assert row["refusal_part_time"] == pytest.approx(0.625)
    assert row["bed_days_funded"] == pytest.approx(219)
    assert row["bed_days_used_above"] == pytest.approx(136.875)
    assert "0.6 funded places (party 1) are no part of a bed" in found.statement.en
    assert "interpolation" in found.method.en
    assert "interpolation" not in beds(load="0.6", beds="1").method.en


def test_the_rates_interval_reaches_the_beds(country: Edition) -> None:
    seen = country.on("2020-06-30")
    centre = beds(seen, admissions_per_1000=6, mean_stay_days=3)
    ranged = beds(seen, admissions_per_1000=6, low=3, high=12, mean_stay_days=3)
    ends = [beds(seen, admissions_per_1000=rate, mean_stay_days=3).result for rate in (3, 12)]
    assert [ranged.result["pooled_low"], ranged.result["pooled_high"]] == [one["pooled"] for one in ends]
    assert [ranged.result["apart_low"], ranged.result["apart_high"]] == [one["apart"] for one in ends]
    assert centre.result["pooled_low"] is None
    assert centre.constructed
    assert "beds_pooled_low" not in centre.table
    wider = beds(seen, admissions_per_1000=6, low=3, high=12, mean_stay_days=3, stay_low=2, stay_high=4.5)
    own = wider.supporting["beds_parties"]
    assert (own["load_low"] < ranged.supporting["beds_parties"]["load_low"]).all()
    assert (own["load_high"] > ranged.supporting["beds_parties"]["load_high"]).all()


def test_intervals_of_ratios_add_by_squares() -> None:
    low, high = interval(10.0, (2.0, 1.0, 4.0), (5.0, 2.5, 10.0))
    assert (low, high) == (pytest.approx(10 * 2 ** -(2**0.5)), pytest.approx(10 * 2 ** (2**0.5)))
    assert all(np.isnan(one) for one in interval(1.0, (1.0, None, None)))


def test_the_load_is_population_rate_and_stay(country: Edition) -> None:
    found = beds(country.on("2020-06-30"), admissions_per_1000=5, mean_stay_days=2.5, cooperation="oh2")
    people = {"1103": 12_000, "1107": 61_000, "1108": 2_200}
    own = found.supporting["beds_parties"].set_index("party")
    assert own["load"].to_dict() == {code: pytest.approx(count * 5 / 1000 / 365 * 2.5) for code, count in people.items()}
    assert found.table["population"].tolist() == [75_200]


USE = """municipality,cooperation,year,measure,value
1103,oh2,2018,admissions,60
1103,oh2,2019,admissions,80
1107,oh2,2019,admissions,330
1107,oh2,2019,bed_days,990
1108,oh2,2019,admissions,12
1101,oh1,2019,admissions,5
"""


def test_counted_admissions_give_loads_with_their_own_uncertainty(tmp_path: Path) -> None:
    folder = write_country(tmp_path / "counted")
    (folder / "use.csv").write_text(USE, encoding="utf-8")
    seen = samvirke.open_edition(folder).on(None)
    found = beds(seen, draws=4000, seed=3)
    own = found.supporting["beds_parties"].set_index("party")
    assert own.loc["1103", "load"] == pytest.approx(70 / 365 * 3)  # the stay is bed days over admissions where both are known
    shape = 140.5  # both years of 1103 with Jeffreys' half
    from scipy.stats import gamma

    assert own.loc["1103", "load_high"] == pytest.approx(gamma.ppf(0.975, shape) / 2 / 365 * 3, rel=0.02)
    assert found.table["cooperation"].tolist() == ["oh2"]
    assert [gap.municipalities for gap in found.coverage.missing if gap.source == "use"] == [("1102", "1105", "1106")]
    assert found.seed == 3
    assert beds(seen, draws=4000, seed=3).to_json() == found.to_json()
    alone, together = (found.result["groups"][0][f"beds_{one}_high"] for one in ("apart", "pooled"))
    assert alone > together


def test_a_year_with_a_season_refuses_more_than_its_mean() -> None:
    season = (2.0, 2.0, 1.5, 1.0, 0.5, 0.5, 0.5, 0.5, 0.5, 1.0, 1.5, 2.0)
    steady, varied = simulate([Ward(3.0, 6, 3.0), Ward(3.0, 6, 3.0, month=season)], 30, 1)
    assert varied.low > steady.high
    (_, needed, with_them), *_ = beds_simulated([Ward(3.0, 6, 3.0, month=season)], 0.05, 30, 1)
    assert needed is not None
    assert needed > 6
    assert with_them.refusal <= 0.05
    assert simulate([Ward(3.0, 6, 3.0)], 30, 1)[0].refusal == steady.refusal


def test_the_simulated_answer_is_told(recwarn: pytest.WarningsRecorder) -> None:
    month = "2,2,1.5,1,0.5,0.5,0.5,0.5,0.5,1,1.5,2"
    found = beds(load="1,2", mean_stay_days=3, month=month, runs=20, seed=5)
    frame = found.supporting["beds_simulated"]
    assert frame["party"].tolist() == ["1", "2", "all"]
    assert found.seed == 5
    assert found.options["simulate"] is True
    assert "With demand that varies" in found.statement.en
    assert (frame["refusal_worst_month"] > frame["refusal_simulated"]).all()
    assert beds(load="1,2", mean_stay_days=3, month=month, runs=20, seed=5).to_json() == found.to_json()
    assert not recwarn.list


def test_factors_have_mean_one() -> None:
    factors = day_factors((1, 1, 1, 1, 1, 3, 3), tuple(range(1, 13)))
    assert factors.mean() == pytest.approx(1)
    assert factors[5] / factors[4] == pytest.approx(3)
    assert factors[364] / factors[0] == pytest.approx(12)


BAD = [
    ({"load": "0.6,-1,x"}, {"load": ["-1", "x"]}),
    ({"load": "0.6", "max_refusal": 0, "runs": 1, "seed": -1, "stay_variation": 9}, {"max-refusal": ["0"], "runs": ["1"], "seed": ["-1"], "stay-variation": ["9"]}),
    ({}, {"load": ["–"]}),
    ({"load": "nan,inf,1e999"}, {"load": ["nan", "inf", "1e999"]}),
    ({"load": "1,2", "beds": "1", "weekday": "1,2"}, {"beds": ["1"], "weekday": ["2"], "mean-stay-days": ["–"]}),
    ({"load": "1", "load_low": "2", "load_high": "3"}, {"load-low, load-high": ["1"]}),
    ({"load": "1", "low": 2, "mean_stay_days": 0}, {"mean-stay-days": ["0"], "admissions-per-1000, low, high": ["–"]}),
    ({"load": "9000", "mean_stay_days": 0.01, "simulate": True}, {"runs": ["40"]}),
    ({"load": "1", "mean_stay_days": 3, "weekday": "0,0,0,0,0,0,0"}, {"weekday": ["0"]}),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "wrong"), BAD)
def test_every_problem_is_told_at_once(asked: dict[str, object], wrong: dict[str, list[str]]) -> None:
    with pytest.raises(PlanInputError) as caught:
        beds(**asked)  # type: ignore[arg-type]
    found: dict[str, list[str]] = {}
    for problem in caught.value.problems:
        found.setdefault(problem.field, []).append(problem.value)
        assert len({*problem.remedy.to_dict().values()}) >= 2
    assert found == wrong


def test_an_edition_without_population_says_what_to_add(note: Edition, write_folder: Callable[[Mapping[str, str | bytes]], Path]) -> None:
    tables = {
        "municipality": "code,name\n0301,Ås\n0302,Bø\n",
        "cooperation": "id,service,name\noh,ohjelp,Senger\n",
        "member": "cooperation,municipality,role\noh,0301,host\noh,0302,participant\n",
    }
    bare = samvirke.open_edition(write_folder(tables))
    with pytest.raises(PlanInputError) as caught:
        beds(bare, admissions_per_1000=6)
    assert [problem.field for problem in caught.value.problems] == ["mean-stay-days", "figure.population"]
    with pytest.raises(PlanInputError) as caught:
        beds(bare)
    assert [problem.field for problem in caught.value.problems] == ["admissions-per-1000", "figure.population", "mean-stay-days"]
    with pytest.raises(PlanInputError, match="population"):
        beds(note.on(None), admissions_per_1000=6, mean_stay_days=3)


def test_unknown_service_and_cooperation_are_told(country: Edition) -> None:
    with pytest.raises(PlanInputError, match="service: nothing"):
        beds(country.on(None), service="nothing", admissions_per_1000=6, mean_stay_days=3)
    with pytest.raises(PlanInputError, match="cooperation: oh9"):
        beds(country.on(None), cooperation="oh9", admissions_per_1000=6, mean_stay_days=3)
    with pytest.raises(PlanInputError, match="--cooperation"):
        beds(country.on(None), beds="1,2", admissions_per_1000=6, mean_stay_days=3)


def test_a_ward_that_nobody_comes_to_is_no_error() -> None:
    frame = beds(load="0.000001", mean_stay_days=3, simulate=True, runs=2).supporting["beds_simulated"]
    assert frame["arrivals"].tolist() == [0]
    assert frame["refusal_simulated"].tolist() == [0]


def test_members_that_are_only_partly_known_are_told(write_folder: Callable[[Mapping[str, str | bytes]], Path]) -> None:
    tables = {
        "municipality": "code,name\n0301,Ås\n0302,Bø\n",
        "cooperation": "id,service,name,members_known\noh,ohjelp,Senger,some\n",
        "member": "cooperation,municipality,role\noh,0301,host\noh,0302,participant\n",
        "figure": "municipality,year,figure,value\n0301,2020,population,5000\n0302,2020,population,4000\n",
    }
    found = beds(samvirke.open_edition(write_folder(tables)).on(None), admissions_per_1000=6, mean_stay_days=3)
    assert any("only some of the members are known" in gap.why.en for gap in found.coverage.missing)


def test_loads_are_bounded_together_and_the_remedy_suits_what_was_given() -> None:
    with pytest.raises(PlanInputError, match="together"):
        beds(load=[6000.0, 6000.0])
    with pytest.raises(PlanInputError, match="give less load"):
        beds(load="5000", mean_stay_days=3, simulate=True)
