"""The coded statements of an edition, each with what its municipality is like, whether it may be quoted, and whom it could be traced to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.errors import OptionError
from samvirke.evidence._small_groups import LEAST, Who, pooled
from samvirke.finding import Missing
from samvirke.measures.groups import groups
from samvirke.measures.membership import membership
from samvirke.vocabulary import terms
from samvirke.vocabulary.language import LANGUAGES, Text, listing, number, same

UNKNOWN, OTHERS, NOT_TOLD = "unknown", "other_types", "not_told"
DIRECTIONS = ("for", "against", "ambiguous")
COUNTS = ("for", "against", "ambiguous", "direction_unknown")
CONSENTS = ("yes", "no", "published")
PUBLISHED = "published"


def statements(edition: Edition, by: str = "size") -> pd.DataFrame:
    """Return the statements that have a motive.

    Parameters
    ----------
    edition : Edition
        With the table statement; its further columns consent (yes, no or published) and case (of the table case) are used where it has them.
    by : str
        What municipalities are divided by: size, county, case, or a kind of the table grouping.

    Returns
    -------
    pandas.DataFrame
        Columns motive, direction (``direction_unknown`` where it is not coded), informant_role (``not_told``), municipality_type (``unknown``),
        municipality, cooperation, document, text (and text_nn and text_en where the table has them), consent, informant (whom the
        statement could be traced to: its municipality, else its document; nothing where the text was published without names).

    Raises
    ------
    OptionError
        When the edition has nothing to divide by in that way; by size all are then of unknown type.
    """
    frame = edition["statement"]
    frame = frame[frame["motive"].notna()].reset_index(drop=True)
    text = {str(column): frame[column].fillna("").astype(str).to_numpy(dtype=object) for column in frame.columns}
    empty: Any = np.full(len(frame), "", dtype=object)
    municipality, document = text["municipality"], text.get("document", empty)
    consent = text.get("consent", empty)
    traced = np.where(municipality != "", np.char.add("m:", municipality.astype(str)), np.char.add("d:", document.astype(str)))
    found = pd.DataFrame(
        {
            "motive": text["motive"],
            "direction": np.where(text["direction"] != "", text["direction"], "direction_unknown"),
            "informant_role": np.where(text["informant_role"] != "", text["informant_role"], NOT_TOLD),
            "municipality_type": _types(edition, by, frame),
            "municipality": municipality,
            "cooperation": text["cooperation"],
            "document": document,
            "consent": consent,
            "informant": np.where(consent == PUBLISHED, "", traced.astype(object)),
        }
    )
    for name in ("text", *(f"text_{language}" for language in LANGUAGES)):
        if name in text:
            found[name] = text[name]
    return found


def _types(edition: Edition, by: str, frame: pd.DataFrame) -> list[str]:
    """Return the type of each statement's municipality; that of the anonymous case municipality where the source tells only that."""
    if by == "case":
        if "case" not in frame:
            raise OptionError("by", by, same("size, county"))
        return [str(one) for one in frame["case"].fillna(UNKNOWN)]
    named: dict[str, str] = {}
    of_case = _of_case(edition, by)
    if frame["municipality"].notna().any():
        data = membership(edition)
        try:
            found = groups(edition, data, by)
        except OptionError:
            if by != "size" and not of_case:
                raise
        else:
            named = {str(code): str(group) for code, group in zip(data.codes, found.of, strict=True) if group is not None}
    keys = zip(frame["case"].fillna(""), frame["label"].fillna(""), strict=True) if {"case", "label"} <= set(frame.columns) else [("", "")] * len(frame)
    if by != "size" and not named and not of_case:
        raise OptionError("by", by, same("size, case" if "case" in frame else "size"))
    return [named.get(str(code)) or of_case.get((str(case), str(label)), UNKNOWN) for code, (case, label) in zip(frame["municipality"], keys, strict=True)]


def _of_case(edition: Edition, by: str) -> dict[tuple[str, str], str]:
    """Return the class of each anonymous municipality of the table case; where only the case is told, the class that all its municipalities share."""
    if "case" not in edition or by not in edition["case"]:
        return {}
    own = edition["case"][["case", "label", by]].dropna()
    alike = {(str(case), ""): str(groups_of.iloc[0]) for case, groups_of in own.groupby("case")[by] if groups_of.nunique() == 1}
    return alike | {(str(case), str(label)): str(group) for case, label, group in own.itertuples(index=False)}


def ordered(found: pd.Series, by: str) -> list[str]:
    """Return the types that statements have, in order: by size where they are sizes, the unknown and the others last."""
    last = {OTHERS: 1, UNKNOWN: 2}

    def place(name: str) -> tuple[int, float, str]:
        digits = "".join(sign if sign.isdigit() else " " for sign in name.replace(" ", "")).split()
        least = float(digits[0]) if digits and by == "size" else 0.0
        return last.get(name, 0), 0.0 if name.startswith("<") else least, name

    return sorted({str(one) for one in found}, key=place)


def whom(frame: pd.DataFrame, column: str) -> dict[str, Who]:
    """Return, group by group, whom its statements could be traced to; nobody where all were published without names."""
    return {str(name): frozenset(own["informant"]) - {""} for name, own in frame.groupby(column, sort=False)}


def together(frame: pd.DataFrame, column: str) -> tuple[pd.DataFrame, frozenset[str]]:
    """Put the small groups of a column together under one name; return the statements and which groups were put together.

    Where all of them together are fewer than `LEAST` their statements are left out.
    """
    who = whom(frame, column)
    small = pooled(who)
    if small and len(frozenset().union(*(who[name] for name in small))) < LEAST:
        return frame[~frame[column].isin(small)], small
    return frame.assign(**{column: frame[column].where(~frame[column].isin(small), OTHERS)}), small


def counts(own: pd.DataFrame) -> dict[str, int]:
    """Count statements, whole and by direction."""
    found = own["direction"].value_counts()
    return {"statements": len(own), **{direction: int(found.get(direction, 0)) for direction in COUNTS}}


def share_for(row: Mapping[str, int]) -> float:
    """Return the share that speaks for, of those with a direction."""
    told = sum(row[one] for one in DIRECTIONS)
    return row["for"] / told if told else float("nan")


def motive_words(motives: list[tuple[str, int]]) -> Text:
    """Write motives with how many statements each has."""
    return Text(**{one: listing([f"{terms('motives')[name].label[one]} ({number(count, one)})" for name, count in motives], one) for one in LANGUAGES})


def gaps(edition: Edition, frame: pd.DataFrame) -> tuple[Missing, ...]:
    """Return what statements do not tell."""
    whole = edition["statement"]
    found = []
    without = int(whole["motive"].isna().sum())
    if without:
        found.append(
            Missing(
                "statement",
                (),
                Text(
                    nb=f"{without} utsagn er ikke kodet med motiv, og er ikke med.",
                    nn=f"{without} utsegner er ikkje koda med motiv, og er ikkje med.",
                    en=f"{without} statements are not coded with a motive, and left out.",
                ),
            )
        )
    unknown = int((frame["direction"] == "direction_unknown").sum())
    if unknown:
        found.append(
            Missing(
                "statement",
                (),
                Text(
                    nb=f"{unknown} utsagn er ikke kodet for eller mot.",
                    nn=f"{unknown} utsegner er ikkje koda for eller mot.",
                    en=f"{unknown} statements are not coded for or against.",
                ),
            )
        )
    return tuple(found)
