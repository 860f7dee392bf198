"""Dividing costs: published games, keys as agreements write them, the core, leaving, use, and specifications that cannot be used."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from samvirke.errors import OptionError
from samvirke.planning._cost_reading import CostError, check_cost_specification, read_cost_specification
from samvirke.planning._games import complaints, concave, shapley, strongest, sums, without
from samvirke.planning._nucleolus import nucleolus
from samvirke.planning.cost import cost
from samvirke.planning.cost_keys import Basis, Part, divide
from tests.conftest import ROOT

EXAMPLE = ROOT / "docs" / "cost-example.yaml"

SKANE = {
    "A": 21.95, "H": 17.08, "K": 10.91, "L": 15.88, "M": 20.81, "T": 21.98, "AH": 34.69, "AK": 32.86, "AL": 37.83, "AM": 42.76, "AT": 43.93,
    "HK": 22.96, "HL": 25.00, "HM": 37.89, "HT": 39.06, "KL": 26.79, "KM": 31.45, "KT": 32.89, "LM": 31.10, "LT": 37.86, "MT": 39.41,
    "AHK": 40.74, "AHL": 43.22, "AHM": 55.50, "AHT": 56.67, "AKL": 48.74, "AKM": 53.40, "AKT": 54.84, "ALM": 53.05, "ALT": 59.81, "AMT": 61.36,
    "HKL": 27.26, "HKM": 42.55, "HKT": 44.94, "HLM": 45.81, "HLT": 46.98, "HMT": 56.49, "KLM": 42.01, "KLT": 48.77, "KMT": 50.32, "LMT": 51.46,
    "AHKL": 48.95, "AHKM": 60.25, "AHKT": 62.72, "AHLM": 64.03, "AHLT": 65.20, "AHMT": 74.10, "AKLM": 63.96, "AKLT": 70.72, "AKMT": 72.27,
    "ALMT": 73.41, "HKLM": 48.07, "HKLT": 49.24, "HKMT": 59.35, "HLMT": 64.41, "KLMT": 56.61, "AHKLM": 69.76, "AHKLT": 70.93, "AHKMT": 77.42,
    "AHLMT": 83.00, "AKLMT": 73.97, "HKLMT": 66.46, "AHKLMT": 83.82,
}  # fmt: skip
"""Water supply of six groups of municipalities in Skåne, million Swedish kronor (Young, Okada & Hashimoto, 1982, doi:10.1029/WR018i003p00463)."""

TENNESSEE = {"N": 163_520, "F": 140_826, "P": 250_096, "NF": 301_607, "NP": 378_821, "FP": 367_370, "NFP": 412_584}
"""Navigation, flood control and power, thousand dollars (Straffin & Heaney, 1981, International Journal of Game Theory 10(1): 35-43)."""

BIRMINGHAM = [
    (65_899, 42, 4.86), (76_725, 9_555, 5.66), (95_200, 288, 10.30), (97_200, 303, 10.85), (97_436, 151, 10.92), (98_142, 1_315, 11.13),
    (102_496, 505, 13.40), (104_849, 1_128, 15.07), (113_322, 151, 44.80), (115_440, 112, 60.61), (117_676, 22, 162.24),
]  # fmt: skip
"""Runway cost, movements and Shapley value in pounds by aircraft type (Littlechild & Owen, 1973, doi:10.1287/mnsc.20.3.370)."""


def game(names: str, costs: dict[str, float]) -> np.ndarray[Any, Any]:
    found = np.zeros(1 << len(names))
    for group, value in costs.items():
        found[sum(1 << names.index(name) for name in group)] = value
    return found


def specification(**changes: Any) -> dict[str, Any]:
    """Return a specification as plain values, with some fields changed."""
    parties = [
        {"name": "Sel", "population": 6000, "use": 300},
        {"name": "Vågå", "population": 3000, "use": 100},
        {"name": "Lom", "population": 1000, "use": 100},
    ]
    return {"parties": parties, "key": "equal:20, per_inhabitant:80", "cost": {"fixed_nok": 500_000, "per_use_nok": 1000}} | changes


def test_the_municipalities_of_skane_as_published() -> None:
    costs = game("AHKLMT", SKANE)
    assert shapley(costs) == pytest.approx([20.01, 10.71, 6.61, 10.37, 16.94, 19.18], abs=0.0065)  # printed 16.94 so that they sum to 83.82; it is 16.946
    found = nucleolus(costs)
    assert found.division.round(2).tolist() == [20.35, 12.06, 5.00, 8.61, 18.32, 19.49]
    assert found.least_core < 0
    assert complaints(costs, shapley(costs))[[0b001110]] == pytest.approx([0.43], abs=0.005)  # H, K and L are charged more than their own cost


def test_the_tennessee_valley_as_published() -> None:
    costs = game("NFP", TENNESSEE)
    assert shapley(costs) == pytest.approx([117_829, 100_756.5, 193_998.5])
    assert nucleolus(costs).division == pytest.approx([116_234, 93_540, 202_810])


@pytest.mark.parametrize(("estate", "awards"), [(100, [100 / 3] * 3), (200, [50, 75, 75]), (300, [50, 100, 150])])
def test_the_estate_of_the_talmud_as_published(estate: float, awards: list[float]) -> None:
    """Aumann & Maschler, 1985, doi:10.1016/0022-0531(85)90102-4: claims 100, 200 and 300."""
    left = 600 - sums([100.0, 200.0, 300.0])
    assert -nucleolus(-np.maximum(estate - left, 0)).division == pytest.approx(awards)


def test_the_airport_of_birmingham_as_published() -> None:
    """13 572 movements are too many for a table of groups: the closed form is held against the printed values, and `shapley` against it."""

    def closed(steps: list[tuple[float, int]]) -> list[float]:
        left, paid, before, found = sum(count for _, count in steps), 0.0, 0.0, []
        for own, count in steps:
            paid, before = paid + (own - before) / left, own
            left -= count
            found.append(paid)
        return found

    assert closed([(own, count) for own, count, _ in BIRMINGHAM]) == pytest.approx([value for *_, value in BIRMINGHAM], abs=0.0051)
    runways = [own for own, *_ in BIRMINGHAM]
    costs = np.max([np.where(np.arange(1 << 11) >> place & 1, own, 0.0) for place, own in enumerate(runways)], axis=0)
    assert shapley(costs) == pytest.approx(closed([(own, 1) for own in runways]))
    assert concave(costs)
    assert strongest(costs, shapley(costs))[2] == 0


def test_two_buyers_and_a_seller() -> None:
    """The glove market: with one right glove and two left ones, all goes to the scarce one (Shapley & Shubik, 1969), Shapley 4/6 and 1/6."""
    gains = np.array([0.0, 0, 0, 1, 0, 1, 0, 1])
    assert -nucleolus(-gains).division == pytest.approx([1, 0, 0], abs=1e-9)
    assert -shapley(-gains) == pytest.approx([4 / 6, 1 / 6, 1 / 6])


@pytest.mark.parametrize("parties", [12, 20])
def test_twenty_parties_within_ten_seconds(parties: int) -> None:
    rng = np.random.default_rng(parties)
    size = sums(np.ones(parties))
    tables = [
        1000 * (size > 0) + 3 * sums(rng.uniform(1, 50, parties)) ** 0.7,
        np.ceil(sums(rng.integers(3, 30, parties)) / 40) * 100.0 + 20 * (size > 0),
        np.append(0.0, rng.uniform(0, 1, (1 << parties) - 1) * size[1:]),
    ]
    for costs in tables:
        start = time.perf_counter()
        value, found = shapley(costs), nucleolus(costs)
        assert time.perf_counter() - start < 10
        assert [value.sum(), found.division.sum()] == pytest.approx([costs[-1]] * 2)
        assert strongest(costs, found.division)[0].amount == pytest.approx(found.least_core, abs=1e-7 * costs.max())


def test_a_key_divides_as_it_says() -> None:
    basis = Basis(np.array([50.0, 30, 20]), np.array([6000.0, 3000, 1000]), np.array([300.0, 100, 100]), np.array([10.0, 0, 10]))
    assert divide([Part("equal", 100)], 90, basis).tolist() == [30, 30, 30]
    assert divide([Part("by_use", 100)], 100, basis).tolist() == [60, 20, 20]
    assert divide([Part("equal", 40), Part("by_use", 60)], 100, basis) == pytest.approx([49.333, 25.333, 25.333], abs=1e-3)
    assert divide([Part("by_own_cost", 100)], 100, basis).tolist() == [50, 0, 50]
    assert divide([Part("by_own_cost"), Part("per_inhabitant", 100)], 100, basis) == pytest.approx([58, 24, 18])  # 10, 0, 10 first, then 80 by population
    assert divide([Part("by_own_cost", 100)], 100, Basis(basis.alone)).tolist() == [50, 30, 20]
    assert divide([Part("per_inhabitant", 100), Part("minimum", 20)], 100, basis) == pytest.approx([160 / 3, 80 / 3, 20])
    assert divide([Part("per_inhabitant", 100), Part("minimum", nok=30)], 100, basis) == pytest.approx([40, 30, 30])
    assert divide([Part("per_inhabitant", 100), Part("minimum", nok=50)], 90, basis) == pytest.approx([30, 30, 30])


def test_a_part_without_a_percentage_takes_the_rest() -> None:
    read = [
        check_cost_specification(specification(key=key)).key
        for key in ("equal:20, per_inhabitant", ["equal:20", "per_inhabitant:80"], "by_use", [{"part": "equal", "percent": 12.5}, "by_use"])
    ]
    assert [[part.percent for part in parts] for parts in read] == [[20, 80], [20, 80], [100], [12.5, 87.5]]


def test_the_statement_names_the_group_that_would_go() -> None:
    found = cost(EXAMPLE)
    assert found.constructed
    table = found.table.set_index("party")
    costs = read_cost_specification(EXAMPLE).costs()
    assert costs[[0b0001, 0b1110, 0b1111]].tolist() == [
        2_600_000 + 60_000 + 450 * 2400,
        2_600_000 + 180_000 + 450 * 3000,
        2_600_000 + 240_000 + 450 * 5400 + 2_000_000,
    ]
    assert table["alone_nok"].tolist() == costs[[1, 2, 4, 8]].tolist()
    for column in (name for name in table if str(name).endswith("_nok") and name != "alone_nok"):
        assert table[column].sum() == pytest.approx(costs[-1])
    gain = table.loc[["Vågå", "Lom", "Dovre"], "key_nok"].sum() - costs[0b1110]
    methods = found.supporting["methods"].set_index("method")
    assert methods.loc["key", "gain_alone_nok"] == pytest.approx(gain)
    assert methods.loc["key", "strongest_group"] == "Vågå + Lom + Dovre"
    assert "Vågå + Lom + Dovre would together pay 442,187 kr less by themselves (2 groups in all)" in found.statement.en
    assert methods.index[methods["in_core"]].tolist() == ["nucleolus"]
    assert {"better_off", "leaving", "after_leaving", "use_priced", "amounts"} <= set(found.supporting)
    assert json.loads(found.to_json())["result"]["amounts"][2]["basis_of_number"] == "Regnskap 2019 (konstruert)"


def test_everybody_who_would_gain_is_listed_with_the_best_group() -> None:
    found, costs = cost(EXAMPLE), read_cost_specification(EXAMPLE).costs()
    rows = found.supporting["better_off"]
    names = found.table["party"].tolist()
    for method, own in rows.groupby("method"):
        division = found.table[f"{method}_nok"].to_numpy()
        for place, name in enumerate(names):
            best = max((sum(division[one] for one in range(4) if mask >> one & 1) - costs[mask], mask) for mask in range(1, 15) if mask >> place & 1)
            row = own[own["party"] == name]
            assert (len(row) == 1) == (best[0] > 1e-3)
            if len(row):
                assert row["group_gain_nok"].item() == pytest.approx(best[0])
                assert row["best_group"].item() == " + ".join(names[one] for one in range(4) if best[1] >> one & 1)


def test_leaving_is_the_same_question_without_that_party() -> None:
    given = specification()
    found = cost(check_cost_specification(given))
    for place, party in enumerate(given["parties"]):
        rest = cost(check_cost_specification(given | {"parties": [one for other, one in enumerate(given["parties"]) if other != place]}))
        after = found.supporting["after_leaving"].query("leaver == @party['name']")
        assert after["paid_after_nok"].tolist() == pytest.approx(rest.table["key_nok"].tolist())
        assert (after["paid_nok"] + after["shapley_change_nok"]).sum() == pytest.approx(
            after["paid_nok"].sum() + rest.table["shapley_nok"].sum() - found.table.loc[found.table["party"] != party["name"], "shapley_nok"].sum()
        )
        row = found.supporting["leaving"].set_index("leaver").loc[party["name"]]
        assert row["rest_change_nok"] == pytest.approx(after["change_nok"].sum())
        assert row["cost_of_rest_nok"] == pytest.approx(rest.table["key_nok"].sum())


def test_use_is_priced_by_the_key_and_costs_what_the_function_says() -> None:
    by_people = cost(check_cost_specification(specification(key="per_inhabitant"))).supporting["use_priced"]
    assert by_people["cost_per_use_nok"].tolist() == pytest.approx([1000] * 6)
    assert by_people["price_per_use_nok"].tolist() == pytest.approx([600, 600, 300, 300, 100, 100])
    plain = {"fixed_nok": 0, "per_use_nok": 1000}
    assert cost(check_cost_specification(specification(key="by_use", cost=plain))).supporting["use_priced"]["others_per_use_nok"].tolist() == pytest.approx(
        [0] * 6, abs=1e-6
    )
    table = {"Sel": 10, "Vågå": 9, "Lom": 8, "Sel+Vågå": 15, "Sel+Lom": 14, "Vågå+Lom": 13, "Sel + Vågå + Lom": 18}
    transfers = cost(check_cost_specification(specification(key="by_use", cost={"table": table}))).supporting["use_priced"]
    assert transfers["cost_per_use_nok"].tolist() == [0] * 6
    assert (transfers["price_per_use_nok"] > 0).all()


def test_a_curve_and_populations_of_an_edition(country_folder: Path) -> None:
    parties = ["Kommune A", "1102", {"name": "Kommune C", "population": 5}]
    given = {
        "edition": str(country_folder),
        "parties": parties,
        "key": "per_inhabitant",
        "cost": {"curve": {"measure": "population", "nok": 100, "of": 10, "exponent": 0.5}},
    }
    read = check_cost_specification(given)
    assert [(party.name, party.population) for party in read.parties] == [("Kommune A", 900), ("Kommune B", 4100), ("Kommune C", 5)]
    assert read.costs()[[1, 3, 7]] == pytest.approx([100 * 90**0.5, 100 * 500**0.5, 100 * 500.5**0.5])
    assert cost(read).supporting["amounts"]["cost_item"].tolist() == ["curve_nok", "curve_of", "curve_exponent"]


def test_dearer_together_than_alone() -> None:
    table = {"Sel": 10, "Vågå": 9, "Lom": 8, "Sel+Vågå": 25, "Sel+Lom": 24, "Vågå+Lom": 23, "Sel+Vågå+Lom": 40}
    found = cost(check_cost_specification(specification(cost={"table": table, "source": "constructed"})))
    assert "dearer than standing alone" in found.statement.en
    assert "prenucleolus" in found.statement.en
    assert found.table["nucleolus_nok"].sum() == pytest.approx(40)
    assert found.coverage.missing == ()


def test_every_problem_is_reported_at_once() -> None:
    given = {
        "parties": [{"name": "Sel", "population": -1}, {"name": "Sel"}, {"navn": "Lom"}, {"name": "A+B", "use": "mye"}],
        "key": ["equal:20", "etter_bruk:30"],
        "other_key": "minimum",
        "cost": {"fixed": 3, "per_use_nok": True, "steps": {"measure": "use", "costs": [{"up_to": 5, "nok": 1}, {"up_to": 4}]}},
        "extra": 1,
    }
    with pytest.raises(CostError) as caught:
        check_cost_specification(given, "x.yaml")
    fields = [problem.field for problem in caught.value.problems]
    assert {
        "extra",
        "parties[1].population",
        "parties[3].navn",
        "parties[3].name",
        "parties[4].name",
        "parties[4].use",
        "parties",
        "key[2]",
        "other_key",
        "cost.fixed",
    } <= set(fields)
    assert {"cost.per_use_nok", "cost.steps", "cost.steps.costs[2].nok", "cost.steps.measure", "other_key[1]"} <= set(fields)
    for language in ("nb", "nn", "en"):
        assert all(problem.message[language] and problem.remedy[language] and "{" not in problem.message[language] for problem in caught.value.problems)
        assert caught.value.text[language].count("\n- ") == len(caught.value.problems)


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"key": "equal:50, by_use:40"}, "key", "90"),
        ({"key": "equal, by_use"}, "key", "equal, by_use"),
        ({"key": "by_own_cost, equal:100"}, "key", "Sel, Vågå, Lom"),
        ({"key": "equal:100, minimum:40"}, "key", "1200000"),
        ({"cost": {"table": {"Sel": 1, "Oslo": 2}}}, "cost.table.Oslo", "Oslo"),
        ({"cost": {"table": {"Sel": 1}}}, "cost.table", "Vågå"),
        ({"cost": {"table": {}, "fixed_nok": 1}}, "cost", "fixed_nok"),
        ({"cost": {}}, "cost", ""),
        ({"cost": {"steps": {"measure": "use", "costs": [{"up_to": 400, "nok": 1}]}}}, "cost.steps", "400"),
        ({"parties": [{"name": "Sel"}]}, "parties", "1"),
        ({"parties": [str(one) for one in range(21)]}, "parties", "21"),
        ({"date": "i fjor"}, "date", "i fjor"),
        ({"cost": None}, "cost", ""),
    ],
)
def test_one_problem(changes: dict[str, Any], field: str, said: str) -> None:
    with pytest.raises(CostError) as caught:
        check_cost_specification(specification(**changes))
    found = {problem.field: problem.value for problem in caught.value.problems}
    assert said in found[field]


def test_files_and_options_that_cannot_be_used(tmp_path: Path) -> None:
    for content in ("a: [", "- 1", "\x00"):
        (tmp_path / "x.yaml").write_text(content, encoding="utf-8")
        with pytest.raises(CostError):
            cost(tmp_path / "x.yaml")
    with pytest.raises(CostError):
        cost(tmp_path / "none.yaml")
    for share in (0.0, 1.5, float("nan")):
        with pytest.raises(OptionError):
            cost(EXAMPLE, use_change=share)


def test_the_example_has_every_field() -> None:
    from samvirke.planning._cost_reading import AMOUNTS, COST_FIELDS, FIELDS, PARTY_FIELDS

    text = EXAMPLE.read_text(encoding="utf-8")
    assert all(f"{name}" in text for name in (*FIELDS, *PARTY_FIELDS, *COST_FIELDS, *set(AMOUNTS) - {"per_inhabitant_nok"}))
    assert yaml.safe_load(text)["constructed"] is True


def test_parties_who_leave_take_their_bit_along() -> None:
    costs = sums([1.0, 10.0, 100.0, 1000.0])
    assert without(costs, 2).tolist() == sums([1.0, 10.0, 1000.0]).tolist()


def test_who_pays_more_than_alone_is_named() -> None:
    table = {"Sel": 10_000, "Vågå": 9_000, "Lom": 2_000, "Sel+Vågå": 15_000, "Sel+Lom": 11_000, "Vågå+Lom": 10_000, "Sel+Vågå+Lom": 16_000}
    found = cost(check_cost_specification(specification(key="equal", cost={"table": table})))
    assert "more than it costs to stand alone: Lom 3,333 kr more" in found.statement.en
    row = found.supporting["better_off"].query("method == 'key' and party == 'Lom'")
    assert row["party_gain_alone_nok"].item() == pytest.approx(16_000 / 3 - 2_000)


@pytest.mark.parametrize(
    ("content", "field", "said"),
    [
        (b"name: a\nname: b\n", "name", "several times"),
        (b"a: &a [x, x]\nparties: [*a, *a]\n", "spec.yaml", "aliases"),
        (b"name: " + b"x" * 2_000_001, "spec.yaml", "over 2 MB"),
        ("name: Vågå".encode("cp1252"), "spec.yaml", "UTF-8"),
        (b"parties: " + b"[" * 5000, "spec.yaml", "within each other"),
        (b"- a\n", "spec.yaml", "no set of fields"),
    ],
    ids=["repeated", "aliases", "large", "cp1252", "deep", "list"],
)
def test_a_file_that_is_no_specification(content: bytes, field: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_bytes(content)
    with pytest.raises(CostError) as caught:
        read_cost_specification(tmp_path / "spec.yaml")
    assert [problem.message.en for problem in caught.value.problems if problem.field == field and said in problem.message.en]
    with pytest.raises(CostError, match=r"does not exist"):
        read_cost_specification(tmp_path / "none.yaml")
