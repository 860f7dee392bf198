"""The yearly cost of any population: its moments in closed form, its tail by the transform, and the smallest population that can bear it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from samvirke.planning._compound import Frequency, GridError, tails
from samvirke.planning._risk_inputs import RiskInputs
from samvirke.planning._severity import Payment, mixed, waiting

Array = np.ndarray[Any, Any]

LEVELS = (0.95, 0.99)
POINTS_PER_CEILING = 128
"""The grid has so many steps to the ceiling, or to four times the mean where that is less."""
COARSER = 4096
"""A sum whose standard deviation is more steps than this gets a coarser grid, as long as its variance changes by less than `SLACK`."""
SLACK = 1e-3
MOST_STEPS = 50_000
"""The cost of one admission spans at most so many steps, unless a step is asked for."""
SMALLEST, LARGEST = 20, 2_000_000
"""Populations between which the smallest tolerable one is sought."""


@dataclass(frozen=True)
class Year:
    """What a year costs each of several populations, in kroner; by level where there are two, 95 and 99 per cent.

    Parameters
    ----------
    expected, deviation : numpy.ndarray
        Mean and standard deviation, in closed form.
    quantiles, shortfalls : numpy.ndarray
        Population by level.
    beyond : numpy.ndarray
        Population by limit: the probability that the cost is above it.
    """

    expected: Array
    deviation: Array
    quantiles: Array
    shortfalls: Array
    beyond: Array


@dataclass(frozen=True)
class Model:
    """The cost of one admission on a grid, and how many there are per inhabitant.

    Parameters
    ----------
    payment : Payment
        What is paid of an admission.
    wait : Payment
        What is paid for one who is ready for discharge and stays on.
    rates : tuple of float
        Admissions, and those who stay on, per inhabitant and year.
    frequency : Frequency
        How much the number varies.
    step : float
        Kroner between the points of the finest grid.
    """

    payment: Payment
    wait: Payment
    rates: tuple[float, float]
    frequency: Frequency
    step: float

    @property
    def rate(self) -> float:
        """Events per inhabitant and year."""
        return sum(self.rates)

    def moment(self, power: int) -> float:
        """Return the first or second moment of the cost of one event, without a grid."""
        own = (self.payment.moment(power) if self.rates[0] else 0.0, self.wait.moment(power) if self.rates[1] else 0.0)
        return sum(rate * one for rate, one in zip(self.rates, own, strict=True)) / self.rate

    def on_grid(self, step: float) -> Array:
        """Return the distribution of the cost of one event on a grid, with its mean kept."""
        chosen = [(part.on_grid(step), rate) for part, rate in ((self.payment, self.rates[0]), (self.wait, self.rates[1])) if rate > 0]
        return mixed([part for part, _ in chosen], [rate for _, rate in chosen])

    def expected(self, people: Array) -> Array:
        """Return the expected cost: rate x people x E[X]."""
        return np.asarray(self.rate * people * self.moment(1))

    def deviation(self, people: Array) -> Array:
        """Return the standard deviation: lambda (E[X^2] - E[X]^2) + Var(N) E[X]^2 is its square."""
        mean, first = self.rate * people, self.moment(1)
        return np.asarray(np.sqrt(mean * (self.moment(2) - first**2) + self.frequency.variance(mean) * first**2))

    def year(self, people: Array, limits: Array) -> Year:
        """Return what a year costs populations; limits are in kroner, population by limit, NaN where there is none.

        Populations of NaN get NaN.
        """
        known = np.isfinite(people) & (people > 0)
        expected, deviation = (np.where(known, one(np.where(known, people, 1.0)), np.nan) for one in (self.expected, self.deviation))
        quantiles, shortfalls = (np.full((len(people), len(LEVELS)), np.nan) for _ in range(2))
        beyond = np.full(limits.shape, np.nan)
        coarser = np.zeros(len(people), dtype=np.int64)
        with np.errstate(divide="ignore", invalid="ignore"):
            wanted = np.log2(deviation / (self.step * COARSER))
            most = np.log2(np.sqrt(6 * SLACK * deviation**2 / (self.rate * people)) / self.step)
        coarser[known] = np.maximum(np.floor(np.minimum(wanted, most)[known]), 0).astype(np.int64)
        for power in np.unique(coarser[known]):
            own, step = np.flatnonzero(known & (coarser == power)), self.step * 2.0**power
            found = tails(self.on_grid(step), self.rate * people[own], self.frequency, LEVELS, limits[own] / step)
            quantiles[own], shortfalls[own], beyond[own] = found.quantiles * step, found.shortfalls * step, found.beyond
        return Year(expected, deviation, quantiles, shortfalls, beyond)

    def smallest_by_deviation(self, tolerable: float) -> float:
        """Return the smallest population whose standard deviation per inhabitant is tolerable; infinite where none is.

        With r events per inhabitant, D and t of `Frequency`: r (E[X^2] + (D - 1) E[X]^2) / (tolerable^2 - (r t E[X])^2).
        """
        first, common = self.moment(1), self.frequency.common
        left = tolerable**2 - (self.rate * common * first) ** 2
        own = self.rate * (self.moment(2) + (self.frequency.overdispersion - 1) * first**2)
        return own / left if left > 0 else float("inf")

    def smallest_by_probability(self, tolerable: float, probability: float) -> float:
        """Return the smallest population from which on a year passes the expected cost by more than is tolerable no oftener than is.

        A row of populations is worked out at a time, and the row narrowed to the last that does and the first after it that does not;
        infinite where even `LARGEST` passes too often, and 0 where even `SMALLEST` does not.
        """
        low, high = float(SMALLEST), float(LARGEST)
        for _ in range(3):
            people = np.geomspace(low, high, 16)
            limits = (self.expected(people) + tolerable * people)[:, None]
            passing = self.year(people, limits).beyond[:, 0] > probability
            if passing[-1]:
                return float("inf")
            if not passing.any():
                return 0.0 if low == SMALLEST else low
            last = int(np.flatnonzero(passing)[-1])
            low, high = float(people[last]), float(people[last + 1])
        return high


def model(given: RiskInputs) -> Model:
    """Make the model from what was asked and the year's parameters."""
    share = given["co_financing_share"]
    share = 0.0 if np.isnan(share) else share
    ceiling = given["ceiling_nok"]
    payment = Payment(given.severity, share, float("inf") if np.isnan(ceiling) else ceiling)
    day = given["ready_for_discharge_day_nok"]
    wait = Payment(waiting(given["discharge_days"], 1.0 if np.isnan(day) else day))
    rates = (given["admissions_per_1000"] / 1000 if share > 0 else 0.0, given["discharge_cases_per_1000"] / 1000)
    fine = min(payment.ceiling, 4 * payment.moment(1)) / POINTS_PER_CEILING if rates[0] else day
    longest = max(payment.most() if rates[0] else 0.0, wait.most() if rates[1] else 0.0)
    step = given.step or max(fine, longest / MOST_STEPS)
    if longest / step > 4 * MOST_STEPS:
        raise GridError("the cost of one admission spans too many steps")
    return Model(payment, wait, rates, Frequency(given["overdispersion"], given["common_variation"]), float(step))
