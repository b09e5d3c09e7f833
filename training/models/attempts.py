"""How far somebody has come in a course. What they chose is kept only until they have finished (`AnswerCount` then)."""

import uuid

from django.db import models
from django.db.models import Q

from training.models.assignments import Assignment
from training.models.courses import Course, CourseVersion


class Attempt(models.Model):
    """One person going through one version of a course. `seconds`: the time really spent on it, idle time left out."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    employee = models.ForeignKey("people.Employee", on_delete=models.PROTECT, related_name="attempts")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="attempts")
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="attempts")
    assignment = models.ForeignKey(Assignment, on_delete=models.SET_NULL, null=True, related_name="attempts")
    language = models.CharField(max_length=10)
    started_at = models.DateTimeField()
    # The newest request of the person in this course, and on which part.
    seen_at = models.DateTimeField()
    seen_part = models.CharField(max_length=40, blank=True)
    seconds = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["employee", "course"], condition=Q(finished_at__isnull=True), name="one_attempt_at_a_time")
        ]

    def __str__(self) -> str:
        return f"attempt {self.pk}"


class Answer(models.Model):
    """One part of an attempt: when it was shown, answered and read to the end, and for how long.

    `choice`, `depends` and `skipped` are emptied when the attempt is finished: the dates stay as evidence, the choice does not.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="answers")
    part = models.CharField(max_length=40)
    shown_at = models.DateTimeField()
    # The first answer given; another look at the same scene does not replace it.
    choice = models.CharField(max_length=40, blank=True)
    depends = models.JSONField(default=list)
    # The equal text was read instead of the scene.
    skipped = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True)
    # Read to the end, feedback included: only that completes a part (R08).
    read_at = models.DateTimeField(null=True)
    seconds = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "part"], name="one_answer_a_part")]

    def __str__(self) -> str:
        return f"answer {self.pk}"


class AnswerCount(models.Model):
    """How often an answer was chosen, by version, part, unit and month in which the course was finished. Nobody's name is in it.

    `choice`: an option, a judgement, `depends:<id>` for something ticked, or `skipped`.
    """

    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="answer_counts")
    part = models.CharField(max_length=40)
    choice = models.CharField(max_length=48)
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    month = models.DateField()
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "part", "choice", "unit", "month"], name="one_answer_count"),
            # People without a unit: an empty unit is never equal to another one.
            models.UniqueConstraint(
                fields=["version", "part", "choice", "month"], condition=Q(unit__isnull=True), name="one_answer_count_without_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"answer count {self.pk}"
