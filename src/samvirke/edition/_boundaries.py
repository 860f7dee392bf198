"""Where municipalities lie: an edition's own boundaries, or the shipped ones of Norway in 2020, and what became of older codes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from samvirke.edition._edition import Edition
from samvirke.errors import MissingExtraError, SamvirkeError
from samvirke.vocabulary.language import Text, same

SHIPPED = "norway-2020.topojson"
KARTVERKET = Text(
    nb="Kommunegrenser 2020: © Kartverket (CC BY 4.0), forenklet.",
    nn="Kommunegrenser 2020: © Kartverket (CC BY 4.0), forenkla.",
    en="Municipal boundaries of 2020: © Kartverket (CC BY 4.0), simplified.",
)


class BoundaryError(SamvirkeError, ValueError):
    """Boundaries that cannot be drawn."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            Text(
                nb=f"{path.name} kan ikke brukes som grenser: {reason}. Filen må ha en egenskap «code» på hver flate.",
                nn=f"{path.name} kan ikkje brukast som grenser: {reason}. Fila må ha ein eigenskap «code» på kvar flate.",
                en=f'{path.name} cannot be used as boundaries: {reason}. The file must have a property "code" on each polygon.',
            )
        )


@dataclass(frozen=True)
class Boundaries:
    """Polygons by municipality code, and who must be named on the map.

    Parameters
    ----------
    polygons : geopandas.GeoDataFrame
        Columns code, name and geometry, in longitude and latitude (WGS 84).
    attribution : Text
        What the map must say of its origin.
    own : bool
        Whether they are the edition's own, of its own time.
    """

    polygons: Any
    attribution: Text
    own: bool


def boundaries(edition: Edition) -> Boundaries | None:
    """Return the boundaries that an edition is drawn on; None when there are none for its country.

    Raises
    ------
    BoundaryError
        When the edition's own file cannot be used.
    MissingExtraError
        When geopandas is not installed.
    """
    if edition.boundary is not None:
        title = edition.package.get("boundary_attribution")
        return Boundaries(_read(edition.boundary), same(str(title)) if title else same(edition.title.en), own=True)
    if edition.package.get("country") != "NO":
        return None
    return Boundaries(_read(Path(str(files("samvirke.editions").joinpath(SHIPPED)))), KARTVERKET, own=False)


@lru_cache(maxsize=4)
def _read(path: Path) -> Any:
    try:
        import geopandas
    except ImportError:
        raise MissingExtraError("geopandas", "maps") from None
    try:
        frame = geopandas.read_parquet(path) if path.suffix in (".parquet", ".geoparquet") else geopandas.read_file(path)
    except Exception as error:  # noqa: BLE001 - any reader may fail in its own way on a broken file
        raise BoundaryError(path, str(error).splitlines()[0] if str(error) else type(error).__name__) from None
    if "code" not in frame:
        raise BoundaryError(path, f"columns {', '.join(map(str, frame.columns))}")
    frame = frame.set_crs(4326) if frame.crs is None else frame.to_crs(4326)
    check_polygons(path, frame)
    return frame.assign(code=frame["code"].astype(str), name=frame["name"] if "name" in frame else frame["code"])[["code", "name", "geometry"]]


def check_polygons(path: Path, frame: Any) -> None:
    """Refuse what is not one polygon a code in longitude and latitude."""
    if frame.empty:
        raise BoundaryError(path, "0 polygons")
    codes = frame["code"]
    wrong = frame[frame.geometry.isna() | frame.geometry.is_empty | ~frame.geometry.geom_type.isin(["Polygon", "MultiPolygon"])]
    if len(wrong):
        raise BoundaryError(path, f"no polygon for {', '.join(map(str, wrong['code'].head(5)))}")
    if codes.isna().any() or codes.duplicated().any():
        raise BoundaryError(path, f"code empty or repeated: {', '.join(map(str, codes[codes.isna() | codes.duplicated()].head(5)))}")
    west, south, east, north = frame.total_bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise BoundaryError(path, f"coordinates {west:.0f} {south:.0f} {east:.0f} {north:.0f} are not degrees")


def successor(edition: Edition, code: str) -> tuple[str, bool]:
    """Follow a code over the changes that the edition knows.

    Returns
    -------
    tuple of (str, bool)
        The last code, and whether it took in others on the way (column ``merged`` of municipality_change) or was split.

    Examples
    --------
    >>> from samvirke.edition import open_edition
    >>> successor(open_edition("nibr-2015"), "1703"), successor(open_edition("nibr-2015"), "1151")
    (('5007', True), ('1151', False))
    """
    if "municipality_change" not in edition:
        return code, False
    merged, last, seen = False, "", {code}
    changes = edition["municipality_change"].sort_values(["date", "share"], ascending=[True, False])
    several = changes.groupby(["date", "to_code"])["from_code"].transform("nunique").gt(1)
    changes = changes.assign(several=several)
    for row in changes.to_dict("records"):
        if row["from_code"] == code and row["date"] >= last:
            merged = merged or row["several"] or str(row.get("merged", "")).lower() == "true" or row["share"] < 1
            code, last = row["to_code"], row["date"]
            if code in seen and row["from_code"] != code:
                break
            seen.add(code)
    return code, merged
