"""The note's hypotheses on cooperation and its borders, read against everything the edition can say of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Coverage, Finding, Missing
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

QUESTION = Text(
    nb="Fragmenterer eller konsoliderer samarbeidet, og vokser helsekommuner fram?",
    nn="Fragmenterer eller konsoliderer samarbeidet, og veks helsekommunar fram?",
    en="Does cooperation fragment or consolidate, and do health municipalities grow forth?",
)
METHOD = Text(
    nb="Hver hypotese i notatet leses mot de andre svarene, etter regler satt på forhånd. Bare det som er prøvd, eller holdt mot en grense satt på forhånd, taler for eller imot; det andre er beskrivelser (describes). H1 og H2: dommen i consolidation. Mer enn avstand og størrelse forklarer taler for H2 og mot H1; mindre enn ventet taler for H1 og mot H2; mer enn tilfeldig, men mindre enn naboskap, taler begge veier og er blandet; alt annet er ikke avgjort. Grensen for H1 er at minst halvparten av samarbeidene med et felles medlem krysser hverandre (crossing): bare når den gir samme svar som dommen, er H1 støttet eller motsagt, ellers peker dommen mot ja eller nei. De andre kan bare peke mot ja eller nei, siden prøvene er pekepinner og grensene ikke er prøver. H5: om avstanden til partnerne er større i barnevern enn i legevakt eller øyeblikkelig hjelp (distance, tosidig fortegnstest; kommuner i samme samarbeid er ikke uavhengige). H7: om parene i nye samarbeid om øyeblikkelig hjelp er partnere i legevakt fra før, mer enn størrelse og avstand tilsier (path_dependence, p under 0,05); uten startdatoer kan rekkefølgen ikke sies. H15: om minst halvparten av gruppene i contours, og medianen, er mellom 5 000 og 20 000; gir de to ulikt svar, er det ikke avgjort. H17: om minst halvparten av gruppene også deler noe utenfor helse; med to tjenester er det gitt av hvilke de er. «Blandet» er bare når noe er signifikant hver vei; det som ikke er signifikant eller mangler, er ikke avgjort, og grunnen er sagt.",
    nn="Kvar hypotese i notatet blir lesen mot dei andre svara, etter reglar sette på førehand. Berre det som er prøvd, eller halde mot ei grense sett på førehand, talar for eller imot; det andre er skildringar (describes). H1 og H2: dommen i consolidation. Meir enn avstand og storleik forklarer talar for H2 og mot H1; mindre enn venta talar for H1 og mot H2; meir enn slump, men mindre enn naboskap, talar begge vegar og er blanda; alt anna er ikkje avgjort. Grensa for H1 er at minst halvparten av samarbeida med ein felles medlem kryssar kvarandre (crossing): berre når ho gjev same svar som dommen, har H1 stønad eller er motsagd, elles peikar dommen mot ja eller nei. Dei andre kan berre peike mot ja eller nei, sidan prøvene er peikepinnar og grensene ikkje er prøver. H5: om avstanden til partnarane er større i barnevern enn i legevakt eller augeblikkeleg hjelp (distance, tosidig forteiknstest; kommunar i same samarbeid er ikkje uavhengige). H7: om para i nye samarbeid om augeblikkeleg hjelp er partnarar i legevakt frå før, meir enn storleik og avstand tilseier (path_dependence, p under 0,05); utan startdatoar kan rekkjefølgja ikkje seiast. H15: om minst halvparten av gruppene i contours, og medianen, er mellom 5 000 og 20 000; gjev dei to ulikt svar, er det ikkje avgjort. H17: om minst halvparten av gruppene òg deler noko utanfor helse; med to tenester er det gjeve av kva for nokre dei er. «Blanda» er berre når noko er signifikant kvar veg; det som ikkje er signifikant eller manglar, er ikkje avgjort, og grunnen er sagd.",
    en="Each hypothesis of the note is read against the other answers, by rules set beforehand. Only what is tested, or held against a threshold set beforehand, speaks for or against; the rest describes. H1 and H2: the verdict of `consolidation`. More than distance and size explain speaks for H2 and against H1; less than expected speaks for H1 and against H2; more than chance but less than being neighbours speaks both ways and is mixed; all else is not decided. The threshold of H1 is that at least half of the cooperations with a common member cross each other (`crossing`): only where it gives the same answer as the verdict is H1 supported or contradicted, else the verdict points to yes or to no. The others can only point to yes or to no, since their tests are indications and thresholds are no tests. H5: whether partners are farther away in child welfare than in emergency primary care or acute beds (`distance`, two-sided sign test; municipalities of one cooperation are not independent). H7: whether pairs in new cooperations on acute beds were partners in emergency primary care before, more than size and distance suggest (`path_dependence`, p below 0.05); without dates of beginning the order cannot be told. H15: whether at least half of the groups in `contours`, and their median, are between 5,000 and 20,000; where the two give different answers it is not decided. H17: whether at least half of the groups share something outside health too; with two services that is given by which they are. Mixed is only where something is significant each way; what is not significant or lacking is not decided, and the reason is said.",
)
CLAIMS: dict[str, Text] = {
    "H1": Text(nb="Mer samarbeid gir mer fragmentering", nn="Meir samarbeid gjev meir fragmentering", en="More cooperation makes for more fragmentation"),
    "H2": Text(nb="Mer samarbeid sementerer: de samme kommunene på flere områder", nn="Meir samarbeid sementerer: dei same kommunane på fleire område", en="More cooperation cements: the same municipalities in several areas"),
    "H5": Text(nb="Nærhet avgjør i legevakt og øyeblikkelig hjelp, mindre i barnevern", nn="Nærleik avgjer i legevakt og augeblikkeleg hjelp, mindre i barnevern", en="Proximity decides in emergency care and acute beds, less in child welfare"),
    "H7": Text(nb="Øyeblikkelig hjelp bygger på legevaktsamarbeid", nn="Augeblikkeleg hjelp byggjer på legevaktsamarbeid", en="Acute beds build on cooperation on emergency primary care"),
    "H15": Text(nb="Enhetene er nær en helsekommune på 10 000 innbyggere", nn="Einingane er nær ein helsekommune på 10 000 innbyggjarar", en="The units are near a health municipality of 10,000 inhabitants"),
    "H17": Text(nb="Nye grenser vokser fram på tvers av sektorer, videre enn helse", nn="Nye grenser veks fram på tvers av sektorar, vidare enn helse", en="New borders grow forth across sectors, wider than health"),
}  # fmt: skip
URGENT, WELFARE, BEDS, EMERGENCY = ("legevakt", "ohjelp"), "barnevern", "ohjelp", "legevakt"
PARTS = ("speaks_for", "speaks_against", "describes", "cannot_tell")


@dataclass
class Read:
    """What is found about one hypothesis, sorted by what it says, and the reading."""

    reading: Reading = "untold"
    speaks_for: list[Text] = field(default_factory=list)
    speaks_against: list[Text] = field(default_factory=list)
    describes: list[Text] = field(default_factory=list)
    cannot_tell: list[Text] = field(default_factory=list)

    def sort(self, sentence: Text, *, speaks_for: bool) -> None:
        """Put a sentence where its value belongs."""
        (self.speaks_for if speaks_for else self.speaks_against).append(sentence)


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
        Columns hypothesis, claim_text, hypothesis_reading (for, against, indicated_for, indicated_against, mixed, untold), speaks_for,
        speaks_against, describes, cannot_tell; each text in three columns that end in _nb, _nn and _en.
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
    table = pd.DataFrame([_row(name, one) for name, one in read.items()])
    told = int((table["hypothesis_reading"] != "untold").sum())
    return Finding(
        id="hypotheses",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(read),
        method=METHOD,
        table=table,
        coverage=Coverage(told, {"hypotheses": len(table)}, _missing(overlaps, groups, order, gaps(data, (BEDS, EMERGENCY)))),
        seed=seed,
    )


def _row(name: str, read: Read) -> dict[str, Any]:
    row: dict[str, Any] = {
        "hypothesis": name,
        **{f"claim_text_{language}": CLAIMS[name][language] for language in LANGUAGES},
        "hypothesis_reading": read.reading,
    }
    for part in PARTS:
        row |= {f"{part}_{language}": " ".join(text[language] for text in getattr(read, part)) or None for language in LANGUAGES}
    return row


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


_UNSURE = Text(nb="Forskjellen kan være tilfeldig.", nn="Skilnaden kan vere tilfeldig.", en="The difference may be chance.")


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
            read.cannot_tell.append(sentence + _UNSURE)
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
    read.cannot_tell.append(sentence + (_UNSURE if near else untested))
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


def _statement(read: dict[str, Read]) -> Text:
    def one(name: str, language: Language) -> str:
        claim = CLAIMS[name][language]
        return f"{name} ({claim[:1].lower()}{claim[1:]}): {value_label('hypothesis_reading', read[name].reading)[language]}"

    return _all(lambda language: "; ".join(one(name, language) for name in read) + ".")
