"""The outbox: every message we owe somebody, kept until it is sent."""

import uuid

from django.conf import settings
from django.db import models


class Notice(models.Model):
    """One owed message. It carries no confidential word: a template name and a reference, nothing else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Same key, same message: owing it twice changes nothing.
    key = models.CharField(max_length=160, unique=True)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    template = models.CharField(max_length=40)
    about_kind = models.CharField(max_length=40, blank=True)
    about_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    # When to try next; empty when nothing is left to do.
    next_try_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["next_try_at"], condition=models.Q(next_try_at__isnull=False), name="notice_next_try")]

    def __str__(self) -> str:
        return f"notice {self.pk}"


class Heartbeat(models.Model):
    """When a background loop last looked. A silent timer is the failure nobody sees."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
