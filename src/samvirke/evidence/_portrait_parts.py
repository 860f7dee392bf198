"""What is told of one cooperation from its own tables: itself, its members, agreement, overlap and time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from samvirke.agreements.coded import readings_of
from samvirke.edition import Edition
from samvirke.evidence._in_force import InForce, in_force
from samvirke.evidence._portrait_base import Part, Subject, each, only, silent, tally, when
from samvirke.evidence.events import events
from samvirke.measures.change import change
from samvirke.measures.membership import labels, membership
from samvirke.vocabulary import terms
from samvirke.vocabulary.dates import DateInterval
from samvirke.vocabulary.labels import value_label
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Language, Text, listing, number

CLASSES = (("<5000", 0), ("5000-10000", 5_000), ("10000-20000", 10_000), ("20000-25000", 20_000), ("25000-50000", 25_000), (">=50000", 50_000))
"""Size classes as in table 3.1 of NIBR-notat 2015:104, which has none between 20,000 and 25,000."""
COMMON = 2
"""A cooperation overlaps another when they share so many members."""
LEVELS = ("low", "middle", "high")
TRAITS = ("free_income_per_capita", "institution_places_80_plus")


def about(subject: Subject) -> Part:
    """Tell what it is: service, hours, model, time, and whether all members are known."""
    row = subject.row
    service = labels(subject.now, [str(row["service"])]) if isinstance(row["service"], str) else dict.fromkeys(LANGUAGES, "–")
    told = [(Text(nb="tjeneste", nn="teneste", en="service"), each(lambda language: service[language]))]
    if isinstance(row["hours"], str) and row["hours"]:
        parts = [terms("hours")[one].label if one in terms("hours") else each(lambda _, one=one: one) for one in row["hours"].split(";")]  # type: ignore[misc]
        told.append((Text(nb="tid på døgnet", nn="tid på døgnet", en="hours"), each(lambda language: listing([one[language] for one in parts], language))))
    if isinstance(row["model"], str) and row["model"]:
        told.append((Text(nb="modell", nn="modell", en="model"), value_label("model", row["model"])))
    began, ended = (one if isinstance(one, str) and one else None for one in (row["valid_from"], row["valid_to"]))
    ended = ended if ended and subject.as_of and DateInterval.parse(ended).first <= date.fromisoformat(subject.as_of) else None
    if began or ended:
        told.append((Text(nb="tid", nn="tid", en="time"), each(lambda language: f"{when(began, language) if began else '–'} – {when(ended, language) if ended else ''}".strip())))  # fmt: skip
    if not subject.complete:
        told.append((Text(nb="medlemmer kjent", nn="medlemmer kjende", en="members known"), Text(nb="bare noen", nn="berre nokre", en="only some")))
    return Part("about", "cooperation", tuple(told))


def members(subject: Subject) -> Part:
    """Tell who its members are, in classes as in table 3.1 of the note."""
    own = subject.now["member"]
    own = own[own["cooperation"].eq(subject.id)].drop_duplicates("municipality", keep="last")
    data = membership(subject.now)
    people = {str(code): float(count) for code, count in zip(data.codes, data.population, strict=True) if count == count}
    names, traits, central = subject.now.names(), {name: levels(subject.now, name) for name in TRAITS}, centrality(subject.now)
    rows = []
    for row in own.itertuples():
        code = str(row.municipality)
        size = [name for name, least in CLASSES if people[code] >= least][-1] if code in people else None
        role = row.role if isinstance(row.role, str) and row.role else None
        rows.append((subject.id, code, names.get(code, code), role, people.get(code), size, central.get(code), *(traits[name].get(code) for name in TRAITS)))
    columns = ["cooperation", "municipality", "name", "role", "population", "size_class", "centrality", *TRAITS]
    frame = pd.DataFrame(rows, columns=columns).astype({"population": "float64"})
    frame = frame.sort_values(["role", "population", "municipality"], ascending=[True, False, True], key=_host_first, ignore_index=True)
    host = [str(one) for one in frame.loc[frame["role"].eq("host"), "name"]]
    told = [
        (Text(nb="medlemmer", nn="medlemmer", en="members"), each(lambda language: f"{len(frame)}: {listing(list(frame['name']), language)}")),
        (Text(nb="vert", nn="vert", en="host"), each(lambda language: listing(host, language) if host else {"nb": "ikke kjent", "nn": "ikkje kjend", "en": "not known"}[language])),
    ]  # fmt: skip
    if len(frame) and frame["population"].notna().all() and subject.complete:
        total, most = float(frame["population"].sum()), float(frame["population"].max())
        largest = str(frame["name"].iloc[int(frame["population"].argmax())])
        said = {"nb": "størst", "nn": "størst", "en": "largest"}
        told.append((Text(nb="innbyggere", nn="innbyggjarar", en="inhabitants"), each(lambda language: f"{number(total, language)} ({said[language]}: {largest}, {number(most, language)})")))  # fmt: skip
    sizes = tuple(name for name, _ in CLASSES)
    for column, item, order in (
        ("size_class", Text(nb="størrelse (antall)", nn="storleik (tal)", en="size (number)"), sizes),
        ("centrality", Text(nb="sentralitet (antall)", nn="sentralitet (tal)", en="centrality (number)"), ()),
        ("free_income_per_capita", Text(nb="frie inntekter (antall)", nn="frie inntekter (tal)", en="free income (number)"), LEVELS),
        (
            "institution_places_80_plus",
            Text(nb="plasser i institusjon (antall)", nn="plassar i institusjon (tal)", en="places in institutions (number)"),
            LEVELS,
        ),
    ):
        if frame[column].notna().any():
            told.append((item, tally(frame[column], lambda one, language, column=column: value_label(column, one)[language], order)))  # type: ignore[misc]
    return Part("members", "member", tuple(told), frame)


def _host_first(values: pd.Series) -> pd.Series:
    return values.map({"host": 0}).fillna(1) if values.name == "role" else values


def levels(edition: Edition, figure: str) -> dict[str, str]:
    """Return each municipality's class of a figure, low, middle or high by thirds of the edition's municipalities, in its latest year not after the date."""
    if "figure" not in edition:
        return {}
    own = edition["figure"]
    own = own[own["figure"].eq(figure) & own["value"].notna() & own["municipality"].isin(set(edition["municipality"]["code"]))]
    if edition.as_of:
        own = own[own["year"].le(int(edition.as_of[:4]))]
    latest = own.sort_values("year").drop_duplicates("municipality", keep="last")
    if latest.empty:
        return {}
    ends = np.quantile(latest["value"].to_numpy(dtype=float), [1 / 3, 2 / 3])
    return {str(code): LEVELS[int(np.searchsorted(ends, value, side="left"))] for code, value in zip(latest["municipality"], latest["value"], strict=True)}


def centrality(edition: Edition) -> dict[str, str]:
    """Return the centrality of each municipality, as the edition groups them."""
    if "grouping" not in edition:
        return {}
    own = edition["grouping"]
    own = own[own["kind"].eq("centrality")]
    return {str(code): str(value) for code, value in zip(own["municipality"], own["code"].fillna(own["name"]), strict=True) if isinstance(value, str)}


def agreement(subject: Subject) -> Part:
    """Tell its latest agreement, and what that was held against."""
    agreements = in_force(subject.now).get(subject.id, [])
    if not agreements:
        return silent("agreement", "agreement", subject)
    latest, rows = agreements[-1], []
    for reading in sorted(readings_of(only(subject.now, subject.id, "agreement")), key=lambda one: (str(one.signed.value or ""), one.file)):
        signed = reading.signed.value if isinstance(reading.signed.value, str) else None
        rows += [(subject.id, reading.file, signed, one.grade, one.item, one.state, one.provision, one.verified) for one in reading.checks]
    columns = ["cooperation", "agreement", "signed", "grade", "checked_item", "state", "provision", "verified"]
    frame = pd.DataFrame(rows, columns=columns)
    undated = Text(nb="udatert", nn="udatert", en="undated")
    many = Text(nb="den siste av", nn="den siste av", en="the latest of")
    told = [(Text(nb="avtale", nn="avtale", en="agreement"), each(lambda language: f"{latest.agreement}, {when(latest.signed, language) if latest.signed else undated[language]}" + (f" ({many[language]} {len(agreements)})" if len(agreements) > 1 else "")))]  # fmt: skip
    if latest.basis:
        told.append((Text(nb="modell i avtalen", nn="modell i avtalen", en="model in the agreement"), value_label("basis", latest.basis)))
    told += [*_checked(frame[frame["agreement"].eq(latest.agreement)]), *_provided(latest)]
    return Part("agreement", "agreement, clause", tuple(told), frame)


def _checked(own: pd.DataFrame) -> list[tuple[Text, Text]]:
    """Say, grade by grade, how many contents are there and which are lacking or unclear."""
    told = []
    for grade, item in (
        ("required", Text(nb="innhold loven krever", nn="innhald lova krev", en="contents the law requires")),
        ("recommended", Text(nb="anbefalt innhold", nn="tilrådd innhald", en="recommended contents")),
    ):
        held = own[own["grade"].eq(grade) & own["state"].isin(["present", "absent", "unclear"])]
        if held.empty:
            continue
        present = int(held["state"].eq("present").sum())
        lacking, unclear = (list(held.loc[held["state"].eq(state), "checked_item"]) for state in ("absent", "unclear"))
        unchecked = grade == "required" and not held["verified"].astype(bool).all()

        def write(language: Language, present: int = present, of: int = len(held), lacking: list[str] = lacking, unclear: list[str] = unclear, unchecked: bool = unchecked) -> str:  # noqa: FBT001  # fmt: skip
            w = {"nb": ("av", "mangler", "uklart", "kravet ikke kontrollert i loven"), "nn": ("av", "manglar", "uklart", "kravet ikkje kontrollert i lova"), "en": ("of", "lacking", "unclear", "requirement not checked in the statute")}[language]  # fmt: skip
            parts = [f"{present} {w[0]} {of}"]
            parts += [f"{word}: {listing([value_label('checked_item', one)[language] for one in items], language)}" for word, items in ((w[1], lacking), (w[2], unclear)) if items]  # fmt: skip
            return "; ".join([*parts, *([w[3]] if unchecked else [])])

        told.append((item, each(write)))
    remarks = list(own.loc[own["state"].eq("remark"), "checked_item"])
    if remarks:
        told.append((Text(nb="bør ses på", nn="bør sjåast på", en="to look at"), each(lambda language: listing([value_label("checked_item", one)[language] for one in dict.fromkeys(remarks)], language))))  # fmt: skip
    return told


def _provided(latest: InForce) -> list[tuple[Text, Text]]:
    """Say what the agreement provides for disputes, cost and leaving."""
    nothing = Text(nb="ingenting; ingen lov krever det", nn="ingenting; inga lov krev det", en="nothing; no statute requires it")
    not_coded = Text(nb="ikke kodet", nn="ikkje koda", en="not coded")
    steps = latest.mechanisms
    arrow = {language: " → ".join(value_label("settled_by", one)[language] for one in steps or ()) for language in LANGUAGES}
    disputes = not_coded if steps is None else each(lambda language: arrow[language]) if steps else nothing
    told = [(Text(nb="tvister løses ved", nn="tvistar blir løyste ved", en="disputes are settled by"), disputes)]
    if latest.cost_key:
        told.append((Text(nb="kostnadsnøkkel", nn="kostnadsnøkkel", en="cost key"), each(lambda language: listing([_key(one, language) for one in latest.cost_key], language))))  # fmt: skip
    if latest.notice_months is not None:
        word = {"nb": "måneder", "nn": "månader", "en": "months"}
        told.append((Text(nb="varsel ved uttreden", nn="varsel ved uttreding", en="notice for leaving"), each(lambda language: f"{number(latest.notice_months, language)} {word[language]}")))  # fmt: skip
    return told


def _key(written: str, language: Language) -> str:
    """Write a part of a cost key."""
    kind, _, share = written.partition(":")
    name = value_label("method", kind)[language]
    return f"{share}{'%' if language == 'en' else chr(160) + '%'} {name}" if share else name


RELATIONS = {
    "same": Text(nb="de samme medlemmene", nn="dei same medlemmene", en="the same members"),
    "within": Text(nb="innenfor dette", nn="innanfor dette", en="within this one"),
    "wider": Text(nb="videre enn dette", nn="vidare enn dette", en="wider than this one"),
    "partly": Text(nb="delvis overlapp", nn="delvis overlapp", en="partly overlapping"),
    "unknown": Text(nb="ikke kjent, siden ikke alle medlemmer er det", nn="ikkje kjent, sidan ikkje alle medlemmer er det", en="not known, since not all members are"),
}  # fmt: skip


def overlap(subject: Subject) -> Part:
    """Tell which other cooperations share at least two members with it, and how they lie to it."""
    own = set(subject.codes)
    circles = {str(name): set(codes.astype(str)) for name, codes in subject.now["member"].groupby("cooperation")["municipality"]}
    rows = []
    for row in subject.now["cooperation"].drop_duplicates("id").itertuples():
        other, circle = str(row.id), circles.get(str(row.id), set())
        common = len(own & circle)
        if other != subject.id and common >= COMMON:
            complete = subject.complete and str(row.members_known) != "some"
            relation = "unknown" if not complete else "same" if circle == own else "within" if circle < own else "wider" if circle > own else "partly"
            rows.append((subject.id, other, row.name if isinstance(row.name, str) else other, row.service, common, len(circle), relation))
    order = list(RELATIONS)
    rows.sort(key=lambda one: (order.index(str(one[-1])), -int(one[4]), str(one[1])))
    frame = pd.DataFrame(rows, columns=["cooperation", "overlaps", "name", "service", "common_members", "members", "portrait_relation"])
    n = Counter(str(one[-1]) for one in rows)
    told = [(RELATIONS[relation], each(lambda language, relation=relation: f"{n[relation]}: {listing([str(one[2]) for one in rows if one[-1] == relation], language)}")) for relation in order if n[relation]]  # type: ignore[misc]  # fmt: skip
    none = Text(nb="ingen andre deler to medlemmer med det", nn="ingen andre deler to medlemmer med det", en="no other shares two members with it")
    return Part("overlap", "member", tuple(told) or ((Text(nb="andre samarbeid", nn="andre samarbeid", en="other cooperations"), none),), frame)


def timeline(subject: Subject) -> Part:
    """Tell what happened when: founded, members that joined or left, agreements, disagreements, ended."""
    whole = only(subject.whole, subject.id, "cooperation", "member", "agreement", "event")
    last = date.fromisoformat(subject.as_of) if subject.as_of else date.max
    rows: list[tuple[str, str, Text]] = []
    changed: dict[tuple[str, str], list[str]] = {}
    for row in change(replace(whole, as_of=subject.as_of, whole=whole)).table.to_dict("records"):
        changed.setdefault((str(row["date"]), str(row["kind_of_change"])), []).append(str(row["municipality_name"] or ""))
    for (at, kind), names in changed.items():
        rows.append((at, kind, each(lambda language, names=names: listing(sorted(filter(None, names)), language))))  # type: ignore[misc]
    if "agreement" in whole:
        rows += [(str(one.signed), "agreement", each(lambda _, one=one: str(one.id))) for one in whole["agreement"].itertuples() if isinstance(one.signed, str)]  # type: ignore[misc]
    if "event" in whole:
        for one in events(whole).table.to_dict("records"):
            rows.append((one["date"], "disagreement", _event(one)))
    rows = [one for one in rows if DateInterval.parse(one[0]).first <= last]
    order = ("founded", "agreement", "joined", "disagreement", "left", "ended")
    rows.sort(key=lambda one: (DateInterval.parse(one[0]).first, order.index(one[1]), one[2].en))
    if not rows:
        why = Text(nb="Ingenting har en dato.", nn="Ingenting har ein dato.", en="Nothing has a date.")
        return Part("timeline", "cooperation, member", why=why)
    columns = ["cooperation", "date", "portrait_event", *(f"happened_{language}" for language in LANGUAGES)]
    frame = pd.DataFrame([(subject.id, at, kind, *(text[language] for language in LANGUAGES)) for at, kind, text in rows], columns=columns)
    n = Counter(kind for _, kind, _ in rows)
    told = [(EVENTS[kind], each(lambda language, kind=kind: f"{n[kind]}" if kind not in ("founded", "ended") else next(when(at, language) for at, one, _ in rows if one == kind))) for kind in order if n[kind]]  # type: ignore[misc]  # fmt: skip
    return Part("timeline", "cooperation, member, agreement, event", tuple(told), frame)


EVENTS = {
    "founded": Text(nb="grunnlagt", nn="grunnlagt", en="founded"),
    "agreement": Text(nb="avtaler inngått", nn="avtalar inngått", en="agreements entered into"),
    "joined": Text(nb="ganger noen kom til", nn="gonger nokon kom til", en="times somebody joined"),
    "left": Text(nb="ganger noen gikk ut", nn="gonger nokon gjekk ut", en="times somebody left"),
    "disagreement": Text(nb="kjente uenigheter", nn="kjende usemjer", en="known disagreements"),
    "ended": Text(nb="avsluttet", nn="avslutta", en="ended"),
}


def _event(one: Mapping[Any, Any]) -> Text:
    """Write a disagreement: on what, how it was settled and what came of it."""
    parts = [value_label("matter", str(one["matter"])) if isinstance(one["matter"], str) else EMPTY]
    parts += [value_label(column, str(one[column])) for column in ("settled_by", "outcome_of_event") if isinstance(one[column], str)]
    return each(lambda language: ", ".join(part[language] for part in parts if part[language]))
