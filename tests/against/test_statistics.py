"""Intervals and tests held against other programs and against sums written out."""

from __future__ import annotations

from itertools import combinations
from math import comb, exp, isnan, log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samvirke.measures.statistics import effective_number, odds_ratio, share, variety_test

COUNTS = st.integers(0, 30)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_share_agrees_with_statsmodels(data: st.DataObject) -> None:
    from statsmodels.stats.proportion import proportion_confint

    of = data.draw(st.integers(1, 200))
    count = data.draw(st.integers(0, of))
    found = share(count, of)
    low, high = proportion_confint(count, of, alpha=0.05, method="beta")
    assert found.low == pytest.approx(0.0 if count == 0 else low, abs=1e-9)
    assert found.high == pytest.approx(1.0 if count == of else high, abs=1e-9)
    assert found.low <= found.estimate <= found.high


def test_a_share_of_nothing_is_unknown() -> None:
    assert isnan(share(0, 0).estimate)


def hypergeometric(a: int, b: int, c: int, d: int) -> float:
    """Fisher's two-sided p-value as a sum over all tables with these margins."""
    row, column, total = a + b, a + c, a + b + c + d
    chance = {
        first: comb(column, first) * comb(total - column, row - first) / comb(total, row) for first in range(max(0, row + column - total), min(row, column) + 1)
    }
    return sum(p for p in chance.values() if p <= chance[a] * (1 + 1e-7))


@settings(max_examples=60, deadline=None)
@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_fisher_agrees_with_the_sum_over_tables(a: int, b: int, c: int, d: int) -> None:
    interval, p_value = odds_ratio([[a, b], [c, d]])
    if 0 in (a + b, c + d, a + c, b + d):
        assert isnan(p_value)
        assert isnan(interval.estimate)
    else:
        assert p_value == pytest.approx(min(1.0, hypergeometric(a, b, c, d)), abs=1e-9)
        assert interval.low <= interval.estimate <= interval.high


def conditional_likelihood(a: int, b: int, c: int, d: int, ratio: float) -> float:
    row, column, total = a + b, a + c, a + b + c + d
    weight = {
        first: comb(column, first) * comb(total - column, row - first) * ratio**first for first in range(max(0, row + column - total), min(row, column) + 1)
    }
    return weight[a] / sum(weight.values())


def test_the_odds_ratio_is_where_the_conditional_likelihood_is_highest() -> None:
    found, _ = odds_ratio([[11, 11], [7, 15]])
    best = conditional_likelihood(11, 11, 7, 15, found.estimate)
    assert all(conditional_likelihood(11, 11, 7, 15, found.estimate * factor) < best for factor in (0.9, 0.99, 1.01, 1.1))


def test_the_tea_taster() -> None:
    """Agresti, Categorical Data Analysis: the table [[3, 1], [1, 3]] has conditional odds ratio 6.408, p = 0.486."""
    found, p_value = odds_ratio([[3, 1], [1, 3]])
    assert found.estimate == pytest.approx(6.408, abs=0.001)
    assert p_value == pytest.approx(0.4857, abs=0.0001)


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=20))
def test_effective_number_lies_between_one_and_the_kinds(kinds: list[str]) -> None:
    counts = [kinds.count(kind) for kind in set(kinds)]
    entropy = -sum(n / len(kinds) * log(n / len(kinds)) for n in counts)
    assert effective_number(kinds) == pytest.approx(exp(entropy))
    assert 1 - 1e-9 <= effective_number(kinds) <= len(counts) + 1e-9


def test_variety_counts_every_way_to_deal() -> None:
    before, after = [("a",), ("a",), ("a", "b")], [("b", "c"), ("d",), ("e", "a")]
    found = variety_test(before, after, seed=1)
    everyone = before + after
    differences = []
    for chosen in combinations(range(6), 3):
        groups = [[kind for place in places for kind in everyone[place]] for places in (chosen, [place for place in range(6) if place not in chosen])]
        differences.append(effective_number(groups[1]) - effective_number(groups[0]))
    observed = differences[0]
    assert (found.permutations, found.exact) == (20, True)
    assert found.difference == pytest.approx(observed)
    mean = sum(differences) / 20
    assert found.expected == pytest.approx(mean)
    assert found.p_value == pytest.approx(sum(abs(one - mean) >= abs(observed - mean) - 1e-9 for one in differences) / 20)


def test_random_dealing_agrees_with_every_way_and_with_its_seed() -> None:
    before, after = [("a",)] * 6, [("b",), ("c",), ("d",), ("a",), ("e",), ("a", "b")]
    exact = variety_test(before, after, seed=1)
    drawn = variety_test(before, after, seed=1, most=900)
    assert (exact.exact, drawn.exact, drawn.permutations) == (True, False, 900)
    assert drawn.p_value == pytest.approx(exact.p_value, abs=0.03)
    assert drawn == variety_test(before, after, seed=1, most=900)


def test_nothing_to_compare() -> None:
    assert isnan(variety_test([], [("a",)], seed=1).p_value)
