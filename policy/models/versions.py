"""Policy versions. A published version never changes again (triggers)."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PolicyState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    APPROVED = "approved", _("Approved")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Superseded")


# From each state, the states a version may go to. Published versions only ever become superseded.
POLICY_STEPS = {
    PolicyState.DRAFT: {PolicyState.IN_REVIEW},
    PolicyState.IN_REVIEW: {PolicyState.DRAFT, PolicyState.APPROVED},
    PolicyState.APPROVED: {PolicyState.DRAFT, PolicyState.PUBLISHED},
    PolicyState.PUBLISHED: {PolicyState.SUPERSEDED},
    PolicyState.SUPERSEDED: set(),
}


class PolicyVersion(models.Model):
    """One version of the employer's policy. The JSON parts are read through `policy.selectors.content_of` only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=12, choices=PolicyState.choices, default=PolicyState.DRAFT)
    profile_id = models.CharField(max_length=40)
    day_count = models.CharField(max_length=12)
    # Texts in every language: {"en": …, "zh-hans": …}.
    title = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)
    change_summary = models.JSONField(default=dict)
    # Structured parts, in the shapes of `policy.parts`.
    sections = models.JSONField(default=list)
    limits = models.JSONField(default=list)
    conduct = models.JSONField(default=list)
    sanctions = models.JSONField(default=dict)
    channels = models.JSONField(default=list)
    body = models.JSONField(default=dict)
    support = models.JSONField(default=list)
    training = models.JSONField(default=list)
    retention = models.JSONField(default=list)
    review = models.JSONField(default=dict)
    adoption = models.JSONField(default=dict)
    facts = models.JSONField(default=list)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    row_version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    effective_date = models.DateField(null=True)
    # The moment from which it governs: the start of `effective_date`, or publication when that came later.
    effective_at = models.DateTimeField(null=True)
    content_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "in_review", "approved"], published_at__isnull=True)
                | (
                    models.Q(state__in=["published", "superseded"], published_at__isnull=False, effective_at__isnull=False)
                    & models.Q(effective_date__isnull=False, approver__isnull=False)
                    & ~models.Q(content_hash="")
                ),
                name="policy_published_is_complete",
            ),
            models.CheckConstraint(
                condition=models.Q(approver__isnull=True) | ~models.Q(approver=models.F("author")), name="policy_two_people"
            ),
        ]
        indexes = [models.Index(fields=["effective_at"], name="policy_effective")]

    def __str__(self) -> str:
        return f"policy version {self.number}"
