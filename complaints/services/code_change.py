"""A new receipt code in the place of the old one: what the old code opened is sealed again to the new one, and the old one is dead.

In two steps, so that nobody is locked out: the new code is shown first (`next_code`), and takes over when the person says it is
written down (`change`).
"""

from datetime import datetime

from django.db import transaction

from audit.actions import Action
from audit.actors import REPORTER
from audit.services import record
from complaints.models import Complaint
from complaints.services.changing import locked, touched
from vault import codes
from vault.encoding import ctx
from vault.errors import NoAccess
from vault.keyholders import code_keyholder
from vault.keyring import Keyring
from vault.models import Keyholder
from vault.primitives import hkdf
from vault.services.changes import retried
from vault.services.handover import prepare_replacement


def next_code(*, keyring: Keyring, complaint: Complaint, token: str) -> str:
    """The code that `change` with the same `token` will put in force. Follows from the present code *and* the fresh token, so that
    whoever has seen the present code can't work it out."""
    return codes.code_from_secret(hkdf(keyring.seed, info=ctx("next-code", complaint.pk, token)))


@retried
def change(*, complaint: Complaint, keyring: Keyring, token: str, now: datetime) -> Keyring:
    """Put the code of `next_code` in force and end every session of the old one. Returns the new keyring.

    Raises NoAccess when the keyring is no longer this complaint's (the code was changed meanwhile).
    """
    derived = codes.derive(next_code(keyring=keyring, complaint=complaint, token=token))
    old = Keyholder.objects.get(pk=keyring.keyholder_id)
    new = code_keyholder(code_keys=derived, now=now)
    replacement = prepare_replacement(subject_id=complaint.pk, old=old, new=new, keyring=keyring, now=now)
    with transaction.atomic():
        row = locked(complaint)
        if row.receipt_id != old.pk:
            raise NoAccess("this code is not in force any more")
        replacement.save()
        touched(row, now=now, receipt=new)
        record(by=REPORTER, action=Action.CODE_CHANGED, subject_id=row.pk, facts={}, now=now)
    return derived.keyring(new.pk)
