"""Maps: municipalities shaded by a value, and lines from participants to hosts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from samvirke.edition import Boundaries, Edition, boundaries, successor
from samvirke.errors import SamvirkeError
from samvirke.figures._common import FAINT, INK, PALETTE, altair, written
from samvirke.finding import Finding
from samvirke.vocabulary.labels import column_label, value_label, value_order
from samvirke.vocabulary.language import Language, Text

LAND = "#f2f4f6"
SHADES = {"yes": "#16324a", "no": "#d98c1f", "no_answer": "#7b4a78", "missing": "#bfd2de"}
STANDINGS = {"overlapping": "#10283c", "first": "#70406d", "both": "#c97f15", "second": "#93b4c8", "neither": "#ccd9e1", "unspoken": "#ffffff"}
UNSPOKEN = "unspoken"
LEAST_SHADE, MOST_SHADE = (230, 236, 240), (22, 50, 74)
_WIDTH, _HEIGHT = 560, 640
_NUMBERED = Text(nb="Siden slått sammen med andre", nn="Sidan slått saman med andre", en="Since merged with others")
_NO_CODES = Text(
    nb="ingen av kommunenes koder er i grensene.",
    nn="ingen av kodane til kommunane er i grensene.",
    en="none of the municipalities' codes is in the boundaries.",
)
_LEFT_OUT = Text(nb="Ikke på kartet", nn="Ikkje på kartet", en="Not on the map")
_NOW = Text(nb="nå", nn="no", en="now")


class NoMapError(SamvirkeError, LookupError):
    """A finding cannot be drawn as a map."""

    def __init__(self, finding: str, reason: Text) -> None:
        super().__init__(
            Text(
                nb=f"«{finding}» kan ikke tegnes som kart: {reason.nb}",
                nn=f"«{finding}» kan ikkje teiknast som kart: {reason.nn}",
                en=f'"{finding}" cannot be drawn as a map: {reason.en}',
            )
        )


def ground(finding: Finding, edition: Edition | None) -> tuple[Edition, Boundaries]:
    """Return the edition and its boundaries, or say why there is no map."""
    found = boundaries(edition) if edition is not None else None
    if edition is None or found is None:
        raise NoMapError(
            finding.id,
            Text(
                nb="utgaven har ingen grenser (boundary.geojson).",
                nn="utgåva har ingen grenser (boundary.geojson).",
                en="the edition has no boundaries (boundary.geojson).",
            ),
        )
    return edition, found


def shapes(polygons: Any) -> list[dict[str, Any]]:
    """Return polygons as features whose rings turn the way that Vega's projections expect."""
    import shapely

    turned = polygons.set_geometry([shapely.orient_polygons(one, exterior_cw=True) for one in polygons.geometry])
    features = turned.__geo_interface__["features"]
    return [{"type": "Feature", "geometry": _rounded(one["geometry"]), **one["properties"]} for one in features]


def _rounded(geometry: dict[str, Any]) -> dict[str, Any]:
    def shorten(points: Any) -> Any:
        return [round(value, 3) for value in points] if isinstance(points[0], float) else [shorten(one) for one in points]

    return {"type": geometry["type"], "coordinates": shorten(geometry["coordinates"])}


def layers_of(polygons: Any, found: Boundaries, language: Language, name: str = "") -> tuple[Any, Any, Any]:
    """Return the projection, the land, and the line that names whose boundaries they are."""
    alt = altair()
    middle = float((polygons.total_bounds[0] + polygons.total_bounds[2]) / 2)
    projection = {"type": "transverseMercator", "rotate": [-middle, 0, 0]}
    land = alt.Chart(alt.NamedData(f"land{name}")).mark_geoshape(fill=LAND, stroke="#b9c3c9", strokeWidth=0.4)
    note = (
        alt.Chart(pd.DataFrame({"text": [found.attribution[language]]}))
        .mark_text(align="right", baseline="top", fontSize=10, color=FAINT)
        .encode(x=alt.value(_WIDTH), y=alt.value(_HEIGHT + 4), text="text:N")
    )
    return projection, land, note


def shaded(finding: Finding, language: Language, edition: Edition | None, name: str = "") -> tuple[Any, dict[str, Any]]:
    """Shade each municipality of a finding by its value: a category in few colours, a number from light to dark.

    Returns the chart and its polygons by name (with `name` added), which are put in last, since Altair copies all that it holds
    at every step.
    """
    alt = altair()
    opened, found = ground(finding, edition)
    parts = finding.chart.parts
    table = _classed(finding)
    projection, land, note = layers_of(found.polygons, found, language, name)
    value = parts.get("category") or parts["value"]
    rows = _placed(table, parts["municipality"], value, opened, language)
    category = "category" in parts
    titles = [
        f"{place}: {value_label('service', str(table[parts[part]].iloc[0]))[language]}" for place, part in enumerate(("first", "second"), 1) if part in parts
    ]
    colour = _colour(table, value, language, category=category, ordered="ordered" in parts, titles=titles)
    known = rows[rows["now"].isin(set(found.polygons["code"]))]
    if known.empty:
        raise NoMapError(finding.id, _NO_CODES)
    areas = found.polygons.merge(known[~known["merged"]].rename(columns={"name": "name_of_row"}), left_on="code", right_on="now")
    layers = [land]
    if len(areas):
        tooltip = [alt.Tooltip("name:N", title=" "), alt.Tooltip("shown:N", title=column_label(value)[language])]
        layers.append(alt.Chart(alt.NamedData(f"areas{name}")).mark_geoshape(stroke="white", strokeWidth=0.4).encode(color=colour, tooltip=tooltip))
    points = known[known["merged"] & known["lon"].notna()].reset_index(drop=True)
    if len(points):
        layers += _numbered(points, found, colour, language)
    left_out = sorted(set(rows["name"]) - set(areas["name_of_row"]) - set(points["name"]))
    chart = alt.layer(*layers, note, *_left_out(left_out, language)).project(**projection).properties(width=_WIDTH, height=_HEIGHT)
    rest = found.polygons[~found.polygons["code"].isin(set(areas["code"]))]
    return chart, {f"land{name}": shapes(rest), f"areas{name}": shapes(areas)}


def _classed(finding: Finding) -> pd.DataFrame:
    """Return the rows to shade by, with the classes of a category as text; what no source speaks of is a class of its own."""
    parts = finding.chart.parts
    table = finding.supporting[parts["in"]] if "in" in parts else finding.table
    if "category" not in parts:
        return table
    classes = [UNSPOKEN if pd.isna(one) else str(one) for one in table[parts["category"]]]
    return table.assign(**{parts["category"]: classes})


def _word(value: str, one: str, language: Language) -> str:
    """Return what a class is called."""
    return value_label("standing_overlap" if one == UNSPOKEN else value, one)[language]


def listed(finding: Finding, language: Language, edition: Edition) -> list[str]:
    """Return each class of a map with its municipalities, in the order of the legend."""
    parts, table, names = finding.chart.parts, _classed(finding), edition.names()
    value = parts["category"]
    lines = []
    for one in _order(table, value, ordered="ordered" in parts):
        own = sorted(names.get(str(code), str(code)) for code in table.loc[table[value] == one, parts["municipality"]])
        lines.append(f"{_word(value, one, language)} ({len(own)}): {', '.join(own)}")
    return lines


def _order(table: pd.DataFrame, value: str, *, ordered: bool) -> list[str]:
    present = set(table[value])
    if ordered:
        return sorted(present - {UNSPOKEN}, key=lambda one: (-float(one), one)) + ([UNSPOKEN] if UNSPOKEN in present else [])
    return [one for one in value_order(value) if one in present] or sorted(present)


def _placed(table: pd.DataFrame, municipality: str, value: str, edition: Edition, language: Language) -> pd.DataFrame:
    """Say where each row lies: its own point, the code it has become, and whether others are in that too."""
    own = edition.municipalities()
    uses_own = edition.boundary is not None
    now = [(str(code), False) if uses_own else successor(edition, str(code)) for code in table[municipality]]
    shown = [_word(value, one, language) if isinstance(one, str) else written(one, language) for one in table[value]]
    return pd.DataFrame(
        {
            "name": [own["name"].get(str(code), str(code)) for code in table[municipality]],
            "now": [code for code, _ in now],
            "merged": [merged for _, merged in now],
            "lon": [own["lon"].get(str(code)) for code in table[municipality]],
            "lat": [own["lat"].get(str(code)) for code in table[municipality]],
            "value": [shown[place] if isinstance(one, str) else float(one) for place, one in enumerate(table[value])],
            "shown": shown,
        }
    )


def _colour(table: pd.DataFrame, value: str, language: Language, *, category: bool, ordered: bool, titles: list[str]) -> Any:
    alt = altair()
    if not category:
        return alt.Color(
            "value:Q", scale=alt.Scale(range=["#d8e4ec", PALETTE[0]]), legend=alt.Legend(title=column_label(value)[language], orient="bottom-right")
        )
    order = _order(table, value, ordered=ordered)
    counts = table[value].value_counts()
    labels = [_word(value, one, language) for one in order]
    steps = len([one for one in order if one != UNSPOKEN])
    shades = [{**SHADES, **STANDINGS}.get(one, _shade(place, steps) if ordered else PALETTE[place % len(PALETTE)]) for place, one in enumerate(order)]
    words = {label: f"{label} ({counts[one]})" for label, one in zip(labels, order, strict=True)}
    expression = " : ".join(f"datum.label == {label!r} ? {text!r}" for label, text in words.items()) + " : datum.label"
    legend = alt.Legend(
        orient="bottom-right",
        labelExpr=expression,
        title=column_label(value)[language] if ordered else titles or None,
        symbolStrokeColor="#8a969e",
        symbolStrokeWidth=0.5,
        titleLimit=330,
    )
    return alt.Color("value:N", scale=alt.Scale(domain=labels, range=shades), sort=labels, legend=legend)


def _shade(place: int, steps: int) -> str:
    """Return the shade of the place in an order from dark to light."""
    part = 1 - place / max(steps - 1, 1)
    return "#" + "".join(f"{round(low + part * (high - low)):02x}" for low, high in zip(LEAST_SHADE, MOST_SHADE, strict=True))


def _left_out(names: list[str], language: Language) -> list[Any]:
    """Name those that could not be placed, so that nobody is lost without a word."""
    if not names:
        return []
    alt = altair()
    words = ", ".join(names[:8]) + (f" … ({len(names)})" if len(names) > 8 else "")
    text = alt.Chart(pd.DataFrame({"text": [f"{_LEFT_OUT[language]}: {words}"]}))
    return [text.mark_text(align="right", baseline="top", fontSize=10, color=INK).encode(x=alt.value(_WIDTH), y=alt.value(_HEIGHT + 18), text="text:N")]


def _around(polygons: Any, rows: pd.DataFrame) -> Any:
    """Return the polygons near the lines, so that the map shows where they are and not the whole country."""
    lon, lat = pd.concat([rows["lon_from"], rows["lon_to"]]), pd.concat([rows["lat_from"], rows["lat_to"]])
    return polygons.cx[lon.min() - 0.8 : lon.max() + 0.8, lat.min() - 0.4 : lat.max() + 0.4]


def _apart(points: pd.DataFrame, kilometres: float = 26.0) -> pd.DataFrame:
    """Move points that would hide each other a little apart, the same way each time."""
    where = points[["lon", "lat"]].to_numpy(dtype=float)
    stretch = np.array([111.3 * np.cos(np.radians(where[:, 1].mean())), 111.3])
    for _ in range(60):
        gap = (where[:, None, :] - where[None, :, :]) * stretch
        distance = np.sqrt((gap**2).sum(axis=2)) + np.eye(len(where)) * 1e9
        push = np.clip(kilometres - distance, 0, None) / 2
        if not push.any():
            break
        where = where + (gap / np.maximum(distance, 0.1)[:, :, None] * push[:, :, None]).sum(axis=1) / stretch * 0.5
    return points.assign(lon=where[:, 0], lat=where[:, 1])


def _numbered(points: pd.DataFrame, found: Boundaries, colour: Any, language: Language) -> list[Any]:
    """Draw merged municipalities as numbered points from north to south, with the list of their names beside the map."""
    alt = altair()
    points = _apart(points.sort_values(["lat", "name"], ascending=[False, True], ignore_index=True))
    names = dict(zip(found.polygons["code"], found.polygons["name"], strict=True))
    points["number"] = [str(place) for place in range(1, len(points) + 1)]
    base = alt.Chart(points).encode(longitude="lon:Q", latitude="lat:Q", tooltip=[alt.Tooltip("name:N", title=" "), alt.Tooltip("shown:N", title=" ")])
    dots = base.mark_circle(size=130, opacity=1, stroke="white", strokeWidth=1).encode(color=colour)
    light = points["value"].isin([value_label("status", "missing")[language], value_label("status", "no")[language]])
    numbers = [
        alt.Chart(points[light == dark]).mark_text(fontSize=8, fontWeight="bold", color=ink).encode(longitude="lon:Q", latitude="lat:Q", text="number:N")
        for dark, ink in ((True, INK), (False, "white"))
        if (light == dark).any()
    ]
    lines = [_NUMBERED[language] + ":"] + [
        f"{row['number']} {row['name']}" + ("" if names.get(row["now"]) == row["name"] else f" ({_NOW[language]} {names.get(row['now'], row['now'])})")
        for row in points.to_dict("records")
    ]
    listed = pd.DataFrame({"text": lines, "line": range(len(lines))})
    texts = [
        alt.Chart(listed[listed["line"] == place])
        .mark_text(align="left", fontSize=10.5, color=INK, fontWeight="bold" if place == 0 else "normal")
        .encode(x=alt.value(4), y=alt.value(20 + 14.5 * place), text="text:N")
        for place in range(len(lines))
    ]
    return [dots, *numbers, *texts]


def lines(finding: Finding, language: Language, edition: Edition | None) -> tuple[Any, dict[str, Any]]:
    """Draw a line from each participant to its host, wider for more cooperations, the hosts named."""
    alt = altair()
    opened, found = ground(finding, edition)
    parts, table = finding.chart.parts, finding.table
    own = opened.municipalities()[["name", "lon", "lat"]]
    rows = (
        table.join(own.add_suffix("_from"), on=parts["from"])
        .join(own.add_suffix("_to"), on=parts["to"])
        .dropna(subset=["lon_from", "lat_from", "lon_to", "lat_to"])
    )
    if rows.empty:
        raise NoMapError(
            finding.id,
            Text(
                nb="kommunene har ingen koordinater (lon, lat).",
                nn="kommunane har ingen koordinatar (lon, lat).",
                en="the municipalities have no coordinates (lon, lat).",
            ),
        )
    near = _around(found.polygons, rows)
    if near.empty:
        raise NoMapError(finding.id, _NO_CODES)
    lost = table.loc[~table.index.isin(rows.index), [parts["from"], parts["to"]]]
    lost_names = [f"{own['name'].get(first, first)} → {own['name'].get(second, second)}" for first, second in lost.itertuples(index=False)]
    projection, land, note = layers_of(near, found, language)
    data = pd.DataFrame(
        {
            "lon": rows["lon_from"],
            "lat": rows["lat_from"],
            "lon2": rows["lon_to"],
            "lat2": rows["lat_to"],
            "count": rows[parts["value"]].astype(float),
            "between": rows["name_from"] + " → " + rows["name_to"],
        }
    )
    ties = (
        alt.Chart(data)
        .mark_rule(color=PALETTE[0], strokeCap="round")
        .encode(
            longitude="lon:Q",
            latitude="lat:Q",
            longitude2="lon2:Q",
            latitude2="lat2:Q",
            strokeWidth=alt.StrokeWidth("count:Q", scale=alt.Scale(domain=[1, max(2.0, float(data["count"].max()))], range=[1.2, 4]), legend=None),
            tooltip=[alt.Tooltip("between:N", title=" "), alt.Tooltip("count:Q", title=column_label(parts["value"])[language])],
        )
    )
    hosts = rows.drop_duplicates(parts["to"])[["lon_to", "lat_to", "name_to"]]
    members = rows.drop_duplicates(parts["from"])[["lon_from", "lat_from"]]
    dots = alt.Chart(members).mark_circle(color=INK, size=18, opacity=1).encode(longitude="lon_from:Q", latitude="lat_from:Q")
    stars = alt.Chart(hosts).mark_circle(color=PALETTE[1], stroke=INK, strokeWidth=0.8, size=70, opacity=1).encode(longitude="lon_to:Q", latitude="lat_to:Q")
    names = [
        alt.Chart(own).mark_text(align=align, dx=dx, dy=-6, fontSize=12, color=INK).encode(longitude="lon_to:Q", latitude="lat_to:Q", text="name_to:N")
        for own, align, dx in _labelled(hosts)
    ]
    chart = alt.layer(land, ties, dots, stars, *names, note, *_left_out(lost_names, language)).project(**projection).properties(width=_WIDTH, height=_HEIGHT)
    return chart, {"land": shapes(near)}


def _labelled(hosts: pd.DataFrame) -> list[tuple[pd.DataFrame, str, int]]:
    """Put a host's name to its right, or to its left where another host is close on the right."""
    where = hosts[["lon_to", "lat_to"]].to_numpy(dtype=float)
    gap = where[None, :, :] - where[:, None, :]
    left = ((gap[:, :, 0] > 0) & (gap[:, :, 0] < 1.2) & (np.abs(gap[:, :, 1]) < 0.25)).any(axis=1)
    return [(own, align, dx) for own, align, dx in ((hosts[~left], "left", 8), (hosts[left], "right", -8)) if len(own)]
