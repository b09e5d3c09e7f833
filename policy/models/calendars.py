"""Working calendars: which days and hours are worked, per site."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


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
