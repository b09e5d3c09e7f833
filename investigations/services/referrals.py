"""Help and authorities outside: who was told what, on whose word, who went along, what came of it (R18, R43).

Sealed to the file. Nothing is passed on by the portal: a referral is written down by whoever made it, with consent or with a legal duty.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Complaint
from complaints.services.changing import locked_while_open
from complaints.services.events import happened
from complaints.services.once import once_id
from complaints.states import EventKind
from investigations.models import Referral, ReferralBasis
from investigations.services.changed import SavedMeanwhile, require_version
from investigations.services.reading import note_access, team_keys
from people.models import User
from policy.vocabulary import SUPPORT_KINDS
from vault.columns import open_column, seal_column
from vault.keyring import Keyring
from vault.services.changes import retried

KINDS = {**SUPPORT_KINDS, "client_company": _("The client’s company")}
WORDS = ("whom", "what_was_passed_on", "basis_words", "accompanied_by", "outcome")


class NeedsBasis(Exception):
    """Without a date of consent, or words on the legal duty, nothing is passed on."""


@dataclass(frozen=True, repr=False)
class OpenedReferral:
    row: Referral
    detail: dict

    @property
    def kind_words(self):
        return KINDS[self.row.kind]


@dataclass(frozen=True, repr=False)
class ReferralWords:
    """What a form says about one referral. `consent_on`: when the person agreed; needed on the basis of consent."""

    kind: str
    basis: str
    detail: dict
    consent_on: date | None = None
    outside_date: date | None = None
    outcome_on: date | None = None


def opened(*, complaint: Complaint, keyring: Keyring, by: User, role: str, now: datetime) -> list[OpenedReferral]:
    """Every referral with its words, oldest first. Recorded as an access."""
    keys = team_keys(complaint=complaint, keyring=keyring).file
    rows = Referral.objects.filter(complaint=complaint).select_related("made_by", "changed_by")
    note_access(complaint=complaint, by=by, role=role, action=Action.OPENED_NOTES, now=now, object_kind="referrals")
    return [OpenedReferral(row, open_column(row, "detail_sealed", keys).json()) for row in rows]


def one(*, complaint: Complaint, keyring: Keyring, referral_id: UUID) -> OpenedReferral:
    """One referral for its form. Raises Referral.DoesNotExist, NoAccess."""
    row = Referral.objects.select_related("changed_by").get(complaint=complaint, pk=referral_id)
    return OpenedReferral(row, open_column(row, "detail_sealed", team_keys(complaint=complaint, keyring=keyring).file).json())


@retried
def add(*, complaint: Complaint, keyring: Keyring, by: User, role: str, words: ReferralWords, token: str, now: datetime) -> Referral:
    """Write a referral down. The same `token` again returns the same row. Raises NeedsBasis, CaseEnded, NoAccess."""
    keys = team_keys(complaint=complaint, keyring=keyring).file
    row = Referral(id=once_id(complaint.pk, "referral", token), complaint=complaint, made_at=now, made_by=by)
    if earlier := Referral.objects.filter(pk=row.pk).first():
        return earlier
    _fill(row, words, by, now)
    seal_column(row, "detail_sealed", _sealed_words(words), keys.current)
    try:
        with transaction.atomic():
            owner = locked_while_open(complaint, keys.current)
            row.save(force_insert=True)
            happened(complaint=owner, kind=EventKind.REFERRED, by=staff(by, role), now=now, subject=str(row.pk))
            _recorded(row, by, role, now)
    except IntegrityError:
        # The same form arrived twice at once.
        return Referral.objects.get(pk=row.pk)
    return row


@retried
def change(
    *, complaint: Complaint, keyring: Keyring, by: User, role: str, referral_id: UUID, version: int, words: ReferralWords, now: datetime
) -> Referral:
    """Save a change made on row version `version`. Raises SavedMeanwhile with what is stored, NeedsBasis, CaseEnded, NoAccess."""
    keys = team_keys(complaint=complaint, keyring=keyring).file
    found = one(complaint=complaint, keyring=keyring, referral_id=referral_id)
    row = found.row
    if row.row_version != version:
        raise SavedMeanwhile(row, stored_words(found))
    _fill(row, words, by, now)
    row.row_version += 1
    seal_column(row, "detail_sealed", _sealed_words(words), keys.current)
    with transaction.atomic():
        locked_while_open(complaint, keys.current)
        require_version(row, version)
        row.save()
        _recorded(row, by, role, now)
    return row


def stored_words(found: OpenedReferral) -> dict:
    """The fields of the form as they are stored."""
    row = found.row
    return {
        **{name: found.detail.get(name, "") for name in WORDS},
        "kind": row.kind,
        "basis": row.basis,
        "consent_on": timezone.localdate(row.consent_at) if row.consent_at else None,
        "outside_date": row.outside_date,
        "outcome_on": timezone.localdate(row.outcome_at) if row.outcome_at else None,
    }


def _fill(row: Referral, words: ReferralWords, by: User, now: datetime) -> None:
    if words.kind not in KINDS or words.basis not in ReferralBasis.values:
        raise ValueError("unknown kind of referral")
    by_consent = words.basis == ReferralBasis.CONSENT
    if (by_consent and words.consent_on is None) or (not by_consent and not words.detail.get("basis_words", "").strip()):
        raise NeedsBasis
    row.kind, row.basis, row.outside_date = words.kind, words.basis, words.outside_date
    row.consent_at = _moment(words.consent_on) if by_consent else None
    row.outcome_at = _moment(words.outcome_on)
    row.changed_at, row.changed_by = now, by


def _moment(day: date | None) -> datetime | None:
    """A day as a moment of it: noon, in the zone the page is in."""
    return datetime.combine(day, time(12), tzinfo=timezone.get_current_timezone()) if day else None


def _sealed_words(words: ReferralWords) -> dict:
    return {name: str(words.detail.get(name) or "").strip() for name in WORDS}


def _recorded(row: Referral, by: User, role: str, now: datetime) -> None:
    record(
        by=staff(by, role),
        action=Action.REFERRED,
        subject_id=row.complaint_id,
        object_kind="referral",
        object_id=row.pk,
        facts={"version": row.row_version, "basis": str(row.basis)},
        now=now,
    )
