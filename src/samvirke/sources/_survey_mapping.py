"""The mapping of a survey: which column is which item, and which code is which answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from samvirke.sources.problems import Problems
from samvirke.specifications import SpecificationFileError, read_specification_file
from samvirke.vocabulary.answers import ANSWERS
from samvirke.vocabulary.language import LANGUAGES, Text, same

NOT_ASKED = "not_asked"
"""What a code may mean beside an answer: the item was not put to this respondent, who is left out of it."""

FIELDS = (
    "source",
    "separator",
    "encoding",
    "sheet",
    "respondent",
    "municipality",
    "weight",
    "select",
    "municipalities",
    "labels",
    "answers",
    "counts",
    "items",
)
ITEM_FIELDS = ("column", "text", "answers", "code")
COUNT_FIELDS = ("item", "answer", "count")
SOURCE_FIELDS = ("id", "title", "publisher", "licence", "retrieved", "covers", "missing")
_ITEM = re.compile(r"[A-Za-z0-9_ÆØÅæøå-]{1,60}")


@dataclass(frozen=True)
class Item:
    """One item: its column (or, among counts, what it is called there), its words, and codes of its own."""

    name: str
    column: str
    text: Text | None = None
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SurveyMapping:
    """A whole mapping; `counts` names the columns of item, answer and count where the file holds counts."""

    items: tuple[Item, ...]
    answers: Mapping[str, str] = field(default_factory=dict)
    respondent: str | None = None
    municipality: str | None = None
    weight: str | None = None
    select: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    municipalities: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, str] = field(default_factory=dict)
    source: Mapping[str, str] = field(default_factory=dict)
    labels: str = "use"
    separator: str = ","
    encoding: str = "utf-8"
    sheet: str | int = 0

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Every column that it names, with the field that names it."""
        found = [(one, name) for one, name in (("respondent", self.respondent), ("municipality", self.municipality), ("weight", self.weight)) if name]
        found += [(f"select.{column}", column) for column in self.select]
        found += [(f"counts.{one}", column) for one, column in self.counts.items()]
        return tuple(found if self.counts else [*found, *((f"items.{item.name}", item.column) for item in self.items)])


def read_mapping(path: Path, problems: Problems) -> SurveyMapping | None:
    """Read a mapping; None, with the reasons among the problems, when it cannot be used."""
    try:
        content, twice = read_specification_file(path, "text")
    except SpecificationFileError as error:
        problems.add("unreadable", path.name, error.text)
        return None
    wrong = Problems()
    for name in twice:
        wrong.add("repeated", name)
    found = _Reader(wrong).whole(content)
    if wrong:
        problems.take(wrong)
        return None
    return found


class _Reader:
    """Reads field by field, and keeps every problem."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems

    def whole(self, content: object) -> SurveyMapping:
        own = self.fields(content, "", FIELDS, "items: {works_well: q12}")
        counts = {str(key): self.text(value, f"counts.{key}") for key, value in self.fields(own.get("counts", {}), "counts", COUNT_FIELDS, "item: …").items()}
        if counts:
            for name in COUNT_FIELDS:
                if name not in counts:
                    self.problems.add("missing", f"counts.{name}", allowed=f"{name}: …")
        items = self.items(own.get("items"), counted=bool(counts))
        source = {key: self.text(value, f"source.{key}") for key, value in self.fields(own.get("source", {}), "source", SOURCE_FIELDS, "id: spis").items()}
        if source and "id" not in source:
            self.problems.add("missing", "source.id", allowed="id: spis")
        if (labels := str(own.get("labels", "use"))) not in ("use", "ignore"):
            self.problems.add("not_an_answer", "labels", labels, allowed="use, ignore")
        separator = str(own.get("separator", ",")).replace("\\t", "\t")
        if len(separator) != 1:
            self.problems.add("no_text", "separator", separator)
        return SurveyMapping(
            items=items,
            answers=self.codes(own.get("answers", {}), "answers"),
            **{name: self.text(own[name], name) for name in ("respondent", "municipality", "weight", "encoding") if name in own},
            select={key: self.several(value) for key, value in self.pairs(own.get("select", {}), "select").items()},
            municipalities={
                key: self.text(value, f"municipalities.{key}") for key, value in self.pairs(own.get("municipalities", {}), "municipalities").items()
            },
            counts=counts,
            source=source,
            labels=labels,
            separator=separator,
            sheet=int(sheet) if (sheet := str(own.get("sheet", "0"))).isdecimal() else sheet,
        )

    def fields(self, value: object, at: str, allowed: tuple[str, ...], example: str) -> dict[str, Any]:
        """Return the fields that are allowed."""
        pairs = self.pairs(value, at, example)
        for name in pairs:
            if name not in allowed:
                self.problems.add("unknown_field", f"{at}.{name}" if at else name, name, allowed=", ".join(get_close_matches(name, allowed) or allowed))
        return {name: one for name, one in pairs.items() if name in allowed and one != ""}

    def pairs(self, value: object, at: str, example: str = "…: …") -> dict[str, Any]:
        if value in (None, ""):
            return {}
        if not isinstance(value, dict):
            self.problems.add("no_fields", at, value, allowed=example)
            return {}
        return {_code(key): one for key, one in value.items()}

    def text(self, value: object, at: str) -> str:
        if isinstance(value, str) and (text := _code(value)) and text.isprintable():
            return text
        self.problems.add("no_text", at, value)
        return ""

    def several(self, value: object) -> tuple[str, ...]:
        return tuple(_code(one) for one in (value if isinstance(value, list) else [value]))

    def codes(self, value: object, at: str) -> dict[str, str]:
        """Return code by code which answer it is."""
        found = {}
        for code, answer in self.pairs(value, at, "1: fully_agree").items():
            if answer not in (*ANSWERS, NOT_ASKED):
                self.problems.add("not_an_answer", f"{at}.{code}", answer, allowed=", ".join((*ANSWERS, NOT_ASKED)))
            else:
                found[code] = str(answer)
        return found

    def items(self, value: object, *, counted: bool) -> tuple[Item, ...]:
        pairs = self.pairs(value, "items", "works_well: q12")
        if not pairs:
            self.problems.add("missing", "items", allowed="items: {works_well: q12}")
        found = [self.item(name, one, counted=counted) for name, one in pairs.items()]
        seen: set[str] = set()
        for item in found:
            if item.column and item.column in seen:
                self.problems.add("column_twice", f"items.{item.name}", item.column)
            seen.add(item.column)
        return tuple(found)

    def item(self, name: str, value: object, *, counted: bool) -> Item:
        at = f"items.{name}"
        if not _ITEM.fullmatch(name):
            self.problems.add("bad_item", at, name)
        if not isinstance(value, dict):
            return Item(name, name if not value and counted else self.text(value, at))
        own = self.fields(value, at, ITEM_FIELDS, "column: q12")
        field_name = "code" if counted else "column"
        column = self.text(own[field_name], f"{at}.{field_name}") if field_name in own else name if counted else ""
        if not column and field_name not in own:
            self.problems.add("missing", f"{at}.column", allowed="column: q12")
        return Item(name, column, self.wording(own.get("text"), f"{at}.text"), self.codes(own.get("answers", {}), f"{at}.answers"))

    def wording(self, value: object, at: str) -> Text | None:
        """Return an item's words, in one language for all or in each."""
        if value is None:
            return None
        if not isinstance(value, dict):
            return same(self.text(value, at))
        own = self.fields(value, at, LANGUAGES, "nb: …")
        for language in LANGUAGES:
            if language not in own:
                self.problems.add("missing", f"{at}.{language}", allowed=f"{language}: …")
        return Text(**{language: self.text(own[language], f"{at}.{language}") if language in own else "" for language in LANGUAGES})


def _code(value: object) -> str:
    return " ".join(str(value).split())
