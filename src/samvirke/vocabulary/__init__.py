"""Controlled lists, labels in three languages and the dated law, all held as data."""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from samvirke.vocabulary import law
    from samvirke.vocabulary._terms import LISTS, Countable, DatedValue, DisputeStep, Hours, Motive, Service, StateInstrument, Term, terms
    from samvirke.vocabulary.dates import Certainty, DateInterval
    from samvirke.vocabulary.language import LANGUAGES, Language, Text

__all__ = [
    "LANGUAGES",
    "LISTS",
    "Certainty",
    "Countable",
    "DateInterval",
    "DatedValue",
    "DisputeStep",
    "Hours",
    "Language",
    "Motive",
    "Service",
    "StateInstrument",
    "Term",
    "Text",
    "law",
    "terms",
]

__getattr__, __dir__, _ = lazy_loader.attach(
    __name__,
    submodules=["law"],
    submod_attrs={
        "_terms": ["LISTS", "Countable", "DatedValue", "DisputeStep", "Hours", "Motive", "Service", "StateInstrument", "Term", "terms"],
        "dates": ["Certainty", "DateInterval"],
        "language": ["LANGUAGES", "Language", "Text"],
    },
)
