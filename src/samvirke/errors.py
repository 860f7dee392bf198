"""The one tree of errors; each says in three languages what is wrong and what to do."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable
from typing import NamedTuple

from samvirke.vocabulary.language import LANGUAGES, Text


class SamvirkeError(Exception):
    """Something a user can mend. ``error.text["nb"]`` is the message in a language; ``str(error)`` is English."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class Problem(NamedTuple):
    """One thing wrong in what people gave: where, what stands there, what is wrong with it and what to do."""

    field: str
    value: str
    message: Text
    remedy: Text


def shown(value: object, most: int = 200) -> str:
    r"""Write what stands somewhere as a message shows it: short, and with no signs that a terminal would obey.

    Examples
    --------
    >>> shown(True), shown(0.5), shown("a\tb"), shown(None), shown("x" * 9, most=4)
    ('true', '0.5', 'a·b', '', 'xxx…')
    """
    text = value if isinstance(value, str) else "" if value is None else str(value).lower() if isinstance(value, bool) else ""
    if not text and value is not None and not isinstance(value, str):
        text = f"{value:g}" if isinstance(value, float) else reprlib.repr(value)
    text = "".join(sign if sign.isprintable() else "·" for sign in text[: most + 1])
    return text if len(text) <= most else f"{text[: most - 1]}…"


def listed(heading: Text, lines: Iterable[Text]) -> Text:
    """Put each line as a point under a heading."""
    own = tuple(lines)
    return Text(**{one: heading[one] + "".join(f"\n- {line[one]}" for line in own) for one in LANGUAGES})


class MissingTableError(SamvirkeError, LookupError):
    """A question needs a table that the edition does not have."""

    def __init__(self, question: str, missing: tuple[str, ...], day: str | None = None) -> None:
        names = ", ".join(missing)
        super().__init__(
            Text(
                nb=f"«{question}» trenger tabeller som utgaven ikke har{f' rader i den dagen ({day})' if day else ''}: {names}.",
                nn=f"«{question}» treng tabellar som utgåva ikkje har{f' rader i den dagen ({day})' if day else ''}: {names}.",
                en=f'"{question}" needs tables that the edition does not have{f" rows of on {day}" if day else ""}: {names}.',
            )
        )
        self.missing = missing


class UnknownNameError(SamvirkeError, LookupError):
    """A name that is not in a list: of findings, of options, of tables."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        from difflib import get_close_matches

        close = tuple(get_close_matches(name, known, n=3)) or known
        names = ", ".join(close)
        super().__init__(
            Text(
                nb=f"«{name}» er ukjent. Bruk: {names}.",
                nn=f"«{name}» er ukjent. Bruk: {names}.",
                en=f'"{name}" is not known. Use: {names}.',
            )
        )


class OptionError(SamvirkeError, ValueError):
    """An option whose value cannot be used."""

    def __init__(self, option: str, value: object, allowed: Text) -> None:
        super().__init__(
            Text(
                nb=f"--{option}: «{value}» kan ikke brukes. Tillatt: {allowed.nb}.",
                nn=f"--{option}: «{value}» kan ikkje brukast. Tillate: {allowed.nn}.",
                en=f'--{option}: "{value}" cannot be used. Allowed: {allowed.en}.',
            )
        )


class MissingExtraError(SamvirkeError, ImportError):
    """A library that an optional part needs is not installed."""

    def __init__(self, library: str, extra: str) -> None:
        command = f'pip install "samvirke[{extra}]"'
        super().__init__(
            Text(
                nb=f"{library} er ikke installert. Kjør: {command}",
                nn=f"{library} er ikkje installert. Køyr: {command}",
                en=f"{library} is not installed. Run: {command}",
            )
        )
