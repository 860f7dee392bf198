"""The mapping of a qualitative project: which code is which motive or direction, and who each document is from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from samvirke.sources.problems import CodingProblems, words
from samvirke.specifications import SpecificationFileError, read_specification_file
from samvirke.vocabulary import terms
from samvirke.vocabulary.language import LANGUAGES

IGNORE = "ignore"
FIELDS = ("source", "coder", "both_directions", "codes", "variables", "roles", "documents")
SOURCE_FIELDS = ("id", "title", "publisher", "licence", "retrieved", "covers", "missing")
ABOUT = ("informant_role", "municipality", "cooperation", "date", "consent")
DOCUMENT_FIELDS = ("name", *ABOUT)


@dataclass(frozen=True)
class Meaning:
    """What a code says: a motive, a direction, both, or nothing that is wanted."""

    motive: str | None = None
    direction: str | None = None

    @property
    def ignored(self) -> bool:
        """Whether it says nothing."""
        return self.motive is None and self.direction is None


@dataclass(frozen=True)
class CodingMapping:
    """A whole mapping; empty, every code must be called what its motive or direction is."""

    codes: Mapping[str, Meaning] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ignored_documents: frozenset[str] = frozenset()
    coder: str | None = None
    both_ambiguous: bool = False
    source: Mapping[str, str] = field(default_factory=dict)


def read_coding_mapping(path: Path | None, problems: CodingProblems) -> CodingMapping | None:
    """Read a mapping; None, with the reasons among the problems, when it cannot be used."""
    if path is None:
        return CodingMapping()
    try:
        content, twice = read_specification_file(path, "text")
    except SpecificationFileError as error:
        problems.add("unreadable", path.name, error.text)
        return None
    wrong = CodingProblems()
    for name in twice:
        wrong.add("repeated", name)
    found = _Reader(wrong).whole(content)
    if wrong:
        problems.take(wrong)
        return None
    return found


class _Reader:
    """Reads field by field, and keeps every problem."""

    def __init__(self, problems: CodingProblems) -> None:
        self.problems = problems

    def whole(self, content: object) -> CodingMapping:
        own = self.fields(content, "", FIELDS, "codes: {Fagmiljø: professional_environment}")
        source = {key: self.text(value, f"source.{key}") for key, value in self.fields(own.get("source"), "source", SOURCE_FIELDS, "id: intervju").items()}
        if source and "id" not in source:
            self.problems.add("missing", "source.id", allowed="id: intervju")
        both = own.get("both_directions")
        if both not in (None, "ambiguous"):
            self.problems.add("not_a_choice", "both_directions", both, allowed="ambiguous")
        documents, ignored = self.documents(own.get("documents"))
        roles = {key: self.text(value, f"roles.{key}") for key, value in self.pairs(own.get("roles"), "roles", "Ordf.: mayor").items()}
        for name, role in roles.items():
            if role not in terms("informant_roles"):
                self.problems.add("unknown_role", f"roles.{name}", role, allowed=", ".join(terms("informant_roles")))
        return CodingMapping(
            codes={folded(key): self.meaning(key, value) for key, value in self.pairs(own.get("codes"), "codes", "Fagmiljø: professional_environment").items()},
            variables={
                key: self.text(value, f"variables.{key}")
                for key, value in self.fields(own.get("variables"), "variables", ABOUT, "informant_role: rolle").items()
            },
            roles={folded(key): value for key, value in roles.items()},
            documents=documents,
            ignored_documents=ignored,
            coder=self.text(own["coder"], "coder") if "coder" in own else None,
            both_ambiguous=both == "ambiguous",
            source=source,
        )

    def fields(self, value: object, at: str, allowed: tuple[str, ...], example: str) -> dict[str, Any]:
        pairs = self.pairs(value, at, example)
        for name in pairs:
            if name not in allowed:
                self.problems.add("unknown_field", f"{at}.{name}" if at else name, name, allowed=", ".join(get_close_matches(name, allowed) or allowed))
        return {name: one for name, one in pairs.items() if name in allowed and one != ""}

    def pairs(self, value: object, at: str, example: str) -> dict[str, Any]:
        if value in (None, ""):
            return {}
        if not isinstance(value, dict):
            self.problems.add("no_fields", at, value, allowed=example)
            return {}
        return {" ".join(str(key).split()): one for key, one in value.items()}

    def text(self, value: object, at: str) -> str:
        if isinstance(value, str) and (text := " ".join(value.split())) and text.isprintable():
            return text
        self.problems.add("no_text", at, value)
        return ""

    def meaning(self, name: str, value: object) -> Meaning:
        """Return what a code means: one word that is a motive or a direction, or both as fields."""
        at = f"codes.{name}"
        if isinstance(value, dict):
            own = self.fields(value, at, ("motive", "direction"), "{motive: quality, direction: against}")
            for part, known in (("motive", terms("motives")), ("direction", terms("directions"))):
                if part in own and own[part] not in known:
                    self.problems.add("not_a_choice", f"{at}.{part}", own[part], allowed=", ".join(known))
            return Meaning(own.get("motive"), own.get("direction"))
        if value == IGNORE:
            return Meaning()
        if isinstance(value, str) and value in terms("motives"):
            return Meaning(motive=value)
        if isinstance(value, str) and value in terms("directions"):
            return Meaning(direction=value)
        self.problems.add("no_motive", at, value, allowed=", ".join((*terms("motives"), *terms("directions"), IGNORE)))
        return Meaning()

    def documents(self, value: object) -> tuple[dict[str, dict[str, str]], frozenset[str]]:
        pairs = self.pairs(value, "documents", "Intervju 1: {informant_role: mayor}")
        ignored = frozenset(name for name, one in pairs.items() if one == IGNORE)
        found = {}
        for name, one in pairs.items():
            if name not in ignored:
                own = self.fields(one, f"documents.{name}", DOCUMENT_FIELDS, "informant_role: mayor")
                found[name] = {key: self.text(part, f"documents.{name}.{key}") for key, part in own.items()}
        return found, ignored


def folded(name: str) -> str:
    """Write a name so that case and spaces do not matter."""
    return " ".join(name.casefold().split())


def _named(lists: Iterable[str]) -> dict[str, str]:
    """Return the ids of controlled lists by their ids and labels."""
    found: dict[str, str] = {}
    for name in lists:
        for identity, term in terms(name).items():
            for label in (identity, identity.replace("_", " "), *(term.label[language] for language in LANGUAGES)):
                found.setdefault(folded(label), identity)
    return found


def role_of(written: str, mapping: CodingMapping) -> str | None:
    """Return the informant role that is written, by the mapping, its id or its label."""
    return mapping.roles.get(folded(written)) or _named(["informant_roles"]).get(folded(written))


class Codebook:
    """Says what each code means: by the mapping, else by its name and the names that it stands under or is put together from.

    A name is known when it is the id of a motive or direction, or its label in Norwegian or English. A code in a code or category means what
    both mean; so does one whose name is put together with ``>``, ``/``, ``:``, ``.`` or a dash between spaces.

    Examples
    --------
    >>> book = Codebook(CodingMapping())
    >>> book.meaning(("Motiver", "Fagmiljø", "Mot"))
    Meaning(motive='professional_environment', direction='against')
    >>> book.meaning(("kvalitet.for",)), book.meaning(("Gode sitater",))
    (Meaning(motive='quality', direction='for'), None)
    """

    def __init__(self, mapping: CodingMapping) -> None:
        self.codes = mapping.codes
        self.motives = _named(["motives"])
        self.directions = {**{folded(str(key)): str(one) for key, one in words("qualitative", "directions").items()}, **_named(["directions"])}
        self.headings = frozenset(folded(one) for one in words("qualitative", "headings"))

    def meaning(self, path: tuple[str, ...]) -> Meaning | None:
        """Return what a code means; None where it is not known."""
        for name in (" > ".join(path), path[-1]):
            if folded(name) in self.codes:
                return self.codes[folded(name)]
        own = self._name(path[-1])
        if own is None:
            return None
        motive, direction = own.motive, own.direction
        for above in reversed(path[:-1]):
            known = self.codes.get(folded(above)) or self._name(above)
            if known is not None:
                motive, direction = motive or known.motive, direction or known.direction
        return Meaning(motive, direction)

    def _name(self, name: str) -> Meaning | None:
        """Return what one name means, whole or in its parts."""
        whole = folded(name)
        if whole in self.motives or whole in self.directions:
            return Meaning(self.motives.get(whole), None if whole in self.motives else self.directions.get(whole))
        parts = [
            part for part in whole.replace(" – ", ">").replace(" - ", ">").replace("/", ">").replace(":", ">").replace(".", ">").split(">") if part.strip()
        ]
        if len(parts) < 2:
            return None
        motive = direction = None
        for part in map(folded, parts):
            if part in self.motives and motive is None:
                motive = self.motives[part]
            elif part in self.directions and direction is None:
                direction = self.directions[part]
            elif part not in self.headings:
                return None
        return Meaning(motive, direction) if motive or direction else None
