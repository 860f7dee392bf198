"""What members disagreed on, how it was settled, and whether that is what their agreement provides."""

from __future__ import annotations

import pandas as pd

from samvirke.edition import Edition
from samvirke.evidence._in_force import in_force, on_day
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.statistics import share
from samvirke.vocabulary.labels import value_label
from samvirke.vocabulary.language import LANGUAGES, Text, percent

QUESTION = Text(
    nb="Hva var de uenige om, og ble det løst slik avtalen sier?",
    nn="Kva var dei usamde om, og vart det løyst slik avtalen seier?",
    en="What did they disagree on, and was it settled as the agreement provides?",
)
METHOD = Text(
    nb="Hver uenighet holdes mot avtalen samarbeidet hadde den dagen (den siste inngått ikke etter den). Svaret er ja når måten den ble løst på, står blant trinnene i avtalens tvisteløsning; at avtalen sier ingenting når avtalen er lest og ikke sier noe, eller bare viser til loven; ukjent når ingen har kodet avtalen eller måten ikke er kjent. Forhandling utenom klausulen er ikke et brudd. Bare uenighet noen har fortalt om, er med: færre hendelser kan bety mindre konflikt eller mindre kunnskap.",
    nn="Kvar usemje blir halden mot avtalen samarbeidet hadde den dagen (den siste inngått ikkje etter han). Svaret er ja når måten ho vart løyst på, står blant stega i tvisteløysinga til avtalen; at avtalen seier ingenting når avtalen er lesen og ikkje seier noko, eller berre viser til lova; ukjent når ingen har koda avtalen eller måten ikkje er kjend. Forhandling utanom klausulen er ikkje eit brot. Berre usemje nokon har fortalt om, er med: færre hendingar kan tyde mindre konflikt eller mindre kunnskap.",
    en="Each disagreement is held against the agreement that the cooperation had on that day (the latest entered into not after it). The answer is yes where the way it was settled is among the steps of the agreement's dispute clause; that the agreement says nothing where the agreement was read and says nothing, or only points to the statute; unknown where nobody coded the agreement or the way is not known. Negotiating outside the clause is no breach. Only disagreements that someone told of are here: fewer may mean less conflict or less knowledge.",
)
SETTLED = ("settled", "agreement_changed")
"""Outcomes after which the cooperation went on in agreement."""


def events(edition: Edition) -> Finding:
    """List disagreements with how they were settled, against what the agreement in force provides.

    Returns
    -------
    Finding
        Columns cooperation, name, service, date, matter, settled_by (a dispute step), outcome_of_event, agreement, provided (the clause's mechanisms
        in order), as_provided (yes, no, no_clause, unknown). Supporting tables `by_matter`: matter, events, settled, share, share_low, share_high;
        `by_provision`: as_provided, events, settled, share, share_low, share_high.
    """
    agreements = in_force(edition)
    names = edition["cooperation"].set_index("id")
    rows = []
    for event in edition["event"].sort_values(["date", "cooperation"]).itertuples():
        cooperation, step = str(event.cooperation), event.step if isinstance(event.step, str) and event.step else None
        own = on_day(agreements.get(cooperation, []), str(event.date))
        provided = own.mechanisms if own else None
        known = "unknown" if provided is None or step is None else "no_clause" if not provided else "yes" if step in provided else "no"
        about = names.loc[cooperation] if cooperation in names.index else None
        outcome = event.outcome if isinstance(event.outcome, str) and event.outcome else None
        rows.append(
            (
                cooperation,
                about["name"] if about is not None else None,
                about["service"] if about is not None else None,
                str(event.date),
                event.matter,
                step,
                outcome,
                own.agreement if own else None,
                provided or (),
                known,
            )
        )
    columns = ["cooperation", "name", "service", "date", "matter", "settled_by", "outcome_of_event", "agreement", "provided", "as_provided"]
    table = pd.DataFrame(rows, columns=columns)
    known_outcomes = table[table["outcome_of_event"].notna()]
    supporting = {"by_matter": _counted(known_outcomes, "matter"), "by_provision": _counted(known_outcomes, "as_provided")}
    return Finding(
        id="events",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(table),
        method=METHOD,
        table=table,
        coverage=Coverage(len(table), {"events": len(table), "cooperations": int(edition["cooperation"]["id"].nunique())}, _gaps(table)),
        chart=Chart("table"),
        supporting={name: frame for name, frame in supporting.items() if len(frame)},
    )


def _counted(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Count events and those settled, by a column, the most frequent first."""
    rows = []
    for value, own in table.groupby(column):
        settled = int(own["outcome_of_event"].isin(SETTLED).sum())
        found = share(settled, len(own))
        rows.append((value, len(own), settled, found.estimate, found.low, found.high))
    frame = pd.DataFrame(rows, columns=[column, "events", "settled", "share", "share_low", "share_high"])
    return frame.sort_values(["events", column], ascending=[False, True], ignore_index=True)


def _gaps(table: pd.DataFrame) -> tuple[Missing, ...]:
    unknown = int(table["as_provided"].eq("unknown").sum())
    if not unknown:
        return ()
    why = Text(
        nb=f"For {unknown} av {len(table)} er avtalen ikke kodet for tvisteløsning, eller måten den ble løst på ikke kjent.",
        nn=f"For {unknown} av {len(table)} er avtalen ikkje koda for tvisteløysing, eller måten ho vart løyst på ikkje kjend.",
        en=f"For {unknown} of {len(table)} the agreement is not coded for disputes, or the way it was settled not known.",
    )
    return (Missing("clause", (), why),)


def _statement(table: pd.DataFrame) -> Text:
    """Say how many there are, on what, how many were settled, and how many as the agreement provides."""
    if not len(table):
        return Text(nb="Ingen uenighet er registrert.", nn="Inga usemje er registrert.", en="No disagreement is recorded.")
    most = table["matter"].value_counts()
    matter = {language: value_label("matter", str(most.index[0]))[language] for language in LANGUAGES}
    told = table[table["outcome_of_event"].notna()]
    settled, held = int(told["outcome_of_event"].isin(SETTLED).sum()), table[table["as_provided"].isin(["yes", "no"])]
    yes, none = int(held["as_provided"].eq("yes").sum()), int(table["as_provided"].eq("no_clause").sum())
    text = Text(
        nb=f"{len(table)} uenigheter i {table['cooperation'].nunique()} samarbeid er kjent, oftest om {matter['nb']} ({most.iloc[0]}).",
        nn=f"{len(table)} usemjer i {table['cooperation'].nunique()} samarbeid er kjende, oftast om {matter['nn']} ({most.iloc[0]}).",
        en=f"{len(table)} disagreements in {table['cooperation'].nunique()} cooperations are known, most often on {matter['en']} ({most.iloc[0]}).",
    )
    if len(told):
        w = {language: percent(settled / len(told), language) for language in LANGUAGES}
        text += Text(
            nb=f"{settled} av {len(told)} ({w['nb']}) ble løst, eller førte til en ny avtale.",
            nn=f"{settled} av {len(told)} ({w['nn']}) vart løyste, eller førte til ein ny avtale.",
            en=f"{settled} of {len(told)} ({w['en']}) were settled, or led to a new agreement.",
        )
    if len(held):
        text += Text(
            nb=f"{yes} av {len(held)} ble behandlet slik avtalen sier; i {none} til sier avtalen ingenting om tvister.",
            nn=f"{yes} av {len(held)} vart behandla slik avtalen seier; i {none} til seier avtalen ingenting om tvistar.",
            en=f"{yes} of {len(held)} were dealt with as the agreement provides; in {none} more the agreement says nothing on disputes.",
        )
    return text
