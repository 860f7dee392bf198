"""Editions: checked folders of tables about one area, as of one time.

The contract stands as data in ``tables.yaml``; what checking says, in ``problems.yaml``.
"""

from samvirke.edition._account import Account, Outcome, outcomes
from samvirke.edition._boundaries import Boundaries, BoundaryError, boundaries, check_polygons, successor
from samvirke.edition._carrying import Carried, carry
from samvirke.edition._checking import great_circle_km
from samvirke.edition._combining import Combined, CombineError, combine
from samvirke.edition._edition import Edition, built_in, check, open_edition
from samvirke.edition._exporting import Format, export
from samvirke.edition._following import CarryError, split_count
from samvirke.edition._problems import EditionError, Occurrence, Problem, Report, rules
from samvirke.edition._querying import QueryError, query
from samvirke.edition._schema import Column, Table, tables
from samvirke.edition._writing import TargetExistsError, new_folder, to_csv, write_edition, write_file, write_files, write_tables, write_with_account

__all__ = [
    "Account",
    "Boundaries",
    "BoundaryError",
    "Carried",
    "CarryError",
    "Column",
    "CombineError",
    "Combined",
    "Edition",
    "EditionError",
    "Format",
    "Occurrence",
    "Outcome",
    "Problem",
    "QueryError",
    "Report",
    "Table",
    "TargetExistsError",
    "boundaries",
    "built_in",
    "carry",
    "check",
    "check_polygons",
    "combine",
    "export",
    "great_circle_km",
    "new_folder",
    "open_edition",
    "outcomes",
    "query",
    "rules",
    "split_count",
    "successor",
    "tables",
    "to_csv",
    "write_edition",
    "write_file",
    "write_files",
    "write_tables",
    "write_with_account",
]
