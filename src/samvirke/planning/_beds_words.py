"""What is said of beds: the question, the method, and the sentences that answer."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from samvirke.vocabulary.language import EMPTY, LANGUAGES, Language, Text, number, percent, same

QUESTION = Text(
    nb="Hvor mange senger trengs hver for seg og sammen, og hvor ofte er alle opptatt?",
    nn="Kor mange senger trengst kvar for seg og saman, og kor ofte er alle opptekne?",
    en="How many beds are needed apart and together, and how often are all of them taken?",
)
METHOD = Text(
    nb="Erlangs tapsformel (Erlang B): pasienter kommer uavhengig av hverandre i jevn takt, og den som kommer når alle senger er opptatt, behandles et annet sted. Avvist er andelen av pasientene som det skjer med. Belastning er innleggelser per døgn ganger middelstid i døgn; en finansiert plass er noe annet. Sammen betyr at alle senger står åpne for alle parter.",
    nn="Erlangs tapsformel (Erlang B): pasientar kjem uavhengig av kvarandre i jamn takt, og den som kjem når alle senger er opptekne, blir behandla ein annan stad. Avvist er delen av pasientane som det skjer med. Belastning er innleggingar per døgn gonger middeltid i døgn; ein finansiert plass er noko anna. Saman tyder at alle senger står opne for alle partar.",
    en="Erlang's loss formula (Erlang B): patients come independently at a steady rate, and one who comes when all beds are taken is treated elsewhere. Refused is the share of patients that this happens to. The load is admissions per day times mean stay in days; a funded place is another thing. Together means that all beds are open to all parties.",
)


def not_in_the_model() -> Text:
    """Say what the formula leaves out."""
    return Text(
        nb="Ikke med: at pasienter venter på en seng, at flere kommer på én gang (utbrudd, ulykker), og at reisevei hindrer bruk av senger",
        nn="Ikkje med: at pasientar ventar på ei seng, at fleire kjem på éin gong (utbrot, ulykker), og at reiseveg hindrar bruk av senger",
        en="Not in the model: patients who wait for a bed, several who come at once (outbreaks, accidents), and distance that keeps people from shared beds",
    )


def method_more(supporting: Mapping[str, pd.DataFrame], drawn: bool) -> Text:  # noqa: FBT001
    """Say how what was asked besides was made."""
    told = EMPTY
    if drawn:
        told += Text(
            nb="Intervallene (95 %) for senger er over trekninger av ratene, uavhengig for hver kommune.",
            nn="Intervalla (95 %) for senger er over trekningar av ratane, uavhengig for kvar kommune.",
            en="The intervals (95%) of beds are over draws of the rates, independent for each municipality.",
        )
    if "funded_places" in supporting:
        told += Text(
            nb="En brøkdel av en seng leses som en seng som er bemannet den delen av dagene, i sammenhengende perioder; tallet mellom hele senger (Jagerman 1974) er en interpolasjon og gjelder ingen avdeling.",
            nn="Ein brøkdel av ei seng er lesen som ei seng som er bemanna den delen av dagane, i samanhengande periodar; talet mellom heile senger (Jagerman 1974) er ein interpolasjon og gjeld inga avdeling.",
            en="A fraction of a bed is read as a bed that is staffed that share of the days, in long stretches; the number between whole beds (Jagerman, 1974) is an interpolation and holds for no ward.",
        )
    if "beds_simulated" in supporting:
        told += Text(
            nb="Der behovet varierer over uken og året, er et år spilt gjennom pasient for pasient (ciw), mange ganger; intervallet er over gangene.",
            nn="Der behovet varierer over veka og året, er eit år spelt gjennom pasient for pasient (ciw), mange gonger; intervallet er over gongene.",
            en="Where demand varies over the week and the year, a year is played through patient by patient (ciw), many times; the interval is over these runs.",
        )
    return told


def statement(table: pd.DataFrame, supporting: Mapping[str, pd.DataFrame], limit: float, parties: pd.DataFrame, names: Mapping[str, str]) -> Text:
    """Answer in sentences, from the tables."""
    said = _needed(table, limit, single=len(parties) == 1)
    if len(parties) > len(table):
        said += _smallest(parties)
    if "beds_kept" in supporting and len(parties) > 1:
        said += _kept(supporting["beds_kept"], names)
    if "funded_places" in supporting:
        said += _funded(supporting["funded_places"].iloc[0], names)
    if "beds_simulated" in supporting:
        said += _simulated(supporting["beds_simulated"], limit)
    return said


def refused(share: float, language: Language) -> str:
    """Write a share refused with the decimals that small ones need.

    Examples
    --------
    >>> refused(0.375, "en"), refused(0.05, "en"), refused(0.0198, "en"), refused(0.00015, "en"), refused(0.0, "en")
    ('37.5%', '5%', '2.0%', '0.015%', '0%')
    """
    decimals = 1 if share >= 0.01 else 2 if share >= 0.001 else 3
    return percent(share, language, 0 if share <= 0 or abs(share * 100 - round(share * 100)) < 1e-9 else decimals)


def _needed(table: pd.DataFrame, limit: float, *, single: bool) -> Text:
    apart, pooled = int(table["beds_apart"].sum()), int(table["beds_pooled"].sum())
    most = {one: refused(limit, one) for one in LANGUAGES}
    low, high = (int(table[f"beds_pooled_{end}"].sum()) if table[f"beds_pooled_{end}"].notna().all() else None for end in ("low", "high"))
    between = EMPTY
    if low is not None:
        same_in_all = f" ({low}–{high})"
        between = same(same_in_all)
    groups = len(table)
    of = same("") if groups == 1 else Text(nb=f" i {groups} samarbeid", nn=f" i {groups} samarbeid", en=f" in {groups} cooperations")
    ranged = (
        Text(
            nb=" Tallene i parentes er 95 % intervall.", nn=" Tala i parentes er 95 % intervall.", en=" Numbers in brackets are the 95% interval."
        )
        if low is not None
        else EMPTY
    )  # fmt: skip
    if single:
        return Text(
            nb=f"For at høyst {most['nb']} av pasientene skal bli avvist, trengs {number(apart, 'nb')}{between.nb} {'seng' if apart == 1 else 'senger'}.{ranged.nb}",
            nn=f"For at høgst {most['nn']} av pasientane skal bli avviste, trengst {number(apart, 'nn')}{between.nn} {'seng' if apart == 1 else 'senger'}.{ranged.nn}",
            en=f"For at most {most['en']} of the patients to be refused, {number(apart, 'en')}{between.en} {'bed is' if apart == 1 else 'beds are'} needed.{ranged.en}",
        )
    return Text(
        nb=f"For at høyst {most['nb']} av pasientene skal bli avvist, trengs {number(apart, 'nb')} {'seng' if apart == 1 else 'senger'} hver for seg og {number(pooled, 'nb')}{between.nb} sammen{of.nb}.{ranged.nb}",
        nn=f"For at høgst {most['nn']} av pasientane skal bli avviste, trengst {number(apart, 'nn')} {'seng' if apart == 1 else 'senger'} kvar for seg og {number(pooled, 'nn')}{between.nn} saman{of.nn}.{ranged.nn}",
        en=f"For at most {most['en']} of the patients to be refused, {number(apart, 'en')} {'bed is' if apart == 1 else 'beds are'} needed apart and {number(pooled, 'en')}{between.en} together{of.en}.{ranged.en}",
    )


def _smallest(parties: pd.DataFrame) -> Text:
    small = float(parties["load"].min())
    load = {one: number(small, one, 2) for one in LANGUAGES}
    return Text(
        nb=f"Den minste parten fyller i snitt {load['nb']} seng.",
        nn=f"Den minste parten fyller i snitt {load['nn']} seng.",
        en=f"The smallest party fills {load['en']} of a bed on average.",
    ) if 0 < small < 1 else EMPTY  # fmt: skip


def _kept(frame: pd.DataFrame, names: Mapping[str, str]) -> Text:
    total = frame.iloc[-1]
    own = frame.iloc[:-1]
    before, after = ({one: refused(float(total[name]), one) for one in LANGUAGES} for name in ("refusal_alone", "refusal_together"))
    said = Text(
        nb=f"Beholder partene alle sengene de har og deler dem, går andelen avviste i snitt fra {before['nb']} til {after['nb']}.",
        nn=f"Held partane på alle sengene dei har og deler dei, går delen avviste i snitt frå {before['nn']} til {after['nn']}.",
        en=f"If the parties keep all the beds they have and share them, the mean share refused goes from {before['en']} to {after['en']}.",
    )
    worse = own[own["refusal_change"] > 1e-12].sort_values("refusal_change", ascending=False)
    if worse.empty:
        return said
    first = worse.iloc[0]
    who = names.get(str(first["party"]), str(first["party"]))
    alone, together = ({one: refused(float(first[name]), one) for one in LANGUAGES} for name in ("refusal_alone", "refusal_together"))
    return said + Text(
        nb=f"{len(worse)} av {len(own)} parter får det verre; mest {who if who in names.values() else f'part {who}'}, fra {alone['nb']} til {together['nb']}.",
        nn=f"{len(worse)} av {len(own)} partar får det verre; mest {who if who in names.values() else f'part {who}'}, frå {alone['nn']} til {together['nn']}.",
        en=f"{len(worse)} of {len(own)} parties {'is' if len(worse) == 1 else 'are'} worse off; most {who if who in names.values() else f'party {who}'}, from {alone['en']} to {together['en']}.",
    )


def _funded(row: pd.Series, names: Mapping[str, str]) -> Text:
    who = names.get(str(row["party"]), str(row["party"]))
    w = {
        one: {
            "capacity": number(row["capacity"], one, 2 if round(row["capacity"] * 10) != row["capacity"] * 10 else 1),
            "below": refused(row["refusal_below"], one),
            "above": refused(row["refusal_above"], one),
            "funded": number(row["bed_days_funded"], one),
            "used": number(row["bed_days_used_above"], one),
        }
        for one in LANGUAGES
    }
    below, above = int(row["beds_below"]), int(row["beds_above"])
    return Text(
        nb=f"{w['nb']['capacity']} finansiert plass (part {who}) er ingen del av en seng: med {below} hele senger avvises {w['nb']['below']}, med {above} {w['nb']['above']}. Plassen betaler {w['nb']['funded']} sengedøgn i året; med {above} {'seng' if above == 1 else 'senger'} brukes {w['nb']['used']}.",
        nn=f"{w['nn']['capacity']} finansiert plass (part {who}) er ingen del av ei seng: med {below} heile senger blir {w['nn']['below']} avviste, med {above} {w['nn']['above']}. Plassen betaler {w['nn']['funded']} sengedøgn i året; med {above} {'seng' if above == 1 else 'senger'} blir {w['nn']['used']} brukte.",
        en=f"{w['en']['capacity']} funded places (party {who}) are no part of a bed: with {below} whole beds {w['en']['below']} are refused, with {above} {w['en']['above']}. The places pay for {w['en']['funded']} bed days a year; with {above} {'bed' if above == 1 else 'beds'} {w['en']['used']} are used.",
    )


def _simulated(frame: pd.DataFrame, limit: float) -> Text:
    row = frame.iloc[-1] if frame.iloc[-1]["party"] == "all" else frame.sort_values("refusal_simulated", ascending=False, kind="stable").iloc[0]
    steady, beds = int(row["beds_steady"]), row["beds_simulated"]
    w = {
        one: [refused(float(row[name]), one) for name in ("refusal_simulated", "refusal_simulated_low", "refusal_simulated_high", "refusal_steady")]
        for one in LANGUAGES
    }
    which = EMPTY if row["party"] == "all" else same(f" ({row['party']})")
    said = Text(
        nb=f"Med svingninger i behovet avvises {w['nb'][0]} (95 % intervall {w['nb'][1]}–{w['nb'][2]}) i {steady} senger{which.nb}, mot {w['nb'][3]} ved jevnt behov",
        nn=f"Med svingingar i behovet blir {w['nn'][0]} avviste (95 % intervall {w['nn'][1]}–{w['nn'][2]}) i {steady} senger{which.nn}, mot {w['nn'][3]} ved jamt behov",
        en=f"With demand that varies, {w['en'][0]} are refused (95% interval {w['en'][1]} to {w['en'][2]}) in {steady} beds{which.en}, against {w['en'][3]} at a steady rate",
    )
    most = {one: refused(limit, one) for one in LANGUAGES}
    if pd.isna(beds):
        more = Text(nb=f"; grensen {most['nb']} nås ikke.", nn=f"; grensa {most['nn']} blir ikkje nådd.", en=f"; the limit of {most['en']} is not reached.")
    elif int(beds) == steady:
        more = same(".")
    else:
        more = Text(nb=f"; {int(beds)} senger holder grensen.", nn=f"; {int(beds)} senger held grensa.", en=f"; {int(beds)} beds keep the limit.")
    return Text(**{one: said[one] + more[one] for one in LANGUAGES})
