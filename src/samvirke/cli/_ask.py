"""Commands that answer: study, check, editions, describe, findings, show, query."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from samvirke.cli._common import Format, app, as_finding, clear_errors, deliver, draws_on, listing, progress
from samvirke.vocabulary.language import Language, Text, same

ShowFormat = Literal["table", "json", "csv", "svg", "png", "html"]
FileFormat = Literal["svg", "png", "html"]


@app.command
def study(edition: str = "nibr-2015", *, out: Path | None = None, language: Language = "nb", date: str | None = None, scheduler: str | None = None) -> None:
    """Make the study of an edition: one HTML page, a PDF, and every table as CSV and JSON.

    Parameters
    ----------
    edition
        A built-in edition or a folder of tables.
    out
        Folder to write to; by default study-NAME here.
    language
        Language of the page: nb, nn or en.
    date
        The day the edition is seen from (YYYY-MM-DD); by default its own.
    scheduler
        Address of a Dask scheduler that random draws run on; by default this machine.
    """
    from samvirke.report import make_study, write_study
    from samvirke.running import on_scheduler

    with clear_errors(language, "table"), on_scheduler(scheduler), progress() as step:
        made = make_study(edition, date=date, progress=step)
        page = write_study(made, out or Path(f"study-{made.edition.name}"), language)
    written = Text(nb="Studien ligger i", nn="Studien ligg i", en="The study is in")
    print(f"{written[language]} {page}")


@app.command
def check(folder: str, *, format: Format = "table", language: Language = "nb", out: Path | None = None) -> None:
    """Check an edition and report every problem at once; exit code 1 when there are errors.

    Parameters
    ----------
    folder
        A folder of tables, or a built-in edition.
    format
        table, json or csv.
    language
        nb, nn or en.
    out
        File to write the report to.
    """
    with clear_errors(language, format):
        from samvirke.edition import check as check_edition

        report = check_edition(folder)
        deliver(as_finding(report, language), format, language, out)
    if report.errors:
        sys.exit(1)


@app.command
def editions(*, format: Format = "table", language: Language = "nb") -> None:
    """List the built-in editions.

    Parameters
    ----------
    format
        table, json or csv.
    language
        nb, nn or en.
    """
    with clear_errors(language, format):
        import json

        import pandas as pd

        from samvirke.edition import built_in

        packages = [json.loads((folder / "datapackage.json").read_text(encoding="utf-8")) for folder in built_in().values()]
        rows = [(package["name"], package["titles"][language], package["date"]) for package in packages]
        statement = Text(nb=f"{len(rows)} innebygde utgaver.", nn=f"{len(rows)} innebygde utgåver.", en=f"{len(rows)} built-in editions.")
        question = Text(nb="Hvilke utgaver er innebygd?", nn="Kva utgåver er innebygde?", en="Which editions are built in?")
        deliver(listing("editions", question, statement, pd.DataFrame(rows, columns=["edition", "title", "date"])), format, language)


@app.command
def describe(edition: str, *, format: Format = "table", language: Language = "nb", out: Path | None = None) -> None:
    """Say what an edition holds.

    Parameters
    ----------
    edition
        A built-in edition or a folder of tables.
    format
        table, json or csv.
    language
        nb, nn or en.
    out
        File to write to.
    """
    _show("describe", edition, format, language, out, {})


@app.command
def findings(*, format: Format = "table", language: Language = "nb") -> None:
    """List the questions that can be asked of an edition, with their options and the tables they need.

    Parameters
    ----------
    format
        table, json or csv.
    language
        nb, nn or en.
    """
    with clear_errors(language, format):
        import pandas as pd

        from samvirke.catalogue import CATALOGUE

        rows = [
            (
                question.id,
                question.question[language],
                [f"--{option.name} {'|'.join(option.choices) or option.kind} ({_default(option)})" for option in question.options.values()],
                list(question.tables),
            )
            for question in CATALOGUE.values()
        ]
        statement = Text(nb=f"{len(rows)} spørsmål kan stilles.", nn=f"{len(rows)} spørsmål kan stillast.", en=f"{len(rows)} questions can be asked.")
        question = Text(nb="Hva kan det spørres om?", nn="Kva kan det spørjast om?", en="What can be asked?")
        deliver(listing("findings", question, statement, pd.DataFrame(rows, columns=["finding", "question", "options", "needs"])), format, language)


@app.command
def show(
    finding: str,
    edition: str,
    *,
    date: str | None = None,
    format: ShowFormat = "table",
    figure: Literal["own", "map"] = "own",
    language: Language = "nb",
    out: Path | None = None,
    beside: str | None = None,
    scheduler: str | None = None,
    **options: Annotated[str, Parameter(help="Options of the finding, as 'samvirke findings' lists them, such as --cut 2009-01-01.")],
) -> None:
    """Answer one question about an edition.

    Parameters
    ----------
    finding
        The question's id; see 'samvirke findings'.
    edition
        A built-in edition or a folder of tables.
    date
        The day the edition is seen from (YYYY-MM-DD); by default its own.
    format
        table, json or csv; or its figure as svg, png or html (interactive, without a network).
    figure
        own: the figure that suits the finding; map: a map, where it has one row per municipality.
    language
        nb, nn or en.
    out
        File to write to.
    beside
        Another edition, of which the same figure is drawn beside this one (svg, png or html).
    scheduler
        Address of a Dask scheduler that random draws run on; by default this machine.
    """
    if format == "svg" or format == "png" or format == "html":
        _draw(finding, (edition, *([beside] if beside else [])), format, figure, language, out, {"date": date, **options}, scheduler)
    else:
        _show(finding, edition, format, language, out, {"date": date, **options}, scheduler)


@app.command
def query(edition: str, sql: str, *, format: Format = "table", language: Language = "nb", out: Path | None = None) -> None:
    """Ask an edition in SQL: one SELECT over its tables; nothing is written, no file or network is reached.

    Parameters
    ----------
    edition
        A built-in edition or a folder of tables.
    sql
        One SELECT, in DuckDB's SQL.
    format
        table, json or csv.
    language
        nb, nn or en.
    out
        File to write to.
    """
    with clear_errors(language, format):
        from samvirke.edition import open_edition
        from samvirke.edition import query as query_edition

        opened = open_edition(edition)
        frame = query_edition(opened, sql)
        statement = Text(nb=f"{len(frame)} rader.", nn=f"{len(frame)} rader.", en=f"{len(frame)} rows.")
        deliver(listing("query", same(sql), statement, frame, opened.name), format, language, out)


def _default(option: Any) -> str:
    return "must be given" if option.required else str(option.default)


def _show(finding: str, edition: str, format: Format, language: Language, out: Path | None, options: dict[str, Any], scheduler: str | None = None) -> None:
    with clear_errors(language, format):
        from samvirke.catalogue import CATALOGUE, ask
        from samvirke.edition import open_edition
        from samvirke.errors import UnknownNameError

        if finding not in CATALOGUE:
            raise UnknownNameError(finding, tuple(CATALOGUE))
        opened = open_edition(edition)
        with draws_on(scheduler, finding):
            answer = ask(finding, opened, **options)
        deliver(answer, format, language, out, opened.names())


def _draw(
    finding: str,
    editions: tuple[str, ...],
    format: FileFormat,
    figure: str,
    language: Language,
    out: Path | None,
    options: dict[str, Any],
    scheduler: str | None,
) -> None:
    with clear_errors(language, "table"):
        from samvirke.catalogue import ask
        from samvirke.edition import open_edition, write_file
        from samvirke.figures import as_map, to_file

        drawn = []
        for name in editions:
            opened = open_edition(name)
            with draws_on(scheduler, finding):
                answer = ask(finding, opened, **options)
            drawn.append((as_map(answer) if figure == "map" else answer, opened))
        data = to_file(drawn[0][0], format, language, drawn[0][1], drawn[1] if len(drawn) > 1 else None)
        if out is not None:
            write_file(out, data)
        elif format == "png":
            sys.stdout.buffer.write(data)
        else:
            sys.stdout.write(data.decode("utf-8"))
