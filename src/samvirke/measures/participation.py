"""How widespread cooperation is, service by service."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding
from samvirke.measures.gaps import gaps, population_gap, population_years
from samvirke.measures.groups import Groups, group_gap, groups
from samvirke.measures.membership import Array, Membership, Partners, cooperation_populations, labels, membership, read_services
from samvirke.vocabulary.labels import value_label
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Text, number, percent

QUESTION = Text(nb="Hvor utbredt er samarbeidet?", nn="Kor utbreidd er samarbeidet?", en="How widespread is cooperation?")
METHOD = Text(
    nb="Et samarbeid regnes når det har to eller flere medlemmer i utgaven på datoen. En kommune deltar når den deler minst ett slikt samarbeid med en annen. Andelen er av kommunene som en kilde sier noe om. Innbyggere er summen av medlemmenes siste kjente folketall ikke etter datoen. Gjennomsnittet trekkes opp av noen få store; se medianen. Verter er tomt der ingen medlem har kjent rolle. Med «by» regnes hver gruppe for seg: kommuner, verter og andel av gruppens egne, samarbeid med minst ett medlem i gruppen.",
    nn="Eit samarbeid blir rekna når det har to eller fleire medlemmer i utgåva på datoen. Ein kommune deltek når han deler minst eitt slikt samarbeid med ein annan. Delen er av kommunane som ei kjelde seier noko om. Innbyggjarar er summen av det siste kjende folketalet til medlemmene ikkje etter datoen. Gjennomsnittet blir drege opp av nokre få store; sjå medianen. Vertar er tomt der ingen medlem har kjend rolle. Med «by» blir kvar gruppe rekna for seg: kommunar, vertar og del av dei eigne til gruppa, samarbeid med minst éin medlem i gruppa.",
    en="A cooperation counts when it has two or more members inside the edition on the date. A municipality takes part when it shares at least one of them with another. The share is of the municipalities that a source speaks of. Inhabitants are the sum of the members' latest known population not after the date. A few large ones pull the mean up; look at the median. Hosts are empty where no member has a known role. With `by`, each group is counted apart: municipalities, hosts and share of the group's own, cooperations with at least one member in the group.",
)
COLUMNS = ["service", "cooperations", "municipalities", "share", "hosts", "population_mean", "population_median", "population_q1", "population_q3"]


def participation(edition: Edition, *, by: str | None = None, services: tuple[str, ...] | None = None) -> Finding:
    """Count cooperations and municipalities in them by service, and how many inhabitants a cooperation has.

    Parameters
    ----------
    edition : Edition
        What is counted in.
    by : str or None
        county, size, or a kind of the table `grouping`: then one row per service and group, with the columns group and
        group_municipalities (the denominator) after service.
    services : tuple of str or None
        The services; None is all that there are cooperations on.

    Returns
    -------
    Finding
        Columns service, cooperations, municipalities, share, hosts, population_mean, population_median, population_q1,
        population_q3.
    """
    data = membership(edition)
    chosen = read_services(data, services)
    found = groups(edition, data, by) if by else None
    rows = []
    for service in chosen:
        partners, unspoken = data.partners(service), data.unspoken(service)
        for group in found.order if found else (None,):
            within = (found.of == group) if found else np.ones(len(data.codes), dtype=bool)
            row = count(data, partners, within & ~unspoken)
            rows.append({"service": service, **({"group": group, "group_municipalities": int((within & ~unspoken).sum())} if found else {}), **row})
    extra = ["group", "group_municipalities"] if found else []
    table = pd.DataFrame(rows, columns=["service", *extra, *COLUMNS[1:]])
    table["hosts"] = table["hosts"].astype("Int64")
    own = np.flatnonzero(data.cooperations["service"].isin(chosen).to_numpy(dtype=bool))
    members = np.flatnonzero(np.asarray(data.matrix[:, own].sum(axis=1)).ravel() > 0)
    inside = sum((data.partners(service).has for service in chosen), start=np.zeros(len(data.codes), dtype=int)) > 0
    denominators = {"municipalities": int(data.spoken(chosen).sum()), "cooperations": int(data.cooperations["service"].isin(chosen).sum())}
    return Finding(
        id="participation",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(edition, data, chosen, table, found),
        method=METHOD + population_years(data),
        table=table,
        coverage=Coverage(int(inside.sum()), denominators, (*gaps(data, chosen), *population_gap(data, members), *(group_gap(data, found) if found else ()))),
        chart=Chart("bars", {"category": "group", "value": "municipalities", "of": "group_municipalities", "length": "share", "panel": "service"})
        if found
        else Chart("bars", {"category": "service", "value": "municipalities", "share": "share"}),
    )


def count(data: Membership, partners: Partners, within: Array) -> dict[str, Any]:
    """Count one service among some of the municipalities: cooperations, municipalities, share, hosts and inhabitants per cooperation."""
    taking_part = partners.has & within
    columns = partners.counted
    own = data.by_cooperation[columns]
    columns = columns[np.asarray(own @ within.astype(np.int64)) > 0] if len(columns) else columns
    hosts = data.hosts[data.hosts["column"].isin(columns)]["place"].unique()
    people = cooperation_populations(data, columns)
    people = people[np.isfinite(people)]
    quartiles = np.percentile(people, [25, 50, 75]) if len(people) else [np.nan] * 3
    total = int(within.sum())
    return {
        "cooperations": len(columns),
        "municipalities": int(taking_part.sum()),
        "share": float(taking_part.sum() / total) if total else np.nan,
        "hosts": int(within[hosts].sum()) if data.with_role[columns].any() else None,
        "population_mean": float(people.mean()) if len(people) else np.nan,
        "population_median": float(quartiles[1]),
        "population_q1": float(quartiles[0]),
        "population_q3": float(quartiles[2]),
    }


def _statement(edition: Edition, data: Membership, chosen: tuple[str, ...], table: pd.DataFrame, found: Groups | None) -> Text:
    if table.empty:
        return Text(
            nb="Ingen samarbeid i utgaven har to eller flere medlemmer.",
            nn="Ingen samarbeid i utgåva har to eller fleire medlemmer.",
            en="No cooperation in the edition has two or more members.",
        )
    if found:
        return _by_group(edition, chosen, table, found)
    sentence = EMPTY
    most = table.sort_values(["municipalities", "service"], ascending=[False, True]).head(3)
    for row in most.to_dict("records"):
        of = round(row["municipalities"] / row["share"]) if row["municipalities"] else int((~data.unspoken(row["service"])).sum())
        name = labels(edition, [row["service"]])
        counts = {
            language: (number(row["municipalities"], language), number(of, language), percent(row["share"], language), number(row["cooperations"], language))
            for language in LANGUAGES
        }
        people = {
            language: (number(row["population_median"], language), number(row["population_mean"], language))
            for language in LANGUAGES
            if np.isfinite(row["population_median"])
        }
        sentence += Text(
            nb="{0} av {1} kommuner ({2}) samarbeider om {name}, i {3} samarbeid".format(*counts["nb"], name=name["nb"])
            + (" med {} innbyggere i median ({} i snitt).".format(*people["nb"]) if people else "."),
            nn="{0} av {1} kommunar ({2}) samarbeider om {name}, i {3} samarbeid".format(*counts["nn"], name=name["nn"])
            + (" med {} innbyggjarar i median ({} i snitt).".format(*people["nn"]) if people else "."),
            en="{0} of {1} municipalities ({2}) cooperate on {name}, in {3} cooperations".format(*counts["en"], name=name["en"])
            + (" of median {} inhabitants (mean {}).".format(*people["en"]) if people else "."),
        )
    return sentence


def _by_group(edition: Edition, chosen: tuple[str, ...], table: pd.DataFrame, found: Groups) -> Text:
    """Name the groups with the smallest and the largest share, service by service."""
    sentence = EMPTY
    for service in chosen[:3]:
        own = table[(table["service"] == service) & table["share"].notna()]
        if own.empty:
            continue
        ordered = own.sort_values("share", kind="stable").to_dict("records")
        low, high = ordered[0], ordered[-1]
        name = labels(edition, [service])
        said = {
            language: [
                f"{value_label('group', str(row['group']))[language]} ({number(row['municipalities'], language)} / {number(row['group_municipalities'], language)}, {percent(row['share'], language)})"
                for row in (high, low)
            ]
            for language in LANGUAGES
        }
        head = {language: name[language][:1].upper() + name[language][1:] for language in LANGUAGES}
        sentence += Text(
            nb=f"{head['nb']}: størst andel i {said['nb'][0]}, minst i {said['nb'][1]}.",
            nn=f"{head['nn']}: størst del i {said['nn'][0]}, minst i {said['nn'][1]}.",
            en=f"{head['en']}: the largest share in {said['en'][0]}, the smallest in {said['en'][1]}.",
        )
    none = Text(nb=f"Ingen grupper ({found.by}) har kommuner.", nn=f"Ingen grupper ({found.by}) har kommunar.", en=f"No group ({found.by}) has municipalities.")
    return sentence if sentence != EMPTY else none
