"""Commands on the coding of agreements by people: what a reading proposes, their decisions, how far they agree, and which texts are alike."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from samvirke.cli._agreement import _endings, _read, _tell, agreement
from samvirke.cli._common import SHOWN, Format, HowShown, clear_errors, deliver, progress
from samvirke.vocabulary.language import Language


@agreement.command
def propose(files: Annotated[tuple[Path, ...], Parameter(consume_multiple=True)], /, *, out: Path, language: Language = "nb") -> None:
    """Write what the reader proposes as a table for people to accept, change or reject.

    Parameters
    ----------
    files
        Files of agreements, or folders of them.
    out
        The table: .csv or .xlsx.
    language
        nb, nn or en, of messages.
    """
    with clear_errors(language, "table"):
        from samvirke.agreements.review import proposals, write_proposals

        _endings([out], (".csv", ".xlsx"))
        readings, failures = _read(files)
        if readings:
            sys.stdout.write(f"{write_proposals(proposals(readings), out)}\n")
        _tell(failures, language)


@agreement.command
def merge(
    decisions: Path,
    files: Annotated[tuple[Path, ...], Parameter(consume_multiple=True)],
    /,
    *,
    into: Path | None = None,
    out: Path | None = None,
    format: Format = "table",
    language: Language = "nb",
) -> None:
    """Put people's decisions back into what was read, and say what became of every proposal, by whom and when.

    Parameters
    ----------
    decisions
        The table that `propose` wrote, with decisions, names and dates filled in.
    files
        The files of agreements that it is about.
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
        from samvirke.agreements.review import merge as merged
        from samvirke.agreements.review import merge_finding, read_proposals, write_into

        table = read_proposals(decisions)
        readings, failures = _read(files)
        after, log = merged(readings, table)
        if into is not None:
            write_into(after, str(into), out or into.with_name(f"{into.name}-with-agreements"), language)
        deliver(merge_finding(after, log), format, language, out if into is None else None)
        _tell(failures, language)


@agreement.command
def coders(
    first: Path,
    second: Path,
    /,
    *,
    seed: int = 1,
    shown: HowShown = SHOWN,
) -> None:
    """Say how far two people who decided on the same proposals agree (Cohen's kappa, Krippendorff's alpha).

    Parameters
    ----------
    first
        One person's table of decisions.
    second
        The other's.
    seed
        Of the resampling behind the intervals.
    shown
        How it is shown.
    """
    with clear_errors(shown.language, shown.format):
        from samvirke.agreements.coder_agreement import coder_agreement
        from samvirke.agreements.review import read_proposals

        deliver(coder_agreement(read_proposals(first), read_proposals(second), seed), shown.format, shown.language, shown.out)


@agreement.command
def similar(
    files: Annotated[tuple[Path, ...], Parameter(consume_multiple=True)],
    /,
    *,
    threshold: float = 0.8,
    seed: int = 1,
    shown: HowShown = SHOWN,
) -> None:
    """Find agreements that are identical, or nearly, so that one text is not counted as several.

    Parameters
    ----------
    files
        Files of agreements, or folders of them.
    threshold
        The least part of their runs of five words that two have in common, from 0.1 to 1.
    seed
        Of the sketches by which pairs are found.
    shown
        How it is shown.
    """
    with clear_errors(shown.language, shown.format):
        from samvirke.agreements.batch import texts_of
        from samvirke.agreements.similar import similar as found

        with progress() as step:
            texts, failures = texts_of(files, step)
        deliver(found(texts, threshold, seed), shown.format, shown.language, shown.out)
        _tell(failures, shown.language)


@agreement.command
def compare(first: Path, second: Path, /, *, out: Path | None = None, language: Language = "nb") -> None:
    """Lay two agreements side by side, sentence by sentence, and mark what differs.

    Parameters
    ----------
    first
        A file of an agreement.
    second
        Another.
    out
        An .html or .txt file to write instead of printing.
    language
        nb, nn or en, of messages.
    """
    with clear_errors(language, "table"):
        from samvirke.agreements.batch import texts_of
        from samvirke.agreements.similar import beside, beside_page
        from samvirke.edition import write_file

        _endings([out] if out else [], (".html", ".txt"))
        texts, failures = texts_of([first, second], None)
        _tell(failures, language)
        one, other = (texts[str(path)] for path in (first, second))
        if out is None:
            sys.stdout.write(beside(one, other) + "\n")
        else:
            page = beside_page(one, other, first.name, second.name, language) if out.suffix.lower() == ".html" else beside(one, other) + "\n"
            write_file(out, page.encode())
