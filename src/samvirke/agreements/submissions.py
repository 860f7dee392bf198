"""How many agreements came in, and how many are left when identical ones are removed."""

from __future__ import annotations

import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding
from samvirke.measures.register import CODED, copies, register
from samvirke.measures.services import service_name
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Text, listing

QUESTION = Text(
    nb="Hvor mange avtaler er registrert, og hvor mange er ulike?",
    nn="Kor mange avtalar er registrerte, og kor mange er ulike?",
    en="How many agreements are registered, and how many are different?",
)
METHOD = Text(
    nb="En kopi er en avtale registrert på en kommune, enten den selv sendte den eller er kjent gjennom en annens. Like avtaler kjennes igjen på to måter: kopier merket X som registrert gjennom en annens avtale fjernes, eller kopier med lik koding (tjeneste, år, lovgrunnlag og trinn for tvisteløsning) regnes som én, uansett kommune. Lik koding kan slå sammen avtaler som ikke er de samme: vert, tid på døgnet og ordlyd er ikke med.",
    nn="Ein kopi er ein avtale registrert på ein kommune, anten han sjølv sende han eller er kjend gjennom ein annan. Like avtalar blir kjende att på to måtar: kopiar merkte X som registrerte gjennom avtalen til ein annan, blir fjerna, eller kopiar med lik koding (teneste, år, lovgrunnlag og steg for tvisteløysing) blir rekna som éin, same kva kommune. Lik koding kan slå saman avtalar som ikkje er dei same: vert, tid på døgnet og ordlyd er ikkje med.",
    en="A copy is an agreement registered for a municipality, whether it sent it itself or is known through another's. Identical agreements are recognised in two ways: copies marked X as registered through another's copy are removed, or copies with equal coding (service, year, legal basis and dispute steps) count as one, whatever the municipality. Equal coding may merge agreements that are not the same: host, time of day and wording are not part of it.",
)


def submissions(edition: Edition) -> Finding:
    """Count copies and agreements under both rules of what is identical.

    Returns
    -------
    Finding
        Columns identical (mark, cells), copies, removed, agreements, municipalities; supporting table `merged`: groups that
        equal coding makes one and the mark keeps apart (service, signed, basis, agreement, municipalities).
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
        statement=_statement(edition, table, merged),
        method=METHOD,
        table=table,
        coverage=Coverage(int(table["agreements"].iloc[0]), {"copies": len(received), "municipalities": senders}),
        chart=Chart("bars", {"category": "identical", "value": "agreements", "of": "copies"}),
        supporting={"merged": merged},
    )


def _merged(edition: Edition) -> pd.DataFrame:
    """Return the groups of agreements that have equal coding."""
    names = edition.names()
    agreements = register(edition)
    agreements["name"] = agreements["municipality"].map(lambda code: names.get(str(code), ""))
    groups = agreements.groupby(list(CODED), dropna=False, sort=True).agg(agreement=("agreement", list), municipalities=("name", list)).reset_index()
    return groups.loc[groups["agreement"].map(len) > 1, ["service", "signed", "basis", "agreement", "municipalities"]].reset_index(drop=True)


def _statement(edition: Edition, table: pd.DataFrame, merged: pd.DataFrame) -> Text:
    mark, cells = (table[table["identical"] == rule].iloc[0] for rule in ("mark", "cells"))
    groups = merged.to_dict("records")
    named = {
        language: "; ".join(
            f"{service_name(edition, group['service'], language).lower()} {group['signed'] if isinstance(group['signed'], str) else ''} ({listing(group['municipalities'], language)})"
            for group in groups
        )
        for language in LANGUAGES
    }
    first = Text(
        nb=f"{mark['copies']} kopier er registrert på {mark['municipalities']} kommuner. {mark['removed']} er merket X (kjent gjennom en annens avtale), og {mark['agreements']} er igjen; regnes likt kodede som én, {cells['agreements']}.",
        nn=f"{mark['copies']} kopiar er registrerte på {mark['municipalities']} kommunar. {mark['removed']} er merkte X (kjende gjennom avtalen til ein annan), og {mark['agreements']} er att; med likt koda rekna som éin, {cells['agreements']}.",
        en=f"{mark['copies']} copies are registered for {mark['municipalities']} municipalities. {mark['removed']} are marked X (known through another's agreement), and {mark['agreements']} are left; with equal coding counted as one, {cells['agreements']}.",
    )
    n = len(groups)
    return first + (
        Text(
            nb=f"Lik koding slår sammen {n} {'gruppe' if n == 1 else 'grupper'} uten X: {named['nb']}.",
            nn=f"Lik koding slår saman {n} {'gruppe' if n == 1 else 'grupper'} utan X: {named['nn']}.",
            en=f"Equal coding merges {n} {'group' if n == 1 else 'groups'} without an X: {named['en']}.",
        )
        if n
        else EMPTY
    )
