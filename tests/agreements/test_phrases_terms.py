"""Phrases as agreements write them, each read alone: hours, cost keys, notice, duration, transfer, representatives, loans and legal person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from samvirke.agreements.files import Block, Document
from samvirke.agreements.reader import read_text
from samvirke.agreements.reading import Reading

HERE = Path(__file__).parent
FIELDS = ("hours", "cost_key", "withdrawal", "duration", "transfer", "representatives", "borrowing", "legal_person")


def phrases(field: str) -> list[Any]:
    """Return the phrases of a field, with what each means and the heading it stands under, where that matters."""
    return [(field, *one, *([""] * (3 - len(one)))) for one in yaml.safe_load((HERE / f"phrases_{field}.yaml").read_text(encoding="utf-8"))]


def reading_of(text: str, heading: str) -> Reading:
    """Read a phrase with as little around it as an agreement can have."""
    lines = [Block(line, row=True) if line.startswith("|") else Block(line) for line in (one.strip() for one in text.split("\n"))]
    lines = [Block(one.text.strip("| "), row=True) if one.row else one for one in lines]
    before = Block("Denne avtalen er inngått mellom Sogndal kommune og Luster kommune.")
    after = Block("Avtalen er underskrevet i to eksemplarer, og partene beholder hvert sitt eksemplar av avtalen.")
    headed = [Block(heading, heading=True)] if heading else []
    return read_text(Document("avtale.txt", (Block("Avtale om samarbeid"), before, before, *headed, *lines, Block("Avslutning", heading=True), after, after)))


@pytest.mark.parametrize(("field", "meaning", "text", "heading"), [one for field in FIELDS for one in phrases(field)])
def test_a_phrase_means(field: str, meaning: Any, text: str, heading: str) -> None:
    reading = reading_of(text, heading)
    if field == "hours":
        assert list(reading.hours.value or ()) == meaning
        return
    found = [one.value for one in reading.of_kind(field)]
    assert (found if field == "cost_key" else next(iter(found), None)) == meaning
