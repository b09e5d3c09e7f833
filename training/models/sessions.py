"""Sessions held in a room or by video, who was there, and the sheets they signed. What was recorded is never changed: a correction is a
new session that replaces the old one, or a new attendance after the old one was taken back (R10)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from training.models.completions import Completion
from training.models.courses import Course, CourseVersion


class LiveSession(models.Model):
    """One session, planned or held. Once somebody's attendance is recorded, its details stay as they are."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="sessions")
    # What was taught: the version in force when it was held. Empty before the first attendance, or when none was in force then.
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, null=True, related_name="+")
    topic = models.CharField(max_length=200, blank=True)
    held_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    # Whoever was there for fewer minutes attended, but has not completed the course.
    least_minutes = models.PositiveSmallIntegerField()
    trainer = models.CharField(max_length=120)
    provider = models.CharField(max_length=120)
    place = models.CharField(max_length=120, blank=True)
    row_version = models.PositiveIntegerField(default=1)
    # The session that this one corrects.
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-held_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=1), name="session_lasted"),
            models.CheckConstraint(condition=Q(least_minutes__gte=1, least_minutes__lte=F("minutes")), name="session_least_fits"),
        ]

    def __str__(self) -> str:
        return f"session {self.pk}"


class SignInSheet(models.Model):
    """A page that people signed, sealed under a key of the server. Only ever added."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(LiveSession, on_delete=models.PROTECT, related_name="sheets")
    file = models.ForeignKey("vault.SealedFile", on_delete=models.PROTECT, related_name="+")
    key_id = models.CharField(max_length=16)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"sign-in sheet {self.pk}"


class Attendance(models.Model):
    """Who was there, and for how long. It has a completion when that was long enough. Never changed, only taken back (triggers)."""

    session = models.ForeignKey(LiveSession, on_delete=models.PROTECT, related_name="attendances")
    employee = models.ForeignKey("people.Employee", on_delete=models.PROTECT, related_name="+")
    minutes = models.PositiveSmallIntegerField()
    completion = models.OneToOneField(Completion, on_delete=models.PROTECT, null=True, related_name="attendance")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "employee"], condition=Q(removed_at__isnull=True), name="attended_once"),
            models.CheckConstraint(condition=Q(minutes__gte=1), name="attended_at_all"),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True) | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="attendance_taken_back_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"attendance {self.pk}"
