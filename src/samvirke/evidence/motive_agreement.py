"""How far two people who coded the same documents for motives agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from samvirke.agreements._agreement_statistics import cohen_kappa, krippendorff_alpha
from samvirke.errors import SamvirkeError
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.statistics import share
from samvirke.vocabulary import terms
from samvirke.vocabulary.language import LANGUAGES, Text, listing, number, percent

QUESTION = Text(
    nb="Er de som kodet motivene, enige?",
    nn="Er dei som koda motiva, samde?",
    en="Do those who coded the motives agree?",
)
METHOD = Text(
    nb="En enhet er et stykke tekst som minst én av dem kodet. To stykker i samme dokument er samme enhet når minst halvparten av tegnene de dekker til sammen, er felles (uten posisjoner: samme ord, eller det ene i det andre og minst halvt så langt). Det bare én kodet, er «står ikke» hos den andre, når den andre har kodet noe i dokumentet, ellers ikke kodet. «Passage» er alle motivene på stykket under ett, «motive» om ett motiv er der, «direction» retningen der begge har motivet. Kappa (Cohen 1960) og alfa (Krippendorff 2011, nominal) er enighet ut over det tilfeldige; intervallet er de midterste 95 % av 2 000 trekninger av hele dokumenter. Tekst ingen av dem kodet, teller ikke, så enighet om at ingenting står der, er ikke med.",
    nn="Ei eining er eit stykke tekst som minst éin av dei koda. To stykke i same dokument er same eining når minst halvparten av teikna dei dekkjer til saman, er felles (utan posisjonar: same ord, eller det eine i det andre og minst halvt så langt). Det berre éin koda, er «står ikkje» hos den andre, når den andre har koda noko i dokumentet, elles ikkje koda. «Passage» er alle motiva på stykket under eitt, «motive» om eitt motiv er der, «direction» retninga der begge har motivet. Kappa (Cohen 1960) og alfa (Krippendorff 2011, nominal) er semje ut over slumpen; intervallet er dei midtarste 95 % av 2 000 trekningar av heile dokument. Tekst ingen av dei koda, tel ikkje, så semje om at ingenting står der, er ikkje med.",
    en="A unit is a passage that at least one of them coded. Two passages of a document are the same unit when at least half of the characters that they cover together are common (without positions: the same words, or one within the other and at least half as long). What only one coded is not there with the other, when the other has coded anything in the document, and else not coded. `passage` is all motives of the passage at once, `motive` whether one motive is there, `direction` the direction where both have the motive. Kappa (Cohen 1960) and alpha (Krippendorff 2011, nominal) are agreement beyond chance; the interval is the middle 95% of 2,000 draws of whole documents. Text that neither coded does not count, so agreement that nothing is there is left out.",
)
ABSENT, PRESENT, NONE = "absent", "present", "direction_unknown"
ALIKE = 0.5
"""How much of two passages must be common for them to be the same unit."""
COLUMNS = ["spoken_part", "motive", "units", "both_coded", "agree", "share", "kappa", "kappa_low", "kappa_high", "alpha", "kappa_undefined"]
KINDS = {one: "str" if one in ("spoken_part", "motive", "kappa_undefined") else "int64" if one in COLUMNS[2:5] else "float64" for one in COLUMNS}
DIFFERENCES = ["document", "start", "words", "motive", "first_coded", "second_coded"]


class NothingToCompareError(SamvirkeError, ValueError):
    """Codings of two coders without a document in common."""

    def __init__(self, first: Sequence[str], second: Sequence[str]) -> None:
        w = [{one: listing(names[:6], one) or "–" for one in LANGUAGES} for names in (first, second)]
        super().__init__(
            Text(
                nb=f"De to har ikke kodet noe dokument felles. Den første: {w[0]['nb']}. Den andre: {w[1]['nb']}. Gi dokumentene samme navn.",
                nn=f"Dei to har ikkje koda noko dokument felles. Den fyrste: {w[0]['nn']}. Den andre: {w[1]['nn']}. Gje dokumenta same namn.",
                en=f"The two have coded no document in common. The first: {w[0]['en']}. The second: {w[1]['en']}. Give the documents the same names.",
            )
        )


@dataclass
class _Passage:
    """What one coder said of a passage: its motives, each with a direction."""

    document: str
    start: int | None
    end: int | None
    text: str
    motives: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Unit:
    """What each of the two said of the same passage; None where they have not worked on the document."""

    document: str
    shown: _Passage
    coded: tuple[dict[str, str] | None, dict[str, str] | None]


def motive_agreement(first: pd.DataFrame, second: pd.DataFrame, seed: int = 1) -> Finding:
    """Compare how two coders coded the same documents.

    Parameters
    ----------
    first, second : pandas.DataFrame
        Columns document, start, end, text, motive, direction: a row for each motive on a passage, as from
        `samvirke.sources.qualitative.read_passages`.
    seed : int
        Of the bootstrap.

    Returns
    -------
    Finding
        Columns spoken_part (passage, motive, direction), motive, units, both_coded, agree, share, kappa, kappa_low, kappa_high, alpha,
        kappa_undefined. Supporting table `coded_differently`: document, start, words, motive, first_coded, second_coded.

    Raises
    ------
    NothingToCompareError
        When no document is coded by both.
    """
    units = _units(_passages(first), _passages(second))
    rows = [_row("passage", None, [(unit.document, tuple(_whole(one) for one in unit.coded)) for unit in units], seed)]
    used = [motive for motive in terms("motives") if any(one and motive in one for unit in units for one in unit.coded)]
    rows += [_row("motive", motive, [(unit.document, tuple(_there(one, motive) for one in unit.coded)) for unit in units], seed) for motive in used]
    both = [
        (unit.document, (one[motive], other[motive]))
        for unit in units
        for one, other in (unit.coded,)
        if one is not None and other is not None
        for motive in sorted(set(one) & set(other))
    ]
    told = [(document, pair) for document, pair in both if NONE not in pair]
    if told:
        rows.append(_row("direction", None, told, seed))
    table = pd.DataFrame(rows, columns=COLUMNS).astype(KINDS)
    whole = table.iloc[0]
    return Finding(
        id="motive_agreement",
        edition="",
        question=QUESTION,
        statement=_statement(table),
        method=METHOD,
        table=table,
        coverage=Coverage(int(whole["agree"]), {"units": int(whole["units"]), "both_coded": int(whole["both_coded"])}, _gaps(units)),
        chart=Chart("table"),
        supporting={"coded_differently": _differing(units)},
        seed=seed,
    )


def _passages(frame: pd.DataFrame) -> list[_Passage]:
    """Return the passages of a coder; one with several motives once."""
    found: dict[object, _Passage] = {}
    for row in frame.to_dict("records"):
        known = not (pd.isna(row["start"]) or pd.isna(row["end"]))
        text = " ".join(str(row["text"] or "").split())
        key = (row["document"], int(row["start"]), int(row["end"])) if known else (row["document"], text or str(row.get("passage")))
        span = (int(row["start"]), int(row["end"])) if known else (None, None)
        own = found.setdefault(key, _Passage(str(row["document"]), span[0], span[1], text))
        direction = row["direction"]
        own.motives[str(row["motive"])] = direction if isinstance(direction, str) and direction else NONE
    return list(found.values())


def _units(first: list[_Passage], second: list[_Passage]) -> list[_Unit]:
    """Pair the passages of two coders, the most alike first; what is left stands alone."""
    documents = [dict.fromkeys(one.document for one in own) for own in (first, second)]
    common = documents[0].keys() & documents[1].keys()
    if not common:
        raise NothingToCompareError(list(documents[0]), list(documents[1]))
    pairs: list[tuple[int, int]] = []
    for document in documents[0]:
        ours, theirs = ([place for place, one in enumerate(own) if one.document == document] for own in (first, second))
        alike = [(_alike(first[one], second[other]), one, other) for one in ours for other in theirs]
        taken: tuple[set[int], set[int]] = (set(), set())
        for likeness, one, other in sorted(alike, key=lambda each: (-each[0], each[1:])):
            if likeness >= ALIKE and one not in taken[0] and other not in taken[1]:
                pairs.append((one, other))
                taken[0].add(one)
                taken[1].add(other)
    partner, reverse = dict(pairs), {other: one for one, other in pairs}
    units = []
    for place, passage in enumerate(first):
        theirs_said = second[partner[place]].motives if place in partner else {} if passage.document in common else None
        units.append(_Unit(passage.document, passage, (passage.motives, theirs_said)))
    units += [_Unit(one.document, one, ({} if one.document in common else None, one.motives)) for place, one in enumerate(second) if place not in reverse]
    return sorted(units, key=lambda unit: (unit.document, unit.shown.start or 0, unit.shown.text))


def _alike(one: _Passage, other: _Passage) -> float:
    """Return how much of two passages is common, from 0 to 1."""
    if one.start is not None and one.end is not None and other.start is not None and other.end is not None:
        common = min(one.end, other.end) - max(one.start, other.start)
        return common / (max(one.end, other.end) - min(one.start, other.start)) if common > 0 else 0.0
    short, long = sorted((one.text, other.text), key=len)
    return len(short) / len(long) if short and short in long else 0.0


def _whole(said: dict[str, str] | None) -> str | None:
    return None if said is None else " + ".join(sorted(said)) or ABSENT


def _there(said: dict[str, str] | None, motive: str) -> str | None:
    return None if said is None else PRESENT if motive in said else ABSENT


def _row(part: str, motive: str | None, coded: Sequence[tuple[str, Sequence[str | None]]], seed: int) -> tuple[object, ...]:
    both = [pair for _, pair in coded if None not in pair]
    agree = sum(one == other for one, other in both)
    groups = [document for document, _ in coded]
    kappa = cohen_kappa([pair[0] for _, pair in coded], [pair[1] for _, pair in coded], groups=groups, seed=seed)
    alpha = krippendorff_alpha([pair for _, pair in coded], groups=groups, seed=seed)
    found = share(agree, len(both)).estimate
    return part, motive, len(coded), len(both), agree, found, kappa.estimate, kappa.low, kappa.high, alpha.estimate, kappa.undefined


def _differing(units: list[_Unit]) -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for unit in units:
        one, other = unit.coded
        if one is None or other is None:
            continue
        for motive in terms("motives"):
            said = (one.get(motive, ABSENT), other.get(motive, ABSENT))
            if said[0] != said[1]:
                rows.append((unit.document, unit.shown.start, unit.shown.text[:120] or None, motive, *said))
    return pd.DataFrame(rows, columns=DIFFERENCES).astype({"start": "Int64"})


def _gaps(units: list[_Unit]) -> tuple[Missing, ...]:
    reasons = []
    for place, nb, nn, en in ((1, "Bare den første", "Berre den fyrste", "Only the first"), (0, "Bare den andre", "Berre den andre", "Only the second")):
        names = sorted({unit.document for unit in units if unit.coded[place] is None})
        if names:
            w = {one: listing(names, one) for one in LANGUAGES}
            reasons.append(
                Text(
                    nb=f"{nb} har kodet disse dokumentene: {w['nb']}.",
                    nn=f"{nn} har koda desse dokumenta: {w['nn']}.",
                    en=f"{en} has coded these documents: {w['en']}.",
                )
            )
    return tuple(Missing("codings", (), why) for why in reasons)


def _statement(table: pd.DataFrame) -> Text:
    whole = table.iloc[0]
    w = {one: (number(whole["agree"], one), number(whole["both_coded"], one), percent(whole["share"], one)) for one in LANGUAGES}
    text = Text(
        nb=f"De to har samme motiver på {w['nb'][0]} av {w['nb'][1]} stykker ({w['nb'][2]})",
        nn=f"Dei to har same motiv på {w['nn'][0]} av {w['nn'][1]} stykke ({w['nn'][2]})",
        en=f"The two have the same motives on {w['en'][0]} of {w['en'][1]} passages ({w['en'][2]})",
    )
    text = _with_kappa(text, float(whole["kappa"]))
    own = table[(table["spoken_part"] == "motive") & table["kappa"].notna()].sort_values("kappa", kind="stable")
    if len(own):
        label, low = terms("motives")[str(own["motive"].iloc[0])].label, {one: number(own["kappa"].iloc[0], one, 2) for one in LANGUAGES}
        text += Text(
            nb=f"Kappa er lavest for {label.nb} ({low['nb']}).",
            nn=f"Kappa er lågast for {label.nn} ({low['nn']}).",
            en=f"Kappa is lowest for {label.en} ({low['en']}).",
        )
    told = table[table["spoken_part"] == "direction"]
    if len(told):
        row = told.iloc[0]
        d = {one: (number(row["agree"], one), number(row["both_coded"], one)) for one in LANGUAGES}
        text += _with_kappa(
            Text(
                nb=f"Der begge har motivet, er de enige om retningen {d['nb'][0]} av {d['nb'][1]} ganger",
                nn=f"Der begge har motivet, er dei samde om retninga {d['nn'][0]} av {d['nn'][1]} gonger",
                en=f"Where both have the motive they agree on the direction {d['en'][0]} of {d['en'][1]} times",
            ),
            float(row["kappa"]),
        )
    return text


def _with_kappa(text: Text, kappa: float) -> Text:
    """End a sentence with kappa, where it is defined."""
    if kappa != kappa:
        return Text(**{one: f"{text[one]}." for one in LANGUAGES})
    w = {one: number(kappa, one, 2) for one in LANGUAGES}
    return Text(nb=f"{text.nb}, kappa {w['nb']}.", nn=f"{text.nn}, kappa {w['nn']}.", en=f"{text.en}, kappa {w['en']}.")
