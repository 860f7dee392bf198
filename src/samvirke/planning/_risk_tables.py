"""The tables of the risk of a year's cost: municipality by municipality, cooperation by cooperation, and by size."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.measures.membership import Membership, cooperation_populations, places
from samvirke.planning._risk_inputs import RiskInputs
from samvirke.planning._risk_model import Array, Model
from samvirke.vocabulary.language import LANGUAGES, Text, number

SIZES = (500, 1_000, 2_000, 3_000, 5_000, 10_000, 20_000, 50_000, 100_000)
"""Populations that the risk is shown for besides those of the edition; 10 000 was a helsekommune (NIBR-notat 2015:104, ch. 2)."""
ALL = 0.9999
HALVES = ("acute_bed_share_directorate", "acute_bed_share_health_trust")


def incomes(edition: Edition, codes: Array, given: RiskInputs) -> Array:
    """Return free income per inhabitant of each municipality: as asked, else the edition's latest figure, NaN where it is not known."""
    if not math.isnan(given["free_income_nok"]):
        return np.full(len(codes), given["free_income_nok"])
    found = np.full(len(codes), np.nan)
    figure = edition["figure"]
    own = figure[(figure["figure"] == "free_income_per_capita") & figure["value"].notna()]
    if edition.as_of:
        own = own[own["year"] <= int(edition.as_of[:4])]
    latest = own.sort_values("year").drop_duplicates("municipality", keep="last").set_index("municipality")
    latest = latest[latest.index.isin(codes)]
    found[places(latest.index.to_series(), codes)] = latest["value"].to_numpy(dtype=float)
    return found


def tolerable(given: RiskInputs, income: Array, people: Array) -> float:
    """Return the limit in kroner per inhabitant: as asked, else a share of the mean free income, else what is assumed."""
    known = np.isfinite(income) & np.isfinite(people)
    if given.tolerable_given or not known.any():
        return given["tolerable_nok"]
    return given["share_of_free_income"] * float(np.average(income[known], weights=people[known]))


def borne_of_acute_beds(given: RiskInputs) -> float:
    """Return what the municipality itself bears of its acute beds, in kroner per inhabitant; 0 when their cost is not given."""
    cost = given["acute_bed_cost_nok"]
    return 0.0 if math.isnan(cost) else cost * (1 - sum(given[half] for half in HALVES))


def worked_out(model: Model, given: RiskInputs, people: Array, income: Array, limit: float) -> pd.DataFrame:
    """Return the columns that are the same for any population: expected cost, swing, tail, and how often limits are passed.

    The swing limit is `limit` kroner per inhabitant above the expected cost; the income limit the share of the free income above it where
    income is known.
    """
    expected, acute = model.expected(people), borne_of_acute_beds(given) * people
    own = given["share_of_free_income"] * income
    year = model.year(people, np.column_stack([expected + limit * people, expected + own * people, own * people - acute]))
    return pd.DataFrame(
        {
            "population": people,
            "expected_nok": year.expected + acute,
            "expected_nok_per_inhabitant": (year.expected + acute) / people,
            "deviation_nok": year.deviation,
            "deviation_nok_per_inhabitant": year.deviation / people,
            "quantile_95_nok": year.quantiles[:, 0] + acute,
            "quantile_99_nok": year.quantiles[:, 1] + acute,
            "shortfall_99_nok": year.shortfalls[:, 1] + acute,
            "swing_99_nok_per_inhabitant": (year.quantiles[:, 1] - year.expected) / people,
            "share_of_years_beyond_limit": year.beyond[:, 0],
            "share_of_years_beyond_income_share": year.beyond[:, 1],
            "share_of_years_total_beyond_income_share": year.beyond[:, 2],
        }
    )


def by_municipality(frame: pd.DataFrame, data: Membership, names: Mapping[str, str], within: float) -> pd.DataFrame:
    """Lay out the municipalities, those that swing most first, and say whether the swing is tolerable."""
    table = frame.iloc[: len(data.codes)].reset_index(drop=True)
    table.insert(0, "municipality", data.codes)
    table.insert(1, "name", [names.get(str(code), str(code)) for code in data.codes])
    table["tolerable"] = _tolerable(table, within)
    kept = table[table["population"] > 0]
    return _known_columns(kept.sort_values(["deviation_nok_per_inhabitant", "municipality"], ascending=[False, True], ignore_index=True))


def by_cooperation(frame: pd.DataFrame, data: Membership, columns: Array, model: Model, within: float) -> pd.DataFrame:
    """Lay out the cooperations as if their members shared one cost, beside what the members' swings are apart."""
    table = frame.iloc[len(data.codes) :].reset_index(drop=True)
    own = data.cooperations.iloc[columns]
    for place, name in enumerate(("service", "id", "name", "members")):
        table.insert(place, "cooperation" if name == "id" else name, own[name].to_numpy())
    with np.errstate(invalid="ignore"):
        apart = data.by_cooperation[columns] @ np.nan_to_num(model.deviation(data.population))
        table["deviation_apart_nok_per_inhabitant"] = np.where(table["population"].notna(), apart / table["population"].to_numpy(dtype=float), np.nan)
    table["tolerable"] = _tolerable(table, within)
    kept = table[table["population"] > 0]
    return _known_columns(kept.sort_values(["service", "deviation_nok_per_inhabitant", "cooperation"], ascending=[True, False, True], ignore_index=True))


def _tolerable(table: pd.DataFrame, within: float) -> pd.Series:
    return (table["share_of_years_beyond_limit"] <= within).where(table["population"].notna()).astype("boolean")


def _known_columns(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out columns on income where none is known or all years pass it, and what others say already; totals in whole kroner."""
    on_income = [str(name) for name in table if "income_share" in str(name)]
    dropped = [name for name in on_income if table[name].isna().all() or (table[name].dropna() >= ALL).all()]
    kept = table.drop(columns=[*dropped, "expected_nok_per_inhabitant", "deviation_nok"])
    return kept.round({str(name): 0 for name in kept if str(name).endswith("_nok")})


def by_size(model: Model, given: RiskInputs, income: float, limit: float, within: float) -> pd.DataFrame:
    """Show how the swing falls with size."""
    people = np.array(SIZES, dtype=float)
    table = worked_out(model, given, people, np.full(len(people), income), limit)
    table["tolerable"] = _tolerable(table, within)
    return _known_columns(table)


def acute_beds(given: RiskInputs) -> pd.DataFrame:
    """Say what a municipality bears of its acute beds with both halves of the grant, one of them, and none."""
    cost = given["acute_bed_cost_nok"]
    if math.isnan(cost):
        return pd.DataFrame()
    halves = [given[half] for half in HALVES]
    rows = [("both_halves", sum(halves)), ("without_directorate", halves[1]), ("without_health_trust", halves[0]), ("neither_half", 0.0)]
    return pd.DataFrame(
        [(name, cost, part, cost * (1 - part)) for name, part in rows],
        columns=["acute_bed_grant", "cost_nok_per_inhabitant", "share_granted", "borne_nok_per_inhabitant"],
    )


def numbers(given: RiskInputs, model: Model, limit: float) -> pd.DataFrame:
    """List every number that the risk rests on, with where it is from and whether it was checked there."""
    rows: list[tuple[str, float, str, str]] = []
    for one in given.parameters.values():
        if one.id == "tolerable_nok" and limit != one.value:
            continue
        checked = {True: "yes", False: "no", None: "none"}[one.verified]
        in_percent = one.id == "share_of_free_income"
        rows.append((f"{one.id}_percent", 100 * one.value, one.source, checked) if in_percent else (one.id, one.value, one.source, checked))
    if not any(name == "tolerable_nok" for name, *_ in rows):
        rows.append(("tolerable_nok", limit, "share_of_free_income x free_income", "none"))
    rows += [("mean_payment_nok", model.moment(1), "worked_out", "none"), ("grid_step_nok", model.step, "worked_out", "none")]
    return pd.DataFrame(rows, columns=["risk_number", "amount_value", "basis_of_number", "number_verified"])


def units(data: Membership, columns: Array, income: Array) -> tuple[Array, Array]:
    """Return population and free income per inhabitant of every municipality and then of every cooperation."""
    pooled = cooperation_populations(data, columns)
    with np.errstate(invalid="ignore"):
        shared = np.asarray(data.by_cooperation[columns] @ (income * data.population)) / pooled if len(columns) else np.empty(0)
    return np.concatenate([data.population, pooled]), np.concatenate([income, shared])


def kroner(value: float) -> Text:
    """Write kroner.

    Examples
    --------
    >>> kroner(1234.4).en
    '1,234 kr'
    """
    return Text(**{language: f"{number(value, language)} kr" for language in LANGUAGES})
