"""What chance would make: random lists of the members of one service with the same margins, drawn anywhere or by distance.

Both null models keep how many cooperations each municipality is in and how many members each cooperation has. Under *degree* every such
list is equally likely (curveball, Strona et al. 2014, doi:10.1038/ncomms5114; that its trades reach every list and favour none is shown by
Carstens 2015, doi:10.1103/PhysRevE.91.042812). Under *distance* a list is as likely as the product over its memberships of f(distance from
the municipality to the seat of the cooperation). The seat is the host where there is exactly one, else the member with the least distance
to the others; a seat stays a member. f is straight on a logarithmic scale between knots at quantiles of the distances, and is estimated
from pairs of memberships that could change places (tetrad logit, Graham 2017, doi:10.3982/ECTA12679).

Draws are made by chains of trades. A chain first goes from the data to a hub; from there every draw goes its own way, equally long. Since
trades can be undone with the same chance, data and draws are then exchangeable under the null model however short the chains are, and
p = (r + 1) / (n + 1) is valid (Besag & Clifford 1989, doi:10.1093/biomet/76.4.633).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from samvirke.measures import _trading
from samvirke.measures.membership import Array, Coding, Membership

Null = Literal["degree", "distance"]
NULLS: tuple[Null, ...] = get_args(Null)
TRADES, TRADES_BY_DISTANCE = 20, 40
"""How many trades a chain makes for each cooperation; where odds differ it forgets more slowly."""
KNOTS, MEMBERSHIPS_PER_KNOT, NEIGHBOURS, SWAPS, RIDGE = 7, 30, 8, 200_000, 0.1


@dataclass(frozen=True)
class Lists:
    """The members of the cooperations of a service, flat, and what lists like it are drawn by.

    Parameters
    ----------
    members, starts : numpy.ndarray
        The places of the members of one cooperation after the other; where each cooperation's begin, one more than there are.
    whole : numpy.ndarray
        By cooperation, whether all its members are known.
    columns : numpy.ndarray
        The cooperations that trade.
    near : numpy.ndarray
        Pairs of cooperations whose seats are near each other; none under the degree null.
    free : numpy.ndarray
        By membership, whether it may move.
    points, centres : numpy.ndarray
        Municipalities and seats as unit vectors.
    knots_km, log_weights : numpy.ndarray
        Distances, and the logarithm of f there, 0 at its highest; empty under the degree null.
    """

    members: Array
    starts: Array
    whole: Array
    columns: Array
    near: Array
    free: Array
    points: Array
    centres: Array
    knots_km: Array
    log_weights: Array

    def drawn(self, start: Array, trades: int, rng: np.random.Generator) -> Array:
        """Return the members after so many trades from a start."""
        members = start.copy()
        _trading.trade(members, self.starts, self.columns, self.near, self.free, self.points, self.centres, self.knots_km, self.log_weights, trades, rng)
        return members

    def hub(self, rng: np.random.Generator) -> Array:
        """Return where all draws begin: one chain away from the data."""
        return self.drawn(self.members, self.trades, rng)

    def draws(self, hub: Array, count: int, rng: np.random.Generator) -> tuple[Array, Array]:
        """Return draws half way along their chains, and at the end: one row each."""
        half = np.array([self.drawn(hub, self.trades // 2, rng) for _ in range(count)]).reshape(count, len(hub))
        return half, np.array([self.drawn(one, self.trades - self.trades // 2, rng) for one in half]).reshape(count, len(hub))

    @property
    def trades(self) -> int:
        """How many trades a chain makes."""
        return (TRADES_BY_DISTANCE if len(self.log_weights) else TRADES) * len(self.columns)


def hold_lists(first: Lists, first_members: Array, second: Lists, second_members: Array) -> Array:
    """Hold two services against each other, draw by draw; see `_trading.hold_draws`."""
    return np.asarray(_trading.hold_draws(first_members, first.starts, first.whole, second_members, second.starts, second.whole, len(first.points)))


def lists(data: Membership, columns: Array) -> Lists:
    """Return the lists of some cooperations, under the degree null."""
    matrix = data.matrix[:, columns].tocsc()
    matrix.sort_indices()
    n, m = matrix.shape
    return Lists(
        matrix.indices.astype(np.int32),
        matrix.indptr.astype(np.int64),
        data.cooperations["complete"].to_numpy(dtype=bool)[columns],
        np.arange(m),
        np.empty((0, 2), dtype=np.int64),
        np.ones(matrix.nnz, dtype=bool),
        np.zeros((n, 3)),
        np.zeros((m, 3)),
        np.empty(0),
        np.empty(0),
    )


def counted_lists(data: Membership, service: str, coding: Coding = "any") -> Lists:
    """Return the lists of a service's cooperations that count under a coding rule."""
    return lists(data, data.columns(service, coding))


def by_distance(data: Membership, own: Lists, columns: Array, lon: Array, lat: Array, seed: np.random.SeedSequence) -> Lists | None:
    """Return the same lists under the distance null; None where too few places are known to estimate it.

    Memberships of municipalities without a place, and of cooperations without a seat, stay as they are.
    """
    placed = np.isfinite(lon)
    points = _unit_vectors(np.where(placed, lon, 0.0), np.where(placed, lat, 0.0))
    seats = find_seats(data, own, columns, points, placed)
    column = np.repeat(np.arange(len(seats)), np.diff(own.starts))
    free = placed[own.members] & (seats[column] >= 0) & (own.members != seats[column])
    trading = np.unique(column[free])
    if len(trading) < 2:
        return None
    centres = points[seats]
    km = _kilometres(points[own.members[free]], centres[column[free]])
    knots = np.unique(np.quantile(km, np.linspace(0, 1, int(np.clip(len(km) // MEMBERSHIPS_PER_KNOT, 2, KNOTS)))))
    log_weights = _tetrad_logit(own.members, column, free, points, centres, knots, np.random.default_rng(seed))
    if log_weights is None:
        return None
    return replace(own, columns=trading, near=_near(centres, trading), free=free, points=points, centres=centres, knots_km=knots, log_weights=log_weights)


def find_seats(data: Membership, own: Lists, columns: Array, points: Array, placed: Array) -> Array:
    """Return the place of each cooperation's seat; -1 where no member's place is known."""
    hosts = data.hosts[placed[data.hosts["place"]]].drop_duplicates("column", keep=False).set_index("column")["place"]
    several = set(data.hosts.loc[data.hosts["column"].duplicated(), "column"])
    seats = np.full(len(columns), -1, dtype=np.int64)
    for at, column in enumerate(columns):
        members = own.members[own.starts[at] : own.starts[at + 1]]
        members = members[placed[members]]
        if column in hosts.index and column not in several:
            seats[at] = hosts[column]
        elif len(members):
            total = np.linalg.norm(points[members][:, None] - points[members][None], axis=2).sum(axis=1)
            central = members[total <= total.min() + 1e-12]
            seats[at] = central[np.argmax(np.nan_to_num(data.population[central]))]
    return seats


def _unit_vectors(lon: Array, lat: Array) -> Array:
    longitude, latitude = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)])


def _kilometres(points: Array, centres: Array) -> Array:
    return np.asarray(2 * _trading.EARTH_KM * np.arcsin(np.minimum(1, np.linalg.norm(points - centres, axis=1) / 2)))


def _near(centres: Array, trading: Array) -> Array:
    """Return each pair of cooperations of which one is among the nearest of the other."""
    from scipy.spatial import cKDTree

    count = min(NEIGHBOURS + 1, len(trading))
    found = np.asarray(cKDTree(centres[trading]).query(centres[trading], k=count)[1]).reshape(len(trading), count)
    pairs = np.sort(np.column_stack([np.repeat(trading, count), trading[found.ravel()]]), axis=1)
    return np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)


def _spread(km: Array, knots: Array) -> Array:
    """Spread each distance over the two knots it lies between; outside them it counts to the nearest."""
    if len(knots) == 1:
        return np.ones((len(km), 1))
    before = np.clip(np.searchsorted(knots, km) - 1, 0, len(knots) - 2)
    way = np.clip((km - knots[before]) / (knots[before + 1] - knots[before]), 0, 1)
    spread = np.zeros((len(km), len(knots)))
    spread[np.arange(len(km)), before] = 1 - way
    spread[np.arange(len(km)), before + 1] = way
    return spread


def _tetrad_logit(members: Array, column: Array, free: Array, points: Array, centres: Array, knots: Array, rng: np.random.Generator) -> Array | None:
    """Estimate log f at the knots from pairs of memberships (i, a) and (j, b) that could change places; None where there are none.

    Given that such a pair is either as it is or changed, the chance that it is as it is does not depend on the margins:
    1 / (1 + exp(-(x_ia + x_jb - x_ib - x_ja) log f)). A small ridge keeps what the data do not tell at 0.
    """
    rows, cols = members[free], column[free]
    count = len(rows)
    one, other = np.triu_indices(count, 1) if count * (count - 1) // 2 <= SWAPS else rng.integers(count, size=(2, SWAPS))
    present = csr_array((np.ones(len(members), dtype=bool), (members, column)), shape=(len(points), len(centres)))
    first, second, third, fourth = rows[one], cols[one], rows[other], cols[other]
    able = (first != third) & (second != fourth)
    able[able] = ~(np.asarray(present[first[able], fourth[able]]).ravel() | np.asarray(present[third[able], second[able]]).ravel())
    if not able.any():
        return None

    def away(municipality: Array, cooperation: Array) -> Array:
        return _spread(_kilometres(points[municipality[able]], centres[cooperation[able]]), knots)

    gain = away(first, second) + away(third, fourth) - away(first, fourth) - away(third, second)
    logs = np.zeros(len(knots))
    for _ in range(100):
        chance = 1 / (1 + np.exp(-np.clip(gain @ logs, -500, 500)))
        slope = gain.T @ (1 - chance) - RIDGE * logs
        curve = (gain * (chance * (1 - chance))[:, None]).T @ gain + RIDGE * np.eye(len(logs))
        step = np.linalg.solve(curve, slope)
        logs += step * min(1.0, 3 / max(np.abs(step).max(), 1e-12))
        if np.abs(step).max() < 1e-8:
            break
    return np.asarray(logs - logs.max())


def weights_table(service: str, own: Lists) -> pd.DataFrame:
    """Return f at the knots, 1 at its highest."""
    return pd.DataFrame({"service": service, "kilometres": own.knots_km, "relative_weight": np.exp(own.log_weights)})
