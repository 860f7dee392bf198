"""How agreements say that disputes are settled, and whether the ways have become more varied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.register import Identical, class_of, is_mechanism, period, register
from samvirke.measures.statistics import effective_number, share, variety_test
from samvirke.vocabulary import terms
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Text, day, number, percent, probability

PERIODS = ("before", "after", "either", "undated")
QUESTION = Text(nb="Hvordan skal uenighet løses?", nn="Korleis skal usemje løysast?", en="How is disagreement to be settled?")
METHOD = Text(
    nb="Tvisteløsningen er kodet trinn for trinn: hva som nevnes på noe trinn, første og siste trinn. En avtale kan nevne flere mekanismer, så de nevnte summerer seg ikke. En henvisning bare til loven er ingen mekanisme. En avtale ingen har kodet, går ut av nevneren. Variasjonen måles med effektivt antall: hvor mange like vanlige mekanismer som ville vært like varierte (exp av Shannons entropi). En større gruppe rommer flere; derfor deles avtalene med mekanisme på to grupper av samme størrelse på alle mulige måter (eller tilfeldig når det er for mange), og forskjellen holdes mot den som da kan ventes. Avtaler med samme vert er ikke uavhengige, og det er ikke korrigert for tre lesemåter. Ingen lov krever en slik bestemmelse.",
    nn="Tvisteløysinga er koda steg for steg: kva som er nemnt på noko steg, fyrste og siste steg. Ein avtale kan nemne fleire mekanismar, så dei nemnde summerer seg ikkje. Ei tilvising berre til lova er ingen mekanisme. Ein avtale ingen har koda, går ut av nemnaren. Variasjonen blir målt med effektivt tal: kor mange like vanlege mekanismar som ville vore like varierte (exp av Shannons entropi). Ei større gruppe rommar fleire; difor blir avtalane med mekanisme delte på to grupper av same storleik på alle moglege måtar (eller tilfeldig når det er for mange), og skilnaden blir halden mot den ein då kan vente. Avtalar med same vert er ikkje uavhengige, og det er ikkje korrigert for tre lesemåtar. Inga lov krev ei slik føresegn.",
    en="Dispute clauses are coded step by step: what any step mentions, the first and the last step. An agreement may mention several mechanisms, so mentions do not add up. A bare reference to the statute does not count as a mechanism. An agreement that nobody coded is left out of the denominator. Variety is measured by the effective number: how many equally common mechanisms would be as varied (exp of Shannon's entropy). A larger group holds more of them; so the agreements with a mechanism are allocated to two groups of the same sizes in every possible way (or at random when there are too many), and the difference is held against the one then expected. Agreements with the same host are not independent, and no correction is made for three readings. No statute requires such a clause.",
)


def dispute_mechanisms(edition: Edition, *, cut: date = date(2009, 1, 1), identical: Identical = "mark", seed: int = 1) -> Finding:
    """Count dispute mechanisms by period and step, and test whether they became more varied.

    Parameters
    ----------
    edition : Edition
        With agreements and clauses.
    cut : datetime.date
        The first day of *after*.
    identical : {"mark", "cells"}
        How identical agreements are recognised.
    seed : int
        For the test of variety, used only when there are more than 50 000 ways to divide the agreements.

    Returns
    -------
    Finding
        Columns mechanism (``not_specified`` is none), mechanism_class, period, any_mention, first_step, last_step, of (coded
        agreements of the period), share, share_low, share_high (of any mention); supporting table `variety`: reading,
        kinds_before, kinds_after, effective_before, effective_after, difference, expected, p_value, permutations.
    """
    agreements = register(edition, identical)
    coded = agreements[agreements["steps"].notna()].copy()
    coded["period"] = coded["signed"].map(lambda signed: period(signed, cut))
    coded["mechanisms"] = [tuple(step for step in steps if is_mechanism(step)) for steps in coded["steps"]]
    table = _table(coded)
    variety, exact = _variety(coded, seed)
    with_mechanism = int(coded["mechanisms"].map(len).gt(0).sum())
    uncoded, undated = len(agreements) - len(coded), int((coded["period"] == "undated").sum())
    periods = {name: int((coded["period"] == name).sum()) for name in PERIODS}
    return Finding(
        id="dispute_mechanisms",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(coded, table, variety, with_mechanism, cut),
        method=METHOD,
        table=table,
        coverage=Coverage(
            with_mechanism, {"agreements": len(agreements), "coded": len(coded), "with_mechanism": with_mechanism, **periods}, _gaps(uncoded, undated)
        ),
        chart=Chart("bars", {"category": "mechanism", "value": "any_mention", "of": "of", "panel": "period"}),
        supporting={"variety": variety},
        seed=None if exact else seed,
    )


def _table(coded: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for name in PERIODS:
        own = coded.loc[coded["period"] == name, "mechanisms"]
        counted = [
            Counter(step for steps in own for step in set(steps)),
            Counter(steps[0] for steps in own if steps),
            Counter(steps[-1] for steps in own if steps),
        ]
        none = sum(not steps for steps in own)
        mentioned = [step for step in terms("dispute_steps") if counted[0][step]] + sorted(set(counted[0]) - set(terms("dispute_steps")))
        for step in mentioned:
            found = share(counted[0][step], len(own))
            rows.append((step, class_of(step), name, *(count[step] for count in counted), len(own), found.estimate, found.low, found.high))
        if none:
            found = share(none, len(own))
            rows.append(("not_specified", "none", name, none, none, none, len(own), found.estimate, found.low, found.high))
    columns = ["mechanism", "mechanism_class", "period", "any_mention", "first_step", "last_step", "of", "share", "share_low", "share_high"]
    return pd.DataFrame(rows, columns=columns)


def _variety(coded: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, bool]:
    """Compare how varied the mechanisms are before and after, for each reading of the steps."""
    readings = {"any": slice(None), "first": slice(1), "last": slice(-1, None)}
    groups = [coded.loc[(coded["period"] == name) & coded["mechanisms"].map(len).gt(0), "mechanisms"] for name in ("before", "after")]
    rows, exact = [], True
    for reading, part in readings.items():
        before, after = ([steps[part] for steps in group] for group in groups)
        test = variety_test(before, after, seed)
        exact = exact and (test.exact or test.permutations == 0)
        rows.append(
            (
                reading,
                len(before),
                len(after),
                *(_kinds(group) for group in (before, after)),
                *(_effective(group) for group in (before, after)),
                test.difference,
                test.expected,
                test.p_value,
                test.permutations,
            )
        )
    columns = [
        "reading",
        "before",
        "after",
        "kinds_before",
        "kinds_after",
        "effective_before",
        "effective_after",
        "difference",
        "expected",
        "p_value",
        "permutations",
    ]
    return pd.DataFrame(rows, columns=columns), exact


def _kinds(group: Sequence[Sequence[str]]) -> int:
    return len({kind for kinds in group for kind in kinds})


def _effective(group: Sequence[Sequence[str]]) -> float:
    return effective_number([kind for kinds in group for kind in kinds])


def _gaps(uncoded: int, undated: int) -> tuple[Missing, ...]:
    reasons = (
        (uncoded, "avtaler er ikke kodet for tvisteløsning", "avtalar er ikkje koda for tvisteløysing", "agreements have not been coded for disputes"),
        (undated, "avtaler er udaterte og står for seg", "avtalar er udaterte og står for seg", "agreements are undated and stand apart"),
    )
    return tuple(Missing("clause", (), Text(nb=f"{count} {nb}.", nn=f"{count} {nn}.", en=f"{count} {en}.")) for count, nb, nn, en in reasons if count)


def _statement(coded: pd.DataFrame, table: pd.DataFrame, variety: pd.DataFrame, with_mechanism: int, cut: date) -> Text:
    found = share(with_mechanism, len(coded))
    first = Text(
        nb=f"{with_mechanism} av {len(coded)} avtaler ({percent(found.estimate, 'nb')}, 95 %-intervall {percent(found.low, 'nb')}–{percent(found.high, 'nb')}) sier hvordan uenighet skal løses.",
        nn=f"{with_mechanism} av {len(coded)} avtalar ({percent(found.estimate, 'nn')}, 95 %-intervall {percent(found.low, 'nn')}–{percent(found.high, 'nn')}) seier korleis usemje skal løysast.",
        en=f"{with_mechanism} of {len(coded)} agreements ({percent(found.estimate, 'en')}, 95% interval {percent(found.low, 'en')}–{percent(found.high, 'en')}) say how disagreement is to be settled.",
    )
    mentions = table[table["mechanism"] != "not_specified"].groupby("mechanism", sort=False)["any_mention"].sum().sort_values(ascending=False, kind="stable")
    if mentions.empty:
        return first
    step, count = str(mentions.index[0]), int(mentions.iloc[0])
    term = terms("dispute_steps").get(step)
    name = {language: term.label[language] if term else step for language in LANGUAGES}
    most = Text(
        nb=f"Oftest nevnt: {name['nb']} ({count} av {with_mechanism}).",
        nn=f"Oftast nemnde: {name['nn']} ({count} av {with_mechanism}).",
        en=f"Most often mentioned: {name['en']} ({count} of {with_mechanism}).",
    )
    return first + most + _variety_sentence(variety, cut)


def _variety_sentence(variety: pd.DataFrame, cut: date) -> Text:
    test, first, last = (row for _, row in variety.iterrows())
    if pd.isna(test["p_value"]):
        return EMPTY
    clear = test["p_value"] < 0.05
    n, kinds = (int(test["before"]), int(test["after"])), (int(test["kinds_before"]), int(test["kinds_after"]))
    effective = {language: (number(test["effective_before"], language, 1), number(test["effective_after"], language, 1)) for language in LANGUAGES}
    sentence = Text(
        nb=f"De {n[0]} med mekanisme fra før {day(cut, 'nb')} nevner {kinds[0]} ulike mekanismer (effektivt antall {effective['nb'][0]}), de {n[1]} fra da av {kinds[1]} ({effective['nb'][1]}): {'en større forskjell enn tilfeldigheter lett gir' if clear else 'ikke en større forskjell enn tilfeldigheter kan gi'} ({probability(test['p_value'], 'nb')}).",
        nn=f"Dei {n[0]} med mekanisme frå før {day(cut, 'nn')} nemner {kinds[0]} ulike mekanismar (effektivt tal {effective['nn'][0]}), dei {n[1]} frå då av {kinds[1]} ({effective['nn'][1]}): {'ein større skilnad enn det som lett kjem av slump' if clear else 'ikkje ein større skilnad enn det som kan kome av slump'} ({probability(test['p_value'], 'nn')}).",
        en=f"The {n[0]} with a mechanism from before {day(cut, 'en')} mention {kinds[0]} different mechanisms (effective number {effective['en'][0]}), the {n[1]} from then on {kinds[1]} ({effective['en'][1]}): {'a larger difference than chance would easily produce' if clear else 'no larger a difference than chance can produce'} ({probability(test['p_value'], 'en')}).",
    )
    return sentence + Text(
        nb=f"Regnes bare første trinn, er {probability(first['p_value'], 'nb')}; bare siste, {probability(last['p_value'], 'nb')}.",
        nn=f"Med berre fyrste steg er {probability(first['p_value'], 'nn')}; med berre siste, {probability(last['p_value'], 'nn')}.",
        en=f"By first step only, {probability(first['p_value'], 'en')}; by last step only, {probability(last['p_value'], 'en')}.",
    )
