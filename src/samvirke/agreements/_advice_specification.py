"""What advice is asked about: the fields of the specification, the rules and words of `advice.yaml`, and every problem at once."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from samvirke.errors import Problem, SamvirkeError, listed, shown
from samvirke.specifications import SpecificationFileError, read_specification_file
from samvirke.vocabulary import gazetteer, terms
from samvirke.vocabulary._terms import DatedValue, Strict, read_yaml, without_keywords
from samvirke.vocabulary.dates import DateInterval
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Text, filled

Answer = Literal["not_open", "unlawful", "unknown", "conditional", "lawful"]
Channel = Literal["council", "administration", "elected_board", "owners", "none"]
STRICTEST_FIRST: tuple[Answer, ...] = get_args(Answer)
HELD_IN_LAW = ("independence", "own_legal_person", "individual_cases", "required_contents", "notice_months")
DIFFERENCES = (*HELD_IN_LAW[:3], "liability", "leaving", "notice_months", "control", "required_contents", "county_governor", "employer", "may_borrow")


class AdviceError(SamvirkeError, ValueError):
    """A specification that cannot be used; `problems` holds every one."""

    def __init__(self, path: str, problems: Iterable[Problem]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        said = (Text(**{one: f"{at}: {message[one]}. {remedy[one]}" for one in LANGUAGES}) for at, _, message, remedy in self.problems)
        super().__init__(listed(_say("sentences", "heading", value=path), said))


class _Rule(Strict):
    """How a fact of a model answers what a task asks for."""

    condition: str
    asked: dict[str, tuple[bool | str | None, ...]]
    fact: dict[str, tuple[str, ...]]
    answer: Answer
    text: Text
    models: tuple[str, ...] = ()
    because: Text = EMPTY
    provision: str | None = None
    verified: bool = True


class _Data(Strict):
    """All of ``advice.yaml``: rules, facts by name and model, and what is said, by its section."""

    not_held_before: tuple[str, ...]
    law_read: int
    facts: dict[str, dict[str, tuple[DatedValue, ...]]]
    rules: tuple[_Rule, ...]
    meanings: dict[str, dict[str, Text]]
    sentences: dict[str, Text]
    messages: dict[str, Text]
    remedies: dict[str, Text]


@cache
def _data() -> _Data:
    return _Data.model_validate(without_keywords(read_yaml("advice.yaml", package="samvirke.agreements")))


def _say(section: str, name: str, **values: object) -> Text:
    """Fill a sentence of ``advice.yaml`` with values, each in the language of the sentence."""
    return filled(getattr(_data(), section)[name], **values)


def _faulty(*faults: tuple[str, object, str]) -> PydanticCustomError:
    """Carry problems (kind, value, what is allowed) out of validation."""
    return PydanticCustomError("advice", "see faults", {"faults": faults})


class AdviceSpecification(BaseModel):
    """What is to be done together, on which day, and what the cooperation must be able to do; None is not said.

    The task stands in free words or as a service of the vocabulary. `exercises_authority` is whether the body decides in individual cases,
    `principal_matters` whether also matters of principle, `employees` and `borrowing` whether the body itself is to, `special_act` whether a
    special Act opens for delegating decisions to a company. Parties are a number, or names or codes on the day, kept as codes. `control` is
    through whom the municipalities wish to control; ``none`` is no wish.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    date: datetime.date
    task: str | None = None
    service: str | None = Field(default=None, validate_default=True)
    exercises_authority: bool
    principal_matters: bool | None = None
    parties: int | tuple[str, ...]
    control: Channel = "none"
    own_legal_person: bool | Literal["either"] = "either"
    employees: bool = False
    borrowing: bool = False
    special_act: bool = False
    private_partner: bool | None = None
    economic_activity: bool | None = None

    @field_validator("date", mode="before")
    @classmethod
    def _one_day(cls, value: object) -> datetime.date:
        if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            return value
        try:
            when = DateInterval.parse(value if isinstance(value, str) else "")
        except ValueError:
            raise _faulty(("no_day", value, "")) from None
        if when.first != when.last:
            raise _faulty(("no_day", value, ""))
        return when.first

    @field_validator("task", mode="before")
    @classmethod
    def _words(cls, value: object) -> str | None:
        if value is not None and not (isinstance(value, str) and value.strip() and len(value) <= 200):
            raise _faulty(("not_text", value, ""))
        return " ".join(value.split()) if isinstance(value, str) else None

    @field_validator("service", mode="before")
    @classmethod
    def _known(cls, value: object, info: ValidationInfo) -> object:
        services = terms("services")
        if value is None and info.data.get("task", "") is None:
            raise _faulty(("no_task", value, ", ".join(services)))
        if value is not None and value not in tuple(services):
            raise _faulty(("not_allowed", value, ", ".join(get_close_matches(str(value), services) or services)))
        return value

    @field_validator("parties", mode="before")
    @classmethod
    def _municipalities(cls, value: object, info: ValidationInfo) -> int | tuple[str, ...]:
        day = info.data.get("date")
        known = gazetteer.on(day) if day else gazetteer.places()
        if isinstance(value, int) and not isinstance(value, bool) and 2 <= value <= len(known):
            return value
        if not isinstance(value, (list, tuple)) or not 2 <= len(value) <= len(known):
            raise _faulty(("no_parties", value, str(len(known))))
        found, faults = dict[str, None](), []
        for one in value:
            written = one.strip() if isinstance(one, str) else ""
            codes = _codes(written, day, known)
            if len(codes) != 1:
                faults.append(("ambiguous_party", one, ", ".join(codes)) if codes else ("unknown_party", one, _near(written, known)))
            elif codes[0] in found:
                faults.append(("duplicate_party", one, ""))
            found |= dict.fromkeys(codes[:1])
        if faults:
            raise _faulty(*faults)
        return tuple(found)


def _codes(written: str, day: datetime.date | None, known: tuple[gazetteer.Place, ...]) -> tuple[str, ...]:
    """Return the codes that a municipality written by name or code may have on the day; on an unknown day the first of them."""
    named = [place for place in known if place.code == written] or gazetteer.named(written, day)
    return tuple(dict.fromkeys(place.code for place in named if day is None or place.holds(day)))[: None if day else 1]


def _near(written: str, known: tuple[gazetteer.Place, ...]) -> str:
    """Say when a name or code of another time held, or which names are like it."""
    other = [place for place in gazetteer.places() if place.code == written] or gazetteer.named(written, None)
    near = [f"{place.name} {place.code} {place.valid_from or ''}–{place.valid_to or ''}" for place in other]
    return ", ".join(near or get_close_matches(written, {place.name: None for place in known}) or ["–"])


def read_advice_specification(path: str | Path, today: datetime.date) -> AdviceSpecification:
    """Read what advice is asked on.

    Parameters
    ----------
    path : str or Path
        A YAML file with the fields of `AdviceSpecification`.
    today : datetime.date
        The day whose law holds where the file has no date.

    Returns
    -------
    AdviceSpecification
        With the parties as codes.

    Raises
    ------
    AdviceError
        With every problem of the file: field, value and remedy.
    """
    try:
        given, twice = read_specification_file(path, "text")
    except SpecificationFileError as error:
        raise AdviceError(str(path), [_problem("unreadable", Path(path).name, error.text)]) from None
    if not isinstance(given, dict):
        raise AdviceError(str(path), [_problem("no_mapping", Path(path).name, given)])
    problems = [_problem("duplicate_field", name, "") for name in twice]
    said = {name: _plain(value) for name, value in given.items()}
    try:
        found = AdviceSpecification.model_validate(said if said.get("date") is not None else said | {"date": today})
    except ValidationError as error:
        raise AdviceError(str(path), [*problems, *(problem for one in error.errors() for problem in _problems(one))]) from None
    if problems:
        raise AdviceError(str(path), problems)
    return found


def _plain(value: Any) -> Any:
    """Read one value: words for yes, no and nothing, and a number without a leading zero; a code with one stays text."""
    if not isinstance(value, str):
        return value
    number = int(value) if re.fullmatch(r"[1-9][0-9]{0,2}", value) else value
    return {"true": True, "yes": True, "false": False, "no": False, "null": None, "~": None, "": None}.get(value.lower(), number)


def _problems(error: Any) -> list[Problem]:
    """Turn one error of validation into problems in a user's words."""
    name, value = str(error["loc"][0]), error["input"]
    if error["type"] == "advice":
        return [_problem(kind, name, one, allowed) for kind, one, allowed in error["ctx"]["faults"]]
    known = AdviceSpecification.model_fields
    if name not in known:
        return [_problem("unknown_field", name, value, ", ".join(get_close_matches(name, known) or known))]
    allowed = {"control": ", ".join(get_args(Channel)), "own_legal_person": "true, false, either", "parties": "3, [Sel, Vågå]"}.get(name, "true, false")
    return [_problem("missing", name, "", allowed) if error["type"] == "missing" else _problem("not_allowed", name, value, allowed)]


def _problem(kind: str, name: str, value: object, allowed: str = "") -> Problem:
    said = value if isinstance(value, Text) else shown(value)
    texts = (_say(part, kind, value=said, allowed=allowed) for part in ("messages", "remedies"))
    return Problem(shown(name), "" if isinstance(said, Text) else said, *texts)
