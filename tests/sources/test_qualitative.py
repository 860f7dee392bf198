"""Codings of REFI-QDA, QualCoder and Taguette become statements, and everything wrong is said at once."""

from __future__ import annotations

import json
import struct
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import samvirke
from samvirke.edition import Edition, TargetExistsError
from samvirke.sources import _qualitative_qdpx
from samvirke.sources._qualitative_mapping import Codebook, CodingMapping, Meaning
from samvirke.sources.problems import QualitativeInputError
from samvirke.sources.qualitative import import_statements, read_passages, read_statements, two_coders
from samvirke.vocabulary import terms
from samvirke.vocabulary.language import LANGUAGES

TEXT = "Vi får et fagmiljø. Men det er langt å kjøre, æ sier det.\r\nOg dyrt blir det alene."
TABLES = {
    "municipality": "code,name\n0301,Ås\n0302,Bø\n1103,Ål\n",
    "cooperation": "id,service,name\nlv,legevakt,Legevakt\n",
    "member": "cooperation,municipality,role\nlv,0301,host\nlv,0302,participant\n",
}


@pytest.fixture
def edition(write_folder: Callable[[Mapping[str, str | bytes]], Path]) -> Edition:
    return samvirke.open_edition(write_folder(TABLES))


def project(selections: str, *, codes: str = "", more: str = "", cases: str = "") -> str:
    return f"""<?xml version="1.0" encoding="utf-8"?>
<Project xmlns="urn:QDA-XML:project:1.0" name="p" origin="test">
 <Users><User guid="U1" name="Kari"/><User guid="U2" name="Ola"/></Users>
 <CodeBook><Codes>
  <Code guid="C0" name="Motiver" isCodable="false"><Code guid="C1" name="Fagmiljø" isCodable="true"><Code guid="C2" name="Mot" isCodable="true"/></Code></Code>
  <Code guid="C3" name="distance" isCodable="true"/><Code guid="C4" name="for" isCodable="true"/><Code guid="C5" name="mot samarbeid" isCodable="true"/>{codes}
 </Codes></CodeBook>
 <Variables><Variable guid="V1" name="Rolle" typeOfVariable="Text"/><Variable guid="V2" name="Sted" typeOfVariable="Text"/><Variable guid="V3" name="Samtykke" typeOfVariable="Boolean"/></Variables>
 <Cases>{cases}</Cases>
 <Sources><TextSource guid="S1" name="Intervju 1" plainTextPath="internal://s1.txt">{selections}</TextSource>{more}</Sources>
</Project>"""


def selection(start: int, end: int, *codes: str, user: str = "U1", name: str = "") -> str:
    inner = "".join(f'<Coding guid="K{start}{code}" creatingUser="{user}"><CodeRef targetGUID="{code}"/></Coding>' for code in codes)
    return f'<PlainTextSelection guid="P{start}-{end}" name="{name}" startPosition="{start}" endPosition="{end}" creatingUser="{user}">{inner}</PlainTextSelection>'


def pack(path: Path, qde: str | bytes, text: str = TEXT) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("project.qde", qde)
        packed.writestr("sources/s1.txt", b"\xef\xbb\xbf" + text.encode("utf-8"))
    return path


def problems(caught: pytest.ExceptionInfo[QualitativeInputError]) -> set[str]:
    return {one.kind for one in caught.value.problems}


def test_a_project_becomes_statements_with_nested_codes_directions_and_cases(edition: Edition, tmp_path: Path) -> None:
    case = '<Case guid="A1" name="Ås"><VariableValue><VariableRef targetGUID="V2"/><TextValue>Ås</TextValue></VariableValue><VariableValue><VariableRef targetGUID="V3"/><BooleanValue>true</BooleanValue></VariableValue><SourceRef targetGUID="S1"/></Case>'
    role = '<VariableValue><VariableRef targetGUID="V1"/><TextValue>Rådmann</TextValue></VariableValue>'
    whole = selection(0, 19, "C1", "C4") + selection(20, 45, "C2") + selection(24, 45, "C3") + selection(24, 45, "C5") + role
    path = pack(tmp_path / "p.qdpx", project(whole, cases=case))
    mapping = tmp_path / "m.yaml"
    mapping.write_text(
        "source: {id: intervju, title: Intervju}\nvariables: {informant_role: Rolle, municipality: Sted, consent: Samtykke}\ndocuments: {Intervju 1: {name: Int. 1, date: 2024-03, cooperation: lv}}\n",
        encoding="utf-8",
    )
    read = read_statements(path, mapping, edition)
    assert read.table[["motive", "direction", "text"]].to_numpy().tolist() == [
        ["professional_environment", "for", "Vi får et fagmiljø."],
        ["professional_environment", "against", "Men det er langt å kjøre,"],
        ["distance", "against", "det er langt å kjøre,"],
    ]
    assert set(map(tuple, read.table[["document", "informant_role", "municipality", "cooperation", "date", "source", "consent"]].to_numpy())) == {
        ("Int. 1", "chief_executive", "0301", "lv", "2024-03", "intervju", "yes")
    }
    assert read.account.steps == [{"table": "statement", "file": "p.qdpx", "rows": 5, "records": 3, "kept": 3, "rejected": 0}]


@pytest.mark.parametrize("inclusive", [False, True])
@pytest.mark.parametrize("joined", [False, True])
def test_positions_are_read_the_way_that_gives_the_words_of_the_project(edition: Edition, tmp_path: Path, inclusive: bool, joined: bool) -> None:
    text = TEXT.replace("\r\n", "\n") if joined else TEXT
    words = ("Vi får et fagmiljø.", "Og dyrt blir det alene.")
    marked = "".join(selection(text.index(one), text.index(one) + len(one) - inclusive, "C1", "C4", name=one) for one in words)
    mapping = tmp_path / "m.yaml"
    mapping.write_text("documents: {Intervju 1: {consent: yes}}", encoding="utf-8")
    assert read_statements(pack(tmp_path / "p.qdpx", project(marked)), mapping, edition).table["text"].tolist() == list(words)


def test_words_come_along_only_with_consent(edition: Edition, tmp_path: Path) -> None:
    path = pack(tmp_path / "p.qdpx", project(selection(0, 19, "C1", "C4")))
    without = read_statements(path, None, edition)
    assert without.table["text"].isna().all()
    assert without.without_words == 1
    mapping = tmp_path / "m.yaml"
    mapping.write_text("documents: {Intervju 1: {consent: nei}}", encoding="utf-8")
    assert read_statements(path, mapping, edition).table["text"].isna().all()


def test_qualcoder_and_taguette_give_the_same_statements(edition: Edition, tmp_path: Path) -> None:
    qualcoder = tmp_path / "q.csv"
    qualcoder.write_text(
        '\ufeff"File","Coder","Coded","Id","Codename","Coded_Memo","Category","Category","FileVar_Rolle"\n'
        '"i.txt","Kari","Flere, kolleger","ctid:1","Fagmiljø","","Motiver","","Ordfører"\n'
        '"i.txt","Kari","Flere, kolleger","ctid:2","For","","Retning","","Ordfører"\n'
        '"i.txt","Kari","Langt","ctid:3","Mot","","avstand","Motiver","Ordfører"\n',
        encoding="utf-8",
    )
    mapping = tmp_path / "m.yaml"
    mapping.write_text("variables: {informant_role: Rolle}", encoding="utf-8")
    one = read_statements(qualcoder, mapping, edition).table
    assert one["informant_role"].tolist() == ["mayor", "mayor"]
    taguette = tmp_path / "t.csv"
    taguette.write_text(
        'id,document,tag,content\n7,i.txt,fagmiljø,"Flere, kolleger"\n7,i.txt,for,"Flere, kolleger"\n8,i.txt,avstand.mot,Langt\n9,i.txt,,umerket\n',
        encoding="utf-8",
    )
    read = read_statements(taguette, None, edition)
    expected = [("professional_environment", "for"), ("distance", "against")]
    assert list(map(tuple, one[["motive", "direction"]].to_numpy())) == list(map(tuple, read.table[["motive", "direction"]].to_numpy())) == expected
    assert [(entry.outcome, entry.row) for entry in read.account.entries] == [("empty_cell", 5)]


def test_a_passage_that_stands_once_for_each_case_is_one_statement(edition: Edition, tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_text(
        "Case,Filename,Coder,Coded,Id,Codename,Coded_Memo\nA,i.txt,Kari,Langt,ctid:3,avstand,\nB,i.txt,Kari,Langt,ctid:3,avstand,\n", encoding="utf-8"
    )
    assert len(read_statements(path, None, edition).table) == 1


def test_what_is_left_out_has_a_reason_and_the_numbers_add_up(edition: Edition, tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_text(
        "File,Coder,Coded,Id,Codename,Coded_Memo\n"
        "a.txt,Kari,Langt,ctid:1,avstand,\na.txt,Ola,Langt,ctid:2,avstand,\nb.txt,Kari,Langt,ctid:3,avstand,\n"
        "a.txt,Kari,Fint,ctid:4,Gode sitater,\na.txt,Kari,Langt,ctid:5,Distance,\na.txt,Kari,Langt,ctid:6,mot,\n",
        encoding="utf-8",
    )
    mapping = tmp_path / "m.yaml"
    mapping.write_text("coder: Kari\ncodes: {Gode sitater: ignore}\ndocuments: {b.txt: ignore}\n", encoding="utf-8")
    made = import_statements(path, mapping, edition, tmp_path / "out", language="en")
    rejects = pd.read_csv(made.rejects)
    assert sorted(rejects["reason"]) == ["not_selected", "not_selected", "not_selected", "repeated"]
    assert made.rows.account.steps[0] | {"file": ""} == {"table": "statement", "file": "", "rows": 6, "records": 5, "kept": 1, "rejected": 4}
    again = samvirke.open_edition(made.folder)
    assert again["statement"][["document", "motive", "direction"]].to_numpy().tolist() == [["a.txt", "distance", "against"]]
    assert json.loads((made.folder / "datapackage.json").read_text(encoding="utf-8"))["name"] == "out"
    with pytest.raises(TargetExistsError):
        import_statements(path, mapping, edition, tmp_path / "out")
    twice = import_statements(path, mapping, again, tmp_path / "twice")
    assert samvirke.open_edition(twice.folder)["statement"]["id"].is_unique


def test_every_unknown_code_and_name_is_said_at_once(edition: Edition, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        "id,document,tag,content\n1,i.txt,fagmilø,x\n2,i.txt,fagmilø,y\n3,i.txt,ukjent,z\n4,j.txt,kvalitet,z\n4,j.txt,for,z\n4,j.txt,mot,z\n", encoding="utf-8"
    )
    mapping = tmp_path / "m.yaml"
    mapping.write_text(
        "documents: {k.txt: {consent: ja}, i.txt: {municipality: Åss, cooperation: lw, consent: kanskje, date: i fjor, informant_role: konge}, j.txt: {municipality: Bø}}\nvariables: {date: Dato}\n",
        encoding="utf-8",
    )
    path.write_text(path.read_text(encoding="utf-8") + "5,i.txt,kvalitet,æ\n", encoding="utf-8")
    with pytest.raises(QualitativeInputError) as caught:
        read_statements(path, mapping, edition)
    found = {(one.kind, one.value): one for one in caught.value.problems}
    assert found["unknown_code", "fagmilø"].rows == (2, 3)
    assert problems(caught) == {
        "unknown_code",
        "no_document",
        "no_variable",
        "two_directions",
        "unknown_municipality",
        "unknown_cooperation",
        "unknown_consent",
        "bad_date",
        "unknown_role",
    }
    for language in LANGUAGES:
        for one in caught.value.problems:
            assert one.message[language]
            assert one.remedy[language]
            assert "{" not in one.line()[language]
    mapping.write_text("both_directions: ambiguous\ncodes: {fagmilø: ignore, ukjent: ignore}\n", encoding="utf-8")
    assert read_statements(path, mapping, edition).table["direction"].tolist()[0] == "ambiguous"


def test_two_coders_must_be_told_apart(edition: Edition, tmp_path: Path) -> None:
    path = pack(tmp_path / "p.qdpx", project(selection(0, 19, "C1") + selection(0, 18, "C3", user="U2")))
    with pytest.raises(QualitativeInputError) as caught:
        read_statements(path, None, edition)
    assert problems(caught) == {"several_coders"}
    first, second = two_coders(path, None, None)
    assert (first["motive"].tolist(), second["motive"].tolist()) == (["professional_environment"], ["distance"])
    assert read_passages(path)[["start", "end"]].to_numpy().tolist() == [[0, 19], [0, 18]]
    for coders in ("Kari", "Kari,Per"):
        with pytest.raises(QualitativeInputError):
            two_coders(path, None, None, coders)


ENTITY = '<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;">]><Project>&y;</Project>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Project>&x;</Project>'


@pytest.mark.parametrize(
    ("qde", "kind"),
    [
        ("<Project", "broken_xml"),
        ("", "broken_xml"),
        (ENTITY, "hostile_xml"),
        (OUTSIDE, "hostile_xml"),
        ('<CodeBook xmlns="urn:QDA-XML:codebook:1.0"/>', "not_refi"),
        (project(""), "no_codings"),
        (project(selection(0, 19, "C9")), "unknown_code_reference"),
        (project(selection(10, 999, "C1")), "bad_position"),
        (project(selection(10, 5, "C1")), "bad_position"),
    ],
)
def test_a_broken_project_says_what_and_what_to_do(edition: Edition, tmp_path: Path, qde: str, kind: str) -> None:
    with pytest.raises(QualitativeInputError) as caught:
        read_statements(pack(tmp_path / "p.qdpx", qde), None, edition)
    assert kind in problems(caught)
    assert all("p.qdpx" in one.field for one in caught.value.problems)


def test_a_file_that_is_no_project_is_refused(edition: Edition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "p.qdpx"
    path.write_bytes(b"PK\x03\x04 not whole")
    with pytest.raises(QualitativeInputError) as caught:
        read_statements(path, None, edition)
    assert problems(caught) == {"not_zip"}
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("readme.txt", "x")
    with pytest.raises(QualitativeInputError) as caught:
        read_statements(path, None, edition)
    assert problems(caught) == {"no_project"}
    pack(path, project(selection(0, 19, "C1")))
    whole = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = whole.find(mark)
        while at >= 0:
            struct.pack_into("<H", whole, at + offset, 1)
            at = whole.find(mark, at + 4)
    (tmp_path / "locked.qdpx").write_bytes(whole)
    with pytest.raises(QualitativeInputError) as caught:
        read_statements(tmp_path / "locked.qdpx", None, edition)
    assert problems(caught) == {"encrypted"}
    monkeypatch.setattr(_qualitative_qdpx, "MOST_UNPACKED", 5_000)
    with pytest.raises(QualitativeInputError) as caught:
        read_statements(pack(path, project(selection(0, 19, "C1")) + " " * 10_000), None, edition)
    assert problems(caught) == {"too_large"}
    with pytest.raises(QualitativeInputError) as caught:
        read_statements(pack(path, project(selection(0, 19, "C1")), "x" * 10_000), None, edition)
    assert "too_large" in problems(caught)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.csv", b"x,y\n1,2\n", "unknown_form"),
        ("a.csv", b"", "unknown_form"),
        ("a.csv", b"\xff\xfe\x00", "unreadable"),
        ("a.csv", b"id,document,tag,content\n1,a,kvalitet\n", "wrong_cell_count"),
        ("a.csv", b"id,document,tag,content\n", "no_codings"),
        ("a.csv", b'id,document,tag,content\n1,a,"kvalitet,x\n', "unreadable"),
        ("a.csv", b"id,document,tag,content\n1,a,for,x\n", "nothing_left"),
        ("a.docx", b"x", "unknown_ending"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(edition: Edition, tmp_path: Path, name: str, content: bytes, kind: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(QualitativeInputError) as caught:
        read_statements(tmp_path / name, None, edition)
    assert kind in problems(caught)


@pytest.mark.parametrize(
    "written",
    [
        "- a",
        "codes: {x: tull}",
        "codes: {x: {motive: tull}}",
        "roles: {x: konge}",
        "both_directions: no",
        "cods: {}",
        "documents: {a.txt: 3}",
        "source: {title: x}",
        ": :",
        "a: &a [*a]",
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused(edition: Edition, tmp_path: Path, written: str) -> None:
    (tmp_path / "t.csv").write_text("id,document,tag,content\n1,a.txt,kvalitet,x\n", encoding="utf-8")
    (tmp_path / "m.yaml").write_text(written, encoding="utf-8")
    with pytest.raises(QualitativeInputError) as caught:
        read_statements(tmp_path / "t.csv", tmp_path / "m.yaml", edition)
    assert caught.value.problems


def test_every_motive_and_direction_is_known_by_id_and_label() -> None:
    book = Codebook(CodingMapping())
    for identity, motive in terms("motives").items():
        for name in (identity, *motive.label.to_dict().values()):
            assert book.meaning((name.upper(),)) == Meaning(motive=identity)
            for direction, term in terms("directions").items():
                assert book.meaning((f"{name} – {term.label.nn}",)) == Meaning(identity, direction)
                assert book.meaning((name, term.label.en)) == Meaning(identity, direction)
    assert book.meaning(("kvalitet", "noe annet")) is None


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_bytes_never_end_in_anything_but_problems(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    for name, data in (("a.qdpx", content), ("a.csv", b"id,document,tag,content\n" + content)):
        (folder / name).write_bytes(data)
        found = None
        with suppress(QualitativeInputError):
            found = read_passages(folder / name)
        assert found is None or {"document", "coder", "motive"} <= set(found.columns)
