"""Reading a specification of a draft, and what it may not say: every problem at once."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from samvirke.agreements._draft_specification import (
    _KINDS,
    _ONLY_FOR,
    HOSTS,
    MODELS,
    CostPart,
    DraftingError,
    Party,
    Problem,
    Specification,
    _dated,
    _day,
    _place,
    _problem,
)
from samvirke.specifications import SpecificationFileError, read_specification_file
from samvirke.vocabulary import gazetteer, law
from samvirke.vocabulary._terms import Strict

_PARTS: Mapping[str, type[Strict]] = {"": Specification, "parties": Party, "cost_key": CostPart}


def _at(place: tuple[int | str, ...]) -> str:
    """Write a place as in ``parties[2].municipality``, lists counted from 1."""
    return "".join(f"[{one + 1}]" if isinstance(one, int) else f".{one}" for one in place).removeprefix(".")


def _problems(error: ValidationError) -> Iterator[Problem]:
    for one in error.errors(include_url=False):
        at, value, context = one["loc"], one["input"], one.get("ctx", {})
        fields = list(_PARTS.get("" if len(at) < 2 else str(at[0]), Specification).model_fields)
        if one["type"] == "drafting":
            yield _problem(context["kind"], _at(at), context["value"], **context["values"])
        elif one["type"] == "literal_error":
            known = re.findall(r"'(\w+)'", context["expected"])
            yield _problem("not_allowed", _at(at), value, allowed=", ".join(get_close_matches(str(value), known) or known))
        else:
            kind = _KINDS.get(one["type"], "unknown_field")
            near = get_close_matches(str(at[-1]), fields) if kind == "unknown_field" else []
            place = f"{_at(at[:-1])}.{at[-1]}".removeprefix(".") if one["type"] == "invalid_key" else _at(at)
            yield _problem(kind, place, "" if kind == "missing" else value, allowed=", ".join(near or fields))


def _breaches(given: Specification, bad: frozenset[str]) -> Iterator[Problem]:
    """Hold the fields against each other; `bad` are those whose value is no value, of which nothing can be said."""

    def sound(*names: str) -> bool:
        return not bad.intersection(names)

    if "task" not in bad and "service" not in bad and not given.task and not given.service:
        yield _problem("no_task", "task")
    if sound("model", "date"):
        yield from _model_breaches(given, bad)
    if sound("model"):
        yield from _misplaced(given, sound)
    if sound("parties", "date"):
        yield from _party_breaches(given, sound)
    yield from _order_breaches(given)
    if given.cost_key:
        yield from _cost_breaches(given.cost_key)


def _model_breaches(given: Specification, bad: frozenset[str]) -> Iterator[Problem]:
    models = law.on(given.date)
    opened = [one for one in MODELS if one in models]
    if given.model not in models:
        yield _problem("not_open" if opened else "none_open", "model", given.model, day=_dated(given.date), allowed=", ".join(opened))
        return
    needed = law.models()[given.model].name_words
    # The Act names the words in bokmål; a name in nynorsk has them in nynorsk.
    name = given.name.replace("oppgåve", "oppgave").replace("Oppgåve", "Oppgave")
    if "name" not in bad and needed and not any(re.search(rf"(?<!\w){re.escape(one)}(?!\w)", name, 0 if one.isupper() else re.IGNORECASE) for one in needed):
        yield _problem("name_words", "name", given.name, allowed=", ".join(needed))
    deciding = [one for one in opened if (may := models[one].individual_cases) and may.value not in ("no", "no_with_exceptions")]
    if given.exercises_authority and given.model not in deciding:
        yield _problem("no_individual_cases", "exercises_authority", value=True, allowed=", ".join(deciding))


def _misplaced(given: Specification, sound: Callable[..., bool]) -> Iterator[Problem]:
    """Name the fields that the model has no use for."""
    for name, models in _ONLY_FOR.items():
        if given.model in models:
            continue
        places = [name] if name in Specification.model_fields else [f"parties[{n}].{name}" for n in range(1, len(given.parties) + 1)]
        holders = [given] if name in Specification.model_fields else list(given.parties)
        for place, holder in zip(places, holders, strict=True):
            if getattr(holder, name) is not None:
                yield _problem("not_for_model", place, getattr(holder, name), model=given.model, allowed=", ".join(models))
    if given.model in HOSTS and given.host is None and sound("host"):
        yield _problem("host_missing", "host", allowed=_names_of(given) if sound("parties", "date") else "")


def _names_of(given: Specification) -> str:
    return ", ".join(_place(one.municipality, given.date) for one in given.parties)


def _party_breaches(given: Specification, sound: Callable[..., bool]) -> Iterator[Problem]:
    codes = [one.municipality for one in given.parties]
    if len(set(codes)) < 2:
        yield _problem("few_parties", "parties")
    for number_, code in enumerate(codes, 1):
        if code in codes[: number_ - 1]:
            yield _problem("duplicate_party", f"parties[{number_}]", _place(code, given.date))
    for name in ("host", "archives"):
        if (code := getattr(given, name)) is not None and code not in codes and given.model in _ONLY_FOR.get(name, MODELS):
            yield _problem("not_party", name, _place(code, given.date), allowed=_names_of(given))
    for name in ("ownership_percent", "liability_percent"):
        shares = {one.municipality: share for one in given.parties if (share := getattr(one, name)) is not None}
        without = [_place(code, given.date) for code in codes if code not in shares]
        if not shares or not sound(f"parties.{name}"):
            continue
        if without:
            yield _problem("shares_some", f"parties.{name}", ", ".join(without))
        elif sum(shares.values()) != 100 and len(set(codes)) == len(codes):
            yield _problem("shares_sum", f"parties.{name}", f"{sum(shares.values())}")
        if name == "liability_percent" and all(one.ownership_percent is None for one in given.parties) and sound("parties.ownership_percent"):
            yield _problem("liability_alone", f"parties.{name}")


def _order_breaches(given: Specification) -> Iterator[Problem]:
    for name in ("hours", "dispute"):
        said: tuple[str, ...] = getattr(given, name) or ()
        for place, one in enumerate(said):
            if one in said[:place]:
                yield _problem("repeated", f"{name}[{place + 1}]", one)
    if given.hours and "all" in given.hours and len(set(given.hours)) > 1:
        yield _problem("all_hours", "hours")
    steps = tuple(dict.fromkeys(given.dispute or ()))
    for place, one in enumerate(steps):
        following = set(steps[place + 1 :])
        if following and (one == "courts" or (one == "arbitration" and following != {"courts"})):
            yield _problem("last_step", "dispute", one)
    begin = given.start or given.date
    if isinstance(given.duration, datetime.date) and given.duration < begin:
        yield _problem("ends_early", "duration", given.duration.isoformat(), allowed=begin.isoformat())
    if given.transfer and given.start and given.transfer < given.start:
        yield _problem("early_transfer", "transfer", given.transfer.isoformat(), allowed=given.start.isoformat())


def _cost_breaches(key: tuple[CostPart, ...]) -> Iterator[Problem]:
    names, said = [one.part for one in key], [one.percent for one in key if one.percent is not None]
    without = [one.part for one in key if one.percent is None and one.part not in ("by_own_cost", "minimum")]
    for place, one in enumerate(names):
        if one in names[:place]:
            yield _problem("repeated", f"cost_key[{place + 1}]", one)
    if said and without:
        yield _problem("cost_some", "cost_key", ", ".join(without))
    elif said and sum(said) != 100:
        yield _problem("cost_sum", "cost_key", f"{sum(said)}")


def _is_share(place: tuple[int | str, ...]) -> bool:
    """Say whether a place is a field of a party that may be left out, so that the rest of the party stands."""
    return place[0] == "parties" and len(place) > 2 and place[2] != "municipality"


def _without(said: Mapping[Any, Any], places: list[tuple[int | str, ...]], day: datetime.date) -> dict[Any, Any]:
    """Return what is left when what cannot be used is taken out, with something harmless where a field must be there."""
    harmless = {"model": MODELS[0], "name": "-", "date": day, "parties": [one.code for one in gazetteer.on(day)[:2]]}
    left = dict(said)
    for place in sorted(places, key=_is_share, reverse=True):
        if _is_share(place):
            left["parties"] = [
                {key: value for key, value in party.items() if key != place[2]} if number_ == place[1] else party
                for number_, party in enumerate(left["parties"])
            ]
        else:
            left.pop(place[0], None)
            left |= {place[0]: harmless[str(place[0])]} if place[0] in harmless else {}
    return left


def check_specification(given: object, today: datetime.date, name: str = "specification") -> Specification:
    """Hold what a draft is to say against the rules.

    Parameters
    ----------
    given : object
        A mapping with the fields of `Specification`, with municipalities by name or code.
    today : datetime.date
        The date of the agreement where it has none.
    name : str
        What the specification is called in errors.

    Returns
    -------
    Specification
        With municipalities as codes on the day of the agreement.

    Raises
    ------
    DraftingError
        With every problem: field, value and remedy.

    Examples
    --------
    >>> given = {"model": "political_council", "name": "Fjordrådet IPR", "task": "samferdsel", "parties": ["Voss", "Ulvik"]}
    >>> [party.municipality for party in check_specification(given, datetime.date(2024, 5, 1)).parties]
    ['4621', '4620']
    """
    if not isinstance(given, Mapping):
        raise DraftingError(name, [_problem("not_mapping", "", given, allowed=", ".join(Specification.model_fields))])
    said = {"date": today, **{key: value for key, value in given.items() if value is not None}}
    try:
        day = _day(said["date"])
    except PydanticCustomError:
        day = None
    problems: list[Problem] = []
    try:
        found = Specification.model_validate(said, context={"day": day})
        bad = frozenset[str]()
    except ValidationError as error:
        problems += _problems(error)
        places = [one["loc"] for one in error.errors(include_url=False)]
        bad = frozenset(f"{one[0]}.{one[2]}" if _is_share(one) else str(one[0]) for one in places)
        found = Specification.model_validate(_without(said, places, day or today), context={"day": day})
    problems += _breaches(found, bad)
    if problems:
        raise DraftingError(name, problems)
    return found


def read_specification(path: Path, today: datetime.date) -> Specification:
    """Read what a draft is to say from a YAML file.

    Parameters
    ----------
    path : Path
        The file, with the fields of `Specification`; municipalities stand by name or code.
    today : datetime.date
        The date of the agreement where the file has none.

    Returns
    -------
    Specification
        With municipalities as codes on the day of the agreement.

    Raises
    ------
    DraftingError
        With every problem of the file: field, value and remedy.
    """
    try:
        given, twice = read_specification_file(path)
    except SpecificationFileError as error:
        raise DraftingError(str(path), [_problem("unreadable", "", path, why=error.text)]) from None
    repeated = [_problem("repeated_key", name) for name in twice]
    try:
        found = check_specification(given, today, str(path))
    except DraftingError as error:
        raise DraftingError(str(path), [*repeated, *error.problems]) from None
    if repeated:
        raise DraftingError(str(path), repeated)
    return found
