"""What columns, values and options are called by those who read them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from samvirke.vocabulary._terms import LISTS, read_yaml, terms
from samvirke.vocabulary.language import Text, same


@cache
def _labels() -> Mapping[str, Any]:
    return MappingProxyType(read_yaml("labels.yaml"))


def column_label(column: str) -> Text:
    """Return a column's heading; its own name where it has none.

    Examples
    --------
    >>> column_label("share_low")["en"]
    'lowest (95%)'
    """
    entry = _labels()["columns"].get(column)
    return Text(**{key: entry[key] for key in ("nb", "nn", "en")}) if entry else same(column)


def has_label(column: str) -> bool:
    """Say whether a column has a heading of its own."""
    return column in _labels()["columns"]


_ELSE_FROM = {"bases": "models", "checked_items": "clause_kinds", "agreement_groups": "models", "roles": "application_roles"}
"""Lists of values whose other values are in a controlled list."""


def value_label(column: str, value: str) -> Text:
    """Return what a value of a column is called: from a controlled list, or itself.

    Examples
    --------
    >>> value_label("basis", "not_specified")["nn"]
    'lovgrunnlag ikkje oppgjeve'
    """
    name = _labels()["columns"].get(column, {}).get("values")
    if name in _ELSE_FROM and value in terms(_ELSE_FROM[name]):
        name = _ELSE_FROM[name]
    if name in LISTS:
        term = terms(name).get(value)
        return term.label if term else same(value)
    entry = _labels()["values"].get(name, {}).get(value)
    return Text(**entry) if entry else same(value)


def value_order(column: str) -> tuple[str, ...]:
    """Return the values of a column in the order of their list; nothing where it has none."""
    name = _labels()["columns"].get(column, {}).get("values")
    return tuple(terms(name)) if name in LISTS else tuple(_labels()["values"].get(name, ()))


def option_label(option: str) -> Text:
    """Return what an option asks for."""
    return Text(**_labels()["options"][option])


def heading(name: str) -> Text:
    """Return a heading or a fixed phrase of a report."""
    return Text(**_labels()["headings"][name])
