"""The reader of agreements: on the corpus, on single sentences, and on files that cannot be read."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

import pytest
import yaml

from samvirke.agreements._basis import basis
from samvirke.agreements._cost_keys import cost_key
from samvirke.agreements._dates import dates
from samvirke.agreements._disputes import disputes
from samvirke.agreements._periods import months
from samvirke.agreements.batch import read_files
from samvirke.agreements.checking import check
from samvirke.agreements.files import Block, Document, DocumentError, read_document
from samvirke.agreements.passages import passages
from samvirke.agreements.reader import read, read_text
from samvirke.vocabulary.language import LANGUAGES
from tests.conftest import run
from tests.corpus.build import build, corpus, image_only
from tests.corpus.score import score

CORPUS = Path(__file__).parents[1] / "corpus"


def document(*paragraphs: str) -> Document:
    return Document("avtale.txt", tuple(Block(one) for one in paragraphs))


def test_the_test_half_is_as_it_was_frozen() -> None:
    lines = (CORPUS / "test" / "FROZEN.sha256").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 46
    for line in lines:
        digest, name = line.split()
        assert hashlib.sha256((CORPUS / "test" / name).read_bytes()).hexdigest() == digest, name


def test_the_test_half_is_read_as_well_as_the_docs_say() -> None:
    """Limits are what docs/agreements.md states, less what one agreement more or less would change."""
    found = score("test")
    least = {
        "parties": (0.95, 0.95),
        "legal_basis": (0.85, 0.9),
        "signed": (0.95, 0.9),
        "clause kinds": (0.95, 0.95),
        "dispute in order": (0.95, 0.95),
        "cost_key in order": (0.85, 0.75),
        "withdrawal": (0.9, 0.9),
        "duration": (0.85, 0.9),
    }
    for field, (precision, recall) in least.items():
        assert found[field].precision >= precision, (field, found[field].precision)
        assert found[field].recall >= recall, (field, found[field].recall)


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("Tvister løses ved forhandlinger. Fører det ikke frem, avgjøres saken ved voldgift.", ["negotiation", "arbitration"]),
        ("Tvister skal ikke bringes inn for voldgift. Blir partene ikke enige, mekler Fylkesmannen.", ["mediation_county_governor"]),
        ("Usemje skal leggjast fram for rådmennene. Kjem dei ikkje til semje, går saka til dei vanlege domstolane.", ["forum_of_chief_executives", "courts"]),
        ("Ved tvist gjelder reglene i kommuneloven.", ["statutory_reference"]),
        ("Ikke regulert.", []),
    ],
)
def test_steps_stand_in_their_order_and_what_is_ruled_out_is_none(text: str, steps: list[str]) -> None:
    found = disputes(passages(document("Avtale om legevakt", "§ 9 Tvister", text)))
    assert [one.value for one in found] == steps
    assert [one.step for one in found] == list(range(1, len(steps) + 1))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Utgiftene fordeles med 20 % likt på kommunene og 80 % etter folketall pr. 1. januar.", ["equal:20", "per_inhabitant:80"]),
        ("Kostnadene fordeles med 40 % etter innbyggertall, resten etter antall konsultasjoner året før.", ["per_inhabitant:40", "by_use:60"]),
        ("Driftsutgiftene vert delte etter folketal.", ["per_inhabitant"]),
        ("Leder har 60 % stilling, og lønnen dekkes av vertskommunen.", []),
    ],
)
def test_cost_keys(text: str, parts: list[str]) -> None:
    assert [one.value for one in cost_key(passages(document("Avtale om legevakt", "§ 7 Økonomi", text)))] == parts


@pytest.mark.parametrize(
    ("text", "models"),
    [
        ("Samarbeidet er inngått etter kommuneloven § 28-1 b.", ["host_administrative"]),
        ("Avtalen har heimel i koml. § 20-3.", ["host_joint_board"]),
        ("Det er ikke opprettet styre etter kommuneloven § 27.", []),
        ("Etter folkehelselova § 27 skal kommunen ha samfunnsmedisinsk kompetanse.", []),
        ("Sogndal er vertskommune.", []),
    ],
)
def test_a_basis_is_what_the_agreement_rests_on(text: str, models: list[str]) -> None:
    assert [one.model for one in basis(passages(document("Avtale om legevakt", "§ 2 Hjemmel", text)))] == models


def test_times_and_dates() -> None:
    assert [months(text) for text in ("seks mnd", "eitt års varsel", "halvtanna års", "9 – ni – måneders", "et halvt år")] == [6, 12, 18, 9, 6]
    assert [one.value for one in dates("20/6-2013, 20.06.13, 31.2.2013, tolvte mai 2005, november 2012")] == [
        "2013-06-20",
        "2013-06-20",
        "2005-05-12",
        "2012-11",
    ]


def test_a_missing_dispute_clause_is_never_a_breach_and_a_bare_host_is_noted() -> None:
    found = check(read_text(document("Avtale om legevakt", "Mellom Sogndal kommune (vertskommune) og Luster kommune", "Sogndal, 20/6-2013")))
    dispute = next(one for one in found.checks if one.item == "dispute")
    assert (dispute.grade, dispute.state) == ("practice", "absent")
    assert {"bare_host", "basis"} <= {one.item for one in found.checks}
    assert not any(one.grade == "required" for one in found.checks)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("built")
    return {path.suffix: path for path in (build(one, folder) for one in corpus("development"))}


def bad_files(folder: Path, built: dict[str, Path]) -> dict[str, Path]:
    """Make files that cannot be read, by what is wrong."""
    pdf, docx = built[".pdf"].read_bytes(), built[".docx"].read_bytes()
    files = {"empty": b"", "truncated": pdf[: len(pdf) // 3], "noise": bytes(range(256)) * 20, "cut": docx[: len(docx) // 2]}
    found = {}
    for name, raw in files.items():
        found[name] = folder / f"{name}{'.docx' if name == 'cut' else '.pdf'}"
        found[name].write_bytes(raw)
    found["renamed"] = folder / "renamed.docx"
    found["renamed"].write_bytes(pdf)
    found["ending"] = folder / "avtale.xyz"
    found["ending"].write_bytes(pdf)
    hostile = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><w:document xmlns:w="w">&d;</w:document>'
    for name, body in (("hostile", hostile.encode()), ("bomb", b" " * 210_000_000)):
        found[name] = folder / f"{name}.docx"
        with zipfile.ZipFile(found[name], "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("word/document.xml", body)
            packed.writestr("[Content_Types].xml", "<Types/>")
    huge = folder / "huge.pdf"
    with huge.open("wb") as stream:
        stream.truncate(500_000_000)
    return found | {"huge": huge, "missing": folder / "none.pdf", "pictures": image_only(corpus("development")[0], folder)}


def test_files_that_cannot_be_read_are_said(tmp_path: Path, built: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("samvirke.agreements.files.shutil.which", lambda _: None)
    for name, path in bad_files(tmp_path, built).items():
        with pytest.raises(DocumentError) as raised:
            read_document(path)
        assert all(len(raised.value.why[language]) > 10 for language in LANGUAGES), name
    assert "tesseract" in raised.value.why.nb


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
def test_pages_that_are_pictures_are_read_where_tesseract_is_installed(tmp_path: Path) -> None:
    folder = next(one for one in corpus("development") if one.name.startswith("09"))
    found = read(image_only(folder, tmp_path))
    truth = yaml.safe_load((folder / "truth.yaml").read_text(encoding="utf-8"))
    assert {one.municipality for one in found.parties} == {one["municipality"] for one in truth["parties"]}
    assert (found.service.value, found.host.value, found.signed.value) == (truth["service"], truth["host"], truth["signed"])


def test_one_bad_file_does_not_stop_the_rest(tmp_path: Path, built: dict[str, Path]) -> None:
    empty = tmp_path / "tom.pdf"
    empty.write_bytes(b"")
    readings, failures = read_files([built[".docx"], empty, built[".html"]])
    assert [one.file for one in readings] == [built[".docx"].name, built[".html"].name]
    assert [one.path for one in failures] == [empty]


def test_the_command_gives_the_promised_object_and_exit_code(tmp_path: Path, built: dict[str, Path]) -> None:
    done = run("agreement", "read", built[".docx"], "--format", "json")
    result = json.loads(done.stdout)["result"]
    assert done.returncode == 0
    assert {"file", "language", "parties", "service", "hours", "signed", "host", "legal_basis", "clauses", "checks"} <= set(result)
    assert set(result["signed"]) == {"value", "evidence", "page", "confidence"}
    assert {"municipality", "name", "role", "evidence"} <= set(result["parties"][0])
    assert {"kind", "step", "value", "text", "page", "confidence"} <= set(result["clauses"][0])
    assert {"item", "grade", "state", "provision", "evidence"} <= set(result["checks"][0])
    empty = tmp_path / "tom.pdf"
    empty.write_bytes(b"")
    failed = run("agreement", "check", empty)
    assert failed.returncode == 1
    assert "tom" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_a_document_too_deep_and_an_empty_folder_stop_no_other(tmp_path: Path) -> None:
    from samvirke.agreements.batch import files_of, read_files

    types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    related = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
    body = (
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
        + "<w:p>" * 2000
        + "</w:p>" * 2000
        + "</w:body></w:document>"
    )
    with zipfile.ZipFile(tmp_path / "deep.docx", "w") as packed:
        for name, content in (("[Content_Types].xml", types), ("_rels/.rels", related), ("word/document.xml", body)):
            packed.writestr(name, content)
    (tmp_path / "none").mkdir()
    _, failures = read_files(files_of([tmp_path / "deep.docx", tmp_path / "none"]))
    assert ["damaged" in failures[0].why.en, failures[1].why.en] == [True, "the folder has no files that can be read"]
