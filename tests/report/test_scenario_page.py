"""The page of a scenario: whole, without scripts or network, accessible, the same each time, and as a tagged PDF."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from samvirke.finding import Finding
from samvirke.planning.scenario import check_scenario, scenario
from samvirke.report.scenario_page import render_scenario, write_scenario
from tests.conftest import ROOT
from tests.planning.test_scenario import small

LANGUAGES: Any = ("nb", "nn", "en")


@pytest.fixture(scope="module")
def example() -> Finding:
    return scenario(ROOT / "docs" / "scenario-example.yaml")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_needs_nothing_else(example: Finding, language: Any) -> None:
    page = render_scenario(example, language)
    assert "<script" not in page
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
    assert f'<html lang="{language}">' in page
    assert "prefers-color-scheme: dark" in page
    tree = html.fromstring(page)
    assert len(tree.xpath("//h1")) == 1
    ids = [one.get("id") for one in tree.xpath("//*[@id]")]
    assert len(ids) == len(set(ids))
    assert all(link.get("href")[1:] in ids for link in tree.xpath("//a[starts-with(@href, '#')]"))
    assert not tree.xpath("//th[not(@scope)]")


def test_every_finding_stands_with_range_source_and_star(example: Finding) -> None:
    tree = html.fromstring(render_scenario(example, "en"))
    row = next(one for one in tree.xpath("//section[@class='motive']//tr[td]") if one.xpath("./th")[0].text.strip() == "Cost")
    cells = [" ".join(cell.text_content().split()) for cell in row.xpath("./td")]
    own = example.table.query("scenario_measure == 'cost_per_inhabitant'")
    assert [int(re.match(r"[\d,]+", cell).group().replace(",", "")) for cell in cells] == own["value"].round().astype(int).tolist()  # type: ignore[union-attr]
    assert all(re.fullmatch(r"[\d,]+ kr\* ?[\d,]+–[\d,]+ ?\[[\d, ]+\]", cell) for cell in cells)
    cited = {int(number) for number in re.findall(r"#source-(\d+)", render_scenario(example, "en"))}
    assert cited == set(range(1, len(tree.xpath("//ol[@class='sources']/li")) + 1))
    best = row.xpath("./td[@class='best']/b/text()")
    assert len(best) == 1
    assert best[0].startswith(f"{own['value'].min():.0f}")


def test_a_figure_with_a_source_has_no_star() -> None:
    given = small()
    given["figures"] = {name: {"value": value, "source": "Regnskap 2020"} for name, value in given["figures"].items()}
    page = html.fromstring(render_scenario(scenario(check_scenario(given)), "en"))
    row = next(one for one in page.xpath("//section[@class='motive']//tr[td]") if one.xpath("./th")[0].text.strip() == "Cost")
    assert not any("*" in cell.text_content() for cell in row.xpath("./td"))
    assert "Regnskap 2020" in page.xpath("//ol[@class='sources']")[0].text_content()


def test_text_of_users_is_never_markup() -> None:
    given = small()
    given["name"] = "<b>Sel & Lom</b>"
    given["options"][0]["name"] = "<img src=x>"
    page = render_scenario(scenario(check_scenario(given)), "nb")
    assert "&lt;b&gt;Sel &amp; Lom&lt;/b&gt;" in page
    assert "<img" not in page


def test_where_nothing_turns_an_order_it_says_so() -> None:
    given = small()
    given["parties"][0]["population"] = 6000
    given["minutes"] = [{"from": "Sel", "to": "Lom", "value": 50}]
    assert "No figure changes an order by itself" in render_scenario(scenario(check_scenario(given)), "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_files_are_written_alike_each_time_with_a_tagged_pdf(example: Finding, tmp_path: Path, language: Any) -> None:
    from pypdf import PdfReader

    page = write_scenario(example, tmp_path / "a", language)
    write_scenario(example, tmp_path / "b", language)
    written = sorted(one.relative_to(tmp_path / "a") for one in (tmp_path / "a").rglob("*") if one.is_file())
    assert {str(one) for one in written} == {
        "scenario.html",
        "scenario.pdf",
        "tables/plan_scenario.csv",
        "tables/plan_scenario.json",
        *(f"tables/plan_scenario.{name}.csv" for name in ("scenario_options", "sensitivity", "orders", "scenario_figures")),
    }
    assert all((tmp_path / "a" / one).read_bytes() == (tmp_path / "b" / one).read_bytes() for one in written)
    for link in html.fromstring(page.read_text(encoding="utf-8")).xpath("//a[not(starts-with(@href, '#'))]/@href"):
        assert (page.parent / link).is_file()
    reader = PdfReader(tmp_path / "a" / "scenario.pdf")
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith(language)
    first = reader.pages[0].extract_text()
    assert {"nb": "Demokrati og kontroll", "nn": "Demokrati og kontroll", "en": "Democracy and control"}[language] in first
    assert len(reader.pages) <= 3


def test_the_pdf_holds_signs_that_the_font_cannot_show(tmp_path: Path) -> None:
    given = small()
    given["options"][0]["name"] = "alene 漢"
    assert write_scenario(scenario(check_scenario(given)), tmp_path, "nn").is_file()
