"""One code on one passage, as any program of qualitative analysis has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Coding:
    """A code on a passage.

    Parameters
    ----------
    document : str
        What the document is called.
    coder : str
        Who coded; empty where the file does not say.
    code : tuple of str
        Name of the code, after the names of the codes or categories that it is in.
    text : str
        The passage; empty where the file does not hold it.
    start, end : int or None
        The first character of the passage and the one after its last, where known.
    passage : str
        What tells passages of one document apart where positions are not known.
    row : int or None
        Where it stands in a table.
    values : Mapping[str, str]
        Variables of the document, and of the cases that it belongs to.
    """

    document: str
    coder: str
    code: tuple[str, ...]
    text: str
    start: int | None = None
    end: int | None = None
    passage: str = ""
    row: int | None = None
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> tuple[str, str, object]:
        """What makes two codings stand on the same passage by the same coder."""
        return self.document, self.coder, (self.start, self.end) if self.start is not None else self.passage

    @property
    def label(self) -> str:
        """The code as a mapping may name it."""
        return " > ".join(self.code)


@dataclass(frozen=True)
class Project:
    """What a file holds: its codings, and every variable it has, in order."""

    codings: tuple[Coding, ...]
    variables: tuple[str, ...] = ()

    @property
    def documents(self) -> tuple[str, ...]:
        """The documents with codings."""
        return tuple(dict.fromkeys(one.document for one in self.codings))

    @property
    def coders(self) -> tuple[str, ...]:
        """Those who coded, where the file says."""
        return tuple(dict.fromkeys(one.coder for one in self.codings if one.coder))
