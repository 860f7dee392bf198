"""From the lines of pages to paragraphs: columns in their order, what repeats on every page left out, divided words put together."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

GAP = 1.25
"""A paragraph ends where the next line begins so many times the usual step from line to line below."""
CELL = 0.7
"""Pieces of a line that lie further apart than so many times its height are cells of a table."""
_NUMBERED = re.compile(
    r"^(?:§+\s*\d|(?i:pkt|punkt|kap|kapittel|art|artikkel)\.?\s*\d|[A-Z]\.\s+[A-ZÆØÅ]|\d{1,2}[.)]\s(?!(?:januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember)\b)|\d{1,2}\.\d{1,2}\.?\s|\d{1,2}\s+[A-ZÆØÅ])"
)
_NEW = re.compile(rf"^(?:[-–•·*▪]\s|\(?[a-zæøå]\)\s)|{_NUMBERED.pattern}")
_MARK = re.compile(r"[-–•·*▪]|\(?[0-9a-zæøåA-Z]{1,3}(?:\.\d{1,2})*[.)]?|§\s*\d+")
_DIVIDED = re.compile(r"[a-zæøå]-$")


@dataclass(frozen=True)
class Line:
    """A line of a page: where it begins and ends, its foot, and how high it is, in points."""

    text: str
    page: int
    left: float
    foot: float
    right: float
    height: float


@dataclass(frozen=True)
class Paragraph:
    """Lines that belong together; a heading by its look."""

    text: str
    page: int
    heading: bool = False


def read_lines(page: Any, number: int) -> list[Line]:
    """Return the lines of a page of pypdfium2 in reading order, column by column."""
    text = page.get_textpage()
    pieces = []
    for place in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(place)
        words = text.get_text_bounded(left, bottom, right, top).replace("\r", " ").replace("\n", " ").replace("\x02", "-").strip()
        if words:
            pieces.append((left, bottom, right, top, words))
    text.close()
    return [replace(line, page=number) for line in _in_order(pieces, float(page.get_width()))]


def _in_order(pieces: list[tuple[float, float, float, float, str]], width: float) -> list[Line]:
    """Put pieces of text into lines, and lines into reading order: bands between lines that go across the page, columns within a band."""
    if not pieces:
        return []
    gutter = _gutter(pieces, width)
    if gutter is None:
        return _rows(pieces)
    found: list[Line] = []
    band: list[tuple[float, float, float, float, str]] = []
    for line in sorted(_rows([one for one in pieces if one[0] < gutter < one[2]]), key=lambda one: -one.foot):
        above = [one for one in pieces if one not in band and not one[0] < gutter < one[2] and one[1] > line.foot]
        found += _columns(above, gutter)
        band += above
        found.append(line)
    return found + _columns([one for one in pieces if one not in band and not one[0] < gutter < one[2]], gutter)


def _columns(pieces: list[tuple[float, float, float, float, str]], gutter: float) -> list[Line]:
    return _rows([one for one in pieces if one[2] <= gutter]) + _rows([one for one in pieces if one[2] > gutter])


def _gutter(pieces: list[tuple[float, float, float, float, str]], width: float) -> float | None:
    """Return where a page of two columns is divided: near the middle, crossed by few pieces, with lines that fill both sides."""
    best = None
    for tenth in range(42, 59):
        middle = width * tenth / 100
        left = [one for one in pieces if one[2] <= middle]
        right = [one for one in pieces if one[0] >= middle]
        across = len(pieces) - len(left) - len(right)
        wide = sum(one[2] - one[0] > width * 0.25 for one in left), sum(one[2] - one[0] > width * 0.25 for one in right)
        if across <= 0.1 * len(pieces) and min(wide) >= 8 and (best is None or across < best[0]):
            best = (across, middle)
    return best[1] if best else None


def _rows(pieces: list[tuple[float, float, float, float, str]]) -> list[Line]:
    """Put pieces at the same height into one line; cells far apart get a bar between them."""
    found: list[Line] = []
    rows: list[list[tuple[float, float, float, float, str]]] = []
    for one in sorted(pieces, key=lambda one: -(one[1] + one[3])):
        middle = (one[1] + one[3]) / 2
        last = rows[-1][0] if rows else None
        if last is not None and last[1] - 1 < middle < last[3] + 1:
            rows[-1].append(one)
        else:
            rows.append([one])
    for row in rows:
        row.sort()
        text, end = row[0][4], row[0][2]
        for left, _, right, _, words in row[1:]:
            apart = left - end > CELL * (row[0][3] - row[0][1]) and not _MARK.fullmatch(text)
            text += (" | " if apart else " ") + words
            end = max(end, right)
        heights = [top - bottom for _, bottom, _, top, _ in row]
        found.append(Line(text, 0, row[0][0], min(one[1] for one in row), end, max(heights)))
    return found


def _repeated(pages: list[list[Line]]) -> set[str]:
    """Return what stands at the head or foot of most pages, with figures left out of account."""
    if len(pages) < 2:
        return set()
    seen = Counter(shape for page in pages for shape in {_shape(line.text) for line in (*page[:2], *page[-2:])})
    return {shape for shape, count in seen.items() if count >= max(2, 0.6 * len(pages))}


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", text).strip()


def paragraphs(pages: list[list[Line]]) -> list[Paragraph]:
    """Put the lines of all pages together into paragraphs.

    A new one begins after a gap, at a number, a list mark or a line that looks like a heading, and after a line that ends well before
    the others with a full stop.
    """
    repeated = _repeated(pages)
    own = [line for page in pages for line in page if _shape(line.text) not in repeated or _NEW.match(line.text)]
    own = [line for line in own if not re.fullmatch(r"(?:side\s*)?[-–]?\s*\d{1,3}\s*[-–]?(?:\s*(?:av|/|\()\s*\d{1,3}\)?)?", line.text.strip(), re.IGNORECASE)]
    found: list[Paragraph] = []
    right = _usual_end(own)
    body = _usual(line.height for line in own)
    steps = sorted(before.foot - line.foot for before, line in pairwise(own) if before.foot - line.foot > 0.6 * body)
    step = (steps[len(steps) // 4] if steps else 2 * body) / (body or 1)
    for at, line in enumerate(own):
        before = own[at - 1] if at else None
        begins = before is None or _begins(before, line, right, step, body)
        if begins or not found:
            found.append(Paragraph(line.text, line.page, _looks_like_heading(line, body)))
        else:
            last = found[-1]
            joined = last.text[:-1] + line.text if _DIVIDED.search(last.text) and line.text[:1].islower() else f"{last.text} {line.text}"
            found[-1] = Paragraph(joined, last.page, last.heading and _looks_like_heading(line, body))
    return found


def _usual(values: Any) -> float:
    counted = Counter(round(float(value), 0) for value in values)
    return counted.most_common(1)[0][0] if counted else 0.0


def _usual_end(lines: list[Line]) -> float:
    ends = sorted(line.right - line.left for line in lines)
    return ends[int(0.9 * (len(ends) - 1))] if ends else 0.0


def _begins(before: Line, line: Line, right: float, step: float, body: float) -> bool:
    cites = line.text[:1] == "§" and not before.text.rstrip().endswith((".", ":", ";")) and before.right - before.left > 0.7 * right
    if (_NEW.match(line.text) and not cites) or " | " in line.text or " | " in before.text:
        return True
    step_down = before.foot - line.foot
    if min(before.height, line.height) > 1.15 * body and line.page == before.page and 0 < step_down < 2 * line.height and not _NUMBERED.match(before.text):
        return False
    going_on = line.text[:1].islower() or before.text.rstrip().endswith((",", "-"))
    if line.page != before.page or line.foot > before.foot:
        return not going_on
    if step_down > GAP * step * max(body, min(before.height, line.height)):
        return True
    if (
        _NUMBERED.match(before.text)
        and line.text[:1].isupper()
        and not before.text.rstrip().endswith((".", ",", ";"))
        and before.right - before.left < 0.8 * right
    ):
        return True
    if abs(line.height - before.height) > 0.2 * before.height and not going_on:
        return True
    short = before.right - before.left < 0.75 * right
    return short and not going_on and (before.text.rstrip().endswith((".", ":", ";", "?")) or before.right - before.left < 0.5 * right)


def _looks_like_heading(line: Line, body: float) -> bool:
    return line.height > 1.15 * body and len(line.text) < 120 and not line.text.rstrip().endswith((".", ",", ";"))
