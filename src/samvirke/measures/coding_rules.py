"""What participation and overlap are under each rule of which cooperation counts."""

from __future__ import annotations

import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures import overlap as overlaps
from samvirke.measures.gaps import gaps
from samvirke.measures.membership import CODINGS, labels, membership, read_services
from samvirke.measures.participation import count
from samvirke.vocabulary.labels import value_label
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Text, listing, number

QUESTION = Text(
    nb="Hva betyr det hvilket samarbeid som teller når en kommune har flere?",
    nn="Kva har det å seie kva samarbeid som tel når ein kommune har fleire?",
    en="What does it matter which cooperation counts when a municipality has several?",
)
METHOD = Text(
    nb="Deltakelse og overlapp regnes på nytt under hver regel: alle samarbeid, det mest omfattende (flest timer i uken, så flest medlemmer, så minste id; notatets regel), og bare dem som dekker dag, kveld, natt eller helg. Ukjent åpningstid kommer sist, og dekker ingen del. Et samarbeid regnes når minst én kommune er kodet til det.",
    nn="Deltaking og overlapp blir rekna på nytt under kvar regel: alle samarbeid, det mest omfattande (flest timar i veka, så flest medlemmer, så minste id; regelen i notatet), og berre dei som dekkjer dag, kveld, natt eller helg. Ukjend opningstid kjem sist, og dekkjer ingen del. Eit samarbeid blir rekna når minst éin kommune er koda til det.",
    en="Participation and overlap are counted again under each rule: any cooperation, the most extensive (most hours a week, then most members, then the smaller id; the note's rule), and only those that cover day, evening, night or weekend. Unknown hours come last, and cover no part. A cooperation counts when at least one municipality is coded to it.",
)


def coding_rules(edition: Edition, *, services: tuple[str, ...] | None = None) -> Finding:
    """Count participation and overlap under every coding rule.

    Returns
    -------
    Finding
        Columns coding, service, cooperations, municipalities, share. Supporting table `overlap`: coding, first, second, rule,
        overlapping, in_first, in_second, in_both, municipalities, under the rules any, all and same.
    """
    data = membership(edition)
    chosen = read_services(data, services, unions=True)
    rows, held_rows = [], []
    for coding in CODINGS:
        partners = {service: data.partners(service, coding) for service in chosen}
        for service, own in partners.items():
            counted = count(data, own, ~data.unspoken(service))
            rows.append({"coding": coding, "service": service, **{name: counted[name] for name in ("cooperations", "municipalities", "share")}})
        for rule in ("any", "all", "same"):
            for first, second, held in overlaps.pairs(partners, rule):
                held_rows.append({"coding": coding, **overlaps.count(data, first, second, held, rule)})
    table = pd.DataFrame(rows, columns=["coding", "service", "cooperations", "municipalities", "share"])
    lost = [
        service for service in chosen if not (table[(table["service"] == service) & ~table["coding"].isin(["any", "most_extensive"])]["municipalities"]).any()
    ]
    return Finding(
        id="coding_rules",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(edition, chosen, table, lost),
        method=METHOD,
        table=table,
        coverage=Coverage(
            None, {"municipalities": int(data.spoken(chosen).sum()), "cooperations": len(data.cooperations)}, (*gaps(data, chosen), *_no_hours(edition, lost))
        ),
        chart=Chart("bars", {"category": "coding", "value": "municipalities", "share": "share", "panel": "service"})
        if set(chosen) - set(lost)
        else Chart("table"),
        supporting={"overlap": pd.DataFrame(held_rows, columns=["coding", *overlaps.COLUMNS])} if held_rows else {},
    )


def _no_hours(edition: Edition, lost: list[str]) -> tuple[Missing, ...]:
    if not lost:
        return ()
    name = labels(edition, lost)
    why = Text(
        nb=f"Ingen samarbeid om {name['nb']} har kjent åpningstid, så reglene for dag, kveld, natt og helg sier ingenting om dem.",
        nn=f"Ingen samarbeid om {name['nn']} har kjend opningstid, så reglane for dag, kveld, natt og helg seier ingenting om dei.",
        en=f"No cooperation on {name['en']} has known hours, so the rules for day, evening, night and weekend say nothing of them.",
    )
    return (Missing("cooperation", (), why),)


def _statement(edition: Edition, chosen: tuple[str, ...], table: pd.DataFrame, lost: list[str]) -> Text:
    sentence = EMPTY
    for service in [one for one in chosen if one not in lost][:3]:
        own = table[table["service"] == service]
        if not own["municipalities"].any():
            continue
        name = labels(edition, [service])
        said = {
            language: listing(
                [f"{value_label('coding', row['coding'])[language]} {number(row['municipalities'], language)}" for row in own.to_dict("records")], language
            )
            for language in LANGUAGES
        }
        sentence += Text(
            nb=f"Kommuner i samarbeid om {name['nb']}: {said['nb']}.",
            nn=f"Kommunar i samarbeid om {name['nn']}: {said['nn']}.",
            en=f"Municipalities in cooperation on {name['en']}: {said['en']}.",
        )
    if sentence == EMPTY:
        return Text(
            nb="Ingen av samarbeidene har kjent åpningstid; reglene kan ikke sammenlignes.",
            nn="Ingen av samarbeida har kjend opningstid; reglane kan ikkje samanliknast.",
            en="None of the cooperations has known hours; the rules cannot be compared.",
        )
    return sentence
