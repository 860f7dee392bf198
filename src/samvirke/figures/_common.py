"""What all figures share: colours, sizes, fonts."""

from __future__ import annotations

from typing import Any

from samvirke.errors import MissingExtraError
from samvirke.vocabulary.language import Language, Text, number, percent

PALETTE = ("#1b4965", "#e0a030", "#9fb8c8", "#7a3b69", "#4f8f6f", "#c9c9c9")
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


def counted(value: Any, of: Any, language: Language) -> str:
    """Write a count, with of how many and the share where that is known."""
    count = number(float(value), language)
    return f"{count} {_OF[language]} {number(float(of), language)} ({percent(float(value) / float(of), language)})" if of else count
