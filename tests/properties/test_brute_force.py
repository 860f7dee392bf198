"""Every measure of extent and overlap against plain sets and loops, written from the definitions alone, on random small countries."""

from __future__ import annotations

import csv
import math
import random
import shutil
import tempfile
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import samvirke

SET = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
SERVICES = ("legevakt", "ohjelp", "barnevern")
PARTS = {"day": 40, "evening": 35, "night": 45, "weekend": 48}
CODINGS = ("any", "most_extensive", "day", "evening", "night", "weekend")
SIZES = (
    ("<2000", 0, 2000),
    ("2000-5000", 2000, 5000),
    ("5000-10000", 5000, 10000),
    ("10000-20000", 10000, 20000),
    ("20000-50000", 20000, 50000),
    (">=50000", 50000, 10**12),
)


# ---------------------------------------------------------------- editions
class Ed:
    """munis: {code: (name, county, pop|None, lon, lat)}, coops: {id: (service, hours, {code: role})}."""

    def __init__(self, munis, coops):
        self.munis, self.coops = munis, coops

    def __repr__(self):
        return "Ed(\n  munis=" + repr(self.munis) + ",\n  coops=" + repr(self.coops) + ")"


@st.composite
def editions(draw, min_coops=0, pops="some", *, rich=False):
    n = draw(st.integers(3, 8))
    codes = [f"{k + 1:04d}" for k in range(n)]
    services = draw(st.lists(st.sampled_from(SERVICES), min_size=2 if rich else 1, max_size=3, unique=True))
    counties = draw(st.sampled_from([["03", "11"], ["03", "11", "46"]]))
    pop = st.sampled_from([800, 1999, 2000, 4999, 5000, 9999, 10000, 12345, 20000, 49999, 50000, 230000])
    pop = st.one_of(pop, pop, pop, st.none()) if pops == "some" else pop
    munis = {
        c: (
            f"Kommune {c}",
            draw(st.sampled_from(counties)),
            draw(pop),
            draw(st.floats(5, 12).map(lambda x: round(x, 3))),
            draw(st.floats(58, 70).map(lambda x: round(x, 3))),
        )
        for c in codes
    }
    hours = st.one_of(st.just(""), st.just("all"), st.lists(st.sampled_from(list(PARTS)), min_size=1, max_size=4, unique=True).map(";".join))
    coops = {}
    for k in range(draw(st.integers(min_coops, 6))):
        members = draw(st.lists(st.sampled_from(codes), min_size=(0, 2, 2, 3)[k % 4] if rich else 0, max_size=n, unique=True))
        mode = draw(st.sampled_from(["none", "host", "mixed"]))
        roles = dict.fromkeys(members, "")
        if mode != "none":
            for m in members:
                roles[m] = draw(st.sampled_from(["participant", ""]))
            if members and (mode == "host" or draw(st.booleans())):
                roles[draw(st.sampled_from(members))] = "host"
        coops[f"c{k}"] = (draw(st.sampled_from(services)), draw(hours), roles)
    return Ed(munis, coops)


def write(ed: Ed, folder: Path, rng: random.Random | None = None):
    def out(name, head, rows):
        rows = list(rows)
        if rng:
            rng.shuffle(rows)
        with (folder / name).open("w", newline="", encoding="utf-8") as f:
            w = csv.writer(f, lineterminator="\n")
            w.writerow(head)
            w.writerows(rows)

    out("municipality.csv", ["code", "name", "county", "lon", "lat"], [(c, m[0], m[1], m[3], m[4]) for c, m in ed.munis.items()])
    out("cooperation.csv", ["id", "service", "name", "hours"], [(i, c[0], f"name {i}", c[1]) for i, c in ed.coops.items()])
    out("member.csv", ["cooperation", "municipality", "role"], [(i, m, r) for i, c in ed.coops.items() for m, r in c[2].items()])
    out(
        "figure.csv",
        ["municipality", "year", "figure", "value", "kind"],
        [(c, 2019, "population", m[2], "count") for c, m in ed.munis.items() if m[2] is not None],
    )


def opened(ed: Ed, rng=None):
    if not any(c[2] for c in ed.coops.values()):
        assume(condition=False)  # a table without rows is refused by open_edition: not a matter of measures
    folder = Path(tempfile.mkdtemp())
    try:
        write(ed, folder, rng)
        return samvirke.open_edition(folder)
    finally:
        shutil.rmtree(folder)


# ---------------------------------------------------------------- brute force
def counted(ed):
    return {i: c for i, c in ed.coops.items() if len(c[2]) >= 2}


def services_of(ed):
    return sorted({c[0] for c in counted(ed).values()})


def parts(hours):
    return set(PARTS) if hours == "all" else set(filter(None, hours.split(";")))


def extent(hours):
    return sum(PARTS[p] for p in parts(hours)) if hours else -1


def coded(ed, i, service, coding):
    """Ids of the cooperations of `service` that municipality i is coded to."""
    mine = [f for f, c in counted(ed).items() if c[0] == service and i in c[2]]
    if coding == "any":
        return mine
    if coding == "most_extensive":
        return sorted(mine, key=lambda f: (-extent(ed.coops[f][1]), -len(ed.coops[f][2]), f))[:1]
    return [f for f in mine if coding in parts(ed.coops[f][1])]


def partner_set(ed, i, union, coding="any"):
    found = set()
    for service in union.split("+"):
        for f in coded(ed, i, service, coding):
            found |= set(ed.coops[f][2]) - {i}
    return found


def popsum(ed, f):
    values = [ed.munis[m][2] for m in ed.coops[f][2]]
    return None if None in values else sum(values)


def stats(values):
    values = [v for v in values if v is not None]
    if not values:
        return (None,) * 4
    q1, med, q3 = np.percentile(values, [25, 50, 75], method="linear")
    return (sum(values) / len(values), med, q1, q3)


def b_participation(ed, services=None):
    rows = {}
    for s in services or services_of(ed):
        fs = [f for f, c in counted(ed).items() if c[0] == s]
        if not fs:
            continue
        members = set().union(*(ed.coops[f][2] for f in fs))
        roles = [(m, r) for f in fs for m, r in ed.coops[f][2].items() if r]
        hosts = len({m for m, r in roles if r == "host"}) if roles else None
        rows[s] = (len(fs), len(members), len(members) / len(ed.munis), hosts, *stats([popsum(ed, f) for f in fs]))
    return rows


def size_of(pop):
    return None if pop is None else next(n for n, lo, hi in SIZES if lo <= pop < hi)


def group_of(ed, by):
    return {m: (v[1] if by == "county" else size_of(v[2])) for m, v in ed.munis.items()}


def b_participation_by(ed, by):
    group = group_of(ed, by)
    groups = sorted({g for g in group.values() if g}) if by == "county" else [n for n, _, _ in SIZES]
    rows = {}
    for s in services_of(ed):
        for g in groups:
            own = {m for m, x in group.items() if x == g}
            fs = [f for f, c in counted(ed).items() if c[0] == s and own & set(c[2])]
            took = {m for f in fs for m in ed.coops[f][2] if m in own}
            roles = [(m, r) for f in fs for m, r in ed.coops[f][2].items() if r]
            hosts = len({m for m, r in roles if r == "host" and m in own}) if roles else None
            rows[s, g] = (len(own), len(fs), len(took), len(took) / len(own) if own else None, hosts, *stats([popsum(ed, f) for f in fs]))
    return rows


def b_index(ed, services=None):
    chosen = services or services_of(ed)
    return {i: (sum(bool(partner_set(ed, i, s)) for s in chosen),) for i in ed.munis}


def b_overlap(ed, pairs, rule, coding):
    rows = {}
    if rule == "all":
        pairs = [d for s, t in pairs for d in ((s, t), (t, s))]
    for s, t in pairs:
        a = {i: partner_set(ed, i, s, coding) for i in ed.munis}
        b = {i: partner_set(ed, i, t, coding) for i in ed.munis}
        test = {"any": lambda x, y: bool(x & y), "all": lambda x, y: bool(y) and y <= x, "same": lambda x, y: x == y and bool(x)}[rule]
        rows[s, t] = (
            rule,
            sum(test(a[i], b[i]) for i in ed.munis),
            sum(map(bool, a.values())),
            sum(map(bool, b.values())),
            sum(bool(a[i]) and bool(b[i]) for i in ed.munis),
            len(ed.munis),
        )
    return rows


def b_coding_rules(ed, services=None):
    rows = {}
    for coding in CODINGS:
        for s in services or services_of(ed):
            of = {i: coded(ed, i, s, coding) for i in ed.munis}
            fs = set().union(*of.values())
            k = sum(bool(v) for v in of.values())
            rows[coding, s] = (len(fs), k, k / len(ed.munis))
    return rows


def mean_of(values, how):
    return float(how(values)) if values else None


def b_similarity(ed, pairs, coding="any"):
    rows = {}
    for s, t in pairs:
        jac, ovl = [], []
        n = 0
        for i in ed.munis:
            a, b = partner_set(ed, i, s, coding), partner_set(ed, i, t, coding)
            n += bool(a) or bool(b)
            if a and b:
                jac.append(len(a & b) / len(a | b))
                ovl.append(len(a & b) / min(len(a), len(b)))
        rows[s, t] = (
            mean_of(jac, np.mean),
            mean_of(jac, np.median),
            mean_of(ovl, np.mean),
            mean_of(ovl, np.median),
            len(jac) / n if n else None,
            len(jac),
            n,
            len(ed.munis),
        )
    return rows


def b_sizes(ed, services=None):
    rows = {}
    for s in services or services_of(ed):
        fs = [f for f, c in counted(ed).items() if c[0] == s]
        pops = {f: popsum(ed, f) for f in fs}
        known = [p for p in pops.values() if p is not None]
        fence = None
        if known:
            q1, q3 = np.percentile(known, [25, 75])
            fence = q3 + 1.5 * (q3 - q1)
        for f in fs:
            p = pops[f]
            rows[s, f] = (len(ed.coops[f][2]), p, None if p is None else p / 10000, p is not None and p > fence)
    return rows


def b_border(ed, services=None, by="county"):
    group = group_of(ed, by)
    chosen = services or services_of(ed)
    chosen = [s for s in chosen if s in services_of(ed)]
    rows = {}
    for label, ss in [(s, {s}) for s in chosen] + ([("all", set(chosen))] if len(chosen) >= 2 else []):
        every = [set(c[2]) for c in counted(ed).values() if c[0] in ss]
        fs = [f for f in every if len({group[m] for m in f if group[m]}) > 1 or all(group[m] for m in f)]  # else nobody can say that it does not cross
        ties = {frozenset(p) for f in every for p in combinations(f, 2) if group[p[0]] and group[p[1]]}
        ext = sum(len({group[m] for m in t}) == 2 for t in ties)
        inn = len(ties) - ext
        crossing = sum(len({group[m] for m in f if group[m]}) > 1 for f in fs)
        rows[label] = (len(fs), crossing, crossing / len(fs) if fs else None, ext, inn, (ext - inn) / (ext + inn) if ties else None)
    return rows


def b_network(ed):
    rows = {}
    for i, j in combinations(sorted(ed.munis), 2):
        fs = [f for f, c in counted(ed).items() if i in c[2] and j in c[2]]
        if fs:
            rows[i, j] = (len(fs), tuple(sorted({ed.coops[f][0] for f in fs})))
    return rows


def b_partners(ed, coding="any", services=None):
    rows = {}
    for s in services or services_of(ed):
        for i in ed.munis:
            if fs := coded(ed, i, s, coding):
                p = partner_set(ed, i, s, coding)
                rows[s, i] = (tuple(sorted(fs)), tuple(sorted(p)), len(p))
    return rows


def km(a, b):
    (x1, y1), (x2, y2) = ((math.radians(p[0]), math.radians(p[1])) for p in (a, b))
    h = math.sin((y2 - y1) / 2) ** 2 + math.cos(y1) * math.cos(y2) * math.sin((x2 - x1) / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(h))


def b_distance(ed):
    rows = {}
    at = {m: (v[3], v[4]) for m, v in ed.munis.items()}
    for s in services_of(ed):
        fs = [set(c[2]) for c in counted(ed).values() if c[0] == s]
        ties = {frozenset(p) for f in fs for p in combinations(f, 2)}
        d = [km(*(at[m] for m in t)) for t in ties]
        part = set().union(*fs)
        near = [min(km(at[m], at[o]) for o in at if o != m) for m in part]
        rows[s] = (len(ties), *np.percentile(d, [50, 25, 75]), max(d), float(np.median(near)))
    return rows


# ---------------------------------------------------------------- comparing
def plain(v):
    if isinstance(v, (list, tuple, np.ndarray)):
        return tuple(sorted(v))
    if v is None or v is pd.NA or (isinstance(v, float) and math.isnan(v)):
        return None
    if isinstance(v, (bool, np.bool_)):
        return bool(v)
    return v.item() if isinstance(v, np.generic) else v


def same(a, b, rel=1e-9):
    if a is None or b is None:
        return a is None and b is None
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return math.isclose(a, b, rel_tol=rel, abs_tol=1e-9)
    return a == b


def assert_rows(table, key, columns, expected, rel=1e-9):
    keys = [key] if isinstance(key, str) else key
    got = {}
    for row in table.to_dict("records"):
        k = tuple(plain(row[c]) for c in keys)
        k = k[0] if isinstance(key, str) else k
        assert k not in got, f"two rows {k}"
        got[k] = tuple(plain(row[c]) for c in columns)
    assert set(got) == set(expected), f"rows: got {sorted(got)}, expected {sorted(expected)}"
    wrong = [f"{k} {c}: samvirke {g!r}, brute {e!r}" for k in got for c, g, e in zip(columns, got[k], expected[k], strict=True) if not same(g, e, rel)]
    assert not wrong, "\n".join(wrong)


PART = ["cooperations", "municipalities", "share", "hosts", "population_mean", "population_median", "population_q1", "population_q3"]
OVER = ["rule", "overlapping", "in_first", "in_second", "in_both", "municipalities"]
SIM = [
    "jaccard_mean",
    "jaccard_median",
    "overlap_coefficient_mean",
    "overlap_coefficient_median",
    "participants_jaccard",
    "in_both",
    "in_either",
    "municipalities",
]


def pairs_default(ed):
    return list(combinations(services_of(ed), 2))


# ---------------------------------------------------------------- properties
@given(editions())
@SET
def test_participation(ed):
    assert_rows(samvirke.ask("participation", opened(ed)).table, "service", PART, b_participation(ed))


@pytest.mark.parametrize("by", ["county", "size"])
@given(ed=editions())
@SET
def test_participation_by(by, ed):
    if by == "size":
        assume(nums(ed))
    assert_rows(samvirke.ask("participation", opened(ed), by=by).table, ["service", "group"], ["group_municipalities", *PART], b_participation_by(ed, by))


@given(editions(), st.data())
@SET
def test_index(ed, data):
    e = opened(ed)
    assert_rows(samvirke.ask("index", e).table, "municipality", ["score"], b_index(ed))
    if services_of(ed):
        chosen = data.draw(st.lists(st.sampled_from(services_of(ed)), min_size=1, unique=True))
        assert_rows(samvirke.ask("index", e, services=",".join(chosen)).table, "municipality", ["score"], b_index(ed, chosen))


@given(editions(min_coops=3, rich=True), st.sampled_from(["any", "all", "same"]), st.sampled_from(CODINGS))
@SET
def test_overlap(ed, rule, coding):
    assume(len(services_of(ed)) >= 2)
    assert_rows(samvirke.ask("overlap", opened(ed), rule=rule, coding=coding).table, ["first", "second"], OVER, b_overlap(ed, pairs_default(ed), rule, coding))


@given(editions(min_coops=3, rich=True), st.data(), st.sampled_from(["any", "all", "same"]), st.sampled_from(CODINGS))
@SET
def test_overlap_unions(ed, data, rule, coding):
    have = services_of(ed)
    assume(len(have) >= 2)
    unions = have + ["+".join(p) for p in combinations(have, 2)]
    if len(have) == 3:
        unions.append("+".join(have))
    chosen = data.draw(st.lists(st.sampled_from(unions), min_size=2, max_size=4, unique=True))
    table = samvirke.ask("overlap", opened(ed), rule=rule, coding=coding, services=",".join(chosen)).table
    assert_rows(table, ["first", "second"], OVER, b_overlap(ed, list(combinations(chosen, 2)), rule, coding))


@given(editions())
@SET
def test_coding_rules(ed):
    assert_rows(samvirke.ask("coding_rules", opened(ed)).table, ["coding", "service"], ["cooperations", "municipalities", "share"], b_coding_rules(ed))


@given(editions(min_coops=3, rich=True), st.sampled_from(CODINGS))
@SET
def test_similarity(ed, coding):
    assume(len(services_of(ed)) >= 2)
    assert_rows(samvirke.ask("similarity", opened(ed), coding=coding).table, ["first", "second"], SIM, b_similarity(ed, pairs_default(ed), coding))


@given(editions())
@SET
def test_sizes(ed):
    assume(nums(ed))
    assert_rows(samvirke.ask("sizes", opened(ed)).table, ["service", "cooperation"], ["members", "population", "times_10000", "outlier"], b_sizes(ed))


@pytest.mark.parametrize("by", ["county", "size"])
@given(ed=editions())
@SET
def test_border(by, ed):
    if by == "size":
        assume(nums(ed))
    assert_rows(
        samvirke.ask("border", opened(ed), by=by).table,
        "service",
        ["cooperations", "crossing", "share", "external", "internal", "ei_index"],
        b_border(ed, by=by),
    )


@given(editions())
@SET
def test_network(ed):
    assert_rows(samvirke.ask("network", opened(ed)).table, ["first", "second"], ["cooperations", "services"], b_network(ed))


@given(editions(), st.sampled_from(CODINGS))
@SET
def test_partners(ed, coding):
    assert_rows(
        samvirke.ask("partners", opened(ed), coding=coding).table,
        ["service", "municipality"],
        ["cooperations", "partners", "partners_number"],
        b_partners(ed, coding),
    )


@given(editions())
@SET
def test_distance(ed):
    assert_rows(
        samvirke.ask("distance", opened(ed)).table, "service", ["pairs", "km_median", "km_q1", "km_q3", "km_max", "nearest_km_median"], b_distance(ed), rel=5e-3
    )


# ---------------------------------------------------------------- invariances
ASKED = [
    ("participation", {}),
    ("participation", {"by": "county"}),
    ("participation", {"by": "size"}),
    ("index", {}),
    *(("overlap", {"rule": r, "coding": c}) for r in ("any", "all", "same") for c in ("any", "most_extensive", "night")),
    ("coding_rules", {}),
    *(("similarity", {"coding": c}) for c in ("any", "most_extensive")),
    ("sizes", {}),
    ("border", {}),
    ("border", {"by": "size"}),
    ("network", {}),
    ("partners", {}),
    ("partners", {"coding": "most_extensive"}),
    ("distance", {}),
    ("services", {}),
    ("hosts", {}),
    ("host_ties", {}),
]


def answers(e, asked=ASKED):
    found = {}
    for q, o in asked:
        try:
            f = samvirke.ask(q, e, **o)
        except samvirke.SamvirkeError as error:
            found[q, repr(o)] = (type(error).__name__, None, None)
            continue
        extra = [getattr(f, "tables", None) or getattr(f, "supporting", None)]
        found[q, repr(o)] = (f.table, (f.statement.nb, f.statement.en), extra)
    return found


SOME = st.lists(st.sampled_from(ASKED), min_size=4, max_size=4, unique_by=repr)


@given(editions(), st.randoms(use_true_random=False), SOME)
@SET
def test_shuffled_rows(ed, rng, asked):
    one, two = answers(opened(ed), asked), answers(opened(ed, rng), asked)
    for k in one:
        if isinstance(one[k][0], str):
            assert one[k][0] == str(two[k][0]), k
            continue
        pd.testing.assert_frame_equal(one[k][0], two[k][0], obj=str(k))
        assert one[k][1] == two[k][1], k


def canon(table, back, names):
    rows = []
    for row in table.to_dict("records"):
        new = {}
        for c, v in row.items():
            v = plain(v)
            if isinstance(v, tuple):
                v = tuple(sorted(back.get(x, x) for x in v))
            elif c not in ("name", "first_name", "second_name", "host_name"):
                v = back.get(v, v)
            else:
                v = names.get(v, v)
            if isinstance(v, float):
                v = float(f"{v:.9g}")
            new[c] = v
        if "second" in new and "first_name" in new and new["first"] > new["second"]:
            new["first"], new["second"] = new["second"], new["first"]
            new["first_name"], new["second_name"] = new["second_name"], new["first_name"]
        rows.append(repr(sorted(new.items(), key=lambda kv: kv[0])))
    return sorted(rows)


@given(editions(), st.randoms(use_true_random=False), SOME)
@SET
def test_renaming(ed, rng, asked):
    codes = rng.sample([f"{k:04d}" for k in range(1, 9999)], len(ed.munis))
    names = rng.sample(["Å", "Bø", "Aa", "Zz", "Nes", "Os", "Våler", "Sande", "Herøy"], len(ed.munis))
    to = dict(zip(ed.munis, codes, strict=True))
    ids = dict(zip(sorted(ed.coops), sorted(rng.sample([f"k{n:03d}" for n in range(100, 999)], len(ed.coops))), strict=True))
    other = Ed(
        {to[c]: (names[n], *m[1:]) for n, (c, m) in enumerate(ed.munis.items())},
        {ids[i]: (c[0], c[1], {to[m]: r for m, r in c[2].items()}) for i, c in ed.coops.items()},
    )
    back = {v: k for k, v in [*to.items(), *ids.items()]} | {f"name {v}": f"name {k}" for k, v in ids.items()}
    old = {n: ed.munis[c][0] for n, c in zip(names, ed.munis, strict=True)} | {f"name {v}": f"name {k}" for k, v in ids.items()}
    one, two = answers(opened(ed), asked), answers(opened(other), asked)
    for k in one:
        if isinstance(one[k][0], str):
            assert one[k][0] == str(two[k][0]), k
            continue
        assert canon(one[k][0], {}, {}) == canon(two[k][0], back, old), k


# ---------------------------------------------------------------- by hand
M = {
    "0001": ("A", "03", 1000, 10.0, 60.0),
    "0002": ("B", "03", 3000, 10.5, 60.0),
    "0003": ("C", "11", 6000, 11.0, 61.0),
    "0004": ("D", "11", None, 12.0, 62.0),
    "0005": ("Ø", "46", 70000, 5.0, 70.0),
}


def nums(ed):
    """Whether any population is known; by=size is refused otherwise."""
    return any(m[2] is not None for m in ed.munis.values())


def members(*codes):
    return dict.fromkeys(codes, "")


def assert_all(ed):
    e = opened(ed)
    assert_rows(samvirke.ask("participation", e).table, "service", PART, b_participation(ed))
    for by in ("county", "size") if nums(ed) else ("county",):
        assert_rows(samvirke.ask("participation", e, by=by).table, ["service", "group"], ["group_municipalities", *PART], b_participation_by(ed, by))
    assert_rows(samvirke.ask("index", e).table, "municipality", ["score"], b_index(ed))
    assert_rows(samvirke.ask("coding_rules", e).table, ["coding", "service"], ["cooperations", "municipalities", "share"], b_coding_rules(ed))
    assert_rows(samvirke.ask("border", e).table, "service", ["cooperations", "crossing", "share", "external", "internal", "ei_index"], b_border(ed))
    assert_rows(samvirke.ask("network", e).table, ["first", "second"], ["cooperations", "services"], b_network(ed))
    assert_rows(samvirke.ask("partners", e).table, ["service", "municipality"], ["cooperations", "partners", "partners_number"], b_partners(ed))
    assert_rows(samvirke.ask("distance", e).table, "service", ["pairs", "km_median", "km_q1", "km_q3", "km_max", "nearest_km_median"], b_distance(ed), rel=5e-3)
    if len(services_of(ed)) > 1:
        for coding in CODINGS:
            assert_rows(samvirke.ask("similarity", e, coding=coding).table, ["first", "second"], SIM, b_similarity(ed, pairs_default(ed), coding))
            for rule in ("any", "all", "same"):
                assert_rows(
                    samvirke.ask("overlap", e, rule=rule, coding=coding).table, ["first", "second"], OVER, b_overlap(ed, pairs_default(ed), rule, coding)
                )
    if any(m[2] is not None for m in ed.munis.values()):
        assert_rows(samvirke.ask("sizes", e).table, ["service", "cooperation"], ["members", "population", "times_10000", "outlier"], b_sizes(ed))


HAND = {
    "service with one municipality": Ed(M, {"a": ("legevakt", "all", members("0001", "0002")), "b": ("ohjelp", "all", members("0001"))}),
    "service with no member": Ed(
        M, {"a": ("legevakt", "all", members("0001", "0002")), "b": ("ohjelp", "all", {}), "c": ("barnevern", "", members("0002", "0003"))}
    ),
    "only such services": Ed(M, {"a": ("legevakt", "all", members("0001")), "b": ("ohjelp", "all", {})}),
    "no population anywhere": Ed(
        {c: (m[0], m[1], None, m[3], m[4]) for c, m in M.items()},
        {"a": ("legevakt", "all", members("0001", "0002")), "b": ("ohjelp", "day", members("0001", "0002", "0003"))},
    ),
    "one member without population": Ed(
        M, {"a": ("legevakt", "all", members("0001", "0004")), "b": ("legevakt", "day", members("0001", "0002")), "c": ("ohjelp", "", members("0003", "0004"))}
    ),
    "island": Ed(M, {"a": ("legevakt", "all", members("0001", "0002", "0003", "0004")), "b": ("ohjelp", "all", members("0001", "0002", "0003", "0004"))}),
    "island alone in its service": Ed(M, {"a": ("legevakt", "all", members("0001", "0002")), "b": ("ohjelp", "all", members("0005"))}),
    "day and night overlap": Ed(
        M,
        {
            "a": ("legevakt", "day", members("0001", "0002")),
            "b": ("legevakt", "night;evening", members("0001", "0002", "0003")),
            "c": ("ohjelp", "all", members("0002", "0003")),
        },
    ),
    "tie by hours, then members, then id": Ed(
        M,
        {
            "a": ("legevakt", "day", members("0001", "0002")),
            "b": ("legevakt", "day", members("0001", "0003")),
            "c": ("legevakt", "", members("0001", "0002", "0003", "0004", "0005")),
            "d": ("ohjelp", "all", members("0001", "0002")),
        },
    ),
    "evening+night beats day; weekend beats night": Ed(
        M,
        {
            "a": ("legevakt", "evening;night", members("0001", "0002")),
            "b": ("legevakt", "day", members("0001", "0003", "0004")),
            "c": ("ohjelp", "night", members("0001", "0003")),
            "d": ("ohjelp", "weekend", members("0001", "0002")),
        },
    ),
    "equal member sets, two cooperations": Ed(
        M,
        {
            "a": ("legevakt", "day", members("0001", "0002")),
            "b": ("legevakt", "night", members("0001", "0002")),
            "c": ("ohjelp", "all", members("0001", "0002")),
        },
    ),
}


@pytest.mark.parametrize("name", HAND)
def test_by_hand(name):
    assert_all(HAND[name])
