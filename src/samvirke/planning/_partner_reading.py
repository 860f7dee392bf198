"""What is asked of partners, read with every problem at once."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import numpy as np

from samvirke.edition import Edition
from samvirke.measures.membership import Membership
from samvirke.planning._asked import Asked
from samvirke.planning._partner_criteria import CRITERIA, Need
from samvirke.planning._travel import PlanInputError, Travel, TravelTimes, travel_minutes
from samvirke.vocabulary.language import LANGUAGES, Text, listing

MOST_WEIGHT = 1_000.0


def read_travel(asked: Asked, edition: Edition, travel: Travel, speed: str | float, detour: str | float) -> TravelTimes | None:
    """Read the travel times; None, with the problems noted, where they cannot be used."""
    numbers = [asked.number(name, value) for name, value in (("speed-km-per-hour", speed), ("detour", detour))]
    if None in numbers:
        return None
    try:
        return travel_minutes(edition, travel, numbers[0] or 0.0, numbers[1] or 0.0)
    except PlanInputError as error:
        asked.problems += error.problems
        return None


def read_municipality(asked: Asked, edition: Edition, data: Membership, given: str) -> int:
    """Return the place of the municipality that is written by code or name, noting when it is none or has no population."""
    names = edition.names()
    written = str(given).strip()
    found = [written] if written in names else sorted(code for code, name in names.items() if name.casefold() == written.casefold())
    if len(found) != 1:
        shown = [f"{code} {names[code]}" for code in found] or [*get_close_matches(written, names.values()), *get_close_matches(written, names)]
        allowed = {one: listing(shown or [f"{code} {names[code]}" for code in sorted(names)[:3]], one) for one in LANGUAGES}
        remedy = Text(
            nb=f"Bruk nummer eller navn fra utgaven, som {allowed['nb']}.",
            nn=f"Bruk nummer eller namn frå utgåva, som {allowed['nn']}.",
            en=f"Use a code or name of the edition, such as {allowed['en']}.",
        )
        asked.add("municipality", written, remedy)
    if not (np.nan_to_num(data.population) > 0).any():
        remedy = Text(
            nb="Utgaven har ingen folketall: legg til figure.csv med municipality, year, figure=population og value.",
            nn="Utgåva har ingen folketal: legg til figure.csv med municipality, year, figure=population og value.",
            en="The edition has no populations: add figure.csv with municipality, year, figure=population and value.",
        )
        asked.add("figure.population", "", remedy)
    elif len(found) == 1 and not data.population[_place(data, found[0])] > 0:
        remedy = Text(
            nb="Folketallet er ukjent: legg det til i figure.csv.", nn="Folketalet er ukjent: legg det til i figure.csv.", en="Its population is unknown: add it to figure.csv."
        )  # fmt: skip
        asked.add("figure.population", found[0], remedy)
    return _place(data, found[0]) if len(found) == 1 else 0


def _place(data: Membership, code: str) -> int:
    return int(np.flatnonzero(data.codes.astype(str) == code)[0])


def read_need(asked: Asked, given: Mapping[str, Any]) -> Need:
    """Read what is needed; rates must be above 0."""
    bounds: dict[str, tuple[float, float, bool]] = {
        "admissions_per_1000": (0, 10_000, False),
        "mean_stay_days": (0, 365, False),
        "max_refusal": (0, 1, True),
        "beds_per_1000": (0, 100, False),
        "doctors_per_1000": (0, 100, False),
        "doctors_on_duty": (1, 100, False),
        "least_duty": (0, 1_000, False),
        "most_swing": (0, 100, False),
    }
    read: dict[str, Any] = {}
    for name, (least, most, open_) in bounds.items():
        field = name.replace("_", "-")
        value = asked.number(field, given[name], least=least, most=most, open_=open_, whole=name == "doctors_on_duty")
        if value == 0:
            asked.add(field, given[name], Text(nb="Gi et tall over 0.", nn="Gje eit tal over 0.", en="Give a number above 0."))
        if value is not None:
            read[name] = int(value) if name == "doctors_on_duty" else value
    needs = {
        "mean_stay_days": "admissions_per_1000",
        "beds_per_1000": "mean_stay_days",
        "least_duty": "doctors_per_1000",
        "most_swing": "admissions_per_1000",
    }
    for name, other in needs.items():
        if given[name] is not None and given[other] is None:
            option = f"--{other.replace('_', '-')}"
            asked.add(name.replace("_", "-"), given[name], Text(nb=f"Oppgi også {option}.", nn=f"Oppgje òg {option}.", en=f"Give {option} too."))
    return Need(**read)


def read_weights(asked: Asked, given: str | Mapping[str, float] | None) -> dict[str, float]:
    """Read a user's own weights, such as ``travel=2,ties=1``, each of a known criterion and above 0.

    Examples
    --------
    >>> read_weights(Asked(), "travel=2,ties=1")
    {'travel': 2.0, 'ties': 1.0}
    """
    if given is None:
        return {}
    pairs: list[tuple[str, Any]]
    if isinstance(given, Mapping):
        pairs = list(given.items())
    else:
        pairs = [(name.strip(), value.strip()) for name, _, value in (part.partition("=") for part in given.replace(";", ",").split(",") if part.strip())]
    if not pairs:
        asked.add("weights", "", Text(nb="Skriv dem som travel=2,ties=1.", nn="Skriv dei som travel=2,ties=1.", en="Write them as travel=2,ties=1."))
    found: dict[str, float] = {}
    for name, value in pairs:
        field = f"weights {name}".strip()
        if name not in CRITERIA:
            asked.choice("weights", name, tuple(CRITERIA))
        elif name in found:
            asked.add(field, value, Text(nb="Gi hvert kriterium én vekt.", nn="Gje kvart kriterium éi vekt.", en="Give each criterion one weight."))
        read = asked.number(field, value or " ", most=MOST_WEIGHT)
        if read == 0:
            asked.add(field, value, Text(nb="Gi en vekt over 0, eller la kriteriet være.", nn="Gje ei vekt over 0, eller lat kriteriet vere.", en="Give a weight above 0, or leave the criterion out."))  # fmt: skip
        if name in CRITERIA and read:
            found.setdefault(name, read)
    return found
