"""What nobody may change afterwards, enforced by the database: evidence, custody, papers of parties, reports, letters (R24, R25).

SQLite loses the triggers of a table that a later migration rebuilds; such a migration ends with `reinstall`.
"""

MESSAGE = "what was kept as evidence never changes"

_APPEND_ONLY = ("custodyentry", "partyfile", "report")
# Columns that are fixed from the start, of rows that nobody deletes.
_FIXED = {
    "evidence": (
        "id", "investigation_id", "number", "file_id", "attachment_id", "party_file_id", "derived_from_id", "derivation", "obtained_at",
        "added_at", "added_by_id",
    ),
    "partydocument": ("id", "party_id", "kind", "at", "by_id", "body_sealed"),
}  # fmt: skip


def _triggers(postgresql: bool) -> list[tuple[str, str, str, str]]:
    """(name, event, table, condition)."""
    differs = "IS DISTINCT FROM" if postgresql else "IS NOT"
    found = []
    for model in (*_APPEND_ONLY, *_FIXED):
        found.append((f"{model}_no_delete", "DELETE", f"investigations_{model}", "OLD.id IS NOT NULL"))
    for model in _APPEND_ONLY:
        found.append((f"{model}_no_update", "UPDATE", f"investigations_{model}", "OLD.id IS NOT NULL"))
    for model, columns in _FIXED.items():
        changed = " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in columns)
        found.append((f"{model}_fixed", "UPDATE", f"investigations_{model}", changed))
    changed = " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in ("letter_sealed", "released_at", "decision_id", "complaint_id"))
    found.append(("release_final", "UPDATE", "investigations_release", f"OLD.released_at IS NOT NULL AND ({changed})"))
    found.append(("release_no_delete", "DELETE", "investigations_release", "OLD.released_at IS NOT NULL"))
    return found


def install(connection) -> None:
    """Create the triggers."""
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if postgresql:
            cursor.execute(
                "CREATE OR REPLACE FUNCTION investigations_final() RETURNS trigger LANGUAGE plpgsql AS $$ "
                f"BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
        for name, event, table, when in _triggers(postgresql):
            if postgresql:
                what = f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION investigations_final()"
            else:
                what = f"WHEN {when} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            cursor.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} {what}")


def uninstall(connection) -> None:
    """Remove the triggers (to undo the migration)."""
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for name, _event, table, _when in _triggers(postgresql):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{f' ON {table}' if postgresql else ''}")
        if postgresql:
            cursor.execute("DROP FUNCTION IF EXISTS investigations_final()")


def reinstall(connection) -> None:
    """Put every trigger back, for migrations that rebuild one of these tables."""
    uninstall(connection)
    install(connection)
