"""Who is in which cooperation: one matrix from which every measure of extent and overlap is made.

A cooperation counts when it has two or more members inside the edition on its date. The partners P_i(s) of municipality i in
service s are all that share a counted cooperation of s with it, itself left out. Partner sets are held by *bundle*: municipalities
that are in the same cooperations have the same closed set Q_i(s) = P_i(s) with i itself, so each set is held and compared once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from samvirke.edition import Edition
from samvirke.errors import OptionError
from samvirke.vocabulary import Hours, terms
from samvirke.vocabulary.language import LANGUAGES, Language, listing, same

Coding = Literal["any", "most_extensive", "day", "evening", "night", "weekend"]
Rule = Literal["any", "all", "same"]
CODINGS: tuple[Coding, ...] = get_args(Coding)
Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Membership:
    """The counted cooperations of an edition and their members.

    Parameters
    ----------
    codes : numpy.ndarray
        Municipality codes, sorted.
    cooperations : pandas.DataFrame
        One row per counted cooperation, by id: id, service, name, weekly_hours (-1 where unknown), parts (the parts of the week, a
        frozenset), complete (whether all members are known), members (how many).
    matrix : scipy.sparse.csr_array
        Municipality by cooperation, 1 where it is a member.
    hosts : pandas.DataFrame
        Columns place (of the municipality in `codes`), column (of the cooperation).
    with_role : numpy.ndarray
        By cooperation, whether the role of any member is known.
    population : numpy.ndarray
        Latest population not after the edition's date; NaN where unknown.
    population_year : tuple of int
        The years that were used.
    single : int
        Cooperations left out because they have fewer than two members, and all of them known.
    silent, unnamed : Mapping[str, numpy.ndarray]
        By service: of which municipalities no source speaks, and which are known to cooperate but not with whom (boolean).
    all_services : frozenset of str
        The services that the edition has rows of cooperation on, or says whom a source covers on.
    """

    codes: Array
    cooperations: pd.DataFrame
    matrix: Any
    hosts: pd.DataFrame
    with_role: Array
    population: Array
    population_year: tuple[int, ...]
    single: int
    silent: Mapping[str, Array]
    unnamed: Mapping[str, Array]
    all_services: frozenset[str]

    @cached_property
    def services(self) -> tuple[str, ...]:
        """The services with a counted cooperation, sorted."""
        return tuple(sorted(set(self.cooperations["service"])))

    @cached_property
    def by_cooperation(self) -> Any:
        """Cooperation by municipality."""
        return self.matrix.T.tocsr()

    @cached_property
    def rank(self) -> Array:
        """The place of each cooperation when the most extensive comes first: most weekly hours, then most members, then the smaller id."""
        order = np.lexsort((np.arange(len(self.cooperations)), -self.cooperations["members"], -self.cooperations["weekly_hours"]))
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        return rank

    def columns(self, service: str, coding: Coding) -> Array:
        """Return the columns of a service's cooperations that count under a coding rule."""
        own = (self.cooperations["service"] == service).to_numpy(dtype=bool, copy=True)
        if coding in ("day", "evening", "night", "weekend"):
            own &= np.array([coding in parts for parts in self.cooperations["parts"]], dtype=bool)
        return np.flatnonzero(own)

    def chosen(self, service: str, coding: Coding) -> Any:
        """Return municipality by cooperation, 1 where that cooperation makes partners of the municipality in this service under the rule."""
        columns = self.columns(service, coding)
        picked = self.matrix[:, columns]
        if coding == "most_extensive" and len(columns):
            entries = picked.tocoo()
            order = np.lexsort((self.rank[columns][entries.col], entries.row))
            first = np.ones(len(order), dtype=bool)
            first[1:] = entries.row[order][1:] != entries.row[order][:-1]
            rows, cols = entries.row[order][first], columns[entries.col[order][first]]
        else:
            entries = picked.tocoo()
            rows, cols = entries.row, columns[entries.col]
        return csr_array((np.ones(len(rows), dtype=np.int32), (rows, cols)), shape=self.matrix.shape)

    def partners(self, service: str, coding: Coding = "any") -> Partners:
        """Return the partner sets in a service, or in a union of services written ``a+b``."""
        chosen = sum((self.chosen(one, coding) for one in service.split("+")), start=csr_array(self.matrix.shape, dtype=np.int32)).tocsr()
        chosen.sort_indices()
        counts = np.diff(chosen.indptr)
        bundle = np.full(len(self.codes), -1, dtype=np.int64)
        lengths, pieces, made = [], [], 0
        for size in np.unique(counts[counts > 0]):
            rows = np.flatnonzero(counts == size)
            own = chosen.indices[chosen.indptr[rows][:, None] + np.arange(size)]
            distinct, place = np.unique(own[:, 0] if size == 1 else own, axis=0, return_inverse=True)
            bundle[rows] = made + place.ravel()
            lengths.append(np.full(len(distinct), size))
            pieces.append(distinct.ravel())
            made += len(distinct)
        sizes = np.concatenate(lengths) if lengths else np.empty(0, dtype=np.int64)
        flat = np.concatenate(pieces).astype(np.int64) if pieces else np.empty(0, dtype=np.int64)
        starts = np.cumsum(sizes) - sizes
        within = csr_array((np.ones(len(flat), dtype=np.int32), (np.repeat(np.arange(made), sizes), flat)), shape=(made, self.matrix.shape[1]))
        closed = (within @ self.by_cooperation).tocsr()
        closed.data[:] = 1
        complete = self.cooperations["complete"].to_numpy(dtype=bool)
        whole = np.logical_and.reduceat(complete[flat], starts) if made else np.empty(0, dtype=bool)
        return Partners(service, bundle, closed, whole, flat, starts)

    def unspoken(self, *services: str) -> Array:
        """Say of each municipality whether nothing can be said of its partners in one of the services (or a part of a union)."""
        return self.marked(self.silent, services) | self.marked(self.unnamed, services)

    def marked(self, by_service: Mapping[str, Array], services: Sequence[str]) -> Array:
        """Say of each municipality whether it is marked in one of the services or a part of a union."""
        found = np.zeros(len(self.codes), dtype=bool)
        for one in {part for service in services for part in service.split("+")} & by_service.keys():
            found |= by_service[one]
        return found

    def spoken(self, services: Sequence[str]) -> Array:
        """Say of each municipality whether something can be said of its partners in at least one of the services."""
        return ~np.logical_and.reduce([self.unspoken(one) for one in services]) if services else np.ones(len(self.codes), dtype=bool)


@dataclass(frozen=True)
class Partners:
    """The partner sets in one service under one coding rule.

    Parameters
    ----------
    service : str
        The service, or a union of them.
    bundle : numpy.ndarray
        For each municipality the number of its set; -1 where it has no partners.
    closed : scipy.sparse.csr_array
        Set by municipality: the partners with the municipality itself.
    whole : numpy.ndarray
        By set, whether every cooperation in it has all its members known.
    flat, starts : numpy.ndarray
        The columns of the cooperations of all sets one after the other, and where each set's begin.
    """

    service: str
    bundle: Array
    closed: Any
    whole: Array
    flat: Array
    starts: Array

    @property
    def has(self) -> Array:
        """Say of each municipality whether it has partners."""
        return np.asarray(self.bundle >= 0)

    @cached_property
    def sizes(self) -> Array:
        """How many are in each closed set."""
        return np.diff(self.closed.indptr)

    def of(self, place: int) -> Array:
        """Return the places of a municipality's partners."""
        if self.bundle[place] < 0:
            return np.empty(0, dtype=np.int64)
        start, end = self.closed.indptr[self.bundle[place] : self.bundle[place] + 2]
        own = self.closed.indices[start:end]
        return np.asarray(own[own != place])

    @cached_property
    def counted(self) -> Array:
        """The columns of the cooperations that make anybody's partners."""
        return np.unique(self.flat)

    @cached_property
    def cooperations(self) -> list[Array]:
        """By set, the columns of its cooperations."""
        return np.split(self.flat, self.starts[1:]) if len(self.starts) else []

    @cached_property
    def in_sets(self) -> Any:
        """Municipality by set: the sets that it stands in."""
        return self.closed.T.tocsr()


@dataclass(frozen=True)
class Held:
    """Two services held against each other, municipality by municipality.

    Parameters
    ----------
    first, second : numpy.ndarray
        Whether it has partners in each.
    common, first_size, second_size : numpy.ndarray
        How many partners are in both, in the first and in the second; 0 where it is not in both services.
    first_whole, second_whole : numpy.ndarray
        Whether all its partners in each are known.
    """

    first: Array
    second: Array
    common: Array
    first_size: Array
    second_size: Array
    first_whole: Array
    second_whole: Array

    def overlapping(self, rule: Rule) -> Array:
        """Say of each municipality whether it overlaps; *all* asks whether the second's partners lie within the first's.

        What cannot be told, because a cooperation's members are not all known, is no overlap.
        """
        both = self.first & self.second
        if rule == "any":
            return np.asarray(both & (self.common > 0))
        within = both & (self.common == self.second_size) & self.second_whole
        return np.asarray(within if rule == "all" else within & (self.common == self.first_size) & self.first_whole)

    def untold(self, rule: Rule) -> Array:
        """Say of each municipality whether it cannot be told if it overlaps: an unknown member could decide it."""
        both, overlapping = self.first & self.second, self.overlapping(rule)
        beyond_first = (self.common < self.second_size) & self.first_whole  # a partner in the second that surely is none in the first
        beyond_second = (self.common < self.first_size) & self.second_whole
        surely_not = {"any": self.first_whole & self.second_whole, "all": beyond_first, "same": beyond_first | beyond_second}[rule]
        return np.asarray(both & ~overlapping & ~surely_not)


def hold(first: Partners, second: Partners) -> Held:
    """Hold two services against each other.

    The closed sets of the two are compared once for every pair of sets that any municipality has, by a product of two sparse matrices
    whose cost grows with the memberships and not with the pairs of municipalities.
    """
    both = np.flatnonzero(first.has & second.has)
    n = len(first.bundle)
    common, first_size, second_size = (np.zeros(n, dtype=np.int64) for _ in range(3))
    if len(both):
        product = first.closed @ second.in_sets
        product.sort_indices()
        width = product.shape[1]
        keys = np.repeat(np.arange(product.shape[0], dtype=np.int64), np.diff(product.indptr)) * width + product.indices
        wanted = first.bundle[both] * width + second.bundle[both]
        common[both] = product.data[np.searchsorted(keys, wanted)] - 1
        first_size[both], second_size[both] = first.sizes[first.bundle[both]] - 1, second.sizes[second.bundle[both]] - 1
    wholes = [np.append(one.whole, True)[one.bundle] for one in (first, second)]
    return Held(first.has, second.has, common, first_size, second_size, wholes[0], wholes[1])


def membership(edition: Edition) -> Membership:
    """Return the counted cooperations of an edition as it is seen."""
    codes = edition["municipality"]["code"].drop_duplicates().sort_values().to_numpy(dtype=object)
    cooperation = edition["cooperation"].sort_values("id", ignore_index=True)
    member = edition["member"][["cooperation", "municipality", "role"]]
    rows, cols = places(member["municipality"], codes), places(member["cooperation"], cooperation["id"])
    inside = (rows >= 0) & (cols >= 0)
    matrix = csr_array((np.ones(int(inside.sum()), dtype=np.int32), (rows[inside], cols[inside])), shape=(len(codes), len(cooperation)))
    matrix.data[:] = 1
    sizes: Array = np.asarray(matrix.sum(axis=0)).ravel()
    counted = np.flatnonzero(sizes >= 2)
    kept = cooperation.loc[counted]
    weekly = {one.id: one.weekly_hours for one in terms("hours").values() if isinstance(one, Hours)}
    written = [hours if isinstance(hours, str) else "" for hours in kept["hours"].tolist()]
    read = {hours: frozenset(weekly if hours == "all" else filter(None, hours.split(";"))) for hours in set(written)}
    extent = {hours: sum(weekly[part] for part in own - {"all"}) if own else -1 for hours, own in read.items()}
    table = pd.DataFrame(
        {
            "id": kept["id"].to_numpy(),
            "service": kept["service"].to_numpy(),
            "name": kept["name"].fillna(kept["id"]).to_numpy(),
            "weekly_hours": [extent[hours] for hours in written],
            "parts": [read[hours] for hours in written],
            "complete": (kept["members_known"] != "some").to_numpy(dtype=bool),
            "members": sizes[counted],
        }
    )
    moved = np.full(len(cooperation), -1)
    moved[counted] = np.arange(len(counted))
    host = inside & (member["role"] == "host").to_numpy(dtype=bool)
    hosts = pd.DataFrame({"place": rows[host], "column": moved[cols[host]]}).drop_duplicates()
    known = np.bincount(cols[inside & member["role"].notna().to_numpy(dtype=bool)], minlength=len(cooperation)) > 0
    population, years = populations(edition, codes)
    by_column = matrix.tocsc()
    some = np.flatnonzero((sizes < 2) & (cooperation["members_known"] == "some").to_numpy(dtype=bool))
    unnamed = {}
    for service, own in pd.Series(some).groupby(cooperation["service"].to_numpy()[some]):
        partnered = np.asarray(by_column[:, counted[(table["service"] == service).to_numpy(dtype=bool)]].sum(axis=1)).ravel() > 0
        unnamed[str(service)] = (np.asarray(by_column[:, own.to_numpy()].sum(axis=1)).ravel() > 0) & ~partnered
    named = set(cooperation["service"]) | (set(edition["coverage"]["service"].dropna()) if "coverage" in edition else set())
    return Membership(
        codes,
        table,
        matrix[:, counted].tocsr(),
        hosts[hosts["column"] >= 0],
        known[counted],
        population,
        years,
        int(((sizes < 2) & (cooperation["members_known"] != "some").to_numpy(dtype=bool)).sum()),
        _silent(edition, codes, cooperation, member),
        unnamed,
        frozenset(str(one) for one in named),
    )


def places(values: Any, known: Any) -> Array:
    """Return the place of each value among the known ones; -1 where it is none of them.

    Examples
    --------
    >>> places(pd.Series(["b", "x"]), pd.Series(["a", "b"])).tolist()
    [1, -1]
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = pa.large_string()
    found = pc.index_in(pa.array(values, from_pandas=True).cast(kind), value_set=pa.array(known, from_pandas=True).cast(kind))
    return np.asarray(pc.fill_null(found, -1).to_numpy(zero_copy_only=False), dtype=np.int64)


def populations(edition: Edition, codes: Array) -> tuple[Array, tuple[int, ...]]:
    """Return the latest population of each municipality not after the edition's date (NaN where unknown), and the years used."""
    found = np.full(len(codes), np.nan)
    if "figure" not in edition:
        return found, ()
    figure = edition["figure"]
    own = figure[(figure["figure"] == "population") & figure["value"].notna()]
    if edition.as_of:
        own = own[own["year"] <= int(edition.as_of[:4])]
    latest = own.sort_values("year").drop_duplicates("municipality", keep="last").set_index("municipality")
    here = latest[latest.index.isin(codes)]
    found[places(here.index.to_series(), codes)] = here["value"].to_numpy(dtype=float)
    return found, tuple(sorted({int(year) for year in here["year"]}))


def _silent(edition: Edition, codes: Array, cooperation: pd.DataFrame, member: pd.DataFrame) -> dict[str, Array]:
    """Say, by service, of whom no source speaks.

    Where sources name whom they cover, that is everybody else who is no member; where they only name whom they miss, those.
    """
    if "coverage" not in edition:
        return {}
    coverage = edition["coverage"]
    service = cooperation.set_index("id")["service"]
    found = {}
    for one in sorted(set(cooperation["service"]) | set(coverage["service"].dropna())):
        own = coverage[coverage["service"].isna() | (coverage["service"] == one)]
        covered = set(own.loc[own["status"] == "covered", "municipality"])
        spoken = covered if covered else set(codes) - set(own["municipality"])
        members = set(member.loc[member["cooperation"].map(service) == one, "municipality"])
        if len(own):
            found[one] = ~np.isin(codes.astype(str), [str(code) for code in spoken | members])
    return found


def read_services(data: Membership, given: Sequence[str] | None, *, unions: bool = False, option: str = "services") -> tuple[str, ...]:
    """Return the services a user chose by an option, or all that the edition has cooperations on.

    Raises
    ------
    OptionError
        When one is not among them.
    """
    if given is None:
        return data.services
    for one in given:
        if not set(one.split("+") if unions else [one]) <= data.all_services:
            raise OptionError(option, one, same(", ".join(sorted(data.all_services))))
    return tuple(dict.fromkeys(given))


def service_label(edition: Edition, service: str, language: Language) -> str:
    """Return what a service or a union of services is called, from the edition's own table where it has one."""
    from samvirke.measures.services import service_name

    joined = {"nb": " eller ", "nn": " eller ", "en": " or "}[language]
    return joined.join(service_name(edition, one, language) for one in service.split("+"))


def labels(edition: Edition, services: Sequence[str]) -> dict[Language, str]:
    """Return the names of services as in running text."""
    return {language: listing([_lowered(service_label(edition, one, language)) for one in services], language) for language in LANGUAGES}


def _lowered(name: str) -> str:
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def cooperation_populations(data: Membership, columns: Array) -> Array:
    """Return the population of each cooperation; NaN where a member's is unknown, or not all members are known."""
    if not len(columns):
        return np.empty(0)
    people = np.asarray(data.by_cooperation[columns] @ data.population)
    return np.where(data.cooperations["complete"].to_numpy(dtype=bool)[columns], people, np.nan)
