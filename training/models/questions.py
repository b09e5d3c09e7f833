"""Questions to a course's expert. Both sides are sealed under a key of the server: neither employees nor training staff hold vault keys."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from training.models.courses import Course, CourseVersion


class ExpertQuestion(models.Model):
    """A question with the date an answer is promised by, and the answer. Both are kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    row_version = models.PositiveIntegerField(default=1)
    key_id = models.CharField(max_length=16)
    # Same token, same question: a double click asks once.
    token = models.CharField(max_length=64, unique=True)
    employee = models.ForeignKey("people.Employee", on_delete=models.PROTECT, related_name="expert_questions")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="questions")
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=40)
    question_sealed = models.BinaryField()
    asked_at = models.DateTimeField()
    expert = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_date = models.DateField()
    due_at = models.DateTimeField()
    answer_sealed = models.BinaryField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    # When the person who asked has read the answer.
    seen_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer_sealed__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answer_sealed__isnull=False, answered_by__isnull=False),
                name="question_answered_by_somebody",
            )
        ]
        indexes = [models.Index(fields=["expert", "due_at"], condition=Q(answered_at__isnull=True), name="open_questions")]

    def __str__(self) -> str:
        return f"question {self.pk}"
