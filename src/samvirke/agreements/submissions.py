"""How many agreements came in, and how many are left when identical ones are removed."""

from __future__ import annotations

import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding
from samvirke.measures.register import CODED, copies, register
from samvirke.vocabulary.language import EMPTY, Text, listing

QUESTION = Text(
    nb="Hvor mange avtaler kom inn, og hvor mange er ulike?",
    nn="Kor mange avtalar kom inn, og kor mange er ulike?",
    en="How many agreements came in, and how many are different?",
)
METHOD = Text(
    nb="Like avtaler kjennes igjen på to måter: kopier merket X som registrert gjennom en annens avtale fjernes, eller kopier med lik tjeneste, likt år, likt lovgrunnlag og like trinn for tvisteløsning slik de er kodet, regnes som én, uansett avsender. Like celler kan slå sammen avtaler som ikke er de samme.",
    nn="Like avtalar blir kjende att på to måtar: kopiar merkte X som registrerte gjennom avtalen til ein annan, blir fjerna, eller kopiar med lik teneste, likt år, likt lovgrunnlag og like steg for tvisteløysing slik dei er koda, blir rekna som éin, same kven som sende. Like celler kan slå saman avtalar som ikkje er dei same.",
    en="Identical agreements are recognised in two ways: copies marked X as registered through another's copy are removed, or copies with equal service, year, legal basis and dispute steps, as coded, count as one, whoever sent them. Equal cells may merge agreements that are not the same.",
)


def submissions(edition: Edition) -> Finding:
    """Count copies and agreements under both rules of what is identical.

    Returns
    -------
    Finding
        Columns identical (mark, cells), copies, removed, agreements, municipalities; supporting table `merged`: groups that
        equal cells make one and the mark keeps apart (service, signed, basis, agreement).
    """
    received = copies(edition)
    senders = received["municipality"].nunique()
    rows = [
        (rule, len(received), len(received) - len(kept), len(kept), senders) for rule, kept in ((rule, register(edition, rule)) for rule in ("mark", "cells"))
    ]
    table = pd.DataFrame(rows, columns=["identical", "copies", "removed", "agreements", "municipalities"])
    merged = _merged(edition)
    return Finding(
        id="submissions",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(table, merged),
        method=METHOD,
        table=table,
        coverage=Coverage(int(table["agreements"].iloc[0]), {"copies": len(received), "municipalities": senders}),
        chart=Chart("bars", {"category": "identical", "value": "agreements", "of": "copies"}),
        supporting={"merged": merged},
    )


def _merged(edition: Edition) -> pd.DataFrame:
    """Return the groups of agreements that have equal cells."""
    groups = register(edition).groupby(list(CODED), dropna=False, sort=True)["agreement"].agg(list)
    rows = groups[groups.map(len) > 1].reset_index()
    return rows[["service", "signed", "basis", "agreement"]]


def _statement(table: pd.DataFrame, merged: pd.DataFrame) -> Text:
    mark, cells = (table[table["identical"] == rule].iloc[0] for rule in ("mark", "cells"))
    groups = len(merged)
    ids = [" = ".join(group) for group in merged["agreement"]]
    first = Text(
        nb=f"{mark['copies']} kopier kom inn, fra {mark['municipalities']} kommuner. Når de {mark['removed']} X-merkede er fjernet, er {mark['agreements']} avtaler igjen; etter like celler {cells['agreements']}.",
        nn=f"{mark['copies']} kopiar kom inn, frå {mark['municipalities']} kommunar. Når dei {mark['removed']} X-merkte er fjerna, er {mark['agreements']} avtalar att; etter like celler {cells['agreements']}.",
        en=f"{mark['copies']} copies came in, from {mark['municipalities']} municipalities. With the {mark['removed']} marked X removed, {mark['agreements']} agreements are left; by equal cells {cells['agreements']}.",
    )
    return first + (
        Text(
            nb=f"Like celler slår sammen {groups} {'gruppe' if groups == 1 else 'grupper'} som ikke er X-merket: {listing(ids, 'nb')}.",
            nn=f"Like celler slår saman {groups} {'gruppe' if groups == 1 else 'grupper'} som ikkje er X-merkte: {listing(ids, 'nn')}.",
            en=f"Equal cells merge {groups} {'group' if groups == 1 else 'groups'} that carry no X: {listing(ids, 'en')}.",
        )
        if groups
        else EMPTY
    )
