"""What was answered to each item of a survey, by size, centrality, role, cooperation or another grouping of the municipalities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.errors import OptionError
from samvirke.evidence._suppression import suppressed
from samvirke.evidence._survey import Array, Finite, Sample, Weights, corrected, shares_row, summary_row
from samvirke.evidence._survey_words import Weighed, column_word, interval, ordered, quoted, warned, with_interval
from samvirke.evidence.survey_item import words
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.groups import groups
from samvirke.measures.membership import Membership, membership, read_services
from samvirke.measures.statistics import Interval
from samvirke.vocabulary.answers import AGREE, ANSWERS
from samvirke.vocabulary.labels import value_label
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Text, number, percent, same

QUESTION = Text(
    nb="Svarer ulike kommuner ulikt på spørsmålene?",
    nn="Svarar ulike kommunar ulikt på spørsmåla?",
    en="Do different municipalities answer the items differently?",
)
METHOD = Text(
    nb="Svarerne deles etter {by} for kommunen sin. Andelene i en gruppe på færre enn {least} svarere vises ikke, og heller ikke i så mange av de minste andre gruppene at de skjulte svarene ikke kan regnes ut fra totalen. Grupper som ingen svarte i, er ikke med.",
    nn="Svararane blir delte etter {by} for kommunen sin. Delane i ei gruppe på færre enn {least} svararar er ikkje viste, og heller ikkje i så mange av dei minste andre gruppene at dei skjulte svara ikkje kan reknast ut frå totalen. Grupper som ingen svara i, er ikkje med.",
    en="Respondents are divided by {by} of their municipality. Shares in a group of fewer than {least} respondents are not shown, nor in as many of the smallest other groups as it takes to keep the hidden answers from being had by subtraction from the total. Groups in which nobody answered are left out.",
)
ALL, UNKNOWN_GROUP = "all", "unknown"
HIDDEN = ("count", "share", "share_low", "share_high", "opinions", "share_opinion", "share_opinion_low", "share_opinion_high")
TOLD = 4
"""How many items are put in words; the table has all."""


@dataclass(frozen=True)
class Division:
    """The group of every municipality by code, and the groups in order."""

    of: dict[str, str]
    order: tuple[str, ...]

    def groups(self, sample: Sample) -> Array:
        """Return the group of every respondent."""
        return np.array([self.of.get(code, UNKNOWN_GROUP) for code in sample.municipalities], dtype=object)


def survey_by(
    edition: Edition,
    *,
    by: str = "size",
    items: tuple[str, ...] | None = None,
    service: str | None = None,
    weights: Weights = "given",
    finite: Finite = "no",
    least_answers: int = 5,
) -> Finding:
    """Count the answers to each item of a survey group by group, without those of small groups.

    Parameters
    ----------
    edition : Edition
        With the table `survey`, by respondent.
    by : str
        size, county, a kind of the table `grouping` (such as centrality), role (host, participant or in no cooperation) or cooperation.
    items : tuple of str or None
        The items; None is all.
    service : str or None
        For role and cooperation: whose cooperations; None is all services (for cooperation there must then be one).
    weights : {"given", "equal", "raked"}
        As for `survey_item`.
    finite : {"no", "municipalities"}
        As for `survey_item`; each group is corrected for its own municipalities.
    least_answers : int
        The smallest group whose answers are shown.

    Returns
    -------
    Finding
        Columns item, answer_group (`all` first), survey_answer, hidden, then as in `survey_item`; what is hidden is empty. Supporting table
        `groups`: item, answer_group, hidden and the columns of `items` of `survey_item`.
    """
    data = membership(edition)
    found = Weighed(edition, data, items, weights, finite)
    division = _division(edition, data, by, service)
    rows: list[dict[str, object]] = []
    summary: list[dict[str, object]] = []
    own = [one for one in found.samples if one.by_respondent]
    for sample in own:
        for group, part, hidden in _parts(sample, division, data, found, least_answers):
            keys = {"item": sample.item, "answer_group": group}
            rows += [{**keys, **_shown({**shares_row(part, answer), "hidden": hidden}), **words(sample)} for answer in ANSWERS]
            summary.append({**keys, **_summed(part, hidden=hidden)})
    columns = ["item", "answer_group", "survey_answer", "hidden", "count", "of", "share", "share_low", "share_high"]
    table = pd.DataFrame(rows)
    table = table[[*columns, *(one for one in table.columns if one not in columns)]] if rows else pd.DataFrame(columns=[*columns, *HIDDEN[4:]])
    table = table.astype({"count": "Int64", "opinions": "Int64"})
    shown = table[~table["hidden"].astype(bool) & (table["answer_group"] != ALL)]
    word = {language: column_word(by)[language] for language in LANGUAGES}
    method = Text(**{language: METHOD[language].format(by=word[language], least=least_answers) for language in LANGUAGES})
    groups_shown = len(shown[["item", "answer_group"]].drop_duplicates())
    groups_all = len(table.loc[table["answer_group"] != ALL, ["item", "answer_group"]].drop_duplicates())
    return Finding(
        id="survey_by",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(own, pd.DataFrame(summary), by) + _hidden(groups_all - groups_shown, groups_all, least_answers) + warned(own),
        method=method + found.method,
        table=table,
        coverage=Coverage(
            groups_shown, {"groups": groups_all, "items": len(own), "answers_of_all": sum(one.n for one in own)}, (*found.gaps(), *_ungrouped(own, division))
        ),
        chart=Chart("likert", {"category": "answer_group", "answer": "survey_answer", "share": "share", "of": "of", "panel": "item", "text": "item_text"}),
        supporting={"groups": pd.DataFrame(summary)} if summary else {},
    )


def _parts(sample: Sample, division: Division, data: Membership, found: Weighed, least: int) -> Iterator[tuple[str, Sample, bool]]:
    """Walk the whole and its groups, each with whether it is hidden."""
    of = division.groups(sample)
    present = [group for group in (*division.order, UNKNOWN_GROUP) if (of == group).any()]
    parts = [sample.only(of == group) for group in present]
    counts = np.array([[part.count(answer) for answer in ANSWERS] for part in parts], dtype=np.int64).reshape(len(parts), len(ANSWERS))
    yield ALL, sample, sample.n < least
    for group, part, hidden in zip(present, parts, suppressed(counts, least), strict=True):
        within = [code for code, asked in zip(data.codes, found.asked, strict=True) if asked and division.of.get(str(code), UNKNOWN_GROUP) == group]
        yield group, corrected(part, len(within)) if found.finite == "municipalities" else part, bool(hidden)


def _shown(row: dict[str, object]) -> dict[str, object]:
    return {**row, **dict.fromkeys(HIDDEN)} if row["hidden"] else row


def _summed(part: Sample, *, hidden: bool) -> dict[str, object]:
    row = summary_row(part)
    kept = {"of", "municipalities"}
    return {"hidden": hidden, **{name: value if not hidden or name in kept else None for name, value in row.items()}}


def _division(edition: Edition, data: Membership, by: str, service: str | None) -> Division:
    if by not in ("role", "cooperation"):
        found = groups(edition, data, by)
        return Division({str(code): str(group) for code, group in zip(data.codes, found.of, strict=True) if group is not None}, ordered(found.order))
    services = read_services(data, (service,) if service else None)
    if by == "cooperation" and len(services) != 1:
        raise OptionError("service", service or "", same(", ".join(data.services) or "–"))
    columns = np.flatnonzero(data.cooperations["service"].isin(services).to_numpy(dtype=bool))
    member = data.matrix[:, columns]
    inside = np.asarray(member.sum(axis=1)).ravel()
    nothing_said = ~data.spoken(services)
    if by == "cooperation":
        names = data.cooperations["name"].fillna(data.cooperations["id"]).to_numpy(dtype=object)[columns]
        ids = data.cooperations["id"].to_numpy(dtype=object)[columns]
        called = [f"{name} ({own})" if list(names).count(name) > 1 else str(name) for name, own in zip(names, ids, strict=True)]
        first = np.asarray(member.tocsr().argmax(axis=1)).ravel() if len(columns) else np.zeros(len(inside), dtype=int)
        of = [called[place] if n == 1 else "several" if n > 1 else "none" for place, n in zip(first, inside, strict=True)]
        order: tuple[str, ...] = (*dict.fromkeys(called), "several", "none")
    else:
        hosting = np.isin(np.arange(len(inside)), data.hosts.loc[data.hosts["column"].isin(columns), "place"])
        with_role = np.asarray(member[:, data.with_role[columns]].sum(axis=1)).ravel() > 0
        of = ["host" if host else "participant" if role else "role_unknown" if n else "none" for host, role, n in zip(hosting, with_role, inside, strict=True)]
        order = ("host", "participant", "role_unknown", "none")
    unknown = nothing_said & (inside == 0)
    return Division({str(code): group for code, group, lost in zip(data.codes, of, unknown, strict=True) if not lost}, order)


def _statement(own: list[Sample], summary: pd.DataFrame, by: str) -> Text:
    """Say in which groups most and fewest agree, item by item."""
    if not own:
        return Text(
            nb="Ingen spørsmål har svar fra den enkelte svarer.",
            nn="Ingen spørsmål har svar frå den einskilde svararen.",
            en="No item has answers by respondent.",
        )
    sentence = EMPTY
    for sample in own[:TOLD]:
        rows = summary[(summary["item"] == sample.item) & (summary["answer_group"] != ALL) & ~summary["hidden"].astype(bool)]
        ranked: list[dict[Any, Any]] = rows.sort_values("share_agree", kind="stable").to_dict("records")
        total = sample.share(*AGREE)
        if len(ranked) < 2:
            p = {language: with_interval(total, language) for language in LANGUAGES}
            sentence += Text(
                nb=f"{quoted(sample.text, 'nb')}: {p['nb']} av {number(sample.n, 'nb')} er enige; færre enn to grupper er store nok til å vises.",
                nn=f"{quoted(sample.text, 'nn')}: {p['nn']} av {number(sample.n, 'nn')} er samde; færre enn to grupper er store nok til å visast.",
                en=f"{quoted(sample.text, 'en')}: {p['en']} of {number(sample.n, 'en')} agree; fewer than two groups are large enough to be shown.",
            )
            continue
        low, high = _group(ranked[0]), _group(ranked[-1])
        sentence += Text(
            nb=f"{quoted(sample.text, 'nb')}: etter {column_word(by).nb} er fra {low['nb']} til {high['nb']} enige.",
            nn=f"{quoted(sample.text, 'nn')}: etter {column_word(by).nn} er frå {low['nn']} til {high['nn']} samde.",
            en=f"{quoted(sample.text, 'en')}: by {column_word(by).en}, from {low['en']} to {high['en']} agree.",
        )
    return sentence


def _group(row: dict[str, Any]) -> Text:
    """Write a group's agreement, its name, its number and its interval."""
    found = Interval(float(row["share_agree"]), float(row["share_agree_low"]), float(row["share_agree_high"]))
    name = value_label("answer_group", str(row["answer_group"]))
    w = {one: (percent(found.estimate, one), quoted(name, one), row["of"], interval(found, one)) for one in LANGUAGES}
    return Text(
        nb="{} i gruppen {} ({} svarere, {})".format(*w["nb"]),
        nn="{} i gruppa {} ({} svararar, {})".format(*w["nn"]),
        en="{} in the group {} ({} respondents, {})".format(*w["en"]),
    )


def _hidden(hidden: int, of: int, least: int) -> Text:
    if not hidden:
        return EMPTY
    return Text(
        nb=f"{hidden} av {of} grupper er ikke vist, fordi færre enn {least} svarte i dem eller for at slike ikke skal kunne regnes ut.",
        nn=f"{hidden} av {of} grupper er ikkje viste, fordi færre enn {least} svara i dei eller for at slike ikkje skal kunne reknast ut.",
        en=f"{hidden} of {of} groups are not shown, since fewer than {least} answered in them or so that such cannot be worked out.",
    )


def _ungrouped(own: list[Sample], division: Division) -> list[Missing]:
    codes = tuple(sorted({str(code) for one in own for code in one.municipalities if code and str(code) not in division.of}))
    why = Text(
        nb="Kommuner med svar, men uten gruppe; de står under «ukjent»",
        nn="Kommunar med svar, men utan gruppe; dei står under «ukjent»",
        en='Municipalities with answers but no group; they stand under "unknown"',
    )
    return [Missing("grouping", codes, why)] if codes else []
