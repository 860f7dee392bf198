"""A wide net held against a fine one: a source that knows only that municipalities cooperate, and one that knows who and how."""

from __future__ import annotations

import pandas as pd

from samvirke.edition import Edition, open_edition
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.gaps import municipalities
from samvirke.measures.services import service_name
from samvirke.vocabulary.language import LANGUAGES, Text, listing, number

QUESTION = Text(
    nb="Hvem og hva er i det brede nettet, men ikke i det fine?",
    nn="Kven og kva er i det breie nettet, men ikkje i det fine?",
    en="Who and what is in the wide net but not in the fine one?",
)
METHOD = Text(
    nb="Det fine nettet er utgaven som spørres, det brede en annen utgave. En kommune er i et nett når den er medlem av et samarbeid der, også når partnerne ikke er kjent. Kommuner som en av kildene ikke sier noe om, er utenfor nevnerne og nevnt. En oppgave er bare i det brede nettet når ingen samarbeid i det fine gjelder den; det kan bety at det fine nettet ikke så etter den.",
    nn="Det fine nettet er utgåva som blir spurd, det breie ei anna utgåve. Ein kommune er i eit nett når han er medlem av eit samarbeid der, òg når partnarane ikkje er kjende. Kommunar som ei av kjeldene ikkje seier noko om, er utanfor nemnarane og nemnde. Ei oppgåve er berre i det breie nettet når ingen samarbeid i det fine gjeld henne; det kan tyde at det fine nettet ikkje såg etter henne.",
    en="The fine net is the edition that is asked, the wide one another edition. A municipality is in a net when it is a member of a cooperation there, also when its partners are not known. Municipalities of which one of the sources does not speak are outside the denominators, and named. A task is only in the wide net when no cooperation of the fine one is about it; that may mean that the fine net did not look for it.",
)


def nets(edition: Edition, *, wide: str) -> Finding:
    """Hold an edition (the fine net) against another (the wide net).

    Parameters
    ----------
    edition : Edition
        The fine net.
    wide : str
        The edition that is the wide net, on its own date: a built-in name or a folder.

    Returns
    -------
    Finding
        Columns municipality, name, in_wide, in_fine, net_standing (both, only_wide, only_fine, neither, unspoken), services_wide, services_fine,
        only_wide (its services that the fine net does not have it in). Supporting table `tasks`: service, municipalities_wide,
        municipalities_fine, municipalities_both, found_in (both, only_wide, only_fine).
    """
    other = open_edition(wide).on(None)
    fine_of, wide_of = _services(edition), _services(other)
    names = {**other.names(), **edition.names()}
    codes = sorted(names)
    silent = _silent(edition) | _silent(other) | (set(edition.names()) ^ set(other.names()))
    rows = []
    for code in codes:
        in_wide, in_fine = code in wide_of, code in fine_of
        kind = (
            "unspoken"
            if code in silent and not (in_wide and in_fine)
            else {(True, True): "both", (True, False): "only_wide", (False, True): "only_fine"}.get((in_wide, in_fine), "neither")
        )
        own, fine = wide_of.get(code, set()), fine_of.get(code, set())
        rows.append((code, names[code], in_wide, in_fine, kind, sorted(own), sorted(fine), sorted(own - fine)))
    table = pd.DataFrame(rows, columns=["municipality", "name", "in_wide", "in_fine", "net_standing", "services_wide", "services_fine", "only_wide"])
    tasks = _tasks(fine_of, wide_of)
    spoken = table[table["net_standing"] != "unspoken"]
    n = {kind: int((spoken["net_standing"] == kind).sum()) for kind in ("both", "only_wide", "only_fine", "neither")}
    return Finding(
        id="nets",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(edition, other, n, tasks),
        method=METHOD,
        table=table,
        coverage=Coverage(
            n["both"], {"municipalities": len(spoken), "in_wide": n["both"] + n["only_wide"], "in_fine": n["both"] + n["only_fine"]}, _gap(table)
        ),
        chart=Chart("bars", {"category": "net_standing", "value": "count", "of": "of", "counted_in": "standings"}),
        supporting={"tasks": tasks, "standings": spoken[["net_standing"]]},
    )


def _services(edition: Edition) -> dict[str, set[str]]:
    service = edition["cooperation"].set_index("id")["service"].to_dict()
    found: dict[str, set[str]] = {}
    for cooperation, code in zip(edition["member"]["cooperation"], edition["member"]["municipality"], strict=True):
        found.setdefault(str(code), set()).add(str(service[cooperation]))
    return found


def _silent(edition: Edition) -> set[str]:
    """Return the municipalities of which no source of an edition speaks, for any service."""
    if "coverage" not in edition:
        return set()
    coverage = edition["coverage"]
    covered = set(coverage.loc[coverage["status"] == "covered", "municipality"])
    return (set(edition["municipality"]["code"]) - covered) if covered else set(coverage["municipality"])


def _tasks(fine_of: dict[str, set[str]], wide_of: dict[str, set[str]]) -> pd.DataFrame:
    rows = []
    for service in sorted(set().union(*fine_of.values(), *wide_of.values())):
        wide, fine = ({code for code, own in net.items() if service in own} for net in (wide_of, fine_of))
        where = "both" if wide and fine else "only_wide" if wide else "only_fine"
        rows.append((service, len(wide), len(fine), len(wide & fine), where))
    return pd.DataFrame(rows, columns=["service", "municipalities_wide", "municipalities_fine", "municipalities_both", "found_in"])


def _gap(table: pd.DataFrame) -> tuple[Missing, ...]:
    unspoken = tuple(table.loc[table["net_standing"] == "unspoken", "municipality"])
    if not unspoken:
        return ()
    why = Text(
        nb=f"{municipalities(len(unspoken)).nb} utenfor nevnerne, siden de ikke er i begge utgavene eller en av kildene ikke sier noe om dem",
        nn=f"{municipalities(len(unspoken)).nn} utanfor nemnarane, sidan dei ikkje er i begge utgåvene eller ei av kjeldene ikkje seier noko om dei",
        en=f"{municipalities(len(unspoken)).en} outside the denominators, not in both editions or not spoken of by one of the sources",
    )
    return (Missing("coverage", unspoken, why),)


def _statement(edition: Edition, other: Edition, n: dict[str, int], tasks: pd.DataFrame) -> Text:
    total = sum(n.values())
    w = {language: {kind: number(count, language) for kind, count in {**n, "total": total}.items()} for language in LANGUAGES}
    only = [str(one) for one in tasks.loc[tasks["found_in"] == "only_wide", "service"]]
    named = {
        language: listing([service_name(other if "service" in other else edition, one, language).lower() for one in only], language) for language in LANGUAGES
    }
    sentence = Text(
        nb=f"Av {w['nb']['total']} kommuner er {w['nb']['both']} i begge nettene, {w['nb']['only_wide']} bare i det brede, {w['nb']['only_fine']} bare i det fine og {w['nb']['neither']} i ingen av dem.",
        nn=f"Av {w['nn']['total']} kommunar er {w['nn']['both']} i begge netta, {w['nn']['only_wide']} berre i det breie, {w['nn']['only_fine']} berre i det fine og {w['nn']['neither']} i ingen av dei.",
        en=f"Of {w['en']['total']} municipalities, {w['en']['both']} are in both nets, {w['en']['only_wide']} only in the wide one, {w['en']['only_fine']} only in the fine one and {w['en']['neither']} in neither.",
    )
    return sentence + (
        Text(
            nb=f"Oppgaver som bare er i det brede nettet: {named['nb']}.",
            nn=f"Oppgåver som berre er i det breie nettet: {named['nn']}.",
            en=f"Tasks that are only in the wide net: {named['en']}.",
        )
        if only
        else Text(nb="Ingen oppgave er bare i det brede nettet.", nn="Inga oppgåve er berre i det breie nettet.", en="No task is only in the wide net.")
    )
