"""The cases and the claims: numbers as a text about the country would print them, one of them wrong on purpose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

WRONG_BY = 7
"""How far the printed number of agreements is from the table's."""


def case_table() -> pd.DataFrame:
    """Make the table `case`: two cases, one central and one in the periphery."""
    rows = [
        ("A", "1", "host", "25000-50000", "3", "low", "middle"),
        ("A", "2", "participant", "5000-10000", "3", "low", "low"),
        ("A", "3", "participant", "10000-20000", "3", "low", "low"),
        ("A", "4", "participant", "<5000", "3", "low", "low"),
        ("B", "5", "host", "<5000", "0", "middle", "high"),
        ("B", "6", "participant", "<5000", "0", "high", "high"),
    ]
    return pd.DataFrame(rows, columns=["case", "label", "role", "size", "centrality", "free_income_per_capita", "institution_places_80_plus"])


def claim_table(made: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Make the table `claim`: counted from the tables, but for one; one cannot be counted."""
    agreement, collection, submission = made["agreement"], made["collection"], made["submission"]
    sent = set(submission.loc[~submission["known_through_other"].astype(bool), "municipality"])
    replied = len(sent | set(collection.loc[collection["status"] == "no", "municipality"]))
    unstated = int((agreement["basis"] == "not_specified").sum())
    rows: list[tuple[Any, ...]] = [
        ("asked", "3", "municipalities asked", "kommuner som ble spurt", "kommunar som vart spurde", "eq", len(collection), "municipality", ""),
        ("replied", "3", "municipalities that replied", "kommuner som svarte", "kommunar som svara", "eq", replied, "municipality", "replied=yes"),
        ("cases", "3", "case municipalities", "casekommuner", "casekommunar", "eq", len(made["case"]), "case", ""),
        ("legevakt", "4", "municipalities in cooperation on emergency care", "kommuner i samarbeid om legevakt", "kommunar i samarbeid om legevakt", "gt", 90, "participant", "service=legevakt;participates=yes"),
        ("overlap", "4", "municipalities with a common partner in emergency care and acute beds", "kommuner med en felles partner i legevakt og ø-hjelp", "kommunar med ein felles partnar i legevakt og ø-hjelp", "gt", 60, "overlap", "first=legevakt;second=ohjelp;overlaps=yes"),
        ("received", "5", "copies of agreements", "kopier av avtaler", "kopiar av avtalar", "eq", len(submission), "submission", ""),
        ("agreements", "5", "different agreements (wrong on purpose)", "ulike avtaler (feil med vilje)", "ulike avtalar (feil med vilje)", "eq", len(agreement) + WRONG_BY, "agreement", ""),
        ("unstated", "5", "agreements without a legal basis", "avtaler uten lovgrunnlag", "avtalar utan lovgrunnlag", "eq", unstated, "agreement", "basis=not_specified"),
        ("informants", "6", "people interviewed", "personer intervjuet", "personar intervjua", "eq", 24, "", ""),
    ]  # fmt: skip
    why = {"informants": ("utgaven har utsagn, ikke personer", "utgåva har utsegner, ikkje personar", "the edition has statements, not people")}
    columns = ["id", "section", "claim", "claim_nb", "claim_nn", "comparison", "printed", "counted", "where"]
    frame = pd.DataFrame(rows, columns=columns).assign(of="", cut="")
    for place, column in enumerate(("why_nb", "why_nn", "why")):
        frame[column] = [why.get(one, ("", "", ""))[place] for one in frame["id"]]
    return frame
