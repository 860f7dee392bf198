"""Cooperations from what each municipality reports of its partners, by name and by code, where the reports may differ."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from samvirke.edition import Account
from samvirke.sources._building import Builder
from samvirke.sources._recipe import Combine, Reports

_NAME = re.compile(r"\s+|\u00a0")
_BRACKETS = re.compile(r"\s*\(([^)]*)\)\s*$")


@dataclass(frozen=True)
class Report:
    """What one municipality says: the set it names (itself included), and whether names or codes say so of each."""

    reporter: str
    row: int
    members: frozenset[str]
    said_in: Mapping[str, str]
    record: Mapping[str, Any]


def plain_name(name: str) -> str:
    """Return a name as it is compared: one case, single spaces, no accents that only some keyboards have.

    Examples
    --------
    >>> plain_name("  HERØY  (Nordland) "), plain_name("Gáivuotna")
    ('herøy(nordland)', 'gáivuotna')
    """
    text = unicodedata.normalize("NFC", _NAME.sub(" ", name).strip().casefold())
    return text.replace(" (", "(")


class Gazetteer:
    """Municipalities by every name they go by: the whole, each language's own, and without a bracket where that is unambiguous."""

    def __init__(self, names: Mapping[str, str], aliases: Mapping[str, str]) -> None:
        found: dict[str, set[str]] = {}
        for code, name in names.items():
            whole = [name, *name.split(" - ")]
            for one in {*whole, *(_BRACKETS.sub("", part) for part in whole)}:
                found.setdefault(plain_name(one), set()).add(code)
        self._codes = {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1}
        self._aliases = {plain_name(written): plain_name(meant) for written, meant in aliases.items()}

    def code(self, name: str) -> str | None:
        """Return the code of a name; None when no municipality, or more than one, is called so."""
        plain = plain_name(name)
        return self._codes.get(self._aliases.get(plain, plain))


def take_reports(builder: Builder, part: Reports) -> None:
    """Add cooperations, members, coverage and reports, and account for every row."""
    account, table = builder.account, "report"
    names = {str(row["code"]): str(row["name"]) for row in builder.rows.get("municipality", ())}
    gazetteer = Gazetteer(names, part.aliases)
    read = builder.records[part.file]
    none = {plain_name(one) for one in part.none}
    reports: dict[str, Report] = {}
    answered: dict[str, int] = {}
    kept = 0
    for number, cells in read.uneven:
        account.say("wrong_cell_count", table, part.file, number, "", len(cells), len(read.columns), {"cells": cells})
    for number, record in read.rows:
        written = str(record[part.reporter.names[0]])
        reporter = written.zfill(part.reporter.pad or 0) if written.isdigit() else written
        cell = part.names or part.codes or ""
        said = [str(record[column]) for column in (part.names, part.codes) if column]
        if reporter not in names:
            account.say("unknown_reporter", table, part.file, number, part.reporter.names[0], written, "", record)
        elif reporter in answered:
            account.say("repeated_reporter", table, part.file, number, part.reporter.names[0], names[reporter], answered[reporter], record)
        elif not any(said) or plain_name(_trusted(part, record)) in none:
            if sum(bool(one) and plain_name(one) not in none for one in said):
                account.say("names_and_codes_differ", table, part.file, number, cell, said[0] or "–", said[-1] or "–", record)
            answered[reporter], kept = number, kept + 1
        else:
            members, said_in = _members(builder.account, part, gazetteer, names, number, record)
            if reporter not in members:
                listed = ", ".join(names[code] for code in sorted(members))
                account.say("reporter_not_in_set", table, part.file, number, cell, names[reporter], listed, record)
                continue
            answered[reporter], kept = number, kept + 1
            reports[reporter] = Report(reporter, number, frozenset(members), said_in, record)
    lost = _settle(builder, part, reports, answered, names)
    account.close(table, part.file, read.count, len(read.rows) + len(read.uneven), kept - lost)


def _trusted(part: Reports, record: Mapping[str, Any]) -> str:
    """Return the cell that counts: that of the trusted column, or the other where it is empty."""
    names, codes = (str(record[column]) if column else "" for column in (part.names, part.codes))
    return (codes or names) if part.trust == "codes" else (names or codes)


def _members(
    account: Account, part: Reports, gazetteer: Gazetteer, names: Mapping[str, str], number: int, record: Mapping[str, Any]
) -> tuple[set[str], dict[str, str]]:
    """Read the partners of a row by name and by code; note where they differ, and return the trusted ones."""
    found: dict[str, set[str]] = {}
    for kind, column in (("names", part.names), ("codes", part.codes)):
        if column is None:
            continue
        found[kind] = set()
        for cell in filter(None, map(str.strip, str(record[column]).split(part.separator))):
            code = gazetteer.code(cell) if kind == "names" else cell.zfill(part.pad or 0)
            if code in names:
                found[kind].add(str(code))
            else:
                account.say("unknown_partner", "report", part.file, number, column, cell, "", record)
    if len(found) == 2 and found["names"] != found["codes"]:
        only = {kind: ", ".join(f"{code} {names[code]}" for code in sorted(found[kind] - found[other])) or "–" for kind, other in _PAIRS}
        account.say("names_and_codes_differ", "report", part.file, number, part.names or "", only["names"], only["codes"], record)
    trusted = found[part.trust if part.trust in found else next(iter(found))]
    every = set().union(*found.values())
    return trusted, {code: "both" if len(found) == 2 and all(code in own for own in found.values()) else _first(found, code) for code in every}


_PAIRS = (("names", "codes"), ("codes", "names"))


def _first(found: Mapping[str, set[str]], code: str) -> str:
    return next(kind for kind, own in found.items() if code in own)


def _settle(builder: Builder, part: Reports, reports: Mapping[str, Report], answered: Mapping[str, int], names: Mapping[str, str]) -> int:
    """Make one cooperation of the reports whose makers name each other; return how many rows were rejected on the way."""
    mutual = [(one, other) for one, report in reports.items() for other in report.members if one < other and other in reports and one in reports[other].members]
    lost, taken = 0, set()
    for group in connected(sorted(reports), mutual):
        own = [reports[one] for one in group]
        members = settled(own, answered, part.combine)
        _note_differences(builder.account, part, own, reports, answered, names)
        if len(members) < 2:
            for report in own:
                every = ", ".join(names[code] for code in sorted(report.members))
                builder.account.say(
                    "no_agreement_on_members", "report", part.file, report.row, part.names or part.codes or "", every, part.combine, report.record
                )
            lost += len(own)
            continue
        identity = f"{part.service}-{min(members)}"
        while identity in taken:
            identity += "-b"
        taken.add(identity)
        _add(builder, part, identity, sorted(members), own, names)
    source = builder.recipe.files[part.file].source
    if source:
        rejected = {report.reporter for report in reports.values()} - {str(row["municipality"]) for row in builder.rows.get("report", ())}
        for code in sorted(names):
            status = "covered" if code in answered and code not in rejected else "missing"
            row = {"source": source, "service": part.service, "municipality": code, "status": status}
            builder.rows.setdefault("coverage", []).append(row)
    return lost


def connected(names: list[str], pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Return the groups of names that pairs connect, members and groups in the order of the names.

    Examples
    --------
    >>> connected(["a", "b", "c"], [("a", "c")])
    [['a', 'c'], ['b']]
    """
    place = {name: number for number, name in enumerate(names)}
    ends = np.array([(place[one], place[other]) for one, other in pairs], dtype=int).reshape(-1, 2)
    graph = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(names), len(names)))
    found: dict[int, list[str]] = {}
    for name, label in zip(names, connected_components(graph, directed=False)[1], strict=True):
        found.setdefault(int(label), []).append(name)
    return list(found.values())


def settled(own: Iterable[Report], answered: Collection[str], combine: Combine) -> set[str]:
    """Return the members of a cooperation from the reports on it.

    Of each municipality that any of the reports names, those reports have a word, and so has its own report when it answered
    but is not among them. *union*: one word is enough; *intersection*: all must name it; *majority*: more than half.

    Parameters
    ----------
    own : iterable of Report
        The reports on this cooperation.
    answered : collection of str
        Who answered at all, also that it does not cooperate.
    combine : {"union", "intersection", "majority"}
        The rule.
    """
    own = list(own)
    makers = {report.reporter for report in own}
    members = set()
    for code in set().union(*(report.members for report in own)):
        words = [code in report.members for report in own] + ([False] if code in answered and code not in makers else [])
        enough = {"union": any(words), "intersection": all(words), "majority": sum(words) * 2 > len(words)}
        if enough[combine]:
            members.add(code)
    return members


def _note_differences(
    account: Account, part: Reports, own: list[Report], reports: Mapping[str, Report], answered: Mapping[str, int], names: Mapping[str, str]
) -> None:
    """Note every municipality that not all of the reports name, or that itself says otherwise or nothing."""
    makers = {report.reporter for report in own}
    column = part.names or part.codes or ""
    for code in sorted(set().union(*(report.members for report in own))):
        naming = [report for report in own if code in report.members]
        by = ", ".join(names[report.reporter] for report in naming)
        first = naming[0]
        if len(naming) < len(own):
            silent = ", ".join(names[report.reporter] for report in own if code not in report.members)
            account.say("reported_differently", "report", part.file, first.row, column, names[code], f"{by} (≠ {silent})", first.record)
        if code not in makers:
            outcome = "not_reported_by_itself" if code in answered or code in reports else "no_report_of_its_own"
            account.say(outcome, "report", part.file, first.row, column, names[code], by, first.record)


def _add(builder: Builder, part: Reports, identity: str, members: list[str], own: list[Report], names: Mapping[str, str]) -> None:
    source = {"source": value} if (value := builder.recipe.files[part.file].source) else {}
    title = ", ".join(names[code].split(" - ")[0] for code in members)
    builder.add("cooperation", {"id": identity, "service": part.service, "name": title, **source}, part.file)
    for code in members:
        builder.add("member", {"cooperation": identity, "municipality": code, **source}, part.file)
    for report in own:
        for code, said_in in sorted(report.said_in.items()):
            row = {"service": part.service, "municipality": report.reporter, "partner": code, "cooperation": identity, "said_in": said_in, **source}
            builder.rows.setdefault("report", []).append(row)
