"""Whether two services divide the municipalities into the same groups."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from math import nan
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding
from samvirke.measures.gaps import gaps, municipalities, untold_gap
from samvirke.measures.membership import Array, Coding, Membership, labels, membership, read_services
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Text, number

QUESTION = Text(
    nb="Deler to tjenester kommunene inn i de samme gruppene?",
    nn="Deler to tenester kommunane inn i dei same gruppene?",
    en="Do two services divide the municipalities into the same groups?",
)
METHOD = Text(
    nb="Kommunene som er i begge tjenester, deles i grupper etter hvilket samarbeid de er i, én gang for hver tjeneste; gruppene er altså bare de delene av samarbeidene som er i begge. Inndelingene sammenlignes med justert Rand-indeks (Hubert og Arabie 1985, doi:10.1007/BF01908075; 1 er like, 0 er som ved tilfeldighet), normalisert gjensidig informasjon (over snittet av de to entropiene; 0 til 1) og variation of information (Meilă 2007, doi:10.1016/j.jmva.2006.11.013; 0 er like, i nats). Justert Rand er tom når begge inndelinger har alle for seg eller alle sammen, normalisert gjensidig informasjon når begge har alle sammen. Alle tre er tomme når en kommune i begge er med i flere samarbeid i en av tjenestene; de står i breaks. Med --coding most_extensive er hver kommune bare i det mest omfattende, og hver tjeneste blir en inndeling. Kommuner som ingen kilde sier noe om i en av de to, er utenfor.",
    nn="Kommunane som er i begge tenester, blir delte i grupper etter kva samarbeid dei er i, éin gong for kvar teneste; gruppene er såleis berre dei delane av samarbeida som er i begge. Inndelingane blir samanlikna med justert Rand-indeks (Hubert og Arabie 1985, doi:10.1007/BF01908075; 1 er like, 0 er som ved slump), normalisert gjensidig informasjon (over snittet av dei to entropiane; 0 til 1) og variation of information (Meilă 2007, doi:10.1016/j.jmva.2006.11.013; 0 er like, i nats). Justert Rand er tom når begge inndelingane har alle for seg eller alle saman, normalisert gjensidig informasjon når begge har alle saman. Alle tre er tomme når ein kommune i begge er med i fleire samarbeid i ei av tenestene; dei står i breaks. Med --coding most_extensive er kvar kommune berre i det mest omfattande, og kvar teneste blir ei inndeling. Kommunar som inga kjelde seier noko om i ei av dei to, er utanfor.",
    en="The municipalities in both services are divided into groups by the cooperation they are in, once for each service; the groups are thus only those parts of the cooperations that are in both. The divisions are compared by the adjusted Rand index (Hubert and Arabie 1985, doi:10.1007/BF01908075; 1 is equal, 0 is as by chance), normalised mutual information (over the mean of the two entropies; 0 to 1) and variation of information (Meilă 2007, doi:10.1016/j.jmva.2006.11.013; 0 is equal, in nats). Adjusted Rand is empty when both divisions have everyone alone or everyone together, normalised mutual information when both have everyone together. All three are empty when a municipality in both is in several cooperations of one of the services; those are in breaks. With --coding most_extensive each municipality is only in the most extensive one, and each service becomes a division. Municipalities that no source speaks of in one of the two are outside.",
)
MEASURES = ["adjusted_rand", "normalised_mutual_information", "variation_of_information_nats"]
COLUMNS = ["first", "second", "municipalities", *MEASURES, "breaks"]


def congruence(edition: Edition, *, services: tuple[str, ...] | None = None, coding: Coding = "any") -> Finding:
    """Compare the groups that two services divide the municipalities into, for every pair of services.

    Parameters
    ----------
    edition : Edition
        What is compared in.
    services : tuple of str or None
        The services; None is all that there are cooperations on.
    coding : {"any", "most_extensive", "day", "evening", "night", "weekend"}
        Which cooperation counts when there are several in one service.

    Returns
    -------
    Finding
        Columns first, second, municipalities (in both), adjusted_rand, normalised_mutual_information, variation_of_information_nats, breaks
        (codes of the municipalities in several cooperations of one of the two); the most alike first.
    """
    data = membership(edition)
    chosen = read_services(data, services)
    grouped = {service: data.chosen(service, coding) for service in chosen}
    counts = {service: np.diff(one.indptr) for service, one in grouped.items()}
    rows, concerned = [], np.zeros(len(data.codes), dtype=bool)
    for first, second in combinations(chosen, 2):
        both = (counts[first] > 0) & (counts[second] > 0) & ~data.unspoken(first, second)
        several = both & ((counts[first] > 1) | (counts[second] > 1))
        concerned |= both
        measures = (nan,) * 3 if several.any() else compared(grouped[first][both].indices, grouped[second][both].indices)
        rows.append((first, second, int(both.sum()), *measures, [str(code) for code in data.codes[several]]))
    table = pd.DataFrame(rows, columns=COLUMNS)
    table = table.sort_values(["adjusted_rand", "first", "second"], ascending=[False, True, True], ignore_index=True, na_position="last")
    return Finding(
        id="congruence",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(edition, table),
        method=METHOD,
        table=table,
        coverage=Coverage(
            None,
            {"in_both": int(table["municipalities"].iloc[0]), "municipalities": int((~data.unspoken(*table.loc[0, ["first", "second"]].astype(str))).sum())}
            if len(table)
            else {"municipalities": len(data.codes)},
            (*gaps(data, chosen, coding), *untold_gap(data, concerned & _partly_known(data, grouped.values()))),
        ),
        chart=Chart("table"),
    )


def _partly_known(data: Membership, grouped: Iterable[Any]) -> Array:
    """Say of each municipality whether it is in a cooperation of which only some members are known."""
    partly = np.flatnonzero(~data.cooperations["complete"].to_numpy(dtype=bool))
    return (
        np.logical_or.reduce([np.diff(one[:, partly].indptr) > 0 for one in grouped], initial=False) if len(partly) else np.zeros(len(data.codes), dtype=bool)
    )


def compared(first: Array, second: Array) -> tuple[float, float, float]:
    """Return adjusted Rand, normalised mutual information and variation of information (nats) of two divisions; NaN where undefined.

    Parameters
    ----------
    first, second : numpy.ndarray
        The group of each municipality, as numbers from 0.

    Examples
    --------
    >>> compared(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0]))[:2]
    (1.0, 1.0)
    """
    n = len(first)
    if not n:
        return nan, nan, nan
    table = csr_array((np.ones(n, dtype=np.int64), (first, second)))
    table.sum_duplicates()
    one, other = np.bincount(first), np.bincount(second)
    shared, own, its = (int((sizes * (sizes - 1) // 2).sum()) for sizes in (table.data, one, other))
    pairs = n * (n - 1) // 2
    most = pairs * (own + its) - 2 * own * its
    rand = 2 * (pairs * shared - own * its) / most if most else nan
    entropies = [float(-(share[share > 0] * np.log(share[share > 0])).sum()) for share in (one / n, other / n)]
    cells = table.tocoo()
    mutual = max(0.0, float((cells.data / n * np.log(cells.data * n / (one[cells.row] * other[cells.col]))).sum()))
    whole = sum(entropies)
    return rand, 2 * mutual / whole if whole else nan, max(0.0, whole - 2 * mutual)


def _statement(edition: Edition, table: pd.DataFrame) -> Text:
    if table.empty:
        return Text(
            nb="Det er samarbeid om færre enn to tjenester å velge blant, så det er ingen inndelinger å sammenligne.",
            nn="Det er samarbeid om færre enn to tenester å velje blant, så det finst ingen inndelingar å samanlikne.",
            en="There is cooperation on fewer than two services to choose from, so there are no divisions to compare.",
        )
    broken, none = table["breaks"].map(len) > 0, table["municipalities"] == 0
    same = table["adjusted_rand"].isna() & ~broken & ~none
    return (
        _most_alike(edition, table[table["adjusted_rand"].notna()]) + _broken(edition, table, broken) + _undefined(len(table), int(none.sum()), int(same.sum()))
    )


def _most_alike(edition: Edition, known: pd.DataFrame) -> Text:
    if known.empty:
        return EMPTY
    row = known.iloc[0]
    name = labels(edition, [row["first"], row["second"]])
    w = {language: [*(number(row[one], language, 2) for one in MEASURES), municipalities(int(row["municipalities"]))[language]] for language in LANGUAGES}
    return Text(
        nb=f"For {name['nb']}, over {w['nb'][3]} i begge, er justert Rand {w['nb'][0]} (1 er like grupper, 0 er som ved tilfeldighet), normalisert gjensidig informasjon {w['nb'][1]} og variation of information {w['nb'][2]} nats.",
        nn=f"For {name['nn']}, over {w['nn'][3]} i begge, er justert Rand {w['nn'][0]} (1 er like grupper, 0 er som ved slump), normalisert gjensidig informasjon {w['nn'][1]} og variation of information {w['nn'][2]} nats.",
        en=f"For {name['en']}, over {w['en'][3]} in both, adjusted Rand is {w['en'][0]} (1 is equal groups, 0 is as by chance), normalised mutual information {w['en'][1]} and variation of information {w['en'][2]} nats.",
    ) + (
        Text(
            nb=f"Det er paret med likest grupper, av {len(known)} som kan sammenlignes.",
            nn=f"Det er paret med likast grupper, av {len(known)} som kan samanliknast.",
            en=f"It is the pair with the most alike groups, of {len(known)} that can be compared.",
        )
        if len(known) > 1
        else EMPTY
    )


def _broken(edition: Edition, table: pd.DataFrame, broken: pd.Series) -> Text:
    if not broken.any():
        return EMPTY
    worst = table[broken].iloc[int(np.argmax(table.loc[broken, "breaks"].map(len)))]
    name, count = labels(edition, [worst["first"], worst["second"]]), municipalities(len(worst["breaks"]))
    of = number(worst["municipalities"], "nb"), number(worst["municipalities"], "nn"), number(worst["municipalities"], "en")
    several = int(broken.sum())
    return Text(
        nb=f"{count.nb} av de {of[0]} som er i både {name['nb']}, er med i flere samarbeid i en av dem, så gruppene overlapper og målene er tomme{f' (slik er det i {several} av {len(table)} par)' if len(table) > 1 else ''}; med --coding most_extensive blir hver tjeneste en inndeling.",
        nn=f"{count.nn} av dei {of[1]} som er i både {name['nn']}, er med i fleire samarbeid i ei av dei, så gruppene overlappar og måla er tomme{f' (slik er det i {several} av {len(table)} par)' if len(table) > 1 else ''}; med --coding most_extensive blir kvar teneste ei inndeling.",
        en=f"{count.en} of the {of[2]} in both {name['en']} {'is' if len(worst['breaks']) == 1 else 'are'} in several cooperations of one of them, so groups overlap and the measures are empty{f' (so it is in {several} of {len(table)} pairs)' if len(table) > 1 else ''}; with --coding most_extensive each service becomes a division.",
    )


def _undefined(pairs: int, none: int, same: int) -> Text:
    sentence = EMPTY
    if none:
        sentence += Text(
            nb=f"I {none} av {pairs} par er ingen kommune i begge tjenestene, så det er ingenting å sammenligne.",
            nn=f"I {none} av {pairs} par er ingen kommune i begge tenestene, så det finst ingenting å samanlikne.",
            en=f"In {none} of {pairs} pairs no municipality is in both services, so there is nothing to compare.",
        )
    if same:
        sentence += Text(
            nb=f"I {same} av {pairs} par har begge tjenestene alle kommunene for seg eller alle sammen, så justert Rand er tom.",
            nn=f"I {same} av {pairs} par har begge tenestene alle kommunane kvar for seg eller alle saman, så justert Rand er tom.",
            en=f"In {same} of {pairs} pairs both services have every municipality alone or all together, so adjusted Rand is empty.",
        )
    return sentence
