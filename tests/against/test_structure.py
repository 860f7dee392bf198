"""Multiplexity, congruence, nestedness and modularity held against other programs and against loops written from the definitions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from math import isnan
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.stats import entropy
from sklearn.metrics import adjusted_rand_score, mutual_info_score, normalized_mutual_info_score

from samvirke.edition import open_edition
from samvirke.measures.congruence import compared
from samvirke.measures.modularity import barber, modules
from samvirke.measures.multiplexity import multiplexity
from samvirke.measures.nestedness import nodf

Matrix = np.ndarray[Any, Any]


def drawn(seed: int, rows: int, columns: int, share: float) -> Matrix:
    """Draw a matrix of ones without empty rows and columns."""
    rng = np.random.default_rng(seed)
    matrix = (rng.random((rows, columns)) < share).astype(np.int32)
    matrix[rng.integers(0, rows, columns), np.arange(columns)] = 1
    matrix[np.arange(rows), rng.integers(0, columns, rows)] = 1
    return matrix


@pytest.mark.parametrize("seed", range(30))
def test_divisions_agree_with_scikit_learn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    first, second = rng.integers(0, rng.integers(2, 9), 40), rng.integers(0, rng.integers(2, 9), 40)
    second = np.where(rng.random(40) < seed / 30, first, second)
    rand, information, variation = compared(first, second)
    assert rand == pytest.approx(adjusted_rand_score(first, second))
    assert information == pytest.approx(normalized_mutual_info_score(first, second))
    both = entropy(np.bincount(first)) + entropy(np.bincount(second))
    assert variation == pytest.approx(both - 2 * mutual_info_score(first, second))


def test_divisions_that_scikit_learn_calls_perfect_and_we_call_unknown() -> None:
    alone, together = np.arange(5), np.zeros(5, dtype=np.int64)
    assert [adjusted_rand_score(one, one) for one in (alone, together)] == [1.0, 1.0]
    assert [isnan(value) for value in compared(alone, alone)] == [True, False, False]
    assert [isnan(value) for value in compared(together, together)] == [True, True, False]
    assert all(isnan(value) for value in compared(alone[:0], alone[:0]))


def paired(matrix: Matrix) -> list[float]:
    """Return the paired overlap of every two rows in order of falling fill, as Almeida-Neto et al. define it."""
    ordered = matrix[np.argsort(-matrix.sum(axis=1), kind="stable")]
    found = []
    for upper in range(len(ordered)):
        for lower in range(upper + 1, len(ordered)):
            falls = ordered[upper].sum() > ordered[lower].sum()
            common = sum(1 for column in range(matrix.shape[1]) if ordered[lower, column] and ordered[upper, column])
            found.append(100 * common / ordered[lower].sum() if falls else 0.0)
    return found


@pytest.mark.parametrize("seed", range(20))
def test_nestedness_agrees_with_the_double_loop(seed: int) -> None:
    matrix = drawn(seed, 4 + seed % 9, 2 + seed % 7, 0.15 + 0.03 * seed)
    rows, columns = paired(matrix), paired(matrix.T)
    assert nodf(csr_array(matrix)) == pytest.approx((np.mean([*rows, *columns]), np.mean(rows), np.mean(columns)))


@pytest.mark.parametrize("seed", range(20))
def test_barber_agrees_with_the_directed_modularity_of_networkx(seed: int) -> None:
    rng = np.random.default_rng(seed)
    matrix = drawn(seed, 9, 6, 0.3)
    of, its = rng.integers(0, 4, 9), rng.integers(0, 4, 6)
    graph = nx.DiGraph([(f"m{row}", f"c{column}") for row, column in zip(*matrix.nonzero(), strict=True)])
    groups = [{f"m{row}" for row in np.flatnonzero(of == one)} | {f"c{column}" for column in np.flatnonzero(its == one)} for one in range(4)]
    assert barber(csr_array(matrix), of, its) == pytest.approx(nx.community.modularity(graph, [group for group in groups if group]))
    total, written = matrix.sum(), 0.0
    for row in range(9):
        for column in range(6):
            written += (of[row] == its[column]) * (matrix[row, column] - matrix[row].sum() * matrix[:, column].sum() / total)
    assert barber(csr_array(matrix), of, its) == pytest.approx(written / total)


def partitions(things: int) -> Iterator[list[int]]:
    """Give every way to divide so many things, as the number of the group of each."""
    if not things:
        yield []
        return
    for before in partitions(things - 1):
        for group in range(max(before, default=-1) + 2):
            yield [*before, group]


def highest(matrix: Matrix) -> float:
    sparse, rows = csr_array(matrix), matrix.shape[0]
    return max(barber(sparse, np.array(one[:rows]), np.array(one[rows:])) for one in partitions(sum(matrix.shape)))


PLANTED = {
    "two apart": [[1, 0, 0], [1, 0, 0], [0, 1, 1]],
    "three apart": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "all the same": [[1, 1, 1], [1, 1, 1], [1, 1, 1]],
    "one across": [[1, 1, 0], [1, 1, 0], [0, 0, 1], [0, 1, 1]],
    "four by three": [[1, 0, 0], [1, 0, 0], [0, 1, 1], [1, 1, 1]],
    "chain": [[1, 0, 0], [1, 1, 0], [0, 1, 1], [0, 0, 1]],
}


@pytest.mark.parametrize("name", PLANTED)
def test_the_modules_found_are_the_best_of_all(name: str) -> None:
    matrix = np.array(PLANTED[name], dtype=np.int32)
    assert barber(csr_array(matrix), *modules(csr_array(matrix), 1)) == pytest.approx(highest(matrix))


@pytest.mark.parametrize("seed", range(12))
def test_the_modules_found_are_the_best_of_all_also_in_random_lists(seed: int) -> None:
    matrix = drawn(seed, 4, 3, 0.4)
    assert barber(csr_array(matrix), *modules(csr_array(matrix), seed)) == pytest.approx(highest(matrix))


def test_planted_modules_are_found_and_the_same_for_the_same_seed() -> None:
    rng = np.random.default_rng(5)
    matrix = np.kron(np.eye(6, dtype=np.int32), np.ones((10, 4), dtype=np.int32))
    matrix[rng.integers(0, 60, 20), rng.integers(0, 24, 20)] = 1
    of, its = modules(csr_array(matrix), 3)
    assert adjusted_rand_score(of, np.repeat(np.arange(6), 10)) == 1.0
    again = modules(csr_array(matrix), 3)
    assert (of.tolist(), its.tolist()) == (again[0].tolist(), again[1].tolist())


@pytest.mark.parametrize("seed", range(8))
def test_multiplexity_agrees_with_sets_and_loops(seed: int, write_folder: Callable[[Mapping[str, str]], Path]) -> None:
    rng = np.random.default_rng(seed)
    codes = [f"{place:02d}" for place in range(14)]
    services = ["barnevern", "legevakt", "ohjelp", "palliasjon"][: 2 + seed % 3]
    cooperations = {(service, one): rng.choice(codes, rng.integers(1, 7), replace=False).tolist() for service in services for one in range(3)}
    outside = {service: set(rng.choice(codes, 2, replace=False).tolist()) if seed % 2 else set() for service in services}
    missing = [f"s,{service},{code},missing\n" for service in services for code in sorted(outside[service])]
    tables = {
        "municipality": "code,name\n" + "".join(f"{code},M{code}\n" for code in codes),
        "cooperation": "id,service,members_known\n" + "".join(f"{service}{one},{service},all\n" for service, one in cooperations),
        "member": "cooperation,municipality\n" + "".join(f"{service}{one},{code}\n" for (service, one), own in cooperations.items() for code in own),
        **({"source": "id,title\ns,S\n", "coverage": "source,service,municipality,status\n" + "".join(missing)} if missing else {}),
    }
    found = multiplexity(open_edition(write_folder(tables)))
    members = {service: {code for (of, _), own in cooperations.items() if of == service for code in own} for service in services}
    unspoken = {service: outside[service] - members[service] for service in services}

    def tied(service: str, left_out: set[str]) -> set[frozenset[str]]:
        own = [set(one) for (of, _), one in cooperations.items() if of == service and len(one) > 1]
        return {frozenset(pair) for one in own for pair in combinations(sorted(one - left_out), 2)}

    kept = [service for service in services if any(of == service and len(own) > 1 for (of, _), own in cooperations.items())]
    everyone = [tied(service, set().union(*(unspoken[one] for one in kept))) for service in kept]
    any_of = set().union(*everyone)
    counts = [sum(pair in one for one in everyone) for pair in any_of]
    assert found.table["pairs"].tolist() == [counts.count(number) for number in range(1, len(kept) + 1)]
    assert found.table["share_pairs"].tolist() == pytest.approx([counts.count(number) / len(any_of) for number in range(1, len(kept) + 1)])
    for row in found.supporting["by_pair"].to_dict("records"):
        one, other = (tied(row[place], unspoken[row["first"]] | unspoken[row["second"]]) for place in ("first", "second"))
        assert (row["pairs_first"], row["pairs_second"], row["pairs_both"]) == (len(one), len(other), len(one & other))
        smaller = min(len(one), len(other))
        assert row["share_of_smaller"] == pytest.approx(len(one & other) / smaller if smaller else float("nan"), nan_ok=True)
