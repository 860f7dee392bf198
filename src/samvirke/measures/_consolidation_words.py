"""What consolidation says: its question, method and sentences, and what it could not tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Missing
from samvirke.measures._verdicts import ALL, LIMIT, LITTLE_MOVED, SHORT, RuleOrPairs, Verdict
from samvirke.measures.gaps import municipalities
from samvirke.measures.membership import labels
from samvirke.measures.null_models import Lists
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Text, listing, number, percent, probability

QUESTION = Text(
    nb="Samler tjenestene de samme kommunene, mer enn tilfeldighet og naboskap skulle tilsi?",
    nn="Samlar tenestene dei same kommunane, meir enn slump og naboskap skulle tilseie?",
    en="Do services gather the same municipalities, more than chance and being neighbours would?",
)
METHOD = Text(
    nb="Overlappet mellom to tjenester holdes mot trekninger der medlemmene i den ene tjenesten er fordelt på nytt og den andre ligger fast. I begge nullmodellene beholder hver kommune antallet samarbeid, og hvert samarbeid antallet medlemmer. «degree»: alle slike fordelinger er like sannsynlige. «distance»: en fordeling er så sannsynlig som produktet av f(avstand fra kommunen til setet for samarbeidet), der f er anslått fra dataene (distance_weights) og setet er verten, ellers den mest sentrale kommunen; setene ligger fast. Hver av de to tjenestene trekkes for seg, og konklusjonen bruker den som gir den høyeste p-verdien. p = (r + 1) / (n + 1), tosidig, i verdicts justert etter Holm for antall par; i p_mid teller trekninger lik det observerte halvt. z er tom når trekningene ikke varierer, p når de dessuten er lik det observerte. chain_correlation og chain_drift skal være nær 0. I raden «all» er tallene summert over parene, og alle tjenester unntatt den største trekkes samtidig. Regelen «pairs» teller par av kommuner som er partnere i begge. Testen tar størrelse og sted for gitt og sier ikke hvorfor. f er valgt slik at trekningene ligger like nær setene som dataene; draws_told viser det, og hvor stor del av medlemskapene en trekning flytter. Konklusjonen krever at begge tjenester, trukket hver for seg, gir samme svar. Der avstand avgjør nesten alt, som i Norge, er det lite igjen å finne: da kan ekte samling bli stående som naboskap.",
    nn="Overlappet mellom to tenester blir halde mot trekningar der medlemmene i den eine tenesta er fordelte på nytt og den andre ligg fast. I begge nullmodellane held kvar kommune på talet på samarbeid, og kvart samarbeid på talet på medlemmer. «degree»: alle slike fordelingar er like sannsynlege. «distance»: ei fordeling er så sannsynleg som produktet av f(avstand frå kommunen til setet for samarbeidet), der f er rekna ut frå dataa (distance_weights) og setet er verten, elles den mest sentrale kommunen; seta ligg fast. Kvar av dei to tenestene blir trekt for seg, og konklusjonen brukar den som gjev den høgaste p-verdien. p = (r + 1) / (n + 1), tosidig, i verdicts justert etter Holm for talet på par; i p_mid tel trekningar lik det observerte halvt. z er tom når trekningane ikkje varierer, p når dei dessutan er lik det observerte. chain_correlation og chain_drift skal vere nær 0. I rada «all» er tala summerte over para, og alle tenester utanom den største blir trekte samstundes. Regelen «pairs» tel par av kommunar som er partnarar i begge. Testen tek storleik og stad for gjevne og seier ikkje kvifor. f er vald slik at trekningane ligg like nær seta som dataa; draws_told viser det, og kor stor del av medlemskapane ei trekning flyttar. Konklusjonen krev at båe tenester, trekte kvar for seg, gjev same svar. Der avstand avgjer nesten alt, som i Noreg, er det lite att å finne: då kan ekte samling bli ståande som naboskap.",
    en="The overlap of two services is held against draws in which the members of one service are dealt out anew while the other stays. Under both null models each municipality keeps its number of cooperations, and each cooperation its number of members. `degree`: all such lists are equally likely. `distance`: a list is as likely as the product of f(distance from the municipality to the seat of the cooperation), where f is estimated from the data (distance_weights) and the seat is the host, else the most central member; seats stay. Each of the two services is drawn in turn, and the verdict rests on the one with the larger p-value. p = (r + 1) / (n + 1), two-sided, in `verdicts` adjusted for the number of pairs (Holm); in p_mid, draws that equal the observed count half. z is empty when draws do not vary, p when they also equal the observed number. chain_correlation and chain_drift should be near 0. In the row `all` the numbers are summed over the pairs, and all services but the largest are drawn at once. The rule `pairs` counts pairs of municipalities that are partners in both. The test takes sizes and places as given and does not say why. f is chosen so that draws lie as near the seats as the data do; draws_told shows that, and how large a part of the memberships a draw moves. The verdict takes both services, drawn in turn, to give the same answer. Where distance decides nearly everything, as in Norway, little is left to find: there, true gathering may pass for being neighbours.",
)


def unestimated(edition: Edition, services: Sequence[str], distance: Sequence[Lists | None]) -> tuple[Missing, ...]:
    lacking = [one for one, own in zip(services, distance, strict=True) if own is None]
    if not lacking:
        return ()
    name = labels(edition, lacking)
    why = Text(
        nb=f"For {name['nb']} er det for få samarbeid eller kjente steder til å anslå hva avstand betyr; der er bare «degree» prøvd",
        nn=f"For {name['nn']} er det for få samarbeid eller kjende stader til å rekne ut kva avstand tyder; der er berre «degree» prøvd",
        en=f"For {name['en']} there are too few cooperations or known places to estimate what distance means; there only `degree` is tested",
    )
    return (Missing("municipality", (), why),)


def short(table: pd.DataFrame) -> tuple[Missing, ...]:
    """Say where chains were too short to forget where they began."""
    allowed = np.maximum(SHORT, 4 / np.sqrt(table["draws"].astype(float)))
    short = int(((table["chain_correlation"].abs() > allowed) | (table["chain_drift"].abs() > allowed)).sum())
    if not short:
        return ()
    why = Text(
        nb=f"I {short} av {len(table)} rader er kjedene korte (chain_correlation, chain_drift): p er fortsatt gyldig, men prøven er svakere, og det ventede tallet ligger nærmere det observerte.",
        nn=f"I {short} av {len(table)} rader er kjedene korte (chain_correlation, chain_drift): p er framleis gyldig, men prøva er svakare, og det venta talet ligg nærare det observerte.",
        en=f"In {short} of {len(table)} rows the chains are short (chain_correlation, chain_drift): p is still valid, but the test is weaker and the expected number closer to the observed one.",
    )
    return (Missing("draws", (), why),)


def little_moved(edition: Edition, told: pd.DataFrame) -> tuple[Missing, ...]:
    """Say where draws by distance are nearly the data over again, so that little could be found."""
    own = told[(told["null_model"] == "distance") & (told["share_moved"] < LITTLE_MOVED)] if len(told) else told
    if own.empty:
        return ()
    name = labels(edition, own["service"].tolist())
    rate = {language: listing([percent(one, language) for one in own["share_moved"]], language) for language in LANGUAGES}
    why = Text(
        nb=f"Avstanden bestemmer nesten alt for {name['nb']}: en trekning etter avstand flytter bare {rate['nb']} av medlemskapene, så at overlappet ligner naboskap, følger for en stor del av selve modellen",
        nn=f"Avstanden avgjer nesten alt for {name['nn']}: ei trekning etter avstand flyttar berre {rate['nn']} av medlemskapane, så at overlappet liknar naboskap, følgjer for ein stor del av sjølve modellen",
        en=f"Distance decides nearly all for {name['en']}: a draw by distance moves only {rate['en']} of the memberships, so that the overlap looks like neighbourhood follows in large part from the model itself",
    )
    return (Missing("draws", (), why),)


def few(verdicts: pd.DataFrame, draws: int) -> tuple[Missing, ...]:
    """Say where there are too few draws for as many pairs."""
    pairs = _tested(verdicts)
    if 2 * pairs / (draws + 1) < LIMIT:
        return ()
    need = int(2 * pairs / LIMIT)
    why = Text(
        nb=f"{draws} trekninger er for få for {pairs} par: ingen justert p kan bli under 0,05. Bruk minst --draws {need}",
        nn=f"{draws} trekningar er for få for {pairs} par: ingen justert p kan bli under 0,05. Bruk minst --draws {need}",
        en=f"{draws} draws are too few for {pairs} pairs: no adjusted p can be below 0.05. Use at least --draws {need}",
    )
    return (Missing("draws", (), why),)


def _tested(verdicts: pd.DataFrame) -> int:
    """Count the pairs of which something is told."""
    return int((verdicts["p_degree"].notna() & (verdicts["first"] != ALL)).sum())


COUNTED = {
    "any": Text(nb="kommuner har minst én felles partner i", nn="kommunar har minst éin felles partnar i", en="municipalities have at least one partner in common in"),
    "all": Text(nb="kommuner har alle partnerne i den andre også i den første av", nn="kommunar har alle partnarane i den andre òg i den fyrste av", en="municipalities have all their partners in the second also in the first of"),
    "same": Text(nb="kommuner har nøyaktig de samme partnerne i", nn="kommunar har nøyaktig dei same partnarane i", en="municipalities have exactly the same partners in"),
    "pairs": Text(nb="par av kommuner er partnere i både", nn="par av kommunar er partnarar i både", en="pairs of municipalities are partners in both"),
}  # fmt: skip
SAID: Mapping[Verdict, Text] = {
    "beyond_distance": Text(
        nb="Det er mer enn størrelsene og avstanden til setene forklarer: tjenestene samler de samme kommunene",
        nn="Det er meir enn storleikane og avstanden til seta forklarer: tenestene samlar dei same kommunane",
        en="That is more than the sizes and the distance to the seats explain: the services gather the same municipalities",
    ),
    "beyond_degree": Text(
        nb="Det er mer enn ren tilfeldighet, men ikke sikkert mer enn at naboer samarbeider",
        nn="Det er meir enn rein slump, men ikkje sikkert meir enn at naboar samarbeider",
        en="That is more than pure chance, but not surely more than that neighbours cooperate",
    ),
    "as_chance": Text(
        nb="Det kan ikke skilles fra tilfeldighet", nn="Det kan ikkje skiljast frå slump", en="That cannot be told from chance"
    ),
    "below": Text(
        nb="Det er mindre enn tilfeldighet eller avstand skulle tilsi: tjenestene samler ulike kommuner",
        nn="Det er mindre enn slump eller avstand skulle tilseie: tenestene samlar ulike kommunar",
        en="That is less than chance or distance would make: the services gather different municipalities",
    ),
    "distance_unknown": Text(
        nb="Det er mer enn ren tilfeldighet; om det er mer enn naboskap, kan ikke prøves her",
        nn="Det er meir enn rein slump; om det er meir enn naboskap, kan ikkje prøvast her",
        en="That is more than pure chance; whether it is more than being neighbours cannot be tested here",
    ),
    "less_than_distance": Text(
        nb="Det er mer enn ren tilfeldighet, men mindre enn naboskap skulle tilsi: tjenestene samler mindre de samme kommunene enn avstandene gir grunn til",
        nn="Det er meir enn rein slump, men mindre enn naboskap skulle tilseie: tenestene samlar mindre dei same kommunane enn avstandane gjev grunn til",
        en="That is more than pure chance, but less than being neighbours would make: the services gather the same municipalities less than distances suggest",
    ),
    "too_few_draws": Text(
        nb="Ingen trekning kom så langt, men det er for få trekninger for så mange par til å slutte noe av det",
        nn="Inga trekning kom så langt, men det er for få trekningar for så mange par til å slutte noko av det",
        en="No draw came as far, but there are too few draws for so many pairs to conclude from it",
    ),
    "untold": Text(
        nb="Trekningene varierer ikke, så ingenting kan sluttes", nn="Trekningane varierer ikkje, så ingenting kan sluttast", en="Draws do not vary, so nothing can be concluded"
    ),
}  # fmt: skip


def statement(edition: Edition, verdicts: pd.DataFrame, rule: RuleOrPairs, services: Sequence[str]) -> Text:
    if verdicts.empty:
        n = len(services)
        return Text(
            nb=f"{n or 'Ingen'} {'tjeneste' if n == 1 else 'tjenester'} er med her, og overlapp trenger minst to.",
            nn=f"{n or 'Inga'} {'teneste' if n < 2 else 'tenester'} er med her, og overlapp treng minst to.",
            en=f"{n or 'No'} {'service is' if n < 2 else 'services are'} included here, and overlap takes at least two.",
        )
    row = verdicts.iloc[-1].to_dict()
    pairs = len(verdicts) - (row["first"] == ALL)
    sentence = _observed(edition, row, rule, pairs) + _expected(row)
    if pairs == 1:
        return sentence
    alone, tested = verdicts.iloc[:-1], _tested(verdicts)
    beyond, most = (
        int((alone["consolidation_verdict"] == "beyond_distance").sum()),
        alone.sort_values("in_both", ascending=False, kind="stable").iloc[0].to_dict(),
    )
    return (
        sentence
        + Text(
            nb=f"Par for par (justert for {tested} prøvde par) er overlappet i {beyond} av dem mer enn avstand og størrelse forklarer.",
            nn=f"Par for par (justert for {tested} prøvde par) er overlappet i {beyond} av dei meir enn avstand og storleik forklarer.",
            en=f"Pair by pair (adjusted for {tested} tested pairs), in {beyond} of them the overlap is more than distance and size explain.",
        )
        + _observed(edition, most, rule, 1)
        + _expected(most)
    )


def _observed(edition: Edition, row: Mapping[Any, Any], rule: RuleOrPairs, pairs: int) -> Text:
    seen = {language: number(row["observed"], language) for language in LANGUAGES}
    if row["first"] == ALL:
        return Text(
            nb=f"Summert over {pairs} par av tjenester er det observert {seen['nb']} tilfeller av overlapp.",
            nn=f"Summert over {pairs} par av tenester er det observert {seen['nn']} overlapp.",
            en=f"Summed over {pairs} pairs of services, {seen['en']} overlaps are observed.",
        )
    name = labels(edition, [row["first"], row["second"]])
    both = municipalities(int(row["in_both"]))
    counted = COUNTED[rule]
    return Text(
        nb=f"{seen['nb']} {counted.nb} {name['nb']} ({both.nb} i begge).",
        nn=f"{seen['nn']} {counted.nn} {name['nn']} ({both.nn} i begge).",
        en=f"{seen['en']} {counted.en} {name['en']} ({both.en} in both).",
    )


def _expected(row: Mapping[Any, Any]) -> Text:
    verdict = SAID[row["consolidation_verdict"]]
    if row["consolidation_verdict"] == "untold":
        return Text(nb=f"{verdict.nb}.", nn=f"{verdict.nn}.", en=f"{verdict.en}.")
    w = {language: {name: number(row[name], language) for name in ("expected_degree", "expected_distance", "low", "high")} for language in LANGUAGES}
    p = {language: (probability(row["p_degree"], language), probability(row["p_distance"], language)) for language in LANGUAGES}
    sentence = Text(
        nb=f"Med de samme størrelsene ville ren tilfeldighet gitt {w['nb']['expected_degree']} ({p['nb'][0]}).",
        nn=f"Med dei same storleikane ville rein slump gjeve {w['nn']['expected_degree']} ({p['nn'][0]}).",
        en=f"With the same sizes, pure chance would make {w['en']['expected_degree']} ({p['en'][0]}).",
    )
    near = (
        Text(
            nb=f"Tas avstanden med, ventes {w['nb']['expected_distance']} (95 %: {w['nb']['low']} til {w['nb']['high']}; {p['nb'][1]}).",
            nn=f"Blir avstanden teken med, er det venta {w['nn']['expected_distance']} (95 %: {w['nn']['low']} til {w['nn']['high']}; {p['nn'][1]}).",
            en=f"With distance as well, {w['en']['expected_distance']} are expected (95%: {w['en']['low']} to {w['en']['high']}; {p['en'][1]}).",
        )
        if not np.isnan(row["expected_distance"])
        else EMPTY
    )
    apart = (
        Text(
            nb="De to tjenestene gir ulikt svar når de trekkes hver for seg, så av avstand sluttes ingenting.",
            nn="Dei to tenestene gjev ulikt svar når dei blir trekte kvar for seg, så av avstand blir ingenting slutta.",
            en="The two services give different answers when drawn in turn, so nothing is concluded from distance.",
        )
        if row["directions_agree"] == "no"
        else EMPTY
    )
    return sentence + near + apart + Text(nb=f"{verdict.nb}.", nn=f"{verdict.nn}.", en=f"{verdict.en}.")
