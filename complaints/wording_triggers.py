"""A wording that was in force, or that the software brought, never changes and is never deleted, enforced by the database (D12).

Reports name the wording they were asked in by number and hash, so it must be there as long as they are.
"""

TABLE = "complaints_wordingversion"
MESSAGE = "a wording that was in force is immutable"

# Every column but `state`, which may still go from published to superseded.
FIXED = ("id", "number", "texts", "author_id", "publisher_id", "row_version", "created_at", "published_at", "content_hash")

_STATE_JUMP = "(NEW.state <> OLD.state AND NOT (OLD.state = 'published' AND NEW.state = 'superseded'))"


def install(connection) -> None:
    """Create the triggers."""
    postgresql = connection.vendor == "postgresql"
    differs = "IS DISTINCT FROM" if postgresql else "IS NOT"
    changed = " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in FIXED)
    frozen = "OLD.published_at IS NOT NULL"
    wanted = (
        ("wording_no_update", "UPDATE", f"{frozen} AND ({changed} OR {_STATE_JUMP})"),
        ("wording_no_delete", "DELETE", frozen),
    )
    with connection.cursor() as cursor:
        if postgresql:
            cursor.execute(
                "CREATE OR REPLACE FUNCTION wording_immutable() RETURNS trigger LANGUAGE plpgsql AS $$ "
                f"BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
        for name, event, when in wanted:
            if postgresql:
                what = f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION wording_immutable()"
            else:
                what = f"WHEN {when} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            cursor.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {TABLE} {what}")


def uninstall(connection) -> None:
    """Remove the triggers (to undo the migration)."""
    with connection.cursor() as cursor:
        on = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
        for name in ("wording_no_update", "wording_no_delete"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
        if connection.vendor == "postgresql":
            cursor.execute("DROP FUNCTION IF EXISTS wording_immutable()")
