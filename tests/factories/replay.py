"""What every test begins with, made once in a process and written again row by row: it is the same each time and takes long to make.

SQLite only: there the numbers of rows go back with the transaction. On PostgreSQL everything is made anew.
"""

from collections.abc import Callable, Hashable

from django.db import connections, transaction

_rows: dict[Hashable, dict[str, list[tuple]]] = {}


def once(key: Hashable, make: Callable[[], object]) -> None:
    """Do `make()`, or write again what it wrote to the main database when it was done with this `key` before."""
    connection = connections["default"]
    if connection.vendor != "sqlite":
        make()
    elif key in _rows:
        _write(connection, _rows[key])
    else:
        before = _everything(connection)
        make()
        after = _everything(connection)
        _rows[key] = {table: new for table, rows in after.items() if (new := [row for row in rows if row not in before[table]])}


def _everything(connection) -> dict[str, list[tuple]]:
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name != "sqlite_sequence"]
        return {table: cursor.execute(f'SELECT * FROM "{table}"').fetchall() for table in tables}


def _write(connection, rows: dict[str, list[tuple]]) -> None:
    # References are checked at the end: the tables come in no order.
    with transaction.atomic(), connection.cursor() as cursor:
        for table, found in rows.items():
            places = ", ".join("%s" for _ in found[0])
            cursor.executemany(f'INSERT OR REPLACE INTO "{table}" VALUES ({places})', found)
