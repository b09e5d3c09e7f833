"""Accounts and the roles they hold."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from audit.actions import Action
from audit.actors import Actor
from audit.services import record
from people import separation
from people.models import Employee, Gender, Organisation, Role, RoleGrant, Site, User
from people.selectors import forget_organisation, roles_of
from people.services.changes import keep_change
from people.signals import roles_ended
from vault.sessions import end_all
from vault.staff import staff_keyholder


class AccountExists(Exception):
    """There is an account with this address already."""


class RolesClash(Exception):
    """This role must not be held by this person. `problems`: values of `people.separation.Problem`."""

    def __init__(self, problems):
        super().__init__("roles that must be kept apart")
        self.problems = problems


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
    """Give `user` a role from `now`; asking twice changes nothing. Raises RolesClash for a role that must be kept apart from theirs."""
    with transaction.atomic():
        # Locked, so that two roles which exclude each other are not given in the same moment.
        User.objects.select_for_update().get(pk=user.pk)
        if problems := separation.problems_of(user=user, roles=roles_of(user, now) | {Role(role)}):
            raise RolesClash(problems)
        grant, created = RoleGrant.objects.get_or_create(
            user=user, role=Role(role), until=None, defaults={"since": now, "granted_by": granted_by}
        )
        if created:
            facts = {"user": user.pk, "role": str(role)}
            record(by=by, action=Action.ROLE_GRANTED, subject_id=None, object_kind="user", facts=facts, now=now)
    return grant


def set_roles(*, user: User, roles: frozenset[str], by: Actor, granted_by: User, now: datetime, gender: str | None = None) -> None:
    """Let `user` hold exactly `roles`: what is missing is granted, what is too much is ended. `gender`: a value of Gender, None as it is.

    Raises RolesClash, changing nothing; ValueError for an unknown gender.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if problems := separation.problems_of(user=user, roles=roles):
            raise RolesClash(problems)
        if gender is not None:
            describe(user=user, gender=gender, by=by, now=now)
        held = roles_of(user, now)
        for role in sorted(held - roles):
            end_role(user=user, role=Role(role), by=by, now=now)
        for role in sorted(roles - held):
            grant_role(user=user, role=Role(role), by=by, now=now, granted_by=granted_by)


def describe(*, user: User, gender: str, by: Actor, now: datetime) -> None:
    """Note how somebody describes themselves, so that a reporter may ask to speak to them (`intake.md`, question 16).

    `gender`: a value of Gender. Raises ValueError for another one.
    """
    if gender not in Gender.values:
        raise ValueError("unknown value")
    if gender == user.gender:
        return
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(gender=gender)
        record(by=by, action=Action.ACCOUNT_DESCRIBED, subject_id=None, object_kind="user", facts={"user": user.pk}, now=now)
    user.gender = gender


def end_role(*, user: User, role: Role, by: Actor, now: datetime) -> bool:
    """End a role at `now`. Returns whether there was one. Seats in cases that need it end in the same transaction (`roles_ended`)."""
    with transaction.atomic():
        ended = RoleGrant.objects.filter(user=user, role=Role(role), until__isnull=True, since__lt=now).update(until=now)
        if ended:
            roles_ended.send(sender=User, users=[user.pk], now=now)
            facts = {"user": user.pk, "role": str(role)}
            record(by=by, action=Action.ROLE_ENDED, subject_id=None, object_kind="user", facts=facts, now=now)
    return bool(ended)


def close_account(*, user: User, by: Actor, now: datetime) -> bool:
    """Close an account: no sign-in, no role, no open vault, no seat from `now` on. Returns whether it was open.

    The key pair stays, locked, until somebody else opens each case: an account closed by mistake must not cost the only key to a file.
    """
    with transaction.atomic():
        if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
            return False
        user.is_active = False
        closed_all(users=[user.pk], now=now)
        record(by=by, action=Action.ACCOUNT_CLOSED, subject_id=None, object_kind="user", facts={"user": user.pk}, now=now)
    return True


def open_account(*, user: User, by: Actor, now: datetime) -> bool:
    """Open a closed account again, without any role or seat. Returns whether it was closed."""
    with transaction.atomic():
        if not User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
            return False
        user.is_active = True
        record(by=by, action=Action.ACCOUNT_OPENED, subject_id=None, object_kind="user", facts={"user": user.pk}, now=now)
    return True


def closed_all(*, users: list[int], now: datetime) -> None:
    """End roles, unlocked browsers and seats of accounts that were just closed, inside the caller's transaction."""
    RoleGrant.objects.filter(user_id__in=users, until__isnull=True, since__lt=now).update(until=now)
    for person in User.objects.filter(pk__in=users):
        if holder := staff_keyholder(person):
            end_all(holder.pk)
    roles_ended.send(sender=User, users=users, now=now)


def _first_values() -> dict:
    """What a new installation starts with: the environment says it, an administrator changes it later."""
    names = {"service_name": settings.SERVICE_NAME, "exit_url": settings.EXIT_URL}
    return {f"{name}_{suffix}": values[code] for name, values in names.items() for suffix, code in (("en", "en"), ("zh", "zh-hans"))}


def _as_kept(value):
    return value.code if isinstance(value, Site) else value


def save_organisation(*, values: dict, by: Actor, now: datetime) -> Organisation:
    """Set the organisation's own row from `values` (its field names). What differs is kept beside the entry in the record."""
    with transaction.atomic():
        stored = Organisation.objects.select_for_update().filter(pk=1).first()
        before = {name: _as_kept(getattr(stored, name)) for name in values} if stored else {}
        organisation, _ = Organisation.objects.update_or_create(pk=1, defaults=values, create_defaults=_first_values() | values)
        facts = keep_change(before, {name: _as_kept(value) for name, value in values.items()})
        record(by=by, action=Action.ORGANISATION_SAVED, subject_id=None, object_kind="organisation", facts=facts, now=now)
    forget_organisation()
    return organisation
