"""Hypotheses on size and place: swings (H3), applications (H4), the north (H6), advantage or necessity (H11), where it works well (H12)."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.errors import MissingExtraError, OptionError, SamvirkeError
from samvirke.evidence._readings import FEWEST, LARGE_FROM, SMALL_BELOW, lacks, settle, too_few, weigh
from samvirke.evidence._statements import statements
from samvirke.evidence._survey import samples
from samvirke.evidence.applications import applications
from samvirke.evidence.use_skew import use_skew
from samvirke.measures.distance import points_of
from samvirke.measures.hypotheses import BEDS, URGENT, WELFARE, Read
from samvirke.measures.membership import Array, Membership, labels
from samvirke.measures.statistics import odds_ratio
from samvirke.vocabulary.answers import AGREE
from samvirke.vocabulary.labels import value_label
from samvirke.vocabulary.language import LANGUAGES, Text, listing, number, percent, probability

YEARS = 4
"""A municipality's use must be known in so many years, without start-up years, for its swing to be measured."""
SWINGING = ("admissions", "visits")
"""Counts whose swing is measured; bed days come several to a patient."""
NORTH, COUNTIES, FEWEST_COUNTIES = 3, 19, 4
"""The note's northernmost counties and how many counties there were; of other numbers the same share, at least one; fewer than four counties have no north."""
WORKS_WELL = "works_well"


def read_swings(edition: Edition, data: Membership) -> Read:
    """H3: municipal size goes with the ability to bear swings in need. The model of risk describes; use of several years is tested."""
    from samvirke.planning.risk import risk

    read = Read()
    if lacks(read, edition, "figure"):
        return read
    try:
        model = risk(edition)
        said = model.headline or model.statement
        read.describes.append(
            said
            + Text(
                nb="Det følger av en modell der innleggelser er uavhengige, ikke av målte utgifter.",
                nn="Det følgjer av ein modell der innleggingar er uavhengige, ikkje av målte utgifter.",
                en="That follows from a model in which admissions are independent, not from measured cost.",
            )
        )
    except SamvirkeError as error:
        read.cannot_tell.append(error.text)
    if lacks(read, edition, "use"):
        return read
    use = use_skew(edition).table
    use = use[~use["start_up"].astype(bool)]
    people, ways = dict(zip(map(str, data.codes), data.population, strict=True)), set()
    for measure in SWINGING:
        swings = _swings(use[use["measure"].eq(measure)])
        known = [(people[code], swing) for code, swing in swings.items() if people.get(code, 0) > 0]
        what = value_label("measure", measure)
        if len(known) < 2 * FEWEST:
            if len(use[use["measure"].eq(measure)]):
                too_few(read, what)
            continue
        rho, p_value = _spearman(np.array(known)[:, 0], np.array(known)[:, 1])
        w = {language: (number(rho, language, 2), len(known), probability(p_value, language)) for language in LANGUAGES}
        sentence = Text(
            nb="Svingningen i {} fra år til år, over snittet, henger slik sammen med folketallet: {} (Spearman, {} kommuner, {}).".format(what.nb, *w["nb"]),
            nn="Svinginga i {} frå år til år, over snittet, heng slik saman med folketalet: {} (Spearman, {} kommunar, {}).".format(what.nn, *w["nn"]),
            en="The swing in {} from year to year, over the mean, goes with population thus: {} (Spearman, {} municipalities, {}).".format(what.en, *w["en"]),
        )
        ways |= weigh(read, sentence, p_value, supports=rho < 0)
    settle(read, ways)
    return read


def _swings(use: pd.DataFrame) -> dict[str, float]:
    """Return each municipality's standard deviation around its own trend, over its mean; the mean of its cooperations."""
    found: dict[str, list[float]] = {}
    for (code, _), own in use.groupby(["municipality", "cooperation"]):
        value, year = own["observed"].to_numpy(dtype=float), own["year"].to_numpy(dtype=float)
        if len(value) >= YEARS and value.mean() > 0:
            around = value - np.polyval(np.polyfit(year - year.mean(), value, 1), year - year.mean())
            found.setdefault(str(code), []).append(float(np.sqrt((around**2).sum() / (len(value) - 2)) / value.mean()))
    return {code: float(np.mean(own)) for code, own in found.items()}


def _spearman(first: Array, second: Array) -> tuple[float, float]:
    """Return the rank correlation and its p-value; missing where either does not vary."""
    from scipy.stats import spearmanr

    if len(first) < 3 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return float("nan"), float("nan")
    found = spearmanr(first, second)
    return float(found.statistic), float(found.pvalue)


def read_odds(edition: Edition) -> Read:
    """H4: the odds to apply alone or as host rise with population, to take part in another's application fall."""
    read = Read()
    if lacks(read, edition, "application", "figure"):
        return read
    try:
        found = applications(edition).supporting.get("odds", pd.DataFrame())
    except MissingExtraError as error:
        read.cannot_tell.append(error.text)
        return read
    own = found[found["service"].eq(BEDS) & found["term"].eq("population_doubled")] if len(found) else found
    if own.empty:
        name = labels(edition, [BEDS])
        read.cannot_tell.append(
            Text(
                nb=f"Utgaven har ingen søknader om {name['nb']}.",
                nn=f"Utgåva har ingen søknader om {name['nn']}.",
                en=f"The edition has no applications on {name['en']}.",
            )
        )
        return read
    ways = set()
    for row in own.to_dict("records"):
        alone = row["outcome"] == "alone_or_host"
        w = {
            language: (
                *(number(row[name], language, 2) for name in ("odds_ratio", "odds_ratio_low", "odds_ratio_high")),
                probability(row["p_value"], language),
                row["municipalities"],
            )
            for language in LANGUAGES
        }
        what = value_label("outcome", row["outcome"])
        sentence = Text(
            nb="For hver dobling av folketallet ganges oddsen for {} med {} (95 %: {}–{}; {}; {} kommuner).".format(what.nb, *w["nb"]),
            nn="For kvar dobling av folketalet blir oddsen for {} gonga med {} (95 %: {}–{}; {}; {} kommunar).".format(what.nn, *w["nn"]),
            en="Each doubling of population multiplies the odds of {} by {} (95%: {}–{}; {}; {} municipalities).".format(what.en, *w["en"]),
        )
        ways |= weigh(read, sentence, row["p_value"], supports=(row["odds_ratio"] > 1) == alone)
    settle(read, ways)
    return read


def core_services(data: Membership) -> tuple[Array, Array, tuple[str, ...]]:
    """Return in how many of the note's three services each municipality takes part, whether that is known, and which are here."""
    present = tuple(one for one in (*URGENT, WELFARE) if one in data.services)
    count, known = np.zeros(len(data.codes), dtype=int), np.ones(len(data.codes), dtype=bool)
    for service in present:
        has = data.partners(service).has
        count += has
        known &= has | ~data.unspoken(service)
    return count, known, present


def read_north(edition: Edition, data: Membership) -> Read:
    """H6: the northernmost counties cooperate less, there mainly on child welfare."""
    read = Read()
    county = edition.municipalities().reindex(list(data.codes))["county"].to_numpy(dtype=object)
    north_of = points_of(edition, data)[1]
    placed = np.array([isinstance(one, str) for one in county], dtype=bool) & np.isfinite(north_of)
    middle = pd.Series(north_of[placed]).groupby(county[placed]).mean().sort_values(ascending=False)
    count, known, present = core_services(data)
    if len(middle) < FEWEST_COUNTIES or not present:
        read.cannot_tell.append(
            Text(
                nb="Færre enn fire fylker har kommuner med kjent sted, eller ingen av de tre tjenestene er i utgaven.",
                nn="Færre enn fire fylke har kommunar med kjend stad, eller ingen av dei tre tenestene er i utgåva.",
                en="Fewer than four counties have municipalities of known place, or none of the three services is in the edition.",
            )
        )
        return read
    names = [str(one) for one in middle.index[: max(1, round(len(middle) * NORTH / COUNTIES))]]
    inside, outside = known & np.isin(county, names), known & placed & ~np.isin(county, names)
    if min(inside.sum(), outside.sum()) < FEWEST:
        too_few(read, Text(**{language: listing(names, language) for language in LANGUAGES}))
        return read
    from scipy.stats import mannwhitneyu

    first, second = count[inside], count[outside]
    p_value = float(mannwhitneyu(first, second).pvalue) if np.ptp(np.concatenate([first, second])) else float("nan")
    w = {
        language: (
            listing(names, language),
            len(first),
            number(float(first.mean()), language, 1),
            len(present),
            number(float(second.mean()), language, 1),
            len(second),
            probability(p_value, language),
        )
        for language in LANGUAGES
    }
    sentence = Text(
        nb="I {} samarbeider {} kommuner i snitt om {} av {} tjenester, mot {} i de {} andre ({}).".format(*w["nb"]),
        nn="I {} samarbeider {} kommunar i snitt om {} av {} tenester, mot {} i dei {} andre ({}).".format(*w["nn"]),
        en="In {}, {} municipalities cooperate on {} of {} services on average, against {} in the other {} ({}).".format(*w["en"]),
    )
    settle(read, weigh(read, sentence, p_value, supports=bool(first.mean() < second.mean())))
    read.describes.append(_by_service(edition, data, present, inside, outside))
    return read


def _by_service(edition: Edition, data: Membership, present: tuple[str, ...], inside: Array, outside: Array) -> Text:
    """Say service by service how many take part in the north and elsewhere."""
    parts: dict[str, list[str]] = {language: [] for language in LANGUAGES}
    for service in present:
        has = data.partners(service).has
        for language in LANGUAGES:
            counts = f"{int(has[inside].sum())}/{int(inside.sum())}", f"{int(has[outside].sum())}/{int(outside.sum())}"
            parts[language].append(f"{labels(edition, [service])[language]} {counts[0]} ({counts[1]})")
    w = {language: listing(parts[language], language) for language in LANGUAGES}
    return Text(
        nb=f"Kommuner i nord som samarbeider, og andre i parentes: {w['nb']}.",
        nn=f"Kommunar i nord som samarbeider, og andre i parentes: {w['nn']}.",
        en=f"Municipalities in the north that cooperate, and others in parentheses: {w['en']}.",
    )


def read_necessity(edition: Edition, data: Membership) -> Read:
    """H11: large municipalities see cooperation as an advantage, the smallest as a necessity."""
    read = Read()
    if lacks(read, edition, "statement"):
        return read
    try:
        own = statements(edition)
    except OptionError:
        lacks(read, edition, "figure")
        read.cannot_tell.append(
            Text(
                nb="Størrelsen på kommunene som utsagnene er fra, er ikke kjent.",
                nn="Storleiken på kommunane som utsegnene er frå, er ikkje kjend.",
                en="The size of the municipalities that the statements are from is not known.",
            )
        )
        return read
    own = own[own["direction"].eq("for")]
    people = dict(zip(map(str, data.codes), data.population, strict=True))
    needed = own["motive"].eq("necessity").to_numpy(dtype=bool)
    low, high = _bounds(own, people)
    small, large = high <= SMALL_BELOW, low >= LARGE_FROM
    a, b = int((needed & small).sum()), int((needed & large).sum())
    n, m = int(small.sum()), int(large.sum())
    if min(n, m) < FEWEST:
        too_few(read, Text(nb=f"{n} og {m} utsagn", nn=f"{n} og {m} utsegner", en=f"{n} and {m} statements"))
        return read
    p_value = odds_ratio([[a, n - a], [b, m - b]])[1]
    w = {language: (percent(a / n, language), percent(b / m, language), number(SMALL_BELOW, language), number(LARGE_FROM, language), probability(p_value, language)) for language in LANGUAGES}  # fmt: skip
    sentence = Text(
        nb=f"Av utsagnene for samarbeid handler {a} av {n} ({w['nb'][0]}) om nødvendighet i kommuner under {w['nb'][2]} innbyggere, {b} av {m} ({w['nb'][1]}) i dem fra {w['nb'][3]}; de andre handler om fordeler ({w['nb'][4]}).",
        nn=f"Av utsegnene for samarbeid handlar {a} av {n} ({w['nn'][0]}) om nødvende i kommunar under {w['nn'][2]} innbyggjarar, {b} av {m} ({w['nn'][1]}) i dei frå {w['nn'][3]}; dei andre handlar om fordelar ({w['nn'][4]}).",
        en=f"Of the statements for cooperation, {a} of {n} ({w['en'][0]}) are about necessity in municipalities below {w['en'][2]} inhabitants, {b} of {m} ({w['en'][1]}) in those from {w['en'][3]}; the others are about advantages ({w['en'][4]}).",
    )
    settle(read, weigh(read, sentence, p_value, supports=a / n > b / m))
    return read


def _bounds(own: pd.DataFrame, people: Mapping[str, float]) -> tuple[Array, Array]:
    """Return between which numbers of inhabitants the municipality of each statement is: its own, else its class as printed; missing where unknown."""
    bounds = []
    for code, written in zip(own["municipality"], own["municipality_type"], strict=True):
        known, ends = people.get(str(code), np.nan), [float(one) for one in re.findall(r"[0-9]+", str(written))]
        if known == known:
            bounds.append((known, known + 1))
        elif len(ends) == 2:
            bounds.append((ends[0], ends[1]))
        else:
            bounds.append((0.0, ends[0]) if ends and "<" in str(written) else (ends[0], np.inf) if ends else (np.nan, np.nan))
    return np.array([one for one, _ in bounds], dtype=float), np.array([other for _, other in bounds], dtype=float)


def read_benefit(edition: Edition, data: Membership) -> Read:
    """H12: positive effects are greatest in larger, central municipalities: who says that it works well, by size and centrality."""
    read = Read()
    if lacks(read, edition, "survey"):
        return read
    try:
        found = [one for one in samples(edition) if one.item == WORKS_WELL and one.by_respondent]
    except SamvirkeError as error:
        read.cannot_tell.append(error.text)
        return read
    if not found:
        read.cannot_tell.append(
            Text(
                nb=f"Ingen svar på {WORKS_WELL} med kommune.",
                nn=f"Ingen svar på {WORKS_WELL} med kommune.",
                en=f"No answers to {WORKS_WELL} with a municipality.",
            )
        )
        return read
    meant = found[0].only(found[0].opinion)
    agreeing = pd.Series(np.isin(meant.answers, AGREE).astype(float)).groupby(meant.municipalities).mean()
    agreeing = agreeing[agreeing.index != ""]
    size = {str(code): float(people) for code, people in zip(data.codes, data.population, strict=True) if people == people}
    lacks_one = lacks(read, edition, "grouping")
    ways = set()
    for by, of in (("size", size), ("centrality", {} if lacks_one else _centrality(edition))):
        known = [(of[str(code)], share) for code, share in agreeing.items() if str(code) in of]
        word = value_label("breakdown", by)
        if len(known) < 2 * FEWEST:
            too_few(read, word)
            continue
        rho, p_value = _spearman(np.array(known)[:, 0], np.array(known)[:, 1])
        w = {language: (number(rho, language, 2), len(known), probability(p_value, language)) for language in LANGUAGES}
        sentence = Text(
            nb="Hvor mange med en mening som sier at det fungerer bra, henger slik sammen med {}: {} (Spearman, {} kommuner, {}).".format(word.nb, *w["nb"]),
            nn="Kor mange med ei meining som seier at det fungerer bra, heng slik saman med {}: {} (Spearman, {} kommunar, {}).".format(word.nn, *w["nn"]),
            en="How many with an opinion say that it works well goes with {} thus: {} (Spearman, {} municipalities, {}).".format(word.en, *w["en"]),
        )
        ways |= weigh(read, sentence, p_value, supports=rho > 0)
    settle(read, ways)
    return read


def _centrality(edition: Edition) -> dict[str, float]:
    """Return the centrality of each municipality where it is a number, as in the note: the higher the more central."""
    own = edition["grouping"]
    own = own[own["kind"].eq("centrality")]
    value = pd.to_numeric(own["code"], errors="coerce")
    return {str(code): float(one) for code, one in zip(own["municipality"], value, strict=True) if one == one}
