"""Which answer a code is: by the mapping, else by what the file or the vocabulary calls it; and where these do not agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from samvirke.sources._survey_files import Cells
from samvirke.sources._survey_mapping import NOT_ASKED, Item, SurveyMapping
from samvirke.sources.problems import Problems
from samvirke.vocabulary.answers import by_wording


@dataclass(frozen=True)
class Codes:
    """The codes of one item: those of the mapping, and the file's own labels."""

    given: Mapping[str, str]
    labels: Mapping[str, str] = field(default_factory=dict)

    def answer(self, code: str) -> str | None:
        """Return the answer that a cell is; None when nothing says."""
        if code in self.given:
            return self.given[code]
        label = self.labels.get(code, "")
        named = {key.casefold(): answer for key, answer in self.given.items()}
        for word in (label.casefold(), code.casefold()):
            if word and (found := named.get(word) or by_wording().get(word)):
                return found
        return None if code else "no_answer"


def codes_of(mapping: SurveyMapping, items: Sequence[Item], cells: Cells, problems: Problems, column: str | None = None) -> dict[str, Codes]:
    """Return the codes of every item, its own before the common ones, after holding the file's labels against the mapping.

    `column` holds the answers of all items where the file holds counts.
    """
    found = {}
    for item in items:
        labels = cells.labels.get(column or item.column, {}) if mapping.labels == "use" else {}
        found[item.name] = Codes({**mapping.answers, **item.answers}, labels)
        _clashes(column or item.column, found[item.name], problems)
    if mapping.labels == "use":
        _differences(mapping, items, cells, problems)
    return found


def _clashes(column: str, codes: Codes, problems: Problems) -> None:
    """Note codes of one label that are different answers, and a label that says another answer than the mapping."""
    by_label: dict[str, list[str]] = {}
    for code, label in codes.labels.items():
        by_label.setdefault(label.casefold(), []).append(code)
        said, given = by_wording().get(label.casefold()), codes.given.get(code)
        if said and given and given not in (said, NOT_ASKED):
            problems.add("label_says_otherwise", column, f"{code} = {label}", allowed=given)
    for same in by_label.values():
        if len(same) > 1 and len({codes.given.get(code, f"?{code}") for code in same}) > 1:
            problems.add("labels_clash", column, codes.labels[same[0]], allowed=", ".join(sorted(same)))


def _differences(mapping: SurveyMapping, items: Sequence[Item], cells: Cells, problems: Problems) -> None:
    """Note a code of the common mapping that the columns call different things."""
    for code in mapping.answers:
        said: dict[str, list[str]] = {}
        for item in items:
            if code not in item.answers and (label := cells.labels.get(item.column, {}).get(code)):
                said.setdefault(label.casefold(), []).append(f"{item.column}: {label}")
        if len(said) > 1:
            problems.add("labels_differ", "answers", code, allowed="; ".join(own[0] for own in said.values()))
