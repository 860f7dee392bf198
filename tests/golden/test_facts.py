"""The built-in edition held against the tables it was made from and the shared list of municipalities."""

from __future__ import annotations

import filecmp
import runpy
import sys
from pathlib import Path

import pandas as pd
import pytest

import samvirke
from samvirke.edition import Edition, built_in
from tests.conftest import ROOT

pytestmark = pytest.mark.shared


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def test_the_script_makes_the_committed_edition(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["make_nibr_2015.py", str(shared / "note")])
    script = runpy.run_path(str(ROOT / "scripts" / "make_nibr_2015.py"), run_name="script")
    script["main"].__globals__["TARGET"] = tmp_path / "nibr-2015"
    script["main"](shared / "note")
    committed = built_in()["nibr-2015"]
    names = sorted(path.name for path in committed.iterdir())
    assert names == sorted(path.name for path in (tmp_path / "nibr-2015").iterdir())
    _, differing, broken = filecmp.cmpfiles(committed, tmp_path / "nibr-2015", names, shallow=False)
    assert (differing, broken) == ([], [])


def test_codes_and_counties_are_those_of_2013(shared: Path, note: Edition) -> None:
    listed = read(shared / "data" / "norway" / "municipalities_2013.csv").set_index("municipality_number")
    for row in note["municipality"].to_dict("records"):
        assert row["code"] in listed.index, row["name"]
        assert row["county"] == listed.at[row["code"], "county_name"]
        full = listed.at[row["code"], "name"]
        assert row["name"] in (full, full.split(" - ")[-1], full.split(" - ")[0]) or full.endswith(row["name"]), (row["name"], full)


def test_only_the_names_that_fit_two_are_uncertain(shared: Path, note: Edition) -> None:
    listed = read(shared / "data" / "norway" / "municipalities_2013.csv")
    municipality = note["municipality"]
    unsure = municipality[municipality["uncertain"].str.lower() == "true"].set_index("name")
    assert set(unsure.index) == {"Os", "Sande"}
    for name in unsure.index:
        codes = set(listed.loc[listed["name"] == name, "municipality_number"])
        assert codes == {unsure.at[name, "code"], unsure.at[name, "other_code"]}


def test_every_copy_and_cell_of_the_appendix_is_there(shared: Path, note: Edition) -> None:
    printed = read(shared / "note" / "agreements.csv")
    held = note["submission"].fillna("")
    names = note.names()
    assert [names[code] for code in held["municipality"]] == list(printed["municipality"])
    for column, original in {
        "year_text": "year_as_printed",
        "service_text": "service_text",
        "legal_text": "legal_text",
        "dispute_text": "dispute_text",
        "agreement": "agreement_id",
    }.items():
        assert list(held[column]) == list(printed[original])
    assert list(held["known_through_other"]) == [value == "TRUE" for value in printed["registered_via_incoming"]]


def test_services_count_as_the_notes_own_table(shared: Path, note: Edition) -> None:
    printed = read(shared / "note" / "services.csv").set_index("service")
    found = samvirke.ask("services", note).table.set_index("service")
    assert set(found.index) == set(printed.index)
    assert found["copies"].astype(str).to_dict() == printed["rows"].to_dict()
    assert found["agreements"].astype(str).to_dict() == printed["unique"].to_dict()


def test_the_sample_and_the_claims_are_complete(shared: Path, note: Edition) -> None:
    sample = read(shared / "note" / "sample.csv")
    assert list(note["collection"]["status"].str.replace("_", " ")) == list(sample["cooperates"])
    claims = read(shared / "note" / "claims.csv")
    assert list(note["claim"]["id"]) == list(claims["id"])
    assert [f"{value:g}" for value in note["claim"]["printed"]] == [f"{float(value):g}" for value in claims["printed"]]
    assert list(note["case"]["size"]) == list(read(shared / "note" / "table-3-1.csv")["size"])


def test_municipalities_without_trust_data_lie_in_the_four_trusts(shared: Path, note: Edition) -> None:
    trusts = read(shared / "data" / "norway" / "hospital_catchment_2013_boundaries.csv").set_index("municipality_number")["bohf_name"]
    named = {"Ahus": "Akershus", "Helse Nordmøre og Romsdal": "Møre og Romsdal", "Nordlandssykehuset": "Nordland", "UNN": "UNN"}
    coverage = note["coverage"]
    gaps = coverage[coverage["source"] == "health-trusts"]
    assert all(trusts[row["municipality"]] == named[row["note"]] for row in gaps.to_dict("records"))
    sample = set(note["collection"]["municipality"])
    for trust in ("Ahus", "Nordlandssykehuset", "UNN"):
        expected = {code for code in sample if trusts.get(code) == named[trust]}
        assert set(gaps.loc[gaps["note"] == trust, "municipality"]) == expected
