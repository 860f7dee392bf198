"""A table of travel times between municipalities from a user's OpenStreetMap extract: the fastest way by car, with ferries, by Valhalla.

Each municipality is its point, moved to the nearest road. What cannot be so is flagged before anyone uses it: no way, no road near the point, a
time of no sense, faster than a car can go, or a way out of all proportion to the straight line, such as 306 km for a journey of 1 km over a
ferry that the map lacks. Flagged times are left out of the table unless they are asked for.

References
----------
Valhalla (https://github.com/valhalla/valhalla), MIT; the package pyvalhalla has wheels for Python 3.12 and later. Versions before 3.5 are under
another licence and cannot build tiles; they are refused.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from samvirke.edition import Edition, great_circle_km
from samvirke.errors import MissingExtraError
from samvirke.finding import Coverage, Finding, Missing
from samvirke.measures.gaps import municipalities
from samvirke.planning._asked import Asked
from samvirke.planning._travel import DETOUR, FASTEST_KM_PER_HOUR, SLOW_MINUTES, SLOW_TIMES, SPEED_KM_PER_HOUR, Array
from samvirke.running import each
from samvirke.vocabulary.language import LANGUAGES, Text, number

CHUNK = 40
"""Municipalities at each end of one request: within the 2,500 pairs that the engine allows."""
LONGEST_MINUTES = 5 * 24 * 60.0
OLDEST = (3, 5)
DOUBTS = ("no_route", "far_from_road", "no_time", "too_fast", "out_of_proportion")


@dataclass(frozen=True)
class Routes:
    """Ways between municipalities.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per ordered pair of different municipalities with a point: from_code, to_code, minutes, kilometres, straight_line_km, doubt
        (empty, or one of `DOUBTS`).
    without_point : tuple of str
        Municipalities without lon and lat.
    engine : str
        Name and version of what found the ways.
    """

    frame: pd.DataFrame
    without_point: tuple[str, ...]
    engine: str

    def table(self, *, keep_doubtful: bool = False) -> pd.DataFrame:
        """Return the rows for ``travel.csv``: from_code, to_code, minutes, kilometres; doubtful times that are times at all only if asked for."""
        own = self.frame[self.frame["minutes"].notna()]
        own = own[own["doubt"].isin(["", "out_of_proportion"] if keep_doubtful else [""])]
        return own[["from_code", "to_code", "minutes", "kilometres"]].round(1).reset_index(drop=True)


def find_routes(edition: Edition, *, extract: str | Path | None = None, tiles: str | Path | None = None, max_km_to_road: str | float = 5) -> Routes:
    """Find the fastest way by car between all municipalities of an edition.

    Parameters
    ----------
    edition : Edition
        Whose municipalities, with lon and lat.
    extract : path
        An OpenStreetMap extract (.osm.pbf) that covers them; tiles are built from it.
    tiles : path
        A folder where built tiles are kept: to build in with `extract`, or to use again without.
    max_km_to_road : float
        Kilometres from a municipality's point to the nearest road, above which it has no way, 0 to 100.

    Raises
    ------
    PlanInputError
        With every problem at once.
    MissingExtraError
        When pyvalhalla is not installed.
    """
    asked = Asked()
    far = asked.number("max-km-to-road", max_km_to_road, most=100)
    _check_files(asked, extract, tiles)
    own = edition.municipalities().sort_index()
    placed = own[own["lon"].notna() & own["lat"].notna()] if {"lon", "lat"} <= set(own) else own.iloc[:0]
    if len(placed) < 2:
        asked.add("municipality.lon, lat", len(placed), Text(
            nb="Minst to kommuner må ha lon og lat.", nn="Minst to kommunar må ha lon og lat.", en="At least two municipalities must have lon and lat."
        ))  # fmt: skip
    valhalla = _engine(asked, building=extract is not None)
    asked.settle()
    points = placed[["lat", "lon"]].to_numpy(dtype=float)
    with _tiles(asked, valhalla, extract, tiles) as config:
        near = _kilometres_to_road(config, points) <= (far or 0.0)
        minutes, kilometres = _matrix(config, points, near)
    codes = np.array([str(code) for code in placed.index], dtype=object)
    frame = flagged(codes, points, near, minutes, kilometres)
    return Routes(frame, tuple(str(code) for code in own.index.difference(placed.index)), f"Valhalla {valhalla.__version__}")


def _check_files(asked: Asked, extract: str | Path | None, tiles: str | Path | None) -> None:
    built = tiles is not None and any(Path(tiles).rglob("*.gph"))
    if extract is None and not built:
        asked.add("extract", tiles or "", Text(
            nb="Gi et OpenStreetMap-utdrag (.osm.pbf), eller en mappe med bygde fliser med --tiles.",
            nn="Gje eit OpenStreetMap-utdrag (.osm.pbf), eller ei mappe med bygde fliser med --tiles.",
            en="Give an OpenStreetMap extract (.osm.pbf), or a folder of built tiles with --tiles.",
        ))  # fmt: skip
    if extract is not None and built:
        asked.add("tiles", tiles, Text(nb="Mappen har fliser alt: bruk dem uten --extract, eller velg en annen.", nn="Mappa har fliser alt: bruk dei utan --extract, eller vel ei anna.", en="The folder has tiles already: use them without --extract, or choose another."))  # fmt: skip
    if extract is not None:
        path = Path(extract)
        begin = b""
        if path.is_file():
            with path.open("rb") as file:
                begin = file.read(64)
        if b"OSMHeader" not in begin:
            asked.add("extract", extract, Text(
                nb="Filen finnes ikke eller er ikke et OpenStreetMap-utdrag i formatet .osm.pbf.",
                nn="Fila finst ikkje eller er ikkje eit OpenStreetMap-utdrag i formatet .osm.pbf.",
                en="There is no such file, or it is no OpenStreetMap extract in the format .osm.pbf.",
            ))  # fmt: skip


def _engine(asked: Asked, *, building: bool) -> Any:
    """Return the routing library, or note why it cannot be used."""
    try:
        import valhalla
    except ImportError:
        if asked.problems:  # what is wrong besides comes first, with this
            asked.add("pyvalhalla", "", _install())
            return None
        raise MissingExtraError("pyvalhalla (Python 3.12+)" if sys.version_info < (3, 12) else "pyvalhalla", "routing") from None
    version = tuple(int(part) for part in str(valhalla.__version__).split(".")[:2] if part.isdigit())
    if version < OLDEST or (building and not _builder(valhalla).is_file()):
        asked.add("pyvalhalla", str(valhalla.__version__), _install())
    return valhalla


def _install() -> Text:
    command = 'pip install "samvirke[routing]"'
    return Text(
        nb=f"Kjør {command} med Python 3.12 eller nyere; eldre pyvalhalla enn 3.5 kan ikke brukes.",
        nn=f"Køyr {command} med Python 3.12 eller nyare; eldre pyvalhalla enn 3.5 kan ikkje brukast.",
        en=f"Run {command} with Python 3.12 or later; pyvalhalla before 3.5 cannot be used.",
    )


def _builder(valhalla: Any) -> Path:
    return Path(valhalla.__file__).parent / "bin" / ("valhalla_build_tiles.exe" if sys.platform == "win32" else "valhalla_build_tiles")


@contextmanager
def _tiles(asked: Asked, valhalla: Any, extract: str | Path | None, tiles: str | Path | None) -> Iterator[str]:
    """Give the engine's configuration, with tiles built from the extract where one is given, in a folder that is kept only if named."""
    with tempfile.TemporaryDirectory(prefix="samvirke-routing-") as scratch:
        folder = Path(tiles) if tiles is not None else Path(scratch) / "tiles"
        folder.mkdir(parents=True, exist_ok=True)
        config = valhalla.get_config(tile_extract="", tile_dir=str(folder), verbose=False)
        config["mjolnir"] |= {"admin": "", "timezone": "", "tile_extract": "", "tile_dir": str(folder.resolve())}
        config["service_limits"]["auto"] |= {"max_matrix_distance": 1e7, "max_matrix_location_pairs": CHUNK * CHUNK}
        path = Path(scratch) / "valhalla.json"
        path.write_text(json.dumps(config), encoding="utf-8")
        if extract is not None:
            done = subprocess.run([str(_builder(valhalla)), "-c", str(path), str(extract)], capture_output=True, text=True, check=False)  # noqa: S603
            if done.returncode or not any(folder.rglob("*.gph")):
                why = (done.stderr.strip().splitlines() or ["-"])[-1][-200:]
                asked.add("extract", extract, Text(
                    nb=f"Ingen fliser kunne bygges av den: {why}.", nn=f"Ingen fliser kunne byggjast av henne: {why}.", en=f"No tiles could be built from it: {why}."
                ))  # fmt: skip
                asked.settle()
        yield str(path)


@lru_cache(maxsize=64)
def _actor(config: str, thread: int) -> Any:  # noqa: ARG001
    """Return an engine; each thread has its own."""
    import valhalla

    return valhalla.Actor(config)


def _locations(points: Array) -> list[dict[str, float]]:
    return [{"lat": float(lat), "lon": float(lon)} for lat, lon in points]


def _kilometres_to_road(config: str, points: Array) -> Array:
    """Return the straight line from each point to where the nearest road begins its way; infinite where there is none."""
    found = np.full(len(points), np.inf)
    for begin in range(0, len(points), CHUNK):
        own = points[begin : begin + CHUNK]
        answers = _actor(config, threading.get_ident()).locate({"locations": _locations(own), "costing": "auto"})
        for place, answer in enumerate(answers):
            ends = [(edge["correlated_lat"], edge["correlated_lon"]) for edge in answer.get("edges") or []]
            for lat, lon in ends:
                km = great_circle_km(*(pd.Series([float(value)]) for value in (own[place][1], own[place][0], lon, lat)))
                found[begin + place] = min(found[begin + place], float(np.asarray(km)[0]))
    return found


def _matrix(config: str, points: Array, near: Array) -> tuple[Array, Array]:
    """Return minutes and kilometres from each point to each other, NaN where no way was found."""
    usable = np.flatnonzero(near)
    chunks = [usable[begin : begin + CHUNK] for begin in range(0, len(usable), CHUNK)]
    jobs = [(config, points, rows, columns) for rows in chunks for columns in chunks]
    minutes, kilometres = (np.full((len(points), len(points)), np.nan) for _ in range(2))
    for (_, _, rows, columns), found in zip(jobs, each(_block, jobs), strict=True):
        minutes[np.ix_(rows, columns)], kilometres[np.ix_(rows, columns)] = found
    return minutes, kilometres


def _block(job: tuple[str, Array, Array, Array]) -> Array:
    """Return minutes and kilometres of one block; where the engine refuses it, of its halves, down to single pairs."""
    config, points, rows, columns = job
    request = {"sources": _locations(points[rows]), "targets": _locations(points[columns]), "costing": "auto", "units": "kilometers"}
    try:
        answer = _actor(config, threading.get_ident()).matrix(request)["sources_to_targets"]
    except RuntimeError:
        if len(rows) == len(columns) == 1:
            return np.full((2, 1, 1), np.nan)
        axis, long = (1, rows) if len(rows) >= len(columns) else (2, columns)
        halves = [long[: len(long) // 2], long[len(long) // 2 :]]
        parts = [_block((config, points, half, columns) if axis == 1 else (config, points, rows, half)) for half in halves]
        return np.concatenate(parts, axis=axis)
    return np.array(
        [[[np.nan if cell["time"] is None else cell[name] / by for cell in row] for row in answer] for name, by in (("time", 60.0), ("distance", 1.0))],
        dtype=float,
    )


def flagged(codes: Array, points: Array, near: Array, minutes: Array, kilometres: Array) -> pd.DataFrame:
    """Lay ways out as rows and say of each whether it can be so.

    Rules, the first that applies: *far_from_road* an end has no road near; *no_route* no way was found; *no_time* not above 0 or over five
    days; *too_fast* over 150 km/h along the straight line; *out_of_proportion* 10 times what the straight line gives at 60 km/h and a road
    1.3 times it, and an hour more, or a way that many times as long and 50 km more.

    Examples
    --------
    >>> points = np.array([[60.0, 10.0], [60.009, 10.0]])
    >>> minutes, kilometres = np.array([[0.0, 240.0], [4.0, 0.0]]), np.array([[0.0, 306.0], [1.4, 0.0]])
    >>> flagged(np.array(["a", "b"]), points, np.array([True, True]), minutes, kilometres)["doubt"].tolist()
    ['out_of_proportion', '']
    """
    rows, columns = np.nonzero(~np.eye(len(codes), dtype=bool))
    ends = [pd.Series(points[place, axis]) for place in (rows, columns) for axis in (1, 0)]
    straight = np.asarray(great_circle_km(*ends), dtype=float)
    time, way = minutes[rows, columns], kilometres[rows, columns]
    with np.errstate(invalid="ignore", divide="ignore"):
        reckoned = straight * DETOUR / SPEED_KM_PER_HOUR * 60
        slow = (time > SLOW_TIMES * reckoned) & (time > reckoned + SLOW_MINUTES)
        long = (way > SLOW_TIMES * straight * DETOUR) & (way > straight * DETOUR + 50)
        rules = {
            "far_from_road": ~(near[rows] & near[columns]),
            "no_route": np.isnan(time),
            "no_time": (time <= 0) | (time > LONGEST_MINUTES),
            "too_fast": (straight > 1) & (straight / (time / 60) > FASTEST_KM_PER_HOUR),
            "out_of_proportion": slow | long,
        }
    doubt = np.select(list(rules.values()), list(rules), default="")
    return pd.DataFrame(
        {
            "from_code": codes[rows],
            "to_code": codes[columns],
            "minutes": time,
            "kilometres": way,
            "straight_line_km": straight,
            "doubt": doubt,
        }
    )


def routes(edition: Edition, found: Routes, *, out: str | Path, keep_doubtful: bool = False) -> Finding:
    """Say how many ways were found, and which cannot be so.

    Returns
    -------
    Finding
        One row per kind: doubt (empty for what is in order), pairs, municipalities_number. Supporting table `doubtful`: the ways flagged,
        the longest first. `result`: pairs, written, flagged.
    """
    frame = found.frame
    flagged_rows = frame[frame["doubt"] != ""].sort_values(["kilometres", "from_code", "to_code"], ascending=[False, True, True], ignore_index=True)
    counts = [
        {"doubt": kind or "none", "pairs": len(own), "municipalities_number": len(set(own["from_code"]) | set(own["to_code"]))}
        for kind in ("", *DOUBTS)
        if len(own := frame[frame["doubt"] == kind]) or not kind
    ]
    written = len(found.table(keep_doubtful=keep_doubtful))
    w = {one: [number(value, one) for value in (written, len(frame), len(flagged_rows))] for one in LANGUAGES}
    what = municipalities(len(found.without_point))
    why = Text(nb=f"lon og lat mangler for {what.nb}", nn=f"lon og lat manglar for {what.nn}", en=f"lon and lat of {what.en} are missing")
    return Finding(
        id="plan_routes",
        edition=edition.name,
        question=Text(
            nb="Hvor lang tid tar det mellom kommunene?", nn="Kor lang tid tek det mellom kommunane?", en="How long does it take between the municipalities?"
        ),
        statement=Text(
            nb=f"{w['nb'][0]} av {w['nb'][1]} reisetider står i {Path(out).name}; {w['nb'][2]} er merket som umulige eller tvilsomme{' og står der om de er tider' if keep_doubtful else ' og er utelatt eller uten tid'}.",
            nn=f"{w['nn'][0]} av {w['nn'][1]} reisetider står i {Path(out).name}; {w['nn'][2]} er merkte som umoglege eller tvilsame{' og står der om dei er tider' if keep_doubtful else ' og er utelatne eller utan tid'}.",
            en=f"{w['en'][0]} of {w['en'][1]} travel times are in {Path(out).name}; {w['en'][2]} are flagged as impossible or doubtful{' and are there where they are times' if keep_doubtful else ' and left out or without a time'}.",
        ),
        method=Text(
            nb=f"Raskeste vei med bil, ferjer medregnet, fra kommunenes punkter flyttet til nærmeste vei ({found.engine}, OpenStreetMap © bidragsyterne, ODbL). Umulig eller tvilsomt: ingen vei, ingen vei nær punktet, over fem døgn, over 150 km/t i luftlinje, eller ti ganger det luftlinjen gir og en time eller 50 km mer.",
            nn=f"Raskaste veg med bil, ferjer medrekna, frå punkta til kommunane flytte til næraste veg ({found.engine}, OpenStreetMap © bidragsytarane, ODbL). Umogleg eller tvilsamt: ingen veg, ingen veg nær punktet, over fem døgn, over 150 km/t i luftline, eller ti gonger det luftlina gjev og ein time eller 50 km meir.",
            en=f"The fastest way by car, ferries included, from the municipalities' points moved to the nearest road ({found.engine}, OpenStreetMap © contributors, ODbL). Impossible or doubtful: no way, no road near the point, over five days, over 150 km/h along the straight line, or ten times what the straight line gives and an hour or 50 km more.",
        ),
        table=pd.DataFrame(counts),
        coverage=Coverage(written, {"pairs": len(frame)}, (Missing("municipality", found.without_point, why),) if found.without_point else ()),
        supporting={"doubtful": flagged_rows} if len(flagged_rows) else {},
        options={"out": str(out), "keep_doubtful": keep_doubtful, "date": edition.as_of},
        constructed=edition.constructed,
        result={"pairs": len(frame), "written": written, "flagged": len(flagged_rows), "kinds": counts, "doubtful": flagged_rows.to_dict("records")},
    )
