"""Codings from tables: the coding report of QualCoder and the highlights of Taguette, both as CSV.

QualCoder writes ``File`` (or ``Case`` and ``Filename``), ``Coder``, ``Coded`` (the passage), ``Id``, ``Codename``, ``Coded_Memo``, then as many
columns ``Category`` as needed, and ``FileVar_…`` and ``CaseVar_…`` for variables. Taguette writes ``id`` (of the highlight), ``document``,
``tag`` and ``content``, a row for each tag.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

from samvirke.sources._qualitative_codings import Coding, Project
from samvirke.sources.problems import CodingProblems

MOST_BYTES = 50_000_000
Rows = list[tuple[int, list[str]]]


def read_table(path: Path, problems: CodingProblems) -> Project | None:
    """Read a table of codings; None, with the reasons among the problems, when it cannot be read."""
    if path.stat().st_size > MOST_BYTES:
        problems.add("too_large", path.name, "", allowed=MOST_BYTES // 10**6)
        return None
    try:
        text = path.read_bytes().decode("utf-8-sig")
        first = text.split("\n", 1)[0]
        separator = max(",;\t", key=first.count)
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        problems.add("unreadable", path.name, " ".join(str(error).split()))
        return None
    header = [cell.strip() for cell in records[0]] if records else []
    rows = [(number, cells) for number, cells in enumerate(records[1:], 2) if any(cell.strip() for cell in cells)]
    for number, cells in rows:
        if len(cells) != len(header):
            problems.add("wrong_cell_count", path.name, str(len(cells)), number, len(header))
    lowered = [name.casefold() for name in header]
    forms: dict[frozenset[str], Callable[[list[str], list[str], Rows], Project]] = {
        frozenset({"document", "tag", "content"}): _taguette,
        frozenset({"coder", "coded", "codename"}): _qualcoder,
    }
    form = next((reader for columns, reader in forms.items() if columns <= set(lowered)), None)
    if form is None or (form is _qualcoder and not {"file", "filename"} & set(lowered)):
        problems.add("unknown_form", path.name, ", ".join(header) or "–")
        return None
    found = form(header, lowered, [(number, cells) for number, cells in rows if len(cells) == len(header)])
    if not found.codings:
        problems.add("no_codings", path.name)
    return found


def _taguette(_: list[str], lowered: list[str], rows: Rows) -> Project:
    document, tag, content = (lowered.index(name) for name in ("document", "tag", "content"))
    own = lowered.index("id") if "id" in lowered else None
    return Project(
        tuple(
            Coding(
                cells[document].strip(),
                "",
                (cells[tag].strip(),),
                cells[content].strip(),
                passage=cells[own] if own is not None else cells[content],
                row=number,
            )
            for number, cells in rows
        )
    )


def _qualcoder(header: list[str], lowered: list[str], rows: Rows) -> Project:
    document = lowered.index("filename") if "filename" in lowered else lowered.index("file")
    coder, coded, code = (lowered.index(name) for name in ("coder", "coded", "codename"))
    categories = [place for place, name in enumerate(lowered) if name == "category"]
    variables = [(place, name.split("_", 1)[1]) for place, name in enumerate(header) if name.casefold().startswith(("filevar_", "casevar_"))]
    found = []
    seen: set[tuple[str, ...]] = set()
    for number, cells in rows:
        identity = tuple(cells[place] for place in (document, coder, coded, code)) + ((cells[lowered.index("id")],) if "id" in lowered else (str(number),))
        if identity in seen:  # a passage of a file that belongs to several cases stands once for each
            continue
        seen.add(identity)
        values = {name: cells[place].strip() for place, name in variables if cells[place].strip()}
        path = (*(cells[place].strip() for place in reversed(categories) if cells[place].strip()), cells[code].strip())
        found.append(Coding(cells[document].strip(), cells[coder].strip(), path, cells[coded].strip(), passage=cells[coded].strip(), row=number, values=values))
    return Project(tuple(found), tuple(dict.fromkeys(name for _, name in variables)))
