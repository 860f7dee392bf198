"""Erlang's formula against its definition, a printed table and a simulation; a varying demand against the equations of the process."""

from __future__ import annotations

from fractions import Fraction
from math import factorial

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.special import gammaincc, gammaln
from scipy.stats import poisson

from samvirke.planning._erlang import refusal, refusal_interpolated
from samvirke.planning._ward import Ward, day_factors, simulate


@pytest.mark.parametrize("load", [Fraction(1, 10), Fraction(3, 5), Fraction(12, 5), Fraction(24, 5), Fraction(30)])
def test_against_the_definition_in_exact_fractions(load: Fraction) -> None:
    for beds in range(41):
        terms = [load**k / factorial(k) for k in range(beds + 1)]
        assert refusal(float(load), beds) == pytest.approx(float(terms[-1] / sum(terms)), rel=1e-12)


@pytest.mark.parametrize(("load", "beds"), [(0.6, 3), (45.0, 50), (900.0, 930), (9_800.0, 10_000)])
def test_against_the_poisson_distribution(load: float, beds: int) -> None:
    expected = float(np.exp(poisson.logpmf(beds, load) - poisson.logcdf(beds, load)))
    assert refusal(load, beds) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("beds", "most", "load"), [(1, 0.01, 0.0101), (2, 0.01, 0.153), (5, 0.01, 1.36), (10, 0.01, 4.46), (20, 0.01, 12.0), (50, 0.01, 37.9)])
def test_against_a_printed_table(beds: int, most: float, load: float) -> None:
    """Loads that give 1 % refusal, as printed in tables of Erlang B with three digits."""
    half = 10 ** (np.floor(np.log10(load)) - 2) / 2
    assert refusal(load - half, beds) <= most <= refusal(load + half, beds)


@pytest.mark.parametrize("load", [0.05, 0.6, 3.0, 40.0])
def test_fractions_against_the_incomplete_gamma_function(load: float) -> None:
    for capacity in (0.25, 0.6, 1.5, 2.6, 7.9, 33.3):
        expected = np.exp(capacity * np.log(load) - load - gammaln(capacity + 1)) / gammaincc(capacity + 1, load)
        assert refusal_interpolated(load, capacity) == pytest.approx(float(expected), rel=1e-8)


@pytest.mark.parametrize("variation", [0.0, 1.0, 2.0])
def test_simulation_of_a_steady_rate_gives_erlang_whatever_the_stays(variation: float) -> None:
    """At 95 % intervals of 12 independent answers, at most two lie outside but one time in fifty."""
    outside = 0
    for seed, (load, beds) in enumerate([(0.6, 1), (0.6, 2), (2.4, 3), (2.4, 6)]):
        (found,) = simulate([Ward(load, beds, 2.0, stay_variation=variation)], 40, seed)
        outside += not found.low <= refusal(load, beds) <= found.high
    assert outside <= 1


def test_a_weekly_pattern_against_the_equations_of_the_process() -> None:
    """Kolmogorov's equations of the ward with a rate that changes by weekday, solved until they repeat every week."""
    ward = Ward(2.4, 4, 2.0, weekday=(2.5, 1.5, 1, 1, 1, 0, 0))
    rates = ward.daily * day_factors(ward.weekday, ())[:7]
    counts = np.arange(ward.beds + 1)

    def change(time: float, state: np.ndarray) -> np.ndarray:
        chance, rate = state[: ward.beds + 1], rates[int(time) % 7]
        up = np.append(chance[:-1] * rate, 0.0)
        down = chance * counts / ward.stay_days
        flow = np.roll(up, 1) - up - down + np.append(down[1:], 0.0)
        return np.concatenate([flow, [rate * chance[-1]]])

    state, refused = np.append(1.0, np.zeros(ward.beds + 1)), np.zeros(7)
    for day in range(70):
        state[-1] = 0.0
        state = solve_ivp(change, (day + 1e-12, day + 1 - 1e-12), state, rtol=1e-8, atol=1e-10).y[:, -1]
        refused[day % 7] = state[-1]
    expected = refused.sum() / rates.sum()
    (found,) = simulate([ward], 60, 4)
    assert expected > refusal(ward.load, ward.beds)
    assert found.low <= expected <= found.high
    assert found.by_weekday[:5] == pytest.approx(refused[:5] / rates[:5], abs=0.03)
