"""What became of every record when an edition is made from something else: kept or rejected, taken as it stood or otherwise."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict

from samvirke.vocabulary._terms import read_yaml
from samvirke.vocabulary.language import Language, Text

Kind = Literal["rejected", "changed", "disagreement"]


class Outcome(BaseModel):
    """What may become of a record, in words: left out, taken otherwise than it stood, or said differently by two."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    message: Text


@cache
def outcomes() -> Mapping[str, Outcome]:
    """Return everything that an import, a carrying over or a combination may say of a record, by id.

    Examples
    --------
    >>> outcomes()["renumbered"].kind
    'changed'
    """
    return MappingProxyType({name: Outcome.model_validate(one) for name, one in read_yaml("outcomes.yaml", package="samvirke.edition").items()})


@dataclass(frozen=True)
class Entry:
    """One thing said of one record: `row` as a spreadsheet or a list numbers it, `record` as it was read."""

    outcome: str
    table: str
    file: str
    row: int | None
    column: str
    value: str
    other: str
    record: Mapping[str, Any]

    def message(self, language: Language) -> str:
        """Say it."""
        return outcomes()[self.outcome].message[language].format(value=self.value, other=self.other)


@dataclass
class Account:
    """Entries, and for each table and file how many rows were read, into how many records, and how many were kept."""

    entries: list[Entry] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)

    def say(
        self, outcome: str, table: str, file: str, row: int | None, column: str, value: object, other: object = "", record: Mapping[str, Any] | None = None
    ) -> None:
        """Add an entry."""
        self.entries.append(Entry(outcome, table, file, row, column, str(value), str(other), record or {}))

    def close(self, table: str, file: str, rows: int, records: int, kept: int) -> None:
        """Add a step; records are kept or rejected, nothing else.

        Raises
        ------
        AssertionError
            When the numbers do not add up, which is a fault of the program and never of the data.
        """
        rejected = records - kept
        said = sum(entry.table == table and entry.file == file and outcomes()[entry.outcome].kind == "rejected" for entry in self.entries)
        before = sum(step["rejected"] for step in self.steps if step["table"] == table and step["file"] == file)
        if said - before != rejected:
            raise AssertionError(f"{table} from {file}: {records} records, {kept} kept, {said - before} rejected")
        self.steps.append({"table": table, "file": file, "rows": rows, "records": records, "kept": kept, "rejected": rejected})

    def frame(self, language: Language, *, rejected: bool) -> pd.DataFrame:
        """Return the rejects, or everything else that was said; what is only outside the selection comes last.

        Returns
        -------
        pandas.DataFrame
            Columns table, file, row, column, value, reason, message, record (JSON).
        """
        chosen = [entry for entry in self.entries if (outcomes()[entry.outcome].kind == "rejected") == rejected]
        chosen.sort(key=lambda entry: entry.outcome == "not_selected")
        rows = [
            (
                *(entry.table, entry.file, entry.row, entry.column, entry.value, entry.outcome, entry.message(language)),
                json.dumps(entry.record, ensure_ascii=False, default=str),
            )
            for entry in chosen
        ]
        columns = ["table", "file", "row", "column", "value", "reason", "message", "record"]
        return pd.DataFrame(rows, columns=columns).astype({"row": "Int64"})
