"""The agreements that people have coded in an edition, as readings, so that they are checked by the same rules as those read from files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from samvirke.agreements._basis import bare_words
from samvirke.agreements.checking import check
from samvirke.agreements.reading import Basis, Check, Clause, Found, Party, Reading, Remark
from samvirke.edition import Edition
from samvirke.vocabulary import law
from samvirke.vocabulary.dates import DateInterval

SURE = 1.0
"""The confidence of what people have coded."""


def readings_of(edition: Edition) -> list[Reading]:
    """Return each agreement of an edition as a reading, checked.

    An agreement with clauses of two kinds or more counts as coded for all of them; one with a single kind, or none, as coded for that
    kind only: the rest is `not_coded`, never absent.

    Parameters
    ----------
    edition : Edition
        With the tables agreement and cooperation; clause and member where it has them.
    """
    agreements = edition["agreement"][["id", "cooperation", "signed", "basis", "basis_text", "legal_host", "notice_months"]].merge(
        edition["cooperation"][["id", "service", "hours"]].rename(columns={"id": "cooperation"}), on="cooperation", how="left"
    )
    members = _by(edition, "member", "cooperation")
    clauses = _by(edition, "clause", "agreement")
    names = edition.names()
    return [_uncoded(check(_reading(one, members.get(str(one.cooperation)), clauses.get(str(one.id)), names))) for one in agreements.itertuples()]


def _by(edition: Edition, table: str, column: str) -> dict[str, pd.DataFrame]:
    return {str(key): rows for key, rows in edition[table].groupby(column, sort=False)} if table in edition else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _reading(one: Any, members: pd.DataFrame | None, clauses: pd.DataFrame | None, names: dict[str, str]) -> Reading:
    signed, words = _text(one.signed), _text(one.basis_text)
    parties = _parties(members, names)
    host = _text(one.legal_host) or next((party.municipality for party in parties if party.role == "host"), None)
    hours = _text(one.hours)
    own = _clauses(clauses)
    if (notice := getattr(one, "notice_months", None)) is not None and not pd.isna(notice) and not any(clause.kind == "withdrawal" for clause in own):
        own.append(Clause("withdrawal", 1, f"{notice:g}", "", 1, SURE))
    basis = _basis(_text(one.basis), words, signed)
    bare = not basis and words is not None and bare_words(words)
    return Reading(
        file=str(one.id),
        language="nb",
        title=None,
        parties=tuple(parties),
        service=Found(_text(one.service), None, None, SURE),
        hours=Found(tuple(hours.split(";")) if hours else None, None, None, SURE),
        signed=Found(signed, None, None, SURE),
        host=Found(host, None, None, SURE),
        legal_basis=tuple(basis),
        clauses=tuple(own),
        remarks=(Remark("bare_host", None, words),) if bare else (),
    )


def _parties(members: pd.DataFrame | None, names: dict[str, str]) -> list[Party]:
    if members is None:
        return []
    return [
        Party(str(row.municipality), names.get(str(row.municipality), str(row.municipality)), "host" if row.role == "host" else "participant", "", 1, SURE)
        for row in members.drop_duplicates("municipality").itertuples()
    ]


def _clauses(clauses: pd.DataFrame | None) -> list[Clause]:
    if clauses is None:
        return []
    return [Clause(str(row.kind), int(str(row.step)), _text(row.value), _text(row.text) or "", 1, SURE) for row in clauses.itertuples()]


def _basis(coded: str | None, words: str | None, signed: str | None) -> list[Basis]:
    """Return the basis as coded, with the standing of the provisions that its words name."""
    if coded is None or coded == "not_specified" or coded not in law.models():
        return []
    when = DateInterval.parse(signed) if signed else None
    cited = [one for one in law.citations(words or "", when) if one.model == coded] or [law.standing_of(coded, when)]
    return [
        Basis(
            one.written or words or coded,
            coded,
            one.standing,
            words or "",
            1,
            SURE,
            one.certainty,
            one.provision.citation,
            one.in_its_place.citation if one.in_its_place else None,
            bool(one.provision.from_verified) if one.standing == "before_opening" and one.provision.from_verified is not None else one.provision.verified,
        )
        for one in cited
    ]


def _uncoded(reading: Reading) -> Reading:
    """Say of what nobody has read the agreement for that it is not coded."""
    kinds = {one.kind for one in reading.clauses}
    if len(kinds) > 1:
        return reading
    told = kinds | {"participants", "host", "basis"}
    return _with(
        reading,
        [
            one if one.state != "absent" or one.item in told else Check(one.item, one.grade, "not_coded", one.provision, None, one.verified)
            for one in reading.checks
        ],
    )


def _with(reading: Reading, checks: Sequence[Check]) -> Reading:
    from dataclasses import replace

    return replace(reading, checks=tuple(checks))
