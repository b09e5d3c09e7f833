"""Accounts and the roles they hold."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from audit.actions import Action
from audit.actors import Actor
from audit.services import record
from people.models import Employee, Organisation, Role, RoleGrant, User
from people.selectors import forget_organisation


class AccountExists(Exception):
    """There is an account with this address already."""


def create_account(*, email: str, display_name: str, language: str, by: Actor, now: datetime, password: str | None = None) -> User:
    """Make an account, linked to the employee with the same address if there is one.

    Without a password the person sets one through “I forgot my password”. Raises AccountExists, or ValidationError for a weak password.
    """
    email = email.strip().lower()
    candidate = User(email=email, display_name=display_name, language=language)
    if password is not None:
        validate_password(password, candidate)
    candidate.set_password(password)  # hashing takes 0.2 s and stays outside the transaction
    with transaction.atomic():
        if User.objects.filter(email__iexact=email).exists():
            raise AccountExists
        candidate.save(force_insert=True)
        Employee.objects.filter(email=email, user__isnull=True, left_date__isnull=True).update(user=candidate)
        record(by=by, action=Action.ACCOUNT_CREATED, subject_id=None, object_kind="user", facts={"user": candidate.pk}, now=now)
    return candidate


def grant_role(*, user: User, role: Role, by: Actor, now: datetime, granted_by: User | None = None) -> RoleGrant:
    """Give `user` a role from `now`; asking twice changes nothing."""
    with transaction.atomic():
        grant, created = RoleGrant.objects.get_or_create(
            user=user, role=Role(role), until=None, defaults={"since": now, "granted_by": granted_by}
        )
        if created:
            facts = {"user": user.pk, "role": str(role)}
            record(by=by, action=Action.ROLE_GRANTED, subject_id=None, object_kind="user", facts=facts, now=now)
    return grant


def end_role(*, user: User, role: Role, by: Actor, now: datetime) -> bool:
    """End a role at `now`. Returns whether there was one. (Open seats in cases are handed over by the case pages.)"""
    with transaction.atomic():
        ended = RoleGrant.objects.filter(user=user, role=Role(role), until__isnull=True, since__lt=now).update(until=now)
        if ended:
            facts = {"user": user.pk, "role": str(role)}
            record(by=by, action=Action.ROLE_ENDED, subject_id=None, object_kind="user", facts=facts, now=now)
    return bool(ended)


def save_organisation(*, values: dict, by: Actor, now: datetime) -> Organisation:
    """Set the organisation's own row from `values` (its field names)."""
    with transaction.atomic():
        organisation, _ = Organisation.objects.update_or_create(pk=1, defaults=values)
        record(by=by, action=Action.ORGANISATION_SAVED, subject_id=None, object_kind="organisation", facts=None, now=now)
    forget_organisation()
    return organisation
