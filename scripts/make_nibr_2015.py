"""Make the built-in edition nibr-2015 from the tables of the note's appendix.

Run ``python scripts/make_nibr_2015.py FOLDER`` where FOLDER holds agreements.csv, sample.csv, claims.csv and table-3-1.csv.
The codes and counties of 2014 are public facts entered here; everything else comes from those tables.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pandas as pd
import yaml

from samvirke.edition import write_edition
from samvirke.vocabulary import terms

TARGET = Path(__file__).parent.parent / "src" / "samvirke" / "editions" / "nibr-2015"

COUNTIES = {
    "01": "Østfold", "02": "Akershus", "03": "Oslo", "04": "Hedmark", "05": "Oppland", "06": "Buskerud", "07": "Vestfold", "08": "Telemark",
    "09": "Aust-Agder", "10": "Vest-Agder", "11": "Rogaland", "12": "Hordaland", "14": "Sogn og Fjordane", "15": "Møre og Romsdal",
    "16": "Sør-Trøndelag", "17": "Nord-Trøndelag", "18": "Nordland", "19": "Troms", "20": "Finnmark",
}  # fmt: skip

CODES = {
    "Alstahaug": "1820", "Alta": "2012", "Aremark": "0118", "Arendal": "0906", "Aure": "1576", "Austrheim": "1264", "Bergen": "1201",
    "Bodø": "1804", "Bremanger": "1438", "Drammen": "0602", "Dønna": "1827", "Eidsberg": "0125", "Elverum": "0427", "Fauske": "1841",
    "Finnøy": "1141", "Fredrikstad": "0106", "Førde": "1432", "Gjerstad": "0911", "Gjøvik": "0502", "Granvin": "1234", "Grimstad": "0904",
    "Grong": "1742", "Hamar": "0403", "Harstad": "1903", "Haugesund": "1106", "Herøy": "1818", "Hjartdal": "0827", "Karasjok": "2021",
    "Kristiansand": "1001", "Kristiansund": "1505", "Lenvik": "1931", "Lierne": "1738", "Lom": "0514", "Loppa": "2014", "Lunner": "0533",
    "Lørenskog": "0230", "Marker": "0119", "Molde": "1502", "Moss": "0104", "Namsos": "1703", "Orkdal": "1638", "Os": "0441", "Oslo": "0301",
    "Randaberg": "1127", "Ringsaker": "0412", "Risør": "0901", "Sande": "0713", "Skedsmo": "0231", "Skjåk": "0513", "Sola": "1124",
    "Songdalen": "1017", "Stange": "0417", "Stavanger": "1103", "Stjørdal": "1714", "Søgne": "1018", "Sør-Varanger": "2030",
    "Tranøy": "1927", "Tromsø": "1902", "Trondheim": "1601", "Træna": "1835", "Trøgstad": "0122", "Utsira": "1151", "Verdal": "1721",
    "Vestvågøy": "1860", "Vindafjord": "1160", "Vågå": "0515", "Ørsta": "1520", "Åfjord": "1630", "Ål": "0619", "Ålesund": "1504",
    "Flora": "1401", "Gran": "0534", "Notodden": "0807", "Sandnes": "1102", "Sel": "0517",
}  # fmt: skip

# A point in each municipality, to about a kilometre (longitude, latitude).
POINTS = {
    "0104": (10.72, 59.45), "0106": (11.01, 59.22), "0118": (11.69, 59.19), "0119": (11.65, 59.48), "0122": (11.33, 59.67), "0125": (11.38, 59.52),
    "0230": (10.97, 59.90), "0231": (11.05, 59.99), "0301": (10.75, 59.98), "0403": (11.17, 61.01), "0412": (10.85, 60.98), "0417": (11.38, 60.63),
    "0427": (11.75, 60.98), "0441": (11.40, 62.42), "0502": (10.51, 60.87), "0513": (7.96, 61.95), "0514": (8.42, 61.71), "0515": (9.00, 61.69),
    "0517": (9.38, 61.73), "0533": (10.67, 60.25), "0534": (10.44, 60.44), "0602": (10.15, 59.73), "0619": (8.47, 60.71), "0713": (10.23, 59.59),
    "0807": (9.13, 59.71), "0827": (8.70, 59.69), "0901": (9.19, 58.76), "0904": (8.52, 58.37), "0906": (8.78, 58.50), "0911": (8.99, 58.88),
    "1001": (7.97, 58.18), "1017": (7.68, 58.24), "1018": (7.78, 58.11), "1102": (5.91, 58.88), "1103": (5.71, 58.94), "1106": (5.30, 59.45),
    "1124": (5.65, 58.89), "1127": (5.61, 59.00), "1141": (5.98, 59.26), "1151": (4.88, 59.31), "1160": (5.85, 59.56), "1201": (5.39, 60.37),
    "1234": (6.72, 60.55), "1264": (4.93, 60.77), "1401": (5.42, 61.63), "1432": (6.46, 61.47), "1438": (5.37, 61.79), "1502": (7.20, 62.75),
    "1504": (6.44, 62.46), "1505": (7.81, 63.06), "1520": (6.26, 62.20), "1576": (8.70, 63.31), "1601": (10.35, 63.38), "1630": (10.47, 63.95),
    "1638": (9.68, 63.30), "1703": (11.47, 64.36), "1714": (11.22, 63.46), "1721": (11.94, 63.78), "1738": (13.61, 64.40), "1742": (12.62, 64.53),
    "1804": (14.95, 67.09), "1818": (12.31, 65.99), "1820": (12.55, 65.94), "1827": (12.52, 66.12), "1835": (12.05, 66.50), "1841": (15.88, 67.24),
    "1860": (13.68, 68.20), "1902": (19.42, 69.56), "1903": (16.47, 68.74), "1927": (17.68, 69.17), "1931": (17.81, 69.38), "2012": (22.72, 70.02),
    "2014": (22.04, 70.19), "2021": (25.05, 69.42), "2030": (29.68, 69.48),
}  # fmt: skip

# How the codes of 2014 became those of 2020, and which of them took in other municipalities on the way.
CHANGES = {
    "2018-01-01": "1601:5001 1703:5005 1714:5035 1721:5038 1738:5042 1742:5045 1630:5018 1638:5024",
    "2020-01-01": """
    1103:1103 5001:5001 1141:1103 1102:1108 1502:1506 1504:1507 0104:3002 0106:3004 0602:3005 0118:3012 0119:3013 0122:3014 0125:3014 0230:3029 0231:3030 0619:3043
    0533:3054 0403:3403 0502:3407 0412:3411 0417:3413 0427:3420 0441:3430 0513:3433 0514:3434 0515:3435 0517:3437 0534:3446 0713:3802 0807:3808
    0827:3819 0901:4201 0904:4202 0906:4203 1001:4204 1017:4204 1018:4204 0911:4211 1201:4601 1401:4602 1234:4621 1264:4632 1432:4647 1438:4648
    5005:5007 5018:5058 5024:5059 1902:5401 1903:5402 2012:5403 1927:5421 1931:5421 2014:5432 2021:5437 2030:5444
    """,
}
MERGED = {"0104", "0122", "0125", "0231", "0602", "0713", "1001", "1017", "1018", "1102", "1141", "1234", "1401", "1432", "1502", "1504", "5005", "5018", "5024", "1927", "1931", "1103", "5001",}  # fmt: skip

UNCERTAIN = {
    "Os": ("1243", "the name fits 0441 Os in Hedmark and 1243 Os in Hordaland; the appendix does not say which"),
    "Sande": ("1514", "the name fits 0713 Sande in Vestfold and 1514 Sande in Møre og Romsdal; the appendix does not say which"),
}

STATUSES = {"yes": "yes", "no": "no", "no answer": "no_answer", "missing": "missing"}
BASES = {"section_28b": "host_administrative", "ops": "public_private", "not_specified": "not_specified"}
STEPS = {"tvisteloven": "courts", "not_specified;statutory_reference": "statutory_reference"}
HOURS = {"day": "day", "evening/night": "evening;night", "night": "night", "weekend": "weekend", "": "", "LMS": ""}

WITHOUT_TRUST_DATA = {
    "Ahus": ["Lørenskog", "Skedsmo"],
    "Helse Nordmøre og Romsdal": ["Aure", "Kristiansund", "Molde"],
    "Nordlandssykehuset": ["Bodø", "Fauske", "Vestvågøy"],
    "UNN": ["Harstad", "Lenvik", "Tranøy", "Tromsø"],
}

CLAIM_SOURCES = {
    "vedlegg1": "appendix-1",
    "table3.1": "table-3-1",
    "survey": "survey",
    "register cross-check": "register",
    "policy": "policy",
    "reports": "reports",
    "interview": "interviews",
    "case A": "interviews",
    "case B": "interviews",
}
COUNTS = {
    "ch3.sample": ("municipality", "", ""),
    "ch3.replied": ("municipality", "replied=yes", ""),
    "ch3.cases": ("case", "", ""),
    "ch5.received": ("submission", "", ""),
    "ch5.municipalities": ("municipality", "agreement_known=yes", ""),
    "ch5.unique": ("agreement", "", ""),
    "ch5.before": ("agreement", "period=before", ""),
    "ch5.after": ("agreement", "period=after", ""),
    "ch5.undated": ("agreement", "period=undated", ""),
    "ch5.basis_unspecified": ("agreement", "basis=not_specified", ""),
    "ch5.basis_specified": ("agreement", "basis_stated=yes", ""),
    "ch5.ops": ("agreement", "basis=public_private", ""),
    "ch5.28b_after": ("agreement", "basis=host_administrative;period=after", ""),
    "ch5.28b_before": ("agreement", "basis=host_administrative;period=before", ""),
    "ch5.28b_undated": ("agreement", "basis=host_administrative;period=undated", ""),
    "ch7.with_mechanism": ("agreement", "has_mechanism=yes", ""),
    "ch7.majority_courts": ("agreement", "has_mechanism=yes;courts=yes", "has_mechanism=yes"),
    "ch7.court_2009": ("agreement", "mechanism=court;period=after", ""),
    "ch7.board_2009": ("agreement", "mechanism=board;period=after", ""),
    "ch7.negotiation_2009": ("agreement", "mechanism=negotiation;period=after", ""),
    "ch7.without": ("agreement", "has_mechanism=no", ""),
    "ch7.without_2009": ("agreement", "has_mechanism=no;period=after", ""),
}
CUTS = {"5": "2012-01-01", "7.1": "2009-01-01"}


def code_of(name: str) -> str:
    """Return the code of a municipality as the appendix prints its name."""
    return CODES[name.removesuffix(" (N)")]


def municipalities(sample: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Make municipality, collection and coverage."""
    names = [name.removesuffix(" (N)") for name in sample["municipality"]]
    everyone = names + sorted(set(CODES) - set(names))
    rows = [
        (
            CODES[name],
            name,
            COUNTIES[CODES[name][:2]],
            "",
            "",
            *POINTS[CODES[name]],
            name in UNCERTAIN,
            UNCERTAIN.get(name, ("", ""))[0],
            UNCERTAIN.get(name, ("", ""))[1],
            "codes-2014",
        )
        for name in everyone
    ]
    municipality = pd.DataFrame(
        rows, columns=["code", "name", "county", "valid_from", "valid_to", "lon", "lat", "uncertain", "other_code", "note", "source"]
    ).sort_values("code")
    collection = pd.DataFrame(
        {"municipality": [CODES[name] for name in names], "status": sample["cooperates"].map(STATUSES), "printed": sample["raw_note"], "source": "appendix-1"}
    )
    answered = {True: "covered", False: "missing"}
    coverage = [
        ("appendix-1", "", code, answered[status in ("yes", "no")], "") for code, status in zip(collection["municipality"], collection["status"], strict=True)
    ]
    coverage += [("health-trusts", "", CODES[name], "missing", trust) for trust, members in WITHOUT_TRUST_DATA.items() for name in members]
    return {
        "municipality": municipality,
        "collection": collection,
        "coverage": pd.DataFrame(coverage, columns=["source", "service", "municipality", "status", "note"]),
    }


def changes() -> pd.DataFrame:
    """Make municipality_change: each renumbering and merger of the municipalities named, to 2020."""
    pairs = [(day, *pair.split(":")) for day, written in CHANGES.items() for pair in written.split()]
    return pd.DataFrame(
        [(day, old, new, 1, old in MERGED, "codes-2014") for day, old, new in pairs], columns=["date", "from_code", "to_code", "share", "merged", "source"]
    )


def agreements(copies: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Make submission, agreement, clause, cooperation and member."""
    agreement, clause, cooperation, member = [], [], [], []
    for unique, same in copies.groupby("agreement_id", sort=True):
        first = same[same["registered_via_incoming"] == "FALSE"].iloc[0]
        named = sorted(set(same["host_mentioned"]) - {"", "unnamed"})
        host = named[0] if named else ""
        senders = list(same["municipality"])
        place = host or first["municipality"]
        identity = f"{first['service']}-{place.lower().replace(' ', '-')}-{first['year'] or 'undated'}" + (
            f"-{first['service_detail'].replace('/', '-')}" if HOURS[first["service_detail"]] else ""
        )
        basis = BASES[first["legal_basis"]]
        model = "" if basis == "not_specified" else basis
        everyone = [host, *senders] if host and host not in senders else senders
        label = terms("services")[first["service"]].label.nb
        cooperation.append((identity, first["service"], f"{label}: {', '.join(everyone)}", HOURS[first["service_detail"]], model, "", "", "some", "appendix-1"))
        member += [
            (identity, code_of(name), "", ("host" if name == host else "participant") if host else "", "", name not in senders, "appendix-1")
            for name in everyone
        ]
        legal_host = code_of(host) if host and basis == "host_administrative" else ""
        agreement.append(
            (unique, identity, first["year"], basis, first["legal_text"], legal_host, "", "", first["uncertain"].lower(), first["note"], "appendix-1")
        )
        steps = STEPS.get(first["dispute"], first["dispute"]).split(";")
        clause += [(unique, "dispute", step, STEPS.get(value, value), first["dispute_text"], "appendix-1") for step, value in enumerate(steps, 1)]
    submission = pd.DataFrame(
        {
            "municipality": copies["municipality"].map(code_of),
            "seq": copies["seq"],
            "agreement": copies["agreement_id"],
            "known_through_other": copies["registered_via_incoming"].str.lower(),
            "year_text": copies["year_as_printed"],
            "service_text": copies["service_text"],
            "legal_text": copies["legal_text"],
            "dispute_text": copies["dispute_text"],
            "uncertain": copies["uncertain"].str.lower(),
            "note": copies["note"],
            "source": "appendix-1",
        }
    )
    return {
        "cooperation": pd.DataFrame(cooperation, columns=["id", "service", "name", "hours", "model", "valid_from", "valid_to", "members_known", "source"]),
        "member": pd.DataFrame(member, columns=["cooperation", "municipality", "valid_from", "role", "valid_to", "named_only", "source"]),
        "agreement": pd.DataFrame(
            agreement, columns=["id", "cooperation", "signed", "basis", "basis_text", "legal_host", "notice_months", "document", "uncertain", "note", "source"]
        ),
        "clause": pd.DataFrame(clause, columns=["agreement", "kind", "step", "value", "text", "source"]),
        "submission": submission,
    }


def claims(printed: pd.DataFrame) -> pd.DataFrame:
    """Make claim: the printed numbers with what is counted for each."""
    counted = printed["id"].map(lambda name: COUNTS.get(name, ("", "", "")))
    words = pd.read_csv(Path(__file__).parent / "claims_nb_nn.csv", dtype="str").set_index("id").loc[list(printed["id"])]
    return pd.DataFrame(
        {
            "id": printed["id"],
            "section": printed["section"],
            "claim": printed["claim"],
            "claim_nb": words["nb"].to_numpy(),
            "claim_nn": words["nn"].to_numpy(),
            "comparison": printed["comparison"],
            "printed": printed["printed"],
            "counted": counted.str[0],
            "where": counted.str[1],
            "of": counted.str[2],
            "cut": printed["section"].map(CUTS).fillna(""),
            "source": printed["data"].map(CLAIM_SOURCES).fillna("text"),
        }
    )


def cases(printed: pd.DataFrame) -> pd.DataFrame:
    """Make case: table 3.1 as printed."""
    return printed.rename(columns={"cooperation": "case", "municipality": "label"})[
        ["case", "label", "role", "size", "centrality", "free_income_per_capita", "institution_places_80_plus"]
    ].assign(source="table-3-1")


def statements() -> pd.DataFrame:
    """Make statement: what chapters 6 and 7 read as motives in the cases and the project reports, in other words than theirs."""
    read = pd.read_csv(Path(__file__).parent / "nibr_2015_statements.csv", dtype="str", keep_default_na=False)
    return pd.DataFrame(
        {
            "id": [f"M{number:02}" for number in range(1, len(read) + 1)],
            "document": "NIBR-notat 2015:104, " + read["section"],
            "informant_role": read["informant_role"],
            "municipality": "",
            "cooperation": "",
            "date": read["date"],
            "motive": read["motive"],
            "direction": read["direction"],
            "text": read["nb"],
            "source": read["source"],
            "case": read["case"],
            "label": read["label"],
            "consent": "published",
            "text_nn": read["nn"],
            "text_en": read["en"],
        }
    )


def sources() -> pd.DataFrame:
    """Make source, with title, coverage and gaps in three languages."""
    rows = []
    for record in yaml.safe_load((Path(__file__).parent / "sources.yaml").read_text(encoding="utf-8")):
        texts = {
            part if language == "en" else f"{part}_{language}": record[part][language]
            for language in ("en", "nb", "nn")
            for part in ("title", "covers", "missing")
        }
        rows.append(
            {
                "id": record["id"],
                "title": texts.pop("title"),
                "publisher": record["publisher"],
                "licence": "",
                "retrieved": record.get("retrieved", ""),
                **texts,
            }
        )
    return pd.DataFrame(rows)


def main(note: Path) -> None:
    """Read the note's tables and write the edition."""
    read = {name: pd.read_csv(note / f"{name}.csv", dtype="str", keep_default_na=False) for name in ("agreements", "sample", "claims", "table-3-1")}
    tables = (
        municipalities(read["sample"])
        | agreements(read["agreements"])
        | {"municipality_change": changes(), "statement": statements(), "case": cases(read["table-3-1"]), "claim": claims(read["claims"])}
    )
    tables["source"] = sources()
    titles = {
        "nb": "Avtaler om interkommunalt helsesamarbeid fra 31 av 70 spurte norske kommuner, 2015",
        "nn": "Avtalar om interkommunalt helsesamarbeid frå 31 av 70 spurde norske kommunar, 2015",
        "en": "Agreements on inter-municipal health cooperation from 31 of 70 Norwegian municipalities asked, 2015",
    }
    package = {
        "name": "nibr-2015",
        "title": titles["en"],
        "titles": titles,
        "description": "The appendix, table 3.1 and the printed numbers of NIBR-notat 2015:104 (Zeiner and Tjerbo, April 2015), as tables.",
        "date": "2015-04",
        "country": "NO",
        "constructed": False,
        "licenses": [{"name": "CC0-1.0", "title": "CC0 1.0"}],
        "sources": [{"title": "NIBR-notat 2015:104, Zeiner and Tjerbo (April 2015): Helsekommunen? Interkommunalt samarbeid og samhandlingsreformen"}],
    }
    order = [
        "municipality",
        "municipality_change",
        "cooperation",
        "member",
        "coverage",
        "agreement",
        "clause",
        "submission",
        "collection",
        "statement",
        "case",
        "claim",
        "source",
    ]
    shutil.rmtree(TARGET, ignore_errors=True)
    write_edition({name: tables[name] for name in order}, package, TARGET)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
