"""Read many agreements: in several processes, one bad file never stopping the rest, and what came of it as findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from samvirke.agreements import meaning
from samvirke.agreements.checking import check
from samvirke.agreements.files import ENDINGS, DocumentError, read_document
from samvirke.agreements.reader import read
from samvirke.agreements.reading import Reading
from samvirke.finding import Coverage, Finding, Missing
from samvirke.vocabulary.language import LANGUAGES, Language, Text, listing, number, same

PARALLEL = 16
"""From so many files on they are read in several processes."""
Progress = Callable[[str, int, int], None]

READ_QUESTION = Text(nb="Hva sier avtalen?", nn="Kva seier avtalen?", en="What does the agreement say?")
READ_METHOD = Text(
    nb="Lest av et program etter regler: kommunenavn fra en navneliste, datoer, henvisninger til kommunelovene og ordene avtaler bruker om hver sak. Hver verdi står med ordene den bygger på. confidence er hvor ofte samme lesemåte var riktig i et sett konstruerte avtaler (docs/agreements). Det som ikke er funnet, er ikke dermed fraværende. Et menneske avgjør.",
    nn="Lese av eit program etter reglar: kommunenamn frå ei namneliste, datoar, tilvisingar til kommunelovene og orda avtalar bruker om kvar sak. Kvar verdi står med orda han byggjer på. confidence er kor ofte same lesemåte var rett i eit sett konstruerte avtalar (docs/agreements). Det som ikkje er funne, er ikkje dermed fråverande. Eit menneske avgjer.",
    en="Read by a program, by rules: names of municipalities from a gazetteer, dates, references to the municipal acts and the words that agreements use of each matter. Each value stands with the words it rests on. confidence is how often the same way of reading was right in a set of constructed agreements (docs/agreements). What was not found is not thereby absent. A person decides.",
)
CHECK_QUESTION = Text(
    nb="Har avtalen det loven krever, og passer henvisningene?",
    nn="Har avtalen det lova krev, og passar tilvisingane?",
    en="Does the agreement hold what the law requires, and do its citations fit?",
)
CHECK_METHOD = Text(
    nb="Loven på avtalens dato avgjør hva som kreves. required: loven krever det; recommended: en leser vil se etter det, og ingen lov krever det av denne modellen; practice: vanlig, og fravær er aldri et lovbrudd (som tvisteløsning). unclear: lest med lav sikkerhet, overlatt til et vedlegg, eller bare vist til loven. remark: noe et menneske bør se på, aldri en rettelse. Der «kontrollert» er nei, har ingen holdt regelen mot loven.",
    nn="Lova på datoen til avtalen avgjer kva som krevst. required: lova krev det; recommended: ein lesar vil sjå etter det, og inga lov krev det av denne modellen; practice: vanleg, og fråvær er aldri eit lovbrot (som tvisteløysing). unclear: lese med låg sikkerheit, overlate til eit vedlegg, eller berre vist til lova. remark: noko eit menneske bør sjå på, aldri ei retting. Der «kontrollert» er nei, har ingen halde regelen mot lova.",
    en="The law on the agreement's date decides what is required. required: a statute asks for it; recommended: a reader would look for it, and no statute asks it of this model; practice: common, and its absence is never a breach (such as dispute resolution). unclear: read with little confidence, left to an annex, or only pointing to the statute. remark: something for a person to look at, never a correction. Where `verified` is no, nobody has held the rule against the statute.",
)


@dataclass(frozen=True)
class Failure:
    """A file that could not be read, and why."""

    path: Path
    why: Text


def files_of(paths: Sequence[Path]) -> list[Path]:
    """Return the files, and for a folder those in it that may be agreements, by name; one without any stands itself, to be told of."""
    found: list[Path] = []
    for path in paths:
        found += (sorted(one for one in path.rglob("*") if one.suffix.lower() in ENDINGS and one.is_file()) if path.is_dir() else []) or [path]
    return list(dict.fromkeys(found))


def read_files(paths: Sequence[Path], progress: Progress | None = None) -> tuple[list[Reading], list[Failure]]:
    """Read and check each file; return the readings in their order, and the files that could not be read.

    Parameters
    ----------
    paths : sequence of pathlib.Path
        Files.
    progress : callable or None
        Called with the name of a file, how many are done, and how many there are.
    """
    done: list[Reading | Failure] = []
    if len(paths) < PARALLEL:
        for place, path in enumerate(paths):
            if progress:
                progress(path.name, place, len(paths))
            done.append(_attempt(path))
    else:
        from joblib import Parallel, delayed

        for one in Parallel(n_jobs=-1, return_as="generator")(delayed(_attempt)(path) for path in paths):
            done.append(one)
            if progress:
                progress(paths[len(done) - 1].name, len(done), len(paths))
    return [one for one in done if isinstance(one, Reading)], [one for one in done if isinstance(one, Failure)]


def texts_of(paths: Sequence[Path], progress: Progress | None = None) -> tuple[dict[str, str], list[Failure]]:
    """Return the text of each file, or of those in a folder, by its path; and the files that could not be read."""
    texts, failures, files = {}, [], files_of(paths)
    for place, path in enumerate(files):
        if progress:
            progress(path.name, place, len(files))
        try:
            texts[str(path)] = "\n\n".join(block.text for block in read_document(path).blocks)
        except DocumentError as error:
            failures.append(Failure(path, error.why))
    return texts, failures


def _attempt(path: Path) -> Reading | Failure:
    try:
        return check(read(path))
    except DocumentError as error:
        return Failure(path, error.why)
    except OSError as error:
        return Failure(path, Text(nb=error.strerror or str(error), nn=error.strerror or str(error), en=error.strerror or str(error)))


def read_finding(readings: Sequence[Reading], failures: Sequence[Failure]) -> Finding:
    """Say what was read, as one row for each value, and the readings in full as the result."""
    table = pd.DataFrame(
        [row for one in readings for row in _values(one)],
        columns=[*("file", "part", "clause_kind", "step", "value"), *(f"meaning_{language}" for language in LANGUAGES), *("evidence", "page", "confidence")],
    )
    table = table.astype({"step": "Int64", "page": "Int64"})
    return Finding(
        id="agreement_read",
        edition="",
        question=READ_QUESTION,
        statement=_together([_read_sentence(one) for one in readings], failures, len(readings)),
        method=READ_METHOD,
        table=table if len(readings) > 1 else table.drop(columns="file"),
        coverage=_coverage(readings, failures),
        result=_result(readings),
    )


def check_finding(readings: Sequence[Reading], failures: Sequence[Failure], edition: str = "") -> Finding:
    """Say what the agreements were held against, as one row for each check."""
    rows = [
        (one.file, check.grade, check.item, check.state, check.provision, check.evidence, check.page, check.verified)
        for one in readings
        for check in one.checks
    ]
    table = pd.DataFrame(rows, columns=["file", "grade", "checked_item", "state", "provision", "evidence", "page", "verified"]).astype({"page": "Int64"})
    return Finding(
        id="agreement_check",
        edition=edition,
        question=CHECK_QUESTION,
        statement=_together([_check_sentence(one) for one in readings], failures, len(readings)),
        method=CHECK_METHOD,
        table=table if len(readings) > 1 else table.drop(columns="file"),
        coverage=_coverage(readings, failures),
        result=_result(readings),
    )


def _result(readings: Sequence[Reading]) -> Any:
    laid = [one.to_dict() for one in readings]
    return laid[0] if len(laid) == 1 else laid


def _coverage(readings: Sequence[Reading], failures: Sequence[Failure]) -> Coverage:
    missing = tuple(
        Missing(str(one.path), (), Text(nb=f"{one.path.name}: {one.why.nb}", nn=f"{one.path.name}: {one.why.nn}", en=f"{one.path.name}: {one.why.en}"))
        for one in failures
    )
    return Coverage(len(readings), {"files": len(readings) + len(failures)}, missing)


def _values(one: Reading) -> list[tuple[Any, ...]]:
    """Return one row for each value that was read: the part of the agreement it is of, what it is, what that means, and where it stands."""
    rows: list[tuple[Any, ...]] = []

    def add(
        part: str, value: str | None, said: Text, evidence: str | None, page: int | None, confidence: float, kind: str | None = None, step: int | None = None
    ) -> None:
        rows.append((one.file, part, kind, step, value, *(said[language] or None for language in LANGUAGES), evidence, page, confidence))

    for party in one.parties:
        add("party", party.municipality, meaning.of_party(party), party.evidence, party.page, party.confidence)
    for name in ("service", "hours", "signed", "host"):
        found = getattr(one, name)
        if found.value is not None:
            add(
                name,
                ";".join(found.value) if isinstance(found.value, tuple) else found.value,
                _said(one, name, found.value),
                found.evidence,
                found.page,
                found.confidence,
            )
    for basis in one.legal_basis:
        add("legal_basis", basis.model, meaning.of_basis(basis), basis.evidence, basis.page, basis.confidence)
    for clause in one.clauses:
        add("clause", clause.value, meaning.of_clause(clause), clause.text, clause.page, clause.confidence, clause.kind, clause.step)
    return rows


def _said(one: Reading, name: str, value: str | tuple[str, ...]) -> Text:
    """Say what a single value means."""
    if isinstance(value, tuple):
        return meaning.of_hours(value)
    if name == "service":
        return meaning.of_term("services", value)
    return same(next((party.name for party in one.parties if party.municipality == value), value)) if name == "host" else same(value)


def _together(sentences: Sequence[Text], failures: Sequence[Failure], count: int) -> Text:
    """Put one agreement's sentence, or how many were read, together with what could not be."""
    if len(sentences) == 1 and not failures:
        return sentences[0]
    read_count = Text(
        nb=f"{count} av {count + len(failures)} avtaler er lest.",
        nn=f"{count} av {count + len(failures)} avtalar er lesne.",
        en=f"{count} of {count + len(failures)} agreements were read.",
    )
    names = [one.path.name for one in failures[:5]] + ([f"+{len(failures) - 5}"] if len(failures) > 5 else [])
    bad = (
        Text(
            nb=f"Ikke lest: {listing(names, 'nb')}.",
            nn=f"Ikkje lesne: {listing(names, 'nn')}.",
            en=f"Not read: {listing(names, 'en')}.",
        )
        if failures
        else Text(nb="", nn="", en="")
    )
    return read_count + bad if failures else read_count


def _read_sentence(one: Reading) -> Text:
    names = [party.name for party in one.parties]
    from samvirke.vocabulary import terms

    def said(language: Language) -> str:
        service = terms("services").get(str(one.service.value)) if one.service.value else None
        about = (
            service.label[language]
            if service
            else {"nb": "en tjeneste som ikke er gjenkjent", "nn": "ei teneste som ikkje er attkjend", "en": "a service that was not recognised"}[language]
        )
        who = listing(names, language) if names else {"nb": "ingen gjenkjente parter", "nn": "ingen attkjende partar", "en": "no recognised parties"}[language]
        when = one.signed.value or {"nb": "uten dato", "nn": "utan dato", "en": "undated"}[language]
        basis = (
            listing([basis.citation for basis in one.legal_basis], language)
            if one.legal_basis
            else {"nb": "ikke funnet", "nn": "ikkje funne", "en": "not found"}[language]
        )
        kinds = number(len({clause.kind for clause in one.clauses}), language)
        return {
            "nb": f"{one.file}: {about}, {who}, {when}. Lovgrunnlag: {basis}. {kinds} slags bestemmelser funnet.",
            "nn": f"{one.file}: {about}, {who}, {when}. Lovgrunnlag: {basis}. {kinds} slags føresegner funne.",
            "en": f"{one.file}: {about}, {who}, {when}. Legal basis: {basis}. {kinds} kinds of clauses found.",
        }[language]

    return Text(**{language: said(language) for language in LANGUAGES})


def _check_sentence(one: Reading) -> Text:
    from samvirke.vocabulary import terms

    states = Counter(check.state for check in one.checks if check.grade == "required" and check.state != "remark")
    total = sum(states.values())
    absent = [check.item for check in one.checks if check.grade == "required" and check.state == "absent"]
    unverified = sum(not check.verified for check in one.checks if check.grade == "required")
    remarks = sum(check.state == "remark" for check in one.checks)
    kinds = terms("clause_kinds")

    def said(language: Language) -> str:
        lacking = listing([kinds[item].label[language] for item in absent], language)
        if not total:
            first = {
                "nb": f"{one.file}: modellen eller datoen er ikke funnet, så hva loven krever kan ikke prøves.",
                "nn": f"{one.file}: modellen eller datoen er ikkje funnen, så kva lova krev kan ikkje prøvast.",
                "en": f"{one.file}: the model or the date was not found, so what the law requires cannot be tested.",
            }[language]
        else:
            first = {
                "nb": f"{one.file}: {states['present']} av {total} påkrevde punkter er funnet, {states['unclear']} er uklare, {states['absent']} er ikke funnet"
                + (f": {lacking}." if absent else "."),
                "nn": f"{one.file}: {states['present']} av {total} påkravde punkt er funne, {states['unclear']} er uklare, {states['absent']} er ikkje funne"
                + (f": {lacking}." if absent else "."),
                "en": f"{one.file}: {states['present']} of {total} required contents were found, {states['unclear']} are unclear, {states['absent']} were not found"
                + (f": {lacking}." if absent else "."),
            }[language]
        second = {
            "nb": f" {unverified} av kravene er ikke kontrollert mot loven." if unverified else "",
            "nn": f" {unverified} av krava er ikkje kontrollerte mot lova." if unverified else "",
            "en": f" {unverified} of the requirements have not been checked against the statute." if unverified else "",
        }[language]
        third = {
            "nb": f" {remarks} merknader." if remarks > 1 else " 1 merknad." if remarks else "",
            "nn": f" {remarks} merknader." if remarks > 1 else " 1 merknad." if remarks else "",
            "en": f" {remarks} remarks." if remarks > 1 else " 1 remark." if remarks else "",
        }[language]
        return first + second + third

    return Text(**{language: said(language) for language in LANGUAGES})
