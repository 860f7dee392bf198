"""The commands on agreements as a person runs them: draft and check, advise, propose, decide, merge, agree, find alike, compare."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from samvirke.vocabulary import law
from tests.conftest import ROOT, run

EXAMPLE = ROOT / "docs" / "draft-example.yaml"


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the example as a draft in bokmål and in nynorsk, with its case paper."""
    folder = tmp_path_factory.mktemp("drafts")
    (folder / "nn.yaml").write_text(EXAMPLE.read_text(encoding="utf-8").replace("language: nb ", "language: nn "), encoding="utf-8")
    for specification, name in ((EXAMPLE, "nb.docx"), (folder / "nn.yaml", "nn.docx")):
        done = run("agreement", "draft", specification, "--out", folder / name, "--case-paper", folder / f"case-{name}", "--edition", "nibr-2015")
        assert (done.returncode, done.stderr) == (0, "")
    return folder


def answer(*words: str | Path) -> dict[str, Any]:
    done = run(*words, "--format", "json", "--language", "en")
    assert done.returncode == 0, done.stderr + done.stdout
    return dict(json.loads(done.stdout))


def paragraphs(path: Path) -> list[str]:
    import docx

    return [one.text.replace("\u00a0", " ") for one in docx.Document(str(path)).paragraphs]


@pytest.mark.parametrize("name", ["nb.docx", "nn.docx"])
def test_a_draft_lacks_nothing_that_the_law_requires(drafts: Path, name: str) -> None:
    checks = answer("agreement", "check", drafts / name)["result"]["checks"]
    required = [one for one in checks if one["grade"] == "required"]
    wanted = law.models()["task_community"].required_contents
    assert {one["item"] for one in required} == set(wanted[-1].value)
    assert [one for one in required if one["state"] != "present"] == []


def test_the_case_paper_tells_the_findings_of_the_edition_with_their_source(drafts: Path) -> None:
    text = "\n".join(paragraphs(drafts / "case-nb.docx"))
    assert "26 av 46 (57 %) nevner ikke lovgrunnlag." in text
    assert "25 av 46 avtaler (54 %) sier ikke hvordan uenighet løses" in text
    assert "Hvilke samarbeidsmodeller er lovlige for oppgaven" in text
    assert text.count("nibr-2015") >= 3
    assert "25 av 46 avtalar (54 %) seier ikkje korleis usemje blir løyst" in "\n".join(paragraphs(drafts / "case-nn.docx"))


def test_a_draft_is_refused_where_its_name_promises_another_form(tmp_path: Path) -> None:
    done = run("agreement", "draft", EXAMPLE, "--out", tmp_path / "draft.pdf", "--language", "en")
    assert done.returncode == 1
    assert ".docx" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_all_problems_of_a_specification_are_told_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text(
        "model: task_community\nname: Legevakten\nparties: [Kongsvinger, Eidskog, Atlantis]\nnotice_months: -3\n", encoding="utf-8"
    )
    done = run("agreement", "draft", tmp_path / "wrong.yaml", "--out", tmp_path / "draft.docx", "--language", "en")
    assert done.returncode == 1
    assert "Atlantis" in done.stderr
    assert "notice_months" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "draft.docx").exists()


def test_advice_gives_reasons_with_their_place_in_the_law() -> None:
    told = answer("agreement", "advise", ROOT / "docs" / "advise-example.yaml")
    by_model = {row["model"]: row for row in told["table"]}
    assert [model for model, row in by_model.items() if row["answer"] == "lawful"] == ["host_administrative", "host_joint_board"]
    assert "kommuneloven 2018 § 20-3" in by_model["host_joint_board"]["reason_en"]
    assert by_model["intermunicipal_company"]["answer"] == "unlawful"
    assert {one["model"] for one in told["result"]["models"]} == set(law.models())
    printed = run("agreement", "advise", ROOT / "docs" / "advise-example.yaml", "--language", "nn").stdout
    assert "Skilnadene" in printed
    assert "ikkje lovleg" in printed


def decide(proposals: Path, out: Path, coder: str, *, reject: str | None = None) -> Path:
    """Accept every proposal but the clauses of one kind, as a person would in a spreadsheet."""
    with proposals.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row |= {"decision": "reject" if row["kind"] == reject and reject else "accept", "coder": coder, "decided": "2026-11-20"}
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return out


def test_proposals_are_decided_on_merged_and_compared(drafts: Path, tmp_path: Path) -> None:
    files = (drafts / "nb.docx", drafts / "nn.docx")
    assert run("agreement", "propose", *files, "--out", tmp_path / "proposals.csv").returncode == 0
    first = decide(tmp_path / "proposals.csv", tmp_path / "kari.csv", "Kari")
    second = decide(tmp_path / "proposals.csv", tmp_path / "ola.csv", "Ola", reject="borrowing")
    agreed = answer("agreement", "coders", first, second)
    units = {row["clause_kind"] or row["field"]: (row["units"], row["agree"]) for row in agreed["table"]}
    assert units["borrowing"] == (2, 0)
    assert all(count == same for kind, (count, same) in units.items() if kind != "borrowing")
    assert {(row["clause_kind"], row["first_coder"], row["second_coder"]) for row in agreed["result"]["coded_differently"]} == {("borrowing", "Kari", "Ola")}
    merged = answer("agreement", "merge", second, *files)
    assert "2 rejected" in merged["statement"]["en"]
    for one in merged["result"]:
        assert "borrowing" not in {clause["kind"] for clause in one["clauses"]}
        assert {check["state"] for check in one["checks"] if check["item"] == "borrowing"} == {"absent"}


def test_decisions_without_a_name_are_refused_row_by_row(drafts: Path, tmp_path: Path) -> None:
    run("agreement", "propose", drafts / "nb.docx", "--out", tmp_path / "proposals.csv")
    unsigned = decide(tmp_path / "proposals.csv", tmp_path / "unsigned.csv", "")
    done = run("agreement", "merge", unsigned, drafts / "nb.docx", "--language", "en")
    assert done.returncode == 1
    assert done.stderr.count("Write who decided, in coder.") == len(unsigned.read_text(encoding="utf-8").splitlines()) - 1


def test_merged_agreements_go_into_an_edition(drafts: Path, tmp_path: Path, copy_of_note: Path) -> None:
    run("agreement", "propose", drafts / "nb.docx", "--out", tmp_path / "proposals.csv")
    decided = decide(tmp_path / "proposals.csv", tmp_path / "decided.csv", "Kari")
    done = run("agreement", "merge", decided, drafts / "nb.docx", "--into", copy_of_note, "--out", tmp_path / "new", "--language", "en")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "new-notes.csv").exists() or (tmp_path / "new-rejects.csv").exists()


def test_identical_texts_are_found_and_shown_side_by_side(drafts: Path, tmp_path: Path) -> None:
    words = "Partene dekker utgiftene etter folketall og møtes to ganger i året for å se på tjenesten sammen med legene. "
    (tmp_path / "one.txt").write_text("Avtale mellom Sel og Vågå.\n\n" + words * 5, encoding="utf-8")
    (tmp_path / "two.txt").write_text("Avtale mellom Lom og Skjåk.\n\n" + words * 5, encoding="utf-8")
    found = answer("agreement", "similar", tmp_path, drafts / "nb.docx", "--threshold", "0.5")
    assert [(Path(row["first"]).name, Path(row["second"]).name) for row in found["table"]] == [("one.txt", "two.txt")]
    assert found["coverage"]["denominators"]["agreements"] == 3
    assert run("agreement", "similar", tmp_path, "--threshold", "7").returncode == 1
    printed = run("agreement", "compare", tmp_path / "one.txt", tmp_path / "two.txt")
    assert "[-Sel-]" in printed.stdout
    assert "{+Lom+}" in printed.stdout
    assert run("agreement", "compare", tmp_path / "one.txt", tmp_path / "two.txt", "--out", tmp_path / "beside.html").returncode == 0
    page = (tmp_path / "beside.html").read_text(encoding="utf-8")
    assert "<del>Sel</del>" in page
    assert "<ins>Lom</ins>" in page
    assert run("agreement", "compare", tmp_path / "one.txt", tmp_path / "none.txt").returncode == 1
