"""Importing the directory: a file is looked at first, then applied whole or not at all."""

import hashlib
import re
import zlib
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.text import slugify

from audit import actors
from audit.actions import Action
from audit.actors import Actor
from audit.services import Line, record, record_many
from people import directory, serverseal
from people.directory import Entry, Plan
from people.matching import fold_name
from people.models import DirectoryUpload, Employee, Site, Unit, User
from people.selectors import organisation, today
from people.services.accounts import closed_all
from people.signals import directory_changed

KEPT_FOR = timedelta(hours=1)
BATCH = 2_000
_PURPOSE = "directory-file"
_UPDATED = [
    "name", "name_key", "other_name", "other_name_key", "email", "user", "manager", "hr_contact", "unit", "site", "language",
    "joined_date", "left_date",
]  # fmt: skip
MAX_BYTES = 50 * 1024 * 1024


class DirectoryRefused(Exception):
    """The file has bad rows; nothing was changed. `plan` names them."""

    def __init__(self, plan: Plan):
        super().__init__("the directory file has bad rows")
        self.plan = plan


class DirectoryMoved(Exception):
    """The directory changed after the dry run, so what was shown is no longer what would happen. Nothing was changed."""


class FileTooLarge(Exception):
    """More than 50 MB."""


def keep_upload(*, content: bytes, complete: bool, by: User, now: datetime) -> DirectoryUpload:
    """Keep a file for its dry run. Older files of the same person and expired ones go. Raises FileTooLarge."""
    if len(content) > MAX_BYTES:
        raise FileTooLarge
    sealed = serverseal.seal(_PURPOSE, zlib.compress(content))
    with transaction.atomic():
        DirectoryUpload.objects.filter(by=by).delete()
        forget_expired(now=now)
        return DirectoryUpload.objects.create(by=by, content_sealed=sealed, complete=complete, created_at=now)


def kept_upload(*, upload_id: UUID, by: User, now: datetime) -> DirectoryUpload:
    """The file that `by` uploaded less than an hour ago. Raises DirectoryUpload.DoesNotExist."""
    return DirectoryUpload.objects.get(pk=upload_id, by=by, created_at__gt=now - KEPT_FOR)


def forget_upload(*, upload: DirectoryUpload) -> None:
    upload.delete()


def forget_expired(*, now: datetime) -> None:
    DirectoryUpload.objects.filter(created_at__lte=now - KEPT_FOR).delete()


def content_of(upload: DirectoryUpload) -> bytes:
    """The bytes of a kept file."""
    return zlib.decompress(serverseal.open_sealed(_PURPOSE, upload.content_sealed))


def plan_import(*, content: bytes, complete: bool, now: datetime) -> Plan:
    """Say what `content` (a CSV file) would change, without changing anything."""
    return _plan(current_entries(), content=content, complete=complete, now=now)


def _plan(existing: dict[str, Entry], *, content: bytes, complete: bool, now: datetime) -> Plan:
    made = directory.plan(
        directory.read(content),
        existing=existing,
        sites=Site.objects.values_list("code", flat=True),
        units=Unit.objects.values_list("name", flat=True),
        complete=complete,
        today=today(now),
    )
    _check_accounts(made)
    return made


def fingerprint(plan: Plan) -> str:
    """A short text that two plans share only when they change the same things."""
    digest = hashlib.sha256()
    for change in plan.changes:
        digest.update(repr(change[1:]).encode())
    return digest.hexdigest()[:32]


def apply_import(*, content: bytes, complete: bool, by: Actor, now: datetime, expected: str | None = None) -> Plan:
    """Apply a file in one transaction and return what was changed.

    Raises DirectoryRefused for bad rows, DirectoryMoved when the plan is not the one shown in the dry run (`expected`, its fingerprint).
    """
    # Reading, planning and folding names take seconds for a large directory. They happen before the transaction, which on SQLite keeps
    # every other writer waiting; inside it, the directory only has to be the one that was read.
    existing = current_entries()
    made = _plan(existing, content=content, complete=complete, now=now)
    if not made.may_apply:
        raise DirectoryRefused(made)
    if expected is not None and fingerprint(made) != expected:
        raise DirectoryMoved
    rows = _rows(made)
    with transaction.atomic():
        if current_entries() != existing:
            raise DirectoryMoved
        _write(rows, made, now)
        record(
            by=by,
            action=Action.DIRECTORY_IMPORTED,
            subject_id=None,
            object_kind="directory",
            facts={kind: made.count(kind) for kind in ("join", "change", "leave", "return")},
            now=now,
        )
        directory_changed.send(sender=Employee, now=now)
    return made


def current_entries() -> dict[str, Entry]:
    """The directory as it stands: number -> Entry."""
    columns = (
        "number", "name", "other_name", "email", "manager__number", "hr_contact__number", "unit__name", "site__code", "language",
        "joined_date", "left_date",
    )  # fmt: skip
    rows = Employee.objects.values_list(*columns).iterator(chunk_size=BATCH)
    return {row[0]: Entry(*(value.isoformat() if hasattr(value, "isoformat") else value or "" for value in row)) for row in rows}


def _check_accounts(made: Plan) -> None:
    """An address may belong to one person only: an account that is linked to somebody else is not taken over by a row of a file."""
    owner = dict(Employee.objects.filter(user__isnull=False).values_list("user__email", "number"))
    changes = {change.number: change.line for change in made.changes}
    for number, entry in made.after.items():
        if entry.email and not entry.left and owner.get(entry.email, number) != number and owner[entry.email] not in made.after:
            made.problems.append(directory.Problem(changes[number], "email", "email_of_other", entry.email))
    made.problems.sort()


def _rows(made: Plan) -> list[Employee]:
    """The changed rows, ready but for their unit (which may have to be made first)."""
    sites, ids = dict(Site.objects.values_list("code", "pk")), dict(Employee.objects.values_list("number", "pk"))
    for number in made.after:
        ids.setdefault(number, uuid4())
    home, accounts = organisation(), _accounts(made)
    return [
        Employee(
            id=ids[number],
            number=number,
            name=entry.name,
            name_key=fold_name(entry.name),
            other_name=entry.other_name,
            other_name_key=fold_name(entry.other_name),
            email=entry.email,
            user_id=accounts[number],
            manager_id=ids[entry.manager] if entry.manager else None,
            hr_contact_id=ids[entry.hr_contact] if entry.hr_contact else None,
            site_id=sites[entry.site] if entry.site else home.site_id,
            language=entry.language or home.default_language,
            joined_date=entry.joined,
            left_date=entry.left or None,
        )
        for number, entry in made.after.items()
    ]


def _write(rows: list[Employee], made: Plan, now: datetime) -> None:
    if rows:
        units = _units(made.new_units)
        for row in rows:
            row.unit_id = units[unit] if (unit := made.after[row.number].unit) else None
        # An account moves with the address; letting go first keeps the one-to-one link from colliding half way.
        moving = [row.user_id for row in rows if row.user_id]
        for at in range(0, len(moving), BATCH):
            Employee.objects.filter(user_id__in=moving[at : at + BATCH]).update(user=None)
        Employee.objects.bulk_create(rows, batch_size=BATCH, update_conflicts=True, unique_fields=["number"], update_fields=_UPDATED)
    _close_accounts(now)


def _units(new: list[str]) -> dict[str, int]:
    Unit.objects.bulk_create([Unit(code=_unit_code(name), name=name) for name in new], batch_size=BATCH)
    return dict(Unit.objects.values_list("name", "pk"))


def _unit_code(name: str) -> str:
    # Names in Chinese give no slug, and two names may give the same one: the digest keeps codes apart and stable.
    slug = re.sub(r"[^a-z0-9-]", "", slugify(name))[:40].strip("-")
    return f"{slug or 'unit'}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _accounts(made: Plan) -> dict[str, int | None]:
    """Which account belongs to each changed row: the one with the row's address, else the one it has."""
    has = dict(Employee.objects.filter(user__isnull=False).values_list("number", "user_id"))
    by_email = {email.casefold(): pk for email, pk in User.objects.values_list("email", "pk")}
    taken: set[int] = set()
    found: dict[str, int | None] = {}
    # Those who stay come first, so that a leaver doesn't keep the account of somebody who took over the address.
    for number, entry in sorted(made.after.items(), key=lambda item: bool(item[1].left)):
        pk = by_email.get(entry.email) if entry.email else None
        pk = pk if pk is not None else has.get(number)
        found[number] = pk if pk not in taken else None
        if pk is not None:
            taken.add(pk)
    return found


def close_leavers(*, now: datetime) -> int:
    """Close the accounts of everyone whose last day has come (a leaving date may be entered ahead). Returns how many."""
    with transaction.atomic():
        return _close_accounts(now)


def _close_accounts(now: datetime) -> int:
    """Whoever has left signs in no more and holds no role."""
    gone = User.objects.filter(is_active=True, employee__left_date__lte=today(now))
    users = list(gone.values_list("pk", flat=True))
    for at in range(0, len(users), BATCH):
        User.objects.filter(pk__in=users[at : at + BATCH]).update(is_active=False)
        closed_all(users=users[at : at + BATCH], now=now)
    closed = [Line(actors.SYSTEM, Action.ACCOUNT_CLOSED, object_kind="user", facts={"user": user}) for user in users]
    record_many(closed, now=now)
    return len(users)
