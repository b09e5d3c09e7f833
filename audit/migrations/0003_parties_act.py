"""A respondent or a witness acts too: a fourth kind of actor."""

from django.db import migrations, models
from django.db.models import Q

from audit import triggers


def uninstall(apps, schema_editor):
    triggers.uninstall(schema_editor.connection)


def install(apps, schema_editor):
    triggers.install(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [
        # SQLite makes the table anew, and would lose them.
        migrations.RunPython(uninstall, install),
        migrations.AlterField(
            model_name="entry",
            name="actor_kind",
            field=models.CharField(
                choices=[("staff", "Staff"), ("reporter", "Reporter"), ("system", "System"), ("party", "Party")], max_length=16
            ),
        ),
        migrations.RemoveConstraint(model_name="entry", name="audit_actor_fits_kind"),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=Q(actor_kind="staff", user__isnull=False)
                | Q(actor_kind__in=["reporter", "system", "party"], user__isnull=True),
                name="audit_actor_fits_kind",
            ),
        ),
        migrations.RunPython(install, uninstall),
    ]
