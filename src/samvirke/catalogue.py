"""Every question: its id, the chapter it belongs to, the function that answers it, the tables it needs. This is the only list.

The figure that suits an answer is named by the finding itself and drawn by `samvirke.figures`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from importlib import import_module
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from samvirke.edition import Edition
from samvirke.errors import MissingTableError, OptionError, UnknownNameError
from samvirke.finding import Coverage, Finding, Missing
from samvirke.vocabulary.dates import DateInterval
from samvirke.vocabulary.labels import option_label
from samvirke.vocabulary.language import Text, same

Kind = Literal["date", "choice", "integer", "list", "text"]


@dataclass(frozen=True)
class Option:
    """One option of a question: its type, default and, for a choice, what may be chosen; without a default it must be given."""

    name: str
    kind: Kind
    default: Any
    choices: tuple[str, ...] = ()

    @property
    def required(self) -> bool:
        """Whether the question cannot be asked without it."""
        return self.default is inspect.Parameter.empty

    @property
    def label(self) -> Text:
        """What it asks for."""
        return option_label(self.name)

    def read(self, value: Any) -> Any:
        """Turn what a user wrote into a value.

        Raises
        ------
        OptionError
            When it cannot be used.
        """
        if value is None and not self.required and self.default is None:
            return None
        if self.kind == "list":
            return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else tuple(value)
        if self.kind == "text":
            return str(value)
        if self.kind == "choice":
            if value not in self.choices:
                raise OptionError(self.name, value, same(", ".join(self.choices)))
            return value
        if self.kind == "integer":
            if not re.fullmatch(r"[0-9]{1,18}", str(value)):
                raise OptionError(self.name, value, Text(nb="et helt tall, 0 eller mer", nn="eit heilt tal, 0 eller meir", en="a whole number, 0 or more"))
            return int(value)
        try:
            return value if isinstance(value, date) else DateInterval.parse(str(value)).first
        except ValueError:
            raise OptionError(self.name, value, Text(nb="en dag, ÅÅÅÅ-MM-DD", nn="ein dag, ÅÅÅÅ-MM-DD", en="a day, YYYY-MM-DD")) from None


@dataclass(frozen=True)
class Question:
    """One line of the catalogue; the function is loaded when the question is asked."""

    id: str
    chapter: str
    function: str
    tables: tuple[str, ...]

    @cached_property
    def answer(self) -> Callable[..., Finding]:
        """The function that answers it: an edition and options in, a finding out."""
        module, name = self.function.split(":")
        function: Callable[..., Finding] = getattr(import_module(f"samvirke.{module}"), name)
        return function

    @cached_property
    def question(self) -> Text:
        """The question in words."""
        text: Text = import_module(f"samvirke.{self.function.split(':')[0]}").QUESTION
        return text

    @cached_property
    def options(self) -> Mapping[str, Option]:
        """The options that the function takes, read from its signature."""
        hints = get_type_hints(self.answer)
        found = {}
        for name, parameter in inspect.signature(self.answer).parameters.items():
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
                hint = next((one for one in get_args(hints[name]) if one is not NoneType), None) if get_origin(hints[name]) is UnionType else hints[name]
                choices = get_args(hint) if get_origin(hint) is Literal else ()
                kinds: Mapping[Any, Kind] = {date: "date", int: "integer", str: "text"}
                kind: Kind = "choice" if choices else "list" if get_origin(hint) is tuple else kinds[hint]
                found[name] = Option(name, kind, parameter.default, choices)
        return MappingProxyType(found)

    @property
    def required(self) -> tuple[str, ...]:
        """The options that must be given."""
        return tuple(name for name, option in self.options.items() if option.required)

    def missing(self, edition: Edition) -> tuple[str, ...]:
        """Return the tables that the question needs and the edition lacks."""
        return tuple(table for table in self.tables if table not in edition)


CATALOGUE: Mapping[str, Question] = MappingProxyType(
    {
        question.id: question
        for question in (
            Question("describe", "about_data", "measures.describe:describe", ()),
            Question("collection", "collected", "evidence.collection:collection", ("collection",)),
            Question("answers_by_municipality", "collected", "evidence.answers_by_municipality:answers_by_municipality", ("collection",)),
            Question("submissions", "collected", "agreements.submissions:submissions", ("submission", "agreement", "clause")),
            Question("services", "extent", "measures.services:services", ("cooperation", "member")),
            Question("participation", "extent", "measures.participation:participation", ("cooperation", "member")),
            Question("index", "extent", "measures.index:index", ("cooperation", "member")),
            Question("partners", "extent", "measures.partners:partners", ("cooperation", "member")),
            Question("sizes", "extent", "measures.sizes:sizes", ("cooperation", "member", "figure")),
            Question("border", "extent", "measures.border:border", ("cooperation", "member")),
            Question("distance", "extent", "measures.distance:distance", ("cooperation", "member")),
            Question("nets", "extent", "measures.nets:nets", ("cooperation", "member")),
            Question("hosts", "extent", "measures.hosts:hosts", ("cooperation", "member")),
            Question("network", "extent", "measures.network:network", ("cooperation", "member")),
            Question("host_ties", "extent", "measures.host_ties:host_ties", ("cooperation", "member")),
            Question("overlap", "overlap", "measures.overlap:overlap", ("cooperation", "member")),
            Question("similarity", "overlap", "measures.similarity:similarity", ("cooperation", "member")),
            Question("coding_rules", "overlap", "measures.coding_rules:coding_rules", ("cooperation", "member")),
            Question("change", "overlap", "measures.change:change", ("cooperation", "member")),
            Question("hypotheses", "consolidation", "evidence.hypotheses:hypotheses", ("cooperation", "member")),
            Question("consolidation", "consolidation", "measures.consolidation:consolidation", ("cooperation", "member")),
            Question("contours", "consolidation", "measures.contours:contours", ("cooperation", "member")),
            Question("multiplexity", "consolidation", "measures.multiplexity:multiplexity", ("cooperation", "member")),
            Question("constellations", "consolidation", "measures.constellations:constellations", ("cooperation", "member")),
            Question("crossing", "consolidation", "measures.crossing:crossing", ("cooperation", "member")),
            Question("jurisdictions", "consolidation", "measures.jurisdictions:jurisdictions", ("cooperation", "member", "figure")),
            Question("effective_number", "consolidation", "measures.effective_number:effective_number", ("cooperation", "member", "figure")),
            Question("congruence", "consolidation", "measures.congruence:congruence", ("cooperation", "member")),
            Question("nestedness", "consolidation", "measures.nestedness:nestedness", ("cooperation", "member")),
            Question("modularity", "consolidation", "measures.modularity:modularity", ("cooperation", "member")),
            Question("path_dependence", "consolidation", "measures.path_dependence:path_dependence", ("cooperation", "member")),
            Question("applications", "extent", "evidence.applications:applications", ("application",)),
            Question("agreements_by_year", "models", "agreements.agreements_by_year:agreements_by_year", ("agreement",)),
            Question("legal_basis", "models", "agreements.legal_basis:legal_basis", ("agreement",)),
            Question("independence_scale", "models", "agreements.independence_scale:independence_scale", ("agreement",)),
            Question("basis_by_service", "models", "agreements.basis_by_service:basis_by_service", ("agreement",)),
            Question("models_over_time", "models", "agreements.models_over_time:models_over_time", ("agreement",)),
            Question("anachronisms", "models", "agreements.anachronisms:anachronisms", ("agreement",)),
            Question("agreement_quality", "models", "agreements.agreement_quality:agreement_quality", ("agreement",)),
            Question("clauses", "models", "agreements.clauses:clauses", ("agreement", "clause")),
            Question("motives", "motives", "evidence.motives:motives", ("statement",)),
            Question("motives_by_cooperation", "motives", "evidence.motives_by_cooperation:motives_by_cooperation", ("statement", "cooperation", "member")),
            Question("quotes", "motives", "evidence.quotes:quotes", ("statement",)),
            Question("survey_item", "survey", "evidence.survey_item:survey_item", ("survey",)),
            Question("survey_by", "survey", "evidence.survey_by:survey_by", ("survey",)),
            Question("nonresponse", "survey", "evidence.nonresponse:nonresponse", ("survey",)),
            Question("dispute_mechanisms", "conflict", "agreements.dispute_mechanisms:dispute_mechanisms", ("agreement", "clause")),
            Question("dispute_readiness", "conflict", "evidence.dispute_readiness:dispute_readiness", ("agreement", "clause")),
            Question("events", "conflict", "evidence.events:events", ("event",)),
            Question("use_skew", "conflict", "evidence.use_skew:use_skew", ("use", "figure")),
            Question("conflict_signals", "conflict", "evidence.conflict_signals:conflict_signals", ("cooperation", "member")),
            Question("cases", "cases", "evidence.cases:cases", ("case",)),
            Question("portrait", "cases", "evidence.portrait:portrait", ("cooperation", "member")),
            Question("audit", "audit", "evidence.audit:audit", ("claim",)),
        )
    }
)


def as_seen(edition: Edition, date: str | None) -> Edition:
    """Return the edition as it was on a day that a user wrote.

    Raises
    ------
    OptionError
        When it is no date.
    """
    try:
        return edition.on(date)
    except ValueError:
        raise OptionError(
            "date", date, Text(nb="ÅÅÅÅ, ÅÅÅÅ-MM eller ÅÅÅÅ-MM-DD", nn="ÅÅÅÅ, ÅÅÅÅ-MM eller ÅÅÅÅ-MM-DD", en="YYYY, YYYY-MM or YYYY-MM-DD")
        ) from None


def ask(question: str, edition: Edition, /, *, date: str | None = None, **options: Any) -> Finding:
    """Answer one question about an edition.

    Parameters
    ----------
    question : str
        An id of the catalogue.
    edition : Edition
        What is asked about.
    date : str or None
        The day the edition is seen from; None is its own date, or every row when it has none.
    **options : Any
        The question's own options, as values or as a user writes them.

    Returns
    -------
    Finding

    Raises
    ------
    UnknownNameError
        When there is no such question or option.
    OptionError
        When an option's value cannot be used.
    MissingTableError
        When the edition lacks a table that the question needs.

    Examples
    --------
    >>> from samvirke.edition import open_edition
    >>> ask("collection", open_edition("nibr-2015")).coverage.numerator
    28
    """
    if question not in CATALOGUE:
        raise UnknownNameError(question, tuple(CATALOGUE))
    line = CATALOGUE[question]
    for name in options:
        if name not in line.options:
            raise UnknownNameError(f"--{name}", (*(f"--{option}" for option in line.options), "--date"))
    for name in line.required:
        if options.get(name) is None:
            raise OptionError(name, "", line.options[name].label)
    chosen = {name: option.read(options.get(name, option.default)) for name, option in line.options.items()}
    if missing := line.missing(edition):
        raise MissingTableError(question, missing)
    seen = as_seen(edition, date)
    if missing := line.missing(seen):
        raise MissingTableError(question, missing, seen.as_of)
    finding = line.answer(seen, **chosen)
    gaps = (*finding.coverage.missing, *_uncertain(seen))
    coverage = Coverage(finding.coverage.numerator, finding.coverage.denominators, gaps)
    return replace(finding, coverage=coverage, options={**chosen, "date": seen.as_of}, constructed=edition.constructed)


def _uncertain(edition: Edition) -> tuple[Missing, ...]:
    return tuple(
        Missing(
            table,
            (),
            Text(
                nb=f"{count} rader i {table} er med selv om datoen er for grov til å si om de gjaldt {edition.as_of}.",
                nn=f"{count} rader i {table} er med sjølv om datoen er for grov til å seie om dei galdt {edition.as_of}.",
                en=f"{count} rows of {table} count although their date is too coarse to say whether they held on {edition.as_of}.",
            ),
        )
        for table, count in edition.uncertain.items()
    )
