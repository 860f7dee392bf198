"""What municipalities cooperate on."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.gaps import cooperating
from samvirke.measures.register import copies
from samvirke.vocabulary import DatedValue, DateInterval, Service, terms
from samvirke.vocabulary.language import LANGUAGES, Language, Text, listing

QUESTION = Text(nb="Hva samarbeider kommunene om?", nn="Kva samarbeider kommunane om?", en="What do municipalities cooperate on?")
METHOD = Text(
    nb="Samarbeid, kjente medlemmer og avtaler telles for hver tjeneste. Der bare avtaler er kjent, er hver avtale ett samarbeid. Kopier er avtaler slik de er registrert på kommunene, før like er fjernet. En kommune kan stå under flere tjenester, så kommunene summerer seg ikke.",
    nn="Samarbeid, kjende medlemmer og avtalar blir talde for kvar teneste. Der berre avtalar er kjende, er kvar avtale eitt samarbeid. Kopiar er avtalar slik dei er registrerte på kommunane, før like er fjerna. Ein kommune kan stå under fleire tenester, så kommunane summerer seg ikkje.",
    en="Cooperations, known members and agreements are counted for each service. Where only agreements are known, each agreement is one cooperation. Copies are agreements as registered for the municipalities, before identical ones are removed. A municipality may stand under several services, so municipalities do not add up.",
)


def services(edition: Edition) -> Finding:
    """Count cooperations, members and agreements by service.

    Returns
    -------
    Finding
        Columns service, net, statutory and physical_presence (yes, no, part, unknown, on the edition's date), verified (whether both
        were checked), cooperations, municipalities, agreements, copies (the last two
        empty where the edition has no agreements), the most common service first.
    """
    edition, alone = cooperating(edition)
    cooperation, member = edition["cooperation"], edition["member"]
    joined = member[["cooperation", "municipality"]].merge(cooperation[["id", "service"]], left_on="cooperation", right_on="id")
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
    table.insert(2, "statutory", [_on(term.statutory, edition) if isinstance(term, Service) else "unknown" for term in known])
    table.insert(3, "physical_presence", [_on(term.physical_presence, edition) if isinstance(term, Service) else "unknown" for term in known])
    table.insert(4, "verified", [isinstance(term, Service) and term.statutory.verified and term.physical_presence.verified for term in known])
    return Finding(
        id="services",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(edition, table),
        method=METHOD,
        table=table,
        coverage=Coverage(len(cooperation), {"cooperations": len(cooperation), "municipalities": member["municipality"].nunique()}, (*_gaps(edition), *alone)),
        chart=Chart("bars", {"category": "service", "value": "cooperations"}),
    )


def _on(value: DatedValue, edition: Edition) -> str:
    """Return a dated value on the day the edition is seen from; unknown where it is not known to hold then."""
    if edition.as_of is None or value.holds(DateInterval.parse(edition.as_of)) == "certain":
        return str(value.value)
    return "unknown"


def _gaps(edition: Edition) -> tuple[Missing, ...]:
    some = edition["cooperation"]
    partly = int((some["members_known"] == "some").sum())
    if not partly:
        return ()
    why = Text(
        nb=f"I {partly} av {len(some)} samarbeid er bare noen av medlemmene kjent; tallet på kommuner er et minimumstall.",
        nn=f"I {partly} av {len(some)} samarbeid er berre nokre av medlemmene kjende; talet på kommunar er eit minimumstal.",
        en=f"In {partly} of {len(some)} cooperations only some of the members are known; the number of municipalities is a minimum.",
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
    tasks = len(table)
    name = {language: service_name(edition, first["service"], language).lower() for language in LANGUAGES}
    if edition["cooperation"]["service"].nunique() == 1:
        return _first(total, tasks, name, first)
    counts = dict(zip(table["service"], table["cooperations"], strict=True))
    core = {
        service: int(counts[service]) for service, term in terms("services").items() if isinstance(term, Service) and term.net == "core" and service in counts
    }
    absent = [service for service, term in terms("services").items() if isinstance(term, Service) and term.net == "core" and service not in counts]
    lacking = {language: listing([terms("services")[service].label[language].lower() for service in absent], language) for language in LANGUAGES}
    named = {
        language: listing([f"{terms('services')[service].label[language].lower()} {count}" for service, count in core.items()], language)
        for language in LANGUAGES
    }
    return _first(total, tasks, name, first) + Text(
        nb=f"Notatets tre kjerneområder: {named['nb'] or '–'}" + (f"; utgaven har ingenting om {lacking['nb']}." if absent else "."),
        nn=f"Dei tre kjerneområda i notatet: {named['nn'] or '–'}" + (f"; utgåva har ingenting om {lacking['nn']}." if absent else "."),
        en=f"The note's three core areas: {named['en'] or '–'}" + (f"; the edition has nothing on {lacking['en']}." if absent else "."),
    )


def _first(total: int, tasks: int, name: Mapping[Language, str], first: pd.Series) -> Text:
    return Text(
        nb=f"De {total} samarbeidene gjelder {tasks} {'tjeneste' if tasks == 1 else 'ulike tjenester'}; vanligst er {name['nb']}, med {first['cooperations']} av {total}.",
        nn=f"Dei {total} samarbeida gjeld {tasks} {'teneste' if tasks == 1 else 'ulike tenester'}; vanlegast er {name['nn']}, med {first['cooperations']} av {total}.",
        en=f"The {total} cooperations concern {tasks} {'service' if tasks == 1 else 'different services'}; the most common is {name['en']}, with {first['cooperations']} of {total}.",
    )
