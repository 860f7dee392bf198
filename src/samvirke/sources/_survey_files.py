"""Read a file of answers: text cells by row, with the value labels and question texts that statistics programs keep."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from samvirke.errors import MissingExtraError
from samvirke.sources._reading import Records, _text, read_records
from samvirke.sources._recipe import RecipeError, SourceFile
from samvirke.sources.problems import Problems

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".sav", ".zsav", ".dta")
_STATISTICS = (".sav", ".zsav", ".dta")


@dataclass(frozen=True)
class Cells:
    """A file of answers.

    Parameters
    ----------
    records : Records
        The rows, each with its number: as a spreadsheet numbers it, or the case's number of a statistics program.
    labels : Mapping[str, Mapping[str, str]]
        By column, what each code is called.
    texts : Mapping[str, str]
        By column, the question.
    """

    records: Records
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


def read_cells(path: Path, separator: str, encoding: str, sheet: str | int, problems: Problems) -> Cells | None:
    """Read a file of answers; None, with the reason among the problems, when it cannot be read.

    Raises
    ------
    MissingExtraError
        When the library that reads it is not installed.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        problems.add("unknown_ending", path.name, ending, allowed=", ".join(ENDINGS))
        return None
    if not path.is_file():
        problems.add("unreadable", path.name, "no such file")
        return None
    if ending in _STATISTICS:
        return _statistics(path, ending, problems)
    try:
        file = SourceFile(path=path.name, where="", separator=separator, encoding=encoding, sheet=sheet)
        cells = Cells(read_records(path.name, path.name, file, path))
    except RecipeError as error:
        problems.add("unreadable", path.name, error.faults[0].en.removeprefix(f"{path.name}: {path.name} cannot be read: "))
        return None
    except ValueError as error:  # a separator or an encoding that is none
        problems.add("unreadable", path.name, " ".join(str(error).split()))
        return None
    for row, cells_of_row in cells.records.uneven:
        problems.add("wrong_cell_count", path.name, str(len(cells_of_row)), row, len(cells.records.columns))
    if not cells.records.count:
        problems.add("no_rows", path.name)
    return cells


def _statistics(path: Path, ending: str, problems: Problems) -> Cells | None:
    """Read SPSS or Stata; values that the file declares missing are kept, since don't know is often one of them."""
    try:
        import pyreadstat
    except ImportError:
        raise MissingExtraError("pyreadstat", "sources") from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame, about = (pyreadstat.read_dta if ending == ".dta" else pyreadstat.read_sav)(str(path), user_missing=True, dates_as_pandas_datetime=False)
    except Exception as error:  # noqa: BLE001 - the reader fails in its own ways on a broken file
        problems.add("unreadable", path.name, " ".join(str(error).split()) or type(error).__name__)
        return None
    if frame.empty:
        problems.add("no_rows", path.name)
    columns = tuple(str(column) for column in frame.columns)
    rows = tuple(
        (number, {column: _cell(value) for column, value in zip(columns, values, strict=True)}) for number, values in enumerate(frame.to_numpy(dtype=object), 1)
    )
    labels = {str(column): {_cell(code): str(label).strip() for code, label in own.items()} for column, own in about.variable_value_labels.items()}
    texts = {str(column): " ".join(str(text).split()) for column, text in about.column_names_to_labels.items() if text}
    return Cells(Records(columns, rows), labels, texts)


def _cell(value: Any) -> str:
    return str(_text(value))
