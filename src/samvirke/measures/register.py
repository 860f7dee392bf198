"""The register of agreements: each agreement once, as coded, under a stated rule of what counts as the same agreement."""

from __future__ import annotations

from datetime import date
from typing import Literal

import pandas as pd

from samvirke.edition import Edition
from samvirke.vocabulary import DisputeStep, terms
from samvirke.vocabulary.dates import DateInterval

Identical = Literal["mark", "cells"]
Period = Literal["before", "after", "either", "undated"]
CODED = ("service", "signed", "basis", "steps")
"""What must be equal, as coded, for two copies to have equal cells."""


def copies(edition: Edition) -> pd.DataFrame:
    """Return every copy that came in, with the coding of its agreement.

    An edition without the table `submission` has one copy of each agreement, from nobody in particular.

    Returns
    -------
    pandas.DataFrame
        One row per copy, by agreement, unmarked copies first: municipality (None where unknown), known_through_other, agreement, cooperation, service, signed,
        basis, basis_text, legal_host, and steps, a tuple of the ids of the dispute clause in order, or None where nobody
        coded it.
    """
    agreement = edition["agreement"][["id", "cooperation", "signed", "basis", "basis_text", "legal_host"]].rename(columns={"id": "agreement"})
    coded = agreement.merge(edition["cooperation"][["id", "service"]].rename(columns={"id": "cooperation"}), on="cooperation", how="left")
    steps = dispute_steps(edition)
    coded["steps"] = pd.Series([steps.get(agreement) for agreement in coded["agreement"]], index=coded.index, dtype="object")
    if "submission" in edition:
        received = edition["submission"][["municipality", "seq", "known_through_other", "agreement"]].merge(coded, on="agreement", how="left")
        ordered = received.sort_values(["agreement", "known_through_other", "municipality", "seq"], ignore_index=True)
        return ordered.drop(columns="seq")
    return coded.sort_values("agreement", ignore_index=True).assign(municipality=None, known_through_other=False)


def dispute_steps(edition: Edition) -> dict[str, tuple[str, ...]]:
    """Return each agreement's dispute clause as the ids of its steps in order."""
    if "clause" not in edition:
        return {}
    clause = edition["clause"]
    dispute = clause[(clause["kind"] == "dispute") & clause["value"].notna()].sort_values(["agreement", "step"])
    return {str(agreement): tuple(steps) for agreement, steps in dispute.groupby("agreement")["value"]}


def register(edition: Edition, identical: Identical = "mark") -> pd.DataFrame:
    """Return each agreement once.

    Parameters
    ----------
    edition : Edition
        With the tables agreement and cooperation; submission and clause where it has them.
    identical : {"mark", "cells"}
        ``mark``: copies marked as registered through another's copy are left out. ``cells``: of the copies with equal
        service, year, legal basis and dispute steps, whoever sent them, the first is kept.

    Returns
    -------
    pandas.DataFrame
        The rows of `copies` that count.
    """
    received = copies(edition)
    if identical == "mark":
        return received[~received["known_through_other"].astype(bool)].reset_index(drop=True)
    return received[~received.duplicated(list(CODED))].reset_index(drop=True)


def period(signed: object, cut: date) -> Period:
    """Say on which side of a day an agreement was entered into; ``either`` when its date is too coarse to say."""
    if not isinstance(signed, str) or not signed:
        return "undated"
    when = DateInterval.parse(signed).before(cut)
    return "before" if when == "certain" else "after" if when == "no" else "either"


def is_mechanism(step: str) -> bool:
    """Say whether a step of a dispute clause is a mechanism; pointing to the statute is none."""
    return class_of(step) != "none"


def class_of(step: str) -> str:
    """Return the class of a step: court, board, negotiation or none; what is not in the vocabulary counts as a board."""
    term = terms("dispute_steps").get(step)
    return term.class_ if isinstance(term, DisputeStep) else "board"


def mechanism_class(steps: tuple[str, ...] | None, reading: Literal["once", "first", "last"] = "once") -> str:
    """Return the one class in which a dispute clause counts.

    Parameters
    ----------
    steps : tuple of str or None
        The steps in order; None where nobody coded the agreement.
    reading : {"once", "first", "last"}
        ``once``: court or arbitration at any step, else a board, else negotiation (NIBR-notat 2015:104, ch. 7.1); or the
        first or the last step alone.

    Examples
    --------
    >>> mechanism_class(("negotiation", "courts")), mechanism_class(("negotiation", "courts"), "first")
    ('court', 'negotiation')
    >>> mechanism_class(("statutory_reference",)), mechanism_class(None)
    ('none', 'not_coded')
    """
    if steps is None:
        return "not_coded"
    classes = [class_of(step) for step in steps if is_mechanism(step)]
    if not classes:
        return "none"
    if reading == "once":
        return next(name for name in ("court", "board", "negotiation") if name in classes)
    return classes[0 if reading == "first" else -1]
