"""Shares, intervals, tests and raking against other programs: statsmodels, and the convex problem that raking solves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import chi2, t
from statsmodels.stats.proportion import proportion_confint

from samvirke.edition import open_edition
from samvirke.evidence._raking import rake
from samvirke.evidence._survey import estimate, variance
from samvirke.evidence.nonresponse import nonresponse
from samvirke.evidence.survey_item import survey_item


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_equal_weights_give_the_interval_of_clopper_and_pearson(case: tuple[int, int]) -> None:
    count, n = case
    found = estimate(np.arange(n) < count, np.ones(n, dtype=int), np.full(n, 2.5), np.arange(n))
    low, high = proportion_confint(count, n, method="beta")
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-12)


def drawn(seed: int) -> tuple[Any, Any, Any]:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(8, 200))
    return rng.random(n) < rng.uniform(0.1, 0.9), rng.uniform(0.2, 5, n), np.unique(rng.integers(0, max(n // 3, 3), n), return_inverse=True)[1]


@pytest.mark.parametrize("seed", range(25))
def test_the_variance_is_that_of_a_weighted_mean_with_clusters(seed: int) -> None:
    """A weighted regression on a constant with errors clustered by municipality has the same estimate and variance."""
    chosen, weights, cluster = drawn(seed)
    fitted = sm.WLS(chosen.astype(float), np.ones(len(chosen)), weights=weights).fit(cov_type="cluster", cov_kwds={"groups": cluster})
    found = estimate(chosen, np.ones(len(chosen), dtype=int), weights, cluster)
    assert found.estimate == pytest.approx(float(fitted.params[0]))
    assert variance(chosen, weights, cluster, found.estimate) == pytest.approx(float(fitted.bse[0]) ** 2)
    if 0 < found.estimate < 1:
        m, n, p = cluster.max() + 1, len(chosen), found.estimate
        effective = min(p * (1 - p) / float(fitted.bse[0]) ** 2 * (t.ppf(0.975, n - 1) / t.ppf(0.975, m - 1)) ** 2, n)
        assert (found.low, found.high) == pytest.approx(proportion_confint(p * effective, effective, method="beta"))


def test_the_interval_holds_in_clustered_and_weighted_samples() -> None:
    """Of samples from a known population about 95 % of the intervals hold the share; never far fewer."""
    rng = np.random.default_rng(7)
    held, runs, truth = 0, 600, 0.3
    for _ in range(runs):
        size = rng.integers(1, 4, 60)
        cluster = np.repeat(np.arange(60), size)
        own = rng.beta(truth * 4, (1 - truth) * 4, 60)[cluster]  # respondents of one municipality are alike
        chosen, weights = rng.random(len(cluster)) < own, rng.choice([1.0, 2.0, 3.0], 60)[cluster]
        found = estimate(chosen, np.ones(len(cluster), dtype=int), weights, cluster)
        held += found.low <= truth <= found.high
    assert 0.93 <= held / runs <= 0.99


def solved(base: Any, margins: list[tuple[Any, dict[str, float]]]) -> Any:
    """Solve the dual of: the weights nearest to the base in relative entropy that meet every margin."""
    design = np.column_stack([of == group for of, targets in margins for group in targets]).astype(float)
    target = np.array([value for _, targets in margins for value in targets.values()])

    def dual(factors: Any) -> tuple[float, Any]:
        weights = base * np.exp(design @ factors)
        return float(weights.sum() - target @ factors), design.T @ weights - target

    found = minimize(dual, np.zeros(len(target)), jac=True, method="L-BFGS-B", options={"ftol": 1e-15, "gtol": 1e-10, "maxiter": 5000, "maxfun": 20000})
    return base * np.exp(design @ found.x)


@given(st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_raking_solves_the_convex_problem(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(12, 80))
    first, second, third = (rng.choice(list(names), n) for names in ("abc", "xy", "pqr"))
    truth, base = rng.uniform(0.5, 3, n), rng.uniform(0.5, 2, n)
    margins = [(of, {str(group): float(truth[of == group].sum()) for group in np.unique(of)}) for of in (first, second, third)]
    found = rake(base, margins)
    assert found.met
    assert found.weights == pytest.approx(solved(base, margins), rel=2e-4)
    for of, targets in margins:
        for group, target in targets.items():
            assert found.weights[of == group].sum() == pytest.approx(target, rel=1e-8)


def test_the_raking_of_an_edition_is_the_convex_one() -> None:
    edition = open_edition("constructed-2020").on(None)
    finding = nonresponse(edition)
    weights = finding.supporting["weights"].set_index("municipality")["weight"]
    grouping = edition["grouping"]
    size = grouping[grouping["kind"] == "size"].set_index("municipality")["name"]
    county = edition.municipalities()["county"]
    margins = []
    for of in (size, county):
        shares = of.value_counts(normalize=True)
        margins.append((of.loc[weights.index].to_numpy(dtype=object), {str(name): float(share) * len(weights) for name, share in shares.items()}))
    assert weights.to_numpy() == pytest.approx(solved(np.ones(len(weights)), margins), rel=1e-4)


def test_every_interval_of_an_edition_is_that_of_statsmodels() -> None:
    edition = open_edition("constructed-2020").on(None)
    table = survey_item(edition).table
    survey = edition["survey"]
    own = survey[(survey["item"] == "works_well") & survey["respondent"].notna()]
    places = own["municipality"].fillna(own["respondent"]).astype("category").cat.codes.to_numpy()
    for row in table[table["item"] == "works_well"].to_dict("records"):
        chosen = (own["answer"] == row["survey_answer"]).to_numpy(dtype=float)
        fitted = sm.WLS(chosen, np.ones(len(own)), weights=own["weight"].to_numpy(dtype=float)).fit(cov_type="cluster", cov_kwds={"groups": places})
        p, v, m, n = float(fitted.params[0]), float(fitted.bse[0]) ** 2, len(set(places)), len(own)
        size = min(p * (1 - p) / v * (t.ppf(0.975, n - 1) / t.ppf(0.975, m - 1)) ** 2, n)
        assert (row["share"], row["share_low"], row["share_high"]) == pytest.approx((p, *proportion_confint(p * size, size, method="beta")))
    counted = table[table["item"] == "would_join_again"]
    for row in counted.to_dict("records"):
        assert (row["share_low"], row["share_high"]) == pytest.approx(proportion_confint(row["count"], row["of"], method="beta"))


def test_the_test_of_non_response_nears_the_chi_square() -> None:
    """With large groups the share of draws is close to the tail of the chi-square distribution."""
    import pandas as pd

    from samvirke.evidence.nonresponse import _tested

    own = pd.DataFrame({"municipalities": [200, 150, 250], "answered": [120, 75, 150]})
    _, value, p_value, draws = _tested(own, "x", 3)
    table = np.array([own["answered"], own["municipalities"] - own["answered"]])
    expected = table.sum(axis=0) * table.sum(axis=1)[:, None] / table.sum()
    pearson = float(((table - expected) ** 2 / expected).sum())
    assert value == pytest.approx(pearson)
    assert p_value == pytest.approx(chi2.sf(pearson, 2), abs=0.012)
    assert draws == 20_000
