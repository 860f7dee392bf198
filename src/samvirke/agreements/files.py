"""From a file to blocks of text: PDF, DOCX, ODT, HTML and plain text, with bounded time and memory, and a clear error for what is none."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from samvirke.agreements._pages import Line, paragraphs, read_lines
from samvirke.errors import SamvirkeError
from samvirke.vocabulary.language import Text, number

MOST_BYTES, MOST_UNPACKED, MOST_PAGES, MOST_CHARACTERS = 50_000_000, 200_000_000, 1_000, 3_000_000
ENDINGS = {".pdf": "pdf", ".docx": "docx", ".odt": "odt", ".html": "html", ".htm": "html", ".txt": "txt", ".text": "txt"}
OCR_SECONDS = 60
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class Block:
    """A paragraph, list item, heading or row of a table.

    Parameters
    ----------
    text : str
        Its words; the cells of a row with " | " between them.
    page : int
        Page of the file, from 1; 1 where the format has no pages.
    heading : bool
        Whether the format itself says that it is a heading.
    row : bool
        Whether it is a row of a table.
    """

    text: str
    page: int = 1
    heading: bool = False
    row: bool = False


@dataclass(frozen=True)
class Document:
    """The text of a file, in reading order; `recognised` says that it was read from pictures of pages."""

    file: str
    blocks: tuple[Block, ...]
    pages: int = 1
    recognised: bool = False


class DocumentError(SamvirkeError, ValueError):
    """A file that cannot be read, and what to do about it."""

    def __init__(self, path: Path, why: Text) -> None:
        super().__init__(Text(nb=f"{path}: {why.nb}", nn=f"{path}: {why.nn}", en=f"{path}: {why.en}"))
        self.why = why


def read_document(path: Path) -> Document:
    """Read the text of an agreement.

    Parameters
    ----------
    path : pathlib.Path
        A PDF, DOCX, ODT, HTML or plain text file of at most 50 MB.

    Raises
    ------
    DocumentError
        When the file is missing, empty, too large, damaged, encrypted, not what its name says, or without text (pages that are
        pictures, where tesseract is not installed).
    """
    if path.is_dir():
        raise DocumentError(
            path, Text(nb="mappen har ingen filer som kan leses", nn="mappa har ingen filer som kan lesast", en="the folder has no files that can be read")
        )
    if not path.is_file():
        raise DocumentError(path, Text(nb="finnes ikke, eller er ikke en fil", nn="finst ikkje, eller er ikkje ei fil", en="does not exist, or is no file"))
    size = path.stat().st_size
    if size == 0:
        raise DocumentError(path, Text(nb="filen er tom", nn="fila er tom", en="the file is empty"))
    if size > MOST_BYTES:
        raise DocumentError(path, _too_large(size))
    wanted = ENDINGS.get(path.suffix.lower())
    if wanted is None:
        known = ", ".join(sorted(ENDINGS))
        raise DocumentError(
            path, Text(nb=f"endelsen er ukjent; bruk {known}", nn=f"endinga er ukjend; bruk {known}", en=f"the ending is not known; use {known}")
        )
    found = _form_of(path)
    if found != wanted and (wanted, found) != ("html", "txt"):
        raise DocumentError(path, _not_what_it_says(wanted, found))
    document = {"pdf": _read_pdf, "docx": _read_docx, "odt": _read_odt, "html": _read_html, "txt": _read_txt}[wanted](path)
    if not any(_WORD.search(block.text) for block in document.blocks):
        raise DocumentError(path, Text(nb="filen har ingen tekst", nn="fila har ingen tekst", en="the file has no text"))
    return document


def _too_large(size: int) -> Text:
    mega = {language: number(size / 1e6, language, 0) for language in ("nb", "nn", "en")}
    return Text(
        nb=f"filen er på {mega['nb']} MB; avtaler på mer enn {MOST_BYTES // 10**6} MB leses ikke. Del den opp, eller lagre den uten bilder.",
        nn=f"fila er på {mega['nn']} MB; avtalar på meir enn {MOST_BYTES // 10**6} MB blir ikkje lesne. Del ho opp, eller lagre ho utan bilete.",
        en=f"the file has {mega['en']} MB; agreements of more than {MOST_BYTES // 10**6} MB are not read. Split it, or save it without pictures.",
    )


def _not_what_it_says(wanted: str, found: str | None) -> Text:
    if found is None:
        return Text(
            nb=f"innholdet er ikke {wanted}; filen er skadet, eller noe annet enn navnet sier",
            nn=f"innhaldet er ikkje {wanted}; fila er skadd, eller noko anna enn namnet seier",
            en=f"the content is not {wanted}; the file is damaged, or something else than its name says",
        )
    return Text(
        nb=f"navnet sier {wanted}, men innholdet er {found}: gi filen endelsen .{found}",
        nn=f"namnet seier {wanted}, men innhaldet er {found}: gje fila endinga .{found}",
        en=f"the name says {wanted}, but the content is {found}: give the file the ending .{found}",
    )


def _form_of(path: Path) -> str | None:
    """Say what a file holds, by its content."""
    with path.open("rb") as stream:
        head = stream.read(4096)
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head[:4] == b"PK\x03\x04":
        try:
            with ZipFile(path) as packed:
                names = set(packed.namelist())
        except BadZipFile:
            return None
        return "docx" if "word/document.xml" in names else "odt" if "content.xml" in names else None
    if sum(byte < 9 or 14 <= byte < 27 for byte in head) > 0 and head[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return None
    text = head.decode("latin-1").lower().replace("\x00", "")
    return "html" if re.search(r"<(!doctype html|html|head|body|p|div)\b", text) else "txt"


def _unpacked(path: Path, name: str) -> bytes:
    """Return a part of a zip file, after seeing that nothing in it unpacks to more than what is reasonable, and that its XML is harmless."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    with ZipFile(path) as packed:
        if any(one.flag_bits & 1 for one in packed.infolist()):
            raise DocumentError(path, ENCRYPTED)
        if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
            raise DocumentError(path, Text(
                nb="filen pakkes ut til urimelig mye og leses ikke", nn="fila blir pakka ut til urimeleg mykje og blir ikkje lesen", en="the file unpacks to an unreasonable size and is not read"
            ))  # fmt: skip
        try:
            for one in packed.namelist():
                if one.endswith((".xml", ".rels")):
                    with packed.open(one) as stream:
                        part = stream.read(MOST_UNPACKED + 1)
                    if len(part) > MOST_UNPACKED:
                        raise BadZipFile
                    if part.strip():
                        fromstring(part, forbid_dtd=True)
            return packed.read(name)
        except DefusedXmlException:
            raise DocumentError(path, Text(
                nb="filen har XML som kan gjøre skade (DTD eller entiteter) og leses ikke", nn="fila har XML som kan gjere skade (DTD eller entitetar) og blir ikkje lesen", en="the file has XML that may do harm (a DTD or entities) and is not read"
            )) from None  # fmt: skip
        except (BadZipFile, ParseError, EOFError, OSError, ValueError, RuntimeError):
            raise DocumentError(path, DAMAGED) from None


ENCRYPTED = Text(
    nb="filen er låst med passord; lagre den uten, og prøv igjen",
    nn="fila er låst med passord; lagre ho utan, og prøv igjen",
    en="the file is locked with a password; save it without one and try again",
)
DAMAGED = Text(
    nb="filen er skadet eller avkortet; hent den på nytt",
    nn="fila er skadd eller avkorta; hent ho på nytt",
    en="the file is damaged or cut short; fetch it again",
)


def _bounded(path: Path, blocks: list[Block], pages: int = 1, *, recognised: bool = False) -> Document:
    if sum(len(block.text) for block in blocks) > MOST_CHARACTERS:
        raise DocumentError(path, Text(nb="teksten er urimelig lang", nn="teksten er urimeleg lang", en="the text is unreasonably long"))
    kept = tuple(Block(" ".join(block.text.split()), block.page, block.heading, block.row) for block in blocks if block.text.strip())
    return Document(path.name, kept, pages, recognised)


def _read_pdf(path: Path) -> Document:
    import pypdfium2

    try:
        opened = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise DocumentError(path, ENCRYPTED if "password" in str(error).lower() or "security" in str(error).lower() else DAMAGED) from None
    try:
        count = len(opened)
        if count > MOST_PAGES:
            raise DocumentError(path, Text(
                nb=f"filen har {count} sider, mer enn {MOST_PAGES}", nn=f"fila har {count} sider, meir enn {MOST_PAGES}", en=f"the file has {count} pages, more than {MOST_PAGES}"
            ))  # fmt: skip
        lines: list[list[Line]] = []
        for place in range(count):
            lines.append(read_lines(opened[place], place + 1))
            if sum(len(line.text) for line in lines[-1]) > MOST_CHARACTERS:
                break
    except pypdfium2.PdfiumError:
        raise DocumentError(path, DAMAGED) from None
    finally:
        opened.close()
    if count == 0:
        raise DocumentError(path, DAMAGED)
    if not any(_WORD.search(line.text) for page in lines for line in page):
        return _recognised(path, count)
    return _bounded(path, [Block(one.text, one.page, one.heading) for one in paragraphs(lines)], count)


def _recognised(path: Path, pages: int) -> Document:
    """Read pages that are pictures, where tesseract is installed; a page has a time limit."""
    program = shutil.which("tesseract")
    if program is None:
        raise DocumentError(path, Text(
            nb=f"de {pages} sidene er bilder uten tekstlag. Installer tesseract (med språket nor), eller lagre filen med gjenkjent tekst.",
            nn=f"dei {pages} sidene er bilete utan tekstlag. Installer tesseract (med språket nor), eller lagre fila med attkjend tekst.",
            en=f"the {pages} pages are pictures without a text layer. Install tesseract (with the language nor), or save the file with recognised text.",
        ))  # fmt: skip
    from io import BytesIO

    import pypdfium2

    opened = pypdfium2.PdfDocument(path)
    found: list[list[Line]] = []
    try:
        for place in range(len(opened)):
            picture = BytesIO()
            opened[place].render(scale=200 / 72, grayscale=True).to_pil().save(picture, "PNG")
            run = subprocess.run([program, "-", "-", "-l", "nor"], input=picture.getvalue(), capture_output=True, timeout=OCR_SECONDS, check=False)  # noqa: S603
            if run.returncode != 0:
                raise DocumentError(path, Text(
                    nb="tesseract kunne ikke lese sidene (mangler språket nor?)", nn="tesseract kunne ikkje lese sidene (manglar språket nor?)", en="tesseract could not read the pages (is the language nor missing?)"
                ))  # fmt: skip
            rows = run.stdout.decode("utf-8", "replace").splitlines()
            found.append([Line(row, place + 1, 0, 1000 - 14.0 * at, 500, 12) for at, row in enumerate(rows) if row.strip()])
    except subprocess.TimeoutExpired:
        raise DocumentError(path, Text(nb="tesseract brukte for lang tid", nn="tesseract brukte for lang tid", en="tesseract took too long")) from None
    finally:
        opened.close()
    return _bounded(path, [Block(one.text, one.page, one.heading) for one in paragraphs(found)], pages, recognised=True)


def _read_docx(path: Path) -> Document:
    _unpacked(path, "word/document.xml")
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from docx.table import Table
    from lxml.etree import XMLSyntaxError

    try:
        opened = docx.Document(str(path))
        blocks: list[Block] = []
        for part in opened.iter_inner_content():
            if isinstance(part, Table):
                for row in part.rows:
                    cells = [cell.text for at, cell in enumerate(row.cells) if at == 0 or cell._tc is not row.cells[at - 1]._tc]
                    blocks.append(Block(" | ".join(" ".join(cell.split()) for cell in cells), row=True))
            else:
                style = (part.style.name or "").lower() if part.style is not None else ""
                blocks += [Block(text, heading=style.startswith(("heading", "overskrift", "title", "tittel"))) for text in part.text.split("\n")]
    except (PackageNotFoundError, XMLSyntaxError, RecursionError, KeyError, ValueError, AttributeError):
        raise DocumentError(path, DAMAGED) from None
    return _bounded(path, blocks)


def _read_odt(path: Path) -> Document:
    from xml.etree.ElementTree import Element

    from defusedxml.ElementTree import fromstring

    root = fromstring(_unpacked(path, "content.xml"))
    blocks: list[Block] = []

    def local(node: Element) -> str:
        return str(node.tag).rsplit("}", 1)[-1]

    def words(node: Element) -> str:
        parts = [node.text or ""]
        for child in node:
            parts.append({"s": " ", "tab": " ", "line-break": "\n"}.get(local(child)) or ("" if local(child) in ("note", "annotation") else words(child)))
            parts.append(child.tail or "")
        return "".join(parts)

    def walk(node: Element) -> None:
        for child in node:
            name = local(child)
            if name in ("p", "h"):
                blocks.extend(Block(text, heading=name == "h") for text in words(child).split("\n"))
            elif name == "table-row":
                cells = [" ".join(words(cell).split()) for cell in child if local(cell) == "table-cell"]
                blocks.append(Block(" | ".join(cells), row=True))
            elif name not in ("tracked-changes", "annotation"):
                walk(child)

    walk(root)
    return _bounded(path, blocks)


def _read_html(path: Path) -> Document:
    from lxml import etree, html

    try:
        root = html.document_fromstring(_decoded(path.read_bytes()), parser=html.HTMLParser(recover=True, no_network=True, huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise DocumentError(path, DAMAGED) from None
    for node in root.xpath(
        "//script | //style | //nav | //noscript | //template | //head | //form | //footer[not(ancestor::main)] | //header[not(ancestor::main)]"
    ):
        node.drop_tree()
    for node in root.xpath("//br"):
        node.tail = "\n" + (node.tail or "")
    blocks: list[Block] = []
    inner = (
        "p",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "tr",
        "div",
        "td",
        "dt",
        "dd",
        "blockquote",
        "pre",
        "section",
        "article",
        "main",
        "ul",
        "ol",
        "table",
    )
    for node in root.iter():
        if not isinstance(node.tag, str) or any(parent.tag == "tr" for parent in node.iterancestors()):
            continue
        if node.tag == "tr":
            blocks.append(Block(" | ".join(" ".join(cell.text_content().split()) for cell in node.xpath("./td | ./th")), row=True))
        elif node.tag in inner and not any(isinstance(child.tag, str) and child.tag in inner for child in node.iterdescendants()):
            blocks += [Block(text, heading=node.tag[0] == "h") for text in node.text_content().split("\n\n" if node.tag != "pre" else "\n")]
        elif node.tag in inner and (node.text or "").strip():
            blocks.append(Block(node.text or ""))
    if not blocks:
        blocks = [Block(text) for text in root.text_content().split("\n")]
    return _bounded(path, blocks)


def _decoded(raw: bytes) -> str:
    """Turn bytes into text: UTF-8 or UTF-16 where they say so or are so, else Windows-1252."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _read_txt(path: Path) -> Document:
    pages = _decoded(path.read_bytes()).replace("\r\n", "\n").replace("\r", "\n").split("\f")
    lines = []
    for place, page in enumerate(pages):
        rows = page.split("\n")
        height, found = 1000.0, []
        for row in rows:
            height -= 14 if row.strip() else 10
            if row.strip():
                found.append(Line(row.strip(), place + 1, float(len(row) - len(row.lstrip())), height, float(len(row.rstrip())), 12))
        lines.append(found)
    return _bounded(path, [Block(one.text, one.page, one.heading) for one in paragraphs(lines)], len(pages))
