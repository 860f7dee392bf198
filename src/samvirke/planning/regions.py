"""Which municipalities can be one region for a service, each within reach of a host and above a floor of inhabitants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.finding import Coverage, Finding, Missing
from samvirke.measures.gaps import municipalities, population_years
from samvirke.measures.membership import Membership, cooperation_populations, membership
from samvirke.planning._asked import Asked, Given
from samvirke.planning._regions_explaining import Reason, infeasible_reasons, unassigned_reasons
from samvirke.planning._regions_front import Point, front
from samvirke.planning._regions_model import Array
from samvirke.planning._regions_reading import Problem, Wanted, check_services, parts_of, read_problem, read_wanted
from samvirke.planning._regions_search import PROVEN, Objective, Outcome, find_plan
from samvirke.planning._regions_solving import GAP, SEED
from samvirke.planning._regions_words import METHOD, QUESTION, statement
from samvirke.planning._travel import DETOUR, SPEED_KM_PER_HOUR, Travel
from samvirke.running import each
from samvirke.vocabulary.language import Text

TABLE = ["service", "host", "host_name", "members", "population", "max_minutes", "mean_minutes", "ties_kept", "ties_broken"]
CONTIGUITY_MINUTES = 20.0
"""Assumed: two municipalities this near are neighbours even without a common border, as an island and its ferry quay are."""


@dataclass(frozen=True)
class Solution:
    """One part of the country, solved."""

    problem: Problem
    outcome: Outcome
    reasons: tuple[tuple[Reason, ...], ...]
    points: tuple[Point, ...]


def regions(
    edition: Edition,
    *,
    service: str = "legevakt",
    min_population: Given = "10000",
    max_minutes: Given = "60",
    objective: str = "minutes",
    travel: Travel = "table",
    speed_km_per_hour: str | float = SPEED_KM_PER_HOUR,
    detour: str | float = DETOUR,
    relation: str = "nested",
    contiguity: str = "none",
    contiguity_minutes: str | float = CONTIGUITY_MINUTES,
    max_population: str | float | None = None,
    max_members: str | float | None = None,
    hosts: str | Sequence[str] | None = None,
    not_hosts: str | Sequence[str] | None = None,
    together: str | Sequence[str] | None = None,
    apart: str | Sequence[str] | None = None,
    break_price: str | float = 0.0,
    border: str | None = None,
    border_price: str | float = 0.0,
    by: str | None = None,
    pareto: str | None = None,
    points: str | float = 5,
    gap: str | float = GAP,
    seconds: str | float = 60.0,
) -> Finding:
    """Assign every municipality to a host so that each region is above a floor and each member within a limit, with a proven bound.

    Parameters
    ----------
    edition : Edition
        With ``figure`` (population), and ``travel`` or points; ``cooperation`` and ``member`` for ties.
    service : str
        One service, or several, comma-separated.
    min_population, max_minutes : str or float
        Inhabitants of a region at least, and minutes one way to the host at most (0 to 1440); with several services one for each.
    objective : str
        ``minutes``: fewest residents unassigned, then fewest resident-minutes to the host. ``regions``: most regions. ``ties``: most pairs
        that cooperate now in one region. After the last two: fewest unassigned, then fewest minutes.
    travel : str
        ``table`` or ``straight-line``, with `speed_km_per_hour` (1 to 150) and `detour` (1 to 5), both assumed.
    relation : str
        With several services: ``nested`` (a region of the service with the lower floor lies in one of the next, or is in none of it) or
        ``equal`` (the same regions and host, with the highest floor and the lowest limit).
    contiguity : str
        ``none``; ``strong``: from each member a way to the host through members, each nearer to it; ``exact``: any way through members.
    contiguity_minutes, max_population, max_members, break_price : float or None
        Who is a neighbour without a common border; the largest a region may be; resident-minutes that one broken tie counts as.
    hosts, not_hosts, together, apart : str or None
        Codes or names of who must or must not be hosts; groups, written ``a+b,c+d``, in one region each, or no two in the same.
    border, border_price : str or None, float
        ``county`` or a grouping such as ``health_trust``, and minutes that crossing it to the host counts as for each resident.
    by, pareto : str or None
        ``county`` or a grouping: each part by itself, in parallel. Two objectives, comma-separated: a front of `points` plans (2 to 50).
    gap, seconds : float
        The gap (a share) within which minutes are optimal; whole numbers are to be exact. Limit for each part and plan of a front.

    Returns
    -------
    Finding
        One row per region: service, host, host_name, members, population, max_minutes, mean_minutes, ties_kept, ties_broken (ties from
        a member to someone outside). Supporting tables `unassigned`, `plan_levels`, `fragmentation`, `front`, `doubtful`. `result`: the same as an
        object with status, objective, bound and gap.

    Raises
    ------
    PlanInputError
        With every problem at once.
    """
    given = {name: value for name, value in locals().items() if name != "edition"}
    asked = Asked()
    wanted = read_wanted(asked, given)
    data = membership(edition)
    check_services(asked, edition, wanted, data)
    problems = [read_problem(asked, edition, data, wanted, part=part) for part in parts_of(asked, edition, by)]
    asked.settle()
    solutions = each(solve, [(one, wanted) for one in problems if one is not None])
    return _finding(edition, data, wanted, solutions)


def solve(job: tuple[Problem, Wanted]) -> Solution:
    """Solve one part: the plan, why some are in no region, and the front where one was asked for."""
    problem, wanted = job
    names = [problem.names.get(str(code), str(code)) for code in problem.codes]
    objective: Objective = wanted.options["objective"]
    outcome = find_plan(problem.instance, objective, seconds=wanted.seconds, gap=wanted.gap)
    if outcome.status == "infeasible":
        reasons = [infeasible_reasons(problem.instance)] * len(problem.instance.layers)
    elif outcome.status == "none":
        reasons = [[] for _ in problem.instance.layers]
    else:
        reasons = [unassigned_reasons(problem.instance, place, outcome.hosts[place], names) for place in range(len(problem.instance.layers))]
    points = front(problem.instance, wanted.pareto, wanted.points, wanted.seconds, wanted.gap) if wanted.pareto else []
    return Solution(problem, outcome, tuple(tuple(one) for one in reasons), tuple(points))


def _finding(edition: Edition, data: Membership, wanted: Wanted, solutions: list[Solution]) -> Finding:
    rows = [row for one in solutions if one.outcome.levels for row in _rows(one)]
    table = pd.DataFrame(rows, columns=TABLE)
    result, objective = _result(data, wanted, solutions, rows), wanted.options["objective"]
    residents = float(sum(one.problem.instance.population.sum() for one in solutions)) * len(wanted.layers)
    assigned = float(table["population"].sum())
    minutes = float((table["population"] * table["mean_minutes"]).sum() / assigned) if assigned else float("nan")
    travel = solutions[0].problem.travel.told() if solutions else METHOD
    supporting = {
        "unassigned": _unassigned_frame(result["unassigned"]),
        "plan_levels": pd.DataFrame(result["levels"]).rename(columns={"level": "plan_level"}),
        "fragmentation": pd.DataFrame([{"plan_when": when, **values} for when, values in result["fragmentation"].items()]),
        "front": pd.DataFrame(result["front"] or []).rename(columns={"status": "plan_status"}),
        "doubtful": pd.concat([one.problem.travel.doubtful for one in solutions]) if solutions else pd.DataFrame(),
    }
    n = sum(len(one.problem.codes) for one in solutions)
    out = {row["municipality"] for row in result["unassigned"]}
    return Finding(
        id="plan_regions",
        edition=edition.name,
        question=QUESTION,
        statement=statement(result, objective, residents, assigned, minutes, travel) + population_years(data),
        method=METHOD,
        table=table,
        coverage=Coverage(n - len(out), {"municipalities": n}, _gaps(solutions)),
        supporting={name: frame for name, frame in supporting.items() if len(frame)},
        options={**wanted.options, "date": edition.as_of, "seed": SEED},
        seed=SEED,
        constructed=edition.constructed,
        result=result,
    )


def _rows(one: Solution) -> list[dict[str, Any]]:
    """Return the regions of a part, the largest first."""
    instance, codes = one.problem.instance, one.problem.codes
    found = []
    for place, layer in enumerate(instance.layers):
        own = one.outcome.hosts[place]
        pairs = instance.ties[place]
        for h in np.unique(own[own >= 0]):
            members = np.flatnonzero(own == h)
            people, minutes = instance.population[members], instance.minutes[members, h]
            ends = np.isin(pairs, members).sum(axis=1)
            total = float(people.sum())
            found.append(
                {
                    "service": layer.service,
                    "host": str(codes[h]),
                    "host_name": one.problem.names.get(str(codes[h]), str(codes[h])),
                    "members": [str(code) for code in codes[members]],
                    "population": total,
                    "max_minutes": float(minutes.max()),
                    "mean_minutes": float(people @ minutes) / total if total else float(minutes.mean()),
                    "ties_kept": int((ends == 2).sum()),
                    "ties_broken": int((ends == 1).sum()),
                }
            )
    return sorted(found, key=lambda row: (row["service"], -row["population"], row["host"]))


def _result(data: Membership, wanted: Wanted, solutions: list[Solution], rows: list[dict[str, Any]]) -> dict[str, Any]:
    objective: Objective = wanted.options["objective"]
    statuses = {one.outcome.status for one in solutions}
    status = next((name for name in ("infeasible", "none", "gap") if name in statuses), "optimal")
    levels = _levels(solutions)
    first = next((level for level in levels if level["level"] == PROVEN[objective][-1]), None) if status in ("optimal", "gap") else None
    unassigned = [
        {
            "municipality": str(one.problem.codes[reason.municipality]),
            "name": one.problem.names.get(str(one.problem.codes[reason.municipality])),
            "service": layer.service,
            "why": reason.why,
            "explanation": reason.text.to_dict(),
        }
        for one in solutions
        for layer, reasons in zip(one.problem.instance.layers, one.reasons, strict=True)
        for reason in reasons
    ]
    return {
        "status": status,
        "objective": first["objective"] if first else None,
        "bound": first["bound"] if first else None,
        "gap": first["gap"] if first else None,
        "levels": levels,
        "seconds": round(max((one.outcome.seconds for one in solutions), default=0.0), 1),
        "regions": rows,
        "unassigned": unassigned,
        "fragmentation": _fragmentation(data, wanted, solutions, rows),
        "front": _front(solutions, wanted),
    }


def _levels(solutions: list[Solution]) -> list[dict[str, Any]]:
    """Add the levels of all parts up; numbers that are made large are told as such."""
    names = list(dict.fromkeys(level.name for one in solutions for level in one.outcome.levels))
    found = []
    for name in names:
        own = [level for one in solutions if (level := one.outcome.level(name)) is not None]
        reached, bound = abs(sum(level.objective for level in own)), abs(sum(level.bound for level in own))
        apart = abs(reached - bound)
        share = apart / reached if reached > 1e-9 else (0.0 if apart < 1e-6 else None)
        found.append({"level": name, "objective": reached, "bound": bound, "gap": share})
    return found


def _fragmentation(data: Membership, wanted: Wanted, solutions: list[Solution], rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return regions, their median population and mean jurisdictions per resident, now and under the plan."""
    inside = np.isin(data.codes, np.concatenate([one.problem.codes for one in solutions])) if solutions else np.zeros(len(data.codes), dtype=bool)
    columns = np.flatnonzero(data.cooperations["service"].isin(wanted.services).to_numpy(dtype=bool))
    counts, people = np.diff(data.matrix[:, columns].indptr)[inside], data.population[inside]
    sizes: Array = cooperation_populations(data, columns)
    known = sizes[np.isfinite(sizes)]
    total = float(people.sum())
    after = [row["population"] for row in rows]
    return {
        "before": {
            "regions": len(columns),
            "population_median": float(np.median(known)) if len(known) else None,
            "jurisdictions_per_resident": float(people @ counts) / total if total else None,
        },
        "after": {
            "regions": len(rows),
            "population_median": float(np.median(after)) if after else None,
            "jurisdictions_per_resident": float(sum(after)) / total if total else None,
        },
    }


def _front(solutions: list[Solution], wanted: Wanted) -> list[dict[str, Any]] | None:
    if not wanted.pareto:
        return None
    return [{**({"part_number": place + 1} if len(solutions) > 1 else {}), **point.to_dict()} for place, one in enumerate(solutions) for point in one.points]


def _unassigned_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    flat = [
        {
            "service": row["service"],
            "municipality": row["municipality"],
            "name": row["name"],
            "why_unassigned": row["why"],
            **{f"would_free_{language}": text for language, text in row["explanation"].items()},
        }
        for row in rows
    ]
    return pd.DataFrame(flat)


def _gaps(solutions: list[Solution]) -> tuple[Missing, ...]:
    """Say which travel times are missing or impossible, and of whom nothing is known."""
    unknown = sum(one.problem.travel.pairs_unknown for one in solutions)
    doubtful = sum(len(one.problem.travel.doubtful) for one in solutions)
    without = tuple(code for one in solutions for code in one.problem.travel.without)
    found = []
    if unknown:
        found.append(Missing("travel", without, Text(
            nb=f"Reisetiden er ukjent for {unknown} par av kommuner, som regnes som utenfor grensen; {municipalities(len(without)).nb} har ingen kjent.",
            nn=f"Reisetida er ukjend for {unknown} par av kommunar, som blir rekna som utanfor grensa; {municipalities(len(without)).nn} har inga kjend.",
            en=f"The travel time of {unknown} pairs of municipalities is unknown, and they count as beyond the limit; {municipalities(len(without)).en} with none known.",
        )))  # fmt: skip
    if doubtful:
        found.append(Missing("travel", (), Text(
            nb=f"{doubtful} reisetider motsies av luftlinjen; de som krever over 150 km/t, er ikke brukt.",
            nn=f"{doubtful} reisetider blir motsagde av luftlina; dei som krev over 150 km/t, er ikkje brukte.",
            en=f"{doubtful} travel times are contradicted by the straight line; those that take above 150 km/h are not used.",
        )))  # fmt: skip
    return tuple(found)
