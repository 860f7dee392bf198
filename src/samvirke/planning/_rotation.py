"""A duty roster as a plain rotation: the same people take the duties in turn, week after week.

A *duty* is what one person takes at a time: one shift, or several in a weekend with others between. The week's duties, each with its number of
places, are laid in a row by their beginning; the places go round the n people. With k places a duty and n people everyone has the share k/n of
every kind of duty, so *every (n/k)-th*. Since the row repeats every week, person and duty need not be drawn up: place s and place s + n have the
same person, so the shortest rest is the least gap between them, over the places of one week.

A rota that people draw up by hand can keep longer rests than the plain rotation with the same number of people, never another mean frequency.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WEEK_HOURS = 168.0
YEAR_WEEKS = 365.25 / 7
DAY_WORK = tuple((24.0 * day + 8, 24.0 * day + 16) for day in range(5))

Shift = tuple[float, float]


@dataclass(frozen=True)
class Duty:
    """What one person takes at a time: the part of the week, and its shifts from the hour of the week to the hour."""

    part: str
    shifts: tuple[Shift, ...]

    @property
    def hours(self) -> float:
        """Hours worked."""
        return sum(end - start for start, end in self.shifts)


def duties_of(
    parts: Mapping[str, Sequence[Sequence[float]]], covered: Sequence[str], weekend_people: int, weekend_shift_hours: float, *, joined: bool
) -> tuple[Duty, ...]:
    """Return the duties of a week for the parts of it that are covered, in order.

    Parameters
    ----------
    parts : Mapping of str to sequences
        When each part of the week is, in hours from Monday 0:00.
    covered : sequence of str
        Those of day, evening, night and weekend that the service has.
    weekend_people : int
        How many share a place in a weekend, turn about by shift.
    weekend_shift_hours : float
        Hours of a shift in the weekend; divides 48.
    joined : bool
        Whether evening and night are one duty.

    Examples
    --------
    >>> parts = {"evening": [[16, 23]], "night": [[23, 32]], "weekend": [[128, 176]]}
    >>> [duty.shifts for duty in duties_of(parts, ["evening", "night"], 2, 12, joined=True)]
    [((16, 32),)]
    >>> [duty.shifts for duty in duties_of(parts, ["weekend"], 2, 12, joined=False)]
    [((128, 140), (152, 164)), ((140, 152), (164, 176))]
    """
    found = []
    for part in covered:
        if part == "weekend":
            count = round(48 / weekend_shift_hours)
            shifts = [(128 + weekend_shift_hours * place, 128 + weekend_shift_hours * (place + 1)) for place in range(count)]
            found += [Duty(part, tuple(shifts[first::weekend_people])) for first in range(min(weekend_people, count))]
        elif joined and part == "night" and "evening" in covered:
            continue
        elif joined and part == "evening" and "night" in covered:
            found += [Duty("night", ((evening[0], night[1]),)) for evening, night in zip(parts["evening"], parts["night"], strict=True)]
        else:
            found += [Duty(part, ((start, end),)) for start, end in parts[part]]
    return tuple(sorted(found, key=lambda duty: duty.shifts[0][0]))


def every_nth(people: float, places: int, sharing: int = 1) -> float:
    """Return how far apart one person's turns are: people / (places x those who share one).

    Parameters
    ----------
    people : float
        Those who take turns, 0 or more; fractions are part-time.
    places : int
        On duty at once, 1 or more.
    sharing : int
        People who share one place of the same evening, night or weekend.

    Examples
    --------
    >>> every_nth(12, 1), every_nth(12, 1, sharing=2)
    (12.0, 6.0)
    """
    return people / (places * sharing)


def hours_each(duties: Sequence[Duty], people: float, places: int) -> float:
    """Return the hours of duty a week of each person; infinite without people.

    Examples
    --------
    >>> hours_each([Duty("night", ((23, 32),))] * 5, 9, 1)
    5.0
    """
    return sum(duty.hours for duty in duties) * places / people if people else math.inf


def shortest_rest(duties: Sequence[Duty], people: int, places: int) -> float:
    """Return the shortest time in hours between two shifts of one person in the plain rotation; negative when they overlap, infinite for none.

    Examples
    --------
    >>> nights = [Duty("night", ((23 + 24 * day, 32 + 24 * day),)) for day in range(5)]
    >>> shortest_rest(nights, 1, 1), shortest_rest(nights, 2, 1)
    (15.0, 39.0)
    """
    row = [duty for duty in duties for _ in range(places)]
    if not row or people < 1:
        return math.inf
    rest = min((later[0] - earlier[1] for duty in duties for earlier, later in zip(duty.shifts, duty.shifts[1:], strict=False)), default=math.inf)
    for place, duty in enumerate(row):
        weeks, other = divmod(place + people, len(row))
        rest = min(rest, _gap(duty, row[other], weeks * WEEK_HOURS))
    return rest


def _gap(first: Duty, second: Duty, later: float) -> float:
    """Return the least time between shifts of two duties, the second so many hours later than written; where they overlap, how much, negative."""
    gaps = []
    for start, end in first.shifts:
        for begin, finish in second.shifts:
            gaps.append(begin + later - end if begin + later >= start else start - finish - later)
    return min(gaps)


def day_work_lost(duties: Sequence[Duty], rest_hours: float) -> float:
    """Return the ordinary working hours, of forty a week, that duties and the rest after them fall on, for one place manned all week.

    Examples
    --------
    >>> nights = [Duty("night", ((23 + 24 * day, 32 + 24 * day),)) for day in range(5)]
    >>> day_work_lost(nights, 11), day_work_lost(nights, 0)
    (32.0, 0.0)
    """
    lost = 0.0
    for duty in duties:
        taken = [(start, end + rest_hours) for start, end in duty.shifts]
        merged: list[tuple[float, float]] = []
        for start, end in taken:
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        lost += sum(
            max(min(end, stop + week) - max(start, begin + week), 0.0) for start, end in merged for begin, stop in DAY_WORK for week in (0.0, WEEK_HOURS)
        )
    return lost
