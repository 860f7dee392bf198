"""Which models are used for which services."""

from __future__ import annotations

import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding
from samvirke.measures.register import Identical, register
from samvirke.measures.services import service_name
from samvirke.vocabulary import law
from samvirke.vocabulary.language import LANGUAGES, Text

QUESTION = Text(
    nb="Hvilke modeller brukes til hvilke tjenester?", nn="Kva modellar er brukte til kva tenester?", en="Which models are used for which services?"
)
METHOD = Text(
    nb="Hver avtale regnes én gang, under sin tjeneste og modellen den oppgir. Nevneren er avtalene om tjenesten.",
    nn="Kvar avtale blir rekna éin gong, under tenesta si og modellen han oppgjev. Nemnaren er avtalane om tenesta.",
    en="Each agreement counts once, under its service and the model it states. The denominator is the agreements on the service.",
)


def basis_by_service(edition: Edition, *, identical: Identical = "mark") -> Finding:
    """Count stated models by service.

    Returns
    -------
    Finding
        Columns service, basis, agreements, of (agreements on the service), the most common service first.
    """
    agreements = register(edition, identical)
    read = agreements[agreements["basis"].notna()]
    totals = read["service"].value_counts()
    services = sorted(totals.index, key=lambda service: (-totals[service], service))
    counts = read.groupby(["service", "basis"]).size()
    rows = [
        (service, basis, int(counts[service, basis]), int(totals[service]))
        for service in services
        for basis in law.models()
        if (service, basis) in counts.index
    ]
    table = pd.DataFrame(rows, columns=["service", "basis", "agreements", "of"])
    lines = []
    for service in services[:2]:
        own = table[table["service"] == service]
        stated = int(own.loc[own["basis"] != "not_specified", "agreements"].sum())
        name = {language: service_name(edition, service, language).lower() for language in LANGUAGES}
        n = int(totals[service])
        lines.append(
            Text(
                nb=f"Av {n} avtaler om {name['nb']} oppgir {stated} en modell.",
                nn=f"Av {n} avtalar om {name['nn']} oppgjev {stated} ein modell.",
                en=f"Of {n} agreements on {name['en']} {stated} state a model.",
            )
        )
    statement = (
        lines[0] + lines[1]
        if len(lines) > 1
        else lines[0]
        if lines
        else Text(nb="Ingen avtaler er lest.", nn="Ingen avtalar er lesne.", en="No agreement has been read.")
    )
    return Finding(
        id="basis_by_service",
        edition=edition.name,
        question=QUESTION,
        statement=statement,
        method=METHOD,
        table=table,
        coverage=Coverage(len(read), {"agreements": len(agreements), "read": len(read)}),
        chart=Chart("bars", {"category": "basis", "value": "agreements", "of": "of", "panel": "service"}),
    )
