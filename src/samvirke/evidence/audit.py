"""Hold every number that a text prints against the data, under its own rules and under every other reasonable one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.evidence.collection import replies
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.membership import CODINGS, Coding, Membership, Rule, hold, membership
from samvirke.measures.register import Identical, copies, is_mechanism, mechanism_class, period, register
from samvirke.vocabulary.dates import DateInterval
from samvirke.vocabulary.labels import value_label
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Language, Text, day, listing, number

CUT_YEARS = range(2005, 2015)
ABOUT = 0.05
"""How far, as a share of it, a number printed as *about* may be from the counted one."""

_OF = Text(nb="av", nn="av", en="of")

QUESTION = Text(nb="Stemmer de trykte tallene med dataene?", nn="Stemmer dei prenta tala med dataa?", en="Do the printed numbers agree with the data?")
METHOD = Text(
    nb="Hvert trykte tall telles på nytt etter standardregler, som er slik vi forstår teksten: like avtaler etter X-merket, skillet på den dagen teksten selv deler ved, udaterte for seg, og hver tvisteløsning én gang (domstol eller voldgift på noe trinn, ellers nemnd, ellers forhandlinger); en henvisning bare til loven er ingen mekanisme. En kommune har svart når den selv sendte en avtale eller sa nei. Deretter endres én regel om gangen: et annet skille (2005–2014), udaterte regnet som før, som etter eller som uten mekanisme, lik koding i stedet for X, bare første eller siste trinn. Bare regler som kan endre tallet, vises. For tall om hvem som samarbeider, er standardregelen alle samarbeid og minst én felles partner. Flere endringer samtidig er ikke prøvd: da vil nesten ethvert tall kunne treffes. «Omtrent» er innen 5 %.",
    nn="Kvart prenta tal blir talt på nytt etter standardreglar, som er slik vi forstår teksten: like avtalar etter X-merket, skiljet på den dagen teksten sjølv deler ved, udaterte for seg, og kvar tvisteløysing éin gong (domstol eller valdgift på noko steg, elles nemnd, elles forhandlingar); ei tilvising berre til lova er ingen mekanisme. Ein kommune har svara når han sjølv sende ein avtale eller sa nei. Deretter blir éin regel endra om gongen: eit anna skilje (2005–2014), udaterte rekna som før, som etter eller som utan mekanisme, lik koding i staden for X, berre fyrste eller siste steg. Berre reglar som kan endre talet, er viste. For tal om kven som samarbeider, er standardregelen alle samarbeid og minst éin felles partnar. Fleire endringar samstundes er ikkje prøvde: då vil nesten kvart tal kunne treffast. «Omtrent» er innanfor 5 %.",
    en="Every printed number is counted again under default rules, which are how we read the text: identical agreements by the X mark, the division at the day at which the text itself divides, undated ones apart, and each dispute clause once (court or arbitration at any step, else a board, else negotiation); a bare reference to the statute is no mechanism. A municipality has replied when it sent an agreement itself or said no. Then one rule is changed at a time: another division (2005 to 2014), undated ones counted as before, as after or as without a mechanism, equal coding instead of X, first or last step only. Only rules that can change the number are shown. For numbers of who cooperates, the default is any cooperation and at least one partner in common. Several changes at once are not tried: almost any number could then be met. 'About' means within 5%.",
)


@dataclass(frozen=True)
class CountingRule:
    """How agreements are counted: one choice for each thing that the text leaves open."""

    id: str = "default"
    cut: date | None = None
    undated: Literal["apart", "before", "after", "without_mechanism"] = "apart"
    identical: Identical = "mark"
    reading: Literal["once", "first", "last"] = "once"
    coding: Coding = "any"
    overlap: Rule = "any"


def rules_for(counted: str, conditions: Mapping[str, str], cut: date | None) -> tuple[CountingRule, ...]:
    """Return the default rule and the others that can change a count, one choice changed at a time.

    Parameters
    ----------
    counted : str
        What is counted.
    conditions : Mapping[str, str]
        The columns that the claim counts by, with their values.
    cut : datetime.date or None
        The day that the text itself divides at.
    """
    default = CountingRule(cut=cut)
    found = [default]
    if counted == "participant":
        return (default, *(replace(default, id=f"coding_{coding}", coding=coding) for coding in CODINGS if coding not in ("any", "most_extensive")))
    if counted == "overlap":
        rules: tuple[Rule, ...] = ("all", "same")
        most: Coding = "most_extensive"
        return (default, *(replace(default, id=f"overlap_{rule}", overlap=rule) for rule in rules), replace(default, id=f"coding_{most}", coding=most))
    if counted != "agreement":
        return (default,)
    dated = conditions.get("period") in ("before", "after")
    if dated and cut is not None:
        found += [replace(default, id=f"cut_{year}", cut=date(year, 1, 1)) for year in CUT_YEARS if date(year, 1, 1) != cut]
    if "period" in conditions and cut is not None:
        found += [replace(default, id="undated_before", undated="before"), replace(default, id="undated_after", undated="after")]
    if conditions.keys() & {"mechanism", "has_mechanism", "courts"} and not dated:
        found.append(replace(default, id="undated_without_mechanism", undated="without_mechanism"))
    found.append(replace(default, id="equal_cells", identical="cells"))
    if conditions.keys() & {"mechanism", "courts"}:
        found += [replace(default, id="first_step", reading="first"), replace(default, id="last_step", reading="last")]
    return tuple(found)


def countable(edition: Edition, counted: str, rule: CountingRule, where: Mapping[str, str]) -> pd.DataFrame | None:
    """Return the rows that a claim counts, with the columns that it may count by; None when the edition has none."""
    if counted == "participant" and "service" in where:
        return _participants(edition, where["service"], rule)
    if counted == "overlap" and {"first", "second"} <= where.keys():
        return _overlaps(edition, where["first"], where["second"], rule)
    if counted == "agreement":
        return _agreements(edition, rule) if "agreement" in edition else None
    if counted == "submission":
        return copies(edition) if "submission" in edition and "agreement" in edition else None
    if counted == "municipality" and "collection" in edition:
        asked = replies(edition)
        return asked.assign(replied=_yes(asked["replied"]), agreement_known=_yes(asked["known"]))
    return edition["case"] if counted == "case" and "case" in edition else None


def _held(edition: Edition, *services: str) -> Membership | None:
    """Return the memberships of an edition that has cooperations on every service named; without a list of them nothing is counted."""
    data = membership(edition)
    parts = {part for service in services for part in service.split("+")}
    return data if parts <= set(data.services) else None


def _participants(edition: Edition, service: str, rule: CountingRule) -> pd.DataFrame | None:
    data = _held(edition, service)
    if data is None:
        return None
    taking_part = pd.Series(data.partners(service, rule.coding).has[~data.unspoken(service)])
    return pd.DataFrame({"service": service, "participates": _yes(taking_part)})


def _overlaps(edition: Edition, first: str, second: str, rule: CountingRule) -> pd.DataFrame | None:
    data = _held(edition, first, second)
    if data is None:
        return None
    held = hold(data.partners(first, rule.coding), data.partners(second, rule.coding))
    overlapping = pd.Series(held.overlapping(rule.overlap)[~data.unspoken(first, second)])
    return pd.DataFrame({"first": first, "second": second, "overlaps": _yes(overlapping)})


def _yes(values: pd.Series) -> pd.Series:
    return values.map({True: "yes", False: "no"})


def _agreements(edition: Edition, rule: CountingRule) -> pd.DataFrame:
    found = register(edition, rule.identical)
    periods = found["signed"].map(lambda signed: period(signed, rule.cut or date(1, 1, 1)))
    steps = found["steps"]
    if rule.undated in ("before", "after"):
        periods = periods.replace("undated", rule.undated)
    elif rule.undated == "without_mechanism":
        steps = pd.Series(
            [() if when == "undated" and own is not None else own for own, when in zip(steps, periods, strict=True)], index=found.index, dtype="object"
        )
    mechanism = steps.map(lambda own: mechanism_class(own, rule.reading))
    return found.assign(
        period=periods,
        basis_stated=found["basis"].map(lambda basis: "unknown" if pd.isna(basis) else "no" if basis == "not_specified" else "yes"),
        mechanism=mechanism,
        has_mechanism=mechanism.map(lambda name: {"not_coded": "unknown", "none": "no"}.get(name, "yes")),
        courts=steps.map(lambda own: "yes" if "courts" in _read(own, rule.reading) else "no"),
    )


def _read(steps: tuple[str, ...] | None, reading: str) -> tuple[str, ...]:
    own = tuple(step for step in steps or () if is_mechanism(step))
    return {"once": own, "first": own[:1], "last": own[-1:]}[reading]


def parse_conditions(written: object) -> dict[str, str]:
    """Read ``column=value;column=value``."""
    return dict(part.split("=", 1) for part in written.split(";") if part) if isinstance(written, str) else {}


def _count(rows: pd.DataFrame, conditions: Mapping[str, str]) -> int:
    met = np.ones(len(rows), dtype=bool)
    for column, value in conditions.items():
        met &= (rows[column] == value).to_numpy(dtype=bool)
    return int(met.sum())


def compare(computed: float, comparison: str, printed: float) -> bool:
    """Say whether a counted number is what the text says."""
    if comparison == "about":
        return abs(computed - printed) <= ABOUT * abs(printed)
    return {"eq": abs(computed - printed) < 1e-9, "lt": computed < printed, "gt": computed > printed}[comparison]


def audit(edition: Edition) -> Finding:
    """Hold each claim against the data.

    Returns
    -------
    Finding
        One row per claim and rule: claim, section, comparison, printed, rule, computed, agrees, verdict. The verdict is the
        claim's: agrees (under the default rules), agrees_under_another_rule, agrees_under_none, or not_testable (the data are
        not in the edition). Supporting table `claims`: one row per claim with its text and the rules it agrees under.
    """
    rows, counted = [], _Counted(edition)
    for claim in edition["claim"].to_dict("records"):
        rows += _judge(counted, claim)
    table = pd.DataFrame(rows, columns=["claim", "section", "comparison", "printed", "rule", "computed", "agrees", "verdict"])
    table["agrees"] = table["agrees"].astype("boolean")
    summary = _summary(edition, table)
    verdicts = summary["verdict"].value_counts()
    n = {name: int(verdicts.get(name, 0)) for name in ("agrees", "agrees_under_another_rule", "agrees_under_none", "not_testable")}
    why = Text(
        nb=f"{n['not_testable']} tall bygger på data som ikke er i utgaven.",
        nn=f"{n['not_testable']} tal byggjer på data som ikkje er i utgåva.",
        en=f"{n['not_testable']} numbers rest on data that are not in the edition.",
    )
    return Finding(
        id="audit",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(edition, summary, n),
        headline=_headline(summary, n),
        method=METHOD,
        table=table,
        coverage=Coverage(
            n["agrees"],
            {"claims": len(summary), "testable": len(summary) - n["not_testable"]},
            (Missing("claim", (), why), *_unlisted(summary)) if n["not_testable"] else (),
        ),
        chart=Chart("bars", {"category": "verdict", "value": "count", "of": "of", "counted_in": "claims"}),
        supporting={"claims": summary},
    )


@dataclass(frozen=True)
class _Counted:
    """What can be counted in an edition, each rule's rows made once."""

    edition: Edition
    made: dict[tuple[object, ...], pd.DataFrame | None] = field(default_factory=dict)

    def rows(self, counted: str, rule: CountingRule, where: Mapping[str, str]) -> pd.DataFrame | None:
        key = (counted, replace(rule, id=""), *(where.get(part) for part in ("service", "first", "second") if counted in ("participant", "overlap")))
        if key not in self.made:
            self.made[key] = countable(self.edition, counted, rule, where)
        return self.made[key]


def _judge(source: _Counted, claim: Mapping[Any, Any]) -> list[tuple[object, ...]]:
    """Count one claim under every rule that can change it."""
    start = (claim["id"], claim["section"], claim["comparison"], claim["printed"])
    counted, where, of = str(claim["counted"]), parse_conditions(claim["where"]), parse_conditions(claim["of"])
    cut = DateInterval.parse(claim["cut"]).first if isinstance(claim["cut"], str) else None
    results: list[tuple[str, float | None, bool | None]] = []
    for rule in rules_for(counted, {**of, **where}, cut):
        rows = source.rows(counted, rule, where) if claim["counted"] == claim["counted"] else None
        computed = None if rows is None or ("period" in where and cut is None) else _computed(rows, where, of)
        results.append((rule.id, computed, None if computed is None else compare(computed, str(claim["comparison"]), float(str(claim["printed"])))))
    if results[0][1] is None:
        verdict = "not_testable"
        results = results[:1]
    elif results[0][2]:
        verdict = "agrees"
    else:
        verdict = "agrees_under_another_rule" if any(agrees for _, _, agrees in results) else "agrees_under_none"
    return [(*start, *result, verdict) for result in results]


def _computed(rows: pd.DataFrame, where: Mapping[str, str], of: Mapping[str, str]) -> float | None:
    if not of:
        return float(_count(rows, where))
    whole = _count(rows, of)
    return _count(rows, {**of, **where}) / whole if whole else None


def _part_and_whole(edition: Edition, claim: Mapping[Any, Any]) -> tuple[int | None, int | None]:
    """Return the two counts behind a share under the default rule; none where the claim is no share or cannot be counted."""
    where, of = parse_conditions(claim["where"]), parse_conditions(claim["of"])
    rows = countable(edition, claim["counted"], CountingRule(), where) if of and "period" not in where else None
    return (None, None) if rows is None else (_count(rows, {**of, **where}), _count(rows, of))


def _summary(edition: Edition, table: pd.DataFrame) -> pd.DataFrame:
    claim = edition["claim"].set_index("id")
    rows = []
    for identity, own in table.groupby("claim", sort=False):
        agreeing = list(own.loc[own["agrees"].eq(other=True).to_numpy(dtype=bool, na_value=False), "rule"])
        first = own.iloc[0]
        texts = {f"text_{language}": claim.at[identity, f"claim_{language}" if f"claim_{language}" in claim else "claim"] for language in LANGUAGES}
        part, whole = _part_and_whole(edition, claim.loc[identity].to_dict())
        record = {"section": first["section"], **texts, "printed": first["printed"], "computed": first["computed"], "verdict": first["verdict"]}
        record |= {"rules_that_agree": [] if first["verdict"] == "agrees" else agreeing, "comparison": first["comparison"]}
        record |= {"counted": part, "of": whole, "claim": identity}
        if claim["why"].notna().any():
            record |= {f"why_{language}": claim.at[identity, f"why_{language}" if f"why_{language}" in claim else "why"] for language in LANGUAGES}
        rows.append(record)
    return pd.DataFrame(rows)


def _unlisted(summary: pd.DataFrame) -> tuple[Missing, ...]:
    """Say why numbers cannot be counted, once for each reason."""
    untestable = summary[summary["verdict"] == "not_testable"]
    if "why_nb" not in summary:
        return ()
    found = []
    for _, own in untestable.dropna(subset=["why_nb"]).groupby("why_nb", sort=False):
        rows = own.to_dict("records")
        said = {language: listing([_quoted(row, language) for row in rows], language) + ": " + rows[0][f"why_{language}"] + "." for language in LANGUAGES}
        found.append(Missing("claim", (), Text(**said)))
    return tuple(found)


def _brief(value: float, language: Language) -> str:
    return number(value, language, 0 if value == int(value) else 2)


def _quoted(row: Mapping[Any, Any], language: Language) -> str:
    opening, closing = "“”" if language == "en" else "«»"
    return f"{opening}{row[f'text_{language}']}{closing}: {_brief(row['printed'], language)}"


def _found(row: Mapping[Any, Any], language: Language) -> str:
    """Write the counted number, a share with its denominator."""
    if pd.isna(row["of"]):
        return _brief(row["computed"], language)
    return f"{row['counted']:g} {_OF[language]} {row['of']:g}, {_brief(row['computed'], language)}"


def _headline(summary: pd.DataFrame, n: Mapping[str, int]) -> Text:
    testable = len(summary) - n["not_testable"]
    return Text(
        nb=f"Av {len(summary)} trykte tall kan {testable} prøves mot utgaven. {n['agrees']} stemmer etter standardreglene, {n['agrees_under_another_rule']} bare når én regel endres, og {n['agrees_under_none']} etter ingen av reglene som er prøvd.",
        nn=f"Av {len(summary)} prenta tal kan {testable} prøvast mot utgåva. {n['agrees']} stemmer etter standardreglane, {n['agrees_under_another_rule']} berre når éin regel blir endra, og {n['agrees_under_none']} etter ingen av reglane som er prøvde.",
        en=f"Of {len(summary)} printed numbers {testable} can be tested against the edition. {n['agrees']} agree under the default rules, {n['agrees_under_another_rule']} only when one rule is changed, and {n['agrees_under_none']} under none of the rules tried.",
    )


def _statement(edition: Edition, summary: pd.DataFrame, n: Mapping[str, int]) -> Text:
    """Say how many agree, which numbers come from which division, and what else must be changed for which number."""
    sentence = _headline(summary, n)
    for (section, cut), own in _divided(edition, summary).groupby(["section", "cut"], sort=True):
        fits = own[own["verdict"] == "agrees"].to_dict("records")
        if fits:
            at, quotes = DateInterval.parse(str(cut)).first, {language: listing([_quoted(row, language) for row in fits], language) for language in LANGUAGES}
            kind = ("avsnitt", "avsnitt", "section") if "." in str(section) else ("kapittel", "kapittel", "chapter")
            sentence += Text(
                nb=f"I {kind[0]} {section} stemmer dette med skillet {day(at, 'nb')}: {quotes['nb']}.",
                nn=f"I {kind[1]} {section} stemmer dette med skiljet {day(at, 'nn')}: {quotes['nn']}.",
                en=f"In {kind[2]} {section} these agree with the division at {day(at, 'en')}: {quotes['en']}.",
            )
    other = summary[summary["verdict"] == "agrees_under_another_rule"].to_dict("records")
    for row in other:
        rules = {language: listing([value_label("rule", rule)[language] for rule in row["rules_that_agree"]], language) for language in LANGUAGES}
        sentence += Text(
            nb=f"{_quoted(row, 'nb')} stemmer bare med {rules['nb']}.",
            nn=f"{_quoted(row, 'nn')} stemmer berre med {rules['nn']}.",
            en=f"{_quoted(row, 'en')} agrees only with {rules['en']}.",
        )
    if len({tuple(row["rules_that_agree"]) for row in other}) > 1:
        sentence += Text(
            nb="Ingen enkelt regel gir alle disse tallene.", nn="Ingen einskild regel gjev alle desse tala.", en="No single rule gives all of these numbers."
        )
    none = summary[summary["verdict"] == "agrees_under_none"].to_dict("records")
    pairs = {language: listing([f"{_quoted(row, language)} ({_found(row, language)})" for row in none], language) for language in LANGUAGES}
    return (
        sentence
        + (
            Text(
                nb=f"Etter ingen av reglene stemmer (talt i parentes): {pairs['nb']}.",
                nn=f"Etter ingen av reglane stemmer (talt i parentes): {pairs['nn']}.",
                en=f"These agree under none of the rules (counted in brackets): {pairs['en']}.",
            )
            if none
            else EMPTY
        )
        + _reasons([*other, *none])
    )


def _reasons(rows: list[dict[Any, Any]]) -> Text:
    """Say why the counted numbers may be others, where the edition tells."""
    sentence = EMPTY
    for row in rows:
        if isinstance(row.get("why_nb"), str):
            sentence += Text(
                nb=f"Om {_brief(row['printed'], 'nb')}: {row['why_nb']}.",
                nn=f"Om {_brief(row['printed'], 'nn')}: {row['why_nn']}.",
                en=f"On {_brief(row['printed'], 'en')}: {row['why_en']}.",
            )
    return sentence


def _divided(edition: Edition, summary: pd.DataFrame) -> pd.DataFrame:
    """Return the claims that count by period, with the day they divide at."""
    claim = edition["claim"]
    by_period = claim[claim["where"].fillna("").str.contains(r"period=(?:before|after)") & claim["cut"].notna()]
    return summary.merge(by_period[["id", "cut"]], left_on="claim", right_on="id")
