"""Run a recipe: read, build, check, and write the edition with its rejects and notes beside it, all or nothing."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from samvirke.edition import Account, BoundaryError, TargetExistsError, check_polygons, outcomes, write_with_account
from samvirke.errors import MissingExtraError
from samvirke.sources._building import Builder
from samvirke.sources._reading import Records, lacking, locate, read_records
from samvirke.sources._recipe import BoundaryFile, Combine, Recipe, RecipeError, Trust, read_recipe
from samvirke.sources._reports import take_reports
from samvirke.vocabulary.language import LANGUAGES, Language, Text, same

_STEPS = 4


@dataclass(frozen=True)
class ImportedEdition:
    """What an import wrote, and what became of every record.

    Parameters
    ----------
    folder, rejects, notes : pathlib.Path
        The edition; the records left out, each with the reason; and what was taken otherwise than written or said differently by two.
    steps : pandas.DataFrame
        By table and file: rows of the file, records in them (a cell that is split gives several), kept, rejected. Always
        records = kept + rejected.
    account : Account
        Every entry.
    """

    folder: Path
    rejects: Path
    notes: Path
    steps: pd.DataFrame
    account: Account


def import_edition(
    recipe: str | Path,
    out: Path,
    *,
    data: Path | None = None,
    trust: Trust | None = None,
    combine: Combine | None = None,
    language: Language = "nb",
    progress: Callable[[str, int, int], None] | None = None,
) -> ImportedEdition:
    """Make an edition from outside files, as a recipe says.

    Parameters
    ----------
    recipe : str or pathlib.Path
        A YAML file, or the name of a shipped recipe.
    out : pathlib.Path
        Folder of the edition; it must not exist, or be empty. ``OUT-rejects.csv`` and ``OUT-notes.csv`` are written beside it.
    data : pathlib.Path or None
        Where the recipe's files lie; None is the recipe's own folder, or for a shipped recipe the working directory.
    trust : {"names", "codes"} or None
        Which of two disagreeing columns of partners counts; None as the recipe says.
    combine : {"union", "intersection", "majority"} or None
        What sets reported differently by their members give; None as the recipe says.
    language : {"nb", "nn", "en"}
        Language of the reasons in the rejects and notes.
    progress : callable or None
        Called with what is done, its number and how many there are.

    Returns
    -------
    ImportedEdition

    Raises
    ------
    RecipeError
        When the recipe or a file that it names cannot be used.
    EditionError
        When the tables that came out are no edition; nothing has been written then.
    TargetExistsError
        When the folder holds anything.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise TargetExistsError(out)
    say = progress or (lambda _name, _place, _total: None)
    read, own = read_recipe(recipe)
    read = _chosen(read, trust, combine)
    with tempfile.TemporaryDirectory() as name:
        say("files", 0, _STEPS)
        paths = locate(read, data or own or Path(), Path(name))
        polygons = {read.boundary.file} if read.boundary else set()
        needed = {key for key in read.files if key not in polygons or _as_table(read, key)}
        records = _read_all(read, [key for key in read.files if key in needed], paths)
        lacking(read, records)
        say("tables", 1, _STEPS)
        boundary = _boundary(read, read.boundary, paths) if read.boundary else None
        builder = Builder(read, records, locator=_locator(boundary))
        builder.build()
        builder.settle_hosts()
        if read.reports:
            take_reports(builder, read.reports)
        builder.drop_empty_cooperations()
        frames = builder.frames()
        _nothing_left(read, builder)
        say("check", 2, _STEPS)
        package = _package(read, paths, builder.account)
        say("write", 3, _STEPS)
        text = boundary.to_json(drop_id=True) if boundary is not None else None
        rejects, notes = write_with_account(frames, package, out, builder.account, language, boundary=text)
    return ImportedEdition(out, rejects, notes, pd.DataFrame(builder.account.steps), builder.account)


def _read_all(read: Recipe, keys: list[str], paths: Mapping[str, Path]) -> dict[str, Records]:
    """Read every file, and name every one that cannot be read."""
    found: dict[str, Records] = {}
    faults: list[Text] = []
    for key in keys:
        try:
            found[key] = read_records(read.name, key, read.files[key], paths[key])
        except RecipeError as error:
            faults += error.faults
    if faults:
        raise RecipeError(read.name, faults)
    return found


def _nothing_left(read: Recipe, builder: Builder) -> None:
    """Refuse when a table that an edition needs has no rows, with the reasons why."""
    faults = []
    for table in ("municipality", "cooperation", "member"):
        if builder.rows.get(table):
            continue
        said = [entry for entry in builder.account.entries if outcomes()[entry.outcome].kind == "rejected" and entry.table in (table, "report")]
        counts = Counter(entry.outcome for entry in said)
        reasons = {
            language: "".join(
                f"\n  {next(entry for entry in said if entry.outcome == outcome).message(language)} (× {count})" for outcome, count in counts.most_common(5)
            )
            for language in LANGUAGES
        }
        faults.append(
            Text(
                nb=f"tabellen {table} har ingen rader; {len(said)} poster ble avvist:{reasons['nb']}",
                nn=f"tabellen {table} har ingen rader; {len(said)} postar vart avviste:{reasons['nn']}",
                en=f"the table {table} has no rows; {len(said)} records were rejected:{reasons['en']}",
            )
        )
    if faults:
        raise RecipeError(read.name, faults)


def _chosen(read: Recipe, trust: Trust | None, combine: Combine | None) -> Recipe:
    """Put a user's choices in the place of the recipe's."""
    chosen = {key: value for key, value in (("trust", trust), ("combine", combine)) if value is not None}
    if not chosen:
        return read
    if read.reports is None:
        raise RecipeError(
            read.name,
            [
                Text(
                    nb="den har ingen meldte partnere, så --trust og --combine velger ingenting.",
                    nn="ho har ingen melde partnarar, så --trust og --combine vel ingenting.",
                    en="it has no reported partners, so --trust and --combine choose nothing.",
                )
            ],
        )
    return read.model_copy(update={"reports": read.reports.model_copy(update=chosen)})


def _as_table(read: Recipe, file: str) -> bool:
    """Say whether a file of boundaries is also read for its properties."""
    return any(step.file == file for steps in read.tables.values() for step in steps)


def _boundary(read: Recipe, part: BoundaryFile, paths: Mapping[str, Path]) -> Any:
    """Return the polygons with code and name, in longitude and latitude."""
    try:
        import geopandas
    except ImportError:
        raise MissingExtraError("geopandas", "maps") from None
    path = paths[part.file]
    try:
        frame = geopandas.read_parquet(path) if path.suffix in (".parquet", ".geoparquet") else geopandas.read_file(path)
        frame.crs  # noqa: B018 - a table without areas has none
    except Exception as error:  # noqa: BLE001 - any reader may fail in its own way on a broken file
        raise RecipeError(read.name, [same(f"{part.file}: {(str(error) or type(error).__name__).splitlines()[0]}")]) from None
    wanted = [part.code, *([part.name] if part.name else [])]
    if missing := [column for column in wanted if column not in frame]:
        raise RecipeError(read.name, [same(f"{part.file}: {', '.join(missing)} / {', '.join(map(str, frame.columns))}")])
    frame = frame.set_crs(4326) if frame.crs is None else frame.to_crs(4326)
    codes = frame[part.code].astype(str).str.strip().str.zfill(part.pad or 0)
    names = frame[part.name].astype(str) if part.name else codes
    made = geopandas.GeoDataFrame({"code": codes, "name": names}, geometry=frame.geometry.values, crs=4326)
    try:
        check_polygons(path, made)
    except BoundaryError as error:
        raise RecipeError(read.name, [error.text]) from None
    return made


def _locator(boundary: Any) -> Callable[[str, str], str | None] | None:
    """Return a function that says in which municipality a point lies."""
    if boundary is None:
        return None
    import shapely

    tree, codes, shapes = shapely.STRtree(boundary.geometry.to_numpy()), boundary["code"].to_numpy(), boundary.geometry.to_numpy()

    def locate_point(lon: str, lat: str) -> str | None:
        try:
            point = shapely.Point(float(lon), float(lat))
        except ValueError:
            return None
        found = [int(place) for place in tree.query(point) if shapes[place].intersects(point)]
        return str(codes[min(found)]) if found else None

    return locate_point


def _package(read: Recipe, paths: Mapping[str, Path], account: Account) -> dict[str, Any]:
    """Return datapackage.json, with the recipe, the choices, the digest of every file and the account of every step."""
    digests = {key: hashlib.sha256(path.read_bytes()).hexdigest() for key, path in paths.items()}
    made = {"recipe": read.name, "files": {key: {"path": file.path, "where": file.where, "sha256": digests[key]} for key, file in read.files.items()}}
    choices = {"trust": read.reports.trust, "combine": read.reports.combine} if read.reports else {}
    package: dict[str, Any] = json.loads(json.dumps(read.package, default=str))
    attribution = {"boundary_attribution": read.boundary.attribution} if read.boundary and read.boundary.attribution else {}
    return {"name": read.name, **package, **attribution, "import": {**made, **choices, "steps": account.steps}}
