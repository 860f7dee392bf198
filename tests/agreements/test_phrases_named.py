"""Sentences on host, date of signing and name, and what the reader finds in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from samvirke.agreements.files import Block, Document
from samvirke.agreements.reader import read_text
from samvirke.agreements.reading import Reading

PARTIES = "Samarbeidet omfatter kommunene Sogndal, Luster og Leikanger."
FILL = (
    "Tilbudet skal være faglig forsvarlig og gis til alle som oppholder seg i kommunene.",
    "Lokaler, utstyr og journalsystem holdes av legevakten selv.",
    "Personalet har taushetsplikt og skal ha den opplæring som trengs for arbeidet.",
)


def phrases(field: str) -> list[Any]:
    return list(yaml.safe_load(Path(__file__).with_name(f"phrases_{field}.yaml").read_text(encoding="utf-8")))


def read_with(*first: str, last: tuple[str, ...] = ()) -> Reading:
    body = [Block("Drift", heading=True), *(Block(one) for one in FILL)]
    blocks = [Block("Samarbeidsavtale om legevakt"), Block("Partar", heading=True), Block(PARTIES), Block("Om samarbeidet", heading=True)]
    lines = [Block(one, row=" | " in one) for one in last]
    return read_text(Document("avtale.txt", (*blocks, *(Block(one, row=" | " in one) for one in first), *body, *lines)))


@pytest.mark.parametrize(("text", "name"), [(one["text"], one["host"]) if isinstance(one, dict) else one for one in phrases("host")])
def test_host_of_a_phrase(text: str, name: str) -> None:
    found = read_with(text)
    assert [one.name for one in found.parties if one.municipality == found.host.value] == [name] * bool(name)


@pytest.mark.parametrize(("text", "day"), phrases("signed"))
def test_date_of_signing_of_last_lines(text: str, day: str) -> None:
    assert (read_with(last=tuple(text.split(" / "))).signed.value or "") == day


@pytest.mark.parametrize(("text", "name"), phrases("name"))
def test_name_of_a_phrase(text: str, name: str) -> None:
    assert [one.value for one in read_with(text).of_kind("name")] == [name] * bool(name)


@pytest.mark.parametrize(("text", "service"), phrases("service"))
def test_service_of_a_title_and_a_text(text: str, service: str) -> None:
    blocks = [Block(one) for one in text.split(" | ")]
    found = read_text(Document("avtale.txt", (*blocks, Block("Partar", heading=True), Block(PARTIES), Block("Drift", heading=True), Block(FILL[2]))))
    assert (found.service.value or "") == service
