"""What is not known, in words: whom no source speaks of, what was left out, which populations and hours are missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from samvirke.edition import Edition
from samvirke.finding import Missing
from samvirke.measures.membership import Array, Coding, Membership
from samvirke.vocabulary.labels import value_label
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Text, listing, number


def municipalities(n: int) -> Text:
    """Write a number of municipalities.

    Examples
    --------
    >>> municipalities(1)["en"], municipalities(18)["nb"]
    ('1 municipality', '18 kommuner')
    """
    one = n == 1
    return Text(
        nb=f"{number(n, 'nb')} {'kommune' if one else 'kommuner'}",
        nn=f"{number(n, 'nn')} {'kommune' if one else 'kommunar'}",
        en=f"{number(n, 'en')} {'municipality' if one else 'municipalities'}",
    )


def gaps(data: Membership, services: Sequence[str], coding: Coding = "any") -> tuple[Missing, ...]:
    """Return what is not known, in words: who is not spoken of, which cooperations were left out, which hours are not known."""
    found = []
    silent = tuple(str(code) for code in data.codes[data.marked(data.silent, services)])
    if silent:
        why = Text(
            nb=f"Ingen kilde sier noe om {municipalities(len(silent)).nb}, utenfor nevnerne",
            nn=f"Inga kjelde seier noko om {municipalities(len(silent)).nn}, utanfor nemnarane",
            en=f"No source speaks of {municipalities(len(silent)).en}, outside the denominators",
        )
        found.append(Missing("coverage", silent, why))
    unnamed = tuple(str(code) for code in data.codes[data.marked(data.unnamed, services)])
    if unnamed:
        why = Text(
            nb=f"Det er kjent at {municipalities(len(unnamed)).nb} samarbeider, men ikke med hvem; utenfor nevnerne",
            nn=f"Det er kjent at {municipalities(len(unnamed)).nn} samarbeider, men ikkje med kven; utanfor nemnarane",
            en=f"{municipalities(len(unnamed)).en} known to cooperate, but not with whom, outside the denominators",
        )
        found.append(Missing("member", unnamed, why))
    if data.single:
        found.append(_alone(data.single))
    own = data.cooperations[data.cooperations["service"].isin([part for one in services for part in one.split("+")])]
    if partial := int((~own["complete"]).sum()):
        found.append(
            Missing(
                "member",
                (),
                Text(
                    nb=f"I {partial} av {len(own)} samarbeid er bare noen av medlemmene kjent; av hvem som ikke er nevnt, sluttes ingenting.",
                    nn=f"I {partial} av {len(own)} samarbeid er berre nokre av medlemmene kjende; av kven som ikkje er nemnd, blir ingenting slutta.",
                    en=f"In {partial} of {len(own)} cooperations only some of the members are known; nothing is concluded from who is not listed.",
                ),
            )
        )
    unknown = int((own["weekly_hours"] < 0).sum())
    if coding != "any" and unknown:
        rule = {language: value_label("coding", coding)[language] for language in LANGUAGES}
        last = coding == "most_extensive"
        found.append(
            Missing(
                "cooperation",
                (),
                Text(
                    nb=f"{unknown} av {len(own)} samarbeid har ukjent åpningstid og {'kommer sist' if last else 'regnes ikke'} under regelen «{rule['nb']}».",
                    nn=f"{unknown} av {len(own)} samarbeid har ukjend opningstid og {'kjem sist' if last else 'blir ikkje rekna'} under regelen «{rule['nn']}».",
                    en=f'{unknown} of {len(own)} cooperations have unknown hours and {"come last" if last else "do not count"} under the rule "{rule["en"]}".',
                ),
            )
        )
    return tuple(found)


def untold_gap(data: Membership, untold: Array) -> tuple[Missing, ...]:
    """Return for whom unknown members could change the answer."""
    if not untold.any():
        return ()
    codes = tuple(str(code) for code in data.codes[untold])
    why = Text(
        nb=f"For {municipalities(len(codes)).nb} kan svaret være et annet, siden ikke alle medlemmene i samarbeidene deres er kjent",
        nn=f"For {municipalities(len(codes)).nn} kan svaret vere eit anna, sidan ikkje alle medlemmene i samarbeida deira er kjende",
        en=f"For {municipalities(len(codes)).en} the answer may be another, since not all members of their cooperations are known",
    )
    return (Missing("member", codes, why),)


def population_years(data: Membership) -> Text:
    """Say which years the populations are of."""
    if not data.population_year:
        return EMPTY
    years = {language: listing([str(year) for year in data.population_year], language) for language in LANGUAGES}
    return Text(nb=f"Folketall fra {years['nb']}.", nn=f"Folketal frå {years['nn']}.", en=f"Population of {years['en']}.")


def population_gap(data: Membership, places: Array) -> tuple[Missing, ...]:
    """Return who has no population, of those that a number rests on."""
    lacking = places[np.isnan(data.population[places])]
    if not len(lacking):
        return ()
    why = Text(
        nb=f"Folketallet er ukjent for {municipalities(len(lacking)).nb}; samarbeid med dem er utenfor tallene for innbyggere",
        nn=f"Folketalet er ukjent for {municipalities(len(lacking)).nn}; samarbeid med dei er utanfor tala for innbyggjarar",
        en=f"The population of {municipalities(len(lacking)).en} is unknown; cooperations with them are outside the numbers of inhabitants",
    )
    return (Missing("figure", tuple(str(code) for code in data.codes[lacking]), why),)


def cooperating(edition: Edition) -> tuple[Edition, tuple[Missing, ...]]:
    """Return an edition without the rows of cooperation that are none, since a single municipality is all there is in them, and say so.

    One of which only some members are known stays. Members that are no municipality of the edition on its date are left out.
    """
    cooperation, member = edition["cooperation"], edition["member"]
    member = member[member["municipality"].isin(set(edition["municipality"]["code"]))]
    sizes = cooperation["id"].map(member.groupby("cooperation")["municipality"].nunique()).fillna(0)
    alone = (sizes < 2) & (cooperation["members_known"] != "some")
    kept = cooperation[~alone]
    left = {**edition.tables, "cooperation": kept, "member": member[member["cooperation"].isin(set(kept["id"]))]}
    return replace(edition, tables=left), ((_alone(int(alone.sum())),) if alone.any() else ())


def _alone(single: int) -> Missing:
    return Missing(
        "cooperation",
        (),
        Text(
            nb=f"{number(single, 'nb')} rader i cooperation har færre enn to medlemmer i utgaven og er ikke regnet som samarbeid.",
            nn=f"{number(single, 'nn')} rader i cooperation har færre enn to medlemmer i utgåva og er ikkje rekna som samarbeid.",
            en=f"{number(single, 'en')} rows of cooperation have fewer than two members in the edition and do not count as cooperation.",
        ),
    )
