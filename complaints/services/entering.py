"""A code was typed: it opens a report, continues a draft, or is not known. The work is the same (`vault.md` section 4)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from complaints.models import Complaint
from complaints.selectors import complaint_of_receipt
from complaints.services import drafts
from complaints.services.access import openable
from vault.errors import VaultError
from vault.hidden import Hidden
from vault.keyholders import is_genuine, is_usable
from vault.keyring import Keyring
from vault.models import Keyholder
from vault.services.codes import candidates


@dataclass(frozen=True, eq=False)
class EnteredReport(Hidden):
    complaint_id: UUID
    keyring: Keyring


@dataclass(frozen=True, eq=False)
class EnteredDraft(Hidden):
    draft: drafts.Resumed


def enter(*, text: str, now: datetime) -> EnteredReport | EnteredDraft | None:
    """What `text` opens. None for a mistyped, unknown, replaced, expired or purged code: nobody learns which."""
    keys = candidates(text)
    by_lookup = {each.lookup_id: each for each in keys}
    holder = Keyholder.objects.filter(lookup_id__in=list(by_lookup) or [bytes(32)], kind=Keyholder.Kind.RECEIPT).first()
    if holder is not None and is_usable(holder, now) and is_genuine(holder):
        return _report(holder, by_lookup[bytes(holder.lookup_id)].keyring(holder.pk))
    try:
        return EnteredDraft(drafts.resume(code_keys=keys, now=now))
    except drafts.DraftGone:
        return None


def _report(holder: Keyholder, keyring: Keyring) -> EnteredReport | None:
    try:
        complaint = complaint_of_receipt(holder.pk)
        openable(complaint=complaint, keyring=keyring)
    except (Complaint.DoesNotExist, VaultError):
        return None
    return EnteredReport(complaint.pk, keyring)
