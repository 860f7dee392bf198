"""The command line: study, check, editions, describe, findings, show.

Everything that is slow to load is loaded inside the command that uses it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, CycloptsError, Parameter

from samvirke.vocabulary.language import Language, Text, same

if TYPE_CHECKING:
    import pandas as pd

    from samvirke.edition import Report
    from samvirke.finding import Finding

Format = Literal["table", "json", "csv"]
ShowFormat = Literal["table", "json", "csv", "svg", "png", "html"]
FileFormat = Literal["svg", "png", "html"]
ExportFormat = Literal["csv", "parquet", "xlsx", "datapackage", "duckdb"]

app = App(name="samvirke", help="An open observatory and workbench for inter-municipal cooperation.", version_flags=["--version"], help_format="plaintext")


@app.command
def study(edition: str = "nibr-2015", *, out: Path | None = None, language: Language = "nb", date: str | None = None) -> None:
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
    """
    from samvirke.report import make_study, write_study

    with _clear_errors(language, "table"), _progress() as step:
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
    with _clear_errors(language, format):
        from samvirke.edition import check as check_edition

        report = check_edition(folder)
        _deliver(_as_finding(report, language), format, language, out)
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
    with _clear_errors(language, format):
        import json

        import pandas as pd

        from samvirke.edition import built_in

        packages = [json.loads((folder / "datapackage.json").read_text(encoding="utf-8")) for folder in built_in().values()]
        rows = [(package["name"], package["titles"][language], package["date"]) for package in packages]
        statement = Text(nb=f"{len(rows)} innebygd utgave.", nn=f"{len(rows)} innebygd utgåve.", en=f"{len(rows)} built-in edition.")
        question = Text(nb="Hvilke utgaver er innebygd?", nn="Kva utgåver er innebygde?", en="Which editions are built in?")
        _deliver(_listing("editions", question, statement, pd.DataFrame(rows, columns=["edition", "title", "date"])), format, language)


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
    with _clear_errors(language, format):
        import pandas as pd

        from samvirke.catalogue import CATALOGUE

        rows = [
            (
                question.id,
                question.question[language],
                [f"--{option.name} {'|'.join(option.choices) or option.kind} ({option.default})" for option in question.options.values()],
                list(question.tables),
            )
            for question in CATALOGUE.values()
        ]
        statement = Text(nb=f"{len(rows)} spørsmål kan stilles.", nn=f"{len(rows)} spørsmål kan stillast.", en=f"{len(rows)} questions can be asked.")
        question = Text(nb="Hva kan det spørres om?", nn="Kva kan det spørjast om?", en="What can be asked?")
        _deliver(_listing("findings", question, statement, pd.DataFrame(rows, columns=["finding", "question", "options", "needs"])), format, language)


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
    """
    if format == "svg" or format == "png" or format == "html":
        _draw(finding, edition, format, figure, language, out, {"date": date, **options})
    else:
        _show(finding, edition, format, language, out, {"date": date, **options})


@app.command
def export(edition: str, *, format: Annotated[ExportFormat, Parameter(name="--format")], out: Path | None = None, language: Language = "nb") -> None:
    """Write an edition for another program: csv, parquet, xlsx, datapackage or duckdb.

    Parameters
    ----------
    edition
        A built-in edition or a folder of tables.
    format
        csv or parquet: a folder that is an edition again; xlsx: a workbook; datapackage: a zip; duckdb: a database.
    out
        Folder or file to write; by default NAME with the format's ending here.
    language
        Language of the explanations in the workbook.
    """
    with _clear_errors(language, "table"):
        from samvirke.edition import export as export_edition
        from samvirke.edition import open_edition

        opened = open_edition(edition)
        endings = {"csv": "-csv", "parquet": "-parquet", "xlsx": ".xlsx", "datapackage": ".zip", "duckdb": ".duckdb"}
        target = export_edition(opened, format, out or Path(f"{opened.name}{endings[format]}"), language)
        written = Text(nb="Utgaven ligger i", nn="Utgåva ligg i", en="The edition is in")
        print(f"{written[language]} {target}")


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
    with _clear_errors(language, format):
        from samvirke.edition import open_edition
        from samvirke.edition import query as query_edition

        opened = open_edition(edition)
        frame = query_edition(opened, sql)
        statement = Text(nb=f"{len(frame)} rader.", nn=f"{len(frame)} rader.", en=f"{len(frame)} rows.")
        _deliver(_listing("query", same(sql), statement, frame, opened.name), format, language, out)


def _show(finding: str, edition: str, format: Format, language: Language, out: Path | None, options: dict[str, Any]) -> None:
    with _clear_errors(language, format):
        from samvirke.catalogue import CATALOGUE, ask
        from samvirke.edition import open_edition
        from samvirke.errors import UnknownNameError

        if finding not in CATALOGUE:
            raise UnknownNameError(finding, tuple(CATALOGUE))
        opened = open_edition(edition)
        _deliver(ask(finding, opened, **options), format, language, out, opened.names())


def _draw(finding: str, edition: str, format: FileFormat, figure: str, language: Language, out: Path | None, options: dict[str, Any]) -> None:
    with _clear_errors(language, "table"):
        from samvirke.catalogue import ask
        from samvirke.edition import open_edition, write_file
        from samvirke.figures import as_map, to_file

        opened = open_edition(edition)
        answer = ask(finding, opened, **options)
        data = to_file(as_map(answer) if figure == "map" else answer, format, language, opened)
        if out is not None:
            write_file(out, data)
        elif format == "png":
            sys.stdout.buffer.write(data)
        else:
            sys.stdout.write(data.decode("utf-8"))


def _listing(name: str, question: Text, statement: Text, table: Any, edition: str = "") -> Finding:
    from samvirke.finding import Finding

    return Finding(id=name, edition=edition, question=question, statement=statement, method=same(""), table=table)


def _as_finding(report: Report, language: Language) -> Finding:
    from samvirke.finding import Coverage, Finding

    table = report.to_frame(language)
    rows = sum(report.rows.values())
    return Finding(
        id="check",
        edition=report.folder,
        question=Text(nb="Kan utgaven brukes?", nn="Kan utgåva brukast?", en="Can the edition be used?"),
        statement=Text(
            nb=f"{report.folder}: {report.errors} feil og {report.warnings} {'advarsel' if report.warnings == 1 else 'advarsler'} i {rows} rader.",
            nn=f"{report.folder}: {report.errors} feil og {report.warnings} {'åtvaring' if report.warnings == 1 else 'åtvaringar'} i {rows} rader.",
            en=f"{report.folder}: {report.errors} {'error' if report.errors == 1 else 'errors'} and {report.warnings} {'warning' if report.warnings == 1 else 'warnings'} in {rows} rows.",
        ),
        method=Text(
            nb="Alle regler kjøres på alle tabeller; mer enn ti like problemer i samme kolonne vises som ett med eksempler. Rader nummereres som i et regneark.",
            nn="Alle reglar blir køyrde på alle tabellar; meir enn ti like problem i same kolonne blir viste som eitt med døme. Rader er nummererte som i eit rekneark.",
            en="All rules run on all tables; more than ten problems alike in one column are shown as one with examples. Rows are numbered as in a spreadsheet.",
        ),
        table=table,
        coverage=Coverage(report.errors, dict(report.rows)),
    )


def _deliver(finding: Finding, format: Format, language: Language, out: Path | None = None, names: Mapping[str, str] | None = None) -> None:
    """Print a finding, or write it to a file, in the form asked for."""
    from samvirke.edition import to_csv, write_file
    from samvirke.finding import flat

    if format == "json":
        text = finding.to_json(language) + "\n"
    elif format == "csv":
        text = to_csv(flat(finding.table)).decode("utf-8")
    else:
        text = _as_text(finding, language, names or {})
    if out is None:
        sys.stdout.write(text)
    else:
        write_file(out, text.encode("utf-8"))


def _as_text(finding: Finding, language: Language, names: Mapping[str, str]) -> str:
    """Lay a finding out for a terminal, or plainly for a pipe."""
    from io import StringIO

    from rich.console import Console

    from samvirke.vocabulary.labels import column_label, heading

    buffer = StringIO()
    terminal = sys.stdout.isatty()
    console = Console(file=buffer, force_terminal=terminal, width=None if terminal else 200, highlight=False, soft_wrap=False)
    console.print(finding.question[language], style="bold", markup=False)
    console.print(finding.statement[language], markup=False)
    for name, frame in {"": finding.table, **finding.supporting}.items():
        if len(frame):
            _print_table(console, heading(name)[language] if name else "", frame, language)
    parts = [f"{column_label(name)[language]} {count}" for name, count in finding.coverage.denominators.items()]
    gaps = [" ".join([gap.why[language], ", ".join(names.get(code, code) for code in gap.municipalities)]).strip() for gap in finding.coverage.missing]
    for title, lines in (
        ("coverage", ["; ".join(parts)] if parts else []),
        ("missing", gaps),
        ("method", [finding.method[language]] if finding.method[language] else []),
    ):
        if lines:
            console.print(f"{heading(title)[language]}: {' '.join(lines)}", style="dim", markup=False)
    return buffer.getvalue()


def _print_table(console: Any, title: str, frame: pd.DataFrame, language: Language) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text as RichText

    from samvirke.finding import numeric_columns, readable

    text = readable(frame, language)
    table = Table(title=title or None, box=SIMPLE_HEAD, title_justify="left")
    for column, numeric in zip(text.columns, numeric_columns(frame, language), strict=True):
        table.add_column(RichText(column), justify="right" if numeric else "left", overflow="fold")
    for row in text.itertuples(index=False):
        table.add_row(*(RichText(cell) for cell in row))
    console.print(table)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None] | None]:
    """Show progress on a terminal; be quiet in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda name, place, total: bar.update(task, description=name, completed=place, total=total)


@contextmanager
def _clear_errors(language: Language, format: Format) -> Iterator[None]:
    """Turn what a user can mend into a message, or a finding where JSON was asked for, and exit code 1."""
    from samvirke.errors import SamvirkeError

    try:
        yield
    except SamvirkeError as error:
        import pandas as pd

        report = getattr(error, "report", None)
        if format == "json" or report is not None:
            finding = _as_finding(report, language) if report is not None else _listing("error", same(""), error.text, pd.DataFrame())
            text = finding.to_json(language) + "\n" if format == "json" else _as_text(finding, language, {})
        else:
            text = f"{error.text[language]}\n"
        (sys.stdout if format == "json" else sys.stderr).write(text)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:
        sys.stderr.write(f"{error.strerror or error}: {error.filename or ''}\n")
        sys.exit(1)


def _open_streams() -> None:
    """Write UTF-8 to files and pipes whatever the system's own encoding; where a stream is closed, write to nowhere."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding=stream.encoding if stream.isatty() else "utf-8", errors="backslashreplace")


def main() -> None:
    """Run the command line; exit code 1 for whatever a user can mend."""
    _open_streams()
    try:
        app(exit_on_error=False)
    except CycloptsError:
        sys.exit(1)
