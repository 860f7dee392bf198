"""Dates that may be known only to the year or month, and what can be said when they are compared."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

Certainty = Literal["certain", "possible", "no"]

_FORM = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


@dataclass(frozen=True)
class DateInterval:
    """The days that a date as written may mean: a year is 365 or 366 of them, a full date one.

    Parameters
    ----------
    first : datetime.date
        The earliest day it may be.
    last : datetime.date
        The latest day it may be, itself included.

    Examples
    --------
    >>> signed = DateInterval.parse("2012")
    >>> signed.before(date(2012, 7, 1)), signed.before(date(2013, 1, 1)), signed.before(date(2012, 1, 1))
    ('possible', 'certain', 'no')
    """

    first: date
    last: date

    @classmethod
    @lru_cache(maxsize=65536)
    def parse(cls, text: str) -> DateInterval:
        """Read ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.

        Raises
        ------
        ValueError
            When the text is none of the three, or no such day exists.
        """
        match = _FORM.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is not a date: write YYYY, YYYY-MM or YYYY-MM-DD")
        year, month, day = match.groups()
        if day:
            only = date(int(year), int(month), int(day))
            return cls(only, only)
        if month:
            first = date(int(year), int(month), 1)
            return cls(first, first.replace(day=monthrange(first.year, first.month)[1]))
        return cls(date(int(year), 1, 1), date(int(year), 12, 31))

    def before(self, day: date) -> Certainty:
        """Say whether the date lies before the start of `day`."""
        if self.last < day:
            return "certain"
        return "possible" if self.first < day else "no"

    def from_(self, day: date) -> Certainty:
        """Say whether the date is `day` or later."""
        if self.first >= day:
            return "certain"
        return "possible" if self.last >= day else "no"

    def within(self, start: date | None, end: date | None) -> Certainty:
        """Say whether the date is in the time from `start` (included, None is open) to `end` (excluded, None is open)."""
        if start is not None and end is not None and start >= end:
            return "no"
        after_start: Certainty = "certain" if start is None else self.from_(start)
        before_end: Certainty = "certain" if end is None else self.before(end)
        if "no" in (after_start, before_end):
            return "no"
        return "certain" if after_start == before_end == "certain" else "possible"
