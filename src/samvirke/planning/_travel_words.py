"""What is said of travel: the question, the method, and the sentences that answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from samvirke.vocabulary.language import EMPTY, LANGUAGES, Text, number, percent

QUESTION = Text(
    nb="Hvor langt har innbyggerne til tjenesten?",
    nn="Kor langt har innbyggjarane til tenesta?",
    en="How far do residents have to the service?",
)
METHOD = Text(
    nb="Hver kommunes innbyggere regnes som om alle bodde i kommunens punkt; den som har stedet i egen kommune, har 0 minutter. Så avstander innen kommunen er ikke med, og store kommuner kommer for godt ut. Reisen går fra kommunen til stedet, én vei; er bare motsatt vei kjent, er reisen ukjent. Snitt og median er over innbyggere, lengst er over kommuner. Andeler er av innbyggere med kjent reisetid.",
    nn="Innbyggjarane i kvar kommune er rekna som om alle budde i punktet til kommunen; den som har staden i eigen kommune, har 0 minutt. Så avstandar innanfor kommunen er ikkje med, og store kommunar kjem for godt ut. Reisa går frå kommunen til staden, éin veg; er berre motsett veg kjend, er reisa ukjend. Snitt og median er over innbyggjarar, lengst er over kommunar. Delar er av innbyggjarar med kjend reisetid.",
    en="The residents of each municipality count as if all lived at its point; those with the site in their own municipality have 0 minutes. So distances within a municipality are not in it, and large municipalities come out too well. The journey goes from the municipality to the site, one way; where only the other way is known, it is unknown. Mean and median are over residents, the worst is over municipalities. Shares are of residents with a known time.",
)


def statement(rows: Sequence[Mapping[str, Any]], limit: float, *, estimated: bool, doubtful: pd.DataFrame, names: Mapping[str, str], own_host: bool) -> Text:
    """Answer in sentences, from the rows."""
    everybody = rows[0]
    w = {
        one: {
            "limit": number(limit, one),
            "within": number(everybody["residents_within"], one),
            "residents": number(everybody["residents"], one),
            "share": percent(everybody["share_within"], one),
            **{name: number(everybody[f"minutes_{name}"], one) for name in ("mean", "median", "worst")},
        }
        for one in LANGUAGES
    }
    code = everybody["municipality_worst"]
    worst = names.get(code, code) if code else "–"
    site = (
        Text(nb="verten i eget samarbeid", nn="verten i eige samarbeid", en="the host of their own cooperation")
        if own_host
        else Text(nb="nærmeste sted", nn="næraste stad", en="the nearest site")
    )
    about = Text(nb="Anslag fra luftlinje: ", nn="Anslag frå luftline: ", en="Estimate from the straight line: ") if estimated else EMPTY
    said = Text(
        nb=f"{about.nb}{w['nb']['within']} av {w['nb']['residents']} innbyggere ({w['nb']['share']}) har høyst {w['nb']['limit']} minutter til {site.nb}. Snittet er {w['nb']['mean']} minutter, medianen {w['nb']['median']}; lengst er det fra {worst}, {w['nb']['worst']} minutter.",
        nn=f"{about.nn}{w['nn']['within']} av {w['nn']['residents']} innbyggjarar ({w['nn']['share']}) har høgst {w['nn']['limit']} minutt til {site.nn}. Snittet er {w['nn']['mean']} minutt, medianen {w['nn']['median']}; lengst er det frå {worst}, {w['nn']['worst']} minutt.",
        en=f"{about.en}{w['en']['within']} of {w['en']['residents']} residents ({w['en']['share']}) have at most {w['en']['limit']} minutes to {site.en}. The mean is {w['en']['mean']} minutes, the median {w['en']['median']}; the farthest is {worst}, {w['en']['worst']} minutes.",
    )
    return said + _ages(rows) + _without(everybody) + _doubts(doubtful)


def _ages(rows: Sequence[Mapping[str, Any]]) -> Text:
    """Say which age group differs most from everybody."""
    everybody = rows[0]["share_within"]
    ages = [row for row in rows[1:] if not np.isnan(row["share_within"])]
    if not ages:
        return EMPTY
    most = max(ages, key=lambda row: abs(row["share_within"] - everybody))
    name = str(most["age_group"]).removeprefix("population_").replace("_", " ")
    said = {one: (percent(most["share_within"], one), number(most["minutes_mean"], one)) for one in LANGUAGES}
    return Text(
        nb=f"Av aldersgruppen {name} er {said['nb'][0]} innenfor, med {said['nb'][1]} minutter i snitt.",
        nn=f"Av aldersgruppa {name} er {said['nn'][0]} innanfor, med {said['nn'][1]} minutt i snitt.",
        en=f"Of the age group {name}, {said['en'][0]} are within, with a mean of {said['en'][1]} minutes.",
    )


def _without(everybody: Mapping[str, Any]) -> Text:
    if not everybody["residents_without_time"]:
        return EMPTY
    n = {one: number(everybody["residents_without_time"], one) for one in LANGUAGES}
    return Text(
        nb=f"{n['nb']} innbyggere har ukjent reisetid og er ikke med.",
        nn=f"{n['nn']} innbyggjarar har ukjend reisetid og er ikkje med.",
        en=f"{n['en']} residents have no known time and are not counted.",
    )


def _doubts(doubtful: pd.DataFrame) -> Text:
    fast, slow = (int((doubtful["doubt"] == kind).sum()) for kind in ("too_fast", "out_of_proportion"))
    said = EMPTY
    if fast:
        said += Text(
            nb=f"{fast} reisetider i tabellen er umulige og er ikke brukt.",
            nn=f"{fast} reisetider i tabellen er umoglege og er ikkje brukte.",
            en=f"{fast} travel times of the table are impossible and were not used.",
        )
    if slow:
        said += Text(
            nb=f"{slow} er ute av forhold til luftlinjen, som når en ferje mangler; de er brukt, men bør ses på.",
            nn=f"{slow} er ute av høve til luftlina, som når ei ferje manglar; dei er brukte, men bør sjåast på.",
            en=f"{slow} are out of proportion to the straight line, as when a ferry is left out; they were used, but should be looked at.",
        )
    return said
