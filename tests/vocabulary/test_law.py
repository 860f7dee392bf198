"""The dated law, from cases that a lawyer can read (tests/cases/law.yaml)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from samvirke.vocabulary import DateInterval, law, terms

CASES = yaml.safe_load((Path(__file__).parent.parent / "cases" / "law.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES["open_models"], ids=lambda case: str(case["day"]))
def test_models_open_on_a_day(case: dict[str, Any]) -> None:
    found = law.on(case["day"])
    assert set(case["open"]) <= set(found)
    assert not set(case["closed"]) & set(found)


@pytest.mark.parametrize("case", CASES["citations"], ids=lambda case: f"{case['text']} {case['signed']}")
def test_citations_stand_as_the_law_did(case: dict[str, Any]) -> None:
    (found,) = law.citations(case["text"], DateInterval.parse(case["signed"]))
    assert (found.model, found.standing, found.certainty) == (case["model"], case["standing"], case["certainty"])
    assert (found.in_its_place.citation if found.in_its_place else None) == case.get("in_its_place")


@pytest.mark.parametrize("text", CASES["no_citation"])
def test_what_is_no_citation(text: str) -> None:
    assert law.citations(text, None) == []


def test_an_undated_citation_is_not_judged() -> None:
    (found,) = law.citations("§28b", None)
    assert found.certainty == "no"


@pytest.mark.parametrize("case", CASES["required"], ids=lambda case: f"{case['model']} {case['day']}")
def test_required_contents(case: dict[str, Any]) -> None:
    contents = law.on(case["day"])[case["model"]].required_contents
    assert contents is not None
    assert set(case["has"]) <= set(contents.value) <= set(terms("clause_kinds"))
    assert not set(case["lacks"]) & set(contents.value)
    assert contents.verified is case["verified"]


def test_no_model_ever_requires_a_dispute_clause() -> None:
    assert not any("dispute" in contents.value for model in law.models().values() for contents in model.required_contents)


def test_figure_5_1_orders_four_models() -> None:
    ranks = {name: model.independence[0].value for name, model in law.models().items() if model.independence}
    assert ranks == {"host_administrative": 1, "host_joint_board": 1, "joint_municipality": 2, "section_27_board": 3, "intermunicipal_company": 4}


def test_general_knowledge_is_marked() -> None:
    values = [
        value for model in law.models().values() for name in ("own_legal_person", "individual_cases", "required_contents") for value in getattr(model, name)
    ]
    provisions = [provision for model in law.models().values() for provision in model.provisions]
    for fact in [*values, *provisions]:
        assert fact.reference
        assert fact.verified is ("general knowledge" not in fact.reference), fact


def test_a_year_is_no_day() -> None:
    with pytest.raises(ValueError, match="not one day"):
        law.on("2012")
