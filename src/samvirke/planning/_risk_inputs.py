"""What the risk of a year's cost is worked out from: options, dated parameters and what is assumed, with every problem at once."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

from samvirke.errors import SamvirkeError, listed, shown
from samvirke.planning._severity import Severity
from samvirke.planning._travel import InputProblem
from samvirke.vocabulary._terms import DatedValue, read_yaml, without_keywords
from samvirke.vocabulary.dates import DateInterval
from samvirke.vocabulary.language import LANGUAGES, Text, number, same

LAST_YEAR = 2014
"""The last year of municipal co-financing, which stands in where none is asked for."""
LIMITS: dict[str, tuple[float, float]] = {
    "year": (2012, 2100),
    "admissions_per_1000": (0, 1000),
    "share": (0, 1),
    "unit_price": (1, 1e7),
    "ceiling": (1, 1e8),
    "discharge_cases_per_1000": (0, 1000),
    "discharge_days": (1, 60),
    "day_price": (1, 1e6),
    "overdispersion": (1, 50),
    "common_variation": (0, 0.5),
    "free_income": (1, 1e6),
    "share_of_free_income": (1e-6, 1),
    "tolerable": (0.01, 1e6),
    "tolerable_probability": (0.0001, 0.5),
    "acute_bed_cost": (0, 1e5),
    "step": (0.01, 1e6),
}
"""The least and the most that each number may be; kroner, kroner per inhabitant, rates per 1000 inhabitants and shares."""


class RiskError(SamvirkeError, ValueError):
    """What was asked cannot be worked out; `problems` holds all of it."""

    def __init__(self, problems: Iterable[InputProblem]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        said = (
            Text(
                nb=f"{one.field}: «{one.value}». {one.remedy.nb}",
                nn=f"{one.field}: «{one.value}». {one.remedy.nn}",
                en=f'{one.field}: "{one.value}". {one.remedy.en}',
            )
            for one in self.problems
        )
        super().__init__(listed(Text(nb="Risikoen kan ikke regnes ut:", nn="Risikoen kan ikkje reknast ut:", en="The risk cannot be worked out:"), said))


@dataclass(frozen=True)
class Parameter:
    """A number that the risk rests on: its value, where it is from (``given``, ``assumed`` or a reference), and whether it was checked there."""

    id: str
    value: float
    source: str
    verified: bool | None


@dataclass(frozen=True)
class RiskInputs:
    """All numbers that the risk rests on, by id, in the order they are shown.

    `severity` is the full cost of an admission; `tolerable_given` whether the limit in kroner was asked for.
    """

    year: int
    parameters: dict[str, Parameter]
    severity: Severity
    severity_told: str
    tolerable_given: bool
    step: float | None

    def __getitem__(self, name: str) -> float:
        """Return a number; NaN where it is not known."""
        return self.parameters[name].value if name in self.parameters else math.nan


@cache
def _data() -> Any:
    return read_yaml("risk.yaml", package="samvirke.planning")


def parameter_label(name: str) -> Text:
    """Return what a number is called.

    Examples
    --------
    >>> parameter_label("overdispersion")["en"]
    'variance over mean of the number of admissions in a year'
    """
    found = _data()["parameters"].get(name) or _data()["assumed"].get(name)
    return Text(**found["label"]) if found else same(name)


def dated(name: str, year: int) -> DatedValue | None:
    """Return what held on the first day of a year; None where it is not known.

    Examples
    --------
    >>> dated("ready_for_discharge_day_nok", 2014).value, dated("ready_for_discharge_day_nok", 2012).verified
    (4255, False)
    """
    when = DateInterval.parse(f"{year}-01-01")
    values = [DatedValue.model_validate(one) for one in without_keywords(_data()["parameters"][name]["values"])]
    return next((one for one in values if one.holds(when) == "certain"), None)


def read_inputs(given: dict[str, Any], edition_year: int | None = None) -> RiskInputs:
    """Read what was asked; what is not given comes from the year's parameters, or is assumed.

    Raises
    ------
    RiskError
        With every problem.
    """
    problems: list[InputProblem] = []
    numbers = {name: _number(name, given.get(name), problems) for name in LIMITS}
    asked = numbers.pop("year")
    in_force = edition_year is not None and 2012 <= edition_year <= LAST_YEAR
    year = int(asked) if asked is not None else int(edition_year or 0) if in_force else LAST_YEAR
    found: dict[str, Parameter] = {}

    def put(name: str, option: str, *, from_year: bool) -> None:
        own = numbers.get(option)
        if own is not None:
            found[name] = Parameter(name, own, "given", None)
        elif from_year:
            if (value := dated(name, year)) is not None:
                found[name] = Parameter(name, float(value.value), value.reference, value.verified)
        elif name in _data()["assumed"]:
            found[name] = Parameter(name, float(_data()["assumed"][name]["value"]), "assumed", None)

    put("admissions_per_1000", "admissions_per_1000", from_year=False)
    put("co_financing_share", "share", from_year=True)
    put("hospital_unit_price_nok", "unit_price", from_year=True)
    severity, told = _severity(given.get("severity"), found, problems)
    if (ceiling := numbers["ceiling"]) is not None:
        found["ceiling_nok"] = Parameter("ceiling_nok", ceiling, "given", None)
    else:
        put("co_financing_ceiling_weights", "", from_year=True)
        _ceiling_of_weights(found)
    put("discharge_cases_per_1000", "discharge_cases_per_1000", from_year=False)
    put("discharge_days", "discharge_days", from_year=False)
    put("ready_for_discharge_day_nok", "day_price", from_year=True)
    for name in ("overdispersion", "common_variation", "share_of_free_income", "tolerable_probability"):
        put(name, name, from_year=False)
    put("tolerable_nok", "tolerable", from_year=False)
    for name, option in (("free_income_nok", "free_income"), ("acute_bed_cost_nok", "acute_bed_cost")):
        put(name, option, from_year=False)
    for name in ("acute_bed_share_directorate", "acute_bed_share_health_trust"):
        put(name, "", from_year=True)
    _something(found, severity, year, problems)
    if problems:
        raise RiskError(problems)
    return RiskInputs(
        year, found, severity or Severity("classes", amounts=np.zeros(1), probabilities=np.ones(1)), told, numbers["tolerable"] is not None, numbers["step"]
    )


def _number(name: str, given: object, problems: list[InputProblem]) -> float | None:
    if given is None:
        return None
    least, most = LIMITS[name]
    try:
        value = float(given)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        value = math.nan
    if not least <= value <= most or (name == "year" and value != int(value)):
        low, high = ({one: number(bound, one, len(f"{bound:.6f}".rstrip("0").partition(".")[2])) for one in LANGUAGES} for bound in (least, most))
        if name == "year":
            low = high = {}
        remedy = (
            Text(nb="Gi et år fra 2012 til 2100", nn="Gje eit år frå 2012 til 2100", en="Give a year from 2012 to 2100")
            if name == "year"
            else Text(
                nb=f"Gi et tall fra {low['nb']} til {high['nb']}",
                nn=f"Gje eit tal frå {low['nn']} til {high['nn']}",
                en=f"Give a number from {low['en']} to {high['en']}",
            )
        )
        problems.append(InputProblem(name, shown(given), remedy))
        return None
    return value


def _ceiling_of_weights(found: dict[str, Parameter]) -> None:
    """Turn the ceiling in cost weights into kroner of what the municipality pays."""
    parts = [found.get(name) for name in ("co_financing_ceiling_weights", "hospital_unit_price_nok", "co_financing_share")]
    if all(parts):
        own = [part for part in parts if part is not None]
        verified = all(part.verified is not False for part in own)
        found["ceiling_nok"] = Parameter("ceiling_nok", math.prod(part.value for part in own), "weights x unit price x share", verified)


def _something(found: dict[str, Parameter], severity: Severity | None, year: int, problems: list[InputProblem]) -> None:
    """Report when a number is missing for the year, or nothing is paid at all."""
    share = found["co_financing_share"].value if "co_financing_share" in found else 0.0
    paid = share > 0 and found["admissions_per_1000"].value > 0
    if paid and severity is None and not any(one.field == "severity" for one in problems):
        remedy = Text(
            nb="Gi --unit-price eller --severity i kroner: prisen er ikke kjent for året",
            nn="Gje --unit-price eller --severity i kroner: prisen er ikkje kjend for året",
            en="Give --unit-price, or --severity in kroner: the price of the year is not known",
        )
        problems.append(InputProblem("unit_price", str(year), remedy))
    waits = found["discharge_cases_per_1000"].value > 0
    if waits and "ready_for_discharge_day_nok" not in found and not any(one.field == "day_price" for one in problems):
        remedy = Text(
            nb="Gi --day-price: døgnprisen er ikke kjent for året",
            nn="Gje --day-price: døgnprisen er ikkje kjend for året",
            en="Give --day-price: the price of a day is not known for the year",
        )
        problems.append(InputProblem("day_price", str(year), remedy))
    if not paid and not waits:
        remedy = Text(
            nb="Gi --share og --admissions-per-1000 over 0, eller --discharge-cases-per-1000 over 0: ellers er det ingen kostnad",
            nn="Gje --share og --admissions-per-1000 over 0, eller --discharge-cases-per-1000 over 0: elles er det ingen kostnad",
            en="Give --share and --admissions-per-1000 above 0, or --discharge-cases-per-1000 above 0: else there is no cost",
        )
        problems.append(InputProblem("share", f"{share:g}", remedy))


def _severity(given: object, found: dict[str, Parameter], problems: list[InputProblem]) -> tuple[Severity | None, str]:
    """Read the distribution of the full cost of an admission: family and numbers, or a CSV of classes."""
    if given is None:
        assumed = _data()["assumed"]
        if "hospital_unit_price_nok" not in found:
            return None, ""
        weight, variation = (float(assumed[name]["value"]) for name in ("severity_weight", "severity_variation"))
        found["severity_weight"] = Parameter("severity_weight", weight, "assumed", None)
        found["severity_variation"] = Parameter("severity_variation", variation, "assumed", None)
        mean = weight * found["hospital_unit_price_nok"].value
        return Severity("lognormal", mean, variation), f"lognormal:{mean:g}:{variation:g}"
    text = str(given)
    if match := re.fullmatch(r"(lognormal|gamma):(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)", text):
        mean, variation = float(match[2]), float(match[3])
        if 1 <= mean <= 1e8 and 0.05 <= variation <= 10:
            return Severity("gamma" if match[1] == "gamma" else "lognormal", mean, variation), text
    elif not re.match(r"(lognormal|gamma):", text):
        return _classes(Path(text), problems), Path(text).name
    remedy = Text(
        nb="Skriv lognormal:SNITT:VARIASJON eller gamma:SNITT:VARIASJON med snitt i kroner (1 til 100 millioner) og variasjonskoeffisient (0,05 til 10), som lognormal:32000:1.2, eller en CSV-fil",
        nn="Skriv lognormal:SNITT:VARIASJON eller gamma:SNITT:VARIASJON med snitt i kroner (1 til 100 millionar) og variasjonskoeffisient (0,05 til 10), som lognormal:32000:1.2, eller ei CSV-fil",
        en="Write lognormal:MEAN:VARIATION or gamma:MEAN:VARIATION with a mean in kroner (1 to 100 million) and a coefficient of variation (0.05 to 10), such as lognormal:32000:1.2, or a CSV file",
    )
    problems.append(InputProblem("severity", shown(text), remedy))
    return None, text


def _classes(path: Path, problems: list[InputProblem]) -> Severity | None:
    """Read classes of amounts from a CSV with the columns amount_nok and probability or count."""
    remedy = Text(
        nb="Gi en CSV-fil i UTF-8 med kolonnene amount_nok (0 eller mer) og probability (som blir 1) eller count",
        nn="Gje ei CSV-fil i UTF-8 med kolonnane amount_nok (0 eller meir) og probability (som blir 1) eller count",
        en="Give a CSV file in UTF-8 with the columns amount_nok (0 or more) and probability (adding to 1) or count",
    )
    try:
        rows = list(csv.DictReader(StringIO(path.read_text(encoding="utf-8-sig"))))
    except (OSError, ValueError, csv.Error) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        problems.append(InputProblem("severity", f"{path.name}: {shown(said)}", remedy))
        return None
    weight = "probability" if rows and "probability" in rows[0] else "count"
    before = len(problems)
    amounts: list[float] = []
    weights: list[float] = []
    for place, row in enumerate(rows, 2):
        for column, into in (("amount_nok", amounts), (weight, weights)):
            try:
                value = float(row.get(column) or "")
            except ValueError:
                value = math.nan
            if not 0 <= value <= 1e9:
                problems.append(InputProblem("severity", f"{path.name}, {place}, {column}: {shown(row.get(column) or '')}", remedy))
            into.append(value)
    total = math.fsum(weights)
    if len(problems) == before and (not rows or total <= 0 or (weight == "probability" and abs(total - 1) > 1e-6) or max(amounts) <= 0):
        problems.append(InputProblem("severity", f"{path.name}: {weight} {total:g}", remedy))
    if len(problems) > before:
        return None
    return Severity("classes", amounts=np.array(amounts), probabilities=np.array(weights) / total)
