"""Everything wrong with evidence that is brought in, at once: where, in which rows, what stands there, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from samvirke.errors import SamvirkeError, listed, shown
from samvirke.vocabulary._terms import read_yaml
from samvirke.vocabulary.language import LANGUAGES, Language, Text, filled

if TYPE_CHECKING:
    import pandas as pd

_ROWS = Text(nb="rad", nn="rad", en="row")


@dataclass(frozen=True)
class EvidenceProblem:
    """One thing wrong: in which column or field, in which rows as their file numbers them, what stands there and what to do."""

    kind: str
    field: str
    value: str
    rows: tuple[int, ...]
    message: Text
    remedy: Text

    def line(self) -> Text:
        """Say it on one line."""
        place = {one: ", ".join(part for part in (self.field, f"{_ROWS[one]} {ranges(self.rows)}" if self.rows else "") if part) for one in LANGUAGES}
        return Text(**{one: f"{place[one]}: {self.message[one]}. {self.remedy[one]}." for one in LANGUAGES})


class EvidenceInputError(SamvirkeError, ValueError):
    """Evidence that cannot be used; `problems` holds every reason."""

    about: ClassVar[str]

    def __init__(self, name: str, problems: Iterable[EvidenceProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(listed(filled(words(self.about, "heading"), name=name), (problem.line() for problem in self.problems)))

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


class SurveyInputError(EvidenceInputError):
    """Answers that cannot be used; `problems` holds every reason."""

    about = "survey"


class QualitativeInputError(EvidenceInputError):
    """Codings that cannot be used; `problems` holds every reason."""

    about = "qualitative"


class Problems:
    """Gathers problems; the same thing in several rows is one problem with all of its rows."""

    error: ClassVar[type[EvidenceInputError]] = SurveyInputError

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str | Text, str], list[int]] = {}

    def add(self, kind: str, field: str, value: object = "", row: int | None = None, allowed: object = "") -> None:
        """Add a problem, or another row of one."""
        rows = self._found.setdefault((kind, field, value if isinstance(value, Text) else shown(value), str(allowed)), [])
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
        EvidenceInputError
            With every problem.
        """
        if self._found:
            raise self.error(name, [self._worded(*key, tuple(sorted(set(rows)))) for key, rows in self._found.items()])

    def _worded(self, kind: str, field: str, value: str | Text, allowed: str, rows: tuple[int, ...]) -> EvidenceProblem:
        message, remedy = (filled(words(self.error.about, part)[kind], value=value, allowed=allowed, field=field) for part in ("messages", "remedies"))
        return EvidenceProblem(kind, field, "" if isinstance(value, Text) else value, rows, message, remedy)


class CodingProblems(Problems):
    """Gathers problems of codings."""

    error = QualitativeInputError


@cache
def words(about: str, section: str) -> Any:
    """Return a section of what is said of a kind of evidence."""
    return read_yaml(f"{about}.yaml", package="samvirke.sources")[section]


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
