"""Scenarios: the examples, what each measure comes to, ranges, what turns an order, and every bad input at once."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from samvirke.edition import Edition
from samvirke.finding import Finding
from samvirke.planning._scenario_measures import Reading, Worked
from samvirke.planning._scenario_sensitivity import order_of
from samvirke.planning._travel import PlanInputError
from samvirke.planning.scenario import check_scenario, measures, read_scenario, scenario
from tests.conftest import ROOT

EXAMPLES = (ROOT / "docs" / "scenario-example.yaml", ROOT / "docs" / "scenario-example-b.yaml")


def small() -> dict[str, Any]:
    """Give a scenario of two municipalities without an edition."""
    return {
        "name": "To kommuner",
        "date": "2021-01-01",
        "service": "ohjelp",
        "municipality": "Sel",
        "parties": [
            {"name": "Sel", "population": {"value": 6000, "low": 5000, "high": 7000, "source": "SSB 07459"}, "doctors": 6, "cooperations": 4},
            {"name": "Lom", "population": {"value": 2300, "source": "SSB 07459"}, "doctors": 3},
        ],
        "figures": {"admissions_per_1000": 6, "mean_stay_days": 3, "fixed_nok": 500_000, "per_bed_nok": 1_000_000, "per_admission_nok": 4_000, "per_party_nok": 50_000},
        "minutes": [{"from": "Sel", "to": "Lom", "value": 50, "low": 40, "high": 70, "source": "Statens vegvesen"}],
        "options": [
            {"name": "alene", "members": ["Sel"]},
            {"name": "vert", "members": ["Sel", "Lom"], "host": "Sel", "model": "host_administrative", "key": "per_inhabitant"},
            {"name": "felles", "members": ["Sel", "Lom"], "host": "Lom", "model": "task_community", "key": "equal:50, by_use:50", "beds": 2, "representatives": {"Sel": 3, "Lom": 2}},
        ],
    }  # fmt: skip


def values(found: Finding, measure: str) -> dict[str, float]:
    own = found.table[found.table["scenario_measure"] == measure]
    return dict(zip(own["option"], own["value"], strict=True))


@pytest.fixture(scope="module", params=EXAMPLES, ids=["A", "B"])
def example(request: pytest.FixtureRequest) -> Finding:
    return scenario(request.param)


def test_the_examples_are_on_the_notes_cases_and_all_assumed_figures_are_called_so(example: Finding) -> None:
    assert example.edition == "nibr-2015"
    assert example.constructed
    figures = example.supporting["scenario_figures"]
    assumed = figures[figures["assumed"]]
    assert len(assumed) >= len(figures) - 1
    for language, word in (("nb", "antatt"), ("nn", "anteke"), ("en", "assumed")):
        assert assumed[f"source_{language}"].str.startswith(word).all()
    assert "table 3.1" not in example.statement.en


def test_every_finding_has_a_source_and_lies_within_its_range(example: Finding) -> None:
    known = example.table[example.table["value"].notna()]
    assert set(known["scenario_measure"]) == {measure.id for measure in measures()} - {"notice"}
    assert set(known["scenario_motive"]) == {"economy_risk", "professional_environment", "quality_travel", "democracy_control"}
    assert (known[["source_nb", "source_nn", "source_en"]] != "").all(axis=None)
    ranged = known[known["range_low"].notna()]
    assert len(ranged) > 15
    assert ((ranged["range_low"] <= ranged["value"]) & (ranged["value"] <= ranged["range_high"])).all()


def test_nothing_is_added_up_across_motives(example: Finding) -> None:
    orders = example.supporting["orders"]
    assert len(orders) == orders["scenario_measure"].nunique()
    assert "not put together in one score" in example.statement.en


def test_a_figure_that_turns_an_order_does_so_at_the_value_told() -> None:
    prepared = read_scenario(EXAMPLES[0])
    found = scenario(prepared).supporting["sensitivity"]
    worked = {option.name: Worked(prepared, option) for option in prepared.scenario.options}
    labels = {held.label.nb: name for name, held in prepared.held.items()}
    assert len(found) == 7
    for row in found.to_dict("records"):
        name, better = labels[row["changed_figure_nb"]], next(one.better for one in measures() if one.id == row["scenario_measure"])
        way = 1 if row["turns_at"] > row["stated"] else -1
        nudge = way * 1e-6 * (row["range_high"] - row["range_low"])

        def told(value: float, name: str = name, measure: str = row["scenario_measure"], better: Any = better) -> str:
            order = order_of({option: getattr(one, measure)(Reading(prepared.held, {name: value})) for option, one in worked.items()}, better)
            return " > ".join(" = ".join(group) for group in order)

        assert told(row["turns_at"] - nudge) == row["order_now"]
        assert told(row["turns_at"] + nudge if row["turns_at"] not in (row["range_low"], row["range_high"]) else row["turns_at"]) == row["order_then"]


def test_travel_turns_where_the_two_ways_are_as_long() -> None:
    rows = scenario(EXAMPLES[0]).supporting["sensitivity"].query("scenario_measure == 'minutes_own'").set_index("changed_figure_en")
    assert rows.loc["minutes from Kommune 4 – Kommune 3", "turns_at"] == pytest.approx(25)


def test_measures_by_hand() -> None:
    found = scenario(check_scenario(small()))
    load = 6.0 * 6 / 365 * 3
    assert values(found, "beds") == {"alene": 2, "vert": 3, "felles": 2}
    refused = load**2 / 2 / (1 + load + load**2 / 2)
    assert values(found, "share_refused")["alene"] == pytest.approx(refused)
    alone = 500_000 + 2_000_000 + 36 * (1 - refused) * 4_000
    assert values(found, "cost_own")["alene"] == pytest.approx(alone)
    assert values(found, "cost_per_inhabitant")["alene"] == pytest.approx(alone / 6000)
    both, three = 8.3 * 6 / 365 * 3, 1.0
    for beds in (1, 2, 3):
        three = 1 / (1 + beds / (both * three)) if beds > 1 else both / (1 + both)
    assert values(found, "share_refused")["vert"] == pytest.approx(three)
    assert values(found, "cost_own")["vert"] == pytest.approx((500_000 + 3_000_000 + 49.8 * (1 - three) * 4_000 + 100_000) * 6000 / 8300)
    assert values(found, "doctors_sharing") == {"alene": 6, "vert": 9, "felles": 9}
    assert values(found, "minutes_own") == {"alene": 0, "vert": 0, "felles": 50}
    assert values(found, "minutes_mean")["vert"] == pytest.approx(50 * 2300 / 8300)
    assert values(found, "share_votes") == {"alene": 1, "vert": 1, "felles": 0.6}
    assert values(found, "jurisdictions") == {"alene": 4, "vert": 5, "felles": 5}
    assert values(found, "notice")["vert"] == 12


def test_the_range_is_where_all_figures_turn_out_the_same_way() -> None:
    given = small()
    for name, figure in given["figures"].items():
        given["figures"][name] = {"value": figure, "low": figure * 0.5, "high": figure * 1.5, "source": "x"}
    row = scenario(check_scenario(given)).table.query("scenario_measure == 'cost_own' and option == 'alene'").iloc[0]
    ends = []
    for factor, people in ((0.5, 5000), (1.5, 7000)):
        each = {name: figure["value"] * factor for name, figure in given["figures"].items()}
        load = people / 1000 * each["admissions_per_1000"] / 365 * 3 * (1.5 if factor == 0.5 else 0.5)  # a longer stay refuses more, and so costs less
        refused = load**2 / 2 / (1 + load + load**2 / 2)
        ends.append(each["fixed_nok"] + 2 * each["per_bed_nok"] + people / 1000 * each["admissions_per_1000"] * (1 - refused) * each["per_admission_nok"])
    assert [row["range_low"], row["range_high"]] == pytest.approx(ends)


def test_an_edition_gives_population_cooperations_and_travel(country: Edition, country_folder: Path) -> None:
    given = small()
    given |= {"edition": str(country_folder), "date": "2020-06-30", "municipality": "Kommune B", "travel": "straight-line"}
    given["parties"] = [{"name": "Kommune B"}, {"name": "F", "code": "1106"}]
    del given["minutes"]
    given["options"] = [
        {"name": "alene", "members": ["Kommune B"]},
        {"name": "to", "members": ["Kommune B", "F"], "host": "F", "model": "task_community", "key": "equal"},
    ]
    found = scenario(check_scenario(given))
    held = {row["figure_used_en"]: row for row in found.supporting["scenario_figures"].to_dict("records")}
    assert held["inhabitants of Kommune B"]["value"] == 4_100
    assert held["inhabitants of Kommune B"]["source_en"] == "the edition country, population of 2019"
    assert held["cooperations that Kommune B is in already"]["value"] == 2
    assert "straight line, 60 km/h" in held["minutes from Kommune B – F"]["source_en"]
    assert values(found, "minutes_own")["to"] == pytest.approx(14.46, abs=0.01)
    assert values(found, "share_votes")["to"] == 0.5
    assert country.name == found.edition


def test_the_law_of_the_day_is_shown_with_whether_it_was_checked() -> None:
    given = small() | {"exercises_authority": True}
    options = scenario(check_scenario(given)).supporting["scenario_options"].set_index("option")
    assert options.loc["vert", "provision"] == "kommuneloven 2018 § 20-2"
    assert bool(options.loc["vert", "verified"])
    assert options.loc["felles", "answer"] == "unlawful"


def test_without_costs_or_doctors_the_gaps_say_so() -> None:
    given = small()
    given["figures"] = {"admissions_per_1000": 6, "mean_stay_days": 3}
    del given["parties"][1]["doctors"], given["parties"][0]["cooperations"]
    found = scenario(check_scenario(given))
    assert not set(values(found, "cost_own").values()) & {0.0}
    told = " ".join(gap.why.en for gap in found.coverage.missing)
    assert "Costs are not given" in told
    assert 'doctors is not given for all in: "vert" and "felles"' in told
    assert "not known how many cooperations" in told


def test_the_answer_is_the_same_each_time(example: Finding) -> None:
    again = scenario(EXAMPLES[0] if "4" in example.question.en else EXAMPLES[1])
    assert again.to_json() == example.to_json()
    assert len(set(example.statement.to_dict().values())) == 3


def problems_of(given: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(PlanInputError) as raised:
        check_scenario(given)
    assert len(set(raised.value.text.to_dict().values())) == 3
    return {one.field: one.remedy.en for one in raised.value.problems}


def test_every_problem_is_told_at_once() -> None:
    given = small()
    given["municipality"] = "Sell"
    given["parties"][0]["population"] = {"value": "mange", "source": "x"}
    given["parties"][1]["doctors"] = {"value": 3, "low": 4, "high": 5}
    given["figures"] |= {"mean_stay_days": 400, "doctors_on_duty": 1.5, "max_refusal": 1.2, "kost": 3}
    given["options"][1] |= {"members": ["Sel", "Skjåk"], "model": "joint_municipality", "host": "Lom"}
    given["options"][2] |= {"key": "equal:50, by_use:60", "representatives": {"Sel": 3}}
    given["minutes"][0]["to"] = "Lomm"
    found = problems_of(given)
    assert set(found) == {
        "municipality",
        "parties[1].population.value",
        "parties[2].doctors",
        "figures.mean_stay_days.value",
        "figures.doctors_on_duty",
        "figures.max_refusal",
        "figures.kost",
        "options[2].members[2]",
        "options[2].model",
        "options[2].host",
        "options[3].key",
        "options[3].representatives",
        "minutes[1].to",
        "minutes",
    }
    assert found["municipality"] == "No party is called that; use: Sel."
    assert "use: host_administrative" in found["options[2].model"]


def test_an_edition_without_population_and_an_unknown_municipality_are_told_together() -> None:
    given = small() | {"edition": "nibr-2015"}
    given["parties"] = [{"name": "Sel", "code": "0517"}, {"name": "Lomm"}, {"name": "x", "code": "9999"}]
    found = problems_of(given)
    assert found["parties[1].population"].startswith("The edition does not have the population")
    assert "nibr-2015 has none such" in found["parties[2].name"]
    assert "nibr-2015 has none such" in found["parties[3].code"]


def test_holes_in_a_travel_table_are_named_pair_by_pair() -> None:
    given = small()
    given["parties"].append({"name": "Vågå", "population": 3700})
    given["options"][1]["members"].append("Vågå")
    del given["minutes"]
    with pytest.raises(PlanInputError) as raised:
        check_scenario(given)
    assert [one.value for one in raised.value.problems] == ["Lom – Sel", "Vågå – Sel", "Sel – Lom"]


def test_assumed_populations_stay_within_the_class_of_table_3_1() -> None:
    given = yaml.safe_load(EXAMPLES[0].read_text(encoding="utf-8"))
    given["date"] = str(given["date"])
    for party in given["parties"]:
        party["case"] = str(party["case"])
    changed = deepcopy(given)
    changed["parties"][3]["population"] |= {"high": 5200}
    changed["parties"][1]["case"] = "9"
    found = problems_of(changed)
    assert "class <5000" in found["parties[4].population.high"]
    assert "use for example: 1, 2, 3, 4, 5, 6" in found["parties[2].case"]
    assert check_scenario(given).held["population:Kommune 4"].assumed


@pytest.mark.parametrize("text", ["- a\n- b\n", "name: [", "name: a\nname: b\n", ""])
def test_files_that_are_no_scenarios_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PlanInputError):
        read_scenario(path)
