"""Ask an edition in SQL: read only, and with no way to files or the network."""

from __future__ import annotations

from threading import Timer

import pandas as pd

from samvirke.edition._edition import Edition
from samvirke.edition._exporting import arrow
from samvirke.errors import MissingExtraError, SamvirkeError
from samvirke.vocabulary.language import Text, same

MOST_ROWS, MOST_SECONDS = 1_000_000, 60
"""A query that gives more rows, or takes longer, is stopped."""

_ONE_SELECT = Text(nb="skriv én SELECT.", nn="skriv éin SELECT.", en="write one SELECT.")
_TOO_LONG = Text(nb=f"den tok mer enn {MOST_SECONDS} sekunder.", nn=f"ho tok meir enn {MOST_SECONDS} sekund.", en=f"it took more than {MOST_SECONDS} seconds.")
_TOO_MANY = Text(nb=f"den gir mer enn {MOST_ROWS} rader.", nn=f"ho gjev meir enn {MOST_ROWS} rader.", en=f"it gives more than {MOST_ROWS} rows.")


class QueryError(SamvirkeError, ValueError):
    """A query that cannot be run."""

    def __init__(self, reason: Text, edition: Edition) -> None:
        names = ", ".join(edition.tables)
        super().__init__(
            Text(
                nb=f"Spørringen kan ikke kjøres: {reason.nb} Tabeller: {names}.",
                nn=f"Spørjinga kan ikkje køyrast: {reason.nn} Tabellar: {names}.",
                en=f"The query cannot be run: {reason.en} Tables: {names}.",
            )
        )


def query(edition: Edition, sql: str) -> pd.DataFrame:
    """Run one SELECT over the tables of an edition.

    Parameters
    ----------
    edition : Edition
        Its tables are the tables of the query, by name.
    sql : str
        One SELECT in DuckDB's SQL. Dates are text, as in the tables.

    Returns
    -------
    pandas.DataFrame
        The rows, in the query's order.

    Raises
    ------
    QueryError
        When it is not one SELECT, names what is not there, or reaches for a file or the network.
    MissingExtraError
        When DuckDB is not installed.

    Examples
    --------
    >>> from samvirke.edition import open_edition
    >>> query(open_edition("nibr-2015"), "SELECT count(*) AS n FROM agreement WHERE signed IS NULL")["n"].tolist()
    [2]
    """
    try:
        import duckdb
    except ImportError:
        raise MissingExtraError("duckdb", "exports") from None
    with duckdb.connect(
        ":memory:", config={"python_enable_replacements": False, "autoinstall_known_extensions": False, "autoload_known_extensions": False}
    ) as database:
        for name, frame in edition.tables.items():
            database.register("source_rows", arrow(frame, name))
            database.execute(f'CREATE TABLE "{name}" AS SELECT * FROM source_rows')
            database.unregister("source_rows")
        database.execute("SET memory_limit = '2GB'")
        database.execute("SET enable_external_access = false")
        database.execute("SET lock_configuration = true")
        clock = Timer(MOST_SECONDS, database.interrupt)
        try:
            statements = database.extract_statements(sql)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise QueryError(_ONE_SELECT, edition)
            database.execute("BEGIN TRANSACTION READ ONLY")
            clock.start()
            database.execute(statements[0])
            columns = [column[0] for column in database.description or []]
            rows = database.fetchmany(MOST_ROWS + 1)
            if len(rows) > MOST_ROWS:
                raise QueryError(_TOO_MANY, edition)
            return pd.DataFrame(rows, columns=columns, dtype="object").infer_objects()
        except duckdb.Error as error:
            raise QueryError(_TOO_LONG if isinstance(error, duckdb.InterruptException) else same(str(error).splitlines()[0]), edition) from None
        finally:
            clock.cancel()
