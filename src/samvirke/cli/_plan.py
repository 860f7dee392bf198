"""Commands that plan: beds, rosters, risk and cost, weighed before a council decides."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from samvirke.cli._common import SHOWN, HowShown, app, clear_errors, deliver, draws_on

if TYPE_CHECKING:
    from samvirke.edition import Edition

plan = App(name="plan", help="Weigh what could be better: beds, rosters, risk, cost, travel, partners and regions.")
app.command(plan)


def _seen(edition: str, date: str | None) -> Edition:
    """Open an edition as it is seen on a day, or on its own."""
    from samvirke.catalogue import as_seen
    from samvirke.edition import open_edition

    return as_seen(open_edition(edition), date)


@dataclass(frozen=True, kw_only=True)
class BedsAsked:
    """What beds are asked with.

    Parameters
    ----------
    load
        Load of each party (admissions per day times mean stay in days), comma-separated.
    load_low
        Lower ends of the loads' 95 % intervals.
    load_high
        Upper ends of the loads' 95 % intervals.
    beds
        Beds or funded places that each party has now, fractions allowed; with an edition for one --cooperation, members by code.
    max_refusal
        Highest share of patients that may be refused.
    service
        Whose cooperations of the edition to reckon for.
    cooperation
        One cooperation by its id; by default all of the service.
    admissions_per_1000
        Admissions per 1,000 inhabitants a year; by default what the table use counts.
    low
        Lower end of the rate's 95 % interval.
    high
        Upper end of the rate's 95 % interval.
    mean_stay_days
        Mean stay in days.
    stay_low
        Lower end of the mean stay's 95 % interval.
    stay_high
        Upper end of the mean stay's 95 % interval.
    simulate
        Play the year through patient by patient.
    weekday
        How many come on each weekday from Monday: 7 factors, comma-separated; simulates.
    month
        How many come in each month: 12 factors, comma-separated; simulates.
    stay_variation
        Standard deviation of the stay over its mean; only for the simulation.
    runs
        Simulated years.
    draws
        Draws of counted rates.
    seed
        Where randomness starts.
    """

    load: str | None = None
    load_low: str | None = None
    load_high: str | None = None
    beds: str | None = None
    max_refusal: str = "0.05"
    service: str = "ohjelp"
    cooperation: str | None = None
    admissions_per_1000: Annotated[str | None, Parameter(name="--admissions-per-1000")] = None
    low: str | None = None
    high: str | None = None
    mean_stay_days: str | None = None
    stay_low: str | None = None
    stay_high: str | None = None
    simulate: Annotated[bool, Parameter(negative=())] = False
    weekday: str | None = None
    month: str | None = None
    stay_variation: str = "1"
    runs: str = "40"
    draws: str = "2000"
    seed: str = "1"


@plan.command
def beds(
    edition: str | None = None,
    /,
    *,
    asked: Annotated[BedsAsked, Parameter(name="*")] = BedsAsked(),
    date: str | None = None,
    scheduler: str | None = None,
    shown: HowShown = SHOWN,
) -> None:
    """Say how many beds are needed apart and together, and how many patients would be refused.

    Parameters
    ----------
    edition
        A built-in edition or a folder of tables; not with --load.
    asked
        What is asked.
    date
        The day the edition is seen from (YYYY-MM-DD); by default its own.
    scheduler
        Address of a Dask scheduler that simulations run on; by default this machine.
    shown
        How it is shown.
    """
    with clear_errors(shown.language, shown.format):
        from samvirke.planning.beds import beds as planned

        opened = _seen(edition, date) if edition is not None else None
        with draws_on(scheduler, "beds"):
            finding = planned(opened, **vars(asked))
        deliver(finding, shown.format, shown.language, shown.out, opened.names() if opened else None)


@dataclass(frozen=True, kw_only=True)
class RostersAsked:
    """What rosters are asked with.

    Parameters
    ----------
    doctors
        Doctors who can take duties, by party in the order in which they join, comma-separated.
    nurses
        Nurses who can take duties, by party.
    names
        What the parties are called, comma-separated.
    service
        Whose cooperations of the edition to reckon for.
    cooperation
        One cooperation by its id; by default all of the service.
    order
        Codes of its members in the order in which they join; by default the host, then the largest.
    hours
        Parts of the week covered: day, evening, night, weekend, comma-separated, or all; by default the edition's.
    doctors_on_duty
        Doctors on duty at once.
    doctors_backup
        Doctors in backup at home at once.
    nurses_on_duty
        Nurses on duty at once.
    joined
        Evening and night are one duty.
    weekend_people
        How many share a place in a weekend.
    weekend_shift_hours
        Hours of a shift in the weekend: 6, 8, 12, 16, 24 or 48.
    taking_part
        Share of doctors and nurses who take part.
    list_size
        Inhabitants per doctor where general practitioners are not counted.
    rest_hours
        Rest after a duty in hours.
    most_weekly_hours
        Most hours a week on average, duty and ordinary work.
    least_every
        Duty at most every so manyth evening and night.
    day_work_hours
        Ordinary hours a week beside the duty.
    post_hours
        Hours a week of a nurse's full post.
    """

    doctors: str | None = None
    nurses: str | None = None
    names: str | None = None
    service: str = "legevakt"
    cooperation: str | None = None
    order: str | None = None
    hours: str | None = None
    doctors_on_duty: str = "1"
    doctors_backup: str = "0"
    nurses_on_duty: str = "0"
    joined: Annotated[bool, Parameter(negative=())] = False
    weekend_people: str | None = None
    weekend_shift_hours: str | None = None
    taking_part: str = "1"
    list_size: str | None = None
    rest_hours: str | None = None
    most_weekly_hours: str | None = None
    least_every: str | None = None
    day_work_hours: str | None = None
    post_hours: str | None = None


@plan.command
def rosters(
    edition: str | None = None,
    /,
    *,
    asked: Annotated[RostersAsked, Parameter(name="*")] = RostersAsked(),
    date: str | None = None,
    shown: HowShown = SHOWN,
) -> None:
    """Say how often each doctor and nurse is on duty, alone and with each partner, and what it means when one leaves.

    Parameters
    ----------
    edition
        A built-in edition or a folder of tables; not with --doctors.
    asked
        What is asked.
    date
        The day the edition is seen from (YYYY-MM-DD); by default its own.
    shown
        How it is shown.
    """
    with clear_errors(shown.language, shown.format):
        from samvirke.planning.rosters import rosters as planned

        opened = _seen(edition, date) if edition is not None else None
        finding = planned(opened, **vars(asked))
        deliver(finding, shown.format, shown.language, shown.out, opened.names() if opened else None)


@dataclass(frozen=True, kw_only=True)
class RiskAsked:
    """What risk is asked with.

    Parameters
    ----------
    service
        Cooperations of this service only.
    year
        The year whose rules hold; by default the edition's where co-financing held then, else 2014.
    admissions_per_1000
        Co-financed admissions per 1000 inhabitants a year.
    severity
        The full price of an admission: lognormal:MEAN:VARIATION, gamma:MEAN:VARIATION, or a CSV with amount_nok and probability or count.
    share
        The share of the price that the municipality pays, 0 to 1.
    unit_price
        The price of cost weight 1, in kroner.
    ceiling
        The most that the municipality pays for one admission, in kroner.
    discharge_cases_per_1000
        Patients ready for discharge who stay on, per 1000 inhabitants a year.
    discharge_days
        Mean days that one ready for discharge stays on.
    day_price
        The price of such a day, in kroner.
    overdispersion
        Variance over mean of the number of admissions in a year; 1 is Poisson.
    common_variation
        Coefficient of variation of the year's common factor, which cooperation does not even out; 0 is none.
    free_income
        Free income in kroner per inhabitant; by default the edition's figure free_income_per_capita.
    share_of_free_income
        The share of free income that a year may cost beyond the expected.
    tolerable_nok
        The same limit in kroner per inhabitant.
    tolerable_probability
        How often the limit may be passed, such as 0.01.
    acute_bed_cost
        What acute beds cost per inhabitant a year, before the grant's two halves.
    step
        Kroner between the points of the grid.
    """

    service: str | None = None
    year: int | None = None
    admissions_per_1000: float | None = None
    severity: str | None = None
    share: float | None = None
    unit_price: float | None = None
    ceiling: float | None = None
    discharge_cases_per_1000: float | None = None
    discharge_days: float | None = None
    day_price: float | None = None
    overdispersion: float | None = None
    common_variation: float | None = None
    free_income: float | None = None
    share_of_free_income: float | None = None
    tolerable_nok: float | None = None
    tolerable_probability: float | None = None
    acute_bed_cost: float | None = None
    step: float | None = None


@plan.command
def risk(
    edition: str,
    /,
    *,
    asked: Annotated[RiskAsked, Parameter(name="*")] = RiskAsked(),
    date: str | None = None,
    shown: HowShown = SHOWN,
) -> None:
    """Say how much a year's cost of hospital stays swings in each municipality and cooperation, and how small one may be and bear it.

    Parameters
    ----------
    edition
        A built-in edition or a folder of tables, with populations in the table figure.
    asked
        What is asked.
    date
        The day the edition is seen from (YYYY-MM-DD); by default its own.
    shown
        How it is shown.
    """
    with clear_errors(shown.language, shown.format):
        from samvirke.planning.risk import risk as worked_out

        opened = seen = _seen(edition, date)
        found = worked_out(seen, **vars(asked))
        deliver(found, shown.format, shown.language, shown.out, opened.names())


@plan.command
def cost(
    specification: Path,
    /,
    *,
    use_change: float = 10.0,
    shown: HowShown = SHOWN,
) -> None:
    """Divide a cost by the key of an agreement beside other keys, the Shapley value and the nucleolus, and say who would be better off otherwise.

    Parameters
    ----------
    specification
        A YAML file with the parties, the key and the costs; docs/cost-example.yaml has every field.
    use_change
        By how many per cent use is changed, up and down, to say what it is priced at.
    shown
        How it is shown.
    """
    with clear_errors(shown.language, shown.format):
        from samvirke.planning.cost import cost as divided

        deliver(divided(specification, use_change=use_change / 100), shown.format, shown.language, shown.out)
