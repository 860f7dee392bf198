"""Commands that bring evidence in and tell it: surveys, coded statements and the portrait of a cooperation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from samvirke.cli._common import Format, app, clear_errors, deliver
from samvirke.cli._make import _accounted, _noted
from samvirke.vocabulary.language import LANGUAGES, Language, Text, number

if TYPE_CHECKING:
    pass


@app.command
def survey(
    file: Path,
    /,
    *,
    mapping: Path,
    into: str,
    out: Path,
    format: Format = "table",
    language: Language = "nb",
) -> None:
    """Add the answers of a survey to a copy of an edition; what is left out stands beside it with the reason.

    Parameters
    ----------
    file
        Answers by respondent, or counts of them: CSV, Excel (.xlsx), SPSS (.sav) or Stata (.dta).
    mapping
        A YAML file: which column is which item, and which code is which answer; docs/survey-example.yaml has every field.
    into
        The edition whose municipalities the respondents are from: a built-in one or a folder of tables.
    out
        Folder of the new edition. OUT-rejects.csv and OUT-notes.csv come beside it.
    format
        table, json or csv.
    language
        nb, nn or en.
    """
    with clear_errors(language, format):
        import pandas as pd

        from samvirke.edition import open_edition
        from samvirke.sources.survey import import_survey

        made = import_survey(file, mapping, open_edition(into), out, language=language)
        table = made.rows.table
        steps = pd.DataFrame(made.rows.account.steps)
        kept, rejected = int(steps["kept"].sum()), int(steps["rejected"].sum())
        w = {one: (number(kept + rejected, one), number(kept, one), number(rejected, one), number(made.rows.respondents, one)) for one in LANGUAGES}
        statement = Text(
            nb="Utgaven ligger i {}. Av {} svar fra {} svarere er {} beholdt og {} utelatt ({}).".format(
                out, w["nb"][0], w["nb"][3], w["nb"][1], w["nb"][2], made.rejects
            ),
            nn="Utgåva ligg i {}. Av {} svar frå {} svararar er {} haldne og {} utelatne ({}).".format(
                out, w["nn"][0], w["nn"][3], w["nn"][1], w["nn"][2], made.rejects
            ),
            en="The edition is in {}. Of {} answers from {} respondents {} were kept and {} left out ({}).".format(
                out, w["en"][0], w["en"][3], w["en"][1], w["en"][2], made.rejects
            ),
        )
        question = Text(nb="Hva ble det av svarene?", nn="Kva vart det av svara?", en="What became of the answers?")
        counted = table.assign(count=table["count"].fillna(1)).groupby(["item", "answer"], sort=False)["count"].sum().reset_index()
        counted = counted.rename(columns={"answer": "survey_answer"})
        deliver(
            _accounted("survey", out.name, question, statement + _noted(made.rows.account, made.notes), counted, made.rows.account, language), format, language
        )


@app.command
def statements(
    file: Path,
    /,
    *,
    into: str,
    out: Path,
    mapping: Path | None = None,
    format: Format = "table",
    language: Language = "nb",
) -> None:
    """Add coded statements of motives to a copy of an edition; what is left out stands beside it with the reason.

    Parameters
    ----------
    file
        A REFI-QDA project (.qdpx), or CSV: QualCoder's coding report or Taguette's highlights.
    into
        The edition whose municipalities and cooperations the statements are about: a built-in one or a folder of tables.
    out
        Folder of the new edition. OUT-rejects.csv and OUT-notes.csv come beside it.
    mapping
        A YAML file: which code is which motive or direction, and who each document is from; docs/statements-example.yaml has every field.
    format
        table, json or csv.
    language
        nb, nn or en.
    """
    with clear_errors(language, format):
        import pandas as pd

        from samvirke.edition import open_edition
        from samvirke.sources.qualitative import import_statements

        made = import_statements(file, mapping, open_edition(into), out, language=language)
        table = made.rows.table
        steps = pd.DataFrame(made.rows.account.steps)
        kept, rejected = int(steps["kept"].sum()), int(steps["rejected"].sum())
        w = {one: (number(kept + rejected, one), number(kept, one), number(rejected, one), number(made.rows.without_words, one)) for one in LANGUAGES}
        statement = Text(
            nb="Utgaven ligger i {}. Av {} kodinger ble {} utsagn, og {} er utelatt ({}).".format(out, *w["nb"][:3], made.rejects),
            nn="Utgåva ligg i {}. Av {} kodingar vart {} utsegner, og {} er utelatne ({}).".format(out, *w["nn"][:3], made.rejects),
            en="The edition is in {}. Of {} codings {} became statements, and {} were left out ({}).".format(out, *w["en"][:3], made.rejects),
        )
        if made.rows.without_words:
            statement += Text(
                nb="{} av utsagnene er uten ordene, siden det ikke står at informanten har samtykket.".format(w["nb"][3]),
                nn="{} av utsegnene er utan orda, sidan det ikkje står at informanten har samtykt.".format(w["nn"][3]),
                en="{} of the statements are without their words, since it is not noted that the informant agreed.".format(w["en"][3]),
            )
        question = Text(nb="Hva ble det av kodingene?", nn="Kva vart det av kodingane?", en="What became of the codings?")
        counted = table.assign(direction=table["direction"].fillna("direction_unknown")).groupby(["motive", "direction"], sort=False).size()
        shown = counted.rename("statements").reset_index()
        deliver(
            _accounted("statements", out.name, question, statement + _noted(made.rows.account, made.notes), shown, made.rows.account, language),
            format,
            language,
        )


@app.command(name="statement-agreement")
def statement_agreement(
    file: Path,
    other: Path | None = None,
    /,
    *,
    mapping: Path | None = None,
    coders: str | None = None,
    seed: int = 1,
    format: Format = "table",
    language: Language = "nb",
) -> None:
    """Say how far two coders of the same documents agree on the motives: Cohen's kappa and Krippendorff's alpha.

    Parameters
    ----------
    file
        A REFI-QDA project (.qdpx) or CSV of QualCoder with both coders, or with the first of them.
    other
        The second coder's file; without it both are in the first.
    mapping
        A YAML file: which code is which motive or direction.
    coders
        The names of the two, comma-separated, where a file has more.
    seed
        Of the bootstrap.
    format
        table, json or csv.
    language
        nb, nn or en.
    """
    with clear_errors(language, format):
        from samvirke.evidence.motive_agreement import motive_agreement
        from samvirke.sources.qualitative import two_coders

        first, second = two_coders(file, other, mapping, coders)
        deliver(motive_agreement(first, second, seed), format, language)


@app.command
def portrait(
    edition: str,
    cooperation: str,
    *,
    beside: str = "",
    date: str | None = None,
    out: Path | None = None,
    format: Format = "table",
    language: Language = "nb",
) -> None:
    """Tell everything of one cooperation on one page, and of another beside it.

    Parameters
    ----------
    edition
        A built-in edition or a folder of tables.
    cooperation
        Its id in the table cooperation, or "case A" for an anonymous one of the table case.
    beside
        Another cooperation, shown beside it.
    date
        The day the edition is seen from (YYYY-MM-DD); by default its own.
    out
        Folder to write the page (HTML) and every table to; without it, the answer is printed.
    format
        table, json or csv, of what is printed without --out.
    language
        nb, nn or en.
    """
    with clear_errors(language, format):
        from samvirke.catalogue import ask
        from samvirke.edition import open_edition

        finding = ask("portrait", open_edition(edition), date=date, cooperation=cooperation, beside=beside)
        if out is None:
            deliver(finding, format, language)
        else:
            from samvirke.report.portrait_page import write_portrait

            page = write_portrait(finding, out, language)
            written = Text(nb="Siden ligger i", nn="Sida ligg i", en="The page is in")
            print(f"{written[language]} {page}")
