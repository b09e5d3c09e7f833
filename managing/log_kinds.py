"""Which entries of the record are changes of the portal itself (D13), by what they concern, and which administrator reads which.

A list of what is shown, never of what is hidden: the record also says who asked an expert, who unlocked the vault and who searched
their cases, and an action added tomorrow must not appear here by itself.
"""

from dataclasses import dataclass

from django.utils.translation import pgettext_lazy

from audit.actions import Action
from people.models import Role


@dataclass(frozen=True)
class Kind:
    """A group of changes. `roles`: who reads it beside administrators of the system."""

    code: str
    heading: object
    roles: frozenset[str]
    actions: tuple[Action, ...]


KINDS = (
    Kind("settings", pgettext_lazy("log", "Settings"), frozenset({Role.POLICY_ADMIN}), (Action.ORGANISATION_SAVED,)),
    Kind(
        "people",
        pgettext_lazy("log", "People and keys"),
        frozenset(),
        (
            Action.ACCOUNT_CREATED,
            Action.ACCOUNT_CLOSED,
            Action.ACCOUNT_OPENED,
            Action.ACCOUNT_DESCRIBED,
            Action.ROLE_GRANTED,
            Action.ROLE_ENDED,
            Action.SECOND_FACTOR_ADDED,
            Action.SECOND_FACTOR_REMOVED,
            Action.DIRECTORY_IMPORTED,
            Action.RECOVERY_KEY_MADE,
            Action.BACKUP_RESTORED,
        ),
    ),
    Kind(
        "policy",
        pgettext_lazy("log", "Policy"),
        frozenset({Role.POLICY_ADMIN}),
        (
            Action.POLICY_DRAFTED,
            Action.POLICY_EDITED,
            Action.POLICY_MOVED,
            Action.POLICY_PUBLISHED,
            Action.POLICY_COMMENTED,
            Action.POLICY_COMMENT_SETTLED,
        ),
    ),
    Kind(
        "reissue",
        pgettext_lazy("log", "Re-issue"),
        frozenset({Role.POLICY_ADMIN}),
        (
            Action.CAMPAIGN_CREATED,
            Action.CAMPAIGN_EDITED,
            Action.CAMPAIGN_DISCARDED,
            Action.CAMPAIGN_STARTED,
            Action.CAMPAIGN_CLOSED,
            Action.CAMPAIGN_LIST_TAKEN,
            Action.CAMPAIGN_PERSON_ASIDE,
            Action.CAMPAIGN_PERSON_BACK,
            Action.SIGNED_ON_PAPER,
            Action.PAPER_SCAN_SEEN,
        ),
    ),
    Kind(
        "calendars",
        pgettext_lazy("log", "Working calendars"),
        frozenset({Role.POLICY_ADMIN}),
        (Action.CALENDAR_SEEDED, Action.CALENDAR_IMPORTED, Action.CALENDAR_HOURS_SET, Action.CALENDAR_CONFIRMED),
    ),
    Kind(
        "posters",
        pgettext_lazy("log", "Posters"),
        frozenset({Role.POLICY_ADMIN}),
        (Action.POSTER_HUNG, Action.POSTER_CHECKED, Action.POSTER_REMOVED),
    ),
    Kind(
        "questions",
        pgettext_lazy("log", "Wording of the questions"),
        frozenset({Role.POLICY_ADMIN}),
        (Action.WORDING_DRAFTED, Action.WORDING_EDITED, Action.WORDING_PUBLISHED, Action.WORDING_DISCARDED),
    ),
    Kind(
        "training",
        pgettext_lazy("log", "Training"),
        frozenset({Role.TRAINING_ADMIN}),
        (
            Action.COURSE_DRAFTED,
            Action.COURSE_EDITED,
            Action.COURSE_DISCARDED,
            Action.COURSE_PUBLISHED,
            Action.COURSE_RETIRED,
            Action.COURSE_FILE_ADDED,
            Action.COURSE_EXPERT_SET,
            Action.TRAINING_IMPORTED,
            Action.TRAINING_LIST_TAKEN,
        ),
    ),
)


def kinds_for(roles: frozenset[str]) -> tuple[Kind, ...]:
    """The groups that somebody with `roles` reads."""
    return tuple(kind for kind in KINDS if Role.SYSTEM_ADMIN in roles or kind.roles & roles)
