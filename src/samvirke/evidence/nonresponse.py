"""Which municipalities did not answer a survey, and how those that did differ from the whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.errors import OptionError
from samvirke.evidence._raking import available, effective, frame, rake_municipalities
from samvirke.evidence._survey import Array, Sample, asked, samples
from samvirke.evidence._survey_words import column_word, ordered, people, unreached
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.groups import groups
from samvirke.measures.membership import Membership, membership
from samvirke.measures.statistics import share
from samvirke.vocabulary.answers import NO_ANSWER
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Text, number, percent, probability

Weighting = Literal["raking", "none"]
DRAWS = 20_000
QUESTION = Text(
    nb="Hvem svarte ikke, og ligner de som svarte på alle?",
    nn="Kven svara ikkje, og liknar dei som svara på alle?",
    en="Who did not answer, and are those that did like all?",
)
METHOD = Text(
    nb="En kommune har svart når minst én svarer derfra har svart på minst ett av spørsmålene, også med vet ikke. Alle kommunene i utgaven regnes som spurt, unntatt dem som tabellen coverage sier at kilden ikke spurte. Andelen som svarte i en gruppe har Clopper–Pearsons intervall (95 %). p er hvor ofte de som svarte, trukket tilfeldig blant alle, ville fordelt seg minst like skjevt (kjikvadrat, {draws} trekninger). Ved raking får hver kommune som svarte en vekt, slik at de fordeler seg som alle på hver inndeling; det retter bare skjevhet i det det rakes etter.",
    nn="Ein kommune har svara når minst éin svarar derifrå har svara på minst eitt av spørsmåla, òg med veit ikkje. Alle kommunane i utgåva blir rekna som spurde, unnateke dei som tabellen coverage seier at kjelda ikkje spurde. Delen som svara i ei gruppe har Clopper–Pearsons intervall (95 %). p er kor ofte dei som svara, trekte tilfeldig blant alle, ville fordelt seg minst like skeivt (kjikvadrat, {draws} trekningar). Ved raking får kvar kommune som svara ei vekt, slik at dei fordeler seg som alle på kvar inndeling; det rettar berre skeivskap i det det blir raka etter.",
    en="A municipality has answered when at least one respondent from it has answered at least one of the items, if only don't know. All municipalities of the edition count as asked, but those that the table coverage says the source did not ask. The share that answered in a group has the interval of Clopper and Pearson (95%). p is how often those that answered, drawn at random from all, would be distributed at least as unevenly (chi-square, {draws} draws). In raking each municipality that answered gets a weight, so that they are distributed as all in every division; that mends only what is uneven in what it rakes by.",
)


def nonresponse(
    edition: Edition, *, by: tuple[str, ...] | None = None, items: tuple[str, ...] | None = None, weighting: Weighting = "raking", seed: int = 1
) -> Finding:
    """Count the municipalities that answered, group by group, beside the whole.

    Parameters
    ----------
    edition : Edition
        With the table `survey`, by respondent.
    by : tuple of str or None
        What is compared and raked by: size, county or kinds of the table `grouping`; None is size and county as far as the edition has them.
    items : tuple of str or None
        The items; None is all.
    weighting : {"raking", "none"}
        Whether those that answered are weighted to the whole.
    seed : int
        Where the draws of the tests start.

    Returns
    -------
    Finding
        Columns breakdown, group, municipalities, answered, share_answered, share_low, share_high, share_of_all, share_of_answered,
        difference_points (percentage points), and share_weighted where it is raked (of the municipalities that the weights stand for, see the coverage).
        Supporting tables `tests`: breakdown, chi_square, p_value, draws; `weights`: municipality, municipality_name, weight; `raking`:
        municipalities, rounds, weight_least, weight_most, effective_answers.
    """
    data = membership(edition)
    own = [one for one in samples(edition, items) if one.by_respondent]
    if not own:
        raise OptionError("items", ", ".join(items or ()) or "–", Text(nb="spørsmål med svarere", nn="spørsmål med svararar", en="items with respondents"))
    was_asked = asked(edition, data.codes)
    answered = np.isin(data.codes.astype(str), sorted(_answering(own))) & was_asked
    divisions = tuple(by) if by else available(edition, data)
    table = pd.DataFrame([row for name in divisions for row in _compared(edition, data, name, was_asked, answered)], columns=_COLUMNS)
    tests = pd.DataFrame(
        [_tested(table[table["breakdown"] == name], name, seed) for name in divisions], columns=["breakdown", "chi_square", "p_value", "draws"]
    )
    supporting = {"tests": tests} if len(tests) else {}
    gaps = [*_silent(data, was_asked, answered), *_odd(own, data, was_asked)]
    raked = EMPTY
    if weighting == "raking" and divisions and answered.any():
        whole = frame(edition, data, was_asked, divisions)
        base = pd.Series(np.ones(int(answered.sum())), index=data.codes[answered].astype(str))
        weights, how, stood_for = rake_municipalities(base, whole)
        table["share_weighted"] = [_weighted(weights, whole.of, name, group) for name, group in zip(table["breakdown"], table["group"], strict=True)]
        names = edition.names()
        supporting["weights"] = pd.DataFrame(
            [(code, names.get(str(code), str(code)), float(weight)) for code, weight in weights.items()],
            columns=["municipality", "municipality_name", "weight"],
        )
        supporting["raking"] = pd.DataFrame(
            [(len(stood_for), how.rounds, float(weights.min()), float(weights.max()), effective(weights))],
            columns=["municipalities", "rounds", "weight_least", "weight_most", "effective_answers"],
        )
        gaps += unreached(whole, base.index.to_numpy())
        raked = _raked(weights)
    n, of = int(answered.sum()), int(was_asked.sum())
    chosen = edition["survey"][edition["survey"]["item"].isin([one.item for one in own])]
    return Finding(
        id="nonresponse",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(n, of, table, tests) + raked,
        headline=_statement(n, of, table, tests),
        method=Text(**{language: METHOD[language].format(draws=number(DRAWS, language)) for language in LANGUAGES}),
        table=table,
        coverage=Coverage(n, {"municipalities": of, "respondents": int(chosen["respondent"].nunique())}, tuple(gaps)),
        chart=Chart("bars", {"category": "group", "value": "answered", "of": "municipalities", "length": "share_answered", "panel": "breakdown"}),
        supporting=supporting,
        seed=seed,
    )


_COLUMNS = [
    *("breakdown", "group", "municipalities", "answered", "share_answered", "share_low", "share_high"),
    *("share_of_all", "share_of_answered", "difference_points"),
]


def _answering(own: Sequence[Sample]) -> set[str]:
    """Return the municipalities with an answer, if only don't know."""
    return {str(code) for one in own for code in one.municipalities[one.answers != NO_ANSWER]} - {""}


def _compared(edition: Edition, data: Membership, name: str, was_asked: Array, answered: Array) -> list[tuple[object, ...]]:
    """Return the groups of one division, with those that have none last."""
    found = groups(edition, data, name)
    of = np.array(["unknown" if one is None else one for one in found.of], dtype=object)
    rows: list[tuple[object, ...]] = []
    n, total = int(answered.sum()), int(was_asked.sum())
    for group in (*ordered(found.order), "unknown"):
        own, here = int((was_asked & (of == group)).sum()), int((answered & (of == group)).sum())
        if own:
            part = share(here, own)
            of_all, of_answered = own / total, here / n if n else float("nan")
            rows.append((name, group, own, here, part.estimate, part.low, part.high, of_all, of_answered, 100 * (of_answered - of_all)))
    return rows


def _tested(own: pd.DataFrame, name: str, seed: int) -> tuple[str, float, float, int]:
    """Test whether those that answered are spread over the groups as a random draw of as many would be."""
    sizes, answered = own["municipalities"].to_numpy(dtype=np.int64), own["answered"].to_numpy(dtype=np.int64)
    n, of = int(answered.sum()), int(sizes.sum())
    if len(own) < 2 or n in (0, of):
        return name, float("nan"), float("nan"), 0
    rng = np.random.default_rng(seed)
    drawn = rng.multivariate_hypergeometric(sizes, n, size=DRAWS)
    expected = sizes * n / of
    spread = sizes * (n / of) * (1 - n / of)
    observed = float(((answered - expected) ** 2 / spread).sum())
    as_far = int((((drawn - expected) ** 2 / spread).sum(axis=1) >= observed - 1e-9).sum())
    return name, observed, (as_far + 1) / (DRAWS + 1), DRAWS


def _weighted(weights: pd.Series, of: pd.DataFrame, name: object, group: object) -> float:
    """Return the weighted share of a group among those that answered."""
    own = of.loc[weights.index, str(name)] == group
    return float(weights[own.to_numpy(dtype=bool)].sum() / weights.sum())


def _silent(data: Membership, was_asked: Array, answered: Array) -> list[Missing]:
    silent = tuple(str(code) for code in data.codes[was_asked & ~answered])
    why = Text(nb="Spurt uten å ha svart", nn="Spurde utan å ha svara", en="Asked and did not answer")
    return [Missing("survey", silent, why)] if silent else []


def _odd(own: Sequence[Sample], data: Membership, was_asked: Array) -> list[Missing]:
    """Return respondents without a municipality, and municipalities that answered although they are not of the edition then, or were not asked."""
    found = []
    if n := max(int((one.municipalities == "").sum()) for one in own):
        why = Text(
            nb=f"{people(n).nb} er uten kjent kommune og teller ikke her.",
            nn=f"{people(n).nn} er utan kjend kommune og tel ikkje her.",
            en=f"{people(n).en} of unknown municipality, not counted here.",
        )
        found.append(Missing("survey", (), why))
    if strange := tuple(sorted(_answering(own) - set(data.codes[was_asked].astype(str)))):
        why = Text(
            nb="Har svart, men er ikke blant kommunene som ble spurt på utgavens dato; teller ikke her",
            nn="Har svara, men er ikkje blant kommunane som vart spurde på datoen til utgåva; tel ikkje her",
            en="Answered, but are not among the municipalities asked on the edition's date; do not count here",
        )
        found.append(Missing("survey", strange, why))
    return found


def _statement(n: int, of: int, table: pd.DataFrame, tests: pd.DataFrame) -> Text:
    p = {language: percent(n / of if of else None, language) for language in LANGUAGES}
    sentence = Text(
        nb=f"{n} av {of} kommuner ({p['nb']}) har svart, og {of - n} har ikke.",
        nn=f"{n} av {of} kommunar ({p['nn']}) har svara, og {of - n} har ikkje.",
        en=f"{n} of {of} municipalities ({p['en']}) have answered, and {of - n} have not.",
    )
    for name, p_value in zip(tests["breakdown"], tests["p_value"], strict=True):
        own: list[dict[Any, Any]] = table[table["breakdown"] == name].sort_values("share_answered", kind="stable").to_dict("records")
        if len(own) < 2 or p_value != p_value:
            continue
        low, high = own[0], own[-1]
        w = {
            language: (
                column_word(str(name))[language],
                *(f"{percent(float(one['share_answered']), language)} ({one['answered']}/{one['municipalities']}, {one['group']})" for one in (low, high)),
                probability(float(p_value), language),
            )
            for language in LANGUAGES
        }
        uneven = p_value < 0.05
        sentence += Text(
            nb="Etter {} har fra {} til {} svart; {} ({}).".format(*w["nb"], "skjevere enn tilfeldig" if uneven else "ikke skjevere enn tilfeldig"),
            nn="Etter {} har frå {} til {} svara; {} ({}).".format(*w["nn"], "skeivare enn tilfeldig" if uneven else "ikkje skeivare enn tilfeldig"),
            en="By {}, from {} to {} have answered; {} ({}).".format(*w["en"], "more uneven than chance" if uneven else "no more uneven than chance"),
        )
    return sentence


def _raked(weights: pd.Series) -> Text:
    low, high, size = float(weights.min()), float(weights.max()), effective(weights)
    w = {language: (number(low, language, 2), number(high, language, 2), number(size, language)) for language in LANGUAGES}
    return Text(
        nb="Rakingvektene er fra {} til {}; de {n} som svarte sier da like mye som {} med lik vekt.".format(*w["nb"], n=len(weights)),
        nn="Rakingvektene er frå {} til {}; dei {n} som svara seier då like mykje som {} med lik vekt.".format(*w["nn"], n=len(weights)),
        en="The raking weights are from {} to {}; the {n} that answered then say as much as {} equally weighted.".format(*w["en"], n=len(weights)),
    )
