"""What an agreement says of time: the notice of withdrawal, how long it lasts, and when the tasks are handed over."""

from __future__ import annotations

import re
from dataclasses import dataclass

from samvirke.agreements import _words
from samvirke.agreements._dates import MONTHS, Written, dates, signed
from samvirke.agreements._periods import Period, periods
from samvirke.agreements.passages import Passage, Passages


@dataclass(frozen=True)
class Said:
    """A value and the passage that says it."""

    value: str
    passage: Passage


def _any(name: str) -> re.Pattern[str]:
    return _words.terms()[name]


def notice(text: Passages, settles: set[Passage]) -> Said | None:
    """Months of notice: the length of time that stands with the notice, in a sentence on leaving or one that follows on it."""
    heading, other = _words.kinds()["withdrawal"].heading, _words.kinds()["withdrawal"].other
    found: list[tuple[tuple[int, int, int], Said]] = []
    leaving = -9
    for at, one in enumerate(text.sentences):
        headed = bool(heading.search(one.heading))
        own = bool(_any("leaving").search(one.text))
        near = at - leaving <= 2 and text.sentences[leaving].section == one.section if leaving >= 0 else False
        if own and not other.search(one.text):
            leaving = at
        if one.row or other.search(one.text) or one not in settles or not (own or ((headed or near) and not _any("changes").search(one.text))):
            continue
        for period in periods(one.text):
            strength = _strength(one.text, period)
            if not strength and headed and len(one.text.split()) <= 12 and not _any("not_notice_before").search(one.text[: period.begin]):
                strength = 1
            if strength:
                hosts = bool(_any("host_leaves").search(one.text[: period.begin].rsplit(". ", 1)[-1]))
                found.append(((int(hosts), -strength, at), Said(str(period.months), one)))
    return min(found, key=lambda each: each[0])[1] if found else None


def _strength(text: str, period: Period) -> int:
    """Say how plainly a length of time is a notice: 2 with the word right by it, 1 with it further off, else 0."""
    before, after = text[max(0, period.begin - 70) : period.begin], text[period.end : period.end + 60]
    if _any("no_leaving").search(text[: period.begin]):
        return 0
    if _any("notice_after").match(after):
        return 2
    if _any("not_notice_before").search(before):
        return 0
    return 1 if _any("notice_before").search(before) else 0


def lasting(text: Passages, settles: set[Passage]) -> Said | None:
    """How long the agreement lasts: indefinite, a last day, or years."""
    heading, other = _words.kinds()["duration"].heading, _words.kinds()["duration"].other
    found: list[tuple[tuple[int, int], Said]] = []
    for at, one in enumerate(text.sentences):
        headed = bool(heading.search(one.heading))
        if one.row or other.search(one.text) or one not in settles or not (headed or _any("agreement").search(one.text)):
            continue
        value = _length(one.text, headed=headed)
        if value:
            found.append(((0 if headed or _any("lasts").search(one.text) else 1, at), Said(value, one)))
    return min(found, key=lambda each: each[0])[1] if found else None


def _length(text: str, *, headed: bool) -> str | None:
    trial = re.search(r"prøve", text, re.IGNORECASE)
    last, years = _last_day(text, headed=headed), _years(text, headed=headed)
    if _any("endless").search(text) and last is None and (years is None or trial):
        return "indefinite"
    return last or years


def _last_day(text: str, *, headed: bool) -> str | None:
    """Return the day that stands as the last, also the end of a month or year."""
    found = dates(text)
    for at, one in enumerate(found):
        before = text[: one.begin]
        ranged = at and re.fullmatch(r"\s*[-–—]\s*", text[found[at - 1].end : one.begin])
        lasts = headed or _any("lasts").search(before[-110:])
        if lasts and len(one.value) == 10 and (ranged or _any("last_day_before").search(before)) and not _any("not_last_day").search(before[-90:]):
            return one.value
    for match in _any("end_of").finditer(text):
        told = {name.rstrip("_"): value for name, value in match.groupdict().items() if value}
        year, number = int(told["year"]), MONTHS[told.get("month", "desember").lower()]
        if (headed or _any("lasts").search(text[: match.end()])) and not _any("not_last_day").search(text[: match.start()][-90:]):
            return f"{year}-{number:02d}-{_days(year, number)}"
    return None


def _days(year: int, month: int) -> int:
    return 31 if month in (1, 3, 5, 7, 8, 10, 12) else 30 if month != 2 else 29 if year % 4 == 0 else 28


def _years(text: str, *, headed: bool) -> str | None:
    for one in periods(text):
        before, after = text[: one.begin][-70:], text[one.end :]
        inflected = re.search(r"årig\w*$", text[one.begin : one.end], re.IGNORECASE)
        fits = inflected or _any("years_before").search(before) or (headed and not before.strip(" :-–"))
        if (
            one.whole_years
            and fits
            and not _any("not_years_before").search(before)
            and not _any("not_years_after").match(after)
            and (headed or inflected or _any("lasts").search(before))
        ):
            return f"{one.months // 12} years"
    return None


def handed_over(text: Passages, settles: set[Passage]) -> Said | None:
    """The day that the tasks are handed over, else the day that the agreement takes effect."""
    heading, other = _words.kinds()["transfer"].heading, _words.kinds()["transfer"].other
    found: list[tuple[tuple[int, int], Said]] = []
    for at, one in enumerate(text.sentences):
        if one.row or other.search(one.text) or one not in settles or _any("duty").search(one.text):
            continue
        written = _with_year(text, one.text)
        for place, day in enumerate(written):
            begin = written[place - 1].end if place else 0
            end = written[place + 1].begin if place + 1 < len(written) else len(one.text)
            before = one.text[begin : day.begin]
            after = re.split(r";|,\s+men\b|\.\s+(?=[A-ZÆØÅ])|,\s+og\s+(?=(?:avtal|tilbod|tilbud)\w*\s+(?:gjeld|skal))", one.text[day.end : end])[0]
            if place + 1 < len(written):
                after = re.sub(r"(?:,|\s+og)\s+[^,]*$", "", after)
            rank = _rank(before, after, headed=bool(heading.search(one.heading)) and len(written) == 1)
            if rank is not None and len(day.value) == 10:
                found.append(((rank, at), Said(day.value, one)))
    return min(found, key=lambda each: each[0])[1] if found else None


def _rank(before: str, after: str, *, headed: bool) -> int | None:
    """Say what a day is: 0 handing over, 1 taking effect, 2 beginning, 3 alone under such a heading; None for anything else."""
    near = before[-130:] + " # " + after[:70]
    if _any("not_start_before").search(before[-45:]) or _any("not_start_after").match(after):
        return None
    for rank, name in enumerate(("hands_over", "takes_effect", "begins")):
        if _any(name).search(near):
            return None if _any("not_start").search(near) and not (rank < 2 and _any("from_day").search(before)) else rank
    return 3 if headed and not _any("not_start").search(near) and len(before.split()) <= 4 else None


def _with_year(text: Passages, sentence: str) -> list[Written]:
    """Return the days of a sentence, also those told by the turn of a year, or by this year or the next."""
    found = dates(sentence)
    for match in _any("turn_of_year").finditer(sentence):
        year = int(match["turn"]) + 1 if match["turn"] else int(match["new_year"])
        found = [one for one in found if one.end <= match.start() or one.begin >= match.end()]
        found.append(Written(f"{year}-01-01", match.start(), match.end()))
    for match in _any("this_year").finditer(sentence):
        day = signed(text)
        if day is not None:
            year = int(day.value[:4]) + (1 if re.search(r"neste|påfølg|komande", match["which"], re.IGNORECASE) else 0)
            found += [Written(one.value, match.start(), match.end()) for one in dates(f"{match['day']} {year}")]
    return sorted(found, key=lambda one: one.begin)
