"""From respondents' answers, or counts of them, to the table `survey` of an edition: each answer taken, or left out with the reason."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pandas as pd

from samvirke.edition import Account, Edition
from samvirke.sources._adding import must_be_free, write_added
from samvirke.sources._survey_files import Cells, read_cells
from samvirke.sources._survey_labels import Codes, codes_of
from samvirke.sources._survey_mapping import COUNT_FIELDS, NOT_ASKED, Item, SurveyMapping, read_mapping
from samvirke.sources.problems import Problems
from samvirke.vocabulary.answers import ANSWERS
from samvirke.vocabulary.language import LANGUAGES, Language

COLUMNS = ("item", "respondent", "municipality", "answer", "weight", "count", "source")


@dataclass(frozen=True)
class SurveyRows:
    """Rows for the table `survey`, and what became of every answer of the file.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns of the table `survey`; item_text_nb, item_text_nn, item_text_en where the items' words are known.
    account : Account
        Answers read, kept and left out, each with the reason.
    source : Mapping[str, str]
        The row of `source` that the rows come from; empty when the mapping names none.
    respondents : int
        How many respondents have an answer among the rows; 0 where the file holds counts.
    """

    table: pd.DataFrame
    account: Account
    source: Mapping[str, str]
    respondents: int


@dataclass(frozen=True)
class ImportedSurvey:
    """An edition with a survey, and what became of every answer.

    Parameters
    ----------
    folder, rejects, notes : pathlib.Path
        The edition, and beside it what was left out and what was noted.
    rows : SurveyRows
        What was added.
    """

    folder: Path
    rejects: Path
    notes: Path
    rows: SurveyRows


def import_survey(file: str | Path, mapping: str | Path, into: Edition, out: Path, *, language: Language = "nb") -> ImportedSurvey:
    """Write a copy of an edition with the answers of a file in it.

    Parameters
    ----------
    file : str or pathlib.Path
        CSV, Excel, SPSS (.sav) or Stata (.dta).
    mapping : str or pathlib.Path
        A YAML file: which column is which item, which code which answer.
    into : Edition
        The edition that the respondents' municipalities are in.
    out : pathlib.Path
        Folder of the new edition; ``OUT-rejects.csv`` and ``OUT-notes.csv`` are written beside it.
    language : {"nb", "nn", "en"}
        Language of the reasons.

    Raises
    ------
    SurveyInputError
        With every problem of the mapping and of the answers; nothing has been written then.
    TargetExistsError
        When the folder holds anything.
    """
    must_be_free(out)
    rows = read_survey(file, mapping, into)
    rejects, notes = write_added(into, "survey", rows.table, rows.source, out, rows.account, language)
    return ImportedSurvey(out, rejects, notes, rows)


def read_survey(file: str | Path, mapping: str | Path, edition: Edition) -> SurveyRows:
    """Read the answers of a file as rows of the table `survey`.

    Parameters
    ----------
    file, mapping : str or pathlib.Path
        As for `import_survey`.
    edition : Edition
        Where the municipalities are, and answers from before.

    Raises
    ------
    SurveyInputError
        With every problem, each with its place and what to do.
    """
    path, problems = Path(file), Problems()
    read = read_mapping(Path(mapping), problems)
    cells = read_cells(path, read.separator if read else ",", read.encoding if read else "utf-8", read.sheet if read else 0, problems)
    if read is None or cells is None:
        problems.stop(path.name)
        raise AssertionError("what cannot be read has a reason")
    present = cells.records.columns
    for at, column in read.columns:
        if column not in present:
            problems.add("no_column", at, column, allowed=", ".join(get_close_matches(column, present, n=3, cutoff=0.4) or present[:12]))
    for item in read.items:
        if "survey" in edition and item.name in set(edition["survey"]["item"]):
            problems.add("item_in_edition", f"items.{item.name}", item.name)
    builder = _Builder(path.name, read, cells, edition, problems)
    rows = builder.counted() if read.counts else builder.answered()
    problems.stop(path.name)
    table = pd.DataFrame(rows, columns=[*COLUMNS, *builder.wording])
    table["count"] = pd.array([None if value is None else int(value) for value in table["count"]], dtype="Int64")
    table["weight"] = table["weight"].astype("float64")
    builder.account.close("survey", path.name, cells.records.count, builder.read, len(table))
    return SurveyRows(table, builder.account, read.source, int(table["respondent"].nunique()))


class _Builder:
    """Builds the rows, and keeps every problem and what is left out."""

    def __init__(self, name: str, mapping: SurveyMapping, cells: Cells, edition: Edition, problems: Problems) -> None:
        self.name, self.mapping, self.cells, self.problems = name, mapping, cells, problems
        self.account, self.read = Account(), 0
        self.towns = _Towns(edition)
        texts = {item.name: item.text.to_dict() if item.text else dict.fromkeys(LANGUAGES, cells.texts.get(item.column, "")) for item in mapping.items}
        self.texts = {name: {f"item_text_{language}": text[language] for language in LANGUAGES} for name, text in texts.items()}
        self.wording = [f"item_text_{language}" for language in LANGUAGES] if any(text["nb"] for text in texts.values()) else []

    def chosen(self, records: int) -> Iterable[tuple[int, dict[str, Any]]]:
        """Walk the rows that the mapping selects; the others are left out, with as many answers as they hold."""
        for row, cells in self.cells.records.rows:
            self.read += records
            outside = [column for column, allowed in self.mapping.select.items() if column in cells and cells[column] not in allowed]
            if not outside:
                yield row, cells
            for column in outside[:1]:
                for _ in range(records):
                    self.account.say("not_selected", "survey", self.name, row, column, f"{column} = {cells[column]}", record={column: cells[column]})

    def row(self, item: str, answer: str, **more: Any) -> dict[str, Any]:
        own = self.texts[item] if self.wording else {}
        return {"item": item, "answer": answer, "source": self.mapping.source.get("id"), **more, **own}

    def answered(self) -> list[dict[str, Any]]:
        """Return a row for each respondent and item."""
        mapping, present = self.mapping, set(self.cells.records.columns)
        items = [item for item in mapping.items if item.column in present]
        codes = codes_of(mapping, items, self.cells, self.problems)
        rows: list[dict[str, Any]] = []
        seen: dict[str, list[int]] = {}
        weights: list[float | None] = []
        for number, cells in self.chosen(len(items)):
            respondent = self.respondent(cells, number, seen)
            municipality = self.towns.find(cells, number, mapping, self.problems)
            weight = self.weight(cells, number)
            weights.append(weight)
            for item in items:
                answer = self.answer(item, codes[item.name], cells[item.column], number)
                if answer == NOT_ASKED:
                    shown = f"{item.name}: {item.column} = {cells[item.column]}"
                    self.account.say("not_selected", "survey", self.name, number, item.column, shown, record={"respondent": respondent})
                else:
                    rows.append(self.row(item.name, answer, respondent=respondent, municipality=municipality, weight=weight, count=None))
        for one, numbers in seen.items():
            if one and len(numbers) > 1:
                for number in numbers:
                    self.problems.add("respondent_twice", str(mapping.respondent), one, number)
        if mapping.weight in present and weights and not any(weights) and not self.problems:
            self.problems.add("weights_zero", str(mapping.weight))
        return rows

    def answer(self, item: Item, codes: Codes, cell: str, number: int) -> str:
        """Say which answer a cell is; an empty one is no answer where the mapping does not say otherwise."""
        found = codes.answer(cell)
        if found is None:
            self.problems.add("unknown_answer", item.column, cell, number, ", ".join((*ANSWERS, NOT_ASKED)))
            return "no_answer"
        return found

    def respondent(self, cells: Mapping[str, str], number: int, seen: dict[str, list[int]]) -> str:
        column = self.mapping.respondent
        if column is None or column not in cells:
            return str(number)
        if not cells[column]:
            self.problems.add("respondent_empty", column, "", number)
        seen.setdefault(cells[column], []).append(number)
        return cells[column]

    def weight(self, cells: Mapping[str, str], number: int) -> float | None:
        column = self.mapping.weight
        if column is None or column not in cells:
            return None
        written = cells[column]
        if not written:
            self.problems.add("weight_missing", column, "", number)
            return None
        try:
            value = float(written.replace(",", "."))
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            self.problems.add("weight_no_number", column, written, number)
        elif value < 0:
            self.problems.add("weight_negative", column, written, number)
        return value

    def counted(self) -> list[dict[str, Any]]:
        """Return a row for each item and answer of a file of counts."""
        columns = [self.mapping.counts.get(one, "") for one in COUNT_FIELDS]
        if not set(columns) <= set(self.cells.records.columns):
            return []
        items = {item.column: item for item in self.mapping.items}
        codes = codes_of(self.mapping, self.mapping.items, self.cells, self.problems, column=columns[1])
        rows: list[dict[str, Any]] = []
        seen: dict[tuple[str, str], list[int]] = {}
        for number, cells in self.chosen(1):
            name, code, written = (cells[column] for column in columns)
            item = items.get(name)
            if item is None:
                self.problems.add("unknown_item", columns[0], name, number)
                continue
            answer = codes[item.name].answer(code)
            if answer is None:
                self.problems.add("unknown_answer", columns[1], code, number, ", ".join(ANSWERS))
                continue
            if not written.isdecimal() or len(written) > 9:
                self.problems.add("bad_count", columns[2], written, number)
                continue
            if answer == NOT_ASKED:
                self.account.say("not_selected", "survey", self.name, number, columns[1], f"{item.name}: {code}", record={"count": written})
                continue
            seen.setdefault((item.name, answer), []).append(number)
            rows.append(self.row(item.name, answer, respondent=None, municipality=None, weight=None, count=int(written)))
        for (name, answer), numbers in seen.items():
            for number in numbers if len(numbers) > 1 else ():
                self.problems.add("count_twice", columns[2], f"{name}: {answer}", number)
        return rows


class _Towns:
    """The municipalities of an edition, by code and by name."""

    def __init__(self, edition: Edition) -> None:
        self.codes = set(edition["municipality"]["code"])
        self.length = max((len(code) for code in self.codes), default=0)
        self.names: dict[str, list[str]] = {}
        for code, name in edition.names().items():
            self.names.setdefault(name.casefold(), []).append(code)

    def find(self, cells: Mapping[str, str], number: int, mapping: SurveyMapping, problems: Problems) -> str | None:
        """Return the code of a respondent's municipality, given by code or name; None where it is not given."""
        column = mapping.municipality
        if column is None or not cells.get(column):
            return None
        written = mapping.municipalities.get(cells[column], cells[column])
        if written in self.codes:
            return written
        if written.isdecimal() and written.zfill(self.length) in self.codes:
            return written.zfill(self.length)
        found = self.names.get(written.casefold(), [])
        if len(found) > 1:
            problems.add("same_name", column, written, number, ", ".join(sorted(found)))
        elif not found:
            close = get_close_matches(written.casefold(), self.names, n=3, cutoff=0.5)
            problems.add("unknown_municipality", column, written, number, f" ({', '.join(one.title() for one in close)})" if close else "")
        return found[0] if len(found) == 1 else None
