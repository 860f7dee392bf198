"""Answers to a survey: read from an edition, weighted, and turned into shares whose intervals know the design.

The share of respondents who answered *a* is p = sum(w y) / sum(w). Its variance is that of Taylor linearisation with the municipalities as
clusters: v = m / (m - 1) * sum over municipalities of (sum of w (y - p) / sum(w)) squared, m of them (Wolter, 2007, Introduction to Variance
Estimation, doi:10.1007/978-0-387-35099-8). The interval is that of Korn and Graubard (1998, Survey Methodology 24): Clopper and Pearson's,
with the number of answers replaced by p (1 - p) / v and adjusted for the degrees of freedom m - 1. With one respondent from each municipality
and equal weights it is Clopper and Pearson's itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.errors import OptionError
from samvirke.measures.statistics import UNKNOWN, Interval, share
from samvirke.sources.problems import Problems
from samvirke.vocabulary.answers import AGREE, ANSWERS, DISAGREE, DONT_KNOW, MANY_DONT_KNOW, NEITHER, NO_ANSWER, OPINIONS
from samvirke.vocabulary.language import LANGUAGES, Text, same

Array = np.ndarray[Any, Any]
Weights = Literal["given", "equal", "raked"]
Finite = Literal["no", "municipalities"]


@dataclass(frozen=True)
class Sample:
    """The answers to one item.

    Parameters
    ----------
    item : str
        Its id.
    text : Text
        Its words; the id where the edition has none.
    answers : numpy.ndarray
        The answer of each row.
    counts : numpy.ndarray
        How many each row stands for: 1 for a respondent.
    weights : numpy.ndarray
        The weight of each row.
    municipalities : numpy.ndarray
        The municipality of each row; empty where it is not known.
    by_respondent : bool
        Whether each row is a respondent, rather than a count.
    fraction : float
        The share of all municipalities that are in it, where a finite population is corrected for; else 0.
    """

    item: str
    text: Text
    answers: Array
    counts: Array
    weights: Array
    municipalities: Array
    by_respondent: bool
    fraction: float = 0.0

    @property
    def n(self) -> int:
        """How many answered or did not answer it."""
        return int(self.counts.sum())

    @property
    def opinion(self) -> Array:
        """Say of each row whether it takes a stand."""
        return np.isin(self.answers, OPINIONS)

    @property
    def weighted(self) -> bool:
        """Whether the weights differ."""
        return self.by_respondent and not np.allclose(self.weights, self.weights[:1])

    def only(self, chosen: Array) -> Sample:
        """Return some of the rows."""
        return replace(self, answers=self.answers[chosen], counts=self.counts[chosen], weights=self.weights[chosen], municipalities=self.municipalities[chosen])

    def count(self, *answers: str) -> int:
        """Return how many gave one of the answers, unweighted."""
        return int(self.counts[np.isin(self.answers, answers)].sum())

    def share(self, *answers: str) -> Interval:
        """Return the share that gave one of the answers, with its interval."""
        return estimate(np.isin(self.answers, answers), self.counts, self.weights, clusters(self.municipalities), self.fraction)

    @property
    def effective(self) -> float:
        """Kish's effective number of answers: as many equally weighted ones would say as much."""
        return kish(self.weights) if self.by_respondent else float(self.n)


def kish(weights: Array) -> float:
    """Return Kish's effective sample size (1965, Survey Sampling): the squared sum of the weights over the sum of their squares.

    Examples
    --------
    >>> kish(np.array([1.0, 1.0, 2.0]))
    2.6666666666666665
    """
    squares = float((weights**2).sum())
    return float(weights.sum() ** 2 / squares) if squares else 0.0


def clusters(municipalities: Array) -> Array:
    """Number the rows by municipality; one whose municipality is not known is by itself."""
    known = municipalities != ""
    numbers = np.empty(len(municipalities), dtype=np.int64)
    numbers[known] = np.unique(municipalities[known], return_inverse=True)[1]
    numbers[~known] = np.arange(int((~known).sum())) + (int(numbers[known].max()) + 1 if known.any() else 0)
    return numbers


def estimate(chosen: Array, counts: Array, weights: Array, cluster: Array, fraction: float = 0.0) -> Interval:
    """Return the share of the chosen, weighted, with its 95 % interval.

    Parameters
    ----------
    chosen : numpy.ndarray
        Which rows are counted in the share.
    counts, weights, cluster : numpy.ndarray
        How many each row stands for, its weight, and the number of its municipality.
    fraction : float
        The share of a finite population of municipalities that is in the sample; 1 leaves no uncertainty.

    Examples
    --------
    >>> one = np.ones(4)
    >>> found = estimate(np.array([True, True, False, False]), one.astype(int), one, np.arange(4))
    >>> round(found.estimate, 2), round(found.low, 3), round(found.high, 3)
    (0.5, 0.068, 0.932)
    """
    n, total = int(counts.sum()), float((counts * weights).sum())
    if n == 0 or total <= 0:
        return UNKNOWN
    alone = len(np.unique(cluster)) == len(cluster)
    if np.allclose(weights, weights[0]) and alone and not fraction:
        return share(int(counts[chosen].sum()), n)
    p = float((counts * weights)[chosen].sum() / total)
    if fraction >= 1:
        return Interval(p, p, p)
    m = len(np.unique(cluster[weights > 0]))
    if m < 2:
        return Interval(p, float("nan"), float("nan"))
    v = variance(chosen, weights, cluster, p)
    effective = p * (1 - p) / v if 0 < p < 1 and v > 0 else min(kish(weights), float(m))
    return _korn_graubard(p, effective / (1 - fraction), n, m, fraction)


def variance(chosen: Array, weights: Array, cluster: Array, p: float) -> float:
    """Return the linearised variance of a weighted share among clusters."""
    parts = np.bincount(cluster, weights=weights * (chosen - p) / weights.sum())
    m = len(np.unique(cluster[weights > 0]))
    return float(m / (m - 1) * (parts**2).sum())


def _korn_graubard(p: float, effective: float, n: int, m: int, fraction: float) -> Interval:
    """Return Clopper and Pearson's interval at an effective number of answers, never more than there are (but for a finite population)."""
    from scipy.stats import beta, t

    size = min(effective * float((t.ppf(0.975, max(n - 1, 1)) / t.ppf(0.975, m - 1)) ** 2), n / (1 - fraction))
    x = p * size
    low = 0.0 if p <= 0 else float(beta.ppf(0.025, x, size - x + 1))
    high = 1.0 if p >= 1 else float(beta.ppf(0.975, x + 1, size - x))
    return Interval(p, low, high)


def samples(edition: Edition, items: Sequence[str] | None = None) -> tuple[Sample, ...]:
    """Return the answers of an edition item by item, in the order of its table.

    Raises
    ------
    OptionError
        When an item is asked for that has no answers.
    SurveyInputError
        With every answer that cannot be used.
    """
    frame = edition["survey"]
    known = list(dict.fromkeys(frame["item"]))
    for name in items or ():
        if name not in known:
            raise OptionError("items", name, same(", ".join(known)))
    chosen = frame[frame["item"].isin(items)] if items else frame
    _check(chosen, edition.name)
    return tuple(_sample(name, chosen[chosen["item"] == name]) for name in (items or known))


def _sample(item: str, own: pd.DataFrame) -> Sample:
    by_respondent = bool(own["respondent"].notna().any())
    counts = np.ones(len(own), dtype=np.int64) if by_respondent else own["count"].to_numpy(dtype=np.int64)
    columns = [f"item_text_{language}" for language in LANGUAGES]
    text = same(item)
    if set(columns) <= set(own.columns) and own[columns].notna().all().all() and len(own):
        text = Text(**{language: str(own[column].iloc[0]) for language, column in zip(LANGUAGES, columns, strict=True)})
    return Sample(
        item,
        text,
        own["answer"].fillna(NO_ANSWER).to_numpy(dtype=object),
        counts,
        own["weight"].fillna(1.0).to_numpy(dtype=float),
        own["municipality"].fillna("").to_numpy(dtype=object).astype(str),
        by_respondent,
    )


def _check(frame: pd.DataFrame, name: str) -> None:
    """Find everything that keeps the answers from being counted; rows are numbered as in a spreadsheet."""
    problems = Problems()
    rows = pd.Series(np.arange(len(frame)) + 2 if isinstance(frame.index, pd.RangeIndex) else frame.index.to_numpy() + 2, index=frame.index)
    person, counted, weight = frame["respondent"].notna(), frame["count"].notna(), frame["weight"]

    def note(where: pd.Series, kind: str, field: str, values: pd.Series | str = "", allowed: str = "") -> None:
        for place in frame.index[where.to_numpy(dtype=bool)]:
            problems.add(kind, field, str(values[place]) if isinstance(values, pd.Series) else values, int(rows[place]), allowed)

    note(frame["answer"].notna() & ~frame["answer"].isin(ANSWERS), "not_an_answer", "survey.answer", frame["answer"], ", ".join(ANSWERS))
    note(~person & ~counted, "neither_kind", "survey")
    items = frame["item"]
    mixed = set(items[person]) & set(items[~person & counted])
    note(items.isin(mixed) & ~person, "both_kinds", "survey.item", items)
    twice = frame[person].duplicated(["item", "respondent"], keep=False).reindex(frame.index, fill_value=False)
    note(twice, "respondent_twice", "survey.respondent", items + ": " + frame["respondent"].fillna(""))
    again = frame[~person & counted].duplicated(["item", "answer"], keep=False).reindex(frame.index, fill_value=False)
    note(again, "count_twice", "survey.count", items + ": " + frame["answer"].fillna(""))
    with_weight = set(items[person & weight.notna()])
    note(person & weight.isna() & items.isin(with_weight), "weight_missing", "survey.weight")
    note(person & (weight < 0), "weight_negative", "survey.weight", weight.map("{:g}".format))
    note(~person & weight.notna() & ~(weight == 1), "weight_of_count", "survey.weight", weight.map("{:g}".format))
    for item in sorted(with_weight - set(items[person & (weight != 0)])):
        problems.add("weights_zero", "survey.weight", item)
    problems.stop(f"{name}: survey")


def asked(edition: Edition, codes: Array) -> Array:
    """Say of each municipality whether it was asked: all, but those that `coverage` says the survey's source did not ask."""
    if "coverage" not in edition:
        return np.ones(len(codes), dtype=bool)
    coverage = edition["coverage"]
    own = coverage[coverage["source"].isin(set(edition["survey"]["source"].dropna())) & (coverage["status"] == "not_asked")]
    return ~np.isin(codes.astype(str), own["municipality"].to_numpy(dtype=str))


def corrected(sample: Sample, municipalities: int) -> Sample:
    """Return a sample that knows how large a share of the municipalities it holds, where every respondent's is known."""
    if not sample.by_respondent or (sample.municipalities == "").any() or not municipalities:
        return sample
    return replace(sample, fraction=min(len(set(sample.municipalities)) / municipalities, 1.0))


def shares_row(sample: Sample, answer: str) -> dict[str, object]:
    """Return one answer's count and its share of all and of those with an opinion, each with its interval."""
    of_all, own = sample.share(answer), sample.only(sample.opinion)
    of_opinions = own.share(answer) if answer in OPINIONS else UNKNOWN
    return {
        "survey_answer": answer,
        "count": sample.count(answer),
        "of": sample.n,
        "share": of_all.estimate,
        "share_low": of_all.low,
        "share_high": of_all.high,
        "opinions": own.n,
        "share_opinion": of_opinions.estimate,
        "share_opinion_low": of_opinions.low,
        "share_opinion_high": of_opinions.high,
    }


def summary_row(sample: Sample) -> dict[str, object]:
    """Return an item in one row: agreement and disagreement of all and of those with an opinion, neither, don't know, no answer, weights."""
    own = sample.only(sample.opinion)
    row: dict[str, object] = {"of": sample.n, "opinions": own.n, "municipalities": len(set(sample.municipalities) - {""}) if sample.by_respondent else None}
    for name, answers, part in (
        ("agree", AGREE, sample),
        ("agree_opinion", AGREE, own),
        ("disagree", DISAGREE, sample),
        ("disagree_opinion", DISAGREE, own),
        ("neither", (NEITHER,), sample),
        ("dont_know", (DONT_KNOW,), sample),
        ("no_answer", (NO_ANSWER,), sample),
    ):
        found = part.share(*answers)
        row |= {f"share_{name}": found.estimate, f"share_{name}_low": found.low, f"share_{name}_high": found.high}
    return row | {
        "effective_answers": sample.effective,
        "weight_least": float(sample.weights.min()) if sample.by_respondent and len(sample.weights) else float("nan"),
        "weight_most": float(sample.weights.max()) if sample.by_respondent and len(sample.weights) else float("nan"),
        "many_dont_know": row["share_dont_know"] > MANY_DONT_KNOW,  # type: ignore[operator]
    }
