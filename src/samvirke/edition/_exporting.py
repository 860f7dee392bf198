"""Give an edition to other programs: CSV, Parquet, Excel, a Frictionless package, DuckDB."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from samvirke.edition._edition import Edition
from samvirke.edition._schema import tables
from samvirke.edition._writing import describe_package, new_folder, to_csv, write_edition, write_file
from samvirke.errors import MissingExtraError, SamvirkeError
from samvirke.vocabulary.labels import column_label, has_label, heading
from samvirke.vocabulary.language import Language, Text

if TYPE_CHECKING:
    import pyarrow as pa

Format = Literal["csv", "parquet", "xlsx", "datapackage", "duckdb"]

_FIXED = (1980, 1, 1, 0, 0, 0)
"""The time written into archives, so that the same edition gives the same file."""

_EXCEL_ROWS, _EXCEL_COLUMNS, _EXCEL_CHARACTERS = 1_048_576, 16_384, 32_767


class TooLargeForExcelError(SamvirkeError, OverflowError):
    """A table does not fit a sheet of Excel: too many rows or columns, or a cell too long."""

    def __init__(self, table: str, frame: pd.DataFrame, longest: int) -> None:
        room = f"{_EXCEL_ROWS} × {_EXCEL_COLUMNS}, {_EXCEL_CHARACTERS}"
        size = f"{len(frame)} × {len(frame.columns)}, {longest}"
        super().__init__(
            Text(
                nb=f"Tabellen {table} får ikke plass i et ark i Excel (rader × kolonner, tegn i lengste celle: {size}; plass: {room}). Velg csv, parquet eller duckdb.",
                nn=f"Tabellen {table} får ikkje plass i eit ark i Excel (rader × kolonnar, teikn i lengste celle: {size}; plass: {room}). Vel csv, parquet eller duckdb.",
                en=f"The table {table} does not fit a sheet of Excel (rows × columns, characters of the longest cell: {size}; room: {room}). Choose csv, parquet or duckdb.",
            )
        )


def export(edition: Edition, format: Format, target: Path, language: Language = "nb") -> Path:
    """Write an edition in a form that another program reads.

    Parameters
    ----------
    edition : Edition
        What to write.
    format : {"csv", "parquet", "xlsx", "datapackage", "duckdb"}
        ``csv`` and ``parquet``: a folder with a file a table and datapackage.json, which is an edition again. ``xlsx``: a
        workbook with a sheet a table and one that explains the columns. ``datapackage``: a zip that is a Frictionless package
        with keys and references. ``duckdb``: a database file.
    target : pathlib.Path
        The folder or file to write; a folder must be new or empty.
    language : {"nb", "nn", "en"}
        Language of the sheet that explains the columns.

    Returns
    -------
    pathlib.Path
        What was written.

    Raises
    ------
    TargetExistsError
        When a folder holds anything.
    MissingExtraError
        When the library that the form needs is not installed.
    """
    writers: Mapping[str, Callable[[Edition, Path, Language], None]] = {
        "csv": _write_csv,
        "parquet": _write_parquet,
        "xlsx": _write_xlsx,
        "datapackage": _write_datapackage,
        "duckdb": _write_duckdb,
    }
    writers[format](edition, target, language)
    return target


def _write_csv(edition: Edition, target: Path, _: Language) -> None:
    write_edition(edition.tables, edition.package, target)


def arrow(frame: pd.DataFrame, name: str) -> pa.Table:
    """Return a table as Arrow, with text, numbers, whole numbers and booleans as the contract says."""
    import pyarrow as pa

    kinds = {"number": pa.float64(), "integer": pa.int64(), "boolean": pa.bool_()}
    about = tables()[name].columns
    columns = {
        column: pa.array(
            [None if pd.isna(value) else value for value in frame[column].tolist()], type=kinds.get(about[column].type if column in about else "", pa.string())
        )
        for column in frame.columns
    }
    return pa.table(columns)


def _write_parquet(edition: Edition, target: Path, _: Language) -> None:
    import pyarrow.parquet as pq

    with new_folder(target) as folder:
        for name, frame in edition.tables.items():
            pq.write_table(arrow(frame, name), folder / f"{name}.parquet")
        package = describe_package(edition.tables, edition.package, suffix="parquet")
        (folder / "datapackage.json").write_text(json.dumps(package, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _write_datapackage(edition: Edition, target: Path, _: Language) -> None:
    package = describe_package(edition.tables, edition.package)
    files = {"datapackage.json": json.dumps(package, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"}
    files |= {f"{name}.csv": to_csv(frame) for name, frame in edition.tables.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, _FIXED), data, zipfile.ZIP_DEFLATED)
    write_file(target, buffer.getvalue())


def _write_xlsx(edition: Edition, target: Path, language: Language) -> None:
    try:
        import xlsxwriter
    except ImportError:
        raise MissingExtraError("xlsxwriter", "exports") from None
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    book.set_properties({"title": edition.title[language], "created": datetime(*_FIXED)})
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@"})
    _write_explanation(book, edition, language, bold, wrap)
    for name, frame in edition.tables.items():
        longest = max((int(cells.dropna().astype(str).str.len().max()) for _, cells in frame.items() if cells.notna().any()), default=0)
        if len(frame) >= _EXCEL_ROWS or len(frame.columns) > _EXCEL_COLUMNS or longest > _EXCEL_CHARACTERS:
            raise TooLargeForExcelError(name, frame, longest)
        _write_sheet(book, name, frame, bold, text)
    book.close()
    write_file(target, buffer.getvalue())


def _write_explanation(book: Any, edition: Edition, language: Language, bold: Any, wrap: Any) -> None:
    """Write the first sheet: the title, and what each column of each table is."""
    sheet = book.add_worksheet(heading("columns_sheet")[language][:31])
    sheet.write_string(0, 0, edition.title[language])
    if edition.constructed:
        sheet.write_string(1, 0, heading("constructed")[language])
    for place, word in enumerate(("table", "column", "title", "type", "description")):
        sheet.write_string(2, place, column_label(word)[language], bold)
    row = 3
    for name, frame in edition.tables.items():
        about = tables()[name].columns
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 4, tables()[name].about[language], wrap)
        row += 1
        for column in frame.columns:
            known = about.get(column)
            cells = (name, column, _heading(column, language), known.type if known else "text", known.about[language] if known else "")
            for place, cell in enumerate(cells):
                sheet.write_string(row, place, cell, wrap)
            row += 1
    sheet.freeze_panes(3, 0)
    sheet.set_column(0, 3, 22)
    sheet.set_column(4, 4, 80)


def _heading(column: str, language: Language) -> str:
    """Return what a column is called, also one that holds a language's text of another."""
    base = column[:-3] if column[-3:] in ("_nb", "_nn") and not has_label(column) else column
    return column_label(base)[language] + (f" ({column[-2:]})" if base != column else "")


def _write_sheet(book: Any, name: str, frame: pd.DataFrame, bold: Any, text: Any) -> None:
    """Write a table: codes and dates as text, numbers as numbers, true and false as such, a frozen header with filters."""
    sheet = book.add_worksheet(name)
    for place, column in enumerate(frame.columns):
        sheet.write_string(0, place, column, bold)
        writer = {"f": sheet.write_number, "i": sheet.write_number, "b": sheet.write_boolean}.get(frame[column].dtype.kind, sheet.write_string)
        for row, value in enumerate(frame[column].tolist(), 1):
            if not pd.isna(value):
                writer(row, place, value, *([text] if writer == sheet.write_string else []))
        longest = max((len(str(value)) for value in frame[column].dropna()), default=0)
        sheet.set_column(place, place, min(60, max(len(column), longest) + 2))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(frame)), max(0, len(frame.columns) - 1))


def _write_duckdb(edition: Edition, target: Path, _: Language) -> None:
    import tempfile

    try:
        import duckdb
    except ImportError:
        raise MissingExtraError("duckdb", "exports") from None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "edition.duckdb"
        with duckdb.connect(str(path)) as database:
            for name, frame in edition.tables.items():
                database.register("source_rows", arrow(frame, name))
                database.execute(f'CREATE TABLE "{name}" AS SELECT * FROM source_rows')
                database.unregister("source_rows")
                database.execute(f"COMMENT ON TABLE \"{name}\" IS '{_quoted(tables()[name].about.en)}'")
                for column in frame.columns:
                    if column in tables()[name].columns:
                        database.execute(f'COMMENT ON COLUMN "{name}"."{column}" IS \'{_quoted(tables()[name].columns[column].about.en)}\'')
        write_file(target, path.read_bytes())


def _quoted(text: str) -> str:
    return text.replace("'", "''")
