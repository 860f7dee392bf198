"""Services held against draws of each other: which draws are made, where they run, and what they say about an observed number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from samvirke.measures.membership import Array
from samvirke.measures.null_models import Lists, Null, hold_lists
from samvirke.running import each

BLOCK = 50
"""How many draws one job makes; part of what a seed means."""


@dataclass(frozen=True)
class Against:
    """An observed number against draws.

    Parameters
    ----------
    observed, expected, low, high : float
        The number, and the mean and the middle 95 % of the draws.
    z : float
        How many standard deviations of the draws it is from their mean; NaN when they do not vary.
    p_value, p_mid : float
        Two-sided: twice the smaller of (r + 1) / (n + 1) over draws at least as high, or as low (at most 1); in p_mid, draws that equal
        it count half. NaN when all draws equal it.
    chain_correlation, chain_drift : float
        Of the number half way along the chains and at their end: correlation, and difference of means in standard deviations. Both near
        0 when the chains are long enough.
    """

    observed: float
    expected: float
    low: float
    high: float
    z: float
    p_value: float
    p_mid: float
    chain_correlation: float
    chain_drift: float

    @property
    def more(self) -> bool:
        """Whether there is more than the draws have on average."""
        return self.observed > self.expected


def against(observed: float, draws: Array, half: Array) -> Against:
    """Hold an observed number against draws at the end of their chains, and half way.

    Examples
    --------
    >>> found = against(9, np.array([1, 2, 3]), np.array([3, 1, 2]))
    >>> found.p_value, found.p_mid, found.expected
    (0.5, 0.25, 2.0)
    """
    n, spread = len(draws), float(draws.std())
    expected = float(draws.mean())
    low, high = (float(one) for one in np.percentile(draws, [2.5, 97.5]))
    if n < 2 or draws.min() == draws.max() == observed:
        return Against(observed, expected, low, high, *[float("nan")] * 5)
    equal = int((draws == observed).sum())
    above, below = int((draws > observed).sum()), int((draws < observed).sum())
    p_value = min(1.0, 2 * (min(above, below) + equal + 1) / (n + 1))
    p_mid = 2 * (min(above, below) + (equal + 1) / 2) / (n + 1)
    if spread == 0:
        return Against(observed, expected, low, high, float("nan"), p_value, p_mid, float("nan"), float("nan"))
    correlation = float(np.corrcoef(draws, half)[0, 1]) if half.std() > 0 else float("nan")
    return Against(observed, expected, low, high, (observed - expected) / spread, p_value, p_mid, correlation, (expected - float(half.mean())) / spread)


def untold(observed: float) -> Against:
    """Return a number that nothing is told of."""
    return Against(observed, *[float("nan")] * 8)


@dataclass(frozen=True)
class Block:
    """One job: some draws of every service, each held against the others as they are."""

    services: tuple[Lists, ...]
    hubs: tuple[Array, ...]
    pairs: tuple[tuple[int, int], ...]
    base: int
    count: int
    seeds: tuple[np.random.SeedSequence, ...]


def hold_block(block: Block) -> dict[tuple[int, int, int], tuple[Array, Array]]:
    """Return the counts of `hold_draws`, half way and at the end, by pair of services and which of the two was drawn.

    The key (-1, -1, -1) has the sums over all pairs when every service but the base is drawn at once.
    """
    made = [own.draws(hub, block.count, np.random.default_rng(seed)) for own, hub, seed in zip(block.services, block.hubs, block.seeds, strict=True)]
    found: dict[tuple[int, int, int], tuple[Array, Array]] = {}
    sums = [np.zeros((block.count, 5), dtype=np.int64) for _ in range(2)]
    for first, second in block.pairs:
        one, other = block.services[first], block.services[second]
        for drawn in (first, second):
            states = [
                hold_lists(one, made[first][at] if drawn == first else one.members[None], other, made[second][at] if drawn == second else other.members[None])
                for at in (0, 1)
            ]
            found[first, second, drawn] = (states[0], states[1])
        for at in (0, 1):
            ours = [made[own][at] if own != block.base else block.services[own].members[None] for own in (first, second)]
            sums[at] += hold_lists(one, ours[0], other, ours[1])
    found[-1, -1, -1] = (sums[0], sums[1])
    return found


def hold_against_draws(
    services: Sequence[Lists], null: Null, draws: int, seed: int, pairs: Sequence[tuple[int, int]] | None = None
) -> dict[tuple[int, int, int], tuple[Array, Array]]:
    """Make draws of every service and hold each against the others as they are.

    Parameters
    ----------
    services : sequence of Lists
        The services under one null model.
    null : {"degree", "distance"}
        Which one, so that each has its own random numbers.
    draws : int
        How many draws of each service.
    seed : int
        Where the random numbers begin; with the block size it fixes every draw, wherever it is made.
    pairs : sequence of (int, int) or None
        Which services are held against each other; None is every pair.
    """
    kind = ("degree", "distance").index(null)

    def seeds(block: int) -> tuple[np.random.SeedSequence, ...]:
        return tuple(np.random.SeedSequence(seed, spawn_key=(kind, service, block)) for service in range(len(services)))

    chosen = tuple(pairs) if pairs is not None else tuple(combinations(range(len(services)), 2))
    hubs = tuple(own.hub(np.random.default_rng(one)) for own, one in zip(services, seeds(0), strict=True))
    base = int(np.argmax([len(own.members) for own in services]))
    counts = [min(BLOCK, draws - begin) for begin in range(0, draws, BLOCK)]
    blocks = [Block(tuple(services), hubs, chosen, base, count, seeds(1 + place)) for place, count in enumerate(counts)]
    parts = each(hold_block, blocks)
    return {key: (np.concatenate([part[key][0] for part in parts]), np.concatenate([part[key][1] for part in parts])) for key in parts[0]}


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted for how many there are (Holm 1979); NaN stays NaN and does not count.

    Examples
    --------
    >>> holm([0.01, 0.04, float("nan"), 0.03])
    [0.03, 0.06, nan, 0.06]
    """
    values: Any = np.asarray(p_values, dtype=float)
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.argsort(values[known], kind="stable")]
    adjusted = np.full(len(values), np.nan)
    if len(order):
        stepped = values[order] * np.arange(len(order), 0, -1)
        adjusted[order] = np.minimum(1.0, np.maximum.accumulate(stepped))
    return [float(one) for one in adjusted]
