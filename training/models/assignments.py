"""Who must take which course by when, and who is away. Nightly work is repeatable because of the unique keys here."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from training.models.courses import Course
from training.states import AbsenceReason, AssignmentState, Dropped, Why


class Assignment(models.Model):
    """One person, one course, one date. There is never more than one open at a time for a person and a course."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    employee = models.ForeignKey("people.Employee", on_delete=models.PROTECT, related_name="assignments")
    # The index of course, state and date below serves both; one fewer to write for each of many rows.
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="assignments", db_index=False)
    # The audience of the policy's rule that asks for it ("" when an administrator does).
    rule = models.CharField(max_length=40, blank=True)
    why = models.CharField(max_length=12, choices=Why.choices)
    state = models.CharField(max_length=8, choices=AssignmentState.choices, default=AssignmentState.OPEN)
    assigned_at = models.DateTimeField()
    due_date = models.DateField()
    # The first moment at which it is late.
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=12, choices=Dropped.choices, blank=True)
    # The date before it was moved, why, when and by whom (empty: by an absence that the worker met).
    moved_from = models.DateField(null=True)
    moved_reason = models.CharField(max_length=8, choices=AbsenceReason.choices, blank=True)
    moved_at = models.DateTimeField(null=True)
    moved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    # Reminders: how far they have come (`training.reminding`), when to look again, and when the manager last heard of it.
    last_rung = models.CharField(max_length=40, blank=True)
    next_at = models.DateTimeField(null=True)
    manager_told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["employee", "course"], condition=Q(state="open"), name="one_open_assignment"),
            models.CheckConstraint(
                condition=Q(state="open", done_at__isnull=True, ended_at__isnull=True, ended_reason="")
                | Q(state="done", done_at__isnull=False, ended_at__isnull=True, ended_reason="", next_at__isnull=True)
                | (Q(state="dropped", done_at__isnull=True, ended_at__isnull=False, next_at__isnull=True) & ~Q(ended_reason="")),
                name="assignment_state_fits",
            ),
            models.CheckConstraint(
                condition=Q(moved_from__isnull=True, moved_reason="", moved_at__isnull=True)
                | (Q(moved_from__isnull=False, moved_at__isnull=False) & ~Q(moved_reason="")),
                name="assignment_moved_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="assignment_next"),
            models.Index(fields=["course", "state", "due_at"], name="assignment_of_course"),
        ]

    def __str__(self) -> str:
        return f"assignment {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == AssignmentState.OPEN


class Absence(models.Model):
    """Somebody is away for a while: what falls due meanwhile is due later. `until`: the last day away."""

    employee = models.ForeignKey("people.Employee", on_delete=models.PROTECT, related_name="absences")
    since = models.DateField()
    until = models.DateField()
    reason = models.CharField(max_length=8, choices=AbsenceReason.choices)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    # Back earlier than planned, or entered by mistake.
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-since", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(until__gte=F("since")), name="absence_ends_after_start")]
        indexes = [models.Index(fields=["employee", "until"], name="absence_of_person")]

    def __str__(self) -> str:
        return f"absence {self.pk}"


class Sweep(models.Model):
    """The look at everybody for one rule and course: where it stands, so that another worker goes on from there."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="sweeps")
    rule = models.CharField(max_length=40)
    # When to look again; while a look goes on, `cursor` is the last employee looked at.
    look_at = models.DateTimeField()
    cursor = models.UUIDField(null=True)
    given = models.PositiveIntegerField(default=0)
    # The directory changed while a look went on: look once more when it is over.
    again = models.BooleanField(default=False)
    # When everybody was looked at for the very first time: whoever is new after that has joined, been promoted or been given a role.
    first_finished_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "rule"], name="one_sweep_for_rule")]

    def __str__(self) -> str:
        return f"sweep {self.pk}"
