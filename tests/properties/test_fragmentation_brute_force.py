"""Constellations, jurisdictions, effective numbers and crossing against plain sets and loops, on random small countries.

Some cooperations have members that are not known, and of some municipalities no source speaks.
"""

from __future__ import annotations

import csv
import math
import tempfile
from itertools import combinations, pairwise
from pathlib import Path

from hypothesis import assume, given
from hypothesis import strategies as st

import samvirke
from samvirke.measures.constellations import constellations
from samvirke.measures.crossing import crossing
from samvirke.measures.effective_number import effective_number
from samvirke.measures.jurisdictions import jurisdictions
from tests.properties.test_brute_force import SET, assert_rows, counted, editions, services_of, write


class Case:
    """An edition, its ids of cooperations with unknown members, of whom no source speaks by service, and the services asked about."""

    def __init__(self, ed, partial, missing, chosen):
        self.ed, self.partial, self.missing, self.chosen = ed, partial, missing, chosen
        self.services = services_of(ed) if chosen is None else sorted(chosen)
        self.coops = {i: set(c[2]) for i, c in counted(ed).items() if c[0] in self.services}

    def __repr__(self):
        return f"Case({self.ed!r}, partial={self.partial}, missing={self.missing}, chosen={self.chosen})"

    def of(self, municipality, services):
        return [i for i, own in self.coops.items() if municipality in own and self.ed.coops[i][0] in services]

    def spoken(self, municipality, services):
        """Say whether all cooperations of a municipality are known: no source is silent, and it cooperates with nobody unnamed."""
        for service in services:
            own = [i for i, c in self.ed.coops.items() if c[0] == service and municipality in c[2]]
            if (service, municipality) in self.missing and not own:
                return False
            if any(i in self.partial and len(self.ed.coops[i][2]) < 2 for i in own) and not self.of(municipality, [service]):
                return False
        return True

    def population(self, cooperation):
        people = [self.ed.munis[one][2] for one in self.coops[cooperation]]
        return None if cooperation in self.partial or None in people else sum(people)


@st.composite
def cases(draw):
    ed = draw(editions(min_coops=2))
    assume(any(c[2] for c in ed.coops.values()))
    partial = draw(st.one_of(st.just(set()), st.sets(st.sampled_from(sorted(ed.coops)), max_size=3)))
    everything = sorted((service, one) for service in {c[0] for c in ed.coops.values()} for one in ed.munis)
    missing = draw(st.one_of(st.just(set()), st.sets(st.sampled_from(everything), max_size=4)))
    have = services_of(ed)
    chosen = draw(st.one_of(st.none(), st.lists(st.sampled_from(have), min_size=1, unique=True))) if have else None
    return Case(ed, partial, missing, chosen)


def asked(measure, case):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(case.ed, folder)
        with (folder / "cooperation.csv").open(encoding="utf-8", newline="") as f:
            rows = list(csv.DictReader(f))
        with (folder / "cooperation.csv").open("w", encoding="utf-8", newline="") as f:
            writer = csv.DictWriter(f, [*rows[0], "members_known"], lineterminator="\n")
            writer.writeheader()
            writer.writerows({**row, "members_known": "some" if row["id"] in case.partial else "all"} for row in rows)
        if case.missing:
            (folder / "source.csv").write_text("id,title\ns,S\n", encoding="utf-8")
            lines = [f"s,{service},{one},missing" for service, one in sorted(case.missing)]
            (folder / "coverage.csv").write_text("\n".join(["source,service,municipality,status", *lines, ""]), encoding="utf-8")
        return measure(samvirke.open_edition(folder).on(None), services=None if case.chosen is None else tuple(case.chosen))


@given(cases())
@SET
def test_constellations(case):
    expected = {}
    for one in case.ed.munis:
        own = case.of(one, case.services)
        if own and case.spoken(one, case.services):
            distinct = None if case.partial & set(own) else len({frozenset(case.coops[i]) for i in own})
            expected[one] = (f"Kommune {one}", len(own), distinct, None if distinct is None else distinct / len(own))
    found = asked(constellations, case)
    assert_rows(found.table, "municipality", ["name", "cooperations", "constellations", "share_distinct"], expected)
    by_number = {}
    for number in {row[1] for row in expected.values() if row[2] is not None}:
        own = [row for row in expected.values() if row[1] == number and row[2] is not None]
        by_number[number] = (len(own), sum(row[3] for row in own) / len(own), sum(row[2] == 1 for row in own))
    if by_number:
        assert_rows(found.supporting["by_number"], "cooperations", ["municipalities", "share_distinct_mean", "fully_consolidated"], by_number)
    assert ("by_number" in found.supporting) == bool(by_number)
    assert found.coverage.numerator == sum(row[1] > 1 and row[2] is not None for row in expected.values())


@given(cases())
@SET
def test_jurisdictions(case):
    expected = {}
    for name, services in [*((one, [one]) for one in case.services), ("all", case.services)]:
        if name == "all" and len(case.services) < 2:
            continue
        own = [one for one in case.ed.munis if case.spoken(one, services) and case.ed.munis[one][2] is not None]
        residents = sum(case.ed.munis[one][2] for one in own)
        weighted = sum(case.ed.munis[one][2] * len(case.of(one, services)) for one in own)
        memberships = sum(len(case.of(one, services)) for one in own)
        expected[name] = (weighted / residents if residents else None, memberships / len(own) if own else None, residents, len(own))
    table = asked(jurisdictions, case).table
    assert_rows(table, "service", ["jurisdictions_per_resident", "jurisdictions_per_municipality", "residents", "municipalities"], expected)


@given(cases())
@SET
def test_effective_number(case):
    expected = {}
    for one in case.ed.munis:
        own = case.of(one, case.services)
        if own and case.spoken(one, case.services):
            people = [case.population(i) for i in own]
            known = None not in people and sum(people) > 0
            expected[one] = (len(own), 1 / sum((part / sum(people)) ** 2 for part in people) if known else None)
    table = asked(effective_number, case).table
    assert_rows(table, "municipality", ["cooperations", "effective_number"], expected)
    values = table["effective_number"].tolist()
    assert all(math.isnan(second) or first >= second for first, second in pairwise(values))


@given(cases())
@SET
def test_crossing(case):
    keys = [(one, other) for one in case.services for other in case.services if one <= other]
    counts = {key: {"crossing": 0, "nested": 0, "equal": 0, "untold": 0} for key in keys}
    for one, other in combinations(case.coops, 2):
        a, b = case.coops[one], case.coops[other]
        if not a & b:
            continue
        if {one, other} & case.partial:
            kind = "untold"
        elif a == b:
            kind = "equal"
        else:
            kind = "nested" if a < b or b < a else "crossing"
        counts[tuple(sorted((case.ed.coops[one][0], case.ed.coops[other][0])))][kind] += 1
    if len(keys) > 1:
        counts["all", "all"] = {kind: sum(counts[key][kind] for key in keys) for kind in ("crossing", "nested", "equal", "untold")}
    expected = {}
    for key, own in counts.items():
        pairs = own["crossing"] + own["nested"] + own["equal"]
        expected[key] = (pairs, *own.values(), own["crossing"] / pairs if pairs else None)
    assert_rows(asked(crossing, case).table, ["first", "second"], ["pairs", "crossing", "nested", "equal", "untold", "share_crossing"], expected)
