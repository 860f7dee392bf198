"""What readings propose as rows that people decide on, and what is wrong in such a table."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from functools import cache
from typing import Any

import pandas as pd

from samvirke.agreements.reading import Found, Reading
from samvirke.edition import rules
from samvirke.errors import SamvirkeError, listed, shown
from samvirke.vocabulary import gazetteer, terms
from samvirke.vocabulary.dates import DateInterval
from samvirke.vocabulary.language import LANGUAGES, Text, filled

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
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
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

    def line(self) -> Text:
        """Say it on one line."""
        rows = {"nb": "rad", "nn": "rad", "en": "row"}
        place = {one: (f"{rows[one]} {self.row}, " if self.row else "") + (f"{self.column}: " if self.column else "") for one in LANGUAGES}
        return Text(**{one: f"{place[one]}{self.message[one]} {self.remedy[one]}" for one in LANGUAGES})


class ReviewError(SamvirkeError, ValueError):
    """A table of decisions cannot be used; `problems` holds everything that is wrong in it."""

    def __init__(self, where: Text, problems: Sequence[ReviewProblem]) -> None:
        self.problems = tuple(problems)
        heading = Text(nb=f"{where.nb} kan ikke brukes:", nn=f"{where.nn} kan ikkje brukast:", en=f"{where.en} cannot be used:")
        super().__init__(listed(heading, (one.line() for one in self.problems)))


def _problem(row: int | None, column: str, value: str, rule: str, other: str = "") -> ReviewProblem:
    message, remedy = _RULES[rule] if rule in _RULES else (rules()[rule].message, rules()[rule].remedy)
    said = [filled(text, table="", column=column, value=shown(value, 120), other=other) for text in (message, remedy)]
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
