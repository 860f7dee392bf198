"""Who applied for grants alone, as host or as participant, what size has to say, and which applications build on earlier cooperation."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.evidence._odds import odds
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.statistics import share
from samvirke.vocabulary.dates import DateInterval
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Text, number, percent, probability

By = Literal["none", "county", "centrality"]
ROLES = ("alone", "host", "participant")
QUESTION = Text(
    nb="Hvem søkte om tilskudd, alene eller sammen?",
    nn="Kven søkte om tilskot, åleine eller saman?",
    en="Who applied for grants, alone or together?",
)
METHOD = Text(
    nb="Hver kommune telles én gang for hver tjeneste og hvert år; andelen i samarbeid er verter og deltakere av alle som søkte. Verten er den som sendte søknaden, ikke nødvendigvis vert etter loven. Oddsene er fra to logistiske modeller over alle kommuner med kjent folketall: alene eller vert mot ikke, og deltaker mot ikke, i alle søknadsårene til sammen, etter logaritmen av folketallet (oddsforhold for hver dobling) og eventuelt gruppe (mot den største). Firths metode brukes der gruppene er helt skilt; intervallene er av profil-likelihood og p av likelihoodkvoten. Kommuner i samme søknad er ikke uavhengige, så intervallene er for smale. Plasser og beløp er per 1000 innbyggere i alle kommunene søknaden gjelder, etter siste folketall ikke etter søknadsåret. En søknad bygger på tidligere samarbeid når verten og partneren var i samme samarbeid, i en hvilken som helst tjeneste, før søknadsåret; er tidspunktet ukjent, står paret for seg.",
    nn="Kvar kommune tel éin gong for kvar teneste og kvart år; delen i samarbeid er vertar og deltakarar av alle som søkte. Verten er den som sende søknaden, ikkje nødvendigvis vert etter lova. Oddsa er frå to logistiske modellar over alle kommunar med kjent folketal: åleine eller vert mot ikkje, og deltakar mot ikkje, i alle søknadsåra til saman, etter logaritmen av folketalet (oddsforhold for kvar dobling) og eventuelt gruppe (mot den største). Firths metode er brukt der gruppene er heilt skilde; intervalla er av profil-likelihood og p av likelihoodkvoten. Kommunar i same søknad er ikkje uavhengige, så intervalla er for smale. Plassar og beløp er per 1000 innbyggjarar i alle kommunane søknaden gjeld, etter siste folketal ikkje etter søknadsåret. Ein søknad byggjer på tidlegare samarbeid når verten og partnaren var i same samarbeid, i ei kva som helst teneste, før søknadsåret; er tidspunktet ukjent, står paret for seg.",
    en="Each municipality counts once for each service and year; the share in cooperation is hosts and participants of all that applied. The host is who sent the application, not necessarily the legal host. The odds come from two logistic models over all municipalities of known population: alone or host against not, and participant against not, in all years of application together, by the logarithm of population (odds ratio for each doubling) and a grouping if asked (against the largest). Firth's method is used where groups are separated; intervals are of the profile likelihood and p of the likelihood ratio. Municipalities of one application are not independent, so the intervals are too narrow. Places and amounts are per 1,000 inhabitants of all municipalities of the application, by the latest population not after its year. An application builds on earlier cooperation where host and partner shared a cooperation, in any service, before its year; where the time is unknown the pair stands apart.",
)


def applications(edition: Edition, *, by: By = "none") -> Finding:
    """Count applications by role and year, estimate the odds of the roles, and see which build on earlier cooperation.

    Parameters
    ----------
    edition : Edition
        With the tables application, figure and member.
    by : {"none", "county", "centrality"}
        A grouping in the models beside population.

    Returns
    -------
    Finding
        Columns service, year, role, municipalities, of (all that applied that year), share, share_low, share_high, places, amount, residents (of the municipalities that applications
        with places are for), places_per_1000, amount_per_1000. Supporting tables `by_year`: service, year, municipalities, in_cooperation, share,
        share_low, share_high; `odds`: service, outcome (alone_or_host, participant), term, odds_ratio, odds_ratio_low, odds_ratio_high, p_value,
        municipalities, events, estimated_by; `built_on`: service, year, municipality (the host), name, partners_number, tied_before, tied_undated.
    """
    given = edition["application"].dropna(subset=["role"]).copy()
    given["year"] = given["year"].astype(int)
    people = _people(edition)
    rows, totals = [], []
    for (service, year), own in given.groupby(["service", "year"]):
        joint = own["role"].isin(["host", "participant"])
        totals.append((service, year, len(own), int(joint.sum()), *_share(int(joint.sum()), len(own))))
        rows += [(service, year, role, *_role(own[own["role"].eq(role)], len(own), people)) for role in ROLES]
    columns = [
        "service",
        "year",
        "role",
        "municipalities",
        "of",
        "share",
        "share_low",
        "share_high",
        "places",
        "amount",
        "residents",
        "places_per_1000",
        "amount_per_1000",
    ]
    table = pd.DataFrame(rows, columns=columns)
    by_year = pd.DataFrame(totals, columns=["service", "year", "municipalities", "in_cooperation", "share", "share_low", "share_high"])
    estimated, unknown = _odds(edition, given, people, by)
    inside = int(estimated["municipalities"].max()) if len(estimated) else 0
    built = _built_on(edition, given)
    return Finding(
        id="applications",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(by_year, estimated, built),
        method=METHOD,
        table=table,
        coverage=Coverage(
            int(by_year["in_cooperation"].sum()),
            {"applications": len(given), "municipalities": inside + len(unknown), "in_model": inside},
            _gaps(edition, given, unknown),
        ),
        chart=Chart("bars", {"category": "role", "value": "municipalities", "of": "of", "panel": "year"})
        if given["service"].nunique() == 1
        else Chart("table"),
        supporting={name: frame for name, frame in (("by_year", by_year), ("odds", estimated), ("built_on", built)) if len(frame)},
        options={"by": by},
    )


def _share(count: int, of: int) -> tuple[float | None, float | None, float | None]:
    found = share(count, of)
    return found.estimate, found.low, found.high


def _people(edition: Edition) -> pd.DataFrame:
    """Return populations by municipality and year, in the order of years."""
    if "figure" not in edition:
        return pd.DataFrame({"municipality": pd.Series(dtype="str"), "year": pd.Series(dtype="int64"), "value": pd.Series(dtype="float64")})
    figure = edition["figure"]
    own = figure.loc[figure["figure"].eq("population"), ["municipality", "year", "value"]].dropna()
    return own.astype({"year": "int64", "value": "float64"}).sort_values("year")


def _in_year(people: pd.DataFrame, year: int) -> dict[str, float]:
    own = people[people["year"].le(year)]
    return {str(code): float(value) for code, value in zip(own["municipality"], own["value"], strict=True)}


def _partners(row: Any) -> tuple[str, ...]:
    return tuple(one for one in str(row.partners).split(";") if one) if isinstance(row.partners, str) else ()


def _role(own: pd.DataFrame, applied: int, people: pd.DataFrame) -> tuple[object, ...]:
    """Return counts, share, places and amounts of a role in a year."""
    counts = (len(own), applied, *_share(len(own), applied))
    places = own["places"].sum(min_count=1) if own["places"].notna().any() else np.nan
    amount = own["amount"].sum(min_count=1) if own["amount"].notna().any() else np.nan
    residents, known = 0.0, True
    for row in own[own["places"].notna() | own["amount"].notna()].itertuples():
        own_people = _in_year(people, int(row.year))  # type: ignore[arg-type]
        parts = [own_people.get(code, np.nan) for code in (str(row.municipality), *_partners(row))]
        residents += float(np.sum(parts))
        known = known and bool(np.isfinite(parts).all())
    if not known or residents == 0:
        return (*counts, places, amount, np.nan, np.nan, np.nan)
    return (*counts, places, amount, residents, places / residents * 1000, amount / residents * 1000)


def _odds(edition: Edition, given: pd.DataFrame, people: pd.DataFrame, by: By) -> tuple[pd.DataFrame, list[str]]:
    """Estimate both models for each service; return the municipalities that are outside them too."""
    rows = []
    groups = _groups(edition, by)
    unknown: set[str] = set()
    for service, own in given.groupby("service"):
        size, codes = _in_year(people, int(own["year"].min())), existing(edition, int(own["year"].min()))
        inside = [code for code in codes if size.get(code, 0) > 0 and (by == "none" or code in groups)]
        unknown |= set(codes) - set(inside)
        terms = {"population_doubled": np.log2([size[code] for code in inside])}
        if by != "none" and inside:
            of = pd.Series([groups[code] for code in inside])
            terms |= {f"{by}: {level}": (of == level).to_numpy(dtype=float) for level in of.value_counts().index[1:]}
        for outcome, roles in (("alone_or_host", ("alone", "host")), ("participant", ("participant",))):
            happened = np.isin(inside, own.loc[own["role"].isin(roles), "municipality"].astype(str).unique())
            counts = (len(inside), int(happened.sum()))
            rows += [(service, outcome, one.term, one.ratio, one.low, one.high, one.p_value, *counts, one.method) for one in odds(happened, terms)]
    columns = ["service", "outcome", "term", "odds_ratio", "odds_ratio_low", "odds_ratio_high", "p_value", "municipalities", "events", "estimated_by"]
    return pd.DataFrame(rows, columns=columns), sorted(unknown)


def existing(edition: Edition, year: int) -> list[str]:
    """Return the municipalities that there were in a year, also those that have merged since; one without dates was always there."""
    rows = (edition.whole or edition)["municipality"]
    began, ended = (rows[name].astype("str").str[:4] for name in ("valid_from", "valid_to"))
    there = ~(began.str.isdigit() & (began > str(year))) & ~(ended.str.isdigit() & (ended <= str(year)))
    return sorted(rows.loc[there.fillna(value=True), "code"].astype(str).unique())


def _groups(edition: Edition, by: By) -> dict[str, str]:
    if by == "county" and "county" in edition["municipality"]:
        own = edition["municipality"].dropna(subset=["county"])
        return dict(zip(own["code"].astype(str), own["county"].astype(str), strict=True))
    if by == "centrality" and "grouping" in edition:
        own = edition["grouping"][edition["grouping"]["kind"].eq("centrality")]
        return dict(zip(own["municipality"].astype(str), own["name"].fillna(own["code"]).astype(str), strict=True))
    return {}


def _built_on(edition: Edition, given: pd.DataFrame) -> pd.DataFrame:
    """Say of each joint application how many of its partners the host cooperated with before."""
    began = {str(one.id): None if not isinstance(one.valid_from, str) else DateInterval.parse(one.valid_from) for one in edition["cooperation"].itertuples()}
    circles = {str(code): set(rows) for code, rows in edition["member"].groupby("municipality")["cooperation"]}
    names = edition.names()
    rows = []
    for row in given[given["role"].eq("host")].sort_values(["service", "year", "municipality"]).itertuples():
        host, partners = str(row.municipality), _partners(row)
        before = undated = 0
        for partner in partners:
            times = [began.get(str(one)) for one in circles.get(host, set()) & circles.get(partner, set())]
            if any(time is not None and time.last.year < int(row.year) for time in times):  # type: ignore[arg-type]
                before += 1
            elif any(time is None for time in times):
                undated += 1
        if partners:
            rows.append((row.service, row.year, host, names.get(host, host), len(partners), before, undated))
    return pd.DataFrame(rows, columns=["service", "year", "municipality", "name", "partners_number", "tied_before", "tied_undated"])


def _gaps(edition: Edition, given: pd.DataFrame, unknown: list[str]) -> tuple[Missing, ...]:
    found = []
    if unknown:
        why = Text(
            nb="Folketall eller gruppe er ukjent; utenfor modellene for odds",
            nn="Folketal eller gruppe er ukjent; utanfor modellane for odds",
            en="Population or group unknown; outside the models of odds",
        )
        found.append(Missing("figure", tuple(unknown), why))
    without = int(edition["application"]["role"].isna().sum())
    if without:
        found.append(
            Missing(
                "application",
                (),
                Text(nb=f"{without} søknader er uten rolle.", nn=f"{without} søknader er utan rolle.", en=f"{without} applications have no role."),
            )
        )
    unnamed = int((given["role"].eq("host") & given["partners"].isna()).sum())
    if unnamed:
        found.append(
            Missing(
                "application",
                (),
                Text(
                    nb=f"{unnamed} verter nevner ingen partnere; de er ikke med i hva søknadene bygger på.",
                    nn=f"{unnamed} vertar nemner ingen partnarar; dei er ikkje med i kva søknadene byggjer på.",
                    en=f"{unnamed} hosts name no partners; they are not in what applications build on.",
                ),
            )
        )
    return tuple(found)


def _statement(by_year: pd.DataFrame, estimated: pd.DataFrame, built: pd.DataFrame) -> Text:
    """Say the share in cooperation, what each doubling of population does to the odds, and what applications build on."""
    joint, applied = int(by_year["in_cooperation"].sum()), int(by_year["municipalities"].sum())
    if not applied:
        return Text(nb="Ingen søknader.", nn="Ingen søknader.", en="No applications.")
    w = {language: percent(joint / applied, language) for language in LANGUAGES}
    text = Text(
        nb=f"{joint} av {applied} søkere ({w['nb']}) søkte i samarbeid.",
        nn=f"{joint} av {applied} søkjarar ({w['nn']}) søkte i samarbeid.",
        en=f"{joint} of {applied} applicants ({w['en']}) applied in cooperation.",
    )
    one: Any
    for one in estimated[estimated["term"].eq("population_doubled") & estimated["odds_ratio"].notna()].itertuples():
        v = {language: [number(value, language, 2) for value in (one.odds_ratio, one.odds_ratio_low, one.odds_ratio_high)] for language in LANGUAGES}
        p = {language: probability(one.p_value, language) for language in LANGUAGES}
        role = _OUTCOMES[one.outcome]
        text += Text(
            nb=f"For hver dobling av folketallet ganges oddsen for å {role.nb} med {v['nb'][0]} (95 %: {v['nb'][1]}–{v['nb'][2]}; {p['nb']}).",
            nn=f"For kvar dobling av folketalet blir oddsen for å {role.nn} gonga med {v['nn'][0]} (95 %: {v['nn'][1]}–{v['nn'][2]}; {p['nn']}).",
            en=f"Each doubling of population multiplies the odds to {role.en} by {v['en'][0]} (95%: {v['en'][1]}–{v['en'][2]}; {p['en']}).",
        )
    pairs, before = int(built["partners_number"].sum()), int(built["tied_before"].sum())
    if not pairs:
        return text + EMPTY
    b = {language: percent(before / pairs, language) for language in LANGUAGES}
    return text + Text(
        nb=f"I {before} av {pairs} par av vert og partner ({b['nb']}) samarbeidet de to om noe fra før.",
        nn=f"I {before} av {pairs} par av vert og partnar ({b['nn']}) samarbeidde dei to om noko frå før.",
        en=f"In {before} of {pairs} pairs of host and partner ({b['en']}) the two cooperated on something already.",
    )


_OUTCOMES = {
    "alone_or_host": Text(nb="søke alene eller som vert", nn="søkje åleine eller som vert", en="apply alone or as host"),
    "participant": Text(nb="være deltaker i andres søknad", nn="vere deltakar i søknaden til andre", en="be a participant in another's application"),
}
