"""Compound distributions held against Panjer's recursion, quadrature, numpy draws, and the program `aggregate` where it is installed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

from samvirke.planning._compound import Frequency, compound, tails, window
from samvirke.planning._severity import Payment, Severity, mixed, waiting

Array = np.ndarray[Any, Any]
PAYMENT = Payment(Severity("lognormal", 32_000.0, 1.0), 0.2, 32_000.0)


def panjer(severity: Array, a: float, b: float, none: float, points: int) -> Array:
    """Return the probabilities of a sum by the recursion of Panjer (1981, ASTIN Bulletin 12: 22-26), p_n = (a + b / n) p_(n-1)."""
    found = np.zeros(points)
    found[0] = none
    places = np.arange(1, len(severity))
    for total in range(1, points):
        own = min(total, len(places))
        back = found[total - own : total][::-1]
        found[total] = ((a + b * places[:own] / total) * severity[1 : own + 1]) @ back / (1 - a * severity[0])
    return found


def poisson(severity: Array, mean: float, points: int) -> Array:
    return panjer(severity, 0.0, mean, math.exp(mean * (severity[0] - 1)), points)


def negative_binomial(severity: Array, size: float, beta: float, points: int) -> Array:
    """Generating function (1 - beta (z - 1))^-size."""
    a = beta / (1 + beta)
    return panjer(severity, a, (size - 1) * a, (1 - beta * (severity[0] - 1)) ** -size, points)


def by_transform(severity: Array, mean: float, frequency: Frequency) -> tuple[int, Array]:
    (found,) = compound(severity, np.array([mean]), frequency)
    return int(found.first[0]), found.probabilities[0]


@pytest.mark.parametrize("mean", [0.02, 0.7, 12.0, 150.0, 600.0])
@pytest.mark.parametrize("steps", [16, 128])
def test_poisson_against_panjer(mean: float, steps: int) -> None:
    severity = PAYMENT.on_grid(PAYMENT.ceiling / steps)
    first, found = by_transform(severity, mean, Frequency())
    expected = poisson(severity, mean, first + len(found))
    assert np.abs(found - expected[first:]).max() < 1e-12
    assert expected[:first].sum() < 1e-12
    assert found.sum() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(("mean", "over"), [(0.5, 3.0), (40.0, 1.2), (200.0, 2.5)])
def test_overdispersion_against_panjer(mean: float, over: float) -> None:
    severity = PAYMENT.on_grid(1000.0)
    first, found = by_transform(severity, mean, Frequency(over))
    expected = negative_binomial(severity, mean / (over - 1), over - 1, first + len(found))
    assert np.abs(found - expected[first:]).max() < 1e-12


@pytest.mark.parametrize(("mean", "common"), [(0.5, 0.4), (40.0, 0.2), (200.0, 0.05)])
def test_a_common_year_against_panjer(mean: float, common: float) -> None:
    severity = PAYMENT.on_grid(1000.0)
    first, found = by_transform(severity, mean, Frequency(1.0, common))
    expected = negative_binomial(severity, common**-2, mean * common**2, first + len(found))
    assert np.abs(found - expected[first:]).max() < 1e-12


def test_both_against_panjer_over_gamma_years() -> None:
    mean, over, common, severity = 30.0, 1.6, 0.15, PAYMENT.on_grid(2000.0)
    first, found = by_transform(severity, mean, Frequency(over, common))
    nodes, weights = np.polynomial.legendre.leggauss(80)
    years = 1 + common * 9 * nodes
    years, weights = years[years > 0], weights[years > 0] * common * 9
    chances = weights * stats.gamma.pdf(years, common**-2, scale=common**2)
    expected = sum(
        chance * negative_binomial(severity, mean * own / (over - 1), over - 1, first + len(found)) for chance, own in zip(chances, years, strict=True)
    )
    assert np.abs(found - expected[first:]).max() < 1e-9


def test_large_sums_against_their_halves() -> None:
    """A sum of 40 000 admissions is two of 20 000: Panjer cannot begin there, since exp(-40000) is 0."""
    severity = PAYMENT.on_grid(PAYMENT.ceiling / 32)
    first, whole = by_transform(severity, 40_000.0, Frequency())
    start, half = by_transform(severity, 20_000.0, Frequency())
    both = np.convolve(half, half)
    place = first - 2 * start
    expected = both[max(place, 0) : place + len(whole)]
    assert np.abs(whole[max(-place, 0) : max(-place, 0) + len(expected)] - expected).max() < 1e-12
    grid = first + np.arange(len(whole))
    steps = np.arange(len(severity))
    mean = 40_000 * severity @ steps
    assert whole @ grid == pytest.approx(mean, rel=1e-11)
    assert whole @ (grid - mean) ** 2 == pytest.approx(40_000 * severity @ steps**2, rel=1e-9)


@pytest.mark.parametrize("frequency", [Frequency(), Frequency(2.0), Frequency(1.0, 0.1), Frequency(1.5, 0.05)])
def test_the_window_leaves_out_next_to_nothing(frequency: Frequency) -> None:
    """A grid twelve times as long, where nothing can wrap around, has no more than 1e-13 outside the window."""
    severity = PAYMENT.on_grid(2000.0)
    for mean in (0.3, 5.0, 80.0):
        start, last = (int(one[0]) for one in window(severity, np.array([mean]), frequency))
        long = 1 << int(12 * last).bit_length()
        phi = np.fft.rfft(severity, long)
        own = np.fft.irfft(np.exp(frequency.log_generating(np.array(mean), frequency.psi(1 - phi))), long)
        assert own[:start].sum() + own[last + 1 :].sum() < 1e-13


@pytest.mark.parametrize("severity", [Severity("lognormal", 30_000.0, 1.3), Severity("gamma", 30_000.0, 0.7)])
def test_limited_moments_against_quadrature(severity: Severity) -> None:
    if severity.family == "lognormal":
        spread = math.sqrt(math.log1p(severity.variation**2))
        law: Any = stats.lognorm(spread, scale=severity.mean * math.exp(-(spread**2) / 2))
    else:
        law = stats.gamma(severity.variation**-2, scale=severity.mean * severity.variation**2)
    assert law.mean() == pytest.approx(severity.mean)
    assert law.std() == pytest.approx(severity.mean * severity.variation)
    for most in (500.0, 20_000.0, 90_000.0, 400_000.0):
        for power in (1, 2):
            part = integrate.quad(
                lambda x, power=power: power * x ** (power - 1) * law.sf(x), 0, most, limit=200, points=[min(1000, most / 2), min(30_000, most / 1.5)]
            )[0]
            assert severity.limited(most, power) == pytest.approx(part, rel=1e-7)


def test_the_grid_divides_every_amount_between_its_neighbours() -> None:
    rng = np.random.default_rng(7)
    amounts = rng.gamma(2.0, 15_000.0, 400_000)
    paid = np.minimum(0.2 * amounts, 12_000.0)
    empirical = Payment(Severity("classes", amounts=amounts, probabilities=np.full(len(amounts), 1 / len(amounts))), 0.2, 12_000.0)
    grid = empirical.on_grid(500.0)
    low = np.floor(paid / 500).astype(int)
    up = paid / 500 - low
    expected = np.bincount(low, 1 - up, 25) + np.bincount(np.minimum(low + 1, 24), up, 25)
    assert grid == pytest.approx(expected / len(paid), abs=1e-9)
    exact = Payment(Severity("gamma", 30_000.0, 2**-0.5), 0.2, 12_000.0)
    assert exact.on_grid(500.0) == pytest.approx(grid, abs=4e-3)
    assert [exact.moment(1), exact.moment(2)] == pytest.approx([paid.mean(), (paid**2).mean()], rel=5e-3)


def test_tails_against_draws() -> None:
    rng = np.random.default_rng(2014)
    mean, runs, step = 250.0, 40_000, 250.0
    severity, frequency = PAYMENT.on_grid(step), Frequency(1.4, 0.06)
    years = rng.gamma(frequency.common**-2, frequency.common**2, runs)
    counts = rng.poisson(rng.gamma(mean * years / 0.4, 0.4))
    spread = math.sqrt(math.log(2.0))
    draws = np.minimum(0.2 * rng.lognormal(math.log(32_000) - spread**2 / 2, spread, counts.sum()), 32_000.0)
    sums = np.add.reduceat(draws, np.cumsum(counts) - counts)
    found = tails(severity, np.array([mean]), frequency, (0.95, 0.99), np.array([[sums.mean() * 1.1 / step]]))
    exact = np.quantile(sums, [0.95, 0.99])
    assert found.quantiles[0] * step == pytest.approx(exact, rel=0.006)
    assert found.shortfalls[0] * step == pytest.approx([sums[sums >= one].mean() for one in exact], rel=0.006)
    assert found.beyond[0, 0] == pytest.approx((sums > sums.mean() * 1.1).mean(), abs=0.01)


def test_days_of_waiting_against_the_geometric_distribution() -> None:
    days = waiting(4.0, 1000.0)
    law = stats.geom(0.25)
    assert days.limited(1e9) == pytest.approx(4000)
    assert days.limited(1e9, 2) == pytest.approx((law.var() + 16) * 1e6)
    assert days.limited(3000.0) == pytest.approx(1000 * (law.pmf(1) + 2 * law.pmf(2) + 3 * law.sf(2)))
    grid = mixed([PAYMENT.on_grid(1000.0), Payment(days).on_grid(1000.0)], [3.0, 1.0])
    assert grid @ np.arange(len(grid)) * 1000 == pytest.approx(0.75 * PAYMENT.moment(1) + 0.25 * 4000)


@pytest.mark.filterwarnings("ignore")
def test_against_aggregate() -> None:
    """The program `aggregate` on its own grid: lognormal in full, share and ceiling as a layer; Poisson."""
    aggregate = pytest.importorskip("aggregate", exc_type=ImportError)
    step, mean = 250.0, 100.0
    own = aggregate.build(f"agg Kommune {mean} claims 32000 xs 0 sev lognorm 6400 cv 1.0 poisson", bs=step, log2=14)
    found = tails(PAYMENT.on_grid(step), np.array([mean]), Frequency(), (0.95, 0.99), np.array([[1e9]]))
    assert own.agg_m == pytest.approx(mean * PAYMENT.moment(1), rel=1e-6)
    assert found.quantiles[0] * step == pytest.approx([own.q(0.95), own.q(0.99)], abs=2 * step)
