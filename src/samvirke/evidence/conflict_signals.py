"""The signals of conflict that the note names, cooperation by cooperation, each with what it rests on; never added up into a score."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from samvirke.edition import Edition
from samvirke.evidence._in_force import InForce, in_force
from samvirke.evidence.use_skew import use_skew
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.membership import membership
from samvirke.vocabulary import law
from samvirke.vocabulary.dates import DateInterval
from samvirke.vocabulary.labels import value_label
from samvirke.vocabulary.language import LANGUAGES, Text, number, percent

SKEW, FEW, YOUNG_YEARS, LARGEST, INDIRECT, DISSATISFIED = 1.25, 2, 2, 0.5, 3, 0.2
"""From what on each is a signal: use over or under its share by a fourth; fewer other members within reach than two; younger than two years; a member
with half of the inhabitants or more; independence of the model 3 or more of 5 (KS 2013, after NIBR-notat 2015:104, fig. 5.1); a fifth of those with an
opinion who do not find that it works well. Set by us; the note names the signals, not from what on."""
REACH_MINUTES = 60.0
SIGNALS = (
    "skewed_use",
    "contested_key",
    "dissatisfied_answers",
    "no_dispute_clause",
    "short_experience",
    "unequal_dependence",
    "few_alternatives",
    "indirect_control",
)
QUESTION = Text(
    nb="Hvilke tegn på konflikt er det i hvert samarbeid, og hva bygger de på?",
    nn="Kva teikn på konflikt er det i kvart samarbeid, og kva byggjer dei på?",
    en="Which signals of conflict are there in each cooperation, and what do they rest on?",
)
METHOD = Text(
    nb="Notatet (kap. 7) nevner hva som kan gi konflikt; grensene er våre, satt på forhånd. Skjev bruk: et medlem bruker minst en fjerdedel mer enn sin del, siste år med tall, og intervallet går ikke ned til 1. Omstridt nøkkel: en kjent uenighet om kostnader. Misnøye: minst en femtedel av dem med en mening i medlemskommunene sier at samarbeidet ikke fungerer bra (minst fem svar). Ingen tvisteklausul: den siste avtalen er lest og har ingen mekanisme. Kort erfaring: yngre enn to år. Ulik avhengighet: ett medlem har minst halvparten av innbyggerne. Få alternativer: et medlem når færre enn to kommuner utenfor samarbeidet innen 60 minutter (travel). Indirekte styring: modellens selvstendighet er 3 eller mer av 5. Ukjent er aldri fravær. Tegnene legges ikke sammen: de veier ulikt, og flere er ikke nødvendigvis verre. Tabellen explanations er en leseveiledning: notatets forklaringer på at konfliktnivået er lavt, ved siden av det dataene sier.",
    nn="Notatet (kap. 7) nemner kva som kan gje konflikt; grensene er våre, sette på førehand. Skeiv bruk: ein medlem bruker minst ein firedel meir enn delen sin, siste år med tal, og intervallet går ikkje ned til 1. Omstridd nøkkel: ei kjend usemje om kostnader. Misnøye: minst ein femdel av dei med ei meining i medlemskommunane seier at samarbeidet ikkje fungerer bra (minst fem svar). Ingen tvisteklausul: den siste avtalen er lesen og har ingen mekanisme. Kort erfaring: yngre enn to år. Ulik avhengigheit: éin medlem har minst halvparten av innbyggjarane. Få alternativ: ein medlem når færre enn to kommunar utanfor samarbeidet innan 60 minutt (travel). Indirekte styring: sjølvstendet til modellen er 3 eller meir av 5. Ukjent er aldri fråvær. Teikna blir ikkje lagde saman: dei veg ulikt, og fleire er ikkje nødvendigvis verre. Tabellen explanations er ei leserettleiing: forklaringane i notatet på at konfliktnivået er lågt, ved sida av det dataa seier.",
    en="The note (ch. 7) names what may make for conflict; the thresholds are ours, set beforehand. Skewed use: a member uses at least a fourth more than its share in the latest year with numbers, and the interval does not reach 1. Contested key: a known disagreement on cost. Dissatisfied answers: at least a fifth of those with an opinion in the member municipalities say that it does not work well (five answers or more). No dispute clause: the latest agreement was read and has no mechanism. Short experience: younger than two years. Unequal dependence: one member has half of the inhabitants or more. Few alternatives: a member reaches fewer than two municipalities outside the cooperation within 60 minutes (travel). Indirect control: the model's independence is 3 or more of 5. Unknown is never absent. Signals are not added up: they weigh differently, and more are not necessarily worse. The table explanations is a reading guide: the note's explanations of a low level of conflict, beside what the data say.",
)


@dataclass(frozen=True)
class Signal:
    """Whether a signal is there (present, absent, unknown), and on what that rests."""

    state: str
    evidence: Text


UNKNOWN = Signal("unknown", Text(nb="ingen data", nn="ingen data", en="no data"))


@dataclass(frozen=True)
class Seen:
    """What the signals of all cooperations are read from."""

    edition: Edition
    agreements: Mapping[str, list[InForce]]
    members: Mapping[str, tuple[str, ...]]
    people: Mapping[str, float]
    skew: pd.DataFrame
    reach: pd.DataFrame | None
    today: date
    names: Mapping[str, str]


def conflict_signals(edition: Edition) -> Finding:
    """List the signals of conflict of each cooperation, with their evidence.

    Returns
    -------
    Finding
        Columns cooperation, name, service, signal (one of `SIGNALS`), signal_state (present, absent, unknown), rests_on_nb, rests_on_nn, rests_on_en.
        Supporting tables `by_signal`: signal, there, not_there, unknown; `explanations`: explanation, rests_on_nb, rests_on_nn, rests_on_en.
    """
    seen = seen_in(edition)
    rows = []
    for row in edition["cooperation"].sort_values("id").itertuples():
        for signal, read in _READ.items():
            found = read(seen, str(row.id), row)
            rows.append((str(row.id), row.name, row.service, signal, found.state, *(found.evidence[language] for language in LANGUAGES)))
    rests = [f"rests_on_{language}" for language in LANGUAGES]
    table = pd.DataFrame(rows, columns=["cooperation", "name", "service", "signal", "signal_state", *rests])
    states = ("present", "absent", "unknown")
    counts = [(signal, *(int((table["signal"].eq(signal) & table["signal_state"].eq(state)).sum()) for state in states)) for signal in SIGNALS]
    by_signal = pd.DataFrame(counts, columns=["signal", "there", "not_there", "unknown"])
    return Finding(
        id="conflict_signals",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(by_signal, int(edition["cooperation"]["id"].nunique())),
        method=METHOD,
        table=table,
        coverage=Coverage(
            int(table["signal_state"].ne("unknown").sum()),
            {"signals": len(table), "cooperations": int(edition["cooperation"]["id"].nunique())},
            _gaps(by_signal),
        ),
        chart=Chart("table"),
        supporting={"by_signal": by_signal, "explanations": explanations(seen)},
    )


def seen_in(edition: Edition) -> Seen:
    """Gather what the signals of all cooperations are read from."""
    data = membership(edition)
    today = DateInterval.parse(edition.as_of or edition.package.get("date") or str(date.today())).first
    skew = use_skew(edition).table if "use" in edition else pd.DataFrame(columns=["cooperation", "year", "measure", "use_ratio", "use_ratio_low"])
    member = edition["member"]
    reach = None
    if "travel" in edition:
        travel = edition["travel"]
        reach = travel[travel["minutes"].le(REACH_MINUTES)]
    members = {str(name): tuple(dict.fromkeys(map(str, own))) for name, own in member.groupby("cooperation")["municipality"]}
    people = {str(code): float(count) for code, count in zip(data.codes, data.population, strict=True) if count == count}
    return Seen(edition, in_force(edition), members, people, skew, reach, today, edition.names())


def _skewed(seen: Seen, cooperation: str, _: Any) -> Signal:
    own = seen.skew[seen.skew["cooperation"].eq(cooperation)]
    if not len(own):
        return UNKNOWN
    own = own[own["year"].eq(own["year"].max())].sort_values(["use_ratio", "municipality"], ascending=[False, True])
    top = own.iloc[0]
    there = bool(((own["use_ratio"] >= SKEW) & (own["use_ratio_low"] > 1)).any())
    w = {language: number(float(top["use_ratio"]), language, 2) for language in LANGUAGES}
    measure = value_label("measure", str(top["measure"]))
    return Signal(
        "present" if there else "absent",
        Text(
            nb=f"{top['name']}: {w['nb']} ganger sin del ({measure.nb}, {top['year']})",
            nn=f"{top['name']}: {w['nn']} gonger delen sin ({measure.nn}, {top['year']})",
            en=f"{top['name']}: {w['en']} times its share ({measure.en}, {top['year']})",
        ),
    )


def _contested(seen: Seen, cooperation: str, _: Any) -> Signal:
    if "event" not in seen.edition:
        return UNKNOWN
    event = seen.edition["event"]
    own = event[event["cooperation"].eq(cooperation) & event["matter"].isin(["cost_sharing", "cost"])]
    days = ", ".join(sorted(own["date"].astype(str).str[:4]))
    if not len(own):
        return Signal("absent", Text(nb="ingen kjent uenighet om kostnader", nn="inga kjend usemje om kostnader", en="no known disagreement on cost"))
    return Signal("present", Text(nb=f"uenighet om kostnader {days}", nn=f"usemje om kostnader {days}", en=f"disagreement on cost {days}"))


def _dissatisfied(seen: Seen, cooperation: str, _: Any) -> Signal:
    if "survey" not in seen.edition:
        return UNKNOWN
    survey = seen.edition["survey"]
    own = survey[survey["item"].eq("works_well") & survey["municipality"].isin(list(seen.members.get(cooperation, ())))]
    meant = own[own["answer"].isin(["fully_agree", "agree", "neither", "disagree", "fully_disagree"])]
    if len(meant) < 5:
        return UNKNOWN
    no = int(meant["answer"].isin(["disagree", "fully_disagree"]).sum())
    w = {language: percent(no / len(meant), language) for language in LANGUAGES}
    return Signal(
        "present" if no / len(meant) >= DISSATISFIED else "absent",
        Text(
            nb=f"{no} av {len(meant)} med en mening ({w['nb']}) er uenige i at det fungerer bra",
            nn=f"{no} av {len(meant)} med ei meining ({w['nn']}) er usamde i at det fungerer bra",
            en=f"{no} of {len(meant)} with an opinion ({w['en']}) disagree that it works well",
        ),
    )


def _no_clause(seen: Seen, cooperation: str, _: Any) -> Signal:
    own = seen.agreements.get(cooperation)
    if not own or own[-1].mechanisms is None:
        return UNKNOWN
    name = own[-1].agreement
    if own[-1].mechanisms:
        return Signal("absent", Text(nb=f"avtale {name} har en", nn=f"avtale {name} har ein", en=f"agreement {name} has one"))
    return Signal("present", Text(nb=f"avtale {name} har ingen mekanisme", nn=f"avtale {name} har ingen mekanisme", en=f"agreement {name} has no mechanism"))


def _young(seen: Seen, _: str, row: Any) -> Signal:
    if not isinstance(row.valid_from, str):
        return UNKNOWN
    years = (seen.today - DateInterval.parse(row.valid_from).first).days / 365.25
    w = {language: number(years, language, 1) for language in LANGUAGES}
    return Signal(
        "present" if years < YOUNG_YEARS else "absent",
        Text(nb=f"{w['nb']} år gammelt", nn=f"{w['nn']} år gammalt", en=f"{w['en']} years old"),
    )


def _unequal(seen: Seen, cooperation: str, _: Any) -> Signal:
    members = seen.members.get(cooperation, ())
    sizes = {code: seen.people[code] for code in members if code in seen.people}
    if len(sizes) < 2 or len(sizes) < len(members):
        return UNKNOWN
    largest = max(sizes, key=lambda code: sizes[code])
    part = sizes[largest] / sum(sizes.values())
    w = {language: percent(part, language) for language in LANGUAGES}
    name = seen.names.get(largest, largest)
    return Signal(
        "present" if part >= LARGEST else "absent",
        Text(nb=f"{name} har {w['nb']} av innbyggerne", nn=f"{name} har {w['nn']} av innbyggjarane", en=f"{name} has {w['en']} of the inhabitants"),
    )


def _few(seen: Seen, cooperation: str, _: Any) -> Signal:
    members = seen.members.get(cooperation, ())
    if seen.reach is None or not members:
        return UNKNOWN
    outside = seen.reach[seen.reach["from_code"].isin(list(members)) & ~seen.reach["to_code"].isin(list(members))]
    known = set(seen.edition["travel"]["from_code"])
    counts = {code: int(outside["from_code"].eq(code).sum()) for code in members if code in known}
    if len(counts) < len(members):
        return UNKNOWN
    least = min(counts, key=lambda code: counts[code])
    name, n = seen.names.get(least, least), counts[least]
    return Signal(
        "present" if n < FEW else "absent",
        Text(
            nb=f"{name} når {n} kommuner utenfor på 60 minutter",
            nn=f"{name} når {n} kommunar utanfor på 60 minutt",
            en=f"{name} reaches {n} municipalities outside within 60 minutes",
        ),
    )


def _indirect(seen: Seen, cooperation: str, row: Any) -> Signal:
    own = seen.agreements.get(cooperation)
    model = row.model if isinstance(row.model, str) else own[-1].basis if own else None
    known = law.models().get(model or "")
    if known is None or not known.independence:
        return UNKNOWN
    value = int(known.independence[0].value)
    return Signal(
        "present" if value >= INDIRECT else "absent",
        Text(**{language: f"{known.label[language]}: {value}/5" for language in LANGUAGES}),
    )


_READ: Mapping[str, Callable[[Seen, str, Any], Signal]] = {
    "skewed_use": _skewed,
    "contested_key": _contested,
    "dissatisfied_answers": _dissatisfied,
    "no_dispute_clause": _no_clause,
    "short_experience": _young,
    "unequal_dependence": _unequal,
    "few_alternatives": _few,
    "indirect_control": _indirect,
}


def explanations(seen: Seen) -> pd.DataFrame:
    """Lay the note's explanations of low conflict beside what the data say of them."""
    cooperation = seen.edition["cooperation"]
    ages = [(seen.today - DateInterval.parse(str(one)).first).days / 365.25 for one in cooperation["valid_from"] if isinstance(one, str) and one]
    old = sum(age >= YOUNG_YEARS for age in ages)
    ties = sum(len(own) for own in seen.members.values()) / max(1, len({code for own in seen.members.values() for code in own}))
    t = {language: number(ties, language, 1) for language in LANGUAGES}
    told = Text(nb="dataene sier ikke noe om det", nn="dataa seier ikkje noko om det", en="the data say nothing of it")
    survey = told
    if "survey" in seen.edition:
        answers = seen.edition["survey"]
        meant = answers[answers["item"].eq("works_well") & answers["answer"].isin(["fully_agree", "agree", "neither", "disagree", "fully_disagree"])]
        if len(meant):
            yes = int(meant["answer"].isin(["fully_agree", "agree"]).sum())
            w = {language: percent(yes / len(meant), language) for language in LANGUAGES}
            survey = Text(
                nb=f"{yes} av {len(meant)} svar med en mening ({w['nb']}, uten vekter) sier at det fungerer bra",
                nn=f"{yes} av {len(meant)} svar med ei meining ({w['nn']}, utan vekter) seier at det fungerer bra",
                en=f"{yes} of {len(meant)} answers with an opinion ({w['en']}, unweighted) say that it works well",
            )
    funded = seen.today < date(2016, 1, 1)
    rows = [
        ("experience", Text(nb=f"{old} av {len(ages)} samarbeid med kjent start er to år eller eldre; en kommune er i {t['nb']} samarbeid i snitt", nn=f"{old} av {len(ages)} samarbeid med kjend start er to år eller eldre; ein kommune er i {t['nn']} samarbeid i snitt", en=f"{old} of {len(ages)} cooperations of known beginning are two years old or more; a municipality is in {t['en']} cooperations on average")),
        ("benefit", survey),
        ("dependence", Text(nb="se ulik avhengighet og få alternativer: den som ikke har andre å gå til, kan la være å si fra", nn="sjå ulik avhengigheit og få alternativ: den som ikkje har andre å gå til, kan la vere å seie frå", en="see unequal dependence and few alternatives: who has nobody else to turn to may not speak up")),
        ("room_for_manoeuvre", told),
        ("state_funding", Text(nb="ø-hjelp var fullt statsfinansiert til 2016 (notatet, kap. 7.3; ikke kontrollert)" + (": gjelder her" if funded else ": gjelder ikke lenger"), nn="ø-hjelp var fullt statsfinansiert til 2016 (notatet, kap. 7.3; ikkje kontrollert)" + (": gjeld her" if funded else ": gjeld ikkje lenger"), en="acute beds were fully state funded until 2016 (the note, ch. 7.3; not checked)" + (": holds here" if funded else ": holds no more"))),
        ("selection", Text(nb="bare samarbeid som ble noe av, er med; de som strandet på uenighet, ses ikke", nn="berre samarbeid som vart noko av, er med; dei som stranda på usemje, er ikkje å sjå", en="only cooperations that came about are here; those that failed for disagreement are not seen")),
    ]  # fmt: skip
    return pd.DataFrame(
        [(name, *(text[language] for language in LANGUAGES)) for name, text in rows],
        columns=["explanation", *(f"rests_on_{language}" for language in LANGUAGES)],
    )


def _gaps(by_signal: pd.DataFrame) -> tuple[Missing, ...]:
    found = []
    for row in by_signal[by_signal["unknown"] > 0].itertuples():
        label = value_label("signal", str(row.signal))
        of = int(row.there) + int(row.not_there) + int(row.unknown)  # type: ignore[arg-type]
        why = Text(
            nb=f"«{label.nb}» kan ikke sies om {row.unknown} av {of} samarbeid.",
            nn=f"«{label.nn}» kan ikkje seiast om {row.unknown} av {of} samarbeid.",
            en=f"`{label.en}` cannot be told of {row.unknown} of {of} cooperations.",
        )
        found.append(Missing("conflict", (), why))
    return tuple(found)


def _statement(by_signal: pd.DataFrame, count: int) -> Text:
    known = by_signal.assign(known=by_signal["there"] + by_signal["not_there"])
    told = known[known["known"] > 0]
    if told.empty:
        return Text(nb="Ingen tegn kan leses av disse dataene.", nn="Ingen teikn kan lesast av desse dataa.", en="No signal can be read from these data.")
    w = {
        language: "; ".join(f"{value_label('signal', str(row.signal))[language]} {row.there}/{row.known}" for row in told.itertuples())
        for language in LANGUAGES
    }
    return Text(
        nb=f"Av {count} samarbeid (tegnet er der / kan sies): {w['nb']}.",
        nn=f"Av {count} samarbeid (teiknet er der / kan seiast): {w['nn']}.",
        en=f"Of {count} cooperations (the signal is there / can be told): {w['en']}.",
    )
