"""A complete draft agreement from a specification: every content that the law asks of the model on the day, and what is good practice.

What the specification leaves open is marked in the text as a point for the councils; nothing is made up. The words stand in
``drafts/agreement.yaml``, what is said of a specification that cannot be used in ``drafts/problems.yaml``.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from samvirke.agreements._document import Draft, Said, Signatures, Table, Unverified, compose, fill, notes, words, write_docx
from samvirke.agreements._draft_rules import check_specification, read_specification
from samvirke.agreements._draft_specification import (
    _ACT_2018,
    _GOVERNOR_RENAMED,
    BODIES,
    COUNCILS,
    HOSTS,
    DraftingError,
    Party,
    Problem,
    Specification,
    _dated,
    _place,
)
from samvirke.vocabulary import law, terms
from samvirke.vocabulary._terms import DatedValue
from samvirke.vocabulary.language import EMPTY, Text, listing, number
from samvirke.vocabulary.language import day as written_day

if TYPE_CHECKING:
    from samvirke.finding import Finding

__all__ = ["Draft", "DraftingError", "Party", "Problem", "Specification", "check_specification", "draft", "draft_finding", "read_specification", "write_docx"]


def said_of(specification: Specification) -> Said:
    """Turn a specification into the words, lists and conditions that clauses are filled with."""
    its, language = words("agreement"), specification.language
    phrases = {name: text[language] for name, text in its["phrases"].items()}
    values = _named(specification, phrases)
    conditions = {specification.model, *(name for name in Specification.model_fields if getattr(specification, name) is not None)}
    conditions |= {name for name, models in (("hosts", HOSTS), ("councils", COUNCILS), ("bodies", BODIES)) if specification.model in models}
    for name, value in (("exercises", specification.exercises_authority), ("legal_person", specification.legal_person), ("borrowing", specification.borrowing)):
        conditions |= {f"{name}_yes"} if value is True else {f"{name}_no"} if value is False else set()
    if specification.borrowing is not None and not isinstance(specification.borrowing, bool):
        conditions.add("borrowing_ceiling")
        values["ceiling"] = number(specification.borrowing, language)
    truths = {
        "act_2018": specification.date >= _ACT_2018,
        "employs": specification.model == "intermunicipal_company" or specification.legal_person is True,
        "contributions_no": specification.contributions == (),
        "hours_all": specification.hours == ("all",),
        "shares": specification.parties[0].ownership_percent is not None,
        "liability": specification.parties[0].liability_percent is not None,
        "dispute_ladder": len(specification.dispute or ()) > 1,
    }
    conditions |= {name for name, holds in truths.items() if holds}
    lists = {name: getattr(specification, name) or () for name in ("task", "authority", "contributions", "reporting", "notification")}
    for more in (_cost, _members, _times):
        found, hold = more(specification, phrases)
        values |= found
        conditions |= hold
    said = Said(values, {}, frozenset())
    lists["representatives"] = tuple(
        fill(
            phrases["party_members" if one.representatives else "party_members_open"],
            Said(
                {**values, "party": _name(one.municipality, specification), "members": _counted(one.representatives or 0, "members", specification)},
                {},
                frozenset(),
            ),
            language,
        )
        for one in specification.parties
    )
    steps = specification.dispute or ()
    which = [f"{one}_before_courts" if one == "arbitration" and one != steps[-1] else one for one in steps]
    lists["dispute"] = tuple(fill(its["steps"][one][language], said, language) for one in which)
    table = _shares(specification)
    return Said(values, lists, frozenset(conditions), {"shares": table} if table else {})


def _named(specification: Specification, phrases: Mapping[str, str]) -> dict[str, str]:
    """Name the agreement, the law, the parties and the bodies."""
    its, language, two = words("agreement"), specification.language, len(specification.parties) == 2
    others = [_name(one.municipality, specification) for one in specification.parties if one.municipality != specification.host]
    service = terms("services")[specification.service].label[language] if specification.service else ""
    kind = "company" if specification.model == "intermunicipal_company" else "agreement"
    known = law.on(specification.date)[specification.model]
    values = {
        "name": specification.name,
        "title": its["title"][kind][language].format(name=specification.name),
        "the_agreement": its["title"][f"the_{kind}"][language].format(name=specification.name),
        "provision": cited(known.provision.citation, language),
        "party_names": listing((_name(one.municipality, specification) for one in specification.parties), language),
        "other_names": listing(others, language),
        "body": its["bodies"][specification.model][language],
        "service": service if service[1:2].isupper() or service[1:2].isdigit() else service[:1].lower() + service[1:],
        "hours": listing((terms("hours")[one].label[language] for one in specification.hours or ()), language),
        "chief": phrases["chief" if specification.date >= _ACT_2018 else "chief_before_2018_act"],
        "governor": phrases["governor" if specification.date >= _GOVERNOR_RENAMED else "governor_before_2021"],
        "highest_body": phrases["council_heading" if specification.model in BODIES else "joint_board_heading"],
        "council": phrases["council" if specification.model in BODIES else "joint_board"],
        "all_parties": phrases["both_parties" if two else "all_parties"],
        "other_parties": phrases["other_party" if two else "other_parties"],
        "the_others": phrases["the_other" if two else "the_others"],
        "each_other": phrases["the_other" if two else "each_other"],
        "are_others": phrases["is_other" if two else "are_others"],
    }
    values |= {name: _name(code, specification) for name in ("host", "seat", "archives") if (code := getattr(specification, name))}
    capital = ("body", "chief", "highest_body", "the_others")
    return values | {name.capitalize(): values[name][:1].upper() + values[name][1:] for name in capital}


def _cost(specification: Specification, phrases: Mapping[str, str]) -> tuple[dict[str, str], set[str]]:
    """Say how costs are shared; parts that each bears alone, and least amounts, stand in sentences of their own where they have no percentage."""
    language, key = specification.language, specification.cost_key or ()
    alone = {one.part for one in key if one.percent is None and one.part in ("by_own_cost", "minimum")}
    shared = [one for one in key if one.part not in alone]
    how = [words("agreement")["cost_parts"][one.part][language] for one in shared]
    conditions = {condition for condition, part in (("cost_own", "by_own_cost"), ("cost_minimum", "minimum")) if part in alone}
    conditions |= {condition for condition, part in (("cost_by_use", "by_use"), ("cost_minimum_share", "minimum")) if any(one.part == part for one in shared)}
    if alone == {"by_own_cost"} and not shared:
        return {}, {"cost_all_own"}
    if not shared:
        return {}, conditions | ({"cost_rest"} if key else set())
    if len(shared) == 1:
        return {"cost_key": how[0]}, conditions | {"cost_one"}
    if shared[0].percent is None:
        return {"cost_key": listing((phrases["in_part"].format(part=one) for one in how), language)}, conditions | {"cost_open"}
    parts = [f"{_per_cent(one.percent, language)} {way}" for one, way in zip(shared, how, strict=True) if one.percent is not None]
    return {"cost_key": listing(parts, language)}, conditions | {"cost_shared"}


def _members(specification: Specification, _phrases: Mapping[str, str]) -> tuple[dict[str, str], set[str]]:
    """Say how many members the highest body and the board have."""
    values, conditions = dict[str, str](), set[str]()
    members = {one.representatives for one in specification.parties}
    if members != {None}:
        conditions.add("representatives")
    if len(members) == 1 and (same_for_all := members.pop()):
        conditions.add("same_representatives")
        values["members"] = _counted(same_for_all, "members", specification)
    if board := specification.board:
        conditions |= {"board_fixed"} if board.least == board.most else set()
        values |= {"board": _counted(board.least, "members", specification), "board_least": str(board.least)}
        values["board_most"] = _counted(board.most, "members", specification)
    return values, conditions


def _times(specification: Specification, _phrases: Mapping[str, str]) -> tuple[dict[str, str], set[str]]:
    """Write days, periods and notice."""
    language, duration = specification.language, specification.duration
    values = {name: written_day(value, language) for name in ("transfer", "start") if (value := getattr(specification, name))}
    values["day"] = written_day(specification.date, language)
    conditions = set[str]()
    if isinstance(duration, datetime.date):
        values["until"], conditions = written_day(duration, language), {"until"}
    elif isinstance(duration, int):
        values["for_years"], conditions = _counted(duration, "years", specification), {"for_years"}
    elif duration:
        conditions = {duration}
    if specification.notice_months:
        values["notice"] = _counted(specification.notice_months, "months", specification)
        conditions.add("notice")
    if said := law.on(specification.date)[specification.model].notice_months:
        values["law_notice"] = _counted(int(said.value), "month_number", specification)
        values["law_notice_provision"] = cited(said.provision or "", language)
        conditions.add("law_notice")
    return values, conditions


def _shares(specification: Specification) -> Table | None:
    """Lay out what each party owns and is liable for."""
    its, language = words("agreement")["table"], specification.language
    kinds = [name for name in ("ownership", "liability") if getattr(specification.parties[0], f"{name}_percent") is not None]
    if not kinds:
        return None
    rows = [
        (_place(one.municipality, specification.date), one.municipality, *(_per_cent(getattr(one, f"{kind}_percent"), language) for kind in kinds))
        for one in specification.parties
    ]
    total = (its["sum"][language], "", *(_per_cent(Decimal(100), language) for _ in kinds))
    columns = tuple(its[name][language] for name in ("municipality", "code", *kinds))
    return Table(its["captions"][kinds[-1]][language], columns, (*rows, total))


def _unverified(specification: Specification) -> tuple[Unverified, ...]:
    """Return what the draft rests on that nobody has read in the statute."""
    its, known = words("agreement")["topics"], law.on(specification.date)[specification.model]
    used: list[tuple[str, DatedValue | law.Provision | None]] = [
        ("provision", known.provision),
        ("required_contents", known.required_contents),
        ("own_legal_person", known.own_legal_person),
        ("individual_cases", None if specification.exercises_authority is False and specification.model not in COUNCILS else known.individual_cases),
        ("notice_months", None if specification.notice_months else known.notice_months),
    ]
    found = []
    for topic, fact in used:
        if fact is not None and not fact.verified:
            provision = (fact.provision if isinstance(fact, DatedValue) else fact.citation) or known.provision.citation
            found.append(Unverified(topic, provision, f"{its[topic][specification.language]} ({cited(provision, specification.language)})"))
    return tuple(found)


def cited(provision: str, language: Literal["nb", "nn"]) -> str:
    """Write a provision as an agreement names it.

    Examples
    --------
    >>> cited("kommuneloven 2018 kap. 18", "nn"), cited("kommuneloven 1992 § 28-1 b", "nb")
    ('kommunelova kapittel 18', 'kommuneloven av 1992 § 28-1 b')
    """
    text = provision.replace("kommuneloven 2018", "kommuneloven").replace("kommuneloven 1992", "kommuneloven av 1992").replace("kap.", "kapittel")
    if language == "nn":
        text = text.replace("kommuneloven av 1992", "kommunelova frå 1992").replace("loven", "lova")
    return text


def _name(code: str, specification: Specification) -> str:
    """Name a municipality as a party: kommune, or herad where it calls itself so."""
    its = words("agreement")
    kind = "district" if code in its["districts"] else "municipality"
    name: str = its["phrases"][kind][specification.language].format(place=_place(code, specification.date))
    return name


def _counted(count: int, phrase: str, specification: Specification) -> str:
    phrases = words("agreement")["phrases"]
    text: str = phrases[f"{phrase}_one" if count == 1 else phrase][specification.language]
    return text.format(count=number(count, specification.language))


def _per_cent(value: Decimal, language: Literal["nb", "nn"]) -> str:
    exponent = value.normalize().as_tuple().exponent
    return f"{number(float(value), language, max(0, -int(exponent)))}\u00a0%"


def draft(specification: Specification) -> Draft:
    """Write a draft agreement.

    Parameters
    ----------
    specification : Specification
        As `read_specification` gives it.

    Returns
    -------
    Draft
        Sections, with what the councils must decide in brackets, and the provisions that nobody has read in the statute.

    Examples
    --------
    >>> given = {"model": "host_administrative", "name": "Legevakten", "service": "legevakt", "parties": ["Hamar", "Løten"], "host": "Hamar"}
    >>> one = draft(check_specification(given, datetime.date(2024, 5, 1)))
    >>> one.sections[1].paragraphs[0].text
    'Hamar kommune er vertskommune. Løten kommune er samarbeidskommune.'
    """
    language, its = specification.language, words("agreement")
    said, unverified = said_of(specification), _unverified(specification)
    sections = compose("agreement", said, language)
    count = number(sum(len(section.open_points) for section in sections), language)
    listed = listing((one.text for one in unverified), language)
    above = Said({**said.values, "open_points": count, "unverified": listed}, {}, frozenset({"unverified"} if unverified else ()))
    return Draft(
        title=said.values["title"],
        subject=law.models()[specification.model].label[language],
        language=language,
        day=specification.date,
        notes=notes("agreement", above, language),
        sections=sections,
        footer=its["footer"][language],
        unverified=unverified,
        signatures=Signatures(
            its["signature"]["heading"][language],
            tuple(its["signature"]["party"][language].format(party=_name(one.municipality, specification)) for one in specification.parties),
            (its["signature"]["decided"][language], its["signature"]["signed"][language]),
        ),
    )


def draft_finding(specification: Specification, draft: Draft, path: Path) -> Finding:
    """Say what a draft holds.

    Parameters
    ----------
    specification : Specification
        What it was written from.
    draft : Draft
        The draft.
    path : Path
        Where it was written.

    Returns
    -------
    Finding
        Columns section (its number), heading, kinds, open_points (how many). `result`: file, model, language, sections, open_points,
        unverified.
    """
    import pandas as pd

    from samvirke.finding import Coverage, Finding

    rows = [(place, one.heading, list(one.kinds), len(one.open_points)) for place, one in enumerate(draft.sections, 1)]
    required = law.on(specification.date)[specification.model].required_contents
    asked = tuple(required.value) if required else ()
    return Finding(
        id="agreement_draft",
        edition="",
        question=Text(
            nb="Hva inneholder utkastet, og hva må avgjøres?",
            nn="Kva inneheld utkastet, og kva må avgjerast?",
            en="What does the draft hold, and what must be decided?",
        ),
        statement=_statement(specification, draft, len(draft.kinds.intersection(asked)), len(asked)),
        method=_METHOD,
        table=pd.DataFrame(rows, columns=["section", "heading", "kinds", "open_points"]),
        coverage=Coverage(len(draft.kinds.intersection(asked)), {"required_contents": len(asked)}),
        options={"model": specification.model, "language": specification.language, "date": specification.date},
        result={
            "file": str(path),
            "model": specification.model,
            "language": specification.language,
            "sections": [{"section": place, "id": one.id, "heading": one.heading, "kinds": list(one.kinds)} for place, one in enumerate(draft.sections, 1)],
            "open_points": [{"section": place, "text": text} for place, text in draft.open_points],
            "unverified": [{"topic": one.topic, "provision": one.provision} for one in draft.unverified],
        },
    )


_METHOD = Text(
    nb="Utkastet er satt sammen av faste formuleringer etter spesifikasjonen. Hva loven krever av modellen på avtalens dato, er hentet fra de daterte lovopplysningene; det som ingen har kontrollert mot loven, er ført opp. Det spesifikasjonen ikke sier, er merket i teksten som et punkt kommunestyrene må avgjøre. Utkastet er ingen juridisk vurdering.",
    nn="Utkastet er sett saman av faste formuleringar etter spesifikasjonen. Kva lova krev av modellen på datoen til avtalen, er henta frå dei daterte lovopplysningane; det som ingen har kontrollert mot lova, er ført opp. Det spesifikasjonen ikkje seier, er merkt i teksten som eit punkt kommunestyra må avgjere. Utkastet er inga juridisk vurdering.",
    en="The draft is put together of fixed wording by the specification. What the law asks of the model on the agreement's date comes from the dated law; what nobody has checked in the statute is listed. What the specification does not say is marked in the text as a point for the councils to decide. The draft is no legal opinion.",
)


def _statement(specification: Specification, draft: Draft, covered: int, asked: int) -> Text:
    sections, points, label = len(draft.sections), len(draft.open_points), law.models()[specification.model].label
    day, unread = _dated(specification.date), len(draft.unverified)
    found = Text(
        nb=f"«{draft.title}» har {sections} avsnitt og dekker {covered} av de {asked} punktene som loven {day.nb} krever i en avtale om {label.nb}.",
        nn=f"«{draft.title}» har {sections} avsnitt og dekkjer {covered} av dei {asked} punkta som lova {day.nn} krev i ein avtale om {label.nn}.",
        en=f"“{draft.title}” has {sections} sections and covers {covered} of the {asked} items that the law of {day.en} asks of an agreement of the model “{label.en}”.",
    )
    found += Text(
        nb=f"Kommunestyrene må avgjøre {points} punkter." if points != 1 else "Kommunestyrene må avgjøre ett punkt.",
        nn=f"Kommunestyra må avgjere {points} punkt." if points != 1 else "Kommunestyra må avgjere eitt punkt.",
        en=f"The councils must decide {points} points." if points != 1 else "The councils must decide one point.",
    )
    which = listing((one.text for one in draft.unverified), draft.language)
    return found + (
        Text(
            nb=f"Ikke kontrollert mot loven: {which}.",
            nn=f"Ikkje kontrollert mot lova: {which}.",
            en=f"Not checked against the statute: {which}.",
        )
        if unread
        else EMPTY
    )
