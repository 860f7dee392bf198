"""Make the reference pages from what they describe: the schemas, the rules of checking, the catalogue, the lists and the law."""

from __future__ import annotations

import inspect
from pathlib import Path

from samvirke.catalogue import CATALOGUE, ask
from samvirke.edition import open_edition, outcomes, rules, tables
from samvirke.sources import read_recipe, shipped
from samvirke.sources._recipe import BoundaryFile, Host, Lookup, Recipe, Renumbering, Reports, SourceFile, Step, Take
from samvirke.vocabulary import LISTS, law, terms

DOCS = Path(__file__).parent.parent / "docs"
MADE = "<!-- Made by scripts/make_docs.py from the data it describes; `make docs` makes it again. -->\n\n"


def row(*cells: object) -> str:
    """Write a row of a table."""
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"


def head(*cells: str) -> str:
    """Write the head of a table."""
    return row(*cells) + row(*["---"] * len(cells))


def edition() -> str:
    """Describe every table and column of the contract, and every rule of checking."""
    text = MADE + "# The edition: every table and column\n\n"
    text += (
        "An edition is a folder of tables: CSV (UTF-8, comma, header) or Parquet, with a `datapackage.json` for title, licence and date where there is "
        "one. Only `municipality`, `cooperation` and `member` are needed. Codes are text; leading zeros count. A date is `YYYY-MM-DD`, or `YYYY-MM` or "
        "`YYYY` where the day is not known. `valid_from` is included, `valid_to` is not; empty is open. **Bold** columns are the key, \\* must be filled "
        "in. Extra columns are kept; one that is near a known name counts as a slip unless datapackage.json describes it.\n\n"
    )
    for name, table in tables().items():
        text += f"## {name}{' (needed)' if table.needed else ''}\n\n{table.about.en}\n\n" + head("column", "type", "what it is")
        for column, about in table.columns.items():
            kind = about.type + (f" of [{about.list}](vocabulary.md#{about.list})" if about.list else f" in {about.refers}" if about.refers else "")
            limits = (
                f" ({'' if about.least is None else f'{about.least:g}'} to {'' if about.most is None else f'{about.most:g}'})"
                if about.least is not None
                else ""
            )
            text += row((f"**{column}**" if about.key else column) + (" \\*" if about.required else ""), kind + limits, about.about.en)
        text += "\n"
    text += "## What checking reports\n\n`samvirke check FOLDER` runs every rule on every table; errors exit 1, warnings exit 0.\n\n" + head(
        "rule", "severity", "what it says", "what to do"
    )
    for name, rule in rules().items():
        text += row(name, rule.severity, rule.message.en, rule.remedy.en)
    return text


def findings() -> str:
    """Describe every question, its tables, options and method."""
    text = MADE + "# Findings\n\nAsk one by `samvirke show FINDING EDITION`. Every one also takes `--date`: the day the edition is seen from.\n\n"
    note, constructed = open_edition("nibr-2015"), open_edition("constructed-2020")
    for line in CATALOGUE.values():
        edition = constructed if line.missing(note) else note
        finding = None if line.required else ask(line.id, edition)
        own = getattr(__import__(line.answer.__module__, fromlist=["METHOD"]), "METHOD", None)
        method = finding.method if finding and (own is None or "{" in own.en) else own
        needs = ", ".join(f"`{table}`" for table in line.tables) or "no more than every edition has"
        text += f"## {line.id}\n\n**{line.question.en}** Needs {needs}.\n\n{method.en}\n\n"
        for option in line.options.values():
            default = "must be given" if option.required else f"default `{option.default}`"
            text += f"- `--{option.name}` ({' or '.join(option.choices) or option.kind}, {default}): {option.label.en}\n"
        text += "\n" if line.options else ""
        returns = (line.answer.__doc__ or "").split("Finding\n", 1)[-1]
        text += " ".join(returns.split()) + "\n\n"
        if finding is None:
            continue
        figure = "" if finding.chart.kind == "table" else f" Drawn as {finding.chart.kind}."
        text += f"*On {edition.name}:* {(finding.headline or finding.statement).en}{figure}\n\n"
    return text


def vocabulary() -> str:
    """List every controlled list in three languages."""
    text = MADE + "# Controlled lists\n\n"
    for name in LISTS:
        text += f"## {name}\n\n" + head("id", "bokmål", "nynorsk", "English", "what it is")
        for term in terms(name).values():
            text += row(f"`{term.id}`", term.label.nb, term.label.nn, term.label.en, term.about.en)
        text += "\n"
    return text


def the_law() -> str:
    """List every dated value of the law with its reference."""
    text = (
        MADE
        + "# The dated law\n\nA value holds from a day (included) to a day (not included). **Not checked** is general knowledge that nobody has held against the statute.\n\n"
    )
    for model in law.models().values():
        if not model.provisions:
            continue
        text += f"## {model.id}: {model.label.en}\n\n{model.about.en}\n\n" + head("what", "value", "from", "to", "reference")
        for provision in model.provisions:
            text += row("provision", provision.citation, provision.from_ or "", provision.to or "", reference(provision.reference, verified=provision.verified))
        for name in ("independence", "own_legal_person", "individual_cases", "required_contents", "notice_months"):
            for value in getattr(model, name):
                shown = ", ".join(value.value) if isinstance(value.value, list) else value.value
                text += row(name.replace("_", " "), shown, value.from_ or "", value.to or "", reference(value.reference, verified=value.verified))
        text += "\n"
    return text


def recipes() -> str:
    """Describe the form of a recipe, the shipped ones, and everything an import, a carrying over or a combination may say of a record."""
    text = MADE + "# Recipes, and what is said of every record\n\n"
    text += (
        "A recipe is a YAML file that says which outside file is which table of an [edition](edition.md). `samvirke import RECIPE --out FOLDER` checks the "
        "recipe, reads the files, builds the tables and checks the edition; nothing is written unless all went well. Beside the edition stand "
        "`FOLDER-rejects.csv`, every record that was left out with the reason, and `FOLDER-notes.csv`, every record that was taken otherwise than written or "
        "that two say differently. A cell that is split gives several records; **records = kept + rejected**, always.\n\n"
    )
    for part in (Recipe, SourceFile, Step, Take, Lookup, Renumbering, Host, Reports, BoundaryFile):
        text += f"## {part.__name__}\n\n{inspect.cleandoc(part.__doc__ or '')}\n\n" + head("field", "type", "default")
        for name, field in part.model_fields.items():
            kind = (
                str(field.annotation).replace("samvirke.sources._recipe.", "").replace("typing.", "")
                if not isinstance(field.annotation, type)
                else field.annotation.__name__
            )
            text += row(f"`{name}`", f"`{kind}`", "must be given" if field.is_required() else f"`{field.default!r}`")
        text += "\n"
    text += "## The shipped recipes\n\n" + head("recipe", "file", "where to get it")
    for name in shipped():
        for file in read_recipe(name)[0].files.values():
            text += row(name, f"`{file.npm or file.path}`", file.where)
    text += "\n## What may be said of a record\n\n" + head("reason", "kind", "in words")
    for name, outcome in outcomes().items():
        text += row(f"`{name}`", outcome.kind, outcome.message.en)
    return text


def reference(text: str, *, verified: bool) -> str:
    """Write a reference, and whether it was checked."""
    return text if verified else f"**not checked**: {text}"


PAGES = {"edition.md": edition, "recipes.md": recipes, "findings.md": findings, "vocabulary.md": vocabulary, "law.md": the_law}


def main(folder: Path = DOCS) -> None:
    """Write the pages."""
    for name, make in PAGES.items():
        (folder / name).write_text(make().rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
