"""Answers to a statement: from fully agree to fully disagree, with don't know and no answer apart."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from samvirke.vocabulary._terms import Term, read_yaml
from samvirke.vocabulary.language import LANGUAGES

AGREE = ("fully_agree", "agree")
NEITHER = "neither"
DISAGREE = ("disagree", "fully_disagree")
OPINIONS = (*AGREE, NEITHER, *DISAGREE)
"""Answers that take a stand, in order; neither is one of them."""

DONT_KNOW, NO_ANSWER = "dont_know", "no_answer"
WITHOUT_OPINION = (DONT_KNOW, NO_ANSWER)
ANSWERS = (*OPINIONS, *WITHOUT_OPINION)

MANY_DONT_KNOW = 0.2
"""A share of don't know above this is warned of: those asked could not take a stand."""


@cache
def answers() -> Mapping[str, Term]:
    """Return the answers by id, in their order.

    Examples
    --------
    >>> answers()["dont_know"].label["nn"]
    'veit ikkje'
    """
    entries = [Term.model_validate(record) for record in read_yaml("answers.yaml")]
    return MappingProxyType({entry.id: entry for entry in entries})


@cache
def by_wording() -> Mapping[str, str]:
    """Return the answer by its id and by what it is called in each language, in small letters.

    Examples
    --------
    >>> by_wording()["helt enig"], by_wording()["don't know"]
    ('fully_agree', 'dont_know')
    """
    ways: dict[str, str] = {
        "helt einig": "fully_agree",
        "einig": "agree",
        "delvis enig": "agree",
        "delvis einig": "agree",
        "delvis samd": "agree",
        "partly agree": "agree",
        "delvis uenig": "disagree",
        "delvis ueinig": "disagree",
        "delvis usamd": "disagree",
        "partly disagree": "disagree",
        "ueinig": "disagree",
        "heilt ueinig": "fully_disagree",
        "hverken eller": "neither",
        "verken enig eller uenig": "neither",
        "neither agree nor disagree": "neither",
        "do not know": "dont_know",
        "ubesvart": "no_answer",
    }
    for name, term in answers().items():
        ways |= {name: name, **{term.label[language].casefold(): name for language in LANGUAGES}}
    return MappingProxyType(ways)
