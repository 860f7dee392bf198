"""Whether new cooperation builds on old: of the partners of cooperations founded after a date, how many were partners before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.errors import OptionError
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures._chance import Against, against, hold_against_draws
from samvirke.measures._verdicts import SHORT
from samvirke.measures.contours import count_or_none
from samvirke.measures.distance import points_of
from samvirke.measures.gaps import gaps
from samvirke.measures.membership import Array, Membership, labels, membership, read_services
from samvirke.measures.null_models import NULLS, Lists, Null, by_distance, hold_lists, lists
from samvirke.vocabulary.dates import Certainty, DateInterval
from samvirke.vocabulary.language import LANGUAGES, Language, Text, day, number, percent, probability

QUESTION = Text(
    nb="Bygger nye samarbeid på gamle?",
    nn="Byggjer nye samarbeid på gamle?",
    en="Does new cooperation build on old?",
)
METHOD = Text(
    nb="Et samarbeid er nytt når det begynte på eller etter skillet (cut) og er der den dagen utgaven ses fra, gammelt når det var der dagen før skillet; de gamle tas fra hele utgaven, også de som er avsluttet siden. Et nytt samarbeid har medlemmene det har den dagen utgaven ses fra, et gammelt dem det hadde dagen før skillet. Et medlemskap uten dato regnes fra samarbeidets begynnelse; er en dato for grov til å si det, er medlemskapet utenfor. Samarbeid uten startdato, eller med en for grov dato, er verken nye eller gamle. Alt dette er sagt med antall under mangler. Av parene av partnere i nye samarbeid telles de som allerede var partnere i et gammelt, for hver ny og hver gammel tjeneste. Parene holdes mot trekninger der medlemmene i de nye samarbeidene er fordelt på nytt og de gamle ligger fast, med de samme to nullmodellene som i consolidation; against_chance har hver for seg, og chain_correlation og chain_drift skal være nær 0. p er ikke justert for antall rader. I founded sammenlignes hvert nytt samarbeid med det gamle det har flest medlemmer felles med.",
    nn="Eit samarbeid er nytt når det byrja på eller etter skiljet (cut) og er der den dagen utgåva blir sett frå, gammalt når det var der dagen før skiljet; dei gamle blir tekne frå heile utgåva, òg dei som er avslutta sidan. Eit nytt samarbeid har medlemmene det har den dagen utgåva blir sett frå, eit gammalt dei det hadde dagen før skiljet. Ein medlemskap utan dato blir rekna frå samarbeidet byrja; er ein dato for grov til å seie det, er medlemskapen utanfor. Samarbeid utan startdato, eller med ein for grov dato, er verken nye eller gamle. Alt dette er sagt med tal under manglar. Av para av partnarar i nye samarbeid blir dei talde som alt var partnarar i eit gammalt, for kvar ny og kvar gammal teneste. Para blir haldne mot trekningar der medlemmene i dei nye samarbeida er fordelte på nytt og dei gamle ligg fast, med dei same to nullmodellane som i consolidation; against_chance har kvar for seg, og chain_correlation og chain_drift skal vere nær 0. p er ikkje justert for talet på rader. I founded blir kvart nytt samarbeid samanlikna med det gamle det har flest medlemmer felles med.",
    en="A cooperation is new when it began at or after the cut and is there on the day the edition is seen from, old when it was there on the day before the cut; old ones are taken from the whole edition, also those that have ended since. A new cooperation has the members that it has on the day the edition is seen from, an old one those it had on the day before the cut. A membership without a date counts from the cooperation's beginning; where a date is too coarse to say, the membership is left out. Cooperations without a date of beginning, or with one too coarse, are neither new nor old. All this is said with counts under missing. Of the pairs of partners in new cooperations, those are counted that already were partners in an old one, for each new and each old service. The pairs are held against draws in which the members of the new cooperations are dealt out anew while the old ones stay, under the same two null models as in `consolidation`; against_chance has each, and chain_correlation and chain_drift should be near 0. p is not adjusted for the number of rows. In `founded` each new cooperation is compared with the old one it has most members in common with.",
)
COLUMNS = [
    *("new_service", "old_service", "cooperations", "pairs_new", "pairs_before", "share_before"),
    *("expected_degree", "p_degree", "expected_distance", "p_distance", "draws"),
]
CHANCE = ["expected", "low", "high", "z", "p_value", "p_mid", "draws", "chain_correlation", "chain_drift"]
ANY = "any"
REFORM = date(2012, 1, 1)


@dataclass(frozen=True)
class Sides:
    """The edition with what was there before the cut beside what is there now, and what could not be told.

    Parameters
    ----------
    edition : Edition
        Its cooperations as seen, but those from before the cut, also ended ones, with their members on the day before it.
    age : Mapping[str, int]
        By cooperation: new (1), old (-1) or neither (0).
    left_out : Mapping[str, int]
        How many cooperations and memberships could not be used, by why.
    """

    edition: Edition
    age: Mapping[str, int]
    left_out: Mapping[str, int]


def path_dependence(edition: Edition, *, services: tuple[str, ...] | None = None, cut: date = REFORM, draws: int = 1000, seed: int = 1) -> Finding:
    """Count the partner pairs of cooperations founded after a date that were partners before it, and hold them against chance.

    Parameters
    ----------
    edition : Edition
        What is asked about; new cooperations are those there on the day it is seen from, old ones are looked for in the whole edition.
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
        share_before, expected_degree, p_degree, expected_distance, p_distance (NaN where nothing can be told), draws. Supporting tables
        `founded`: service, cooperation, founded, relation (same, within, wider, partly, none), built_on, common_members, members; and
        `against_chance`: new_service, old_service, null_model, observed, expected, low, high, z, p_value, p_mid, draws, chain_correlation,
        chain_drift.

    Raises
    ------
    OptionError
        When there are fewer than 39 draws or more than a million.
    """
    if not 39 <= draws <= 1_000_000:
        raise OptionError("draws", draws, Text(nb="39 til 1 000 000", nn="39 til 1 000 000", en="39 to 1,000,000"))
    sides = both_sides(edition, cut)
    data = membership(sides.edition)
    chosen = read_services(data, services)
    age = np.array([sides.age[name] for name in data.cooperations["id"]], dtype=np.int64)
    own = data.cooperations["service"].isin(chosen).to_numpy(dtype=bool)
    new, old = np.flatnonzero(own & (age == 1)), np.flatnonzero(own & (age == -1))
    rows, chance = [], []
    where = points_of(edition, data)
    for service in sorted(set(data.cooperations["service"].to_numpy()[new])) if len(old) else []:
        made = _service(data, service, _of(data, new, service), old, where, draws, seed)
        rows += made[0]
        chance += made[1]
    table = pd.DataFrame(rows, columns=COLUMNS)
    against_chance = pd.DataFrame(chance, columns=["new_service", "old_service", "null_model", "observed", *CHANCE])
    founded = _founded(edition, data, new, old)
    everything = table[table["old_service"] == ANY]
    seen = membership(edition)
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
            (*gaps(seen, chosen), *_undated(int((own & (age == 0)).sum()), int(own.sum())), *_left_out(sides.left_out), *_short(against_chance)),
        ),
        chart=Chart("bars", {"category": "old_service", "value": "pairs_before", "of": "pairs_new", "panel": "new_service"}) if len(table) else Chart("table"),
        supporting=({"founded": founded} if len(founded) else {}) | ({"against_chance": against_chance} if len(table) else {}),
        seed=seed if len(table) else None,
    )


def _of(data: Membership, columns: Array, service: str) -> Array:
    return np.asarray(columns[data.cooperations["service"].to_numpy()[columns] == service])


def _held(valid_from: object, valid_to: object, cut: date) -> Certainty:
    """Say whether something that is valid from a day, or open, to another was valid on the day before the cut."""
    began = DateInterval.parse(valid_from).before(cut) if isinstance(valid_from, str) else "certain"
    lasted = DateInterval.parse(valid_to).from_(cut) if isinstance(valid_to, str) else "certain"
    return "no" if "no" in (began, lasted) else "certain" if began == lasted == "certain" else "possible"


def _held_rows(rows: pd.DataFrame, cut: date) -> Array:
    return np.array([_held(begins, ends, cut) for begins, ends in zip(rows["valid_from"], rows["valid_to"], strict=True)], dtype=object)


def both_sides(edition: Edition, cut: date) -> Sides:
    """Put the cooperations that were there on the day before the cut, with their members then, beside those begun since.

    Parameters
    ----------
    edition : Edition
        As seen on a day, or with all its rows.
    cut : datetime.date
        The day from which a cooperation is new.
    """
    whole, now = edition.whole or edition, edition["cooperation"]
    every, member = whole["cooperation"], whole["member"]
    here = every["id"].isin(set(now["id"])).to_numpy(dtype=bool)
    dated = np.array([isinstance(one, str) for one in every["valid_from"]], dtype=bool)
    new = np.array([isinstance(one, str) and DateInterval.parse(one).first >= cut for one in every["valid_from"]], dtype=bool)
    held = _held_rows(every, cut)
    old = dated & (held == "certain")
    rows = member[member["cooperation"].isin(set(every["id"][old]))]
    then = _held_rows(rows, cut)
    kept = rows[then == "certain"]
    joined = {
        "cooperation": pd.concat([now[~now["id"].isin(set(every["id"][old]))], every[old]], ignore_index=True),
        "member": pd.concat([edition["member"][~edition["member"]["cooperation"].isin(set(every["id"][old]))], kept], ignore_index=True),
    }
    age = dict.fromkeys(joined["cooperation"]["id"], 0) | dict.fromkeys(every["id"][new], 1) | dict.fromkeys(every["id"][old], -1)
    outside = ~kept["municipality"].isin(set(edition["municipality"]["code"]))
    left_out = {
        "ended_new": int((new & ~here).sum()),
        "ended_untold": int((~here & ~new & ~old & (held != "no")).sum()),
        "members_undated": int(kept["valid_from"].isna().sum()),
        "members_coarse": int((then == "possible").sum()),
        "members_elsewhere": int(outside.sum()),
        "members_old": len(kept),
    }
    return Sides(replace(edition, tables={**edition.tables, **joined}), age, left_out)


def _service(
    data: Membership, service: str, new: Array, old: Array, where: tuple[Array, Array], draws: int, seed: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Hold the new cooperations of a service against the old ones of each service, and against all of them; also each null model by itself."""
    kinds = [ANY, *sorted(set(data.cooperations["service"].to_numpy()[old]))]
    still = [_fixed(lists(data, old if kind == ANY else _of(data, old, kind))) for kind in kinds]
    degree = lists(data, new)
    pairs_new = int(hold_lists(degree, degree.members[None], degree, degree.members[None])[0, 4])
    distance = by_distance(data, degree, new, *where, np.random.SeedSequence(seed, spawn_key=(2, 0)))
    found: dict[Null, list[Against | None]] = {}
    observed = [int(hold_lists(one, one.members[None], degree, degree.members[None])[0, 4]) for one in still]
    for null in NULLS:
        drawn: Lists | None = degree if null == "degree" else distance
        if drawn is None:
            found[null] = [None] * len(kinds)
            continue
        made = hold_against_draws([drawn, *still], null, draws, seed, [(0, 1 + place) for place in range(len(still))])
        found[null] = [against(count, made[0, 1 + place, 0][1][:, 4], made[0, 1 + place, 0][0][:, 4]) for place, count in enumerate(observed)]
    rows, chance = [], []
    for place, kind in enumerate(kinds):
        about = {"new_service": service, "old_service": kind}
        row: dict[str, Any] = {**about, "cooperations": len(new), "pairs_new": pairs_new, "pairs_before": observed[place]}
        row["share_before"] = observed[place] / pairs_new if pairs_new else np.nan
        for null in NULLS:
            told = found[null][place]
            row |= {f"expected_{null}": told.expected if told else np.nan, f"p_{null}": told.p_value if told else np.nan}
            of_null = {name: getattr(told, name, np.nan) for name in CHANCE} | {"draws": draws}
            chance.append({**about, "null_model": null, "observed": observed[place], **of_null})
        rows.append({**row, "draws": draws})
    return rows, chance


def _fixed(own: Lists) -> Lists:
    """Return lists that no draw changes."""
    return replace(own, columns=own.columns[:0])


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
    w, one = {language: (number(count, language), number(of, language)) for language in LANGUAGES}, count == 1
    why = Text(
        nb=f"{w['nb'][0]} av {w['nb'][1]} samarbeid har ikke datoer som kan holdes mot skillet, og er {'verken nytt eller gammelt' if one else 'verken nye eller gamle'}.",
        nn=f"{w['nn'][0]} av {w['nn'][1]} samarbeid har ikkje datoar som kan haldast mot skiljet, og er {'verken nytt eller gammalt' if one else 'verken nye eller gamle'}.",
        en=f"{w['en'][0]} of {w['en'][1]} cooperations {'has' if one else 'have'} no dates that can be held against the cut, and {'is' if one else 'are'} neither new nor old.",
    )
    return (Missing("cooperation", (), why),)


def _left_out(count: Mapping[str, int]) -> tuple[Missing, ...]:
    """Say what of the time before the cut, and since, is not seen."""
    w = {name: {language: number(n, language) for language in LANGUAGES} for name, n in count.items()}
    one = {name: n == 1 for name, n in count.items()}
    ended = "is" if one["ended_new"] else "are"
    told = {
        "ended_new": Text(
            nb=f"{w['ended_new']['nb']} samarbeid begynte på eller etter skillet, men er ikke der den dagen utgaven ses fra, og er ikke med blant de nye.",
            nn=f"{w['ended_new']['nn']} samarbeid byrja på eller etter skiljet, men er ikkje der den dagen utgåva blir sett frå, og er ikkje med blant dei nye.",
            en=f"{w['ended_new']['en']} {'cooperation' if one['ended_new'] else 'cooperations'} began at or after the cut, but {ended} not there on the day the edition is seen from, and {ended} not among the new.",
        ),
        "ended_untold": Text(
            nb=f"{w['ended_untold']['nb']} samarbeid som ikke er der den dagen utgaven ses fra, har ingen dato som sier om det var der dagen før skillet, og er ikke med blant de gamle.",
            nn=f"{w['ended_untold']['nn']} samarbeid som ikkje er der den dagen utgåva blir sett frå, har ingen dato som seier om det var der dagen før skiljet, og er ikkje med blant dei gamle.",
            en=f"{w['ended_untold']['en']} {'cooperation that is' if one['ended_untold'] else 'cooperations that are'} not there on the day the edition is seen from {'has' if one['ended_untold'] else 'have'} no date that says whether it was there on the day before the cut, and {'is' if one['ended_untold'] else 'are'} not among the old.",
        ),
        "members_undated": Text(
            nb=f"{w['members_undated']['nb']} av {w['members_old']['nb']} medlemskap i gamle samarbeid har ingen dato, og regnes fra samarbeidets begynnelse.",
            nn=f"{w['members_undated']['nn']} av {w['members_old']['nn']} medlemskapar i gamle samarbeid har ingen dato, og blir rekna frå samarbeidet byrja.",
            en=f"{w['members_undated']['en']} of {w['members_old']['en']} memberships of old cooperations {'has' if one['members_undated'] else 'have'} no date, and {'counts' if one['members_undated'] else 'count'} from the cooperation's beginning.",
        ),
        "members_coarse": Text(
            nb=f"{w['members_coarse']['nb']} medlemskap i gamle samarbeid har en dato som er for grov til å si om det gjaldt dagen før skillet, og er ikke med.",
            nn=f"{w['members_coarse']['nn']} {'medlemskap' if one['members_coarse'] else 'medlemskapar'} i gamle samarbeid har ein dato som er for grov til å seie om det galdt dagen før skiljet, og er ikkje med.",
            en=f"{w['members_coarse']['en']} {'membership' if one['members_coarse'] else 'memberships'} of old cooperations {'has' if one['members_coarse'] else 'have'} a date too coarse to say whether it held on the day before the cut, and {'is' if one['members_coarse'] else 'are'} left out.",
        ),
        "members_elsewhere": Text(
            nb=f"{w['members_elsewhere']['nb']} medlemskap i gamle samarbeid er av kommuner som ikke er i utgaven den dagen den ses fra, og er ikke med.",
            nn=f"{w['members_elsewhere']['nn']} {'medlemskap' if one['members_elsewhere'] else 'medlemskapar'} i gamle samarbeid er av kommunar som ikkje er i utgåva den dagen ho blir sett frå, og er ikkje med.",
            en=f"{w['members_elsewhere']['en']} {'membership' if one['members_elsewhere'] else 'memberships'} of old cooperations {'is' if one['members_elsewhere'] else 'are'} of municipalities that are not in the edition on the day it is seen from, and {'is' if one['members_elsewhere'] else 'are'} left out.",
        ),
    }
    return tuple(Missing("member" if name.startswith("members") else "cooperation", (), why) for name, why in told.items() if count[name])


def _short(chance: pd.DataFrame) -> tuple[Missing, ...]:
    """Say where chains were too short to forget where they began."""
    allowed = np.maximum(SHORT, 4 / np.sqrt(chance["draws"].astype(float)))
    short = int(((chance["chain_correlation"].abs() > allowed) | (chance["chain_drift"].abs() > allowed)).sum())
    if not short:
        return ()
    why = Text(
        nb=f"I {short} av {len(chance)} {'rad' if len(chance) == 1 else 'rader'} i against_chance er kjedene korte (chain_correlation, chain_drift): p er fortsatt gyldig, men prøven er svakere.",
        nn=f"I {short} av {len(chance)} {'rad' if len(chance) == 1 else 'rader'} i against_chance er kjedene korte (chain_correlation, chain_drift): p er framleis gyldig, men prøva er svakare.",
        en=f"In {short} of {len(chance)} {'row' if len(chance) == 1 else 'rows'} of against_chance the chains are short (chain_correlation, chain_drift): p is still valid, but the test is weaker.",
    )
    return (Missing("draws", (), why),)


def _statement(edition: Edition, table: pd.DataFrame, founded: pd.DataFrame, cut: date, old: int) -> Text:
    new = len(founded)
    when = {language: day(cut, language) for language in LANGUAGES}
    if table.empty:
        n = {language: (count_or_none(new, language), count_or_none(old, language)) for language in LANGUAGES}
        return Text(
            nb=f"Om nye samarbeid bygger på gamle, kan ikke sies: {n['nb'][0]} begynte {when['nb']} eller senere, og {n['nb'][1]} var der dagen før.",
            nn=f"Om nye samarbeid byggjer på gamle, kan ikkje seiast: {n['nn'][0]} byrja {when['nn']} eller seinare, og {n['nn'][1]} var der dagen før.",
            en=f"Whether new cooperation builds on old cannot be said: {n['en'][0]} began on {when['en']} or later, and {n['en'][1]} {'was' if old == 1 else 'were'} there on the day before.",
        )
    built = int((founded["relation"] != "none").sum())
    n = {language: (count_or_none(built, language), number(new, language)) for language in LANGUAGES}
    common = {
        "nb": f"{'minst' if built else 'færre enn'} to medlemmer er felles",
        "nn": f"{'minst' if built else 'færre enn'} to medlemmer er felles",
        "en": f"{'at least' if built else 'fewer than'} two members are in common",
    }
    if new == 1:
        sentence = Text(
            nb=f"Det ene nye samarbeidet bygger {'på et gammelt' if built else 'ikke på noe gammelt'}: {common['nb']}.",
            nn=f"Det eine nye samarbeidet byggjer {'på eit gammalt' if built else 'ikkje på noko gammalt'}: {common['nn']}.",
            en=f"The one new cooperation {'builds on an old one' if built else 'does not build on an old one'}: {common['en']}.",
        )
    else:
        sentence = Text(
            nb=f"{n['nb'][0].capitalize()} av {n['nb'][1]} nye samarbeid bygger på et gammelt: {common['nb']}.",
            nn=f"{n['nn'][0].capitalize()} av {n['nn'][1]} nye samarbeid byggjer på eit gammalt: {common['nn']}.",
            en=f"{n['en'][0].capitalize()} of {n['en'][1]} new cooperations {'build' if built > 1 else 'builds'} on an old one: {common['en']}.",
        )
    for row in table[(table["old_service"] == ANY) & (table["pairs_new"] > 0)].to_dict("records"):
        name = labels(edition, [row["new_service"]])
        n = before(row)
        sentence += Text(
            nb=f"Av {n['nb'][1]} par av partnere i samarbeid om {name['nb']} fra {when['nb']} eller senere var {n['nb'][0]} partnere fra før.",
            nn=f"Av {n['nn'][1]} par av partnarar i samarbeid om {name['nn']} frå {when['nn']} eller seinare var {n['nn'][0]} partnarar frå før.",
            en=f"Of {n['en'][1]} {'pair' if row['pairs_new'] == 1 else 'pairs'} of partners in cooperations on {name['en']} from {when['en']} or later, {n['en'][0]} had been partners before.",
        ) + _chance(row)
    return sentence


def before(row: Mapping[Any, Any]) -> dict[Language, tuple[str, str]]:
    """Write how many of the new pairs were partners before, with the share, and how many there are."""
    return {
        language: (
            f"{number(row['pairs_before'], language)} ({percent(row['share_before'], language)})" if row["pairs_before"] else count_or_none(0, language),
            number(row["pairs_new"], language),
        )
        for language in LANGUAGES
    }


def _chance(row: dict[Any, Any]) -> Text:
    null = "distance" if not np.isnan(row["p_distance"]) else "degree"
    if np.isnan(row[f"p_{null}"]):
        return Text(
            nb="Om det er mer enn tilfeldig, kan ikke prøves.",
            nn="Om det er meir enn slump, kan ikkje prøvast.",
            en="Whether that is more than chance cannot be tested.",
        )
    w = {language: (number(row[f"expected_{null}"], language, 1), probability(row[f"p_{null}"], language)) for language in LANGUAGES}
    by = {"distance": ("størrelse og avstand", "storleik og avstand", "size and distance"), "degree": ("størrelse alene", "storleik åleine", "size alone")}[
        null
    ]
    return Text(
        nb=f"Etter {by[0]} ventes {w['nb'][0]} ({w['nb'][1]}).",
        nn=f"Etter {by[1]} er det venta {w['nn'][0]} ({w['nn'][1]}).",
        en=f"By {by[2]}, {w['en'][0]} would be expected ({w['en'][1]}).",
    )
