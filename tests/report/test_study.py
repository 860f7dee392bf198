"""The study: whole, self-contained, in three languages, the same each time; opened in a real browser."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
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
    unanswered = {question.id: missing for question, missing in study.unanswered}
    assert unanswered == {
        **dict.fromkeys(("sizes", "jurisdictions", "effective_number"), ("figure",)),
        "nets": ("--wide",),
        "portrait": ("--cooperation",),
        "applications": ("application",),
        **dict.fromkeys(("survey_item", "survey_by", "nonresponse"), ("survey",)),
        "events": ("event",),
        "use_skew": ("use", "figure"),
    }
    assert [finding.id for finding in study.findings] == [name for name in samvirke.CATALOGUE if name not in unanswered]


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
    whole = page.read_text(encoding="utf-8")
    text = re.sub(r"<script.*?</script>", "", whole, flags=re.DOTALL)
    assert not re.search(r'(?:src|href)="(?!#|tables/)', text.replace('xlink:href="#', ""))
    assert not re.search(r"<script[^>]*src", whole)
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
    assert "<script>alert(1)" not in text
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
def test_in_a_browser_without_a_network(browser: Any, page: Path, width: int, study: samvirke.Study) -> None:
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
    tab.wait_for_function("document.querySelectorAll('.drawing.vega-embed').length === document.querySelectorAll('.drawing').length")
    assert requested == [page.as_uri()]
    assert problems == []
    assert tab.locator("section.finding").count() == len(samvirke.CATALOGUE) - len(study.unanswered)
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    figures = tab.locator("figure svg")
    assert figures.count() >= 8
    assert all(figures.nth(place).bounding_box()["height"] > 20 for place in range(figures.count()))
    assert all(label for label in tab.locator("figure").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))"))
    context.close()


def test_it_prints(browser: Any, page: Path, study: samvirke.Study) -> None:
    tab = browser.new_page()
    tab.goto(page.as_uri())
    printed = tab.pdf(format="A4", prefer_css_page_size=True)
    assert printed.startswith(b"%PDF")
    assert 12 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 2.5 * len(study.findings)
    tab.close()


def test_it_reads_without_scripts(browser: Any, page: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(page.as_uri())
    assert tab.locator("figure svg").count() >= 12
    context.close()


def test_figures_answer_to_the_pointer(browser: Any, page: Path) -> None:
    tab = browser.new_page()
    tab.goto(page.as_uri())
    tab.wait_for_selector("#network .vega-embed svg")
    tab.locator("#network .mark-rule line").first.hover(force=True)
    tab.wait_for_selector("#vg-tooltip-element.visible")
    assert tab.locator("#vg-tooltip-element").inner_text()
    tab.close()


def test_the_pdf_is_tagged_and_says_the_same(study: samvirke.Study, page: Path) -> None:
    from pypdf import PdfReader

    language = page.parent.name[:2]
    reader = PdfReader(page.parent / "study.pdf")
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert root["/Lang"].lower().startswith(language)  # type: ignore[index, union-attr]
    metadata = root["/Metadata"].get_object().get_data().decode("utf-8")  # type: ignore[index]
    assert re.search(r"pdfuaid:part(?:>|=\")1", metadata)
    assert len(reader.outline) >= 8
    lines = [page.extract_text().splitlines() for page in reader.pages]
    often = Counter(shape for page in lines for shape in {re.sub(r"\d+", "#", line).strip() for line in page})
    running = {shape for shape, count in often.items() if count > len(lines) / 2}  # what stands on every page may part a sentence
    text = " ".join(" ".join(line for line in page if re.sub(r"\d+", "#", line).strip() not in running) for page in lines)
    squeezed = re.sub(r"[\s\u200b\u00ad-]", "", text)
    for finding in study.findings:
        for words in (finding.question[language], finding.statement[language]):  # type: ignore[index]
            assert re.sub(r"[\s\u200b\u00ad-]", "", words) in squeezed, finding.id


def test_every_figure_of_the_pdf_has_an_alternative_text(page: Path) -> None:
    from pypdf import PdfReader

    reader = PdfReader(page.parent / "study.pdf")
    found: list[str] = []

    def walk(node: Any) -> None:
        node = node.get_object()
        if isinstance(node, list):
            for one in node:
                walk(one)
        elif hasattr(node, "get"):
            if node.get("/S") == "/Figure":
                found.append(str(node.get("/Alt", "")))
            if "/K" in node:
                walk(node["/K"])

    walk(reader.trailer["/Root"]["/StructTreeRoot"]["/K"])  # type: ignore[index]
    assert len(found) >= 12
    assert all(len(text) > 40 for text in found)


def test_names_of_any_script_and_sign_give_a_pdf(three: Path, tmp_path: Path) -> None:
    from pypdf import PdfReader

    names = ["#let x = 1 $a$ *b* _c_ @d `e` \\ <f> {g}", "Čáđđjohka 😀 مرحبا", "Ål"]
    rows = "".join(f'{code},"{name}"\n' for code, name in zip(("0301", "0302", "1103"), names, strict=True))
    (three / "municipality.csv").write_text("code,name\n" + rows, encoding="utf-8")
    result = run("study", three, "--out", tmp_path / "out", "--language", "nn")
    assert (result.returncode, result.stderr) == (0, "")
    text = " ".join(page.extract_text() for page in PdfReader(tmp_path / "out" / "study.pdf").pages)
    assert "#let x = 1 $a$ *b* _c_ @d `e`" in " ".join(text.split())
    assert "Čáđđjohka □ □□□□□" in " ".join(text.split())
    assert "😀" in (tmp_path / "out" / "study.html").read_text(encoding="utf-8")
