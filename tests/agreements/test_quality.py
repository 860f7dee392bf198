"""What agreements lack is counted of those to which an item applies and which are coded for it; the rest is said, never counted as lacking."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import pytest

from samvirke.agreements.agreement_quality import agreement_quality
from samvirke.agreements.clauses import clauses
from samvirke.edition import Edition, open_edition
from samvirke.figures import specification

Write = Callable[[Mapping[str, str | bytes]], Path]

HOST_CONTENTS = ("participants", "host", "tasks", "authority", "transfer", "notification", "cost_key", "withdrawal", "dissolution")


def row_of(table: pd.DataFrame, item: str) -> pd.Series:
    (own,) = (row for _, row in table[table["checked_item"] == item].iterrows())
    return own


def test_the_note_says_26_of_46_name_no_legal_basis_and_25_do_not_say_how_disputes_are_settled(note: Edition) -> None:
    table = agreement_quality(note).table
    basis, dispute = row_of(table, "basis"), row_of(table, "dispute")
    assert [basis["agreements"], basis["coded"], basis["present"], basis["absent"]] == [46, 46, 20, 26]
    assert [dispute["coded"], dispute["present"], dispute["unclear"], dispute["absent"]] == [46, 20, 1, 25]


def test_nothing_is_said_to_be_there_that_nobody_coded(note: Edition) -> None:
    finding = agreement_quality(note)
    required = finding.table[finding.table["grade"] == "required"]
    assert set(required.loc[required["coded"] > 0, "checked_item"]) == {"participants", "host"}
    assert "asks one or more of them for 9 items; 2 of the items are coded for any. None of these is lacking." in finding.statement.en


def test_the_figure_leaves_out_what_is_coded_in_none(note: Edition) -> None:
    drawn = str(specification(agreement_quality(note), "nn"))
    assert "0 av 0" not in drawn
    assert "lovgrunnlag" in drawn


@pytest.fixture
def planted(write_folder: Write) -> Edition:
    """Give six agreements of host municipalities: all lack the archives, two lack withdrawal, one says nothing of disputes."""
    agreements, rows = "id,cooperation,signed,basis\n", "agreement,kind,step,value\n"
    cooperations, members = "id,service,valid_from\n", "cooperation,municipality,role\n"
    for number in range(6):
        cooperations += f"c{number},legevakt,2013-01-01\n"
        members += f"c{number},0301,host\nc{number},{'0302' if number < 4 else '0303'},participant\n"
        agreements += f"a{number},c{number},{2013 if number < 3 else 2015}-03-01,host_administrative\n"
        for kind in ("tasks", "authority", "transfer", "notification", "cost_key", "dissolution", "purpose", "duration", "reporting"):
            rows += f"a{number},{kind},1,\n"
        rows += f"a{number},withdrawal,1,12\n" if number not in (1, 4) else ""
        rows += f"a{number},dispute,1,{'not_specified' if number == 5 else 'courts'}\n"
    return open_edition(
        write_folder(
            {
                "municipality": "code,name,county\n0301,Ås,Viken\n0302,Bø,Viken\n0303,Ål,Viken\n",
                "cooperation": cooperations,
                "member": members,
                "agreement": agreements,
                "clause": rows,
                "figure": "municipality,year,figure,value\n0301,2013,population,12000\n0302,2013,population,4000\n0303,2013,population,30000\n",
            }
        )
    )


def test_planted_gaps_are_found(planted: Edition) -> None:
    table = agreement_quality(planted).table
    lacking = {row.checked_item: (row.absent, row.coded) for row in table.itertuples() if row.absent}
    assert lacking == {"withdrawal": (2, 6), "archives": (6, 6), "dispute": (1, 6)}
    assert {row.checked_item for row in table.itertuples() if row.grade == "required"} == set(HOST_CONTENTS)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("period", {"before": (1, 3), "after": (1, 3)}),
        ("size", {"to_20000": (2, 6)}),
        ("county", {"Viken": (2, 6)}),
        ("model", {"host_administrative": (2, 6)}),
    ],
)
def test_gaps_by_group_add_up(planted: Edition, by: str, expected: dict[str, tuple[int, int]]) -> None:
    from datetime import date

    table = agreement_quality(planted, by=by, cut=date(2014, 1, 1)).table  # type: ignore[arg-type]
    own = table[table["checked_item"] == "withdrawal"]
    assert {row.agreement_group: (row.absent, row.coded) for row in own.itertuples()} == expected


def test_the_worst_is_named_in_every_language(planted: Edition) -> None:
    statement = agreement_quality(planted).statement
    assert "Most often lacking: withdrawal (2/6)." in statement.en
    assert "2/6" in statement.nb
    assert "2/6" in statement.nn
    assert "1 of 6 agreements (17%) do not say how disagreement is settled; no statute requires it." in statement.en


def test_clauses_lists_what_is_coded(planted: Edition) -> None:
    table = clauses(planted).table
    assert len(table)
    assert table["agreements"].max() == 6
