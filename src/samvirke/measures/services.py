"""What municipalities cooperate on."""

from __future__ import annotations

import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.register import copies
from samvirke.vocabulary import Service, terms
from samvirke.vocabulary.language import EMPTY, Language, Text

QUESTION = Text(nb="Hva samarbeider kommunene om?", nn="Kva samarbeider kommunane om?", en="What do municipalities cooperate on?")
METHOD = Text(
    nb="Samarbeid, kjente medlemmer og avtaler telles for hver tjeneste. Kopier er avtaler slik de kom inn, før like er fjernet. En kommune kan stå under flere tjenester, så kommunene summerer seg ikke.",
    nn="Samarbeid, kjende medlemmer og avtalar blir talde for kvar teneste. Kopiar er avtalar slik dei kom inn, før like er fjerna. Ein kommune kan stå under fleire tenester, så kommunane summerer seg ikkje.",
    en="Cooperations, known members and agreements are counted for each service. Copies are agreements as they came in, before identical ones are removed. A municipality may stand under several services, so municipalities do not add up.",
)


def services(edition: Edition) -> Finding:
    """Count cooperations, members and agreements by service.

    Returns
    -------
    Finding
        Columns service, net, statutory, physical_presence, cooperations, municipalities, agreements, copies (the last two
        empty where the edition has no agreements), the most common service first.
    """
    cooperation, member = edition["cooperation"], edition["member"]
    joined = member.merge(cooperation[["id", "service"]], left_on="cooperation", right_on="id")
    table = pd.DataFrame({"cooperations": cooperation.groupby("service").size(), "municipalities": joined.groupby("service")["municipality"].nunique()})
    if "agreement" in edition:
        received = copies(edition)
        table["agreements"] = received[~received["known_through_other"].astype(bool)].groupby("service").size()
        table["copies"] = received.groupby("service").size()
    else:
        table["agreements"] = table["copies"] = pd.NA
    counts = ["cooperations", "municipalities", "agreements", "copies"]
    if "agreement" in edition:
        table = table.fillna(0)
    table[counts] = table[counts].astype("Int64")
    table = table.rename_axis("service").reset_index().sort_values(["cooperations", "service"], ascending=[False, True], ignore_index=True)
    known = [terms("services").get(service) for service in table["service"]]
    table.insert(1, "net", [term.net if isinstance(term, Service) else "edition" for term in known])
    table.insert(2, "statutory", [term.statutory.value if isinstance(term, Service) else "unknown" for term in known])
    table.insert(3, "physical_presence", [term.physical_presence.value if isinstance(term, Service) else "unknown" for term in known])
    return Finding(
        id="services",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(edition, table),
        method=METHOD,
        table=table,
        coverage=Coverage(len(cooperation), {"cooperations": len(cooperation), "municipalities": member["municipality"].nunique()}, _gaps(edition)),
        chart=Chart("bars", {"category": "service", "value": "cooperations"}),
    )


def _gaps(edition: Edition) -> tuple[Missing, ...]:
    some = edition["cooperation"]
    partly = int((some["members_known"] == "some").sum())
    if not partly:
        return ()
    why = Text(
        nb=f"I {partly} av {len(some)} samarbeid er bare noen av medlemmene kjent; tallet på kommuner er et minste tall.",
        nn=f"I {partly} av {len(some)} samarbeid er berre nokre av medlemmene kjende; talet på kommunar er eit minste tal.",
        en=f"In {partly} of {len(some)} cooperations only some of the members are known; the number of municipalities is a least number.",
    )
    return (Missing("member", (), why),)


def service_name(edition: Edition, service: str, language: Language) -> str:
    """Return what a service is called, from the edition's own table where it has one."""
    term = terms("services").get(service)
    if term:
        return term.label[language]
    if "service" not in edition:
        return service
    return str(edition["service"].set_index("id")[f"label_{language}"].get(service, service))


def _statement(edition: Edition, table: pd.DataFrame) -> Text:
    if table.empty:
        return Text(nb="Utgaven har ingen samarbeid.", nn="Utgåva har ingen samarbeid.", en="The edition has no cooperations.")
    first, total = table.iloc[0], int(table["cooperations"].sum())
    name = {language: service_name(edition, first["service"], language).lower() for language in ("nb", "nn", "en")}
    core = table[table["net"] == "core"]
    in_core, tasks = int(core["cooperations"].sum()), len(table)
    sentence = Text(
        nb=f"De {total} samarbeidene gjelder {tasks} {'tjeneste' if tasks == 1 else 'ulike tjenester'}; vanligst er {name['nb']}, med {first['cooperations']} av {total}.",
        nn=f"Dei {total} samarbeida gjeld {tasks} {'teneste' if tasks == 1 else 'ulike tenester'}; vanlegast er {name['nn']}, med {first['cooperations']} av {total}.",
        en=f"The {total} cooperations concern {tasks} {'service' if tasks == 1 else 'different services'}; the most common is {name['en']}, with {first['cooperations']} of {total}.",
    )
    return sentence + (
        Text(
            nb=f"{in_core} av {total} gjelder notatets kjerneområder legevakt, ø-hjelp og barnevern.",
            nn=f"{in_core} av {total} gjeld kjerneområda i notatet, legevakt, ø-hjelp og barnevern.",
            en=f"{in_core} of {total} concern the note's core areas: emergency primary care, acute beds and child welfare.",
        )
        if in_core and tasks > 1
        else EMPTY
    )
