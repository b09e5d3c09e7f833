"""Re-issuing a version to people, and what each of them signed. A signature never changes again (triggers)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from policy.models.versions import PolicyVersion


class Audience(models.TextChoices):
    EVERYBODY = "everybody", _("Everybody")
    UNIT = "unit", _("One unit, with everything below it")
    MANAGERS = "managers", _("Whoever leads people")
    HANDLERS = "handlers", _("Whoever handles reports")
    JOINERS = "joiners", _("Only those who join from the first day on")


class CampaignState(models.TextChoices):
    DRAFT = "draft", _("Not started")
    GATHERING = "gathering", _("Starting")
    RUNNING = "running", _("Running")
    CLOSED = "closed", pgettext_lazy("re-issue", "Closed")


class DueUnit(models.TextChoices):
    CALENDAR_DAY = "calendar_day", _("days")
    WORKING_DAY = "working_day", _("working days")


class Campaign(models.Model):
    """One version re-issued to one audience. `questions` has the shape of `policy.comprehension`; fixed once it is started."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="campaigns")
    audience = models.CharField(max_length=12, choices=Audience.choices)
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    starts_on = models.DateField()
    due_value = models.PositiveSmallIntegerField(default=14)
    due_unit = models.CharField(max_length=12, choices=DueUnit.choices, default=DueUnit.CALENDAR_DAY)
    # The last day on which it can be signed; empty: until somebody closes it.
    closes_on = models.DateField(null=True, blank=True)
    questions = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=CampaignState.choices, default=CampaignState.DRAFT)
    row_version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    # The first moment of `starts_on`, or the start when that came later: due dates count from here.
    begins_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    # Gathering: the last employee taken in, how many so far, and how many there were at the start.
    cursor = models.UUIDField(null=True)
    gathered = models.PositiveIntegerField(default=0)
    expected = models.PositiveIntegerField(default=0)
    gathered_at = models.DateTimeField(null=True)
    # When the worker looks for joiners and leavers next.
    look_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(audience="unit", unit__isnull=False) | (~Q(audience="unit") & Q(unit__isnull=True)),
                name="campaign_unit_fits_audience",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", begins_at__isnull=True) | (~Q(state="draft") & Q(begins_at__isnull=False)),
                name="campaign_started_has_moment",
            ),
            models.CheckConstraint(condition=Q(due_value__gte=1), name="campaign_due_is_positive"),
        ]
        indexes = [models.Index(fields=["look_at"], condition=Q(look_at__isnull=False), name="campaign_look")]

    def __str__(self) -> str:
        return f"campaign {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether people may sign."""
        return self.state in (CampaignState.GATHERING, CampaignState.RUNNING)


class Method(models.TextChoices):
    PORTAL = "portal", _("Signed here")
    PAPER = "paper", _("Signed on paper")


class Ended(models.TextChoices):
    LEFT = "left", _("Has left")
    LEAVE = "leave", _("On long leave")
    CLOSED = "closed", _("Not signed before it was closed")


class Acknowledgement(models.Model):
    """One person in one campaign. Which questions were answered is kept; how often somebody got one wrong is not."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="acknowledgements")
    employee = models.ForeignKey("people.Employee", on_delete=models.PROTECT, related_name="acknowledgements")
    starts_at = models.DateTimeField()
    due_date = models.DateField()
    # The first moment at which it is late.
    due_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    # Ids of the questions answered.
    answered = models.JSONField(default=list)
    signed_at = models.DateTimeField(null=True)
    version_hash = models.CharField(max_length=64, blank=True)
    method = models.CharField(max_length=6, choices=Method.choices, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=6, choices=Ended.choices, blank=True)
    # The reminder ladder: how far it climbed (`policy.ladder`), when to look again, and when the manager heard of it.
    last_rung = models.CharField(max_length=40, blank=True)
    next_at = models.DateTimeField(null=True)
    manager_told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "employee"], name="acknowledged_once"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, method="", version_hash="", recorded_by__isnull=True)
                | (
                    Q(signed_at__isnull=False, ended_at__isnull=True, next_at__isnull=True)
                    & ~Q(version_hash="")
                    & (Q(method="portal", opened_at__isnull=False, recorded_by__isnull=True) | Q(method="paper", recorded_by__isnull=False))
                ),
                name="acknowledged_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_reason="")
                | (Q(ended_at__isnull=False, next_at__isnull=True) & ~Q(ended_reason="")),
                name="acknowledgement_ended_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="acknowledgement_next")]

    def __str__(self) -> str:
        return f"acknowledgement {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.signed_at is None and self.ended_at is None


class PaperSignature(models.Model):
    """The scan of a signature on paper and why it was not given here, both sealed under a key of the server (`people.serverseal`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    acknowledgement = models.OneToOneField(Acknowledgement, on_delete=models.PROTECT, related_name="paper")
    file = models.ForeignKey("vault.SealedFile", on_delete=models.PROTECT, related_name="+")
    reason_sealed = models.BinaryField()
    # Which server key it was sealed under.
    key_id = models.CharField(max_length=16)
    row_version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"paper {self.pk}"
