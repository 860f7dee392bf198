"""Who cooperates with whom on each service: one row per municipality and service (the note's figures 4.2 to 4.4)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding
from samvirke.measures.gaps import gaps
from samvirke.measures.membership import Coding, labels, membership, read_services
from samvirke.vocabulary.language import LANGUAGES, Text, listing, number

QUESTION = Text(
    nb="Hvem samarbeider med hvem, tjeneste for tjeneste?",
    nn="Kven samarbeider med kven, teneste for teneste?",
    en="Who cooperates with whom, service by service?",
)
METHOD = Text(
    nb="Én rad for hver kommune i hver tjeneste den samarbeider om, med samarbeidene og partnerne. På kartet har nabosamarbeid ulike farger; fargene betyr ellers ingenting. En kommune i flere samarbeid om samme tjeneste har en prikk i fargen til det andre.",
    nn="Éi rad for kvar kommune i kvar teneste han samarbeider om, med samarbeida og partnarane. På kartet har nabosamarbeid ulike fargar; fargane tyder elles ingenting. Ein kommune i fleire samarbeid om same teneste har ein prikk i fargen til det andre.",
    en="One row for each municipality in each service that it cooperates on, with its cooperations and partners. On the map neighbouring cooperations have different colours, which otherwise mean nothing. A municipality in several cooperations of one service has a dot in the colour of the second.",
)


def partners(edition: Edition, *, services: tuple[str, ...] | None = None, coding: Coding = "any") -> Finding:
    """List each municipality's cooperations and partners by service.

    Returns
    -------
    Finding
        Columns service, municipality, name, cooperations (ids), cooperation_names, partners (codes), partners_number, role (host where it
        hosts one of them).
    """
    data = membership(edition)
    chosen = read_services(data, services)
    names = edition.names()
    hosting = set(zip(data.hosts["place"], data.hosts["column"], strict=True))
    rows = []
    for service in chosen:
        found = data.partners(service, coding)
        ids, titles = ([list(data.cooperations[column].iloc[list(own)]) for own in found.cooperations] for column in ("id", "name"))
        for place in np.flatnonzero(found.has):
            own, code = int(found.bundle[place]), str(data.codes[place])
            with_whom = sorted(data.codes[found.of(int(place))].tolist())
            role = "host" if any((place, column) in hosting for column in found.cooperations[own]) else None
            rows.append((service, code, names[code], ids[own], titles[own], with_whom, len(with_whom), role))
    columns = ["service", "municipality", "name", "cooperations", "cooperation_names", "partners", "partners_number", "role"]
    table = pd.DataFrame(rows, columns=columns)
    several = {service: int((table.loc[table["service"] == service, "cooperations"].map(len) > 1).sum()) for service in chosen}
    counts = {
        language: listing(
            [
                f"{labels(edition, [service])[language]} {number(int((table['service'] == service).sum()), language)} ({number(several[service], language)})"
                for service in chosen[:6]
            ],
            language,
        )
        for language in LANGUAGES
    }
    taking_part, spoken = table["municipality"].nunique(), int(data.spoken(chosen).sum())
    return Finding(
        id="partners",
        edition=edition.name,
        question=QUESTION,
        statement=Text(
            nb=f"{number(taking_part, 'nb')} av {number(spoken, 'nb')} kommuner har partnere i minst én tjeneste. Kommuner etter tjeneste, og i parentes dem som er i flere samarbeid om den: {counts['nb']}.",
            nn=f"{number(taking_part, 'nn')} av {number(spoken, 'nn')} kommunar har partnarar i minst éi teneste. Kommunar etter teneste, og i parentes dei som er i fleire samarbeid om henne: {counts['nn']}.",
            en=f"{number(taking_part, 'en')} of {number(spoken, 'en')} municipalities have partners in at least one service. Municipalities by service, and in brackets those in several cooperations of it: {counts['en']}.",
        )
        if chosen
        else Text(nb="Ingen kommuner har partnere.", nn="Ingen kommunar har partnarar.", en="No municipality has partners."),
        method=METHOD,
        table=table,
        coverage=Coverage(taking_part, {"municipalities": spoken, "cooperations": len(data.cooperations)}, gaps(data, chosen, coding)),
        chart=Chart("regions", {"municipality": "municipality", "panel": "service", "cooperations": "cooperations", "role": "role"}),
    )
