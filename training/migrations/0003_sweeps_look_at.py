"""A sweep says when to look again; nothing was swept before."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("training", "0002_evidence_is_final")]

    operations = [
        migrations.DeleteModel(name="Standing"),
        migrations.DeleteModel(name="Sweep"),
        migrations.CreateModel(
            name="Sweep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=40)),
                ("look_at", models.DateTimeField()),
                ("cursor", models.UUIDField(null=True)),
                ("given", models.PositiveIntegerField(default=0)),
                ("again", models.BooleanField(default=False)),
                ("first_finished_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "course",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="sweeps", to="training.course"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("course", "rule"), name="one_sweep_for_rule")],
            },
        ),
    ]
