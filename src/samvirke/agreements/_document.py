"""Documents of sections: composed of clauses that stand as data, and written as DOCX.

A clause stands in a document when its conditions hold. What someone must still decide stands in the text in brackets, as
``[Kommunestyret avgjør: ...]``, and is counted and highlighted wherever it comes from, also from a user's own words.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from samvirke.agreements.reading import AgreementLanguage
from samvirke.vocabulary._terms import Strict, read_yaml

if TYPE_CHECKING:
    from docx.document import Document as DocxDocument
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.text.paragraph import Paragraph as DocxParagraph

ParagraphStyle = Literal["body", "item", "step", "subheading"]
OPEN_POINT = re.compile(r"\[(?:Kommunestyret|Kommunedirektøren|Administrasjonssjefen) (?:avgjør|avgjer|skriver|skriv): ([^\[\]]+)\]")
_DECIDES = {"nb": "avgjør", "nn": "avgjer"}
_WRITES = {"nb": "skriver", "nn": "skriv"}
_LOCALES = {"nb": "nb-NO", "nn": "nn-NO"}
_WORD_STYLES: Mapping[ParagraphStyle, str] = {"body": "Normal", "item": "List Bullet", "step": "List Number", "subheading": "Heading 2"}
_MARGIN_CM, _WIDTH_CM, _HEIGHT_CM = 2.5, 21.0, 29.7
_ENDS = (".", "!", "?", ":", ";", "]")
_NUMBERING = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, an item of a list, a numbered step or a heading within a section."""

    text: str
    style: ParagraphStyle = "body"

    @property
    def open_points(self) -> tuple[str, ...]:
        """What someone must decide, in the order of the text."""
        return tuple(OPEN_POINT.findall(self.text))


@dataclass(frozen=True)
class Table:
    """A table with headings; columns after the first `text_columns` hold figures."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    text_columns: int = 2


@dataclass(frozen=True)
class Section:
    """A numbered part of a document, and the kinds of clause_kinds.yaml that it settles."""

    id: str
    heading: str
    paragraphs: tuple[Paragraph, ...]
    kinds: tuple[str, ...] = ()
    table: Table | None = None

    @property
    def open_points(self) -> tuple[str, ...]:
        """What someone must decide, in the order of the text."""
        return tuple(point for paragraph in self.paragraphs for point in paragraph.open_points)


@dataclass(frozen=True)
class Unverified:
    """A provision that the draft rests on and that nobody has read: what it is about, where it stands, and that in words."""

    topic: str
    provision: str
    text: str


@dataclass(frozen=True)
class Signatures:
    """What stands above the lines that each party signs."""

    heading: str
    parties: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Draft:
    """A document that is not adopted: its sections, what must still be decided, and what nobody has checked in the statutes."""

    title: str
    subject: str
    language: AgreementLanguage
    day: date
    notes: tuple[str, ...]
    sections: tuple[Section, ...]
    footer: str
    unverified: tuple[Unverified, ...] = ()
    signatures: Signatures | None = None
    numbered: bool = True

    @property
    def open_points(self) -> tuple[tuple[int, str], ...]:
        """The number of the section and what must be decided, in the order of the text."""
        return tuple((number, point) for number, section in enumerate(self.sections, 1) for point in section.open_points)

    @property
    def kinds(self) -> frozenset[str]:
        """Every kind of clause that a section settles."""
        return frozenset(kind for section in self.sections for kind in section.kinds)


class Line(Strict):
    """A sentence or two of a clause and when it stands there; `each` leads up to the list it names, `list` is that list as numbered steps."""

    when: tuple[str, ...] = ()
    each: str | None = None
    list: str | None = None
    nb: str = ""
    nn: str = ""


class Clause(Strict):
    """A section as data."""

    id: str
    heading: dict[AgreementLanguage, str]
    lines: tuple[Line, ...]
    kinds: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    table: str | None = None


@dataclass(frozen=True)
class Said:
    """What fills the clauses: words by name, lists by name, tables by name, and the conditions that hold."""

    values: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]
    conditions: frozenset[str]
    tables: Mapping[str, Table] = field(default_factory=dict)

    def holds(self, when: Iterable[str]) -> bool:
        """Say whether all the conditions hold."""
        return all((one.removeprefix("not ") in self.conditions) != one.startswith("not ") for one in when)


@cache
def words(name: str) -> Mapping[str, Any]:
    """Return a file of words as it stands."""
    found: Mapping[str, Any] = read_yaml("drafts", f"{name}.yaml", package="samvirke.agreements")
    return found


@cache
def clauses(name: str) -> tuple[Clause, ...]:
    """Return the sections of a file of words."""
    return tuple(Clause.model_validate(record) for record in words(name)["sections"])


def fill(template: str, said: Said, language: AgreementLanguage) -> str:
    """Put words into a sentence and write its marks out: ``[[...]]`` for the council, ``<<...>>`` for the chief executive.

    Examples
    --------
    >>> fill("{Body} eier [[hvor mye]]", Said({"Body": "Rådet"}, {}, frozenset()), "nb")
    'Rådet eier [Kommunestyret avgjør: hvor mye]'
    """
    template = template.replace("[[", f"[Kommunestyret {_DECIDES[language]}: ").replace("]]", "]")
    template = template.replace("<<", f"[{{Chief}}en {_WRITES[language]}: ").replace(">>", "]")
    return template.format_map(said.values)


def sentence(text: str) -> str:
    """End a text with a full stop unless it ends in a sign already."""
    return text if text.endswith(_ENDS) else f"{text}."


def paragraphs(lines: Iterable[Line], said: Said, language: AgreementLanguage) -> Iterator[Paragraph]:
    """Write the lines that stand."""
    for line in lines:
        named = line.each or line.list
        if not said.holds(line.when) or (named and not said.lists.get(named)):
            continue
        if line.list:
            yield from (Paragraph(one, "step") for one in said.lists[line.list])
            continue
        text = fill(line.nn if language == "nn" else line.nb, said, language)
        listed = said.lists[line.each] if line.each else ()
        if len(listed) == 1:
            yield Paragraph(sentence(f"{text} {listed[0]}"))
        else:
            yield Paragraph(text)
            yield from (Paragraph(one, "item") for one in listed)


def compose(name: str, said: Said, language: AgreementLanguage) -> tuple[Section, ...]:
    """Write the sections of a file of words that stand, with what is said."""
    return tuple(
        Section(
            clause.id,
            fill(clause.heading[language], said, language),
            tuple(paragraphs(clause.lines, said, language)),
            clause.kinds,
            said.tables.get(clause.table) if clause.table else None,
        )
        for clause in clauses(name)
        if said.holds(clause.when)
    )


def notes(name: str, said: Said, language: AgreementLanguage) -> tuple[str, ...]:
    """Write what stands above the sections."""
    return tuple(paragraph.text for paragraph in paragraphs(map(Line.model_validate, words(name)["notes"]), said, language))


def write_docx(draft: Draft, path: Path) -> None:
    """Write a draft as DOCX: whole, or not at all. The same draft gives the same bytes.

    Sections are Word headings that number themselves, the language is set, tables have a heading row and a description, and what must
    be decided is highlighted.

    Raises
    ------
    OSError
        When the place cannot be written to; then nothing has changed.
    """
    import docx

    from samvirke.edition import write_file

    document = docx.Document()
    _describe(document, draft)
    _lay_out(document, draft)
    document.add_heading(draft.title, 0)
    for note in draft.notes:
        _add(document, note).paragraph_format.keep_together = True
    for section in draft.sections:
        document.add_heading(section.heading, 1)
        for paragraph in section.paragraphs:
            _add(document, paragraph.text, _WORD_STYLES[paragraph.style])
        if section.table:
            _add_table(document, section.table)
    if draft.signatures:
        _add_signatures(document, draft.signatures)
    buffer = io.BytesIO()
    document.save(buffer)
    write_file(path, _timeless(buffer.getvalue()))


def _describe(document: DocxDocument, draft: Draft) -> None:
    about, moment = document.core_properties, datetime.combine(draft.day, time())
    about.title, about.subject, about.language = draft.title[:255], draft.subject[:255], _LOCALES[draft.language]
    about.author, about.last_modified_by, about.comments, about.keywords = "", "", "", "utkast"
    about.created = about.modified = moment
    about.revision = 1


def _lay_out(document: DocxDocument, draft: Draft) -> None:
    """Set paper, fonts, language, numbering and footer."""
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    page = document.sections[0]
    page.page_width, page.page_height = Cm(_WIDTH_CM), Cm(_HEIGHT_CM)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(_MARGIN_CM)
    for name, points in (("Normal", 11), ("Title", 20), ("Heading 1", 14), ("Heading 2", 12)):
        style: Any = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = "Calibri", Pt(points), RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
    for tag in document.styles.element.iter(qn("w:lang")):
        tag.set(qn("w:val"), _LOCALES[draft.language])
    document.styles["Heading 1"].paragraph_format.space_before = Pt(16)
    if draft.numbered:
        _number_headings(document)
    footer = page.footer.paragraphs[0]
    for part in re.split(r"(\{page\}|\{pages\})", draft.footer):
        if part in ("{page}", "{pages}"):
            _add_field(footer, "PAGE" if part == "{page}" else "NUMPAGES")
        else:
            footer.add_run(part)


def _number_headings(document: DocxDocument) -> None:
    """Let Word number the headings of sections, so that they follow when one is put in or taken out."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import qn

    numbering = document.part.numbering_part.element
    taken = [int(one.get(qn("w:abstractNumId"))) for one in numbering.iter(qn("w:abstractNum"))]
    new = max(taken, default=0) + 1
    abstract = parse_xml(
        f'<w:abstractNum xmlns:w="{_NUMBERING}" w:abstractNumId="{new}"><w:multiLevelType w:val="multilevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        '<w:numFmt w:val="decimal"/><w:pStyle w:val="Heading1"/><w:lvlText w:val="%1"/><w:lvlJc w:val="left"/>'
        '<w:pPr><w:ind w:left="567" w:hanging="567"/></w:pPr></w:lvl></w:abstractNum>'
    )
    numbering.insert(len(taken), abstract)
    properties: Any = document.styles["Heading 1"].element.get_or_add_pPr()
    properties.get_or_add_numPr().get_or_add_numId().val = numbering.add_num(new).numId


def _add(document: DocxDocument, text: str, style: str = "Normal") -> DocxParagraph:
    """Add a paragraph with what must be decided highlighted."""
    from docx.enum.text import WD_COLOR_INDEX

    paragraph, end = document.add_paragraph(style=style), 0
    for match in OPEN_POINT.finditer(text):
        paragraph.add_run(text[end : match.start()])
        paragraph.add_run(match.group()).font.highlight_color = WD_COLOR_INDEX.YELLOW
        end = match.end()
    paragraph.add_run(text[end:])
    return paragraph


def _add_field(paragraph: DocxParagraph, name: str) -> None:
    """Add a number that Word works out."""
    from docx.oxml import parse_xml

    for inner in ('<w:fldChar w:fldCharType="begin"/>', f"<w:instrText>{name}</w:instrText>", '<w:fldChar w:fldCharType="separate"/>'):
        paragraph._p.append(parse_xml(f'<w:r xmlns:w="{_NUMBERING}">{inner}</w:r>'))
    paragraph.add_run("1")
    paragraph._p.append(parse_xml(f'<w:r xmlns:w="{_NUMBERING}"><w:fldChar w:fldCharType="end"/></w:r>'))


def _add_table(document: DocxDocument, table: Table) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn

    caption = document.add_paragraph(table.caption, style="Caption")
    caption.paragraph_format.keep_with_next = True
    grid: Any = document.add_table(rows=0, cols=len(table.columns), style="Table Grid")
    for number, row in enumerate((table.columns, *table.rows)):
        added = grid.add_row()
        for column, text in enumerate(row):
            paragraph = added.cells[column].paragraphs[0]
            paragraph.add_run(text).bold = number == 0 or None
            paragraph.paragraph_format.keep_with_next = number < len(table.rows)
            if column >= table.text_columns:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _mark(added._tr.get_or_add_trPr(), "w:cantSplit")
        if number == 0:
            _mark(added._tr.get_or_add_trPr(), "w:tblHeader")
    for tag in ("w:tblCaption", "w:tblDescription"):
        _mark(grid._tbl.tblPr, tag).set(qn("w:val"), table.caption)


def _mark(parent: BaseOxmlElement, tag: str) -> BaseOxmlElement:
    from docx.oxml import OxmlElement

    element: BaseOxmlElement = OxmlElement(tag)
    parent.append(element)
    return element


def _add_signatures(document: DocxDocument, signatures: Signatures) -> None:
    """Add lines to sign on, party by party, none divided by a page break."""
    from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
    from docx.shared import Cm, Pt

    document.add_heading(signatures.heading, 1)
    for party in signatures.parties:
        name = document.add_paragraph()
        name.add_run(party).bold = True
        name.paragraph_format.keep_with_next = True
        for number, text in enumerate(signatures.lines, 1):
            line = document.add_paragraph(f"{text} \t")
            line.paragraph_format.tab_stops.add_tab_stop(Cm(_WIDTH_CM - 2 * _MARGIN_CM), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.LINES)
            line.paragraph_format.space_after = Pt(18)
            line.paragraph_format.keep_with_next = number < len(signatures.lines)


def _timeless(data: bytes) -> bytes:
    """Return the file with no time of writing in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in _ordered(old.namelist()):
            new.writestr(zipfile.ZipInfo(name), old.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _ordered(names: Sequence[str]) -> list[str]:
    """Put the list of contents first, as readers of the format expect."""
    return sorted(names, key=lambda name: (name != "[Content_Types].xml", name))
