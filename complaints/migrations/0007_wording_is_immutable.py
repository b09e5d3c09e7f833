"""The database itself refuses to change or delete a wording that was in force."""

from django.db import migrations

from complaints import wording_triggers


def install(apps, schema_editor):
    wording_triggers.install(schema_editor.connection)


def uninstall(apps, schema_editor):
    wording_triggers.uninstall(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0006_wording")]

    operations = [migrations.RunPython(install, uninstall)]
