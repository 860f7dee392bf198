"""Who uses a joint service more than its share, host against participants, and what the skew costs under the agreement's key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.errors import OptionError
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.planning.cost_keys import Basis, Part, divide
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Text, number, probability

COUNTED = ("admissions", "visits", "bed_days")
"""Measures that are counts; bed days come several to a patient, so their interval is too narrow, and is said to be."""
QUESTION = Text(
    nb="Hvem bruker fellestjenesten mer enn sin del?",
    nn="Kven bruker fellestenesta meir enn sin del?",
    en="Who uses the joint service more than its share?",
)
METHOD = Text(
    nb="Hvert medlems bruk et år holdes mot det som ventes etter dets del av innbyggerne i samarbeidet samme år (siste kjente folketall ikke etter året). Med --expected kan folk telle ulikt, som «population=1,population_80_plus=4» (hver på 80 år eller mer teller fire til). Forholdet er bruk over ventet, med eksakt Poisson-intervall (Garwood 1936); liggedøgn kommer flere på hver pasient, så der er intervallet for smalt. Verter holdes mot deltakere innenfor samarbeid og år (Mantel–Haenszel, med intervall etter Greenland og Robins); tegntesten er over samarbeid, siden medlemmer av ett samarbeid ikke er uavhengige: når verten er over, er de andre under. Startår er året et samarbeid begynte, og regnes ikke med i sammenligningen. Prisen på skjevheten er hva hvert medlem betaler etter avtalens nøkkel, holdt mot hva det ville betalt etter bruk.",
    nn="Bruken til kvar medlem eit år blir halden mot det som er venta etter delen han har av innbyggjarane i samarbeidet same år (siste kjende folketal ikkje etter året). Med --expected kan folk telje ulikt, som «population=1,population_80_plus=4» (kvar på 80 år eller meir tel fire til). Forholdet er bruk over venta, med eksakt Poisson-intervall (Garwood 1936); liggjedøgn kjem fleire på kvar pasient, så der er intervallet for smalt. Vertar blir haldne mot deltakarar innanfor samarbeid og år (Mantel–Haenszel, med intervall etter Greenland og Robins); teiknprøva er over samarbeid, sidan medlemmer av eitt samarbeid ikkje er uavhengige: når verten er over, er dei andre under. Startår er året eit samarbeid tok til, og er ikkje med i samanlikninga. Prisen på skeivskapen er kva kvar medlem betaler etter nøkkelen i avtalen, halde mot kva han ville betalt etter bruk.",
    en="Each member's use in a year is held against what its share of the cooperation's inhabitants of that year (the latest known population not after it) leads one to expect. With --expected people may count differently, such as `population=1,population_80_plus=4` (each aged 80 or more counts four more). The ratio is use over expected, with an exact Poisson interval (Garwood 1936, doi 10.1093/biomet/28.3-4.437); bed days come several to a patient, so their interval is too narrow. Hosts are held against participants within cooperation and year (Mantel–Haenszel, interval by Greenland and Robins); the sign test is over cooperations, since members of one are not independent: where the host is above, the others are below. A start-up year is the one in which a cooperation began, and is left out of the comparison. The price of the skew is what each member pays under the agreement's key, held against what it would pay by use.",
)
COLUMNS = [
    "cooperation",
    "municipality",
    "name",
    "role",
    "year",
    "measure",
    "observed",
    "expected_use",
    "use_ratio",
    "use_ratio_low",
    "use_ratio_high",
    "start_up",
]
COSTS = ["cooperation", "municipality", "name", "role", "year", "cost_nok", "by_key_nok", "by_use_nok", "skew_nok"]


def use_skew(edition: Edition, *, measure: str = "", expected: tuple[str, ...] = ("population=1",)) -> Finding:
    """Hold each member's use of a cooperation against its share of the inhabitants.

    Parameters
    ----------
    edition : Edition
        With the tables use, member and figure.
    measure : str
        One of the measures of the table use; by default all but cost.
    expected : tuple of str
        Figures and how much each person in them counts, as ``figure=number``; the numbers are relative.

    Returns
    -------
    Finding
        Columns cooperation, municipality, name, role, year, measure, observed, expected_use, use_ratio, use_ratio_low, use_ratio_high (95 %, of
        counts), start_up. Supporting tables `by_role`: role, year, measure, municipalities, observed, expected_use, use_ratio, use_ratio_low,
        use_ratio_high; `hosts_above`: measure, cooperations, above, p_value (two-sided sign test, all years together),
        rate_ratio (hosts' use per inhabitant over participants'), rate_ratio_low, rate_ratio_high;
        `skew_cost`: cooperation, municipality, name, role, year, cost_nok, by_key_nok, by_use_nok, skew_nok (paid less what use would cost).
    """
    weights = _weights(expected)
    use = _use(edition, weights)
    known = sorted(set(use["measure"]) - {"cost"})
    if measure and measure not in known:
        allowed = ", ".join(known) or "–"
        raise OptionError("measure", measure, Text(nb=allowed, nn=allowed, en=allowed))
    costs, unpriced = _costs(edition, use)
    use = use[use["measure"].eq(measure) if measure else use["measure"].ne("cost")]
    weighed = use[use["weight"].notna() & use["complete"]].copy()
    whole = weighed.groupby(["cooperation", "year", "measure"])
    weighed["expected_use"] = whole["value"].transform("sum") * weighed["weight"] / whole["weight"].transform("sum")
    table = _ratios(weighed.rename(columns={"value": "observed"}))[COLUMNS].sort_values(
        ["measure", "cooperation", "year", "role", "municipality"], ignore_index=True
    )
    settled = table[~table["start_up"]]
    sums = settled[settled["role"].isin(["host", "participant"])].groupby(["role", "year", "measure"], as_index=False)
    by_role = _ratios(sums.agg(municipalities=("municipality", "nunique"), observed=("observed", "sum"), expected_use=("expected_use", "sum")))
    hosts = _hosts(settled)
    left_out = use[~(use["weight"].notna() & use["complete"])]
    return Finding(
        id="use_skew",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(hosts, len(table)),
        method=METHOD,
        table=table,
        coverage=Coverage(
            len(table),
            {"rows": len(use), "cooperations": int(use["cooperation"].nunique()), "municipalities": int(use["municipality"].nunique())},
            _gaps(left_out, unpriced),
        ),
        chart=Chart("table"),
        supporting={name: frame for name, frame in (("by_role", by_role), ("hosts_above", hosts), ("skew_cost", costs)) if len(frame)},
        options={"measure": measure, "expected": list(expected)},
    )


def _weights(expected: tuple[str, ...]) -> dict[str, float]:
    """Read ``figure=number`` pairs."""
    found, wrong = {}, []
    for one in expected:
        match = re.fullmatch(r"\s*([A-Za-z_]\w*)\s*=\s*(\d+(?:\.\d+)?)\s*", one)
        if match is None:
            wrong.append(one)
        else:
            found[match[1]] = float(match[2])
    if wrong or not any(found.values()):
        allowed = "population=1,population_80_plus=4"
        raise OptionError("expected", ",".join(wrong or expected), Text(nb=f"par som {allowed}", nn=f"par som {allowed}", en=f"pairs such as {allowed}"))
    return found


def _use(edition: Edition, weights: Mapping[str, float]) -> pd.DataFrame:
    """Return every row of use with the member's role, its weight that year, whether the cooperation began then, and whether all members are known."""
    use = edition["use"][["municipality", "cooperation", "year", "measure", "value"]].dropna(subset=["value"])
    use = use.sort_values(["cooperation", "year", "measure", "municipality"], ignore_index=True)
    use["year"] = use["year"].astype(int)
    member = edition["member"].sort_values(["cooperation", "municipality", "valid_from"]).drop_duplicates(["cooperation", "municipality"], keep="last")
    use = use.merge(member[["cooperation", "municipality", "role"]], on=["cooperation", "municipality"], how="left")
    began = dict(zip(edition["cooperation"]["id"], edition["cooperation"]["valid_from"].astype("str").str[:4], strict=True))
    use["start_up"] = [began.get(one) == str(year) for one, year in zip(use["cooperation"], use["year"], strict=True)]
    names = edition.names()
    use["name"] = [names.get(code, code) for code in use["municipality"]]
    figure = edition["figure"] if "figure" in edition else pd.DataFrame(columns=["municipality", "year", "figure", "value"])
    use["weight"] = 0.0
    for name, weight in weights.items():
        use["weight"] += weight * _as_of(figure[figure["figure"].eq(name)], use)
    whole = use.groupby(["cooperation", "year", "measure"])["weight"]
    use["complete"] = whole.transform("count").eq(whole.transform("size")) & whole.transform("size").gt(1)
    return use


def _as_of(figure: pd.DataFrame, use: pd.DataFrame) -> pd.Series:
    """Return the latest value not after the year of use, or the year's; missing where there is none."""
    own = figure[["municipality", "year", "value"]].dropna().astype({"year": int}).sort_values("year")
    left = use[["municipality", "year"]].reset_index().sort_values("year")
    found = pd.merge_asof(left, own, on="year", by="municipality").set_index("index")["value"]
    return found.reindex(use.index)


def _ratios(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the ratio of observed to expected with Garwood's interval; of what is no count, without one.

    Examples
    --------
    >>> _ratios(pd.DataFrame({"observed": [10.0], "expected_use": [5.0], "measure": ["visits"]})).round(3).iloc[0, -3:].tolist()
    [2.0, 0.959, 3.678]
    """
    from scipy.stats import chi2

    count, expected = frame["observed"].to_numpy(dtype=float), frame["expected_use"].to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(expected > 0, count / expected, np.nan)
        low = np.where(count > 0, chi2.ppf(0.025, 2 * count) / 2, 0.0) / expected
        high = chi2.ppf(0.975, 2 * (count + 1)) / 2 / expected
    counts = frame["measure"].isin(COUNTED).to_numpy() & (count == np.round(count)) & (expected > 0)
    return frame.assign(use_ratio=ratio, use_ratio_low=np.where(counts, low, np.nan), use_ratio_high=np.where(counts, high, np.nan))


def _hosts(settled: pd.DataFrame) -> pd.DataFrame:
    """Compare hosts with participants by measure: cooperations whose host is above its share, and use per inhabitant of one to the other."""
    from scipy.stats import binomtest

    rows = []
    for measure in dict.fromkeys(settled.loc[settled["role"].eq("host"), "measure"]):
        own = settled[[str(one) == measure for one in settled["measure"]]]
        sums = own[own["role"].eq("host")].groupby("cooperation")[["observed", "expected_use"]].sum()
        uneven = sums[sums["observed"] != sums["expected_use"]]
        above = int((uneven["observed"] > uneven["expected_use"]).sum())
        by_role = own.pivot_table(index=["cooperation", "year"], columns="role", values=["observed", "expected_use"], aggfunc="sum").dropna()
        found = rate_ratio(by_role, counts=str(measure) in COUNTED) if {"host", "participant"} <= set(own["role"].dropna()) else (np.nan,) * 3
        rows.append((measure, len(sums), above, binomtest(above, len(uneven)).pvalue if len(uneven) else np.nan, *found))
    return pd.DataFrame(rows, columns=["measure", "cooperations", "above", "p_value", "rate_ratio", "rate_ratio_low", "rate_ratio_high"])


def rate_ratio(by_role: pd.DataFrame, *, counts: bool = True) -> tuple[float, float, float]:
    """Return hosts' use per inhabitant over participants', within cooperation and year, with its 95 % interval.

    Mantel and Haenszel's estimate over strata, with the variance of Greenland and Robins (1985, doi 10.2307/2530643); what people are expected
    to use stands for how many they are.

    Parameters
    ----------
    by_role : pandas.DataFrame
        A row for each stratum; columns observed and expected_use, each for host and participant.
    counts : bool
        Whether it is of counts; of other amounts there is no interval.

    Returns
    -------
    tuple of float
        The ratio, its lower and its upper end; missing where nothing can be compared.
    """
    a, b = (by_role["observed"][role].to_numpy(dtype=float) for role in ("host", "participant"))
    n, m = (by_role["expected_use"][role].to_numpy(dtype=float) for role in ("host", "participant"))
    with np.errstate(divide="ignore", invalid="ignore"):
        upper, lower = float(np.nansum(a * m / (n + m))), float(np.nansum(b * n / (n + m)))
        if upper <= 0 or lower <= 0:
            return np.nan, np.nan, np.nan
        spread = 1.959964 * float(np.sqrt(np.nansum((a + b) * n * m / (n + m) ** 2) / (upper * lower)))
    ratio = upper / lower
    return (ratio, ratio * float(np.exp(-spread)), ratio * float(np.exp(spread))) if counts else (ratio, np.nan, np.nan)


def _costs(edition: Edition, use: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Divide each year's cost by the agreement's key and by use; name the cooperations whose key cannot be followed."""
    keys, cost = _keys(edition), use[use["measure"].eq("cost")]
    unpriced = sorted({str(one) for one in cost["cooperation"]} - set(keys))
    units = use[use["measure"].ne("cost")].assign(order=lambda frame: [COUNTED.index(one) if one in COUNTED else len(COUNTED) for one in frame["measure"]])
    first = units[units["order"].eq(units.groupby(["cooperation", "year"])["order"].transform("min"))]
    own = cost[cost["complete"] & cost["cooperation"].isin(list(keys))].merge(
        first[["cooperation", "year", "municipality", "value"]].rename(columns={"value": "used"}), on=["cooperation", "year", "municipality"]
    )
    own = own.assign(cost_nok=own.groupby(["cooperation", "year"])["value"].transform("sum"), by_key_nok=np.nan, by_use_nok=np.nan).reset_index(drop=True)
    paid, people, used = (own[name].to_numpy(dtype=float) for name in ("value", "weight", "used"))
    names = own["cooperation"].astype(str).tolist()
    by_key, by_use = np.full(len(own), np.nan), np.full(len(own), np.nan)
    for rows in own.groupby(["cooperation", "year"]).indices.values():
        total = float(paid[rows].sum())
        if used[rows].sum() > 0:
            basis = Basis(alone=paid[rows], population=people[rows], use=used[rows], own_cost=paid[rows])
            by_key[rows], by_use[rows] = divide(keys[names[rows[0]]], total, basis), divide([Part("by_use", 100)], total, basis)
    found = own.assign(by_key_nok=by_key, by_use_nok=by_use, skew_nok=by_key - by_use).dropna(subset=["skew_nok"])
    return found[COSTS].reset_index(drop=True), unpriced


def _keys(edition: Edition) -> dict[str, list[Part]]:
    """Return the latest agreement's cost key of each cooperation, where all its parts are told with percentages that make a hundred."""
    if "agreement" not in edition or "clause" not in edition:
        return {}
    clause = edition["clause"]
    own = clause[clause["kind"].eq("cost_key")].merge(edition["agreement"][["id", "cooperation", "signed"]], left_on="agreement", right_on="id")
    found = {}
    latest = own.sort_values("signed", na_position="first").groupby("cooperation")["agreement"].last()
    own = own[own["agreement"].eq(own["cooperation"].map(latest))].sort_values("step")
    for cooperation, given in own.groupby("cooperation")["value"]:
        values = [str(value) for value in given]
        parts = [_part(value, alone=len(values) == 1) for value in values]
        told = [part for part in parts if part is not None]
        if len(told) == len(parts) and abs(sum(part.percent or 0.0 for part in told if part.kind != "minimum") - 100) < 1:
            found[str(cooperation)] = told
    return found


def _part(value: str, *, alone: bool) -> Part | None:
    kind, _, share = value.partition(":")
    if kind not in ("equal", "per_inhabitant", "by_use", "by_own_cost") or not (share or alone):
        return None
    try:
        return Part(kind, float(share) if share else 100.0)  # type: ignore[arg-type]
    except ValueError:
        return None


def _gaps(left_out: pd.DataFrame, unpriced: list[str]) -> tuple[Missing, ...]:
    found = []
    if len(left_out):
        n = len(left_out)
        why = Text(
            nb=f"{n} rader er utenfor: folketallet er ukjent for et medlem, eller bare ett medlem har tall det året.",
            nn=f"{n} rader er utanfor: folketalet er ukjent for ein medlem, eller berre éin medlem har tal det året.",
            en=f"{n} rows are left out: a member's population is unknown, or only one member has numbers that year.",
        )
        found.append(Missing("figure", tuple(sorted(set(left_out.loc[left_out["weight"].isna(), "municipality"]))), why))
    if unpriced:
        n = len(unpriced)
        why = Text(
            nb=f"{n} samarbeid har kostnader, men ingen kodet nøkkel med prosenter som blir 100; prisen på skjevheten er ikke regnet ut der.",
            nn=f"{n} samarbeid har kostnader, men ingen koda nøkkel med prosentar som blir 100; prisen på skeivskapen er ikkje rekna ut der.",
            en=f"{n} cooperations have costs but no coded key with percentages that make 100; the price of the skew is not worked out there.",
        )
        found.append(Missing("clause", (), why))
    return tuple(found)


def _statement(hosts: pd.DataFrame, rows: int) -> Text:
    """Say how hosts and participants differ, by measure."""
    if not rows:
        return Text(nb="Ingen bruk kan holdes mot folketallet.", nn="Ingen bruk kan haldast mot folketalet.", en="No use can be held against population.")
    text = EMPTY
    one: Any
    for one in hosts[hosts["rate_ratio"].notna()].itertuples():
        words = _MEASURES.get(str(one.measure), Text(nb=str(one.measure), nn=str(one.measure), en=str(one.measure)))
        w = {language: [number(value, language, 2) for value in (one.rate_ratio, one.rate_ratio_low, one.rate_ratio_high)] for language in LANGUAGES}
        span = {language: f" (95 %: {low}–{high})" if low == low and one.rate_ratio_low == one.rate_ratio_low else "" for language, (_, low, high) in w.items()}
        p = {language: probability(one.p_value, language) for language in LANGUAGES}
        text += Text(
            nb=f"Vertene har {w['nb'][0]} ganger så mange {words.nb} per innbygger som deltakerne{span['nb']}; verten er over sin del i {one.above} av {one.cooperations} samarbeid ({p['nb']}).",
            nn=f"Vertane har {w['nn'][0]} gonger så mange {words.nn} per innbyggjar som deltakarane{span['nn']}; verten er over delen sin i {one.above} av {one.cooperations} samarbeid ({p['nn']}).",
            en=f"Hosts have {w['en'][0]} times as many {words.en} per inhabitant as participants{span['en'].replace(' %', '%')}; the host is above its share in {one.above} of {one.cooperations} cooperations ({p['en']}).",
        )
    return text or Text(
        nb=f"{rows} tall for bruk; vert og deltakere kan ikke holdes mot hverandre.",
        nn=f"{rows} tal for bruk; vert og deltakarar kan ikkje haldast mot kvarandre.",
        en=f"{rows} numbers of use; host and participants cannot be held against each other.",
    )


_MEASURES = {
    "admissions": Text(nb="innleggelser", nn="innleggingar", en="admissions"),
    "bed_days": Text(nb="liggedøgn", nn="liggjedøgn", en="bed days"),
    "visits": Text(nb="henvendelser", nn="førespurnader", en="visits"),
}
