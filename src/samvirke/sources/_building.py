"""Turn records into the rows of tables; every record is kept, or rejected with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

import pandas as pd

from samvirke.edition import Account, tables
from samvirke.sources._hours import parts_of_week
from samvirke.sources._reading import Records
from samvirke.sources._recipe import Recipe, Step, Take
from samvirke.vocabulary import terms

Row = dict[str, Any]


class _LeftOutError(Exception):
    """A record is rejected: the outcome, the column, the value and what it was held against."""

    def __init__(self, outcome: str, column: str, value: object, other: object = "") -> None:
        super().__init__(outcome)
        self.said = (outcome, column, value, other)


@dataclass(frozen=True)
class _Limits:
    """What a row of a table must hold to, looked up once for all its rows."""

    key: tuple[str, ...]
    required: tuple[str, ...]
    references: Mapping[str, tuple[str, set[str]]]
    numbers: tuple[str, ...]
    choices: Mapping[str, set[str]]


def _limits(name: str, known: Callable[[str], set[str]]) -> _Limits:
    about = tables()[name].columns
    return _Limits(
        tables()[name].key,
        tuple(column for column, one in about.items() if one.required),
        {column: (one.refers.split(".")[0], known(one.refers)) for column, one in about.items() if one.refers and not one.list},
        tuple(column for column, one in about.items() if one.type in ("number", "integer")),
        {column: set(terms(one.list)) | (known(one.refers) if one.refers else set()) for column, one in about.items() if one.list and one.type == "choice"},
    )


def _written(value: object) -> str:
    """Write a value of the recipe as a cell."""
    return "" if value is None else ("true" if value else "false") if isinstance(value, bool) else str(value)


def _is_number(value: object) -> bool:
    try:
        return isfinite(float(str(value)))
    except ValueError:
        return False


@dataclass(frozen=True)
class _Origin:
    """Where a row came from: its file, its place in the account (None for rows of the recipe itself), its number and the record."""

    file: str
    step: int | None
    number: int | None
    record: Mapping[str, Any]
    host: str | None = None
    point: tuple[str, str] | None = None


@dataclass
class Builder:
    """The tables so far, by name, each with the row of the file that every key came from."""

    recipe: Recipe
    records: Mapping[str, Records]
    locator: Any = None
    account: Account = field(default_factory=Account)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    keys: dict[str, dict[tuple[str, ...], int | None]] = field(default_factory=dict)
    origins: dict[str, list[_Origin]] = field(default_factory=dict)
    _lookups: dict[tuple[str, str, str], dict[str, str]] = field(default_factory=dict)
    _codes: set[str] = field(default_factory=set)

    def build(self) -> None:
        """Make every table that the recipe names, in the order of the contract, but for the sources, which the others name."""
        for name in ("source", *(name for name in tables() if name != "source")):
            for step in self.recipe.tables.get(name, ()):
                self._step(name, step)

    def frames(self) -> dict[str, pd.DataFrame]:
        """Return the tables as text."""
        return {name: pd.DataFrame(rows, columns=self._columns(name), dtype="object").fillna("") for name, rows in self.rows.items() if rows}

    def _columns(self, name: str) -> list[str]:
        """Return the columns that any row fills, those of the contract first and in its order."""
        used = dict.fromkeys(column for row in self.rows[name] for column in row)
        known = [column for column in tables()[name].columns if column in used or tables()[name].columns[column].required]
        return [*known, *(column for column in used if column not in known)]

    def known(self, refers: str) -> set[str]:
        """Return the values that a reference may take."""
        table, column = refers.split(".")
        return {str(row.get(column, "")) for row in self.rows.get(table, ())}

    def add(self, name: str, row: Row, file: str) -> None:
        """Add a row that no single record gave."""
        self.rows.setdefault(name, []).append(row)
        self.origins.setdefault(name, []).append(_Origin(file, None, None, row))

    def _step(self, name: str, step: Step) -> None:
        if step.file is None:
            self.rows.setdefault(name, []).extend({key: _written(value) for key, value in row.items()} for row in step.rows)
            self.origins.setdefault(name, []).extend(_Origin("recipe", None, None, row) for row in step.rows)
            return
        read = self.records[step.file]
        for number, cells in read.uneven:
            self.account.say("wrong_cell_count", name, step.file, number, "", len(cells), len(read.columns), {"cells": cells})
        records, kept = len(read.uneven), 0
        limits = _limits(name, self.known)
        self._codes = self.known("municipality.code")
        source = self.recipe.files[step.file].source if "source" in tables()[name].columns else None
        for number, record in read.rows:
            for part in self._parts(step, record):
                records += 1
                try:
                    row = self._row(name, step, part, number)
                    if source:
                        row.setdefault("source", source)
                    self._take_in(name, row, number, limits)
                    point = (str(part.get(step.host.lon, "")), str(part.get(step.host.lat, ""))) if step.host else None
                    host = self.locator(*point) if point and all(point) and self.locator else None
                    self.origins.setdefault(name, []).append(_Origin(step.file, len(self.account.steps), number, part, host, point))
                    kept += 1
                except _LeftOutError as left_out:
                    self.account.say(left_out.said[0], name, step.file, number, *left_out.said[1:], part)
        self.account.close(name, step.file, read.count, records, kept)

    def _parts(self, step: Step, record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """Yield one record for each object in a nested list, or for each part of a cell that is split; one where there are none."""
        if step.nested:
            inner = record.get(step.nested)
            whole = {key: value for key, value in record.items() if key != step.nested}
            for one in inner if isinstance(inner, list) and inner else [{}]:
                if not isinstance(one, Mapping):
                    yield {**whole, step.nested: str(one)}
                    continue
                yield {**whole, **{f"{step.nested}.{key}": "" if value is None else str(value) for key, value in one.items()}}
            return
        split = next((take for take in step.columns.values() if take.split is not None), None)
        if split is None:
            yield record
            return
        column = split.names[0]
        written = str(record.get(column, ""))
        cells = written.split(split.split) if split.split != " " else written.split()
        for part in [cell.strip() for cell in cells if cell.strip()] or [""]:
            yield {**record, column: part}

    def _row(self, name: str, step: Step, record: Mapping[str, Any], number: int) -> Row:
        for column, wanted in step.select.items():
            if record.get(column, "") not in ((wanted,) if isinstance(wanted, str) else wanted):
                raise _LeftOutError("not_selected", column, f"{column}: {record.get(column, '')}")
        return {column: self._cell(name, column, step, take, record, number) for column, take in step.columns.items()}

    def _cell(self, name: str, column: str, step: Step, take: Take, record: Mapping[str, Any], number: int) -> str:
        """Fill one cell as the recipe says."""
        file = step.file or ""
        if take.column is None:
            return str(take.value)
        filled = [(one, value) for one in take.names if (value := str(record.get(one, "")))]
        if not filled:
            return ""
        origin, value = filled[0]
        if origin != take.names[0]:
            self.account.say("another_column", name, file, number, column, value, origin, record)
        for other, same in filled[1:]:
            if same != value:
                self.account.say("columns_differ", name, file, number, column, value, f"{other}: {same}", record)
        value = self._converted(column, take, value)
        if value in take.mend:
            self.account.say("mended", name, file, number, column, value, take.mend[value], record)
            value = take.mend[value]
        if take.renumber and value not in self._codes:
            followed = self._followed(take, value)
            if followed != value:
                self.account.say("renumbered", name, file, number, column, value, followed, record)
            value = followed
        return self._hours(name, column, file, value, record, number) if take.hours else value

    def _converted(self, column: str, take: Take, value: str) -> str:
        value = value.zfill(take.pad) if take.pad and value.isdigit() else value
        value = value[: take.first] if take.first else value
        if take.map is not None:
            if value not in take.map:
                raise _LeftOutError("not_in_map", column, value)
            value = take.map[value]
        if take.lookup:
            for lookup in take.lookup:
                found = self._table(lookup.file, lookup.key, lookup.take)
                if value in found:
                    value = found[value]
                    break
            else:
                raise _LeftOutError("not_found", column, value, ", ".join(lookup.file for lookup in take.lookup))
        if take.decimal:
            value = value.replace("\u00a0", "").replace(" ", "").replace(take.decimal, ".")
        return value

    def _table(self, file: str, key: str, column: str) -> dict[str, str]:
        """Return a file as a table from one column to another; the last row of a key counts."""
        wanted = (file, key, column)
        if wanted not in self._lookups:
            self._lookups[wanted] = {str(record.get(key, "")): str(record.get(column, "")) for _, record in self.records[file].rows}
        return self._lookups[wanted]

    def _followed(self, take: Take, code: str) -> str:
        """Follow a code through the changes until it is a municipality of the edition; as it was when it never is."""
        if take.renumber is None:
            return code
        changes, seen = self._table(take.renumber.file, take.renumber.old, take.renumber.new), {code}
        now = code
        while now in changes and changes[now] not in seen:
            now = changes[now]
            if now in self._codes:
                return now
            seen.add(now)
        return code

    def _hours(self, name: str, column: str, file: str, value: str, record: Mapping[str, Any], number: int) -> str:
        try:
            hours = parts_of_week(value)
        except ValueError as error:
            self.account.say("unreadable_hours", name, file, number, column, value, error, record)
            return ""
        if not hours:
            self.account.say("hours_cover_no_part", name, file, number, column, value, "", record)
        return hours

    def _take_in(self, name: str, row: Row, number: int | None, limits: _Limits) -> None:
        """Add a row to its table, unless it cannot stand there."""
        for column in limits.required:
            if not row.get(column):
                raise _LeftOutError("empty_cell", column, "")
        for column, (table, allowed) in limits.references.items():
            if row.get(column) and row[column] not in allowed:
                raise _LeftOutError("unknown_reference", column, row[column], table)
        for column in limits.numbers:
            if row.get(column) and not _is_number(row[column]):
                raise _LeftOutError("not_a_number", column, row[column])
        for column, allowed in limits.choices.items():
            if row.get(column) and row[column] not in allowed:
                raise _LeftOutError("not_in_map", column, row[column])
        key = tuple(str(row.get(column, "")) for column in limits.key)
        taken = self.keys.setdefault(name, {})
        if key in taken:
            raise _LeftOutError("repeated", ", ".join(limits.key), " ".join(filter(None, key)), taken[key])
        taken[key] = number
        self.rows.setdefault(name, []).append(row)

    def settle_hosts(self) -> None:
        """Give the member in whose borders the service lies the role host and the others participant; say where it lies in none of them."""
        found: dict[str, list[tuple[Row, _Origin]]] = {}
        for row, origin in zip(self.rows.get("member", ()), self.origins.get("member", ()), strict=True):
            if origin.point is not None and all(origin.point):
                found.setdefault(str(row["cooperation"]), []).append((row, origin))
        for own in found.values():
            origin = own[0][1]
            codes = [str(row["municipality"]) for row, _ in own]
            if origin.host in codes:
                for row, _ in own:
                    row["role"] = "host" if row["municipality"] == origin.host else "participant"
            elif origin.host is None:
                self.account.say("outside_boundaries", "member", origin.file, origin.number, "role", " ".join(origin.point or ()), "", origin.record)
            else:
                self.account.say("host_not_member", "member", origin.file, origin.number, "role", origin.host, ", ".join(codes), origin.record)

    def drop_empty_cooperations(self) -> None:
        """A cooperation none of whose members could be kept is rejected; the account of its step is put right."""
        counts = Counter(str(row["cooperation"]) for row in self.rows.get("member", ()))
        kept = []
        for row, origin in zip(self.rows.get("cooperation", ()), self.origins.get("cooperation", ()), strict=True):
            if counts[str(row["id"])]:
                kept.append(row)
                continue
            self.account.say("no_members", "cooperation", origin.file, origin.number, "id", row["id"], "", origin.record)
            if origin.step is not None:
                step = self.account.steps[origin.step]
                step["kept"], step["rejected"] = step["kept"] - 1, step["rejected"] + 1
        if "cooperation" in self.rows:
            self.rows["cooperation"] = kept
