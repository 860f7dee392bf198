"""The figure of answers: what stands where, how long it is, what is warned of, and what is not shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from samvirke.edition import Edition, open_edition
from samvirke.evidence.survey_by import survey_by
from samvirke.evidence.survey_item import survey_item
from samvirke.figures import alternative_text, specification, to_file, to_svg
from samvirke.figures._likert import BESIDE, COLOURS
from samvirke.vocabulary.answers import answers
from tests.conftest import THREE


@pytest.fixture(scope="module")
def made() -> Edition:
    return open_edition("constructed-2020").on(None)


def marks(found: dict[str, Any] | None) -> list[dict[str, Any]]:
    assert found is not None
    return [row for rows in found["datasets"].values() for row in rows]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_drawn_in_every_language_with_a_text(made: Edition, language: Any) -> None:
    for finding in (survey_item(made), survey_by(made, by="centrality")):
        found = specification(finding, language)
        assert found is not None
        assert found["description"] == alternative_text(finding, language)
        assert finding.question[language] in found["description"]
        drawn = to_svg(finding, language) or ""
        assert all(term.label[language] in drawn for term in answers().values())
        assert "NaN" not in drawn
        assert "undefined" not in drawn
    assert to_file(survey_item(made), "png", language).startswith(b"\x89PNG")


def test_bars_are_as_long_as_their_shares_and_dont_know_is_beside(made: Edition) -> None:
    finding = survey_item(made, items=("works_well",))
    shares = finding.table.set_index("survey_answer")["share"]
    rows = marks(specification(finding, "en"))
    bars = {row["answer"]: row for row in rows if "x2" in row}
    named = {name: term.label.en for name, term in answers().items()}
    own = [bars[named[name]] for name in COLOURS]
    assert all(first["x2"] <= second["x"] for first, second in pairwise(own))
    one = (own[-1]["x2"] - own[0]["x"]) / shares[list(COLOURS)].sum()
    for name in COLOURS:
        assert bars[named[name]]["x2"] - bars[named[name]]["x"] == pytest.approx(shares[name] * one, abs=2)
    middle = next(row for row in rows if "y2" in row and "x2" not in row)
    neither = bars[named["neither"]]
    assert middle["x"] == pytest.approx((neither["x"] + neither["x2"]) / 2)
    for name in BESIDE:
        beside = bars[name]
        assert beside["x"] > own[-1]["x2"] + 15
        assert beside["x2"] - beside["x"] == pytest.approx(shares[name] * one, abs=2)


ROWS = """item,respondent,answer,count
many,,agree,75
many,,disagree,4
many,,dont_know,21
few,,agree,80
few,,dont_know,20
"""


def test_more_than_a_fifth_of_dont_know_is_warned_of_and_no_more(write_folder: Callable[..., Path]) -> None:
    finding = survey_item(open_edition(write_folder({**THREE, "survey": ROWS})))
    texts = [str(row["text"]) for row in marks(specification(finding, "nb")) if "text" in row]
    assert "21 ▲" in texts
    assert "20,0" in texts
    assert any(text.startswith("▲ Mer enn en femtedel svarte vet ikke") for text in texts)
    few = replace(finding, table=finding.table[finding.table["item"] == "few"])
    assert not any("▲" in str(row.get("text")) for row in marks(specification(few, "nb")))


def test_what_is_hidden_has_no_bar_and_is_counted_in_words(made: Edition) -> None:
    finding = survey_by(made, by="county", items=("works_well",), least_answers=20)
    hidden = finding.table[finding.table["hidden"].astype(bool)].drop_duplicates("answer_group")
    assert len(hidden) >= 2
    rows = marks(specification(finding, "en"))
    texts = [str(row["text"]) for row in rows if "text" in row]
    assert f"{len(hidden)} groups ({hidden['of'].sum()} respondents) are not shown, to protect the small ones" in texts
    assert not any(str(group) in text for group in hidden["answer_group"] for text in texts)
    assert len({row["y"] for row in rows if "x2" in row}) == finding.table["answer_group"].nunique() - len(hidden)


def test_nothing_to_draw_is_no_figure(made: Edition) -> None:
    finding = survey_by(made, items=("works_well",), least_answers=10_000)
    assert specification(finding, "en") is None


def test_neighbours_can_be_told_apart_in_grey() -> None:
    def lightness(colour: str) -> float:
        red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    values = [lightness(colour) for colour in COLOURS.values()]
    assert all(abs(second - first) > 35 for first, second in pairwise(values))
    assert abs(lightness(BESIDE["dont_know"]) - lightness(BESIDE["no_answer"])) > 35
