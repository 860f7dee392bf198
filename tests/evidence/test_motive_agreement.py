"""Two coders of the same documents, passage by passage."""

from __future__ import annotations

import pandas as pd
import pytest

from samvirke.evidence.motive_agreement import NothingToCompareError, motive_agreement
from samvirke.sources.qualitative import PASSAGES


def coded(*rows: tuple[str, int | None, int | None, str, str, str | None]) -> pd.DataFrame:
    """Return passages: document, start, end, text, motive, direction."""
    found = [(document, "x", f"{start}{text}", start, end, text, motive, direction) for document, start, end, text, motive, direction in rows]
    return pd.DataFrame(found, columns=list(PASSAGES)).astype({"start": "Int64", "end": "Int64"})


FIRST = coded(
    ("a", 0, 20, "", "quality", "for"),
    ("a", 0, 20, "", "recruitment", "for"),
    ("a", 30, 60, "", "distance", "against"),
    ("a", 90, 99, "", "risk", None),
    ("b", 0, 10, "", "quality", "for"),
    ("c", 0, 10, "", "quality", "for"),
)
SECOND = coded(
    ("a", 2, 22, "", "quality", "for"),
    ("a", 40, 58, "", "distance", "ambiguous"),
    ("a", 70, 80, "", "quality", "for"),
    ("b", 0, 4, "", "quality", "for"),
)


def test_units_by_hand() -> None:
    """Passages 0-20 and 2-22 share 18 of 22 characters, 30-60 and 40-58 18 of 30, 0-10 and 0-4 of b only 4 of 10."""
    found = motive_agreement(FIRST, SECOND)
    rows = found.table.set_index(["spoken_part", found.table["motive"].fillna("")])
    assert rows.loc[("passage", ""), ["units", "both_coded", "agree"]].tolist() == [7, 6, 1]
    assert rows.loc[("motive", "quality"), ["units", "both_coded", "agree"]].tolist() == [7, 6, 3]
    assert rows.loc[("motive", "distance"), ["units", "both_coded", "agree", "kappa"]].tolist() == [7, 6, 6, 1.0]
    assert rows.loc[("motive", "recruitment"), ["units", "both_coded", "agree"]].tolist() == [7, 6, 5]
    assert rows.loc[("direction", ""), ["units", "both_coded", "agree"]].tolist() == [2, 2, 1]
    differing = found.supporting["coded_differently"]
    assert differing[["document", "motive", "first_coded", "second_coded"]].to_numpy().tolist() == [
        ["a", "recruitment", "for", "absent"],
        ["a", "distance", "against", "ambiguous"],
        ["a", "quality", "absent", "for"],
        ["a", "risk", "direction_unknown", "absent"],
        ["b", "quality", "for", "absent"],
        ["b", "quality", "absent", "for"],
    ]
    assert [gap.why.en for gap in found.coverage.missing] == ["Only the first has coded these documents: c."]


def test_agreement_with_oneself_is_whole_and_order_does_not_matter() -> None:
    same = motive_agreement(FIRST, FIRST)
    assert (same.table["agree"] == same.table["both_coded"]).all()
    assert same.supporting["coded_differently"].empty
    one, other = motive_agreement(FIRST, SECOND).table, motive_agreement(SECOND, FIRST).table
    assert one[["units", "agree"]].to_numpy().tolist() == other[["units", "agree"]].to_numpy().tolist()
    assert one["kappa"].fillna(-9).tolist() == pytest.approx(other["kappa"].fillna(-9).tolist())


def test_without_positions_the_words_tell() -> None:
    one = coded(("a", None, None, "Det er langt å kjøre", "distance", "against"), ("a", None, None, "dyrt", "capacity", "for"))
    other = coded(("a", None, None, "Det er langt", "distance", "against"), ("a", None, None, "d", "capacity", "for"))
    row = motive_agreement(one, other).table.iloc[0]
    assert row[["units", "agree"]].tolist() == [3, 1]


def test_no_document_in_common_is_said() -> None:
    with pytest.raises(NothingToCompareError, match="no document in common"):
        motive_agreement(FIRST[FIRST["document"] == "c"], SECOND)
