"""Maps of cooperations: one panel a service, neighbouring cooperations in different colours, several on one municipality shown so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from samvirke.edition import Boundaries, Edition, successor
from samvirke.errors import MissingExtraError
from samvirke.figures._common import INK, altair
from samvirke.figures._map import NoMapError, ground, layers_of, shapes
from samvirke.finding import Finding
from samvirke.vocabulary.labels import value_label
from samvirke.vocabulary.language import Language, Text, number

COLOURS = ("#16324a", "#d98c1f", "#7fb2c9", "#7b4a78", "#3f7d5f", "#e8c87a", "#b5533c", "#a9a3c9", "#93a857", "#5b6770")
"""Colours that differ in lightness; the first few suffice for nearly every map."""

MOST_PANELS = 2
_WIDTH, _HEIGHT = 520, 620
_ABOVE = 0.012
"""How far above its dot a host's triangle stands, as a part of the map's height."""

_NO_CODES = Text(
    nb="ingen av kommunenes koder er i grensene.",
    nn="ingen av kodane til kommunane er i grensene.",
    en="none of the municipalities' codes is in the boundaries.",
)
_COUNTS = Text(
    nb="{municipalities} kommuner i {cooperations} samarbeid",
    nn="{municipalities} kommunar i {cooperations} samarbeid",
    en="{municipalities} municipalities in {cooperations} cooperations",
)
_COUNTS_GROUPS = Text(
    nb="{municipalities} kommuner i {cooperations} grupper",
    nn="{municipalities} kommunar i {cooperations} grupper",
    en="{municipalities} municipalities in {cooperations} groups",
)
_TORN = Text(nb="● dratt også mot en annen ({count})", nn="● dregen òg mot ei anna ({count})", en="● torn to another too ({count})")
_NO_GROUP = Text(nb="□ ikke i noen gruppe ({count})", nn="□ ikkje i noka gruppe ({count})", en="□ in no group ({count})")
_SEVERAL = Text(nb="● også i et annet samarbeid ({count})", nn="● òg i eit anna samarbeid ({count})", en="● in another cooperation too ({count})")
_HOSTS = Text(nb="▲ vert ({count})", nn="▲ vert ({count})", en="▲ host ({count})")
_OUTSIDE = Text(nb="□ ikke i samarbeid ({count})", nn="□ ikkje i samarbeid ({count})", en="□ not in cooperation ({count})")
_LOST = Text(nb="Ikke på kartet: {count}", nn="Ikkje på kartet: {count}", en="Not on the map: {count}")


def regions(finding: Finding, language: Language, edition: Edition | None, name: str = "") -> tuple[Any, dict[str, Any]]:
    """Draw the services with most municipalities side by side, each municipality in the colour of its cooperation."""
    alt = altair()
    opened, found = ground(finding, edition)
    parts, table = finding.chart.parts, _rows(finding)
    services = table[parts["panel"]].value_counts()
    order = [str(one) for one in services.sort_index(kind="stable").sort_values(ascending=False, kind="stable").index[:MOST_PANELS]]
    touching = _touching(found)
    panels: list[Any] = []
    polygons: dict[str, Any] = {}
    for place, service in enumerate(order):
        own = table[table[parts["panel"]] == service]
        chart, data = _panel(own, finding, opened, found, touching, service, language, f"{name}_{place}")
        panels.append(chart)
        polygons |= data
    chart = panels[0] if len(panels) == 1 else alt.hconcat(*panels, spacing=24).resolve_scale(color="independent")
    return chart, polygons


def _panel(
    own: pd.DataFrame, finding: Finding, edition: Edition, found: Boundaries, touching: set[tuple[str, str]], service: str, language: Language, name: str
) -> tuple[Any, dict[str, Any]]:
    alt = altair()
    parts = finding.chart.parts
    now = _places(own[parts["municipality"]], edition)
    members: dict[str, set[str]] = {}
    for code, cooperations in zip(now, own[parts["cooperations"]], strict=True):
        for one in cooperations:
            members.setdefault(one, set()).add(code)
    colour = colours(members, touching)
    rows = pd.DataFrame(
        {
            "now": now,
            "colour": [COLOURS[colour[cooperations[0]] % len(COLOURS)] for cooperations in own[parts["cooperations"]]],
            "second": [COLOURS[colour[cooperations[1]] % len(COLOURS)] if len(cooperations) > 1 else "" for cooperations in own[parts["cooperations"]]],
            "with": [", ".join(names) for names in own["cooperation_names"]],
            "host": (own[parts["role"]] == "host").to_numpy(dtype=bool),
        }
    )
    areas = found.polygons.merge(rows.drop_duplicates("now"), left_on="code", right_on="now")
    if areas.empty:
        raise NoMapError(finding.id, _NO_CODES)
    projection, land, note = layers_of(found.polygons, found, language, name)
    inside = areas.geometry.representative_point()
    points = pd.DataFrame({"lon": inside.x, "lat": inside.y, "name": areas["name"], "second": areas["second"], "host": areas["host"]})
    fill = (
        alt.Chart(alt.NamedData(f"areas{name}"))
        .mark_geoshape(stroke="white", strokeWidth=0.4)
        .encode(color=alt.Color("colour:N", scale=None), tooltip=[alt.Tooltip("name:N", title=" "), alt.Tooltip("with:N", title=" ")])
    )
    at = {"longitude": "lon:Q", "latitude": "lat:Q"}
    marks = [land, fill]
    several, hosts = points[points["second"] != ""], points[points["host"]]
    if len(several):
        dots = alt.Chart(several).mark_circle(size=46, stroke="white", strokeWidth=1.1, opacity=1)
        marks.append(dots.encode(**at, color=alt.Color("second:N", scale=None)))
    if len(hosts):
        height = found.polygons.total_bounds[3] - found.polygons.total_bounds[1]
        above = hosts.assign(lat=hosts["lat"] + np.where(hosts["second"] != "", _ABOVE * height, 0.0))  # so that it does not hide the dot
        mark = alt.Chart(above).mark_point(shape="triangle-up", filled=True, color="white", stroke=INK, strokeWidth=1, size=34, opacity=1)
        marks.append(mark.encode(**at))
    lost = len(set(now) - set(found.polygons["code"]))
    lines = _legend(
        own, members, len(edition["municipality"]), len(several), lost, language, hosts=int((own[parts["role"]] == "host").sum()), groups="counted" in parts
    )
    marks += [
        alt.Chart(pd.DataFrame({"text": [line]}))
        .mark_text(align="left", fontSize=15, color=INK)
        .encode(x=alt.value(4), y=alt.value(14 + 21 * place), text="text:N")
        for place, line in enumerate(lines)
    ]
    title = alt.TitleParams(value_label(parts["panel"], service)[language], anchor="start", fontSize=17, color=INK)
    chart = alt.layer(*marks, note).project(**projection).properties(width=_WIDTH, height=_HEIGHT, title=title)
    rest = found.polygons[~found.polygons["code"].isin(set(areas["code"]))]
    return chart, {f"land{name}": shapes(rest), f"areas{name}": shapes(areas[["code", "name", "geometry", "colour", "with"]])}


def _rows(finding: Finding) -> pd.DataFrame:
    """Return the municipalities that are in something, from the supporting table where they stand there."""
    parts = finding.chart.parts
    table = finding.supporting[parts["in"]] if "in" in parts else finding.table
    return table[table[parts["cooperations"]].map(len) > 0]


def _places(codes: pd.Series, edition: Edition) -> list[str]:
    """Return the code that each municipality has in the boundaries."""
    return [str(code) if edition.boundary is not None else successor(edition, str(code))[0] for code in codes]


def _legend(own: pd.DataFrame, members: dict[str, set[str]], total: int, several: int, lost: int, language: Language, *, hosts: int, groups: bool) -> list[str]:
    lines = [(_COUNTS_GROUPS if groups else _COUNTS)[language].format(municipalities=number(len(own), language), cooperations=number(len(members), language))]
    outside = total - len(own)
    for text, count in ((_TORN if groups else _SEVERAL, several), (_HOSTS, hosts), (_NO_GROUP if groups else _OUTSIDE, outside), (_LOST, lost)):
        if count:
            lines.append(text[language].format(count=number(count, language)))
    return lines


def _touching(found: Boundaries) -> set[tuple[str, str]]:
    """Return the pairs of municipalities that border on each other."""
    import shapely

    shapes_, codes = found.polygons.geometry.to_numpy(), found.polygons["code"].to_numpy()
    left, right = shapely.STRtree(shapes_).query(shapes_, predicate="intersects")
    return {(str(codes[one]), str(codes[other])) for one, other in zip(left, right, strict=True) if one < other}


def colours(members: dict[str, set[str]], touching: set[tuple[str, str]]) -> dict[str, int]:
    """Number the colours of cooperations so that no two that border on each other, or share a municipality, have the same.

    The colouring is Brélaz' DSATUR (1979, doi:10.1145/359094.359101), as networkx has it.

    Examples
    --------
    >>> colours({"a": {"1"}, "b": {"2"}, "c": {"3"}}, {("1", "2"), ("2", "3")})
    {'b': 0, 'a': 1, 'c': 1}
    """
    try:
        import networkx
    except ImportError:
        raise MissingExtraError("networkx", "maps") from None
    graph = networkx.Graph()
    graph.add_nodes_from(sorted(members))
    of: dict[str, list[str]] = {}
    for one in sorted(members):
        for code in members[one]:
            of.setdefault(code, []).append(one)
    near = [(one, other) for own in of.values() for one in own for other in own if one < other]
    near += [(one, other) for left, right in touching for one in of.get(left, ()) for other in of.get(right, ()) if one != other]
    graph.add_edges_from(sorted({(min(pair), max(pair)) for pair in near}))
    found: dict[str, int] = networkx.greedy_color(graph, strategy="DSATUR")
    return found


def listed_regions(finding: Finding, language: Language, edition: Edition) -> list[str]:
    """Return each cooperation of the panels that are drawn with its members, and the host named."""
    parts, table, names = finding.chart.parts, _rows(finding), edition.names()
    services = table[parts["panel"]].value_counts()
    order = [str(one) for one in services.sort_index(kind="stable").sort_values(ascending=False, kind="stable").index[:MOST_PANELS]]
    lines = []
    for service in order:
        own = table[table[parts["panel"]] == service]
        members: dict[str, list[str]] = {}
        called: dict[str, str] = {}
        for code, ids, words in zip(own[parts["municipality"]], own[parts["cooperations"]], own["cooperation_names"], strict=True):
            for one, word in zip(ids, words, strict=True):
                members.setdefault(one, []).append(names.get(str(code), str(code)))
                called[one] = str(word)
        lines += [
            f"{value_label(parts['panel'], service)[language]}: {called[one]} ({len(members[one])}): {', '.join(sorted(members[one]))}"
            for one in sorted(members)
        ]
    return lines
