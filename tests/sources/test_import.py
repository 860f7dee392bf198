"""Recipes: every record is kept or rejected with its reason, in every format; nothing is half-written."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from samvirke.edition import EditionError, TargetExistsError, check, open_edition, outcomes
from samvirke.sources import RecipeError, import_edition, parts_of_week, read_recipe, shipped
from tests.conftest import run

RECIPE: dict[str, Any] = {
    "name": "toy",
    "package": {"title": "Toy", "constructed": True},
    "files": {
        "towns": {"path": "towns.csv", "where": "the town hall", "separator": ";", "encoding": "latin-1"},
        "services": {"path": "services.json", "where": "the register"},
    },
    "tables": {
        "municipality": [{"file": "towns", "columns": {"code": {"column": "nr", "pad": 4}, "name": "navn"}}],
        "figure": [
            {
                "file": "towns",
                "columns": {
                    "municipality": {"column": "nr", "pad": 4},
                    "year": {"value": 2019},
                    "figure": {"value": "population"},
                    "value": {"column": ["folk", "anslag"], "decimal": ","},
                    "kind": {"value": "count"},
                },
            }
        ],
        "cooperation": [{"file": "services", "columns": {"id": "id", "service": {"value": "legevakt"}, "hours": {"column": "hours", "hours": True}}}],
        "member": [{"file": "services", "columns": {"cooperation": "id", "municipality": {"column": "codes", "split": " ", "pad": 4}}}],
    },
}
TOWNS = "nr;navn;folk;anslag\n301;Ås;1200;\n302;Bø;;950,5\n1103;Ål;ukjent;\n1104;Os\n"
SERVICES = [
    {"id": "a", "hours": "0-10080", "codes": "301 302"},
    {"id": "b", "hours": "never", "codes": "302 1103 1103 9999"},
    {"id": "c", "hours": "480-500", "codes": ""},
]


@pytest.fixture
def toy(tmp_path: Path) -> Callable[..., Path]:
    """Write a recipe with its files; parts of it may be given anew."""

    def write(recipe: Any = RECIPE, towns: str | bytes = TOWNS.encode("latin-1"), services: Any = SERVICES) -> Path:
        (tmp_path / "towns.csv").write_bytes(towns if isinstance(towns, bytes) else towns.encode("latin-1"))
        (tmp_path / "services.json").write_text(json.dumps(services), encoding="utf-8")
        path = tmp_path / "toy.yaml"
        path.write_text(yaml.safe_dump(recipe) if not isinstance(recipe, str) else recipe, encoding="utf-8")
        return path

    return write


def rejected(path: Path) -> list[tuple[str, str, str]]:
    with path.open(encoding="utf-8") as file:
        return [(row["table"], row["reason"], row["value"]) for row in csv.DictReader(file)]


def test_every_record_is_kept_or_rejected(toy: Callable[..., Path], tmp_path: Path) -> None:
    made = import_edition(toy(), tmp_path / "out")
    steps = made.steps.set_index("table")
    assert (steps["records"] == steps["kept"] + steps["rejected"]).all()
    assert steps.loc["municipality"].tolist()[1:] == [4, 4, 3, 1]
    assert steps.loc["member"].tolist()[1:] == [3, 7, 4, 3]
    assert sorted(rejected(made.rejects)) == sorted(
        [
            ("municipality", "wrong_cell_count", "2"),
            ("figure", "wrong_cell_count", "2"),
            ("figure", "not_a_number", "ukjent"),
            ("member", "repeated", "b 1103"),
            ("member", "unknown_reference", "9999"),
            ("member", "empty_cell", ""),
            ("cooperation", "no_members", "c"),
        ]
    )
    edition = open_edition(tmp_path / "out")
    assert edition["municipality"]["code"].tolist() == ["0301", "0302", "1103"]
    assert edition["figure"]["value"].tolist() == [1200, 950.5]
    assert edition["cooperation"][["id", "hours"]].fillna("").to_numpy().tolist() == [["a", "all"], ["b", ""]]
    assert edition.package["import"]["steps"] == made.steps.to_dict("records")
    assert {entry.outcome for entry in made.account.entries} >= {"another_column", "unreadable_hours"}


@pytest.mark.parametrize("ending", ["xlsx", "parquet", "tsv", "geojson", "topojson"])
def test_other_formats_give_the_same_edition(toy: Callable[..., Path], tmp_path: Path, ending: str) -> None:
    rows = [{"nr": 301, "navn": "Ås", "folk": 1200, "anslag": None}, {"nr": 302, "navn": "Bø", "folk": None, "anslag": 950.5}]
    target = tmp_path / f"towns.{ending}"
    if ending == "xlsx":
        pd.DataFrame(rows).to_excel(target, index=False)
    elif ending == "parquet":
        pd.DataFrame(rows).to_parquet(target)
    elif ending == "tsv":
        pd.DataFrame(rows).to_csv(target, index=False, sep="\t", encoding="latin-1")
    elif ending == "geojson":
        target.write_text(json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": row, "geometry": None} for row in rows]}))
    else:
        geometries = [{"type": "Polygon", "arcs": [], "properties": row} for row in rows]
        target.write_text(json.dumps({"type": "Topology", "arcs": [], "objects": {"x": {"type": "GeometryCollection", "geometries": geometries}}}))
    decimal = {"column": ["folk", "anslag"]}
    recipe = json.loads(json.dumps(RECIPE))
    recipe["files"]["towns"] |= {"path": f"towns.{ending}", "encoding": "latin-1" if ending == "tsv" else "utf-8"}
    recipe["tables"]["figure"][0]["columns"]["value"] = decimal
    made = import_edition(toy(recipe, services=SERVICES[:1]), tmp_path / "out")
    assert made.steps["rejected"].sum() == 0
    edition = open_edition(tmp_path / "out")
    assert edition["municipality"][["code", "name"]].to_numpy().tolist() == [["0301", "Ås"], ["0302", "Bø"]]
    assert edition["figure"]["value"].tolist() == [1200, 950.5]


def test_nested_lists_lookups_and_renumbering(toy: Callable[..., Path], tmp_path: Path) -> None:
    recipe = json.loads(json.dumps(RECIPE))
    recipe["files"]["changes"] = {"path": "changes.csv", "where": "x"}
    recipe["tables"]["municipality"][0]["columns"]["county"] = {
        "column": "nr",
        "pad": 4,
        "first": 2,
        "map": {"03": "x", "11": "y"},
        "mend": {"x": "Vest"},
    }
    recipe["tables"]["cooperation"][0]["columns"] = {"id": "id", "service": {"value": "legevakt"}}
    recipe["tables"]["member"] = [
        {
            "file": "services",
            "nested": "members",
            "columns": {"cooperation": "id", "municipality": {"column": "members.code", "pad": 4, "renumber": {"file": "changes", "old": "old", "new": "new"}}},
        }
    ]
    (tmp_path / "changes.csv").write_text("old,new\n0299,0300\n0300,0301\n7777,8888\n", encoding="utf-8")
    services = [{"id": "a", "members": [{"code": "299"}, {"code": "302"}, {"code": "7777"}]}, {"id": "b", "members": []}, {"id": "c", "members": None}]
    made = import_edition(toy(recipe, services=services), tmp_path / "out")
    edition = open_edition(tmp_path / "out")
    assert edition["member"]["municipality"].tolist() == ["0301", "0302"]
    assert edition["municipality"]["county"].tolist() == ["Vest", "Vest", "y"]
    reasons = sorted(reason for table, reason, _ in rejected(made.rejects) if table in ("member", "cooperation"))
    assert reasons == ["empty_cell", "empty_cell", "no_members", "no_members", "unknown_reference"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"files": {**RECIPE["files"], "towns": {"path": "gone.csv", "where": "the town hall"}}}, ["gone.csv", "the town hall"]),
        ({"tables": {**RECIPE["tables"], "municipality": [{"file": "towns", "columns": {"code": "nummer", "name": "name"}}]}}, ["name, nummer", "nr, navn"]),
        ({"tables": {"towns": []}}, ["tables that no edition has: towns"]),
        ({"tables": {"municipality": [{"file": "lost", "columns": {}}]}}, ["not listed under files: lost"]),
        ({"colour": "red"}, ["colour", "Extra inputs"]),
        ({"files": {"towns": {"path": "towns.doc", "where": "x"}}}, ["the file must end in one of csv"]),
        ({"files": {"towns": {"path": "towns.csv", "where": "x", "npm": "left-pad"}}}, ["exact version"]),
        ({"files": {"towns": {"path": "towns.csv", "where": "x", "encoding": "klingon"}}}, ["klingon"]),
        ({"tables": {"municipality": [{"file": "towns", "columns": {"code": {"column": "nr", "value": 1}}}]}}, ["either column or value"]),
    ],
)
def test_a_recipe_that_cannot_be_used_says_all_that_is_wrong(toy: Callable[..., Path], tmp_path: Path, change: dict[str, Any], says: list[str]) -> None:
    with pytest.raises(RecipeError) as caught:
        import_edition(toy({**RECIPE, **change}), tmp_path / "out")
    assert all(part in str(caught.value) for part in says), str(caught.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["services.json", "towns.csv", "toy.yaml"]


def test_several_faults_are_named_at_once(toy: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(RecipeError) as caught:
        import_edition(toy({**RECIPE, "colour": "red", "files": {"towns": {"path": "x.doc"}}}), tmp_path / "out")
    assert len(caught.value.faults) >= 3
    with pytest.raises(RecipeError, match=r"norway-2013"):
        read_recipe("norway-1813")
    with pytest.raises(RecipeError, match="mapping values"):
        import_edition(toy("name: a: b"), tmp_path / "out")


def test_tables_that_are_no_edition_are_not_written(toy: Callable[..., Path], tmp_path: Path) -> None:
    recipe = json.loads(json.dumps(RECIPE))
    recipe["tables"]["municipality"][0]["columns"]["valid_from"] = {"value": "spring"}
    with pytest.raises(EditionError) as caught:
        import_edition(toy(recipe), tmp_path / "out")
    assert caught.value.report.folder == str(tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["services.json", "towns.csv", "toy.yaml"]
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").touch()
    with pytest.raises(TargetExistsError):
        import_edition(toy(), tmp_path / "out")


@pytest.mark.parametrize(
    "change",
    [
        {"files": {**RECIPE["files"], "towns": {"path": "towns.csv", "where": "x", "separator": ";;"}}},
        {"tables": {**RECIPE["tables"], "municipality": [{"file": "towns", "columns": {"code": "nr", "name": "navn", "conty": "navn"}}]}},
        {"tables": {"municipality": RECIPE["tables"]["municipality"]}},
        {"tables": {**RECIPE["tables"], "member": [{**RECIPE["tables"]["member"][0], "host": {"lon": "x", "lat": "y"}}]}},
        {"tables": {**RECIPE["tables"], "source": [{"rows": [{"id": ["a"], "title": "x"}]}]}},
        {"tables": {**RECIPE["tables"], "municipality": [{"file": "towns", "select": {"navn": "Nowhere"}, "columns": {"code": "nr", "name": "navn"}}]}},
    ],
    ids=["separator", "misspelt column", "needed tables", "host without borders", "list in a cell", "no row left"],
)
def test_what_an_attack_found_is_refused_in_words(toy: Callable[..., Path], tmp_path: Path, change: dict[str, Any]) -> None:
    result = run("import", toy({**RECIPE, **change}), "--out", tmp_path / "out", "--language", "nn")
    assert (result.returncode, result.stdout) == (1, "")
    assert "Traceback" not in result.stderr
    assert "kan ikkje brukast" in result.stderr
    assert not list(tmp_path.glob("out*"))


@pytest.mark.parametrize("content", ["", "[1, 2]", '{"a": 1e999}', "[null]", '{"type": "FeatureCollection", "features": [null]}', "nonsense"])
def test_broken_files_are_refused_in_words(toy: Callable[..., Path], tmp_path: Path, content: str) -> None:
    recipe = toy()
    (tmp_path / "services.json").write_text(content, encoding="utf-8")
    (tmp_path / "towns.csv").write_bytes(b"nr;navn;navn\n1;a;b\n")
    with pytest.raises(RecipeError) as caught:
        import_edition(recipe, tmp_path / "out")
    assert len(caught.value.faults) == 2  # both files are named


def test_the_account_holds_when_ids_are_changed_on_the_way(toy: Callable[..., Path], tmp_path: Path) -> None:
    recipe = json.loads(json.dumps(RECIPE))
    recipe["tables"]["cooperation"][0]["columns"]["id"] = {"column": "id", "pad": 4}
    recipe["tables"]["member"][0]["columns"]["cooperation"] = {"column": "id", "pad": 4}
    services = [{"id": "1", "hours": "0-10080", "codes": "301 302"}, {"id": "2", "hours": "0-10080", "codes": ""}, {"id": "2", "hours": "", "codes": ""}]
    made = import_edition(toy(recipe, services=services), tmp_path / "out")
    step = made.steps.set_index("table").loc["cooperation"]
    assert step[["records", "kept", "rejected"]].tolist() == [3, 1, 2]
    assert sorted(reason for table, reason, _ in rejected(made.rejects) if table == "cooperation") == ["no_members", "repeated"]


def test_the_command_line(toy: Callable[..., Path], tmp_path: Path) -> None:
    result = run("import", toy(), "--out", tmp_path / "out", "--format", "json", "--language", "nn")
    assert (result.returncode, result.stderr) == (0, "")
    record = json.loads(result.stdout)
    assert record["finding"] == "import"
    assert all(row["records"] == row["kept"] + row["rejected"] for row in record["table"])
    again = run("import", toy(), "--out", tmp_path / "out", "--language", "en")
    assert (again.returncode, again.stdout) == (1, "")
    assert "exists already" in again.stderr
    useless = run("import", toy(), "--out", tmp_path / "two", "--trust", "codes", "--language", "en")
    assert useless.returncode == 1
    assert "--trust and --combine choose nothing" in useless.stderr
    listed = json.loads(run("recipes", "--format", "json").stdout)
    assert {row["recipe"] for row in listed["table"]} == set(shipped())


REPORTS: dict[str, Any] = {
    "name": "reports",
    "package": {"title": "Reports", "constructed": True},
    "files": {"towns": {"path": "towns.csv", "where": "x", "source": "s"}, "said": {"path": "said.csv", "where": "x", "separator": ";", "source": "s"}},
    "tables": {
        "source": [{"rows": [{"id": "s", "title": "What they said"}]}],
        "municipality": [{"file": "towns", "columns": {"code": "code", "name": "name"}}],
    },
    "reports": {
        "file": "said",
        "service": "barnevern",
        "reporter": {"column": "who", "pad": 2},
        "names": "names",
        "codes": "codes",
        "pad": 2,
        "none": ["none"],
    },
}
SAID = """who;names;codes
1;A, B, C;01, 02, 03
2;A, B, C;01, 02, 03
3;C, D;03, 04
4;C, D;03, 05
5;none;
6;F, G;06, 07
7;none;
8;A, B;01, 02
99;A;01
6;none;
9;Nowhere, I (East);
"""


@pytest.mark.parametrize(
    ("combine", "expected"),
    [
        # A and B name A, B and C; C names D instead. F names G, which says it does not cooperate.
        ("union", {"barnevern-01": "01 02 03", "barnevern-03": "03 04", "barnevern-06": "06 07"}),
        ("intersection", {"barnevern-01": "01 02", "barnevern-03": "03 04"}),
        ("majority", {"barnevern-01": "01 02 03", "barnevern-03": "03 04"}),
    ],
)
def test_sets_reported_differently(tmp_path: Path, combine: Any, expected: dict[str, str]) -> None:
    (tmp_path / "towns.csv").write_text(
        "code,name\n" + "".join(f"0{place},{name}\n" for place, name in enumerate("ABCDEFGH", 1)) + "09,I (East)\n10,I (West)\n"
    )
    (tmp_path / "said.csv").write_text(SAID, encoding="utf-8")
    (tmp_path / "reports.yaml").write_text(yaml.safe_dump(REPORTS))
    made = import_edition(tmp_path / "reports.yaml", tmp_path / "out", combine=combine, language="en")
    edition = open_edition(tmp_path / "out")
    found = {name: " ".join(sorted(own)) for name, own in edition["member"].groupby("cooperation")["municipality"]}
    assert found == expected
    step = made.steps.iloc[-1]
    assert step["records"] == 11 == step["kept"] + step["rejected"]
    reasons = [reason for _, reason, _ in rejected(made.rejects)]
    assert sorted(set(reasons) - {"no_agreement_on_members"}) == ["repeated_reporter", "reporter_not_in_set", "unknown_reporter"]
    assert reasons.count("no_agreement_on_members") == (1 if combine == "union" else 2)  # I names only itself; F and G never agree
    said = {entry.outcome for entry in made.account.entries}
    assert said >= {"names_and_codes_differ", "not_reported_by_itself", "unknown_partner"}
    assert set(edition["coverage"].set_index("municipality")["status"].loc[["01", "05", "10"]]) == {"covered", "missing"}
    assert "reports_differ" in set(check(tmp_path / "out").to_frame()["rule"])  # D's codes name E


def test_trust_in_codes_gives_another_answer(tmp_path: Path) -> None:
    (tmp_path / "towns.csv").write_text("code,name\n01,A\n02,B\n03,C\n")
    (tmp_path / "said.csv").write_text("who;names;codes\n1;A, B;01, 03\n2;A, B;01, 02\n3;none;01, 03\n")
    (tmp_path / "reports.yaml").write_text(yaml.safe_dump(REPORTS))
    members = {}
    for trust in ("names", "codes"):
        made = import_edition(tmp_path / "reports.yaml", tmp_path / trust, trust=trust)  # type: ignore[arg-type]
        members[trust] = sorted(open_edition(tmp_path / trust)["member"]["municipality"])
        assert open_edition(tmp_path / trust).package["import"]["trust"] == trust
        assert any(entry.outcome == "names_and_codes_differ" for entry in made.account.entries)
    assert members == {"names": ["01", "02"], "codes": ["01", "01", "02", "03"]}


def test_hours() -> None:
    day, night = "480-960,1920-2400,3360-3840,4800-5280,6240-6720", "0-480,1380-1920,2820-3360,4260-4800,5700-6240,7140-7200"
    assert parts_of_week(day) == "day"
    assert parts_of_week(night) == "night"
    assert parts_of_week("7200-10080") == "weekend"
    assert parts_of_week("960-1920,2400-3360,3840-4800,5280-6240,6720-10560") == "evening;night;weekend"
    assert parts_of_week("0-10560") == "all"
    assert parts_of_week("0-5000,4000-10080") == "all"
    assert parts_of_week("480-720,1920-2160,3360-3600,4800-5040,6240-6480") == "day"  # exactly half of it
    assert parts_of_week("480-719,1920-2160,3360-3600,4800-5040,6240-6480") == ""
    for wrong in ("", "480", "a-b", "960-480", "10080-10100", "0-99999"):
        with pytest.raises(ValueError, match=r"span|week"):
            parts_of_week(wrong)


def test_every_outcome_is_worded_in_three_languages() -> None:
    for outcome in outcomes().values():
        texts = [outcome.message[language].format(value="x", other="y") for language in ("nb", "nn", "en")]  # type: ignore[index]
        assert len(set(texts)) >= 2
        assert all(text.endswith(".") for text in texts)
