"""Who can take duties: doctors and nurses by party, from numbers as given, figures of an edition, or population over an assumed list size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Missing
from samvirke.measures.gaps import municipalities
from samvirke.measures.membership import Membership, membership, places
from samvirke.planning._admissions import members_partly_known
from samvirke.planning._asked import Asked, Given
from samvirke.vocabulary import Hours, terms
from samvirke.vocabulary._terms import DatedValue, Strict, read_yaml, without_keywords
from samvirke.vocabulary.dates import DateInterval
from samvirke.vocabulary.language import LANGUAGES, Text, listing

MOST_PEOPLE = 10_000
MOST_PARTIES = 100


class Assumptions(Strict):
    """What rosters rest on where nothing else is given, as `rosters.yaml` holds it."""

    limits: dict[str, DatedValue]
    assumed: dict[str, DatedValue]
    parts: dict[str, list[tuple[float, float]]]

    def values(self) -> Mapping[str, DatedValue]:
        """Return all by name."""
        return {**self.limits, **self.assumed}


@cache
def assumptions() -> Assumptions:
    """Return what rosters rest on.

    Examples
    --------
    >>> assumptions().limits["rest_hours"].verified
    False
    """
    return Assumptions.model_validate(without_keywords(read_yaml("rosters.yaml", package="samvirke.planning")))


def held(name: str, day: str | None) -> bool:
    """Say whether an assumption with a beginning holds on a day.

    Examples
    --------
    >>> held("rest_hours", "1999-01-01"), held("rest_hours", None)
    (False, True)
    """
    value = assumptions().values()[name]
    when = date.fromisoformat(day) if day else date.today()
    return value.holds(DateInterval(when, when)) == "certain"


@dataclass(frozen=True)
class Group:
    """One set of parties that may share duties, in the order in which they join.

    Parameters
    ----------
    cooperation : str
        Its id; empty where numbers were given.
    parties : tuple of str
        Codes or names.
    doctors, nurses : tuple of float
        Those who can take duties, by party; nurses may be empty.
    hours : tuple of str
        Parts of the week that are covered.
    """

    cooperation: str
    parties: tuple[str, ...]
    doctors: tuple[float, ...]
    nurses: tuple[float, ...]
    hours: tuple[str, ...]


@dataclass(frozen=True)
class People:
    """The groups, the parties' names, what is left out or assumed, and where the numbers come from."""

    groups: tuple[Group, ...]
    names: Mapping[str, str]
    missing: tuple[Missing, ...]
    told: Text


OUT_OF_HOURS = ("evening", "night", "weekend")


def read_hours(asked: Asked, hours: str | None) -> tuple[str, ...]:
    """Read parts of the week, comma-separated; ``all`` is all of them."""
    if hours is None:
        return ()
    known = tuple(assumptions().parts)
    given = [part.strip() for part in hours.replace(";", ",").split(",")]
    if given == ["all"]:
        return known
    chosen = {asked.choice("hours", part, (*known, "all")) for part in given}
    return tuple(part for part in known if part in chosen)


def given_people(asked: Asked, doctors: Given, nurses: Given, names: str | None, hours: tuple[str, ...]) -> People:
    """Read head counts as they were given."""
    counts = asked.numbers("doctors", doctors, most=MOST_PEOPLE)
    if len(counts) > MOST_PARTIES:
        remedy = Text(nb=f"Gi høyst {MOST_PARTIES} parter.", nn=f"Gje høgst {MOST_PARTIES} partar.", en=f"Give at most {MOST_PARTIES} parties.")
        asked.add("doctors", len(counts), remedy)
        counts = ()
    if counts and not sum(counts):
        asked.add("doctors", doctors, Text(nb="Minst én part må ha en lege.", nn="Minst éin part må ha ein lege.", en="At least one party must have a doctor."))
    n = len(counts) or None
    extra = asked.numbers("nurses", nurses, most=MOST_PEOPLE, length=n)
    called = tuple(part.strip() for part in names.split(",")) if names else tuple(str(place + 1) for place in range(len(counts)))
    if n and (len(called) != n or len(set(called)) != n or not all(called)):
        asked.add("names", names or "", Text(nb=f"Gi {n} ulike navn.", nn=f"Gje {n} ulike namn.", en=f"Give {n} different names."))
    told = Text(nb="Antall leger er gitt.", nn="Talet på legar er gjeve.", en="The numbers of doctors are given.")
    return People((Group("", called, counts, extra, hours or OUT_OF_HOURS),), dict(zip(called, called, strict=True)) if names else {}, (), told)


def edition_people(
    asked: Asked, edition: Edition, service: str, cooperation: str | None, order: str | None, hours: tuple[str, ...], list_size: float
) -> People:
    """Take the members of an edition's cooperations, with general practitioners from `figure`, else population over list size."""
    data = membership(edition)
    own = data.cooperations[data.cooperations["service"] == service]
    if own.empty:
        known = {one: listing(data.services, one) or "–" for one in LANGUAGES}
        asked.add(
            "service", service, Text(nb=f"Utgaven har samarbeid om {known['nb']}; velg en av dem.", nn=f"Utgåva har samarbeid om {known['nn']}; vel ei av dei.", en=f"The edition has cooperations on {known['en']}; choose one of them.")
        )  # fmt: skip
    elif cooperation is not None:
        own = own[own["id"] == asked.choice("cooperation", cooperation, [str(one) for one in own["id"]])]
    doctors, reckoned = _doctors(edition, data, list_size)
    nurses = _figure(edition, data, "nurses")
    groups, silent, unknown = [], [], set()
    for column, row in own.iterrows():
        members = _ordered(asked, data, int(str(column)), order if cooperation else None)
        unknown |= {int(place) for place in members if np.isnan(doctors[place])}
        if any(np.isnan(doctors[place]) for place in members):
            continue
        covered = hours or _covered(row["parts"])
        if not hours and not row["parts"]:
            silent.append(str(row["id"]))
        nursing = tuple(float(nurses[place]) for place in members)
        codes = tuple(str(data.codes[place]) for place in members)
        counts = tuple(float(doctors[place]) for place in members)
        groups.append(Group(str(row["id"]), codes, counts, () if np.isnan(nursing).any() else nursing, covered))
    if not groups and len(own):
        remedy = Text(
            nb="Legg til figure.csv med general_practitioners eller population for alle medlemmene, eller gi --doctors.",
            nn="Legg til figure.csv med general_practitioners eller population for alle medlemmene, eller gje --doctors.",
            en="Add figure.csv with general_practitioners or population of all members, or give --doctors.",
        )
        asked.add("figure.general_practitioners", ", ".join(str(data.codes[place]) for place in sorted(unknown)[:10]), remedy)
    used = {code for group in groups for code in group.parties}
    missing = _missing(data, sorted(unknown), sorted(code for code in used if code in reckoned), silent, list_size)
    return People(tuple(groups), edition.names(), (*missing, *members_partly_known(data, service)), _told(list_size))


def _covered(parts: Any) -> tuple[str, ...]:
    if "all" in parts:
        return tuple(assumptions().parts)
    return tuple(part for part in assumptions().parts if part in parts) or OUT_OF_HOURS


def _ordered(asked: Asked, data: Membership, column: int, order: str | None) -> list[int]:
    """Return the members in the order in which they join: as asked, else the host first, then by population and code."""
    members = [int(place) for place in data.by_cooperation[[column]].indices]
    hosts = set(data.hosts.loc[data.hosts["column"] == column, "place"])
    members.sort(key=lambda place: (place not in hosts, -np.nan_to_num(data.population[place]), str(data.codes[place])))
    if order is None:
        return members
    codes = [part.strip() for part in order.split(",")]
    by_code = {str(data.codes[place]): place for place in members}
    if sorted(codes) != sorted(by_code):
        asked.add("order", order, Text(nb=f"Gi alle medlemmene: {', '.join(by_code)}.", nn=f"Gje alle medlemmene: {', '.join(by_code)}.", en=f"Give all members: {', '.join(by_code)}."))  # fmt: skip
        return members
    return [by_code[code] for code in codes]


def _figure(edition: Edition, data: Membership, name: str) -> np.ndarray[Any, Any]:
    """Return the latest figure of each municipality not after the edition's date; NaN where unknown or negative."""
    found = np.full(len(data.codes), np.nan)
    if "figure" in edition:
        figure = edition["figure"]
        own = figure[(figure["figure"] == name) & figure["value"].notna() & (figure["value"] >= 0)]
        own = own[own["year"] <= int(edition.as_of[:4])] if edition.as_of else own
        own = own.sort_values("year").drop_duplicates("municipality", keep="last")
        where = places(own["municipality"], data.codes)
        found[where[where >= 0]] = own["value"].to_numpy(dtype=float)[where >= 0]
    return found


def _doctors(edition: Edition, data: Membership, list_size: float) -> tuple[np.ndarray[Any, Any], set[str]]:
    """Return doctors by municipality, and for whom they are reckoned from the population: to the nearest whole doctor, at least one."""
    counted = _figure(edition, data, "general_practitioners")
    reckoned = np.where(data.population > 0, np.maximum(np.floor(data.population / list_size + 0.5), 1.0), np.nan)
    by_list = np.isnan(counted) & ~np.isnan(reckoned)
    return np.where(by_list, reckoned, counted), {str(code) for code in data.codes[by_list]}


def _missing(data: Membership, unknown: list[int], reckoned: list[str], silent: list[str], list_size: float) -> tuple[Missing, ...]:
    found = []
    if unknown:
        what = municipalities(len(unknown))
        why = Text(
            nb=f"Verken fastleger eller folketall er kjent for {what.nb}; samarbeidene deres er utenfor",
            nn=f"Verken fastlegar eller folketal er kjende for {what.nn}; samarbeida deira er utanfor",
            en=f"Neither general practitioners nor population of {what.en} are known; their cooperations are left out",
        )
        found.append(Missing("figure", tuple(str(data.codes[place]) for place in unknown), why))
    if reckoned:
        what = municipalities(len(reckoned))
        why = Text(
            nb=f"Leger er antatt ut fra folketallet, én per {list_size:g} innbyggere, for {what.nb}",
            nn=f"Legar er rekna ut frå folketalet, éin per {list_size:g} innbyggjarar (gått ut frå), for {what.nn}",
            en=f"Doctors are assumed from the population, one per {list_size:g} inhabitants, for {what.en}",
        )
        found.append(Missing("figure", tuple(reckoned), why))
    if silent:
        ids = ", ".join(silent[:10]) + (f" (+{len(silent) - 10})" if len(silent) > 10 else "")
        why = Text(
            nb=f"Åpningstiden er ukjent og antatt kveld, natt og helg: {ids}",
            nn=f"Opningstida er ukjend og rekna som kveld, natt og helg: {ids}",
            en=f"Hours are unknown and assumed to be evening, night and weekend: {ids}",
        )
        found.append(Missing("cooperation", (), why))
    return tuple(found)


def _told(list_size: float) -> Text:
    return Text(
        nb=f"Leger er tallet general_practitioners i utgaven, ellers folketallet delt på {list_size:g} (antatt), minst én.",
        nn=f"Legar er talet general_practitioners i utgåva, elles folketalet delt på {list_size:g} (gått ut frå), minst éin.",
        en=f"Doctors are the figure general_practitioners of the edition, else the population over {list_size:g} (assumed), at least one.",
    )


def weekly_hours(part: str) -> int:
    """Return the hours a week of a part, as the vocabulary has them.

    Examples
    --------
    >>> weekly_hours("night")
    45
    """
    term = terms("hours")[part]
    return term.weekly_hours if isinstance(term, Hours) else 0


def frame_of(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Lay rows out as a table without the columns that hold nothing."""
    frame = pd.DataFrame(rows)
    return frame.drop(columns=[column for column in frame if frame[column].isna().all()])
