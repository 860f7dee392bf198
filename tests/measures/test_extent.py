"""Extent and overlap on the constructed country, counted by hand, and at the edges of what can be counted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from samvirke.catalogue import ask
from samvirke.edition import Edition, open_edition
from samvirke.errors import OptionError
from samvirke.figures._regions import colours
from samvirke.measures.membership import membership
from tests.conftest import run


def rows(edition: Edition, name: str, key: str | list[str], **options: str) -> pd.DataFrame:
    return ask(name, edition, **options).table.set_index(key)


def test_participation(country: Edition) -> None:
    found = rows(country, "participation", "service")
    assert found.loc["legevakt"].tolist() == [2, 7, pytest.approx(7 / 12), 2, 61_000, 61_000, 38_250, 83_750]
    assert found.loc["ohjelp", ["cooperations", "municipalities", "hosts"]].tolist() == [2, 7, 2]
    assert found.loc["barnevern", ["cooperations", "municipalities", "population_mean"]].tolist() == [2, 6, 52_200]
    assert pd.isna(found.at["barnevern", "hosts"])  # nobody's role is known, which is not the same as no host
    by_county = rows(country, "participation", ["service", "group"], by="county")
    assert by_county.loc[("legevakt", "Sør"), ["group_municipalities", "cooperations", "municipalities", "share", "hosts"]].tolist() == [3, 1, 3, 1.0, 1]
    assert by_county.loc[("legevakt", "Midt"), ["group_municipalities", "cooperations", "municipalities", "hosts"]].tolist() == [4, 2, 4, 1]
    assert by_county.loc[("legevakt", "Nord"), ["group_municipalities", "cooperations", "municipalities", "share"]].tolist() == [5, 0, 0, 0.0]
    by_size = rows(country, "participation", ["service", "group"], by="size")
    assert by_size["group_municipalities"].groupby("service").sum().tolist() == [12, 12, 12]
    assert by_size.loc[("legevakt", "<2000"), "municipalities"] == 1
    assert "Nord (0 / 5, 0%)" in ask("participation", country, by="county").statement.en
    with pytest.raises(OptionError, match="health_trust, county, size"):
        ask("participation", country, by="parish")


def test_index(country: Edition) -> None:
    found = rows(country, "index", "municipality")["score"]
    assert found.to_dict() == dict(zip(found.index, [3, 2, 3, 2, 3, 2, 3, 1, 1, 0, 0, 0], strict=True))
    assert rows(country, "index", "municipality", services="legevakt,barnevern+ohjelp")["score"].tolist() == [2, 2, 2, 2, 2, 2, 2, 1, 1, 0, 0, 0]
    assert ask("index", country).supporting["scores"].to_numpy().tolist() == [[3, 4, 12], [2, 3, 12], [1, 2, 12], [0, 3, 12]]


def test_overlap(country: Edition) -> None:
    found = rows(country, "overlap", ["first", "second"])
    assert found.loc[("barnevern", "legevakt")].tolist() == ["any", 5, 6, 7, 5, 12]
    assert found.loc[("legevakt", "ohjelp")].tolist() == ["any", 6, 7, 7, 6, 12]
    directed = rows(country, "overlap", ["first", "second"], rule="all")["overlapping"]
    assert (directed["legevakt", "barnevern"], directed["barnevern", "legevakt"]) == (3, 0)
    assert rows(country, "overlap", ["first", "second"], rule="same")["overlapping"]["legevakt", "ohjelp"] == 3
    most = rows(country, "overlap", ["first", "second"], rule="same", coding="most_extensive")["overlapping"]
    assert most["legevakt", "ohjelp"] == 4  # 1106 has its partners of the day and night, and no longer those of the night
    assert rows(country, "overlap", ["first", "second"], rule="all")["overlapping"]["legevakt", "ohjelp"] == 4
    union = rows(country, "overlap", ["first", "second"], services="barnevern,legevakt+ohjelp")
    assert union.loc[("barnevern", "legevakt+ohjelp")].tolist() == ["any", 5, 6, 8, 5, 12]
    night = rows(country, "overlap", ["first", "second"], services="legevakt,barnevern+ohjelp", coding="night")
    assert night["in_first"].tolist() == [7]
    assert night["in_second"].tolist() == [0]


def test_coding_rules_and_similarity(country: Edition) -> None:
    found = rows(country, "coding_rules", ["coding", "service"])
    assert found.loc[("any", "legevakt"), ["cooperations", "municipalities"]].tolist() == [2, 7]
    assert found.loc[("day", "legevakt"), ["cooperations", "municipalities"]].tolist() == [1, 4]
    assert found.loc[("night", "barnevern"), "municipalities"] == 0
    assert any("child welfare and municipal acute beds" in gap.why.en for gap in ask("coding_rules", country).coverage.missing)
    alike = rows(country, "similarity", ["first", "second"])
    # 1101, 1102, 1105: 3/3; 1106: 3/6; 1103 and 1107: one in common of {1104 or 1103, 1106, 1107 or 1103, 1108}: 1/4
    assert alike.loc[("legevakt", "ohjelp"), "jaccard_mean"] == pytest.approx((3 + 0.5 + 2 * 0.25) / 6)
    assert alike.loc[("legevakt", "ohjelp"), "overlap_coefficient_mean"] == pytest.approx((3 + 1 + 2 * 0.5) / 6)


def test_border_sizes_and_partners(country: Edition) -> None:
    border = rows(country, "border", "service")
    assert border.loc["legevakt"].tolist() == [2, 1, 0.5, 3, 9, -0.5]
    trusts = rows(country, "border", "service", by="health_trust")
    assert trusts.loc["ohjelp", "external"] == 2  # 1103 with 1107 and 1108
    sizes = rows(country, "sizes", "cooperation")
    assert sizes.loc["lv2", ["members", "population", "times_10000"]].tolist() == [4, 106_500, pytest.approx(10.65)]
    summed = ask("sizes", country).supporting["by_service"].set_index("service")
    assert summed.loc["barnevern", ["below_10000", "at_least_10000", "outliers"]].tolist() == [1, 1, 0]
    partners = rows(country, "partners", ["service", "municipality"])
    assert partners.loc[("legevakt", "1106"), "partners"] == ["1101", "1102", "1103", "1104", "1105", "1107"]
    assert partners.loc[("legevakt", "1106"), "cooperations"] == ["lv1", "lv2"]
    assert partners.loc[("legevakt", "1101"), "role"] == "host"


def test_change(country: Edition, country_folder: Path) -> None:
    since = ask("change", country, since="2016-01-01")
    assert since.table[["kind_of_change", "cooperation", "municipality"]].fillna("").to_numpy().tolist() == [["joined", "bv1", "1109"], ["ended", "lv3", ""]]
    dated = ask("change", country).table.groupby("kind_of_change").size().to_dict()
    assert dated == {"founded": 8, "joined": 1, "ended": 1}
    against = ask("change", country, against=str(country_folder))
    assert len(against.table) == 0
    assert "founded 0, ended 0, joined 0, and left 0" in against.statement.en
    other = ask("change", country, against="nibr-2015")
    assert (other.table["kind_of_change"] == "ended").sum() == 46
    assert len(other.coverage.missing) == 2  # its municipalities are not the country's, nor the country's its


def test_distance(country: Edition) -> None:
    found = rows(country, "distance", "service")
    assert found["pairs"].to_dict() == {"barnevern": 6, "legevakt": 12, "ohjelp": 9}
    one = country["municipality"].set_index("code")
    a, b = (np.radians(one.loc[code, ["lat", "lon"]].astype(float).to_numpy()) for code in ("1109", "1101"))
    angle = np.arccos(np.sin(a[0]) * np.sin(b[0]) + np.cos(a[0]) * np.cos(b[0]) * np.cos(a[1] - b[1]))
    assert found.at["barnevern", "km_max"] == pytest.approx(6371.0088 * angle)
    paired = ask("distance", country).supporting["paired"].set_index(["first", "second"])
    assert paired.loc[("barnevern", "legevakt"), ["municipalities", "farther_in_first", "farther_in_second"]].sum() == 10
    assert pd.isna(found.at["legevakt", "minutes_median"])


def test_nets(country: Edition, tmp_path: Path, country_folder: Path) -> None:
    wide = tmp_path / "wide"
    wide.mkdir()
    (wide / "municipality.csv").write_text((country_folder / "municipality.csv").read_text(encoding="utf-8"), encoding="utf-8")
    (wide / "cooperation.csv").write_text("id,service,members_known\np,palliasjon,some\nl,legevakt,some\n")
    (wide / "member.csv").write_text("cooperation,municipality\np,1110\np,1101\nl,1101\n")
    (wide / "source.csv").write_text("id,title\nt,Trusts\n")
    (wide / "coverage.csv").write_text("source,service,municipality,status\nt,,1109,missing\n")
    found = ask("nets", country, wide=str(wide))
    kinds = found.table.set_index("municipality")["net_standing"]
    assert kinds[["1101", "1102", "1109", "1110", "1112"]].tolist() == ["both", "only_fine", "unspoken", "only_wide", "only_fine"]
    tasks = found.supporting["tasks"].set_index("service")
    assert tasks.loc["palliasjon"].tolist() == [2, 0, 0, "only_wide"]
    assert tasks.loc["legevakt", "found_in"] == "both"
    assert "Tasks that are only in the wide net: palliative care" in found.statement.en
    assert found.coverage.denominators["municipalities"] == 11
    assert found.coverage.missing[0].municipalities == ("1109",)


def edition(write: Callable[[Mapping[str, str]], Path], **tables: str) -> Edition:
    base = {
        "municipality": "code,name,county\nA,Aa,X\nB,Bb,X\nC,Cc,Y\nD,Dd,\n",
        "cooperation": "id,service,hours,members_known\nl,legevakt,,\nb,barnevern,,\n",
        "member": "cooperation,municipality,role\nl,A,\nl,B,\nb,A,\nb,B,\n",
    }
    return open_edition(write({**base, **tables}))


def test_where_only_some_members_are_known(write_folder: Callable[[Mapping[str, str]], Path]) -> None:
    some = edition(write_folder, cooperation="id,service,hours,members_known\nl,legevakt,,some\nb,barnevern,,all\n")
    for rule, expected in (("any", 2), ("same", 0)):
        assert ask("overlap", some, rule=rule).table["overlapping"].tolist() == [expected]
    directed = rows(some, "overlap", ["first", "second"], rule="all")["overlapping"]
    assert (directed["barnevern", "legevakt"], directed["legevakt", "barnevern"]) == (0, 2)  # an unknown member of l may be outside b, never the other way
    gaps = ask("overlap", some, rule="same").coverage.missing
    assert any(gap.municipalities == ("A", "B") and "may be another" in gap.why.en for gap in gaps)


def test_whom_no_source_speaks_of(write_folder: Callable[[Mapping[str, str]], Path]) -> None:
    source = "id,title\ns,S\n"
    listed = edition(
        write_folder, source=source, coverage="source,service,municipality,status\ns,legevakt,A,covered\ns,legevakt,C,covered\ns,barnevern,D,missing\n"
    )
    found = rows(listed, "participation", "service")["share"]
    assert found["legevakt"] == pytest.approx(2 / 3)  # A and C are covered, B is a member, nobody speaks of D
    assert found["barnevern"] == pytest.approx(2 / 3)  # only D is said to be missing
    assert rows(listed, "index", "municipality")["score"].isna().tolist() == [False, False, False, True]
    assert ask("overlap", listed).table["municipalities"].tolist() == [3]
    assert ask("participation", listed).coverage.missing[0].municipalities == ("D",)


def test_edges(write_folder: Callable[[Mapping[str, str]], Path]) -> None:
    empty = edition(write_folder, cooperation="id,service\nl,legevakt\nb,barnevern\n", member="cooperation,municipality\nl,A\n")
    for name in ("participation", "index", "overlap", "similarity", "coding_rules", "border", "distance", "partners", "network", "change"):
        finding = ask(name, empty)
        assert finding.statement.nb.endswith(".")
        assert not re.search(r"\bnan\b", finding.to_json().lower())
    assert ask("participation", empty).table.empty
    assert any("2 rows of cooperation have fewer than two members" in gap.why.en for gap in ask("participation", empty).coverage.missing)
    bare = edition(write_folder, figure="municipality,year,figure,value,kind\nA,2019,population,10,count\n")
    sizes = ask("participation", bare)
    assert sizes.table["population_mean"].isna().all()
    assert any(gap.municipalities == ("B",) for gap in sizes.coverage.missing)
    assert ask("border", bare).table.set_index("service").loc["legevakt", ["external", "internal", "ei_index"]].tolist() == [0, 1, -1]
    lone = edition(write_folder, member="cooperation,municipality\nl,A\nl,D\nb,D\nb,C\n")
    assert ask("border", lone).table.set_index("service")["ei_index"].isna().all()  # D has no county, so no tie can be placed
    assert "cannot be measured" in ask("border", lone).statement.en
    with pytest.raises(OptionError, match="barnevern, legevakt"):
        ask("overlap", lone, services="legevakt,skole")


def test_latest_population_not_after_the_date(write_folder: Callable[[Mapping[str, str]], Path]) -> None:
    figure = "municipality,year,figure,value,kind\n" + "".join(
        f"{code},{year},population,{year - 2000},count\n" for code in "ABCD" for year in (2010, 2015, 2020)
    )
    found = membership(edition(write_folder, figure=figure).on("2016-06-01"))
    assert (found.population.tolist(), found.population_year) == ([15] * 4, (2015,))


def test_renaming_and_shuffling_change_nothing(country: Edition) -> None:
    codes = {code: f"{9999 - int(code)}" for code in country["municipality"]["code"]}

    def renamed(frame: pd.DataFrame, name: str) -> pd.DataFrame:
        column = "code" if name == "municipality" else "municipality"
        changed = frame.assign(**{column: frame[column].map(codes)}) if column in frame and name != "boundary" else frame
        return changed.sample(frac=1, random_state=3)

    other = replace(country, tables={name: renamed(frame, name) for name, frame in country.tables.items() if name != "municipality_change"})
    for name in ("participation", "coding_rules", "similarity", "border", "distance"):
        pd.testing.assert_frame_equal(ask(name, other).table, ask(name, country).table)
    back = (
        ask("index", other)
        .table.assign(municipality=lambda own: own["municipality"].map({new: old for old, new in codes.items()}))
        .sort_values("municipality", ignore_index=True)
    )
    pd.testing.assert_frame_equal(back, ask("index", country).table)


def test_neighbouring_cooperations_have_different_colours() -> None:
    rng = np.random.default_rng(4)
    members = {f"c{place}": {str(one) for one in rng.integers(0, 400, 5)} for place in range(60)}
    touching = {(str(one), str(one + step)) for one in range(400) for step in (1, 20)}
    found = colours(members, touching)
    near = {frozenset(pair) for pair in touching}
    for one, own in members.items():
        for other, its in members.items():
            if one < other and (own & its or any(frozenset((a, b)) in near for a in own for b in its)):
                assert found[one] != found[other]


def test_maps_say_what_they_show(country: Edition, country_folder: Path, tmp_path: Path) -> None:
    from samvirke.figures import described, specification

    index = ask("index", country)
    assert described(index, "en", country)[0] == "3 (4): Kommune A, Kommune C, Kommune E, Kommune G"
    found = specification(index, "en", country) or {}
    assert "3 (4)" in json.dumps(found)
    shown = described(ask("partners", country), "en", country)
    assert any(line.endswith("Legevakt 2 (4): Kommune C, Kommune D, Kommune F, Kommune G") for line in shown)
    overlap = described(ask("overlap", country), "en", country)
    assert overlap[0].startswith("overlapping (6)")
    target = tmp_path / "two.svg"
    result = run("show", "overlap", country_folder, "--beside", country_folder, "--format", "svg", "--out", target, "--language", "en")
    assert (result.returncode, result.stderr) == (0, "")
    drawn = target.read_text(encoding="utf-8")
    assert drawn.count("overlapping (6)") == 2
    assert "Constructed" in drawn
