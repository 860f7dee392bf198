"""Which agreements are near-identical, so that one text written once is not counted as several, and how two of them differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape
from itertools import combinations, zip_longest
from textwrap import wrap
from typing import Any, Literal
from unicodedata import normalize

import numpy as np
import pandas as pd

from samvirke.errors import OptionError
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Language, Text, listing, number, percent

Array = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
Row = tuple[str, str, float, float, float, bool]

WORDS, PERMUTATIONS, MISSED, LEAST = 5, 128, 0.001, 0.1
"""Words of a run; hash functions of a sketch; how often, at most, a pair just at the threshold may be missed; the least threshold for which
that holds."""

COLUMNS = ["first", "second", "jaccard", "share_first_in_second", "share_second_in_first", "same_text"]
QUESTION = Text(nb="Hvilke avtaler er nesten like?", nn="Kva avtalar er nesten like?", en="Which agreements are near-identical?")
METHOD = Text(
    nb="Hver tekst deles i alle rekker av fem ord etter hverandre, uten hensyn til store bokstaver, tegn og mellomrom (en kortere tekst er én rekke). Likheten er Jaccards: hvor stor del av de ulike rekkene i de to som er felles. Par som kan være over grensen, finnes med MinHash og LSH (128 hashfunksjoner, bånd valgt slik at et par akkurat på grensen overses i høyst ett av tusen tilfeller); deretter regnes likheten ut eksakt for hvert par. Andelen ord er ord som står i en rekke på fem som også er i den andre. Like: samme tekst når bare store bokstaver og mellomrom er ulike. En gruppe er avtaler som henger sammen gjennom slike par.",
    nn="Kvar tekst blir delt i alle rekkjer av fem ord etter kvarandre, utan omsyn til store bokstavar, teikn og mellomrom (ein kortare tekst er éi rekkje). Likskapen er Jaccards: kor stor del av dei ulike rekkjene i dei to som er felles. Par som kan vere over grensa, blir funne med MinHash og LSH (128 hashfunksjonar, band valde slik at eit par akkurat på grensa blir oversett i høgst eitt av tusen tilfelle); deretter blir likskapen rekna ut eksakt for kvart par. Delen ord er ord som står i ei rekkje på fem som òg er i den andre. Like: same tekst når berre store bokstavar og mellomrom er ulike. Ei gruppe er avtalar som heng saman gjennom slike par.",
    en="Each text is divided into every run of five words, whatever their case, marks and spaces (a shorter text is one run). Similarity is Jaccard's: which part of the different runs of the two is common to both. Pairs that may be above the threshold are found by MinHash and LSH (128 hash functions, bands chosen so that a pair just at the threshold is missed at most once in a thousand); the similarity of each is then computed exactly. The share of words is of words in a run of five that the other has too. Identical: the same text but for case and spaces. A group is agreements that hang together by such pairs.",
)


@dataclass(frozen=True)
class _Shingled:
    """A text as runs of words.

    Parameters
    ----------
    runs : numpy.ndarray
        The number of the run that begins at each word but the last four.
    different : numpy.ndarray
        The numbers of its different runs.
    words : int
        How many words it has.
    plain : str
        The text without case and spaces.
    """

    runs: Array
    different: Array
    words: int
    plain: str


def similar(texts: Mapping[str, str], threshold: float = 0.8, seed: int = 1) -> Finding:
    """Find near-identical agreements among many.

    Parameters
    ----------
    texts : Mapping[str, str]
        The text of each, by file or id.
    threshold : float
        The least Jaccard similarity of a pair, from 0.1 to 1; below that, sketches of this size would miss too many.
    seed : int
        Of the sketches by which pairs are found; the similarities do not depend on it.

    Returns
    -------
    Finding
        Columns first, second, jaccard, share_first_in_second and share_second_in_first (of the words of one, those that stand in runs of
        five that the other has too), same_text (but for case and spaces); the most similar first. Supporting table `similar_groups`: group,
        agreements (how many), files, jaccard (the lowest of its pairs).

    Raises
    ------
    OptionError
        When the threshold is outside its range.
    """
    if not LEAST <= threshold <= 1:
        raise OptionError("threshold", threshold, Text(nb="0,1 til 1", nn="0,1 til 1", en="0.1 to 1"))
    if not 0 <= seed < 2**32:
        raise OptionError(
            "seed", seed, Text(nb="et helt tall fra 0 til 4294967295", nn="eit heilt tal frå 0 til 4294967295", en="a whole number from 0 to 4294967295")
        )
    shingled = _shingled(texts)
    order = {name: place for place, name in enumerate(name for name, one in shingled.items() if one.words)}
    alike: dict[bytes, list[str]] = {}
    for name in order:
        alike.setdefault(shingled[name].runs.tobytes(), []).append(name)
    same = list(alike.values())
    rows: list[Row] = [
        (first, second, 1.0, 1.0, 1.0, shingled[first].plain == shingled[second].plain) for own in same for first, second in combinations(own, 2)
    ]
    for (one, other), (jaccard, *shares) in _compared([shingled[own[0]] for own in same], threshold, seed).items():
        for left, right in ((left, right) for left in same[one] for right in same[other]):
            swapped = order[left] > order[right]
            first, second = (right, left) if swapped else (left, right)
            rows.append((first, second, jaccard, shares[swapped], shares[not swapped], False))
    rows.sort(key=lambda row: (-row[2], order[row[0]], order[row[1]]))
    table = pd.DataFrame(rows, columns=COLUMNS).astype({"first": "str", "second": "str", "same_text": "bool"} | dict.fromkeys(COLUMNS[2:5], "float64"))
    groups = _groups(table, order)
    empty = [name for name, one in shingled.items() if not one.words]
    return Finding(
        id="similar_agreements",
        edition="",
        question=QUESTION,
        statement=_statement(table, groups, len(order), threshold),
        method=METHOD,
        table=table,
        coverage=Coverage(int(groups["agreements"].sum()), {"agreements": len(texts), "agreements_with_text": len(order)}, _gaps(empty)),
        chart=Chart("table"),
        supporting={"similar_groups": groups},
        options={"threshold": threshold},
        seed=seed,
    )


def _shingled(texts: Mapping[str, str]) -> dict[str, _Shingled]:
    """Number every different run of words of all texts."""
    numbers: dict[str, int] = {}
    plain = {name: " ".join(normalize("NFC", text).casefold().split()) for name, text in texts.items()}
    words = {name: np.array([numbers.setdefault(word, len(numbers) + 1) for word in re.findall(r"\w+", text)], dtype=np.int64) for name, text in plain.items()}
    padded = [np.pad(own, (0, max(0, WORDS - len(own)))) for own in words.values() if len(own)]
    windows = np.concatenate([np.lib.stride_tricks.sliding_window_view(own, WORDS) for own in padded] or [np.zeros((0, WORDS), dtype=np.int64)])
    runs = windows[:, 0]
    for place in range(1, WORDS):
        runs = np.unique(runs * (len(numbers) + 1) + windows[:, place], return_inverse=True)[1]
    result, start = {}, 0
    for name, own in words.items():
        end = start + (max(1, len(own) - WORDS + 1) if len(own) else 0)
        result[name] = _Shingled(runs[start:end], np.unique(runs[start:end]), len(own), plain[name])
        start = end
    return result


def _compared(texts: Sequence[_Shingled], threshold: float, seed: int) -> dict[tuple[int, int], list[float]]:
    """Return, for each pair as similar as the threshold, its Jaccard, the share of the first in the second, and of the second in the first."""
    present = np.zeros(max((int(one.different[-1]) for one in texts), default=0) + 1, dtype=bool)
    partners: dict[int, list[int]] = {}
    for one, other in (pairs := _candidates(texts, len(present), threshold, seed)):
        partners.setdefault(one, []).append(other)
        partners.setdefault(other, []).append(one)
    common: dict[tuple[int, int], int] = {}
    covered: dict[tuple[int, int], float] = {}
    for place, others in partners.items():
        present[texts[place].different] = True
        for other in others:
            common[place, other] = int(np.count_nonzero(present[texts[other].different]))
            covered[other, place] = _covered(texts[other], present)
        present[texts[place].different] = False
    sizes = [len(text.different) for text in texts]
    found = {pair: [common[pair] / (sizes[pair[0]] + sizes[pair[1]] - common[pair]), covered[pair], covered[pair[::-1]]] for pair in pairs}
    return {pair: numbers for pair, numbers in found.items() if numbers[0] >= threshold}


def _covered(text: _Shingled, present: Mask) -> float:
    """Return the share of words that stand in a run that is present."""
    begins = present[text.runs]
    if text.words < WORDS:
        return float(begins[0])
    within = np.zeros(text.words, dtype=bool)
    for place in range(WORDS):
        within[place : place + len(begins)] |= begins
    return int(np.count_nonzero(within)) / text.words


def _candidates(texts: Sequence[_Shingled], runs: int, threshold: float, seed: int) -> list[tuple[int, int]]:
    """Return the pairs that may be as similar as the threshold, by MinHash and LSH."""
    from datasketch import MinHash, MinHashLSH

    hashes = np.random.default_rng(seed).integers(0, 2**32, size=runs).tolist()
    index = MinHashLSH(num_perm=PERMUTATIONS, params=_bands(threshold))
    found: set[tuple[int, int]] = set()
    for place, text in enumerate(texts):
        sketch = MinHash(num_perm=PERMUTATIONS, seed=seed, hashfunc=hashes.__getitem__)
        sketch.update_batch(text.different.tolist())
        found.update((other, place) for other in index.query(sketch))
        index.insert(place, sketch)
    return sorted(found)


def _bands(threshold: float) -> tuple[int, int]:
    """Choose bands of the most rows with which a pair at the threshold is still found.

    Examples
    --------
    >>> _bands(0.8)
    (25, 5)
    """
    rows = [rows for rows in range(1, PERMUTATIONS // 2 + 1) if (1 - threshold**rows) ** (PERMUTATIONS // rows) <= MISSED]
    most = max(rows, default=1)
    return PERMUTATIONS // most, most


def _groups(table: pd.DataFrame, order: Mapping[str, int]) -> pd.DataFrame:
    """Return the agreements that hang together, the largest group first."""
    leader: dict[str, str] = {}

    def lead(name: str) -> str:
        while leader.setdefault(name, name) != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    for first, second in zip(table["first"], table["second"], strict=True):
        one, other = sorted((lead(first), lead(second)), key=order.__getitem__)
        leader[other] = one
    members: dict[str, list[str]] = {}
    for name in sorted(leader, key=order.__getitem__):
        members.setdefault(lead(name), []).append(name)
    lowest = table["jaccard"].groupby([lead(first) for first in table["first"]]).min()
    ranked = sorted(members.items(), key=lambda own: (-len(own[1]), order[own[0]]))
    rows = [(number_, len(own), tuple(own), float(lowest[name])) for number_, (name, own) in enumerate(ranked, 1)]
    return pd.DataFrame(rows, columns=["group", "agreements", "files", "jaccard"]).astype({"group": "int64", "agreements": "int64", "jaccard": "float64"})


def _gaps(empty: list[str]) -> tuple[Missing, ...]:
    if not empty:
        return ()
    names = {language: listing(empty, language) for language in LANGUAGES}
    why = Text(nb=f"Disse har ingen ord: {names['nb']}.", nn=f"Desse har ingen ord: {names['nn']}.", en=f"These have no words: {names['en']}.")
    return (Missing("texts", (), why),)


def _statement(table: pd.DataFrame, groups: pd.DataFrame, count: int, threshold: float) -> Text:
    within, identical = int(groups["agreements"].sum()), int(table["same_text"].sum())
    w = {language: [number(n, language) for n in (within, count, len(groups), len(table), identical)] for language in LANGUAGES}
    at = {language: percent(threshold, language) for language in LANGUAGES}
    if not len(table):
        return Text(
            nb=f"Ingen av {w['nb'][1]} avtaler har minst {at['nb']} av femordsrekkene felles med en annen.",
            nn=f"Ingen av {w['nn'][1]} avtalar har minst {at['nn']} av femordsrekkjene felles med ein annan.",
            en=f"None of {w['en'][1]} agreements has at least {at['en']} of its runs of five words in common with another.",
        )
    first = Text(
        nb=f"{w['nb'][0]} av {w['nb'][1]} avtaler ligner en annen (minst {at['nb']} av femordsrekkene felles), i {w['nb'][2]} {'gruppe' if len(groups) == 1 else 'grupper'} og {w['nb'][3]} par.",
        nn=f"{w['nn'][0]} av {w['nn'][1]} avtalar liknar ein annan (minst {at['nn']} av femordsrekkjene felles), i {w['nn'][2]} {'gruppe' if len(groups) == 1 else 'grupper'} og {w['nn'][3]} par.",
        en=f"{w['en'][0]} of {w['en'][1]} agreements resemble another (at least {at['en']} of the runs of five words in common), in {w['en'][2]} {'group' if len(groups) == 1 else 'groups'} and {w['en'][3]} {'pair' if len(table) == 1 else 'pairs'}.",
    )
    exact = Text(
        nb=f"{w['nb'][4]} av parene har helt samme tekst.",
        nn=f"{w['nn'][4]} av para har heilt same tekst.",
        en=f"{w['en'][4]} of the pairs have quite the same text.",
    )
    return first + (exact if identical else EMPTY)


def beside(first_text: str, second_text: str, *, form: Literal["text", "html"] = "text", width: int = 60) -> str:
    """Lay two texts side by side, sentence by sentence, and mark what differs.

    Parameters
    ----------
    first_text, second_text : str
        The two; where their lines break means nothing.
    form : {"text", "html"}
        ``text``: two columns, with ``|`` between what differs, ``<`` after what only the first has and ``>`` before what only the second
        has; words that only one has stand as ``[-word-]`` and ``{+word+}``. ``html``: a table, such words as ``<del>`` and ``<ins>``.
    width : int
        Characters of a column of plain text.

    Returns
    -------
    str

    Examples
    --------
    >>> print(beside("Fristen er seks måneder. Sel er vert.", "Fristen er tolv måneder. Sel er vert.", width=26))
    Fristen er [-seks-]        | Fristen er {+tolv+}
    måneder.                   | måneder.
    Sel er vert.                 Sel er vert.
    """
    lines = list(_aligned(_sentences(first_text), _sentences(second_text)))
    if form == "html":
        rows = "".join(f'<tr class="{kind}"><td>{_html(left, "del")}</td><td>{_html(right, "ins")}</td></tr>\n' for kind, left, right in lines)
        return f'<table class="beside">\n{rows}</table>\n'
    marks = {"equal": " ", "replace": "|", "delete": "<", "insert": ">"}
    laid = []
    for kind, left, right in lines:
        columns = [wrap(_marked(words, *around), width) for words, around in ((left, ("[-", "-]")), (right, ("{+", "+}")))]
        laid += [f"{one:<{width}} {marks[kind]} {other}".rstrip() for one, other in zip_longest(*columns, fillvalue="")]
    return "\n".join(laid)


def beside_page(first_text: str, second_text: str, first_name: str, second_name: str, language: Language = "nb") -> str:
    """Return a page with two texts side by side, that needs nothing but a browser."""
    title = f"{escape(first_name)} – {escape(second_name)}"
    table = beside(first_text, second_text, form="html").replace(
        '<table class="beside">',
        f'<table class="beside">\n<thead><tr><th scope="col">{escape(first_name)}</th><th scope="col">{escape(second_name)}</th></tr></thead>',
    )
    return f'''<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<style>body{{font:1rem/1.5 system-ui,sans-serif;margin:1.5rem auto;max-width:75rem;padding:0 1rem;color-scheme:light dark}}
table{{border-collapse:collapse;width:100%;table-layout:fixed}}th,td{{text-align:left;vertical-align:top;padding:.3rem .75rem;border-bottom:1px solid #8888}}
td{{overflow-wrap:anywhere}}del{{background:#f9c6c6;color:#5c0000}}ins{{background:#c9ecc9;color:#003d00;text-decoration:none;font-weight:600}}</style></head>
<body><h1>{title}</h1>
{table}</body></html>
'''


Marked = list[tuple[str, bool]]


def _sentences(text: str) -> list[str]:
    """Divide a text where a paragraph or sentence ends."""
    parts = (" ".join(part.split()) for part in re.split(r"\n\s*\n|(?<=[.;:!?])\s+(?=[A-ZÆØÅ§\d–-])", text))
    return [part for part in parts if part]


def _aligned(first: list[str], second: list[str]) -> Iterator[tuple[str, Marked, Marked]]:
    """Pair the sentences of two texts: what is done to the first, and the words of both with whether the other lacks them."""
    for kind, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        for left, right in zip_longest(first[a:b], second[c:d]):
            own = kind if left and right else "delete" if left else "insert"
            yield own, *_words((left or "").split(), (right or "").split())


def _words(first: list[str], second: list[str]) -> tuple[Marked, Marked]:
    left: Marked = []
    right: Marked = []
    for kind, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        left += [(" ".join(first[a:b]), kind != "equal")] if b > a else []
        right += [(" ".join(second[c:d]), kind != "equal")] if d > c else []
    return left, right


def _marked(parts: Marked, before: str, after: str) -> str:
    return " ".join(f"{before}{words}{after}" if lacking else words for words, lacking in parts)


def _html(parts: Marked, tag: str) -> str:
    return " ".join(f"<{tag}>{escape(words)}</{tag}>" if lacking else escape(words) for words, lacking in parts)
