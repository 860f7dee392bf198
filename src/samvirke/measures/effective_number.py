"""On how many cooperations each municipality is in effect spread, when large ones weigh more."""

from __future__ import annotations

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.gaps import gaps, municipalities, population_gap, population_years
from samvirke.measures.membership import Array, Membership, cooperation_populations, membership, read_services
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Text, listing, number

QUESTION = Text(
    nb="Hvor mange samarbeid er kommunene i praksis spredt på, når store veier mer enn små?",
    nn="Kor mange samarbeid er kommunane i praksis spreidde på, når store veg meir enn små?",
    en="On how many cooperations are municipalities in effect spread, when large ones weigh more than small ones?",
)
METHOD = Text(
    nb="Hvert samarbeid kommunen er med i, i de valgte tjenestene samlet, veier som folketallet sitt delt på summen av folketallene i alle samarbeidene til kommunen. Det effektive antallet er 1 delt på summen av de kvadrerte vektene (den inverse av Herfindahl-indeksen): lik antallet samarbeid når alle er like store, nær 1 når ett er mye større enn resten. Folketallet i et samarbeid er summen av medlemmenes siste kjente folketall ikke etter datoen. Tallet er tomt når folketallet i et av samarbeidene er ukjent, eller summen er 0. Kommuner uten samarbeid, og de som ingen kilde sier noe om i en av tjenestene, er ikke med.",
    nn="Kvart samarbeid kommunen er med i, i dei valde tenestene samla, veg som folketalet sitt delt på summen av folketala i alle samarbeida til kommunen. Det effektive talet er 1 delt på summen av dei kvadrerte vektene (den inverse av Herfindahl-indeksen): lik talet på samarbeid når alle er like store, nær 1 når eitt er mykje større enn resten. Folketalet i eit samarbeid er summen av det siste kjende folketalet til medlemmene ikkje etter datoen. Talet er tomt når folketalet i eit av samarbeida er ukjent, eller summen er 0. Kommunar utan samarbeid, og dei som inga kjelde seier noko om i ei av tenestene, er ikkje med.",
    en="Each cooperation that the municipality is in, in all chosen services together, weighs its population over the sum of the populations of all the municipality's cooperations. The effective number is 1 over the sum of the squared weights (the inverse of the Herfindahl index): the number of cooperations when all are equally large, near 1 when one is much larger than the rest. The population of a cooperation is the sum of its members' latest known population not after the date. The number is empty when the population of one of the cooperations is unknown, or the sum is 0. Municipalities in no cooperation, and those of which no source speaks in one of the services, are left out.",
)
NAMED = 3
"""How many that share the highest number are named."""


def effective_number(edition: Edition, *, services: tuple[str, ...] | None = None) -> Finding:
    """Compute the effective number of cooperations of each municipality, by their populations.

    Parameters
    ----------
    edition : Edition
        What is counted in.
    services : tuple of str or None
        The services whose cooperations count, all together; None is all that there are cooperations on.

    Returns
    -------
    Finding
        Columns municipality, name, cooperations, effective_number (empty where the population of one of its cooperations is unknown), for
        municipalities in at least one; the highest first.
    """
    data = membership(edition)
    chosen = read_services(data, services)
    columns = np.flatnonzero(data.cooperations["service"].isin(chosen).to_numpy(dtype=bool))
    own = data.matrix[:, columns]
    counts = np.diff(own.indptr)
    spoken = ~data.unspoken(*chosen)
    places = np.flatnonzero(spoken & (counts > 0))
    people = cooperation_populations(data, columns)
    total, squares = np.asarray(own @ people)[places], np.asarray(own @ people**2)[places]
    effective = np.divide(total**2, squares, out=np.full(len(places), np.nan), where=squares != 0)
    names = edition.names()
    codes = data.codes[places].astype(str)
    table = pd.DataFrame(
        {"municipality": codes, "name": [names.get(code, code) for code in codes], "cooperations": counts[places], "effective_number": effective}
    ).sort_values(["effective_number", "municipality"], ascending=[False, True], ignore_index=True, na_position="last")
    members = np.flatnonzero(np.asarray(data.by_cooperation[columns].sum(axis=0)).ravel() > 0)
    return Finding(
        id="effective_number",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(table),
        method=METHOD + population_years(data),
        table=table,
        coverage=Coverage(
            int(table["effective_number"].notna().sum()),
            {"municipalities": int(spoken.sum())},
            (*gaps(data, chosen), *population_gap(data, members), *_empty_gap(data, places[np.isnan(effective)])),
        ),
        chart=Chart("map", {"municipality": "municipality", "value": "effective_number"}),
    )


def _empty_gap(data: Membership, places: Array) -> tuple[Missing, ...]:
    if not len(places):
        return ()
    why = Text(
        nb=f"For {municipalities(len(places)).nb} er det effektive antallet tomt, siden folketallet i minst ett av samarbeidene er ukjent, eller summen er 0",
        nn=f"For {municipalities(len(places)).nn} er det effektive talet tomt, sidan folketalet i minst eitt av samarbeida er ukjent, eller summen er 0",
        en=f"For {municipalities(len(places)).en} the effective number is empty, since the population of at least one cooperation is unknown, or the sum is 0",
    )
    return (Missing("figure", tuple(str(code) for code in data.codes[places]), why),)


def _statement(table: pd.DataFrame) -> Text:
    known = table[table["effective_number"].notna()]
    if known.empty:
        return Text(
            nb="Ingen kommune er i samarbeid som alle har kjent folketall over 0, så det effektive antallet kan ikke måles.",
            nn="Ingen kommune er i samarbeid som alle har kjent folketal over 0, så det effektive talet kan ikkje målast.",
            en="No municipality is in cooperations that all have a known population above 0, so the effective number cannot be measured.",
        )
    low, middle, high = np.percentile(known["effective_number"], [25, 50, 75])
    w = {language: [number(float(value), language, 2) for value in (low, middle, high)] for language in LANGUAGES}
    one = municipalities(len(known))
    return (
        Text(
            nb=f"Det effektive antallet samarbeid har median {w['nb'][1]} hos {one.nb} med minst ett (kvartiler {w['nb'][0]} og {w['nb'][2]}).",
            nn=f"Det effektive talet på samarbeid har median {w['nn'][1]} hos {one.nn} med minst eitt (kvartilar {w['nn'][0]} og {w['nn'][2]}).",
            en=f"The effective number of cooperations has median {w['en'][1]} in {one.en} with at least one (quartiles {w['en'][0]} and {w['en'][2]}).",
        )
        + _several(known[known["cooperations"] > 1])
        + _highest(known)
    )


def _several(several: pd.DataFrame) -> Text:
    if several.empty:
        return Text(
            nb="Ingen av dem er med i to eller flere.",
            nn="Ingen av dei er med i to eller fleire.",
            en="None of them is in two or more.",
        )
    mean = {language: number(float(several["effective_number"].mean()), language, 2) for language in LANGUAGES}
    many = municipalities(len(several))
    return Text(
        nb=f"Hos {many.nb} med minst to er snittet {mean['nb']}.",
        nn=f"Hos {many.nn} med minst to er snittet {mean['nn']}.",
        en=f"In {many.en} with at least two the mean is {mean['en']}.",
    )


def _highest(known: pd.DataFrame) -> Text:
    highest = float(known["effective_number"].iloc[0])
    own = known[np.isclose(known["effective_number"], highest, rtol=1e-9)]
    if len(own) == len(known) > NAMED:
        return EMPTY
    many = municipalities(len(own))
    who = {language: listing(own["name"], language) if len(own) <= NAMED else many[language] for language in LANGUAGES}
    value = {language: number(highest, language, 2) for language in LANGUAGES}
    return Text(
        nb=f"Høyest er det i {who['nb']} ({value['nb']}).",
        nn=f"Høgst er det i {who['nn']} ({value['nn']}).",
        en=f"It is highest in {who['en']} ({value['en']}).",
    )
