"""Rosters: frequencies by head count, what partners and leavers change, limits, sources of the numbers, and every bad input at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import samvirke
from samvirke.edition import Edition
from samvirke.planning._roster_people import assumptions, weekly_hours
from samvirke.planning._rotation import duties_of
from samvirke.planning._travel import PlanInputError
from samvirke.planning.rosters import rosters
from tests.conftest import write_country


def test_parts_of_the_week_are_as_long_as_the_vocabulary_says_and_tile_it() -> None:
    parts = assumptions().parts
    assert {name: sum(end - start for start, end in shifts) for name, shifts in parts.items()} == {name: weekly_hours(name) for name in parts}
    covered = sorted(hour % 168 for shifts in parts.values() for start, end in shifts for hour in range(int(start), int(end)))
    assert covered == list(range(168))


def test_each_partner_makes_duties_rarer() -> None:
    table = rosters(doctors="3,4,5").table
    assert table["roster_step"].tolist() == ["alone"] * 3 + ["added", "all"]
    assert table["every_nth_night"].tolist() == [3, 4, 5, 7, 12]
    assert table["every_nth_weekend"].tolist() == [1.5, 2, 2.5, 3.5, 6]  # two share a weekend
    assert table["duty_hours_per_week"].tolist() == [pytest.approx(128 / people) for people in (3, 4, 5, 7, 12)]


def test_who_leaves_is_told_with_the_worst_partner() -> None:
    found = rosters(doctors="3,4,5", names="Øy,Nes,Vik")
    left = found.supporting["rosters_leaving"].set_index("leaves")
    assert left["every_nth_night"].to_dict() == {"one_person": 11, "Øy": 9, "Nes": 8, "Vik": 7}
    assert "Alone, each doctor is on duty most often at Øy: every 3rd night" in found.statement.en
    assert "The worst is if Vik leaves: every 7th." in found.statement.en
    assert ".." not in found.statement.nb
    assert len({*found.statement.to_dict().values()}) == 3


def test_limits_are_parameters_and_shown_as_not_verified() -> None:
    found = rosters(doctors="12")
    assert "3 of them are assumed and not checked against statute or agreement (verified: false)" in found.method.en
    assert found.result["rests_on"]["rest_hours"] | {"held": True} == {
        "value": 11, "given": False, "reference": assumptions().limits["rest_hours"].reference, "verified": False, "held": True
    }  # fmt: skip
    assert found.table["limits_broken"].tolist() == [[]]
    strict = rosters(doctors="12", rest_hours=20, most_weekly_hours=40, least_every=13)
    assert strict.table["limits_broken"].tolist() == [["rest", "weekly_hours", "frequency"]]
    assert "verified" not in strict.method.en
    assert rosters(doctors="1", doctors_on_duty=2).table["limits_broken"].tolist() == [["too_few"]]


def test_rest_after_a_night_costs_the_next_working_day() -> None:
    row = rosters(doctors="4", hours="night", rest_hours=11).table.iloc[0]
    assert row["day_work_lost_hours_per_week"] == pytest.approx(4 * 8 / 40 * 37.5 / 4)  # four nights before a working day, one in four each
    assert row["hours_per_week"] == pytest.approx(45 / 4 + 37.5 - 7.5)
    assert rosters(doctors="4", hours="night", rest_hours=0).table.iloc[0]["day_work_lost_hours_per_week"] == 0


def test_one_person_never_leaves_the_service() -> None:
    row = rosters(doctors="1", hours="all").table.iloc[0]
    assert row["duty_hours_per_week"] == 168
    assert row["shortest_rest_hours"] == 0
    assert set(row["limits_broken"]) == {"rest", "weekly_hours", "frequency"}
    assert "day_work_lost_hours_per_week" in row
    assert row["hours_per_week"] == 168  # all ordinary hours fall on duty or rest


def test_nurses_and_backup_are_tiers_of_their_own() -> None:
    table = rosters(doctors="6,6", nurses="5,10", nurses_on_duty=2, doctors_backup=1, joined=True).table.set_index(["roster_step", "tier"])
    assert table.loc[("all", "doctor_backup"), "every_nth_night"] == 12
    assert table.loc[("all", "nurse"), "every_nth_night"] == 7.5
    assert table.loc[("all", "nurse"), "full_posts"] == pytest.approx(128 * 2 / 35.5)
    assert "every_nth_evening" not in table  # joined to the night


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 25), st.integers(1, 4), st.sampled_from(["night", "evening,night,weekend", "all", "weekend"]))
def test_people_to_spare_is_the_most_that_can_leave(people: int, on_duty: int, hours: str) -> None:
    asked = {"doctors_on_duty": on_duty, "hours": hours}
    found = rosters(doctors=[people], **asked)  # type: ignore[arg-type]
    spare = int(found.supporting["rosters_leaving"]["people_to_spare"].iloc[0])
    now = set(found.table["limits_broken"].iloc[0])
    assert spare <= people
    for fewer in range(people):
        worse = set(rosters(doctors=[people - fewer], **asked).table["limits_broken"].iloc[0]) - now  # type: ignore[arg-type]
        assert bool(worse) == (fewer > spare)


def test_doctors_are_counted_or_else_assumed_from_the_population(tmp_path: Path) -> None:
    folder = write_country(tmp_path / "doctors")
    with (folder / "figure.csv").open("a", encoding="utf-8") as file:
        file.write("1101,2018,general_practitioners,2,count\n1101,2019,general_practitioners,3,count\n1101,2021,general_practitioners,9,count\n")
    seen = samvirke.open_edition(folder).on(None)
    found = rosters(seen, cooperation="lv1")
    alone = found.table[found.table["roster_step"] == "alone"]
    assert dict(zip((names[0] for names in alone["partners"]), alone["people"], strict=True)) == {
        "Kommune A": 3, "Kommune F": 7, "Kommune B": 4, "Kommune E": 3
    }  # fmt: skip
    assert [gap.municipalities for gap in found.coverage.missing] == [("1102", "1105", "1106")]
    assert "one per 1100 inhabitants" in found.coverage.missing[0].why.en
    assert found.constructed
    ordered = rosters(seen, cooperation="lv1", order="1105,1101,1106,1102", list_size=1000)
    assert ordered.table["partners"].iloc[-1] == ["Kommune E", "Kommune A", "Kommune F", "Kommune B"]
    assert ordered.options["list_size"] == 1000


def test_hours_come_from_the_cooperation(country: Edition) -> None:
    found = rosters(country.on(None))
    night = found.table[found.table["cooperation"] == "lv2"]
    assert night["duty_hours_per_week"].iloc[0] == pytest.approx((45 + 48) / 11)
    around = found.table[found.table["cooperation"] == "lv1"]
    assert around["duty_hours_per_week"].iloc[-1] == pytest.approx(168 / 15)
    assert "2 of 2 cooperations" in found.statement.en
    assert json.loads(found.to_json("nn"))["result"]["sets"]


def test_weekend_duties_are_shared_turn_about() -> None:
    parts = assumptions().parts
    (first, second) = duties_of(parts, ["weekend"], 2, 12, joined=False)
    assert first.hours == second.hours == 24
    assert len(duties_of(parts, ["weekend"], 4, 24, joined=False)) == 2  # no more people than shifts
    assert np.isclose(sum(duty.hours for duty in duties_of(parts, list(parts), 3, 8, joined=True)), 168)


BAD = [
    ({}, {"doctors": ["–"]}),
    ({"doctors": "3,-1,a", "taking_part": 0, "weekend_people": 5, "weekend_shift_hours": 7}, {"doctors": ["-1", "a"], "taking-part": ["0"], "weekend-people": ["5"], "weekend-shift-hours": ["7"]}),
    ({"doctors": "3,4", "nurses": "1", "names": "A", "hours": "dusk"}, {"nurses": ["1"], "names": ["A"], "hours": ["dusk"]}),
    ({"doctors": "3", "nurses_on_duty": 1}, {"nurses": ["–"]}),
    ({"doctors": "3", "doctors_on_duty": 0}, {"doctors-on-duty": ["0"]}),
    ({"doctors": "0,0"}, {"doctors": ["0,0"]}),
    ({"doctors": "3", "doctors_on_duty": 1.5, "rest_hours": "nan"}, {"doctors-on-duty": ["1.5"], "rest-hours": ["nan"]}),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "wrong"), BAD)
def test_every_problem_is_told_at_once(asked: dict[str, object], wrong: dict[str, list[str]]) -> None:
    with pytest.raises(PlanInputError) as caught:
        rosters(**asked)  # type: ignore[arg-type]
    found: dict[str, list[str]] = {}
    for problem in caught.value.problems:
        found.setdefault(problem.field, []).append(problem.value)
    assert found == wrong


def test_an_edition_without_doctors_or_population_says_what_to_add(country: Edition, write_folder: Callable[[Mapping[str, str | bytes]], Path]) -> None:
    tables = {
        "municipality": "code,name\n0301,Ås\n0302,Bø\n",
        "cooperation": "id,service,name\nlv,legevakt,Vakt\n",
        "member": "cooperation,municipality,role\nlv,0301,host\nlv,0302,participant\n",
    }
    bare = samvirke.open_edition(write_folder(tables))
    with pytest.raises(PlanInputError, match="general_practitioners") as caught:
        rosters(bare, nurses_on_duty=1)
    assert [problem.field for problem in caught.value.problems] == ["figure.general_practitioners", "nurses"]
    with pytest.raises(PlanInputError, match="order: 1101"):
        rosters(country.on(None), cooperation="lv1", order="1101")
    with pytest.raises(PlanInputError, match="--cooperation"):
        rosters(country.on(None), order="1101")


def test_more_parties_than_a_roster_can_have() -> None:
    with pytest.raises(PlanInputError, match="at most 100 parties"):
        rosters(doctors=[3.0] * 101)
