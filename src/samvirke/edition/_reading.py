"""Read the files of a folder as text, noting every problem of form on the way and going on wherever that is possible."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from samvirke.edition._problems import Occurrence, Problem, problem
from samvirke.edition._schema import Table, tables
from samvirke.vocabulary.dates import DateInterval

PACKAGE = "datapackage.json"
_SUFFIXES = (".csv", ".parquet")
_UNRELIABLE = {"unclosed_quote", "repeated_column"}
_BOUNDARY = {"boundary.geojson", "boundary.json", "boundary.topojson", "boundary.parquet", "boundary.geoparquet"}


@dataclass
class Raw:
    """A folder as read: each table as text cells (empty is ""), the spreadsheet row of each, and the problems so far."""

    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    row_numbers: dict[str, np.ndarray[Any, np.dtype[np.int64]]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unreliable: set[str] = field(default_factory=set)
    package: dict[str, Any] = field(default_factory=dict)

    def note(self, rule: str, table: str, *occurrences: Occurrence, column: str = "") -> None:
        """Add a problem."""
        self.problems.append(problem(rule, table, occurrences, column))


def read_folder(folder: Path) -> Raw:
    """Read every table of a folder as text."""
    raw = Raw()
    declared = _read_package(folder, raw)
    for name, table in tables().items():
        paths = [declared[name][0]] if name in declared else [path for suffix in _SUFFIXES if (path := folder / f"{name}{suffix}").is_file()]
        if len(paths) > 1:
            raw.note("two_files", name, Occurrence(None, ", ".join(path.name for path in paths)))
            raw.unreliable.add(name)
        elif paths:
            _read_table(name, table, paths[0], declared.get(name, (None, frozenset()))[1], raw)
        elif table.needed:
            present = ", ".join(sorted(path.name for path in folder.iterdir() if path.is_file())) or "–"
            raw.note("missing_table", name, Occurrence(None, "", present))
            raw.unreliable.add(name)
    _note_unknown_files(folder, {path for path, _ in declared.values()}, raw)
    return raw


def _note_unknown_files(folder: Path, declared: set[Path], raw: Raw) -> None:
    for path in sorted(folder.iterdir()):
        known = path.name in _BOUNDARY or (path.stem in tables() and path.suffix in _SUFFIXES) or path in declared
        if path.is_file() and path.suffix.lower() in {".csv", ".parquet", ".tsv", ".txt", ".xlsx"} and not known:
            raw.note("unknown_file", "", Occurrence(None, path.name))


def _read_package(folder: Path, raw: Raw) -> dict[str, tuple[Path, frozenset[str]]]:
    """Read datapackage.json: the metadata, and each table's file and described columns."""
    path = folder / PACKAGE
    if not path.is_file():
        return {}
    try:
        package = json.loads(path.read_bytes().decode("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raw.note("bad_package", "", Occurrence(None, str(error)))
        return {}
    resources = package.get("resources", []) if isinstance(package, dict) else None
    if not isinstance(resources, list) or not all(isinstance(resource, dict) for resource in resources):
        raw.note("bad_package", "", Occurrence(None, "it is not an object with a list of resources"))
        return {}
    raw.package = package
    if package.get("date") is not None:
        try:
            DateInterval.parse(str(package["date"]))
        except ValueError as error:
            raw.note("bad_package", "", Occurrence(None, f"date: {error}"))
    declared = {}
    for resource in resources:
        name, written = resource.get("name"), resource.get("path")
        if name not in tables():
            continue
        if not isinstance(written, str) or Path(written).is_absolute() or ".." in Path(written).parts or Path(written).suffix not in _SUFFIXES:
            raw.note("bad_package", name, Occurrence(None, f"path {written!r} is not a CSV or Parquet file inside the folder"))
        elif not (folder / written).is_file():
            raw.note("bad_package", name, Occurrence(None, f"the file {written} is not there"))
        else:
            schema = resource.get("schema")
            fields = schema.get("fields", []) if isinstance(schema, dict) else []
            described = frozenset(str(one.get("name")) for one in fields if isinstance(one, dict)) if isinstance(fields, list) else frozenset()
            declared[name] = (folder / written, described)
    return declared


def _read_table(name: str, table: Table, path: Path, described: frozenset[str], raw: Raw) -> None:
    before = len(raw.problems)
    try:
        read = _read_parquet(name, table, path, raw) if path.suffix == ".parquet" else _read_csv(name, path, raw)
    except OSError as error:
        raw.note("unreadable_file", name, Occurrence(None, str(error.strerror or error)))
        read = None
    if read is None or any(found.rule in _UNRELIABLE for found in raw.problems[before:]):
        raw.unreliable.add(name)
    if read is None:
        return
    frame, numbers = read
    raw.frames[name], raw.row_numbers[name] = frame, numbers
    _note_columns(name, table, list(frame.columns), described, raw)
    if table.needed and frame.empty and name != "member" and name not in raw.unreliable:
        raw.note("no_rows", name, Occurrence(None, ""))


def _note_columns(name: str, table: Table, present: list[str], described: frozenset[str], raw: Raw) -> None:
    absent = [column for column in table.columns if column not in present]
    for column in absent:
        if table.columns[column].required:
            raw.note("missing_column", name, Occurrence(1, "", ", ".join(present)), column=column)
            raw.unreliable.add(name)
    for column in present:
        if column in table.columns or column in described:
            continue
        close = get_close_matches(column.strip().lower(), absent, n=1, cutoff=0.8)
        if close:
            raw.note("misspelt_column", name, Occurrence(1, column, close[0]), column=column)
        elif not table.open:
            raw.note("extra_column", name, Occurrence(1, column, ", ".join(table.columns)), column=column)


def _decode(name: str, data: bytes, raw: Raw) -> str | None:
    """Turn bytes into text, or say why they are none."""
    if b"\x00" in data:
        raw.note("binary_file", name, Occurrence(None, ""))
        return None
    if data.startswith(b"\xef\xbb\xbf"):
        raw.note("byte_order_mark", name, Occurrence(1, ""))
        data = data[3:]
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        control = sum(data.count(bytes([code])) for code in range(32) if code not in (9, 10, 13))
        if control > len(data) // 50:
            raw.note("binary_file", name, Occurrence(None, ""))
            return None
        start = data.rfind(b"\n", 0, error.start) + 1
        line = data[start : error.start + 20].split(b"\n", 1)[0].decode("cp1252", errors="replace")
        raw.note("not_utf8", name, Occurrence(data.count(b"\n", 0, error.start) + 1, line))
        return data.decode("cp1252", errors="replace")


def _separator(header: str) -> str:
    """Guess what separates the columns of a first line."""
    return max(",;\t|", key=lambda mark: (header.count(mark), mark == ","))


def _read_csv(name: str, path: Path, raw: Raw) -> tuple[pd.DataFrame, np.ndarray[Any, np.dtype[np.int64]]] | None:
    data = path.read_bytes()
    if not data.strip():
        raw.note("empty_file", name, Occurrence(None, "", ", ".join(tables()[name].columns)))
        return None
    text = _decode(name, data, raw)
    if text is None:
        return None
    separator = _separator(text.lstrip().split("\n", 1)[0])
    if separator != ",":
        raw.note("wrong_separator", name, Occurrence(1, {"\t": "tab"}.get(separator, separator)))
    records: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        records.extend(reader)
    except csv.Error:
        raw.note("unclosed_quote", name, Occurrence(len(records) + 1, ""))
    if not records:
        return None
    header, body = [cell.strip() for cell in records[0]], records[1:]
    for column, times in Counter(header).items():
        if times > 1:
            raw.note("repeated_column", name, Occurrence(1, column), column=column)
    return _fit(name, header, body, raw)


def _fit(name: str, header: list[str], body: list[list[str]], raw: Raw) -> tuple[pd.DataFrame, np.ndarray[Any, np.dtype[np.int64]]]:
    """Give every row as many cells as the header, leave out empty rows, and say so."""
    width = len(header)
    numbers = np.arange(2, len(body) + 2)
    if any(len(row) != width for row in body) or any(not any(row) for row in body):
        empty = [index for index, row in enumerate(body) if not any(row)]
        uneven = [index for index, row in enumerate(body) if len(row) != width and any(row)]
        if empty:
            raw.problems.append(problem("empty_row", name, (Occurrence(index + 2, "") for index in empty)))
        if uneven:
            raw.problems.append(problem("wrong_cell_count", name, (Occurrence(index + 2, str(len(body[index])), str(width)) for index in uneven)))
        kept = [index for index, row in enumerate(body) if any(row)]
        numbers = numbers[kept]
        body = [(body[index] + [""] * width)[:width] for index in kept]
    columns = list(zip(*body, strict=True)) if body else [()] * width
    frame = {column: pd.Series(list(columns[place]), dtype="str") for place, column in enumerate(header)}
    return pd.DataFrame(frame), numbers


def _read_parquet(name: str, table: Table, path: Path, raw: Raw) -> tuple[pd.DataFrame, np.ndarray[Any, np.dtype[np.int64]]] | None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        read = pq.read_table(path, partitioning=None)
    except (pa.ArrowException, OSError) as error:
        raw.note("unreadable_file", name, Occurrence(None, str(error).splitlines()[0]))
        return None
    frame = {}
    for column in read.column_names:
        cells = read.column(column)
        kind = cells.type
        expected = table.columns[column].type if column in table.columns else "text"
        if expected in ("code", "text", "choice") and (pa.types.is_integer(kind) or pa.types.is_floating(kind)) and column in table.columns:
            raw.note("code_as_number", name, Occurrence(1, str(kind)), column=column)
        if pa.types.is_timestamp(kind):
            cells = cells.cast(pa.date32(), safe=False)
        try:
            frame[column] = cells.cast(pa.string()).to_pandas().astype("str").fillna("")
        except (pa.ArrowException, NotImplementedError) as error:
            raw.note("unreadable_file", name, Occurrence(None, str(error).splitlines()[0]), column=column)
            raw.unreliable.add(name)
    return pd.DataFrame(frame), np.arange(2, read.num_rows + 2)
