"""How far each finding reaches within the ranges of its figures, and which figure by itself would change the order of the options."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from samvirke.planning._scenario_measures import Reading
from samvirke.planning._scenario_reading import Held
from samvirke.vocabulary.language import Text

Better = Literal["lower", "higher", "none"]
Function = Callable[[Reading], float | None]
STEPS, HALVINGS = 12, 40
NUDGE = 1e-4
"""So far of the range beyond the turning value, where options are equal, the new order is read."""


@dataclass(frozen=True)
class Reach:
    """A finding: its value, how far it reaches when all its figures turn out the same way, what it rests on, and whether any of that is assumed."""

    value: float | None
    low: float | None
    high: float | None
    figures: tuple[str, ...]
    notes: tuple[Text, ...]
    assumed: bool


@dataclass(frozen=True)
class Turn:
    """A figure that by itself changes an order within its range: from what value on, and to which order."""

    figure: str
    at: float
    order: tuple[tuple[str, ...], ...]


def reach(function: Function, held: Mapping[str, Held]) -> Reach:
    """Work a finding out as stated and at both ends.

    Each figure that it looks at is first changed alone to each end of its range; then all at once to the ends that lowered it, and to those
    that raised it. The range is from the lowest to the highest of all these.

    Parameters
    ----------
    function : callable
        Works the finding out from a `Reading`.
    held : Mapping of str to Held
        The figures.
    """
    base = Reading(held)
    value = function(base)
    figures = tuple(base.looked_at)
    assumed = any(held[name].assumed for name in figures) or any(base.notes.values())
    seen = [value] if value is not None else []
    lowering: dict[str, float] = {}
    raising: dict[str, float] = {}
    for name in figures:
        ends = [end for end in (held[name].low, held[name].high) if end is not None]
        found = [(one, end) for end in ends if (one := function(Reading(held, {name: end}))) is not None]
        if value is None or not found:
            continue
        seen += [one for one, _ in found]
        least, most = min(found), max(found)
        if least[0] < value:
            lowering[name] = least[1]
        if most[0] > value:
            raising[name] = most[1]
    if value is None:
        return Reach(None, None, None, figures, tuple(base.notes), assumed)
    seen += [one for changed in (lowering, raising) if (one := function(Reading(held, changed))) is not None]
    low, high = min(seen), max(seen)
    spread = high > low
    return Reach(value, low if spread else None, high if spread else None, figures, tuple(base.notes), assumed)


def order_of(values: Mapping[str, float | None], better: Better) -> tuple[tuple[str, ...], ...]:
    """Order options, the best first; equal ones (to nine digits) stand together, and those whose value is not known are left out.

    Examples
    --------
    >>> order_of({"alone": 3.0, "two": 1.0, "all": 3.0, "none": None}, "lower")
    (('two',), ('alone', 'all'))
    """
    known = {name: _rounded(value) * (-1 if better == "higher" else 1) for name, value in values.items() if value is not None}
    return tuple(tuple(name for name in known if known[name] == one) for one in sorted(set(known.values())))


def _rounded(value: float) -> float:
    return float(f"{value:.9g}") if math.isfinite(value) else value


def turns(functions: Mapping[str, Function], held: Mapping[str, Held], figures: Sequence[str], better: Better) -> list[Turn]:
    """Find the figures that by themselves change the order of options, each with the value nearest to the stated one at which it changes.

    Each range is walked from the stated value to both ends in `STEPS` steps, and the first step with another order is halved; an order that
    changes and changes back within one step is not seen.

    Parameters
    ----------
    functions : Mapping of str to callable
        What works the measure out, by option.
    held : Mapping of str to Held
        The figures.
    figures : sequence of str
        Those to change.
    better : {"lower", "higher"}
        Which way is better.
    """

    def ordered(changed: Mapping[str, float]) -> tuple[tuple[str, ...], ...]:
        return order_of({name: function(Reading(held, changed)) for name, function in functions.items()}, better)

    stated, found = ordered({}), []
    for name in figures:
        value = held[name].value
        whole = held[name].field == "doctors_on_duty"
        first = [
            turn
            for end in (held[name].low, held[name].high)
            if end is not None and end != value and (turn := _first(name, value, end, stated, ordered, whole=whole))
        ]
        if first:
            found.append(min(first, key=lambda turn: abs(turn.at - value)))
    return found


def _first(
    name: str,
    value: float,
    end: float,
    stated: tuple[tuple[str, ...], ...],
    ordered: Callable[[Mapping[str, float]], tuple[tuple[str, ...], ...]],
    *,
    whole: bool,
) -> Turn | None:
    if whole:
        way = 1 if end > value else -1
        points = [float(one) for one in range(int(value) + way, int(end) + way, way)]
    else:
        points = [value + (end - value) * step / STEPS for step in range(1, STEPS + 1)]
    before = value
    for point in points:
        if ordered({name: point}) != stated:
            inside, outside = before, point
            for _ in range(0 if whole else HALVINGS):
                middle = (inside + outside) / 2
                inside, outside = (middle, outside) if ordered({name: middle}) == stated else (inside, middle)
            if whole:
                return Turn(name, outside, ordered({name: outside}))
            last = abs(outside - value) >= abs(end - value) * (1 - NUDGE)
            return Turn(name, end if last else outside, ordered({name: end if last else outside + (end - value) * NUDGE}))
        before = point
    return None
