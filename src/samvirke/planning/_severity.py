"""What one admission costs the municipality: a distribution of the full cost, the part that is paid, a ceiling, and a grid of kroner.

The grid keeps the mean (local moment matching of first order; Klugman, Panjer & Willmot, Loss Models, 4th ed. 2012, section 9.6.5.2): with
L(d) = E[min(X, d)] the point 0 gets 1 - L(h) / h and the point k h gets (2 L(k h) - L((k - 1) h) - L((k + 1) h)) / h, which is what falls
to it when every amount is divided between its two neighbours in proportion to nearness. A ceiling on the grid is kept exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy import special

Array = np.ndarray[Any, Any]
Family = Literal["lognormal", "gamma", "classes"]


@dataclass(frozen=True)
class Severity:
    """A distribution of the cost of one admission, 0 or more.

    Parameters
    ----------
    family : str
        lognormal or gamma, by mean and coefficient of variation; or classes of amounts with their probabilities.
    mean, variation : float
        Mean in kroner, standard deviation over mean; of lognormal and gamma.
    amounts, probabilities : numpy.ndarray
        Of classes.

    Examples
    --------
    >>> one = Severity("lognormal", 30_000.0, 1.0)
    >>> round(one.limited(60_000.0)), round(one.limited(1e12))
    (26194, 30000)
    """

    family: Family
    mean: float = 0.0
    variation: float = 0.0
    amounts: Array | None = None
    probabilities: Array | None = None

    def limited(self, most: Any, power: int = 1) -> Any:
        """Return E[min(X, most)^power], power 1 or 2."""
        most = np.asarray(most, dtype=float)
        if self.family == "classes":
            amounts, probabilities = np.asarray(self.amounts), np.asarray(self.probabilities)
            order = np.argsort(amounts, kind="stable")
            own, chance = amounts[order], probabilities[order]
            place = np.searchsorted(own, most, side="right")
            below = np.append(0.0, np.cumsum(chance * own**power))[place]
            rest = np.append(np.cumsum(chance[::-1])[::-1], 0.0)[place]
            return below + most**power * rest
        if self.family == "gamma":
            shape, scale = 1 / self.variation**2, self.mean * self.variation**2
            moment = self.mean if power == 1 else shape * (shape + 1) * scale**2
            part, rest = special.gammainc(shape + power, most / scale), special.gammaincc(shape, most / scale)
        else:
            spread = np.sqrt(np.log1p(self.variation**2))
            centre = np.log(self.mean) - spread**2 / 2
            moment = np.exp(power * centre + (power * spread) ** 2 / 2)
            with np.errstate(divide="ignore"):
                z = (np.log(most) - centre) / spread
            part, rest = special.ndtr(z - power * spread), special.ndtr(-z)
        return moment * part + most**power * rest

    def largest(self) -> float:
        """Return an amount beyond which less than a millionth of the mean lies, or the largest class."""
        if self.family == "classes":
            return float(np.asarray(self.amounts).max())
        amount = self.mean
        while self.mean - float(self.limited(amount)) > 1e-6 * self.mean:
            amount *= 1.25
        return amount


@dataclass(frozen=True)
class Payment:
    """What is paid of a cost: a share of it, at most a ceiling.

    Parameters
    ----------
    severity : Severity
        The full cost.
    share : float
        The part paid.
    ceiling : float
        The most that is paid, in kroner; infinite where there is none.
    """

    severity: Severity
    share: float = 1.0
    ceiling: float = float("inf")

    def most(self) -> float:
        """Return the most that is paid, or an amount beyond which next to nothing lies."""
        largest = self.severity.largest() * self.share
        return min(self.ceiling, largest)

    def moment(self, power: int) -> float:
        """Return the first or second moment of the payment, without a grid."""
        if self.share <= 0:
            return 0.0
        return float(self.share**power * self.severity.limited(min(self.ceiling, 1e15) / self.share, power))

    def on_grid(self, step: float) -> Array:
        """Return the probabilities of paying 0, 1, 2 ... steps, with the mean kept.

        Examples
        --------
        >>> half = Payment(Severity("classes", amounts=np.array([10.0, 70.0]), probabilities=np.array([0.5, 0.5])), 0.5, 30.0)
        >>> half.on_grid(10.0).tolist()
        [0.25, 0.25, 0.0, 0.5]
        """
        if self.share <= 0:
            return np.ones(1)
        count = int(np.ceil(self.most() / step - 1e-9))
        points = np.minimum(np.arange(count + 2) * step, self.ceiling) / self.share
        limited = np.append(0.0, self.share * np.asarray(self.severity.limited(points[1:])))
        limited[-1] = limited[-2]
        found = np.empty(count + 1)
        found[0] = 1 - limited[1] / step
        found[1:] = (2 * limited[1:-1] - limited[:-2] - limited[2:]) / step
        return np.asarray(np.maximum(found, 0.0) / np.maximum(found, 0.0).sum())


def waiting(mean_days: float, day_price: float) -> Severity:
    """Return what it costs that one patient who is ready for discharge stays on, by whole days with a geometric number of mean `mean_days`.

    Examples
    --------
    >>> round(float(waiting(3.0, 4000.0).limited(1e9)), 6)
    12000.0
    """
    stay = 1 - 1 / mean_days
    days = np.arange(1, 2 if stay <= 0 else int(np.ceil(np.log(1e-13) / np.log(stay))) + 2)
    chances = (1 - stay) * stay ** (days - 1.0)
    chances[-1] = stay ** (len(days) - 1)
    amounts = days * day_price
    amounts = amounts * (mean_days * day_price / float(chances @ amounts))
    return Severity("classes", amounts=amounts, probabilities=chances)


def mixed(parts: Sequence[Array], weights: Sequence[float]) -> Array:
    """Mix distributions on one grid by how often each occurs.

    Examples
    --------
    >>> mixed([np.array([0.0, 1.0]), np.array([0.5, 0.0, 0.5])], [1.0, 3.0]).tolist()
    [0.375, 0.25, 0.375]
    """
    found = np.zeros(max(len(part) for part in parts))
    for part, weight in zip(parts, weights, strict=True):
        found[: len(part)] += part * (weight / sum(weights))
    return found
