"""What was answered to each item of a survey, with don't know and no answer apart."""

from __future__ import annotations

import pandas as pd

from samvirke.edition import Edition
from samvirke.evidence._survey import Finite, Sample, Weights, shares_row, summary_row
from samvirke.evidence._survey_words import Weighed, told, warned
from samvirke.finding import Chart, Coverage, Finding
from samvirke.measures.membership import membership
from samvirke.vocabulary.answers import ANSWERS
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Text

QUESTION = Text(nb="Hva svarte de på spørsmålene?", nn="Kva svara dei på spørsmåla?", en="What did they answer to the items?")
TOLD = 6
"""How many items are put in words; the table has all."""


def survey_item(edition: Edition, *, items: tuple[str, ...] | None = None, weights: Weights = "given", finite: Finite = "no") -> Finding:
    """Count the answers to each item of a survey, as shares of all and of those with an opinion.

    Parameters
    ----------
    edition : Edition
        With the table `survey`.
    items : tuple of str or None
        The items; None is all.
    weights : {"given", "equal", "raked"}
        The table's weights, none, or weights that distribute the municipalities that answered as all, by size and county.
    finite : {"no", "municipalities"}
        Whether it is corrected for that the edition's municipalities are all there are.

    Returns
    -------
    Finding
        Columns item, survey_answer, count, of (all who were asked), share, share_low, share_high, opinions (those with an opinion),
        share_opinion, share_opinion_low, share_opinion_high, and item_text_nb, item_text_nn, item_text_en where the edition has the words.
        Supporting table `items`: item, of, opinions, municipalities, agreement and disagreement of both denominators, neither, don't know
        and no answer with intervals, effective_answers (Kish), weight_least, weight_most, many_dont_know (more than a fifth).
    """
    found = Weighed(edition, membership(edition), items, weights, finite)
    table = pd.DataFrame([{"item": one.item, **shares_row(one, answer), **words(one)} for one in found.samples for answer in ANSWERS])
    summary = pd.DataFrame([{"item": one.item, **summary_row(one)} for one in found.samples]).astype({"municipalities": "Int64"})
    with_opinion = int(summary["opinions"].sum())
    respondents = int(edition["survey"]["respondent"].nunique())
    statement = sum((told(one) for one in found.samples[:TOLD]), start=EMPTY)
    return Finding(
        id="survey_item",
        edition=edition.name,
        question=QUESTION,
        statement=statement + more(len(found.samples) - TOLD) + warned(found.samples),
        headline=told(found.samples[0]) + warned(found.samples) if len(found.samples) > 1 else None,
        method=found.method,
        table=table,
        coverage=Coverage(
            with_opinion,
            {"respondents": respondents, "items": len(summary), "answers_of_all": int(summary["of"].sum()), "answers_with_opinion": with_opinion},
            found.gaps(),
        ),
        chart=Chart("likert", {"category": "item", "answer": "survey_answer", "share": "share", "of": "of", "text": "item_text"}),
        supporting={"items": summary},
    )


def words(sample: Sample) -> dict[str, str]:
    """Return an item's words by column; nothing where the edition has none."""
    return {f"item_text_{language}": sample.text[language] for language in LANGUAGES} if sample.text.nb != sample.item else {}


def more(rest: int) -> Text:
    """Say how many are not put in words."""
    if rest < 1:
        return EMPTY
    return Text(nb=f"{rest} spørsmål til står i tabellen.", nn=f"{rest} spørsmål til står i tabellen.", en=f"{rest} more are in the table.")
