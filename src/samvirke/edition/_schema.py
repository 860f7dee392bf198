"""The tables of an edition, as data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict

from samvirke.vocabulary._terms import read_yaml
from samvirke.vocabulary.language import Text

ColumnType = Literal["text", "code", "date", "number", "integer", "boolean", "choice", "choices"]


class Column(BaseModel):
    """One column: its type, its place in the key, its range and what it may refer to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: ColumnType
    about: Text
    key: bool = False
    required: bool = False
    list: str | None = None
    refers: str | None = None
    least: float | None = None
    most: float | None = None


class Table(BaseModel):
    """One table: what it holds and its columns in order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    about: Text
    columns: dict[str, Column]
    needed: bool = False
    open: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that together make a row unique."""
        return tuple(name for name, column in self.columns.items() if column.key)


@cache
def tables() -> Mapping[str, Table]:
    """Return every table of the contract by name, in reading order.

    Examples
    --------
    >>> tables()["member"].key
    ('cooperation', 'municipality', 'valid_from')
    """
    records = read_yaml("tables.yaml", package="samvirke.edition")
    return MappingProxyType({name: Table.model_validate(record) for name, record in records.items()})
