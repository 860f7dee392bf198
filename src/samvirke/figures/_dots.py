"""Points along a line, and ranges with their middle: how values spread within each category."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from samvirke.figures._common import FAINT, INK, PALETTE, altair
from samvirke.finding import Finding
from samvirke.vocabulary.labels import column_label, value_label
from samvirke.vocabulary.language import Language, Text, number

_WIDTH, _LANE = 640, 74
_NAMED = 3
"""How many outliers of a category are named, the largest first."""

_INHABITANTS = Text(nb="innbyggere (logaritmisk)", nn="innbyggjarar (logaritmisk)", en="inhabitants (log scale)")
_BESIDE = Text(nb="nærmeste kommune", nn="nærmaste kommune", en="nearest municipality")
_RANGE = Text(nb="midterste halvdel av parene", nn="midtarste halvdel av para", en="middle half of the pairs")
_MIDDLE = Text(nb="median", nn="median", en="median")


def dots(finding: Finding, language: Language) -> Any:
    """Draw each row as a point on a log scale, a lane for each category, the outliers in another colour and the largest named."""
    alt = altair()
    parts = finding.chart.parts
    table = finding.table[finding.table[parts["value"]].fillna(0) > 0]
    if table.empty:
        return None
    order = list(table[parts["category"]].value_counts().index)
    rows = pd.DataFrame(
        {
            "value": table[parts["value"]].astype(float),
            "lane": [order.index(one) for one in table[parts["category"]]],
            "name": table[parts["name"]].astype(str).str.slice(0, 60),
            "outlier": table[parts["outlier"]].astype(bool),
        }
    )
    spread = (rows.groupby("lane").cumcount() * 0.618) % 1
    rows["y"] = rows["lane"] + 0.2 + 0.6 * spread
    line = float(parts["line"])
    least, most = min(rows["value"].min(), line), max(rows["value"].max(), line)
    written = {"format": ",.0f"} if language == "en" else {"labelExpr": "replace(format(datum.value, ',.0f'), /,/g, '\u00a0')"}
    axis = alt.Axis(title=_INHABITANTS[language], values=_ticks(least, most), **written)
    x = alt.X("value:Q", scale=alt.Scale(type="log", domain=[least / 1.3, most * 2.2]), axis=axis)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[len(order), 0]), axis=None)
    base = alt.Chart(rows).encode(
        x=x, y=y, tooltip=[alt.Tooltip("name:N", title=" "), alt.Tooltip("value:Q", title=column_label(parts["value"])[language], format=",.0f")]
    )
    points = [
        base.transform_filter("!datum.outlier").mark_circle(color=PALETTE[0], opacity=0.75, size=34),
        base.transform_filter("datum.outlier").mark_point(color=PALETTE[1], filled=True, shape="diamond", opacity=1, size=52),
    ]
    at = alt.Chart(pd.DataFrame({"value": [line], "text": [number(line, language)]})).encode(x=x)
    rule = [
        at.mark_rule(color=FAINT, strokeDash=[4, 3]),
        at.mark_text(align="left", dx=4, fontSize=11, color=INK, baseline="top").encode(y=alt.value(2), text="text:N"),
    ]
    lanes = pd.DataFrame(
        {
            "y": [float(place) for place in range(len(order))],
            "text": [f"{value_label(parts['category'], str(one))[language]} ({int((rows['lane'] == place).sum())})" for place, one in enumerate(order)],
        }
    )
    titles = (
        alt.Chart(lanes).mark_text(align="left", baseline="top", dy=3, fontSize=12, fontWeight="bold", color=INK).encode(x=alt.value(2), y=y, text="text:N")
    )
    largest = rows[rows["outlier"]].sort_values("value", ascending=False).groupby("lane").head(_NAMED)
    names = alt.Chart(largest).mark_text(align="left", dx=7, fontSize=10, color=INK).encode(x=x, y=y, text="name:N")
    return alt.layer(*rule, *points, titles, names).properties(width=_WIDTH, height=_LANE * len(order))


def _ticks(least: float, most: float) -> list[float]:
    """Return round values from the least to the most: 1, 3, 10, 30 and so on."""
    decades = np.arange(np.floor(np.log10(least)), np.ceil(np.log10(most)) + 1)
    return [float(value) for decade in decades for value in (10**decade, 3 * 10**decade) if least / 1.3 <= value <= most * 1.3]


def ranges(finding: Finding, language: Language) -> Any:
    """Draw the middle half of each category as a bar with its median, and a comparison as a tick."""
    alt = altair()
    parts = finding.chart.parts
    table = finding.table[finding.table[parts["value"]].notna()]
    rows = pd.DataFrame({key: table[parts[key]].astype(float) for key in ("low", "value", "high", "beside")})
    rows["label"] = [value_label(parts["category"], str(one))[language] for one in table[parts["category"]]]
    rows["written"] = [f"{number(one, language)} km" for one in rows["value"]]
    order = list(rows.sort_values("value", ascending=False, kind="stable")["label"])
    most = float(rows["high"].max()) * 1.15
    x = alt.X("low:Q", scale=alt.Scale(domain=[0, most], nice=False), axis=alt.Axis(title="km"))
    y = alt.Y("label:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False))
    base = alt.Chart(rows).encode(y=y)
    kinds = [_RANGE[language], _MIDDLE[language], _BESIDE[language]]
    colour = alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=[PALETTE[2], PALETTE[0], PALETTE[1]]), sort=kinds)
    bar = base.transform_calculate(kind=repr(kinds[0])).mark_bar(height=alt.RelativeBandSize(0.6)).encode(x=x, x2="high:Q", color=colour)
    middle = base.transform_calculate(kind=repr(kinds[1])).mark_tick(thickness=3, height=18, opacity=1).encode(x="value:Q", color=colour)
    beside = base.transform_calculate(kind=repr(kinds[2])).mark_tick(thickness=3, height=18, opacity=1).encode(x="beside:Q", color=colour)
    words = base.mark_text(align="left", dx=5, fontSize=11, color=INK).encode(x="high:Q", text="written:N")
    return alt.layer(bar, middle, beside, words).properties(width=520, height=alt.Step(34))
