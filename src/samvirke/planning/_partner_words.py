"""What is said of possible partners."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from samvirke.finding import Missing
from samvirke.measures.gaps import gaps, municipalities, population_years
from samvirke.measures.membership import Membership
from samvirke.planning._partner_criteria import CRITERIA, Need, needs_asked
from samvirke.planning._partner_groups import MOST_GROUPS, Reach
from samvirke.planning._travel import TravelTimes
from samvirke.vocabulary.labels import value_label
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Language, Text, listing, number, percent

QUESTION = Text(
    nb="Hvem kan kommunen samarbeide med, og hva kjennetegner hver mulig gruppe?",
    nn="Kven kan kommunen samarbeide med, og kva kjenneteiknar kvar moglege gruppe?",
    en="Whom could the municipality cooperate with, and what is each possible group like?",
)
METHOD = Text(
    nb="Alle grupper opp til størrelsen er listet der minst ett medlem kan være vert uten at noe medlem har lengre reise dit enn grensen; verten er den innbyggerne i snitt har kortest vei til, regnet mellom kommunenes punkter, så reise innenfor kommunen ikke er med. Bånd er antallet tjenester et par alt deler et samarbeid i, i snitt over gruppens par. Senger er etter Erlangs tapsformel, og spart er senger hver for seg minus senger sammen. Svingning er halve bredden av de midterste 95 prosentene av en poissonfordeling over snittet, for antallet innleggelser i året, ikke kostnaden av dem. En gruppe er dominert når en annen er minst like god i hvert kriterium og bedre i ett; flere innbyggere regnes som bedre. Folketall, senger, vakter og svingning følger alle folketallet når de er gitt per innbygger.",
    nn="Alle grupper opp til storleiken er lista der minst éin medlem kan vere vert utan at nokon medlem har lengre reise dit enn grensa; verten er den innbyggjarane i snitt har kortast veg til, rekna mellom punkta til kommunane, så reise innanfor kommunen ikkje er med. Band er talet på tenester eit par alt deler eit samarbeid i, i snitt over para i gruppa. Senger er etter tapsformelen til Erlang, og spart er senger kvar for seg minus senger saman. Svinging er halve breidda av dei midtarste 95 prosentane av ei poissonfordeling over snittet, for talet på innleggingar i året, ikkje kostnaden av dei. Ei gruppe er dominert når ei anna er minst like god i kvart kriterium og betre i eitt; fleire innbyggjarar er rekna som betre. Folketal, senger, vakter og svinging følgjer alle folketalet når dei er gjevne per innbyggjar.",
    en="All groups up to the size are listed in which at least one member can be host with no member having a longer way there than the limit; the host is the one that residents are nearest to on average, reckoned between the municipalities' points, so that travel within a municipality is not in it. Ties are the number of services in which a pair already shares a cooperation, on average over the group's pairs. Beds are by Erlang's loss formula, and saved is beds apart minus beds together. The swing is half the width of the middle 95 per cent of a Poisson distribution over its mean, for the number of admissions a year and not their cost. A group is dominated when another is at least as good in every criterion and better in one; more inhabitants count as better. Population, beds, roster and swing all follow the population when they are given per inhabitant.",
)


def _criterion(name: str, language: Language) -> str:
    return value_label("criterion", name)[language]


def weights_told(wished: Mapping[str, float]) -> Text:
    """Say how groups are ordered: by the user's own weights, and how criteria are scaled, or not at all."""
    if not wished:
        return Text(
            nb="Gruppene er ikke rangert: uten egne vekter står de udominerte først, etter snittreise.",
            nn="Gruppene er ikkje rangerte: utan eigne vekter står dei udominerte fyrst, etter snittreise.",
            en="The groups are not ranked: without weights of your own the undominated stand first, by mean travel.",
        )
    own = {
        one: listing([f"{_criterion(name, one)} {number(weight, one, 0 if weight == int(weight) else 2)}" for name, weight in wished.items()], one)
        for one in LANGUAGES
    }
    return Text(
        nb=f"Rekkefølgen er etter brukerens egne vekter ({own['nb']}): hvert kriterium er skalert fra 0 (dårligst av gruppene) til 1 (best) og veid; andre grupper i listen kan derfor endre den.",
        nn=f"Rekkjefølgja er etter dei eigne vektene til brukaren ({own['nn']}): kvart kriterium er skalert frå 0 (dårlegast av gruppene) til 1 (best) og vege; andre grupper i lista kan difor endre henne.",
        en=f"The order is by the user's own weights ({own['en']}): each criterion is scaled from 0 (the worst of the groups) to 1 (the best) and weighted; other groups in the list can therefore change it.",
    )  # fmt: skip


def statement(
    data: Membership,
    alone: pd.DataFrame,
    frame: pd.DataFrame,
    reach: Reach,
    undominated: int,
    wished: Mapping[str, float],
    need: Need,
    options: Mapping[str, Any],
) -> Text:
    """Say how many groups there are, what the nearest and the widest are, which needs are met, and who comes first by the user's own weights."""
    name, people = str(alone["group"].iloc[0]), float(alone["population"].iloc[0])
    limit, size, least = (float(options[one]) if options.get(one) is not None else 0.0 for one in ("max_minutes", "at_most", "min_population"))
    w = {one: {"people": number(people, one), "limit": number(limit, one), "size": number(size, one), "groups": number(len(frame), one), "front": number(undominated, one)} for one in LANGUAGES}  # fmt: skip
    of = {
        one: {"nb": f" med minst {number(least, one)} innbyggere", "nn": f" med minst {number(least, one)} innbyggjarar", "en": f" with at least {number(least, one)} inhabitants"}[one] if least else ""
        for one in LANGUAGES
    }  # fmt: skip
    first = Text(
        nb=f"{name} ({w['nb']['people']} innbyggere) har {municipalities(len(reach.candidates)).nb} innen rekkevidde med en grense på {w['nb']['limit']} minutter til verten, og {w['nb']['groups']} {'mulig gruppe' if len(frame) == 1 else 'mulige grupper'} på høyst {w['nb']['size']}{of['nb']}.",
        nn=f"{name} ({w['nn']['people']} innbyggjarar) har {municipalities(len(reach.candidates)).nn} innan rekkjevidd med ei grense på {w['nn']['limit']} minutt til verten, og {w['nn']['groups']} {'mogleg gruppe' if len(frame) == 1 else 'moglege grupper'} på høgst {w['nn']['size']}{of['nn']}.",
        en=f"{name} ({w['en']['people']} inhabitants) has {municipalities(len(reach.candidates)).en} within reach with a limit of {w['en']['limit']} minutes to the host, and {w['en']['groups']} possible {'group' if len(frame) == 1 else 'groups'} of at most {w['en']['size']}{of['en']}.",
    )
    if frame.empty:
        return first + Text(
            nb="Med en høyere grense for reisetid kan det bli noen.", nn="Med ei høgare grense for reisetid kan det bli nokre.", en="A higher limit of travel may give some."
        )  # fmt: skip
    first += Text(
        nb=f"{w['nb']['front']} av dem er ikke dominert av noen annen.",
        nn=f"{w['nn']['front']} av dei er ikkje {'dominert' if undominated == 1 else 'dominerte'} av noka anna.",
        en=f"{w['en']['front']} of them {'is' if undominated == 1 else 'are'} dominated by no other.",
    )
    return first + _nearest(frame) + _met(frame, alone, need) + _ordered(frame, wished) + population_years(data)


def _nearest(frame: pd.DataFrame) -> Text:
    row = frame.iloc[int(frame["minutes_mean"].to_numpy().argmin())]
    w = {one: [number(row[column], one) for column in ("minutes_mean", "minutes_own", "minutes_worst", "population")] for one in LANGUAGES}
    named = str(row["group"]), str(row["host_name"])
    return Text(
        nb="Kortest reise i snitt over alle innbyggerne har {0} med {1} som vert: {2[0]} minutter, {2[1]} fra kommunen selv og {2[2]} på det lengste, {2[3]} innbyggere.".format(*named, w["nb"]),
        nn="Kortast reise i snitt over alle innbyggjarane har {0} med {1} som vert: {2[0]} minutt, {2[1]} frå kommunen sjølv og {2[2]} på det lengste, {2[3]} innbyggjarar.".format(*named, w["nn"]),
        en="{0} with {1} as host has the shortest way on average over all residents: {2[0]} minutes, {2[1]} from the municipality itself and {2[2]} at most, {2[3]} inhabitants.".format(*named, w["en"]),
    )  # fmt: skip


def _met(frame: pd.DataFrame, alone: pd.DataFrame, need: Need) -> Text:
    asked = needs_asked(need)
    if not asked or "needs_met" not in frame:
        return EMPTY
    count = sum(len(own) == len(asked) for own in frame["needs_met"])
    own = alone["needs_met"].iloc[0]
    names = {one: listing([value_label("needs_met", name)[one] for name in asked], one) for one in LANGUAGES}
    by_itself = {
        one: listing([value_label("needs_met", name)[one] for name in own], one) or {"nb": "ingen", "nn": "ingen", "en": "none"}[one] for one in LANGUAGES
    }
    return Text(
        nb=f"{number(count, 'nb')} av {number(len(frame), 'nb')} grupper dekker alle behov som er oppgitt ({names['nb']}); alene dekkes: {by_itself['nb']}.",
        nn=f"{number(count, 'nn')} av {number(len(frame), 'nn')} grupper dekkjer alle behov som er oppgjevne ({names['nn']}); åleine blir dekte: {by_itself['nn']}.",
        en=f"{number(count, 'en')} of {number(len(frame), 'en')} groups meet every need that was given ({names['en']}); alone are met: {by_itself['en']}.",
    )


def _ordered(frame: pd.DataFrame, wished: Mapping[str, float]) -> Text:
    if not wished:
        return EMPTY
    leaders = frame.loc[frame["rank_own_weights"].to_numpy(dtype=float, na_value=np.nan) == 1, "group"]
    names = {one: listing([str(name) for name in leaders[:3]], one) for one in LANGUAGES}
    more = f" (+{len(leaders) - 3})" if len(leaders) > 3 else ""
    score = {one: percent(float(frame["weighted_own"].max()), one) for one in LANGUAGES}
    return Text(
        nb=f"Først etter dine egne vekter: {names['nb']}{more} ({score['nb']} av det beste i alt).",
        nn=f"Fyrst etter dine eigne vekter: {names['nn']}{more} ({score['nn']} av det beste i alt).",
        en=f"First by your own weights: {names['en']}{more} ({score['en']} of the best in everything).",
    )


def gaps_told(data: Membership, times: TravelTimes, start: int, reach: Reach, frame: pd.DataFrame, shown: int, limit: float) -> tuple[Missing, ...]:
    """Return what is not known or not shown: of cooperation, of population, of travel, of groups left out."""
    found = list(gaps(data, data.services))
    apart = np.arange(len(data.codes)) != start
    no_people = apart & ~(np.nan_to_num(data.population) > 0)
    near = times.kilometres[start] / 150 * 60 <= limit  # false where a point is unknown
    holes = apart & np.isnan(times.minutes[start]) & np.isnan(times.minutes[:, start]) & near
    for source, marked, why in (
        ("figure", no_people, Text(nb="Folketallet er ukjent, så de er ingen mulig partner her", nn="Folketalet er ukjent, så dei er ingen mogleg partnar her", en="The population is unknown, so they are no possible partner here")),
        ("travel", holes, Text(nb="Reisetiden er ukjent, men luftlinjen er så kort at de kan være innen rekkevidde", nn="Reisetida er ukjend, men luftlina er så kort at dei kan vere innan rekkjevidd", en="The travel time is unknown, but the straight line is so short that they may be within reach")),
    ):  # fmt: skip
        if marked.any():
            found.append(Missing(source, tuple(str(code) for code in data.codes[marked]), why))
    if reach.left_out:
        why = Text(
            nb=f"Gruppene ble flere enn {number(MOST_GROUPS, 'nb')}; de fjerneste kandidatene er utelatt. Senk --max-minutes eller --at-most",
            nn=f"Gruppene vart fleire enn {number(MOST_GROUPS, 'nn')}; dei fjernaste kandidatane er utelatne. Senk --max-minutes eller --at-most",
            en=f"The groups were more than {number(MOST_GROUPS, 'en')}; the candidates farthest away are left out. Lower --max-minutes or --at-most",
        )
        found.append(Missing("travel", tuple(str(data.codes[place]) for place in reach.left_out), why))
    if shown and len(frame) > shown:
        why = Text(
            nb=f"Tabellen viser {number(shown, 'nb')} av {number(len(frame), 'nb')} grupper; --rows 0 viser alle.",
            nn=f"Tabellen viser {number(shown, 'nn')} av {number(len(frame), 'nn')} grupper; --rows 0 viser alle.",
            en=f"The table shows {number(shown, 'en')} of {number(len(frame), 'en')} groups; --rows 0 shows all.",
        )
        found.append(Missing("table", (), why))
    unknown = [name for name, (column, _) in CRITERIA.items() if column in ("counties", "health_trusts") and column not in frame]
    if unknown and len(frame):
        names = {one: listing([_criterion(name, one) for name in unknown], one) for one in LANGUAGES}
        found.append(Missing("grouping", (), Text(nb=f"Ukjent i utgaven: {names['nb']}.", nn=f"Ukjent i utgåva: {names['nn']}.", en=f"Not known in the edition: {names['en']}.")))  # fmt: skip
    return tuple(found)
