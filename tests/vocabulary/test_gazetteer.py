"""The gazetteer against the lists of 2013, 2020 and 2024, and against the counts that every schoolbook has."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from samvirke.vocabulary.gazetteer import Place, named, on, places

COUNTS = {1998: 435, 2001: 435, 2002: 434, 2004: 434, 2005: 433, 2006: 431, 2008: 430, 2011: 430, 2012: 429, 2013: 428, 2016: 428, 2017: 426, 2018: 422, 2019: 422, 2020: 356, 2023: 356, 2024: 357, 2026: 357}  # fmt: skip
IN_2013 = date(2013, 6, 20)


def codes(name: str, day: date | None = IN_2013) -> list[str]:
    return [place.code for place in named(name, day)]


def listed(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["municipality_number"]: row.get("name") or "" for row in csv.DictReader(file)}


def written_so(place: Place, name: str) -> bool:
    """Say whether a name as KLASS writes it is the place's, with its parallel names; the list of 2013 has lost a letter (``?``)."""
    parts = name.replace("Kárá?johka", "Kárášjohka").split(" - ")
    return place.name in parts and set(parts) <= {place.name, *place.other_names}


@pytest.mark.shared
@pytest.mark.parametrize(("file", "day", "count"), [("municipalities_2013.csv", date(2013, 1, 1), 428), ("municipalities_2024.csv", date(2024, 6, 1), 357)])
def test_codes_and_names_are_those_of_the_list(shared: Path, file: str, day: date, count: int) -> None:
    names = listed(shared / "data" / "norway" / file)
    found = {place.code: place for place in on(day)}
    assert len(names) == count
    assert set(found) == set(names)
    assert [(code, name, found[code].name) for code, name in names.items() if not written_so(found[code], name)] == []


@pytest.mark.shared
def test_codes_are_those_of_2020(shared: Path) -> None:
    trap = {"1567": "5061", "3444": "3053", "3445": "3054"}  # Rindal's number of 2018, and two that Jevnaker and Lunner were given and never had
    names = listed(shared / "data" / "norway" / "ba_regions_by_municipality_2020.csv")
    assert {trap.get(code, code) for code in names} == {place.code for place in on(date(2020, 1, 1))}


@pytest.mark.shared
def test_every_change_since_1998_is_there(shared: Path) -> None:
    with (shared / "data" / "norway" / "municipality_changes_1988_2024.csv").open(encoding="utf-8-sig", newline="") as file:
        changes = [row for row in csv.DictReader(file) if int(row["aar"]) > 1998 and not row["gml_komnr"].startswith("21")]
    chained = {"3444", "3445"}  # numbers that Jevnaker and Lunner were given in 2020 and never had
    for row in changes:
        day = date(int(row["aar"]), 1, 1)
        before, after = ({place.code: place.name for place in on(which)} for which in (day.replace(year=day.year - 1), day))
        if row["gml_komnr"] not in chained:
            assert before[row["gml_komnr"]] == row["gml_navn"]
        if row["ny_komnr"] not in chained:
            assert after[row["ny_komnr"]] == row["ny_navn"]


@pytest.mark.parametrize(("year", "count"), COUNTS.items())
def test_municipalities_in_a_year(year: int, count: int) -> None:
    assert len(on(date(year, 1, 1))) == len(on(date(year, 12, 31))) == count


def test_no_code_is_valid_twice_on_one_day() -> None:
    for day in sorted({place.valid_from for place in places() if place.valid_from} | {date(1998, 1, 1)}):
        assert max(Counter(place.code for place in on(day)).values()) == 1, day


def test_rows_are_in_order() -> None:
    assert [(place.code, place.valid_from or date.min) for place in places()] == sorted((place.code, place.valid_from or date.min) for place in places())
    assert all(place.valid_from < place.valid_to for place in places() if place.valid_from and place.valid_to)
    assert {len(place.code) for place in places()} == {4}
    assert all(day.month == day.day == 1 for place in places() for day in (place.valid_from, place.valid_to) if day)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Kongsvinger", "0402"),
        ("BODØ", "1804"),
        ("bodø", "1804"),
        ("Bodo", "1804"),
        ("Tromso", "1902"),
        ("Nord-Odal", "0418"),
        ("nord odal", "0418"),
        ("Aalesund", "1504"),
        ("A\u030alesund", "1504"),
        ("Baerum", "0219"),
        ("Hå", "1119"),
        ("Haa", "1119"),
        ("Ø. Toten", "0528"),
        ("Evje & Hornnes", "0937"),
        ("Kristiansand S", "1001"),
    ],
)
def test_names_are_found_with_and_without_accents(name: str, code: str) -> None:
    assert codes(name)[0] == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Kárášjohka", "2021"),
        ("Karasjohka", "2021"),
        ("Guovdageaidnu - Kautokeino", "2011"),
        ("Gáivuotna/Kåfjord", "1940"),
        ("Deatnu", "2025"),
        ("Unjárga", "2027"),
        ("Porsáŋgu", "2020"),
        ("Porsangu", "2020"),
        ("Omasvuotna", "1939"),
        ("Hábmer", "1849"),
        ("Divtasvuodna", "1850"),
        ("Snåase", "1736"),
        ("Raarvihke", "1739"),
        ("Rosse", "1640"),
        ("Aarborte", "1826"),
        ("Loabák", "1920"),
        ("Hárstták", "1903"),
        ("Áltá", "2012"),
    ],
)
def test_sami_names_are_found(name: str, code: str) -> None:
    assert codes(name)[0] == code


def test_those_of_the_day_come_first() -> None:
    assert codes("Trondheim", date(2017, 12, 31)) == ["1601", "5001"]
    assert codes("Trondheim", date(2018, 1, 1)) == ["5001", "1601"]
    assert codes("Trondheim", None) == ["1601", "5001"]
    assert codes("Herøy")[:2] == ["1515", "1818"]
    assert codes("Herøy i Nordland") == ["1818"]
    assert set(codes("Os")[:2]) == {"0441", "1243"}


def test_a_name_of_another_time_gives_those_that_had_it() -> None:
    assert codes("Våle") == ["0716"]
    assert codes("Re", date(1998, 1, 1)) == ["0716"]
    assert codes("Lillestrøm") == ["3030", "3205"]
    assert codes("Mosvik") == ["1723"]


def test_divided_municipalities_end_and_come_again() -> None:
    assert "1850" not in {place.code for place in on(date(2020, 1, 1))}
    assert codes("Haram", date(2013, 1, 1))[0] == "1534"
    assert codes("Haram", date(2024, 1, 1))[0] == "1580"
    assert codes("Jevnaker", date(2020, 1, 1))[0] == "3053"


@pytest.mark.parametrize("name", ["", "Ingenstad", "ha", "as", "al", "Bo", "-", " / ", "Guovdageaidnu - Karasjok"])
def test_what_is_no_name(name: str) -> None:
    assert named(name, IN_2013) == ()


def test_the_gazetteer_is_quick_to_import() -> None:
    program = "import sys, samvirke.vocabulary.gazetteer as gazetteer; gazetteer.places(); print('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip() == "False"
