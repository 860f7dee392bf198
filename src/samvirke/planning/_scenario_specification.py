"""What a scenario is read from: the parties, the figures with their ranges and sources, and the options, each with what may stand in it."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator, StrictBool, ValidationError
from pydantic_core import PydanticCustomError

from samvirke.errors import shown
from samvirke.planning._travel import TRAVELS, InputProblem
from samvirke.vocabulary import terms
from samvirke.vocabulary._terms import Strict, read_yaml
from samvirke.vocabulary.language import LANGUAGES, Text, filled, number

_LONGEST = 300


class Bounds(NamedTuple):
    """The range in which a figure can be used, and the unit it is in."""

    least: float
    most: float
    unit: str


BOUNDS = {
    "population": Bounds(1, 1e8, "inhabitants"),
    "doctors": Bounds(0.1, 1e5, "doctors"),
    "cooperations": Bounds(0, 1e3, "cooperations"),
    "admissions_per_1000": Bounds(0.001, 1e4, "admissions_per_1000"),
    "mean_stay_days": Bounds(0.01, 365, "days"),
    "doctors_on_duty": Bounds(1, 100, "doctors"),
    "fixed_nok": Bounds(0, 1e12, "nok"),
    "per_bed_nok": Bounds(0, 1e12, "nok"),
    "per_admission_nok": Bounds(0, 1e9, "nok"),
    "per_refused_nok": Bounds(0, 1e9, "nok"),
    "per_party_nok": Bounds(0, 1e12, "nok"),
    "cost_variation": Bounds(0, 20, "ratio"),
    "beds": Bounds(0, 2e4, "beds"),
    "extra_nok": Bounds(0, 1e12, "nok"),
    "minutes": Bounds(0, 1440, "minutes"),
}
"""Every figure by the field it stands in."""


@cache
def words(section: str) -> dict[str, Any]:
    """Return a section of the texts on scenarios."""
    found: dict[str, Any] = read_yaml("scenario.yaml", package="samvirke.planning")[section]
    return found


def problem(kind: str, at: str, value: object = "", **values: object) -> InputProblem:
    """Say what is wrong in a field and what to do."""
    said = value.en if isinstance(value, Text) else shown(value, 80) or "–"
    return InputProblem(at, said, filled(words("problems")[kind], **{"allowed": "", **values}))


def _fault(kind: str, value: object, **values: object) -> PydanticCustomError:
    return PydanticCustomError("scenario", "see context", {"kind": kind, "value": value, "values": values})


def place_of(path: tuple[int | str, ...]) -> str:
    """Write the place of a field; lists count from 1.

    Examples
    --------
    >>> place_of(("minutes", 0, "from_"))
    'minutes[1].from'
    """
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part.rstrip('_')}" for part in path).lstrip(".")


def problems_of(error: ValidationError) -> list[InputProblem]:
    """Turn what validation found into problems; lists count from 1."""
    found = []
    for one in error.errors():
        at = place_of(one["loc"])
        if one["type"] == "scenario":
            context = one["ctx"]
            found.append(problem(context["kind"], at, context["value"], **context["values"]))
        elif one["type"] == "missing":
            found.append(problem("missing", at))
        elif one["type"] == "extra_forbidden":
            found.append(problem("unknown_field", at, at.rsplit(".", 1)[-1]))
        else:
            found.append(problem("no_fields", at, one["input"]))
    return found


def _words(value: object) -> str:
    text = " ".join(str(value).split()) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    if not text or len(text) > _LONGEST or not text.isprintable():
        raise _fault("no_words", value)
    return text


def _day(value: object) -> datetime.date:
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
            return datetime.date.fromisoformat(value)
    except ValueError:
        pass
    raise _fault("no_day", value)


def _number(value: object) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    raise _fault("no_number", value)


def _listed(name: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if value not in terms(name):
            raise _fault("not_allowed", value, allowed=", ".join(terms(name)))
        return str(value)

    return read


def _one_of(*allowed: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if value not in allowed:
            raise _fault("not_allowed", value, allowed=", ".join(allowed))
        return str(value)

    return read


def _several(value: object) -> object:
    if not isinstance(value, (list, tuple)) or not value:
        raise _fault("no_list", value)
    return tuple(value)


def _mapping(value: object) -> object:
    if not isinstance(value, dict):
        raise _fault("no_fields", value)
    return {"from_" if name == "from" else str(name): one for name, one in value.items()}


def _representatives(value: object) -> dict[str, int]:
    if not isinstance(value, dict) or not value:
        raise _fault("no_fields", value)
    if any(not isinstance(one, int) or isinstance(one, bool) or not 0 <= one <= 999 for one in value.values()) or not sum(value.values()):
        raise _fault("no_representatives", value)
    return {str(name): one for name, one in value.items()}


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise _fault("not_allowed", value, allowed="true, false")
    return value


Words = Annotated[str, BeforeValidator(_words)]
Day = Annotated[datetime.date, BeforeValidator(_day)]
Number = Annotated[float, BeforeValidator(_number)]
Truth = Annotated[StrictBool, BeforeValidator(_truth)]


class Figure(Strict):
    """A number with the range it may turn out in and its source; without a source it is assumed."""

    value: Number
    low: Number | None = None
    high: Number | None = None
    source: Words | None = None
    assumed: Truth = False

    @property
    def taken(self) -> bool:
        """Whether it is assumed: said so, or without a source."""
        return self.assumed or self.source is None


Given = Annotated[Figure, BeforeValidator(lambda value: value if isinstance(value, (dict, Figure)) else {"value": value})]


class Party(Strict):
    """A municipality: by its code in the edition, by its label in the edition's table of cases, or by name alone."""

    name: Words
    code: Words | None = None
    case: Words | None = None
    population: Given | None = None
    doctors: Given | None = None
    cooperations: Given | None = None
    admissions_per_1000: Given | None = None


class Minutes(Figure):
    """Minutes from one party to another, both ways unless the other way is given too."""

    from_: Words
    to: Words


class Shared(Strict):
    """Figures that hold for all options."""

    admissions_per_1000: Given
    mean_stay_days: Given
    max_refusal: Number = 0.05
    doctors_on_duty: Given = Figure(value=1.0)
    fixed_nok: Given | None = None
    per_bed_nok: Given | None = None
    per_admission_nok: Given | None = None
    per_refused_nok: Given | None = None
    per_party_nok: Given | None = None
    cost_variation: Given = Figure(value=0.0)


class Option(Strict):
    """One way to do it: alone, or with others under a model and a key."""

    name: Words
    members: Annotated[tuple[Words, ...], BeforeValidator(_several)]
    host: Words | None = None
    model: Annotated[str, BeforeValidator(_listed("models"))] | None = None
    key: Annotated[str, BeforeValidator(_words)] | None = None
    beds: Given | None = None
    extra_nok: Given | None = None
    representatives: Annotated[dict[str, int], BeforeValidator(_representatives)] | None = None

    @property
    def together(self) -> bool:
        """Whether others are in it."""
        return len(self.members) > 1


class Scenario(Strict):
    """What the options of one municipality are compared on."""

    name: Words
    constructed: Truth = False
    edition: Words | None = None
    date: Day | None = None
    service: Annotated[str, BeforeValidator(_listed("services"))]
    municipality: Words
    exercises_authority: Truth | None = None
    parties: Annotated[tuple[Annotated[Party, BeforeValidator(_mapping)], ...], BeforeValidator(_several)]
    figures: Annotated[Shared, BeforeValidator(_mapping)]
    travel: Annotated[Literal["table", "straight-line"], BeforeValidator(_one_of(*TRAVELS))] | None = None
    minutes: Annotated[tuple[Annotated[Minutes, BeforeValidator(_mapping)], ...], BeforeValidator(_several)] = ()
    options: Annotated[tuple[Annotated[Option, BeforeValidator(_mapping)], ...], BeforeValidator(_several)]

    def party(self, name: str) -> Party:
        """Return a party by its name."""
        return next(one for one in self.parties if one.name == name)


def range_problems(figure: Figure, field: str, at: str) -> list[InputProblem]:
    """Hold a figure and its range against what it can be."""
    bounds = BOUNDS[field]
    allowed = Text(**{one: f"{_plain(bounds.least, one)}–{_plain(bounds.most, one)} {words('units')[bounds.unit][one]}" for one in LANGUAGES})
    found = []
    for part, value in (("value", figure.value), ("low", figure.low), ("high", figure.high)):
        if value is not None and not bounds.least <= value <= bounds.most:
            found.append(problem("out_of_range", f"{at}.{part}", f"{value:g}", allowed=allowed))
    if (figure.low is None) != (figure.high is None):
        found.append(problem("one_end", at, f"{figure.value:g}"))
    elif figure.low is not None and figure.high is not None and not figure.low <= figure.value <= figure.high:
        found.append(problem("not_rising", at, f"{figure.low:g}, {figure.value:g}, {figure.high:g}"))
    return found


def _plain(value: float, language: Literal["nb", "nn", "en"]) -> str:
    return number(value, language, 0 if value == int(value) else 3)
