"""The additive index: on how many services each municipality cooperates (the note's figure 4.1)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding
from samvirke.measures.gaps import gaps
from samvirke.measures.membership import labels, membership, read_services
from samvirke.vocabulary.language import LANGUAGES, Text, listing, number

QUESTION = Text(
    nb="Hvor mange av tjenestene samarbeider hver kommune om?",
    nn="Kor mange av tenestene samarbeider kvar kommune om?",
    en="On how many of the services does each municipality cooperate?",
)
METHOD = Text(
    nb="For hver valgt tjeneste får kommunen ett poeng når den har minst én partner der; poengene legges sammen. En kommune som ingen kilde sier noe om i en av tjenestene, har ingen poengsum.",
    nn="For kvar vald teneste får kommunen eitt poeng når han har minst éin partnar der; poenga blir lagde saman. Ein kommune som inga kjelde seier noko om i ei av tenestene, har ingen poengsum.",
    en="For each chosen service the municipality gets one point when it has at least one partner there; points are added. A municipality of which no source speaks in one of the services has no score.",
)


def index(edition: Edition, *, services: tuple[str, ...] | None = None) -> Finding:
    """Score each municipality by the number of services it cooperates on.

    Parameters
    ----------
    edition : Edition
        What is scored.
    services : tuple of str or None
        The services that count; None is all that there are cooperations on. A union ``a+b`` counts once.

    Returns
    -------
    Finding
        Columns municipality, score (0 to the number of services; empty where a source is silent). Supporting table `scores`: score,
        municipalities, of.
    """
    data = membership(edition)
    chosen = read_services(data, services, unions=True)
    score = sum((data.partners(service).has.astype(np.int64) for service in chosen), start=np.zeros(len(data.codes), dtype=np.int64))
    known = ~data.unspoken(*chosen)
    table = pd.DataFrame({"municipality": data.codes.astype(str), "score": pd.array(np.where(known, score, 0), dtype="Int64")})
    table.loc[~known, "score"] = pd.NA
    counts = np.bincount(score[known], minlength=len(chosen) + 1)
    total = int(known.sum())
    scores = pd.DataFrame({"score": np.arange(len(counts)), "municipalities": counts, "of": total}).iloc[::-1].reset_index(drop=True)
    name = labels(edition, chosen)
    said = {
        language: listing([f"{row['score']}: {number(row['municipalities'], language)}" for row in scores.to_dict("records")], language)
        for language in LANGUAGES
    }
    most, top, none = len(chosen), int(counts[-1]), int(counts[0])
    return Finding(
        id="index",
        edition=edition.name,
        question=QUESTION,
        statement=Text(
            nb=f"Av {number(total, 'nb')} kommuner samarbeider {number(top, 'nb')} om alle {most} og {number(none, 'nb')} om ingen av tjenestene ({name['nb']}). Poengsum: {said['nb']}.",
            nn=f"Av {number(total, 'nn')} kommunar samarbeider {number(top, 'nn')} om alle {most} og {number(none, 'nn')} om ingen av tenestene ({name['nn']}). Poengsum: {said['nn']}.",
            en=f"Of {number(total, 'en')} municipalities, {number(top, 'en')} cooperate on all {most} and {number(none, 'en')} on none of the services ({name['en']}). Score: {said['en']}.",
        )
        if chosen
        else Text(
            nb="Utgaven har ingen samarbeid å gi poeng for.", nn="Utgåva har ingen samarbeid å gje poeng for.", en="The edition has no cooperations to score."
        ),
        method=METHOD,
        table=table,
        coverage=Coverage(total - none if chosen else 0, {"municipalities": total}, gaps(data, chosen)),
        chart=Chart("map", {"municipality": "municipality", "category": "score", "ordered": "score"}),
        supporting={"scores": scores},
    )
