"""Whether cooperation crosses the borders of counties or of other groups."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import triu

from samvirke.edition import Edition
from samvirke.errors import OptionError
from samvirke.finding import Chart, Coverage, Finding
from samvirke.measures.gaps import gaps
from samvirke.measures.groups import Groups, group_gap, groups
from samvirke.measures.membership import Array, Membership, labels, membership, read_services
from samvirke.vocabulary.language import LANGUAGES, Text, number, percent

QUESTION = Text(
    nb="Går samarbeidene over fylkesgrensene eller andre grenser?",
    nn="Går samarbeida over fylkesgrensene eller andre grenser?",
    en="Do cooperations cross county or other borders?",
)
METHOD = Text(
    nb="Et bånd er to kommuner som deler minst ett samarbeid i tjenesten; det regnes én gang. Det er ytre når de er i ulike grupper, indre når de er i samme. E–I-indeksen er (ytre − indre) / (ytre + indre): −1 når alt er innenfor, 1 når alt går over (Krackhardt og Stern 1988, doi:10.2307/2786835); tom når det ikke er bånd. Et samarbeid krysser når medlemmene er i mer enn én gruppe. Raden «all» er alle tjenestene samlet. Kommuner uten gruppe er utenfor, og et samarbeid med en av dem teller bare når det likevel krysser.",
    nn="Eit band er to kommunar som deler minst eitt samarbeid i tenesta; det blir rekna éin gong. Det er ytre når dei er i ulike grupper, indre når dei er i same. E–I-indeksen er (ytre − indre) / (ytre + indre): −1 når alt er innanfor, 1 når alt går over (Krackhardt og Stern 1988, doi:10.2307/2786835); tom når det ikkje er band. Eit samarbeid kryssar når medlemmene er i meir enn éi gruppe. Rada «all» er alle tenestene samla. Kommunar utan gruppe er utanfor, og eit samarbeid med ein av dei tel berre når det likevel kryssar.",
    en="A tie is two municipalities that share at least one cooperation of the service; it counts once. It is external when they are in different groups, internal when in the same. The E-I index is (external - internal) / (external + internal): -1 when everything is inside, 1 when everything crosses (Krackhardt and Stern 1988, doi:10.2307/2786835); empty when there are no ties. A cooperation crosses when its members are in more than one group. The row `all` is all services together. Municipalities without a group are outside, and a cooperation with one of them counts only when it crosses all the same.",
)
ALL = "all"


def border(edition: Edition, *, by: str = "county", services: tuple[str, ...] | None = None) -> Finding:
    """Count cooperations and ties that cross a border, and the E-I index.

    Parameters
    ----------
    edition : Edition
        What is counted in.
    by : str
        county, size, or a kind of the table `grouping`.
    services : tuple of str or None
        The services; None is all.

    Returns
    -------
    Finding
        Columns service (or all), cooperations, crossing, share, external, internal, ei_index. Supporting table `crossing`: service,
        cooperation, name, groups.
    """
    data = membership(edition)
    chosen = read_services(data, services)
    try:
        found = groups(edition, data, by)
    except OptionError:
        if by != "county":
            raise
        found = Groups(by, np.full(len(data.codes), None, dtype=object), ())
    rows, named = [], []
    for service in [*chosen, *([ALL] if len(chosen) > 1 else [])]:
        own = np.flatnonzero(data.cooperations["service"].isin(chosen if service == ALL else [service]).to_numpy(dtype=bool))
        row, crossing = _counted(data, own, found)
        rows.append({"service": service, **row})
        if service != ALL:
            named += [
                (service, data.cooperations["id"].iat[int(column)], data.cooperations["name"].iat[int(column)], inside)
                for column, inside in zip(own, crossing, strict=True)
                if len(inside) > 1
            ]
    table = pd.DataFrame(rows, columns=["service", "cooperations", "crossing", "share", "external", "internal", "ei_index"])
    last = table.iloc[-1].to_dict() if len(table) else {"cooperations": 0, "crossing": 0}
    return Finding(
        id="border",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(edition, table, found),
        method=METHOD,
        table=table,
        coverage=Coverage(int(last["crossing"]), {"cooperations": int(last["cooperations"])}, (*gaps(data, chosen), *group_gap(data, found))),
        chart=Chart("bars", {"category": "service", "value": "crossing", "of": "cooperations"}),
        supporting={"crossing": pd.DataFrame(named, columns=["service", "cooperation", "name", "groups"])} if named else {},
    )


def _counted(data: Membership, own: Array, found: Groups) -> tuple[dict[str, object], list[list[str]]]:
    placed = np.flatnonzero(~found.without)
    matrix = data.matrix[:, own][placed]
    kinds, number_of = np.unique(found.of[placed].astype(str), return_inverse=True)
    ties = triu(matrix @ matrix.T, k=1).tocoo()
    external = int((number_of[ties.row] != number_of[ties.col]).sum())
    internal = len(ties.row) - external
    columns = matrix.tocsc()
    inside = [sorted({str(kinds[one]) for one in number_of[columns.indices[columns.indptr[place] : columns.indptr[place + 1]]]}) for place in range(len(own))]
    unplaced = np.asarray(data.matrix[:, own].sum(axis=0)).ravel() > np.diff(columns.indptr)
    crossing = sum(len(one) > 1 for one in inside)
    counted = sum(len(one) > 1 or not unsure for one, unsure in zip(inside, unplaced, strict=True))
    total = external + internal
    return {
        "cooperations": counted,
        "crossing": crossing,
        "share": crossing / counted if counted else np.nan,
        "external": external,
        "internal": internal,
        "ei_index": (external - internal) / total if total else np.nan,
    }, inside


def _statement(edition: Edition, table: pd.DataFrame, found: Groups) -> Text:
    known = table[table["ei_index"].notna()]
    if known.empty:
        return Text(
            nb="Ingen bånd mellom kommuner med kjent gruppe, så grensene kan ikke måles.",
            nn="Ingen band mellom kommunar med kjend gruppe, så grensene kan ikkje målast.",
            en="There are no ties between municipalities with a known group, so borders cannot be measured.",
        )
    whole = known.iloc[-1]
    kind = {"county": ("fylke", "fylke", "county")}.get(found.by, (found.by,) * 3)
    ties = int(whole["external"] + whole["internal"])
    w = {
        language: (
            number(whole["external"], language),
            number(ties, language),
            percent(whole["external"] / ties, language),
            number(whole["ei_index"], language, 2),
        )
        for language in LANGUAGES
    }
    count, of = int(whole["crossing"]), int(whole["cooperations"])
    sentence = Text(
        nb=f"{count} av {of} samarbeid har medlemmer i mer enn ett {kind[0]}. {w['nb'][0]} av {w['nb'][1]} bånd ({w['nb'][2]}) går over grensen; E–I-indeksen er {w['nb'][3]}.",
        nn=f"{count} av {of} samarbeid har medlemmer i meir enn eitt {kind[1]}. {w['nn'][0]} av {w['nn'][1]} band ({w['nn'][2]}) går over grensa; E–I-indeksen er {w['nn'][3]}.",
        en=f"{count} of {of} cooperations have members in more than one {kind[2]}. {w['en'][0]} of {w['en'][1]} ties ({w['en'][2]}) cross the border; the E-I index is {w['en'][3]}.",
    )
    own = known[known["service"] != ALL].sort_values(["ei_index", "service"], ascending=[False, True])
    if len(own) < 2:
        return sentence
    most, least = own.iloc[0], own.iloc[-1]
    pair = labels(edition, [most["service"]]), labels(edition, [least["service"]])
    value = {language: (number(most["ei_index"], language, 2), number(least["ei_index"], language, 2)) for language in LANGUAGES}
    return sentence + Text(
        nb=f"Mest går {pair[0]['nb']} over grensene ({value['nb'][0]}), minst {pair[1]['nb']} ({value['nb'][1]}).",
        nn=f"Mest går {pair[0]['nn']} over grensene ({value['nn'][0]}), minst {pair[1]['nn']} ({value['nn'][1]}).",
        en=f"Borders are crossed most in {pair[0]['en']} ({value['en'][0]}) and least in {pair[1]['en']} ({value['en'][1]}).",
    )
