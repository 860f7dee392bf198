"""What all figures share: colours, sizes, fonts."""

from __future__ import annotations

from typing import Any

from samvirke.errors import MissingExtraError
from samvirke.vocabulary.language import Language, Text, number, percent

PALETTE = ("#16324a", "#d98c1f", "#bfd2de", "#7b4a78", "#3f7d5f", "#c9c9c9")
"""Colours that differ in lightness, so that they can be told apart in grey and by colour-blind readers."""

INK, FAINT, WIDTH, BAR = "#1d2a33", "#8a969e", 430, 24
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"

_OF = Text(nb="av", nn="av", en="of")


def altair() -> Any:
    """Return Altair, loaded only where a figure is drawn."""
    try:
        import altair
    except ImportError:
        raise MissingExtraError("altair", "figures") from None
    return altair


def wrapped(text: str, width: int) -> list[str]:
    """Break a title into lines."""
    from textwrap import wrap

    return wrap(text, width) or [text]


def written(value: Any, language: Language) -> str:
    """Write a number, with two decimals where it is none of the whole ones."""
    return number(float(value), language, 0 if float(value).is_integer() else 2)


def counted(value: Any, of: Any, language: Language) -> str:
    """Write a count, with of how many and the share where that is known."""
    count = written(value, language)
    return f"{count} {_OF[language]} {number(float(of), language)} ({percent(float(value) / float(of), language)})" if of else count
