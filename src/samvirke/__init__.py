"""Samvirke: an open observatory and workbench for inter-municipal cooperation.

The main path, top to bottom::

    edition = open_edition("nibr-2015")            # checked tables: a built-in name or a folder
    finding = ask("legal_basis", edition)          # the answer to one question of the catalogue
    finding.statement["nb"], finding.to_frame()    # its sentence and its table
    write_study(make_study(edition), Path("out"))  # every answer, as one page and as files

`check` reports every problem of a folder at once; `vocabulary` holds the controlled lists and the dated law.
Names are loaded when they are used, so importing this package costs nothing.
"""

from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from samvirke import vocabulary
    from samvirke.catalogue import CATALOGUE, Question, ask
    from samvirke.edition import Edition, EditionError, Report, carry, check, combine, export, open_edition, query, write_edition, write_with_account
    from samvirke.errors import MissingTableError, OptionError, SamvirkeError, UnknownNameError
    from samvirke.figures import draw, to_svg
    from samvirke.finding import Coverage, Finding
    from samvirke.report import Study, make_study, write_study
    from samvirke.running import on_scheduler
    from samvirke.sources import import_edition

__all__ = [
    "CATALOGUE",
    "Coverage",
    "Edition",
    "EditionError",
    "Finding",
    "MissingTableError",
    "OptionError",
    "Question",
    "Report",
    "SamvirkeError",
    "Study",
    "UnknownNameError",
    "ask",
    "carry",
    "check",
    "combine",
    "draw",
    "export",
    "import_edition",
    "make_study",
    "on_scheduler",
    "open_edition",
    "query",
    "to_svg",
    "vocabulary",
    "write_edition",
    "write_study",
    "write_with_account",
]

__getattr__, __dir__, _ = lazy_loader.attach(
    __name__,
    submodules=["vocabulary"],
    submod_attrs={
        "catalogue": ["CATALOGUE", "Question", "ask"],
        "edition": [
            "Edition",
            "EditionError",
            "Report",
            "carry",
            "check",
            "combine",
            "export",
            "open_edition",
            "query",
            "write_edition",
            "write_with_account",
        ],
        "errors": ["MissingTableError", "OptionError", "SamvirkeError", "UnknownNameError"],
        "figures": ["draw", "to_svg"],
        "finding": ["Coverage", "Finding"],
        "report": ["Study", "make_study", "write_study"],
        "running": ["on_scheduler"],
        "sources": ["import_edition"],
    },
)
