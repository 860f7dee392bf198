"""Sentences on what an agreement rests on, and the models that the reader finds in them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from samvirke.agreements._basis import basis
from samvirke.agreements.files import Block, Document
from samvirke.agreements.passages import passages

MODELS = {
    "a": "host_administrative",
    "j": "host_joint_board",
    "s": "joint_municipality",
    "b27": "section_27_board",
    "ipr": "political_council",
    "ko": "task_community",
    "iks": "intermunicipal_company",
    "opp": "public_private",
    "buy": "purchase_agreement",
}
PHRASES = yaml.safe_load(Path(__file__).with_name("phrases_legal_basis.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("text", "models", "heading"), [(*one, "Om avtalen")[:3] for one in PHRASES])
def test_models_of_a_phrase(text: str, models: str, heading: str) -> None:
    blocks = (Block("Samarbeidsavtale"), Block(f"2 {heading}", heading=True), Block(text), Block("3 Endringer", heading=True), Block("Avtalen kan endres."))
    assert list(dict.fromkeys(one.model for one in basis(passages(Document("avtale.txt", blocks))))) == [MODELS[one] for one in models.split()]
