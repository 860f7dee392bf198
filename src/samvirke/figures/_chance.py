"""Observed numbers against what chance makes: the middle 95 % of the draws, their mean, and where the observed number lies."""

from __future__ import annotations

from typing import Any

import pandas as pd

from samvirke.figures._common import INK, PALETTE, altair
from samvirke.finding import Finding
from samvirke.vocabulary.labels import value_label
from samvirke.vocabulary.language import Language, Text, number

_MOST_PAIRS = 8
"""Pairs of services that are drawn, those with most municipalities in both first; the table has the rest."""

_RANGE = Text(nb="95 % av trekningene", nn="95 % av trekningane", en="95% of the draws")
_MIDDLE = Text(nb="snitt av trekningene", nn="snitt av trekningane", en="mean of the draws")
_OBSERVED = Text(nb="observert", nn="observert", en="observed")
_NULLS = {
    "degree": Text(nb="trukket fritt", nn="trekt fritt", en="drawn freely"),
    "distance": Text(nb="trukket etter avstand", nn="trekt etter avstand", en="drawn by distance"),
}
_ALL = Text(nb="alle par samlet", nn="alle par samla", en="all pairs together")


def chance(finding: Finding, language: Language) -> Any:
    """Draw a panel for each pair of services, with a lane for each null model; of the two services drawn, the one closer to the observed."""
    alt = altair()
    parts = finding.chart.parts
    verdicts = finding.supporting["verdicts"].sort_values(parts["of"], ascending=False, kind="stable").head(_MOST_PAIRS)
    table = finding.table[finding.table[parts["p"]].notna()]
    panels = []
    kinds = [_RANGE[language], _MIDDLE[language], _OBSERVED[language]]
    colour = alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=[PALETTE[2], PALETTE[0], PALETTE[1]]), sort=kinds, title=None)
    for first, second in zip(verdicts[parts["first"]], verdicts[parts["second"]], strict=True):
        own = table[(table[parts["first"]] == first) & (table[parts["second"]] == second)]
        own = own.sort_values(parts["p"], ascending=False, kind="stable").drop_duplicates(parts["null"])
        if own.empty:
            continue
        rows = pd.DataFrame({key: own[parts[key]].astype(float) for key in ("low", "value", "high", "beside")})
        rows["label"] = [_NULLS[one][language] for one in own[parts["null"]]]
        rows["written"] = [number(one, language) for one in rows["beside"]]
        most = float(rows[["high", "beside"]].to_numpy().max()) * 1.12 + 1
        x = alt.X("low:Q", scale=alt.Scale(domain=[0, most], nice=False), axis=alt.Axis(title=None, tickMinStep=1))
        order = [_NULLS[one][language] for one in _NULLS]
        base = alt.Chart(rows).encode(y=alt.Y("label:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False)))
        bar = base.transform_calculate(kind=repr(kinds[0])).mark_bar(height=alt.RelativeBandSize(0.55)).encode(x=x, x2="high:Q", color=colour)
        middle = base.transform_calculate(kind=repr(kinds[1])).mark_tick(thickness=3, height=18, opacity=1).encode(x="value:Q", color=colour)
        seen = base.transform_calculate(kind=repr(kinds[2])).mark_point(filled=True, shape="diamond", size=110, opacity=1).encode(x="beside:Q", color=colour)
        words = base.mark_text(align="left", dx=8, fontSize=11, color=INK).encode(x="beside:Q", text="written:N")
        names = [value_label(parts["first"], str(one))[language] for one in (first, second)]
        title = _ALL[language] if first == second else f"{names[0]} × {names[1]}"
        titled = alt.TitleParams(title, anchor="start", fontSize=13, color=INK)
        panels.append(alt.layer(bar, middle, seen, words).properties(width=520, height=alt.Step(30), title=titled))
    return alt.vconcat(*panels, spacing=14) if panels else None
