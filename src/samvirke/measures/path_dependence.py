"""Whether new cooperation builds on old: of the partners of cooperations founded after a date, how many were partners before."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.errors import OptionError
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures._chance import Against, against, hold_against_draws
from samvirke.measures.distance import points_of
from samvirke.measures.gaps import gaps
from samvirke.measures.membership import Array, Membership, labels, membership, read_services
from samvirke.measures.null_models import NULLS, Lists, Null, by_distance, hold_lists, lists
from samvirke.vocabulary.dates import DateInterval
from samvirke.vocabulary.language import LANGUAGES, Text, day, number, percent, probability

QUESTION = Text(
    nb="Bygger nye samarbeid på gamle?",
    nn="Byggjer nye samarbeid på gamle?",
    en="Does new cooperation build on old?",
)
METHOD = Text(
    nb="Et samarbeid er nytt når det begynte på eller etter skillet (cut), gammelt når det begynte før. Av parene av partnere i nye samarbeid telles de som allerede var partnere i et gammelt, for hver ny og hver gammel tjeneste. Samarbeid uten startdato, eller med en for grov dato, er utenfor begge og sagt. Parene holdes mot trekninger der medlemmene i de nye samarbeidene er fordelt på nytt og de gamle ligger fast, med de samme to nullmodellene som i consolidation. I founded sammenlignes hvert nytt samarbeid med det gamle det har flest medlemmer felles med.",
    nn="Eit samarbeid er nytt når det byrja på eller etter skiljet (cut), gammalt når det byrja før. Av para av partnarar i nye samarbeid blir dei talde som alt var partnarar i eit gammalt, for kvar ny og kvar gammal teneste. Samarbeid utan startdato, eller med ein for grov dato, er utanfor begge og sagt. Para blir haldne mot trekningar der medlemmene i dei nye samarbeida er fordelte på nytt og dei gamle ligg fast, med dei same to nullmodellane som i consolidation. I founded blir kvart nytt samarbeid samanlikna med det gamle det har flest medlemmer felles med.",
    en="A cooperation is new when it began at or after the cut, old when it began before. Of the pairs of partners in new cooperations, those are counted that already were partners in an old one, for each new and each old service. Cooperations without a date of beginning, or with one too coarse, are outside both, and said. The pairs are held against draws in which the members of the new cooperations are dealt out anew while the old ones stay, under the same two null models as in `consolidation`. In `founded` each new cooperation is compared with the old one it has most members in common with.",
)
COLUMNS = [
    *("new_service", "old_service", "cooperations", "pairs_new", "pairs_before", "share_before"),
    *("expected_degree", "p_degree", "expected_distance", "p_distance", "draws"),
]
REFORM = date(2012, 1, 1)


def path_dependence(edition: Edition, *, services: tuple[str, ...] | None = None, cut: date = REFORM, draws: int = 1000, seed: int = 1) -> Finding:
    """Count the partner pairs of cooperations founded after a date that were partners before it, and hold them against chance.

    Parameters
    ----------
    edition : Edition
        What is asked about, as it is seen: cooperations that have ended by then are not in it.
    services : tuple of str or None
        The services; None is all.
    cut : datetime.date
        The day from which a cooperation is new.
    draws, seed : int
        As in `consolidation`.

    Returns
    -------
    Finding
        One row for each new and each old service (and old service *any*): new_service, old_service, cooperations, pairs_new, pairs_before,
        share_before, expected_degree, p_degree, expected_distance, p_distance (NaN where the draws do not vary), draws. Supporting table
        `founded`: service, cooperation, founded, relation (same, within, wider, partly, none), built_on, common_members, members.

    Raises
    ------
    OptionError
        When there are fewer than 39 draws or more than a million.
    """
    if not 39 <= draws <= 1_000_000:
        raise OptionError("draws", draws, Text(nb="39 til 1 000 000", nn="39 til 1 000 000", en="39 to 1,000,000"))
    data = membership(edition)
    chosen = read_services(data, services)
    age = _ages(edition, data, cut)
    own = data.cooperations["service"].isin(chosen).to_numpy(dtype=bool)
    new, old = np.flatnonzero(own & (age == 1)), np.flatnonzero(own & (age == -1))
    rows = []
    lon, lat = points_of(edition, data)
    for service in sorted(set(data.cooperations["service"].to_numpy()[new])) if len(old) else []:
        rows += _service(data, service, _of(data, new, service), old, (lon, lat), draws, seed)
    table = pd.DataFrame(rows, columns=COLUMNS)
    founded = _founded(edition, data, new, old)
    everything = table[table["old_service"] == ANY]
    return Finding(
        id="path_dependence",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(edition, table, founded, cut, len(old)),
        method=METHOD,
        table=table,
        coverage=Coverage(
            int(everything["pairs_before"].sum()) if len(table) else None,
            {"pairs_new": int(everything["pairs_new"].sum()), "cooperations": int(own.sum())},
            (*gaps(data, chosen), *_undated(int((own & (age == 0)).sum()), int(own.sum()))),
        ),
        chart=Chart("bars", {"category": "old_service", "value": "pairs_before", "of": "pairs_new", "panel": "new_service"}) if len(table) else Chart("table"),
        supporting={"founded": founded} if len(founded) else {},
        seed=seed if len(table) else None,
    )


ANY = "any"


def _of(data: Membership, columns: Array, service: str) -> Array:
    return np.asarray(columns[data.cooperations["service"].to_numpy()[columns] == service])


def _ages(edition: Edition, data: Membership, cut: date) -> Array:
    """Say of each cooperation whether it is new (1), old (-1) or cannot be told (0)."""
    began = edition["cooperation"].set_index("id")["valid_from"].to_dict()
    ages = np.zeros(len(data.cooperations), dtype=np.int64)
    for place, name in enumerate(data.cooperations["id"]):
        if isinstance(written := began[name], str):
            when = DateInterval.parse(written)
            ages[place] = 1 if when.first >= cut else -1 if when.last < cut else 0
    return ages


def _service(data: Membership, service: str, new: Array, old: Array, where: tuple[Array, Array], draws: int, seed: int) -> list[dict[str, Any]]:
    """Hold the new cooperations of a service against the old ones of each service, and against all of them."""
    kinds = [ANY, *sorted(set(data.cooperations["service"].to_numpy()[old]))]
    fixed = [lists(data, old if kind == ANY else _of(data, old, kind)) for kind in kinds]
    degree = lists(data, new)
    pairs_new = int(hold_lists(degree, degree.members[None], degree, degree.members[None])[0, 4])
    distance = by_distance(data, degree, new, *where, np.random.SeedSequence(seed, spawn_key=(2, 0)))
    found: dict[Null, list[Against | None]] = {}
    observed = [int(hold_lists(one, one.members[None], degree, degree.members[None])[0, 4]) for one in fixed]
    for null in NULLS:
        drawn: Lists | None = degree if null == "degree" else distance
        if drawn is None:
            found[null] = [None] * len(kinds)
            continue
        made = hold_against_draws([drawn, *fixed], null, draws, seed, [(0, 1 + place) for place in range(len(fixed))])
        found[null] = [against(count, made[0, 1 + place, 0][1][:, 4], made[0, 1 + place, 0][0][:, 4]) for place, count in enumerate(observed)]
    rows = []
    for place, kind in enumerate(kinds):
        row: dict[str, Any] = {"new_service": service, "old_service": kind, "cooperations": len(new), "pairs_new": pairs_new, "pairs_before": observed[place]}
        row["share_before"] = observed[place] / pairs_new if pairs_new else np.nan
        for null in NULLS:
            told = found[null][place]
            row |= {f"expected_{null}": told.expected if told else np.nan, f"p_{null}": told.p_value if told else np.nan}
        rows.append({**row, "draws": draws})
    return rows


def _founded(edition: Edition, data: Membership, new: Array, old: Array) -> pd.DataFrame:
    """Compare each new cooperation with the old one that it has most members in common with."""
    columns = ["service", "cooperation", "founded", "relation", "built_on", "common_members", "members"]
    began = edition["cooperation"].set_index("id")["valid_from"].to_dict()
    own = data.cooperations
    members = own["members"].to_numpy(dtype=np.int64)
    common = (data.by_cooperation[new] @ data.matrix[:, old]).toarray() if len(new) and len(old) else np.zeros((len(new), 0))
    rows = []
    for place, column in enumerate(new):
        at = int(np.lexsort((members[old], -common[place]))[0]) if len(old) else -1
        shared = int(common[place, at]) if len(old) else 0
        size, other = int(members[column]), int(members[old[at]]) if len(old) else 0
        relation = "none" if shared < 2 else "same" if shared == size == other else "within" if shared == size else "wider" if shared == other else "partly"
        built_on = own["id"].iat[old[at]] if shared >= 2 else None
        rows.append((own["service"].iat[column], own["id"].iat[column], began[own["id"].iat[column]], relation, built_on, shared, size))
    return pd.DataFrame(rows, columns=columns)


def _undated(count: int, of: int) -> tuple[Missing, ...]:
    if not count:
        return ()
    w = {language: (number(count, language), number(of, language)) for language in LANGUAGES}
    why = Text(
        nb=f"{w['nb'][0]} av {w['nb'][1]} samarbeid har ingen startdato som kan holdes mot skillet, og er verken nye eller gamle.",
        nn=f"{w['nn'][0]} av {w['nn'][1]} samarbeid har ingen startdato som kan haldast mot skiljet, og er verken nye eller gamle.",
        en=f"{w['en'][0]} of {w['en'][1]} cooperations have no date of beginning that can be held against the cut, and are neither new nor old.",
    )
    return (Missing("cooperation", (), why),)


def _statement(edition: Edition, table: pd.DataFrame, founded: pd.DataFrame, cut: date, old: int) -> Text:
    new = len(founded)
    when = {language: day(cut, language) for language in LANGUAGES}
    if table.empty:
        return Text(
            nb=f"Om nye samarbeid bygger på gamle, kan ikke sies: {new} begynte {when['nb']} eller senere, {old} før.",
            nn=f"Om nye samarbeid byggjer på gamle, kan ikkje seiast: {new} byrja {when['nn']} eller seinare, {old} før.",
            en=f"Whether new cooperation builds on old cannot be said: {new} began on {when['en']} or later, {old} before.",
        )
    built = int((founded["relation"] != "none").sum())
    sentence = Text(
        nb=f"{built} av {new} nye samarbeid bygger på et gammelt: minst to medlemmer er felles.",
        nn=f"{built} av {new} nye samarbeid byggjer på eit gammalt: minst to medlemmer er felles.",
        en=f"{built} of {new} new cooperations build on an old one: at least two members are in common.",
    )
    for row in table[(table["old_service"] == ANY) & (table["pairs_new"] > 0)].to_dict("records"):
        name = labels(edition, [row["new_service"]])
        w = {
            language: (number(row["pairs_before"], language), number(row["pairs_new"], language), percent(row["share_before"], language))
            for language in LANGUAGES
        }
        sentence += Text(
            nb=f"Av {w['nb'][1]} par av partnere i {name['nb']}-samarbeid fra {when['nb']} eller senere var {w['nb'][0]} ({w['nb'][2]}) partnere fra før.",
            nn=f"Av {w['nn'][1]} par av partnarar i {name['nn']}-samarbeid frå {when['nn']} eller seinare var {w['nn'][0]} ({w['nn'][2]}) partnarar frå før.",
            en=f"Of {w['en'][1]} pairs of partners in cooperations on {name['en']} from {when['en']} or later, {w['en'][0]} ({w['en'][2]}) were partners before.",
        ) + _chance(row)
    return sentence


def _chance(row: dict[Any, Any]) -> Text:
    null = "distance" if not np.isnan(row["p_distance"]) else "degree"
    if np.isnan(row[f"p_{null}"]):
        return Text(
            nb="Om det er mer enn tilfeldig, kan ikke prøves.",
            nn="Om det er meir enn slump, kan ikkje prøvast.",
            en="Whether that is more than chance cannot be tested.",
        )
    w = {language: (number(row[f"expected_{null}"], language), probability(row[f"p_{null}"], language)) for language in LANGUAGES}
    by = {"distance": ("størrelse og avstand", "storleik og avstand", "size and distance"), "degree": ("størrelse alene", "storleik åleine", "size alone")}[
        null
    ]
    return Text(
        nb=f"Etter {by[0]} ventes {w['nb'][0]} ({w['nb'][1]}).",
        nn=f"Etter {by[1]} er det venta {w['nn'][0]} ({w['nn'][1]}).",
        en=f"By {by[2]}, {w['en'][0]} are expected ({w['en'][1]}).",
    )
