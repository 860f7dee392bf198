"""Which motives are spoken of, for and against cooperation, by type of municipality."""

from __future__ import annotations

import pandas as pd

from samvirke.edition import Edition
from samvirke.evidence._small_groups import LEAST
from samvirke.evidence._statements import (
    COUNTS,
    DIRECTIONS,
    NOT_TOLD,
    OTHERS,
    PUBLISHED,
    UNKNOWN,
    counts,
    gaps,
    motive_words,
    ordered,
    share_for,
    statements,
    together,
    whom,
)
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.vocabulary import terms
from samvirke.vocabulary.labels import value_label
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Text, number, percent

QUESTION = Text(
    nb="Hvilke motiver taler kommunene om, for og mot å samarbeide?",
    nn="Kva motiv talar kommunane om, for og mot å samarbeide?",
    en="Which motives do municipalities speak of, for and against cooperating?",
)
METHOD = Text(
    nb="Utsagn fra intervjuer og rapporter er kodet med ett av elleve motiver (NIBR-notat 2015:104, kap. 6) og med om de taler for samarbeid, mot det eller er tvetydige. De telles etter type kommune ({by}). Det er utsagn som telles, ikke kommuner: den som taler mye, teller mye, og de som ble intervjuet er ikke noe tilfeldig utvalg, så andelene har ingen feilmargin. En type med utsagn fra færre enn {least} kommuner er slått sammen med de minste andre («andre typer»), så delene alltid summerer til alle. Utsagn som er publisert uten navn, kan vises uansett.",
    nn="Utsegner frå intervju og rapportar er koda med eitt av elleve motiv (NIBR-notat 2015:104, kap. 6) og med om dei talar for samarbeid, mot det eller er tvitydige. Dei blir talde etter type kommune ({by}). Det er utsegner som blir talde, ikkje kommunar: den som talar mykje, tel mykje, og dei som vart intervjua er ikkje noko tilfeldig utval, så delane har ingen feilmargin. Ein type med utsegner frå færre enn {least} kommunar er slegen saman med dei minste andre («andre typar»), så delane alltid summerer til alle. Utsegner som er publiserte utan namn, kan visast uansett.",
    en="Statements from interviews and reports are coded with one of eleven motives (NIBR-notat 2015:104, ch. 6) and with whether they speak for cooperation, against it or are ambiguous. They are counted by type of municipality ({by}). It is statements that are counted, not municipalities: who speaks much counts much, and those interviewed are no random sample, so the shares have no margin of error. A type with statements from fewer than {least} municipalities is put together with the smallest others (`other types`), so that the parts always add to all. Statements published without names can be shown in any case.",
)
ORDERED = ("size", "centrality")
"""Divisions whose ends are worth a sentence."""
TELLING = 10
"""With fewer statements nothing is said of which motive is spoken of most."""
COLUMNS = ["municipality_type", "motive", "statements", "of", "share", "for", "against", "ambiguous", "direction_unknown", "share_for"]


def motives(edition: Edition, *, by: str = "size") -> Finding:
    """Count statements by motive, direction and type of municipality.

    Parameters
    ----------
    edition : Edition
        With the table statement.
    by : str
        What municipalities are divided by: size, county, case, or a kind of the table grouping.

    Returns
    -------
    Finding
        Columns municipality_type, motive, statements, of (all statements of the type), share, for, against, ambiguous, direction_unknown,
        share_for (of those with a direction). Supporting tables `by_motive`: motive, statements, of, share, for, against, ambiguous,
        direction_unknown, share_for; `by_type`: municipality_type, statements, municipalities (or documents, where the municipality is not
        known, that statements are traced to; unknown where all are published without names); `by_informant`: informant_role, statements, for, against, ambiguous, direction_unknown, share_for.

    Raises
    ------
    OptionError
        When the edition has nothing to divide by in that way.
    """
    frame = statements(edition, by)
    shown, small = together(frame, "municipality_type")
    types = ordered(shown["municipality_type"], by)
    rows = []
    spoken = [motive for motive in terms("motives") if (shown["motive"] == motive).any()]
    for name in types:
        own = shown[shown["municipality_type"] == name]
        rows += [(name, motive, *_counted(own[own["motive"] == motive], len(own))) for motive in spoken]
    table = pd.DataFrame(rows, columns=COLUMNS)
    everything = pd.DataFrame([(motive, *_counted(shown[shown["motive"] == motive], len(shown))) for motive in spoken], columns=COLUMNS[1:])
    withheld = len(frame) - len(shown)
    return Finding(
        id="motives",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(everything, len(frame)) + _extremes(table, types, by) + _withheld(withheld),
        method=Text(**{one: METHOD[one].format(by=value_label("statement_division", by)[one], least=LEAST) for one in LANGUAGES}),
        table=table,
        coverage=Coverage(
            len(shown), {"statements": len(frame), "documents": int(frame.loc[frame["document"] != "", "document"].nunique())}, _gaps(edition, frame, small)
        ),
        chart=Chart("bars", {"category": "motive", "value": "statements", "of": "of", "length": "share", "panel": "municipality_type"})
        if len(table)
        else Chart("table"),
        supporting={"by_motive": everything, "by_type": _by_type(shown, types), "by_informant": _by_role(frame)} if len(table) else {},
    )


def _counted(own: pd.DataFrame, of: int) -> tuple[object, ...]:
    row = counts(own)
    return row["statements"], of, row["statements"] / of, *(row[direction] for direction in COUNTS), share_for(row)


def _by_type(shown: pd.DataFrame, types: list[str]) -> pd.DataFrame:
    who = whom(shown, "municipality_type")
    rows = [(name, int((shown["municipality_type"] == name).sum()), len(who[name]) or None) for name in types]
    return pd.DataFrame(rows, columns=["municipality_type", "statements", "municipalities"]).astype({"municipalities": "Int64"})


def _by_role(frame: pd.DataFrame) -> pd.DataFrame:
    shown, _ = together(frame, "informant_role")
    rows = []
    for role in (*terms("informant_roles"), NOT_TOLD, OTHERS):
        own = shown[shown["informant_role"] == role]
        if len(own):
            row = counts(own)
            rows.append((role, row["statements"], *(row[direction] for direction in COUNTS), share_for(row)))
    return pd.DataFrame(rows, columns=["informant_role", "statements", *COUNTS, "share_for"])


def _gaps(edition: Edition, frame: pd.DataFrame, small: frozenset[str]) -> tuple[Missing, ...]:
    found = list(gaps(edition, frame))
    unknown = int((frame["municipality_type"] == UNKNOWN).sum())
    if unknown:
        why = Text(
            nb=f"For {number(unknown, 'nb')} av {number(len(frame), 'nb')} utsagn er kommunens type ikke kjent.",
            nn=f"For {number(unknown, 'nn')} av {number(len(frame), 'nn')} utsegner er typen kommune ikkje kjend.",
            en=f"For {number(unknown, 'en')} of {number(len(frame), 'en')} statements the type of municipality is not known.",
        )
        found.append(Missing("statement", (), why))
    if published := int((frame["consent"] == PUBLISHED).sum()):
        w = {one: number(published, one) for one in LANGUAGES}
        why = Text(
            nb=f"{w['nb']} utsagn er det en publisert tekst leser ut av intervjuer og rapporter; tallet sier hvor ofte teksten nevner motivet, ikke hvor mange som mener det.",
            nn=f"{w['nn']} utsegner er det ein publisert tekst les ut av intervju og rapportar; talet seier kor ofte teksten nemner motivet, ikkje kor mange som meiner det.",
            en=f"{w['en']} statements are what a published text reads in interviews and reports; the number says how often the text mentions the motive, not how many hold it.",
        )
        found.append(Missing("statement", (), why))
    if small:
        why = Text(
            nb=f"{len(small)} typer er slått sammen, siden noen av dem har utsagn fra færre enn {LEAST} kommuner.",
            nn=f"{len(small)} typar er slegne saman, sidan nokre av dei har utsegner frå færre enn {LEAST} kommunar.",
            en=f"{len(small)} types are put together, since some of them have statements from fewer than {LEAST} municipalities.",
        )
        found.append(Missing("statement", (), why))
    return tuple(found)


def _withheld(count: int) -> Text:
    if not count:
        return EMPTY
    return Text(
        nb=f"{count} utsagn er holdt tilbake, siden de er fra færre enn {LEAST} kommuner.",
        nn=f"{count} utsegner er haldne attende, sidan dei er frå færre enn {LEAST} kommunar.",
        en=f"{count} statements are withheld, since they are from fewer than {LEAST} municipalities.",
    )


def _statement(everything: pd.DataFrame, count: int) -> Text:
    if everything.empty:
        return Text(nb="Ingen utsagn kan vises.", nn="Ingen utsegner kan visast.", en="No statements can be shown.")
    sums = {one: int(everything[one].sum()) for one in DIRECTIONS}
    w = {language: {key: number(value, language) for key, value in (sums | {"count": count}).items()} for language in LANGUAGES}
    text = Text(
        nb=f"Av {w['nb']['count']} utsagn med motiv taler {w['nb']['for']} for samarbeid, {w['nb']['against']} mot, og {w['nb']['ambiguous']} er tvetydige.",
        nn=f"Av {w['nn']['count']} utsegner med motiv talar {w['nn']['for']} for samarbeid, {w['nn']['against']} mot, og {w['nn']['ambiguous']} er tvitydige.",
        en=f"Of {w['en']['count']} statements with a motive {w['en']['for']} speak for cooperation, {w['en']['against']} against, and {w['en']['ambiguous']} are ambiguous.",
    )
    for direction, lead in (
        ("for", Text(nb="Oftest for", nn="Oftast for", en="Most often for")),
        ("against", Text(nb="Oftest mot", nn="Oftast mot", en="Most often against")),
    ):
        most = everything[everything[direction] > 0].sort_values(direction, ascending=False, kind="stable").head(3)
        if len(most):
            words = motive_words([(str(one), int(n)) for one, n in zip(most["motive"], most[direction], strict=True)])
            text += Text(**{one: f"{lead[one]}: {words[one]}." for one in LANGUAGES})
    return text


def _extremes(table: pd.DataFrame, types: list[str], by: str) -> Text:
    """Say what the smallest and the largest, or the least and the most central, speak of."""
    known, text = [name for name in types if name not in (UNKNOWN, OTHERS)], EMPTY
    division = value_label("statement_division", by)
    for name in (known[0], known[-1]) if by in ORDERED and len(known) > 1 else ():
        own = table[(table["municipality_type"] == name) & (table["statements"] > 0)].sort_values("statements", ascending=False, kind="stable")
        first, label = own.iloc[0], value_label("municipality_type", name)
        if first["of"] < TELLING or (len(own) > 1 and own["statements"].iloc[1] == first["statements"]):
            continue
        part = {one: percent(float(first["share"]), one) for one in LANGUAGES}
        motive = terms("motives")[str(first["motive"])].label
        text += Text(
            nb=f"I kommuner med {division.nb} {label.nb} gjelder flest utsagn {motive.nb} ({first['statements']} av {first['of']}, {part['nb']}).",
            nn=f"I kommunar med {division.nn} {label.nn} gjeld flest utsegner {motive.nn} ({first['statements']} av {first['of']}, {part['nn']}).",
            en=f"In municipalities of {division.en} {label.en} most statements are on {motive.en} ({first['statements']} of {first['of']}, {part['en']}).",
        )
    return text
