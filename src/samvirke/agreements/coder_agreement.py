"""How far two people who decided on the same proposals agree."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from samvirke.agreements._agreement_statistics import cohen_kappa, krippendorff_alpha
from samvirke.agreements.review import FIELDS, SINGLE, Row, checked, identity
from samvirke.errors import OptionError
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.statistics import share
from samvirke.vocabulary import terms
from samvirke.vocabulary.language import LANGUAGES, Text, listing, number, percent

ABSENT, PRESENT = "absent", "present"
COLUMNS = ["field", "clause_kind", "units", "both_coded", "agree", "share", "kappa", "kappa_low", "kappa_high", "alpha", "kappa_undefined"]
DTYPES = {column: "str" if column in ("field", "clause_kind", "kappa_undefined") else "int64" if column in COLUMNS[2:5] else "float64" for column in COLUMNS}
DISAGREEMENTS = ["file", "field", "clause_kind", "step", "words", "first_coded", "second_coded", "first_coder", "second_coder"]

QUESTION = Text(nb="Er de som kodet, enige?", nn="Er dei som koda, samde?", en="Do the coders agree?")
METHOD = Text(
    nb="En enhet er et forslag, eller noe en av dem la til. Det som ble godtatt, er kodet som foreslått; endret, som den nye verdien; avvist, som «står ikke». Det bare én la til, regnes som «står ikke» hos den andre når den andre har avgjort alle forslag i filen, ellers som ikke kodet. En part er kodet som at den er med, at den ikke er det, eller at den er en annen; et lovgrunnlag ved modellen. Kappa (Cohen 1960) og alfa (Krippendorff 2011, nominal) er enighet ut over det tilfeldige; de er ikke definert der alle har sagt det samme, og lave når nesten alle har det. Intervallet er de midterste 95 % av 2 000 trekninger av hele filer med tilbakelegging; der alle er enige, er det bare et punkt. Det ingen av dem fikk foreslått eller la til, teller ikke, og begge så programmets forslag: enigheten sier ikke hvor enige de hadde vært uten.",
    nn="Ei eining er eit framlegg, eller noko ein av dei la til. Det som vart godteke, er koda som føreslått; endra, som den nye verdien; avvist, som «står ikkje». Det berre éin la til, blir rekna som «står ikkje» hos den andre når den andre har avgjort alle framlegg i fila, elles som ikkje koda. Ein part er koda som at han er med, at han ikkje er det, eller at han er ein annan; eit lovgrunnlag ved modellen. Kappa (Cohen 1960) og alfa (Krippendorff 2011, nominal) er semje ut over slumpen; dei er ikkje definerte der alle har sagt det same, og låge når nesten alle har det. Intervallet er dei midtarste 95 % av 2 000 trekningar av heile filer med tilbakelegging; der alle er samde, er det berre eit punkt. Det ingen av dei fekk føreslått eller la til, tel ikkje, og begge såg framlegga til programmet: semja seier ikkje kor samde dei hadde vore utan.",
    en="A unit is a proposal, or something that one of them added. What was accepted is coded as proposed; changed, as the new value; rejected, as not there. What only one added counts as not there with the other when the other has decided on every proposal of the file, and else as not coded. A party is coded as taking part, not taking part, or being another; a legal basis by its model. Kappa (Cohen 1960) and alpha (Krippendorff 2011, nominal) are agreement beyond chance; they are not defined where all said the same, and low when nearly all did. The interval is the middle 95% of 2,000 draws of whole files with replacement; where all agree it is a mere point. What neither was shown nor added does not count, and both saw the program's proposals: the agreement does not say how far they would have agreed without.",
)

Key = tuple[str, ...]

TABLES = (
    Text(nb="Den første tabellen", nn="Den fyrste tabellen", en="The first table"),
    Text(nb="Den andre tabellen", nn="Den andre tabellen", en="The second table"),
)

NAMES = {
    "party": Text(nb="parter", nn="partar", en="parties"),
    "service": Text(nb="tjeneste", nn="teneste", en="service"),
    "hours": Text(nb="tid på døgnet", nn="tid på døgnet", en="hours"),
    "signed": Text(nb="dato", nn="dato", en="date"),
    "host": Text(nb="vert", nn="vert", en="host"),
    "legal_basis": Text(nb="lovgrunnlag", nn="lovgrunnlag", en="legal basis"),
}


def coder_agreement(first: pd.DataFrame, second: pd.DataFrame, seed: int = 1) -> Finding:
    """Compare two tables of decisions on the same files.

    Parameters
    ----------
    first, second : pandas.DataFrame
        As from `read_proposals`.
    seed : int
        Of the bootstrap.

    Returns
    -------
    Finding
        Columns field, clause_kind, units, both_coded, agree, share, kappa, kappa_low, kappa_high, alpha, kappa_undefined (no_units:
        nothing was coded by both; one_value: all codings are the same). Supporting table `coded_differently`: file, field, clause_kind, step,
        words, first_coded and second_coded (a value, ``present`` or ``absent``), first_coder, second_coder.

    Raises
    ------
    ReviewError
        With everything that is wrong in a table.
    """
    if not 0 <= seed < 2**32:
        raise OptionError(
            "seed", seed, Text(nb="et helt tall fra 0 til 4294967295", nn="eit heilt tal frå 0 til 4294967295", en="a whole number from 0 to 4294967295")
        )
    tables = [{identity(row): row for _, row in checked(frame, name)} for frame, name in ((first, TABLES[0]), (second, TABLES[1]))]
    done = [_done(table) for table in tables]
    keys = sorted(set(tables[0]) | set(tables[1]), key=_place)
    coded = {key: tuple(_coded(key, table, finished) for table, finished in zip(tables, done, strict=True)) for key in keys}
    groups: dict[tuple[str, str], list[Key]] = {}
    for key in keys:
        groups.setdefault((key[1], key[2] if key[1] == "clause" else ""), []).append(key)
    rows = []
    for (field, kind), own in groups.items():
        both = [key for key in own if None not in coded[key]]
        agree = sum(coded[key][0] == coded[key][1] for key in both)
        within = [key[0] for key in own]
        kappa = cohen_kappa([coded[key][0] for key in own], [coded[key][1] for key in own], groups=within, seed=seed)
        alpha = krippendorff_alpha([coded[key] for key in own], groups=within, seed=seed)
        part = agree / len(both) if both else None
        rows.append((field, kind or None, len(own), len(both), agree, part, kappa.estimate, kappa.low, kappa.high, alpha.estimate, kappa.undefined))
    table = pd.DataFrame(rows, columns=COLUMNS).astype(DTYPES)
    files = [{key[0] for key in one} for one in tables]
    return Finding(
        id="coder_agreement",
        edition="",
        question=QUESTION,
        statement=_statement(table),
        method=METHOD,
        table=table,
        coverage=Coverage(
            int(table["agree"].sum()),
            {"files": len(files[0] | files[1]), "units": len(keys), "both_coded": int(table["both_coded"].sum())},
            _gaps(files[0], files[1], len(keys) - int(table["both_coded"].sum())),
        ),
        chart=Chart("table"),
        supporting={"coded_differently": _differing(coded, tables)},
        seed=seed,
    )


def _place(key: Key) -> tuple[object, ...]:
    """Order units by field and kind, then by file and step."""
    file, field, *rest = key
    clause = field == "clause"
    kind = list(terms("clause_kinds")).index(rest[0]) if clause else 0
    return FIELDS.index(field), kind, file, int(rest[1]) if clause else 0, *rest


def _done(table: Mapping[Key, Row]) -> set[str]:
    """Return the files in which a coder has left nothing undecided."""
    return {row["file"] for row in table.values()} - {row["file"] for row in table.values() if not row["decision"]}


def _coded(key: Key, table: Mapping[Key, Row], done: set[str]) -> str | None:
    """Return what a coder said of a unit; None where they said nothing."""
    row = table.get(key)
    if row is None:
        return ABSENT if key[0] in done else None
    if not row["decision"]:
        return None
    if row["decision"] == "reject":
        return ABSENT
    value = row["value"] if row["decision"] == "accept" else row["new_value"] or row["value"]
    if row["field"] == "party":
        return PRESENT if value in (key[2], "") or row["decision"] == "accept" else value
    return value or (ABSENT if row["field"] in SINGLE else PRESENT)


def _differing(coded: Mapping[Key, tuple[str | None, ...]], tables: list[dict[Key, Row]]) -> pd.DataFrame:
    rows = []
    for key, (one, other) in coded.items():
        if one is None or other is None or one == other:
            continue
        own = [table.get(key, {}) for table in tables]
        shown = own[0] or own[1]
        words = shown["words"] or (key[2] if key[1] == "party" else "")
        who = [part.get("coder") or None for part in own]
        rows.append((key[0], key[1], shown["kind"] or None, int(shown["step"]) if key[1] == "clause" else None, words or None, one, other, *who))
    return pd.DataFrame(rows, columns=DISAGREEMENTS).astype({column: "Int64" if column == "step" else "str" for column in DISAGREEMENTS})


def _gaps(first: set[str], second: set[str], uncoded: int) -> tuple[Missing, ...]:
    reasons = []
    for own, nb, nn, en in (
        (first - second, "Bare den første", "Berre den fyrste", "Only the first"),
        (second - first, "Bare den andre", "Berre den andre", "Only the second"),
    ):
        if own:
            names = {language: listing(sorted(own), language) for language in LANGUAGES}
            reasons.append(
                Text(nb=f"{nb} har disse filene: {names['nb']}.", nn=f"{nn} har desse filene: {names['nn']}.", en=f"{en} has these files: {names['en']}.")
            )
    if uncoded:
        reasons.append(
            Text(
                nb=f"{uncoded} {'enhet' if uncoded == 1 else 'enheter'} er ikke kodet av begge.",
                nn=f"{uncoded} {'eining' if uncoded == 1 else 'einingar'} er ikkje koda av begge.",
                en=f"{uncoded} {'unit was' if uncoded == 1 else 'units were'} not coded by both.",
            )
        )
    return tuple(Missing("decisions", (), why) for why in reasons)


def _statement(table: pd.DataFrame) -> Text:
    both, agree = int(table["both_coded"].sum()), int(table["agree"].sum())
    if not both:
        return Text(nb="Ingenting er kodet av begge.", nn="Ingenting er koda av begge.", en="Nothing was coded by both.")
    found = share(agree, both)
    w = {language: (number(agree, language), number(both, language), percent(found.estimate, language)) for language in LANGUAGES}
    first = Text(
        nb=f"De to er enige om {w['nb'][0]} av {w['nb'][1]} enheter som begge har kodet ({w['nb'][2]}).",
        nn=f"Dei to er samde om {w['nn'][0]} av {w['nn'][1]} einingar som begge har koda ({w['nn'][2]}).",
        en=f"The two agree on {w['en'][0]} of {w['en'][1]} units that both have coded ({w['en'][2]}).",
    )
    defined = table[table["kappa"].notna()].to_dict("records")
    same = int((table["kappa_undefined"] == "one_value").sum())
    if defined:
        low = min(defined, key=lambda row: float(row["kappa"]))
        name = (terms("clause_kinds")[low["clause_kind"]].label if low["field"] == "clause" else NAMES[low["field"]]).to_dict()
        k = {language: number(low["kappa"], language, 2) for language in LANGUAGES}
        first += Text(
            nb=f"Kappa er lavest for {name['nb']} ({k['nb']}).",
            nn=f"Kappa er lågast for {name['nn']} ({k['nn']}).",
            en=f"Kappa is lowest for {name['en']} ({k['en']}).",
        )
    if same:
        first += Text(
            nb=f"For {same} av {len(table)} slag enheter er all koding lik, så kappa er ikke definert.",
            nn=f"For {same} av {len(table)} slag einingar er all koding lik, så kappa er ikkje definert.",
            en=f"For {same} of {len(table)} kinds of units all codings are the same, so kappa is not defined.",
        )
    return first
