"""Whether the memberships of those with few lie inside the memberships of those with many."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, triu

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding
from samvirke.measures.gaps import gaps
from samvirke.measures.membership import Array, labels, membership, read_services
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Text, number

QUESTION = Text(
    nb="Ligger de små samarbeidene inni de store?",
    nn="Ligg dei små samarbeida inni dei store?",
    en="Do the small cooperations lie inside the large?",
)
METHOD = Text(
    nb="NODF (Almeida-Neto mfl. 2008, doi:10.1111/j.0030-1299.2008.16644.x) av matrisen kommune × samarbeid. For hvert par av kommuner med ulikt antall samarbeid: hvor stor del av samarbeidene til den med færrest som den andre også er med i; par med like mange teller 0. nodf_municipalities er snittet over alle par av kommuner, ganget med 100; nodf_cooperations er det samme for par av samarbeid og medlemmene deres; nodf er snittet over begge slags par. 0 er ingen nøsting, 100 er full. Kommuner og samarbeid uten noe medlemskap er utenfor, og tallet er tomt når det ikke er par å sammenligne. Raden «all» er alle tjenestene samlet, og der er hver kommune med så langt medlemskapene er kjent. Er hver kommune med i bare ett samarbeid, er tallet 0 uansett hvordan samarbeidene er satt sammen.",
    nn="NODF (Almeida-Neto mfl. 2008, doi:10.1111/j.0030-1299.2008.16644.x) av matrisa kommune × samarbeid. For kvart par av kommunar som er med i ulikt mange samarbeid: kor stor del av samarbeida til den med færrast den andre òg er med i; par med like mange tel 0. nodf_municipalities er snittet over alle par av kommunar, gonga med 100; nodf_cooperations er det same for par av samarbeid og medlemmene deira; nodf er snittet over begge slag par. 0 er inga nøsting, 100 er full. Kommunar og samarbeid utan nokon medlemskap er utanfor, og talet er tomt når det ikkje finst par å samanlikne. Rada «all» er alle tenestene samla, og der er kvar kommune med så langt medlemskapane er kjende. Er kvar kommune med i berre eitt samarbeid, er talet 0 same korleis samarbeida er sette saman.",
    en="NODF (Almeida-Neto et al. 2008, doi:10.1111/j.0030-1299.2008.16644.x) of the matrix of municipality by cooperation. For each pair of municipalities in different numbers of cooperations: the share of the cooperations of the one with fewer that the other is also in; pairs with equally many count 0. nodf_municipalities is the mean over all pairs of municipalities, times 100; nodf_cooperations is the same for pairs of cooperations and their members; nodf is the mean over both kinds of pairs. 0 is no nestedness, 100 is full. Municipalities and cooperations without any membership are outside, and the number is empty when there are no pairs to compare. The row `all` is all services together, where each municipality is in with what memberships are known. Where each municipality is in one cooperation only, the number is 0 however the cooperations are made up.",
)
ALL = "all"
NAMED = 3
"""More services than these are counted in the sentence and not named."""
COLUMNS = ["service", "nodf", "nodf_municipalities", "nodf_cooperations", "municipalities", "cooperations", "memberships"]


def nestedness(edition: Edition, *, services: tuple[str, ...] | None = None) -> Finding:
    """Measure how nested the memberships are, for each service and for all together.

    Parameters
    ----------
    edition : Edition
        What is measured in.
    services : tuple of str or None
        The services; None is all.

    Returns
    -------
    Finding
        Columns service (or all), nodf, nodf_municipalities, nodf_cooperations (0 to 100), municipalities, cooperations, memberships.
    """
    data = membership(edition)
    chosen = read_services(data, services)
    rows, single = [], []
    for service in [*chosen, *([ALL] if len(chosen) > 1 else [])]:
        own = data.cooperations["service"].isin(chosen if service == ALL else [service]).to_numpy(dtype=bool)
        matrix = data.matrix[:, np.flatnonzero(own)]
        matrix = matrix[np.flatnonzero(np.diff(matrix.indptr))]
        rows.append((service, *nodf(matrix), *matrix.shape, matrix.nnz))
        if matrix.nnz and matrix.nnz == matrix.shape[0]:
            single.append(service)
    table = pd.DataFrame(rows, columns=COLUMNS)
    last = table.iloc[-1].to_dict() if len(table) else {"municipalities": 0, "cooperations": 0, "memberships": 0}
    return Finding(
        id="nestedness",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(edition, table, single),
        method=METHOD,
        table=table,
        coverage=Coverage(None, {name: int(last[name]) for name in ("municipalities", "cooperations", "memberships")}, gaps(data, chosen)),
        chart=Chart("table"),
    )


def nodf(matrix: Any) -> tuple[float, float, float]:
    """Return NODF of a matrix of ones without empty rows and columns: in all, of its rows, and of its columns; NaN without pairs.

    Examples
    --------
    >>> nodf(csr_array(np.array([[1, 1], [1, 0]])))
    (100.0, 100.0, 100.0)
    """
    sums, pairs = zip(*((_nested(one), one.shape[0] * (one.shape[0] - 1) // 2) for one in (matrix, matrix.T.tocsr())), strict=True)
    whole, rows, columns = (100 * total / of if of else float("nan") for total, of in ((sum(sums), sum(pairs)), *zip(sums, pairs, strict=True)))
    return whole, rows, columns


def _nested(matrix: Any) -> float:
    """Sum, over the pairs of rows with unequally many ones, the share of the ones of the lesser that the greater has."""
    kinds, of = distinct_rows(matrix)
    times, filled = np.bincount(of, minlength=kinds.shape[0]), np.diff(kinds.indptr)
    common = triu(kinds @ kinds.T, k=1).tocoo()
    unequal = filled[common.row] != filled[common.col]
    row, col = common.row[unequal], common.col[unequal]
    return float((times[row] * times[col] * common.data[unequal] / np.minimum(filled[row], filled[col])).sum())


def distinct_rows(matrix: Any) -> tuple[Any, Array]:
    """Return the different rows of a matrix of ones, each once, and for each row of the matrix which of them it is.

    What many municipalities have alike is then held against others once, however many they are.
    """
    ordered = csr_array(matrix)
    ordered.sort_indices()
    known: dict[bytes, int] = {}
    ends = ordered.indptr.tolist()
    of = np.array([known.setdefault(ordered.indices[start:end].tobytes(), len(known)) for start, end in pairwise(ends)], dtype=np.int64)
    return ordered[np.unique(of, return_index=True)[1]], of


def _statement(edition: Edition, table: pd.DataFrame, single: list[str]) -> Text:
    known = table[table["nodf"].notna()]
    if known.empty:
        return Text(
            nb="Det er ingen medlemskap å sammenligne, så nøstingen kan ikke måles.",
            nn="Det finst ingen medlemskapar å samanlikne, så nøstinga kan ikkje målast.",
            en="There are no memberships to compare, so nestedness cannot be measured.",
        )
    whole = known.iloc[-1]
    w = {
        language: [number(whole[name], language, 1) for name in ("nodf", "nodf_municipalities", "nodf_cooperations")]
        + [number(whole[name], language) for name in ("municipalities", "cooperations")]
        for language in LANGUAGES
    }
    if whole["service"] == ALL:
        of = Text(nb="alle tjenestene samlet", nn="alle tenestene samla", en="all services together")
    else:
        of = Text(**labels(edition, [whole["service"]]))
    both = not np.isnan(whole["nodf_cooperations"])
    sentence = Text(
        nb=f"For {of.nb} er nøstingen (NODF) {w['nb'][0]} av 100 over {w['nb'][3]} kommuner i {w['nb'][4]} samarbeid: {w['nb'][1]} blant kommunene"
        + (f" og {w['nb'][2]} blant samarbeidene." if both else "; med ett samarbeid er det ingen par av samarbeid å sammenligne."),
        nn=f"For {of.nn} er nøstinga (NODF) {w['nn'][0]} av 100 over {w['nn'][3]} kommunar i {w['nn'][4]} samarbeid: {w['nn'][1]} mellom kommunane"
        + (f" og {w['nn'][2]} mellom samarbeida." if both else "; med eitt samarbeid finst det ingen par av samarbeid å samanlikne."),
        en=f"For {of.en} nestedness (NODF) is {w['en'][0]} of 100 over {w['en'][3]} municipalities in {w['en'][4]} {'cooperations' if whole['cooperations'] > 1 else 'cooperation'}: {w['en'][1]} among municipalities"
        + (f" and {w['en'][2]} among cooperations." if both else "; with one cooperation there are no pairs of cooperations to compare."),
    )
    return sentence + _extremes(edition, known, single) + _by_construction(edition, known, single) + _without(edition, table)


def _extremes(edition: Edition, known: pd.DataFrame, single: list[str]) -> Text:
    services = known[known["service"] != ALL]
    own = services[~services["service"].isin(single)].sort_values(["nodf", "service"], ascending=[False, True])
    if len(services) < 2 or own.empty:
        return EMPTY
    said = {
        language: [f"{labels(edition, [one['service']])[language]} ({number(one['nodf'], language, 1)})" for one in (own.iloc[0], own.iloc[-1])]
        for language in LANGUAGES
    }
    several = len(own) > 1
    return Text(
        nb=f"Mest nøstet er {said['nb'][0]}" + (f", minst {said['nb'][1]}." if several else "."),
        nn=f"Mest nøsta er {said['nn'][0]}" + (f", minst {said['nn'][1]}." if several else "."),
        en=f"Most nested is {said['en'][0]}" + (f", least {said['en'][1]}." if several else "."),
    )


def _by_construction(edition: Edition, known: pd.DataFrame, single: list[str]) -> Text:
    own, services = [one for one in single if one != ALL], int((known["service"] != ALL).sum())
    if not own:
        return EMPTY
    if len(own) > NAMED:
        where = Text(nb=f"{len(own)} av {services} tjenester", nn=f"{len(own)} av {services} tenester", en=f"{len(own)} of {services} services")
    else:
        where = Text(**labels(edition, own))
    return Text(
        nb=f"I {where.nb} er hver kommune med i bare ett samarbeid, og da er tallet 0 uansett.",
        nn=f"I {where.nn} er kvar kommune med i berre eitt samarbeid, og då er talet 0 same kva.",
        en=f"In {where.en} each municipality is in one cooperation only, and the number is then 0 in any case.",
    )


def _without(edition: Edition, table: pd.DataFrame) -> Text:
    own = table.loc[table["nodf"].isna() & (table["service"] != ALL), "service"].tolist()
    if not own:
        return EMPTY
    name = labels(edition, own)
    return Text(
        nb=f"Om {name['nb']} er det ingen medlemskap, så tallet er tomt.",
        nn=f"Om {name['nn']} finst det ingen medlemskapar, så talet er tomt.",
        en=f"On {name['en']} there are no memberships, so the number is empty.",
    )
