"""From an edition and what was asked to the numbers of a regions problem, with everything that is wrong told at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from samvirke.edition import Edition, boundaries
from samvirke.errors import MissingExtraError
from samvirke.measures.membership import Membership, places
from samvirke.planning._asked import Asked, Given
from samvirke.planning._regions_model import INFINITE, Array, Contiguity, Instance, Layer, Rules
from samvirke.planning._travel import FASTEST_KM_PER_HOUR, TRAVELS, PlanInputError, TravelTimes, travel_minutes
from samvirke.vocabulary import terms
from samvirke.vocabulary.language import Text

Relation = Literal["nested", "equal"]
RELATIONS: tuple[Relation, ...] = get_args(Relation)
OBJECTIVES = ("minutes", "regions", "ties")
CONTIGUITIES: tuple[Contiguity, ...] = get_args(Contiguity)


@dataclass(frozen=True)
class Wanted:
    """What was asked, read: options by name as they are told, and the numbers of the solver."""

    options: dict[str, Any]
    services: tuple[str, ...]
    layers: tuple[Layer, ...]
    relation: Relation
    gap: float
    seconds: float
    points: int
    pareto: tuple[str, ...]


@dataclass(frozen=True)
class Problem:
    """One part of the country, ready to be solved."""

    codes: Array
    names: dict[str, str]
    instance: Instance
    travel: TravelTimes


def read_wanted(asked: Asked, options: dict[str, Any]) -> Wanted:
    """Read the options that need no edition; what is wrong is noted."""
    services = tuple(dict.fromkeys(part.strip() for part in str(options["service"]).split(",") if part.strip()))
    objective = asked.choice("objective", options["objective"], OBJECTIVES)
    relation: Relation = "equal" if asked.choice("relation", options["relation"], RELATIONS) == "equal" else "nested"
    contiguity = asked.choice("contiguity", options["contiguity"], CONTIGUITIES)
    asked.choice("travel", options["travel"], TRAVELS)
    floors = _for_each(asked, "min-population", options["min_population"], len(services), most=1e9)
    limits = _for_each(asked, "max-minutes", options["max_minutes"], len(services), most=1440)
    read = {
        name: asked.number(name.replace("_", "-"), options[name], least=least, most=most, whole=whole)
        for name, least, most, whole in (
            ("max_population", 1, 1e9, False),
            ("max_members", 1, 1e6, True),
            ("contiguity_minutes", 0, 1440, False),
            ("break_price", 0, 1e9, False),
            ("border_price", 0, 1e6, False),
            ("gap", 0, 1, False),
            ("seconds", 1, 86_400, False),
            ("points", 2, 50, True),
            ("speed_km_per_hour", 1, FASTEST_KM_PER_HOUR, False),
            ("detour", 1, 5, False),
        )
    }
    pareto = tuple(part.strip() for part in str(options["pareto"] or "").split(",") if part.strip())
    if pareto and (len(set(pareto)) != 2 or not set(pareto) <= set(OBJECTIVES)):
        asked.add("pareto", options["pareto"], _use("minutes,regions | minutes,ties | regions,ties"))
    if read["max_population"] is not None and floors and read["max_population"] < max(floors):
        asked.add("max-population", options["max_population"], Text(
            nb="Taket må være minst gulvet --min-population.", nn="Taket må vere minst golvet --min-population.", en="The ceiling must be at least the floor --min-population."
        ))  # fmt: skip
    if not services:
        asked.add("service", options["service"], Text(nb="Gi minst én tjeneste.", nn="Gje minst éi teneste.", en="Give at least one service."))
    layers = tuple(Layer(*one) for one in zip(services, floors, limits, strict=False)) if len(floors) == len(limits) == len(services) else ()
    layers = tuple(sorted(layers, key=lambda layer: (layer.floor, layer.limit)))
    if relation == "equal" and layers:
        layers = (Layer("+".join(services), max(floors), min(limits)),)
    told = {**options, **read, "service": list(services), "min_population": list(floors), "max_minutes": list(limits), "objective": objective}
    told |= {"relation": relation if len(services) > 1 else None, "contiguity": contiguity, "pareto": list(pareto) or None}
    return Wanted(told, services, layers, relation, read["gap"] or 0.0, read["seconds"] or 60.0, int(read["points"] or 5), pareto)


def _for_each(asked: Asked, field: str, given: Given, many: int, *, most: float) -> tuple[float, ...]:
    found = asked.numbers(field, given if isinstance(given, (str, tuple, list)) else str(given), least=0, most=most)
    if len(found) == 1:
        return found * many
    if found and len(found) != many:
        asked.add(field, given, _use(f"1 | {many}" if many > 1 else "1"))
    return found


def _use(allowed: str) -> Text:
    return Text(nb=f"Bruk: {allowed}.", nn=f"Bruk: {allowed}.", en=f"Use: {allowed}.")


def read_problem(asked: Asked, edition: Edition, data: Membership, wanted: Wanted, *, part: str | None = None) -> Problem | None:
    """Read the numbers of an edition, or of one part of it; None where something is wrong, which is noted."""
    options = wanted.options
    own = data.codes if part is None else _part_of(edition, data, options["by"], part)
    seen = edition if part is None else _only(edition, own)
    times = _times(asked, seen, options)
    population = _population(asked, data, own)
    places_by_name = _Names(edition, {str(code): place for place, code in enumerate(own)})
    rules = _rules(asked, places_by_name, wanted, whole=part is None)
    abroad = _abroad(asked, edition, own, options["border"])
    neighbours = _neighbours(edition, own, times, options) if times is not None and options["contiguity"] != "none" else None
    total = float(np.nansum(population))
    for floor in options["min_population"] if part is None else ():
        if floor > total > 0:
            asked.add("min-population", f"{floor:.0f}", Text(
                nb=f"Gulvet er over alle innbyggerne i utgaven ({total:.0f}): gi et lavere.",
                nn=f"Golvet er over alle innbyggjarane i utgåva ({total:.0f}): gje eit lågare.",
                en=f"The floor is above all inhabitants of the edition ({total:.0f}): give a lower one.",
            ))  # fmt: skip
    if asked.problems or times is None or not wanted.layers:
        return None
    minutes = np.where(np.isnan(times.minutes), INFINITE, times.minutes)
    ties = tuple(_ties(data, own, layer) for layer in wanted.layers)
    instance = Instance(population, minutes, wanted.layers, rules, neighbours, ties, abroad)
    return Problem(own, edition.names(), instance, times)


def parts_of(asked: Asked, edition: Edition, by: str | None) -> Sequence[str | None]:
    """Return the parts that are solved apart: None for the whole, or the values of county or a grouping."""
    if by is None:
        return [None]
    values = groups(edition, by)
    if values is None:
        asked.add("by", by, _unknown_grouping(edition))
        return []
    return sorted(set(values.dropna().astype(str)))


def groups(edition: Edition, kind: str) -> pd.Series | None:
    """Return the county or the grouping of each municipality; None where the edition does not have it."""
    own = edition.municipalities()
    if kind == "county":
        return own["county"] if "county" in own and own["county"].notna().any() else None
    if "grouping" not in edition or kind not in set(edition["grouping"]["kind"]):
        return None
    rows = edition["grouping"]
    return rows[rows["kind"] == kind].drop_duplicates("municipality", keep="last").set_index("municipality")["code"].reindex(own.index)


def _unknown_grouping(edition: Edition) -> Text:
    kinds = sorted(set(edition["grouping"]["kind"])) if "grouping" in edition else []
    return _use(" | ".join(["county", *map(str, kinds)]))


def _part_of(edition: Edition, data: Membership, by: str, part: str) -> Array:
    values = groups(edition, by)
    assert values is not None  # noqa: S101 - parts_of has noted it
    return data.codes[np.isin(data.codes.astype(str), [str(code) for code in values.index[values.astype(str) == part]])]


def _only(edition: Edition, codes: Array) -> Edition:
    """Return an edition with some of its municipalities, so that no table of all pairs of a country is made."""
    kept = dict(edition.tables)
    kept["municipality"] = kept["municipality"][kept["municipality"]["code"].isin(codes)]
    if "travel" in kept:
        kept["travel"] = kept["travel"][kept["travel"]["from_code"].isin(codes) & kept["travel"]["to_code"].isin(codes)]
    return replace(edition, tables=kept)


def check_services(asked: Asked, edition: Edition, wanted: Wanted, data: Membership) -> None:
    """Note services that are neither in the vocabulary nor in the edition."""
    known = {*terms("services"), *data.all_services, *(edition["service"]["id"] if "service" in edition else ())}
    for service in wanted.services:
        if service not in known:
            from difflib import get_close_matches

            asked.add("service", service, _use(" | ".join(get_close_matches(service, sorted(known), n=3) or sorted(data.all_services) or ["legevakt"])))


def _times(asked: Asked, edition: Edition, options: dict[str, Any]) -> TravelTimes | None:
    if options["travel"] not in TRAVELS or options["speed_km_per_hour"] is None or options["detour"] is None:
        return None
    try:
        return travel_minutes(edition, options["travel"], options["speed_km_per_hour"], options["detour"], strict=len(edition["municipality"]) > 1)
    except PlanInputError as error:
        asked.problems += error.problems
        return None


def _population(asked: Asked, data: Membership, own: Array) -> Array:
    population = data.population[np.isin(data.codes, own)]
    unusable = own[~np.isfinite(population) | (population < 0)]
    if len(unusable):
        shown = "–" if len(unusable) == len(own) else ", ".join(str(code) for code in unusable[:10])
        asked.add("figure.population", shown, Text(
            nb=f"Folketallet mangler eller er under 0 for {len(unusable)} av {len(own)} kommuner: legg rader til i figure.csv (municipality, year, figure=population, value).",
            nn=f"Folketalet manglar eller er under 0 for {len(unusable)} av {len(own)} kommunar: legg rader til i figure.csv (municipality, year, figure=population, value).",
            en=f"The population is missing or below 0 for {len(unusable)} of {len(own)} municipalities: add rows to figure.csv (municipality, year, figure=population, value).",
        ))  # fmt: skip
    return population


class _Names:
    """Finds municipalities by code or name."""

    def __init__(self, edition: Edition, places: dict[str, int]) -> None:
        self.places = places
        self.by_name: dict[str, list[str]] = {}
        for code, name in edition.names().items():
            self.by_name.setdefault(name.casefold(), []).append(code)

    def find(self, asked: Asked, field: str, given: str, *, whole: bool) -> int | None:
        codes = [given] if given in self.places else [code for code in self.by_name.get(given.casefold(), []) if code in self.places]
        if len(codes) == 1:
            return self.places[codes[0]]
        if whole:
            remedy = Text(
                nb="Bruk nummeret til en kommune i utgaven.", nn="Bruk nummeret til ein kommune i utgåva.", en="Use the code of a municipality of the edition."
            )
            asked.add(field, given, remedy)
        return None


def _listed(given: str | Sequence[str] | None) -> list[str]:
    parts = given.split(",") if isinstance(given, str) else list(given or ())
    return [part.strip() for part in parts if part.strip()]


def _rules(asked: Asked, names: _Names, wanted: Wanted, *, whole: bool) -> Rules:
    options = wanted.options

    def one(field: str) -> tuple[int, ...]:
        found = [names.find(asked, field.replace("_", "-"), given, whole=whole) for given in _listed(options[field])]
        return tuple(dict.fromkeys(place for place in found if place is not None))

    def sets(field: str) -> tuple[tuple[int, ...], ...]:
        found = []
        for given in _listed(options[field]):
            members = [names.find(asked, field, part.strip(), whole=whole) for part in given.split("+")]
            known = tuple(dict.fromkeys(place for place in members if place is not None))
            if len(known) > 1:
                found.append(known)
            elif whole and len(members) < 2:
                asked.add(field, given, Text(nb="Skriv en gruppe som a+b.", nn="Skriv ei gruppe som a+b.", en="Write a group as a+b."))
        return tuple(found)

    made = Rules(
        max_population=options["max_population"] or INFINITE,
        max_members=int(options["max_members"]) if options["max_members"] else None,
        hosts=one("hosts"),
        not_hosts=one("not_hosts"),
        together=sets("together"),
        apart=sets("apart"),
        contiguity=options["contiguity"],
        break_price=options["break_price"] or 0.0,
        border_price=options["border_price"] or 0.0,
    )
    if clash := set(made.hosts) & set(made.not_hosts):
        asked.add("hosts", len(clash), Text(
            nb="En kommune kan ikke både måtte og ikke få være vert.", nn="Ein kommune kan ikkje både måtte og ikkje få vere vert.", en="A municipality cannot both have to be a host and not be allowed to."
        ))  # fmt: skip
    if any(len(set(group) & set(apart)) > 1 for group in made.together for apart in made.apart):
        asked.add("apart", options["apart"], Text(
            nb="To kommuner kan ikke holdes både sammen og fra hverandre.", nn="To kommunar kan ikkje haldast både saman og frå kvarandre.", en="Two municipalities cannot be kept both together and apart."
        ))  # fmt: skip
    return made


def _abroad(asked: Asked, edition: Edition, own: Array, border: str | None) -> Array | None:
    if border is None:
        return None
    values = groups(edition, border)
    if values is None:
        asked.add("border", border, _unknown_grouping(edition))
        return None
    side = values.reindex([str(code) for code in own]).astype(object).to_numpy()
    known = pd.notna(side)
    return np.asarray((side[:, None] != side[None, :]) & known[:, None] & known[None, :])


def _neighbours(edition: Edition, own: Array, times: TravelTimes, options: dict[str, Any]) -> Array:
    """Return who is a neighbour: within some minutes one way or the other, or sharing a border on the edition's own boundaries."""
    with np.errstate(invalid="ignore"):
        near = times.minutes <= (options["contiguity_minutes"] or 0.0)
    try:
        drawn = boundaries(edition) if edition.boundary is not None else None
    except MissingExtraError:
        drawn = None
    if drawn is not None:
        from shapely import STRtree

        polygons = drawn.polygons[drawn.polygons["code"].isin([str(code) for code in own])]
        first, second = STRtree(polygons.geometry.values).query(polygons.geometry.values, predicate="intersects")
        place = places(polygons["code"], own)
        near[place[first], place[second]] = True
    near = near | near.T
    np.fill_diagonal(near, val=False)
    return np.asarray(near)


def _ties(data: Membership, own: Array, layer: Layer) -> Array:
    """Return the pairs of municipalities that share a cooperation in the service now, the smaller place first."""
    where = places(pd.Series(data.codes), own)
    pairs = set()
    for column in np.flatnonzero(data.cooperations["service"].isin(layer.service.split("+")).to_numpy(dtype=bool)):
        members = sorted(int(place) for place in where[data.by_cooperation[[column]].indices] if place >= 0)
        pairs |= set(combinations(members, 2))
    return np.array(sorted(pairs), dtype=int).reshape(-1, 2)
