"""From a finding to a figure: one grammar (Vega-Lite) for page, file and paper."""

from samvirke.figures._draw import draw, to_svg

__all__ = ["draw", "to_svg"]
