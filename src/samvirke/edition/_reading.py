"""Read the files of a folder as text, noting every problem of form on the way and going on wherever that is possible."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
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
_UNRELIABLE = {"unclosed_quote", "repeated_column", "unnamed_column"}
_BOUNDARY = {"boundary.geojson", "boundary.json", "boundary.topojson", "boundary.parquet", "boundary.geoparquet"}


@dataclass
class Raw:
    """A folder as read: each table as text cells (empty is ""), the spreadsheet row of each, and the problems so far."""

    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    row_numbers: dict[str, np.ndarray[Any, np.dtype[np.int64]]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unreliable: set[str] = field(default_factory=set)
    package: dict[str, Any] = field(default_factory=dict)
    boundary: Path | None = None

    def note(self, rule: str, table: str, *occurrences: Occurrence, column: str = "") -> None:
        """Add a problem."""
        self.problems.append(problem(rule, table, occurrences, column))


def read_folder(folder: Path) -> Raw:
    """Read every table of a folder as text."""
    raw = Raw()
    here = sorted(folder.iterdir())
    declared = _read_package(folder, raw)
    for name, table in tables().items():
        own = [path for path in here if path.name.lower() in {f"{name}{suffix}" for suffix in _SUFFIXES}]
        paths = list(dict.fromkeys([*([declared[name][0]] if name in declared else []), *own]))
        if len(paths) > 1:
            raw.note("two_files", name, Occurrence(None, ", ".join(path.name for path in paths)))
            raw.unreliable.add(name)
        elif paths and not paths[0].is_file():
            raw.note("unreadable_file", name, Occurrence(None, f"{paths[0].name} is not a file"))
            raw.unreliable.add(name)
        elif paths:
            _read_table(name, table, paths[0], declared.get(name, (None, frozenset()))[1], raw)
        elif table.needed:
            present = ", ".join(path.name for path in here if path.is_file()) or "–"
            raw.note("missing_table", name, Occurrence(None, "", present))
            raw.unreliable.add(name)
    _find_boundary(here, raw)
    _note_unknown_files(here, {path for path, _ in declared.values()}, raw)
    return raw


def _find_boundary(here: list[Path], raw: Raw) -> None:
    """Note the file of boundaries, and whether it can be what it says."""
    found = [path for path in here if path.name in _BOUNDARY]
    if len(found) > 1:
        raw.note("two_files", "boundary", Occurrence(None, ", ".join(path.name for path in found)))
    elif found:
        raw.boundary = found[0]
        if found[0].suffix != ".parquet" and found[0].suffix != ".geoparquet":
            try:
                kind = json.loads(found[0].read_bytes().decode("utf-8")).get("type")
            except (OSError, ValueError, AttributeError, RecursionError) as error:
                raw.note("unreadable_file", "boundary", Occurrence(None, str(error)))
                return
            if kind not in ("FeatureCollection", "Topology"):
                raw.note("unreadable_file", "boundary", Occurrence(None, f"type {kind!r} is neither FeatureCollection nor Topology"))


def _note_unknown_files(here: list[Path], declared: set[Path], raw: Raw) -> None:
    tabular = {".csv", ".parquet", ".tsv", ".txt", ".xls", ".xlsx", ".xlsm", ".ods", ".gz", ".zip"}
    for path in here:
        stem = path.name.lower().split(".")[0]
        known = path.name in _BOUNDARY or path.name == PACKAGE or path in declared or (stem in tables() and path.suffix.lower() in _SUFFIXES)
        if not known and not path.name.startswith(".") and (stem in tables() or path.suffix.lower() in tabular):
            raw.note("unknown_file", "", Occurrence(None, path.name))


def _read_package(folder: Path, raw: Raw) -> dict[str, tuple[Path, frozenset[str]]]:
    """Read datapackage.json: the metadata, and each table's file and described columns."""
    path = folder / PACKAGE
    if not path.exists() and not path.is_symlink():
        return {}
    try:
        if not path.is_file():
            raise OSError(f"{PACKAGE} is not a file")
        package = json.loads(path.read_bytes().decode("utf-8"))
        json.dumps(package, ensure_ascii=False).encode("utf-8")
    except (OSError, ValueError, RecursionError) as error:
        raw.note("bad_package", "", Occurrence(None, str(error)))
        return {}
    faults = list(_faults(package))
    for fault in faults:
        raw.note("bad_package", "", Occurrence(None, fault))
    if faults:
        return {}
    raw.package = package
    declared: dict[str, tuple[Path, frozenset[str]]] = {}
    for resource in package.get("resources", []):
        name, written = resource.get("name"), resource.get("path")
        if not isinstance(name, str) or name not in tables():
            raw.note("unknown_file", "", Occurrence(None, str(written or name)))
        elif name in declared:
            raw.note("bad_package", name, Occurrence(None, f"the table {name} is named twice"))
        elif not isinstance(written, str) or Path(written).is_absolute() or ".." in Path(written).parts or Path(written).suffix not in _SUFFIXES:
            raw.note("bad_package", name, Occurrence(None, f"path {written!r} is not a CSV or Parquet file inside the folder"))
        elif len(written) > 255 or not (folder / written).is_file():
            raw.note("bad_package", name, Occurrence(None, f"the file {written} is not there"))
        else:
            schema = resource.get("schema")
            fields = schema.get("fields", []) if isinstance(schema, dict) else []
            described = frozenset(str(one.get("name")) for one in fields if isinstance(one, dict)) if isinstance(fields, list) else frozenset()
            declared[name] = (folder / written, described)
    return declared


def _faults(package: Any) -> Iterator[str]:
    """Say what in datapackage.json is not of the form that is needed."""
    if not isinstance(package, dict):
        yield "it is not an object"
        return
    forms: dict[str, tuple[type, str]] = {"title": (str, "text"), "titles": (dict, "an object with nb, nn and en"), "constructed": (bool, "true or false")}
    for name, (form, words) in forms.items():
        if name in package and not isinstance(package[name], form):
            yield f"{name} is not {words}"
    for name in ("resources", "licenses", "sources"):
        given = package.get(name, [])
        if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
            yield f"{name} is not a list of objects"
    if package.get("date") is not None:
        try:
            DateInterval.parse(str(package["date"]))
        except ValueError as error:
            yield f"date: {error}"


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
    extra = []
    for column in present:
        if column in table.columns or column in described:
            continue
        close = get_close_matches(column.strip().lower(), absent, n=1, cutoff=0.8)
        if close:
            raw.note("misspelt_column", name, Occurrence(1, column, close[0]), column=column)
        elif not table.open:
            extra.append(Occurrence(1, column, ", ".join(table.columns)))
    if extra:
        raw.problems.append(problem("extra_column", name, extra))


def _decode(name: str, data: bytes, raw: Raw) -> str | None:
    """Turn bytes into text, or say why they are none."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) and len(data) % 2 == 0:
        raw.note("not_utf8", name, Occurrence(1, "UTF-16"))
        return data.decode("utf-16", errors="replace").removeprefix("\ufeff")
    if b"\x00" in data or data.startswith((b"%PDF", b"PK\x03\x04", b"\x1f\x8b", b"PAR1")):
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
    lines = text.split("\n")
    first = next((place for place, line in enumerate(lines) if line.strip(" \t\r") and not line.lower().startswith("sep=")), 0)
    separator = _separator(lines[first])
    if separator != ",":
        raw.note("wrong_separator", name, Occurrence(1, {"\t": "tab"}.get(separator, separator)))
    if first:
        raw.note("header_not_first", name, Occurrence(first + 1, str(first + 1)))
        text = "\n".join(lines[first:])
    records = _records(name, text, separator, first, raw)
    return _fit(name, [cell.strip() for cell in records[0]], records[1:], first, raw) if records else None


def _records(name: str, text: str, separator: str, skipped: int, raw: Raw) -> list[list[str]]:
    """Split a text into rows of cells, as far as the quotation marks can be followed."""
    records: list[list[str]] = []
    before = csv.field_size_limit(len(text) + 1)
    try:
        records.extend(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        raw.note("unclosed_quote", name, Occurrence(len(records) + 1 + skipped, ""))
    finally:
        csv.field_size_limit(before)
    return records


def _fit(name: str, header: list[str], body: list[list[str]], skipped: int, raw: Raw) -> tuple[pd.DataFrame, np.ndarray[Any, np.dtype[np.int64]]]:
    """Give every row as many cells as the header, leave out what is empty, and say so."""
    width = len(header)
    numbers = np.arange(2 + skipped, len(body) + 2 + skipped)
    if any(len(row) != width for row in body) or any(not any(row) for row in body):
        empty = [index for index, row in enumerate(body) if not any(row)]
        uneven = [index for index, row in enumerate(body) if len(row) != width and any(row)]
        if empty:
            raw.problems.append(problem("empty_row", name, (Occurrence(int(numbers[index]), "") for index in empty)))
        if uneven:
            raw.problems.append(problem("wrong_cell_count", name, (Occurrence(int(numbers[index]), str(len(body[index])), str(width)) for index in uneven)))
        kept = [index for index, row in enumerate(body) if any(row)]
        numbers = numbers[kept]
        body = [(body[index] + [""] * width)[:width] for index in kept]
    columns = list(zip(*body, strict=True)) if body else [()] * width
    unnamed = [place for place, column in enumerate(header) if not column]
    filled = [place for place in unnamed if any(columns[place])]
    if filled:
        raw.note("unnamed_column", name, Occurrence(1 + skipped, ""))
    elif unnamed:
        raw.note("empty_column", name, Occurrence(1 + skipped, str(len(unnamed))))
    alike = Counter(column.lower() for column in header)
    for column in dict.fromkeys(header):
        if alike[column.lower()] > 1 and column:
            raw.note("repeated_column", name, Occurrence(1 + skipped, column), column=column)
    frame = {column: pd.Series(list(columns[place]), dtype="str") for place, column in enumerate(header) if column}
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
            frame[column] = cells.cast(pa.string()).to_pandas().astype("str").fillna("").astype("str")
        except pa.ArrowException as error:
            raw.note("unreadable_file", name, Occurrence(None, str(error).splitlines()[0]), column=column)
            raw.unreliable.add(name)
    return pd.DataFrame(frame), np.arange(2, read.num_rows + 2)
