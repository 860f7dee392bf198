"""Hypotheses on services and models: the host (H8), experience (H9), independence (H10), new fields (H16), disputes (H18), formality (H20)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from samvirke.agreements.dispute_mechanisms import dispute_mechanisms
from samvirke.agreements.independence_scale import independence_scale
from samvirke.edition import Edition
from samvirke.evidence._in_force import in_force
from samvirke.evidence._readings import FEWEST, Array, lacks, settle, too_few, two_sided, weigh
from samvirke.measures._chance import holm
from samvirke.measures.hypotheses import Read
from samvirke.measures.membership import Membership, labels
from samvirke.measures.statistics import odds_ratio, share
from samvirke.vocabulary import Service, law, terms
from samvirke.vocabulary.dates import DateInterval
from samvirke.vocabulary.language import LANGUAGES, Text, number, percent, probability

HOST_MODELS = ("host_administrative", "host_joint_board")
NOT_STATED = "not_specified"
REFORM = date(2012, 1, 1)
"""Models became others over time; experience is held against chance within a service and a period, before and after the coordination reform."""
TIES = 2
"""An earlier agreement is experience when so many of the members were in it."""
NEW_FIELDS, CARE = ("palliasjon", "demens", "boligsosialt"), ("hjemme_og_institusjonstjenester", "korttidsplass")
RARE, EXCEPTIONAL = 0.05, 0.10
"""Cooperation does not spread to the new fields when at most a twentieth of the municipalities take part in any; in home and institutional care it is
an exception up to a tenth."""


def models_of(edition: Edition) -> dict[str, str]:
    """Return the model of each cooperation: as the table says, else of its latest agreement that states one."""
    found: dict[str, str] = {}
    agreements = in_force(edition)
    for name, model in zip(edition["cooperation"]["id"], edition["cooperation"]["model"], strict=True):
        stated = [one.basis for one in agreements.get(str(name), []) if one.basis and one.basis != NOT_STATED]
        own = model if isinstance(model, str) and model and model != NOT_STATED else stated[-1] if stated else None
        if own:
            found[str(name)] = own
    return found


def presence_of(edition: Edition) -> tuple[dict[str, bool], int]:
    """Return whether each service needs physical presence (partly is no), and of how many of the vocabulary's services nobody has checked it."""
    found, unchecked = {}, 0
    own = edition["service"].set_index("id")["physical_presence"].to_dict() if "service" in edition else {}
    for service in sorted(set(edition["cooperation"]["service"].dropna())):
        term = terms("services").get(service)
        if isinstance(term, Service):
            if term.physical_presence.value in ("yes", "no", "part"):
                found[service] = term.physical_presence.value == "yes"
                unchecked += not term.physical_presence.verified
        elif service in own and pd.notna(own[service]):
            found[service] = bool(own[service])
    return found, unchecked


def read_host(edition: Edition) -> Read:
    """H8: where a service is at a place, the host model is natural: host models among services with physical presence against others."""
    read = Read()
    models, (presence, unchecked) = models_of(edition), presence_of(edition)
    if not models:
        lacks(read, edition, "agreement")
        read.cannot_tell.append(Text(nb="Ingen samarbeid har en oppgitt modell.", nn="Ingen samarbeid har ein oppgjeven modell.", en="No cooperation has a stated model."))  # fmt: skip
        return read
    service = dict(zip(edition["cooperation"]["id"].astype(str), edition["cooperation"]["service"], strict=True))
    own = [(presence[service[name]], model in HOST_MODELS) for name, model in models.items() if service[name] in presence]
    a, n = sum(host for at, host in own if at), sum(at for at, _ in own)
    b, m = sum(host for at, host in own if not at), sum(not at for at, _ in own)
    if min(n, m) < FEWEST:
        if n:
            s = {language: percent(a / n, language) for language in LANGUAGES}
            read.describes.append(Text(
                nb=f"Av {n} samarbeid med oppgitt modell om tjenester som krever oppmøte, har {a} ({s['nb']}) vertskommune.",
                nn=f"Av {n} samarbeid med oppgjeven modell om tenester som krev oppmøte, har {a} ({s['nn']}) vertskommune.",
                en=f"Of {n} cooperations of stated model in services that need physical presence, {a} ({s['en']}) have a host municipality.",
            ))  # fmt: skip
        too_few(read, Text(nb=f"{n} og {m} samarbeid", nn=f"{n} og {m} samarbeid", en=f"{n} and {m} cooperations"))
        return read
    p_value = odds_ratio([[a, n - a], [b, m - b]])[1]
    w = {language: (percent(a / n, language), percent(b / m, language), probability(p_value, language)) for language in LANGUAGES}
    sentence = Text(
        nb=f"Av samarbeid med oppgitt modell har {a} av {n} ({w['nb'][0]}) vertskommune i tjenester som krever oppmøte, {b} av {m} ({w['nb'][1]}) i andre ({w['nb'][2]}).",
        nn=f"Av samarbeid med oppgjeven modell har {a} av {n} ({w['nn'][0]}) vertskommune i tenester som krev oppmøte, {b} av {m} ({w['nn'][1]}) i andre ({w['nn'][2]}).",
        en=f"Of cooperations of stated model, {a} of {n} ({w['en'][0]}) have a host municipality in services that need physical presence, {b} of {m} ({w['en'][1]}) in others ({w['en'][2]}).",
    )
    settle(read, weigh(read, sentence, p_value, supports=a / n > b / m))
    if unchecked:
        read.cannot_tell.append(Text(
            nb=f"For {unchecked} av tjenestene er det ikke kontrollert om de krever oppmøte.",
            nn=f"For {unchecked} av tenestene er det ikkje kontrollert om dei krev oppmøte.",
            en=f"Of {unchecked} of the services it is not checked whether they need physical presence.",
        ))  # fmt: skip
    return read


def read_experience(edition: Edition, *, draws: int, seed: int) -> Read:
    """H9: experience decides the choice of model: how often an agreement has the model of the latest one that its members had before."""
    read = Read()
    if lacks(read, edition, "agreement"):
        return read
    agreements, before = _earlier(edition)
    tested = np.flatnonzero(before >= 0)
    if len(tested) < FEWEST:
        n = len(tested)
        too_few(read, Text(nb=f"{n} avtaler der medlemmene hadde en tidligere", nn=f"{n} avtalar der medlemmene hadde ein tidlegare", en=f"{n} agreements whose members had an earlier one"))  # fmt: skip
        return read
    model = agreements["basis"].to_numpy(dtype=object)
    rng, drawn = np.random.default_rng(seed), np.empty(draws)
    strata = list(agreements.groupby(["service", "late"], sort=True).indices.values())
    for place in range(draws):
        shuffled = model.copy()
        for rows in strata:
            shuffled[rows] = model[rng.permutation(rows)]
        drawn[place] = (shuffled[tested] == shuffled[before[tested]]).sum()
    same = int((model[tested] == model[before[tested]]).sum())
    p_value = two_sided(same, drawn) if np.ptp(drawn) > 0 else float("nan")
    w = {language: (number(float(drawn.mean()), language, 1), probability(p_value, language)) for language in LANGUAGES}
    sentence = Text(
        nb=f"{same} av {len(tested)} avtaler har samme modell som den siste minst to av medlemmene hadde sammen før; {w['nb'][0]} ville være ventet av tjeneste og tid ({w['nb'][1]}).",
        nn=f"{same} av {len(tested)} avtalar har same modell som den siste minst to av medlemmene hadde saman før; {w['nn'][0]} ville vere venta av teneste og tid ({w['nn'][1]}).",
        en=f"{same} of {len(tested)} agreements have the model of the latest one that at least two of the members shared before; {w['en'][0]} would be expected of service and time ({w['en'][1]}).",
    )
    settle(read, weigh(read, sentence, p_value, supports=bool(same > drawn.mean())))
    read.cannot_tell.append(
        Text(
            nb="Bare gjentakelse kan ses; erfaring som fikk noen til å velge en annen modell, slik notatet forteller, ses ikke.",
            nn="Berre gjentaking er å sjå; erfaring som fekk nokon til å velje ein annan modell, slik notatet fortel, er ikkje å sjå.",
            en="Only repetition can be seen; experience that made somebody choose another model, as the note tells, is not.",
        )
    )
    return read


def _earlier(edition: Edition) -> tuple[pd.DataFrame, Array]:
    """Return the dated agreements that state a model, and for each the place of the latest one its members shared in another cooperation; -1 is none."""
    own = edition["agreement"][["id", "cooperation", "signed", "basis"]]
    own = own[own["signed"].notna() & own["basis"].notna() & own["basis"].ne(NOT_STATED)]
    own = own.merge(edition["cooperation"][["id", "service"]].rename(columns={"id": "cooperation"}), on="cooperation")
    own = own.sort_values(["signed", "id"], ignore_index=True)
    days = [DateInterval.parse(str(one)) for one in own["signed"]]
    own["late"] = [day.first >= REFORM for day in days]
    members = {str(name): set(codes.astype(str)) for name, codes in edition["member"].groupby("cooperation")["municipality"]}
    circles = [members.get(str(name), set()) for name in own["cooperation"]]
    before = np.full(len(own), -1)
    for place in range(len(own)):
        for earlier in range(place - 1, -1, -1):
            other = own["cooperation"].iloc[earlier] != own["cooperation"].iloc[place]
            if other and days[earlier].last < days[place].first and len(circles[earlier] & circles[place]) >= TIES:
                before[place] = earlier
                break
    return own, before


def read_independence(edition: Edition) -> Read:
    """H10: independence rises along the models: a definition, which no data can test."""
    read = Read()
    if "agreement" in edition:
        read.describes.append(independence_scale(edition).statement)
    read.cannot_tell.append(
        Text(
            nb="Rekkefølgen er hvordan modellene er plassert i notatets figur 5.1 (etter KS 2013): en definisjon, ikke noe som er målt. Ingen tabell har styring målt på annen måte.",
            nn="Rekkjefølgja er korleis modellane er plasserte i figur 5.1 i notatet (etter KS 2013): ein definisjon, ikkje noko som er målt. Ingen tabell har styring målt på anna vis.",
            en="The order is how models are placed in figure 5.1 of the note (after KS 2013): a definition, not something measured. No table holds control measured in another way.",
        )
    )
    return read


def read_fields(edition: Edition) -> Read:
    """H16: cooperation does not spread to palliation, dementia services and social housing, and to home and institutional care only exceptionally."""
    read = Read()
    if lacks(read, edition, "coverage"):
        read.cannot_tell.append(
            Text(
                nb="Uten den er det ikke kjent om noen har sett etter slike samarbeid, så fravær sier ingenting.",
                nn="Utan han er det ikkje kjent om nokon har sett etter slike samarbeid, så fråvær seier ingenting.",
                en="Without it, it is not known whether anybody looked for such cooperations, so absence says nothing.",
            )
        )
        return read
    ways = set()
    for services, most in ((NEW_FIELDS, RARE), (CARE, EXCEPTIONAL)):
        name = labels(edition, services)
        inside, spoken = _taking_part(edition, services)
        if len(spoken) < FEWEST:
            read.cannot_tell.append(
                Text(
                    nb=f"Ingen kilde i utgaven dekker {name['nb']}, så at de ikke er der, sier ingenting.",
                    nn=f"Inga kjelde i utgåva dekkjer {name['nn']}, så at dei ikkje er der, seier ingenting.",
                    en=f"No source of the edition covers {name['en']}, so that they are not there says nothing.",
                )
            )
            continue
        found = share(len(inside), len(spoken))
        w = {language: (len(inside), len(spoken), *(percent(one, language) for one in (found.estimate, found.low, found.high, most))) for language in LANGUAGES}
        sentence = Text(
            nb="{} av {} kommuner ({}, 95 %: {}–{}) samarbeider om {}; grensen er {}.".format(*w["nb"][:5], name["nb"], w["nb"][5]),
            nn="{} av {} kommunar ({}, 95 %: {}–{}) samarbeider om {}; grensa er {}.".format(*w["nn"][:5], name["nn"], w["nn"][5]),
            en="{} of {} municipalities ({}, 95%: {}–{}) cooperate on {}; the threshold is {}.".format(*w["en"][:5], name["en"], w["en"][5]),
        )
        few = found.estimate <= most
        read.sort(sentence, speaks_for=few)
        ways.add(few)
    if len(ways) > 1:
        read.cannot_tell.append(
            Text(nb="De to grensene gir ulikt svar.", nn="Dei to grensene gjev ulikt svar.", en="The two thresholds give different answers.")
        )
    else:
        settle(read, ways)
    return read


def _taking_part(edition: Edition, services: tuple[str, ...]) -> tuple[set[str], set[str]]:
    """Return the municipalities that cooperate on any of the services, and those that a source speaks of in all of them."""
    coverage, member = edition["coverage"], edition["member"]
    spoken: set[str] | None = None
    for service in services:
        own = coverage[(coverage["service"].isna() | coverage["service"].eq(service)) & coverage["status"].eq("covered")]
        told = set(own["municipality"].astype(str))
        spoken = told if spoken is None else spoken & told
    names = set(edition["cooperation"].loc[edition["cooperation"]["service"].isin(services), "id"])
    inside = set(member.loc[member["cooperation"].isin(names), "municipality"].astype(str))
    return inside & (spoken or set()), spoken or set()


def read_disputes(edition: Edition, *, seed: int) -> Read:
    """H18: dispute mechanisms became more varied after 2009."""
    read = Read()
    if lacks(read, edition, "agreement", "clause"):
        return read
    test = dispute_mechanisms(edition, seed=seed).supporting["variety"].iloc[0].to_dict()
    n = (int(test["before"]), int(test["after"]))
    if min(n) < 1:
        too_few(read, Text(nb=f"{n[0]} og {n[1]} avtaler med mekanisme", nn=f"{n[0]} og {n[1]} avtalar med mekanisme", en=f"{n[0]} and {n[1]} agreements with a mechanism"))  # fmt: skip
        return read
    w = {language: (*(number(test[name], language, 1) for name in ("effective_before", "effective_after")), probability(test["p_value"], language)) for language in LANGUAGES}  # fmt: skip
    sentence = Text(
        nb=f"De {n[0]} avtalene med mekanisme fra før 2009 har {w['nb'][0]} mekanismer (effektivt antall), de {n[1]} fra da av {w['nb'][1]} ({w['nb'][2]}).",
        nn=f"Dei {n[0]} avtalane med mekanisme frå før 2009 har {w['nn'][0]} mekanismar (effektivt tal), dei {n[1]} frå då av {w['nn'][1]} ({w['nn'][2]}).",
        en=f"The {n[0]} agreements with a mechanism from before 2009 have {w['en'][0]} mechanisms (effective number), the {n[1]} from then on {w['en'][1]} ({w['en'][2]}).",
    )
    settle(read, weigh(read, sentence, float(test["p_value"]), supports=bool(test["difference"] > test["expected"])))
    return read


def read_formality(edition: Edition, data: Membership) -> Read:
    """H20: the more a cooperation demands, the likelier it is formalised: written agreement and legal person, by hours and by cost."""
    read = Read()
    known = {name: own for name, own in (("written", _written(edition, data)), ("legal_person", _legal_persons(edition))) if own}
    hours = {str(name): float(of) for name, of in zip(data.cooperations["id"], data.cooperations["weekly_hours"], strict=True) if of >= 0}
    lacks(read, edition, *(one for one in ("agreement", "use") if one not in edition))
    rows = []
    for formal, of in known.items():
        for demand, amounts in (("hours", hours), ("cost", _costs(edition))):
            yes, no = ([amounts[name] for name, held in of.items() if name in amounts and held is side] for side in (True, False))
            if min(len(yes), len(no)) >= FEWEST:
                rows.append((formal, demand, yes, no, _ranks(yes, no)))
    if not rows:
        too_few(read, Text(nb="samarbeid med kjent form og kjente timer eller kostnader", nn="samarbeid med kjend form og kjende timar eller kostnader", en="cooperations of known form and known hours or cost"))  # fmt: skip
        return read
    ways = set()
    for (formal, demand, yes, no, _), p_value in zip(rows, holm([row[-1] for row in rows]), strict=True):
        form, unit = _FORMAL[formal], _DEMAND[demand]
        w = {language: (number(float(np.median(yes)), language), number(float(np.median(no)), language), probability(p_value, language)) for language in LANGUAGES}  # fmt: skip
        sentence = Text(
            nb=f"{form.nb}: {w['nb'][0]} {unit.nb} i median i de {len(yes)} samarbeidene som har det, {w['nb'][1]} i de {len(no)} andre ({w['nb'][2]}).",
            nn=f"{form.nn}: {w['nn'][0]} {unit.nn} i median i dei {len(yes)} samarbeida som har det, {w['nn'][1]} i dei {len(no)} andre ({w['nn'][2]}).",
            en=f"{form.en}: a median of {w['en'][0]} {unit.en} in the {len(yes)} cooperations that have it, {w['en'][1]} in the other {len(no)} ({w['en'][2]}).",
        )
        ways |= weigh(read, sentence, p_value, supports=bool(np.mean(_above(yes, no)) > 0.5))
    settle(read, ways)
    return read


_FORMAL = {
    "written": Text(nb="Skriftlig avtale som kom inn", nn="Skriftleg avtale som kom inn", en="A written agreement that came in"),
    "legal_person": Text(nb="Eget rettssubjekt", nn="Eige rettssubjekt", en="Own legal person"),
}
_DEMAND = {
    "hours": Text(nb="timer i uken", nn="timar i veka", en="hours a week"),
    "cost": Text(nb="kr i siste år", nn="kr i siste år", en="kr in the latest year"),
}


def _written(edition: Edition, data: Membership) -> dict[str, bool]:
    """Say of each cooperation whether an agreement came in, of those with a member that sent agreements where it is known who did."""
    if "agreement" not in edition:
        return {}
    have = set(edition["agreement"]["cooperation"].dropna().astype(str))
    names = {str(one) for one in data.cooperations["id"]}
    if "collection" in edition:
        sent = edition["collection"].loc[edition["collection"]["status"].eq("yes"), "municipality"]
        names &= set(edition["member"].loc[edition["member"]["municipality"].isin(set(sent)), "cooperation"].astype(str))
    return {name: name in have for name in sorted(names)}


def _legal_persons(edition: Edition) -> dict[str, bool]:
    """Say of each cooperation of known model whether that is a legal person of its own; what depends on more is left out."""
    found = {}
    for name, model in models_of(edition).items():
        known = law.models().get(model)
        said = {one.value for one in known.own_legal_person} if known else set()
        if said in ({"yes"}, {"no"}):
            found[name] = said == {"yes"}
    return found


def _costs(edition: Edition) -> Mapping[str, float]:
    if "use" not in edition:
        return {}
    cost = edition["use"]
    cost = cost[cost["measure"].eq("cost") & cost["value"].notna()]
    latest = cost[cost["year"].eq(cost.groupby("cooperation")["year"].transform("max"))]
    return {str(name): float(total) for name, total in latest.groupby("cooperation")["value"].sum().items()}


def _ranks(yes: list[float], no: list[float]) -> float:
    from scipy.stats import mannwhitneyu

    return float(mannwhitneyu(yes, no).pvalue) if len({*yes, *no}) > 1 else float("nan")


def _above(yes: list[float], no: list[float]) -> Any:
    first, second = np.array(yes)[:, None], np.array(no)[None, :]
    return (first > second) + 0.5 * (first == second)
