"""How many inhabitants each cooperation has, beside the 10 000 of a helsekommune."""

from __future__ import annotations

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding
from samvirke.measures.gaps import gaps, population_gap, population_years
from samvirke.measures.membership import Array, cooperation_populations, labels, membership, read_services
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Text, listing, number

HEALTH_MUNICIPALITY = 10_000
"""Inhabitants of a helsekommune (NIBR-notat 2015:104, ch. 2)."""

FENCE = 1.5
"""How many interquartile ranges beyond the upper quartile an outlier lies (Tukey, 1977, Exploratory Data Analysis)."""

QUESTION = Text(
    nb="Hvor mange innbyggere har hvert samarbeid?",
    nn="Kor mange innbyggjarar har kvart samarbeid?",
    en="How many inhabitants does each cooperation have?",
)
METHOD = Text(
    nb="Folketallet i et samarbeid er summen av medlemmenes siste kjente folketall ikke etter datoen. Det holdes mot 10 000, som en helsekommune var tenkt å ha. Et samarbeid er uteligger når det ligger mer enn halvannen kvartilavstand over øvre kvartil i tjenesten; snittet vises med og uten dem, siden noen få store trekker det opp.",
    nn="Folketalet i eit samarbeid er summen av det siste kjende folketalet til medlemmene ikkje etter datoen. Det blir halde mot 10 000, som ein helsekommune var tenkt å ha. Eit samarbeid er uteliggjar når det ligg meir enn halvannan kvartilavstand over øvre kvartil i tenesta; snittet er vist med og utan dei, sidan nokre få store dreg det opp.",
    en="The population of a cooperation is the sum of its members' latest known population not after the date. It is held against 10,000, which a health municipality was meant to have. A cooperation is an outlier when it lies more than one and a half interquartile ranges above the upper quartile of its service; the mean is shown with and without them, since a few large ones pull it up.",
)


def sizes(edition: Edition, *, services: tuple[str, ...] | None = None) -> Finding:
    """List every cooperation with its population, and sum up by service.

    Returns
    -------
    Finding
        Columns service, cooperation, name, members, population, times_10000 (population over 10 000), outlier; the largest first.
        Supporting table `by_service`: service, cooperations, population_mean, population_median, mean_without_outliers, outliers,
        below_10000, at_least_10000.
    """
    data = membership(edition)
    chosen = read_services(data, services)
    own = data.cooperations[data.cooperations["service"].isin(chosen)]
    people = cooperation_populations(data, own.index.to_numpy())
    table = pd.DataFrame({"service": own["service"], "cooperation": own["id"], "name": own["name"], "members": own["members"], "population": people})
    table["times_10000"] = table["population"] / HEALTH_MUNICIPALITY
    table["outlier"] = (
        table.groupby("service")["population"].transform(lambda values: outliers(values.to_numpy(dtype=float))).astype(bool) if len(table) else False
    )
    table = table.sort_values(["service", "population", "cooperation"], ascending=[True, False, True], ignore_index=True)
    summary = pd.DataFrame([_summed(service, one) for service, one in table.groupby("service", sort=True)])
    known = int(table["population"].notna().sum())
    members = np.flatnonzero(np.asarray(data.matrix[:, own.index.to_numpy()].sum(axis=1)).ravel() > 0)
    return Finding(
        id="sizes",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(edition, table, summary),
        method=METHOD + population_years(data),
        table=table,
        coverage=Coverage(known, {"cooperations": len(table)}, (*gaps(data, chosen), *population_gap(data, members))),
        chart=Chart("dots", {"category": "service", "value": "population", "name": "name", "outlier": "outlier", "line": str(HEALTH_MUNICIPALITY)}),
        supporting={"by_service": summary} if len(summary) else {},
    )


def outliers(values: Array) -> Array:
    """Say of each value whether it lies more than 1.5 interquartile ranges above the upper quartile; unknown ones do not.

    Examples
    --------
    >>> outliers(np.array([1.0, 2.0, 3.0, 4.0, 40.0])).tolist()
    [False, False, False, False, True]
    """
    known = values[np.isfinite(values)]
    if len(known) < 4:
        return np.zeros(len(values), dtype=bool)
    low, high = np.percentile(known, [25, 75])
    return np.asarray(np.nan_to_num(values, nan=-np.inf) > high + FENCE * (high - low))


def _summed(service: object, own: pd.DataFrame) -> dict[str, object]:
    known = own[own["population"].notna()]
    usual = known[~known["outlier"]]
    return {
        "service": service,
        "cooperations": len(own),
        "population_mean": float(known["population"].mean()) if len(known) else np.nan,
        "population_median": float(known["population"].median()) if len(known) else np.nan,
        "mean_without_outliers": float(usual["population"].mean()) if len(usual) else np.nan,
        "outliers": int(known["outlier"].sum()),
        "below_10000": int((known["population"] < HEALTH_MUNICIPALITY).sum()),
        "at_least_10000": int((known["population"] >= HEALTH_MUNICIPALITY).sum()),
    }


def _statement(edition: Edition, table: pd.DataFrame, summary: pd.DataFrame) -> Text:
    if table["population"].notna().sum() == 0:
        return Text(
            nb="Folketallet er ikke kjent for noe samarbeid.",
            nn="Folketalet er ikkje kjent for noko samarbeid.",
            en="The population is known for no cooperation.",
        )
    sentence = EMPTY
    for row in summary.sort_values("cooperations", ascending=False, kind="stable").head(3).to_dict("records"):
        known = row["below_10000"] + row["at_least_10000"]
        if not known:
            continue
        name = labels(edition, [row["service"]])
        w = {
            language: {key: number(row[key], language) for key in ("population_median", "population_mean", "mean_without_outliers", "below_10000")}
            for language in LANGUAGES
        }
        sentence += Text(
            nb=f"{name['nb'][:1].upper()}{name['nb'][1:]}: {w['nb']['below_10000']} av {known} samarbeid har under {number(10000, 'nb')} innbyggere; medianen er {w['nb']['population_median']}, snittet {w['nb']['population_mean']}"
            + (f" ({w['nb']['mean_without_outliers']} uten {row['outliers']} uteliggere)." if row["outliers"] else "."),
            nn=f"{name['nn'][:1].upper()}{name['nn'][1:]}: {w['nn']['below_10000']} av {known} samarbeid har under {number(10000, 'nn')} innbyggjarar; medianen er {w['nn']['population_median']}, snittet {w['nn']['population_mean']}"
            + (f" ({w['nn']['mean_without_outliers']} utan {row['outliers']} uteliggjarar)." if row["outliers"] else "."),
            en=f"{name['en'][:1].upper()}{name['en'][1:]}: {w['en']['below_10000']} of {known} cooperations have fewer than {number(10000, 'en')} inhabitants; the median is {w['en']['population_median']}, the mean {w['en']['population_mean']}"
            + (
                f" ({w['en']['mean_without_outliers']} without {row['outliers']} {'outlier' if row['outliers'] == 1 else 'outliers'})."
                if row["outliers"]
                else "."
            ),
        )
    largest = [str(name) for name in table.loc[table["outlier"]].sort_values("population", ascending=False)["name"].head(5)]
    return sentence + (
        Text(
            nb=f"Størst blant uteliggerne: {listing(largest, 'nb')}.",
            nn=f"Størst blant uteliggjarane: {listing(largest, 'nn')}.",
            en=f"Largest among the outliers: {listing(largest, 'en')}.",
        )
        if largest
        else EMPTY
    )
