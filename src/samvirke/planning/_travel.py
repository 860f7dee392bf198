"""How many minutes it takes from each municipality to each other: from the edition's travel table, or reckoned from the straight line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from samvirke.edition import Edition, great_circle_km
from samvirke.errors import SamvirkeError, listed
from samvirke.vocabulary.language import LANGUAGES, Text, number

Travel = Literal["table", "straight-line"]
TRAVELS: tuple[Travel, ...] = get_args(Travel)
Array = np.ndarray[Any, Any]

SPEED_KM_PER_HOUR, DETOUR = 60.0, 1.3
"""Assumed where only points are known: the speed on the road, and the road over the straight line."""
SLOWEST_KM_PER_HOUR = 1.0
FASTEST_KM_PER_HOUR = 150.0
"""A travel time that needs more than this along the straight line is impossible by road or sea."""
SLOW_TIMES, SLOW_MINUTES = 10.0, 60.0
"""A travel time is doubtful when it is this many times what the straight line gives, and this many minutes more."""


@dataclass(frozen=True)
class InputProblem:
    """One thing in what was given that cannot be used: where, what it is, and what to do."""

    field: str
    value: str
    remedy: Text


class PlanInputError(SamvirkeError, ValueError):
    """What was given cannot be planned with; ``problems`` holds all of it."""

    def __init__(self, problems: tuple[InputProblem, ...]) -> None:
        heading = Text(
            nb=f"Planen kan ikke lages; {len(problems)} ting må rettes:",
            nn=f"Planen kan ikkje lagast; {len(problems)} ting må rettast:",
            en=f"The plan cannot be made; {len(problems)} {'thing has' if len(problems) == 1 else 'things have'} to be mended:",
        )
        said = (Text(**{one: f"{problem.field}: {problem.value}. {problem.remedy[one]}" for one in LANGUAGES}) for problem in problems)
        super().__init__(listed(heading, said))
        self.problems = problems


@dataclass(frozen=True)
class TravelTimes:
    """Minutes between municipalities, and what is wrong with them.

    Parameters
    ----------
    codes : numpy.ndarray
        Municipality codes, sorted: the order of both axes of `minutes`.
    minutes : numpy.ndarray
        Minutes from the row's municipality to the column's; NaN where unknown, 0 on the diagonal. A table that differs by direction is
        kept as it is. What is impossible is unknown.
    kilometres : numpy.ndarray
        The straight line; NaN where a point is unknown.
    travel : str
        ``table`` or ``straight-line``.
    doubtful : pandas.DataFrame
        Columns from_code, to_code, minutes, straight_line_km, km_per_hour, doubt: ``too_fast`` (impossible, taken as unknown) or
        ``out_of_proportion`` (kept: a detour round a fjord that may be a ferry left out).
    without : tuple of str
        Municipalities of which no travel time to or from any other is known.
    pairs_unknown : int
        Ordered pairs of different municipalities without a travel time.
    """

    codes: Array
    minutes: Array
    kilometres: Array
    travel: Travel
    speed_km_per_hour: float
    detour: float
    doubtful: pd.DataFrame
    without: tuple[str, ...]
    pairs_unknown: int

    def between(self, start: str, end: str) -> float:
        """Return the minutes from one municipality to another."""
        places = {str(code): place for place, code in enumerate(self.codes)}
        return float(self.minutes[places[start], places[end]])

    def told(self) -> Text:
        """Say where the minutes are from, with what was assumed."""
        if self.travel == "table":
            return Text(
                nb="Reisetiden er fra utgavens tabell travel.",
                nn="Reisetida er frå tabellen travel i utgåva.",
                en="The travel time is from the edition's table travel.",
            )
        speed, detour = (
            {language: number(value, language, decimals) for language in LANGUAGES} for value, decimals in ((self.speed_km_per_hour, 0), (self.detour, 1))
        )
        return Text(
            nb=f"Reisetiden er regnet av luftlinjen mellom kommunenes punkter: {speed['nb']} km/t (antatt) og veien {detour['nb']} ganger luftlinjen (antatt); fjorder, ferjer og veier er ikke med.",
            nn=f"Reisetida er rekna av luftlina mellom punkta til kommunane: {speed['nn']} km/t (gått ut frå) og vegen {detour['nn']} gonger luftlina (gått ut frå); fjordar, ferjer og vegar er ikkje med.",
            en=f"The travel time is reckoned from the straight line between the municipalities' points: {speed['en']} km/h (assumed) and a road {detour['en']} times the straight line (assumed); fjords, ferries and roads are not in it.",
        )


def travel_minutes(
    edition: Edition, travel: Travel = "table", speed_km_per_hour: float = SPEED_KM_PER_HOUR, detour: float = DETOUR, *, strict: bool = True
) -> TravelTimes:
    """Read or reckon the minutes between all municipalities of an edition.

    Straight line: minutes = great-circle kilometres x detour / speed x 60, with the haversine formula and the earth's mean radius.

    Parameters
    ----------
    edition : Edition
        Its table ``travel`` (from_code, to_code, minutes) is used, or the points (lon, lat) of its municipalities.
    travel : str
        ``table`` or ``straight-line``.
    speed_km_per_hour : float
        Kilometres an hour, above 0 and at most 150; only for the straight line.
    detour : float
        Length of the road over the straight line, 1 to 5; only for the straight line.
    strict : bool
        Whether municipalities with no travel time at all are refused; otherwise they are only named in `without`.

    Returns
    -------
    TravelTimes

    Raises
    ------
    PlanInputError
        With every problem at once: no table, cells that are no numbers, points missing, an assumption outside its range.

    Examples
    --------
    >>> import pandas as pd
    >>> points = pd.DataFrame({"code": ["a", "b"], "name": ["A", "B"], "valid_from": None, "lon": [10.0, 10.0], "lat": [60.0, 60.5]})
    >>> float(travel_minutes(Edition("toy", {"municipality": points}), "straight-line").minutes[0, 1].round(1))
    72.3
    """
    problems = _assumption_problems(travel, speed_km_per_hour, detour)
    own = edition.municipalities().sort_index()
    codes = own.index.to_numpy(dtype=object)
    kilometres = _kilometres(own)
    if travel == "straight-line":
        minutes = kilometres * detour / speed_km_per_hour * 60 if not problems else np.full(kilometres.shape, np.nan)
    else:
        minutes, found = _from_table(edition, codes)
        problems += found
    np.fill_diagonal(minutes, 0.0)
    doubtful = _doubts(codes, minutes, kilometres) if travel == "table" else _no_doubts()
    fast = doubtful[doubtful["doubt"] == "too_fast"]
    minutes[np.searchsorted(codes, fast["from_code"].to_numpy()), np.searchsorted(codes, fast["to_code"].to_numpy())] = np.nan
    apart = np.isnan(minutes) & ~np.eye(len(codes), dtype=bool)
    without = tuple(str(code) for code in codes[apart.sum(axis=0) + apart.sum(axis=1) == 2 * (len(codes) - 1)]) if len(codes) > 1 else ()
    if strict and without and not problems:
        problems += (_without_problem(travel, without),)
    if problems:
        raise PlanInputError(problems)
    return TravelTimes(codes, minutes, kilometres, travel, speed_km_per_hour, detour, doubtful, without, int(apart.sum()))


def _assumption_problems(travel: str, speed: float, detour: float) -> tuple[InputProblem, ...]:
    found = []
    if travel not in TRAVELS:
        found.append(InputProblem("travel", travel, _use(" | ".join(TRAVELS))))
    if not SLOWEST_KM_PER_HOUR <= speed <= FASTEST_KM_PER_HOUR:
        found.append(InputProblem("speed-km-per-hour", f"{speed:g}", _use(f"{SLOWEST_KM_PER_HOUR:g} <= km/h <= {FASTEST_KM_PER_HOUR:g}")))
    if not 1 <= detour <= 5:
        found.append(InputProblem("detour", f"{detour:g}", _use("1 - 5")))
    return tuple(found)


def _use(allowed: str) -> Text:
    return Text(nb=f"Bruk: {allowed}.", nn=f"Bruk: {allowed}.", en=f"Use: {allowed}.")


def _without_problem(travel: Travel, without: tuple[str, ...]) -> InputProblem:
    shown = ", ".join(without[:10]) + (f" (+{len(without) - 10})" if len(without) > 10 else "")
    if travel == "straight-line":
        remedy = Text(
            nb="Oppgi lon og lat for disse i tabellen municipality, eller ta dem ut.",
            nn="Oppgje lon og lat for desse i tabellen municipality, eller ta dei ut.",
            en="Give lon and lat of these in the table municipality, or leave them out.",
        )
        return InputProblem("municipality.lon, lat", shown, remedy)
    remedy = Text(
        nb="Ingen reisetid til eller fra disse er kjent: legg rader til i tabellen travel, eller bruk --travel straight-line.",
        nn="Inga reisetid til eller frå desse er kjend: legg rader til i tabellen travel, eller bruk --travel straight-line.",
        en="No travel time to or from these is known: add rows to the table travel, or use --travel straight-line.",
    )
    return InputProblem("travel", shown, remedy)


def _kilometres(own: pd.DataFrame) -> Array:
    """Return the straight line between every two municipalities."""
    unknown = pd.Series(np.nan, index=own.index)
    lon, lat = (pd.to_numeric(own[name], errors="coerce").astype(float).to_numpy() if name in own else unknown.to_numpy() for name in ("lon", "lat"))
    first, second = np.meshgrid(np.arange(len(own)), np.arange(len(own)), indexing="ij")
    ends = [pd.Series(values[place.ravel()]) for place in (first, second) for values in (lon, lat)]
    return great_circle_km(*ends).reshape(first.shape)


def _from_table(edition: Edition, codes: Array) -> tuple[Array, tuple[InputProblem, ...]]:
    """Return the table's minutes, and every cell that is no number of minutes."""
    minutes = np.full((len(codes), len(codes)), np.nan)
    if "travel" not in edition:
        remedy = Text(
            nb="Utgaven har ingen tabell travel: legg til travel.csv med from_code, to_code og minutes, eller bruk --travel straight-line.",
            nn="Utgåva har ingen tabell travel: legg til travel.csv med from_code, to_code og minutes, eller bruk --travel straight-line.",
            en="The edition has no table travel: add travel.csv with from_code, to_code and minutes, or use --travel straight-line.",
        )
        return minutes, (InputProblem("travel", "–", remedy),)
    table = edition["travel"]
    places = {str(code): place for place, code in enumerate(codes)}
    start, end = (table[name].astype(str).map(places) for name in ("from_code", "to_code"))
    values = pd.to_numeric(table["minutes"], errors="coerce").astype(float)
    unusable = pd.Series(~np.isfinite(values) | (values < 0), index=table.index)
    problems = []
    for start_code, end_code, cell in list(table.loc[unusable, ["from_code", "to_code", "minutes"]].itertuples(index=False))[:10]:
        remedy = Text(
            nb=f"Minutter må være et tall fra 0 og opp ({int(unusable.sum())} celler er det ikke); ta raden ut der tiden er ukjent.",
            nn=f"Minutt må vere eit tal frå 0 og opp ({int(unusable.sum())} celler er det ikkje); ta rada ut der tida er ukjend.",
            en=f"Minutes must be a number from 0 upwards ({int(unusable.sum())} cells are not); leave the row out where the time is unknown.",
        )
        problems.append(InputProblem(f"travel.minutes {start_code}–{end_code}", str(cell), remedy))
    use = np.asarray(~unusable & start.notna() & end.notna(), dtype=bool)
    minutes[start[use].to_numpy(dtype=int), end[use].to_numpy(dtype=int)] = values[use].to_numpy()
    return minutes, tuple(problems)


def _no_doubts() -> pd.DataFrame:
    return pd.DataFrame(columns=["from_code", "to_code", "minutes", "straight_line_km", "km_per_hour", "doubt"])


def _doubts(codes: Array, minutes: Array, kilometres: Array) -> pd.DataFrame:
    """List travel times that the straight line contradicts, by place in the matrix."""
    apart = ~np.eye(len(codes), dtype=bool)
    with np.errstate(invalid="ignore", divide="ignore"):
        speed = kilometres / (minutes / 60)
        reckoned = kilometres * DETOUR / SPEED_KM_PER_HOUR * 60
        fast = apart & (kilometres > 1) & (speed > FASTEST_KM_PER_HOUR)
        slow = apart & (minutes > SLOW_TIMES * reckoned) & (minutes > reckoned + SLOW_MINUTES)
    rows, cols = np.nonzero(fast | slow)
    if not len(rows):
        return _no_doubts()
    return pd.DataFrame(
        {
            "from_code": codes[rows],
            "to_code": codes[cols],
            "minutes": minutes[rows, cols],
            "straight_line_km": kilometres[rows, cols],
            "km_per_hour": speed[rows, cols],
            "doubt": np.where(fast[rows, cols], "too_fast", "out_of_proportion"),
        }
    )
