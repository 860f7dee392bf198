"""The command line as a user meets it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

import samvirke
from samvirke.cli import app
from tests.conftest import ROOT, run


def test_help_names_every_command_and_loads_nothing_heavy() -> None:
    result = run("--help")
    assert result.returncode == 0
    assert all(command in result.stdout for command in ("study", "check", "editions", "describe", "findings", "show"))
    loaded = subprocess.run([sys.executable, "-c", "import sys, samvirke.cli; print(*sys.modules)"], capture_output=True, text=True, check=True).stdout.split()
    assert not {"pandas", "numpy", "pydantic", "yaml", "scipy", "altair", "jinja2"} & set(loaded)


def test_importing_the_package_changes_nothing() -> None:
    code = "import sys, warnings; before = list(warnings.filters); import samvirke; assert warnings.filters == before; print('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "False"


@pytest.mark.parametrize(
    "words",
    [["check", "nibr-2015"], ["editions"], ["findings"], ["describe", "nibr-2015"], ["recipes"], *(["show", name] for name in samvirke.CATALOGUE)],
    ids=lambda words: " ".join(words),
)
def test_every_answer_is_a_finding_in_json(words: list[str], country_folder: Path, note: samvirke.Edition, constructed: samvirke.Edition) -> None:
    if words[0] == "show":
        line = samvirke.CATALOGUE[words[1]]
        given = {"wide": str(country_folder), "cooperation": str(constructed["cooperation"]["id"].iloc[0])}
        known = ((note, "nibr-2015"), (samvirke.open_edition(country_folder), str(country_folder)), (None, "constructed-2020"))
        edition = next(name for one, name in known if one is None or ("cooperation" not in line.required and not line.missing(one)))
        words = [*words, edition, *(word for option in line.required for word in (f"--{option}", given[option]))]
    result = run(*words, "--format", "json", "--language", "nn")
    assert (result.returncode, result.stderr) == (0, "")
    record = json.loads(result.stdout)
    for key in ("finding", "edition", "question", "options", "statement", "method", "seed", "version", "figure", "coverage", "table", "result"):
        assert key in record
    assert "NaN" not in result.stdout


def test_a_table_for_people_and_one_for_programs(tmp_path: Path) -> None:
    shown = run("show", "collection", "nibr-2015", "--language", "en").stdout
    assert "Who answered?" in shown
    assert "28 of 70 municipalities (40%) answered" in shown
    assert "\x1b[" not in shown
    result = run("show", "collection", "nibr-2015", "--format", "csv", "--out", tmp_path / "c.csv")
    assert (result.returncode, result.stdout) == (0, "")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "c.csv").read_text(encoding="utf-8"))))
    assert [row["municipalities"] for row in rows] == ["31", "8", "3", "28"]


def test_options_reach_the_finding() -> None:
    record = json.loads(run("show", "models_over_time", "nibr-2015", "--cut", "2009-01-01", "--date", "2013", "--format", "json").stdout)
    assert record["options"] == {"cut": "2009-01-01", "identical": "mark", "date": "2013-12-31"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["show", "colection", "nibr-2015"], "collection"),
        (["show", "collection", "nibr-2016"], "nibr-2015"),
        (["show", "collection", "nibr-2015", "--cut", "2009"], "--date"),
        (["show", "models_over_time", "nibr-2015", "--cut", "spring"], "YYYY-MM-DD"),
        (["show", "collection", "nibr-2015", "--date", "soon"], "YYYY-MM-DD"),
        (["describe", "nibr-2015", "--format", "xml"], "table"),
        (["study", "--language", "xx"], "nb"),
        (["describe"], "edition"),
        (["stduy"], "study"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_can(words: list[str], says: str) -> None:
    result = run(*words, *([] if "--language" in words or words[0] == "stduy" or words == ["describe"] else ["--language", "en"]))
    assert result.returncode == 1
    assert "Traceback" not in result.stderr + result.stdout
    assert says in result.stderr + result.stdout


def test_nothing_is_left_where_one_file_cannot_be_placed(tmp_path: Path) -> None:
    (tmp_path / "half" / "study.html").mkdir(parents=True)
    result = run("study", "--out", tmp_path / "half")
    assert result.returncode == 1
    assert "study.html" in result.stderr
    assert [path.name for path in (tmp_path / "half").iterdir() if path.name != "tables"] == ["study.html"]
    assert not list(tmp_path.rglob("*.csv"))


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real.json").write_text("old")
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")
    assert run("show", "cases", "nibr-2015", "--format", "json", "--out", tmp_path / "link.json").returncode == 0
    assert (tmp_path / "link.json").is_symlink()
    assert json.loads((tmp_path / "real.json").read_text(encoding="utf-8"))["finding"] == "cases"


@pytest.mark.parametrize(
    "words",
    [
        ["show", "colection", "nibr-2015"],
        ["describe", "nowhere"],
        ["show", "cases", "nibr-2015", "--date", "kake"],
        ["show", "describe", "nibr-2015", "--question", "x"],
    ],
)
def test_json_is_a_finding_also_when_it_fails(words: list[str]) -> None:
    result = run(*words, "--format", "json")
    assert result.returncode == 1
    assert json.loads(result.stdout)["statement"]["nn"]


@pytest.mark.parametrize(
    "words",
    [
        ["study", "--date", "kake"],
        ["show", "dispute_mechanisms", "nibr-2015", "--seed", "-1"],
        ["show", "describe", "nibr-2015", "--question", "x"],
        ["check", ""],
    ],
)
def test_odd_options_are_refused(words: list[str], tmp_path: Path) -> None:
    result = run(*words, cwd=tmp_path)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_any_encoding_of_the_system_will_do() -> None:
    import os

    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    result = subprocess.run([sys.executable, "-m", "samvirke", "editions"], capture_output=True, check=True, env=environment)
    assert "spurte norske kommuner" in result.stdout.decode("utf-8")


def test_a_folder_here_comes_before_a_built_in_edition(tmp_path: Path) -> None:
    (tmp_path / "nibr-2015").mkdir()
    result = run("check", "nibr-2015", "--language", "en", cwd=tmp_path)
    assert result.returncode == 1
    assert 'The table "municipality" is missing' in result.stdout


def test_a_place_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    result = run("study", "--out", tmp_path / "file")
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert (tmp_path / "file").read_text() == "x"


def test_the_readme_shows_only_commands_there_are() -> None:
    names = {name for name in app if not name.startswith("-")}
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = [line.split()[1] for line in text.splitlines() if line.strip().startswith("samvirke ")]
    assert len(shown) >= 6
    assert set(shown) == names


def test_what_the_system_says_is_told_in_the_readers_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["plan", "beds", "--load", "1", "--out", str(tmp_path)]
    for language, said in (("nb", "Dette er en mappe"), ("nn", "Dette er ei mappe"), ("en", "This is a folder")):
        with pytest.raises(SystemExit, match="1"):
            app([*words, "--language", language])
        assert said in capsys.readouterr().err
    with pytest.raises(SystemExit, match="1"):
        app([*words, "--format", "json"])
    assert json.loads(capsys.readouterr().out)["statement"]["en"].startswith("This is a folder")


def test_a_draft_and_its_case_paper_are_two_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    same_file = str(tmp_path / "draft.docx")
    with pytest.raises(SystemExit, match="1"):
        app(["agreement", "draft", str(ROOT / "docs" / "draft-example.yaml"), "--out", same_file, "--case-paper", same_file, "--language", "nn"])
    assert "ei anna fil enn --out" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
