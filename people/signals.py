"""Receivers for what allauth tells: factors added, used and removed."""

from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.dispatch import Signal, receiver

from people import second_factor

# A person has a new vault key and opens nothing with it until colleagues let them in again.
# Arguments: user, keyholder_id (UUID, the new key), now. Sent inside the transaction that records it.
keys_replaced = Signal()


@receiver(authenticator_added)
def remember_factor(sender, request, user, authenticator, **kwargs) -> None:
    second_factor.added(request, user, authenticator)


@receiver(authenticator_removed)
def forget_factor(sender, request, user, authenticator, **kwargs) -> None:
    second_factor.removed(request, user)
