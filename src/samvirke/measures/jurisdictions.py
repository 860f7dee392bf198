"""How many cooperations a resident is under, through the municipality."""

from __future__ import annotations

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding
from samvirke.measures.gaps import gaps, municipalities, population_gap, population_years
from samvirke.measures.membership import Membership, labels, membership, read_services
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Text, number

QUESTION = Text(
    nb="Hvor mange samarbeid er en innbygger med i gjennom kommunen sin?",
    nn="Kor mange samarbeid er ein innbyggjar med i gjennom kommunen sin?",
    en="How many cooperations is a resident in through the municipality?",
)
METHOD = Text(
    nb="Hvert samarbeid er en egen jurisdiksjon, avgrenset til én oppgave (type II hos Hooghe og Marks 2003, doi:10.1017/S0003055403000649). Snittet per innbygger er antallet samarbeid hver kommune er med i, vektet med folketallet; snittet per kommune er uten vekt. Begge er over kommuner som kilder sier noe om i tjenesten og som har kjent folketall. Raden «all» er alle tjenestene samlet, over kommuner som kilder sier noe om i hver av dem. Uten innbyggere eller kommuner er snittet tomt, ikke 0.",
    nn="Kvart samarbeid er ein eigen jurisdiksjon, avgrensa til éi oppgåve (type II hos Hooghe og Marks 2003, doi:10.1017/S0003055403000649). Snittet per innbyggjar er talet på samarbeid kvar kommune er med i, vekta med folketalet; snittet per kommune er utan vekt. Begge er over kommunar som kjelder seier noko om i tenesta og som har kjent folketal. Rada «all» er alle tenestene samla, over kommunar som kjelder seier noko om i kvar av dei. Utan innbyggjarar eller kommunar er snittet tomt, ikkje 0.",
    en="Each cooperation is a jurisdiction of its own, for one task (type II in Hooghe and Marks 2003, doi:10.1017/S0003055403000649). The mean per resident is the number of cooperations that each municipality is in, weighted by population; the mean per municipality has no weights. Both are over municipalities that sources speak of in the service and whose population is known. The row `all` is all services together, over municipalities that sources speak of in each of them. Without residents or municipalities the mean is empty, not 0.",
)
ALL = "all"


def jurisdictions(edition: Edition, *, services: tuple[str, ...] | None = None) -> Finding:
    """Average the cooperations over residents and over municipalities, service by service and for all together.

    Parameters
    ----------
    edition : Edition
        What is counted in.
    services : tuple of str or None
        The services; None is all that there are cooperations on.

    Returns
    -------
    Finding
        Columns service (or all, when there are several), jurisdictions_per_resident, jurisdictions_per_municipality, residents,
        municipalities.
    """
    data = membership(edition)
    chosen = read_services(data, services)
    rows = [{"service": service, **_averaged(data, (service,))} for service in chosen]
    if len(chosen) > 1:
        rows.append({"service": ALL, **_averaged(data, chosen)})
    table = pd.DataFrame(rows, columns=["service", "jurisdictions_per_resident", "jurisdictions_per_municipality", "residents", "municipalities"])
    spoken = data.spoken(chosen)
    return Finding(
        id="jurisdictions",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(edition, table) + population_years(data),
        method=METHOD,
        table=table,
        coverage=Coverage(
            int(table["municipalities"].iloc[-1]) if len(table) else None,
            {"municipalities": int((~data.unspoken(*chosen)).sum())},
            (*gaps(data, chosen), *population_gap(data, np.flatnonzero(spoken))),
        ),
        chart=Chart("bars", {"category": "service", "value": "jurisdictions_per_resident"}),
    )


def _averaged(data: Membership, services: tuple[str, ...]) -> dict[str, object]:
    columns = np.flatnonzero(data.cooperations["service"].isin(services).to_numpy(dtype=bool))
    within = ~data.unspoken(*services) & ~np.isnan(data.population)
    counts = np.diff(data.matrix[:, columns].indptr)[within]
    people = data.population[within]
    residents, n = float(people.sum()), int(within.sum())
    return {
        "jurisdictions_per_resident": float(people @ counts) / residents if residents else np.nan,
        "jurisdictions_per_municipality": float(counts.sum()) / n if n else np.nan,
        "residents": residents,
        "municipalities": n,
    }


def _statement(edition: Edition, table: pd.DataFrame) -> Text:
    if table.empty:
        return Text(
            nb="Utgaven har ingen samarbeid som en innbygger kan være med i.",
            nn="Utgåva har ingen samarbeid som ein innbyggjar kan vere med i.",
            en="The edition has no cooperations that a resident could be in.",
        )
    whole = table.iloc[-1]
    if np.isnan(whole["jurisdictions_per_resident"]):
        return Text(
            nb="Ingen kommune som kilder sier noe om i alle tjenestene, har kjent folketall over 0, så samarbeid per innbygger kan ikke måles.",
            nn="Ingen kommune som kjelder seier noko om i alle tenestene, har kjent folketal over 0, så samarbeid per innbyggjar kan ikkje målast.",
            en="No municipality that sources speak of in all the services has a known population above 0, so cooperations per resident cannot be measured.",
        )
    many = municipalities(int(whole["municipalities"]))
    w = {
        language: (
            number(whole["jurisdictions_per_resident"], language, 2),
            number(whole["jurisdictions_per_municipality"], language, 2),
            number(whole["residents"], language),
        )
        for language in LANGUAGES
    }
    sentence = Text(
        nb=f"En innbygger er i snitt med i {w['nb'][0]} samarbeid gjennom kommunen sin, og en kommune i {w['nb'][1]} ({many.nb} med {w['nb'][2]} {'innbygger' if whole['residents'] == 1 else 'innbyggere'}).",
        nn=f"Ein innbyggjar er i snitt med i {w['nn'][0]} samarbeid gjennom kommunen sin, og ein kommune i {w['nn'][1]} ({many.nn} med {w['nn'][2]} {'innbyggjar' if whole['residents'] == 1 else 'innbyggjarar'}).",
        en=f"A resident is in {w['en'][0]} cooperations on average through the municipality, and a municipality in {w['en'][1]} ({many.en} with {w['en'][2]} {'inhabitant' if whole['residents'] == 1 else 'inhabitants'}).",
    )
    return sentence + _between(edition, table[(table["service"] != ALL) & table["jurisdictions_per_resident"].notna()])


def _between(edition: Edition, own: pd.DataFrame) -> Text:
    """Say in which services there are most and fewest, as they are told; equal numbers are no difference."""
    told = own["jurisdictions_per_resident"].round(2)
    if len(own) < 2:
        return EMPTY
    most, least = own["service"][told == told.max()].sort_values().tolist(), own["service"][told == told.min()].sort_values().tolist()
    name = labels(edition, most), labels(edition, least)
    value = {language: [number(one, language, 2) for one in (told.max(), told.min())] for language in LANGUAGES}
    if told.max() == told.min():
        return Text(
            nb=f"Det er like mange per innbygger om {name[0]['nb']} ({value['nb'][0]}).",
            nn=f"Det er like mange per innbyggjar om {name[0]['nn']} ({value['nn'][0]}).",
            en=f"There are equally many per resident in {name[0]['en']} ({value['en'][0]}).",
        )
    return Text(
        nb=f"Flest per innbygger er det om {name[0]['nb']} ({value['nb'][0]}), færrest om {name[1]['nb']} ({value['nb'][1]}).",
        nn=f"Flest per innbyggjar er det om {name[0]['nn']} ({value['nn'][0]}), færrast om {name[1]['nn']} ({value['nn'][1]}).",
        en=f"There are most per resident in {name[0]['en']} ({value['en'][0]}) and fewest in {name[1]['en']} ({value['en'][1]}).",
    )
