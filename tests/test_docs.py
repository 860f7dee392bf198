"""The reference pages are what the schemas, the catalogue, the lists and the law say now."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from samvirke.catalogue import CATALOGUE
from samvirke.edition import rules, tables
from tests.conftest import ROOT


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
