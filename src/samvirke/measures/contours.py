"""The contours of health municipalities: groups that come back in service after service, and how large, firm and wide they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from samvirke.edition import Edition
from samvirke.errors import OptionError
from samvirke.finding import Chart, Coverage, Finding
from samvirke.measures._consensus import Recurring, Solved, Stability, Standings, likeness, partner_ties, recurring_groups, shared_services, standings
from samvirke.measures.gaps import gaps, municipalities, population_gap, population_years
from samvirke.measures.membership import Array, Membership, labels, membership, read_services
from samvirke.measures.sizes import HEALTH_MUNICIPALITY
from samvirke.vocabulary import Service, terms
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Language, Text, listing, number

QUESTION = Text(
    nb="Hvilke grupper av kommuner går igjen i tjeneste etter tjeneste, og ligner de helsekommuner?",
    nn="Kva grupper av kommunar går att i teneste etter teneste, og liknar dei helsekommunar?",
    en="Which groups of municipalities come back in service after service, and are they like health municipalities?",
)
METHOD = Text(
    nb="To kommuner hører sammen når de er partnere i minst så mange tjenester (least). Gruppene er den inndelingen som stemmer best med alle tjenestene: hvert par i en gruppe teller tjenestene det deler minus (least − ½), og summen er størst mulig; proved sier om det er bevist (alle delmengder er gått gjennom). unique sier om gruppen er med i hver inndeling som stemmer like godt; er det flere, vises den der flest par av innbyggere er i samme gruppe, ellers den som samler de laveste numrene. «torn»: har slike bånd til minst to grupper, sin egen medregnet; i gruppetabellen telles de av gruppens egne. «tied»: i ingen gruppe, men med slike bånd til én; i gruppetabellen telles alle uten gruppe som har bånd til den. «none»: med i nok tjenester, men uten slike bånd. Fastheten er likheten (Jaccard: felles medlemmer delt på alle i minst én av de to) mellom gruppen og den nærmeste, i snitt: stability_left_out når én tjeneste utelates (tom når det da er færre enn least igjen), stability_resampled når tjenestene trekkes på nytt med tilbakelegging (trekk med færre enn least ulike tjenester er utelatt), stability_memberships når hvert tiende medlemskap faller ut ved tilfeldighet. host er den som oftest er vert for samarbeid med minst to i gruppen, når den selv er i gruppen; ellers står den i host_outside. Er to like ofte vert, går en i gruppen foran, så den med flest innbyggere. services er tjenestene der hele gruppen deler ett samarbeid; share_other er andelen av dem utenfor helse og omsorg. Folketallet settes mot 10 000 (notatets helsekommune); «nær» er mellom halvparten og det dobbelte.",
    nn="To kommunar høyrer saman når dei er partnarar i minst så mange tenester (least). Gruppene er den inndelinga som stemmer best med alle tenestene: kvart par i ei gruppe tel tenestene det deler minus (least − ½), og summen er størst mogleg; proved seier om det er prova (alle delmengder er gjennomgått). unique seier om gruppa er med i kvar inndeling som stemmer like godt; er det fleire, er den vist der flest par av innbyggjarar er i same gruppe, elles den som samlar dei lågaste nummera. «torn»: har slike band til minst to grupper, si eiga medrekna; i gruppetabellen blir dei av gruppas eigne talde. «tied»: i inga gruppe, men med slike band til éi; i gruppetabellen blir alle utan gruppe som har band til ho, talde. «none»: med i nok tenester, men utan slike band. Fastleiken er likskapen (Jaccard: felles medlemmer delt på alle i minst éi av dei to) mellom gruppa og den næraste, i snitt: stability_left_out når éi teneste blir utelaten (tom når det då er færre enn least att), stability_resampled når tenestene blir trekte på nytt med tilbakelegging (trekk med færre enn least ulike tenester er utelatne), stability_memberships når kvar tiande medlemskap fell ut ved slump. host er den som oftast er vert for samarbeid med minst to i gruppa, når han sjølv er i gruppa; elles står han i host_outside. Er to like ofte vert, går ein i gruppa framom, så den med flest innbyggjarar. services er tenestene der heile gruppa deler eitt samarbeid; share_other er delen av dei utanfor helse og omsorg. Folketalet blir sett mot 10 000 (helsekommunen i notatet); «nær» er mellom halvparten og det dobbelte.",
    en="Two municipalities belong together when they are partners in at least so many services (`least`). The groups are the division that agrees best with all services: each pair within a group counts the services it shares less (least - 1/2), and the sum is as large as can be; `proved` says whether that is proved (all subsets are gone through). `unique` says whether the group is in every division that agrees as well; where there are several, the one is shown that has most pairs of residents in one group, else the one that gathers the lowest codes. `torn`: has such ties to at least two groups, its own included; in the table of groups, those of the group's own are counted. `tied`: in no group, but with such ties to one; in the table of groups, all without a group that have ties to it are counted. `none`: in enough services, but without such ties. Firmness is the likeness (Jaccard: common members over all in at least one of the two) of the group to the nearest one, on average: stability_left_out when a service is left out (empty when fewer than `least` would remain), stability_resampled when services are drawn anew with replacement (draws with fewer than `least` distinct services are left out), stability_memberships when every tenth membership falls out at random. host is the one that most often hosts cooperations with at least two of the group, when it is itself in the group; else it stands in host_outside. Of two that host as often, one in the group goes first, then the one with most inhabitants. `services` are those in which the whole group shares one cooperation; share_other is the share of them outside health and care. Population stands beside 10,000 (the note's health municipality); 'near' is between half and double.",
)
LEFT_OUT_SHARE, RESAMPLES = 0.1, 100
COLUMNS = [
    *("group", "municipalities_number", "members", "member_names", "population", "times_10000", "host", "host_name", "host_outside"),
    *("services", "services_number", "share_other", "torn", "tied", "proved", "unique"),
    *("stability_left_out", "stability_resampled", "stability_memberships"),
]


def contours(edition: Edition, *, services: tuple[str, ...] | None = None, least: int = 2, seed: int = 1) -> Finding:
    """Find the groups of municipalities that recur across services, and describe them.

    Parameters
    ----------
    edition : Edition
        What is asked about.
    services : tuple of str or None
        The services; None is all that there are cooperations on.
    least : int
        In how many services two municipalities must be partners; at least 2.
    seed : int
        Where the random numbers of the resampling begin.

    Returns
    -------
    Finding
        One row per group: group, municipalities_number, members, member_names, population (empty where one is unknown), times_10000
        (to 10,000), host, host_name, host_outside (names), services, services_number, share_other, torn (how many of its members), tied (how
        many in no group), proved, unique (yes, no, unknown), stability_left_out, stability_resampled, stability_memberships. Supporting table
        `municipalities`: municipality, name, standing_contour (group, torn, tied, none, few), cooperations (its group, and others that it is
        torn to), cooperation_names, tied_to (of those in no group), role (host of its own group), panel_contours.

    Raises
    ------
    OptionError
        When `least` is below 2.
    """
    return _found(edition, services, least, seed)


def without_firmness(edition: Edition) -> Finding:
    """Return the groups without trying how firm they are, which is most of the work."""
    return _found(edition, None, 2, None)


def _found(edition: Edition, services: tuple[str, ...] | None, least: int, seed: int | None) -> Finding:
    if least < 2:
        raise OptionError("least", least, Text(nb="2 eller mer", nn="2 eller meir", en="2 or more"))
    data = membership(edition)
    chosen = read_services(data, services)
    ties = [partner_ties(data.matrix[:, data.columns(service, "any")]) for service in chosen]
    solved: Solved = {}
    found = recurring_groups(shared_services(ties, len(data.codes)), least, solved, data.population)
    steady = _stability(data, chosen, ties, found, least, seed, solved)
    taking = sum((data.partners(service).has.astype(np.int64) for service in chosen), start=np.zeros(len(data.codes), dtype=np.int64))
    stand = standings(found, taking >= least, data.population)
    table = _table(edition, data, chosen, found, steady, stand)
    renamed = {int(old): place for place, old in enumerate(table.pop("old"))}
    headline = _headline(edition, table, stand, chosen, least, given=services is not None)
    parts = {"in": "municipalities", "municipality": "municipality", "panel": "panel_contours", "cooperations": "cooperations", "role": "role"}
    return Finding(
        id="contours",
        edition=edition.name,
        question=QUESTION,
        statement=headline + _ambiguous(table) + _sizes(data, table) + _firmness(table, tried=seed is not None) if len(table) else headline,
        headline=headline,
        method=METHOD,
        table=table,
        coverage=Coverage(
            int((found.group >= 0).sum()),
            {
                "in_several": int((stand.standing != "few").sum()),
                "municipalities": len(data.codes),
                "groups": len(table),
                "groups_with_population": int(table["population"].notna().sum()),
            },
            (*gaps(data, chosen), *population_gap(data, np.flatnonzero(found.group >= 0))),
        ),
        chart=Chart("regions", {**parts, "counted": "groups"}) if len(table) else Chart("table"),
        supporting={"municipalities": _municipalities(edition, data, table, found, stand, renamed)} if len(table) else {},
        seed=seed if len(table) else None,
    )


def _stability(data: Membership, chosen: Sequence[str], ties: Sequence[Any], found: Recurring, least: int, seed: int | None, solved: Solved) -> Stability:
    groups, n = found.members(), len(data.codes)
    nothing = np.full(found.count, np.nan)
    if not groups or seed is None:
        return Stability(nothing, nothing, nothing)
    rng = np.random.default_rng(seed)

    def like(use: Sequence[Any]) -> Array:
        return likeness(groups, recurring_groups(shared_services(use, n), least, solved, data.population).members())

    left_out, resampled = nothing, nothing
    if len(ties) > least:
        subsets = [frozenset(range(len(ties))) - {out} for out in range(len(ties))]
        by_subset = {subset: like([ties[one] for one in sorted(subset)]) for subset in subsets}
        left_out = np.mean([by_subset[subset] for subset in subsets], axis=0)
        drawn: list[frozenset[int]] = []
        while len(drawn) < RESAMPLES:
            subset = frozenset(rng.integers(len(ties), size=len(ties)).tolist())
            if len(subset) >= least:
                drawn.append(subset)
        for subset in set(drawn) - by_subset.keys():
            by_subset[subset] = like([ties[one] for one in sorted(subset)])
        resampled = np.mean([by_subset[subset] for subset in drawn], axis=0)
    columns = [data.columns(service, "any") for service in chosen]
    rounds = []
    for _ in range(RESAMPLES):
        matrix = data.matrix.copy()
        matrix.data = (rng.random(matrix.nnz) >= LEFT_OUT_SHARE).astype(matrix.data.dtype)
        matrix.eliminate_zeros()
        rounds.append(like([partner_ties(matrix[:, own]) for own in columns]))
    return Stability(left_out, resampled, np.mean(rounds, axis=0))


def _table(edition: Edition, data: Membership, chosen: Sequence[str], found: Recurring, steady: Stability, stand: Standings) -> pd.DataFrame:
    names, known = edition.names(), terms("services")
    sector = {one: term.sector for one, term in known.items() if isinstance(term, Service)}
    hosting: dict[int, list[int]] = {}
    for place, column in zip(data.hosts["place"], data.hosts["column"], strict=True):
        hosting.setdefault(int(column), []).append(int(place))
    rows = []
    own_service = data.cooperations["service"].to_numpy()
    inside = np.isin(own_service, list(chosen))
    for group, members in enumerate(found.members()):
        places = np.array(sorted(members))
        counts = np.asarray(data.matrix[places].sum(axis=0)).ravel()
        shared = sorted({str(one) for one in own_service[inside & (counts == len(places))]})
        host, outside = _hosts(data, members, [hosting.get(int(column), []) for column in np.flatnonzero(inside & (counts >= 2))])
        told = [sector[one] for one in shared if one in sector]
        population = float(data.population[places].sum())
        codes = [str(code) for code in data.codes[places]]
        rows.append(
            {
                "old": group,
                "municipalities_number": len(places),
                "members": codes,
                "member_names": [names[code] for code in codes],
                "population": population,
                "times_10000": population / HEALTH_MUNICIPALITY,
                "host": str(data.codes[host]) if host is not None else None,
                "host_name": names[str(data.codes[host])] if host is not None else None,
                "host_outside": [names[str(data.codes[one])] for one in outside],
                "services": shared,
                "services_number": len(shared),
                "share_other": told.count("other") / len(told) if told else np.nan,
                "torn": int((stand.standing[places] == "torn").sum()),
                "tied": sum(group in own for place, own in enumerate(stand.others) if found.group[place] < 0),
                "proved": bool(found.proved[group]),
                "unique": str(found.unique[group]),
                "stability_left_out": steady.left_out[group],
                "stability_resampled": steady.resampled[group],
                "stability_memberships": steady.memberships[group],
            }
        )
    table = pd.DataFrame(rows, columns=["old", *COLUMNS[1:]])
    first = table["members"].map(lambda own: own[0])
    table = table.assign(first=first).sort_values(["municipalities_number", "first"], ascending=[False, True], ignore_index=True).drop(columns="first")
    table.insert(0, "group", np.arange(1, len(table) + 1))
    return table


def _hosts(data: Membership, members: frozenset[int], by_cooperation: Sequence[Sequence[int]]) -> tuple[int | None, list[int]]:
    """Return who hosts most often, when it is a member; else those outside that do."""
    counts = Counter(host for hosts in by_cooperation for host in hosts)
    most = sorted((one for one in counts if counts[one] == max(counts.values())), key=lambda one: (-np.nan_to_num(data.population[one]), one))
    inside = [one for one in most if one in members]
    return (inside[0], []) if inside else (None, most)


def _municipalities(edition: Edition, data: Membership, table: pd.DataFrame, found: Recurring, stand: Standings, renamed: dict[int, int]) -> pd.DataFrame:
    names, hosts = edition.names(), set(table["host"].dropna())
    titles = [", ".join(own) for own in table["member_names"]]
    rows = []
    for place, code in enumerate(data.codes.astype(str)):
        others, inside = [renamed[one] for one in stand.others[place]], found.group[place] >= 0
        own = [renamed[int(found.group[place])], *others] if inside else []
        rows.append(
            {
                "municipality": code,
                "name": names[code],
                "standing_contour": stand.standing[place],
                "cooperations": [str(one + 1) for one in own],
                "cooperation_names": [titles[one] for one in own],
                "tied_to": [str(one + 1) for one in others] if not inside else [],
                "role": "host" if code in hosts else None,
                "panel_contours": "contours",
            }
        )
    return pd.DataFrame(rows)


def groups(n: int) -> Text:
    """Write a number of groups.

    Examples
    --------
    >>> groups(1)["en"], groups(3)["nn"]
    ('1 group', '3 grupper')
    """
    word = {language: "group" if language == "en" else "gruppe" for language in LANGUAGES}
    many = {language: "groups" if language == "en" else "grupper" for language in LANGUAGES}
    return Text(**{language: f"{number(n, language)} {(word if n == 1 else many)[language]}" for language in LANGUAGES})


def _headline(edition: Edition, table: pd.DataFrame, stand: Standings, chosen: Sequence[str], least: int, *, given: bool) -> Text:
    name, n = labels(edition, chosen), len(chosen)
    if n < least:
        one = n == 1
        held = (
            Text(
                nb=f"Det er valgt {number(n, 'nb')} {'tjeneste' if one else 'tjenester'} ({name['nb']})",
                nn=f"Det er vald {number(n, 'nn')} {'teneste' if one else 'tenester'} ({name['nn']})",
                en=f"{number(n, 'en')} {'service was' if one else 'services were'} chosen ({name['en']})",
            )
            if given
            else Text(
                nb=f"Utgaven har samarbeid om {number(n, 'nb') if n else 'ingen'} {'tjeneste' if one else 'tjenester'}",
                nn=f"Utgåva har samarbeid om {number(n, 'nn') if n else 'ingen'} {'teneste' if one else 'tenester'}",
                en=f"The edition has cooperation on {number(n, 'en') if n else 'no'} {'service' if one else 'services'}",
            )
        )
        return Text(
            nb=f"{held.nb}, så ingenting kan gå igjen i {least}.",
            nn=f"{held.nn}, så ingenting kan gå att i {least}.",
            en=f"{held.en}, so nothing can recur in {least}.",
        )
    if table.empty:
        return Text(
            nb=f"Ingen kommuner er partnere i minst {least} av tjenestene ({name['nb']}).",
            nn=f"Ingen kommunar er partnarar i minst {least} av tenestene ({name['nn']}).",
            en=f"No municipalities are partners in at least {least} of the services ({name['en']}).",
        )
    inside, several, found = int(table["municipalities_number"].sum()), int((stand.standing != "few").sum()), groups(len(table))
    torn = int(table["torn"].sum())
    also = {
        "nb": f", {number(torn, 'nb')} av dem med slike bånd også til en annen gruppe",
        "nn": f", {number(torn, 'nn')} av dei med slike band òg til ei anna gruppe",
        "en": f", {number(torn, 'en')} of them with such ties to another group too",
    }
    w = {language: also[language] if torn else "" for language in LANGUAGES}
    return Text(
        nb=f"{number(inside, 'nb')} av {municipalities(several).nb} som samarbeider om minst {least} av tjenestene ({name['nb']}), er i {found.nb} som går igjen{w['nb']}.",
        nn=f"{number(inside, 'nn')} av {municipalities(several).nn} som samarbeider om minst {least} av tenestene ({name['nn']}), er i {found.nn} som går att{w['nn']}.",
        en=f"{number(inside, 'en')} of {municipalities(several).en} that cooperate on at least {least} of the services ({name['en']}) are in {found.en} that {'recurs' if len(table) == 1 else 'recur'}{w['en']}.",
    ) + _outside({one: int((stand.standing == one).sum()) - (torn if one == "torn" else 0) for one in ("tied", "torn", "none")})


def _outside(count: dict[str, int]) -> Text:
    """Say how those stand that are in enough services, but in no group."""
    total = sum(count.values())
    if not total:
        return Text(nb="Ingen av dem er utenfor.", nn="Ingen av dei er utanfor.", en="None of them is outside.")
    knit, pulled = ("knytt" if count["tied"] == 1 else "knytte"), ("dregen" if count["torn"] == 1 else "dregne")
    words = {
        "tied": Text(nb="knyttet til én gruppe", nn=f"{knit} til éi gruppe", en="tied to one group"),
        "torn": Text(nb="dratt mellom to eller flere", nn=f"{pulled} mellom to eller fleire", en="torn between two or more"),
        "none": Text(nb="uten slike bånd", nn="utan slike band", en="without such ties"),
    }
    kinds = [one for one in words if count[one]]
    only = {language: f", {words[kinds[0]][language]}" for language in LANGUAGES}
    each = {language: f": {listing((f'{number(count[one], language)} {words[one][language]}' for one in kinds), language)}" for language in LANGUAGES}
    w = only if len(kinds) == 1 else each
    return Text(
        nb=f"{number(total, 'nb')} er utenfor{w['nb']}.",
        nn=f"{number(total, 'nn')} er utanfor{w['nn']}.",
        en=f"{number(total, 'en')} {'is' if total == 1 else 'are'} outside{w['en']}.",
    )


def _ambiguous(table: pd.DataFrame) -> Text:
    """Say of how many groups it is not sure that every best division has them."""
    other, unknown = int((table["unique"] == "no").sum()), int((table["unique"] == "unknown").sum())
    sentence = EMPTY
    if other:
        sentence += Text(
            nb=f"{groups(other).nb} er ikke med i alle inndelinger som stemmer like godt (unique); vist er den der flest par av innbyggere er i samme gruppe, ellers den som samler de laveste numrene.",
            nn=f"{groups(other).nn} er ikkje med i alle inndelingar som stemmer like godt (unique); vist er den der flest par av innbyggjarar er i same gruppe, elles den som samlar dei lågaste nummera.",
            en=f"{groups(other).en} {'is' if other == 1 else 'are'} not in every division that agrees as well (unique); shown is the one with most pairs of residents in one group, else the one that gathers the lowest codes.",
        )
    if unknown:
        sentence += Text(
            nb=f"At inndelingen er den beste, er ikke bevist for {groups(unknown).nb}.",
            nn=f"At inndelinga er den beste, er ikkje prova for {groups(unknown).nn}.",
            en=f"That the division is the best is not proved for {groups(unknown).en}.",
        )
    return sentence


def _sizes(data: Membership, table: pd.DataFrame) -> Text:
    known = table["population"].dropna()
    if known.empty:
        return Text(nb="Folketallet er ukjent.", nn="Folketalet er ukjent.", en="Population is unknown.")
    if len(table) == 1:
        people = {language: number(known.iloc[0], language) for language in LANGUAGES}
        return Text(
            nb=f"Den har {people['nb']} innbyggere, mot 10 000 i en helsekommune.",
            nn=f"Ho har {people['nn']} innbyggjarar, mot 10 000 i ein helsekommune.",
            en=f"It has {people['en']} inhabitants, against 10,000 of a health municipality.",
        ) + population_years(data)
    near, pairs = int(known.between(HEALTH_MUNICIPALITY / 2, HEALTH_MUNICIPALITY * 2).sum()), int((table["municipalities_number"] == 2).sum())
    w = {
        language: {"median": number(known.median(), language), **{name: count_or_none(n, language) for name, n in (("near", near), ("pairs", pairs))}}
        for language in LANGUAGES
    }
    held, every = groups(len(known)), groups(len(table))
    return Text(
        nb=f"Median folketall i gruppene er {w['nb']['median']}; {w['nb']['near']} av {held.nb} er mellom 5 000 og 20 000, nær en helsekommune på 10 000. {w['nb']['pairs'].capitalize()} av {every.nb} er bare to kommuner.",
        nn=f"Median folketal i gruppene er {w['nn']['median']}; {w['nn']['near']} av {held.nn} er mellom 5 000 og 20 000, nær ein helsekommune på 10 000. {w['nn']['pairs'].capitalize()} av {every.nn} er berre to kommunar.",
        en=f"The median population of the groups is {w['en']['median']}; {w['en']['near']} of {held.en} {'are' if near > 1 else 'is'} between 5,000 and 20,000, near a health municipality of 10,000. {w['en']['pairs'].capitalize()} of {every.en} {'are' if pairs > 1 else 'is'} only two municipalities.",
    ) + population_years(data)


def count_or_none(n: int, language: Language) -> str:
    """Write a number, or that there is none.

    Examples
    --------
    >>> count_or_none(0, "nn"), count_or_none(1234, "en")
    ('ingen', '1,234')
    """
    return number(n, language) if n else "none" if language == "en" else "ingen"


def _one_shares(beyond: int) -> Text:
    return Text(
        nb=f"Den deler {'også noe' if beyond else 'ikke noe'} annet enn helse.",
        nn=f"Ho deler {'òg noko' if beyond else 'ikkje noko'} anna enn helse.",
        en=f"It shares {'something other than health too' if beyond else 'nothing other than health'}.",
    )


def _firmness(table: pd.DataFrame, *, tried: bool) -> Text:
    told = table[table["share_other"].notna()]
    beyond, shared = int((told["share_other"] > 0).sum()), groups(len(told))
    w = {language: count_or_none(beyond, language) for language in LANGUAGES}
    sentence = (
        _one_shares(beyond)
        if len(told) == len(table) == 1
        else Text(
            nb=f"Av {shared.nb} der alle er med i samme samarbeid i minst én tjeneste, deler {w['nb']} også noe annet enn helse.",
            nn=f"Av {shared.nn} der alle er med i same samarbeid i minst éi teneste, deler {w['nn']} òg noko anna enn helse.",
            en=f"Of {shared.en} whose members are all in one cooperation in at least one service, {w['en']} {'share' if beyond > 1 else 'shares'} something other than health too.",
        )
    )
    if not tried:
        return sentence
    steady, left_out = float(table["stability_memberships"].mean()), float(table["stability_left_out"].mean())
    like = {language: (number(steady, language, 2), number(left_out, language, 2)) for language in LANGUAGES}
    sentence += Text(
        nb=f"Faller hvert tiende medlemskap ut ved tilfeldighet, er likheten mellom en gruppe og den nærmeste som da går igjen, {like['nb'][0]} i snitt (Jaccard; 1 er helt lik).",
        nn=f"Fell kvar tiande medlemskap ut ved slump, er likskapen mellom ei gruppe og den næraste som då går att, {like['nn'][0]} i snitt (Jaccard; 1 er heilt lik).",
        en=f"If every tenth membership falls out at random, the likeness of a group to the nearest one that then recurs is {like['en'][0]} on average (Jaccard; 1 is the very same).",
    )
    if np.isnan(left_out):
        return sentence + Text(
            nb="Med så få tjenester kan ingen utelates for å prøve hvor faste gruppene er.",
            nn="Med så få tenester kan inga utelatast for å prøve kor faste gruppene er.",
            en="With so few services none can be left out to try how firm the groups are.",
        )
    return sentence + Text(
        nb=f"Utelates én tjeneste, er den {like['nb'][1]}.",
        nn=f"Blir éi teneste utelaten, er han {like['nn'][1]}.",
        en=f"If one service is left out, it is {like['en'][1]}.",
    )
