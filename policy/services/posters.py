"""The register of sheets on walls: hung, looked at again, replaced, taken down."""

from datetime import date, datetime

from django.db import transaction

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from people.models import Role, Site, User
from policy.models import PolicyVersion, PosterPlace
from policy.poster_selectors import says


class CheckBehindUs(ValueError):
    """The day of the next look must lie ahead."""


@transaction.atomic
def hang(
    *, version: PolicyVersion, kind: str, tongue: str, place: str, site: Site | None, check_by: date, today: date, by: User, now: datetime
) -> PosterPlace:
    """Note that a sheet of the version in force hangs at `place`. Raises CheckBehindUs."""
    _ahead(check_by, today)
    row = PosterPlace.objects.create(
        place=place,
        site=site,
        kind=kind,
        tongue=tongue,
        version=version,
        says=says(version, tongue),
        hung_by=by,
        hung_at=now,
        checked_at=now,
        check_by=check_by,
    )
    _audit(Action.POSTER_HUNG, row, by, now)
    return row


@transaction.atomic
def looked(*, poster: PosterPlace, check_by: date, today: date, by: User, now: datetime) -> None:
    """Somebody saw it hang and be readable. Raises CheckBehindUs."""
    _ahead(check_by, today)
    PosterPlace.objects.filter(pk=poster.pk, removed_at__isnull=True).update(checked_at=now, check_by=check_by)
    _audit(Action.POSTER_CHECKED, poster, by, now)


@transaction.atomic
def replaced(*, poster: PosterPlace, version: PolicyVersion, check_by: date, today: date, by: User, now: datetime) -> None:
    """The sheet was exchanged for one of the version in force. Raises CheckBehindUs."""
    _ahead(check_by, today)
    PosterPlace.objects.filter(pk=poster.pk, removed_at__isnull=True).update(
        version=version, says=says(version, poster.tongue), hung_by=by, hung_at=now, checked_at=now, check_by=check_by
    )
    _audit(Action.POSTER_HUNG, poster, by, now)


@transaction.atomic
def taken_down(*, poster: PosterPlace, by: User, now: datetime) -> None:
    """It hangs there no more; a second time changes nothing."""
    if PosterPlace.objects.filter(pk=poster.pk, removed_at__isnull=True).update(removed_at=now):
        _audit(Action.POSTER_REMOVED, poster, by, now)


def _ahead(check_by: date, today: date) -> None:
    if check_by <= today:
        raise CheckBehindUs


def _audit(action: Action, poster: PosterPlace, by: User, now: datetime) -> None:
    facts = {"poster": poster.pk, "sheet": poster.kind, "tongue": poster.tongue}
    record(by=staff(by, Role.POLICY_ADMIN.value), action=action, subject_id=None, object_kind="poster", facts=facts, now=now)
