"""Somebody who was suspended: what became of their pay, once it is known whether they were cleared (R23).

Only the kind of outcome joins the measure, whose words the reporter's code opens; amounts and reasons become a note of the team.
"""

from datetime import datetime
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Complaint, Measure
from complaints.services.access import ChangedMeanwhile
from complaints.services.changing import locked, touched
from complaints.services.protection import next_version, still
from complaints.services.protection_reading import OpenedMeasure, opened
from investigations.services.reading import team_keys
from investigations.services.tasks import prepare_note
from people.models import User
from vault.keyring import Keyring
from vault.keys import OpeningKeys
from vault.services.changes import require_current, retried


class BackPay(models.TextChoices):
    PAID = "paid", _("Cleared: paid back in full")
    PARTLY = "partly", _("Paid back in part")
    NOT_HELD = "not_held", _("Pay was never held back")
    KEPT = "kept", _("Not cleared: not paid back")


class NoSuspension(Exception):
    """The measure suspended nobody."""


class NeedsWords(Exception):
    """Paid in part, or not at all, needs a reason."""


def is_open(measure: OpenedMeasure) -> bool:
    """Whether the pay of a suspension is not settled yet. One that needed the reporter's consent and did not get it never began."""
    never = measure.row.decision == "refused" or measure.row.consent_refused_at is not None
    return bool(measure.detail.get("suspends") and not never and not measure.detail.get("back_pay"))


def any_open(*, complaint: Complaint, keys: OpeningKeys) -> bool:
    """Whether the complaint has a suspension whose pay is not settled. Raises NoAccess."""
    return any(is_open(opened(row, keys)) for row in Measure.objects.filter(complaint=complaint))


@retried
def settle(
    *,
    complaint: Complaint,
    keyring: Keyring,
    by: User,
    role: str,
    measure_id: UUID,
    version: int,
    outcome: str,
    text: str,
    now: datetime,
) -> Measure:
    """Record what became of the pay. A later word takes the place of the earlier one; the notes keep both.

    Raises NoSuspension, NeedsWords, ChangedMeanwhile, Measure.DoesNotExist, NoAccess; ValueError for an unknown outcome.
    """
    if outcome not in BackPay.values:
        raise ValueError("unknown outcome")
    if outcome in (BackPay.PARTLY, BackPay.KEPT) and not text.strip():
        raise NeedsWords
    keys = team_keys(complaint=complaint, keyring=keyring).statement
    seen = opened(Measure.objects.get(pk=measure_id, complaint=complaint), keys)
    if not seen.detail.get("suspends"):
        raise NoSuspension
    if seen.row.row_version != version:
        raise ChangedMeanwhile
    note = prepare_note(complaint=complaint, keyring=keyring, by=by, text=text, now=now) if text.strip() else None
    sealed = next_version(seen, seen.detail | {"back_pay": {"outcome": outcome, "at": now.date().isoformat()}}, keys)
    with transaction.atomic():
        row = locked(complaint)
        measure = still(seen.row)
        require_current(keys.current)
        measure.row_version, measure.detail_sealed = sealed.row_version, sealed.detail_sealed
        measure.save(update_fields=["detail_sealed", "row_version"])
        touched(row, now=now)
        if note:
            note.save(role, now)
        record(
            by=staff(by, role),
            action=Action.MEASURE_REVIEWED,
            subject_id=row.pk,
            object_kind="measure",
            object_id=measure.pk,
            facts={"version": measure.row_version, "back_pay": outcome},
            now=now,
        )
    return measure
