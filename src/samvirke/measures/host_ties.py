"""Which participant is tied to which host."""

from __future__ import annotations

import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.gaps import cooperating
from samvirke.vocabulary.language import LANGUAGES, Text, listing

QUESTION = Text(nb="Hvem er knyttet til hvilken vert?", nn="Kven er knytte til kva vert?", en="Who is tied to which host?")
METHOD = Text(
    nb="Hver deltaker kobles til verten i samme samarbeid, der verten har navn. Linjen går fra deltakeren til verten.",
    nn="Kvar deltakar blir kopla til verten i same samarbeid, der verten har namn. Linja går frå deltakaren til verten.",
    en="Each participant is linked to the host of the same cooperation, where the host is named. The line runs from participant to host.",
)


def host_ties(edition: Edition) -> Finding:
    """List every participant with its host.

    Returns
    -------
    Finding
        Columns host, municipality (codes), host_name, name, cooperations, services.
    """
    edition, alone = cooperating(edition)
    member, service = edition["member"], edition["cooperation"].set_index("id")["service"].to_dict()
    host = member.loc[member["role"] == "host", ["cooperation", "municipality"]].rename(columns={"municipality": "host"})
    joined = host.merge(member[["cooperation", "municipality"]], on="cooperation").drop_duplicates()
    joined = joined[joined["host"] != joined["municipality"]]
    names = edition.names()
    rows = [
        (*pair, *(names.get(str(code), str(code)) for code in pair), own["cooperation"].nunique(), sorted({str(service[one]) for one in own["cooperation"]}))
        for pair, own in joined.groupby(["host", "municipality"])
    ]
    table = pd.DataFrame(rows, columns=["host", "municipality", "host_name", "name", "cooperations", "services"])
    hosts, participants = table["host"].nunique(), table["municipality"].nunique()
    most = table.groupby("host_name")["municipality"].nunique()
    top = [name for name in most.index if most[name] == most.max()]
    named = {language: listing([str(name) for name in top], language) for language in LANGUAGES}
    with_host, total = int(host["cooperation"].nunique()), len(edition["cooperation"])
    why = Text(
        nb=f"{total - with_host} av {total} samarbeid har ingen vert med navn.",
        nn=f"{total - with_host} av {total} samarbeid har ingen vert med namn.",
        en=f"{total - with_host} of {total} cooperations name no host.",
    )
    return Finding(
        id="host_ties",
        edition=edition.name,
        question=QUESTION,
        statement=Text(
            nb=f"{participants} kommuner er knyttet til {hosts} verter" + (f"; flest deltakere har {named['nb']} ({most.max()})." if top else "."),
            nn=f"{participants} kommunar er knytte til {hosts} vertar" + (f"; flest deltakarar har {named['nn']} ({most.max()})." if top else "."),
            en=f"{participants} municipalities are tied to {hosts} hosts" + (f"; most participants: {named['en']} ({most.max()})." if top else "."),
        ),
        method=METHOD,
        table=table,
        coverage=Coverage(
            participants,
            {"cooperations": total, "members": member["municipality"].nunique()},
            (*((Missing("member", (), why),) if with_host < total else ()), *alone),
        ),
        chart=Chart("lines", {"from": "municipality", "to": "host", "value": "cooperations"}),
    )
