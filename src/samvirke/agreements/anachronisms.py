"""Agreements that cite a provision before it opened, or by a number it no longer had."""

from __future__ import annotations

import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.register import Identical, register
from samvirke.vocabulary import law
from samvirke.vocabulary.dates import DateInterval
from samvirke.vocabulary.language import Text

QUESTION = Text(
    nb="Viser avtalene til bestemmelser som gjaldt da?",
    nn="Viser avtalane til føresegner som galdt då?",
    en="Do agreements cite provisions that held at the time?",
)
METHOD = Text(
    nb="Ordene om lovgrunnlag slik de er ført opp i tabellen (som kan være en annens gjengivelse av avtalen) holdes mot loven på avtalens dato. To merknader, aldri rettelser: bestemmelsen gjaldt ikke ennå, eller samme regel hadde fått nytt nummer (ingen feil i sak). En avtale som bare har årstall gir «sikkert» eller «muligens». Om lovens datoer er kontrollert, står i tabellen.",
    nn="Orda om lovgrunnlag slik dei er førte opp i tabellen (som kan vere ei attgjeving av avtalen) blir haldne mot lova på datoen til avtalen. To merknader, aldri rettingar: føresegna galdt ikkje enno, eller same regel hadde fått nytt nummer (ingen feil i sak). Ein avtale som berre har årstal gjev «sikkert» eller «kanskje». Om datoane i lova er kontrollerte, står i tabellen.",
    en="The words on the legal basis as listed in the table (which may be someone's rendering of the agreement) are held against the law on the agreement's date. Two flags, never corrections: the provision was not yet in force, or the same rule had a new number (no fault of substance). An agreement dated only by year gives certain or possible. The table shows whether the dates of the law have been checked.",
)


def anachronisms(edition: Edition, *, identical: Identical = "mark") -> Finding:
    """Flag citations that do not fit the law of their date.

    Returns
    -------
    Finding
        Columns agreement, municipality (name of the sender), service, signed, citation (as written), provision, standing
        (before_opening, superseded_number), certainty (certain, possible), in_its_place, verified. Denominators: agreements,
        citing (those that cite a provision), citing_dated.
    """
    agreements, names = register(edition, identical), edition.names()
    rows, citing, dated = [], 0, 0
    for one in agreements.itertuples():
        when = DateInterval.parse(one.signed) if isinstance(one.signed, str) else None
        found = law.citations(one.basis_text, when) if isinstance(one.basis_text, str) else []
        found = [citation for citation in found if citation.provision.from_]
        citing += bool(found)
        dated += bool(found) and when is not None
        sender = names.get(str(one.municipality), "")
        rows += [(one.agreement, sender, one.service, one.signed, *_row(citation)) for citation in found if citation.standing != "in_force"]
    columns = ["agreement", "municipality", "service", "signed", "citation", "provision", "standing", "certainty", "in_its_place", "verified"]
    table = pd.DataFrame(rows, columns=columns)
    undated = citing - dated
    gaps = (
        Missing(
            "agreement",
            (),
            Text(
                nb=f"{undated} av dem er udaterte og kan ikke prøves.",
                nn=f"{undated} av dei er udaterte og kan ikkje prøvast.",
                en=f"{undated} of them are undated and cannot be tested.",
            ),
        ),
    )
    return Finding(
        id="anachronisms",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(table, dated),
        method=METHOD,
        table=table,
        coverage=Coverage(table["agreement"].nunique(), {"agreements": len(agreements), "citing": citing, "citing_dated": dated}, gaps if undated else ()),
        chart=Chart("table"),
    )


def _row(citation: law.Citation) -> tuple[str, str, str, str, str | None, bool]:
    provision = citation.provision
    if citation.standing == "before_opening":
        checked = provision.verified if provision.from_verified is None else provision.from_verified
    else:
        checked = provision.verified
    place = citation.in_its_place.citation if citation.in_its_place else None
    return citation.written, provision.citation, citation.standing, citation.certainty, place, checked


def _statement(table: pd.DataFrame, dated: int) -> Text:
    counts = table.groupby(["standing", "certainty"]).size()
    n = {
        key: int(counts.get(key, 0))
        for key in (("before_opening", "certain"), ("before_opening", "possible"), ("superseded_number", "certain"), ("superseded_number", "possible"))
    }
    early, early_possible, old, old_possible = n.values()
    unverified = int((~table["verified"].astype(bool)).sum())
    return Text(
        nb=f"Av {dated} daterte avtaler som er ført opp med en bestemmelse, er {early} sikkert og {early_possible} muligens inngått før den gjaldt. {old} står sikkert og {old_possible} muligens med et paragrafnummer som var erstattet; regelen var den samme. {unverified} av merknadene bygger på datoer i loven som ikke er kontrollert.",
        nn=f"Av {dated} daterte avtalar som er førte opp med ei føresegn, er {early} sikkert og {early_possible} kanskje inngåtte før ho galdt. {old} står sikkert og {old_possible} kanskje med eit paragrafnummer som var erstatta; regelen var den same. {unverified} av merknadene byggjer på datoar i lova som ikkje er kontrollerte.",
        en=f"Of {dated} dated agreements listed with a provision, {early} certainly and {early_possible} possibly predate its entry into force. {old} certainly and {old_possible} possibly carry a section number that had been replaced; the rule was the same. {unverified} of the flags rest on dates of the law that have not been checked.",
    )
