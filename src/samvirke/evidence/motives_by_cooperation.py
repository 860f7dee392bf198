"""What is said for and against each cooperation, beside its model, size, travel and the quality of its agreement."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from samvirke.agreements.coded import readings_of
from samvirke.edition import Edition
from samvirke.evidence._small_groups import LEAST
from samvirke.evidence._statements import COUNTS, OTHERS, counts, gaps, share_for, statements, together, whom
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.gaps import population_years
from samvirke.measures.membership import cooperation_populations, membership
from samvirke.vocabulary import terms
from samvirke.vocabulary.language import LANGUAGES, Text, number, percent

QUESTION = Text(
    nb="Henger det som sies om et samarbeid sammen med hvordan det er?",
    nn="Heng det som blir sagt om eit samarbeid saman med korleis det er?",
    en="Does what is said of a cooperation go with what it is like?",
)
METHOD = Text(
    nb="Utsagn med motiv telles for samarbeidet de gjelder, ved siden av modellen, folketallet (summen av medlemmene), den lengste reisen mellom vert og medlem (uten kjent vert: mellom to medlemmer) og hvor mange innhold den siste daterte avtalen mangler av dem den er prøvd for. Et samarbeid med utsagn fra færre enn {least} kommuner er slått sammen med de minste andre, så ingen kan kjennes igjen og delene summerer til alle. Rangkorrelasjonen (Spearman, med p fra {draws} omstokkinger) er mellom andelen for og hvert kjennetegn, over samarbeid som vises; den sier ikke hva som er årsak, og få samarbeid gir lite.",
    nn="Utsegner med motiv blir talde for samarbeidet dei gjeld, ved sida av modellen, folketalet (summen av medlemmene), den lengste reisa mellom vert og medlem (utan kjend vert: mellom to medlemmer) og kor mange innhald den siste daterte avtalen manglar av dei han er prøvd for. Eit samarbeid med utsegner frå færre enn {least} kommunar er slege saman med dei minste andre, så ingen kan kjennast att og delane summerer til alle. Rangkorrelasjonen (Spearman, med p frå {draws} omstokkingar) er mellom delen for og kvart kjenneteikn, over samarbeid som er viste; han seier ikkje kva som er årsak, og få samarbeid gjev lite.",
    en="Statements with a motive are counted for the cooperation that they are about, beside its model, its population (the sum of its members), the farthest journey between host and member (without a known host: between two members) and how many contents its latest dated agreement lacks of those it is tested for. A cooperation with statements from fewer than {least} municipalities is put together with the smallest others, so that nobody can be recognised and the parts add to all. The rank correlation (Spearman, with p from {draws} shuffles) is between the share for and each characteristic, over the cooperations that are shown; it does not say what is the cause, and few cooperations tell little.",
)
TRAITS = ("population", "farthest_minutes", "contents_absent")
DRAWS = 5000
COLUMNS = [
    "cooperation", "service", "model", "members", "population", "farthest_minutes", "contents_checked", "contents_absent",
    "statements", *COUNTS, "share_for", "most_spoken_of",
]  # fmt: skip


def motives_by_cooperation(edition: Edition, *, seed: int = 1) -> Finding:
    """Count statements for and against each cooperation, beside what it is like.

    Parameters
    ----------
    edition : Edition
        With the tables statement, cooperation and member; travel, figure and agreement where it has them.
    seed : int
        Of the shuffles.

    Returns
    -------
    Finding
        Columns cooperation, service, model, members, population, farthest_minutes, contents_checked, contents_absent, statements, for,
        against, ambiguous, direction_unknown, share_for, most_spoken_of. Supporting tables `tests`: trait, cooperations, rho, p_value;
        `small_together`: cooperations, statements, for, against, ambiguous, direction_unknown, share_for of those that are not shown by
        themselves.
    """
    frame = statements_of_cooperations(edition)
    shown, small = together(frame, "cooperation")
    traits = _traits(edition).set_index("cooperation")
    rows: list[dict[str, Any]] = []
    sizes = shown["cooperation"].value_counts()
    for name in sorted(set(sizes.index) - {OTHERS}, key=lambda one: (-sizes[one], one)):
        own = shown[shown["cooperation"] == name]
        row = counts(own)
        most = own["motive"].value_counts()
        motive = next(one for one in terms("motives") if most.get(one, 0) == most.iloc[0])
        known: dict[Any, Any] = traits.loc[name].to_dict() if name in traits.index else {}
        rows.append({"cooperation": name, **known, **row, "share_for": share_for(row), "most_spoken_of": motive})
    table = pd.DataFrame(rows, columns=COLUMNS).astype(dict.fromkeys(("members", "contents_checked", "contents_absent"), "Int64") | {"population": "float64"})
    tests, rest = _tests(table, seed), _small(shown[shown["cooperation"] == OTHERS], len(small))
    every = statements(edition) if len(frame) else frame
    return Finding(
        id="motives_by_cooperation",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(table, tests, len(frame), len(small)),
        method=Text(**{one: METHOD[one].format(least=LEAST, draws=number(DRAWS, one)) for one in LANGUAGES}) + population_years(membership(edition)),
        table=table,
        coverage=Coverage(
            len(shown),
            {"statements": len(edition["statement"]), "about_a_cooperation": len(frame), "cooperations": len(whom(frame, "cooperation"))},
            _gaps(edition, every, len(small)),
        ),
        chart=Chart("table"),
        supporting={name: one for name, one in (("tests", tests), ("small_together", rest)) if len(one)},
        seed=seed,
    )


def statements_of_cooperations(edition: Edition) -> pd.DataFrame:
    """Return the statements that are about a cooperation."""
    frame = statements(edition) if edition["statement"]["cooperation"].notna().any() else pd.DataFrame()
    return frame[frame["cooperation"] != ""].reset_index(drop=True) if len(frame) else pd.DataFrame(columns=["cooperation", "informant", "direction", "motive"])


def _traits(edition: Edition) -> pd.DataFrame:
    """Return what each cooperation of two or more members is like."""
    data = membership(edition)
    own = data.cooperations
    found = pd.DataFrame({"cooperation": own["id"], "service": own["service"], "members": own["members"]})
    found["population"] = cooperation_populations(data, own.index.to_numpy())
    models = edition["cooperation"].drop_duplicates("id").set_index("id")["model"]
    found["model"] = found["cooperation"].map(models)
    found = found.merge(_farthest(edition), on="cooperation", how="left")
    return found.merge(_quality(edition), on="cooperation", how="left")


def _farthest(edition: Edition) -> pd.DataFrame:
    """Return the farthest journey within each cooperation, where all that are needed are known."""
    if "travel" not in edition:
        return pd.DataFrame(columns=["cooperation", "farthest_minutes"])
    travel = edition["travel"]
    travel = travel[travel["from_code"] != travel["to_code"]]
    both = pd.concat([travel, travel.rename(columns={"from_code": "to_code", "to_code": "from_code"})])
    minutes = both.groupby(["from_code", "to_code"])["minutes"].min()
    rows = []
    for name, own in edition["member"].drop_duplicates(["cooperation", "municipality"]).groupby("cooperation"):
        codes = sorted(own["municipality"])
        hosts = sorted(own.loc[own["role"] == "host", "municipality"]) or codes
        pairs = [(one, other) for one in hosts for other in codes if one != other]
        known = minutes.reindex(pd.MultiIndex.from_tuples(pairs)) if pairs else pd.Series(dtype=float)
        rows.append((name, float(known.max()) if len(known) and known.notna().all() else np.nan))
    return pd.DataFrame(rows, columns=["cooperation", "farthest_minutes"])


def _quality(edition: Edition) -> pd.DataFrame:
    """Return how many contents the latest dated agreement of each cooperation is tested for, and lacks."""
    columns = ["cooperation", "contents_checked", "contents_absent"]
    if "agreement" not in edition or edition["agreement"].empty:
        return pd.DataFrame(columns=columns)
    agreements = edition["agreement"].drop_duplicates("id").set_index("id")
    rows = []
    for one in readings_of(edition):
        told = [check.state for check in one.checks if check.state in ("present", "absent")]
        rows.append((agreements.at[one.file, "cooperation"], one.signed.value or "", len(told), told.count("absent")))
    found = pd.DataFrame(rows, columns=["cooperation", "signed", *columns[1:]]).sort_values("signed", kind="stable")
    return found.drop_duplicates("cooperation", keep="last")[columns]


def _tests(shown: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return the rank correlation of the share for with each trait, by shuffling."""
    from scipy.stats import rankdata

    rng, rows = np.random.default_rng(seed), []
    for trait in TRAITS:
        known = shown[shown[trait].notna() & shown["share_for"].notna()]
        first, second = rankdata(known["share_for"].astype(float)), rankdata(known[trait].astype(float))
        if len(known) < 4 or not first.std() or not second.std():
            continue
        rho = float(np.corrcoef(first, second)[0, 1])
        first = (first - first.mean()) / first.std()
        second = (second - second.mean()) / second.std()
        drawn = np.array([first @ rng.permutation(second) for _ in range(DRAWS)]) / len(known)
        extreme = int((np.abs(drawn) >= abs(rho) - 1e-12).sum())
        rows.append((trait, len(known), rho, (extreme + 1) / (DRAWS + 1)))
    return pd.DataFrame(rows, columns=["trait", "cooperations", "rho", "p_value"])


def _small(own: pd.DataFrame, cooperations: int) -> pd.DataFrame:
    """Return the cooperations that are put together as one row, or none."""
    row = counts(own)
    rows = [(cooperations, row["statements"], *(row[one] for one in COUNTS), share_for(row))] if len(own) else []
    return pd.DataFrame(rows, columns=["cooperations", "statements", *COUNTS, "share_for"])


def _gaps(edition: Edition, every: pd.DataFrame, small: int) -> tuple[Missing, ...]:
    found = list(gaps(edition, every)) if len(every) else []
    outside = int(edition["statement"]["cooperation"].isna().sum())
    if outside:
        why = Text(
            nb=f"{number(outside, 'nb')} utsagn er ikke knyttet til noe samarbeid i utgaven.",
            nn=f"{number(outside, 'nn')} utsegner er ikkje knytte til noko samarbeid i utgåva.",
            en=f"{number(outside, 'en')} statements are tied to no cooperation of the edition.",
        )
        found.append(Missing("statement", (), why))
    if small:
        why = Text(
            nb=f"{small} samarbeid er slått sammen, siden noen av dem har utsagn fra færre enn {LEAST} kommuner.",
            nn=f"{small} samarbeid er slegne saman, sidan nokre av dei har utsegner frå færre enn {LEAST} kommunar.",
            en=f"{small} cooperations are put together, since some of them have statements from fewer than {LEAST} municipalities.",
        )
        found.append(Missing("statement", (), why))
    return tuple(found)


def _statement(table: pd.DataFrame, tests: pd.DataFrame, count: int, small: int) -> Text:
    if not count:
        return Text(
            nb="Ingen utsagn er knyttet til et samarbeid i utgaven.",
            nn="Ingen utsegner er knytte til eit samarbeid i utgåva.",
            en="No statement is tied to a cooperation of the edition.",
        )
    text = Text(
        nb=f"{count} utsagn gjelder {len(table) + small} samarbeid; {len(table)} vises hver for seg og {small} sammen.",
        nn=f"{count} utsegner gjeld {len(table) + small} samarbeid; {len(table)} er viste kvar for seg og {small} saman.",
        en=f"{count} statements are about {len(table) + small} cooperations; {len(table)} are shown by themselves and {small} together.",
    )
    told = table[table["share_for"].notna()].sort_values("share_for", kind="stable")
    if len(told) > 1:
        low, high = ({one: percent(float(told["share_for"].iloc[at]), one) for one in LANGUAGES} for at in (0, -1))
        text += Text(
            nb=f"Andelen for går fra {low['nb']} til {high['nb']}.",
            nn=f"Delen for går frå {low['nn']} til {high['nn']}.",
            en=f"The share for runs from {low['en']} to {high['en']}.",
        )
    sure = tests[tests["p_value"] < 0.05] if len(tests) else tests
    if len(tests) and sure.empty:
        text += Text(
            nb="Den henger ikke påviselig sammen med folketall, reise eller mangler i avtalen.",
            nn="Han heng ikkje påviseleg saman med folketal, reise eller manglar i avtalen.",
            en="It goes with neither population, travel nor gaps in the agreement as far as can be shown.",
        )
    for row in sure.to_dict("records"):
        text += _found(row)
    return text


def _found(row: dict[Any, Any]) -> Text:
    names = {
        "population": Text(nb="flere innbyggere", nn="fleire innbyggjarar", en="more inhabitants"),
        "farthest_minutes": Text(nb="lengre reise", nn="lengre reise", en="a longer journey"),
        "contents_absent": Text(nb="flere mangler i avtalen", nn="fleire manglar i avtalen", en="more gaps in the agreement"),
    }[row["trait"]]
    r = {one: number(row["rho"], one, 2) for one in LANGUAGES}
    up = row["rho"] > 0
    return Text(
        nb=f"Den er {'høyere' if up else 'lavere'} ved {names.nb} (rangkorrelasjon {r['nb']}, {row['cooperations']} samarbeid).",
        nn=f"Han er {'høgare' if up else 'lågare'} ved {names.nn} (rangkorrelasjon {r['nn']}, {row['cooperations']} samarbeid).",
        en=f"It is {'higher' if up else 'lower'} with {names.en} (rank correlation {r['en']}, {row['cooperations']} cooperations).",
    )
