"""The contours of health municipalities: groups that come back in service after service, and how large, firm and wide they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.errors import OptionError
from samvirke.finding import Chart, Coverage, Finding
from samvirke.measures._consensus import Recurring, likeness, partner_ties, recurring_groups, shared_services
from samvirke.measures.gaps import gaps, municipalities, population_gap, population_years
from samvirke.measures.membership import Array, Membership, labels, membership, read_services
from samvirke.measures.sizes import HEALTH_MUNICIPALITY
from samvirke.vocabulary import Service, terms
from samvirke.vocabulary.language import LANGUAGES, Text, number, percent

QUESTION = Text(
    nb="Hvilke grupper av kommuner går igjen i tjeneste etter tjeneste, og ligner de helsekommuner?",
    nn="Kva grupper av kommunar går att i teneste etter teneste, og liknar dei helsekommunar?",
    en="Which groups of municipalities come back in service after service, and are they like health municipalities?",
)
METHOD = Text(
    nb="To kommuner hører sammen når de er partnere i minst så mange tjenester (least). Gruppene er den inndelingen som stemmer best med alle tjenestene: hvert par i en gruppe teller tjenestene det deler minus (least − ½), og summen er størst mulig; proved sier om det er bevist (heltallsprogrammering). «torn»: har slike bånd også til en annen gruppe enn sin egen. «none»: med i nok tjenester, men uten slike bånd. stability_left_out: hvor lik gruppen er den nærmeste når én tjeneste utelates (Jaccard, snitt over tjenestene; tom når det da er færre enn least igjen). stability_resampled: det samme når tjenestene trekkes på nytt med tilbakelegging. stability_memberships: når hvert tiende medlemskap faller ut ved tilfeldighet. Verten er den som oftest er vert for samarbeid med minst to i gruppen. services er tjenestene der hele gruppen deler ett samarbeid; share_other er andelen av dem utenfor helse og omsorg. Folketallet settes mot 10 000 (notatets helsekommune); «nær» er mellom halvparten og det dobbelte.",
    nn="To kommunar høyrer saman når dei er partnarar i minst så mange tenester (least). Gruppene er den inndelinga som stemmer best med alle tenestene: kvart par i ei gruppe tel tenestene det deler minus (least − ½), og summen er størst mogleg; proved seier om det er prova (heiltalsprogrammering). «torn»: har slike band òg til ei anna gruppe enn si eiga. «none»: med i nok tenester, men utan slike band. stability_left_out: kor lik gruppa er den næraste når éi teneste blir utelaten (Jaccard, snitt over tenestene; tom når det då er færre enn least att). stability_resampled: det same når tenestene blir trekte på nytt med tilbakelegging. stability_memberships: når kvar tiande medlemskap fell ut ved slump. Verten er den som oftast er vert for samarbeid med minst to i gruppa. services er tenestene der heile gruppa deler eitt samarbeid; share_other er delen av dei utanfor helse og omsorg. Folketalet blir sett mot 10 000 (helsekommunen i notatet); «nær» er mellom halvparten og det dobbelte.",
    en="Two municipalities belong together when they are partners in at least so many services (`least`). The groups are the division that agrees best with all services: each pair within a group counts the services it shares less (least - 1/2), and the sum is as large as can be; `proved` says whether that is proved (integer programming). `torn`: has such ties to another group than its own too. `none`: in enough services, but without such ties. stability_left_out: how like the group is to the nearest one when a service is left out (Jaccard, mean over the services; empty when fewer than `least` would remain). stability_resampled: the same when services are drawn anew with replacement. stability_memberships: when every tenth membership falls out at random. The host is the one that most often hosts cooperations with at least two of the group. `services` are those in which the whole group shares one cooperation; share_other is the share of them outside health and care. Population stands beside 10,000 (the note's health municipality); 'near' is between half and double.",
)
LEFT_OUT_SHARE, RESAMPLES = 0.1, 100
COLUMNS = [
    *("group", "municipalities_number", "members", "member_names", "population", "times_10000", "host", "host_name", "services", "services_number"),
    *("share_other", "torn", "proved", "stability_left_out", "stability_resampled", "stability_memberships"),
]


@dataclass(frozen=True)
class Stability:
    """How like each group is to the nearest one in data that are changed a little; NaN where that cannot be tried."""

    left_out: Array
    resampled: Array
    memberships: Array


def contours(edition: Edition, *, services: tuple[str, ...] | None = None, least: int = 2, seed: int = 1) -> Finding:
    """Find the groups of municipalities that recur across services, and describe them.

    Parameters
    ----------
    edition : Edition
        What is asked about.
    services : tuple of str or None
        The services; None is all that there are cooperations on.
    least : int
        In how many services two municipalities must be partners; at least 2.
    seed : int
        Where the random numbers of the resampling begin.

    Returns
    -------
    Finding
        One row per group: group, municipalities_number, members, member_names, population (empty where one is unknown), times_10000
        (to 10,000), host, host_name, services, services_number, share_other, torn (how many of its members), proved, stability_left_out,
        stability_resampled, stability_memberships. Supporting table `municipalities`: municipality, name, standing_contour (group, torn,
        none, few), cooperations (its group, and another that it is torn to), cooperation_names, role, panel_contours.

    Raises
    ------
    OptionError
        When `least` is below 2.
    """
    if least < 2:
        raise OptionError("least", least, Text(nb="2 eller mer", nn="2 eller meir", en="2 or more"))
    data = membership(edition)
    chosen = read_services(data, services)
    ties = [partner_ties(data.matrix[:, data.columns(service, "any")]) for service in chosen]
    shared = shared_services(ties, len(data.codes))
    solved: dict[bytes, tuple[list[int], bool]] = {}
    found = recurring_groups(shared, least, solved)
    steady = _stability(data, chosen, ties, found, least, seed, solved)
    standing, torn_to = _standings(data, chosen, found, least)
    table = _table(edition, data, chosen, found, steady, standing)
    renamed = {int(old): place for place, old in enumerate(table.pop("old"))}
    known = table["population"].notna()
    return Finding(
        id="contours",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(edition, data, table, standing, chosen, least),
        headline=_headline(edition, table, standing, chosen, least),
        method=METHOD,
        table=table,
        coverage=Coverage(
            int((found.group >= 0).sum()),
            {"in_several": int((standing != "few").sum()), "municipalities": len(data.codes), "groups": len(table), "groups_with_population": int(known.sum())},
            (*gaps(data, chosen), *population_gap(data, np.flatnonzero(found.group >= 0))),
        ),
        chart=Chart(
            "regions",
            {
                "in": "municipalities",
                "municipality": "municipality",
                "panel": "panel_contours",
                "cooperations": "cooperations",
                "role": "role",
                "counted": "groups",
            },
        )
        if len(table)
        else Chart("table"),
        supporting={"municipalities": _municipalities(edition, data, table, found, standing, torn_to, renamed)} if len(table) else {},
        seed=seed if len(table) else None,
    )


def _stability(
    data: Membership, chosen: Sequence[str], ties: Sequence[Any], found: Recurring, least: int, seed: int, solved: dict[bytes, tuple[list[int], bool]]
) -> Stability:
    groups, n = found.members(), len(data.codes)
    nothing = np.full(found.count, np.nan)
    if not groups:
        return Stability(nothing, nothing, nothing)
    rng = np.random.default_rng(seed)

    def like(use: Sequence[Any], kept: Array | None = None) -> Array:
        return likeness(groups, recurring_groups(shared_services(use, n), least, solved).members(), kept)

    left_out, resampled = nothing, nothing
    if len(ties) > least:
        subsets = [frozenset(range(len(ties))) - {out} for out in range(len(ties))]
        by_subset = {subset: like([ties[one] for one in sorted(subset)]) for subset in subsets}
        left_out = np.mean([by_subset[subset] for subset in subsets], axis=0)
        drawn: list[frozenset[int]] = []
        while len(drawn) < RESAMPLES:
            subset = frozenset(rng.integers(len(ties), size=len(ties)).tolist())
            if len(subset) >= least:
                drawn.append(subset)
        for subset in set(drawn) - by_subset.keys():
            by_subset[subset] = like([ties[one] for one in sorted(subset)])
        resampled = np.mean([by_subset[subset] for subset in drawn], axis=0)
    columns = [data.columns(service, "any") for service in chosen]
    rounds = []
    for _ in range(RESAMPLES):
        matrix = data.matrix.copy()
        matrix.data = (rng.random(matrix.nnz) >= LEFT_OUT_SHARE).astype(matrix.data.dtype)
        matrix.eliminate_zeros()
        rounds.append(like([partner_ties(matrix[:, own]) for own in columns]))
    return Stability(left_out, resampled, np.mean(rounds, axis=0))


def _standings(data: Membership, chosen: Sequence[str], found: Recurring, least: int) -> tuple[Array, Array]:
    """Say how each municipality stands to the groups, and the other group that it is torn to (-1 where none)."""
    taking = sum((data.partners(service).has.astype(np.int64) for service in chosen), start=np.zeros(len(data.codes), dtype=np.int64))
    standing = np.where(found.group >= 0, "group", np.where(taking >= least, "none", "few")).astype(object)
    torn_to = np.full(len(data.codes), -1, dtype=np.int64)
    for place in np.flatnonzero(np.diff(found.ties.indptr) > 0):
        near = found.group[found.ties.indices[found.ties.indptr[place] : found.ties.indptr[place + 1]]]
        others = Counter(int(one) for one in near if one >= 0 and one != found.group[place])
        if others:
            standing[place] = "torn"
            torn_to[place] = min(others, key=lambda one: (-others[one], one))
    return standing, torn_to


def _table(edition: Edition, data: Membership, chosen: Sequence[str], found: Recurring, steady: Stability, standing: Array) -> pd.DataFrame:
    names, known = edition.names(), terms("services")
    sector = {one: term.sector for one, term in known.items() if isinstance(term, Service)}
    hosting: dict[int, list[int]] = {}
    for place, column in zip(data.hosts["place"], data.hosts["column"], strict=True):
        hosting.setdefault(int(column), []).append(int(place))
    rows = []
    own_service = data.cooperations["service"].to_numpy()
    inside = np.isin(own_service, list(chosen))
    for group, members in enumerate(found.members()):
        places = np.array(sorted(members))
        counts = np.asarray(data.matrix[places].sum(axis=0)).ravel()
        shared = sorted({str(one) for one in own_service[inside & (counts == len(places))]})
        hosts = Counter(host for column in np.flatnonzero(inside & (counts >= 2)) for host in hosting.get(int(column), ()))
        host = min(hosts, key=lambda one: (-hosts[one], str(data.codes[one]))) if hosts else None
        told = [sector[one] for one in shared if one in sector]
        population = float(data.population[places].sum())
        codes = [str(code) for code in data.codes[places]]
        rows.append(
            {
                "old": group,
                "municipalities_number": len(places),
                "members": codes,
                "member_names": [names[code] for code in codes],
                "population": population,
                "times_10000": population / HEALTH_MUNICIPALITY,
                "host": str(data.codes[host]) if host is not None else None,
                "host_name": names[str(data.codes[host])] if host is not None else None,
                "services": shared,
                "services_number": len(shared),
                "share_other": told.count("other") / len(told) if told else np.nan,
                "torn": int((standing[places] == "torn").sum()),
                "proved": bool(found.proved[group]),
                "stability_left_out": steady.left_out[group],
                "stability_resampled": steady.resampled[group],
                "stability_memberships": steady.memberships[group],
            }
        )
    table = pd.DataFrame(rows, columns=["old", *COLUMNS[1:]])
    first = table["members"].map(lambda own: own[0])
    table = table.assign(first=first).sort_values(["municipalities_number", "first"], ascending=[False, True], ignore_index=True).drop(columns="first")
    table.insert(0, "group", np.arange(1, len(table) + 1))
    return table


def _municipalities(
    edition: Edition, data: Membership, table: pd.DataFrame, found: Recurring, standing: Array, torn_to: Array, renamed: dict[int, int]
) -> pd.DataFrame:
    names, hosts = edition.names(), set(table["host"].dropna())
    titles = [", ".join(own) for own in table["member_names"]]
    rows = []
    for place, code in enumerate(data.codes.astype(str)):
        own = [renamed[int(one)] for one in (found.group[place], torn_to[place]) if one >= 0 and found.group[place] >= 0]
        rows.append(
            {
                "municipality": code,
                "name": names[code],
                "standing_contour": standing[place],
                "cooperations": [str(one + 1) for one in own],
                "cooperation_names": [titles[one] for one in own],
                "role": "host" if code in hosts and own else None,
                "panel_contours": "contours",
            }
        )
    return pd.DataFrame(rows)


def _headline(edition: Edition, table: pd.DataFrame, standing: Array, chosen: Sequence[str], least: int) -> Text:
    if len(chosen) < least:
        return Text(
            nb=f"Utgaven har samarbeid om {len(chosen)} tjeneste, så ingenting kan gå igjen i {least}.",
            nn=f"Utgåva har samarbeid om {len(chosen)} teneste, så ingenting kan gå att i {least}.",
            en=f"The edition has cooperation on {len(chosen)} service, so nothing can recur in {least}.",
        )
    name = labels(edition, chosen)
    if table.empty:
        return Text(
            nb=f"Ingen kommuner er partnere i minst {least} av tjenestene ({name['nb']}).",
            nn=f"Ingen kommunar er partnarar i minst {least} av tenestene ({name['nn']}).",
            en=f"No municipalities are partners in at least {least} of the services ({name['en']}).",
        )
    count = {one: int((standing == one).sum()) for one in ("group", "torn", "none", "few")}
    several = len(standing) - count["few"]
    members = int(table["municipalities_number"].sum())
    return Text(
        nb=f"{municipalities(members).nb} av {number(several, 'nb')} som samarbeider om minst {least} av tjenestene ({name['nb']}), er i {number(len(table), 'nb')} grupper som går igjen; {number(count['none'], 'nb')} er i ingen, {number(count['torn'], 'nb')} er dratt mellom to.",
        nn=f"{municipalities(members).nn} av {number(several, 'nn')} som samarbeider om minst {least} av tenestene ({name['nn']}), er i {number(len(table), 'nn')} grupper som går att; {number(count['none'], 'nn')} er i inga, {number(count['torn'], 'nn')} er dregne mellom to.",
        en=f"{municipalities(members).en} of {number(several, 'en')} that cooperate on at least {least} of the services ({name['en']}) are in {number(len(table), 'en')} groups that recur; {number(count['none'], 'en')} are in none, {number(count['torn'], 'en')} are torn between two.",
    )


def _statement(edition: Edition, data: Membership, table: pd.DataFrame, standing: Array, chosen: Sequence[str], least: int) -> Text:
    headline = _headline(edition, table, standing, chosen, least)
    return headline + _sizes(data, table) + _firmness(table) if len(table) else headline


def _sizes(data: Membership, table: pd.DataFrame) -> Text:
    known = table["population"].dropna()
    if known.empty:
        return Text(nb="Folketallet er ukjent.", nn="Folketalet er ukjent.", en="Population is unknown.")
    near = int(known.between(HEALTH_MUNICIPALITY / 2, HEALTH_MUNICIPALITY * 2).sum())
    w = {language: [number(one, language) for one in (known.median(), near, len(known))] for language in LANGUAGES}
    pairs = int((table["municipalities_number"] == 2).sum())
    return Text(
        nb=f"Median folketall er {w['nb'][0]}; {w['nb'][1]} av {w['nb'][2]} er mellom 5 000 og 20 000, nær en helsekommune på 10 000. {number(pairs, 'nb')} av gruppene er bare to kommuner.",
        nn=f"Median folketal er {w['nn'][0]}; {w['nn'][1]} av {w['nn'][2]} er mellom 5 000 og 20 000, nær ein helsekommune på 10 000. {number(pairs, 'nn')} av gruppene er berre to kommunar.",
        en=f"Their median population is {w['en'][0]}; {w['en'][1]} of {w['en'][2]} are between 5,000 and 20,000, near a health municipality of 10,000. {number(pairs, 'en')} of the groups are only two municipalities.",
    ) + population_years(data)


def _firmness(table: pd.DataFrame) -> Text:
    steady = float(table["stability_memberships"].mean())
    left_out = float(table["stability_left_out"].mean())
    wider = table[table["share_other"].notna()]
    beyond = int((wider["share_other"] > 0).sum())
    share = {language: percent(steady, language) for language in LANGUAGES}
    sentence = Text(
        nb=f"{beyond} av dem deler også noe annet enn helse. Faller hvert tiende medlemskap ut, blir {share['nb']} av gruppen igjen i snitt.",
        nn=f"{beyond} av dei deler òg noko anna enn helse. Fell kvar tiande medlemskap ut, blir {share['nn']} av gruppa att i snitt.",
        en=f"{beyond} of them share something else than health too. If every tenth membership falls out, {share['en']} of the group remains on average.",
    )
    if np.isnan(left_out):
        return sentence + Text(
            nb="Med så få tjenester kan ingen utelates for å prøve hvor faste gruppene er.",
            nn="Med så få tenester kan inga utelatast for å prøve kor faste gruppene er.",
            en="With so few services none can be left out to try how firm the groups are.",
        )
    w = {language: percent(left_out, language) for language in LANGUAGES}
    return sentence + Text(
        nb=f"Utelates én tjeneste, blir {w['nb']} igjen i snitt.",
        nn=f"Blir éi teneste utelaten, er {w['nn']} att i snitt.",
        en=f"If one service is left out, {w['en']} remains on average.",
    )
