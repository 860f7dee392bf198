"""The text of an agreement as passages: sentences, each with the heading it stands under, its page and its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from samvirke.agreements.files import Block, Document
from samvirke.agreements.reading import AgreementLanguage

_NUMBER = r"(?:(?!§\s*28(?:\s*-\s*1)?\s?[a-c]\b|§\s*20\s*-\s*[23]\b)§+\s*\d+(?:\s*-\s*\d+)?(?:\s+\d+\.)?|(?i:pkt|punkt|kap|kapittel|art|artikkel|sak)\.?\s*\d+(?:\.\d+)*\.?|[A-Z]\.|[IVX]{1,4}\.|\d{1,2}(?:\.\d{1,2})*\.?(?!\d|[./]\d|\s*(?:%|prosent|kr\b|år|månad|måned)))"
_NUMBERED = re.compile(rf"^({_NUMBER})\s*[-–:.]?\s*(\S.*)?$")
_LISTED = re.compile(r"[-–•·*▪]\s|\(?[a-zæøå0-9]{1,2}[).]\s")
_SUB = re.compile(r"\d{1,2}[.-]\d{1,2}\.?\s")
_LISTED_LOW = re.compile(r"\(?\d{1,2}[).]\s+[a-zæøå]")
_CAPITALS = re.compile(r"^([A-ZÆØÅ][A-ZÆØÅ§\d /,()-]{3,70}?)\s*[.:–]\s+(\S.*)$")
_ONLY_NN = re.compile(
    r"\b(?:ikkje|eit|ein|frå|kommunane|vere|dei|korleis|kva|nokon|vert|desse|usemje|oppgåver?|partane|ei|me|høve|gjeld|verksemd|mynde)\b", re.IGNORECASE
)
_ONLY_NB = re.compile(
    r"\b(?:ikke|et|en|fra|kommunene|være|de|hvordan|hva|noen|blir|disse|uenighet|oppgaver?|partene|gjelder|virksomhet|myndighet)\b", re.IGNORECASE
)
_SAYS = re.compile(r"\b(?:er|skal|har|kan|vert|blir|gjelder|gjeld|må|får|var|vart|betaler|sender|driv|driver|tek|tar)\b")
_MONTHS = "januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember"
SIGNING = re.compile(r"\b(?:underskrift|underteikn|signatur|for\s+\w[\w -]* kommune|ordfører|ordførar|rådmann(?:en)?|kommunedirektør)\b|_{3,}", re.IGNORECASE)


@dataclass(frozen=True)
class Passage:
    """A sentence, list item or table row, with the heading it stands under.

    Parameters
    ----------
    text, page : str, int
        Its words, and where they stand.
    heading : str
        The nearest heading above; empty before the first.
    section : int
        How many headings stand above.
    place : float
        How far into the text it begins, from 0 to 1.
    row : bool
        Whether it is a row of a table.
    """

    text: str
    page: int
    heading: str
    section: int
    place: float
    row: bool = False


@dataclass(frozen=True)
class Passages:
    """All of an agreement: its sentences in order, its headings, and the paragraphs as they stand."""

    file: str
    sentences: tuple[Passage, ...]
    headings: tuple[Passage, ...]
    blocks: tuple[Block, ...]

    @cached_property
    def language(self) -> AgreementLanguage:
        """Bokmål or nynorsk, whichever has more of its own words."""
        whole = " ".join(block.text for block in self.blocks)
        return "nn" if len(_ONLY_NN.findall(whole)) > len(_ONLY_NB.findall(whole)) else "nb"

    @cached_property
    def title(self) -> str | None:
        """The first lines, up to the one that says what kind of text it is; None where there is none of at most 200 characters."""
        for at, block in enumerate(self.blocks[:6]):
            if (
                re.search(r"avtale|avtala|vedtekt|vedtekter|samarbeid", block.text, re.IGNORECASE)
                and len(block.text) <= 200
                and not block.text.rstrip().endswith(".")
            ):
                following = self.blocks[at + 1].text if at + 1 < len(self.blocks) else ""
                cut = len(block.text.split()) == 1 or re.search(
                    r"(?:\b(?:for|om|i|og|mellom|av|til|på|ved|med|felles)|[–,-])$", block.text.strip(), re.IGNORECASE
                )
                if cut and len(following) < 120:
                    return f"{block.text} {following}"
                return block.text
        first = self.blocks[0].text if self.blocks else ""
        return first if 0 < len(first) <= 200 else None

    def under(self, section: int) -> tuple[Passage, ...]:
        """Return the sentences of a section."""
        return tuple(one for one in self.sentences if one.section == section)


def sentences_of(text: str) -> list[str]:
    """Divide a paragraph into sentences, not after what is shortened, a number of order or a single letter.

    Examples
    --------
    >>> sentences_of("Etter koml. § 20-2, jf. pkt. 4. Avtalen gjelder fra 1. januar 2014. Partene møtes.")
    ['Etter koml. § 20-2, jf. pkt. 4.', 'Avtalen gjelder fra 1. januar 2014.', 'Partene møtes.']
    """
    found, begin = [], 0
    for match in re.finditer(r"[.!?;][»\")]*\s+(?=[A-ZÆØÅ«\"(§\d-])|:\s+(?=[-•]\s)", text):
        before = text[begin : match.start() + 1]
        last = re.search(r"(\S+)[.!?;:]$", before)
        word = last.group(1).lstrip('(«"') if last else ""
        following = text[match.end() : match.end() + 1]
        section = re.search(r"(?:§\s*\d+(?:\s*-\s*\d+)?|[Kk]ap\w*\.?\s*\d+)\s*(?:bokstav\s*)?[a-zB]\.$", before)
        if match.group()[0] == "." and not section and (_is_shortened(word, text[match.end() :]) or following in "§-"):
            continue
        found.append(text[begin : match.end()].strip())
        begin = match.end()
    if text[begin:].strip():
        found.append(text[begin:].strip())
    return found


_ABBREVIATIONS = frozenset(
    [
        "jf",
        "jfr",
        "pkt",
        "nr",
        "kl",
        "mnd",
        "innb",
        "bl",
        "f.eks",
        "m.v",
        "mv",
        "m.fl",
        "ev",
        "evt",
        "kap",
        "koml",
        "komml",
        "kml",
        "pr",
        "ca",
        "tlf",
        "st",
        "hhv",
        "inkl",
        "ekskl",
        "maks",
        "min",
        "vk",
        "mill",
        "ref",
        "adm",
        "art",
        "aml",
        "fvl",
        "tilsv",
        "iht",
        "ihht",
        "mht",
        "vedr",
        "øyebl",
        "pas",
        "eks",
        "sml",
        "flg",
        "i.f",
        "dr",
        "d.e",
        "t.d",
        "m.a",
        "o.a",
        "lovens",
        "bokst",
        "kr",
        "avd",
        "sst",
        "ndf",
    ]
)


def _is_shortened(word: str, following: str) -> bool:
    """Say whether a full stop after a word ends no sentence."""
    if word.lower() in _ABBREVIATIONS or re.fullmatch(r"[A-ZÆØÅ]|[a-zæøå]", word):
        return True
    if re.fullmatch(r"jan|feb|apr|jun|jul|aug|sept?|okt|nov|des", word) and following[:1].isdigit():
        return True
    if re.fullmatch(r"\d{1,2}", word):
        return not re.match(r"[A-ZÆØÅ]", following) or bool(
            re.match(r"(?:Januar|Februar|Mars|April|Mai|Juni|Juli|August|September|Oktober|November|Desember)", following)
        )
    return bool(re.match(r"\d", following)) and bool(re.fullmatch(r"[\w.]*\.\w+", word))


def passages(document: Document) -> Passages:
    """Divide a document into sentences under headings."""
    whole = sum(len(block.text) + 1 for block in document.blocks) or 1
    sentences: list[Passage] = []
    headings: list[Passage] = []
    heading, section, so_far = "", 0, 0
    headed, ordered, broken, below = False, False, False, False
    for at, block in enumerate(document.blocks):
        following = document.blocks[at + 1] if at + 1 < len(document.blocks) else None
        title, rest = _divide(block, following, late=so_far / whole > 0.85)
        numbered = title is None and not block.row and bool(_NUMBERED.match(rest)) and not _LISTED_LOW.match(rest)
        if numbered and _SUB.match(rest) and heading:
            heading = _soft_heading(rest) or heading
        elif numbered and (ordered or not headed):
            heading, section, ordered = _soft_heading(rest), section + 1, True
        elif title is None and not block.row and not broken and not below and (soft := _soft_heading(rest)):
            heading, section = soft, section + 1
        if title is not None:
            heading, section, ordered = title, section + 1, False
            headed = headed or bool(_NUMBERED.match(title))
            headings.append(Passage(title, block.page, title, section, so_far / whole))
        below = title is not None and bool(heading)
        broken = title is None and not block.row and bool(re.search(r"[\wæøå,-]$", rest)) and len(rest.split()) > 6
        own = [rest] if block.row and rest else sentences_of(rest)
        sentences += [Passage(one, block.page, heading, section, so_far / whole, block.row or " | " in one) for one in own]
        so_far += len(block.text) + 1
    return Passages(document.file, tuple(sentences), tuple(headings), document.blocks)


def _soft_heading(text: str) -> str:
    """Return the first few words of a paragraph, where they end in a full stop or colon and say nothing by themselves."""
    text = re.sub(rf"^{_NUMBER}\s*", "", text)
    match = re.match(r"([A-ZÆØÅ][\w ,/–-]{2,60}?)(?:[.]\s+(?=\S)|:(?:\s+|$))", text)
    if match is None or len(match.group(1).split()) > 6:
        return ""
    words = match.group(1)
    if re.search(r"\w{4,}(?:es|ast)\b", words) or words.split()[-1].lower() in _ABBREVIATIONS or re.match(r"(?:Da|Så|Vi|De|Dei|Det|Den|Ho|Han)\b", words):
        return ""
    if re.search(r"\d$", words) and re.match(rf"\.\s+(?:{_MONTHS})", text[match.end(1) :]):
        return ""
    asks = re.match(r"(?:Kva|Hva|Kven|Hvem|Om|Når|Korleis|Hvordan|Ut|Vil|Kor|Hvor)\b", words)
    return words if asks or not _SAYS.search(words) else ""


def _divide(block: Block, following: Block | None, *, late: bool) -> tuple[str | None, str]:
    """Return the heading that a block is or begins with, and the rest of it."""
    text = re.sub(r"\s*\[[^\]]*\]", "", block.text).strip()
    if block.row or " | " in text:
        return None, text
    if block.heading:
        return text, ""
    if (match := _CAPITALS.match(text)) and len(match.group(2)) > 15:
        return match.group(1).strip(), match.group(2)
    ends = text.endswith((".", ";", ",", ":")) or bool(SIGNING.search(text))
    if (match := _NUMBERED.match(text)) and text.endswith(":") and len(text.split()) <= 5:
        return text.rstrip(":"), ""
    if (match := _NUMBERED.match(text)) and len(text) <= 100 and not ends:
        words = match.group(2) or ""
        if not words or (words[:1].isupper() and len(words.split()) <= 12):
            return text, ""
    inner = re.match(r"([A-ZÆØÅ][\w, /og-]{2,50}?)\.\s+(?=[A-ZÆØÅ])", match.group(2) or "") if match else None
    if match and inner and len(inner.group(1).split()) <= 4 and not _SAYS.search(inner.group(1)):
        return f"{match.group(1)} {inner.group(1)}", (match.group(2) or "")[inner.end() :]
    short = len(text.split()) <= 7 and len(text) <= 60 and text[:1].isupper() and not re.search(r"\d|_", text)
    if (
        short
        and not ends
        and following is not None
        and not following.row
        and len(following.text) > (40 if late else len(text))
        and not _LISTED.match(following.text)
    ):
        return text, ""
    return None, text
