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
from samvirke.measures._chance import Against, against, holm
from samvirke.measures._consensus import divide, recurring_groups, shared_services
from samvirke.measures._verdicts import Compared, judge
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
    return replace(edition, tables={**edition.tables, "cooperation": cooperation, "member": member}, whole=None, as_of=None)


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
    assert not any("only `degree` is tested" in gap.why.en for gap in one_service.coverage.missing)
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


def test_a_number_that_no_draw_reaches_is_told_even_where_draws_do_not_vary() -> None:
    never = against(5, np.zeros(99), np.zeros(99))
    assert (never.p_value, never.more) == (0.02, True)
    assert np.isnan(never.z)
    assert np.isnan(against(0, np.zeros(99), np.zeros(99)).p_value)


def told(observed: float, expected: float, p_value: float) -> Against:
    return Against(observed, expected, expected - 1, expected + 1, 1.0, p_value, p_value, 0.0, 0.0)


@pytest.mark.parametrize(
    ("degree", "distance", "verdict"),
    [
        ((1, 0.01), (5, 0.01), "beyond_distance"),
        ((1, 0.01), (30, 0.01), "less_than_distance"),
        ((30, 0.01), (30, 0.01), "below"),
        ((1, 0.01), (9, 0.4), "beyond_degree"),
        ((9, 0.4), (9, 0.4), "as_chance"),
        ((1, 0.01), (9, float("nan")), "distance_unknown"),
    ],
)
def test_the_verdict_says_what_both_nulls_say(degree: tuple[float, float], distance: tuple[float, float], verdict: str) -> None:
    found = {(null, own): told(10, *values) for null, values in (("degree", degree), ("distance", distance)) for own in ("a", "b")}
    row = judge([Compared("a", "b", 20, found)], 999).iloc[0]
    assert row["consolidation_verdict"] == verdict
    one_way = dict(found) | {("distance", "b"): told(10, 10, float("nan"))}
    assert judge([Compared("a", "b", 20, one_way)], 999)["consolidation_verdict"].iloc[0] != "beyond_distance"
    apart = dict(found) | {("distance", "b"): told(10, 20, 0.01)}
    assert (judge([Compared("a", "b", 20, apart)], 999)["directions_agree"].iloc[0] == "no") == (not np.isnan(distance[1]) and distance[0] < 10)


def test_too_few_draws_for_many_pairs_are_said() -> None:
    found = {(null, own): told(10, 1, 2 / 100) for null in ("degree", "distance") for own in ("a", "b")}
    verdicts = judge([Compared("a", str(number), 20, found) for number in range(5)], 99)
    assert set(verdicts["consolidation_verdict"]) == {"too_few_draws"}


def test_without_places_only_the_degree_null_is_told(country: Edition) -> None:
    places = country["municipality"].assign(lon=np.nan, lat=np.nan)
    found = ask("consolidation", replace(country, tables={**country.tables, "municipality": places}), **FEW)
    assert found.table.loc[found.table["null_model"] == "distance", "p_value"].isna().all()
    assert found.table.loc[found.table["null_model"] == "degree", "p_value"].notna().all()
    assert set(found.supporting["verdicts"]["consolidation_verdict"]) <= {"distance_unknown", "as_chance", "below", "too_few_draws"}
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
        assert np.isnan(row["p_distance"]) == far["p_value"].isna().all()
        assert np.isnan(row["p_distance"]) or row["p_distance"] >= far["p_value"].max() - 1e-12
    for language in LANGUAGES:
        assert len(found.statement[language]) > 100


def test_short_chains_are_said(country: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = ["AB", "CD", "EF", "GH", "IJ", "KL"]
    made = with_cooperations(country.on(None), {f"{service}{pair}": (service, "", codes(pair)) for service in ("legevakt", "barnevern") for pair in pairs})
    assert not any("chains are short" in gap.why.en for gap in ask("consolidation", made, draws="400").coverage.missing)
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
    assert any("1 of 2 cooperations has no dates that can be held against the cut" in gap.why.en for gap in untold.coverage.missing)
    assert "1 began on 1 January 2012 or later, and none were there on the day before" in untold.statement.en


def test_partners_before_are_those_of_the_day_before(country: Edition) -> None:
    """The old cooperation was A and B until 2018, when C and D joined; another, of E and F, has ended in 2016, and GH has no date."""
    made = with_cooperations(
        country,
        {
            "old": ("legevakt", "2000-01-01", codes("ABCD")),
            "ended": ("legevakt", "2000-01-01", codes("EF")),
            "undated": ("legevakt", "", codes("GH")),
            "gone": ("barnevern", "", codes("GH")),
            "short": ("barnevern", "2013-01-01", codes("AB")),
            "new": ("ohjelp", "2014-01-01", codes("CDEF")),
        },
    )
    ends = {"ended": "2016-01-01", "gone": "2015-01-01", "short": "2016-01-01"}
    joined = {("old", code): "2018-01-01" for code in codes("CD")} | {("ended", code): "2000-01-01" for code in codes("EF")}
    cooperation = made["cooperation"].assign(valid_to=[ends.get(one) for one in made["cooperation"]["id"]])
    member = made["member"].assign(valid_from=[joined.get(pair) for pair in zip(made["member"]["cooperation"], made["member"]["municipality"], strict=True)])
    made = replace(made, tables={**made.tables, "cooperation": cooperation, "member": member})
    found = ask("path_dependence", made, **FEW)
    table = found.table.set_index(["new_service", "old_service"])
    assert table.loc[("ohjelp", "legevakt"), ["pairs_new", "pairs_before"]].tolist() == [6, 1]  # EF, and not CD
    assert found.supporting["founded"][["relation", "built_on", "common_members"]].to_numpy().tolist() == [["wider", "ended", 2]]
    whys = " ".join(gap.why.en for gap in found.coverage.missing)
    assert "1 cooperation began at or after the cut, but is not there on the day the edition is seen from" in whys
    assert "1 cooperation that is not there on the day the edition is seen from has no date" in whys
    assert "2 of 4 memberships of old cooperations have no date, and count from the cooperation's beginning." in whys
    assert "1 of 4 cooperations has no dates" in whys  # of old, ended, undated and new
    assert "The one new cooperation builds on an old one" in found.statement.en
    for language, words in (("nb", "samarbeid om øyeblikkelig hjelp-døgnplasser"), ("nn", "samarbeid om augeblikkeleg hjelp-døgnplassar")):
        assert words in found.statement[language]
        assert "-samarbeid" not in found.statement[language]


def test_only_the_new_lists_are_drawn_and_their_chains_are_shown(country: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    from samvirke.measures import _trading

    drawn, trade = set(), _trading.trade

    def watched(members: Any, *rest: Any) -> None:
        if rest[-2]:
            drawn.add(len(members))
        trade(members, *rest)

    monkeypatch.setattr(_trading, "trade", watched)
    found = ask("path_dependence", country, cut="2013-01-01", services="legevakt,ohjelp", **FEW)
    assert drawn == {7}  # acute beds ABEF and CGH, and not the eight of legevakt
    chance = found.supporting["against_chance"]
    assert chance[["old_service", "null_model"]].to_numpy().tolist() == [[old, null] for old in ("any", "legevakt") for null in ("degree", "distance")]
    degree = chance[chance["null_model"] == "degree"].reset_index(drop=True)
    assert degree["p_value"].tolist() == found.table["p_degree"].tolist()
    assert np.isfinite(degree[["low", "high", "z", "p_mid", "chain_correlation", "chain_drift"]].to_numpy()).all()
    pairs = ["AB", "CD", "EF", "GH", "IJ", "KL"]
    made = with_cooperations(
        country, {f"{service}{pair}": (service, when, codes(pair)) for service, when in (("legevakt", "2000"), ("ohjelp", "2014")) for pair in pairs}
    )
    assert not any(gap.source == "draws" for gap in ask("path_dependence", made, draws="400").coverage.missing)
    monkeypatch.setattr("samvirke.measures.null_models.TRADES", 1)
    assert any("the chains are short" in gap.why.en for gap in ask("path_dependence", made, draws="400").coverage.missing)


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
    chosen = ask("contours", country, services="legevakt").statement
    assert chosen.en == "1 service was chosen (out-of-hours emergency primary care), so nothing can recur in 2."
    assert chosen.nb.startswith("Det er valgt 1 tjeneste (legevakt), så ingenting")
    none = ask("contours", with_cooperations(country, {"a": ("legevakt", "", codes("A"))})).statement
    assert none.nn == "Utgåva har samarbeid om ingen tenester, så ingenting kan gå att i 2."
    assert "in 2 groups that recur. None of them is outside." in found.statement.en
    assert "Of 2 groups whose members are all in one cooperation in at least one service, 1 shares something other than health too." in found.statement.en
    assert "the likeness of a group to the nearest one that then recurs is 0." in found.statement.en


def test_contours_name_those_torn_between_two(country: Edition) -> None:
    """C recurs with AB in two services and with DE in two others."""
    lists = [("legevakt", "ABC"), ("ohjelp", "ABC"), ("barnevern", "CDE"), ("krisesenter", "CDE"), ("k46", "DE")]
    made = with_cooperations(country.on(None), {service: (service, "", codes(letters)) for service, letters in lists})
    found = ask("contours", made)
    assert [len(own) for own in found.table["members"]] == [3, 2]
    own = found.supporting["municipalities"].set_index("municipality")
    assert own.at[codes("C")[0], "standing_contour"] == "torn"
    assert len(own.at[codes("C")[0], "cooperations"]) == 2
    assert own["standing_contour"][codes("ABDE")].tolist() == ["torn", "torn", "group", "group"]  # the groups are CDE and AB; A and B are tied to C
    assert found.table["torn"].tolist() == [1, 2]
    assert "are in 2 groups that recur, 3 of them with such ties to another group too. None of them is outside." in found.statement.en
    assert found.table["proved"].all()
    nobody = with_cooperations(country.on(None), {"a": ("legevakt", "", codes("AB")), "b": ("ohjelp", "", codes("AC"))})
    alone = ask("contours", nobody)
    assert alone.table.empty
    assert "No municipalities are partners" in alone.statement.en


def test_tied_to_one_group_is_not_torn(country: Edition) -> None:
    """AB and DE recur in three services. C recurs with A alone, and F with A and with D; neither gains a group by joining. G is in two services with nobody twice."""
    lists = [(service, letters) for service in ("legevakt", "ohjelp", "krisesenter") for letters in ("AB", "DE")]
    lists += [("barnevern", "AC"), ("k46", "AC"), ("fysioterapi", "AF"), ("palliasjon", "AF"), ("rus", "DF"), ("jordmor", "DF"), ("k46", "GH"), ("rus", "GI")]
    made = with_cooperations(country.on(None), {f"{service}{letters}": (service, "", codes(letters)) for service, letters in lists})
    found = ask("contours", made)
    assert found.table["members"].tolist() == [codes("AB"), codes("DE")]
    assert (found.table["torn"].tolist(), found.table["tied"].tolist()) == ([0, 0], [2, 1])
    own = found.supporting["municipalities"].set_index("municipality")
    assert own["standing_contour"][codes("ABCDEFGH")].tolist() == ["group", "group", "tied", "group", "group", "torn", "none", "few"]
    assert own["tied_to"][codes("ACFG")].tolist() == [[], ["1"], ["2", "1"], []]  # DE has more inhabitants
    assert own["cooperations"][codes("CF")].tolist() == [[], []]  # the map does not colour them
    assert found.statement.en.count("3 are outside: 1 tied to one group, 1 torn between two or more, and 1 without such ties.") == 1
    assert "3 er utenfor: 1 knyttet til én gruppe, 1 dratt mellom to eller flere og 1 uten slike bånd." in found.statement.nb
    assert "3 er utanfor: 1 knytt til éi gruppe, 1 dregen mellom to eller fleire og 1 utan slike band." in found.statement.nn


def test_a_host_outside_the_group_is_named_apart(country: Edition) -> None:
    """B and C recur where A is host, who is with them in one service only; D and E recur, and D is host in one of them, F in another."""
    lists = {"l": ("legevakt", "ABC"), "b": ("barnevern", "BC"), "l2": ("legevakt", "DE"), "b2": ("barnevern", "FDE")}
    made = with_cooperations(country.on(None), {name: (service, "", codes(letters)) for name, (service, letters) in lists.items()})
    member = made["member"]
    made = replace(made, tables={**made.tables, "member": member.assign(role=member["role"].where(member["cooperation"] != "b"))})
    table = ask("contours", made).table
    assert table["members"].tolist() == [codes("BC"), codes("DE")]
    assert table["host"].fillna("").tolist() == ["", *codes("D")]
    assert table["host_outside"].tolist() == [["Kommune A"], []]
    roles = ask("contours", made).supporting["municipalities"].set_index("municipality")["role"]
    assert roles[roles == "host"].index.tolist() == codes("D")


def test_which_of_equally_good_divisions_is_shown_does_not_depend_on_names(country: Edition) -> None:
    """B recurs with A and with C, which never meet: AB and BC are as good, and the more populous is taken, whatever the codes are."""
    people = {"A": 900, "B": 4_100, "C": 12_000}
    for letters in ("ABC", "CBA", "BAC"):
        called = dict(zip("ABC", letters, strict=True))
        first, second = called["A"] + called["B"], called["B"] + called["C"]
        lists = [("legevakt", first), ("barnevern", first), ("legevakt", second), ("barnevern", second)]
        made = with_cooperations(country.on(None), {f"{place}": (service, "", codes(own)) for place, (service, own) in enumerate(lists)})
        figure = pd.DataFrame({"municipality": [codes(called[one])[0] for one in people], "year": 2019, "figure": "population", "value": list(people.values())})
        found = ask("contours", replace(made, tables={**made.tables, "figure": figure}))
        assert found.table["members"].tolist() == [sorted(codes(second))]
        assert (found.table["proved"].tolist(), found.table["unique"].tolist()) == ([True], ["no"])
        assert "1 group is not in every division that agrees as well" in found.statement.en
    assert ask("contours", country).table["unique"].tolist() == ["yes", "yes"]


def partitions(n: int) -> Iterator[list[int]]:
    """Yield every way to divide n things into groups."""
    for numbers in product(*[range(place + 1) for place in range(n)]):
        if all(number <= max(numbers[:place], default=-1) + 1 for place, number in enumerate(numbers)):
            yield list(numbers)


def test_groups_agree_best_of_all_divisions() -> None:
    rng = np.random.default_rng(3)
    several = 0
    for _ in range(60):
        n = int(rng.integers(2, 7))
        upper = np.triu(rng.integers(0, 4, (n, n)), 1)
        scores, people = 2 * (upper + upper.T) - 3, rng.integers(0, 4, n)
        own, proved, unique = divide(scores, people)

        def within(groups: list[int], values: Any, n: int = n) -> int:
            return int(sum(values[one, other] for one, other in combinations(range(n), 2) if groups[one] == groups[other]))

        every = list(partitions(n))
        best = [one for one in every if within(one, scores) == max(within(one, scores) for one in every)]
        assert proved
        assert own in best
        assert within(own, np.outer(people, people)) == max(within(one, np.outer(people, people)) for one in best)
        sets = [{frozenset(np.flatnonzero(np.array(one) == number).tolist()) for number in one} for one in best]
        mine = [frozenset(np.flatnonzero(np.array(own) == number).tolist()) for number in range(max(own) + 1)]
        assert unique == ["yes" if all(group in one for one in sets) else "no" for group in mine]
        several += len(best) > 1
    assert several > 5


def test_names_decide_only_where_nothing_else_does() -> None:
    rng = np.random.default_rng(4)
    for n in (6, 12, 25):  # the last is divided step by step
        for _ in range(10 if n < 20 else 3):
            upper = np.triu(rng.integers(0, 4, (n, n)) * (rng.random((n, n)) < 0.5), 1)
            scores, people = 2 * (upper + upper.T) - 3, rng.integers(1, 10**6, n)
            order = rng.permutation(n)
            one, other = divide(scores, people)[0], divide(scores[np.ix_(order, order)], people[order])[0]
            sets = [{frozenset(np.flatnonzero(np.array(own) == number).tolist()) for number in own} for own in (one, other)]
            assert sets[0] == {frozenset(int(order[place]) for place in group) for group in sets[1]}


def test_large_components_are_divided_and_not_called_proved() -> None:
    from scipy.sparse import csr_array

    rng = np.random.default_rng(6)
    n = 40
    upper = np.triu(rng.random((n, n)) < 0.3, 1).astype(np.int32) * 2
    found = recurring_groups(shared_services([csr_array(upper + upper.T)], n), 2, {})
    assert found.count > 1
    assert not found.proved.any()
    assert set(found.unique) == {"unknown"}
    assert (np.bincount(found.group[found.group >= 0]) >= 2).all()


PARTS = ("speaks_for", "speaks_against", "describes", "cannot_tell")


def test_hypotheses(country: Edition, note: Edition) -> None:
    found = ask("hypotheses", country, **FEW)
    read = found.table.set_index("hypothesis")
    assert list(read.index) == [f"H{number}" for number in range(1, 21)]
    assert "1 of 2 groups that recur is between 5,000 and 20,000" in str(read.at["H15", "speaks_for_en"])
    assert read.at["H15", "speaks_against_en"] == "The median population of the groups is 57,250."
    assert (read.at["H15", "hypothesis_reading"], read.at["H17", "hypothesis_reading"]) == ("untold", "indicated_for")
    assert "1 of 2 groups that recur shares" in str(read.at["H17", "speaks_for_en"])
    assert "The cooperations by themselves" in str(read.at["H15", "describes_en"])
    assert read.at["H5", "hypothesis_reading"] == "untold"
    assert str(read.at["H5", "cannot_tell_en"]).count("The difference may be chance.") == 2
    for language in LANGUAGES:
        assert read[[f"{part}_{language}" for part in PARTS]].notna().any(axis=1).all()
        assert "mixed" not in found.statement[language]
    assert ask("hypotheses", note, **FEW).table.set_index("hypothesis").at["H5", "hypothesis_reading"] == "untold"
    assert (found.coverage.numerator, found.coverage.denominators["hypotheses"]) == (int((read["hypothesis_reading"] != "untold").sum()), 20)


READ = {
    "beyond_distance": ("indicated_against", "for"),  # three in four cross, so the threshold of H1 does not give the same answer
    "below": ("for", "against"),
    "less_than_distance": ("mixed", "mixed"),
    **dict.fromkeys(("beyond_degree", "as_chance", "distance_unknown", "untold", "too_few_draws"), ("untold", "untold")),
}


@pytest.mark.parametrize("verdict", READ)
def test_how_a_verdict_is_read(country: Edition, monkeypatch: pytest.MonkeyPatch, verdict: str) -> None:
    overlaps = ask("consolidation", country, **FEW)
    told = replace(overlaps, supporting={"verdicts": overlaps.supporting["verdicts"].assign(consolidation_verdict=verdict, p_degree=0.01, p_distance=0.02)})
    monkeypatch.setattr("samvirke.measures.hypotheses.consolidation", lambda *_, **__: told)
    read = ask("hypotheses", country, **FEW).table.set_index("hypothesis")
    assert tuple(read["hypothesis_reading"][["H1", "H2"]]) == READ[verdict]
    assert "In 6 of 8 pairs" in str(read.at["H1", "speaks_for_en"])
    assert "groups that recur" in str(read.at["H2", "describes_en"])
    assert "different member sets" in str(read.at["H1", "describes_en"])
    if verdict == "less_than_distance":
        more, less = (
            "The overlap of the services is more than pure chance (freely: p = 0.010).",
            "less than being neighbours would make (by distance: p = 0.020).",
        )
        assert (more in str(read.at["H1", "speaks_against_en"]), less in str(read.at["H1", "speaks_for_en"])) == (True, True)
        assert (more in str(read.at["H2", "speaks_for_en"]), less in str(read.at["H2", "speaks_against_en"])) == (True, True)
    elif "untold" in READ[verdict]:
        assert read.loc["H2", ["speaks_for_en", "speaks_against_en"]].isna().all()
        assert overlaps.statement.en in str(read.at["H2", "cannot_tell_en"])


def test_fewer_crossings_let_h1_be_contradicted(country: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = ["AB", "CD", "EF", "GH", "IJ", "KL"]
    same = with_cooperations(country, {f"{service}{pair}": (service, "", codes(pair)) for service in ("legevakt", "barnevern") for pair in pairs})
    overlaps = ask("consolidation", same, **FEW)
    told = replace(overlaps, supporting={"verdicts": overlaps.supporting["verdicts"].assign(consolidation_verdict="beyond_distance")})
    monkeypatch.setattr("samvirke.measures.hypotheses.consolidation", lambda *_, **__: told)
    read = ask("hypotheses", same, **FEW).table.set_index("hypothesis")
    assert read["hypothesis_reading"][["H1", "H2"]].tolist() == ["against", "for"]
    assert "In 0 of 6 pairs" in str(read.at["H1", "speaks_against_en"])
    assert read.at["H17", "hypothesis_reading"] == "untold"
    assert "With two services" in str(read.at["H17", "cannot_tell_en"])


def test_indications_only_point(country: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign tests and tests of path dependence point to an answer, and are mixed only when each points its own way for sure."""
    from samvirke.measures.distance import distance
    from samvirke.measures.path_dependence import path_dependence

    def paired(one: float, other: float) -> Any:
        def told(*args: Any, **options: Any) -> Any:
            found = distance(*args, **options)
            table = found.supporting["paired"]
            p = np.where(table["first"] == "legevakt", one, other)
            nearer = np.where(table["first"] == "legevakt", 1, 4)  # in the first; child welfare is the second
            return replace(found, supporting={"paired": table.assign(p_value=p, farther_in_first=nearer, farther_in_second=5 - nearer)})

        return told

    for p, expected in (((0.01, 0.3), "indicated_for"), ((0.3, 0.01), "indicated_against"), ((0.01, 0.01), "mixed"), ((0.3, 0.3), "untold")):
        monkeypatch.setattr("samvirke.measures.hypotheses.distance", paired(*p))
        assert ask("hypotheses", country, **FEW).table.set_index("hypothesis").at["H5", "hypothesis_reading"] == expected
    for p_value, expected_number, expected in ((0.01, 2.0, "indicated_for"), (0.01, 8.5, "indicated_against"), (0.2, 2.0, "untold"), (np.nan, 2.0, "untold")):

        def order(*args: Any, p_value: float = p_value, expected_number: float = expected_number, **options: Any) -> Any:
            found = path_dependence(*args, **options)
            return replace(found, table=found.table.assign(p_distance=p_value, expected_distance=expected_number, p_degree=0.001))

        monkeypatch.setattr("samvirke.measures.hypotheses.path_dependence", order)
        read = ask("hypotheses", country, **FEW).table.set_index("hypothesis")
        assert read.at["H7", "hypothesis_reading"] == expected
        assert ("cannot be tested" in str(read.at["H7", "cannot_tell_en"])) == math.isnan(p_value)


def test_the_days_of_the_sources_are_said(country: Edition) -> None:
    def said(days: Mapping[str, str | None]) -> str:
        source = pd.DataFrame({"id": list(days), "title": list(days), "retrieved": list(days.values())})
        cooperation = country["cooperation"].assign(source=country["cooperation"]["service"].where(country["cooperation"]["service"].isin(set(days))))
        made = replace(country, tables={**country.tables, "source": source, "cooperation": cooperation})
        return str(ask("hypotheses", made, **FEW).table.at[0, "cannot_tell_en"])

    assert "The days of the sources are not known" in str(ask("hypotheses", country, **FEW).table.at[0, "cannot_tell_en"])
    assert "The sources are all of 2 April 2015, and whether" in said(dict.fromkeys(("legevakt", "ohjelp", "barnevern"), "2015-04-02"))
    different = said({"legevakt": "2013-03", "ohjelp": "2014", "barnevern": "2021-02"})
    assert "of different days (child welfare: February 2021; out-of-hours emergency primary care: March 2013; municipal acute beds: 2014)" in different
    assert "child welfare the day is not known" in said({"legevakt": "2013-03", "ohjelp": "2013-03"})


def test_hypotheses_do_no_work_twice(country: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    from samvirke.measures import hypotheses

    asked: dict[str, list[Any]] = {}

    def watched(name: str) -> Any:
        made = getattr(hypotheses, name)

        def told(*args: Any, **options: Any) -> Any:
            asked.setdefault(name, []).append(options.get("services"))
            return made(*args, **options)

        return told

    names = ("consolidation", "without_firmness", "crossing", "constellations", "distance", "path_dependence", "membership")
    for name in names:
        monkeypatch.setattr(hypotheses, name, watched(name))
    monkeypatch.setattr("samvirke.measures.contours.likeness", lambda *_: pytest.fail("firmness is not asked for"))
    ask("hypotheses", country, **FEW)
    assert {name: len(asked[name]) for name in names} == dict.fromkeys(names, 1)
    assert (asked["distance"], asked["path_dependence"]) == ([("legevakt", "ohjelp", "barnevern")], [("ohjelp", "legevakt")])


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
