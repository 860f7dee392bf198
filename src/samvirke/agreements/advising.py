"""Which legal models of cooperation are lawful for a task on a day, which are not and under which provision, and how they differ.

No score and no ranking: an answer for each model, with its reasons. The dated law stands in ``vocabulary/law``; ``advice.yaml`` holds what that
lacks, and the rules by which a fact of a model answers what the task asks for. The law allows a *lawful* model for the task as described, an
*unlawful* one not, and a *conditional* one if something holds that the description leaves open, such as what the agreement says. A model is
*not_open* before its opening and after its end, and *unknown* where the law of that day, or on that point, is not held here. A wish for who
controls changes no answer: no statute is broken by a model controlled otherwise.

Not weighed: procurement law, tax, state aid, labour law, the special Acts of each service, delegation to other legal persons in tasks that are
not statutory, and what is wise. What a user says of a special Act is taken as said.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from samvirke.agreements._advice_specification import (
    DIFFERENCES,
    HELD_IN_LAW,
    STRICTEST_FIRST,
    AdviceError,
    AdviceSpecification,
    Answer,
    _data,
    _Rule,
    _say,
    read_advice_specification,
)
from samvirke.errors import Problem
from samvirke.vocabulary import law, terms
from samvirke.vocabulary._terms import DatedValue
from samvirke.vocabulary.dates import DateInterval
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Language, Text, listing, number, same
from samvirke.vocabulary.language import day as written_day

if TYPE_CHECKING:
    from samvirke.finding import Finding

__all__ = [
    "Advice",
    "AdviceError",
    "AdviceSpecification",
    "Difference",
    "ModelAdvice",
    "Problem",
    "Reason",
    "advise",
    "advise_finding",
    "read_advice_specification",
]


@dataclass(frozen=True)
class Reason:
    """Why a model is answered as it is: the condition, what it alone answers, the provision, and whether that was read in the statute."""

    condition: str
    answer: Answer
    provision: str | None
    verified: bool
    text: Text
    because: Text = EMPTY


@dataclass(frozen=True)
class Difference:
    """What a model is like in one respect; `meaning` says it in a sentence where the value is an id."""

    value: Any
    provision: str
    verified: bool
    meaning: Text | None


@dataclass(frozen=True)
class ModelAdvice:
    """The answer for one model, its reasons, the one that decides it first; differences only of lawful and conditional ones."""

    model: str
    answer: Answer
    reasons: tuple[Reason, ...]
    differences: Mapping[str, Difference] = field(default_factory=dict)


@dataclass(frozen=True)
class Advice:
    """The answer for every model of the vocabulary, in its order."""

    specification: AdviceSpecification
    models: tuple[ModelAdvice, ...]

    def answered(self, answer: Answer) -> tuple[ModelAdvice, ...]:
        """Return the models that have an answer."""
        return tuple(one for one in self.models if one.answer == answer)


def advise(specification: AdviceSpecification) -> Advice:
    """Answer for every model whether it is lawful for the task on the day, and why.

    Parameters
    ----------
    specification : AdviceSpecification
        What is asked.

    Returns
    -------
    Advice
        It depends on nothing but the specification and the law held here.

    Examples
    --------
    >>> day = datetime.date(2021, 1, 1)
    >>> task = AdviceSpecification(date=day, service="barnevern", exercises_authority=True, principal_matters=False, parties=3)
    >>> [one.model for one in advise(task).answered("lawful")]
    ['host_administrative', 'host_joint_board']
    """
    return Advice(specification, tuple(_model_advice(model, specification) for model in law.models().values()))


def _model_advice(model: law.Model, asked: AdviceSpecification) -> ModelAdvice:
    held, day, when = law.on(asked.date).get(model.id), _written(asked.date), DateInterval(asked.date, asked.date)
    if held is None:
        closed = _not_open(model, asked.date)
        return ModelAdvice(model.id, closed.answer, (closed,))
    opening = held.provision
    facts: dict[str, DatedValue] = {name: value for name in HELD_IN_LAW if (value := getattr(held, name))}
    facts |= {name: value for name, of in _data().facts.items() for value in of.get(model.id, ()) if value.holds(when) == "certain"}
    reasons = [Reason("open", "lawful", opening.citation, opening.verified, _say("sentences", "open", day=day))]
    reasons += [reason for rule in _data().rules if (reason := _apply(rule, model.id, facts, asked, opening.citation))]
    if asked.control != "none":
        fact, met = facts["control"], asked.control in facts["control"].value
        channels = _say("sentences", "control_met" if met else "control_otherwise", channels=_joined(_data().meanings["control"][one] for one in fact.value))
        reasons.append(Reason("control" if met else "control_otherwise", "lawful", fact.provision, fact.verified, channels))
    reasons.sort(key=lambda reason: STRICTEST_FIRST.index(reason.answer))
    shown = DIFFERENCES if reasons[0].answer in ("conditional", "lawful") else ()
    differences = {name: _difference(name, facts[name], opening.citation) for name in shown if name in facts}
    return ModelAdvice(model.id, reasons[0].answer, tuple(reasons), differences)


def _written(day: datetime.date) -> Text:
    return Text(**{language: written_day(day, language) for language in LANGUAGES})


def _joined(items: Iterable[Text]) -> Text:
    found = list(items)
    return Text(**{language: listing((item[language] for item in found), language) for language in LANGUAGES})


def _difference(name: str, fact: DatedValue, opening: str) -> Difference:
    """Say what a model is like in one respect, in a sentence too unless it is a number or a list of clauses."""
    said = [_data().meanings[name][one] for one in (fact.value if isinstance(fact.value, list) else [fact.value])] if name in _data().meanings else []
    source = fact.reference if name == "independence" else fact.provision or opening
    return Difference(fact.value, source, fact.verified, _joined(said) if said else None)


def _not_open(model: law.Model, day: datetime.date) -> Reason:
    """Say why a model was not open: too early, too late, nothing held, or no model at all."""
    later = [one for one in model.provisions if one.from_ and one.from_ > day]
    kind = "no_model" if not model.provisions else "after" if not later else "not_held" if model.id in _data().not_held_before else "before"
    text = _say("sentences", kind, day=_written(day))
    if kind in ("no_model", "not_held"):
        return Reason(kind, "unknown", None, kind == "no_model", text)
    nearest = later[0] if later else model.provisions[-1]
    checked = nearest.from_verified if later and nearest.from_verified is not None else nearest.verified
    return Reason("not_open", "not_open", nearest.citation, checked, text)


def _apply(rule: _Rule, model: str, facts: Mapping[str, DatedValue], asked: AdviceSpecification, opening: str) -> Reason | None:
    """Return what a rule says of a model, if it is about it and the task asks."""
    more_than_two = (asked.parties if isinstance(asked.parties, int) else len(asked.parties)) > 2
    wishes = {**asked.model_dump(), "more_than_two": more_than_two}
    ((name, values),) = rule.fact.items()
    fact = facts.get(name)
    if fact is None or fact.value not in values or (rule.models and model not in rule.models):
        return None
    if any(wishes[field] not in allowed for field, allowed in rule.asked.items()):
        return None
    return Reason(rule.condition, rule.answer, rule.provision or fact.provision or opening, rule.verified and fact.verified, rule.text, rule.because)


def advise_finding(advice: Advice) -> Finding:
    """Lay the advice out as a finding.

    Parameters
    ----------
    advice : Advice
        What `advise` answered.

    Returns
    -------
    Finding
        Columns model, answer, provision (of the reason that decides), verified (whether all reasons were read in the statute) and
        reason_nb, reason_nn, reason_en. Supporting table `differences` of the lawful and conditional models: model, difference (one of
        `DIFFERENCES`), meaning_nb, meaning_nn, meaning_en, provision, verified. `result`: spec, and models with the ids of every condition.
    """
    import pandas as pd

    from samvirke.finding import Chart, Coverage, Finding, Missing

    day = advice.specification.date
    why = [_data().sentences["not_weighed"], *([_say("sentences", "later", n=_data().law_read)] if day.year > _data().law_read else [])]
    differences = pd.DataFrame([row for one in advice.models for row in _differing(one)])
    return Finding(
        id="agreement_advice",
        edition="",
        question=_data().sentences["question"],
        statement=_statement(advice),
        method=_data().sentences["method"],
        table=pd.DataFrame([_row(one) for one in advice.models if one.model != "not_specified"]),
        coverage=Coverage(
            len(advice.answered("lawful")),
            {"models": len(advice.models) - 1, "models_open": len(law.on(day))},
            tuple(Missing("law", (), text) for text in why),
        ),
        chart=Chart("table"),
        supporting={"differences": differences} if len(differences) else {},
        options={"date": day},
        result=_result(advice),
    )


def _row(one: ModelAdvice) -> dict[str, Any]:
    return {
        "model": one.model,
        "answer": one.answer,
        "provision": one.reasons[0].provision,
        "verified": all(reason.verified for reason in one.reasons),
        **{f"reason_{language}": " ".join(_with_provision(reason, language) for reason in one.reasons) for language in LANGUAGES},
    }


def _differing(one: ModelAdvice) -> Iterable[dict[str, Any]]:
    """Say in words what a model is like in each respect; a list of clauses by their names, a number as it is."""
    for name, fact in one.differences.items():
        said = fact.meaning or (
            _joined(terms("clause_kinds")[kind].label for kind in fact.value)
            if isinstance(fact.value, list)
            else Text(**{language: number(fact.value, language) for language in LANGUAGES})
        )
        meanings = {f"meaning_{language}": said[language] for language in LANGUAGES}
        yield {"model": one.model, "difference": name, **meanings, "provision": fact.provision, "verified": fact.verified}


def _with_provision(reason: Reason, language: Language) -> str:
    """Write a reason with the place in the law that it rests on, and whether nobody has read it there."""
    if reason.provision is None:
        return reason.text[language]
    unchecked = "" if reason.verified else f", {_data().sentences['unchecked'][language]}"
    return f"{reason.text[language].removesuffix('.')} ({reason.provision}{unchecked})."


def _result(advice: Advice) -> dict[str, Any]:
    """Return the advice as plain values, with the texts by language."""
    models = [asdict(one) for one in advice.models]
    for reason in [reason for one in models for reason in one["reasons"]]:
        del reason["because"]
    return {"spec": advice.specification.model_dump(mode="json"), "models": models}


def _statement(advice: Advice) -> Text:
    spec = advice.specification
    subject = terms("services")[spec.service].label if spec.service else same(spec.task or "")
    text = _say("sentences", "subject", subject=subject, day=_written(spec.date))
    for answer in ("lawful", "conditional", "unlawful", "not_open", "unknown"):
        models = [one for one in advice.answered(answer) if one.model != "not_specified"]
        names = _because(models) if answer == "unlawful" else _joined(law.models()[one.model].label for one in models)
        if models:
            text += _say("sentences", answer, n=len(models), names=names)
        elif answer == "lawful":
            text += _data().sentences["none_lawful"]
    reasons = [reason for one in advice.models for reason in one.reasons if reason.provision]
    facts = [fact for one in advice.models for fact in one.differences.values()]
    text += _say("sentences", "unverified", n=sum(not one.verified for one in reasons), of=len(reasons))
    return text + (_say("sentences", "differences", n=sum(not one.verified for one in facts), of=len(facts)) if facts else EMPTY)


def _because(models: Iterable[ModelAdvice]) -> Text:
    """Name the unlawful models by what decides it: *X and Y may not decide individual cases (provisions)*."""
    groups: dict[Text, list[ModelAdvice]] = {}
    for one in models:
        groups.setdefault(one.reasons[0].because, []).append(one)
    parts = [
        _joined(law.models()[one.model].label for one in of) + because + same(f"({', '.join(dict.fromkeys(str(one.reasons[0].provision) for one in of))})")
        for because, of in groups.items()
    ]
    return Text(**{language: "; ".join(part[language] for part in parts) for language in LANGUAGES})
