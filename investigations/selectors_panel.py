"""Who the body is now, and what the policy misses in it, in words. Warnings only: they stop nobody (R19)."""

from datetime import datetime

from django.utils.translation import gettext as _

from investigations.panel import Lack, Lacking, Member, composition
from people.models import Gender, Role, RoleGrant
from people.selectors import directory_users, today, users_with_any_role
from policy.models import PolicyVersion
from policy.selectors import content_of

BODY_ROLES = (Role.INTAKE_OFFICER, Role.INVESTIGATOR, Role.EXTERNAL_INVESTIGATOR, Role.DECISION_MAKER, Role.OVERSIGHT)


def body_members(now: datetime) -> list[Member]:
    """Everybody who holds a role of the body, each once, since their earliest role that is still open."""
    users = list(users_with_any_role(BODY_ROLES, now))
    since: dict[int, datetime] = {}
    for user_id, begun in RoleGrant.objects.filter(user__in=users, role__in=BODY_ROLES, until__isnull=True).values_list("user_id", "since"):
        since[user_id] = min(begun, since.get(user_id, begun))
    inside = directory_users([user.pk for user in users])
    return [Member(_woman(user.gender), user.pk not in inside, today(since.get(user.pk, now))) for user in users]


def _woman(gender: str) -> bool | None:
    return None if gender == Gender.UNSAID else gender == Gender.WOMAN


def warnings_of(version: PolicyVersion | None, now: datetime) -> list[str]:
    """What the body of this policy misses, one sentence each; nothing without a policy."""
    if version is None:
        return []
    return [words_of(lack) for lack in composition(content_of(version).body, body_members(now), today(now))]


def words_of(lack: Lack) -> str:
    """The sentence a person reads."""
    return _SENTENCES[lack.kind]() % {"have": lack.have, "need": lack.need}


_SENTENCES = {
    Lacking.QUORUM: lambda: _("The body has %(have)s members, and its quorum is %(need)s."),
    Lacking.WOMEN: lambda: _("The policy asks for at least %(need)s women in the body; there are %(have)s."),
    Lacking.WOMEN_UNSAID: lambda: _("The policy asks for at least %(need)s women; %(have)s have said so, and some have said nothing."),
    Lacking.OUTSIDE: lambda: _("The policy asks for a member from outside; there is none."),
    Lacking.TERM: lambda: _("The term of %(need)s years has passed for %(have)s members."),
}
