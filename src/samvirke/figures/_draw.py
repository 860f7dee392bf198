"""Draw findings with Altair, and turn figures into files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal

from samvirke.edition import Edition
from samvirke.errors import MissingExtraError, SamvirkeError
from samvirke.figures._bars import bars
from samvirke.figures._chance import chance
from samvirke.figures._common import FAINT, FONT, INK, altair, wrapped
from samvirke.figures._dots import dots, ranges
from samvirke.figures._likert import likert
from samvirke.figures._map import NoMapError, lines, listed, shaded
from samvirke.figures._network import network
from samvirke.figures._regions import listed_regions, regions
from samvirke.figures._scale import scale
from samvirke.figures._timeline import timeline
from samvirke.finding import Chart, Finding
from samvirke.vocabulary.labels import heading
from samvirke.vocabulary.language import Language, Text

FileFormat = Literal["svg", "png", "html"]

_KINDS = {
    "bars": Text(nb="Stolpediagram", nn="Stolpediagram", en="Bar chart"),
    "timeline": Text(nb="Tidslinje", nn="Tidslinje", en="Timeline"),
    "scale": Text(nb="Skala", nn="Skala", en="Scale"),
    "network": Text(nb="Nettverk", nn="Nettverk", en="Network"),
    "map": Text(nb="Kart", nn="Kart", en="Map"),
    "lines": Text(nb="Kart med linjer", nn="Kart med linjer", en="Map with lines"),
    "regions": Text(nb="Kart", nn="Kart", en="Map"),
    "dots": Text(nb="Punktdiagram", nn="Punktdiagram", en="Dot plot"),
    "chance": Text(nb="Observert mot tilfeldighet", nn="Observert mot slump", en="Observed against chance"),
    "ranges": Text(nb="Spenn", nn="Spenn", en="Ranges"),
    "likert": Text(nb="Stablede stolper delt i midten", nn="Stabla stolpar delte i midten", en="Stacked bars divided in the middle"),
}


class NoFigureError(SamvirkeError, LookupError):
    """A finding that a table says best."""

    def __init__(self, finding: str) -> None:
        super().__init__(
            Text(
                nb=f"«{finding}» har ingen figur, bare en tabell.",
                nn=f"«{finding}» har ingen figur, berre ein tabell.",
                en=f'"{finding}" has no figure, only a table.',
            )
        )


def alternative_text(finding: Finding, language: Language) -> str:
    """Return what a figure says, for those who cannot see it: its kind, the question and the answer."""
    kind = _KINDS.get(finding.chart.kind)
    return f"{kind[language]}. {finding.question[language]} {(finding.headline or finding.statement)[language]}" if kind else ""


def described(finding: Finding, language: Language, edition: Edition) -> list[str]:
    """Return what a map shows as a list, one line for each class or cooperation with its municipalities; empty for other figures."""
    if finding.chart.kind == "map" and "category" in finding.chart.parts:
        return listed(finding, language, edition)
    return listed_regions(finding, language, edition) if finding.chart.kind == "regions" else []


def as_map(finding: Finding) -> Finding:
    """Return the finding with a map as its figure.

    Raises
    ------
    NoMapError
        When it has no column of municipality codes, or no value to shade by.
    """
    if finding.chart.kind in ("map", "lines", "regions"):
        return finding
    if "municipality" not in finding.table or finding.table["municipality"].duplicated().any():
        raise NoMapError(
            finding.id,
            Text(nb="det har ikke én rad for hver kommune.", nn="det har ikkje éi rad for kvar kommune.", en="it does not have one row per municipality."),
        )
    parts = finding.chart.parts
    value = next((column for column in (parts.get("value"), *finding.table.columns) if column and finding.table[column].dtype.kind in "iuf"), None)
    if value is None:
        raise NoMapError(
            finding.id,
            Text(nb="det har ikke noe tall å fargelegge etter.", nn="det har ikkje noko tal å fargeleggje etter.", en="it has no number to shade by."),
        )
    return replace(finding, chart=Chart("map", {"municipality": "municipality", "value": value}))


def draw(finding: Finding, language: Language = "nb", edition: Edition | None = None) -> Any:
    """Return the figure that suits a finding as an Altair chart; None when a table says it best.

    Parameters
    ----------
    finding : Finding
        What to draw.
    language : {"nb", "nn", "en"}
        Language of titles and labels.
    edition : Edition or None
        Where the municipalities lie; needed for maps.

    Raises
    ------
    MissingExtraError
        When Altair, or geopandas for a map, is not installed.
    NoMapError
        When a map is asked for and there are no boundaries.
    """
    made = _made(finding, language, edition)
    if made is None:
        return None
    chart, polygons = made
    chart = chart.properties(description=alternative_text(finding, language))
    if finding.constructed:
        chart = chart.properties(title=heading("constructed")[language])
    chart = _styled(chart)
    if polygons:
        chart.datasets = polygons
    return chart


def _made(finding: Finding, language: Language, edition: Edition | None, name: str = "") -> tuple[Any, dict[str, Any]] | None:
    """Return a bare chart with its polygons by name, `name` added to each; None when a table says it best."""
    kinds: Mapping[str, Callable[[Finding, Language], Any]] = {
        "bars": bars,
        "timeline": timeline,
        "scale": scale,
        "network": network,
        "dots": dots,
        "ranges": ranges,
        "chance": chance,
        "likert": likert,
        "map": lambda one, words: shaded(one, words, edition, name),
        "lines": lambda one, words: lines(one, words, edition),
        "regions": lambda one, words: regions(one, words, edition, name),
    }
    if finding.chart.kind not in kinds or finding.table.empty:
        return None
    made = kinds[finding.chart.kind](finding, language)
    if made is None:
        return None
    chart, polygons = made if isinstance(made, tuple) else (made, {})
    return chart, polygons


def beside(findings: tuple[Finding, Finding], editions: tuple[Edition, Edition], language: Language = "nb") -> Any:
    """Return the figures of one question asked of two editions side by side, each with its edition's title.

    Parameters
    ----------
    findings, editions : tuple of two
        What to draw, and the editions it was asked of.
    language : {"nb", "nn", "en"}
        Language of titles and labels.

    Raises
    ------
    NoFigureError
        When a table says it best.
    """
    alt = altair()
    charts, polygons = [], {}
    for place, (finding, edition) in enumerate(zip(findings, editions, strict=True)):
        made = _made(finding, language, edition, f"_{place}")
        if made is None:
            raise NoFigureError(finding.id)
        title = f"{edition.title[language]}{' – ' + heading('constructed')[language] if finding.constructed else ''}"
        charts.append(made[0].properties(title=alt.TitleParams(wrapped(title, 60), anchor="start", fontSize=13, color=INK)))
        polygons.update(made[1])
    words = " ".join(f"{edition.title[language]}: {alternative_text(finding, language)}" for finding, edition in zip(findings, editions, strict=True))
    chart = _styled(alt.hconcat(*charts, spacing=30).resolve_scale(color="independent").properties(description=words))
    if polygons:
        chart.datasets = polygons
    return chart


def specification(finding: Finding, language: Language = "nb", edition: Edition | None = None) -> dict[str, Any] | None:
    """Return the figure as a Vega-Lite specification, the same each time; None when there is none."""
    chart = draw(finding, language, edition)
    return None if chart is None else _written(chart)


def _written(chart: Any) -> dict[str, Any]:
    """Write a chart out, the same each time."""
    with altair().data_transformers.enable("default", max_rows=None):
        written = chart.to_json(indent=None)
    names: dict[str, str] = {}
    text = re.sub(r'"(view|param|concat)_\d+"', lambda match: names.setdefault(match.group(), f'"{match.group(1)}_{len(names) + 1}"'), written)
    found: dict[str, Any] = json.loads(text)
    return found


def to_svg(finding: Finding, language: Language = "nb", edition: Edition | None = None) -> str | None:
    """Return the figure as SVG whose ids are the finding's own, so that several can stand on one page; None when there is none."""
    found = specification(finding, language, edition)
    return None if found is None else drawing(compiled(found), finding.id)


def compiled(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return a Vega-Lite specification as the Vega that draws it, so that nothing is left to work out where it is shown."""
    vega: dict[str, Any] = _converter().vegalite_to_vega(found)
    return vega


def drawing(vega: Mapping[str, Any], name: str) -> str:
    """Return a compiled specification as SVG, with `name` before every id."""
    svg: str = _converter().vega_to_svg(vega)
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', svg)
    return re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", svg)


def to_file(
    finding: Finding, format: FileFormat, language: Language = "nb", edition: Edition | None = None, other: tuple[Finding, Edition] | None = None
) -> bytes:
    """Return the figure as a file that needs nothing else.

    Parameters
    ----------
    finding : Finding
        What to draw.
    format : {"svg", "png", "html"}
        A drawing, a picture at twice the screen's size, or an interactive page that works without a network.
    language : {"nb", "nn", "en"}
        Language of titles and labels.
    edition : Edition or None
        Where the municipalities lie; needed for maps.
    other : tuple of Finding and Edition, or None
        The same question asked of another edition, to stand beside it.

    Raises
    ------
    NoFigureError
        When a table says it best.
    """
    found: dict[str, Any] | None
    if other is not None and edition is not None:
        found = _written(beside((finding, other[0]), (edition, other[1]), language))
    else:
        found = specification(finding, language, edition)
    if found is None:
        raise NoFigureError(finding.id)
    vega = compiled(found)
    if format == "svg":
        return drawing(vega, finding.id).encode("utf-8")
    if format == "png":
        picture: bytes = _converter().vega_to_png(vega, scale=2)
        return picture
    return _PAGE.format(language=language, title=finding.question[language], script=embedding(), spec=as_script(vega)).encode("utf-8")


_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title><style>body{{margin:1rem;font-family:sans-serif}}</style></head>
<body><div id="figure"></div>
<script>{script}</script>
<script type="application/json" id="spec">{spec}</script>
<script>vegaEmbed("#figure", JSON.parse(document.getElementById("spec").textContent), {{mode: "vega", actions: false, renderer: "svg", logLevel: 1}});</script>
</body></html>
"""


def as_script(found: Mapping[str, Any]) -> str:
    """Write a specification so that it can stand in a script element."""
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def embedding() -> str:
    """Return the script that makes a specification interactive, with all that it needs."""
    script: str = _converter().javascript_bundle()
    return script.replace("</script", "<\\/script")


def _converter() -> Any:
    try:
        import vl_convert
    except ImportError:
        raise MissingExtraError("vl-convert-python", "figures") from None
    return vl_convert


def _styled(chart: Any) -> Any:
    return (
        chart.configure(font=FONT, background="transparent")
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=INK,
            titleColor=FAINT,
            titleFontWeight="normal",
            labelFontSize=12,
            titleFontSize=11,
            grid=False,
            domainColor=FAINT,
            tickColor=FAINT,
            labelLimit=260,
        )
        .configure_legend(labelColor=INK, title=None, labelFontSize=12, orient="top", symbolType="square", labelLimit=320)
        .configure_header(labelColor=INK, labelFontSize=13, labelFontWeight="bold", labelAnchor="start", labelOrient="top", title=None)
    )
