"""The odds of a role by population and group: logistic regression, Firth's where the groups are separated, with profile intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from samvirke.errors import MissingExtraError

Array = np.ndarray[Any, Any]
FEWEST = 3
"""With fewer municipalities than this on either side nothing is estimated."""


@dataclass(frozen=True)
class Odds:
    """One term of a model: the odds ratio with its 95 % interval and p, and how it was estimated (likelihood, firth or none)."""

    term: str
    ratio: float
    low: float
    high: float
    p_value: float
    method: str


def odds(outcome: Array, terms: dict[str, Array]) -> list[Odds]:
    """Estimate odds ratios.

    Parameters
    ----------
    outcome : numpy.ndarray of bool
        What happened, one for each municipality.
    terms : dict of str to numpy.ndarray
        Covariates of the same length; a group is a column of 0 and 1 for each level but the one held against.

    Returns
    -------
    list of Odds
        One for each term. Likelihood where it has a maximum, else Firth's penalised likelihood (1993, doi 10.1093/biomet/80.1.27); intervals by
        profile likelihood (Venzon and Moolgavkar 1988); p by the likelihood ratio. Method none, with nothing estimated, where there are fewer than
        `FEWEST` of either outcome, or the terms say the same.

    Examples
    --------
    >>> x = np.array([0.0, 1, 2, 3, 4, 5, 6, 7])
    >>> [(one.method, one.ratio > 1) for one in odds(x > 3, {"x": x})]
    [('firth', True)]
    """
    try:
        from firthmodels import FirthLogisticRegression, detect_separation
    except ImportError:
        raise MissingExtraError("firthmodels", "evidence") from None
    names, count = list(terms), int(outcome.sum())
    nothing = [Odds(name, np.nan, np.nan, np.nan, np.nan, "none") for name in names]
    if not names or min(count, len(outcome) - count) < FEWEST:
        return nothing
    design = np.column_stack([np.asarray(terms[name], dtype=float) for name in names])
    if np.linalg.matrix_rank(np.column_stack([np.ones(len(design)), design])) <= len(names):
        return nothing
    separated = detect_separation(design, outcome.astype(int)).separation
    model = FirthLogisticRegression(penalty_weight=0.5 if separated else 0.0, max_iter=200, backend="numpy").fit(design, outcome.astype(int))
    if not model.converged_:
        return nothing
    spread = model.conf_int(method="pl", features=list(range(len(names))), max_iter=200)[: len(names)]
    tested = model.lrt(features=list(range(len(names)))).lrt_pvalues_[: len(names)]
    method = "firth" if separated else "likelihood"
    found = zip(names, model.coef_, spread, tested, strict=True)
    return [Odds(name, float(np.exp(own)), float(np.exp(low)), float(np.exp(high)), float(p), method) for name, own, (low, high), p in found]
