"""What chance would make: random lists of the members of one service with the same margins, drawn anywhere or by distance.

Both null models keep how many cooperations each municipality is in and how many members each cooperation has. Under *degree* every such
list is equally likely (curveball, Strona et al. 2014, doi:10.1038/ncomms5114; that its trades reach every list and favour none is shown by
Carstens 2015, doi:10.1103/PhysRevE.91.042812). Under *distance* a list is as likely as the product over its memberships of f(distance from
the municipality to the seat of the cooperation). The seat is the host where there is exactly one, else the member with the least distance
to the others; a seat stays a member. `_distance_weights` estimates f.

Draws are made by chains of trades. A chain first goes from the data to a hub; from there every draw goes its own way, equally long. Since
trades can be undone with the same chance, data and draws are then exchangeable under the null model however short the chains are, and
p = (r + 1) / (n + 1) is valid (Besag & Clifford 1989, doi:10.1093/biomet/76.4.633).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import pandas as pd

from samvirke.measures import _trading
from samvirke.measures._distance_weights import first_guess, kilometres, match_draws, place_knots
from samvirke.measures.membership import Array, Coding, Membership

Null = Literal["degree", "distance"]
NULLS: tuple[Null, ...] = get_args(Null)
TRADES, TRADES_BY_DISTANCE = 20, 40
"""How many trades a chain makes for each cooperation; where odds differ it forgets more slowly."""
NEIGHBOURS = 8


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
    km = kilometres(points[own.members[free]], centres[column[free]])
    knots, rng = place_knots(km), np.random.default_rng(seed)
    guess = first_guess(own.members, column, free, points, centres, knots, rng)
    if guess is None:
        return None
    found = replace(own, columns=trading, near=_near(centres, trading), free=free, points=points, centres=centres, knots_km=knots, log_weights=guess)

    def draw_km(log_weights: Array) -> Array:
        drawn = replace(found, log_weights=log_weights).hub(rng)
        return kilometres(points[drawn[free]], centres[column[free]])

    return replace(found, log_weights=match_draws(guess, knots, km, draw_km))


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


def _near(centres: Array, trading: Array) -> Array:
    """Return each pair of cooperations of which one is among the nearest of the other."""
    from scipy.spatial import cKDTree

    count = min(NEIGHBOURS + 1, len(trading))
    found = np.asarray(cKDTree(centres[trading]).query(centres[trading], k=count)[1]).reshape(len(trading), count)
    pairs = np.sort(np.column_stack([np.repeat(trading, count), trading[found.ravel()]]), axis=1)
    return np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)


def describe_draws(service: str, null: Null, own: Lists, seed: np.random.SeedSequence, count: int = 20) -> dict[str, object]:
    """Say how far draws go from the data: the share of memberships that are others, and the mean distance to the seat in both."""
    rng = np.random.default_rng(seed)
    column = np.repeat(np.arange(len(own.starts) - 1), np.diff(own.starts))
    n = len(own.points)
    data = set((column.astype(np.int64) * n + own.members).tolist())
    hub = own.hub(rng)
    drawn = [own.drawn(hub, own.trades, rng) for _ in range(count)]
    moved = [1 - len(data & set((column.astype(np.int64) * n + one).tolist())) / max(len(data), 1) for one in drawn]
    placed = len(own.log_weights) > 0
    km = [float(kilometres(own.points[one[own.free]], own.centres[column[own.free]]).mean()) for one in (own.members, *drawn)] if placed else [np.nan, np.nan]
    return {
        "service": service,
        "null_model": null,
        "memberships": len(own.members),
        "memberships_fixed": int((~own.free).sum()),
        "share_moved": float(np.mean(moved)),
        "observed_km": km[0],
        "drawn_km": float(np.mean(km[1:])),
    }


def weights_table(service: str, own: Lists) -> pd.DataFrame:
    """Return f at the knots, 1 at its highest."""
    return pd.DataFrame({"service": service, "kilometres": own.knots_km, "relative_weight": np.exp(own.log_weights)})
