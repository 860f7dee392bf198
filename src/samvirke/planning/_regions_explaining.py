"""Why a municipality is in no region, or why there is no plan: which rule it is, and what would free it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from samvirke.planning._regions_model import INFINITE, Array, Instance, Rules
from samvirke.vocabulary.language import LANGUAGES, Language, Text, listing, number


@dataclass(frozen=True)
class Reason:
    """Why, as an id, and in words with what would free it."""

    municipality: int
    why: str
    text: Text


RULES: Mapping[str, Text] = {
    "together": Text(nb="gruppen som holdes sammen (--together)", nn="gruppa som blir halden saman (--together)", en="the group kept together (--together)"),
    "not_hosts": Text(nb="kommuner som ikke kan være vert (--not-hosts)", nn="kommunar som ikkje kan vere vert (--not-hosts)", en="municipalities that cannot be hosts (--not-hosts)"),
    "contiguity": Text(nb="sammenheng (--contiguity)", nn="samanheng (--contiguity)", en="contiguity (--contiguity)"),
    "max_population": Text(nb="taket på innbyggere (--max-population)", nn="taket på innbyggjarar (--max-population)", en="the ceiling on inhabitants (--max-population)"),
    "max_members": Text(nb="taket på medlemmer (--max-members)", nn="taket på medlemmer (--max-members)", en="the ceiling on members (--max-members)"),
}  # fmt: skip


def unassigned_reasons(instance: Instance, layer: int, hosts: Array, names: list[str]) -> list[Reason]:
    """Say of each municipality that a plan leaves out of a layer's regions why.

    Parameters
    ----------
    instance : Instance
        The numbers.
    layer : int
        Which layer.
    hosts : numpy.ndarray
        The plan of the layer; -1 is unassigned.
    names : list of str
        Names by municipality.
    """
    possible = instance.arcs(layer)
    free = replace(instance, rules=Rules())
    without = free.arcs(layer)
    return [_reason(instance, layer, int(i), possible, without, names) for i in np.flatnonzero(hosts < 0)]


def _reason(instance: Instance, layer: int, i: int, possible: Array, without: Array, names: list[str]) -> Reason:
    spec = instance.layers[layer]
    if possible[instance.units[i]].any():
        return _crowded(instance, layer, i, names)
    if without[i].any():
        return _ruled_out(instance, layer, i)
    others = instance.minutes[i] <= spec.limit
    others[i] = False
    nearest = np.where(np.arange(len(names)) == i, INFINITE, instance.minutes[i])
    if not others.any():
        return _beyond(i, float(nearest.min()), names[int(nearest.argmin())], instance.population[i], spec.limit)
    return _too_few(instance, layer, i)


def _figures(**values: float) -> dict[Language, dict[str, str]]:
    return {language: {name: number(value, language, 0) for name, value in values.items()} for language in LANGUAGES}


def _beyond(i: int, minutes: float, nearest: str, people: float, limit: float) -> Reason:
    w = _figures(minutes=np.ceil(minutes), people=people, limit=limit)
    if not np.isfinite(minutes):
        text = Text(
            nb=f"Ingen reisetid til andre er kjent, og kommunen er selv under gulvet. Den får plass alene med et gulv på {w['nb']['people']} innbyggere.",
            nn=f"Inga reisetid til andre er kjend, og kommunen er sjølv under golvet. Han får plass åleine med eit golv på {w['nn']['people']} innbyggjarar.",
            en=f"No travel time to others is known, and the municipality is below the floor itself. A floor of {w['en']['people']} inhabitants lets it be alone.",
        )
        return Reason(i, "beyond_limit", text)
    text = Text(
        nb=f"Alle andre er mer enn {w['nb']['limit']} minutter unna; nærmest er {nearest}, {w['nb']['minutes']} minutter. Det må en grense på minst {w['nb']['minutes']} minutter til, eller et gulv på {w['nb']['people']} innbyggere.",
        nn=f"Alle andre er meir enn {w['nn']['limit']} minutt unna; nærast er {nearest}, {w['nn']['minutes']} minutt. Det må ei grense på minst {w['nn']['minutes']} minutt til, eller eit golv på {w['nn']['people']} innbyggjarar.",
        en=f"All others are more than {w['en']['limit']} minutes away; the nearest is {nearest}, {w['en']['minutes']} minutes. It takes a limit of at least {w['en']['minutes']} minutes, or a floor of {w['en']['people']} inhabitants.",
    )
    return Reason(i, "beyond_limit", text)


def _too_few(instance: Instance, layer: int, i: int) -> Reason:
    spec = instance.layers[layer]
    within = instance.minutes <= spec.limit
    reach = instance.population @ within
    most = float(reach[within[i]].max())
    limit = limit_needed(instance, layer, i)
    w = _figures(most=most, floor=spec.floor, lack=spec.floor - most, minutes=np.ceil(limit) if np.isfinite(limit) else np.nan)
    longer: dict[Language, str] = dict.fromkeys(LANGUAGES, "")
    if np.isfinite(limit):
        longer = {
            "nb": f", eller en grense på minst {w['nb']['minutes']} minutter",
            "nn": f", eller ei grense på minst {w['nn']['minutes']} minutt",
            "en": f", or a limit of at least {w['en']['minutes']} minutes",
        }
    text = Text(
        nb=f"De som kan nå en felles vert, er for små sammen: høyst {w['nb']['most']} av {w['nb']['floor']} innbyggere. Det må et gulv på {w['nb']['most']} til{longer['nb']}.",
        nn=f"Dei som kan nå ein felles vert, er for små saman: høgst {w['nn']['most']} av {w['nn']['floor']} innbyggjarar. Det må eit golv på {w['nn']['most']} til{longer['nn']}.",
        en=f"Those who can reach a common host are too small together: at most {w['en']['most']} of {w['en']['floor']} inhabitants. It takes a floor of {w['en']['most']}{longer['en']}.",
    )
    return Reason(i, "too_few_together", text)


def limit_needed(instance: Instance, layer: int, i: int) -> float:
    """Return the fewest minutes under which some host that a municipality reaches has the floor within reach; infinite where none has.

    Formula: min over hosts h of max(d_ih, the least t with sum of p_j over d_jh <= t at least F). Others may still need the same members.
    """
    floor, best = instance.layers[layer].floor, INFINITE
    for h in np.flatnonzero(np.isfinite(instance.minutes[i])):
        order = np.argsort(instance.minutes[:, h], kind="stable")
        enough = np.flatnonzero(np.cumsum(instance.population[order]) >= floor)
        if len(enough):
            best = min(best, max(float(instance.minutes[i, h]), float(instance.minutes[order[enough[0]], h])))
    return best


def _ruled_out(instance: Instance, layer: int, i: int) -> Reason:
    """Name the rules of which one alone, taken away, lets the municipality in; all of its rules where none alone does."""
    fields: dict[str, Any] = {"together": (), "not_hosts": (), "contiguity": "none", "max_population": INFINITE, "max_members": None}
    asked = [name for name, none in fields.items() if getattr(instance.rules, name) != none]
    alone = []
    for name in asked:
        eased = replace(instance, rules=replace(instance.rules, **{name: fields[name]}))
        if eased.arcs(layer)[eased.units[i]].any():
            alone.append(name)
    told = {language: listing([RULES[name][language] for name in alone or asked], language) for language in LANGUAGES}
    text = Text(
        nb=f"Kommunen kunne vært med uten {told['nb']}.",
        nn=f"Kommunen kunne vore med utan {told['nn']}.",
        en=f"The municipality could be in a region without {told['en']}.",
    )
    return Reason(i, "rule", text)


def _crowded(instance: Instance, layer: int, i: int, names: list[str]) -> Reason:
    possible = instance.arcs(layer)[instance.units[i]]
    near = [names[h] for h in np.flatnonzero(possible)[np.argsort(instance.minutes[i, possible], kind="stable")][:3]]
    told = {language: listing(near, language) for language in LANGUAGES}
    text = Text(
        nb=f"Kommunen kan nå {told['nb']}, men i planen trengs innbyggerne der til andre regioner, eller ingen av dem er vert. Et lavere gulv, eller {near[0]} som vert (--hosts), kan få den med.",
        nn=f"Kommunen kan nå {told['nn']}, men i planen trengst innbyggjarane der til andre regionar, eller ingen av dei er vert. Eit lågare golv, eller {near[0]} som vert (--hosts), kan få han med.",
        en=f"The municipality can reach {told['en']}, but in the plan their inhabitants are needed for other regions, or none of them is a host. A lower floor, or {near[0]} as a host (--hosts), may let it in.",
    )
    return Reason(i, "needed_elsewhere", text)


def infeasible_reasons(instance: Instance) -> list[Reason]:
    """Say which host that must be one cannot reach the floor; where each could alone, that they cannot all."""
    found = []
    for place, spec in enumerate(instance.layers):
        possible = instance.arcs(place)
        within = instance.minutes <= spec.limit
        for h in instance.rules.hosts:
            if possible[instance.units[h], h]:
                continue
            most = float(instance.population @ within[:, h])
            w = _figures(most=most, floor=spec.floor, limit=spec.limit)
            text = Text(
                nb=f"Skal være vert, men når høyst {w['nb']['most']} av {w['nb']['floor']} innbyggere innen {w['nb']['limit']} minutter under reglene. Ta den ut av --hosts, senk gulvet eller hev grensen.",
                nn=f"Skal vere vert, men når høgst {w['nn']['most']} av {w['nn']['floor']} innbyggjarar innan {w['nn']['limit']} minutt under reglane. Ta han ut av --hosts, senk golvet eller hev grensa.",
                en=f"Has to be a host, but reaches at most {w['en']['most']} of {w['en']['floor']} inhabitants within {w['en']['limit']} minutes under the rules. Take it out of --hosts, lower the floor or raise the limit.",
            )
            found.append(Reason(int(h), "host_below_floor", text))
    if not found:
        text = Text(
            nb="Hver av vertene kan nå gulvet, men ikke alle samtidig. Ta ut minst én av --hosts, eller senk gulvet.",
            nn="Kvar av vertane kan nå golvet, men ikkje alle samstundes. Ta ut minst éin av --hosts, eller senk golvet.",
            en="Each of the hosts can reach the floor, but not all at once. Take at least one out of --hosts, or lower the floor.",
        )
        found = [Reason(int(h), "hosts_together", text) for h in instance.rules.hosts]
    return found
