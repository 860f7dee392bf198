"""When agreements were entered into."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.register import Identical, register
from samvirke.vocabulary.language import Text

QUESTION = Text(nb="Når ble avtalene inngått?", nn="Når vart avtalane inngåtte?", en="When were the agreements entered into?")
METHOD = Text(
    nb="Hver avtale regnes én gang, etter året den er datert.",
    nn="Kvar avtale blir rekna éin gong, etter året han er datert.",
    en="Each agreement counts once, by the year it is dated.",
)


def agreements_by_year(edition: Edition, *, identical: Identical = "mark") -> Finding:
    """Count agreements by year and stated model.

    Returns
    -------
    Finding
        Columns year, basis, agreements; undated agreements stand in the coverage.
    """
    agreements = register(edition, identical)
    dated = agreements[agreements["signed"].notna()]
    years = dated["signed"].str[:4].astype(int).rename("year")
    table = dated.assign(year=years, basis=dated["basis"].fillna("not_specified")).groupby(["year", "basis"]).size().rename("agreements").reset_index()
    undated = len(agreements) - len(dated)
    gaps = (
        Missing("agreement", (), Text(nb=f"{undated} avtaler er udaterte.", nn=f"{undated} avtalar er udaterte.", en=f"{undated} agreements are undated.")),
    )
    return Finding(
        id="agreements_by_year",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(table, len(dated), undated),
        method=METHOD,
        table=table,
        coverage=Coverage(len(dated), {"agreements": len(agreements)}, gaps if undated else ()),
        chart=Chart("timeline", {"category": "year", "value": "agreements", "group": "basis"}),
    )


def _statement(table: pd.DataFrame, dated: int, undated: int) -> Text:
    if table.empty:
        return Text(
            nb=f"Ingen av de {undated} avtalene er datert.", nn=f"Ingen av dei {undated} avtalane er daterte.", en=f"None of the {undated} agreements is dated."
        )
    totals: Counter[int] = Counter()
    for row in table.to_dict("records"):
        totals[row["year"]] += row["agreements"]
    first, last, most = min(totals), max(totals), max(totals.values())
    year = min(each for each, count in totals.items() if count == most)
    return Text(
        nb=f"De {dated} daterte avtalene er fra {first} til {last}, flest fra {year} ({most} av {dated}); {undated} er udaterte.",
        nn=f"Dei {dated} daterte avtalane er frå {first} til {last}, flest frå {year} ({most} av {dated}); {undated} er udaterte.",
        en=f"The {dated} dated agreements are from {first} to {last}, the largest number from {year} ({most} of {dated}); {undated} are undated.",
    )
