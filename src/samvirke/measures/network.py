"""Who is tied to whom through which service: every pair of municipalities in a cooperation."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding, Missing
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
    service = edition["cooperation"].set_index("id")["service"].to_dict()
    shared: dict[tuple[str, str], set[str]] = defaultdict(set)
    for cooperation, own in edition["member"].groupby("cooperation"):
        for pair in combinations(sorted(set(own["municipality"])), 2):
            shared[pair].add(str(cooperation))
    names = edition.names()
    rows = [(*pair, *(names.get(code, code) for code in pair), len(found), sorted({str(service[one]) for one in found})) for pair, found in shared.items()]
    columns = ["first", "second", "first_name", "second_name", "cooperations", "services"]
    table = pd.DataFrame(rows, columns=columns).sort_values(["cooperations", "first", "second"], ascending=[False, True, True], ignore_index=True)
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
        coverage=Coverage(tied, {"members": members, "municipalities": len(edition["municipality"])}, _partly_known(edition)),
        chart=Chart(
            "network",
            {"first": "first", "second": "second", "first_name": "first_name", "second_name": "second_name", "value": "cooperations", "services": "services"},
        ),
    )


def _partly_known(edition: Edition) -> tuple[Missing, ...]:
    cooperation = edition["cooperation"]
    some = int((cooperation["members_known"] == "some").sum())
    why = Text(
        nb=f"I {some} av {len(cooperation)} samarbeid er bare noen av medlemmene kjent; det kan være flere bånd.",
        nn=f"I {some} av {len(cooperation)} samarbeid er berre nokre av medlemmene kjende; det kan vere fleire band.",
        en=f"In {some} of {len(cooperation)} cooperations only some of the members are known; there may be more ties.",
    )
    return (Missing("member", (), why),) if some else ()
