"""Coding by people stays in charge: what readings propose as a table to decide on, the decisions put back, and the result in an edition."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from samvirke.agreements._review_edition import Entered, into_edition, write_into
from samvirke.agreements._review_table import (
    _DTYPES,
    COLUMNS,
    DECISIONS,
    FIELDS,
    LOGGED,
    SINGLE,
    ReviewError,
    ReviewProblem,
    Row,
    _cell,
    _codes,
    _problem,
    _things,
    _typed,
    checked,
    identity,
    proposals,
)
from samvirke.agreements.checking import check
from samvirke.agreements.reading import Basis, Clause, Found, Party, Reading
from samvirke.edition import to_csv, write_file
from samvirke.errors import MissingExtraError, OptionError
from samvirke.finding import Coverage, Finding
from samvirke.vocabulary import gazetteer, law
from samvirke.vocabulary.dates import DateInterval
from samvirke.vocabulary.language import LANGUAGES, Text, listing, same
from samvirke.vocabulary.language import number as written

__all__ = [
    "COLUMNS",
    "DECISIONS",
    "FIELDS",
    "LOGGED",
    "SINGLE",
    "Entered",
    "ReviewError",
    "ReviewProblem",
    "Row",
    "checked",
    "identity",
    "into_edition",
    "merge",
    "merge_finding",
    "proposals",
    "read_proposals",
    "write_into",
    "write_proposals",
]

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_CELL_MOST = 32_767
_DECISIONS = Text(nb="Avgjørelsene", nn="Avgjerdene", en="The decisions")


def write_proposals(frame: pd.DataFrame, path: str | Path) -> Path:
    """Write proposals as CSV (UTF-8 with a byte order mark, comma) or as a workbook with a list to choose the decision from.

    In CSV, an apostrophe stands before text that a spreadsheet would take for a formula; `read_proposals` takes it away.

    Parameters
    ----------
    frame : pandas.DataFrame
        What `proposals` gave, or decisions.
    path : str or pathlib.Path
        Where to; ends in .csv or .xlsx.

    Raises
    ------
    OptionError
        When the ending is another.
    MissingExtraError
        When xlsxwriter, which workbooks need, is not installed.
    """
    path = Path(path)
    if path.suffix.lower() == ".csv":
        safe = frame.assign(**{name: [f"'{one}" if isinstance(one, str) and _FORMULA.match(one) else one for one in frame[name]] for name in frame.columns})
        write_file(path, b"\xef\xbb\xbf" + to_csv(safe))
    elif path.suffix.lower() == ".xlsx":
        write_file(path, _workbook(frame))
    else:
        raise OptionError("out", path.name, same(".csv, .xlsx"))
    return path


def _workbook(frame: pd.DataFrame) -> bytes:
    try:
        import xlsxwriter
    except ImportError:
        raise MissingExtraError("xlsxwriter", "exports") from None
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    book.set_properties({"created": datetime(1980, 1, 1)})
    bold, plain = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
    sheet = book.add_worksheet("proposals")
    for place, column in enumerate(frame.columns):
        sheet.set_column(place, place, {"evidence": 70, "words": 28, "comment": 28, "file": 28}.get(column, 14), None if column in _DTYPES else plain)
        sheet.write_string(0, place, column, bold)
        for row, value in enumerate(frame[column], 1):
            if pd.notna(value):
                write = sheet.write_number if column in _DTYPES else sheet.write_string
                write(row, place, value if column in _DTYPES else str(value)[:_CELL_MOST])
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(frame)), len(frame.columns) - 1)
    place = list(frame.columns).index("decision")
    sheet.data_validation(1, place, len(frame) + 1000, place, {"validate": "list", "source": list(DECISIONS)})
    book.close()
    return buffer.getvalue()


def read_proposals(path: str | Path) -> pd.DataFrame:
    """Read a table of decisions, as a person or a spreadsheet saved it, and check all of it.

    Parameters
    ----------
    path : str or pathlib.Path
        A workbook, or CSV with comma, semicolon or tab, in UTF-8, UTF-16 or Windows-1252.

    Returns
    -------
    pandas.DataFrame
        As from `proposals`; the index is the row of the sheet less two.

    Raises
    ------
    ReviewError
        With everything that is wrong.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ReviewError(same(str(path)), [_problem(None, "", str(error.strerror or error), "unreadable_file")]) from None
    lines = _sheet(path, data) if data.startswith(b"PK") else _lines(path, data)
    if not any(any(line) for line in lines):
        raise ReviewError(same(str(path)), [_problem(None, "", "", "empty_file", ", ".join(COLUMNS))])
    header = [cell.casefold() for cell in lines[0]]
    filled = [(place, line) for place, line in enumerate(lines[1:]) if any(line)]
    problems = [_problem(1, name, name, "repeated_column") for name in COLUMNS if header.count(name) > 1]
    for place, line in filled:
        if any(line[len(header) :]):
            problems.append(_problem(place + 2, "", str(len(line)), "wrong_cell_count", str(len(header))))
    if not filled:
        problems.append(_problem(None, "", "", "no_rows"))
    cells = [[*line, *[""] * len(header)][: len(header)] for _, line in filled]
    frame = pd.DataFrame({name: [line[header.index(name)] for line in cells] for name in COLUMNS if name in header}, index=[place for place, _ in filled])
    rows = checked(frame, same(str(path)), problems)
    return _typed([row for _, row in rows], index=list(frame.index))


def _lines(path: Path, data: bytes) -> list[list[str]]:
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not wide and (b"\x00" in data or data.startswith(b"%PDF")):
        raise ReviewError(same(str(path)), [_problem(None, "", "", "binary_file")])
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    text = re.sub(r"\A\s*(sep=.\s*\n)?", "", text, flags=re.IGNORECASE)
    separator = max(",;\t", key=text.partition("\n")[0].count)
    before, read = csv.field_size_limit(len(text) + 1), []
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            read.append([(cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell).strip() for cell in line])  # noqa: PERF401
    except csv.Error:
        raise ReviewError(same(str(path)), [_problem(len(read) + 1, "", "", "unclosed_quote")]) from None
    finally:
        csv.field_size_limit(before)
    return read


def _sheet(path: Path, data: bytes) -> list[list[str]]:
    from warnings import catch_warnings, simplefilter

    try:
        import openpyxl
    except ImportError:
        raise MissingExtraError("openpyxl", "sources") from None
    try:
        with catch_warnings():
            simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            return [[_cell(cell) for cell in line] for line in book.worksheets[0].iter_rows(values_only=True)]
    except Exception as error:  # noqa: BLE001 - a broken file may fail in any way
        raise ReviewError(same(str(path)), [_problem(None, "", " ".join(str(error).split()) or type(error).__name__, "unreadable_file")]) from None


def merge(readings: Sequence[Reading], decided: pd.DataFrame) -> tuple[list[Reading], pd.DataFrame]:
    """Put decisions back into readings.

    What a person accepted, changed or added has confidence 1. What was rejected goes away; a rejected service, date or host is then one
    that the agreement does not say. What nobody decided stays as it is. A party, clause or legal basis that was added without a page has
    page 0. Where the date changed, the provisions are held against the law of the new one; where an agreement had been
    checked and anything was decided, it is checked anew, and a remark that a decision has answered goes away.

    Parameters
    ----------
    readings : sequence of Reading
        What was read.
    decided : pandas.DataFrame
        As from `read_proposals`.

    Returns
    -------
    tuple of list of Reading and pandas.DataFrame
        The readings in their order, and the log: file, field, kind, step, words, was, now, decision (or ``undecided``), coder, decided, comment.

    Raises
    ------
    ReviewError
        With everything that is wrong in the table, or does not fit the readings.
    """
    rows = checked(decided, _DECISIONS)
    if unfit := list(_unfit(rows, readings)):
        raise ReviewError(_DECISIONS, unfit)
    chosen: dict[str, dict[tuple[str, ...], Row]] = {reading.file: {} for reading in readings}
    for _, row in rows:
        if row["decision"]:
            chosen[row["file"]][identity(row)] = row
    merged = [_merged(reading, chosen[reading.file]) for reading in readings]
    return [reading for reading, _ in merged], _typed([line for _, lines in merged for line in lines], LOGGED)


def merge_finding(merged: Sequence[Reading], log: pd.DataFrame) -> Finding:
    """Say what became of every proposal and addition.

    Parameters
    ----------
    merged, log
        As from `merge`.

    Returns
    -------
    Finding
        The table is the log (kind as clause_kind); `result` the agreements as they now stand.
    """
    counts = {name: int((log["decision"] == name).sum()) for name in (*DECISIONS, "undecided")}
    people = sorted({str(one) for one in log["coder"].dropna()})
    w = {
        language: [written(one, language) for one in (len(log) - counts["undecided"], len(log), *(counts[name] for name in (*DECISIONS, "undecided")))]
        for language in LANGUAGES
    }
    statement = Text(
        nb="{} av {} rader er avgjort: {} godtatt, {} endret, {} avvist og {} lagt til; {} er programmets forslag.".format(*w["nb"]),
        nn="{} av {} rader er avgjorde: {} godtekne, {} endra, {} avviste og {} lagde til; {} er framlegga til programmet.".format(*w["nn"]),
        en="{} of {} rows are decided: {} accepted, {} changed, {} rejected and {} added; {} are the program's proposals.".format(*w["en"]),
    )
    if people:
        statement += Text(nb=f"Kodet av {listing(people, 'nb')}.", nn=f"Koda av {listing(people, 'nn')}.", en=f"Coded by {listing(people, 'en')}.")
    return Finding(
        id="agreement_merge",
        edition="",
        question=Text(nb="Hva ble avgjort om forslagene?", nn="Kva vart avgjort om framlegga?", en="What was decided on the proposals?"),
        statement=statement,
        method=Text(
            nb="Det som er godtatt, endret eller lagt til, har sikkerhet 1. Det som er avvist, er tatt bort. Det ingen har avgjort, står som programmet foreslo. Avtaler der noe er avgjort, er holdt mot loven på nytt.",
            nn="Det som er godteke, endra eller lagt til, har sikkerheit 1. Det som er avvist, er teke bort. Det ingen har avgjort, står som programmet føreslo. Avtalar der noko er avgjort, er haldne mot lova på nytt.",
            en="What was accepted, changed or added has confidence 1. What was rejected is gone. What nobody decided stands as the program proposed. Agreements in which anything was decided have been held against the law anew.",
        ),
        table=log.rename(columns={"kind": "clause_kind"}),
        coverage=Coverage(len(log) - counts["undecided"], {"rows": len(log), "agreements": len(merged)}),
        result=[one.to_dict() for one in merged],
    )


def _unfit(rows: Sequence[tuple[int, Row]], readings: Sequence[Reading]) -> Iterator[ReviewProblem]:
    files = Counter(reading.file for reading in readings)
    proposed = {identity(row): row for reading in readings for row, _ in _things(reading)}
    yield from (_problem(None, "file", name, "read_twice") for name, count in sorted(files.items()) if count > 1)
    for number, row in rows:
        own = proposed.get(identity(row))
        if row["file"] not in files:
            yield _problem(number, "file", row["file"], "not_read", ", ".join(list(files)[:20]))
        elif row["decision"] == "add" and own and (own["value"] or row["field"] not in SINGLE):
            yield _problem(number, "decision", row["decision"], "proposed_already", own["value"] or own["words"] or own["kind"])
        elif row["decision"] not in ("", "add") and own is None:
            yield _problem(number, "field", row["field"], "not_proposed")
        elif row["decision"] not in ("", "add") and own and own["value"] != row["value"]:
            yield _problem(number, "value", row["value"], "proposed_otherwise", own["value"])


def _merged(reading: Reading, chosen: Mapping[tuple[str, ...], Row]) -> tuple[Reading, list[Row]]:
    """Apply the decisions on one reading, and say of every proposal and addition what became of it."""
    things = _things(reading)
    keys = {identity(row) for row, _ in things}
    entries = [(row, thing, chosen.get(identity(row))) for row, thing in things]
    entries += [(row | {"value": ""}, None, row) for key, row in chosen.items() if key not in keys]
    after = [(row["field"], thing, _after(thing, decision) if decision else thing) for row, thing, decision in entries]
    many = {field: [(old, new) for name, old, new in after if name == field and new is not None] for field in FIELDS}
    single = {field: many[field][0][1] for field in SINGLE}
    signed, host = single["signed"].value, single["host"].value
    settled = chosen.get((reading.file, "host"), {}).get("decision") in ("change", "reject", "add")
    when = DateInterval.parse(signed) if signed else None
    parties = [
        replace(new, role="host" if host and new.municipality == host else "participant") if settled or old is None else new for old, new in many["party"]
    ]
    bases = [_standing(new, when) if signed != reading.signed.value or old is None or old.model != new.model else new for old, new in many["legal_basis"]]
    answered = {name for name, done in (("bare_host", bool(bases)), ("host_no_party", settled or host in {one.municipality for one in parties})) if done}
    made = replace(
        reading,
        **single,
        parties=tuple(parties),
        legal_basis=tuple(bases),
        clauses=tuple(new for _, new in many["clause"]),
        remarks=tuple(one for one in reading.remarks if one.item not in answered) if chosen else reading.remarks,
    )
    return check(made) if chosen and reading.checks else made, [_logged(row, decision) for row, _, decision in entries]


def _after(thing: Any, row: Row) -> Any:
    """Return what a decision makes of a thing, None being one that is added; None is also what goes away."""
    field, decision, new = row["field"], row["decision"], row["new_value"] or row["value"]
    if decision == "accept" or (decision == "change" and new == row["value"]):
        return replace(thing, confidence=1.0)
    if decision == "reject":
        return Found(confidence=1.0) if field in SINGLE else None
    evidence, page = row["evidence"], int(row["page"] or 0)
    if field in SINGLE:
        return Found(tuple(new.split(";")) if field == "hours" else new, evidence or None, page or None, 1.0)
    if field == "party":
        known = row["words"] and any(place.code == new for place in gazetteer.named(row["words"], None))
        name = row["words"] if known else _codes()[new]
        return Party(new, name, thing.role if thing else "participant", evidence, page, 1.0)
    if field == "legal_basis":
        return Basis(row["words"], new, "in_force", evidence, page, 1.0, certainty="no")
    return Clause(row["kind"], int(row["step"]), new or None, evidence, page, 1.0)


def _standing(basis: Basis, when: DateInterval | None) -> Basis:
    """Hold a legal basis against the law of a date: by the provision that it names, or else by its model."""
    words = re.sub(r"\s*\b(?:bokstav|bokst\.?|litra)\s*", " ", f"{basis.citation}; {basis.provision or ''}")
    cited = next((one for one in law.citations(words, when) if one.model == basis.model), None)
    if cited is None and not law.models()[basis.model].provisions:
        return replace(basis, status="in_force", certainty="no", provision=None, in_its_place=None, verified=False)
    one = cited or law.standing_of(basis.model, when)
    early = one.standing == "before_opening" and one.provision.from_verified is not None
    there = one.in_its_place.citation if one.in_its_place else None
    verified = bool(one.provision.from_verified) if early else one.provision.verified
    return replace(basis, status=one.standing, certainty=one.certainty, provision=one.provision.citation, in_its_place=there, verified=verified)


def _logged(row: Row, decision: Row | None) -> Row:
    own = {column: row[column] for column in ("file", "field", "kind", "step", "words")} | {"was": row["value"], "now": row["value"], "decision": "undecided"}
    if decision is None:
        return own | dict.fromkeys(("coder", "decided", "comment"), "")
    now = {"accept": row["value"], "reject": ""}.get(decision["decision"], decision["new_value"] or decision["value"])
    return own | {"now": now} | {column: decision[column] for column in ("decision", "coder", "decided", "comment")}
