"""The note's hypotheses on cooperation and its borders (H1, H2, H5, H7, H15, H17), read against everything that the measures say of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Finding, Missing
from samvirke.measures._verdicts import LIMIT
from samvirke.measures.consolidation import consolidation
from samvirke.measures.constellations import constellations
from samvirke.measures.contours import groups as counted_groups
from samvirke.measures.contours import without_firmness
from samvirke.measures.crossing import crossing
from samvirke.measures.distance import distance
from samvirke.measures.gaps import gaps, municipalities
from samvirke.measures.membership import Membership, cooperation_populations, labels, membership
from samvirke.measures.path_dependence import before, path_dependence
from samvirke.measures.sizes import HEALTH_MUNICIPALITY
from samvirke.vocabulary.labels import value_label
from samvirke.vocabulary.language import LANGUAGES, Language, Text, day, number, probability

Reading = Literal["for", "against", "indicated_for", "indicated_against", "mixed", "untold"]

URGENT, WELFARE, BEDS, EMERGENCY = ("legevakt", "ohjelp"), "barnevern", "ohjelp", "legevakt"


@dataclass
class Read:
    """What is found about one hypothesis, sorted by what it says, the reading, and the tables that it lacks."""

    reading: Reading = "untold"
    speaks_for: list[Text] = field(default_factory=list)
    speaks_against: list[Text] = field(default_factory=list)
    describes: list[Text] = field(default_factory=list)
    cannot_tell: list[Text] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)

    def sort(self, sentence: Text, *, speaks_for: bool) -> None:
        """Put a sentence where its value belongs."""
        (self.speaks_for if speaks_for else self.speaks_against).append(sentence)


@dataclass(frozen=True)
class Borders:
    """The readings of the hypotheses on borders, by number, with what is missing in what they were read against."""

    read: Mapping[str, Read]
    missing: tuple[Missing, ...]


def borders(edition: Edition, *, draws: int = 1000, seed: int = 1) -> Borders:
    """Read H1, H2, H5, H7, H15 and H17 against an edition.

    Parameters
    ----------
    edition : Edition
        What they are read against.
    draws, seed : int
        As in `consolidation`.
    """
    data = membership(edition)
    present = set(data.services)
    overlaps, groups = consolidation(edition, draws=draws, seed=seed), without_firmness(edition)
    urgent = tuple(one for one in URGENT if one in present)
    apart = distance(edition, services=(*urgent, WELFARE)) if urgent and WELFARE in present else None
    order = path_dependence(edition, services=(BEDS, EMERGENCY), draws=draws, seed=seed) if {BEDS, EMERGENCY} <= present else None
    fragment, cement = _consolidated(edition, data, overlaps, groups)
    read = {
        "H1": fragment,
        "H2": cement,
        "H5": _distance(edition, present, apart),
        "H7": _order(edition, present, order),
        "H15": _size(data, groups),
        "H17": _width(data, groups),
    }
    return Borders(read, _missing(overlaps, groups, order, gaps(data, (BEDS, EMERGENCY))))


def _missing(overlaps: Finding, groups: Finding, order: Finding | None, of_order: tuple[Missing, ...]) -> tuple[Missing, ...]:
    own = [one for one in order.coverage.missing if one not in of_order] if order else []
    return tuple({(one.source, one.municipalities, one.why["en"]): one for one in (*overlaps.coverage.missing, *groups.coverage.missing, *own)}.values())


def _all(write: Callable[[Language], str]) -> Text:
    return Text(**{language: write(language) for language in LANGUAGES})


def _consolidated(edition: Edition, data: Membership, overlaps: Finding, groups: Finding) -> tuple[Read, Read]:
    """Read H1 and H2, which are each other's opposite, from the same answers."""
    fragment, cement = Read(), Read()
    verdicts = overlaps.supporting.get("verdicts")
    crosses = crossing(edition)
    share = float(crosses.table["share_crossing"].iloc[-1]) if len(crosses.table) else np.nan
    if np.isnan(share):
        fragment.cannot_tell.append(crosses.statement)
    else:
        fragment.sort(crosses.statement, speaks_for=share >= 0.5)
    row: Mapping[Any, Any] = verdicts.iloc[-1].to_dict() if verdicts is not None else {"consolidation_verdict": "untold"}
    verdict = row["consolidation_verdict"]
    if verdict in ("beyond_distance", "below"):
        less = verdict == "below"
        cement.sort(overlaps.statement, speaks_for=not less)
        fragment.sort(_overlap(verdict, row), speaks_for=less)
        cement.reading = "against" if less else "for"
        agree = not np.isnan(share) and (share >= 0.5) == less
        fragment.reading = ("for" if less else "against") if agree else ("indicated_for" if less else "indicated_against")
    elif verdict == "less_than_distance":
        fragment.reading = cement.reading = "mixed"
        for read, helps, hinders in ((fragment, "less", "more"), (cement, "more", "less")):
            read.sort(_overlap(helps, row), speaks_for=True)
            read.sort(_overlap(hinders, row), speaks_for=False)
    else:
        for read in (fragment, cement):
            read.cannot_tell.append(overlaps.statement)
    if len(groups.table):
        cement.describes.append(groups.headline or groups.statement)
    sets = constellations(edition)
    (fragment.describes if sets.coverage.numerator else fragment.cannot_tell).append(sets.statement)
    if data.services:
        for read in (fragment, cement):
            read.cannot_tell.append(days_of_sources(edition, data))
    return fragment, cement


OVERLAP: dict[str, Text] = {
    "beyond_distance": Text(nb="mer enn størrelsene og avstanden til setene forklarer", nn="meir enn storleikane og avstanden til seta forklarer", en="more than the sizes and the distance to the seats explain"),
    "below": Text(nb="mindre enn tilfeldighet eller avstand skulle tilsi", nn="mindre enn slump eller avstand skulle tilseie", en="less than chance or distance would make"),
    "more": Text(nb="mer enn ren tilfeldighet", nn="meir enn rein slump", en="more than pure chance"),
    "less": Text(nb="mindre enn naboskap skulle tilsi", nn="mindre enn naboskap skulle tilseie", en="less than being neighbours would make"),
}  # fmt: skip


def _overlap(said: str, row: Mapping[Any, Any]) -> Text:
    """Say how the overlap stands to what was expected, with the p-values that tell it."""
    told = [one for one in {"more": ("degree",), "less": ("distance",)}.get(said, ("degree", "distance")) if np.isfinite(row[f"p_{one}"])]
    p = {language: "; ".join(f"{value_label('null_model', one)[language]}: {probability(row[f'p_{one}'], language)}" for one in told) for language in LANGUAGES}
    return Text(
        nb=f"Overlappet mellom tjenestene er {OVERLAP[said].nb} ({p['nb']}).",
        nn=f"Overlappet mellom tenestene er {OVERLAP[said].nn} ({p['nn']}).",
        en=f"The overlap of the services is {OVERLAP[said].en} ({p['en']}).",
    )


def days_of_sources(edition: Edition, data: Membership) -> Text:
    """Say when the sources of each service's cooperations are from, and what can therefore not be said of time."""
    retrieved = edition["source"].set_index("id")["retrieved"].to_dict() if "source" in edition else {}
    source = edition["cooperation"].drop_duplicates("id").set_index("id")["source"].to_dict()
    days: dict[str, tuple[str, ...]] = {}
    for service, rows in data.cooperations.groupby("service", sort=True):
        given = {retrieved.get(source[one]) for one in rows["id"]}
        days[str(service)] = tuple(sorted(str(one) for one in given)) if all(isinstance(one, str) for one in given) else ()
    known, unknown = [one for one in days if days[one]], [one for one in days if not days[one]]
    end = Text(
        nb="om samarbeid endrer grensene over tid, kan ikke sies.",
        nn="om samarbeid endrar grensene over tid, kan ikkje seiast.",
        en="whether cooperation changes borders over time cannot be said.",
    )
    if not known:
        return Text(nb=f"Dagene kildene er fra, er ikke kjent; {end.nb}", nn=f"Dagane kjeldene er frå, er ikkje kjende; {end.nn}", en=f"The days of the sources are not known; {end.en}")  # fmt: skip
    said = {language: "; ".join(f"{labels(edition, [one])[language]}: {', '.join(_when(at, language) for at in days[one])}" for one in known) for language in LANGUAGES}  # fmt: skip
    if not unknown and len(set(days.values())) == 1 and len(days[known[0]]) == 1:
        return Text(
            nb=f"Kildene er alle fra {_when(days[known[0]][0], 'nb')}, og {end.nb}",
            nn=f"Kjeldene er alle frå {_when(days[known[0]][0], 'nn')}, og {end.nn}",
            en=f"The sources are all of {_when(days[known[0]][0], 'en')}, and {end.en}",
        )
    if unknown:
        name = labels(edition, unknown)
        return Text(
            nb=f"Kildene er fra {said['nb']}; for {name['nb']} er dagen ikke kjent. Utgaven viser da ikke sikkert ett tidspunkt, og {end.nb}",
            nn=f"Kjeldene er frå {said['nn']}; for {name['nn']} er dagen ikkje kjend. Utgåva viser då ikkje sikkert eitt tidspunkt, og {end.nn}",
            en=f"The sources are of {said['en']}; for {name['en']} the day is not known. So the edition may not show one point in time, and {end.en}",
        )
    return Text(
        nb=f"Kildene er fra ulike dager ({said['nb']}), så utgaven viser ikke ett tidspunkt, og ikke hva som har endret seg; {end.nb}",
        nn=f"Kjeldene er frå ulike dagar ({said['nn']}), så utgåva viser ikkje eitt tidspunkt, og ikkje kva som har endra seg; {end.nn}",
        en=f"The sources are of different days ({said['en']}), so the edition does not show one point in time, nor what has changed; {end.en}",
    )


def _when(written: str, language: Language) -> str:
    """Write a date as exactly as it is known."""
    from babel.dates import format_date

    if len(written) == 10:
        return day(date.fromisoformat(written), language)
    return format_date(date.fromisoformat(f"{written}-01"), format="MMMM y", locale=language) if len(written) == 7 else written


def _lacking(edition: Edition, services: tuple[str, ...]) -> Text:
    name = labels(edition, services)
    return Text(
        nb=f"Utgaven har ikke samarbeid om {name['nb']}.",
        nn=f"Utgåva har ikkje samarbeid om {name['nn']}.",
        en=f"The edition has no cooperation on {name['en']}.",
    )


UNSURE = Text(nb="Forskjellen kan være tilfeldig.", nn="Skilnaden kan vere tilfeldig.", en="The difference may be chance.")


def _distance(edition: Edition, present: set[str], found: Finding | None) -> Read:
    read = Read()
    lacking = tuple(one for one in (*URGENT, WELFARE) if one not in present)
    if lacking:
        read.cannot_tell.append(_lacking(edition, lacking))
    paired = found.supporting.get("paired", pd.DataFrame()) if found else pd.DataFrame()
    ways = set()
    for row in paired.to_dict("records"):
        if WELFARE not in (row["first"], row["second"]):
            continue
        name = labels(edition, [row["second"] if row["first"] == WELFARE else row["first"]])
        up, down = (row["farther_in_first"], row["farther_in_second"]) if row["first"] == WELFARE else (row["farther_in_second"], row["farther_in_first"])
        p, both = {language: probability(row["p_value"], language) for language in LANGUAGES}, municipalities(row["municipalities"])
        sentence = Text(
            nb=f"Av {both.nb} i begge har {up} lengst til partnerne i barnevern og {down} i {name['nb']} ({p['nb']}).",
            nn=f"Av {both.nn} i begge har {up} lengst til partnarane i barnevern og {down} i {name['nn']} ({p['nn']}).",
            en=f"Of {both.en} in both, {up} {'is' if up == 1 else 'are'} farther from the partners in child welfare and {down} in {name['en']} ({p['en']}).",
        )
        if row["p_value"] < LIMIT:
            ways.add(up > down)
            read.sort(sentence, speaks_for=up > down)
        else:
            read.cannot_tell.append(sentence + UNSURE)
    if ways:
        read.reading = "mixed" if len(ways) > 1 else "indicated_for" if True in ways else "indicated_against"
    elif found and paired.empty:
        read.cannot_tell.append(found.statement)
    return read


def _order(edition: Edition, present: set[str], found: Finding | None) -> Read:
    read = Read()
    if found is None:
        read.cannot_tell.append(_lacking(edition, tuple(one for one in (BEDS, EMERGENCY) if one not in present)))
        return read
    own = found.table[(found.table["new_service"] == BEDS) & (found.table["old_service"] == EMERGENCY) & (found.table["pairs_new"] > 0)]
    if own.empty:
        read.cannot_tell.append(found.statement)
        return read
    row = own.iloc[0].to_dict()
    near = bool(np.isfinite(row["p_distance"]))
    null = "distance" if near else "degree"
    n, w = before(row), {language: (number(row[f"expected_{null}"], language, 1), probability(row[f"p_{null}"], language)) for language in LANGUAGES}
    sentence = Text(
        nb=f"{n['nb'][0].capitalize()} av {n['nb'][1]} nye par var partnere i legevakt fra før; {w['nb'][0]} ville være ventet ({w['nb'][1]}).",
        nn=f"{n['nn'][0].capitalize()} av {n['nn'][1]} nye par var partnarar i legevakt frå før; {w['nn'][0]} ville vere venta ({w['nn'][1]}).",
        en=f"{n['en'][0].capitalize()} of {n['en'][1]} new {'pair' if row['pairs_new'] == 1 else 'pairs'} had been partners in emergency primary care before; {w['en'][0]} would be expected ({w['en'][1]}).",
    )
    if near and row["p_distance"] < LIMIT:
        more = bool(row["pairs_before"] > row["expected_distance"])
        read.reading = "indicated_for" if more else "indicated_against"
        read.sort(sentence, speaks_for=more)
        return read
    untested = Text(
        nb="Om det er mer enn naboskap, kan ikke prøves.", nn="Om det er meir enn naboskap, kan ikkje prøvast.", en="Whether that is more than being neighbours cannot be tested."
    )  # fmt: skip
    read.cannot_tell.append(sentence + (UNSURE if near else untested))
    return read


def _size(data: Membership, groups: Finding) -> Read:
    read = Read()
    units = pd.Series(cooperation_populations(data, np.arange(len(data.cooperations)))).dropna()
    if len(units):
        w = {language: (number(units.median(), language), number(int(_near(units).sum()), language), number(len(units), language)) for language in LANGUAGES}
        read.describes.append(
            Text(
                nb=f"Samarbeidene hver for seg har {w['nb'][0]} innbyggere i median; {w['nb'][1]} av {w['nb'][2]} er mellom 5 000 og 20 000.",
                nn=f"Samarbeida kvar for seg har {w['nn'][0]} innbyggjarar i median; {w['nn'][1]} av {w['nn'][2]} er mellom 5 000 og 20 000.",
                en=f"The cooperations by themselves have a median of {w['en'][0]} inhabitants; {w['en'][1]} of {w['en'][2]} {'is' if _near(units).sum() == 1 else 'are'} between 5,000 and 20,000.",
            )
        )
    known = groups.table["population"].dropna() if len(groups.table) else pd.Series(dtype=float)
    if known.empty:
        read.cannot_tell.append(groups.statement)
        return read
    near, held = int(_near(known).sum()), counted_groups(len(known))
    most, middle = near * 2 >= len(known), bool(_near(pd.Series([known.median()])).all())
    v = {language: (number(near, language), number(known.median(), language)) for language in LANGUAGES}
    read.sort(
        Text(
            nb=f"{v['nb'][0]} av {held.nb} som går igjen, er mellom 5 000 og 20 000.",
            nn=f"{v['nn'][0]} av {held.nn} som går att, er mellom 5 000 og 20 000.",
            en=f"{v['en'][0]} of {held.en} that {'recurs' if len(known) == 1 else 'recur'} {'is' if near == 1 else 'are'} between 5,000 and 20,000.",
        ),
        speaks_for=most,
    )
    median = _all(lambda language: {"nb": "Median folketall i gruppene er", "nn": "Median folketal i gruppene er", "en": "The median population of the groups is"}[language] + f" {v[language][1]}.")  # fmt: skip
    read.sort(median, speaks_for=middle)
    if most == middle:
        read.reading = "indicated_for" if most else "indicated_against"
    else:
        read.cannot_tell.append(
            Text(
                nb="De to grensene, halvparten av gruppene og medianen, gir ulikt svar.",
                nn="Dei to grensene, halvparten av gruppene og medianen, gjev ulikt svar.",
                en="The two thresholds, half of the groups and the median, give different answers.",
            )
        )
    return read


def _near(population: pd.Series) -> pd.Series:
    return population.between(HEALTH_MUNICIPALITY / 2, HEALTH_MUNICIPALITY * 2)


def _width(data: Membership, groups: Finding) -> Read:
    read = Read()
    told = groups.table["share_other"].dropna() if len(groups.table) else pd.Series(dtype=float)
    if told.empty:
        read.cannot_tell.append(groups.statement)
        return read
    wider, held = int((told > 0).sum()), counted_groups(len(told))
    w = {language: number(wider, language) for language in LANGUAGES}
    sentence = Text(
        nb=f"{w['nb']} av {held.nb} som går igjen, deler også et samarbeid utenfor helse og omsorg.",
        nn=f"{w['nn']} av {held.nn} som går att, deler òg eit samarbeid utanfor helse og omsorg.",
        en=f"{w['en']} of {held.en} that {'recurs' if len(told) == 1 else 'recur'} {'shares' if wider == 1 else 'share'} a cooperation outside health and care too.",
    )
    if len(data.services) > 2:
        read.reading = "indicated_for" if wider * 2 >= len(told) else "indicated_against"
        read.sort(sentence, speaks_for=wider * 2 >= len(told))
        return read
    read.describes.append(sentence)
    read.cannot_tell.append(
        Text(
            nb="Med to tjenester er en gruppe som går igjen, videre enn helse bare når en av dem er det; flere tjenester trengs for å prøve det.",
            nn="Med to tenester er ei gruppe som går att, vidare enn helse berre når ei av dei er det; fleire tenester trengst for å prøve det.",
            en="With two services, a group that recurs is wider than health just when one of them is; more services are needed to test it.",
        )
    )
    return read
