"""Everything wrong with the answers to a survey, at once: where, what stands there, and what to do."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from samvirke.errors import SamvirkeError
from samvirke.vocabulary._terms import read_yaml
from samvirke.vocabulary.language import LANGUAGES, Language, Text

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class SurveyProblem:
    """One thing wrong: in which column or field, in which rows as their file numbers them, what stands there and what to do."""

    kind: str
    field: str
    value: str
    rows: tuple[int, ...]
    message: Text
    remedy: Text

    def line(self, language: Language) -> str:
        """Say it on one line."""
        rows = f"{_words('rows')[language]} {ranges(self.rows)}" if self.rows else ""
        place = ", ".join(part for part in (self.field, rows) if part)
        return f"{place}: {self.message[language]}. {self.remedy[language]}."


class SurveyInputError(SamvirkeError, ValueError):
    """Answers that cannot be used; `problems` holds every reason."""

    def __init__(self, name: str, problems: Iterable[SurveyProblem]) -> None:
        self.problems = tuple(problems)
        lines = {one: "".join(f"\n- {problem.line(one)}" for problem in self.problems) for one in LANGUAGES}
        super().__init__(Text(**{one: _words("heading")[one].format(name=name) + lines[one] for one in LANGUAGES}))

    def to_frame(self, language: Language = "nb") -> pd.DataFrame:
        """Return one row for each problem.

        Returns
        -------
        pandas.DataFrame
            Columns rule, column, row, value, message, remedy.
        """
        import pandas as pd

        rows = [(one.kind, one.field, ranges(one.rows), one.value, one.message[language], one.remedy[language]) for one in self.problems]
        return pd.DataFrame(rows, columns=["rule", "column", "row", "value", "message", "remedy"])


class Problems:
    """Gathers problems; the same thing in several rows is one problem with all of its rows."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str, str], list[int]] = {}

    def add(self, kind: str, field: str, value: object = "", row: int | None = None, allowed: object = "") -> None:
        """Add a problem, or another row of one."""
        shown = value if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else reprlib.repr(value)
        shown = "".join(sign if sign.isprintable() else "·" for sign in shown[:200])
        rows = self._found.setdefault((kind, field, shown, str(allowed)), [])
        if row is not None:
            rows.append(row)

    def __bool__(self) -> bool:
        """Say whether anything is wrong."""
        return bool(self._found)

    def take(self, others: Problems) -> None:
        """Add all of others' problems."""
        for key, rows in others._found.items():
            self._found.setdefault(key, []).extend(rows)

    def stop(self, name: str) -> None:
        """Raise when anything is wrong.

        Raises
        ------
        SurveyInputError
            With every problem.
        """
        if self._found:
            raise SurveyInputError(name, [_worded(*key, tuple(sorted(set(rows)))) for key, rows in self._found.items()])


def _worded(kind: str, field: str, value: str, allowed: str, rows: tuple[int, ...]) -> SurveyProblem:
    filled = {"value": value, "allowed": allowed, "field": field}
    message, remedy = (Text(**{one: _words(part)[kind][one].format(**filled) for one in LANGUAGES}) for part in ("messages", "remedies"))
    return SurveyProblem(kind, field, value, rows, message, remedy)


@cache
def _words(section: str) -> Any:
    return read_yaml("survey.yaml", package="samvirke.sources")[section]


def ranges(numbers: Iterable[int]) -> str:
    """Write row numbers shortly: those that follow each other as from and to.

    Examples
    --------
    >>> ranges([2, 3, 4, 7, 9, 10])
    '2–4, 7, 9–10'
    """
    runs: list[list[int]] = []
    for one in sorted(set(numbers)):
        if runs and one == runs[-1][1] + 1:
            runs[-1][1] = one
        else:
            runs.append([one, one])
    return ", ".join(f"{first}" if first == last else f"{first}–{last}" for first, last in runs)
