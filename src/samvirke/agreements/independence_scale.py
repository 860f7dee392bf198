"""Where the agreements stand on the scale of legal models, from most political control to most independence."""

from __future__ import annotations

import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.register import Identical, register
from samvirke.vocabulary import law
from samvirke.vocabulary.language import Text

QUESTION = Text(
    nb="Hvor selvstendige er modellene som brukes?", nn="Kor sjølvstendige er modellane som er i bruk?", en="How independent are the models in use?"
)
METHOD = Text(
    nb="Skalaen er figur 5.1 i NIBR-notat 2015:104 (etter KS 2013): fra vertskommune, der politikerne styrer mest, til interkommunalt selskap, som er mest selvstendig. Rekkefølgen er vurdert, avstanden mellom trinnene er ikke målt. Avtaler uten oppgitt modell og modeller utenfor figuren står for seg.",
    nn="Skalaen er figur 5.1 i NIBR-notat 2015:104 (etter KS 2013): frå vertskommune, der politikarane styrer mest, til interkommunalt selskap, som er mest sjølvstendig. Rekkjefølgja er vurdert, avstanden mellom stega er ikkje målt. Avtalar utan oppgjeven modell og modellar utanfor figuren står for seg.",
    en="The scale is figure 5.1 of NIBR-notat 2015:104 (after KS 2013): from host municipality, where politicians control most, to inter-municipal company, which is most independent. The order is a judgement; the distance between steps is not measured. Agreements without a stated model and models outside the figure are shown separately.",
)


def independence_scale(edition: Edition, *, identical: Identical = "mark") -> Finding:
    """Count agreements along the scale of figure 5.1.

    Returns
    -------
    Finding
        Columns basis, independence (1 least to 4 most; empty outside the figure), agreements, of, every model of the figure
        included, also those that nobody uses.
    """
    agreements = register(edition, identical)
    read = agreements[agreements["basis"].notna()]
    counts = read["basis"].value_counts()
    rows = []
    for model in law.models().values():
        rank = int(model.independence[0].value) if model.independence else None
        count = int(counts.get(model.id, 0))
        if rank is not None or count:
            rows.append((model.id, rank, count, len(read)))
    table = pd.DataFrame(rows, columns=["basis", "independence", "agreements", "of"]).astype({"independence": "Int64"})
    on = int(table.loc[table["independence"].notna(), "agreements"].sum())
    first = int(table.loc[table["independence"] == 1, "agreements"].sum())
    off = len(read) - on
    why = Text(
        nb=f"{off} av {len(read)} avtaler står utenfor skalaen.",
        nn=f"{off} av {len(read)} avtalar står utanfor skalaen.",
        en=f"{off} of {len(read)} agreements stand outside the scale.",
    )
    return Finding(
        id="independence_scale",
        edition=edition.name,
        question=QUESTION,
        statement=Text(
            nb=f"{on} av {len(read)} avtaler kan plasseres på skalaen, og {first} av dem i den minst selvstendige enden, vertskommune.",
            nn=f"{on} av {len(read)} avtalar kan plasserast på skalaen, og {first} av dei i den minst sjølvstendige enden, vertskommune.",
            en=f"{on} of {len(read)} agreements can be placed on the scale, {first} of them at the least independent end, host municipality.",
        ),
        method=METHOD,
        table=table,
        coverage=Coverage(on, {"agreements": len(agreements), "read": len(read)}, (Missing("agreement", (), why),) if off else ()),
        chart=Chart("scale", {"category": "basis", "rank": "independence", "value": "agreements", "of": "of"}),
    )
