"""Commands on single agreements: read, check, draft, advise."""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from samvirke.cli._common import Format, app, clear_errors, deliver, progress
from samvirke.vocabulary.language import Language, Text, same

if TYPE_CHECKING:
    from collections.abc import Sequence

    from samvirke.agreements.batch import Failure
    from samvirke.agreements.drafting import Specification
    from samvirke.agreements.reading import Reading
    from samvirke.finding import Finding

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


@agreement.command
def draft(
    specification: Path,
    /,
    *,
    out: Path,
    case_paper: Path | None = None,
    edition: str | None = None,
    format: Format = "table",
    language: Language = "nb",
) -> None:
    """Write a complete draft agreement, and the skeleton of the case paper for the councils.

    Parameters
    ----------
    specification
        A YAML file that says who, what and how; docs/draft-example.yaml has every field.
    out
        The draft, a .docx file.
    case_paper
        Write the skeleton of the case paper (saksframlegg) to this .docx file too.
    edition
        An edition whose findings on the service and its agreements go into the case paper.
    format
        table, json or csv, of what the draft holds.
    language
        nb, nn or en, of what is printed; the draft's own is in the specification.
    """
    with clear_errors(language, format):
        from samvirke.agreements.case_paper import case_paper as written_case
        from samvirke.agreements.drafting import draft as drafted
        from samvirke.agreements.drafting import draft_finding, read_specification, write_docx

        _endings([out, *([case_paper] if case_paper else [])], (".docx",))
        if case_paper and case_paper.resolve() == out.resolve():
            from samvirke.errors import OptionError

            raise OptionError("case-paper", case_paper.name, Text(nb="en annen fil enn --out", nn="ei anna fil enn --out", en="another file than --out"))
        read = read_specification(specification, date.today())
        made = drafted(read)
        case = written_case(read, made, _bearing(read, edition)) if case_paper else None
        if case and case_paper:
            write_docx(case, case_paper)
        write_docx(made, out)
        deliver(draft_finding(read, made, out), format, language)


def _endings(paths: Sequence[Path], allowed: tuple[str, ...]) -> None:
    """Refuse a file whose name promises another form than is written."""
    from samvirke.errors import OptionError

    for path in paths:
        if path.suffix.lower() not in allowed:
            raise OptionError("out", path.name, same(", ".join(allowed)))


BEARING = ("participation", "sizes", "basis_by_service", "agreement_quality", "dispute_mechanisms")
"""Questions about an edition that bear on a new agreement; those of the first two are asked of its service."""


def _bearing(read: Specification, edition: str | None) -> list[Finding]:
    """Return the findings that bear on a draft: which models are lawful for the task, and what an edition says."""
    from samvirke.agreements.advising import AdviceSpecification, advise, advise_finding
    from samvirke.catalogue import ask
    from samvirke.edition import open_edition
    from samvirke.errors import MissingTableError

    found = []
    if read.exercises_authority is not None and (read.service or read.task):
        task = " ".join(read.task or ())[:200] or None
        asked = AdviceSpecification(date=read.date, service=read.service, task=task, exercises_authority=read.exercises_authority, parties=len(read.parties))
        found.append(advise_finding(advise(asked)))
    if edition is not None:
        opened = open_edition(edition)
        known = read.service in set(opened["cooperation"]["service"])
        options: dict[str, Any] = {"services": (read.service,)}
        for question in BEARING[0 if known else 2 :]:
            with suppress(MissingTableError):
                found.append(ask(question, opened, **(options if question in BEARING[:2] else {})))
    return found


@agreement.command
def advise(specification: Path, /, *, out: Path | None = None, format: Format = "table", language: Language = "nb") -> None:
    """Say which legal models are lawful for a task, which are not and under which provision, and how the lawful ones differ.

    Parameters
    ----------
    specification
        A YAML file that describes the task; docs/advise-example.yaml has every field.
    out
        A file to write instead of printing.
    format
        table, json or csv.
    language
        nb, nn or en.
    """
    with clear_errors(language, format):
        from samvirke.agreements.advising import advise as answered
        from samvirke.agreements.advising import advise_finding, read_advice_specification

        deliver(advise_finding(answered(read_advice_specification(specification, date.today()))), format, language, out)
