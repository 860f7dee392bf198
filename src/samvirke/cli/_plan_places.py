"""Commands that plan in space: travel, routes, partners, regions and whole scenarios."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from samvirke.cli._common import SHOWN, Format, HowShown, clear_errors, deliver, draws_on
from samvirke.cli._plan import _seen, plan
from samvirke.vocabulary.language import Language, Text

Travel = Literal["table", "straight-line"]


@plan.command
def travel(
    edition: str,
    /,
    *,
    sites: str | None = None,
    service: str | None = None,
    max_minutes: str = "60",
    travel: Literal["table", "straight-line"] = "table",
    speed_km_per_hour: str = "60",
    detour: str = "1.3",
    date: str | None = None,
    shown: HowShown = SHOWN,
) -> None:
    """Say how many residents are within some minutes of a site, with the mean and the farthest, by age group.

    Parameters
    ----------
    edition
        A built-in edition or a folder of tables.
    sites
        Codes or names of the municipalities that have a site, comma-separated.
    service
        Instead of sites: the nearest host of each municipality's own cooperations in this service.
    max_minutes
        At most so many minutes, one way.
    travel
        table: the edition's travel table; straight-line: an estimate from points.
    speed_km_per_hour
        Assumed speed of the estimate.
    detour
        Assumed road over straight line of the estimate.
    date
        The day the edition is seen from (YYYY-MM-DD); by default its own.
    shown
        How it is shown.
    """
    with clear_errors(shown.language, shown.format):
        from samvirke.planning.travel import travel as planned

        opened = _seen(edition, date)
        finding = planned(
            opened,
            sites=sites,
            service=service,
            max_minutes=max_minutes,
            travel=travel,
            speed_km_per_hour=speed_km_per_hour,
            detour=detour,
        )
        deliver(finding, shown.format, shown.language, shown.out, opened.names())


@plan.command
def routes(
    edition: str,
    /,
    *,
    extract: Path | None = None,
    tiles: Path | None = None,
    out: Path,
    max_km_to_road: str = "5",
    keep_doubtful: Annotated[bool, Parameter(negative=())] = False,
    date: str | None = None,
    format: Format = "table",
    language: Language = "nb",
) -> None:
    """Make a travel table from an OpenStreetMap extract, and flag what cannot be so; needs samvirke[routing].

    Parameters
    ----------
    edition
        A built-in edition or a folder of tables, whose municipalities have lon and lat.
    extract
        An OpenStreetMap extract (.osm.pbf) that covers them.
    tiles
        Folder where built tiles are kept: with an extract to build in, without to use again.
    out
        The table to write: travel.csv with from_code, to_code, minutes and kilometres.
    max_km_to_road
        Kilometres from a municipality's point to the nearest road, above which it has no way.
    keep_doubtful
        Write times that are out of proportion too.
    date
        The day the edition is seen from (YYYY-MM-DD); by default its own.
    format
        table, json or csv, of what was found.
    language
        nb, nn or en.
    """
    with clear_errors(language, format):
        from samvirke.edition import to_csv, write_file
        from samvirke.planning.routing import find_routes
        from samvirke.planning.routing import routes as told

        opened = _seen(edition, date)
        with draws_on(None, "routes"):
            found = find_routes(opened, extract=extract, tiles=tiles, max_km_to_road=max_km_to_road)
        write_file(out, to_csv(found.table(keep_doubtful=keep_doubtful)))
        deliver(told(opened, found, out=out, keep_doubtful=keep_doubtful), format, language, None, opened.names())


@dataclass(frozen=True, kw_only=True)
class PartnersAsked:
    """What partners are asked with.

    Parameters
    ----------
    municipality
        Its code or name.
    service
        The service that it is about; who is bound elsewhere in it is counted.
    max_minutes
        The farthest a member may be from the host, in minutes.
    travel
        table: the edition's table travel; straight-line: reckoned from the municipalities' points.
    speed_km_per_hour
        Speed, for the straight line.
    detour
        Road over straight line.
    at_most
        Members of the largest group, the municipality included.
    min_population
        Leave out groups with fewer inhabitants.
    weights
        Your own, such as travel=2,ties=1; of travel, worst_travel, ties, population, county, health_trust, beds, refusal, roster and risk.
    admissions_per_1000
        Admissions per 1,000 inhabitants a year.
    mean_stay_days
        Mean stay in days.
    max_refusal
        Highest share of patients that may be refused.
    beds_per_1000
        Beds that every municipality brings, per 1,000 inhabitants.
    doctors_per_1000
        Doctors who share duty, per 1,000 inhabitants.
    doctors_on_duty
        Doctors on duty at a time.
    least_duty
        Duty at most every so many turns.
    most_swing
        The widest swing of yearly admissions that is borne, as a share of their mean.
    rows
        Groups to show; 0 is all.
    """

    municipality: str
    service: str | None = None
    max_minutes: str = "60"
    travel: Travel = "table"
    speed_km_per_hour: str = "60"
    detour: str = "1.3"
    at_most: str = "4"
    min_population: str | None = None
    weights: str | None = None
    admissions_per_1000: Annotated[str | None, Parameter(name="--admissions-per-1000")] = None
    mean_stay_days: str | None = None
    max_refusal: str = "0.05"
    beds_per_1000: Annotated[str | None, Parameter(name="--beds-per-1000")] = None
    doctors_per_1000: Annotated[str | None, Parameter(name="--doctors-per-1000")] = None
    doctors_on_duty: str = "1"
    least_duty: str | None = None
    most_swing: str | None = None
    rows: str = "50"


@plan.command
def partners(
    edition: str,
    /,
    *,
    asked: Annotated[PartnersAsked, Parameter(name="*")],
    date: str | None = None,
    shown: HowShown = SHOWN,
) -> None:
    """List the groups a municipality could cooperate in, criterion by criterion, and mark those that another is better than in everything.

    Parameters
    ----------
    edition
        A built-in edition or a folder of tables.
    asked
        What is asked.
    date
        The day the edition is seen from (YYYY-MM-DD); by default its own.
    shown
        How it is shown.
    """
    with clear_errors(shown.language, shown.format):
        from samvirke.planning.partners import plan_partners

        opened = _seen(edition, date)
        finding = plan_partners(opened, **vars(asked))
        deliver(finding, shown.format, shown.language, shown.out, opened.names())


@plan.command
def scenario(specification: Path, /, *, out: Path | None = None, format: Format = "table", language: Language = "nb") -> None:
    """Hold a municipality's options against each other on the note's motives, with ranges, sources and what would change the order.

    Parameters
    ----------
    specification
        A YAML file with the parties, figures and options; docs/scenario-example.yaml has every field.
    out
        Folder to write the page (HTML and PDF) and every table to; without it, the answer is printed.
    format
        table, json or csv, of what is printed without --out.
    language
        nb, nn or en.
    """
    with clear_errors(language, format), draws_on(None, "scenario"):
        from samvirke.planning.scenario import scenario as compared

        finding = compared(specification)
        if out is None:
            deliver(finding, format, language)
        else:
            from samvirke.report.scenario_page import write_scenario

            page = write_scenario(finding, out, language)
            written = Text(nb="Siden ligger i", nn="Sida ligg i", en="The page is in")
            print(f"{written[language]} {page}")


@dataclass(frozen=True, kw_only=True)
class RegionsAsked:
    """What regions are asked with.

    Parameters
    ----------
    service
        The service, or several, comma-separated.
    min_population
        At least so many inhabitants in a region; with several services one for each, comma-separated.
    max_minutes
        At most so many minutes to the host; with several services one for each.
    objective
        minutes: fewest residents without a region, then fewest minutes; regions: most regions; ties: most existing ties kept.
    travel
        table: the edition's travel table; straight-line: an estimate from points.
    speed_km_per_hour
        Assumed speed of the estimate.
    detour
        Assumed road over straight line of the estimate.
    relation
        With several services: nested or equal areas.
    contiguity
        none; strong: each member has a member nearer to the host as neighbour; exact: any way through members.
    contiguity_minutes
        Municipalities this near are neighbours even without a common border.
    max_population
        At most so many inhabitants in a region.
    max_members
        At most so many municipalities in a region.
    hosts
        Codes or names of municipalities that must be hosts, comma-separated.
    not_hosts
        Codes or names of municipalities that cannot be hosts.
    together
        Groups that stay together, such as 0101+0104,0111+0118.
    apart
        Groups of which no two may be in one region.
    break_price
        Resident-minutes that breaking a tie between two municipalities counts as.
    border
        county or a grouping such as health_trust, that crossing has a price on.
    border_price
        Minutes for each resident that crossing it counts as.
    by
        county or a grouping: each part is planned by itself, in parallel.
    pareto
        Two of minutes, regions and ties: plans between the two.
    points
        How many plans between them.
    gap
        The gap to the bound (a share) that is good enough.
    seconds
        Seconds that the solver gets, for each part and plan.
    """

    service: str = "legevakt"
    min_population: str = "10000"
    max_minutes: str = "60"
    objective: Literal["minutes", "regions", "ties"] = "minutes"
    travel: Literal["table", "straight-line"] = "table"
    speed_km_per_hour: str = "60"
    detour: str = "1.3"
    relation: Literal["nested", "equal"] = "nested"
    contiguity: Literal["none", "strong", "exact"] = "none"
    contiguity_minutes: str = "20"
    max_population: str | None = None
    max_members: str | None = None
    hosts: str | None = None
    not_hosts: str | None = None
    together: str | None = None
    apart: str | None = None
    break_price: str = "0"
    border: str | None = None
    border_price: str = "0"
    by: str | None = None
    pareto: str | None = None
    points: str = "5"
    gap: str = "0.001"
    seconds: str = "60"


@plan.command
def regions(
    edition: str,
    /,
    *,
    asked: Annotated[RegionsAsked, Parameter(name="*")] = RegionsAsked(),
    date: str | None = None,
    scheduler: str | None = None,
    shown: HowShown = SHOWN,
) -> None:
    """Design cooperation areas: who goes to which host, with every region above a floor of inhabitants, and a proven bound.

    Parameters
    ----------
    edition
        A built-in edition or a folder of tables.
    asked
        What is asked.
    date
        The day the edition is seen from (YYYY-MM-DD); by default its own.
    scheduler
        Address of a Dask scheduler that parts run on; by default this machine.
    shown
        How it is shown.
    """
    with clear_errors(shown.language, shown.format):
        from samvirke.planning.regions import regions as planned

        opened = _seen(edition, date)
        with draws_on(scheduler, "regions"):
            finding = planned(opened, **vars(asked))
        deliver(finding, shown.format, shown.language, shown.out, opened.names())
