"""What municipalities are broken down by: county, size class, or any grouping of the edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.errors import OptionError
from samvirke.finding import Missing
from samvirke.measures.gaps import municipalities
from samvirke.measures.membership import Array, Membership
from samvirke.vocabulary.language import Text, same

SIZES = (("<2000", 0), ("2000-5000", 2_000), ("5000-10000", 5_000), ("10000-20000", 10_000), ("20000-50000", 20_000), (">=50000", 50_000))
"""Classes of population where the edition has no grouping of its own by size: name and smallest population."""


@dataclass(frozen=True)
class Groups:
    """The group of each municipality, in the order of the membership's codes; None where it has none."""

    by: str
    of: Array
    order: tuple[str, ...]

    @property
    def without(self) -> Array:
        """Say of each municipality whether it has no group."""
        return np.array([one is None for one in self.of], dtype=bool)


def groups(edition: Edition, data: Membership, by: str) -> Groups:
    """Return the groups by county, size, or a kind of the table `grouping`.

    Raises
    ------
    OptionError
        When the edition has nothing of that kind.
    """
    kinds = sorted(set(edition["grouping"]["kind"])) if "grouping" in edition else []
    if by in kinds:
        own = edition["grouping"]
        own = own[own["kind"] == by].sort_values("valid_from", na_position="first", kind="stable").drop_duplicates("municipality", keep="last")
        named = own.assign(group=own["name"].fillna(own["code"])).set_index("municipality")["group"].to_dict()
        return _grouped(by, data, named, tuple(sorted({str(one) for one in named.values() if pd.notna(one)})))
    if by == "county" and edition["municipality"]["county"].notna().any():
        county = edition.municipalities()["county"].dropna()
        return _grouped(by, data, county.to_dict(), tuple(sorted(set(county))))
    if by == "size" and np.isfinite(data.population).any():
        place = np.searchsorted([least for _, least in SIZES], data.population, side="right") - 1
        named = {str(code): SIZES[at][0] for code, at, people in zip(data.codes, place, data.population, strict=True) if np.isfinite(people)}
        return _grouped(by, data, named, tuple(name for name, _ in SIZES))
    present = [*kinds, *(["county"] if edition["municipality"]["county"].notna().any() else []), *(["size"] if np.isfinite(data.population).any() else [])]
    raise OptionError("by", by, same(", ".join(dict.fromkeys(present)) or "–"))


def _grouped(by: str, data: Membership, named: Mapping[Any, Any], order: tuple[str, ...]) -> Groups:
    return Groups(by, np.array([group if pd.notna(group := named.get(str(code))) else None for code in data.codes], dtype=object), order)


def group_gap(data: Membership, found: Groups) -> tuple[Missing, ...]:
    """Return who has no group."""
    lacking = tuple(str(code) for code in data.codes[found.without])
    if not lacking:
        return ()
    why = Text(
        nb=f"{municipalities(len(lacking)).nb} er ikke i noen gruppe ({found.by})",
        nn=f"{municipalities(len(lacking)).nn} er ikkje i noka gruppe ({found.by})",
        en=f"{municipalities(len(lacking)).en} in no group ({found.by})",
    )
    return (Missing("grouping", lacking, why),)
