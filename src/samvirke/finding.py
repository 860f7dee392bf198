"""A finding: the answer to one question, with its table, its sentence, its coverage and how it was made."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

import numpy as np
import pandas as pd

from samvirke.vocabulary.labels import column_label, value_label
from samvirke.vocabulary.language import LANGUAGES, Language, Text, listing, number, percent

VERSION = "0.1.0"
_DECIMALS = {**dict.fromkeys(("p_value", "p_mid", "p_degree", "p_distance", "modularity"), 3), "relative_weight": 6, "expected_use": 0}
LAID_OUT = 2000
"""Tables of more rows are written as JSON without line breaks, which is many times as fast."""


@dataclass(frozen=True)
class Missing:
    """What a source does not say, about whom, and why; a tuple of no municipalities means it is not about single ones."""

    source: str
    municipalities: tuple[str, ...]
    why: Text


@dataclass(frozen=True)
class Coverage:
    """Of how many: the count that the sentence is about, every number it may be divided by, and what is missing."""

    numerator: int | None = None
    denominators: Mapping[str, int] = field(default_factory=dict)
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True)
class Chart:
    """The kind of figure that suits a finding, and which column plays which part in it.

    Parameters
    ----------
    kind : str
        ``bars``, ``timeline`` or ``table``.
    parts : Mapping[str, str]
        Column by part: category, value, of (how many it is out of), detail (added to the category), panel (small multiples), group
        (colour); counted_in names a supporting table whose rows are counted by category.
    """

    kind: str
    parts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The answer to one question about an edition.

    Parameters
    ----------
    id : str
        The question's id in the catalogue.
    edition : str
        Name of the edition.
    question, statement, method : Text
        What was asked, the answer built from the table, and how it was made.
    table : pandas.DataFrame
        The answer in full, one row for each thing counted.
    headline : Text or None
        The statement in a sentence or two, where it is long.
    coverage : Coverage
        Denominators and gaps.
    chart : Chart
        The figure that suits it.
    supporting : Mapping[str, pandas.DataFrame]
        Further tables, such as tests, under ``result`` in JSON.
    options : Mapping[str, Any]
        What it was asked with.
    seed : int or None
        Where randomness was used.
    constructed : bool
        Whether the edition's data were made up.
    result : Any
        The object that the question is about where a table cannot hold it, such as an agreement that was read; takes the place of the
        supporting tables under ``result`` in JSON.
    """

    id: str
    edition: str
    question: Text
    statement: Text
    method: Text
    table: pd.DataFrame
    headline: Text | None = None
    coverage: Coverage = field(default_factory=Coverage)
    chart: Chart = field(default_factory=lambda: Chart("table"))
    supporting: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    constructed: bool = False
    result: Any = None

    def to_frame(self) -> pd.DataFrame:
        """Return the table."""
        return self.table

    def to_dict(self, language: Language = "nb") -> dict[str, Any]:
        """Return everything as plain values, ready for JSON: every key always there, what is unknown is None."""
        supporting = {name: _records(frame) for name, frame in self.supporting.items()}
        return {
            "finding": self.id,
            "edition": self.edition,
            "constructed": self.constructed,
            "question": self.question[language],
            "options": {name: _plain(value) for name, value in self.options.items()},
            "statement": self.statement.to_dict(),
            "method": self.method[language],
            "seed": self.seed,
            "version": VERSION,
            "figure": self.chart.kind,
            "coverage": {
                "numerator": self.coverage.numerator,
                "denominators": dict(self.coverage.denominators),
                "missing": [{"source": gap.source, "municipalities": list(gap.municipalities), "why": gap.why[language]} for gap in self.coverage.missing],
            },
            "table": _records(self.table),
            "result": _plain_tree(self.result) if self.result is not None else supporting or None,
        }

    def to_json(self, language: Language = "nb") -> str:
        """Return the finding as JSON: laid out to be read by people, or on one line where it is long."""
        return json.dumps(self.to_dict(language), ensure_ascii=False, indent=1 if len(self.table) <= LAID_OUT else None, allow_nan=False)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    columns = [str(column) for column in frame.columns]
    return [dict(zip(columns, row, strict=True)) for row in zip(*(_plain_column(frame[column]) for column in frame.columns), strict=True)]


def _plain_column(cells: pd.Series) -> list[Any]:
    """Turn a column into what JSON knows, text at once."""
    if isinstance(cells.dtype, pd.StringDtype):
        return [None if missing else value for value, missing in zip(cells.tolist(), cells.isna().tolist(), strict=True)]
    return [_plain(value) for value in cells]


def _plain(value: Any) -> Any:
    """Turn a value into what JSON knows; missing and infinite numbers are None."""
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value if isinstance(value, (str, int, float)) else str(value)


def _plain_tree(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain_tree(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain_tree(one) for one in value]
    return _plain(value)


def readable(frame: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return a table as its readers want it, all as text: headings, ids and numbers in their language.

    Of columns that hold one text in several languages (``text_nb``, ``text_nn``, ``text_en``) only the reader's is kept.
    """
    own = own_language(frame, language)
    text = pd.DataFrame({column: [_written(column, value, language) for value in frame[column]] for column in own}, dtype="str")
    return text.set_axis([column_label(column.removesuffix(f"_{language}"))[language] for column in own], axis=1)


def numeric_columns(frame: pd.DataFrame, language: Language) -> list[bool]:
    """Say of each column that `readable` shows whether it holds numbers."""
    return [frame[column].dtype.kind in "iuf" for column in own_language(frame, language)]


def flat(frame: pd.DataFrame) -> pd.DataFrame:
    """Write lists in cells as the ;-lists that the tables of an edition use."""
    return frame.map(lambda value: ";".join(map(str, value)) if isinstance(value, (list, tuple)) else value)


def own_language(frame: pd.DataFrame, language: Language) -> list[str]:
    """Return the columns of a table but those that hold another language's text of one that the reader has in their own."""
    names = {str(column) for column in frame.columns}
    others = {f"{name.removesuffix(f'_{language}')}_{other}" for name in names if name.endswith(f"_{language}") for other in LANGUAGES if other != language}
    return [str(column) for column in frame.columns if str(column) not in others]


def _written(column: str, value: Any, language: Language) -> str:
    if isinstance(value, float) and math.isinf(value):
        return "∞"
    plain = _plain(value)
    if plain is None:
        return "–"
    if isinstance(plain, list):
        return listing([value_label(column, str(one))[language] for one in plain], language)
    if isinstance(plain, (int, float)) and not isinstance(plain, bool):
        if column in ("year", "signed"):
            return f"{plain:g}"
        if column.startswith("share"):
            return percent(plain, language)
        decimals = (
            _DECIMALS.get(column, 4 if column.startswith("refusal") else 0 if column.endswith("_nok") else 2)
            if isinstance(plain, float) and plain != int(plain)
            else 0
        )
        return number(plain, language, decimals)
    return value_label(column, str(plain).lower() if isinstance(plain, bool) else str(plain))[language]
