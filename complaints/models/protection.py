"""Protection asked for, and what was decided: interim measures with reason, start, review and end (R22, R23)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint
from complaints.models.sealed import SealedRow


class Urgency(models.TextChoices):
    TODAY = "today", _("Today")
    THIS_WEEK = "this_week", _("This week")
    CAN_WAIT = "can_wait", _("It can wait")


class ProtectionRequest(SealedRow):
    """One wish for protection, from the report or later. `wish_sealed` holds which kind and the reporter's words."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="protection_requests")
    at = models.DateTimeField()
    urgency = models.CharField(max_length=10, choices=Urgency.choices, blank=True)
    wish_sealed = models.BinaryField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at"]


class MeasureDecision(models.TextChoices):
    GRANTED = "granted", _("Yes")
    PARTLY = "partly", _("Partly")
    REFUSED = "refused", _("No")


class Measure(SealedRow):
    """The answer to a wish: decision, reason, dates. A measure that burdens the reporter starts only with their consent."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="measures")
    request = models.ForeignKey(ProtectionRequest, on_delete=models.PROTECT, null=True, related_name="measures")
    decision = models.CharField(max_length=8, choices=MeasureDecision.choices)
    # what is done, why, pay effect: {"what", "reason", "pay_effect"}
    detail_sealed = models.BinaryField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    start_date = models.DateField(null=True)
    review_date = models.DateField(null=True)
    end_date = models.DateField(null=True)
    burdens_reporter = models.BooleanField(default=False)
    consent_at = models.DateTimeField(null=True)
    consent_refused_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    not_working_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["decided_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decision="refused") | models.Q(review_date__isnull=False), name="measure_has_review_date"
            ),
            models.CheckConstraint(
                condition=models.Q(burdens_reporter=False) | models.Q(start_date__isnull=True) | models.Q(consent_at__isnull=False),
                name="burden_starts_with_consent",
            ),
        ]
