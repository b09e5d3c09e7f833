"""The life of a policy version: draft, in review, approved, published, superseded.

Author and approver are two people; what is missing is refused in one list; what is published never changes.
"""

import hashlib
import json
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max, Q

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from people.models import Role, User
from people.selectors import organisation
from policy import starter
from policy.calendars import WorkCalendar
from policy.limits import Span
from policy.models import POLICY_STEPS, PolicyState, PolicyVersion
from policy.parts import PART_NAMES, Content, LimitPart, Source
from policy.profiles import Profile, profile
from policy.records import EMPTY, dump
from policy.requirements import Lack, lacks
from policy.selectors import content_of


class NotReady(Exception):
    """The version can't be published yet. `lacks`: everything that is missing."""

    def __init__(self, missing: list[Lack]):
        self.lacks = missing
        super().__init__(f"{len(missing)} things are missing: " + ", ".join(f"{lack.code} ({lack.place})" for lack in missing))


class SamePerson(Exception):
    """Whoever wrote a version, or a part of it, may not approve it."""


class DateBehindUs(Exception):
    """A version can't take effect on a day that is over: reports of that day were promised something else."""


class WrongState(Exception):
    """The version is not in a state in which this can be done, or somebody changed it meanwhile."""


@transaction.atomic
def create_from_profile(*, profile_id: str, by: User, now: datetime) -> PolicyVersion:
    """A new draft: the starter texts and the employer's own limits (without numbers), and what the profile's law adds.

    Raises `policy.profiles.UnknownProfile`.
    """
    start = profile(profile_id)
    content = Content(
        title=starter.TITLE,
        summary=starter.SUMMARY,
        change_summary=starter.FIRST,
        sections=starter.sections(start.id),
        limits=(*_own_limits(start), *start.limits),
        conduct=starter.conduct(),
        sanctions=starter.schedule(),
        training=start.training,
        retention=(*starter.retention(), *start.retention),
        facts=start.facts,
    )
    return _new(content, profile_id=start.id, day_count=start.day_count, by=by, now=now)


@transaction.atomic
def revise(*, version: PolicyVersion, by: User, now: datetime) -> PolicyVersion:
    """A new draft that starts from an existing version. What changed is for its author to say."""
    content = replace(content_of(version), change_summary=EMPTY)
    return _new(content, profile_id=version.profile_id, day_count=version.day_count, by=by, now=now)


def _own_limits(start: Profile) -> tuple[LimitPart, ...]:
    found = []
    for limit in starter.limits():
        standard, source = start.standards.get(limit.id, (None, None))
        if source:
            limit = replace(limit, standard=standard, source=source)
        found.append(limit)
    return tuple(found)


def _new(content: Content, *, profile_id: str, day_count: str, by: User, now: datetime) -> PolicyVersion:
    number = (PolicyVersion.objects.aggregate(top=Max("number"))["top"] or 0) + 1
    version = PolicyVersion(number=number, profile_id=profile_id, day_count=day_count, author=by, created_at=now, **columns(content))
    version.save(force_insert=True)
    _audit(version, Action.POLICY_DRAFTED, by, now)
    return version


def columns(content: Content) -> dict:
    """The JSON columns of a version that says `content`."""
    return {name: dump(getattr(content, name)) for name in PART_NAMES}


@transaction.atomic
def save_content(*, version: PolicyVersion, content: Content, row_version: int, by: User, now: datetime) -> PolicyVersion:
    """Replace what a draft says. Raises `WrongState` when it is no draft, or was changed since `row_version` was read."""
    locked = locked_version(version)
    if locked.state != PolicyState.DRAFT or locked.row_version != row_version:
        raise WrongState
    for name, value in columns(content).items():
        setattr(locked, name, value)
    locked.row_version += 1
    locked.save()
    _audit(locked, Action.POLICY_EDITED, by, now)
    return locked


@transaction.atomic
def submit(*, version: PolicyVersion, by: User, now: datetime) -> PolicyVersion:
    """Draft to review."""
    return _step(version, PolicyState.IN_REVIEW, by, now)


@transaction.atomic
def send_back(*, version: PolicyVersion, by: User, now: datetime) -> PolicyVersion:
    """Back to the author; an approval is taken back with it."""
    return _step(version, PolicyState.DRAFT, by, now, approver=None, approved_at=None)


@transaction.atomic
def approve(*, version: PolicyVersion, by: User, now: datetime) -> PolicyVersion:
    """Raises `SamePerson` when the author tries. What is approved must be what would be published, so it is checked here too."""
    locked = locked_version(version)
    if locked.author_id == by.pk or locked.edits.filter(by=by).exists():
        raise SamePerson
    _require_complete(locked)
    return _step(version, PolicyState.APPROVED, by, now, approver=by, approved_at=now)


@transaction.atomic
def publish(*, version: PolicyVersion, effective_date: date, by: User, now: datetime) -> PolicyVersion:
    """Put an approved version in force from the start of `effective_date` (now, if that has begun).

    Raises `NotReady` with everything that is missing, `DateBehindUs`, `SamePerson`, `WrongState`.
    """
    locked = locked_version(version)
    if locked.state != PolicyState.APPROVED:
        raise WrongState
    if locked.approver_id is None or locked.approver_id == locked.author_id:
        raise SamePerson
    _require_complete(locked)
    calendar = WorkCalendar(zone_name=organisation().time_zone)
    if effective_date < calendar.local_date(now):
        raise DateBehindUs
    locked.effective_date = effective_date
    locked.effective_at = max(now, calendar.start_of(effective_date))
    locked.published_at = now
    locked.state = PolicyState.PUBLISHED
    locked.content_hash = content_hash(locked)
    locked.save()
    retire_superseded(now=now)
    _audit(locked, Action.POLICY_PUBLISHED, by, now, number=locked.number, effective=effective_date)
    return locked


def retire_superseded(*, now: datetime) -> int:
    """Mark published versions that a later one has replaced. Repeating it changes nothing. Returns how many."""
    in_force = PolicyVersion.objects.filter(published_at__isnull=False, effective_at__lte=now).order_by("-effective_at", "-number").first()
    if in_force is None:
        return 0
    older = Q(effective_at__lt=in_force.effective_at) | Q(effective_at=in_force.effective_at, number__lt=in_force.number)
    return PolicyVersion.objects.filter(older, state=PolicyState.PUBLISHED).update(state=PolicyState.SUPERSEDED)


def content_hash(version: PolicyVersion) -> str:
    """SHA-256 (hex) over everything the version says, as canonical JSON; the same on every machine and database."""
    said = {name: dump(getattr(content_of(version), name)) for name in PART_NAMES}
    said |= {"number": version.number, "profile": version.profile_id, "day_count": version.day_count}
    said["effective_date"] = version.effective_date.isoformat()
    canonical = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def set_number(limit: LimitPart, value: int, unit: str) -> LimitPart:
    """The limit with the employer's number. Where the law had one, it stays the source; else the employer is."""
    Span(value, unit)
    source = limit.source if limit.source.src else Source()
    return replace(limit, value=value, unit=unit, source=source)


def confirm(record_with_source, *, by: User, now: datetime):
    """The same record, its fact confirmed by a person (R44)."""
    return replace(record_with_source, source=replace(record_with_source.source, confirmed_by=by.pk, confirmed_at=now))


def locked_version(version: PolicyVersion) -> PolicyVersion:
    """The row, locked until the end of the caller's transaction."""
    return PolicyVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)


def _step(version: PolicyVersion, to: str, by: User, now: datetime, **fields) -> PolicyVersion:
    locked = locked_version(version)
    if to not in POLICY_STEPS[locked.state]:
        raise WrongState
    for name, value in {"state": to, **fields}.items():
        setattr(locked, name, value)
    locked.row_version += 1
    locked.save()
    _audit(locked, Action.POLICY_MOVED, by, now, state=to)
    return locked


def _require_complete(version: PolicyVersion) -> None:
    missing = lacks(content_of(version))
    if missing:
        raise NotReady(missing)


def _audit(version: PolicyVersion, action: Action, by: User, now: datetime, **facts) -> None:
    record(
        by=staff(by, Role.POLICY_ADMIN.value),
        action=action,
        subject_id=None,
        object_kind="policy_version",
        object_id=version.id,
        facts=facts,
        now=now,
    )
