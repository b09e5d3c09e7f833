"""Reading, answering and signing; and what an administrator records for somebody who can't do it here."""

from datetime import date, datetime, time

from django.db import transaction

from audit.actions import Action
from audit.actors import Actor, staff
from audit.services import record
from people import serverseal
from people.models import Role, User
from people.selectors import organisation
from policy import comprehension
from policy.calendars import WorkCalendar
from policy.comprehension import Question
from policy.models import Acknowledgement, Campaign, Ended, Method, PaperSignature
from policy.services.gathering import ABOUT, reopen
from vault.columns import open_column, seal_column
from vault.services import files as sealed_files

EMPLOYEE = "employee"
PURPOSE = "paper-signature"


class NotNow(Exception):
    """It can't be signed now: not asked any more, closed, or in the future."""


class NotOpened(Exception):
    """The text comes first."""


class NotAnswered(Exception):
    """A question is still open. `number`: which one, counted from 1."""

    def __init__(self, number: int):
        self.number = number
        super().__init__("a question is open")


@transaction.atomic
def open_text(*, row: Acknowledgement, now: datetime) -> Acknowledgement:
    """Note that the person has the text of the version in front of them; the first time counts. Raises NotNow."""
    locked = _locked(row)
    if locked.signed_at is None and locked.opened_at is None:
        _require_asked(locked)
        locked.opened_at = now
        locked.save(update_fields=["opened_at"])
    return locked


@transaction.atomic
def answer(*, row: Acknowledgement, question_id: str, choice: int, now: datetime) -> bool:
    """Whether `choice` (which option, from 0) is right. Only a right answer is kept: nobody ever learns of the others.

    Raises NotOpened, NotNow; `LookupError` for a question the campaign does not have.
    """
    locked = _locked(row)
    question = question_of(locked.campaign, question_id)
    if locked.signed_at is not None or question_id in locked.answered:
        return choice == question.right
    _require_asked(locked)
    if locked.opened_at is None:
        raise NotOpened
    if choice != question.right:
        return False
    locked.answered = [*locked.answered, question_id]
    locked.save(update_fields=["answered"])
    return True


def question_of(campaign: Campaign, question_id: str) -> Question:
    """Raises LookupError."""
    for question in comprehension.read(campaign.questions):
        if question.id == question_id:
            return question
    raise LookupError(question_id)


def next_open(row: Acknowledgement) -> int | None:
    """The number of the first question that is not answered yet, counted from 1; None when all are."""
    questions = comprehension.read(row.campaign.questions)
    return next((number for number, each in enumerate(questions, 1) if each.id not in row.answered), None)


@transaction.atomic
def sign(*, row: Acknowledgement, by: User, proved_at: datetime, now: datetime) -> Acknowledgement:
    """Sign the version, once the text was opened and every question answered. `proved_at`: when `by` proved who they are for this.

    Signing again changes nothing. Raises NotNow, NotOpened, NotAnswered; PermissionError for somebody else's row.
    """
    locked = _locked(row)
    if locked.employee.user_id != by.pk:
        raise PermissionError
    if locked.signed_at is not None:
        return locked
    _require_asked(locked)
    if locked.opened_at is None:
        raise NotOpened
    if number := next_open(locked):
        raise NotAnswered(number)
    if proved_at < locked.opened_at:
        raise NotNow
    _set_signed(locked, Method.PORTAL, now)
    _audit(locked, Action.POLICY_SIGNED, staff(by, EMPLOYEE), now, version=locked.campaign.version.number)
    return locked


def _set_signed(row: Acknowledgement, method: str, at: datetime) -> None:
    row.signed_at, row.method, row.version_hash = at, method, row.campaign.version.content_hash
    row.next_at, row.ended_at, row.ended_reason = None, None, ""
    row.save(update_fields=["signed_at", "method", "version_hash", "next_at", "ended_at", "ended_reason", "recorded_by"])


# --- for somebody who can't sign in ---------------------------------------------------------------


class NotOnPaper(Exception):
    """A signature on paper can't be recorded: the campaign is closed, or its date is not within the campaign."""


def record_on_paper(*, row: Acknowledgement, upload, reason: str, signed_on: date, by: User, now: datetime) -> Acknowledgement:
    """Record a signature given on paper, with its scan and the reason, both sealed. Recording twice changes nothing.

    `upload`: a sealed upload. `signed_on`: the date on the paper. Raises NotOnPaper.
    """
    paper = PaperSignature(acknowledgement=row, created_at=now)
    paper.key_id, key = serverseal.owner_key(PURPOSE, paper.pk)
    seal_column(paper, "reason_sealed", reason, key)
    file = sealed_files.keep(upload, key=key, given_by=f"staff:{by.pk}", now=now)
    with transaction.atomic():
        locked = _locked(row)
        if locked.signed_at is not None:
            upload.kept = False
            return locked
        signed_at = _moment_on(signed_on, locked, now)
        if not locked.campaign.is_open or signed_at is None:
            upload.kept = False
            raise NotOnPaper
        file.save(force_insert=True)
        paper.file, paper.acknowledgement = file, locked
        paper.save(force_insert=True)
        locked.recorded_by = by
        _set_signed(locked, Method.PAPER, signed_at)
        _audit(locked, Action.SIGNED_ON_PAPER, _admin(by), now, version=locked.campaign.version.number, on=signed_on)
    return locked


def _moment_on(day: date, row: Acknowledgement, now: datetime) -> datetime | None:
    """A moment on the date of a paper, within the life of the version; None for a date before it was published or after today."""
    zone, published = WorkCalendar(zone_name=organisation().time_zone), row.campaign.version.published_at
    if not zone.local_date(published) <= day <= zone.local_date(now):
        return None
    return min(max(zone.moment(day, time(12)), published), now)


def open_reason(paper: PaperSignature) -> str:
    """Why it was signed on paper. For pages of policy administrators only."""
    return open_column(paper, "reason_sealed", _key(paper)).text()


def download_scan(*, paper: PaperSignature, by: User, now: datetime):
    """(original bytes in blocks, length, media type found in it), recorded before the first byte goes out. Raises Damaged."""
    manifest = sealed_files.open_manifest(paper.file, _key(paper))
    with transaction.atomic():
        _audit(paper.acknowledgement, Action.PAPER_SCAN_SEEN, _admin(by), now)
    return sealed_files.stream_manifest(paper.file, manifest), manifest.length, manifest.sniffed_type


def _key(paper: PaperSignature):
    return serverseal.owner_key(PURPOSE, paper.pk, key_id=paper.key_id)[1]


# --- out of scope for a while ---------------------------------------------------------------------


@transaction.atomic
def set_aside(*, row: Acknowledgement, by: User, now: datetime) -> Acknowledgement:
    """Somebody on long leave is not asked. Raises NotNow when there is nothing to set aside."""
    locked = _locked(row)
    _require_asked(locked)
    locked.ended_at, locked.ended_reason, locked.next_at = now, Ended.LEAVE, None
    locked.save(update_fields=["ended_at", "ended_reason", "next_at"])
    _audit(locked, Action.CAMPAIGN_PERSON_ASIDE, _admin(by), now)
    return locked


@transaction.atomic
def bring_back(*, row: Acknowledgement, by: User, now: datetime) -> Acknowledgement:
    """Somebody is back and is asked again, with the whole time from now. Raises NotNow when they were not set aside."""
    locked = _locked(row)
    if locked.ended_reason != Ended.LEAVE or not locked.campaign.is_open:
        raise NotNow
    reopen(locked.campaign, [locked], now=now)
    _audit(locked, Action.CAMPAIGN_PERSON_BACK, _admin(by), now)
    return locked


def _require_asked(row: Acknowledgement) -> None:
    if not row.campaign.is_open or row.ended_at is not None or row.signed_at is not None:
        raise NotNow


def _locked(row: Acknowledgement) -> Acknowledgement:
    found = Acknowledgement.objects.select_for_update(of=("self",)).select_related("campaign__version", "employee__user")
    return found.get(pk=row.pk)


def _admin(by: User) -> Actor:
    return staff(by, Role.POLICY_ADMIN.value)


def _audit(row: Acknowledgement, action: Action, by: Actor, now: datetime, **facts) -> None:
    facts |= {"campaign": row.campaign_id, "employee": row.employee_id} if by.role != EMPLOYEE else {"campaign": row.campaign_id}
    record(by=by, action=action, subject_id=None, object_kind=ABOUT, object_id=row.pk, facts=facts, now=now)
