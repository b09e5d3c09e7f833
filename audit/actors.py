"""Who did something: a member of staff in a role, the reporter (never which one), a respondent or witness with a code, or the system."""

from dataclasses import dataclass

STAFF, THE_REPORTER, THE_SYSTEM, THE_PARTY = "staff", "reporter", "system", "party"


@dataclass(frozen=True)
class Actor:
    """`user_id` is set for staff only; `role` is the role in which they acted ("" otherwise)."""

    kind: str
    user_id: int | None
    role: str

    def __post_init__(self):
        if self.kind not in (STAFF, THE_REPORTER, THE_SYSTEM, THE_PARTY) or (self.kind == STAFF) != (self.user_id is not None):
            raise ValueError("staff act with an account, everybody else without")


def staff(user, role: str) -> Actor:
    """`user` acting in `role` (a Role or a seat's role)."""
    return Actor(STAFF, user.pk, str(role))


REPORTER = Actor(THE_REPORTER, None, "")
SYSTEM = Actor(THE_SYSTEM, None, "")
# A respondent or witness, with an invitation code. Which one is the object of the entry.
PARTY = Actor(THE_PARTY, None, "")
