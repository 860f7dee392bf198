"""Which municipalities are hosts."""

from __future__ import annotations

from typing import Any

import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.gaps import cooperating
from samvirke.vocabulary.language import Text, listing

QUESTION = Text(nb="Hvilke kommuner er verter?", nn="Kva kommunar er vertar?", en="Which municipalities are hosts?")
METHOD = Text(
    nb="En vert er kommunen som avtalen eller kilden kaller vert. Om avtalen viser til bestemmelsen om vertskommune, telles for seg, uten vurdering av om den gjaldt; et samarbeid regnes én gang for hver vert.",
    nn="Ein vert er kommunen som avtalen eller kjelda kallar vert. Om avtalen viser til føresegna om vertskommune, blir talt for seg, utan vurdering av om ho galdt; eit samarbeid blir rekna éin gong for kvar vert.",
    en="A host is the municipality that the agreement or source calls host. Whether the agreement cites the provision on host municipalities is counted apart, without judging whether it held; a cooperation counts once for each host.",
)


def hosts(edition: Edition) -> Finding:
    """List the hosts with what they host, and whether the law makes them hosts.

    Returns
    -------
    Finding
        Columns municipality (code), name, hosted (cooperations), legal_host and named_only (parts of hosted; empty where the edition
        has neither agreements nor models), services, and
        in_sample where the edition has a collection; most hosted first.
    """
    edition, alone = cooperating(edition)
    member, cooperation = edition["member"], edition["cooperation"].set_index("id")
    rows = member[member["role"] == "host"].drop_duplicates(["cooperation", "municipality"])
    legal = _legal(edition)
    known = "agreement" in edition or edition["cooperation"]["model"].notna().any()
    names = edition.names()
    sample = set(edition["collection"]["municipality"]) if "collection" in edition else None
    records = []
    for code, own in rows.groupby("municipality"):
        under_law = sum((where, code) in legal for where in own["cooperation"])
        record: dict[str, Any] = {
            "municipality": code,
            "name": names.get(str(code), str(code)),
            "hosted": len(own),
            "legal_host": under_law if known else None,
            "named_only": len(own) - under_law if known else None,
        }
        record["services"] = sorted(set(cooperation.loc[list(own["cooperation"]), "service"]))
        records.append(record | ({"in_sample": code in sample} if sample is not None else {}))
    columns = ["municipality", "name", "hosted", "legal_host", "named_only", "services"] + (["in_sample"] if sample is not None else [])
    table = pd.DataFrame(records, columns=columns).sort_values(["hosted", "name"], ascending=[False, True], ignore_index=True)
    table[["legal_host", "named_only"]] = table[["legal_host", "named_only"]].astype("Int64")
    with_host, total = rows["cooperation"].nunique(), len(cooperation)
    return Finding(
        id="hosts",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(table, with_host, total),
        method=METHOD,
        table=table,
        coverage=Coverage(with_host, {"cooperations": total, "municipalities": len(edition["municipality"])}, (*_gaps(with_host, total), *alone)),
        chart=Chart("bars", {"category": "name", "value": "hosted"}),
    )


def _legal(edition: Edition) -> set[tuple[str, str]]:
    """Return the pairs of cooperation and host in the sense of the law."""
    member, cooperation = edition["member"], edition["cooperation"]
    if "agreement" in edition:
        agreement = edition["agreement"].dropna(subset=["legal_host"])
        return set(zip(agreement["cooperation"], agreement["legal_host"], strict=True))
    under = set(cooperation.loc[cooperation["model"].isin(["host_administrative", "host_joint_board"]), "id"])
    rows = member[(member["role"] == "host") & member["cooperation"].isin(under)]
    return set(zip(rows["cooperation"], rows["municipality"], strict=True))


def _gaps(with_host: int, total: int) -> tuple[Missing, ...]:
    if with_host == total:
        return ()
    why = Text(
        nb=f"{total - with_host} av {total} samarbeid har ingen vert med navn.",
        nn=f"{total - with_host} av {total} samarbeid har ingen vert med namn.",
        en=f"{total - with_host} of {total} cooperations name no host.",
    )
    return (Missing("member", (), why),)


def _statement(table: pd.DataFrame, with_host: int, total: int) -> Text:
    if table.empty:
        return Text(
            nb=f"Ingen av de {total} samarbeidene har en vert med navn.",
            nn=f"Ingen av dei {total} samarbeida har ein vert med namn.",
            en=f"None of the {total} cooperations names a host.",
        )
    most = int(table["hosted"].max())
    top = list(table.loc[table["hosted"] == most, "name"])
    hosted, n = int(table["hosted"].sum()), len(table)
    sentence = Text(
        nb=f"{n} {'kommune er vert' if n == 1 else 'kommuner er verter'} i {with_host} av {total} samarbeid; flest har {listing(top, 'nb')} ({most}{' hver' if len(top) > 1 else ''}).",
        nn=f"{n} {'kommune er vert' if n == 1 else 'kommunar er vertar'} i {with_host} av {total} samarbeid; flest har {listing(top, 'nn')} ({most}{' kvar' if len(top) > 1 else ''}).",
        en=f"{n} {'municipality is host' if n == 1 else 'municipalities are hosts'} in {with_host} of {total} cooperations; {listing(top, 'en')} {'has' if len(top) == 1 else 'have'} the most ({most}{' each' if len(top) > 1 else ''}).",
    )
    if table["legal_host"].isna().all():
        return sentence
    legal = int(table["legal_host"].sum())
    return sentence + Text(
        nb=f"I {legal} av {hosted} tilfeller viser avtalen til bestemmelsen om vertskommune, i {hosted - legal} er kommunen bare kalt vert.",
        nn=f"I {legal} av {hosted} tilfelle viser avtalen til føresegna om vertskommune, i {hosted - legal} er kommunen berre kalla vert.",
        en=f"In {legal} of {hosted} cases the agreement cites the provision on host municipalities; in {hosted - legal} the municipality is only called host.",
    )
