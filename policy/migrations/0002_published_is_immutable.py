"""The database itself refuses to change or delete a published policy version (R03)."""

from django.db import migrations

FIXED = """
    id number profile_id day_count title summary change_summary sections limits conduct sanctions channels body support
    training retention review adoption facts author_id approver_id row_version created_at approved_at published_at
    effective_date effective_at content_hash
""".split()

MESSAGE = "a published policy version is immutable"


def _create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        _create_postgresql(schema_editor)
    else:
        _create_sqlite(schema_editor)


def _create_sqlite(schema_editor):
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in FIXED)
    schema_editor.execute(
        f"""
        CREATE TRIGGER policy_version_no_update BEFORE UPDATE ON policy_policyversion
        WHEN OLD.published_at IS NOT NULL AND (
            {changed}
            OR (NEW.state IS NOT OLD.state AND NOT (OLD.state = 'published' AND NEW.state = 'superseded'))
        )
        BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
        """
    )
    schema_editor.execute(
        f"""
        CREATE TRIGGER policy_version_no_delete BEFORE DELETE ON policy_policyversion
        WHEN OLD.published_at IS NOT NULL
        BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
        """
    )


def _create_postgresql(schema_editor):
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in FIXED)
    schema_editor.execute(
        f"""
        CREATE FUNCTION policy_version_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF OLD.published_at IS NULL THEN
                IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                RETURN NEW;
            END IF;
            IF TG_OP = 'DELETE' OR {changed}
               OR (NEW.state IS DISTINCT FROM OLD.state AND NOT (OLD.state = 'published' AND NEW.state = 'superseded')) THEN
                RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    schema_editor.execute(
        """
        CREATE TRIGGER policy_version_immutable BEFORE UPDATE OR DELETE ON policy_policyversion
        FOR EACH ROW EXECUTE FUNCTION policy_version_immutable()
        """
    )


def _drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER IF EXISTS policy_version_immutable ON policy_policyversion")
        schema_editor.execute("DROP FUNCTION IF EXISTS policy_version_immutable()")
    else:
        schema_editor.execute("DROP TRIGGER IF EXISTS policy_version_no_update")
        schema_editor.execute("DROP TRIGGER IF EXISTS policy_version_no_delete")


class Migration(migrations.Migration):
    dependencies = [("policy", "0001_initial")]

    operations = [migrations.RunPython(_create, _drop)]
