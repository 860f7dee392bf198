"""What findings on a survey say in words: how many agree, how many do not know, and what is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from samvirke.edition import Edition
from samvirke.evidence._raking import Frame, available, frame, raked_sample
from samvirke.evidence._survey import Array, Finite, Sample, Weights, asked, corrected, samples
from samvirke.finding import Missing
from samvirke.measures.gaps import municipalities as some_municipalities
from samvirke.measures.groups import SIZES
from samvirke.measures.membership import Membership
from samvirke.measures.statistics import Interval
from samvirke.vocabulary.answers import AGREE, DISAGREE, DONT_KNOW, MANY_DONT_KNOW, NEITHER
from samvirke.vocabulary.labels import value_label
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Language, Text, listing, number, percent

SHARES = Text(
    nb="Andelene er både av alle som fikk spørsmålet (også vet ikke og ikke svart) og av dem med en mening (enig, verken eller, uenig). Verken eller er en mening; vet ikke og ikke svart er det ikke, og er aldri slått sammen med den. Antallene er uvektet.",
    nn="Delane er både av alle som fekk spørsmålet (òg veit ikkje og ikkje svara) og av dei med ei meining (samd, verken eller, usamd). Verken eller er ei meining; veit ikkje og ikkje svara er det ikkje, og er aldri slegne saman med henne. Tala er uvekta.",
    en="Shares are both of all who were asked (don't know and no answer too) and of those with an opinion (agree, neither, disagree). Neither is an opinion; don't know and no answer are not, and are never merged with it. Counts are unweighted.",
)
INTERVALS = Text(
    nb="Intervallene (95 %) er Clopper–Pearson der det er én svarer fra hver kommune med lik vekt; ellers Korn–Graubard med linearisert varians og kommunene som klynger.",
    nn="Intervalla (95 %) er Clopper–Pearson der det er éin svarar frå kvar kommune med lik vekt; elles Korn–Graubard med linearisert varians og kommunane som klynger.",
    en="Intervals (95%) are Clopper–Pearson where there is one respondent from each municipality with equal weights; else Korn–Graubard with linearised variance and the municipalities as clusters.",
)
WEIGHTED = {
    "given": Text(nb="Vektene er dem i tabellen.", nn="Vektene er dei i tabellen.", en="The weights are those of the table."),
    "equal": Text(nb="Alle veier likt, hva tabellen enn sier.", nn="Alle veg likt, kva tabellen enn seier.", en="All weigh the same, whatever the table says."),
    "raked": Text(
        nb="Vektene er laget ved raking, spørsmål for spørsmål, slik at kommunene som svarte fordeler seg som alle etter {groups}; hver kommune teller én gang, og flere svarere fra samme kommune deler på den.",
        nn="Vektene er laga ved raking, spørsmål for spørsmål, slik at kommunane som svara fordeler seg som alle etter {groups}; kvar kommune tel éin gong, og fleire svararar frå same kommune deler på han.",
        en="The weights are made by raking, item by item, so that the municipalities that answered are distributed as all by {groups}; each municipality counts once, and several respondents from one share it.",
    ),
}
FINITE = Text(
    nb="Det er korrigert for at kommunene er endelig mange; en kommune som har svart, regnes da som kjent.",
    nn="Det er korrigert for at kommunane er endeleg mange; ein kommune som har svara, blir då rekna som kjend.",
    en="The number of municipalities is corrected for as finite; one that has answered then counts as known.",
)


class Weighed:
    """The samples of an edition, weighted as asked, with what that left out."""

    def __init__(self, edition: Edition, data: Membership, items: Sequence[str] | None, weights: Weights, finite: Finite) -> None:
        self.edition, self.data, self.weights, self.finite = edition, data, weights, finite
        self.asked = asked(edition, data.codes)
        self.plain = samples(edition, items)
        self.dimensions = available(edition, data) if weights == "raked" else ()
        self.whole: Frame | None = frame(edition, data, self.asked, self.dimensions) if self.dimensions else None
        self.samples = tuple(self._weighed(one) for one in self.plain)

    def _weighed(self, sample: Sample) -> Sample:
        made = sample
        if sample.by_respondent and self.weights == "equal":
            made = replace(sample, weights=np.ones(len(sample.weights)))
        if sample.by_respondent and self.whole is not None:
            made = raked_sample(sample, self.whole)
        return corrected(made, int(self.asked.sum())) if self.finite == "municipalities" else made

    @property
    def method(self) -> Text:
        """How it was weighted and how the intervals were made."""
        groups = {language: listing([column_word(one)[language] for one in self.dimensions], language) for language in LANGUAGES}
        chosen = self.weights if self.weights != "raked" or self.dimensions else "given"
        said = WEIGHTED[chosen]
        text = SHARES + Text(**{language: said[language].format(groups=groups[language]) for language in LANGUAGES}) + INTERVALS
        return text + FINITE if self.finite == "municipalities" else text

    def gaps(self) -> tuple[Missing, ...]:
        """Return whose answers are not known, and what could not be weighted."""
        found = [*self._silent(), *self._counts(), *self._unplaced(), *self._without_row()]
        if self.weights == "raked":
            found += self._not_raked()
        return tuple(found)

    def _silent(self) -> list[Missing]:
        answered = {code for one in self.plain for code in one.municipalities}
        silent = tuple(str(code) for code, was in zip(self.data.codes, self.asked, strict=True) if was and code not in answered)
        if not silent or answered <= {""}:
            return []
        n = some_municipalities(len(silent))
        why = Text(nb=f"Ingen har svart fra {n.nb}", nn=f"Ingen har svara frå {n.nn}", en=f"Nobody has answered from {n.en}")
        return [Missing("survey", silent, why)]

    def _counts(self) -> list[Missing]:
        own = [one.item for one in self.plain if not one.by_respondent]
        names = {language: listing(own, language) for language in LANGUAGES}
        why = Text(
            nb=f"Bare antall er kjent for {names['nb']}: uten vekter og kommuner.",
            nn=f"Berre tal er kjende for {names['nn']}: utan vekter og kommunar.",
            en=f"Only counts are known for {names['en']}: without weights and municipalities.",
        )
        return [Missing("survey", (), why)] if own else []

    def _unplaced(self) -> list[Missing]:
        n = max((int((one.municipalities == "").sum()) for one in self.plain if one.by_respondent), default=0)
        why = Text(
            nb=f"{people(n).nb} er uten kjent kommune{'; der er det ikke korrigert for endelig mange' if self.finite == 'municipalities' else ''}.",
            nn=f"{people(n).nn} er utan kjend kommune{'; der er det ikkje korrigert for endeleg mange' if self.finite == 'municipalities' else ''}.",
            en=f"{people(n).en} of unknown municipality{'; there, finite numbers are not corrected for' if self.finite == 'municipalities' else ''}.",
        )
        return [Missing("survey", (), why)] if n else []

    def _without_row(self) -> list[Missing]:
        whole = self.edition["survey"]
        everyone = whole["respondent"].nunique()
        own = [(one.text, everyone - len(one.answers)) for one in self.plain if one.by_respondent and len(one.answers) < everyone]
        if not own:
            return []
        parts = {language: listing([f"{quoted(text, language)} ({n})" for text, n in own], language) for language in LANGUAGES}
        why = Text(
            nb=f"Av {everyone} svarere har noen ingen rad, heller ikke som ikke svart: {parts['nb']}.",
            nn=f"Av {everyone} svararar har nokre inga rad, heller ikkje som ikkje svara: {parts['nn']}.",
            en=f"Of {everyone} respondents some have no row, not even as no answer: {parts['en']}.",
        )
        return [Missing("survey", (), why)]

    def _not_raked(self) -> list[Missing]:
        if self.whole is None:
            why = Text(
                nb="Utgaven har verken størrelse eller fylke å rake etter; vektene er dem i tabellen.",
                nn="Utgåva har korkje storleik eller fylke å rake etter; vektene er dei i tabellen.",
                en="The edition has neither size nor county to rake to; the weights are those of the table.",
            )
            return [Missing("survey", (), why)]
        return unreached(self.whole, np.array(sorted({code for one in self.plain for code in one.municipalities if code})), self.samples)


def unreached(whole: Frame, codes: Array, weighed: Sequence[Sample] = ()) -> list[Missing]:
    """Return the municipalities that no weights can stand for, since nobody in their group answered, and the respondents without a weight."""
    found = []
    left = tuple(sorted(set(whole.of.index) - set(whole.reached(codes).index)))
    if left:
        n = some_municipalities(len(left))
        why = Text(
            nb=f"I gruppene til {n.nb} har ingen svart; vektene står ikke for dem",
            nn=f"I gruppene til {n.nn} har ingen svara; vektene står ikkje for dei",
            en=f"Nobody has answered in the groups of {n.en}; the weights do not stand for them",
        )
        found.append(Missing("survey", left, why))
    without = max((int((one.weights == 0).sum()) for one in weighed if one.by_respondent), default=0)
    if without:
        why = Text(
            nb=f"{people(without).nb} er uten kommune i en gruppe og har vekten 0 i andelene; antallene har dem med.",
            nn=f"{people(without).nn} er utan kommune i ei gruppe og har vekta 0 i delane; tala har dei med.",
            en=f"{people(without).en} without a municipality in a group: the weight is 0 in the shares; the counts include them.",
        )
        found.append(Missing("survey", (), why))
    return found


def people(n: int) -> Text:
    """Write a number of respondents.

    Examples
    --------
    >>> people(1)["nn"], people(3)["en"]
    ('1 svarar', '3 respondents')
    """
    one = n == 1
    return Text(
        nb=f"{number(n, 'nb')} {'svarer' if one else 'svarere'}",
        nn=f"{number(n, 'nn')} {'svarar' if one else 'svararar'}",
        en=f"{number(n, 'en')} {'respondent' if one else 'respondents'}",
    )


def column_word(name: str) -> Text:
    """Return what a way to group is called in a sentence."""
    return value_label("breakdown", name)


def quoted(text: Text, language: Language) -> str:
    """Put an item in quotation marks."""
    return f'"{text.en}"' if language == "en" else f"«{text[language]}»"


def interval(found: Interval, language: Language) -> str:
    """Write an interval in whole per cent; a dash where it is not known."""
    if found.low != found.low:
        return "–"
    low, high = number(100 * found.low, language), number(100 * found.high, language)
    return f"{low}–{high}{'%' if language == 'en' else chr(160) + '%'}"


def with_interval(found: Interval, language: Language) -> str:
    """Write a share with its interval."""
    return f"{percent(found.estimate, language)}, {interval(found, language)}"


def told(sample: Sample) -> Text:
    """Say how many agree, disagree, answered neither and don't know, of all and of those with an opinion."""
    own = sample.only(sample.opinion)
    w = {"nb": "vektet ", "nn": "vekta ", "en": "weighted "} if sample.weighted else dict.fromkeys(LANGUAGES, "")
    p = {language: {name: f"{w[language]}{with_interval(sample.share(*answers), language)}" for name, answers in _NAMED.items()} for language in LANGUAGES}
    n = {name: sample.count(*answers) for name, answers in _NAMED.items()}
    first = Text(
        nb=f"{quoted(sample.text, 'nb')}: {n['agree']} av {number(sample.n, 'nb')} er enige ({p['nb']['agree']}), {n['disagree']} uenige ({p['nb']['disagree']}), {n['neither']} svarte verken eller ({p['nb']['neither']}) og {n['dont_know']} vet ikke ({p['nb']['dont_know']}).",
        nn=f"{quoted(sample.text, 'nn')}: {n['agree']} av {number(sample.n, 'nn')} er samde ({p['nn']['agree']}), {n['disagree']} usamde ({p['nn']['disagree']}), {n['neither']} svara verken eller ({p['nn']['neither']}) og {n['dont_know']} veit ikkje ({p['nn']['dont_know']}).",
        en=f"{quoted(sample.text, 'en')}: {n['agree']} of {number(sample.n, 'en')} agree ({p['en']['agree']}), {n['disagree']} disagree ({p['en']['disagree']}), {n['neither']} answered neither ({p['en']['neither']}) and {n['dont_know']} don't know ({p['en']['dont_know']}).",
    )
    if not own.n:
        return first
    o = {language: f"{w[language]}{with_interval(own.share(*AGREE), language)}" for language in LANGUAGES}
    return first + Text(
        nb=f"Av de {number(own.n, 'nb')} med en mening er {own.count(*AGREE)} enige ({o['nb']}).",
        nn=f"Av dei {number(own.n, 'nn')} med ei meining er {own.count(*AGREE)} samde ({o['nn']}).",
        en=f"Of the {number(own.n, 'en')} with an opinion {own.count(*AGREE)} agree ({o['en']}).",
    )


_NAMED = {"agree": AGREE, "disagree": DISAGREE, "neither": (NEITHER,), "dont_know": (DONT_KNOW,)}


def warned(found: Sequence[Sample]) -> Text:
    """Warn of the items that more than a fifth could not take a stand on; nothing where there are none."""
    own = [(one.text, one.share(DONT_KNOW).estimate) for one in found if one.n and one.share(DONT_KNOW).estimate > MANY_DONT_KNOW]
    if not own:
        return EMPTY
    parts = {language: listing([f"{quoted(text, language)} ({above(share, language)})" for text, share in own], language) for language in LANGUAGES}
    return Text(
        nb=f"Obs: mer enn en femtedel svarte vet ikke på {parts['nb']}; de som ble spurt, kan ha manglet grunnlag for å svare.",
        nn=f"Obs: meir enn ein femtedel svara veit ikkje på {parts['nn']}; dei som vart spurde, kan ha mangla grunnlag for å svare.",
        en=f"Note: more than a fifth answered don't know to {parts['en']}; those asked may have lacked grounds to answer.",
    )


def above(share: float, language: Language) -> str:
    """Write a share above the one that is warned of, with a decimal where it would be written as that one."""
    return percent(share, language, int(round(share * 100) == round(MANY_DONT_KNOW * 100)))


def ordered(order: Sequence[str]) -> tuple[str, ...]:
    """Return groups in the order of the size classes where they are such; else as they are."""
    names = [name for name, _ in SIZES]
    return tuple(sorted(order, key=names.index)) if set(order) <= set(names) else tuple(order)
