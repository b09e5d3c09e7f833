"""Dated facts, the deadlines they make, and what happened when one was missed."""

from django.conf import settings
from django.db import models

from complaints.models.complaint import Complaint
from complaints.models.sealed import SealedRow
from complaints.states import event_kinds


class Event(models.Model):
    """A dated fact about a complaint; append-only. `subject` tells which request, message or measure it is about."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=32, choices=event_kinds)
    subject = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    date = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    by_role = models.CharField(max_length=16)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["complaint", "kind"], name="event_of_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Deadline(models.Model):
    """One limit of the pinned policy version applied to one complaint. Lateness is computed when read, never stored as a flag."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="deadlines")
    limit_id = models.CharField(max_length=40)
    occurrence = models.CharField(max_length=64, default="1")
    starts_at = models.DateTimeField()
    due_at = models.DateTimeField()
    due_date = models.DateField()
    met_at = models.DateTimeField(null=True)
    # Nobody owes it any more, though it was not met (the case closed, the next round took over).
    ended_at = models.DateTimeField(null=True)
    # The next moment somebody must be told something; empty when nothing is left to tell.
    next_at = models.DateTimeField(null=True)
    last_rung = models.CharField(max_length=40, blank=True)
    # How often looking at it failed in a row; it is looked at ever less often then, and shows on the health page.
    failures = models.PositiveSmallIntegerField(default=0)
    late_noted_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    oversight_told_at = models.DateTimeField(null=True)
    responsible_role = models.CharField(max_length=16)
    escalates_to = models.CharField(max_length=16)
    # Why it is late, in the handler's words for the reporter (sealed to the statement compartment, in DeadlineChange).

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "limit_id", "occurrence"], name="one_deadline_per_occurrence"),
            models.CheckConstraint(
                condition=models.Q(due_at__gte=models.F("starts_at")) | models.Q(starts_at__isnull=False), name="deadline_has_start"
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=models.Q(met_at__isnull=True, next_at__isnull=False), name="deadline_next_moment"),
            models.Index(fields=["complaint", "due_at"], name="deadline_of_complaint"),
            models.Index(fields=["due_at"], condition=models.Q(met_at__isnull=True, ended_at__isnull=True), name="deadline_open_due"),
        ]

    def __str__(self) -> str:
        return f"{self.limit_id} {self.occurrence}"

    @property
    def is_open(self) -> bool:
        return self.met_at is None and self.ended_at is None


class DeadlineChange(SealedRow):
    """A moved date or a reason for lateness, with what it was before. The reporter sees the reason."""

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="changes")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # extension | late_reason | recomputed | calendar (a working calendar changed, see `moving`)
    # | refused (by oversight; its reason is sealed to the oversight compartment)
    kind = models.CharField(max_length=12)
    old_due_at = models.DateTimeField()
    new_due_at = models.DateTimeField()
    reason_sealed = models.BinaryField(null=True)

    class Meta:
        ordering = ["at"]


class Inaction(models.Model):
    """The inaction register: who sat still on what, when it passed above them, and when it was finally done (R39)."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="inactions")
    deadline = models.OneToOneField(Deadline, on_delete=models.PROTECT, related_name="inaction")
    responsible = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    responsible_role = models.CharField(max_length=16)
    late_at = models.DateTimeField()
    escalated_at = models.DateTimeField(null=True)
    escalated_to = models.CharField(max_length=16, blank=True)
    oversight_told_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"inaction {self.pk}"


class Redating(models.Model):
    """Every open date must be counted anew, because a calendar changed. `after`: the last complaint that has been looked at."""

    asked_at = models.DateTimeField()
    after = models.UUIDField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=models.Q(finished_at__isnull=True), name="redating_waiting")]

    def __str__(self) -> str:
        return f"redating {self.pk}"
