"""Whether a municipality meets the same members in all its cooperations, or a different set in each."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.gaps import gaps, municipalities
from samvirke.measures.membership import Array, Membership, membership, read_services
from samvirke.vocabulary.language import LANGUAGES, Text, number, percent

QUESTION = Text(
    nb="Møter kommunene de samme medlemmene i samarbeid etter samarbeid, eller nye i hvert?",
    nn="Møter kommunane dei same medlemmene i samarbeid etter samarbeid, eller nye i kvart?",
    en="Do municipalities meet the same members in cooperation after cooperation, or new ones in each?",
)
METHOD = Text(
    nb="For hver kommune telles samarbeidene den er med i, i de valgte tjenestene samlet, og hvor mange ulike medlemskretser de har. Andelen er kretser delt på samarbeid: 1 når alle kretsene er ulike (helt oppdelt), 1 delt på antallet samarbeid når alle er like (helt samlet). Snittet er over kommuner med minst to samarbeid, siden andelen alltid er 1 med ett. En kommune som er i et samarbeid der ikke alle medlemmene er kjent, har tom andel, og en som ingen kilde sier noe om i en av tjenestene, er ikke med. by_number er over kommunene med kjent andel, etter antallet samarbeid.",
    nn="For kvar kommune blir samarbeida han er med i, i dei valde tenestene samla, talde, og kor mange ulike medlemskrinsar dei har. Delen er krinsar delt på samarbeid: 1 når alle krinsane er ulike (heilt oppdelt), 1 delt på talet på samarbeid når alle er like (heilt samla). Snittet er over kommunar med minst to samarbeid, sidan delen alltid er 1 med eitt. Ein kommune som er i eit samarbeid der ikkje alle medlemmene er kjende, har tom del, og ein som inga kjelde seier noko om i ei av tenestene, er ikkje med. by_number er over kommunane med kjend del, etter talet på samarbeid.",
    en="For each municipality the cooperations it is in are counted, in all chosen services together, and how many different member sets they have. The share is sets over cooperations: 1 when all sets differ (fully fragmented), 1 over the number of cooperations when all are the same (fully consolidated). The mean is over municipalities in at least two cooperations, since the share is always 1 with one. A municipality in a cooperation whose members are not all known has an empty share, and one of which no source speaks in one of the services is left out. by_number is over the municipalities with a known share, by the number of cooperations.",
)


def constellations(edition: Edition, *, services: tuple[str, ...] | None = None) -> Finding:
    """Count the cooperations of each municipality and how many different member sets they have.

    Parameters
    ----------
    edition : Edition
        What is counted in.
    services : tuple of str or None
        The services whose cooperations count, all together; None is all that there are cooperations on.

    Returns
    -------
    Finding
        Columns municipality, name, cooperations, constellations, share_distinct (the last two empty where it is in a cooperation whose
        members are not all known), for municipalities in at least one. Supporting table `by_number`: cooperations, municipalities,
        share_distinct_mean, fully_consolidated (how many have a single member set). Supporting table `several`: the rows in two or more, which
        the map shows.
    """
    data = membership(edition)
    chosen = read_services(data, services)
    columns = np.flatnonzero(data.cooperations["service"].isin(chosen).to_numpy(dtype=bool))
    own = data.matrix[:, columns]
    counts = np.diff(own.indptr)
    partial = ~data.cooperations["complete"].to_numpy(dtype=bool)[columns]
    untold = np.asarray(own @ partial.astype(np.int64)) > 0
    spoken = ~data.unspoken(*chosen)
    places = np.flatnonzero(spoken & (counts > 0))
    names = edition.names()
    distinct = pd.array(distinct_sets(data, columns)[places], dtype="Int64")
    distinct[untold[places]] = pd.NA
    table = pd.DataFrame({"municipality": data.codes[places].astype(str), "cooperations": counts[places], "constellations": distinct})
    table.insert(1, "name", [names.get(code, code) for code in table["municipality"]])
    table["share_distinct"] = table["constellations"].astype("Float64").to_numpy(dtype=float, na_value=np.nan) / table["cooperations"]
    told = table[table["share_distinct"].notna()]
    summary = _by_number(told)
    several = told[told["cooperations"] > 1]
    return Finding(
        id="constellations",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(several),
        method=METHOD,
        table=table,
        coverage=Coverage(len(several), {"municipalities": int(spoken.sum())}, (*gaps(data, chosen), *_untold_gap(data, untold & spoken))),
        chart=Chart("map", {"municipality": "municipality", "value": "share_distinct", "in": "several"}) if len(several) else Chart("table"),
        supporting=({"by_number": summary} if len(summary) else {}) | ({"several": several.reset_index(drop=True)} if len(several) else {}),
    )


def distinct_sets(data: Membership, columns: Array) -> Array:
    """Return of each municipality how many different member sets its cooperations among the columns have."""
    if not len(columns):
        return np.zeros(len(data.codes), dtype=np.int64)
    members = data.by_cooperation[columns]
    members.sort_indices()
    kinds = [members.indices[start:end].tobytes() for start, end in zip(members.indptr[:-1], members.indptr[1:], strict=True)]
    number_of = pd.factorize(pd.Series(kinds, dtype=object))[0]
    of_kind = csr_array((np.ones(len(columns), dtype=np.int64), (np.arange(len(columns)), number_of)), shape=(len(columns), int(number_of.max()) + 1))
    return np.asarray(np.diff((data.matrix[:, columns] @ of_kind).tocsr().indptr), dtype=np.int64)


def _by_number(told: pd.DataFrame) -> pd.DataFrame:
    rows = [
        {
            "cooperations": count,
            "municipalities": len(own),
            "share_distinct_mean": float(own["share_distinct"].mean()),
            "fully_consolidated": int((own["constellations"] == 1).sum()),
        }
        for count, own in told.groupby("cooperations", sort=True)
    ]
    return pd.DataFrame(rows)


def _untold_gap(data: Membership, untold: Array) -> tuple[Missing, ...]:
    if not untold.any():
        return ()
    codes = tuple(str(code) for code in data.codes[untold])
    why = Text(
        nb=f"For {municipalities(len(codes)).nb} kan det ikke sies hvor mange medlemskretser som er ulike, siden ikke alle medlemmene i samarbeidene deres er kjent",
        nn=f"For {municipalities(len(codes)).nn} kan det ikkje seiast kor mange medlemskrinsar som er ulike, sidan ikkje alle medlemmene i samarbeida deira er kjende",
        en=f"For {municipalities(len(codes)).en} it cannot be said how many member sets differ, since not all members of their cooperations are known",
    )
    return (Missing("member", codes, why),)


def _statement(several: pd.DataFrame) -> Text:
    if several.empty:
        return Text(
            nb="Ingen kommune er i to eller flere samarbeid der alle medlemmene er kjent, så det kan ikke måles om medlemskretsene er de samme.",
            nn="Ingen kommune er i to eller fleire samarbeid der alle medlemmene er kjende, så det kan ikkje målast om medlemskrinsane er dei same.",
            en="No municipality is in two or more cooperations whose members are all known, so it cannot be measured whether the member sets are the same.",
        )
    same = int((several["constellations"] == 1).sum())
    different = int((several["constellations"] == several["cooperations"]).sum())
    mean, many = float(several["share_distinct"].mean()), municipalities(len(several))
    w = {language: (percent(mean, language), number(same, language), number(different, language)) for language in LANGUAGES}
    return Text(
        nb=f"Hos {many.nb} med minst to samarbeid er antallet ulike medlemskretser i snitt {w['nb'][0]} av antallet samarbeid; {w['nb'][1]} møter de samme i alle, {w['nb'][2]} ulike i hvert.",
        nn=f"Hos {many.nn} med minst to samarbeid er talet på ulike medlemskrinsar i snitt {w['nn'][0]} av talet på samarbeid; {w['nn'][1]} møter dei same i alle, {w['nn'][2]} ulike i kvart.",
        en=f"In {many.en} with at least two cooperations, the number of different member sets is on average {w['en'][0]} of the number of cooperations; {w['en'][1]} {'meets' if same == 1 else 'meet'} the same members in all, {w['en'][2]} a different set in each.",
    )
