"""The portrait of a cooperation: each part by hand, two side by side, what is not known or not shown, and the page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import pytest

from samvirke.edition import Edition, open_edition
from samvirke.errors import OptionError
from samvirke.evidence._portrait_parts import CLASSES, levels
from samvirke.evidence.portrait import PARTS, portrait
from samvirke.evidence.use_skew import use_skew
from samvirke.finding import Finding
from samvirke.report.portrait_page import render_portrait, write_portrait
from samvirke.vocabulary.language import LANGUAGES

Write = Callable[[Mapping[str, str | bytes]], Path]
CODES = [f"{1101 + at}" for at in range(9)]
PEOPLE = [4_999, 5_000, 12_000, 21_000, 30_000, 60_000, 900, 1_000, 2_000]
MEMBERS = {
    "lv": CODES[:3],
    "same": CODES[:3],
    "within": CODES[:2],
    "wider": CODES[:4],
    "partly": [*CODES[1:3], CODES[8]],
    "one": [CODES[0], CODES[8]],
    "some": CODES[:3],
    "gone": CODES[4:7],
}
SURVEY = [(0, "agree"), (0, "agree"), (1, "disagree"), (1, "neither"), (2, "dont_know"), (2, "fully_agree")] + [(4, "agree")] * 3 + [(8, "agree")] * 5
TABLES = {
    "municipality": "code,name\n" + "".join(f"{code},K{code}\n" for code in CODES),
    "figure": "municipality,year,figure,value\n"
    + "".join(f"{code},2012,population,{people}\n{code},2013,free_income_per_capita,{at}\n" for at, (code, people) in enumerate(zip(CODES, PEOPLE, strict=True))),
    "grouping": "municipality,kind,code\n" + "".join(f"{code},centrality,{at % 4}\n" for at, code in enumerate(CODES)),
    "cooperation": "id,service,name,hours,model,valid_from,valid_to,members_known\n"
    "lv,legevakt,Legevakta,night;weekend,host_administrative,2010-03-01,,all\n"
    + "".join(f"{name},barnevern,Barnevern {name},,,2011,,{'some' if name == 'some' else 'all'}\n" for name in ("same", "within", "wider", "partly", "one", "some"))
    + "gone,ohjelp,Senger,,,2009-01-01,2013-05-01,all\n",
    "member": "cooperation,municipality,valid_from,valid_to,role\n"
    + "".join(
        f"{name},{code},{'2012-01-01' if (name, at) == ('lv', 2) else ''},{'2013-05-01' if name == 'gone' else ''},{'participant' if at else 'host'}\n"
        for name, own in MEMBERS.items()
        for at, code in enumerate(own)
    )
    + f"lv,{CODES[5]},2010-03-01,2014-02-01,participant\n",
    "agreement": "id,cooperation,signed,basis,notice_months\na0,lv,2008,section_27_board,\na1,lv,2012-05-01,host_administrative,12\n",
    "clause": "agreement,kind,step,value\na1,dispute,1,negotiation\na1,dispute,2,courts\na1,cost_key,1,equal:20\na1,cost_key,2,per_inhabitant:80\na1,host,1,1101\n",
    "event": "cooperation,date,matter,step,outcome\nlv,2013-06-01,cost_sharing,negotiation,settled\nlv,2015-06-01,use,negotiation,settled\nwithin,2013-01-01,use,courts,settled\n",
    "use": "municipality,cooperation,year,measure,value\n"
    + "".join(f"{code},lv,{year},visits,{value}\n{code},lv,{year},cost,{value * 100}\n" for year in (2013, 2014) for code, value in zip(CODES[:3], (600, 200, 200), strict=True)),
    "survey": "item,respondent,municipality,answer\n" + "".join(f"works_well,r{at},{CODES[place]},{answer}\n" for at, (place, answer) in enumerate(SURVEY)),
    "statement": "id,document,municipality,cooperation,motive,direction\n"
    + "".join(
        f"s{at},d,{code},{name},{motive},{direction}\n"
        for at, (code, name, motive, direction) in enumerate(
            [(code, name, "risk", "for") for name in ("lv", "wider", "partly") for code in MEMBERS[name]] + [(CODES[0], "lv", "distance", "against"), (CODES[0], "one", "risk", "for")]
            + [(code, "same", "risk", "for") for code in CODES[1:3]]
        )
    ),
    "datapackage.json": '{"name": "small", "date": "2015-01-01"}',
}  # fmt: skip


@pytest.fixture
def edition(write_folder: Write) -> Edition:
    return open_edition(write_folder(TABLES)).on(None)


def told(found: Finding, part: str, column: str = "portrait_value", language: str = "en") -> dict[str, str]:
    own = found.table[found.table["portrait_part"].eq(part)]
    return {str(item): str(value) for item, value in zip(own[f"portrait_item_{language}"], own[f"{column}_{language}"], strict=True)}


def test_each_part_by_hand(edition: Edition) -> None:
    found = portrait(edition, cooperation="lv")
    assert list(dict.fromkeys(found.table["portrait_part"])) == list(PARTS)
    assert found.statement.en == (
        "Legevakta (out-of-hours emergency primary care): 3 municipalities with 21,999 inhabitants, host K1101, administrative host municipality."
    )
    about = told(found, "about")
    assert (about["hours"], about["time"]) == ("night and weekend", "1 March 2010 –")
    members = told(found, "members")
    assert members["members"] == "3: K1101, K1103, and K1102"  # the host, then by size
    assert members["size (number)"] == "<5000 (1), 5000-10000 (1), 10000-20000 (1)"
    assert members["centrality (number)"] == "0 (1), 1 (1), 2 (1)"
    assert members["free income (number)"] == "low (3)"  # 0, 1 and 2 of 0 to 8
    agreement = told(found, "agreement")
    assert agreement["agreement"] == "a1, 1 May 2012 (the latest of 2)"
    assert agreement["disputes are settled by"] == "negotiation → courts (the Dispute Act)"
    assert agreement["notice for leaving"] == "12 months"
    assert agreement["cost key"].startswith("20% equally and 80% by population")
    use = told(found, "use")
    assert use["visits"].startswith("2014: 1,000 in all; times its share: K1101 2.64")  # 600 / (1000 * 4999 / 21999)
    assert use["cost"] == "2014: 100,000 kr"
    assert told(found, "survey") == {"works_well": "agree 3, disagree 1, neither 1, don't know 1, no answer 0 (of 6)"}
    motives = told(found, "motives")
    assert motives["statements"] == "for 3, against 1, ambiguous 0"
    assert found.supporting["cooperations"]["portrait_name_nb"].tolist() == ["Legevakta"]


def test_overlap_says_how_the_others_lie(edition: Edition) -> None:
    own = portrait(edition, cooperation="lv").supporting["overlap"]
    assert dict(zip(own["overlaps"], own["portrait_relation"], strict=True)) == {"same": "same", "within": "within", "wider": "wider", "partly": "partly", "some": "unknown"}  # fmt: skip
    assert dict(zip(own["overlaps"], own["common_members"], strict=True))["partly"] == 2
    assert "no other shares two members with it" in told(portrait(edition, cooperation="one"), "overlap")["other cooperations"]


def test_the_timeline_stops_at_the_day(edition: Edition) -> None:
    own = portrait(edition, cooperation="lv").supporting["timeline"]
    assert list(zip(own["date"], own["portrait_event"], strict=True)) == [
        ("2008", "agreement"),
        ("2010-03-01", "founded"),
        ("2012-01-01", "joined"),
        ("2012-05-01", "agreement"),
        ("2013-06-01", "disagreement"),
        ("2014-02-01", "left"),
    ]
    assert own["happened_en"].tolist()[-2:] == ["sharing of cost, negotiation, settled", "K1106"]
    assert own["happened_nb"].tolist()[2] == "K1103"


def test_one_that_has_ended_is_shown_as_it_was(edition: Edition) -> None:
    found = portrait(edition, cooperation="gone")
    assert told(found, "about")["time"] == "1 January 2009 – 1 May 2013"
    assert found.supporting["members"]["municipality"].tolist() == ["1105", "1106", "1107"]  # the host first, then the largest
    assert found.supporting["members"]["size_class"].tolist() == ["25000-50000", ">=50000", "<5000"]
    assert "ended 1 May 2013" in found.statement.en
    with pytest.raises(OptionError, match="lv"):
        portrait((edition.whole or edition).on("2009-06-01"), cooperation="lv")  # it has not begun


def test_few_answers_are_not_shown_nor_had_by_subtraction(edition: Edition) -> None:
    hidden = "too few answers"
    assert hidden in told(portrait(edition, cooperation="within"), "survey")["works_well"]  # four answered
    assert hidden in told(portrait(edition, cooperation="gone"), "survey")["works_well"]  # three
    pair = portrait(edition, cooperation="lv", beside="within")
    assert hidden not in told(pair, "survey")["works_well"]
    assert hidden in told(pair, "survey", "portrait_beside")["works_well"]
    # lv has six answers and within four: shown together with one that has five or more, the two that differ would be had by subtraction
    seven = portrait(edition, cooperation="one", beside="lv")
    assert hidden not in told(seven, "survey")["works_well"]  # two in 1101 and five in 1109
    assert hidden in told(seven, "survey", "portrait_beside")["works_well"]  # four more in lv than the two have in common
    assert pair.supporting["survey"].loc[pair.supporting["survey"]["cooperation"].eq("within"), "count"].isna().all()


def test_statements_of_few_are_not_counted(edition: Edition) -> None:
    found = portrait(edition, cooperation="one")
    assert "motives" not in found.supporting
    assert any("too few municipalities" in gap.why.en for gap in found.coverage.missing)
    assert "nothing is known or shown on" in found.statement.en
    own = portrait(edition, cooperation="lv").supporting["motives"]
    assert own[["motive", "statements"]].to_numpy().tolist() == [["other_types", 4]]  # one spoke of distance, so that and risk are together
    assert portrait(edition, cooperation="wider").supporting["motives"]["motive"].tolist() == ["risk"]


def test_two_stand_side_by_side(edition: Edition) -> None:
    found = portrait(edition, cooperation="lv", beside="wider")
    assert "They have 3 municipalities in common." in found.statement.en
    assert told(found, "members", "portrait_beside")["members"].startswith("4: K1101, K1104")
    assert told(found, "about", "portrait_beside")["hours"] in ("nan", "None")
    assert set(found.supporting["members"]["cooperation"]) == {"lv", "wider"}
    assert found.coverage.denominators == {"portrait_parts": 16, "members": 7}
    assert "no members in common" in portrait(edition, cooperation="lv", beside="gone").statement.en


def test_the_unknown_names_the_nearest(edition: Edition, note: Edition) -> None:
    with pytest.raises(OptionError, match=r"--cooperation.*within"):
        portrait(edition, cooperation="withn")
    with pytest.raises(OptionError, match=r"--beside.*lv"):
        portrait(edition, cooperation="same", beside="legevakta")  # near by name
    with pytest.raises(OptionError, match="case A"):
        portrait(note, cooperation="case Z")


def test_anonymous_cases_have_the_classes_of_table_3_1(note: Edition) -> None:
    found = portrait(note.on(None), cooperation="case A", beside="case B")
    own = found.supporting["members"]
    printed = [
        ("case A", "1", "host", "25000-50000", "3", "low", "middle"),
        ("case A", "2", "participant", "5000-10000", "3", "low", "low"),
        ("case A", "3", "participant", "10000-20000", "3", "low", "low"),
        ("case A", "4", "participant", "<5000", "3", "low", "low"),
        ("case B", "5", "participant", "<5000", "0", "high", "high"),
        ("case B", "6", "host", "<5000", "0", "middle", "high"),
    ]
    columns = ["cooperation", "name", "role", "size_class", "centrality", "free_income_per_capita", "institution_places_80_plus"]
    assert [tuple(map(str, row)) for row in own[columns].itertuples(index=False)] == printed
    assert told(found, "members", "portrait_beside")["host"] == "municipality 6"
    assert own["municipality"].isna().all()
    for part in ("agreement", "use", "survey", "overlap", "timeline"):
        assert found.table.loc[found.table["portrait_part"].eq(part), "portrait_value_en"].tolist() == [
            "The cooperation is anonymous, so nothing else is known."
        ]
    assert len(found.coverage.missing) == 2


def test_classes_are_thirds_of_the_municipalities(edition: Edition) -> None:
    assert list(levels(edition, "free_income_per_capita").values()) == ["low"] * 3 + ["middle"] * 3 + ["high"] * 3
    assert levels(edition, "nothing_known") == {}
    assert [name for name, _ in CLASSES][:2] == ["<5000", "5000-10000"]


def test_what_the_edition_lacks_is_said(three: Path) -> None:
    found = portrait(open_edition(three).on(None), cooperation="lv")
    assert "The edition does not have the tables use and figure." in [gap.why.en.split(": ", 1)[1] for gap in found.coverage.missing]
    for language in LANGUAGES:
        assert found.statement[language].endswith(".")


@pytest.mark.xdist_group("constructed")
def test_it_says_what_the_other_findings_say() -> None:
    land = open_edition("constructed-2020").on(None)
    whole = use_skew(land).table
    for name in land["use"]["cooperation"].drop_duplicates().head(3):
        own = portrait(land, cooperation=str(name)).supporting["use"]
        pd.testing.assert_frame_equal(own, whole[whole["cooperation"].eq(name)].reset_index(drop=True))


def test_the_page_stands_alone(edition: Edition, note: Edition, tmp_path: Path) -> None:
    pair = portrait(edition, cooperation="lv", beside="wider")
    for language in LANGUAGES:
        page = render_portrait(pair, language)
        assert f'<html lang="{language}">' in page
        assert "<script" not in page
        assert not re.search(r'(?:src|href)="(?!tables/|#)', page)
        assert "prefers-color-scheme: dark" in page
        assert "size: A4" in page
        assert page.count("<h1>") == 1
        assert len(re.findall(r"<th\b[^>]*>", page)) == len(re.findall(r"<th [^>]*scope=", page))
    assert "too few" not in render_portrait(portrait(edition, cooperation="lv"), "en").split("<dl>")[0]
    path = write_portrait(portrait(note.on(None), cooperation="case A", beside="case B"), tmp_path / "out", "nn")
    text = path.read_text(encoding="utf-8")
    assert "Samarbeid A og Samarbeid B" in text
    assert "25000-50000" in text
    assert (tmp_path / "out" / "tables" / "portrait.members.csv").is_file()
    record = json.loads((tmp_path / "out" / "tables" / "portrait.json").read_text(encoding="utf-8"))
    assert record["finding"] == "portrait"
    assert set(re.findall(r'href="(tables/[^"]+)"', text)) == {str(one.relative_to(tmp_path / "out")) for one in (tmp_path / "out" / "tables").iterdir()}


def test_names_are_escaped(write_folder: Write) -> None:
    tables = {**TABLES, "cooperation": str(TABLES["cooperation"]).replace("Legevakta", "<b>Lege & vakt</b>")}
    page = render_portrait(portrait(open_edition(write_folder(tables)).on(None), cooperation="lv"), "nb")
    assert "&lt;b&gt;Lege &amp; vakt" in page
    assert "<b>Lege" not in page
