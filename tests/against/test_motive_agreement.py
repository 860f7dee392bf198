"""Agreement on directions and motives against published tables, and against scikit-learn on random codings."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score

from samvirke.evidence.motive_agreement import motive_agreement
from samvirke.vocabulary import terms


def passages(document: str, motives: list[str], directions: list[str | None]) -> pd.DataFrame:
    """Return one passage after another, each with a motive and a direction."""
    rows = [
        (document, "x", str(at), at * 10, at * 10 + 9, "", motive, direction) for at, (motive, direction) in enumerate(zip(motives, directions, strict=True))
    ]
    return pd.DataFrame(rows, columns=["document", "coder", "passage", "start", "end", "text", "motive", "direction"])


def test_cohen_1960_table() -> None:
    """Cohen (1960), p. 45: 200 units in three categories, kappa .492; po = .70 and pc = .41."""
    table = {("for", "for"): 88, ("for", "against"): 14, ("for", "ambiguous"): 18, ("against", "for"): 10, ("against", "against"): 40, ("against", "ambiguous"): 10, ("ambiguous", "for"): 2, ("ambiguous", "against"): 6, ("ambiguous", "ambiguous"): 12}  # fmt: skip
    pairs = [pair for pair, count in table.items() for _ in range(count)]
    motives = ["quality"] * 200
    found = motive_agreement(passages("a", motives, [one for one, _ in pairs]), passages("a", motives, [other for _, other in pairs]))
    row = found.table[found.table["spoken_part"] == "direction"].iloc[0]
    assert row[["units", "agree"]].tolist() == [200, 140]
    assert row["kappa"] == pytest.approx(0.492, abs=5e-4)
    assert row["kappa"] == pytest.approx((0.70 - 0.41) / (1 - 0.41))


def test_krippendorff_2011_nominal_data_of_two_observers() -> None:
    """Krippendorff (2011), Computing Krippendorff's alpha-reliability, section B: twelve units, alpha 0.692."""
    codes = dict(zip("abcde", terms("motives"), strict=False))
    first, second = ([codes[one] for one in letters] for letters in ("aabbdcccedda", "babbbcccedd" + "d"))
    found = motive_agreement(passages("a", first, ["for"] * 12), passages("a", second, ["for"] * 12))
    row = found.table[found.table["spoken_part"] == "passage"].iloc[0]
    assert row[["units", "agree"]].tolist() == [12, 9]
    assert row["alpha"] == pytest.approx(0.692, abs=5e-4)


@pytest.mark.parametrize("seed", range(5))
def test_kappa_of_whole_passages_and_of_each_motive_against_scikit_learn(seed: int) -> None:
    rng, names = np.random.default_rng(seed), list(terms("motives"))[:4]
    first, second = ([str(one) for one in rng.choice(names, 60)] for _ in range(2))
    found = motive_agreement(passages("a", first, ["for"] * 60), passages("a", second, ["for"] * 60)).table
    assert found.iloc[0]["kappa"] == pytest.approx(cohen_kappa_score(first, second))
    for name in names:
        row = found[found["motive"] == name].iloc[0]
        assert row["kappa"] == pytest.approx(cohen_kappa_score([one == name for one in first], [one == name for one in second]))
