"""What nibr-2015 says of motives, held against the note: its headings, its informants, and words that are not its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from samvirke.edition import Edition
from samvirke.vocabulary import terms

pytestmark = pytest.mark.shared
INTERVIEWS = {
    # The interviews that chapters 6 and 7 quote, with role and day (sections 6.1 to 6.3 and 7.3).
    ("local_politician", "2014-03-31"), ("director", "2014-10-16"), ("director", "2014-02-14"), ("chief_executive", "2014-03-11"),
    ("mayor", "2014-03-05"), ("mayor", "2014-04-22"),
}  # fmt: skip


@pytest.fixture(scope="module")
def words(shared: Path) -> list[str]:
    text = (shared / "seed" / "nibr-notat-2015-104.txt").read_text(encoding="utf-8")
    return re.findall(r"\w+", re.sub(r"-\s*\n", "", text).lower())


def test_no_statement_repeats_the_words_of_the_note(note: Edition, words: list[str]) -> None:
    run = 7
    theirs = {tuple(words[at : at + run]) for at in range(len(words) - run + 1)}
    for text in note["statement"]["text"]:
        own = re.findall(r"\w+", text.lower())
        assert not theirs & {tuple(own[at : at + run]) for at in range(len(own) - run + 1)}, text
        assert len(text.split()) <= 25


def test_every_motive_of_chapter_6_is_spoken_of_and_only_informants_of_the_note_are_named(note: Edition) -> None:
    rows = note["statement"]
    assert set(rows["motive"]) == set(terms("motives"))
    dated = rows[rows["date"].notna()]
    assert set(zip(dated["informant_role"], dated["date"], strict=True)) == INTERVIEWS
    assert set(rows["document"].str.removeprefix("NIBR-notat 2015:104, ")) == {"6.1", "6.2", "6.3", "6.4", "7.3"}
    assert rows["municipality"].isna().all()
    assert set(rows["consent"]) == {"published"}
    assert not rows["text"].str.contains('[«»"]').any()


def test_the_note_s_readings_are_there(note: Edition) -> None:
    """6.1: distance is the main argument against, nobody argues for cooperation by it, and local development cuts both ways; 6.3: professionals."""
    counted = note["statement"].groupby(["motive", "direction"]).size()
    assert set(counted["distance"].index) == {"against"}
    assert counted.xs("against", level="direction").idxmax() == "distance"
    assert set(counted["local_development"].index) == {"for", "against"}
    assert set(counted["economy_of_scale"].index) == {"for"}
    cases = note["statement"].set_index("motive")["case"]
    assert set(cases["professional_environment"].dropna()) == {"A", "B"}
    assert set(cases["distance"].dropna()) == {"B"}
