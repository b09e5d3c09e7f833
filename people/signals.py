"""Receivers for what allauth tells: factors added, used and removed."""

from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.db import transaction
from django.dispatch import Signal, receiver
from django.utils import timezone

from audit.actions import Action
from audit.actors import SYSTEM
from audit.services import record
from people import second_factor

# A person has a new vault key and opens nothing with it until colleagues let them in again.
# Arguments: user, keyholder_id (UUID, the new key), now. Sent inside the transaction that records it.
keys_replaced = Signal()
# Some people hold fewer roles than before, or none: a role was ended, an account closed, a last day came.
# Arguments: users (account ids), now. Sent inside the transaction that ended them.
roles_ended = Signal()
# A directory file was applied: people came, left or have another leader.
# Arguments: now. Sent inside the transaction that applied it.
directory_changed = Signal()


@receiver(authenticator_added)
def remember_factor(sender, request, user, authenticator, **kwargs) -> None:
    second_factor.added(request, user, authenticator)
    _record(Action.SECOND_FACTOR_ADDED, user, authenticator)


@receiver(authenticator_removed)
def forget_factor(sender, request, user, authenticator, **kwargs) -> None:
    second_factor.removed(request, user)
    _record(Action.SECOND_FACTOR_REMOVED, user, authenticator)


def _record(action: Action, user, authenticator) -> None:
    # Allauth sends its signals after its own transaction, from a view: this is the first place that can note the time.
    with transaction.atomic():
        facts = {"user": user.pk, "kind": str(authenticator.type)}
        record(by=SYSTEM, action=action, subject_id=None, object_kind="user", facts=facts, now=timezone.now())
