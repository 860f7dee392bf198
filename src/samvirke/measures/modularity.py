"""Into which modules of municipalities and cooperations the memberships fall, and how clearly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import block_array, csr_matrix
from scipy.sparse.csgraph import connected_components

from samvirke.edition import Edition
from samvirke.errors import MissingExtraError
from samvirke.finding import Chart, Coverage, Finding
from samvirke.measures.gaps import gaps
from samvirke.measures.membership import Array, labels, membership, read_services
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Text, number

QUESTION = Text(
    nb="Faller samarbeidene i adskilte klynger av kommuner?",
    nn="Fell samarbeida i åtskilde klyngjer av kommunar?",
    en="Do cooperations fall into separate clusters of municipalities?",
)
METHOD = Text(
    nb="Kommuner og samarbeid deles i moduler slik at Barbers modularitet blir størst mulig: Q = 1/m Σ (B_ij − k_i d_j / m) over kommuner og samarbeid i samme modul, der B er medlemskapene, m antallet av dem, k_i hvor mange samarbeid kommunen er i og d_j hvor mange medlemmer samarbeidet har (Barber 2007, doi:10.1103/PhysRevE.76.066102). Modulene søkes med Louvain (scikit-network) fra 20 tilfeldige rekkefølger, og de sammenhengende delene prøves også; moduler slås sammen så lenge Q ikke faller; den beste inndelingen brukes, og Q er regnet ut fra formelen. Det høyeste kan være høyere: Q er en nedre grense. Er hver kommune med i bare ett samarbeid, er modulene samarbeidene selv; er det bare ett samarbeid, er Q 0, siden det ikke er noe å dele. Uten medlemskap er Q tom. Høy Q viser ikke i seg selv at samarbeid er mer enn naboskap. Raden «all» er alle tjenestene samlet. I modules er modulene nummerert etter fallende antall kommuner, så etter minste kommunenummer.",
    nn="Kommunar og samarbeid blir delte i modular slik at modulariteten til Barber blir størst mogleg: Q = 1/m Σ (B_ij − k_i d_j / m) over kommunar og samarbeid i same modul, der B er medlemskapane, m talet på dei, k_i kor mange samarbeid kommunen er i og d_j kor mange medlemmer samarbeidet har (Barber 2007, doi:10.1103/PhysRevE.76.066102). Modulane blir søkte med Louvain (scikit-network) frå 20 tilfeldige rekkjefølgjer, og dei samanhengande delane blir òg prøvde; modular blir slegne saman så lenge Q ikkje fell; den beste inndelinga blir brukt, og Q er rekna ut frå formelen. Det høgste kan vere høgare: Q er ei nedre grense. Er kvar kommune med i berre eitt samarbeid, er modulane samarbeida sjølve; finst det berre eitt samarbeid, er Q 0, sidan det ikkje er noko å dele. Utan medlemskapar er Q tom. Høg Q viser ikkje i seg sjølv at samarbeid er meir enn naboskap. Rada «all» er alle tenestene samla. I modules er modulane nummererte etter fallande tal på kommunar, så etter minste kommunenummer.",
    en="Municipalities and cooperations are divided into modules so that Barber's modularity is as large as possible: Q = 1/m Σ (B_ij - k_i d_j / m) over municipalities and cooperations in the same module, where B is the memberships, m their number, k_i how many cooperations the municipality is in and d_j how many members the cooperation has (Barber 2007, doi:10.1103/PhysRevE.76.066102). Modules are sought by Louvain (scikit-network) from 20 random orders, and the connected parts are tried too; modules are joined as long as Q does not fall by it; the best division is used, and Q is computed from the formula. The maximum may be higher: Q is a lower bound. Where each municipality is in one cooperation only, the modules are the cooperations themselves; with a single cooperation Q is 0, since there is nothing to divide. Without memberships Q is empty. High Q does not by itself show that cooperation is more than neighbourhood. The row `all` is all services together. In `modules` the modules are numbered by falling number of municipalities, then by the smallest municipality code.",
)
ALL = "all"
STARTS = 20
SMALLEST_GAIN = 1e-5
COLUMNS = ["service", "modularity", "modules", "municipalities", "cooperations", "largest_module_municipalities"]


def modularity(edition: Edition, *, services: tuple[str, ...] | None = None, seed: int = 1) -> Finding:
    """Find the modules of municipalities and cooperations, for each service and for all together.

    Parameters
    ----------
    edition : Edition
        What is divided.
    services : tuple of str or None
        The services; None is all.
    seed : int
        Where the random orders begin.

    Returns
    -------
    Finding
        Columns service (or all), modularity, modules, municipalities, cooperations, largest_module_municipalities. Supporting table
        `modules`, of all services together (or the only one): municipality, name, module (numbered by falling size, then code).

    Raises
    ------
    MissingExtraError
        When scikit-network is not installed.
    """
    data = membership(edition)
    chosen = read_services(data, services)
    rows: list[tuple[Any, ...]] = []
    listed, apart = pd.DataFrame(columns=["municipality", "name", "module"]), False
    for service in [*chosen, *([ALL] if len(chosen) > 1 else [])]:
        own = data.cooperations["service"].isin(chosen if service == ALL else [service]).to_numpy(dtype=bool)
        matrix = data.matrix[:, np.flatnonzero(own)]
        inside = np.flatnonzero(np.diff(matrix.indptr))
        if not len(inside):
            rows.append((service, np.nan, 0, 0, 0, pd.NA))
            continue
        of, its = modules(matrix[inside], seed)
        sizes = np.bincount(of)
        rows.append((service, barber(matrix[inside], of, its), int(max(of.max(), its.max())) + 1, *matrix[inside].shape, int(sizes.max())))
        listed, apart = _listed(edition, data.codes[inside], of), matrix.nnz == len(inside)
    table = pd.DataFrame(rows, columns=COLUMNS).astype({"largest_module_municipalities": "Int64"})
    last = table.iloc[-1].to_dict() if len(table) else {"municipalities": 0, "cooperations": 0}
    return Finding(
        id="modularity",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(edition, table, apart=apart),
        method=METHOD,
        table=table,
        coverage=Coverage(None, {name: int(last[name]) for name in ("municipalities", "cooperations")}, gaps(data, chosen)),
        chart=Chart("table"),
        supporting={"modules": listed} if len(listed) else {},
        seed=seed,
    )


def modules(matrix: Any, seed: int) -> tuple[Array, Array]:
    """Divide the rows and columns of a matrix of ones, none of them empty, into the modules of the highest modularity found.

    Returns
    -------
    tuple of numpy.ndarray
        The module of each row and of each column, numbered by falling number of rows, then by the first row.
    """
    try:
        from sknetwork.clustering import Louvain
    except ImportError:
        raise MissingExtraError("scikit-network", "chance") from None
    rows = matrix.shape[0]
    parts = connected_components(block_array([[None, matrix], [matrix.T, None]]), directed=False)[1]
    found = [(parts[:rows], parts[rows:])]
    for start in np.random.default_rng(seed).integers(0, 2**31, STARTS):
        search = Louvain(
            tol_optimization=SMALLEST_GAIN,
            tol_aggregation=SMALLEST_GAIN,
            shuffle_nodes=True,
            return_probs=False,
            return_aggregate=False,
            random_state=int(start),
        ).fit(csr_matrix(matrix, dtype=float), force_bipartite=True)
        found.append((search.labels_row_, search.labels_col_))
    everyone = np.concatenate(_joined(matrix, *max(found, key=lambda one: (barber(matrix, *one), -len(np.unique(np.concatenate(one)))))))
    kinds, first, label = np.unique(everyone, return_index=True, return_inverse=True)
    order = np.lexsort((first, -np.bincount(label[:rows], minlength=len(kinds))))
    number_of = np.empty(len(kinds), dtype=np.int64)
    number_of[order] = np.arange(len(kinds))
    return number_of[label[:rows]], number_of[label[rows:]]


def _joined(matrix: Any, of: Array, its: Array) -> tuple[Array, Array]:
    """Join modules that share memberships as long as modularity does not fall by it, the most gainful first."""
    entries = matrix.tocoo()
    most = int(max(of.max(), its.max())) + 1
    while True:
        one, other = of[entries.row], its[entries.col]
        ends, their_ends = np.bincount(one, minlength=most), np.bincount(other, minlength=most)
        pairs, shared = np.unique(np.sort(np.stack([one, other])[:, one != other], axis=0), axis=1, return_counts=True)
        gain = len(one) * shared - ends[pairs[0]] * their_ends[pairs[1]] - ends[pairs[1]] * their_ends[pairs[0]]
        if not len(gain) or gain.max() < 0:
            return of, its
        kept, left = pairs[:, int(gain.argmax())]
        of, its = np.where(of == left, kept, of), np.where(its == left, kept, its)


def barber(matrix: Any, of: Array, its: Array) -> float:
    """Return Barber's modularity of a matrix of ones whose rows and columns are in modules.

    Examples
    --------
    >>> barber(csr_matrix(np.eye(2)), np.array([0, 1]), np.array([0, 1]))
    0.5
    """
    entries = matrix.tocoo()
    total, most = len(entries.row), int(max(of.max(), its.max())) + 1
    inside = int((of[entries.row] == its[entries.col]).sum())
    ends, their_ends = np.bincount(of[entries.row], minlength=most), np.bincount(its[entries.col], minlength=most)
    return (total * inside - int(ends @ their_ends)) / total**2


def _listed(edition: Edition, codes: Array, of: Array) -> pd.DataFrame:
    names, own = edition.names(), codes.astype(str)
    table = pd.DataFrame({"municipality": own, "name": [names[code] for code in own], "module": of + 1})
    return table.sort_values(["module", "municipality"], ignore_index=True)


APART = Text(
    nb="Hver kommune er med i bare ett samarbeid, så modulene er samarbeidene selv.",
    nn="Kvar kommune er med i berre eitt samarbeid, så modulane er samarbeida sjølve.",
    en="Each municipality is in one cooperation only, so the modules are the cooperations themselves.",
)


def _statement(edition: Edition, table: pd.DataFrame, *, apart: bool) -> Text:
    known = table[table["modularity"].notna()]
    if known.empty:
        return Text(
            nb="Det er ingen medlemskap å dele i moduler, så modulariteten er tom.",
            nn="Det finst ingen medlemskapar å dele i modular, så modulariteten er tom.",
            en="There are no memberships to divide into modules, so modularity is empty.",
        )
    whole = known.iloc[-1]
    of = (
        Text(**labels(edition, [whole["service"]]))
        if whole["service"] != ALL
        else Text(nb="alle tjenestene samlet", nn="alle tenestene samla", en="all services together")
    )
    if whole["cooperations"] == 1:
        return Text(
            nb=f"For {of.nb} er det bare ett samarbeid, så det er ingenting å dele, og modulariteten (Q) er 0.",
            nn=f"For {of.nn} finst det berre eitt samarbeid, så det er ikkje noko å dele, og modulariteten (Q) er 0.",
            en=f"For {of.en} there is a single cooperation, so there is nothing to divide, and modularity (Q) is 0.",
        ) + _without(edition, table)
    w = {language: (number(whole["modularity"], language, 3), *(number(int(whole[name]), language) for name in COLUMNS[2:])) for language in LANGUAGES}
    one = whole["modules"] == 1
    return (
        Text(
            nb=f"For {of.nb} faller {w['nb'][2]} kommuner i {w['nb'][3]} samarbeid i {w['nb'][1]} {'modul' if one else 'moduler'} med modularitet (Q) {w['nb'][0]}, den høyeste som ble funnet; den største modulen har {w['nb'][4]} kommuner.",
            nn=f"For {of.nn} fell {w['nn'][2]} kommunar i {w['nn'][3]} samarbeid i {w['nn'][1]} {'modul' if one else 'modular'} med modularitet (Q) {w['nn'][0]}, den høgste som vart funnen; den største modulen har {w['nn'][4]} kommunar.",
            en=f"For {of.en}, {w['en'][2]} municipalities in {w['en'][3]} cooperations fall into {w['en'][1]} {'module' if one else 'modules'} with modularity (Q) {w['en'][0]}, the highest that was found; the largest module has {w['en'][4]} municipalities.",
        )
        + (APART if apart else EMPTY)
        + _extremes(edition, known)
        + _without(edition, table)
        + Text(
            nb="Høy Q viser ikke i seg selv at samarbeid er mer enn naboskap: De som samarbeider med naboene sine, faller også i moduler.",
            nn="Høg Q viser ikkje i seg sjølv at samarbeid er meir enn naboskap: Dei som samarbeider med naboane sine, fell òg i modular.",
            en="High Q does not by itself show that cooperation is more than neighbourhood: those who cooperate with their neighbours fall into modules too.",
        )
    )


def _extremes(edition: Edition, known: pd.DataFrame) -> Text:
    own = known[(known["service"] != ALL) & (known["cooperations"] > 1)].sort_values(["modularity", "service"], ascending=[False, True])
    if len(own) < 2:
        return EMPTY
    most, least = own.iloc[0], own.iloc[-1]
    names = [labels(edition, [one["service"]]) for one in (most, least)]
    value = {language: [number(one["modularity"], language, 3) for one in (most, least)] for language in LANGUAGES}
    return Text(
        nb=f"Q er høyest i {names[0]['nb']} ({value['nb'][0]}) og lavest i {names[1]['nb']} ({value['nb'][1]}).",
        nn=f"Q er høgst i {names[0]['nn']} ({value['nn'][0]}) og lågast i {names[1]['nn']} ({value['nn'][1]}).",
        en=f"Q is highest in {names[0]['en']} ({value['en'][0]}) and lowest in {names[1]['en']} ({value['en'][1]}).",
    )


def _without(edition: Edition, table: pd.DataFrame) -> Text:
    own = table.loc[table["modularity"].isna() & (table["service"] != ALL), "service"].tolist()
    if not own:
        return EMPTY
    name = labels(edition, own)
    return Text(
        nb=f"Om {name['nb']} er det ingen medlemskap, så Q er tom.",
        nn=f"Om {name['nn']} finst det ingen medlemskapar, så Q er tom.",
        en=f"On {name['en']} there are no memberships, so Q is empty.",
    )
