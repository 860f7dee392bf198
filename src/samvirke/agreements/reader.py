"""Read an agreement: parties, service, hours, date, legal basis, host and clauses, each with the passage that says it.

The reading is by rules: names of municipalities from the gazetteer, dates, citations of the municipal acts, and the words by which
agreements in bokmål and nynorsk speak of each matter (`words.yaml`). Nothing is guessed: what no passage says is None. How far each way of
reading can be trusted was counted on the development half of the corpus (`confidence.yaml`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

import yaml

from samvirke.agreements import _basis, _dates, _matters, _parties
from samvirke.agreements._clauses import Settled, left_open, settled
from samvirke.agreements._cost_keys import cost_key
from samvirke.agreements._disputes import disputes
from samvirke.agreements._shares import shares
from samvirke.agreements.files import Document, read_document
from samvirke.agreements.passages import Passages, passages
from samvirke.agreements.reading import Basis, Clause, Found, Party, Reading, Remark
from samvirke.vocabulary import law
from samvirke.vocabulary.dates import DateInterval

LONGEST = 600
"""Evidence is cut after so many characters."""


def read(path: Path) -> Reading:
    """Read an agreement from a file.

    Parameters
    ----------
    path : pathlib.Path
        A PDF, DOCX, ODT, HTML or plain text file.

    Returns
    -------
    Reading
        Without checks; `checking.check` adds them.

    Raises
    ------
    DocumentError
        When the file cannot be read.
    """
    return read_text(read_document(path))


def read_text(document: Document) -> Reading:
    """Read an agreement whose text has been taken out of its file.

    Examples
    --------
    >>> from samvirke.agreements.files import Block, Document
    >>> text = "Sogndal kommune (vertskommune) og Luster kommune har inngått denne avtalen om legevakt, jf. kommunelova § 28-1 b."
    >>> found = read_text(Document("avtale.txt", (Block("Avtale om legevakt"), Block("§ 1 Partar"), Block(text), Block("Sogndal, 20/6-2013"))))
    >>> found.signed.value, found.host.value, [one.name for one in found.parties], found.legal_basis[0].model
    ('2013-06-20', '1420', ['Sogndal', 'Luster'], 'host_administrative')
    """
    text = passages(document)
    signed = _dates.signed(text)
    when = DateInterval.parse(signed.value) if signed else None
    own = {one.model for one in _basis.basis(text)}
    based = bool(own & {"host_administrative", "host_joint_board"})
    hosted = based or not own or own <= {"section_27_board", "purchase_agreement"}
    parties = _parties.parties(text, when.last if when else None, needed=1 if based else 99 if own else 2)
    host = next((one for one in parties if one.host), None) if hosted else None
    service, hours = _matters.service(text), _matters.hours(text)
    return Reading(
        file=document.file,
        language=text.language,
        title=text.title,
        parties=tuple(
            Party(
                one.place.code,
                one.name,
                "host" if one is host else "participant",
                _cut(one.passage.text),
                one.passage.page,
                confidence("party", one.route),
            )
            for one in parties
        ),
        service=_found("service", service.value, service.passage.text, service.passage.page, service.route) if service else _none("service"),
        hours=_found("hours", hours.value, hours.passage.text, hours.passage.page, hours.route) if hours else _none("hours"),
        signed=_found("signed", signed.value, signed.passage.text, signed.passage.page, signed.route) if signed else _none("signed"),
        host=_found("host", host.place.code, host.passage.text, host.passage.page, "named") if host else _none("host"),
        legal_basis=tuple(legal_basis(text, when)),
        clauses=tuple(
            _clause(one) for one in sorted((*settled(text), *disputes(text), *cost_key(text)), key=lambda one: (_place(text, one), one.kind, one.step))
        ),
        remarks=(*([Remark("recognised")] if document.recognised else []), *_remarks(text, parties, based=bool(own), hosted=hosted)),
    )


_DECIDES = re.compile(
    r"(?:enkelt|einskild|akutt)vedtak|vedtak i enkelt\w+|(?:treff\w*|fatt\w*|gjere?|gjer|gjøre)\s+(?:\w+\s+){0,2}vedtak\w*\s+(?:om (?:inn|tildel|opphold|opphald|tvung)|etter \w+lov|som gjeld\w* ein|som gjelder en)|"
    r"all (?:myndighet|mynde) som \w+lov",
    re.IGNORECASE,
)
_DECIDES_NOT = re.compile(
    r"ikk(?:e|je)\b|ingen\b|inga\b|uten\b|utan\b|verken|klage|korkje|ligger (?:fortsatt )?(?:til|hos) (?:den enkelte|hver)", re.IGNORECASE
)


def _remarks(text: Passages, parties: list[_parties.Read], *, based: bool, hosted: bool) -> list[Remark]:
    """Note what a person should look at, besides the clauses."""
    found = []
    if not based and (bare := _basis.bare_host(text)):
        found.append(Remark("bare_host", None, _cut(bare.text), bare.page))
    found += [Remark("shares", f"{one.total_percent:g}", _cut(one.passage.text), one.passage.page) for one in shares(text) if not one.adds_up]
    codes = {one.place.name for one in parties} | {one.name for one in parties}
    others = (
        {name: passage for name, passage in _parties.called_host(text).items() if name not in codes} if hosted and not any(one.host for one in parties) else {}
    )
    found += [Remark("host_no_party", name, _cut(passage.text), passage.page) for name, passage in others.items()]
    decides = next(
        (
            one
            for one in text.sentences
            if _DECIDES.search(one.text)
            and not _DECIDES_NOT.search(one.text)
            and not one.row
            and not re.search(r"budsjett|kommunestyr", one.text, re.IGNORECASE)
        ),
        None,
    )
    if decides:
        found.append(Remark("decides_cases", None, _cut(decides.text), decides.page))
    return found + [Remark("left_to_annex", kind, _cut(one.text), one.page) for kind, one in left_open(text)]


def _place(text: Passages, one: Settled) -> int:
    return text.sentences.index(one.passage) if one.passage in text.sentences else -1


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + " …"


def _found(field: str, value: str | tuple[str, ...], evidence: str, page: int, route: str) -> Found:
    return Found(value, _cut(evidence), page, confidence(field, route))


def _none(field: str) -> Found:
    return Found(confidence=confidence(field, "absent"))


def _clause(one: Settled) -> Clause:
    group = one.kind if one.kind in ("dispute", "cost_key") else "clause"
    return Clause(one.kind, one.step, one.value, _cut(one.passage.text), one.passage.page, confidence(group, one.route))


def legal_basis(text: Passages, when: DateInterval | None) -> list[Basis]:
    """Read what an agreement rests on, and how that stood when it was made.

    Parameters
    ----------
    text : Passages
        The agreement, or a part of it.
    when : DateInterval or None
        When it was made; None is unknown.

    Returns
    -------
    list of Basis
        One for each provision, or the one form that the text names where it cites none.
    """
    return [_basis_on(one, when) for one in _basis.basis(text)]


def _basis_on(one: _basis.Cited, when: DateInterval | None) -> Basis:
    """Say how a citation stood when the agreement was made."""
    cited = next((found for found in law.citations(_spelt(one), when) if found.model == one.model), None) or law.standing_of(one.model, when)
    early = cited.standing == "before_opening" and cited.provision.from_verified is not None
    return Basis(
        one.citation,
        one.model,
        cited.standing,
        _cut(one.passage.text),
        one.passage.page,
        confidence("legal_basis", one.route),
        cited.certainty,
        cited.provision.citation,
        cited.in_its_place.citation if cited.in_its_place else None,
        bool(cited.provision.from_verified) if early else cited.provision.verified,
    )


def _spelt(one: _basis.Cited) -> str:
    """Write a citation the way the vocabulary has it: § 28-1 bokstav b is § 28-1 b, and a letter lost by a scanner is a §."""
    plain = re.sub(r"\s*(?:bokstav|bokst\.?|litra)\s*", " ", one.citation)
    return re.sub(r"^(?:[S5]|paragraf\w*)(?=\s*\d{2})", "§", plain, flags=re.IGNORECASE)


@cache
def _confidences() -> Mapping[str, Mapping[str, float]]:
    return dict(yaml.safe_load(files("samvirke.agreements").joinpath("confidence.yaml").read_text(encoding="utf-8")) or {})


def confidence(field: str, route: str) -> float:
    """Return how often a way of reading a field was right in the corpus; 0.5 for one that was not seen there.

    Parameters
    ----------
    field : str
        party, service, hours, signed, host, legal_basis, clause, dispute or cost_key.
    route : str
        The way of reading, or ``absent`` for finding nothing.
    """
    return float(_confidences().get(field, {}).get(route, 0.5))
