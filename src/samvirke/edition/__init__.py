"""Editions: checked folders of tables about one area, as of one time.

The contract stands as data in ``tables.yaml``; what checking says, in ``problems.yaml``.
"""

from samvirke.edition._boundaries import Boundaries, BoundaryError, boundaries, successor
from samvirke.edition._edition import Edition, built_in, check, open_edition
from samvirke.edition._exporting import Format, export
from samvirke.edition._problems import EditionError, Occurrence, Problem, Report, rules
from samvirke.edition._querying import QueryError, query
from samvirke.edition._schema import Column, Table, tables
from samvirke.edition._writing import TargetExistsError, new_folder, to_csv, write_edition, write_file, write_files

__all__ = [
    "Boundaries",
    "BoundaryError",
    "Column",
    "Edition",
    "EditionError",
    "Format",
    "Occurrence",
    "Problem",
    "QueryError",
    "Report",
    "Table",
    "TargetExistsError",
    "boundaries",
    "built_in",
    "check",
    "export",
    "new_folder",
    "open_edition",
    "query",
    "rules",
    "successor",
    "tables",
    "to_csv",
    "write_edition",
    "write_file",
    "write_files",
]
