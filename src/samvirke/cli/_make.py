"""Commands that make an edition from something else: import, recipes, carry, combine, export."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from samvirke.cli._common import Format, app, clear_errors, deliver, progress
from samvirke.vocabulary.language import LANGUAGES, Language, Text, listing, number, same

if TYPE_CHECKING:
    from samvirke.edition import Account
    from samvirke.finding import Finding

ExportFormat = Literal["csv", "parquet", "xlsx", "datapackage", "duckdb"]


@app.command
def export(edition: str, *, format: Annotated[ExportFormat, Parameter(name="--format")], out: Path | None = None, language: Language = "nb") -> None:
    """Write an edition for another program: csv, parquet, xlsx, datapackage or duckdb.

    Parameters
    ----------
    edition
        A built-in edition or a folder of tables.
    format
        csv or parquet: a folder that is an edition again; xlsx: a workbook; datapackage: a zip; duckdb: a database.
    out
        Folder or file to write; by default NAME with the format's ending here.
    language
        Language of the explanations in the workbook.
    """
    with clear_errors(language, "table"):
        from samvirke.edition import export as export_edition
        from samvirke.edition import open_edition

        opened = open_edition(edition)
        endings = {"csv": "-csv", "parquet": "-parquet", "xlsx": ".xlsx", "datapackage": ".zip", "duckdb": ".duckdb"}
        target = export_edition(opened, format, out or Path(f"{opened.name}{endings[format]}"), language)
        written = Text(nb="Utgaven ligger i", nn="Utgåva ligg i", en="The edition is in")
        print(f"{written[language]} {target}")


@app.command(name="import")
def import_(
    recipe: str,
    *,
    out: Path,
    data: Path | None = None,
    trust: Literal["names", "codes"] | None = None,
    combine: Literal["union", "intersection", "majority"] | None = None,
    format: Format = "table",
    language: Language = "nb",
) -> None:
    """Make an edition from outside files, as a recipe says; what is left out stands beside it, row by row, with the reason.

    Parameters
    ----------
    recipe
        A YAML file, or a shipped recipe; see 'samvirke recipes'.
    out
        Folder of the edition. OUT-rejects.csv (rows left out) and OUT-notes.csv (rows taken otherwise than written) come beside it.
    data
        Folder where the recipe's files lie; by default the recipe's own, or for a shipped recipe the working directory.
    trust
        names or codes: which counts where a file names partners both ways and they differ.
    combine
        union, intersection or majority: what sets give that their members report differently.
    format
        table, json or csv.
    language
        nb, nn or en.
    """
    with clear_errors(language, format), progress() as step:
        from samvirke.sources import import_edition

        made = import_edition(recipe, out, data=data, trust=trust, combine=combine, language=language, progress=step)
        kept, rejected = int(made.steps["kept"].sum()), int(made.steps["rejected"].sum())
        statement = Text(
            nb=f"Utgaven ligger i {out}. Av {number(kept + rejected, 'nb')} poster er {number(kept, 'nb')} beholdt og {number(rejected, 'nb')} avvist ({made.rejects}).",
            nn=f"Utgåva ligg i {out}. Av {number(kept + rejected, 'nn')} postar er {number(kept, 'nn')} haldne og {number(rejected, 'nn')} avviste ({made.rejects}).",
            en=f"The edition is in {out}. Of {number(kept + rejected, 'en')} records {number(kept, 'en')} were kept and {number(rejected, 'en')} rejected ({made.rejects}).",
        )
        question = Text(nb="Hva ble det av hver rad?", nn="Kva vart det av kvar rad?", en="What became of every row?")
        deliver(_accounted("import", out.name, question, statement + _noted(made.account, made.notes), made.steps, made.account, language), format, language)


@app.command
def recipes(*, format: Format = "table", language: Language = "nb") -> None:
    """List the shipped recipes, the files that they need and where to get them.

    Parameters
    ----------
    format
        table, json or csv.
    language
        nb, nn or en.
    """
    with clear_errors(language, format):
        import pandas as pd

        from samvirke.finding import Finding
        from samvirke.sources import read_recipe, shipped

        rows = [(name, file.npm or file.path, file.where) for name in shipped() for file in read_recipe(name)[0].files.values()]
        n = len(shipped())
        finding = Finding(
            id="recipes",
            edition="",
            question=Text(nb="Hvilke oppskrifter er innebygd?", nn="Kva oppskrifter er innebygde?", en="Which recipes are built in?"),
            statement=Text(nb=f"{n} innebygde oppskrifter.", nn=f"{n} innebygde oppskrifter.", en=f"{n} built-in recipes."),
            method=same(""),
            table=pd.DataFrame(rows, columns=["recipe", "file", "where_to_get"]),
        )
        deliver(finding, format, language)


@app.command
def carry(edition: str, *, to: str, out: Path, format: Format = "table", language: Language = "nb") -> None:
    """Carry an edition over municipal changes to a later day; everything resolved on the way is listed beside it.

    Parameters
    ----------
    edition
        A built-in edition or a folder of tables, with the table municipality_change.
    to
        The day to carry to: YYYY, YYYY-MM or YYYY-MM-DD; of a year or month, the last day.
    out
        Folder of the new edition. OUT-rejects.csv and OUT-notes.csv come beside it.
    format
        table, json or csv.
    language
        nb, nn or en.
    """
    with clear_errors(language, format), progress() as step:
        from samvirke.edition import carry as carry_edition
        from samvirke.edition import open_edition, write_with_account

        opened = open_edition(edition)
        made = carry_edition(opened, to, progress=step)
        rejects, notes = write_with_account(made.tables, {**made.package, "name": out.name}, out, made.account, language, boundary=made.boundary)
        parts = made.parts
        split = parts.loc[parts["share"] < 1, "from_code"].nunique()
        before, after = parts["from_code"].nunique(), parts["to_code"].nunique()
        statement = Text(
            nb=f"Utgaven ligger i {out}: {before} kommuner er blitt {after}; {split} ble delt. Avvist: {rejects}.",
            nn=f"Utgåva ligg i {out}: {before} kommunar er blitt {after}; {split} vart delte. Avvist: {rejects}.",
            en=f"The edition is in {out}: {before} municipalities have become {after}; {split} were split. Rejected: {rejects}.",
        )
        question = Text(nb="Hva ble det av hver kommune?", nn="Kva vart det av kvar kommune?", en="What became of every municipality?")
        changed = parts[(parts["from_code"] != parts["to_code"]) | (parts["share"] < 1)].reset_index(drop=True)
        deliver(_accounted("carry", out.name, question, statement + _noted(made.account, notes), changed, made.account, language), format, language)


@app.command
def combine(*editions: str, out: Path, format: Format = "table", language: Language = "nb") -> None:
    """Put several editions of the same municipalities together as one; where they differ, the first counts and it is listed.

    Parameters
    ----------
    editions
        Two or more built-in editions or folders.
    out
        Folder of the new edition. OUT-rejects.csv and OUT-notes.csv come beside it.
    format
        table, json or csv.
    language
        nb, nn or en.
    """
    with clear_errors(language, format):
        import pandas as pd

        from samvirke.edition import combine as combine_editions
        from samvirke.edition import open_edition, write_with_account

        opened = [open_edition(one) for one in editions]
        made = combine_editions(opened)
        _, notes = write_with_account(made.tables, {**made.package, "name": out.name}, out, made.account, language, copy_of=made.boundary_of)
        rows = pd.DataFrame([(name, len(frame)) for name, frame in made.tables.items()], columns=["table", "rows"])
        statement = Text(
            nb=f"Utgaven ligger i {out}, av {listing([one.name for one in opened], 'nb')}.",
            nn=f"Utgåva ligg i {out}, av {listing([one.name for one in opened], 'nn')}.",
            en=f"The edition is in {out}, from {listing([one.name for one in opened], 'en')}.",
        )
        question = Text(nb="Hva ble satt sammen?", nn="Kva vart sett saman?", en="What was put together?")
        deliver(_accounted("combine", out.name, question, statement + _noted(made.account, notes), rows, made.account, language), format, language)


def _accounted(name: str, edition: str, question: Text, statement: Text, table: Any, account: Account, language: Language) -> Finding:
    """Return what was made as a finding: its table, how often each thing was said, and all that was noted."""
    import pandas as pd

    from samvirke.edition import outcomes
    from samvirke.finding import Coverage, Finding

    counts = Counter((entry.table, entry.outcome) for entry in account.entries)
    said = [
        (
            table_name,
            outcome,
            outcomes()[outcome].kind,
            count,
            next(entry for entry in account.entries if (entry.table, entry.outcome) == (table_name, outcome)).message(language),
        )
        for (table_name, outcome), count in sorted(counts.items())
    ]
    kinds = Counter(outcomes()[entry.outcome].kind for entry in account.entries)
    notes = account.frame(language, rejected=False).drop(columns="record")
    return Finding(
        id=name,
        edition=edition,
        question=question,
        statement=statement,
        method=same(""),
        table=table,
        coverage=Coverage(None, {kind: kinds[kind] for kind in ("rejected", "changed", "disagreement")}),
        supporting={
            "outcomes": pd.DataFrame(said, columns=["table", "reason", "kind_of_outcome", "count", "message"]),
            **({"disagreements": own} if len(own := notes[notes["reason"].map(lambda reason: outcomes()[reason].kind == "disagreement")]) else {}),
        },
    )


def _noted(account: Account, notes: Path) -> Text:
    from samvirke.edition import outcomes

    n = sum(outcomes()[entry.outcome].kind != "rejected" for entry in account.entries)
    w = {language: number(n, language) for language in LANGUAGES}
    return Text(
        nb=f"{w['nb']} ting ble tatt annerledes enn skrevet, eller er sagt ulikt: {notes}.",
        nn=f"{w['nn']} ting vart tekne annleis enn skrivne, eller er sagde ulikt: {notes}.",
        en=f"{w['en']} things were taken otherwise than written, or are said differently: {notes}.",
    )
