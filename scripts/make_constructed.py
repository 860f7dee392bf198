"""Make the built-in edition constructed-2020: a made-up country whose effects are planted and known.

Run ``python scripts/make_constructed.py``. Every random number comes from named streams of one seed (`constructed.draws.SEED`), so the folder is
the same byte for byte on every machine. What is planted stands in `constructed.effects`, and is written to planted.yaml beside the tables.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from constructed import effects
from constructed.claims import case_table, claim_table
from constructed.draws import SEED
from constructed.land import topology
from constructed.people import change, figure_table, grouping_table, make_country_land, make_municipalities, municipality_table, travel_table
from constructed.planted import Drawn, planted
from constructed.together import OWN_SERVICE, cooperation_table, cooperations, core_cooperations, end_where_alone, give_names, make_roles, member_table
from constructed.told import application_table, event_table, skews, statement_table, survey_table, use_table
from constructed.written import agreement_tables, collected, companies, covered, make_agreements, reported
from samvirke.edition import tables, write_edition

TARGET = Path(__file__).parent.parent / "src" / "samvirke" / "editions" / "constructed-2020"
TITLES = {"nb": "Konstruert land, 2020", "nn": "Konstruert land, 2020", "en": "Konstruert land (a constructed country), 2020"}
PACKAGE = {
    "name": "constructed-2020",
    "title": TITLES["en"],
    "titles": TITLES,
    "description": "A made-up island country of 120 municipalities, no real one among them. Every row is drawn by a program from effects that are written in planted.yaml.",
    "date": "2020-12-31",
    "constructed": True,
    "boundary_attribution": "Konstruert land: oppdiktede grenser / made-up boundaries",
    "licenses": [{"name": "CC0-1.0", "title": "CC0 1.0"}],
    "sources": [{"title": f"scripts/make_constructed.py, seed {SEED}"}],
}
SOURCES = {
    "konstruert": "municipality municipality_change grouping figure travel service application company owner case claim",
    "kartlegging": "cooperation member use",
    "kommuner": "report",
    "innsamling": "agreement clause submission collection",
    "intervju": "event survey statement",
}


def source_table() -> pd.DataFrame:
    """Make the table `source`, with title, coverage and gaps in three languages."""
    rows = []
    for record in yaml.safe_load((Path(__file__).parent / "constructed" / "sources.yaml").read_text(encoding="utf-8")):
        row = {"id": record["id"], "title": record["title"]["en"], "publisher": "Samvirke (constructed)", "licence": "CC0-1.0", "retrieved": "2020-12-31"}
        row |= {part: record[part]["en"] for part in ("covers", "missing")}
        row |= {f"{part}_{language}": record[part][language] for language in ("nb", "nn") for part in ("title", "covers", "missing")}
        rows.append(row)
    return pd.DataFrame(rows)


def make() -> tuple[dict[str, pd.DataFrame], dict[str, Any], dict[str, Any]]:
    """Draw the country: its tables, its boundaries, and what was planted."""
    land = make_country_land()
    before = make_municipalities(land)
    roles = make_roles(before)
    core = core_cooperations(before, roles)
    country = change(land, before, {one.host for one in core}, roles.group)
    found = cooperations(core, before)
    give_names(country, found)
    member = end_where_alone(found, member_table(country, found))
    agreements, level = make_agreements(country, found)
    received, kept = collected(country, agreements, member)
    skew = skews(found)
    travel, doubtful = travel_table(country)
    survey, survey_levels = survey_table(country)
    report, differing = reported(found, member)
    drawn = Drawn(country, found, agreements, skew, level, survey_levels, doubtful, differing)
    made = {
        "municipality": municipality_table(country),
        "municipality_change": pd.DataFrame(country.change, columns=["date", "from_code", "to_code", "share", "to_name", "to_county"]),
        "grouping": grouping_table(country),
        "figure": figure_table(country),
        "travel": travel,
        "service": pd.DataFrame([OWN_SERVICE], columns=["id", "label_nb", "label_nn", "label_en", "statutory", "physical_presence"]),
        "cooperation": cooperation_table(found),
        "member": member,
        "coverage": covered(country, member, found),
        "report": report,
        **agreement_tables(country, kept),
        **received,
        **companies(found, member, {one.code: one.latest for one in country.now}),
        "application": application_table(country, roles, found),
        "use": use_table(country, found, member, skew),
        "event": event_table(found, agreements, skew),
        "survey": survey,
        "statement": statement_table(country, found, member),
        "case": case_table(),
    }
    made["claim"] = claim_table(made)
    for source, names in SOURCES.items():
        for name in names.split():
            made[name] = made[name].assign(source=source)
    made["source"] = source_table()
    owner = {place.number: one.code for one in country.now for place in one.places}
    shapes = topology(land, owner, {one.code: one.name for one in country.now})
    return {name: made[name] for name in tables() if name in made}, shapes, planted(drawn)


def main(target: Path | None = None) -> None:
    """Write the edition."""
    target = target or TARGET
    made, shapes, truth = make()
    shutil.rmtree(target, ignore_errors=True)
    write_edition(made, PACKAGE, target)
    (target / "boundary.topojson").write_text(json.dumps(shapes, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    text = yaml.safe_dump(truth, allow_unicode=True, sort_keys=False, width=160)
    (target / "planted.yaml").write_text(f"# {effects.__doc__.splitlines()[0]}\n{text}", encoding="utf-8")


if __name__ == "__main__":
    main()
