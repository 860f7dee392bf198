"""Make the study: open, check, answer, write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from samvirke.catalogue import CATALOGUE, Question, as_seen, ask
from samvirke.edition import BoundaryError, Edition, open_edition, to_csv, write_files
from samvirke.figures import NoMapError, alternative_text, as_script, compiled, described, drawing, embedding, specification
from samvirke.finding import VERSION, Finding, Missing, flat, numeric_columns, readable
from samvirke.report._pdf import to_pdf
from samvirke.vocabulary.labels import column_label, heading, option_label, value_label
from samvirke.vocabulary.language import Language, Text, listing, number

LONG, LONG_BESIDE_MAP = 60, 45
"""A table longer than this is not printed in the study, or where a map shows it; it stands in the files beside it."""


@dataclass(frozen=True)
class Study:
    """Every question that an edition can answer, answered, and those that it cannot.

    Parameters
    ----------
    edition : Edition
        What was studied.
    findings : tuple of Finding
        The answers, in the order of the catalogue.
    unanswered : tuple of (Question, tuple of str)
        Questions with the tables they lack, or the options that they cannot be asked without.
    """

    edition: Edition
    findings: tuple[Finding, ...]
    unanswered: tuple[tuple[Question, tuple[str, ...]], ...]


def make_study(edition: str | Path | Edition, *, date: str | None = None, progress: Callable[[str, int, int], None] | None = None) -> Study:
    """Answer every question of the catalogue that an edition has the tables for.

    Parameters
    ----------
    edition : str, pathlib.Path or Edition
        A built-in name, a folder, or an opened edition.
    date : str or None
        The day the edition is seen from.
    progress : callable or None
        Called with the question's id, its number and how many there are, before each question.

    Raises
    ------
    EditionError
        When the edition has errors.
    """
    opened = edition if isinstance(edition, Edition) else open_edition(edition)
    seen = as_seen(opened, date)
    findings, unanswered = [], []
    for place, question in enumerate(CATALOGUE.values()):
        if progress:
            progress(question.id, place, len(CATALOGUE))
        if missing := question.missing(seen) or tuple(f"--{name}" for name in question.required):
            unanswered.append((question, missing))
        else:
            findings.append(ask(question.id, opened, date=date))
    return Study(opened, tuple(findings), tuple(unanswered))


def write_study(study: Study, folder: Path, language: Language = "nb") -> Path:
    """Write the study as one self-contained page and as a PDF, and every table as CSV and JSON beside them.

    No file is put in place before all have been written; files of an earlier study in the same folder are replaced, others
    are left alone.

    Parameters
    ----------
    study : Study
        What to write.
    folder : pathlib.Path
        Where to.
    language : {"nb", "nn", "en"}
        Language of the page.

    Returns
    -------
    pathlib.Path
        The page.
    """
    content = _content(study, language)
    files: dict[str, bytes] = {"study.html": _page(content).encode("utf-8"), "study.pdf": to_pdf(content, language)}
    for finding in study.findings:
        files[f"tables/{finding.id}.csv"] = to_csv(flat(finding.table))
        files[f"tables/{finding.id}.json"] = (finding.to_json(language) + "\n").encode("utf-8")
        for name, frame in finding.supporting.items():
            files[f"tables/{finding.id}.{name}.csv"] = to_csv(flat(frame))
    write_files(folder, files)
    return folder / "study.html"


def render(study: Study, language: Language = "nb") -> str:
    """Return the study as one HTML page that needs nothing else."""
    return _page(_content(study, language))


def _page(content: Mapping[str, Any]) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(loader=PackageLoader("samvirke.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("study.html").render(**content, embedding=embedding())


def _content(study: Study, language: Language) -> dict[str, Any]:
    """Lay out what the page and the PDF say."""
    chapters: dict[str, list[dict[str, Any]]] = {}
    for finding in study.findings:
        if finding.id != "describe":
            chapters.setdefault(CATALOGUE[finding.id].chapter, []).append(_section(study.edition, finding, language))
    return {
        "language": language,
        "title": study.edition.title[language],
        "constructed": study.edition.constructed,
        "chapters": [(name, heading(name)[language], sections) for name, sections in chapters.items()],
        "about": next(_section(study.edition, finding, language) for finding in study.findings if finding.id == "describe"),
        "sources": _sources(study.edition, language),
        "warnings": _warnings(study.edition, language),
        "unanswered": [(question.question[language], listing(missing, language)) for question, missing in study.unanswered],
        "edition": study.edition.name,
        "date": study.edition.date or "",
        "licences": [str(one.get("title") or one.get("name")) for one in study.edition.package.get("licenses", [])],
        "version": VERSION,
        "h": lambda name: heading(name)[language],
    }


def _section(edition: Edition, finding: Finding, language: Language) -> dict[str, Any]:
    """Lay out one finding for the page."""
    shown = {"": finding.table, **finding.supporting}
    try:
        found = specification(finding, language, edition)
        vega = compiled(found) if found else None
        svg = drawing(vega, finding.id) if vega else None
    except (NoMapError, BoundaryError) as error:
        vega, svg, finding = None, None, _with_gap(finding, error.text)
    most = LONG_BESIDE_MAP if vega and finding.chart.kind in ("map", "regions") else LONG
    return {
        "id": finding.id,
        "question": finding.question[language],
        "statement": finding.statement[language],
        "headline": (finding.headline or finding.statement)[language],
        "method": finding.method[language],
        "svg": svg,
        "alternative": alternative_text(finding, language),
        "specification": as_script(vega) if vega else "",
        "described": described(finding, language, edition) if vega else [],
        "tables": [_table(finding.id, name, frame, language, most) for name, frame in shown.items() if len(frame)],
        "coverage": _coverage(finding, language),
        "missing": [_gap(edition, gap, language) for gap in finding.coverage.missing],
        "options": "; ".join(f"{option_label(name)[language]}: {value_label(name, str(value))[language]}" for name, value in _used(finding).items()),
    }


def _with_gap(finding: Finding, why: Text) -> Finding:
    """Add a reason why something is not shown."""
    coverage = replace(finding.coverage, missing=(*finding.coverage.missing, Missing("boundary", (), why)))
    return replace(finding, coverage=coverage)


def _used(finding: Finding) -> Mapping[str, Any]:
    return {name: value for name, value in finding.options.items() if value is not None and (name != "seed" or finding.seed is not None)}


def _table(finding: str, name: str, frame: Any, language: Language, most: int) -> dict[str, Any]:
    text = readable(frame if len(frame) <= most else frame.head(0), language)
    file = f"tables/{finding}.{name}.csv" if name else f"tables/{finding}.csv"
    return {
        "title": heading(name)[language] if name else "",
        "columns": list(zip(text.columns, numeric_columns(frame, language), strict=True)),
        "rows": text.to_numpy().tolist(),
        "count": number(len(frame), language),
        "file": file,
    }


def _coverage(finding: Finding, language: Language) -> str:
    parts = [f"{column_label(name)[language]} {number(count, language)}" for name, count in finding.coverage.denominators.items()]
    return "; ".join(parts)


def _gap(edition: Edition, gap: Missing, language: Language) -> str:
    names = edition.names()
    who = f" ({listing([names.get(code, code) for code in gap.municipalities], language)})" if gap.municipalities else ""
    return f"{gap.why[language]}{who}"


def _sources(edition: Edition, language: Language) -> list[dict[str, str]]:
    """Return title, publisher, coverage and gaps of each source, in the reader's language where the edition has it."""
    if "source" not in edition:
        return []
    source = edition["source"]
    parts = {part: f"{part}_{language}" if f"{part}_{language}" in source else part for part in ("title", "publisher", "covers", "missing")}
    return [{part: str(row[column]) for part, column in parts.items()} for row in source.fillna("").to_dict("records")]


def _warnings(edition: Edition, language: Language) -> list[str]:
    return [
        f"{problem.table}{f', {problem.column}' if problem.column else ''}: {problem.message(problem.occurrences[0], language)}"
        + (f" (× {problem.count})" if problem.count > 1 else "")
        for problem in edition.warnings
    ]
