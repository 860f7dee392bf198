"""The municipalities, their changes, populations, groupings, other figures, and the travel between them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from constructed.draws import Draws
from constructed.land import ISLAND_COUNTY, Land, Place, degrees, make_land
from constructed.names import make_names

YEARS = range(2010, 2021)
MERGED = (("2014-01-01", 2), ("2018-01-01", 3), ("2018-01-01", 2))
SPLIT = ("2018-01-01", 0.6)
TRUSTS = {"Sørhav": "Helse Sør", "Almvang": "Helse Sør", "Vestrand": "Helse Midt", "Midtheim": "Helse Midt", "Tindmark": "Helse Nord", "Austvoll": "Helse Nord", "Nordrand": "Helse Nord", "Øyriket": "Helse Øy"}  # fmt: skip


@dataclass
class Municipality:
    """A municipality for as long as it was one: its places, and its population by year."""

    code: str
    name: str
    county: str
    places: tuple[Place, ...]
    valid_from: str = ""
    valid_to: str = ""
    population: dict[int, int] = field(default_factory=dict)

    @property
    def x(self) -> float:
        """Kilometres east of the middle."""
        return self.places[0].x

    @property
    def y(self) -> float:
        """Kilometres north of the middle."""
        return self.places[0].y

    @property
    def latest(self) -> int:
        """Population of the last year it was there."""
        return self.population[max(self.population)]

    def km(self, other: Municipality) -> float:
        """Distance as the crow flies."""
        return math.hypot(self.x - other.x, self.y - other.y)


@dataclass(frozen=True)
class Country:
    """The municipalities before any change and in 2020, and what became of the first."""

    land: Land
    before: tuple[Municipality, ...]
    now: tuple[Municipality, ...]
    became: Mapping[str, tuple[str, str]]
    """By code of one that ended: the day, and the code that its memberships went to (empty after a split)."""
    change: tuple[tuple[Any, ...], ...]

    @property
    def everyone(self) -> list[Municipality]:
        """All that ever were, each once."""
        return [*self.now, *(one for one in self.before if one.valid_to)]


def make_municipalities(land: Land) -> list[Municipality]:
    """Make the municipalities of 2010: one to each place, but one large one with two; towns are few and many are small."""
    draws = Draws("people")
    split = _to_split(land)
    found = []
    for place in land.places:
        if place.number == split[1]:
            continue
        own = (place, *(other for other in land.places if place.number == split[0] and other.number == split[1]))
        people = min(max(math.exp(draws.normal(math.log(3900), 1.3)), 280), 140_000)
        people = 2_400.0 if len(own) > 1 else people
        growth = draws.normal(0.004 if people > 4000 else -0.004, 0.005)
        series = {year: round(people * math.exp(growth * (year - 2010)) * (1 + draws.normal(0, 0.003))) for year in YEARS}
        found.append(Municipality("", "", place.county, own, population=series))
    for name, one in zip(make_names(len(found)), found, strict=True):
        one.name = name
    return found


def _to_split(land: Land) -> tuple[int, int]:
    """Return two neighbouring places of one county, each with two more neighbours there: the municipality that was divided in 2018."""
    county = {place.number: place.county for place in land.places}
    for place in land.places:
        if place.county == "Sørhav":
            own = [one for one in land.neighbours(place.number) if county[one] == "Sørhav"]
            if len(own) >= 5:
                return place.number, own[0]
    raise ValueError("no place has neighbours enough")


def change(land: Land, before: list[Municipality], fixed: set[int], together: Mapping[int, int]) -> Country:
    """Merge three groups of neighbours and divide one, none of them a host (`fixed`), and give out codes.

    Parameters
    ----------
    land : Land
        The places.
    before : list of Municipality
        Those of 2010.
    fixed : set of int
        Indexes of those that may not change.
    together : Mapping[int, int]
        The group that each cooperates in by index: only members of one group merge.
    """
    at = {place.number: index for index, one in enumerate(before) for place in one.places}
    near = [sorted({at[other] for place in one.places for other in land.neighbours(place.number)} - {index}) for index, one in enumerate(before)]
    divided = next(index for index, one in enumerate(before) if len(one.places) == 2)
    if divided in fixed:
        raise ValueError("the municipality to be divided is a host")
    taken = {divided}
    receivers = []
    for place in before[divided].places:
        free = [at[other] for other in land.neighbours(place.number) if at[other] not in taken and before[at[other]].county == before[divided].county]
        receivers.append(free[0])
        taken.add(free[0])
    merged: list[list[int]] = []
    for _, size in MERGED:
        for index in range(len(before) - 1, -1, -1):
            own = [index]
            while len(own) < size:
                free = [one for part in own for one in near[part] if one not in fixed | taken | set(own) and together.get(one) == together.get(index)]
                if not free:
                    break
                own.append(min(free, key=lambda one: before[one].latest))
            if index not in fixed | taken and len(own) == size and index in together and before[index].county not in {before[one[0]].county for one in merged}:
                merged.append(sorted(own, key=lambda one: -before[one].latest))
                taken |= set(own)
                break
    return _with_codes(land, before, merged, divided, receivers)


def _with_codes(land: Land, before: list[Municipality], merged: list[list[int]], divided: int, receivers: list[int]) -> Country:
    gone = {index for own in merged for index in own} | {divided}
    now = [one for index, one in enumerate(before) if index not in gone]
    new = []
    for (day, _), own in zip(MERGED, merged, strict=True):
        parts = [before[index] for index in own]
        year = int(day[:4])
        series = {when: sum(part.population[when] for part in parts) for when in YEARS if when >= year}
        one = Municipality("", parts[0].name, parts[0].county, tuple(place for part in parts for place in part.places), day, population=series)
        for part in parts:
            part.valid_to, part.population = day, {when: count for when, count in part.population.items() if when < year}
        new.append((one, parts))
    now = sorted([*now, *(one for one, _ in new)], key=lambda one: (one.county == ISLAND_COUNTY, one.county, -one.y))
    for number, one in enumerate(now, 1):
        one.code = f"9{number:03d}"
    for number, index in enumerate(sorted(gone), 201):
        before[index].code = f"9{number:03d}"
    rows: list[tuple[Any, ...]] = []
    became = {}
    for one, parts in new:
        for part in parts:
            rows.append((one.valid_from, part.code, one.code, 1, one.name, one.county))
            became[part.code] = (one.valid_from, one.code)
    _divide(before[divided], [before[index] for index in receivers], rows)
    became[before[divided].code] = (SPLIT[0], "")
    return Country(land, tuple(before), tuple(now), became, tuple(rows))


def _divide(old: Municipality, receivers: list[Municipality], rows: list[tuple[Any, ...]]) -> None:
    """Give each of two neighbours its part of the people and the places."""
    day, share = SPLIT
    year = int(day[:4])
    for part, place, one in zip((share, round(1 - share, 2)), old.places, receivers, strict=True):
        one.places = (*one.places, place)
        one.population = {when: count + (round(part * old.population[when]) if when >= year else 0) for when, count in one.population.items()}
        rows.append((day, old.code, one.code, part, one.name, one.county))
    old.valid_to, old.population = day, {when: count for when, count in old.population.items() if when < year}


def municipality_table(country: Country) -> pd.DataFrame:
    """Make the table `municipality`."""
    rows = [
        (one.code, one.name, one.county, one.valid_from, one.valid_to, *degrees(one.x, one.y, 3)) for one in sorted(country.everyone, key=lambda one: one.code)
    ]
    return pd.DataFrame(rows, columns=["code", "name", "county", "valid_from", "valid_to", "lon", "lat"])


def figure_table(country: Country) -> pd.DataFrame:
    """Make the table `figure`: people by age, doctors and income by year, area in the first year and the last."""
    draws, rows = Draws("figures"), []
    for one in sorted(country.everyone, key=lambda one: one.code):
        old, young = draws.between(0.035, 0.075), draws.between(0.18, 0.25)
        income = 62 - 2.2 * math.log(one.latest) + draws.normal(0, 2.5) + (8 if one.latest < 1500 else 0)
        area = round(sum(draws.between(560, 900) for _ in one.places), 1)
        for year, people in one.population.items():
            aged = old * (1 + 0.008 * (year - 2010))
            rows += [
                (one.code, year, "population", people, "count", ""),
                (one.code, year, "population_80_plus", round(aged * people), "count", ""),
                (one.code, year, "population_67_plus", round(3.1 * aged * people), "count", ""),
                (one.code, year, "population_0_17", round(young * people), "count", ""),
                (one.code, year, "general_practitioners", max(1, round(people / 1050 + 0.4)), "count", ""),
                (one.code, year, "free_income_per_capita", round(income * 1000 * (1 + 0.025 * (year - 2010)), -1), "rate", "population"),
            ]
        rows += [(one.code, year, "area_km2", area, "count", "") for year in sorted({min(one.population), max(one.population)})]
    return pd.DataFrame(rows, columns=["municipality", "year", "figure", "value", "kind", "weight"])


SIZES = (("<2000", 0), ("2000-5000", 2_000), ("5000-10000", 5_000), ("10000-20000", 10_000), ("20000-50000", 20_000), (">=50000", 50_000))


def grouping_table(country: Country) -> pd.DataFrame:
    """Make the table `grouping`: health trust, centrality, KOSTRA group, size and labour market of the municipalities of 2020."""
    pull = {one.code: math.fsum(other.latest * math.exp(-one.km(other) / 22) for other in country.now) for one in country.now}
    order = sorted(pull.values())
    towns = sorted(country.now, key=lambda one: -one.latest)[:14]
    rows = []
    for one in country.now:
        trust = TRUSTS[one.county]
        central = sum(pull[one.code] > order[round(part * len(order))] for part in (0.3, 0.55, 0.8))
        size = [name for name, least in SIZES if one.latest >= least][-1]
        small = 0 if one.latest < 5_000 else 1 if one.latest < 20_000 else 2
        group = 1 + 2 * small + (central >= 2)
        town = max(towns, key=lambda town, one=one: math.log(town.latest) - one.km(town) / 18)
        rows += [
            (one.code, "health_trust", str(1 + sorted(set(TRUSTS.values())).index(trust)), trust),
            (one.code, "centrality", str(central), str(central)),
            (one.code, "kostra_group", f"{group:02d}", f"Konstruert gruppe {group}"),
            (one.code, "size", str(1 + [name for name, _ in SIZES].index(size)), size),
            (one.code, "labour_market", town.code, f"{town.name}-regionen"),
        ]
    return pd.DataFrame(rows, columns=["municipality", "kind", "code", "name"])


def travel_table(country: Country) -> tuple[pd.DataFrame, tuple[str, str]]:
    """Make the table `travel`, with gaps and unlike both ways, and one doubtful row: a ferry that is said to take two minutes."""
    draws, rows = Draws("travel"), []
    silent = {one.code for one in draws.some([one for one in country.now if one.county != ISLAND_COUNTY], 2)}
    for one in country.now:
        for other in country.now:
            if one is other or one.code in silent:
                continue
            ferry = one.places[0].isle != other.places[0].isle
            road = 5 + one.km(other) * 1.4 / 62 * 60 * draws.between(0.94, 1.06)
            minutes = round(road * (0.75 if ferry else 1) + (draws.between(35, 60) if ferry else 0))
            if minutes <= 180 and not draws.chance(0.03):
                rows.append((one.code, other.code, minutes))
    isle = {one.code: one.places[0].isle for one in country.now}
    doubtful = next(at for at, row in enumerate(rows) if isle[row[0]] and not isle[row[1]])
    rows[doubtful] = (*rows[doubtful][:2], 2)
    return pd.DataFrame(rows, columns=["from_code", "to_code", "minutes"]), rows[doubtful][:2]


def make_country_land() -> Land:
    """Draw the land."""
    return make_land()
