"""Coding by people stays in charge: what readings propose as a table to decide on, the decisions put back, and the result in an edition."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from samvirke.agreements.checking import check
from samvirke.agreements.reading import Basis, Clause, Found, Party, Reading
from samvirke.edition import Account, Edition, open_edition, rules, tables, to_csv, write_file, write_with_account
from samvirke.errors import MissingExtraError, OptionError, SamvirkeError
from samvirke.vocabulary import gazetteer, law, terms
from samvirke.vocabulary.dates import DateInterval
from samvirke.vocabulary.language import LANGUAGES, Language, Text, same

Row = dict[str, str]
SINGLE = ("service", "hours", "signed", "host")
FIELDS = ("party", *SINGLE, "legal_basis", "clause")
DECISIONS = ("accept", "change", "reject", "add")
PROPOSED = ("file", "field", "kind", "step", "value", "words", "evidence", "page", "confidence")
DECIDED = ("decision", "new_value", "coder", "decided", "comment")
COLUMNS = (*PROPOSED, *DECIDED)
LOGGED = ("file", "field", "kind", "step", "words", "was", "now", *(column for column in DECIDED if column != "new_value"))

_DTYPES = {"step": "Int64", "page": "Int64", "confidence": "float64"}
_LISTS = {"service": "services", "hours": "hours", "legal_basis": "models", "dispute clause": "dispute_steps"}
_YES_NO = (r"yes|no", "yes, no")
_FORMS = {
    "withdrawal clause": (r"\d+(\.\d+)?", "6, 12"),
    "representatives clause": (r"\d+", "1, 2"),
    "legal_person clause": _YES_NO,
    "borrowing clause": _YES_NO,
    "duration clause": (r"indefinite|\d{4}(-\d\d){0,2}|\d+ years", "indefinite, 2020-12-31, 4 years"),
    "cost_key clause": (r"(equal|per_inhabitant|by_use|by_own_cost|minimum)(:\d+(\.\d+)?)?", "equal, per_inhabitant:80, by_use, by_own_cost, minimum"),
}
"""How a clause's value is written, by kind, with examples; kinds that are not here take any words."""
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_CELL_MOST = 32_767
_DECISIONS = Text(nb="Avgjørelsene", nn="Avgjerdene", en="The decisions")
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a"})
_HOSTED = ("host_administrative", "host_joint_board")
_SOURCE = "Agreements read by a program and decided on by people"
_COVERS = "the agreements whose files are named in the table agreement (document)"
_LACKS = "what nobody has decided on is the program's proposal"
# fmt: off
_RULES: Mapping[str, tuple[Text, Text]] = {
    "no_coder": (Text(nb="Ingen har skrevet under på avgjørelsen.", nn="Ingen har skrive under på avgjerda.", en="Nobody has put their name to the decision."),
        Text(nb="Skriv hvem som avgjorde, i coder.", nn="Skriv kven som avgjorde, i coder.", en="Write who decided, in coder.")),
    "no_decision": (Text(nb="«{value}» er ført opp uten avgjørelse.", nn="«{value}» er ført opp utan avgjerd.", en="\"{value}\" is written without a decision."),
        Text(nb="Skriv change eller add i decision, eller tøm new_value.", nn="Skriv change eller add i decision, eller tøm new_value.", en="Write change or add in decision, or empty new_value.")),
    "unused_value": (Text(nb="{other} tar ingen ny verdi.", nn="{other} tek ingen ny verdi.", en="{other} takes no new value."),
        Text(nb="Skriv change, eller tøm new_value.", nn="Skriv change, eller tøm new_value.", en="Write change, or empty new_value.")),
    "nothing_to_reject": (Text(nb="Programmet fant ingenting her, så det er ingenting å avvise.", nn="Programmet fann ingenting her, så det er ingenting å avvise.", en="The program found nothing here, so there is nothing to reject."),
        Text(nb="Skriv accept om avtalen ikke sier det, eller change og verdien.", nn="Skriv accept om avtalen ikkje seier det, eller change og verdien.", en="Write accept if the agreement does not say it, or change and the value.")),
    "not_read": (Text(nb="Filen er ikke blant avtalene som er lest.", nn="Fila er ikkje blant avtalane som er lesne.", en="The file is not among the agreements that were read."),
        Text(nb="Les den også, eller fjern raden. Lest: {other}.", nn="Les ho òg, eller fjern rada. Lesne: {other}.", en="Read it too, or remove the row. Read: {other}.")),
    "read_twice": (Text(nb="To av avtalene som er lest, har samme filnavn.", nn="To av avtalane som er lesne, har same filnamn.", en="Two of the agreements that were read have the same file name."),
        Text(nb="Gi den ene et annet navn.", nn="Gje den eine eit anna namn.", en="Rename one of them.")),
    "not_proposed": (Text(nb="Lesningen foreslår ikke dette.", nn="Lesinga føreslår ikkje dette.", en="The reading does not propose this."),
        Text(nb="Skriv add om det skal legges til, eller ta ut forslagene på nytt.", nn="Skriv add om det skal leggjast til, eller ta ut framlegga på nytt.", en="Write add if it is to be added, or take the proposals out anew.")),
    "proposed_otherwise": (Text(nb="Avgjørelsen gjelder «{value}», men lesningen foreslår «{other}».", nn="Avgjerda gjeld «{value}», men lesinga føreslår «{other}».", en="The decision is on \"{value}\", but the reading proposes \"{other}\"."),
        Text(nb="Skriv det lesningen foreslår, i value, og avgjør på nytt.", nn="Skriv det lesinga føreslår, i value, og avgjer på nytt.", en="Write what the reading proposes in value, and decide anew.")),
    "proposed_already": (Text(nb="Lesningen foreslår allerede «{other}» her.", nn="Lesinga føreslår alt «{other}» her.", en="The reading proposes \"{other}\" here already."),
        Text(nb="Skriv accept eller change, eller gi et annet trinn.", nn="Skriv accept eller change, eller gje eit anna steg.", en="Write accept or change, or give another step.")),
}
# fmt: on


@dataclass(frozen=True)
class ReviewProblem:
    """One thing that is wrong in a table of decisions: the row as a spreadsheet numbers it (None: the whole file), where, and what to do."""

    row: int | None
    column: str
    value: str
    message: Text
    remedy: Text


class ReviewError(SamvirkeError, ValueError):
    """A table of decisions cannot be used; `problems` holds everything that is wrong in it."""

    def __init__(self, where: Text, problems: Sequence[ReviewProblem]) -> None:
        self.problems = tuple(problems)
        word = {"nb": ("kan ikke brukes", "rad"), "nn": ("kan ikkje brukast", "rad"), "en": ("cannot be used", "row")}
        lines = {
            language: "".join(
                f"\n- {f'{word[language][1]} {one.row}, ' if one.row else ''}{f'{one.column}: ' if one.column else ''}{one.message[language]} {one.remedy[language]}"
                for one in self.problems
            )
            for language in LANGUAGES
        }
        super().__init__(Text(**{language: f"{where[language]} {word[language][0]}:{lines[language]}" for language in LANGUAGES}))


def _problem(row: int | None, column: str, value: str, rule: str, other: str = "") -> ReviewProblem:
    message, remedy = _RULES[rule] if rule in _RULES else (rules()[rule].message, rules()[rule].remedy)
    shown = value if len(value) <= 120 else f"{value[:119]}…"
    said = [
        Text(**{language: text[language].format(table="", column=column, value=shown, other=other) for language in LANGUAGES}) for text in (message, remedy)
    ]
    return ReviewProblem(row, column, value, *said)


def _cell(value: Any) -> str:
    """Write a cell as text: days as YYYY-MM-DD, whole numbers without decimals, nothing for what is missing, no signs that no file may hold."""
    if value is None or value is pd.NA or value != value:
        return ""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return str(value)
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return _UNWRITABLE.sub(" ", text).strip()


def _line(text: str) -> str:
    return " ".join(_cell(text).split())


def _day(text: str) -> str:
    """Write a day as YYYY-MM-DD where a Norwegian spreadsheet has made it DD.MM.YYYY."""
    match = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text)
    return f"{match[3]}-{match[2]:0>2}-{match[1]:0>2}" if match else text


def _tidy(row: Row) -> Row:
    """Undo what spreadsheets and hands do to cells: case, spaces, zeros in front that are lost, days and decimals in another form."""
    row |= {column: row[column].casefold() for column in ("field", "kind", "decision")} | {"decided": _day(row["decided"])}
    row |= {column: _line(row[column]) for column in ("value", "new_value", "words")} | {"confidence": row["confidence"].replace(",", ".")}
    for column in ("value", "new_value"):
        if row["field"] in ("party", "host") and re.fullmatch(r"\d{3}", row[column]):
            row[column] = f"0{row[column]}"
        elif row["field"] == "hours":
            row[column] = ";".join(re.findall(r"[^;,\s]+", row[column]))
        elif row["field"] == "signed" or row["kind"] in ("transfer", "duration"):
            row[column] = _day(row[column])
    if row["field"] == "clause" and row["decision"] == "add":
        row["step"] = row["step"] or "1"
    return row


def identity(row: Row) -> tuple[str, ...]:
    """Return what makes a row another one than all others: file, field, and what of that kind it is."""
    field, value = row["field"], row["new_value"] or row["value"] if row["decision"] == "add" else row["value"]
    own = {"clause": (row["kind"], row["step"]), "party": (value or row["words"].casefold(),), "legal_basis": (value, row["words"])}
    return (row["file"], field, *own.get(field, ()))


def _typed(rows: Sequence[Row], columns: Sequence[str] = COLUMNS, index: list[int] | None = None) -> pd.DataFrame:
    frame = pd.DataFrame([[row[column] or None for column in columns] for row in rows], index=index, columns=list(columns), dtype="object")
    return frame.astype({column: _DTYPES.get(column, "str") for column in columns})


def checked(frame: pd.DataFrame, where: Text, problems: Sequence[ReviewProblem] = ()) -> list[tuple[int, Row]]:
    """Return the rows of a table of decisions as text, each with its number in a sheet.

    Raises
    ------
    ReviewError
        With everything that is wrong in them, and the `problems` found before.
    """
    missing = [name for name in COLUMNS if name not in frame]
    found = [*problems, *(_problem(1, name, "", "missing_column", ", ".join(map(str, frame.columns))) for name in missing)]
    cells = {name: [_cell(value) for value in frame[name]] if name in frame else [""] * len(frame) for name in COLUMNS}
    rows = [(int(place) + 2, _tidy(dict(zip(COLUMNS, line, strict=True)))) for place, *line in zip(frame.index, *cells.values(), strict=True)]
    seen: set[tuple[str, ...]] = set()
    for number, row in rows:
        found += [_problem(number, column, row[column], rule, other) for column, rule, other in _broken(row) if column not in missing]
        key = identity(row)
        if key in seen and not missing:
            found.append(_problem(number, "field", " ".join(key), "repeated_key", "file, field, kind, step, value, words"))
        seen.add(key)
    if found:
        raise ReviewError(where, sorted(found, key=lambda one: one.row or 0))
    return rows


def _broken(row: Row) -> Iterator[tuple[str, str, str]]:
    """Say what is wrong in a row: the column, the rule and what it was held against."""
    field, kind, decision, new = row["field"], row["kind"], row["decision"], row["new_value"]
    added = decision == "add"
    if not row["file"]:
        yield "file", "empty_cell", ""
    for column, value, known in (("field", field, FIELDS), ("decision", decision, ("", *DECISIONS))):
        if value not in known:
            yield column, "not_in_list", ", ".join(filter(None, known))
    if decision and not row["coder"]:
        yield "coder", "no_coder", ""
    if new and (not decision or decision in ("accept", "reject")):
        yield "new_value", "unused_value" if decision else "no_decision", decision
    if decision == "reject" and field in SINGLE and not row["value"]:
        yield "decision", "nothing_to_reject", ""
    if field == "clause" and kind not in terms("clause_kinds"):
        yield "kind", "not_in_list", _close(kind, terms("clause_kinds"))
    for column, needed in (("step", field == "clause"), ("page", False)):
        if not re.fullmatch(r"[1-9]\d*" if needed else r"\d*", row[column]):
            yield column, "not_an_integer", ""
    if not re.fullmatch(r"(0?\.\d+|[01](\.0*)?|\d(\.\d+)?[eE]-\d+)?", row["confidence"]):
        yield "confidence", "out_of_range", "0–1"
    if row["decided"] and not _is_date(row["decided"]):
        yield "decided", "not_a_date", ""
    if not new and (decision == "change" or (added and not row["value"] and (field != "clause" or kind in ("dispute", "cost_key")))):
        yield "new_value", "empty_cell", ""
    if added and field == "legal_basis" and not row["words"]:
        yield "words", "empty_cell", ""
    for column, value, entered in (("value", row["value"], added), ("new_value", new, True)):
        if value and (fault := _fault(f"{kind} clause" if field == "clause" else field, value, entered=entered)):
            yield column, *fault


def _fault(what: str, value: str, *, entered: bool) -> tuple[str, str] | None:
    """Return the rule that a value breaks, with what is allowed; how a clause's value is written is asked only of what a person entered."""
    if what in ("party", "host") and value not in _codes():
        return "not_in_list", ", ".join(place.code for place in gazetteer.named(value, None)) or _close(value, _codes())
    if what in _LISTS:
        parts, known = value.split(";") if what == "hours" else [value], terms(_LISTS[what])
        if not set(parts) <= set(known) or len(set(parts)) < len(parts) or ("all" in parts and len(parts) > 1):
            return "not_in_list", _close(value, known)
    if what == "signed" or (what == "transfer clause" and entered):
        return None if _is_date(value) else ("not_a_date", "")
    if entered and what in _FORMS and not re.fullmatch(_FORMS[what][0], value):
        return "not_in_list", _FORMS[what][1]
    return None


@cache
def _codes() -> Mapping[str, str]:
    """Return every code that a municipality has had since 1998, with its latest name."""
    return {place.code: place.name for place in gazetteer.places()}


def _close(value: str, known: Collection[str]) -> str:
    return ", ".join(get_close_matches(value, list(known), n=3) or list(known)[:40])


def _is_date(text: str) -> bool:
    try:
        DateInterval.parse(text)
    except ValueError:
        return False
    return True


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


def proposals(readings: Sequence[Reading]) -> pd.DataFrame:
    """Lay out what readings propose, and what they found that an agreement does not say, as rows for people to decide on.

    Parameters
    ----------
    readings : sequence of Reading
        The agreements that were read.

    Returns
    -------
    pandas.DataFrame
        Columns file, field (party, service, hours, signed, host, legal_basis, clause), kind and step (of clauses), value (for a party the
        code, for a legal basis the model; empty where the agreement does not say), words (for a party the name, for a legal basis the
        citation), evidence, page, confidence; and to be filled in: decision (accept, change, reject, add), new_value, coder, decided
        (date), comment. What is proposed twice in the same words is one row.
    """
    rows: dict[tuple[str, ...], Row] = {}
    for reading in readings:
        for row, _ in _things(reading):
            rows.setdefault(identity(row), row)
    return _typed(list(rows.values()))


def _things(reading: Reading) -> list[tuple[Row, Any]]:
    """Return each thing of a reading as a row, and itself."""
    laid: list[tuple[Any, ...]] = [("party", "", "", one.municipality, one.name, one.evidence, one) for one in reading.parties]
    for field in SINGLE:
        found: Found = getattr(reading, field)
        laid.append((field, "", "", _joined(found), "", found.evidence, found))
    laid += [("legal_basis", "", "", one.model, one.citation, one.evidence, one) for one in reading.legal_basis]
    laid += [("clause", one.kind, one.step, one.value, "", one.text, one) for one in reading.clauses]
    empty = dict.fromkeys(DECIDED, "")
    return [(_tidy(dict(zip(PROPOSED, map(_cell, (reading.file, *row, one.page, one.confidence)), strict=True)) | empty), one) for *row, one in laid]


def _joined(found: Found) -> str:
    return ";".join(found.value) if isinstance(found.value, tuple) else found.value or ""


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
