"""Proposals out, decisions in: what people wrote is kept whatever the spreadsheet did to it, every fault is named, and nothing else changes."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samvirke.agreements.checking import check as check_agreement
from samvirke.agreements.reading import Basis, Clause, Found, Party, Reading, Remark
from samvirke.agreements.review import COLUMNS, DECISIONS, ReviewError, into_edition, merge, proposals, read_proposals, write_into, write_proposals
from samvirke.edition import Edition, check, open_edition
from samvirke.errors import OptionError
from samvirke.measures.register import dispute_steps

Edit = Callable[..., pd.DataFrame]


def reading(file: str = "legevakt.pdf") -> Reading:
    """Return an agreement with something of every kind; the host's neighbour Fjordvik is made up and has no code."""
    return Reading(
        file=file,
        language="nb",
        title="Avtale om legevakt",
        parties=(
            Party("0517", "Sel", "host", "mellom Sel (vert) og Vågå", 1, 0.9),
            Party("0515", "Vågå", "participant", "mellom Sel (vert) og Vågå", 1, 0.9),
            Party(None, "Fjordvik", "participant", "og Fjordvik", 1, 0.5),
        ),
        service=Found("legevakt", "felles legevakt", 1, 0.97),
        hours=Found(("evening", "night"), "kveld og natt", 1, 0.8),
        signed=Found("2013-06-20", "Otta, 20. juni 2013", 3, 0.95),
        host=Found("0517", "Sel er vertskommune", 1, 0.9),
        legal_basis=(Basis("§ 28-1 b", "host_administrative", "in_force", "jf. kommuneloven § 28-1 b", 1, 0.9, "certain", "kommuneloven 1992 § 28-1 b"),),
        clauses=(
            Clause("dispute", 1, "negotiation", "= Partene skal forhandle;\n– med «god vilje», og", 2, 0.9),
            Clause("dispute", 2, "courts", "så domstolene", 2, 0.85),
            Clause("withdrawal", 1, "12", "12 måneders oppsigelse", 2, 0.9),
            Clause("transfer", 1, "2014-01-01", "fra 1. januar 2014", 2, 0.9),
            Clause("archives", 1, None, "Arkivet følger verten", 3, 0.6),
        ),
    )


def silent(file: str = "taus.txt") -> Reading:
    """Return an agreement of which next to nothing was read."""
    unknown = Found(confidence=0.7)
    return Reading(file, "nn", None, (), unknown, unknown, unknown, unknown, (), ())


def decide(
    frame: pd.DataFrame, decision: str, field: str, kind: str | None = None, step: int | None = None, value: str | None = None, new: str | None = None
) -> pd.DataFrame:
    """Write a decision in the row that is meant; there must be one."""
    frame = frame.copy()
    own = (
        (frame["field"] == field)
        & (frame["kind"].eq(kind) | (kind is None))
        & (frame["step"].eq(step) | (step is None))
        & (frame["value"].eq(value) | (value is None))
    )
    assert own.fillna(value=False).sum() == 1
    frame.loc[own, ["decision", "new_value", "coder", "decided"]] = [decision, new, "KA", "2026-02-01"]
    return frame


def added(frame: pd.DataFrame, **cells: object) -> pd.DataFrame:
    row = {"file": "legevakt.pdf", "decision": "add", "coder": "KA"} | cells
    return pd.concat([frame, pd.DataFrame([row], columns=list(COLUMNS)).astype(frame.dtypes.to_dict())], ignore_index=True)


def test_a_row_for_everything_and_for_what_is_not_said() -> None:
    table = proposals([reading(), silent()])
    assert tuple(table.columns) == COLUMNS
    own = table[table["file"] == "legevakt.pdf"]
    assert own["field"].tolist() == ["party"] * 3 + ["service", "hours", "signed", "host", "legal_basis"] + ["clause"] * 5
    assert own["value"].fillna("–").tolist()[:8] == ["0517", "0515", "–", "legevakt", "evening;night", "2013-06-20", "0517", "host_administrative"]
    assert own["words"].dropna().tolist() == ["Sel", "Vågå", "Fjordvik", "§ 28-1 b"]
    assert own.loc[own["kind"] == "dispute", ["step", "value"]].to_numpy().tolist() == [[1, "negotiation"], [2, "courts"]]
    absent = table[table["file"] == "taus.txt"]
    assert absent["field"].tolist() == ["service", "hours", "signed", "host"]
    assert absent["value"].isna().all()
    assert absent["confidence"].tolist() == [0.7] * 4
    assert table[list(COLUMNS[9:])].isna().all(axis=None)


def test_the_same_thing_said_twice_is_one_row() -> None:
    twice = replace(reading(), parties=reading().parties * 2)
    pd.testing.assert_frame_equal(proposals([twice]), proposals([reading()]))
    rejected, log = merge([twice], decide(proposals([twice]), "reject", "party", value="0515"))
    assert [party.name for party in rejected[0].parties] == ["Sel", "Fjordvik"] * 2
    assert (log["decision"] == "reject").sum() == 2


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_is_written_is_what_is_read(tmp_path: Path, ending: str) -> None:
    table = decide(proposals([reading(), silent()]), "change", "service", value="legevakt", new="ohjelp")
    read = read_proposals(write_proposals(table, tmp_path / f"p.{ending}"))
    pd.testing.assert_frame_equal(read, table)
    assert merge([reading(), silent()], read)[0] == merge([reading(), silent()], table)[0]
    again = write_proposals(table, tmp_path / f"q.{ending}")
    assert again.read_bytes() == (tmp_path / f"p.{ending}").read_bytes()


WORDS = st.text(st.characters(codec="utf-8"), max_size=12)


@settings(max_examples=60, deadline=None)
@given(WORDS, WORDS, WORDS, st.sampled_from(["csv", "xlsx"]))
def test_any_words_come_back(tmp_path_factory: pytest.TempPathFactory, name: str, citation: str, text: str, ending: str) -> None:
    """Whatever stands in an agreement, decisions on it are recognised, also of what no file can hold and what looks like a formula."""
    made = replace(
        reading(),
        parties=(Party(None, f"\ud800{name}", "host", text, 1, 0.5), Party(None, f"Å\x00\x0c{name}", "host", text, 1, 0.5)),
        legal_basis=(Basis(f"=§ {citation}", "host_administrative", "in_force", text, 1, 0.9),),
        clauses=(Clause("name", 1, f"Å {name}", text, 1, 0.5),),
    )
    table = proposals([made]).assign(decision="accept", coder="KA")
    read = read_proposals(write_proposals(table, tmp_path_factory.mktemp("words") / f"p.{ending}"))
    pd.testing.assert_frame_equal(read, table)
    (merged,), _ = merge([made], read)
    assert [one.confidence for one in (*merged.parties, *merged.legal_basis, *merged.clauses)] == [1.0] * 4
    assert [one.name for one in merged.parties] == [one.name for one in made.parties]


def test_csv_opens_in_a_spreadsheet_and_runs_nothing_there(tmp_path: Path) -> None:
    data = write_proposals(proposals([reading()]), tmp_path / "p.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbffile,field,")
    cells = [cell for line in csv.reader(io.StringIO(data.decode("utf-8-sig"))) for cell in line]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []


def test_the_workbook_offers_the_decisions(tmp_path: Path) -> None:
    import openpyxl

    sheet = openpyxl.load_workbook(write_proposals(proposals([reading()]), tmp_path / "p.xlsx")).worksheets[0]
    assert sheet.freeze_panes == "A2"
    (rule,) = sheet.data_validations.dataValidation
    assert rule.formula1 == '"accept,change,reject,add"'
    assert str(rule.sqref).startswith("J2:J")
    assert sheet["J1"].value == "decision"
    assert sheet["E2"].value == "0517"
    assert sheet.column_dimensions["G"].width > 50


def test_a_workbook_of_numbers_and_days_is_read_as_what_they_mean(tmp_path: Path) -> None:
    """Excel makes 0517 a number and days dates as soon as a cell is typed anew."""
    import openpyxl

    path = write_proposals(proposals([reading()]), tmp_path / "p.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    sheet["E2"], sheet["J2"], sheet["L2"], sheet["M2"] = 517, "Accept ", "KA", pd.Timestamp("2026-02-01").to_pydatetime()
    sheet["E7"], sheet["J7"], sheet["L7"] = pd.Timestamp("2013-06-20").to_pydatetime(), "accept", "KA"
    book.save(path)
    read = read_proposals(path)
    assert read.loc[[0, 5], ["value", "decision", "decided"]].fillna("–").to_numpy().tolist() == [
        ["0517", "accept", "2026-02-01"],
        ["2013-06-20", "accept", "–"],
    ]
    assert merge([reading()], read)[0][0].signed.confidence == 1.0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_as_excel_saves_it(tmp_path: Path, encoding: str, separator: str) -> None:
    table = decide(proposals([reading()]), "accept", "signed")
    table["comment"] = ["sjå «§ 3»; åtte, æra"] + [None] * (len(table) - 1)
    text = table.astype("object").where(table.notna(), "").astype(str)
    text["value"] = text["value"].replace({"0517": "517", "0515": "515", "2013-06-20": "20.06.2013", "2014-01-01": "01.01.2014"})
    text["decided"] = text["decided"].replace({"2026-02-01": "1.2.2026"})
    text["confidence"] = text["confidence"].str.replace(".", ",")
    blank = separator * (len(COLUMNS) - 1) + "\r\n"
    saved = text.to_csv(index=False, sep=separator, lineterminator="\r\n") + blank
    path = tmp_path / "p.csv"
    path.write_bytes(saved.encode(encoding))
    pd.testing.assert_frame_equal(read_proposals(path), table)


def edit(tmp_path: Path, changes: dict[tuple[int, str], str], drop: tuple[str, ...] = ()) -> ReviewError:
    """Change cells, by the row of a spreadsheet and the column, and return what is said of it."""
    text = proposals([reading()]).astype("object").where(lambda cells: cells.notna(), "").astype(str)
    for (row, column), value in changes.items():
        text.loc[row - 2, column] = value
    path = tmp_path / "wrong.csv"
    path.write_text(text.fillna("").drop(columns=list(drop)).to_csv(index=False), encoding="utf-8")
    with pytest.raises(ReviewError) as caught:
        read_proposals(path)
    return caught.value


def test_every_fault_is_named_at_once_with_row_column_value_and_remedy(tmp_path: Path) -> None:
    changes = {
        (2, "decision"): "godta",
        (2, "coder"): "KA",
        (3, "decision"): "change",
        (3, "coder"): "KA",
        (4, "decision"): "accept",
        (5, "decision"): "change",
        (5, "coder"): "KA",
        (5, "new_value"): "legevagt",
        (6, "decision"): "change",
        (6, "coder"): "KA",
        (6, "new_value"): "evening;nigth",
        (7, "decision"): "change",
        (7, "coder"): "KA",
        (7, "new_value"): "2013-02-30",
        (8, "decision"): "change",
        (8, "coder"): "KA",
        (8, "new_value"): "Lom",
        (9, "value"): "host_municipal",
        (10, "value"): "court",
        (11, "step"): "2,5",
        (12, "kind"): "withdraw",
        (13, "decided"): "i går",
        (14, "field"): "claus",
        (14, "page"): "tre",
    }
    error = edit(tmp_path, changes)
    assert {(one.row, one.column) for one in error.problems} == {
        *((2, "decision"), (3, "new_value"), (4, "coder"), (5, "new_value"), (6, "new_value"), (7, "new_value"), (8, "new_value")),
        *((9, "value"), (10, "value"), (11, "step"), (12, "kind"), (13, "decided"), (14, "field"), (14, "page")),
    }
    said = {(one.row, one.column): one for one in error.problems}
    assert said[2, "decision"].value == "godta"
    assert all(name in said[2, "decision"].remedy.en for name in DECISIONS)
    assert "legevakt" in said[5, "new_value"].remedy.nb
    assert "0514" in said[8, "new_value"].remedy.nn
    assert "courts" in said[10, "value"].remedy.en
    for language in ("nb", "nn", "en"):
        text = error.text[language]
        assert text.count("\n- ") == len(error.problems)
        assert "{" not in text
        assert "wrong.csv" in text


def test_duplicates_and_contradictions_are_named(tmp_path: Path) -> None:
    changes = {
        (15, column): value
        for column, value in zip(COLUMNS, ("legevakt.pdf", "clause", "dispute", "2", "arbitration", "", "", "", "", "add", "", "KA"), strict=False)
    }
    changes |= {(3, "decision"): "accept", (3, "coder"): "KA", (3, "new_value"): "0514", (4, "new_value"): "0512"}
    error = edit(tmp_path, changes)
    assert {(one.row, one.column) for one in error.problems} == {(15, "field"), (3, "new_value"), (4, "new_value")}
    assert "change" in error.problems[0].remedy.en


def test_missing_columns_are_named_and_the_rest_is_read_all_the_same(tmp_path: Path) -> None:
    error = edit(tmp_path, {(2, "decision"): "maybe"}, drop=("coder", "evidence"))
    assert [(one.row, one.column) for one in error.problems] == [(1, "evidence"), (1, "coder"), (2, "decision")]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("empty.csv", b"", "empty"),
        ("blank.csv", b" \r\n;;;\r\n", "empty"),
        ("head.csv", (",".join(COLUMNS) + "\n").encode(), "no rows"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00", "not text"),
        ("letter.csv", "Kjære alle,\nher er avtalen.\n".encode(), "missing"),
        ("agreement.csv", b"%PDF-1.7\n%", "not text"),
        ("broken.xlsx", b"PK\x03\x04 and no more", "could not be read"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00", "not text"),
        ("quote.csv", (",".join(COLUMNS) + '\n"a,b\n').encode(), "quotation mark"),
    ],
)
def test_a_file_that_is_no_table(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ReviewError, match=words) as caught:
        read_proposals(path)
    assert str(path) in caught.value.text.nn


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ReviewError, match=r"none\.csv"):
        read_proposals(tmp_path / "none.csv")
    with pytest.raises(OptionError):
        write_proposals(proposals([reading()]), tmp_path / "p.ods")


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_corrupted_file_gives_a_table_or_a_clear_error(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.mktemp("corrupted") / data.draw(st.sampled_from(["p.csv", "p.xlsx"]))
    whole = bytearray(write_proposals(proposals([reading()]), path).read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place : place + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=8))
    path.write_bytes(bytes(whole))
    try:
        read = read_proposals(path)
    except ReviewError as error:
        assert error.problems  # noqa: PT017 - either outcome is right
    else:
        assert tuple(read.columns) == COLUMNS


def test_nothing_decided_changes_nothing_and_is_counted() -> None:
    merged, log = merge([reading(), silent()], proposals([reading(), silent()]))
    assert merged == [reading(), silent()]
    assert (log["decision"] == "undecided").sum() == len(log) == 17
    assert merge([reading()], proposals([reading()]).iloc[:0])[0] == [reading()]


def test_accept_change_reject_and_add() -> None:
    table = proposals([reading()])
    table = decide(table, "accept", "service")
    table = decide(table, "change", "hours", new="night, weekend")
    table = decide(table, "reject", "party", value="0515")
    table = decide(table, "change", "clause", "dispute", 2, new="arbitration")
    table = decide(table, "reject", "clause", "archives")
    table = decide(table, "accept", "clause", "withdrawal")
    table = added(table, field="clause", kind="reporting", evidence="rapport hvert år", page=2)
    table = added(table, field="party", new_value="0514", decided="2026-02-02")
    table = added(table, field="legal_basis", new_value="section_27_board", words="§ 27")
    (made,), log = merge([reading()], table)
    assert made.service == Found("legevakt", "felles legevakt", 1, 1.0)
    assert made.hours == Found(("night", "weekend"), "kveld og natt", 1, 1.0)
    assert [(one.municipality, one.name, one.role, one.confidence) for one in made.parties] == [
        *(("0517", "Sel", "host", 0.9), (None, "Fjordvik", "participant", 0.5)),
        ("0514", "Lom", "participant", 1.0),
    ]
    assert [(one.kind, one.step, one.value, one.confidence) for one in made.clauses] == [
        *(("dispute", 1, "negotiation", 0.9), ("dispute", 2, "arbitration", 1.0), ("withdrawal", 1, "12", 1.0), ("transfer", 1, "2014-01-01", 0.9)),
        ("reporting", 1, None, 1.0),
    ]
    assert (made.signed, made.host) == (reading().signed, reading().host)
    assert [one.model for one in made.legal_basis] == ["host_administrative", "section_27_board"]
    assert made.legal_basis[0] == reading().legal_basis[0]
    lines = {
        (row["field"], row["kind"], row["step"], row["was"], row["now"], row["decision"], row["coder"])
        for row in log.astype("object").where(log.notna(), None).to_dict("records")
    }
    assert ("hours", None, None, "evening;night", "night;weekend", "change", "KA") in lines
    assert ("party", None, None, "0515", None, "reject", "KA") in lines
    assert ("clause", "dispute", 2, "courts", "arbitration", "change", "KA") in lines
    assert ("party", None, None, None, "0514", "add", "KA") in lines
    assert ("signed", None, None, "2013-06-20", "2013-06-20", "undecided", None) in lines
    assert len(log) == 16
    assert log["decision"].value_counts().to_dict() == {"undecided": 7, "add": 3, "change": 2, "reject": 2, "accept": 2}
    assert log.loc[log["decision"] == "add", "decided"].dropna().tolist() == ["2026-02-02"]


def test_a_change_to_what_it_was_is_to_accept_it() -> None:
    table = proposals([reading(), silent()]).assign(decision="accept", coder="KA")
    same = table.assign(new_value=table["value"]).assign(decision=lambda cells: cells["decision"].where(cells["value"].isna(), "change"))
    assert merge([reading(), silent()], table)[0] == merge([reading(), silent()], same)[0]


def test_what_was_checked_is_checked_anew() -> None:
    """A clause that was too uncertain to count is there when a person says so, and its absence when they say not."""
    unsure = replace(reading(), clauses=(Clause("withdrawal", 1, "12", "12 måneder", 2, 0.2), Clause("dispute", 1, "courts", "domstolene", 2, 0.9)))
    before = check_agreement(unsure)
    states = {}
    for decision in ("accept", "reject"):
        (made,), _ = merge([before], decide(proposals([before]), decision, "clause", "withdrawal"))
        assert made == check_agreement(made)
        states[decision] = {one.item: one.state for one in made.checks}["withdrawal"]
    assert ({one.item: one.state for one in before.checks}["withdrawal"], states) == ("unclear", {"accept": "present", "reject": "absent"})
    assert merge([before], proposals([before]))[0] == [before]
    assert merge([unsure], decide(proposals([unsure]), "accept", "clause", "withdrawal"))[0][0].checks == ()


def test_remarks_that_a_decision_answers_go_away() -> None:
    remarks = (
        Remark("bare_host", None, "vertskommune", 1),
        Remark("host_no_party", "Lom", "Lom er vert", 1),
        Remark("left_to_annex", "dispute", "se vedlegg", 2),
    )
    noted = replace(silent(), parties=reading().parties[:2], remarks=remarks)
    table = proposals([noted])
    assert [one.item for one in merge([noted], decide(table, "accept", "service"))[0][0].remarks] == ["bare_host", "host_no_party", "left_to_annex"]
    (made,), _ = merge([noted], decide(table, "change", "host", new="0517"))
    assert [one.item for one in made.remarks] == ["bare_host", "left_to_annex"]
    (made,), _ = merge([noted], added(table, file="taus.txt", field="legal_basis", new_value="host_administrative", words="§ 28 b"))
    assert [one.item for one in made.remarks] == ["host_no_party", "left_to_annex"]


def test_what_is_not_said_can_be_confirmed_or_added() -> None:
    table = proposals([silent()])
    table = decide(decide(decide(table, "accept", "service"), "add", "signed", new="2012-05"), "change", "host", new="0517")
    (made,), _ = merge([silent()], table)
    assert (made.service, made.signed, made.host) == (Found(confidence=1.0), Found("2012-05", None, None, 1.0), Found("0517", None, None, 1.0))
    assert made.hours == silent().hours


def test_another_host_gives_other_roles() -> None:
    (made,), _ = merge([reading()], decide(proposals([reading()]), "change", "host", new="0515"))
    assert [one.role for one in made.parties] == ["participant", "host", "participant"]
    (made,), _ = merge([reading()], decide(proposals([reading()]), "reject", "host"))
    assert made.host == Found(confidence=1.0)
    assert {one.role for one in made.parties} == {"participant"}


def test_another_date_holds_the_provisions_against_another_law() -> None:
    (made,), _ = merge([reading()], decide(proposals([reading()]), "change", "signed", new="2011-01-01"))
    assert (made.legal_basis[0].status, made.legal_basis[0].certainty) == ("before_opening", "certain")
    table = decide(proposals([reading()]), "change", "legal_basis", new="host_joint_board")
    (made,), _ = merge([reading()], table)
    basis = made.legal_basis[0]
    assert (basis.model, basis.provision, basis.status, basis.certainty) == ("host_joint_board", "kommuneloven 1992 § 28-1 c", "in_force", "certain")
    (made,), _ = merge([reading()], decide(proposals([reading()]), "change", "legal_basis", new="not_specified"))
    assert (made.legal_basis[0].provision, made.legal_basis[0].certainty) == (None, "no")


def test_a_party_that_the_gazetteer_lacks_gets_its_code() -> None:
    table = proposals([reading()])
    table.loc[table["words"] == "Fjordvik", ["decision", "new_value", "coder"]] = ["change", "0514", "KA"]
    (made,), _ = merge([reading()], table)
    assert made.parties[2] == Party("0514", "Lom", "participant", "og Fjordvik", 1, 1.0)


def test_decisions_that_do_not_fit_the_readings() -> None:
    table = proposals([reading()])
    stale = decide(table, "accept", "service").assign(value=lambda cells: cells["value"].replace("legevakt", "ohjelp"))
    strange = decide(table, "accept", "clause", "archives").assign(kind=lambda cells: cells["kind"].replace("archives", "board"))
    there = added(table, field="party", new_value="0515")
    again = added(table, field="clause", kind="dispute", step=3, new_value="arbitration")
    for wrong, column in ((stale, "value"), (strange, "field")):
        with pytest.raises(ReviewError) as caught:
            merge([reading()], wrong)
        assert [one.column for one in caught.value.problems] == [column]
    with pytest.raises(ReviewError, match="0515"):
        merge([reading()], there[there["value"] != "0515"])
    assert merge([reading()], again)[0][0].of_kind("dispute")[-1].value == "arbitration"
    with pytest.raises(ReviewError) as caught:
        merge([silent("other.txt")], table)
    assert len(caught.value.problems) == len(table)
    assert "other.txt" in caught.value.problems[0].remedy.en
    with pytest.raises(ReviewError, match="same file name"):
        merge([reading(), reading()], table)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_any_decisions_in_any_order_give_each_proposal_its_own(seed: int) -> None:
    """Every proposal is in the log once; accepted and undecided ones stay, rejected ones go, and the order of rows means nothing."""
    draw = random.Random(seed)  # noqa: S311
    table = proposals([reading(), silent()])
    for place in table.index:
        options = (
            ["accept", "undecided"]
            if pd.isna(table.at[place, "value"]) and table.at[place, "field"] not in ("party", "clause")
            else ["accept", "reject", "undecided"]
        )
        chosen = draw.choice(options)
        if chosen != "undecided":
            table.loc[place, ["decision", "coder"]] = [chosen, draw.choice("AB")]
    made, log = merge([reading(), silent()], table)
    shuffled, other = merge([reading(), silent()], table.sample(frac=1, random_state=seed))
    assert made == shuffled
    pd.testing.assert_frame_equal(log, other)
    assert log["decision"].tolist() == table["decision"].fillna("undecided").tolist()
    count = table["decision"].fillna("undecided").groupby(table["field"]).value_counts()
    kept = {"party": len(made[0].parties), "clause": len(made[0].clauses), "legal_basis": len(made[0].legal_basis)}
    for field, left in kept.items():
        assert left == (table["field"] == field).sum() - count.get((field, "reject"), 0)
    for party in made[0].parties:
        (row,) = log.loc[(log["field"] == "party") & (log["words"] == party.name), "decision"]
        assert (party.confidence == 1.0) == (row == "accept")


def plain(file: str, parties: tuple[str, ...] = ("0517", "0515"), service: str | None = "barnevern", **changes: object) -> Reading:
    own = tuple(Party(code, code, "participant", "", 1, 1.0) for code in parties)
    return replace(reading(file), parties=own, service=Found(service, None, None, 1.0), **changes)  # type: ignore[arg-type]


def test_an_agreement_in_an_edition(note: Edition, tmp_path: Path) -> None:
    out = tmp_path / "made"
    rejects, notes = write_into([reading("Avtale om Legevakt (Gålå).pdf")], "nibr-2015", out, "en")
    assert check(out).errors == 0
    made = open_edition(out)
    agreement = made["agreement"].iloc[-1]
    identity = "avtale-om-legevakt-gala"
    assert agreement[["id", "cooperation", "signed", "basis", "basis_text", "legal_host", "notice_months", "document"]].tolist() == [
        *(identity, identity, "2013-06-20", "host_administrative", "§ 28-1 b", "0517", 12.0),
        "Avtale om Legevakt (Gålå).pdf",
    ]
    members = made["member"].set_index("cooperation").loc[identity]
    assert members[["municipality", "role"]].to_numpy().tolist() == [["0517", "host"], ["0515", "participant"]]
    cooperation = made["cooperation"].set_index("id").loc[identity]
    assert cooperation[["service", "name", "hours", "model", "members_known"]].tolist() == [
        "legevakt",
        "Avtale om legevakt",
        "evening;night",
        "host_administrative",
        "some",
    ]
    assert dispute_steps(made)[identity] == ("negotiation", "courts")
    assert made["clause"].loc[lambda rows: rows["agreement"] == identity, "kind"].tolist() == ["dispute", "dispute", "withdrawal", "transfer", "archives"]
    rejected = pd.read_csv(rejects)
    assert rejected[["table", "file", "value", "reason"]].to_numpy().tolist() == [["member", "Avtale om Legevakt (Gålå).pdf", "Fjordvik", "unknown_reference"]]
    assert pd.read_csv(notes).empty
    assert made["source"]["id"].tolist()[-1] == agreement["source"] == "agreements-read"
    assert made.package["agreements_read"] == {"agreements": 1, "undecided": 13}
    for name, frame in note.tables.items():
        if name not in ("agreement", "clause", "cooperation", "member", "source"):
            pd.testing.assert_frame_equal(made[name], frame)
        else:
            pd.testing.assert_frame_equal(made[name].iloc[: len(frame)], frame)


def test_agreements_of_the_same_parties_and_service_share_a_cooperation(country: Edition) -> None:
    there = plain("gammel.pdf", ("1106", "1101", "1102", "1105"), "legevakt", host=Found("1101"))
    new = [plain(f"{name}.txt", ("1101", "1108"), "ohjelp", host=Found("1108")) for name in "ba"]
    other = plain("c.txt", ("1101", "1108"), "barnevern", host=Found())
    made = into_edition([*new, there, other], country)
    assert made.tables["agreement"][["id", "cooperation"]].to_numpy().tolist() == [["a", "a"], ["b", "a"], ["c", "c"], ["gammel", "lv1"]]
    assert len(made.tables["cooperation"]) == len(country["cooperation"]) + 2
    assert made.tables["member"].loc[lambda rows: rows["cooperation"] == "a", ["municipality", "role"]].to_numpy().tolist() == [
        ["1101", "participant"],
        ["1108", "host"],
    ]
    assert made.tables["clause"]["step"].dtype == "Int64"
    again = into_edition([there, other, *reversed(new)], country)
    for name, frame in made.tables.items():
        pd.testing.assert_frame_equal(frame, again.tables[name])


def test_ids_do_not_clash(note: Edition) -> None:
    first, _ = note["agreement"]["id"].iloc[0], None
    made = into_edition(
        [plain("x/avtale.pdf"), plain("y/Avtale.docx", ("0517", "0104")), plain(f"{first}.pdf".lower(), ("0104", "0515")), plain("æ.txt", ("0403", "0515"))],
        note,
    )
    ids = made.tables["agreement"]["id"].tolist()[len(note["agreement"]) :]
    assert len(set(made.tables["agreement"]["id"])) == len(made.tables["agreement"])
    assert len(set(made.tables["cooperation"]["id"])) == len(made.tables["cooperation"])
    assert ids == ["u01", "avtale", "avtale-2", "ae"]


def test_what_cannot_be_written_is_rejected_with_its_reason(note: Edition) -> None:
    wrong = [
        plain("1.pdf", service=None),
        plain("2.pdf", ("5001", "5002")),
        plain("3.pdf", ("0517", "0515", "0517", "5003"), host=Found("5003")),
        plain("4.pdf", clauses=(Clause("dispute", 1, "courts", "", 1, 1.0),) * 2),
        plain("4.pdf"),
        plain("5.pdf", legal_basis=(*reading().legal_basis, Basis("§ 27", "section_27_board", "in_force", "", 1, 1.0)), clauses=()),
        plain("6.pdf", legal_basis=(), clauses=()),
    ]
    made = into_edition(wrong, note)
    rejects, notes = made.account.frame("nn", rejected=True), made.account.frame("en", rejected=False)
    assert rejects[["table", "file", "value", "reason"]].to_numpy().tolist() == [
        ["agreement", "1.pdf", "", "empty_cell"],
        ["member", "2.pdf", "5001", "unknown_reference"],
        ["member", "2.pdf", "5002", "unknown_reference"],
        ["agreement", "2.pdf", "2.pdf", "no_members"],
        ["member", "3.pdf", "0517", "repeated"],
        ["member", "3.pdf", "5003", "unknown_reference"],
        ["clause", "4.pdf", "dispute 1", "repeated"],
        ["agreement", "4.pdf", "4.pdf", "repeated"],
    ]
    assert str(len(note["agreement"]) + 3) in rejects["message"].iloc[-1]
    assert notes[["file", "reason"]].to_numpy().tolist() == [["3.pdf", "host_not_member"], ["5.pdf", "reported_differently"]]
    assert notes["message"].iloc[1] == "host_administrative, section_27_board is named by 5.pdf."
    assert all(step["records"] == step["kept"] + step["rejected"] for step in made.account.steps)
    agreement = made.tables["agreement"].set_index("document")
    assert agreement.loc[["4.pdf", "5.pdf", "6.pdf"], "basis"].fillna("–").tolist() == ["host_administrative", "–", "not_specified"]
    assert agreement.loc["6.pdf", ["legal_host", "notice_months"]].isna().all()
    ids = agreement["id"]
    clauses = made.tables["clause"]
    assert clauses.loc[clauses["agreement"].isin([ids["5.pdf"], ids["6.pdf"]]), ["kind", "value"]].to_numpy().tolist() == [["dispute", "not_specified"]] * 2
    known = made.tables["cooperation"].set_index("id")["members_known"]
    assert (known[ids["3.pdf"]], known[ids["4.pdf"]]) == ("some", "all")


def test_what_is_entered_once_is_not_entered_again(note: Edition) -> None:
    first = into_edition([plain("1.pdf")], note)
    second = into_edition([plain("1.pdf"), plain("2.pdf")], replace(note, tables=first.tables, package=first.package))
    rejects = second.account.frame("nb", rejected=True)
    assert rejects[["file", "reason"]].to_numpy().tolist() == [["1.pdf", "repeated"]]
    assert f"rad {len(note['agreement']) + 2}." in rejects["message"].iloc[0]
    assert second.tables["agreement"][["id", "cooperation"]].iloc[-1].tolist() == ["2", "1"]
    assert second.tables["source"]["id"].is_unique


def test_what_no_edition_may_hold_is_written_without(note: Edition, tmp_path: Path) -> None:
    """Pages end in form feeds and lines break in agreements; an edition takes neither."""
    broken = plain(
        "a\x0cb.pdf", title="Avtale\n om barnevern", clauses=(Clause("dispute", 1, "courts", "Tvisten\navgjøres\x0c av\x92 domstolene\ud800", 1, 1.0),)
    )
    write_into([broken], note, tmp_path / "made")
    made = open_edition(tmp_path / "made")
    assert made["clause"]["text"].iloc[-1] == "Tvisten avgjøres av domstolene"
    assert made["cooperation"]["name"].iloc[-1] == "Avtale om barnevern"
    assert [warning.rule for warning in made.warnings] == [warning.rule for warning in note.warnings]
    rejects = into_edition([broken], made).account.frame("nb", rejected=True)
    assert rejects["reason"].tolist() == ["repeated"]


@pytest.mark.parametrize("hours", ["all;night", "night;night", "morning"])
def test_hours_that_no_edition_takes(tmp_path: Path, hours: str) -> None:
    error = edit(tmp_path, {(6, "decision"): "change", (6, "coder"): "KA", (6, "new_value"): hours})
    assert [(one.row, one.column) for one in error.problems] == [(6, "new_value")]


def test_an_edition_seen_on_a_day_is_extended_as_a_whole(country: Edition, tmp_path: Path) -> None:
    rejects, _ = write_into([plain("a.pdf", ("1101", "1102"), host=Found("1101"))], country.on("2012-06-01"), tmp_path / "made")
    made = open_edition(tmp_path / "made")
    assert len(made["cooperation"]) == len(country["cooperation"]) + 1
    assert made.boundary is not None
    assert pd.read_csv(rejects).empty
    assert check(tmp_path / "made").errors == 0
