"""Overlap in ten services of France, beside what one would use instead: DuckDB, networkx and plain scipy.sparse.

Run ``make bench``. The first service is real: 34 871 memberships in the EPCI, imported by the shipped recipe (npm must be there). Nine
more are CONSTRUCTED: neighbours by code in groups of 5 to 70, every tenth commune in a second group as well. Each program counts, for
all 45 pairs, the municipalities that overlap under the rules any, all (each way) and same, in a process of its own, from the same
tables in memory; all must agree. Time is from tables to counts, imports not included; memory is the process's peak.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from itertools import combinations
from pathlib import Path
from typing import Any

SERVICES, LIMIT_BYTES, LIMIT_IMPORT_SECONDS = 10, 2e9, 20.0
TIMES = {"duckdb": 20.0, "networkx": 20.0, "scipy": 1.0}
"""At least how many times faster than each."""

Counts = dict[str, int]


def construct(edition: Path, target: Path) -> None:
    """Write the memberships of ten services as one table."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(2015)
    real = pd.read_csv(edition / "member.csv", dtype=str)[["cooperation", "municipality"]].assign(service="epci")
    codes = np.array(sorted(set(pd.read_csv(edition / "municipality.csv", dtype=str)["code"])))
    frames = [real]
    for number in range(1, SERVICES):
        bounds = np.cumsum(rng.integers(5, 70, len(codes) // 5))
        first = np.searchsorted(bounds, np.arange(len(codes)), side="right")
        second = np.flatnonzero(rng.random(len(codes)) < 0.1)
        groups = np.concatenate([first, (first[second] + rng.choice([-1, 1], len(second))).clip(0)])
        members = np.concatenate([codes, codes[second]])
        frames.append(pd.DataFrame({"cooperation": [f"s{number}-{group}" for group in groups], "municipality": members, "service": f"constructed{number}"}))
    pd.concat(frames, ignore_index=True).drop_duplicates().to_parquet(target)


def by_samvirke(tables: Any) -> Counts:
    """Partner sets by bundle, each pair of sets compared once."""
    from samvirke.edition import Edition
    from samvirke.measures.membership import hold, membership

    edition = Edition("france", tables)
    data = membership(edition)
    partners = {service: data.partners(service) for service in data.services}
    found = {}
    for first, second in combinations(data.services, 2):
        held = hold(partners[first], partners[second])
        found[f"any {first} {second}"] = int(held.overlapping("any").sum())
        found[f"same {first} {second}"] = int(held.overlapping("same").sum())
        found[f"all {first} {second}"] = int(held.overlapping("all").sum())
        back = held.first & held.second & (held.common == held.first_size)
        found[f"all {second} {first}"] = int(back.sum())
    return found


def by_scipy(member: Any) -> Counts:
    """Municipality by municipality, one sparse matrix a service, multiplied cell by cell."""
    import numpy as np
    import pandas as pd
    from scipy.sparse import csr_array

    rows, codes = pd.factorize(member["municipality"], sort=True)
    columns, ids = pd.factorize(member["cooperation"], sort=True)
    service = member["service"].to_numpy()
    partners, sizes = {}, {}
    for one in sorted(set(service)):
        own = service == one
        matrix = csr_array((np.ones(int(own.sum()), dtype=np.int32), (rows[own], columns[own])), shape=(len(codes), len(ids)))
        ties = (matrix @ matrix.T).tocsr()
        ties.setdiag(0)
        ties.eliminate_zeros()
        ties.data[:] = 1
        partners[one], sizes[one] = ties, np.asarray(ties.sum(axis=1)).ravel()
    found = {}
    for first, second in combinations(partners, 2):
        common = np.asarray(partners[first].multiply(partners[second]).sum(axis=1)).ravel()
        _rules(found, first, second, common, sizes[first], sizes[second])
    return found


def _rules(found: Counts, first: str, second: str, common: Any, one: Any, other: Any) -> None:
    both = (one > 0) & (other > 0)
    found[f"any {first} {second}"] = int((both & (common > 0)).sum())
    found[f"same {first} {second}"] = int((both & (common == one) & (common == other)).sum())
    found[f"all {first} {second}"] = int((both & (common == other)).sum())
    found[f"all {second} {first}"] = int((both & (common == one)).sum())


def by_duckdb(member: Any) -> Counts:
    """Pairs by a self-join, once a service; what two services have in common by a join of the pairs; sizes by a count."""
    import duckdb

    with duckdb.connect() as database:
        database.register("given", member)
        database.execute(
            """
            CREATE TABLE member AS SELECT dense_rank() OVER (ORDER BY municipality) AS i, dense_rank() OVER (ORDER BY cooperation) AS c,
                                          dense_rank() OVER (ORDER BY service) AS s FROM given;
            CREATE TABLE pair AS SELECT DISTINCT a.s, a.i, b.i AS j FROM member a JOIN member b USING (c) WHERE a.i <> b.i;
            CREATE TABLE size AS SELECT s, i, count(*) AS n FROM pair GROUP BY ALL;
            CREATE TABLE common AS SELECT a.s, b.s AS t, a.i, count(*) AS n FROM pair a JOIN pair b ON a.i = b.i AND a.j = b.j AND a.s < b.s GROUP BY ALL;
            """
        )
        rows = database.execute(
            """
            SELECT a.s, b.s, count(*) FILTER (c.n > 0), count(*) FILTER (c.n = a.n AND c.n = b.n), count(*) FILTER (c.n = b.n), count(*) FILTER (c.n = a.n)
            FROM size a JOIN size b ON a.i = b.i AND a.s < b.s LEFT JOIN common c ON c.i = a.i AND c.s = a.s AND c.t = b.s GROUP BY ALL
            """
        ).fetchall()
    names = sorted(set(member["service"]))
    found = {}
    for s, t, shared, same, within, around in rows:
        first, second = names[s - 1], names[t - 1]
        found |= {f"any {first} {second}": shared, f"same {first} {second}": same, f"all {first} {second}": within, f"all {second} {first}": around}
    return found


def by_networkx(member: Any) -> Counts:
    """Projections of the bipartite graph, one a service, and sets of neighbours."""
    import networkx

    neighbours = {}
    for service, own in member.groupby("service"):
        graph = networkx.Graph()
        graph.add_edges_from(zip(own["municipality"], "c:" + own["cooperation"], strict=True))
        projected = networkx.bipartite.projected_graph(graph, set(own["municipality"]))
        neighbours[service] = {code: set(near) for code, near in projected.adjacency() if near}
    found: Counts = {}
    for first, second in combinations(sorted(neighbours), 2):
        both = [(one, neighbours[second][code]) for code, one in neighbours[first].items() if code in neighbours[second]]
        found[f"any {first} {second}"] = sum(not one.isdisjoint(other) for one, other in both)
        found[f"same {first} {second}"] = sum(one == other for one, other in both)
        found[f"all {first} {second}"] = sum(other <= one for one, other in both)
        found[f"all {second} {first}"] = sum(one <= other for one, other in both)
    return found


PROGRAMS = {"samvirke": by_samvirke, "scipy": by_scipy, "duckdb": by_duckdb, "networkx": by_networkx}


def _tables(member: Any) -> dict[str, Any]:
    """Return the same as the tables of an edition: municipalities, cooperations with their service, and members."""
    import pandas as pd

    cooperation = member[["cooperation", "service"]].drop_duplicates("cooperation").rename(columns={"cooperation": "id"})
    municipality = pd.DataFrame({"code": member["municipality"].drop_duplicates()})
    return {"municipality": municipality, "cooperation": cooperation.assign(name=None, hours=None, members_known=None), "member": member.assign(role=None)}


def run_one(program: str, path: str) -> None:
    """Count once in this process and print the counts, the seconds and the peak of memory."""
    import pandas as pd

    member = pd.read_parquet(path)
    for name in {"samvirke": ["samvirke.measures.membership", "pyarrow.compute"], "scipy": ["scipy.sparse"]}.get(program, [program]):
        __import__(name)
    given = _tables(member) if program == "samvirke" else member
    start = time.perf_counter()
    counts = PROGRAMS[program](given)
    seconds = time.perf_counter() - start
    print(json.dumps({"counts": counts, "seconds": seconds, "bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))


def main() -> None:
    """Import France, run each program and print the ratios."""
    if len(sys.argv) == 3:
        run_one(sys.argv[1], sys.argv[2])
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start = time.perf_counter()
        for words in (["import", "france", "--out", str(folder / "france")], ["check", str(folder / "france")]):
            subprocess.run([sys.executable, "-m", "samvirke", *words], check=True, capture_output=True)
        imported = time.perf_counter() - start
        construct(folder / "france", folder / "member.parquet")
        results = {}
        for program in PROGRAMS:
            result = subprocess.run([sys.executable, __file__, program, str(folder / "member.parquet")], capture_output=True, text=True, check=True)
            results[program] = json.loads(result.stdout.splitlines()[-1])
    ours = results["samvirke"]
    print(
        f"France, {SERVICES} services ({SERVICES - 1} constructed): {len(ours['counts'])} counts, of them any epci–constructed1 {ours['counts']['any constructed1 epci']}"
    )
    missed = []
    for program, found in results.items():
        ratio = found["seconds"] / ours["seconds"]
        agree = found["counts"] == ours["counts"]
        print(f"{program:10} {found['seconds']:7.2f} s  {found['bytes'] / 1e9:5.2f} GB  {ratio:7.1f} x samvirke's time  {'agrees' if agree else 'DIFFERS'}")
        if not agree or (program in TIMES and ratio < TIMES[program]):
            missed.append(program)
    print(f"import and check of France {imported:.1f} s")
    if ours["bytes"] > LIMIT_BYTES or imported > LIMIT_IMPORT_SECONDS:
        missed.append("memory or import")
    print(
        f"limits: {', '.join(f'{times:g} x {program}' for program, times in TIMES.items())}, {LIMIT_BYTES / 1e9:g} GB, import {LIMIT_IMPORT_SECONDS:g} s: {'MISSED ' + ', '.join(missed) if missed else 'met'}"
    )
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
