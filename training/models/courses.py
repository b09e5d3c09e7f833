"""Courses, their versions and files. A published version never changes again (triggers)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from training.states import Audience, FileKind, VersionState


class Course(models.Model):
    """One course. `code`: its place in addresses (/t/<code>/)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    audience = models.CharField(max_length=12, choices=Audience.choices)
    # The named colleague who answers questions, and within how many working days an answer is promised.
    expert = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answer_days = models.PositiveSmallIntegerField(default=2)
    # The fingerprint of the shipped course that was last taken over, so that a newer one is offered once.
    shipped_hash = models.CharField(max_length=64, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    # From then on nobody is given it any more.
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="course_audience_known"),
            models.CheckConstraint(condition=Q(answer_days__gte=1), name="course_answer_is_promised"),
        ]

    def __str__(self) -> str:
        return f"course {self.code}"


class CourseVersion(models.Model):
    """What a course says. `content` has the shape of `training.parts.CourseContent` and is read through `training.selectors.content_of`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=VersionState.choices, default=VersionState.DRAFT)
    content = models.JSONField(default=dict)
    content_hash = models.CharField(max_length=64, blank=True)
    # Whether completions of the versions before it still count once it is published.
    past_count = models.BooleanField(default=True)
    # Empty where the portal itself put a shipped course in place.
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    row_version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["course", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="course_version_number"),
            models.UniqueConstraint(fields=["course"], condition=Q(state="draft"), name="course_one_draft"),
            models.UniqueConstraint(fields=["course"], condition=Q(state="published"), name="course_one_published"),
            models.CheckConstraint(
                condition=Q(state="draft", published_at__isnull=True)
                | (Q(state__in=["published", "superseded"], published_at__isnull=False) & ~Q(content_hash="")),
                name="course_published_is_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of course {self.course_id}"


class CourseFile(models.Model):
    """A film, a recording or captions, kept as a sealed file under a key of the server (`people.serverseal`). Never changed, only added."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=8, choices=FileKind.choices)
    file = models.ForeignKey("vault.SealedFile", on_delete=models.PROTECT, related_name="+")
    key_id = models.CharField(max_length=16)
    media_type = models.CharField(max_length=60)
    length = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"course file {self.pk}"
