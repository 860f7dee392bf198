"""An edition: checked tables about one area, and what they say on a date."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from samvirke.edition._checking import bounds, run_checks, typed
from samvirke.edition._problems import EditionError, Occurrence, Problem, Report, problem
from samvirke.edition._reading import Raw, read_folder
from samvirke.edition._schema import tables
from samvirke.errors import UnknownNameError
from samvirke.vocabulary.dates import DateInterval
from samvirke.vocabulary.language import Text, same


@dataclass(frozen=True)
class Edition:
    """Checked tables about one country or area, as of one time.

    Parameters
    ----------
    name : str
        Its short name: the folder's, or the built-in one.
    tables : Mapping[str, pandas.DataFrame]
        The tables that it has, typed, by name; see `samvirke.edition.tables` for what they may be.
    package : Mapping[str, Any]
        What datapackage.json says: title, licence, date, whether the data are constructed.
    warnings : tuple of Problem
        What checking found worth a look.
    as_of : str or None
        The date that rows were taken by (``YYYY-MM-DD``); None when every row counts.
    uncertain : Mapping[str, int]
        By table, rows that count although their date is too coarse to say whether they were valid on that day.
    boundary : pathlib.Path or None
        The edition's own boundaries; None where it has none.
    whole : Edition or None
        Where this is an edition as seen on a day: the edition with all its rows.
    """

    name: str
    tables: Mapping[str, pd.DataFrame]
    package: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()
    as_of: str | None = None
    uncertain: Mapping[str, int] = field(default_factory=dict)
    boundary: Path | None = None
    whole: Edition | None = None

    def __getitem__(self, table: str) -> pd.DataFrame:
        """Return a table.

        Raises
        ------
        UnknownNameError
            When the edition does not have it.
        """
        if table not in self.tables:
            raise UnknownNameError(table, tuple(self.tables))
        return self.tables[table]

    def __contains__(self, table: object) -> bool:
        """Say whether the edition has a table with rows."""
        return table in self.tables and not self.tables[str(table)].empty

    @property
    def title(self) -> Text:
        """The title, in three languages where the edition gives them."""
        given = self.package.get("titles")
        if isinstance(given, dict) and {"nb", "nn", "en"} <= given.keys():
            return Text(nb=str(given["nb"]), nn=str(given["nn"]), en=str(given["en"]))
        return same(str(self.package.get("title") or self.name))

    @property
    def constructed(self) -> bool:
        """Whether the data were made up, for tests or as an example."""
        return bool(self.package.get("constructed", False))

    @property
    def date(self) -> str | None:
        """The date the edition itself gives, as written."""
        given = self.package.get("date")
        return str(given) if given else None

    def municipalities(self) -> pd.DataFrame:
        """Return one row of each municipality code, the latest where it has had several, with the code as index."""
        ordered = self["municipality"].sort_values("valid_from", na_position="first", kind="stable")
        return ordered.drop_duplicates("code", keep="last").set_index("code")

    def names(self) -> dict[str, str]:
        """Return the municipalities' names by code, the latest where a code has had several."""
        return {str(code): str(name) for code, name in self.municipalities()["name"].items()}

    def on(self, day: str | None) -> Edition:
        """Return the edition as it was on a day.

        Rows that were certainly not valid then are left out, and so are rows of other tables that refer to them. A row whose
        date is too coarse to say counts, and is counted in `uncertain`. An agreement counts from the day it was signed.

        Parameters
        ----------
        day : str or None
            ``YYYY-MM-DD``, or a year or month, of which the last day is meant. None: the edition's own date; if it has none, every row counts.

        Raises
        ------
        ValueError
            When it is not a date.
        """
        if self.whole is not None:
            return self.whole.on(day) if day else self
        day = day or self.date
        if day is None:
            return self
        when = DateInterval.parse(day).last
        kept, uncertain = {}, {}
        for name, frame in self.tables.items():
            certain, possible = _valid(frame, when, signed=name == "agreement")
            kept[name] = frame[possible]
            if unsure := int((possible & ~certain).sum()):
                uncertain[name] = unsure
        _drop_orphans(kept, self.tables)
        return replace(self, tables=MappingProxyType(kept), as_of=when.isoformat(), uncertain=MappingProxyType(uncertain), whole=self)


def _valid(frame: pd.DataFrame, when: date, *, signed: bool) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Say of each row whether it was certainly, and whether it was possibly, valid on a day."""
    spans = frame.rename(columns={"signed": "valid_from"}) if signed else frame
    if not {"valid_from", "valid_to"} & set(spans.columns):
        every = np.ones(len(frame), dtype=bool)
        return every, every
    first_from, last_from, first_to, last_to = bounds(spans)
    today = when.toordinal()
    return (last_from <= today) & (first_to > today), (first_from <= today) & (last_to > today)


def _drop_orphans(kept: dict[str, pd.DataFrame], before: Mapping[str, pd.DataFrame]) -> None:
    """Leave out rows whose cooperation, agreement or company is no longer among the tables (a municipality's code may be of another time)."""
    for name in tables():
        if name not in kept:
            continue
        for column, about in tables()[name].columns.items():
            target, _, key = (about.refers or "").partition(".")
            if target in ("cooperation", "agreement", "company") and target in kept and len(kept[target]) < len(before[target]):
                cells = kept[name][column]
                kept[name] = kept[name][cells.isna() | cells.isin(set(kept[target][key]))]


def built_in() -> dict[str, Path]:
    """Return the folders of the built-in editions by name."""
    root = Path(str(files("samvirke.editions")))
    return {path.name: path for path in sorted(root.iterdir()) if (path / "datapackage.json").is_file()}


def _locate(edition: str | Path) -> Path:
    """Return the folder: one that is here comes before a built-in edition of the same name."""
    return Path(edition) if str(edition) and Path(edition).is_dir() else built_in().get(str(edition), Path(edition))


def _read(edition: str | Path) -> tuple[Raw, Report]:
    name = os.fsencode(str(edition)).decode("utf-8", errors="replace")
    try:
        folder = _locate(edition)
        if not str(edition) or not folder.is_dir():
            missing = problem("missing_folder", "", [Occurrence(None, name, ", ".join(built_in()))])
            return Raw(), Report(name, (missing,), {})
        raw = read_folder(folder)
    except OSError as error:
        unreadable = problem("unreadable_file", "", [Occurrence(None, str(error.strerror or error))])
        return Raw(), Report(name, (unreadable,), {})
    problems = (*raw.problems, *run_checks(raw))
    return raw, Report(name, problems, {name: len(frame) for name, frame in raw.frames.items()})


def check(edition: str | Path) -> Report:
    """Read a folder or a built-in edition and report every problem in it at once.

    Parameters
    ----------
    edition : str or pathlib.Path
        A built-in name or a folder.

    Returns
    -------
    Report
        Errors, for which the edition is not used, and warnings, for which it is.

    Examples
    --------
    >>> check("nibr-2015").errors
    0
    """
    return _read(edition)[1]


def open_edition(edition: str | Path) -> Edition:
    """Open a built-in edition by name, or a folder, and check it.

    Parameters
    ----------
    edition : str or pathlib.Path
        A built-in name such as ``"nibr-2015"``, or a folder of CSV or Parquet tables.

    Raises
    ------
    EditionError
        When there is any error; it carries the whole report.

    Examples
    --------
    >>> len(open_edition("nibr-2015")["collection"])
    70
    """
    raw, report = _read(edition)
    if report.errors:
        raise EditionError(report)
    name = os.fsencode(_locate(edition).resolve().name).decode("utf-8", errors="replace")
    return Edition(name, MappingProxyType(dict(typed(raw))), MappingProxyType(raw.package), report.problems, boundary=raw.boundary)
