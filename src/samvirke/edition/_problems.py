"""Problems found in an edition: every one, grouped when many, each with its place and its remedy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict

from samvirke.errors import SamvirkeError
from samvirke.vocabulary._terms import read_yaml
from samvirke.vocabulary.language import Language, Text

if TYPE_CHECKING:
    import pandas as pd

SHOWN_SINGLY = 10
"""A rule broken at most this often in one column is listed row by row; more often, as one group with examples."""


class Rule(BaseModel):
    """What a rule says when it is broken, and what to do."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    severity: Literal["error", "warning"]
    message: Text
    remedy: Text


@cache
def rules() -> Mapping[str, Rule]:
    """Return every rule of checking by id.

    Examples
    --------
    >>> rules()["one_member"].severity
    'warning'
    """
    records = read_yaml("problems.yaml", package="samvirke.edition")
    return MappingProxyType({name: Rule.model_validate(record) for name, record in records.items()})


@dataclass(frozen=True)
class Occurrence:
    """One place where a rule is broken: the row as a spreadsheet numbers it (the header is row 1), and the value."""

    row: int | None
    value: str
    other: str = ""


@dataclass(frozen=True)
class Problem:
    """One rule broken in one column of one table, `count` times, with the first occurrences."""

    rule: str
    table: str
    column: str
    count: int
    occurrences: tuple[Occurrence, ...]

    @property
    def severity(self) -> Literal["error", "warning"]:
        """Whether the edition can be used all the same."""
        return rules()[self.rule].severity

    def message(self, occurrence: Occurrence, language: Language) -> str:
        """Say what is wrong."""
        return self._fill(rules()[self.rule].message, occurrence, language)

    def remedy(self, occurrence: Occurrence, language: Language) -> str:
        """Say what to do."""
        return self._fill(rules()[self.rule].remedy, occurrence, language)

    def _fill(self, template: Text, occurrence: Occurrence, language: Language) -> str:
        return template[language].format(table=self.table, column=self.column, value=_visible(occurrence.value), other=_visible(occurrence.other))


def _visible(value: str, most: int = 120) -> str:
    """Show a value on one line, without control characters and not endlessly."""
    shown = "".join(character if character.isprintable() else "·" for character in value)
    return shown if len(shown) <= most else shown[: most - 1] + "…"


def problem(rule: str, table: str, occurrences: Iterable[Occurrence], column: str = "", count: int | None = None) -> Problem:
    """Gather the occurrences of one rule in one place; `count` where only the first ones are given."""
    found = tuple(occurrences)
    return Problem(rule, table, column, len(found) if count is None else count, found[:SHOWN_SINGLY])


@dataclass(frozen=True)
class Report:
    """Everything that checking found.

    Parameters
    ----------
    folder : str
        What was checked.
    problems : tuple of Problem
        Errors and warnings, in the order of the tables.
    rows : Mapping[str, int]
        Number of rows read, by table.
    """

    folder: str
    problems: tuple[Problem, ...]
    rows: Mapping[str, int]

    @property
    def errors(self) -> int:
        """How many times a rule was broken that makes the edition unusable."""
        return sum(problem.count for problem in self.problems if problem.severity == "error")

    @property
    def warnings(self) -> int:
        """How many things are worth a look."""
        return sum(problem.count for problem in self.problems if problem.severity == "warning")

    def to_frame(self, language: Language = "nb") -> pd.DataFrame:
        """Return one row for each problem, or for each group of more than ten alike.

        Returns
        -------
        pandas.DataFrame
            Columns severity, rule, table, row (as a spreadsheet numbers it), column, value, count, message, remedy.
        """
        import pandas as pd

        records: list[dict[str, Any]] = []
        for found in sorted(self.problems, key=lambda problem: problem.severity == "warning"):
            grouped = found.count > len(found.occurrences)
            for occurrence in found.occurrences[:1] if grouped else found.occurrences:
                shown = found.occurrences if grouped else (occurrence,)
                records.append(
                    {
                        "severity": found.severity,
                        "rule": found.rule,
                        "table": found.table,
                        "row": ", ".join(str(one.row) for one in shown if one.row is not None) + (", …" if grouped else ""),
                        "column": found.column,
                        "value": ", ".join(_visible(one.value, 40) for one in shown) + (", …" if grouped else ""),
                        "count": found.count if grouped else 1,
                        "message": found.message(occurrence, language),
                        "remedy": found.remedy(occurrence, language),
                    }
                )
        columns = ["severity", "rule", "table", "row", "column", "value", "count", "message", "remedy"]
        return pd.DataFrame(records, columns=columns)


class EditionError(SamvirkeError, ValueError):
    """An edition cannot be used; `report` holds every problem."""

    def __init__(self, report: Report) -> None:
        self.report = report
        first = next(problem for problem in report.problems if problem.severity == "error")
        where = " ".join(part for part in (first.table, first.column) if part)
        super().__init__(
            Text(
                nb=f"Utgaven {report.folder} har {report.errors} feil, den første i {where}: {first.message(first.occurrences[0], 'nb')}",
                nn=f"Utgåva {report.folder} har {report.errors} feil, den fyrste i {where}: {first.message(first.occurrences[0], 'nn')}",
                en=f"The edition {report.folder} has {report.errors} errors, the first in {where}: {first.message(first.occurrences[0], 'en')}",
            )
        )
