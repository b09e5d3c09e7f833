"""What the database itself refuses: changing a published course, changing or deleting evidence (R08, R10)."""

VERSION, COMPLETION, ATTENDANCE = "training_courseversion", "training_completion", "training_attendance"
MESSAGE_VERSION = "a published course version is immutable"
MESSAGE_COMPLETION = "a completion is evidence and never changes"
MESSAGE_ATTENDANCE = "an attendance is evidence and never changes"

# Every column but `state`, which may still go from published to superseded.
VERSION_FIXED = (
    "id", "course_id", "number", "content", "content_hash", "past_count", "author_id", "row_version", "created_at", "published_at",
    "published_by_id",
)  # fmt: skip
# Every column but those of a completion that is taken back.
COMPLETION_FIXED = (
    "id", "key", "employee_id", "name", "course_id", "version_id", "content_hash", "title", "completed_at", "completed_on", "seconds",
    "provider", "source", "language", "number", "attempt_id", "recorded_by_id", "recorded_at",
)  # fmt: skip
ATTENDANCE_FIXED = ("id", "session_id", "employee_id", "minutes", "completion_id", "added_by_id", "added_at")

_JUMP = "(NEW.state <> OLD.state AND NOT (OLD.state = 'published' AND NEW.state = 'superseded'))"


def _any_of(columns, differs: str) -> str:
    return " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in columns)


def _taken_back_again(prefix: str, differs: str) -> str:
    """What was taken back once stays as it is."""
    return f"(OLD.{prefix}_at IS NOT NULL AND ({_any_of((f'{prefix}_at', f'{prefix}_by_id'), differs)}))"


def course_rules(differs: str):
    version, completion = _any_of(VERSION_FIXED, differs), _any_of(COMPLETION_FIXED, differs)
    taken_back = _taken_back_again("revoked", differs)
    return (
        ("course_version_no_update", "UPDATE", VERSION, f"OLD.published_at IS NOT NULL AND ({version} OR {_JUMP})", MESSAGE_VERSION),
        ("course_version_no_delete", "DELETE", VERSION, "OLD.published_at IS NOT NULL", MESSAGE_VERSION),
        ("completion_no_update", "UPDATE", COMPLETION, f"({completion}) OR {taken_back}", MESSAGE_COMPLETION),
    )


def attendance_rules(differs: str):
    attendance, taken_back = _any_of(ATTENDANCE_FIXED, differs), _taken_back_again("removed", differs)
    return (("attendance_no_update", "UPDATE", ATTENDANCE, f"({attendance}) OR {taken_back}", MESSAGE_ATTENDANCE),)


def install(connection, rules=course_rules) -> None:
    """Create the triggers of `rules`."""
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for name, event, table, when, message in rules("IS DISTINCT FROM" if postgresql else "IS NOT"):
            if postgresql:
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
                    f"BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
                )
                what = f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {name}()"
            else:
                what = f"WHEN {when} BEGIN SELECT RAISE(ABORT, '{message}'); END"
            cursor.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} {what}")


def uninstall(connection, rules=course_rules) -> None:
    """Remove the triggers of `rules` (to undo the migration)."""
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for name, _event, table, _when, _message in rules("IS NOT"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if postgresql else ""))
            if postgresql:
                cursor.execute(f"DROP FUNCTION IF EXISTS {name}()")
