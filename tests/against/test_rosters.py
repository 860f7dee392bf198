"""The plain rotation against a roster drawn up person by person for many weeks."""

from __future__ import annotations

from itertools import pairwise
from math import gcd

import numpy as np
import pytest

from samvirke.planning._roster_people import assumptions
from samvirke.planning._rotation import DAY_WORK, day_work_lost, duties_of, every_nth, hours_each, shortest_rest

CASES = [
    (hours, people, places, sharing, shift, joined)
    for hours in (("night",), ("evening", "night", "weekend"), ("day", "evening", "night", "weekend"), ("weekend",))
    for people in (1, 2, 3, 5, 7, 12, 23)
    for places in (1, 2)
    for sharing, shift, joined in ((2, 12, False), (1, 24, True), (4, 12, True), (2, 8, False))
]


@pytest.mark.parametrize("hours", sorted({case[0] for case in CASES}))
def test_frequency_hours_and_rest(hours: tuple[str, ...]) -> None:
    for _, people, places, sharing, shift, joined in [case for case in CASES if case[0] == hours]:
        duties = duties_of(assumptions().parts, hours, sharing, shift, joined=joined)
        row = [duty for duty in duties for _ in range(places)]
        weeks = 4 * people // gcd(people, len(row)) + 4  # more than until everything repeats
        drawn: list[list[tuple[float, float]]] = [[] for _ in range(people)]
        evenings = np.zeros(people)
        for place in range(weeks * len(row)):
            week, slot = divmod(place, len(row))
            own = [(start + 168 * week, end + 168 * week) for start, end in row[slot].shifts]
            drawn[place % people] += own
            evenings[place % people] += row[slot].part == "night"
        gaps = []
        for shifts in drawn:
            ordered = sorted(shifts)
            gaps += [after[0] - before[1] for before, after in pairwise(ordered)]
        rest = shortest_rest(duties, people, places)
        if min(gaps) >= 0:
            assert rest == min(gaps)
        else:
            assert rest < 0
        total = sum(end - start for shifts in drawn for start, end in shifts)
        assert hours_each(duties, people, places) == pytest.approx(total / weeks / people)
        if "night" in hours:
            nights = sum(duty.part == "night" for duty in duties)
            assert every_nth(people, places) == pytest.approx(nights * weeks / (evenings.sum() / people))


@pytest.mark.parametrize("rest", [0, 7, 11, 16])
@pytest.mark.parametrize("joined", [False, True])
def test_day_work_lost_minute_by_minute(rest: int, joined: bool) -> None:
    """Working hours that a duty, or the rest after it, falls on, counted by the quarter of an hour over a fortnight's week line."""
    duties = duties_of(assumptions().parts, ["evening", "night", "weekend"], 2, 12, joined=joined)
    quarters = np.arange(0, 336, 0.25) + 0.125
    work = np.zeros(len(quarters), dtype=bool)
    for start, end in DAY_WORK:
        work |= ((quarters % 168) > start) & ((quarters % 168) < end)
    lost = 0.0
    for duty in duties:
        busy = np.zeros(len(quarters), dtype=bool)
        for start, end in duty.shifts:
            busy |= (quarters > start) & (quarters < end + rest)
        lost += float((busy & work).sum()) / 4
    assert day_work_lost(duties, rest) == pytest.approx(lost)
