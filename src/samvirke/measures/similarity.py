"""How alike the partners of a municipality are in two services, as a number from 0 to 1."""

from __future__ import annotations

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding
from samvirke.measures.gaps import gaps, untold_gap
from samvirke.measures.membership import Coding, labels, membership, read_services
from samvirke.measures.overlap import pairs
from samvirke.vocabulary.language import LANGUAGES, Text, number

QUESTION = Text(
    nb="Hvor like er partnerne i to tjenester?",
    nn="Kor like er partnarane i to tenester?",
    en="How alike are the partners in two services?",
)
METHOD = Text(
    nb="For hver kommune som er i begge tjenester: Jaccard er felles partnere delt på alle partnere i de to; overlappskoeffisienten er felles partnere delt på det minste av de to partnertallene. Vist er gjennomsnitt og median over kommunene i begge. participants_jaccard er kommuner i begge tjenester delt på kommuner i minst én. Uten kommuner i begge er tallet tomt, ikke 0. Kommuner med samarbeid der ikke alle medlemmene er kjent, er ikke med.",
    nn="For kvar kommune som er i begge tenester: Jaccard er felles partnarar delt på alle partnarar i dei to; overlappskoeffisienten er felles partnarar delt på det minste av dei to partnartala. Vist er gjennomsnitt og median over kommunane i begge. participants_jaccard er kommunar i begge tenester delt på kommunar i minst éi. Utan kommunar i begge er talet tomt, ikkje 0. Kommunar med samarbeid der ikkje alle medlemmene er kjende, er ikkje med.",
    en="For each municipality in both services: Jaccard is the partners in common over all partners in the two; the overlap coefficient is the partners in common over the smaller of the two numbers of partners. Shown are mean and median over the municipalities in both. participants_jaccard is the municipalities in both services over those in at least one. Without municipalities in both the number is empty, not 0. Municipalities with cooperations whose members are not all known are left out.",
)
COLUMNS = ["first", "second", "jaccard_mean", "jaccard_median", "overlap_coefficient_mean", "overlap_coefficient_median", "participants_jaccard"]


def similarity(edition: Edition, *, services: tuple[str, ...] | None = None, coding: Coding = "any") -> Finding:
    """Measure how alike the partner sets of two services are, for every pair of services.

    Returns
    -------
    Finding
        Columns first, second, jaccard_mean, jaccard_median, overlap_coefficient_mean, overlap_coefficient_median (over municipalities in
        both), participants_jaccard, in_both, in_either, municipalities; the most alike first.
    """
    data = membership(edition)
    chosen = read_services(data, services, unions=True)
    rows, untold = [], np.zeros(len(data.codes), dtype=bool)
    for first, second, held in pairs({service: data.partners(service, coding) for service in chosen}, "any"):
        spoken = ~data.unspoken(first, second)
        unsure = held.first & held.second & ~(held.first_whole & held.second_whole)
        untold |= unsure & spoken
        both, either = held.first & held.second & spoken & ~unsure, (held.first | held.second) & spoken
        common, one, other = held.common[both], held.first_size[both], held.second_size[both]
        jaccard, coefficient = common / (one + other - common), common / np.minimum(one, other)
        n, whole = int(both.sum()), int(either.sum())
        means = [float(value) for values in (jaccard, coefficient) for value in ((values.mean(), np.median(values)) if n else (np.nan, np.nan))]
        rows.append((first, second, *means, n / whole if whole else np.nan, n, whole, int(spoken.sum())))
    table = pd.DataFrame(rows, columns=[*COLUMNS, "in_both", "in_either", "municipalities"])
    table = table.sort_values(["jaccard_mean", "first", "second"], ascending=[False, True, True], ignore_index=True, na_position="last")
    return Finding(
        id="similarity",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(edition, table),
        method=METHOD,
        table=table,
        coverage=Coverage(
            int(table["in_both"].iloc[0]) if len(table) else None,
            {"municipalities": int(table["municipalities"].iloc[0]), "in_either": int(table["in_either"].iloc[0])}
            if len(table)
            else {"municipalities": len(data.codes)},
            (*gaps(data, chosen, coding), *untold_gap(data, untold)),
        ),
        chart=Chart("table"),
    )


def _statement(edition: Edition, table: pd.DataFrame) -> Text:
    known = table[table["jaccard_mean"].notna()]
    if known.empty:
        return Text(
            nb="Ingen kommune samarbeider om to av tjenestene, så likhet kan ikke måles.",
            nn="Ingen kommune samarbeider om to av tenestene, så likskap kan ikkje målast.",
            en="No municipality cooperates on two of the services, so likeness cannot be measured.",
        )
    row = known.iloc[0]
    name = labels(edition, [row["first"], row["second"]])
    value = {language: (number(row["jaccard_mean"], language, 2), number(row["overlap_coefficient_mean"], language, 2)) for language in LANGUAGES}
    n = int(row["in_both"])
    return Text(
        nb=f"Likest er partnerne i {name['nb']}: Jaccard {value['nb'][0]} og overlappskoeffisient {value['nb'][1]} i snitt over {n} kommuner i begge.",
        nn=f"Likast er partnarane i {name['nn']}: Jaccard {value['nn'][0]} og overlappskoeffisient {value['nn'][1]} i snitt over {n} kommunar i begge.",
        en=f"Partners are most alike in {name['en']}: Jaccard {value['en'][0]} and overlap coefficient {value['en'][1]} on average over {n} municipalities in both.",
    )
