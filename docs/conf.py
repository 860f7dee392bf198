"""How the documentation is built: ``make docs``."""

project = "Samvirke"
author = "The Samvirke contributors"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "Samvirke"
autodoc_typehints = "none"
myst_heading_anchors = 3
suppress_warnings = ["myst.header", "myst.xref_missing"]
nitpicky = False
