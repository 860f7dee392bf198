"""The reader's rules on the 74 printed cells of the note's appendix, held against the note's hand coding of the same cells."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from samvirke.agreements._disputes import disputes
from samvirke.agreements.coded import readings_of
from samvirke.agreements.files import Block, Document
from samvirke.agreements.passages import Passages, passages
from samvirke.agreements.reader import legal_basis
from samvirke.agreements.reading import Basis
from samvirke.edition import Edition
from samvirke.vocabulary.dates import DateInterval

Cell = tuple[str, int, str, str, tuple[str, ...], tuple[str, ...]]
"""Municipality, number among its agreements, column, words, as read, as coded by hand."""
EXPLAINED = Path(__file__).with_name("note_cells.yaml")


def cell(heading: str, words: str) -> Passages:
    return passages(Document("cell.txt", (Block("Avtale"), Block(heading, heading=True), Block(words))))


def read_basis(words: str, signed: object) -> list[Basis]:
    """Read a cell on the legal basis of an agreement of a date."""
    return legal_basis(cell("Lovgrunnlag", words), DateInterval.parse(signed) if isinstance(signed, str) else None)


def cells(note: Edition) -> Iterator[Cell]:
    """Give every cell with what the reader's rules make of it and the hand coding of its agreement."""
    agreements = note["agreement"].set_index("id")
    clauses = note["clause"].sort_values("step").query("kind == 'dispute'").groupby("agreement")["value"].agg(tuple)
    for row in note["submission"].itertuples():
        one, agreement = (str(row.municipality), int(str(row.seq))), str(row.agreement)
        basis = tuple(found.model for found in read_basis(str(row.legal_text), agreements.at[agreement, "signed"]))
        yield *one, "legal_text", str(row.legal_text), basis or ("not_specified",), (str(agreements.at[agreement, "basis"]),)
        steps = tuple(str(found.value) for found in disputes(cell("Tvisteløsning", str(row.dispute_text))))
        yield *one, "dispute_text", str(row.dispute_text), steps or ("not_specified",), clauses[agreement]


def test_every_cell_is_coded_as_by_hand_or_the_difference_is_explained(note: Edition) -> None:
    told = list(cells(note))
    assert len(told) == 2 * 74
    explained = yaml.safe_load(EXPLAINED.read_text(encoding="utf-8"))
    assert all(len(one["why"].split()) > 5 for one in explained)
    expected = {(one["municipality"], one["seq"], one["column"], one["text"], tuple(one["read"]), tuple(one["coded"])) for one in explained}
    differing = {one for one in told if one[4] != one[5]}
    assert differing - expected == set(), "coded otherwise than by hand, and not explained in note_cells.yaml"
    assert expected - differing == set(), "explained in note_cells.yaml, and no longer so"


def test_a_basis_read_in_a_cell_stands_as_the_coded_one_on_the_date_of_the_agreement(note: Edition) -> None:
    coded = {one.file: one.legal_basis for one in readings_of(note)}
    signed = note["agreement"].set_index("id")["signed"]
    held = 0
    for row in note["submission"].itertuples():
        for found in read_basis(str(row.legal_text), signed[str(row.agreement)]):
            (other,) = coded[str(row.agreement)]
            assert (found.model, found.status, found.certainty, found.provision) == (other.model, other.status, other.certainty, other.provision), (
                row.legal_text
            )
            held += 1
    assert held == sum(bool(coded[str(one)]) for one in note["submission"]["agreement"])
