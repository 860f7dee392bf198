"""A draft case paper (saksframlegg) on a draft agreement: what is proposed, what it rests on, and what the chief executive must write.

The words stand in ``drafts/case_paper.yaml``. Findings are told in their own sentences, with what they count, what they lack and where they
are from; nothing is added to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from samvirke.agreements._document import Draft, Line, Paragraph, compose, notes, paragraphs, sentence, words
from samvirke.agreements.drafting import Specification, cited, said_of
from samvirke.vocabulary import gazetteer, law
from samvirke.vocabulary.labels import column_label
from samvirke.vocabulary.language import Language, listing, number

if TYPE_CHECKING:
    from samvirke.finding import Finding, Missing

NAMED = 10
"""A gap that concerns more municipalities names this many and counts the others."""


def case_paper(specification: Specification, draft: Draft, findings: Sequence[Finding] = ()) -> Draft:
    """Write a draft case paper.

    Parameters
    ----------
    specification : Specification
        What the draft agreement was written from.
    draft : Draft
        The draft agreement.
    findings : sequence of Finding
        What the case rests on, in the order in which it is told.

    Returns
    -------
    Draft
        To be written with `write_docx`. What the chief executive must write stands in brackets; the assessment always does.
    """
    language, its, said = draft.language, words("case_paper"), said_of(specification)
    template = its["open_point"][language]
    points = tuple(template.format(section=number_, heading=draft.sections[number_ - 1].heading, text=text) for number_, text in draft.open_points)
    required = law.on(specification.date)[specification.model].required_contents
    contents = required.provision if required and required.provision else said.values["provision"]
    values = {
        **said.values,
        "title": draft.title,
        "model": its["models"][specification.model][language],
        "contents_provision": cited(contents, language),
        "unverified": listing((one.text for one in draft.unverified), language),
    }
    extra = {name for name, holds in (("findings", findings), ("unverified", draft.unverified)) if holds}
    full = replace(said, values=values, lists={**said.lists, "open_points": points}, conditions=said.conditions | extra)
    proposal = tuple(one.text for one in paragraphs(map(Line.model_validate, its["proposal"]), full, language))
    full = replace(full, lists={**full.lists, "proposal": proposal})
    told = tuple(paragraph for finding in findings for paragraph in _told(finding, language))
    sections = tuple(
        replace(section, paragraphs=(*section.paragraphs, *told)) if section.id == "findings" else section for section in compose("case_paper", full, language)
    )
    return Draft(
        title=its["title"][language].format(title=draft.title),
        subject=draft.title,
        language=language,
        day=draft.day,
        notes=notes("case_paper", full, language),
        sections=sections,
        footer=its["footer"][language],
        unverified=draft.unverified,
        numbered=False,
    )


def _told(finding: Finding, language: Language) -> list[Paragraph]:
    """Tell a finding: what was asked, the answer, what is counted, what is missing, and the source."""
    its = words("case_paper")["finding"]
    found = [Paragraph(finding.question[language], "subheading"), Paragraph(sentence((finding.headline or finding.statement)[language]))]
    counts = [f"{column_label(name)[language]} {number(count, language)}" for name, count in finding.coverage.denominators.items()]
    if counts:
        found.append(Paragraph(its["counted"][language].format(counts="; ".join(counts)), "item"))
    found += [Paragraph(_missing(gap, language), "item") for gap in finding.coverage.missing]
    source = its["edition" if finding.edition else "no_edition"][language].format(edition=finding.edition)
    found.append(Paragraph(f"{source} {its['constructed'][language]}" if finding.constructed else source, "item"))
    return found


def _missing(gap: Missing, language: Language) -> str:
    its = words("case_paper")["finding"]
    if not gap.municipalities:
        return sentence(its["missing"][language].format(why=gap.why[language]))
    names = {place.code: place.name for place in gazetteer.places()}
    who = [names.get(code, code) for code in gap.municipalities[:NAMED]]
    if more := len(gap.municipalities) - NAMED:
        who += [its["more"][language].format(count=number(more, language))] if more > 0 else []
    text: str = its["missing_who"][language].format(why=sentence(gap.why[language]), who=listing(who, language))
    return text
