"""Policy versions and working calendars: rows and constraints only. A published version never changes again (triggers)."""

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


class SiteCalendar(models.Model):
    """The working week and office hours of a site; the row without a site is the organisation's own."""

    # "organisation", or "site:<id>": unique where an empty site would not be.
    key = models.CharField(max_length=40, unique=True)
    site = models.OneToOneField("people.Site", on_delete=models.CASCADE, null=True, related_name="calendar")
    country = models.CharField(max_length=2, blank=True)
    subdivision = models.CharField(max_length=10, blank=True)
    time_zone = models.CharField(max_length=64)
    # Weekdays worked, Monday is 0.
    working_week = models.JSONField(default=list)
    # [["09:00", "12:00"], ["13:00", "18:00"]]
    office_hours = models.JSONField(default=list)
    # Raised by every change below it, so that cached calendars notice.
    revision = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"calendar {self.key}"


class CalendarYear(models.Model):
    """A year whose days off are known. `confirmed` means the official make-up days are in it, not only the fixed holidays."""

    calendar = models.ForeignKey(SiteCalendar, on_delete=models.CASCADE, related_name="years")
    year = models.PositiveSmallIntegerField()
    confirmed = models.BooleanField(default=False)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    seeded_at = models.DateTimeField()

    class Meta:
        ordering = ["year"]
        constraints = [models.UniqueConstraint(fields=["calendar", "year"], name="one_row_per_calendar_year")]

    def __str__(self) -> str:
        return f"{self.year}"


class DayKind(models.TextChoices):
    HOLIDAY = "holiday", _("Day off")
    WORKDAY = "workday", _("Make-up working day")


class DaySource(models.TextChoices):
    LIBRARY = "library", _("Holiday library")
    IMPORT = "import", _("Imported")


class CalendarDay(models.Model):
    """One day that differs from the working week. An imported day wins over the library's and survives a new seeding."""

    year = models.ForeignKey(CalendarYear, on_delete=models.CASCADE, related_name="days")
    date = models.DateField()
    kind = models.CharField(max_length=8, choices=DayKind.choices)
    name = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=8, choices=DaySource.choices)

    class Meta:
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["year", "date"], name="one_row_per_calendar_day")]

    def __str__(self) -> str:
        return f"{self.date} {self.kind}"
