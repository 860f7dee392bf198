"""An island country that is not there: places on a jittered grid, borders between them, a coast, and islands reached by ferry.

Places are drawn in a plane of kilometres, and the cell of each is what is nearest to it (Voronoi). A corner is where three cells meet; a border
between two cells is a line between two corners, broken up by random displacement, so that both cells share it to the last digit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from constructed.draws import Draws

STEP_KM = 29.0
MIDDLE = (2.0, 65.4)
"""Longitude and latitude of the middle: the open Norwegian Sea."""
MAINLAND = 114
ISLES = ((178.0, 128.0), (172.0, 50.0), (150.0, -28.0), (150.0, -108.0))
ON_EACH_ISLE = 3
BANDS = ((("Sørhav", 18), ("Almvang", 18)), (("Vestrand", 12), ("Midtheim", 18)), (("Tindmark", 18), ("Austvoll", 12)), (("Nordrand", 18),))
"""The mainland's counties from south to north, in each band from west to east, with how many places each has."""
ISLAND_COUNTY = "Øyriket"

Point = tuple[float, float]
Corner = tuple[int, int, int]


@dataclass(frozen=True)
class Place:
    """A place with its cell: number among all places, kilometres east and north, county and which land it lies on (0 is the mainland)."""

    number: int
    x: float
    y: float
    county: str
    isle: int


@dataclass(frozen=True)
class Land:
    """The places of the country, and the borders of their cells by the two places on either side (the second may be sea)."""

    places: tuple[Place, ...]
    borders: dict[tuple[int, int], tuple[Corner, Corner]]
    points: tuple[Point, ...]

    def neighbours(self, number: int) -> list[int]:
        """Return the places with a common border, in order."""
        own = {one for pair in self.borders if number in pair for one in pair} - {number}
        return sorted(own & {place.number for place in self.places})


def make_land() -> Land:
    """Draw the country."""
    draws = Draws("land")
    points: list[Point] = []
    for row in range(-11, 12):
        for column in range(-9, 10):
            x = (column + 0.5 * (row % 2)) * STEP_KM + draws.between(-0.3, 0.3) * STEP_KM
            points.append((x, row * STEP_KM * math.sqrt(3) / 2 + draws.between(-0.3, 0.3) * STEP_KM))
    waves = [(draws.between(0.008, 0.022), draws.between(0.008, 0.022), draws.between(0, 6.28), 0.11) for _ in range(4)]
    isles: dict[int, int] = {}
    for isle, (x, y) in enumerate(ISLES, 1):
        near = sorted((place for place in range(len(points)) if place not in isles), key=lambda place: math.dist(points[place], (x, y)))
        isles |= dict.fromkeys(near[:ON_EACH_ISLE], isle)
    dry = sorted((place for place in range(len(points)) if place not in isles), key=lambda place: -_dryness(points[place], waves))[:MAINLAND]
    county = _counties(points, dry) | dict.fromkeys(isles, ISLAND_COUNTY)
    places = tuple(Place(place, *points[place], county[place], isles.get(place, 0)) for place in sorted([*dry, *isles]))
    borders: dict[tuple[int, int], list[Corner]] = {}
    for place in places:
        for other, ends in _cell(place.number, points).items():
            borders[min(place.number, other), max(place.number, other)] = sorted(ends)
    return Land(places, {pair: (ends[0], ends[1]) for pair, ends in sorted(borders.items())}, tuple(points))


def _dryness(point: Point, waves: list[tuple[float, float, float, float]]) -> float:
    x, y = point
    bumps = math.fsum(height * math.sin(across * x + up * y * (1 if at % 2 else -1) + shift) for at, (across, up, shift, height) in enumerate(waves))
    return 1 - ((x + 55 - 0.36 * y) / 114) ** 2 - (y / 240) ** 2 + bumps


def _counties(points: list[Point], dry: list[int]) -> dict[int, str]:
    left = sorted(dry, key=lambda place: points[place][1])
    found = {}
    for band in BANDS:
        own = sorted(left[: sum(size for _, size in band)], key=lambda place: points[place][0])
        left = left[len(own) :]
        for name, size in band:
            found |= dict.fromkeys(own[:size], name)
            own = own[size:]
    return found


def _cell(place: int, points: list[Point]) -> dict[int, list[Corner]]:
    """Return the corners of a cell by the neighbour on the other side, cutting a large square by one neighbour after the other."""
    x, y = points[place]
    near = sorted((one for one in range(len(points)) if one != place), key=lambda one: math.dist(points[one], points[place]))[:40]
    ring: list[tuple[Point, int]] = [((x - 500, y - 500), -1), ((x + 500, y - 500), -2), ((x + 500, y + 500), -3), ((x - 500, y + 500), -4)]
    for other in near:
        ox, oy = points[other]
        normal, level = (ox - x, oy - y), ((ox * ox + oy * oy) - (x * x + y * y)) / 2
        ring = _cut(ring, normal, level, other)
    names = [name for _, name in ring]
    found: dict[int, list[Corner]] = {name: [] for name in names}
    for before, name in zip([names[-1], *names[:-1]], names, strict=True):
        corner = _corner(place, before, name)
        found[before].append(corner)
        found[name].append(corner)
    return found


def _corner(*three: int) -> Corner:
    first, second, third = sorted(three)
    return first, second, third


def _cut(ring: list[tuple[Point, int]], normal: Point, level: float, name: int) -> list[tuple[Point, int]]:
    """Keep the part of a convex ring on the near side of a line; an entry is a corner and the name of the side that begins there."""
    found = []
    for at, (point, side) in enumerate(ring):
        following = ring[(at + 1) % len(ring)][0]
        here = point[0] * normal[0] + point[1] * normal[1] - level
        there = following[0] * normal[0] + following[1] * normal[1] - level
        crossing = None
        if (here < 0) != (there < 0):
            part = here / (here - there)
            crossing = (point[0] + part * (following[0] - point[0]), point[1] + part * (following[1] - point[1]))
        if here < 0:
            found.append((point, side))
            if crossing:
                found.append((crossing, name))
        elif crossing:
            found.append((crossing, side))
    return found


def _meeting(corner: Corner, points: tuple[Point, ...]) -> Point:
    """Return the point as far from one place as from two others."""
    (ax, ay), (bx, by), (cx, cy) = (points[place] for place in corner)
    twice = 2 * (ax * (by - cy) + bx * (cy - ay) + cx * (ay - by))
    a, b, c = ax * ax + ay * ay, bx * bx + by * by, cx * cx + cy * cy
    return (a * (by - cy) + b * (cy - ay) + c * (ay - by)) / twice, (a * (cx - bx) + b * (ax - cx) + c * (bx - ax)) / twice


def degrees(x: float, y: float, digits: int = 4) -> Point:
    """Turn kilometres from the middle into longitude and latitude."""
    latitude = MIDDLE[1] + y / 111.2
    return round(MIDDLE[0] + x / (111.2 * math.cos(math.radians(latitude))), digits), round(latitude, digits)


def _line(pair: tuple[int, int], ends: tuple[Corner, Corner], land: Land, *, coast: bool) -> list[list[float]]:
    """Return a border as longitudes and latitudes, broken up more at the coast."""
    draws = Draws(f"border/{pair[0]}/{pair[1]}")
    line = [_meeting(end, land.points) for end in ends]
    for depth in range(4 if coast else 3):
        broken = [line[0]]
        for start, end in pairwise(line):
            size = draws.between(-1, 1) * (0.2 if coast else 0.12) * (1.0 if depth else 0.8)
            middle = (start[0] + end[0]) / 2 - size * (end[1] - start[1]), (start[1] + end[1]) / 2 + size * (end[0] - start[0])
            broken += [middle, end]
        line = broken
    return [list(degrees(*point)) for point in line]


def topology(land: Land, owner: dict[int, str], names: dict[str, str]) -> dict[str, Any]:
    """Return the boundaries as TopoJSON, of the municipalities that the places belong to."""
    arcs: list[list[list[float]]] = []
    sides: dict[str, list[tuple[Corner, Corner, int]]] = {}
    for pair, ends in land.borders.items():
        owners = [owner.get(place, "") for place in pair]
        if owners[0] == owners[1]:
            continue
        arcs.append(_line(pair, ends, land, coast="" in owners))
        for code in filter(None, owners):
            sides.setdefault(code, []).append((*ends, len(arcs) - 1))
    geometries = [
        {"type": "MultiPolygon", "properties": {"code": code, "name": names[code]}, "arcs": [[ring] for ring in _rings(sides[code])]} for code in sorted(sides)
    ]
    return {"type": "Topology", "objects": {"municipalities": {"type": "GeometryCollection", "geometries": geometries}}, "arcs": arcs}


def _rings(sides: list[tuple[Corner, Corner, int]]) -> list[list[int]]:
    """Join sides end to end into rings; an arc that is walked backwards has the number ``~n``."""
    left, rings = list(sides), []
    while left:
        start, end, arc = left.pop(0)
        ring = [arc]
        while end != start:
            at = next(place for place, side in enumerate(left) if end in side[:2])
            first, second, arc = left.pop(at)
            ring.append(arc if first == end else ~arc)
            end = second if first == end else first
        rings.append(ring)
    return rings
