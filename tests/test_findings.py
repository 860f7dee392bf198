"""Every finding of the catalogue: its form, its coverage, and that its sentence follows its table."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import samvirke
from samvirke.catalogue import CATALOGUE, ask
from samvirke.edition import Edition, open_edition
from samvirke.errors import MissingTableError, OptionError, UnknownNameError
from samvirke.finding import Finding, readable
from samvirke.vocabulary.labels import has_label

DAYS = {"nibr-2015": "2015-04-30", "country": "2020-06-30", "constructed-2020": "2020-12-31"}
KEYS = "finding edition constructed question options statement method seed version figure coverage table result".split()


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_finding_has_all_it_must_have(name: str, answer: Callable[..., Finding]) -> None:
    finding = answer(name)
    record = json.loads(finding.to_json("nn"))
    assert list(record) == KEYS
    assert record["finding"] == name
    assert record["edition"] in DAYS
    assert record["constructed"] == (record["edition"] != "nibr-2015")
    assert set(record["statement"]) == {"nb", "nn", "en"}
    assert len({*record["statement"].values()}) == 3
    assert record["statement"]["nb"].endswith(".")
    assert set(record["coverage"]) == {"numerator", "denominators", "missing"}
    assert record["coverage"]["denominators"]
    assert record["table"]
    assert record["options"]["date"] == DAYS[record["edition"]]
    assert finding.question.en.endswith("?")
    assert set(CATALOGUE[name].options) | {"date"} == set(record["options"])


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_column_has_a_heading_in_three_languages(name: str, answer: Callable[..., Finding]) -> None:
    finding = answer(name)
    for frame in (finding.table, *finding.supporting.values()):
        assert [column for column in frame if not has_label(str(column).removesuffix("_nb").removesuffix("_nn").removesuffix("_en"))] == []
    assert [column for column in finding.coverage.denominators if not has_label(column)] == []


@pytest.mark.parametrize("name", CATALOGUE)
def test_the_order_of_rows_changes_nothing(name: str, answer: Callable[..., Finding], note: Edition, country: Edition, constructed: Edition) -> None:
    from dataclasses import replace

    keep = ("collection", "claim", "survey")  # their order is the order of the answer
    before = answer(name)
    edition = next(one for one in (note, country, constructed) if one.name == before.edition)
    shuffled = {table: frame if table in keep else frame.sample(frac=1, random_state=7).reset_index(drop=True) for table, frame in edition.tables.items()}
    after = answer(name, replace(edition, tables=shuffled))
    assert after.statement == before.statement
    pd.testing.assert_frame_equal(after.table, before.table)
    for part, frame in before.supporting.items():
        pd.testing.assert_frame_equal(after.supporting[part], frame)


def test_nothing_is_shared_between_answers(answer: Callable[..., Finding], note: Edition, country: Edition, constructed: Edition) -> None:
    before = {(edition.name, name): frame.copy() for edition in (note, country, constructed) for name, frame in edition.tables.items()}
    for name in CATALOGUE:
        answer(name)
    for edition in (note, country, constructed):
        for name in edition.tables:
            pd.testing.assert_frame_equal(edition[name], before[edition.name, name])


# One cell changed by hand: (table, old text, new text, finding, what the sentence says then)
CHANGES = [
    ("collection", "0301,no,", "0301,yes,", "collection", "27 of 70 municipalities (39%)"),
    ("submission", "1106,1,U36,true", "1106,1,U36,false", "submissions", "27 are marked X (known through another's agreement), and 47 are left"),
    ("agreement", "U03,ambulansebat-aure-2001,2001,not_specified", "U03,ambulansebat-aure-2001,2001,section_27_board", "legal_basis", "25 of 46 agreements"),
    (
        "agreement",
        "U03,ambulansebat-aure-2001,2001,not_specified",
        "U03,ambulansebat-aure-2001,2013,host_administrative",
        "models_over_time",
        "7 of 21 agreements (33%) from before 1 January 2012",
    ),
    ("agreement", "legevakt-harstad-2007,2007,", "legevakt-harstad-2007,2005,", "anachronisms", "2 certainly"),
    ("clause", "U04,dispute,1,not_specified", "U04,dispute,1,arbitration", "dispute_mechanisms", "21 of 46 agreements"),
    ("member", "legevakt-vestvågøy-2010,1860,,host", "legevakt-vestvågøy-2010,1860,,participant", "hosts", "12 municipalities are hosts in 24 of 46"),
    ("cooperation", "fysioterapi-utsira-1985,fysioterapi", "fysioterapi-utsira-1985,legevakt", "services", "13 different services"),
    ("case", "B,5,participant,<5000,0", "B,5,participant,<5000,1", "cases", "shared by all: inhabitants <5000 and places in institutions"),
    (
        "claim",
        "agreements received,avtaler mottatt,avtalar mottekne,eq,73",
        "agreements received,avtaler mottatt,avtalar mottekne,eq,74",
        "audit",
        "14 agree under the default rules",
    ),
    ("agreement", "ohjelp-arendal-2014,2014", "ohjelp-arendal-2014,2016", "agreements_by_year", "from 1985 to 2014"),
]


@pytest.mark.parametrize(("table", "old", "new", "name", "says"), CHANGES, ids=[f"{table} {name}" for table, *_, name, _ in CHANGES])
def test_changing_one_row_changes_the_sentence(copy_of_note: Path, note: Edition, table: str, old: str, new: str, name: str, says: str) -> None:
    path = copy_of_note / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    statement = ask(name, open_edition(copy_of_note)).statement
    assert says in statement.en
    assert statement != ask(name, note).statement
    assert statement.nn != ask(name, note).statement.nn


def test_an_edition_without_the_table_says_which(three: Path) -> None:
    with pytest.raises(MissingTableError, match="collection") as caught:
        ask("collection", open_edition(three))
    assert caught.value.missing == ("collection",)
    assert isinstance(caught.value, LookupError)


def test_options_are_read_and_refused(note: Edition) -> None:
    assert ask("models_over_time", note, cut="2009").options["cut"].isoformat() == "2009-01-01"
    with pytest.raises(OptionError, match="YYYY-MM-DD"):
        ask("models_over_time", note, cut="spring")
    with pytest.raises(OptionError, match="mark, cells"):
        ask("legal_basis", note, identical="both")
    with pytest.raises(OptionError, match="whole number"):
        ask("dispute_mechanisms", note, seed="x")
    with pytest.raises(UnknownNameError, match="--cut"):
        ask("models_over_time", note, cutt="2009-01-01")
    with pytest.raises(UnknownNameError, match="collection"):
        ask("colection", note)
    with pytest.raises(OptionError, match="YYYY"):
        ask("collection", note, date="soon")


def test_a_date_leaves_later_agreements_out_and_says_what_it_cannot_tell(note: Edition) -> None:
    finding = ask("legal_basis", note, date="2012-06-30")
    assert finding.options["date"] == "2012-06-30"
    assert finding.coverage.denominators["agreements"] == 46 - 14  # 14 agreements are of 2013 and 2014
    assert any("8 rows of agreement" in gap.why.en for gap in finding.coverage.missing)


def test_a_cut_within_a_year_leaves_its_agreements_out_of_the_test(note: Edition) -> None:
    finding = ask("models_over_time", note, cut="2012-07-01")
    assert finding.coverage.denominators["either"] == 8
    assert "8 may be from before or after." in finding.statement.en


def test_tests_have_intervals_never_bare_shares(note: Edition) -> None:
    finding = ask("models_over_time", note)
    assert finding.table[["share_low", "share_high"]].notna().all(axis=None)
    tests = finding.supporting["tests"].set_index("basis")
    assert tests.at["stated", "p_value"] == pytest.approx(0.358, abs=0.001)
    assert math.isinf(tests.at["public_private", "odds_ratio"])
    assert json.loads(finding.to_json())["result"]["tests"][2]["odds_ratio"] is None


def test_services_of_the_editions_own(three: Path) -> None:
    (three / "service.csv").write_text("id,label_nb,label_nn,label_en\nbrann,Brannvern,Brannvern,Fire service\n", encoding="utf-8")
    (three / "cooperation.csv").write_text("id,service\nlv,brann\nbv,brann\n", encoding="utf-8")
    finding = ask("services", open_edition(three))
    assert finding.statement.nn == "Dei 2 samarbeida gjeld 1 teneste; vanlegast er brannvern, med 2 av 2."
    assert finding.table["agreements"].isna().all()


def test_uncoded_agreements_leave_the_denominator(copy_of_note: Path) -> None:
    path = copy_of_note / "clause.csv"
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith(("U01,", "U04,"))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    finding = ask("dispute_mechanisms", open_edition(copy_of_note))
    assert (finding.coverage.numerator, finding.coverage.denominators["coded"]) == (19, 44)
    assert any("2 agreements have not been coded" in gap.why.en for gap in finding.coverage.missing)


def test_constructed_data_say_so(three: Path) -> None:
    (three / "datapackage.json").write_text('{"title": "Made up", "constructed": true}')
    finding = ask("hosts", open_edition(three))
    assert finding.to_dict()["constructed"] is True
    assert "Constructed data" in (samvirke.to_svg(finding, "en") or "")


def test_the_public_names_are_there() -> None:
    for name in samvirke.__all__:
        assert getattr(samvirke, name) is not None
    assert set(samvirke.__all__) <= set(dir(samvirke))
    with pytest.raises(AttributeError):
        _ = samvirke.no_such_name


def test_columns_of_ones_own_disturb_nothing(three: Path) -> None:
    (three / "member.csv").write_text("cooperation,municipality,service,id,code\nlv,0301,x,y,z\nlv,0302,,,\nbv,0302,,,\n", encoding="utf-8")
    (three / "agreement.csv").write_text("id,cooperation,service,municipality,steps\na,lv,x,y,z\n", encoding="utf-8")
    (three / "clause.csv").write_text("agreement,kind,step,value\na,dispute,1,courts\n", encoding="utf-8")
    (three / "case.csv").write_text("case,label,municipality,Kommune,size_nb\nA,1,x,y,z\n", encoding="utf-8")
    edition = open_edition(three)
    for question in CATALOGUE.values():
        if not question.missing(edition) and not question.required:
            finding = ask(question.id, edition)
            assert finding.statement.nb
            assert all(len(readable(finding.table, language)) == len(finding.table) for language in ("nb", "nn", "en"))
    assert readable(ask("cases", edition).table, "en").shape == (1, 6)


def test_an_edition_with_nobody_in_it_on_that_day(three: Path) -> None:
    study = samvirke.make_study(open_edition(three), date="2001")
    assert {question.id for question, _ in study.unanswered} >= {"services", "hosts"}
    with pytest.raises(MissingTableError, match="2001-12-31"):
        ask("services", open_edition(three), date="2001")
