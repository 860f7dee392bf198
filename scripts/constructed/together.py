"""Who cooperates: groups that recur in some counties, neighbours only in the others, and how memberships followed municipal changes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from constructed.draws import Draws
from constructed.effects import AT_5000, BUILT_SHARE, DECAY_KM, FIDELITY, ODDS_PER_DOUBLING, OTHER_COUNTY, TAKES_PART, TOGETHER
from constructed.people import Country, Municipality

OWN_SERVICE = (
    "responssenter",
    "Responssenter for trygghetsalarmer",
    "Responssenter for tryggleiksalarmar",
    "Response centre for personal alarms",
    False,
    False,
)
REFORM_YEAR = 2013


@dataclass
class Cooperation:
    """A cooperation with its members by index among the municipalities of 2010, the host first."""

    service: str
    members: list[int]
    start: str
    hours: str = ""
    end: str = ""
    model: str = ""
    id: str = ""
    name: str = ""
    known: str = "all"
    left: dict[int, str] = field(default_factory=dict)
    joined: dict[int, str] = field(default_factory=dict)

    @property
    def host(self) -> int:
        """Where the service is."""
        return self.members[0]


@dataclass(frozen=True)
class Roles:
    """What each municipality applied as for acute beds, and the group that recurs for each in the counties that have such."""

    role: tuple[str, ...]
    group: dict[int, int]


def make_roles(before: Sequence[Municipality]) -> Roles:
    """Draw roles by population alone, and in the counties that have recurring groups the group (its host) of each municipality.

    All roles are drawn anew until the hosts in those counties are BUILT_SHARE of all, to two hundredths.
    """
    draws = Draws("roles")
    factor = [ODDS_PER_DOUBLING ** math.log2(one.population[REFORM_YEAR] / 5_000) for one in before]
    while True:
        role = [draws.pick(("alone", "host", "participant"), (AT_5000["alone"] * own, AT_5000["host"] * own, 1.0)) for own in factor]
        counties = [one.county for one, own in zip(before, role, strict=True) if own == "host"]
        if abs(sum(county in TOGETHER for county in counties) / len(counties) - BUILT_SHARE) < 0.02:
            break
    group: dict[int, int] = {}
    hosts = [index for index, own in enumerate(role) if own == "host" and before[index].county in TOGETHER]
    others = [index for index, own in enumerate(role) if own != "host" and before[index].county in TOGETHER]
    for members in attach(Draws("groups"), before, hosts, others):
        group |= dict.fromkeys(members, members[0])
    return Roles(tuple(role), group)


def attach(draws: Draws, before: Sequence[Municipality], seats: Sequence[int], others: Sequence[int]) -> list[list[int]]:
    """Let each of the others join a seat, nearer ones more likely, and no seat be alone."""
    found = {seat: [seat] for seat in seats}
    for one in others:
        found[_seat(draws, before, seats, one)].append(one)
    _fill(before, found)
    return list(found.values())


def _fill(before: Sequence[Municipality], found: dict[int, list[int]]) -> None:
    """Give a seat that nobody joined the nearest member of a group that can spare one."""
    for seat, members in found.items():
        if len(members) == 1:
            spare = [one for own in found.values() if len(own) > 2 for one in own[1:]]
            near = min(spare, key=lambda one, seat=seat: before[one].km(before[seat]))
            next(own for own in found.values() if near in own).remove(near)
            members.append(near)


def _seat(draws: Draws, before: Sequence[Municipality], seats: Sequence[int], one: int) -> int:
    weights = [math.exp(-before[one].km(before[seat]) / DECAY_KM) * (1.0 if before[one].county == before[seat].county else OTHER_COUNTY) for seat in seats]
    return draws.pick(seats, weights)


def core(before: Sequence[Municipality], roles: Roles, service: str) -> list[list[int]]:
    """Draw the groups of one of the three core services, the host first in each."""
    draws = Draws(service)
    hosts = sorted(set(roles.group.values()))
    found = {host: [host] for host in hosts}
    for one in sorted(roles.group):
        takes_part = roles.role[one] == "participant" if service == "ohjelp" else draws.chance(TAKES_PART[service])
        if one not in found and takes_part:
            found[roles.group[one] if draws.chance(FIDELITY[service]) else _seat(draws, before, hosts, one)].append(one)
    if service == "ohjelp":
        _fill(before, found)
    same = [members for members in found.values() if len(members) > 1]
    if service == "barnevern":
        same = [_with_host(draws, before, members) for members in same]
    near = [index for index, one in enumerate(before) if one.county not in TOGETHER]
    if service == "ohjelp":
        seats = [one for one in near if roles.role[one] == "host"]
        others = [one for one in near if roles.role[one] == "participant"]
    else:
        taking = [one for one in near if draws.chance(TAKES_PART[service])]
        seats = [
            seat
            for county in sorted({before[one].county for one in taking})
            for seat in _seats(draws, before, [one for one in taking if before[one].county == county])
        ]
        others = [one for one in taking if one not in seats]
    return same + attach(draws, before, seats, others)


def _seats(draws: Draws, before: Sequence[Municipality], own: list[int]) -> list[int]:
    left, found = list(own), []
    for _ in range(max(2, round(len(own) / 4.2))):
        found.append(draws.pick(left, [math.sqrt(before[one].population[REFORM_YEAR]) for one in left]))
        left.remove(found[-1])
    return found


def _with_host(draws: Draws, before: Sequence[Municipality], members: list[int]) -> list[int]:
    host = draws.pick(members, [float(before[one].population[REFORM_YEAR]) for one in members])
    return [host, *(one for one in members if one != host)]


def core_cooperations(before: Sequence[Municipality], roles: Roles) -> list[Cooperation]:
    """Draw the cooperations of the three core services with their dates and hours."""
    draws = Draws("cooperations")
    found = []
    for members in core(before, roles, "legevakt"):
        hours = draws.pick(("all", "evening;night;weekend", "evening;night;weekend", "evening;weekend", ""))
        found.append(Cooperation("legevakt", members, draws.day(2002, 2011), hours))
    large = [one for one in found if len(one.members) > 3][:7]
    found += [Cooperation("legevakt", [one.host, *draws.some(one.members[1:], draws.whole(1, 2))], draws.day(2012, 2018), "day") for one in large]
    evening = [one for one in found if one.hours == "evening;weekend"]
    for one in evening:
        other = min(
            (two for two in found if two is not one and two.hours not in ("day", "night")), key=lambda two, one=one: before[two.host].km(before[one.host])
        )
        found.append(Cooperation("legevakt", [*other.members, *one.members], draws.day(2009, 2016), "night"))
    found += [Cooperation("ohjelp", members, draws.day(2012, 2015)) for members in core(before, roles, "ohjelp")]
    found += [Cooperation("barnevern", members, draws.day(2008, 2017)) for members in core(before, roles, "barnevern")]
    return found


def cooperations(core_ones: list[Cooperation], before: Sequence[Municipality]) -> list[Cooperation]:
    """Add the other services, what ended before 2020, and members that came and went; a municipality that ended is no host of these."""
    draws = Draws("other cooperations")
    found = [*core_ones, *_others(draws, before), *_ended(draws, before)]
    _come_and_go(draws, found)
    return found


def _others(draws: Draws, before: Sequence[Municipality]) -> list[Cooperation]:
    found = []
    everyone = range(len(before))
    for county in sorted({one.county for one in before}):
        own = [one for one in everyone if before[one].county == county and draws.chance(0.85)]
        host = max(own, key=lambda one: 0 if before[one].valid_to else before[one].population[REFORM_YEAR])
        found.append(Cooperation("krisesenter", [host, *(one for one in own if one != host)], draws.day(2004, 2012)))
    for service, count, most, years in (
        ("frisklivssentral", 15, 2, (2011, 2019)),
        ("kommuneoverlege", 14, 3, (2006, 2019)),
        ("psykososialt_kriseteam", 9, 4, (2009, 2018)),
    ):
        left = list(everyone)
        for _ in range(count):
            seat = draws.pick(left, [0.0 if before[one].valid_to else math.sqrt(before[one].population[REFORM_YEAR]) for one in left])
            left.remove(seat)
            members = [seat]
            for _ in range(draws.whole(1, most)):
                near = sorted(left, key=lambda one, seat=seat: before[one].km(before[seat]))[:8]
                members.append(draws.pick(near, [math.exp(-before[one].km(before[seat]) / DECAY_KM) for one in near]))
                left.remove(members[-1])
            found.append(Cooperation(service, members, draws.day(*years)))
    for north in (False, True):
        own = [one for one in everyone if (before[one].y > 0) == north and before[one].places[0].isle == 0 and draws.chance(0.45)]
        host = max(own, key=lambda one: 0 if before[one].valid_to else before[one].population[REFORM_YEAR])
        found.append(
            Cooperation(
                OWN_SERVICE[0],
                [host, *(one for one in own if one != host and before[one].km(before[host]) < 150)],
                draws.day(2016, 2019),
                model="intermunicipal_company",
            )
        )
    return found


def _ended(draws: Draws, before: Sequence[Municipality]) -> list[Cooperation]:
    """Draw cooperations that ended before 2020: early ones on emergency care, and some on child welfare."""
    found = []
    for service, count, start, end in (("legevakt", 5, (2002, 2004), (2007, 2010)), ("frisklivssentral", 3, (2011, 2013), (2016, 2019))):
        for seat in draws.some([one for one in range(len(before)) if not before[one].valid_to], count):
            near = sorted((one for one in range(len(before)) if one != seat), key=lambda one, seat=seat: before[one].km(before[seat]))
            found.append(Cooperation(service, [seat, near[0]], draws.day(*start), "evening;night" if service == "legevakt" else "", end=draws.day(*end)))
    return found


def _come_and_go(draws: Draws, found: list[Cooperation]) -> None:
    """Let some members leave or join along the way."""
    large = [one for one in found if len(one.members) > 4 and not one.end and one.hours not in ("day", "night")]
    for one in draws.some(large, 10):
        year = draws.whole(max(2016, int(one.start[:4]) + 1), 2020)
        (one.left if draws.chance(0.5) else one.joined)[one.members[-1]] = f"{year}-01-01"


def give_names(country: Country, found: list[Cooperation]) -> None:
    """Give each cooperation an id and a name after its host, and say of two that only some members are known."""
    words = {
        "legevakt": "Legevakten i {}", "ohjelp": "Øyeblikkelig hjelp-plassene i {}", "barnevern": "Barnevernet i {}-området", "krisesenter": "Krisesenteret i {}",
        "frisklivssentral": "Frisklivssentralen i {}", "kommuneoverlege": "Felles kommuneoverlege, {}", "psykososialt_kriseteam": "Kriseteamet i {}", OWN_SERVICE[0]: "{} responssenter IKS",
    }  # fmt: skip
    seen: dict[str, int] = {}
    for one in found:
        host = country.before[one.host].name
        one.name = words[one.service].format(host) + {"day": " (dag)", "night": " (natt)"}.get(one.hours, "")
        slug = f"{one.service.replace('_', '-')}-{host.lower()}"
        seen[slug] = seen.get(slug, 0) + 1
        one.id = slug if seen[slug] == 1 else f"{slug}-{seen[slug]}"
    for one in [two for two in found if two.service == "psykososialt_kriseteam"][:2]:
        one.known = "some"


def member_table(country: Country, found: list[Cooperation]) -> pd.DataFrame:
    """Make the table `member`: where municipalities merged, the old code ends and the new one begins; after a split the membership ends."""
    rows: list[tuple[str, str, str, str, str]] = []
    for one in found:
        own: dict[str, tuple[str, str, str]] = {}
        for index in one.members:
            code = country.before[index].code
            role = "host" if index == one.host else "participant"
            start, end = one.joined.get(index, one.start), one.left.get(index, one.end)
            day, new = country.became.get(code, ("", ""))
            if day and start < day:
                rows.append((one.id, code, start, role, min(day, end) if end else day))
            elif not day:
                own.setdefault(code, (start, role, end))
            if new and (not end or end > day) and new not in own:
                own[new] = (max(day, start), role, end)
        rows += [(one.id, code, start, role, end) for code, (start, role, end) in own.items()]
    return pd.DataFrame(rows, columns=["cooperation", "municipality", "valid_from", "role", "valid_to"])


def end_where_alone(found: list[Cooperation], member: pd.DataFrame) -> pd.DataFrame:
    """End a cooperation, and its last membership, on the day that a municipal change left one member in it."""
    for one in found:
        own = member[(member["cooperation"] == one.id) & (member["valid_to"] == "")]
        if not one.end and len(own) < 2:
            gone = member.loc[(member["cooperation"] == one.id) & (member["valid_to"] != ""), "valid_to"].max()
            one.end = str(gone)
            last = own[own["valid_from"] < one.end]
            member.loc[last.index, "valid_to"] = one.end
            member = member.drop(index=own.index.difference(last.index))
    return member.reset_index(drop=True)


def cooperation_table(found: list[Cooperation]) -> pd.DataFrame:
    """Make the table `cooperation`."""
    rows = [(one.id, one.service, one.name, one.hours, one.model, one.start, one.end, one.known) for one in found]
    return pd.DataFrame(rows, columns=["id", "service", "name", "hours", "model", "valid_from", "valid_to", "members_known"])
