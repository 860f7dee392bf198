"""Check the tables of an edition: every rule runs, every problem is reported, nothing stops at the first.

A rule is a function ``check_<rule>`` that takes the tables as read and yields problems.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from samvirke.edition._problems import SHOWN_SINGLY, Occurrence, Problem, problem
from samvirke.edition._reading import Raw
from samvirke.edition._schema import Column, tables
from samvirke.vocabulary import Countable, terms
from samvirke.vocabulary.dates import DateInterval

FAR_AWAY_KM = 200
_EARTH_RADIUS_KM = 6371.0088
_OPEN_START, _OPEN_END = 0, 10**7
_LARGEST = 1e15
"""No number in an edition is larger; a double holds every whole number up to it."""


def _at(
    raw: Raw, table: str, where: Any, rule: str, column: str = "", values: pd.Series | None = None, others: pd.Series | Callable[[str], str] | str = ""
) -> Iterator[Problem]:
    """Report the rows where a boolean mask holds; `others` is what each value was held against: by row, by value, or one for all."""
    mask = np.asarray(where, dtype=bool)
    if not mask.any():
        return
    frame = raw.frames[table]
    cells = values if values is not None else frame[column]
    first = np.flatnonzero(mask)[:SHOWN_SINGLY]
    shown = [str(value) for value in cells.iloc[first]]
    numbers = raw.row_numbers[table][first]
    if isinstance(others, pd.Series):
        against = [str(other) for other in others.iloc[first]]
    else:
        against = [others(value) if callable(others) else others for value in shown]
    occurrences = (Occurrence(int(row), value, other) for row, value, other in zip(numbers, shown, against, strict=True))
    yield problem(rule, table, occurrences, column, int(mask.sum()))


def _columns(raw: Raw) -> Iterator[tuple[str, str, Column, pd.Series]]:
    """Walk the columns that are both in the contract and in the folder."""
    for name, frame in raw.frames.items():
        for column, about in tables()[name].columns.items():
            if column in frame:
                yield name, column, about, frame[column]


def check_empty_cells(raw: Raw) -> Iterator[Problem]:
    """A required cell is filled in."""
    for name, column, about, cells in _columns(raw):
        if about.required:
            yield from _at(raw, name, cells.str.strip() == "", "empty_cell", column)


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def check_characters(raw: Raw) -> Iterator[Problem]:
    """A cell holds no control character, a code no spaces around it, and a cell of several lines is worth a look."""
    for name, frame in raw.frames.items():
        for column in frame.columns:
            cells = frame[column]
            distinct = cells.unique()
            codes = column in tables()[name].columns and tables()[name].columns[column].type in ("code", "date", "choice", "choices")
            for rule, found in (
                ("control_character", {value for value in distinct if _CONTROL.search(value)}),
                ("line_break", {value for value in distinct if "\n" in value or "\r" in value}),
                ("spaces_around", {value for value in distinct if codes and value != value.strip()}),
            ):
                if found:
                    yield from _at(raw, name, cells.isin(found), rule, str(column))


def is_date(cells: pd.Series) -> pd.Series:
    """Say of each cell whether it is empty or a date, looking at each distinct value once."""
    return cells.map({value: _parsed(value) is not None or value == "" for value in cells.unique()}).astype(bool)


def _parsed(value: str) -> DateInterval | None:
    try:
        return DateInterval.parse(value)
    except ValueError:
        return None


def check_types(raw: Raw) -> Iterator[Problem]:
    """A date is a date, a number a number within its range, true or false one of them."""
    for name, column, about, cells in _columns(raw):
        if about.type == "date":
            yield from _at(raw, name, ~is_date(cells), "not_a_date", column)
        elif about.type == "boolean":
            yield from _at(raw, name, ~cells.str.lower().isin(["", "true", "false"]), "not_true_or_false", column)
        elif about.type in ("number", "integer"):
            numbers = pd.to_numeric(cells.where(cells != "", np.nan), errors="coerce").to_numpy(dtype=float)
            filled, known = (cells != "").to_numpy(dtype=bool), np.isfinite(numbers)
            yield from _at(raw, name, filled & ~known, "not_a_number", column)
            if about.type == "integer":
                yield from _at(raw, name, known & (np.where(known, numbers, 0) % 1 != 0), "not_an_integer", column)
            outside = known & ((numbers < (-_LARGEST if about.least is None else about.least)) | (numbers > (_LARGEST if about.most is None else about.most)))
            yield from _at(raw, name, outside, "out_of_range", column, others=_range(about))


def _range(about: Column) -> str:
    return f"{-_LARGEST if about.least is None else about.least:g} – {_LARGEST if about.most is None else about.most:g}"


def _known(raw: Raw, refers: str) -> set[str] | None:
    """The values that a reference may take; None where that table cannot be relied on."""
    table, column = refers.split(".")
    if table in raw.unreliable or (table in raw.frames and column not in raw.frames[table]):
        return None
    return set(raw.frames[table][column]) if table in raw.frames else set()


def check_lists(raw: Raw) -> Iterator[Problem]:
    """A choice is in its controlled list, or in the edition's own table of services."""
    for name, column, about, cells in _columns(raw):
        if about.list is None:
            continue
        own = _known(raw, about.refers) if about.refers else set()
        if own is None:
            continue
        allowed = set(terms(about.list)) | own | {""}
        good = {value: value in allowed or (about.type == "choices" and _is_list_of(value, allowed)) for value in cells.unique()}
        yield from _at(raw, name, ~cells.map(good).astype(bool), "not_in_list", column, others=partial(_nearest, allowed))


def _is_list_of(value: str, allowed: set[str]) -> bool:
    """Say whether a ;-list holds allowed values only, each once, and not the whole beside its parts."""
    parts = value.split(";")
    return set(parts) <= allowed - {"", "all"} and len(set(parts)) == len(parts)


def _nearest(allowed: set[str], value: str) -> str:
    names = sorted(allowed - {""})
    close = get_close_matches(value.strip().lower(), names, n=3, cutoff=0.5)
    return ", ".join(close if close and len(names) > 8 else names[:12]) + (", …" if not close and len(names) > 12 else "")


def check_references(raw: Raw) -> Iterator[Problem]:
    """A cell that names a row of another table names one that is there."""
    for name, column, about, cells in _columns(raw):
        if about.refers is None or about.list is not None:
            continue
        table = about.refers.split(".")[0]
        known = _known(raw, about.refers)
        if known is None:
            continue
        unknown = ~cells.isin(known | {""})
        if table not in raw.frames:
            if unknown.any():
                yield from _at(raw, name, np.arange(len(cells)) == int(np.argmax(unknown)), "missing_reference_table", column, others=table)
            continue
        longest = max((len(value) for value in known), default=0)
        unknown &= ~cells.isin([value.zfill(longest) for value in known if value.isdigit()])
        restored = {value: value.zfill(longest) for value in cells[unknown].unique() if value.isdigit()}
        lost = unknown & cells.isin([value for value, whole in restored.items() if whole in known])
        yield from _at(raw, name, lost, "lost_leading_zero", column, others=cells.map(restored))
        yield from _at(raw, name, unknown & ~lost, "unknown_reference", column, others=table)


def check_code_lengths(raw: Raw) -> Iterator[Problem]:
    """Where nearly all codes are numbers of one length, a shorter number has lost its leading zero."""
    cells = raw.frames.get("municipality", pd.DataFrame()).get("code")
    if cells is None or cells.empty:
        return
    digits, lengths = cells.str.isdigit(), cells.str.len()
    usual = int(lengths[digits].mode().max()) if digits.any() else 0
    short = digits & (lengths < usual)
    if digits.all() and short.sum() < len(cells) / 2:
        yield from _at(raw, "municipality", short, "lost_leading_zero", "code", others=lambda value: value.zfill(usual))


def check_keys(raw: Raw) -> Iterator[Problem]:
    """A key stands in one row only."""
    for name, frame in raw.frames.items():
        key = [column for column in tables()[name].key if column in frame]
        if not key or any(tables()[name].columns[column].required and column not in frame for column in tables()[name].key):
            continue
        repeated = frame.duplicated(key, keep=False)
        if repeated.any():
            values = frame.loc[repeated, key].agg(" ".join, axis=1).reindex(frame.index, fill_value="")
            yield from _at(raw, name, repeated, "repeated_key", ", ".join(key), values=values, others=", ".join(key))


def bounds(frame: pd.DataFrame) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return, as day numbers, the first and last day on which each row may begin, and the same for its end."""

    def ordinals(column: str, empty: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        if column not in frame:
            return np.full(len(frame), empty), np.full(len(frame), empty)
        cells = frame[column].fillna("")
        days = {value: (interval.first.toordinal(), interval.last.toordinal()) if (interval := _parsed(value)) else (empty, empty) for value in cells.unique()}
        return cells.map({value: day[0] for value, day in days.items()}).to_numpy(dtype=int), cells.map(
            {value: day[1] for value, day in days.items()}
        ).to_numpy(dtype=int)

    return *ordinals("valid_from", _OPEN_START), *ordinals("valid_to", _OPEN_END)


def check_periods(raw: Raw) -> Iterator[Problem]:
    """What is valid from a day ends after it, and a code is valid once at a time."""
    for name, frame in raw.frames.items():
        if not {"valid_from", "valid_to"} & set(frame.columns):
            continue
        first_from, _, _, last_to = bounds(frame)
        if "valid_to" in frame:
            yield from _at(raw, name, last_to <= first_from, "ends_before_it_begins", "valid_to", others=frame.get("valid_from", ""))
        by = {"municipality": ["code"], "member": ["cooperation", "municipality"]}.get(name, ["–"])
        if {*by, "valid_from"} <= set(frame.columns):
            repeated = frame.duplicated([*by, "valid_from"], keep=False).to_numpy(dtype=bool)
            values = frame[by].agg(" ".join, axis=1) if len(by) > 1 and len(frame) else frame[by[0]]
            yield from _at(raw, name, _overlapping(frame, by) & ~repeated, "overlapping_validity", ", ".join(by), values=values)


def _overlapping(frame: pd.DataFrame, by: list[str]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Say of each row whether it begins, certainly, before an earlier row of the same `by` has ended."""
    _, last_from, first_to, _ = bounds(frame)
    groups = frame.groupby(by, sort=False).ngroup().to_numpy()
    order = np.lexsort((last_from, groups))
    spans = pd.DataFrame({"group": groups[order], "start": last_from[order], "end": first_to[order]})
    ended = spans.groupby("group")["end"].cummax().groupby(spans["group"]).shift(fill_value=-1)
    found = np.zeros(len(frame), dtype=bool)
    found[order] = (spans["start"] < ended).to_numpy()
    return found


def check_membership(raw: Raw) -> Iterator[Problem]:
    """A cooperation has members, more than one of them, and at most one host at a time."""
    if raw.unreliable & {"cooperation", "member"} or not {"cooperation", "member"} <= raw.frames.keys():
        return
    cooperation, member = raw.frames["cooperation"], raw.frames["member"]
    counts = member.groupby("cooperation")["municipality"].nunique()
    sizes = cooperation["id"].map(counts).fillna(0)
    known = cooperation["members_known"] != "some" if "members_known" in cooperation else pd.Series(np.ones(len(cooperation), dtype=bool))
    yield from _at(raw, "cooperation", sizes == 0, "no_members", "id")
    yield from _at(raw, "cooperation", (sizes == 1) & known, "one_member", "id")
    if "role" in member:
        hosts = member[member["role"] == "host"]
        several = hosts.groupby("cooperation")["municipality"].nunique()
        clash = set(hosts.loc[_overlapping(hosts, ["cooperation"]), "cooperation"]) & set(several[several > 1].index)
        yield from _at(raw, "cooperation", cooperation["id"].isin(clash), "several_hosts", "id")
    agreement = raw.frames.get("agreement")
    if agreement is not None and {"cooperation", "legal_host"} <= set(agreement.columns) and "agreement" not in raw.unreliable:
        members = set(zip(member["cooperation"], member["municipality"], strict=True))
        absent = [bool(host) and (where, host) not in members for where, host in zip(agreement["cooperation"], agreement["legal_host"], strict=True)]
        yield from _at(raw, "agreement", absent, "host_not_member", "legal_host", others=agreement["cooperation"])


def check_member_validity(raw: Raw) -> Iterator[Problem]:
    """A municipality is valid throughout the time of its membership."""
    if raw.unreliable & {"municipality", "member"} or not {"municipality", "member"} <= raw.frames.keys():
        return
    municipality, member = raw.frames["municipality"], raw.frames["member"]
    _, last_from, first_to, _ = bounds(municipality)
    spans = pd.DataFrame({"code": municipality["code"], "start": last_from, "end": first_to}).groupby("code").agg({"start": "min", "end": "max"})
    first_from, _, _, last_to = bounds(member)
    known = member["municipality"].isin(spans.index).to_numpy(dtype=bool)
    start = member["municipality"].map(spans["start"]).fillna(_OPEN_START).to_numpy(dtype=int)
    end = member["municipality"].map(spans["end"]).fillna(_OPEN_END).to_numpy(dtype=int)
    stated_start, stated_end = first_from != _OPEN_START, last_to != _OPEN_END
    outside = known & ((stated_start & (first_from < start)) | (stated_end & (last_to > end)) | (first_from >= end) | (last_to <= start))
    span = {code: f"{_day(row.start)}–{_day(row.end)}" for code, row in spans.loc[sorted(set(member.loc[outside, "municipality"]))].iterrows()}
    yield from _at(raw, "member", outside, "member_outside_validity", "municipality", others=lambda value: span[value])


def _day(ordinal: int) -> str:
    from datetime import date

    return date.fromordinal(int(ordinal)).isoformat() if _OPEN_START < ordinal < _OPEN_END else ""


def check_distances(raw: Raw) -> Iterator[Problem]:
    """A member does not lie far from the middle of its cooperation."""
    if raw.unreliable & {"municipality", "member"} or not {"municipality", "member"} <= raw.frames.keys():
        return
    municipality, member = raw.frames["municipality"], raw.frames["member"]
    if not {"lon", "lat"} <= set(municipality.columns):
        return
    points = municipality.drop_duplicates("code").set_index("code")[["lon", "lat"]].apply(pd.to_numeric, errors="coerce").astype("float64")
    points = points.where(np.isfinite(points))
    where = member[["cooperation", "municipality"]].join(points, on="municipality")
    middle = where.groupby("cooperation")[["lon", "lat"]].transform("median")
    kilometres = great_circle_km(where["lon"], where["lat"], middle["lon"], middle["lat"])
    yield from _at(raw, "member", kilometres > FAR_AWAY_KM, "far_away", "municipality", others=pd.Series(kilometres).map("{:.0f}".format))


def great_circle_km(lon: pd.Series, lat: pd.Series, other_lon: pd.Series, other_lat: pd.Series) -> np.ndarray[Any, Any]:
    """Return the distance along the earth's surface in kilometres (haversine, mean radius)."""
    first, second = np.radians(lat.to_numpy(dtype=float)), np.radians(other_lat.to_numpy(dtype=float))
    across = np.radians(other_lon.to_numpy(dtype=float) - lon.to_numpy(dtype=float))
    half = np.sin((second - first) / 2) ** 2 + np.cos(first) * np.cos(second) * np.sin(across / 2) ** 2
    return np.asarray(2 * _EARTH_RADIUS_KM * np.arcsin(np.sqrt(half)))


def check_population(raw: Raw) -> Iterator[Problem]:
    """Every municipality has a population."""
    if "municipality" not in raw.frames or "municipality" in raw.unreliable or "figure" in raw.unreliable:
        return
    figure = raw.frames.get("figure", pd.DataFrame()).reindex(columns=["municipality", "figure", "value"], fill_value="")
    have = set(figure.loc[(figure["figure"] == "population") & (figure["value"] != ""), "municipality"])
    if not have:
        yield problem("no_population", "figure", [Occurrence(None, "")])
    else:
        codes = raw.frames["municipality"]["code"]
        yield from _at(raw, "municipality", ~codes.isin(have), "population_missing", "code")


def check_shares(raw: Raw) -> Iterator[Problem]:
    """The owners' shares of a company, and the parts of a split municipality, add up to one."""
    for name, by in (("owner", ["company"]), ("municipality_change", ["date", "from_code"])):
        frame = raw.frames.get(name)
        if frame is None or name in raw.unreliable or "share" not in frame:
            continue
        shares = pd.to_numeric(frame["share"].where(frame["share"] != "", np.nan), errors="coerce")
        totals = shares.groupby([frame[column] for column in by]).transform("sum")
        first = ~frame.duplicated(by)
        labels = frame[by].agg(" ".join, axis=1) if len(frame) else frame[by[0]]
        wrong = first & shares.notna() & ((totals - 1).abs() > 0.005)
        yield from _at(raw, name, wrong, "shares_do_not_add_up", "share", values=labels, others=totals.map("{:.4g}".format))


def check_copies(raw: Raw) -> Iterator[Problem]:
    """Copies of one agreement read alike on what they were coded from."""
    frame = raw.frames.get("submission")
    if frame is None or "submission" in raw.unreliable:
        return
    for column in ("year_text", "service_text"):
        if column in frame:
            differing = frame.groupby("agreement")[column].nunique() > 1
            first = ~frame.duplicated("agreement")
            yield from _at(raw, "submission", first & frame["agreement"].isin(differing[differing].index), "copies_disagree", column, values=frame["agreement"])


def check_reports(raw: Raw) -> Iterator[Problem]:
    """The members of a cooperation report the same partners as each other."""
    frame = raw.frames.get("report")
    if frame is None or "report" in raw.unreliable or frame.empty:
        return
    sets = frame.groupby(["cooperation", "municipality"])["partner"].agg(lambda own: " ".join(sorted(own)))
    differing = sets.groupby("cooperation").nunique() > 1
    first = ~frame.duplicated("cooperation")
    yield from _at(raw, "report", first & frame["cooperation"].isin(differing[differing].index), "reports_differ", "cooperation")


def check_conditions(raw: Raw) -> Iterator[Problem]:
    """What a claim counts can be counted: known columns with values that they can take."""
    frame = raw.frames.get("claim")
    if frame is None or "claim" in raw.unreliable or "counted" not in frame:
        return
    conditions = {name: term.conditions for name, term in terms("countables").items() if isinstance(term, Countable)}
    own = set(terms("services")) | (_known(raw, "service.id") or set())
    allowed = pd.Series([", ".join(conditions.get(counted, ())) for counted in frame["counted"]])
    for column in ("where", "of"):
        if column in frame:
            pairs = zip(frame["counted"], frame[column], strict=True)
            wrong = pd.Series([_wrong_condition(conditions.get(counted, {}), written, own) for counted, written in pairs], dtype="str")
            yield from _at(raw, "claim", wrong != "", "bad_condition", column, values=wrong, others=allowed)
    if "where" in frame:
        undivided = frame["where"].str.contains("period=", regex=False) & (frame.get("cut", pd.Series("", index=frame.index)) == "")
        yield from _at(raw, "claim", undivided, "missing_cut", "cut", values=frame["where"])


def _wrong_condition(conditions: Mapping[str, str | tuple[str, ...]], written: str, services: set[str]) -> str:
    """Return the first part of a written condition that cannot be counted by, or says a column twice; empty when all can."""
    seen: set[str] = set()
    for part in filter(None, written.split(";")):
        column, sign, value = part.partition("=")
        values = conditions.get(column, ())
        parts = value.split("+") if values == "service_union" else [value]
        known = services if values in ("services", "service_union") else set(terms(values)) if isinstance(values, str) else set(values)
        if not sign or not set(parts) <= known or column in seen:
            return part
        seen.add(column)
    return ""


CHECKS: tuple[Callable[[Raw], Iterator[Problem]], ...] = (
    check_characters,
    check_empty_cells,
    check_types,
    check_lists,
    check_references,
    check_code_lengths,
    check_keys,
    check_periods,
    check_membership,
    check_member_validity,
    check_distances,
    check_population,
    check_shares,
    check_copies,
    check_reports,
    check_conditions,
)


def run_checks(raw: Raw) -> list[Problem]:
    """Run every check and return all that they found."""
    return [found for check in CHECKS for found in check(raw)]


_DTYPES = {"number": "float64", "integer": "Int64", "boolean": "boolean"}


def typed(raw: Raw) -> Mapping[str, pd.DataFrame]:
    """Turn checked text into typed tables: numbers, whole numbers, booleans; the rest stays text, empty becomes missing."""
    result = {}
    for name, frame in raw.frames.items():
        about = tables()[name].columns
        absent = pd.Series(np.nan, index=frame.index)
        columns = [*about, *(str(column) for column in frame.columns if column not in about)]
        result[name] = pd.DataFrame(
            {column: _typed(frame.get(column, absent), about[column].type if column in about else "text") for column in columns}, index=frame.index
        )
    return result


def _typed(cells: pd.Series, kind: str) -> pd.Series:
    filled = cells.where(cells != "", np.nan)
    if kind == "boolean":
        return filled.astype("str").str.lower().map({"true": True, "false": False}).astype("boolean")
    return (pd.to_numeric(filled) if kind in _DTYPES else filled).astype(_DTYPES.get(kind, "str"))  # type: ignore[call-overload, no-any-return]
