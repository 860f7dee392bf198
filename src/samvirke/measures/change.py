"""What changed between two days or two editions: cooperations founded and ended, municipalities that joined and left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from samvirke.edition import Edition, open_edition
from samvirke.errors import OptionError
from samvirke.finding import Chart, Coverage, Finding, Missing
from samvirke.measures.gaps import municipalities
from samvirke.vocabulary.dates import DateInterval
from samvirke.vocabulary.labels import value_label
from samvirke.vocabulary.language import LANGUAGES, Text, day, listing, number

KINDS = ("founded", "ended", "joined", "left")

QUESTION = Text(nb="Hva har endret seg?", nn="Kva har endra seg?", en="What has changed?")
METHOD = Text(
    nb="Et samarbeid er grunnlagt når det er der på den siste dagen, men ikke på den første, og avsluttet når det er omvendt. I samarbeid som er der begge dager, har en kommune kommet til eller gått ut. Samarbeid og kommuner kjennes igjen på id og nummer. Med «since» sammenlignes to dager i samme utgave, med «against» en annen (eldre) utgave med denne; uten noen av dem telles alle endringer som tabellene har dato for. Rader som ikke har dato, sier ingenting om når.",
    nn="Eit samarbeid er grunnlagt når det er der på den siste dagen, men ikkje på den fyrste, og avslutta når det er omvendt. I samarbeid som er der begge dagar, har ein kommune kome til eller gått ut. Samarbeid og kommunar blir kjende att på id og nummer. Med «since» blir to dagar i same utgåve samanlikna, med «against» ei anna (eldre) utgåve med denne; utan nokon av dei blir alle endringar som tabellane har dato for, talde. Rader som ikkje har dato, seier ingenting om når.",
    en="A cooperation is founded when it is there on the last day but not on the first, and ended the other way round. In cooperations that are there on both days, a municipality has joined or left. Cooperations and municipalities are recognised by id and code. With `since` two days of one edition are compared, with `against` another (older) edition with this one; without either, every change that the tables have a date for is counted. Rows without a date say nothing of when.",
)
COLUMNS = ["kind_of_change", "service", "cooperation", "name", "municipality", "municipality_name", "date"]


@dataclass(frozen=True)
class _State:
    """What an edition holds on a day: services and names of cooperations, and their members."""

    cooperations: dict[str, tuple[str, str]]
    members: set[tuple[str, str]]
    names: dict[str, str]


def change(edition: Edition, *, since: date | None = None, against: str | None = None) -> Finding:
    """List what was founded and ended, and who joined and left.

    Parameters
    ----------
    edition : Edition
        The later state.
    since : datetime.date or None
        The earlier day, in the same edition.
    against : str or None
        Another edition, on its own date, that is the earlier state.

    Raises
    ------
    OptionError
        When both are given, or `since` for an edition seen from no day.

    Returns
    -------
    Finding
        Columns kind_of_change (founded, ended, joined, left), service, cooperation, name, municipality, municipality_name, date (where the tables
        have one). Supporting table `by_service`: service, founded, ended, joined, left.
    """
    if since is not None and against is not None:
        raise OptionError("since", since, Text(nb="ikke sammen med --against", nn="ikkje saman med --against", en="not together with --against"))
    if since is not None and edition.as_of is None:
        needed = Text(
            nb="gi også --date: utgaven har ingen egen dato",
            nn="gje òg --date: utgåva har ingen eigen dato",
            en="give --date too: the edition has no date of its own",
        )
        raise OptionError("since", since, needed)
    if since is not None and edition.as_of is not None and since >= date.fromisoformat(edition.as_of):
        raise OptionError("since", since, Text(nb=f"en dag før {edition.as_of}", nn=f"ein dag før {edition.as_of}", en=f"a day before {edition.as_of}"))
    now = _state(edition)
    gaps: tuple[Missing, ...] = ()
    if against is not None or since is not None:
        earlier = open_edition(against).on(None) if against is not None else (edition.whole or edition).on(since.isoformat() if since else None)
        before = _state(earlier)
        rows = _differences(before, now)
        gaps = _unlike(earlier, edition) if against is not None else ()
        span = (_shown(earlier, against), _shown(edition, None))
    else:
        rows, undated = _dated(edition.whole or edition, edition.as_of)
        gaps = _undated(undated, len(edition["cooperation"]) + len(edition["member"]))
        span = None
    table = pd.DataFrame(rows, columns=COLUMNS).sort_values(
        ["service", "cooperation", "kind_of_change", "municipality"], ignore_index=True, na_position="first"
    )
    counts = pd.crosstab(table["service"], table["kind_of_change"]).reindex(columns=KINDS, fill_value=0).reset_index() if len(table) else pd.DataFrame()
    counts.columns.name = None
    n = {kind: int((table["kind_of_change"] == kind).sum()) for kind in KINDS}
    return Finding(
        id="change",
        edition=edition.name,
        question=QUESTION,
        statement=_statement(n, span, len(gaps) > 0),
        method=METHOD,
        table=table,
        coverage=Coverage(len(table), {"cooperations": len(edition["cooperation"]), "member": len(edition["member"])}, gaps),
        chart=Chart("bars", {"category": "kind_of_change", "value": "count", "counted_in": "kinds_listed"}) if len(table) else Chart("table"),
        supporting={"by_service": counts, "kinds_listed": table[["kind_of_change"]]} if len(table) else {},
    )


def _state(edition: Edition) -> _State:
    cooperation = edition["cooperation"]
    about = {
        row["id"]: (row["service"], row["name"] if isinstance(row["name"], str) else row["id"])
        for row in cooperation[["id", "service", "name"]].to_dict("records")
    }
    members = set(zip(edition["member"]["cooperation"], edition["member"]["municipality"], strict=True))
    return _State(about, members, edition.names())


def _differences(before: _State, now: _State) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for kind, state, other in (("founded", now, before), ("ended", before, now)):
        rows += [(kind, *_about(state, one), None, None, None) for one in sorted(state.cooperations.keys() - other.cooperations.keys())]
    lasting = before.cooperations.keys() & now.cooperations.keys()
    for kind, state, gone in (("joined", now, now.members - before.members), ("left", before, before.members - now.members)):
        rows += [(kind, *_about(state, one), code, state.names.get(code, code), None) for one, code in sorted(gone) if one in lasting]
    return rows


def _about(state: _State, cooperation: str) -> tuple[str, str, str]:
    service, name = state.cooperations[cooperation]
    return service, cooperation, name


def _dated(whole: Edition, last: str | None) -> tuple[list[tuple[object, ...]], int]:
    """Return every change that the tables have a date for, up to the day, and how many rows have none."""
    state = _state(whole)
    began = dict(zip(whole["cooperation"]["id"], whole["cooperation"]["valid_from"], strict=True))
    rows: list[tuple[object, ...]] = []
    undated = 0
    for row in whole["cooperation"].to_dict("records"):
        undated += not isinstance(row["valid_from"], str)
        for kind, when in (("founded", row["valid_from"]), ("ended", row["valid_to"])):
            if isinstance(when, str) and _by(when, last):
                rows.append((kind, *_about(state, row["id"]), None, None, when))
    ended = dict(zip(whole["cooperation"]["id"], whole["cooperation"]["valid_to"], strict=True))
    undated += int(whole["member"]["valid_from"].isna().sum())
    for (where, code), own in whole["member"].groupby(["cooperation", "municipality"], sort=True):
        for start, end in _spans(own):
            for kind, when, whole_time in (("joined", start, began.get(where)), ("left", end, ended.get(where))):
                lasting = isinstance(when, str) and isinstance(whole_time, str) and _same_time(whole_time, when)
                if isinstance(when, str) and not lasting and _by(when, last):
                    rows.append((kind, *_about(state, str(where)), code, state.names.get(str(code), str(code)), when))
    return rows, undated


def _spans(own: pd.DataFrame) -> list[tuple[str | None, str | None]]:
    """Return the times of one membership, those that follow on each other (a new role) joined."""
    spans: list[tuple[str | None, str | None]] = []
    ordered = own.sort_values("valid_from", na_position="first", kind="stable")
    for start, end in zip(ordered["valid_from"], ordered["valid_to"], strict=True):
        first, last = start if isinstance(start, str) else None, end if isinstance(end, str) else None
        before = spans[-1][1] if spans else None
        if spans and (before is None or (first is not None and (_same_time(before, first) or before >= first))):
            spans[-1] = (spans[-1][0], last if before is not None else None)
        else:
            spans.append((first, last))
    return spans


def _by(when: str, last: str | None) -> bool:
    return last is None or DateInterval.parse(when).first <= date.fromisoformat(last)


def _same_time(one: str, other: str) -> bool:
    """Say whether two dates may mean the same day."""
    first, second = DateInterval.parse(one), DateInterval.parse(other)
    return first.first <= second.last and second.first <= first.last


def _shown(edition: Edition, name: str | None) -> dict[str, str]:
    words = {language: day(date.fromisoformat(edition.as_of), language) if edition.as_of else edition.name for language in LANGUAGES}
    return {language: f"{edition.name} ({text})" if name else text for language, text in words.items()}


def _unlike(earlier: Edition, later: Edition) -> tuple[Missing, ...]:
    """Say which municipalities are in one edition only; they look as if they had left or joined."""
    here, there = set(later["municipality"]["code"]), set(earlier["municipality"]["code"])
    found = []
    for codes, name in ((there - here, earlier.name), (here - there, later.name)):
        if codes:
            why = Text(
                nb=f"{municipalities(len(codes)).nb} bare i {name}, som etter en kommuneendring ser ut som gått ut eller kommet til",
                nn=f"{municipalities(len(codes)).nn} berre i {name}, som etter ei kommuneendring ser ut som gått ut eller komne til",
                en=f"{municipalities(len(codes)).en} only in {name}, which after a municipal change look as if they had left or joined",
            )
            found.append(Missing("municipality", tuple(sorted(map(str, codes))), why))
    return tuple(found)


def _undated(undated: int, rows: int) -> tuple[Missing, ...]:
    if not undated:
        return ()
    why = Text(
        nb=f"{number(undated, 'nb')} av {number(rows, 'nb')} samarbeid og medlemskap har ingen startdato.",
        nn=f"{number(undated, 'nn')} av {number(rows, 'nn')} samarbeid og medlemskapar har ingen startdato.",
        en=f"{number(undated, 'en')} of {number(rows, 'en')} cooperations and memberships have no first day.",
    )
    return (Missing("cooperation", (), why),)


def _statement(n: dict[str, int], span: tuple[dict[str, str], dict[str, str]] | None, incomplete: bool) -> Text:  # noqa: FBT001 - private
    if not any(n.values()) and span is None:
        return Text(
            nb="Utgaven har ingen datoer å se endringer av." if incomplete else "Ingenting har endret seg.",
            nn="Utgåva har ingen datoar å sjå endringar av." if incomplete else "Ingenting har endra seg.",
            en="The edition has no dates to see changes by." if incomplete else "Nothing has changed.",
        )
    said = {
        language: listing([f"{value_label('kind_of_change', kind)[language]} {number(count, language)}" for kind, count in n.items()], language)
        for language in LANGUAGES
    }
    if span is None:
        return Text(
            nb=f"Tabellene har dato for disse endringene: {said['nb']}.",
            nn=f"Tabellane har dato for desse endringane: {said['nn']}.",
            en=f"The tables have dates for these changes: {said['en']}.",
        )
    return Text(
        nb=f"Fra {span[0]['nb']} til {span[1]['nb']}: {said['nb']}.",
        nn=f"Frå {span[0]['nn']} til {span[1]['nn']}: {said['nn']}.",
        en=f"From {span[0]['en']} to {span[1]['en']}: {said['en']}.",
    )
