"""What a draft is made from: the fields of a specification, each with what may stand in it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from difflib import get_close_matches
from typing import Annotated, Literal, NamedTuple, get_args

from pydantic import BeforeValidator, StrictBool, ValidationInfo
from pydantic_core import PydanticCustomError

from samvirke.agreements._document import words
from samvirke.errors import SamvirkeError, listed, shown
from samvirke.vocabulary import gazetteer, terms
from samvirke.vocabulary._terms import Strict
from samvirke.vocabulary.language import LANGUAGES, Text, filled, number
from samvirke.vocabulary.language import day as written_day

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
        said = (Text(**{one: f"{at}: {text[one]}" if at else text[one] for one in LANGUAGES}) for at, _, text in self.problems)
        super().__init__(listed(_say("heading", path=path), said))


def _dated(day: datetime.date) -> Text:
    return Text(**{one: written_day(day, one) for one in LANGUAGES})


def _place(code: str, day: datetime.date) -> str:
    """Name a municipality, with its code where two have the name."""
    places = gazetteer.on(day)
    name = next((one.name for one in places if one.code == code), code)
    return f"{name} ({code})" if sum(one.name == name for one in places) > 1 else name


def _say(kind: str, **values: object) -> Text:
    return filled(words("problems")[kind], **values)


def _problem(kind: str, at: str, value: object = "", **values: object) -> Problem:
    said = shown(value, 80)
    return Problem(at, said, _say(kind, **{"value": said, "allowed": "", **values}))


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
