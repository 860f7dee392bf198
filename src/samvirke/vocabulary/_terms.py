"""Read the controlled lists."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict

from samvirke.vocabulary.dates import Certainty, DateInterval
from samvirke.vocabulary.language import Text


class Strict(BaseModel):
    """A record that takes no unknown field and does not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Term(Strict):
    """One entry of a controlled list: its id, a label and a short explanation in three languages."""

    id: str
    label: Text
    about: Text


class DatedValue(Strict):
    """A fact with the time it holds (`from_` included, `to` excluded, None is open), its reference, and whether it was checked there."""

    value: Any
    reference: str
    verified: bool
    from_: date | None = None
    to: date | None = None
    provision: str | None = None

    def holds(self, when: DateInterval) -> Certainty:
        """Say whether it holds at a time that may be known only to the year."""
        return when.within(self.from_, self.to)


class Service(Term):
    """A task that municipalities cooperate on."""

    net: Literal["core", "wide", "appendix", "edition"]
    sector: Literal["health", "other"]
    statutory: DatedValue
    physical_presence: DatedValue


class Hours(Term):
    """A part of the week."""

    weekly_hours: int


class DisputeStep(Term):
    """A way to settle a disagreement, and the class in which it counts once."""

    class_: Literal["court", "board", "negotiation", "none"]


class Motive(Term):
    """A reason to cooperate or not, and the section of the note that treats it."""

    section: str


class StateInstrument(Term):
    """A rule or grant by which the state moved tasks, with the time it held."""

    from_: date | None
    to: date | None
    reference: str
    verified: bool


class Countable(Term):
    """Something that a claim may count, and the conditions it may be counted by: the allowed values, or the list they are in."""

    conditions: dict[str, str | tuple[str, ...]]


_KINDS: dict[str, type[Term]] = {
    "countables": Countable,
    "services": Service,
    "hours": Hours,
    "dispute_steps": DisputeStep,
    "motives": Motive,
    "state_instruments": StateInstrument,
}

LISTS: tuple[str, ...] = (
    "answers",
    "application_roles",
    "clause_kinds",
    "collection_statuses",
    "comparisons",
    "countables",
    "coverage_statuses",
    "directions",
    "dispute_classes",
    "dispute_steps",
    "figure_kinds",
    "hours",
    "informant_roles",
    "members_known",
    "models",
    "motives",
    "reported_in",
    "roles",
    "services",
    "state_instruments",
)


def read_yaml(*path: str, package: str = "samvirke.vocabulary") -> Any:
    """Read a YAML file of a package, by the safe loader in C where there is one."""
    text = files(package).joinpath(*path).read_text(encoding="utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506


def without_keywords(record: Any) -> Any:
    """Rename, at every depth, the keys that Python keeps for itself (``from``, ``class``)."""
    if isinstance(record, dict):
        return {{"from": "from_", "class": "class_"}.get(key, key): without_keywords(value) for key, value in record.items()}
    return [without_keywords(value) for value in record] if isinstance(record, list) else record


@cache
def terms(name: str) -> Mapping[str, Term]:
    """Return a controlled list by its name, in its own order.

    Parameters
    ----------
    name : str
        One of `LISTS`, for example ``"services"`` or ``"dispute_steps"``.

    Returns
    -------
    Mapping[str, Term]
        The entries by id.

    Raises
    ------
    KeyError
        When there is no such list.

    Examples
    --------
    >>> terms("roles")["host"].label["nn"]
    'vert'
    """
    if name not in LISTS:
        raise KeyError(f"no list named {name!r}; there are {', '.join(LISTS)}")
    if name == "models":
        from samvirke.vocabulary.law import models

        return models()
    kind = _KINDS.get(name, Term)
    entries = [kind.model_validate(without_keywords(record)) for record in read_yaml(f"{name}.yaml")]
    return MappingProxyType({entry.id: entry for entry in entries})
