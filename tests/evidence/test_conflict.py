"""Disagreements, readiness and signals: by hand, never counting the unknown as absent, and what was planted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from samvirke.edition import Edition, open_edition
from samvirke.evidence._in_force import in_force, on_day
from samvirke.evidence.conflict_signals import SIGNALS, conflict_signals
from samvirke.evidence.dispute_readiness import dispute_readiness
from samvirke.evidence.events import events
from samvirke.vocabulary.language import LANGUAGES

Write = Callable[[Mapping[str, str | bytes]], Path]
TABLES = {
    "municipality": "code,name\n0301,Ås\n0302,Bø\n0303,Ål\n0304,Os\n0305,Ha\n",
    "cooperation": "id,service,name,model,valid_from\nlv,legevakt,Legevakta,intermunicipal_company,2010-03-01\nbv,barnevern,,,\noh,ohjelp,,,2014\n",
    "member": "cooperation,municipality,role\nlv,0301,host\nlv,0302,participant\nbv,0303,host\nbv,0304,participant\noh,0301,host\noh,0304,participant\n",
    "figure": "municipality,year,figure,value\n0301,2012,population,5000\n0302,2012,population,3000\n0303,2012,population,2000\n",
    "use": "municipality,cooperation,year,measure,value\n0301,lv,2014,visits,900\n0302,lv,2014,visits,100\n",
    "agreement": "id,cooperation,signed,notice_months\na0,lv,2005,\na1,lv,2012-05-01,12\nb1,bv,,\n",
    "clause": "agreement,kind,step,value\na0,dispute,1,courts\na1,dispute,1,negotiation\na1,dispute,2,mediation_county_governor\na1,cost_key,1,equal\nb1,dispute,1,statutory_reference\n",
    "event": "cooperation,date,matter,step,outcome\nlv,2008-01-01,cost_sharing,courts,settled\nlv,2013-01-01,cost_sharing,arbitration,member_left\nlv,2014-01-01,staffing,negotiation,\n"
    "bv,2014-01-01,use,negotiation,settled\noh,2014-05-01,use,negotiation,unresolved\n",
    "travel": "from_code,to_code,minutes\n0301,0302,20\n0301,0303,30\n0301,0304,40\n0302,0301,20\n0302,0303,90\n0302,0304,50\n",
    "survey": "item,respondent,municipality,answer\n"
    + "".join(f"works_well,r{n},0301,{'disagree' if n < 2 else 'agree' if n < 6 else 'dont_know'}\n" for n in range(9)),
    "datapackage.json": '{"name": "small", "date": "2015-01-01"}',
}


@pytest.fixture
def edition(write_folder: Write) -> Edition:
    return open_edition(write_folder(TABLES))


def test_the_agreement_of_the_day_is_the_latest_before_it(edition: Edition) -> None:
    own = in_force(edition)
    assert [one.agreement for one in own["lv"]] == ["a0", "a1"]
    found = [on_day(own["lv"], day) for day in ("2008-01-01", "2012-05-01", "2004-01-01")]
    assert [one.agreement if one else None for one in found] == ["a0", "a1", None]
    undated = on_day(own["bv"], "1999")
    assert undated
    assert undated.agreement == "b1"
    assert undated.mechanisms == ()


def test_events_are_held_against_what_the_agreement_of_the_day_provides(edition: Edition) -> None:
    finding = events(edition)
    found = {(row.cooperation, row.date): row.as_provided for row in finding.table.itertuples()}
    assert found == {
        ("lv", "2008-01-01"): "yes",
        ("lv", "2013-01-01"): "no",
        ("lv", "2014-01-01"): "yes",
        ("bv", "2014-01-01"): "no_clause",
        ("oh", "2014-05-01"): "unknown",
    }
    matters = finding.supporting["by_matter"].set_index("matter")
    assert list(matters.loc["cost_sharing", ["events", "settled"]]) == [2, 1]
    assert "staffing" not in matters.index
    assert "2 of 4 (50%) were settled" in finding.statement.en
    assert "2 of 3 were dealt with as the agreement provides; in 1 more the agreement says nothing" in finding.statement.en
    assert "1 of 5" in finding.coverage.missing[0].why.en


def test_readiness_by_hand(edition: Edition) -> None:
    finding = dispute_readiness(edition)
    table = finding.table.set_index("cooperation")
    assert list(table.loc["lv", ["agreement", "has_mechanism", "outside", "last_decides", "notice_months", "key_agreed", "events"]]) == [
        "a1",
        "yes",
        "yes",
        "no",
        12,
        "yes",
        3,
    ]
    assert list(table.loc["bv", ["has_mechanism", "key_agreed", "events"]]) == ["no", "not_coded", 1]
    assert finding.coverage.denominators == {"agreements_coded": 2, "with_agreement": 2, "cooperations": 3}
    assert "1 cooperations without a mechanism have had disagreements." in finding.statement.en


def test_signals_by_hand_and_the_unknown_is_never_absent(edition: Edition) -> None:
    table = conflict_signals(edition).table
    state = {(row.cooperation, row.signal): row.signal_state for row in table.itertuples()}
    assert {signal: state["lv", signal] for signal in SIGNALS} == {
        "skewed_use": "present",
        "contested_key": "present",
        "dissatisfied_answers": "present",
        "no_dispute_clause": "absent",
        "short_experience": "absent",
        "unequal_dependence": "present",
        "few_alternatives": "present",
        "indirect_control": "present",
    }
    assert {signal for signal in SIGNALS if state["bv", signal] == "unknown"} == {
        "skewed_use",
        "dissatisfied_answers",
        "short_experience",
        "unequal_dependence",
        "few_alternatives",
        "indirect_control",
    }
    assert state["oh", "short_experience"] == "present"
    evidence = table.set_index(["cooperation", "signal"])
    assert evidence.loc[("lv", "dissatisfied_answers"), "rests_on_en"] == "2 of 6 with an opinion (33%) disagree that it works well"
    assert all(str(cell) for language in LANGUAGES for cell in table[f"rests_on_{language}"])


def test_nothing_is_added_up_into_a_score(edition: Edition) -> None:
    finding = conflict_signals(edition)
    assert not finding.table.select_dtypes("number").columns.size
    by_signal = finding.supporting["by_signal"]
    assert (by_signal[["there", "not_there", "unknown"]].sum(axis=1) == 3).all()
    assert set(finding.supporting["explanations"]["explanation"]) == {"experience", "benefit", "dependence", "room_for_manoeuvre", "state_funding", "selection"}


def test_what_was_planted_is_found() -> None:
    """Disagreements a year are planted to be more where use is strongly skewed and the agreement has no mechanism."""
    own = open_edition("constructed-2020")
    signals = conflict_signals(own).table
    counts = own["event"]["cooperation"].value_counts()
    without = signals[signals["signal"].eq("no_dispute_clause")].set_index("cooperation")["signal_state"]
    rates = {state: np.mean([counts.get(name, 0) for name in without.index[without == state]]) for state in ("present", "absent")}
    assert rates["present"] > rates["absent"]
