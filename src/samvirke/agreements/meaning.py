"""What the values of a reading mean, in words."""

from __future__ import annotations

from collections.abc import Mapping

from samvirke.agreements.reading import Basis, Clause, Party
from samvirke.vocabulary import terms
from samvirke.vocabulary.labels import value_label
from samvirke.vocabulary.language import LANGUAGES, Language, Text, listing, same

PARTS: Mapping[str, Text] = {
    "equal": Text(nb="likt på partene", nn="likt på partane", en="equally"),
    "per_inhabitant": Text(nb="etter folketall", nn="etter folketal", en="by population"),
    "by_use": Text(nb="etter bruk", nn="etter bruk", en="by use"),
    "by_own_cost": Text(nb="hver dekker sitt", nn="kvar dekkjer sitt", en="each its own"),
    "minimum": Text(nb="et minstebeløp", nn="eit minstebeløp", en="a minimum"),
}
_YES = {"yes": Text(nb="ja", nn="ja", en="yes"), "no": Text(nb="nei", nn="nei", en="no")}


def of_term(name: str, value: str) -> Text:
    """Return the label of an id in a controlled list, or the id itself."""
    term = terms(name).get(value)
    return term.label if term else same(value)


def of_clause(clause: Clause) -> Text:
    """Say what a clause's value means; empty where it has none.

    Examples
    --------
    >>> of_clause(Clause("cost_key", 1, "per_inhabitant:80", "", 1, 1.0)).nn
    '80 % etter folketal'
    >>> of_clause(Clause("withdrawal", 1, "12", "", 1, 1.0)).en
    '12 months'
    """
    value = clause.value
    if value is None:
        return same("")
    if clause.kind == "dispute":
        return of_term("dispute_steps", value)
    if clause.kind == "cost_key":
        part, _, percent = value.partition(":")
        words = PARTS.get(part, same(part))
        return Text(**{one: f"{percent} % {words[one]}" if percent else words[one] for one in LANGUAGES})
    if clause.kind == "withdrawal":
        return Text(nb=f"{value} måneder", nn=f"{value} månader", en=f"{value} months")
    if clause.kind == "duration":
        if value == "indefinite":
            return Text(nb="uten tidsgrense", nn="utan tidsgrense", en="without limit")
        number, _, unit = value.partition(" ")
        return Text(nb=f"{number} år", nn=f"{number} år", en=value) if unit == "years" else Text(nb=f"til {value}", nn=f"til {value}", en=f"until {value}")
    if clause.kind == "representatives":
        return Text(nb=f"{value} fra hver", nn=f"{value} frå kvar", en=f"{value} from each")
    return _YES.get(value, same(value))


def of_party(party: Party) -> Text:
    """Name a party, with its role where it is host."""
    if party.role != "host":
        return same(party.name)
    return Text(nb=f"{party.name} (vert)", nn=f"{party.name} (vert)", en=f"{party.name} (host)")


def of_basis(basis: Basis) -> Text:
    """Say what a citation means, and how it stood on the date."""

    def said(language: Language) -> str:
        standing = "" if basis.status == "in_force" else f" ({value_label('standing', basis.status)[language]})"
        return f"{basis.citation}: {of_term('models', basis.model)[language]}{standing}"

    return Text(**{one: said(one) for one in LANGUAGES})


def of_hours(hours: tuple[str, ...]) -> Text:
    """Name hours of the week."""
    return Text(**{one: listing([of_term("hours", hour)[one] for hour in hours], one) for one in LANGUAGES})
