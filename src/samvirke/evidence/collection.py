"""What came back when agreements were asked for."""

from __future__ import annotations

import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.vocabulary import terms
from samvirke.vocabulary.language import Text, percent

QUESTION = Text(nb="Hvem svarte?", nn="Kven svara?", en="Who answered?")
METHOD = Text(
    nb="En kommune har svart når den selv har sendt en avtale, eller har sagt at den ikke samarbeider. En kommune som bare er kjent gjennom en annens avtale, har ikke svart. Andelene er av hele utvalget.",
    nn="Ein kommune har svara når han sjølv har sendt ein avtale, eller har sagt at han ikkje samarbeider. Ein kommune som berre er kjend gjennom avtalen til ein annan, har ikkje svara. Delane er av heile utvalet.",
    en="A municipality has answered when it sent an agreement itself or said that it does not cooperate. One known only through another's agreement has not answered. Shares are of the whole sample.",
)


def replies(edition: Edition) -> pd.DataFrame:
    """Return one row per municipality asked: municipality, status, sent (an agreement itself), known (through anyone), replied."""
    asked = edition["collection"][["municipality", "status"]].copy()
    if "submission" in edition:
        copies = edition["submission"]
        own = set(copies.loc[~copies["known_through_other"].astype(bool), "municipality"])
        asked["sent"] = asked["municipality"].isin(own)
        asked["known"] = asked["municipality"].isin(set(copies["municipality"]))
    else:
        asked["sent"] = asked["known"] = asked["status"] == "yes"
    asked["replied"] = asked["sent"] | (asked["status"] == "no")
    return asked


def collection(edition: Edition) -> Finding:
    """Count the municipalities asked by what they answered.

    Returns
    -------
    Finding
        Columns status, municipalities, sent_own, known_through_other_only, of, share.
    """
    asked = replies(edition)
    rows = []
    for status in terms("collection_statuses"):
        own = asked[asked["status"] == status]
        rows.append((status, len(own), int(own["sent"].sum()), int((own["known"] & ~own["sent"]).sum()), len(asked), len(own) / len(asked)))
    table = pd.DataFrame(rows, columns=["status", "municipalities", "sent_own", "known_through_other_only", "of", "share"])
    replied = int(asked["replied"].sum())
    return Finding(
        id="collection",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(table, replied),
        method=METHOD,
        table=table,
        coverage=Coverage(replied, {"municipalities": len(asked)}, _gaps(edition, asked)),
        chart=Chart("bars", {"category": "status", "value": "municipalities", "of": "of"}),
    )


def _gaps(edition: Edition, asked: pd.DataFrame) -> tuple[Missing, ...]:
    silent = asked.loc[asked["status"].isin(["missing", "no_answer"]), "municipality"]
    gaps = (
        [
            Missing(
                "collection",
                tuple(sorted(silent)),
                Text(
                    nb="Verken svart eller kjent gjennom andre.", nn="Korkje svara eller kjende gjennom andre.", en="Neither answered nor known through others."
                ),
            )
        ]
        if len(silent)
        else []
    )
    municipality = edition["municipality"]
    if "uncertain" in municipality:
        unsure = municipality.loc[municipality["uncertain"].astype(str).str.lower() == "true", "code"]
        if len(unsure):
            why = Text(nb="Navnet passer på to kommuner.", nn="Namnet passar på to kommunar.", en="The name fits two municipalities.")
            gaps.append(Missing("municipality", tuple(sorted(unsure)), why))
    return tuple(gaps)


def _statement(table: pd.DataFrame, replied: int) -> Text:
    row = table.set_index("status")
    total = int(row["municipalities"].sum())
    sent, known = int(row["sent_own"].sum()), int(row["known_through_other_only"].sum())
    counts = row["municipalities"]
    no, silent = int(counts["no"]), int(counts["no_answer"] + counts["missing"])
    share = replied / total if total else None
    return Text(
        nb=f"{replied} av {total} kommuner ({percent(share, 'nb')}) svarte: {sent} sendte avtaler og {no} samarbeider ikke. {known} er bare kjent gjennom andres avtaler, og {silent} er uten svar.",
        nn=f"{replied} av {total} kommunar ({percent(share, 'nn')}) svara: {sent} sende avtalar og {no} samarbeider ikkje. {known} er berre kjende gjennom avtalane til andre, og {silent} er utan svar.",
        en=f"{replied} of {total} municipalities ({percent(share, 'en')}) answered: {sent} sent agreements and {no} do not cooperate. {known} are known only through others' agreements, and {silent} gave no answer.",
    )
