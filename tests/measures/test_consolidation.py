"""Consolidation, contours, path dependence and the hypotheses: what they count, at the edges, and that they are the same everywhere."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from samvirke.catalogue import ask
from samvirke.edition import Edition
from samvirke.errors import OptionError
from samvirke.figures import to_svg
from samvirke.measures._chance import against, holm
from samvirke.measures._consensus import _divide, recurring_groups, shared_services
from samvirke.vocabulary.language import LANGUAGES
from tests.conftest import run

FEW = {"draws": "99"}


def with_cooperations(edition: Edition, members: Mapping[str, tuple[str, str, list[str]]]) -> Edition:
    """Return an edition with these cooperations and no others: id to service, day it began, codes; the first is the host."""
    cooperation = edition["cooperation"].iloc[[0] * len(members)].reset_index(drop=True)
    cooperation = cooperation.assign(
        id=list(members),
        name=list(members),
        service=[one for one, *_ in members.values()],
        valid_from=[began or None for _, began, _ in members.values()],
        valid_to=None,
    )
    rows = [(name, code, "host" if place == 0 else "participant") for name, (_, _, codes) in members.items() for place, code in enumerate(codes)]
    member = edition["member"].iloc[[0] * len(rows)].reset_index(drop=True)
    member = member.assign(
        cooperation=[one for one, *_ in rows], municipality=[one for _, one, _ in rows], role=[one for *_, one in rows], valid_from=None, valid_to=None
    )
    return replace(edition, tables={**edition.tables, "cooperation": cooperation, "member": member})


def codes(letters: str) -> list[str]:
    return [f"{1101 + ord(letter) - 65}" for letter in letters]


def test_what_is_observed_is_what_overlap_counts(country: Edition) -> None:
    for rule in ("any", "all", "same"):
        held = ask("consolidation", country, rule=rule, **FEW).supporting["verdicts"]
        counted = ask("overlap", country, rule=rule).table
        pairs = held[held["first"] != "all"]
        assert dict(zip(zip(pairs["first"], pairs["second"], strict=True), pairs["observed"], strict=True)) == dict(
            zip(zip(counted["first"], counted["second"], strict=True), counted["overlapping"], strict=True)
        )
        assert held["observed"].iloc[-1] == counted["overlapping"].sum()
        assert dict(zip(zip(pairs["first"], pairs["second"], strict=True), pairs["in_both"], strict=True)) == dict(
            zip(zip(counted["first"], counted["second"], strict=True), counted["in_both"], strict=True)
        )
    # legevakt ABEF and CDFG, acute beds ABEF and CGH: the six pairs of ABEF and CG are partners in both
    pairs = ask("consolidation", country, rule="pairs", services="legevakt,ohjelp", **FEW).supporting["verdicts"]
    assert pairs["observed"].tolist() == [7]


def test_one_seed_one_answer(country: Edition) -> None:
    first, again, other = (ask("consolidation", country, seed=seed, draws="120").table for seed in ("4", "4", "5"))
    pd.testing.assert_frame_equal(first, again)
    assert (first["expected"] - other["expected"]).abs().max() > 0
    assert ask("consolidation", country, seed="4", **FEW).seed == 4
    with pytest.raises(OptionError, match="39"):
        ask("consolidation", country, draws="20")
    with pytest.raises(OptionError, match="39"):
        ask("path_dependence", country, draws="20")


def test_p_values_are_counted_by_hand() -> None:
    draws = np.array([1, 2, 2, 3, 5, 8, 9, 9, 9])
    # at least as high as 8: 8, 9, 9, 9; as low: six. (4 + 1) / 10 twice is 1. Mid: 3 above and half of one drawn and one observed: (3 + 1) / 10 twice
    found = against(8, draws, draws[::-1])
    assert (found.p_value, found.p_mid, found.expected) == (1.0, pytest.approx(0.8), pytest.approx(48 / 9))
    assert against(20, draws, draws).p_value == pytest.approx(2 / 10)
    still = against(3, np.array([3, 3, 3]), np.array([3, 3, 3]))
    assert all(math.isnan(value) for value in (still.z, still.p_value, still.p_mid, still.chain_correlation))
    from statsmodels.stats.multitest import multipletests

    values = [0.03, 0.001, 0.2, 0.04, 0.01]
    assert holm(values) == pytest.approx(multipletests(values, method="holm")[1].tolist())


def test_edges_are_defined_and_said(country: Edition) -> None:
    whole = country.on(None)
    one_service = ask("consolidation", country, services="legevakt", **FEW)
    assert one_service.table.empty
    assert "takes at least two" in one_service.statement.en
    single = with_cooperations(whole, {"lv": ("legevakt", "", codes("ABC")), "bv": ("barnevern", "", codes("ABD"))})
    lone = ask("consolidation", single, **FEW)
    assert lone.table["z"].isna().all()
    assert lone.supporting["verdicts"]["consolidation_verdict"].tolist() == ["untold"]
    assert "nothing can be concluded" in lone.statement.en
    assert any("only `degree` is tested" in gap.why.en for gap in lone.coverage.missing)
    pairs = ["AB", "CD", "EF", "GH", "IJ", "KL"]
    same = with_cooperations(whole, {f"{service}{pair}": (service, "", codes(pair)) for service in ("legevakt", "barnevern") for pair in pairs})
    identical = ask("consolidation", same, rule="same", **FEW).supporting["verdicts"].iloc[0]
    assert (identical["observed"], identical["in_both"]) == (12, 12)
    assert identical["p_degree"] < 0.05
    apart = with_cooperations(
        whole,
        {
            "lv1": ("legevakt", "", codes("AB")),
            "lv2": ("legevakt", "", codes("CD")),
            "bv1": ("barnevern", "", codes("EF")),
            "bv2": ("barnevern", "", codes("GH")),
        },
    )
    none = ask("consolidation", apart, **FEW).supporting["verdicts"].iloc[0]
    assert (none["observed"], none["in_both"], none["consolidation_verdict"]) == (0, 0, "untold")


def test_without_places_only_the_degree_null_is_told(country: Edition) -> None:
    places = country["municipality"].assign(lon=np.nan, lat=np.nan)
    found = ask("consolidation", replace(country, tables={**country.tables, "municipality": places}), **FEW)
    assert found.table.loc[found.table["null_model"] == "distance", "p_value"].isna().all()
    assert found.table.loc[found.table["null_model"] == "degree", "p_value"].notna().all()
    assert set(found.supporting["verdicts"]["consolidation_verdict"]) <= {"distance_unknown", "as_chance", "below"}
    assert any(len(gap.municipalities) == 0 and "without coordinates" in gap.why.en for gap in found.coverage.missing)
    assert to_svg(found, "en") is not None


def test_verdicts_claim_no_more_than_was_tested(country: Edition) -> None:
    found = ask("consolidation", country, **FEW)
    for row in found.supporting["verdicts"].to_dict("records"):
        own = found.table[(found.table["first"] == row["first"]) & (found.table["second"] == row["second"])]
        far = own.loc[own["null_model"] == "distance"]
        if row["consolidation_verdict"] == "beyond_distance":
            assert (far["p_value"] < 0.05).all()
            assert (far["observed"] > far["expected"]).all()
        assert row["p_distance"] >= far["p_value"].max() - 1e-12
    for language in LANGUAGES:
        assert len(found.statement[language]) > 100


def test_short_chains_are_said(country: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = ["AB", "CD", "EF", "GH", "IJ", "KL"]
    made = with_cooperations(country.on(None), {f"{service}{pair}": (service, "", codes(pair)) for service in ("legevakt", "barnevern") for pair in pairs})
    assert not any(gap.source == "draws" for gap in ask("consolidation", made, draws="400").coverage.missing)
    monkeypatch.setattr("samvirke.measures.null_models.TRADES_BY_DISTANCE", 1)
    monkeypatch.setattr("samvirke.measures.null_models.TRADES", 1)
    assert any("chains are short" in gap.why.en for gap in ask("consolidation", made, draws="400").coverage.missing)


def test_path_dependence(country: Edition) -> None:
    found = ask("path_dependence", country, cut="2013-01-01", **FEW)
    table = found.table.set_index(["new_service", "old_service"])
    # acute beds ABEF and CGH of 2014: six pairs and three; in legevakt before 2013 are ABEF and CDFG: six pairs and CG
    assert table.loc[("ohjelp", "legevakt"), ["cooperations", "pairs_new", "pairs_before"]].tolist() == [2, 9, 7]
    assert table.loc[("ohjelp", "any"), "share_before"] == pytest.approx(7 / 9)
    # child welfare AEI and CDG: of AE, AI, EI only AE was; CD, CG and DG were
    assert table.loc[("barnevern", "legevakt"), ["pairs_new", "pairs_before"]].tolist() == [6, 4]
    built = found.supporting["founded"].set_index("cooperation")
    assert built["relation"].to_dict() == {"bv1": "partly", "bv2": "within", "oh1": "same", "oh2": "partly"}
    assert built.at["oh2", "built_on"] == "lv2"
    assert found.statement.en.startswith("4 of 4 new cooperations build on an old one")
    undated = with_cooperations(
        country.on(None),
        {
            "a": ("legevakt", "", codes("AB")),
            "b": ("ohjelp", "2014", codes("AB")),
        },
    )
    untold = ask("path_dependence", undated, **FEW)
    assert untold.table.empty
    assert any("1 of 2 cooperations have no date of beginning" in gap.why.en for gap in untold.coverage.missing)
    assert "cannot be said" in untold.statement.en


def test_contours(country: Edition) -> None:
    found = ask("contours", country)
    table = found.table
    # ABEF recur in legevakt and acute beds; CD, CG, DG in legevakt and child welfare; F is with CDG in legevakt alone
    assert table["members"].tolist() == [codes("ABEF"), codes("CDG")]
    assert table["population"].tolist() == [900 + 4_100 + 3_000 + 7_500, 12_000 + 26_000 + 61_000]
    assert table["services"].tolist() == [["legevakt", "ohjelp"], ["barnevern", "legevakt"]]
    assert table["share_other"].tolist() == [0.0, 0.5]
    assert table["host"].tolist() == codes("AC")
    # left out: without legevakt AE and CG recur (2 of 4, 2 of 3); without beds AE and CDG (2 of 4, 1); without child welfare ABEF and CG (1, 2 of 3)
    assert table["stability_left_out"].tolist() == [pytest.approx((0.5 + 0.5 + 1) / 3), pytest.approx((2 / 3 + 1 + 2 / 3) / 3)]
    standing = found.supporting["municipalities"].set_index("municipality")["standing_contour"]
    assert standing[codes("ABCDEFG")].tolist() == ["group"] * 7
    assert standing[codes("HIJKL")].tolist() == ["few"] * 5
    assert ask("contours", country, least="3").table["members"].tolist() == [codes("AE"), codes("CG")]
    with pytest.raises(OptionError, match="2 or more"):
        ask("contours", country, least="1")
    assert "nothing can recur" in ask("contours", country, services="legevakt").statement.en


def test_contours_name_those_torn_between_two(country: Edition) -> None:
    """C recurs with AB in two services and with DE in two others."""
    lists = [("legevakt", "ABC"), ("ohjelp", "ABC"), ("barnevern", "CDE"), ("krisesenter", "CDE"), ("k46", "DE")]
    made = with_cooperations(country.on(None), {service: (service, "", codes(letters)) for service, letters in lists})
    found = ask("contours", made)
    assert [len(own) for own in found.table["members"]] == [3, 2]
    own = found.supporting["municipalities"].set_index("municipality")
    assert own.at[codes("C")[0], "standing_contour"] == "torn"
    assert len(own.at[codes("C")[0], "cooperations"]) == 2
    assert found.table["proved"].all()
    nobody = with_cooperations(country.on(None), {"a": ("legevakt", "", codes("AB")), "b": ("ohjelp", "", codes("AC"))})
    alone = ask("contours", nobody)
    assert alone.table.empty
    assert "No municipalities are partners" in alone.statement.en


def partitions(n: int) -> Iterator[list[int]]:
    """Yield every way to divide n things into groups."""
    for numbers in product(*[range(place + 1) for place in range(n)]):
        if all(number <= max(numbers[:place], default=-1) + 1 for place, number in enumerate(numbers)):
            yield list(numbers)


def test_groups_agree_best_of_all_divisions() -> None:
    rng = np.random.default_rng(3)
    for _ in range(25):
        n = int(rng.integers(3, 7))
        upper = np.triu(rng.integers(0, 4, (n, n)), 1)
        scores = (upper + upper.T) - 1.5
        own, proved = _divide(scores)

        def gain(groups: list[int], scores: Any = scores, n: int = n) -> float:
            return float(sum(scores[one, other] for one, other in combinations(range(n), 2) if groups[one] == groups[other]))

        assert proved
        assert gain(own) == pytest.approx(max(gain(one) for one in partitions(n)))


def test_large_components_are_divided_and_not_called_proved() -> None:
    from scipy.sparse import csr_array

    rng = np.random.default_rng(6)
    n = 40
    upper = np.triu(rng.random((n, n)) < 0.3, 1).astype(np.int32) * 2
    found = recurring_groups(shared_services([csr_array(upper + upper.T)], n), 2, {})
    assert found.count > 1
    assert not found.proved.any()
    assert (np.bincount(found.group[found.group >= 0]) >= 2).all()


def test_hypotheses(country: Edition, note: Edition) -> None:
    found = ask("hypotheses", country, **FEW)
    read = found.table.set_index("hypothesis")
    assert list(read.index) == ["H1", "H2", "H5", "H7", "H15", "H17"]
    verdict = ask("consolidation", country, **FEW).supporting["verdicts"]["consolidation_verdict"].iloc[-1]
    expected = {"beyond_distance": ("against", "for"), "below": ("for", "against"), "untold": ("untold", "untold")}.get(verdict, ("mixed", "mixed"))
    assert tuple(read["hypothesis_reading"][["H1", "H2"]]) == expected
    assert "1 of 2 groups that recur are between 5,000 and 20,000" in str(read.at["H15", "speaks_against_en"])
    assert "1 of 2 groups that recur share" in str(read.at["H17", "speaks_for_en"])
    for language in LANGUAGES:
        parts = [f"{part}_{language}" for part in ("speaks_for", "speaks_against", "cannot_tell")]
        assert read[parts].notna().any(axis=1).all()
    assert ask("hypotheses", note, **FEW).table.set_index("hypothesis").at["H5", "hypothesis_reading"] == "untold"
    two = ask("hypotheses", country, **FEW).coverage
    assert (two.numerator, two.denominators["hypotheses"]) == (int((read["hypothesis_reading"] != "untold").sum()), 6)


@contextmanager
def cluster() -> Iterator[str]:
    """Start a scheduler with two workers in processes of their own; give its address."""
    code = "from distributed import LocalCluster; import sys\nif __name__ == '__main__':\n    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as made:\n        print(made.scheduler_address, flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield process.stdout.readline().strip()
        process.stdin.close()
        process.wait(timeout=60)


def test_a_scheduler_gives_the_same_answer(country_folder: Path) -> None:
    here = run("show", "consolidation", country_folder, "--draws", "150", "--seed", "9", "--format", "json")
    with cluster() as address:
        there = run("show", "consolidation", country_folder, "--draws", "150", "--seed", "9", "--format", "json", "--scheduler", address)
    assert there.returncode == 0, there.stderr
    assert json.loads(there.stdout) == json.loads(here.stdout)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense", "tcp://127.0.0.1:99999", "nowhere.invalid:8786"])
def test_no_scheduler_at_the_address_is_said(country_folder: Path, address: str) -> None:
    began = time.monotonic()
    found = run("show", "consolidation", country_folder, "--scheduler", address, "--language", "en")
    assert found.returncode == 1
    assert "--scheduler" in found.stderr
    assert "Traceback" not in found.stderr
    assert time.monotonic() - began < 60
