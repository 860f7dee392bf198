"""Multiplexity, congruence, nestedness and modularity on the constructed country, counted by hand, and at their edges.

On 30 June 2020 the country has (each municipality by its last digit): legevakt lv1 {1, 2, 5, 6} and lv2 {3, 4, 6, 7}; ohjelp
oh1 {1, 2, 5, 6} and oh2 {3, 7, 8}; barnevern bv1 {1, 5, 9} and bv2 {3, 4, 7}.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from math import log
from pathlib import Path

import pandas as pd
import pytest

from samvirke.edition import Edition, open_edition
from samvirke.errors import MissingExtraError
from samvirke.finding import Finding
from samvirke.measures.congruence import congruence
from samvirke.measures.modularity import modularity
from samvirke.measures.multiplexity import multiplexity
from samvirke.measures.nestedness import nestedness
from samvirke.vocabulary.labels import has_label, heading

Write = Callable[[Mapping[str, str]], Path]
MEASURES = (multiplexity, congruence, nestedness, modularity)


def edition(write: Write, *, partly: str = "", municipalities: str = "ABCDEFGH", coverage: str = "", **members: str) -> Edition:
    """Write an edition of cooperations, given as l1="ABC": the letter is the service (l, o, b), the text its members."""
    services = {"l": "legevakt", "o": "ohjelp", "b": "barnevern"}
    tables = {
        "municipality": "code,name\n" + "".join(f"{code},{code}{code.lower()}\n" for code in municipalities),
        "cooperation": "id,service,members_known\n" + "".join(f"{one},{services[one[0]]},{'some' if one == partly else 'all'}\n" for one in members),
        "member": "cooperation,municipality\n" + "".join(f"{one},{code}\n" for one, codes in members.items() for code in codes),
    }
    if coverage:
        tables |= {"source": "id,title\ns,S\n", "coverage": f"source,service,municipality,status\n{coverage}"}
    return open_edition(write(tables))


def whole(finding: Finding) -> Finding:
    """Check what every finding must have."""
    assert len({finding.statement.nb, finding.statement.nn, finding.statement.en}) == 3
    assert all(finding.statement[language].endswith(".") for language in ("nb", "nn", "en"))
    assert not re.search(r"\bnan\b", finding.to_json().lower())
    assert [column for frame in (finding.table, *finding.supporting.values()) for column in frame if not has_label(str(column))] == []
    assert [name for name in finding.coverage.denominators if not has_label(name)] == []
    assert all(heading(name).nn for name in finding.supporting)
    return finding


def test_multiplexity_of_the_country(country: Edition) -> None:
    found = whole(multiplexity(country.on(None)))
    # legevakt 6 + 6 pairs, ohjelp 6 + 3, barnevern 3 + 3. In both: lv1 is oh1 (6), lv2 and oh2 share {3, 7} (1): 7; lv1 and bv1 share
    # {1, 5} (1), lv2 and bv2 share {3, 4, 7} (3): 4; oh1 and bv1 share {1, 5}, oh2 and bv2 {3, 7}: 2. In all three {1, 5} and {3, 7}: 2.
    # In any 12 + 9 + 6 - 7 - 4 - 2 + 2 = 16; in exactly two 7 + 4 + 2 - 3 * 2 = 7; in one 16 - 7 - 2 = 7.
    assert found.table.to_numpy().tolist() == [[1, 7, 7 / 16], [2, 7, 7 / 16], [3, 2, 2 / 16]]
    assert found.supporting["by_pair"].to_numpy().tolist() == [
        ["barnevern", "legevakt", 6, 12, 4, 4 / 6],
        ["barnevern", "ohjelp", 6, 9, 2, 2 / 6],
        ["legevakt", "ohjelp", 12, 9, 7, 7 / 9],
    ]
    assert (found.coverage.numerator, dict(found.coverage.denominators)) == (9, {"pairs": 16, "municipalities": 12})
    assert "Of 16 pairs of municipalities that share a cooperation, 9 (56%) do so in two or more services" in found.statement.en
    assert "have 7 pairs in common, 78% of the 9 in municipal acute beds" in found.statement.en


def test_congruence_of_the_country(country: Edition) -> None:
    seen = country.on(None)
    found = whole(congruence(seen)).table.set_index(["first", "second"])
    # In barnevern and legevakt: 1, 5 | 3, 4, 7 in both services.
    assert found.loc[("barnevern", "legevakt")].tolist() == [5, 1.0, 1.0, 0.0, []]
    assert found.loc[("legevakt", "ohjelp"), "municipalities"] == 6
    assert found.loc[("legevakt", "ohjelp"), "breaks"] == ["1106"]
    assert found.loc[("legevakt", "ohjelp")].isna().tolist() == [False, True, True, True, False]
    assert "1 municipality of the 6" in congruence(seen).statement.en
    assert "--coding most_extensive" in congruence(seen).statement.nn
    most = whole(congruence(seen, coding="most_extensive")).table.set_index(["first", "second"])
    assert most.loc[("legevakt", "ohjelp")].tolist() == [6, 1.0, 1.0, 0.0, []]  # 6 stays in lv1: 1, 2, 5, 6 | 3, 7 in both


def test_congruence_counted_by_hand(write_folder: Write) -> None:
    found = whole(congruence(edition(write_folder, l1="ABC", l2="DE", o1="AB", o2="CDEH"))).table.iloc[0]
    # In both: A to E. A, B, C | D, E against A, B | C, D, E: 2, 1 and 2 in the cells. Pairs together in both 1 + 1 = 2, in each 3 + 1 = 4
    # of 10, so (2 - 4 * 4 / 10) / (4 - 4 * 4 / 10) = 0.4 / 2.4. Entropy of (3/5, 2/5), twice.
    entropy = -(0.6 * log(0.6) + 0.4 * log(0.4))
    mutual = 2 * 0.4 * log(0.4 / (0.6 * 0.4)) + 0.2 * log(0.2 / (0.6 * 0.6))
    assert found["municipalities"] == 5
    assert found["adjusted_rand"] == pytest.approx(1 / 6)
    assert found["normalised_mutual_information"] == pytest.approx(mutual / entropy)
    assert found["variation_of_information_nats"] == pytest.approx(2 * entropy - 2 * mutual)


def test_congruence_where_it_is_not_defined(write_folder: Write) -> None:
    alone = whole(congruence(edition(write_folder, l1="AD", l2="BE", l3="CF", o1="AG", o2="BH", o3="CG")))
    # In both: A, B and C, each alone in both services, since D to H are in one service only; G is in two of ohjelp, but not in both services.
    assert alone.table.iloc[0, 2:].isna().tolist() == [False, True, False, False, False]
    assert alone.table.iloc[0, 4:].tolist() == [1.0, 0.0, []]
    assert "every municipality alone or all together" in alone.statement.en
    together = whole(congruence(edition(write_folder, l1="ABCD", o1="ABCE")))
    assert together.table.iloc[0, 2:].isna().tolist() == [False, True, True, False, False]
    assert together.table["variation_of_information_nats"].tolist() == [0.0]
    against = whole(congruence(edition(write_folder, l1="ABC", o1="AD", o2="BE", o3="CF"))).table.iloc[0]
    # One group against three alone: no pair is together in ohjelp, so 0 / (3 / 2 - 0); nothing is told; the entropy is log 3.
    assert against.iloc[3:5].tolist() == [0.0, 0.0]
    assert against["variation_of_information_nats"] == pytest.approx(log(3))
    nobody = whole(congruence(edition(write_folder, l1="AB", o1="CD")))
    assert nobody.table.iloc[0, 2:].isna().tolist() == [False, True, True, True, False]
    assert "no municipality is in both services" in nobody.statement.en
    one = whole(congruence(edition(write_folder, l1="AB")))
    assert one.table.empty
    assert "fewer than two services" in one.statement.en


def test_nestedness_of_the_country(country: Edition) -> None:
    found = whole(nestedness(country.on(None))).table.set_index("service")
    # legevakt: only 6 is in two, and each of the 6 others in one that 6 is also in: 6 of 21 pairs. lv1 and lv2 are of one size: 0 of 1.
    assert found.loc["legevakt"].tolist() == [pytest.approx(600 / 22), pytest.approx(600 / 21), 0.0, 7, 2, 8]
    assert found.loc["ohjelp", ["nodf", "nodf_municipalities", "nodf_cooperations"]].tolist() == [0, 0, 0]  # one each, and none in common
    # all: 1, 3, 5, 6 and 7 are in three, 2 and 4 in two, 8 and 9 in one. 2 {lv1, oh1}: all of it in 1, 5 and 6: 3. 4 {lv2, bv2}: all in 3 and
    # 7, half in 6: 2.5. 8 {oh2}: in 3 and 7: 2. 9 {bv1}: in 1 and 5: 2. So 9.5 of 36 pairs.
    # Of the cooperations lv1, lv2 and oh1 have four, the others three. oh2 {3, 7, 8}: 2/3 in lv2. bv1 {1, 5, 9}: 2/3 in lv1, 2/3 in oh1.
    # bv2 {3, 4, 7}: all in lv2. So 3 of 15 pairs.
    assert found.loc["all"].tolist() == [pytest.approx(100 * 12.5 / 51), pytest.approx(950 / 36), pytest.approx(20.0), 9, 6, 21]
    assert "24.5 of 100 over 9 municipalities in 6 cooperations: 26.4 among municipalities and 20.0 among" in nestedness(country.on(None)).statement.en
    assert "In child welfare and municipal acute beds each municipality is in one cooperation only" in nestedness(country.on(None)).statement.en


def test_nestedness_at_its_edges(write_folder: Write) -> None:
    full = whole(nestedness(edition(write_folder, l1="ABCD", o1="ABC", b1="AB"), services=("legevakt", "ohjelp", "barnevern")))
    # A and B are in three, C in two, D in one; A and B are alike, and the other 5 of 6 pairs are fully nested. All 3 pairs of cooperations are.
    last = full.table.iloc[-1]
    assert last[["nodf", "nodf_municipalities", "nodf_cooperations"]].tolist() == [pytest.approx(800 / 9), pytest.approx(500 / 6), 100.0]
    one = whole(nestedness(edition(write_folder, l1="ABC")))
    assert one.table["service"].tolist() == ["legevakt"]
    assert one.table.iloc[0, 1:3].tolist() == [0.0, 0.0]
    assert one.table["nodf_cooperations"].isna().all()
    assert "no pairs of cooperations to compare" in one.statement.en


def test_modularity_of_the_country(country: Edition) -> None:
    found = whole(modularity(country.on(None)))
    rows = found.table.set_index("service")
    # barnevern: two modules of 3 of 6 memberships: 1 - 2 * (3/6)^2. ohjelp: 4 and 3 of 7: 1 - (16 + 9) / 49.
    assert rows.loc["barnevern"].tolist() == [0.5, 2, 6, 2, 3]
    assert rows.at["ohjelp", "modularity"] == pytest.approx(24 / 49)
    # legevakt: 6 is in both, and in the module of one of them. 7 of 8 memberships inside; ends 5 * 4 + 3 * 4 of 64.
    assert rows.loc["legevakt"].tolist() == [pytest.approx(7 / 8 - 32 / 64), 2, 7, 2, 4]
    # all: {1, 2, 5, 6, 9; lv1, oh1, bv1} and {3, 4, 7, 8; lv2, oh2, bv2}; only 6 in lv2 is across: 20 of 21. Memberships of the municipalities
    # 3 + 2 + 3 + 3 + 1 = 12 and 9, of the cooperations 4 + 4 + 3 = 11 and 10: (12 * 11 + 9 * 10) / 441.
    assert rows.loc["all"].tolist() == [pytest.approx(20 / 21 - 222 / 441), 2, 9, 6, 5]
    listed = found.supporting["modules"]
    assert listed.groupby("module")["municipality"].agg(list).tolist() == [["1101", "1102", "1105", "1106", "1109"], ["1103", "1104", "1107", "1108"]]
    assert listed["name"].iat[0] == "Kommune A"
    assert "does not by itself show that cooperation is more than neighbourhood" in found.statement.en
    assert found.seed == 1
    for seed in (1, 7):
        pd.testing.assert_frame_equal(modularity(country.on(None), seed=seed).supporting["modules"], listed)


def test_modularity_at_its_edges(write_folder: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    one = whole(modularity(edition(write_folder, l1="ABC")))
    assert one.table.to_numpy().tolist() == [["legevakt", 0.0, 1, 3, 1, 3]]
    assert "nothing to divide" in one.statement.en
    apart = whole(modularity(edition(write_folder, l1="AB", l2="CDE")))
    # Numbered by falling size: C, D and E first.
    assert apart.supporting["modules"][["municipality", "module"]].to_numpy().tolist() == [["C", 1], ["D", 1], ["E", 1], ["A", 2], ["B", 2]]
    assert "the modules are the cooperations themselves" in apart.statement.en
    same = whole(modularity(edition(write_folder, l1="ABC", l2="ABC")))
    assert same.table.to_numpy().tolist() == [["legevakt", 0.0, 1, 3, 2, 3]]  # however it is divided, ends are as many as memberships
    monkeypatch.setitem(sys.modules, "sknetwork.clustering", None)
    with pytest.raises(MissingExtraError, match=r"samvirke\[chance\]"):
        modularity(edition(write_folder, l1="ABC"))


@pytest.mark.parametrize("measure", MEASURES)
def test_without_cooperation(measure: Callable[..., Finding], write_folder: Write) -> None:
    empty = edition(write_folder, l1="A", o1="B")
    found = whole(measure(empty))
    assert found.table.empty
    assert not found.supporting
    chosen = whole(measure(empty, services=("legevakt", "ohjelp")))
    assert chosen.table.filter(regex="share_|rand|information|nodf|^modularity").isna().all().all()
    assert chosen.statement == found.statement or measure is congruence
    beside = whole(measure(edition(write_folder, l1="ABC", o1="B"), services=("legevakt", "ohjelp")))
    assert measure not in (nestedness, modularity) or "On municipal acute beds there are no memberships" in beside.statement.en


def test_multiplexity_at_its_edges(write_folder: Write) -> None:
    one = whole(multiplexity(edition(write_folder, l1="ABC", l2="AB")))
    assert one.table.to_numpy().tolist() == [[1, 3, 1.0]]  # A with B counts once, though they share two
    assert (one.coverage.numerator, "only one service" in one.statement.en) == (None, True)
    same = whole(multiplexity(edition(write_folder, l1="ABC", o1="ABC")))
    assert same.table["pairs"].tolist() == [0, 3]
    assert same.supporting["by_pair"]["share_of_smaller"].tolist() == [1.0]
    neither = whole(multiplexity(edition(write_folder, l1="ABC", o1="A"), services=("legevakt", "ohjelp")))
    assert neither.supporting["by_pair"].iloc[0, 2:5].tolist() == [3, 0, 0]
    assert neither.supporting["by_pair"]["share_of_smaller"].isna().all()


def test_whom_no_source_speaks_of_is_outside(write_folder: Write) -> None:
    seen = edition(write_folder, l1="ABC", o1="AB", b1="AC", coverage="s,barnevern,B,missing\n")
    found = whole(multiplexity(seen))
    # No source speaks of B on barnevern: only A with C is left of the pairs, and B counts where barnevern is not one of the two.
    assert found.table["pairs"].tolist() == [0, 1, 0]
    assert found.supporting["by_pair"].iloc[:, 2:5].to_numpy().tolist() == [[1, 1, 1], [1, 0, 0], [3, 1, 1]]
    assert found.coverage.denominators["municipalities"] == 7
    assert found.coverage.missing[0].municipalities == ("B",)
    known = congruence(seen).table.set_index(["first", "second"])["municipalities"]
    assert known.to_dict() == {("barnevern", "legevakt"): 2, ("barnevern", "ohjelp"): 1, ("legevakt", "ohjelp"): 2}


def test_where_only_some_members_are_known(write_folder: Write) -> None:
    some = edition(write_folder, l1="ABC", l2="DE", o1="AB", o2="CDE", partly="l2")
    for measure, concerned in ((multiplexity, ("D", "E")), (congruence, ("D", "E")), (nestedness, None), (modularity, None)):
        gaps = whole(measure(some)).coverage.missing
        assert any("In 1 of 4 cooperations only some of the members are known" in gap.why.en for gap in gaps)
        assert concerned is None or gaps[-1].municipalities == concerned
