"""Reads the specification of a division of costs, and finds every problem in it at once."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from samvirke.edition import Edition, open_edition
from samvirke.errors import Problem, SamvirkeError, listed, shown
from samvirke.measures.membership import populations
from samvirke.planning._cost_specification import Amount, Curve, Party, Specification, Steps, group_name
from samvirke.planning._games import MOST_PARTIES
from samvirke.planning.cost_keys import KINDS, Array, Part
from samvirke.specifications import SpecificationFileError, read_specification_file
from samvirke.vocabulary._terms import read_yaml
from samvirke.vocabulary.dates import DateInterval
from samvirke.vocabulary.language import LANGUAGES, Text, filled

MOST_KRONER = 1e12
FIELDS = ("name", "edition", "date", "constructed", "use_unit", "parties", "key", "other_key", "cost")
PARTY_FIELDS = ("name", "population", "use", "own_cost_nok")
AMOUNTS = ("fixed_nok", "per_party_nok", "per_inhabitant_nok", "per_use_nok")
COST_FIELDS = (*AMOUNTS, "curve", "steps", "table", "source")
MEASURES = ("population", "use")
EXAMPLES = {"parties": "[{name: Sel, population: 5900}, {name: Lom, population: 2300}]", "key": "equal:20, per_inhabitant:80", "cost": "{fixed_nok: 2000000}"}


class CostError(SamvirkeError, ValueError):
    """A specification that cannot be used; `problems` holds every one."""

    def __init__(self, path: str, problems: Iterable[Problem]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        said = (Text(**{one: f"{at}: {message[one]}. {remedy[one]}." for one in LANGUAGES}) for at, _, message, remedy in self.problems)
        super().__init__(listed(filled(words("heading"), path=path), said))


@cache
def words(section: str) -> Any:
    """Return a section of the texts on costs."""
    return read_yaml("cost.yaml", package="samvirke.planning")[section]


class _Reader:
    """Reads values one by one, and keeps every problem."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def wrong(self, kind: str, at: str, value: object = "", allowed: str = "", **more: object) -> None:
        said = value if isinstance(value, Text) else shown(value)
        texts = (filled(words(part)[kind], **{"value": said, "allowed": allowed, **more}) for part in ("messages", "remedies"))
        self.problems.append(Problem(at, "" if isinstance(said, Text) else said, *texts))

    def mapping(self, value: object, at: str, allowed: tuple[str, ...]) -> dict[str, Any]:
        if not isinstance(value, dict):
            self.wrong("no_fields", at, value, f"{allowed[0]}: …")
            return {}
        for name in value:
            if name not in allowed:
                self.wrong("unknown_field", f"{at}.{name}" if at else str(name), str(name), ", ".join(get_close_matches(str(name), allowed) or allowed))
        return {str(name): one for name, one in value.items() if name in allowed and one is not None}

    def text(self, value: object, at: str) -> str:
        if isinstance(value, (str, int)) and not isinstance(value, bool) and 0 < len(str(value).strip()) <= 200 and str(value).strip().isprintable():
            return " ".join(str(value).split())
        self.wrong("no_text", at, value)
        return ""

    def number(self, value: object, at: str, least: float = 0.0, most: float = MOST_KRONER) -> float | None:
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and least <= value <= most:
            return float(value)
        self.wrong("no_number", at, value, f"{least:g}–{most:g}")
        return None

    def choice(self, value: object, at: str, allowed: tuple[str, ...]) -> str:
        if value in allowed:
            return str(value)
        self.wrong("not_allowed", at, value, ", ".join(allowed))
        return allowed[0]


def read_cost_specification(path: str | Path) -> Specification:
    """Read what a cost is divided among, by which key, and what every group would cost.

    Parameters
    ----------
    path : str or pathlib.Path
        A YAML file; docs/cost-example.yaml has every field.

    Returns
    -------
    Specification
        With the populations of an edition where one is named.

    Raises
    ------
    CostError
        With every problem of the file: field, value and remedy.
    EditionError
        When the edition that it names cannot be used.
    """
    reader = _Reader()
    try:
        given, twice = read_specification_file(path)
    except SpecificationFileError as error:
        reader.wrong("unreadable", Path(path).name, error.text)
        raise CostError(str(path), reader.problems) from None
    for name in twice:
        reader.wrong("repeated", name, name)
    return _checked(given, str(path), reader)


def check_cost_specification(given: object, path: str = "") -> Specification:
    """Take a specification from plain values, as `read_cost_specification` does from a file.

    Examples
    --------
    >>> sel, lom = {"name": "Sel", "population": 5900}, {"name": "Lom", "population": 2300}
    >>> found = check_cost_specification({"parties": [sel, lom], "key": "per_inhabitant", "cost": {"fixed_nok": 820000}})
    >>> found.costs().tolist()
    [0.0, 820000.0, 820000.0, 820000.0]
    """
    return _checked(given, path, _Reader())


def _checked(given: object, path: str, reader: _Reader) -> Specification:
    said = reader.mapping(given, Path(path).name or "cost", FIELDS) if not isinstance(given, dict) else reader.mapping(given, "", FIELDS)
    for name, example in EXAMPLES.items():
        if isinstance(given, dict) and name not in said:
            reader.wrong("missing", name, "", example)
    texts = {name: reader.text(said[name], name) if name in said else "" for name in ("name", "edition", "use_unit")}
    date = _date(said["date"], reader) if "date" in said else None
    constructed = said.get("constructed", False)
    if not isinstance(constructed, bool):
        reader.wrong("not_allowed", "constructed", constructed, "true, false")
    parties = _parties(said["parties"], texts["edition"], date, reader) if "parties" in said else ()
    keys = {name: _key(said[name], name, reader) for name in ("key", "other_key") if name in said}
    found = Specification(
        path,
        name=texts["name"],
        edition=texts["edition"],
        date=date,
        constructed=constructed is True,
        use_unit=texts["use_unit"],
        parties=parties,
        key=keys.get("key", ()),
        other_key=keys.get("other_key", ()),
    )
    if "cost" in said and parties:
        found = _costs(said["cost"], found, reader)
    for name, parts in keys.items():
        _needs(name, parts, found, reader)
    if reader.problems:
        raise CostError(path, reader.problems)
    return found


def _date(given: object, reader: _Reader) -> str | None:
    written = str(given)
    try:
        DateInterval.parse(written)
    except ValueError:
        reader.wrong("not_allowed", "date", written, "2013-01-01")
        return None
    return written


def _parties(given: object, edition: str, date: str | None, reader: _Reader) -> tuple[Party, ...]:
    if not isinstance(given, list) or not 2 <= len(given) <= MOST_PARTIES:
        reader.wrong("parties", "parties", len(given) if isinstance(given, list) else 0)
        return ()
    opened = open_edition(edition).on(date) if edition else None
    found = []
    for place, one in enumerate(given, 1):
        at = f"parties[{place}]"
        said = reader.mapping({"name": one} if isinstance(one, (str, int)) else one, at, PARTY_FIELDS)
        name = reader.text(said["name"], f"{at}.name") if "name" in said else ""
        if "name" not in said:
            reader.wrong("missing", f"{at}.name", "", "Sel")
        if "+" in name or "," in name:
            reader.wrong("plus", f"{at}.name", name)
        numbers = {
            field: reader.number(said[given_as], f"{at}.{given_as}") if given_as in said else None
            for field, given_as in (("population", "population"), ("use", "use"), ("own_cost", "own_cost_nok"))
        }
        party = Party(name, **numbers)
        found.append(_from_edition(party, opened, at, reader) if opened is not None and name and party.population is None else party)
    for name, times in Counter(party.name for party in found if party.name).items():
        if times > 1:
            reader.wrong("twice", "parties", name)
    return tuple(found)


def _from_edition(party: Party, edition: Edition, at: str, reader: _Reader) -> Party:
    """Give a party the population that an edition has, by its name or code, and the name where a code was written."""
    names = edition.names()
    codes = [party.name] if party.name in names else [code for code, name in names.items() if name.casefold() == party.name.casefold()]
    if len(codes) != 1:
        reader.wrong("not_in_edition", f"{at}.name", party.name, ", ".join(get_close_matches(party.name, names.values()) or list(names.values())[:3]))
        return party
    people = float(populations(edition, np.array(codes, dtype=object))[0][0])
    return Party(names[codes[0]], people if math.isfinite(people) else None, party.use, party.own_cost)


def _key(given: object, at: str, reader: _Reader) -> tuple[Part, ...]:
    """Read a key, and let one part without a percentage take the rest."""
    listed = re.split(r"[,;]", given) if isinstance(given, str) else given if isinstance(given, list) else [given]
    parts = [part for place, one in enumerate(listed, 1) if (part := _part(one, f"{at}[{place}]", reader)) is not None]
    for kind, times in Counter(part.kind for part in parts).items():
        if times > 1:
            reader.wrong("twice", at, kind)
    dividing = [part for part in parts if part.kind != "minimum"]
    if parts and not dividing:
        reader.wrong("only_minimum", at, "minimum")
    told = sum(part.percent for part in dividing if part.percent is not None)
    untold = [part for part in dividing if part.percent is None]
    first = [part for part in untold if part.kind == "by_own_cost"]
    if len(untold) > 1 and first:
        untold = [part for part in untold if part.kind != "by_own_cost"]
    if len(untold) > 1:
        reader.wrong("no_percents", at, ", ".join(part.kind for part in untold))
    elif told > 100.0001 or (told < 99.9999 and not untold and dividing):
        reader.wrong("percents", at, f"{told:g}")
    rest = untold[0] if len(untold) == 1 and told < 99.9999 else None
    return tuple(replace(part, percent=100 - told) if part is rest else part for part in parts)


def _part(given: object, at: str, reader: _Reader) -> Part | None:
    said: dict[str, Any]
    if isinstance(given, str):
        name, _, size = (piece.strip() for piece in given.partition(":"))
        said = {"part": name, **({"percent": float(size) if re.fullmatch(r"\d{1,3}(\.\d+)?", size) else size} if size else {})}
    else:
        said = reader.mapping(given, at, ("part", "percent", "nok"))
    kind = next((one for one in KINDS if one == said.get("part")), None)
    if kind is None:
        reader.wrong("not_allowed", at, said.get("part", ""), ", ".join(KINDS))
        return None
    percent = reader.number(said["percent"], f"{at}.percent", 0, 100) if "percent" in said else None
    nok = reader.number(said["nok"], f"{at}.nok") if "nok" in said else None
    if kind == "minimum" and "percent" not in said and "nok" not in said:
        reader.wrong("no_minimum", at, kind)
    return Part(kind, percent, nok if kind == "minimum" else None)


def _costs(given: object, found: Specification, reader: _Reader) -> Specification:
    said = reader.mapping(given, "cost", COST_FIELDS)
    source = reader.text(said["source"], "cost.source") if "source" in said else None
    amounts = []
    for name in AMOUNTS:
        if name in said:
            own = reader.mapping(said[name], f"cost.{name}", ("nok", "source")) if isinstance(said[name], dict) else {"nok": said[name]}
            nok = reader.number(own.get("nok"), f"cost.{name}")
            amounts.append(Amount(name, nok or 0.0, reader.text(own["source"], f"cost.{name}.source") if "source" in own else source))
    found = replace(found, amounts=tuple(amounts), source=source)
    if "curve" in said:
        found = replace(found, curve=_curve(said["curve"], found, reader))
    if "steps" in said:
        found = replace(found, steps=_steps(said["steps"], found, reader))
    made = [name for name in (*AMOUNTS, "curve", "steps") if name in said]
    if "table" in said:
        if made:
            reader.wrong("two_costs", "cost", ", ".join(made))
        return replace(found, table=_table(said["table"], found, reader))
    if not made:
        reader.wrong("no_costs", "cost", "", ", ".join((*AMOUNTS, "curve", "steps", "table")))
    for name, measure in (("per_inhabitant_nok", "population"), ("per_use_nok", "use")):
        if name in said:
            _lacking(measure, f"cost.{name}", found, reader)
    return found


def _lacking(measure: str, at: str, found: Specification, reader: _Reader) -> bool:
    """Report whose number is missing of those that something rests on."""
    lacking = [party.name for party in found.parties if getattr(party, measure) is None]
    if lacking:
        reader.wrong({"population": "no_population", "use": "no_use", "own_cost": "no_own_cost"}[measure], at, ", ".join(lacking))
    return bool(lacking)


def _curve(given: object, found: Specification, reader: _Reader) -> Curve:
    said = reader.mapping(given, "cost.curve", ("measure", "nok", "of", "exponent", "source"))
    measure = reader.choice(said.get("measure"), "cost.curve.measure", MEASURES)
    _lacking(measure, "cost.curve.measure", found, reader)
    numbers = {
        name: reader.number(said.get(name), f"cost.curve.{name}", least, most)
        for name, least, most in (("nok", 0.0, MOST_KRONER), ("of", 1e-6, 1e9), ("exponent", 0.0, 2.0))
    }
    source = reader.text(said["source"], "cost.curve.source") if "source" in said else found.source
    return Curve(measure, numbers["nok"] or 0.0, numbers["of"] or 1.0, numbers["exponent"] or 0.0, source)


def _steps(given: object, found: Specification, reader: _Reader) -> Steps:
    said = reader.mapping(given, "cost.steps", ("measure", "costs", "source"))
    measure = reader.choice(said.get("measure"), "cost.steps.measure", MEASURES)
    costs = said.get("costs")
    rows: list[Any] = costs if isinstance(costs, list) and costs else [None]
    read = [reader.mapping(one, f"cost.steps.costs[{place}]", ("up_to", "nok")) for place, one in enumerate(rows, 1)]
    up_to = tuple(reader.number(one.get("up_to"), f"cost.steps.costs[{place}].up_to") or 0.0 for place, one in enumerate(read, 1))
    nok = tuple(reader.number(one.get("nok"), f"cost.steps.costs[{place}].nok") or 0.0 for place, one in enumerate(read, 1))
    if any(later <= earlier for earlier, later in pairwise(up_to)):
        reader.wrong("steps_order", "cost.steps", ", ".join(f"{one:g}" for one in up_to))
    if not _lacking(measure, "cost.steps.measure", found, reader):
        values = found.column(measure)
        whole = float(values.sum()) if values is not None else 0.0
        if up_to[-1] < whole:
            reader.wrong("steps_short", "cost.steps", up_to[-1], f"{whole:g}")
    source = reader.text(said["source"], "cost.steps.source") if "source" in said else found.source
    return Steps(measure, up_to, nok, source)


def _table(given: object, found: Specification, reader: _Reader) -> Array:
    names = tuple(party.name for party in found.parties)
    costs = np.full(1 << len(names), np.nan)
    costs[0] = 0.0
    rows = given.items() if isinstance(given, dict) else ()
    for group, value in rows:
        at = f"cost.table.{group}"
        own = [" ".join(name.split()) for name in re.split(r"[+,]", str(group))]
        unknown = [name for name in own if name not in names]
        for name in unknown:
            reader.wrong("unknown_party", at, name, ", ".join(get_close_matches(name, names) or names))
        if unknown:
            continue
        mask = sum(1 << names.index(name) for name in set(own))
        if not np.isnan(costs[mask]) or len(set(own)) < len(own):
            reader.wrong("twice", "cost.table", str(group))
        costs[mask] = reader.number(value, at) or 0.0
    lacking = np.flatnonzero(np.isnan(costs))
    if len(lacking):
        shown = "; ".join(group_name(int(mask), names) for mask in lacking[:3])
        reader.wrong("groups_missing", "cost.table", shown, count=len(lacking), all=len(costs) - 1)
    return np.asarray(np.nan_to_num(costs))


def _needs(at: str, parts: tuple[Part, ...], found: Specification, reader: _Reader) -> None:
    """Report what a key rests on and is not there."""
    for part in parts:
        measure = {"per_inhabitant": "population", "by_use": "use"}.get(part.kind)
        if part.kind == "by_own_cost" and (part.percent is None or found.column("own_cost") is not None):
            measure = "own_cost"
        if not measure or not found.parties or _lacking(measure, at, found, reader):
            continue
        values = found.column(measure)
        if values is not None and float(values.sum()) <= 0 and part.percent:
            reader.wrong("nothing_to_share_by", at, measure)
    if reader.problems:
        return
    total = float(found.costs()[-1])
    least = sum(part.nok if part.nok is not None else total * (part.percent or 0) / 100 for part in parts if part.kind == "minimum") * len(found.parties)
    if least > total * (1 + 1e-9):
        reader.wrong("large_minimum", at, round(least))
    own = found.column("own_cost")
    if own is not None and found.table is not None and float(own.sum()) > total and any(part.kind == "by_own_cost" and part.percent is None for part in parts):
        reader.wrong("own_over_total", at, float(own.sum()))
