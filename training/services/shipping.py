"""Putting the shipped courses in place: published at once in a new installation, offered as a draft where a course is there already."""

from datetime import datetime

from django.db import transaction

from training.models import Course
from training.services.courses import content_hash, new_draft, put_in_force
from training.shipped import Shipped, shipped_courses
from training.states import VersionState


def install(*, now: datetime) -> list[str]:
    """Put every shipped course in place; running it again changes nothing. Returns the codes of those that changed. Raises BadCourse."""
    return [each.code for each in shipped_courses() if _install(each, now)]


@transaction.atomic
def _install(shipped: Shipped, now: datetime) -> bool:
    fingerprint = content_hash(shipped.code, shipped.content)
    defaults = {"audience": shipped.audience, "created_at": now, "shipped_hash": fingerprint}
    course, created = Course.objects.select_for_update().get_or_create(code=shipped.code, defaults=defaults)
    if created:
        version = new_draft(course, shipped.content, None, now)
        put_in_force(version, version.row_version, None, None, now)
        return True
    if course.shipped_hash == fingerprint or course.versions.filter(state=VersionState.DRAFT).exists():
        return False
    # The employer's training staff look at what has changed and decide about it, as about any change.
    new_draft(course, shipped.content, None, now)
    course.shipped_hash = fingerprint
    course.save(update_fields=["shipped_hash"])
    return True
