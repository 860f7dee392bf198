"""Standing bars by year."""

from __future__ import annotations

from typing import Any

import pandas as pd

from samvirke.figures._common import FAINT, INK, PALETTE, WIDTH, altair
from samvirke.finding import Finding
from samvirke.vocabulary import law, terms
from samvirke.vocabulary.labels import column_label, value_label
from samvirke.vocabulary.language import Language, Text


def timeline(finding: Finding, language: Language) -> Any:
    """Standing bars by year, stacked by group, with the days on which the law or the state changed something."""
    alt = altair()
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
        (host[1].from_, Text(nb="§ 28 b blir § 28-1 b", nn="§ 28 b blir § 28-1 b", en="§ 28 b becomes § 28-1 b")),
        (reform, Text(nb="samhandlingsreformen", nn="samhandlingsreforma", en="the coordination reform")),
    ]
    dated = sorted(((when, text) for when, text in points if when), key=lambda point: point[0])
    return [(when.year - 0.5 + (when.timetuple().tm_yday - 1) / 365.25, text) for when, text in dated]
