"""The shipped boundaries fit together, and the codes of 2014 lead to those of 2020."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from samvirke.edition import Edition, boundaries, open_edition, successor
from samvirke.edition._boundaries import SHIPPED
from tests.conftest import ROOT

FILE = ROOT / "src" / "samvirke" / "editions" / SHIPPED


def test_the_shipped_boundaries_are_small_and_without_gaps(note: Edition) -> None:
    shapely = pytest.importorskip("shapely")
    found = boundaries(note)
    assert found is not None
    assert FILE.stat().st_size <= 300_000
    assert len(found.polygons) == found.polygons["code"].nunique() == 356
    assert found.polygons.geometry.is_valid.all()
    assert shapely.coverage_is_valid(found.polygons.geometry.to_numpy())
    assert "© Kartverket" in found.attribution.nn


def test_every_municipality_has_a_successor_on_the_map(note: Edition) -> None:
    found = boundaries(note)
    assert found is not None
    assert {successor(note, str(code))[0] for code in note["municipality"]["code"]} <= set(found.polygons["code"])


def test_a_chain_a_split_and_a_circle(three: Path) -> None:
    (three / "municipality_change.csv").write_text(
        "date,from_code,to_code,share\n2012-01-01,0301,0399,1\n2015-01-01,0399,0400,0.7\n2012-01-01,0302,0302,1\n2012-01-01,1103,1104,1\n2013-01-01,1104,1103,1\n",
        encoding="utf-8",
    )
    edition = open_edition(three)
    assert successor(edition, "0301") == ("0400", True)
    assert successor(edition, "0302") == ("0302", False)
    assert successor(edition, "1103") == ("1103", False)
    assert successor(edition, "9999") == ("9999", False)


@pytest.mark.shared
def test_successors_are_those_of_the_shared_weights(shared: Path, note: Edition) -> None:
    weights = pd.read_csv(shared / "data" / "norway" / "municipality_weights_2013.csv", dtype=str)
    weights = weights[weights["to_year"] == "2020"]
    expected = dict(zip(weights["from_code_2013"], weights["to_code"], strict=True))
    sizes = weights["to_code"].value_counts()
    for code in note["municipality"]["code"]:
        found, merged = successor(note, str(code))
        assert found == expected[code], code
        assert merged == (sizes[found] > 1), code


@pytest.mark.shared
def test_points_lie_in_their_municipality(shared: Path, note: Edition) -> None:
    geopandas = pytest.importorskip("geopandas")
    polygons = geopandas.read_file(shared / "data" / "norway" / "municipalities_2013_n5000.geojson")
    column = next(name for name in polygons.columns if polygons[name].astype(str).str.fullmatch(r"\d{4}").all())
    own = note["municipality"]
    points = geopandas.GeoDataFrame(own[["code", "name"]], geometry=geopandas.points_from_xy(own["lon"], own["lat"]), crs=4326)
    joined = polygons.to_crs(25833).set_index(column).geometry
    metres = [joined[row["code"]].distance(point) for row, point in zip(points.to_dict("records"), points.to_crs(25833).geometry, strict=True)]
    assert max(metres) < 2000
