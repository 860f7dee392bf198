"""The register of agreements and what its rules mean, on agreements written by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from samvirke.edition import open_edition
from samvirke.measures.register import mechanism_class, period, register
from tests.conftest import THREE

Write = Callable[[Mapping[str, str | bytes]], Path]

AGREEMENTS = {
    **THREE,
    "agreement": "id,cooperation,signed,basis\na,lv,2008,host_administrative\nb,lv,2008,host_administrative\nc,bv,,not_specified\nd,bv,2012,\n",
    "clause": "agreement,kind,step,value\na,dispute,2,courts\na,dispute,1,negotiation\nb,dispute,1,negotiation\nb,dispute,2,courts\nc,dispute,1,statutory_reference\nc,cost_key,1,equal\n",
    "submission": "municipality,seq,agreement,known_through_other\n0301,1,a,false\n0302,1,a,true\n0302,2,b,false\n1103,1,c,false\n1103,2,d,true\n",
}


def test_the_mark_and_the_cells(write_folder: Write) -> None:
    edition = open_edition(write_folder(AGREEMENTS))
    assert list(register(edition, "mark")["agreement"]) == ["a", "b", "c"]
    assert list(register(edition, "cells")["agreement"]) == ["a", "c", "d"]


def test_steps_come_in_order_and_uncoded_is_not_none(write_folder: Write) -> None:
    edition = open_edition(write_folder({name: text for name, text in AGREEMENTS.items() if name != "submission"}))
    steps = register(edition).set_index("agreement")["steps"]
    assert steps["a"] == ("negotiation", "courts")
    assert steps["c"] == ("statutory_reference",)
    assert steps["d"] is None


@pytest.mark.parametrize(
    ("steps", "once", "first", "last"),
    [
        (("negotiation", "mediation_county_governor", "arbitration"), "court", "negotiation", "court"),
        (("negotiation", "health_trust_agreement"), "board", "negotiation", "board"),
        (("negotiation", "mediation_county_governor"), "negotiation", "negotiation", "negotiation"),
        (("dispute_board", "courts"), "court", "board", "court"),
        (("not_specified",), "none", "none", "none"),
        (("statutory_reference", "negotiation"), "negotiation", "negotiation", "negotiation"),
        ((), "none", "none", "none"),
    ],
)
def test_a_clause_counts_in_one_class(steps: tuple[str, ...], once: str, first: str, last: str) -> None:
    assert (mechanism_class(steps), mechanism_class(steps, "first"), mechanism_class(steps, "last")) == (once, first, last)


@pytest.mark.parametrize(
    ("signed", "found"),
    [
        ("2011", "before"),
        ("2012", "either"),
        ("2012-06", "before"),
        ("2012-07", "after"),
        ("2013", "after"),
        (None, "undated"),
        ("", "undated"),
        (float("nan"), "undated"),
    ],
)
def test_a_year_may_fall_on_both_sides(signed: object, found: str) -> None:
    assert period(signed, date(2012, 7, 1)) == found
