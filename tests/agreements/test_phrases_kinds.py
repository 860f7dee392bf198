"""Sentences that settle a matter, and sentences that only look like it, through the reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from samvirke.agreements._clauses import settled
from samvirke.agreements.files import Block, Document
from samvirke.agreements.passages import passages


def phrases() -> Iterator[tuple[str, str, str, bool]]:
    """Give kind, heading, text, and whether the text settles the kind."""
    for kind, both in yaml.safe_load(Path(__file__).with_name("phrases_kinds.yaml").read_text(encoding="utf-8")).items():
        for side in (True, False):
            for one in both[side]:
                yield kind, *((one[0], one[1]) if isinstance(one, list) else ("Øvrige bestemmelser", one)), side


@pytest.mark.parametrize(("kind", "heading", "text", "settles"), list(phrases()))
def test_kind_of_a_phrase(kind: str, heading: str, text: str, settles: bool) -> None:
    blocks = (Block("Samarbeidsavtale om legevakt"), Block(f"§ 4 {heading}", heading=True), Block(text), Block("§ 5 Signatur", heading=True), Block("Sogndal"))
    assert (kind in {one.kind for one in settled(passages(Document("avtale.txt", blocks)))}) is settles
