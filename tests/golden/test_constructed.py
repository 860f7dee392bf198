"""The made-up country: its script writes it again, it is whole, and what was planted is found within the interval of an estimate.

No number here is what the program printed: the truth stands in planted.yaml, which the script writes from the parameters it draws by. Intervals
are of 99 % where one effect is held against one estimate, and of 99.9 % where many are at once.
"""

from __future__ import annotations

import filecmp
import runpy
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import yaml
from scipy import stats

from samvirke.catalogue import CATALOGUE, ask
from samvirke.edition import Edition, built_in, check, open_edition, tables
from samvirke.measures.register import dispute_steps, is_mechanism
from samvirke.vocabulary.dates import DateInterval
from tests.conftest import ROOT

NAME = "constructed-2020"
CORE = "legevakt,ohjelp,barnevern"
pytestmark = pytest.mark.xdist_group("constructed")


@pytest.fixture(scope="module")
def land() -> Edition:
    return open_edition(NAME)


@pytest.fixture(scope="module")
def planted() -> Mapping[str, Mapping[str, Any]]:
    read = yaml.safe_load((built_in()[NAME] / "planted.yaml").read_text(encoding="utf-8"))
    return {effect["name"]: effect for effect in read["effects"]}


def within(edition: Edition, counties: list[str]) -> Edition:
    """Return the edition with the municipalities of some counties only."""
    own = edition["municipality"][edition["municipality"]["county"].isin(counties)]
    member = edition["member"][edition["member"]["municipality"].isin(own["code"])]
    kept = {**edition.tables, "municipality": own, "member": member}
    kept.pop("coverage")
    return replace(edition, tables=MappingProxyType(kept))


def population(edition: Edition, year: int) -> pd.Series:
    figure = edition["figure"]
    return figure[(figure["figure"] == "population") & (figure["year"] == year)].set_index("municipality")["value"].astype(float)


def hosts(edition: Edition) -> pd.Series:
    member = edition["member"]
    return member[member["role"] == "host"].groupby("cooperation")["municipality"].last()


def doublings(people: pd.Series) -> np.ndarray[Any, Any]:
    return np.log2(people.to_numpy(dtype=float) / 5_000)


def binomial(count: int, of: int, level: float = 0.99) -> tuple[float, float]:
    found = stats.binomtest(count, of).proportion_ci(level, method="exact")
    return float(found.low), float(found.high)


def poisson(count: float, expected: float, level: float = 0.999) -> tuple[float, float]:
    """Return the exact interval of a Poisson count over what is expected."""
    tail = (1 - level) / 2
    return float(stats.chi2.ppf(tail, 2 * count) / 2 / expected), float(stats.chi2.isf(tail, 2 * count + 2) / 2 / expected)


def test_the_script_makes_the_committed_edition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    runpy.run_path(str(ROOT / "scripts" / "make_constructed.py"), run_name="script")["main"](tmp_path / NAME)
    committed = built_in()[NAME]
    names = sorted(path.name for path in committed.iterdir())
    assert names == sorted(path.name for path in (tmp_path / NAME).iterdir())
    assert filecmp.cmpfiles(committed, tmp_path / NAME, names, shallow=False)[1:] == ([], [])
    assert sum(path.stat().st_size for path in committed.iterdir()) < 1_500_000


def test_every_table_is_there_and_only_the_planted_reports_give_warnings(land: Edition, planted: Mapping[str, Any]) -> None:
    assert {name for name in tables() if name in land} == set(tables())
    assert land.boundary is not None
    report = check(NAME)
    assert report.errors == 0
    found = {(one.rule, occurrence.value) for one in report.problems for occurrence in one.occurrences}
    assert found == {("reports_differ", one) for one in planted["reports_differ"]["where"]["cooperations"]}


def test_it_says_that_it_is_constructed(land: Edition) -> None:
    assert "constructed" in land.name
    assert land.constructed
    assert all(word in land.title[language] for language, word in (("nb", "Konstruert"), ("nn", "Konstruert"), ("en", "constructed")))
    assert ask("describe", land).to_dict()["constructed"] is True


@pytest.mark.shared
def test_no_municipality_is_a_real_one(shared: Path, land: Edition) -> None:
    names, codes = set(), set()
    for path in (shared / "data" / "norway").glob("municipal*.csv"):
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        names |= {name.lower() for column in frame if "nam" in column or "navn" in column for name in frame[column]}
        codes |= {code for column in frame for code in frame[column] if len(code) == 4 and code.isdigit() and int(code) > 2100}
    municipality = land["municipality"]
    assert not {name.lower() for name in municipality["name"]} & names
    assert not set(municipality["code"]) & codes
    assert len(names) > 500


def test_it_lies_in_the_sea_in_one_piece_and_four_islands(land: Edition) -> None:
    import geopandas

    cells = geopandas.read_file(land.boundary).set_crs(4326, allow_override=True)
    norway = geopandas.read_file(built_in()[NAME].parent / "norway-2020.topojson").set_crs(4326, allow_override=True)
    assert cells.geometry.is_valid.all()
    assert cells.union_all().distance(norway.union_all()) > 1
    assert len(cells.union_all().geoms) == 5
    assert cells.union_all().area == pytest.approx(sum(one.area for one in cells.geometry))
    now = land.on(None)["municipality"].set_index("code")
    assert sorted(now.index) == sorted(cells["code"])
    inside = cells.set_index("code").geometry.contains(geopandas.GeoSeries.from_xy(now["lon"], now["lat"], index=now.index, crs=4326).loc[cells["code"]])
    assert inside.all()


def test_municipalities_merged_and_one_was_divided(land: Edition) -> None:
    assert [len(land.on(day)["municipality"]) for day in ("2013-12-31", "2014-01-01", "2018-01-01", "2020-12-31")] == [125, 124, 120, 120]
    change = land["municipality_change"]
    assert (change.groupby("from_code")["share"].sum() == 1).all()
    assert (change["share"] < 1).sum() == 2
    before, after = population(land, 2017), population(land, 2018)
    assert after.sum() / before.sum() == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("name", [line.id for line in CATALOGUE.values() if not line.required])
def test_every_finding_has_an_answer(name: str, land: Edition) -> None:
    few = {"draws": 99} if "draws" in CATALOGUE[name].options else {}
    finding = ask(name, land, **few)
    assert finding.constructed
    assert len(finding.table)
    assert all(finding.statement[language] for language in ("nb", "nn", "en"))
    assert finding.edition == NAME


def test_groups_recur_beyond_distance_where_that_was_planted_and_nowhere_else(land: Edition, planted: Mapping[str, Any]) -> None:
    where = planted["consolidation"]["where"]
    found = ask("consolidation", within(land, where["counties"]), services=CORE, draws=399).supporting["verdicts"]
    assert len(found) == 4
    assert (found["observed"] > found["high"]).all()
    assert (found["p_distance"] < 0.05).all()
    other = ask("consolidation", within(land, where["counties_by_distance_alone"]), services=CORE, draws=399).supporting["verdicts"]
    assert (other["p_distance"] > 0.05).all()
    assert other["observed"].between(other["low"], other["high"]).all()


def test_acute_beds_build_on_emergency_care_where_that_was_planted(land: Edition, planted: Mapping[str, Any]) -> None:
    where, size = planted["path_dependence"]["where"], planted["path_dependence"]["size"]
    whole = ask("path_dependence", land, services="legevakt,ohjelp", draws=399)
    founded = whole.supporting["founded"]
    founded = founded[founded["service"] == "ohjelp"].set_index("cooperation")
    built = founded.index.isin(where["cooperations"])
    assert built.mean() == pytest.approx(size["share_of_cooperations"], abs=0.025)
    assert built.sum() == size["cooperations_built"]
    assert len(built) == size["cooperations"]
    stays, takes = planted["consolidation"]["size"]["stays_in_the_group"], planted["consolidation"]["size"]["takes_part"]
    (kept, of), (others, of_others) = (still_together(land, list(founded.index[own])) for own in (built, ~built))
    low, high = binomial(kept, of)
    least = takes["legevakt"] * stays["legevakt"] * stays["ohjelp"]
    assert low < takes["legevakt"]
    assert high > least
    assert stats.fisher_exact([[kept, of - kept], [others, of_others - others]], alternative="greater").pvalue < 0.01
    row = whole.table.set_index(["new_service", "old_service"]).loc["ohjelp", "legevakt"]
    assert row["pairs_before"] > row["expected_distance"]
    assert row["p_distance"] < 0.01
    elsewhere = ask("path_dependence", within(land, planted["consolidation"]["where"]["counties_by_distance_alone"]), services="legevakt,ohjelp", draws=399)
    assert elsewhere.table.set_index(["new_service", "old_service"]).loc["ohjelp", "legevakt"]["p_distance"] > 0.05


def still_together(edition: Edition, cooperations: list[str]) -> tuple[int, int]:
    """Return how many partners of a host in some cooperations are its partners in emergency care too, and how many partners there are."""
    member = edition.on(None)["member"]
    service = edition["cooperation"].set_index("id")["service"]
    care = member[member["cooperation"].map(service) == "legevakt"].groupby("municipality")["cooperation"].agg(set)
    host = hosts(edition)
    own = member[member["cooperation"].isin(cooperations) & (member["role"] != "host")]
    both = [bool(care.get(code, set()) & care.get(host[one], set())) for one, code in zip(own["cooperation"], own["municipality"], strict=True)]
    return sum(both), len(both)


def test_roles_in_applications_go_by_population(land: Edition, planted: Mapping[str, Any]) -> None:
    size = planted["size_effects"]["size"]
    own = land["application"]
    large = sm.add_constant(doublings(own["municipality"].map(population(land, 2013))))
    fitted = sm.MNLogit(own["role"].map({"participant": 0, "alone": 1, "host": 2}).astype(int).to_numpy(), large).fit(disp=0)
    interval = fitted.conf_int(alpha=0.01)
    for place, role in enumerate(("alone", "host")):
        low, high = interval[place][1]
        assert low < np.log(size["odds_ratio_per_doubling"][role]) < high
        assert low > 0
        assert interval[place][0][0] < np.log(size["odds_at_5000"][role]) < interval[place][0][1]
    both = sm.Logit((own["role"] == "participant").to_numpy(dtype=int), large).fit(disp=0).conf_int(alpha=0.01)[1]
    assert both[0] < np.log(size["odds_ratio_per_doubling"]["participant_against_both"]) < both[1] < 0


def used(edition: Edition) -> pd.DataFrame:
    """Return use with the inhabitants, role and year of service of each row."""
    own = edition["use"].copy()
    figure = edition["figure"][edition["figure"]["figure"] == "population"].rename(columns={"value": "people"})[["municipality", "year", "people"]]
    own = own.merge(figure, on=["municipality", "year"], how="left", validate="many_to_one")
    roles = edition["member"].drop_duplicates(["cooperation", "municipality"])[["cooperation", "municipality", "role"]]
    own = own.merge(roles, on=["cooperation", "municipality"], how="left", validate="many_to_one")
    start = edition["cooperation"].set_index("id")["valid_from"]
    own["age"] = own["year"].astype(int) - own["cooperation"].map(start).str[:4].astype(int)
    own["part"] = (13 - own["cooperation"].map(start).str[5:7].astype(int)) / 12
    assert own[["people", "role"]].notna().all(axis=None)
    return own


def test_hosts_use_more_than_participants(land: Edition, planted: Mapping[str, Any]) -> None:
    effect = planted["skewed_use"]
    rates = {measure: rate for own in effect["where"]["measures"].values() for measure, rate in own.items()}
    own = used(land)
    own = own[own["measure"].isin(rates)]
    expected = own["people"] * own["measure"].map(rates)
    for kind in ("strong", "weak"):
        for role in ("host", "participant"):
            for measure in rates:
                here = own["cooperation"].isin(effect["where"][kind]) & (own["role"] == role) & (own["measure"] == measure) & (own["age"] >= 2)
                low, high = poisson(own.loc[here, "value"].sum(), expected[here].sum())
                assert low < effect["size"][kind][role] < high, (kind, role, measure)
    assert effect["size"]["per_inhabitant"] == {"host": 1.4, "participant": 0.85}
    days, stays = (own_use["value"].sum() for _, own_use in land["use"].groupby("measure") if _ in ("admissions", "bed_days"))
    low, high = poisson(stays, days)
    assert low < effect["size"]["stay_days"] < high


def test_services_start_slowly(land: Edition, planted: Mapping[str, Any]) -> None:
    effect, size = planted["skewed_use"], planted["start_up"]["size"]
    own = used(land)
    own = own[own["measure"] == "admissions"]
    kind = np.where(own["cooperation"].isin(effect["where"]["strong"]), "strong", "weak")
    intensity = np.array([effect["size"][one][role] for one, role in zip(kind, own["role"], strict=True)])
    expected = own["people"] * intensity * effect["where"]["measures"]["ohjelp"]["admissions"]
    for age, share in ((0, size["first_year"]), (1, size["second_year"])):
        here = own["age"] == age
        low, high = poisson(own.loc[here, "value"].sum(), (expected * (own["part"] if age == 0 else 1.0))[here].sum())
        assert low < share < high < 1


def test_agreements_lack_what_was_left_out(land: Edition, planted: Mapping[str, Any]) -> None:
    effect = planted["missing_dispute_clause"]["size"]
    agreement, steps = land["agreement"], dispute_steps(land)
    without = np.array([not any(is_mechanism(step) for step in steps[one]) for one in agreement["id"]])
    low, high = binomial(int(without.sum()), len(without))
    assert low < effect["share"] < high
    large = doublings(agreement["cooperation"].map(hosts(land)).map(population(land, 2020)))
    fitted = sm.Logit(without.astype(int), sm.add_constant(large)).fit(disp=0).conf_int(alpha=0.01)
    assert fitted[1][0] < np.log(effect["odds_per_doubling"]) < fitted[1][1] < 0
    assert fitted[0][0] < effect["intercept"] < fitted[0][1]


def test_the_findings_on_agreements_see_it(land: Edition, planted: Mapping[str, Any]) -> None:
    mechanisms = ask("dispute_mechanisms", land)
    assert mechanisms.coverage.numerator is not None
    low, high = binomial(mechanisms.coverage.numerator, next(iter(mechanisms.coverage.denominators.values())))
    assert low < 1 - planted["missing_dispute_clause"]["size"]["share"] < high
    basis = ask("legal_basis", land).table
    unstated = basis[basis["basis"] == "not_specified"]
    low, high = binomial(int(unstated["agreements"].sum()), int(unstated["of"].iloc[0]))
    assert low < planted["missing_legal_basis"]["size"]["share"] < high
    by_size = ask("agreement_quality", land, by="size").table
    own = by_size[by_size["checked_item"] == "dispute"].set_index("agreement_group")
    table = [[own.at[group, "absent"], own.at[group, "coded"] - own.at[group, "absent"]] for group in ("to_5000", "from_20000")]
    assert stats.fisher_exact(table, alternative="greater").pvalue < 0.05


def test_models_changed_with_the_reform(land: Edition, planted: Mapping[str, Any]) -> None:
    stated = planted["models_over_time"]["size"]["of_those_that_state_one"]
    tests = ask("models_over_time", land).supporting["tests"].set_index("basis")
    for model in ("host_administrative", "section_27_board"):
        rises = stated["after"][model] > stated["before"][model]
        assert (tests.at[model, "odds_ratio_low"] > 1) if rises else (tests.at[model, "odds_ratio_high"] < 1)


def test_citations_out_of_their_time_are_flagged(land: Edition, planted: Mapping[str, Any]) -> None:
    found = ask("anachronisms", land).table
    early = found[found["standing"] == "before_opening"]
    assert len(early)
    assert (early["signed"].str[:4].astype(int) < 2007).all()
    agreement = land["agreement"].dropna(subset=["signed"])
    renumbered = np.array([DateInterval.parse(signed).first.isoformat() >= "2012-07-01" for signed in agreement["signed"]])
    could = set(agreement[agreement["basis"].isin(["host_administrative", "host_joint_board"]) & renumbered]["id"])
    old = found[(found["standing"] == "superseded_number") & found["agreement"].isin(could)]
    low, high = binomial(old["agreement"].nunique(), len(could))
    assert low < planted["anachronisms"]["size"]["old_number"] < high


def test_the_survey_answers_as_it_was_drawn(land: Edition, planted: Mapping[str, Any]) -> None:
    survey = land["survey"]
    assert survey[survey["respondent"].isna()]["count"].notna().all()
    people = population(land, 2020)
    for item in ("works_well", "cost_sharing_hard", "built_on_earlier"):
        size = planted[f"survey_{item}"]["size"]
        own = survey[(survey["item"] == item) & survey["respondent"].notna() & (survey["answer"] != "no_answer")]
        weight = own["weight"].to_numpy(dtype=float)
        worth = weight.sum() ** 2 / (weight**2).sum()
        for answer, said in (("agree", own["answer"].isin(["fully_agree", "agree"])), ("dont_know", own["answer"] == "dont_know")):
            share = float((weight * said).sum() / weight.sum())
            low, high = binomial(round(share * worth), round(worth), 0.999)
            assert low < size["shares"][answer] < high, (item, answer)
        unsure = sm.Logit((own["answer"] == "dont_know").to_numpy(dtype=int), sm.add_constant(doublings(own["municipality"].map(people)))).fit(disp=0)
        low, high = unsure.conf_int(alpha=0.01)[1]
        assert low < np.log(size["dont_know_odds_per_doubling"]) < high, item


def test_large_municipalities_see_sharing_costs_as_hard(land: Edition, planted: Mapping[str, Any]) -> None:
    survey = land["survey"]
    own = survey[(survey["item"] == "cost_sharing_hard") & ~survey["answer"].isin(["no_answer", "dont_know"])]
    agrees = own["answer"].isin(["fully_agree", "agree"]).to_numpy(dtype=int)
    fitted = sm.Logit(agrees, sm.add_constant(doublings(own["municipality"].map(population(land, 2020))))).fit(disp=0)
    low, high = fitted.conf_int(alpha=0.01)[1]
    assert low < np.log(planted["survey_cost_sharing_hard"]["size"]["agree_odds_per_doubling"]) < high


def test_motives_go_by_size(land: Edition, planted: Mapping[str, Any]) -> None:
    effect = planted["motives"]
    own = land["statement"]
    large = own["municipality"].map(population(land, 2020)) >= effect["where"]["large_from"]
    for size, here in (("large", large), ("small", ~large)):
        for motive, share in effect["size"]["motives"][size].items():
            low, high = binomial(int((own.loc[here, "motive"] == motive).sum()), int(here.sum()), 0.999)
            assert low < share < high, (size, motive)
    assert stats.chi2_contingency(pd.crosstab(own["motive"], large)).pvalue < 0.001
    distance = own[own["motive"] == "distance"]["direction"].value_counts()
    assert distance["against"] == distance.max()


def test_disagreements_follow_skew_and_silence(land: Edition, planted: Mapping[str, Any]) -> None:
    skew = planted["skewed_use"]["where"]
    first, last = planted["conflict"]["where"]["years"]
    steps = dispute_steps(land)
    agreement = land["agreement"]
    single = agreement[~agreement["cooperation"].duplicated(keep=False)].set_index("cooperation")["id"]
    start = land["cooperation"].set_index("id")["valid_from"]
    counts = land["event"].groupby("cooperation").size()
    rows = []
    for kind in ("strong", "weak"):
        for one in (own for own in skew[kind] if own in single.index):
            years = sum(start[one] <= f"{year}-01-01" for year in range(first, last + 1))
            rows.append((kind == "strong", not any(is_mechanism(step) for step in steps[single[one]]), years, counts.get(one, 0)))
    own = pd.DataFrame(rows, columns=["strong", "silent", "years", "events"]).astype(float)
    fitted = sm.GLM(own["events"], sm.add_constant(own[["strong", "silent"]]), family=sm.families.Poisson(), exposure=own["years"]).fit()
    interval, size = fitted.conf_int(alpha=0.01), planted["conflict"]["size"]
    for column, truth in (("const", size["per_year"]), ("strong", size["rate_ratio_strong_skew"]), ("silent", size["rate_ratio_no_dispute_clause"])):
        assert interval.loc[column, 0] < np.log(truth) < interval.loc[column, 1], column
    assert fitted.params["strong"] > 0 < fitted.params["silent"]


def test_the_wrong_number_is_the_only_one_that_does_not_agree(land: Edition, planted: Mapping[str, Any]) -> None:
    summary = ask("audit", land)
    verdicts = summary.table.drop_duplicates("claim").set_index("claim")
    wrong = verdicts[verdicts["verdict"].str.startswith("agrees_under_none")]
    assert list(wrong.index) == [planted["wrong_claim"]["where"]["id"]]
    assert wrong["printed"].iloc[0] - wrong["computed"].iloc[0] == planted["wrong_claim"]["size"]["too_high_by"]


def test_the_blemishes_are_where_they_were_put(land: Edition, planted: Mapping[str, Any]) -> None:
    doubtful, register = planted["doubtful_travel"], planted["register"]["where"]
    travel = land["travel"].set_index(["from_code", "to_code"])["minutes"]
    assert travel.loc[doubtful["where"]["from_code"], doubtful["where"]["to_code"]] == doubtful["size"]["minutes"] == travel.min()
    assert (travel == travel.min()).sum() == 1
    pairs = travel[[pair[::-1] in travel.index for pair in travel.index]]
    back = np.array([travel[pair[::-1]] for pair in pairs.index])
    assert (pairs.to_numpy() != back).mean() > 0.5
    owned = {frozenset(own) for _, own in land["owner"].groupby("company")["municipality"]}
    member = land.on(None)["member"].groupby("cooperation")["municipality"].agg(frozenset)
    called = land.on(None)["cooperation"].query("model == 'intermunicipal_company'")["id"]
    assert [one for one in called if member[one] not in owned] == [register["cooperation"]]
    assert register["company"] in set(land["company"]["id"])
    assert frozenset(land["owner"].query(f"company == '{register['company']}'")["municipality"]) not in set(member[called])
