"""Make the real files of the corpus: PDF, DOCX, ODT, HTML or plain text from ``agreement.md`` and the format in ``truth.yaml``.

``build`` and ``image_only`` give the same content every time, also where pages are made to look scanned: chance is drawn from
the folder's name. See README.md beside this file for the markup.
"""

from __future__ import annotations

import html
import io
import re
import textwrap
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

import docx
import docx.document
import numpy as np
import odfdo
import pdfplumber
import typst
import yaml
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from PIL import Image, ImageFilter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

HERE = Path(__file__).parent

Kind = Literal["heading", "paragraph", "bullets", "numbers", "table", "page"]

WRITTEN = datetime(2024, 1, 2, 12)
WRAP = 90
SCAN_DPI = 140
BODY_POINTS = 11
# A line of a paragraph that ends before this is a line of its own (an address, a signature), a longer one runs on in the next,
# unless it ends in a divided word: a scan keeps that.
SHORT_LINE = 60

_NUMBER = re.compile(r"([0-9]+)\.\s+(?!(?:januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember)\b)")
_WITHOUT_LATIN1 = str.maketrans({"•": "-", "đ": "d", "Đ": "D", "ŋ": "n", "Ŋ": "N", "ŧ": "t", "Ŧ": "T"})


@dataclass(frozen=True)
class Block:
    """A heading, paragraph, list, table or page break; a paragraph's lines are those that must stand on lines of their own."""

    kind: Kind
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    level: int = 1
    start: int = 1


@dataclass(frozen=True)
class Agreement:
    """An agreement's text in parts, and the footer that stands on every page."""

    name: str
    language: str
    note: str
    blocks: tuple[Block, ...]

    @property
    def title(self) -> str:
        """The first heading."""
        return next((block.lines[0] for block in self.blocks if block.kind == "heading"), self.name)


def corpus(half: str) -> list[Path]:
    """Return the folders of a half of the corpus that have both a text and a truth, sorted."""
    return sorted(path.parent for path in (HERE / half).glob("*/agreement.md") if (path.parent / "truth.yaml").is_file())


def build(folder: Path, out: Path) -> Path:
    """Write the real file of one agreement.

    Parameters
    ----------
    folder : pathlib.Path
        Has ``agreement.md`` and ``truth.yaml``; of the truth, only ``format`` and ``language`` are read.
    out : pathlib.Path
        Folder to write to.

    Returns
    -------
    pathlib.Path
        The file, named as the folder.
    """
    agreement, format_ = read(folder)
    suffix, write = WRITERS[format_]
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{folder.name}{suffix}"
    path.write_bytes(write(agreement))
    return path


def image_only(folder: Path, out: Path) -> Path:
    """Write a PDF of page images without any text, whatever the folder's own format."""
    agreement, _ = read(folder)
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{folder.name}_image_only.pdf"
    path.write_bytes(_scan(agreement, with_text=False))
    return path


def read(folder: Path) -> tuple[Agreement, str]:
    """Read a folder: the agreement in parts, and the format that it is to have."""
    truth = yaml.safe_load((folder / "truth.yaml").read_text(encoding="utf-8"))
    lines = (folder / "agreement.md").read_text(encoding="utf-8").splitlines()
    notes = [line.removeprefix("---note---").strip() for line in lines if line.startswith("---note---")]
    blocks = tuple(parse(line for line in lines if not line.startswith("---note---")))
    return Agreement(folder.name, truth["language"], " ".join(notes), blocks), truth["format"]


def parse(lines: Iterable[str]) -> Iterator[Block]:
    """Divide the markup into blocks."""
    for (kind, _), group in groupby(_sorted_lines(lines), key=lambda line: line[:2]):
        texts = [text for *_, text in group]
        match kind:
            case "heading" | "page":
                for text in texts:
                    marks = re.match(r"#*", text)
                    level = marks.end() if marks else 0
                    yield Block(kind, (text[level:].strip(),), level=level)
            case "numbers":
                yield from _numbered(texts)
            case "table":
                rows = [tuple(cell.strip() for cell in text.strip().strip("|").split("|")) for text in texts]
                width = max(map(len, rows))
                yield Block("table", rows=tuple(row + ("",) * (width - len(row)) for row in rows))
            case "bullets":
                yield Block("bullets", tuple(text.strip()[2:].strip() for text in texts))
            case _:
                yield Block("paragraph", tuple(_run_on(texts)))


def _sorted_lines(lines: Iterable[str]) -> Iterator[tuple[Kind, int, str]]:
    """Give each line's kind, with a number that is new after a blank line."""
    before: Kind | None = None
    last, part = "", 0
    for line in lines:
        text = line.rstrip()
        if not text.strip():
            before, part = None, part + 1
            continue
        if text.startswith("---"):
            if text != "---page---":
                raise ValueError(f"{text!r} is no mark: write ---page--- or ---note--- text")
            kind: Kind = "page"
        elif re.match(r"#{1,4} ", text):
            kind = "heading"
        elif text.lstrip().startswith("|"):
            kind = "table"
        elif text.lstrip().startswith("- "):
            kind = "bullets"
        elif _NUMBER.match(text) and (before in (None, "numbers") or last.endswith(":")):
            kind = "numbers"
        else:
            kind = "paragraph"
        yield kind, part, text
        before, last = kind, text


def _numbered(texts: list[str]) -> Iterator[Block]:
    """Divide numbered items where a number does not follow the one before."""
    items: list[tuple[int, str]] = []
    for text in texts:
        match = _NUMBER.match(text)
        number = int(match[1]) if match else 1
        if items and number != items[-1][0] + 1:
            yield Block("numbers", tuple(item for _, item in items), start=items[0][0])
            items = []
        items.append((number, text[match.end() :] if match else text))
    yield Block("numbers", tuple(item for _, item in items), start=items[0][0])


def _run_on(texts: list[str]) -> Iterator[str]:
    line = ""
    for text in texts:
        line = f"{line} {text.strip()}".strip()
        if len(text) < SHORT_LINE or re.search(r"[^\W\d_]-$", text):
            yield line
            line = ""
    if line:
        yield line


# PDF


def _quoted(text: str) -> str:
    """Write a text as a typst string: nothing in it is markup then."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def typst_source(agreement: Agreement, columns: int = 1) -> str:
    """Write an agreement in typst."""
    page_word = f'"Side " + str(counter(page).get().first()) + {_quoted(" av ")} + str(counter(page).final().first())'
    parts = [
        f"#set document(title: {_quoted(agreement.title)}, date: none)",
        f'#set page(paper: "a4", margin: (x: 2.4cm, top: 2.4cm, bottom: 2.8cm), columns: {columns}, footer: context {{ set text(8.5pt); set par(justify: false); grid(columns: (1fr, auto), column-gutter: 1em, {_quoted(agreement.note)}, {page_word}) }})',
        f'#set text(font: "Libertinus Serif", size: {BODY_POINTS if columns == 1 else BODY_POINTS - 1}pt, lang: "{agreement.language}", hyphenate: false)',
        "#set par(justify: true, leading: 0.65em, spacing: 1.1em)",
        "#show heading: set block(above: 1.4em, below: 0.8em)",
        "#show heading: set par(justify: false)",
        "#show table: set par(justify: false)",
    ]
    for block in agreement.blocks:
        texts = [_quoted(line) for line in block.lines]
        match block.kind:
            case "heading":
                parts.append(f"#heading(level: {block.level}, {texts[0]})")
            case "paragraph":
                parts.append("#par({" + "; linebreak(); ".join(texts) + "})")
            case "bullets":
                parts.append(f"#list({', '.join(texts)})")
            case "numbers":
                parts.append(f"#enum(start: {block.start}, {', '.join(texts)})")
            case "table":
                cells = ", ".join(_quoted(cell) for row in block.rows for cell in row)
                parts.append(f"#table(columns: {len(block.rows[0])}, {cells})")
            case "page":
                parts.append("#pagebreak(weak: true)")
    return "\n\n".join(parts)


def _pdf(agreement: Agreement, columns: int = 1) -> bytes:
    made = typst.compile(typst_source(agreement, columns).encode(), format="pdf", ignore_system_fonts=True)
    return made[0] if isinstance(made, list) else made


def _scan(agreement: Agreement, *, with_text: bool = True) -> bytes:
    """Make each page an image as a copier gives it, with the text invisible upon it."""
    chance = np.random.default_rng(zlib.crc32(agreement.name.encode()))
    made = typst.compile(typst_source(agreement).encode(), format="png", ppi=SCAN_DPI, ignore_system_fonts=True)
    images = made if isinstance(made, list) else [made]
    file = io.BytesIO()
    canvas = Canvas(file, invariant=1, pageCompression=1)
    canvas.setTitle("Skannet dokument")
    with pdfplumber.open(io.BytesIO(_pdf(agreement))) as document:
        for page, image in zip(document.pages, images, strict=True):
            canvas.setPageSize((page.width, page.height))
            canvas.drawImage(ImageReader(_as_scanned(image, chance)), 0, 0, page.width, page.height)
            if with_text:
                _lay_text(canvas, page, chance)
            canvas.showPage()
    canvas.save()
    return file.getvalue()


def _as_scanned(image: bytes, chance: np.random.Generator) -> io.BytesIO:
    page = Image.open(io.BytesIO(image)).convert("L")
    turned = page.rotate(chance.uniform(-0.6, 0.6), resample=Image.Resampling.BICUBIC, fillcolor=255).filter(ImageFilter.GaussianBlur(0.6))
    grey = np.asarray(turned, dtype=np.float64) * 0.88 + 22 + chance.normal(0, 4, (turned.height, turned.width))
    file = io.BytesIO()
    Image.fromarray(grey.clip(0, 255).astype(np.uint8)).save(file, "JPEG", quality=55, dpi=(SCAN_DPI, SCAN_DPI))
    file.seek(0)
    return file


def _lay_text(canvas: Canvas, page: Any, chance: np.random.Generator) -> None:
    """Write the lines, in the order they stand, about where they stand, in text that is not drawn; what is misread in it stands so in ``agreement.md``."""
    for line in page.extract_text_lines():
        points = max(sign["size"] for sign in line["chars"])
        text = _as_latin1(line["text"])
        writing = canvas.beginText()
        writing.setTextRenderMode(3)
        writing.setFont("Helvetica", round(points * 0.92, 1))
        width = canvas.stringWidth(text, "Helvetica", round(points * 0.92, 1))
        writing.setHorizScale(100 * (line["x1"] - line["x0"]) / width)
        shift_x, shift_y = chance.uniform(-1, 1, 2)
        writing.setTextOrigin(line["x0"] + shift_x, page.height - line["bottom"] + 0.2 * points + shift_y)
        writing.textOut(text)
        canvas.drawText(writing)


def _as_latin1(text: str) -> str:
    """Give the letters that a reader of scans set up for Norwegian would see."""
    return "".join(
        sign if _has(sign) else "".join(part for part in unicodedata.normalize("NFKD", sign) if _has(part)) for sign in text.translate(_WITHOUT_LATIN1)
    )


def _has(text: str) -> bool:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


# Documents of word processors


def _docx(agreement: Agreement) -> bytes:
    document = docx.Document()
    properties = document.core_properties
    properties.title, properties.author, properties.comments = agreement.title, "", ""
    properties.created = properties.modified = WRITTEN
    footer = document.sections[0].footer.paragraphs[0]
    footer.add_run(f"{agreement.note}\tSide ".lstrip())
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = footer.add_run()._r
        field = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            field.set(qn("w:fldCharType"), kind)
        field.text = text or None
        run.append(field)
    for block in agreement.blocks:
        match block.kind:
            case "heading":
                document.add_heading(block.lines[0], level=block.level)
            case "paragraph":
                document.add_paragraph("\n".join(block.lines))
            case "bullets":
                for line in block.lines:
                    document.add_paragraph(line, style="List Bullet")
            case "numbers":
                _docx_numbers(document, block)
            case "table":
                table = document.add_table(rows=len(block.rows), cols=len(block.rows[0]), style="Table Grid")
                for row, texts in zip(table.rows, block.rows, strict=True):
                    for cell, text in zip(row.cells, texts, strict=True):
                        cell.text = text
                document.add_paragraph()
            case "page":
                document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _docx_numbers(document: docx.document.Document, block: Block) -> None:
    """Add a numbered list whose numbers start where it says: each is a numbering of its own, as Word does it."""
    numbering: Any = document.part.numbering_part.element
    style: Any = document.styles["List Number"].element
    number = numbering.add_num(numbering.num_having_numId(style.pPr.numPr.numId.val).abstractNumId.val)
    number.add_lvlOverride(ilvl=0).add_startOverride(block.start)
    for line in block.lines:
        properties: Any = document.add_paragraph(line, style="List Number")._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = 0
        properties.get_or_add_numId().val = number.numId


def _odt(agreement: Agreement) -> bytes:
    document = odfdo.Document("text")
    document.meta.title = agreement.title
    document.meta.set_creation_date(WRITTEN)
    document.meta.set_modification_date(WRITTEN)
    document.language = f"{agreement.language}-NO"
    footer = odfdo.Paragraph(f"{agreement.note} Side ".lstrip(), style="Footer")
    footer.append(odfdo.VarPageNumber())
    master: Any = document.styles.get_master_page()
    master.set_page_footer(footer)
    body = document.body
    body.clear()
    document.add_page_break_style()
    for block in agreement.blocks:
        match block.kind:
            case "heading":
                body.append(odfdo.Header(block.level, block.lines[0]))
            case "paragraph":
                body.append(odfdo.Paragraph("\n".join(block.lines), style="Text_20_body"))
            case "bullets":
                body.append(odfdo.List(list(block.lines), style="List_20_1"))
            case "numbers":
                listed = odfdo.List(list(block.lines), style="Numbering_20_1")
                listed.children[0].set_attribute("text:start-value", str(block.start))
                body.append(listed)
            case "table":
                table = odfdo.Table(f"Tabell {sum(isinstance(part, odfdo.Table) for part in body.children) + 1}")
                table.set_values([list(row) for row in block.rows])
                body.append(table)
            case "page":
                body.append(odfdo.PageBreak())
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


# Web page and plain text


def _html(agreement: Agreement) -> bytes:
    parts = []
    for block in agreement.blocks:
        texts = [html.escape(line).replace("§ ", "§&nbsp;") for line in block.lines]
        match block.kind:
            case "heading":
                parts.append(f"<h{block.level}>{texts[0]}</h{block.level}>")
            case "paragraph":
                parts.append(f"<p>{'<br>'.join(texts)}</p>")
            case "bullets":
                parts.append("<ul>\n" + "\n".join(f"<li>{text}</li>" for text in texts) + "\n</ul>")
            case "numbers":
                start = f' start="{block.start}"' if block.start != 1 else ""
                parts.append(f"<ol{start}>\n" + "\n".join(f"<li>{text}</li>" for text in texts) + "\n</ol>")
            case "table":
                rows = ("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in block.rows)
                parts.append('<table border="1">\n' + "\n".join(rows) + "\n</table>")
            case "page":
                parts.append("<hr>")
    return PAGE.format(language=agreement.language, title=html.escape(agreement.title), note=html.escape(agreement.note), content="\n".join(parts)).encode()


PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<title>{title} - Eksempelportalen</title>
<style>
body {{ font-family: sans-serif; margin: 0 }}
.topmenu a {{ padding: 0 1em; color: #fff }}
</style>
<script>
window.dataLayer = window.dataLayer || []; function send(a, b) {{ if (a < b && b > 0) dataLayer.push("avtale </p>"); }}
</script>
</head>
<body>
<header class="topmenu">
<a href="#content">Hopp til innhold</a>
<nav><ul><li><a href="/">Forsiden</a></li><li><a href="/tjenester">Tjenester A-Å</a></li><li><a href="/politikk">Politikk og innsyn</a></li><li><a href="/kontakt">Kontakt oss</a></li></ul></nav>
</header>
<main id="content">
<article>
{content}
</article>
</main>
<footer><p>{note}</p><p>Skriv ut | Del på e-post | Til toppen</p></footer>
<script src="/static/analytics.js"></script>
</body>
</html>
"""


def _text(agreement: Agreement) -> bytes:
    """Write plain text; in an even folder as an older Windows program would, where its letters suffice."""
    parts = []
    for block in agreement.blocks:
        match block.kind:
            case "bullets":
                parts.append("\n".join(_wrapped(line, "- ") for line in block.lines))
            case "numbers":
                parts.append("\n".join(_wrapped(line, f"{number}. ") for number, line in enumerate(block.lines, block.start)))
            case "table":
                parts.append(_text_table(block.rows))
            case "page":
                parts.append("\n\n".join(filter(None, [agreement.note, "\f"])))
            case _:
                parts.append("\n".join(_wrapped(line) for line in block.lines))
    text = "\n\n".join(filter(None, [*parts, agreement.note])) + "\n"
    number = re.search(r"[0-9]+", agreement.name)
    if number and int(number.group()) % 2 == 0 and _has(text):
        return text.replace("\n", "\r\n").encode("cp1252")
    return text.encode("utf-8")


def _wrapped(line: str, mark: str = "") -> str:
    return textwrap.fill(line, WRAP, initial_indent=mark, subsequent_indent=" " * len(mark), break_long_words=False, break_on_hyphens=False)


def _text_table(rows: tuple[tuple[str, ...], ...]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    if sum(widths) + 3 * (len(widths) - 1) > WRAP:
        return "\n".join(" | ".join(row) for row in rows)
    return "\n".join("   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)


WRITERS: Mapping[str, tuple[str, Callable[[Agreement], bytes]]] = {
    "pdf": (".pdf", _pdf),
    "pdf_two_columns": (".pdf", lambda agreement: _pdf(agreement, columns=2)),
    "pdf_scanned": (".pdf", _scan),
    "docx": (".docx", _docx),
    "odt": (".odt", _odt),
    "html": (".html", _html),
    "txt": (".txt", _text),
}
