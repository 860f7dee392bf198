"""The twenty hypotheses: read by hand in small editions, what is planted in the constructed country, and what cannot be told and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from samvirke.catalogue import CATALOGUE
from samvirke.edition import Edition, open_edition
from samvirke.evidence._hypothesis_words import BEAR_ON, CLAIMS
from samvirke.evidence._readings import lacks, settle, two_sided, weigh
from samvirke.evidence._readings_of_conflict import crossing_shares, read_crossing, read_little, read_use
from samvirke.evidence._readings_of_models import read_disputes, read_experience, read_fields, read_formality, read_host, read_independence
from samvirke.evidence._readings_of_size import read_benefit, read_necessity, read_north, read_odds, read_swings
from samvirke.evidence.hypotheses import hypotheses
from samvirke.finding import Finding
from samvirke.measures.hypotheses import Read
from samvirke.measures.membership import Membership, membership
from samvirke.vocabulary.language import LANGUAGES, Text

Write = Callable[[Mapping[str, str | bytes]], Path]
NOW = {"datapackage.json": '{"name": "small", "date": "2020-01-01"}'}
SAID = Text(nb="a", nn="b", en="c")


def places(count: int) -> str:
    """Write municipalities in four counties, the first the northernmost."""
    rows = [f"{1101 + at},K{at},{'NØSV'[at % 4]},{10 + at / 10},{70 - at % 4}" for at in range(count)]
    return "\n".join(["code,name,county,lon,lat", *rows]) + "\n"


def codes(*numbers: int) -> list[str]:
    return [str(1101 + number) for number in numbers]


def cooperations(rows: Mapping[str, tuple[str, str, list[str]]]) -> dict[str, str]:
    """Write cooperations: id to service, model and members, the first of them host."""
    cooperation = ["id,service,model,valid_from", *(f"{name},{service},{model},2010" for name, (service, model, _) in rows.items())]
    member = ["cooperation,municipality,role"]
    member += [f"{name},{code},{'participant' if at else 'host'}" for name, (_, _, own) in rows.items() for at, code in enumerate(own)]
    return {"cooperation": "\n".join(cooperation) + "\n", "member": "\n".join(member) + "\n"}


def test_what_is_significant_points_and_both_ways_are_mixed() -> None:
    read = Read()
    assert (weigh(read, SAID, 0.04, supports=True), weigh(read, SAID, 0.05, supports=False)) == ({True}, set())
    assert (len(read.speaks_for), len(read.speaks_against), len(read.cannot_tell)) == (1, 0, 1)
    assert "may be chance" in read.cannot_tell[0].en
    assert weigh(read, SAID, float("nan"), supports=True) == set()
    assert "cannot be tested" in read.cannot_tell[1].en
    for ways, reading in (({True}, "indicated_for"), ({False}, "indicated_against"), ({True, False}, "mixed"), (set(), "untold")):
        own = Read()
        settle(own, ways)
        assert own.reading == reading


def test_two_sided_p_is_counted_by_hand() -> None:
    # as high as 3: one, and the observed: 2 / 5, twice; as low: all four
    assert two_sided(3.0, np.array([0.0, 1.0, 2.0, 3.0])) == pytest.approx(0.8)
    assert two_sided(9.0, np.array([0.0, 1.0, 2.0, 3.0])) == pytest.approx(0.4)
    assert two_sided(1.5, np.array([0.0, 1.0, 2.0, 3.0])) == 1.0


def test_a_missing_table_is_named(three: Path) -> None:
    edition, read = open_edition(three), Read()
    assert lacks(read, edition, "use", "figure", "member")
    assert read.lacking == ["use", "figure"]
    assert "tables use and figure" in read.cannot_tell[0].en
    assert not lacks(Read(), edition, "member")


@pytest.fixture(scope="module")
def land() -> Edition:
    return open_edition("constructed-2020").on(None)


@pytest.fixture(scope="module")
def found(land: Edition) -> Finding:
    return hypotheses(land, draws=99)


@pytest.mark.xdist_group("constructed")
def test_what_is_planted_is_read(found: Finding) -> None:
    """Consolidation, path dependence, size effects, motives and skewed use are planted; model, satisfaction and conflict know nothing of the rest."""
    read = found.table.set_index("hypothesis")
    readings = read["hypothesis_reading"]
    assert readings["H2"] in ("for", "untold")  # with few draws 28 pairs may be too many
    assert readings[["H4", "H7", "H11"]].tolist() == ["indicated_for"] * 3
    assert readings["H19"] == "for"
    assert readings["H3"] == "indicated_for"
    assert readings[["H9", "H10", "H12", "H14", "H16"]].tolist() == ["untold"] * 5
    assert "No source of the edition covers" in str(read.at["H16", "cannot_tell_en"])
    assert not any(read["tables_missing"].map(len))
    assert list(read.index) == list(CLAIMS) == list(BEAR_ON)
    assert found.coverage.numerator == int((readings != "untold").sum())


@pytest.mark.xdist_group("constructed")
def test_every_hypothesis_says_why_in_three_languages(found: Finding) -> None:
    parts = ("speaks_for", "speaks_against", "describes", "cannot_tell")
    for language in LANGUAGES:
        assert found.table[[f"{part}_{language}" for part in parts]].notna().any(axis=1).all()
        own = found.table.loc[found.table["hypothesis_reading"].eq("untold"), f"cannot_tell_{language}"]
        assert own.notna().all()
        text = " ".join(str(one) for part in parts for one in found.table[f"{part}_{language}"].dropna())
        assert "None" not in text
        assert "nan" not in text.split()
    assert found.headline
    assert "Of 20 hypotheses: supported" in found.headline.en
    assert {one for own in BEAR_ON.values() for one in own} - set(CATALOGUE) <= {"risk", "motives", "survey_item", "survey_by"}


@pytest.mark.xdist_group("constructed")
def test_the_order_of_rows_changes_no_reading(land: Edition) -> None:
    tables = {name: frame.sample(frac=1, random_state=3).reset_index(drop=True) for name, frame in land.tables.items()}
    shuffled = replace(land, tables=MappingProxyType(tables))
    one, other = ((membership(edition), edition) for edition in (land, shuffled))
    readers: list[Callable[[Membership, Edition], Read]] = [
        lambda _, edition: read_experience(edition, draws=99, seed=4),
        lambda data, edition: read_crossing(edition, data, draws=99, seed=4),
        lambda data, edition: read_formality(edition, data),
        lambda data, edition: read_benefit(edition, data),
        lambda data, edition: read_necessity(edition, data),
        lambda data, edition: read_north(edition, data),
        lambda _, edition: read_host(edition),
    ]
    for read in readers:
        assert read(*one) == read(*other)


def test_the_note_lacks_most_tables_and_says_so(note: Edition) -> None:
    found = hypotheses(note.on(None), draws=99)
    read = found.table.set_index("hypothesis")
    assert read.at["H4", "tables_missing"] == ["application", "figure"]
    assert read.at["H19", "tables_missing"] == ["use", "figure"]
    assert "does not have the table event" in str(read.at["H13", "cannot_tell_en"])
    assert read.at["H18", "hypothesis_reading"] == "indicated_for"  # 4 agreements before 2009 and 14 after: p = 0.007, as dispute_mechanisms says
    assert read.at["H16", "hypothesis_reading"] == "indicated_for"  # nobody of 39 in the appendix cooperates on palliation, dementia or social housing
    assert "0 of 39 municipalities" in str(read.at["H16", "speaks_for_en"])
    assert "definition" in str(read.at["H10", "cannot_tell_en"])
    assert any(gap.source == "event" and "H13 and H14" in gap.why.en for gap in found.coverage.missing)


def test_swings_are_measured_around_the_trend(write_folder: Write) -> None:
    """Twelve municipalities in six pairs; the smaller of each swings by a half, the larger not at all but for its growth."""
    pairs = {f"oh{at}": ("ohjelp", "", codes(2 * at, 2 * at + 1)) for at in range(6)}
    use = [f"{code},oh{at},{year},admissions,{value}" for at in range(6) for code, values in ((1101 + 2 * at, (100, 110, 120, 130, 140)), (1102 + 2 * at, (10, 20, 10, 20, 10))) for year, value in zip(range(2014, 2019), values, strict=True)]  # fmt: skip
    figure = [f"{1101 + at},2012,population,{2000 + at if at % 2 else 20000 + at}" for at in range(12)]
    tables = {
        "municipality": places(12),
        **cooperations(pairs),
        "figure": "\n".join(["municipality,year,figure,value", *figure]) + "\n",
        "use": "\n".join(["municipality,cooperation,year,measure,value", *use]) + "\n",
    }
    edition = open_edition(write_folder(NOW | tables)).on(None)
    read = read_swings(edition, membership(edition))
    assert read.reading == "indicated_for"
    assert "12 municipalities" in read.speaks_for[0].en
    few = open_edition(write_folder(NOW | tables | {"use": "\n".join(["municipality,cooperation,year,measure,value", *use[:9]]) + "\n"})).on(None)
    assert read_swings(few, membership(few)).reading == "untold"


def test_the_north_by_hand(write_folder: Write) -> None:
    """Of 40 municipalities in four counties ten are in N; none of these cooperates, all others do."""
    others = [at for at in range(40) if at % 4]
    tables = {"municipality": places(40), **cooperations({"lv": ("legevakt", "", codes(*others)), "bv": ("barnevern", "", codes(*others[:20]))})}
    edition = open_edition(write_folder(NOW | tables)).on(None)
    read = read_north(edition, membership(edition))
    assert read.reading == "indicated_for"
    assert "In N, 10 municipalities cooperate on 0.0 of 2 services on average, against 1.7 in the other 30" in read.speaks_for[0].en
    assert "child welfare 0/10 (20/30)" in read.describes[0].en
    turned = {"municipality": places(40).replace(",70.0", ",50.0").replace(",70\n", ",50\n")}
    edition = open_edition(write_folder(NOW | tables | turned)).on(None)
    assert read_north(edition, membership(edition)).reading == "untold"  # Ø is the north then: more, but not the fewest
    flat = "\n".join(",".join(row.split(",")[:3]) for row in places(40).splitlines()) + "\n"
    edition = open_edition(write_folder(NOW | tables | {"municipality": flat})).on(None)
    assert "Fewer than four counties" in read_north(edition, membership(edition)).cannot_tell[0].en


def test_the_host_model_where_a_service_is_at_a_place(write_folder: Write) -> None:
    at_place = {f"lv{at}": ("legevakt", "host_administrative", codes(2 * at, 2 * at + 1)) for at in range(8)}
    elsewhere = {f"bv{at}": ("barnevern", "section_27_board", codes(2 * at, 2 * at + 1)) for at in range(8)}
    edition = open_edition(write_folder(NOW | {"municipality": places(16), **cooperations(at_place | elsewhere)})).on(None)
    read = read_host(edition)
    assert read.reading == "indicated_for"
    assert "8 of 8 (100%)" in read.speaks_for[0].en
    assert "0 of 8 (0%)" in read.speaks_for[0].en
    few = open_edition(write_folder(NOW | {"municipality": places(16), **cooperations(at_place)})).on(None)
    assert "Of 8 cooperations of stated model" in read_host(few).describes[0].en
    assert read_host(few).reading == "untold"


def experienced(model_of: Callable[[int, bool], str]) -> dict[str, str]:
    """Twelve pairs of municipalities that each had an agreement on emergency care in 2008 and made one on acute beds in 2013."""
    own = {f"{service}{at}": (service, "", codes(2 * at, 2 * at + 1)) for at in range(12) for service in ("legevakt", "ohjelp")}
    rows = [f"a-{name},{name},{2008 if name.startswith('l') else 2013},{model_of(int(name.lstrip('legvaktohjp')), name.startswith('o'))}" for name in own]
    return {"municipality": places(24), **cooperations(own), "agreement": "\n".join(["id,cooperation,signed,basis", *rows]) + "\n"}


def test_experience_is_repetition_beyond_service_and_time(write_folder: Write) -> None:
    models = ("host_administrative", "section_27_board")
    repeated = open_edition(write_folder(NOW | experienced(lambda at, _: models[at % 2]))).on(None)
    read = read_experience(repeated, draws=199, seed=1)
    assert read.reading == "indicated_for"
    assert "12 of 12 agreements" in read.speaks_for[0].en
    other = open_edition(write_folder(NOW | experienced(lambda at, new: models[(at + new) % 2]))).on(None)
    assert read_experience(other, draws=199, seed=1).reading == "indicated_against"
    time_alone = open_edition(write_folder(NOW | experienced(lambda _, new: models[new]))).on(None)
    told = read_experience(time_alone, draws=199, seed=1)
    assert told.reading == "untold"
    assert "cannot be tested" in told.cannot_tell[0].en  # all of a service and time are alike, so nothing can be exchanged


def test_necessity_by_hand(write_folder: Write, note: Edition) -> None:
    figure = [f"{1101 + at},2012,population,{1000 if at < 8 else 7000 if at < 10 else 30000}" for at in range(18)]
    rows = [f"s{at},d,{1101 + at},{'necessity' if at < 8 else 'economy_of_scale'},for" for at in range(18)]
    tables = {
        "municipality": places(18),
        **cooperations({"lv": ("legevakt", "", codes(0, 1))}),
        "figure": "\n".join(["municipality,year,figure,value", *figure]) + "\n",
        "statement": "\n".join(["id,document,municipality,motive,direction", *rows]) + "\n",
    }
    edition = open_edition(write_folder(NOW | tables)).on(None)
    read = read_necessity(edition, membership(edition))
    assert read.reading == "indicated_for"
    assert "8 of 8 (100%)" in read.speaks_for[0].en  # those of 7,000 are left out
    assert "0 of 8 (0%)" in read.speaks_for[0].en
    of_note = read_necessity(note.on(None), membership(note.on(None)))
    assert "10 and 1 statements" in of_note.cannot_tell[0].en  # the case municipalities' printed classes tell their size


def test_satisfaction_goes_with_size_and_centrality(write_folder: Write) -> None:
    figure = [f"{1101 + at},2012,population,{1000 * (at + 1)}" for at in range(12)]
    survey = [f"works_well,r{at},{1101 + at},{'agree' if at > 5 else 'disagree'}" for at in range(12)]
    tables = {
        "municipality": places(12),
        **cooperations({"lv": ("legevakt", "", codes(0, 1))}),
        "figure": "\n".join(["municipality,year,figure,value", *figure]) + "\n",
        "survey": "\n".join(["item,respondent,municipality,answer", *survey]) + "\n",
        "grouping": "\n".join(["municipality,kind,code", *(f"{1101 + at},centrality,{3 - at // 3}" for at in range(12))]) + "\n",
    }
    edition = open_edition(write_folder(NOW | tables)).on(None)
    read = read_benefit(edition, membership(edition))
    assert read.reading == "mixed"  # the large ones agree, and here they are the least central
    tables.pop("grouping")
    (write_folder({}) / "grouping.csv").unlink()
    edition = open_edition(write_folder(NOW | tables)).on(None)
    read = read_benefit(edition, membership(edition))
    assert (read.reading, read.lacking) == ("indicated_for", ["grouping"])


def test_crossing_shares_by_hand(country: Edition) -> None:
    """Legevakt ABEF and CDFG, acute beds ABEF and CGH, child welfare AEI and CDG: whom each meets, and crosses."""
    data = membership(country)
    found = dict(zip(data.cooperations["id"], crossing_shares(data), strict=True))
    assert found["lv1"] == pytest.approx(2 / 3)  # meets lv2 (crosses), oh1 (the same) and bv1 (crosses)
    assert found["bv2"] == pytest.approx(1 / 2)  # CDG within CDFG; crosses CGH


def test_conflict_where_borders_cross(write_folder: Write) -> None:
    """Ten cooperations cross each other in pairs and quarrel every year; ten lie alone, two by two with the same members, and do not."""
    crossing = {f"x{at}{part}": (service, "", codes(*(3 * at + one for one in own))) for at in range(5) for part, service, own in (("a", "legevakt", (0, 1)), ("b", "ohjelp", (1, 2)))}  # fmt: skip
    alike = {f"y{at}{part}": (service, "", codes(15 + 2 * at, 16 + 2 * at)) for at in range(5) for part, service in (("a", "legevakt"), ("b", "ohjelp"))}
    events = [f"{name},{year}-06-01,use,negotiation,settled" for name in crossing for year in range(2015, 2019)]
    tables = {"municipality": places(25), **cooperations(crossing | alike), "event": "\n".join(["cooperation,date,matter,step,outcome", *events]) + "\n"}
    edition = open_edition(write_folder(NOW | tables)).on(None)
    read = read_crossing(edition, membership(edition), draws=199, seed=1)
    assert read.reading == "indicated_for"
    assert "have 0.800 known disagreements a year (40 in all), the other 10 0.000" in read.speaks_for[0].en  # 4 in the five years from 2015
    told = read_little(edition)
    assert told.reading == "untold"
    assert any("Long experience: 20 of 20" in one.en for one in told.describes)


def test_hosts_over_their_share(write_folder: Write) -> None:
    pairs = {f"oh{at}": ("ohjelp", "", codes(2 * at, 2 * at + 1)) for at in range(6)} | {"lv": ("legevakt", "", codes(0, 1))}
    figure = [f"{1101 + at},2012,population,1000" for at in range(12)]
    use = [f"{1101 + at},oh{at // 2},2015,admissions,{30 if at % 2 else 70}" for at in range(12)] + ["1101,lv,2015,visits,1", "1102,lv,2015,visits,99"]
    tables = {
        "municipality": places(12),
        **cooperations(pairs),
        "figure": "\n".join(["municipality,year,figure,value", *figure]) + "\n",
        "use": "\n".join(["municipality,cooperation,year,measure,value", *use]) + "\n",
    }
    read = read_use(open_edition(write_folder(NOW | tables)).on(None))
    assert read.reading == "for"
    assert "in 6 of 6 cooperations (100%, p = 0.031)" in read.speaks_for[0].en  # 2 / 2^6
    under = {"use": tables["use"].replace(",70", ",10")}
    assert read_use(open_edition(write_folder(NOW | tables | under)).on(None)).reading == "against"
    visits = {"use": "\n".join(["municipality,cooperation,year,measure,value", *use[12:]]) + "\n"}
    assert "no numbers of use" in read_use(open_edition(write_folder(NOW | tables | visits)).on(None)).cannot_tell[0].en


def test_new_fields_count_only_where_somebody_looked(write_folder: Write) -> None:
    own = {"municipality": places(20), **cooperations({"pa": ("palliasjon", "", codes(0, 1, 2))})}
    without = open_edition(write_folder(NOW | own)).on(None)
    assert (read_fields(without).reading, read_fields(without).lacking) == ("untold", ["coverage"])
    rows = [f"s,,{1101 + at},covered" for at in range(20)]
    coverage = {"coverage": "\n".join(["source,service,municipality,status", *rows]) + "\n", "source": "id,title\ns,S\n"}
    read = read_fields(open_edition(write_folder(NOW | own | coverage)).on(None))
    assert read.reading == "untold"  # 3 of 20 is above a twentieth, 0 of 20 in care below a tenth: the thresholds differ
    assert "3 of 20 municipalities (15%" in read.speaks_against[0].en
    none = {**own, **cooperations({"lv": ("legevakt", "", codes(0, 1, 2))})}
    assert read_fields(open_edition(write_folder(NOW | none | coverage)).on(None)).reading == "indicated_for"


def test_formality_by_hours_and_cost(write_folder: Write) -> None:
    """Eight companies that cost much, eight agreements on a host that cost little."""
    rows = {f"c{at}": ("legevakt", "intermunicipal_company" if at < 8 else "host_administrative", codes(2 * at, 2 * at + 1)) for at in range(16)}
    use = [f"{code},c{at},{year},cost,{1000 * (2 if at < 8 else 1) + at}" for at in range(16) for code in codes(2 * at, 2 * at + 1) for year in (2014, 2015)]
    tables = {
        "municipality": places(32),
        **cooperations(rows),
        "use": "\n".join(["municipality,cooperation,year,measure,value", *use]) + "\n",
    }
    edition = open_edition(write_folder(NOW | tables)).on(None)
    read = read_formality(edition, membership(edition))
    assert read.reading == "indicated_for"
    assert "Own legal person: a median of 4,007 kr in the latest year in the 8 cooperations that have it, 2,023 in the other 8" in read.speaks_for[0].en
    assert read.lacking == ["agreement"]


def test_definitions_and_missing_agreements_are_not_tested(three: Path) -> None:
    edition = open_edition(three)
    assert read_independence(edition).reading == "untold"
    for read in (read_disputes(edition, seed=1), read_experience(edition, draws=99, seed=1), read_odds(edition)):
        assert (read.reading, bool(read.lacking)) == ("untold", True)
    assert read_host(edition).lacking == ["agreement"]


def test_odds_point_each_its_way(land: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    from samvirke.evidence import _readings_of_size
    from samvirke.evidence.applications import applications

    for alone, participant, expected in ((2.0, 0.5, "indicated_for"), (0.5, 2.0, "indicated_against"), (2.0, 2.0, "mixed")):

        def told(edition: Edition, alone: float = alone, participant: float = participant) -> Any:
            made = applications(edition)
            own = made.supporting["odds"]
            ratio = own["outcome"].map({"alone_or_host": alone, "participant": participant})
            return replace(made, supporting={**made.supporting, "odds": own.assign(odds_ratio=ratio, p_value=0.01)})

        monkeypatch.setattr(_readings_of_size, "applications", told)
        assert read_odds(land).reading == expected
    monkeypatch.setattr(_readings_of_size, "applications", lambda _: replace(applications(land), supporting={"odds": pd.DataFrame()}))
    assert "no applications" in read_odds(land).cannot_tell[0].en
