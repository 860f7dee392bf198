"""Advice on legal models, from cases that a lawyer can read (tests/cases/advice.yaml), and what must hold whatever is asked."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from samvirke.agreements.advising import (
    DIFFERENCES,
    STRICTEST_FIRST,
    Advice,
    AdviceError,
    AdviceSpecification,
    advise,
    advise_finding,
    read_advice_specification,
)
from samvirke.agreements.advising import _data as advice_data
from samvirke.finding import readable
from samvirke.vocabulary import law, terms
from samvirke.vocabulary.language import LANGUAGES

ROOT = Path(__file__).parent.parent.parent
CASES = yaml.safe_load((ROOT / "tests" / "cases" / "advice.yaml").read_text(encoding="utf-8"))
TODAY = date(2024, 6, 1)
SPEC = {"date": date(2021, 1, 1), "service": "barnevern", "exercises_authority": True, "principal_matters": False, "parties": 3}
LEGEVAKT = {**SPEC, "service": "legevakt", "exercises_authority": False}


def advice(**changes: Any) -> Advice:
    return advise(AdviceSpecification(**{**SPEC, **changes}))


def of(found: Advice, model: str) -> Any:
    return next(one for one in found.models if one.model == model)


def read(folder: Path, text: str) -> AdviceSpecification:
    path = folder / "spec.yaml"
    path.write_text(text, encoding="utf-8")
    return read_advice_specification(path, TODAY)


def refused(folder: Path, text: str) -> list[tuple[str, str]]:
    with pytest.raises(AdviceError) as error:
        read(folder, text)
    assert all(one.message[language] and one.remedy[language] for one in error.value.problems for language in LANGUAGES)
    assert all(error.value.text[language].count("\n- ") == len(error.value.problems) for language in LANGUAGES)
    return [(one.field, one.value) for one in error.value.problems]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_cases(case: dict[str, Any], tmp_path: Path) -> None:
    found = advise(read(tmp_path, yaml.safe_dump(case["spec"], allow_unicode=True)))
    expected = {model: (answer, provision) for answer in STRICTEST_FIRST for model, provision in case.get(answer, {}).items()}
    answers = {one.model: (one.answer, one.reasons[0].provision) for one in found.models}
    assert {model: answers[model] for model in expected} == expected
    if case.get("only_lawful"):
        assert {one.model for one in found.answered("lawful")} == set(case.get("lawful", {}))


def test_cases_reach_every_rule(tmp_path: Path) -> None:
    """Every rule is used by a case, or by one of the wishes below; a rule nobody can reach would say nothing."""
    specs = [read(tmp_path, yaml.safe_dump(case["spec"])) for case in CASES]
    specs += [AdviceSpecification(**{**LEGEVAKT, "date": date(2013, 1, 1), "own_legal_person": wish}) for wish in (True, False)]
    specs.append(AdviceSpecification(**LEGEVAKT, economic_activity=True))
    used = {reason.text for spec in specs for one in advise(spec).models for reason in one.reasons}
    assert [rule.text.en for rule in advice_data().rules if rule.text not in used] == []


def test_every_model_of_the_vocabulary_is_answered_with_reasons() -> None:
    found = advice()
    assert [one.model for one in found.models] == list(law.models())
    for one in found.models:
        assert one.reasons
        assert one.answer == min((reason.answer for reason in one.reasons), key=STRICTEST_FIRST.index) == one.reasons[0].answer
        assert (one.answer in ("lawful", "conditional")) == bool(one.differences)


def test_an_open_model_is_one_that_the_dated_law_holds() -> None:
    for day in (date(1985, 1, 1), date(2006, 12, 31), date(2013, 6, 1), date(2019, 12, 1), date(2026, 1, 1)):
        found = advice(date=day)
        assert {one.model for one in found.models if one.reasons[-1].condition == "open" or len(one.reasons) > 1} == set(law.on(day))


def test_a_reason_says_whether_it_was_read_in_the_statute() -> None:
    found = advice()
    (_, decides) = of(found, "host_administrative").reasons
    assert (decides.condition, decides.provision, decides.verified) == ("individual_cases", "kommuneloven 2018 § 20-2", True)
    assert not of(found, "intermunicipal_company").reasons[0].verified
    assert not of(advice(date=date(2013, 6, 1)), "host_administrative").reasons[0].verified
    borrowing = of(advise(AdviceSpecification(**LEGEVAKT, borrowing=True)), "task_community").reasons
    read_there = [(reason.provision, reason.verified) for reason in borrowing if reason.condition == "borrowing"]
    assert read_there == [("kommuneloven 2018 § 19-4", True), ("kommuneloven 2018 kap. 19", False)]  # the rule is unread, though the fact is not
    opening = of(advice(date=date(2006, 1, 1)), "host_administrative").reasons[0]
    assert (opening.verified, opening.answer) == (True, "not_open")  # the note itself gives the day it opened


def test_what_is_settled_leaves_no_condition() -> None:
    for partner, answers in ((False, ["unlawful", "lawful"]), (None, ["conditional", "lawful"]), (True, ["lawful", "lawful"])):
        found = advise(AdviceSpecification(**LEGEVAKT, private_partner=partner))
        assert [reason.answer for reason in of(found, "public_private").reasons] == answers


def test_control_changes_no_answer_and_is_said() -> None:
    without = {one.model: one.answer for one in advice().models}
    for channel in ("council", "administration", "elected_board", "owners"):
        found = advice(control=channel)
        assert {one.model: one.answer for one in found.models} == without
        for one in found.models:
            said = {reason.condition for reason in one.reasons} & {"control", "control_otherwise"}
            assert len(said) == (one.model in law.on(SPEC["date"]))
    assert "control" in {reason.condition for reason in of(advice(control="elected_board"), "host_joint_board").reasons}
    assert "control_otherwise" in {reason.condition for reason in of(advice(control="elected_board"), "host_administrative").reasons}


def test_differences_are_the_law_of_the_day() -> None:
    now, then = of(advice(), "host_joint_board").differences, of(advice(date=date(2013, 6, 1)), "host_joint_board").differences
    assert (now["notice_months"].value, now["notice_months"].provision, now["notice_months"].verified) == (12, "kommuneloven 2018 § 20-8", True)
    assert "notice_months" not in then
    assert (now["leaving"].value, then["leaving"].value) == ("notice", "by_agreement")
    assert (now["required_contents"].provision, then["required_contents"].provision) == ("kommuneloven 2018 § 20-4", "kommuneloven 1992 § 28-1 e")
    assert (now["county_governor"].verified, then["county_governor"].verified) == (True, False)
    assert now["independence"].value == then["independence"].value == 1
    company = of(advise(AdviceSpecification(**LEGEVAKT)), "intermunicipal_company").differences
    assert (company["liability"].value, company["liability"].provision, company["liability"].verified) == ("by_share_whole_debt", "IKS-loven § 3", False)
    assert "county_governor" not in company


WISHES = {
    "exercises_authority": st.booleans(),
    "principal_matters": st.sampled_from([True, False, None]),
    "parties": st.integers(2, 9),
    "control": st.sampled_from(["council", "administration", "elected_board", "owners", "none"]),
    "own_legal_person": st.sampled_from([True, False, "either"]),
    "employees": st.booleans(),
    "borrowing": st.booleans(),
    "special_act": st.booleans(),
    "private_partner": st.sampled_from([True, False, None]),
    "economic_activity": st.sampled_from([True, False, None]),
    "date": st.dates(date(1990, 1, 1), date(2030, 1, 1)),
}
SPECIFICATIONS = st.fixed_dictionaries({"task": st.just("felles oppgave"), **WISHES})


@settings(max_examples=60, deadline=None)
@given(SPECIFICATIONS)
def test_a_further_wish_never_makes_a_model_lawful(asked: dict[str, Any]) -> None:
    wishes = [("own_legal_person", "either", True), ("own_legal_person", "either", False), ("employees", False, True), ("borrowing", False, True)]
    wishes += [("exercises_authority", False, True), ("principal_matters", False, True), ("special_act", True, False), ("economic_activity", None, True)]
    for wish, without, added in wishes:
        before, after = (advise(AdviceSpecification(**{**asked, wish: value})) for value in (without, added))
        lawful = {one.model for one in before.answered("lawful")}
        assert {one.model for one in after.answered("lawful")} <= lawful, wish
        closed = [{one.model for one in found.answered("not_open")} for found in (before, after)]
        assert closed[0] == closed[1]


@settings(max_examples=60, deadline=None)
@given(SPECIFICATIONS)
def test_no_model_that_may_not_decide_is_lawful_for_decisions(asked: dict[str, Any]) -> None:
    found = advise(AdviceSpecification(**{**asked, "exercises_authority": True, "special_act": False}))
    held = law.on(asked["date"])
    for one in (*found.answered("lawful"), *found.answered("conditional")):
        decides = held[one.model].individual_cases
        assert decides is not None
        assert decides.value in ("yes", "limited")


@settings(max_examples=40, deadline=None)
@given(SPECIFICATIONS)
def test_the_finding_says_what_was_answered(asked: dict[str, Any]) -> None:
    found = advise(AdviceSpecification(**asked))
    finding = advise_finding(found)
    for language in LANGUAGES:
        for answer in ("lawful", "conditional", "unlawful", "not_open"):
            models = found.answered(answer)
            assert (f"({len(models)}): " in finding.statement[language]) or not models
        assert "{" not in finding.statement[language] + "".join(finding.table[f"reason_{language}"])
    rest = [reason for one in found.models for reason in one.reasons if reason.provision]
    assert f"{sum(not reason.verified for reason in rest)} of {len(rest)} reasons" in finding.statement.en
    assert json.loads(finding.to_json("nb"))["result"]["spec"]["parties"] == asked["parties"]


def test_the_finding() -> None:
    found = advice(control="council")
    finding = advise_finding(found)
    assert list(finding.table) == ["model", "answer", "provision", "verified", "reason_nb", "reason_nn", "reason_en"]
    assert finding.id == "agreement_advice"
    assert [*finding.table["model"], "not_specified"] == list(law.models())
    verified = finding.table.set_index("model")["verified"]
    assert verified["host_joint_board"]
    assert not verified["host_administrative"]
    differences = finding.supporting["differences"]
    assert set(differences["model"]) == {one.model for one in found.models if one.answer in ("lawful", "conditional")}
    own = differences[differences["model"] == "host_joint_board"].set_index("difference")
    assert set(own.index) <= set(DIFFERENCES)
    assert list(own.index[~own["verified"].astype(bool)]) == ["employer", "may_borrow"]
    kinds = next(one for one in found.models if one.model == "host_joint_board").differences["required_contents"].value
    assert len(kinds) == 10
    assert all(terms("clause_kinds")[kind].label.en in own.loc["required_contents", "meaning_en"] for kind in kinds)
    assert own.loc["liability", "meaning_nn"].startswith("Inga eiga eining")
    assert "Lawful (2): administrative host municipality and host municipality with a joint elected board." in finding.statement.en
    assert "may not decide individual cases (kommuneloven 2018 kap. 18" in finding.statement.en
    assert finding.coverage.numerator == 2
    assert finding.coverage.denominators == {"models": 12, "models_open": 10}
    (gap,) = finding.coverage.missing
    assert all(word in gap.why.en for word in ("Procurement law", "tax", "state aid"))
    assert len(advise_finding(advice(date=date(2030, 1, 1))).coverage.missing) == 2


def test_an_unread_reason_is_marked_in_every_language() -> None:
    table = advise_finding(advice()).table.set_index("model")
    for language, mark in (("nb", "ikke kontrollert"), ("nn", "ikkje kontrollert"), ("en", "not checked")):
        assert f"(IKS-loven, {mark})" in table.loc["intermunicipal_company", f"reason_{language}"]
        assert mark not in table.loc["host_administrative", f"reason_{language}"]
        shown = readable(advise_finding(advice()).table, language)
        assert sum(mark in cell for row in shown.to_numpy() for cell in row) == sum(mark in cell for cell in table[f"reason_{language}"])


def test_the_result_holds_each_reason_and_difference_with_its_place_in_the_law() -> None:
    record = json.loads(advise_finding(advice()).to_json("nn"))["result"]
    assert record["spec"]["date"] == "2021-01-01"
    (host,) = (one for one in record["models"] if one["model"] == "host_joint_board")
    assert set(host["reasons"][0]) == {"condition", "answer", "provision", "verified", "text"}
    assert set(host["reasons"][0]["text"]) == set(LANGUAGES)
    liability = host["differences"]["liability"]
    assert (liability["value"], liability["provision"], liability["verified"]) == ("by_agreement", "kommuneloven 2018 § 20-4", True)
    assert set(liability["meaning"]) == set(LANGUAGES)


def test_what_nobody_read_is_marked() -> None:
    facts = [fact for by_model in advice_data().facts.values() for values in by_model.values() for fact in values]
    for fact in facts:
        assert fact.provision
        assert fact.verified is ("general knowledge" not in fact.reference), fact
    assert all(rule.verified is False for rule in advice_data().rules if rule.provision)


def test_every_open_model_has_every_fact_and_every_value_a_meaning() -> None:
    for name, by_model in advice_data().facts.items():
        if name not in ("county_governor", "private_partners"):
            meanings = advice_data().meanings[name]
            values = [one for values in by_model.values() for fact in values for one in (fact.value if isinstance(fact.value, list) else [fact.value])]
            assert set(values) == set(meanings), name
        if name != "county_governor":
            for day in (date(2000, 6, 1), date(2007, 1, 1), date(2012, 7, 1), date(2019, 12, 1), date(2024, 1, 1)):
                for model in law.on(day):
                    holds = [fact for fact in by_model[model] if (fact.from_ or day) <= day and (fact.to is None or day < fact.to)]
                    assert len(holds) == 1, (name, model, day)


def test_the_three_languages_differ_and_quote_the_same_places() -> None:
    data = advice_data()
    sections = (data.sentences, data.messages, data.remedies)
    for text in [*(rule.text for rule in data.rules), *(text for section in sections for text in section.values())]:
        assert all(text[language].strip() for language in LANGUAGES)
        assert len({tuple(sorted(re.findall(r"\{\w+\}", text[language]))) for language in LANGUAGES}) == 1, text
    assert set(data.messages) == set(data.remedies)
    assert all(rule.because.en for rule in data.rules if rule.answer == "unlawful")


def test_the_example_of_the_documentation() -> None:
    spec = read_advice_specification(ROOT / "docs" / "advise-example.yaml", TODAY)
    assert spec.parties == ("3437", "3435", "3434")
    assert set(yaml.safe_load((ROOT / "docs" / "advise-example.yaml").read_text(encoding="utf-8"))) == set(AdviceSpecification.model_fields) - {"task"}
    assert [one.model for one in advise(spec).answered("lawful")] == ["host_administrative", "host_joint_board"]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("date: 2021", ("date", "2021")),
        ("date: 2021-13-01", ("date", "2021-13-01")),
        ("date: 2021-02-01 10:00", ("date", "2021-02-01 10:00")),
        ("exercises_authority: kanskje", ("exercises_authority", "kanskje")),
        ("exercises_authority: 1", ("exercises_authority", "1")),
        ("own_legal_person: maybe", ("own_legal_person", "maybe")),
        ("own_legal_person: [true]", ("own_legal_person", "['true']")),
        ("control: king", ("control", "king")),
        ("employees:", ("employees", "")),
        ("service: barnvern", ("service", "barnvern")),
        ("service: [barnevern]", ("service", "['barnevern']")),
        ("task: [a]", ("task", "['a']")),
        ("task: " + "a" * 201, ("task", "a" * 199 + "…")),
        ("parties: 1", ("parties", "1")),
        ("parties: 999", ("parties", "999")),
        ("parties: mange", ("parties", "mange")),
        ("parties: [Sel]", ("parties", "['Sel']")),
        ("parties: [Sel, Atlantis]", ("parties", "Atlantis")),
        ("parties: [Sel, '0517']", ("parties", "0517")),
        ("parties: [Sel, 3437]", ("parties", "3437")),
        ("parties: [Sel, Herøy]", ("parties", "Herøy")),
        ("parties: [Sel, [Lom]]", ("parties", "['Lom']")),
        ("colour: red", ("colour", "red")),
    ],
)
def test_what_is_refused(line: str, problem: tuple[str, str], tmp_path: Path) -> None:
    name = line.split(":")[0]
    lines = {"service": "service: barnevern", "date": "date: 2021-06-01", "exercises_authority": "exercises_authority: true", "parties": "parties: 3"}
    assert refused(tmp_path, "\n".join({**lines, name: line}.values())) == [problem]


def test_every_problem_is_named_at_once(tmp_path: Path) -> None:
    text = "date: 2021-06-01\nexercises_authority: kanskje\nparties: [Sel, Rissa, Sel, Herøy]\ncontol: council\nborrowing: true\nborrowing: false\n"
    found = refused(tmp_path, text)
    assert found == [
        ("borrowing", ""),
        ("service", ""),
        ("exercises_authority", "kanskje"),
        ("parties", "Rissa"),
        ("parties", "Sel"),
        ("parties", "Herøy"),
        ("contol", "council"),
    ]
    with pytest.raises(AdviceError) as error:
        read(tmp_path, text)
    remedies = [one.remedy.en for one in error.value.problems]
    assert "Rissa 1624 –2018-01-01" in remedies[3]
    assert "1515, 1818" in remedies[5]
    assert "control" in remedies[6]
    assert [field for field, _ in refused(tmp_path, "task: x")] == ["exercises_authority", "parties"]


@pytest.mark.parametrize("content", [b"", b"- a", b"\xff\xfe\x00", b"a: [", b"? [a]\n: b", b"[" * 5000, b"just words"])
def test_what_is_no_specification(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_bytes(content)
    with pytest.raises(AdviceError, match="cannot be used"):
        read_advice_specification(path, TODAY)
    with pytest.raises(AdviceError, match="cannot be read"):
        read_advice_specification(tmp_path, TODAY)


def test_reading_takes_what_people_write(tmp_path: Path) -> None:
    spec = read(tmp_path, "task: '  Felles\n  {brann} '\nexercises_authority: No\nprincipal_matters: ~\nparties: ['0301', 3201]\n")
    assert (spec.date, spec.task, spec.exercises_authority, spec.principal_matters) == (TODAY, "Felles {brann}", False, None)
    assert spec.parties == ("0301", "3201")
    assert advise_finding(advise(spec)).statement.nb.startswith("Felles {brann}, 1. juni 2024.")
    assert read(tmp_path, "service: legevakt\nexercises_authority: no\nparties: [0301, Bærum]\ndate: 2013-01-01").parties == ("0301", "0219")


@pytest.mark.parametrize(
    "changes", [{"date": datetime(2021, 1, 1)}, {"date": "2021"}, {"parties": True}, {"parties": 2.0}, {"borrowing": 1}, {"service": None}, {"x": 1}]
)
def test_a_specification_made_in_python_is_held_to_the_same(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        AdviceSpecification(**{**SPEC, **changes})


def test_all_ids_are_of_the_vocabulary() -> None:
    data = advice_data()
    models = set(law.models())
    assert {model for rule in data.rules for model in rule.models} <= models
    assert {model for by_model in data.facts.values() for model in by_model} <= models
    assert set(data.not_held_before) <= models
    fields = {*AdviceSpecification.model_fields, "more_than_two"}
    assert {name for rule in data.rules for name in rule.asked} <= fields
    assert all(len(rule.fact) == 1 for rule in data.rules)
    found = advise(AdviceSpecification(**LEGEVAKT))
    contents = [one.differences["required_contents"].value for one in found.models if "required_contents" in one.differences]
    assert contents
    assert {kind for kinds in contents for kind in kinds} <= set(terms("clause_kinds"))
