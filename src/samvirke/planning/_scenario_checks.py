"""What the parties and options of a scenario must keep, besides the form of each field."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches

from samvirke.planning._cost_reading import CostError, check_cost_specification
from samvirke.planning._scenario_specification import Option, Scenario, problem
from samvirke.planning._travel import InputProblem
from samvirke.planning.cost_keys import Part
from samvirke.vocabulary import law
from samvirke.vocabulary.language import LANGUAGES, Text
from samvirke.vocabulary.language import day as written_day

MOST_OPTIONS, MOST_PARTIES = 8, 20


def breaches(scenario: Scenario, day: date | None) -> Iterator[InputProblem]:
    """Return what a scenario breaks, one by one.

    Parameters
    ----------
    scenario : Scenario
        A file whose fields can be read.
    day : datetime.date or None
        The day the law is taken of; None where it is not known.
    """
    names = [party.name for party in scenario.parties]
    yield from _twice("parties", names)
    if len(names) > MOST_PARTIES:
        yield problem("many_parties", "parties", len(names))
    if scenario.municipality not in names:
        yield problem("unknown_party", "municipality", scenario.municipality, allowed=_near(scenario.municipality, names))
    if not 0 < scenario.figures.max_refusal < 1:
        yield problem("share_limit", "figures.max_refusal", f"{scenario.figures.max_refusal:g}")
    duty = scenario.figures.doctors_on_duty
    if any(value is not None and value != int(value) for value in (duty.value, duty.low, duty.high)):
        yield problem("whole", "figures.doctors_on_duty", f"{duty.value:g}")
    yield from _twice("options", [option.name for option in scenario.options])
    if not 2 <= len(scenario.options) <= MOST_OPTIONS:
        yield problem("few_options", "options", len(scenario.options))
    for place, option in enumerate(scenario.options):
        yield from _option(option, f"options[{place + 1}]", scenario, names, day)


def _near(name: str, names: list[str]) -> str:
    return ", ".join(get_close_matches(name, names) or names)


def _twice(at: str, names: list[str]) -> Iterator[InputProblem]:
    for place, name in enumerate(names):
        if name in names[:place]:
            yield problem("twice", f"{at}[{place + 1}].name", name)


def _option(option: Option, at: str, scenario: Scenario, names: list[str], day: date | None) -> Iterator[InputProblem]:
    unknown = [name for name in option.members if name not in names]
    for place, name in enumerate(option.members):
        if name in unknown:
            yield problem("unknown_party", f"{at}.members[{place + 1}]", name, allowed=_near(name, names))
        elif name in option.members[:place]:
            yield problem("twice", f"{at}.members[{place + 1}]", name)
    if scenario.municipality in names and scenario.municipality not in option.members:
        yield problem("without_own", f"{at}.members", ", ".join(option.members), allowed=scenario.municipality)
    if not option.together:
        for field in ("model", "key", "representatives"):
            if getattr(option, field) is not None:
                yield problem("alone_only", f"{at}.{field}", str(getattr(option, field)))
        if option.host is not None and option.host not in option.members:
            yield problem("not_member", f"{at}.host", option.host, allowed=", ".join(option.members))
        return
    for field in ("host", "model", "key"):
        if getattr(option, field) is None:
            yield problem("needs", f"{at}.{field}", option.name, allowed=field)
    if option.host is not None and option.host not in option.members:
        yield problem("not_member", f"{at}.host", option.host, allowed=", ".join(option.members))
    if option.representatives is not None and set(option.representatives) != set(option.members):
        yield problem("representatives_of", f"{at}.representatives", ", ".join(option.representatives), allowed=", ".join(option.members))
    if option.model is not None and day is not None and option.model not in law.on(day):
        opened = ", ".join(law.on(day))
        yield problem("not_open", f"{at}.model", option.model, allowed=opened, day=Text(**{one: written_day(day, one) for one in LANGUAGES}))
    if option.key is not None and not unknown:
        try:
            key_of(option)
        except CostError as error:
            for one in error.problems:
                if one.field.startswith("key"):
                    yield InputProblem(f"{at}.{one.field}", one.value, Text(**{own: f"{one.message[own]}. {one.remedy[own]}." for own in LANGUAGES}))


def key_of(option: Option) -> tuple[Part, ...]:
    """Read the key of an option; none alone.

    Raises
    ------
    CostError
        When it is none.
    """
    if option.key is None:
        return ()
    parties = [{"name": f"p{place}", "population": 1, "use": 1} for place in range(len(option.members))]
    return check_cost_specification({"parties": parties, "key": option.key, "cost": {"fixed_nok": 1e12}}).key
