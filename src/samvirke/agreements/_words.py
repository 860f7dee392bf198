"""The words that services and clauses are known by, from `words.yaml`, made ready for searching."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

Pattern = re.Pattern[str]
_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True)
class KindWords:
    """How one kind of clause is known: by headings, by sentences, by weaker words under such a heading; and what is something else."""

    heading: Pattern
    words: Pattern
    weak: Pattern
    other: Pattern


_INFINITIVES = re.compile(
    r"(?<![\w\\])(ver|gjer|driv|hald|kom|utfør|skaff|hjelp|skip|send|betal|dekkj|leggj|løys|velj|nemn|meld|rapporter|orienter|varsl|oppnemn|still|sørg|syt|byggj|tilset|overlat|møt|søk)e(?!\w)"
)
_GROUP = re.compile(r"\(\?(?:P<\w+>|[a-z]+:|<?[=!:])|\\.|\[[^\]]*\]|m")


def any_of(patterns: Sequence[str]) -> Pattern:
    """Return one pattern for several, case ignored; nothing where there are none.

    Infinitives in -e also match those in -a, and every m what scanners make of it.

    Examples
    --------
    >>> bool(any_of(["skal drive", "medlem"]).fullmatch("skal driva")), bool(any_of(["medlem"]).fullmatch("rnedlern"))
    (True, True)
    """
    if not patterns:
        return _NOTHING
    whole = _INFINITIVES.sub(r"\1[ea]", "|".join(f"(?:{one})" for one in patterns))
    return re.compile(_GROUP.sub(lambda match: "(?:m|rn)" if match.group() == "m" else match.group(), whole), re.IGNORECASE)


@cache
def _read() -> Mapping[str, Any]:
    return dict(yaml.safe_load(files("samvirke.agreements").joinpath("words.yaml").read_text(encoding="utf-8")))


@cache
def services() -> Mapping[str, Pattern]:
    """Return what names each service."""
    return {name: any_of(patterns) for name, patterns in _read()["services"].items()}


@cache
def kinds() -> Mapping[str, KindWords]:
    """Return what each kind of clause is known by."""
    return {name: KindWords(*(any_of(own.get(part, ())) for part in ("heading", "words", "weak", "not"))) for name, own in _read()["kinds"].items()}


@cache
def dispute_about() -> tuple[Pattern, Pattern]:
    """Return what a sentence on disagreement between the parties has, and what is about other disagreement."""
    own = _read()["disputes"]
    return any_of(own["about"]), any_of(own["not_about"])


@cache
def dispute_steps() -> Mapping[str, Pattern]:
    """Return what names each way of settling a dispute."""
    return {name: any_of(patterns) for name, patterns in _read()["disputes"]["steps"].items()}


@cache
def costs() -> Mapping[str, Pattern]:
    """Return what names each part of a cost key."""
    return {name: any_of(patterns) for name, patterns in _read()["costs"].items()}


@cache
def cost_words() -> Mapping[str, Pattern]:
    """Return what makes a sentence be about the sharing of costs, or about something else."""
    return {name: any_of(patterns) for name, patterns in _read()["cost_words"].items()}


@cache
def terms() -> Mapping[str, Pattern]:
    """Return what is said of leaving, of how long an agreement lasts, and of when it begins."""
    return {name: any_of(patterns) for name, patterns in _read()["terms"].items()}
