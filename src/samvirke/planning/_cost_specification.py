"""What a division of costs is worked out from: the parties, the key and what every group would cost."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from samvirke.planning._games import members, sums, without
from samvirke.planning.cost_keys import Array, Basis, Part


@dataclass(frozen=True)
class Party:
    """Who takes part: its name, population, use a year and what is traced to it in kroner; None is not known."""

    name: str
    population: float | None = None
    use: float | None = None
    own_cost: float | None = None


@dataclass(frozen=True)
class Amount:
    """A number that a cost is made from, and where it is from; a source of None is assumed."""

    item: str
    nok: float
    source: str | None


@dataclass(frozen=True)
class Curve:
    """A cost that grows by a power of population or use: nok times (sum over the group / of) to the exponent."""

    measure: str
    nok: float
    of: float
    exponent: float
    source: str | None = None


@dataclass(frozen=True)
class Steps:
    """A cost that rises in steps of population or use, such as one more bed: the kroner of the first step that reaches the group's sum."""

    measure: str
    up_to: tuple[float, ...]
    nok: tuple[float, ...]
    source: str | None = None


@dataclass(frozen=True)
class Specification:
    """What a cost is divided among, by which key, and what every group would cost.

    `table` holds the cost of every group by mask; where it is None, the amounts, curve and steps make it.
    """

    path: str
    name: str = ""
    edition: str = ""
    date: str | None = None
    constructed: bool = False
    use_unit: str = ""
    parties: tuple[Party, ...] = ()
    key: tuple[Part, ...] = ()
    other_key: tuple[Part, ...] = ()
    amounts: tuple[Amount, ...] = ()
    source: str | None = None
    curve: Curve | None = None
    steps: Steps | None = None
    table: Array | None = None

    def column(self, name: str) -> Array | None:
        """Return what is known of all parties: population, use or own_cost; None where one lacks it."""
        own = [getattr(party, name) for party in self.parties]
        return None if any(value is None for value in own) else np.array(own, dtype=float)

    def costs(self) -> Array:
        """Return the cost of every group in kroner, by mask."""
        if self.table is not None:
            return self.table
        count = len(self.parties)
        found = np.zeros(1 << count)
        per = {amount.item: amount.nok for amount in self.amounts}
        found += per.get("fixed_nok", 0.0)
        for name, values in (("per_party_nok", np.ones(count)), ("per_inhabitant_nok", self.column("population")), ("per_use_nok", self.column("use"))):
            if name in per and values is not None:
                found += per[name] * sums(values)
        for measure, add in ((one.measure, one) for one in (self.curve, self.steps) if one is not None):
            values = self.column(measure)
            size = sums(values) if values is not None else np.zeros(len(found))
            if isinstance(add, Curve):
                found += add.nok * (size / add.of) ** add.exponent
            else:
                found += np.array([*add.nok, add.nok[-1]])[np.searchsorted(add.up_to, size * (1 - 1e-12))]
        if (own := self.column("own_cost")) is not None:
            found += sums(own)
        found[0] = 0.0
        return found

    def basis(self, costs: Array) -> Basis:
        """Return what a key may divide by."""
        alone = costs[[1 << place for place in range(len(self.parties))]]
        return Basis(alone, self.column("population"), self.column("use"), self.column("own_cost"))

    def without(self, place: int) -> Specification:
        """Return the same without one of the parties."""
        kept = tuple(party for other, party in enumerate(self.parties) if other != place)
        return replace(self, parties=kept, table=None if self.table is None else without(self.table, place))


def group_name(mask: int, names: tuple[str, ...]) -> str:
    """Write a group as its members' names with + between.

    Examples
    --------
    >>> group_name(0b101, ("Sel", "Lom", "Dovre"))
    'Sel + Dovre'
    """
    return " + ".join(names[place] for place in members(mask))
