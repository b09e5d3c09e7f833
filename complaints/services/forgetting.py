"""Erasing reports that somebody kept private and never sent, when the time of the policy is over. Nothing of them stays but the record."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from audit.actions import Action
from audit.actors import SYSTEM
from audit.services import record
from complaints.models import Attachment, Complaint, ExclusionList, ProtectionRequest, Statement
from complaints.states import State
from people.selectors import organisation
from policy.selectors import kept_at_most, last_day
from vault import sessions
from vault.services import files
from vault.services.compartments import erase_subject
from vault.services.shred import destroy_subject

# The record type of a report that its reporter keeps private.
PRIVATE_RECORD = "private_report"


def kept_until(complaint: Complaint) -> date | None:
    """The last day of a private report, local to the organisation; None when its policy sets no time."""
    version = complaint.policy_version
    span = kept_at_most(version, PRIVATE_RECORD) if version else None
    return last_day(version, span, _local_day(complaint.received_at)) if span else None


def erase_kept_too_long(*, now: datetime) -> int:
    """Erase private reports past their last day, with their files and keys. Returns how many."""
    count = 0
    for complaint in (
        Complaint.objects.filter(state=State.PRIVATE).select_related("policy_version").order_by("received_at", "pk").iterator()
    ):
        until = kept_until(complaint)
        if until and _local_day(now) > until:
            count += _erase(complaint, now)
    return count


def _local_day(moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(organisation().time_zone)).date()


def _erase(complaint: Complaint, now: datetime) -> bool:
    with transaction.atomic():
        # Asked again on the locked row: it may have been sent this very moment.
        row = Complaint.objects.select_for_update().filter(pk=complaint.pk, state=State.PRIVATE).first()
        if row is None:
            return False
        attachments = list(Attachment.objects.filter(complaint=row).select_related("file"))
        for model in (Attachment, ExclusionList, ProtectionRequest, Statement):
            model.objects.filter(complaint=row).delete()
        for each in attachments:
            files.remove(each.file)
        sessions.end_all(row.receipt_id)
        record(by=SYSTEM, action=Action.DISPOSED, subject_id=row.pk, facts={"files": len(attachments), "private": True}, now=now)
        receipt = row.receipt
        row.delete()
        erase_subject(complaint.pk)
        receipt.delete()
        # Before the commit: whatever fails from here, a report without its key opens no more and is erased by the next look.
        destroy_subject(complaint.pk)
    return True
