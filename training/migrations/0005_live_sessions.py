"""Sessions with their sheets and corrections; who attended is final. Nobody's session was recorded before."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from training import triggers


def install(apps, schema_editor):
    triggers.install(schema_editor.connection, triggers.attendance_rules)


def uninstall(apps, schema_editor):
    triggers.uninstall(schema_editor.connection, triggers.attendance_rules)


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_gender_and_outside"),
        ("training", "0004_fewer_indexes"),
        ("vault", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.DeleteModel(
            name='Attendance',
        ),
        migrations.DeleteModel(
            name='LiveSession',
        ),
        migrations.CreateModel(
            name='LiveSession',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('topic', models.CharField(blank=True, max_length=200)),
                ('held_at', models.DateTimeField()),
                ('minutes', models.PositiveSmallIntegerField()),
                ('least_minutes', models.PositiveSmallIntegerField()),
                ('trainer', models.CharField(max_length=120)),
                ('provider', models.CharField(max_length=120)),
                ('place', models.CharField(blank=True, max_length=120)),
                ('row_version', models.PositiveIntegerField(default=1)),
                ('recorded_at', models.DateTimeField()),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='training.course')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('replaces', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='training.livesession')),
                ('version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='training.courseversion')),
            ],
            options={
                'ordering': ['-held_at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('minutes__gte', 1)), name='session_lasted'), models.CheckConstraint(condition=models.Q(('least_minutes__gte', 1), ('least_minutes__lte', models.F('minutes'))), name='session_least_fits')],
            },
        ),
        migrations.CreateModel(
            name='Attendance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('minutes', models.PositiveSmallIntegerField()),
                ('added_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(null=True)),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('completion', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attendance', to='training.completion')),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.employee')),
                ('removed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendances', to='training.livesession')),
            ],
            options={
                'ordering': ['added_at', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('removed_at__isnull', True)), fields=('session', 'employee'), name='attended_once'), models.CheckConstraint(condition=models.Q(('minutes__gte', 1)), name='attended_at_all'), models.CheckConstraint(condition=models.Q(models.Q(('removed_at__isnull', True), ('removed_by__isnull', True)), models.Q(('removed_at__isnull', False), ('removed_by__isnull', False)), _connector='OR'), name='attendance_taken_back_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='SignInSheet',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('key_id', models.CharField(max_length=16)),
                ('created_at', models.DateTimeField()),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vault.sealedfile')),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='training.livesession')),
            ],
            options={
                'ordering': ['created_at', 'pk'],
            },
        ),
        migrations.RunPython(install, uninstall),
    ]
