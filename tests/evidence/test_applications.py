"""Applications by role: by hand, the odds against statsmodels and under separation, earlier cooperation, and what was planted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from samvirke.edition import Edition, open_edition
from samvirke.evidence._odds import odds
from samvirke.evidence.applications import applications, existing

Write = Callable[[Mapping[str, str | bytes]], Path]
TABLES = {
    "municipality": "code,name,valid_from,valid_to\n0301,Ås,,\n0302,Bø,,\n0303,Ål,,\n0304,Os,,2013-01-01\n0305,Ny,2016-01-01,\n",
    "cooperation": "id,service,valid_from\nlv,legevakt,2010-03-01\nny,barnevern,2013-01-01\nud,frisklivssentral,\n",
    "member": "cooperation,municipality,role\nlv,0301,host\nlv,0302,participant\nny,0301,host\nny,0303,participant\nud,0301,\nud,0304,\n",
    "figure": "municipality,year,figure,value\n0301,2012,population,5000\n0302,2012,population,3000\n0303,2012,population,2000\n0304,2012,population,1000\n",
    "application": "municipality,service,year,role,partners,places,amount\n0301,ohjelp,2012,host,0302;0303;0304,2,4000000\n0302,ohjelp,2012,participant,,,\n"
    "0303,ohjelp,2012,participant,,,\n0304,ohjelp,2012,,,,\n",
}


@pytest.fixture
def edition(write_folder: Write) -> Edition:
    return open_edition(write_folder(TABLES))


def test_by_hand(edition: Edition) -> None:
    finding = applications(edition)
    host = finding.table.set_index("role").loc["host"]
    assert (host["municipalities"], host["share"], host["places"], host["residents"]) == (1, pytest.approx(1 / 3), 2, 11_000)
    assert host["places_per_1000"] == pytest.approx(2 / 11)
    assert host["amount_per_1000"] == pytest.approx(4_000_000 / 11)
    (built,) = finding.supporting["built_on"].to_dict("records")
    assert (built["partners_number"], built["tied_before"], built["tied_undated"]) == (3, 1, 1)
    assert "1 applications have no role." in [gap.why.en for gap in finding.coverage.missing]
    assert set(finding.supporting["odds"]["estimated_by"]) == {"none"}
    assert "3 of 3 applicants (100%) applied in cooperation." in finding.statement.en


def test_municipalities_of_the_year_are_those_there_were_then(edition: Edition) -> None:
    assert existing(edition, 2012) == ["0301", "0302", "0303", "0304"]
    assert existing(edition, 2016) == ["0301", "0302", "0303", "0305"]


def test_the_odds_are_those_of_statsmodels() -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(2)
    x, group = rng.normal(size=150), rng.integers(0, 2, size=150).astype(float)
    outcome = rng.random(150) < 1 / (1 + np.exp(-(0.8 * x - 0.5 * group)))
    fit = sm.Logit(outcome.astype(int), sm.add_constant(np.column_stack([x, group]))).fit(disp=0)
    found = odds(outcome, {"x": x, "group": group})
    assert [one.method for one in found] == ["likelihood"] * 2
    assert [one.ratio for one in found] == pytest.approx(list(np.exp(fit.params[1:])), rel=1e-4)
    for place, one in enumerate(found, 1):
        for bound in (one.low, one.high):
            offset = np.log(bound) * np.column_stack([x, group])[:, place - 1]
            rest = sm.add_constant(np.column_stack([x, group])[:, [2 - place]])
            held = sm.GLM(outcome.astype(int), rest, family=sm.families.Binomial(), offset=offset).fit()
            assert 2 * (fit.llf - held.llf) == pytest.approx(3.8415, rel=1e-3)


def test_separated_groups_have_a_finite_estimate_by_firths_method_and_the_rest_says_none() -> None:
    x = np.array([0.0, 1, 2, 3, 4, 5, 6, 7])
    (one,) = odds(x > 3, {"x": x})
    assert one.method == "firth"
    assert 1 < one.low < one.ratio < one.high or np.isinf(one.high)
    assert [found.method for found in odds(x > 6, {"x": x})] == ["none"]
    assert [found.method for found in odds(x > 3, {"x": x, "twice": 2 * x})] == ["none", "none"]


def test_firth_is_that_of_heinze_and_schemper_for_a_two_by_two_table() -> None:
    """For a saturated 2 x 2 table Firth's estimate adds a half to every cell."""
    outcome = np.repeat([True, False, True, False], [0, 8, 5, 7])
    exposed = np.repeat([0.0, 0.0, 1.0, 1.0], [0, 8, 5, 7])
    (one,) = odds(outcome, {"exposed": exposed})
    assert one.ratio == pytest.approx((5.5 / 7.5) / (0.5 / 8.5), rel=1e-3)


def test_what_was_planted_is_found() -> None:
    found = applications(open_edition("constructed-2020"), by="centrality")
    table = found.supporting["odds"].set_index(["outcome", "term"])
    assert table.loc[("alone_or_host", "population_doubled"), "odds_ratio_low"] > 1
    assert table.loc[("participant", "population_doubled"), "odds_ratio_high"] < 1
    plain = applications(open_edition("constructed-2020")).supporting["odds"].set_index(["outcome", "term"])
    assert plain.loc[("alone_or_host", "population_doubled"), "odds_ratio_low"] < 3 < plain.loc[("alone_or_host", "population_doubled"), "odds_ratio_high"]
