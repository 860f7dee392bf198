"""What planning is asked with: numbers and lists of numbers as people write them, and every problem in them at once."""

from __future__ import annotations

import math
from collections.abc import Sequence

from samvirke.errors import shown
from samvirke.planning._travel import InputProblem, PlanInputError
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Text, listing, number

Given = str | float | Sequence[float] | Sequence[str] | None
MOST_NUMBERS = 2_000
"""A longer list is a slip of the pen: Norway has 357 municipalities."""


def _bounds(least: float, most: float, *, open_: bool, whole: bool) -> Text:
    decimals = [0 if bound == int(bound) else 2 for bound in (least, most) if math.isfinite(bound)]
    low = {one: number(least, one, decimals[0]) for one in LANGUAGES}
    high = {one: number(most, one, decimals[-1]) for one in LANGUAGES}
    above = Text(nb="over", nn="over", en="above") if open_ else Text(nb="fra", nn="frå", en="from")
    kind = Text(nb="et helt tall", nn="eit heilt tal", en="a whole number") if whole else Text(nb="et tall", nn="eit tal", en="a number")
    upper = (
        EMPTY
        if math.isinf(most)
        else Text(
            nb=f" {'og under' if open_ else 'til'} {high['nb']}",
            nn=f" {'og under' if open_ else 'til'} {high['nn']}",
            en=f" {'and below' if open_ else 'to'} {high['en']}",
        )
    )
    return Text(
        nb=f"Gi {kind.nb} {above.nb} {low['nb']}{upper.nb}.",
        nn=f"Gje {kind.nn} {above.nn} {low['nn']}{upper.nn}.",
        en=f"Give {kind.en} {above.en} {low['en']}{upper.en}.",
    )


class Asked:
    """Reads what was asked, field by field, and gathers what cannot be used; `settle` raises once for all of it.

    Examples
    --------
    >>> asked = Asked()
    >>> asked.numbers("load", "0.6, 0.6", least=0)
    (0.6, 0.6)
    >>> asked.numbers("load", "0,6; 1,2", least=0)
    (0.6, 1.2)
    >>> asked.numbers("load", "0.6,-1,x", least=0, most=9)
    ()
    >>> [problem.value for problem in asked.problems]
    ['-1', 'x']
    """

    def __init__(self) -> None:
        self.problems: list[InputProblem] = []

    def add(self, field: str, value: object, remedy: Text) -> None:
        """Note one problem."""
        self.problems.append(InputProblem(field, shown(value, 80) or "–", remedy))

    def settle(self) -> None:
        """Raise when anything was wrong.

        Raises
        ------
        PlanInputError
            With every problem.
        """
        if self.problems:
            raise PlanInputError(tuple(dict.fromkeys(self.problems)))

    def number(
        self, field: str, value: str | float | None, *, least: float = 0.0, most: float = math.inf, open_: bool = False, whole: bool = False
    ) -> float | None:
        """Read one number within bounds, which it may not touch where they are open; None where it is not given or cannot be used."""
        if value is None:
            return None
        text = str(value).strip()
        read = _float(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
        outside = read is None or not (least < read < most if open_ else least <= read <= most) or (whole and read != int(read))
        if outside:
            self.add(field, value, _bounds(least, most, open_=open_, whole=whole))
            return None
        return read

    def numbers(
        self, field: str, value: Given, *, least: float = 0.0, most: float = math.inf, open_: bool = False, whole: bool = False, length: int | None = None
    ) -> tuple[float, ...]:
        """Read a list of numbers, comma-separated (or with semicolons, then a comma may be the decimal sign); empty when any cannot be used."""
        if value is None:
            return ()
        if isinstance(value, str):
            mark = ";" if ";" in value else ","
            parts: list[object] = [part.strip().replace(",", ".") for part in value.split(mark)]
        else:
            parts = list(value) if isinstance(value, Sequence) else [value]
        if len(parts) > MOST_NUMBERS:
            self.add(
                field, len(parts), Text(nb=f"Gi høyst {MOST_NUMBERS} tall.", nn=f"Gje høgst {MOST_NUMBERS} tal.", en=f"Give at most {MOST_NUMBERS} numbers.")
            )
            return ()
        before = len(self.problems)
        read = [self.number(field, str(part) or "–", least=least, most=most, open_=open_, whole=whole) for part in parts]
        if length is not None and len(parts) != length:
            self.add(
                field,
                len(parts),
                Text(nb=f"Gi {length} tall, med komma mellom.", nn=f"Gje {length} tal, med komma mellom.", en=f"Give {length} numbers, comma-separated."),
            )
        return tuple(one for one in read if one is not None) if len(self.problems) == before else ()

    def choice(self, field: str, value: str, allowed: Sequence[str]) -> str:
        """Read one of several words; the first of them when it is none."""
        if value in allowed:
            return value
        names = {one: listing(allowed, one) for one in LANGUAGES}
        self.add(field, value, Text(nb=f"Bruk en av {names['nb']}.", nn=f"Bruk ein av {names['nn']}.", en=f"Use one of {names['en']}."))
        return allowed[0]


def _float(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in text else None
