"""Recipes: which file is which table and which column is which, as data that is checked before a file is opened."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator

from samvirke.edition import tables
from samvirke.errors import SamvirkeError
from samvirke.vocabulary import terms
from samvirke.vocabulary.language import Text

Trust = Literal["names", "codes"]
Combine = Literal["union", "intersection", "majority"]
FORMATS = ("csv", "tsv", "txt", "xlsx", "parquet", "json", "geojson", "topojson", "geoparquet")
_PACKAGE = re.compile(r"(@[a-z0-9][a-z0-9._~-]*/)?[a-z0-9][a-z0-9._~-]*@\d+\.\d+\.\d+")


class RecipeError(SamvirkeError, ValueError):
    """A recipe, or a file that it names, that cannot be used; every fault is named."""

    def __init__(self, recipe: str, faults: Iterable[Text]) -> None:
        self.faults = tuple(faults)
        lines = {language: "".join(f"\n- {fault[language]}" for fault in self.faults) for language in ("nb", "nn", "en")}
        super().__init__(
            Text(
                nb=f"Oppskriften {recipe} kan ikke brukes:{lines['nb']}",
                nn=f"Oppskrifta {recipe} kan ikkje brukast:{lines['nn']}",
                en=f"The recipe {recipe} cannot be used:{lines['en']}",
            )
        )


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceFile(_Part):
    """One file: where it lies, where a user gets it, and how it is written."""

    path: str
    where: str
    npm: str | None = None
    encoding: str = "utf-8"
    separator: str = ","
    sheet: str | int = 0
    records: str | None = None
    source: str | None = None

    @field_validator("separator")
    @classmethod
    def _one_sign(cls, value: str) -> str:
        if len(value) != 1:
            raise ValueError("the separator is one sign")
        return value

    @field_validator("npm")
    @classmethod
    def _exact(cls, value: str | None) -> str | None:
        if value is not None and not _PACKAGE.fullmatch(value):
            raise ValueError("name a package of the npm registry with its exact version, as in name@1.2.3")
        return value

    @field_validator("path")
    @classmethod
    def _known_format(cls, value: str) -> str:
        if value.rsplit(".", 1)[-1].lower() not in FORMATS:
            raise ValueError(f"the file must end in one of {', '.join(FORMATS)}")
        return value

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str) -> str:
        try:
            "".encode(value)
        except LookupError:
            raise ValueError(f"{value} is no encoding that is known") from None
        return value


class Lookup(_Part):
    """A value found in another file: the row whose `key` is the cell, and its column `take`."""

    file: str
    key: str
    take: str


class Renumbering(_Part):
    """Codes that are not municipalities of the edition are followed through a file of changes until they are."""

    file: str
    old: str
    new: str


class Take(_Part):
    """How one column of a table is filled.

    ``column`` names the file's column; where it names several, the first that is filled is taken and the others are noted.
    ``value`` is the same in every row. Then, in this order: ``pad`` restores leading zeros, ``first`` keeps the first
    characters, ``map`` recodes, ``lookup`` finds in another file (of several, the first that
    has it), ``mend`` puts slips right (each is noted), ``renumber`` follows changed codes, ``hours`` reads minutes of the
    week, ``decimal`` says which sign divides decimals. ``split`` makes one record of each part of the cell.
    """

    column: str | tuple[str, ...] | None = None
    value: str | int | float | bool | None = None
    split: str | None = None
    first: int | None = None
    pad: int | None = None
    mend: dict[str, str] = {}
    map: dict[str, str] | None = None
    lookup: tuple[Lookup, ...] = ()
    renumber: Renumbering | None = None
    hours: bool = False
    decimal: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, given: Any) -> Any:
        return {"column": given} if isinstance(given, str) else given

    @field_validator("lookup", mode="before")
    @classmethod
    def _one_or_several(cls, given: Any) -> Any:
        return (given,) if isinstance(given, dict) else given

    @model_validator(mode="after")
    def _one_origin(self) -> Take:
        if (self.column is None) == (self.value is None):
            raise ValueError("give either column or value")
        if self.split is not None and (self.split == "" or not isinstance(self.column, str)):
            raise ValueError("split takes one column and a sign to split at")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """The file's columns that it reads."""
        return (self.column,) if isinstance(self.column, str) else self.column or ()


class Host(_Part):
    """The host is the member in whose boundaries the service lies (columns with longitude and latitude)."""

    lon: str
    lat: str


class Step(_Part):
    """Rows of one file that become rows of one table, or rows that the recipe itself holds."""

    file: str | None = None
    select: dict[str, str | tuple[str, ...]] = {}
    nested: str | None = None
    columns: dict[str, Take] = {}
    host: Host | None = None
    rows: tuple[dict[str, Any], ...] = ()

    @model_validator(mode="after")
    def _one_origin(self) -> Step:
        if (self.file is None) == (not self.rows):
            raise ValueError("give either file or rows")
        if sum(take.split is not None for take in self.columns.values()) > 1:
            raise ValueError("only one column can be split")
        if any(isinstance(value, (list, dict)) for row in self.rows for value in row.values()):
            raise ValueError("a cell of a row is text, a number, true or false")
        if self.host is not None and not {"cooperation", "municipality"} <= self.columns.keys():
            raise ValueError("host goes with the columns cooperation and municipality of the table member")
        return self


class Reports(_Part):
    """Sets of partners as each municipality reports them, by name and by code.

    ``none`` holds what is written by one that does not cooperate. ``aliases`` gives names as written for names as they are.
    """

    file: str
    service: str
    reporter: Take
    names: str | None = None
    codes: str | None = None
    separator: str = ","
    pad: int | None = None
    none: tuple[str, ...] = ()
    aliases: dict[str, str] = {}
    trust: Trust = "names"
    combine: Combine = "union"

    @model_validator(mode="after")
    def _something(self) -> Reports:
        if self.names is None and self.codes is None:
            raise ValueError("give names, codes or both")
        if self.separator == "" or not isinstance(self.reporter.column, str):
            raise ValueError("reporter is one column, and the separator at least one sign")
        return self


class BoundaryFile(_Part):
    """Polygons: the file, and the property that holds the code."""

    file: str
    code: str
    name: str | None = None
    pad: int | None = None
    attribution: str = ""


class Recipe(_Part):
    """A whole recipe. `package` goes into datapackage.json as it is."""

    name: str
    package: dict[str, Any]
    files: dict[str, SourceFile] = {}
    tables: dict[str, tuple[Step, ...]]
    reports: Reports | None = None
    boundary: BoundaryFile | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Recipe:
        unknown = [name for name in self.tables if name not in tables()]
        faults = [f"tables that no edition has: {', '.join(unknown)}"] if unknown else []
        needed = {"municipality"} | (set() if self.reports else {"cooperation", "member"})
        if absent := sorted(needed - self.tables.keys()):
            faults.append(f"tables that an edition needs: {', '.join(absent)}")
        if any(step.host for steps in self.tables.values() for step in steps) and self.boundary is None:
            faults.append("host needs boundary: it says in whose borders the service lies")
        faults += [fault for name, steps in self.tables.items() if name in tables() for step in steps for fault in _misspelt(name, step)]
        if self.reports and self.reports.service not in terms("services") and "service" not in self.tables:
            faults.append(f"the service {self.reports.service} is neither in the vocabulary nor in a table of services")
        named = {part.file for part in (self.reports, self.boundary) if part}
        for steps in self.tables.values():
            for step in steps:
                named |= {step.file} if step.file else set()
                for take in step.columns.values():
                    named |= {part.file for part in (*take.lookup, take.renumber) if part}
        if lost := sorted(name for name in named if name not in self.files):
            faults.append(f"files that are not listed under files: {', '.join(lost)}")
        if faults:
            raise ValueError("; ".join(faults))
        return self


def _misspelt(name: str, step: Step) -> list[str]:
    """Name the columns of a step that are near ones of the contract that it does not have."""
    known, used = tables()[name].columns, {*step.columns, *(column for row in step.rows for column in row)}
    if tables()[name].open:
        return []
    found = []
    for column in sorted(used - known.keys()):
        close = get_close_matches(column, [one for one in known if one not in used], n=1, cutoff=0.8)
        if close and not column.endswith(("_nb", "_nn", "_en")):
            found.append(f"{name}: the column {column} is near {close[0]}")
    return found


def shipped() -> Mapping[str, Path]:
    """Return the shipped recipes by name.

    Examples
    --------
    >>> sorted(shipped())
    ['france', 'norway-2013', 'norway-2021']
    """
    folder = Path(str(files("samvirke.sources").joinpath("recipes")))
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def read_recipe(recipe: str | Path) -> tuple[Recipe, Path | None]:
    """Read a recipe and say in which folder its files lie by default: its own, or for a shipped one the working directory.

    Raises
    ------
    RecipeError
        With every fault of the recipe.
    """
    own = Path(recipe)
    path = own if own.is_file() else shipped().get(str(recipe))
    if path is None:
        names = ", ".join(shipped())
        raise RecipeError(
            str(recipe),
            [
                Text(
                    nb=f"den finnes ikke. Gi en YAML-fil, eller en av de innebygde: {names}.",
                    nn=f"ho finst ikkje. Gje ei YAML-fil, eller ei av dei innebygde: {names}.",
                    en=f"it is not there. Give a YAML file, or one that is built in: {names}.",
                )
            ],
        )
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Recipe.model_validate(content), path.parent if own.is_file() else None
    except ValidationError as error:
        raise RecipeError(str(recipe), [_fault(".".join(map(str, one["loc"])), one["msg"]) for one in error.errors()]) from None
    except (yaml.YAMLError, ValueError, TypeError, OSError, RecursionError) as error:
        raise RecipeError(str(recipe), [_fault("", " ".join(str(error).split()))]) from None


def _fault(place: str, reason: str) -> Text:
    text = f"{place}: {reason}" if place else reason
    return Text(nb=text, nn=text, en=text)
