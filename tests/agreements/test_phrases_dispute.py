"""Sentences on disagreement between the parties, and the steps that the reader finds in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from samvirke.agreements._disputes import disputes
from samvirke.agreements.files import Block, Document
from samvirke.agreements.passages import passages

STEPS = {
    "neg": "negotiation",
    "com": "local_cooperation_committee",
    "ceo": "forum_of_chief_executives",
    "med": "mediation_county_governor",
    "arb": "arbitration",
    "court": "courts",
    "board": "dispute_board",
    "trust": "health_trust_agreement",
    "law": "statutory_reference",
}


def phrases() -> list[tuple[str, str, list[str]]]:
    """Give heading, text and steps of every phrase."""
    told: list[Any] = yaml.safe_load(Path(__file__).with_name("phrases_dispute.yaml").read_text(encoding="utf-8"))
    whole = [one if isinstance(one, dict) else {"text": one[0], "steps": one[1]} for one in told]
    return [(one.get("heading", "Uenighet mellom partene"), one["text"], [STEPS[step] for step in one["steps"].split()]) for one in whole]


@pytest.mark.parametrize(("heading", "text", "steps"), phrases())
def test_steps_of_a_phrase(heading: str, text: str, steps: list[str]) -> None:
    blocks = (Block("Avtale om legevakt"), Block(f"§ 9 {heading}", heading=True), Block(text), Block("§ 10 Endringer", heading=True), Block("Ingen."))
    assert [one.value for one in disputes(passages(Document("avtale.txt", blocks)))] == steps
