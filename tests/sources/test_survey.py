"""Import of a survey: every answer kept or left out with the reason, every fault named with place and remedy, in every format."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest
import yaml

from samvirke.edition import Edition, TargetExistsError, check, open_edition
from samvirke.sources.problems import SurveyInputError, ranges
from samvirke.sources.survey import SurveyRows, import_survey, read_survey
from samvirke.vocabulary.answers import ANSWERS, OPINIONS, WITHOUT_OPINION, answers, by_wording
from tests.conftest import THREE

SCALE = {"1": "fully_agree", "2": "agree", "3": "neither", "4": "disagree", "5": "fully_disagree", "8": "dont_know", "9": "no_answer"}
MAPPING: dict[str, Any] = {
    "respondent": "id",
    "municipality": "kommune",
    "weight": "vekt",
    "answers": SCALE,
    "items": {"works": "q1", "costs": {"column": "q2", "text": {"nb": "Dyrt", "nn": "Dyrt", "en": "Dear"}}},
}
CSV = "id,kommune,vekt,q1,q2\na,301,1,1,8\nb,Bø,2.5,5,\nc,1103,0,3,2\nd,,1,8,9\n"
FRAME = pd.DataFrame(
    {"id": ["a", "b", "c", "d"], "kommune": [301.0, 302.0, 1103.0, None], "vekt": [1, 2.5, 0, 1], "q1": [1.0, 5.0, 3.0, 8.0], "q2": [8.0, None, 2.0, 9.0]}
)
LABELS = {1: "Helt enig", 2: "Delvis enig", 3: "Verken eller", 4: "Delvis uenig", 5: "Helt uenig", 8: "Vet ikke", 9: "Ubesvart"}


@pytest.fixture
def edition(three: Path) -> Edition:
    return open_edition(three)


@pytest.fixture
def read(tmp_path: Path, edition: Edition) -> Callable[..., SurveyRows]:
    """Give a function that reads answers written here, with a mapping that may be changed."""

    def run(content: str | Path = CSV, mapping: Mapping[str, Any] | str = MAPPING, into: Edition | None = None) -> SurveyRows:
        path = content if isinstance(content, Path) else tmp_path / "answers.csv"
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        rules = tmp_path / "mapping.yaml"
        rules.write_text(mapping if isinstance(mapping, str) else yaml.safe_dump(mapping, sort_keys=False), encoding="utf-8")
        return read_survey(path, rules, into or edition)

    return run


def faults(error: pytest.ExceptionInfo[SurveyInputError]) -> dict[str, tuple[str, str, tuple[int, ...]]]:
    return {one.kind: (one.field, one.value, one.rows) for one in error.value.problems}


def told(rows: SurveyRows) -> list[tuple[Any, ...]]:
    return [
        tuple(row)
        for row in rows.table[["item", "respondent", "municipality", "answer"]]
        .astype(object)
        .where(rows.table[["item", "respondent", "municipality", "answer"]].notna(), None)
        .to_numpy()
    ]


EXPECTED = [
    ("works", "a", "0301", "fully_agree"),
    ("costs", "a", "0301", "dont_know"),
    ("works", "b", "0302", "fully_disagree"),
    ("costs", "b", "0302", "no_answer"),
    ("works", "c", "1103", "neither"),
    ("costs", "c", "1103", "agree"),
    ("works", "d", None, "dont_know"),
    ("costs", "d", None, "no_answer"),
]


def test_the_list_of_answers_is_the_one_the_code_knows() -> None:
    assert tuple(answers()) == ANSWERS == (*OPINIONS, *WITHOUT_OPINION)
    assert set(by_wording().values()) == set(ANSWERS)


def test_codes_and_names_and_empty_cells(read: Callable[..., SurveyRows]) -> None:
    found = read()
    assert told(found) == EXPECTED
    assert found.table["weight"].tolist() == [1, 1, 2.5, 2.5, 0, 0, 1, 1]
    assert found.respondents == 4
    assert found.table["item_text_en"].tolist()[:2] == ["", "Dear"]
    assert found.account.steps == [{"table": "survey", "file": "answers.csv", "rows": 4, "records": 8, "kept": 8, "rejected": 0}]


def test_every_format_gives_the_same_rows(read: Callable[..., SurveyRows], tmp_path: Path) -> None:
    FRAME.to_excel(tmp_path / "a.xlsx", index=False)
    pyreadstat.write_sav(
        FRAME, str(tmp_path / "a.sav"), variable_value_labels={"q1": LABELS, "q2": LABELS}, missing_ranges={"q1": [{"lo": 8, "hi": 9}], "q2": [8, 9]}
    )
    pyreadstat.write_dta(FRAME, str(tmp_path / "a.dta"), variable_value_labels={"q1": LABELS, "q2": LABELS})
    for name in ("a.xlsx", "a.sav", "a.dta"):
        assert told(read(tmp_path / name)) == EXPECTED, name


def test_dont_know_that_a_file_declares_missing_is_kept(read: Callable[..., SurveyRows], tmp_path: Path) -> None:
    frame = pd.DataFrame({"q1": pd.Series([1, "a", 5], dtype=object)})
    pyreadstat.write_dta(
        frame, str(tmp_path / "a.dta"), missing_user_values={"q1": ["a"]}, variable_value_labels={"q1": {1: "Helt enig", 5: "Helt uenig", "a": "Vet ikke"}}
    )
    assert read(tmp_path / "a.dta", {"items": {"works": "q1"}}).table["answer"].tolist() == ["fully_agree", "dont_know", "fully_disagree"]


def test_value_labels_are_enough_without_codes(read: Callable[..., SurveyRows], tmp_path: Path) -> None:
    pyreadstat.write_sav(FRAME, str(tmp_path / "a.sav"), variable_value_labels={"q1": LABELS, "q2": LABELS}, column_labels=["", "", "", "Det virker", ""])
    found = read(tmp_path / "a.sav", {key: value for key, value in MAPPING.items() if key != "answers"})
    assert told(found) == EXPECTED
    assert found.table["item_text_nn"].tolist()[0] == "Det virker"


def test_an_item_may_turn_some_of_the_codes(read: Callable[..., SurveyRows]) -> None:
    own = {**MAPPING, "items": {"works": {"column": "q1", "answers": {"1": "fully_disagree", "5": "fully_agree"}}}}
    assert read(CSV, own).table["answer"].tolist() == ["fully_disagree", "fully_agree", "neither", "dont_know"]


def test_what_is_not_selected_or_not_asked_is_left_out_and_listed(read: Callable[..., SurveyRows]) -> None:
    text = "id,q1,q2,runde\na,1,97,1\nb,2,3,2\n"
    mapping = {"respondent": "id", "select": {"runde": ["1"]}, "answers": {**SCALE, "97": "not_asked"}, "items": {"works": "q1", "costs": "q2"}}
    found = read(text, mapping)
    assert told(found) == [("works", "a", None, "fully_agree")]
    rejects = found.account.frame("en", rejected=True)
    assert [(row.row, row.value) for row in rejects.itertuples()] == [(2, "costs: q2 = 97"), (3, "runde = 2"), (3, "runde = 2")]
    assert found.account.steps[0]["records"] == 4


def test_counts(read: Callable[..., SurveyRows]) -> None:
    text = "figur,svar,antall\n7.1,1,90\n7.1,8,24\n7.2,5,0\n"
    mapping = {
        "counts": {"item": "figur", "answer": "svar", "count": "antall"},
        "answers": SCALE,
        "items": {"works": {"code": "7.1"}, "costs": {"code": "7.2"}},
    }
    found = read(text, mapping)
    assert found.table[["item", "answer", "count"]].to_numpy().tolist() == [
        ["works", "fully_agree", 90],
        ["works", "dont_know", 24],
        ["costs", "fully_disagree", 0],
    ]
    assert found.table["respondent"].isna().all()
    with pytest.raises(SurveyInputError) as error:
        read("figur,svar,antall\n7.1,1,-4\n7.1,1,2.5\n7.3,1,2\n7.1,7,2\n7.1,8,1\n7.1,8,1\n", mapping)
    assert {"bad_count", "unknown_item", "unknown_answer", "count_twice"} <= set(faults(error))


def test_all_faults_of_the_answers_at_once_with_place_and_remedy(read: Callable[..., SurveyRows]) -> None:
    text = "id,kommune,vekt,q1,q2\na,301,1,7,1\na,301,-2,1,7\n,301,x,1,1\nc,9999,,7,1\nd,Bo,1,7,1\n"
    with pytest.raises(SurveyInputError) as error:
        read(text)
    found = faults(error)
    assert found["respondent_twice"] == ("id", "a", (2, 3))
    assert found["weight_negative"] == ("vekt", "-2", (3,))
    assert found["weight_no_number"] == ("vekt", "x", (4,))
    assert found["weight_missing"] == ("vekt", "", (5,))
    assert found["respondent_empty"] == ("id", "", (4,))
    answers_unknown = [(one.field, one.rows) for one in error.value.problems if one.kind == "unknown_answer"]
    assert answers_unknown == [("q1", (2, 5, 6)), ("q2", (3,))]
    assert [(one.value, one.rows) for one in error.value.problems if one.kind == "unknown_municipality"] == [("9999", (5,)), ("Bo", (6,))]
    for language in ("nb", "nn", "en"):
        lines = error.value.text[language].splitlines()
        assert len(lines) == 1 + len(error.value.problems)
        assert all(one.remedy[language] and one.remedy[language] in lines[place + 1] for place, one in enumerate(error.value.problems))
    assert "q1, row 2, 5–6" in error.value.text["en"]
    assert "Bø" in error.value.text["nb"]
    assert list(error.value.to_frame("nn").columns) == ["rule", "column", "row", "value", "message", "remedy"]


@pytest.mark.parametrize(
    ("labels", "kind"),
    [
        ({1: "Helt enig", 2: "Helt enig", 5: "Helt uenig"}, "labels_clash"),
        ({1: "Helt uenig", 5: "Helt enig"}, "label_says_otherwise"),
        ({1: "Vet ikke", 8: "Bra"}, "label_says_otherwise"),
    ],
)
def test_value_labels_that_clash_are_faults(read: Callable[..., SurveyRows], tmp_path: Path, labels: dict[int, str], kind: str) -> None:
    pyreadstat.write_sav(FRAME, str(tmp_path / "a.sav"), variable_value_labels={"q1": labels})
    with pytest.raises(SurveyInputError) as error:
        read(tmp_path / "a.sav")
    assert faults(error)[kind][0] == "q1"
    assert told(read(tmp_path / "a.sav", {**MAPPING, "labels": "ignore"})) == EXPECTED


def test_two_columns_that_label_a_code_differently_need_codes_of_their_own(read: Callable[..., SurveyRows], tmp_path: Path) -> None:
    labels = {"q1": {1: "Bra", 5: "Dårlig"}, "q2": {1: "Dårlig", 5: "Bra"}}
    pyreadstat.write_sav(FRAME, str(tmp_path / "a.sav"), variable_value_labels=labels)
    with pytest.raises(SurveyInputError) as error:
        read(tmp_path / "a.sav")
    assert [one.value for one in error.value.problems if one.kind == "labels_differ"] == ["1", "5"]
    turned = {code: dict(zip(OPINIONS, reversed(OPINIONS), strict=True)).get(answer, answer) for code, answer in SCALE.items()}
    own = {**MAPPING, "items": {"works": "q1", "costs": {"column": "q2", "answers": turned}}}
    assert read(tmp_path / "a.sav", own).table.query("item == 'costs'")["answer"].tolist() == ["dont_know", "no_answer", "disagree", "no_answer"]


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        ({"items": {}}, {"missing"}),
        ({"items": {"a b": "q1"}}, {"bad_item"}),
        ({"items": {"works": "q1", "costs": "q1"}}, {"column_twice"}),
        ({"items": {"works": "nothing"}}, {"no_column"}),
        ({"wieght": "vekt"}, {"unknown_field"}),
        ({"answers": {"1": "yes"}}, {"not_an_answer"}),
        ({"answers": ["1"]}, {"no_fields"}),
        ({"labels": "maybe"}, {"not_an_answer"}),
        ({"source": {"title": "x"}}, {"missing"}),
        ({"separator": ";;"}, {"no_text"}),
        ({"items": {"works": {"column": "q1", "text": {"nb": "x"}}}}, {"missing"}),
        ({"select": {"wave": "1"}}, {"no_column"}),
        ({"municipality": "komune", "weight": "wekt"}, {"no_column"}),
    ],
)
def test_a_mapping_that_cannot_be_used(read: Callable[..., SurveyRows], change: dict[str, Any], kinds: set[str]) -> None:
    with pytest.raises(SurveyInputError) as error:
        read(CSV, {**MAPPING, **change})
    assert {one.kind for one in error.value.problems} == kinds


@pytest.mark.parametrize(
    ("name", "content"), [("a.sav", b"nonsense"), ("a.dta", b""), ("a.xlsx", b"PK"), ("a.csv", b"\xff\xfe\x00"), ("a.pdf", b"%PDF"), ("gone.csv", None)]
)
def test_a_file_that_cannot_be_read(read: Callable[..., SurveyRows], tmp_path: Path, name: str, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(SurveyInputError) as error:
        read(tmp_path / name)
    assert {one.kind for one in error.value.problems} <= {"unreadable", "unknown_ending"}
    assert name in str(error.value)


def test_mapping_and_file_are_both_told_of(read: Callable[..., SurveyRows], tmp_path: Path) -> None:
    (tmp_path / "a.sav").write_bytes(b"nonsense")
    with pytest.raises(SurveyInputError) as error:
        read(tmp_path / "a.sav", "items: [")
    assert [one.field for one in error.value.problems] == ["mapping.yaml", "a.sav"]


def test_uneven_rows_and_a_file_without_rows(read: Callable[..., SurveyRows]) -> None:
    with pytest.raises(SurveyInputError) as error:
        read("id,kommune,vekt,q1,q2\na,301,1,1\nb,301,1,1,1,1\n")
    assert [(one.kind, one.rows) for one in error.value.problems] == [("wrong_cell_count", (2,)), ("wrong_cell_count", (3,))]
    with pytest.raises(SurveyInputError) as error:
        read("id,kommune,vekt,q1,q2\n")
    assert set(faults(error)) == {"no_rows"}


def test_all_weights_zero(read: Callable[..., SurveyRows]) -> None:
    with pytest.raises(SurveyInputError) as error:
        read("id,kommune,vekt,q1,q2\na,301,0,1,1\nb,301,0,1,1\n")
    assert set(faults(error)) == {"weights_zero"}


def test_an_edition_with_a_survey_is_written_and_read_again(read: Callable[..., SurveyRows], edition: Edition, tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_text(CSV, encoding="utf-8")
    rules = tmp_path / "mapping.yaml"
    rules.write_text(yaml.safe_dump({**MAPPING, "source": {"id": "spis", "title": "SPIS"}}, sort_keys=False), encoding="utf-8")
    made = import_survey(tmp_path / "answers.csv", rules, edition, tmp_path / "out", language="en")
    assert check(made.folder).errors == 0
    assert not [one for one in check(made.folder).problems if one.table == "survey"]
    again = open_edition(made.folder)
    assert len(again["survey"]) == 8
    assert set(again["survey"]["source"]) == {"spis"}
    assert again["source"]["title"].tolist() == ["SPIS"]
    assert json.loads((made.folder / "datapackage.json").read_text(encoding="utf-8"))["name"] == "out"
    assert made.rejects.read_text(encoding="utf-8").count("\n") == 1
    with pytest.raises(TargetExistsError):
        import_survey(tmp_path / "answers.csv", rules, edition, tmp_path / "out")
    with pytest.raises(SurveyInputError) as error:
        read(CSV, MAPPING, again)
    assert set(faults(error)) == {"item_in_edition"}


def test_nothing_is_written_when_anything_is_wrong(edition: Edition, tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_text(CSV.replace("1103", "1104"), encoding="utf-8")
    (tmp_path / "m.yaml").write_text(yaml.safe_dump(MAPPING), encoding="utf-8")
    with pytest.raises(SurveyInputError):
        import_survey(tmp_path / "answers.csv", tmp_path / "m.yaml", edition, tmp_path / "out")
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("out")]


def test_a_name_that_two_municipalities_have(read: Callable[..., SurveyRows], write_folder: Callable[..., Path]) -> None:
    twins = open_edition(write_folder({**THREE, "municipality": "code,name\n0301,Bø\n0302,Bø\n1103,Ål\n"}))
    with pytest.raises(SurveyInputError) as error:
        read(CSV, MAPPING, twins)
    assert faults(error)["same_name"] == ("kommune", "Bø", (3,))


def test_ranges() -> None:
    assert ranges([5, 3, 4, 9]) == "3–5, 9"
