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
            name in UNCERTAIN,
            UNCERTAIN.get(name, ("", ""))[0],
            UNCERTAIN.get(name, ("", ""))[1],
            "codes-2014",
        )
        for name in everyone
    ]
    municipality = pd.DataFrame(rows, columns=["code", "name", "county", "valid_from", "valid_to", "uncertain", "other_code", "note", "source"]).sort_values(
        "code"
    )
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
    tables = municipalities(read["sample"]) | agreements(read["agreements"]) | {"case": cases(read["table-3-1"]), "claim": claims(read["claims"])}
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
        "licenses": [{"name": "CC0-1.0", "title": "CC0 1.0: facts from a published report"}],
        "sources": [{"title": "NIBR-notat 2015:104, Zeiner and Tjerbo (April 2015): Helsekommunen? Interkommunalt samarbeid og samhandlingsreformen"}],
    }
    order = ["municipality", "cooperation", "member", "coverage", "agreement", "clause", "submission", "collection", "case", "claim", "source"]
    shutil.rmtree(TARGET, ignore_errors=True)
    write_edition({name: tables[name] for name in order}, package, TARGET)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
