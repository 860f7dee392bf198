"""What users read, in bokmål, nynorsk and English: texts, numbers and lists."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

Language = Literal["nb", "nn", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True, kw_only=True)
class Text:
    """One text in the three languages, read as ``text["nn"]``.

    Examples
    --------
    >>> Text(nb="ikke", nn="ikkje", en="not")["nn"]
    'ikkje'
    """

    nb: str
    nn: str
    en: str

    def __getitem__(self, language: Language) -> str:
        text: str = getattr(self, language)
        return text

    def __add__(self, other: Text) -> Text:
        """Put `other` after this text, with a space between."""
        return Text(**{language: f"{self[language]} {other[language]}".strip() for language in LANGUAGES})

    def to_dict(self) -> dict[str, str]:
        """Return the texts by language code."""
        return {language: self[language] for language in LANGUAGES}


def same(text: str) -> Text:
    """Give a name that is the same in all three languages."""
    return Text(nb=text, nn=text, en=text)


EMPTY = same("")


def filled(template: Text | Mapping[str, str], **values: object) -> Text:
    """Fill a template in, with values that are texts in the language of the sentence.

    Examples
    --------
    >>> filled(Text(nb="{n} er {what}", nn="{n} er {what}", en="{n} is {what}"), n=3, what=Text(nb="få", nn="få", en="few"))["en"]
    '3 is few'
    """
    own = template.to_dict() if isinstance(template, Text) else template
    return Text(**{one: own[one].format(**{name: value[one] if isinstance(value, Text) else value for name, value in values.items()}) for one in LANGUAGES})


def number(value: float | None, language: Language, decimals: int = 0) -> str:
    """Write a number as its readers do: ``1 234,5`` in Norwegian, ``1,234.5`` in English; unknown is a dash.

    Examples
    --------
    >>> number(0.354, "nb", 2), number(1234, "en"), number(None, "nn")
    ('0,35', '1,234', '–')
    """
    from babel.numbers import format_decimal

    if value is None or not math.isfinite(value):
        return "–"
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, format=pattern, locale=language)


def percent(share: float | None, language: Language, decimals: int = 0) -> str:
    r"""Write a share from 0 to 1 in per cent; what is not quite all, or not quite none, gets a decimal rather than 100 or 0.

    Examples
    --------
    >>> percent(0.391, "nb"), percent(0.391, "en"), percent(0.9972, "en")
    ('39\xa0%', '39%', '99.7%')
    """
    from babel.numbers import format_percent

    if share is None or not math.isfinite(share):
        return "–"
    if not decimals and 0 < share < 1 and round(share * 100) in (0, 100):
        decimals = 1
    pattern = ("#,##0" + ("." + "0" * decimals if decimals else "")) + ("%" if language == "en" else "\u00a0%")
    return format_percent(share, format=pattern, locale=language)


def probability(value: float | None, language: Language) -> str:
    """Write a p-value: three decimals, or that it is below the smallest of them.

    Examples
    --------
    >>> probability(0.00001, "en"), probability(0.51, "nb")
    ('p < 0.001', 'p = 0,510')
    """
    if value is None or not math.isfinite(value):
        return "p = –"
    if value < 0.001:
        return f"p < {number(0.001, language, 3)}"
    return f"p = {number(value, language, 3)}"


def listing(items: Iterable[str], language: Language) -> str:
    """Join names as in running text.

    Examples
    --------
    >>> listing(["Sel", "Gran", "Moss"], "nb")
    'Sel, Gran og Moss'
    """
    from babel.lists import format_list

    found = list(items)
    return format_list(found, locale=language) if found else ""


def day(value: date, language: Language) -> str:
    """Write a day in full.

    Examples
    --------
    >>> day(date(2012, 1, 1), "nb"), day(date(2012, 1, 1), "en")
    ('1. januar 2012', '1 January 2012')
    """
    from babel.dates import format_date

    return format_date(value, format="d MMMM y" if language == "en" else "d. MMMM y", locale=language)


def texts(**parts: Text | Iterable[Text]) -> dict[Language, dict[str, str]]:
    """Lay several texts out by language, so that a sentence can be written once a language."""
    return {
        language: {name: value[language] if isinstance(value, Text) else listing((item[language] for item in value), language) for name, value in parts.items()}
        for language in LANGUAGES
    }
