"""Constellations, jurisdictions, effective numbers and crossing on the constructed country, counted by hand, and at their edges.

The cooperations of the country on its date, with their populations (A is 1101, B is 1102 and so on):

    lv1  A B E F    900 + 4 100 + 3 000 + 7 500       =  15 500
    lv2  C D F G    12 000 + 26 000 + 7 500 + 61 000  = 106 500
    oh1  A B E F    as lv1                            =  15 500
    oh2  C G H      12 000 + 61 000 + 2 200           =  75 200
    bv1  A E I      900 + 3 000 + 1 500               =   5 400
    bv2  C D G      12 000 + 26 000 + 61 000          =  99 000
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import pytest

from samvirke.edition import Edition, open_edition
from samvirke.errors import OptionError
from samvirke.finding import Finding
from samvirke.measures.constellations import constellations
from samvirke.measures.crossing import crossing
from samvirke.measures.effective_number import effective_number
from samvirke.measures.jurisdictions import jurisdictions
from samvirke.vocabulary.labels import has_label, heading
from samvirke.vocabulary.language import LANGUAGES

Write = Callable[[Mapping[str, str]], Path]
MEASURES: tuple[Callable[..., Finding], ...] = (constellations, jurisdictions, effective_number, crossing)
COUNTS = ["pairs", "crossing", "nested", "equal", "untold"]


@pytest.fixture
def seen(country: Edition) -> Edition:
    return country.on(None)


def small(write: Write, **tables: str) -> Edition:
    """Write four municipalities of 100, 200, 300 and 400 inhabitants; B and C are in both cooperations, A and D in one each."""
    base = {
        "municipality": "code,name\nA,Aa\nB,Bb\nC,Cc\nD,Dd\n",
        "cooperation": "id,service\nl,legevakt\nb,barnevern\n",
        "member": "cooperation,municipality\nl,A\nl,B\nl,C\nb,B\nb,C\nb,D\n",
        "figure": "municipality,year,figure,value,kind\n" + "".join(f"{code},2019,population,{count}00,count\n" for count, code in enumerate("ABCD", 1)),
    }
    return open_edition(write({**base, **tables})).on(None)


def by_pair(finding: Finding) -> dict[tuple[str, str], list[int]]:
    return {(row[0], row[1]): [int(one) for one in row[2:]] for row in finding.table[["first", "second", *COUNTS]].itertuples(index=False, name=None)}


def whys(finding: Finding) -> str:
    return " ".join(gap.why.en for gap in finding.coverage.missing)


def test_constellations(seen: Edition) -> None:
    found = constellations(seen)
    # A: lv1 = oh1, bv1. B: lv1 = oh1. C: lv2, oh2, bv2. D: lv2, bv2. E as A. F: lv1 = oh1, lv2. G as C. H: oh2. I: bv1.
    expected = {"A": (3, 2), "B": (2, 1), "C": (3, 3), "D": (2, 2), "E": (3, 2), "F": (3, 2), "G": (3, 3), "H": (1, 1), "I": (1, 1)}
    assert found.table["municipality"].tolist() == [f"{1101 + place}" for place in range(9)]
    assert found.table["name"].tolist() == [f"Kommune {letter}" for letter in expected]
    assert list(zip(found.table["cooperations"], found.table["constellations"], strict=True)) == list(expected.values())
    assert found.table["share_distinct"].tolist() == pytest.approx([distinct / count for count, distinct in expected.values()])
    # in one: H, I. In two: B 1/2, D 1. In three: A 2/3, C 1, E 2/3, F 2/3, G 1
    assert found.supporting["by_number"].to_numpy().tolist() == [[1, 2, 1, 2], [2, 2, 0.75, 1], [3, 5, pytest.approx(4 / 5), 0]]
    # over the seven in at least two: (1/2 + 1 + 2/3 + 1 + 2/3 + 2/3 + 1) / 7 = 5.5 / 7 = 79 %; only B meets the same in all, C, D and G never
    assert "In 7 municipalities with at least two cooperations" in found.statement.en
    assert "on average 79% of the number of cooperations; 1 meets the same members in all, 3 a different set in each" in found.statement.en
    assert (found.coverage.numerator, found.coverage.denominators) == (7, {"municipalities": 12})
    assert found.supporting["several"]["municipality"].tolist() == [f"{1101 + place}" for place in range(7)]  # the map leaves out H and I
    assert (found.chart.kind, found.chart.parts["in"]) == ("map", "several")


def test_constellations_of_some_services(seen: Edition) -> None:
    both = constellations(seen, services=("legevakt", "ohjelp")).table.set_index("municipality")
    assert both.loc["1101", ["cooperations", "constellations", "share_distinct"]].tolist() == [2, 1, 0.5]  # lv1 and oh1 have the same members
    assert both.loc["1106", ["cooperations", "constellations"]].tolist() == [3, 2]  # and lv2
    assert "1109" not in both.index  # only in bv1
    one = constellations(seen, services=("barnevern",))
    assert one.table["share_distinct"].tolist() == [1] * 6
    assert "No municipality is in two or more" in one.statement.en
    assert (one.coverage.numerator, one.chart.kind, list(one.supporting)) == (0, "table", ["by_number"])


def test_jurisdictions(seen: Edition) -> None:
    found = jurisdictions(seen)
    # a cooperation counts once for each resident: the populations above over 142 200 in all; memberships over 12 municipalities
    per_resident = {"barnevern": 5_400 + 99_000, "legevakt": 15_500 + 106_500, "ohjelp": 15_500 + 75_200}
    assert found.table["service"].tolist() == [*per_resident, "all"]
    assert found.table["jurisdictions_per_resident"].tolist() == pytest.approx([count / 142_200 for count in (*per_resident.values(), 317_100)])
    assert found.table["jurisdictions_per_municipality"].tolist() == pytest.approx([6 / 12, 8 / 12, 7 / 12, 21 / 12])
    assert found.table[["residents", "municipalities"]].to_numpy().tolist() == [[142_200, 12]] * 4
    assert "A resident is in 2.23 cooperations on average" in found.statement.en  # 317 100 / 142 200
    assert "most per resident in out-of-hours emergency primary care (0.86) and fewest in municipal acute beds (0.64)" in found.statement.en
    assert found.statement.nn.endswith("Folketal frå 2019.")
    one = jurisdictions(seen, services=("ohjelp",))
    assert one.table["service"].tolist() == ["ohjelp"]
    assert "most per resident" not in one.statement.en


def test_a_tie_has_no_most_and_fewest(write_folder: Write) -> None:
    tied = small(write_folder, member="cooperation,municipality\nl,A\nl,B\nb,A\nb,B\n")
    assert "equally many per resident in child welfare and out-of-hours emergency primary care (0.30)" in jurisdictions(tied).statement.en
    assert "most per resident" not in jurisdictions(tied).statement.en
    third = "id,service\nl,legevakt\nb,barnevern\no,ohjelp\n"
    two = small(write_folder, cooperation=third, member="cooperation,municipality\nl,A\nl,B\nb,A\nb,B\no,C\no,D\n")
    assert jurisdictions(two).statement.nb.endswith(
        "Flest per innbygger er det om øyeblikkelig hjelp-døgnplasser (0,70), færrest om barnevern og legevakt (0,30). Folketall fra 2019."
    )


def test_effective_number(seen: Edition) -> None:
    found = effective_number(seen)
    own = {
        "1103": (106_500, 75_200, 99_000), "1107": (106_500, 75_200, 99_000), "1101": (15_500, 15_500, 5_400), "1105": (15_500, 15_500, 5_400),
        "1102": (15_500, 15_500), "1104": (106_500, 99_000), "1106": (15_500, 15_500, 106_500), "1108": (75_200,), "1109": (5_400,),
    }  # fmt: skip
    expected = {code: 1 / sum((one / sum(people)) ** 2 for one in people) for code, people in own.items()}
    assert found.table["municipality"].tolist() == sorted(expected, key=lambda code: (-round(expected[code], 9), code))
    assert found.table.set_index("municipality")["effective_number"].to_dict() == pytest.approx(expected)
    # F: 15.5/137.5 twice and 106.5/137.5: 1 / (2 * 0.11273² + 0.77455²) = 1.5991; the nine in order: 1, 1, 1.60, 1.997, 2, 2.60, 2.60, 2.94, 2.94
    assert expected["1106"] == pytest.approx(1.5991, abs=5e-5)
    assert "has median 2.00 in 9 municipalities with at least one (quartiles 1.60 and 2.60)" in found.statement.en
    # (2.9402 * 2 + 2.5997 * 2 + 2 + 1.9973 + 1.5991) / 7 = 2.382
    assert "In 7 municipalities with at least two the mean is 2.38. It is highest in Kommune C and Kommune G (2.94)." in found.statement.en


def test_crossing(seen: Edition) -> None:
    found = crossing(seen)
    # a common member: lv1-lv2 F, crossing; lv1-oh1 equal; lv1-bv1 A E, crossing by B and I; lv2-oh1 F, crossing; lv2-oh2 C G, crossing by D and H;
    # lv2-bv2 nested; oh1-bv1 A E, crossing; oh2-bv2 C G, crossing by H and D
    assert by_pair(found) == {
        ("barnevern", "barnevern"): [0, 0, 0, 0, 0],
        ("barnevern", "legevakt"): [2, 1, 1, 0, 0],
        ("barnevern", "ohjelp"): [2, 2, 0, 0, 0],
        ("legevakt", "legevakt"): [1, 1, 0, 0, 0],
        ("legevakt", "ohjelp"): [3, 2, 0, 1, 0],
        ("ohjelp", "ohjelp"): [0, 0, 0, 0, 0],
        ("all", "all"): [8, 6, 1, 1, 0],
    }
    shares = found.table.set_index(["first", "second"])["share_crossing"]
    assert shares.loc[[("barnevern", "barnevern"), ("ohjelp", "ohjelp")]].isna().all()  # no pairs is not a share of 0
    assert (shares["legevakt", "ohjelp"], shares["all", "all"]) == (pytest.approx(2 / 3), 6 / 8)
    assert "In 6 of 8 pairs of cooperations with a common member (75%)" in found.statement.en
    assert "Within one service 1 of 1 cross, between two services 5 of 7." in found.statement.en
    assert (found.coverage.numerator, found.coverage.denominators) == (6, {"pairs": 8})


def test_crossing_of_some_services(seen: Edition) -> None:
    one = crossing(seen, services=("legevakt",))
    assert by_pair(one) == {("legevakt", "legevakt"): [1, 1, 0, 0, 0]}  # and no row of all
    assert "Within one service" not in one.statement.en
    assert list(by_pair(crossing(seen, services=("ohjelp", "barnevern")))) == [("barnevern", "barnevern"), ("barnevern", "ohjelp"), ("ohjelp", "ohjelp"), ("all", "all")]  # fmt: skip


@pytest.mark.parametrize("measure", MEASURES)
def test_form(measure: Callable[..., Finding], seen: Edition) -> None:
    found = measure(seen)
    assert found.id == measure.__name__
    assert len({found.statement[language] for language in LANGUAGES}) == 3
    for frame in (found.table, *found.supporting.values()):
        assert [column for column in frame if not has_label(column)] == []
    assert all(heading(name).en for name in found.supporting)
    with pytest.raises(OptionError, match="barnevern, legevakt, ohjelp"):
        measure(seen, services=("skole",))


@pytest.mark.parametrize("measure", MEASURES)
def test_no_cooperations(measure: Callable[..., Finding], write_folder: Write) -> None:
    none = small(write_folder, member="cooperation,municipality\nl,A\n")
    for found in (measure(none), measure(none, services=("legevakt",))):
        assert not re.search(r"\bnan\b", found.to_json().lower())
        assert all(found.statement[language].endswith(".") for language in LANGUAGES)
    assert measure(none).table.empty
    assert "2 rows of cooperation have fewer than two members" in whys(measure(none))


def test_a_service_without_cooperations(write_folder: Write) -> None:
    none = small(write_folder, member="cooperation,municipality\nl,A\n")
    assert jurisdictions(none, services=("legevakt",)).table.iloc[0].tolist() == ["legevakt", 0, 0, 1000, 4]  # nobody is in any, which is known
    assert crossing(none, services=("legevakt",)).table["share_crossing"].isna().all()
    assert "crossing cannot be measured" in crossing(none).statement.en


def test_one_cooperation(write_folder: Write) -> None:
    one = small(write_folder, member="cooperation,municipality\nl,A\nl,B\n")
    assert constellations(one).table[["municipality", "cooperations", "constellations", "share_distinct"]].to_numpy().tolist() == [
        ["A", 1, 1, 1],
        ["B", 1, 1, 1],
    ]
    assert jurisdictions(one).table.iloc[0].tolist() == ["legevakt", 300 / 1000, 2 / 4, 1000, 4]
    assert effective_number(one).table["effective_number"].tolist() == [1, 1]
    assert "None of them is in two or more." in effective_number(one).statement.en
    assert by_pair(crossing(one)) == {("legevakt", "legevakt"): [0, 0, 0, 0, 0]}


def test_identical_services(write_folder: Write) -> None:
    alike = small(write_folder, member="cooperation,municipality\nl,A\nl,B\nb,A\nb,B\n")
    assert constellations(alike).table["share_distinct"].tolist() == [0.5, 0.5]
    assert "50% of the number of cooperations; 2 meet the same members in all, 0 a different set in each" in constellations(alike).statement.en
    assert jurisdictions(alike).table["jurisdictions_per_resident"].tolist() == [0.3, 0.3, 0.6]
    assert effective_number(alike).table["effective_number"].tolist() == [2, 2]
    assert by_pair(crossing(alike))["all", "all"] == [1, 0, 0, 1, 0]
    assert crossing(alike).table["share_crossing"].iloc[-1] == 0


def test_where_only_some_members_are_known(write_folder: Write) -> None:
    # a third, o, has D and A, all known; of b only some members are known
    third = "id,service,members_known\nl,legevakt,all\nb,barnevern,some\no,ohjelp,\n"
    some = small(write_folder, cooperation=third, member="cooperation,municipality\nl,A\nl,B\nl,C\nb,B\nb,C\nb,D\no,D\no,A\n")
    found = constellations(some)
    assert found.table["cooperations"].tolist() == [2, 2, 2, 2]
    assert found.table["share_distinct"].fillna(-1).tolist() == [1, -1, -1, -1]  # B, C and D are in b
    assert found.table["constellations"].isna().tolist() == [False, True, True, True]
    assert found.supporting["by_number"].to_numpy().tolist() == [[2, 1, 1, 0]]
    assert any(gap.municipalities == ("B", "C", "D") and "how many member sets differ" in gap.why.en for gap in found.coverage.missing)
    effective = effective_number(some)
    assert effective.table["municipality"].tolist() == ["A", "B", "C", "D"]
    # A: l has 600 and o 500: 1100² / (600² + 500²)
    assert effective.table["effective_number"].fillna(-1).tolist() == [pytest.approx(1100**2 / 610_000), -1, -1, -1]
    assert any(gap.municipalities == ("B", "C", "D") for gap in effective.coverage.missing)
    pairs = crossing(some)
    assert by_pair(pairs)["legevakt", "ohjelp"] == [1, 1, 0, 0, 0]
    assert by_pair(pairs)["barnevern", "legevakt"] == [0, 0, 0, 0, 1]  # A may be in b after all, which then has all of l
    assert by_pair(pairs)["all", "all"] == [1, 1, 0, 0, 2]
    assert "2 pairs of cooperations with a common member are left out" in whys(pairs)


def test_an_unknown_member_is_not_nesting(write_folder: Write) -> None:
    # l lies within what is known of b, but a pair is told only where all members of both are known
    within = small(write_folder, cooperation="id,service,members_known\nl,legevakt,all\nb,barnevern,some\n", member="cooperation,municipality\nl,B\nl,C\nb,B\nb,C\nb,D\n")  # fmt: skip
    assert by_pair(crossing(within))["all", "all"] == [0, 0, 0, 0, 1]
    assert pd.isna(crossing(within).table["share_crossing"].iloc[-1])
    assert "1 pair of cooperations with a common member is left out" in whys(crossing(within))


def test_unknown_population(write_folder: Write) -> None:
    bare = small(
        write_folder, figure="municipality,year,figure,value,kind\nA,2019,population,100,count\nB,2020,population,200,count\nC,2019,population,300,count\n"
    )
    found = jurisdictions(bare)
    # D's population is not known: l counts 600, b 500 of the 600 inhabitants of A, B and C
    assert found.table["jurisdictions_per_resident"].tolist() == pytest.approx([500 / 600, 1, 1100 / 600])
    assert found.table["jurisdictions_per_municipality"].tolist() == pytest.approx([2 / 3, 3 / 3, 5 / 3])
    assert found.table["municipalities"].tolist() == [3, 3, 3]
    assert any(gap.municipalities == ("D",) for gap in found.coverage.missing)
    assert "Population of 2019 and 2020." in found.statement.en
    effective = effective_number(bare).table.set_index("municipality")["effective_number"]
    assert effective["A"] == 1
    assert effective[["B", "C", "D"]].isna().all()  # b has D
    nobody = small(write_folder, figure="municipality,year,figure,value,kind\nA,2019,area_km2,1,count\n")
    assert jurisdictions(nobody).table["jurisdictions_per_resident"].isna().all()
    assert "cannot be measured" in jurisdictions(nobody).statement.en
    assert effective_number(nobody).table["effective_number"].isna().all()
    assert "cannot be measured" in effective_number(nobody).statement.en


def test_nobody_lives_there(write_folder: Write) -> None:
    empty = small(write_folder, figure="municipality,year,figure,value,kind\n" + "".join(f"{code},2019,population,0,count\n" for code in "ABCD"))
    found = jurisdictions(empty).table
    assert found["jurisdictions_per_resident"].isna().all()
    assert found["jurisdictions_per_municipality"].tolist() == [3 / 4, 3 / 4, 6 / 4]
    assert effective_number(empty).table["effective_number"].isna().all()
    assert "the sum is 0" in whys(effective_number(empty))


def test_whom_no_source_speaks_of(write_folder: Write) -> None:
    told = small(
        write_folder,
        source="id,title\ns,S\n",
        coverage="source,service,municipality,status\ns,barnevern,A,missing\n",
    )
    assert constellations(told).table["municipality"].tolist() == ["B", "C", "D"]  # A may be in one on child welfare too
    assert constellations(told).coverage.denominators == {"municipalities": 3}
    assert set(effective_number(told).table["municipality"]) == {"B", "C", "D"}
    found = jurisdictions(told).table.set_index("service")
    # b: B, C and D of 900; l: A, B and C, 600 of 1000; together over B, C and D: 2 * 200 + 2 * 300 + 400 of 900
    assert found["jurisdictions_per_resident"].to_dict() == pytest.approx({"barnevern": 1, "legevakt": 0.6, "all": 1400 / 900})
    assert found["municipalities"].to_dict() == {"barnevern": 3, "legevakt": 4, "all": 3}
    assert any(gap.municipalities == ("A",) for gap in jurisdictions(told).coverage.missing)
    assert by_pair(crossing(told))["all", "all"] == [1, 1, 0, 0, 0]
