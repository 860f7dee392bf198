"""What people write in YAML is read within bounds, and every reason that it cannot be read is told in three languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from samvirke.specifications import MOST_BYTES, MOST_DEPTH, SpecificationFileError, read_specification_file
from samvirke.vocabulary.language import LANGUAGES


def test_days_and_codes_are_text_and_numbers_are_numbers(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("code: 0301\nday: 2020-02-31\ncount: 3\nshare: 0.25\nlarge: 1e6\nyes: no\nnothing: ~\n", encoding="utf-8")
    plain = {"code": "0301", "day": "2020-02-31", "count": 3, "share": 0.25, "large": 1e6, True: False, "nothing": None}
    assert read_specification_file(file) == (plain, [])
    text = {"code": "0301", "day": "2020-02-31", "count": "3", "share": "0.25", "large": "1e6", "yes": "no", "nothing": "~"}
    assert read_specification_file(file, "text") == (text, [])


def test_what_stands_twice_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\nb: {c: 1, c: 2}\na: 3\n", encoding="utf-8")
    assert sorted(read_specification_file(tmp_path / "a.yaml")[1]) == ["a", "c"]


BAD = {
    "no_file": None,
    "too_large": b"a: " + b"x" * MOST_BYTES,
    "not_utf8": "navn: Vågå".encode("cp1252"),
    "too_deep": b"[" * (MOST_DEPTH + 1) + b"]" * (MOST_DEPTH + 1),
    "alias": b"a: &a [x, x]\nb: [*a, *a]\n",
    "not_yaml": b"a: [1,\nb: }\n",
}


@pytest.mark.parametrize("kind", BAD)
def test_what_cannot_be_read_says_why(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "a.yaml"
    if BAD[kind] is not None:
        file.write_bytes(BAD[kind])
    with pytest.raises(SpecificationFileError) as raised:
        read_specification_file(file)
    assert raised.value.kind == kind
    assert len({raised.value.text[language] for language in LANGUAGES}) >= 2
    assert "Errno" not in str(raised.value)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(SpecificationFileError) as raised:
        read_specification_file(tmp_path)
    assert raised.value.kind == "no_file"


@pytest.mark.parametrize(("content", "expected"), [(b"", None), (b"? a\n: b\n", {"a": "b"}), (b"just words", "just words")])
def test_odd_files_are_what_they_say(tmp_path: Path, content: bytes, expected: object) -> None:
    (tmp_path / "a.yaml").write_bytes(content)
    assert read_specification_file(tmp_path / "a.yaml") == (expected, [])


@pytest.mark.parametrize(
    ("content", "kind"), [(b"\x00", "not_yaml"), (b"!!python/object:os.system x", "not_yaml"), (b"a: !!int x", "not_yaml"), (b"- " * 10_000 + b"a", "too_deep")]
)
def test_hostile_files_are_refused(tmp_path: Path, content: bytes, kind: str) -> None:
    (tmp_path / "a.yaml").write_bytes(content)
    with pytest.raises(SpecificationFileError) as raised:
        read_specification_file(tmp_path / "a.yaml")
    assert raised.value.kind == kind
