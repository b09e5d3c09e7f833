"""Before the work: conflict declarations and how far the forced order of a new report has come."""

from django.conf import settings
from django.db import models

from complaints.models.protection import Urgency


class ConflictDeclaration(models.Model):
    """What a staff member answered before any content was shown (R20)."""

    complaint = models.ForeignKey("complaints.Complaint", on_delete=models.PROTECT, related_name="conflict_declarations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    has_conflict = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"declaration {self.pk}"


class Triage(models.Model):
    """How far the forced order of reading a new report has come (C4)."""

    complaint = models.OneToOneField("complaints.Complaint", on_delete=models.PROTECT, related_name="triage")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    # The words about safety are part of the acknowledging thread; here only when they were sent.
    safety_answered_at = models.DateTimeField(null=True)
    protection_answered_at = models.DateTimeField(null=True)
    urgency = models.CharField(max_length=10, choices=Urgency.choices, blank=True)
    acknowledged_at = models.DateTimeField(null=True)
    assigned_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"triage {self.pk}"
