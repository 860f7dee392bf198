"""Lying bars, and small multiples of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from samvirke.figures._common import BAR, INK, PALETTE, WIDTH, altair, counted
from samvirke.finding import Finding
from samvirke.vocabulary.labels import value_label, value_order
from samvirke.vocabulary.language import Language, Text, percent

MOST_BARS = 40
"""More bars cannot be taken in; the first are drawn and the table has the rest."""

_REST = Text(nb="+ {rest} til i tabellen", nn="+ {rest} til i tabellen", en="+ {rest} more in the table")


def _data(finding: Finding) -> pd.DataFrame:
    """Return the rows to draw: the table but what is counted of none, or the count of a supporting table's rows."""
    parts = finding.chart.parts
    if "counted_in" not in parts:
        return finding.table[finding.table[parts["of"]] != 0].reset_index(drop=True) if "of" in parts else finding.table
    rows = finding.supporting[parts["counted_in"]]
    category = parts["category"]
    counts = rows[category].value_counts()
    order = [value for value in value_order(category) if value in counts]
    return pd.DataFrame({category: order, "count": [int(counts[value]) for value in order], "of": len(rows)})


def bars(finding: Finding, language: Language) -> Any:
    """Lying bars with the count, and of how many, written at their ends; one panel a group where there are groups of them."""
    alt = altair()
    parts, table = finding.chart.parts, _data(finding)
    category, value = parts["category"], parts["value"]
    rows = pd.DataFrame({"value": table[parts.get("length", value)].astype(float)})
    rows["label"] = [_category(table, category, parts.get("detail"), place, language) for place in table.index]
    rows["written"] = [_amount(row, parts, language) for row in table.to_dict("records")]
    if "panel" not in parts and len(rows) > MOST_BARS:
        rest = len(rows) - MOST_BARS
        rows = pd.concat(
            [rows.head(MOST_BARS), pd.DataFrame({"value": [0.0], "label": [_REST[language].format(rest=rest)], "written": [""]})], ignore_index=True
        )
    order = list(dict.fromkeys(rows["label"]))
    most = float(rows["value"].max()) or 1.0
    x = alt.X("value:Q", title=None, axis=None, scale=alt.Scale(domain=[0, most * 1.05], nice=False))
    y = alt.Y("label:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False))
    if "panel" in parts:
        rows["panel"] = [value_label(parts["panel"], str(one))[language] for one in table[parts["panel"]]]
    base = alt.Chart(rows).encode(x=x, y=y)
    layers = base.mark_bar(color=PALETTE[0], height=alt.RelativeBandSize(0.72)) + base.mark_text(align="left", dx=5, color=INK, fontSize=12).encode(
        text="written:N"
    )
    layers = layers.properties(width=WIDTH - 90, height=alt.Step(BAR))
    if "panel" not in parts:
        return layers
    panels = list(dict.fromkeys(rows["panel"]))
    return layers.facet(row=alt.Row("panel:N", sort=panels, title=None), spacing=14).resolve_scale(y="independent")


def _amount(row: Mapping[Any, Any], parts: Mapping[str, str], language: Language) -> str:
    """Write a count, with of how many, or with its share where only that is in the table."""
    share = row[parts["share"]] if "share" in parts else None
    written = counted(row[parts["value"]], row[parts["of"]] if "of" in parts else None, language)
    return written if share is None or share != share else f"{written} ({percent(float(share), language)})"


def _category(table: pd.DataFrame, category: str, detail: str | None, place: Any, language: Language) -> str:
    label = value_label(category, str(table.at[place, category]))[language]
    word = str(table.at[place, detail]) if detail else ""
    return f"{label}: «{word}»" if word else label
