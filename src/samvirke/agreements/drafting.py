"""A complete draft agreement from a specification: every content that the law asks of the model on the day, and what is good practice.

What the specification leaves open is marked in the text as a point for the councils; nothing is made up. The words stand in
``drafts/agreement.yaml``, what is said of a specification that cannot be used in ``drafts/problems.yaml``.
"""

from __future__ import annotations

import datetime
import re
import reprlib
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, get_args

import yaml
from pydantic import BeforeValidator, StrictBool, ValidationError, ValidationInfo
from pydantic_core import PydanticCustomError

from samvirke.agreements._document import Draft, Said, Signatures, Table, Unverified, compose, fill, notes, words, write_docx
from samvirke.errors import SamvirkeError
from samvirke.vocabulary import gazetteer, law, terms
from samvirke.vocabulary._terms import DatedValue, Strict
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Text, listing, number
from samvirke.vocabulary.language import day as written_day

if TYPE_CHECKING:
    from samvirke.finding import Finding

__all__ = ["Draft", "DraftingError", "Party", "Problem", "Specification", "check_specification", "draft", "draft_finding", "read_specification", "write_docx"]

Model = Literal["host_administrative", "host_joint_board", "political_council", "task_community", "intermunicipal_company"]
MODELS: tuple[str, ...] = get_args(Model)
HOSTS, COUNCILS, BODIES = MODELS[:2], MODELS[2:4], MODELS[2:]
_ONLY_FOR = {
    "host": HOSTS,
    "legal_person": COUNCILS,
    "board": BODIES,
    "borrowing": BODIES,
    "contributions": BODIES,
    "ownership_percent": BODIES,
    "liability_percent": BODIES,
    "representatives": MODELS[1:],
}
_ACT_2018, _GOVERNOR_RENAMED = datetime.date(2019, 11, 1), datetime.date(2021, 1, 1)
_LONGEST, _MOST_KRONER = 2000, 10**12
_KINDS = {"missing": "missing", "extra_forbidden": "unknown_field", "bool_type": "no_truth", "tuple_type": "no_list", "model_type": "no_fields"}


class Problem(NamedTuple):
    """One thing wrong in a specification: where (lists count from 1), what stands there, and what is wrong with the remedy."""

    field: str
    value: str
    text: Text


class DraftingError(SamvirkeError, ValueError):
    """A specification that cannot be used; `problems` holds every one."""

    def __init__(self, path: str, problems: Iterable[Problem]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        lines = {one: "".join(f"\n- {f'{at}: ' if at else ''}{text[one]}" for at, _, text in self.problems) for one in LANGUAGES}
        heading = _say("heading", path=path)
        super().__init__(Text(**{one: heading[one] + lines[one] for one in LANGUAGES}))


def _say(kind: str, **values: object) -> Text:
    template = words("problems")[kind]
    return Text(**{one: template[one].format(**{key: value[one] if isinstance(value, Text) else value for key, value in values.items()}) for one in LANGUAGES})


def _short(value: object) -> str:
    text = value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else reprlib.repr(value)
    return text if len(text) <= 80 else f"{text[:79]}…"


def _problem(kind: str, at: str, value: object = "", **values: object) -> Problem:
    return Problem(at, _short(value), _say(kind, **{"value": _short(value), "allowed": "", **values}))


def _fault(kind: str, value: object, **values: object) -> PydanticCustomError:
    """Carry a problem out of validation."""
    return PydanticCustomError("drafting", "see context", {"kind": kind, "value": value, "values": values})


def _refuse(kind: str, value: object) -> object:
    raise _fault(kind, value)


def _words(value: object) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if not text or len(text) > _LONGEST or not text.isprintable():
        raise _fault("no_words", value, allowed=_LONGEST)
    return text


def _day(value: object) -> datetime.date:
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
            return datetime.date.fromisoformat(value)
    except ValueError:
        pass
    raise _fault("no_day", value)


def _percent(value: object) -> Decimal:
    text = str(value).replace(",", ".") if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""
    if not re.fullmatch(r"\d{1,3}(\.\d{1,4})?", text, re.ASCII) or not 0 < Decimal(text) <= 100:
        raise _fault("no_percent", value)
    return Decimal(text)


def _count(least: int, most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            allowed = Text(**{one: f"{number(least, one)}–{number(most, one)}" for one in LANGUAGES})
            raise _fault("no_count", value, allowed=allowed)
        return value

    return read


def _listed(name: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        known = [one.id for one in terms(name).values() if getattr(one, "class_", "") != "none"]
        if value not in known:
            raise _fault("not_allowed", value, allowed=", ".join(get_close_matches(str(value), known) or known))
        return str(value)

    return read


def _municipality(value: object, info: ValidationInfo) -> str:
    """Return the code that a municipality written by name or code had on the day; on an unknown day, what is written if it ever was one."""
    day = (info.context or {}).get("day")
    written = f"{value:04d}" if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**4 else _words(value)
    bare = re.sub(r"\s+kommune$", "", written, flags=re.IGNORECASE)
    ever = [one for one in gazetteer.places() if one.code == written] or gazetteer.named(bare, day)
    found = [one for one in ever if day and one.holds(day)]
    if len(found) == 1 or (ever and not day) or info.context is None:
        return found[0].code if found else written
    if found:
        raise _fault("ambiguous", value, allowed=", ".join(f"{one.code} {one.name}" for one in found))
    if ever and day:
        spans = "; ".join(f"{one.name} ({one.code}) {one.valid_from or ''}–{one.valid_to or ''}" for one in ever)
        raise _fault("other_time", value, allowed=spans, day=_dated(day))
    known = gazetteer.on(day) if day else gazetteer.places()
    names = {name.casefold(): f"{one.name} ({one.code})" for one in known for name in (*one.other_names, one.name)}
    if near := get_close_matches(bare.casefold(), names):
        raise _fault("unknown_municipality", value, allowed=", ".join(dict.fromkeys(names[one] for one in near)))
    raise _fault("unlike_municipality", value)


def _borrowing(value: object) -> bool | int:
    if isinstance(value, bool) or (isinstance(value, int) and 0 < value <= _MOST_KRONER):
        return value
    raise _fault("no_borrowing", value)


def _duration(value: object) -> object:
    if value == "indefinite" or (isinstance(value, int) and not isinstance(value, bool) and 0 < value < 100):
        return value
    try:
        return _day(value)
    except PydanticCustomError:
        raise _fault("no_duration", value) from None


def _board(value: object) -> object:
    least, most = (value.get("least"), value.get("most")) if isinstance(value, dict) and {*value} == {"least", "most"} else (value, value)
    if not all(isinstance(one, int) and not isinstance(one, bool) and 0 < one < 100 for one in (least, most)) or least > most:  # type: ignore[operator]
        raise _fault("no_board", value)
    return {"least": least, "most": most}


def _several(value: object) -> object:
    """Take one thing for a list of one; an empty list says nothing and is none."""
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        return (value,)
    return tuple(value) if isinstance(value, (list, tuple)) and value else _refuse("no_list", value)


def _contributions(value: object) -> object:
    if value is True or (isinstance(value, int) and value is not False):
        raise _fault("no_contributions", value)
    return () if value is False else _several(value)


Words = Annotated[str, BeforeValidator(_words)]
Passages = Annotated[tuple[Words, ...], BeforeValidator(_several)]
Day = Annotated[datetime.date, BeforeValidator(_day)]
Percent = Annotated[Decimal, BeforeValidator(_percent)]
Municipality = Annotated[str, BeforeValidator(_municipality)]


class Party(Strict):
    """A municipality that takes part, with its shares and members where they are settled."""

    municipality: Municipality
    ownership_percent: Percent | None = None
    liability_percent: Percent | None = None
    representatives: Annotated[int, BeforeValidator(_count(1, 99))] | None = None


class CostPart(Strict):
    """One part of a cost key."""

    part: Literal["equal", "per_inhabitant", "by_use", "by_own_cost", "minimum"]
    percent: Percent | None = None


class Board(Strict):
    """How many members a board has, or the lowest and the highest number."""

    least: int
    most: int


def _short_for(name: str) -> BeforeValidator:
    """Take a word alone for the one field that must be there."""
    return BeforeValidator(lambda value: {name: value} if isinstance(value, (str, int)) else value)


class Specification(Strict):
    """What a draft is to say; None is left open, and becomes a point for the councils where the agreement should settle it.

    Made by `read_specification` or `check_specification`, which hold it against the rules and turn municipalities into codes.
    `contributions` is empty where the parties pay in nothing; `borrowing` a ceiling in kroner, or whether the body may borrow;
    `duration` the last day, a number of years, or ``indefinite``.
    """

    model: Model
    language: Literal["nb", "nn"] = "nb"
    date: Day
    name: Words
    service: Annotated[str, BeforeValidator(_listed("services"))] | None = None
    task: Passages | None = None
    hours: Annotated[tuple[Annotated[str, BeforeValidator(_listed("hours"))], ...], BeforeValidator(_several)] | None = None
    parties: Annotated[tuple[Annotated[Party, _short_for("municipality")], ...], BeforeValidator(_several)]
    host: Municipality | None = None
    seat: Municipality | None = None
    transfer: Day | None = None
    authority: Passages | None = None
    exercises_authority: StrictBool | None = None
    legal_person: StrictBool | None = None
    cost_key: Annotated[tuple[Annotated[CostPart, _short_for("part")], ...], BeforeValidator(_several)] | None = None
    contributions: Annotated[tuple[Words, ...], BeforeValidator(_contributions)] | None = None
    borrowing: Annotated[bool | int, BeforeValidator(_borrowing)] | None = None
    board: Annotated[Board, BeforeValidator(_board)] | None = None
    reporting: Passages | None = None
    notification: Passages | None = None
    notice_months: Annotated[int, BeforeValidator(_count(1, 120))] | None = None
    duration: Annotated[datetime.date | int | Literal["indefinite"], BeforeValidator(_duration)] | None = None
    dispute: Annotated[tuple[Annotated[str, BeforeValidator(_listed("dispute_steps"))], ...], BeforeValidator(_several)] | None = None
    archives: Municipality | None = None
    start: Day | None = None


def _dated(day: datetime.date) -> Text:
    return Text(**{one: written_day(day, one) for one in LANGUAGES})


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


class _Loader(yaml.SafeLoader):
    """Reads YAML with days and codes as text, so that 0301 is no octal number and a wrong day has a place; no aliases."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.repeated: list[str] = []

    def construct_mapping(self, node: Any, *args: Any, **options: Any) -> dict[Hashable, Any]:
        """Note the keys that stand several times."""
        names = [key.value for key, _ in node.value]
        self.repeated += [str(name) for name in dict.fromkeys(map(str, names)) if names.count(name) > 1]
        return super().construct_mapping(node, *args, **options)

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Read a node that is no alias."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(None, None, "aliases are not read", self.peek_event().start_mark)  # type: ignore[no-untyped-call]
        return super().compose_node(parent, index)


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE|yes|Yes|YES|no|No|NO", list("tTfFyYnN")),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"0|-?[1-9][0-9]{0,15}", list("-0123456789")),
    ("float", r"-?(0|[1-9][0-9]{0,15})\.[0-9]{1,9}", list("-0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), _first)


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
        loader = _Loader(Path(path).read_text(encoding="utf-8-sig"))
        given = loader.get_single_data()
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        raise DraftingError(str(path), [_problem("unreadable", "", path, allowed=" ".join(str(error).split()))]) from None
    repeated = [_problem("repeated_key", name) for name in loader.repeated]
    try:
        found = check_specification(given, today, str(path))
    except DraftingError as error:
        raise DraftingError(str(path), [*repeated, *error.problems]) from None
    if repeated:
        raise DraftingError(str(path), repeated)
    return found


def said_of(specification: Specification) -> Said:
    """Turn a specification into the words, lists and conditions that clauses are filled with."""
    its, language = words("agreement"), specification.language
    phrases = {name: text[language] for name, text in its["phrases"].items()}
    values = _named(specification, phrases)
    conditions = {specification.model, *(name for name in Specification.model_fields if getattr(specification, name) is not None)}
    conditions |= {name for name, models in (("hosts", HOSTS), ("councils", COUNCILS), ("bodies", BODIES)) if specification.model in models}
    for name, value in (("exercises", specification.exercises_authority), ("legal_person", specification.legal_person), ("borrowing", specification.borrowing)):
        conditions |= {f"{name}_yes"} if value is True else {f"{name}_no"} if value is False else set()
    if specification.borrowing is not None and not isinstance(specification.borrowing, bool):
        conditions.add("borrowing_ceiling")
        values["ceiling"] = number(specification.borrowing, language)
    truths = {
        "act_2018": specification.date >= _ACT_2018,
        "employs": specification.model == "intermunicipal_company" or specification.legal_person is True,
        "contributions_no": specification.contributions == (),
        "hours_all": specification.hours == ("all",),
        "shares": specification.parties[0].ownership_percent is not None,
        "liability": specification.parties[0].liability_percent is not None,
        "dispute_ladder": len(specification.dispute or ()) > 1,
    }
    conditions |= {name for name, holds in truths.items() if holds}
    lists = {name: getattr(specification, name) or () for name in ("task", "authority", "contributions", "reporting", "notification")}
    for more in (_cost, _members, _times):
        found, hold = more(specification, phrases)
        values |= found
        conditions |= hold
    said = Said(values, {}, frozenset())
    lists["representatives"] = tuple(
        fill(
            phrases["party_members" if one.representatives else "party_members_open"],
            Said(
                {**values, "party": _name(one.municipality, specification), "members": _counted(one.representatives or 0, "members", specification)},
                {},
                frozenset(),
            ),
            language,
        )
        for one in specification.parties
    )
    steps = specification.dispute or ()
    which = [f"{one}_before_courts" if one == "arbitration" and one != steps[-1] else one for one in steps]
    lists["dispute"] = tuple(fill(its["steps"][one][language], said, language) for one in which)
    table = _shares(specification)
    return Said(values, lists, frozenset(conditions), {"shares": table} if table else {})


def _named(specification: Specification, phrases: Mapping[str, str]) -> dict[str, str]:
    """Name the agreement, the law, the parties and the bodies."""
    its, language, two = words("agreement"), specification.language, len(specification.parties) == 2
    others = [_name(one.municipality, specification) for one in specification.parties if one.municipality != specification.host]
    service = terms("services")[specification.service].label[language] if specification.service else ""
    kind = "company" if specification.model == "intermunicipal_company" else "agreement"
    known = law.on(specification.date)[specification.model]
    values = {
        "name": specification.name,
        "title": its["title"][kind][language].format(name=specification.name),
        "the_agreement": its["title"][f"the_{kind}"][language].format(name=specification.name),
        "provision": cited(known.provision.citation, language),
        "party_names": listing((_name(one.municipality, specification) for one in specification.parties), language),
        "other_names": listing(others, language),
        "body": its["bodies"][specification.model][language],
        "service": service if service[1:2].isupper() or service[1:2].isdigit() else service[:1].lower() + service[1:],
        "hours": listing((terms("hours")[one].label[language] for one in specification.hours or ()), language),
        "chief": phrases["chief" if specification.date >= _ACT_2018 else "chief_before_2018_act"],
        "governor": phrases["governor" if specification.date >= _GOVERNOR_RENAMED else "governor_before_2021"],
        "highest_body": phrases["council_heading" if specification.model in BODIES else "joint_board_heading"],
        "council": phrases["council" if specification.model in BODIES else "joint_board"],
        "all_parties": phrases["both_parties" if two else "all_parties"],
        "other_parties": phrases["other_party" if two else "other_parties"],
        "the_others": phrases["the_other" if two else "the_others"],
        "each_other": phrases["the_other" if two else "each_other"],
        "are_others": phrases["is_other" if two else "are_others"],
    }
    values |= {name: _name(code, specification) for name in ("host", "seat", "archives") if (code := getattr(specification, name))}
    capital = ("body", "chief", "highest_body", "the_others")
    return values | {name.capitalize(): values[name][:1].upper() + values[name][1:] for name in capital}


def _cost(specification: Specification, phrases: Mapping[str, str]) -> tuple[dict[str, str], set[str]]:
    """Say how costs are shared; parts that each bears alone, and least amounts, stand in sentences of their own where they have no percentage."""
    language, key = specification.language, specification.cost_key or ()
    alone = {one.part for one in key if one.percent is None and one.part in ("by_own_cost", "minimum")}
    shared = [one for one in key if one.part not in alone]
    how = [words("agreement")["cost_parts"][one.part][language] for one in shared]
    conditions = {condition for condition, part in (("cost_own", "by_own_cost"), ("cost_minimum", "minimum")) if part in alone}
    conditions |= {condition for condition, part in (("cost_by_use", "by_use"), ("cost_minimum_share", "minimum")) if any(one.part == part for one in shared)}
    if alone == {"by_own_cost"} and not shared:
        return {}, {"cost_all_own"}
    if not shared:
        return {}, conditions | ({"cost_rest"} if key else set())
    if len(shared) == 1:
        return {"cost_key": how[0]}, conditions | {"cost_one"}
    if shared[0].percent is None:
        return {"cost_key": listing((phrases["in_part"].format(part=one) for one in how), language)}, conditions | {"cost_open"}
    parts = [f"{_per_cent(one.percent, language)} {way}" for one, way in zip(shared, how, strict=True) if one.percent is not None]
    return {"cost_key": listing(parts, language)}, conditions | {"cost_shared"}


def _members(specification: Specification, _phrases: Mapping[str, str]) -> tuple[dict[str, str], set[str]]:
    """Say how many members the highest body and the board have."""
    values, conditions = dict[str, str](), set[str]()
    members = {one.representatives for one in specification.parties}
    if members != {None}:
        conditions.add("representatives")
    if len(members) == 1 and (same_for_all := members.pop()):
        conditions.add("same_representatives")
        values["members"] = _counted(same_for_all, "members", specification)
    if board := specification.board:
        conditions |= {"board_fixed"} if board.least == board.most else set()
        values |= {"board": _counted(board.least, "members", specification), "board_least": str(board.least)}
        values["board_most"] = _counted(board.most, "members", specification)
    return values, conditions


def _times(specification: Specification, _phrases: Mapping[str, str]) -> tuple[dict[str, str], set[str]]:
    """Write days, periods and notice."""
    language, duration = specification.language, specification.duration
    values = {name: written_day(value, language) for name in ("transfer", "start") if (value := getattr(specification, name))}
    values["day"] = written_day(specification.date, language)
    conditions = set[str]()
    if isinstance(duration, datetime.date):
        values["until"], conditions = written_day(duration, language), {"until"}
    elif isinstance(duration, int):
        values["for_years"], conditions = _counted(duration, "years", specification), {"for_years"}
    elif duration:
        conditions = {duration}
    if specification.notice_months:
        values["notice"] = _counted(specification.notice_months, "months", specification)
        conditions.add("notice")
    if said := law.on(specification.date)[specification.model].notice_months:
        values["law_notice"] = _counted(int(said.value), "month_number", specification)
        values["law_notice_provision"] = cited(said.provision or "", language)
        conditions.add("law_notice")
    return values, conditions


def _shares(specification: Specification) -> Table | None:
    """Lay out what each party owns and is liable for."""
    its, language = words("agreement")["table"], specification.language
    kinds = [name for name in ("ownership", "liability") if getattr(specification.parties[0], f"{name}_percent") is not None]
    if not kinds:
        return None
    rows = [
        (_place(one.municipality, specification.date), one.municipality, *(_per_cent(getattr(one, f"{kind}_percent"), language) for kind in kinds))
        for one in specification.parties
    ]
    total = (its["sum"][language], "", *(_per_cent(Decimal(100), language) for _ in kinds))
    columns = tuple(its[name][language] for name in ("municipality", "code", *kinds))
    return Table(its["captions"][kinds[-1]][language], columns, (*rows, total))


def _unverified(specification: Specification) -> tuple[Unverified, ...]:
    """Return what the draft rests on that nobody has read in the statute."""
    its, known = words("agreement")["topics"], law.on(specification.date)[specification.model]
    used: list[tuple[str, DatedValue | law.Provision | None]] = [
        ("provision", known.provision),
        ("required_contents", known.required_contents),
        ("own_legal_person", known.own_legal_person),
        ("individual_cases", None if specification.exercises_authority is False and specification.model not in COUNCILS else known.individual_cases),
        ("notice_months", None if specification.notice_months else known.notice_months),
    ]
    found = []
    for topic, fact in used:
        if fact is not None and not fact.verified:
            provision = (fact.provision if isinstance(fact, DatedValue) else fact.citation) or known.provision.citation
            found.append(Unverified(topic, provision, f"{its[topic][specification.language]} ({cited(provision, specification.language)})"))
    return tuple(found)


def cited(provision: str, language: Literal["nb", "nn"]) -> str:
    """Write a provision as an agreement names it.

    Examples
    --------
    >>> cited("kommuneloven 2018 kap. 18", "nn"), cited("kommuneloven 1992 § 28-1 b", "nb")
    ('kommunelova kapittel 18', 'kommuneloven av 1992 § 28-1 b')
    """
    text = provision.replace("kommuneloven 2018", "kommuneloven").replace("kommuneloven 1992", "kommuneloven av 1992").replace("kap.", "kapittel")
    if language == "nn":
        text = text.replace("kommuneloven av 1992", "kommunelova frå 1992").replace("loven", "lova")
    return text


def _place(code: str, day: datetime.date) -> str:
    """Name a municipality, with its code where two have the name."""
    places = gazetteer.on(day)
    name = next((one.name for one in places if one.code == code), code)
    return f"{name} ({code})" if sum(one.name == name for one in places) > 1 else name


def _name(code: str, specification: Specification) -> str:
    """Name a municipality as a party: kommune, or herad where it calls itself so."""
    its = words("agreement")
    kind = "district" if code in its["districts"] else "municipality"
    name: str = its["phrases"][kind][specification.language].format(place=_place(code, specification.date))
    return name


def _counted(count: int, phrase: str, specification: Specification) -> str:
    phrases = words("agreement")["phrases"]
    text: str = phrases[f"{phrase}_one" if count == 1 else phrase][specification.language]
    return text.format(count=number(count, specification.language))


def _per_cent(value: Decimal, language: Literal["nb", "nn"]) -> str:
    exponent = value.normalize().as_tuple().exponent
    return f"{number(float(value), language, max(0, -int(exponent)))}\u00a0%"


def draft(specification: Specification) -> Draft:
    """Write a draft agreement.

    Parameters
    ----------
    specification : Specification
        As `read_specification` gives it.

    Returns
    -------
    Draft
        Sections, with what the councils must decide in brackets, and the provisions that nobody has read in the statute.

    Examples
    --------
    >>> given = {"model": "host_administrative", "name": "Legevakten", "service": "legevakt", "parties": ["Hamar", "Løten"], "host": "Hamar"}
    >>> one = draft(check_specification(given, datetime.date(2024, 5, 1)))
    >>> one.sections[1].paragraphs[0].text
    'Hamar kommune er vertskommune. Løten kommune er samarbeidskommune.'
    """
    language, its = specification.language, words("agreement")
    said, unverified = said_of(specification), _unverified(specification)
    sections = compose("agreement", said, language)
    count = number(sum(len(section.open_points) for section in sections), language)
    listed = listing((one.text for one in unverified), language)
    above = Said({**said.values, "open_points": count, "unverified": listed}, {}, frozenset({"unverified"} if unverified else ()))
    return Draft(
        title=said.values["title"],
        subject=law.models()[specification.model].label[language],
        language=language,
        day=specification.date,
        notes=notes("agreement", above, language),
        sections=sections,
        footer=its["footer"][language],
        unverified=unverified,
        signatures=Signatures(
            its["signature"]["heading"][language],
            tuple(its["signature"]["party"][language].format(party=_name(one.municipality, specification)) for one in specification.parties),
            (its["signature"]["decided"][language], its["signature"]["signed"][language]),
        ),
    )


def draft_finding(specification: Specification, draft: Draft, path: Path) -> Finding:
    """Say what a draft holds.

    Parameters
    ----------
    specification : Specification
        What it was written from.
    draft : Draft
        The draft.
    path : Path
        Where it was written.

    Returns
    -------
    Finding
        Columns section (its number), heading, kinds, open_points (how many). `result`: file, model, language, sections, open_points,
        unverified.
    """
    import pandas as pd

    from samvirke.finding import Coverage, Finding

    rows = [(place, one.heading, list(one.kinds), len(one.open_points)) for place, one in enumerate(draft.sections, 1)]
    required = law.on(specification.date)[specification.model].required_contents
    asked = tuple(required.value) if required else ()
    return Finding(
        id="agreement_draft",
        edition="",
        question=Text(
            nb="Hva inneholder utkastet, og hva må avgjøres?",
            nn="Kva inneheld utkastet, og kva må avgjerast?",
            en="What does the draft hold, and what must be decided?",
        ),
        statement=_statement(specification, draft, len(draft.kinds.intersection(asked)), len(asked)),
        method=_METHOD,
        table=pd.DataFrame(rows, columns=["section", "heading", "kinds", "open_points"]),
        coverage=Coverage(len(draft.kinds.intersection(asked)), {"required_contents": len(asked)}),
        options={"model": specification.model, "language": specification.language, "date": specification.date},
        result={
            "file": str(path),
            "model": specification.model,
            "language": specification.language,
            "sections": [{"section": place, "id": one.id, "heading": one.heading, "kinds": list(one.kinds)} for place, one in enumerate(draft.sections, 1)],
            "open_points": [{"section": place, "text": text} for place, text in draft.open_points],
            "unverified": [{"topic": one.topic, "provision": one.provision} for one in draft.unverified],
        },
    )


_METHOD = Text(
    nb="Utkastet er satt sammen av faste formuleringer etter spesifikasjonen. Hva loven krever av modellen på avtalens dato, er hentet fra de daterte lovopplysningene; det som ingen har kontrollert mot loven, er ført opp. Det spesifikasjonen ikke sier, er merket i teksten som et punkt kommunestyrene må avgjøre. Utkastet er ingen juridisk vurdering.",
    nn="Utkastet er sett saman av faste formuleringar etter spesifikasjonen. Kva lova krev av modellen på datoen til avtalen, er henta frå dei daterte lovopplysningane; det som ingen har kontrollert mot lova, er ført opp. Det spesifikasjonen ikkje seier, er merkt i teksten som eit punkt kommunestyra må avgjere. Utkastet er inga juridisk vurdering.",
    en="The draft is put together of fixed wording by the specification. What the law asks of the model on the agreement's date comes from the dated law; what nobody has checked in the statute is listed. What the specification does not say is marked in the text as a point for the councils to decide. The draft is no legal opinion.",
)


def _statement(specification: Specification, draft: Draft, covered: int, asked: int) -> Text:
    sections, points, label = len(draft.sections), len(draft.open_points), law.models()[specification.model].label
    day, unread = _dated(specification.date), len(draft.unverified)
    found = Text(
        nb=f"«{draft.title}» har {sections} avsnitt og dekker {covered} av de {asked} punktene som loven {day.nb} krever i en avtale om {label.nb}.",
        nn=f"«{draft.title}» har {sections} avsnitt og dekkjer {covered} av dei {asked} punkta som lova {day.nn} krev i ein avtale om {label.nn}.",
        en=f"“{draft.title}” has {sections} sections and covers {covered} of the {asked} items that the law of {day.en} asks of an agreement of the model “{label.en}”.",
    )
    found += Text(
        nb=f"Kommunestyrene må avgjøre {points} punkter." if points != 1 else "Kommunestyrene må avgjøre ett punkt.",
        nn=f"Kommunestyra må avgjere {points} punkt." if points != 1 else "Kommunestyra må avgjere eitt punkt.",
        en=f"The councils must decide {points} points." if points != 1 else "The councils must decide one point.",
    )
    which = listing((one.text for one in draft.unverified), draft.language)
    return found + (
        Text(
            nb=f"Ikke kontrollert mot loven: {which}.",
            nn=f"Ikkje kontrollert mot lova: {which}.",
            en=f"Not checked against the statute: {which}.",
        )
        if unread
        else EMPTY
    )
