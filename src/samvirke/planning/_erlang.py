r"""Erlang's loss formula: how often all beds are taken, and how many beds keep that below a limit.

Patients arrive independently at a constant mean rate (a Poisson process), stay independently of each other, and are treated elsewhere when
all `c` beds are taken. With the load `a` = arrivals per day times mean stay in days, the probability that a patient is refused is

.. math:: B(c, a) = \frac{a^c / c!}{\sum_{k=0}^{c} a^k / k!},

whatever the distribution of the stays (insensitivity). It is computed by the recursion B(0) = 1, 1/B(c) = 1 + (c/a) / B(c-1), which only adds
positive terms and so loses no digits.

References
----------
Erlang, A. K. (1917). Solution of some problems in the theory of probabilities of significance in automatic telephone exchanges.
Jagerman, D. L. (1974). Some properties of the Erlang loss function. Bell System Technical Journal 53(3), 525-551.
doi:10.1002/j.1538-7305.1974.tb02756.x (the continuation to fractions of c).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
MOST_LOAD = 10_000.0
"""Mean number of patients in beds at once beyond which a load is a slip of the pen."""


def refusal(load: float, beds: int) -> float:
    """Return the probability that a patient is refused because all beds are taken (Erlang B).

    Parameters
    ----------
    load : float
        Admissions per day times mean stay in days, 0 to 10 000.
    beds : int
        Whole beds, 0 or more.

    Returns
    -------
    float
        0 to 1. Without beds everyone is refused; with beds and no load nobody is.

    Examples
    --------
    >>> [round(refusal(0.6, beds), 4) for beds in (1, 2, 3)]
    [0.375, 0.1011, 0.0198]
    """
    if load == 0:
        return 0.0 if beds else 1.0
    inverse = 1.0
    for place in range(1, beds + 1):
        inverse = 1.0 + inverse * place / load
        if math.isinf(inverse):
            return 0.0
    return 1.0 / inverse


def beds_needed(loads: Array, most_refusal: float) -> Array:
    """Return the fewest whole beds that keep the refusal at or below a limit, for each load.

    Parameters
    ----------
    loads : numpy.ndarray
        Loads, 0 to 10 000 each.
    most_refusal : float
        The limit, above 0 and below 1.

    Returns
    -------
    numpy.ndarray
        Whole numbers; 0 where there is no load.

    Examples
    --------
    >>> beds_needed(np.array([0.0, 0.3, 0.6, 1.2, 2.4, 4.8]), 0.05).tolist()
    [0, 2, 3, 4, 6, 9]
    """
    loads = np.asarray(loads, dtype=float)
    needed = np.zeros(loads.shape, dtype=np.int64)
    inverse = np.ones(loads.shape)
    short = loads > 0
    beds = 0
    while short.any():
        beds += 1
        inverse[short] = 1.0 + inverse[short] * beds / loads[short]
        needed[short] = beds
        short = short & (inverse * most_refusal < 1.0)
    return needed


def refusal_interpolated(load: float, capacity: float) -> float:
    """Return Erlang's formula continued to fractions of a bed; an interpolation between whole beds, not the refusal of any ward.

    Formula: 1/B(c, a) = a * integral from 0 to infinity of exp(-a t) (1 + t)^c dt (Jagerman, 1974), which is a U(1, c+2, a) with Tricomi's
    function. It is taken for the fraction of `capacity` and carried up to whole beds by the recursion.

    Parameters
    ----------
    load : float
        0 to 10 000.
    capacity : float
        Beds, with fractions, 0 or more.

    Examples
    --------
    >>> round(refusal_interpolated(0.6, 2.0), 4), round(refusal_interpolated(0.6, 0.6), 4)
    (0.1011, 0.5767)
    """
    from scipy.integrate import quad

    whole = math.floor(capacity)
    fraction = capacity - whole
    if load == 0 or fraction == 0:
        return refusal(load, whole) if capacity else 1.0
    inverse = float(quad(lambda x: math.exp(-x) * (1.0 + x / load) ** fraction, 0.0, math.inf, epsabs=0, epsrel=1e-11)[0])
    for place in range(1, whole + 1):
        inverse = 1.0 + inverse * (place + fraction) / load
        if math.isinf(inverse):
            return 0.0
    return 1.0 / inverse


def refusal_part_time(load: float, capacity: float) -> float:
    """Return the mean refusal when the last bed is staffed for only a share of the days.

    With c whole beds and a fraction f: f B(c+1, a) + (1-f) B(c, a). It holds when the bed is open in long stretches beside a stay (weeks),
    and a patient in it is moved or sent home when it closes; if it opens for single days, the refusal is another.

    Parameters
    ----------
    load : float
        0 to 10 000.
    capacity : float
        Beds, with a fraction that is the share of days on which one more bed is staffed.

    Examples
    --------
    >>> round(refusal_part_time(0.6, 0.6), 4)
    0.625
    """
    whole = math.floor(capacity)
    share = capacity - whole
    return (1 - share) * refusal(load, whole) + (share * refusal(load, whole + 1) if share else 0.0)
