"""Travel: residents within a time by hand, by age, by own host; asymmetric, incomplete and impossible tables; every bad input at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

import samvirke
from samvirke.edition import Edition, EditionError
from samvirke.planning._travel import PlanInputError
from samvirke.planning.travel import travel

Write = Callable[[Mapping[str, str | bytes]], Path]
TABLES = {
    "municipality": "code,name,lon,lat\n0301,Ås,10.0,60.0\n0302,Bø,10.5,60.0\n1103,Ål,11.0,60.0\n1104,Vik,12.0,60.0\n",
    "cooperation": "id,service,name\nlv,legevakt,Vakt\n",
    "member": "cooperation,municipality,role\nlv,0301,host\nlv,0302,participant\nlv,1103,participant\n",
    "figure": (
        "municipality,year,figure,value,kind\n0301,2020,population,5000,count\n0302,2020,population,3000,count\n1103,2020,population,2000,count\n"
        "1104,2020,population,400,count\n0301,2020,population_80_plus,200,count\n0302,2020,population_80_plus,100,count\n1103,2020,population_80_plus,300,count\n"
    ),
    "travel": "from_code,to_code,minutes\n0302,0301,40\n0301,0302,55\n1103,0301,90\n1103,0302,35\n",
}


@pytest.fixture
def valley(write_folder: Write) -> Edition:
    return samvirke.open_edition(write_folder(TABLES)).on(None)


def test_residents_within_by_hand(valley: Edition) -> None:
    found = travel(valley, sites="0301", max_minutes=60)
    everybody = found.table.iloc[0]
    assert (everybody["residents"], everybody["residents_within"], everybody["share_within"]) == (10_000, 8_000, 0.8)
    assert everybody["minutes_mean"] == pytest.approx((3000 * 40 + 2000 * 90) / 10_000)
    assert (everybody["minutes_median"], everybody["minutes_worst"], everybody["municipality_worst"]) == (0, 90, "1103")
    old = found.table.set_index("age_group").loc["population_80_plus"]
    assert (old["residents"], old["residents_within"], old["minutes_median"]) == (600, 300, 40)
    assert "8,000 of 10,000 residents (80%) have at most 60 minutes to the nearest site" in found.statement.en
    assert "Of the age group 80 plus, 50% are within, with a mean of 52 minutes." in found.statement.en
    assert json.loads(found.to_json())["result"]["share_within"] == 0.8


def test_what_is_unknown_is_told_and_outside(valley: Edition) -> None:
    found = travel(valley, sites="0301")
    assert "400 residents have no known time and are not counted." in found.statement.en
    assert [(gap.source, gap.municipalities) for gap in found.coverage.missing] == [("travel", ("1104",)), ("travel", ())]
    assert found.coverage.denominators == {"municipalities": 4, "residents": 10_000}


def test_the_table_may_be_asymmetric(valley: Edition) -> None:
    to_bo = travel(valley, sites="Bø", max_minutes=50)
    assert to_bo.supporting["travel_municipalities"].set_index("municipality")["minutes"].to_dict()["0301"] == 55
    assert to_bo.result["residents_within"] == 5000
    both = travel(valley, sites="bø,Ås", max_minutes=50)
    assert both.supporting["travel_municipalities"].set_index("municipality")["site"].to_dict() == {"0301": "0301", "0302": "0302", "1103": "0302", "1104": ""}


def test_the_way_to_the_host_of_ones_own_cooperation(valley: Edition) -> None:
    found = travel(valley, service="legevakt", max_minutes=60)
    assert found.result["residents_within"] == 8000
    assert found.supporting["travel_sites"]["cooperation"].tolist() == ["lv"]
    assert [gap.municipalities for gap in found.coverage.missing if gap.source == "member"] == [("1104",)]
    assert "the host of their own cooperation" in found.statement.en


def test_an_estimate_is_called_one(valley: Edition) -> None:
    found = travel(valley, sites="0301", travel="straight-line")
    assert found.statement.en.startswith("Estimate from the straight line: ")
    assert found.result["estimate"]
    assert "assumed" in found.method.en
    assert found.options["detour"] == 1.3
    assert len({*found.statement.to_dict().values()}) == 3


def test_impossible_times_are_flagged_and_not_used(write_folder: Write) -> None:
    tables = {**TABLES, "travel": TABLES["travel"] + "1104,0301,2\n1104,0302,900\n"}
    found = travel(samvirke.open_edition(write_folder(tables)).on(None), sites="0301,0302", max_minutes=60)
    assert found.supporting["doubtful"]["doubt"].tolist() == ["too_fast", "out_of_proportion"] or found.supporting["doubtful"]["doubt"].tolist() == ["too_fast"]
    assert found.supporting["travel_municipalities"].set_index("municipality").loc["1104", "minutes"] == 900
    assert "1 travel times of the table are impossible and were not used." in found.statement.en


BAD = [
    ({}, ["sites"]),
    ({"sites": "0301", "service": "legevakt"}, ["sites"]),
    ({"sites": "Nowhere,9999", "max_minutes": "soon"}, ["max-minutes", "sites", "sites"]),
    ({"service": "barnevern", "max_minutes": 0}, ["max-minutes", "service"]),
    ({"sites": "1104"}, None),
    ({"sites": "0301", "travel": "straight-line", "detour": 9}, ["detour"]),
]


@pytest.mark.parametrize(("asked", "fields"), BAD)
def test_every_problem_is_told_at_once(valley: Edition, asked: dict[str, object], fields: list[str] | None) -> None:
    if fields is None:  # the site's own residents are at it, and nobody else has a way
        assert travel(valley, **asked).result["residents"] == 400  # type: ignore[arg-type]
        return
    with pytest.raises(PlanInputError) as caught:
        travel(valley, **asked)  # type: ignore[arg-type]
    assert [problem.field for problem in caught.value.problems] == fields


def test_no_table_no_population_and_an_unknown_site_are_told_together(write_folder: Write) -> None:
    bare = {name: TABLES[name] for name in ("municipality", "cooperation", "member")}
    with pytest.raises(PlanInputError) as caught:
        travel(samvirke.open_edition(write_folder(bare)).on(None), sites="Nowhere")
    assert [problem.field for problem in caught.value.problems] == ["travel", "figure.population", "sites"]


@pytest.mark.parametrize("row", ["0302,0301,\n", "0302,0301,long\n", "0302,0301,-4\n"])
def test_holes_strings_and_negative_minutes_are_errors_of_the_edition(write_folder: Write, row: str) -> None:
    with pytest.raises(EditionError):
        samvirke.open_edition(write_folder({**TABLES, "travel": f"from_code,to_code,minutes\n{row}"}))


def test_negative_residents_are_told(write_folder: Write) -> None:
    tables = {**TABLES, "figure": "municipality,year,figure,value,kind\n0301,2020,population,-5,count\n0302,2020,population,10,count\n"}
    with pytest.raises(PlanInputError, match=r"figure.population 0301: -5"):
        travel(samvirke.open_edition(write_folder(tables)).on(None), sites="0301")


def test_a_wider_limit_never_reaches_fewer(country: Edition) -> None:
    shares = [travel(country.on(None), sites="1101", travel="straight-line", max_minutes=limit).result["share_within"] for limit in (1, 10, 20, 60)]
    assert shares == sorted(shares)
    assert np.isclose(shares[-1], 1)
    more = travel(country.on(None), sites="1101,1108", travel="straight-line").result
    assert more["minutes_mean"] <= travel(country.on(None), sites="1101", travel="straight-line").result["minutes_mean"]
