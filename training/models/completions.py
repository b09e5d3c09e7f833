"""Evidence that a course was completed (R08, R10). A completion never changes; it can only be taken back, with a date (triggers)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from training.models.attempts import Attempt
from training.models.courses import Course, CourseVersion
from training.states import Source


class Completion(models.Model):
    """One completed course of one person: name, date, version and hash, duration, provider, source, certificate number.

    `key` names what it was made from, so that nothing is counted twice: "attempt:<id>", "live:<session>:<employee>",
    "import:<fingerprint>", "xapi:<statement id>". `number`: the certificate's, unguessable, without the dashes shown.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=160, unique=True)
    employee = models.ForeignKey("people.Employee", on_delete=models.PROTECT, related_name="completions")
    # As it stood in the directory on that day.
    name = models.CharField(max_length=120)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="completions")
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, null=True, related_name="completions")
    content_hash = models.CharField(max_length=64, blank=True)
    title = models.JSONField(default=dict)
    completed_at = models.DateTimeField()
    # The date where the organisation is.
    completed_on = models.DateField()
    seconds = models.PositiveIntegerField()
    provider = models.CharField(max_length=120)
    source = models.CharField(max_length=8, choices=Source.choices)
    language = models.CharField(max_length=10, blank=True)
    number = models.CharField(max_length=20, unique=True)
    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, null=True, related_name="completion")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    # Taken back: imported for the wrong person, a sheet that was not signed.
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-completed_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(source="portal", attempt__isnull=False, version__isnull=False) | ~Q(source="portal"),
                name="completion_here_by_answering",
            ),
            models.CheckConstraint(condition=Q(version__isnull=True) | ~Q(content_hash=""), name="completion_names_the_text"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="completion_taken_back_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["course", "employee", "completed_on"], name="completion_newest")]

    def __str__(self) -> str:
        return f"completion {self.pk}"
