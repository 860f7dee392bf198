"""The case municipalities and their characteristics."""

from __future__ import annotations

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.vocabulary.labels import column_label, value_label
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Text, listing

QUESTION = Text(nb="Hva kjennetegner casekommunene?", nn="Kva kjenneteiknar casekommunane?", en="What characterises the case municipalities?")
METHOD = Text(
    nb="Klassene er som trykt. Kommunene er anonyme og kobles ikke til andre tabeller.",
    nn="Klassane er som prenta. Kommunane er anonyme og blir ikkje kopla til andre tabellar.",
    en="Classes are as printed. The municipalities are anonymous and are not linked to other tables.",
)
_KNOWN = ("case", "label", "role", "source")


def cases(edition: Edition) -> Finding:
    """List the case municipalities, and say what all members of a case share.

    Returns
    -------
    Finding
        Columns case, label, role and one per characteristic.
    """
    table = edition["case"].drop(columns=["source"], errors="ignore").sort_values(["case", "label"], ignore_index=True)
    traits = [str(column) for column in table.columns if column not in _KNOWN]
    why = Text(
        nb="Bare klasser er trykt, ikke tall; hvem kommunene er, er ikke kjent.",
        nn="Berre klassar er prenta, ikkje tal; kven kommunane er, er ikkje kjent.",
        en="Only classes are printed, not numbers; who the municipalities are is not known.",
    )
    sentence = EMPTY
    for case, own in table.groupby("case"):
        shared = {trait: str(own[trait].iloc[0]) for trait in traits if own[trait].notna().all() and own[trait].nunique() == 1}
        sizes = len(own)
        words = {
            language: listing([f"{column_label(trait)[language]} {value_label(trait, value)[language]}" for trait, value in shared.items()], language)
            for language in LANGUAGES
        }
        sentence += Text(
            nb=f"Samarbeid {case} har {sizes} {'kommune' if sizes == 1 else 'kommuner'}"
            + (f"; felles for alle: {words['nb']}." if shared else "; ingen kjennetegn er felles for alle."),
            nn=f"Samarbeid {case} har {sizes} {'kommune' if sizes == 1 else 'kommunar'}"
            + (f"; felles for alle: {words['nn']}." if shared else "; ingen kjenneteikn er felles for alle."),
            en=f"Cooperation {case} has {sizes} {'municipality' if sizes == 1 else 'municipalities'}"
            + (f"; shared by all: {words['en']}." if shared else "; no characteristic is shared by all."),
        )
    return Finding(
        id="cases",
        edition=edition.name,
        question=QUESTION,
        statement=sentence,
        method=METHOD,
        table=table,
        coverage=Coverage(len(table), {"municipalities": len(table), "cooperations": table["case"].nunique()}, (Missing("case", (), why),)),
        chart=Chart("table"),
    )
