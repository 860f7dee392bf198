"""What the draws of two services under two null models say together: a verdict for each pair, adjusted for how many there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from samvirke.measures._chance import Against, holm
from samvirke.measures.null_models import NULLS, Null

ALL = "all"
RuleOrPairs = Literal["any", "all", "same", "pairs"]
MutualCoding = Literal["any", "day", "evening", "night", "weekend"]
Verdict = Literal["beyond_distance", "beyond_degree", "less_than_distance", "as_chance", "below", "distance_unknown", "too_few_draws", "untold"]
LIMIT, SHORT, LITTLE_MOVED = 0.05, 0.25, 0.2


@dataclass(frozen=True)
class Compared:
    """One pair of services under one rule (or all pairs together), with what each null model and each service drawn says."""

    first: str
    second: str
    in_both: int
    found: Mapping[tuple[Null, str], Against]

    def cautious(self, null: Null) -> Against | None:
        """Return what the service says whose draws speak least against the null model; None when nothing is told."""
        told = [one for (own, _), one in self.found.items() if own == null and not np.isnan(one.p_value)]
        return max(told, key=lambda one: one.p_value) if told else None

    def agree(self, null: Null) -> bool:
        """Say whether both services drawn tell something, and point the same way."""
        own = [one for (kind, _), one in self.found.items() if kind == null]
        return not any(np.isnan(one.p_value) for one in own) and len({one.more for one in own}) == 1

    def split(self, null: Null) -> bool:
        """Say whether the two services drawn point different ways."""
        return len({one.more for (own, _), one in self.found.items() if own == null and not np.isnan(one.p_value)}) > 1

    def at_floor(self, null: Null, draws: int) -> bool:
        """Say whether no draw of either service came as far as the data, so that more draws might make p smaller."""
        own = [one for (kind, _), one in self.found.items() if kind == null]
        return self.agree(null) and all(one.p_value <= 2.0 / (draws + 1) * 1.000001 for one in own)


def judge(compared: Sequence[Compared], draws: int) -> pd.DataFrame:
    """Return one row per pair with the more cautious of its two tests, adjusted for the number of pairs, and a verdict; all pairs last."""
    cautious = {null: [one.cautious(null) for one in compared] for null in NULLS}
    adjusted = {}
    for null in NULLS:
        own = [told.p_value if told else np.nan for told in cautious[null]]
        several = len(compared) and compared[-1].first == ALL
        adjusted[null] = [*holm(own[:-1]), own[-1]] if several else holm(own)
    rows = []
    for place, one in enumerate(compared):
        degree, distance = cautious["degree"][place], cautious["distance"][place]
        rows.append(
            {
                "first": one.first,
                "second": one.second,
                "observed": next(iter(one.found.values())).observed,
                "in_both": one.in_both,
                "expected_degree": degree.expected if degree else np.nan,
                "p_degree": adjusted["degree"][place],
                "expected_distance": distance.expected if distance else np.nan,
                "low": distance.low if distance else np.nan,
                "high": distance.high if distance else np.nan,
                "p_distance": adjusted["distance"][place],
                "directions_agree": "no" if one.split("distance") else "yes",
                "consolidation_verdict": _verdict(one, adjusted["degree"][place], adjusted["distance"][place], draws),
            }
        )
    columns = ["first", "second", "observed", "in_both", "expected_degree", "p_degree", "expected_distance", "low", "high", "p_distance"]
    return pd.DataFrame(rows, columns=[*columns, "directions_agree", "consolidation_verdict"])


def _verdict(one: Compared, p_degree: float, p_distance: float, draws: int) -> Verdict:
    degree, distance = one.cautious("degree"), one.cautious("distance")
    if degree is None:
        return "untold"
    beyond = p_degree < LIMIT and degree.more and one.agree("degree")
    fewer = p_degree < LIMIT and not degree.more and one.agree("degree")
    if distance is not None and p_distance < LIMIT and one.agree("distance"):
        if distance.more:
            return "beyond_distance" if beyond else "as_chance"
        return "less_than_distance" if beyond else "below"
    if fewer:
        return "below"
    if (p_degree >= LIMIT and one.at_floor("degree", draws)) or (distance is not None and p_distance >= LIMIT and one.at_floor("distance", draws)):
        return "too_few_draws"
    if not beyond:
        return "as_chance"
    return "distance_unknown" if distance is None else "beyond_degree"
