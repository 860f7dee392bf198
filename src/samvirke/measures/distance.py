"""How far apart those who cooperate are, and whether that differs between services."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import triu

from samvirke.edition import Edition, great_circle_km
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.gaps import gaps, municipalities
from samvirke.measures.membership import Array, Membership, labels, membership, read_services
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Text, number, probability

QUESTION = Text(
    nb="Hvor langt fra hverandre er de som samarbeider?",
    nn="Kor langt frå kvarandre er dei som samarbeider?",
    en="How far apart are those who cooperate?",
)
METHOD = Text(
    nb="Avstanden er luftlinje i kilometer mellom kommunenes punkter (lon, lat); der reisetid er kjent (travel), vises også minutter. Hvert par av kommuner som deler et samarbeid i tjenesten, regnes én gang. «nearest» er medianavstanden fra hver deltakende kommune til dens nærmeste kommune, samarbeidspartner eller ikke. I paired holdes hver kommunes snittavstand til partnerne i to tjenester mot hverandre, for kommuner i begge, med nøyaktig tosidig fortegnstest; kommuner i samme samarbeid er ikke uavhengige, så testen er en pekepinn.",
    nn="Avstanden er luftline i kilometer mellom punkta til kommunane (lon, lat); der reisetid er kjend (travel), er òg minutt viste. Kvart par av kommunar som deler eit samarbeid i tenesta, blir rekna éin gong. «nearest» er medianavstanden frå kvar deltakande kommune til den nærmaste kommunen, samarbeidspartnar eller ikkje. I paired blir snittavstanden til partnarane i to tenester halden mot kvarandre for kvar kommune i begge, med nøyaktig tosidig forteiknstest; kommunar i same samarbeid er ikkje uavhengige, så testen er ein peikepinn.",
    en="The distance is as the crow flies in kilometres between the municipalities' points (lon, lat); where travel time is known (travel), minutes are shown too. Every pair of municipalities that share a cooperation of the service counts once. `nearest` is the median distance from each participating municipality to its nearest municipality, partner or not. In `paired`, each municipality's mean distance to its partners in two services is held against each other, for municipalities in both, with an exact two-sided sign test; municipalities of one cooperation are not independent, so the test is an indication.",
)
COLUMNS = ["service", "pairs", "km_median", "km_q1", "km_q3", "km_max", "nearest_km_median", "minutes_median", "pairs_with_minutes"]


def distance(edition: Edition, *, services: tuple[str, ...] | None = None) -> Finding:
    """Measure the distance between members by service, and compare services municipality by municipality.

    Returns
    -------
    Finding
        Columns service, pairs, km_median, km_q1, km_q3, km_max, nearest_km_median, minutes_median, pairs_with_minutes. Supporting
        table `paired`: first, second, municipalities, farther_in_first, farther_in_second, km_difference_median (first minus second),
        p_value.
    """
    data = membership(edition)
    chosen = read_services(data, services)
    lon, lat = points_of(edition, data)
    minutes = _travel(edition)
    known = np.isfinite(lon)
    means: dict[str, Array] = {}
    rows = []
    for service in chosen:
        columns = data.columns(service, "any")
        own = data.matrix[:, columns]
        ties = triu(own @ own.T, k=1).tocoo()
        km = great_circle_km(pd.Series(lon[ties.row]), pd.Series(lat[ties.row]), pd.Series(lon[ties.col]), pd.Series(lat[ties.col]))
        means[service] = _mean_by_municipality(len(data.codes), ties, km)
        taking_part = np.asarray(own.sum(axis=1)).ravel() > 0
        rows.append({"service": service, **_row(km, _minutes(data, ties, minutes), _nearest(lon, lat, taking_part & known))})
    table = pd.DataFrame(rows, columns=COLUMNS)
    paired = _paired(chosen, means)
    measured = int(table["pairs"].sum())
    return Finding(
        id="distance",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(edition, table, paired),
        method=METHOD,
        table=table,
        coverage=Coverage(measured, {"municipalities": len(data.codes), "pairs": measured}, (*gaps(data, chosen), *places_without(data, known))),
        chart=Chart("ranges", {"category": "service", "low": "km_q1", "value": "km_median", "high": "km_q3", "beside": "nearest_km_median"})
        if table["km_median"].notna().any()
        else Chart("table"),
        supporting={"paired": paired} if len(paired) else {},
    )


def points_of(edition: Edition, data: Membership) -> tuple[Array, Array]:
    """Return longitude and latitude of each municipality; NaN in both where either is unknown."""
    own = edition.municipalities().reindex(list(data.codes))
    lon, lat = own["lon"].to_numpy(dtype=float, copy=True), own["lat"].to_numpy(dtype=float, copy=True)
    unknown = ~(np.isfinite(lon) & np.isfinite(lat))
    lon[unknown] = lat[unknown] = np.nan
    return lon, lat


def _travel(edition: Edition) -> dict[tuple[str, str], float]:
    if "travel" not in edition:
        return {}
    travel = edition["travel"]
    return {(one, other): float(value) for one, other, value in zip(travel["from_code"], travel["to_code"], travel["minutes"], strict=True)}


def _minutes(data: Membership, ties: Any, minutes: dict[tuple[str, str], float]) -> Array:
    """Return the minutes of each pair, the mean of both ways where both are known."""
    if not minutes:
        return np.empty(0)
    found = []
    for row, col in zip(ties.row, ties.col, strict=True):
        ways = [minutes[pair] for pair in ((data.codes[row], data.codes[col]), (data.codes[col], data.codes[row])) if pair in minutes]
        if ways:
            found.append(float(np.mean(ways)))
    return np.array(found)


def _mean_by_municipality(n: int, ties: Any, km: Array) -> Array:
    """Return each municipality's mean distance to its partners; NaN where it has none that lies anywhere known."""
    usable = np.isfinite(km)
    ends, lengths = np.concatenate([ties.row[usable], ties.col[usable]]), np.concatenate([km[usable], km[usable]])
    total, count = np.bincount(ends, lengths, minlength=n), np.bincount(ends, minlength=n)
    return np.asarray(np.divide(total, count, out=np.full(n, np.nan), where=count > 0))


def _nearest(lon: Array, lat: Array, taking_part: Array) -> float:
    """Return the median distance from each participating municipality to the nearest other one of all."""
    from scipy.spatial import cKDTree

    placed = np.flatnonzero(np.isfinite(lon))
    if len(placed) < 2 or not taking_part.any():
        return float("nan")
    longitude, latitude = np.radians(lon[placed]), np.radians(lat[placed])
    sphere = np.column_stack([np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)])
    nearest = placed[np.asarray(cKDTree(sphere).query(sphere, k=2)[1])[:, 1]]
    own = taking_part[placed]
    km = great_circle_km(pd.Series(lon[placed][own]), pd.Series(lat[placed][own]), pd.Series(lon[nearest][own]), pd.Series(lat[nearest][own]))
    return float(np.median(km))


def _row(km: Array, minutes: Array, nearest: float) -> dict[str, object]:
    known = km[np.isfinite(km)]
    low, middle, high = np.percentile(known, [25, 50, 75]) if len(known) else [np.nan] * 3
    return {
        "pairs": len(known),
        "km_median": middle,
        "km_q1": low,
        "km_q3": high,
        "km_max": known.max() if len(known) else np.nan,
        "nearest_km_median": nearest,
        "minutes_median": float(np.median(minutes)) if len(minutes) else np.nan,
        "pairs_with_minutes": len(minutes),
    }


def _paired(chosen: tuple[str, ...], means: dict[str, Array]) -> pd.DataFrame:
    from scipy.stats import binomtest

    rows = []
    for first, second in combinations(chosen, 2):
        gap = means[first] - means[second]
        gap = gap[np.isfinite(gap)]
        if len(gap):
            up, down = int((gap > 1e-9).sum()), int((gap < -1e-9).sum())
            p_value = float(binomtest(up, up + down).pvalue) if up + down else np.nan
            rows.append((first, second, len(gap), up, down, float(np.median(gap)), p_value))
    columns = ["first", "second", "municipalities", "farther_in_first", "farther_in_second", "km_difference_median", "p_value"]
    return pd.DataFrame(rows, columns=columns).sort_values(["municipalities", "first", "second"], ascending=[False, True, True], ignore_index=True)


def places_without(data: Membership, known: Array) -> tuple[Missing, ...]:
    """Return which municipalities have no known place."""
    lacking = tuple(str(code) for code in data.codes[~known])
    if not lacking:
        return ()
    why = Text(
        nb=f"{municipalities(len(lacking)).nb} har ingen koordinater, og avstander til dem er ikke med",
        nn=f"{municipalities(len(lacking)).nn} har ingen koordinatar, og avstandar til dei er ikkje med",
        en=f"{municipalities(len(lacking)).en} without coordinates, distances to which are not counted",
    )
    return (Missing("municipality", lacking if len(lacking) < len(data.codes) else (), why),)


def _statement(edition: Edition, table: pd.DataFrame, paired: pd.DataFrame) -> Text:
    known = table[table["km_median"].notna()].sort_values("pairs", ascending=False, kind="stable")
    if known.empty:
        return Text(
            nb="Ingen par av samarbeidspartnere har kjente koordinater, så avstand kan ikke måles.",
            nn="Ingen par av samarbeidspartnarar har kjende koordinatar, så avstand kan ikkje målast.",
            en="No pair of partners has known coordinates, so distance cannot be measured.",
        )
    sentence = EMPTY
    for row in known.head(3).to_dict("records"):
        name = labels(edition, [row["service"]])
        w = {language: [number(row[key], language) for key in ("km_median", "pairs", "nearest_km_median")] for language in LANGUAGES}
        sentence += Text(
            nb=f"{name['nb'][:1].upper()}{name['nb'][1:]}: {w['nb'][0]} km i median mellom {w['nb'][1]} par av partnere ({w['nb'][2]} km til nærmeste kommune).",
            nn=f"{name['nn'][:1].upper()}{name['nn'][1:]}: {w['nn'][0]} km i median mellom {w['nn'][1]} par av partnarar ({w['nn'][2]} km til nærmaste kommune).",
            en=f"{name['en'][:1].upper()}{name['en'][1:]}: a median of {w['en'][0]} km between {w['en'][1]} pairs of partners ({w['en'][2]} km to the nearest municipality).",
        )
    if paired.empty:
        return sentence
    best = paired.iloc[0].to_dict()
    one, other = labels(edition, [best["first"]]), labels(edition, [best["second"]])
    return sentence + Text(
        nb=f"Av {best['municipalities']} kommuner i begge har {best['farther_in_first']} lengst til partnerne i {one['nb']} og {best['farther_in_second']} i {other['nb']} ({probability(best['p_value'], 'nb')}).",
        nn=f"Av {best['municipalities']} kommunar i begge har {best['farther_in_first']} lengst til partnarane i {one['nn']} og {best['farther_in_second']} i {other['nn']} ({probability(best['p_value'], 'nn')}).",
        en=f"Of {best['municipalities']} municipalities in both, {best['farther_in_first']} are farther from their partners in {one['en']} and {best['farther_in_second']} in {other['en']} ({probability(best['p_value'], 'en')}).",
    )
