"""Whether cooperations that share a member cross each other, or lie one within the other."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import pandas as pd
from scipy.sparse import triu

from samvirke.edition import Edition
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.gaps import gaps
from samvirke.measures.membership import Array, Membership, membership, places, read_services
from samvirke.vocabulary.language import LANGUAGES, Text, number, percent

QUESTION = Text(
    nb="Krysser samarbeidene hverandre, eller ligger de inni hverandre?",
    nn="Kryssar samarbeida kvarandre, eller ligg dei inni kvarandre?",
    en="Do cooperations cross each other, or does one lie within the other?",
)
METHOD = Text(
    nb="Alle par av samarbeid med minst ett felles medlem, i samme eller i to ulike tjenester. Et par krysser når hvert av de to har et medlem som ikke er i det andre; det er nøstet når medlemmene i det ene er med i det andre, som har flere; det er likt når medlemmene er de samme. Nøstet og likt er som grensene mellom styringsnivåer av type I, kryssing som type II (Hooghe og Marks 2003, doi:10.1017/S0003055403000649). Andelen er av parene der dette kan sies; tom når det ikke er noen. Er ikke alle medlemmene i et av de to samarbeidene kjent, kan en ukjent avgjøre om paret krysser, og paret er bare talt i untold. Raden «all» er alle radene samlet.",
    nn="Alle par av samarbeid med minst éin felles medlem, i same eller i to ulike tenester. Eit par kryssar når kvart av dei to har ein medlem som ikkje er i det andre; det er nøsta når medlemmene i det eine er med i det andre, som har fleire; det er likt når medlemmene er dei same. Nøsta og likt er som grensene mellom styringsnivå av type I, kryssing som type II (Hooghe og Marks 2003, doi:10.1017/S0003055403000649). Delen er av para der dette kan seiast; tom når det ikkje er nokon. Er ikkje alle medlemmene i eit av dei to samarbeida kjende, kan ein ukjend avgjere om paret kryssar, og paret er berre talt i untold. Rada «all» er alle radene samla.",
    en="All pairs of cooperations with at least one member in common, in the same service or in two. A pair crosses when each of the two has a member that is not in the other; it is nested when the members of one are in the other, which has more; it is equal when the members are the same. Nested and equal are like the borders of type I governance, crossing like type II (Hooghe and Marks 2003, doi:10.1017/S0003055403000649). The share is of the pairs where this can be told; empty when there are none. Where not all members of one of the two are known, an unknown one may decide whether the pair crosses, and the pair is counted in untold only. The row `all` is all rows together.",
)
ALL = "all"
STANDINGS = ("crossing", "nested", "equal", "untold")


def crossing(edition: Edition, *, services: tuple[str, ...] | None = None) -> Finding:
    """Count the pairs of cooperations that cross, are nested or are equal, for every pair of services and within each.

    Parameters
    ----------
    edition : Edition
        What is counted in.
    services : tuple of str or None
        The services; None is all that there are cooperations on.

    Returns
    -------
    Finding
        Columns first, second (services, the same one for pairs within it; all in the last row, when there are several), pairs (crossing,
        nested and equal ones), crossing, nested, equal, untold (pairs outside the others, since not all members are known),
        share_crossing.
    """
    data = membership(edition)
    chosen = tuple(sorted(read_services(data, services)))
    counts = counted(data, chosen)
    rows = [(first, second, counts[one, other]) for (one, first), (other, second) in combinations_with_replacement(enumerate(chosen), 2)]
    if len(rows) > 1:
        rows.append((ALL, ALL, counts.sum(axis=(0, 1))))
    table = pd.DataFrame(
        [(first, second, int(own[:3].sum()), *(int(one) for one in own)) for first, second, own in rows], columns=["first", "second", "pairs", *STANDINGS]
    )
    table["share_crossing"] = (table["crossing"] / table["pairs"].where(table["pairs"] > 0)).astype(float)
    whole = table.iloc[-1].to_dict() if len(table) else dict.fromkeys(("pairs", "crossing", "untold"), 0)
    return Finding(
        id="crossing",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(table),
        method=METHOD,
        table=table,
        coverage=Coverage(int(whole["crossing"]), {"pairs": int(whole["pairs"])}, (*gaps(data, chosen), *_untold_gap(int(whole["untold"])))),
        chart=Chart("table"),
    )


def counted(data: Membership, chosen: tuple[str, ...]) -> Array:
    """Return service by service by standing: how many pairs of cooperations cross, are nested, are equal and cannot be told.

    The first service of a pair is the earlier among the chosen, so that the rest of the square is 0. In a pair with a cooperation whose
    members are not all known, crossing is never sure, and nested only sometimes; counting only those would pull the share down.
    """
    n = len(chosen)
    columns = np.flatnonzero(data.cooperations["service"].isin(chosen).to_numpy(dtype=bool))
    if not len(columns):
        return np.zeros((n, n, len(STANDINGS)), dtype=np.int64)
    common = triu(data.by_cooperation[columns] @ data.matrix[:, columns], k=1).tocoo()
    own = data.cooperations.iloc[columns]
    sizes, complete = own["members"].to_numpy(), own["complete"].to_numpy(dtype=bool)
    service = places(own["service"], chosen)
    within = (common.data == sizes[common.row]).astype(np.int64) + (common.data == sizes[common.col])
    standing = np.where(complete[common.row] & complete[common.col], within, STANDINGS.index("untold"))
    first, second = np.minimum(service[common.row], service[common.col]), np.maximum(service[common.row], service[common.col])
    return np.bincount((first * n + second) * len(STANDINGS) + standing, minlength=n * n * len(STANDINGS)).reshape(n, n, len(STANDINGS))


def _untold_gap(untold: int) -> tuple[Missing, ...]:
    if not untold:
        return ()
    one = untold == 1
    return (
        Missing(
            "member",
            (),
            Text(
                nb=f"{number(untold, 'nb')} par av samarbeid med et felles medlem er utenfor, siden ikke alle medlemmene er kjent.",
                nn=f"{number(untold, 'nn')} par av samarbeid med ein felles medlem er utanfor, sidan ikkje alle medlemmene er kjende.",
                en=f"{number(untold, 'en')} {'pair' if one else 'pairs'} of cooperations with a common member {'is' if one else 'are'} left out, since not all members are known.",
            ),
        ),
    )


def _statement(table: pd.DataFrame) -> Text:
    whole = table.iloc[-1] if len(table) else None
    if whole is None or not whole["pairs"]:
        return Text(
            nb="Ingen to samarbeid der alle medlemmene er kjent, har et felles medlem, så kryssing kan ikke måles.",
            nn="Ingen to samarbeid der alle medlemmene er kjende, har ein felles medlem, så kryssing kan ikkje målast.",
            en="No two cooperations whose members are all known have a member in common, so crossing cannot be measured.",
        )
    w = {
        language: {
            "share": percent(whole["share_crossing"], language),
            **{name: number(whole[name], language) for name in ("pairs", "crossing", "nested", "equal")},
        }
        for language in LANGUAGES
    }
    sentence = Text(
        nb="I {crossing} av {pairs} par av samarbeid med et felles medlem ({share}) krysser de to hverandre, hvert med medlemmer utenfor det andre; i {nested} ligger det ene inni det andre, og i {equal} er medlemmene de samme.".format(
            **w["nb"]
        ),
        nn="I {crossing} av {pairs} par av samarbeid med ein felles medlem ({share}) kryssar dei to kvarandre, kvart med medlemmer utanfor det andre; i {nested} ligg det eine inni det andre, og i {equal} er medlemmene dei same.".format(
            **w["nn"]
        ),
        en="In {crossing} of {pairs} pairs of cooperations with a common member ({share}) the two cross, each with members outside the other; in {nested} one lies within the other, and in {equal} the members are the same.".format(
            **w["en"]
        ),
    )
    own = table[table["first"] != ALL]
    one, two = own[own["first"] == own["second"]], own[own["first"] != own["second"]]
    if not one["pairs"].sum() or not two["pairs"].sum():
        return sentence
    v = {language: [number(part[name].sum(), language) for part in (one, two) for name in ("crossing", "pairs")] for language in LANGUAGES}
    return sentence + Text(
        nb="Innenfor én tjeneste krysser {} av {}, mellom to tjenester {} av {}.".format(*v["nb"]),
        nn="Innanfor éi teneste kryssar {} av {}, mellom to tenester {} av {}.".format(*v["nn"]),
        en="Within one service {} of {} cross, between two services {} of {}.".format(*v["en"]),
    )
