"""What each cooperation's agreement provides for the day that members disagree."""

from __future__ import annotations

import pandas as pd

from samvirke.edition import Edition
from samvirke.evidence._in_force import InForce, in_force
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.register import class_of
from samvirke.measures.statistics import share
from samvirke.vocabulary.language import LANGUAGES, Text, percent

OUTSIDE = ("courts", "arbitration", "mediation_county_governor")
"""Steps at which somebody outside the parties takes part."""
QUESTION = Text(
    nb="Hva sier avtalene om den dagen medlemmene blir uenige?",
    nn="Kva seier avtalane om den dagen medlemmene blir usamde?",
    en="What do agreements provide for the day that members disagree?",
)
METHOD = Text(
    nb="For hvert samarbeid vises den siste avtalen: trinnene i tvisteløsningen, om noen utenfra er med på et trinn (domstol, voldgift, fylkesmann), om det siste trinnet avgjør (domstol eller voldgift), varsel ved uttreden og om kostnadsnøkkelen er avtalt. En avtale som bare viser til loven, har ingen mekanisme. Dette er praksis, ikke lovkrav: ingen lov krever tvisteløsning i avtalen. Det legges ikke sammen til en poengsum.",
    nn="For kvart samarbeid er den siste avtalen vist: stega i tvisteløysinga, om nokon utanfrå er med på eit steg (domstol, valdgift, fylkesmann), om det siste steget avgjer (domstol eller valdgift), varsel ved uttreden og om kostnadsnøkkelen er avtalt. Ein avtale som berre viser til lova, har ingen mekanisme. Dette er praksis, ikkje lovkrav: inga lov krev tvisteløysing i avtalen. Det blir ikkje lagt saman til ein poengsum.",
    en="For each cooperation its latest agreement is shown: the steps of its dispute clause, whether somebody from outside takes part at a step (court, arbitration, county governor), whether the last step decides (court or arbitration), the notice for leaving, and whether a cost key is agreed. An agreement that only points to the statute has no mechanism. This is practice, not law: no statute asks for a dispute clause. Nothing is added up into a score.",
)


def dispute_readiness(edition: Edition) -> Finding:
    """Say of each cooperation with an agreement what that provides for disputes, leaving and cost.

    Returns
    -------
    Finding
        Columns cooperation, name, service, agreement, signed, has_mechanism (yes, no, not_coded), steps_in_order, outside (yes, no, not_coded),
        last_decides (yes, no, not_coded), notice_months, key_agreed (yes, no, not_coded), events (disagreements known; missing without that table).
    """
    agreements = in_force(edition)
    happened = edition["event"]["cooperation"].astype(str).value_counts().to_dict() if "event" in edition else None
    rows = []
    for row in edition["cooperation"].sort_values("id").itertuples():
        own = agreements.get(str(row.id))
        if own:
            count = None if happened is None else int(happened.get(str(row.id), 0))
            rows.append((str(row.id), row.name, row.service, *provided(own[-1]), count))
    columns = [
        "cooperation",
        "name",
        "service",
        "agreement",
        "signed",
        "has_mechanism",
        "steps_in_order",
        "outside",
        "last_decides",
        "notice_months",
        "key_agreed",
        "events",
    ]
    table = pd.DataFrame(rows, columns=columns).astype({"events": "Int64"})
    read = table[table["has_mechanism"].ne("not_coded")]
    return Finding(
        id="dispute_readiness",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(table),
        method=METHOD,
        table=table,
        coverage=Coverage(
            int(read["has_mechanism"].eq("yes").sum()),
            {"agreements_coded": len(read), "with_agreement": len(table), "cooperations": int(edition["cooperation"]["id"].nunique())},
            _gaps(len(table), len(read), int(edition["cooperation"]["id"].nunique())),
        ),
        chart=Chart("table"),
    )


def provided(one: InForce) -> tuple[object, ...]:
    """Return what an agreement provides: agreement, signed, mechanism, steps, outside, last decides, notice, key."""
    steps = one.mechanisms
    if steps is None:
        said: tuple[str, ...] = ("not_coded",) * 3
    else:
        said = tuple(
            "yes" if holds else "no" for holds in (bool(steps), any(step in OUTSIDE for step in steps), bool(steps) and class_of(steps[-1]) == "court")
        )
    key = "yes" if one.cost_key else "no" if one.kinds > 1 else "not_coded"
    return (one.agreement, one.signed, said[0], steps or (), said[1], said[2], one.notice_months, key)


def _gaps(shown: int, read: int, count: int) -> tuple[Missing, ...]:
    found = []
    if count > shown:
        n = count - shown
        why = Text(
            nb=f"{n} av {count} samarbeid har ingen avtale i utgaven.",
            nn=f"{n} av {count} samarbeid har ingen avtale i utgåva.",
            en=f"{n} of {count} cooperations have no agreement in the edition.",
        )
        found.append(Missing("agreement", (), why))
    if shown > read:
        n = shown - read
        why = Text(
            nb=f"{n} avtaler er ikke kodet for tvisteløsning.",
            nn=f"{n} avtalar er ikkje koda for tvisteløysing.",
            en=f"{n} agreements are not coded for disputes.",
        )
        found.append(Missing("clause", (), why))
    return tuple(found)


def _statement(table: pd.DataFrame) -> Text:
    read = table[table["has_mechanism"].ne("not_coded")]
    if not len(read):
        return Text(nb="Ingen avtale er kodet for tvisteløsning.", nn="Ingen avtale er koda for tvisteløysing.", en="No agreement is coded for disputes.")
    have, outside, last = (int(read[name].eq("yes").sum()) for name in ("has_mechanism", "outside", "last_decides"))
    found = share(have, len(read))
    w = {language: [percent(value, language) for value in (found.estimate, found.low, found.high)] for language in LANGUAGES}
    text = Text(
        nb=f"{have} av {len(read)} samarbeid ({w['nb'][0]}, 95 %: {w['nb'][1]}–{w['nb'][2]}) har en mekanisme for tvister i sin siste avtale; i {outside} er noen utenfra med, og i {last} avgjør det siste trinnet.",
        nn=f"{have} av {len(read)} samarbeid ({w['nn'][0]}, 95 %: {w['nn'][1]}–{w['nn'][2]}) har ein mekanisme for tvistar i den siste avtalen; i {outside} er nokon utanfrå med, og i {last} avgjer det siste steget.",
        en=f"{have} of {len(read)} cooperations ({w['en'][0]}, 95%: {w['en'][1]}–{w['en'][2]}) have a mechanism for disputes in their latest agreement; in {outside} somebody from outside takes part, and in {last} the last step decides.",
    )
    without = read[read["has_mechanism"].eq("no") & read["events"].fillna(0).gt(0)]
    if len(without):
        text += Text(
            nb=f"{len(without)} samarbeid uten mekanisme har hatt uenighet.",
            nn=f"{len(without)} samarbeid utan mekanisme har hatt usemje.",
            en=f"{len(without)} cooperations without a mechanism have had disagreements.",
        )
    return text
