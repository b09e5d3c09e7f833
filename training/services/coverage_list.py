"""Who has which training, as a CSV file (R10: exportable). Formula-safe, in constant memory, recorded before the first line."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from people.models import Employee, Role, User
from people.spreadsheets import csv_lines
from policy.calendars import WorkCalendar
from policy.selectors import calendar_for
from training import coverage
from training.certificates import in_groups
from training.coverage import AsOf, Place
from training.models import Completion, Course
from training.rules import Rule, runs_out, strictest

BATCH = 2_000


def take_list(*, course: Course, at: AsOf, place: Place, state: str, by: User, now: datetime) -> Iterator[str]:
    """The file line by line: everybody who was asked on that day, as `coverage.people_of` finds them."""
    with transaction.atomic():
        facts = {"course": course.code, "day": at.day, "whole": place == Place() and not state}
        actor = staff(by, Role.TRAINING_ADMIN.value)
        record(
            by=actor, action=Action.TRAINING_LIST_TAKEN, subject_id=None, object_kind="course", object_id=course.pk, facts=facts, now=now
        )
    return csv_lines(_heading(), _rows(course, at, place, state))


def _heading() -> list[str]:
    return [
        _("Number"), _("Name"), _("Name in the other language"), _("Unit"), _("Site"), _("State"), _("Due on"), _("Completed on"),
        _("Counts until"), _("Minutes"), _("Version"), _("Fingerprint of the version"), _("Provider"), _("Source"),
        _("Number of the certificate"),
    ]  # fmt: skip


def _rows(course: Course, at: AsOf, place: Place, state: str) -> Iterator[tuple]:
    rule, calendar = strictest(coverage.rules_for(course, at)), calendar_for()
    people = coverage.people_of(course, at, place, state=state).iterator(chunk_size=BATCH)
    while batch := list(islice(people, BATCH)):
        keys = [person.completion_id for person in batch if person.completion_id]
        evidence = Completion.objects.select_related("version").in_bulk(keys)
        for person in batch:
            yield (*_person(person), *_evidence(evidence.get(person.completion_id), rule, calendar))


def _person(person: Employee) -> tuple:
    due = person.due_then.isoformat() if person.due_then else ""
    unit, site = (each.name if each else "" for each in (person.unit, person.site))
    return person.number, person.name, person.other_name, unit, site, str(coverage.STATE_WORDS[person.standing]), due


def _evidence(completion: Completion | None, rule: Rule | None, calendar: WorkCalendar) -> tuple:
    if completion is None:
        return ("",) * 8
    until: date | None = runs_out(rule, completion.completed_on, calendar) if rule else None
    version = completion.version
    return (
        completion.completed_on.isoformat(),
        until.isoformat() if until else "",
        str(round(completion.seconds / 60)),
        str(version.number) if version else "",
        completion.content_hash,
        completion.provider,
        str(completion.get_source_display()),
        in_groups(completion.number),
    )
