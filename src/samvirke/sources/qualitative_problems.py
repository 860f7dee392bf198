"""Everything wrong with the codings of a qualitative project, at once: where, what stands there, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from samvirke.errors import SamvirkeError
from samvirke.sources.survey_problems import Problems, SurveyProblem
from samvirke.vocabulary._terms import read_yaml
from samvirke.vocabulary.language import LANGUAGES, Text


class QualitativeInputError(SamvirkeError, ValueError):
    """Codings that cannot be used; `problems` holds every reason."""

    def __init__(self, name: str, problems: Iterable[SurveyProblem]) -> None:
        self.problems = tuple(problems)
        lines = {one: "".join(f"\n- {problem.line(one)}" for problem in self.problems) for one in LANGUAGES}
        super().__init__(Text(**{one: words("heading")[one].format(name=name) + lines[one] for one in LANGUAGES}))


class CodingProblems(Problems):
    """Gathers problems; the same thing in several rows is one problem with all of its rows."""

    def stop(self, name: str) -> None:
        """Raise when anything is wrong.

        Raises
        ------
        QualitativeInputError
            With every problem.
        """
        if self._found:
            raise QualitativeInputError(name, [_worded(*key, tuple(sorted(set(rows)))) for key, rows in self._found.items()])


def _worded(kind: str, field: str, value: str, allowed: str, rows: tuple[int, ...]) -> SurveyProblem:
    filled = {"value": value, "allowed": allowed, "field": field}
    message, remedy = (Text(**{one: words(part)[kind][one].format(**filled) for one in LANGUAGES}) for part in ("messages", "remedies"))
    return SurveyProblem(kind, field, value, rows, message, remedy)


@cache
def words(section: str) -> Any:
    """Return a section of what is said of codings."""
    return read_yaml("qualitative.yaml", package="samvirke.sources")[section]
