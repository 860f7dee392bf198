"""Statements counted by motive, direction and type; the parts always add up, and nobody can be recognised."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import samvirke
from samvirke.edition import Edition
from samvirke.errors import OptionError
from samvirke.evidence._small_groups import LEAST
from samvirke.evidence._statements import COUNTS, OTHERS
from samvirke.evidence.motives import motives
from samvirke.evidence.motives_by_cooperation import motives_by_cooperation
from samvirke.evidence.quotes import PLACE, quotes
from samvirke.vocabulary import terms

PEOPLE = {"1101": 900, "1102": 1_500, "1103": 1_900, "1104": 3_000, "1105": 4_000, "1106": 4_500, "1107": 8_000, "1108": 30_000}
NAMES = dict(zip(PEOPLE, ("Ål", "Fjordby", "Nesodden", "Lillevik", "Bø", "Stormo", "Dalen", "Storby"), strict=True))
HEAD = "id,document,informant_role,municipality,cooperation,date,motive,direction,text"
Write = Callable[[Mapping[str, str | bytes]], Path]


def tables(statements: str, head: str = HEAD) -> dict[str, str]:
    return {
        "municipality": "code,name,county\n" + "".join(f"{code},{name},{'Nord' if code < '1105' else 'Sør'}\n" for code, name in NAMES.items()),
        "cooperation": "id,service,name,model\nlv,legevakt,Fjordvakten,host_administrative\noh,ohjelp,Senger,section_27_board\n",
        "member": "cooperation,municipality,role\n"
        + "".join(f"lv,{code},{'host' if code == '1104' else 'participant'}\n" for code in list(PEOPLE)[:4])
        + "oh,1104,host\noh,1107,participant\n",
        "figure": "municipality,year,figure,value,kind\n" + "".join(f"{code},2020,population,{count},count\n" for code, count in PEOPLE.items()),
        "travel": "from_code,to_code,minutes\n1104,1101,50\n1104,1102,70\n1103,1104,20\n1107,1104,15\n",
        "agreement": "id,cooperation,signed,basis\na1,lv,2013-01-01,host_administrative\na2,lv,2015-01-01,host_administrative\n",
        "clause": "agreement,kind,step,value\na2,dispute,1,courts\na2,withdrawal,1,12\na1,dispute,1,negotiation\n",
        "statement": f"{head}\n{statements}",
    }


ROWS = """s1,Int 1,mayor,1101,lv,2020,necessity,for,Vi i Ål må.
s2,Int 2,mayor,1102,lv,2020,necessity,for,Det er langt til Fjordbys nabo.
s3,Int 3,mayor,1103,lv,2020,distance,against,Langt.
s4,Int 4,mayor,1104,lv,2020,economy_of_scale,for,Billig i Fjordvakten.
s5,Int 5,director,1105,,2020,economy_of_scale,for,Billig.
s6,Int 6,director,1106,,2020,economy_of_scale,,Tja.
s7,Int 7,director,1107,oh,2020,quality,ambiguous,Kanskje.
s8,Int 8,director,1108,,2020,quality,for,Bra i Storby.
s9,Int 9,mayor,1108,,2020,,for,Uten motiv.
"""


@pytest.fixture
def edition(write_folder: Write) -> Edition:
    return samvirke.open_edition(write_folder(tables(ROWS)))


def test_counts_by_hand(edition: Edition) -> None:
    found = motives(edition)
    rows = found.table.set_index(["municipality_type", "motive"])
    assert list(dict.fromkeys(found.table["municipality_type"])) == ["<2000", OTHERS]
    assert rows.loc[("<2000", "necessity"), ["statements", "of", "for", "against", "share"]].tolist() == [2, 3, 2, 0, 2 / 3]
    assert rows.loc[("<2000", "distance"), ["statements", "for", "against", "share_for"]].tolist() == [1, 0, 1, 0.0]
    assert rows.loc[(OTHERS, "economy_of_scale"), ["statements", "for", "direction_unknown", "share_for"]].tolist() == [3, 2, 1, 1.0]
    assert found.supporting["by_type"].to_numpy().tolist() == [["<2000", 3, 3], [OTHERS, 5, 5]]
    assert (found.coverage.numerator, found.coverage.denominators["statements"]) == (8, 8)
    assert "8 utsagn" in found.statement.nb
    assert "5 for" in found.statement.nb.replace("taler 5", "5")
    assert [one.why.en[:1] for one in found.coverage.missing] == ["1", "1", "3"]


def test_three_types_of_three_are_shown_one_by_one(edition: Edition) -> None:
    by_county = motives(edition, by="county").supporting["by_type"]
    assert by_county.to_numpy().tolist() == [["Nord", 4, 4], ["Sør", 4, 4]]
    with pytest.raises(OptionError):
        motives(edition, by="colour")


def test_the_planted_difference_between_large_and_small_is_found() -> None:
    found = motives(samvirke.open_edition("constructed-2020"))
    table = found.table.set_index(["municipality_type", "motive"])["share"]
    small = table["<2000"]
    large = table["10000-20000"]
    assert small[["necessity", "recruitment"]].sum() > 2 * large[["necessity", "recruitment"]].sum()
    assert large[["economy_of_scale", "capacity"]].sum() > 2 * small[["economy_of_scale", "capacity"]].sum()
    whole = found.supporting["by_motive"].set_index("motive")["share_for"]
    assert whole["distance"] < 0.5 < whole["economy_of_scale"]


def test_cooperations_stand_beside_what_they_are_like(edition: Edition, write_folder: Write) -> None:
    together = motives_by_cooperation(edition)
    assert together.table.empty
    assert together.supporting["small_together"][["cooperations", "statements", "for"]].to_numpy().tolist() == [[2, 5, 3]]
    edition = samvirke.open_edition(write_folder(tables(ROWS.replace("1107,oh", "1107,"))))
    found = motives_by_cooperation(edition)
    (row,) = found.table.to_dict("records")
    assert {key: row[key] for key in ("cooperation", "model", "members", "population", "farthest_minutes", "statements", "for", "against", "most_spoken_of")} == {
        "cooperation": "lv", "model": "host_administrative", "members": 4, "population": 7_300.0, "farthest_minutes": 70.0,
        "statements": 4, "for": 3, "against": 1, "most_spoken_of": "necessity",
    }  # fmt: skip
    assert (row["contents_checked"], row["contents_absent"]) == _newest_agreement(edition)
    assert "small_together" not in found.supporting
    assert found.coverage.denominators == {"statements": 9, "about_a_cooperation": 4, "cooperations": 1}


def _newest_agreement(edition: Edition) -> tuple[int, int]:
    from samvirke.agreements.coded import readings_of

    states = [check.state for one in readings_of(edition) if one.file == "a2" for check in one.checks if check.state in ("present", "absent")]
    return len(states), states.count("absent")


def test_without_statements_of_cooperations_it_says_so(note: Edition) -> None:
    found = motives_by_cooperation(note)
    assert found.table.empty
    assert found.statement.en == "No statement is tied to a cooperation of the edition."


STATEMENTS = st.lists(
    st.tuples(
        st.sampled_from(["", *terms("informant_roles")]), st.sampled_from(["", *PEOPLE]), st.sampled_from(["", "lv", "oh"]), st.sampled_from(list(terms("motives"))), st.sampled_from(["", *terms("directions")]), st.sampled_from(["yes", "no", "published", ""])
    ),
    min_size=1,
    max_size=30,
)  # fmt: skip


def opened(folder: Path, drawn: list[tuple[str, ...]], *, constructed: bool = False) -> Edition:
    lines = "".join(
        f"s{at},D{at % 4},{role},{code},{cooperation},2020,{motive},{direction},Ord {at},{consent}\n"
        for at, (role, code, cooperation, motive, direction, consent) in enumerate(drawn)
    )
    for name, content in tables(lines, f"{HEAD},consent").items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    (folder / "datapackage.json").write_text(f'{{"name": "x", "constructed": {str(constructed).lower()}}}', encoding="utf-8")
    return samvirke.open_edition(folder)


@settings(max_examples=12, deadline=None)
@given(STATEMENTS)
def test_the_parts_always_add_to_all(drawn: list[tuple[str, ...]]) -> None:
    with TemporaryDirectory() as folder:
        edition = opened(Path(folder), drawn)
        for one in [motives(edition, by=by) for by in ("size", "county") if by == "size" or any(row[1] for row in drawn)]:
            table, whole = one.table, one.supporting.get("by_motive")
            shown = one.coverage.numerator
            assert int(table["statements"].sum()) == shown
            assert (table[list(COUNTS)].sum(axis=1) == table["statements"]).all()
            if whole is not None:
                assert int(whole["statements"].sum()) == shown
                assert int(one.supporting["by_type"]["statements"].sum()) == shown
            assert (table.groupby("municipality_type")["statements"].sum() == table.groupby("municipality_type")["of"].first()).all()
            few = {code or f"D{at % 4}" for at, (_, code, *_, consent) in enumerate(drawn) if consent != "published"}
            assert shown == len(drawn) or len(few) < LEAST
        by_cooperation = motives_by_cooperation(edition)
        rest = by_cooperation.supporting.get("small_together")
        together = 0 if rest is None else int(rest["statements"].sum())
        assert int(by_cooperation.table["statements"].sum()) + together == by_cooperation.coverage.numerator


@settings(max_examples=12, deadline=None)
@given(STATEMENTS)
def test_quotes_show_only_what_may_be_and_the_same_whatever_is_asked(drawn: list[tuple[str, ...]]) -> None:
    with TemporaryDirectory() as folder:
        edition = opened(Path(folder), drawn)
        whole = quotes(edition)
        allowed = {f"Ord {at}" for at, one in enumerate(drawn) if one[5] in ("yes", "published")}
        assert set(whole.table["text"]) <= allowed
        shown = {(str(row.informant_role), str(row.municipality_type)) for row in whole.table[whole.table["document"].isna()].itertuples()}
        who = {
            pair: {
                (drawn[int(text[4:])][1] or f"D{int(text[4:]) % 4}")
                for text in whole.table.loc[
                    (whole.table["informant_role"] == pair[0]) & (whole.table["municipality_type"] == pair[1]) & whole.table["document"].isna(), "text"
                ]
            }
            for pair in shown
        }
        assert all(len(own) >= LEAST for own in who.values())
        parts = [quotes(edition, motive=(motive,)) for motive in terms("motives")]
        assert sorted(text for one in parts for text in one.table["text"]) == sorted(whole.table["text"])
        for one in parts:
            assert one.coverage.denominators == whole.coverage.denominators
            pd.testing.assert_frame_equal(one.supporting.get("quoted_groups", pd.DataFrame()), whole.supporting.get("quoted_groups", pd.DataFrame()))
            assert [gap.why for gap in one.coverage.missing] == [gap.why for gap in whole.coverage.missing]


def test_names_are_never_shown_nor_ids_dates_and_documents(write_folder: Write) -> None:
    rows = "".join(f"s{at},Int {code},mayor,{code},lv,2020-02-0{at},quality,for,\"{text}\"\n" for at, (code, text) in enumerate(
        [("1101", "Vi i Ål og i FJORDBY samarbeider; ålen er en fisk."), ("1102", "Fjordbys folk, og Nord, liker Fjordvakten (lv)."), ("1103", "Nesodden-modellen ligner på Trondheims.")], 1))  # fmt: skip
    folder = write_folder(tables(rows) | {"datapackage.json": '{"name": "x", "constructed": true}'})
    found = quotes(samvirke.open_edition(folder))
    assert found.table["text"].tolist() == [
        f"{PLACE} folk, og {PLACE}, liker {PLACE} ({PLACE}).",
        f"{PLACE}-modellen ligner på {PLACE}.",
        f"Vi i {PLACE} og i {PLACE} samarbeider; ålen er en fisk.",
    ]
    written = found.to_json()
    for name in (*NAMES.values(), *PEOPLE, "Fjordvakten", "Int 1", "2020-02", "s1"):
        assert name not in written, name


def test_without_consent_nothing_is_shown(edition: Edition) -> None:
    found = quotes(edition)
    assert found.table.empty
    assert found.coverage.denominators == {"statements": 8, "with_consent": 0, "statements_shown": 0}
    with pytest.raises(OptionError):
        quotes(edition, motive=("kvalitet",))
    with pytest.raises(OptionError):
        quotes(edition, municipality_type=("huge",))


def test_the_note_s_own_reading_is_shown_in_three_languages_with_its_section(note: Edition) -> None:
    found = quotes(note, motive=("distance",), direction=("against",))
    assert len(found.table) == 5
    assert found.table["document"].str.startswith("NIBR-notat 2015:104, 6.").all()
    assert {"text_nb", "text_nn", "text_en"} <= set(found.table)
    assert found.coverage.denominators["statements_shown"] == 60
    by_case = motives(note, by="case").supporting["by_type"]
    assert by_case["municipality_type"].tolist() == ["A", "B", "unknown"]
    assert by_case["municipalities"].isna().all()
