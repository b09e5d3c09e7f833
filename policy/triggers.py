"""A published version never changes and is never deleted, enforced by the database (R03)."""

TABLE = "policy_policyversion"
MESSAGE = "a published policy version is immutable"

# Every column but `state`, which may still go from published to superseded.
FIXED = (
    "id", "number", "profile_id", "day_count", "title", "summary", "change_summary", "sections", "limits", "conduct",
    "sanctions", "channels", "body", "support", "training", "retention", "review", "adoption", "facts", "author_id",
    "approver_id", "row_version", "created_at", "approved_at", "published_at", "effective_date", "effective_at",
    "content_hash",
)  # fmt: skip

_STATE_JUMP = "(NEW.state <> OLD.state AND NOT (OLD.state = 'published' AND NEW.state = 'superseded'))"


def install(connection) -> None:
    """Create the triggers."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in FIXED)
            cursor.execute(
                "CREATE OR REPLACE FUNCTION policy_immutable() RETURNS trigger LANGUAGE plpgsql AS $$ "
                f"BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
            cursor.execute(
                f"CREATE TRIGGER policy_version_no_update BEFORE UPDATE ON {TABLE} FOR EACH ROW "
                f"WHEN (OLD.published_at IS NOT NULL AND ({changed} OR {_STATE_JUMP})) EXECUTE FUNCTION policy_immutable()"
            )
            cursor.execute(
                f"CREATE TRIGGER policy_version_no_delete BEFORE DELETE ON {TABLE} FOR EACH ROW "
                "WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION policy_immutable()"
            )
        else:
            changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in FIXED)
            refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            cursor.execute(
                f"CREATE TRIGGER policy_version_no_update BEFORE UPDATE ON {TABLE} "
                f"WHEN OLD.published_at IS NOT NULL AND ({changed} OR {_STATE_JUMP}) {refuse}"
            )
            cursor.execute(f"CREATE TRIGGER policy_version_no_delete BEFORE DELETE ON {TABLE} WHEN OLD.published_at IS NOT NULL {refuse}")


def uninstall(connection) -> None:
    """Remove the triggers (to undo the migration)."""
    with connection.cursor() as cursor:
        on = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
        for name in ("policy_version_no_update", "policy_version_no_delete"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
        if connection.vendor == "postgresql":
            cursor.execute("DROP FUNCTION IF EXISTS policy_immutable()")
