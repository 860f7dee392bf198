"""Random numbers that are the same on every machine: only `random.Random.random`, whose stream Python keeps, is drawn from."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from statistics import NormalDist
from typing import TypeVar

SEED = 2020
_NORMAL = NormalDist()
T = TypeVar("T")


class Draws:
    """A stream of random numbers with a name of its own, so that a change in one part of the country leaves the others as they are."""

    def __init__(self, name: str) -> None:
        self._random = random.Random(f"constructed/{SEED}/{name}")  # noqa: S311 - nothing is secret here

    def unit(self) -> float:
        """Draw a number from 0 up to 1."""
        return self._random.random()

    def between(self, low: float, high: float) -> float:
        """Draw a number from `low` up to `high`."""
        return low + (high - low) * self.unit()

    def spread(self, count: int) -> list[float]:
        """Draw so many numbers from 0 up to 1, one in each of as many equal parts, in random order: each is even, and together they are near it."""
        return [(part + self.unit()) / count for part in self.some(range(count), count)]

    def whole(self, low: int, high: int) -> int:
        """Draw a whole number, both ends included."""
        return low + int((high - low + 1) * self.unit())

    def chance(self, probability: float) -> bool:
        """Say yes with a probability."""
        return self.unit() < probability

    def pick(self, values: Sequence[T], weights: Sequence[float] | None = None) -> T:
        """Draw one of several, evenly or by weights."""
        if weights is None:
            return values[int(self.unit() * len(values))]
        left = self.unit() * math.fsum(weights)
        for value, weight in zip(values, weights, strict=True):
            left -= weight
            if left < 0:
                return value
        return values[-1]

    def some(self, values: Sequence[T], count: int) -> list[T]:
        """Draw several different ones, in the order drawn."""
        left = list(values)
        return [left.pop(int(self.unit() * len(left))) for _ in range(min(count, len(left)))]

    def normal(self, mean: float = 0.0, spread: float = 1.0) -> float:
        """Draw from a normal distribution."""
        return mean + spread * _NORMAL.inv_cdf(min(max(self.unit(), 1e-12), 1 - 1e-12))

    def poisson(self, mean: float) -> int:
        """Draw a count; above 200 by the normal distribution that it then comes close to."""
        if mean > 200:
            return max(0, round(self.normal(mean, math.sqrt(mean))))
        term = total = math.exp(-mean)
        drawn, count = self.unit(), 0
        while drawn > total and count < 1000:
            count += 1
            term *= mean / count
            total += term
        return count

    def day(self, first_year: int, last_year: int) -> str:
        """Draw a first of a month."""
        return f"{self.whole(first_year, last_year)}-{self.whole(1, 12):02d}-01"


def odds(probability: float) -> float:
    """Return the logarithm of the odds.

    Examples
    --------
    >>> odds(0.5)
    0.0
    """
    return math.log(probability / (1 - probability))


def logistic(value: float) -> float:
    """Turn the logarithm of odds into a probability.

    Examples
    --------
    >>> logistic(0.0)
    0.5
    """
    return 1 / (1 + math.exp(-value))


def intercept(slope: float, values: Sequence[float], mean: float, weights: Sequence[float] | None = None) -> float:
    """Return the intercept with which the (weighted) mean probability over some values is as asked.

    Examples
    --------
    >>> round(intercept(0.0, [1.0, 2.0], 0.5), 6) + 0
    0.0
    """
    weights = weights or [1.0] * len(values)
    low, high = -30.0, 30.0
    for _ in range(80):
        middle = (low + high) / 2
        found = math.fsum(weight * logistic(middle + slope * value) for value, weight in zip(values, weights, strict=True)) / math.fsum(weights)
        low, high = (middle, high) if found < mean else (low, middle)
    return round((low + high) / 2, 9)
