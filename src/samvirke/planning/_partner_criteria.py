"""What each possible group of municipalities is like, criterion by criterion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.measures.membership import Array, Membership
from samvirke.planning._erlang import beds_needed, refusal_part_time
from samvirke.planning._partner_groups import best_hosts
from samvirke.planning._rotation import every_nth

Better = Literal["lower", "higher"]
YEAR_DAYS = 365.0
CRITERIA: dict[str, tuple[str, Better]] = {
    "travel": ("minutes_mean", "lower"),
    "own_travel": ("minutes_own", "lower"),
    "worst_travel": ("minutes_worst", "lower"),
    "ties": ("services_shared_mean", "higher"),
    "population": ("population", "higher"),
    "county": ("counties", "lower"),
    "health_trust": ("health_trusts", "lower"),
    "beds": ("beds_saved", "higher"),
    "refusal": ("share_refused", "lower"),
    "roster": ("duty_every", "higher"),
    "risk": ("share_swing", "lower"),
}
"""Every criterion: the column that measures it, and which way is better."""


@dataclass(frozen=True)
class Need:
    """What the service needs, as far as it was given; None is not asked for.

    Parameters
    ----------
    admissions_per_1000 : float or None
        Admissions (or other events) per 1,000 inhabitants a year, above 0.
    mean_stay_days : float or None
        Mean stay in days, above 0 and at most 365.
    max_refusal : float
        The highest share that may be refused, between 0 and 1.
    beds_per_1000 : float or None
        Beds that every municipality brings, per 1,000 of its inhabitants.
    doctors_per_1000 : float or None
        Doctors who share duty, per 1,000 inhabitants.
    doctors_on_duty : int
        How many are on duty at a time, 1 or more.
    least_duty : float or None
        Duty at most every so many turns.
    most_swing : float or None
        The widest swing of the yearly need that is borne, as a share of the mean.
    """

    admissions_per_1000: float | None = None
    mean_stay_days: float | None = None
    max_refusal: float = 0.05
    beds_per_1000: float | None = None
    doctors_per_1000: float | None = None
    doctors_on_duty: int = 1
    least_duty: float | None = None
    most_swing: float | None = None

    @property
    def load_per_inhabitant(self) -> float | None:
        """Return the load of one inhabitant: admissions per day times mean stay."""
        if self.admissions_per_1000 is None or self.mean_stay_days is None:
            return None
        return self.admissions_per_1000 / 1000 / YEAR_DAYS * self.mean_stay_days


def swing(expected: Array) -> Array:
    """Return how far the yearly number of events swings: half the width of the middle 95 % of a Poisson distribution, over its mean.

    Parameters
    ----------
    expected : numpy.ndarray
        Expected events a year, above 0.

    Examples
    --------
    >>> swing(np.array([10.0, 1000.0])).round(3).tolist()
    [0.65, 0.062]
    """
    from scipy.stats import poisson

    own = np.asarray(expected, dtype=float)
    return np.asarray((poisson.ppf(0.975, own) - poisson.ppf(0.025, own)) / 2 / own)


def ties_between(data: Membership, chosen: Array) -> Array:
    """Return for every two of some municipalities in how many services they share a cooperation.

    Parameters
    ----------
    data : Membership
        The counted cooperations.
    chosen : numpy.ndarray
        Places of the municipalities.
    """
    shared = np.zeros((len(chosen), len(chosen)), dtype=np.int64)
    for service in data.services:
        own = data.matrix[chosen][:, data.columns(service, "any")].toarray()
        shared += (own @ own.T) > 0
    np.fill_diagonal(shared, 0)
    return shared


def groups_of(edition: Edition, codes: Array, kind: str) -> Array:
    """Return the group that each municipality is in: its county, or of a kind of grouping; None where it is unknown."""
    if kind == "county":
        own = edition.municipalities().reindex(list(codes))
        values = own["county"] if "county" in own else pd.Series(None, index=own.index, dtype=object)
    elif "grouping" in edition:
        grouping = edition["grouping"]
        of_kind = grouping[grouping["kind"] == kind].drop_duplicates("municipality", keep="last").set_index("municipality")
        named = of_kind["code"].fillna(of_kind["name"]) if "name" in of_kind else of_kind["code"]
        values = named.reindex(list(codes))
    else:
        values = pd.Series(None, index=list(codes), dtype=object)
    return np.array([None if pd.isna(value) else str(value) for value in values], dtype=object)


def measured(
    groups: Sequence[tuple[int, ...]], minutes: Array, people: Array, shared: Array, county: Array, trust: Array, need: Need, most_minutes: float
) -> pd.DataFrame:
    """Measure every group; a column that nothing is known of is left out.

    Parameters
    ----------
    groups : sequence of tuple of int
        Places of the members, the municipality's own first; a group of one is the municipality alone.
    minutes, people, shared, county, trust : numpy.ndarray
        Minutes from the row's place to the column's; and by place inhabitants, services shared with the others, county, health trust.
    need : Need
        What is needed.
    most_minutes : float
        The farthest that a member may be from the host.

    Returns
    -------
    pandas.DataFrame
        Columns municipalities (how many), host (its place), population, and those of `CRITERIA` that can be measured, with beds_pooled.
    """
    hosted = best_hosts(groups, minutes, people, most_minutes)
    total = np.array([people[list(group)].sum() for group in groups])
    pairs = [list(combinations(group, 2)) for group in groups]
    frame = pd.DataFrame({"municipalities": [len(group) for group in groups], "host": hosted.host, "population": total})
    frame["minutes_own"] = [minutes[group[0], host] for group, host in zip(groups, hosted.host.tolist(), strict=True)]
    frame["minutes_mean"], frame["minutes_worst"] = hosted.mean.round(9), hosted.worst
    frame["services_shared_mean"] = [float(np.mean([shared[pair] for pair in own])) if own else np.nan for own in pairs]
    for name, values in (("counties", county), ("health_trusts", trust)):
        known = [[values[place] for place in group] for group in groups]
        frame[name] = [float(len(set(own))) if None not in own else np.nan for own in known]
    _add_beds(frame, groups, people, need)
    if need.doctors_per_1000 is not None:
        frame["duty_every"] = [every_nth(count, need.doctors_on_duty) for count in total * need.doctors_per_1000 / 1000]
    if need.admissions_per_1000 is not None:
        frame["share_swing"] = swing(total * need.admissions_per_1000 / 1000)
    together = frame["municipalities"] > 1
    always = ("municipalities", "host", "population", "minutes_own", "minutes_mean", "minutes_worst")
    return frame[[column for column in frame if column in always or frame[column][together].notna().any()]]


def _add_beds(frame: pd.DataFrame, groups: Sequence[tuple[int, ...]], people: Array, need: Need) -> None:
    load = need.load_per_inhabitant
    if load is None:
        return
    alone = beds_needed(people * load, need.max_refusal)
    frame["beds_pooled"] = beds_needed(frame["population"].to_numpy() * load, need.max_refusal).astype(float)
    frame["beds_saved"] = [float(alone[list(group)].sum()) for group in groups] - frame["beds_pooled"]
    if need.beds_per_1000 is not None:
        frame["share_refused"] = [refusal_part_time(size * load, size * need.beds_per_1000 / 1000) for size in frame["population"]]


def needs_met(frame: pd.DataFrame, need: Need) -> list[list[str]]:
    """Say of each group which of the needs that were asked for it meets: beds, roster, risk."""
    checks: dict[str, Array] = {}
    if "share_refused" in frame:
        checks["beds"] = (frame["share_refused"] <= need.max_refusal).to_numpy()
    if need.least_duty is not None and "duty_every" in frame:
        checks["roster"] = (frame["duty_every"] >= need.least_duty).to_numpy()
    if need.most_swing is not None and "share_swing" in frame:
        checks["risk"] = (frame["share_swing"] <= need.most_swing).to_numpy()
    return [[name for name, met in checks.items() if met[row]] for row in range(len(frame))]


def needs_asked(need: Need) -> list[str]:
    """Name the needs that a group is held against."""
    asked = {
        "beds": need.beds_per_1000 is not None and need.load_per_inhabitant is not None,
        "roster": need.least_duty is not None and need.doctors_per_1000 is not None,
        "risk": need.most_swing is not None and need.admissions_per_1000 is not None,
    }
    return [name for name, given in asked.items() if given]


def oriented(frame: pd.DataFrame, criteria: Sequence[str]) -> Array:
    """Return options by criteria with lower better throughout."""
    return np.column_stack([frame[column].to_numpy(dtype=float) * (1 if better == "lower" else -1) for column, better in (CRITERIA[one] for one in criteria)])
