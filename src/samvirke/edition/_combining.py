"""Put several editions of the same municipalities together as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from samvirke.edition._account import Account
from samvirke.edition._edition import Edition
from samvirke.edition._schema import tables
from samvirke.errors import SamvirkeError
from samvirke.vocabulary.dates import DateInterval
from samvirke.vocabulary.language import Text

_MOST = 20


class CombineError(SamvirkeError, ValueError):
    """Editions that do not fit together; every reason is named."""

    def __init__(self, reasons: Sequence[Text]) -> None:
        self.reasons = tuple(reasons)
        lines = {language: "".join(f"\n- {reason[language]}" for reason in self.reasons) for language in ("nb", "nn", "en")}
        super().__init__(
            Text(
                nb=f"Utgavene kan ikke settes sammen:{lines['nb']}",
                nn=f"Utgåvene kan ikkje setjast saman:{lines['nn']}",
                en=f"The editions cannot be combined:{lines['en']}",
            )
        )


@dataclass(frozen=True)
class Combined:
    """One edition from several: its tables, its description, the edition whose boundaries it has, and where the editions differ."""

    tables: dict[str, pd.DataFrame]
    package: dict[str, Any]
    boundary_of: Edition | None
    account: Account


def combine(editions: Sequence[Edition]) -> Combined:
    """Put editions together: their cooperations, figures and groupings side by side.

    They must be of the same municipalities. Where a row stands in several, the first counts and the difference is noted.

    Raises
    ------
    CombineError
        When there are fewer than two, a municipality is in one but not in another, or two have a cooperation, agreement or
        company of the same id.
    """
    _fit(editions)
    account = Account()
    frames = {}
    for name, about in tables().items():
        own = [edition.tables[name] for edition in editions if name in edition.tables]
        if not own:
            continue
        frame = pd.concat(own, ignore_index=True)
        key = ["code"] if name == "municipality" else list(about.key)
        if key:
            _note_differences(account, name, key, frame, editions)
            frame = frame.drop_duplicates(key, ignore_index=True)
        frames[name] = frame
    dated = [edition.date for edition in editions if edition.date]
    package = {key: value for key, value in editions[0].package.items() if key not in ("resources", "import", "carried")}
    package |= {
        "title": " + ".join(edition.title.en for edition in editions),
        "titles": {language: " + ".join(edition.title[language] for edition in editions) for language in ("nb", "nn", "en")},
        "constructed": any(edition.constructed for edition in editions),
        "combined": [{"edition": edition.name, "date": edition.date} for edition in editions],
        "licenses": [one for edition in editions for one in edition.package.get("licenses", [])],
    }
    if dated:
        package["date"] = max(dated, key=lambda day: DateInterval.parse(day).last)
    bounded = next((edition for edition in editions if edition.boundary is not None), None)
    return Combined(frames, package, bounded, account)


def _fit(editions: Sequence[Edition]) -> None:
    reasons = []
    if len(editions) < 2:
        reasons.append(Text(nb="gi minst to.", nn="gje minst to.", en="give at least two."))
    for first, second in ((editions[0], other) for other in editions[1:]):
        here, there = set(first["municipality"]["code"]), set(second["municipality"]["code"])
        for one, other, lost in ((first, second, here - there), (second, first, there - here)):
            if lost:
                shown = ", ".join(sorted(lost)[:_MOST]) + (f" … ({len(lost)})" if len(lost) > _MOST else "")
                reasons.append(
                    Text(
                        nb=f"{one.name} har kommuner som ikke er i {other.name}: {shown}. Før den ene over først (samvirke carry).",
                        nn=f"{one.name} har kommunar som ikkje er i {other.name}: {shown}. Før den eine over fyrst (samvirke carry).",
                        en=f"{one.name} has municipalities that are not in {other.name}: {shown}. Carry one of them over first (samvirke carry).",
                    )
                )
    for name in ("cooperation", "agreement", "company"):
        identities = pd.concat([edition.tables[name]["id"] for edition in editions if name in edition.tables] or [pd.Series(dtype="str")])
        if clash := sorted(set(identities[identities.duplicated()])):
            shown = ", ".join(clash[:_MOST]) + (f" … ({len(clash)})" if len(clash) > _MOST else "")
            reasons.append(
                Text(
                    nb=f"{name}: samme id i flere av dem: {shown}.",
                    nn=f"{name}: same id i fleire av dei: {shown}.",
                    en=f"{name}: the same id in several of them: {shown}.",
                )
            )
    if reasons:
        raise CombineError(reasons)


def _note_differences(account: Account, name: str, key: list[str], frame: pd.DataFrame, editions: Sequence[Edition]) -> None:
    """Note the cells that differ between rows of one key; provenance and open dates are no difference."""
    repeated = frame[frame.duplicated(key, keep=False)]
    columns = [column for column in tables()[name].columns if column in frame and column not in (*key, "source", "valid_from", "lon", "lat")]
    where = " + ".join(edition.name for edition in editions)
    for identity, own in repeated.groupby(key, dropna=False, sort=True):
        for column in columns:
            values = [str(value) for value in own[column] if pd.notna(value)]
            if len(set(values)) > 1:
                label = " ".join(map(str, identity)) if isinstance(identity, tuple) else str(identity)
                account.say("differs_between_editions", name, where, None, column, label, " / ".join(dict.fromkeys(values)))
