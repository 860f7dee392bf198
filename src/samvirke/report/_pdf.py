"""The study as a PDF: tagged, PDF/UA-1, with the same words as the page and its figures as vectors."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from samvirke.errors import MissingExtraError, SamvirkeError
from samvirke.vocabulary.language import Language, Text

REGION = {"nb": "NO", "nn": "NO", "en": "GB"}
FONT = "Source Sans Pro"
_SCALE, _WIDEST, _TALLEST, _COLUMN = 0.72, 470.0, 460.0, 620.0
"""How large a figure stands on the page, in points per pixel and in points; one that is a long column may fill the page."""

_MOST_COLUMNS = 12
"""A wider table cannot be read on a page; the file beside has it."""

_BOX = "\u25a1"

_TIME = datetime(1980, 1, 1, tzinfo=UTC)
"""The time written into the file, so that the same study gives the same bytes."""


class PdfError(SamvirkeError, ValueError):
    """A study that cannot be set as a PDF."""

    def __init__(self, reason: str) -> None:
        super().__init__(Text(nb=f"PDF-en kan ikke lages: {reason}", nn=f"PDF-en kan ikkje lagast: {reason}", en=f"The PDF cannot be made: {reason}"))


def to_pdf(content: Mapping[str, Any], language: Language) -> bytes:
    """Set the content of a study, as `samvirke.report` lays it out for a page, as a PDF.

    Raises
    ------
    MissingExtraError
        When typst, its font or fonttools is not installed.
    PdfError
        When typst refuses it.
    """
    try:
        import font_source_sans_pro
        import typst
    except ImportError:
        raise MissingExtraError("typst", "pdf") from None
    fonts = Path(font_source_sans_pro.__file__).parent / "files"
    shown = _displayable(fonts)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "figures").mkdir()
        findings = [section for _, _, sections in content["chapters"] for section in sections] + [content["about"]]
        for section in findings:
            if section["svg"]:
                drawing = re.sub(r'font-family="[^"]*"', f'font-family="{FONT}"', section["svg"])
                (folder / "figures" / f"{section['id']}.svg").write_text(_replaced(drawing, shown), encoding="utf-8")
        (folder / "study.json").write_text(_replaced(json.dumps(_words(content, language), ensure_ascii=False), shown), encoding="utf-8")
        template = files("samvirke.report").joinpath("templates", "study.typ").read_text(encoding="utf-8")
        (folder / "study.typ").write_text(template, encoding="utf-8")
        try:
            data: bytes = typst.compile(
                str(folder / "study.typ"), root=str(folder), font_paths=[str(fonts)], ignore_system_fonts=True, pdf_standards=["ua-1"], timestamp=_TIME
            )
        except typst.TypstError as error:
            raise PdfError(str(error).splitlines()[0]) from None
        return data


@cache
def _displayable(fonts: Path) -> frozenset[int]:
    """Return the characters that every weight of the font can show."""
    try:
        from fontTools.ttLib import TTFont
    except ImportError:
        raise MissingExtraError("fonttools", "pdf") from None
    return frozenset.intersection(*(frozenset(TTFont(fonts / f"SourceSansPro-{weight}.ttf").getBestCmap()) for weight in ("Regular", "Semibold", "Bold")))


def _replaced(text: str, shown: frozenset[int]) -> str:
    """Put a box for every character that the font cannot show: PDF/UA forbids to leave it out, and the page beside has it whole."""
    missing = {character for character in set(text) if ord(character) not in shown and not character.isspace() and character not in "\u200b\u00ad"}
    return text.translate({ord(character): _BOX for character in missing})


def _words(content: Mapping[str, Any], language: Language) -> dict[str, Any]:
    h = content["h"]
    chapters = [{"title": title, "findings": [_finding(section, h) for section in sections]} for _, title, sections in content["chapters"]]
    sources = [
        f"{one['title']}{' (' + one['publisher'] + ')' if one['publisher'] else ''}. {one['covers']}{'. ' + h('missing') + ': ' + one['missing'] if one['missing'] else ''}."
        for one in content["sources"]
    ]
    unanswered = [f"{question} ({missing})" for question, missing in content["unanswered"]]
    lists = [(h("sources"), sources), (h("warnings"), content["warnings"]), (h("not_answered"), unanswered)]
    return {
        "language": language,
        "region": REGION[language],
        "kicker": f"Samvirke · {h('study')}",
        "title": content["title"],
        "meta": " · ".join(part for part in (content["edition"], content["date"], f"Samvirke {content['version']}") if part),
        "edition": content["title"],
        "constructed": h("constructed") if content["constructed"] else "",
        "licence": " ".join(content["licences"]),
        "contents": h("contents"),
        "in-short": {
            "title": h("in_short"),
            "items": [{part: section[part] for part in ("id", "question", "headline")} for _, _, sections in content["chapters"] for section in sections],
        },
        "chapters": chapters,
        "about": {
            "title": h("about_data"),
            "finding": _finding(content["about"], h),
            "lists": [{"title": title, "items": items} for title, items in lists if items],
        },
    }


def _finding(section: Mapping[str, Any], h: Any) -> dict[str, Any]:
    notes = [
        (h("coverage"), section["coverage"]),
        (h("missing"), " ".join(section["missing"])),
        (h("options"), section["options"]),
        (h("method"), section["method"]),
    ]
    size = re.search(r'\bwidth="([\d.]+)" height="([\d.]+)"', section["svg"] or "")
    width, height = (float(size.group(1)), float(size.group(2))) if size else (0.0, 1.0)
    return {
        **{part: section[part] for part in ("id", "question", "statement", "alternative")},
        "figure": bool(section["svg"]),
        "width": width * min(_SCALE, _WIDEST / max(width, 1), (_TALLEST if height < 700 else _COLUMN) / height),
        "tables": [_table(table, h) for table in section["tables"]],
        "notes": [note for note in notes if note[1]],
    }


def _table(table: Mapping[str, Any], h: Any) -> dict[str, Any]:
    """Give wide text columns a share of the width, and narrow ones what they need."""
    longest = [max([len(column), *(len(row[place]) for row in table["rows"])]) for place, (column, _) in enumerate(table["columns"])]
    note = f"{table['title'] or h('table')}, {table['count']} × {len(table['columns'])}: {table['file']}"
    return {
        "title": table["title"],
        "columns": table["columns"],
        "rows": [[_breakable(cell) for cell in row] for row in table["rows"]] if len(table["columns"]) <= _MOST_COLUMNS else [],
        "widths": [min(length, 40) if length > 14 and len(longest) > 3 else 0 for length in longest],
        "note": note,
    }


def _breakable(cell: str) -> str:
    """Let an id break after its signs."""
    return re.sub(r"([_./;])(?=\w)", "\\1\u200b", cell) if " " not in cell and len(cell) > 12 else cell
