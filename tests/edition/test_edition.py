"""Reading, writing and looking at an edition on a day."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import pytest

from samvirke.edition import TargetExistsError, check, new_folder, open_edition, tables, to_csv, write_edition, write_file
from samvirke.errors import UnknownNameError
from tests.conftest import THREE

Write = Callable[[Mapping[str, str | bytes]], Path]


def test_three_files_are_an_edition(three: Path) -> None:
    edition = open_edition(three)
    assert edition.names() == {"0301": "Ås", "0302": "Bø", "1103": "Ål"}
    assert edition.title.nb == "edition"
    assert not edition.constructed
    assert "agreement" not in edition
    with pytest.raises(UnknownNameError, match="municipality"):
        edition["municipalty"]


def test_parquet_is_read_like_csv(three: Path) -> None:
    before = open_edition(three)
    pd.read_csv(three / "member.csv", dtype=str).to_parquet(three / "member.parquet")
    (three / "member.csv").unlink()
    pd.testing.assert_frame_equal(open_edition(three)["member"], before["member"])


def test_parquet_with_real_dates_and_numbers(write_folder: Write) -> None:
    folder = write_folder(THREE)
    frame = pd.DataFrame({"municipality": ["0301", "0302"], "year": [2013, 2013], "figure": ["population"] * 2, "value": [10.5, None]})
    frame.to_parquet(folder / "figure.parquet")
    days = pd.DataFrame({"id": ["lv", "bv"], "service": ["legevakt", "barnevern"], "valid_from": pd.to_datetime(["2010-01-01", None])})
    days.to_parquet(folder / "cooperation.parquet")
    (folder / "cooperation.csv").unlink()
    edition = open_edition(folder)
    assert edition["figure"]["value"].tolist()[0] == 10.5
    assert edition["figure"]["year"].dtype == "Int64"
    assert edition["cooperation"]["valid_from"].tolist()[0] == "2010-01-01"
    assert pd.isna(edition["cooperation"]["valid_from"].tolist()[1])


def test_a_package_names_files_title_and_date(three: Path) -> None:
    (three / "member.csv").rename(three / "who.csv")
    package = {"title": "Three", "date": "2013", "constructed": True, "resources": [{"name": "member", "path": "who.csv"}]}
    (three / "datapackage.json").write_text(json.dumps(package))
    edition = open_edition(three)
    assert (edition.title.nn, edition.date, edition.constructed) == ("Three", "2013", True)
    assert len(edition["member"]) == 4


@pytest.mark.parametrize(
    ("day", "cooperations", "uncertain"),
    [
        (None, ["lv", "bv"], {}),
        ("2009-06-01", [], {}),
        ("2011", ["lv"], {}),
        ("2012-06-01", ["lv", "bv"], {"cooperation": 1}),
        ("2012-12-31", ["lv", "bv"], {}),
        ("2014-01-01", ["lv"], {}),
    ],
)
def test_rows_of_another_time_are_left_out(three: Path, day: str | None, cooperations: list[str], uncertain: dict[str, int]) -> None:
    seen = open_edition(three).on(day)
    assert list(seen["cooperation"]["id"]) == cooperations
    assert set(seen["member"]["cooperation"]) == set(cooperations)
    assert dict(seen.uncertain) == uncertain


def test_an_agreement_counts_from_the_day_it_was_signed() -> None:
    seen = open_edition("nibr-2015").on("2006")
    assert seen["agreement"]["signed"].dropna().max() == "2006"
    assert set(seen["clause"]["agreement"]) <= set(seen["agreement"]["id"])
    assert set(seen["submission"]["agreement"]) <= set(seen["agreement"]["id"])


def test_what_is_written_reads_back_equal(tmp_path: Path) -> None:
    edition = open_edition("nibr-2015")
    write_edition(edition.tables, edition.package, tmp_path / "again")
    again = open_edition(tmp_path / "again")
    assert list(again.tables) == list(edition.tables)
    for name, frame in edition.tables.items():
        pd.testing.assert_frame_equal(again[name], frame)
    assert check(tmp_path / "again").errors == 0
    assert json.loads((tmp_path / "again" / "datapackage.json").read_text(encoding="utf-8"))["title"] == edition.package["title"]


def test_numbers_are_written_exactly_and_shortest() -> None:
    frame = pd.DataFrame({"a": [0.1, 1 / 3, 2.0, None], "b": pd.array([True, None, False, True], dtype="boolean")})
    text = to_csv(frame).decode()
    assert text == "a,b\n0.1,true\n0.33333333333333331,\n2,false\n,true\n"
    assert float(text.splitlines()[2].split(",")[0]) == 1 / 3


def test_a_folder_is_whole_or_not_there(tmp_path: Path) -> None:
    target = tmp_path / "new"
    with pytest.raises(RuntimeError, match="half"), new_folder(target) as folder:
        (folder / "a").write_text("x")
        raise RuntimeError("half-way")
    assert list(tmp_path.iterdir()) == []
    with new_folder(target) as folder:
        (folder / "a").write_text("x")
    assert (target / "a").read_text() == "x"
    with pytest.raises(TargetExistsError), new_folder(target):
        pass


def test_a_file_is_whole_or_as_before(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "file.txt"
    write_file(target, b"one")
    with pytest.raises(TypeError):
        write_file(target, "not bytes")  # type: ignore[arg-type]
    assert target.read_bytes() == b"one"
    assert [path.name for path in target.parent.iterdir()] == ["file.txt"]


def test_the_contract_names_every_table_once() -> None:
    contract = "municipality municipality_change grouping figure travel service cooperation member coverage report agreement clause submission collection company owner application use event survey statement case claim source"
    assert list(tables()) == contract.split()
    assert [name for name, table in tables().items() if table.needed] == ["municipality", "cooperation", "member"]
    keys = {
        "municipality": ("code", "valid_from"),
        "grouping": ("municipality", "kind", "valid_from"),
        "clause": ("agreement", "kind", "step"),
        "use": ("municipality", "cooperation", "year", "measure"),
    }
    assert {name: tables()[name].key for name in keys} == keys
    references = {column.refers for table in tables().values() for column in table.columns.values() if column.refers}
    for reference in references:
        table, column = reference.split(".")
        assert tables()[table].columns[column].key


def test_every_column_of_the_contract_has_a_heading_in_three_languages() -> None:
    from samvirke.vocabulary.labels import has_label

    names = {column for table in tables().values() for column in table.columns} | {
        column for frame in open_edition("nibr-2015").tables.values() for column in frame
    }
    assert sorted(name for name in names if not has_label(name) and not has_label(name.removesuffix("_nb").removesuffix("_nn"))) == []
