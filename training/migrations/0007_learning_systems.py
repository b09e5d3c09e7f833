"""Other learning systems, which of their activities are courses, and what they sent."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('training', '0006_import_file'),
    ]

    operations = [
        migrations.CreateModel(
            name='LearningSystem',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('key', models.CharField(max_length=32, null=True, unique=True)),
                ('secret_hash', models.CharField(blank=True, max_length=64)),
                ('token_at', models.DateTimeField(null=True)),
                ('used_on', models.DateField(null=True)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('key__isnull', True), ('secret_hash', ''), ('token_at__isnull', True)), models.Q(('key__isnull', False), ('token_at__isnull', False), models.Q(('secret_hash', ''), _negated=True)), _connector='OR'), name='token_whole_or_none')],
            },
        ),
        migrations.CreateModel(
            name='MappedActivity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('activity', models.CharField(max_length=500)),
                ('made_at', models.DateTimeField()),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='training.course')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('system', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='activities', to='training.learningsystem')),
            ],
            options={
                'ordering': ['activity', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('system', 'activity'), name='activity_mapped_once')],
            },
        ),
        migrations.CreateModel(
            name='ReceivedStatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('statement_id', models.UUIDField()),
                ('digest', models.CharField(max_length=64)),
                ('received_at', models.DateTimeField()),
                ('outcome', models.CharField(choices=[('done', 'Is a completion'), ('ignored', 'Says nothing about a completion'), ('waiting', 'Waits for an administrator'), ('aside', 'Set aside by an administrator')], max_length=8)),
                ('why', models.CharField(blank=True, choices=[('person', 'Nobody in the directory is recognised'), ('activity', 'This activity is no course yet'), ('future', 'The date lies in the future'), ('not_here', 'The person did not work here on that day')], max_length=8)),
                ('waiting_sealed', models.BinaryField(null=True)),
                ('completion', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='training.completion')),
                ('system', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='training.learningsystem')),
            ],
            options={
                'ordering': ['received_at', 'pk'],
                'indexes': [models.Index(fields=['outcome', 'received_at'], name='statement_outcome')],
                'constraints': [models.UniqueConstraint(fields=('system', 'statement_id'), name='statement_once'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'waiting'), ('waiting_sealed__isnull', False), models.Q(('why', ''), _negated=True)), models.Q(models.Q(('outcome', 'waiting'), _negated=True), ('waiting_sealed__isnull', True), ('why', '')), _connector='OR'), name='statement_kept_while_waiting')],
            },
        ),
    ]
