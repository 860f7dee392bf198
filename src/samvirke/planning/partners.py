"""With whom a municipality could cooperate: possible partners and groups, criterion by criterion, without a verdict but the user's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Coverage, Finding
from samvirke.measures.membership import Array, Membership, membership
from samvirke.planning._asked import Asked
from samvirke.planning._partner_criteria import CRITERIA, Need, groups_of, measured, needs_asked, needs_met, oriented, ties_between
from samvirke.planning._partner_groups import Reach, dominated_by, reachable_groups, weighted_order
from samvirke.planning._partner_reading import read_municipality, read_need, read_travel, read_weights
from samvirke.planning._partner_words import METHOD, QUESTION, gaps_told, statement, weights_told
from samvirke.planning._travel import DETOUR, SPEED_KM_PER_HOUR, Travel, TravelTimes

MOST_MEMBERS = 8


@dataclass(frozen=True)
class _Setting:
    """What groups are made of: the candidates with what is known of them, the municipality's own place first in every group."""

    edition: Edition
    data: Membership
    start: int
    people: Array
    times: TravelTimes
    shared: Array
    county: Array
    trust: Array


def plan_partners(
    edition: Edition,
    *,
    municipality: str,
    service: str | None = None,
    max_minutes: str | float = 60,
    travel: Travel = "table",
    speed_km_per_hour: str | float = SPEED_KM_PER_HOUR,
    detour: str | float = DETOUR,
    at_most: str | int = 4,
    min_population: str | float | None = None,
    weights: str | Mapping[str, float] | None = None,
    admissions_per_1000: str | float | None = None,
    mean_stay_days: str | float | None = None,
    max_refusal: str | float = 0.05,
    beds_per_1000: str | float | None = None,
    doctors_per_1000: str | float | None = None,
    doctors_on_duty: str | int = 1,
    least_duty: str | float | None = None,
    most_swing: str | float | None = None,
    rows: str | int = 50,
) -> Finding:
    """List the groups that a municipality could cooperate in, with every criterion side by side.

    Parameters
    ----------
    edition : Edition
        With populations (table ``figure``) and travel times or points.
    municipality, service : str
        Its code or name; and the service it is about, in which who is bound elsewhere is counted.
    max_minutes, travel, speed_km_per_hour, detour
        The farthest that a member may be from the host, 1 to 600 minutes; the rest as `samvirke.planning._travel.travel_minutes` has it.
    at_most, min_population : float
        Members of the largest group, itself included, 2 to 8; inhabitants of the smallest.
    weights : str, Mapping or None
        The user's own, such as ``travel=2,ties=1``; names are those of `CRITERIA`. Without, groups are not ordered.
    admissions_per_1000, mean_stay_days, max_refusal, beds_per_1000, doctors_per_1000, doctors_on_duty, least_duty, most_swing : float
        What is needed, see `samvirke.planning._partner_criteria.Need`.
    rows : int
        Groups in the table, 0 is all.

    Returns
    -------
    Finding
        One row for each group: group (names), host_name, municipalities (how many), the criteria that are known, needs_met, dominated_by (a
        group that is at least as good in every criterion and better in one) and, with weights, rank_own_weights and weighted_own. Supporting
        tables `alone`, `candidates` and `criteria`. `result` holds all groups with the codes of their members.

    Raises
    ------
    PlanInputError
        With every problem in what was asked and in the edition.
    """
    options = {name: value for name, value in locals().items() if name != "edition" and value is not None}
    asked = Asked()
    data = membership(edition)
    times = read_travel(asked, edition, travel, speed_km_per_hour, detour)
    limit = asked.number("max-minutes", max_minutes, least=1, most=600) or 60
    size = int(asked.number("at-most", at_most, least=2, most=MOST_MEMBERS, whole=True) or 2)
    least = asked.number("min-population", min_population) or 0.0
    shown = int(asked.number("rows", rows, whole=True) or 0)
    given = {"admissions_per_1000": admissions_per_1000, "mean_stay_days": mean_stay_days, "max_refusal": max_refusal, "beds_per_1000": beds_per_1000}
    given |= {"doctors_per_1000": doctors_per_1000, "doctors_on_duty": doctors_on_duty, "least_duty": least_duty, "most_swing": most_swing}
    need = read_need(asked, given)
    wished = read_weights(asked, weights)
    if service is not None:
        asked.choice("service", service, sorted(data.all_services))
    start = read_municipality(asked, edition, data, municipality)
    asked.settle()
    if times is None:  # then a problem was raised above
        raise AssertionError
    setting = _setting(edition, data, start, times)
    options |= {"max_minutes": limit, "at_most": size, "rows": shown, "min_population": least or None, "weights": wished or None, **asdict(need)}
    return _answer(setting, asked, need, wished, options)


def _answer(setting: _Setting, asked: Asked, need: Need, wished: Mapping[str, float], options: dict[str, Any]) -> Finding:
    """List the groups, measure and compare them."""
    limit = float(options["max_minutes"])
    reach = reachable_groups(_usable(setting), setting.start, limit, options["at_most"])
    every = _measured(setting, [(setting.start,), *reach.groups], need, limit)
    alone, frame = every.head(1), every.iloc[1:]
    frame = frame[frame["population"] >= (options["min_population"] or 0)].reset_index(drop=True)
    known = [name for name, (column, _) in CRITERIA.items() if column in frame]
    for name in wished:
        if len(frame) and name not in known:
            asked.choice("weights", name, known)
    asked.settle()
    frame = _compared(frame, known, wished)
    if options.get("service") is not None:
        _add_bound(frame, setting, options["service"])
    if needs_asked(need):
        frame["needs_met"] = needs_met(frame, need)
        alone = alone.assign(needs_met=pd.Series(needs_met(alone, need), index=alone.index))
    return _finding(setting, reach, alone, frame, known, wished, need, options)


def _setting(edition: Edition, data: Membership, start: int, times: TravelTimes) -> _Setting:
    every = np.arange(len(data.codes))
    near = np.isfinite(times.minutes[start]) | np.isfinite(times.minutes[:, start])
    shared = ties_between(data, every) if len(every) <= 1500 else _ties_of(data, np.flatnonzero(near), len(every))
    return _Setting(
        edition, data, start, data.population, times, shared, groups_of(edition, data.codes, "county"), groups_of(edition, data.codes, "health_trust")
    )


def _ties_of(data: Membership, chosen: Array, count: int) -> Array:
    found = np.zeros((count, count), dtype=np.int64)
    found[np.ix_(chosen, chosen)] = ties_between(data, chosen)
    return found


def _usable(setting: _Setting) -> Array:
    """Return the minutes, unknown to and from those whose population is unknown or 0."""
    minutes = setting.times.minutes.copy()
    without = ~(np.nan_to_num(setting.people) > 0)
    minutes[without, :] = minutes[:, without] = np.nan
    return minutes


def _measured(setting: _Setting, groups: list[tuple[int, ...]], need: Need, limit: float) -> pd.DataFrame:
    names, codes = setting.edition.names(), [str(code) for code in setting.data.codes]
    frame = measured(groups, setting.times.minutes, setting.people, setting.shared, setting.county, setting.trust, need, limit)
    frame.insert(0, "group", [" + ".join(names[codes[place]] for place in group) for group in groups])
    frame.insert(1, "codes", [[codes[place] for place in group] for group in groups])
    frame.insert(2, "host_name", [names[codes[place]] for place in frame.pop("host")])
    return frame


def _compared(frame: pd.DataFrame, known: list[str], wished: Mapping[str, float]) -> pd.DataFrame:
    """Mark the dominated groups, order by the user's own weights where there are any, else the undominated and nearest first."""
    if frame.empty:
        return frame
    above = dominated_by(oriented(frame, known))
    frame["dominated_by"] = [str(frame["group"].iloc[place]) if place >= 0 else None for place in above]
    order: list[Array] = [frame["dominated_by"].notna().to_numpy(), frame["minutes_mean"].to_numpy()]
    if wished:
        value, place = weighted_order(oriented(frame, list(wished)), np.array(list(wished.values())))
        frame["rank_own_weights"], frame["weighted_own"] = pd.Series(np.where(place > 0, place, np.nan)).astype("Int64"), value
        order = [-np.nan_to_num(value, nan=-1.0), *order]
    return frame.iloc[np.lexsort([frame["group"].rank(method="first").to_numpy(), *reversed(order)])].reset_index(drop=True)


def _add_bound(frame: pd.DataFrame, setting: _Setting, service: str) -> None:
    """Count the members that already are with the municipality in the service, and those that are with others only."""
    partners = setting.data.partners(service)
    own = set(partners.of(setting.start).tolist())
    places = {str(code): place for place, code in enumerate(setting.data.codes)}
    members = [[places[code] for code in codes[1:]] for codes in frame["codes"]]
    frame["already_partners"] = [sum(place in own for place in group) for group in members]
    frame["bound_elsewhere"] = [sum(bool(partners.has[place]) and place not in own for place in group) for group in members]


def _candidates(setting: _Setting, reach: Reach) -> pd.DataFrame:
    """Describe each possible partner beside the municipality."""
    minutes, start, codes = setting.times.minutes, setting.start, [str(code) for code in setting.data.codes]
    names = setting.edition.names()
    rows = [
        {
            "municipality": codes[place],
            "name": names[codes[place]],
            "population": setting.people[place],
            "minutes_to": minutes[start, place],
            "minutes_from": minutes[place, start],
            "services_shared": int(setting.shared[start, place]),
            "county": setting.county[place],
            "health_trust": setting.trust[place],
        }
        for place in reach.candidates
    ]
    frame = pd.DataFrame(rows)
    return frame[[column for column in frame if frame[column].notna().any()]]


def _criteria(frame: pd.DataFrame, alone: pd.DataFrame, known: list[str], wished: Mapping[str, float]) -> pd.DataFrame:
    """Say of each criterion which way is better, and what is best and worst: what weights are scaled between."""
    rows = []
    for name in known:
        column, better = CRITERIA[name]
        low, high = float(frame[column].min()), float(frame[column].max())
        best, worst = (low, high) if better == "lower" else (high, low)
        own = float(alone[column].iloc[0]) if column in alone else np.nan
        rows.append({"criterion": name, "better": better, "best": best, "worst": worst, "criterion_alone": own, "weight_own": wished.get(name, np.nan)})
    table = pd.DataFrame(rows)
    return table if wished or table.empty else table.drop(columns="weight_own")


def _finding(
    setting: _Setting,
    reach: Reach,
    alone: pd.DataFrame,
    frame: pd.DataFrame,
    known: list[str],
    wished: Mapping[str, float],
    need: Need,
    options: dict[str, Any],
) -> Finding:
    edition, shown = setting.edition, int(options["rows"])
    supporting = {"alone": alone.drop(columns=[column for column in alone if alone[column].isna().all()]), "candidates": _candidates(setting, reach)}
    supporting["criteria"] = _criteria(frame, alone, known, wished)
    undominated = int(frame["dominated_by"].isna().sum()) if len(frame) else 0
    return Finding(
        id="plan_partners",
        edition=edition.name,
        question=QUESTION,
        statement=statement(setting.data, alone, frame, reach, undominated, wished, need, options),
        method=METHOD + weights_told(wished) + setting.times.told(),
        table=(frame.head(shown) if shown else frame).drop(columns="codes"),
        coverage=Coverage(
            undominated,
            {"candidates": len(reach.candidates), "groups": len(frame)},
            gaps_told(setting.data, setting.times, setting.start, reach, frame, shown, options["max_minutes"]),
        ),
        supporting={name: one.drop(columns="codes", errors="ignore") for name, one in supporting.items() if len(one)},
        options={**options, "municipality": str(setting.data.codes[setting.start]), **({"date": edition.as_of} if edition.as_of else {})},
        constructed=edition.constructed,
        result={"groups": frame.to_dict("records"), **{name: one.to_dict("records") for name, one in supporting.items()}},
    )
