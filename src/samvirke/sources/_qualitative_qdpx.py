"""Codings from a REFI-QDA project (.qdpx), the exchange format of programs for qualitative analysis: a zip file with project.qde and its sources.

Only project.qde and the plain texts are unpacked, each with a limit; sound, film and pictures are left alone. Programs differ in whether
``endPosition`` is the last character or the one after it, and in whether a line break of two characters counts as one: each project is read
the way in which most passages are the words that the project itself gives for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile, ZipInfo

from samvirke.sources._qualitative_codings import Coding, Project
from samvirke.sources.problems import CodingProblems

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_UNPACKED, MOST_FILES = 200_000_000, 100_000
NAMESPACE = "urn:QDA-XML:project:1.0"
_VALUES = ("TextValue", "BooleanValue", "IntegerValue", "FloatValue", "DateValue", "DateTimeValue")


@dataclass(frozen=True)
class _Passage:
    """A selection of a source as it stands in the project."""

    node: Element
    start: int | None
    end: int | None


def read_project(path: Path, problems: CodingProblems) -> Project | None:
    """Read a REFI-QDA project; None, with the reasons among the problems, when it cannot be read."""
    try:
        with ZipFile(path) as packed:
            return _project(path.name, packed, problems)
    except (BadZipFile, EOFError, OSError, RuntimeError, ValueError):
        problems.add("not_zip", path.name)
        return None


def _project(name: str, packed: ZipFile, problems: CodingProblems) -> Project | None:
    entries = packed.infolist()
    found = [one for one in entries if one.filename.lower().endswith(".qde")]
    if len(entries) > MOST_FILES or len(found) != 1:
        problems.add("no_project", name, str(len(found)))
        return None
    if any(one.flag_bits & 1 for one in entries):
        problems.add("encrypted", name)
        return None
    content = _unpacked(name, packed, found[0], problems)
    root = None if content is None else _parsed(f"{name}: {found[0].filename}", content, problems)
    if root is None:
        return None
    texts = {one.filename.rsplit("/", 1)[-1].lower(): one for one in entries if one.filename.lower().endswith(".txt")}
    reader = _Reader(name, root, problems)
    reader.texts(packed, texts)
    read = Project(tuple(reader.codings()), tuple(dict.fromkeys(reader.variables.values())))
    if not read.codings and not problems:
        problems.add("no_codings", name)
    return read


def _unpacked(name: str, packed: ZipFile, entry: ZipInfo, problems: CodingProblems) -> bytes | None:
    """Unpack one file, up to the limit whatever the zip says of its size."""
    with packed.open(entry) as stream:
        content = stream.read(MOST_UNPACKED + 1)
    if len(content) > MOST_UNPACKED:
        problems.add("too_large", f"{name}: {entry.filename}", "", allowed=MOST_UNPACKED // 10**6)
        return None
    return content


def _parsed(place: str, content: bytes, problems: CodingProblems) -> Element | None:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        problems.add("hostile_xml", place)
        return None
    except (ParseError, ValueError, LookupError) as error:
        problems.add("broken_xml", place, str(error))
        return None
    if root.tag not in (f"{{{NAMESPACE}}}Project", "Project"):
        problems.add("not_refi", place, root.tag.replace("{", "").replace("}", " "))
        return None
    return root


def _local(node: Element) -> str:
    return str(node.tag).rsplit("}", 1)[-1]


def _children(node: Element, *names: str) -> Iterator[Element]:
    return (child for child in node if _local(child) in names)


def _within(node: Element, *names: str) -> Iterator[Element]:
    return (one for one in node.iter() if _local(one) in names)


class _Reader:
    """Reads a project element by element, and keeps every problem."""

    def __init__(self, name: str, root: Element, problems: CodingProblems) -> None:
        self.name, self.root, self.problems = name, root, problems
        self.users = {_guid(one): one.get("name") or one.get("id") or "" for one in _within(root, "User")}
        self.variables = {_guid(one): (one.get("name") or "").strip() for one in _within(root, "Variable")}
        self.codes = self._codebook()
        self.sources = [source for part in _children(root, "Sources") for source in part if _local(source).endswith("Source")]
        self.cases = self._cases()
        self.content: dict[str, str] = {}
        self.inclusive = False

    def _codebook(self) -> dict[str, tuple[str, ...]]:
        """Return the path of every code by its id."""
        found: dict[str, tuple[str, ...]] = {}
        waiting: list[tuple[Element, tuple[str, ...]]] = [(one, ()) for part in _within(self.root, "Codes") for one in _children(part, "Code")]
        while waiting:
            node, above = waiting.pop()
            path = (*above, " ".join((node.get("name") or "").split()))
            found[_guid(node)] = path
            waiting += [(child, path) for child in _children(node, "Code")]
        return found

    def _cases(self) -> dict[str, dict[str, str]]:
        """Return what the cases say of each source."""
        found: dict[str, dict[str, str]] = {}
        for case in _within(self.root, "Case"):
            values = self._values(case)
            for reference in _children(case, "SourceRef"):
                found.setdefault((reference.get("targetGUID") or "").lower(), {}).update(values)
        return found

    def _values(self, node: Element) -> dict[str, str]:
        found = {}
        for one in _children(node, "VariableValue"):
            names = [self.variables.get((reference.get("targetGUID") or "").lower()) for reference in _children(one, "VariableRef")]
            values = [(value.text or "").strip() for value in _children(one, *_VALUES)]
            if names and names[0] and values and values[0]:
                found[names[0]] = values[0]
        return found

    def texts(self, packed: ZipFile, entries: Mapping[str, ZipInfo]) -> None:
        """Read the plain texts, and find the way in which their positions count."""
        left = MOST_UNPACKED
        for source in self.sources:
            for node in (source, *_within(source, "Representation", "Transcript")):
                inner = next(_children(node, "PlainTextContent"), None)
                if inner is not None and inner.text:
                    self.content[_guid(node)] = inner.text
                    continue
                entry = entries.get((node.get("plainTextPath") or "").rsplit("/", 1)[-1].lower())
                if entry is None:
                    continue
                raw = _unpacked(self.name, packed, entry, self.problems) if left > 0 else b""
                left -= len(raw or b"")
                if left <= 0:
                    self.problems.add("too_large", self.name, "", allowed=MOST_UNPACKED // 10**6)
                    return
                self.content[_guid(node)] = (raw or b"").decode("utf-8-sig", "replace")
        self._count_positions()

    def _count_positions(self) -> None:
        """Choose the reading of positions in which most passages are the words given for them; one past the end, and as it stands, where none tells."""
        given = [
            (_guid(node), one.start, one.end, " ".join((one.node.get("name") or "").split()))
            for node, one in self._passages()
            if one.start is not None and one.end is not None and one.node.get("name")
        ]
        plain = self.content
        joined = {name: text.replace("\r\n", "\n") for name, text in plain.items()}
        best = -1
        for texts in (plain, joined):
            for inclusive in (False, True):
                hits = sum(bool(words) and " ".join(texts.get(name, "")[start : end + inclusive].split()) == words for name, start, end, words in given)
                if hits > best:
                    best, self.content, self.inclusive = hits, texts, inclusive

    def _passages(self) -> Iterator[tuple[Element, _Passage]]:
        """Walk the selections, each with the node that holds its text, and whole sources that are coded."""
        for source in self.sources:
            for node in (source, *_within(source, "Representation", "Transcript")):
                if any(True for _ in _children(node, "Coding")):
                    yield node, _Passage(node, None, None)
                for child in node:
                    if _local(child).endswith("Selection"):
                        start, end = (child.get("startPosition"), child.get("endPosition")) if _local(child) == "PlainTextSelection" else (None, None)
                        known = (start or "").isdecimal() and (end or "").isdecimal()
                        yield node, _Passage(child, int(start or 0) if known else None, int(end or 0) if known else None)

    def codings(self) -> Iterator[Coding]:
        """Return every coding."""
        holder = {id(node): source for source in self.sources for node in source.iter()}
        for node, passage in self._passages():
            source = holder[id(node)]
            document = " ".join((source.get("name") or "").split()) or _guid(source)
            text, start, end = self._text(document, node, passage)
            values = {**self.cases.get(_guid(source), {}), **self._values(source)}
            for coding in _children(passage.node, "Coding"):
                who = (coding.get("creatingUser") or passage.node.get("creatingUser") or "").lower()
                for reference in _children(coding, "CodeRef"):
                    target = (reference.get("targetGUID") or "").lower()
                    if target not in self.codes:
                        self.problems.add("unknown_code_reference", f"{self.name}: {document}", target or "–")
                        continue
                    own = _guid(passage.node) or str(start)
                    yield Coding(document, self.users.get(who, ""), self.codes[target], text, start, end, own, None, values)

    def _text(self, document: str, node: Element, passage: _Passage) -> tuple[str, int | None, int | None]:
        """Return the words of a passage and where it is."""
        given = " ".join((passage.node.get("name") or "").split()) if passage.node is not node else ""
        content = self.content.get(_guid(node))
        if passage.start is None or passage.end is None:
            return given, None, None
        end = passage.end + self.inclusive
        if content is None:
            return given, passage.start, end
        if not passage.start < end <= len(content):
            self.problems.add("bad_position", f"{self.name}: {document}", f"{passage.start}–{passage.end}", allowed=len(content))
        return " ".join(content[passage.start : end].split()), passage.start, end


def _guid(node: Element) -> str:
    return (node.get("guid") or "").strip("{}").lower()
