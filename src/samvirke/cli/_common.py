"""What the commands share: the application, how a finding is printed, and how errors become messages."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, Parameter

from samvirke.vocabulary.language import Language, Text, number, same

if TYPE_CHECKING:
    import pandas as pd

    from samvirke.edition import Report
    from samvirke.finding import Finding

Format = Literal["table", "json", "csv"]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """How an answer is shown; flags of every command that takes it.

    Parameters
    ----------
    out
        A file to write instead of printing.
    format
        table, json or csv.
    language
        nb, nn or en.
    """

    out: Path | None = None
    format: Format = "table"
    language: Language = "nb"


HowShown = Annotated[Shown, Parameter(name="*")]
SHOWN = Shown()

app = App(name="samvirke", help="An open observatory and workbench for inter-municipal cooperation.", version_flags=["--version"], help_format="plaintext")


def listing(name: str, question: Text, statement: Text, table: Any, edition: str = "") -> Finding:
    from samvirke.finding import Finding

    return Finding(id=name, edition=edition, question=question, statement=statement, method=same(""), table=table)


def as_finding(report: Report, language: Language) -> Finding:
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


def deliver(finding: Finding, format: Format, language: Language, out: Path | None = None, names: Mapping[str, str] | None = None) -> None:
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
    parts = [f"{column_label(name)[language]} {number(count, language, 0)}" for name, count in finding.coverage.denominators.items()]
    who = [", ".join(names.get(code, code) for code in gap.municipalities) for gap in finding.coverage.missing]
    gaps = [f"{gap.why[language]} ({own})" if own else gap.why[language] for gap, own in zip(finding.coverage.missing, who, strict=True)]
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


_WHY = {
    errno.ENOENT: Text(nb="Filen eller mappen finnes ikke", nn="Fila eller mappa finst ikkje", en="There is no such file or folder"),
    errno.EISDIR: Text(nb="Dette er en mappe; oppgi en fil", nn="Dette er ei mappe; oppgje ei fil", en="This is a folder; give a file"),
    errno.ENOTDIR: Text(nb="Dette er ikke en mappe", nn="Dette er ikkje ei mappe", en="This is not a folder"),
    errno.EEXIST: Text(
        nb="Her er det noe fra før; oppgi et annet sted",
        nn="Her er det noko frå før; oppgje ein annan stad",
        en="Something is already here; give another place",
    ),
    errno.EACCES: Text(nb="Du har ikke tilgang", nn="Du har ikkje tilgang", en="You have no access"),
    errno.EPERM: Text(nb="Du har ikke tilgang", nn="Du har ikkje tilgang", en="You have no access"),
    errno.EROFS: Text(nb="Her kan det ikke skrives", nn="Her kan det ikkje skrivast", en="Nothing can be written here"),
    errno.ENOSPC: Text(nb="Disken er full", nn="Disken er full", en="The disk is full"),
    errno.ENAMETOOLONG: Text(nb="Navnet er for langt", nn="Namnet er for langt", en="The name is too long"),
}
"""What the system says of a file or folder that cannot be used, in the reader's language."""


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None] | None]:
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
def draws_on(scheduler: str | None, name: str) -> Iterator[None]:
    """Run random draws on a scheduler, or here, and show on a terminal how many are done."""
    from functools import partial

    from samvirke.running import on_scheduler, watched

    with on_scheduler(scheduler), progress() as step, watched(partial(step, name) if step else None):
        yield


@contextmanager
def clear_errors(language: Language, format: Format) -> Iterator[None]:
    """Turn what a user can mend into a message, or a finding where JSON was asked for, and exit code 1."""
    from samvirke.errors import SamvirkeError

    try:
        yield
    except SamvirkeError as error:
        import pandas as pd

        report = getattr(error, "report", None)
        if format == "json" or report is not None:
            finding = as_finding(report, language) if report is not None else listing("error", same(""), error.text, pd.DataFrame())
            text = finding.to_json(language) + "\n" if format == "json" else _as_text(finding, language, {})
        else:
            text = f"{error.text[language]}\n"
        (sys.stdout if format == "json" else sys.stderr).write(text)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:
        why, where = _WHY.get(error.errno or 0, same(error.strerror or str(error))), f": {error.filename}" if error.filename else ""
        if format == "json":
            import pandas as pd

            told = Text(nb=f"{why.nb}{where}", nn=f"{why.nn}{where}", en=f"{why.en}{where}")
            sys.stdout.write(listing("error", same(""), told, pd.DataFrame()).to_json(language) + "\n")
        else:
            sys.stderr.write(f"{why[language]}{where}\n")
        sys.exit(1)
