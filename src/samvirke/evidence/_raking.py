"""Raking: weights that give several distributions at once, nearest to those they start from.

Iterative proportional fitting (Deming and Stephan, 1940, doi:10.1214/aoms/1177731829): the weights of each group of the first
distribution are multiplied so that they add to its target, then those of the second, and so on until nothing changes. What it ends in is
d exp(sum of one factor for each group), the weights w that meet the targets with the least sum of w log(w / d) - w + d (Ireland and
Kullback, 1968, doi:10.1093/biomet/55.1.179).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.evidence._survey import Array, Sample, kish
from samvirke.measures.groups import groups
from samvirke.measures.membership import Membership
from samvirke.sources.problems import Problems

MOST_ROUNDS = 2000
CLOSE = 1e-9
"""How far, as a share of it, a group may be from its target at the end."""

DIMENSIONS = ("size", "county")


@dataclass(frozen=True)
class Raked:
    """Weights, in how many rounds they were found, and how far the worst group is from its target, as a share of it."""

    weights: Array
    rounds: int
    deviation: float

    @property
    def met(self) -> bool:
        """Whether every target is met."""
        return self.deviation <= CLOSE


def rake(weights: Array, margins: Sequence[tuple[Array, Mapping[str, float]]], most: int = MOST_ROUNDS) -> Raked:
    """Rake weights to the distributions.

    Parameters
    ----------
    weights : numpy.ndarray
        What they start from; 0 stays 0.
    margins : sequence of (numpy.ndarray, Mapping[str, float])
        For each distribution the group of every unit, and the target of every group. The targets of each add to the same.
    most : int
        The largest number of rounds.

    Examples
    --------
    >>> found = rake(np.ones(3), [(np.array(["a", "a", "b"]), {"a": 1.0, "b": 1.0})])
    >>> found.weights.tolist(), found.met
    ([0.5, 0.5, 1.0], True)
    """
    made = weights.astype(float).copy()
    places = [
        (np.array([list(targets).index(group) for group in of], dtype=np.int64), np.array(list(targets.values()), dtype=float)) for of, targets in margins
    ]
    deviation, rounds = _deviation(made, places), 0
    while deviation > CLOSE and rounds < most:
        for place, target in places:
            sums = np.bincount(place, weights=made, minlength=len(target))
            made *= np.divide(target, sums, out=np.zeros(len(target)), where=sums > 0)[place]
        deviation, rounds = _deviation(made, places), rounds + 1
    return Raked(made, rounds, deviation)


def _deviation(weights: Array, places: Sequence[tuple[Array, Array]]) -> float:
    found = 0.0
    for place, target in places:
        sums = np.bincount(place, weights=weights, minlength=len(target))
        found = max(found, float((np.abs(sums - target) / np.where(target > 0, target, 1)).max(initial=0.0)))
    return found


@dataclass(frozen=True)
class Frame:
    """The municipalities that answers are weighted to: the group of each in every distribution, and whether it was asked.

    Parameters
    ----------
    of : pandas.DataFrame
        A column for each distribution, municipalities by code as rows; only those in a group of all of them.
    order : Mapping[str, tuple of str]
        The groups of each distribution, in order.
    """

    of: pd.DataFrame
    order: Mapping[str, tuple[str, ...]]

    def reached(self, codes: Array) -> pd.DataFrame:
        """Return the municipalities that weights of the given ones can stand for: those in groups that any of them is in."""
        left = self.of
        while len(left):
            own = left.loc[left.index.isin(codes)]
            inside = [left[name].isin(set(own[name])).to_numpy(dtype=bool) for name in left.columns]
            within = np.logical_and.reduce(inside)
            if within.all():
                break
            left = left[within]
        return left


def frame(edition: Edition, data: Membership, asked: Array, dimensions: Sequence[str]) -> Frame:
    """Return the asked municipalities with their groups in each distribution that the edition has."""
    found = {name: groups(edition, data, name) for name in dimensions}
    of = pd.DataFrame({name: one.of for name, one in found.items()}, index=pd.Index(data.codes.astype(str)))
    return Frame(of[asked].dropna(), {name: one.order for name, one in found.items()})


def available(edition: Edition, data: Membership) -> tuple[str, ...]:
    """Return the distributions that the edition has, of size and county."""
    kinds = set(edition["grouping"]["kind"]) if "grouping" in edition else set()
    own = {
        "size": bool(np.isfinite(data.population).any()) or "size" in kinds,
        "county": bool(edition["municipality"]["county"].notna().any()) or "county" in kinds,
    }
    return tuple(name for name in DIMENSIONS if own[name])


def rake_municipalities(base: pd.Series, whole: Frame) -> tuple[pd.Series, Raked, pd.DataFrame]:
    """Rake the weights of municipalities, by code, to the distributions of those that they can stand for.

    Returns
    -------
    tuple
        The weights (mean 1; only of municipalities that could be weighted), how it went, and the municipalities stood for.

    Raises
    ------
    SurveyInputError
        When no weights give all the distributions at once.
    """
    stood_for = whole.reached(base.index[base > 0].to_numpy())
    own = stood_for.loc[stood_for.index.isin(base.index[base > 0])]
    start = base.loc[own.index].to_numpy(dtype=float)
    margins = []
    for name in own.columns:
        shares = stood_for[name].value_counts(sort=False) / len(stood_for) * len(own)
        margins.append((own[name].to_numpy(dtype=object), {str(group): float(share) for group, share in shares.items()}))
    raked = rake(start, margins) if len(own) else Raked(start, 0, 0.0)
    if not raked.met:
        problems = Problems()
        problems.add("not_raked", "--weights raked", f"{raked.deviation:.3g}")
        problems.stop("survey")
    return pd.Series(raked.weights, index=own.index), raked, stood_for


def raked_sample(sample: Sample, whole: Frame) -> Sample:
    """Return a sample whose municipalities are raked; each counts once before that, however many answer for it.

    Who has no municipality, or one in no group, gets the weight 0.
    """
    sums = pd.Series(sample.weights).groupby(sample.municipalities).sum()
    base = pd.Series(np.where(sums > 0, 1.0, 0.0), index=sums.index)
    weights, _, _ = rake_municipalities(base[base.index != ""], whole)
    own = pd.Series(sample.municipalities).map(weights).fillna(0.0).to_numpy(dtype=float)
    shares = np.divide(sample.weights, pd.Series(sample.municipalities).map(sums).to_numpy(dtype=float), out=np.zeros(len(own)), where=own > 0)
    made = own * shares
    return replace(sample, weights=made * (np.count_nonzero(made) / made.sum()) if made.sum() else made)


def effective(weights: pd.Series) -> float:
    """Return Kish's effective number of the weighted."""
    return kish(weights.to_numpy(dtype=float))
