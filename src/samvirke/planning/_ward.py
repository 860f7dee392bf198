"""A ward whose demand changes over the week and the year, played through day by day: how often every bed is taken then.

Patients arrive as a Poisson process whose rate is the mean rate times a factor for the weekday and one for the month; who finds all beds
taken is treated elsewhere. Erlang's formula holds for a constant rate only: with a season as long as many stays the mean refusal is higher
than at the mean load. Each run is a year of its own seed after a run-in; the interval is over runs.

References
----------
Palmer, G. I., Knight, V. A., Harper, P. R. & Hawa, A. L. (2019). Ciw: An open-source discrete event simulation library. Journal of
Simulation 13(1), 68-82. doi:10.1080/17477778.2018.1473909
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from samvirke.running import each

Array = np.ndarray[Any, Any]
YEAR_DAYS = 365
MONTH_STARTS = np.array([0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334])
_MONTH_DAYS = np.diff([*MONTH_STARTS, YEAR_DAYS])
MOST_ARRIVALS = 500_000
"""Patients that one answer may simulate: half a minute for each number of beds that is tried."""


@dataclass(frozen=True)
class Ward:
    """One ward to simulate.

    Parameters
    ----------
    load : float
        Mean patients in beds at once were none refused: admissions per day times mean stay in days; above 0.
    beds : int
        Whole beds.
    stay_days : float
        Mean stay in days, above 0.
    weekday, month : tuple of float
        Factors from Monday and from January, of any mean; empty is no pattern.
    stay_variation : float
        Standard deviation of the stay over its mean: 1 exponential, 0 all alike; a gamma distribution between and beyond.
    """

    load: float
    beds: int
    stay_days: float
    weekday: tuple[float, ...] = ()
    month: tuple[float, ...] = ()
    stay_variation: float = 1.0

    @property
    def daily(self) -> float:
        """Mean arrivals per day."""
        return self.load / self.stay_days

    @property
    def run_in_days(self) -> int:
        """Days before the counting begins: ten stays, at least four weeks, in whole weeks."""
        return 7 * math.ceil(max(28.0, 10 * self.stay_days) / 7)


@dataclass(frozen=True)
class Simulated:
    """What the runs of one ward gave: the share refused with its 95 % interval, by weekday and by month.

    Parameters
    ----------
    refusal, low, high : float
        Share refused of all who came, and the interval over runs.
    by_weekday, by_month : numpy.ndarray
        Share refused on each weekday from Monday, in each month from January.
    arrivals : int
        Patients over all runs.
    """

    refusal: float
    low: float
    high: float
    by_weekday: Array
    by_month: Array
    arrivals: int


def day_factors(weekday: Sequence[float], month: Sequence[float]) -> Array:
    """Return the factor of each day of a year that begins on a Monday, with mean 1.

    Examples
    --------
    >>> day_factors((2, 2, 2, 2, 2, 0, 0), ()).round(2)[:7].tolist()
    [1.4, 1.4, 1.4, 1.4, 1.4, 0.0, 0.0]
    """
    factors = np.ones(YEAR_DAYS)
    if weekday:
        factors *= np.resize(np.asarray(weekday, dtype=float), YEAR_DAYS)
    if month:
        factors *= np.repeat(np.asarray(month, dtype=float), _MONTH_DAYS)
    return np.asarray(factors / factors.mean())


def simulate(wards: Sequence[Ward], runs: int, seed: int) -> list[Simulated]:
    """Play each ward through for a year, `runs` times.

    Wards of the same demand meet the same patients in the run of the same number, whatever their beds, so that they can be compared.

    Parameters
    ----------
    wards : sequence of Ward
        What to simulate.
    runs : int
        Years for each, 2 or more.
    seed : int
        Where randomness starts.

    Returns
    -------
    list of Simulated
        In the order of `wards`.
    """
    different = list(dict.fromkeys(wards))
    counted = each(_play, [(ward, seed, run) for ward in different for run in range(runs)])
    found = {ward: _summed(np.array(counted[at * runs : (at + 1) * runs])) for at, ward in enumerate(different)}
    return [found[ward] for ward in wards]


def beds_simulated(wards: Sequence[Ward], most_refusal: float, runs: int, seed: int, *, most_more: int = 25) -> list[tuple[Simulated, int | None, Simulated]]:
    """Return for each ward what its own beds give, the fewest beds from those with a simulated refusal at most the limit, and what these give.

    None for the beds where `most_more` further ones do not do.
    """
    first: dict[int, Simulated] = {}
    found: dict[int, tuple[Simulated, int | None, Simulated]] = {}
    open_ = dict(enumerate(wards))
    for more in range(most_more + 1):
        if not open_:
            break
        results = simulate([replace(ward, beds=ward.beds + more) for ward in open_.values()], runs, seed)
        for (place, ward), result in zip(list(open_.items()), results, strict=True):
            first.setdefault(place, result)
            if result.refusal <= most_refusal or more == most_more:
                found[place] = (first[place], ward.beds + more if result.refusal <= most_refusal else None, result)
                del open_[place]
    return [found[place] for place in range(len(wards))]


def _play(job: tuple[Ward, int, int]) -> Array:
    """Play one year: arrivals and refusals by weekday, then by month, as an array of 2 by 19."""
    import ciw

    ward, seed, run = job
    rng, stays = (np.random.default_rng([seed, run, stream]) for stream in (0, 1))
    factors = day_factors(ward.weekday, ward.month)
    highest = float(factors.max()) * ward.daily
    run_in = ward.run_in_days
    came: list[float] = []

    class Arrivals(ciw.dists.Distribution):  # type: ignore[misc]
        """Times between arrivals, by thinning a faster constant process (Lewis & Shedler, 1979)."""

        def sample(self, t: float | None = None, ind: Any = None) -> float:  # noqa: ARG002
            begun = when = came[-1] if came else 0.0
            while True:
                when += rng.exponential(1 / highest)
                if rng.random() * highest <= factors[int(when - run_in) % YEAR_DAYS] * ward.daily:
                    came.append(when)
                    return float(when - begun)

    class Stays(ciw.dists.Distribution):  # type: ignore[misc]
        def sample(self, t: float | None = None, ind: Any = None) -> float:  # noqa: ARG002
            if ward.stay_variation == 0:
                return float(ward.stay_days)
            shape = ward.stay_variation**-2
            return float(stays.gamma(shape, ward.stay_days / shape))

    network = ciw.create_network(arrival_distributions=[Arrivals()], service_distributions=[Stays()], number_of_servers=[ward.beds], queue_capacities=[0])
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(run_in + YEAR_DAYS)
    refused = [record.arrival_date for record in simulation.get_all_records(only=["rejection"])]
    return np.array([_by_day(times, run_in) for times in (came, refused)])


def _by_day(times: Sequence[float], run_in: int) -> Array:
    days = np.floor(np.asarray(times, dtype=float) - run_in).astype(np.int64)
    days = days[(days >= 0) & (days < YEAR_DAYS)]
    months = np.searchsorted(MONTH_STARTS, days, side="right") - 1
    return np.concatenate([np.bincount(days % 7, minlength=7), np.bincount(months, minlength=12)])


def _summed(counts: Array) -> Simulated:
    """Sum up the runs, with the interval of a ratio of two sums over independent runs (Cochran, 1977, Sampling Techniques, ch. 6)."""
    from scipy.stats import t

    came, refused = counts[:, 0, :7].sum(axis=1), counts[:, 1, :7].sum(axis=1)
    n, arrivals = len(came), int(came.sum())
    share = float(refused.sum() / arrivals) if arrivals else 0.0
    spread = float(np.sqrt(((refused - share * came) ** 2).sum() / (n * (n - 1)))) / max(float(came.mean()), 1e-12)
    reach = float(t.ppf(0.975, n - 1)) * spread
    low, high = max(share - reach, 0.0), min(share + reach, 1.0)
    if not refused.sum():
        high = 1 - 0.05 ** (1 / max(arrivals, 1))  # none seen: the highest share that would give none one time in twenty
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = counts[:, 1].sum(axis=0) / counts[:, 0].sum(axis=0)
    return Simulated(share, low, high, shares[:7], shares[7:], arrivals)
