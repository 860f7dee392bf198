"""Which service an agreement is about, and which hours of the week it covers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from samvirke.agreements import _words
from samvirke.agreements._hours import covered
from samvirke.agreements.passages import Passage, Passages


@dataclass(frozen=True)
class Matter:
    """A value with the passage that says it, and by which way of reading."""

    value: str | tuple[str, ...]
    passage: Passage
    route: str


def service(text: Passages) -> Matter | None:
    """Find the service: the one whose words stand in the title, else the one that headings and text speak of most."""
    points: dict[str, float] = {}
    first: dict[str, Passage] = {}
    title = (text.title or "").lower()
    for name, words in _words.services().items():
        found = [one for one in text.sentences if words.search(one.text)]
        headed = [one for one in text.headings if words.search(one.text) and one.text != text.title]
        count = sum((3.0 if one.place < 0.15 else 1.0) for one in found) + 3 * len(headed)
        titled = words.search(title)
        if titled:
            count += 60 - titled.start() / 20
        if count:
            points[name] = count
            first[name] = next((one for one in (*text.headings, *text.sentences) if words.search(one.text)), text.sentences[0])
    points = _without_the_wider(points, title)
    if not points:
        return None
    best = max(points, key=lambda name: points[name])
    if points[best] >= 40:
        return Matter(best, first[best], "title")
    others = sorted((value for name, value in points.items() if name != best), reverse=True)
    if points[best] >= 4 and points[best] > 1.5 * (others[0] if others else 0):
        return Matter(best, first[best], "text")
    return None


def _without_the_wider(points: dict[str, float], title: str) -> dict[str, float]:
    """A political council speaks of many services and provides none."""
    if re.search(r"politisk råd|regionråd|samarbeidsråd", title) and not any(value >= 40 for value in points.values()):
        return {}
    return points


def hours(text: Passages) -> Matter | None:
    """Find the hours of the week that the service covers."""
    found = covered(text)
    return Matter(found.parts, found.passage, found.route) if found else None
