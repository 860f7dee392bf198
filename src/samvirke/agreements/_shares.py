"""Shares that agreements list party by party, in tables or in a sentence, and whether they add up."""

from __future__ import annotations

import re
from dataclasses import dataclass

from samvirke.agreements._parties import names_in
from samvirke.agreements.passages import Passage, Passages

_NUMBER = re.compile(r"(?<![\d,.])(\d{1,3}(?:[,.]\d{1,3})?)(?![\d,.]*\d)\s*(%|prosent)?")
_SHARE = re.compile(r"andel|del\b|prosent|%|nøkkel|fordeling", re.IGNORECASE)
_SUM = re.compile(r"^\W*(?:sum|total|til saman|til sammen|i alt)", re.IGNORECASE)
_LEAST, _MOST = 60.0, 140.0


@dataclass(frozen=True)
class Shares:
    """A list of shares in per cent, one for each municipality, and what they add up to."""

    total_percent: float
    count: int
    passage: Passage

    @property
    def adds_up(self) -> bool:
        """Whether they make a hundred, but for rounding."""
        return abs(self.total_percent - 100) <= 0.05 * self.count


def shares(text: Passages) -> list[Shares]:
    """Find lists of shares: columns of a table with one row for each municipality, or a sentence with a percentage after each name."""
    found = []
    rows: list[Passage] = []
    for one in (*text.sentences, None):
        if one is not None and one.row and (not rows or one.section == rows[-1].section):
            rows.append(one)
            continue
        found += _columns(rows)
        rows = [one] if one is not None and one.row else []
        if one is not None and not one.row:
            found += _listed(one)
    return found


def _columns(rows: list[Passage]) -> list[Shares]:
    """Add up each column of percentages of a table."""
    cells = [[cell.strip() for cell in row.text.split(" | ")] for row in rows]
    own = [at for at, row in enumerate(cells) if len(row) > 1 and names_in(row[0]) and not _SUM.match(row[0])]
    if len(own) < 2:
        return []
    head = next((cells[at] for at in range(own[0] - 1, -1, -1) if len(cells[at]) > 1), [])
    found = []
    for column in range(1, max(len(cells[at]) for at in own)):
        values = [_NUMBER.fullmatch(cells[at][column]) if column < len(cells[at]) else None for at in own]
        heading = head[column] if column < len(head) else rows[0].heading
        if (
            not all(values)
            or not (_SHARE.search(heading) or all(value and value.group(2) for value in values))
            or re.search(r"stilling|innbyg|folketal|døgn|kr\b|medlem", heading, re.IGNORECASE)
        ):
            continue
        total = sum(float(value.group(1).replace(",", ".")) for value in values if value)
        if _LEAST <= total <= _MOST:
            found.append(Shares(round(total, 3), len(own), rows[own[0]]))
    return [one for one in found if one.adds_up] or found


def _listed(one: Passage) -> list[Shares]:
    """Add up the percentages that stand right after names in a sentence."""
    values = []
    names = names_in(one.text)
    for at, name in enumerate(names):
        end = names[at + 1].start() if at + 1 < len(names) else min(len(one.text), name.end() + 30)
        match = re.match(
            r"\W{0,4}(?:kommune\W{0,3})?(?:eig|eier|med|betaler|betalar|dekker|dekkjer|svarer for|svarar for|har|:)?\W{0,3}(\d{1,3}(?:[,.]\d{1,3})?)\s*(?:%|prosent)(?!\s*(?:av\s+)?stilling)",
            one.text[name.end() : end],
        )
        if match:
            values.append(float(match.group(1).replace(",", ".")))
    if len(values) < 2 or len(values) < len(names) - 1 or not _LEAST <= sum(values) <= _MOST:
        return []
    return [Shares(round(sum(values), 3), len(values), one)]
