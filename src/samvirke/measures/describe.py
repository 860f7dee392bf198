"""What an edition holds."""

from __future__ import annotations

import pandas as pd

from samvirke.edition import Edition, tables
from samvirke.finding import Coverage, Finding
from samvirke.vocabulary.language import LANGUAGES, Text, number

QUESTION = Text(nb="Hva inneholder utgaven?", nn="Kva inneheld utgåva?", en="What does the edition hold?")
METHOD = Text(nb="Radene i hver tabell telles.", nn="Radene i kvar tabell blir talde.", en="The rows of each table are counted.")


def describe(edition: Edition) -> Finding:
    """Count the rows of every table that an edition has.

    Returns
    -------
    Finding
        Columns table, rows, columns, and description_nb, description_nn, description_en.
    """
    held = [
        (name, len(edition[name]), list(edition[name].columns), *(about.about[language] for language in LANGUAGES))
        for name, about in tables().items()
        if name in edition.tables
    ]
    table = pd.DataFrame(held, columns=["table", "rows", "columns", *(f"description_{language}" for language in LANGUAGES)])
    n = {name: len(edition[name]) for name in ("municipality", "cooperation", "member")}
    return Finding(
        id="describe",
        edition=edition.name,
        question=QUESTION,
        statement=Text(
            nb=f"Utgaven har {len(table)} tabeller, med {number(n['municipality'], 'nb')} kommuner, {number(n['cooperation'], 'nb')} samarbeid og {number(n['member'], 'nb')} medlemskap.",
            nn=f"Utgåva har {len(table)} tabellar, med {number(n['municipality'], 'nn')} kommunar, {number(n['cooperation'], 'nn')} samarbeid og {number(n['member'], 'nn')} medlemskapar.",
            en=f"The edition has {len(table)} tables, with {number(n['municipality'], 'en')} municipalities, {number(n['cooperation'], 'en')} cooperations and {number(n['member'], 'en')} memberships.",
        ),
        method=METHOD,
        table=table,
        coverage=Coverage(None, n),
    )
