"""Opening hours as minutes of the week, and which parts of the week they cover."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np

WEEK = 7 * 24 * 60
_SPAN = re.compile(r"\s*(\d{1,5})\s*-\s*(\d{1,5})\s*")
_HALF = 0.5


@cache
def _masks() -> dict[str, np.ndarray[Any, Any]]:
    """Return which minutes of the week, from Monday 00:00, belong to each part: together they are the whole week, each minute once."""
    minute = np.arange(WEEK)
    weekday, hour = minute // 1440 < 5, minute % 1440 // 60
    day, evening = weekday & (hour >= 8) & (hour < 16), weekday & (hour >= 16) & (hour < 23)
    return {"day": day, "evening": evening, "night": weekday & ~day & ~evening, "weekend": ~weekday}


def parts_of_week(written: str) -> str:
    """Turn opening hours into the parts of the week that they cover at least half of.

    Day is Monday to Friday 08 to 16 (40 hours), evening 16 to 23 (35), night 23 to 08 (45), weekend Saturday and Sunday (48).
    Spans may overlap; one that ends after Sunday 24:00 goes on into Monday.

    Parameters
    ----------
    written : str
        Spans of minutes from Monday 00:00, such as ``"960-1920,2400-3360"``.

    Returns
    -------
    str
        ``all`` when every minute is covered, else a ;-list of day, evening, night and weekend; empty when no part is covered by half.

    Raises
    ------
    ValueError
        When it cannot be read, or a span ends before it begins, begins after the week or ends after the next.

    Examples
    --------
    >>> parts_of_week("480-960,1920-2400,3360-3840,4800-5280,6240-6720"), parts_of_week("0-10080"), parts_of_week("6720-10560")
    ('day', 'all', 'weekend')
    """
    covered = np.zeros(WEEK, dtype=bool)
    for part in written.split(","):
        found = _SPAN.fullmatch(part)
        if found is None:
            raise ValueError(f"{part.strip()!r} is no span of minutes")
        start, end = int(found.group(1)), int(found.group(2))
        if not start < end <= 2 * WEEK or start >= WEEK:
            raise ValueError(f"{part.strip()!r} does not begin in the week, or ends before it begins")
        covered[np.arange(start, end) % WEEK] = True
    if covered.all():
        return "all"
    return ";".join(name for name, mask in _masks().items() if covered[mask].mean() >= _HALF)
