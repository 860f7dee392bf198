"""What each municipality answered, and where it lies now."""

from __future__ import annotations

import pandas as pd

from samvirke.edition import Edition, successor
from samvirke.evidence.collection import replies
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.vocabulary import terms
from samvirke.vocabulary.language import LANGUAGES, Text

QUESTION = Text(nb="Hvor ligger kommunene som ble spurt?", nn="Kvar ligg kommunane som vart spurde?", en="Where do the municipalities that were asked lie?")
METHOD = Text(
    nb="Hver spurt kommune vises med det den svarte. En kommune som siden er slått sammen med andre, tegnes som et nummerert punkt omtrent der den lå, inne i kommunen den nå er en del av; de andre fyller sin egen flate.",
    nn="Kvar spurd kommune er vist med det han svara. Ein kommune som sidan er slått saman med andre, er teikna som eit nummerert punkt omtrent der han låg, inne i kommunen han no er ein del av; dei andre fyller si eiga flate.",
    en="Each municipality asked is shown with its answer. One that has since merged with others is drawn as a numbered point about where it lay, within the municipality it is now a part of; the others fill their own area.",
)


def answers_by_municipality(edition: Edition) -> Finding:
    """List each municipality asked with its answer and its successor.

    Returns
    -------
    Finding
        Columns municipality (code), name, status, replied, successor (the code it has become), merged (whether others are in
        it too).
    """
    asked = replies(edition)
    names = edition.names()
    now = [successor(edition, str(code)) for code in asked["municipality"]]
    table = pd.DataFrame(
        {
            "municipality": asked["municipality"],
            "name": [names.get(str(code), str(code)) for code in asked["municipality"]],
            "status": asked["status"],
            "replied": asked["replied"],
            "successor": [code for code, _ in now],
            "merged": [merged for _, merged in now],
        }
    ).sort_values("municipality", ignore_index=True)
    merged = int(table["merged"].sum())
    counts = table["status"].value_counts()
    words = {
        language: ", ".join(f"{term.label[language]} {counts[status]}" for status, term in terms("collection_statuses").items() if status in counts)
        for language in LANGUAGES
    }
    why = Text(
        nb=f"{merged} av {len(table)} er slått sammen med andre etter den tiden utgaven gjelder; grensene de hadde, er ikke tegnet.",
        nn=f"{merged} av {len(table)} er slått saman med andre etter den tida utgåva gjeld; grensene dei hadde, er ikkje teikna.",
        en=f"{merged} of {len(table)} have merged with others since the time of the edition; the boundaries they had are not drawn.",
    )
    return Finding(
        id="answers_by_municipality",
        edition=edition.name,
        question=QUESTION,
        statement=Text(
            nb=f"{len(table)} kommuner ble spurt: {words['nb']}.",
            nn=f"{len(table)} kommunar vart spurde: {words['nn']}.",
            en=f"{len(table)} municipalities were asked: {words['en']}.",
        ),
        method=METHOD,
        table=table,
        coverage=Coverage(len(table), {"municipalities": len(table)}, (Missing("municipality_change", (), why),) if merged else ()),
        chart=Chart("map", {"municipality": "municipality", "category": "status"}),
    )
