"""Whether services gather the same municipalities more than chance, and more than being neighbours, would make them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Literal

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.errors import OptionError
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures._chance import Against, against, hold_against_draws, holm, untold
from samvirke.measures.distance import places_without, points_of
from samvirke.measures.gaps import gaps, municipalities
from samvirke.measures.membership import Array, Membership, labels, membership, read_services
from samvirke.measures.null_models import NULLS, Lists, Null, by_distance, counted_lists, describe_draws, hold_lists, weights_table
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
ALL = "all"
RuleOrPairs = Literal["any", "all", "same", "pairs"]
MutualCoding = Literal["any", "day", "evening", "night", "weekend"]
Verdict = Literal["beyond_distance", "beyond_degree", "less_than_distance", "as_chance", "below", "distance_unknown", "too_few_draws", "untold"]
LIMIT, SHORT, LITTLE_MOVED = 0.05, 0.25, 0.2
MOST_DRAWS = 1_000_000


@dataclass(frozen=True)
class Compared:
    """One pair of services under one rule (or all pairs together), with what each null model and each service drawn says."""

    first: str
    second: str
    in_both: int
    found: Mapping[tuple[Null, str], Against]

    def cautious(self, null: Null) -> Against | None:
        """Return what the service says whose draws speak least against the null model; None when nothing is told."""
        told = [one for (own, _), one in self.found.items() if own == null and not np.isnan(one.p_value)]
        return max(told, key=lambda one: one.p_value) if told else None

    def agree(self, null: Null) -> bool:
        """Say whether both services drawn tell something, and point the same way."""
        own = [one for (kind, _), one in self.found.items() if kind == null]
        return not any(np.isnan(one.p_value) for one in own) and len({one.more for one in own}) == 1

    def split(self, null: Null) -> bool:
        """Say whether the two services drawn point different ways."""
        return len({one.more for (own, _), one in self.found.items() if own == null and not np.isnan(one.p_value)}) > 1

    def at_floor(self, null: Null, draws: int) -> bool:
        """Say whether no draw of either service came as far as the data, so that more draws might make p smaller."""
        own = [one for (kind, _), one in self.found.items() if kind == null]
        return self.agree(null) and all(one.p_value <= 2.0 / (draws + 1) * 1.000001 for one in own)


def consolidation(
    edition: Edition,
    *,
    services: tuple[str, ...] | None = None,
    rule: RuleOrPairs = "any",
    coding: MutualCoding = "any",
    draws: int = 1000,
    seed: int = 1,
) -> Finding:
    """Hold the overlap of every pair of services, and of all together, against two null models.

    Parameters
    ----------
    edition : Edition
        What is tested.
    services : tuple of str or None
        The services; None is all that there are cooperations on.
    rule : {"any", "all", "same", "pairs"}
        What is counted: municipalities that overlap, as in `overlap`, or pairs of municipalities that are partners in both services.
    coding : {"any", "day", "evening", "night", "weekend"}
        Which cooperations count; *most_extensive* is not among them, since partners need to be mutual.
    draws : int
        How many draws of each service under each null model, at least 39.
    seed : int
        Where the random numbers begin.

    Returns
    -------
    Finding
        One row for each pair, null model and service drawn: first, second, null_model, drawn, observed, expected, low, high, z, p_value,
        p_mid, draws, chain_correlation, chain_drift. Supporting tables `verdicts` (one row per pair: first, second, observed, in_both,
        expected_degree, p_degree, expected_distance, low, high, p_distance, directions_agree, consolidation_verdict), `distance_weights`
        (service, kilometres, relative_weight) and `draws_told`, how far draws go from the data (service, null_model, memberships,
        memberships_fixed, share_moved, observed_km, drawn_km).

    Raises
    ------
    OptionError
        When there are fewer than 39 draws, with which no two-sided p-value can be 0.05, or more than a million.
    """
    if not 39 <= draws <= MOST_DRAWS:
        raise OptionError("draws", draws, Text(nb="39 til 1 000 000", nn="39 til 1 000 000", en="39 to 1,000,000"))
    data = membership(edition)
    chosen = tuple(one for one in read_services(data, services) if len(data.columns(one, coding)))
    lon, lat = points_of(edition, data)
    degree = [counted_lists(data, service, coding) for service in chosen]
    seeds = [np.random.SeedSequence(seed, spawn_key=(2, place)) for place in range(len(chosen))]
    distance = [by_distance(data, own, data.columns(one, coding), lon, lat, start) for own, one, start in zip(degree, chosen, seeds, strict=True)]
    compared = compare(data, chosen, {"degree": degree, "distance": distance}, rule, draws, seed) if len(chosen) > 1 else []
    table = pd.DataFrame([row for one in compared for row in _rows(one, draws)], columns=COLUMNS)
    verdicts = judge(compared, draws)
    weights = [weights_table(one, own) for one, own in zip(chosen, distance, strict=True) if own is not None and len(chosen) > 1]
    told = _draws_told(chosen, {"degree": degree, "distance": distance}, seed) if len(chosen) > 1 else pd.DataFrame()
    head = verdicts.iloc[-1] if len(verdicts) else None
    return Finding(
        id="consolidation",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(edition, verdicts, rule, chosen),
        method=METHOD,
        table=table,
        coverage=Coverage(
            int(head["observed"]) if head is not None else None,
            {"in_both": int(head["in_both"])} if head is not None else {"services": len(chosen)},
            (
                *gaps(data, chosen),
                *places_without(data, np.isfinite(lon)),
                *(_unestimated(edition, chosen, distance) if len(chosen) > 1 else ()),
                *_short(table),
                *_little_moved(edition, told),
                *_few(verdicts, draws),
            ),
        ),
        chart=Chart(
            "chance",
            {
                "first": "first",
                "second": "second",
                "null": "null_model",
                "low": "low",
                "value": "expected",
                "high": "high",
                "beside": "observed",
                "p": "p_value",
                "of": "in_both",
            },
        )
        if len(verdicts)
        else Chart("table"),
        supporting={"verdicts": verdicts, **({"distance_weights": pd.concat(weights, ignore_index=True)} if weights else {}), "draws_told": told}
        if len(verdicts)
        else {},
        seed=seed,
    )


COLUMNS = [
    *("first", "second", "null_model", "drawn", "observed", "expected", "low", "high", "z"),
    *("p_value", "p_mid", "draws", "chain_correlation", "chain_drift"),
]


def compare(
    data: Membership, services: Sequence[str], null_lists: Mapping[Null, Sequence[Lists | None]], rule: RuleOrPairs, draws: int, seed: int
) -> list[Compared]:
    """Hold every pair of services against draws, and all pairs together last where there are several."""
    places = list(combinations(range(len(services)), 2))
    degree = [own for own in null_lists["degree"] if own is not None]
    observed = {pair: hold_lists(degree[pair[0]], degree[pair[0]].members[None], degree[pair[1]], degree[pair[1]].members[None])[0] for pair in places}
    sizes = {pair: _in_both(data, services, degree, pair) for pair in places}
    drawn: dict[Null, dict[tuple[int, int, int], tuple[Array, Array]]] = {}
    for null in NULLS:
        usable = [own if own is not None else _still(degree[place]) for place, own in enumerate(null_lists[null])]
        drawn[null] = hold_against_draws(usable, null, draws, seed)
    found = []
    ways = [("forward", 1), ("backward", 2)] if rule == "all" else [("forward", {"any": 0, "same": 3, "pairs": 4}[rule])]
    for way, count in ways:
        for pair in places:
            one, other = (services[place] for place in (pair if way == "forward" else pair[::-1]))
            told = {
                (null, services[own]): against(int(observed[pair][count]), drawn[null][*pair, own][1][:, count], drawn[null][*pair, own][0][:, count])
                for null in NULLS
                for own in pair
            }
            found.append(Compared(one, other, sizes[pair], told))
    if len(places) > 1:
        counts = [count for _, count in ways]
        total = int(sum(observed[pair][counts].sum() for pair in places))
        sums = {null: [half_or_end[:, counts].sum(axis=1) for half_or_end in drawn[null][-1, -1, -1]] for null in NULLS}
        told = {(null, ALL): untold(total) if any(own is None for own in null_lists[null]) else against(total, sums[null][1], sums[null][0]) for null in NULLS}
        found.append(Compared(ALL, ALL, sum(sizes.values()) * len(ways), told))
    return found


def _draws_told(services: Sequence[str], null_lists: Mapping[Null, Sequence[Lists | None]], seed: int) -> pd.DataFrame:
    """Say of each service and null model how far draws go from the data."""
    rows = []
    for place, service in enumerate(services):
        for kind, null in enumerate(NULLS):
            own = null_lists[null][place]
            if own is not None:
                rows.append(describe_draws(service, null, own, np.random.SeedSequence(seed, spawn_key=(3, place, kind))))
    return pd.DataFrame(rows)


def _in_both(data: Membership, services: Sequence[str], own: Sequence[Lists], pair: tuple[int, int]) -> int:
    taking = [np.bincount(own[place].members, minlength=len(data.codes)) > 0 for place in pair]
    return int((taking[0] & taking[1] & ~data.unspoken(*(services[place] for place in pair))).sum())


def _still(own: Lists) -> Lists:
    """Return lists that never change, for a service whose distances cannot be estimated: its draws do not vary, and nothing is told."""
    return replace(own, columns=own.columns[:0])


def _rows(one: Compared, draws: int) -> list[dict[str, Any]]:
    return [
        {
            "first": one.first,
            "second": one.second,
            "null_model": null,
            "drawn": drawn,
            **{name: getattr(told, name) for name in COLUMNS if hasattr(told, name)},
            "draws": draws,
        }
        for (null, drawn), told in one.found.items()
    ]


def judge(compared: Sequence[Compared], draws: int) -> pd.DataFrame:
    """Return one row per pair with the more cautious of its two tests, adjusted for the number of pairs, and a verdict; all pairs last."""
    cautious = {null: [one.cautious(null) for one in compared] for null in NULLS}
    adjusted = {}
    for null in NULLS:
        own = [told.p_value if told else np.nan for told in cautious[null]]
        several = len(compared) and compared[-1].first == ALL
        adjusted[null] = [*holm(own[:-1]), own[-1]] if several else holm(own)
    rows = []
    for place, one in enumerate(compared):
        degree, distance = cautious["degree"][place], cautious["distance"][place]
        rows.append(
            {
                "first": one.first,
                "second": one.second,
                "observed": next(iter(one.found.values())).observed,
                "in_both": one.in_both,
                "expected_degree": degree.expected if degree else np.nan,
                "p_degree": adjusted["degree"][place],
                "expected_distance": distance.expected if distance else np.nan,
                "low": distance.low if distance else np.nan,
                "high": distance.high if distance else np.nan,
                "p_distance": adjusted["distance"][place],
                "directions_agree": "no" if one.split("distance") else "yes",
                "consolidation_verdict": _verdict(one, adjusted["degree"][place], adjusted["distance"][place], draws),
            }
        )
    columns = ["first", "second", "observed", "in_both", "expected_degree", "p_degree", "expected_distance", "low", "high", "p_distance"]
    return pd.DataFrame(rows, columns=[*columns, "directions_agree", "consolidation_verdict"])


def _verdict(one: Compared, p_degree: float, p_distance: float, draws: int) -> Verdict:
    degree, distance = one.cautious("degree"), one.cautious("distance")
    if degree is None:
        return "untold"
    beyond = p_degree < LIMIT and degree.more and one.agree("degree")
    fewer = p_degree < LIMIT and not degree.more and one.agree("degree")
    if distance is not None and p_distance < LIMIT and one.agree("distance"):
        if distance.more:
            return "beyond_distance" if beyond else "as_chance"
        return "less_than_distance" if beyond else "below"
    if fewer:
        return "below"
    if (p_degree >= LIMIT and one.at_floor("degree", draws)) or (distance is not None and p_distance >= LIMIT and one.at_floor("distance", draws)):
        return "too_few_draws"
    if not beyond:
        return "as_chance"
    return "distance_unknown" if distance is None else "beyond_degree"


def _unestimated(edition: Edition, services: Sequence[str], distance: Sequence[Lists | None]) -> tuple[Missing, ...]:
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


def _short(table: pd.DataFrame) -> tuple[Missing, ...]:
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


def _little_moved(edition: Edition, told: pd.DataFrame) -> tuple[Missing, ...]:
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


def _few(verdicts: pd.DataFrame, draws: int) -> tuple[Missing, ...]:
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


def _statement(edition: Edition, verdicts: pd.DataFrame, rule: RuleOrPairs, services: Sequence[str]) -> Text:
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
