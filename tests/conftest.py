"""What all tests share: the shared data folder, small editions written by hand, and the command line."""

from __future__ import annotations

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
