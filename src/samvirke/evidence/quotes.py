"""What was said of the motives, in its own words: only what may be quoted, and of nobody who could be recognised."""

from __future__ import annotations

import re
from functools import cache, lru_cache

import pandas as pd

from samvirke.edition import Edition
from samvirke.errors import OptionError
from samvirke.evidence._small_groups import LEAST, Cell, Who, hidden_cells
from samvirke.evidence._statements import DIRECTIONS, NOT_TOLD, PUBLISHED, UNKNOWN, statements
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.vocabulary import terms
from samvirke.vocabulary.gazetteer import places
from samvirke.vocabulary.language import LANGUAGES, Text, number, same

QUESTION = Text(
    nb="Hva sies om motivene, og av hvem?",
    nn="Kva blir sagt om motiva, og av kven?",
    en="What is said of the motives, and by whom?",
)
METHOD = Text(
    nb="Utsagn vises når kolonnen consent i tabellen statement sier yes (informanten har samtykket) eller published (våre egne ord om en publisert tekst, ikke sitat). I en utgave med konstruerte data har ingen sagt noe, og alt uten «no» kan vises. Mangler samtykket, vises ingenting. Hvem som sa det, står bare som rolle og størrelsen på kommunen. Er en slik gruppe på færre enn {least} kommuner, er den skjult, og så mange andre at den ikke kan regnes ut fra noen sum. Hva som er skjult, avgjøres av alle utsagn under ett, ikke av filtrene, så filtre kan ikke settes sammen for å finne noen. Navn på kommuner, fylker og samarbeid er byttet ut i teksten; nummer, dato og dokument er ikke med (unntatt dokumentet for publiserte tekster). Teksten kan likevel røpe noen ved det den handler om: les den før den gis videre.",
    nn="Utsegner er viste når kolonnen consent i tabellen statement seier yes (informanten har samtykt) eller published (våre eigne ord om ein publisert tekst, ikkje sitat). I ei utgåve med konstruerte data har ingen sagt noko, og alt utan «no» kan visast. Manglar samtykket, er ingenting vist. Kven som sa det, står berre som rolle og storleiken på kommunen. Er ei slik gruppe på færre enn {least} kommunar, er ho skjult, og så mange andre at ho ikkje kan reknast ut frå nokon sum. Kva som er skjult, blir avgjort av alle utsegner under eitt, ikkje av filtera, så filter kan ikkje setjast saman for å finne nokon. Namn på kommunar, fylke og samarbeid er bytte ut i teksten; nummer, dato og dokument er ikkje med (unntake dokumentet for publiserte tekstar). Teksten kan likevel røpe nokon ved det han handlar om: les han før han blir gjeven vidare.",
    en="Statements are shown when the column consent of the table statement says yes (the informant agreed) or published (our own words on a published text, no quotation). In an edition of constructed data nobody said anything, and all without `no` may be shown. Without consent nothing is shown. Who said it is given as role and size of municipality only. Such a group of fewer than {least} municipalities is hidden, with as many others as it takes to keep it from being worked out from any total. What is hidden is decided by all statements together, not by the filters, so that filters cannot be combined to find someone. Names of municipalities, counties and cooperations are replaced in the text; id, date and document are left out (but for the document of published texts). A text may still give someone away by what it is about: read it before passing it on.",
)
PLACE = "[…]"
COLUMNS = ["motive", "direction", "informant_role", "municipality_type", "text", "document"]
Filter = tuple[str, ...] | None


def quotes(
    edition: Edition,
    *,
    motive: tuple[str, ...] | None = None,
    direction: tuple[str, ...] | None = None,
    informant_role: tuple[str, ...] | None = None,
    municipality_type: tuple[str, ...] | None = None,
) -> Finding:
    """List the statements that may be quoted, without names.

    Parameters
    ----------
    edition : Edition
        With the table statement and its texts.
    motive, direction, informant_role, municipality_type : tuple of str or None
        What is wanted; None is everything. Types of municipality are sizes, as the finding `motives` has them.

    Returns
    -------
    Finding
        Columns motive, direction, informant_role, municipality_type, text, document (of published texts only); text_nb, text_nn and text_en
        in place of text where the edition has all of them. Supporting table `quoted_groups`, the same whatever is asked for: informant_role,
        municipality_type, statements, municipalities, group_hidden (then without numbers).

    Raises
    ------
    OptionError
        When a filter names something that is not there.
    """
    frame = statements(edition)
    allowed = frame[frame["consent"].isin(["yes", PUBLISHED]) | (edition.constructed & (frame["consent"] == ""))]
    allowed = allowed[allowed["text"] != ""] if "text" in allowed else allowed.iloc[:0]
    cells = _cells(allowed)
    hidden = hidden_cells(cells)
    in_hidden = pd.Series(
        [cell in hidden for cell in zip(allowed["informant_role"], allowed["municipality_type"], strict=True)], index=allowed.index, dtype=bool
    )
    shown = allowed[(allowed["informant"] == "") | ~in_hidden]
    found = shown
    for name, wanted in {"motive": motive, "direction": direction, "informant_role": informant_role, "municipality_type": municipality_type}.items():
        _known(name, wanted, frame)
        if wanted:
            found = found[found[name].isin(wanted)]
    table = _listed(edition, found)
    names = {"statements": len(frame), "with_consent": len(allowed), "statements_shown": len(shown)}
    return Finding(
        id="quotes",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(len(table), names, int((found["consent"] == PUBLISHED).sum())),
        method=Text(**{one: METHOD[one].format(least=LEAST) for one in LANGUAGES}),
        table=table,
        coverage=Coverage(len(table), names, _gaps(len(frame) - len(allowed), len(allowed) - len(shown))),
        chart=Chart("table"),
        supporting={"quoted_groups": _groups(shown, cells, hidden)} if cells else {},
    )


def _cells(allowed: pd.DataFrame) -> dict[Cell, Who]:
    """Return whom the statements of each role and type could be traced to; published ones to nobody."""
    own = allowed[allowed["informant"] != ""]
    return {(str(role), str(kind)): frozenset(rows["informant"]) for (role, kind), rows in own.groupby(["informant_role", "municipality_type"], sort=True)}


def _known(name: str, wanted: Filter, frame: pd.DataFrame) -> None:
    """Say what a filter may be.

    Raises
    ------
    OptionError
        With what there is.
    """
    lists = {"motive": tuple(terms("motives")), "direction": (*DIRECTIONS, "direction_unknown"), "informant_role": (*terms("informant_roles"), NOT_TOLD)}
    known = lists.get(name) or tuple(sorted({*frame["municipality_type"], UNKNOWN}))
    for one in wanted or ():
        if one not in known:
            raise OptionError(name, one, same(", ".join(known)))


def _listed(edition: Edition, found: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that are shown, in the order of the motives, with names replaced."""
    order = {name: place for place, name in enumerate((*terms("motives"), *DIRECTIONS, "direction_unknown", *terms("informant_roles"), NOT_TOLD))}
    keys = pd.DataFrame({name: found[name].map(order) for name in ("motive", "direction", "informant_role")})
    texts = [f"text_{language}" for language in LANGUAGES]
    own = texts if set(texts[1:]) <= set(found.columns) else ["text"]
    found = found.assign(text_nb=found["text"]) if own == texts else found
    ordered = found.assign(**{f"{name}_place": keys[name] for name in keys}).sort_values(
        [*(f"{name}_place" for name in keys), "municipality_type", own[0]], ignore_index=True
    )
    pattern = _names(edition)
    table = ordered[["motive", "direction", "informant_role", "municipality_type"]].copy()
    for name in own:
        table[name] = [pattern.sub(PLACE, text) if informant else text for text, informant in zip(ordered[name], ordered["informant"], strict=True)]
    table["document"] = [document if consent == PUBLISHED else None for document, consent in zip(ordered["document"], ordered["consent"], strict=True)]
    return table


def _names(edition: Edition) -> re.Pattern[str]:
    """Return what finds the names of an edition's municipalities, counties and cooperations, and of all Norwegian municipalities."""
    whole = edition.whole or edition
    own = {str(name) for column in ("name", "county") if column in whole["municipality"] for name in whole["municipality"][column].dropna()}
    if "cooperation" in whole:
        services = {term.label[language].casefold() for term in terms("services").values() for language in LANGUAGES}
        own |= {str(name) for column in ("id", "name") for name in whole["cooperation"][column].dropna() if str(name).casefold() not in services}
    return _finding(frozenset(own))


@lru_cache(maxsize=16)
def _finding(own: frozenset[str]) -> re.Pattern[str]:
    words = sorted({part for name in own | _gazetteer() for part in (name, *re.split(r" - | / ", name)) if len(part) > 1}, key=lambda one: (-len(one), one))
    exact = "|".join(re.escape(one) for one in words)
    loose = "|".join(re.escape(one) for one in words if len(one) > 4)
    return re.compile(rf"(?<!\w)(?:{exact}|(?i:{loose}))(?=s?(?!\w))s?" if loose else rf"(?<!\w)(?:{exact})s?(?!\w)")


@cache
def _gazetteer() -> frozenset[str]:
    """Return every name that a Norwegian municipality has or had."""
    return frozenset(name for place in places() for name in (place.name, *place.other_names))


def _groups(shown: pd.DataFrame, cells: dict[Cell, Who], hidden: frozenset[Cell]) -> pd.DataFrame:
    """Say of each role and type whether it is shown, and of those shown how many statements they have."""
    traced = shown[shown["informant"] != ""]
    rows = []
    for (role, kind), who in cells.items():
        gone = (role, kind) in hidden
        own = traced[(traced["informant_role"] == role) & (traced["municipality_type"] == kind)]
        rows.append((role, kind, None if gone else len(own), None if gone else len(who), gone))
    table = pd.DataFrame(rows, columns=["informant_role", "municipality_type", "statements", "municipalities", "group_hidden"])
    return table.astype({"statements": "Int64", "municipalities": "Int64"})


def _gaps(without: int, small: int) -> tuple[Missing, ...]:
    found = []
    if without:
        why = Text(
            nb=f"{number(without, 'nb')} utsagn vises ikke: uten samtykke, eller uten tekst.",
            nn=f"{number(without, 'nn')} utsegner er ikkje viste: utan samtykke, eller utan tekst.",
            en=f"{number(without, 'en')} statements are not shown: without consent, or without a text.",
        )
        found.append(Missing("statement", (), why))
    if small:
        why = Text(
            nb=f"{number(small, 'nb')} utsagn vises ikke, til vern av små grupper.",
            nn=f"{number(small, 'nn')} utsegner er ikkje viste, til vern av små grupper.",
            en=f"{number(small, 'en')} statements are not shown, to protect small groups.",
        )
        found.append(Missing("statement", (), why))
    return tuple(found)


def _statement(count: int, names: dict[str, int], published: int) -> Text:
    w = {one: {key: number(value, one) for key, value in (names | {"count": count, "published": published}).items()} for one in LANGUAGES}
    text = Text(
        nb="{count} utsagn er vist, av {statements_shown} som kan vises i alt; {statements} har et motiv, og {with_consent} av dem kan siteres.".format(
            **w["nb"]
        ),
        nn="{count} utsegner er viste, av {statements_shown} som kan visast i alt; {statements} har eit motiv, og {with_consent} av dei kan siterast.".format(
            **w["nn"]
        ),
        en="{count} statements are shown, of {statements_shown} that can be shown in all; {statements} have a motive, and {with_consent} of them may be quoted.".format(
            **w["en"]
        ),
    )
    if not published:
        return text
    return text + Text(
        nb="{published} av de viste er våre egne ord om publiserte tekster, ikke sitater.".format(**w["nb"]),
        nn="{published} av dei viste er våre eigne ord om publiserte tekstar, ikkje sitat.".format(**w["nn"]),
        en="{published} of those shown are our own words on published texts, no quotations.".format(**w["en"]),
    )
