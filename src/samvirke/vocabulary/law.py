"""The dated law of inter-municipal cooperation: which models existed on a day, and what an agreement must hold.

The values stand in ``law/*.yaml``, one file a model, each with the time it holds, its reference, and whether someone has
checked it there. ``verified: false`` is general knowledge that nobody has yet held against the statute.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

from samvirke.vocabulary._terms import DatedValue, Strict, Term, read_yaml, without_keywords
from samvirke.vocabulary.dates import Certainty, DateInterval

Standing = Literal["in_force", "before_opening", "superseded_number", "no_longer_open"]


class Provision(Strict):
    """A place in a statute that opens a model, the time it stood there, and how agreements write it."""

    citation: str
    written: tuple[str, ...]
    reference: str
    verified: bool
    from_verified: bool | None = None
    from_: date | None = None
    to: date | None = None


class Model(Term):
    """A legal model of cooperation with all its dated values."""

    independence: tuple[DatedValue, ...]
    provisions: tuple[Provision, ...]
    own_legal_person: tuple[DatedValue, ...]
    individual_cases: tuple[DatedValue, ...]
    required_contents: tuple[DatedValue, ...]
    notice_months: tuple[DatedValue, ...]
    name_words: tuple[str, ...] = ()
    bare_words: tuple[str, ...] = ()


@dataclass(frozen=True)
class ModelOnDate:
    """What the law says of one model on one day; None where it says nothing, or where nothing is held here."""

    id: str
    provision: Provision
    independence: DatedValue | None
    own_legal_person: DatedValue | None
    individual_cases: DatedValue | None
    required_contents: DatedValue | None
    notice_months: DatedValue | None


@dataclass(frozen=True)
class Citation:
    """A provision that a text names, and how it stood when the text was made."""

    written: str
    model: str
    provision: Provision
    standing: Standing
    certainty: Certainty
    in_its_place: Provision | None


@cache
def models() -> Mapping[str, Model]:
    """Return every model, of all times, from the least independent to the most, those outside figure 5.1 last."""
    found = [
        Model.model_validate(without_keywords(read_yaml("law", path.name)))
        for path in files("samvirke.vocabulary").joinpath("law").iterdir()
        if path.name.endswith(".yaml")
    ]
    found.sort(key=lambda model: (model.id == "not_specified", _rank(model), model.id))
    return MappingProxyType({model.id: model for model in found})


def _rank(model: Model) -> int:
    return int(model.independence[0].value) if model.independence else 99


def _value(values: tuple[DatedValue, ...], when: DateInterval) -> DatedValue | None:
    return next((value for value in values if value.holds(when) == "certain"), None)


def on(day: date | str) -> Mapping[str, ModelOnDate]:
    """Return the models that were open on a day, with what the law said of them.

    Parameters
    ----------
    day : datetime.date or str
        A day, as a date or as ``YYYY-MM-DD``.

    Returns
    -------
    Mapping[str, ModelOnDate]
        By model id.

    Raises
    ------
    ValueError
        When the text is no full date: a year alone does not say which law held.

    Examples
    --------
    >>> on("2013-01-01")["host_administrative"].provision.citation
    'kommuneloven 1992 § 28-1 b'
    >>> "host_administrative" in on("2006-12-31")
    False
    """
    when = DateInterval.parse(day) if isinstance(day, str) else DateInterval(day, day)
    if when.first != when.last:
        raise ValueError(f"{day!r} is not one day: write YYYY-MM-DD")
    return MappingProxyType(
        {
            model.id: ModelOnDate(
                model.id,
                provision,
                *(
                    _value(values, when)
                    for values in (model.independence, model.own_legal_person, model.individual_cases, model.required_contents, model.notice_months)
                ),
            )
            for model in models().values()
            for provision in model.provisions
            if when.within(provision.from_, provision.to) == "certain"
        }
    )


def _pattern(written: str) -> re.Pattern[str]:
    """Match a written form whatever its spaces and case, and not as a part of a longer one."""
    loose = r"\s*".join(re.escape(character) for character in written if not character.isspace())
    return re.compile(rf"(?<!\w){loose}(?![\w-])" if written[0] != "§" else rf"{loose}(?![\w-])", re.IGNORECASE)


def citations(text: str, when: DateInterval | None) -> list[Citation]:
    """Find the provisions that a text names, and say how each stood at the time.

    Parameters
    ----------
    text : str
        The words of an agreement on its legal basis, such as ``"§28b (Sel)"``.
    when : DateInterval or None
        When the agreement was made; None is unknown.

    Returns
    -------
    list of Citation
        `standing` is ``before_opening`` (cited before the provision stood), ``superseded_number`` (the same rule stood under
        another number), ``no_longer_open`` (it was gone, and none had taken its place) or ``in_force``; `certainty` is ``certain``, ``possible`` (the date is too coarse to tell) or ``no``
        (nothing is known: no date).

    Examples
    --------
    >>> citations("§28b (Hamar)", DateInterval.parse("2006"))[0].standing
    'before_opening'
    >>> found = citations("§28b (Sel)", DateInterval.parse("2012"))[0]
    >>> found.standing, found.certainty, found.in_its_place.citation
    ('superseded_number', 'possible', 'kommuneloven 1992 § 28-1 b')
    """
    found = []
    for model in models().values():
        for provision in model.provisions:
            for written in provision.written:
                if match := _pattern(written).search(text):
                    found.append(_standing(match.group(), model, provision, when))
                    break
    return found


def _standing(written: str, model: Model, provision: Provision, when: DateInterval | None) -> Citation:
    following = next((later for later in model.provisions if later.from_ and provision.to and later.from_ >= provision.to), None)
    if when is None:
        return Citation(written, model.id, provision, "in_force", "no", None)
    if provision.from_ and (early := when.before(provision.from_)) != "no":
        return Citation(written, model.id, provision, "before_opening", early, None)
    if provision.to and following and (late := when.from_(provision.to)) != "no":
        return Citation(written, model.id, provision, "superseded_number", late, following)
    if provision.to and not following and (late := when.from_(provision.to)) != "no":
        return Citation(written, model.id, provision, "no_longer_open", late, None)
    return Citation(written, model.id, provision, "in_force", "certain", None)


def standing_of(model: str, when: DateInterval | None) -> Citation:
    """Say how a model stood at a time, for a text that names it without a section, such as by a chapter.

    Parameters
    ----------
    model : str
        A model with provisions.
    when : DateInterval or None
        When the agreement was made; None is unknown.

    Examples
    --------
    >>> standing_of("political_council", DateInterval.parse("2021-01-20")).standing
    'in_force'
    >>> standing_of("joint_municipality", DateInterval.parse("2012-05-24")).standing
    'before_opening'
    """
    own = models()[model]
    provisions = sorted(own.provisions, key=lambda one: one.from_ or date.min)
    holding = [one for one in provisions if when is not None and when.within(one.from_, one.to) != "no"]
    after = [one for one in provisions if when is not None and one.from_ and when.before(one.from_) == "certain"]
    return _standing("", own, (holding or after or provisions[-1:])[0], when)
