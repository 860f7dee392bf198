"""The note's hypotheses on cooperation and its borders, read against everything the edition can say of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Coverage, Finding, Missing
from samvirke.measures.consolidation import LIMIT, SAID, consolidation
from samvirke.measures.constellations import constellations
from samvirke.measures.contours import contours
from samvirke.measures.crossing import crossing
from samvirke.measures.distance import distance
from samvirke.measures.membership import labels, membership
from samvirke.measures.path_dependence import path_dependence
from samvirke.measures.sizes import HEALTH_MUNICIPALITY, sizes
from samvirke.vocabulary.language import LANGUAGES, Language, Text, number, percent, probability

Reading = Literal["for", "against", "mixed", "untold"]

QUESTION = Text(
    nb="Fragmenterer eller konsoliderer samarbeidet, og vokser helsekommuner fram?",
    nn="Fragmenterer eller konsoliderer samarbeidet, og veks helsekommunar fram?",
    en="Does cooperation fragment or consolidate, and do health municipalities grow forth?",
)
METHOD = Text(
    nb="Hver hypotese i notatet leses mot de andre svarene, etter regler satt på forhånd. H1 og H2: dommen i consolidation, der H2 bare får støtte når overlappet er mer enn avstand og størrelse forklarer, og H1 bare når det er mindre enn ventet; ellers er svaret blandet. Er overlappet mer enn ventet, er H1 motsagt bare når under halvparten av samarbeidene med et felles medlem krysser hverandre (crossing). H5: om avstanden til partnerne er større i barnevern enn i legevakt eller øyeblikkelig hjelp (distance, tosidig fortegnstest). H7: om parene i nye samarbeid om øyeblikkelig hjelp er partnere i legevakt fra før, mer enn ventet (path_dependence); uten startdatoer kan rekkefølgen ikke sies. H15: støttes når minst halvparten av gruppene i contours, og medianen, er mellom 5 000 og 20 000. H17: støttes når minst halvparten av gruppene også deler noe utenfor helse. En hypotese som mangler tjenestene eller opplysningene den handler om, er ikke avgjort.",
    nn="Kvar hypotese i notatet blir lesen mot dei andre svara, etter reglar sette på førehand. H1 og H2: dommen i consolidation, der H2 berre får stønad når overlappet er meir enn avstand og storleik forklarer, og H1 berre når det er mindre enn venta; elles er svaret blanda. Er overlappet meir enn venta, er H1 motsagd berre når under halvparten av samarbeida med ein felles medlem kryssar kvarandre (crossing). H5: om avstanden til partnarane er større i barnevern enn i legevakt eller augeblikkeleg hjelp (distance, tosidig forteiknstest). H7: om para i nye samarbeid om augeblikkeleg hjelp er partnarar i legevakt frå før, meir enn venta (path_dependence); utan startdatoar kan rekkjefølgja ikkje seiast. H15: får stønad når minst halvparten av gruppene i contours, og medianen, er mellom 5 000 og 20 000. H17: får stønad når minst halvparten av gruppene òg deler noko utanfor helse. Ein hypotese som manglar tenestene eller opplysningane han handlar om, er ikkje avgjord.",
    en="Each hypothesis of the note is read against the other answers, by rules set beforehand. H1 and H2: the verdict of `consolidation`, where H2 is supported only when overlap is more than distance and size explain, and H1 only when it is less than expected; else the answer is mixed. Where overlap is more than expected, H1 is contradicted only when less than half of the cooperations with a common member cross each other (`crossing`). H5: whether partners are farther away in child welfare than in emergency primary care or acute beds (`distance`, two-sided sign test). H7: whether pairs in new cooperations on acute beds were partners in emergency primary care before, more than expected (`path_dependence`); without dates of beginning the order cannot be told. H15: supported when at least half of the groups in `contours`, and their median, are between 5,000 and 20,000. H17: supported when at least half of the groups share something outside health too. A hypothesis that lacks the services or facts it is about is not decided.",
)
CLAIMS: dict[str, Text] = {
    "H1": Text(
        nb="Mer samarbeid gir mer fragmentering", nn="Meir samarbeid gjev meir fragmentering", en="More cooperation makes for more fragmentation"
    ),
    "H2": Text(
        nb="Mer samarbeid sementerer: de samme kommunene på flere områder",
        nn="Meir samarbeid sementerer: dei same kommunane på fleire område",
        en="More cooperation cements: the same municipalities in several areas",
    ),
    "H5": Text(
        nb="Nærhet avgjør i legevakt og øyeblikkelig hjelp, mindre i barnevern",
        nn="Nærleik avgjer i legevakt og augeblikkeleg hjelp, mindre i barnevern",
        en="Proximity decides in emergency care and acute beds, less in child welfare",
    ),
    "H7": Text(
        nb="Øyeblikkelig hjelp bygger på legevaktsamarbeid", nn="Augeblikkeleg hjelp byggjer på legevaktsamarbeid", en="Acute beds build on cooperation on emergency primary care"
    ),
    "H15": Text(
        nb="Enhetene er nær en helsekommune på 10 000 innbyggere", nn="Einingane er nær ein helsekommune på 10 000 innbyggjarar", en="The units are near a health municipality of 10,000 inhabitants"
    ),
    "H17": Text(
        nb="Nye grenser vokser fram på tvers av sektorer, videre enn helse", nn="Nye grenser veks fram på tvers av sektorar, vidare enn helse", en="New borders grow forth across sectors, wider than health"
    ),
}  # fmt: skip
URGENT, WELFARE, BEDS, EMERGENCY = ("legevakt", "ohjelp"), "barnevern", "ohjelp", "legevakt"


@dataclass
class Read:
    """What is found about one hypothesis: sentences for, against and on what cannot be told, and the reading."""

    reading: Reading = "untold"
    speaks_for: list[Text] = field(default_factory=list)
    speaks_against: list[Text] = field(default_factory=list)
    cannot_tell: list[Text] = field(default_factory=list)


def hypotheses(edition: Edition, *, draws: int = 1000, seed: int = 1) -> Finding:
    """Read the note's hypotheses H1, H2, H5, H7, H15 and H17 against an edition.

    Parameters
    ----------
    edition : Edition
        What they are read against.
    draws, seed : int
        As in `consolidation`.

    Returns
    -------
    Finding
        Columns hypothesis, claim_text, hypothesis_reading (for, against, mixed, untold), speaks_for, speaks_against, cannot_tell; each text
        in three columns that end in _nb, _nn and _en.
    """
    overlaps, groups = consolidation(edition, draws=draws, seed=seed), contours(edition, seed=seed)
    read = {
        "H1": Read(),
        "H2": Read(),
        "H5": _distance(edition, distance(edition)),
        "H7": _order(edition, path_dependence(edition, draws=draws, seed=seed)),
        "H15": _size(edition, groups),
        "H17": _width(groups),
    }
    _consolidated(edition, read["H1"], read["H2"], overlaps, groups)
    rows = [_row(name, one) for name, one in read.items()]
    table = pd.DataFrame(rows)
    told = int((table["hypothesis_reading"] != "untold").sum())
    return Finding(
        id="hypotheses",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(read),
        method=METHOD,
        table=table,
        coverage=Coverage(told, {"hypotheses": len(table)}, _missing(overlaps, groups)),
        seed=seed,
    )


def _row(name: str, read: Read) -> dict[str, Any]:
    row: dict[str, Any] = {
        "hypothesis": name,
        **{f"claim_text_{language}": CLAIMS[name][language] for language in LANGUAGES},
        "hypothesis_reading": read.reading,
    }
    for part in ("speaks_for", "speaks_against", "cannot_tell"):
        row |= {f"{part}_{language}": " ".join(text[language] for text in getattr(read, part)) or None for language in LANGUAGES}
    return row


def _missing(*found: Finding) -> tuple[Missing, ...]:
    gaps = [gap for one in found for gap in one.coverage.missing]
    return tuple({(gap.source, gap.municipalities, gap.why["en"]): gap for gap in gaps}.values())


def _all(write: Callable[[Language], str]) -> Text:
    return Text(**{language: write(language) for language in LANGUAGES})


def _consolidated(edition: Edition, fragment: Read, cement: Read, overlaps: Finding, groups: Finding) -> None:
    """Read H1 and H2, which are each other's opposite, from the same answers."""
    verdicts = overlaps.supporting.get("verdicts")
    if verdicts is None:
        for read in (fragment, cement):
            read.cannot_tell.append(overlaps.statement)
        return
    row = verdicts.iloc[-1].to_dict()
    verdict = row["consolidation_verdict"]
    sentence = _all(
        lambda language: f"{SAID[verdict][language]} ({probability(row['p_distance'] if np.isfinite(row['p_distance']) else row['p_degree'], language)})."
    )
    crosses = crossing(edition)
    shares = crosses.table["share_crossing"]
    if verdict == "beyond_distance":
        fragment.reading, cement.reading = "mixed" if len(shares) and shares.iloc[-1] >= 0.5 else "against", "for"
        cement.speaks_for.append(overlaps.statement)
        fragment.speaks_against.append(sentence)
    elif verdict == "below":
        fragment.reading, cement.reading = "for", "against"
        fragment.speaks_for.append(overlaps.statement)
        cement.speaks_against.append(sentence)
    elif verdict == "untold":
        for read in (fragment, cement):
            read.cannot_tell.append(sentence)
    else:
        fragment.reading = cement.reading = "mixed"
        for read in (fragment, cement):
            read.cannot_tell.append(overlaps.statement)
    if len(groups.table):
        cement.speaks_for.append(groups.headline or groups.statement)
    fragment.speaks_for += [crosses.statement, constellations(edition).statement]
    for read in (fragment, cement):
        read.cannot_tell.append(_ONE_TIME)


_ONE_TIME = Text(
    nb="Utgaven viser ett tidspunkt, så om samarbeid endrer grensene over tid, kan ikke sies.",
    nn="Utgåva viser eitt tidspunkt, så om samarbeid endrar grensene over tid, kan ikkje seiast.",
    en="The edition shows one point in time, so whether cooperation changes borders over time cannot be said.",
)


def _lacking(edition: Edition, services: tuple[str, ...]) -> Text:
    name = labels(edition, services)
    return Text(
        nb=f"Utgaven har ikke samarbeid om {name['nb']}.",
        nn=f"Utgåva har ikkje samarbeid om {name['nn']}.",
        en=f"The edition has no cooperation on {name['en']}.",
    )


def _distance(edition: Edition, found: Finding) -> Read:
    read, present = Read(), set(membership(edition).services)
    paired = found.supporting.get("paired", pd.DataFrame())
    lacking = tuple(one for one in (*URGENT, WELFARE) if one not in present)
    if lacking:
        read.cannot_tell.append(_lacking(edition, lacking))
    farther = nearer = False
    for row in paired.to_dict("records"):
        if WELFARE not in (row["first"], row["second"]) or not {row["first"], row["second"]} & set(URGENT):
            continue
        name = labels(edition, [row["second"] if row["first"] == WELFARE else row["first"]])
        up, down = (row["farther_in_first"], row["farther_in_second"]) if row["first"] == WELFARE else (row["farther_in_second"], row["farther_in_first"])
        p = {language: probability(row["p_value"], language) for language in LANGUAGES}
        sentence = Text(
            nb=f"Av {row['municipalities']} kommuner i begge har {up} lengst til partnerne i barnevern og {down} i {name['nb']} ({p['nb']}).",
            nn=f"Av {row['municipalities']} kommunar i begge har {up} lengst til partnarane i barnevern og {down} i {name['nn']} ({p['nn']}).",
            en=f"Of {row['municipalities']} municipalities in both, {up} are farther from their partners in child welfare and {down} in {name['en']} ({p['en']}).",
        )
        if row["p_value"] < LIMIT and up > down:
            farther = True
            read.speaks_for.append(sentence)
        elif row["p_value"] < LIMIT:
            nearer = True
            read.speaks_against.append(sentence)
        else:
            read.cannot_tell.append(sentence)
            read.reading = "mixed"
    if farther or nearer:
        read.reading = "mixed" if farther and nearer else "for" if farther else "against"
    elif not len(paired):
        read.cannot_tell.append(found.statement)
    return read


def _order(edition: Edition, found: Finding) -> Read:
    read, present = Read(), set(membership(edition).services)
    lacking = tuple(one for one in (BEDS, EMERGENCY) if one not in present)
    if lacking:
        read.cannot_tell.append(_lacking(edition, lacking))
        return read
    own = found.table[(found.table["new_service"] == BEDS) & (found.table["old_service"] == EMERGENCY) & (found.table["pairs_new"] > 0)]
    if own.empty:
        read.cannot_tell += [found.statement]
        return read
    row = own.iloc[0]
    null = "distance" if np.isfinite(row["p_distance"]) else "degree"
    w = {
        language: (
            number(row["pairs_before"], language),
            number(row["pairs_new"], language),
            percent(row["share_before"], language),
            number(row[f"expected_{null}"], language, 1),
            probability(row[f"p_{null}"], language),
        )
        for language in LANGUAGES
    }
    sentence = Text(
        nb=f"{w['nb'][0]} av {w['nb'][1]} nye par ({w['nb'][2]}) var partnere i legevakt fra før; {w['nb'][3]} er ventet ({w['nb'][4]}).",
        nn=f"{w['nn'][0]} av {w['nn'][1]} nye par ({w['nn'][2]}) var partnarar i legevakt frå før; {w['nn'][3]} er venta ({w['nn'][4]}).",
        en=f"{w['en'][0]} of {w['en'][1]} new pairs ({w['en'][2]}) were partners in emergency primary care before; {w['en'][3]} are expected ({w['en'][4]}).",
    )
    significant = bool(row[f"p_{null}"] < LIMIT)
    if significant and null == "distance":
        read.reading = "for" if row["pairs_before"] > row["expected_distance"] else "against"
        (read.speaks_for if read.reading == "for" else read.speaks_against).append(sentence)
    else:
        read.reading = "mixed"
        read.cannot_tell.append(sentence)
    return read


def _size(edition: Edition, groups: Finding) -> Read:
    read = Read()
    known = groups.table["population"].dropna() if len(groups.table) else pd.Series(dtype=float)
    units = sizes(edition).table["population"].dropna()
    if len(units):
        w = {language: (number(units.median(), language), number(int(_near(units).sum()), language), number(len(units), language)) for language in LANGUAGES}
        beside = Text(
            nb=f"Samarbeidene hver for seg har {w['nb'][0]} innbyggere i median; {w['nb'][1]} av {w['nb'][2]} er mellom 5 000 og 20 000.",
            nn=f"Samarbeida kvar for seg har {w['nn'][0]} innbyggjarar i median; {w['nn'][1]} av {w['nn'][2]} er mellom 5 000 og 20 000.",
            en=f"The cooperations by themselves have a median of {w['en'][0]} inhabitants; {w['en'][1]} of {w['en'][2]} are between 5,000 and 20,000.",
        )
        (read.speaks_for if _near(units).mean() >= 0.5 else read.speaks_against).append(beside)
    if known.empty:
        read.cannot_tell.append(groups.statement)
        return read
    near = _near(known)
    w = {language: (number(int(near.sum()), language), number(len(known), language), number(known.median(), language)) for language in LANGUAGES}
    sentence = Text(
        nb=f"{w['nb'][0]} av {w['nb'][1]} grupper som går igjen, er mellom 5 000 og 20 000; medianen er {w['nb'][2]}.",
        nn=f"{w['nn'][0]} av {w['nn'][1]} grupper som går att, er mellom 5 000 og 20 000; medianen er {w['nn'][2]}.",
        en=f"{w['en'][0]} of {w['en'][1]} groups that recur are between 5,000 and 20,000; their median is {w['en'][2]}.",
    )
    supported = bool(near.mean() >= 0.5 and _near(pd.Series([known.median()])).all())
    read.reading = "for" if supported else "against"
    (read.speaks_for if supported else read.speaks_against).append(sentence)
    return read


def _near(population: pd.Series) -> pd.Series:
    return population.between(HEALTH_MUNICIPALITY / 2, HEALTH_MUNICIPALITY * 2)


def _width(groups: Finding) -> Read:
    read = Read()
    told = groups.table["share_other"].dropna() if len(groups.table) else pd.Series(dtype=float)
    if told.empty:
        read.cannot_tell.append(groups.statement)
        return read
    wider = int((told > 0).sum())
    w = {language: (number(wider, language), number(len(told), language)) for language in LANGUAGES}
    sentence = Text(
        nb=f"{w['nb'][0]} av {w['nb'][1]} grupper som går igjen, deler også et samarbeid utenfor helse og omsorg.",
        nn=f"{w['nn'][0]} av {w['nn'][1]} grupper som går att, deler òg eit samarbeid utanfor helse og omsorg.",
        en=f"{w['en'][0]} of {w['en'][1]} groups that recur share a cooperation outside health and care too.",
    )
    read.reading = "for" if wider * 2 >= len(told) else "against"
    (read.speaks_for if read.reading == "for" else read.speaks_against).append(sentence)
    if not np.isfinite(groups.table["stability_left_out"]).any():
        read.cannot_tell.append(
            Text(
                nb="Med to tjenester er en gruppe som går igjen, videre enn helse bare når en av dem er det; flere tjenester trengs for å prøve det.",
                nn="Med to tenester er ei gruppe som går att, vidare enn helse berre når ei av dei er det; fleire tenester trengst for å prøve det.",
                en="With two services, a group that recurs is wider than health just when one of them is; more services are needed to test it.",
            )
        )
        read.reading = "untold"
    return read


READINGS: dict[Reading, Text] = {
    "for": Text(nb="støttes", nn="har stønad", en="supported"),
    "against": Text(nb="motsagt", nn="motsagd", en="contradicted"),
    "mixed": Text(nb="blandet", nn="blanda", en="mixed"),
    "untold": Text(nb="kan ikke avgjøres", nn="kan ikkje avgjerast", en="cannot be told"),
}


def _statement(read: dict[str, Read]) -> Text:
    return _all(lambda language: "; ".join(f"{name} ({_lower(CLAIMS[name][language])}): {READINGS[one.reading][language]}" for name, one in read.items()) + ".")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
