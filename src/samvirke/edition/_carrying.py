"""Carry an edition over municipal changes: members, figures, groupings and boundaries as they are after mergers and splits."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from samvirke.edition._account import Account
from samvirke.edition._boundaries import boundaries
from samvirke.edition._edition import Edition
from samvirke.edition._following import Changes, average, changes_between, days, destinations, populations_of, records, split_count
from samvirke.edition._schema import tables
from samvirke.vocabulary.dates import DateInterval

COUNTS = re.compile(r"population(_\d+_(plus|\d+))?|area_km2|general_practitioners")
"""Figures that are counts by their name where `kind` does not say."""

MEASURES = ("admissions", "bed_days", "visits", "cost")
"""Measures of use that can be added up."""

_SUMMED = {"use": "value", "owner": "share"}
"""Tables whose rows are added up when two municipalities become one, with the column that is."""
_ROLES = ("host", "owner", "buyer", "participant")


@dataclass(frozen=True)
class Carried:
    """An edition after municipal changes.

    Parameters
    ----------
    tables : Mapping[str, pandas.DataFrame]
        The tables with the codes of the new day. `member` has the extra column carried_share: the share of the municipality's
        inhabitants that lived in a municipality that was a member (empty where a population is unknown).
    package : Mapping[str, Any]
        What datapackage.json says, with the new date and what was carried.
    boundary : str or None
        GeoJSON of the merged boundaries.
    account : Account
        Everything that was resolved on the way; nothing else was.
    parts : pandas.DataFrame
        What became of whom: from_code, to_code, share.
    """

    tables: Mapping[str, pd.DataFrame]
    package: Mapping[str, Any]
    boundary: str | None
    account: Account
    parts: pd.DataFrame


def carry(edition: Edition, to: str, *, progress: Callable[[str, int, int], None] | None = None) -> Carried:
    """Carry an edition to the municipalities of a later day.

    Counts are shared between the parts of a split municipality by weight, and add up exactly; rates are averaged by the figure
    they name as weight. A split, a merger of a member with one that was none, a group whose parts differ and everything else
    that had to be resolved is in the account.

    Parameters
    ----------
    edition : Edition
        It must have the table `municipality_change`.
    to : str
        ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; of a year or month, the last day.
    progress : callable or None
        Called with a table's name, its number and how many there are.

    Raises
    ------
    CarryError
        When the day cannot be read or is not after the edition's own, or no change is known in between.
    """
    seen = edition.on(None)
    whole = seen.whole or seen
    start, end = days(seen, to)
    changes = changes_between(seen, start, end)
    into = destinations(seen, changes, start)
    work = _Work(seen, {**whole.tables, "municipality": seen["municipality"]}, into, changes, end)
    work.leave_out(whole)
    frames: dict[str, pd.DataFrame] = {}
    present = [name for name in tables() if name in work.tables]
    for place, name in enumerate(present):
        if progress:
            progress(name, place, len(present))
        frames[name] = work.carried(name)
    boundary = work.boundary()
    named = {"edition": edition.name, "date": seen.as_of, "to": to}
    package = {key: value for key, value in seen.package.items() if key != "resources"} | {"date": to, "carried": named}
    for key, words in (("title", "en"), *((f"titles.{language}", language) for language in ("nb", "nn", "en"))):
        _retitle(package, key, {"nb": f", ført over til {to}", "nn": f", ført over til {to}", "en": f", carried to {to}"}[words])
    parts = [(code, now, share) for code, shares in work.into.items() for now, share in shares.items()]
    return Carried(frames, package, boundary, work.account, pd.DataFrame(parts, columns=["from_code", "to_code", "share"]))


def _retitle(package: dict[str, Any], key: str, words: str) -> None:
    name, _, language = key.partition(".")
    if language and isinstance(package.get(name), dict) and language in package[name]:
        package[name] = {**package[name], language: package[name][language] + words}
    elif not language and isinstance(package.get(name), str):
        package[name] += words


@dataclass
class _Work:
    """One carrying over: who became what, the populations that weigh, and the account."""

    edition: Edition
    tables: dict[str, pd.DataFrame]
    into: Mapping[str, Mapping[str, float]]
    changes: Changes
    end: date
    account: Account = field(default_factory=Account)

    def __post_init__(self) -> None:
        """Gather the parts of every new municipality, and the populations."""
        self.parts: dict[str, dict[str, float]] = defaultdict(dict)
        for code, shares in self.into.items():
            for now, share in shares.items():
                self.parts[now][code] = share
        self.names = self.edition.names()
        self.population = populations_of(self.edition)
        self.largest = {code: max(sorted(shares), key=lambda now, own=shares: own[now]) for code, shares in self.into.items()}  # type: ignore[misc]
        self.new_names: dict[str, str] = {}

    def leave_out(self, whole: Edition) -> None:
        """Leave out, and say so, the rows of municipalities that were none on the edition's date: nothing is known of what became of them then."""
        gone = whole["municipality"][~whole["municipality"].index.isin(self.edition["municipality"].index)]
        for row in records(gone):
            self._say("not_valid_then", "municipality", "code", f"{row['code']} {row['name']}", "", row)
        for name, frame in self.tables.items():
            if name in ("municipality", "municipality_change"):
                continue
            columns = [column for column, about in tables()[name].columns.items() if about.refers == "municipality.code" and column in frame]
            for column in columns:
                unknown = frame[column].notna() & ~frame[column].isin(list(self.into))
                for row in records(frame[unknown]):
                    self._say("not_valid_then", name, column, row[column], "", row)
                frame = frame[~unknown]
            self.tables[name] = frame

    def carried(self, name: str) -> pd.DataFrame:
        """Return one table after the changes."""
        special = {
            "municipality": self._municipality,
            "municipality_change": self._change,
            "grouping": self._grouping,
            "figure": self._figure,
            "travel": self._travel,
            "member": self._member,
            "coverage": self._coverage,
            "claim": self._claim,
        }
        return special[name]() if name in special else self._recoded(name)

    def _people(self, now: str, code: str) -> float:
        """Return how many inhabitants of `now` come from `code`; where the population of any part is unknown, each part weighs the same."""
        if any(part not in self.population for part in self.parts[now]):
            return self.parts[now][code]
        return self.population[code] * self.parts[now][code]

    def _heaviest(self, now: str, groups: Mapping[str, str]) -> tuple[str, list[str]]:
        """Return the group in which most inhabitants of a new municipality live, and all its parts' groups."""
        weights: dict[str, float] = defaultdict(float)
        for code in sorted(self.parts[now]):
            if code in groups:
                weights[groups[code]] += self._people(now, code)
        return max(sorted(weights), key=lambda group: weights[group]), sorted(weights)

    def _say(self, outcome: str, table: str, column: str, value: object, other: object = "", record: Mapping[str, Any] | None = None) -> None:
        self.account.say(outcome, table, self.edition.name, None, column, value, other, record)

    def _called(self, now: str) -> str:
        return f"{now} {self.new_names.get(now, '')}".strip()

    def _was(self, code: str) -> str:
        return f"{code} {self.names.get(code, '')}".strip()

    def _municipality(self) -> pd.DataFrame:
        before = self.tables["municipality"].drop_duplicates("code", keep="last").set_index("code")
        stated = self._stated()
        rows = []
        for now, parts in sorted(self.parts.items()):
            changed = list(parts) != [now] or parts[now] < 1
            point = self._heaviest(now, {code: code for code in parts})[0]
            row = before.loc[point].to_dict()
            name, county = stated.get(now, (None, None))
            if changed:
                counties = {code: str(before.at[code, "county"]) for code in parts if isinstance(before.at[code, "county"], str)}
                name = name or (str(before.at[now, "name"]) if now in parts else None)
                if county is None and counties:
                    county, several = self._heaviest(now, counties)
                    if len(several) > 1:
                        self._say("county_of_largest", "municipality", "county", now, ", ".join(several))
                if name is None:
                    self._say("name_unknown", "municipality", "name", now)
                row |= {"name": name or now, "county": county, "valid_from": self._day_of(now), "valid_to": np.nan}
            elif county is not None:
                row["county"] = county
            self.new_names[now] = str(row["name"])
            rows.append({"code": now, **row, "valid_to": np.nan})
        return pd.DataFrame(rows, columns=list(self.tables["municipality"].columns))

    def _stated(self) -> dict[str, tuple[str | None, str | None]]:
        """Return the names and counties that the changes state, the latest of each code."""
        change = self.tables["municipality_change"]
        found: dict[str, tuple[str | None, str | None]] = {}
        for row in records(change.sort_values("date")):
            if DateInterval.parse(row["date"]).first <= self.end:
                name, county = (value if isinstance(value := row.get(column), str) else None for column in ("to_name", "to_county"))
                before = found.get(row["to_code"], (None, None))
                found[row["to_code"]] = (name or before[0], county or before[1])
        return found

    def _day_of(self, now: str) -> str | float:
        """Return the day on which a municipality became what it is."""
        days = [day for code in self.parts[now] for day, to in self.changes.get(code, {}).items() if now in to]
        return min(days).isoformat() if days else np.nan

    def _change(self) -> pd.DataFrame:
        change = self.tables["municipality_change"]
        for row in records(change):
            later = DateInterval.parse(row["date"]).first > self.end
            self._say(
                "changes_after" if later else "changes_done", "municipality_change", "date", f"{row['date']} {row['from_code']} → {row['to_code']}", "", row
            )
        return change.iloc[:0]

    def _grouping(self) -> pd.DataFrame:
        grouping = self.tables["grouping"]
        rows = []
        for kind, own in grouping.groupby("kind", sort=True):
            by_code = own.drop_duplicates("municipality", keep="last").set_index("municipality")
            label = {str(code): str(row["code"] if isinstance(row["code"], str) else row["name"]) for code, row in by_code.iterrows()}
            for now, parts in sorted(self.parts.items()):
                if not any(code in label for code in parts):
                    continue
                group, several = self._heaviest(now, label)
                if len(several) > 1:
                    named = [
                        str(by_code.at[code, "name"]) if isinstance(by_code.at[code, "name"], str) else label[code] for code in sorted(parts) if code in label
                    ]
                    self._say("grouping_of_largest", "grouping", str(kind), self._called(now), ", ".join(dict.fromkeys(named)))
                best = max((code for code in sorted(parts) if label.get(code) == group), key=lambda code, new=now: self._people(new, code))  # type: ignore[misc]
                rows.append({"municipality": now, **by_code.loc[best].to_dict(), "valid_from": np.nan, "valid_to": np.nan})
        return pd.DataFrame(rows, columns=list(grouping.columns))

    def _figure(self) -> pd.DataFrame:
        figure = self.tables["figure"]
        rows: list[dict[str, Any]] = []
        for (name, year), own in figure.groupby(["figure", "year"], sort=True):
            kinds = set(own["kind"].dropna())
            kind = kinds.pop() if len(kinds) == 1 else "count" if COUNTS.fullmatch(str(name)) and not kinds else None
            if kind is None:
                for row in records(own):
                    self._say("figure_kind_unknown", "figure", "kind", str(name), "", row)
                continue
            values = dict(zip(own["municipality"], own["value"].astype(float), strict=True))
            weight = own["weight"].dropna().iloc[0] if own["weight"].notna().any() else "population"
            shared = self._counts(str(name), values) if kind == "count" else self._rates(int(str(year)), values, str(weight))
            first = records(own)[0]
            rows += [{**first, "municipality": now, "value": value} for now, value in shared.items()]
        return pd.DataFrame(rows, columns=list(figure.columns)).astype({"year": "Int64"})

    def _incomplete(self, now: str, values: Mapping[str, float]) -> bool:
        """Say whether a new municipality has a part without a value, after noting it; one of which nobody has a value is passed over."""
        lacking = [code for code in self.parts[now] if not np.isfinite(values.get(code, np.nan))]
        if lacking and len(self.parts[now]) > len(lacking):
            self._say("figure_incomplete", "figure", "value", self._called(now), ", ".join(map(self._was, lacking)))
        return bool(lacking)

    def _counts(self, name: str, values: Mapping[str, float]) -> dict[str, float]:
        """Share counts by weight so that they add up exactly: whole numbers by the largest remainders, others with the rest to the last."""
        pieces: dict[tuple[str, str], float] = {}
        for code, shares in self.into.items():
            value = values.get(code, np.nan)
            if np.isfinite(value):
                pieces |= {(code, now): piece for now, piece in split_count(value, shares).items()}
                if len(shares) > 1:
                    self._say("split_figure", "figure", name, f"{self._was(code)} {value:g}", ", ".join(map(self._called, sorted(shares))))
        known = [now for now in sorted(self.parts) if any(code in values for code in self.parts[now])]
        return {now: np.nan if self._incomplete(now, values) else sum(pieces[code, now] for code in sorted(self.parts[now])) for now in known}

    def _rates(self, year: int, values: Mapping[str, float], weight: str) -> dict[str, float]:
        """Average rates by the figure they are weighted by."""
        figure = self.tables["figure"]
        own = figure[figure["figure"] == weight]
        earlier = own.loc[own["year"] <= year, "year"]
        chosen = earlier.max() if len(earlier) else own["year"].min()
        weights = {str(row["municipality"]): float(row["value"]) for row in records(own[own["year"] == chosen])}
        found = {}
        for now in sorted(self.parts):
            parts = self.parts[now]
            if not any(code in values for code in parts):
                continue
            if self._incomplete(now, values):
                found[now] = np.nan
                continue
            if len(parts) == 1:
                found[now] = values[next(iter(parts))]
                continue
            people = {code: weights.get(code, np.nan) * share for code, share in parts.items()}
            total = sum(people.values())
            if not np.isfinite(total) or total == 0:
                self._say("figure_incomplete", "figure", weight, self._called(now), f"{weight}: {', '.join(map(self._was, parts))}")
                found[now] = np.nan
            else:
                found[now] = sum(values[code] * own for code, own in people.items()) / total
        return found

    def _travel(self) -> pd.DataFrame:
        travel = self.tables["travel"]
        weighted: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
        for row in records(travel):
            for start in self.into.get(row["from_code"], {}):
                for stop in self.into.get(row["to_code"], {}):
                    if start == stop:
                        self._say("travel_within", "travel", "from_code", self._called(start), "", row)
                    else:
                        weighted[start, stop].append((row["minutes"], self._people(start, row["from_code"]) * self._people(stop, row["to_code"])))
        rows = [(start, stop, average(own)) for (start, stop), own in sorted(weighted.items())]
        return pd.DataFrame(rows, columns=["from_code", "to_code", "minutes"])

    def _member(self) -> pd.DataFrame:
        member = self.tables["member"]
        gathered: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        for row in records(member):
            shares = self.into[row["municipality"]]
            if len(shares) > 1:
                self._say("split_member", "member", "municipality", self._was(row["municipality"]), ", ".join(map(self._called, sorted(shares))), row)
            for now in shares:
                gathered[row["cooperation"], now].append(row)
        rows, counts = [], defaultdict(set)
        for (cooperation, now), own in sorted(gathered.items()):
            roles = {row["role"] for row in own if isinstance(row["role"], str)}
            role = next((one for one in _ROLES if one in roles), np.nan)
            if role == "host" and len(own) > 1:
                self._say("several_hosts_merged", "member", "role", self._called(now), "", own[0])
            share = self._share_of_members(now, {row["municipality"] for row in own})
            if not share >= 0.9995:
                self._say("part_of_member", "member", "municipality", self._called(now), "?" if np.isnan(share) else f"{share:.0%}", own[0])
            starts, ends = ([row[column] for row in own] for column in ("valid_from", "valid_to"))
            span = {
                "valid_from": min(starts) if all(isinstance(one, str) for one in starts) else np.nan,
                "valid_to": max(ends) if all(isinstance(one, str) for one in ends) else np.nan,
            }
            rows.append({**own[0], "municipality": now, "role": role, **span, "carried_share": share})
            counts[cooperation].add(now)
        before = member.groupby("cooperation")["municipality"].nunique()
        for cooperation, now_members in sorted(counts.items()):
            if len(now_members) == 1 and before[cooperation] > 1:
                self._say("within_one", "cooperation", "id", cooperation, self._called(next(iter(now_members))))
        return pd.DataFrame(rows, columns=[*(column for column in member.columns if column != "carried_share"), "carried_share"])

    def _share_of_members(self, now: str, members: set[str]) -> float:
        parts = self.parts[now]
        if set(parts) <= members:
            return 1.0
        if any(code not in self.population for code in parts):
            return float(np.nan)
        total = sum(self._people(now, code) for code in parts)
        return sum(self._people(now, code) for code in parts if code in members) / total if total else float(np.nan)

    def _coverage(self) -> pd.DataFrame:
        coverage = self.tables["coverage"].fillna({"service": ""})
        rows = []
        for _, own in coverage.groupby(["source", "service"], sort=True):
            status = dict(zip(own["municipality"], own["status"], strict=True))
            first = dict(zip(own["municipality"], records(own), strict=True))
            for now, parts in sorted(self.parts.items()):
                known = {code: status[code] for code in sorted(parts) if code in status}
                if not known:
                    continue
                kinds = set(known.values()) | ({"missing"} if len(known) < len(parts) else set())
                if len(kinds) > 1:
                    self._say("coverage_in_part", "coverage", "status", self._called(now), ", ".join(f"{code} {one}" for code, one in known.items()))
                rows.append({**first[next(iter(known))], "municipality": now, "status": kinds.pop() if len(kinds) == 1 else "missing"})
        frame = pd.DataFrame(rows, columns=list(coverage.columns))
        return frame.assign(service=frame["service"].replace("", np.nan))

    def _claim(self) -> pd.DataFrame:
        """Say of each number that is counted anew that the municipalities are others now."""
        claim = self.tables["claim"].copy()
        after = {"why": "after the changes", "why_nb": "etter endringene", "why_nn": "etter endringane", "why_en": "after the changes"}
        count = {"why": "the municipalities are the", "why_nb": "kommunene er de", "why_nn": "kommunane er dei", "why_en": "the municipalities are the"}
        for column in [column for column in after if column in claim]:
            words = f"{count[column]} {len(self.parts)} {after[column]}"
            claim[column] = [f"{one}; {words}" if isinstance(one, str) else words for one in claim[column]]
        return claim

    def _recoded(self, name: str) -> pd.DataFrame:
        """Give the rows of another table the code of the largest part; where two then have one key, sum or keep the first."""
        frame = self.tables[name].copy()
        columns = [column for column, about in tables()[name].columns.items() if about.refers == "municipality.code" and column in frame]
        if not columns:
            return frame
        for column in columns:
            for row, code in zip(records(frame), frame[column], strict=True):
                if isinstance(code, str) and len(self.into.get(code, {})) > 1:
                    self._say("split_reference", name, column, self._was(code), self._called(self.largest[code]), row)
            frame[column] = frame[column].map(lambda code: self.largest.get(code, code), na_action="ignore")
        key = list(tables()[name].key)
        if not set(key) & set(columns):
            return frame
        if name in _SUMMED:
            value = _SUMMED[name]
            several = frame.duplicated(key, keep=False)
            if name == "use":
                other = several & ~frame["measure"].isin(MEASURES)
                for row in records(frame[other]):
                    self._say("figure_kind_unknown", name, "measure", row["measure"], "", row)
                frame, several = frame[~other].copy(), several[~other]
            for identity, own in frame[several].groupby(key, dropna=False, sort=True):
                if own[value].isna().any():
                    self._say("figure_incomplete", name, value, " ".join(map(str, identity)), value)
            frame[value] = frame.groupby(key, dropna=False)[value].transform(lambda own: own.sum(skipna=False))
            return frame.drop_duplicates(key)
        repeated = frame.duplicated(key)
        for row in records(frame[repeated]):
            self._say("same_key_after", name, ", ".join(key), " ".join(str(row[column]) for column in key), "", row)
        return frame[~repeated]

    def boundary(self) -> str | None:
        """Return the merged polygons as GeoJSON; None where the edition has none of its own."""
        found = boundaries(self.edition) if self.edition.boundary is not None else None
        if found is None:
            return None
        polygons = found.polygons[found.polygons["code"].isin(self.largest)]
        for code, shares in self.into.items():
            if len(shares) > 1:
                self._say("boundary_of_largest", "boundary", "code", self._was(code), self._called(self.largest[code]))
        merged = polygons.assign(code=polygons["code"].map(self.largest)).dissolve("code").reset_index()[["code", "geometry"]]
        for now in sorted(set(self.parts) - set(merged["code"])):
            self._say("boundary_missing", "boundary", "code", self._called(now))
        text: str = merged.assign(name=merged["code"].map(self.new_names)).to_json(drop_id=True)
        return text
