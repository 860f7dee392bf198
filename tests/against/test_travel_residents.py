"""Residents' minutes against every resident laid out one by one, on random tables with holes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samvirke.planning._travel import TravelTimes, _no_doubts
from samvirke.planning.travel import nearest, reached


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 9), st.integers(5, 80))
def test_against_one_by_one(seed: int, n: int, limit: int) -> None:
    rng = np.random.default_rng(seed)
    minutes = rng.integers(1, 120, (n, n)).astype(float)
    minutes[rng.random((n, n)) < 0.4] = np.nan
    np.fill_diagonal(minutes, 0)
    people = rng.integers(0, 40, n).astype(float)
    people[rng.random(n) < 0.2] = np.nan
    codes = np.array([f"{place:04d}" for place in range(n)], dtype=object)
    times = TravelTimes(codes, minutes, np.full((n, n), np.nan), "table", 60, 1.3, _no_doubts(), (), 0)
    sites = [int(one) for one in rng.choice(n, size=rng.integers(1, n), replace=False)]
    one_by_one: list[float] = []
    unknown = 0
    for place in range(n):
        ways = [minutes[place][site] for site in sites if minutes[place][site] == minutes[place][site]]
        for _ in range(0 if people[place] != people[place] else int(people[place])):
            if ways:
                one_by_one.append(min(ways))
            else:
                unknown += 1
    found = reached(nearest(times, [str(codes[site]) for site in sites]).minutes, people, limit)
    assert found["residents"] == len(one_by_one)
    assert found["residents_without_time"] == unknown
    if not one_by_one:
        assert np.isnan(found["share_within"])
        return
    assert found["residents_within"] == sum(one <= limit for one in one_by_one)
    assert found["minutes_mean"] == pytest.approx(np.mean(one_by_one))
    assert found["minutes_median"] == np.quantile(one_by_one, 0.5, method="inverted_cdf")
    assert found["minutes_worst"] == max(one_by_one)
