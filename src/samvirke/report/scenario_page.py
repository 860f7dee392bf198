"""A scenario as one page: the note's motives by option, each finding with its range and source, and what would change the order."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from samvirke.edition import to_csv, write_files
from samvirke.errors import MissingExtraError
from samvirke.finding import VERSION, Finding, flat
from samvirke.planning._scenario_specification import words
from samvirke.report._pdf import _TIME, REGION, PdfError, _displayable, _replaced
from samvirke.vocabulary import terms
from samvirke.vocabulary.dates import DateInterval
from samvirke.vocabulary.labels import value_label
from samvirke.vocabulary.language import Language, listing, number, percent
from samvirke.vocabulary.language import day as written_day

MOST_UPRIGHT = 4
"""With more options than this the PDF lies on its side."""


def write_scenario(finding: Finding, folder: Path, language: Language = "nb") -> Path:
    """Write a scenario as one self-contained page without scripts, as a PDF, and every table as CSV and JSON beside them.

    Parameters
    ----------
    finding : Finding
        What `samvirke.planning.scenario.scenario` gives.
    folder : pathlib.Path
        Where to; files of an earlier scenario there are replaced.
    language : {"nb", "nn", "en"}
        Language of the page.

    Returns
    -------
    pathlib.Path
        The page.

    Raises
    ------
    MissingExtraError
        When typst, its font or fonttools is not installed.
    """
    content = _content(finding, language)
    made: dict[str, bytes] = {"scenario.html": _page(content).encode("utf-8"), "scenario.pdf": _pdf(content, language)}
    made["tables/plan_scenario.csv"] = to_csv(flat(finding.table))
    made["tables/plan_scenario.json"] = (finding.to_json(language) + "\n").encode("utf-8")
    for name, frame in finding.supporting.items():
        made[f"tables/plan_scenario.{name}.csv"] = to_csv(flat(frame))
    write_files(folder, made)
    return folder / "scenario.html"


def render_scenario(finding: Finding, language: Language = "nb") -> str:
    """Return a scenario as one HTML page that needs nothing else."""
    return _page(_content(finding, language))


def _page(content: Mapping[str, Any]) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(loader=PackageLoader("samvirke.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("scenario.html").render(**content)


def _content(finding: Finding, language: Language) -> dict[str, Any]:
    """Lay out what the page and the PDF say."""
    result, w = finding.result, {name: entry[language] for name, entry in words("page").items()}
    numbers: dict[str, int] = {}
    motives = [_motive(name, own, result, numbers, language) for name, own in result["motives"].items()]
    day = written_day(DateInterval.parse(result["date"]).last, language)
    service = terms("services")[result["service"]].label[language]
    return {
        "language": language,
        "version": VERSION,
        "title": result["name"],
        "meta": " · ".join(part for part in (result["municipality"], service, day, finding.edition, f"Samvirke {VERSION}") if part),
        "constructed": finding.constructed,
        "question": finding.question[language],
        "headline": (finding.headline or finding.statement)[language],
        "method": finding.method[language],
        "missing": [gap.why[language] for gap in finding.coverage.missing],
        "names": [option["option"] for option in result["options"]],
        "options": _options(result, language),
        "motives": [motive for motive in motives if motive["rows"]],
        "sensitivity": _sensitivity(result, language),
        "figures": _figures(result, language),
        "sources": list(numbers),
        "files": ["tables/plan_scenario.csv", "tables/plan_scenario.json", *(f"tables/plan_scenario.{name}.csv" for name in finding.supporting)],
        "w": w,
    }


def written(value: float | None, unit: str, decimals: int, language: Language, *, with_unit: bool = True) -> str:
    """Write a number with its unit; a share in per cent, unknown as a dash.

    Examples
    --------
    >>> written(0.0483, "share", 1, "en"), written(12.0, "minutes", 0, "en"), written(None, "beds", 0, "en")
    ('4.8%', '12 minutes', '–')
    """
    if value is None or value != value:
        return "–"
    if unit == "share":
        return percent(value, language, 3 if 0 < value < 0.001 else decimals)
    text = number(value, language, 0 if value == int(value) else decimals)
    return f"{text} {words('units')[unit][language]}".strip() if with_unit else text


def _range(low: float | None, high: float | None, unit: str, decimals: int, language: Language) -> str:
    if low is None or low != low:
        return ""
    return f"{written(low, unit, decimals, language, with_unit=False)}–{written(high, unit, decimals, language, with_unit=False)}"


def _motive(name: str, own: list[dict[str, Any]], result: Mapping[str, Any], numbers: dict[str, int], language: Language) -> dict[str, Any]:
    """Lay out one motive: a row for each measure that is known of any option, numbering its sources."""
    rows = []
    for measure in own:
        unit, decimals = measure["unit"], measure["decimals"]
        findings = [measure["findings"][option["option"]] for option in result["options"]]
        if all(found["value"] is None for found in findings):
            continue
        distinct = len(measure["order"]) > 1
        cells = []
        for found in findings:
            known = found["value"] is not None
            cited = [numbers.setdefault(source[language], len(numbers) + 1) for source in found["sources"]] if known else []
            cells.append(
                {
                    "value": written(found["value"], "kr" if unit.startswith("nok_") else unit, decimals, language),
                    "range": _range(found["range_low"], found["range_high"], unit, decimals, language),
                    "assumed": found["assumed"] and known,
                    "best": distinct and found["place"] == 1,
                    "sources": sorted(set(cited)),
                }
            )
        better = words("page")[f"better_{measure['better']}"][language]
        rows.append({"label": measure["label"][language], "unit": words("units")[unit][language], "better": better, "cells": cells})
    return {"id": name, "title": words("motives")[name][language], "rows": rows}


def _options(result: Mapping[str, Any], language: Language) -> dict[str, Any]:
    w = {name: entry[language] for name, entry in words("page").items()}
    rows = []
    for option in result["options"]:
        alone = len(option["members"]) == 1
        model = value_label("model", option["model"])[language] if not alone else w["alone"]
        unchecked = "" if alone or option["verified"] else f" ({w['unchecked']})"
        said = option["answer_text"][language] if option.get("answer_text") else ""
        answer = f"{value_label('answer', option['answer'])[language]}: {said}" if said else ""
        law = "" if alone else f"{option['provision']}{unchecked}. {answer}"
        key = option["key_text"][language] if option["key_text"] else ""
        rows.append([option["option"], listing(option["members"], language), option["host_name"], model, key, law.strip()])
    return {"columns": [w["option"], w["members"], w["host"], w["model"], w["key"], w["law"]], "rows": rows, "widths": [2, 3, 2, 2, 2, 4]}


def _sensitivity(result: Mapping[str, Any], language: Language) -> dict[str, Any]:
    w = {name: entry[language] for name, entry in words("page").items()}
    label = {one["measure"]: one["label"][language] for own in result["motives"].values() for one in own}
    rows = [
        [
            label[row["scenario_measure"]],
            row[f"changed_figure_{language}"],
            f"{_exact(row['stated'], row['unit'], language)} ({_range(row['range_low'], row['range_high'], row['unit'], 2, language)})",
            _exact(row["turns_at"], row["unit"], language),
            row["order_then"],
        ]
        for row in result["sensitivity"]
    ]
    return {"columns": [w["measure"], w["figure"], f"{w['stated']} ({w['range']})", w["turns_at"], w["order_then"]], "rows": rows, "widths": [3, 3, 3, 2, 4]}


def _exact(value: float, unit: str, language: Language) -> str:
    """Write a figure with the decimals that tell it apart, and its unit."""
    decimals = 0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2
    return written(round(value, decimals), unit, decimals, language)


def _figures(result: Mapping[str, Any], language: Language) -> dict[str, Any]:
    w = {name: entry[language] for name, entry in words("page").items()}
    rows = [
        [
            row[f"figure_used_{language}"],
            written(row["value"], row["unit"], 2, language) + ("*" if row["assumed"] else ""),
            _range(row["range_low"], row["range_high"], row["unit"], 2, language),
            row[f"source_{language}"],
        ]
        for row in result["scenario_figures"]
    ]
    return {"columns": [w["figure"], w["value"], w["range"], w["source"]], "rows": rows, "widths": [4, 3, 2, 5]}


def _pdf(content: Mapping[str, Any], language: Language) -> bytes:
    """Set the page as a tagged PDF."""
    try:
        import font_source_sans_pro
        import typst
    except ImportError:
        raise MissingExtraError("typst", "pdf") from None
    fonts = Path(font_source_sans_pro.__file__).parent / "files"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text = json.dumps(_words(content, language), ensure_ascii=False)
        (folder / "scenario.json").write_text(_replaced(text, _displayable(fonts)), encoding="utf-8")
        template = files("samvirke.report").joinpath("templates", "scenario.typ").read_text(encoding="utf-8")
        (folder / "scenario.typ").write_text(template, encoding="utf-8")
        try:
            data: bytes = typst.compile(
                str(folder / "scenario.typ"), root=str(folder), font_paths=[str(fonts)], ignore_system_fonts=True, pdf_standards=["ua-1"], timestamp=_TIME
            )
        except typst.TypstError as error:
            raise PdfError(str(error).splitlines()[0]) from None
        return data


def _words(content: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Lay out what stands in the PDF."""
    w = content["w"]
    motives = [
        {
            "title": motive["title"],
            "rows": [
                {
                    "label": row["label"],
                    "detail": "; ".join(part for part in (row["unit"], row["better"]) if part),
                    "cells": [
                        {
                            "value": cell["value"] + ("*" if cell["assumed"] else ""),
                            "best": cell["best"],
                            "detail": " ".join(
                                part for part in (cell["range"], f"[{', '.join(map(str, cell['sources']))}]" if cell["sources"] else "") if part
                            ),
                        }
                        for cell in row["cells"]
                    ],
                }
                for row in motive["rows"]
            ],
        }
        for motive in content["motives"]
    ]
    return {
        **{name: content[name] for name in ("language", "title", "meta", "headline", "names")},
        "region": REGION[language],
        "kicker": w["kicker"],
        "measure": w["measure"],
        "constructed": w["constructed"] if content["constructed"] else "",
        "note": f"{w['how_to_read']} {w['assumed_mark']}.",
        "wide": len(content["names"]) > MOST_UPRIGHT,
        "motives": motives,
        "sensitivity": {**content["sensitivity"], "title": w["sensitivity"], "none": w["nothing_turns"]},
        "options": {**content["options"], "title": w["options"]},
        "sources": {"title": w["sources"], "items": content["sources"]},
        "figures": {**content["figures"], "title": w["figures"]},
        "notes": [[w["missing"], " ".join(content["missing"])], [w["method"], content["method"]]],
    }
