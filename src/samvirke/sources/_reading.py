"""Read one file of a recipe as records: dictionaries of text cells (lists stay lists), each with its row number."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from samvirke.errors import MissingExtraError
from samvirke.sources._recipe import Recipe, RecipeError, SourceFile
from samvirke.vocabulary.language import Text, same

NPM_SECONDS = 120


@dataclass(frozen=True)
class Records:
    """The rows of a file; `uneven` are rows whose number of cells is not that of the header."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, Any]], ...]
    uneven: tuple[tuple[int, list[str]], ...] = ()

    @property
    def count(self) -> int:
        """How many rows the file has."""
        return len(self.rows) + len(self.uneven)


def locate(recipe: Recipe, folder: Path, temporary: Path) -> dict[str, Path]:
    """Return where each file is, after fetching what comes from the npm registry.

    Raises
    ------
    RecipeError
        With every file that is not there, and where to get it.
    """
    faults, found = [], {}
    fetched: dict[str, Path] = {}
    for name, file in recipe.files.items():
        root = folder
        if file.npm is not None:
            if file.npm not in fetched:
                try:
                    fetched[file.npm] = fetch(file.npm, temporary / f"npm-{len(fetched)}")
                except OSError as error:
                    faults.append(
                        Text(
                            nb=f"{name}: npm-pakken {file.npm} kunne ikke hentes: {error}",
                            nn=f"{name}: npm-pakken {file.npm} kunne ikkje hentast: {error}",
                            en=f"{name}: the npm package {file.npm} could not be fetched: {error}",
                        )
                    )
                    continue
            root = fetched[file.npm]
        path = root / file.path
        if not path.is_file():
            faults.append(
                Text(
                    nb=f"{name}: filen {path} er ikke der. Den fås her: {file.where}",
                    nn=f"{name}: fila {path} er ikkje der. Ho er å få her: {file.where}",
                    en=f"{name}: the file {path} is not there. Get it here: {file.where}",
                )
            )
        found[name] = path
    if faults:
        raise RecipeError(recipe.name, faults)
    return found


def fetch(package: str, folder: Path) -> Path:
    """Fetch a package of the npm registry, at its exact version, without running anything of it.

    Raises
    ------
    OSError
        When npm is not there or does not give it.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise OSError("npm is not installed")
    folder.mkdir(parents=True)
    try:
        done = subprocess.run(  # noqa: S603 - the name was checked when the recipe was read
            [npm, "pack", package, "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, capture_output=True, text=True, timeout=NPM_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise OSError(f"npm took more than {NPM_SECONDS} seconds") from None
    archives = list(folder.glob("*.tgz"))
    if done.returncode or not archives:
        said = [
            line.removeprefix("npm error").removeprefix("npm ERR!").strip() for line in done.stderr.splitlines() if line.startswith(("npm error", "npm ERR!"))
        ]
        raise OSError(next((line for line in said if " " in line), "npm gave nothing"))
    with tarfile.open(archives[0]) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def read_records(recipe: str, name: str, file: SourceFile, path: Path) -> Records:
    """Read a file as records.

    Raises
    ------
    RecipeError
        When it cannot be read as what its ending says.
    """
    ending = path.suffix.lower()
    try:
        if ending in (".csv", ".tsv", ".txt"):
            return _delimited(path, file)
        if ending == ".xlsx":
            return _workbook(path, file)
        if ending in (".parquet", ".geoparquet"):
            return _parquet(path)
        return _json(path, file)
    except MissingExtraError:
        raise
    except Exception as error:  # noqa: BLE001 - any reader may fail in its own way on a broken file
        reason = " ".join(str(error).split()) or type(error).__name__
        raise RecipeError(
            recipe,
            [
                Text(
                    nb=f"{name}: {path.name} kan ikke leses: {reason}",
                    nn=f"{name}: {path.name} kan ikkje lesast: {reason}",
                    en=f"{name}: {path.name} cannot be read: {reason}",
                )
            ],
        ) from None


def _delimited(path: Path, file: SourceFile) -> Records:
    text = path.read_bytes().decode(file.encoding).removeprefix("\ufeff")
    separator = "\t" if path.suffix.lower() == ".tsv" else file.separator
    body = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    if not body:
        raise ValueError("the file is empty")
    header = tuple(cell.strip() for cell in body[0])
    if twice := sorted({name for name in header if name and header.count(name) > 1}):
        raise ValueError(f"columns of the same name: {', '.join(twice)}")
    filled = [(number, row) for number, row in enumerate(body[1:], 2) if any(cell.strip() for cell in row)]
    rows = tuple((number, dict(zip(header, map(str.strip, row), strict=True))) for number, row in filled if len(row) == len(header))
    return Records(header, rows, tuple((number, row) for number, row in filled if len(row) != len(header)))


def _framed(frame: Any) -> Records:
    columns = tuple(str(column) for column in frame.columns)
    records = frame.to_dict("records")
    return Records(columns, tuple((number, {str(key): _text(value) for key, value in record.items()}) for number, record in enumerate(records, 2)))


def _workbook(path: Path, file: SourceFile) -> Records:
    import pandas as pd

    try:
        import openpyxl  # noqa: F401 - asked for here so that its absence names the extra
    except ImportError:
        raise MissingExtraError("openpyxl", "sources") from None
    read = _framed(pd.read_excel(path, sheet_name=file.sheet, dtype="object", keep_default_na=False, na_values=[""]))
    return Records(read.columns, tuple((number, record) for number, record in read.rows if any(record.values())))


def _parquet(path: Path) -> Records:
    import pyarrow.parquet as pq

    table = pq.read_table(path, partitioning=None)
    return Records(
        tuple(table.column_names),
        tuple((number, {key: _text(value) for key, value in record.items()}) for number, record in enumerate(table.to_pylist(), 2)),
    )


def _json(path: Path, file: SourceFile) -> Records:
    content = json.loads(path.read_bytes().decode(file.encoding))
    if isinstance(content, dict) and content.get("type") == "Topology":
        (layer,) = content["objects"].values()
        found = [one.get("properties") or {} for one in layer["geometries"]]
    elif isinstance(content, dict) and content.get("type") == "FeatureCollection":
        found = [one.get("properties") or {} for one in content["features"]]
    else:
        found = content
        for part in filter(None, (file.records or "").split(".")):
            found = found[part]
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise ValueError("it holds no list of objects (say where by `records`)")
    columns = tuple(dict.fromkeys(str(key) for one in found for key in one))
    return Records(columns, tuple((number, {column: _text(one.get(column)) for column in columns}) for number, one in enumerate(found, 1)))


def _text(value: Any) -> Any:
    """Write a cell as text, as short as it can be; lists stay, to be split into records."""
    if isinstance(value, list):
        return value
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace").strip()
    if isinstance(value, float) and isfinite(value) and value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()


def lacking(recipe: Recipe, records: Mapping[str, Records]) -> None:
    """Say which columns the recipe names that its files do not have.

    Raises
    ------
    RecipeError
        With all of them.
    """
    wanted: dict[str, set[str]] = {name: set() for name in recipe.files}
    for steps in recipe.tables.values():
        for step in steps:
            if step.file is None:
                continue
            if step.nested:
                wanted[step.file].add(step.nested)
            wanted[step.file] |= set(step.select) | ({step.host.lon, step.host.lat} if step.host else set())
            for take in step.columns.values():
                wanted[step.file] |= {one for one in take.names if not (step.nested and one.startswith(f"{step.nested}."))}
                for lookup in take.lookup:
                    wanted[lookup.file] |= {lookup.key, lookup.take}
                if take.renumber:
                    wanted[take.renumber.file] |= {take.renumber.old, take.renumber.new}
    if recipe.reports:
        part = recipe.reports
        wanted[part.file] |= {*part.reporter.names, *filter(None, (part.names, part.codes))}
    faults = [
        same(f"{name}: {', '.join(sorted(missing))} / {', '.join(records[name].columns)}")
        for name, columns in wanted.items()
        if name in records and (missing := columns - set(records[name].columns))
    ]
    if faults:
        head = Text(
            nb="disse kolonnene er ikke i filene (mangler / finnes):",
            nn="desse kolonnane er ikkje i filene (manglar / finst):",
            en="these columns are not in the files (missing / present):",
        )
        raise RecipeError(recipe.name, [head, *faults])
