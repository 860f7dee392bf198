"""Who is tied to whom through which service: every pair of municipalities in a cooperation."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, triu

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.gaps import cooperating
from samvirke.vocabulary.language import Text

QUESTION = Text(
    nb="Hvem er knyttet til hvem, gjennom hvilken tjeneste?",
    nn="Kven er knytte til kven, gjennom kva teneste?",
    en="Who is tied to whom, through which service?",
)
METHOD = Text(
    nb="To kommuner er knyttet sammen når de er kjent som medlemmer av samme samarbeid. Et bånd regnes én gang, med alle tjenestene det går gjennom. Der bare noen medlemmer er kjent, mangler bånd.",
    nn="To kommunar er knytte saman når dei er kjende som medlemmer av same samarbeid. Eit band blir rekna éin gong, med alle tenestene det går gjennom. Der berre nokre medlemmer er kjende, manglar band.",
    en="Two municipalities are tied when they are known as members of the same cooperation. A tie counts once, with all the services it goes through. Where only some members are known, ties are missing.",
)


def network(edition: Edition) -> Finding:
    """List every pair of municipalities that share a cooperation.

    Returns
    -------
    Finding
        Columns first, second (codes), first_name, second_name, cooperations, services; the strongest ties first.
    """
    edition, alone = cooperating(edition)
    names = edition.names()
    table = _pairs(edition)
    table["first_name"], table["second_name"] = (table[one].map(names).fillna(table[one]) for one in ("first", "second"))
    table = table[["first", "second", "first_name", "second_name", "cooperations", "services"]]
    table = table.sort_values(["cooperations", "first", "second"], ascending=[False, True, True], ignore_index=True)
    tied = len(set(table["first"]) | set(table["second"]))
    members = edition["member"]["municipality"].nunique()
    strong = int((table["services"].map(len) > 1).sum())
    return Finding(
        id="network",
        edition=edition.name,
        question=QUESTION,
        statement=Text(
            nb=f"{tied} av {members} kommuner med samarbeid er knyttet til minst én annen, med {len(table)} bånd; {strong} av båndene går gjennom mer enn én tjeneste.",
            nn=f"{tied} av {members} kommunar med samarbeid er knytte til minst éin annan, med {len(table)} band; {strong} av banda går gjennom meir enn éi teneste.",
            en=f"{tied} of {members} municipalities with cooperation are tied to at least one other, by {len(table)} ties; {strong} of the ties go through more than one service.",
        ),
        method=METHOD,
        table=table,
        coverage=Coverage(tied, {"members": members, "municipalities": len(edition["municipality"])}, (*_partly_known(edition), *alone)),
        chart=Chart(
            "network",
            {"first": "first", "second": "second", "first_name": "first_name", "second_name": "second_name", "value": "cooperations", "services": "services"},
        ),
    )


def _pairs(edition: Edition) -> pd.DataFrame:
    """Return every pair of known members of one cooperation once, with how many cooperations and which services it goes through."""
    member = edition["member"][["cooperation", "municipality"]].drop_duplicates()
    codes, rows = np.unique(member["municipality"].astype(str), return_inverse=True)
    ids, columns = np.unique(member["cooperation"].astype(str), return_inverse=True)
    services = edition["cooperation"].set_index("id")["service"].reindex(ids)
    found = []
    for service, own in pd.Series(np.arange(len(ids))).groupby(services.to_numpy()):
        inside = np.isin(columns, own.to_numpy())
        matrix = csr_array((np.ones(int(inside.sum()), dtype=np.int64), (rows[inside], columns[inside])), shape=(len(codes), len(ids)))
        ties = triu(matrix @ matrix.T, k=1).tocoo()
        found.append(pd.DataFrame({"row": ties.row, "col": ties.col, "cooperations": ties.data, "services": str(service)}))
    every = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=["row", "col", "cooperations", "services"])
    joined = every.sort_values("services", kind="stable").groupby(["row", "col"], sort=True)
    repeated = every.duplicated(["row", "col"]).any()
    table = (
        joined.agg({"cooperations": "sum", "services": list})
        if repeated
        else every.assign(services=every["services"].map(lambda one: [one])).set_index(["row", "col"])
    ).reset_index()
    first, second = codes[table["row"].astype(int)], codes[table["col"].astype(int)]
    return pd.DataFrame({"first": first, "second": second, "cooperations": table["cooperations"].astype("int64"), "services": table["services"]})


def _partly_known(edition: Edition) -> tuple[Missing, ...]:
    cooperation = edition["cooperation"]
    some = int((cooperation["members_known"] == "some").sum())
    why = Text(
        nb=f"I {some} av {len(cooperation)} samarbeid er bare noen av medlemmene kjent; det kan være flere bånd.",
        nn=f"I {some} av {len(cooperation)} samarbeid er berre nokre av medlemmene kjende; det kan vere fleire band.",
        en=f"In {some} of {len(cooperation)} cooperations only some of the members are known; there may be more ties.",
    )
    return (Missing("member", (), why),) if some else ()
