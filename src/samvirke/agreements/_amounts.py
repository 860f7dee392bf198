"""Parts of a whole as agreements write them: per cent in figures and words, fractions, halves, and the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ONES = {
    "en": 1, "én": 1, "ett": 1, "ein": 1, "éin": 1, "ei": 1, "eitt": 1, "to": 2, "tre": 3, "fire": 4, "fem": 5, "seks": 6, "sju": 7, "syv": 7, "åtte": 8, "ni": 9,
}  # fmt: skip
_TENS = {"tjue": 20, "tretti": 30, "førti": 40, "femti": 50, "seksti": 60, "sytti": 70, "åtti": 80, "nitti": 90}
_TEENS = {"ti": 10, "elleve": 11, "tolv": 12, "femten": 15, "atten": 18, "hundre": 100}
_PARTS = {
    "halv": 2, "tre": 3, "tredje": 3, "fire": 4, "fjerde": 4, "fem": 5, "femte": 5, "seks": 6, "sjette": 6, "sju": 7, "sjuende": 7, "åtte": 8, "åttende": 8, "ni": 9, "ti": 10, "tiende": 10,
}  # fmt: skip
_WORD = rf"(?:(?:{'|'.join(_TENS)})(?:{'|'.join(_ONES)})?|{'|'.join(_TEENS)}|fem)"
_SHARE = re.compile(
    rf"(?P<value>(?<![\d,.])\d{{1,3}}(?:[,.]\d{{1,2}})?|\b{_WORD})(?:\s*\(\s*\w+\s*\)|\s*[–-]\s*\d+\s*[–-])?\s*(?:%|prosent\w*|pst\b\.?|pct\.?)"
    rf"|\b(?P<count>{'|'.join(_ONES)})\s*(?P<part>{'|'.join(sorted(_PARTS, key=len, reverse=True))})d?del(?:er|ar|en|ane|ene)?\b"
    r"|(?<![\d/])(?P<over>\d)/(?P<under>\d)(?![\d/])|\b(?P<quarter>(?:ein|en)\s+kvart)\b"
    r"|(?P<half>\bhalvparten|\bhalvdelen|\bhelvta|\bhalve\b|\bhalvpart\b)|(?P<rest>\b(?:resten|restbeløp\w*|resterende|resterande|attverande|gjenstående|gjenværende|overskytende|overskytande|(?:det\s+)?øvrige|det\s+andre(?=\s+etter))\b)",
    re.IGNORECASE,
)
_HALF = re.compile(r"\b(?:den|det)\s+andre\s+halv|\bhalvparten|\bhalvdel", re.IGNORECASE)
_NO_SHARE = re.compile(
    r"^\s*(?:av\s+(?:full\s+|ei\s+|en\s+)?)?(?:stilling|administrasjon|adm\b|påslag|av\s+lønn?(?:a|en|s\w*)?\b(?!\s+og)|mva|moms|rente|økning|auke|årsverk|av\s+ei\s+stilling|av\s+en\s+stilling|stillings)|^\s*av\s+(?:brutto|netto)?\s*lønns|^\s*(?:hver|kvar|på\s+(?:hver|kvar)|til\s+(?:hver|kvar))\b",
    re.IGNORECASE,
)
_NO_SHARE_BEFORE = re.compile(
    r"(?:ansatt|tilsett|stilling)\w*\s+(?:i|på)\s+$|(?:enn|administrasjonspåslag\w*|påslag\w*|rente\w*|økning|auke|moms|mva|over)\s+(?:\w+\s+){0,2}$|stat\w+\s+(?:dekker|dekkjer|betaler)\s+$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Share:
    """A part of a whole in per cent, or the rest, and where in the text it stands."""

    percent: str
    begin: int
    end: int


def amounts(text: str) -> list[Share]:
    """Find the parts of a whole in a text, in its order, without per cent of a position, overhead or interest.

    Examples
    --------
    >>> [one.percent for one in amounts("12,5 % likt, tjuefem prosent etter bruk, ein firedel etter folketal, 2/3 og resten")]
    ['12.5', '25', '25', '67', 'rest']
    """
    found = []
    for match in _SHARE.finditer(text):
        if _NO_SHARE.match(text[match.end() :]) or _NO_SHARE_BEFORE.search(text[: match.start()]):
            continue
        percent = _percent(match)
        if percent:
            found.append(Share(percent, match.start(), match.end()))
    return found


def _percent(match: re.Match[str]) -> str | None:
    if match["rest"]:
        return "rest"
    if match["half"]:
        return "50"
    if match["quarter"]:
        return "25"
    if match["part"]:
        value = 100 * _ONES[match["count"].lower()] / _PARTS[match["part"].lower()]
    elif match["over"]:
        value = 100 * int(match["over"]) / int(match["under"]) if match["under"] != "0" else 0
    else:
        value = _spelt(match["value"].lower())
    return f"{round(value, 1 if match['value'] else 0):g}" if 0 < value < 100 or match["value"] == "100" else None


def _spelt(word: str) -> float:
    if word[0].isdigit():
        return float(word.replace(",", "."))
    tens = next((name for name in _TENS if word.startswith(name)), None)
    if tens is None:
        return float(_TEENS.get(word, _ONES.get(word, 0)))
    return float(_TENS[tens] + _ONES.get(word.removeprefix(tens), 0))
