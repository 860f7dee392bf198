"""The null models and modularity: seconds on Norway, cost against size, and beside networkit, plain Python and networkx.

Run ``make bench``. The legevakt list of Norway in 2013 is real, imported by the shipped recipe; where ../shared is not there, a
CONSTRUCTED country of 428 municipalities on random points stands in, and the output says so. All other services are CONSTRUCTED: three in
five municipalities take part, some of them are hosts, and each of the others joins one of the 30 nearest hosts with a chance in
proportion to exp(-km/12): 80 hosts beside legevakt, else one host for every four who take part. The larger countries are CONSTRUCTED too:
random points, 50 km² a municipality whatever the size. All is made and measured in this process; imports are not timed.

- ``consolidation`` of three services with 1000 draws: the first call, which compiles or loads what was compiled, and the second.
- One draw under each null model, from the hub to the end of its chain, held half way and at its end against a second service that stays.
  A cooperation trades as often whatever the size, so cost should follow the number of memberships, but for caches that no longer suffice.
- The same number of curveball trades on the same lists by networkit and by plain Python with sets (Strona et al. 2014). Of networkit,
  GlobalCurveball on directed edges from cooperations to municipalities, where only nodes with edges out of them trade, half as many
  trades a round as there are; and Curveball, given the pairs of cooperations, on the same edges without direction, since it does not
  keep the margins of directed ones. The faster of the two counts. Making graphs, lists and pairs is not timed, handing pairs over is; all
  must keep the margins.
- The best of 20 starts of Louvain by ``samvirke`` (scikit-network, joined modules) and by networkx on edges from municipalities to
  cooperations, whose directed modularity is Barber's. Both divisions are valued by the same formula.

Times other than of consolidation are the quickest of several, since others may be using the machine.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from samvirke.edition import Edition, open_edition
from samvirke.measures.consolidation import consolidation
from samvirke.measures.distance import points_of
from samvirke.measures.membership import membership
from samvirke.measures.modularity import STARTS, barber, modules
from samvirke.measures.null_models import TRADES, Lists, by_distance, counted_lists, hold_lists

LIMIT_SECONDS = 10.0
"""Of the second call of consolidation."""
LIMIT_COLDER = 3.0
"""At most how many times more a membership costs in the largest country than in the smallest."""
LIMIT_NETWORKIT, LIMIT_PLAIN = 3.0, 20.0
"""At most how many times slower than networkit, at least how many times faster than plain Python."""
LIMIT_MODULARITY = 0.005
"""At most how much lower than networkx's."""

SIZES = (428, 1_700, 7_000, 34_871)
DRAWS, DRAWS_TIMED, LEAST_TRADES = 1000, 5, 200_000
SHARE, HOSTS, MEMBERS, NEAREST, LENGTH_KM = 0.6, 80, 4, 30, 12.0
AREA_KM2, EARTH_KM = 50.0, 6371.0
ROOT = Path(__file__).resolve().parents[1]
FIGURE = Path("build", "benchmarks", "null_models.png")

Array = np.ndarray[Any, Any]


def country(size: int, rng: np.random.Generator) -> Edition:
    """Construct municipalities on random points of a square that grows with their number."""
    degree = np.radians(1) * EARTH_KM
    north, east = rng.uniform(-0.5, 0.5, (2, size)) * np.sqrt(size * AREA_KM2) / degree
    codes = [f"{place:05}" for place in range(size)]
    latitude = 47 + north
    longitude = 5 + east / np.cos(np.radians(latitude))
    municipality = pd.DataFrame({"code": codes, "name": codes, "county": None, "valid_from": None, "valid_to": None, "lon": longitude, "lat": latitude})
    cooperation = pd.DataFrame(columns=["id", "service", "name", "hours", "members_known"], dtype=object)
    member = pd.DataFrame(columns=["cooperation", "municipality", "role"], dtype=object)
    return Edition("constructed", {"municipality": municipality, "cooperation": cooperation, "member": member}, {"constructed": True})


def with_service(edition: Edition, service: str, rng: np.random.Generator, hosts: int | None = None) -> Edition:
    """Add a constructed service to an edition."""
    own = edition["municipality"].dropna(subset=["lon", "lat"])
    longitude, latitude = np.radians(own["lon"].to_numpy()), np.radians(own["lat"].to_numpy())
    points = EARTH_KM * np.column_stack([np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)])
    taking = rng.permutation(len(own))[: int(SHARE * len(own))]
    seats, others = np.split(taking, [hosts or len(taking) // MEMBERS])
    km, near = cKDTree(points[seats]).query(points[others], k=NEAREST)
    chance = np.exp(-km / LENGTH_KM).cumsum(axis=1)
    choice = np.minimum((rng.random((len(others), 1)) * chance[:, -1:] > chance).sum(axis=1), NEAREST - 1)
    joined = seats[near[np.arange(len(others)), choice]]
    codes = own["code"].to_numpy()
    names = np.array([f"{service}-{code}" for code in codes], dtype=object)
    cooperation = pd.DataFrame({"id": names[seats], "service": service})
    member = pd.DataFrame({"cooperation": names[[*seats, *joined]], "municipality": codes[[*seats, *others]]})
    member["role"] = pd.Series(["host"] * len(seats) + [None] * len(others), dtype=object)
    added = {"cooperation": cooperation, "member": member}
    tables = {name: pd.concat([edition[name], more]).reindex(columns=edition[name].columns).reset_index(drop=True) for name, more in added.items()}
    return replace(edition, tables={**edition.tables, **tables})


def norway() -> Edition:
    """Return Norway's legevakt, or a constructed country like it, with two constructed services."""
    rng = np.random.default_rng(2013)
    data = ROOT.parent / "shared" / "data" / "norway"
    if data.is_dir():
        from samvirke.sources import import_edition

        with tempfile.TemporaryDirectory() as name:
            import_edition("norway-2013", Path(name) / "norway-2013", data=data)
            edition = open_edition(Path(name) / "norway-2013").on(None)
    else:
        print("../shared is not there: the country of 428 municipalities and its legevakt are CONSTRUCTED as well")
        edition = with_service(country(428, rng), "legevakt", rng, HOSTS)
    return with_service(with_service(edition, "constructed1", rng, HOSTS), "constructed2", rng, HOSTS)


def seconds(function: Callable[[], Any]) -> float:
    """Time a function once."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def quickest(prepare: Callable[[], Callable[[], Any]], least: int = 3, at_least_seconds: float = 0.5) -> float:
    """Return the shortest time of what is prepared, run several times."""
    times: list[float] = []
    while len(times) < least or sum(times) < at_least_seconds:
        times.append(seconds(prepare()))
    return min(times)


def consolidated(edition: Edition) -> list[str]:
    """Time consolidation twice."""
    first = seconds(lambda: consolidation(edition, draws=DRAWS))
    start = time.process_time()
    second = seconds(lambda: consolidation(edition, draws=DRAWS))
    busy = time.process_time() - start
    count = edition["cooperation"]["service"].nunique()
    print(f"consolidation of {count} services, {len(edition['municipality'])} municipalities, {DRAWS} draws, {os.cpu_count()} processors")
    print(f"  first call {first:.2f} s, second call {second:.2f} s ({busy:.2f} s of processors; limit {LIMIT_SECONDS:g} s)")
    return ["consolidation"] if second > LIMIT_SECONDS else []


def countries() -> list[tuple[Lists, Lists, Lists]]:
    """Construct each country; return a service under both null models, and the one it is held against."""
    made = []
    for size in SIZES:
        rng = np.random.default_rng(size)
        edition = with_service(with_service(country(size, rng), "drawn", rng), "fixed", rng)
        data = membership(edition)
        degree = counted_lists(data, "drawn")
        distance = by_distance(data, degree, data.columns("drawn", "any"), *points_of(edition, data), np.random.SeedSequence(size))
        if distance is None:
            raise ValueError(size)
        made.append((degree, distance, counted_lists(data, "fixed")))
    return made


def cost_by_size(made: list[tuple[Lists, Lists, Lists]]) -> list[str]:
    """Time draws under each null model in each country, print the cost per membership and draw it."""
    rows, missed = [], []
    for place, null in enumerate(("degree", "distance")):
        for size, one in zip(SIZES, made, strict=True):
            own, fixed = one[place], one[2]
            rng = np.random.default_rng(1)
            hub = own.hub(rng)

            def draw(own: Lists = own, fixed: Lists = fixed, hub: Array = hub, rng: np.random.Generator = rng) -> None:
                for drawn in own.draws(hub, DRAWS_TIMED, rng):
                    hold_lists(own, drawn, fixed, fixed.members[None])

            draw()
            microseconds = 1e6 * quickest(lambda draw=draw: draw) / DRAWS_TIMED
            rows.append({"null": null, "municipalities": size, "memberships": len(own.members), "microseconds": microseconds})
    table = pd.DataFrame(rows)
    table["each"] = table["microseconds"] / table["memberships"]
    for null, costs in table.groupby("null"):
        print(f"{null}: microseconds per membership and draw")
        for row in costs.itertuples():
            print(f"  {row.municipalities:6} municipalities {row.memberships:6} memberships {row.each:8.2f}  ({row.microseconds / 1000:8.2f} ms a draw)")
        ratio = costs["each"].iloc[-1] / costs["each"].iloc[0]
        print(f"  largest to smallest {ratio:.2f} (limit {LIMIT_COLDER:g})")
        if ratio > LIMIT_COLDER:
            missed.append(f"cost under {null}")
    figure(table)
    return missed


def figure(table: pd.DataFrame) -> None:
    """Draw the cost of a draw against the number of memberships, with the lines of exact proportion."""
    import vl_convert

    from samvirke.figures._common import FAINT, FONT, INK, PALETTE, altair

    alt = altair()
    first = table.groupby("null")[["memberships", "microseconds"]].transform("first")
    table = table.assign(milliseconds=table["microseconds"] / 1000)
    table["proportion"] = first["microseconds"] / first["memberships"] * table["memberships"] / 1000
    names = [str(null) for null in table["null"].unique()]
    base = alt.Chart(table).encode(
        x=alt.X(
            "memberships:Q",
            scale=alt.Scale(type="log", nice=False, padding=15),
            title="memberships",
            axis=alt.Axis(values=[300, 1000, 3000, 10_000], format=","),
        ),
        color=alt.Color("null:N", scale=alt.Scale(domain=names, range=[*PALETTE[:2]]), legend=None),
    )
    y = alt.Y("milliseconds:Q", scale=alt.Scale(type="log", nice=False, padding=15), title="milliseconds a draw", axis=alt.Axis(values=[0.1, 1, 10, 100, 1000]))
    line = base.mark_line(strokeDash=[4, 4], opacity=0.6).encode(y=alt.Y("proportion:Q", title="milliseconds a draw"))
    measured = base.mark_point(filled=True, size=70, opacity=1).encode(y=y)
    label = base.mark_text(align="right", dx=-10, dy=-6, fontSize=12).encode(y=y, text="null:N").transform_filter(alt.datum.municipalities == max(SIZES))
    title = alt.TitleParams("Cost of a draw by number of memberships", subtitle="Dashed: in exact proportion to the smallest country. Constructed countries.")
    chart = (
        (line + measured + label)
        .properties(width=430, height=320, title=title)
        .configure(font=FONT, background="white")
        .configure_view(stroke=None)
        .configure_axis(labelColor=INK, titleColor=FAINT, grid=False)
        .configure_title(anchor="start", color=INK, subtitleColor=FAINT)
    )
    (ROOT / FIGURE).parent.mkdir(parents=True, exist_ok=True)
    (ROOT / FIGURE).write_bytes(vl_convert.vegalite_to_png(chart.to_json(), scale=2))
    print(f"figure {FIGURE}")


def plain_trades(lists: list[list[int]], trades: int, chance: Any) -> None:
    """Make curveball trades as one would write them in plain Python."""
    for _ in range(trades):
        one, other = chance.sample(range(len(lists)), 2)
        first, second = set(lists[one]), set(lists[other])
        common = first & second
        if len(common) in (len(first), len(second)):
            continue
        pool = list(first ^ second)
        chance.shuffle(pool)
        taken = len(first) - len(common)
        lists[one] = [*common, *pool[:taken]]
        lists[other] = [*common, *pool[taken:]]


def margins_kept(own: Lists, municipality: Array, cooperation: Array) -> bool:
    """Say whether memberships made of a list have its margins, none of them twice."""
    n, m = len(own.points), len(own.starts) - 1
    if len(municipality) != len(own.members) or municipality.min() < 0 or municipality.max() >= n or cooperation.min() < 0 or cooperation.max() >= m:
        return False
    return (
        np.array_equal(np.bincount(municipality, minlength=n), np.bincount(own.members, minlength=n))
        and np.array_equal(np.bincount(cooperation, minlength=m), np.diff(own.starts))
        and len(np.unique(cooperation * n + municipality)) == len(municipality)
    )


def curveball(name: str, own: Lists) -> list[str]:
    """Time the same number of trades by each program on the same lists."""
    import random

    import networkit
    from networkit.randomization import Curveball, GlobalCurveball

    networkit.setSeed(1, useThreadId=False)
    rng, chance = np.random.default_rng(1), random.Random(1)  # noqa: S311
    n, m = len(own.points), len(own.starts) - 1
    column = np.repeat(np.arange(m), np.diff(own.starts))
    rounds = 2 * max(TRADES, round(LEAST_TRADES / m))
    trades = rounds * m // 2
    first = rng.integers(m, size=trades)
    pairs = np.column_stack([first, (first + rng.integers(1, m, size=trades)) % m])
    given = [(n + one, n + other) for one, other in pairs.tolist()]
    graphs = {directed: networkit.Graph(n + m, directed=directed) for directed in (True, False)}
    for graph in graphs.values():
        for place, cooperation in zip(own.members.tolist(), column.tolist(), strict=True):
            graph.addEdge(n + cooperation, place)
    ends: dict[str, tuple[Array, Array]] = {}
    results: dict[str, Any] = {}

    def samvirke() -> Callable[[], None]:
        return lambda: results.update(samvirke=own.drawn(own.members, trades, rng))

    def with_global() -> Callable[[], None]:
        results["GlobalCurveball"] = GlobalCurveball(graphs[True], rounds, allowSelfLoops=True, degreePreservingShufflePreprocessing=False)
        return lambda: results["GlobalCurveball"].run()

    def with_pairs() -> Callable[[], None]:
        results["Curveball"] = Curveball(graphs[False])
        return lambda: results["Curveball"].run(given)

    def plain() -> Callable[[], None]:
        results["plain"] = [one.tolist() for one in np.split(own.members, own.starts[1:-1])]
        return lambda: plain_trades(results["plain"], trades, chance)

    programs = {"samvirke": samvirke, "GlobalCurveball": with_global, "Curveball": with_pairs, "plain": plain}
    times = {program: quickest(prepare, at_least_seconds=0.0 if program == "plain" else 0.5) for program, prepare in programs.items()}
    ends["samvirke"] = (results["samvirke"], column)
    for program in ("GlobalCurveball", "Curveball"):
        edges = np.sort(np.array(list(results[program].getGraph().iterEdges())), axis=1)
        ends[program] = (edges[:, 0], edges[:, 1] - n)
    ends["plain"] = (np.concatenate([np.array(one) for one in results["plain"]]), np.repeat(np.arange(m), [len(one) for one in results["plain"]]))
    print(f"curveball on {name}: {m} cooperations, {len(own.members)} memberships, {trades} trades")
    missed = []
    for program, taken in times.items():
        kept = margins_kept(own, *ends[program])
        word, ratio = "margins kept" if kept else "MARGINS NOT KEPT", taken / times["samvirke"]
        print(f"  {program:16}{1e9 * taken / trades:8.0f} ns a trade {ratio:8.1f} x samvirke's time  {word}")
        if not kept:
            missed.append(f"margins by {program} on {name}")
    slower = times["samvirke"] / min(times["GlobalCurveball"], times["Curveball"])
    faster = times["plain"] / times["samvirke"]
    print(
        f"  time beside the faster of networkit {slower:.2f} (limit {LIMIT_NETWORKIT:g}), times faster than plain Python {faster:.0f} (limit {LIMIT_PLAIN:g})"
    )
    if slower > LIMIT_NETWORKIT:
        missed.append(f"networkit on {name}")
    if faster < LIMIT_PLAIN:
        missed.append(f"plain Python on {name}")
    return missed


def modularity_beside(name: str, matrix: Any) -> list[str]:
    """Time the search for modules by each program and value what they found."""
    import networkx

    matrix = matrix[np.flatnonzero(np.diff(matrix.tocsr().indptr))]
    rows, columns = matrix.shape
    entries = matrix.tocoo()
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(rows + columns))
    graph.add_edges_from(zip(entries.row.tolist(), (rows + entries.col).tolist(), strict=True))

    def by_networkx() -> tuple[Array, Array]:
        divisions = []
        for start in range(STARTS):
            label = np.empty(rows + columns, dtype=np.int64)
            for number, own in enumerate(networkx.community.louvain_communities(graph, seed=start)):
                label[list(own)] = number
            divisions.append((label[:rows], label[rows:]))
        return max(divisions, key=lambda one: barber(matrix, *one))

    def by_samvirke() -> tuple[Array, Array]:
        return modules(matrix, 1)

    found = {
        program: (quickest(lambda search=search: search), barber(matrix, *search()))
        for program, search in (("samvirke", by_samvirke), ("networkx", by_networkx))
    }
    print(f"modularity of {name}: {rows} municipalities, {columns} cooperations, {matrix.nnz} memberships, best of {STARTS} starts")
    for program, (taken, value) in found.items():
        print(f"  {program:10}{taken:7.2f} s {taken / found['samvirke'][0]:6.1f} x samvirke's time  Q {value:.4f}")
    return [f"modularity of {name}"] if found["samvirke"][1] < found["networkx"][1] - LIMIT_MODULARITY else []


def main() -> None:
    """Measure each in turn and print the ratios."""
    edition = norway()
    missed = consolidated(edition)
    made = countries()
    missed += cost_by_size(made)
    data = membership(edition)
    missed += curveball("legevakt", counted_lists(data, "legevakt"))
    missed += curveball(f"{SIZES[-1]} municipalities", made[-1][0])
    missed += modularity_beside("legevakt", data.matrix[:, data.columns("legevakt", "any")])
    missed += modularity_beside("all three services", data.matrix)
    print(f"limits: {'MISSED ' + ', '.join(missed) if missed else 'met'}")
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
