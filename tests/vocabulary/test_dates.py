"""Dates known to the year, month or day, held against every day they may be."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samvirke.vocabulary import DateInterval

DAYS = st.dates(date(1990, 1, 1), date(2030, 12, 31))


def as_written(day: date) -> st.SearchStrategy[str]:
    return st.sampled_from([f"{day:%Y}", f"{day:%Y-%m}", f"{day:%Y-%m-%d}"])


def every_day(interval: DateInterval) -> list[date]:
    return [interval.first + timedelta(days=offset) for offset in range((interval.last - interval.first).days + 1)]


@given(st.data())
def test_comparison_agrees_with_every_day_it_may_be(data: st.DataObject) -> None:
    interval = DateInterval.parse(data.draw(as_written(data.draw(DAYS))))
    cut = data.draw(DAYS)
    before = {day < cut for day in every_day(interval)}
    expected = "possible" if len(before) == 2 else "certain" if before == {True} else "no"
    assert interval.before(cut) == expected
    assert interval.from_(cut) == {"certain": "no", "no": "certain", "possible": "possible"}[expected]


@given(st.data())
def test_within_agrees_with_every_day_it_may_be(data: st.DataObject) -> None:
    interval = DateInterval.parse(data.draw(as_written(data.draw(DAYS))))
    start, end = sorted([data.draw(DAYS), data.draw(DAYS)])
    inside = {start <= day < end for day in every_day(interval)}
    expected = "possible" if len(inside) == 2 else "certain" if inside == {True} else "no"
    assert interval.within(start, end) == expected


@pytest.mark.parametrize("text", ["", "12", "2012-13", "2012-02-30", "12.05.2012", "2012-1-1", "2012/01/01", "Udatert", "0000", "2012-01-01T00:00"])
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        DateInterval.parse(text)


def test_a_year_is_all_its_days() -> None:
    assert len(every_day(DateInterval.parse("2012"))) == 366
    assert every_day(DateInterval.parse("2011-12"))[-1] == date(2011, 12, 31)
