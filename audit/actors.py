"""Who did something: a member of staff in a role, the reporter (never which one), or the system itself."""

from dataclasses import dataclass

STAFF, THE_REPORTER, THE_SYSTEM = "staff", "reporter", "system"


@dataclass(frozen=True)
class Actor:
    """`user_id` is set for staff only; `role` is the role in which they acted ("" otherwise)."""

    kind: str
    user_id: int | None
    role: str

    def __post_init__(self):
        if self.kind not in (STAFF, THE_REPORTER, THE_SYSTEM) or (self.kind == STAFF) != (self.user_id is not None):
            raise ValueError("staff act with an account, the reporter and the system without")


def staff(user, role: str) -> Actor:
    """`user` acting in `role` (a Role or a seat's role)."""
    return Actor(STAFF, user.pk, str(role))


REPORTER = Actor(THE_REPORTER, None, "")
SYSTEM = Actor(THE_SYSTEM, None, "")
