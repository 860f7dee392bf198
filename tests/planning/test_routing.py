"""Routing: what cannot be so is flagged; every problem told; and with the extra, ways over a map of a few roads written by hand."""

from __future__ import annotations

import struct
import sys
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import samvirke
from samvirke.edition import Edition
from samvirke.errors import MissingExtraError
from samvirke.planning._travel import PlanInputError
from samvirke.planning.routing import Routes, find_routes, flagged, routes

Write = Callable[[Mapping[str, str | bytes]], Path]


def varint(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


def data(number: int, content: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(content)) + content


def integer(number: int, value: int) -> bytes:
    return varint(number << 3) + varint(value)


def packed(number: int, values: Iterable[int]) -> bytes:
    return data(number, b"".join(varint(value) for value in values))


def steps(values: Sequence[int]) -> list[int]:
    """Differences from one to the next, written without a sign."""
    differences = [after - before for before, after in zip([0, *values], values, strict=False)]
    return [one * 2 if one >= 0 else -one * 2 - 1 for one in differences]


def write_map(path: Path, nodes: Mapping[int, tuple[float, float]], ways: Mapping[int, tuple[Sequence[int], Mapping[str, str]]]) -> Path:
    """Write nodes (lat, lon) and ways as an OpenStreetMap extract (.osm.pbf)."""
    words: list[str] = ["", *sorted({word for _, tags in ways.values() for pair in tags.items() for word in pair})]
    dense = packed(1, steps(list(nodes))) + packed(8, steps([round(lat * 1e7) for lat, _ in nodes.values()])) + packed(9, steps([round(lon * 1e7) for _, lon in nodes.values()]))  # fmt: skip
    lines = b"".join(
        data(3, integer(1, way) + packed(2, [words.index(key) for key in tags]) + packed(3, [words.index(value) for value in tags.values()]) + packed(8, steps(list(along))))
        for way, (along, tags) in ways.items()
    )  # fmt: skip
    table = b"".join(data(1, word.encode()) for word in words)
    blocks = [(b"OSMHeader", data(4, b"OsmSchema-V0.6") + data(4, b"DenseNodes")), (b"OSMData", data(1, table) + data(2, data(2, dense)) + data(2, lines))]
    content = b""
    for kind, raw in blocks:
        blob = integer(2, len(raw)) + data(3, zlib.compress(raw))
        head = data(1, kind) + integer(3, len(blob))
        content += struct.pack(">I", len(head)) + head + blob
    path.write_bytes(content)
    return path


ROAD = {"highway": "secondary", "maxspeed": "60"}
PLACES = "code,name,lon,lat\n0301,Ås,10.01,60.0\n0302,Bø,10.19,60.0\n1103,Ål,10.1,60.05\n1104,Vik,10.3,60.4\n1105,Nes,,\n"


@pytest.fixture
def hills(write_folder: Write) -> Edition:
    tables = {
        "municipality": PLACES,
        "cooperation": "id,service,name\nlv,legevakt,Vakt\n",
        "member": "cooperation,municipality,role\nlv,0301,host\nlv,0302,participant\n",
    }
    return samvirke.open_edition(write_folder(tables)).on(None)


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    """A road along 60° north with a side road that is one way, from the south to Ål."""
    nodes = {place + 1: (60.0, 10.0 + 0.01 * place) for place in range(21)} | {100: (60.05, 10.1)}
    return write_map(tmp_path / "hills.osm.pbf", nodes, {1: (range(1, 22), ROAD), 2: ([11, 100], {**ROAD, "oneway": "yes"})})


def test_a_kilometre_over_a_ferry_that_the_map_lacks_is_flagged() -> None:
    points = np.array([[60.0, 10.0], [60.009, 10.0], [60.5, 10.0]])
    near = np.array([True, True, True])
    minutes = np.array([[0, 240, 20], [3, 0, np.nan], [1e17, 0, 0]])
    kilometres = np.array([[0, 306, 60], [1.4, 0, np.nan], [1, 1, 0]])
    frame = flagged(np.array(["a", "b", "c"]), points, near, minutes, kilometres)
    assert dict(zip(frame["from_code"] + frame["to_code"], frame["doubt"], strict=True)) == {
        "ab": "out_of_proportion", "ac": "too_fast", "ba": "", "bc": "no_route", "ca": "no_time", "cb": "no_time"
    }  # fmt: skip
    found = Routes(frame, (), "test")
    assert found.table()[["from_code", "to_code"]].to_numpy().tolist() == [["b", "a"]]
    assert found.table(keep_doubtful=True)["kilometres"].tolist() == [306.0, 1.4]


def test_a_point_without_a_road_has_no_way() -> None:
    points = np.array([[60.0, 10.0], [60.1, 10.0]])
    frame = flagged(np.array(["a", "b"]), points, np.array([True, False]), np.full((2, 2), 5.0), np.full((2, 2), 12.0))
    assert frame["doubt"].tolist() == ["far_from_road", "far_from_road"]


def test_what_was_found_is_told(hills: Edition) -> None:
    points = np.array([[60.0, 10.0], [60.009, 10.0]])
    frame = flagged(np.array(["0301", "0302"]), points, np.array([True, True]), np.array([[0, 240], [3, 0]]), np.array([[0, 306], [1.4, 0]]))
    found = routes(hills, Routes(frame, ("1105",), "Valhalla 3"), out=Path("travel.csv"))
    assert found.result | {"kinds": 0, "doubtful": 0} == {"pairs": 2, "written": 1, "flagged": 1, "kinds": 0, "doubtful": 0}
    assert found.statement.en == "1 of 2 travel times are in travel.csv; 1 are flagged as impossible or doubtful and left out or without a time."
    assert found.supporting["doubtful"]["kilometres"].tolist() == [306]
    assert found.coverage.missing[0].municipalities == ("1105",)


@pytest.mark.skipif(find_spec("valhalla") is not None, reason="pyvalhalla is installed")
def test_without_the_extra_it_is_named(hills: Edition, extract: Path) -> None:
    with pytest.raises(MissingExtraError, match=r"samvirke\[routing\]"):
        find_routes(hills, extract=extract)


def test_every_problem_is_told_at_once(hills: Edition, tmp_path: Path, write_folder: Write) -> None:
    (tmp_path / "text.osm.pbf").write_text("no map", encoding="utf-8")
    with pytest.raises(PlanInputError) as caught:
        find_routes(hills, extract=tmp_path / "text.osm.pbf", max_km_to_road=-1)
    assert [problem.field for problem in caught.value.problems][:2] == ["max-km-to-road", "extract"]
    with pytest.raises(PlanInputError, match="--tiles"):
        find_routes(hills, tiles=tmp_path / "nothing")
    bare = samvirke.open_edition(
        write_folder({"municipality": "code,name\n0301,Ås\n", "cooperation": "id,service\nlv,legevakt\n", "member": "cooperation,municipality\nlv,0301\n"})
    )
    with pytest.raises(PlanInputError, match="lon, lat"):
        find_routes(bare.on(None), extract=tmp_path / "nothing.osm.pbf")


def test_an_old_library_is_refused(hills: Edition, extract: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from types import ModuleType

    old = ModuleType("valhalla")
    old.__version__ = "3.2.0"  # type: ignore[attr-defined]
    old.__file__ = str(tmp_path / "valhalla" / "__init__.py")
    monkeypatch.setitem(sys.modules, "valhalla", old)
    with pytest.raises(PlanInputError, match=r"pyvalhalla: 3\.2\.0"):
        find_routes(hills, extract=extract)


def _can_build() -> bool:
    spec = find_spec("valhalla")
    return spec is not None and spec.origin is not None and any((Path(spec.origin).parent / "bin").glob("valhalla_build_tiles*"))


@pytest.mark.skipif(not _can_build(), reason="needs pyvalhalla 3.5 or later, which builds tiles (Python 3.12+)")
def test_ways_over_a_map_written_by_hand(hills: Edition, extract: Path, tmp_path: Path) -> None:
    found = find_routes(hills, extract=extract, tiles=tmp_path / "tiles", max_km_to_road=1)
    ways = found.frame.set_index(["from_code", "to_code"])
    along = ways.loc[("0301", "0302")]
    assert along["kilometres"] == pytest.approx(along["straight_line_km"], rel=0.01)
    assert along["minutes"] == pytest.approx(10, abs=2)  # 10 km at 60 km/h
    assert ways.loc[("0302", "0301"), "minutes"] == pytest.approx(along["minutes"], rel=0.05)
    assert ways.loc[("0301", "1103"), "kilometres"] == pytest.approx(5.0 + 5.56, rel=0.02)
    assert ways.loc[("1103", "0301"), "doubt"] == "no_route"  # the side road is one way
    assert set(ways.loc[("1104", slice(None)), "doubt"]) == {"far_from_road"}
    assert found.without_point == ("1105",)
    again = find_routes(hills, tiles=tmp_path / "tiles", max_km_to_road=1)
    assert again.table().equals(found.table())
    with pytest.raises(PlanInputError, match="tiles"):
        find_routes(hills, extract=extract, tiles=tmp_path / "tiles")


@pytest.mark.skipif(not _can_build(), reason="needs pyvalhalla 3.5 or later, which builds tiles (Python 3.12+)")
def test_a_map_without_roads_builds_nothing(hills: Edition, tmp_path: Path) -> None:
    empty = write_map(tmp_path / "empty.osm.pbf", {1: (60.0, 10.0)}, {})
    with pytest.raises(PlanInputError, match="extract"):
        find_routes(hills, extract=empty)
