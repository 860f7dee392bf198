"""A portrait of one cooperation, and of another beside it: everything the edition tells of it, part by part."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches

import pandas as pd

from samvirke.edition import Edition
from samvirke.errors import OptionError
from samvirke.evidence._portrait_base import Part, Subject, each, tally
from samvirke.evidence._portrait_evidence import motives, spoken, survey, use
from samvirke.evidence._portrait_parts import CLASSES, LEVELS, TRAITS, about, agreement, members, overlap, timeline
from samvirke.evidence._statements import statements
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.gaps import municipalities
from samvirke.measures.membership import labels
from samvirke.vocabulary.dates import DateInterval
from samvirke.vocabulary.labels import value_label
from samvirke.vocabulary.language import EMPTY, LANGUAGES, Language, Text, listing, number, same

QUESTION = Text(nb="Hvordan er samarbeidet?", nn="Korleis er samarbeidet?", en="What is the cooperation like?")
METHOD = Text(
    nb="Alt er hentet fra tabellene slik de er på datoen; et samarbeid som er avsluttet, vises slik det var den siste dagen. Medlemmene står i klasser som i tabell 3.1 i notatet: innbyggere, sentralitet, og frie inntekter og institusjonsplasser som lav, middels eller høy etter tredeler av utgavens kommuner, siste år ikke etter datoen. Avtalen er holdt mot loven på sin egen dato, og mot praksis; det ingen har kodet, teller ikke som fravær. Bruken er holdt mot medlemmenes del av innbyggerne (use_skew). Svar er fra medlemskommunene i alt, ikke bare om dette samarbeidet, uten vekter, med «vet ikke» for seg; er det færre enn fem, eller kan færre enn fem andre regnes ut av totalen, vises de ikke. Utsagn telles bare, og bare når de er fra minst tre. Overlapp er med samarbeid som deler minst to medlemmer. Anonyme samarbeid (case) har bare de trykte klassene og utsagn som er publisert.",
    nn="Alt er henta frå tabellane slik dei er på datoen; eit samarbeid som er avslutta, er vist slik det var den siste dagen. Medlemmene står i klassar som i tabell 3.1 i notatet: innbyggjarar, sentralitet, og frie inntekter og institusjonsplassar som låg, middels eller høg etter tredelar av kommunane i utgåva, siste år ikkje etter datoen. Avtalen er halden mot lova på sin eigen dato, og mot praksis; det ingen har koda, tel ikkje som fråvær. Bruken er halden mot den delen medlemmene har av innbyggjarane (use_skew). Svar er frå medlemskommunane i alt, ikkje berre om dette samarbeidet, utan vekter, med «veit ikkje» for seg; er det færre enn fem, eller kan færre enn fem andre reknast ut av totalen, er dei ikkje viste. Utsegner blir berre talde, og berre når dei er frå minst tre. Overlapp er med samarbeid som deler minst to medlemmer. Anonyme samarbeid (case) har berre dei prenta klassane og utsegner som er publiserte.",
    en="Everything is taken from the tables as they are on the date; a cooperation that has ended is shown as it was on its last day. Members stand in classes as in table 3.1 of the note: inhabitants, centrality, and free income and places in institutions as low, middle or high by thirds of the edition's municipalities, in the latest year not after the date. The agreement is held against the law on its own date, and against practice; what nobody has coded does not count as absent. Use is held against the members' share of the inhabitants (`use_skew`). Answers are those of the member municipalities in all, not of this cooperation only, without weights and with don't know apart; where fewer than five answered, or fewer than five others could be had by subtraction from the total, they are not shown. Statements are counted only, and only where they are from at least three. Overlap is with cooperations that share at least two members. Anonymous cooperations (cases) have only the printed classes, and statements that were published.",
)
PARTS = ("about", "members", "agreement", "use", "survey", "motives", "overlap", "timeline")
READERS = (about, members, agreement, use, survey, motives, overlap, timeline)
CASE = re.compile(r"case (.+)", re.IGNORECASE)
NEAREST = 5


@dataclass(frozen=True)
class Portrait:
    """One cooperation: its id, its name, what is told in a sentence, and its parts."""

    id: str
    name: Text
    sentence: Text
    parts: tuple[Part, ...]
    codes: tuple[str, ...]
    members: int


def portrait(edition: Edition, *, cooperation: str, beside: str = "") -> Finding:
    """Tell everything of one cooperation, and of another beside it.

    Parameters
    ----------
    edition : Edition
        Where they are.
    cooperation, beside : str
        Ids of the table cooperation, or ``case A`` for an anonymous one of the table case; nothing is none beside.

    Returns
    -------
    Finding
        Columns portrait_part (one of `PARTS`), portrait_item, portrait_value and, with another beside, portrait_beside (each in three columns that
        end in _nb, _nn and _en), table (where it stands). Supporting tables, those of both in one with the column cooperation: `cooperations`
        (portrait_name), `members` (municipality, name, role, population, size_class, centrality, free_income_per_capita, institution_places_80_plus), `agreement` (agreement,
        signed, grade, checked_item, state, provision, verified), `use` (as in `use_skew`), `survey` (item, hidden, survey_answer, count, of),
        `motives` (motive, statements, for, against, ambiguous, direction_unknown), `overlap` (overlaps, name, service, common_members, members,
        portrait_relation), `timeline` (date, portrait_event, happened).

    Raises
    ------
    OptionError
        When there is no such cooperation; it names the nearest.
    """
    found = [_portrait(edition, cooperation, "cooperation", ())]
    if beside:
        found.append(_portrait(edition, beside, "beside", found[0].codes))
    table = _table(found)
    told = sum(bool(part.told) for one in found for part in one.parts)
    shared = set(found[0].codes) & set(found[-1].codes) if len(found) > 1 else set()
    return Finding(
        id="portrait",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(found, len(shared)) + _silence(found),
        headline=_statement(found, len(shared)),
        method=METHOD,
        table=table,
        coverage=Coverage(told, {"portrait_parts": sum(len(one.parts) for one in found), "members": sum(one.members for one in found)}, _gaps(found)),
        chart=Chart("table"),
        supporting=_supporting(found),
        options={"cooperation": cooperation, "beside": beside},
    )


def _portrait(edition: Edition, name: str, option: str, beside: tuple[str, ...]) -> Portrait:
    subject = _find(edition, name, option)
    if subject is None:
        return _case(edition, name)
    parts = tuple(survey(subject, beside) if read is survey else read(subject) for read in READERS)
    return Portrait(subject.id, same(subject.name), _sentence(subject, parts), parts, subject.codes, len(subject.codes))


def _find(edition: Edition, name: str, option: str) -> Subject | None:
    """Return a cooperation as it is, or as it was on its last day; None for an anonymous case that the edition has."""
    whole = edition.whole or edition
    for seen in (edition, whole.on(_last_day(whole, name, edition.as_of))):
        own = seen["cooperation"]
        own = own[own["id"].eq(name)]
        if len(own) and (seen is edition or _began(own.iloc[0], edition.as_of)):
            member = seen["member"]
            codes = tuple(sorted(set(member.loc[member["cooperation"].eq(name), "municipality"].astype(str))))
            return Subject(name, seen, whole, own.iloc[0], codes, edition.as_of)
    if (case := CASE.fullmatch(name.strip())) and "case" in edition and case[1] in set(edition["case"]["case"].astype(str)):
        return None
    nearest = _nearest(whole, name)
    raise OptionError(option, name, each(lambda language: listing(nearest, language) or "–"))


def _last_day(whole: Edition, name: str, as_of: str | None) -> str | None:
    """Return the day before a cooperation ended, where it ended before the day it is seen from."""
    own = whole["cooperation"]
    ended = own.loc[own["id"].eq(name), "valid_to"].dropna()
    if as_of is None or ended.empty:
        return as_of
    return (DateInterval.parse(str(ended.iloc[-1])).first - timedelta(days=1)).isoformat()


def _began(row: pd.Series, as_of: str | None) -> bool:
    return as_of is None or not isinstance(row["valid_from"], str) or DateInterval.parse(row["valid_from"]).first.isoformat() <= as_of


def _nearest(whole: Edition, name: str) -> list[str]:
    """Return the ids whose id or name is nearest, and the cases."""
    own = whole["cooperation"].drop_duplicates("id")
    ways = {str(one).casefold(): str(one) for one in own["id"]}
    ways |= {str(called).casefold(): str(one) for one, called in zip(own["id"], own["name"], strict=True) if isinstance(called, str)}
    if "case" in whole:
        ways |= {f"case {one}".casefold(): f"case {one}" for one in whole["case"]["case"].unique()}
    close = get_close_matches(name.casefold(), list(ways), n=NEAREST, cutoff=0.3) or sorted(ways)[:NEAREST]
    return list(dict.fromkeys(ways[one] for one in close))


def _case(edition: Edition, name: str) -> Portrait:
    """Return the portrait of an anonymous cooperation: the printed classes, and statements on it."""
    match = CASE.fullmatch(name.strip())
    case = match[1] if match else name
    own = edition["case"]
    own = own[own["case"].astype(str).eq(case)].sort_values("label", ignore_index=True)
    said = Text(nb="kommune", nn="kommune", en="municipality")
    columns = {column: own[column] if column in own else pd.Series([None] * len(own), dtype=object) for column in ("role", "size", "centrality", *TRAITS)}
    frame = pd.DataFrame({"cooperation": f"case {case}", "municipality": None, "name": own["label"].astype(str), **columns})
    frame = frame.rename(columns={"size": "size_class"})
    frame.insert(4, "population", float("nan"))
    hosts = [str(one) for one in frame.loc[frame["role"].eq("host"), "name"]]
    told = [
        (Text(nb="medlemmer", nn="medlemmer", en="members"), each(lambda language: f"{len(frame)}: {said[language]} {listing(list(frame['name']), language)}")),
        (Text(nb="vert", nn="vert", en="host"), each(lambda language: f"{said[language]} {listing(hosts, language)}" if hosts else "–")),
    ]
    for column, item, order in (
        ("size_class", Text(nb="størrelse (antall)", nn="storleik (tal)", en="size (number)"), tuple(name for name, _ in CLASSES)),
        ("centrality", Text(nb="sentralitet (antall)", nn="sentralitet (tal)", en="centrality (number)"), ()),
        ("free_income_per_capita", Text(nb="frie inntekter (antall)", nn="frie inntekter (tal)", en="free income (number)"), LEVELS),
        (
            "institution_places_80_plus",
            Text(nb="plasser i institusjon (antall)", nn="plassar i institusjon (tal)", en="places in institutions (number)"),
            LEVELS,
        ),
    ):
        if frame[column].notna().any():
            told.append((item, tally(frame[column], lambda one, language, column=column: value_label(column, one)[language], order)))  # type: ignore[misc]
    anonymous = Text(
        nb="Samarbeidet er anonymt, så ingenting annet er kjent.", nn="Samarbeidet er anonymt, så ingenting anna er kjent.", en="The cooperation is anonymous, so nothing else is known."
    )  # fmt: skip
    parts = {part: Part(part, "case", why=anonymous) for part in PARTS} | {"members": Part("members", "case", tuple(told), frame)}
    if "statement" in edition and "case" in edition["statement"] and edition["statement"]["case"].astype(str).eq(case).any():
        statement = statements(edition, "case")
        parts["motives"] = spoken(f"case {case}", statement[statement["municipality_type"].eq(case)].reset_index(drop=True))
    title = Text(nb=f"Samarbeid {case}", nn=f"Samarbeid {case}", en=f"Cooperation {case}")
    n, known = municipalities(len(frame)), frame["size_class"].notna().any()
    order = tuple(name for name, _ in CLASSES)
    classes = tally(frame["size_class"], lambda one, language: value_label("size_class", one)[language], order) if known else EMPTY
    also = (
        {"nb": " og publiserte utsagn", "nn": " og publiserte utsegner", "en": " and published statements"}
        if parts["motives"].told
        else dict.fromkeys(LANGUAGES, "")
    )
    sizes = {language: f", {classes[language]}" if known else "" for language in LANGUAGES}
    sentence = Text(
        nb=f"{title.nb}: {n.nb}{sizes['nb']}; anonymt, så bare de trykte klassene{also['nb']} er kjent.",
        nn=f"{title.nn}: {n.nn}{sizes['nn']}; anonymt, så berre dei prenta klassane{also['nn']} er kjende.",
        en=f"{title.en}: {n.en}{sizes['en']}; anonymous, so only the printed classes{also['en']} are known.",
    )
    return Portrait(f"case {case}", title, sentence, tuple(parts[part] for part in PARTS), (), len(frame))


def _sentence(subject: Subject, parts: Sequence[Part]) -> Text:
    """Say who is in it, on what, under which model and since when."""
    frame = next(part.frame for part in parts if part.name == "members")
    assert frame is not None  # noqa: S101 - members always has a frame
    n = municipalities(len(frame))
    people = float(frame["population"].sum()) if len(frame) and frame["population"].notna().all() and subject.complete else None
    host = [str(one) for one in frame.loc[frame["role"].eq("host"), "name"]]
    service = labels(subject.now, [str(subject.row["service"])])
    model = subject.row["model"] if isinstance(subject.row["model"], str) else None
    w = {"nb": ("med", "innbyggere", "vert", "fra", "minst"), "nn": ("med", "innbyggjarar", "vert", "frå", "minst"), "en": ("with", "inhabitants", "host", "from", "at least")}  # fmt: skip
    ended = next((item for part in parts if part.name == "timeline" for item in part.told if item[0].en == "ended"), None)

    def write(language: Language) -> str:
        v = w[language]
        out = f"{subject.name} ({service[language]}): {'' if subject.complete else f'{v[4]} '}{n[language]}"
        out += f" {v[0]} {number(people, language)} {v[1]}" if people else ""
        out += f", {v[2]} {listing(host, language)}" if host else ""
        out += f", {value_label('model', model)[language]}" if model else ""
        out += f"; {ended[0][language]} {ended[1][language]}" if ended else ""
        return f"{out}."

    return each(write)


def _table(found: Sequence[Portrait]) -> pd.DataFrame:
    """Lay out what is told, item by item, the second beside the first; a part that nothing is known of says why."""
    rows = []
    for place, name in enumerate(PARTS):
        own = [one.parts[place] for one in found]
        items = _merged([[item for item, _ in part.told] for part in own]) or [EMPTY]
        values = [dict(part.told) for part in own]
        nothing = [part.why or EMPTY for part in own]
        for at, item in enumerate(items):
            cells = [value.get(item, why if at == 0 and not value else EMPTY) for value, why in zip(values, nothing, strict=True)]
            row: dict[str, object] = {"portrait_part": name, **{f"portrait_item_{language}": item[language] or None for language in LANGUAGES}}
            for column, cell in zip(("portrait_value", "portrait_beside"), cells, strict=False):
                row |= {f"{column}_{language}": cell[language] or None for language in LANGUAGES}
            rows.append({**row, "table": " / ".join(dict.fromkeys(part.table for part in own))})
    return pd.DataFrame(rows)


def _merged(lists: Sequence[Sequence[Text]]) -> list[Text]:
    """Put the items of two portraits in one order: what only the second has stands after what it comes after there."""
    order = list(lists[0])
    for own in lists[1:]:
        after = -1
        for item in own:
            if item in order:
                after = order.index(item)
            else:
                order.insert(after := after + 1, item)
    return order


def _supporting(found: Sequence[Portrait]) -> dict[str, pd.DataFrame]:
    names = [(one.id, *(one.name[language] for language in LANGUAGES)) for one in found]
    frames = {"cooperations": pd.DataFrame(names, columns=["cooperation", *(f"portrait_name_{language}" for language in LANGUAGES)])}
    for place, name in enumerate(PARTS):
        own = [frame for one in found if (frame := one.parts[place].frame) is not None and len(frame)]
        if own:
            frames[name] = pd.concat(own, ignore_index=True) if len(own) > 1 else own[0].reset_index(drop=True)
    return frames


def _gaps(found: Sequence[Portrait]) -> tuple[Missing, ...]:
    """Return why parts are not told, each reason once, with its tables."""
    reasons: dict[tuple[str, str], tuple[Text, list[str]]] = {}
    for one in found:
        for part in one.parts:
            if part.why:
                said = each(lambda language, one=one, why=part.why: f"{one.name[language]}: {why[language]}")  # type: ignore[misc]
                reasons.setdefault((one.id, part.why.en), (said, []))[1].append(part.table)
    return tuple(Missing(", ".join(dict.fromkeys(tables)), (), said) for said, tables in reasons.values())


def _statement(found: Sequence[Portrait], shared: int) -> Text:
    text = found[0].sentence
    if len(found) == 1:
        return text
    text += found[1].sentence
    if not (found[0].codes and found[1].codes):
        return text
    n = municipalities(shared)
    return text + Text(
        nb=f"De har {n.nb} felles." if shared else "De har ingen medlemmer felles.",
        nn=f"Dei har {n.nn} felles." if shared else "Dei har ingen medlemmer felles.",
        en=f"They have {n.en} in common." if shared else "They have no members in common.",
    )


def _silence(found: Sequence[Portrait]) -> Text:
    """Say how many parts nothing is told of."""
    text = EMPTY
    for one in found:
        quiet = [part.name for part in one.parts if not part.told]
        if quiet:
            named = {language: listing([value_label("portrait_part", name)[language] for name in quiet], language) for language in LANGUAGES}
            text += Text(
                nb=f"Om {one.name.nb} er ingenting kjent eller vist om {named['nb']}.",
                nn=f"Om {one.name.nn} er ingenting kjent eller vist om {named['nn']}.",
                en=f"Of {one.name.en} nothing is known or shown on {named['en']}.",
            )
    return text
