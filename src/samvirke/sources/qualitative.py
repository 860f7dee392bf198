"""From a coded qualitative project to the table `statement` of an edition: each coding taken, or left out with the reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pandas as pd

from samvirke.edition import Account, Edition
from samvirke.sources._adding import must_be_free, write_added
from samvirke.sources._qualitative_codings import Coding, Project
from samvirke.sources._qualitative_csv import read_table
from samvirke.sources._qualitative_mapping import ABOUT, IGNORE, Codebook, CodingMapping, Meaning, folded, read_coding_mapping, role_of
from samvirke.sources._qualitative_qdpx import read_project
from samvirke.sources.problems import CodingProblems, words
from samvirke.vocabulary import terms
from samvirke.vocabulary.dates import DateInterval
from samvirke.vocabulary.language import Language

ENDINGS = (".qdpx", ".csv")
COLUMNS = ("id", "document", "informant_role", "municipality", "cooperation", "date", "motive", "direction", "text", "source", "consent")
PASSAGES = ("document", "coder", "passage", "start", "end", "text", "motive", "direction")
SHOWN = ("yes", "published")
"""With what consent the words of a passage are taken along."""


@dataclass(frozen=True)
class StatementRows:
    """Rows for the table `statement`, and what became of every coding of the file.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns of the table `statement`, and consent.
    account : Account
        Codings read, kept and left out, each with the reason. A code that only gives a direction belongs to the motives on its passage.
    source : Mapping[str, str]
        The row of `source` that the rows come from; empty when the mapping names none.
    without_words : int
        How many statements came without their words, since the informant's consent is not noted.
    """

    table: pd.DataFrame
    account: Account
    source: Mapping[str, str]
    without_words: int


@dataclass(frozen=True)
class ImportedStatements:
    """An edition with statements, and what became of every coding.

    Parameters
    ----------
    folder, rejects, notes : pathlib.Path
        The edition, and beside it what was left out and what was noted.
    rows : StatementRows
        What was added.
    """

    folder: Path
    rejects: Path
    notes: Path
    rows: StatementRows


def import_statements(file: str | Path, mapping: str | Path | None, into: Edition, out: Path, *, language: Language = "nb") -> ImportedStatements:
    """Write a copy of an edition with the coded statements of a file in it.

    Parameters
    ----------
    file : str or pathlib.Path
        A REFI-QDA project (.qdpx), or CSV of QualCoder or Taguette.
    mapping : str, pathlib.Path or None
        A YAML file: which code is which motive or direction, and who each document is from.
    into : Edition
        The edition that the municipalities and cooperations are in.
    out : pathlib.Path
        Folder of the new edition; ``OUT-rejects.csv`` and ``OUT-notes.csv`` are written beside it.
    language : {"nb", "nn", "en"}
        Language of the reasons.

    Raises
    ------
    QualitativeInputError
        With every problem of the file and the mapping; nothing has been written then.
    TargetExistsError
        When the folder holds anything.
    """
    must_be_free(out)
    rows = read_statements(file, mapping, into)
    rejects, notes = write_added(into, "statement", rows.table, rows.source, out, rows.account, language)
    return ImportedStatements(out, rejects, notes, rows)


def read_statements(file: str | Path, mapping: str | Path | None, edition: Edition) -> StatementRows:
    """Read the codings of a file as rows of the table `statement`.

    Parameters
    ----------
    file, mapping
        As for `import_statements`.
    edition : Edition
        Where the municipalities and cooperations are, and statements from before.

    Raises
    ------
    QualitativeInputError
        With every problem, each with its place and what to do.
    """
    path, problems = Path(file), CodingProblems()
    read = read_coding_mapping(None if mapping is None else Path(mapping), problems)
    project = read_codings(path, problems)
    if read is None or project is None:
        problems.stop(path.name)
        raise AssertionError("what cannot be read has a reason")
    builder = _Builder(path, read, project, edition, problems)
    rows = builder.statements()
    if not rows and not problems:
        problems.add("nothing_left", path.name)
    problems.stop(path.name)
    builder.account.close("statement", path.name, len(project.codings), builder.records, len(rows))
    table = pd.DataFrame(rows, columns=list(COLUMNS), dtype="str")
    return StatementRows(table, builder.account, read.source, builder.without_words)


def read_codings(path: Path, problems: CodingProblems) -> Project | None:
    """Read the codings of a file as they stand; None, with the reasons among the problems, when it cannot be read."""
    if path.suffix.lower() not in ENDINGS:
        problems.add("unknown_ending", path.name, path.suffix, allowed=", ".join(ENDINGS))
        return None
    if not path.is_file():
        problems.add("unreadable", path.name, "–")
        return None
    return read_project(path, problems) if path.suffix.lower() == ".qdpx" else read_table(path, problems)


def read_passages(file: str | Path, mapping: str | Path | None = None) -> pd.DataFrame:
    """Read what each coder said of each passage, for comparing coders.

    Parameters
    ----------
    file, mapping
        As for `import_statements`; the mapping's field coder is not used.

    Returns
    -------
    pandas.DataFrame
        Columns document, coder, passage, start, end, text, motive, direction; a row for each motive on a passage.

    Raises
    ------
    QualitativeInputError
        With every problem, each with its place and what to do.
    """
    path, problems = Path(file), CodingProblems()
    read = read_coding_mapping(None if mapping is None else Path(mapping), problems)
    project = read_codings(path, problems)
    if read is None or project is None:
        problems.stop(path.name)
        raise AssertionError("what cannot be read has a reason")
    rows = [
        (one.document, one.coder, one.passage, one.start, one.end, one.text, meaning.motive, meaning.direction)
        for one, meaning in _meanings(project.codings, read, problems, path.name)
        if meaning.motive is not None and one.document not in read.ignored_documents
    ]
    problems.stop(path.name)
    return pd.DataFrame(rows, columns=list(PASSAGES)).astype({"start": "Int64", "end": "Int64"})


def _meanings(codings: tuple[Coding, ...], mapping: CodingMapping, problems: CodingProblems, name: str) -> list[tuple[Coding, Meaning]]:
    """Return what each coding means, a motive with the direction that it has itself or that stands on the same passage."""
    book = Codebook(mapping)
    meant = {label: book.meaning(path) for label, path in {one.label: one.code for one in codings if one.code[-1]}.items()}
    for one in codings:
        if one.code[-1] and meant[one.label] is None:
            problems.add(
                "unknown_code", f"{name}: {one.document}" if one.row is None else name, one.label, one.row, ", ".join((*terms("motives"), *terms("directions")))
            )
    known = [(one, (meant.get(one.label) or Meaning()) if one.code[-1] else Meaning()) for one in codings]
    beside: dict[object, dict[str, int | None]] = {}
    for one, meaning in known:
        if meaning.direction is not None and meaning.motive is None:
            beside.setdefault(one.place, {}).setdefault(meaning.direction, one.row)
    found = []
    for one, meaning in known:
        own = beside.get(one.place, {})
        if meaning.motive is not None and meaning.direction is None and own:
            if len(own) > 1 and not mapping.both_ambiguous:
                problems.add("two_directions", f"{name}: {one.document}", f"{', '.join(own)} («{one.text[:60]}»)", one.row)
            meaning = Meaning(meaning.motive, next(iter(own)) if len(own) == 1 else "ambiguous")
        found.append((one, meaning))
    return found


class _Builder:
    """Builds the rows, and keeps every problem and what is left out."""

    def __init__(self, path: Path, mapping: CodingMapping, project: Project, edition: Edition, problems: CodingProblems) -> None:
        self.name, self.mapping, self.project, self.problems = path.name, mapping, project, problems
        self.account, self.records, self.without_words = Account(), 0, 0
        self.places = _Places(edition, problems)
        taken = set(edition["statement"]["id"]) if "statement" in edition else set()
        stem = re.sub(r"[^a-z0-9]+", "-", path.stem.casefold().replace("æ", "ae").replace("ø", "o").replace("å", "a")).strip("-") or "statement"
        self.free = (f"{stem}-{number}" for number in range(1, len(taken) + len(project.codings) + 2) if f"{stem}-{number}" not in taken)
        self.about: dict[str, dict[str, str | None]] = {}

    def statements(self) -> list[dict[str, Any]]:
        """Return a row for each motive on a passage."""
        self.check_names()
        codings = self.chosen()
        rows: list[dict[str, Any]] = []
        seen: dict[object, int] = {}
        for number, (one, meaning) in enumerate(_meanings(codings, self.mapping, self.problems, self.name), 1):
            if meaning.motive is None and meaning.direction is not None:
                continue
            self.records += 1
            place = one.row or number
            if not one.code[-1]:
                self.account.say("empty_cell", "statement", self.name, place, "motive", "", "", {"document": one.document})
            elif meaning.motive is None:
                self.leave_out(one, "motive", f"{one.label}: {IGNORE}")
            elif (identity := (one.place, meaning.motive, meaning.direction)) in seen:
                self.account.say("repeated", "statement", self.name, place, "motive", meaning.motive, seen[identity], {"document": one.document})
            else:
                seen[identity] = place
                rows.append(self.row(one, meaning))
        return rows

    def leave_out(self, one: Coding, column: str, value: str) -> None:
        self.account.say("not_selected", "statement", self.name, one.row, column, value, record={"document": one.document, "code": one.label})

    def check_names(self) -> None:
        """Find every name of the mapping that the file does not have."""
        documents, variables, coders = self.project.documents, self.project.variables, self.project.coders
        for name in (*self.mapping.documents, *self.mapping.ignored_documents):
            if name not in documents:
                close = get_close_matches(name, documents, n=3, cutoff=0.4) or documents[:12]
                self.problems.add("no_document", f"documents.{name}", name, allowed=", ".join(close))
        for about, name in self.mapping.variables.items():
            if name not in variables:
                self.problems.add("no_variable", f"variables.{about}", name, allowed=", ".join(variables) or "–")
        if self.mapping.coder is not None and self.mapping.coder not in coders:
            self.problems.add("no_coder", "coder", self.mapping.coder, allowed=", ".join(coders) or "–")
        elif self.mapping.coder is None and len(coders) > 1:
            self.problems.add("several_coders", "coder", ", ".join(coders))

    def chosen(self) -> tuple[Coding, ...]:
        """Return the codings of the coder and documents that the mapping takes; the others are left out."""
        kept = []
        for one in self.project.codings:
            if one.document in self.mapping.ignored_documents:
                self.leave_out(one, "document", f"{one.document}: {IGNORE}")
            elif self.mapping.coder is not None and one.coder != self.mapping.coder:
                self.leave_out(one, "coder", one.coder)
            else:
                kept.append(one)
                continue
            self.records += 1
        return tuple(kept)

    def row(self, one: Coding, meaning: Meaning) -> dict[str, Any]:
        if one.document not in self.about:
            self.about[one.document] = self.document(one)
        about = self.about[one.document]
        shown = about["consent"] in SHOWN
        self.without_words += bool(one.text) and not shown
        text = " ".join(one.text.split()) if shown and one.text else None
        return {"id": next(self.free), **about, "motive": meaning.motive, "direction": meaning.direction, "text": text, "source": self.mapping.source.get("id")}

    def document(self, one: Coding) -> dict[str, str | None]:
        """Return what is known of a document: by the mapping's own line for it, else by its variables."""
        own = self.mapping.documents.get(one.document, {})
        found: dict[str, str | None] = {"document": own.get("name", one.document)}
        for about in ABOUT:
            written = own.get(about) or one.values.get(self.mapping.variables.get(about, ""), "")
            place = f"documents.{one.document}.{about}" if about in own else f"{self.name}: {one.document}, {self.mapping.variables.get(about, '')}"
            found[about] = self.read(about, written, place) if written else None
        return found

    def read(self, about: str, written: str, place: str) -> str | None:
        """Read a role, consent, date, municipality or cooperation."""
        if about == "municipality":
            return self.places.municipality(written, place)
        if about == "cooperation":
            return self.places.cooperation(written, place)
        if about == "informant_role":
            role = role_of(written, self.mapping)
            if role is None:
                self.problems.add("unknown_role", place, written, allowed=", ".join(terms("informant_roles")))
            return role
        if about == "consent":
            consent = words("qualitative", "consents").get(folded(written))
            if consent is None:
                self.problems.add("unknown_consent", place, written)
            return None if consent is None else str(consent)
        try:
            DateInterval.parse(written)
        except ValueError:
            self.problems.add("bad_date", place, written)
        return written


class _Places:
    """The municipalities and cooperations of an edition."""

    def __init__(self, edition: Edition, problems: CodingProblems) -> None:
        self.problems = problems
        self.codes = set(edition["municipality"]["code"])
        self.cooperations = set(edition["cooperation"]["id"]) if "cooperation" in edition else set()
        self.names: dict[str, list[str]] = {}
        for code, name in edition.names().items():
            self.names.setdefault(folded(name), []).append(code)

    def municipality(self, written: str, place: str) -> str | None:
        """Return the code of a municipality that is given by code or name."""
        if written in self.codes:
            return written
        found = self.names.get(folded(written), [])
        if len(found) > 1:
            self.problems.add("same_name", place, written, allowed=", ".join(sorted(found)))
        elif not found:
            self.problems.add("unknown_municipality", place, written, allowed=_close(folded(written), self.names))
        return found[0] if len(found) == 1 else None

    def cooperation(self, written: str, place: str) -> str | None:
        """Return the id of a cooperation."""
        if written not in self.cooperations:
            self.problems.add("unknown_cooperation", place, written, allowed=_close(written, self.cooperations))
            return None
        return written


def _close(written: str, known: Any) -> str:
    close = get_close_matches(written, known, n=3, cutoff=0.6)
    return f" ({', '.join(close)})" if close else ""


def two_coders(file: Path, other: Path | None, mapping: Path | None, coders: str | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read what each of two coders said, from a file each or from one with both.

    Parameters
    ----------
    file, other : pathlib.Path or None
        The first coder's file and the second's; without the second both are in the first.
    mapping : pathlib.Path or None
        As for `import_statements`.
    coders : str or None
        The names of the two with a comma between; needed where there are others.

    Raises
    ------
    QualitativeInputError
        With every problem, also when there are not just two coders.
    """
    problems = CodingProblems()
    if other is not None:
        frames, names = (read_passages(file, mapping), read_passages(other, mapping)), [one.strip() for one in coders.split(",")] if coders else []
    else:
        both = read_passages(file, mapping)
        present = [one for one in dict.fromkeys(both["coder"]) if one]
        names = [one.strip() for one in coders.split(",")] if coders else present
        for one in names:
            if one not in present:
                problems.add("no_coder", "--coders", one, allowed=", ".join(present) or "–")
        frames = (both, both)
    if (names or other is None) and len(names) != 2:
        problems.add("not_two_coders", "--coders", ", ".join(names) or "–")
    problems.stop(file.name)
    return frames if not names else (frames[0][frames[0]["coder"] == names[0]], frames[1][frames[1]["coder"] == names[1]])
