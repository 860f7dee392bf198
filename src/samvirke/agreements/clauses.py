"""What the clauses of agreements say, kind by kind."""

from __future__ import annotations

import pandas as pd

from samvirke.agreements.meaning import of_clause, of_term
from samvirke.agreements.reading import Clause
from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding
from samvirke.vocabulary import terms
from samvirke.vocabulary.language import LANGUAGES, Text, listing

QUESTION = Text(
    nb="Hvilke bestemmelser har avtalene, og hva sier de?",
    nn="Kva føresegner har avtalane, og kva seier dei?",
    en="Which clauses do agreements have, and what do they say?",
)
METHOD = Text(
    nb="Alle kodede bestemmelser, telt etter slag og verdi. Nevneren er avtalene som har bestemmelser av slaget; med flere trinn kan en avtale telle i flere rader.",
    nn="Alle koda føresegner, talde etter slag og verdi. Nemnaren er avtalane som har føresegner av slaget; med fleire steg kan ein avtale telje i fleire rader.",
    en="All coded clauses, counted by kind and value. The denominator is the agreements with clauses of the kind; with several steps an agreement may count in several rows.",
)


def clauses(edition: Edition, *, kind: str | None = None) -> Finding:
    """Count the clauses of all agreements by kind and by what they say.

    Parameters
    ----------
    edition : Edition
        With the table clause.
    kind : str or None
        A kind of clause; None is all.

    Returns
    -------
    Finding
        Columns clause_kind, value (empty where only that there is one was coded), meaning_nb, meaning_nn, meaning_en, agreements, of
        (agreements with a clause of the kind), in the order of the vocabulary.
    """
    own = edition["clause"]
    own = own if kind is None else own[own["kind"] == kind]
    rows = []
    for name in [*terms("clause_kinds"), *sorted(set(own["kind"].dropna()) - set(terms("clause_kinds")))]:
        mine = own[own["kind"] == name]
        of = int(mine["agreement"].nunique())
        counted = mine.assign(value=mine["value"].fillna("")).groupby("value")["agreement"].nunique()
        for value, count in counted.sort_values(ascending=False, kind="stable").items():
            said = of_clause(Clause(name, 1, str(value) or None, "", 1, 1.0))
            rows.append((name, str(value) or None, *(said[language] or None for language in LANGUAGES), int(count), of))
    table = pd.DataFrame(rows, columns=["clause_kind", "value", *(f"meaning_{language}" for language in LANGUAGES), "agreements", "of"])
    total = int(edition["agreement"]["id"].nunique()) if "agreement" in edition else int(own["agreement"].nunique())
    coded = int(own["agreement"].nunique())
    kinds = list(dict.fromkeys(table["clause_kind"]))
    names = {language: listing([of_term("clause_kinds", one)[language] for one in kinds], language) for language in LANGUAGES}
    statement = (
        Text(
            nb=f"{coded} av {total} avtaler er kodet for bestemmelser: {names['nb']}.",
            nn=f"{coded} av {total} avtalar er koda for føresegner: {names['nn']}.",
            en=f"{coded} of {total} agreements are coded for clauses: {names['en']}.",
        )
        if kinds
        else Text(nb="Ingen bestemmelser er kodet.", nn="Ingen føresegner er koda.", en="No clauses are coded.")
    )
    return Finding(
        id="clauses",
        edition=edition.name,
        question=QUESTION,
        statement=statement,
        method=METHOD,
        table=table,
        coverage=Coverage(coded, {"agreements": total}),
        chart=Chart("table"),
    )
