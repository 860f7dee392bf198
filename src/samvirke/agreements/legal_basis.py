"""Which legal basis agreements state."""

from __future__ import annotations

import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.register import Identical, register
from samvirke.measures.statistics import share
from samvirke.vocabulary import law
from samvirke.vocabulary.language import LANGUAGES, Text, percent

QUESTION = Text(nb="Hvilket lovgrunnlag oppgir avtalene?", nn="Kva lovgrunnlag oppgjev avtalane?", en="Which legal basis do agreements state?")
METHOD = Text(
    nb="Hver avtale regnes én gang, etter modellen den oppgir. Ordet vertskommune uten lovhenvisning er ikke et lovgrunnlag og står for seg. Intervallene er eksakte 95 %-intervaller (Clopper–Pearson) og gjelder bare om avtalene ses som et tilfeldig utvalg; avtaler med samme vert er ikke uavhengige.",
    nn="Kvar avtale blir rekna éin gong, etter modellen han oppgjev. Ordet vertskommune utan lovtilvising er ikkje eit lovgrunnlag og står for seg. Intervalla er eksakte 95 %-intervall (Clopper–Pearson) og gjeld berre om avtalane blir sedde som eit tilfeldig utval; avtalar med same vert er ikkje uavhengige.",
    en="Each agreement counts once, by the model it states. The word vertskommune (host municipality) without a citation is no legal basis and stands apart. Intervals are exact 95% intervals (Clopper–Pearson) and hold only if the agreements are seen as a random sample; agreements with the same host are not independent.",
)


def bare_word(basis: object, text: object) -> str:
    """Return the word for a host that an agreement without a legal basis uses; empty when none, or when a basis is stated.

    Examples
    --------
    >>> bare_word("not_specified", "Ikke spesifisert, vertskommune (Flora)")
    'vertskommune'
    """
    if basis != "not_specified" or not isinstance(text, str):
        return ""
    return next((word for word in law.models()["not_specified"].bare_words if word in text.lower()), "")


def legal_basis(edition: Edition, *, identical: Identical = "mark") -> Finding:
    """Count agreements by stated legal model, the bare word *vertskommune* apart.

    Parameters
    ----------
    edition : Edition
        With agreements; those whose basis nobody has read are left out of the denominator and named.
    identical : {"mark", "cells"}
        How identical agreements are recognised.

    Returns
    -------
    Finding
        Columns basis, wording (the bare word used, if any), agreements, of, share, share_low, share_high.
    """
    agreements = register(edition, identical)
    read = agreements[agreements["basis"].notna()]
    wording = [bare_word(basis, text) for basis, text in zip(read["basis"], read["basis_text"], strict=True)]
    counts = read.assign(wording=wording).groupby(["basis", "wording"]).size()
    order = list(law.models())
    keys = sorted(counts.index, key=lambda key: (order.index(key[0]), key[1]))
    rows = [(*key, int(counts[key]), len(read), *_interval(int(counts[key]), len(read))) for key in keys]
    table = pd.DataFrame(rows, columns=["basis", "wording", "agreements", "of", "share", "share_low", "share_high"])
    unread = len(agreements) - len(read)
    stated = int(table.loc[table["basis"] != "not_specified", "agreements"].sum())
    gaps = (
        (
            Missing(
                "agreement",
                (),
                Text(nb=f"{unread} avtaler er ikke lest.", nn=f"{unread} avtalar er ikkje lesne.", en=f"{unread} agreements have not been read."),
            ),
        )
        if unread
        else ()
    )
    return Finding(
        id="legal_basis",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(table, stated, len(read)),
        method=METHOD,
        table=table,
        coverage=Coverage(stated, {"agreements": len(agreements), "read": len(read)}, gaps),
        chart=Chart("bars", {"category": "basis", "value": "agreements", "of": "of", "detail": "wording"}),
    )


def _interval(count: int, of: int) -> tuple[float, float, float]:
    found = share(count, of)
    return found.estimate, found.low, found.high


def _statement(table: pd.DataFrame, stated: int, of: int) -> Text:
    silent = of - stated
    with_word = int(table.loc[table["wording"] != "", "agreements"].sum())
    found = share(silent, of)
    models = table[table["basis"] != "not_specified"].groupby("basis", sort=False)["agreements"].sum().sort_values(ascending=False, kind="stable")
    named = {language: ", ".join(f"{law.models()[str(model)].label[language]} {count}" for model, count in models.items()) or "–" for language in LANGUAGES}
    interval = {language: f"{percent(found.low, language)}–{percent(found.high, language)}" for language in LANGUAGES}
    return Text(
        nb=f"{silent} av {of} avtaler ({percent(found.estimate, 'nb')}, 95 %-intervall {interval['nb']}) oppgir ikke lovgrunnlag; {with_word} av dem bruker ordet vertskommune eller vertsmodell. {stated} oppgir modell: {named['nb']}.",
        nn=f"{silent} av {of} avtalar ({percent(found.estimate, 'nn')}, 95 %-intervall {interval['nn']}) oppgjev ikkje lovgrunnlag; {with_word} av dei bruker ordet vertskommune eller vertsmodell. {stated} oppgjev modell: {named['nn']}.",
        en=f"{silent} of {of} agreements ({percent(found.estimate, 'en')}, 95% interval {interval['en']}) state no legal basis; {with_word} of them use the word vertskommune or vertsmodell. {stated} state a model: {named['en']}.",
    )
