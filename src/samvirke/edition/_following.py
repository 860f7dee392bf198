"""What became of every municipality between two days: the changes that are known, followed from code to code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from samvirke.edition._edition import Edition
from samvirke.errors import SamvirkeError
from samvirke.vocabulary.dates import DateInterval
from samvirke.vocabulary.language import Text

TOLERANCE = 0.005
"""How far the shares of a split municipality may be from one."""

Changes = Mapping[str, Mapping[date, Mapping[str, float]]]
"""By code and day, the codes that it became with the share of it that went there."""


class CarryError(SamvirkeError, ValueError):
    """An edition that cannot be carried to a day."""

    def __init__(self, reason: Text) -> None:
        super().__init__(
            Text(
                nb=f"Utgaven kan ikke føres over: {reason.nb}",
                nn=f"Utgåva kan ikkje førast over: {reason.nn}",
                en=f"The edition cannot be carried: {reason.en}",
            )
        )


def days(seen: Edition, to: str) -> tuple[date, date]:
    try:
        end = DateInterval.parse(to).last
    except ValueError:
        raise CarryError(
            Text(
                nb=f"«{to}» er ingen dato (ÅÅÅÅ, ÅÅÅÅ-MM eller ÅÅÅÅ-MM-DD).",
                nn=f"«{to}» er ingen dato (ÅÅÅÅ, ÅÅÅÅ-MM eller ÅÅÅÅ-MM-DD).",
                en=f'"{to}" is no date (YYYY, YYYY-MM or YYYY-MM-DD).',
            )
        ) from None
    start = date.fromisoformat(seen.as_of) if seen.as_of else date.min
    if end <= start:
        raise CarryError(
            Text(
                nb=f"{to} er ikke etter utgavens egen dato, {seen.as_of}.",
                nn=f"{to} er ikkje etter datoen til utgåva, {seen.as_of}.",
                en=f"{to} is not after the edition's own date, {seen.as_of}.",
            )
        )
    return start, end


def changes_between(seen: Edition, start: date, end: date) -> dict[str, dict[date, dict[str, float]]]:
    """Return the changes in between, by code and day."""
    found: dict[str, dict[date, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    if "municipality_change" in seen:
        change = seen["municipality_change"]
        sums = change.groupby(["date", "from_code"])["share"].sum()
        if len(wrong := sums[(sums - 1).abs() > TOLERANCE]):
            shown = ", ".join(f"{row['date']} {row['from_code']}: {row['share']:g}" for row in records(wrong.head(20).reset_index()))
            raise CarryError(
                Text(
                    nb=f"andelene i municipality_change summerer seg ikke til 1: {shown}.",
                    nn=f"delane i municipality_change summerer seg ikkje til 1: {shown}.",
                    en=f"the shares in municipality_change do not add up to 1: {shown}.",
                )
            )
        for row in records(change):
            day = DateInterval.parse(row["date"]).first
            if start < day <= end:
                found[row["from_code"]][day][row["to_code"]] = float(row["share"])
    if not found:
        raise CarryError(
            Text(
                nb=f"tabellen municipality_change {'har' if 'municipality_change' in seen else 'mangler, så den har'} ingen endringer mellom {start} og {end}.",
                nn=f"tabellen municipality_change {'har' if 'municipality_change' in seen else 'manglar, så han har'} ingen endringar mellom {start} og {end}.",
                en=f"the table municipality_change {'has' if 'municipality_change' in seen else 'is not there, and so has'} no changes between {start} and {end}.",
            )
        )
    return found


def destinations(seen: Edition, changes: Changes, start: date) -> dict[str, dict[str, float]]:
    """Return what became of every municipality: codes with the share of it that went there.

    Changes are followed from day to day. A code that ended on one day and stands again on a later one says directly where it
    went, and that counts. On one and the same day a chain is followed only over codes that were no municipality before it.
    """
    codes = set(seen["municipality"]["code"])

    def follow(code: str, after: date, passed: frozenset[tuple[str, date]], *, same_day: bool) -> dict[str, float]:
        days = sorted(day for day in changes.get(code, {}) if (day > after or (same_day and day == after)) and (code, day) not in passed)
        if not days:
            return {code: 1.0}
        day = days[0] if code in changes[code][days[0]] else days[-1]
        found: dict[str, float] = defaultdict(float)
        for now, share in changes[code][day].items():
            own = now == code
            onward = follow(now, day, passed | {(code, day)}, same_day=not own and now not in codes)
            for last, part in onward.items():
                found[last] += share * part
        total = sum(found.values())
        return {last: part / total for last, part in found.items()} if total else {code: 1.0}

    return {str(code): follow(str(code), start, frozenset(), same_day=False) for code in sorted(codes)}


def split_count(value: float, shares: Mapping[str, float]) -> dict[str, float]:
    """Share a count so that the parts add up to it exactly.

    A whole number is shared in whole numbers, the odd ones going to the largest remainders (then the smaller code); of any
    other the last part is what the others leave.

    Examples
    --------
    >>> split_count(10, {"a": 0.35, "b": 0.35, "c": 0.3})
    {'a': 4, 'b': 3, 'c': 3}
    """
    if len(shares) == 1:
        return dict.fromkeys(shares, value)
    order = sorted(shares)
    if value != int(value):
        found = {code: value * shares[code] for code in order[:-1]}
        return {**found, order[-1]: value - sum(found.values())}
    exact = {code: value * shares[code] for code in order}
    whole = {code: int(np.floor(exact[code])) for code in order}
    for code in sorted(order, key=lambda one: (whole[one] - exact[one], one))[: int(value) - sum(whole.values())]:
        whole[code] += 1
    return dict(whole)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as dictionaries."""
    return [{str(column): value for column, value in row.items()} for row in frame.to_dict("records")]


def average(weighted: list[tuple[float, float]]) -> float:
    """Return the weighted mean; the plain one where nobody lives at either end."""
    total = sum(weight for _, weight in weighted)
    return sum(value * weight for value, weight in weighted) / total if total else sum(value for value, _ in weighted) / len(weighted)


def populations_of(edition: Edition) -> dict[str, float]:
    """Return the latest population of each municipality that is not after the edition's date."""
    if "figure" not in edition:
        return {}
    figure = edition["figure"]
    own = figure[(figure["figure"] == "population") & figure["value"].notna()]
    if edition.as_of:
        own = own[own["year"] <= int(edition.as_of[:4])]
    latest = own.sort_values("year").drop_duplicates("municipality", keep="last")
    return dict(zip(latest["municipality"], latest["value"].astype(float), strict=True))
