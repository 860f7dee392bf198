"""From a finding to a figure: one grammar (Vega-Lite) for page, file and paper."""

from samvirke.figures._draw import (
    FileFormat,
    NoFigureError,
    alternative_text,
    as_map,
    as_script,
    beside,
    compiled,
    described,
    draw,
    drawing,
    embedding,
    specification,
    to_file,
    to_svg,
)
from samvirke.figures._map import NoMapError

__all__ = [
    "FileFormat",
    "NoFigureError",
    "NoMapError",
    "alternative_text",
    "as_map",
    "as_script",
    "beside",
    "compiled",
    "described",
    "draw",
    "drawing",
    "embedding",
    "specification",
    "to_file",
    "to_svg",
]
