"""The scale of figure 5.1: models in order of independence, with a circle as large as the number of agreements."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

import pandas as pd

from samvirke.figures._common import FAINT, INK, PALETTE, altair, counted
from samvirke.finding import Finding
from samvirke.vocabulary.labels import value_label
from samvirke.vocabulary.language import Language, Text

_LEAST = Text(nb="← mest politisk styring", nn="← mest politisk styring", en="← most political control")
_MOST = Text(nb="mest selvstendig →", nn="mest sjølvstendig →", en="most independent →")
_OUTSIDE = Text(nb="utenfor skalaen", nn="utanfor skalaen", en="outside the scale")


def scale(finding: Finding, language: Language) -> Any:
    """Draw the models of a step side by side under each other, and what stands outside the scale to the right of it."""
    alt = altair()
    table = finding.table
    rank, value, of = (finding.chart.parts[part] for part in ("rank", "value", "of"))
    outside = int(table[rank].max()) + 1 if table[rank].notna().any() else 1
    rows = pd.DataFrame({"x": table[rank].fillna(outside).astype(float) + table[rank].isna() * 0.35, "agreements": table[value].astype(float)})
    rows["y"] = -rows.groupby("x").cumcount().astype(float)
    rows["label"] = ["\n".join(wrap(value_label(finding.chart.parts["category"], str(one))[language], 20)) for one in table[finding.chart.parts["category"]]]
    rows["lines"] = rows["label"].str.count("\n") + 1
    rows["written"] = [counted(count, whole, language) for count, whole in zip(table[value], table[of], strict=True)]
    deepest = float(rows["y"].min())
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0.4, outside + 0.95]))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[deepest - 0.9, 0.75]))
    base = alt.Chart(rows).encode(x=x, y=y, tooltip=["label:N", "written:N"])
    circles = base.mark_circle(color=PALETTE[0], opacity=1).encode(
        size=alt.Size("agreements:Q", legend=None, scale=alt.Scale(range=[0, 1500], domain=[0, float(max(rows["agreements"].max(), 1))]))
    )
    empty = base.transform_filter("datum.agreements == 0").mark_point(color=FAINT, size=60)
    names = base.mark_text(dy=34, fontSize=11, color=INK, lineBreak="\n", baseline="top").encode(text="label:N")
    counts = [
        base.transform_filter(f"datum.lines == {lines}").mark_text(dy=35 + 14 * lines, fontSize=11, color=FAINT, baseline="top").encode(text="written:N")
        for lines in sorted(set(rows["lines"]))
    ]
    line = alt.Chart(pd.DataFrame({"x": [0.6], "x2": [outside - 0.4], "y": [0.5]})).mark_rule(color=FAINT).encode(x=x, x2="x2:Q", y=y)
    ends = pd.DataFrame(
        {
            "x": [0.6, outside - 0.4, outside + 0.35],
            "y": [0.65, 0.65, 0.65],
            "text": [_LEAST[language], _MOST[language], _OUTSIDE[language]],
            "side": ["left", "right", "middle"],
        }
    )
    words = [
        alt.Chart(ends[ends["side"] == side]).mark_text(align=align, fontSize=12, color=INK).encode(x=x, y=y, text="text:N")
        for side, align in (("left", "left"), ("right", "right"), ("middle", "center"))
    ]
    return alt.layer(line, circles, empty, names, *counts, *words).properties(width=680, height=int(165 - 110 * deepest))
