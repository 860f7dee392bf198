"""Yearly cost as a compound distribution: so many admissions, each with a cost, on a grid of kroner, by the fast Fourier transform.

The sum S of N costs has the characteristic function P_N(phi), phi that of one cost and P_N the generating function of N. The number of
admissions N has mean lambda, a variance of `overdispersion` times the mean within a year, and a year of its own that multiplies the rate of
all by a gamma factor with mean 1 and coefficient of variation `common`:

    psi(z)   = log(1 + (D - 1) (1 - z)) / (D - 1),  or 1 - z where the overdispersion D is 1
    P_N(z)   = (1 + t^2 lambda psi(z))^(-1 / t^2),  or exp(-lambda psi(z)) where the common variation t is 0

so that D = 1, t = 0 is Poisson; t = 0 negative binomial with the same D for all, whose sums are again so; D = 1 negative binomial with a
common year, which pooling does not even out. The probabilities are the inverse transform at M points (Grübel & Hermesmeier, 1999, ASTIN
Bulletin 29: 197-214, doi:10.2143/AST.29.2.504611; Embrechts & Frei, 2009, doi:10.1007/s00186-008-0249-2). A transform of M points adds up
whatever lies M steps apart, so M only has to span the window outside which the Chernoff bound leaves less than `OUTSIDE` on each side.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

OUTSIDE = 1e-14
"""The most probability left on each side of the window: what the transform can put in a wrong place."""
VANISHING = 46.0
"""Below exp(-46) = 1e-20 a frequency is taken as 0."""
MOST_POINTS = 1 << 22
"""More points of the grid than this are refused: the step is too small for so large a sum."""
CHUNK = 1 << 19
"""Points worked on at a time."""
SLOPES = 120
"""How many slopes the Chernoff bound is tried at."""


class GridError(ValueError):
    """A sum spans more steps of the grid than can be held; a larger step is needed."""


@dataclass(frozen=True)
class Frequency:
    """How many admissions there are in a year, but for the mean.

    Parameters
    ----------
    overdispersion : float
        Variance over mean within a year, 1 (Poisson) or more.
    common : float
        Coefficient of variation of the year's common factor, 0 or more.
    """

    overdispersion: float = 1.0
    common: float = 0.0

    def variance(self, mean: Array) -> Array:
        """Return the variance of the number: D lambda + t^2 lambda^2."""
        return np.asarray(self.overdispersion * mean + (self.common * mean) ** 2)

    def psi(self, gap: Array) -> Array:
        """Return psi at 1 - z = `gap`, for real or complex values; NaN beyond where it exists."""
        spread = self.overdispersion - 1
        if spread < 1e-12:
            return gap
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.log1p(spread * gap) / spread)

    def log_generating(self, mean: Array, psi: Array) -> Array:
        """Return the logarithm of the generating function, by mean and psi."""
        if self.common < 1e-9:
            return -mean * psi
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(-np.log1p(self.common**2 * mean * psi) / self.common**2)


@dataclass(frozen=True)
class Sums:
    """Probabilities of yearly sums, for units whose windows have one length.

    Parameters
    ----------
    places : numpy.ndarray
        Which of the units asked for.
    first : numpy.ndarray
        For each, the first step of its window.
    probabilities : numpy.ndarray
        Unit by step.
    """

    places: Array
    first: Array
    probabilities: Array


def window(severity: Array, means: Array, frequency: Frequency) -> tuple[Array, Array]:
    """Return the first and the last step outside which each sum has a probability of at most `OUTSIDE` a side.

    P(S >= a) <= exp(K(s) - s a) for every slope s > 0, with K the logarithm of the moment generating function (Chernoff, 1952); likewise
    below. The best of a row of slopes is taken.

    Examples
    --------
    >>> [int(one[0]) for one in window(np.array([0.0, 1.0]), np.array([100.0]), Frequency())]
    [31, 191]
    """
    steps = np.arange(len(severity), dtype=float)
    first, second = float(severity @ steps), float(severity @ steps**2)
    sd = np.sqrt(means * (second - first**2) + frequency.variance(means) * first**2)
    positive = sd[sd > 0]
    if not len(positive):
        return np.zeros(len(means), dtype=np.int64), np.zeros(len(means), dtype=np.int64)
    highest = min(80 / float(positive.min()), 600 / max(len(severity) - 1, 1))
    slopes = np.geomspace(min(0.2 / float(positive.max()), highest / 2), highest, SLOPES)
    bound = -np.log(OUTSIDE)

    def log_moment(signed: Array) -> Array:
        gap = -np.array([float(severity @ np.expm1(one * steps)) for one in signed])
        return np.nan_to_num(frequency.log_generating(means[:, None], frequency.psi(gap)[None, :]), nan=np.inf, posinf=np.inf)

    last = np.ceil(((log_moment(slopes) + bound) / slopes).min(axis=1))
    start = np.floor(np.maximum(((-log_moment(-slopes) - bound) / slopes).max(axis=1), 0))
    if not np.isfinite(last).all() or float((last - start).max()) >= MOST_POINTS:
        raise GridError("the sums span more steps than can be held")
    return start.astype(np.int64), last.astype(np.int64)


def compound(severity: Array, means: Array, frequency: Frequency | None = None) -> Iterator[Sums]:
    """Work out the probabilities of the yearly sums of many units with one distribution of the cost of an admission.

    Parameters
    ----------
    severity : numpy.ndarray
        Probability that an admission costs 0, 1, 2 ... steps; sums to 1.
    means : numpy.ndarray
        Expected admissions of each unit in a year, above 0.
    frequency : Frequency
        Poisson when not given.

    Yields
    ------
    Sums
        Units of windows of about one length, as large chunks as memory allows; every unit once.

    Raises
    ------
    GridError
        When a sum spans more than `MOST_POINTS` steps.

    Examples
    --------
    The number of admissions itself, Poisson with mean 2: 0 and 1 have probabilities exp(-2) and 2 exp(-2).

    >>> (found,) = compound(np.array([0.0, 1.0]), np.array([2.0]))
    >>> found.probabilities[0, :2].round(6).tolist()
    [0.135335, 0.270671]
    """
    frequency = frequency or Frequency()
    start, last = window(severity, means, frequency)
    lengths = np.array([_length(int(one)) for one in last - start + 1])
    for points in np.unique(lengths):
        own = np.flatnonzero(lengths == points)
        own = own[np.argsort(means[own], kind="stable")]
        phi_gap = _gap(severity, int(points))
        psi = frequency.psi(phi_gap)
        size = max(int(CHUNK // points), 1)
        for begin in range(0, len(own), size):
            chosen = own[begin : begin + size]
            yield Sums(chosen, start[chosen], _inverse(psi, means[chosen], start[chosen], int(points), frequency))


def _length(least: int) -> int:
    """Return the next of the lengths 2^k and 3 x 2^k."""
    power = 1 << max(int(least - 1).bit_length(), 6)
    return power * 3 // 4 if power * 3 // 4 >= least else power


def _gap(severity: Array, points: int) -> Array:
    """Return 1 - phi at the frequencies 2 pi j / points, j from 0 to half, with all precision where phi is near 1."""
    wrapped = np.bincount(np.arange(len(severity)) % points, weights=severity, minlength=points)
    found = 1.0 - np.fft.rfft(wrapped)
    found[0] = 0.0
    return np.asarray(found)


def _inverse(psi: Array, means: Array, start: Array, points: int, frequency: Frequency) -> Array:
    """Transform back, with each unit's window moved to the beginning; frequencies that vanish for all are left out."""
    logs = frequency.log_generating(np.array(means.min()), psi)
    kept = np.flatnonzero(logs.real > -VANISHING)
    spectrum = np.zeros((len(means), points // 2 + 1), dtype=np.complex128)
    turn = (kept[None, :] * (start[:, None] % points)) % points * (2 * np.pi / points)
    spectrum[:, kept] = np.exp(frequency.log_generating(means[:, None], psi[None, kept]) + 1j * turn)
    return np.asarray(np.fft.irfft(spectrum, points, axis=1))


@dataclass(frozen=True)
class Tail:
    """What yearly sums are like, one entry for each unit, in steps of the grid unless said otherwise.

    Parameters
    ----------
    quantiles, shortfalls : numpy.ndarray
        Unit by level: the smallest sum that a year stays at or below with that probability, and the mean of the worst years beyond it.
    beyond : numpy.ndarray
        Unit by limit: the probability of a sum above the limit.
    """

    quantiles: Array
    shortfalls: Array
    beyond: Array


def tails(severity: Array, means: Array, frequency: Frequency, levels: tuple[float, ...], limits: Array) -> Tail:
    """Return quantiles, expected shortfalls and probabilities of passing limits of many units at once.

    Parameters
    ----------
    severity, means, frequency
        As of `compound`.
    levels : tuple of float
        Between 0 and 1, such as 0.99. The shortfall is the mean of the worst 1 - level of all years, with the right part of the atom at
        the quantile q: q + E[(S - q)+] / (1 - level) (Acerbi & Tasche, 2002, doi:10.1016/S0378-4266(02)00283-2).
    limits : numpy.ndarray
        Unit by limit, in steps; NaN gives NaN.

    Examples
    --------
    >>> found = tails(np.array([0.0, 1.0]), np.array([2.0]), Frequency(), (0.99,), np.array([[3.0]]))
    >>> int(found.quantiles[0, 0]), round(float(found.beyond[0, 0]), 4)
    (6, 0.1429)
    """
    quantiles, shortfalls = np.empty((len(means), len(levels))), np.empty((len(means), len(levels)))
    beyond = np.full(limits.shape, np.nan)
    for found in compound(severity, means, frequency):
        rows = np.arange(len(found.places))
        below = np.cumsum(np.maximum(found.probabilities, 0.0, out=found.probabilities), axis=1)
        for column, level in enumerate(levels):
            place = np.minimum((below < level).sum(axis=1), below.shape[1] - 1)
            least = int(place.min())
            above = np.where(np.arange(least, below.shape[1]) >= place[:, None], 1.0 - below[:, least:], 0.0).sum(axis=1)
            quantiles[found.places, column] = found.first + place
            shortfalls[found.places, column] = found.first + place + above / (1 - level)
        for column in range(limits.shape[1]):
            limit = limits[found.places, column]
            known = np.isfinite(limit)
            step = np.floor(np.where(known, limit, 0) * (1 + 1e-12)).astype(np.int64) - found.first
            inside = np.clip(step, 0, below.shape[1] - 1)
            share = np.where(step < 0, 1.0, np.where(step >= below.shape[1], 0.0, 1 - below[rows, inside]))
            beyond[found.places, column] = np.where(known, np.clip(share, 0.0, 1.0), np.nan)
    return Tail(quantiles, shortfalls, beyond)
