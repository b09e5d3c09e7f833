"""Receivers for what allauth tells: factors added, used and removed."""

from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.dispatch import receiver

from people import second_factor


@receiver(authenticator_added)
def remember_factor(sender, request, user, authenticator, **kwargs) -> None:
    second_factor.added(request, user, authenticator)


@receiver(authenticator_removed)
def forget_factor(sender, request, user, authenticator, **kwargs) -> None:
    second_factor.removed(request, user)
