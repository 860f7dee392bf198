"""Hypotheses on conflict: crossing borders and disagreements (H13), why there is little (H14), and who uses the service (H19)."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.evidence._readings import FEWEST, Array, lacks, settle, too_few, two_sided, weigh
from samvirke.evidence.conflict_signals import explanations, seen_in
from samvirke.evidence.events import events
from samvirke.evidence.use_skew import COUNTED, use_skew
from samvirke.measures.hypotheses import BEDS, Read
from samvirke.measures.membership import Membership, labels
from samvirke.vocabulary.dates import DateInterval
from samvirke.vocabulary.labels import value_label
from samvirke.vocabulary.language import LANGUAGES, Text, number, percent, probability

CROSSING = 0.5
"""A cooperation crosses much when it crosses at least half of those that it shares a member with: the threshold of H1."""


def read_crossing(edition: Edition, data: Membership, *, draws: int, seed: int) -> Read:
    """H13: coordination by overlapping, task-specific units makes for conflict: disagreements a year where cooperations cross much and little."""
    read = Read()
    if lacks(read, edition, "event"):
        return read
    read.describes.append(events(edition).statement)
    shares, (count, years) = crossing_shares(data), _observed(edition, data)
    known = np.isfinite(shares) & (years > 0)
    much = shares >= CROSSING
    n, m = int((known & much).sum()), int((known & ~much).sum())
    if min(n, m) < FEWEST:
        too_few(read, Text(nb=f"{n} samarbeid krysser mange, {m} få", nn=f"{n} samarbeid kryssar mange, {m} få", en=f"{n} cooperations cross many, {m} few"))
        return read
    count, years, much = count[known], years[known], much[known]

    def difference(chosen: Array) -> float:
        return float(count[chosen].sum() / years[chosen].sum() - count[~chosen].sum() / years[~chosen].sum())

    rng = np.random.default_rng(seed)
    drawn = np.array([difference(rng.permutation(much)) for _ in range(draws)])
    observed = difference(much)
    p_value = two_sided(observed, drawn) if np.ptp(drawn) > 0 else float("nan")
    rates = {language: [number(float(count[side].sum() / years[side].sum()), language, 3) for side in (much, ~much)] for language in LANGUAGES}
    counts = int(count[much].sum()), int(count[~much].sum())
    p = {language: probability(p_value, language) for language in LANGUAGES}
    sentence = Text(
        nb=f"De {n} samarbeidene som krysser minst halvparten av dem de deler medlem med, har {rates['nb'][0]} kjente uenigheter i året ({counts[0]} i alt), de {m} andre {rates['nb'][1]} ({counts[1]}; {p['nb']}).",
        nn=f"Dei {n} samarbeida som kryssar minst halvparten av dei som dei deler medlem med, har {rates['nn'][0]} kjende usemjer i året ({counts[0]} i alt), dei {m} andre {rates['nn'][1]} ({counts[1]}; {p['nn']}).",
        en=f"The {n} cooperations that cross at least half of those they share a member with have {rates['en'][0]} known disagreements a year ({counts[0]} in all), the other {m} {rates['en'][1]} ({counts[1]}; {p['en']}).",
    )
    settle(read, weigh(read, sentence, p_value, supports=observed > 0))
    return read


def crossing_shares(data: Membership) -> Array:
    """Return for each cooperation the share it crosses of those it shares a member with: each has a member that the other lacks.

    Missing where there are none; cooperations whose members are not all known are left out on both sides.
    """
    complete = data.cooperations["complete"].to_numpy(dtype=bool)
    common = (data.by_cooperation @ data.by_cooperation.T).toarray()
    sizes = np.diag(common).copy()
    met = (common > 0) & complete[:, None] & complete[None, :]
    np.fill_diagonal(met, val=False)
    crossed = met & (common < sizes[:, None]) & (common < sizes[None, :])
    of = met.sum(axis=1)
    return np.asarray(np.divide(crossed.sum(axis=1), of, out=np.full(len(of), np.nan), where=of > 0))


def _observed(edition: Edition, data: Membership) -> tuple[Array, Array]:
    """Return how many disagreements each counted cooperation had, and over how many years: from the first one told of, or its beginning."""
    event = edition["event"]
    days = [DateInterval.parse(str(one)) for one in event["date"].dropna()]
    last = DateInterval.parse(edition.as_of or edition.date or max(day.last for day in days).isoformat()).last
    first = min(day.first for day in days).replace(month=1, day=1)
    began = dict(zip(edition["cooperation"]["id"].astype(str), edition["cooperation"]["valid_from"], strict=True))
    counts = event["cooperation"].astype(str).value_counts()
    years = []
    for name in data.cooperations["id"].astype(str):
        start = max(first, DateInterval.parse(str(began[name])).first) if isinstance(began.get(name), str) else first
        years.append(max(0.0, (last - start).days / 365.25))
    return np.array([int(counts.get(name, 0)) for name in data.cooperations["id"].astype(str)]), np.array(years)


def read_little(edition: Edition) -> Read:
    """H14: why there is little conflict: what the explanations rest on here; they cannot be told from each other."""
    read = Read()
    if lacks(read, edition, "event") and "survey" not in edition:
        return read
    if "event" in edition:
        read.describes.append(events(edition).statement)
    for row in explanations(seen_in(edition)).to_dict("records"):
        name = value_label("explanation", row["explanation"])
        sentence = Text(**{language: f"{name[language][:1].upper()}{name[language][1:]}: {row[f'rests_on_{language}']}." for language in LANGUAGES})
        read.describes.append(sentence)
    read.cannot_tell.append(
        Text(
            nb="Forklaringene kan ikke skilles fra hverandre her: alle kan gi lite konflikt, og samarbeid som ikke ble noe av, er ikke i dataene.",
            nn="Forklaringane kan ikkje skiljast frå kvarandre her: alle kan gje lite konflikt, og samarbeid som det ikkje vart noko av, er ikkje i dataa.",
            en="The explanations cannot be told from each other here: any may make for little conflict, and cooperations that never came about are not in the data.",
        )
    )
    return read


def read_use(edition: Edition) -> Read:
    """H19: hosts use the acute beds more than their share, the others less; tested with cooperations as the units."""
    read = Read()
    if lacks(read, edition, "use", "figure"):
        return read
    names = set(edition["cooperation"].loc[edition["cooperation"]["service"].eq(BEDS), "id"])
    own = edition["use"][edition["use"]["cooperation"].isin(names)]
    tables = MappingProxyType({**edition.tables, "use": own})
    hosts = use_skew(replace(edition, tables=tables)).supporting.get("hosts_above", pd.DataFrame()) if len(own) else pd.DataFrame()
    order = [one for one in COUNTED if len(hosts) and one in set(hosts["measure"])]
    if not order:
        name = labels(edition, [BEDS])
        read.cannot_tell.append(
            Text(
                nb=f"Utgaven har ingen tall for bruk av {name['nb']} der verten er kjent og folketallet er kjent for alle.",
                nn=f"Utgåva har ingen tal for bruk av {name['nn']} der verten er kjend og folketalet er kjent for alle.",
                en=f"The edition has no numbers of use of {name['en']} where the host is known and the population is known of all.",
            )
        )
        return read
    row = hosts[hosts["measure"].eq(order[0])].iloc[0].to_dict()
    above, of, what = int(row["above"]), int(row["cooperations"]), value_label("measure", order[0])
    w = {
        language: (percent(above / of, language), number(row["rate_ratio"], language, 2), number(row["rate_ratio_low"], language, 2), number(row["rate_ratio_high"], language, 2), probability(row["p_value"], language))
        for language in LANGUAGES
    }  # fmt: skip
    sentence = Text(
        nb=f"Verten er over sin del av {what.nb} i {above} av {of} samarbeid ({w['nb'][0]}, {w['nb'][4]}) og bruker {w['nb'][1]} ganger så mye per innbygger som deltakerne (95 %: {w['nb'][2]}–{w['nb'][3]}).",
        nn=f"Verten er over delen sin av {what.nn} i {above} av {of} samarbeid ({w['nn'][0]}, {w['nn'][4]}) og bruker {w['nn'][1]} gonger så mykje per innbyggjar som deltakarane (95 %: {w['nn'][2]}–{w['nn'][3]}).",
        en=f"The host is above its share of {what.en} in {above} of {of} cooperations ({w['en'][0]}, {w['en'][4]}) and uses {w['en'][1]} times as much per inhabitant as participants (95%: {w['en'][2]}–{w['en'][3]}).",
    )
    if weigh(read, sentence, float(row["p_value"]), supports=above * 2 > of):
        read.reading = "for" if above * 2 > of else "against"
    return read
