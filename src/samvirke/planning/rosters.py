"""How often each doctor and nurse is on duty, how that changes with each partner, and what happens when one leaves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from samvirke.edition import Edition
from samvirke.finding import Coverage, Finding
from samvirke.planning._asked import Asked, Given
from samvirke.planning._roster_people import Group, People, assumptions, edition_people, frame_of, given_people, held, read_hours
from samvirke.planning._roster_words import METHOD, QUESTION, limits_told, statement
from samvirke.planning._rotation import YEAR_WEEKS, Duty, day_work_lost, duties_of, every_nth, hours_each, shortest_rest
from samvirke.vocabulary.language import Text

PERSON = "one_person"


@dataclass(frozen=True)
class Rules:
    """What a roster is held against and made with, as `rosters` was asked."""

    rest_hours: float
    most_weekly_hours: float
    least_every: float
    day_work_hours: float
    post_hours: float
    weekend_people: int
    weekend_shift_hours: float
    taking_part: float
    tiers: Mapping[str, int]
    joined: bool


def rosters(
    edition: Edition | None = None,
    *,
    doctors: Given = None,
    nurses: Given = None,
    names: str | None = None,
    service: str = "legevakt",
    cooperation: str | None = None,
    order: str | None = None,
    hours: str | None = None,
    doctors_on_duty: str | int = 1,
    doctors_backup: str | int = 0,
    nurses_on_duty: str | int = 0,
    joined: bool = False,
    weekend_people: str | int | None = None,
    weekend_shift_hours: str | float | None = None,
    taking_part: str | float = 1.0,
    list_size: str | float | None = None,
    rest_hours: str | float | None = None,
    most_weekly_hours: str | float | None = None,
    least_every: str | float | None = None,
    day_work_hours: str | float | None = None,
    post_hours: str | float | None = None,
) -> Finding:
    """Work out duty frequencies alone, with each partner added, and together, and what one who leaves means.

    Parameters
    ----------
    edition : Edition or None
        Whose cooperations to reckon for; None with `doctors`.
    doctors, nurses : sequence of float or str
        Those who can take duties, by party in the order in which they join; fractions are part-time.
    names, order : str
        What the parties are called; or codes of the members of one `cooperation` in the order in which they join (by default the host first,
        then the largest).
    service, cooperation : str
        Whose members; all cooperations of the service, or one by its id.
    hours : str
        Parts of the week covered: day, evening, night, weekend, comma-separated, or all; by default what the edition says of the cooperation.
    doctors_on_duty, doctors_backup, nurses_on_duty : int
        How many at once: doctors in front, doctors at home behind them, nurses; 0 to 50.
    joined : bool
        Whether evening and night are one duty.
    weekend_people, weekend_shift_hours : float
        How many share a place in a weekend (1 to 4), and hours of a shift there (6, 8, 12, 16, 24 or 48).
    taking_part : float
        Share of the doctors and nurses who take part, above 0 and at most 1.
    list_size : float
        Inhabitants per doctor where an edition does not count its general practitioners, 100 to 10 000.
    rest_hours, most_weekly_hours, least_every, day_work_hours, post_hours : float
        Limits and ordinary hours; by default `rosters.yaml`, none of which is verified.

    Returns
    -------
    Finding
        One row per set of partners and tier. Supporting table `rosters_leaving`: who leaves, and what is left. `result`: sets and leaving.

    Examples
    --------
    >>> rosters(doctors="3,4,5").table["every_nth_night"].tolist()
    [3.0, 4.0, 5.0, 7.0, 12.0]
    """
    return _planned(edition, {name: value for name, value in locals().items() if name != "edition"})


def _planned(edition: Edition | None, given: Mapping[str, Any]) -> Finding:
    asked = Asked()
    rules = _rules(asked, given)
    hours = read_hours(asked, given["hours"])
    list_size = asked.number("list-size", _or_assumed(given, "list_size"), least=100, most=10_000) or 1.0
    if (given["doctors"] is None) == (edition is None):
        remedy = Text(
            nb="Gi en utgave eller --doctors, ikke begge.", nn="Gje ei utgåve eller --doctors, ikkje båe.", en="Give an edition or --doctors, not both."
        )
        asked.add("doctors", given["doctors"] or "", remedy)
        asked.settle()
    if edition is None:
        people = given_people(asked, given["doctors"], given["nurses"], given["names"], hours)
    else:
        people = edition_people(asked, edition, given["service"], given["cooperation"], given["order"], hours, list_size)
        if given["order"] and not given["cooperation"]:
            asked.add("order", given["order"], Text(nb="Velg ett samarbeid med --cooperation.", nn="Vel eitt samarbeid med --cooperation.", en="Choose one cooperation with --cooperation."))  # fmt: skip
    if rules.tiers["nurse"] and not any(group.nurses for group in people.groups) and (edition is not None or given["nurses"] is None):
        remedy = Text(
            nb="Gi --nurses, eller tallet nurses i figure.",
            nn="Gje --nurses, eller talet nurses i figure.",
            en="Give --nurses, or the figure nurses in figure.",
        )
        asked.add("nurses", "", remedy)
    asked.settle()
    return _finding(edition, people, rules, given, list_size)


def _or_assumed(given: Mapping[str, Any], name: str) -> Any:
    return given[name] if given[name] is not None else assumptions().values()[name].value


def _rules(asked: Asked, given: Mapping[str, Any]) -> Rules:
    bounds = {
        "rest_hours": (0, 48), "most_weekly_hours": (1, 168), "least_every": (0, 365), "day_work_hours": (0, 60), "post_hours": (10, 60)
    }  # fmt: skip
    read = {name: asked.number(name.replace("_", "-"), _or_assumed(given, name), least=low, most=high) or 0.0 for name, (low, high) in bounds.items()}
    sharing = asked.number("weekend-people", _or_assumed(given, "weekend_people"), least=1, most=4, whole=True) or 1
    shift = float(asked.choice("weekend-shift-hours", f"{_or_assumed(given, 'weekend_shift_hours')}".removesuffix(".0"), ("6", "8", "12", "16", "24", "48")))
    part = asked.number("taking-part", given["taking_part"], least=0, most=1)
    if part == 0:
        asked.add("taking-part", given["taking_part"], Text(nb="Gi en andel over 0.", nn="Gje ein del over 0.", en="Give a share above 0."))
    options = {"doctor": "doctors_on_duty", "doctor_backup": "doctors_backup", "nurse": "nurses_on_duty"}
    tiers = {tier: int(asked.number(name.replace("_", "-"), given[name], most=50, whole=True) or 0) for tier, name in options.items()}
    if not any(tiers.values()) and not asked.problems:
        asked.add("doctors-on-duty", 0, Text(nb="Minst én må ha vakt.", nn="Minst éin må ha vakt.", en="At least one must be on duty."))
    return Rules(**read, weekend_people=int(sharing), weekend_shift_hours=shift, taking_part=part or 1.0, tiers=tiers, joined=bool(given["joined"]))


def roster_row(tier: str, people: float, duties: Sequence[Duty], rules: Rules) -> dict[str, Any]:
    """Reckon one tier with so many people: frequency, hours, rest, and which limits it breaks.

    Returns
    -------
    dict
        tier, people, on_duty, every_nth_evening, every_nth_night, every_nth_weekend (every so manyth; NaN where not covered), duties_per_year,
        duty_hours_per_week, day_work_lost_hours_per_week, hours_per_week, full_posts (nurses), shortest_rest_hours (in a plain rotation),
        limits_broken (a list of too_few, rest, weekly_hours, frequency; a tier at home is held against frequency alone).
    """
    places = rules.tiers[tier]
    has = {duty.part for duty in duties}
    often = {
        part: every_nth(people, places, min(rules.weekend_people, sum(duty.part == part for duty in duties)) if part == "weekend" else 1) if part in has else math.nan
        for part in ("evening", "night", "weekend")
    }  # fmt: skip
    own = hours_each(duties, people, places)
    works_days = tier == "doctor"
    lost = day_work_lost(duties, rules.rest_hours) / 40 * rules.day_work_hours * places / people if people and works_days else math.nan
    total = own + max(rules.day_work_hours - lost, 0.0) if works_days else own
    rest = shortest_rest(duties, int(people), places)
    broken = _broken(people, places, rest, total, _tightest(often), rules, tier)
    return {
        "tier": tier,
        "people": people,
        "on_duty": places,
        **{f"every_nth_{part}": value for part, value in often.items()},
        "duties_per_year": len(duties) * places / people * YEAR_WEEKS if people else math.nan,
        "duty_hours_per_week": own if people else math.nan,
        "day_work_lost_hours_per_week": min(lost, rules.day_work_hours) if works_days else math.nan,
        "hours_per_week": (total if people else math.nan) if tier != "doctor_backup" else math.nan,
        "full_posts": sum(duty.hours for duty in duties) * places / rules.post_hours if tier == "nurse" and rules.post_hours else math.nan,
        "shortest_rest_hours": rest if math.isfinite(rest) else math.nan,
        "limits_broken": broken,
    }


def _broken(people: float, places: int, rest: float, total: float, often: float, rules: Rules, tier: str) -> list[str]:
    if people < places:
        return ["too_few"]
    at_home = tier == "doctor_backup"
    checks = {
        "rest": not at_home and rest < rules.rest_hours,
        "weekly_hours": not at_home and total > rules.most_weekly_hours + 1e-9,
        "frequency": tier != "nurse" and often < rules.least_every - 1e-9,
    }
    return [name for name, breaks in checks.items() if breaks]


def _tightest(often: Mapping[str, float]) -> float:
    """Return the frequency that a limit is held against: of evenings and nights, of weekends only where nothing else is covered."""
    known = {part: value for part, value in often.items() if not math.isnan(value)}
    return min((value for part, value in known.items() if part != "weekend"), default=known.get("weekend", math.inf))


def _duties(group: Group, rules: Rules) -> tuple[Duty, ...]:
    return duties_of(assumptions().parts, group.hours, rules.weekend_people, rules.weekend_shift_hours, joined=rules.joined)


def _counts(group: Group, tier: str) -> tuple[float, ...]:
    return group.nurses if tier == "nurse" else group.doctors


def _sets(group: Group, rules: Rules) -> list[dict[str, Any]]:
    """Reckon each party alone, then with each partner added, the last being all together."""
    n, duties, rows = len(group.parties), _duties(group, rules), []
    chosen = [("alone", (place,)) for place in range(n)] + [("all" if size == n else "added", tuple(range(size))) for size in range(2, n + 1)]
    for step, who in chosen:
        for tier, places in rules.tiers.items():
            counts = _counts(group, tier)
            if places and counts:
                row = roster_row(tier, sum(counts[place] for place in who) * rules.taking_part, duties, rules)
                rows.append({"cooperation": group.cooperation, "roster_step": step, "partners": [group.parties[place] for place in who], **row})
    return rows


def _leaving(group: Group, rules: Rules) -> list[dict[str, Any]]:
    """Reckon what is left when one person, or one of the partners, leaves all together."""
    rows, duties = [], _duties(group, rules)
    for tier, places in rules.tiers.items():
        counts = _counts(group, tier)
        if not places or not counts:
            continue
        everybody = sum(counts) * rules.taking_part
        gone = [(PERSON, min(1.0, everybody))] + (
            [(party, own * rules.taking_part) for party, own in zip(group.parties, counts, strict=True)] if len(counts) > 1 else []
        )
        for who, fewer in gone:
            row = roster_row(tier, everybody - fewer, duties, rules)
            kept = ("tier", "people", "every_nth_night", "every_nth_weekend", "duty_hours_per_week", "limits_broken")
            rows.append({"cooperation": group.cooperation, "leaves": who, **{name: row[name] for name in kept}})
        rows[-len(gone)]["people_to_spare"] = _to_spare(tier, everybody, duties, rules)
    return rows


def _to_spare(tier: str, people: float, duties: Sequence[Duty], rules: Rules) -> float:
    """Return how many can leave before more limits are broken than now; the limits ease with people, so the border is found by halving."""
    now = roster_row(tier, people, duties, rules)["limits_broken"]
    low, high = 0, int(people)
    while low < high:
        middle = (low + high + 1) // 2
        worse = set(roster_row(tier, people - middle, duties, rules)["limits_broken"]) - set(now)
        low, high = (low, middle - 1) if worse else (middle, high)
    return float(low)


def _finding(edition: Edition | None, people: People, rules: Rules, given: Mapping[str, Any], list_size: float) -> Finding:
    rows = [row for group in people.groups for row in _sets(group, rules)]
    left = [row for group in people.groups for row in _leaving(group, rules)]
    day = edition.as_of if edition else None
    told = [
        (name, value, _or_assumed(given, name), given[name] is not None)
        for name, value in assumptions().values().items()
        if name != "list_size" or edition is not None
    ]
    rests = {
        name: {"value": used, "given": own, "reference": "given" if own else value.reference, "verified": own or value.verified, "held": own or held(name, day)}
        for name, value, used, own in told
    }
    table, leaving = frame_of([_named(row, people) for row in rows]), frame_of([_named(row, people) for row in left])
    parties = {party for group in people.groups for party in group.parties}
    options = (
        {name: value for name, value in given.items() if value is not None}
        | {name: one["value"] for name, one in rests.items()}
        | ({"list_size": list_size} if edition else {})
    )
    hide = ["cooperation"] if edition is None else []
    table = table.drop(columns="duties_per_year", errors="ignore")  # it stands in result: the table is wide enough
    return Finding(
        id="plan_rosters",
        edition=edition.name if edition else "",
        question=QUESTION,
        statement=statement(people, rows, left, rules.tiers),
        method=METHOD + people.told + limits_told({name: one for name, one in rests.items() if name in assumptions().limits}),
        table=table.drop(columns=hide),
        coverage=Coverage(len(parties), {"parties": len(parties), "groups": len(people.groups)}, people.missing),
        supporting={"rosters_leaving": leaving.drop(columns=hide)},
        options={**options, **({"date": day} if edition else {})},
        constructed=edition.constructed if edition else False,
        result={"sets": rows, "leaving": left, "rests_on": rests},
    )  # fmt: skip


def _named(row: Mapping[str, Any], people: People) -> dict[str, Any]:
    """Name the parties as their readers know them."""
    named = {
        name: [people.names.get(one, one) for one in value] if name == "partners" else people.names.get(value, value) if name == "leaves" else value
        for name, value in row.items()
    }
    return {name: np.nan if value is None else value for name, value in named.items()}
