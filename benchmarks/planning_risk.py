"""The risk of a year's cost in every municipality and cooperation of Norway, beside numpy draws, `aggregate` and Panjer's recursion.

Run ``make bench`` or this file. Municipalities, populations and the legevakt list of 2013 are real, imported by the shipped recipe; where
../shared is not there, 428 CONSTRUCTED municipalities in 100 constructed cooperations stand in, and the output says so. Rates and prices
are the assumed ones of the command. All is made and measured in this process, side by side; imports are not timed.

- ``samvirke``: the probabilities, quantiles, shortfalls and limits of all municipalities and all cooperations, the median of five; and the
  whole finding with tables, smallest populations and texts, the median of three after the first. The limit is of the clock on the wall, which others at work on the
  machine lengthen; processor time and the load stand beside it.
- ``numpy draws``: so many years that the standard error of the 99 per cent quantile is 0.1 per cent of it, n = p (1 - p) / (f q / 1000)^2
  with the density f at the quantile q by samvirke. *one by one* draws a Poisson number of lognormal amounts for every year; *by class*
  draws for every year how many fall in each of the classes of the grid. Both are timed on every 40th municipality by size, the quicker of
  the two counts, and the time of all is the mean of these times their number. The quantiles must lie within five standard errors. Ratios are
  of processor time, samvirke's the median of five, the others' of one run, since others may be using the machine.
- ``aggregate`` (Mildenhall, BSD-3): one object for each of the same municipalities, on a grid of the same step from 0 to the end of
  samvirke's window, after one to warm up; it works out more than is asked here. Left out, and said so, where it is not installed.
- ``Panjer``: the largest difference of any probability, for the same municipalities of up to 600 expected admissions.
"""

from __future__ import annotations

import math
import os
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from samvirke.edition import Edition, open_edition
from samvirke.measures.membership import cooperation_populations, membership
from samvirke.planning._compound import Frequency, compound
from samvirke.planning._risk_inputs import read_inputs
from samvirke.planning._risk_model import Model, model
from samvirke.planning.risk import risk

LIMIT_SECONDS, LIMIT_TIMES, LIMIT_PANJER = 2.0, 50.0, 1e-9
EVERY, LEVEL, ERROR, BATCH, LARGEST_PANJER = 40, 0.99, 0.001, 20_000_000, 600.0
ROOT = Path(__file__).resolve().parents[1]

Array = np.ndarray[Any, Any]


def constructed() -> Edition:
    """Construct 428 municipalities of lognormal size in 100 cooperations."""
    rng = np.random.default_rng(2013)
    codes = [f"{place:04}" for place in range(1, 429)]
    people = np.exp(rng.normal(8.5, 1.1, 428)).round()
    own = rng.integers(0, 100, 428)
    cooperation = pd.DataFrame({"id": [f"lv{place}" for place in range(100)], "service": "legevakt", "name": None, "hours": None, "members_known": None})
    member = pd.DataFrame({"cooperation": [f"lv{place}" for place in own], "municipality": codes, "role": None})
    municipality = pd.DataFrame({"code": codes, "name": codes, "county": None, "valid_from": None, "valid_to": None})
    figure = pd.DataFrame({"municipality": codes, "year": 2013, "figure": "population", "value": people})
    tables = {"municipality": municipality, "cooperation": cooperation, "member": member, "figure": figure}
    return Edition("constructed", tables, {"constructed": True})


def norway() -> Edition:
    """Return Norway in 2013, or a constructed country like it."""
    data = ROOT.parent / "shared" / "data" / "norway"
    if not data.is_dir():
        print("../shared is not there: the country is CONSTRUCTED")
        return constructed()
    from samvirke.sources import import_edition

    with tempfile.TemporaryDirectory() as name:
        import_edition("norway-2013", Path(name) / "norway-2013", data=data)
        return open_edition(Path(name) / "norway-2013").on(None)


def seconds(function: Callable[[], Any], times: int = 1, clock: Callable[[], float] = time.process_time) -> tuple[float, Any]:
    """Return the median time of a function, of the processor unless another clock is given, and what it gives."""
    taken, result = [], None
    for _ in range(times):
        start = clock()
        result = function()
        taken.append(clock() - start)
    return float(np.median(taken)), result


def one_by_one(own: Model, people: float, years: int, rng: np.random.Generator) -> Array:
    """Draw years as what they are: a number of admissions, an amount for each."""
    severity, sums = own.payment.severity, []
    spread = math.sqrt(math.log1p(severity.variation**2))
    mean = own.rate * people
    batch = max(int(BATCH // max(mean, 1)), 1)
    for begin in range(0, years, batch):
        counts = rng.poisson(mean, min(batch, years - begin))
        amounts = np.minimum(own.payment.share * rng.lognormal(math.log(severity.mean) - spread**2 / 2, spread, int(counts.sum())), own.payment.ceiling)
        sums.append(np.diff(np.append(0.0, np.cumsum(amounts))[np.append(0, np.cumsum(counts))]))
    return np.concatenate(sums)


def by_class(own: Model, people: float, years: int, rng: np.random.Generator) -> Array:
    """Draw how many admissions of a year fall in each class of the grid."""
    severity = own.on_grid(own.step)
    means = own.rate * people * severity[1:]
    amounts = np.arange(1, len(severity)) * own.step
    batch = max(int(BATCH // len(means)), 1)
    return np.concatenate([rng.poisson(means, (min(batch, years - begin), len(means))) @ amounts for begin in range(0, years, batch)])


def panjer(severity: Array, mean: float, points: int) -> Array:
    """Return the probabilities of a Poisson sum by recursion."""
    found = np.zeros(points)
    found[0] = math.exp(mean * (severity[0] - 1))
    weights = np.arange(1, len(severity)) * severity[1:]
    for total in range(1, points):
        own = min(total, len(weights))
        found[total] = mean / total * float(weights[:own] @ found[total - own : total][::-1])
    return found


def years_needed(own: Model, people: float) -> tuple[float, int]:
    """Return the 99 per cent quantile and how many years must be drawn for a standard error of 0.1 per cent of it."""
    (found,) = compound(own.on_grid(own.step), np.array([own.rate * people]))
    below = np.cumsum(found.probabilities[0])
    place = int(np.searchsorted(below, LEVEL))
    near = slice(max(place - 5, 0), place + 6)
    density = float(found.probabilities[0][near].mean()) / own.step
    quantile = float((found.first[0] + place) * own.step)
    return quantile, math.ceil(LEVEL * (1 - LEVEL) / (density * ERROR * quantile) ** 2)


def drawn(own: Model, sample: Array) -> tuple[dict[str, list[float]], float]:
    """Time both ways to draw for a sample, and return the worst distance from samvirke in standard errors."""
    rng, times, worst = np.random.default_rng(1), {"one by one": [], "by class": []}, 0.0
    for people in sample:
        quantile, years = years_needed(own, float(people))
        for name, way in (("one by one", one_by_one), ("by class", by_class)):
            taken, sums = seconds(lambda way=way, people=people, years=years: np.quantile(way(own, float(people), years, rng), LEVEL))
            times[name].append(taken)
            worst = max(worst, abs(float(sums) - quantile) / (ERROR * quantile))
    return times, worst


def by_aggregate(own: Model, sample: Array) -> tuple[float, float] | None:
    """Return the seconds of one municipality by aggregate, and how many steps its quantiles are away at most; None where it is not installed."""
    try:
        import aggregate
    except ImportError:
        return None
    times, worst = [], 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        aggregate.build("agg Warm 10 claims sev lognorm 10 cv 1.0 poisson", bs=1.0, log2=10)
    share, severity = own.payment.share, own.payment.severity
    for people in sample:
        mean = own.rate * float(people)
        (found,) = compound(own.on_grid(own.step), np.array([mean]))
        points = max((int(found.first[0]) + found.probabilities.shape[1]).bit_length(), 10)
        text = (
            f"agg M{int(people)} {mean:.10g} claims {own.payment.ceiling:.10g} xs 0 sev lognorm {share * severity.mean:.10g} cv {severity.variation:g} poisson"
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            taken, quantile = seconds(lambda text=text, points=points: aggregate.build(text, bs=own.step, log2=points).q(LEVEL))
        times.append(taken)
        below = np.cumsum(found.probabilities[0])
        worst = max(worst, abs(float(quantile) / own.step - int(found.first[0]) - int(np.searchsorted(below, LEVEL))))
    return float(np.mean(times)), worst


def main() -> None:
    """Measure all in one run and print the ratios."""
    edition = norway()
    data = membership(edition)
    given = read_inputs({"discharge_cases_per_1000": 0, "year": 2013})
    own = model(given)
    pooled = cooperation_populations(data, np.arange(len(data.cooperations)))
    people = np.concatenate([data.population, pooled])
    people = people[np.isfinite(people)]
    alone = np.sort(data.population[np.isfinite(data.population)])
    limits = np.column_stack([own.expected(people) + 100 * people] * 3)
    own.year(people[:5], limits[:5])
    risk(edition)
    ours, _ = seconds(lambda: own.year(people, limits), 5, time.perf_counter)
    whole, finding = seconds(lambda: risk(edition), 3, time.perf_counter)
    ours_processor, _ = seconds(lambda: own.year(people, limits), 5)
    whole_processor, _ = seconds(lambda: risk(edition), 3)
    of_alone, _ = seconds(lambda: own.year(alone, (own.expected(alone) + 100 * alone)[:, None]), 5)
    print(
        f"{len(alone)} municipalities and {len(people) - len(alone)} cooperations: {ours:.2f} s on the wall, {ours_processor:.2f} s of processor; "
        f"the whole finding {whole:.2f} and {whole_processor:.2f} s; {os.getloadavg()[0]:.1f} processes on {os.cpu_count()} processors"
    )
    print(f"municipalities alone, which the ratios below are to: {of_alone:.2f} s of processor")
    print(finding.statement.en)
    sample = alone[EVERY // 2 :: EVERY]
    differences = []
    for size in sample[own.rate * sample <= LARGEST_PANJER]:
        (found,) = compound(own.on_grid(own.step), np.array([own.rate * size]), Frequency())
        start, points = int(found.first[0]), found.probabilities.shape[1]
        differences.append(float(np.abs(panjer(own.on_grid(own.step), own.rate * float(size), start + points)[start:] - found.probabilities[0]).max()))
    print(f"Panjer: {len(differences)} municipalities, no probability differs by more than {max(differences):.1e}")
    times, worst = drawn(own, sample)
    quicker = float(np.minimum(*(np.array(own_times) for own_times in times.values())).mean()) * len(alone)
    for name, own_times in times.items():
        estimate = float(np.mean(own_times)) * len(alone)
        print(f"numpy draws, {name:11} {estimate:8.1f} s for {len(alone)} municipalities (from {len(sample)})  {estimate / of_alone:8.0f} x samvirke's time")
    print(f"the quicker of the two for each: {quicker / of_alone:.0f} x; quantiles at most {worst:.1f} standard errors apart")
    found_aggregate = by_aggregate(own, sample)
    if found_aggregate is None:
        print("aggregate is not installed: not measured")
    else:
        taken, apart = found_aggregate
        print(
            f"aggregate {taken * len(alone):8.1f} s for {len(alone)} municipalities (from {len(sample)})  {taken * len(alone) / of_alone:6.0f} x samvirke's time; quantiles at most {apart:.0f} steps apart"
        )
    missed = [
        name
        for name, met in {
            "seconds": max(ours, whole) < LIMIT_SECONDS,
            "times numpy": quicker / of_alone >= LIMIT_TIMES,
            "Panjer": max(differences) < LIMIT_PANJER,
            "agreement": worst < 5,
        }.items()
        if not met
    ]
    print(f"limits: {LIMIT_SECONDS:g} s, {LIMIT_TIMES:g} x numpy, {LIMIT_PANJER:g} from Panjer: {'MISSED ' + ', '.join(missed) if missed else 'met'}")
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
