"""Whole countries from real files: what their publishers say of them, and the note's totals beside the lists."""

from __future__ import annotations

import shutil
from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest

from samvirke.catalogue import ask
from samvirke.edition import Edition, check, combine, open_edition
from samvirke.sources import RecipeError, import_edition

pytestmark = pytest.mark.xdist_group("norway")


@pytest.fixture(scope="module")
def norway_2013(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Edition:
    folder = tmp_path_factory.mktemp("countries") / "norway-2013"
    import_edition("norway-2013", folder, data=shared / "data" / "norway")
    return open_edition(folder)


@pytest.mark.shared
@pytest.mark.parametrize("trust", ["names", "codes"])
def test_child_welfare_is_read_as_others_read_it(shared: Path, tmp_path: Path, trust: str) -> None:
    """The parsed file was made by another program, from the codes; the names differ from them in three places (data/README.md)."""
    made = import_edition("norway-2021", tmp_path / "out", data=shared / "data" / "norway", trust=trust, language="en")  # type: ignore[arg-type]
    parsed = pd.read_csv(shared / "data" / "norway" / "barnevern_2021_membership.csv", dtype=str)
    theirs = {frozenset(own) for _, own in parsed.groupby("set_id")["municipality_number"]} - {frozenset({"5001"})}
    edition = open_edition(tmp_path / "out")
    ours = {frozenset(own) for _, own in edition["member"].groupby("cooperation")["municipality"]}
    assert len(ours) == 58
    if trust == "codes":
        assert ours == theirs
    else:
        names = edition.names()
        assert {frozenset(names[code] for code in own) for own in ours - theirs} == {
            frozenset({"Bodø", "Gildeskål", "Steigen", "Røst", "Værøy", "Hamarøy"}),
            frozenset({"Vaksdal", "Modalen"}),
            frozenset({"Farsund", "Flekkefjord", "Sirdal", "Lyngdal", "Hægebostad", "Kvinesdal"}),
        }
    assert made.steps.set_index("table").loc["report"].tolist() == ["barnevern", 362, 362, *((355, 7) if trust == "names" else (351, 11))]
    rejected = {(entry.outcome, entry.value) for entry in made.account.entries if entry.table == "report"}
    assert {("unknown_reporter", "21"), *(("unknown_reporter", f"50010{place}") for place in range(1, 5)), ("reporter_not_in_set", "Nærøysund")} <= rejected
    participation = ask("participation", edition)
    assert participation.coverage.numerator == (185 if trust == "names" else len(frozenset().union(*theirs)))
    assert participation.coverage.missing[0].municipalities == (("5060",) if trust == "names" else ("1875", "4206", "4207", "4629", "5060"))


@pytest.mark.shared
def test_the_notes_totals_stand_beside_the_list(norway_2013: Edition) -> None:
    claims = ask("audit", norway_2013).supporting["claims"].set_index("claim")
    assert claims.loc["ch4.legevakt", ["printed", "computed", "verdict"]].tolist() == [346, 287, "agrees_under_none"]
    assert (claims.loc[["ch4.ohjelp_all", "ch4.ohjelp_joint", "ch4.overlap"], "verdict"] == "not_testable").all()
    assert "there is no public list of ø-hjelp" in " ".join(gap.why.en for gap in ask("audit", norway_2013).coverage.missing)
    assert "ohjelp" not in ask("participation", norway_2013).table["service"].tolist()


@pytest.mark.shared
def test_less_cooperation_in_the_north(norway_2013: Edition) -> None:
    share = ask("participation", norway_2013, by="county").table.set_index("group")["share"]
    assert share[["Finnmark", "Nordland", "Troms"]].max() <= 0.5 < share[["Oppland", "Vestfold", "Sør-Trøndelag"]].min()
    assert share["Finnmark"] == 0


@pytest.mark.shared
def test_hosts_are_where_the_service_lies(norway_2013: Edition) -> None:
    hosts = norway_2013["member"].query("role == 'host'").set_index("cooperation")["municipality"]
    names = norway_2013["cooperation"].set_index("id")["name"]
    where = {names[cooperation]: norway_2013.names()[code] for cooperation, code in hosts.items()}
    assert where["Kragerø legevakt"] == "Kragerø"
    assert where["Mandal legevakt"] == "Mandal"
    members = norway_2013["member"].set_index(["cooperation", "municipality"]).index
    assert all(pair in members for pair in hosts.items())


@pytest.mark.shared
def test_two_lists_of_one_country(norway_2013: Edition, shared: Path, tmp_path: Path) -> None:
    from samvirke.edition import carry, write_with_account

    made = carry(norway_2013, "2020")
    write_with_account(made.tables, {**made.package, "name": "carried"}, tmp_path / "carried", made.account, "nb", boundary=made.boundary)
    import_edition("norway-2021", tmp_path / "norway-2021", data=shared / "data" / "norway")
    both = combine([open_edition(tmp_path / "carried"), open_edition(tmp_path / "norway-2021")])
    write_with_account(both.tables, {**both.package, "name": "norway-2020"}, tmp_path / "norway-2020", both.account, "nb", copy_of=both.boundary_of)
    edition = open_edition(tmp_path / "norway-2020")
    assert check(tmp_path / "norway-2020").errors == 0
    overlap = ask("overlap", edition).table.iloc[0]
    assert overlap["in_both"] <= min(overlap["in_first"], overlap["in_second"]) <= overlap["municipalities"] == 355
    claims = ask("audit", edition).supporting["claims"].set_index("claim")
    assert claims.loc["ch4.barnevern", ["printed", "computed"]].tolist() == [207, 185]
    assert claims.at["ch4.legevakt", "why_nb"].endswith("kommunene er de 356 etter endringene")
    assert claims.at["ch4.barnevern_overlap", "verdict"] == "not_testable"
    check_consolidation(edition, int(overlap["overlapping"]))


def check_consolidation(edition: Edition, overlapping: int) -> None:
    """Hold consolidation against `overlap`, and against the exact mean: each is in one child-welfare cooperation, so a random pair of them shares one in a known share."""
    row = ask("consolidation", edition).supporting["verdicts"].iloc[0]
    assert row["observed"] == overlapping
    assert row["expected_degree"] < row["low"] <= row["expected_distance"] <= row["high"]
    pairs = ask("consolidation", edition, rule="pairs", draws="2000").table
    drawn = pairs[(pairs["null_model"] == "degree") & (pairs["drawn"] == "barnevern")].iloc[0]
    member = edition["member"].merge(edition["cooperation"][["id", "service"]], left_on="cooperation", right_on="id")
    own = {
        service: [frozenset(codes) for _, codes in rows.groupby("cooperation")["municipality"] if len(codes) > 1] for service, rows in member.groupby("service")
    }
    taking = sorted(frozenset().union(*own["barnevern"]))
    tied = {pair for codes in own["legevakt"] for pair in combinations(sorted(codes), 2)} & set(combinations(taking, 2))
    exact = len(tied) * sum(len(codes) * (len(codes) - 1) for codes in own["barnevern"]) / (len(taking) * (len(taking) - 1))
    assert sum(map(len, own["barnevern"])) == len(taking)
    assert abs(drawn["expected"] - exact) < 4 * (drawn["observed"] - drawn["expected"]) / drawn["z"] / 2000**0.5
    read = ask("hypotheses", edition, draws="199").table.set_index("hypothesis")["hypothesis_reading"]
    assert read[["H7", "H17"]].tolist() == ["untold", "untold"]


@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not there, so the package cannot be fetched")
def test_france(tmp_path: Path) -> None:
    try:
        made = import_edition("france", tmp_path / "france", language="en")
    except RecipeError as error:
        if "could not be fetched" in str(error):
            pytest.skip(f"the npm registry cannot be reached: {error}")
        raise
    steps = made.steps.set_index("table")
    assert steps.loc["member", ["records", "kept", "rejected"]].tolist() == [34_871, 34_871, 0]
    assert steps.loc["cooperation", "kept"] == 1255
    assert (steps["records"] == steps["kept"] + steps["rejected"]).all()
    edition = open_edition(tmp_path / "france")
    assert len(edition["municipality"]) == 34_969
    assert edition["municipality"]["county"].nunique() >= 101  # 96 in Europe, 5 overseas, and the collectivities
    found = ask("participation", edition).table.iloc[0]
    assert (found["municipalities"], found["cooperations"]) == (34_871, 1255)
    assert ask("border", edition).table["ei_index"].iloc[0] < -0.9
