"""The reference pages are what the schemas, the catalogue, the lists and the law say now."""

from __future__ import annotations

import re
import runpy
import shlex
import shutil
from pathlib import Path

import pytest

from samvirke.catalogue import CATALOGUE
from samvirke.edition import rules, tables
from tests.conftest import ROOT, run


def test_the_pages_are_current(tmp_path: Path) -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "make_docs.py"), run_name="script")
    script["main"](tmp_path)
    for name in script["PAGES"]:
        assert (tmp_path / name).read_text(encoding="utf-8") == (ROOT / "docs" / name).read_text(encoding="utf-8"), f"{name} is old: run make docs"


def test_every_table_column_rule_finding_and_option_is_there() -> None:
    edition, findings = ((ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("edition.md", "findings.md"))
    for name, table in tables().items():
        section = edition.split(f"## {name}", 1)[1].split("\n## ", 1)[0]
        assert all(re.search(rf"\| \**{column}\b", section) for column in table.columns)
    assert all(f"| {rule} |" in edition for rule in rules())
    for line in CATALOGUE.values():
        assert f"## {line.id}\n" in findings
        assert all(f"`--{option}`" in findings for option in line.options)


@pytest.mark.parametrize("page", [*sorted(path.name for path in (ROOT / "docs").glob("*.md")), "README.md"])
def test_links_lead_somewhere(page: str) -> None:
    path = ROOT / page if page == "README.md" else ROOT / "docs" / page
    for target in re.findall(r"\]\(([^)#]+)", path.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), target


INVENTORY = {"Q": 4, "H": 20, "D": 16, "I": 13, "C": 15, "R": 13}


def test_every_entry_of_the_inventory_is_accounted_for() -> None:
    text = (ROOT / "COVERAGE.md").read_text(encoding="utf-8")
    rows = {cells[1].strip(): cells[3].strip() for line in text.splitlines() if line.startswith("| ") and len(cells := line.split("|")) == 5}
    expected = [f"{letter}{number}" for letter, most in INVENTORY.items() for number in range(1, most + 1)]
    expected += [
        "Tab 3.1",
        *(f"Fig {name}" for name in ("4.1", "4.2", "4.3", "4.4", "4.5", "5.1", "7.1", "7.2")),
        "Vedlegg 1",
        "N",
        *(f"X{number}" for number in range(1, 7)),
        "L",
    ]
    assert [name for name in expected if name not in rows] == []
    for name in expected:
        assert re.match(r"(does|holds|tests|not yet)", rows[name]), name
        for finding in re.findall(r"does[^;]*", rows[name]):
            named = [one for one in re.findall(r"`([a-z_]+)`", finding) if one not in tables()]
            assert set(named) <= set(CATALOGUE) | {"known_through_other", "legal_host"}, (name, named)


@pytest.mark.shared
def test_the_inventory_has_no_more_entries(shared: Path) -> None:
    text = (shared / "domain" / "inventory.md").read_text(encoding="utf-8")
    found = set(re.findall(r"^(?:- |\| )([QHDICR]\d+)\b", text, re.MULTILINE))
    assert found == {f"{letter}{number}" for letter, most in INVENTORY.items() for number in range(1, most + 1)}


def commands(page: str) -> list[list[str]]:
    """Return the commands that a page shows."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return [shlex.split(line.removeprefix("$ samvirke ")) for line in re.findall(r"^\$ samvirke .*$", text, re.MULTILINE)]


def test_the_how_to_runs(tmp_path: Path) -> None:
    for name in ("draft", "advise"):
        shutil.copy(ROOT / "docs" / f"{name}-example.yaml", tmp_path / f"{name}.yaml")
    for words in commands("howto.md"):
        result = run(*words, cwd=tmp_path)
        assert (result.returncode, result.stderr) == (0, ""), words
    names = {path.name for path in tmp_path.iterdir()}
    assert {
        "models.json",
        "network.svg",
        "hosts.png",
        "scale.html",
        "nibr-2015.xlsx",
        "nibr-parquet",
        "nibr-2015.zip",
        "nibr-2015.duckdb",
        "case.docx",
        "proposals.xlsx",
    } <= names


@pytest.mark.parametrize("page", sorted(path.name for path in (ROOT / "docs").glob("plan-*.md")))
def test_the_planning_pages_run(page: str, tmp_path: Path) -> None:
    """Every command of a console block runs as shown: its output begins as the page says, and one that is shown to fail fails with a message."""
    (tmp_path / "docs").mkdir()
    for path in (ROOT / "docs").glob("*.yaml"):
        shutil.copy(path, tmp_path / "docs")
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    assert blocks
    for block in blocks:
        for command, shown in re.findall(r"^\$ samvirke (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            result = run(*shlex.split(command), cwd=tmp_path)
            said, first = result.stdout or result.stderr, shown.strip().split("\n")[0]
            assert "Traceback" not in result.stderr, command
            assert said.replace("\u00a0", " ").startswith(first.replace("\u00a0", " ")), command
            assert result.returncode == 0 or first, command


def test_the_tutorial_runs(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```(?:text|json)\n(.*?)```", text, re.DOTALL)
    folder = tmp_path / "lofoten"
    folder.mkdir()
    names = {
        "code,": "municipality.csv",
        "id,service": "cooperation.csv",
        "cooperation,": "member.csv",
        "{": "datapackage.json",
        "id,cooperation": "agreement.csv",
        "agreement,": "clause.csv",
    }
    for block in blocks:
        for start, name in names.items():
            if block.startswith(start):
                (folder / name).write_text(block, encoding="utf-8")
    assert len(list(folder.iterdir())) == len(names)
    for words in commands("tutorial.md"):
        result = run(*words, cwd=tmp_path)
        assert (result.returncode, result.stderr) == (0, ""), words
    page = (tmp_path / "study-lofoten" / "study.html").read_text(encoding="utf-8")
    assert "Constructed data" in page
    assert "© Kartverket" in page
    (folder / "member.csv").write_text((folder / "member.csv").read_text(encoding="utf-8").replace("1859", "1895"), encoding="utf-8")
    said = run("check", "lofoten", "--language", "en", cwd=tmp_path).stdout
    assert all(word in said for word in ("unknown_reference", "1895", "member", '"1895" is not in the table municipality.'))
