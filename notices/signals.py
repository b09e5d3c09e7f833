"""What other apps announce and somebody must be told about."""

from django.dispatch import receiver

from notices.services import Owed, owe_many, register_right_to_know
from people.models import CASE_ROLES
from people.selectors import roles_of, users_with_any_role
from people.signals import keys_replaced

KEYHOLDER = "keyholder"


@receiver(keys_replaced)
def ask_colleagues(sender, user, keyholder_id, now, **kwargs) -> None:
    """Ask everyone who may be seated in a case to let `user` in again where they can. Which cases, only the case pages know."""
    colleagues = users_with_any_role(CASE_ROLES, now).exclude(pk=user.pk)
    owed = [
        Owed(
            key=f"regrant:{keyholder_id}:{colleague.pk}",
            recipient=colleague,
            template="regrant",
            about_kind=KEYHOLDER,
            about_id=keyholder_id,
        )
        for colleague in colleagues
    ]
    owe_many(owed, now=now)


def still_handles_cases(recipient, about_id, now) -> bool:
    return bool(roles_of(recipient, now) & CASE_ROLES)


register_right_to_know(KEYHOLDER, still_handles_cases)
