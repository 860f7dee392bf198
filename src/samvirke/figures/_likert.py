"""Answers to statements: bars that diverge from the middle of *neither*, with don't know and no answer beside, each from a zero of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from samvirke.figures._common import FAINT, INK, altair, wrapped
from samvirke.finding import Finding
from samvirke.vocabulary.answers import AGREE, DISAGREE, DONT_KNOW, MANY_DONT_KNOW, NEITHER, NO_ANSWER, answers
from samvirke.vocabulary.labels import value_label
from samvirke.vocabulary.language import Language, Text, number

COLOURS = {"fully_disagree": "#7a3b00", "disagree": "#d98c1f", "neither": "#e8e8e8", "agree": "#93b8d2", "fully_agree": "#16324a"}
"""From the left: neighbours differ in lightness, so that they can be told apart in grey."""

BESIDE = {DONT_KNOW: "#7b4a78", NO_ANSWER: "#c9c9c9"}
MOST_ROWS = 40
"""More rows cannot be taken in; the first are drawn and the table has the rest."""

_WIDTH, _BAR, _ROW, _LINE, _GAP, _NUMBER, _COLUMN, _LABEL, _EDGE = 690, 22, 30, 16, 22, 40, 78, 170, 0.6
_LIGHT = ("fully_disagree", "fully_agree")
_SHARE = Text(nb="prosent av alle spurte", nn="prosent av alle spurde", en="per cent of all who were asked")
_HIDDEN = Text(
    nb="{groups} grupper ({people} svarere) er ikke vist, til vern av de små",
    nn="{groups} grupper ({people} svararar) er ikkje viste, til vern av dei små",
    en="{groups} groups ({people} respondents) are not shown, to protect the small ones",
)
_REST = Text(nb="+ {rest} til i tabellen", nn="+ {rest} til i tabellen", en="+ {rest} more in the table")
_WARNING = Text(
    nb="▲ Mer enn en femtedel svarte vet ikke: de kan ha manglet grunnlag for å svare.",
    nn="▲ Meir enn ein femtedel svara veit ikkje: dei kan ha mangla grunnlag for å svare.",
    en="▲ More than a fifth answered don't know: they may have lacked grounds to answer.",
)


@dataclass(frozen=True)
class _Row:
    """One bar: the lines that stand above it or beside it, and the share of each answer; or a note in place of bars that are hidden."""

    above: tuple[str, ...]
    label: tuple[str, ...]
    shares: Mapping[str, float]
    note: str = ""

    @property
    def left(self) -> float:
        return sum(self.shares[one] for one in DISAGREE) + self.shares[NEITHER] / 2 if self.shares else 0.0

    @property
    def right(self) -> float:
        return sum(self.shares[one] for one in AGREE) + self.shares[NEITHER] / 2 if self.shares else 0.0


@dataclass(frozen=True)
class _Places:
    """Where things stand across, in pixels: the middle of *neither*, the zeros of what is beside, and how wide one is (a share of 1)."""

    start: float
    middle: float
    beside: Mapping[str, float]
    one: float


def likert(finding: Finding, language: Language) -> Any:
    """Draw a bar for each item or group, its shares in per cent of all who were asked."""
    rows = list(_rows(finding, language))
    if not any(row.shares for row in rows):
        return None
    rest, rows = len(rows) - MOST_ROWS, rows[:MOST_ROWS]
    labelled = any(row.label for row in rows)
    places = _places(rows, _LABEL if labelled else 0)
    marks: dict[str, list[dict[str, Any]]] = {"bars": [], "beside": [], "numbers": [], "texts": [], "middle": []}
    y = 2.0 * _LINE
    for row in rows:
        for line in row.above:
            marks["texts"].append({"x": 0, "y": y + _LINE / 2, "text": line, "kind": "title"})
            y += _LINE
        y += 4 * bool(row.above)
        _draw_row(row, y, places, language, marks)
        y += max(_ROW, 14.0 * len(row.label) + 6)
        y += 8 * (not labelled)
    _headers(places, language, marks)
    if rest > 0:
        marks["texts"].append({"x": 0, "y": y + 8, "text": _REST[language].format(rest=rest), "kind": "note"})
        y += _LINE + 4
    if any(row.shares and row.shares[DONT_KNOW] > MANY_DONT_KNOW for row in rows):
        marks["texts"].append({"x": 0, "y": y + 8, "text": _WARNING[language], "kind": "warning"})
        y += _LINE + 4
    return _layers(marks, y, language)


def _rows(finding: Finding, language: Language) -> Iterator[_Row]:
    """Return the rows to draw, in the order of the table; a panel's title stands above its first, and what is hidden is noted after its last."""
    parts, table = finding.chart.parts, finding.table
    panel = parts.get("panel", parts["category"])
    words = f"{parts.get('text')}_{language}"
    for item, whole in table.groupby(panel, sort=False):
        title = str(whole[words].iloc[0]) if words in whole and pd.notna(whole[words].iloc[0]) else value_label(panel, str(item))[language]
        if "panel" not in parts:
            yield _Row(tuple(wrapped(f"{title} ({_of(whole, parts, language)})", 88)), (), _shares(whole, parts))
            continue
        above, hidden = tuple(wrapped(title, 88)), []
        for group, own in whole.groupby(parts["category"], sort=False):
            shares = _shares(own, parts)
            if shares:
                name = f"{value_label(parts['category'], str(group))[language]} ({_of(own, parts, language)})"
                yield _Row(above, tuple(wrapped(name, 26)), shares)
                above = ()
            else:
                hidden.append(int(own[parts["of"]].iloc[0]))
        if hidden:
            yield _Row(above, (), {}, _HIDDEN[language].format(groups=len(hidden), people=number(sum(hidden), language)))


def _of(own: pd.DataFrame, parts: Mapping[str, str], language: Language) -> str:
    return f"N\u00a0=\u00a0{number(float(own[parts['of']].iloc[0]), language)}"


def _shares(own: pd.DataFrame, parts: Mapping[str, str]) -> dict[str, float]:
    """Return the share of each answer; nothing where they are hidden."""
    found = dict(zip(own[parts["answer"]].astype(str), own[parts["share"]].astype(float), strict=True))
    return {} if any(share != share for share in found.values()) else found


def _places(rows: list[_Row], start: float) -> _Places:
    left, right = max(row.left for row in rows), max(row.right for row in rows)
    most = {name: max((row.shares[name] for row in rows if row.shares), default=0.0) for name in BESIDE}
    room, wide = _WIDTH - start - _GAP * (1 + len(BESIDE)), dict.fromkeys(BESIDE, 0.0)
    one = 0.0
    for _ in range(6):  # a narrow column keeps room for its heading, which makes all else narrower
        free = room - sum(width or _NUMBER for width in wide.values())
        shares = left + right + sum(share for name, share in most.items() if not wide[name])
        one = free / shares
        narrow = {name for name, share in most.items() if not wide[name] and share * one + _NUMBER < _COLUMN}
        if not narrow:
            break
        wide |= dict.fromkeys(narrow, float(_COLUMN))
    beside, x = {}, start + (left + right) * one + _GAP
    for name in BESIDE:
        beside[name] = x
        x += (wide[name] or most[name] * one + _NUMBER) + _GAP
    return _Places(start, start + left * one, beside, one)


def _draw_row(row: _Row, y: float, places: _Places, language: Language, marks: dict[str, list[dict[str, Any]]]) -> None:
    """Add the marks of one row."""
    for place, line in enumerate(row.label):
        marks["texts"].append({"x": 0, "y": y + _BAR / 2 + 14 * (place - (len(row.label) - 1) / 2), "text": line, "kind": "label"})
    if not row.shares:
        marks["texts"].append({"x": 0, "y": y + _BAR / 2, "text": row.note, "kind": "note"})
        return
    marks["middle"] += [{"x": places.middle, "y": at, "y2": at + 4} for at in (y - 4, y + _BAR)]
    x = places.middle - row.left * places.one
    for answer in COLOURS:
        width = row.shares[answer] * places.one
        named = answers()[answer].label[language]
        written = number(100 * row.shares[answer], language)
        marks["bars"].append({"x": x + _EDGE, "x2": max(x + width - _EDGE, x + _EDGE), "y": y, "y2": y + _BAR, "answer": named, "tip": f"{named}: {written} %"})
        if width >= 7 * len(written) + 5:
            marks["numbers"].append({"x": x + width / 2, "y": y + _BAR / 2, "text": written, "light": answer in _LIGHT})
        x += width
    for answer, at in places.beside.items():
        share = row.shares[answer]
        close = round(100 * share) == round(100 * MANY_DONT_KNOW)  # a decimal says on which side of the warning it is
        named, written = answers()[answer].label[language], number(100 * share, language, int(close))
        tip = f"{named}: {written} %"
        marks["beside"].append({"x": at, "x2": at + share * places.one, "y": y, "y2": y + _BAR, "answer": answer, "tip": tip})
        many = answer == DONT_KNOW and share > MANY_DONT_KNOW
        text = {"x": at + share * places.one + 5, "y": y + _BAR / 2, "text": f"{written} ▲" if many else written, "kind": "many" if many else "label"}
        marks["texts"].append(text)


def _headers(places: _Places, language: Language, marks: dict[str, list[dict[str, Any]]]) -> None:
    """Say what is measured, and name what stands beside."""
    marks["texts"].append({"x": places.start, "y": _LINE / 2, "text": _SHARE[language], "kind": "note"})
    for answer, at in places.beside.items():
        marks["texts"].append({"x": at, "y": _LINE / 2, "text": answers()[answer].label[language], "kind": "head"})


_STYLES: Mapping[str, Mapping[str, Any]] = {
    "title": {"fontSize": 13, "fontWeight": "bold", "color": INK},
    "label": {"fontSize": 12, "color": INK},
    "head": {"fontSize": 12, "fontWeight": "bold", "color": INK},
    "many": {"fontSize": 12, "fontWeight": "bold", "color": INK},
    "note": {"fontSize": 11, "color": "#56646d"},
    "warning": {"fontSize": 12, "fontWeight": "bold", "color": INK},
}


def _layers(marks: Mapping[str, list[dict[str, Any]]], height: float, language: Language) -> Any:
    alt = altair()
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, _WIDTH], nice=False, zero=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[height, 0], nice=False, zero=False))
    names = [answers()[one].label[language] for one in COLOURS]
    colour = alt.Color("answer:N", scale=alt.Scale(domain=names, range=list(COLOURS.values())), sort=names)

    def chart(name: str, **conditions: Any) -> Any | None:
        rows = [one for one in marks[name] if all(one[key] == value for key, value in conditions.items())]
        return alt.Chart(pd.DataFrame(rows)).encode(x=x, y=y) if rows else None

    tooltip = alt.Tooltip("tip:N", title=" ")
    layers = [chart("bars").mark_rect().encode(x2="x2:Q", y2="y2:Q", color=colour, tooltip=tooltip)]  # type: ignore[union-attr]
    layers += [
        own.mark_rect(color=shade).encode(x2="x2:Q", y2="y2:Q", tooltip=tooltip)
        for name, shade in BESIDE.items()
        if (own := chart("beside", answer=name)) is not None
    ]
    layers += [own.mark_rule(color=FAINT, strokeWidth=1).encode(y2="y2:Q") for own in (chart("middle"),) if own is not None]
    layers += [
        own.mark_text(fontSize=11, color="white" if light else INK).encode(text="text:N")
        for light in (True, False)
        if (own := chart("numbers", light=light)) is not None
    ]
    layers += [own.mark_text(align="left", **style).encode(text="text:N") for kind, style in _STYLES.items() if (own := chart("texts", kind=kind)) is not None]
    return alt.layer(*layers).properties(width=_WIDTH, height=int(height))
