"""Valid editions corrupted at random: never a traceback, and what cannot be read is always an error with its place."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samvirke.catalogue import CATALOGUE, ask
from samvirke.edition import EditionError, built_in, check, open_edition, tables

NOTE = built_in()["nibr-2015"]
NAMES = sorted(path.stem for path in NOTE.glob("*.csv"))
SLOW = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def corrupted(name: str, data: bytes, *, package: bool = True) -> Path:
    folder = Path(tempfile.mkdtemp()) / "edition"
    shutil.copytree(NOTE, folder)
    (folder / f"{name}.csv").write_bytes(data)
    if not package:
        (folder / "datapackage.json").unlink()
    return folder


def original(name: str) -> bytes:
    return (NOTE / f"{name}.csv").read_bytes()


@SLOW
@given(st.sampled_from(NAMES), st.data())
def test_bytes_at_random(name: str, data: st.DataObject) -> None:
    """Any bytes put anywhere: a report always, and an edition only when there is no error."""
    content = original(name)
    at = data.draw(st.integers(0, len(content)))
    gone = data.draw(st.integers(0, 40))
    content = content[:at] + data.draw(st.binary(max_size=30)) + content[at + gone :]
    folder = corrupted(name, content)
    try:
        report = check(folder)
        frame = report.to_frame("nb")
        assert (frame["remedy"].str.len() > 0).all()
        if report.errors:
            assert (frame["severity"] == "error").any()
            with pytest.raises(EditionError):
                open_edition(folder)
        else:
            edition = open_edition(folder)
            for question in CATALOGUE.values():
                if not question.missing(edition.on(None)) and not question.required:
                    assert ask(question.id, edition).statement.nn
    finally:
        shutil.rmtree(folder.parent)


def cells(name: str) -> list[list[str]]:
    import csv
    import io

    return list(csv.reader(io.StringIO(original(name).decode("utf-8"))))


def as_bytes(rows: list[list[str]]) -> bytes:
    import csv
    import io

    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue().encode("utf-8")


WRONG = {
    "date": (["31.12.2012", "2012-02-30", "soon", "12"], "not_a_date"),
    "number": (["1,5", "many", "1 000"], "not_a_number"),
    "integer": (["one", "1.5"], "not_a"),
    "boolean": (["yes", "1", "J"], "not_true_or_false"),
    "choice": (["nonsense", "Host ", "vert"], "not_in_list"),
    "choices": (["day,night", "dawn"], "not_in_list"),
}


@SLOW
@given(st.data())
def test_a_wrong_cell_is_found_where_it_is(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    rows = cells(name)
    kinds = {place: tables()[name].columns[column] for place, column in enumerate(rows[0]) if column in tables()[name].columns}
    usable = [place for place, column in kinds.items() if column.type in WRONG or (column.refers and not column.list)]
    if not usable:
        return
    place, row = data.draw(st.sampled_from(usable)), data.draw(st.integers(1, len(rows) - 1))
    values, rule = WRONG.get(kinds[place].type, (["no-such-row", "99999"], "unknown_reference"))
    rows[row][place] = data.draw(st.sampled_from(values))
    folder = corrupted(name, as_bytes(rows))
    try:
        found = check(folder).to_frame("en")
        own = found[found["rule"].str.startswith(rule) & (found["table"] == name) & (found["column"] == rows[0][place])]
        assert list(own["row"]) == [str(row + 1)], found.to_string()
        assert own["value"].iloc[0] == rows[row][place]
    finally:
        shutil.rmtree(folder.parent)


@SLOW
@given(st.sampled_from(NAMES), st.data())
def test_a_row_twice_is_a_repeated_key(name: str, data: st.DataObject) -> None:
    rows = cells(name)
    row = data.draw(st.integers(1, len(rows) - 1))
    rows.append(rows[row])
    folder = corrupted(name, as_bytes(rows), package=False)
    try:
        found = check(folder).to_frame("en")
        own = found[(found["rule"] == "repeated_key") & (found["table"] == name)]
        assert set(own["row"]) == {str(row + 1), str(len(rows))}
    finally:
        shutil.rmtree(folder.parent)
