"""Near-identical agreements: every pair above the threshold, against comparing each with each; and what differs, side by side."""

from __future__ import annotations

import random
import re
import time
from itertools import combinations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samvirke.agreements.similar import beside, similar
from samvirke.errors import OptionError

VOCABULARY = [f"ord{number}" for number in range(400)]


def shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[place : place + 5]) for place in range(max(1, len(words) - 4))} if words else set()


def brute_force(texts: dict[str, str], threshold: float) -> dict[tuple[str, str], float]:
    runs = {name: shingles(text) for name, text in texts.items()}
    pairs = {(one, other): len(runs[one] & runs[other]) / len(runs[one] | runs[other]) for one, other in combinations(texts, 2) if runs[one] and runs[other]}
    return {pair: jaccard for pair, jaccard in pairs.items() if jaccard >= threshold}


def covered(one: str, other: str) -> float:
    """Word by word: whether any run of five that it stands in is in the other text."""
    words, runs = re.findall(r"\w+", one.lower()), shingles(other)
    if len(words) < 5:
        return float(tuple(words) in runs)
    starts = range(len(words) - 4)
    return sum(any(tuple(words[start : start + 5]) in runs for start in starts if start <= place < start + 5) for place in range(len(words))) / len(words)


def near_copies(draw: random.Random, families: int, copies: int, words: int) -> dict[str, str]:
    """Return texts of random words, each with copies in which up to a tenth of the words are others."""
    texts = {}
    for family in range(families):
        original = [draw.choice(VOCABULARY) for _ in range(words)]
        for copy in range(copies):
            changed = list(original)
            for _ in range(draw.randint(0, words // 10) if copy else 0):
                changed[draw.randrange(words)] = draw.choice(VOCABULARY)
            texts[f"{family}-{copy}"] = " ".join(changed)
    return texts


@pytest.mark.parametrize(("threshold", "seed"), [(0.8, 1), (0.5, 2), (0.3, 3)])
def test_every_pair_above_the_threshold_is_found(threshold: float, seed: int) -> None:
    texts = near_copies(random.Random(seed), 40, 6, 120)  # noqa: S311
    expected = brute_force(texts, threshold)
    found = similar(texts, threshold, seed=seed)
    pairs = {(row.first, row.second): row.jaccard for row in found.table.itertuples()}
    assert len(expected) > 60
    assert set(pairs) <= set(expected)
    assert len(pairs) >= 0.995 * len(expected)
    assert all(jaccard == pytest.approx(expected[pair]) for pair, jaccard in pairs.items())
    for row in found.table.sample(40, random_state=1).itertuples():
        assert row.share_first_in_second == pytest.approx(covered(texts[row.first], texts[row.second]))
        assert row.share_second_in_first == pytest.approx(covered(texts[row.second], texts[row.first]))


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.lists(st.sampled_from(["x", "y", "Z."]), max_size=9).map(" ".join)), st.sampled_from([0.2, 0.5, 0.8, 1.0])
)
def test_short_and_empty_texts_agree_with_brute_force(texts: dict[str, str], threshold: float) -> None:
    found = similar(texts, threshold)
    assert {(row.first, row.second): pytest.approx(row.jaccard) for row in found.table.itertuples()} == brute_force(texts, threshold)
    assert sum(len(gap.why["en"].split(": ")[1].split(",")) > 0 for gap in found.coverage.missing) == any(not text.strip() for text in texts.values())
    assert found.coverage.denominators == {"agreements": len(texts), "agreements_with_text": sum(bool(text.strip()) for text in texts.values())}


def test_nothing_one_and_two() -> None:
    for texts in ({}, {"a": "Avtale om legevakt"}, {"a": "", "b": " \n"}, {"a": "en to tre", "b": "en to fire"}):
        found = similar(texts)
        assert len(found.table) == len(found.supporting["similar_groups"]) == 0
        assert found.statement["nb"].startswith("Ingen av ")
        assert found.to_json()
    found = similar({"a": "en to", "b": "En  to\n", "c": "en, to"})
    assert found.table[["first", "second", "jaccard", "same_text"]].to_numpy().tolist() == [
        ["a", "b", 1.0, True],
        ["a", "c", 1.0, False],
        ["b", "c", 1.0, False],
    ]


def test_one_within_another() -> None:
    long = " ".join(f"w{place}" for place in range(100))
    found = similar({"long": long, "short": " ".join(long.split()[:50])}, threshold=0.4)
    (row,) = found.table.to_dict("records")
    assert (row["jaccard"], row["share_first_in_second"], row["share_second_in_first"], row["same_text"]) == (46 / 96, 0.5, 1.0, False)


def test_groups_hang_together() -> None:
    """A chain: the ends are less alike than the threshold, and still in one group."""
    words = [f"w{place}" for place in range(200)]
    texts = {f"t{step}": " ".join([*(f"new{place}" for place in range(step * 12)), *words[step * 12 :]]) for step in range(4)} | {
        "alone": "noe helt annet her nå"
    }
    found = similar(texts, threshold=0.8)
    (group,) = found.supporting["similar_groups"].to_dict("records")
    assert group["files"] == ("t0", "t1", "t2", "t3")
    assert len(found.table) < 6
    assert group["jaccard"] == found.table["jaccard"].min() >= 0.8
    assert found.coverage.numerator == 4
    for language in ("nb", "nn", "en"):
        assert "4" in found.statement[language]
        assert "5" in found.statement[language]


def test_the_order_of_files_decides_only_the_order() -> None:
    texts = near_copies(random.Random(5), 10, 3, 80)  # noqa: S311
    found = similar(texts, 0.5)
    pd.testing.assert_frame_equal(found.table, similar(texts, 0.5).table)
    assert found.table["jaccard"].is_monotonic_decreasing
    turned = similar(dict(reversed(texts.items())), 0.5)
    assert {frozenset(pair) for pair in zip(found.table["first"], found.table["second"], strict=True)} == {
        frozenset(pair) for pair in zip(turned.table["first"], turned.table["second"], strict=True)
    }


@pytest.mark.parametrize("threshold", [0, 0.05, -0.1, 1.01, float("nan")])
def test_a_threshold_that_is_none(threshold: float) -> None:
    with pytest.raises(OptionError, match="threshold"):
        similar({"a": "x"}, threshold)


def test_a_thousand_texts_in_time() -> None:
    draw = random.Random(1)  # noqa: S311
    texts = near_copies(draw, 500, 2, 1500)
    begun = time.process_time()
    found = similar(texts)
    assert time.process_time() - begun < 20
    assert len(found.supporting["similar_groups"]) > 100


FIRST = "Avtale\n\nFristen er seks måneder. Kostnadene deles\nlikt. <b>Sel</b> er vert."
SECOND = "Avtale\n\nFristen er tolv måneder. Kostnadene deles likt. Tvister avgjøres av domstolene. <b>Sel</b> er vert."


def test_side_by_side() -> None:
    first, second = (text.replace("<b>", "").replace("</b>", "") for text in (FIRST, SECOND))
    assert beside(first, second, width=30).splitlines() == [
        "Avtale                           Avtale",
        "Fristen er [-seks-] måneder.   | Fristen er {+tolv+} måneder.",
        "Kostnadene deles likt.           Kostnadene deles likt.",
        "                               > {+Tvister avgjøres av",
        "                               > domstolene.+}",
        "Sel er vert.                     Sel er vert.",
    ]
    assert "[-Tvister avgjøres av          <" in beside(second, first, width=30)
    assert beside("", "") == ""


def test_side_by_side_as_html() -> None:
    page = beside(FIRST, SECOND, form="html")
    assert "<del>seks</del>" in page
    assert "<ins>tolv</ins>" in page
    assert "&lt;b&gt;Sel&lt;/b&gt;" in page
    assert "<b>" not in page
    assert page.count("<tr") == page.count("</tr>")


@settings(max_examples=80, deadline=None)
@given(*[st.lists(st.sampled_from(["Sel er vert.", "Gran\ner med.", "Moss <&> Ås", "§ 3 Frist:", "\n\n"]), max_size=8).map(" ".join)] * 2)
def test_nothing_is_lost_side_by_side(first: str, second: str) -> None:
    """Each column of the table has all words of its text in order, and words are marked exactly where the texts are not the same."""
    from html import unescape

    page = beside(first, second, form="html")
    cells = re.findall(r"<td>(.*?)</td>", page, re.DOTALL)
    for column, text in ((cells[::2], first), (cells[1::2], second)):
        assert unescape(re.sub(r"</?(?:del|ins)>", "", " ".join(column))).split() == text.split()
    assert ("<del>" in page or "<ins>" in page) == (first.split() != second.split())
    plain = beside(first, second, width=200)
    assert ("[-" in plain or "{+" in plain) == (first.split() != second.split())


def test_a_seed_that_cannot_be_used() -> None:
    with pytest.raises(OptionError, match="--seed"):
        similar({"a": "one two three four five six"}, seed=-1)
