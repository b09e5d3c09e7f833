"""Evidence, custody, papers of parties, reports and released letters never change."""

from django.db import migrations

from investigations import triggers


def install(apps, schema_editor):
    triggers.install(schema_editor.connection)


def uninstall(apps, schema_editor):
    triggers.uninstall(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("investigations", "0003_investigation")]
    operations = [migrations.RunPython(install, uninstall)]
