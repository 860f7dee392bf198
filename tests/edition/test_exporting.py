"""Every export opens in another program and says the same as the edition."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pytest
from frictionless import Package

import samvirke
from samvirke.edition import Edition, QueryError, TargetExistsError, check, export, open_edition, query, write_edition
from samvirke.edition import tables as contract
from tests.conftest import run


def assert_equal(first: Edition, second: Edition) -> None:
    assert list(first.tables) == list(second.tables)
    for name, frame in first.tables.items():
        pd.testing.assert_frame_equal(second[name], frame, obj=name)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_folder_is_an_edition_again(note: Edition, tmp_path: Path, form: str) -> None:
    export(note, form, tmp_path / "out")  # type: ignore[arg-type]
    assert_equal(note, open_edition(tmp_path / "out"))
    assert check(tmp_path / "out").errors == 0
    with pytest.raises(TargetExistsError):
        export(note, form, tmp_path / "out")  # type: ignore[arg-type]


def test_frictionless_finds_the_package_valid(note: Edition, tmp_path: Path) -> None:
    export(note, "datapackage", tmp_path / "note.zip")
    with zipfile.ZipFile(tmp_path / "note.zip") as archive:
        archive.extractall(tmp_path / "package")
    for folder in (tmp_path / "package", export(note, "parquet", tmp_path / "parquet")):
        package = Package.from_descriptor(json.loads((folder / "datapackage.json").read_text(encoding="utf-8")), basepath=str(folder))
        report = package.validate()
        assert report.valid, report.flatten(["title", "note", "rowNumber", "fieldName"])[:5]
        assert {task.name: task.stats["rows"] for task in report.tasks} == {name: len(frame) for name, frame in note.tables.items()}
    assert_equal(note, open_edition(tmp_path / "package"))


def test_frictionless_would_find_a_broken_reference(note: Edition, tmp_path: Path) -> None:
    export(note, "csv", tmp_path / "out")
    path = tmp_path / "out" / "member.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("legevakt-ål-2008,0619", "legevakt-ål-2008,9999"), encoding="utf-8")
    package = Package.from_descriptor(json.loads((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8")), basepath=str(tmp_path / "out"))
    assert [kind for (kind,) in package.validate().flatten(["type"])] == ["foreign-key"]


def test_the_workbook_has_types_a_frozen_header_and_an_explanation(note: Edition, tmp_path: Path) -> None:
    export(note, "xlsx", tmp_path / "note.xlsx", "nn")
    book = openpyxl.load_workbook(tmp_path / "note.xlsx")
    assert book.sheetnames == ["Forklaring", *note.tables]
    for name in note.tables:
        assert book[name].freeze_panes == "A2"
        assert book[name].auto_filter.ref
    assert book["municipality"]["A2"].value == "0104"
    assert book["municipality"]["A2"].number_format == "@"
    assert book["claim"].max_row == len(note["claim"]) + 1
    assert isinstance(book["clause"]["C2"].value, int)
    assert book["submission"]["D2"].value is False
    explained = {(row[0], row[1]) for row in book["Forklaring"].iter_rows(min_row=4, values_only=True)}
    for name, frame in note.tables.items():
        assert {(name, column) for column in frame.columns} <= explained


def test_the_workbook_reads_back_equal(note: Edition, tmp_path: Path) -> None:
    export(note, "xlsx", tmp_path / "note.xlsx")
    sheets = pd.read_excel(tmp_path / "note.xlsx", sheet_name=None, dtype="str", keep_default_na=False, na_values=[""])
    frames = {}
    for name in note.tables:
        frame = sheets[name]
        for column, about in contract()[name].columns.items():
            if about.type == "boolean" and column in frame:
                frame[column] = frame[column].str.lower()
        frames[name] = frame
    write_edition(frames, note.package, tmp_path / "again")
    assert_equal(note, open_edition(tmp_path / "again"))


def test_the_database_reads_back_equal(note: Edition, tmp_path: Path) -> None:
    export(note, "duckdb", tmp_path / "note.duckdb")
    with duckdb.connect(str(tmp_path / "note.duckdb"), read_only=True) as database:
        names = [name for (name,) in database.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        assert set(names) == set(note.tables)
        frames = {name: database.execute(f'SELECT * FROM "{name}"').df() for name in note.tables}  # noqa: S608
        comment = database.execute("SELECT comment FROM duckdb_columns() WHERE table_name = 'clause' AND column_name = 'step'").fetchone()
    assert comment == (contract()["clause"].columns["step"].about.en,)
    write_edition({name: frame.astype({"seq": "Int64"}) if name == "submission" else frame for name, frame in frames.items()}, note.package, tmp_path / "again")
    assert_equal(note, open_edition(tmp_path / "again"))


@pytest.mark.parametrize("form", ["xlsx", "datapackage"])
def test_a_file_is_the_same_each_time(note: Edition, tmp_path: Path, form: str) -> None:
    export(note, form, tmp_path / "one")  # type: ignore[arg-type]
    export(note, form, tmp_path / "two")  # type: ignore[arg-type]
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_formula_is_text(note: Edition, three: Path, tmp_path: Path) -> None:
    (three / "municipality.csv").write_text("code,name\n0301,=1+1\n0302,http://x\n1103,007\n", encoding="utf-8")
    export(open_edition(three), "xlsx", tmp_path / "three.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "three.xlsx")["municipality"]
    assert [(sheet.cell(row, 2).value, sheet.cell(row, 2).data_type) for row in (2, 3, 4)] == [("=1+1", "s"), ("http://x", "s"), ("007", "s")]
    assert note.name


def test_sql_counts_what_another_database_counts(note: Edition) -> None:
    sql = "SELECT c.service, count(*) AS n FROM agreement AS a JOIN cooperation AS c ON c.id = a.cooperation WHERE a.signed >= '2012' GROUP BY c.service ORDER BY n DESC, c.service"
    other = sqlite3.connect(":memory:")
    for name in ("agreement", "cooperation"):
        note[name].astype(object).where(note[name].notna(), None).to_sql(name, other, index=False)
    assert [tuple(row) for row in query(note, sql).to_numpy()] == other.execute(sql).fetchall()


REFUSED = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM glob('/*')",
    "SELECT * FROM read_text('https://example.org')",
    "COPY agreement TO '/tmp/x.csv'",
    "DROP TABLE agreement",
    "WITH gone AS (DELETE FROM member RETURNING *) SELECT * FROM gone",
    "SELECT 1; SELECT 2",
    "SET enable_external_access = true",
    "ATTACH '/tmp/a.db'",
    "INSTALL httpfs",
    "SELECT * FROM agrement",
    "SELEC",
    "",
]


@pytest.mark.parametrize("sql", REFUSED)
def test_what_a_query_may_not_do(note: Edition, sql: str) -> None:
    with pytest.raises(QueryError, match="Tables: municipality"):
        query(note, sql)


def test_frames_in_the_program_are_out_of_reach(note: Edition) -> None:
    secret = pd.DataFrame({"a": [1]})
    with pytest.raises(QueryError):
        query(note, "SELECT * FROM secret")
    assert len(secret) == 1


def test_export_and_query_on_the_command_line(tmp_path: Path) -> None:
    result = run("export", "nibr-2015", "--format", "xlsx", "--out", tmp_path / "n.xlsx", "--language", "en")
    assert (result.returncode, result.stdout) == (0, f"The edition is in {tmp_path / 'n.xlsx'}\n")
    found = json.loads(run("query", "nibr-2015", "SELECT count(*) AS n FROM submission", "--format", "json").stdout)
    assert (found["finding"], found["table"]) == ("query", [{"n": 74}])
    failed = run("query", "nibr-2015", "DROP TABLE member")
    assert (failed.returncode, "Traceback" in failed.stderr) == (1, False)
    again = run("export", "nibr-2015", "--format", "csv", "--out", tmp_path)
    assert again.returncode == 1
    assert [path.name for path in tmp_path.iterdir()] == ["n.xlsx"]


def test_what_does_not_fit_a_sheet_is_refused_not_cut(three: Path, tmp_path: Path) -> None:
    (three / "municipality.csv").write_text(f"code,name\n0301,{'x' * 40_000}\n0302,B\n1103,C\n", encoding="utf-8")
    with pytest.raises(samvirke.SamvirkeError, match="municipality does not fit a sheet"):
        export(open_edition(three), "xlsx", tmp_path / "three.xlsx")
    assert not (tmp_path / "three.xlsx").exists()


def test_a_query_gives_values_as_they_are(note: Edition) -> None:
    sql = "SELECT 12345678901234567890123456789::HUGEINT AS h, sum(x) AS s, [1, NULL] AS l, TIME '01:02:03' AS t, 'inf'::DOUBLE AS i FROM (VALUES (9007199254740993::BIGINT)) AS v(x)"
    assert int(query(note, sql).at[0, "h"]) == 12345678901234567890123456789
    assert int(query(note, sql).at[0, "s"]) == 9007199254740993
    record = json.loads(run("query", "nibr-2015", sql, "--format", "json").stdout)["table"][0]
    assert (record["h"], record["s"], record["l"], record["t"], record["i"]) == (12345678901234567890123456789, 9007199254740993, [1, None], "01:02:03", None)


def test_a_query_that_gives_too_much_or_takes_too_long_is_stopped(note: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("samvirke.edition._querying.MOST_ROWS", 10)
    monkeypatch.setattr("samvirke.edition._querying.MOST_SECONDS", 1)
    with pytest.raises(QueryError, match="rows"):
        query(note, "SELECT * FROM range(11)")
    with pytest.raises(QueryError, match="seconds"):
        query(note, "SELECT count(*) FROM submission a, submission b, submission c, submission d, submission e, submission f")
