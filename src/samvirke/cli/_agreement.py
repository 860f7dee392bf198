"""Commands on single agreements: read, check, draft, advise, review, merge, compare."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from samvirke.cli._common import Format, app, clear_errors, deliver, progress
from samvirke.vocabulary.language import Language, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from samvirke.agreements.batch import Failure
    from samvirke.agreements.reading import Reading

agreement = App(name="agreement", help="Read, check, draft and compare agreements between municipalities.")
app.command(agreement)


def _read(paths: Sequence[Path]) -> tuple[list[Reading], list[Failure]]:
    from samvirke.agreements.batch import files_of, read_files

    with progress() as step:
        return read_files(files_of(paths), step)


def _tell(failures: Sequence[Failure], language: Language) -> None:
    """Name every file that could not be read, and leave with exit code 1 when there is one."""
    for one in failures:
        sys.stderr.write(f"{one.path}: {one.why[language]}\n")
    if failures:
        sys.exit(1)


@agreement.command
def read(
    files: Annotated[tuple[Path, ...], Parameter(consume_multiple=True)],
    /,
    *,
    into: Path | None = None,
    out: Path | None = None,
    format: Format = "table",
    language: Language = "nb",
) -> None:
    """Read agreements: parties, service, hours, date, legal basis and clauses, each with the words that say it.

    Parameters
    ----------
    files
        PDF, DOCX, ODT, HTML or plain text files, or folders of them.
    into
        An edition (folder) that the agreements are added to; with --out for the new edition.
    out
        Folder of the new edition, or a file to write instead of printing.
    format
        table, json or csv.
    language
        nb, nn or en.
    """
    with clear_errors(language, format):
        from samvirke.agreements.batch import read_finding

        readings, failures = _read(files)
        finding = read_finding(readings, failures)
        if into is not None:
            from samvirke.agreements.review import write_into

            target = out or into.with_name(f"{into.name}-with-agreements")
            write_into(readings, str(into), target)
            written = Text(nb="Utgaven med avtalene ligger i", nn="Utgåva med avtalane ligg i", en="The edition with the agreements is in")
            sys.stderr.write(f"{written[language]} {target}\n")
        if readings or format == "json":
            deliver(finding, format, language, out if into is None else None)
        _tell(failures, language)


@agreement.command
def check(
    files: Annotated[tuple[str, ...], Parameter(consume_multiple=True)], /, *, out: Path | None = None, format: Format = "table", language: Language = "nb"
) -> None:
    """Hold agreements against the law in force on their dates, and against what is common practice.

    Parameters
    ----------
    files
        Files of agreements, folders of them, or an edition whose coded agreements are checked.
    out
        A file to write instead of printing.
    format
        table, json or csv.
    language
        nb, nn or en.
    """
    with clear_errors(language, format):
        from samvirke.agreements.batch import check_finding

        readings, failures, edition = _of_files_or_edition(files)
        finding = check_finding(readings, failures, edition)
        if readings or format == "json":
            deliver(finding, format, language, out)
        _tell(failures, language)


def _of_files_or_edition(names: Sequence[str]) -> tuple[list[Reading], list[Failure], str]:
    """Read files; or, for one name that is an edition, take the agreements that people have coded in it."""
    from samvirke.edition import built_in

    if len(names) == 1 and (names[0] in built_in() or (Path(names[0]) / "datapackage.json").is_file() or (Path(names[0]) / "agreement.csv").is_file()):
        from samvirke.agreements.coded import readings_of
        from samvirke.edition import open_edition

        opened = open_edition(names[0])
        return readings_of(opened), [], opened.name
    readings, failures = _read([Path(name) for name in names])
    return readings, failures, ""
