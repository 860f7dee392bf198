"""How costs are shared, as an agreement says it: parts of a key, with their percentages."""

from __future__ import annotations

import re
from dataclasses import replace

from samvirke.agreements import _words
from samvirke.agreements._amounts import Share, amounts
from samvirke.agreements._clauses import EMPTY, Settled
from samvirke.agreements._parties import names_in
from samvirke.agreements.passages import Passage, Passages

_CLAUSES = re.compile(r";\s+|(?<!kr)(?<!pr)(?<!mill)\.\s+(?=[A-ZÆØÅ])")
_DENIED = re.compile(r"\bikk(?:e|je)\s+(?:\w+\s+){0,3}$|uavhengig\s+av\s+$|uavhengig\s+$", re.IGNORECASE)
_SLACK = 40
"""A percentage may stand so many characters after the part that it belongs to."""


def cost_key(text: Passages) -> list[Settled]:
    """Find the parts of the cost key, each kind once, and once more where investments have a key of their own, in the order of the text."""
    heading, words = _words.kinds()["cost_key"].heading, _words.cost_words()
    found: list[Settled] = []
    seen: set[tuple[str, bool]] = set()
    sections: set[int] = set()
    speaking = [one for one in text.sentences if not EMPTY.search(one.text) and (not one.row or _is_part(one))]
    headed = [one for one in speaking if heading.search(one.heading)]
    for pool, route in ((headed, "heading"), ([one for one in speaking if one not in headed], "words")):
        told = bool(found)
        for one in pool:
            if told and not _invests(one):
                continue
            if _opens(one):
                sections.add(one.section)
            for name, percent in _parts(one, follows=one.section in sections or route == "heading"):
                invests = bool(seen) and _invests(one)
                if (name, invests) not in seen and not (name == "by_own_cost" and route == "words" and not words["owed"].search(one.text)):
                    seen.add((name, invests))
                    sections.add(one.section)
                    found.append(Settled("cost_key", name if percent is None else f"{name}:{percent}", one, route))
    return [replace(one, step=step) for step, one in enumerate(_completed(found), 1)]


def _invests(one: Passage) -> bool:
    """Say whether a passage is about investments, by its words or its heading."""
    pattern = _words.cost_words()["invests"]
    return bool(pattern.search(one.text) or re.match(rf"\W*(?:[\d.]+\s+)?{pattern.pattern}$", one.heading, re.IGNORECASE))


def _opens(one: Passage) -> bool:
    """Say whether a passage says that costs are shared as follows."""
    words = _words.cost_words()
    return one.text.endswith(":") and bool(words["shares"].search(one.text)) and not words["other_sums"].search(one.text)


def _is_part(row: Passage) -> bool:
    """Say whether a row of a table has a part of the key and its percentage, and no municipality."""
    return bool(amounts(row.text)) and not names_in(row.text) and row.text.count(" | ") == 1


def _parts(one: Passage, *, follows: bool) -> list[tuple[str, str | None]]:
    """Return the parts that a passage names, clause by clause."""
    words = _words.cost_words()
    found: list[tuple[str, str | None]] = []
    for clause in _CLAUSES.split(one.text):
        if words["other_sums"].search(clause) or (words["reports"].search(clause) and not words["shared"].search(clause)):
            continue
        listed = follows and (bool(amounts(clause)) or bool(re.match(r"[-–•*]\s|\(?[a-z0-9][).]\s", clause)))
        if not (words["shares"].search(clause) or listed):
            continue
        if words["smaller"].search(clause) and not words["large"].search(clause):
            continue
        named = _in_clause(clause)
        if not named and (one.row or listed) and words["bare_use"].search(clause) and (shares := amounts(clause)):
            named = [("by_use", shares[0].percent)]
        found += named
    return found


def _in_clause(text: str) -> list[tuple[str, str | None]]:
    """Return the parts of a clause, each with the percentage that belongs to it: all stand before their parts, or all after."""
    spots = []
    for name, words in _words.costs().items():
        match = next((each for each in words.finditer(text) if not _DENIED.search(text[: each.start()])), None)
        if match:
            spots.append((match.start(), match.end(), name))
    spots = [
        spot
        for spot in sorted(spots)
        if not any(other[0] <= spot[0] < other[1] for other in spots if other is not spot and other[1] - other[0] > spot[1] - spot[0])
    ]
    shares = amounts(text)
    leading = bool(shares and spots) and shares[0].begin < spots[0][0]
    found: list[tuple[str, str | None]] = []
    for place, (begin, end, name) in enumerate(spots):
        previous = spots[place - 1][1] if place else 0
        following = spots[place + 1][0] if place + 1 < len(spots) else len(text)
        before, after = _chosen(shares, previous, begin), _chosen(shares, end, min(following, end + _SLACK), first=True)
        chosen = (before or (after if "(" in text[end:][:3] else None)) if leading else (after or before)
        shares = [one for one in shares if one != chosen]
        found.append((name, chosen.percent if chosen and name != "minimum" else None))
    return found


def _chosen(shares: list[Share], begin: int, end: int, *, first: bool = False) -> Share | None:
    within = [one for one in shares if begin <= one.begin < end]
    told = [one for one in within if one.percent != "rest"] or within
    return (told[0] if first else told[-1]) if told else None


def _completed(found: list[Settled]) -> list[Settled]:
    """Put a number to 'the rest', where the other parts have theirs; without it there is none."""
    told = [float(one.value.split(":")[1]) for one in found if one.value and ":" in one.value and not one.value.endswith(":rest")]
    rest = f":{round(100 - sum(told), 1):g}" if told and sum(told) < 100 else ""
    return [replace(one, value=one.value.replace(":rest", rest)) if one.value and one.value.endswith(":rest") else one for one in found]
