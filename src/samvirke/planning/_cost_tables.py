"""The tables of a division of costs: side by side, who would be better off otherwise, what leaving does, what use is priced at."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from samvirke.planning._cost_specification import Specification, group_name
from samvirke.planning._games import TOLERANCE, Complaint, scale, shapley, strongest, without
from samvirke.planning._nucleolus import Nucleolus, nucleolus
from samvirke.planning.cost_keys import Array, Basis, Kind, Part, divide

PURE: tuple[Kind, ...] = ("equal", "per_inhabitant", "by_use", "by_own_cost")
MOST_WITH_SHAPLEY = 14
"""With more parties the Shapley value is not worked out again for everyone who may leave."""


@dataclass(frozen=True)
class Method:
    """A way to divide, the division, and how content the groups are with it."""

    name: str
    division: Array
    worst: Complaint
    each: tuple[Complaint, ...]
    complaining: int
    slack: float

    @property
    def in_core(self) -> bool:
        """Whether no group would be better off alone."""
        return self.worst.amount <= self.slack


@dataclass(frozen=True)
class Weighed:
    """A specification with its costs, every way to divide them, and the nucleolus."""

    given: Specification
    costs: Array
    basis: Basis
    methods: dict[str, Method]
    nucleolus: Nucleolus

    @property
    def names(self) -> tuple[str, ...]:
        """The parties."""
        return tuple(party.name for party in self.given.parties)

    @property
    def slack(self) -> float:
        """Kroner below which a difference is rounding."""
        return TOLERANCE * scale(self.costs)


def weigh(given: Specification) -> Weighed:
    """Divide the cost in every way that what is known allows, and hear every group's complaint of each."""
    costs = given.costs()
    basis, total, found = given.basis(costs), float(costs[-1]), nucleolus(costs)
    divisions = {"key": divide(given.key, total, basis)}
    if given.other_key:
        divisions["other_key"] = divide(given.other_key, total, basis)
    divisions |= {kind: divide([Part(kind, 100.0)], total, basis) for kind in PURE if basis.can(kind)}
    divisions |= {"shapley": shapley(costs), "nucleolus": found.division}
    slack = TOLERANCE * scale(costs)
    methods = {}
    for name, division in divisions.items():
        worst, each, complaining = strongest(costs, division)
        methods[name] = Method(name, division, worst, tuple(each), complaining, slack)
    return Weighed(given, costs, basis, methods, found)


def side_by_side(weighed: Weighed) -> pd.DataFrame:
    """Lay out what each party pays under every way to divide, beside what it would pay alone."""
    known = {name: weighed.given.column(name) for name in ("population", "use", "own_cost")}
    columns: dict[str, object] = {"party": list(weighed.names)}
    columns |= {("own_cost_nok" if name == "own_cost" else name): values for name, values in known.items() if values is not None}
    columns["alone_nok"] = weighed.basis.alone
    columns |= {f"{name}_nok": method.division for name, method in weighed.methods.items()}
    return pd.DataFrame(columns)


def by_method(weighed: Weighed) -> pd.DataFrame:
    """Say of every way to divide whether it is in the core, and which group complains most."""
    rows = []
    for method in weighed.methods.values():
        dearer = method.division - weighed.basis.alone
        rows.append(
            {
                "method": method.name,
                "in_core": method.in_core,
                "parties_better_alone": int((dearer > weighed.slack).sum()),
                "complaining_groups": method.complaining,
                "strongest_group": group_name(method.worst.mask, weighed.names) if not method.in_core else None,
                "gain_alone_nok": method.worst.amount if not method.in_core else 0.0,
                "least_saving_nok": max(-method.worst.amount, 0.0),
            }
        )
    return pd.DataFrame(rows)


def better_off(weighed: Weighed) -> pd.DataFrame:
    """List who would pay less alone or in a smaller group, and by how much, under every way to divide."""
    rows = []
    for method in weighed.methods.values():
        for place, one in enumerate(method.each):
            if one.amount > method.slack:
                alone = float(method.division[place] - weighed.basis.alone[place])
                rows.append((method.name, weighed.names[place], max(alone, 0.0), group_name(one.mask, weighed.names), one.amount))
    return pd.DataFrame(rows, columns=["method", "party", "party_gain_alone_nok", "best_group", "group_gain_nok"])


def leaving(weighed: Weighed) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Say what it costs those who stay, and the one who goes, when one party leaves; and what each who stays then pays by the key."""
    rows, shares = [], []
    now, total = weighed.methods["key"].division, float(weighed.costs[-1])
    fair = weighed.methods["shapley"].division
    for place, name in enumerate(weighed.names):
        rest = without(weighed.costs, place)
        stay = [other for other in range(len(weighed.names)) if other != place]
        given = weighed.given.without(place)
        then = divide(given.key, float(rest[-1]), given.basis(rest))
        fair_then = shapley(rest) if len(weighed.names) <= MOST_WITH_SHAPLEY else np.full(len(stay), np.nan)
        hit = int(np.argmax(then - now[stay]))
        rows.append(
            {
                "leaver": name,
                "paid_nok": now[place],
                "alone_nok": weighed.basis.alone[place],
                "leaver_change_nok": weighed.basis.alone[place] - now[place],
                "cost_of_rest_nok": float(rest[-1]),
                "rest_change_nok": float(rest[-1]) - (total - now[place]),
                "most_affected": weighed.names[stay[hit]],
                "most_affected_change_nok": float((then - now[stay])[hit]),
            }
        )
        shares += [(name, weighed.names[other], now[other], then[at], then[at] - now[other], fair_then[at] - fair[other]) for at, other in enumerate(stay)]
    columns = ["leaver", "party", "paid_nok", "paid_after_nok", "change_nok", "shapley_change_nok"]
    after = pd.DataFrame(shares, columns=columns)
    return pd.DataFrame(rows), after.drop(columns="shapley_change_nok") if after["shapley_change_nok"].isna().any() else after


def pricing(weighed: Weighed, share: float) -> pd.DataFrame:
    """Say what each party pays for a unit more or less of use, beside what the unit costs; the difference falls on the others.

    The prices are differences: use of one party is changed by a share of it, all else held, and cost and key worked out again.
    """
    use = weighed.given.column("use")
    if use is None:
        return pd.DataFrame()
    rows = []
    now, total = weighed.methods["key"].division, float(weighed.costs[-1])
    for place, party in enumerate(weighed.given.parties):
        for change in (-share, share):
            units = float(use[place]) * change
            if units == 0:
                continue
            changed = replace(party, use=float(use[place]) + units)
            given = replace(weighed.given, parties=(*weighed.given.parties[:place], changed, *weighed.given.parties[place + 1 :]))
            costs = given.costs()
            then = divide(given.key, float(costs[-1]), given.basis(costs))
            cost, price = (float(costs[-1]) - total) / units, float(then[place] - now[place]) / units
            rows.append((party.name, use[place], use[place] + units, price, cost, cost - price, (cost - price) * units))
    columns = ["party", "use", "use_then", "price_per_use_nok", "cost_per_use_nok", "others_per_use_nok", "others_change_nok"]
    return pd.DataFrame(rows, columns=columns)


def amounts(given: Specification) -> pd.DataFrame:
    """List every number the costs are made from, with its source; what has none is assumed."""
    rows: list[tuple[str, float, str | None]] = [(one.item, one.nok, one.source) for one in given.amounts]
    if (curve := given.curve) is not None:
        rows += [("curve_nok", curve.nok, curve.source), ("curve_of", curve.of, curve.source), ("curve_exponent", curve.exponent, curve.source)]
    if (steps := given.steps) is not None:
        for up_to, nok in zip(steps.up_to, steps.nok, strict=True):
            rows += [("step_up_to", up_to, steps.source), ("step_nok", nok, steps.source)]
    if given.table is not None:
        rows.append(("table_groups", float(len(given.table) - 1), given.source))
    return pd.DataFrame([(item, value, source or "assumed") for item, value, source in rows], columns=["cost_item", "amount_value", "basis_of_number"])
