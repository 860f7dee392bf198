"""Whether the same municipalities meet again in service after service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding
from samvirke.measures.gaps import gaps, untold_gap
from samvirke.measures.membership import Coding, Held, Membership, Partners, Rule, hold, labels, membership, read_services
from samvirke.vocabulary.language import LANGUAGES, Text, number, percent

QUESTION = Text(
    nb="Er det de samme kommunene som samarbeider om flere tjenester?",
    nn="Er det dei same kommunane som samarbeider om fleire tenester?",
    en="Do the same municipalities cooperate on several services?",
)
METHOD = Text(
    nb="For hver kommune holdes partnerne i den ene tjenesten mot partnerne i den andre. «any»: minst én er felles. «all»: alle i den andre er også i den første (to rader, en hver vei). «same»: de er nøyaktig de samme. En union skrives a+b, og partnerne der er dem i a eller b. Tallet settes mot fire nevnere: kommuner i den første, i den andre, i begge, og alle som kilder sier noe om. Hvilket samarbeid som teller når en kommune har flere i en tjeneste, er et valg (coding): alle, det mest omfattende, eller bare dem som dekker en del av døgnet. Notatet sier ikke hvilken regel det brukte.",
    nn="For kvar kommune blir partnarane i den eine tenesta haldne mot partnarane i den andre. «any»: minst éin er felles. «all»: alle i den andre er òg i den fyrste (to rader, ei kvar veg). «same»: dei er nøyaktig dei same. Ein union blir skriven a+b, og partnarane der er dei i a eller b. Talet blir sett mot fire nemnarar: kommunar i den fyrste, i den andre, i begge, og alle som kjelder seier noko om. Kva samarbeid som tel når ein kommune har fleire i ei teneste, er eit val (coding): alle, det mest omfattande, eller berre dei som dekkjer ein del av døgnet. Notatet seier ikkje kva regel det brukte.",
    en="For each municipality its partners in the one service are held against its partners in the other. `any`: at least one is in common. `all`: everyone in the second is also in the first (two rows, one each way). `same`: they are exactly the same. A union is written a+b, and its partners are those in a or b. The count stands over four denominators: municipalities in the first, in the second, in both, and all that sources speak of. Which cooperation counts when a municipality has several in one service is a choice (coding): any, the most extensive, or only those that cover a part of the week. The note does not say which rule it used.",
)
COLUMNS = ["first", "second", "rule", "overlapping", "in_first", "in_second", "in_both", "municipalities"]


def overlap(edition: Edition, *, services: tuple[str, ...] | None = None, rule: Rule = "any", coding: Coding = "any") -> Finding:
    """Count the municipalities whose partners overlap between two services, for every pair of them.

    Parameters
    ----------
    edition : Edition
        What is counted in.
    services : tuple of str or None
        Services, or unions written ``a+b``; None is all that there are cooperations on.
    rule : {"any", "all", "same"}
        When partners overlap.
    coding : {"any", "most_extensive", "day", "evening", "night", "weekend"}
        Which cooperation counts when there are several in one service.

    Returns
    -------
    Finding
        Columns first, second, rule, overlapping, in_first, in_second, in_both, municipalities. Supporting table `standings`, of
        the pair with most municipalities in both: municipality, name, first_service, second_service, standing_overlap (overlapping, both,
        first, second, neither, unspoken).
    """
    data = membership(edition)
    chosen = read_services(data, services, unions=True)
    partners = {service: data.partners(service, coding) for service in chosen}
    rows: list[dict[str, Any]] = []
    untold, best = np.zeros(len(data.codes), dtype=bool), None
    for first, second, held in pairs(partners, rule):
        rows.append(count(data, first, second, held, rule))
        untold |= held.untold(rule)
        if best is None or rows[-1]["in_both"] > best[0]["in_both"]:
            best = (rows[-1], held)
    table = pd.DataFrame(rows, columns=COLUMNS)
    supporting = {"standings": _standings(edition, data, best[0], best[1], rule)} if best else {}
    denominators = (
        {name: int(best[0][name]) for name in ("in_first", "in_second", "in_both", "municipalities")} if best else {"municipalities": len(data.codes)}
    )
    return Finding(
        id="overlap",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(edition, table, best[0] if best else None, rule),
        method=METHOD,
        table=table,
        coverage=Coverage(int(best[0]["overlapping"]) if best else None, denominators, (*gaps(data, chosen, coding), *untold_gap(data, untold))),
        chart=Chart(
            "map", {"municipality": "municipality", "category": "standing_overlap", "in": "standings", "first": "first_service", "second": "second_service"}
        ),
        supporting=supporting,
    )


def pairs(partners: dict[str, Partners], rule: Rule) -> Iterator[tuple[str, str, Held]]:
    """Yield every pair of services with how they hold against each other; for the rule *all*, each way round."""
    for first, second in combinations(partners, 2):
        yield first, second, hold(partners[first], partners[second])
        if rule == "all":
            yield second, first, hold(partners[second], partners[first])


def count(data: Membership, first: str, second: str, held: Held, rule: Rule) -> dict[str, Any]:
    """Count a pair over its four denominators, among the municipalities that sources speak of in both."""
    spoken = ~data.unspoken(first, second)
    return {
        "first": first,
        "second": second,
        "rule": rule,
        "overlapping": int((held.overlapping(rule) & spoken).sum()),
        "in_first": int((held.first & spoken).sum()),
        "in_second": int((held.second & spoken).sum()),
        "in_both": int((held.first & held.second & spoken).sum()),
        "municipalities": int(spoken.sum()),
    }


def _standings(edition: Edition, data: Membership, row: Mapping[str, Any], held: Held, rule: Rule) -> pd.DataFrame:
    standing = np.where(held.first & held.second, "both", np.where(held.first, "first", np.where(held.second, "second", "neither"))).astype(object)
    standing[held.overlapping(rule)] = "overlapping"
    standing[data.unspoken(row["first"], row["second"])] = "unspoken"
    names = edition.names()
    codes = data.codes.astype(str)
    return pd.DataFrame(
        {
            "municipality": codes,
            "name": [names[code] for code in codes],
            "first_service": row["first"],
            "second_service": row["second"],
            "standing_overlap": standing,
        }
    )


RULES = {
    "any": Text(nb="minst én felles partner", nn="minst éin felles partnar", en="at least one partner in common"),
    "all": Text(
        nb="alle partnerne i den andre også i den første", nn="alle partnarane i den andre òg i den fyrste", en="all partners in the second also in the first"
    ),
    "same": Text(nb="nøyaktig de samme partnerne", nn="nøyaktig dei same partnarane", en="exactly the same partners"),
}


def _statement(edition: Edition, table: pd.DataFrame, best: Mapping[str, Any] | None, rule: Rule) -> Text:
    if best is None:
        return Text(
            nb="Det er samarbeid om færre enn to tjenester å velge blant, så det er ingenting å sammenligne.",
            nn="Det er samarbeid om færre enn to tenester å velje blant, så det er ingenting å samanlikne.",
            en="There is cooperation on fewer than two services to choose from, so there is nothing to compare.",
        )
    first, second = labels(edition, [best["first"]]), labels(edition, [best["second"]])
    n = {name: int(best[name]) for name in ("overlapping", "in_first", "in_second", "in_both", "municipalities")}
    if not n["in_both"]:
        return Text(
            nb=f"Ingen kommune samarbeider om både {first['nb']} og {second['nb']}{', og heller ikke om to andre av tjenestene' if len(table) > 2 else ''}.",
            nn=f"Ingen kommune samarbeider om både {first['nn']} og {second['nn']}{', og heller ikkje om to andre av tenestene' if len(table) > 2 else ''}.",
            en=f"No municipality cooperates on both {first['en']} and {second['en']}{', nor on two others of the services' if len(table) > 2 else ''}.",
        )
    w = {language: {name: number(value, language) for name, value in n.items()} for language in LANGUAGES}
    share = {language: percent(n["overlapping"] / n["in_both"], language) for language in LANGUAGES}
    kind = RULES[rule]
    more = len({frozenset(pair) for pair in zip(table["first"], table["second"], strict=True)})
    return Text(
        nb=f"{w['nb']['overlapping']} av de {w['nb']['in_both']} kommunene ({share['nb']}) som samarbeider om både {first['nb']} og {second['nb']}, har {kind.nb}. {w['nb']['in_first']} samarbeider om {first['nb']}, {w['nb']['in_second']} om {second['nb']}, av {w['nb']['municipalities']}.",
        nn=f"{w['nn']['overlapping']} av dei {w['nn']['in_both']} kommunane ({share['nn']}) som samarbeider om både {first['nn']} og {second['nn']}, har {kind.nn}. {w['nn']['in_first']} samarbeider om {first['nn']}, {w['nn']['in_second']} om {second['nn']}, av {w['nn']['municipalities']}.",
        en=f"{w['en']['overlapping']} of the {w['en']['in_both']} municipalities ({share['en']}) that cooperate on both {first['en']} and {second['en']} have {kind.en}. {w['en']['in_first']} cooperate on {first['en']}, {w['en']['in_second']} on {second['en']}, of {w['en']['municipalities']}.",
    ) + (
        Text(
            nb=f"Det er paret med flest kommuner i begge, av {more} par.",
            nn=f"Det er paret med flest kommunar i begge, av {more} par.",
            en=f"It is the pair with most municipalities in both, of {more} pairs.",
        )
        if more > 1
        else Text(nb="", nn="", en="")
    )
