"""What people write in YAML for a command to read: bounded, without aliases, and with repeated fields noted."""

from __future__ import annotations

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any, Literal

import yaml

from samvirke.errors import SamvirkeError
from samvirke.vocabulary.language import LANGUAGES, Text

MOST_BYTES = 2_000_000
"""A specification is some pages, or the costs of every group of twenty parties; a larger file is a slip, or meant to keep the program busy."""
MOST_DEPTH = 40

_WHY = {
    "no_file": Text(nb="finnes ikke, eller er en mappe", nn="finst ikkje, eller er ei mappe", en="does not exist, or is a folder"),
    "no_access": Text(nb="kan ikke åpnes", nn="kan ikkje opnast", en="cannot be opened"),
    "too_large": Text(nb="er over 2 MB", nn="er over 2 MB", en="is over 2 MB"),
    "not_utf8": Text(nb="er ikke i UTF-8", nn="er ikkje i UTF-8", en="is not in UTF-8"),
    "too_deep": Text(nb="har for mange lister inni hverandre", nn="har for mange lister inni kvarandre", en="has too many lists within each other"),
    "alias": Text(nb="bruker ankere (*), som ikke leses", nn="bruker anker (*), som ikkje blir lesne", en="uses aliases (*), which are not read"),
    "not_yaml": Text(nb="er ikke gyldig YAML", nn="er ikkje gyldig YAML", en="is not valid YAML"),
}


class SpecificationFileError(SamvirkeError, ValueError):
    """A file that cannot be read as YAML; `kind` is one of the reasons, `text` says it without the file's name."""

    def __init__(self, kind: str, line: int | None = None) -> None:
        self.kind = kind
        where = {"nb": f" (linje {line})", "nn": f" (linje {line})", "en": f" (line {line})"} if line else dict.fromkeys(LANGUAGES, "")
        super().__init__(Text(**{language: _WHY[kind][language] + where[language] for language in LANGUAGES}))


class _Loader(yaml.SafeLoader):
    """Reads days and codes as text, so that 0301 is no octal number and a wrong day has a place."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.repeated: list[str] = []
        self.depth = 0

    def construct_mapping(self, node: Any, *args: Any, **options: Any) -> dict[Hashable, Any]:
        names = [str(key.value) for key, _ in node.value]
        self.repeated += [name for name in dict.fromkeys(names) if names.count(name) > 1] if len(set(names)) < len(names) else []
        return super().construct_mapping(node, *args, **options)

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise SpecificationFileError("alias", self.peek_event().start_mark.line + 1)  # type: ignore[no-untyped-call]
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise SpecificationFileError("too_deep", self.peek_event().start_mark.line + 1)  # type: ignore[no-untyped-call]
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


class _TextLoader(_Loader):
    """Reads every value as text: no stays as written."""


_TextLoader.yaml_implicit_resolvers = {}
_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE|yes|Yes|YES|no|No|NO", list("tTfFyYnN")),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"0|-?[1-9][0-9]{0,15}", list("-0123456789")),
    ("float", r"-?(0|[1-9][0-9]{0,15})(\.[0-9]{1,17}([eE][-+]?[0-9]{1,3})?|[eE][-+]?[0-9]{1,3})", list("-0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), _first)


def read_specification_file(path: str | Path, values: Literal["plain", "text"] = "plain") -> tuple[Any, list[str]]:
    """Read a YAML file that a person wrote.

    Parameters
    ----------
    path : str or pathlib.Path
        The file, of at most 2 MB in UTF-8.
    values : {"plain", "text"}
        ``plain``: whole and decimal numbers, yes and no are values, and all else, days and codes with a zero in front too, is text;
        ``text``: everything is text.

    Returns
    -------
    tuple
        What it says, and the fields that stand several times in one place.

    Raises
    ------
    SpecificationFileError
        When it cannot be read.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise SpecificationFileError("too_large")
        loader = (_Loader if values == "plain" else _TextLoader)(content.decode("utf-8-sig"))
        return loader.get_single_data(), loader.repeated
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise SpecificationFileError("no_file") from None
    except OSError:
        raise SpecificationFileError("no_access") from None
    except UnicodeDecodeError:
        raise SpecificationFileError("not_utf8") from None
    except yaml.MarkedYAMLError as error:
        raise SpecificationFileError("not_yaml", error.problem_mark.line + 1 if error.problem_mark else None) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if isinstance(error, SpecificationFileError):
            raise
        raise SpecificationFileError("not_yaml") from None
