"""Use against share of population: by hand, against a Poisson regression, and against what was planted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samvirke.edition import Edition, open_edition
from samvirke.errors import OptionError
from samvirke.evidence.use_skew import rate_ratio, use_skew

Write = Callable[[Mapping[str, str | bytes]], Path]
TABLES = {
    "municipality": "code,name\n0301,Ås\n0302,Bø\n0303,Ål\n0304,Os\n",
    "cooperation": "id,service,valid_from\nlv,legevakt,2013-03-01\noh,ohjelp,\n",
    "member": "cooperation,municipality,role\nlv,0301,host\nlv,0302,participant\nlv,0303,participant\noh,0303,host\noh,0304,participant\n",
    "figure": "municipality,year,figure,value\n0301,2012,population,5000\n0302,2012,population,3000\n0303,2012,population,2000\n"
    "0301,2014,population_80_plus,200\n0302,2014,population_80_plus,300\n0303,2014,population_80_plus,100\n",
    "use": "municipality,cooperation,year,measure,value\n0301,lv,2013,visits,900\n0302,lv,2013,visits,60\n0303,lv,2013,visits,40\n"
    "0301,lv,2014,visits,600\n0302,lv,2014,visits,240\n0303,lv,2014,visits,160\n0301,lv,2014,cost,500000\n0302,lv,2014,cost,300000\n0303,lv,2014,cost,200000\n"
    "0303,oh,2014,admissions,50\n0304,oh,2014,admissions,30\n",
    "agreement": "id,cooperation,signed\na1,lv,2013\na0,lv,2010\n",
    "clause": "agreement,kind,step,value\na1,cost_key,1,equal:40\na1,cost_key,2,per_inhabitant:60\na0,cost_key,1,by_use\n",
}


@pytest.fixture
def edition(write_folder: Write) -> Edition:
    return open_edition(write_folder(TABLES))


def test_by_hand(edition: Edition) -> None:
    finding = use_skew(edition)
    table = finding.table.set_index(["municipality", "year"])
    assert list(table.loc[("0301", 2014), ["observed", "expected_use", "use_ratio"]]) == [600, 500, 1.2]
    assert list(table.loc[("0302", 2014), ["observed", "expected_use", "use_ratio"]]) == [240, 300, 0.8]
    assert table.loc[("0301", 2013), "start_up"]
    assert not table.loc[("0301", 2014), "start_up"]
    role = finding.supporting["by_role"].set_index(["role", "year"])
    assert list(role.index) == [("host", 2014), ("participant", 2014)]
    assert list(role.loc[("participant", 2014), ["municipalities", "observed", "expected_use"]]) == [2, 400, 500]
    (hosts,) = finding.supporting["hosts_above"].to_dict("records")
    assert (hosts["measure"], hosts["cooperations"], hosts["above"]) == ("visits", 1, 1)
    assert hosts["rate_ratio"] == pytest.approx((600 / 5000) / (400 / 5000))


def test_a_cooperation_with_an_unknown_population_is_left_out_and_named(edition: Edition) -> None:
    finding = use_skew(edition)
    assert "oh" not in set(finding.table["cooperation"])
    (gap,) = (one for one in finding.coverage.missing if one.source == "figure")
    assert gap.municipalities == ("0304",)
    assert "2 rows" in gap.why.en
    assert finding.coverage.denominators["rows"] == finding.coverage.numerator + 2  # type: ignore[operator]


def test_the_latest_agreement_s_key_prices_the_skew(edition: Edition) -> None:
    cost = use_skew(edition).supporting["skew_cost"].set_index("municipality")
    assert list(cost["by_key_nok"].round(2)) == [pytest.approx(1e6 * (0.4 / 3 + 0.6 * part), abs=0.01) for part in (0.5, 0.3, 0.2)]
    assert list(cost["by_use_nok"]) == [pytest.approx(one) for one in (600_000, 240_000, 160_000)]
    assert cost["skew_nok"].sum() == pytest.approx(0, abs=1e-6)


def test_people_may_count_differently(edition: Edition) -> None:
    table = use_skew(edition, expected=("population=1", "population_80_plus=10")).table
    own = table[table["year"] == 2014].set_index("municipality")["expected_use"]
    weights = {"0301": 5000 + 2000, "0302": 3000 + 3000, "0303": 2000 + 1000}
    assert own.to_dict() == pytest.approx({code: 1000 * one / 16_000 for code, one in weights.items()})
    for wrong in (("population",), ("population=-1",), ("=2",), ("population=0",)):
        with pytest.raises(OptionError):
            use_skew(edition, expected=wrong)
    with pytest.raises(OptionError) as raised:
        use_skew(edition, measure="smiles")
    assert "visits" in raised.value.text.en


def test_the_interval_is_garwoods(edition: Edition) -> None:
    from scipy.stats import poisson

    table = use_skew(edition).table
    for row in table.itertuples():
        low, high = row.use_ratio_low * row.expected_use, row.use_ratio_high * row.expected_use
        assert poisson.sf(row.observed - 1, low) == pytest.approx(0.025, rel=1e-6)
        assert poisson.cdf(row.observed, high) == pytest.approx(0.025, rel=1e-6)


def test_the_rate_ratio_is_near_that_of_a_regression_with_a_constant_for_each_stratum() -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(4)
    people = rng.uniform(500, 5000, size=(40, 2))
    counts = rng.poisson(people * rng.uniform(0.05, 0.2, size=(40, 1)) * [1.5, 1.0])
    frame = pd.DataFrame(np.hstack([counts, people]), columns=pd.MultiIndex.from_product([["observed", "expected_use"], ["host", "participant"]]))
    found = rate_ratio(frame)
    design = pd.get_dummies(np.repeat(np.arange(40), 2)).to_numpy(dtype=float)
    host = np.tile([1.0, 0.0], 40)
    fit = sm.GLM(counts.ravel(), np.column_stack([host, design]), family=sm.families.Poisson(), offset=np.log(people.ravel())).fit()
    low, high = np.exp(fit.conf_int()[0])
    assert found == pytest.approx((float(np.exp(fit.params[0])), float(low), float(high)), rel=0.02)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(0, 500), min_size=3, max_size=3).filter(any))
def test_what_is_expected_adds_up_to_what_was_used(values: list[int]) -> None:
    import tempfile

    rows = "".join(f"{code},lv,2014,visits,{value}\n" for code, value in zip(("0301", "0302", "0303"), values, strict=True))
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (TABLES | {"use": "municipality,cooperation,year,measure,value\n" + rows}).items():
            (Path(folder) / f"{name}.csv").write_text(text, encoding="utf-8")
        table = use_skew(open_edition(folder)).table
    assert table["expected_use"].sum() == pytest.approx(sum(values))


def test_what_was_planted_is_found() -> None:
    hosts = use_skew(open_edition("constructed-2020")).supporting["hosts_above"].set_index("measure")
    assert (hosts.loc[["admissions", "visits"], "p_value"] < 0.001).all()
    assert hosts.loc["visits", "rate_ratio_low"] < 1.4 / 0.85 < hosts.loc["visits", "rate_ratio_high"]
