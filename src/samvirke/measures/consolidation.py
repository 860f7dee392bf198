"""Whether services gather the same municipalities more than chance, and more than being neighbours, would make them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.errors import OptionError
from samvirke.finding import Chart, Coverage, Finding
from samvirke.measures._chance import against, hold_against_draws, untold
from samvirke.measures._consolidation_words import METHOD, QUESTION, few, little_moved, short, statement, unestimated
from samvirke.measures._verdicts import ALL, Compared, MutualCoding, RuleOrPairs, judge
from samvirke.measures.distance import places_without, points_of
from samvirke.measures.gaps import gaps
from samvirke.measures.membership import Array, Membership, membership, read_services
from samvirke.measures.null_models import NULLS, Lists, Null, by_distance, counted_lists, describe_draws, hold_lists, weights_table
from samvirke.vocabulary.language import Text

MOST_DRAWS = 1_000_000
PARTS = {
    "first": "first",
    "second": "second",
    "null": "null_model",
    "low": "low",
    "value": "expected",
    "high": "high",
    "beside": "observed",
    "p": "p_value",
    "of": "in_both",
}
"""Which column plays which part in the figure."""


def consolidation(
    edition: Edition,
    *,
    services: tuple[str, ...] | None = None,
    rule: RuleOrPairs = "any",
    coding: MutualCoding = "any",
    draws: int = 1000,
    seed: int = 1,
) -> Finding:
    """Hold the overlap of every pair of services, and of all together, against two null models.

    Parameters
    ----------
    edition : Edition
        What is tested.
    services : tuple of str or None
        The services; None is all that there are cooperations on.
    rule : {"any", "all", "same", "pairs"}
        What is counted: municipalities that overlap, as in `overlap`, or pairs of municipalities that are partners in both services.
    coding : {"any", "day", "evening", "night", "weekend"}
        Which cooperations count; *most_extensive* is not among them, since partners need to be mutual.
    draws : int
        How many draws of each service under each null model, at least 39.
    seed : int
        Where the random numbers begin.

    Returns
    -------
    Finding
        One row for each pair, null model and service drawn: first, second, null_model, drawn, observed, expected, low, high, z, p_value,
        p_mid, draws, chain_correlation, chain_drift. Supporting tables `verdicts` (one row per pair: first, second, observed, in_both,
        expected_degree, p_degree, expected_distance, low, high, p_distance, directions_agree, consolidation_verdict), `distance_weights`
        (service, kilometres, relative_weight) and `draws_told`, how far draws go from the data (service, null_model, memberships,
        memberships_fixed, share_moved, observed_km, drawn_km).

    Raises
    ------
    OptionError
        When there are fewer than 39 draws, with which no two-sided p-value can be 0.05, or more than a million.
    """
    if not 39 <= draws <= MOST_DRAWS:
        raise OptionError("draws", draws, Text(nb="39 til 1 000 000", nn="39 til 1 000 000", en="39 to 1,000,000"))
    data = membership(edition)
    chosen = tuple(one for one in read_services(data, services) if len(data.columns(one, coding)))
    lon, lat = points_of(edition, data)
    degree = [counted_lists(data, service, coding) for service in chosen]
    seeds = [np.random.SeedSequence(seed, spawn_key=(2, place)) for place in range(len(chosen))]
    distance = [by_distance(data, own, data.columns(one, coding), lon, lat, start) for own, one, start in zip(degree, chosen, seeds, strict=True)]
    compared = compare(data, chosen, {"degree": degree, "distance": distance}, rule, draws, seed) if len(chosen) > 1 else []
    table = pd.DataFrame([row for one in compared for row in _rows(one, draws)], columns=COLUMNS)
    verdicts = judge(compared, draws)
    placed = [weights_table(one, own) for one, own in zip(chosen, distance, strict=True) if own is not None and len(chosen) > 1]
    weights = {"distance_weights": pd.concat(placed, ignore_index=True)} if placed else {}
    told = _draws_told(chosen, {"degree": degree, "distance": distance}, seed) if len(chosen) > 1 else pd.DataFrame()
    head = verdicts.iloc[-1] if len(verdicts) else None
    return Finding(
        id="consolidation",
        edition=edition.name,
        question=QUESTION,
        statement=statement(edition, verdicts, rule, chosen),
        method=METHOD,
        table=table,
        coverage=Coverage(
            int(head["observed"]) if head is not None else None,
            {"in_both": int(head["in_both"])} if head is not None else {"services": len(chosen)},
            (
                *gaps(data, chosen),
                *places_without(data, np.isfinite(lon)),
                *(unestimated(edition, chosen, distance) if len(chosen) > 1 else ()),
                *short(table),
                *little_moved(edition, told),
                *few(verdicts, draws),
            ),
        ),
        chart=Chart("chance", PARTS) if len(verdicts) else Chart("table"),
        supporting={"verdicts": verdicts, **weights, "draws_told": told} if len(verdicts) else {},
        seed=seed,
    )


COLUMNS = [
    *("first", "second", "null_model", "drawn", "observed", "expected", "low", "high", "z"),
    *("p_value", "p_mid", "draws", "chain_correlation", "chain_drift"),
]


def compare(
    data: Membership, services: Sequence[str], null_lists: Mapping[Null, Sequence[Lists | None]], rule: RuleOrPairs, draws: int, seed: int
) -> list[Compared]:
    """Hold every pair of services against draws, and all pairs together last where there are several."""
    places = list(combinations(range(len(services)), 2))
    degree = [own for own in null_lists["degree"] if own is not None]
    observed = {pair: hold_lists(degree[pair[0]], degree[pair[0]].members[None], degree[pair[1]], degree[pair[1]].members[None])[0] for pair in places}
    sizes = {pair: _in_both(data, services, degree, pair) for pair in places}
    drawn: dict[Null, dict[tuple[int, int, int], tuple[Array, Array]]] = {}
    for null in NULLS:
        usable = [own if own is not None else _still(degree[place]) for place, own in enumerate(null_lists[null])]
        drawn[null] = hold_against_draws(usable, null, draws, seed)
    found = []
    ways = [("forward", 1), ("backward", 2)] if rule == "all" else [("forward", {"any": 0, "same": 3, "pairs": 4}[rule])]
    for way, count in ways:
        for pair in places:
            one, other = (services[place] for place in (pair if way == "forward" else pair[::-1]))
            told = {
                (null, services[own]): against(int(observed[pair][count]), drawn[null][*pair, own][1][:, count], drawn[null][*pair, own][0][:, count])
                for null in NULLS
                for own in pair
            }
            found.append(Compared(one, other, sizes[pair], told))
    if len(places) > 1:
        counts = [count for _, count in ways]
        total = int(sum(observed[pair][counts].sum() for pair in places))
        sums = {null: [half_or_end[:, counts].sum(axis=1) for half_or_end in drawn[null][-1, -1, -1]] for null in NULLS}
        told = {(null, ALL): untold(total) if any(own is None for own in null_lists[null]) else against(total, sums[null][1], sums[null][0]) for null in NULLS}
        found.append(Compared(ALL, ALL, sum(sizes.values()) * len(ways), told))
    return found


def _draws_told(services: Sequence[str], null_lists: Mapping[Null, Sequence[Lists | None]], seed: int) -> pd.DataFrame:
    """Say of each service and null model how far draws go from the data."""
    rows = []
    for place, service in enumerate(services):
        for kind, null in enumerate(NULLS):
            own = null_lists[null][place]
            if own is not None:
                rows.append(describe_draws(service, null, own, np.random.SeedSequence(seed, spawn_key=(3, place, kind))))
    return pd.DataFrame(rows)


def _in_both(data: Membership, services: Sequence[str], own: Sequence[Lists], pair: tuple[int, int]) -> int:
    taking = [np.bincount(own[place].members, minlength=len(data.codes)) > 0 for place in pair]
    return int((taking[0] & taking[1] & ~data.unspoken(*(services[place] for place in pair))).sum())


def _still(own: Lists) -> Lists:
    """Return lists that never change, for a service whose distances cannot be estimated: its draws do not vary, and nothing is told."""
    return replace(own, columns=own.columns[:0])


def _rows(one: Compared, draws: int) -> list[dict[str, Any]]:
    return [
        {
            "first": one.first,
            "second": one.second,
            "null_model": null,
            "drawn": drawn,
            **{name: getattr(told, name) for name in COLUMNS if hasattr(told, name)},
            "draws": draws,
        }
        for (null, drawn), told in one.found.items()
    ]
