"""How many beds municipalities need each alone and together, and how often a patient would be refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Coverage, Finding, Missing
from samvirke.planning._admissions import Parties, edition_loads, given_loads
from samvirke.planning._asked import Asked, Given
from samvirke.planning._beds_words import METHOD, QUESTION, method_more, not_in_the_model, statement
from samvirke.planning._erlang import MOST_LOAD, Array, beds_needed, refusal, refusal_interpolated, refusal_part_time
from samvirke.planning._ward import MOST_ARRIVALS, YEAR_DAYS, Ward, beds_simulated
from samvirke.vocabulary.language import Text

MOST_BEDS = 20_000
INTERVAL = (0.025, 0.975)
_IN_RESULT = ("load_low", "load_high", "refusal_pooled_low")
"""Columns that stand in `result` alone: the table is wide enough."""


def beds(
    edition: Edition | None = None,
    *,
    load: Given = None,
    load_low: Given = None,
    load_high: Given = None,
    beds: Given = None,
    max_refusal: str | float = 0.05,
    service: str = "ohjelp",
    cooperation: str | None = None,
    admissions_per_1000: str | float | None = None,
    low: str | float | None = None,
    high: str | float | None = None,
    mean_stay_days: str | float | None = None,
    stay_low: str | float | None = None,
    stay_high: str | float | None = None,
    simulate: bool = False,
    weekday: Given = None,
    month: Given = None,
    stay_variation: str | float = 1.0,
    runs: str | int = 40,
    draws: str | int = 2000,
    seed: str | int = 1,
) -> Finding:
    """Work out beds and refusals, alone and pooled.

    Parameters
    ----------
    edition : Edition or None
        Whose cooperations and members to reckon for; None with `load`.
    load, load_low, load_high : sequence of float or str
        The parties' loads (admissions per day times mean stay in days), 0 to 10 000, and their 95 % intervals.
    beds : sequence of float or str
        Beds or funded places that each party has now, fractions allowed; with an edition only for one `cooperation`, by code.
    max_refusal : float
        The highest share of patients that may be refused, between 0 and 1.
    service, cooperation : str
        Whose members; all cooperations of the service, or one by its id.
    admissions_per_1000, low, high : float
        Admissions per 1,000 inhabitants a year, and its 95 % interval; without, admissions counted in the table ``use``.
    mean_stay_days, stay_low, stay_high : float
        Mean stay in days, above 0 and at most 365, and its 95 % interval.
    simulate : bool
        Whether to play the pooled wards (and with `load` each party's) through by simulation; set by `weekday` or `month` too.
    weekday, month : sequence of float
        How many come on each weekday from Monday (7 factors) and in each month (12), beside each other.
    stay_variation : float
        Standard deviation of the stay over its mean, 0 to 3; only the simulation uses it.
    runs, draws, seed : int
        Simulated years (2 to 1000), draws of counted rates (100 to 100 000), and where randomness starts.

    Returns
    -------
    Finding
        One row per cooperation (one in all with `load`); what is not known is left out. Supporting tables `beds_parties` (each alone),
        `beds_kept` (alone and pooled when all beds are kept), `funded_places` (what fractions mean), `beds_simulated`. `result`: an
        object with apart, pooled and the rest.

    Raises
    ------
    PlanInputError
        With every problem in what was given.

    Examples
    --------
    >>> found = beds(load="0.6,0.6,0.6,0.6", max_refusal=0.05).result
    >>> found["apart"], found["pooled"]
    (12, 6)
    """
    return _planned(edition, {name: value for name, value in locals().items() if name != "edition"})


def _planned(edition: Edition | None, given: Mapping[str, Any]) -> Finding:
    options = {name: value for name, value in given.items() if value is not None}
    asked, load = Asked(), given["load"]
    limit = asked.number("max-refusal", given["max_refusal"], least=0, most=1, open_=True) or 0.5
    rate = _ranged(asked, "admissions-per-1000", given["admissions_per_1000"], ("low", given["low"]), ("high", given["high"]), 1000)
    stay = _ranged(asked, "mean-stay-days", given["mean_stay_days"], ("stay-low", given["stay_low"]), ("stay-high", given["stay_high"]), 365)
    whole = (("runs", 2, 1000), ("draws", 100, 100_000), ("seed", 0, 2**32 - 1))
    runs, draws, seed = (int(asked.number(name, given[name], whole=True, least=least, most=most) or least) for name, least, most in whole)
    pattern = (asked.numbers("weekday", given["weekday"], length=7, most=100), asked.numbers("month", given["month"], length=12, most=100))
    variation = asked.number("stay-variation", given["stay_variation"], most=3)
    for name, factors in zip(("weekday", "month"), pattern, strict=True):
        if factors and not sum(factors):
            asked.add(name, 0, Text(nb="Minst én faktor må være over 0.", nn="Minst éin faktor må vere over 0.", en="At least one factor must be above 0."))
    if (load is None) == (edition is None):
        remedy = Text(nb="Gi en utgave eller --load, ikke begge.", nn="Gje ei utgåve eller --load, ikkje båe.", en="Give an edition or --load, not both.")
        asked.add("load", load or "", remedy)
        asked.settle()
    if edition is None:
        parties = given_loads(asked, load, given["load_low"], given["load_high"], MOST_LOAD)
    else:
        parties = edition_loads(asked, edition, given["service"], given["cooperation"], rate, stay, draws, seed)
    kept = _kept_beds(asked, given["beds"], parties, single=edition is None or given["cooperation"] is not None)
    simulated = given["simulate"] or given["weekday"] is not None or given["month"] is not None
    if simulated and stay[0] is None and not any(one.field == "mean-stay-days" for one in asked.problems):
        asked.add("mean-stay-days", "", Text(nb="Simuleringen trenger middelstiden i døgn.", nn="Simuleringa treng middeltida i døgn.", en="The simulation needs the mean stay in days."))  # fmt: skip
    if simulated and stay[0] and len(parties.frame):
        _check_size(asked, parties, stay[0], runs, alone=edition is None)
    together = parties.frame.groupby("cooperation")["load"].sum()
    if (together > MOST_LOAD).any():
        remedy = Text(nb="Gi belastning til 10 000 til sammen.", nn="Gje belastning til 10 000 til saman.", en="Give loads up to 10,000 together.")
        asked.add("load", float(together.max()), remedy)
    asked.settle()
    for name, value in (("load", parties.frame["load"]), ("load_low", parties.frame["load_low"]), ("load_high", parties.frame["load_high"])):
        options |= {name: value.tolist()} if name in options else {}
    options |= {"beds": list(kept)} if kept else {}
    options |= {name: list(factors) for name, factors in zip(("weekday", "month"), pattern, strict=True) if factors}
    options |= {"max_refusal": limit, "simulate": simulated, "runs": runs, "draws": draws, "seed": seed}
    table = pd.DataFrame([_group(own, limit, parties.draws) for _, own in parties.frame.groupby("cooperation", sort=True)])
    supporting = {"beds_parties": _alone(parties, limit, edition.names() if edition else {}), **_kept(parties, kept)}
    if simulated:
        supporting["beds_simulated"] = _simulated(
            parties, table, limit, Ward(1, 0, stay[0] or 1, *pattern, variation or 0.0), runs, seed, alone=edition is None
        )
    return _finding(edition, parties, table, {name: frame for name, frame in supporting.items() if len(frame)}, limit, options, seed)


def _ranged(asked: Asked, field: str, value: Any, low: tuple[str, Any], high: tuple[str, Any], most: float) -> tuple[float | None, float | None, float | None]:
    """Read a ratio above 0 with its interval, of which both ends are given or neither."""
    centre = asked.number(field, value, most=most)
    if centre == 0:
        asked.add(field, value, Text(nb="Gi et tall over 0.", nn="Gje eit tal over 0.", en="Give a number above 0."))
    ends = [asked.number(*one, most=most) for one in (low, high)]
    given = [one[1] is not None for one in (low, high)]
    if any(given) and (not all(given) or value is None):
        names = f"{field}, {low[0]}, {high[0]}"
        asked.add(names, "", Text(nb="Gi tallet med begge ender, eller bare tallet.", nn="Gje talet med båe endar, eller berre talet.", en="Give the number with both ends, or the number alone."))  # fmt: skip
    elif None not in (centre, *ends) and not ends[0] <= centre <= ends[1]:  # type: ignore[operator]
        asked.add(f"{low[0]}, {field}, {high[0]}", f"{ends[0]:g}, {centre:g}, {ends[1]:g}", Text(nb="De må stige.", nn="Dei må stige.", en="They must rise."))
    return centre, ends[0], ends[1]


def _kept_beds(asked: Asked, beds: Given, parties: Parties, *, single: bool) -> tuple[float, ...]:
    if beds is not None and not single:
        asked.add("beds", str(beds), Text(nb="Velg ett samarbeid med --cooperation.", nn="Vel eitt samarbeid med --cooperation.", en="Choose one cooperation with --cooperation."))  # fmt: skip
        return ()
    return asked.numbers("beds", beds, most=MOST_BEDS, length=len(parties.frame) or None)


def _check_size(asked: Asked, parties: Parties, stay: float, runs: int, *, alone: bool) -> None:
    arrivals = float(parties.frame["load"].sum()) / stay * YEAR_DAYS * runs * (2 if alone else 1)
    if arrivals > MOST_ARRIVALS:
        fewer = int(runs * MOST_ARRIVALS / arrivals)
        remedy = Text(nb=f"Simuler høyst {fewer} år.", nn=f"Simuler høgst {fewer} år.", en=f"Simulate at most {fewer} years.")
        if fewer < 2 and alone:
            remedy = Text(
                nb="Så mange pasienter kan ikke simuleres; gi mindre belastning.",
                nn="Så mange pasientar kan ikkje simulerast; gje mindre belastning.",
                en="So many patients cannot be simulated; give less load.",
            )
        elif fewer < 2:
            remedy = Text(nb="Simuler ett samarbeid om gangen.", nn="Simuler eitt samarbeid om gongen.", en="Simulate one cooperation at a time.")
        asked.add("runs", runs, remedy)


def _group(own: pd.DataFrame, limit: float, draws: Array | None) -> dict[str, Any]:
    """Reckon one group of parties, alone and pooled, with intervals where the loads have them."""
    load = float(own["load"].sum())
    apart, pooled = beds_needed(own["load"].to_numpy(), limit), int(beds_needed(np.array([load]), limit)[0])
    if draws is not None:
        drawn = draws[:, own.index.to_numpy()]
        low, high = np.quantile(drawn.sum(axis=1), INTERVAL)
        apart_low, apart_high = np.quantile(beds_needed(drawn, limit).sum(axis=1), INTERVAL, method="inverted_cdf")
    else:  # all are low together and high together, and beds rise with the load, so ends go to ends
        low, high = float(own["load_low"].sum(skipna=False)), float(own["load_high"].sum(skipna=False))
        apart_low, apart_high = (beds_needed(own[end].fillna(0).to_numpy(), limit).sum() for end in ("load_low", "load_high"))
    known = bool(np.isfinite(low) and np.isfinite(high))
    ends = beds_needed(np.array([low, high]) if known else np.zeros(2), limit)
    refused = np.array([refusal(one, count) for one, count in zip(own["load"], apart, strict=True)])
    return {
        "cooperation": own["cooperation"].iloc[0],
        "parties_number": len(own),
        "population": float(own["population"].sum(skipna=False)),
        "load": load,
        "load_low": low,
        "load_high": high,
        "beds_apart": int(apart.sum()),
        "beds_apart_low": float(apart_low) if known else np.nan,
        "beds_apart_high": float(apart_high) if known else np.nan,
        "beds_pooled": pooled,
        "beds_pooled_low": float(ends[0]) if known else np.nan,
        "beds_pooled_high": float(ends[1]) if known else np.nan,
        "refusal_apart": float(refused @ own["load"] / load) if load else 0.0,
        "refusal_pooled": refusal(load, pooled) if load else 0.0,
        "refusal_pooled_low": refusal(low, pooled) if known else np.nan,
        "refusal_pooled_high": refusal(high, pooled) if known else np.nan,
        "share_occupied_pooled": load * (1 - refusal(load, pooled)) / pooled if pooled else 0.0,
    }


def _alone(parties: Parties, limit: float, names: Mapping[str, str]) -> pd.DataFrame:
    """Reckon each party alone."""
    frame = parties.frame.drop(columns=["admissions", "years"], errors="ignore")
    if names:
        frame.insert(2, "municipality_name", frame["party"].map(names))
    needed = beds_needed(frame["load"].to_numpy(), limit)
    frame["beds_needed"] = needed
    known = frame["load_low"].notna() & frame["load_high"].notna()
    for end in ("low", "high"):
        frame[f"beds_needed_{end}"] = np.where(known, beds_needed(frame[f"load_{end}"].fillna(0).to_numpy(), limit), np.nan)
    pairs = list(zip(frame["load"], needed, strict=True))
    frame["refusal"] = [refusal(one, int(count)) if one else 0.0 for one, count in pairs]
    frame["refusal_one_fewer"] = [refusal(one, int(count) - 1) if count else np.nan for one, count in pairs]
    frame["share_occupied"] = [one * (1 - refusal(one, int(count))) / count if count else 0.0 for one, count in pairs]
    return frame


def _kept(parties: Parties, kept: tuple[float, ...]) -> dict[str, pd.DataFrame]:
    """Pool with all beds kept: each party's refusal before and after, and what fractions of beds mean."""
    if not kept:
        return {}
    frame = parties.frame[["party", "load"]].copy()
    frame["capacity"] = kept
    alone = [refusal_part_time(load, own) if load else 0.0 for load, own in zip(frame["load"], kept, strict=True)]
    load, capacity = float(frame["load"].sum()), round(float(sum(kept)), 9)
    together = refusal_part_time(load, capacity) if load else 0.0
    frame["refusal_alone"], frame["refusal_together"] = alone, together
    total = {"party": "all", "load": load, "capacity": capacity, "refusal_together": together}
    total["refusal_alone"] = float(np.average(alone, weights=frame["load"])) if load else 0.0
    frame = pd.concat([frame, pd.DataFrame([total])], ignore_index=True)[list(frame.columns)]
    frame["refusal_change"] = frame["refusal_together"] - frame["refusal_alone"]
    fractions = [
        _fraction(str(party), float(load), float(own)) for party, load, own in zip(frame["party"], frame["load"], frame["capacity"], strict=True) if own % 1
    ]
    return {"beds_kept": frame, "funded_places": pd.DataFrame(fractions)}


def _fraction(party: str, load: float, capacity: float) -> dict[str, Any]:
    """Say what a funded fraction of a bed means: whole beds below and above, the days that it pays for, and those that patients use."""
    below = int(capacity)
    return {
        "party": party,
        "load": load,
        "capacity": capacity,
        "beds_below": below,
        "refusal_below": refusal(load, below),
        "beds_above": below + 1,
        "refusal_above": refusal(load, below + 1),
        "refusal_part_time": refusal_part_time(load, capacity),
        "refusal_interpolated": refusal_interpolated(load, capacity),
        "bed_days_funded": capacity * YEAR_DAYS,
        "bed_days_used_above": load * (1 - refusal(load, below + 1)) * YEAR_DAYS,
    }


def _simulated(parties: Parties, table: pd.DataFrame, limit: float, like: Ward, runs: int, seed: int, *, alone: bool) -> pd.DataFrame:
    """Play the pooled wards, and with given loads each party's, through; those without load are left out."""
    rows = [("all" if alone else str(one["cooperation"]), one["load"], one["beds_pooled"]) for one in table.to_dict("records")]
    if alone and len(parties.frame) > 1:
        rows = [*zip(parties.frame["party"], parties.frame["load"], beds_needed(parties.frame["load"].to_numpy(), limit).tolist(), strict=True), *rows]
    rows = [row for row in rows if row[1] > 0]
    wards = [Ward(float(load), int(count), like.stay_days, like.weekday, like.month, like.stay_variation) for _, load, count in rows]
    found = beds_simulated(wards, limit, runs, seed)
    frame = pd.DataFrame(
        [
            {
                "party": name,
                "load": ward.load,
                "beds_steady": ward.beds,
                "refusal_steady": refusal(ward.load, ward.beds),
                "refusal_simulated": begun.refusal,
                "refusal_simulated_low": begun.low,
                "refusal_simulated_high": begun.high,
                "refusal_worst_weekday": _worst(begun.by_weekday),
                "refusal_worst_month": _worst(begun.by_month),
                "beds_simulated": needed,
                "refusal_with_them": result.refusal,
                "arrivals": begun.arrivals,
            }
            for (name, _, _), ward, (begun, needed, result) in zip(rows, wards, found, strict=True)
        ]
    )  # fmt: skip
    if len(frame):
        frame["beds_simulated"] = frame["beds_simulated"].astype("Int64")
    return frame


def _worst(shares: Array) -> float:
    """Return the highest share; NaN where nobody came at all."""
    return float(np.nanmax(shares)) if np.isfinite(shares).any() else np.nan


def _finding(
    edition: Edition | None, parties: Parties, table: pd.DataFrame, supporting: Mapping[str, pd.DataFrame], limit: float, options: dict[str, Any], seed: int
) -> Finding:
    random = parties.draws is not None or "beds_simulated" in supporting
    result = {
        "apart": int(table["beds_apart"].sum()),
        "pooled": int(table["beds_pooled"].sum()),
        "max_refusal": limit,
        **{
            name: (float(table[column].sum()) if table[column].notna().all() else None)
            for name, column in (
                ("apart_low", "beds_apart_low"), ("apart_high", "beds_apart_high"), ("pooled_low", "beds_pooled_low"), ("pooled_high", "beds_pooled_high")
            )
        },
        "groups": table.to_dict("records"),
        **{name: frame.to_dict("records") for name, frame in supporting.items()},
    }  # fmt: skip
    hide = [column for column in table if table[column].isna().all() or column in _IN_RESULT or (edition is None and column in ("cooperation", "population"))]
    known = Coverage(len(parties.frame), {"parties": len(parties.frame), "groups": len(table)}, (*parties.missing, Missing("model", (), not_in_the_model())))
    return Finding(
        id="plan_beds",
        edition=edition.name if edition else "",
        question=QUESTION,
        statement=statement(table, supporting, limit, parties.frame, edition.names() if edition else {}),
        method=METHOD + parties.told + method_more(supporting, parties.draws is not None),
        table=table.drop(columns=hide),
        coverage=known,
        supporting={name: _shown(frame, edition is None) for name, frame in supporting.items()},
        options={**options, **({"date": edition.as_of} if edition else {})},
        seed=seed if random else None,
        constructed=edition.constructed if edition else False,
        result=result,
    )


def _shown(frame: pd.DataFrame, given: bool) -> pd.DataFrame:  # noqa: FBT001
    hide = {"cooperation", "population"} if given else set()
    return frame.drop(columns=[column for column in frame if column in hide or frame[column].isna().all()])
