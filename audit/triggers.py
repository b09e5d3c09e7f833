"""Append-only, enforced by the database: entries are never updated or deleted, the head only moves forward.

On PostgreSQL the owner of the table also gives up the right to UPDATE, DELETE and TRUNCATE it.
"""

ENTRY, HEAD = "audit_entry", "audit_head"
MESSAGE = "audit entries are append-only"

_SQLITE = {
    "audit_entry_no_update": f"BEFORE UPDATE ON {ENTRY}",
    "audit_entry_no_delete": f"BEFORE DELETE ON {ENTRY}",
    "audit_head_no_delete": f"BEFORE DELETE ON {HEAD}",
    "audit_head_forward": f"BEFORE UPDATE ON {HEAD} WHEN NEW.id <> OLD.id OR NEW.seq <= OLD.seq",
}
_POSTGRESQL = {
    "audit_entry_no_update": f"BEFORE UPDATE OR DELETE ON {ENTRY} FOR EACH ROW",
    "audit_entry_no_truncate": f"BEFORE TRUNCATE ON {ENTRY} FOR EACH STATEMENT",
    "audit_head_no_delete": f"BEFORE DELETE ON {HEAD} FOR EACH ROW",
    "audit_head_no_truncate": f"BEFORE TRUNCATE ON {HEAD} FOR EACH STATEMENT",
    "audit_head_forward": f"BEFORE UPDATE ON {HEAD} FOR EACH ROW WHEN (NEW.id <> OLD.id OR NEW.seq <= OLD.seq)",
}


def install(connection) -> None:
    """Create the triggers."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
                f"BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
            for name, when in _POSTGRESQL.items():
                cursor.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION audit_append_only()")
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {ENTRY} FROM CURRENT_USER, PUBLIC")
        else:
            for name, when in _SQLITE.items():
                cursor.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END")


def uninstall(connection) -> None:
    """Remove the triggers (to undo the migration)."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name, when in _POSTGRESQL.items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {HEAD if HEAD in when else ENTRY}")
            cursor.execute("DROP FUNCTION IF EXISTS audit_append_only()")
            cursor.execute(f"GRANT UPDATE, DELETE, TRUNCATE ON {ENTRY} TO CURRENT_USER")
        else:
            for name in _SQLITE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def missing(connection) -> list[str]:
    """Names of triggers that are not there, changed (SQLite) or switched off (PostgreSQL)."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')")
            there = {name for (name,) in cursor.fetchall()}
            return sorted(set(_POSTGRESQL) - there)
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        there = dict(cursor.fetchall())
    return sorted(name for name, when in _SQLITE.items() if when not in there.get(name, "") or "RAISE(ABORT" not in there[name])
