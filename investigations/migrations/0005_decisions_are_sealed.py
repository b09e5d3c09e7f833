import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('investigations', '0004_evidence_is_final'),
        ('vault', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='decisionitem',
            name='outside_with_a_reason',
        ),
        migrations.RenameField(
            model_name='decisionitem',
            old_name='outside_note',
            new_name='outside_note_sealed',
        ),
        migrations.AddField(
            model_name='appeal',
            name='compartment',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vault.compartment'),
        ),
        migrations.AddField(
            model_name='appeal',
            name='grounds_sealed',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='decision',
            name='letters_sealed',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='decisionitem',
            name='dropped_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='decisionitem',
            name='outside_compartment',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vault.compartment'),
        ),
        migrations.AddConstraint(
            model_name='decisionitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outside_schedule', True), _negated=True), ('outside_note_sealed__isnull', False), _connector='OR'), name='outside_with_a_reason'),
        ),
    ]
