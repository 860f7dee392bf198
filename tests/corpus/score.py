"""Hold what the reader finds in the corpus against the truth, field by field, and count how far each way of reading can be trusted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from samvirke.agreements import _basis, _dates, _matters, _parties
from samvirke.agreements._clauses import settled
from samvirke.agreements._cost_keys import cost_key
from samvirke.agreements._disputes import disputes
from samvirke.agreements.files import read_document
from samvirke.agreements.passages import passages
from samvirke.agreements.reader import read
from samvirke.agreements.reading import Reading
from tests.corpus.build import build, corpus

VALUED = ("withdrawal", "duration", "transfer", "legal_person", "borrowing", "name", "representatives")
SINGLE = ("service", "hours", "signed", "host")


@dataclass
class Counted:
    """Of one field: what was found and true, found and not true, true and not found."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Of what was found, the share that is true."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else float("nan")

    @property
    def recall(self) -> float:
        """Of what is true, the share that was found."""
        return self.right / (self.right + self.missed) if self.right + self.missed else float("nan")

    def hold(self, found: set[Any], true: set[Any], name: str) -> None:
        """Hold one agreement's set against the truth."""
        self.right += len(found & true)
        self.wrong += len(found - true)
        self.missed += len(true - found)
        if found != true:
            self.faults.append(f"{name}: found and not true {sorted(map(str, found - true))}; true and not found {sorted(map(str, true - found))}")


def read_half(half: str, first: int = 1, last: int = 999) -> Iterator[tuple[Path, Reading, dict[str, Any]]]:
    """Build and read each agreement of a half, or those between two numbers; give its file, the reading and the truth."""
    with TemporaryDirectory() as folder:
        for one in corpus(half):
            if not first <= int(one.name[:2]) <= last:
                continue
            built = build(one, Path(folder))
            yield built, read(built), yaml.safe_load((one / "truth.yaml").read_text(encoding="utf-8"))


def plain_citation(text: str) -> str:
    """Write a citation without spaces, case and what a scanner makes of the sign."""
    return re.sub(r"[^0-9a-zæøå]|bokstav|kommunelov(?:ens?|as?)?|koml", "", text.lower().replace("§", "")).removeprefix("s")


def score(half: str, first: int = 1, last: int = 999) -> dict[str, Counted]:
    """Return precision and recall of every field over a half of the corpus."""
    found: dict[str, Counted] = {}

    def hold(name: str, ours: set[Any], true: set[Any], file: str) -> None:
        found.setdefault(name, Counted()).hold(ours, true, file)

    for built, reading, truth in read_half(half, first, last):
        name = built.name
        hold("parties", {one.municipality for one in reading.parties}, {one["municipality"] for one in truth["parties"]}, name)
        for single in SINGLE:
            ours, true = getattr(reading, single).value, truth[single]
            true = tuple(true) if isinstance(true, list) else true
            hold(single, {ours} - {None}, {true} - {None}, name)
        hold("legal_basis", {one.model for one in reading.legal_basis}, {one["model"] for one in truth["legal_basis"]}, name)
        hold("citation", {plain_citation(one.citation) for one in reading.legal_basis}, {plain_citation(one["citation"]) for one in truth["legal_basis"]}, name)
        clauses = {(one["kind"], one["step"], one["value"]) for one in truth["clauses"]}
        kinds = {kind for kind, *_ in clauses}
        hold("clause kinds", {one.kind for one in reading.clauses}, kinds, name)
        for kind in ("dispute", "cost_key"):
            hold(
                f"{kind} in order",
                {(one.step, one.value) for one in reading.of_kind(kind)},
                {(step, value) for own, step, value in clauses if own == kind},
                name,
            )
        for kind in VALUED:
            hold(kind, {one.value for one in reading.of_kind(kind)} - {None}, {value for own, _, value in clauses if own == kind} - {None}, name)
    return found


def routes(half: str, first: int = 1, last: int = 999) -> dict[str, dict[str, tuple[int, int]]]:
    """Return, for every field and way of reading, how often it was right, and how often it was used."""
    right: Counter[tuple[str, str]] = Counter()
    used: Counter[tuple[str, str]] = Counter()

    def count(name: str, route: str, correct: bool) -> None:
        used[name, route] += 1
        right[name, route] += correct

    for built, reading, truth in read_half(half, first, last):
        text = passages(read_document(built))
        parties = {one["municipality"] for one in truth["parties"]}
        found = {one.municipality for one in reading.parties}
        for one in _parties.parties(text, reading.when.last if reading.when else None):
            if one.place.code in found:
                count("party", one.route, one.place.code in parties)
        for name, value in (("service", _matters.service(text)), ("hours", _matters.hours(text)), ("signed", _dates.signed(text))):
            true = tuple(truth[name]) if isinstance(truth[name], list) else truth[name]
            count(name, value.route if value else "absent", (value.value if value else None) == true)
        count("host", "named" if reading.host.value else "absent", reading.host.value == truth["host"])
        models = {one["model"] for one in truth["legal_basis"]}
        for cited in _basis.basis(text):
            count("legal_basis", cited.route, cited.model in models)
        clauses = {(one["kind"], one["step"], one["value"]) for one in truth["clauses"]}
        kinds = {kind for kind, *_ in clauses}
        for clause in (*settled(text), *disputes(text), *cost_key(text)):
            if clause.kind in ("dispute", "cost_key"):
                count(clause.kind, clause.route, (clause.kind, clause.step, clause.value) in clauses)
            else:
                valued = clause.kind in VALUED and clause.value is not None
                count("clause", clause.route, (clause.kind, 1, clause.value) in clauses if valued else clause.kind in kinds)
    answer: dict[str, dict[str, tuple[int, int]]] = {}
    for (name, route), uses in sorted(used.items()):
        answer.setdefault(name, {})[route] = (right[name, route], uses)
    return answer
