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
        if name == "municipality":
            frames[name] = _municipalities(account, own, editions)
            continue
        frame = pd.concat(own, ignore_index=True)
        if about.key:
            frame = _merged(account, name, list(about.key), frame, editions)
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


def _municipalities(account: Account, own: list[pd.DataFrame], editions: Sequence[Edition]) -> pd.DataFrame:
    """Keep every row that the first edition has of a code, with what only the others know of the latest one."""
    latest = [frame.sort_values("valid_from", na_position="first", kind="stable").drop_duplicates("code", keep="last") for frame in own]
    merged = _merged(account, "municipality", ["code"], pd.concat(latest, ignore_index=True), editions)
    history = own[0][~own[0].index.isin(latest[0].index)]
    return pd.concat([history, merged], ignore_index=True)


def _merged(account: Account, name: str, key: list[str], frame: pd.DataFrame, editions: Sequence[Edition]) -> pd.DataFrame:
    """Keep the first row of each key, filled in from the others where it is empty; note what was filled in and what differs."""
    repeated = frame.duplicated(key, keep=False)
    kept = frame.drop_duplicates(key).copy()
    where = " + ".join(edition.name for edition in editions)
    compared = [column for column in frame.columns if column not in (*key, "source", "valid_from", "lon", "lat")]
    for identity, own in frame[repeated].groupby(key, dropna=False, sort=True):
        label = " ".join(str(part) for part in identity if part == part) if isinstance(identity, tuple) else str(identity)
        for column in (column for column in frame.columns if column not in key):
            values = own[column].dropna()
            if len(values) and pd.isna(own[column].iloc[0]) and column not in ("source", "valid_from", "valid_to"):
                kept.loc[own.index[0], column] = values.iloc[0]
                account.say("filled_from_another", name, where, None, column, f"{label}, {column}", values.iloc[0])
            elif column in compared and values.astype(str).nunique() > 1:
                account.say("differs_between_editions", name, where, None, column, label, " / ".join(dict.fromkeys(map(str, values))))
    return kept.reset_index(drop=True)
