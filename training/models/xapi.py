"""Other learning systems that send statements (xAPI), which of their activities are which course, and what arrived."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from training.models.completions import Completion
from training.models.courses import Course
from training.states import Outcome, Unclear


class LearningSystem(models.Model):
    """A learning system that may send statements, as long as it has a token. Only the token's hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Stands on certificates as the provider.
    name = models.CharField(max_length=120)
    # The public half of the token, and the hash of the other half; empty while there is none.
    key = models.CharField(max_length=32, unique=True, null=True)
    secret_hash = models.CharField(max_length=64, blank=True)
    token_at = models.DateTimeField(null=True)
    # The day on which it was last used.
    used_on = models.DateField(null=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(key__isnull=True, secret_hash="", token_at__isnull=True)
                | (Q(key__isnull=False, token_at__isnull=False) & ~Q(secret_hash="")),
                name="token_whole_or_none",
            )
        ]

    def __str__(self) -> str:
        return f"learning system {self.pk}"


class MappedActivity(models.Model):
    """An activity of another system that is one of our courses. A token reaches no course but those mapped for its system."""

    system = models.ForeignKey(LearningSystem, on_delete=models.CASCADE, related_name="activities")
    activity = models.CharField(max_length=500)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["activity", "pk"]
        constraints = [models.UniqueConstraint(fields=["system", "activity"], name="activity_mapped_once")]

    def __str__(self) -> str:
        return f"mapped activity {self.pk}"


class ReceivedStatement(models.Model):
    """A statement that arrived: its id and the hash of what it says, so that it counts once. What it says is kept only while it waits."""

    server_sealed = ("waiting_sealed",)

    system = models.ForeignKey(LearningSystem, on_delete=models.PROTECT, related_name="statements")
    statement_id = models.UUIDField()
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    # Why it waits; who, what and when, sealed under a key of the server, for the administrator who settles it.
    why = models.CharField(max_length=8, choices=Unclear.choices, blank=True)
    waiting_sealed = models.BinaryField(null=True)
    completion = models.ForeignKey(Completion, on_delete=models.PROTECT, null=True, related_name="statements")

    class Meta:
        ordering = ["received_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["system", "statement_id"], name="statement_once"),
            models.CheckConstraint(
                condition=(Q(outcome="waiting", waiting_sealed__isnull=False) & ~Q(why=""))
                | (~Q(outcome="waiting") & Q(waiting_sealed__isnull=True, why="")),
                name="statement_kept_while_waiting",
            ),
        ]
        indexes = [models.Index(fields=["outcome", "received_at"], name="statement_outcome")]

    def __str__(self) -> str:
        return f"statement {self.pk}"
