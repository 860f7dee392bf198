"""Bad input: every problem at once with its place and remedy, exit code 1, no traceback, nothing written."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import pytest

from samvirke.edition import EditionError, check, open_edition, rules
from tests.conftest import THREE, run

Write = Callable[[Mapping[str, str | bytes]], Path]
MEMBER = THREE["member"]


def changed(table: str, old: str, new: str) -> dict[str, str | bytes]:
    assert old in THREE[table]
    return {**THREE, table: THREE[table].replace(old, new)}


# (id, tables, rule, table, row, column, a part of the value)
CASES: list[tuple[str, Mapping[str, str | bytes], str, str, str, str, str]] = [
    ("missing table", {name: text for name, text in THREE.items() if name != "member"}, "missing_table", "member", "", "", ""),
    ("latin-1", {**THREE, "municipality": THREE["municipality"].encode("latin-1")}, "not_utf8", "municipality", "2", "", "Ås"),
    ("utf-16", {**THREE, "municipality": THREE["municipality"].encode("utf-16")}, "not_utf8", "municipality", "1", "", "UTF-16"),
    ("semicolons", {**THREE, "member": MEMBER.replace(",", ";")}, "wrong_separator", "member", "1", "", ";"),
    ("tabs", {**THREE, "member": MEMBER.replace(",", "\t")}, "wrong_separator", "member", "1", "", "tab"),
    ("byte-order mark", {**THREE, "member": b"\xef\xbb\xbf" + MEMBER.encode()}, "byte_order_mark", "member", "1", "", ""),
    ("misspelt column", changed("member", ",role", ",rolle"), "misspelt_column", "member", "1", "rolle", "rolle"),
    ("missing column", changed("member", ",municipality,", ",kommune,"), "missing_column", "member", "1", "municipality", ""),
    ("repeated column", changed("member", ",role", ",municipality"), "repeated_column", "member", "1", "municipality", "municipality"),
    ("lost zero", changed("member", "lv,0302", "lv,302"), "lost_leading_zero", "member", "3", "municipality", "302"),
    ("lost zero in codes", changed("municipality", "0302", "302"), "lost_leading_zero", "municipality", "3", "code", "302"),
    ("repeated key", {**THREE, "member": MEMBER + "bv,1103,host\n"}, "repeated_key", "member", "5", "cooperation, municipality", "bv 1103"),
    ("unknown cooperation", {**THREE, "member": MEMBER + "xx,1103,host\n"}, "unknown_reference", "member", "6", "cooperation", "xx"),
    ("unknown municipality", {**THREE, "member": MEMBER + "bv,9999,host\n"}, "unknown_reference", "member", "6", "municipality", "9999"),
    ("end before start", changed("cooperation", "2012,2014-01-01", "2012,2011-01-01"), "ends_before_it_begins", "cooperation", "3", "valid_to", "2011-01-01"),
    (
        "no time at all",
        changed("cooperation", "2012,2014-01-01", "2014-01-01,2014-01-01"),
        "ends_before_it_begins",
        "cooperation",
        "3",
        "valid_to",
        "2014-01-01",
    ),
    ("role not in list", changed("member", "bv,0302,host", "bv,0302,boss"), "not_in_list", "member", "4", "role", "boss"),
    ("service not in list", changed("cooperation", ",barnevern", ",barnvern"), "not_in_list", "cooperation", "3", "service", "barnvern"),
    ("unclosed quote", changed("member", "lv,0302", 'lv,"0302'), "unclosed_quote", "member", "3", "", ""),
    ("quote inside", changed("cooperation", ",Legevakt,", ',"Lege"vakt,'), "unclosed_quote", "cooperation", "2", "", ""),
    ("empty file", {**THREE, "member": ""}, "empty_file", "member", "", "", ""),
    ("only spaces", {**THREE, "member": " \n\n"}, "empty_file", "member", "", "", ""),
    ("no rows", {**THREE, "municipality": "code,name\n"}, "no_rows", "municipality", "", "", ""),
    ("binary", {**THREE, "member": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"}, "binary_file", "member", "", "", ""),
    ("binary without zeros", {**THREE, "member": bytes(range(1, 256)) * 20}, "binary_file", "member", "", "", ""),
    ("impossible date", changed("cooperation", "2010-01-01", "2010-02-30"), "not_a_date", "cooperation", "2", "valid_from", "2010-02-30"),
    ("norwegian date", changed("cooperation", "2010-01-01", "01.01.2010"), "not_a_date", "cooperation", "2", "valid_from", "01.01.2010"),
    ("short row", changed("member", "bv,1103,participant", "bv,1103"), "wrong_cell_count", "member", "5", "", "2"),
    ("long row", changed("member", "bv,1103,participant", "bv,1103,participant,x"), "wrong_cell_count", "member", "5", "", "4"),
    ("empty cell", changed("municipality", "0302,Bø", "0302,"), "empty_cell", "municipality", "3", "name", ""),
    ("not a number", {**THREE, "figure": "municipality,year,figure,value\n0301,2013,population,12 345\n"}, "not_a_number", "figure", "2", "value", "12 345"),
    ("infinite", {**THREE, "figure": "municipality,year,figure,value\n0301,2013,population,inf\n"}, "not_a_number", "figure", "2", "value", "inf"),
    ("half a year", {**THREE, "figure": "municipality,year,figure,value\n0301,2013.5,population,1\n"}, "not_an_integer", "figure", "2", "year", "2013.5"),
    (
        "share above one",
        {**THREE, "company": "id,name\nc,C\n", "owner": "company,municipality,share\nc,0301,1.5\n"},
        "out_of_range",
        "owner",
        "2",
        "share",
        "1.5",
    ),
    (
        "hours",
        changed("cooperation", "name,", "hours,").copy() | {"cooperation": "id,service,hours\nlv,legevakt,day;nigth\nbv,barnevern,\n"},
        "not_in_list",
        "cooperation",
        "2",
        "hours",
        "day;nigth",
    ),
    (
        "neither true nor false",
        {**THREE, "service": "id,label_nb,label_nn,label_en,statutory\nx,a,b,c,perhaps\n"},
        "not_true_or_false",
        "service",
        "2",
        "statutory",
        "perhaps",
    ),
    (
        "reference to no table",
        {**THREE, "member": "cooperation,municipality,source\nlv,0301,note\nlv,0302,\n"},
        "missing_reference_table",
        "member",
        "2",
        "source",
        "note",
    ),
    (
        "valid twice",
        {**THREE, "municipality": "code,name,valid_from\n0301,A,\n0301,B,2010\n0302,C,\n1103,D,\n"},
        "overlapping_validity",
        "municipality",
        "3",
        "code",
        "0301",
    ),
    ("two files", {**THREE, "member.parquet": b"PAR1"}, "two_files", "member", "", "", "member.csv, member.parquet"),
    (
        "broken parquet",
        {**{name: text for name, text in THREE.items() if name != "member"}, "member.parquet": b"PAR1 no"},
        "unreadable_file",
        "member",
        "",
        "",
        "",
    ),
    ("package is no object", {**THREE, "datapackage.json": "[1]"}, "bad_package", "", "", "", "object"),
    ("package is no JSON", {**THREE, "datapackage.json": "{"}, "bad_package", "", "", "", "Expecting"),
    (
        "package names a file outside",
        {**THREE, "datapackage.json": '{"resources": [{"name": "member", "path": "../member.csv"}]}'},
        "bad_package",
        "member",
        "",
        "",
        "../member.csv",
    ),
    (
        "package names no file",
        {**THREE, "datapackage.json": '{"resources": [{"name": "member", "path": "members.csv"}]}'},
        "bad_package",
        "member",
        "",
        "",
        "members.csv",
    ),
    ("package with a bad date", {**THREE, "datapackage.json": '{"date": "april"}'}, "bad_package", "", "", "", "april"),
    (
        "bad condition",
        {**THREE, "claim": "id,section,claim,comparison,printed,counted,where\nx,1,c,eq,1,agreement,priod=before\n"},
        "bad_condition",
        "claim",
        "2",
        "where",
        "priod=before",
    ),
    (
        "bad value of a condition",
        {**THREE, "claim": "id,section,claim,comparison,printed,counted,where\nx,1,c,eq,1,agreement,period=bfore\n"},
        "bad_condition",
        "claim",
        "2",
        "where",
        "period=bfore",
    ),
]


@pytest.mark.parametrize(("tables", "rule", "table", "row", "column", "value"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_each_problem_has_its_place_and_remedy(
    write_folder: Write, tables: Mapping[str, str | bytes], rule: str, table: str, row: str, column: str, value: str
) -> None:
    report = check(write_folder(tables))
    found = report.to_frame("en")
    own = found[(found["rule"] == rule) & (found["table"] == table)]
    assert len(own), found.to_string()
    assert report.errors
    first = own.iloc[0]
    assert (first["row"], first["severity"]) == (row, "error")
    assert column in first["column"]
    assert value in first["value"]
    for language in ("nb", "nn", "en"):
        words = report.to_frame(language)
        assert (words["message"].str.len() > 5).all()
        assert (words["remedy"].str.len() > 5).all()
        assert not words["remedy"].str.contains("{", regex=False).any()


# Warnings: worth a look, and the edition is used all the same.
WARNED: list[tuple[str, Mapping[str, str | bytes], str, str]] = [
    ("line break", changed("municipality", "Bø", '"B\nø"'), "line_break", "municipality"),
    ("empty columns", {**THREE, "member": MEMBER.replace("\n", ",,\n")}, "empty_column", "member"),
    ("a spreadsheet beside", {**THREE, "agreement.xlsx": b"PK"}, "unknown_file", ""),
    ("a table in capitals is read", {name: text for name, text in THREE.items() if name != "member"} | {"MEMBER.CSV": MEMBER}, "no_population", "figure"),
    (
        "extra column",
        changed("member", "role\n", "role,remark\n") | {"member": "cooperation,municipality,remark\nlv,0301,a\nlv,0302,b\n"},
        "extra_column",
        "member",
    ),
    ("unknown file", {**THREE, "notes": "a\n"}, "unknown_file", ""),
    ("one member", {**THREE, "member": "cooperation,municipality\nlv,0301\nbv,0301\nbv,0302\n"}, "one_member", "cooperation"),
    ("no members", {**THREE, "member": "cooperation,municipality\nlv,0301\nlv,0302\n"}, "no_members", "cooperation"),
    ("several hosts", changed("member", "lv,0302,participant", "lv,0302,host"), "several_hosts", "cooperation"),
    ("no population", THREE, "no_population", "figure"),
    (
        "population of one missing",
        {**THREE, "figure": "municipality,year,figure,value\n0301,2013,population,5\n0302,2013,population,6\n"},
        "population_missing",
        "municipality",
    ),
    ("empty row", {**THREE, "member": MEMBER + ",,\n"}, "empty_row", "member"),
    (
        "municipality of another time",
        {
            **THREE,
            "municipality": THREE["municipality"]
            .replace("code,name\n", "code,name,valid_from\n")
            .replace("0301,Ås", "0301,Ås,2013-01-01")
            .replace("Bø", "Bø,")
            .replace("Ål", "Ål,"),
            "member": "cooperation,municipality,valid_from\nlv,0301,2010\nlv,0302,\nbv,0302,\nbv,1103,\n",
        },
        "member_outside_validity",
        "member",
    ),
    (
        "far away",
        {**THREE, "municipality": "code,name,lon,lat\n0301,A,10.7,59.9\n0302,B,10.8,59.8\n1103,C,25.0,70.0\n", "member": MEMBER + "lv,1103,participant\n"},
        "far_away",
        "member",
    ),
    ("shares", {**THREE, "company": "id,name\nc,C\n", "owner": "company,municipality,share\nc,0301,0.5\nc,0302,0.4\n"}, "shares_do_not_add_up", "owner"),
]


@pytest.mark.parametrize(("tables", "rule", "table"), [case[1:] for case in WARNED], ids=[case[0] for case in WARNED])
def test_warnings_do_not_stop(write_folder: Write, tables: Mapping[str, str | bytes], rule: str, table: str) -> None:
    folder = write_folder(tables)
    report = check(folder)
    assert report.errors == 0, report.to_frame("en").to_string()
    assert ((report.to_frame("en")["rule"] == rule) & (report.to_frame("en")["table"] == table)).any()
    assert rules()[rule].severity == "warning"
    assert len(open_edition(folder)["municipality"]) == 3


def test_a_host_under_the_law_that_is_no_member(copy_of_note: Path) -> None:
    path = copy_of_note / "agreement.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("§28b (Sel),0517", "§28b (Sel),0301", 1), encoding="utf-8")
    found = check(copy_of_note).to_frame("en")
    assert list(found.loc[found["rule"] == "host_not_member", "value"]) == ["0301"]


def test_an_extra_column_is_kept_and_a_described_one_is_no_matter(write_folder: Write) -> None:
    tables = {**THREE, "municipality": "code,name,remark\n0301,A,x\n0302,B,\n1103,C,z\n"}
    folder = write_folder(tables)
    assert list(open_edition(folder)["municipality"]["remark"].fillna("")) == ["x", "", "z"]
    described = {"resources": [{"name": "municipality", "path": "municipality.csv", "schema": {"fields": [{"name": "remark"}]}}]}
    (folder / "datapackage.json").write_text(json.dumps(described))
    assert "extra_column" not in set(check(folder).to_frame("en")["rule"])


def test_all_problems_come_at_once(write_folder: Write) -> None:
    tables = {
        "municipality": "code;name\n0301;Ås\n".encode("latin-1"),
        "cooperation": "id,service,valid_from,valid_to\nlv,legevagt,2012,2010\n",
        "member": b"\xef\xbb\xbfcooperation,municipality,role\nlv,0301,boss\nzz,0999,host\nlv,301,host\n",
    }
    found = set(check(write_folder(tables)).to_frame("en")["rule"])
    assert {"wrong_separator", "not_utf8", "not_in_list", "ends_before_it_begins", "byte_order_mark", "unknown_reference", "lost_leading_zero"} <= found


def test_a_hundred_thousand_errors_are_one_group(write_folder: Write) -> None:
    rows = "".join(f"xx{place},0301,boss\n" for place in range(100_000))
    report = check(write_folder({**THREE, "member": "cooperation,municipality,role\n" + rows}))
    assert report.errors == 200_000
    found = report.to_frame("en")
    group = found[(found["rule"] == "unknown_reference") & (found["column"] == "cooperation")]
    assert list(group["count"]) == [100_000]
    assert group["row"].iloc[0] == "2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …"


@pytest.mark.parametrize("command", ["check", "study", "describe", "show"])
def test_the_command_line_says_so_and_writes_nothing(write_folder: Write, command: str, tmp_path: Path) -> None:
    folder = write_folder({**THREE, "member": MEMBER + "xx,0301,boss\n"})
    out = tmp_path / "out"
    words = ["show", "services", folder] if command == "show" else [command, folder]
    result = run(*words, "--language", "en", *(["--out", out] if command != "check" else []))
    assert result.returncode == 1
    assert "Traceback" not in result.stderr + result.stdout
    said = result.stderr + result.stdout
    assert all(word in said for word in ("xx", "boss", "member", "role", "6"))
    assert not out.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["edition"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EditionError) as caught:
        open_edition(tmp_path / "nowhere")
    assert "nowhere" in caught.value.text.nb
    assert isinstance(caught.value, ValueError)
    result = run("check", tmp_path / "nowhere", "--format", "json")
    assert result.returncode == 1
    assert json.loads(result.stdout)["table"][0]["rule"] == "missing_folder"


def test_codes_stored_as_numbers_in_parquet(write_folder: Write) -> None:
    folder = write_folder({name: text for name, text in THREE.items() if name != "municipality"})
    pd.DataFrame({"code": [301, 302, 1103], "name": ["A", "B", "C"]}).to_parquet(folder / "municipality.parquet")
    found = check(folder).to_frame("en")
    assert {"code_as_number"} <= set(found["rule"])
    shutil.rmtree(folder)


def test_what_is_no_file(three: Path) -> None:
    (three / "agreement.csv").mkdir()
    (three / "clause.csv").symlink_to(three / "nowhere")
    found = check(three).to_frame("en")
    assert set(found.loc[found["rule"] == "unreadable_file", "table"]) == {"agreement", "clause"}


def test_a_hundred_thousand_hosts_take_no_longer_than_other_rows(write_folder: Write) -> None:
    codes = [f"{place:06d}" for place in range(100_000)]
    tables = {
        "municipality": "code,name\n" + "".join(f"{code},N\n" for code in codes),
        "cooperation": "id,service\nc,legevakt\n",
        "member": "cooperation,municipality,role\n" + "".join(f"c,{code},host\n" for code in codes),
    }
    report = check(write_folder(tables))
    assert report.errors == 0
    assert "several_hosts" in {problem.rule for problem in report.problems}


def test_a_long_cell_is_no_unclosed_quote(write_folder: Write) -> None:
    folder = write_folder(changed("municipality", "Bø", "B" * 200_000))
    assert check(folder).errors == 0


def test_thousands_of_columns_are_one_group(write_folder: Write) -> None:
    header = ",".join(f"x{place}" for place in range(5000))
    cells = "," * 4999
    report = check(
        write_folder(
            {
                **THREE,
                "member": "cooperation,municipality,"
                + header
                + "\nlv,0301,"
                + cells
                + "\nlv,0302,"
                + cells
                + "\nbv,0301,"
                + cells
                + "\nbv,0302,"
                + cells
                + "\n",
            }
        )
    )
    extra = report.to_frame("en").query("rule == 'extra_column'")
    assert list(extra["count"]) == [5000]


def test_one_lost_zero_is_one_problem(write_folder: Write) -> None:
    found = check(write_folder(changed("municipality", "0302", "302"))).to_frame("en")
    assert list(found.loc[found["severity"] == "error", "rule"]) == ["lost_leading_zero"]
