"""Whether the same two municipalities meet in more than one service."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, triu

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding
from samvirke.measures.gaps import gaps, untold_gap
from samvirke.measures.membership import Array, Membership, labels, membership, read_services
from samvirke.measures.nestedness import distinct_rows
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Text, number, percent

QUESTION = Text(
    nb="Møtes de samme to kommunene i mer enn én tjeneste?",
    nn="Møtest dei same to kommunane i meir enn éi teneste?",
    en="Do the same two municipalities meet in more than one service?",
)
METHOD = Text(
    nb="Et par er to kommuner som deler minst ett samarbeid. For hvert par telles tjenestene de deler samarbeid i; flere samarbeid i samme tjeneste teller én gang. share_pairs er parene delt på alle par som deler minst én tjeneste; uten par er den tom. I by_pair telles par som deler den ene tjenesten, den andre og begge; share_of_smaller er parene i begge delt på det minste av de to tallene, og tom når det er 0. Kommuner som ingen kilde sier noe om i en av tjenestene, er utenfor tabellen, og i by_pair er de utenfor der en av de to tjenestene er den det gjelder. Bare kjente medlemmer regnes.",
    nn="Eit par er to kommunar som deler minst eitt samarbeid. For kvart par blir tenestene dei deler samarbeid i, talde; fleire samarbeid i same teneste tel éin gong. share_pairs er para delte på alle par som deler minst éi teneste; utan par er ho tom. I by_pair blir par som deler den eine tenesta, den andre og begge, talde; share_of_smaller er para i begge delte på det minste av dei to tala, og tom når det er 0. Kommunar som inga kjelde seier noko om i ei av tenestene, er utanfor tabellen, og i by_pair er dei utanfor der ei av dei to tenestene er den det gjeld. Berre kjende medlemmer blir rekna.",
    en="A pair is two municipalities that share at least one cooperation. For each pair the services are counted in which they share cooperations; several cooperations in one service count once. share_pairs is the pairs over all pairs that share at least one service; without pairs it is empty. In by_pair those pairs are counted that share the one service, the other and both; share_of_smaller is the pairs in both over the smaller of the two numbers, and empty when that is 0. Municipalities that no source speaks of in one of the services are outside the table, and in by_pair outside where it is one of the two services. Only known members count.",
)
BY_PAIR = ["first", "second", "pairs_first", "pairs_second", "pairs_both", "share_of_smaller"]


def multiplexity(edition: Edition, *, services: tuple[str, ...] | None = None) -> Finding:
    """Count the pairs of municipalities by the number of services in which they share cooperations.

    Parameters
    ----------
    edition : Edition
        What is counted in.
    services : tuple of str or None
        The services; None is all.

    Returns
    -------
    Finding
        Columns services_shared (from 1 to the number of services), pairs, share_pairs. Supporting table `by_pair`: first, second,
        pairs_first, pairs_second, pairs_both, share_of_smaller.
    """
    data = membership(edition)
    chosen = read_services(data, services)
    own = np.flatnonzero(data.cooperations["service"].isin(chosen).to_numpy(dtype=bool))
    kinds, of = distinct_rows(data.matrix[:, own])
    ties = {service: _tied(kinds[:, np.flatnonzero(data.cooperations["service"].to_numpy()[own] == service)]) for service in chosen}
    spoken = ~data.unspoken(*chosen)
    together = sum(ties.values(), start=csr_array((kinds.shape[0],) * 2, dtype=np.int64)).tocoo()
    amounts = _pairs(together, np.bincount(of[spoken], minlength=kinds.shape[0]))
    pairs = np.bincount(together.data, weights=amounts, minlength=len(chosen) + 1)[1:].astype(np.int64)
    total, several = int(pairs.sum()), int(pairs[1:].sum())
    table = pd.DataFrame(
        {"services_shared": np.arange(1, len(chosen) + 1), "pairs": pairs, "share_pairs": pairs / total if total else np.full(len(pairs), np.nan)}
    )
    by_pair = pd.DataFrame(_held(data, ties, of), columns=BY_PAIR)
    partly = own[~data.cooperations["complete"].to_numpy(dtype=bool)[own]]
    untold = (np.diff(data.matrix[:, partly].indptr) > 0) & spoken
    return Finding(
        id="multiplexity",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(edition, total, several, len(chosen), by_pair),
        method=METHOD,
        table=table,
        coverage=Coverage(
            several if len(chosen) > 1 else None, {"pairs": total, "municipalities": int(spoken.sum())}, (*gaps(data, chosen), *untold_gap(data, untold))
        ),
        chart=Chart("bars", {"category": "services_shared", "value": "pairs", "share": "share_pairs"}) if len(table) else Chart("table"),
        supporting={"by_pair": by_pair} if len(by_pair) else {},
    )


def _tied(kinds: Any) -> Any:
    """Return which kinds of municipality share a cooperation, each pair once, and each kind with itself."""
    found = triu(kinds @ kinds.T).tocsr()
    return csr_array((np.ones(found.nnz, dtype=np.int64), found.indices, found.indptr), shape=found.shape)


def _pairs(entries: Any, times: Array) -> Array:
    """Return how many pairs of municipalities stand behind each pair of kinds."""
    first, second = times[entries.row], times[entries.col]
    return np.asarray(np.where(entries.row == entries.col, first * (first - 1) // 2, first * second))


def _held(data: Membership, ties: dict[str, Any], of: Array) -> list[tuple[str, str, int, int, int, float]]:
    """Count the pairs of each two services, each service once for those municipalities that sources speak of in both."""
    rows, known = [], {}
    for first, second in combinations(ties, 2):
        spoken = ~data.unspoken(first, second)
        times, among = np.bincount(of[spoken], minlength=ties[first].shape[0]), spoken.tobytes()
        for service in (first, second):
            if (service, among) not in known:
                known[service, among] = int(_pairs(ties[service].tocoo(), times).sum())
        one, other, both = known[first, among], known[second, among], int(_pairs((ties[first] * ties[second]).tocoo(), times).sum())
        rows.append((first, second, one, other, both, both / min(one, other) if min(one, other) else np.nan))
    return rows


def _statement(edition: Edition, total: int, several: int, services: int, by_pair: pd.DataFrame) -> Text:
    if not total:
        return Text(
            nb="Ingen par av kommuner som kilder sier noe om, deler et samarbeid, så det er ingenting å telle.",
            nn="Ingen par av kommunar som kjelder seier noko om, har samarbeid saman, så det finst ingenting å telje.",
            en="No pair of municipalities that sources speak of shares a cooperation, so there is nothing to count.",
        )
    w = {language: (number(total, language), number(several, language), percent(several / total, language)) for language in LANGUAGES}
    if services < 2:
        return Text(
            nb=f"{w['nb'][0]} par av kommuner deler et samarbeid. Det er bare én tjeneste å velge blant, så om de møtes i flere, kan ikke sies.",
            nn=f"{w['nn'][0]} par av kommunar har eit samarbeid saman. Det finst berre éi teneste å velje blant, så om dei møtest i fleire, kan ikkje seiast.",
            en=f"{w['en'][0]} pairs of municipalities share a cooperation. There is only one service to choose from, so whether they meet in several cannot be said.",
        )
    return Text(
        nb=f"Av {w['nb'][0]} par av kommuner som deler et samarbeid, gjør {w['nb'][1]} ({w['nb'][2]}) det i to eller flere tjenester.",
        nn=f"Av {w['nn'][0]} par av kommunar som har eit samarbeid saman, har {w['nn'][1]} ({w['nn'][2]}) det i to eller fleire tenester.",
        en=f"Of {w['en'][0]} pairs of municipalities that share a cooperation, {w['en'][1]} ({w['en'][2]}) do so in two or more services.",
    ) + _most(edition, by_pair)


def _most(edition: Edition, by_pair: pd.DataFrame) -> Text:
    known = by_pair[by_pair["pairs_both"] > 0].sort_values(["pairs_both", "first", "second"], ascending=[False, True, True])
    if known.empty:
        return EMPTY
    row = known.iloc[0]
    name = labels(edition, [row["first"], row["second"]])
    smaller = labels(edition, [row["first"] if row["pairs_first"] <= row["pairs_second"] else row["second"]])
    w = {
        language: (
            number(row["pairs_both"], language),
            percent(row["share_of_smaller"], language),
            number(min(row["pairs_first"], row["pairs_second"]), language),
        )
        for language in LANGUAGES
    }
    return Text(
        nb=f"{name['nb'][:1].upper()}{name['nb'][1:]} har {w['nb'][0]} par felles, {w['nb'][1]} av de {w['nb'][2]} i {smaller['nb']}.",
        nn=f"{name['nn'][:1].upper()}{name['nn'][1:]} har {w['nn'][0]} par felles, {w['nn'][1]} av dei {w['nn'][2]} i {smaller['nn']}.",
        en=f"{name['en'][:1].upper()}{name['en'][1:]} have {w['en'][0]} pairs in common, {w['en'][1]} of the {w['en'][2]} in {smaller['en']}.",
    )
