"""Tests that commit empty every table afterwards. The triggers that refuse exactly this are lifted for that moment and put back."""

from django.core.management.commands import flush
from django.db import connections


def let_tests_empty_tables() -> None:
    """Wrap the `flush` command of this process once."""
    if hasattr(flush.Command, "unguarded_handle"):
        return
    flush.Command.unguarded_handle = flush.Command.handle

    def handle(self, **options):
        connection = connections[options["database"]]
        lift, restore = (_postgresql if connection.vendor == "postgresql" else _sqlite)(connection)
        lift()
        try:
            return self.unguarded_handle(**options)
        finally:
            restore()

    flush.Command.handle = handle


def _sqlite(connection):
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()

    def lift():
        _run(connection, [f'DROP TRIGGER "{name}"' for name, _ in triggers])

    return lift, lambda: _run(connection, [sql for _, sql in triggers])


def _postgresql(connection):
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
        tables = [table for (table,) in cursor.fetchall()]

    def switch(word):
        return lambda: _run(connection, [f"ALTER TABLE {table} {word} TRIGGER USER" for table in tables])

    return switch("DISABLE"), switch("ENABLE")


def _run(connection, statements) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
