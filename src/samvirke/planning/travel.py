"""How far residents have to a service: how many are within so many minutes of a site, the mean and the worst, by age group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Coverage, Finding, Missing
from samvirke.measures.gaps import municipalities
from samvirke.measures.membership import Membership, membership, places
from samvirke.planning._asked import Asked
from samvirke.planning._travel import DETOUR, SPEED_KM_PER_HOUR, Array, PlanInputError, Travel, TravelTimes, travel_minutes
from samvirke.planning._travel_words import METHOD, QUESTION, statement
from samvirke.vocabulary.language import LANGUAGES, Text, listing

EVERYBODY = "population"
AGE_FIGURES = "population_"
"""Figures that begin with this are residents of an age group, such as population_80_plus."""


@dataclass(frozen=True)
class Reach:
    """What residents have to go.

    Parameters
    ----------
    site : numpy.ndarray
        By municipality, the code of the nearest site; empty where none is known.
    minutes : numpy.ndarray
        By municipality, minutes to it; NaN where unknown.
    asked_of : numpy.ndarray
        By municipality, whether its residents are asked about.
    cooperation : numpy.ndarray
        By municipality, the cooperation whose host the site is; empty for sites as given.
    """

    site: Array
    minutes: Array
    asked_of: Array
    cooperation: Array


def travel(
    edition: Edition,
    *,
    sites: str | Sequence[str] | None = None,
    max_minutes: str | float = 60,
    travel: Travel = "table",
    service: str | None = None,
    speed_km_per_hour: str | float = SPEED_KM_PER_HOUR,
    detour: str | float = DETOUR,
) -> Finding:
    """Count the residents within a time of the nearest site, or of the host of their own cooperation.

    Parameters
    ----------
    edition : Edition
        With ``figure`` (population, and population_... by age), and ``travel`` or points.
    sites : str or sequence of str
        Codes or names of the municipalities that have a site.
    max_minutes : float
        Minutes one way, above 0 and at most 1440.
    travel : str
        ``table``, or ``straight-line`` for an estimate from points.
    service : str
        Instead of sites: the site of each municipality is the nearest host of its own cooperations in this service.
    speed_km_per_hour, detour : float
        Assumptions of the estimate.

    Returns
    -------
    Finding
        One row per age group: age_group, residents (with a known time), residents_within, share_within, minutes_mean, minutes_median,
        minutes_worst, municipality_worst, residents_without_time. Supporting tables `travel_sites`, `travel_municipalities` and `doubtful`
        (times of the table that the straight line contradicts). `result`: the same for everybody as an object.

    Raises
    ------
    PlanInputError
        With every problem at once.
    """
    asked = Asked()
    limit = asked.number("max-minutes", max_minutes, most=1440) or 0.0
    if limit == 0 and not asked.problems:
        asked.add("max-minutes", max_minutes, Text(nb="Gi et tall over 0.", nn="Gje eit tal over 0.", en="Give a number above 0."))
    assumed = [asked.number(name, value, most=1000) or 0.0 for name, value in (("speed-km-per-hour", speed_km_per_hour), ("detour", detour))]
    data = membership(edition)
    times = _times(asked, edition, travel, *assumed)
    groups = _age_groups(edition, data)
    if not (groups[EVERYBODY] > 0).any():
        asked.add("figure.population", "", Text(
            nb="Utgaven har ingen folketall den dagen: legg til figure.csv med municipality, year, figure=population og value.",
            nn="Utgåva har ingen folketal den dagen: legg til figure.csv med municipality, year, figure=population og value.",
            en="The edition has no population on that day: add figure.csv with municipality, year, figure=population and value.",
        ))  # fmt: skip
    for name, residents in groups.items():
        for code in data.codes[np.flatnonzero(residents < 0)][:10]:
            remedy = Text(nb="Innbyggere må være fra 0.", nn="Innbyggjarar må vere frå 0.", en="Residents must be from 0.")
            asked.add(f"figure.{name} {code}", float(residents[data.codes == code][0]), remedy)
    chosen = _sites(asked, edition, data, sites, service)
    asked.settle()
    if times is None:  # settled: a reason was noted
        raise PlanInputError(())
    reach, gaps = _by_service(data, times, service) if service is not None else (nearest(times, chosen), ())
    if not (np.isfinite(reach.minutes) & reach.asked_of).any():
        asked.add("travel", service or ", ".join(chosen), Text(
            nb="Ingen reisetid til stedene er kjent: legg til rader i travel med to_code lik stedenes, eller bruk --travel straight-line.",
            nn="Inga reisetid til stadene er kjend: legg til rader i travel med to_code lik stadene, eller bruk --travel straight-line.",
            en="No travel time to the sites is known: add rows to travel with their to_code, or use --travel straight-line.",
        ))  # fmt: skip
        asked.settle()
    options = {"sites": list(chosen) or None, "max_minutes": limit, "travel": travel, "service": service, "date": edition.as_of}
    if travel == "straight-line":
        options |= {"speed_km_per_hour": assumed[0], "detour": assumed[1]}
    return _finding(edition, data, times, reach, groups, limit, options, gaps)


def _times(asked: Asked, edition: Edition, travel: Travel, speed: float, detour: float) -> TravelTimes | None:
    try:
        return travel_minutes(edition, travel, speed, detour, strict=False)
    except PlanInputError as error:
        told = {problem.field for problem in asked.problems}
        asked.problems += [problem for problem in error.problems if problem.field not in told]
        return None


def _age_groups(edition: Edition, data: Membership) -> dict[str, Array]:
    """Return residents by age group and municipality: the latest figure not after the edition's date; NaN where unknown."""
    found = {EVERYBODY: data.population}
    if "figure" not in edition:
        return found
    figure = edition["figure"]
    own = figure[figure["value"].notna() & (figure["kind"].fillna("count") != "rate" if "kind" in figure else True)]
    own = own[own["year"] <= int(edition.as_of[:4])] if edition.as_of else own
    for name in sorted({str(one) for one in own["figure"] if str(one).startswith(AGE_FIGURES)}):
        latest = own[own["figure"] == name].sort_values("year").drop_duplicates("municipality", keep="last")
        where = places(latest["municipality"], data.codes)
        found[name] = np.full(len(data.codes), np.nan)
        found[name][where[where >= 0]] = latest["value"].to_numpy(dtype=float)[where >= 0]
    return found


def _sites(asked: Asked, edition: Edition, data: Membership, sites: str | Sequence[str] | None, service: str | None) -> tuple[str, ...]:
    if (sites is None) == (service is None):
        remedy = Text(nb="Gi --sites eller --service, ikke begge.", nn="Gje --sites eller --service, ikkje båe.", en="Give --sites or --service, not both.")
        asked.add("sites", sites or "", remedy)
        return ()
    if service is not None:
        if service not in data.services:
            known = {one: listing(data.services, one) or "–" for one in LANGUAGES}
            asked.add("service", service, Text(
                nb=f"Utgaven har samarbeid om {known['nb']}.", nn=f"Utgåva har samarbeid om {known['nn']}.", en=f"The edition has cooperations on {known['en']}."
            ))  # fmt: skip
        return ()
    by_name: dict[str, list[str]] = {}
    for code, name in edition.names().items():
        by_name.setdefault(name.casefold(), []).append(code)
    codes = {str(code) for code in data.codes}
    found = []
    for given in [part.strip() for part in sites.split(",")] if isinstance(sites, str) else list(sites or ()):
        named = [given] if given in codes else [code for code in by_name.get(given.casefold(), []) if code in codes]
        if len(named) == 1:
            found.append(named[0])
        else:
            several = ", ".join(named)
            asked.add("sites", given, Text(
                nb=f"Bruk et kommunenummer: {several}." if named else "Bruk nummer eller navn på en kommune i utgaven.",
                nn=f"Bruk eit kommunenummer: {several}." if named else "Bruk nummer eller namn på ein kommune i utgåva.",
                en=f"Use a code: {several}." if named else "Use the code or name of a municipality of the edition.",
            ))  # fmt: skip
    return tuple(dict.fromkeys(found))


def nearest(times: TravelTimes, sites: Sequence[str], *, among: Array | None = None) -> Reach:
    """Return for each municipality the site with the fewest minutes to it, the smaller code of two; those not `among` are not asked about.

    Formula: m_i = min over sites j of t_ij, of the known ones; t_ij from the municipality to the site, never the other way.
    """
    columns = [int(np.flatnonzero(times.codes == site)[0]) for site in sorted(sites)]
    known = times.minutes[:, columns]
    some = np.isfinite(known).any(axis=1)
    best = np.where(some, np.nanargmin(np.where(np.isfinite(known), known, np.inf), axis=1), 0)
    minutes = np.where(some, known[np.arange(len(known)), best], np.nan)
    site = np.where(some, np.array(sorted(sites), dtype=object)[best], "")
    return Reach(site, minutes, np.ones(len(known), dtype=bool) if among is None else among, np.full(len(known), "", dtype=object))


def _by_service(data: Membership, times: TravelTimes, service: str) -> tuple[Reach, tuple[Missing, ...]]:
    """Return the way to the nearest host of each municipality's own cooperations in a service; who has none with a known host is left out."""
    n = len(data.codes)
    found = Reach(np.full(n, "", dtype=object), np.full(n, np.nan), np.zeros(n, dtype=bool), np.full(n, "", dtype=object))
    member = np.zeros(n, dtype=bool)
    for column in data.cooperations.index[data.cooperations["service"] == service]:
        members = data.by_cooperation[[column]].indices
        member[members] = True
        hosts = [str(data.codes[place]) for place in data.hosts.loc[data.hosts["column"] == column, "place"]]
        if not hosts:
            continue
        own = nearest(times, hosts)
        for place in members:
            found.asked_of[place] = True
            if np.isfinite(own.minutes[place]) and not own.minutes[place] >= found.minutes[place]:
                found.minutes[place], found.site[place] = own.minutes[place], own.site[place]
                found.cooperation[place] = data.cooperations.at[column, "id"]
    hostless, outside = member & ~found.asked_of, ~member
    gaps = []
    if hostless.any():
        what = municipalities(int(hostless.sum()))
        why = Text(
            nb=f"Verten er ukjent i samarbeidene til {what.nb}, utenfor tallene",
            nn=f"Verten er ukjend i samarbeida til {what.nn}, utanfor tala",
            en=f"The host is unknown in the cooperations of {what.en}, outside the numbers",
        )
        gaps.append(Missing("member", tuple(str(code) for code in data.codes[hostless]), why))
    if outside.any():
        what = municipalities(int(outside.sum()))
        why = Text(
            nb=f"{what.nb} er ikke i noe samarbeid om tjenesten og er utenfor tallene",
            nn=f"{what.nn} er ikkje i noko samarbeid om tenesta og er utanfor tala",
            en=f"{what.en} in no cooperation on the service, outside the numbers",
        )
        gaps.append(Missing("member", tuple(str(code) for code in data.codes[outside]), why))
    return found, tuple(gaps)


def reached(minutes: Array, residents: Array, limit: float) -> dict[str, Any]:
    """Sum up minutes over residents.

    Parameters
    ----------
    minutes, residents : numpy.ndarray
        By municipality; NaN where unknown.
    limit : float
        Minutes that count as within.

    Returns
    -------
    dict
        residents (with known minutes), residents_within, share_within (of those), minutes_mean and minutes_median (over residents),
        minutes_worst (over municipalities with residents), residents_without_time. Shares and minutes are NaN where nobody is left.

    Examples
    --------
    >>> found = reached(np.array([0.0, 40.0, 90.0, np.nan]), np.array([500, 300, 200, 50]), 60)
    >>> found["residents_within"], found["share_within"], found["minutes_mean"], found["minutes_median"], found["residents_without_time"]
    (800.0, 0.8, 30.0, 0.0, 50.0)
    """
    people = np.where(np.isfinite(residents), residents, 0.0)
    known = np.isfinite(minutes) & (people > 0)
    own, weight = minutes[known], people[known]
    total = float(weight.sum())
    within = float(weight[own <= limit].sum())
    order = np.argsort(own, kind="stable")
    middle = int(np.searchsorted(np.cumsum(weight[order]), total / 2)) if total else 0
    return {
        "residents": total,
        "residents_within": within,
        "share_within": within / total if total else np.nan,
        "minutes_mean": float(own @ weight / total) if total else np.nan,
        "minutes_median": float(own[order][min(middle, len(own) - 1)]) if total else np.nan,
        "minutes_worst": float(own.max()) if total else np.nan,
        "residents_without_time": float(people[np.isnan(minutes)].sum()),
    }


def _finding(
    edition: Edition,
    data: Membership,
    times: TravelTimes,
    reach: Reach,
    groups: Mapping[str, Array],
    limit: float,
    options: dict[str, Any],
    gaps: tuple[Missing, ...],
) -> Finding:
    names = edition.names()
    asked_of = reach.asked_of
    minutes = reach.minutes[asked_of]
    rows = []
    for name, residents in groups.items():
        row = reached(minutes, residents[asked_of], limit)
        worst = np.flatnonzero(asked_of & (reach.minutes == row["minutes_worst"]) & (residents > 0))
        rows.append({"age_group": name, **row, "municipality_worst": str(data.codes[worst[0]]) if len(worst) else None})
    table = pd.DataFrame(rows)
    own = pd.DataFrame(
        {
            "municipality": data.codes,
            "municipality_name": [names.get(str(code)) for code in data.codes],
            "population": data.population,
            "cooperation": reach.cooperation,
            "site": reach.site,
            "minutes": reach.minutes,
            "within": [None if np.isnan(one) else bool(one <= limit) for one in reach.minutes],
        }
    )[asked_of].sort_values(["minutes", "municipality"], ascending=[False, True], na_position="first", ignore_index=True)
    by = ["cooperation", "site"] if options["service"] else ["site"]
    sites = [
        {
            **dict(zip(by, key, strict=True)),
            "municipalities_number": len(part),
            **reached(part["minutes"].to_numpy(), part["population"].to_numpy(dtype=float), limit),
        }
        for key, part in own[own["site"] != ""].groupby(by, sort=True)
    ]
    supporting = {
        "travel_sites": pd.DataFrame(sites).drop(columns="residents_without_time"),
        "travel_municipalities": own if options["service"] else own.drop(columns="cooperation"),
    }
    if len(times.doubtful):
        supporting["doubtful"] = times.doubtful
    everybody = rows[0]
    told = (*gaps, *_missing(data, times, reach, edition))
    count = {"municipalities": int(asked_of.sum()), "residents": round(everybody["residents"])}
    return Finding(
        id="plan_travel",
        edition=edition.name,
        question=QUESTION,
        statement=statement(rows, limit, estimated=times.travel == "straight-line", doubtful=times.doubtful, names=names, own_host=options["service"] is not None),
        method=METHOD + times.told(),
        table=table,
        coverage=Coverage(round(everybody["residents_within"]), count, told),
        supporting=supporting,
        options=options,
        constructed=edition.constructed,
        result={**everybody, "estimate": times.travel == "straight-line", "groups": rows},
    )  # fmt: skip


def _missing(data: Membership, times: TravelTimes, reach: Reach, edition: Edition) -> tuple[Missing, ...]:
    """Return who has no way, no population, and for whom only the way back is known."""
    found = []
    without = reach.asked_of & np.isnan(reach.minutes)
    if without.any():
        what = municipalities(int(without.sum()))
        why = Text(
            nb=f"Reisetiden er ukjent for {what.nb}, utenfor nevnerne",
            nn=f"Reisetida er ukjend for {what.nn}, utanfor nemnarane",
            en=f"The travel time of {what.en} is unknown, outside the denominators",
        )
        found.append(Missing("travel" if times.travel == "table" else "municipality", tuple(str(code) for code in data.codes[without]), why))
    lacking = reach.asked_of & np.isnan(data.population)
    if lacking.any():
        what = municipalities(int(lacking.sum()))
        why = Text(
            nb=f"Folketallet er ukjent for {what.nb}, utenfor tallene for innbyggere",
            nn=f"Folketalet er ukjent for {what.nn}, utanfor tala for innbyggjarar",
            en=f"The population of {what.en} is unknown, outside the numbers of residents",
        )
        found.append(Missing("figure", tuple(str(code) for code in data.codes[lacking]), why))
    if times.pairs_unknown and times.travel == "table" and edition is not None:
        why = Text(
            nb=f"{times.pairs_unknown} reiser mellom kommuner står ikke i tabellen travel, eller er umulige; et nærmere sted kan mangle.",
            nn=f"{times.pairs_unknown} reiser mellom kommunar står ikkje i tabellen travel, eller er umoglege; ein nærare stad kan mangle.",
            en=f"{times.pairs_unknown} journeys between municipalities are not in the table travel, or impossible; a nearer site may be missed.",
        )
        found.append(Missing("travel", (), why))
    return tuple(found)
