"""The record of who did or read what. Rows are written by `audit.services.record` and never change: the database refuses it."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Entry(models.Model):
    """One act. `digest` is SHA-256 over the row and the digest before it, so that nothing in between can change unseen."""

    class ActorKind(models.TextChoices):
        STAFF = "staff"
        REPORTER = "reporter"
        SYSTEM = "system"
        PARTY = "party"

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16, choices=ActorKind.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=32, blank=True)
    # A value of `Action`, checked by the service: as choices every new kind of entry would be a migration.
    action = models.CharField(max_length=48)
    subject_id = models.UUIDField(null=True)
    object_kind = models.CharField(max_length=32, blank=True)
    object_id = models.UUIDField(null=True)
    facts = models.JSONField(default=dict)
    previous = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)

    class Meta:
        ordering = ("seq",)
        verbose_name_plural = "entries"
        indexes = [models.Index(fields=["subject_id", "seq"], name="audit_of_subject")]
        constraints = [
            models.CheckConstraint(condition=Q(seq__gte=1), name="audit_starts_at_one"),
            models.CheckConstraint(
                condition=Q(actor_kind="staff", user__isnull=False) | Q(actor_kind__in=["reporter", "system", "party"], user__isnull=True),
                name="audit_actor_fits_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"entry {self.seq}"


class Head(models.Model):
    """The newest entry, in one row. Locking it puts writers in line; its mark (HMAC) can't be made without the keys file."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    seq = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)
    key_id = models.CharField(max_length=64)
    mark = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="audit_one_head")]

    def __str__(self) -> str:
        return f"head {self.seq}"


class SentForm(models.Model):
    """A form of staff that has done its work, so that a second click does nothing (`audit.once`). Gone after two days."""

    # A hash that covers a random token: nothing of what was in the form can be found from it.
    key = models.CharField(primary_key=True, max_length=64)
    at = models.DateTimeField(db_index=True)
    location = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"form {self.key[:8]}"
