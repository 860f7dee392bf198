"""Agreement between coders, held against other programs, a published example and sums written out."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from itertools import product
from math import isnan, nan

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samvirke.agreements._agreement_statistics import cohen_kappa, krippendorff_alpha
from samvirke.agreements.coder_agreement import coder_agreement
from samvirke.agreements.reading import Clause, Found, Party, Reading
from samvirke.agreements.review import COLUMNS, ReviewError, proposals

CODES = st.sampled_from(["a", "b", "c", None])
PAIRS = st.lists(st.tuples(CODES, CODES), max_size=30)


@settings(max_examples=100, deadline=None)
@given(PAIRS)
def test_kappa_agrees_with_scikit_learn(pairs: list[tuple[str | None, str | None]]) -> None:
    from sklearn.metrics import cohen_kappa_score

    found = cohen_kappa([one for one, _ in pairs], [other for _, other in pairs])
    both = [pair for pair in pairs if None not in pair]
    assert found.units == len(both)
    if not both or len({value for pair in both for value in pair}) == 1:
        assert isnan(found.estimate)
        assert isnan(found.low)
        assert found.undefined == ("one_value" if both else "no_units")
    else:
        assert found.estimate == pytest.approx(cohen_kappa_score(*zip(*both, strict=True)))
        assert found.undefined is None


def alpha_by_pairs(units: list[list[str | None]]) -> float:
    """Alpha as one less observed over expected disagreement, both as sums over ordered pairs of codings."""
    coded = [[value for value in unit if value is not None] for unit in units]
    coded = [unit for unit in coded if len(unit) > 1]
    everything = [value for unit in coded for value in unit]
    n = len(everything)
    within = sum(sum(one != other for one, other in product(unit, unit)) / (len(unit) - 1) for unit in coded) / n
    across = sum(one != other for one, other in product(everything, everything)) / (n * (n - 1))
    return 1 - within / across


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(CODES, min_size=4, max_size=4), max_size=15))
def test_alpha_agrees_with_the_sum_over_pairs(units: list[list[str | None]]) -> None:
    found = krippendorff_alpha(units)
    coded = [[value for value in unit if value is not None] for unit in units]
    values = [value for unit in coded for value in unit if len(unit) > 1]
    assert found.units == sum(len(unit) > 1 for unit in coded)
    if len(set(values)) < 2:
        assert isnan(found.estimate)
        assert found.undefined == ("one_value" if values else "no_units")
    else:
        assert found.estimate == pytest.approx(alpha_by_pairs(units))


def test_krippendorff_s_four_coders() -> None:
    """Krippendorff (2011), Computing Krippendorff's Alpha-Reliability: nominal data, four observers, missing data: alpha 0.743."""
    rows = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    ]
    found = krippendorff_alpha(list(zip(*rows, strict=True)))
    assert found.estimate == pytest.approx(0.743, abs=0.0005)
    assert found.units == 11
    assert found.low < found.estimate < found.high


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=2, max_size=25))
def test_alpha_is_fleiss_kappa_but_for_small_numbers(units: list[list[int]]) -> None:
    from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

    if len({value for unit in units for value in unit}) < 2:
        return
    fleiss = float(fleiss_kappa(aggregate_raters(units)[0]))
    assert krippendorff_alpha(units).estimate == pytest.approx(fleiss + (1 - fleiss) / (3 * len(units)))


def test_missing_is_none_nan_and_na_and_nothing_else() -> None:
    found = cohen_kappa(["a", None, nan, pd.NA, "", "b"], ["a", "a", "a", "a", "", "a"])
    assert found.units == 3
    with pytest.raises(ValueError, match="shorter"):
        cohen_kappa(["a", "b"], ["a"])


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """Two coders who each see the truth with probability 0.8, of two equally common values: kappa is 0.36."""
    draw, hits = random.Random(1), 0  # noqa: S311
    for seed in range(100):
        truth = [draw.random() < 0.5 for _ in range(120)]
        first, second = ([value if draw.random() < 0.8 else not value for value in truth] for _ in range(2))
        found = cohen_kappa(first, second, seed=seed)
        hits += found.low <= 0.36 <= found.high
    assert 0.89 <= hits / 100 <= 0.99


def test_units_of_one_file_are_drawn_together() -> None:
    """Each of ten files ten times the same: as uncertain as ten units, not as a hundred."""
    first, second = list("aabbaabbab"), list("aabbababaa")
    ten = cohen_kappa(first, second)
    hundred = cohen_kappa(first * 10, second * 10)
    together = cohen_kappa(first * 10, second * 10, groups=list(range(10)) * 10)
    assert together.estimate == pytest.approx(ten.estimate)
    assert (together.low, together.high) == pytest.approx((ten.low, ten.high))
    assert hundred.high - hundred.low < (ten.high - ten.low) / 2
    assert hundred == cohen_kappa(first * 10, second * 10)
    assert hundred != cohen_kappa(first * 10, second * 10, seed=2)
    one_file = cohen_kappa(first, second, groups=["f"] * 10)
    assert (one_file.estimate, isnan(one_file.low), one_file.undefined) == (ten.estimate, True, None)


def reading(file: str) -> Reading:
    return Reading(
        file,
        "nb",
        None,
        (Party("0517", "Sel", "host", "", 1, 0.9), Party("0515", "Vågå", "participant", "", 1, 0.9), Party(None, "Fjordvik", "participant", "", 1, 0.3)),
        Found("legevakt", None, None, 0.9),
        Found(confidence=0.6),
        Found("2013", None, None, 0.9),
        Found("0517", None, None, 0.9),
        (),
        (Clause("dispute", 1, "courts", "", 1, 0.9), Clause("archives", 1, None, "", 1, 0.9)),
    )


def decided(files: str = "ab", coder: str = "KA") -> pd.DataFrame:
    """Return proposals that are all accepted."""
    return proposals([reading(file) for file in files]).assign(decision="accept", coder=coder)


def other(frame: pd.DataFrame, file: str, field: str, place: int = 0, **cells: object) -> pd.DataFrame:
    index = frame.index[(frame["file"] == file) & (frame["field"] == field)][place]
    changed = frame.copy()
    for column, value in cells.items():
        changed.loc[index, column] = value
    return changed


def added(frame: pd.DataFrame, **cells: object) -> pd.DataFrame:
    row = pd.DataFrame([{"decision": "add", "coder": "KA"} | cells], columns=list(COLUMNS)).astype(frame.dtypes.to_dict())
    return pd.concat([frame, row], ignore_index=True)


def test_two_tables_row_by_row() -> None:
    first = other(decided(), "a", "clause", 0, decision="change", new_value="arbitration")
    first = other(first, "b", "party", 1, decision="reject")
    first = other(first, "a", "hours", decision="add", new_value="night;evening")
    first = added(first, file="a", field="clause", kind="reporting")
    second = other(decided(coder="BO"), "a", "party", 2, decision="change", new_value="0514")
    second = other(second, "b", "service", decision=None, coder=None)
    second = added(second, file="a", field="clause", kind="reporting", step=1)
    second = added(second, file="b", field="party", new_value="0514", coder="BO")
    finding = coder_agreement(first, second)
    table = finding.table.fillna({"clause_kind": ""}).set_index(["field", "clause_kind"])
    assert table[["units", "both_coded", "agree"]].apply(tuple, axis=1).to_dict() == {
        ("party", ""): (7, 7, 4),
        ("service", ""): (2, 1, 1),
        ("hours", ""): (2, 2, 1),
        ("signed", ""): (2, 2, 2),
        ("host", ""): (2, 2, 2),
        ("clause", "archives"): (2, 2, 2),
        ("clause", "dispute"): (2, 2, 1),
        ("clause", "reporting"): (1, 1, 1),
    }
    assert [key for key in table.index if table.loc[key, "kappa_undefined"] == "one_value"] == [key for key in table.index if table.loc[key, "share"] == 1]
    assert table.loc[("party", ""), "share"] == 4 / 7
    differing = finding.supporting["coded_differently"].astype("object").where(lambda cells: cells.notna(), None)
    assert differing.to_numpy().tolist() == [
        ["a", "party", None, None, "Fjordvik", "present", "0514", "KA", "BO"],
        ["b", "party", None, None, "0514", "absent", "present", None, "BO"],
        ["b", "party", None, None, "Vågå", "absent", "present", "KA", "BO"],
        ["a", "hours", None, None, None, "night;evening", "absent", "KA", "BO"],
        ["a", "clause", "dispute", 1, None, "arbitration", "courts", "KA", "BO"],
    ]
    assert finding.coverage.denominators == {"files": 2, "units": 20, "both_coded": 19}
    assert finding.coverage.numerator == 14
    assert "14 of 19" in finding.statement["en"]
    assert "1 unit was not" in finding.coverage.missing[0].why["en"]
    record = json.loads(finding.to_json())
    assert record["seed"] == 1
    assert len(record["result"]["coded_differently"]) == 5


def test_what_one_added_counts_against_another_only_where_they_were_done() -> None:
    more = added(decided(), file="b", field="clause", kind="reporting")
    done, undone = decided(), other(decided(), "b", "signed", decision=None)
    for second, both in ((done, 1), (undone, 0)):
        for pair in ((more, second), (second, more)):
            row = coder_agreement(*pair).table.query("clause_kind == 'reporting'").iloc[0]
            assert (row["units"], row["both_coded"], row["agree"]) == (1, both, 0)


def test_kappa_of_the_table_is_that_of_the_codings() -> None:
    from sklearn.metrics import cohen_kappa_score

    draw, values = random.Random(3), ["courts", "arbitration", "negotiation"]  # noqa: S311
    files = [f"f{number}" for number in range(40)]
    frame = proposals([replace(reading(file), parties=(), clauses=(Clause("dispute", 1, "courts", "", 1, 0.9),)) for file in files])
    tables, codings = [], []
    for coder in "AB":
        own = frame.assign(decision=None, coder=coder).astype(frame.dtypes.to_dict())
        codes = [draw.choice(values) if draw.random() < 0.5 else values[place % 3] for place in range(40)]
        own.loc[own["field"] == "clause", "decision"] = "change"
        own.loc[own["field"] == "clause", "new_value"] = codes
        tables.append(own)
        codings.append(codes)
    finding = coder_agreement(*tables)
    row = finding.table.query("clause_kind == 'dispute'").iloc[0]
    assert row["kappa"] == pytest.approx(cohen_kappa_score(*codings))
    assert row["alpha"] == pytest.approx(alpha_by_pairs([list(pair) for pair in zip(*codings, strict=True)]))
    assert row["kappa_low"] < row["kappa"] < row["kappa_high"]
    assert set(finding.table.loc[finding.table["field"] != "clause", "kappa_undefined"]) == {"no_units"}
    shuffled = coder_agreement(*(table.sample(frac=1, random_state=1) for table in tables))
    pd.testing.assert_frame_equal(shuffled.table, finding.table)


def test_files_that_only_one_has_are_named() -> None:
    finding = coder_agreement(decided("ab"), decided("bc"))
    assert [gap.why["nn"] for gap in finding.coverage.missing] == [
        "Berre den fyrste har desse filene: a.",
        "Berre den andre har desse filene: c.",
        "18 einingar er ikkje koda av begge.",
    ]
    assert int(finding.table["both_coded"].sum()) == 9
    nothing = coder_agreement(decided("a"), decided("b"))
    assert nothing.statement["nb"] == "Ingenting er kodet av begge."
    assert nothing.to_json()


def test_a_table_with_faults_is_refused() -> None:
    with pytest.raises(ReviewError, match="The second table cannot be used") as caught:
        coder_agreement(decided(), decided().assign(coder=None))
    assert len(caught.value.problems) == 18
