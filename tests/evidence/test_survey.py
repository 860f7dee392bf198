"""Answers to a survey: hand-worked shares and intervals, the note's printed shares, the parts of N, groups, suppression, non-response."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, t

from samvirke.edition import Edition, open_edition
from samvirke.errors import OptionError
from samvirke.evidence._raking import rake
from samvirke.evidence._suppression import suppressed
from samvirke.evidence._survey import Sample, estimate, kish, variance
from samvirke.evidence.nonresponse import nonresponse
from samvirke.evidence.survey_by import survey_by
from samvirke.evidence.survey_item import survey_item
from samvirke.finding import Finding
from samvirke.sources.problems import SurveyInputError
from samvirke.vocabulary.answers import ANSWERS, OPINIONS
from samvirke.vocabulary.language import same
from tests.conftest import THREE

Write = Callable[[Mapping[str, str | bytes]], Path]
HEADER = "item,respondent,municipality,answer,weight,count\n"


@pytest.fixture
def asked(write_folder: Write) -> Callable[..., Edition]:
    """Give a function that makes an edition of three municipalities with the rows of a survey."""

    def make(rows: str, **tables: str) -> Edition:
        return open_edition(write_folder({**THREE, "survey": HEADER + rows, **tables}))

    return make


@pytest.fixture(scope="module")
def made() -> Edition:
    return open_edition("constructed-2020").on(None)


def item(finding: Finding, name: str) -> dict[str, Any]:
    own = finding.table[finding.table["item"] == name].set_index("survey_answer")
    return own.to_dict("index")


def test_a_share_worked_by_hand() -> None:
    """Weights 2, 1, 1; the first two from one municipality; only the first agrees.

    p = 2/4. The sums of w (y - p) / 4 are 2 (1/2) / 4 - 1 (1/2) / 4 = 1/8 and -1/8; v = 2/1 (1/64 + 1/64) = 1/16; p (1 - p) / v = 4.
    """
    chosen, weights, cluster = np.array([True, False, False]), np.array([2.0, 1.0, 1.0]), np.array([0, 0, 1])
    assert variance(chosen, weights, cluster, 0.5) == pytest.approx(1 / 16)
    size = 4 * (t.ppf(0.975, 2) / t.ppf(0.975, 1)) ** 2
    found = estimate(chosen, np.ones(3, dtype=int), weights, cluster)
    assert found.estimate == 0.5
    assert found.low == pytest.approx(beta.ppf(0.025, size / 2, size / 2 + 1))
    assert found.high == pytest.approx(beta.ppf(0.975, size / 2 + 1, size / 2))
    assert kish(weights) == pytest.approx(16 / 6)


def test_a_finite_population_narrows_and_a_whole_one_leaves_nothing() -> None:
    chosen, ones, cluster = np.arange(40) < 10, np.ones(40), np.arange(40)
    whole, half, none = (estimate(chosen, ones.astype(int), ones, cluster, fraction) for fraction in (1.0, 0.5, 0.0))
    assert (whole.low, whole.high) == (0.25, 0.25)
    assert none.low < half.low < 0.25 < half.high < none.high
    n = 39 / 0.5  # p (1 - p) / v is n - 1, and v is halved
    assert half.low == pytest.approx(beta.ppf(0.025, 0.25 * n, 0.75 * n + 1))


def test_one_municipality_alone_has_no_interval() -> None:
    found = estimate(np.array([True, False]), np.ones(2, dtype=int), np.ones(2), np.zeros(2, dtype=int))
    assert found.estimate == 0.5
    assert np.isnan([found.low, found.high]).all()


def test_two_denominators_and_dont_know_apart(asked: Callable[..., Edition]) -> None:
    codes = ["fully_agree"] * 3 + ["agree"] + ["neither"] * 2 + ["disagree"] * 2 + ["dont_know"] * 3 + ["no_answer"]
    rows = "".join(f"works,r{n},,{answer},,\n" for n, answer in enumerate(codes))
    finding = survey_item(asked(rows))
    found = item(finding, "works")
    assert tuple(found) == ANSWERS
    assert (found["fully_agree"]["count"], found["fully_agree"]["of"], found["fully_agree"]["opinions"]) == (3, 12, 8)
    assert (found["fully_agree"]["share"], found["fully_agree"]["share_opinion"]) == (0.25, 0.375)
    assert found["neither"]["share"] == pytest.approx(2 / 12)
    assert found["dont_know"]["share"] == 0.25
    assert np.isnan(found["dont_know"]["share_opinion"])
    assert found["fully_disagree"]["share_high"] == pytest.approx(1 - 0.025 ** (1 / 12))  # Clopper and Pearson of nobody in 12
    summary = finding.supporting["items"].iloc[0]
    assert (summary["share_agree"], summary["share_agree_opinion"]) == (pytest.approx(4 / 12), 0.5)
    assert summary["many_dont_know"]
    assert "4 of 12 agree (33%, 10–65%)" in finding.statement.en
    assert "Of the 8 with an opinion 4 agree (50%, 16–84%)." in finding.statement.en
    assert 'more than a fifth answered don\'t know to "works" (25%)' in finding.statement.en
    assert finding.coverage.denominators == {"respondents": 12, "items": 1, "answers_of_all": 12, "answers_with_opinion": 8}


def test_an_empty_answer_is_no_answer_and_a_fifth_is_no_warning(asked: Callable[..., Edition]) -> None:
    finding = survey_item(asked("works,a,0301,,,\nworks,b,0302,dont_know,,\nworks,c,1103,agree,,\nworks,d,,agree,,\nworks,e,,disagree,,\n"))
    assert item(finding, "works")["no_answer"]["count"] == 1
    assert "more than a fifth" not in finding.statement.en
    assert "2 respondents of unknown municipality." in [gap.why.en for gap in finding.coverage.missing]


NOTE = {
    "works": {"fully_agree": 40, "agree": 90, "neither": 40, "disagree": 15, "fully_disagree": 5, "dont_know": 60},
    "costs": {"fully_agree": 10, "agree": 30, "neither": 50, "disagree": 50, "fully_disagree": 18, "dont_know": 42},
}


def test_the_printed_shares_of_the_note_from_counts(asked: Callable[..., Edition], note: Edition) -> None:
    """Counts made to fit figures 7.1 and 7.2, whose own are not printed, give every share that ch. 7.2 prints."""
    rows = "".join(f"{name},,,{answer},,{count}\n" for name, counts in NOTE.items() for answer, count in counts.items())
    summary = survey_item(asked(rows)).supporting["items"].set_index("item")
    printed = note["claim"].set_index("id")["printed"]
    works, costs = summary.loc["works"], summary.loc["costs"]
    assert works["share_dont_know"] == pytest.approx(printed["ch7.works_well_dk"])
    assert works["share_agree"] > printed["ch7.works_well"]
    assert works["share_disagree"] < printed["ch7.problematic"]
    assert costs["share_dont_know"] == pytest.approx(printed["ch7.cost_dk"])
    assert costs["share_agree"] == pytest.approx(printed["ch7.cost_problematic"], rel=0.05)
    assert works[["of", "opinions"]].tolist() == [250, 190]
    assert works["many_dont_know"]
    assert costs["many_dont_know"]


def test_counts_and_respondents_of_the_same_answers_agree(asked: Callable[..., Edition]) -> None:
    answers = ["agree"] * 7 + ["disagree"] * 2 + ["dont_know"] * 4
    people = "".join(f"a,r{n},,{answer},,\n" for n, answer in enumerate(answers))
    counts = "b,,,agree,,7\nb,,,disagree,,2\nb,,,dont_know,,4\n"
    finding = survey_item(asked(people + counts))
    columns = [one for one in finding.table.columns if one != "item"]
    first, second = (finding.table.loc[finding.table["item"] == name, columns].reset_index(drop=True) for name in "ab")
    assert first.equals(second)
    assert "Only counts are known for b" in " ".join(gap.why.en for gap in finding.coverage.missing)


FAULTY = """works,a,0301,maybe,1,
works,b,0302,agree,,
works,b,0302,disagree,1,
works,,,agree,,3
works,,0301,neither,,
other,,,agree,2,3
zero,x,0301,agree,0,
"""


def test_every_fault_of_a_table_of_answers_at_once(asked: Callable[..., Edition]) -> None:
    with pytest.raises(SurveyInputError) as error:
        survey_item(asked(FAULTY))
    found = {one.kind: one.rows for one in error.value.problems}
    assert found == {
        "not_an_answer": (2,),
        "neither_kind": (6,),
        "both_kinds": (5, 6),
        "respondent_twice": (3, 4),
        "weight_missing": (3,),
        "weight_of_count": (7,),
        "weights_zero": (),
    }
    assert survey_item(asked(FAULTY + "good,g,0301,agree,,\n"), items=("good",)).table["count"].sum() == 1


def test_an_unknown_item_names_those_that_there_are(asked: Callable[..., Edition]) -> None:
    with pytest.raises(OptionError, match="Allowed: works"):
        survey_item(asked("works,a,0301,agree,,\n"), items=("work",))


def samples() -> st.SearchStrategy[Sample]:
    """Draw answers with weights and municipalities."""
    rows = st.lists(st.tuples(st.sampled_from(ANSWERS), st.floats(0.1, 9), st.sampled_from(["", "a", "b", "c"])), min_size=1, max_size=40)
    return rows.map(
        lambda own: Sample(
            "x",
            same("x"),
            np.array([one[0] for one in own], dtype=object),
            np.ones(len(own), dtype=np.int64),
            np.array([one[1] for one in own]),
            np.array([one[2] for one in own]),
            by_respondent=True,
        )
    )


@given(samples())
@settings(deadline=None)
def test_the_parts_add_to_n_and_the_shares_to_one(sample: Sample) -> None:
    assert sum(sample.count(answer) for answer in ANSWERS) == sample.n
    assert sum(sample.share(answer).estimate for answer in ANSWERS) == pytest.approx(1)
    own = sample.only(sample.opinion)
    assert own.n + sample.count("dont_know", "no_answer") == sample.n
    if own.n:
        assert sum(own.share(answer).estimate for answer in OPINIONS) == pytest.approx(1)
    for answer in ANSWERS:
        found = sample.share(answer)
        assert np.isnan(found.low) or found.low <= found.estimate + 1e-12 <= found.high + 2e-12
    assert 1 - 1e-9 <= sample.effective <= sample.n + 1e-9


@given(st.lists(st.lists(st.integers(0, 6), min_size=3, max_size=3), min_size=1, max_size=6), st.integers(1, 8))
@settings(max_examples=300, deadline=None)
def test_what_is_hidden_cannot_be_had_by_subtraction(rows: list[list[int]], least: int) -> None:
    counts = np.array(rows)
    hidden = suppressed(counts, least)
    sizes = counts.sum(axis=1)
    assert not ((sizes > 0) & (sizes < least) & ~hidden).any()
    assert not (hidden & (sizes == 0)).any()
    if not hidden.any():
        assert (sizes[sizes > 0] >= least).all()
        return
    everyone = hidden.sum() == (sizes > 0).sum()
    left = counts.sum(axis=0) - counts[~hidden].sum(axis=0)  # what a reader gets by subtraction
    assert everyone or (hidden.sum() >= 2 and left.sum() >= least)
    if everyone and (hidden.sum() == 1 or (left > 0).sum() < 2):
        return  # the total itself is all that there is to hide
    for size in sizes[hidden]:
        low, high = np.maximum(0, size + left - left.sum()), np.minimum(size, left)
        assert (high > low).any()


@pytest.mark.parametrize(("rows", "least"), [([[1, 2], [4, 4], [9, 9]], 5), ([[3, 0], [4, 0], [2, 8]], 5), ([[2, 0], [2, 0], [7, 0], [6, 9]], 3)])
def test_other_tables_fit_what_is_shown(rows: list[list[int]], least: int) -> None:
    """Every table with the same sizes and totals is tried: for every hidden group there are two that differ in it."""
    counts = np.array(rows)
    places = np.flatnonzero(suppressed(counts, least))
    sizes, left = counts.sum(axis=1)[places], counts[places].sum(axis=0)
    fits = [firsts for firsts in product(*(range(size + 1) for size in sizes)) if sum(firsts) == left[0]]
    assert all(len({firsts[at] for firsts in fits}) > 1 for at in range(len(places)))


def test_nothing_small_is_shown_or_can_be_worked_out(made: Edition) -> None:
    for by, service in (("size", None), ("county", None), ("centrality", None), ("role", "ohjelp"), ("cooperation", "legevakt")):
        finding = survey_by(made, by=by, service=service, least_answers=6)
        table = finding.table
        groups = table[table["answer_group"] != "all"]
        for name, own in groups.groupby("item"):
            total = table[(table["answer_group"] == "all") & (table["item"] == name)].set_index("survey_answer")
            sizes = own.drop_duplicates("answer_group").set_index("answer_group")
            assert sizes["of"].sum() == total["of"].iloc[0]
            hidden = sizes[sizes["hidden"].astype(bool)]
            assert set(sizes.index[sizes["of"] < 6]) <= set(hidden.index)
            assert len(hidden) != 1
            assert own.loc[own["hidden"].astype(bool), ["count", "share", "opinions", "share_opinion"]].isna().all().all()
            if hidden.empty:
                assert own.groupby("survey_answer")["count"].sum().to_dict() == total["count"].to_dict()
        groups_told = finding.supporting["groups"]
        assert groups_told.loc[groups_told["hidden"].astype(bool), "share_agree"].isna().all()
        assert json.loads(finding.to_json("en"))["finding"] == "survey_by"


def test_groups_are_the_parts_of_the_whole(made: Edition) -> None:
    finding = survey_by(made, by="role", service="ohjelp", items=("works_well",), least_answers=1)
    groups = finding.table.pivot_table(index="answer_group", columns="survey_answer", values="count", sort=False).astype(int)
    assert (groups.drop(index="all").sum() == groups.loc["all"]).all()
    hosts = set(
        made["member"]
        .merge(made["cooperation"][made["cooperation"]["service"] == "ohjelp"], left_on="cooperation", right_on="id")
        .query("role == 'host'")["municipality"]
    )
    own = made["survey"][(made["survey"]["item"] == "works_well") & made["survey"]["municipality"].isin(hosts)]
    assert groups.loc["host", "fully_agree"] == (own["answer"] == "fully_agree").sum()
    assert next(iter(groups.index)) == "all"


def test_size_classes_stand_in_order(made: Edition) -> None:
    order = list(dict.fromkeys(survey_by(made, by="size").table["answer_group"]))
    assert order == ["all", "<2000", "2000-5000", "5000-10000", "10000-20000", "20000-50000", ">=50000"]


def test_by_what_cannot_be(made: Edition, asked: Callable[..., Edition]) -> None:
    with pytest.raises(OptionError, match="centrality"):
        survey_by(made, by="colour")
    with pytest.raises(OptionError, match="service"):
        survey_by(made, by="cooperation")
    only_counts = survey_by(asked("works,,,agree,,7\n"), by="role")
    assert only_counts.table.empty
    assert only_counts.statement.en.startswith("No item has answers by respondent.")


def test_raked_weights_give_the_whole_its_distribution(made: Edition) -> None:
    finding = nonresponse(made)
    table = finding.table
    assert table["share_weighted"].to_numpy() == pytest.approx(table["share_of_all"].to_numpy(), abs=1e-8)
    assert (table.groupby("breakdown")["answered"].sum() == finding.coverage.numerator).all()
    assert (table.groupby("breakdown")["municipalities"].sum() == len(made["municipality"])).all()
    silent = next(gap for gap in finding.coverage.missing if gap.why.en == "Asked and did not answer")
    assert set(silent.municipalities) == set(made["municipality"]["code"]) - set(made["survey"].query("answer != 'no_answer'")["municipality"].dropna())
    assert f"{finding.coverage.numerator} of {len(made['municipality'])} municipalities" in finding.statement.en
    item = survey_item(made, items=("works_well",), weights="raked")
    assert item.table["count"].sum() == item.table["of"].iloc[0]
    assert item.table["share"].sum() == pytest.approx(1)
    assert item.supporting["items"]["weight_least"].iloc[0] < item.supporting["items"]["weight_most"].iloc[0]


def test_raking_worked_by_hand() -> None:
    """Two by two from 1, 1, 1, 1 to rows 3 and 1, columns 2 and 2: the weights are independent, 3/2 and 1/2."""
    rows, columns = np.array(["a", "a", "b", "b"]), np.array(["x", "y", "x", "y"])
    found = rake(np.ones(4), [(rows, {"a": 3.0, "b": 1.0}), (columns, {"x": 2.0, "y": 2.0})])
    assert found.weights == pytest.approx([1.5, 1.5, 0.5, 0.5])
    assert found.met
    impossible = rake(np.ones(2), [(np.array(["a", "b"]), {"a": 1.0, "b": 1.0}), (np.array(["x", "y"]), {"x": 1.5, "y": 0.5})])
    assert not impossible.met


def test_each_municipality_counts_once_when_raked(asked: Callable[..., Edition]) -> None:
    tables = {"municipality": "code,name,county\n0301,Ås,Sør\n0302,Bø,Sør\n1103,Ål,Nord\n"}
    rows = "works,a,0301,agree,,\nworks,b,0301,agree,,\nworks,c,0301,agree,,\nworks,d,1103,disagree,,\nworks,e,,agree,,\n"
    finding = survey_item(asked(rows, **tables), weights="raked")
    found = item(finding, "works")
    assert found["agree"]["share"] == pytest.approx(2 / 3)  # two of the three municipalities are in the south
    assert found["disagree"]["share"] == pytest.approx(1 / 3)
    assert "1 respondent without a municipality in a group" in " ".join(gap.why.en for gap in finding.coverage.missing)


def test_groups_in_which_nobody_answered_are_named(asked: Callable[..., Edition]) -> None:
    tables = {"municipality": "code,name,county\n0301,Ås,Sør\n0302,Bø,Midt\n1103,Ål,Nord\n"}
    finding = nonresponse(asked("works,a,0301,agree,,\nworks,b,1103,dont_know,,\nworks,c,0302,no_answer,,\n", **tables))
    assert finding.table.set_index("group")["answered"].to_dict() == {"Midt": 0, "Nord": 1, "Sør": 1}
    gaps = {gap.why.en: gap.municipalities for gap in finding.coverage.missing}
    assert gaps["Asked and did not answer"] == ("0302",)
    assert gaps["Nobody has answered in the groups of 1 municipality; the weights do not stand for them"] == ("0302",)
    assert finding.table.set_index("group")["share_weighted"].to_dict() == {"Midt": 0.0, "Nord": 0.5, "Sør": 0.5}


def test_weights_that_cannot_be_say_so(asked: Callable[..., Edition]) -> None:
    groups = "municipality,kind,name\n0301,size,small\n0302,size,large\n1103,size,small\n"
    tables = {"municipality": "code,name,county\n0301,Ås,Sør\n0302,Bø,Nord\n1103,Ål,Nord\n", "grouping": groups}
    with pytest.raises(SurveyInputError, match="no weights give all the distributions"):
        survey_item(asked("works,a,0301,agree,,\nworks,b,0302,agree,,\n", **tables), weights="raked")


def test_not_asked_is_not_silent(asked: Callable[..., Edition]) -> None:
    rows = "item,respondent,municipality,answer,weight,count,source\nworks,a,0301,agree,,,spis\n"
    tables = {"survey": rows, "source": "id,title\nspis,SPIS\n", "coverage": "source,service,municipality,status\nspis,ohjelp,1103,not_asked\n"}
    finding = nonresponse(asked("", **tables))
    assert finding.coverage.denominators["municipalities"] == 2
    assert finding.coverage.missing[0].municipalities == ("0302",)
    assert finding.seed == 1


def test_weights_and_finite_populations_are_options(made: Edition) -> None:
    given_weights, equal, finite = (
        survey_item(made, items=("works_well",), **options) for options in ({}, {"weights": "equal"}, {"weights": "equal", "finite": "municipalities"})
    )  # type: ignore[arg-type]
    assert given_weights.table["count"].equals(equal.table["count"])
    assert not given_weights.table["share"].equals(equal.table["share"])
    assert equal.table["share"].to_numpy() == pytest.approx(equal.table["count"] / equal.table["of"])
    width = [(one.table["share_high"] - one.table["share_low"]).iloc[0] for one in (equal, finite)]
    assert width[1] < width[0]
    assert "finite" in finite.method.en


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_findings_are_written_in_every_language(made: Edition, language: Any) -> None:
    for finding in (survey_item(made), survey_by(made, by="centrality"), nonresponse(made)):
        written = json.loads(finding.to_json(language))
        assert len({*written["statement"].values()}) == 3
        assert written["method"] == finding.method[language]
        assert len(written["table"]) == len(finding.table)
