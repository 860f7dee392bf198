"""Which contents agreements lack, of those that the law, guidance or common practice would have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd

from samvirke.agreements.coded import readings_of
from samvirke.agreements.meaning import of_term
from samvirke.agreements.reading import Reading
from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.membership import membership
from samvirke.measures.register import period
from samvirke.measures.statistics import share
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Text, listing, percent

By = Literal["all", "model", "period", "size", "centrality", "county"]
SIZES = ((0, "to_5000"), (5_000, "to_10000"), (10_000, "to_20000"), (20_000, "from_20000"))
GRADES = ("required", "recommended", "practice")
QUESTION = Text(nb="Hva mangler i avtalene?", nn="Kva manglar i avtalane?", en="What do agreements lack?")
METHOD = Text(
    nb="Hver avtale holdes mot loven på sin dato (required), mot det en leser ellers ville se etter (recommended) og mot vanlig praksis (practice, som tvisteløsning; fravær er aldri et lovbrudd). Andelen er av avtalene som punktet gjelder for og som er kodet for det; intervallet er eksakt (Clopper–Pearson). En avtale med bare ett slag bestemmelser er kodet for det alene. Med --by size, centrality eller county hører avtalen til vertskommunens gruppe, ellers gruppen til den mest folkerike parten; «unknown» er uten vert og kjente tall. Uten dato eller modell kan ikke lovens krav prøves.",
    nn="Kvar avtale blir halden mot lova på datoen sin (required), mot det ein lesar elles ville sjå etter (recommended) og mot vanleg praksis (practice, som tvisteløysing; fråvær er aldri eit lovbrot). Delen er av avtalane som punktet gjeld for og som er koda for det; intervallet er eksakt (Clopper–Pearson). Ein avtale med berre eitt slag føresegner er koda for det åleine. Med --by size, centrality eller county høyrer avtalen til gruppa åt vertskommunen, elles gruppa åt den mest folkerike parten; «unknown» er utan vert og kjende tal. Utan dato eller modell kan ikkje krava i lova prøvast.",
    en="Each agreement is held against the law on its date (required), against what a reader would otherwise look for (recommended) and against common practice (practice, such as dispute resolution; its absence is never a breach). The share is of the agreements to which the item applies and which are coded for it; the interval is exact (Clopper–Pearson). An agreement with a single kind of clause is coded for that alone. With --by size, centrality or county the agreement belongs to the group of its host, else of its most populous party; `unknown` is without host and known numbers. Without a date or a model what the law requires cannot be tested.",
)


def agreement_quality(edition: Edition, *, by: By = "all", cut: date = date(2012, 1, 1)) -> Finding:
    """Count which contents agreements have and lack, by model, period or type of municipality.

    Parameters
    ----------
    edition : Edition
        With coded agreements.
    by : {"all", "model", "period", "size", "centrality", "county"}
        What the agreements are divided by.
    cut : datetime.date
        For periods: the day that divides before and after.

    Returns
    -------
    Finding
        Columns agreement_group, grade, checked_item, agreements (to which the item applies), coded, present, unclear, absent, share_absent,
        share_low, share_high, verified (whether every rule behind the row has been held against the statute). Supporting table `remarks`:
        checked_item, agreements.
    """
    readings = readings_of(edition)
    groups = _groups(edition, readings, by, cut)
    rows = []
    for name in dict.fromkeys(groups[one] for one in sorted(range(len(readings)), key=lambda place: _order(groups[place]))):
        own = [reading for reading, group in zip(readings, groups, strict=True) if group == name]
        rows += [(name, *row) for row in _counted(own)]
    columns = [
        "agreement_group",
        "grade",
        "checked_item",
        "agreements",
        "coded",
        "present",
        "unclear",
        "absent",
        "share_absent",
        "share_low",
        "share_high",
        "verified",
    ]
    table = pd.DataFrame(rows, columns=columns)
    remarks = Counter(item for one in readings for item in {check.item for check in one.checks if check.state == "remark"})
    supporting = (
        {
            "remarks": pd.DataFrame(
                [(item, count) for item, count in sorted(remarks.items(), key=lambda one: (-int(one[1]), one[0]))], columns=["checked_item", "agreements"]
            )
        }
        if remarks
        else {}
    )
    untested = sum(not any(check.grade == "required" and check.state != "remark" for check in one.checks) for one in readings)
    return Finding(
        id="agreement_quality",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(table if by == "all" else pd.DataFrame([("all", *row) for row in _counted(readings)], columns=columns), len(readings), untested),
        method=METHOD,
        table=table,
        coverage=Coverage(len(readings) - untested, {"agreements": len(readings)}, _gaps(untested)),
        chart=Chart("bars", {"category": "checked_item", "value": "absent", "of": "coded", "panel": "agreement_group"})
        if table["coded"].sum()
        else Chart("table"),
        supporting=supporting,
    )


def _counted(readings: Sequence[Reading]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for grade in GRADES:
        checks = [check for one in readings for check in one.checks if check.grade == grade and check.state != "remark"]
        for item in dict.fromkeys(check.item for check in checks):
            own = [check for check in checks if check.item == item]
            states = Counter(check.state for check in own)
            coded = len(own) - states["not_coded"]
            found = share(states["absent"], coded)
            rows.append(
                (
                    grade,
                    item,
                    len(own),
                    coded,
                    states["present"],
                    states["unclear"],
                    states["absent"],
                    found.estimate,
                    found.low,
                    found.high,
                    all(check.verified for check in own),
                )
            )
    return rows


def _order(group: str) -> tuple[int, str]:
    known = [name for _, name in SIZES] + ["before", "after", "either", "undated", "unknown"]
    return (known.index(group) if group in known else -1, group)


def _groups(edition: Edition, readings: Sequence[Reading], by: By, cut: date) -> list[str]:
    """Say which group each agreement belongs to."""
    if by == "all":
        return ["all"] * len(readings)
    if by == "model":
        return [one.model or "not_specified" for one in readings]
    if by == "period":
        return [period(one.signed.value, cut) for one in readings]
    data = membership(edition)
    people = dict(zip(data.codes.astype(str), data.population, strict=True))
    kinds = _kinds(edition, by, people)
    return [kinds.get(_standing_for(one, people), "unknown") for one in readings]


def _standing_for(one: Reading, people: dict[str, float]) -> str:
    """Return the municipality that an agreement is counted under: the host, else the most populous party."""
    if isinstance(one.host.value, str):
        return one.host.value
    own = [str(party.municipality) for party in one.parties if not np.isnan(people.get(str(party.municipality), np.nan))]
    return max(own, key=lambda code: people[code], default="")


def _kinds(edition: Edition, by: By, people: dict[str, float]) -> dict[str, str]:
    if by == "size":
        return {code: [name for least, name in SIZES if count >= least][-1] for code, count in people.items() if not np.isnan(count)}
    if by == "county":
        own = edition["municipality"]
        return (
            {str(code): str(county) for code, county in zip(own["code"], own["county"], strict=True) if isinstance(county, str) and county}
            if "county" in own
            else {}
        )
    if "grouping" not in edition:
        return {}
    own = edition["grouping"]
    own = own[own["kind"] == "centrality"]
    return {str(row.municipality): str(row.name or row.code) for row in own[["municipality", "code", "name"]].itertuples(index=False)}


def _gaps(untested: int) -> tuple[Missing, ...]:
    if not untested:
        return ()
    why = Text(
        nb=f"{untested} avtaler er uten kjent dato eller modell, eller loven er ikke lagt inn for den; hva loven krever er ikke prøvd der.",
        nn=f"{untested} avtalar er utan kjend dato eller modell, eller lova er ikkje lagd inn for han; kva lova krev er ikkje prøvd der.",
        en=f"{untested} agreements have no known date or model, or the law is not held for it; what the law requires is not tested there.",
    )
    return (Missing("agreement", (), why),)


def _statement(table: pd.DataFrame, count: int, untested: int) -> Text:
    coded = table[table["coded"] > 0]
    if coded.empty:
        return Text(
            nb=f"{count} avtaler, ingen kodet for innhold.",
            nn=f"{count} avtalar, ingen koda for innhald.",
            en=f"{count} agreements, none coded for their contents.",
        )
    text = EMPTY
    row: Any
    for row in coded[coded["checked_item"] == "dispute"].itertuples():
        w = {language: (row.absent, row.coded, percent(row.share_absent, language)) for language in LANGUAGES}
        text += Text(
            nb="{} av {} avtaler ({}) sier ikke hvordan uenighet løses; ingen lov krever det.".format(*w["nb"]),
            nn="{} av {} avtalar ({}) seier ikkje korleis usemje blir løyst; inga lov krev det.".format(*w["nn"]),
            en="{} of {} agreements ({}) do not say how disagreement is settled; no statute requires it.".format(*w["en"]),
        )
    for row in coded[coded["checked_item"] == "basis"].itertuples():
        w = {language: (row.absent, row.coded, percent(row.share_absent, language)) for language in LANGUAGES}
        text += Text(
            nb="{} av {} ({}) nevner ikke lovgrunnlag.".format(*w["nb"]),
            nn="{} av {} ({}) nemner ikkje lovgrunnlag.".format(*w["nn"]),
            en="{} of {} ({}) name no legal basis.".format(*w["en"]),
        )
    return text + _required(table[table["grade"] == "required"], count - untested, count)


def _required(required: pd.DataFrame, tested: int, count: int) -> Text:
    """Say what the law requires and agreements lack, and of how many items anything is known."""
    if not tested:
        return Text(
            nb=f"Ingen av de {count} avtalene kunne prøves mot loven.",
            nn=f"Ingen av dei {count} avtalane kunne prøvast mot lova.",
            en=f"None of the {count} agreements could be tested against the law.",
        )
    known, lacking = required[required["coded"] > 0], required[required["absent"] > 0].sort_values(["share_absent", "coded"], ascending=False, kind="stable")
    text = Text(
        nb=f"{tested} av {count} kunne prøves mot loven, som krever {len(required)} punkter av én eller flere av dem; {len(known)} av punktene er kodet for noen.",
        nn=f"{tested} av {count} kunne prøvast mot lova, som krev {len(required)} punkt av éin eller fleire av dei; {len(known)} av punkta er koda for nokon.",
        en=f"{tested} of {count} could be tested against the law, which asks one or more of them for {len(required)} items; {len(known)} of the items are coded for any.",
    )
    if lacking.empty:
        return text + Text(nb="Ingen av disse mangler.", nn="Ingen av desse manglar.", en="None of these is lacking.") if len(known) else text
    worst = [(str(row.checked_item), f"{row.absent}/{row.coded}") for row in lacking.head(3).itertuples()]
    items = {language: listing([f"{of_term('clause_kinds', item)[language]} ({part})" for item, part in worst], language) for language in LANGUAGES}
    return text + Text(nb=f"Oftest mangler {items['nb']}.", nn=f"Oftast manglar {items['nn']}.", en=f"Most often lacking: {items['en']}.")
