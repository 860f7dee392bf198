"""Whether the choice of legal model changed at a date."""

from __future__ import annotations

from datetime import date

import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.register import Identical, period, register
from samvirke.measures.statistics import odds_ratio, share
from samvirke.vocabulary import law
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Text, day, number, percent, probability

PERIODS = ("before", "after", "either", "undated")
QUESTION = Text(nb="Endret valget av modell seg?", nn="Endra valet av modell seg?", en="Did the choice of model change?")
METHOD = Text(
    nb="Avtalene deles etter når de ble inngått; udaterte står for seg, og en avtale som bare har årstall kan falle på begge sider av en dag midt i året. Andelene har eksakte 95 %-intervaller (Clopper–Pearson), som gjelder bare om avtalene ses som et tilfeldig utvalg; avtaler med samme vert er ikke uavhengige. Før og etter sammenlignes med Fishers eksakte test (tosidig) og betinget oddsforhold; udaterte er ikke med i testen. Det er ikke korrigert for at flere modeller prøves.",
    nn="Avtalane blir delte etter når dei vart inngåtte; udaterte står for seg, og ein avtale som berre har årstal kan falle på begge sider av ein dag midt i året. Andelane har eksakte 95 %-intervall (Clopper–Pearson), som gjeld berre om avtalane blir sedde som eit tilfeldig utval; avtalar med same vert er ikkje uavhengige. Før og etter blir jamførte med Fishers eksakte test (tosidig) og betinga oddsforhold; udaterte er ikkje med i testen. Det er ikkje korrigert for at fleire modellar blir prøvde.",
    en="Agreements are divided by when they were entered into; undated ones are shown separately, and an agreement dated only by year may fall on either side of a day within it. Shares have exact 95% intervals (Clopper–Pearson), which hold only if the agreements are seen as a random sample; agreements with the same host are not independent. Before and after are compared by Fisher's exact test (two-sided) and the conditional odds ratio; undated ones are not in the test. No correction is made for testing several models.",
)


def models_over_time(edition: Edition, *, cut: date = date(2012, 1, 1), identical: Identical = "mark") -> Finding:
    """Count models before and after a day, and test the difference exactly.

    Parameters
    ----------
    edition : Edition
        With agreements.
    cut : datetime.date
        The first day of *after*; 2012-01-01 is the start of the coordination reform.
    identical : {"mark", "cells"}
        How identical agreements are recognised.

    Returns
    -------
    Finding
        Columns basis, period, agreements, of (read agreements of the period), share, share_low, share_high; supporting table
        `tests`: basis (``stated`` is any model against none), odds_ratio, odds_ratio_low, odds_ratio_high, p_value, an odds
        ratio above 1 meaning more common after.
    """
    agreements = register(edition, identical)
    read = agreements[agreements["basis"].notna()]
    periods = read["signed"].map(lambda signed: period(signed, cut))
    counts = pd.crosstab(read["basis"], periods).reindex(index=[model for model in law.models() if model in set(read["basis"])], columns=PERIODS, fill_value=0)
    totals = counts.sum()
    rows = []
    for basis in counts.index:
        for name in PERIODS:
            if totals[name]:
                found = share(int(counts.loc[basis, name]), int(totals[name]))
                rows.append((basis, name, int(counts.loc[basis, name]), int(totals[name]), found.estimate, found.low, found.high))
    table = pd.DataFrame(rows, columns=["basis", "period", "agreements", "of", "share", "share_low", "share_high"])
    tests = _tests(counts)
    either = int(totals["either"])
    gaps = _gaps(len(agreements) - len(read), int(totals["undated"]), either)
    return Finding(
        id="models_over_time",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(counts, tests, cut),
        method=METHOD,
        table=table,
        coverage=Coverage(
            int(totals["before"] + totals["after"]), {"agreements": len(agreements), "read": len(read), **{name: int(totals[name]) for name in PERIODS}}, gaps
        ),
        chart=Chart("bars", {"category": "basis", "value": "agreements", "of": "of", "panel": "period"}),
        supporting={"tests": tests},
    )


def _tests(counts: pd.DataFrame) -> pd.DataFrame:
    """Compare before with after: any stated model, and each model, against all the rest."""
    before, after = int(counts["before"].sum()), int(counts["after"].sum())
    stated = counts.drop(index="not_specified", errors="ignore").sum()
    rows = []
    for basis, own in [("stated", stated), *((str(name), counts.loc[name]) for name in counts.index if name != "not_specified")]:
        interval, p_value = odds_ratio([[int(own["after"]), after - int(own["after"])], [int(own["before"]), before - int(own["before"])]])
        rows.append((basis, interval.estimate, interval.low, interval.high, p_value))
    return pd.DataFrame(rows, columns=["basis", "odds_ratio", "odds_ratio_low", "odds_ratio_high", "p_value"])


def _gaps(unread: int, undated: int, either: int) -> tuple[Missing, ...]:
    reasons = (
        (unread, "avtaler er ikke lest", "avtalar er ikkje lesne", "agreements have not been read"),
        (undated, "avtaler er udaterte og ikke med i testen", "avtalar er udaterte og ikkje med i testen", "agreements are undated and not in the test"),
        (
            either,
            "avtaler kan være fra før eller etter og er ikke med i testen",
            "avtalar kan vere frå før eller etter og er ikkje med i testen",
            "agreements may be from before or after and are not in the test",
        ),
    )
    return tuple(Missing("agreement", (), Text(nb=f"{count} {nb}.", nn=f"{count} {nn}.", en=f"{count} {en}.")) for count, nb, nn, en in reasons if count)


def _statement(counts: pd.DataFrame, tests: pd.DataFrame, cut: date) -> Text:
    total, silent = counts.sum(), counts.reindex(["not_specified"], fill_value=0).sum()
    n = {name: int(total[name]) for name in PERIODS}
    stated = {name: int(total[name] - silent[name]) for name in PERIODS}
    test = tests.iloc[0]
    shares = {name: share(stated[name], n[name]) for name in ("before", "after")}
    clear = test["p_value"] < 0.05
    first = Text(
        nb=f"{stated['before']} av {n['before']} avtaler ({percent(shares['before'].estimate, 'nb')}) fra før {day(cut, 'nb')} oppgir modell, {stated['after']} av {n['after']} ({percent(shares['after'].estimate, 'nb')}) fra og med da; {n['undated']} er udaterte.",
        nn=f"{stated['before']} av {n['before']} avtalar ({percent(shares['before'].estimate, 'nn')}) frå før {day(cut, 'nn')} oppgjev modell, {stated['after']} av {n['after']} ({percent(shares['after'].estimate, 'nn')}) frå og med då; {n['undated']} er udaterte.",
        en=f"{stated['before']} of {n['before']} agreements ({percent(shares['before'].estimate, 'en')}) from before {day(cut, 'en')} state a model, {stated['after']} of {n['after']} ({percent(shares['after'].estimate, 'en')}) from then on; {n['undated']} are undated.",
    )
    unsure = Text(
        nb=f"{n['either']} kan være fra før eller etter.", nn=f"{n['either']} kan vere frå før eller etter.", en=f"{n['either']} may be from before or after."
    )
    if pd.isna(test["p_value"]):
        verdict = Text(nb="Forskjellen kan ikke prøves.", nn="Skilnaden kan ikkje prøvast.", en="The difference cannot be tested.")
    else:
        odds = {
            code: f"{number(test['odds_ratio'], code, 2)} ({number(test['odds_ratio_low'], code, 2)}–{number(test['odds_ratio_high'], code, 2)})"
            for code in LANGUAGES
        }
        verdict = Text(
            nb=f"Oddsforholdet er {odds['nb']}, {probability(test['p_value'], 'nb')}: {'forskjellen er større enn tilfeldigheter lett gir' if clear else 'dataene kan ikke skille en endring fra tilfeldigheter'}.",
            nn=f"Oddsforholdet er {odds['nn']}, {probability(test['p_value'], 'nn')}: {'skilnaden er større enn det som lett kjem av slump' if clear else 'dataa kan ikkje skilje ei endring frå tilfeldige utslag'}.",
            en=f"The odds ratio is {odds['en']}, {probability(test['p_value'], 'en')}: {'the difference is larger than chance would easily produce' if clear else 'the data cannot tell a change from chance'}.",
        )
    return first + (unsure if n["either"] else EMPTY) + verdict
