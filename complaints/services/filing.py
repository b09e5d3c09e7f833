"""Filing: a draft becomes a complaint, once, whole or not at all (Q1, Q2, Q9 of the quality rules).

All sealing happens before the transaction, which then only writes rows. The receipt page is shown only after the commit.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import BinaryField

from audit.actions import Action
from audit.actors import REPORTER, Actor
from audit.services import record
from complaints.models import Attachment, Complaint, Draft, ExclusionList, ProtectionRequest, Seat, Statement, StatementKind
from complaints.services.changing import locked
from complaints.services.events import began, fact
from complaints.services.routing import Route
from complaints.states import Channel, EventKind, Identity, State
from notices.services import owe_many
from policy.selectors import policy_in_force
from vault import codes
from vault.columns import seal_column
from vault.drafts import draft_key, submission_token
from vault.errors import Changed
from vault.kept_queries import KeptQuery
from vault.keyholders import code_keyholder
from vault.keys import SealingKey
from vault.models import Keyholder, SealedFile
from vault.recovery import recovery_keyholder
from vault.services import compartments, files

STATEMENT, FILE, OVERSIGHT = "statement", "file", "oversight"
# Without letters and digits that are mistaken for each other when read out.
REF_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


class FilingClosed(Exception):
    """Nobody could be given the report: there are too few handlers and no oversight. Nothing was written."""


@dataclass(frozen=True)
class Submission:
    """What is filed. `report`: the questions as shown with their answers; `wishes`: {kind, text, wording} of each protection asked for;
    `exclusions`: what ExclusionList seals; `files`: the draft's sealed files, with the key that seals their manifests."""

    language: str
    report: Mapping
    wishes: tuple[Mapping, ...] = ()
    exclusions: Mapping | None = None
    identity: str = Identity.ANONYMOUS
    not_safe: bool = False
    third_party: bool = False
    ahead_date: object = None
    files: tuple[SealedFile, ...] = ()
    files_key: SealingKey | None = None
    channel: str = Channel.WEB
    taken_by: object = None

    def __repr__(self) -> str:
        return "Submission(hidden)"


def filed_already(secret: bytes) -> Complaint | None:
    """Return the complaint that the draft secret (32 bytes) made before, if it did."""
    return _OF_TOKEN.first(token=submission_token(secret))


_OF_TOKEN = KeptQuery(lambda token: Complaint.objects.filter(submission_token=token), token=BinaryField())


def file_complaint(
    *,
    draft: Draft | None,
    secret: bytes,
    submission: Submission,
    route: Route | None,
    now: datetime,
    by: Actor = REPORTER,
    keep_private: bool = False,
    retaliation_of: Complaint | None = None,
    and_then: Callable[[Complaint], None] | None = None,
) -> Complaint:
    """File `submission` and return its complaint; the same draft again returns the same complaint.

    `secret` is the draft secret (32 bytes) from which the receipt code follows. `route` says who reads it and is not needed with
    `keep_private`, which seals the report to the code alone. `and_then`: what else is written in the same transaction, given the new
    complaint; it runs only when this call files. Raises FilingClosed; Changed when the draft is no longer what `submission` was made from.
    """
    if earlier := filed_already(secret):
        return earlier
    if not keep_private and not route.readers:
        raise FilingClosed
    token, receipt_keys = submission_token(secret), codes.derive(codes.code_from_secret(secret))
    emptied = _emptied(draft, secret) if draft else None
    prepared = _prepare(submission, None if keep_private else route, receipt_keys, token, now, keep_private, retaliation_of)
    try:
        with transaction.atomic():
            if retaliation_of:
                # Before any row points at it: taking the lock afterwards could meet somebody who waits for us.
                locked(retaliation_of)
            prepared.save()
            if draft:
                _mark_filed(draft, emptied, now)
            _start(prepared, now=now, by=by, keep_private=keep_private, and_then=and_then)
    except IntegrityError:
        # Somebody pressed twice and the other request was faster: its complaint is this one.
        if earlier := filed_already(secret):
            return earlier
        raise
    return prepared.complaint


@dataclass
class _Prepared:
    complaint: Complaint
    receipt: Keyholder
    compartments: object
    statement: Statement
    exclusion_list: ExclusionList
    wishes: list[ProtectionRequest]
    seats: list[Seat]
    files: list[SealedFile]
    attachments: list[Attachment]

    def save(self) -> None:
        """Write every row. The caller holds the transaction."""
        self.receipt.save(force_insert=True)
        self.compartments.save()
        self.complaint.save(force_insert=True)
        self.statement.save(force_insert=True)
        self.exclusion_list.save(force_insert=True)
        ProtectionRequest.objects.bulk_create(self.wishes)
        Seat.objects.bulk_create(self.seats)
        for sealed_file in self.files:
            # Files of a draft have their row already; those that came with this very form get it here.
            new = sealed_file._state.adding
            sealed_file.save(force_insert=new, update_fields=None if new else ["owner_id", "epoch", "manifest_sealed", "row_version"])
        Attachment.objects.bulk_create(self.attachments)


def _prepare(submission, route, receipt_keys, token, now, keep_private, retaliation_of) -> _Prepared:
    complaint_id = uuid4()
    receipt = code_keyholder(code_keys=receipt_keys, now=now)
    members = members_for(route=route, receipt=receipt)
    boxes = compartments.prepare(subject_id=complaint_id, members=members, now=now)
    key = boxes.keys[STATEMENT]
    complaint = Complaint(
        id=complaint_id,
        ref=new_ref(),
        state=State.PRIVATE if keep_private else State.RECEIVED,
        policy_version=policy_in_force(now),
        channel=submission.channel,
        language=submission.language,
        identity=submission.identity,
        received_at=now,
        updated_at=now,
        not_safe=submission.not_safe,
        third_party=submission.third_party,
        retaliation=retaliation_of is not None,
        linked_to=retaliation_of,
        ahead_date=submission.ahead_date,
        oversight_handles=bool(route and route.to_oversight),
        submission_token=token,
        receipt=receipt,
        statement_compartment=boxes.compartments[STATEMENT],
        file_compartment=boxes.compartments[FILE],
        oversight_compartment=boxes.compartments[OVERSIGHT],
    )
    kind = StatementKind.RETALIATION if retaliation_of else StatementKind.REPORT
    statement = Statement(complaint=complaint, kind=kind, at=now, taken_by=submission.taken_by)
    seal_column(statement, "body_sealed", dict(submission.report), key)
    exclusion_list = ExclusionList(complaint=complaint)
    seal_column(exclusion_list, "list_sealed", dict(submission.exclusions or {}), key)
    sealed_files = [files.reseal_manifest(f, submission.files_key, key) for f in submission.files]
    return _Prepared(
        complaint=complaint,
        receipt=receipt,
        compartments=boxes,
        statement=statement,
        exclusion_list=exclusion_list,
        wishes=[_wish(complaint, wish, key, now) for wish in submission.wishes],
        seats=seats_for(complaint, route, now),
        files=sealed_files,
        attachments=[
            Attachment(complaint=complaint, number=n, file=f, statement=statement, at=now, by_reporter=submission.taken_by is None)
            for n, f in enumerate(sealed_files, 1)
        ],
    )


def members_for(*, route: Route | None, receipt: Keyholder) -> dict[str, list[Keyholder]]:
    """Return who may open which compartment: the reporter and readers the statement, readers the file, oversight its own thread.

    A report kept private is sealed to the code alone, and to nobody else at all, the recovery key included.
    """
    if route is None:
        return {STATEMENT: [receipt], FILE: [receipt], OVERSIGHT: [receipt]}
    recovery = [holder] if (holder := recovery_keyholder()) else []
    reading, overseeing = route.reading_keys, route.overseeing_keys
    return {
        STATEMENT: [receipt, *reading, *recovery],
        FILE: [*reading, *recovery],
        OVERSIGHT: [receipt, *overseeing, *recovery],
    }


def seats_for(complaint: Complaint, route: Route | None, now: datetime) -> list[Seat]:
    return [Seat(complaint=complaint, user=user, role=role, since=now) for user, role in (route.seats if route else ())]


def _wish(complaint: Complaint, wish: Mapping, key: SealingKey, now: datetime) -> ProtectionRequest:
    row = ProtectionRequest(complaint=complaint, at=now)
    seal_column(row, "wish_sealed", dict(wish), key)
    return row


def _emptied(draft: Draft, secret: bytes) -> Draft:
    """The draft without its words, sealed like any other version of it; its secret stays in the visitor's session, so that a resend shows
    the same receipt."""
    row = Draft(id=draft.pk, row_version=draft.row_version + 1)
    seal_column(row, "answers_sealed", {}, draft_key(draft_id=draft.pk, secret=secret))
    return row


def _mark_filed(draft: Draft, emptied: Draft, now: datetime) -> None:
    """Raises Changed when another tab saved something since `draft` was read: it must be in what is sent."""
    same = Draft.objects.filter(pk=draft.pk, row_version=draft.row_version, filed_at__isnull=True)
    words = {"answers_sealed": emptied.answers_sealed, "row_version": emptied.row_version}
    if not same.update(**words, resume_box=None, code_lookup=None, filed_at=now):
        raise Changed("the draft was saved in between")


def _start(prepared: _Prepared, *, now: datetime, by: Actor, keep_private: bool, and_then: Callable | None) -> None:
    if not keep_private:
        start_clocks(complaint=prepared.complaint, seats=prepared.seats, by=by, now=now)
    if and_then:
        and_then(prepared.complaint)
    record(
        by=by,
        action=Action.KEPT_PRIVATE if keep_private else Action.FILED,
        subject_id=prepared.complaint.pk,
        facts={"channel": prepared.complaint.channel, "files": len(prepared.files), "seats": len(prepared.seats)},
        now=now,
    )


def start_clocks(*, complaint: Complaint, seats: Sequence[Seat], by: Actor, now: datetime) -> None:
    """Record the facts that start the promises and tell those of `seats` who must open the report. Inside the caller's transaction.

    The complaint has no facts and no deadlines yet.
    """
    facts = [fact(complaint=complaint, kind=EventKind.COMPLAINT_RECEIVED, by=by, now=now)]
    if complaint.not_safe:
        facts.append(fact(complaint=complaint, kind=EventKind.UNSAFE_REPORTED, by=by, now=now))
    if complaint.ahead_date:
        facts.append(fact(complaint=complaint, kind=EventKind.EVENT_AHEAD, by=by, now=now, date=complaint.ahead_date))
    began(complaint=complaint, facts=facts, now=now)
    reading = ("intake", "handler", "oversight") if complaint.oversight_handles else ("intake", "handler")
    owe_many(
        [
            {
                "key": f"new:{complaint.pk}:{seat.user_id}",
                "recipient": seat.user,
                "template": "new_item",
                "about_kind": "complaint",
                "about_id": complaint.pk,
            }
            for seat in seats
            if seat.role in reading
        ],
        now=now,
    )


def new_ref() -> str:
    """A reference that says nothing: eight characters, about 39 bits."""
    return "".join(secrets.choice(REF_ALPHABET) for _ in range(8))


def compartment_ids(complaint: Complaint) -> dict[str, UUID]:
    return {
        STATEMENT: complaint.statement_compartment_id,
        FILE: complaint.file_compartment_id,
        OVERSIGHT: complaint.oversight_compartment_id,
    }
