"""Talks: planned, held, written down, confirmed by whoever was heard (R26)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.sealed import SealedRow
from investigations.models.investigation import Investigation


class Confirmation(models.TextChoices):
    CODE = "code", _("Confirmed with their code")
    SIGNED = "signed", _("Signed on paper")
    CORRECTED = "corrected", _("Confirmed with corrections")
    DECLINED = "declined", _("Declined to confirm")


class Interview(SealedRow):
    """One talk with one person.

    `plan_sealed`: {"place", "support_person", "language", "gender_wish", "guide": [{"stage", "text"}]}.
    `record_sealed`: {"present", "text"}.
    `again_sealed`: {"reason"}: why somebody is heard a second time on the same facts.
    The record goes to a party as a PartyDocument, to the reporter as a Statement; `document` or `statement` is where it was confirmed.
    """

    investigation = models.ForeignKey(Investigation, on_delete=models.PROTECT, related_name="interviews")
    person = models.ForeignKey("investigations.CasePerson", on_delete=models.PROTECT, related_name="interviews")
    number = models.PositiveSmallIntegerField()
    planned_at = models.DateTimeField(null=True)
    plan_sealed = models.BinaryField()
    interviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    held_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    record_sealed = models.BinaryField(null=True)
    again_sealed = models.BinaryField(null=True)
    document = models.OneToOneField("investigations.PartyDocument", on_delete=models.PROTECT, null=True, related_name="interview")
    statement = models.OneToOneField("complaints.Statement", on_delete=models.PROTECT, null=True, related_name="interview")
    confirmation = models.CharField(max_length=10, choices=Confirmation.choices, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["investigation", "number"], name="interview_number_once"),
            models.CheckConstraint(condition=Q(held_at__isnull=True) | Q(record_sealed__isnull=False), name="held_with_a_record"),
            models.CheckConstraint(condition=Q(confirmed_at__isnull=True) | Q(held_at__isnull=False), name="confirmed_after_held"),
        ]
