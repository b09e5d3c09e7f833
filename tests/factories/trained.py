"""Handlers with and without valid training, where a test is about it. Without a course for handlers nobody is asked (R09)."""

from datetime import datetime

from django.db import transaction

from audit.actors import SYSTEM
from people.models import User
from tests.factories.cast import Person
from tests.training import course as made
from training.models import Completion, CourseVersion
from training.services.completing import Earned, record_completion
from training.states import Source


def handlers_course(*, by: User, now: datetime) -> CourseVersion:
    """From here on whoever handles or decides reports needs valid training: the demonstration's policy has the rule."""
    return made.published("handlers", "handlers", by=by, now=now)


def train(version: CourseVersion, *people: Person, at: datetime) -> list[Completion]:
    """Have `people` complete the course at a moment."""
    found = []
    for person in people:
        key = f"live:{at.isoformat()}:{person.employee.pk}"
        earned = Earned(key, person.employee, version.course, version, at, 14_400, "A trainer", Source.LIVE)
        with transaction.atomic():
            found.append(record_completion(earned, by=SYSTEM, now=at)[0])
    return found
