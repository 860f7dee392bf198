"""Municipal change: counts add up exactly, rates are averaged by their weight, and what was resolved is said."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samvirke.edition import CarryError, CombineError, Edition, carry, combine, open_edition, split_count, write_with_account
from tests.conftest import run


def said(made: Any) -> Counter[str]:
    return Counter(entry.outcome for entry in made.account.entries)


@given(value=st.integers(0, 10**7), cuts=st.lists(st.floats(0.01, 1), min_size=1, max_size=6))
def test_a_count_is_shared_exactly(value: int, cuts: list[float]) -> None:
    shares = {str(place): cut / sum(cuts) for place, cut in enumerate(cuts)}
    found = split_count(value, shares)
    assert sum(found.values()) == value
    assert all(abs(found[code] - value * share) < 1 for code, share in shares.items())
    assert all(part == int(part) >= 0 for part in found.values())


def test_odd_ones_go_to_the_largest_remainders() -> None:
    assert split_count(1, {"b": 0.35, "a": 0.35, "c": 0.3}) == {"a": 1, "b": 0, "c": 0}
    assert split_count(0, {"a": 0.5, "b": 0.5}) == {"a": 0, "b": 0}
    parts = split_count(10.5, {"a": 0.3, "b": 0.7})
    assert sum(parts.values()) == 10.5
    assert parts["a"] == pytest.approx(3.15)


def test_the_constructed_country(country: Edition) -> None:
    made = carry(country, "2024")
    parts = made.parts.set_index(["from_code", "to_code"])["share"].to_dict()
    assert parts["1101", "1201"] == parts["1102", "1201"] == 1
    assert (parts["1111", "1111"], parts["1111", "1112"]) == (0.25, 0.75)
    municipality = made.tables["municipality"].set_index("code")
    assert len(municipality) == 11
    assert municipality.loc["1201", ["name", "county"]].tolist() == ["Storby", "Sør"]
    assert municipality.at["1103", "name"] == "Kommune C"
    people = made.tables["figure"].set_index("municipality")["value"]
    assert (people["1201"], people["1111"], people["1112"], people.sum()) == (5000, 200, 18_600, 142_200)
    members = made.tables["member"]
    first = members[(members["cooperation"] == "lv1") & (members["municipality"] == "1201")]
    assert first[["role", "carried_share"]].to_numpy().tolist() == [["host", 1.0]]
    half = members[(members["cooperation"] == "bv1") & (members["municipality"] == "1201")]
    assert half["carried_share"].iloc[0] == pytest.approx(900 / 5000)
    assert said(made)["part_of_member"] == 2  # bv1 knew only 1101, and lv4 only the part of 1112 that was 1112 before
    assert made.boundary is not None
    assert made.package["date"] == "2024"
    assert made.package["titles"] if "titles" in made.package else made.package["title"].endswith("carried to 2024")


def write(folder: Path, tables: dict[str, str]) -> Edition:
    folder.mkdir(parents=True)
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "datapackage.json").write_text('{"name": "x", "title": "X", "date": "2015"}')
    return open_edition(folder)


BASE = {
    "municipality": "code,name\nA,Aa\nB,Bb\nC,Cc\nD,Dd\n",
    "cooperation": "id,service\nx,legevakt\n",
    "member": "cooperation,municipality\nx,A\nx,B\n",
}
CHANGE = "date,from_code,to_code,share\n"


@pytest.mark.parametrize(
    ("changes", "to", "expected"),
    [
        ("2016,A,X,1\n2018,X,Y,1\n", "2020", {"A": {"Y": 1}}),  # from day to day
        ("2016,A,X,1\n2018,X,Y,1\n", "2017", {"A": {"X": 1}}),  # only as far as asked
        ("2016,A,X,1\n2016,X,Y,1\n", "2016", {"A": {"Y": 1}}),  # a chain on one day over a code that was none before
        ("2016,A,B,1\n2016,B,A,1\n", "2016", {"A": {"B": 1}, "B": {"A": 1}}),  # two that change codes with each other
        ("2016,A,X,1\n2018,A,Z,1\n", "2020", {"A": {"Z": 1}}),  # a later row from the old code says directly where it went
        ("2016,A,A,0.6\n2016,A,B,0.4\n2018,A,X,1\n", "2020", {"A": {"X": 0.6, "B": 0.4}}),  # a split that kept its code goes on
        ("2016,A,X,0.5\n2016,A,Y,0.5\n2018,X,Z,0.5\n2018,X,Y,0.5\n", "2020", {"A": {"Z": 0.25, "Y": 0.75}}),
        ("2016,A,X,1\n2017,X,A,1\n", "2020", {"A": {"A": 1}}),  # and back again
    ],
)
def test_codes_are_followed(tmp_path: Path, changes: str, to: str, expected: dict[str, dict[str, float]]) -> None:
    made = carry(write(tmp_path / "x", {**BASE, "municipality_change": CHANGE + changes}), to)
    found = {code: dict(zip(own["to_code"], own["share"], strict=True)) for code, own in made.parts.groupby("from_code")}
    for code, shares in {**{code: {code: 1} for code in "ABCD"}, **expected}.items():
        assert found[code] == pytest.approx(shares), code
    assert made.parts.groupby("from_code")["share"].sum().to_numpy() == pytest.approx(np.ones(4))


def test_rates_groups_and_gaps(tmp_path: Path) -> None:
    figure = "municipality,year,figure,value,kind,weight\n" + "".join(
        f"{code},2014,population,{count},count,\n" for code, count in zip("ABC", (100, 300, 50), strict=True)
    )
    figure += "A,2014,income,10,rate,population\nB,2014,income,20,rate,population\nD,2014,income,5,rate,population\nA,2014,doctors,1.5,count,\nB,2014,doctors,,count,\nA,2014,mystery,1,,\n"
    tables = {
        **BASE,
        "figure": figure,
        "grouping": "municipality,kind,code,name\nA,trust,1,One\nB,trust,2,Two\nC,trust,1,One\n",
        "municipality_change": CHANGE + "2016,A,X,1\n2016,B,X,1\n",
        "coverage": "source,service,municipality,status\ns,,A,covered\ns,,B,missing\ns,,C,covered\n",
        "source": "id,title\ns,S\n",
        "travel": "from_code,to_code,minutes\nA,C,10\nB,C,30\nA,B,5\n",
        "company": "id,name\nc,Co\n",
        "owner": "company,municipality,share\nc,A,0.25\nc,B,0.75\n",
        "collection": "municipality,status\nA,yes\nB,no\nC,yes\n",
        "report": "service,municipality,partner,cooperation\nlegevakt,A,A,x\nlegevakt,A,B,x\nlegevakt,B,A,x\n",
    }
    made = carry(write(tmp_path / "x", tables), "2016")
    figures = made.tables["figure"].set_index(["figure", "municipality"])["value"]
    assert figures["population", "X"] == 400
    assert figures["income", "X"] == pytest.approx((100 * 10 + 300 * 20) / 400)
    assert figures["income", "D"] == 5  # one that did not change needs no weight
    assert np.isnan(figures["doctors", "X"])
    assert "mystery" not in made.tables["figure"]["figure"].tolist()
    assert made.tables["grouping"].set_index("municipality").loc["X", "name"] == "Two"
    assert made.tables["coverage"].set_index("municipality")["status"].to_dict() == {"X": "missing", "C": "covered"}
    assert made.tables["travel"].to_numpy().tolist() == [["X", "C", pytest.approx((100 * 10 + 300 * 30) / 400)]]
    assert made.tables["owner"][["municipality", "share"]].to_numpy().tolist() == [["X", 1.0]]
    assert made.tables["collection"].to_numpy()[:, 0].tolist() == ["X", "C"]
    counts = said(made)
    for outcome, least in {
        "figure_incomplete": 1,
        "figure_kind_unknown": 1,
        "grouping_of_largest": 1,
        "coverage_in_part": 1,
        "travel_within": 1,
        "same_key_after": 3,
        "within_one": 1,
        "name_unknown": 1,
    }.items():
        assert counts[outcome] == least, outcome
    rejects, notes = write_with_account(made.tables, {**made.package, "name": "out"}, tmp_path / "out", made.account, "nn")
    assert open_edition(tmp_path / "out")["member"]["municipality"].tolist() == ["X"]
    with rejects.open(encoding="utf-8") as one, notes.open(encoding="utf-8") as other:
        assert len(list(csv.DictReader(one))) + len(list(csv.DictReader(other))) == sum(counts.values())


def test_nothing_vanishes_without_a_word(tmp_path: Path) -> None:
    """What an attack on the command found: rows of other times, weights that are not there, empty places, measures that do not add up."""
    tables = {
        "municipality": "code,name,valid_from,valid_to\nA,Aa,,\nB,Bb,,\nC,Cc,,\nD,Dd,,\nZ,Gone,,2010-01-01\n",
        "cooperation": "id,service,valid_from\nx,legevakt,\ny,barnevern,2016\n",
        "member": "cooperation,municipality,valid_from\nx,A,\nx,C,\ny,C,2016\ny,D,2016\n",
        "figure": "municipality,year,figure,value,kind,weight\nA,2014,population,10,count,\nB,2014,population,20,count,\nC,2014,population,0,count,\nD,2014,population,5,count,\n"
        "Z,2009,population,7,count,\nA,2014,rate,1,rate,ghosts\nB,2014,rate,2,rate,ghosts\nA,2014,population_density,4,,\n",
        "travel": "from_code,to_code,minutes\nC,D,30\n",
        "use": "municipality,cooperation,year,measure,value\nA,x,2014,visits,3\nB,x,2014,visits,4\nA,x,2014,waiting_minutes,30\nB,x,2014,waiting_minutes,40\n",
        "municipality_change": CHANGE + "2016,A,X,1\n2016,B,X,1\n",
    }
    made = carry(write(tmp_path / "x", tables), "2017")
    assert sorted(made.tables["cooperation"]["id"]) == ["x", "y"]
    assert made.tables["travel"].to_numpy().tolist() == [["C", "D", 30.0]]
    assert made.tables["use"][["measure", "value"]].to_numpy().tolist() == [["visits", 7.0]] * 1
    figures = made.tables["figure"].set_index(["figure", "municipality"])["value"]
    assert np.isnan(figures["rate", "X"])
    assert "population_density" not in figures
    told = {(entry.outcome, entry.table, entry.value) for entry in made.account.entries}
    assert {("not_valid_then", "municipality", "Z Gone"), ("not_valid_then", "figure", "Z"), ("figure_kind_unknown", "use", "waiting_minutes")} <= told
    assert any(outcome == "figure_incomplete" and value == "X X" for outcome, _, value in told)
    shares = made.tables["member"].set_index(["cooperation", "municipality"])["carried_share"]
    assert (shares["y", "C"], shares["x", "X"]) == (1.0, pytest.approx(10 / 30))
    broken = write(tmp_path / "y", {**BASE, "municipality_change": CHANGE + "2016,A,X,0.5\n2016,A,Y,0.3\n"})
    with pytest.raises(CarryError, match=r"do not add up to 1: 2016 A: 0\.8"):
        carry(broken, "2017")


@pytest.mark.parametrize(("to", "says"), [("soon", "is no date"), ("2014", "not after"), ("2016", "no changes between")])
def test_what_cannot_be_carried_says_so(tmp_path: Path, to: str, says: str) -> None:
    edition = write(tmp_path / "x", {**BASE, "municipality_change": CHANGE + "2018,A,X,1\n"})
    with pytest.raises(CarryError, match=says):
        carry(edition, to)


def test_combining(tmp_path: Path, country: Edition) -> None:
    one = write(tmp_path / "one", BASE)
    two = write(tmp_path / "two", {**BASE, "cooperation": "id,service\ny,barnevern\n", "member": "cooperation,municipality\ny,C\ny,D\n"})
    made = combine([one, replace(two, tables={**two.tables, "municipality": two["municipality"].assign(name=["Aa", "Bb", "Cc", "Other"])})])
    assert sorted(made.tables["cooperation"]["id"]) == ["x", "y"]
    assert [entry.value for entry in made.account.entries] == ["D"]
    known = replace(two, tables={**two.tables, "municipality": two["municipality"].assign(county="Vest")})
    filled = combine([one, known])
    assert filled.tables["municipality"]["county"].tolist() == ["Vest"] * 4
    assert said(filled)["filled_from_another"] == 4
    with pytest.raises(CombineError) as caught:
        combine([one, country, one])
    assert len(caught.value.reasons) == 3  # A to D, the country's twelve, and the id x twice
    with pytest.raises(CombineError, match="at least two"):
        combine([one])


def test_the_command_line(country_folder: Path, tmp_path: Path) -> None:
    result = run("carry", country_folder, "--to", "2024", "--out", tmp_path / "later", "--language", "en")
    assert (result.returncode, result.stderr) == (0, "")
    assert "12 municipalities have become 11; 1 were split" in " ".join(result.stdout.split())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["later", "later-notes.csv", "later-rejects.csv"]
    assert (tmp_path / "later" / "boundary.geojson").is_file()
    refused = run("combine", tmp_path / "later", country_folder, "--out", tmp_path / "both", "--language", "en")
    assert refused.returncode == 1
    assert "later has municipalities that are not in country: 1201" in refused.stderr
    assert not (tmp_path / "both").exists()


@pytest.fixture(scope="module")
def norway(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Edition]:
    """Give Norway 2013 as imported by its recipe."""
    from samvirke.sources import import_edition

    folder = tmp_path_factory.mktemp("norway")
    import_edition("norway-2013", folder / "norway-2013", data=shared / "data" / "norway")
    edition = open_edition(folder / "norway-2013")
    return lambda to: edition if to == "2013" else _opened(edition, to, folder)


def _opened(edition: Edition, to: str, folder: Path) -> Edition:
    target = folder / to
    if not target.exists():
        made = carry(edition, to)
        write_with_account(made.tables, {**made.package, "name": to}, target, made.account, "nb", boundary=made.boundary)
    return open_edition(target)


@pytest.mark.shared
@pytest.mark.xdist_group("norway")
@pytest.mark.parametrize(("to", "count"), [("2020", 356), ("2024", 357)])
def test_norway_carried(norway: Callable[[str], Edition], shared: Path, to: str, count: int) -> None:
    before, after = norway("2013"), norway(to)
    assert len(after["municipality"]) == count
    for figure in ("population", "population_80_plus", "area_km2"):
        old, new = (one["figure"].loc[one["figure"]["figure"] == figure, "value"].sum() for one in (before, after))
        assert new == pytest.approx(old, rel=1e-12)
    if to == "2024":
        now = pd.read_csv(shared / "data" / "norway" / "municipalities_2024.csv", dtype={"municipality_number": str}).set_index("municipality_number")
        carried = after["figure"].query("figure == 'population'").set_index("municipality")["value"]
        assert set(carried.index) == set(now.index)
        ratio = now["population_2024"] / carried
        assert ratio.sum() / len(ratio) == pytest.approx(1.05, abs=0.06)
        assert ratio.between(0.7, 1.5).all(), ratio[~ratio.between(0.7, 1.5)]  # ten years of growth and decline, no municipality put in the wrong place
        assert (
            carried["1580"] + carried["1508"]
            == before["figure"].query("figure == 'population' and municipality in ['1504', '1523', '1529', '1534', '1546']")["value"].sum()
        )
        assert {"Haram", "Ålesund"} <= set(after["municipality"]["name"])
    assert not after["municipality"]["name"].str.fullmatch(r"\d+").any()


@pytest.mark.shared
@pytest.mark.xdist_group("norway")
def test_norway_in_2013(norway: Callable[[str], Edition]) -> None:
    edition = norway("2013")
    legevakt = edition["member"].groupby("cooperation")["municipality"].nunique()
    assert len(edition["municipality"]) == 428
    assert (legevakt == 1).sum() == 184  # 184 of the list have one code; Bergen has none and is left out
    outside = set(edition["municipality"]["code"]) - set(edition["member"]["municipality"])
    assert len(outside) == 17  # the list's 18 less Inderøy, which stands under the two codes that it had before 2012
    assert "1756" not in outside
    several = edition["member"].groupby("municipality")["cooperation"].nunique()
    assert (several > 1).sum() == 76
