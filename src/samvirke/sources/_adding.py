"""A copy of an edition with more rows in one of its tables, the source they are from, and an account of what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from samvirke.edition import Account, Edition, TargetExistsError, tables, write_with_account
from samvirke.vocabulary.language import Language


def must_be_free(out: Path) -> None:
    """Refuse a folder that holds anything, before the work is done.

    Raises
    ------
    TargetExistsError
        When it does.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise TargetExistsError(out)


def write_added(into: Edition, name: str, rows: pd.DataFrame, source: Mapping[str, str], out: Path, account: Account, language: Language) -> tuple[Path, Path]:
    """Write the copy, and beside it what was left out and what was noted.

    Parameters
    ----------
    into : Edition
        The edition that is added to; it is not changed.
    name : str
        The table.
    rows : pandas.DataFrame
        Its new rows.
    source : Mapping[str, str]
        The row of the table source that they are from; empty for none. One that is there already is kept.
    out : pathlib.Path
        Folder of the new edition.
    account : Account
        What became of every row of the file.
    language : {"nb", "nn", "en"}
        Language of the reasons.

    Returns
    -------
    tuple of pathlib.Path
        ``OUT-rejects.csv`` and ``OUT-notes.csv``.
    """
    whole = into.whole or into
    frames = {**whole.tables, name: _put([whole.tables.get(name), rows])}
    if source:
        known = whole.tables.get("source")
        new = known is None or source["id"] not in set(known["id"])
        frames["source"] = _put([known, pd.DataFrame([dict(source)]) if new else None])
    package = {key: value for key, value in whole.package.items() if key != "resources"} | {"name": out.name}
    ordered = {one: frames[one] for one in tables() if one in frames}
    return write_with_account(ordered, package, out, account, language, copy_of=whole)


def _put(parts: list[pd.DataFrame | None]) -> pd.DataFrame:
    """Put the parts that have rows together; where none has, the first that there is."""
    there = [part for part in parts if part is not None]
    return pd.concat([part for part in there if len(part)] or there[:1], ignore_index=True)
