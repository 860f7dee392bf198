"""What is said of rosters: the question, the method, and the sentences that answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from samvirke.planning._roster_people import People
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Text, number

QUESTION = Text(
    nb="Hvor ofte har hver lege og sykepleier vakt, alene og med hver partner?",
    nn="Kor ofte har kvar lege og sjukepleiar vakt, åleine og med kvar partnar?",
    en="How often is each doctor and nurse on duty, alone and with each partner?",
)
METHOD = Text(
    nb="Vaktene går på tur mellom alle som deltar: med k samtidig og n personer har hver av dem hver (n/k)-te kveld og natt, og helgen deles av så mange som er oppgitt. Dag er hverdag 8–16, kveld 16–23, natt 23–8, helg lørdag 8 til mandag 8. Hviletid er den korteste mellom to vakter når vaktene går på tur; en turnus lagt for hånd kan gi lengre hvile, men ikke en annen hyppighet i snitt. Timer i uken er vakt pluss ordinært arbeid, minus arbeidstid som faller på vakt eller hvile etter vakt. Bakvakt hjemme er bare regnet i hyppighet.",
    nn="Vaktene går på tur mellom alle som deltek: med k samstundes og n personar har kvar av dei kvar (n/k)-te kveld og natt, og helga blir delt av så mange som er oppgjevne. Dag er kvardag 8–16, kveld 16–23, natt 23–8, helg laurdag 8 til måndag 8. Kviletid er den kortaste mellom to vakter når vaktene går på tur; ein turnus lagd for hand kan gje lengre kvile, men ikkje ein annan hyppigheit i snitt. Timar i veka er vakt pluss ordinært arbeid, minus arbeidstid som fell på vakt eller kvile etter vakt. Bakvakt heime er berre rekna i hyppigheit.",
    en="Duties go in turn among all who take part: with k at once and n people each has every (n/k)-th evening and night, and a weekend is shared by as many as stated. Day is weekdays 8 to 16, evening 16 to 23, night 23 to 8, weekend Saturday 8 to Monday 8. Rest is the shortest between two duties when they go in turn; a roster drawn up by hand can give longer rest, never another mean frequency. Hours a week are duty plus ordinary work, less working time that falls on a duty or on rest after it. Backup at home counts in the frequency only.",
)
TIERS = {
    "doctor": Text(nb="lege", nn="lege", en="doctor"),
    "doctor_backup": Text(nb="lege i bakvakt", nn="lege i bakvakt", en="backup doctor"),
    "nurse": Text(nb="sykepleier", nn="sjukepleiar", en="nurse"),
}


def limits_told(limits: Mapping[str, Mapping[str, Any]]) -> Text:
    """Say which limits were used, and that those not given were not checked against any statute or agreement."""
    names = {
        "rest_hours": Text(nb="hvile {} timer", nn="kvile {} timar", en="rest of {} hours"),
        "most_weekly_hours": Text(nb="høyst {} timer i uken i snitt", nn="høgst {} timar i veka i snitt", en="at most {} hours a week on average"),
        "least_every": Text(nb="vakt høyst hver {}. kveld og natt", nn="vakt høgst kvar {}. kveld og natt", en="duty at most every {}th evening and night"),
    }
    parts = {one: "; ".join(text[one].format(number(limits[name]["value"], one, 0 if limits[name]["value"] == int(limits[name]["value"]) else 1)) for name, text in names.items()) for one in LANGUAGES}  # fmt: skip
    unread = [name for name, one in limits.items() if not one["verified"]]
    said = Text(nb=f"Grenser: {parts['nb']}.", nn=f"Grenser: {parts['nn']}.", en=f"Limits: {parts['en']}.")
    if unread:
        said += Text(
            nb=f"{len(unread)} av dem er antatt og ikke kontrollert mot lov eller avtale (verified: false); gi egne.",
            nn=f"{len(unread)} av dei er gått ut frå og ikkje kontrollerte mot lov eller avtale (verified: false); gje eigne.",
            en=f"{len(unread)} of them are assumed and not checked against statute or agreement (verified: false); give your own.",
        )
    late = [name for name, one in limits.items() if not one["held"]]
    if late:
        said += Text(
            nb=f"{len(late)} av grensene gjaldt ikke ennå den dagen.",
            nn=f"{len(late)} av grensene galdt ikkje enno den dagen.",
            en=f"{len(late)} of the limits did not hold yet on that day.",
        )
    return said


def statement(people: People, rows: Sequence[Mapping[str, Any]], left: Sequence[Mapping[str, Any]], tiers: Mapping[str, int]) -> Text:
    """Answer in sentences, from the rows."""
    tier = next(name for name, places in tiers.items() if places and any(row["tier"] == name for row in rows))
    own = [row for row in rows if row["tier"] == tier]
    if len(people.groups) > 1:
        return _of_many(own, left, tier, len(people.groups))
    group = people.groups[0]
    alone = [row for row in own if row["roster_step"] == "alone"]
    last = own[-1]
    part = next((name for name in ("night", "evening", "weekend") if not np.isnan(last[f"every_nth_{name}"])), None)
    if part is None:
        return _by_hours(alone, last, tier)
    said = _first(alone, last, tier, part, people)
    for row in own:
        if row["roster_step"] == "added":
            said += _added(row, part, people)
    if len(alone) > 1:
        whole = {one: _ordinal(last[f"every_nth_{part}"], one) for one in LANGUAGES}
        said += Text(nb=f"Alle sammen: hver {whole['nb']}.", nn=f"Alle saman: kvar {whole['nn']}.", en=f"All together: every {whole['en']}.")
    said += _limits(last) + _gone([row for row in left if row["tier"] == tier], part, people, group.cooperation)
    return Text(**{one: said[one].replace("..", ".") for one in LANGUAGES})


def _nth(value: float, language: str) -> str:
    """Write a frequency: whole where it is."""
    return number(value, language, 0 if abs(value - round(value)) < 0.05 else 1)  # type: ignore[arg-type]


_PARTS = {
    "evening": Text(nb="kveld", nn="kveld", en="evening"),
    "night": Text(nb="natt", nn="natt", en="night"),
    "weekend": Text(nb="helg", nn="helg", en="weekend"),
}


def _ordinal(value: float, language: str) -> str:
    """Write every so manyth: ``hver 3.`` or ``every 3rd``; fractions as they are."""
    written = _nth(value, language)
    if language != "en":
        return f"{written}." if "," not in written else written
    if "." in written or len(written) > 4:
        return f"{written}th" if "." not in written else written
    end = "th" if written[-2:] in ("11", "12", "13") else {"1": "st", "2": "nd", "3": "rd"}.get(written[-1], "th")
    return written + end


def _first(alone: Sequence[Mapping[str, Any]], last: Mapping[str, Any], tier: str, part: str, people: People) -> Text:
    key, what, who = f"every_nth_{part}", _PARTS[part], TIERS[tier]
    whole = {one: _ordinal(last[key], one) for one in LANGUAGES}
    if len(alone) < 2:
        return Text(
            nb=f"Hver {who.nb} har vakt hver {whole['nb']} {what.nb}.", nn=f"Kvar {who.nn} har vakt kvar {whole['nn']} {what.nn}.", en=f"Each {who.en} is on duty every {whole['en']} {what.en}."
        )  # fmt: skip
    worst = min(alone, key=lambda row: float(row[key]))
    (code,) = worst["partners"]
    name = people.names.get(code, code)
    one_alone = {one: _ordinal(worst[key], one) for one in LANGUAGES}
    return Text(
        nb=f"Alene har hver {who.nb} vakt oftest hos {name if people.names else f'part {name}'}: hver {one_alone['nb']} {what.nb}.",
        nn=f"Åleine har kvar {who.nn} vakt oftast hos {name if people.names else f'part {name}'}: kvar {one_alone['nn']} {what.nn}.",
        en=f"Alone, each {who.en} is on duty most often at {name if people.names else f'party {name}'}: every {one_alone['en']} {what.en}.",
    )


def _added(row: Mapping[str, Any], part: str, people: People) -> Text:
    code = row["partners"][-1]
    name = people.names.get(code, f"part {code}")
    name_en = people.names.get(code, f"party {code}")
    value = {one: _ordinal(row[f"every_nth_{part}"], one) for one in LANGUAGES}
    return Text(nb=f"Med {name}: hver {value['nb']}.", nn=f"Med {name}: kvar {value['nn']}.", en=f"With {name_en}: every {value['en']}.")


_LIMITS = {
    "too_few": Text(nb="det er færre personer enn plasser på vakt", nn="det er færre personar enn plassar på vakt", en="there are fewer people than places on duty"),
    "rest": Text(nb="hviletiden blir for kort når vaktene går på tur", nn="kviletida blir for kort når vaktene går på tur", en="rest is too short when duties go in turn"),
    "weekly_hours": Text(nb="timene i uken blir for mange", nn="timane i veka blir for mange", en="hours a week are too many"),
    "frequency": Text(nb="vaktene kommer for tett", nn="vaktene kjem for tett", en="duties come too often"),
}  # fmt: skip


def _limits(row: Mapping[str, Any]) -> Text:
    if not row["limits_broken"]:
        return Text(nb="Sammen holdes alle grensene.", nn="Saman blir alle grensene haldne.", en="Together all limits are kept.")
    broken = {one: "; ".join(_LIMITS[name][one] for name in row["limits_broken"]) for one in LANGUAGES}
    return Text(nb=f"Sammen: {broken['nb']}.", nn=f"Saman: {broken['nn']}.", en=f"Together: {broken['en']}.")


def _gone(left: Sequence[Mapping[str, Any]], part: str, people: People, cooperation: str) -> Text:
    own = [row for row in left if row["cooperation"] == cooperation]
    if not own:
        return EMPTY
    key = f"every_nth_{part}"
    one_gone = {one: _ordinal(own[0][key], one) for one in LANGUAGES}
    spare = int(own[0]["people_to_spare"])
    said = Text(
        nb=f"Slutter én, blir det hver {one_gone['nb']}; {spare} kan slutte før flere grenser brytes.",
        nn=f"Sluttar éin, blir det kvar {one_gone['nn']}; {spare} kan slutte før fleire grenser blir brotne.",
        en=f"If one person leaves it is every {one_gone['en']}; {spare} can leave before more limits are broken.",
    )
    if len(own) < 2:
        return said
    worst = min(own[1:], key=lambda row: float(row[key]))
    name = people.names.get(worst["leaves"], f"part {worst['leaves']}")
    name_en = people.names.get(worst["leaves"], f"party {worst['leaves']}")
    value = {one: _ordinal(worst[key], one) for one in LANGUAGES}
    return said + Text(
        nb=f"Verst er det om {name} går ut: hver {value['nb']}.",
        nn=f"Verst er det om {name} går ut: kvar {value['nn']}.",
        en=f"The worst is if {name_en} leaves: every {value['en']}.",
    )


def _by_hours(alone: Sequence[Mapping[str, Any]], last: Mapping[str, Any], tier: str) -> Text:
    most = max(float(row["duty_hours_per_week"]) for row in alone)
    h = {one: (number(most, one, 1), number(last["duty_hours_per_week"], one, 1)) for one in LANGUAGES}
    who = TIERS[tier]
    return Text(
        nb=f"Hver {who.nb} har {h['nb'][1]} timer vakt i uken sammen, opptil {h['nb'][0]} alene.",
        nn=f"Kvar {who.nn} har {h['nn'][1]} timar vakt i veka saman, opptil {h['nn'][0]} åleine.",
        en=f"Each {who.en} has {h['en'][1]} hours of duty a week together, up to {h['en'][0]} alone.",
    )


def _of_many(own: Sequence[Mapping[str, Any]], left: Sequence[Mapping[str, Any]], tier: str, n: int) -> Text:
    together = [row for row in own if row["roster_step"] == "all"]
    alone = [row for row in own if row["roster_step"] == "alone"]
    fine = sum(not row["limits_broken"] for row in together)
    fine_alone = sum(not row["limits_broken"] for row in alone)
    firm = sum(not row["limits_broken"] for row in left if row["leaves"] == "one_person" and row["tier"] == tier)
    who = TIERS[tier]
    return Text(
        nb=f"Regnet for {who.nb}: {fine_alone} av {len(alone)} parter holder alle grensene alene; {fine} av {n} samarbeid gjør det sammen, og {firm} også om én slutter.",
        nn=f"Rekna for {who.nn}: {fine_alone} av {len(alone)} partar held alle grensene åleine; {fine} av {n} samarbeid gjer det saman, og {firm} òg om éin sluttar.",
        en=f"For each {who.en}: {fine_alone} of {len(alone)} parties keep all limits alone; {fine} of {n} cooperations do together, and {firm} also if one person leaves.",
    )
