"""Reading a scenario: the file, the edition it names, and every problem in both at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from samvirke.edition import Edition, EditionError, open_edition
from samvirke.measures.membership import membership, populations
from samvirke.planning._scenario_checks import breaches
from samvirke.planning._scenario_specification import Figure, Party, Scenario, place_of, problem, problems_of, range_problems, words
from samvirke.planning._travel import InputProblem, PlanInputError, TravelTimes, travel_minutes
from samvirke.specifications import SpecificationFileError, read_specification_file
from samvirke.vocabulary.dates import DateInterval
from samvirke.vocabulary.language import LANGUAGES, Text, filled, number, same

_PER_PARTY = ("population", "doctors", "cooperations", "admissions_per_1000")
_OWN_FIELD = {"admissions_per_1000": "own_admissions_per_1000"}


@dataclass(frozen=True)
class Held:
    """A figure as it is used: its value and range, its unit, where it is from, whether that is assumed, and what it is called."""

    field: str
    value: float
    low: float | None
    high: float | None
    source: Text
    assumed: bool
    label: Text


@dataclass(frozen=True)
class Prepared:
    """A scenario that can be worked out: the file, the day, the edition and every figure by name."""

    scenario: Scenario
    path: str
    day: date
    edition: Edition | None
    held: Mapping[str, Held]


def read_scenario(path: str | Path) -> Prepared:
    """Read a scenario from a YAML file.

    Parameters
    ----------
    path : str or pathlib.Path
        The file; docs/scenario-example.yaml has every field.

    Returns
    -------
    Prepared

    Raises
    ------
    PlanInputError
        With every problem in it: field, value and remedy.
    """
    try:
        given, twice = read_specification_file(path)
    except SpecificationFileError as error:
        raise PlanInputError((problem("unreadable", Path(path).name, error.text),)) from None
    repeated = [problem("repeated", name, name) for name in twice]
    return check_scenario(given, str(path), repeated)


def check_scenario(given: object, path: str = "", problems: list[InputProblem] | None = None) -> Prepared:
    """Take a scenario from plain values, as `read_scenario` does from a file.

    Raises
    ------
    PlanInputError
        With every problem: what cannot be read, and what the rest breaks.
    """
    found = list(problems or [])
    if not isinstance(given, dict):
        raise PlanInputError((*found, problem("no_fields", Path(path).name or "scenario", given)))
    scenario, wrong, taken_out = _sound(given)
    found += wrong
    if scenario is None:
        raise PlanInputError(tuple(found))
    prepared, more = _prepared(scenario, path)
    found += [one for one in more if not any(one.field == at or one.field.startswith((f"{at}.", f"{at}[")) for at in taken_out)]
    if found or prepared is None:
        raise PlanInputError(tuple(dict.fromkeys(found)))
    return prepared


def _sound(given: dict[Any, Any]) -> tuple[Scenario | None, list[InputProblem], list[str]]:
    """Validate; what cannot be read is taken out, so that the rest can be held against the rules too."""
    left: Any = {str(name): value for name, value in deepcopy(given).items()}
    found: list[InputProblem] = []
    places: list[str] = []
    for _ in range(4):
        try:
            return Scenario.model_validate(left), found, places
        except ValidationError as error:
            found += problems_of(error)
            paths = [_whole(one["loc"]) for one in error.errors()]
            places += [place_of(path) for path in paths]
            if not all(_taken_out(left, path) for path in sorted(set(paths), key=_depth, reverse=True)):
                break
    return None, list(dict.fromkeys(found)), places


def _depth(path: tuple[int | str, ...]) -> tuple[int, ...]:
    return tuple(part if isinstance(part, int) else -1 for part in path)


def _whole(path: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Return the place of the figure that a field is a part of, or else its own."""
    return path[:-1] if len(path) > 1 and path[-1] in ("value", "low", "high", "source", "assumed") else path


def _taken_out(left: Any, path: tuple[int | str, ...]) -> bool:
    """Take a field out; say whether there was anything to take."""
    own = ["from" if part == "from_" else part for part in path]
    inside = left
    for part in own[:-1]:
        if not _holds(inside, part):
            return False
        inside = inside[part]
    if not _holds(inside, own[-1]):
        return False
    del inside[own[-1]]
    return True


def _holds(inside: Any, part: int | str) -> bool:
    return part in inside if isinstance(inside, dict) else isinstance(inside, list) and isinstance(part, int) and part < len(inside)


def _prepared(scenario: Scenario, path: str) -> tuple[Prepared | None, list[InputProblem]]:
    found: list[InputProblem] = []
    edition: Edition | None = None
    if scenario.edition is not None:
        try:
            edition = open_edition(scenario.edition)
            edition = edition.on(scenario.date.isoformat() if scenario.date else None)
        except EditionError as error:
            found.append(InputProblem("edition", scenario.edition, error.text))
    day = scenario.date or (DateInterval.parse(edition.date).last if edition is not None and edition.date else None)
    if day is None:
        found.append(problem("missing", "date"))
    held: dict[str, Held] = {}
    codes: dict[str, str] = {}
    for place, party in enumerate(scenario.parties):
        at = f"parties[{place + 1}]"
        found += _party(party, at, edition, held, codes)
    for name, figure, at, field, of in _figures(scenario):
        found += range_problems(figure, field, at)
        held[name] = _held(name, field, figure, of)
    found += _minutes(scenario, edition, codes, held)
    found += breaches(scenario, day)
    return (Prepared(scenario, path, day, edition, held) if day is not None else None), found


def _held(name: str, field: str, figure: Figure, of: str) -> Held:
    labelled = words("figures")[_OWN_FIELD.get(field, field) if ":" in name else field]
    said = same(figure.source) if figure.source else None
    assumed = filled(words("sources")["assumed"])
    chosen = field == "beds" and not figure.assumed  # how many beds an option has is decided, not assumed
    source = said if said and not figure.assumed else _joined(assumed, said) if said else filled(words("sources")["option"]) if chosen else assumed
    return Held(field, figure.value, figure.low, figure.high, source, figure.taken and not chosen, filled(labelled, of=of))


def _joined(first: Text, second: Text) -> Text:
    return Text(**{one: f"{first[one]}: {second[one]}" for one in LANGUAGES})


def _figures(scenario: Scenario) -> Iterator[tuple[str, Figure, str, str, str]]:
    """Return every figure of the file: its name, itself, its place, its field and whom it is of."""
    shared = scenario.figures
    for field in (
        "admissions_per_1000", "mean_stay_days", "doctors_on_duty", "fixed_nok", "per_bed_nok", "per_admission_nok", "per_refused_nok", "per_party_nok", "cost_variation",
    ):  # fmt: skip
        if (figure := getattr(shared, field)) is not None:
            yield field, figure, f"figures.{field}", field, ""
    for place, party in enumerate(scenario.parties):
        for field in _PER_PARTY:
            if (figure := getattr(party, field)) is not None:
                yield f"{field}:{party.name}", figure, f"parties[{place + 1}].{field}", field, party.name
    for place, option in enumerate(scenario.options):
        for field in ("beds", "extra_nok"):
            if (figure := getattr(option, field)) is not None:
                yield f"{field}:{option.name}", figure, f"options[{place + 1}].{field}", field, option.name
    for place, one in enumerate(scenario.minutes):
        yield f"minutes:{one.from_}>{one.to}", one, f"minutes[{place + 1}]", "minutes", f"{one.from_} – {one.to}"


def _party(party: Party, at: str, edition: Edition | None, held: dict[str, Held], codes: dict[str, str]) -> Iterator[InputProblem]:
    """Find a party in the edition, with its population and cooperations where the file does not give them, and hold it against its class."""
    if edition is None:
        for field in ("code", "case"):
            if getattr(party, field) is not None:
                yield problem("no_edition", f"{at}.{field}", getattr(party, field))
        if party.population is None:
            yield problem("missing", f"{at}.population")
        return
    if party.case is not None:
        yield from _of_class(party, at, edition)
    names = edition.names()
    asked = party.code or party.name
    found = [asked] if asked in names else [code for code, name in names.items() if party.code is None and name.casefold() == asked.casefold()]
    if len(found) == 1:
        codes[party.name] = found[0]
        _from_edition(party, found[0], edition, held)
    elif party.code is not None or (party.case is None and party.population is None):
        near = [*get_close_matches(asked, names.values()), *get_close_matches(asked, names)] or sorted(names.values())[:3]
        yield problem("not_in_edition", f"{at}.code" if party.code else f"{at}.name", asked, allowed=", ".join(near), edition=edition.name)
        return
    if party.population is None and f"population:{party.name}" not in held:
        yield problem("no_population", f"{at}.population", "")


def _of_class(party: Party, at: str, edition: Edition) -> Iterator[InputProblem]:
    """Hold the population of a case against the class of inhabitants that the edition's table has for it."""
    sizes = dict(zip(edition["case"]["label"].astype(str), edition["case"]["size"].astype(str), strict=True)) if "case" in edition else {}
    if party.case not in sizes:
        yield problem("not_in_edition", f"{at}.case", party.case, allowed=", ".join(sizes) or "–", edition=edition.name)
        return
    size = sizes[party.case]
    limits = [float(one) for one in re.findall(r"\d+", size)]
    least, most = (0.0, limits[0]) if size.startswith("<") else (limits[0], limits[-1]) if len(limits) == 2 else (0.0, float("inf"))
    given = party.population
    for part, value in (("value", given.value), ("low", given.low), ("high", given.high)) if given else ():
        if value is not None and not least <= value <= most:
            yield problem("outside_class", f"{at}.population.{part}", f"{value:g}", allowed=size)


def _from_edition(party: Party, code: str, edition: Edition, held: dict[str, Held]) -> None:
    labels = words("figures")
    people, years = populations(edition, np.array([code], dtype=object))
    if party.population is None and np.isfinite(people[0]) and people[0] > 0:
        source = filled(words("sources")["edition_population"], edition=edition.name, year=years[0])
        held[f"population:{party.name}"] = Held(
            "population", float(people[0]), None, None, source, assumed=False, label=filled(labels["population"], of=party.name)
        )
    if party.cooperations is None and "cooperation" in edition:
        data = membership(edition)
        place = np.flatnonzero(data.codes.astype(str) == code)
        if len(place):
            count = float(data.matrix[[int(place[0])]].sum())
            source = filled(words("sources")["edition"], edition=edition.name)
            held[f"cooperations:{party.name}"] = Held(
                "cooperations", count, None, None, source, assumed=False, label=filled(labels["cooperations"], of=party.name)
            )


def _minutes(scenario: Scenario, edition: Edition | None, codes: Mapping[str, str], held: dict[str, Held]) -> Iterator[InputProblem]:
    """Give every member's way to the host a time: as the file has it, both ways alike unless told, else from the edition."""
    names = [party.name for party in scenario.parties]
    for place, one in enumerate(scenario.minutes):
        for field, name in (("from", one.from_), ("to", one.to)):
            if name not in names:
                near = get_close_matches(name, names) or names
                yield problem("unknown_party", f"minutes[{place + 1}].{field}", name, allowed=", ".join(near))
        if (one.from_, one.to) in [(other.from_, other.to) for other in scenario.minutes[:place]]:
            yield problem("twice", f"minutes[{place + 1}]", f"{one.from_} – {one.to}")
    needed = [(member, option.host) for option in scenario.options if option.host for member in option.members if member != option.host]
    lacking = [(start, end) for start, end in dict.fromkeys(needed) if f"minutes:{start}>{end}" not in held and f"minutes:{end}>{start}" not in held]
    times: TravelTimes | None = None
    travel = scenario.travel or ("table" if edition is not None and "travel" in edition else None)
    if lacking and travel and edition is None:
        yield problem("no_edition", "travel", travel)
    elif lacking and travel and edition is not None:
        try:
            times = travel_minutes(edition, travel, strict=False)
        except PlanInputError as error:
            yield from error.problems
            return
    for start, end in lacking:
        if {start, end} - set(names):
            continue
        minutes = times.between(codes[start], codes[end]) if times is not None and start in codes and end in codes else float("nan")
        if np.isfinite(minutes) and edition is not None and times is not None:
            values = {one: (number(times.speed_km_per_hour, one), number(times.detour, one, 1)) for one in LANGUAGES}
            source = filled(words("sources")["travel_table" if travel == "table" else "straight_line"], edition=edition.name, speed=Text(**{one: values[one][0] for one in LANGUAGES}), detour=Text(**{one: values[one][1] for one in LANGUAGES}))  # fmt: skip
            held[f"minutes:{start}>{end}"] = Held(
                "minutes", minutes, None, None, source, travel != "table", filled(words("figures")["minutes"], of=f"{start} – {end}")
            )
        else:
            yield problem("no_minutes", "minutes", f"{start} – {end}")
