"""A signature never changes and is never deleted, enforced by the database (R06)."""

ACKNOWLEDGEMENT, PAPER = "policy_acknowledgement", "policy_papersignature"
MESSAGE = "a signature is final"

_SIGNED = "OLD.signed_at IS NOT NULL"
_TRIGGERS = (
    ("acknowledgement_no_update", "UPDATE", ACKNOWLEDGEMENT, _SIGNED),
    ("acknowledgement_no_delete", "DELETE", ACKNOWLEDGEMENT, _SIGNED),
    ("papersignature_no_update", "UPDATE", PAPER, "OLD.id IS NOT NULL"),
    ("papersignature_no_delete", "DELETE", PAPER, "OLD.id IS NOT NULL"),
)


def install(connection) -> None:
    """Create the triggers."""
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if postgresql:
            cursor.execute(
                "CREATE OR REPLACE FUNCTION policy_signature_final() RETURNS trigger LANGUAGE plpgsql AS $$ "
                f"BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
        for name, event, table, when in _TRIGGERS:
            if postgresql:
                what = f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION policy_signature_final()"
            else:
                what = f"WHEN {when} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            cursor.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} {what}")


def uninstall(connection) -> None:
    """Remove the triggers (to undo the migration)."""
    with connection.cursor() as cursor:
        for name, _event, table, _when in _TRIGGERS:
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
        if connection.vendor == "postgresql":
            cursor.execute("DROP FUNCTION IF EXISTS policy_signature_final()")
