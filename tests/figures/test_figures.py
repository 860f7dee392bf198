"""Figures: what they draw is what the finding says, in three languages, with a text for those who cannot see them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import samvirke
from samvirke.catalogue import CATALOGUE, ask
from samvirke.edition import Edition, open_edition
from samvirke.figures import NoFigureError, NoMapError, alternative_text, as_map, specification, to_file, to_svg
from samvirke.figures._network import groups, places
from tests.conftest import run

DRAWN = [
    name
    for name in CATALOGUE
    if name not in ("describe", "cases", "anachronisms", "clauses", "similarity", "hypotheses", "crossing", "congruence", "nestedness", "modularity")
    and name not in ("dispute_readiness", "events", "use_skew", "conflict_signals", "portrait", "quotes", "motives_by_cooperation")
]


def drawn_polygons(found: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Return every polygon of a map, shaded or not."""
    assert found is not None
    return [one for name, features in found["datasets"].items() if name.startswith(("land", "areas")) for one in features]


def texts(value: Any) -> list[str]:
    """Return every text in a specification."""
    if isinstance(value, dict):
        return [text for one in value.values() for text in texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("name", DRAWN)
def test_every_figure_has_a_text_and_is_drawn(answer: Any, note: Edition, country: Edition, constructed: Edition, name: str, language: Any) -> None:
    finding = answer(name)
    edition = next(one for one in (note, country, constructed) if one.name == finding.edition)
    found = specification(finding, language, edition)
    assert found is not None
    assert found["description"] == alternative_text(finding, language)
    assert finding.question[language] in found["description"]
    drawn = to_svg(finding, language, edition)
    assert drawn is not None
    assert drawn.startswith("<svg")
    assert "NaN" not in drawn
    assert "undefined" not in drawn


def test_bars_write_each_count_with_its_denominator(note: Edition) -> None:
    finding = ask("collection", note)
    written = texts(specification(finding, "en"))
    assert all(text in written for text in ("31 of 70 (44%)", "8 of 70 (11%)", "3 of 70 (4%)", "28 of 70 (40%)"))
    drawn = to_svg(finding, "en") or ""
    assert "31 of 70 (44%)" in drawn


def test_small_multiples_by_service(note: Edition) -> None:
    found = specification(ask("basis_by_service", note), "nn")
    assert found is not None
    assert found["facet"]["row"]["field"] == "panel"
    assert "Augeblikkeleg hjelp-døgnplassar" in texts(found)


def test_the_timeline_marks_the_law_and_the_reform(note: Edition) -> None:
    words = texts(specification(ask("agreements_by_year", note), "nb"))
    assert {"§ 28 b åpnes", "§ 28 b blir § 28-1 b", "samhandlingsreformen"} <= set(words)


def test_bars_are_as_long_as_their_counts(note: Edition) -> None:
    drawn = to_svg(ask("collection", note), "en") or ""
    lengths = [float(width) for width in re.findall(r'd="M0,[\d.]+h([\d.]+)v15', drawn)]
    assert len(lengths) == 4
    assert lengths[1] / lengths[0] == pytest.approx(8 / 31, abs=0.01)
    assert lengths[3] / lengths[0] == pytest.approx(28 / 31, abs=0.01)


def test_the_status_map_shades_or_numbers_every_municipality(note: Edition) -> None:
    found = specification(ask("answers_by_municipality", note), "en", note)
    assert found is not None
    shaded = found["datasets"]["areas"]
    words = texts(found)
    numbered = [text for text in words if re.fullmatch(r"\d+ \D+", text)]
    assert len(shaded) + len(numbered) == 70
    assert "17 Finnøy (now Stavanger)" in numbered
    assert any("© Kartverket (CC BY 4.0)" in text for text in words)
    assert {one["name"] for one in drawn_polygons(found)} >= {"Oslo", "Tromsø", "Utsira"}


def test_rings_turn_the_way_the_projection_needs(note: Edition) -> None:
    """A ring the wrong way round would fill the whole globe: signed areas of outer rings are negative (clockwise)."""
    found = specification(ask("answers_by_municipality", note), "en", note)
    for feature in drawn_polygons(found):
        for polygon in feature["geometry"]["coordinates"]:
            ring = polygon[0]
            assert sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) < 0


def test_lines_run_from_participant_to_host(note: Edition) -> None:
    found = specification(ask("host_ties", note), "en", note)
    assert {"Gjerstad → Arendal", "Sola → Sandnes", "Lom → Sel"} <= set(texts(found))


def test_any_finding_with_a_row_per_municipality_is_a_map(note: Edition) -> None:
    mapped = as_map(ask("hosts", note))
    assert mapped.chart.kind == "map"
    assert len((specification(mapped, "nn", note) or {})["datasets"]["areas"]) == 8  # 13 hosts; Flora, Moss, Sandnes, Stavanger and Ålesund have merged since
    with pytest.raises(NoMapError, match="one row per municipality"):
        as_map(ask("legal_basis", note))


def test_an_editions_own_boundary_is_used(three: Path) -> None:
    square = [[[x, y], [x, y + 1], [x + 1, y + 1], [x + 1, y], [x, y]] for x, y in ((0, 0), (1, 0), (2, 0))]
    features = [
        {"type": "Feature", "properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for code, ring in zip(("0301", "0302", "1103"), square, strict=True)
    ]
    (three / "boundary.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    edition = open_edition(three)
    found = specification(as_map(ask("hosts", edition)), "en", edition)
    assert found is not None
    assert sorted(one["code"] for one in drawn_polygons(found)) == ["0301", "0302", "1103"]
    assert "Kartverket" not in json.dumps(found)


@pytest.mark.parametrize("form", ["topojson", "parquet"])
def test_other_forms_of_boundary_are_read(three: Path, form: str) -> None:
    geopandas, shapely = pytest.importorskip("geopandas"), pytest.importorskip("shapely")
    boxes = geopandas.GeoDataFrame({"code": ["0301", "0302", "1103"]}, geometry=[shapely.box(x, 0, x + 1, 1) for x in range(3)], crs=4326)
    if form == "parquet":
        boxes.to_crs(25833).to_parquet(three / "boundary.parquet")
    else:
        topojson = pytest.importorskip("topojson")
        (three / "boundary.topojson").write_text(topojson.Topology(boxes, object_name="boundary").to_json())
    edition = open_edition(three)
    found = specification(as_map(ask("hosts", edition)), "en", edition)
    assert found is not None
    assert {one["code"] for one in drawn_polygons(found)} == {"0301", "0302", "1103"}
    longitudes = [
        point[0] for one in drawn_polygons(found) for ring in one["geometry"]["coordinates"] for point in (ring if isinstance(ring[0][0], float) else ring[0])
    ]
    assert min(longitudes) == pytest.approx(0, abs=0.01)
    assert max(longitudes) == pytest.approx(3, abs=0.01)


@pytest.mark.parametrize(("content", "says"), [("{", "Expecting"), ('{"type": "Point"}', "Point"), ("[]", "get")])
def test_a_broken_boundary_is_an_error(three: Path, content: str, says: str) -> None:
    (three / "boundary.geojson").write_text(content)
    report = samvirke.check(three)
    assert report.errors == 1
    assert says in report.to_frame("en")["value"].iloc[0]


def test_a_boundary_without_codes_says_so(three: Path) -> None:
    shape = {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [0, 0]]]}
    (three / "boundary.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"nr": 1}, "geometry": shape}]})
    )
    edition = open_edition(three)
    with pytest.raises(samvirke.SamvirkeError, match='property "code"'):
        specification(as_map(ask("hosts", edition)), "en", edition)


BROKEN = {
    "no shape": ('{"type": "Feature", "properties": {"code": "0301"}, "geometry": null}', "no polygon for 0301"),
    "a point": ('{"type": "Feature", "properties": {"code": "0301"}, "geometry": {"type": "Point", "coordinates": [1, 1]}}', "no polygon for 0301"),
    "metres": (
        '{"type": "Feature", "properties": {"code": "0301"}, "geometry": {"type": "Polygon", "coordinates": [[[5e5, 6e6], [5e5, 7e6], [6e5, 7e6], [5e5, 6e6]]]}}',
        "not degrees",
    ),
    "other codes": (
        '{"type": "Feature", "properties": {"code": "9999"}, "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [0, 0]]]}}',
        "codes is in the boundaries",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_boundaries_that_cannot_be_drawn_say_why_and_do_not_stop_the_study(three: Path, tmp_path: Path, name: str) -> None:
    feature, says = BROKEN[name]
    (three / "boundary.geojson").write_text(f'{{"type": "FeatureCollection", "features": [{feature}]}}')
    edition = open_edition(three)
    with pytest.raises(samvirke.SamvirkeError, match=says):
        specification(as_map(ask("hosts", edition)), "en", edition)
    result = run("study", three, "--out", tmp_path / "out", "--language", "en")
    assert (result.returncode, result.stderr) == (0, "")


def test_who_is_not_on_the_map_is_named(copy_of_note: Path) -> None:
    path = copy_of_note / "municipality_change.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2012,5403", "2012,9999"), encoding="utf-8")
    edition = open_edition(copy_of_note)
    assert "Not on the map: Alta" in texts(specification(ask("answers_by_municipality", edition), "en", edition))


def test_without_boundaries_the_map_says_so(three: Path) -> None:
    edition = open_edition(three)
    with pytest.raises(NoMapError, match=r"boundary\.geojson"):
        specification(as_map(ask("hosts", edition)), "en", edition)


def test_connected_groups_against_networkx(note: Edition) -> None:
    networkx = pytest.importorskip("networkx")
    table = ask("network", note).table
    pairs = list(zip(table["first_name"], table["second_name"], strict=True))
    assert {frozenset(group) for group in groups(pairs)} == {frozenset(group) for group in networkx.connected_components(networkx.Graph(pairs))}
    where = places(groups(pairs))
    assert not where.duplicated(["x", "y"]).any()


def test_two_municipalities_of_one_name_stay_two(three: Path) -> None:
    (three / "municipality.csv").write_text("code,name\n0301,Os\n0302,Os\n1103,Sande\n", encoding="utf-8")
    (three / "member.csv").write_text("cooperation,municipality\nlv,0301\nlv,1103\nbv,0302\nbv,1103\n", encoding="utf-8")
    found = specification(ask("network", open_edition(three)), "en")
    assert found is not None
    nodes = [row for rows in found["datasets"].values() for row in rows if "side" in row]
    assert sorted((row["code"], row["name"]) for row in nodes) == [("0301", "Os"), ("0302", "Os"), ("1103", "Sande")]


def test_a_network_too_large_to_read_is_a_table(three: Path) -> None:
    codes = [f"{place:04d}" for place in range(40)]
    (three / "municipality.csv").write_text("code,name\n" + "".join(f"{code},N{code}\n" for code in codes), encoding="utf-8")
    (three / "member.csv").write_text("cooperation,municipality\n" + "".join(f"lv,{code}\n" for code in codes) + "bv,0001\nbv,0002\n", encoding="utf-8")
    finding = ask("network", open_edition(three))
    assert len(finding.table) == 40 * 39 // 2
    assert specification(finding, "en") is None


def test_files(note: Edition) -> None:
    finding = ask("independence_scale", note)
    picture = to_file(finding, "png", "nb", note)
    assert picture.startswith(b"\x89PNG")
    assert picture == to_file(finding, "png", "nb", note)
    page = to_file(finding, "html", "nn", note).decode("utf-8")
    assert not re.search(r'(?:src|href)="', re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL))
    assert 'lang="nn"' in page
    with pytest.raises(NoFigureError):
        to_file(ask("cases", note), "svg", "nb", note)


def test_shades_can_be_told_apart_in_grey() -> None:
    from samvirke.figures._map import SHADES, STANDINGS

    def lightness(colour: str) -> float:
        red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for shades in (SHADES, STANDINGS):
        values = sorted(lightness(colour) for colour in shades.values())
        assert all(second - first > 35 for first, second in pairwise(values))


def test_constructed_data_are_named_on_every_figure(note: Edition) -> None:
    finding = replace(ask("answers_by_municipality", note), constructed=True)
    assert "Constructed data" in (to_svg(finding, "en", note) or "")


def test_figures_on_the_command_line(tmp_path: Path) -> None:
    result = run("show", "hosts", "nibr-2015", "--format", "svg", "--figure", "map", "--out", tmp_path / "h.svg", "--language", "nn")
    assert (result.returncode, result.stderr) == (0, "")
    assert "Kartverket" in (tmp_path / "h.svg").read_text(encoding="utf-8")
    refused = run("show", "cases", "nibr-2015", "--format", "png", "--out", tmp_path / "c.png")
    assert refused.returncode == 1
    assert "bare en tabell" in refused.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["h.svg"]
