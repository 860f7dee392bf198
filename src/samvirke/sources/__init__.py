"""From the outside world to an edition: recipes that say which file is which table, and what became of every row.

A recipe is a YAML file; the shipped ones stand in ``recipes/``.
"""

from samvirke.sources._hours import parts_of_week
from samvirke.sources._recipe import Recipe, RecipeError, read_recipe, shipped
from samvirke.sources._run import ImportedEdition, import_edition

__all__ = ["ImportedEdition", "Recipe", "RecipeError", "import_edition", "parts_of_week", "read_recipe", "shipped"]
