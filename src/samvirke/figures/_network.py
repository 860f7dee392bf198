"""Who is tied to whom: each connected group as a ring, wide lines for many cooperations."""

from __future__ import annotations

from collections import Counter
from math import cos, pi, sin
from typing import Any

import pandas as pd

from samvirke.figures._common import FAINT, INK, PALETTE, altair
from samvirke.finding import Finding
from samvirke.vocabulary.labels import column_label, value_label
from samvirke.vocabulary.language import Language, Text, listing

_SEVERAL = Text(nb="flere tjenester", nn="fleire tenester", en="several services")
LARGEST_GROUP, MOST_GROUPS = 30, 40
"""Larger networks cannot be read as rings; the table holds them."""

_OTHER = Text(nb="en annen tjeneste", nn="ei anna teneste", en="another service")
_KINDS = 5
"""How many kinds of tie are told apart by colour and dashes; the rest stand together."""

_ROW = 760.0
_DASHES = [[1, 0], [7, 3], [2, 3], [9, 3, 2, 3], [14, 4], [4, 4]]
"""Lines that differ also where colour does not show."""


def groups(pairs: list[tuple[str, str]]) -> list[list[str]]:
    """Return the connected groups, largest first, members in alphabetical order.

    Examples
    --------
    >>> groups([("a", "b"), ("c", "d"), ("b", "e")])
    [['a', 'b', 'e'], ['c', 'd']]
    """
    leader: dict[str, str] = {}

    def find(name: str) -> str:
        while leader.setdefault(name, name) != name:
            name = leader[name]
        return name

    for first, second in pairs:
        leader[find(first)] = find(second)
    found: dict[str, list[str]] = {}
    for name in sorted(leader):
        found.setdefault(find(name), []).append(name)
    return sorted(found.values(), key=lambda group: (-len(group), group))


def places(found: list[list[str]]) -> pd.DataFrame:
    """Lay each group out as a ring, and the rings in rows like words on a page."""
    rows, left, top, deepest = [], 0.0, 0.0, 0.0
    for group in found:
        pair = len(group) == 2
        radius = 44.0 if pair else 26.0 + 9.0 * len(group)
        width, height = 2 * radius + 150, 56.0 if pair else 2 * radius + 50
        if left and left + width > _ROW:
            left, top, deepest = 0.0, top + deepest, 0.0
        for place, name in enumerate(group):
            angle = 2 * pi * place / len(group) + (0 if pair else pi / 2)
            side = "up" if pair or sin(angle) > 0.6 else "down" if sin(angle) < -0.4 else "right" if cos(angle) > 0 else "left"
            rows.append((name, left + width / 2 + radius * cos(angle), top + height / 2 - radius * sin(angle), side))
        left, deepest = left + width, max(deepest, height)
    return pd.DataFrame(rows, columns=["code", "x", "y", "side"])


_SIDES = {"up": ("center", 0, -13), "down": ("center", 0, 14), "left": ("right", -9, 0), "right": ("left", 9, 0)}


def network(finding: Finding, language: Language) -> Any:
    """Draw the ties, coloured by the service where it is one, and by *several* where it is more; None when there are too many to read."""
    alt = altair()
    parts, table = finding.chart.parts, finding.table
    if len(table) > MOST_GROUPS * LARGEST_GROUP * LARGEST_GROUP:
        return None
    found = groups(list(zip(table[parts["first"]], table[parts["second"]], strict=True)))
    if len(found[0]) > LARGEST_GROUP or len(found) > MOST_GROUPS:
        return None
    where = places(found).set_index("code")
    names = dict(zip(table[parts["first"]], table[parts["first_name"]], strict=True)) | dict(
        zip(table[parts["second"]], table[parts["second_name"]], strict=True)
    )
    where["name"] = [names[code] for code in where.index]
    label = [value_label("service", own[0])[language] if len(own) == 1 else _SEVERAL[language] for own in table[parts["services"]]]
    common = [one for one, _ in Counter(label).most_common(_KINDS)]
    label = [one if one in common else _OTHER[language] for one in label]
    rows = pd.DataFrame(
        {
            "x": where.loc[list(table[parts["first"]]), "x"].to_numpy(),
            "y": where.loc[list(table[parts["first"]]), "y"].to_numpy(),
            "x2": where.loc[list(table[parts["second"]]), "x"].to_numpy(),
            "y2": where.loc[list(table[parts["second"]]), "y"].to_numpy(),
            "service": label,
            "count": table[parts["value"]].astype(float),
            "services": [listing([value_label("service", one)[language] for one in own], language) for own in table[parts["services"]]],
            "between": [f"{first} – {second}" for first, second in zip(table[parts["first_name"]], table[parts["second_name"]], strict=True)],
        }
    )
    kinds = sorted(set(label), key=lambda one: (one != _SEVERAL[language], one))
    scale = alt.Scale(domain=[0, _ROW], nice=False)
    tall = float(where["y"].max()) + 40
    vertical = alt.Scale(domain=[tall, 0], nice=False)
    lines = (
        alt.Chart(rows)
        .mark_rule(opacity=1)
        .encode(
            x=alt.X("x:Q", axis=None, scale=scale),
            y=alt.Y("y:Q", axis=None, scale=vertical),
            x2="x2:Q",
            y2="y2:Q",
            color=alt.Color(
                "service:N",
                scale=alt.Scale(domain=kinds, range=[PALETTE[0], PALETTE[1], PALETTE[4], PALETTE[3], FAINT, INK][: len(kinds)]),
                sort=kinds,
                legend=alt.Legend(symbolType="stroke", symbolStrokeWidth=5, labelLimit=320),
            ),
            strokeDash=alt.StrokeDash("service:N", scale=alt.Scale(domain=kinds, range=_DASHES[: len(kinds)]), sort=kinds, legend=None),
            strokeWidth=alt.StrokeWidth("count:Q", scale=alt.Scale(domain=[1, max(2.0, float(rows["count"].max()))], range=[1.5, 6]), legend=None),
            tooltip=[alt.Tooltip("between:N"), alt.Tooltip("services:N"), alt.Tooltip("count:Q", title=column_label(parts["value"])[language])],
        )
    )
    nodes = alt.Chart(where.reset_index()).encode(x=alt.X("x:Q", scale=scale), y=alt.Y("y:Q", scale=vertical))
    dots = nodes.mark_circle(color=INK, size=50, opacity=1)
    words = [
        nodes.transform_filter(f"datum.side == '{side}'").mark_text(align=align, dx=dx, dy=dy, fontSize=11.5, color=INK).encode(text="name:N")
        for side, (align, dx, dy) in _SIDES.items()
    ]
    return alt.layer(lines, dots, *words).properties(width=_ROW, height=tall)
