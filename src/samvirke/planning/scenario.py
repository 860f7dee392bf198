"""How the options of one municipality differ, motive by motive, with the range and source of each finding and what would change the order."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from samvirke.finding import Coverage, Finding, Missing
from samvirke.planning._cost_reading import words as cost_words
from samvirke.planning._scenario_measures import COSTS, Worked
from samvirke.planning._scenario_reading import Held, Prepared, check_scenario, read_scenario
from samvirke.planning._scenario_sensitivity import Better, Function, Reach, Turn, order_of, reach, turns
from samvirke.planning._scenario_specification import BOUNDS, words
from samvirke.planning.cost_keys import told as key_told
from samvirke.running import each
from samvirke.vocabulary import law, terms
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Text, filled, listing
from samvirke.vocabulary.language import day as written_day

__all__ = ["Prepared", "check_scenario", "read_scenario", "scenario"]

FEW_ADMISSIONS = 20.0


class Measure(NamedTuple):
    """One measure of a motive: its id, unit, which way is better, and what it is called."""

    id: str
    motive: str
    unit: str
    better: Better
    decimals: int
    label: Text


class Measured(NamedTuple):
    """A measure worked out for every option: findings, the order, and the figures that change it."""

    measure: Measure
    findings: Mapping[str, Reach]
    order: tuple[tuple[str, ...], ...]
    turns: tuple[Turn, ...]
    ranged: tuple[str, ...]


def scenario(specification: Prepared | str | Path) -> Finding:
    """Hold the options of a scenario against each other on the note's motives, with no score across them.

    Parameters
    ----------
    specification : Prepared or str or pathlib.Path
        What `read_scenario` gives, or its YAML file.

    Returns
    -------
    Finding
        One row for each measure and option: scenario_motive, scenario_measure, option, value, range_low, range_high, unit, better, place, assumed and source_nb,
        source_nn, source_en. Supporting tables `scenario_options`, `sensitivity` (which figure, at what value, changes which order to
        what), `orders` and `scenario_figures` (every figure with range and source). `result` holds all of it for the page of
        `samvirke.report.scenario_page`.

    Raises
    ------
    PlanInputError
        With every problem of the file.
    """
    prepared = specification if isinstance(specification, Prepared) else read_scenario(specification)
    worked = {option.name: Worked(prepared, option) for option in prepared.scenario.options}
    measured = each(lambda measure: _measured(measure, worked, prepared.held), measures())
    table = pd.DataFrame([row for one in measured for row in _rows(one, prepared.held)])
    supporting = {
        "scenario_options": pd.DataFrame([_option(one) for one in worked.values()]),
        "sensitivity": pd.DataFrame([row for one in measured for row in _turned(one, prepared.held)]),
        "orders": pd.DataFrame([_ordered(one) for one in measured if one.measure.better != "none" and one.order]),
        "scenario_figures": pd.DataFrame([_figure(one) for one in prepared.held.values()]),
    }
    supporting["scenario_options"] = supporting["scenario_options"].dropna(axis="columns", how="all")
    assumed = sum(one.assumed for one in prepared.held.values())
    given = prepared.scenario
    statement, headline = _statement(prepared, measured)
    return Finding(
        id="plan_scenario",
        edition=prepared.edition.name if prepared.edition else "",
        question=filled(words("texts")["question"], own=given.municipality),
        statement=statement,
        headline=headline,
        method=filled(words("texts")["method"]),
        table=table,
        coverage=Coverage(
            int(table["value"].notna().sum()),
            {"findings": len(table), "scenario_options": len(worked), "figures_given": len(prepared.held)},
            _gaps(prepared, worked, measured, assumed),
        ),
        supporting={name: frame for name, frame in supporting.items() if len(frame)},
        options={"specification": Path(prepared.path).name or given.name, "date": prepared.day},
        constructed=given.constructed or (prepared.edition is not None and prepared.edition.constructed),
        result=_result(prepared, worked, measured, supporting),
    )


def measures() -> list[Measure]:
    """Return every measure in the order of the page."""
    return [
        Measure(name, motive, one["unit"], one["better"], one["decimals"], filled(one["label"]))
        for motive, own in words("measures").items()
        for name, one in own.items()
    ]


def _measured(measure: Measure, worked: Mapping[str, Worked], held: Mapping[str, Held]) -> Measured:
    functions: dict[str, Function] = {name: getattr(one, measure.id) for name, one in worked.items()}
    findings = {name: reach(function, held) for name, function in functions.items()}
    order = order_of({name: one.value for name, one in findings.items()}, measure.better) if measure.better != "none" else ()
    ranged = tuple(name for name in held if held[name].low is not None and any(name in one.figures for one in findings.values()))
    found = tuple(turns(functions, held, ranged, measure.better)) if measure.better != "none" and sum(map(len, order)) > 1 else ()
    return Measured(measure, findings, order, found, ranged)


def _sources(one: Reach, held: Mapping[str, Held]) -> list[Text]:
    """Return what a finding rests on, each once."""
    return list(dict.fromkeys([*(held[name].source for name in one.figures), *one.notes]))


def _source(one: Reach, held: Mapping[str, Held]) -> Text:
    return Text(**{language: "; ".join(text[language] for text in _sources(one, held)) for language in LANGUAGES})


def _places(order: tuple[tuple[str, ...], ...]) -> dict[str, int]:
    places: dict[str, int] = {}
    before = 0
    for group in order:
        places |= dict.fromkeys(group, before + 1)
        before += len(group)
    return places


def _rows(one: Measured, held: Mapping[str, Held]) -> list[dict[str, Any]]:
    places = _places(one.order)
    return [
        {
            "scenario_motive": one.measure.motive,
            "scenario_measure": one.measure.id,
            "option": name,
            "value": found.value,
            "range_low": found.low,
            "range_high": found.high,
            "unit": one.measure.unit,
            "better": one.measure.better,
            "place": places.get(name),
            "assumed": found.assumed,
            **_in_languages("source", _source(found, held)),
        }
        for name, found in one.findings.items()
    ]


def order_told(order: tuple[tuple[str, ...], ...]) -> str:
    """Write an order, the best first.

    Examples
    --------
    >>> order_told((("two",), ("alone", "all")))
    'two > alone = all'
    """
    return " > ".join(" = ".join(group) for group in order)


def _turned(one: Measured, held: Mapping[str, Held]) -> list[dict[str, Any]]:
    return [
        {
            "scenario_motive": one.measure.motive,
            "scenario_measure": one.measure.id,
            **_in_languages("changed_figure", held[turn.figure].label),
            "stated": held[turn.figure].value,
            "range_low": held[turn.figure].low,
            "range_high": held[turn.figure].high,
            "turns_at": turn.at,
            "unit": BOUNDS[held[turn.figure].field].unit,
            "order_now": order_told(one.order),
            "order_then": order_told(turn.order),
        }
        for turn in one.turns
    ]


def _in_languages(name: str, text: Text) -> dict[str, str]:
    return {f"{name}_{language}": text[language] for language in LANGUAGES}


def _ordered(one: Measured) -> dict[str, Any]:
    return {
        "scenario_motive": one.measure.motive,
        "scenario_measure": one.measure.id,
        "better": one.measure.better,
        "order_now": order_told(one.order),
        "figures_that_turn": len(one.turns),
        "figures_with_range": len(one.ranged),
    }


def _figure(one: Held) -> dict[str, Any]:
    return {
        **_in_languages("figure_used", one.label),
        "value": one.value,
        "range_low": one.low,
        "range_high": one.high,
        "unit": BOUNDS[one.field].unit,
        "assumed": one.assumed,
        **_in_languages("source", one.source),
    }


def _option(one: Worked) -> dict[str, Any]:
    """Describe an option: who, under which model and provision, by which key, and what the law says where that was asked."""
    option, held = one.option, law.on(one.prepared.day).get(one.option.model or "")
    lawful = one.lawful()
    return {
        "option": option.name,
        "parties_in": ", ".join(option.members),
        "host_name": one.host,
        "model": option.model,
        "key": option.key,
        "provision": held.provision.citation if held else None,
        "verified": held.provision.verified if held else None,
        "answer": lawful[0] if lawful else None,
        "answer_verified": lawful[2] if lawful else None,
    }


def _statement(prepared: Prepared, measured: list[Measured]) -> tuple[Text, Text]:
    """Return the orders of all measures in a sentence each, and the same in short."""
    given, texts = prepared.scenario, words("texts")
    day = Text(**{one: written_day(prepared.day, one) for one in LANGUAGES})
    service = Text(**{one: _lowered(terms("services")[given.service].label[one]) for one in LANGUAGES})
    told = lead = filled(texts["lead"], count=len(given.options), service=service, own=given.municipality, day=day)
    for one in measured:
        if one.measure.better != "none" and sum(map(len, one.order)) > 1:
            kind = "best" if len(one.order) > 1 else "level"
            told += filled(texts[kind], measure=one.measure.label, order=order_told(one.order))
    return told + _end(measured), lead + _end(measured)


def _end(measured: list[Measured]) -> Text:
    """Say how many figures change an order, and that there is no score."""
    ranged, turning = {name for one in measured for name in one.ranged}, {turn.figure for one in measured for turn in one.turns}
    texts = words("texts")
    return (filled(texts["turned"], count=len(turning), all=len(ranged)) if ranged else EMPTY) + filled(texts["no_score"])


def _lowered(name: str) -> str:
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def _gaps(prepared: Prepared, worked: Mapping[str, Worked], measured: list[Measured], assumed: int) -> tuple[Missing, ...]:
    unknown = {one.measure.id: [name for name, found in one.findings.items() if found.value is None] for one in measured}
    named = {
        "no_doctors": ("doctors", unknown["doctors_sharing"]),
        "no_votes": ("law", unknown["share_votes"]),
        "no_notice": ("law", [name for name in unknown["notice"] if worked[name].option.together]),
        "no_independence": ("law", [name for name in unknown["independence"] if worked[name].option.together]),
        "few_admissions": ("model", [name for name, one in worked.items() if one.expected_admissions() < FEW_ADMISSIONS]),
        "fraction": ("model", [name for name in worked if (held := prepared.held.get(f"beds:{name}")) is not None and held.value % 1]),
    }
    found = [] if any(name in prepared.held for name in COSTS) else [Missing("cost", (), _gap("no_cost"))]
    for kind, (source, names) in named.items():
        if names:
            found.append(
                Missing(
                    source,
                    (),
                    _gap(kind, value=Text(**{one: listing([f"«{name}»" if one != "en" else f'"{name}"' for name in names], one) for one in LANGUAGES})),
                )
            )
    if unknown["jurisdictions"]:
        found.append(Missing("cooperation", (), _gap("no_jurisdictions")))
    if assumed:
        found.append(Missing("figures", (), _gap("assumed", count=assumed, all=len(prepared.held))))
    return (*found, Missing("model", (), _gap("not_in_it")))


def _gap(kind: str, **values: object) -> Text:
    return filled(words("gaps")[kind], **values)


def _result(prepared: Prepared, worked: Mapping[str, Worked], measured: list[Measured], supporting: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Lay everything out as plain values: options, measures by motive with findings, what changes orders, and the figures."""
    motives: dict[str, list[dict[str, Any]]] = {}
    for one in measured:
        findings = {
            row["option"]: {**row, "sources": [text.to_dict() for text in _sources(one.findings[row["option"]], prepared.held)]}
            for row in _rows(one, prepared.held)
        }
        motives.setdefault(one.measure.motive, []).append(
            {
                "measure": one.measure.id,
                "label": one.measure.label.to_dict(),
                "unit": one.measure.unit,
                "better": one.measure.better,
                "decimals": one.measure.decimals,
                "order": [list(group) for group in one.order],
                "findings": findings,
            }
        )
    options = []
    for name, row in zip(worked, supporting["scenario_options"].to_dict("records"), strict=True):
        lawful = worked[name].lawful()
        option = worked[name].option
        key = key_told(worked[name].key, cost_words("parts")).to_dict() if option.key else None
        options.append({**row, "members": list(option.members), "key_text": key, "answer_text": lawful[1].to_dict() if lawful else None})
    return {
        "name": prepared.scenario.name,
        "municipality": prepared.scenario.municipality,
        "service": prepared.scenario.service,
        "date": prepared.day.isoformat(),
        "options": options,
        "motives": motives,
        **{name: supporting[name].to_dict("records") for name in ("sensitivity", "orders", "scenario_figures")},
    }
