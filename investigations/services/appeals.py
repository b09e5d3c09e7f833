"""Reviews of a decision by either side: admitted, given to somebody else, answered (R33, `workflow.md` section 3).

A reporter's grounds are addressed to oversight; the team never reads them. Whoever reviews reads them in a compartment of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.clock_selectors import window_of
from complaints.models import Complaint, Escalation, Message, Seat, SeatRole, Side, Thread
from complaints.permissions import may_oversee
from complaints.selectors import open_seats
from complaints.services import messages
from complaints.services.access import openable
from complaints.services.changing import locked
from complaints.services.escalation import REVIEW
from complaints.services.events import happened
from complaints.services.once import once_id
from complaints.services.state import move
from complaints.services.telling import tell
from complaints.states import EventKind, State
from investigations.models import Appeal, AppealResult, AppealSide, DocumentKind, Investigation, InvestigationState, Party, PartyDocument
from investigations.selectors_decisions import appeal_of, appeals_of, released_to
from investigations.selectors_parties import own_review_window
from investigations.services import appeal_clock
from investigations.services.calling import TookPart, took_part
from investigations.services.commenting import party_keys
from investigations.services.investigating import step
from investigations.services.joining import lock_together
from people.models import User
from people.seating import bars
from vault.columns import open_column, seal_column
from vault.errors import NoAccess
from vault.keyring import Keyring
from vault.models import Keyholder
from vault.services import compartments
from vault.services.changes import retried
from vault.staff import staff_keyholders

# From these states a decision goes under review.
REVIEWED_FROM = frozenset({State.DECIDED, State.ACTION_TAKEN, State.AFTERCARE, State.CLOSED})


class NotOverseen(Exception):
    """Only oversight admits, refuses and gives a review to somebody."""


class Late(Exception):
    """It came after the time for it: oversight first decides whether it is taken up."""


class Settled(Exception):
    """It was given to somebody, refused or answered before."""


class NeedsReason(Exception):
    """A refusal, and an answer, need words."""


class NotYours(Exception):
    """The review was given to somebody else."""


class NoSeat(Exception):
    """This person can't be given it: no seat that was drawn or called free of conflict, or no vault key."""


@dataclass(frozen=True, repr=False)
class OpenedAppeal:
    row: Appeal
    reasons: tuple[str, ...]
    text: str
    answer: str = ""


def investigation_for(complaint: Complaint) -> Investigation | None:
    """The investigation that decided about `complaint`, led by it or joined."""
    found = Investigation.objects.filter(lead=complaint).first()
    return found or Investigation.objects.filter(joined__complaint=complaint).first()


def gather(*, complaint: Complaint, now: datetime) -> list[Appeal]:
    """The reviews asked for in this case, each with a row of its own; made when it is missing. Running twice changes nothing."""
    investigation = investigation_for(complaint)
    if investigation is None or released_to(complaint) is None:
        return []
    asked = Escalation.objects.filter(complaint=complaint, kind=REVIEW, answered_at__isnull=True, appeal__isnull=True)
    for row in asked.order_by("at"):
        window = window_of(complaint, "review_window", now)
        late = bool(window and row.at >= window.due_at)
        Appeal.objects.get_or_create(escalation=row, defaults=_new(complaint, AppealSide.REPORTER, row.at, late))
    if investigation.lead_id == complaint.pk:
        papers = PartyDocument.objects.filter(party__investigation=investigation, kind=DocumentKind.APPEAL, appeal__isnull=True)
        for paper in papers.select_related("party").order_by("at"):
            window = own_review_window(paper.party, paper.at)
            late = bool(window and paper.at >= window.due_at)
            Appeal.objects.get_or_create(document=paper, defaults=_new(complaint, AppealSide.RESPONDENT, paper.at, late))
    return appeals_of(complaint)


def _new(complaint: Complaint, side: str, at: datetime, late: bool) -> dict:
    return {"id": uuid4(), "complaint": complaint, "side": side, "at": at, "late": late, "admitted_at": None if late else at}


def candidates(complaint: Complaint, now: datetime) -> list[User]:
    """Who can be given a review: decision-makers drawn or called free of conflict who took no part and are kept out by nothing (R09)."""
    investigation = investigation_for(complaint)
    if investigation is None:
        return []
    barred = took_part(investigation)
    seats = open_seats(investigation.lead, SeatRole.DECISION_MAKER)
    people = {seat.user_id: seat.user for seat in seats if seat.user_id not in barred}
    ready, kept_out = staff_keyholders(list(people.values())), bars(list(people.values()), now)
    return sorted((user for pk, user in people.items() if pk in ready and pk not in kept_out), key=lambda user: user.display_name)


def _open(complaint: Complaint, appeal_id: UUID) -> Appeal:
    row = appeal_of(complaint, appeal_id)
    if row.answered_at or row.decider_id:
        raise Settled
    return row


def admit(*, complaint: Complaint, by: User, appeal_id: UUID, now: datetime) -> Appeal:
    """Take a late request up. Raises NotOverseen, Settled, Appeal.DoesNotExist."""
    if not may_oversee(by, complaint):
        raise NotOverseen
    with transaction.atomic():
        locked(complaint)
        row = _open(complaint, appeal_id)
        if row.admitted_at is None:
            row.admitted_at = now
            row.save(update_fields=["admitted_at"])
            _recorded(row, by, SeatRole.OVERSIGHT, now, what="admitted")
    return row


@retried
def refuse(*, complaint: Complaint, keyring: Keyring, by: User, appeal_id: UUID, reason: str, now: datetime) -> Appeal:
    """Refuse a late request, with the reason. A reporter reads it with oversight's answers, a respondent on their own page.

    Raises NeedsReason, NotOverseen, Settled, NoAccess; Late is never raised, and one in time can't be refused (Settled).
    """
    if not reason.strip():
        raise NeedsReason
    if not may_oversee(by, complaint):
        raise NotOverseen
    row = _open(complaint, appeal_id)
    if row.admitted_at:
        raise Settled
    prepared, reply, key = None, None, None
    if row.side == AppealSide.RESPONDENT:
        party = row.document.party
        own = [party.keyholder] if party.keyholder and party.revoked_at is None else []
        prepared = _room(row, complaint, [*_team(complaint), *_overseers(complaint)], now, also=own)
        seal_column(row, "answer_sealed", {"text": reason.strip()}, prepared.keys[_kind(row)])
    else:
        keys = openable(complaint=complaint, keyring=keyring).oversight
        if keys is None:
            raise NoAccess("no grant")
        key = keys.current
        reply = _reply(row, complaint, by, now)
        seal_column(reply, "body_sealed", {"text": reason.strip()}, key)
    with transaction.atomic():
        lock_together(complaint)
        owner = locked(complaint, *([key] if key else []))
        if _open(complaint, appeal_id).admitted_at:
            raise Settled
        if prepared:
            prepared.save()
        row.answered_at = now
        row.save(update_fields=["answer_sealed", "answered_at", "compartment"])
        actor = staff(by, SeatRole.OVERSIGHT)
        if reply:
            reply.save(force_insert=True)
            Escalation.objects.filter(pk=row.escalation_id).update(answered_at=now, answered_by=by)
            happened(complaint=owner, kind=EventKind.REVIEW_ANSWERED, by=actor, now=now, subject=str(row.escalation_id))
        else:
            appeal_clock.answered(paper=row.document, by=actor, now=now)
        _recorded(row, by, SeatRole.OVERSIGHT, now, what="refused")
    return row


def _reply(row: Appeal, complaint: Complaint, by: User, now: datetime) -> Message:
    """Oversight's answer to a reporter, where the reporter reads all of them."""
    return Message(
        id=once_id(complaint.pk, "oversight-answer", f"review:{row.pk}"),
        complaint=complaint,
        thread=Thread.OVERSIGHT,
        side=Side.STAFF,
        author=by,
        author_role=SeatRole.OVERSIGHT,
        at=now,
        purpose="answer",
        answers_id=row.escalation.message_id,
    )


def _kind(row: Appeal) -> str:
    return f"review:{row.pk.hex[:20]}"


def _team(complaint: Complaint) -> list[User]:
    return [seat.user for seat in open_seats(complaint, SeatRole.HANDLER, SeatRole.INTAKE)]


def _overseers(complaint: Complaint) -> list[User]:
    return [seat.user for seat in open_seats(complaint, SeatRole.OVERSIGHT)]


def _room(row: Appeal, complaint: Complaint, people: list[User], now: datetime, also: Sequence[Keyholder] = ()):
    """A compartment of its own for one review. `also`: keyholders that are no staff."""
    members = {_kind(row): [*staff_keyholders(people).values(), *also]}
    prepared = compartments.prepare(subject_id=complaint.pk, members=members, now=now)
    row.compartment = prepared.compartments[_kind(row)]
    return prepared


@retried
def assign(*, complaint: Complaint, keyring: Keyring, by: User, appeal_id: UUID, to: User, now: datetime) -> Appeal:
    """Give a review to somebody who took no part. The case goes under review; whoever was drawn gets their keys from the team.

    Raises TookPart, NoSeat, Late, Settled, NotOverseen, NoAccess.
    """
    if not may_oversee(by, complaint):
        raise NotOverseen
    investigation = investigation_for(complaint)
    row = _open(complaint, appeal_id)
    if row.admitted_at is None:
        raise Late
    if to.pk in took_part(investigation):
        raise TookPart
    if to.pk not in {user.pk for user in candidates(complaint, now)}:
        raise NoSeat
    prepared = _room(row, complaint, [*_overseers(complaint), to], now)
    if row.escalation_id:
        keys = openable(complaint=complaint, keyring=keyring).oversight
        if keys is None:
            raise NoAccess("no grant")
        body = open_column(row.escalation.message, "body_sealed", keys).json()
        grounds = {"reason": body.get("reason", ""), "text": body.get("text", "")}
        seal_column(row, "grounds_sealed", grounds, prepared.keys[_kind(row)])
    actor = staff(by, SeatRole.OVERSIGHT)
    with transaction.atomic():
        lock_together(investigation.lead)
        lead = locked(investigation.lead)
        _open(complaint, appeal_id)
        if to.pk in took_part(investigation):
            raise TookPart
        prepared.save()
        row.decider, row.assigned_at = to, now
        row.save(update_fields=["compartment", "grounds_sealed", "decider", "assigned_at"])
        seats = list(Seat.objects.filter(complaint=lead, user=to, role=SeatRole.DECISION_MAKER, until__isnull=True))
        if any(seat.called_at is None for seat in seats):
            Seat.objects.filter(pk__in=[seat.pk for seat in seats], called_at__isnull=True).update(called_at=now)
            # The keys come from whoever opens the case next with a key of the team, after judging again whether they are free of conflict.
            Complaint.objects.filter(pk=lead.pk).update(keys_due=True)
        for each in {lead.pk: lead, complaint.pk: locked(complaint)}.values():
            if each.state in REVIEWED_FROM:
                move(complaint=each, to=State.APPEALED, by=actor, now=now)
        happened(complaint=complaint, kind=EventKind.APPEAL_ASSIGNED, by=actor, now=now, subject=str(row.escalation_id or row.pk))
        tell(complaint=lead, seats=seats, template="new_item", about=f"review:{row.pk}", now=now)
        _recorded(row, by, SeatRole.OVERSIGHT, now, what="assigned")
    return row


def refusals(*, complaint: Complaint, keyring: Keyring, party: Party | None = None) -> list[OpenedAppeal]:
    """Respondents' late requests that oversight did not take up, with the reason, as far as `keyring` opens it. Raises nothing.

    Whoever still comes in with a code reads it on their own page (`party`: theirs only); to others the team passes it on.
    """
    rows = Appeal.objects.filter(complaint=complaint, side=AppealSide.RESPONDENT, answered_at__isnull=False, result="")
    rows = rows.filter(document__party=party) if party else rows
    found = []
    for row in rows.select_related("compartment").order_by("at"):
        try:
            keys = compartments.open_keys(compartment=row.compartment, keyring=keyring)
        except NoAccess:
            continue
        found.append(OpenedAppeal(row, (), "", open_column(row, "answer_sealed", keys).json()["text"]))
    return found


def mine(complaint: Complaint, user: User) -> list[Appeal]:
    """The reviews given to `user` in the investigation that `complaint` leads, open ones first."""
    investigation = investigation_for(complaint)
    joined = [each.complaint_id for each in investigation.joined.all()] if investigation else []
    rows = Appeal.objects.filter(complaint_id__in=[complaint.pk, *joined], decider=user).select_related("compartment", "complaint")
    return sorted(rows, key=lambda row: (row.answered_at is not None, row.at))


def open_appeal(*, row: Appeal, keyring: Keyring) -> OpenedAppeal:
    """The grounds, for whoever reviews. Raises NoAccess."""
    if row.document_id:
        keys = party_keys(complaint=row.complaint, keyring=keyring, party=row.document.party)
        return OpenedAppeal(row, (), open_column(row.document, "body_sealed", keys).json().get("text", ""))
    keys = compartments.open_keys(compartment=row.compartment, keyring=keyring)
    body = open_column(row, "grounds_sealed", keys).json()
    answer = open_column(row, "answer_sealed", keys).json()["text"] if row.answer_sealed else ""
    return OpenedAppeal(row, tuple(body["reason"].split(",")), body["text"], answer)


@retried
def answer(
    *, complaint: Complaint, keyring: Keyring, by: User, role: str, appeal_id: UUID, result: str, text: str, token: str, now: datetime
) -> Appeal:
    """Answer a review: the decision stands, is changed (a new one is written next), or it is looked into again.

    Raises NeedsReason, NotYours, Settled, StepNotAllowed, NoAccess; ValueError for an unknown result.
    """
    if result not in AppealResult.values:
        raise ValueError("unknown result")
    if not text.strip():
        raise NeedsReason
    row = next((each for each in mine(complaint, by) if each.pk == appeal_id), None)
    if row is None:
        raise NotYours
    if row.answered_at:
        raise Settled
    asker = row.complaint
    investigation = investigation_for(asker)
    room = compartments.open_keys(compartment=row.compartment, keyring=keyring).current
    seal_column(row, "answer_sealed", {"text": text.strip()}, room)
    letter, paper, key = None, None, None
    if row.side == AppealSide.REPORTER:
        letter = messages.prepare_to_reporter(
            complaint=asker, keyring=keyring, by=by, role=role, text=text, purpose="notice", token=f"{token}:review", now=now
        )
    else:
        party = row.document.party
        key = party_keys(complaint=complaint, keyring=keyring, party=party).current
        paper = PartyDocument(id=uuid4(), party=party, kind=DocumentKind.OUTCOME, at=now, by=by)
        seal_column(paper, "body_sealed", {"text": text.strip()}, key)
    actor = staff(by, role)
    with transaction.atomic():
        lock_together(investigation.lead)
        lead = locked(investigation.lead, room, *([key] if key else []))
        owner = locked(asker)
        stored = Appeal.objects.select_for_update().get(pk=row.pk)
        if stored.answered_at:
            raise Settled
        if by.pk in took_part(investigation):
            raise TookPart
        row.result, row.answered_at = result, now
        row.save(update_fields=["answer_sealed", "result", "answered_at"])
        if letter:
            letter.save(owner, now)
            Escalation.objects.filter(pk=row.escalation_id).update(answered_at=now, answered_by=by)
            happened(complaint=owner, kind=EventKind.REVIEW_ANSWERED, by=actor, now=now, subject=str(row.escalation_id))
        if paper:
            paper.save(force_insert=True)
            appeal_clock.answered(paper=row.document, by=actor, now=now)
        _follow(result, {lead.pk: lead, owner.pk: owner}, investigation, by, role, now)
        _recorded(row, by, role, now, what=str(result))
    return row


def _follow(result: str, cases: dict, investigation: Investigation, by: User, role: str, now: datetime) -> None:
    """What the result does to the case. Changed: it stays under review until the new decision is told."""
    if result == AppealResult.CHANGED:
        return
    to = State.DECIDED if result == AppealResult.UPHELD else State.IN_INVESTIGATION
    for each in cases.values():
        if each.state == State.APPEALED:
            move(complaint=each, to=to, by=staff(by, role), now=now)
            if result == AppealResult.UPHELD:
                appeal_clock.owed_again(each, investigation, by, role, now)
    if result == AppealResult.SENT_BACK:
        Investigation.objects.filter(pk=investigation.pk).update(
            second_reader=None, second_read_at=None, comments_asked_at=None, comments_until=None
        )
        step(investigation=investigation, to=InvestigationState.GATHERING, by=by, role=role, now=now)


def _recorded(row: Appeal, by: User, role: str, now: datetime, *, what: str) -> None:
    record(
        by=staff(by, role),
        action=Action.APPEAL_SAVED,
        subject_id=row.complaint_id,
        object_kind="appeal",
        object_id=row.pk,
        facts={"side": str(row.side), "late": row.late, "what": what},
        now=now,
    )
