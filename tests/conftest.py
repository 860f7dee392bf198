"""What all tests share: the shared data folder, small editions written by hand, and the command line."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

import samvirke
from samvirke.edition import Edition, built_in

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip(f"the shared data folder is not beside the project ({SHARED.name}/)")
    return SHARED


@pytest.fixture(scope="session")
def note() -> Edition:
    return samvirke.open_edition("nibr-2015")


@pytest.fixture
def copy_of_note(tmp_path: Path) -> Path:
    """Give a copy of the built-in edition that a test may change."""
    return Path(shutil.copytree(built_in()["nibr-2015"], tmp_path / "copy"))


THREE = {
    "municipality": "code,name\n0301,Ås\n0302,Bø\n1103,Ål\n",
    "cooperation": "id,service,name,valid_from,valid_to\nlv,legevakt,Legevakt,2010-01-01,\nbv,barnevern,,2012,2014-01-01\n",
    "member": "cooperation,municipality,role\nlv,0301,host\nlv,0302,participant\nbv,0302,host\nbv,1103,participant\n",
}


@pytest.fixture
def write_folder(tmp_path: Path) -> Callable[[Mapping[str, str | bytes]], Path]:
    """Write tables, given as text or bytes by name, to a folder; a name without a suffix is a CSV."""

    def write(tables: Mapping[str, str | bytes]) -> Path:
        folder = tmp_path / "edition"
        folder.mkdir(exist_ok=True)
        for name, content in tables.items():
            path = folder / (name if "." in name else f"{name}.csv")
            path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return folder

    return write


@pytest.fixture
def three(write_folder: Callable[[Mapping[str, str | bytes]], Path]) -> Path:
    """Give a folder of three CSV files written by hand."""
    return write_folder(THREE)


def run(*words: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    return subprocess.run([sys.executable, "-m", "samvirke", *map(str, words)], capture_output=True, text=True, check=False, cwd=cwd, encoding="utf-8")


def square(code: str, name: str, west: float, south: float) -> dict[str, object]:
    """Return a square of a tenth of a degree as a feature."""
    ring = [[west, south], [west + 0.1, south], [west + 0.1, south + 0.1], [west, south + 0.1], [west, south]]
    return {"type": "Feature", "properties": {"code": code, "name": name}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def write_country(folder: Path) -> Path:
    """Write a constructed country of twelve municipalities on a grid, in three services, with figures, groups, hours, dates and borders."""
    folder.mkdir(parents=True, exist_ok=True)
    places = [(f"{1101 + place}", f"Kommune {chr(65 + place)}", 10 + 0.1 * (place % 4), 60 + 0.1 * (place // 4)) for place in range(12)]
    county = ["Sør", "Sør", "Midt", "Midt", "Sør", "Midt", "Midt", "Nord", "Nord", "Nord", "Nord", "Nord"]
    people = [900, 4_100, 12_000, 26_000, 3_000, 7_500, 61_000, 2_200, 1_500, 5_200, 800, 18_000]
    rows = {
        "municipality": ["code,name,county,lon,lat", *(f"{code},{name},{of},{west + 0.05:.2f},{south + 0.05:.2f}" for (code, name, west, south), of in zip(places, county, strict=True))],
        "figure": ["municipality,year,figure,value,kind", *(f"{place[0]},2019,population,{count},count" for place, count in zip(places, people, strict=True))],
        "grouping": ["municipality,kind,code,name", *(f"{place[0]},health_trust,{'A' if at < 6 else 'B'},Foretak {'A' if at < 6 else 'B'}" for at, place in enumerate(places))],
        "municipality_change": ["date,from_code,to_code,share,to_name,to_county", "2024-01-01,1101,1201,1,Storby,Sør", "2024-01-01,1102,1201,1,Storby,Sør", "2024-01-01,1111,1111,0.25,Kommune K,Nord", "2024-01-01,1111,1112,0.75,Kommune L,Nord", "2024-01-01,1112,1112,1,Kommune L,Nord"],
        "cooperation": [
            "id,service,name,hours,model,valid_from,valid_to",
            "lv1,legevakt,Legevakt 1,all,host_administrative,2010-01-01,",
            "lv2,legevakt,Legevakt 2,night;weekend,,2012-01-01,",
            "lv3,legevakt,Legevakt 3,day,,2015-01-01,2018-01-01",
            "lv4,legevakt,Legevakt alene,all,,2010-01-01,",
            "oh1,ohjelp,Senger 1,,,2014-01-01,",
            "oh2,ohjelp,Senger 2,,,2014-01-01,",
            "bv1,barnevern,Barnevern 1,,,2013-01-01,",
            "bv2,barnevern,Barnevern 2,,,2013-01-01,",
        ],
        "member": [
            "cooperation,municipality,valid_from,role",
            *(f"lv1,{code},2010-01-01,{role}" for code, role in (("1101", "host"), ("1102", "participant"), ("1105", "participant"), ("1106", "participant"))),
            *(f"lv2,{code},2012-01-01,{role}" for code, role in (("1103", "host"), ("1104", "participant"), ("1106", "participant"), ("1107", "participant"))),
            *(f"lv3,{code},2015-01-01,{role}" for code, role in (("1109", "host"), ("1110", "participant"))),
            "lv4,1112,2010-01-01,host",
            *(f"oh1,{code},2014-01-01,{role}" for code, role in (("1101", "host"), ("1102", "participant"), ("1105", "participant"), ("1106", "participant"))),
            *(f"oh2,{code},2014-01-01,{role}" for code, role in (("1103", "host"), ("1107", "participant"), ("1108", "participant"))),
            *(f"bv1,{code},{start}," for code, start in (("1101", "2013-01-01"), ("1105", "2013-01-01"), ("1109", "2017-01-01"))),
            *(f"bv2,{code},2013-01-01," for code in ("1103", "1104", "1107")),
        ],
    }  # fmt: skip
    for name, lines in rows.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    package = {"name": "country", "title": "A constructed country", "date": "2020-06-30", "constructed": True, "boundary_attribution": "Constructed squares"}
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    features = [square(*place) for place in places]
    (folder / "boundary.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def country_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_country(tmp_path_factory.mktemp("editions") / "country")


@pytest.fixture(scope="session")
def country(country_folder: Path) -> Edition:
    return samvirke.open_edition(country_folder)


@pytest.fixture(scope="session")
def constructed() -> Edition:
    return samvirke.open_edition("constructed-2020")


ON_COUNTRY = (
    *("change", "index", "partners", "overlap", "border", "distance", "coding_rules"),
    *("constellations", "crossing", "path_dependence", "congruence", "motives_by_cooperation"),
)
"""Questions that have more to say of the small country than of the note's edition."""


@pytest.fixture
def answer(note: Edition, country: Edition, constructed: Edition, country_folder: Path) -> Callable[..., samvirke.Finding]:
    """Give a function that asks a question of the note's edition, or where that lacks its tables of the small country, or of the constructed edition."""

    def asked(name: str, edition: Edition | None = None) -> samvirke.Finding:
        line = samvirke.CATALOGUE[name]
        given = {
            option: value
            for option, value in (("wide", str(country_folder)), ("cooperation", str(constructed["cooperation"]["id"].iloc[0])))
            if option in line.required
        }
        others = [country, constructed] if "cooperation" not in given else [constructed]
        first = [note] if not given and name not in ON_COUNTRY else []
        return samvirke.ask(name, edition or next(one for one in (*first, *others) if not line.missing(one)), **given)

    return asked
