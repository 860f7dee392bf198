"""Agreements that were read, and decided on, in an edition."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from samvirke.agreements._review_table import _joined, _line, _things
from samvirke.agreements.reading import Reading
from samvirke.edition import Account, Edition, open_edition, tables, write_with_account
from samvirke.vocabulary.language import Language

_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a"})
_HOSTED = ("host_administrative", "host_joint_board")
_SOURCE = "Agreements read by a program and decided on by people"
_COVERS = "the agreements whose files are named in the table agreement (document)"
_LACKS = "what nobody has decided on is the program's proposal"


@dataclass(frozen=True)
class Entered:
    """An edition with agreements added: its tables, its description, and what could not be written or was written otherwise."""

    tables: dict[str, pd.DataFrame]
    package: dict[str, Any]
    account: Account


def into_edition(readings: Sequence[Reading], edition: Edition) -> Entered:
    """Add agreements to an edition: each with its clauses, its cooperation and the members of that.

    An agreement belongs to the first cooperation that has its service and exactly its parties, in the edition or among those added,
    and else to a new one. An agreement that was read and names no legal basis, or says nothing of disputes, is entered as
    ``not_specified``; one that names several models has an empty basis. A host is legal host only under a host municipality model.

    Parameters
    ----------
    readings : sequence of Reading
        What was read, and decided on; their order does not matter.
    edition : Edition
        What they are added to, with all its rows.

    Returns
    -------
    Entered
        Rejected are an agreement whose document is in the edition already, that has no service or no party that the edition knows; a
        party that the edition does not know (the cooperation then has ``members_known`` some); and what stands twice.
    """
    whole = edition.whole or edition
    entry = _Entry(whole)
    for reading in sorted(readings, key=lambda one: one.file):
        entry.agreement(reading)
    frames = {name: whole.tables[name] for name in whole.tables} | {name: _extended(whole.tables.get(name), name, rows) for name, rows in entry.rows.items()}
    done = {"agreements": len(entry.rows["agreement"]), "undecided": entry.undecided}
    package = {key: value for key, value in whole.package.items() if key != "resources"}
    return Entered({name: frames[name] for name in tables() if name in frames}, package | {"agreements_read": done}, entry.account)


def write_into(readings: Sequence[Reading], edition: Edition | str | Path, out: Path, language: Language = "nb") -> tuple[Path, Path]:
    """Write an edition with agreements added to a new folder, and what was rejected or noted beside it.

    Parameters
    ----------
    readings, edition
        As for `into_edition`; an edition may be given by its name or folder.
    out : pathlib.Path
        Where to; it must not exist, or be empty.
    language : {"nb", "nn", "en"}
        Language of the reasons.

    Returns
    -------
    tuple of pathlib.Path
        ``OUT-rejects.csv`` and ``OUT-notes.csv``.

    Raises
    ------
    EditionError
        When the edition cannot be used.
    TargetExistsError
        When the folder holds anything.
    """
    opened = edition if isinstance(edition, Edition) else open_edition(edition)
    made = into_edition(readings, opened)
    return write_with_account(made.tables, {**made.package, "name": out.name}, out, made.account, language, copy_of=opened)


class _Entry:
    """The rows that are added to an edition, and the account of them."""

    def __init__(self, edition: Edition) -> None:
        self.account, self.undecided = Account(), 0
        self.rows: dict[str, list[dict[str, Any]]] = {name: [] for name in ("source", "cooperation", "member", "agreement", "clause")}
        self.codes = set(edition["municipality"]["code"])
        own = {name: edition.tables[name] for name in ("cooperation", "agreement", "source") if name in edition.tables}
        self.taken = {identity for frame in own.values() for identity in frame["id"]}
        self.documents: dict[str, int] = {}
        if "agreement" in own:
            self.documents |= {document: row for row, document in enumerate(own["agreement"]["document"], 2) if isinstance(document, str)}
        self.last = len(own.get("agreement", ())) + 1
        members = edition["member"].groupby("cooperation")["municipality"].agg(frozenset).to_dict()
        self.circles: dict[tuple[str, frozenset[str]], str] = {}
        for identity, service in zip(own["cooperation"]["id"], own["cooperation"]["service"], strict=True):
            self.circles.setdefault((service, members.get(identity, frozenset())), identity)
        self.source = self.free("agreements-read")

    def free(self, wanted: str) -> str:
        """Return an id that nothing has yet, and take it."""
        found = next(name for name in (wanted, *(f"{wanted}-{number}" for number in range(2, len(self.taken) + 3))) if name not in self.taken)
        self.taken.add(found)
        return found

    def agreement(self, reading: Reading) -> None:
        """Enter an agreement, or say why not."""
        record = {"file": reading.file, "title": reading.title, "service": reading.service.value}
        before = len(self.rows["agreement"])
        if row := self.documents.get(_line(reading.file)):
            self.account.say("repeated", "agreement", reading.file, None, "document", reading.file, row, record)
        elif not isinstance(reading.service.value, str):
            self.account.say("empty_cell", "agreement", reading.file, None, "service", "", "", record)
        elif members := self.members(reading):
            self.write(reading, reading.service.value, members)
        else:
            self.account.say("no_members", "agreement", reading.file, None, "municipality", reading.file, "", record)
        self.account.close("agreement", reading.file, 1, 1, len(self.rows["agreement"]) - before)

    def members(self, reading: Reading) -> list[str]:
        """Return the parties that the edition knows, each once."""
        found: list[str] = []
        for party in reading.parties:
            record = {"municipality": party.municipality, "name": party.name, "role": party.role}
            if party.municipality not in self.codes:
                self.account.say("unknown_reference", "member", reading.file, None, "municipality", party.municipality or party.name, "municipality", record)
            elif party.municipality in found:
                self.account.say("repeated", "member", reading.file, None, "municipality", party.municipality, found.index(party.municipality) + 1, record)
            else:
                found.append(str(party.municipality))
        self.account.close("member", reading.file, len(reading.parties), len(reading.parties), len(found))
        return found

    def write(self, reading: Reading, service: str, members: list[str]) -> None:
        """Add the rows of an agreement."""
        complete = len(members) == len({one.municipality or one.name for one in reading.parties})
        host = reading.host.value if isinstance(reading.host.value, str) else None
        if host and host not in members:
            self.account.say("host_not_member", "member", reading.file, None, "role", host, ", ".join(members))
        stem = Path(reading.file).stem.casefold().translate(_LETTERS)
        identity = self.free(re.sub(r"[^a-z0-9]+", "-", stem).strip("-") or "agreement")
        self.documents[_line(reading.file)] = self.last + len(self.rows["agreement"]) + 1
        if not self.rows["source"]:
            self.rows["source"].append({"id": self.source, "title": _SOURCE, "covers": _COVERS, "missing": _LACKS})
        circle = (service, frozenset(members))
        cooperation = self.circles.get(circle) if complete else None
        names = [one.value for one in reading.of_kind("name") if one.value]
        if cooperation is None:
            cooperation = identity
            own = {"id": identity, "service": service, "name": names[0] if names else reading.title, "hours": _joined(reading.hours) or None}
            self.rows["cooperation"].append({**own, "model": reading.model, "members_known": "all" if complete else "some", "source": self.source})
            called = {one.municipality for one in reading.parties if one.role == "host"}
            for code in members:
                role = "host" if code == host or (host is None and code in called) else "participant"
                self.rows["member"].append({"cooperation": identity, "municipality": code, "role": role, "source": self.source})
            if complete:
                self.circles[circle] = identity
        models = dict.fromkeys(one.model for one in reading.legal_basis)
        if len(models) > 1:
            self.account.say("reported_differently", "agreement", reading.file, None, "basis", ", ".join(models), reading.file)
        months = [float(one.value) for one in reading.of_kind("withdrawal") if one.value and re.fullmatch(r"\d+(\.\d+)?", one.value)]
        row: dict[str, Any] = {"id": identity, "cooperation": cooperation, "signed": reading.signed.value, "document": reading.file, "source": self.source}
        row |= {"basis": reading.model if models else "not_specified", "basis_text": "; ".join(one.citation for one in reading.legal_basis) or None}
        row |= {"legal_host": host if host in members and reading.model in _HOSTED else None, "notice_months": months[0] if months else None}
        self.rows["agreement"].append(row)
        self.clauses(reading, identity)
        self.undecided += sum(thing.confidence < 1 for _, thing in _things(reading))

    def clauses(self, reading: Reading, identity: str) -> None:
        """Add the clauses, each kind and step once."""
        written: dict[tuple[str, int], int] = {}
        for number, one in enumerate(reading.clauses, 1):
            row = {"agreement": identity, "kind": one.kind, "step": one.step, "value": one.value, "text": one.text or None, "source": self.source}
            if (one.kind, one.step) in written:
                self.account.say("repeated", "clause", reading.file, None, "step", f"{one.kind} {one.step}", written[one.kind, one.step], row)
                continue
            written[one.kind, one.step] = number
            self.rows["clause"].append(row)
        self.account.close("clause", reading.file, len(reading.clauses), len(reading.clauses), len(written))
        if not reading.of_kind("dispute"):
            self.rows["clause"].append({"agreement": identity, "kind": "dispute", "step": 1, "value": "not_specified", "source": self.source})


def _extended(frame: pd.DataFrame | None, name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Add rows to a table, with the types that it has; a table that is not there yet is made."""
    kinds = {"number": "float64", "integer": "Int64", "boolean": "boolean"}
    if frame is None:
        frame = pd.DataFrame({column: pd.Series([], dtype=kinds.get(about.type, "str")) for column, about in tables()[name].columns.items()})
    cells = [{column: _line(value) if isinstance(value, str) else value for column, value in row.items()} for row in rows]
    added = pd.DataFrame({column: pd.Series([row.get(str(column)) for row in cells], dtype="object").astype(frame[column].dtype) for column in frame})
    return pd.concat([frame, added], ignore_index=True) if rows else frame
