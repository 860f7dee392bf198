"""How many beds patients would fill: from loads as given, from a rate per 1,000 inhabitants, or from admissions that were counted.

The load is admissions per day times mean stay in days: the mean number of patients in beds at once if none were refused. Its interval:

- *rate*: the rate's own interval, and the stay's where given. Both are ratios, so their distances on the log scale are added by squares on
  each side. All municipalities share the rate, so their loads are low together and high together.
- *counted*: admissions n over y years are Poisson, so the yearly rate has the distribution Gamma(n + 1/2, 1/y) (Jeffreys' prior; Brown,
  Cai & DasGupta, 2003, Interval estimation in exponential families, Statistica Sinica 13, 19-49). Municipalities are independent, so sums
  are over draws from it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Missing
from samvirke.measures.gaps import gaps, municipalities, population_gap
from samvirke.measures.membership import Membership, membership
from samvirke.planning._asked import Asked
from samvirke.vocabulary.language import LANGUAGES, Text, listing, number

Array = np.ndarray[Any, Any]
YEAR_DAYS = 365.0


@dataclass(frozen=True)
class Parties:
    """Those whose patients need beds, and the groups in which they may share them.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per party and group: cooperation (the group), party, population (NaN where it is not used), load, load_low, load_high (NaN
        where there is no interval).
    draws : numpy.ndarray or None
        Draws by party of the load, where each party's own uncertainty is its own; None where all are low or high together.
    missing : tuple of Missing
        What is left out.
    told : Text
        Where the loads come from.
    """

    frame: pd.DataFrame
    draws: Array | None
    missing: tuple[Missing, ...]
    told: Text


def given_loads(asked: Asked, load: Any, low: Any, high: Any, most: float) -> Parties:
    """Read loads as they were given, with an interval where one was."""
    loads = asked.numbers("load", load, least=0, most=most)
    n = len(loads) or None
    lows, highs = asked.numbers("load-low", low, least=0, most=most, length=n), asked.numbers("load-high", high, least=0, most=most, length=n)
    if (low is None) != (high is None):
        asked.add("load-low, load-high", "", Text(nb="Gi begge eller ingen.", nn="Gje båe eller ingen.", en="Give both or neither."))
    if len(loads) == len(lows) == len(highs) and not all(a <= b <= c for a, b, c in zip(lows, loads, highs, strict=True)):
        asked.add(
            "load-low, load-high", load, Text(nb="Lav ≤ belastning ≤ høy for hver.", nn="Låg ≤ belastning ≤ høg for kvar.", en="Low ≤ load ≤ high for each.")
        )
    frame = pd.DataFrame({"cooperation": "", "party": [str(place + 1) for place in range(len(loads))], "population": np.nan, "load": loads})
    both = len(loads) == len(lows) == len(highs)
    frame["load_low"], frame["load_high"] = (lows, highs) if both else (np.nan, np.nan)
    told = Text(nb="Belastningen er gitt.", nn="Belastninga er gjeven.", en="The load is given.")
    return Parties(frame, None, (), told)


def interval(centre: float, *ranges: tuple[float | None, float | None, float | None]) -> tuple[float, float]:
    """Return the interval of a product of ratios, each with its own centre, low and high; without any, NaN.

    Formula: low = centre * exp(-sqrt(sum of squares of log(own centre / own low))), and the same upwards.

    Examples
    --------
    >>> interval(6.0, (2.0, 1.0, 4.0))
    (3.0, 12.0)
    >>> [round(one, 2) for one in interval(6.0, (2.0, 1.0, 4.0), (3.0, 1.5, 6.0))]
    [2.25, 15.99]
    """
    known = [(own, low, high) for own, low, high in ranges if own and low is not None and high is not None]
    if not known:
        return float("nan"), float("nan")
    with np.errstate(divide="ignore"):
        down = np.sqrt(sum(np.log(own / np.float64(low)) ** 2 for own, low, _ in known))
        up = np.sqrt(sum(np.log(high / own) ** 2 for own, _, high in known))
    return float(round(centre * np.exp(-down), 12)), float(round(centre * np.exp(up), 12))


def counted_load(admissions: float, years: float, stay_days: float) -> float:
    """Return the load from admissions counted over some years: admissions / years / 365 * stay.

    Examples
    --------
    >>> round(counted_load(146, 2, 3.0), 3)
    0.6
    """
    return admissions / years / YEAR_DAYS * stay_days


def edition_loads(
    asked: Asked,
    edition: Edition,
    service: str,
    cooperation: str | None,
    rate: tuple[float | None, float | None, float | None],
    stay: tuple[float | None, float | None, float | None],
    draws: int,
    seed: int,
) -> Parties:
    """Make the loads of the members of an edition's cooperations in a service, noting in `asked` every reason why that cannot be done."""
    data = membership(edition)
    columns = _chosen(asked, data, service, cooperation)
    rows = [
        {"cooperation": data.cooperations.at[column, "id"], "party": str(data.codes[place]), "place": int(place), "population": data.population[place]}
        for column in columns
        for place in sorted(data.by_cooperation[[column]].indices)
    ]
    frame = pd.DataFrame(rows, columns=["cooperation", "party", "place", "population"])
    partly = members_partly_known(data, service)
    if rate[0] is None:
        counted = _counted(asked, edition, frame, stay, draws, seed)
        return replace(counted, missing=(*counted.missing, *partly))
    if stay[0] is None:
        asked.add("mean-stay-days", "", _needed(Text(nb="middelstiden i døgn", nn="middeltida i døgn", en="the mean stay in days")))
    for party, people in frame.loc[frame["population"] < 0, ["party", "population"]].drop_duplicates().itertuples(index=False):
        asked.add(f"figure.population {party}", people, Text(nb="Gi et folketall fra 0.", nn="Gje eit folketal frå 0.", en="Give a population from 0."))
    lacking = frame.loc[frame["population"].isna()]
    if len(frame) and frame["population"].isna().all():
        asked.add("figure.population", "", _no_population(edition))
    elif len(frame) and frame["cooperation"].isin(lacking["cooperation"]).all():
        asked.add("figure.population", ", ".join(lacking["party"].unique()[:10]), _some_of_all())
    gap = population_gap(data, frame["place"].drop_duplicates().to_numpy(dtype=np.int64)) if len(frame) else ()
    frame = frame[~frame["cooperation"].isin(lacking["cooperation"])].reset_index(drop=True)
    centre = (rate[0] or 0.0) / 1000 / YEAR_DAYS * (stay[0] or 0.0)
    low, high = interval(centre, rate, stay)
    for name, value in (("load", centre), ("load_low", low), ("load_high", high)):
        frame[name] = frame["population"] * value
    words = {one: (number(rate[0], one, 2), number(stay[0], one, 1), _years(data, one)) for one in LANGUAGES}
    told = Text(
        nb="Belastningen er folketallet{0[2]} ganger {0[0]} innleggelser per 1000 innbyggere i året ganger middelstid {0[1]} døgn, delt på 365.".format(words["nb"]),
        nn="Belastninga er folketalet{0[2]} gonger {0[0]} innleggingar per 1000 innbyggjarar i året gonger middeltid {0[1]} døgn, delt på 365.".format(words["nn"]),
        en="The load is the population{0[2]} times {0[0]} admissions per 1,000 inhabitants a year times a mean stay of {0[1]} days, over 365.".format(words["en"]),
    )  # fmt: skip
    return Parties(frame.drop(columns="place"), None, (*gap, *in_several(frame), *partly), told)


def members_partly_known(data: Membership, service: str) -> tuple[Missing, ...]:
    """Return that of some cooperations only some members are known, where it is so: with the others they would be larger."""
    return tuple(gap for gap in gaps(data, [service]) if gap.source == "member" and not gap.municipalities)


def in_several(frame: pd.DataFrame) -> tuple[Missing, ...]:
    """Return who is in several of the groups, and so is counted whole in each."""
    times = frame["party"].value_counts()
    several = tuple(sorted(str(one) for one in times.index[times > 1]))
    if not several:
        return ()
    why = Text(
        nb=f"{municipalities(len(several)).nb} er i flere av samarbeidene og er regnet helt med i hvert",
        nn=f"{municipalities(len(several)).nn} er i fleire av samarbeida og er rekna heilt med i kvart",
        en=f"{municipalities(len(several)).en} in several of the cooperations, counted whole in each",
    )
    return (Missing("member", several, why),)


def _years(data: Membership, language: Any) -> str:
    years = listing([str(year) for year in data.population_year], language)
    return {"nb": f" ({years})", "nn": f" ({years})", "en": f" ({years})"}[language] if years else ""


def _needed(what: Text) -> Text:
    return Text(nb=f"Oppgi {what.nb}.", nn=f"Oppgje {what.nn}.", en=f"Give {what.en}.")


def _some_of_all() -> Text:
    return Text(
        nb="I hvert samarbeid mangler det for noen av medlemmene; gi det for alle i minst ett.",
        nn="I kvart samarbeid manglar det for nokre av medlemmene; gje det for alle i minst eitt.",
        en="In every cooperation it is missing for some members; give it for all of at least one.",
    )


def _no_population(edition: Edition) -> Text:
    day = f" ({edition.as_of})" if edition.as_of else ""
    return Text(
        nb=f"Utgaven har ingen folketall for medlemmene{day}: legg til figure.csv med municipality, year, figure=population og value, eller gi --load.",
        nn=f"Utgåva har ingen folketal for medlemmene{day}: legg til figure.csv med municipality, year, figure=population og value, eller gje --load.",
        en=f"The edition has no population of the members{day}: add figure.csv with municipality, year, figure=population and value, or give --load.",
    )


def _chosen(asked: Asked, data: Membership, service: str, cooperation: str | None) -> list[int]:
    """Return the columns of the service's cooperations, or of one of them, of which all members are known."""
    own = data.cooperations[data.cooperations["service"] == service]
    if own.empty:
        known = {one: listing(data.services, one) or "–" for one in LANGUAGES}
        asked.add(
            "service",
            service,
            Text(
                nb=f"Utgaven har samarbeid om {known['nb']} den dagen; velg en av dem.",
                nn=f"Utgåva har samarbeid om {known['nn']} den dagen; vel ei av dei.",
                en=f"The edition has cooperations on {known['en']} on that day; choose one of them.",
            ),
        )
    elif cooperation is not None:
        ids = [str(one) for one in own["id"]]
        own = own[own["id"] == asked.choice("cooperation", cooperation, ids)]
    return [int(column) for column in own.index]


def _counted(asked: Asked, edition: Edition, frame: pd.DataFrame, stay: tuple[float | None, float | None, float | None], draws: int, seed: int) -> Parties:
    """Make loads from the admissions that members were counted with, by draws from the distribution of each rate."""
    frame = frame.drop(columns="place")
    nothing = Parties(frame.assign(load=np.nan, load_low=np.nan, load_high=np.nan).iloc[:0], None, (), Text(nb="", nn="", en=""))
    use = edition["use"] if "use" in edition else pd.DataFrame(columns=["municipality", "cooperation", "year", "measure", "value"])
    keys = ["cooperation", "municipality"]
    own = use[use["measure"].isin(["admissions", "bed_days"]) & use["value"].notna()]
    if edition.as_of:
        own = own[own["year"] <= int(edition.as_of[:4])]
    admitted = own[own["measure"] == "admissions"].groupby(keys).agg(admissions=("value", "sum"), years=("year", "nunique"))
    if admitted.empty:
        remedy = Text(
            nb="Oppgi innleggelser per 1000 innbyggere i året, eller legg dem i tabellen use (measure=admissions).",
            nn="Oppgje innleggingar per 1000 innbyggjarar i året, eller legg dei i tabellen use (measure=admissions).",
            en="Give admissions per 1,000 inhabitants a year, or put them in the table use (measure=admissions).",
        )
        asked.add("admissions-per-1000", "", remedy)
        if len(frame) and frame["population"].isna().all():
            asked.add("figure.population", "", _no_population(edition))
    if (admitted["admissions"] < 0).any():
        asked.add("use.value", float(admitted["admissions"].min()), Text(nb="Gi tall fra 0.", nn="Gje tal frå 0.", en="Give numbers from 0."))
    both = own.pivot_table(index=[*keys, "year"], columns="measure", values="value", aggfunc="sum").dropna()
    if stay[0] is None and "bed_days" in both and both["admissions"].sum() > 0:
        stay = (float(both["bed_days"].sum() / both["admissions"].sum()), None, None)
    if stay[0] is None:
        what = Text(
            nb="middelstiden i døgn, eller bed_days i use", nn="middeltida i døgn, eller bed_days i use", en="the mean stay in days, or bed_days in use"
        )
        asked.add("mean-stay-days", "", _needed(what))
    if stay[0] is None or admitted.empty:
        return nothing
    frame = frame.merge(admitted.reset_index().rename(columns={"municipality": "party"}), on=["cooperation", "party"], how="left")
    lacking = frame.loc[frame["admissions"].isna()]
    frame = frame[~frame["cooperation"].isin(lacking["cooperation"])].reset_index(drop=True)
    if frame.empty and not asked.problems:
        asked.add("use (admissions)", ", ".join(lacking["party"].unique()[:10]), _some_of_all())
    frame["load"] = frame["admissions"] / frame["years"] / YEAR_DAYS * stay[0]
    rng = np.random.default_rng(seed)
    shape = frame["admissions"].clip(lower=0).to_numpy(dtype=float) + 0.5
    drawn = rng.gamma(shape, 1 / frame["years"].to_numpy(dtype=float), size=(draws, len(frame))) / YEAR_DAYS * stay[0]
    if stay[1] is not None and stay[2] is not None:
        drawn *= np.exp(rng.normal(0, np.log(stay[2] / stay[1]) / (2 * 1.959964), size=(draws, 1)))
    if len(frame):
        frame["load_low"], frame["load_high"] = np.quantile(drawn, [0.025, 0.975], axis=0)
    why = Text(
        nb=f"Innleggelser er ikke talt for {municipalities(lacking['party'].nunique()).nb}; samarbeidene deres er utenfor",
        nn=f"Innleggingar er ikkje talde for {municipalities(lacking['party'].nunique()).nn}; samarbeida deira er utanfor",
        en=f"Admissions of {municipalities(lacking['party'].nunique()).en} were not counted; their cooperations are left out",
    )
    missing = (Missing("use", tuple(lacking["party"].unique()), why),) if len(lacking) else ()
    days = {one: number(stay[0], one, 1) for one in LANGUAGES}
    told = Text(
        nb=f"Belastningen er talte innleggelser i året (tabellen use) ganger middelstid {days['nb']} døgn, delt på 365; intervallet er fra gammafordelingen av hver kommunes rate.",
        nn=f"Belastninga er talde innleggingar i året (tabellen use) gonger middeltid {days['nn']} døgn, delt på 365; intervallet er frå gammafordelinga av raten til kvar kommune.",
        en=f"The load is counted admissions a year (table use) times a mean stay of {days['en']} days, over 365; the interval is from the gamma distribution of each municipality's rate.",
    )
    return Parties(frame, drawn, (*missing, *in_several(frame)), told)
