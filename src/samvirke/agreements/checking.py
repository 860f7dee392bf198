"""Hold an agreement against the law in force on its date, and against what is common practice.

Three grades are kept apart. *required*: a statute in force on the agreement's date asks for it. *recommended*: what a reader of such agreements
would look for, and no statute asks of this model (general knowledge, `verified` no). *practice*: common, such as a clause on disputes; its
absence is a matter of quality, never a breach. What the program could not decide is unclear, never absent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from samvirke.agreements.reading import Check, Clause, Grade, Reading, Remark, State
from samvirke.vocabulary import law
from samvirke.vocabulary._terms import DatedValue
from samvirke.vocabulary.dates import DateInterval
from samvirke.vocabulary.law import Model

RECOMMENDED = ("purpose", "duration", "reporting", "archives")
PRACTICE = ("dispute",)
UNSURE = 0.6
"""What was read with less confidence than this is unclear."""


def check(reading: Reading) -> Reading:
    """Return the reading with what it was held against.

    Parameters
    ----------
    reading : Reading
        What was read, or what people have coded.

    Returns
    -------
    Reading
        With `checks`: required contents in the order of the law, then recommended, practice and remarks.

    Examples
    --------
    >>> from samvirke.agreements.files import Block, Document
    >>> from samvirke.agreements.reader import read_text
    >>> text = "Sogndal kommune (vertskommune) og Luster kommune har inngått denne avtalen om legevakt, jf. kommunelova § 28-1 b."
    >>> found = check(read_text(Document("avtale.txt", (Block("Avtale om legevakt"), Block("§ 1 Partar"), Block(text), Block("Sogndal, 20/6-2013")))))
    >>> [(one.item, one.state) for one in found.checks if one.grade == "practice"]
    [('dispute', 'absent'), ('basis', 'present')]
    """
    required = _required(reading)
    items = {one.item for one in required}
    recommended = [_content(reading, item, "recommended", None, verified=False) for item in RECOMMENDED if item not in items]
    practice = [_content(reading, item, "practice", None, verified=True) for item in PRACTICE]
    return replace(reading, checks=(*required, *recommended, *practice, *_remarks(reading)))


def _model(reading: Reading) -> Model | None:
    return law.models().get(reading.model) if reading.model else None


def _required(reading: Reading) -> list[Check]:
    """Return the contents that the law requires of the model on the agreement's date."""
    model = _model(reading)
    if model is None:
        return []
    value = _on_date(model.required_contents, reading.when)
    if value is None:
        return []
    return [_content(reading, item, "required", value.provision, verified=value.verified) for item in value.value]


def _on_date(values: tuple[DatedValue, ...], when: DateInterval | None) -> DatedValue | None:
    """Return the value that held on a date; of a coarse date the one that may have held; without a date none."""
    if when is None:
        return None
    certain = [one for one in values if one.holds(when) == "certain"]
    possible = [one for one in values if one.holds(when) == "possible"]
    return next(iter(certain or possible), None)


def _content(reading: Reading, item: str, grade: Grade, provision: str | None, *, verified: bool) -> Check:
    """Say whether a content is there, with the passage that has it."""
    state: State
    if item == "participants":
        known = reading.parties
        state = "present" if len(known) > 1 else "unclear"
        return Check(item, grade, state, provision, known[0].evidence if known else None, verified, known[0].page if known else None)
    if item == "host":
        host = reading.host
        state = "present" if host.value and host.confidence >= UNSURE else "unclear" if host.value or _open(reading, "host_no_party") else "absent"
        return Check(item, grade, state, provision, host.evidence, verified, host.page)
    own = [one for one in reading.of_kind(item) if one.value != "not_specified"]
    if own:
        sure = max(own, key=lambda one: one.confidence)
        state = "present" if sure.confidence >= UNSURE and not _only_points(own) else "unclear"
        return Check(item, grade, state, provision, sure.text, verified, sure.page)
    left = _open(reading, "left_to_annex", item)
    if left:
        return Check(item, grade, "unclear", provision, left.evidence, verified, left.page)
    return Check(item, grade, "unclear" if _open(reading, "recognised") else "absent", provision, None, verified)


def _only_points(own: list[Clause]) -> bool:
    """Say whether a dispute clause only points to the statute, which for host models says nothing of disputes."""
    return all(one.kind == "dispute" and one.value == "statutory_reference" for one in own)


def _open(reading: Reading, item: str, value: str | None = None) -> Remark | None:
    return next((one for one in reading.remarks if one.item == item and (value is None or one.value == value)), None)


def _remarks(reading: Reading) -> Iterator[Check]:
    """Note what a person should look at: citations that do not fit the date, bare words, names, shares, hosts and powers."""
    for one in reading.legal_basis:
        if one.status != "in_force" and one.certainty != "no":
            where = one.provision if one.in_its_place is None else f"{one.provision} → {one.in_its_place}"
            yield Check(one.status, "practice", "remark", where, one.evidence, one.verified, one.page)
    if bare := _open(reading, "bare_host"):
        yield _remark("bare_host", "practice", bare)
    named = reading.legal_basis[0] if reading.legal_basis else None
    yield Check(
        "basis", "practice", "present" if named else "absent", None, named.evidence if named else None, verified=True, page=named.page if named else None
    )
    if len({one.model for one in reading.legal_basis}) > 1:
        other = reading.legal_basis[1]
        yield Check("several_models", "practice", "remark", None, other.evidence, verified=True, page=other.page)
    for seen in reading.remarks:
        if seen.item == "shares":
            yield _remark("shares", "practice", replace(seen, evidence=f"{seen.value} %: {seen.evidence}"))
        elif seen.item == "host_no_party":
            yield _remark("host_no_party", "required", seen, _provision(reading))
    yield from _cost_shares(reading)
    yield from _name(reading)
    yield from _cases(reading)


def _remark(item: str, grade: Grade, seen: Remark, provision: str | None = None) -> Check:
    return Check(item, grade, "remark", provision, seen.evidence, verified=True, page=seen.page)


def _provision(reading: Reading) -> str | None:
    model = _model(reading)
    value = _on_date(model.required_contents, reading.when) if model else None
    return value.provision if value else None


def _cost_shares(reading: Reading) -> Iterator[Check]:
    """A cost key all of whose parts have a percentage, which do not make a hundred."""
    parts = [one for one in reading.of_kind("cost_key") if one.value and one.value.split(":")[0] not in ("minimum", "by_own_cost")]
    told = [float(one.value.split(":")[1]) for one in parts if one.value and ":" in one.value]
    if len(told) > 1 and len(told) == len(parts) and abs(sum(told) - 100) > 0.05 * len(told):
        yield _remark("shares", "practice", Remark("shares", None, f"{sum(told):g} %: {parts[0].text}", parts[0].page))


def _name(reading: Reading) -> Iterator[Check]:
    """A name without the words that the model asks for."""
    model, names = _model(reading), reading.of_kind("name")
    if model is None or not model.name_words or not names or names[0].value is None or not _open_on(model, reading.when):
        return
    name = names[0].value
    words = [word for word in model.name_words if (word in name.split() if word.isupper() else _plain(word) in _plain(name))]
    if not words:
        provision = next((one for one in model.provisions), None)
        yield Check(
            "name_words", "required", "remark", provision.citation if provision else None, names[0].text, bool(provision and provision.verified), names[0].page
        )


def _plain(text: str) -> str:
    return text.lower().replace("oppgåve", "oppgave")


def _open_on(model: Model, when: DateInterval | None) -> bool:
    return when is not None and any(when.within(one.from_, one.to) != "no" for one in model.provisions)


def _cases(reading: Reading) -> Iterator[Check]:
    """A cooperation that decides in individual cases under a model that may not, or only where a special act opens for it."""
    model, decides = _model(reading), _open(reading, "decides_cases")
    if model is None or decides is None:
        return
    value = _on_date(model.individual_cases, reading.when)
    if value is not None and value.value in ("no", "no_with_exceptions", "special_act"):
        provision = next((one.citation for one in model.provisions if reading.when is not None and reading.when.within(one.from_, one.to) != "no"), None)
        yield Check("individual_cases", "required", "remark", provision, decides.evidence, value.verified, decides.page)
