"""The portrait of a cooperation as one page, and of two side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from samvirke.edition import to_csv, write_files
from samvirke.evidence._portrait_base import when
from samvirke.evidence.portrait import PARTS
from samvirke.finding import VERSION, Finding, flat, numeric_columns, readable
from samvirke.vocabulary.dates import DateInterval
from samvirke.vocabulary.labels import column_label, heading, value_label
from samvirke.vocabulary.language import Language, Text
from samvirke.vocabulary.language import day as written_day

WORDS = {
    "kicker": Text(nb="Portrett av et samarbeid", nn="Portrett av eit samarbeid", en="Portrait of a cooperation"),
    "beside": Text(nb="To samarbeid side om side", nn="To samarbeid side om side", en="Two cooperations side by side"),
    "and": Text(nb="og", nn="og", en="and"),
    "as_of": Text(nb="slik det er", nn="slik det er", en="as of"),
    "files": Text(nb="Filer", nn="Filer", en="Files"),
    "missing": Text(nb="Mangler", nn="Manglar", en="Missing"),
    "method": Text(nb="Slik er det gjort", nn="Slik er det gjort", en="How it was done"),
    "not_known": Text(nb="Ikke kjent eller ikke vist", nn="Ikkje kjent eller ikkje vist", en="Not known or not shown"),
}
FOLDED = {
    "agreement": Text(nb="Alt avtalen er holdt mot", nn="Alt avtalen er halden mot", en="All that the agreement was held against"),
    "use": Text(nb="Bruken medlem for medlem, med intervall", nn="Bruken medlem for medlem, med intervall", en="Use member by member, with intervals"),
    "overlap": Text(nb="Samarbeid for samarbeid", nn="Samarbeid for samarbeid", en="Cooperation by cooperation"),
}
"""Tables that are folded away on the screen and left out in print."""
SHOWN = {
    "agreement": ("checked_item", "grade", "state"),
    "use": ("name", "observed", "use_ratio", "use_ratio_low", "use_ratio_high"),
    "motives": ("motive", "for", "against", "ambiguous"),
    "overlap": ("name", "common_members", "portrait_relation"),
    "timeline": ("date", "portrait_event", "happened"),
}
"""The columns of each supporting table that the page shows; the files have all."""


def write_portrait(finding: Finding, folder: Path, language: Language = "nb") -> Path:
    """Write a portrait as one self-contained page without scripts, and every table as CSV and JSON beside it.

    Parameters
    ----------
    finding : Finding
        What `samvirke.evidence.portrait.portrait` gives.
    folder : pathlib.Path
        Where to; files of an earlier portrait there are replaced.
    language : {"nb", "nn", "en"}
        Language of the page.

    Returns
    -------
    pathlib.Path
        The page.
    """
    made: dict[str, bytes] = {"portrait.html": render_portrait(finding, language).encode("utf-8")}
    made["tables/portrait.csv"] = to_csv(flat(finding.table))
    made["tables/portrait.json"] = (finding.to_json(language) + "\n").encode("utf-8")
    for name, frame in finding.supporting.items():
        made[f"tables/portrait.{name}.csv"] = to_csv(flat(frame))
    write_files(folder, made)
    return folder / "portrait.html"


def render_portrait(finding: Finding, language: Language = "nb") -> str:
    """Return a portrait as one HTML page that needs nothing else."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(loader=PackageLoader("samvirke.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("portrait.html").render(**_content(finding, language))


def _content(finding: Finding, language: Language) -> dict[str, Any]:
    """Lay out what the page says."""
    w = {name: text[language] for name, text in WORDS.items()}
    them = finding.supporting["cooperations"]
    ids, names = list(them["cooperation"]), [str(one) for one in them[f"portrait_name_{language}"]]
    parts = [_part(finding, name, ids, names, language) for name in PARTS]
    day = finding.options.get("date")
    on = f"{w['as_of']} {written_day(DateInterval.parse(str(day)).last, language)}" if day else ""
    return {
        "language": language,
        "version": VERSION,
        "title": f" {w['and']} ".join(names),
        "kicker": w["beside"] if len(names) > 1 else w["kicker"],
        "meta": " · ".join(part for part in (*ids, on, finding.edition, f"Samvirke {VERSION}") if part),
        "constructed": heading("constructed")[language] if finding.constructed else "",
        "question": finding.question[language],
        "headline": (finding.headline or finding.statement)[language],
        "names": names,
        "parts": [part for part in parts if part["rows"] or part["members"] or part["tables"]],
        "silent": _silent([part for part in parts if not (part["rows"] or part["members"] or part["tables"])], names),
        "missing": [gap.why[language] for gap in finding.coverage.missing],
        "method": finding.method[language],
        "files": ["tables/portrait.csv", "tables/portrait.json", *(f"tables/portrait.{name}.csv" for name in finding.supporting)],
        "w": w,
    }


def _part(finding: Finding, name: str, ids: Sequence[str], names: Sequence[str], language: Language) -> dict[str, Any]:
    """Lay out one part: what is told, side by side, and the tables behind it."""
    own = finding.table[finding.table["portrait_part"].eq(name)]
    columns = [f"{column}_{language}" for column in ("portrait_value", "portrait_beside") if f"{column}_{language}" in own]
    rows = [(_or(row[f"portrait_item_{language}"], ""), [_or(row[column], "–") for column in columns]) for row in own.to_dict("records")]
    title = value_label("portrait_part", name)[language]
    frame = finding.supporting.get(name)
    tables = (
        [] if frame is None or name in ("members", "survey") else [_table(name, frame, one, called, language) for one, called in zip(ids, names, strict=True)]
    )
    tables = [table for table in tables if table["rows"]]
    rows = rows[:1] if name == "motives" and tables else rows  # the table says the rest
    return {
        "id": name,
        "title": f"{title[:1].upper()}{title[1:]}",
        "rows": [row for row in rows if row[0]],
        "silence": rows[0][1] if not rows[0][0] else [],
        "members": _members(frame, ids, names, language) if name == "members" and frame is not None else None,
        "tables": tables,
        "folded": FOLDED[name][language] if name in FOLDED else "",
    }


def _silent(parts: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[tuple[str, str]]:
    """Gather the parts of which nothing is told, with the reason; those of one reason together."""
    reasons: dict[str, list[str]] = {}
    for part in parts:
        said = list(dict.fromkeys(part["silence"]))
        why = said[0] if len(said) == 1 else " ".join(f"{name}: {one}" for name, one in zip(names, part["silence"], strict=True))
        reasons.setdefault(why, []).append(part["title"])
    return [(", ".join([titles[0], *(f"{one[:1].lower()}{one[1:]}" for one in titles[1:])]), why) for why, titles in reasons.items()]


def _or(value: object, otherwise: str) -> str:
    return value if isinstance(value, str) and value else otherwise


def _table(name: str, frame: pd.DataFrame, cooperation: str, called: str, language: Language) -> dict[str, Any]:
    """Lay out one cooperation's rows of a supporting table: of use the latest year, of agreements the latest one."""
    own = frame[frame["cooperation"].eq(cooperation)]
    note = ""
    if name == "use" and len(own):
        own = own[own["measure"].eq(own["measure"].iloc[0])]
        own = own[own["year"].eq(own["year"].max())]
        note = f"{value_label('measure', str(own['measure'].iloc[0]))[language]} {own['year'].iloc[0]}"
    if name == "agreement" and len(own):
        own = own[own["agreement"].eq(own["agreement"].iloc[-1])]
        note = str(own["agreement"].iloc[0])
    kept = [column for column in own.columns if any(column == one or column.startswith(f"{one}_n") or column == f"{one}_en" for one in SHOWN[name])]
    shown = own[[column for wanted in SHOWN[name] for column in kept if column == wanted or column in (f"{wanted}_nb", f"{wanted}_nn", f"{wanted}_en")]]
    text = readable(shown, language)
    if name == "timeline" and len(own):
        text.iloc[:, 0] = [when(str(one), language) for one in own["date"]]
    return {
        "caption": " · ".join(part for part in (called, note) if part),
        "columns": list(zip(text.columns, numeric_columns(shown, language), strict=True)),
        "rows": text.to_numpy().tolist(),
    }


def _members(frame: pd.DataFrame, ids: Sequence[str], names: Sequence[str], language: Language) -> Mapping[str, Any]:
    """Lay out the members as table 3.1 of the note: one cooperation's after the other's, with the columns that anything is known in."""
    wanted = ["name", "role", "population", "size_class", "centrality", "free_income_per_capita", "institution_places_80_plus"]
    kept = [column for column in wanted if frame[column].notna().any()]
    groups = []
    for one, called in zip(ids, names, strict=True):
        own = frame.loc[frame["cooperation"].eq(one), kept]
        groups.append((called, readable(own, language).to_numpy().tolist()))
    numeric = [column == "population" for column in kept]
    return {"columns": list(zip([column_label(column)[language] for column in kept], numeric, strict=True)), "groups": groups}
