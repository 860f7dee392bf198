"""Draw findings with Altair."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from samvirke.errors import MissingExtraError
from samvirke.finding import Finding
from samvirke.vocabulary import law, terms
from samvirke.vocabulary.labels import column_label, heading, value_label, value_order
from samvirke.vocabulary.language import Language, Text, number, percent

PALETTE = ("#1b4965", "#e0a030", "#9fb8c8", "#7a3b69", "#4f8f6f", "#c9c9c9")
"""Colours that differ in lightness, so that they can be told apart in grey and by colour-blind readers."""

INK, FAINT, WIDTH, BAR = "#1d2a33", "#8a969e", 430, 24
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"

_OF = Text(nb="av", nn="av", en="of")


def draw(finding: Finding, language: Language = "nb") -> Any:
    """Return the figure that suits a finding as an Altair chart; None when a table says it best.

    Parameters
    ----------
    finding : Finding
        What to draw.
    language : {"nb", "nn", "en"}
        Language of titles and labels.

    Raises
    ------
    MissingExtraError
        When Altair is not installed.
    """
    kinds: Mapping[str, Callable[[Finding, Language], Any]] = {"bars": _bars, "timeline": _timeline}
    if finding.chart.kind not in kinds or finding.table.empty:
        return None
    chart = kinds[finding.chart.kind](finding, language)
    if finding.constructed:
        chart = chart.properties(title=heading("constructed")[language])
    return _styled(chart)


def to_svg(finding: Finding, language: Language = "nb") -> str | None:
    """Return the figure as SVG whose ids are the finding's own, so that several can stand on one page; None when there is none."""
    chart = draw(finding, language)
    if chart is None:
        return None
    try:
        import vl_convert
    except ImportError:
        raise MissingExtraError("vl-convert-python", "figures") from None
    svg: str = vl_convert.vegalite_to_svg(chart.to_json(indent=None))
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{finding.id}-\1"', svg)
    return re.sub(r"url\(#([^)]+)\)", rf"url(#{finding.id}-\1)", svg)


def _altair() -> Any:
    try:
        import altair
    except ImportError:
        raise MissingExtraError("altair", "figures") from None
    return altair


def _styled(chart: Any) -> Any:
    return (
        chart.configure(font=FONT, background="transparent")
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=INK,
            titleColor=FAINT,
            titleFontWeight="normal",
            labelFontSize=12,
            titleFontSize=11,
            grid=False,
            domainColor=FAINT,
            tickColor=FAINT,
            labelLimit=260,
        )
        .configure_legend(labelColor=INK, title=None, labelFontSize=12, orient="top", symbolType="square", labelLimit=320)
        .configure_header(labelColor=INK, labelFontSize=13, labelFontWeight="bold", labelAnchor="start", labelOrient="top", title=None)
    )


def _data(finding: Finding) -> pd.DataFrame:
    """Return the rows to draw: the table, or the count of a supporting table's rows."""
    parts = finding.chart.parts
    if "counted_in" not in parts:
        return finding.table
    rows = finding.supporting[parts["counted_in"]]
    category = parts["category"]
    counts = rows[category].value_counts()
    order = [value for value in value_order(category) if value in counts]
    return pd.DataFrame({category: order, "count": [int(counts[value]) for value in order], "of": len(rows)})


def _bars(finding: Finding, language: Language) -> Any:
    """Lying bars with the count, and of how many, written at their ends; one panel a group where there are groups of them."""
    alt = _altair()
    parts, table = finding.chart.parts, _data(finding)
    category, value = parts["category"], parts["value"]
    rows = pd.DataFrame({"value": table[value].astype(float)})
    rows["label"] = [_category(table, category, parts.get("detail"), place, language) for place in table.index]
    rows["written"] = [_written(row[value], row[parts["of"]] if "of" in parts else None, language) for _, row in table.iterrows()]
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


def _category(table: pd.DataFrame, category: str, detail: str | None, place: Any, language: Language) -> str:
    label = value_label(category, str(table.at[place, category]))[language]
    word = str(table.at[place, detail]) if detail else ""
    return f"{label}: «{word}»" if word else label


def _written(value: Any, of: Any, language: Language) -> str:
    count = number(float(value), language)
    return f"{count} {_OF[language]} {number(float(of), language)} ({percent(float(value) / float(of), language)})" if of else count


def _timeline(finding: Finding, language: Language) -> Any:
    """Standing bars by year, stacked by group, with the days on which the law or the state changed something."""
    alt = _altair()
    parts, table = finding.chart.parts, finding.table
    year, value, group = parts["category"], parts["value"], parts["group"]
    order = [name for name in terms("models") if name in set(table[group])]
    labels = [value_label(group, name)[language] for name in order]
    rows = pd.DataFrame(
        {
            "year": table[year],
            "value": table[value].astype(float),
            "group": [value_label(group, str(one))[language] for one in table[group]],
            "order": [order.index(one) for one in table[group]],
        }
    )
    first, last = int(table[year].min()), int(table[year].max())
    most, width = float(rows.groupby("year")["value"].sum().max()), WIDTH + 160
    scale = alt.Scale(domain=[first - 0.7, last + 0.7], nice=False)
    step = 1 if last - first < 12 else 5
    x = alt.X("year:Q", title=None, scale=scale, axis=alt.Axis(format="d", values=[each for each in range(first, last + 1) if each % step == 0]))
    y = alt.Y("value:Q", title=column_label(value)[language], axis=alt.Axis(tickMinStep=1, format="d"), scale=alt.Scale(domain=[0, most * 1.3]))
    colour = alt.Color("group:N", scale=alt.Scale(domain=labels, range=list(_colours(order))), sort=labels)
    layers = [alt.Chart(rows).mark_bar(size=max(4.0, 0.8 * width / (last - first + 1.4))).encode(x=x, y=y, color=colour, order=alt.Order("order:Q"))]
    shown = [(when, text[language]) for when, text in turning_points() if first - 0.7 <= when <= last + 0.7]
    for line, (when, text) in enumerate(shown):
        at = alt.Chart(pd.DataFrame({"when": [when], "text": [text]})).encode(x=alt.X("when:Q", scale=scale))
        layers += [
            at.mark_rule(color=FAINT, strokeDash=[4, 3]),
            at.mark_text(align="right", dx=-5, fontSize=12, color=INK).encode(y=alt.value(8 + 16 * line), text="text:N"),
        ]
    return alt.layer(*layers).properties(width=width, height=220)


def _colours(order: list[str]) -> tuple[str, ...]:
    """Give what is not stated the faint colour, and the models the strong ones in turn."""
    strong = iter(PALETTE[:2] + PALETTE[3:])
    return tuple(PALETTE[2] if name == "not_specified" else next(strong, FAINT) for name in order)


def turning_points() -> list[tuple[float, Text]]:
    """Return the days on which something changed, as years on a scale where a year's bar stands in its middle.

    The opening of the host-municipality model and its renumbering come from the dated law; the reform from the dates of the
    state's instruments.
    """
    host = law.models()["host_administrative"].provisions
    reform = min(one.from_ for one in terms("state_instruments").values() if getattr(one, "from_", None))  # type: ignore[attr-defined]
    points = [
        (host[0].from_, Text(nb="§ 28 b åpnes", nn="§ 28 b blir opna", en="§ 28 b opens")),
        (reform, Text(nb="samhandlingsreformen", nn="samhandlingsreforma", en="the coordination reform")),
    ]
    return [(when.year - 0.5 + (when.timetuple().tm_yday - 1) / 365.25, text) for when, text in points if when]
