"""Which agreement a cooperation had on a day, and what it provides for disputes."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from samvirke.edition import Edition
from samvirke.measures.register import dispute_steps, is_mechanism
from samvirke.vocabulary.dates import DateInterval


@dataclass(frozen=True)
class InForce:
    """An agreement: its id, when it was entered into, its model and basis, and the steps of its dispute clause (None: nobody coded it)."""

    agreement: str
    signed: str | None
    basis: str | None
    steps: tuple[str, ...] | None
    notice_months: float | None
    cost_key: tuple[str, ...]
    kinds: int

    @property
    def mechanisms(self) -> tuple[str, ...] | None:
        """The steps that are mechanisms; pointing to the statute is none."""
        return None if self.steps is None else tuple(step for step in self.steps if is_mechanism(step))


def in_force(edition: Edition) -> dict[str, list[InForce]]:
    """Return each cooperation's agreements, undated ones first, then by date."""
    if "agreement" not in edition:
        return {}
    steps = dispute_steps(edition)
    clause = edition["clause"] if "clause" in edition else pd.DataFrame(columns=["agreement", "kind", "step", "value"])
    own_keys = clause[clause["kind"].eq("cost_key")].sort_values("step").groupby("agreement")["value"]
    keys = {str(name): tuple(map(str, values.dropna())) for name, values in own_keys}
    kinds = clause.groupby("agreement")["kind"].nunique()
    found: dict[str, list[InForce]] = {}
    for row in edition["agreement"].itertuples():
        own, notice = str(row.id), getattr(row, "notice_months", None)
        months = None if notice is None or pd.isna(notice) else float(notice)
        signed, basis = (value if isinstance(value, str) and value else None for value in (row.signed, row.basis))
        one = InForce(own, signed, basis, steps.get(own), months, keys.get(own, ()), int(kinds.get(own, 0)))
        found.setdefault(str(row.cooperation), []).append(one)
    return {name: sorted(own, key=lambda one: (one.signed or "", one.agreement)) for name, own in found.items()}


def on_day(agreements: list[InForce], day: str) -> InForce | None:
    """Return the latest agreement that was certainly or possibly entered into by a day; one without a date only where none has one."""
    when = DateInterval.parse(day)
    dated = [one for one in agreements if one.signed and DateInterval.parse(one.signed).first <= when.last]
    undated = [one for one in agreements if not one.signed]
    return dated[-1] if dated else undated[-1] if undated else None
