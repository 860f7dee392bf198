"""What is told of one cooperation by those in it: use, answers to a survey, and statements by motive."""

from __future__ import annotations

import numpy as np
import pandas as pd

from samvirke.evidence._portrait_base import Part, Subject, each, only, silent
from samvirke.evidence._small_groups import pooled
from samvirke.evidence._statements import COUNTS, OTHERS, counts, statements, together, whom
from samvirke.evidence._suppression import suppressed
from samvirke.evidence._survey import samples
from samvirke.evidence.use_skew import use_skew
from samvirke.vocabulary import terms
from samvirke.vocabulary.answers import AGREE, ANSWERS, DISAGREE, DONT_KNOW, NEITHER, NO_ANSWER
from samvirke.vocabulary.labels import value_label
from samvirke.vocabulary.language import LANGUAGES, Language, Text, listing, number

LEAST_ANSWERS = 5
"""Answers of fewer respondents are not shown, nor of so many that those of fewer others could be had by subtraction."""


def use(subject: Subject) -> Part:
    """Tell who used it more than their share in the latest year with numbers."""
    if "use" not in subject.now or "figure" not in subject.now or not subject.now["use"]["cooperation"].eq(subject.id).any():
        return silent("use", "use, figure", subject)
    own = only(subject.now, subject.id, "use")
    frame = use_skew(own).table
    told: list[tuple[Text, Text]] = []
    for measure in dict.fromkeys(frame["measure"]):
        rows = frame[frame["measure"].eq(measure)]
        rows = rows[rows["year"].eq(rows["year"].max())].sort_values("use_ratio", ascending=False)
        told.append((value_label("measure", str(measure)), _ratios(rows)))
    cost = own["use"][own["use"]["measure"].eq("cost") & own["use"]["value"].notna()]
    if len(cost):
        year = int(cost["year"].max())
        total = float(cost.loc[cost["year"].eq(year), "value"].sum())
        told.append((value_label("measure", "cost"), each(lambda language: f"{year}: {number(total, language)} kr")))
    return Part("use", "use, figure", tuple(told), frame)


def _ratios(rows: pd.DataFrame) -> Text:
    """Say each member's use over its share in a year, the highest first."""
    year, total = int(rows["year"].iloc[0]), float(rows["observed"].sum())
    head = {
        "nb": ("i alt", "ganger sin del", "startår"),
        "nn": ("i alt", "gonger delen sin", "startår"),
        "en": ("in all", "times its share", "start-up year"),
    }
    parts = {language: listing([f"{name} {number(ratio, language, 2)}" for name, ratio in zip(rows["name"], rows["use_ratio"], strict=True)], language) for language in LANGUAGES}  # fmt: skip
    start = bool(rows["start_up"].any())
    return each(lambda language: f"{year}: {number(total, language)} {head[language][0]}; {head[language][1]}: {parts[language]}" + (f" ({head[language][2]})" if start else ""))  # fmt: skip


def survey(subject: Subject, beside: tuple[str, ...] = ()) -> Part:
    """Tell what was answered in its member municipalities, where enough answered; not where those of few could be had from the one beside it."""
    if "survey" not in subject.now:
        return silent("survey", "survey", subject)
    told, rows = [], []
    for sample in sorted(samples(subject.now), key=lambda one: one.item):
        inside = np.isin(sample.municipalities, subject.codes)
        if not sample.by_respondent or not inside.any():
            continue
        counted = np.array([[part.count(answer) for answer in ANSWERS] for part in (sample.only(inside), sample.only(~inside))])
        other = np.isin(sample.municipalities, beside)
        differ = [sample.only(one).n for one in (inside & ~other, other & ~inside)] if beside else []
        hidden = bool(suppressed(counted, LEAST_ANSWERS)[0]) or any(0 < n < LEAST_ANSWERS for n in differ)
        own = dict(zip(ANSWERS, counted[0].tolist(), strict=True))
        told.append((sample.text, _answers(own, int(counted[0].sum()), hidden=hidden)))
        texts = [sample.text[language] for language in LANGUAGES]
        rows += [(subject.id, sample.item, *texts, hidden, answer, None if hidden else own[answer], int(counted[0].sum())) for answer in ANSWERS]
    if not told:
        return silent("survey", "survey", subject)
    columns = ["cooperation", "item", *(f"item_text_{language}" for language in LANGUAGES), "hidden", "survey_answer", "count", "of"]
    return Part("survey", "survey", tuple(told), pd.DataFrame(rows, columns=columns).astype({"count": "Int64"}))


def _answers(own: dict[str, int], of: int, *, hidden: bool) -> Text:
    if hidden:
        return Text(
            nb="for få svar til å vises; vises ikke, så ingen kan kjennes igjen",
            nn="for få svar til å visast; ikkje vist, så ingen kan kjennast att",
            en="too few answers to be shown; not shown, so that nobody can be recognised",
        )
    n = [sum(own[one] for one in answers) for answers in (AGREE, DISAGREE, (NEITHER,), (DONT_KNOW,), (NO_ANSWER,))]
    return Text(
        nb=f"enig {n[0]}, uenig {n[1]}, verken eller {n[2]}, vet ikke {n[3]}, ubesvart {n[4]} (av {of})",
        nn=f"samd {n[0]}, usamd {n[1]}, verken eller {n[2]}, veit ikkje {n[3]}, ikkje svara {n[4]} (av {of})",
        en=f"agree {n[0]}, disagree {n[1]}, neither {n[2]}, don't know {n[3]}, no answer {n[4]} (of {of})",
    )


def motives(subject: Subject) -> Part:
    """Tell how many statements are for and against it, by motive, where enough spoke."""
    if "statement" not in subject.now or not subject.now["statement"]["cooperation"].notna().any():
        return silent("motives", "statement", subject)
    frame = statements(subject.now)
    frame = frame[frame["cooperation"] != ""]
    own = frame[frame["cooperation"].eq(subject.id)].reset_index(drop=True)
    if own.empty:
        return silent("motives", "statement", subject)
    if subject.id in pooled(whom(frame, "cooperation")):
        why = Text(
            nb="Utsagnene er fra for få kommuner til å vises for seg.",
            nn="Utsegnene er frå for få kommunar til å visast for seg.",
            en="The statements are from too few municipalities to be shown by themselves.",
        )
        return Part("motives", "statement", why=why)
    return spoken(subject.id, own)


def spoken(cooperation: str, own: pd.DataFrame) -> Part:
    """Count statements by direction and motive, motives that few spoke of put together."""
    row = counts(own)
    shown, _ = together(own, "motive")
    order = [one for one in (*terms("motives"), OTHERS) if one in set(shown["motive"])]
    table = [(cooperation, motive, *counts(shown[shown["motive"].eq(motive)]).values()) for motive in order]
    frame = pd.DataFrame(table, columns=["cooperation", "motive", "statements", *COUNTS])
    frame = frame.sort_values("statements", ascending=False, kind="stable", ignore_index=True)
    w = {"nb": ("for", "mot", "tvetydig"), "nn": ("for", "mot", "tvitydig"), "en": ("for", "against", "ambiguous")}
    told = [(Text(nb="utsagn", nn="utsegner", en="statements"), each(lambda language: ", ".join(f"{word} {row[key]}" for word, key in zip(w[language], COUNTS[:3], strict=True))))]  # fmt: skip
    if len(frame):
        told.append((Text(nb="om", nn="om", en="on"), each(lambda language: ", ".join(f"{_motive(str(one.motive), language)} {one.statements}" for one in frame.itertuples()))))  # fmt: skip
    return Part("motives", "statement", tuple(told), frame)


def _motive(name: str, language: Language) -> str:
    return terms("motives")[name].label[language] if name in terms("motives") else {"nb": "andre", "nn": "andre", "en": "others"}[language]
