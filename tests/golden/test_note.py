"""Claims of NIBR-notat 2015:104 counted by hand from its appendix, with the agreements named.

U01 and so on are the unique agreements in the appendix's order (first sender in brackets); each list below was written by
reading the appendix, and the counts are their lengths.
"""

from __future__ import annotations

import pandas as pd
import pytest

import samvirke
from samvirke.edition import Edition
from samvirke.evidence.audit import CountingRule, countable

# Agreements that cite § 28 b, by year as printed.
HOST_BEFORE_2009 = ["U11 Hamar 2006", "U13 Harstad 2007", "U43 Ålesund natt 2008"]
HOST_2009_TO_2011 = ["U21 Lom 2011", "U38 Vestvågøy 2010", "U44 Ålesund helg 2010", "U45 Ålesund overgrepsmottak 2010"]
HOST_FROM_2012 = [
    "U14 Harstad 2014", "U15 Hjartdal legevakt 2012", "U17 Hjartdal øhjelp 2013", "U22 Lom øhjelp 2012", "U23 Lunner legevakt 2013",
    "U25 Moss legevakt 2012", "U26 Moss øhjelp 2012", "U29 Sola K46 2012", "U30 Sola krisesenter 2013", "U46 Ålesund krisesenter 2013",
]  # fmt: skip
HOST_UNDATED = ["U27 Sola legevakt", "U28 Sola kriseteam"]
PUBLIC_PRIVATE = ["U31 Sola rusavhengige 2014"]

# Agreements with a dispute mechanism, each once: court or arbitration at any step, else a board, else negotiation.
COURT_BEFORE_2009 = ["U01 Arendal 2006", "U03 Aure 2001", "U11 Hamar 2006", "U13 Harstad 2007"]
COURT_FROM_2009 = ["U15 Hjartdal 2012", "U22 Lom 2012", "U23 Lunner 2013", "U24 Lunner 2013", "U31 Sola 2014", "U38 Vestvågøy 2010"]
BOARD_FROM_2009 = ["U02 Arendal 2014", "U14 Harstad 2014", "U17 Hjartdal 2013", "U29 Sola 2012", "U30 Sola 2013", "U42 Ål 2012"]
BOARD_UNDATED = ["U27 Sola", "U28 Sola"]
NEGOTIATION_FROM_2009 = ["U07 Fredrikstad 2013", "U46 Ålesund 2013"]
COURTS_MENTIONED = ["U01", "U03", "U11", "U13", "U22", "U31", "U38"]
NONE_FROM_2009 = [
    "U04 Bremanger 2013", "U06 Fredrikstad 2012", "U08 Fredrikstad 2013", "U16 Hjartdal 2013", "U19 Kristiansund 2012", "U21 Lom 2011",
    "U25 Moss 2012", "U26 Moss 2012 (footnote 6 only points to the statute)", "U33 Songdalen 2010", "U34 Songdalen 2013",
    "U35 Songdalen 2013", "U41 Ål 2010", "U44 Ålesund 2010", "U45 Ålesund 2010",
]  # fmt: skip
NONE_BEFORE_2009 = [
    "U05 Fredrikstad 2006", "U09 Grong 2006", "U10 Hamar 2003", "U12 Hamar 2006", "U18 Kristiansund 2008", "U20 Lierne 2006",
    "U32 Songdalen 2007", "U36 Utsira 1985", "U37 Utsira 1985", "U39 Vindafjord 2007", "U40 Ål 2008", "U43 Ålesund 2008",
]  # fmt: skip

MECHANISMS = COURT_BEFORE_2009 + COURT_FROM_2009 + BOARD_FROM_2009 + BOARD_UNDATED + NEGOTIATION_FROM_2009
BEFORE_2012 = [
    "U01", "U03", "U05", "U09", "U10", "U11", "U12", "U13", "U18", "U20", "U21", "U32", "U33", "U36", "U37", "U38", "U39", "U40", "U41", "U43", "U44", "U45",
]  # fmt: skip
FROM_2012 = [
    "U02", "U04", "U06", "U07", "U08", "U14", "U15", "U16", "U17", "U19", "U22", "U23", "U24", "U25", "U26", "U29", "U30", "U31", "U34", "U35", "U42", "U46",
]  # fmt: skip
SENT_THEMSELVES = (
    "Arendal Aure Bremanger Fredrikstad Grong Hamar Harstad Hjartdal Kristiansund Lierne Lom Lunner Moss Sola Songdalen Utsira Vestvågøy Vindafjord Ål Ålesund"
).split()
KNOWN_THROUGH_OTHERS = "Gjerstad Grimstad Haugesund Kristiansand Randaberg Ringsaker Risør Skjåk Stange Stavanger Søgne".split()
SAID_NO = ["Alstahaug", "Alta", "Bergen", "Bodø", "Karasjok", "Molde", "Oslo", "Sør-Varanger"]


@pytest.fixture(scope="module")
def audited(note: Edition) -> pd.DataFrame:
    return samvirke.ask("audit", note).table.set_index(["claim", "rule"])


# (claim, rule, counted by hand, agrees with the printed number)
COUNTED = [
    ("ch3.replied", "default", len(SENT_THEMSELVES) + len(SAID_NO), True),
    ("ch5.received", "default", 74, False),
    ("ch5.municipalities", "default", len(SENT_THEMSELVES) + len(KNOWN_THROUGH_OTHERS), True),
    ("ch5.unique", "default", 46, True),
    ("ch5.before", "default", len(BEFORE_2012), True),
    ("ch5.after", "default", len(FROM_2012), True),
    ("ch5.basis_specified", "default", len(HOST_BEFORE_2009 + HOST_2009_TO_2011 + HOST_FROM_2012 + HOST_UNDATED + PUBLIC_PRIVATE), False),
    ("ch5.28b_after", "default", len(HOST_FROM_2012), False),
    ("ch5.28b_after", "cut_2009", len(HOST_2009_TO_2011 + HOST_FROM_2012), True),
    ("ch5.28b_before", "default", len(HOST_BEFORE_2009 + HOST_2009_TO_2011), False),
    ("ch5.28b_before", "cut_2009", len(HOST_BEFORE_2009), False),
    ("ch5.28b_undated", "default", len(HOST_UNDATED), True),
    ("ch5.ops", "default", len(PUBLIC_PRIVATE), True),
    ("ch7.with_mechanism", "default", len(MECHANISMS), False),
    ("ch7.with_mechanism", "undated_without_mechanism", len(MECHANISMS) - len(BOARD_UNDATED), True),
    ("ch7.majority_courts", "default", len(COURTS_MENTIONED) / len(MECHANISMS), False),
    ("ch7.court_2009", "default", len(COURT_FROM_2009), True),
    ("ch7.board_2009", "default", len(BOARD_FROM_2009), False),
    ("ch7.board_2009", "undated_after", len(BOARD_FROM_2009 + BOARD_UNDATED), True),
    ("ch7.negotiation_2009", "default", len(NEGOTIATION_FROM_2009), True),
    ("ch7.without", "default", len(NONE_BEFORE_2009 + NONE_FROM_2009), False),
    ("ch7.without_2009", "default", len(NONE_FROM_2009), True),
]


@pytest.mark.parametrize(("claim", "rule", "count", "agrees"), COUNTED, ids=[f"{claim} {rule}" for claim, rule, *_ in COUNTED])
def test_claims_counted_by_hand(audited: pd.DataFrame, claim: str, rule: str, count: float, agrees: bool) -> None:
    row = audited.loc[(claim, rule)]
    assert row["computed"] == pytest.approx(count)
    assert row["agrees"] == agrees


VERDICTS = {
    "agrees": "ch3.sample ch3.replied ch3.cases ch5.municipalities ch5.unique ch5.before ch5.after ch5.undated ch5.ops ch5.28b_undated ch7.court_2009 ch7.negotiation_2009 ch7.without_2009",
    "agrees_under_another_rule": "ch5.28b_after ch7.with_mechanism ch7.board_2009 ch7.without",
    "agrees_under_none": "ch5.received ch5.basis_unspecified ch5.basis_specified ch5.28b_before ch7.majority_courts",
}


@pytest.mark.parametrize("verdict", VERDICTS)
def test_verdicts(audited: pd.DataFrame, verdict: str) -> None:
    found = audited.reset_index().drop_duplicates("claim")
    assert set(found.loc[found["verdict"] == verdict, "claim"]) == set(VERDICTS[verdict].split())


def test_what_the_edition_cannot_tell_is_said(audited: pd.DataFrame) -> None:
    found = audited.reset_index()
    untold = found[found["verdict"] == "not_testable"]
    assert len(found["claim"].unique()) == 47
    assert len(untold) == 25
    assert untold["computed"].isna().all()
    assert untold["agrees"].isna().all()


def test_the_named_agreements_are_those_counted(note: Edition) -> None:
    rows = countable(note, "agreement", CountingRule(cut=pd.Timestamp("2009-01-01").date()), {})
    assert rows is not None

    def ids(**conditions: str) -> set[str]:
        return set(rows.loc[(rows[list(conditions)] == pd.Series(conditions)).all(axis=1), "agreement"])

    def named(names: list[str]) -> set[str]:
        return {name.split()[0] for name in names}

    assert ids(mechanism="court", period="before") == named(COURT_BEFORE_2009)
    assert ids(mechanism="court", period="after") == named(COURT_FROM_2009)
    assert ids(mechanism="board", period="after") == named(BOARD_FROM_2009)
    assert ids(mechanism="board", period="undated") == named(BOARD_UNDATED)
    assert ids(mechanism="negotiation") == named(NEGOTIATION_FROM_2009)
    assert ids(mechanism="none", period="before") == named(NONE_BEFORE_2009)
    assert ids(mechanism="none", period="after") == named(NONE_FROM_2009)
    assert ids(courts="yes") == set(COURTS_MENTIONED)
    assert ids(basis="host_administrative", period="before") == named(HOST_BEFORE_2009)
    assert ids(basis="public_private") == named(PUBLIC_PRIVATE)


def test_who_sent_agreements(note: Edition) -> None:
    names = note.names()
    copies = note["submission"]
    own = {names[code] for code in copies.loc[~copies["known_through_other"].astype(bool), "municipality"]}
    assert own == set(SENT_THEMSELVES)
    assert {names[code] for code in copies["municipality"]} - own == set(KNOWN_THROUGH_OTHERS)
    answers = note["collection"].set_index("municipality")["status"]
    assert {names[code] for code, status in answers.items() if status == "no"} == set(SAID_NO)


def test_the_sentence_tells_which_cut_gives_which_number(note: Edition) -> None:
    statement = samvirke.ask("audit", note).statement
    assert "In chapter 5 these agree with the division at 1 January 2012: “unique agreements entered before the reform took effect”: 22 and" in statement.en
    assert "“§ 28b agreements entered after the reform”: 14 agrees only with divided at 1 January 2009 and divided at 1 January 2010." in statement.en
    assert "«§ 28 b-avtaler inngått etter reformen»: 14 stemmer bare med skille 1. januar 2009 og skille 1. januar 2010." in statement.nb
    assert "0,50 (7 av 20, 0,35)" in statement.nn


def test_anachronisms_of_the_appendix(note: Edition) -> None:
    finding = samvirke.ask("anachronisms", note)
    table = finding.table
    assert list(table.loc[table["standing"] == "before_opening", "agreement"]) == ["U11"]
    late = table[table["standing"] == "superseded_number"]
    assert set(late.loc[late["certainty"] == "possible", "agreement"]) == {"U15", "U22", "U25", "U26", "U29"}
    assert set(late.loc[late["certainty"] == "certain", "agreement"]) == {"U14", "U17", "U23", "U30", "U46"}
    assert finding.coverage.denominators == {"agreements": 46, "citing": 19, "citing_dated": 17}


def test_the_bare_word_stands_apart(note: Edition) -> None:
    table = samvirke.ask("legal_basis", note).table
    words = {(row["basis"], row["wording"]): row["agreements"] for row in table.to_dict("records")}
    # U01 U02 U04 U06 U08 U18 U19 say vertskommune, U24 (Lunner øhjelp) says vertsmodell; U31 is public-private with a host.
    assert words == {
        ("host_administrative", ""): 19,
        ("public_private", ""): 1,
        ("not_specified", ""): 18,
        ("not_specified", "vertskommune"): 7,
        ("not_specified", "vertsmodell"): 1,
    }


def test_equal_cells_merge_five_groups_that_the_mark_keeps_apart(note: Edition) -> None:
    finding = samvirke.ask("submissions", note)
    assert list(finding.supporting["merged"]["agreement"]) == [["U05", "U09", "U20"], ["U32", "U39"], ["U18", "U40"], ["U33", "U41"], ["U06", "U19"]]
    assert list(finding.table["agreements"]) == [46, 40]


def test_hosts_named_in_the_appendix(note: Edition) -> None:
    table = samvirke.ask("hosts", note).table.set_index("name")
    assert set(table.index) == set("Stavanger Ålesund Arendal Harstad Kristiansund Moss Notodden Sel Flora Gran Hamar Sandnes Vestvågøy".split())
    assert set(table.index[~table["in_sample"]]) == {"Flora", "Gran", "Notodden", "Sandnes", "Sel"}
    assert table.loc["Stavanger", ["hosted", "legal_host"]].tolist() == [4, 4]
    assert table.loc["Arendal", ["hosted", "legal_host", "named_only"]].tolist() == [2, 0, 2]


def test_variety_of_mechanisms(note: Edition) -> None:
    """Effective numbers by hand: before 2009 courts 4 and negotiation 1; p from 3060 ways to choose 4 of 18."""
    variety = samvirke.ask("dispute_mechanisms", note).supporting["variety"].set_index("reading")
    assert variety.loc["any", ["before", "after", "kinds_before", "kinds_after", "permutations"]].tolist() == [4, 14, 2, 8, 3060]
    assert variety.at["any", "effective_before"] == pytest.approx(5 / (4 ** (4 / 5)))
    assert variety.at["last", "effective_before"] == 1
