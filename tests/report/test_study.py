"""The study: whole, self-contained, in three languages, the same each time; opened in a real browser."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import samvirke
from samvirke.report import make_study, write_study
from tests.conftest import run

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def study() -> samvirke.Study:
    return make_study("nibr-2015")


@pytest.fixture(scope="module", params=["nb", "nn", "en"])
def page(study: samvirke.Study, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_study(study, tmp_path_factory.mktemp(request.param), request.param)


def test_every_question_is_answered(study: samvirke.Study) -> None:
    assert [finding.id for finding in study.findings] == list(samvirke.CATALOGUE)
    assert study.unanswered == ()


def test_the_page_holds_every_finding_with_coverage_and_method(study: samvirke.Study, page: Path) -> None:
    language = page.parent.name[:2]
    text = page.read_text(encoding="utf-8")
    from markupsafe import escape

    for finding in study.findings:
        assert str(escape(finding.statement[language])) in text  # type: ignore[index]
        assert str(escape(finding.method[language])) in text  # type: ignore[index]
        for gap in finding.coverage.missing:
            assert str(escape(gap.why[language])) in text  # type: ignore[index]


def test_the_page_needs_nothing_else(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert not re.search(r'(?:src|href)="(?!#|tables/)', text.replace('xlink:href="#', ""))
    assert "<script" not in text
    assert "@import" not in text
    identities = re.findall(r'\bid="([^"]+)"', text)
    assert len(identities) == len(set(identities))
    for target in re.findall(r'href="#([^"]+)"', text):
        assert target in identities
    for file in re.findall(r'href="(tables/[^"]+)"', text):
        assert (page.parent / file).is_file()


def test_every_table_is_there_as_csv_and_json(study: samvirke.Study, page: Path) -> None:
    for finding in study.findings:
        record = json.loads((page.parent / "tables" / f"{finding.id}.json").read_text(encoding="utf-8"))
        lines = (page.parent / "tables" / f"{finding.id}.csv").read_text(encoding="utf-8").splitlines()
        assert len(record["table"]) == len(finding.table) == len(lines) - 1
        assert lines[0].split(",") == list(finding.table.columns)


def test_the_same_each_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert run("study", "--out", tmp_path / name, "--language", "nn").returncode == 0
    first = {path.relative_to(tmp_path / "one"): path.read_bytes() for path in (tmp_path / "one").rglob("*") if path.is_file()}
    second = {path.relative_to(tmp_path / "two"): path.read_bytes() for path in (tmp_path / "two").rglob("*") if path.is_file()}
    assert first == second


def test_three_files_written_by_hand_give_a_study(three: Path, tmp_path: Path) -> None:
    result = run("study", three, "--out", tmp_path / "out", "--language", "en")
    assert (result.returncode, result.stderr) == (0, "")
    text = (tmp_path / "out" / "study.html").read_text(encoding="utf-8")
    assert "2 municipalities are hosts in 2 of 2 cooperations" in text
    assert "Questions this edition cannot answer" in text
    assert "Who answered? (collection)" in text


def test_names_are_escaped(three: Path, tmp_path: Path) -> None:
    path = three / "municipality.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Ås", "<script>alert(1)</script>[bold]{x}"), encoding="utf-8")
    result = run("study", three, "--out", tmp_path / "out")
    assert result.returncode == 0
    text = (tmp_path / "out" / "study.html").read_text(encoding="utf-8")
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;[bold]{x}" in text


def test_other_files_in_the_folder_are_left_alone(study: samvirke.Study, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    write_study(study, tmp_path)
    write_study(study, tmp_path)
    assert (tmp_path / "mine.txt").read_text() == "keep"
    assert not list(tmp_path.rglob(".*"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine; 'make test' installs it when run as root on Debian")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"])
        yield started
        started.close()


@pytest.mark.parametrize("width", [360, 1200])
def test_in_a_browser_without_a_network(browser: Any, page: Path, width: int) -> None:
    context = browser.new_context(offline=True, viewport={"width": width, "height": 900}, java_script_enabled=True)
    tab = context.new_page()
    requested: list[str] = []
    problems: list[str] = []
    tab.on("request", lambda request: requested.append(request.url))
    tab.on("console", lambda message: problems.append(message.text))
    tab.on("pageerror", lambda error: problems.append(str(error)))
    tab.goto(page.as_uri())
    assert requested == [page.as_uri()]
    assert problems == []
    assert tab.locator("html").get_attribute("lang") == page.parent.name[:2]
    assert tab.locator("section.finding").count() == len(samvirke.CATALOGUE)
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    figures = tab.locator("figure svg")
    assert figures.count() >= 8
    assert all(figures.nth(place).bounding_box()["height"] > 20 for place in range(figures.count()))
    assert all(label for label in tab.locator("figure").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))"))
    context.close()


def test_it_prints(browser: Any, page: Path) -> None:
    tab = browser.new_page()
    tab.goto(page.as_uri())
    printed = tab.pdf(format="A4", prefer_css_page_size=True)
    assert printed.startswith(b"%PDF")
    assert 8 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 30
    tab.close()
