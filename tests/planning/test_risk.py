"""The risk of a year's cost: what an edition's municipalities and cooperations swing by, dated parameters, and what cannot be used."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

import samvirke
from samvirke.edition import Edition
from samvirke.errors import MissingTableError, OptionError
from samvirke.planning._compound import GridError, compound
from samvirke.planning._risk_inputs import LIMITS, RiskError, dated, parameter_label, read_inputs
from samvirke.planning._risk_model import model
from samvirke.planning.risk import risk


@pytest.fixture(scope="module")
def seen(country: Edition) -> Edition:
    return country.on(None)


def test_the_swing_falls_with_the_square_root_of_size(seen: Edition) -> None:
    table = risk(seen).table
    assert len(table) == 12
    assert table.loc[0, ["municipality", "name"]].tolist() == ["1111", "Kommune K"]
    assert table["population"].tolist() == sorted(table["population"])
    own = table["deviation_nok_per_inhabitant"] * np.sqrt(table["population"])
    assert own.tolist() == pytest.approx([own[0]] * 12)
    assert (table["expected_nok"] / table["population"]).tolist() == pytest.approx([704.667] * 12, rel=1e-5)
    assert (table["quantile_95_nok"] < table["quantile_99_nok"]).all()
    assert (table["quantile_99_nok"] < table["shortfall_99_nok"]).all()
    assert table["swing_99_nok_per_inhabitant"].is_monotonic_decreasing
    assert table["tolerable"].tolist() == (table["share_of_years_beyond_limit"] <= 0.01).tolist()


def test_expected_and_deviation_by_hand(seen: Edition) -> None:
    """100 admissions of exactly 10 000 kr per 1000, 20 % of it paid: Poisson, so the variance is the mean number times 2000 squared."""
    classes = {"severity": "gamma:10000:0.05", "share": 0.2, "ceiling": 1e6, "discharge_cases_per_1000": 0}
    table = risk(seen, **classes).table.set_index("municipality")  # type: ignore[arg-type]
    assert table.loc["1103", "expected_nok"] == pytest.approx(1200 * 2000)
    assert 12_000 * table.loc["1103", "deviation_nok_per_inhabitant"] == pytest.approx(2000 * math.sqrt(1200 * 1.0025))
    doubled = risk(seen, **classes, overdispersion=2, common_variation=0.1).table.set_index("municipality")  # type: ignore[arg-type]
    assert 12_000 * doubled.loc["1103", "deviation_nok_per_inhabitant"] == pytest.approx(2000 * math.sqrt(1200 * 0.0025 + 2 * 1200 + (0.1 * 1200) ** 2))


def test_a_ceiling_cuts_the_mean_and_the_swing(seen: Edition) -> None:
    high, low = (risk(seen, ceiling=ceiling).table for ceiling in (1e7, 8000.0))
    assert (low["expected_nok"] < high["expected_nok"]).all()
    assert (low["deviation_nok_per_inhabitant"] < high["deviation_nok_per_inhabitant"]).all()
    assert read_inputs({"year": 2013})["ceiling_nok"] == pytest.approx(4 * 39_447 * 0.2)


def test_cooperations_are_pooled(seen: Edition) -> None:
    found = risk(seen, service="legevakt")
    pooled = found.supporting["cooperations"].set_index("cooperation")
    assert pooled.index.tolist() == ["lv1", "lv2"]
    assert pooled.loc["lv1", "population"] == 900 + 4100 + 3000 + 7500
    members = found.table.set_index("municipality").loc[["1101", "1102", "1105", "1106"]]
    alone = members["deviation_nok_per_inhabitant"] * members["population"]
    assert 15_500 * pooled.loc["lv1", "deviation_nok_per_inhabitant"] == pytest.approx(math.sqrt((alone**2).sum()))
    assert pooled.loc["lv1", "deviation_apart_nok_per_inhabitant"] == pytest.approx(alone.sum() / 15_500)
    together = risk(seen, service="legevakt", common_variation=0.1).supporting["cooperations"].set_index("cooperation")
    floor = read_inputs({})
    own = model(floor)
    assert together.loc["lv2", "deviation_nok_per_inhabitant"] > 0.1 * own.rate * own.moment(1)


def test_the_smallest_population_is_where_it_begins_to_hold(seen: Edition) -> None:
    found = risk(seen, tolerable_nok=60, tolerable_probability=0.02)
    smallest, own = found.result["smallest_population"], model(read_inputs({}))
    assert own.deviation(np.array([smallest["by_deviation"]]))[0] / smallest["by_deviation"] == pytest.approx(60)
    people = np.array([0.97, 1.03]) * smallest["by_probability"]
    limits = (own.expected(people) + 60 * people)[:, None]
    below, above = own.year(people, limits).beyond[:, 0]
    assert above <= 0.02 < below
    rounded = float(format(smallest["by_deviation"], ".3g"))
    assert f"{rounded:,.0f} inhabitants" in found.statement.en
    never = risk(seen, tolerable_nok=5, common_variation=0.05)
    assert math.isinf(never.result["smallest_population"]["by_probability"])
    assert math.isinf(never.result["smallest_population"]["by_deviation"])
    assert "No municipality is large enough" in never.statement.en
    assert json.loads(never.to_json())["result"]["smallest_population"] == {"by_deviation": None, "by_probability": None}


def test_parameters_have_dates_and_say_whether_they_were_checked(seen: Edition) -> None:
    found = dated("ready_for_discharge_day_nok", 2020)
    assert found is not None
    assert (found.value, found.verified) == (5036, True)
    assert dated("ready_for_discharge_day_nok", 2030) is None
    assert dated("hospital_unit_price_nok", 2015) is None
    numbers = risk(seen, year=2012).supporting["numbers"].set_index("risk_number")
    assert numbers.loc["ready_for_discharge_day_nok", ["amount_value", "number_verified"]].tolist() == [4000, "no"]
    assert numbers.loc["acute_bed_share_directorate", ["amount_value", "number_verified"]].tolist() == [0.5, "yes"]
    assert numbers.loc["overdispersion", "basis_of_number"] == "assumed"
    assert "not checked against a source" in risk(seen).statement.en
    for name in numbers.index:
        assert all(parameter_label(name)[language] for language in ("nb", "nn", "en"))
    assert numbers.loc["share_of_free_income_percent", "amount_value"] == pytest.approx(0.2)


def test_the_year_is_the_editions_where_the_scheme_held(seen: Edition) -> None:
    assert seen.as_of == "2020-06-30"
    assert risk(seen).options["year"] == 2014
    assert read_inputs({}, 2013).year == 2013
    assert read_inputs({"year": 2012}, 2013).year == 2012


def test_after_2015_only_those_ready_for_discharge_cost(seen: Edition) -> None:
    found = risk(seen, year=2019)
    assert found.result["expected_nok_per_inhabitant"] == pytest.approx(0.005 * 3 * 4885)
    assert risk(seen, year=2014, discharge_cases_per_1000=0).result["expected_nok_per_inhabitant"] < 700
    with pytest.raises(RiskError) as caught:
        risk(seen, year=2016, discharge_cases_per_1000=0)
    assert [one.field for one in caught.value.problems] == ["share"]
    with pytest.raises(RiskError) as caught:
        risk(seen, year=2030)
    assert [one.field for one in caught.value.problems] == ["day_price"]


def test_the_halves_of_the_acute_bed_grant(seen: Edition) -> None:
    during, after = (risk(seen, year=year, acute_bed_cost=120, day_price=4000, share=0.2, severity="lognormal:30000:1") for year in (2014, 2016))
    assert during.supporting["acute_beds"]["borne_nok_per_inhabitant"].tolist() == [0, 60, 60, 120]
    assert after.supporting["acute_beds"]["borne_nok_per_inhabitant"].tolist() == [120] * 4
    without = risk(seen, year=2016, day_price=4000, share=0.2, severity="lognormal:30000:1")
    assert after.table["deviation_nok_per_inhabitant"].tolist() == without.table["deviation_nok_per_inhabitant"].tolist()
    assert after.result["expected_nok_per_inhabitant"] == pytest.approx(without.result["expected_nok_per_inhabitant"] + 120)
    assert (after.table["quantile_99_nok"] - without.table["quantile_99_nok"]).tolist() == pytest.approx((120 * after.table["population"]).tolist(), abs=1)


def test_the_whole_cost_against_a_share_of_income(seen: Edition) -> None:
    """The expected cost is some 705 kr; a limit of 1.5 per cent of 50 000 kr lies a little above it, one of 0.2 per cent far below."""
    column = "share_of_years_total_beyond_income_share"
    near = risk(seen, free_income=50_000, share_of_free_income=0.015).table.set_index("municipality")
    assert 0.2 < near.loc["1111", column] < 0.4
    assert near.loc["1107", column] < 0.01
    assert column not in risk(seen, free_income=50_000).table


def test_free_income_of_the_edition(write_folder: Callable[[Mapping[str, str | bytes]], Path]) -> None:
    figures = "municipality,year,figure,value,kind,weight\n0301,2013,population,2000,count,\n0302,2013,population,8000,count,\n0301,2013,free_income_per_capita,60000,rate,population\n"
    folder = write_folder(
        {
            "municipality": "code,name\n0301,Ås\n0302,Bø\n1103,Ål\n",
            "cooperation": "id,service,name\nlv,legevakt,Legevakt\n",
            "member": "cooperation,municipality,role\nlv,0301,host\nlv,0302,participant\n",
            "figure": figures,
        }
    )
    found = risk(samvirke.open_edition(folder).on("2014"), share_of_free_income=0.001)
    assert found.result["limit_nok_per_inhabitant"] == pytest.approx(60)
    table = found.table.set_index("municipality")
    assert table.index.tolist() == ["0301", "0302"]
    assert table.loc["0301", "share_of_years_beyond_income_share"] == table.loc["0301", "share_of_years_beyond_limit"]
    assert np.isnan(table.loc["0302", "share_of_years_beyond_income_share"])
    missing = {gap.source: gap.municipalities for gap in found.coverage.missing}
    assert missing["figure"] in (("1103",), ("0302", "1103"))
    assert sum(gap.source == "figure" for gap in found.coverage.missing) == 2


def test_classes_from_a_file(seen: Edition, tmp_path: Path) -> None:
    path = tmp_path / "priser.csv"
    path.write_text("amount_nok,count\n10000,3\n50000,1\n", encoding="utf-8")
    found = risk(seen, severity=str(path), share=0.2, ceiling=8000, discharge_cases_per_1000=0)
    assert found.result["mean_payment_nok"] == pytest.approx(0.75 * 2000 + 0.25 * 8000)
    path.write_text("amount_nok,probability\n10000,0.75\n50000,0.25\n", encoding="utf-8")
    again = risk(seen, severity=str(path), share=0.2, ceiling=8000, discharge_cases_per_1000=0)
    assert again.table.equals(found.table)
    for text in (
        "amount_nok,count\n-1,2\n",
        "amount_nok,count\nx,2\n5,y\n",
        "kroner,antall\n1,2\n",
        "",
        "amount_nok,probability\n5,0.5\n",
        "amount_nok,count\n5,0\n",
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(RiskError) as caught:
            risk(seen, severity=str(path))
        assert {one.field for one in caught.value.problems} == {"severity"}


def test_every_problem_at_once(seen: Edition) -> None:
    with pytest.raises(RiskError) as caught:
        risk(
            seen,
            year=1999,
            admissions_per_1000=-1,
            severity="lognormal:5",
            share=2,
            overdispersion=0.5,
            common_variation=float("nan"),
            tolerable_probability=0.9,
        )
    fields = {one.field for one in caught.value.problems}
    assert fields == {"year", "admissions_per_1000", "severity", "share", "overdispersion", "common_variation", "tolerable_probability"}
    for language in ("nb", "nn", "en"):
        assert all(one.remedy[language] for one in caught.value.problems)
        assert caught.value.text[language].count("\n- ") == len(caught.value.problems)
    for name in set(LIMITS) - {"year"}:
        with pytest.raises(RiskError) as caught:
            read_inputs({name: "mange"})
        assert caught.value.problems[0].field == name


def test_editions_and_services_that_cannot_be_used(note: Edition, seen: Edition) -> None:
    with pytest.raises(MissingTableError):
        risk(note.on(None))
    with pytest.raises(OptionError):
        risk(seen, service="brannvern-x")
    with pytest.raises(RiskError) as caught:
        risk(seen, step=0.01)
    assert caught.value.problems[-1].field == "step"
    with pytest.raises(GridError):
        next(compound(np.array([0.0, 1.0]), np.array([1e12])))


def test_a_coarser_grid_gives_the_same(seen: Edition) -> None:
    fine, coarse = (risk(seen, step=step).table for step in (40.0, 400.0))
    for column, within in (("quantile_99_nok", 6e-4), ("shortfall_99_nok", 6e-4), ("expected_nok", 1e-9), ("deviation_nok_per_inhabitant", 1e-9)):
        assert coarse[column].to_numpy() == pytest.approx(fine[column].to_numpy(), rel=within)


def test_a_country_in_under_two_seconds() -> None:
    own, rng = model(read_inputs({})), np.random.default_rng(428)
    people = np.append(np.exp(rng.normal(8.5, 1.1, 700)), 620_000.0)
    limits = np.column_stack([own.expected(people) + 100 * people] * 3)
    own.year(people[:3], limits[:3])
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        year = own.year(people, limits)
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 2
    assert np.isfinite(year.quantiles).all()


def test_the_statement_is_whole_in_all_languages(seen: Edition) -> None:
    found = risk(seen, free_income=50_000, acute_bed_cost=100, common_variation=0.02)
    for language in ("nb", "nn", "en"):
        text = found.statement[language]
        assert text.endswith(".")
        assert "nan" not in text
        assert "inf" not in text
    assert found.constructed
    assert json.loads(found.to_json())["table"][0]["municipality"] == "1111"
    assert found.result["limit_nok_per_inhabitant"] == pytest.approx(100)


def test_nobody_living_there_and_nobody_cooperating(write_folder: Callable[[Mapping[str, str | bytes]], Path]) -> None:
    folder = write_folder(
        {
            "municipality": "code,name\n0301,Ås\n0302,Bø\n",
            "cooperation": "id,service,name\nlv,legevakt,Legevakt\n",
            "member": "cooperation,municipality,role\nlv,0301,host\n",
            "figure": "municipality,year,figure,value,kind\n0301,2013,population,2000,count\n0302,2013,population,0,count\n",
        }
    )
    found = risk(samvirke.open_edition(folder).on(None), common_variation=0.05)
    assert found.table["municipality"].tolist() == ["0301"]
    assert "cooperations" not in found.supporting
    assert "nan" not in found.statement.en
    json.loads(found.to_json())


def test_municipalities_without_inhabitants_are_told_of(tmp_path: Path) -> None:
    tables = {
        "municipality": "code,name\n1111,A\n",
        "cooperation": "id,service\nx,legevakt\n",
        "member": "cooperation,municipality,role\nx,1111,host\n",
        "figure": "municipality,year,figure,value\n1111,2014,population,0\n",
    }
    for name, content in tables.items():
        (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
    with pytest.raises(RiskError, match="population above 0"):
        risk(samvirke.open_edition(str(tmp_path)))
