"""Write an edition to a folder, whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from errno import EISDIR
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from samvirke.edition._account import Account
from samvirke.edition._problems import EditionError
from samvirke.edition._schema import tables
from samvirke.errors import SamvirkeError
from samvirke.vocabulary.language import Language, Text

if TYPE_CHECKING:
    from samvirke.edition._edition import Edition

_FRICTIONLESS = {"number": "number", "integer": "integer", "boolean": "boolean"}


class TargetExistsError(SamvirkeError, FileExistsError):
    """The place to write to is taken."""

    def __init__(self, target: Path) -> None:
        super().__init__(
            Text(
                nb=f"{target} finnes fra før. Velg et annet sted.",
                nn=f"{target} finst frå før. Vel ein annan stad.",
                en=f"{target} exists already. Choose another place.",
            )
        )


def write_file(target: Path, data: bytes) -> None:
    """Write a file so that it is either whole or as it was before: to a temporary file beside it, then renamed.

    A link is followed, and what is no ordinary file (a device, a pipe) is written to as it is.
    """
    write_files(target.parent, {target.name: data})


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write several files of a folder, named by their path in it: none is put in place before all have been written.

    Raises
    ------
    OSError
        When a place is taken by a folder, or cannot be written to; then nothing has changed.
    """
    targets = {(folder / name).resolve(): data for name, data in files.items()}
    written: dict[Path, Path] = {}
    try:
        for target, data in targets.items():
            if target.is_dir():
                raise IsADirectoryError(EISDIR, os.strerror(EISDIR), str(target))
            if target.exists() and not target.is_file():
                target.write_bytes(data)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.")
            except OSError as error:
                raise OSError(error.errno, error.strerror, str(target)) from None
            written[target] = Path(name)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
        umask = os.umask(0)
        os.umask(umask)
        for target, temporary in written.items():
            temporary.chmod(0o666 & ~umask)
            temporary.replace(target)
    except BaseException:
        for temporary in written.values():
            temporary.unlink(missing_ok=True)
        raise


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Give a temporary folder to fill, which becomes `target` when all went well and disappears otherwise.

    Raises
    ------
    TargetExistsError
        When `target` is there already and holds anything.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise TargetExistsError(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        yield temporary
        temporary.chmod(0o755)
        temporary.replace(target)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def to_csv(frame: pd.DataFrame) -> bytes:
    """Return a table as CSV: UTF-8, comma, header, ``true`` and ``false``, empty for what is missing, the shortest exact number."""
    cells = frame.copy()
    for column in cells.columns:
        if pd.api.types.is_bool_dtype(cells[column].dtype):
            cells[column] = cells[column].map({True: "true", False: "false"})
        elif pd.api.types.is_float_dtype(cells[column].dtype):
            cells[column] = cells[column].map(lambda value: "" if pd.isna(value) else f"{value:.17g}" if float(f"{value:.15g}") != value else f"{value:.15g}")
    text: str = cells.to_csv(index=False, lineterminator="\n")
    return text.encode("utf-8")


def describe_package(frames: Mapping[str, pd.DataFrame], package: Mapping[str, Any], suffix: str = "csv") -> dict[str, Any]:
    """Return a Frictionless description of the tables, with what `package` says of the whole.

    A key with a column that may be empty is left out of the description, since Frictionless takes no empty cell in a key; a
    reference is described where the table that it names is there.
    """
    resources = []
    for name, frame in frames.items():
        about = tables()[name].columns
        fields: list[dict[str, Any]] = []
        for column in frame.columns:
            known = about.get(column)
            described = (
                {"description": known.about.en, "constraints": {"required": True}}
                if known and known.required
                else {"description": known.about.en}
                if known
                else {}
            )
            fields.append({"name": column, "type": _FRICTIONLESS.get(known.type if known else "text", "string")} | described)
        schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
        if all(about[column].required for column in tables()[name].key):
            schema["primaryKey"] = list(tables()[name].key)
        references = [(column, known.refers.split(".")) for column, known in about.items() if known.refers and not known.list and column in frame]
        keys = [
            {"fields": [column], "reference": {"resource": table, "fields": [key]}} for column, (table, key) in references if table in frames and table != name
        ]
        if keys:
            schema["foreignKeys"] = keys
        form = {"format": "parquet"} if suffix == "parquet" else {"profile": "tabular-data-resource", "encoding": "utf-8"}
        resources.append({"name": name, "path": f"{name}.{suffix}", **form, "schema": schema})
    profile = "data-package" if suffix == "parquet" else "tabular-data-package"
    return {key: value for key, value in package.items() if key != "resources"} | {"profile": profile, "resources": resources}


def write_edition(frames: Mapping[str, pd.DataFrame], package: Mapping[str, Any], folder: Path) -> None:
    """Write tables and datapackage.json to a new folder, whole or not at all.

    Parameters
    ----------
    frames : Mapping[str, pandas.DataFrame]
        The tables by name; only names of the contract.
    package : Mapping[str, Any]
        Name, title, licence, date and the like.
    folder : pathlib.Path
        Where to; it must not exist, or be empty.

    Raises
    ------
    TargetExistsError
        When the folder holds anything.
    """
    with new_folder(folder) as temporary:
        write_tables(frames, package, temporary)


def write_tables(frames: Mapping[str, pd.DataFrame], package: Mapping[str, Any], folder: Path) -> None:
    """Write tables and datapackage.json into a folder that is there; `write_edition` is for what others may see half-written."""
    for name, frame in frames.items():
        (folder / f"{name}.csv").write_bytes(to_csv(frame))
    text = json.dumps(describe_package(frames, package), ensure_ascii=False, indent=1)
    (folder / "datapackage.json").write_text(text + "\n", encoding="utf-8")


def write_with_account(
    frames: Mapping[str, pd.DataFrame],
    package: Mapping[str, Any],
    folder: Path,
    account: Account,
    language: Language,
    *,
    boundary: str | None = None,
    copy_of: Edition | None = None,
) -> tuple[Path, Path]:
    """Write an edition made from others, check it, and write what was left out and what was noted beside it.

    Parameters
    ----------
    frames, package
        As for `write_edition`.
    folder : pathlib.Path
        Where to; it must not exist, or be empty.
    account : Account
        What became of every record.
    language : {"nb", "nn", "en"}
        Language of the reasons.
    boundary : str or None
        GeoJSON of its boundaries.
    copy_of : Edition or None
        The edition whose file of boundaries it gets.

    Returns
    -------
    tuple of pathlib.Path
        ``FOLDER-rejects.csv`` and ``FOLDER-notes.csv``.

    Raises
    ------
    TargetExistsError
        When the folder holds anything.
    EditionError
        When the tables are no edition; nothing has been written then.
    """
    from samvirke.edition._edition import check

    rejects, notes = (folder.parent / f"{folder.name}-{part}.csv" for part in ("rejects", "notes"))
    with new_folder(folder) as temporary:
        write_tables(frames, package, temporary)
        if boundary is not None:
            (temporary / "boundary.geojson").write_text(boundary, encoding="utf-8")
        if copy_of is not None and copy_of.boundary is not None:
            shutil.copyfile(copy_of.boundary, temporary / copy_of.boundary.name)
        report = check(temporary)
        if report.errors:
            raise EditionError(replace(report, folder=str(folder)))
        said = {path.name: to_csv(account.frame(language, rejected=path is rejects)) for path in (rejects, notes)}
        write_files(folder.parent, said)
    return rejects, notes
